"""The catalogue described for other catalogues: STAC 1.1 (one collection for each layer) and DCAT 3 (JSON-LD).

Only what the viewer may see is named. Links are relative, so that the folder can be put anywhere; contexts stand in the
file, so that nobody has to fetch them.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final, cast
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pystac
import shapely

from geo import catalogue, indicators
from geo.errors import DataError, UnknownError
from geo.library import copies, exports, shelf
from geo.library.batches import GEOMETRY, shapes_of
from geo.library.exports import FORMATS, Export
from geo.library.provenance import Cited, cited
from geo.library.shapefiles import ZIP_DATE
from geo.messages import DEFAULT_LANGUAGE, Language, Message, say
from geo.seeds import RECORDS
from geo.shipped import TABLES
from geo.viewer import LOCAL, Viewer

LOG: Final = logging.getLogger(__name__)
CATALOGUE_ID: Final = "fronteras"
DCAT_FILE: Final = "dcat.jsonld"
EXTENSIONS: Final = (
    "https://stac-extensions.github.io/table/v1.2.0/schema.json",
    "https://stac-extensions.github.io/version/v1.2.0/schema.json",
)
SCIENTIFIC: Final = "https://stac-extensions.github.io/scientific/v1.0.0/schema.json"
TITLE: Final = Message("Fronteras: border zones, brown areas, illegal mining and trafficking corridors")
ABOUT: Final = Message("The layers of this app that the person who asked may see, each with its sources.")
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
DOI: Final = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")
WEB: Final = re.compile(r"https?://\S+")
CONTEXT: Final[Mapping[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

Box = tuple[float, float, float, float]
Period = tuple[date | None, date | None]


@dataclass(frozen=True)
class _Described:
    """One layer as both standards need it."""

    export: Export
    geometry: str
    bounds: Box
    period: Period
    columns: tuple[tuple[str, str, str], ...]  # name, type, what it is
    layer: shelf.Layer | None

    @property
    def key(self) -> str:
        return self.export.said.key


def write(
    folder: Path,
    *,
    viewer: Viewer = LOCAL,
    lang: Language = DEFAULT_LANGUAGE,
    titles: Mapping[str, str] | None = None,
    with_data: bool = False,
) -> int:
    """Write the catalogue to a folder and return how many layers are described.

    Parameters
    ----------
    folder : Path
        New, empty, or one that this function wrote, which is then replaced.
    titles : mapping, optional
        What shipped layers are called, by key.
    with_data : bool
        Whether each layer stands beside its description, as GeoParquet.

    Raises
    ------
    DataError
        If the folder holds something else, or cannot be written to.
    """
    if folder.exists() and not _is_ours(folder):
        raise DataError(
            Message("“{path}” holds something else. Choose a folder that is new or empty.", path=str(folder))
        )
    making = folder.parent / f".{folder.name[:40]}-{uuid4().hex[:8]}"
    try:
        try:
            making.mkdir(parents=True)
            described = _fill(making, viewer, lang, titles or {}, with_data=with_data)
            gone = making.with_name(f"{making.name}-old")
            if folder.exists():
                folder.rename(gone)
            making.rename(folder)
            shutil.rmtree(gone, ignore_errors=True)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(
            Message("“{path}” cannot be written ({reason}). Choose another folder.", path=str(folder), reason=reason)
        ) from error
    return described


def packed(
    *, viewer: Viewer = LOCAL, lang: Language = DEFAULT_LANGUAGE, titles: Mapping[str, str] | None = None
) -> bytes:
    """Return the same folder as a zip."""
    scratch = Path(mkdtemp(prefix="fronteras-catalogue-"))
    try:
        _fill(scratch, viewer, lang, titles or {}, with_data=False)
        content = BytesIO()
        with zipfile.ZipFile(content, "w") as out:
            for path in sorted(each for each in scratch.rglob("*") if each.is_file()):
                entry = zipfile.ZipInfo(path.relative_to(scratch).as_posix(), ZIP_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(entry, path.read_bytes())
        return content.getvalue()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        told = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return not any(folder.iterdir())
    return isinstance(told, dict) and told.get("id") == CATALOGUE_ID


def _fill(folder: Path, viewer: Viewer, lang: Language, titles: Mapping[str, str], *, with_data: bool) -> int:
    described = _described(viewer, lang, titles)
    files: dict[str, str] = {}
    if with_data:
        for each in described:
            files[each.key] = f"{each.key}/{each.key}.parquet"
            (folder / each.key).mkdir()
            exports.write(each.export, folder / files[each.key], format=FORMATS["parquet"], lang=lang)
    _stac(described, lang, files).normalize_and_save(str(folder), catalog_type=pystac.CatalogType.SELF_CONTAINED)
    told = json.dumps(_dcat(described, lang, files), ensure_ascii=False, indent=1)
    (folder / DCAT_FILE).write_text(told, encoding="utf-8")
    return len(described)


def _described(viewer: Viewer, lang: Language, titles: Mapping[str, str]) -> list[_Described]:
    shipped = [
        _of_shipped(key, viewer, lang, titles.get(key, "")) for key in RECORDS if viewer.may_see(RECORDS[key].marking)
    ]
    own = []
    for layer in shelf.layers(viewer):
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
        years = catalogue.of_version(layer, version).payload
        period = _years(years.years) if years is not None and years.years else _day(version.about.as_of)
        own.append(_Described(export, version.geometry, version.bounds or _box(export), period, columns, layer))
    return [*shipped, *own]


def _of_shipped(key: str, viewer: Viewer, lang: Language, title: str) -> _Described:
    record = catalogue.record(key, viewer)
    export = copies.export(key, viewer=viewer, title=title, lang=lang)
    labels = {column.name: say(column.label, lang) for column in TABLES[record.table].columns} if record.table else {}
    columns = tuple((field.name, _kind(field.type), labels.get(field.name, "")) for field in export.stream.attributes)
    if record.indicator:
        every = indicators.years(record.indicator)
        years = (min(every), max(every)) if every else None
    else:
        years = catalogue.rows(key, viewer).years()
    return _Described(export, record.geometry, _box(export), _years(years) if years else (None, None), columns, None)


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
    """Return what an as-of date spans: a year, a month's first day, a day; nothing where it is something else."""
    if re.fullmatch(r"\d{4}", text):
        return _years((int(text), int(text)))
    try:
        day = date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        return None, None
    return day, day


def spdx(licence: str) -> str:
    """Return the SPDX name of a licence, or "other" where its words name none that we know."""
    words = re.sub(r"[^a-z0-9]+", " ", licence.lower()).strip()
    return LICENCES.get(words, "other")


# --- STAC -------------------------------------------------------------------------------------


def _stac(described: list[_Described], lang: Language, files: Mapping[str, str]) -> pystac.Catalog:
    root = pystac.Catalog(CATALOGUE_ID, description=say(ABOUT, lang), title=say(TITLE, lang))
    root.add_link(pystac.Link("alternate", f"./{DCAT_FILE}", media_type="application/ld+json", title="DCAT 3"))
    for each in described:
        root.add_child(_collection(each, has_data=each.key in files))
    return root


def _collection(each: _Described, *, has_data: bool) -> pystac.Collection:
    said = each.export.said
    first, last = each.period
    interval = [_moment(first, is_end=False), _moment(last, is_end=True)]
    names = dict.fromkeys(source.publisher or source.title for source in said.sources)
    made = pystac.Collection(
        id=said.key,
        title=said.title,
        description=said.description or said.summary() or said.title,
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
    _cite(made, each)
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


def _cite(made: pystac.Collection, each: _Described) -> None:
    """Name what a layer asks to be cited as, by the scientific extension where a source has a DOI."""
    for source in each.export.said.sources:
        if found := DOI.search(source.url):
            (made.stac_extensions or []).append(SCIENTIFIC)
            made.extra_fields["sci:doi"] = found.group().rstrip(".,;)")
            made.extra_fields["sci:citation"] = cited(source)
            made.add_link(pystac.Link("cite-as", f"https://doi.org/{made.extra_fields['sci:doi']}"))
            return


def _page_of(name: str, each: _Described) -> str | None:
    urls = [source.url for source in each.export.said.sources if (source.publisher or source.title) == name]
    return next((url for url in urls if WEB.fullmatch(url)), None)


def _moment(day: date | None, *, is_end: bool) -> datetime | None:
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, *((23, 59, 59) if is_end else (0, 0, 0)), tzinfo=UTC)


# --- DCAT -------------------------------------------------------------------------------------


def _dcat(described: list[_Described], lang: Language, files: Mapping[str, str]) -> dict[str, Any]:
    return {
        "@context": dict(CONTEXT),
        "@id": "#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _in(say(TITLE, lang), lang),
        "dct:description": _in(say(ABOUT, lang), lang),
        "dcat:dataset": [_dataset(each, files.get(each.key, "")) for each in described],
    }


def _dataset(each: _Described, file: str) -> dict[str, Any]:
    said = each.export.said
    west, south, east, north = each.bounds
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    told: dict[str, Any] = {
        "@id": f"#{said.key}",
        "@type": "dcat:Dataset",
        "dct:identifier": said.key,
        "dct:title": said.title,
        "dct:description": said.description,
        "dcat:version": said.version,
        "dct:license": _licence(said.licence),
        "dct:accessRights": {"@type": "dct:RightsStatement", "rdfs:label": said.marking},
        "dct:modified": _typed(said.changed, "xsd:dateTime"),
        "dct:spatial": {"@type": "dct:Location", "dcat:bbox": _typed(f"POLYGON (({ring}))", "geo:wktLiteral")},
        "dct:temporal": _period(each.period),
        "prov:wasDerivedFrom": [_source(source) for source in said.sources],
        "dcat:distribution": _distributions(said.key, file),
    }
    if each.layer is not None:
        told |= _history(each.layer)
    return {name: value for name, value in told.items() if value}


def _distributions(key: str, file: str) -> list[dict[str, Any]]:
    """Return the formats that a layer can be had in; where a file stands in the folder, its place."""
    told = []
    for each in FORMATS.values():
        one: dict[str, Any] = {
            "@id": f"#{key}-{each.key}",
            "@type": "dcat:Distribution",
            "dct:title": each.name,
            "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{each.mime}"},
        }
        if file and each.key == "parquet":
            one["dcat:downloadURL"] = {"@id": file}
        told.append(one)
    return told


def _history(layer: shelf.Layer) -> dict[str, Any]:
    """Return who made the present version out of what, and the versions before it."""
    version = layer.current
    activity: dict[str, Any] = {
        "@type": "prov:Activity",
        "prov:endedAtTime": _typed(version.at.isoformat(), "xsd:dateTime"),
        "prov:wasAssociatedWith": {"@type": "prov:Agent", "dct:identifier": version.by},
    }
    if version.origin is not None:
        checksum = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed(version.origin.sha256, "xsd:hexBinary"),
        }
        activity["prov:used"] = {"@type": "prov:Entity", "dct:title": version.origin.name, "spdx:checksum": checksum}
    return {
        "dct:issued": _typed(layer.created.isoformat(), "xsd:dateTime"),
        "prov:wasAttributedTo": {"@type": "prov:Agent", "dct:identifier": layer.owner},
        "prov:wasGeneratedBy": activity,
        "dcat:hasVersion": [
            {
                "@id": f"#{layer.key}-v{each.number}",
                "@type": "dcat:Dataset",
                "dct:title": each.about.title,
                "dcat:version": str(each.number),
                "dct:issued": _typed(each.at.isoformat(), "xsd:dateTime"),
                "dct:accessRights": {"@type": "dct:RightsStatement", "rdfs:label": each.about.marking},
            }
            for each in layer.versions
        ],
    }


def _licence(text: str) -> dict[str, str]:
    if not text:
        return {}
    page = LICENCE_PAGES.get(spdx(text))
    return {**({"@id": page} if page else {}), "@type": "dct:LicenseDocument", "rdfs:label": text}


def _source(source: Cited) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "prov:Entity",
        "dct:title": source.title,
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": source.publisher} if source.publisher else {},
        "dct:license": _licence(source.licence),
        "foaf:page": {"@id": source.url} if WEB.fullmatch(source.url) else {},
    }
    return {name: value for name, value in told.items() if value}


def _period(period: Period) -> dict[str, Any]:
    first, last = period
    if first is None or last is None:
        return {}
    ends = {
        "dcat:startDate": _typed(first.isoformat(), "xsd:date"),
        "dcat:endDate": _typed(last.isoformat(), "xsd:date"),
    }
    return {"@type": "dct:PeriodOfTime", **ends}


def _typed(text: str, kind: str) -> dict[str, str]:
    return {"@value": text, "@type": kind} if text else {}


def _in(text: str, lang: Language) -> dict[str, str]:
    return {"@value": text, "@language": lang}
