"""The viewer's cookie: one random id for each browser, so that an address can be bound to it.

It ends with the browser's session: nothing that outlives a visit depends on it, and an id kept for a
year would follow a person for nothing. It comes with documents only. Scripts, tiles and pictures may lie
in caches that many share, and none of those may hand one person's cookie to another.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAME: Final = "fronteras_viewer"
WELL_FORMED: Final = re.compile(r"[A-Za-z0-9_-]{32}")  # 24 random bytes
DOCUMENT_CACHING: Final = "private, no-cache"


def viewer_id(cookies: Mapping[str, str]) -> str:
    """Return the viewer id among the cookies of a request, or "" where there is none that we gave."""
    value = str(cookies.get(NAME, ""))  # Streamlit's AppTest answers with a mock
    return value if WELL_FORMED.fullmatch(value) else ""


class ViewerCookie:
    """ASGI middleware that gives a browser its viewer id with the first document.

    Parameters
    ----------
    base : str
        The path below which the app lives, "" or "/path"; the cookie is sent nowhere else.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self.app = app
        self.path = base or "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; add the cookie to a document for a browser that brought none, or a malformed one."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_new = not viewer_id(HTTPConnection(scope).cookies)
        is_secure = scope.get("scheme") == "https"  # as the browser sees it: uvicorn reads what a proxy says

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_document(message):
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = DOCUMENT_CACHING
                if is_new:
                    headers.append("Set-Cookie", self._cookie(is_secure))
            await send(message)

        await self.app(scope, receive, tell)

    def _cookie(self, is_secure: bool) -> str:
        value = f"{NAME}={secrets.token_urlsafe(24)}; Path={self.path}; HttpOnly; SameSite=Lax"
        return f"{value}; Secure" if is_secure else value


def _is_document(message: Message) -> bool:
    headers = Headers(raw=message.setdefault("headers", []))
    is_html = headers.get("content-type", "").partition(";")[0].strip().lower() == "text/html"
    cached = headers.get("cache-control", "").lower()
    return message["status"] == 200 and is_html and "public" not in cached and "max-age" not in cached
