"""What a person does on a page of Streamlit, so done that a slow machine does not make another thing of it.

A run of the page makes its elements anew: it closes an open list, and it forgets a file that an element of
the run before had promised. So a step begins when the page is at rest, and is taken again when a run that
began in that very moment undid it, as a person would.
"""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Download, Error, Locator, Page, expect

SLOW_MS: Final = 60_000
STEP_MS: Final = 15_000  # how long one attempt at a step may take
ATTEMPTS: Final = 3


def settled(page: Page) -> None:
    """Wait until the page's run is over."""
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached(timeout=SLOW_MS)


def choose(page: Page, key: str, text: str) -> None:
    """Pick an entry of the select box with a key by what it says.

    Raises
    ------
    AssertionError
        If there is no such entry in any attempt.
    """
    for _attempt in range(ATTEMPTS):
        settled(page)
        try:
            page.locator(f".st-key-{key} [data-baseweb=select], .st-key-{key} input").first.click(timeout=STEP_MS)
            page.keyboard.type(text)
            page.get_by_role("option", name=text).first.click(timeout=STEP_MS)
        except Error:  # a run of the page closed the list
            page.keyboard.press("Escape")
            continue
        return
    raise AssertionError(f"“{text}” could not be chosen in {key}")


def downloaded(page: Page, button: Locator) -> Download:
    """Press a button that gives a file, and return the file.

    Raises
    ------
    AssertionError
        If no attempt gives one.
    """
    for _attempt in range(ATTEMPTS):
        settled(page)
        try:
            with page.expect_download(timeout=2 * STEP_MS) as waiting:
                button.click(timeout=STEP_MS)
        except Error:
            continue
        return waiting.value
    raise AssertionError(f"no file came from {button}")
