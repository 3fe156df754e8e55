"""The features of a stored layer, read from their file as far as a question needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import duckdb
import geopandas as gpd
import pandas as pd
import pyarrow.dataset as ds

from geo import sql
from geo.about import About
from geo.errors import UnknownError
from geo.messages import Message
from geo.payloads import YEARS, Payload
from geo.rows import NEAREST, Click, Near
from geo.selection import EVERYTHING, Where
from geo.store import STORE

T = TypeVar("T")
GONE: Final = Message("This layer is no longer here. Choose another one from the layer panel.")


@dataclass(frozen=True)
class StoredRows:
    """The features of a payload; every method raises ``UnknownError`` once the layer is deleted.

    Attributes
    ----------
    about : About or None
        What is said of the whole layer, told of each feature that does not say it itself.
    """

    payload: Payload
    about: About | None = None

    def count(self, where: Where = EVERYTHING) -> int:
        """Return how many features are let through."""
        if where == EVERYTHING:
            return self.payload.features
        condition, values = where.condition()
        query = f"SELECT count(*) FROM {self._shapes} WHERE {condition}"
        return self._once(("count", where.key), lambda: int(self._ask(query, values)[0][0]))

    def counts(self, column: str, where: Where = EVERYTHING) -> Mapping[str, int]:
        """Return how many features hold each value of one of the payload's keys."""
        condition, values = where.condition()
        query = f"SELECT {sql.key(column)}, count(*) FROM {self._shapes} WHERE {condition} GROUP BY 1"
        return self._once(
            ("counts", column, where.key), lambda: {str(value): int(n) for value, n in self._ask(query, values)}
        )

    def head(self, n: int, where: Where = EVERYTHING) -> pd.DataFrame:
        """Return the first features without their geometry, on the index ``id``."""
        condition, values = where.condition()
        ids = [each for (each,) in self._ask(f"SELECT id FROM {self._shapes} WHERE {condition} LIMIT {int(n)}", values)]
        return self._described(self._read(ids)).reindex(ids)

    def frame(self, where: Where = EVERYTHING) -> gpd.GeoDataFrame:
        """Return the features with their geometry."""
        try:
            frame = gpd.read_parquet(self.payload.file("features"))
        except OSError as error:
            raise UnknownError(GONE) from error
        whole = frame.set_index(pd.Index(frame["id"], name="id", dtype=str))
        kept = whole[where.mask(whole)]
        return gpd.GeoDataFrame(self._described(kept), geometry="geometry", crs=frame.crs)

    def row(self, feature_id: str) -> pd.Series | None:
        """Return one feature, or None."""
        found = self._described(self._read([feature_id]))
        return found.iloc[0] if len(found) else None

    def near(self, click: Click, where: Where = EVERYTHING) -> list[Near]:
        """Return the features within reach of a click, nearest first; the boxes in the file say where to look."""
        condition, values = where.condition()
        (x, y), reach = click.point, click.reach
        inner = (
            f"SELECT id, area, greatest(xmax - xmin, ymax - ymin) AS large, "
            f"ST_Distance(ST_GeomFromWKB(shape), ST_Point({x}, {y})) AS away FROM {self._shapes} "
            f"WHERE xmin <= {x + reach} AND xmax >= {x - reach} AND ymin <= {y + reach} AND ymax >= {y - reach} "
            f"AND {condition}"
        )
        # Materialized, so that no condition on a distance is pushed down into the file: DuckDB 1.5.5 fails there.
        query = (
            f"WITH close AS MATERIALIZED ({inner}) SELECT id, away, area FROM close WHERE away <= {reach} "
            f"AND (away = 0 OR area = 0 OR large <= {2 * reach}) ORDER BY away, area, id LIMIT {NEAREST}"
        )
        return [Near(str(each), click.metres(away), area) for each, away, area in self._ask(query, values)]

    def years(self) -> tuple[int, int] | None:
        """Return the first and last year of any feature."""
        return self.payload.years

    def spans(self) -> pd.DataFrame:
        """Return the years of each feature, which ``frame`` leaves out: the layer's own column says when."""
        try:
            return pd.read_parquet(self.payload.file("features"), columns=["id", *YEARS]).set_index("id")
        except OSError as error:
            raise UnknownError(GONE) from error

    @property
    def _shapes(self) -> str:
        return f"read_parquet({sql.word(str(self.payload.file('shapes')))})"

    def _ask(self, query: str, values: list[object]) -> list[tuple[Any, ...]]:
        try:
            return sql.rows(query, values)
        except duckdb.IOException as error:
            raise UnknownError(GONE) from error

    def _once(self, question: tuple[object, ...], answer: Callable[[], T]) -> T:
        """Answer a question about unchanging content once; a legend asks it at every run of a page."""
        return STORE.get(("stored rows", self.payload.content, *question), answer)

    def _read(self, ids: list[str]) -> pd.DataFrame:
        """Return the rows of some features without geometry, in the order of the file."""
        try:
            table = ds.dataset(self.payload.file("features"))
            columns = [name for name in table.schema.names if name != "geometry"]
            found = table.to_table(columns=columns, filter=ds.field("id").isin(ids)).to_pandas()
        except OSError as error:
            raise UnknownError(GONE) from error
        return found.set_index(pd.Index(found["id"], name="id", dtype=str))

    def _described(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows with what is said of the whole layer wherever a row does not say it itself."""
        about, roles = self.about, self.payload.roles
        if roles.precision and "precision_km" not in rows:
            rows = rows.assign(precision_km=pd.to_numeric(rows[roles.precision], errors="coerce"))
        if about is not None:
            said = {"as_of": about.as_of, "precision_km": about.precision_km, "reliability": about.reliability}
            rows = rows.assign(
                **{column: value for column, value in said.items() if column not in rows and value not in ("", None)}
            )
        return rows.drop(columns=["id", *YEARS] if roles.year else ["id"], errors="ignore")
