"""The running app and a watched page, for the tests that drive a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.server import BUILD, Server, serving
from tests.browser.watching import SLOW_S, Watch
from tests.stored_layers import storage_in

HERE = Path(__file__).parent
SCREENSHOTS = BUILD / "screenshots"
PageOpener = Callable[..., Page]

expect.set_options(timeout=SLOW_S * 1000)  # a slow machine is no fault of the page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that none can forget to; one that fails is taken twice more."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once; skip with the remedy where there is none."""
    path = chromium_path()
    if not path:
        pytest.skip("no Chromium is here (Debian: apt-get install chromium; macOS: brew install --cask chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def app() -> Iterator[Server]:
    """Serve the real app on a free port; at the end it must not have raised anything."""
    with serving() as server:
        yield server
        assert server.tracebacks() == []


@pytest.fixture(scope="session")
def base_url(app: Server) -> str:
    """Return the address of the running app, without a slash at the end."""
    return app.url


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Let the tests of a module store in a folder; gives the environment of a server that shall find it there."""
    with storage_in(tmp_path_factory.mktemp("storage")) as given:
        yield given


@pytest.fixture
def watch() -> Watch:
    """Return the record of what goes wrong in this test's pages."""
    return Watch()


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[PageOpener]:
    """Give a function that opens a watched page of a size in a browser session of its own.

    At the end the test fails if any of its pages asked another machine for something, logged an error, raised
    an exception or had a failed request, unless ``watch.expected`` names it.
    """
    contexts = []

    def opened(*, width: int = 1440, height: int = 900, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(SLOW_S * 1000)
        watch.attach(context)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert watch.problems() == []


@pytest.fixture
def page(open_page: PageOpener) -> Page:
    """Return a watched page of 1440 by 900 pixels."""
    return open_page()


@pytest.fixture
def screenshot(page: Page) -> Callable[[str], Path]:
    """Give a function that keeps a picture of the page in build/screenshots and returns its path."""

    def keep(name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path)
        return path

    return keep
