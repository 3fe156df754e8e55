"""Our map page beside an empty page and the plain way of drawing the same layers (issue 2's figures).

Every visit is by a browser that was never there, to a server that is warm; the three ways take turns, so that a
machine that slows down slows all three.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

from tests.bench import plain_layers
from tests.bench.figures import KB, MB, WARM_UPS, Row, Sample
from tests.bench.run import Run
from tests.bench.visits import expect_shapes, is_streamlits, visit
from tests.browser.server import Server, resident_mb, serving

HERE = Path(__file__).parent
SESSIONS = 10


@dataclass
class Measured:
    """What the visits to one app gave, in the order of the visits."""

    drawn_s: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)  # bytes, all
    sent_streamlit: list[float] = field(default_factory=list)  # bytes, of them Streamlit's front end
    change_s: list[float] = field(default_factory=list)
    change_sent: list[float] = field(default_factory=list)


def measure(browser: Browser, url: str, into: Measured, shapes: int | None, *clicks: Callable[[Page], None]) -> None:
    """Visit an app once, make the clicks, and note what the visit and the last click took."""
    with visit(browser, url, shapes=shapes) as visited:
        into.drawn_s.append(visited.seconds)
        visited.settle()
        into.sent.append(visited.traffic.total())
        into.sent_streamlit.append(visited.traffic.total(is_streamlits))
        for prepare in clicks[:-1]:
            prepare(visited.page)
        if clicks:
            seconds, size = visited.change(clicks[-1])
            into.change_s.append(seconds)
            into.change_sent.append(size)


def open_filters(page: Page) -> None:
    """Open the filters of our page; they are made when somebody wants them."""
    page.locator(".st-key-filters summary").click()
    page.locator(".st-key-filter-confidence input").wait_for()


def filter_ours(page: Page) -> None:
    """Choose the confidence that the baseline filters by, as a person does."""
    for _ in range(3):  # a run of the page that is still on its way closes an open list
        page.locator(".st-key-filter-confidence input").click()
        try:
            page.get_by_role("option", name="High").first.click(timeout=3000)
            return
        except Error:
            continue


def filter_plain(page: Page) -> None:
    """Turn the baseline's filter on; the map that replaces the present one has fewer shapes."""
    shapes = plain_layers.shapes(is_filtered=True)
    expect_shapes(page, shapes)
    for frame in page.frames:  # the component may keep its frame and draw a new map in it
        frame.evaluate(f"() => {{ window.benchShapes = {shapes}; }}")
    page.locator(".st-key-filtered label").click()


def memory_per_session(browser: Browser, server: Server) -> float:
    """Return by how many megabytes the server grows with each of ten more open maps."""
    with ExitStack() as open_pages:
        for _ in range(WARM_UPS):
            open_pages.enter_context(visit(browser, server.url)).settle()
        before = resident_mb(server.pid)
        for _ in range(SESSIONS):
            open_pages.enter_context(visit(browser, server.url)).settle()
        return (resident_mb(server.pid) - before) / SESSIONS


def compared(
    empty: Measured, ours: Measured, plain: Measured, same_picture: Measured, memory_mb: float, warm_ups: int
) -> list[Row]:
    """Return the table of what was measured, each target beside its figure."""

    def sample(values: list[float]) -> Sample:
        return Sample.of(values, warm_ups=warm_ups)

    a, b, c = sample(empty.drawn_s), sample(ours.drawn_s), sample(plain.drawn_s)
    c_with_base = sample(same_picture.drawn_s)
    change, plain_change = sample(ours.change_s), sample(plain.change_s)
    resent, plain_resent = sample(ours.change_sent), sample(plain.change_sent)
    sent, streamlit = sample(ours.sent), sample(ours.sent_streamlit)
    own = Sample(tuple(total - part for total, part in zip(sent.values, streamlit.values, strict=True)))
    return [
        Row("(a) empty page with an empty map, until drawn", a.text("s")),
        Row("(b) our map page, default layers, until drawn: to (a)", b.text("s"), b.median / a.median, 1.5),
        Row("(c) the same layers by explore(), until drawn: to (a)", c.text("s"), c.median / a.median),
        Row("    ours to (c)", b.text("s"), b.median / c.median, 0.5),
        Row("(c) with our base map by explore() too: to (a)", c_with_base.text("s"), c_with_base.median / a.median),
        Row("    ours to that", b.text("s"), b.median / c_with_base.median, 0.5),
        Row("filter change until drawn, ours", change.text("s"), change.median, 1.0, "s"),
        Row("    to (a)", change.text("s"), change.median / a.median),
        Row("    to the plain way", plain_change.text("s"), change.median / plain_change.median),
        Row("bytes of that filter change, ours to plain: ours", resent.text("kB", scale=1 / KB, digits=1),
            resent.median / plain_resent.median, 0.1),
        Row("    plain", plain_resent.text("kB", scale=1 / KB, digits=1)),
        Row("bytes of the default view, ours, compressed", own.text("MB", scale=1 / MB), own.median / MB, 1.5, "MB"),
        Row("    of Streamlit's front end beside them", streamlit.text("MB", scale=1 / MB)),
        Row("    all bytes of the plain way", sample(plain.sent).text("MB", scale=1 / MB)),
        Row("    all bytes of the plain way with our base map", sample(same_picture.sent).text("MB", scale=1 / MB)),
        Row(f"server memory per extra session ({SESSIONS} opened)", f"{memory_mb:.1f} MB", memory_mb, 20, "MB"),
    ]  # fmt: skip


def rows(run: Run) -> list[Row]:
    """Measure the four ways of drawing in turns and return the table's rows."""
    empty, ours, plain, same_picture = Measured(), Measured(), Measured(), Measured()
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(script)) for script in (HERE / "empty_app.py", HERE / "plain_app.py")]
        app = stack.enter_context(serving(env=run.layers.env))
        shapes, shapes_with_base = plain_layers.shapes(), plain_layers.shapes(has_base=True)
        for _ in run.turns("map page"):
            measure(run.browser, servers[0].url, empty, 0)
            measure(run.browser, app.url, ours, None, open_filters, filter_ours)
            measure(run.browser, servers[1].url, plain, shapes, filter_plain)
            measure(run.browser, f"{servers[1].url}/?base", same_picture, shapes_with_base)
        memory_mb = memory_per_session(run.browser, app)
    return compared(empty, ours, plain, same_picture, memory_mb, run.warm_ups)
