"""Every page in every language, with all outside traffic refused: it opens, says its own words and asks for nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from geo.messages import LANGUAGES, say
from geo.shipped import TABLES
from tests.browser.acting import settled
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


def english_left(page: Page) -> list[str]:
    """Return lines with words that only English has; titles of sources and of exports stay in their own language."""
    said_elsewhere = "ol.sources, .sources, .export, .job-of, a[href^=http]"
    page.evaluate("said => document.querySelectorAll(said).forEach(node => node.remove())", said_elsewhere)
    text = page.locator("[data-testid=stMain]").inner_text()
    lines = re.findall(r"[^\n]*\b(?:the|with|which|from|where|they|is|are|not|and)\b[^\n]*", text)
    return [line for line in lines if not line.isupper()]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_in_every_language_and_in_no_other(page, base_url, screenshot, name, lang):
    address, words = PAGES[name]
    page.goto(f"{base_url}{address}{'&' if '?' in address else '?'}lang={lang}")
    expect(page.get_by_text(say(words, lang), exact=False).first).to_be_visible()
    if name in {"map", "zone", "layer"}:
        wait_drawn(page)
    expect(page.locator(".st-key-footer")).to_contain_text("Fronteras")
    settled(page)
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "the page is wider than the screen"
    )
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)  # what Streamlit fetches late is a grey box first
    screenshot(f"page-{name}-{lang}")
    if lang != "en":
        assert english_left(page) == []


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_records_page_opens(page, base_url, table):
    page.goto(f"{base_url}/records?table={table}")
    expect(page.get_by_text(say(TABLES[table].label, "en"), exact=True).first).to_be_visible()
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()


def test_health_is_answered_beside_the_pages(page, base_url):
    assert page.request.get(f"{base_url}/fronteras/health").json()["status"] == "ok"
