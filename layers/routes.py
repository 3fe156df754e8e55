"""What the browser fetches beside the pages: features, front-end files, health.

Every address changes with what it serves, so answers may be kept for ever. An address of
an older release answers with the present content, not to be kept.
"""

from __future__ import annotations

import gzip
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from geo import store
from geo.errors import GeoError
from geo.messages import language, say
from layers import features, web
from layers.spec import specs
from layers.view import Known, ViewState
from layers.version import APP_VERSION

FOR_EVER: Final = "public, max-age=31536000, immutable"
NOT_KEPT: Final = "no-cache"
TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}


def routes(known: Known, base: str = "") -> list[BaseRoute]:
    """Return the app's own routes under a base path ("" or "/path")."""

    def layer(request: Request) -> Response:
        return _layer(request, known)

    return [
        Route(f"{base}/fronteras/health", _health),
        Route(f"{base}/fronteras/assets/{{digest}}/{{name}}", _asset),
        Route(f"{base}/fronteras/layer/{{key}}.geojson", layer),
    ]


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
    body = {"status": "ok" if healthy else "degraded", "app": APP_VERSION, "data": version, "missing_assets": missing, "problem": problem}
    return JSONResponse(body, status_code=200 if healthy else 503, headers={"Cache-Control": NOT_KEPT})


def _asset(request: Request) -> Response:
    path = web.ASSETS.get(request.path_params["name"])
    if path is None or not path.is_file():
        return Response(status_code=404)
    return FileResponse(path, media_type=TYPES[path.suffix], headers={"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"})


def _layer(request: Request, known: Known) -> Response:
    """Answer with a layer's features; the filters in the query are those of a view's link."""
    query = dict(request.query_params)
    lang = language(query.get("lang"))
    key = request.path_params["key"]
    name = key.removeprefix("base-")
    if key.startswith("base-") and name not in (*features.BASE_LAYERS, features.UNITS):
        return Response(status_code=404)
    if not key.startswith("base-") and key not in specs():
        return Response(status_code=404)

    def make() -> bytes:
        if key.startswith("base-"):
            text = features.base_geojson(name, lang)
        else:
            text = features.layer_geojson(specs()[key], view, lang)
        return gzip.compress(text, compresslevel=6, mtime=0)

    try:
        view, _ = ViewState.from_query(query, known)
        asked = view.to_query() | {"lang": lang}
        version = store.data_version()
        body = store.STORE.get(("layer", key, version, tuple(sorted(asked.items()))), make)
    except GeoError as error:
        return JSONResponse({"error": say(error.message, lang)}, status_code=503, headers={"Cache-Control": NOT_KEPT})
    headers = {"Cache-Control": FOR_EVER if query.get("v") == version else NOT_KEPT, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return Response(body, media_type="application/geo+json", headers=headers)
