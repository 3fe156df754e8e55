"""The page that shows 235,000 polygons: until drawn, how much is painted, and what a click or a year costs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Frame, Page

from tests.bench import ink
from tests.bench.figures import KB, Row
from tests.bench.run import Run
from tests.bench.visits import Visit, visit
from tests.browser.server import serving, wait_idle
from tests.browser.watching import map_frame
from tests.stored_layers import Stored

HERE = Path(__file__).parent
ZOOMS = (4, 7, 12)
PAINTED_ZOOMS = (4, 7)
YEAR_ZOOMS = (5, 7)
YEAR_STEPS = 10
EXPLORED = 5000
SMALL_LAYER = "crossings"  # one of ours, to be toggled beside the large one

# Clicks, and gives the milliseconds until the frame after the map said that all of it is painted.
STEP = """() => new Promise((done) => {
  const began = performance.now();
  const watch = new PerformanceObserver((list) => {
    if (!list.getEntriesByName("fronteras:drawn").some((mark) => mark.startTime > began)) return;
    watch.disconnect();
    requestAnimationFrame(() => done(performance.now() - began));
  });
  watch.observe({type: "mark"});
  document.querySelector(".time-on").click();
})"""
REMEMBER = "() => { window.mapThatWas = map; window.nodeThatWas = document.querySelector('#map_div'); }"
YEAR_SHOWN = "key => Number(new URL(fronteras.manager.layers.get(key).entry.url, location).searchParams.get('year'))"


def rows(run: Run) -> list[Row]:
    """Measure all that is asked of the page with a large layer, on one server."""
    large, few = run.layers.polygons, run.layers.few
    with serving(env=run.layers.env) as app:
        wait_idle(app.pid)
        found = drawn_rows(run, app.url, large, few)
        found += painted_rows(run, app.url, large)
        found += toggle_rows(run, app.url, large)
        found += [year_row(run, app.url, large, zoom) for zoom in YEAR_ZOOMS]
    return found


def address(url: str, layers: list[str], lon: float, lat: float, zoom: int) -> str:
    """Return the address of our map page with layers on, looking at a place."""
    return f"{url}/?layers={','.join(sorted(layers))}&at={lat:.4f},{lon:.4f},{zoom}"


def place(run: Run, zoom: int) -> tuple[float, float]:
    """Return where to look: at small scales the whole layer, nearer its densest place."""
    if zoom > 4:
        return run.layers.dense
    west, south, east, north = run.layers.polygons.payload.bounds or (-77, -15, -48, 6)
    return (west + east) / 2, (south + north) / 2


def drawn_rows(run: Run, url: str, large: Stored, few: Stored) -> list[Row]:
    """Open the page with either layer at each zoom, in turns, and the plain way with 5,000 of the polygons."""
    seconds: dict[tuple[str, int], list[float]] = {(key, zoom): [] for key in (large.key, few.key) for zoom in ZOOMS}
    explored: list[float] = []
    with ExitStack() as stack:
        plain = stack.enter_context(serving(HERE / "large_app.py"))
        for _ in run.turns("large layer"):
            for (key, zoom), into in seconds.items():
                with visit(run.browser, address(url, [key], *place(run, zoom), zoom)) as visited:
                    into.append(visited.seconds)
            with visit(run.browser, plain.url, shapes=EXPLORED) as visited:
                explored.append(visited.seconds)
    samples = {at: run.sample(values) for at, values in seconds.items()}
    found = []
    for zoom in ZOOMS:
        ours, beside = samples[large.key, zoom], samples[few.key, zoom]
        found += [
            Row(f"page with 235,000 polygons at zoom {zoom}, until drawn: to 200 polygons", ours.text("s"),
                ours.median / beside.median, 1.3),
            Row("    with 200 polygons", beside.text("s")),
        ]  # fmt: skip
    plain_way = run.sample(explored)
    ours = samples[large.key, ZOOMS[0]]
    ratio = ours.median / plain_way.median
    return [*found, Row("    235,000 in ours to 5,000 by explore()", plain_way.text("s"), ratio, round(1 / 3, 3))]


def painted_rows(run: Run, url: str, large: Stored) -> list[Row]:
    """Compare what our map paints of the layer with what GeoDataFrame.plot paints on an Agg canvas."""
    found = []
    for zoom in PAINTED_ZOOMS:
        with visit(run.browser, address(url, [large.key], *place(run, zoom), zoom)) as visited:
            visited.settle()
            frame = the_map(visited.page)
            look = frame.evaluate(ink.LOOK, large.key)
            ours, window = ink.shown(visited.page, frame, large.key)
        reference = ink.drawn_by_matplotlib(large.frame, window, look)
        ratio = ink.ink(ours) / ink.ink(reference)
        touched = ink.painted(ours) / ink.painted(reference)
        found.append(Row(f"ink of 235,000 polygons at zoom {zoom}, ours to matplotlib's",
                         f"{ratio:.3f}; pixels touched {touched:.3f}", abs(ratio - 1), 0.1, "off"))  # fmt: skip
    return found


def toggle_rows(run: Run, url: str, large: Stored) -> list[Row]:
    """Turn a layer off and on again while the large one is on, and the large one itself."""
    found = []
    for what, key in (("a small layer beside 235,000 polygons", SMALL_LAYER), ("the 235,000 polygons", large.key)):
        seconds, socket, frames, rebuilt = [], [], [], 0
        with visit(run.browser, address(url, [large.key, SMALL_LAYER], *place(run, 7), 7)) as visited:
            frame = the_map(visited.page)
            frame.evaluate(
                "() => { window.mapThatWas = map; window.nodeThatWas = document.querySelector('#map_div'); }"
            )
            for _ in range(run.warm_ups + run.samples):
                toggle(visited, key)
                took, _ = toggle(visited, key)
                seconds.append(took)
                socket.append(visited.traffic.received.get("socket", 0))
                frames.append(visited.traffic.frames)
                rebuilt += not is_the_same(visited.page, frame)
        took_s, sent, unpacked = run.sample(seconds), run.sample(socket), run.sample(frames)
        found += [
            Row(f"turning on {what}, until drawn", took_s.text("s"), took_s.median, 0.5, "s"),
            Row("    bytes over the WebSocket", sent.text("kB", scale=1 / KB, digits=1), sent.median / KB, 20, "kB"),
            Row("    the same before packing", unpacked.text("kB", scale=1 / KB, digits=1)),
            Row("    maps rebuilt", f"{rebuilt} of {2 * len(seconds)} clicks", rebuilt, 0, "maps"),
        ]
    return found


def toggle(visited: Visit, key: str) -> tuple[float, float]:
    """Click the switch of a layer; return the seconds until drawn and the bytes received."""
    return visited.change(lambda page: page.locator(f".st-key-on-{key} label").first.click())


def is_the_same(page: Page, frame: Frame) -> bool:
    """Tell whether the map is the one that was there before, in the same frame and the same element."""
    return the_map(page) == frame and bool(
        frame.evaluate("() => mapThatWas === map && nodeThatWas === document.querySelector('#map_div')")
    )


def year_row(run: Run, url: str, large: Stored, zoom: int) -> Row:
    """Step through ten years that nobody has asked for, each as soon as the one before is painted."""
    with visit(run.browser, address(url, [large.key], *place(run, zoom), zoom)) as visited:
        visited.settle()
        frame = the_map(visited.page)
        steps = []
        for _ in range(2 if run.is_quick else YEAR_STEPS):
            before = frame.evaluate(YEAR_SHOWN, large.key)
            steps.append(frame.evaluate(STEP) / 1000)
            assert frame.evaluate(YEAR_SHOWN, large.key) != before, "the year on the map did not change"
    sample = run.sample([*[0.0] * run.warm_ups, *steps])
    return Row(
        f"a step in years of 235,000 polygons at zoom {zoom}, until painted", sample.text("s"), sample.median, 1.0, "s"
    )


def the_map(page: Page) -> Frame:
    """Return the frame of a map that is known to be there."""
    frame = map_frame(page)
    assert frame is not None
    return frame
