"""Columns of text that hold figures, with the decimal sign that the table uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Decimal = Literal[".", ","]

# RE2, which never takes longer than the text is long.
PLAIN: Final = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
WHOLE: Final = r"^[+-]?[0-9]{1,15}$"  # more digits than a float holds are a code
COMMA: Final = r"^[+-]?(?:(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,[0-9]*)?|,[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
POINT: Final = r"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?$"
SURELY_COMMA: Final = (
    r"^[+-]?(?:0?,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{4,},[0-9]+|[0-9.]+\.[0-9]{3},[0-9]*)"
    r"(?:[eE][+-]?[0-9]{1,3})?$"
)
SURELY_POINT: Final = (
    r"^[+-]?(?:0?\.[0-9]+|[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{4,}\.[0-9]+|[0-9,]+,[0-9]{3}\.[0-9]*)"
    r"(?:[eE][+-]?[0-9]{1,3})?$"
)
SPACES: Final = r"[ \x{00a0}\x{202f}\x{2009}'’]"
GROUPED: Final = rf"^[+-]?[0-9]{{1,3}}(?:{SPACES}[0-9]{{3}})+(?:[.,][0-9]*)?$"
ZEROS: Final = r"^0[0-9]"
MOST_WHOLE: Final = 1e15
SPECIAL: Final = r"^(?i:[+-]?inf(?:inity)?|1\.#inf)$"
# What people and programs write where there is no value.
MISSING: Final = frozenset({
    "", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "nd", "n.d.", "n/d", "s/d", "s.d.", "sd", "sin dato",
    "sin datos", "sem dados", "-", "--", "–", "..", "...", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!",
})  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """A column of text read as figures.

    Attributes
    ----------
    values : float64, n values
        NaN where there is no value or no figure.
    given : bool, n values
        Whether the cell holds anything but a sign for "no value".
    strange : bool, n values
        Whether it holds something that is no figure.
    is_mixed : bool
        Whether some cells have a decimal comma and some a decimal point.
    """

    values: npt.NDArray[np.float64]
    given: npt.NDArray[np.bool_]
    strange: npt.NDArray[np.bool_]
    is_mixed: bool = False

    @property
    def share(self) -> float:
        """How many of the cells with a value are figures."""
        given = int(self.given.sum())
        return 1 - int(self.strange.sum()) / given if given else 0.0


def decimal_of(columns: Iterable[pa.ChunkedArray]) -> Decimal:
    """Return the decimal sign of a table: what its unmistakable figures use, a point where there is none."""
    commas = points = 0
    for column in columns:
        head = column.slice(0, 2000)
        commas += _count(head, SURELY_COMMA)
        points += _count(head, SURELY_POINT)
    return "," if commas > points else "."


def figures(column: pa.ChunkedArray, decimal: Decimal) -> Figures:
    """Read a column as figures.

    Parameters
    ----------
    column : ChunkedArray of string, n values
    decimal : Decimal
        What the table uses, for a column that may be read in two ways (``1.234``).
    """
    text = pc.replace_substring(column, "−", "-")
    joined = pc.replace_substring_regex(text, pattern=SPACES, replacement="")
    text = pc.if_else(_matches(text, GROUPED), joined, text)
    missing = _is_missing(column)
    commas, points = _count(text, SURELY_COMMA), _count(text, SURELY_POINT)
    if commas != points:
        decimal = "," if commas > points else "."
    plain = _matches(text, PLAIN)
    with_comma, with_point = _matches(text, COMMA), _matches(text, POINT)
    if decimal == ",":
        swapped = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
        # A point that cannot group thousands is a decimal point, whatever the rest of the column has.
        other = pc.and_(plain, pc.or_(_matches(text, SURELY_POINT), pc.invert(with_comma)))
        clean = pc.if_else(other, text, pc.if_else(with_comma, swapped, None))
    else:
        joined = pc.replace_substring(text, ",", "")
        other = pc.and_(_matches(text, SURELY_COMMA), with_comma)
        swapped = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
        clean = pc.if_else(plain, text, pc.if_else(other, swapped, pc.if_else(with_point, joined, None)))
    infinite = _matches(text, SPECIAL)
    clean = pc.if_else(infinite, pc.if_else(pc.starts_with(text, "-"), "-inf", "inf"), clean)
    clean = pc.if_else(missing, None, clean)
    values = pc.cast(clean, pa.float64()).to_numpy()
    given = ~missing.to_numpy().astype(bool)
    strange = given & np.isnan(values)
    return Figures(np.asarray(values, dtype=np.float64), given, strange, is_mixed=min(commas, points) > 0)


def typed(column: pa.ChunkedArray, decimal: Decimal) -> tuple[pd.Series, bool]:
    """Return a column as whole numbers, as figures or as the text it is, and whether its decimal signs are mixed.

    A column with leading zeros, or with more digits than a float holds, is a code and stays text.
    """
    text = pd.Series(column.to_pandas(types_mapper=None), dtype="str")
    if _count(column, r"[0-9]") == 0:
        return text, False
    read = figures(column, decimal)
    if not read.given.any() or read.strange.any() or not np.isfinite(read.values[read.given]).all():
        return text, False
    if _count(column, ZEROS) or (_count(column, r"^[+-]?[0-9]+$") != _count(column, WHOLE)):
        return text, False
    values = pd.Series(read.values)
    if (read.values[read.given] == np.round(read.values[read.given])).all() and np.nanmax(
        np.abs(read.values)
    ) < MOST_WHOLE:
        whole = values.astype("Int64")
        return (whole.astype("int64") if read.given.all() else whole), False
    return values, read.is_mixed


def _is_missing(column: pa.ChunkedArray) -> pa.ChunkedArray:
    low = pc.utf8_lower(pc.utf8_trim_whitespace(column))
    return (
        pc.fill_null(pc.is_in(low, value_set=pa.array(sorted(MISSING))), True)
        if column.null_count == 0
        else pc.or_(pc.is_null(column), pc.fill_null(pc.is_in(low, value_set=pa.array(sorted(MISSING))), False))
    )


def _matches(column: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.match_substring_regex(column, pattern=pattern), False)


def _count(column: pa.ChunkedArray, pattern: str) -> int:
    return int(pc.sum(_matches(column, pattern)).as_py() or 0)
