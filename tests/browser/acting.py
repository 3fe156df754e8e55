"""What a person does on a page of Streamlit, so done that a slow machine does not make another thing of it.

A run of the page makes its elements anew: it closes an open list, and it forgets a file that an element of
the run before had promised. A list closes too when anything round it scrolls. So a step begins when the page is at
rest, and is taken again when something undid it in that very moment, as a person would.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Download, Error, FilePayload, Locator, Page, expect

SLOW_MS: Final = 60_000
STEP_MS: Final = 15_000  # how long one attempt at a step may take
ATTEMPTS: Final = 3


def settled(page: Page) -> None:
    """Wait until the page's run is over."""
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached(timeout=SLOW_MS)


def options(page: Page, field: Locator, text: str = "") -> Locator:
    """Open the list of a field, narrowed by what is typed into it, and return its entries.

    Raises
    ------
    AssertionError
        If the list stays closed, or empty, in every attempt.
    """
    entries = page.get_by_role("option")
    for _attempt in range(ATTEMPTS):
        settled(page)
        try:
            field.scroll_into_view_if_needed(timeout=STEP_MS)
            field.click(timeout=STEP_MS)
            if text:
                field.fill(text, timeout=STEP_MS)
            entries.first.wait_for(timeout=STEP_MS)
        except Error:
            page.keyboard.press("Escape")
            continue
        return entries
    raise AssertionError(f"{field} opens no list for “{text}”")


def choose(page: Page, field: Locator, text: str) -> None:
    """Pick the entry of a field's list that says a text.

    Raises
    ------
    AssertionError
        If there is no such entry in any attempt.
    """
    for _attempt in range(ATTEMPTS):
        try:
            options(page, field, text).filter(has_text=text).first.click(timeout=STEP_MS)
        except Error:  # the list was closed before the entry was reached
            page.keyboard.press("Escape")
            continue
        settled(page)
        return
    raise AssertionError(f"“{text}” could not be chosen in {field}")


def drop(page: Page, address: str, file: Path | FilePayload) -> None:
    """Open the upload page and drop a file there; the page has it when its name stands over the steps.

    Raises
    ------
    AssertionError
        If no attempt brings it there.
    """
    for _attempt in range(ATTEMPTS):
        page.goto(address)
        page.locator("[data-testid=stFileUploaderDropzone]").wait_for(timeout=SLOW_MS)
        settled(page)
        page.locator("input[type=file]").set_input_files(file)
        try:
            page.locator(".st-key-file-line").wait_for(timeout=SLOW_MS)
        except Error:
            continue
        return
    raise AssertionError(f"{file} did not arrive")


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
