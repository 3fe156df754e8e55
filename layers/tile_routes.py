"""Tiles of stored layers, and single features to be lit, for whoever may see them.

The address says the layer's content, so an answer may be kept for ever, and what its reader may see:
"public" for what everybody may, otherwise a grant (``geo/grants.py``). Whatever is wrong with a request,
the answer is the same 404.

A feature's id stands in the query, as ``encodeURIComponent`` writes it: it may hold anything, and in a
path two dots or an escaped slash would be refused or rewritten on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from geo import catalogue, tiles
from geo.errors import GeoError, UnknownError
from geo.messages import language, say
from geo.tiles import GONE
from geo.viewer import LOCAL, Viewer
from layers import features
from layers.answers import NOT_KEPT, admitted, packed_answer, refusal
from layers.computed_once import Bodies, ComputedOnce, Gone, Key
from layers.looks import specs
from layers.view import Known, ViewState

MEDIA_TYPE: Final = "application/vnd.mapbox-vector-tile"
DEEPEST: Final = 22  # zoom: a pixel is 4 cm at the equator
NUMBER: Final = re.compile("0|[1-9][0-9]{0,6}")  # the one way to write a number: another would be another address
LONGEST_ID: Final = 1000  # characters
CACHE: Final = ComputedOnce()
Plan = tuple[Key, Key, Callable[[], Bodies]]  # what is asked for, what is made with it, and how


def routes(names: Known, base: str = "") -> list[BaseRoute]:
    """Return the routes of tiles under a base path; what else is asked for below them is refused too."""

    async def tile(request: Request) -> Response:
        return await _answered(request, lambda viewer: _tile(request, viewer, names), MEDIA_TYPE)

    async def feature(request: Request) -> Response:
        return await _answered(request, lambda viewer: _feature(request, viewer), "application/geo+json")

    async def nothing(_request: Request) -> Response:
        return refusal()

    start = f"{base}/fronteras/tiles"
    return [
        Route(f"{start}/{{content}}/{{grant}}/{{z}}/{{x}}/{{y}}.mvt", tile),
        Route(f"{start}/{{content}}/{{grant}}/feature.geojson", feature),
        Route(f"{start}/{{rest:path}}", nothing),
    ]


def clear(content: str) -> None:
    """Let go what is kept of a layer, once it is deleted."""
    CACHE.clear(content)


async def _answered(request: Request, plan: Callable[[Viewer], Plan], media_type: str) -> Response:
    """Answer with what a plan makes for the viewer of a request."""
    try:
        viewer, caching = admitted(request.path_params["grant"], request.path_params["content"], request)
        body = await _made(request, viewer, plan(viewer))
        return packed_answer(request, body, media_type, caching)
    except UnknownError:
        _forget(request.path_params["content"])
        return refusal()
    except Gone:  # nobody reads the answer
        return refusal()
    except GeoError as error:
        said = say(error.message, language(request.query_params.get("lang")))
        return JSONResponse({"error": said}, status_code=503, headers={"Cache-Control": NOT_KEPT})


def _forget(content: str) -> None:
    """Let go what is kept of a layer that is gone for everybody: who deletes it may be another process."""
    if CACHE.holds(content):
        try:
            catalogue.by_content(content, LOCAL)
        except UnknownError:
            clear(content)


async def _made(request: Request, viewer: Viewer, plan: Plan) -> bytes:
    """Return a body; a layer that was deleted while it was made is unknown, however the making ended."""
    key, together, make = plan
    try:
        body = await CACHE.get(key, together, make, request)
    except Gone:
        raise
    except Exception:
        catalogue.by_content(str(key[0]), viewer)
        raise
    catalogue.by_content(str(key[0]), viewer)
    return body


def block_side(z: int) -> int:
    """Return how many tiles along each side are made together at a zoom: the emptier they are, the more."""
    return 1 if z < 4 else 2 if z < 8 else 4


def _tile(request: Request, viewer: Viewer, names: Known) -> Plan:
    z, x, y = _place(request)
    record = catalogue.by_content(request.path_params["content"], viewer)
    spec, payload = specs(viewer).get(record.key), record.payload
    if spec is None or payload is None:
        raise UnknownError(GONE)
    view, _ = ViewState.from_query(dict(request.query_params), names)
    where = features.where(spec, view)
    columns = tuple(channel.column for channel in spec.channels)
    side = block_side(z)
    west, north = x // side * side, y // side * side

    def make() -> Bodies:
        made = tiles.block(payload, z, west, north, where, columns, side=side)
        return {key(*place): body for place, body in made.items()}

    def key(x: int, y: int) -> Key:
        # Only what the layer obeys is in the key: parameters that mean nothing make no new tile.
        return (request.path_params["content"], z, x, y, where.key, columns)

    return key(x, y), (*key(west, north), side), make


def _feature(request: Request, viewer: Viewer) -> Plan:
    payload = catalogue.by_content(request.path_params["content"], viewer).payload
    feature_id = request.query_params.get("id", "")
    if payload is None or not 0 < len(feature_id) <= LONGEST_ID:
        raise UnknownError(GONE)
    key = (request.path_params["content"], "feature", feature_id)
    return key, key, lambda: {key: tiles.feature(payload, feature_id)}


def _place(request: Request) -> tuple[int, int, int]:
    texts = [request.path_params[name] for name in ("z", "x", "y")]
    if not all(NUMBER.fullmatch(text) for text in texts):
        raise UnknownError(GONE)
    z, x, y = (int(text) for text in texts)
    if z > DEEPEST or max(x, y) >= 2**z:
        raise UnknownError(GONE)
    return z, x, y
