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

from geo import store
from geo.errors import GeoError
from geo.messages import LANGUAGES, language, say
from layers import features, shading, start_page, web
from layers.known import PAGES, known
from layers.looks import specs
from layers.spec import LayerSpec
from layers.version import APP_VERSION
from layers.view import Known, ViewState

FOR_EVER: Final = "public, max-age=31536000, immutable"
NOT_KEPT: Final = "no-cache"
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
                key, _, query = entry["url"].partition("layer/")[2].partition(".geojson?")
                _body(key, dict(parse_qsl(query)), known())
        except GeoError:
            return


def _layer(request: Request, names: Known) -> Response:
    """Answer with a layer's features; the filters in the query are those of a view's link."""
    key = request.path_params["key"]
    if key not in BASE_KEYS and key not in specs():
        return Response(status_code=404)
    return _sent(request, lambda query: _body(key, query, names), "application/geo+json")


def _figures(request: Request, names: Known) -> Response:
    """Answer with the values of a figure layer by unit: class and figure in words."""
    spec = specs().get(request.path_params["key"])
    if spec is None or spec.shades is None:
        return Response(status_code=404)
    return _sent(request, lambda query: _values(spec, query, names), "application/json")


def _sent(request: Request, body_of: Callable[[dict[str, str]], bytes], media_type: str) -> Response:
    """Answer with a compressed body, to be kept for ever if the address names the present data."""
    query = dict(request.query_params)
    try:
        body = body_of(query)
    except GeoError as error:
        said = say(error.message, language(query.get("lang")))
        return JSONResponse({"error": said}, status_code=503, headers={"Cache-Control": NOT_KEPT})
    kept = FOR_EVER if query.get("v") == store.data_version() else NOT_KEPT
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return Response(body, media_type=media_type, headers=headers)


def _values(spec: LayerSpec, query: dict[str, str], names: Known) -> bytes:
    """Return the compressed values of a figure layer in the year and countries of an address."""
    view, _ = ViewState.from_query(query, names)

    def make() -> bytes:
        values = shading.tooltip_values(spec, shading.shade(spec, view), view.lang)
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return gzip.compress(text.encode(), compresslevel=6, mtime=0)

    asked = tuple(sorted(view.to_query().items()))
    return store.STORE.get(("values", spec.key, store.data_version(), asked), make)


def _body(key: str, query: dict[str, str], names: Known) -> bytes:
    """Return the compressed features of an address, made once for all who ask for the same."""
    view, _ = ViewState.from_query(query, names)

    def make() -> bytes:
        if key.startswith("base-"):
            text = features.base_geojson(key.removeprefix("base-"), view.lang)
        else:
            text = features.layer_geojson(specs()[key], view, view.lang)
        return gzip.compress(text, compresslevel=6, mtime=0)

    asked = tuple(sorted(view.to_query().items()))
    return store.STORE.get(("layer", key, store.data_version(), asked), make)
