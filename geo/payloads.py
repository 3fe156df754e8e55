"""The features of stored layers: each a folder that is named after its content and never changed.

``features.parquet`` is the layer as an analyst would want it back; ``shapes.parquet`` and
``cells.parquet`` are what tiles are cut from; ``payload.json`` says what is in them. A folder
appears under its name when all of it is written, or not at all, and is kept where
``geo.library.depot`` keeps it. What a layer is called, who
may see it and which content is its present one is the catalogue's (``geo.library``).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Literal, cast
from uuid import uuid4

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import pyramid, shapes, sql
from geo.about import ROLES, Roles
from geo.errors import DataError, UnknownError
from geo.library import depot
from geo.messages import Message
from geo.periods import span
from geo.storage import address, room, storage
from geo.store import STORE

Geometry = Literal["point", "line", "area"]

ROW_GROUP: Final = 4096  # rows: some kilometres of a dense layer, since neighbours lie together
TOLD: Final = "payload.json"
LAYERS: Final = "layers"
CUT: Final = "cut"
CONTENT: Final = re.compile(r"[0-9a-f]{20}", re.ASCII)
FORMAT: Final = 5  # of the folder; what another release wrote otherwise is not read
WITH_ABOUT: Final = 4  # the same, but with what a person said of the layer: as release 0.2 wrote it
CONFIDENCE: Final = frozenset({"high", "medium", "low", ""})
AS_GIVEN: Final = "id as given"
YEARS: Final = ("first_year", "last_year")
NO_ROLES: Final = Roles()
CLASSES: Final = 5  # of a column of numbers, each with as many features
VALUE_CLASS: Final = "fronteras_class"  # the key column of a class, "1" the lowest; "" where there is no number
CELL_PX: Final[Mapping[Geometry, int]] = {"point": 2, "line": 1, "area": 1}  # a point's sign covers its cell anyway


@dataclass(frozen=True, kw_only=True)
class Payload:
    """A stored layer.

    Attributes
    ----------
    content : str
        Twenty hexadecimal digits that change with everything in the folder.
    folder : Path
        Where its files are.
    roles : Roles
        The columns that mean something, as they are called in the files.
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
    classes : tuple of float
        Where the role ``value`` is a column of numbers: the limits between the classes of ``VALUE_CLASS``,
        ascending; a feature on a limit is in the lower class.
    cut_of : str
        The key of the shipped layer whose tiles are cut from this; "" for a layer that somebody brought.
    """

    content: str
    folder: Path
    roles: Roles
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
    classes: tuple[float, ...] = ()
    cut_of: str = ""

    @property
    def cell_px(self) -> int:
        """The side of a cell of the pyramid in pixels."""
        return CELL_PX[self.geometry]

    def file(self, name: Literal["features", "shapes", "cells"]) -> Path:
        """Return the path of one of its tables, fetched first where it is kept elsewhere."""
        path = self.folder / f"{name}.parquet"
        if not self.cut_of and not path.is_file():
            depot.fetch(self.content)
        return path


def write(
    frame: gpd.GeoDataFrame, roles: Roles = NO_ROLES, *, keys: Iterable[str] = (), cut_of: str = "", stamp: str = ""
) -> Payload:
    """Store features and return them; the same features twice are stored once.

    Parameters
    ----------
    frame : GeoDataFrame, n rows
        Any geometry in any declared CRS. A unique column ``id`` names the features; without one they are
        numbered in the order of the rows, from 1.
    keys : iterable of str
        Columns that style and filters need, beside confidence, countries, the category and the class of the value.
    cut_of, stamp : str
        For what a shipped layer's tiles are cut from: its key and the version of its data.

    Raises
    ------
    CrsError
        If the frame declares no CRS.
    DataError
        If there is nothing to draw, a column named in ``roles`` is not there, or the storage folder takes nothing.
    ConflictError
        If somebody deletes the same features at this moment.
    """
    _check(frame, roles)
    named, roles = _named(frame, roles)
    kept = shapes.drawable(named)
    if kept.empty:
        raise DataError(
            Message("No feature of this layer has a geometry that can be drawn. Check that its coordinates are there.")
        )
    kept = kept.iloc[np.argsort(kept.hilbert_distance().to_numpy(), kind="stable")].reset_index(drop=True)
    limits = _limits(kept, roles)
    kept, names = _keyed(kept, roles, keys, limits)
    drawn = shapes.table(kept).assign(
        id=kept["id"], **{sql.KEY + key: kept[key] for key in names}, **{year: kept[year] for year in YEARS}
    )
    told = {
        "format": FORMAT,
        "roles": asdict(roles),
        "geometry": _geometry(kept),
        "features": len(kept),
        "without_geometry": len(frame) - len(kept),
        "bounds": [round(float(edge), 6) for edge in kept.total_bounds],
        "keys": list(names),
        "values": {key: _values(kept[key]) for key in names},
        "years": _span(kept),
        "columns": [str(name) for name in named.columns if name not in {"geometry", "id", roles.name}],
        "classes": limits,
        "cut_of": cut_of,
        "stamp": stamp,
        "heaviest": int(drawn["vertices"].max()),
        "overviews": [zoom for zoom in shapes.OVERVIEWS if f"shape_{zoom}" in drawn],
    }
    making = storage() / depot.MAKING / uuid4().hex
    try:
        with room():
            making.mkdir(parents=True)
            _fill(making, kept, drawn, told)
            home = storage() / (CUT if cut_of else LAYERS) / depot.content_of(making)
            depot.put_in_place(making, home)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    if not cut_of:
        depot.publish(home)
    try:
        return read(home.name)
    except UnknownError as error:
        raise depot.deleted_meanwhile() from error


def _fill(folder: Path, kept: gpd.GeoDataFrame, drawn: pd.DataFrame, told: dict[str, Any]) -> None:
    """Write the files of a layer into a folder."""
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


def read(content: str) -> Payload:
    """Return stored features; ``UnknownError`` if there are none of this content."""
    if CONTENT.fullmatch(content):
        for home in (LAYERS, CUT):
            found = _known(storage() / home / content)
            if found is not None:
                return found
        found = _known_elsewhere(storage() / LAYERS / content)
        if found is not None:
            return found
    raise UnknownError(Message("This layer is no longer here. Choose another one from the layer panel."))


def remove(content: str) -> None:
    """Delete stored features, whether a layer needs them or not; ``UnknownError`` if there are none."""
    found = read(content)
    if found.cut_of:
        gone = storage() / "making" / uuid4().hex
        gone.parent.mkdir(parents=True, exist_ok=True)
        found.folder.rename(gone)  # at once for everybody who asks from now on
        shutil.rmtree(gone, ignore_errors=True)
    else:
        depot.withdraw(content)
    STORE.drop(lambda key: isinstance(key, tuple) and key[:2] == ("payload", str(found.folder)))


def told_about(content: str) -> Mapping[str, Any] | None:
    """Return what release 0.2 kept of a layer beside its features; None where there is nothing of it."""
    try:
        told = json.loads((storage() / LAYERS / content / TOLD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told["about"] if told.get("format") == WITH_ABOUT else None


def _known(folder: Path) -> Payload | None:
    """Return the features of a folder that is still there, read once."""
    return STORE.get(("payload", str(folder)), lambda: _told(folder)) if (folder / TOLD).is_file() else None


def _known_elsewhere(folder: Path) -> Payload | None:
    """Return the features that are kept at another address; they are fetched when one of their files is asked for."""
    if not address():
        return None
    known = STORE.find(("payload", str(folder)))
    if known is not None or (text := depot.told_elsewhere(folder.name)) is None:
        return cast("Payload | None", known)
    return STORE.get(("payload", str(folder)), lambda: _parsed(folder, json.loads(text)))


def _told(folder: Path) -> Payload | None:
    """Return the features of a folder; None for one of another format, or one that is going away."""
    try:
        told = cast("dict[str, Any]", json.loads((folder / TOLD).read_text(encoding="utf-8")))
    except OSError:
        return None
    return _parsed(folder, told)


def _parsed(folder: Path, told: Mapping[str, Any]) -> Payload | None:
    if told.get("format") not in {FORMAT, WITH_ABOUT}:
        return None
    said = told.get("roles") or told["about"]
    roles = Roles(**{name: said[name] for name in ROLES if name in said})
    listed = {each.name for each in fields(Payload)} & set(told) - {"roles"}
    values = {name: _frozen(value) for name, value in told.items() if name in listed}
    return Payload(content=folder.name, folder=folder, roles=roles, **values)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return {key: tuple(each) for key, each in value.items()} if isinstance(value, dict) else value


def _check(frame: gpd.GeoDataFrame, roles: Roles) -> None:
    for column in filter(None, (getattr(roles, name) for name in ROLES)):
        if column not in frame:
            names = ", ".join(str(each) for each in frame.columns if each != frame.geometry.name)
            raise DataError(
                Message("The file has no column “{column}”. It has: {names}.", column=column, names=names or "–")
            )


def _named(frame: gpd.GeoDataFrame, roles: Roles) -> tuple[gpd.GeoDataFrame, Roles]:
    """Return the frame with a unique text column ``id`` and its geometry in ``geometry``, and what its columns mean.

    A column ``id`` that names no feature alone is kept under another name.
    """
    out = frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame
    ids = out["id"].astype(str) if "id" in out and out["id"].notna().all() else None
    if ids is None or ids.duplicated().any() or (ids == "").any():
        ids = pd.Series([str(number) for number in range(1, len(out) + 1)], index=out.index)
        out = out.rename(columns={"id": AS_GIVEN})
        renamed = {name: AS_GIVEN for name in ROLES if getattr(roles, name) == "id"}
        roles = replace(roles, **renamed)
    return cast(gpd.GeoDataFrame, out.assign(id=ids)), roles


def _writable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with columns of mixed kinds as text: a file has one kind in each column."""
    mixed = {
        name: frame[name].map(str).where(frame[name].notna(), None)
        for name in frame.columns
        if name != frame.geometry.name and pd.api.types.infer_dtype(frame[name], skipna=True).startswith("mixed")
    }
    return cast(gpd.GeoDataFrame, frame.assign(**mixed))


def class_limits(numbers: pd.Series) -> list[float]:
    """Return the limits between the classes of amounts, each with as many features; none where they are too few."""
    if numbers.notna().sum() < CLASSES:
        return []
    limits = numbers.quantile([number / CLASSES for number in range(1, CLASSES)]).unique()
    return [float(limit) for limit in limits if numbers.min() <= limit < numbers.max()]


def classes_of(numbers: pd.Series, limits: Sequence[float]) -> pd.Series:
    """Return the class of each amount as text, "1" the lowest; "" where there is none."""
    classes = pd.Series(np.searchsorted(limits, numbers, side="left") + 1, index=numbers.index)
    return classes.astype(str).where(numbers.notna(), "")


def _limits(frame: gpd.GeoDataFrame, roles: Roles) -> list[float]:
    """Return the limits between the classes of the value; none where it is no number."""
    numbers = _numbers(frame, roles)
    return [] if numbers is None else class_limits(numbers)


def amounts(cells: pd.Series) -> NDArray[np.float64]:
    """Return the numbers of a column of values, NaN where a cell holds none; true and false are no amounts."""
    if pd.api.types.infer_dtype(cells, skipna=True) == "boolean":
        return np.full(len(cells), np.nan)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _numbers(frame: gpd.GeoDataFrame, roles: Roles) -> pd.Series | None:
    numbers = pd.Series(amounts(frame[roles.value]), index=frame.index) if roles.value else pd.Series(dtype=float)
    return numbers if numbers.notna().any() else None


def _keyed(
    frame: gpd.GeoDataFrame, roles: Roles, more: Iterable[str], limits: list[float]
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return the frame with the columns that style and filters need as text, with its years, and their names."""
    if limits and (numbers := _numbers(frame, roles)) is not None:
        frame = frame.assign(**{VALUE_CLASS: classes_of(numbers, limits)})
    asked = ("confidence", "countries", roles.category, *more, *([VALUE_CLASS] if limits else []))
    names = [key for key in dict.fromkeys(asked) if key and key in frame]
    if "confidence" in names and not set(frame["confidence"].fillna("").astype(str)) <= CONFIDENCE:
        names.remove("confidence")  # somebody else's scale
    texts = {key: frame[key].astype(object).where(frame[key].notna(), "").astype(str) for key in names}
    dates = {}
    for number, column in enumerate(YEARS):  # without a column named for it, what the layer itself calls so
        told = frame.get(roles.year or column)
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
    found = cells.astype(str).value_counts().sort_index()  # those as frequent as others stand by name
    return list(found.sort_values(ascending=False, kind="stable").index[:100])


def _span(frame: gpd.GeoDataFrame) -> list[int] | None:
    first, last = frame["first_year"].min(), frame["last_year"].max()
    return None if pd.isna(first) or pd.isna(last) else [int(first), int(last)]


def _geometry(frame: gpd.GeoDataFrame) -> Geometry:
    """Return the kind of a layer: that of the features with most dimensions, which show the most."""
    greatest = int(shapely.get_dimensions(frame.geometry.to_numpy()).max())
    kinds: tuple[Geometry, Geometry, Geometry] = ("point", "line", "area")
    return kinds[greatest]
