"""A page that shows the report on a file of a folder: which, and in which language, is said in the address."""

import json
import os
import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from geo.ingest import telling  # noqa: E402 - needs the path above
from geo.ingest.checking import check  # noqa: E402
from geo.messages import language  # noqa: E402
from pages import report_view  # noqa: E402

FOLDER = Path(os.environ["FRONTERAS_TEST_FILES"])


@st.cache_data
def checked(name: str) -> str:
    """Return the report on a file, packed as the catalogue keeps it, with its repairs."""
    with check(FOLDER / name) as found:
        repairs = [repair for layer in found.layers for repair in layer.repairs]
        return json.dumps(telling.packed(found.report, repairs))


st.set_page_config(layout="wide")
st.html(ROOT / "pages" / "shell.css")
names = sorted(path.name for path in FOLDER.iterdir())
name = names[int(st.query_params.get("file", "0"))]
told = json.loads(checked(name))
lang = language(st.query_params.get("lang"))
repairs = telling.unpacked_repairs(told) if "bare" not in st.query_params else ()
report_view.show(telling.unpacked(told), repairs, lang, key="test")
