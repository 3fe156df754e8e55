"""Sheets of the briefing beside a bare plot of the same layers, and packs of all zones with what they hold at most."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import geopandas as gpd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from geo import catalogue, store
from geo.zones import zone, zones
from layers.briefing import picture
from layers.briefing.snapshot import Snapshot
from layers.looks import DEFAULT_LAYERS
from layers.printed.templates import template
from layers.view import ViewState
from tests.bench.figures import MB, Row
from tests.bench.run import Run
from tests.browser.server import ROOT

BASE = ("countries", "lakes", "rivers", "units")
ZONE = "Z-PUTUMAYO"
REGION = (-110.0, -57.0, -10.0, 16.0)  # degrees: what a slide of the default view shows
PACK_S, PACK_MB = 90, 600
LOOK_S = 0.05  # between two looks at the memory
FEW = 2  # zones of the pack of a quick run


def rows(run: Run) -> list[Row]:
    """Measure sheets in a process that is warm, and by command; then one pack of each kind."""
    return [*_sheets(run), *_commands(run), *_packs(run)]


def _sheets(run: Run) -> list[Row]:
    """Take turns: the slide, the bare plot, and the other sheets and formats."""
    home, place = ViewState(), ViewState(zone=ZONE)
    ways: Mapping[str, Callable[[], object]] = {
        "home": lambda: sheet(home),
        "bare home": lambda: bare(frames(), REGION),
        "zone": lambda: sheet(place),
        "bare zone": lambda: bare(frames(), tuple(zone(ZONE).geometry.buffer(0.5).bounds)),
        "svg": lambda: sheet(home, kind="svg"),
        "pdf": lambda: sheet(home, kind="pdf"),
        "4k": lambda: sheet(home, name="slide-4k"),
        "a4": lambda: sheet(place, name="a4"),
        "a2": lambda: sheet(home, name="a2"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in run.turns("sheets"):
        for name, way in ways.items():
            seconds[name].append(_seconds(way))
    took = {name: run.sample(values) for name, values in seconds.items()}
    return [
        Row("slide of the default view as PNG", took["home"].text("s"), took["home"].median, 3, "s"),
        Row("    to a bare plot of its layers", took["bare home"].text("s"),
            took["home"].median / took["bare home"].median, 3),
        Row("slide of a zone as PNG, with figures and chart", took["zone"].text("s"), took["zone"].median, 2, "s"),
        Row("    to a bare plot of its layers", took["bare zone"].text("s"),
            took["zone"].median / took["bare zone"].median, 3),
        Row("slide of the default view as SVG", took["svg"].text("s")),
        Row("    as PDF", took["pdf"].text("s")),
        Row("    of 3840 x 2160", took["4k"].text("s")),
        Row("page of a zone, A4 at 300 dpi", took["a4"].text("s")),
        Row("poster of the default view, A2 at 300 dpi", took["a2"].text("s")),
    ]  # fmt: skip


def _commands(run: Run) -> list[Row]:
    """Take turns with processes that begin with nothing: the command, and a bare plot of the files."""
    seconds: dict[str, list[float]] = {"home": [], "zone": [], "bare": []}
    with TemporaryDirectory(prefix="fronteras-bench-") as folder:
        file = str(Path(folder) / "slide.png")
        commands = {
            "home": ["-m", "layers", "snapshot", "--out", file],
            "zone": ["-m", "layers", "snapshot", "--zone", ZONE, "--out", file],
            "bare": ["-c", "from tests.bench import briefing as b; b.bare(b.frames(), b.REGION)"],
        }
        for _ in run.turns("snapshot"):
            for name, words in commands.items():
                seconds[name].append(_seconds(lambda words=words: _run(words)))
    took = {name: run.sample(values) for name, values in seconds.items()}
    return [
        Row("slide by command, interpreter and imports with it", took["home"].text("s")),
        Row("    of a zone", took["zone"].text("s")),
        Row("    a bare plot by a process of its own: the command to it", took["bare"].text("s"),
            took["home"].median / took["bare"].median, 3),
    ]  # fmt: skip


def _packs(run: Run) -> list[Row]:
    """Make one pack of each kind by a process of its own, and watch what that holds at most."""
    keys = list(zones().index)[:FEW] if run.is_quick else list(zones().index)
    found = []
    with TemporaryDirectory(prefix="fronteras-bench-") as folder:
        for kind in ("pptx", "pdf"):
            file = Path(folder) / f"pack.{kind}"
            began = time.perf_counter()
            most = _run(["-m", "layers", "brief", "--zones", ",".join(keys), "--out", str(file)])
            took = time.perf_counter() - began
            found += [
                Row(f"pack of {len(keys)} zones as {kind.upper()}, {file.stat().st_size / MB:.1f} MB, once",
                    f"{took:.1f} s", took, PACK_S, "s"),
                Row("    memory at most", f"{most:.0f} MB", most, PACK_MB, "MB"),
            ]  # fmt: skip
    return found


def sheet(view: ViewState, *, name: str = "slide", kind: str = "png") -> bytes:
    """Return a view as a file, laid out and drawn anew."""
    return picture.packed(picture.compose(Snapshot(view=view, template=name)), kind)


def frames() -> list[gpd.GeoDataFrame]:
    """Return what the default view draws: the base map and its layers."""
    return [*map(store.layer, BASE), *map(catalogue.features, DEFAULT_LAYERS)]


def bare(drawn: list[gpd.GeoDataFrame], bounds: tuple[float, ...]) -> bytes:
    """Return layers as the plainest picture there is of them, as large as a slide."""
    asked = template("slide")
    figure = Figure(figsize=(asked.width_in, asked.height_in), dpi=asked.dpi)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for frame in drawn:
        frame.plot(ax=axes)
    axes.set(xlim=(bounds[0], bounds[2]), ylim=(bounds[1], bounds[3]))
    packed = BytesIO()
    figure.savefig(packed)
    return packed.getvalue()


def _seconds(way: Callable[[], object]) -> float:
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def _run(words: list[str]) -> float:
    """Run Python with these words and return what it held at most, in megabytes."""
    most = 0.0
    with TemporaryFile() as said:
        process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said)
        while process.poll() is None:
            most = max(most, _highest_mb(process.pid))
            time.sleep(LOOK_S)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{words} ended with {process.returncode}: {said.read().decode(errors='replace')}")
    return most


def _highest_mb(pid: int) -> float:
    """Return what a process has held at most so far. What the system tells at its end is not of it alone: it counts
    what its parent held when it began.
    """
    try:
        told = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:  # it ended meanwhile
        return 0.0
    return next((int(line.split()[1]) * 1024 / MB for line in told.splitlines() if line.startswith("VmHWM:")), 0.0)
