"""The arithmetic of the bench, by hand."""

from __future__ import annotations

import pytest

from tests.bench.figures import Row, Sample, table
from tests.bench.visits import Traffic, is_streamlits


def test_warm_ups_do_not_count():
    sample = Sample.of([90, 80, 1, 2, 3, 4, 5, 6, 7])
    assert sample.values == (1, 2, 3, 4, 5, 6, 7)
    assert sample.median == 4
    assert sample.text("s", digits=0) == "4 s (1-7)"


@pytest.mark.parametrize(
    ("measure", "limit", "verdict"),
    [
        pytest.param(1.5, 1.5, "ok", id="the limit itself is kept"),
        pytest.param(1.51, 1.5, "MISSED", id="beyond it is missed"),
        pytest.param(3.0, None, "", id="nothing was asked"),
    ],
)
def test_a_row_says_whether_its_target_is_met(measure: float, limit: float | None, verdict: str):
    assert Row("what", "3 s", measure, limit).cells()[-1] == verdict


def test_the_table_lines_up():
    lines = table([Row("a", "1 s"), Row("a longer name", "2 s", 1.0, 2.0)]).splitlines()
    assert [line.index("s") for line in lines[2:]] == [lines[2].index("s")] * 2


def test_bytes_are_told_apart_by_where_they_come_from():
    traffic = Traffic({"/static/js/index.js": 400, "/": 10, "/fronteras/layer/zones.geojson": 30, "socket": 5})
    assert traffic.total() == 445
    assert traffic.total(is_streamlits) == 410


def test_frames_of_the_socket_count_as_sent_and_not_as_base64():
    traffic = Traffic()
    traffic._on_frame({"response": {"opcode": 2, "payloadData": "AAAA"}})  # three bytes
    traffic._on_frame({"response": {"opcode": 1, "payloadData": "é"}})  # two bytes in UTF-8
    assert traffic.total() == 5


def test_frames_count_packed_where_the_two_sides_agreed_on_it():
    plain, packed = Traffic(), Traffic()
    packed._on_handshake({"response": {"headers": {"Sec-WebSocket-Extensions": "permessage-deflate; x"}}})
    for traffic in (plain, packed):
        for _ in range(2):
            traffic._on_frame({"response": {"opcode": 1, "payloadData": "border " * 1000}})
    assert (plain.total(), plain.frames) == (14_000, 14_000)
    assert packed.frames == 14_000
    assert 4 < packed.total() < 200  # the second repeats the first
