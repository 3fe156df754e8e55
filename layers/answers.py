"""What answers of our routes have in common: who is let in, the one refusal, bodies compressed once for all."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from geo import grants
from geo.errors import GeoError, UnknownError
from geo.viewer import MARKINGS, Viewer
from layers.viewer_cookie import viewer_id

PUBLIC: Final = Viewer("public", "", frozenset(), MARKINGS[0])
FOR_EVER: Final = "public, max-age=31536000, immutable"
NOT_KEPT: Final = "no-cache"


def admitted(grant: str, content: str, request: Request) -> tuple[Viewer, str]:
    """Return whom a grant speaks for, and the Cache-Control of what is answered to them.

    Parameters
    ----------
    grant : str
        "public", or a grant for ``content``.

    Raises
    ------
    UnknownError
        If the grant is not valid for this content and the browser of this request.
    """
    if grant == grants.PUBLIC:
        return PUBLIC, FOR_EVER
    try:
        found = grants.read(grant, content, viewer_id(request.cookies))
    except GeoError as error:  # a secret that is unfit is the page's to tell of, not a stranger's to read of
        raise UnknownError(grants.NOT_VALID) from error
    left_s = max(0, int((found.until - datetime.now(UTC)).total_seconds()))
    # The page that made the grant looked whether its viewer may see this very content, if it is private.
    return Viewer("granted", "", frozenset({"granted"}), found.ceiling), f"private, max-age={left_s}, immutable"


def refusal() -> Response:
    """Return the answer to whatever is not there or not for the one who asks: always the same, never kept.

    Who is refused must not learn whether there is something.
    """
    return Response(b"Not found", 404, {"Cache-Control": "no-store"}, media_type="text/plain")


def pack(body: bytes) -> bytes:
    """Return a body compressed, the same bytes for the same body; an empty one stays empty."""
    return gzip.compress(body, compresslevel=6, mtime=0) if body else b""


def packed_answer(request: Request, packed: bytes, media_type: str, caching: str) -> Response:
    """Answer with a body that ``pack`` made, as the browser can read it, or with 304 if it has it already."""
    zipped = bool(packed) and accepts_gzip(request.headers.get("accept-encoding", ""))
    # A strong tag names bytes as they are sent, so the two ways to send them have two tags.
    tag = f'"{sha256(packed).hexdigest()[:20]}{"-gzip" if zipped else ""}"'
    headers = {
        "Cache-Control": caching,
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if _holds(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    elif packed:
        packed = gzip.decompress(packed)
    return Response(packed, media_type=media_type, headers=headers)


def accepts_gzip(header: str) -> bool:
    """Return whether an Accept-Encoding header lets gzip through: named, or by "*", and not with weight 0."""
    weights = dict(_weight(part) for part in header.split(","))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(part: str) -> tuple[str, float]:
    name, _, parameters = part.strip().lower().partition(";")
    weight = parameters.strip().removeprefix("q=") or "1"
    try:
        return name.strip(), float(weight)
    except ValueError:
        return name.strip(), 0.0


def _holds(header: str, tag: str) -> bool:
    """Return whether an If-None-Match header names a tag; a proxy may have weakened it."""
    asked = {part.strip().removeprefix("W/") for part in header.split(",")}
    return tag in asked or "*" in asked
