"""The layers of the catalogue as other catalogues need to know them, whatever standard they speak.

A description goes to strangers. So what is private or TLP:RED is not in it, even where the person who asks may see it.
"""

from __future__ import annotations

import logging
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, cast
from urllib.parse import quote, urlsplit

import numpy as np
import pyarrow as pa
import shapely

from geo import catalogue, indicators
from geo.errors import UnknownError
from geo.library import copies, shelf
from geo.library.batches import shapes_of
from geo.library.exports import Export
from geo.messages import Language, say
from geo.seeds import RECORDS
from geo.shipped import TABLES
from geo.viewer import MARKINGS, Viewer

LOG: Final = logging.getLogger(__name__)
LICENCES: Final[Mapping[str, str]] = {  # as people write them, in small letters without signs, to SPDX
    "cc by 4 0": "CC-BY-4.0",
    "cc by sa 4 0": "CC-BY-SA-4.0",
    "cc by nc 4 0": "CC-BY-NC-4.0",
    "cc by 3 0 igo": "CC-BY-3.0-IGO",
    "cc by 3 0": "CC-BY-3.0",
    "cc0": "CC0-1.0",
    "cc0 1 0": "CC0-1.0",
    "odbl": "ODbL-1.0",
    "odbl 1 0": "ODbL-1.0",
}
LICENCE_PAGES: Final[Mapping[str, str]] = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-3.0-IGO": "https://creativecommons.org/licenses/by/3.0/igo/",
    "CC-BY-3.0": "https://creativecommons.org/licenses/by/3.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
NO_IRI: Final = re.compile(r'[\x00-\x20<>"{}|\\^`]')  # what RFC 3987 allows in no address

Box = tuple[float, float, float, float]
Period = tuple[date | None, date | None]


@dataclass(frozen=True)
class Described:
    """One layer as both standards need it.

    Attributes
    ----------
    bounds : Box
        West, south, east, north in degrees (EPSG:4326).
    columns : tuple of (str, str, str)
        Name, type, and what it is.
    layer : Layer or None
        None for a shipped layer.
    """

    export: Export
    geometry: str
    bounds: Box
    period: Period
    columns: tuple[tuple[str, str, str], ...]
    layer: shelf.Layer | None

    @property
    def key(self) -> str:
        """As links know the layer."""
        return self.export.said.key

    @property
    def description(self) -> str:
        """What it shows; both standards want some words, so its source and licence where nobody said."""
        return self.export.said.description or self.export.said.summary() or self.export.said.title


def described(viewer: Viewer, lang: Language, titles: Mapping[str, str]) -> tuple[list[Described], list[str]]:
    """Return the layers that may be told of, and the titles of those that the viewer sees and that are left out."""
    shipped = [
        _of_shipped(key, viewer, lang, titles.get(key, "")) for key in RECORDS if viewer.may_see(RECORDS[key].marking)
    ]
    own, left_out = [], []
    for layer in shelf.layers(viewer):
        if layer.visibility == "private" or layer.about.marking == MARKINGS[-1]:
            left_out.append(layer.title)
            continue
        version = layer.current
        try:
            export = copies.export(layer.key, viewer=viewer)
        except UnknownError:  # its files were taken away by hand: there is nothing to describe
            LOG.warning("The features of layer %s, version %s, are gone.", layer.key, version.number)
            continue
        roles = {getattr(version.about, name): name for name in ("name", "category", "year", "value", "precision")}
        columns = tuple(
            (field.name, _kind(field.type), roles.get(field.name, "")) for field in export.stream.attributes
        )
        stored = catalogue.of_version(layer, version).payload
        period = _years(stored.years) if stored is not None and stored.years else _day(version.about.as_of)
        own.append(Described(export, version.geometry, version.bounds or _box(export), period, columns, layer))
    return [*shipped, *own], left_out


def _of_shipped(key: str, viewer: Viewer, lang: Language, title: str) -> Described:
    record = catalogue.record(key, viewer)
    export = copies.export(key, viewer=viewer, title=title, lang=lang)
    labels = {column.name: say(column.label, lang) for column in TABLES[record.table].columns} if record.table else {}
    columns = tuple((field.name, _kind(field.type), labels.get(field.name, "")) for field in export.stream.attributes)
    if record.indicator:
        every = indicators.years(record.indicator)
        years = (min(every), max(every)) if every else None
    else:
        years = catalogue.rows(key, viewer).years()
    return Described(export, record.geometry, _box(export), _years(years) if years else (None, None), columns, None)


def _kind(kind: pa.DataType) -> str:
    """Return a column's kind as one who reads a description knows it."""
    plain_kinds = ((pa.types.is_boolean, "boolean"), (pa.types.is_integer, "integer"), (pa.types.is_floating, "number"))
    dates = ((pa.types.is_date, "date"), (pa.types.is_timestamp, "datetime"))
    return next((name for is_kind, name in (*plain_kinds, *dates) if is_kind(kind)), "string")


def _box(export: Export) -> Box:
    boxes = np.array([shapely.total_bounds(shapes_of(batch)) for batch in export.stream.batches()])
    known = boxes[np.isfinite(boxes).all(axis=1)] if len(boxes) else boxes
    if not len(known):
        return (-180.0, -90.0, 180.0, 90.0)
    edges = [*known[:, :2].min(axis=0), *known[:, 2:].max(axis=0)]
    return cast(Box, tuple(round(float(edge), 6) for edge in edges))


def _years(years: tuple[int, int]) -> Period:
    return date(int(years[0]), 1, 1), date(int(years[1]), 12, 31)


def _day(text: str) -> Period:
    """Return what an as-of date spans: a year, a month, a day; nothing where it is something else."""
    is_month = re.fullmatch(r"\d{4}-\d{2}", text)
    try:
        if re.fullmatch(r"\d{4}", text):
            return _years((int(text), int(text)))
        day = date.fromisoformat(f"{text}-01" if is_month else text)
    except ValueError:
        return None, None
    return day, day.replace(day=monthrange(day.year, day.month)[1]) if is_month else day


def spdx(licence: str) -> str:
    """Return the SPDX name of a licence, or "other" where its words name none that we know."""
    words = re.sub(r"[^a-z0-9]+", " ", licence.lower()).strip()
    return LICENCES.get(words, "other")


def iri(text: str) -> str:
    """Return an address of the web as RDF and STAC take it; "" for what is none."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:  # such as http://[half
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return NO_IRI.sub(lambda sign: quote(sign.group()), text.strip())
