"""A tile is made once, however many ask for it, and by no more hands than there are."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest

from geo import catalogue, tiles
from geo.errors import DataError
from geo.messages import Message
from layers import features, tile_routes
from layers.computed_once import ComputedOnce
from tests.tile_routes.house import AT, BODY, PATIENCE_S, many, served, where_key


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
        await asyncio.to_thread(house.begun.wait, PATIENCE_S)
        leaver.left.set()
        await asyncio.wait_for(left, PATIENCE_S)
        assert not stayed.done()
        house.go.set()
        await asyncio.wait_for(stayed, PATIENCE_S)
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
        await asyncio.to_thread(house.begun.wait, PATIENCE_S)
        while len(house.made) < 2:  # no more are begun at a time
            await asyncio.sleep(0.01)
        for each in clients:
            each.left.set()
        await asyncio.wait_for(asyncio.gather(*asked), PATIENCE_S)
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
        await asyncio.to_thread(house.begun.wait, PATIENCE_S)
        tile_routes.clear("open")
        house.begun.clear()
        after = Client(f"/fronteras/tiles/open/public{AT}")
        again = after.ask(app)
        await asyncio.to_thread(house.begun.wait, PATIENCE_S)
        house.go.set()
        await asyncio.wait_for(asyncio.gather(asked, again), PATIENCE_S)
        return before.sent[0]["status"], after.sent[0]["status"]

    assert asyncio.run(ask()) == (200, 200)
    assert len(house.made) == 2
    assert tile_routes.CACHE.size > 0
