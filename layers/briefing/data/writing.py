"""What is on a map as data: the filtered features of the layers that may leave, with sources, marking and licences.

Each layer leaves whole as the filters have it, wherever the map looks; figures by unit leave as the units with the
figure of the year shown. Texts in the columns are our own words or those of who brought the layer; a source whose
licence does not let its text be passed on is cited and nothing more.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from geo.errors import DataError
from geo.library import exports, texts
from geo.library.exports import FORMATS, Export
from geo.library.shapefiles import ZIP_DATE
from geo.messages import Language, Message, say
from geo.viewer import LOCAL, Marking, Viewer
from layers.briefing.data import kml_styles
from layers.briefing.data import layers as data_layers
from layers.briefing.data import styles as data_styles
from layers.briefing.marking import highest
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import addresses, code_of, leaving, suggested_title
from layers.spec import LayerSpec
from layers.view import ViewState

ENDINGS: Final = ("gpkg", "geojson", "kml", "csv", "zip")  # in a zip there is a CSV for each layer
# No file says when it was made: the same map gives the same bytes, with the date that our archives have.
MADE: Final = datetime(*ZIP_DATE, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
SCOPE: Final = Message("The whole layer as the filters of the view have it, not only what its frame shows.")
CITED: Final = Message("Sources whose licence is not stated are cited only; their own texts are not included.")
STYLES: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT,
    f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT, ui TEXT, update_time DATETIME)"""
SOURCES: Final = """
CREATE TABLE "{name}" (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, layer TEXT, title TEXT, publisher TEXT, year TEXT, url TEXT,
    licence TEXT, marking TEXT)"""


@dataclass(frozen=True)
class Taken:
    """What leaves: each layer with its look, and what is said of the whole."""

    layers: tuple[tuple[LayerSpec, Export], ...]
    title: str
    marking: Marking
    code: str
    lang: Language
    link: str

    @property
    def about(self) -> dict[str, str]:
        """What is said of the file as a whole, name to text."""
        return {
            "title": self.title,
            "marking": self.marking,
            "code": self.code,
            "view": self.link,
            "scope": say(SCOPE, self.lang),
            "note": say(CITED, self.lang),
        }


def taken(snapshot: Snapshot, *, viewer: Viewer = LOCAL) -> Taken:
    """Return what of a view leaves as data.

    Raises
    ------
    DataError
        If TLP:RED is asked for, no layer of the view may leave, or a file behind one cannot be read.
    """
    view = snapshot.view
    allowed = leaving(view, asked=snapshot.marking, viewer=viewer)
    if not allowed.layers:
        raise DataError(Message("No layer of this view can leave as data. Turn one on that is not marked TLP:RED."))
    layers = tuple((spec, _marked(data_layers.export(spec, view), snapshot.marking, view)) for spec in allowed.layers)
    code = code_of(view)
    link, _short = addresses(view, code)
    return Taken(layers, snapshot.title or suggested_title(view), allowed.marking, code, view.lang, link)


def _marked(export: Export, asked: Marking, view: ViewState) -> Export:
    said = export.said
    words = " ".join(filter(None, (said.description, say(SCOPE, view.lang))))
    return replace(export, said=replace(said, marking=highest([said.marking, asked]), description=words))


def write_data(snapshot: Snapshot, path: Path, *, viewer: Viewer = LOCAL) -> None:
    """Write what is on a map as data, in the format of the file's ending; it is there whole or not at all.

    ``.gpkg`` has a table for each layer, with its look for QGIS (``layer_styles``) and its sources; ``.geojson`` is one
    collection; ``.kml`` a document with a folder for each; ``.csv`` holds one layer, with what is said of it in a file
    beside; ``.zip`` a CSV for each layer.

    Raises
    ------
    DataError
        If the ending names none of these, several layers are asked for as one CSV, nothing may leave, or the file
        cannot be written.
    """
    ending = path.suffix.lower().lstrip(".")
    if ending not in ENDINGS:
        raise DataError(
            Message(
                "“{name}” names no format that a map's data are written in. Use one of {endings}.",
                name=path.name,
                endings=", ".join(f".{each}" for each in ENDINGS),
            )
        )
    found = taken(snapshot, viewer=viewer)
    if ending == "csv":
        _csv(found, path)
        return
    with exports.placed(path, ending) as made:
        {"gpkg": _geopackage, "geojson": _geojson, "kml": _kml, "zip": _archive}[ending](found, made)


def _csv(found: Taken, path: Path) -> None:
    if len(found.layers) > 1:
        raise DataError(
            Message(
                "A CSV holds one table and this map has {n} layer. Name the file .zip: it gets a CSV for each.",
                "A CSV holds one table and this map has {n} layers. Name the file .zip: it gets a CSV for each.",
                n=len(found.layers),
            )
        )
    exports.write(found.layers[0][1], path, format=FORMATS["csv"], lang=found.lang)


def _archive(found: Taken, made: Path) -> None:
    folder = made.parent / "parts"
    folder.mkdir()
    names = texts.unique(_stem(export) for _, export in found.layers)
    for name, (_, export) in zip(names, found.layers, strict=True):
        exports.write(export, folder / f"{name}.csv", format=FORMATS["csv"], lang=found.lang)
    head = "\r\n".join(text for text in found.about.values() if text)
    told = "\n\n".join(export.said.text(found.lang) for _, export in found.layers)
    (folder / "README.txt").write_text(f"{head}\n\n{told}", encoding="utf-8", newline="\r\n")
    exports.zipped(folder, made)


def _geojson(found: Taken, made: Path) -> None:
    texts.geojson_of_many([(export.stream, export.said) for _, export in found.layers], found.about, made)


def _kml(found: Taken, made: Path) -> None:
    layers = [(export.stream, export.said) for _, export in found.layers]
    looks = [
        kml_styles.look(data_styles.rules(spec, found.lang), f"look-{number}")
        for number, (spec, _) in enumerate(found.layers, 1)
    ]
    texts.kml_of_many(layers, found.title, found.about, made, looks=looks)


def _geopackage(found: Taken, made: Path) -> None:
    tables = texts.unique(
        (re.sub("[^a-z0-9]+", "_", _stem(export)) for _, export in found.layers), taken=("layer_styles",)
    )
    titles = texts.unique(export.said.title for _, export in found.layers)  # two layers may have the same
    columns = [
        exports.geopackage(export, made, table=table, of_all=found.about, title=title)
        for table, title, (_, export) in zip(tables, titles, found.layers, strict=True)
    ]
    with closing(sqlite3.connect(made)) as file, file:
        _styled(file, found, list(zip(tables, columns, strict=True)))
        _cited(file, found, tables)
        file.execute("UPDATE gpkg_contents SET last_change = ?", (MADE,))
        if file.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_metadata_reference'").fetchone():
            file.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (MADE,))


def _styled(file: sqlite3.Connection, found: Taken, tables: list[tuple[str, str]]) -> None:
    """Add how each table looks, where QGIS looks for it."""
    file.execute(STYLES)
    _listed(file, "layer_styles", "")
    for (table, geometry), (spec, export) in zip(tables, found.layers, strict=True):
        rules = data_styles.renamed(data_styles.rules(spec, found.lang), exports.columns_of(export.stream))
        qml, sld = data_styles.qml(rules), data_styles.sld(rules, export.said.title)
        # QGIS opens a table of mixed kinds as one layer of each: a look for areas would leave the points unseen.
        is_default = len({kind.removeprefix("Multi") for kind in export.stream.kinds}) <= 1
        said = export.said.title
        row = ("", "", table, geometry, said[:30], qml, sld, int(is_default), said, "", None, MADE)
        file.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )


def _cited(file: sqlite3.Connection, found: Taken, tables: list[str]) -> None:
    """Add the sources of each table, as a table of their own."""
    name = texts.unique(["sources"], taken=tables)[0]
    file.execute(SOURCES.format(name=name))
    _listed(file, name, say(CITED, found.lang))
    for table, (_, export) in zip(tables, found.layers, strict=True):
        for each in export.said.sources:
            row = (table, each.title, each.publisher, each.year, each.url, each.licence, export.said.marking)
            file.execute(
                f'INSERT INTO "{name}" (layer, title, publisher, year, url, licence, marking) '  # noqa: S608 - our own name
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )


def _listed(file: sqlite3.Connection, table: str, description: str) -> None:
    """Enter a table without shapes among those of the GeoPackage (OGC 12-128r19, 2.4: attributes)."""
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES (?, 'attributes', ?, ?, ?, 0)",
        (table, table, description, MADE),
    )


def _stem(export: Export) -> str:
    """Return the layer's title in plain letters."""
    return replace(export.said, version="", marking="TLP:CLEAR").stem
