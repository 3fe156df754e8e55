"""Tiles by address: made once, kept within a bound, and one answer to everything that is refused."""

from __future__ import annotations

import asyncio
import gc
import gzip
import logging
import os
import threading
import time
import tracemalloc
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace

import geopandas as gpd
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo import catalogue, grants, payloads, tiles
from geo.errors import DataError, UnknownError
from geo.messages import Message
from geo.store import Store
from geo.viewer import LOCAL
from layers import features, tile_routes
from layers.computed_once import ComputedOnce
from layers.known import known
from layers.looks import specs
from layers.viewer_cookie import NAME
from tests import made_layers
from tests.stored_layers import kept
from tests.web_tiles import content

COOKIE, OTHER = "c" * 32, "o" * 32
BODY = b"a tile " * 200
AT = "/4/5/8.mvt"


@dataclass
class House:
    """A catalogue of layers by content, as far as routes see one, and a record of which tiles were made."""

    markings: dict[str, str]
    made: list[tuple]
    body: bytes = BODY
    seconds: float = 0.0
    failure: Exception | None = None
    begun: threading.Event | None = None
    go: threading.Event | None = None
    meanwhile: Callable[[], None] = lambda: None

    def by_content(self, content, viewer):
        if content not in self.markings or not viewer.may_see(self.markings[content]):
            raise UnknownError(Message("no such layer"))
        return SimpleNamespace(key="mining", marking=self.markings[content], payload=content)

    def tile(self, payload, z, x, y, where, columns):
        self.made.append((payload, z, x, y, where.key, columns))
        if self.begun:
            self.begun.set()
            self.go.wait(10)
        time.sleep(self.seconds)
        self.meanwhile()
        if self.failure:
            raise self.failure
        return self.body

    def block(self, payload, z, x, y, where, columns, *, side):
        places = [(x + right, y + down) for right in range(side) for down in range(side)]
        return {place: self.tile(payload, z, *place, where, columns) for place in places}

    def feature(self, payload, feature_id):
        self.made.append((payload, feature_id))
        if feature_id == "none":
            raise UnknownError(Message("no such feature"))
        return f'{{"id":"{feature_id}"}}'.encode()


@pytest.fixture
def house(monkeypatch):
    made = House({"open": "TLP:CLEAR", "other": "TLP:CLEAR", "amber": "TLP:AMBER"}, [])
    monkeypatch.setenv("FRONTERAS_SECRET", "s" * 64)
    monkeypatch.setattr(catalogue, "by_content", made.by_content, raising=False)
    monkeypatch.setattr(features, "where", lambda spec, view: SimpleNamespace(key=where_key(spec, view)), raising=False)
    monkeypatch.setattr(tiles, "block", made.block)
    monkeypatch.setattr(tile_routes, "block_side", lambda _z: 1)
    monkeypatch.setattr(tiles, "feature", made.feature)
    monkeypatch.setattr(tile_routes, "CACHE", ComputedOnce())
    return made


def where_key(spec, view):
    return tuple(sorted(features.filter_query(spec, view).items()))


def served():
    return Starlette(routes=tile_routes.routes(known()))


@pytest.fixture
def client(house):
    assert house
    return TestClient(served(), cookies={NAME: COOKIE})


@asynccontextmanager
async def many(**options):
    transport = httpx2.ASGITransport(app=served())
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver", **options) as asker:
        yield asker


def amber(cookie=COOKIE, content="amber", viewer=LOCAL, **options):
    return grants.grant(content, viewer, cookie, **options)


def told(answer):
    return answer.status_code, answer.content, sorted(answer.headers.items())


# --- who is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(f"nothing/public{AT}", id="unknown content"),
        pytest.param(f"amber/public{AT}", id="public, for what is not"),
        pytest.param("amber/{foreign}" + AT, id="another browser's grant"),
        pytest.param("amber/{open}" + AT, id="another layer's grant"),
        pytest.param("amber/{low}" + AT, id="a grant of somebody who may see less"),
        pytest.param("amber/{old}" + AT, id="an expired grant"),
        pytest.param("amber/{mine}x" + AT, id="a forged grant"),
        pytest.param(f"amber/x{AT}", id="no grant at all"),
        pytest.param("open/{foreign}" + AT, id="a wrong grant for what is public"),
        pytest.param("amber/public/feature.geojson?id=a", id="a feature of what is not public"),
        pytest.param("open/public/feature.geojson?id=none", id="an unknown feature"),
        pytest.param("open/public/feature.geojson", id="no feature"),
        pytest.param(f"open/public/feature.geojson?id={'a' * 1001}", id="an endless id"),
        *(
            pytest.param(f"open/public/{place}.mvt", id=f"place {place}")
            for place in (
                "1e3/0/0", "4/-1/0", "4/0/-1", "-1/0/0", "4/16/0", "4/0/16", "23/0/0", "99999999999999999999/0/0",
                "4/99999999999999999999999/0", "٣/0/0", "3/٣/0", "a/0/0", "4/b/0", "4/0/c", "4.0/0/0", "4/1.5/0",
                "+4/0/0", "04/0/0", "0x4/0/0", "4/0/ ", "4/0/%0a0", "4/0/0%0a", "nan/0/0", "0/0/1", "4/1_0/0",
                "{z}/{x}/{y}",
            )
        ),
        pytest.param("open/public/4/5", id="no tile's address"),
        pytest.param("open/public/4/5/8/9.mvt", id="too many numbers"),
        pytest.param("open/public/4/5/8.png", id="another kind"),
        pytest.param("", id="nothing below"),
    ],
)  # fmt: skip
def test_every_refusal_is_the_same(client, house, caplog, path):
    caplog.set_level(logging.WARNING)
    granted = {
        "mine": amber(), "foreign": amber(OTHER), "open": amber(content="open"), "z": "{z}", "x": "{x}", "y": "{y}",
        "low": amber(viewer=replace(LOCAL, ceiling="TLP:GREEN")),
        "old": amber(now=datetime(2020, 1, 1, tzinfo=UTC)),
    }  # fmt: skip
    answer = client.get(f"/fronteras/tiles/{path.format(**granted)}")
    assert answer.status_code == 404
    assert told(answer) == told(client.get(f"/fronteras/tiles/never/public{AT}"))
    assert answer.headers["cache-control"] == "no-store"
    assert [each for each in house.made if len(each) > 2] == []
    assert [record for record in caplog.records if record.name != "httpx2"] == []


def test_a_grant_lets_its_browser_in_and_no_other(client):
    address = f"/fronteras/tiles/amber/{amber()}{AT}"
    assert client.get(address).content == BODY
    alone = TestClient(served())
    assert alone.get(address).status_code == 404
    assert TestClient(served(), cookies={NAME: OTHER}).get(address).status_code == 404
    assert client.get(address).status_code == 200


def test_an_unfit_secret_tells_a_stranger_nothing(client, monkeypatch):
    mine = amber()
    monkeypatch.setenv("FRONTERAS_SECRET", "short")
    assert told(client.get(f"/fronteras/tiles/amber/{mine}{AT}")) == told(client.get("/fronteras/tiles/x"))


@pytest.mark.parametrize("failure", [None, OSError("the file is gone")])
def test_a_layer_deleted_while_its_tile_is_made_is_not_found(client, house, caplog, failure):
    def delete():
        del house.markings["open"]
        tile_routes.clear("open")

    house.failure, house.meanwhile = failure, delete
    answer = client.get(f"/fronteras/tiles/open/public{AT}")
    assert len(house.made) == 1
    assert told(answer) == told(client.get("/fronteras/tiles/x"))
    assert tile_routes.CACHE.size == 0
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_deleted_layer_is_not_served_from_what_is_kept_and_its_memory_comes_back(client, house):
    assert client.get(f"/fronteras/tiles/open/public{AT}").status_code == 200
    del house.markings["open"]  # as another process deletes it: nobody tells us
    assert client.get(f"/fronteras/tiles/open/public{AT}").status_code == 404
    assert tile_routes.CACHE.size == 0


def test_a_refusal_takes_nothing_from_those_who_may_see(client):
    assert client.get(f"/fronteras/tiles/amber/{amber()}{AT}").status_code == 200
    held = tile_routes.CACHE.size
    assert client.get(f"/fronteras/tiles/amber/public{AT}").status_code == 404
    assert tile_routes.CACHE.size == held > 0


# --- made once ------------------------------------------------------------------------------


def test_two_hundred_who_ask_for_one_cold_tile_have_it_made_once(house):
    house.seconds = 0.2

    async def ask():
        async with many() as asker:
            before = threading.active_count()
            asked = [asyncio.ensure_future(asker.get(f"/fronteras/tiles/open/public{AT}")) for _ in range(200)]
            await asyncio.sleep(0.1)
            during = threading.active_count()
            return await asyncio.gather(*asked), during - before

    found, more_threads = asyncio.run(ask())
    assert {(each.status_code, each.content) for each in found} == {(200, BODY)}
    assert len(house.made) == 1
    assert more_threads <= 2


@pytest.mark.parametrize(
    ("zoom", "made"), [(3, 16), (5, 16), (9, 16)], ids=["one by one", "by fours", "sixteen at once"]
)
def test_tiles_beside_each_other_are_made_together(client, house, monkeypatch, zoom, made):
    monkeypatch.undo()
    asked = []

    def block(_payload, z, x, y, _where, _columns, *, side):
        asked.append((z, x, y, side))
        return {
            (x + right, y + down): f"{x + right} {y + down}".encode() for right in range(side) for down in range(side)
        }

    monkeypatch.setattr(catalogue, "by_content", house.by_content)
    monkeypatch.setattr(features, "where", lambda spec, view: SimpleNamespace(key=where_key(spec, view)))
    monkeypatch.setattr(tile_routes, "CACHE", ComputedOnce())
    monkeypatch.setattr(tiles, "block", block)
    for x in range(4):
        for y in range(4):
            answer = client.get(f"/fronteras/tiles/open/public/{zoom}/{x}/{y}.mvt")
            assert answer.content == f"{x} {y}".encode()
    assert sum(side**2 for *_, side in asked) == made
    assert len(set(asked)) == len(asked) == made / tile_routes.block_side(zoom) ** 2


def test_two_are_made_at_a_time(house, monkeypatch):
    running, most, lock = 0, 0, threading.Lock()

    def block(_payload, _z, x, y, *_, **_side):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return {(x, y): BODY}

    monkeypatch.setattr(tiles, "block", block)

    async def ask():
        async with many() as asker:
            await asyncio.gather(*(asker.get(f"/fronteras/tiles/open/public/9/{x}/1.mvt") for x in range(30)))

    asyncio.run(ask())
    assert most == 2
    assert house.made == []


def test_a_failure_is_told_to_all_and_not_kept(client, house):
    house.failure = DataError(Message("The file is broken."))
    for _ in range(2):
        answer = client.get(f"/fronteras/tiles/open/public{AT}")
        assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-cache")
    assert len(house.made) == 2
    house.failure = None
    assert client.get(f"/fronteras/tiles/open/public{AT}").content == BODY


def test_a_bug_looks_like_one(client, house):
    house.failure = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        client.get(f"/fronteras/tiles/open/public{AT}")


class Client:
    """An ASGI client that can hang up."""

    def __init__(self, path):
        self.path, self.sent, self.left = path, [], asyncio.Event()
        self.asked = False

    async def receive(self):
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    def ask(self, app):
        scope = {"type": "http", "method": "GET", "path": self.path, "raw_path": self.path.encode(), "headers": [],
                 "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1"}  # fmt: skip
        return asyncio.ensure_future(app(scope, self.receive, self.send))


def test_a_client_that_goes_away_takes_nothing_from_the_others(house):
    house.begun, house.go = threading.Event(), threading.Event()

    async def ask():
        app = served()
        leaver, stayer = Client(f"/fronteras/tiles/open/public{AT}"), Client(f"/fronteras/tiles/open/public{AT}")
        left, stayed = leaver.ask(app), stayer.ask(app)
        await asyncio.to_thread(house.begun.wait, 5)
        leaver.left.set()
        await asyncio.wait_for(left, 5)
        assert not stayed.done()
        house.go.set()
        await asyncio.wait_for(stayed, 5)
        return stayer.sent

    start, body = asyncio.run(ask())
    assert (start["status"], body["body"]) == (200, BODY)
    assert len(house.made) == 1


def test_what_nobody_waits_for_any_more_is_not_begun(house):
    house.begun, house.go = threading.Event(), threading.Event()

    async def ask():
        app = served()
        clients = [Client(f"/fronteras/tiles/open/public/9/{x}/1.mvt") for x in range(20)]
        asked = [each.ask(app) for each in clients]
        await asyncio.to_thread(house.begun.wait, 5)
        await asyncio.sleep(0.05)
        for each in clients:
            each.left.set()
        await asyncio.wait_for(asyncio.gather(*asked), 5)
        house.go.set()

    asyncio.run(ask())
    assert len(house.made) == 2


def test_what_is_cleared_while_it_is_made_is_not_kept(house):
    """The one who asked before has it; who asks after has it made anew, and that one is kept."""
    house.begun, house.go = threading.Event(), threading.Event()

    async def ask():
        app = served()
        before = Client(f"/fronteras/tiles/open/public{AT}")
        asked = before.ask(app)
        await asyncio.to_thread(house.begun.wait, 5)
        tile_routes.clear("open")
        house.begun.clear()
        after = Client(f"/fronteras/tiles/open/public{AT}")
        again = after.ask(app)
        await asyncio.to_thread(house.begun.wait, 5)
        house.go.set()
        await asyncio.wait_for(asyncio.gather(asked, again), 5)
        return before.sent[0]["status"], after.sent[0]["status"]

    assert asyncio.run(ask()) == (200, 200)
    assert len(house.made) == 2
    assert tile_routes.CACHE.size > 0


# --- what is kept ---------------------------------------------------------------------------


def test_a_tile_holds_what_the_style_reads(client, house):
    client.get(f"/fronteras/tiles/open/public{AT}?mineral=gold")
    columns = tuple(channel.column for channel in specs()["mining"].channels)
    assert house.made == [("open", 4, 5, 8, (("mineral", "gold"),), columns)]


def test_a_warm_tile_is_not_made_again(client, house):
    for _ in range(3):
        client.get(f"/fronteras/tiles/open/public{AT}")
    assert len(house.made) == 1
    tile_routes.clear("other")
    client.get(f"/fronteras/tiles/open/public{AT}")
    assert len(house.made) == 1
    tile_routes.clear("open")
    assert tile_routes.CACHE.size == 0
    client.get(f"/fronteras/tiles/open/public{AT}")
    assert len(house.made) == 2


@pytest.mark.parametrize(
    ("query", "made"),
    [
        pytest.param("?x=1", 1, id="a parameter that means nothing"),
        pytest.param("?mineral=unobtainium", 1, id="a value that is not known"),
        pytest.param("?zone=CAT&at=1,2,3&lang=es&year=abc", 1, id="what a tile does not obey"),
        pytest.param("?kind=border", 1, id="a filter that this layer does not obey"),
        pytest.param("?mineral=gold", 2, id="a filter"),
        pytest.param("?year=2020", 2, id="a year, where the layer is dated"),
    ],
)
def test_only_what_the_layer_obeys_makes_another_tile(client, house, query, made):
    if "year=2020" in query and "years" not in specs()["mining"].record.filters:
        made = 1
    client.get(f"/fronteras/tiles/open/public{AT}")
    client.get(f"/fronteras/tiles/open/public{AT}{query}")
    assert len(house.made) == made


def test_the_same_filters_in_another_order_are_the_same_tile(client, house):
    client.get(f"/fronteras/tiles/open/public{AT}?mineral=gold,tin&confidence=high")
    client.get(f"/fronteras/tiles/open/public{AT}?confidence=high&mineral=tin,gold")
    assert len(house.made) == 1


def test_the_bound_of_bytes_holds_and_memory_comes_back(house, monkeypatch):
    monkeypatch.setattr(tile_routes, "CACHE", ComputedOnce(max_bytes=2_000_000))
    browser = TestClient(served())
    tracemalloc.start()
    try:
        for x in range(100):
            house.body = os.urandom(100_000)  # cannot be compressed
            assert browser.get(f"/fronteras/tiles/open/public/9/{x}/1.mvt").status_code == 200
            assert tile_routes.CACHE.size <= 2_000_000
        house.body = b""
        held = tracemalloc.get_traced_memory()[0]
        asked = len(house.made)
        browser.get("/fronteras/tiles/open/public/9/99/1.mvt")
        assert len(house.made) == asked  # the last one is kept
        browser.get("/fronteras/tiles/open/public/9/0/1.mvt")
        assert len(house.made) == asked + 1  # the first one made way
        assert 1_500_000 < tile_routes.CACHE.size <= 2_000_000
        tile_routes.clear("open")
        gc.collect()
        assert tile_routes.CACHE.size == 0
        assert held - tracemalloc.get_traced_memory()[0] > 1_500_000
    finally:
        tracemalloc.stop()


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 60)), max_size=60))
def test_a_store_never_holds_more_than_its_bounds(kept):
    store = Store(4, 100, weigh=len)
    for key, size in kept:
        store.keep(key, b"x" * size)
        held = [found for each in range(9) if (found := store.find(each)) is not None]
        assert store.size == sum(map(len, held)) <= 100
        assert len(held) <= 4
        assert store.find(key) == b"x" * size
    store.keep("huge", b"x" * 101)
    assert store.find("huge") is None


# --- how it travels -------------------------------------------------------------------------


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


# --- with a layer on disk -------------------------------------------------------------------


@pytest.fixture
def stored(monkeypatch, tmp_path):
    """Store a layer of 50 made polygons that is TLP:AMBER."""
    monkeypatch.setenv("FRONTERAS_STORAGE", str(tmp_path))
    monkeypatch.setenv("FRONTERAS_SECRET", "s" * 64)
    monkeypatch.setattr(tile_routes, "CACHE", ComputedOnce())
    layer = kept(made_layers.polygons(50), marking="TLP:AMBER")
    return payloads.read(layer.current.content)


def browser():
    return TestClient(served(), cookies={NAME: COOKIE})


def test_a_stored_layer_travels_under_a_grant_until_it_is_deleted(stored):
    start = f"/fronteras/tiles/{stored.content}/{amber(content=stored.content)}"
    asker = browser()
    answer = asker.get(f"{start}/0/0/0.mvt")
    assert answer.status_code == 200
    said = content(answer.content)
    assert len(said.ids) + said.counted == 50
    feature_id = gpd.read_parquet(stored.file("features"), columns=["id", "geometry"])["id"].iloc[0]
    lit = asker.get(f"{start}/feature.geojson", params={"id": feature_id})
    assert lit.json()["properties"]["id"] == feature_id
    nothing = told(asker.get("/fronteras/tiles/never/public/0/0/0.mvt"))
    assert told(asker.get(f"/fronteras/tiles/{stored.content}/public/0/0/0.mvt")) == nothing
    assert told(asker.get(f"{start}/feature.geojson?id=none")) == nothing
    payloads.remove(stored.content)
    assert told(asker.get(f"{start}/0/0/0.mvt")) == nothing
    assert told(asker.get(f"{start}/feature.geojson", params={"id": feature_id})) == nothing


@pytest.mark.parametrize("path", ["3/2/4.mvt", "feature.geojson?id=1"])
def test_a_stored_layer_deleted_while_its_tile_is_made_is_not_found(stored, monkeypatch, caplog, path):
    def without_files(real):
        def made(payload, *asked, **how):
            payloads.remove(payload.content)
            return real(payload, *asked, **how)

        return made

    monkeypatch.setattr(tiles, "block", without_files(tiles.block))
    monkeypatch.setattr(tiles, "feature", without_files(tiles.feature))
    asker = browser()
    answer = asker.get(f"/fronteras/tiles/{stored.content}/{amber(content=stored.content)}/{path}")
    assert told(answer) == told(asker.get("/fronteras/tiles/x"))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
