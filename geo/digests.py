"""What the shipped data said at each release, row by row, small enough to ship: what today's data are compared with.

A digest holds every row of every table (``geo.shipped``): its address, its short cells as they stood, a fingerprint of
each long text and of each shape. So figures and names can be told as they were, and no source's text ships twice.
``data/releases/releases.csv`` says which release had which digest; releases of the same data share one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo import store
from geo.errors import DataError, UnknownError
from geo.messages import Message
from geo.records import id_of
from geo.shipped import TABLES
from geo.tables import Table
from geo.whereabouts import main_box

RELEASES: Final = store.DATA / "releases"
INDEX: Final = "releases.csv"
FIXED: Final = ("table", "id", "shape", "lon", "lat")  # columns of a digest; the others are those of the tables
LONG: Final = 60  # letters: a longer text is kept as its fingerprint alone, but for what names a row
MARK: Final = "…#"  # before a fingerprint; no cell of ours begins so
DECIMALS: Final = 5  # of a degree, as the files keep it
NOWHERE: Final = (np.nan, np.nan, np.nan, np.nan)
SHAPES: Final = {"zones": "zone_id", "corridors": "corridor_id"}  # tables whose shapes lie in a file beside them


@dataclass(frozen=True)
class Release:
    """One release as the index of digests knows it.

    Attributes
    ----------
    version : str
        "0.2.0".
    on : date
        The day it was made.
    data : str
        The version of its data, as ``geo.store.data_version`` gives it.
    digest : str
        The name of the file that tells of them, without its ending.
    """

    version: str
    on: date
    data: str
    digest: str


def releases(folder: Path = RELEASES) -> tuple[Release, ...]:
    """Return the releases whose data are known, the oldest first; there is always one.

    Raises
    ------
    DataError
        If the index is missing or damaged.
    """
    try:
        rows = pd.read_csv(folder / INDEX, dtype=str, keep_default_na=False).itertuples(index=False)
        found = tuple(Release(row.version, date.fromisoformat(row.on), row.data, row.digest) for row in rows)
    except (OSError, ValueError, AttributeError) as error:
        raise _unreadable(folder / INDEX) from error
    if not found:
        raise _unreadable(folder / INDEX)
    return found


def release(version: str, folder: Path = RELEASES) -> Release:
    """Return a release by its version, with or without a "v" before it; ``UnknownError`` if there is none."""
    every = releases(folder)
    for each in every:
        if each.version == version.strip().removeprefix("v"):
            return each
    raise UnknownError(
        Message(
            "There is no release “{version}” to compare with. Use one of {names}, or a day such as 2026-10-01.",
            version=version[:40],
            names=", ".join(each.version for each in every),
        )
    )


def read(one: Release, folder: Path = RELEASES) -> pd.DataFrame:
    """Return the digest of a release, as ``of_folder`` made it then.

    Raises
    ------
    DataError
        If its file is missing or damaged.
    """
    path = folder / f"{one.digest}.parquet"
    try:
        return pq.read_table(path).to_pandas()
    except (OSError, ValueError) as error:  # pyarrow's errors are ValueErrors or OSErrors
        raise _unreadable(path) from error


def today() -> pd.DataFrame:
    """Return the digest of the data that ship with this release: made anew, for it weighs 20 MB."""
    return of_folder(store.DATA)


def of_folder(folder: Path) -> pd.DataFrame:
    """Return the digest of the data in a folder, which may be those of an earlier release.

    Returns
    -------
    DataFrame, one row for each row of each table
        ``table`` and ``id`` (its address, as in links), ``shape`` (a fingerprint, "" where it has none), ``lon`` and
        ``lat`` (degrees, the middle of where it is; NaN where it has no place of its own), and each column that any
        table has, as text; "" where there is nothing. Sorted by table, in the order of the rows.

    Raises
    ------
    DataError
        If a file is damaged. A table that the folder does not have is left out: it may have come later.
    """
    parts = [part for key in sorted(TABLES) if (part := _of_table(folder, TABLES[key])) is not None]
    if not parts:
        raise _unreadable(folder)
    whole = pd.concat(parts, ignore_index=True)
    others = sorted(set(whole) - set(FIXED))
    texts = [name for name in whole if name not in {"lon", "lat"}]
    return whole.assign(**{name: whole[name].fillna("") for name in texts})[[*FIXED, *others]]


def packed(digest: pd.DataFrame) -> bytes:
    """Return a digest as the bytes of its file: the same for the same digest."""
    schema = pa.schema([(name, pa.float64() if name in {"lon", "lat"} else pa.string()) for name in digest])
    out = BytesIO()
    table = pa.Table.from_pandas(digest, schema=schema, preserve_index=False).replace_schema_metadata()
    pq.write_table(table, out, compression="zstd", compression_level=19)
    return out.getvalue()


def named(content: bytes) -> str:
    """Return the name of a digest's file, after what it says."""
    return hashlib.sha256(content).hexdigest()[:8]


def _of_table(folder: Path, table: Table) -> pd.DataFrame | None:
    path = folder / f"{table.key}.{'parquet' if table.is_layer else 'csv'}"
    if not path.is_file():
        return None
    try:
        if table.is_layer:
            shapes = gpd.read_parquet(path)
            rows = pd.DataFrame(shapes.drop(columns="geometry")).map(_text)
        else:
            rows = pd.read_csv(path, dtype=str, keep_default_na=False)
            shapes = _shapes_beside(folder, table.key, rows)
    except (OSError, ValueError, KeyError, pd.errors.ParserError) as error:
        raise _unreadable(path) from error
    wanted = dict.fromkeys([*table.id_columns, "name", *table.title, *(each.name for each in table.columns)])
    kept = [name for name in wanted if name in rows and name not in FIXED]
    cells = {name: rows[name] if name in {"name", *table.title} else rows[name].map(_short) for name in kept}
    parts = {name: rows[name] for name in dict.fromkeys([*table.id_columns, *table.title]) if name in rows}
    ids = [id_of(table, dict(zip(parts, values, strict=True))) for values in zip(*parts.values(), strict=True)]
    lon, lat = _middles(rows, shapes)
    outlines = shapes.geometry if shapes is not None else shapely.points(lon, lat)
    marks = [fingerprint(each) for each in outlines]
    return pd.DataFrame({"table": table.key, "id": ids, "shape": marks, "lon": lon, "lat": lat, **cells})


def _shapes_beside(folder: Path, key: str, rows: pd.DataFrame) -> gpd.GeoDataFrame | None:
    """Return the shapes of a table's rows from the file beside it, those of several pieces put together."""
    path = folder / f"{key}.parquet"
    if key not in SHAPES or not path.is_file():
        return None
    pieces = gpd.read_parquet(path)[[SHAPES[key], "geometry"]]
    whole = pieces.groupby(SHAPES[key])["geometry"].agg(lambda shapes: shapely.geometrycollections(list(shapes)))
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(whole, crs=pieces.crs).reindex(rows[SHAPES[key]]).to_numpy())


Degrees = npt.NDArray[np.float64]


def _middles(rows: pd.DataFrame, shapes: gpd.GeoDataFrame | None) -> tuple[Degrees, Degrees]:
    """Return longitude and latitude of each row: of its point, or of the middle of its shape."""
    if shapes is not None:
        boxes = [main_box(each) or NOWHERE for each in shapes.geometry]  # a region's middle is not that of its islands
        box = np.array(boxes, dtype=float).reshape(-1, 4)
        lon, lat = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    elif {"lon", "lat"} <= set(rows):
        lon, lat = (pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=float) for name in ("lon", "lat"))
    else:
        lon = lat = np.full(len(rows), np.nan)
    return np.round(lon, DECIMALS), np.round(lat, DECIMALS)


def fingerprint(shape: shapely.Geometry | None) -> str:
    """Return a short text that is the same for the same outline, however it is written; "" for no shape.

    It is made of the vertices, each once and sorted: a later release of the geometry library, which may begin a ring
    elsewhere, gives the same.
    """
    corners = shapely.get_coordinates(shape) if shape is not None else np.empty((0, 2))
    if not np.isfinite(corners).all() or not len(corners):
        return ""
    vertices = np.unique(np.round(corners, DECIMALS) + 0.0, axis=0)  # + 0.0: no minus zero
    whole = np.round(vertices * 10**DECIMALS).astype("<i8")
    return hashlib.sha256(whole.tobytes()).hexdigest()[:12]


def _short(text: str) -> str:
    return text if len(text) <= LONG else MARK + hashlib.sha256(text.encode()).hexdigest()[:10]


def _text(value: object) -> str:
    if value is None or value != value:  # NaN
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _unreadable(path: Path) -> DataError:
    return DataError(
        Message(
            "What a release said cannot be read from {name}. Restore the file from the release.",
            name=path.name,
        )
    )
