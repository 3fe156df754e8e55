"""Stored layers: each a folder that is named after its content and never changed.

``features.parquet`` is the layer as an analyst would want it back; ``shapes.parquet`` and
``cells.parquet`` are what tiles are cut from; ``payload.json`` says what the layer is. A folder
appears under its name when all of it is written, or not at all.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, cast
from uuid import uuid4

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import pyramid, shapes, sql
from geo.errors import DataError, UnknownError
from geo.messages import Message
from geo.periods import span
from geo.storage import storage
from geo.store import STORE
from geo.viewer import Marking

Geometry = Literal["point", "line", "area"]
Roles = Mapping[str, str]

ROW_GROUP: Final = 4096  # rows: some kilometres of a dense layer, since neighbours lie together
TOLD: Final = "payload.json"
LAYERS: Final = "layers"
CUT: Final = "cut"
CONTENT: Final = re.compile(r"[0-9a-f]{20}", re.ASCII)
FORMAT: Final = 4  # of the folder; a folder of another format is not listed
CONFIDENCE: Final = frozenset({"high", "medium", "low", ""})
AS_GIVEN: Final = "id as given"
YEARS: Final = ("first_year", "last_year")
CELL_PX: Final[Mapping[Geometry, int]] = {"point": 2, "line": 1, "area": 1}  # a point's sign covers its cell anyway


@dataclass(frozen=True, kw_only=True)
class About:
    """What a person says of a layer they bring.

    Attributes
    ----------
    title, source, publisher, url, licence : str
        In the words of the person or the publisher; ``title`` and ``source`` may not be empty.
    as_of : str
        The year or day that the layer describes, or "".
    marking : Marking
        Who may see it.
    precision_km : float or None
        How far a place may lie from where it is drawn.
    reliability : str
        A to F by the Admiralty scale, or "".
    name, category, year : str
        The columns that hold a feature's name, its class and its year or period; "" where there is none.
    """

    title: str
    source: str
    publisher: str = ""
    url: str = ""
    licence: str = ""
    as_of: str = ""
    marking: Marking = "TLP:CLEAR"
    precision_km: float | None = None
    reliability: str = ""
    name: str = ""
    category: str = ""
    year: str = ""


@dataclass(frozen=True, kw_only=True)
class Payload:
    """A stored layer.

    Attributes
    ----------
    content : str
        Twenty hexadecimal digits that change with everything in the folder.
    folder : Path
        Where its files are.
    features : int
        How many can be drawn; ``without_geometry`` more could not and are left out.
    size : int
        Bytes of ``features.parquet``.
    keys : tuple of str
        The columns that style and filters need, in every table of the folder.
    values : mapping
        For each key its values, most frequent first, at most a hundred.
    years : (int, int) or None
        The first and last year of any feature.
    overviews : tuple of int
        The zooms up to which a simplified copy of the shapes serves.
    heaviest : int
        Vertices of the feature that has most.
    columns : tuple of str
        What a feature's card tells: every column that came with the layer but its name and the keys' own.
    """

    content: str
    folder: Path
    about: About
    geometry: Geometry
    features: int
    without_geometry: int
    size: int
    bounds: tuple[float, float, float, float] | None
    keys: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    years: tuple[int, int] | None
    overviews: tuple[int, ...]
    heaviest: int = 0
    columns: tuple[str, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Whether this is no layer of its own but what a shipped layer's tiles are cut from."""
        return self.folder.parent.name == CUT

    @property
    def key(self) -> str:
        """The layer's key, as links know it."""
        return f"own-{self.content[:8]}"

    @property
    def cell_px(self) -> int:
        """The side of a cell of the pyramid in pixels."""
        return CELL_PX[self.geometry]

    def file(self, name: Literal["features", "shapes", "cells"]) -> Path:
        """Return the path of one of its tables."""
        return self.folder / f"{name}.parquet"


def write(frame: gpd.GeoDataFrame, about: About, *, keys: Iterable[str] = (), is_cut: bool = False) -> Payload:
    """Store a layer and return it; the same layer twice is stored once.

    Parameters
    ----------
    frame : GeoDataFrame, n rows
        Any geometry in any declared CRS. A unique column ``id`` names the features; without one they are
        numbered in the order of the rows, from 1.
    keys : iterable of str
        Columns that style and filters need, beside confidence, countries and the category.
    is_cut : bool
        Not a layer of its own: kept where no list shows it.

    Raises
    ------
    CrsError
        If the frame declares no CRS.
    DataError
        If there is nothing to draw, or a column named in ``about`` is not there.
    """
    _check(frame, about)
    named, about = _named(frame, about)
    kept = shapes.drawable(named)
    if kept.empty:
        raise DataError(
            Message("No feature of this layer has a geometry that can be drawn. Check that its coordinates are there.")
        )
    kept = kept.iloc[np.argsort(kept.hilbert_distance().to_numpy(), kind="stable")].reset_index(drop=True)
    kept, names = _keyed(kept, about, keys)
    drawn = shapes.table(kept).assign(
        id=kept["id"], **{sql.KEY + key: kept[key] for key in names}, **{year: kept[year] for year in YEARS}
    )
    told = {
        "format": FORMAT,
        "about": asdict(about),
        "geometry": _geometry(kept),
        "features": len(kept),
        "without_geometry": len(frame) - len(kept),
        "bounds": [round(float(edge), 6) for edge in kept.total_bounds],
        "keys": list(names),
        "values": {key: _values(kept[key]) for key in names},
        "years": _span(kept),
        "columns": [str(name) for name in named.columns if name not in {"geometry", "id", about.name}],
        "heaviest": int(drawn["vertices"].max()),
        "overviews": [zoom for zoom in shapes.OVERVIEWS if f"shape_{zoom}" in drawn],
    }
    making = storage() / "making" / uuid4().hex
    making.mkdir(parents=True)
    try:
        content = _filled(making, kept, drawn, told)
        home = storage() / (CUT if is_cut else LAYERS) / content
        home.parent.mkdir(parents=True, exist_ok=True)
        try:
            making.rename(home)
        except OSError:
            if not home.is_dir():  # else somebody stored the very same layer
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return read(content)


def _filled(folder: Path, kept: gpd.GeoDataFrame, drawn: pd.DataFrame, told: dict[str, Any]) -> str:
    """Write the files of a layer into a folder and return what its content is called."""
    options = {"compression": "zstd", "row_group_size": ROW_GROUP, "index": False}
    _writable(kept).to_parquet(folder / "features.parquet", **options)
    words = ["id", *(sql.KEY + key for key in told["keys"])]  # shapes all differ: a dictionary of them is in the way
    drawn.to_parquet(folder / "shapes.parquet", use_dictionary=words, **options)
    pyramid.write(
        folder / "shapes.parquet",
        folder / "cells.parquet",
        keys=told["keys"],
        cell_px=CELL_PX[told["geometry"]],
        deepest=int(drawn["drawn_from"].max()),
    )
    size = (folder / "features.parquet").stat().st_size
    text = json.dumps(told | {"size": size}, ensure_ascii=False, indent=1)
    (folder / TOLD).write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode())
    digest.update((folder / "features.parquet").read_bytes())
    return digest.hexdigest()[:20]


def read(content: str) -> Payload:
    """Return a stored layer; ``UnknownError`` if there is none of this content."""
    if content in (found := stored()):
        return found[content]
    folder = storage() / CUT / content
    if CONTENT.fullmatch(content) and (folder / TOLD).is_file():
        return STORE.get(("cut payload", str(folder)), lambda: cast(Payload, _told(folder)))
    raise UnknownError(Message("This layer is no longer here. Choose another one from the layer panel."))


def remove(content: str) -> None:
    """Delete a stored layer; nothing happens if there is none."""
    folder = read(content).folder
    gone = storage() / "making" / uuid4().hex
    gone.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(gone)  # at once for everybody who asks from now on
    shutil.rmtree(gone, ignore_errors=True)


def stored() -> Mapping[str, Payload]:
    """Return every stored layer by its content, in the order of their titles."""
    home = storage() / LAYERS
    try:
        return _listed(home, home.stat().st_mtime_ns)  # which changes with every layer that comes or goes
    except OSError:
        return {}


@lru_cache(maxsize=4)
def _listed(home: Path, _stamp: int) -> Mapping[str, Payload]:
    known = [each for folder in home.iterdir() if (each := _told(folder)) is not None]
    return {each.content: each for each in sorted(known, key=lambda each: (each.about.title, each.content))}


def _told(folder: Path) -> Payload | None:
    """Return the layer of a folder; None for one of another format, or one that is going away."""
    try:
        told = cast("dict[str, Any]", json.loads((folder / TOLD).read_text(encoding="utf-8")))
    except OSError:
        return None
    if told.pop("format", None) != FORMAT:
        return None
    about = About(**told.pop("about"))
    listed = {each.name for each in fields(Payload)} & set(told)
    values = {name: _frozen(value) for name, value in told.items() if name in listed}
    return Payload(content=folder.name, folder=folder, about=about, **values)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return {key: tuple(each) for key, each in value.items()} if isinstance(value, dict) else value


def _check(frame: gpd.GeoDataFrame, about: About) -> None:
    for column in filter(None, (about.name, about.category, about.year)):
        if column not in frame:
            names = ", ".join(str(each) for each in frame.columns if each != frame.geometry.name)
            raise DataError(
                Message("The file has no column “{column}”. It has: {names}.", column=column, names=names or "–")
            )
    if not about.title.strip() or not about.source.strip():
        raise DataError(Message("A layer needs a title and a source. Name both; without a source nothing is shown."))


def _named(frame: gpd.GeoDataFrame, about: About) -> tuple[gpd.GeoDataFrame, About]:
    """Return the frame with a unique text column ``id`` and its geometry in ``geometry``, and what is said of it.

    A column ``id`` that names no feature alone is kept under another name.
    """
    out = frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame
    ids = out["id"].astype(str) if "id" in out and out["id"].notna().all() else None
    if ids is None or ids.duplicated().any() or (ids == "").any():
        ids = pd.Series([str(number) for number in range(1, len(out) + 1)], index=out.index)
        out = out.rename(columns={"id": AS_GIVEN})
        name, category, year = (AS_GIVEN if role == "id" else role for role in (about.name, about.category, about.year))
        about = replace(about, name=name, category=category, year=year)
    return cast(gpd.GeoDataFrame, out.assign(id=ids)), about


def _writable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with columns of mixed kinds as text: a file has one kind in each column."""
    mixed = {
        name: frame[name].map(str).where(frame[name].notna(), None)
        for name in frame.columns
        if name != frame.geometry.name and pd.api.types.infer_dtype(frame[name], skipna=True).startswith("mixed")
    }
    return cast(gpd.GeoDataFrame, frame.assign(**mixed))


def _keyed(frame: gpd.GeoDataFrame, about: About, more: Iterable[str]) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return the frame with the columns that style and filters need as text, with its years, and their names."""
    names = [key for key in dict.fromkeys(("confidence", "countries", about.category, *more)) if key and key in frame]
    if "confidence" in names and not set(frame["confidence"].fillna("").astype(str)) <= CONFIDENCE:
        names.remove("confidence")  # somebody else's scale
    texts = {key: frame[key].astype(object).where(frame[key].notna(), "").astype(str) for key in names}
    dates = {}
    for number, column in enumerate(YEARS):  # without a column named for it, what the layer itself calls so
        told = frame.get(about.year or column)
        each = [_years(value)[number] for value in told] if told is not None else [None] * len(frame)
        dates[column] = pd.array(each, dtype="Int16")
    return cast(gpd.GeoDataFrame, frame.assign(**texts, **dates)), tuple(names)


def _years(value: object) -> tuple[int | None, int | None]:
    """Return the first and last year that a cell names: a year, a month as 202403, a date or a period in words."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None, None
    if hasattr(value, "year"):
        return int(value.year), int(value.year)
    if isinstance(value, (int, float, np.integer, np.floating)):
        number = int(value)
        year = number if number < 10_000 else number // 100 if number < 1_000_000 else number // 10_000
        return (year, year) if 1900 <= year < 2100 else (None, None)
    return span(str(value))


def _values(cells: pd.Series) -> list[str]:
    return [str(value) for value in cells.value_counts().index[:100]]


def _span(frame: gpd.GeoDataFrame) -> list[int] | None:
    first, last = frame["first_year"].min(), frame["last_year"].max()
    return None if pd.isna(first) or pd.isna(last) else [int(first), int(last)]


def _geometry(frame: gpd.GeoDataFrame) -> Geometry:
    """Return the kind of a layer: that of the features with most dimensions, which show the most."""
    greatest = int(shapely.get_dimensions(frame.geometry.to_numpy()).max())
    kinds: tuple[Geometry, Geometry, Geometry] = ("point", "line", "area")
    return kinds[greatest]
