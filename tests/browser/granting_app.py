"""An app with one layer that is not for everybody, to see that its page and its routes know the same browser."""

from pathlib import Path
from types import SimpleNamespace

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from geo import catalogue, tiles
from geo.errors import UnknownError
from geo.messages import Message
from geo.viewer import Viewer
from layers import tile_routes
from layers.known import known
from layers.viewer_cookie import ViewerCookie, viewer_id

MARKINGS = {"amber": "TLP:AMBER", "open": "TLP:CLEAR"}


def by_content(content: str, viewer: Viewer) -> SimpleNamespace:
    """Know two layers."""
    if content not in MARKINGS or not viewer.may_see(MARKINGS[content]):
        raise UnknownError(Message("no such layer"))
    return SimpleNamespace(key="mining", payload=content)


def block(_payload: str, _z: int, x: int, y: int, *_: object, side: int) -> dict[tuple[int, int], bytes]:
    """Make tiles with something in them, or in the column 0 nothing."""
    places = [(x + right, y + down) for right in range(side) for down in range(side)]
    return {(column, row): b"a tile" if column else b"" for column, row in places}


def seen(request: Request) -> PlainTextResponse:
    """Answer with the viewer id that a route sees."""
    return PlainTextResponse(viewer_id(request.cookies))


catalogue.by_content, tiles.block = by_content, block
app = st.App(
    Path(__file__).with_name("granting_page.py"),
    routes=[Route("/seen", seen), *tile_routes.routes(known())],
    middleware=[Middleware(ViewerCookie)],
)
