"""The catalogue described for other catalogues: STAC 1.1 (one collection for each layer) and DCAT 3 (JSON-LD).

Only what the viewer may see is named, and of that neither what is private nor what is TLP:RED. Links are relative, so
that the folder can be put anywhere; contexts stand in the file, so that nobody has to fetch them.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Final
from uuid import uuid4

import pystac

from geo.errors import DataError
from geo.library import exports
from geo.library.dcat import dcat
from geo.library.described import described
from geo.library.exports import FORMATS
from geo.library.shapefiles import ZIP_DATE
from geo.library.stac import stac
from geo.messages import DEFAULT_LANGUAGE, Language, Message, say
from geo.viewer import LOCAL, Viewer

CATALOGUE_ID: Final = "fronteras"
DCAT_FILE: Final = "dcat.jsonld"
TITLE: Final = Message("Fronteras: border zones, brown areas, illegal mining and trafficking corridors")
ABOUT: Final = Message("The layers of this app that the person who asked may see, each with its sources.")


@dataclass(frozen=True)
class Written:
    """How many layers are described, and the titles of those that are not: the private ones and what is TLP:RED."""

    layers: int
    left_out: tuple[str, ...]


def write(
    folder: Path,
    *,
    viewer: Viewer = LOCAL,
    lang: Language = DEFAULT_LANGUAGE,
    titles: Mapping[str, str] | None = None,
    with_data: bool = False,
) -> Written:
    """Write the catalogue to a folder and return what is in it.

    Parameters
    ----------
    folder : Path
        New, empty, or one that this function wrote, which is then replaced.
    titles : mapping, optional
        What shipped layers are called, by key.
    with_data : bool
        Whether each layer stands beside its description, as GeoParquet.

    Raises
    ------
    DataError
        If the folder holds something else, or cannot be written to.
    """
    if folder.exists() and not _is_ours(folder):
        raise DataError(
            Message("“{path}” holds something else. Choose a folder that is new or empty.", path=str(folder))
        )
    making = folder.parent / f".{folder.name[:40]}-{uuid4().hex[:8]}"
    try:
        try:
            making.mkdir(parents=True)
            written = _fill(making, viewer, lang, titles or {}, with_data=with_data)
            gone = making.with_name(f"{making.name}-old")
            if folder.exists():
                folder.rename(gone)
            making.rename(folder)
            shutil.rmtree(gone, ignore_errors=True)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(
            Message("“{path}” cannot be written ({reason}). Choose another folder.", path=str(folder), reason=reason)
        ) from error
    return written


def packed(
    *, viewer: Viewer = LOCAL, lang: Language = DEFAULT_LANGUAGE, titles: Mapping[str, str] | None = None
) -> bytes:
    """Return the same folder as a zip."""
    scratch = Path(mkdtemp(prefix="fronteras-catalogue-"))
    try:
        _fill(scratch, viewer, lang, titles or {}, with_data=False)
        content = BytesIO()
        with zipfile.ZipFile(content, "w") as out:
            for path in sorted(each for each in scratch.rglob("*") if each.is_file()):
                entry = zipfile.ZipInfo(path.relative_to(scratch).as_posix(), ZIP_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(entry, path.read_bytes())
        return content.getvalue()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        told = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return not any(folder.iterdir())
    if not isinstance(told, dict) or told.get("id") != CATALOGUE_ID:
        return False
    # Nothing that somebody put beside it goes with it.
    return all(
        each.name in {"catalog.json", DCAT_FILE} or (each / "collection.json").is_file() for each in folder.iterdir()
    )


def _fill(folder: Path, viewer: Viewer, lang: Language, titles: Mapping[str, str], *, with_data: bool) -> Written:
    layers, left_out = described(viewer, lang, titles)
    files: dict[str, str] = {}
    for each in layers if with_data else ():
        files[each.key] = f"{each.key}/{each.key}.parquet"
        (folder / each.key).mkdir()
        exports.write(each.export, folder / files[each.key], format=FORMATS["parquet"], lang=lang)
    title, about = say(TITLE, lang), say(ABOUT, lang)
    root = stac(layers, files, name=CATALOGUE_ID, title=title, about=about, beside=DCAT_FILE)
    root.normalize_and_save(str(folder), catalog_type=pystac.CatalogType.SELF_CONTAINED)
    told = json.dumps(dcat(layers, lang, files, title=title, about=about), ensure_ascii=False, indent=1)
    (folder / DCAT_FILE).write_text(told, encoding="utf-8")
    return Written(len(layers), tuple(left_out))
