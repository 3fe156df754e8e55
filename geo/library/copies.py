"""Layers on their way out of the catalogue: features and what is said of them, as far as a viewer may have them.

Shipped layers and those that people brought leave the same way.
"""

from __future__ import annotations

from typing import Final

from geo import catalogue, downloads, indicators, payloads, store
from geo.library import shelf
from geo.library.batches import Stream, of_frame, of_parquet
from geo.library.differences import Differences, between
from geo.library.exports import Export
from geo.library.provenance import Cited, Provenance
from geo.messages import DEFAULT_LANGUAGE, Language, say
from geo.payloads import VALUE_CLASS, YEARS
from geo.seeds import RECORDS, Record
from geo.shipped import TABLES
from geo.sources import sources_of
from geo.store import STORE
from geo.terms import label
from geo.viewer import LOCAL, Viewer

COMPARED: Final = "differences"  # what the comparisons of the process-wide cache are kept under


def export(
    key: str,
    *,
    viewer: Viewer = LOCAL,
    number: int | None = None,
    title: str = "",
    lang: Language = DEFAULT_LANGUAGE,
) -> Export:
    """Return a layer as it leaves.

    Parameters
    ----------
    number : int, optional
        Which version of a layer that somebody brought; by default the present one.
    title : str, optional
        What a shipped layer is called on the page that it is taken from.

    Raises
    ------
    UnknownError
        If there is no such layer or version for this viewer.
    """
    told = said(key, viewer=viewer, number=number, title=title, lang=lang)
    if key in RECORDS:
        return Export(of_frame(downloads.with_figures(key, viewer)), told)
    layer = shelf.layer(key, viewer)
    return Export(stream_of(layer.current if number is None else layer.version(number)), told)


def said(
    key: str,
    *,
    viewer: Viewer = LOCAL,
    number: int | None = None,
    title: str = "",
    lang: Language = DEFAULT_LANGUAGE,
) -> Provenance:
    """Return what travels with a layer; parameters and errors as for ``export``."""
    shipped = RECORDS.get(key)
    if shipped is not None and number is None:
        return _said_of_shipped(catalogue.record(key, viewer), viewer, title, lang)
    layer = shelf.layer(key, viewer)
    return said_of(layer, layer.current if number is None else layer.version(number))


def stream_of(version: shelf.Version) -> Stream:
    """Return the features of a version as they were brought: without what was only added to draw them."""
    payload = payloads.read(version.content)
    added = {VALUE_CLASS, *(YEARS if payload.roles.year or payload.years is None else ())}
    return of_parquet(payload.file("features"), without=added)


def said_of(layer: shelf.Layer, version: shelf.Version) -> Provenance:
    """Return what travels with a version of a layer that somebody brought."""
    about = version.about
    source = Cited(title=about.source, publisher=about.publisher, url=about.url, licence=about.licence)
    return Provenance(
        key=layer.key,
        title=about.title,
        version=str(version.number),
        marking=about.marking,
        sources=(source,),
        description=about.description,
        as_of=about.as_of,
        precision="" if about.precision_km is None else f"{about.precision_km:g} km",
        reliability=about.reliability,
        changed=version.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        name=about.name,
    )


def compared(layer: shelf.Layer, earlier: int, later: int) -> Differences:
    """Return how a version differs from an earlier one, computed once: a version never changes."""
    before, after = layer.version(earlier), layer.version(later)
    key = (COMPARED, before.content, after.content)
    return STORE.get(key, lambda: between(stream_of(before), stream_of(after)))


def _said_of_shipped(record: Record, viewer: Viewer, title: str, lang: Language) -> Provenance:
    cited = tuple(
        Cited(title=each.title, publisher=each.publisher, year=each.year, url=each.url, licence=each.licence)
        for each in sources_of(_source_ids(record))
    )
    return Provenance(
        key=record.key,
        title=title or _title(record, lang),
        version=store.data_version(),
        marking=record.marking,
        sources=cited,
        description=say(record.method, lang),
        precision=say(record.precision, lang),
        name="name" if "name" in catalogue.features(record.key, viewer) else "",
    )


def _source_ids(record: Record) -> list[str]:
    """Return the ids of all that a shipped layer rests on; of figures by unit also who counted them."""
    ids = list(catalogue.cited(record.key))
    for year in indicators.years(record.indicator) if record.indicator else ():
        figures = indicators.by_unit(record.indicator, year)
        ids.extend(figures.loc[figures["unit_id"] != "", "source_id"].tolist())
    return list(dict.fromkeys(ids))


def _title(record: Record, lang: Language) -> str:
    if record.indicator:
        return say(label("indicator", record.indicator), lang)
    if record.key.replace("-", "_") in record.table:
        return say(TABLES[record.table].label, lang)
    return record.key.replace("-", " ").capitalize()
