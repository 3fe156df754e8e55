"""The routes of tiles over a catalogue that only says which layers there are, and notes which tiles are made."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import httpx2
from starlette.applications import Starlette

from geo import grants
from geo.errors import UnknownError
from geo.messages import Message
from geo.viewer import LOCAL
from layers import features, tile_routes
from layers.known import known

COOKIE, OTHER = "c" * 32, "o" * 32
BODY = b"a tile " * 200
AT = "/4/5/8.mvt"
PATIENCE_S = 60  # on a loaded machine


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
            self.go.wait(PATIENCE_S)
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


def where_key(spec, view):
    return tuple(sorted(features.filter_query(spec, view).items()))


def served():
    return Starlette(routes=tile_routes.routes(known()))


@asynccontextmanager
async def many(**options):
    transport = httpx2.ASGITransport(app=served())
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver", **options) as asker:
        yield asker


def amber(cookie=COOKIE, content="amber", viewer=LOCAL, **options):
    return grants.grant(content, viewer, cookie, **options)


def told(answer):
    return answer.status_code, answer.content, sorted(answer.headers.items())
