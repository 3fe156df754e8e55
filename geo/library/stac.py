"""The catalogue as STAC 1.1: one collection for each layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

import pystac

from geo.library.batches import GEOMETRY
from geo.library.described import LICENCE_PAGES, Described, iri, spdx
from geo.library.exports import FORMATS
from geo.library.provenance import Cited, cited

EXTENSIONS: Final = (
    "https://stac-extensions.github.io/table/v1.2.0/schema.json",
    "https://stac-extensions.github.io/version/v1.2.0/schema.json",
)
SCIENTIFIC: Final = "https://stac-extensions.github.io/scientific/v1.0.0/schema.json"
DOI: Final = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")


def stac(
    described: list[Described], files: Mapping[str, str], *, name: str, title: str, about: str, beside: str
) -> pystac.Catalog:
    """Return a catalogue with a collection for each layer.

    Parameters
    ----------
    files : mapping
        Where the data of a layer stand in the folder, by key.
    name, title, about : str
        Of the catalogue: its id, and in the reader's words what it is called and what it is.
    beside : str
        The file in the same folder that says the same in DCAT.
    """
    root = pystac.Catalog(name, description=about, title=title)
    root.add_link(pystac.Link("alternate", f"./{beside}", media_type="application/ld+json", title="DCAT 3"))
    for each in described:
        root.add_child(_collection(each, has_data=each.key in files))
    return root


def _collection(each: Described, *, has_data: bool) -> pystac.Collection:
    said = each.export.said
    first, last = each.period
    interval = [_moment(first, is_end=False), _moment(last, is_end=True)]
    names = dict.fromkeys(source.publisher or source.title for source in said.sources)
    made = pystac.Collection(
        id=said.key,
        title=said.title,
        description=each.description,
        license=spdx(said.licence),
        keywords=[each.geometry],
        providers=[
            pystac.Provider(name, roles=[pystac.ProviderRole.PRODUCER], url=_page_of(name, each))
            for name in names
            if name
        ],
        extent=pystac.Extent(pystac.SpatialExtent([list(each.bounds)]), pystac.TemporalExtent([interval])),
        stac_extensions=list(EXTENSIONS),
        extra_fields={
            "version": said.version,
            "table:row_count": each.export.stream.rows,
            "table:primary_geometry": GEOMETRY,
            "table:columns": [
                {"name": name, "type": kind, **({"description": words} if words else {})}
                for name, kind, words in each.columns
            ]
            + [{"name": GEOMETRY, "type": "geometry"}],
            "fronteras:marking": said.marking,
            "fronteras:licence": said.licence,
            "fronteras:as_of": said.as_of,
            "fronteras:precision": said.precision,
            "fronteras:reliability": said.reliability,
            "fronteras:sources": [cited(source) for source in said.sources],
        },
    )
    _cite(made, said.sources)
    if said.changed:
        made.extra_fields["updated"] = said.changed
    if page := LICENCE_PAGES.get(made.license):
        made.add_link(pystac.Link(pystac.RelType.LICENSE, page, title=said.licence))
    if has_data:
        made.add_asset(
            "data",
            pystac.Asset(
                f"./{said.key}.parquet", title="GeoParquet", media_type=FORMATS["parquet"].mime, roles=["data"]
            ),
        )
    return made


def _cite(made: pystac.Collection, sources: tuple[Cited, ...]) -> None:
    """Name what a layer asks to be cited as, by the scientific extension: its own DOI, or those of what it rests on."""
    found = {match.group().rstrip(".,;)"): source for source in sources if (match := DOI.search(source.url))}
    if not found:
        return
    made.stac_extensions.append(SCIENTIFIC)
    if len(sources) == 1:
        [(doi, source)] = found.items()
        made.extra_fields |= {"sci:doi": doi, "sci:citation": cited(source)}
        made.add_link(pystac.Link("cite-as", iri(f"https://doi.org/{doi}")))
    else:  # a table drawn from many works has a DOI of none of them
        made.extra_fields["sci:publications"] = [
            {"doi": doi, "citation": cited(source)} for doi, source in found.items()
        ]


def _page_of(name: str, each: Described) -> str | None:
    pages = [iri(source.url) for source in each.export.said.sources if (source.publisher or source.title) == name]
    return next(filter(None, pages), None)


def _moment(day: date | None, *, is_end: bool) -> datetime | None:
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, *((23, 59, 59) if is_end else (0, 0, 0)), tzinfo=UTC)
