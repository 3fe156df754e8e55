"""Outlines as a file drew them, out of WKB that GEOS does not read."""

from __future__ import annotations

import struct

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString

from geo.ingest.rings import open_rings

OPEN = [(-70.0, -4.0), (-69.0, -4.0), (-69.0, -3.0)]
CLOSED = [*OPEN, OPEN[0]]


def polygon(*rings, order="<", kind=3, more=()):
    head = struct.pack(f"{order}BII", order == "<", kind, len(rings))
    body = [struct.pack(f"{order}I", len(ring)) for ring in rings]
    ends = [b"".join(struct.pack(f"{order}{2 + len(more)}d", *xy, *more) for xy in ring) for ring in rings]
    return head + b"".join(first + rest for first, rest in zip(body, ends, strict=True))


@pytest.mark.parametrize(
    "wkb",
    [
        pytest.param(polygon(OPEN), id="little end first"),
        pytest.param(polygon(OPEN, order=">"), id="big end first"),
        pytest.param(polygon(OPEN, kind=1003, more=(120.0,)), id="heights, by ISO"),
        pytest.param(polygon(OPEN, kind=0x80000003, more=(120.0,)), id="heights, by PostGIS"),
        pytest.param(polygon(OPEN, kind=3003, more=(120.0, 7.0)), id="heights and measures"),
        pytest.param(struct.pack("<BII", 1, 6, 1) + polygon(OPEN), id="one of several parts"),
    ],
)
def test_an_outline_ends_where_the_file_ends_it(wkb):
    assert open_rings(wkb).equals_exact(shapely.MultiLineString([LineString(OPEN)]), 0)


def test_holes_and_parts_are_all_there():
    wkb = struct.pack("<BII", 1, 6, 2) + polygon(CLOSED, OPEN) + polygon(OPEN, order=">")
    assert [len(line.coords) for line in open_rings(wkb).geoms] == [4, 3, 3]


@pytest.mark.parametrize(
    "wkb",
    [
        b"",
        b"\x01",
        polygon(OPEN)[:-4],
        shapely.to_wkb(shapely.Point(1, 2)),
        struct.pack("<BII", 1, 3, 0xFFFFFFFF),
        struct.pack("<BIII", 1, 3, 1, 0xFFFFFFFF),
        struct.pack("<BII", 1, 6, 1) * 2000,
    ],
)
def test_what_is_no_area_has_no_outlines(wkb):
    assert open_rings(wkb).is_empty


@given(st.binary(max_size=80))
def test_any_bytes_end_in_lines(wkb):
    assert open_rings(b"\x01\x03\x00\x00\x00" + wkb).geom_type == "MultiLineString"
