"""The one place that reads shipped files: process-wide, bounded, keyed by content.

Routes, commands and pages share it, so nothing is loaded twice. What it returns is
shared: callers never write on it (style 5).
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final, TypeVar, cast

import geopandas as gpd
import pandas as pd

from geo.errors import DataError
from geo.messages import Message

DATA: Final = Path(__file__).resolve().parent.parent / "data"
T = TypeVar("T")
MAX_ENTRIES: Final = 1024  # some 40 shipped files, what is derived from them, and the charts of ten zones


class Store:
    """A bounded cache of computed values; each key is computed once, even under threads.

    Parameters
    ----------
    max_entries : int
        The value that was not asked for longest makes way for the one too many.
    max_bytes : int, optional
        A bound on the sum of what ``weigh`` says of each value; a value heavier than that alone is not kept.
    """

    def __init__(
        self, max_entries: int = MAX_ENTRIES, max_bytes: int | None = None, weigh: Callable[[Any], int] = len
    ) -> None:
        self._values: OrderedDict[Hashable, object] = OrderedDict()
        self._locks: dict[Hashable, Lock] = {}
        self._lock = Lock()
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._weigh = weigh
        self.size = 0  # bytes, where they are counted

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value of ``key``, computing it at most once; a failure is never kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast(T, self._values[key])
            lock = self._locks.setdefault(key, Lock())
        with lock:
            with self._lock:
                if key in self._values:
                    return cast(T, self._values[key])
            try:
                value = compute()
                self.keep(key, value)
            finally:
                with self._lock:
                    self._locks.pop(key, None)
            return value

    def find(self, key: Hashable) -> object | None:
        """Return the value of ``key`` if it is there, computing nothing."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def keep(self, key: Hashable, value: object) -> None:
        """Keep a value, and let go what was not asked for longest until the bounds hold."""
        weight = self._weight(value)
        with self._lock:
            self._drop(key)
            if self._max_bytes is not None and weight > self._max_bytes:
                return
            self._values[key] = value
            self.size += weight
            while len(self._values) > self._max_entries or (
                self._max_bytes is not None and self.size > self._max_bytes
            ):
                self._drop(next(iter(self._values)))

    def drop(self, is_wanted: Callable[[Hashable], bool]) -> None:
        """Let go every value whose key is wanted."""
        with self._lock:
            for key in [key for key in self._values if is_wanted(key)]:
                self._drop(key)

    def _drop(self, key: Hashable) -> None:
        if key in self._values:
            self.size -= self._weight(self._values.pop(key))

    def _weight(self, value: object) -> int:
        return 0 if self._max_bytes is None else self._weigh(value)


STORE: Final = Store()


def table(name: str) -> pd.DataFrame:
    """Return the shipped table ``data/{name}.csv``; text holds "" where there is nothing, numbers NaN.

    Raises
    ------
    DataError
        If the file is missing or cannot be read as a table.
    """
    path = DATA / f"{name}.csv"
    # An empty cell is no text in a text column, and no number (NaN) in a column of numbers.
    blank = {column: [""] for column in NUMBERS}
    return _read(path, lambda: pd.read_csv(path, keep_default_na=False, na_values=blank, dtype=_dtypes(path)))


def layer(name: str) -> gpd.GeoDataFrame:
    """Return the shipped layer ``data/{name}.parquet`` in the CRS it was stored with.

    Raises
    ------
    DataError
        If the file is missing or cannot be read as GeoParquet.
    """
    path = DATA / f"{name}.parquet"
    return cast(gpd.GeoDataFrame, _read(path, lambda: gpd.read_parquet(path)))


def data_version() -> str:
    """Return eight characters that change whenever a shipped data file changes.

    Files are looked at once a second at the most: this is asked dozens of times for one page.
    """
    return STORE.get(("data_version", _stamp(DATA, int(monotonic()))), lambda: version_of(DATA))


def version_of(folder: Path) -> str:
    """Return what ``data_version`` says of the data in a folder, such as those of an earlier release."""
    whole = hashlib.sha256()
    for path in _files(folder):
        whole.update(path.name.encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:8]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in {".csv", ".parquet"})


@lru_cache(maxsize=4)
def _stamp(folder: Path, _second: int) -> tuple[tuple[str, int, int], ...]:
    stats = [(path.name, path.stat()) for path in _files(folder)]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


NUMBERS: Final = {
    "lat",
    "lon",
    "anchor_lat",
    "anchor_lon",
    "value",
    "coca_ha",
    "mined_ha",
    "length_km",
    "precision_km",
    "area_km2",
    "seq",
}
YEARLY: Final = {"indicators", "coca_municipal", "mined_area"}  # elsewhere "year" may say "1990s"


def _dtypes(path: Path) -> dict[str, object]:
    header = pd.read_csv(path, nrows=0).columns
    numbers = NUMBERS | {"year"} if path.stem in YEARLY else NUMBERS
    return {column: str for column in header if column not in numbers}


def _read(path: Path, read: Callable[[], T]) -> T:
    try:
        stamp = path.stat().st_mtime_ns
    except OSError as error:
        raise DataError(
            Message(
                "The data file {name} is missing. Run “make data” to rebuild it, or restore it from the release.",
                name=path.name,
            )
        ) from error
    try:
        return STORE.get((str(path), stamp), read)
    except (OSError, ValueError, pd.errors.ParserError) as error:  # pyarrow's errors are ValueErrors or OSErrors
        raise DataError(
            Message(
                "The data file {name} cannot be read. Run “make data” to rebuild it, or restore it from the release.",
                name=path.name,
            )
        ) from error
