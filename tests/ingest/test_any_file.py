"""Laws of any GeoJSON and any CSV, from the bytes to the verdict: always one, and nothing reached for on the way."""

from __future__ import annotations

import csv
import io
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from hypothesis import event, given, settings
from hypothesis import strategies as st

from geo.ingest import telling
from geo.ingest.inspection import Inspected, inspect
from geo.ingest.report import sentence
from geo.ingest.report_csv import report_csv
from geo.messages import LANGUAGES, say
from layers.report_page import report_page
from layers.report_words import steps
from tests.ingest.made_files import CANARY, collection, js, point
from tests.ingest.test_tables import delimited_tables

NUMBER = st.one_of(
    st.floats(-180, 180),
    st.floats(-90, 20),
    st.integers(-(10**7), 10**7),
    st.sampled_from([math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 0, -0.0, 180, -180, 90, 540]),
)
LONGITUDE, LATITUDE = st.floats(-95, -25), st.floats(-60, 20)
PLACE = st.one_of(st.tuples(LONGITUDE, LATITUDE), st.tuples(LONGITUDE, LATITUDE), st.tuples(NUMBER, NUMBER))
WORD = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", "geometry", "id", "fid", "OBJECTID", "type", "<script>alert(1)</script>", "=1+1", "\u202e", "a\0b"]
    ),
)
POSITION = st.lists(st.one_of(NUMBER, NUMBER, NUMBER, WORD, st.none()), min_size=0, max_size=4)
NESTED = st.recursive(POSITION, lambda inner: st.lists(inner, max_size=5), max_leaves=12)
KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
SHAPE = st.recursive(
    st.one_of(
        st.none(),
        st.fixed_dictionaries({"type": st.sampled_from([*KINDS, "Banana"]), "coordinates": NESTED}),
        st.builds(lambda at: {"type": "Point", "coordinates": at}, PLACE),
        st.builds(lambda line: {"type": "LineString", "coordinates": line}, st.lists(PLACE, min_size=1, max_size=5)),
        st.builds(
            lambda ring, closed: {"type": "Polygon", "coordinates": [[*ring, ring[0]] if closed else ring]},
            st.lists(st.tuples(LONGITUDE, LATITUDE), min_size=1, max_size=6),
            st.booleans(),
        ),
    ),
    lambda inner: st.fixed_dictionaries(
        {"type": st.just("GeometryCollection"), "geometries": st.lists(inner, max_size=3)}
    ),
    max_leaves=4,
)
VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, WORD),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORD, inner, max_size=3)),
    max_leaves=5,
)
PROPERTIES = st.one_of(st.none(), st.dictionaries(WORD, VALUE, max_size=4))


@st.composite
def geojson_files(draw: st.DrawFn, address: str = "http://127.0.0.1:9") -> bytes:
    """Return a GeoJSON as somebody may have written it, or spoilt it on the way."""
    features = draw(
        st.lists(
            st.fixed_dictionaries({"type": st.just("Feature"), "properties": PROPERTIES, "geometry": SHAPE}), max_size=5
        )
    )
    told: Any = {"type": "FeatureCollection", "features": features}
    names = st.sampled_from(
        ["EPSG:3116", "EPSG:999999", "urn:ogc:def:crs:OGC:1.3:CRS84", f"{address}/crs", "/etc/passwd"]
    )
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["name", "link"]))
        told["crs"] = {"type": kind, "properties": {"name" if kind == "name" else "href": draw(names)}}
    if draw(st.booleans()):
        told["name"] = draw(WORD)
    text = json.dumps(told, ensure_ascii=draw(st.booleans()))
    content = text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"])), errors="replace")
    at = draw(st.integers(0, len(content)))
    change = draw(st.sampled_from(["none", "none", "cut", "insert"]))
    if change == "cut":
        return content[:at]
    return content[:at] + draw(st.binary(max_size=5)) + content[at:] if change == "insert" else content


def inspected(content: bytes, name: str) -> Inspected:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "secret.geojson").write_bytes(js(collection(point(), properties={"secret": CANARY})))
        (home / "scratch").mkdir()
        path = home / name
        path.write_bytes(content)
        found = inspect(path, home / "scratch")
        assert path.read_bytes() == content
        assert sorted(each.name for each in home.iterdir()) == sorted([name, "scratch", "secret.geojson"])
        return found


def assert_is_told(found: Inspected) -> None:
    """Ask what holds of every check, whatever the file was."""
    report = found.report
    event(report.verdict)  # “--hypothesis-show-statistics” tells how many came to each
    assert report.verdict in {"accept", "accept_with_warnings", "reject"}
    assert (report.verdict == "reject") <= any(issue.severity == "error" for issue in report.issues)
    assert len({layer.name for layer in report.layers}) == len(report.layers)
    assert telling.unpacked(json.loads(json.dumps(telling.packed(report)))) == report
    for lang in LANGUAGES:
        assert steps(report, lang)
        assert all(sentence(issue, lang) and say(issue.fix, lang) for issue in report.issues)
        assert report_csv(report, lang)
    assert b"<script" not in report_page(report, (), "en")
    for (layer, _), facts in zip(found.layers, report.layers, strict=True):
        shapes = np.asarray(layer.frame.geometry.to_numpy(), dtype=object)
        assert len(shapes) == facts.features > 0
        assert shapely.is_valid(shapes).all()
        west, south, east, north = layer.frame.total_bounds
        assert -180 <= west <= east <= 180
        assert -90.000001 <= south <= north <= 90.000001
        assert layer.frame.index.is_unique
        assert CANARY not in repr(layer.frame.to_dict("list"))


@settings(max_examples=120)
@given(data=st.data())
def test_any_geojson_ends_in_a_verdict(data, listener):
    listener.paths.clear()
    assert_is_told(inspected(data.draw(geojson_files(listener.url)), "any.geojson"))
    assert listener.paths == []


@st.composite
def placed_tables(draw: st.DrawFn) -> bytes:
    """Return a table whose rows say where they lie, most of them, in one way or another."""
    rows = draw(
        st.lists(st.tuples(LATITUDE, LONGITUDE, WORD, st.one_of(NUMBER.map(str), WORD)), min_size=1, max_size=8)
    )
    delimiter, is_comma = draw(st.sampled_from([(",", False), (";", True), (";", False), ("\t", True)]))
    lost = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["latitud", "longitud", draw(WORD), draw(st.sampled_from(["id", "fecha", "<b>", "=1", "año"]))])
    for (lat, lon, *rest), is_lost in zip(rows, lost, strict=True):
        pair = [f"{each:.6f}".replace(".", "," if is_comma else ".") for each in (lat, lon)]
        writer.writerow([*(["", ""] if is_lost else pair), *(str(each).replace("\0", "") for each in rest)])
    return out.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"])), errors="replace")


@settings(max_examples=100)
@given(content=st.one_of(delimited_tables(), placed_tables(), placed_tables()))
def test_any_table_ends_in_a_verdict(content):
    assert_is_told(inspected(content, "any.csv"))


@settings(max_examples=80)
@given(
    content=st.binary(max_size=400),
    head=st.sampled_from([b"", b"PK\x03\x04", b"fgb\x03fgb\x01\x00", b"PAR1", b"{", b"<kml>"]),
)
def test_any_bytes_end_in_a_verdict(content, head):
    assert_is_told(inspected(head + content, "any.bin"))
