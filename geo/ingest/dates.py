"""Dates in the forms in which people write them, brought to one: 2024-03-15."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from geopandas.array import GeometryDtype

from geo.ingest.report import Issue
from geo.messages import Message
from geo.names import folded

SAMPLE: Final = 200  # values of a column that say whether it holds dates
PIECE: Final = 20_000  # values that are read at one time
SHARE: Final = 0.75  # of them that must be dates: registers write words for what they do not know
TIME: Final = r"(?:[T\s].{1,30})?"
# Day and month as they stand, then the year; and with the year in front, which is read without a doubt.
NUMBERS: Final = re.compile(rf"(\d{{1,2}})([/.\-])(\d{{1,2}})\2(\d{{4}}|\d{{2}})({TIME})")
YEAR_FIRST: Final = re.compile(rf"(\d{{4}})[/.](\d{{1,2}})[/.](\d{{1,2}})({TIME})")
COMPACT: Final = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])()")
DAY_WORD: Final = re.compile(
    r"(?:[^\W\d_]{2,13}(?:-feira)?\.?,?\s+)?(\d{1,2})[ºª°]?[\s.\-/]+(?:de\s+)?([^\W\d_]{3,10})\.?[\s.,\-/]+"
    rf"(?:de[l]?\s+)?(\d{{4}}|\d{{2}})({TIME})"
)
MONTH_WORD: Final = re.compile(r"([^\W\d_]{3,10})\.?[\s.,\-/]+(?:de[l]?\s+)?(\d{4})")
# Weeks have no form of their own among the three numbers of a day: 2023-W14 stays a week. “S1” and “sem. 1” are as
# often half a year, and “SE 14/2023” a number of Sergipe: they are left as they are.
_WEEK: Final = r"(?:w|wk|week|epi[ -]?week|semana(?: epidemiol[oó]gica)?)\.?[\s\-]*"
WEEK_LAST: Final = re.compile(rf"{_WEEK}(\d{{1,2}})[\s,/\-]+(?:de[l]?\s+)?(\d{{4}})", re.IGNORECASE)
WEEK_FIRST: Final = re.compile(rf"(\d{{4}})[\s,/\-]*{_WEEK}(\d{{1,2}})", re.IGNORECASE)
WEEK_DAY: Final = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])")
# A day that a spreadsheet counts from 1900: these are of 1982 to 2064.
SERIAL: Final = (30_000, 60_000)
DAY_0: Final = date(1899, 12, 30)
DATED: Final = re.compile(r"(?:^|[^a-z])(?:fecha|fec|data|date|dia|day)(?:$|[^a-z])")
WORD_DAY: Final = re.compile(r"([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
LAST_WEEK: Final = 53  # of a long year
LONGEST: Final = 60  # signs of a date with its weekday and time
CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
PIVOT: Final = 69  # of years of two digits: 69 is 1969, 68 is 2068, as POSIX has it
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("january enero janeiro jan ene", "february febrero fevereiro feb fev", "march marzo março mar",
         "april abril apr abr", "may mayo maio mai", "june junio junho jun", "july julio julho jul",
         "august agosto aug ago", "september septiembre setiembre setembro sep set sept",
         "october octubre outubro oct out", "november noviembre novembro nov",
         "december diciembre dezembro dec dic dez"),
        1,
    )
    for name in names.split()
}  # fmt: skip


@dataclass(frozen=True)
class _Order:
    """Whether the day comes first in dates of three numbers, and whether that is sure."""

    is_day_first: bool = True
    is_sure: bool = True


def read_dates(frame: pd.DataFrame, layer: str) -> tuple[pd.DataFrame, list[Issue]]:
    """Return a layer with the dates in its columns of text as year-month-day, and what was read how.

    A column is one of dates when three in four of its values are; a value that is none stays as it is. Where day
    and month cannot be told apart the day is taken to come first, as it does in Latin America.
    """
    issues: list[Issue] = []
    read: dict[str, pd.Series] = {}
    for name in frame.columns:
        values = frame[name]
        if _is_serial(str(name), values):
            read[name], issue = _counted(layer, str(name), values)
            issues.append(issue)
            continue
        if isinstance(values.dtype, GeometryDtype) or not (
            values.dtype == object or pd.api.types.is_string_dtype(values)
        ):
            continue
        known = values.notna().to_numpy(dtype=bool)
        head = values.iloc[np.flatnonzero(known)[:SAMPLE]]
        sample = [str(word).strip() for word in head if str(word).strip()]
        if not sample or sum(_is_date(word) for word in sample) < SHARE * len(sample):
            continue
        if all(_iso(word, _Order()) == word for word in sample):
            continue  # weeks that are written as they should be
        pieces = [values.iloc[start : start + PIECE] for start in range(0, len(values), PIECE)]
        order = _order(str(word).strip() for piece in pieces for word in piece.dropna().unique())
        days, strange = zip(*(_days(piece, order) for piece in pieces), strict=True)
        read[name] = pd.concat(days)
        issues.append(_said(layer, str(name), next(word for word in sample if _is_date(word)), order))
        unread = pd.concat(strange)
        if unread.any():
            issues.append(_unread(layer, str(name), unread, values))
    return (frame.assign(**read) if read else frame), issues


def _is_serial(name: str, values: pd.Series) -> bool:
    """Whether a column is named as one of dates and holds days as a spreadsheet counts them."""
    if not DATED.search(folded(CAMEL.sub(" ", name))) or not pd.api.types.is_numeric_dtype(values):
        return False
    known = values.dropna()
    return len(known) > 0 and bool(known.between(*SERIAL).all())


def _counted(layer: str, name: str, values: pd.Series) -> tuple[pd.Series, Issue]:
    """Return days that were counted from 1900 as dates, and the issue that says so."""
    days = values.map(lambda day: (DAY_0 + timedelta(days=int(day))).isoformat(), na_action="ignore").astype("str")
    days = days.where(values.notna())
    first = values.dropna().iloc[0]
    return days, Issue(
        "DATES_READ",
        "note",
        Message("“{column}” holds days as a spreadsheet counts them from 1900: {before} became {after}.",
                column=name, before=f"{first:g}", after=str(days.dropna().iloc[0])),
        Message("Expected are dates as 2024-03-15."),
        Message("Nothing needs to be done."),
        layer=layer,
    )  # fmt: skip


def _days(values: pd.Series, order: _Order) -> tuple[pd.Series, pd.Series]:
    """Return values with the dates among them as year-month-day, and which of them are none."""
    told = {word: str(word).strip() for word in values.dropna().unique()}
    days = {word: _iso(text, order) for word, text in told.items()}
    made = values.map(days).where(values.notna())
    strange = {word: days[word] is None and text != "" for word, text in told.items()}
    return made.where(made.notna(), values), values.map(strange).fillna(False).astype(bool)


def _is_date(word: str) -> bool:
    return len(word) <= LONGEST and _iso(word, _Order()) is not None


def _order(words: Iterable[str]) -> _Order:
    """Return in which order day and month stand in a column, by the numbers that can be only one of them."""
    firsts, seconds = False, False
    numbered = False
    for word in words:
        match = NUMBERS.fullmatch(word)
        if match:
            numbered = True
            firsts |= int(match[1]) > 12
            seconds |= int(match[3]) > 12
    if not numbered:
        return _Order()
    return _Order(is_day_first=firsts or not seconds, is_sure=firsts != seconds)


def _iso(word: str, order: _Order) -> str | None:
    """Return a date as 2024-03-15, with its time where it has one; None for what is no date."""
    if len(word) > LONGEST:
        return None
    match = NUMBERS.fullmatch(word)
    if match:
        first, second = int(match[1]), int(match[3])
        year = _year(match[4])
        day, month = (first, second) if order.is_day_first else (second, first)
        if month > 12:  # this one value is in the other order
            day, month = month, day
        found = _day(year, month, day)
        return None if found is None else found.isoformat() + _time(match[5])
    match = YEAR_FIRST.fullmatch(word) or COMPACT.fullmatch(word)
    if match:
        found = _day(int(match[1]), int(match[2]), int(match[3]))
        return None if found is None else found.isoformat() + _time(match[4])
    return _week(word) or _in_words(word)


def _week(word: str) -> str | None:
    """Return a week as 2023-W14, and a day of one as a date."""
    day = WEEK_DAY.fullmatch(word)
    if day:
        try:
            return date.fromisocalendar(int(day[1]), int(day[2]), int(day[3])).isoformat()
        except ValueError:
            return None
    first, last = WEEK_FIRST.fullmatch(word), WEEK_LAST.fullmatch(word)
    year, week = (first[1], first[2]) if first else (last[2], last[1]) if last else ("", "0")
    return f"{year}-W{int(week):02}" if 1 <= int(week) <= LAST_WEEK else None


def _time(text: str) -> str:
    return f"T{text.strip(' T')}" if re.search(r"[1-9]", text) else ""  # midnight is what programs add to a bare day


def _in_words(word: str) -> str | None:
    """Return a date whose month is a word, or such a month without a day: 2024-03."""
    match = DAY_WORD.fullmatch(word)
    if match:
        found = _day(_year(match[3]), MONTHS.get(match[2].casefold(), 0), int(match[1]))
        return None if found is None else found.isoformat() + _time(match[4])
    match = WORD_DAY.fullmatch(word)
    if match:
        found = _day(int(match[3]), MONTHS.get(match[1].casefold(), 0), int(match[2]))
        return None if found is None else found.isoformat()
    match = MONTH_WORD.fullmatch(word)
    month = MONTHS.get(match[1].casefold(), 0) if match else 0
    return f"{match[2]}-{month:02}" if match and month else None


def _year(digits: str) -> int:
    """Return a year of four digits, or of two."""
    return int(digits) if len(digits) == 4 else int(digits) + (1900 if int(digits) >= PIVOT else 2000)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _said(layer: str, column: str, example: str, order: _Order) -> Issue:
    after = _iso(example, order) or example
    if not order.is_sure:
        return Issue(
            "DATES_AMBIGUOUS",
            "warning",
            Message("The dates of “{column}” do not show whether day or month comes first; the day was taken to "
                    "come first: {before} became {after}.", column=column, before=example[:40], after=after),
            Message("Expected are dates as 2024-03-15."),
            Message("See whether the dates are right. If not, write them as 2024-03-15."),
            layer=layer,
        )  # fmt: skip
    return Issue(
        "DATES_READ",
        "note",
        Message("The dates of “{column}” were written in one way: {before} became {after}.",
                column=column, before=example[:40], after=after),
        Message("Expected are dates as 2024-03-15."),
        Message("Nothing needs to be done."),
        layer=layer,
    )  # fmt: skip


def _unread(layer: str, column: str, unread: pd.Series, values: pd.Series) -> Issue:
    first = unread.index[unread.to_numpy()][0]
    return Issue(
        "DATE_UNREADABLE",
        "note",
        Message("{n} value of “{column}” is no date and stays as it is: {example}.",
                "{n} values of “{column}” are no dates and stay as they are: {example}.",
                n=int(unread.sum()), column=column, example=str(values.loc[first])[:40]),
        Message("Expected are dates as 2024-03-15."),
        Message("Mend these values in the file, or leave them empty."),
        layer=layer,
        feature=int(first),
        count=int(unread.sum()),
    )  # fmt: skip
