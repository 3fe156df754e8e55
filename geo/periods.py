"""Periods as people write them, read as years."""

from __future__ import annotations

import re


def span(text: str) -> tuple[int | None, int | None]:
    """Read a period such as "2000s-2025", "since 2019" or "1980s" as first and last year.

    A decade counts from its first year to its last; what names no year is (None, None).
    """
    years = [(int(year), bool(decade)) for year, decade in re.findall(r"((?:19|20)\d\d)(s?)", text)]
    if not years:
        return None, None
    first, (last, is_decade) = years[0][0], years[-1]
    return first, last + 9 if is_decade else last
