"""One visit to an app by a browser that was never there: when its map stood painted, and the bytes that took."""

from __future__ import annotations

import base64
import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page

from tests.browser.watching import MAP_FRAME, map_frame

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
TEXT_FRAME = 1  # opcode of a WebSocket frame whose payload is text; others come in base64
FLUSHED = b"\x00\x00\xff\xff"  # ends what zlib flushes, and is not sent (RFC 7692, 7.2.1)
QUIET_SECONDS = 0.8  # a page that received nothing for so long has received everything
PATIENCE_SECONDS = 60


@dataclass
class Traffic:
    """Bytes received as they came over the line, by the path they came from; WebSocket frames under "socket".

    Chromium tells frames as they are after unpacking. Where the two sides agreed on permessage-deflate, they are
    packed again here in the same way, each with the memory of those before it.
    """

    received: dict[str, float] = field(default_factory=dict)
    last: float = 0.0
    frames: float = 0.0  # bytes of the frames, unpacked
    _addresses: dict[str, str] = field(default_factory=dict)
    _deflate: Any = None

    def attach(self, page: Page) -> None:
        """Count what a page and its frames receive, compressed as it was on the way."""
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._on_request)
        session.on("Network.loadingFinished", self._on_finished)
        session.on("Network.webSocketHandshakeResponseReceived", self._on_handshake)
        session.on("Network.webSocketFrameReceived", self._on_frame)
        session.send("Network.enable")

    def _on_request(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = urlsplit(event["request"]["url"]).path
        self.last = time.monotonic()

    def _on_finished(self, event: dict[str, Any]) -> None:
        self._add(self._addresses.get(event["requestId"], "unknown"), event["encodedDataLength"])

    def _on_handshake(self, event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        agreed = headers.get("sec-websocket-extensions", "")
        window = re.search(r"server_max_window_bits=(\d+)", agreed)
        bits = int(window.group(1)) if window else zlib.MAX_WBITS
        self._deflate = zlib.compressobj(wbits=-bits) if "permessage-deflate" in agreed else None

    def _on_frame(self, event: dict[str, Any]) -> None:
        data, opcode = event["response"]["payloadData"], event["response"]["opcode"]
        frame = data.encode() if opcode == TEXT_FRAME else base64.b64decode(data)
        self.frames += len(frame)
        if self._deflate is None:
            self._add("socket", len(frame))
            return
        packed = self._deflate.compress(frame) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self._add("socket", len(packed) - len(FLUSHED))

    def _add(self, path: str, size: float) -> None:
        self.received[path] = self.received.get(path, 0) + size
        self.last = time.monotonic()

    def total(self, chosen: Callable[[str], bool] = lambda _path: True) -> float:
        """Return the bytes received from the paths that are chosen."""
        return sum(size for path, size in self.received.items() if chosen(path))


def is_streamlits(path: str) -> bool:
    """Tell whether a path belongs to the front end of Streamlit or streamlit-folium, which every such app sends."""
    return not path.startswith("/fronteras/") and path != "socket"


@dataclass(frozen=True)
class Visit:
    """An open page whose map has been painted once."""

    page: Page
    traffic: Traffic
    seconds: float  # from the start of the navigation to the painted map

    def settle(self) -> None:
        """Wait until nothing more arrives."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and time.monotonic() - self.traffic.last < QUIET_SECONDS:
            self.page.wait_for_timeout(100)

    def change(self, click: Callable[[Page], None]) -> tuple[float, float]:
        """Click and return the seconds until the map stood painted again, and the bytes received for it."""
        self.settle()
        self.traffic.received.clear()
        self.traffic.frames = 0.0
        click(self.page)
        clicked_ms = float(self.page.evaluate("() => window.bench.clicked.at(-1)"))
        painted_ms = wait_painted(self.page, after_ms=clicked_ms)
        self.settle()
        return (painted_ms - clicked_ms) / 1000, self.traffic.total()


@contextmanager
def visit(browser: Browser, url: str, *, shapes: int | None = None) -> Iterator[Visit]:
    """Open an address in a browser session of its own and wait for its map.

    Parameters
    ----------
    shapes : int, optional
        How many shapes make the map complete; without it the map says so itself (``fronteras:drawn``).
    """
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        if shapes is not None:
            expect_shapes(context, shapes)
        context.add_init_script(PROBE)
        page = context.new_page()
        traffic = Traffic()
        traffic.attach(page)
        page.goto(url, wait_until="commit")
        painted_ms = wait_painted(page, after_ms=0)
        began_ms = float(page.evaluate("() => performance.timeOrigin"))
        yield Visit(page, traffic, (painted_ms - began_ms) / 1000)
    finally:
        context.close()


def expect_shapes(target: Any, shapes: int) -> None:
    """Tell the frames that are loaded from now on how many shapes make their map complete."""
    target.add_init_script(f"window.benchShapes = {shapes};")


def wait_painted(page: Page, *, after_ms: float) -> float:
    """Return when a map was first painted after a moment, both in milliseconds since 1970.

    Raises
    ------
    TimeoutError
        If that does not happen; the text holds what the page shows.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        frame = map_frame(page)
        try:
            moments = frame.evaluate("() => window.bench ? window.bench.painted : []") if frame else []
        except Error:  # the frame was replaced between two questions
            moments = []
        later = [moment for moment in moments if moment > after_ms]
        if later:
            return float(later[0])
        page.wait_for_timeout(30)
    raise TimeoutError(f"No map was painted in {PATIENCE_SECONDS} s ({MAP_FRAME}): {page.inner_text('body')[:400]}")
