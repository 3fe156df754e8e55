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
MANY_DIGITS: Final = r"^[+-]?[0-9]{16,}$"  # more than a float holds: a code
COMMA: Final = r"^[+-]?(?:(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,[0-9]*)?|,[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
POINT: Final = r"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?$"
SURELY_COMMA: Final = (
    r"^[+-]?(?:0?,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{4,},[0-9]+|[0-9.]+\.[0-9]{3},[0-9]*"
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,})"  # 9.533.700: one sign that stands twice groups thousands
    r"(?:[eE][+-]?[0-9]{1,3})?$"
)
SURELY_POINT: Final = (
    r"^[+-]?(?:0?\.[0-9]+|[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{4,}\.[0-9]+|[0-9,]+,[0-9]{3}\.[0-9]*"
    r"|[0-9]{1,3}(?:,[0-9]{3}){2,})"
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
NO_VALUE: Final = pa.array(sorted(MISSING))
PIECE: Final = 100_000
SAMPLE: Final = 200
BEGINS: Final = r"^\s*[+\-−]?[.,]?[0-9]|^(?i:[+-]?inf)"


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
    has_comma = bool(pc.any(pc.match_substring(column, ",")).as_py())
    commas = points = 0
    if has_comma or decimal == ",":
        commas, points = _count(column, SURELY_COMMA), _count(column, SURELY_POINT)
        if commas != points:
            decimal = "," if commas > points else "."
    values, given, start = np.empty(len(column)), np.empty(len(column), dtype=bool), 0
    for chunk in column.chunks:  # piece by piece: each step makes a copy of the texts
        rows = slice(start, start + len(chunk))
        values[rows], given[rows] = _figures(chunk, decimal, is_plain=not has_comma and decimal == ".")
        start = rows.stop
    return Figures(values, given, given & np.isnan(values), is_mixed=min(commas, points) > 0)


def _figures(
    column: pa.StringArray, decimal: Decimal, *, is_plain: bool
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the values of a piece of a column, NaN where there is none, and where a value is given."""
    if is_plain:
        try:
            found: npt.NDArray[np.float64] = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:  # most columns of figures never come here: the rest takes five times as long
            pass
        else:
            return found, ~np.isnan(found)
    text = pc.replace_substring(column, "−", "-")
    joined = pc.replace_substring_regex(text, pattern=SPACES, replacement="")
    text = pc.if_else(_matches(text, GROUPED), joined, text)
    plain, with_comma, with_point = _matches(text, PLAIN), _matches(text, COMMA), _matches(text, POINT)
    swapped = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
    if decimal == ",":
        # A point that cannot group thousands is a decimal point, whatever the rest of the column has.
        other = pc.and_(plain, pc.or_(_matches(text, SURELY_POINT), pc.invert(with_comma)))
        clean = pc.if_else(other, text, pc.if_else(with_comma, swapped, None))
    else:
        other = pc.and_(_matches(text, SURELY_COMMA), with_comma)
        joined = pc.replace_substring(text, ",", "")
        clean = pc.if_else(plain, text, pc.if_else(other, swapped, pc.if_else(with_point, joined, None)))
    clean = pc.if_else(_matches(text, SPECIAL), pc.if_else(pc.starts_with(text, "-"), "-inf", "inf"), clean)
    missing = _is_missing(column)
    values = pc.cast(pc.if_else(missing, None, clean), pa.float64()).to_numpy(zero_copy_only=False)
    return values, ~missing.to_numpy(zero_copy_only=False)


def typed(column: pa.ChunkedArray, decimal: Decimal) -> tuple[pd.Series, bool]:
    """Return a column as whole numbers, as figures or as the text it is, and whether its decimal signs are mixed.

    A column with leading zeros, or with more digits than a float holds, is a code and stays text.
    """
    head = pc.drop_null(column).slice(0, SAMPLE)
    is_text = pc.invert(pc.or_(_matches(head, BEGINS), _is_missing(head)))
    if not len(head) or pc.any(is_text).as_py() or _has_code(column):
        return _text(column), False
    read = figures(column, decimal)
    known = read.values if read.given.all() else read.values[read.given]
    if not len(known) or read.strange.any() or not np.isfinite(known).all():
        return _text(column), False
    values = pd.Series(read.values)
    if _are_whole(known):
        return values.astype("int64" if read.given.all() else "Int64"), False
    return values, read.is_mixed


def _are_whole(values: npt.NDArray[np.float64]) -> bool:
    """Whether all values are whole numbers that a float holds exactly, looked at a piece at a time."""
    pieces = (values[start : start + PIECE] for start in range(0, len(values), PIECE))
    return all((piece == np.round(piece)).all() and np.abs(piece).max() < MOST_WHOLE for piece in pieces)


def _text(column: pa.ChunkedArray) -> pd.Series:
    return pd.Series(column.to_pandas(), dtype="str")


def _has_code(column: pa.ChunkedArray) -> bool:
    """Whether a cell begins with a zero that no number has, or has more digits than a float holds."""
    zero = column.filter(pc.fill_null(pc.starts_with(column, "0"), False))
    if _count(zero, ZEROS):
        return True
    long = column.filter(pc.fill_null(pc.greater(pc.utf8_length(column), 15), False))
    return _count(long, MANY_DIGITS) > 0


def _is_missing(column: pa.StringArray) -> pa.BooleanArray:
    low = pc.utf8_lower(pc.utf8_trim_whitespace(column))
    return pc.or_(pc.is_null(column), pc.fill_null(pc.is_in(low, value_set=NO_VALUE), False))


def _matches(column: pa.StringArray, pattern: str) -> pa.BooleanArray:
    return pc.fill_null(pc.match_substring_regex(column, pattern=pattern), False)


def _count(column: pa.ChunkedArray, pattern: str) -> int:
    return int(pc.sum(_matches(column, pattern)).as_py() or 0)
