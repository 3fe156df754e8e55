"""Every page in every language, with all outside traffic refused: it opens, says its own words and asks for nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from geo.messages import LANGUAGES, say
from geo.shipped import TABLES
from tests.browser.watching import wait_drawn

PAGES = {
    "map": ("/", "Borders of South America"),
    "zones": ("/zones", "Zones"),
    "zone": ("/zones?zone=Z-VRAEM", "Trends"),
    "layers": ("/layers", "Layers"),
    "layer": ("/layers?layer=homicide", "Open on the map"),
    "briefing": ("/briefing", "Briefing"),
    "records": ("/records?table=crossings", "Crossings"),
    "record": ("/records?table=cooperation&id=M-01", "How well it is known"),
    "methods": ("/methods", "Methods"),
}


def opened(page: Page, base_url: str, address: str, lang: str) -> None:
    joint = "&" if "?" in address else "?"
    page.goto(f"{base_url}{address}{joint}lang={lang}")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_in_every_language(page, base_url, screenshot, name, lang):
    address, words = PAGES[name]
    opened(page, base_url, address, lang)
    expect(page.get_by_text(say(words, lang), exact=False).first).to_be_visible(timeout=30_000)
    if name in {"map", "zone", "layer"}:
        wait_drawn(page)
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras", timeout=30_000)
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "the page is wider than the screen"
    )
    page.wait_for_load_state("networkidle")  # parts that Streamlit fetches late leave grey boxes in a picture
    screenshot(f"page-{name}-{lang}")


@pytest.mark.parametrize("lang", ["es", "pt"])
@pytest.mark.parametrize("name", PAGES)
def test_no_english_is_left(page, base_url, name, lang):
    """Looked for by words that only English has; titles of sources and of exports stay in their own language."""
    opened(page, base_url, PAGES[name][0], lang)
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras", timeout=30_000)
    page.wait_for_timeout(1500)
    said_elsewhere = "ol.sources, .sources, .export, .job-of, a[href^=http]"
    page.evaluate("said => document.querySelectorAll(said).forEach(node => node.remove())", said_elsewhere)
    text = page.locator("[data-testid=stMain]").inner_text()
    left = re.findall(r"[^\n]*\b(?:the|with|which|from|where|they|is|are|not|and)\b[^\n]*", text)
    assert [line for line in left if not line.isupper()] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_records_page_opens(page, base_url, table):
    page.goto(f"{base_url}/records?table={table}")
    expect(page.get_by_text(say(TABLES[table].label, "en"), exact=True).first).to_be_visible(timeout=30_000)
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible(timeout=30_000)


def test_health_is_answered_beside_the_pages(page, base_url):
    assert page.request.get(f"{base_url}/fronteras/health").json()["status"] == "ok"
