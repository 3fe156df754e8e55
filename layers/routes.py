"""What the browser fetches beside the pages: features, front-end files, health.

Every address changes with what it serves, so answers may be kept for ever. An address of
an older release answers with the present content, not to be kept.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from geo import catalogue, grants, store
from geo.errors import GeoError, UnknownError
from geo.messages import DEFAULT_LANGUAGE, LANGUAGES, language, say
from layers import draft_map, features, shading, start_page, tile_routes, web
from layers.answers import FOR_EVER, NOT_KEPT, admitted, packed_answer, refusal
from layers.known import PAGES, known
from layers.looks import specs
from layers.spec import LayerSpec
from layers.version import APP_VERSION, content_version, version_of
from layers.view import Known, ViewState

BASE_KEYS: Final = frozenset(f"base-{name}" for name in (*features.BASE_LAYERS, features.UNITS))
TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}


def routes(names: Known, base: str = "") -> list[BaseRoute]:
    """Return the app's own routes under a base path ("" or "/path")."""

    def layer(request: Request) -> Response:
        return _layer(request, names)

    def figures(request: Request) -> Response:
        return _figures(request, names)

    return [
        *(Route(f"{base}/{name}", _page) for name in ("", *sorted(names.pages))),
        Route(f"{base}/fronteras/health", _health),
        Route(f"{base}/fronteras/assets/{{digest}}/{{name}}", _asset),
        Route(f"{base}/fronteras/layer/{{key}}.geojson", layer),
        Route(f"{base}/fronteras/figures/{{key}}.json", figures),
        *tile_routes.routes(names, base),
        *draft_map.routes(base),
    ]


def _page(request: Request) -> Response:
    lang = language(request.query_params.get("lang"))
    is_map = request.url.path.rstrip("/").rpartition("/")[2] not in PAGES
    return HTMLResponse(start_page.html(lang, is_map=is_map), headers={"Cache-Control": NOT_KEPT})


def _health(_request: Request) -> Response:
    """Answer whether the app can work: its data can be read and its front-end files are there."""
    missing = web.missing_assets()
    try:
        version = store.data_version()
        store.layer("zones")
        store.table("indicators")
        grants.from_environment()
        problem = ""
    except (GeoError, OSError) as error:
        version, problem = "", str(error)
    healthy = not missing and not problem
    body = {
        "status": "ok" if healthy else "degraded",
        "app": APP_VERSION,
        "data": version,
        "missing_assets": missing,
        "problem": problem,
        # What ships works without it, so a server whose catalogue is away is not taken out of service.
        "catalogue": say(trouble, DEFAULT_LANGUAGE) if (trouble := catalogue.trouble()) else "",
    }
    return JSONResponse(body, status_code=200 if healthy else 503, headers={"Cache-Control": NOT_KEPT})


def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in web.BUNDLES or web.missing_assets():
        return Response(status_code=404)
    headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return Response(web.asset(name), media_type=TYPES[Path(name).suffix], headers=headers)


def warm() -> None:
    """Make what the default map needs before anybody asks; what cannot be read is told when asked for."""
    for view in (ViewState(lang=lang) for lang in LANGUAGES):
        try:
            for entry in (*web.base_entries(view), *(web.entry(spec, view) for spec in web.shown(view))):
                if entry["kind"] != "features":  # tiles are cut when somebody looks at them
                    continue
                key, _, query = entry["url"].partition("layer/")[2].partition(".geojson?")
                asked = dict(parse_qsl(query))
                if key in BASE_KEYS:
                    _base(key, asked, known())
                else:
                    _features(specs()[key], asked, known())
        except GeoError:
            return


def _layer(request: Request, names: Known) -> Response:
    """Answer with a layer's features; the filters in the query are those of a view's link."""
    key = request.path_params["key"]
    media_type = "application/geo+json"
    if key in BASE_KEYS:
        return _sent(request, lambda query: _base(key, query, names), media_type, FOR_EVER, content_version())
    try:
        spec, caching = _asked(request)
    except UnknownError:
        return refusal()
    return _sent(request, lambda query: _features(spec, query, names), media_type, caching, version_of(spec.record))


def _figures(request: Request, names: Known) -> Response:
    """Answer with the values of a figure layer by unit: class and figure in words."""
    try:
        spec, caching = _asked(request)
    except UnknownError:
        return refusal()
    if spec.shades is None:
        return refusal()
    return _sent(request, lambda query: _values(spec, query, names), "application/json", caching, content_version())


def _asked(request: Request) -> tuple[LayerSpec, str]:
    """Return the layer that a request may see, and how its answer may be kept; else ``UnknownError``.

    What is not for everybody needs a grant for the layer's key, as ``features.address`` writes it.
    """
    key = request.path_params["key"]
    viewer, caching = admitted(request.query_params.get("grant", grants.PUBLIC), key, request)
    spec = specs(viewer).get(key)
    if spec is None:
        raise UnknownError(grants.NOT_VALID)
    return spec, caching


def _sent(
    request: Request, body_of: Callable[[dict[str, str]], bytes], media_type: str, caching: str, version: str
) -> Response:
    """Answer with a compressed body, to be kept if the address names the present version of the data."""
    query = dict(request.query_params)
    try:
        body = body_of(query)
    except GeoError as error:
        said = say(error.message, language(query.get("lang")))
        return JSONResponse({"error": said}, status_code=503, headers={"Cache-Control": NOT_KEPT})
    if query.get("v") != version:
        caching = NOT_KEPT if caching == FOR_EVER else f"private, {NOT_KEPT}"
    return packed_answer(request, body, media_type, caching)


def _values(spec: LayerSpec, query: dict[str, str], names: Known) -> bytes:
    """Return the compressed values of a figure layer in the year and countries of an address."""
    view, _ = ViewState.from_query(query, names)

    def make() -> bytes:
        values = shading.tooltip_values(spec, shading.shade(spec, view), view.lang)
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return gzip.compress(text.encode(), compresslevel=6, mtime=0)

    asked = tuple(sorted(view.to_query().items()))
    return store.STORE.get(("values", spec.key, store.data_version(), asked), make)


def _features(spec: LayerSpec, query: dict[str, str], names: Known) -> bytes:
    """Return the compressed features of a layer, made once for all who ask for the same."""
    view, _ = ViewState.from_query(query, names)

    def make() -> bytes:
        return gzip.compress(features.layer_geojson(spec, view, view.lang), compresslevel=6, mtime=0)

    asked = tuple(sorted(view.to_query().items()))
    return store.STORE.get(("layer", spec.key, version_of(spec.record), asked), make)


def _base(key: str, query: dict[str, str], names: Known) -> bytes:
    """Return the compressed features of a layer of the base map."""
    view, _ = ViewState.from_query(query, names)

    def make() -> bytes:
        text = features.base_geojson(key.removeprefix("base-"), view.lang)
        return gzip.compress(text, compresslevel=6, mtime=0)

    return store.STORE.get(("base", key, store.data_version(), view.lang), make)
