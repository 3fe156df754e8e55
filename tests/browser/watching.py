"""What a page of Chromium asked for and what went wrong in it, and waiting for its map."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Frame, Page, Request, Response

LOCAL_HOSTS: Final = {"127.0.0.1", "localhost", "::1"}
MAP_FRAME: Final = "streamlit_folium"  # part of the address of the frame that st_folium draws in
DRAWN: Final = "() => Boolean(window.fronteras && window.fronteras.drawn)"
DRAWINGS: Final = "() => performance.getEntriesByName('fronteras:drawn').length"
STILL_S: Final = 0.9  # the component waits 250 ms after a move before it tells the page
SLOW_S: Final = 60
POSITION: Final = f"() => [map.getCenter().lat, map.getCenter().lng, map.getZoom(), ({DRAWINGS})()]"


@dataclass
class Watch:
    """What a page did that it should not: each list holds one line per event."""

    outside: list[str] = field(default_factory=list)  # requests to other machines, which Chromium refused: see FLAGS
    console: list[str] = field(default_factory=list)  # console.error
    errors: list[str] = field(default_factory=list)  # uncaught exceptions
    failed: list[str] = field(default_factory=list)  # requests without an answer, or with one of 400 and above
    expected: list[str] = field(default_factory=list)  # a problem that holds one of these parts is wanted

    def problems(self) -> list[str]:
        """Return every problem that no test has declared as expected, with its kind in front."""
        kinds = {"outside": self.outside, "console": self.console, "error": self.errors, "failed": self.failed}
        lines = [f"{kind}: {line}" for kind, lines in kinds.items() for line in lines]
        return [line for line in lines if not any(part in line for part in self.expected)]

    def attach(self, context: BrowserContext) -> None:
        """Record problems, for every page and frame of a context."""
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)

    def is_ours(self, url: str) -> bool:
        """Tell whether a page may ask for an address."""
        address = urlsplit(url)
        return address.scheme in {"about", "blob", "data"} or address.hostname in LOCAL_HOSTS

    def _on_request(self, request: Request) -> None:
        if not self.is_ours(request.url):
            self.outside.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_failed(self, request: Request) -> None:
        # Leaving a page cancels what it still waits for; that is the browser's doing, not a fault of ours.
        if request.failure != "net::ERR_ABORTED" and request.url not in self.outside:
            self.failed.append(f"{request.url} {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.failed.append(f"{response.url} {response.status}")


def map_frame(page: Page) -> Frame | None:
    """Return the frame that holds the map, or None while there is none."""
    return next((frame for frame in page.frames if MAP_FRAME in frame.url and not frame.is_detached()), None)


def drawings(page: Page) -> int:
    """Return how often the map has finished drawing since its frame was loaded; 0 without a map."""
    frame = map_frame(page)
    return int(frame.evaluate(DRAWINGS)) if frame else 0


def wait_drawn(page: Page, *, beyond: int = 0, timeout_s: float = SLOW_S) -> Frame:
    """Wait until all requested layers are on the map and return its frame.

    Parameters
    ----------
    beyond : int
        How many drawings (see ``drawings``) had been finished before; the wait is for one more. So a
        change can be told from the state before it.

    Raises
    ------
    AssertionError
        If that does not happen in time; the text says what the page shows instead.
    """
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        frame = map_frame(page)
        try:
            if frame and frame.evaluate(DRAWN) and frame.evaluate(DRAWINGS) > beyond:
                return frame
        except Error:  # the frame was replaced between two questions
            pass
        page.wait_for_timeout(20)
    shown = page.locator("body").inner_text()[:600]
    what = "there is no map" if map_frame(page) is None else "the map's layers are not all drawn"
    raise AssertionError(f"{what} after {timeout_s:g} s; the page shows:\n{shown}")


def wait_still(page: Page) -> Frame:
    """Wait until the map is drawn and stands still, and the page has learnt so, and return its frame.

    Raises
    ------
    AssertionError
        If it never does.
    """
    until = time.monotonic() + SLOW_S
    before, since = "", 0.0
    while time.monotonic() < until:
        frame = wait_drawn(page)
        try:
            running = page.locator("[data-test-script-state=notRunning]").count() == 0
            now = f"{page.url} {running} {frame.evaluate(POSITION)}"
        except Error:  # the frame was replaced meanwhile
            continue
        if running or now != before:
            before, since = now, time.monotonic()
        elif time.monotonic() - since > STILL_S:
            return frame
        page.wait_for_timeout(50)
    raise AssertionError(f"the map did not come to rest: {before}")


def wait_until(page: Page, is_so: Callable[[], object]) -> None:
    """Wait until something that this process knows is so; what the browser asks meanwhile is taken in.

    Raises
    ------
    AssertionError
        If it never is.
    """
    until = time.monotonic() + SLOW_S
    while not is_so():
        assert time.monotonic() < until, "what was waited for did not come"
        page.wait_for_timeout(20)
