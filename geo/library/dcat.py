"""The catalogue as DCAT 3 in JSON-LD, with all that DCAT-AP 3 makes a must.

Addresses are relative to the file but for those of the app itself, which stand in it where FRONTERAS_PUBLIC_URL says
at what address others reach it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from geo import public
from geo.library import shelf
from geo.library.described import LICENCE_PAGES, Described, Period, iri, spdx
from geo.library.exports import FORMATS
from geo.library.provenance import Cited
from geo.messages import Language
from geo.viewer import MARKINGS

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
LANGUAGES: Final[Mapping[Language, str]] = {"en": "ENG", "es": "SPA", "pt": "POR"}  # as the EU's list names them
LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/"
MEDIA: Final = "https://www.iana.org/assignments/media-types/"
US: Final[Mapping[str, str]] = {"@id": "#publisher", "@type": "foaf:Agent", "foaf:name": "Fronteras"}

Node = dict[str, Any]


def dcat(described: list[Described], lang: Language, files: Mapping[str, str], *, title: str, about: str) -> Node:
    """Return a catalogue with a dataset for each layer, as JSON-LD.

    Parameters
    ----------
    files : mapping
        Where the data of a layer stand in the folder, by key.
    title, about : str
        What the catalogue is called and what it is, in the reader's words.
    """
    return {
        "@context": dict(CONTEXT),
        "@id": "#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _in(title, lang),
        "dct:description": _in(about, lang),
        "dct:publisher": dict(US),
        "dct:language": {"@id": LANGUAGE + LANGUAGES[lang]},
        **({"foaf:homepage": {"@id": public.home() + "/"}} if public.home() else {}),
        "dcat:dataset": [_dataset(each, lang, files.get(each.key, "")) for each in described],
    }


def _dataset(each: Described, lang: Language, file: str) -> Node:
    said = each.export.said
    told: Node = {
        "@id": f"#{said.key}",
        "@type": "dcat:Dataset",
        "dct:identifier": said.key,
        # What a person wrote is in a language that nobody stated.
        "dct:title": said.title if each.layer else _in(said.title, lang),
        "dct:description": each.description if each.layer else _in(each.description, lang),
        "dct:publisher": _publisher(each),
        "dcat:version": said.version,
        "dcat:keyword": each.geometry,
        "dct:license": _licence(said.licence),
        "dct:accessRights": _rights(said.marking),
        "dct:modified": _typed(said.changed, "xsd:dateTime"),
        "dct:spatial": _place(each),
        "dct:temporal": _period(each.period),
        "prov:wasDerivedFrom": [_source(source) for source in said.sources],
        "dcat:distribution": _distributions(each, file),
    }
    if each.layer is not None:
        told |= _history(each, each.layer)
    return _known(told)


def _publisher(each: Described) -> Node:
    """Return who answers for a dataset: of what somebody brought its publisher, of what ships and for the rest we."""
    name = each.export.said.sources[0].publisher if each.layer is not None else ""
    return {"@type": "foaf:Agent", "foaf:name": name} if name else dict(US)


def _distributions(each: Described, file: str) -> list[Node]:
    """Return the formats that a layer can be had in, each with the address of the file or else of where to ask for it.

    That is its page of the app where others reach the app; without, its STAC collection in the same folder.
    """
    key, home = each.key, public.home()
    page = f"{home}/layers?{urlencode({'layer': key})}" if home else f"{key}/collection.json"
    told = []
    for one in FORMATS.values():
        place = file if file and one.key == "parquet" else ""
        node: Node = {
            "@id": f"#{key}-{one.key}",
            "@type": "dcat:Distribution",
            "dct:title": one.name,
            "dcat:mediaType": {"@id": MEDIA + one.mime},
            "dct:license": _licence(each.export.said.licence),
            "dcat:accessURL": {"@id": place or page},
            "dcat:downloadURL": {"@id": place} if place else {},
        }
        told.append(_known(node))
    return told


def _history(each: Described, layer: shelf.Layer) -> Node:
    """Return who made the present version out of what, and the versions before it that are for strangers, too."""
    version = layer.current
    activity: Node = {
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
                "@id": f"#{layer.key}-v{one.number}",
                "@type": "dcat:Dataset",
                "dct:title": one.about.title,
                "dct:description": one.about.description or one.about.title,
                "dct:publisher": _publisher(each),
                "dcat:version": str(one.number),
                "dct:issued": _typed(one.at.isoformat(), "xsd:dateTime"),
                "dct:accessRights": _rights(one.about.marking),
            }
            for one in layer.versions
            if one.about.marking != MARKINGS[-1]
        ],
    }


def _rights(marking: str) -> Node:
    return {"@type": "dct:RightsStatement", "rdfs:label": marking}


def _licence(text: str) -> Node:
    if not text:
        return {}
    page = LICENCE_PAGES.get(spdx(text))
    return {**({"@id": page} if page else {}), "@type": "dct:LicenseDocument", "rdfs:label": text}


def _source(source: Cited) -> Node:
    page = iri(source.url)
    return _known(
        {
            "@type": "prov:Entity",
            "dct:title": source.title,
            "dct:publisher": {"@type": "foaf:Agent", "foaf:name": source.publisher} if source.publisher else {},
            "dct:license": _licence(source.licence),
            "foaf:page": {"@id": page} if page else {},
        }
    )


def _place(each: Described) -> Node:
    west, south, east, north = each.bounds
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    return {"@type": "dct:Location", "dcat:bbox": _typed(f"POLYGON (({ring}))", "geo:wktLiteral")}


def _period(period: Period) -> Node:
    first, last = period
    if first is None or last is None:
        return {}
    ends = {
        "dcat:startDate": _typed(first.isoformat(), "xsd:date"),
        "dcat:endDate": _typed(last.isoformat(), "xsd:date"),
    }
    return {"@type": "dct:PeriodOfTime", **ends}


def _known(node: Node) -> Node:
    return {name: value for name, value in node.items() if value}


def _typed(text: str, kind: str) -> dict[str, str]:
    return {"@value": text, "@type": kind} if text else {}


def _in(text: str, lang: Language) -> dict[str, str]:
    return {"@value": text, "@language": lang}
