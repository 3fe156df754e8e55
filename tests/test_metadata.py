"""The catalogue as STAC and DCAT: readable by others, complete for who asks, silent of what they may not see."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import pyogrio
import pystac
import pytest
from shapely import Point

from geo import payloads
from geo.__main__ import main
from geo.about import About
from geo.errors import DataError
from geo.library import copies, exports, metadata, shelf
from geo.library.described import iri, spdx
from geo.library.exports import FORMATS
from geo.messages import LANGUAGES
from geo.seeds import RECORDS
from geo.viewer import LOCAL, Viewer

STRANGER = Viewer("stranger", "", frozenset({"viewer"}), "TLP:GREEN")
ABOUT = About(
    title="Balsas <b>Puré</b>",
    source="Informe 12",
    publisher="Ministério",
    url="https://doi.org/10.1234/abc.5",
    licence="CC BY 4.0",
    as_of="2025-06",
    marking="TLP:AMBER",
    precision_km=2.5,
    reliability="B",
    name="nombre",
    year="año",
)


pytestmark = pytest.mark.usefixtures("storage")


def brought(about: About = ABOUT, *, viewer: Viewer = LOCAL, visibility: str = "shared") -> shelf.Layer:
    frame = gpd.GeoDataFrame(
        {"nombre": ["a", "b"], "año": [2021, 2024], "nota": ["=1+1", None]},
        geometry=[Point(-70, -3), Point(-69, -2)],
        crs="EPSG:4326",
    )
    origin = shelf.Origin("balsas.zip", "ab" * 32, 1234)
    stored = payloads.write(frame, about.roles)
    return shelf.add(stored, shelf.Brought(about=about, origin=origin), viewer=viewer, visibility=visibility)


def dcat(folder: Path) -> dict[str, dict]:
    told = json.loads((folder / "dcat.jsonld").read_text(encoding="utf-8"))
    return {each["dct:identifier"]: each for each in told["dcat:dataset"]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_stac_is_read_back_by_others(tmp_path, lang):
    layer = brought()
    written = metadata.write(tmp_path / "out", lang=lang)
    root = pystac.Catalog.from_file(str(tmp_path / "out" / "catalog.json"))
    children = {child.id: child for child in root.get_children()}
    assert set(children) == {*RECORDS, layer.key}
    assert (written.layers, written.left_out) == (len(children), ())
    own = children[layer.key]
    assert isinstance(own, pystac.Collection)
    assert own.title == ABOUT.title
    assert own.license == "CC-BY-4.0"
    assert own.extent.spatial.bboxes == [[-70, -3, -69, -2]]
    [[first, last]] = own.extent.temporal.intervals
    assert (first.year, last.year) == (2021, 2024)
    assert own.extra_fields["version"] == "1"
    assert own.extra_fields["table:row_count"] == 2
    assert {"name": "año", "type": "integer", "description": "year"} in own.extra_fields["table:columns"]
    assert own.extra_fields["fronteras:marking"] == "TLP:AMBER"
    assert own.extra_fields["sci:doi"] == "10.1234/abc.5"
    assert own.providers[0].name == "Ministério"
    for each in children.values():
        assert each.description
        assert each.to_dict() == pystac.Collection.from_dict(each.to_dict()).to_dict()


@pytest.mark.usefixtures("few")
def test_every_link_within_the_folder_is_relative_and_leads_somewhere(tmp_path):
    brought()
    metadata.write(tmp_path / "out", with_data=True)
    for path in (tmp_path / "out").rglob("*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        hrefs = [link["href"] for link in told["links"] if link["rel"] not in {"license", "cite-as"}]
        for href in [*hrefs, *(asset["href"] for asset in told.get("assets", {}).values())]:
            assert "://" not in href
            assert (path.parent / href).is_file(), f"{path}: {href}"
    for each in dcat(tmp_path / "out").values():
        places = [one["dcat:downloadURL"]["@id"] for one in each["dcat:distribution"] if "dcat:downloadURL" in one]
        assert [(tmp_path / "out" / place).is_file() for place in places] == [True]


@pytest.mark.usefixtures("few")
def test_dcat_says_where_a_layer_comes_from(tmp_path):
    layer = brought()
    shelf.describe(layer.key, ABOUT, shelf.Look(colour="#0072B2"), viewer=LOCAL, expected=1)
    metadata.write(tmp_path / "out")
    own = dcat(tmp_path / "out")[layer.key]
    assert own["dct:license"] == {
        "@id": "https://creativecommons.org/licenses/by/4.0/",
        "@type": "dct:LicenseDocument",
        "rdfs:label": "CC BY 4.0",
    }
    assert own["dct:accessRights"]["rdfs:label"] == "TLP:AMBER"
    assert own["dcat:version"] == "2"
    assert [each["dcat:version"] for each in own["dcat:hasVersion"]] == ["1", "2"]
    assert own["prov:wasGeneratedBy"]["prov:used"]["spdx:checksum"]["spdx:checksumValue"]["@value"] == "ab" * 32
    assert own["prov:wasDerivedFrom"][0]["dct:title"] == "Informe 12"
    assert own["dct:temporal"]["dcat:startDate"] == {"@value": "2021-01-01", "@type": "xsd:date"}
    assert [each["dct:title"] for each in own["dcat:distribution"]] == [each.name for each in FORMATS.values()]


@pytest.mark.usefixtures("few")
def test_every_word_of_the_dcat_is_in_its_own_context(tmp_path):
    brought()
    metadata.write(tmp_path / "out")
    told = json.loads((tmp_path / "out" / "dcat.jsonld").read_text(encoding="utf-8"))
    assert all(address.startswith("http") for address in told["@context"].values())

    def words(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for name, value in node.items():
                if name != "@context":
                    yield name
                    if name == "@type":
                        yield value
                    yield from words(value)
        elif isinstance(node, list):
            for each in node:
                yield from words(each)

    prefixes = {word.partition(":")[0] for word in words(told) if not word.startswith("@")}
    assert prefixes <= set(told["@context"])


@pytest.mark.usefixtures("few")
def test_nothing_is_told_of_what_a_viewer_may_not_see(tmp_path):
    amber = brought()
    private = brought(About(title="Xyzzy", source="me"), visibility="private")
    green = brought(About(title="For all", source="x", marking="TLP:GREEN"))
    metadata.write(tmp_path / "out", viewer=STRANGER)
    told = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert green.key in told
    for hidden in (amber.key, private.key, "Puré", "Xyzzy"):
        assert hidden not in told


ODD = About(
    title="Título “raro” <b> ñ 😀",
    source="No publisher, no licence",
    url="https://example.org/{a}|b c",
    as_of="2024-02",
    marking="TLP:GREEN",
)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Describe one shipped layer and what is brought: reading all of them takes long."""
    monkeypatch.setattr("geo.library.described.RECORDS", {"mining": RECORDS["mining"]})


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("home", ["", "https://fronteras.example/atlas/"])
def test_dcat_says_all_that_its_application_profile_makes_a_must(tmp_path, monkeypatch, home):
    """The musts of DCAT-AP 3.0: its SHACL shapes pass on the same file by hand."""
    monkeypatch.setenv("FRONTERAS_PUBLIC_URL", home)
    there = brought(ODD), brought(About(title="Nowhere", source="x", url="http://[half", as_of="0000"))
    metadata.write(tmp_path / "out", with_data=True)
    told = json.loads((tmp_path / "out" / "dcat.jsonld").read_text(encoding="utf-8"))
    assert told["dct:publisher"]["foaf:name"]
    assert told["dct:title"]["@value"]
    assert told["dct:description"]["@value"]
    versions = [version for each in told["dcat:dataset"] for version in each.get("dcat:hasVersion", ())]
    for each in [*told["dcat:dataset"], *versions]:
        assert each["dct:title"]
        assert each["dct:description"]
        assert each["dct:publisher"]["foaf:name"]
        assert each["dct:accessRights"]["rdfs:label"].startswith("TLP:")
    for each in told["dcat:dataset"]:
        for one in each["dcat:distribution"]:
            address = one["dcat:accessURL"]["@id"]
            assert address.startswith("https://fronteras.example/atlas/") or (tmp_path / "out" / address).is_file()
            assert one["dcat:mediaType"]["@id"].startswith("https://")
            assert one.get("dct:license") == each.get("dct:license")
    own = dcat(tmp_path / "out")
    nowhere, odd = own[there[1].key], own[there[0].key]
    assert odd["dct:temporal"]["dcat:endDate"]["@value"] == "2024-02-29"
    assert odd["prov:wasDerivedFrom"][0]["foaf:page"]["@id"] == "https://example.org/%7Ba%7D%7Cb%20c"
    assert "foaf:page" not in nowhere["prov:wasDerivedFrom"][0]
    assert "dct:temporal" not in nowhere


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://x.org/ñ?a=1", "https://x.org/ñ?a=1"),
        ("https://x.org/<a>", "https://x.org/%3Ca%3E"),
        ("javascript:alert(1)", ""),
        ("http://[half", ""),
        ("https:///nowhere", ""),
        ("Informe 12, p. 4", ""),
    ],
)
def test_only_addresses_of_the_web_become_links(text, expected):
    assert iri(text) == expected


@pytest.mark.usefixtures("few")
def test_a_table_from_many_works_has_a_doi_of_none_of_them(tmp_path, monkeypatch):
    layer, of_many = brought(), copies.export("mining")
    sources = tuple(
        replace(each, url=f"https://doi.org/10.1234/{n}") for n, each in enumerate(of_many.said.sources[:2])
    )
    many = replace(of_many, said=replace(of_many.said, sources=sources))
    export = copies.export
    monkeypatch.setattr(copies, "export", lambda key, **asked: many if key == "mining" else export(key, **asked))
    metadata.write(tmp_path / "out")
    told = {key: json.loads((tmp_path / "out" / key / "collection.json").read_text()) for key in ("mining", layer.key)}
    assert [each["doi"] for each in told["mining"]["sci:publications"]] == ["10.1234/0", "10.1234/1"]
    assert "sci:doi" not in told["mining"]
    assert told[layer.key]["sci:doi"] == "10.1234/abc.5"
    assert {"rel": "cite-as", "href": "https://doi.org/10.1234/abc.5"} in told[layer.key]["links"]


@pytest.mark.usefixtures("few")
def test_a_description_for_strangers_tells_of_nothing_private_or_red(tmp_path, capsys):
    """Not even to its owner: the folder is made to be handed on."""
    private = brought(About(title="Xyzzy", source="me"), visibility="private")
    red = brought(About(title="Plugh", source="me", marking="TLP:RED"))
    was_red = brought(About(title="Was Quux", source="me", marking="TLP:RED"))
    shelf.describe(was_red.key, About(title="Now open", source="me"), shelf.PLAIN, viewer=LOCAL, expected=1)
    assert main(["catalogue", "--out", str(tmp_path / "out"), "--data"]) == 0
    told = "".join(path.read_text(errors="replace") for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert was_red.key in told
    for hidden in (private.key, red.key, "Xyzzy", "Plugh", "Quux"):
        assert hidden not in told
    assert "“Plugh”, “Xyzzy”" in capsys.readouterr().err


@pytest.mark.usefixtures("few")
def test_what_somebody_put_into_the_folder_of_a_description_is_left_alone(tmp_path):
    metadata.write(tmp_path / "out")
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="holds something else"):
        metadata.write(tmp_path / "out")
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"


def test_a_layer_whose_features_are_gone_keeps_no_other_from_being_described(tmp_path):
    gone, there = brought(), brought(About(title="There", source="x"))
    payloads.remove(gone.current.content)
    metadata.write(tmp_path / "out")
    assert set(dcat(tmp_path / "out")) == {*RECORDS, there.key}


@pytest.mark.usefixtures("few")
def test_an_archived_layer_is_not_in_the_catalogue(tmp_path):
    layer = brought()
    shelf.archive(layer.key, viewer=LOCAL)
    metadata.write(tmp_path / "out")
    assert layer.key not in dcat(tmp_path / "out")


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="holds something else"):
        metadata.write(theirs)
    assert (theirs / "thesis.txt").read_text() == "years of work"


@pytest.mark.usefixtures("few")
def test_a_catalogue_is_replaced_by_a_new_one(tmp_path):
    layer = brought()
    metadata.write(tmp_path / "out")
    shelf.delete(layer.key, viewer=LOCAL)
    metadata.write(tmp_path / "out")
    assert not (tmp_path / "out" / layer.key).exists()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


@pytest.mark.usefixtures("few")
def test_the_zip_holds_the_same(tmp_path):
    brought()
    metadata.write(tmp_path / "out")
    with zipfile.ZipFile(BytesIO(metadata.packed())) as opened:
        for name in opened.namelist():
            assert opened.read(name) == (tmp_path / "out" / name).read_bytes()
        assert {"catalog.json", "dcat.jsonld", "mining/collection.json"} <= set(opened.namelist())


@pytest.mark.parametrize(
    ("words", "expected"),
    [("CC BY 4.0", "CC-BY-4.0"), ("cc-by-sa-4.0", "CC-BY-SA-4.0"), ("not stated", "other"), ("", "other")],
)
def test_licences_have_the_names_that_machines_know(words, expected):
    assert spdx(words) == expected


def test_an_own_layer_leaves_as_it_was_brought(tmp_path):
    """Without the years and classes that were only added to draw it."""
    layer = brought()
    path = tmp_path / "out.gpkg"
    exports.write(copies.export(layer.key), path, format=FORMATS["gpkg"])
    back = pyogrio.read_dataframe(path)
    assert set(back.columns) == {"id", "nombre", "año", "nota", "geometry"}
    assert (
        pyogrio.read_info(path)["layer_metadata"]["source"] == "Ministério: Informe 12, https://doi.org/10.1234/abc.5"
    )


@pytest.mark.parametrize("key", RECORDS)
def test_every_shipped_layer_leaves_with_its_sources(tmp_path, key):
    found = copies.export(key)
    assert found.said.sources
    assert found.said.title
    path = tmp_path / "out.geojson"
    exports.write(found, path, format=FORMATS["geojson"])
    assert len(json.loads(path.read_text(encoding="utf-8"))["features"]) == found.stream.rows > 0


def test_versions_are_compared_once_and_told():
    layer = brought()
    frame = gpd.GeoDataFrame(
        {"nombre": ["a", "c"], "año": [2021, 2025], "nota": ["=1+1", None]},
        geometry=[Point(-70, -3), Point(-60, -2)],
        crs="EPSG:4326",
    )
    stored = payloads.write(frame, ABOUT.roles)
    after = shelf.add_version(layer.key, stored, shelf.Brought(about=ABOUT), viewer=LOCAL, expected=1)
    found = copies.compared(after, 1, 2)
    assert (found.before, found.after, found.unchanged) == (2, 2, 1)
    assert copies.compared(after, 1, 2) is found
