"""How a tile travels: compressed, tagged, and kept by those who may."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from geo import grants
from layers.viewer_cookie import NAME
from tests.tile_routes.house import AT, BODY, COOKIE, OTHER, amber, many, served


def test_a_public_tile_is_kept_for_ever_by_everybody(client):
    headers = client.get(f"/fronteras/tiles/open/public{AT}").headers
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["vary"] == "Accept-Encoding"


def test_a_granted_tile_is_kept_by_its_browser_and_not_beyond_the_grant(client):
    caching = client.get(f"/fronteras/tiles/amber/{amber()}{AT}").headers["cache-control"]
    private, age, immutable = caching.split(", ")
    assert (private, immutable) == ("private", "immutable")
    left = grants.read(amber(), "amber", COOKIE).until - datetime.now(UTC)
    assert 0 <= left.total_seconds() - int(age.removeprefix("max-age=")) + 2 < 5


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("GZIP", True), ("identity", False), ("", False),
     ("gzip;q=0", False), ("gzip; q=0.0, *", False), ("*;q=0", False), ("gzip;q=often", False), ("gzipped", False)],
)  # fmt: skip
def test_it_travels_compressed_for_who_reads_that(house, accepted, zipped):
    async def ask():
        async with (
            many() as asker,
            asker.stream("GET", f"/fronteras/tiles/open/public{AT}", headers={"accept-encoding": accepted}) as answer,
        ):
            return answer.headers, b"".join([part async for part in answer.aiter_raw()])

    headers, body = asyncio.run(ask())
    assert ("content-encoding" in headers) == zipped
    assert (gzip.decompress(body) if zipped else body) == BODY
    assert house.made


def test_a_browser_that_has_it_is_told_so(client):
    first = client.get(f"/fronteras/tiles/open/public{AT}")
    tag = first.headers["etag"]
    assert tag.startswith('"')
    for asked in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = client.get(f"/fronteras/tiles/open/public{AT}", headers={"if-none-match": asked})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert answer.headers["cache-control"] == first.headers["cache-control"]
    assert client.get(f"/fronteras/tiles/open/public{AT}", headers={"if-none-match": '"other"'}).status_code == 200


def test_a_tag_tells_the_content_and_the_coding(client, house):
    def tag(place, coding="gzip"):
        return client.get(f"/fronteras/tiles/open/public/9/{place}", headers={"accept-encoding": coding}).headers[
            "etag"
        ]

    assert tag("1/1.mvt") == tag("2/1.mvt") != tag("1/1.mvt", "identity")
    house.body = b"another"
    assert tag("3/1.mvt") != tag("1/1.mvt")


def test_a_refused_browser_is_not_told_that_it_has_it(client):
    first = client.get(f"/fronteras/tiles/amber/{amber()}{AT}")
    stranger = TestClient(served(), cookies={NAME: OTHER}, headers={"if-none-match": first.headers["etag"]})
    assert stranger.get(f"/fronteras/tiles/amber/{amber()}{AT}").status_code == 404


def test_an_empty_tile_is_an_answer_like_any_other(client, house):
    house.body = b""
    answer = client.get(f"/fronteras/tiles/open/public{AT}", headers={"accept-encoding": "gzip"})
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")
    assert "content-encoding" not in answer.headers
    assert "immutable" in answer.headers["cache-control"]
    again = {"if-none-match": answer.headers["etag"]}
    assert client.get(f"/fronteras/tiles/open/public{AT}", headers=again).status_code == 304
    assert len(house.made) == 1


@pytest.mark.parametrize("feature_id", ["1", "a/b", "../../x", "São José & Cía. #1?", "a\\b", "%2F", "+ ", "\x00", "٣"])
def test_a_feature_may_be_called_anything(client, house, feature_id):
    answer = client.get("/fronteras/tiles/open/public/feature.geojson", params={"id": feature_id})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/geo+json"
    assert house.made == [("open", feature_id)]
