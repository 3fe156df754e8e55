"""The viewer's cookie and grants in a real browser: page and routes know the same one, and no other."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from layers.viewer_cookie import NAME
from tests import made_layers
from tests.browser.acting import settled
from tests.browser.server import Server, serving
from tests.browser.watching import wait_drawn
from tests.stored_layers import kept, storage_in

FETCH = """async (address) => {
    const answer = await fetch(address);
    const body = await answer.text();
    return [answer.status, body, Object.fromEntries(answer.headers)];
}"""
WITHOUT_COOKIES = "async (address) => (await fetch(address, {credentials: 'omit'})).status"
SENT = "(address) => performance.getEntriesByName(new URL(address, location).href).map((entry) => entry.transferSize)"


def cookies(page: Page) -> list[dict]:
    return [each for each in page.context.cookies() if each["name"] == NAME]


def said(page: Page, name: str) -> str:
    """Return what the granting page says after ``name=``."""
    text = page.get_by_text(f"{name}=").first
    text.wait_for()
    return text.inner_text().strip().removeprefix(f"{name}=")


@pytest.fixture(scope="module")
def granting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    storage = {"FRONTERAS_STORAGE": str(tmp_path_factory.mktemp("storage"))}
    with serving(Path(__file__).with_name("granting_app.py"), env=storage) as server:
        yield server
        assert server.tracebacks() == []


def test_the_app_gives_a_browser_one_cookie_with_its_first_document(page: Page, base_url: str):
    bringing = []
    page.on("response", lambda answer: bringing.append(answer) if "set-cookie" in answer.all_headers() else None)
    page.goto(base_url)
    wait_drawn(page)
    (mine,) = cookies(page)
    kept = {name: mine[name] for name in ("path", "httpOnly", "secure", "sameSite", "expires")}
    assert kept == {"path": "/", "httpOnly": True, "secure": False, "sameSite": "Lax", "expires": -1}
    assert NAME not in page.evaluate("document.cookie")
    from_us = [answer for answer in bringing if NAME in answer.all_headers()["set-cookie"]]
    assert [answer.request.resource_type for answer in from_us] == ["document"]
    assert from_us[0].all_headers()["cache-control"] == "private, no-cache"
    page.goto(f"{base_url}/records")
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras")
    assert [each["value"] for each in cookies(page)] == [mine["value"]]


@pytest.mark.parametrize(("scheme", "is_secure"), [("https", True), ("http", False)])
def test_behind_a_proxy_with_tls_it_is_secure(base_url: str, scheme: str, is_secure: bool):
    asked = urllib.request.Request(base_url, headers={"X-Forwarded-Proto": scheme})  # noqa: S310 - our loopback server
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        brought = [value for value in answer.headers.get_all("Set-Cookie") if value.startswith(NAME)]
    assert ["Secure" in value for value in brought] == [is_secure]


def test_page_and_routes_see_the_same_viewer(page: Page, granting: Server):
    page.goto(granting.url)
    (mine,) = cookies(page)
    assert said(page, "cookie") == mine["value"]
    assert page.evaluate(FETCH, "/seen")[:2] == [200, mine["value"]]


def test_a_grant_is_one_browsers_alone(page: Page, granting: Server, open_page, watch):
    watch.expected.append("404")
    page.goto(granting.url)
    address = f"/fronteras/tiles/amber/{said(page, 'grant')}/4/5/8.mvt"
    status, body, headers = page.evaluate(FETCH, address)
    assert (status, body) == (200, "a tile")
    assert headers["cache-control"].startswith("private, max-age=")
    other = open_page()
    other.goto(granting.url)
    assert said(other, "grant") != said(page, "grant")
    refused = other.evaluate(FETCH, address)
    assert refused[:2] == [404, "Not found"]
    assert other.evaluate(FETCH, "/fronteras/tiles/amber/public/4/5/8.mvt")[:2] == refused[:2]
    assert page.evaluate(WITHOUT_COOKIES, address.replace("/8.", "/7.")) == 404


def test_the_grant_stays_the_same_over_reruns_and_visits(page: Page, granting: Server):
    page.goto(granting.url)
    first = said(page, "grant")
    page.get_by_role("button", name="Again").click()
    settled(page)
    assert said(page, "grant") == first
    page.goto(granting.url)
    assert said(page, "grant") == first


@pytest.mark.parametrize(("column", "body"), [(5, "a tile"), (0, "")], ids=["a tile", "an empty one"])
@pytest.mark.parametrize("content", ["open", "amber"])
def test_a_browser_asks_for_a_tile_once(browser: Browser, granting: Server, content: str, column: int, body: str):
    page = browser.new_page()
    page.goto(granting.url)
    grant = said(page, "grant") if content == "amber" else "public"
    address = f"/fronteras/tiles/{content}/{grant}/4/{column}/8.mvt"
    for _ in range(3):
        assert page.evaluate(FETCH, address)[:2] == [200, body]
    first, *again = page.evaluate(SENT, address)
    page.close()
    assert first > 0
    assert again == [0, 0]


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, str]]]:
    """Serve the real app with two layers of TLP:AMBER: a small one, sent whole, and one that is sent as tiles."""
    with storage_in(tmp_path_factory.mktemp("storage")) as env:
        keys = {
            kind: kept(made_layers.polygons(n), title=kind, marking="TLP:AMBER").key
            for kind, n in (("layer", 20), ("tiles", 400))
        }
        with serving(env={**env, "FRONTERAS_GEOJSON_BYTES": "10000"}) as server:
            yield server, keys
            assert server.tracebacks() == []


@pytest.mark.parametrize("kind", ["layer", "tiles"])
def test_a_marked_layer_is_drawn_for_its_browser_and_refused_to_others(page: Page, marked, open_page, watch, kind: str):
    server, keys = marked
    start = f"/fronteras/layer/{keys[kind]}." if kind == "layer" else "/fronteras/tiles/"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if start in request.url else None)

    def visit() -> set[str]:
        asked.clear()
        page.goto(f"{server.url}/?layers={keys[kind]}&at=-10,-60,5")
        wait_drawn(page)
        return set(asked)

    first = visit()
    assert first
    assert visit() == first  # the same addresses, so that what is kept serves again
    watch.expected.append("404")
    other = open_page()
    other.goto(f"{server.url}/fronteras/health")
    assert {other.evaluate(FETCH, each)[0] for each in first} == {404}
