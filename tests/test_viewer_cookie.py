"""The viewer's cookie: with documents only, once, and never in what many may share."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from layers.viewer_cookie import NAME, ViewerCookie, viewer_id


def page(request):
    return HTMLResponse(viewer_id(request.cookies), headers={"Cache-Control": "no-cache"})


def other(request):
    kind, caching = request.query_params["type"], request.query_params.get("caching")
    status = int(request.query_params.get("status", "200"))
    return Response(b"", status, media_type=kind, headers={"Cache-Control": caching} if caching else {})


def client(base="", **options):
    routes = [Route(f"{base}/", page), Route(f"{base}/other", other), Route("/moved", lambda _: RedirectResponse("/"))]
    app = Starlette(routes=routes, middleware=[Middleware(ViewerCookie, base=base)])
    return TestClient(app, **options)


def given(answer):
    """Return the id and the attributes of the cookie in an answer."""
    value, *attributes = answer.headers["set-cookie"].split("; ")
    assert value.partition("=")[0] == NAME
    return value.partition("=")[2], set(attributes)


def test_a_document_brings_it_once():
    browser = client()
    first = browser.get("/")
    value, attributes = given(first)
    assert attributes == {"Path=/", "HttpOnly", "SameSite=Lax"}
    assert first.headers["cache-control"] == "private, no-cache"
    second = browser.get("/")
    assert second.text == value == viewer_id({NAME: value})
    assert "set-cookie" not in second.headers
    assert second.headers["cache-control"] == "private, no-cache"


def test_no_two_browsers_have_the_same():
    assert len({given(client().get("/"))[0] for _ in range(50)}) == 50


def test_it_stays_below_the_base_path():
    assert "Path=/atlas" in given(client("/atlas").get("/atlas/"))[1]


def test_it_is_secure_when_the_request_was():
    assert "Secure" in given(client(base_url="https://testserver").get("/"))[1]


@pytest.mark.parametrize(
    "value", ["", "x", "a" * 31, "a" * 33, "a" * 31 + "!", '"' + "a" * 32, "a" * 31 + "\\", "a" * 4000]
)
def test_a_malformed_one_is_replaced_and_seen_by_nobody(value):
    answer = client().get("/", headers={"cookie": f"{NAME}={value}"})
    assert answer.text == ""
    assert len(given(answer)[0]) == 32


@pytest.mark.parametrize(
    "query",
    [
        "type=text/css",
        "type=text/javascript",
        "type=application/vnd.mapbox-vector-tile",
        "type=application/geo%2Bjson",
        "type=image/png",
        "type=application/json",
        "type=text/html&caching=public, max-age=31536000, immutable",
        "type=text/html&caching=max-age=60",
        "type=text/html&status=404",
        "type=text/html&status=503",
    ],
)
def test_nothing_but_a_document_brings_it(query):
    answer = client().get(f"/other?{query}")
    assert "set-cookie" not in answer.headers
    assert "private" not in answer.headers.get("cache-control", "")


def test_a_redirection_does_not_bring_it():
    assert "set-cookie" not in client(follow_redirects=False).get("/moved").headers


def test_a_page_without_a_browser_has_none():
    script = "import streamlit as st; from pages import reads; st.text(f'cookie: {reads.cookie()!r}')"
    run = AppTest.from_string(script).run()
    assert not run.exception
    assert run.text[0].value == "cookie: ''"
