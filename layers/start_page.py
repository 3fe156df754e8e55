"""Streamlit's own start page, told what it would otherwise find out late or badly.

Left to guess from the address of a page where the app lives, Streamlit asks for its services
below that page first and fills the browser's console with what it does not find. Without a
connection it shows an empty page. And it asks for the parts of the first screen one by one,
after it has started: here the browser is told of them while it is still starting.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Final

from geo.errors import GeoError
from geo.messages import Language, Message, say
from geo.store import STORE, data_version
from layers import web
from layers.view import ViewState

NO_CONNECTION: Final = Message(
    "This page cannot reach its server. Check that the app is running. If it is, this browser or the network between "
    "refuses WebSocket connections: use a current browser, or ask the network's administrators to let them through."
)
NO_SCRIPT: Final = Message("This atlas needs JavaScript. Allow it for this address and reload the page.")
# Streamlit's script for components, which it would ask for last: the map would wait for every other element.
MAP_SCRIPT: Final = "ComponentInstance"
IMPORT: Final = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")


def html(lang: Language, *, is_map: bool) -> str:
    """Return the start page in a language; for the map page with hints of what it will ask for."""
    static = Path(web.streamlit_home()) / "static"
    page = (static / "index.html").read_text(encoding="utf-8")
    script = (web.ROOT / "layers/static/start.js").read_text(encoding="utf-8")
    told = f'<title>Fronteras</title><script data-sentence="{escape(say(NO_CONNECTION, lang))}">{script}</script>'
    if is_map:
        told += _hints(static, lang)
    page = page.replace('<html lang="en">', f'<html lang="{lang}">', 1).replace("<title>Streamlit</title>", told, 1)
    page = page.replace("<body>", f"<body><noscript>{escape(say(NO_SCRIPT, lang))}</noscript>", 1)
    sheet = escape(web.asset_address("page.css").removeprefix("../../"))
    return page.replace("</body>", f'<link rel="stylesheet" href="{sheet}"></body>', 1)


def _hints(static: Path, lang: Language) -> str:
    def make() -> str:
        modules = "".join(f'<link rel="modulepreload" href="./static/js/{name}">' for name in _modules(static))
        view = ViewState(lang=lang)
        try:
            wanted = [web.asset_address(name) for name in ("map.js", "map.css")]
            entries = (*web.base_entries(view), *(web.entry(spec, view) for spec in web.shown(view)))
        except GeoError:  # the page says what cannot be read
            return modules
        addresses = [
            *wanted,
            *(entry["url"] for entry in entries if entry["kind"] == "features" and not entry.get("from")),
        ]
        return modules + "".join(
            f'<link rel="prefetch" href="{escape(url.removeprefix("../../"))}">' for url in addresses
        )

    return STORE.get(("hints", lang, data_version()), make)


def _modules(static: Path) -> list[str]:
    """Return the map element's script and its imports beyond the start page's own; none if laid out otherwise."""
    folder = static / "static/js"
    known = (static / "index.html").read_text(encoding="utf-8")
    waiting = [path.name for path in sorted(folder.glob(f"{MAP_SCRIPT}.*.js"))]
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop()
        if name not in found and name not in known and (folder / name).is_file():
            found[name] = None
            waiting.extend(IMPORT.findall((folder / name).read_text(encoding="utf-8", errors="replace")))
    return sorted(found)
