"""The watch itself: a browser test that cannot see a fault proves nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.watching import Watch, wait_drawn, wait_until


def test_a_quiet_page_has_no_problems(page: Page, watch: Watch):
    page.set_content("<p>Nothing happens here.</p>")
    assert watch.problems() == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param("<img src='http://example.org/tile.png'>", "outside", id="a picture from another machine"),
        pytest.param("<script>console.error('broken')</script>", "console", id="a console error"),
        pytest.param("<script>throw new Error('broken')</script>", "error", id="an uncaught exception"),
        pytest.param("<img src='http://127.0.0.1:9/none.png'>", "failed", id="a local request without an answer"),
    ],
)
def test_a_fault_is_seen(page: Page, watch: Watch, content: str, kind: str):
    page.set_content(content, wait_until="load")
    wait_until(page, lambda: kind in {line.partition(":")[0] for line in watch.problems()})
    watch.expected.append("")  # every line holds it: this test wants its problems


def test_an_expected_problem_is_no_problem(page: Page, watch: Watch):
    watch.expected.append("wanted")
    page.set_content("<script>console.error('wanted')</script>")
    wait_until(page, lambda: watch.console)
    assert watch.problems() == []


def test_waiting_for_a_map_that_never_comes_says_what_the_page_shows(page: Page):
    page.set_content("<p>Run make run to fetch the assets.</p>")
    with pytest.raises(AssertionError, match=r"(?s)there is no map.*Run make run"):
        wait_drawn(page, timeout_s=0.2)
