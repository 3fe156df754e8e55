"""How long a verdict takes beside a bare read of the same file, and what server and worker hold meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect

from geo.ingest import standby, worker
from geo.ingest.checking import check
from tests.bench.figures import MB, Row
from tests.bench.run import Run
from tests.browser.server import ROOT, serving, wait_idle
from tests.made_layers import points, polygons

POLYGONS = 100_000
POINTS = 900_000  # rows of a table of 49 MB
BARE = "import pyogrio, sys; print(len(pyogrio.read_dataframe(sys.argv[1])))"
SECONDS = 600
PATIENCE_MS = 120_000
LOOK_S = 0.02  # between two looks at the memory
LATER_S = 30
SPARE_MB = 32
TIMES_FILE = 2.5
# When the first word of a dropped file is drawn, and when the stages of its check are: seconds from the drop.
WATCH = """
document.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  const began = performance.now();
  window.shown = {};
  const look = () => {
    const since = (performance.now() - began) / 1000;
    if (document.querySelector("[data-testid=stFileChip], ol.stages")) window.shown.first ??= since;
    if (document.querySelector("ol.stages")) window.shown.stages ??= since;
    if (window.shown.stages === undefined) requestAnimationFrame(look);
  };
  look();
}, true);
"""
SMALL = '{"type": "Point", "coordinates": [-70, -4]}'


def rows(run: Run) -> list[Row]:
    """Measure the time of one file, and the memory for files of each kind, dropped on the page in a browser."""
    with TemporaryDirectory(prefix="fronteras-bench-") as folder:
        files = made(Path(folder))
        return [*_times(run, files["GeoJSON"]), *_memory(run, files, Path(folder))]


def made(folder: Path) -> Mapping[str, Path]:
    """Write 100,000 polygons in four formats and a table of points."""
    frame = polygons(POLYGONS)
    files = {
        "GeoJSON": folder / "made.geojson",
        "GeoPackage": folder / "made.gpkg",
        "GeoParquet": folder / "made.parquet",
        "zipped Shapefile": folder / "made.zip",
        "CSV": folder / "made.csv",
    }
    frame.to_file(files["GeoJSON"], driver="GeoJSON", COORDINATE_PRECISION=5)
    frame.to_file(files["GeoPackage"], driver="GPKG")
    frame.to_parquet(files["GeoParquet"])
    (folder / "shape").mkdir()
    frame.to_file(folder / "shape" / "made.shp")
    with zipfile.ZipFile(files["zipped Shapefile"], "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (folder / "shape").iterdir():
            archive.write(part, part.name)
    spots = points(POINTS)
    table = spots.drop(columns="geometry").assign(latitud=spots.geometry.y.round(6), longitud=spots.geometry.x.round(6))
    table.assign(nota=[f"punto {number}" for number in range(POINTS)]).to_csv(files["CSV"], index=False)
    return files


def _times(run: Run, file: Path) -> list[Row]:
    """Take turns: a bare read, the command that prints the verdict, and a check by a process that is warm."""
    bare, command, warm, first = [], [], [], []
    for _ in run.turns("verdict"):
        bare.append(_seconds([sys.executable, "-c", BARE, str(file)]))
        command.append(_seconds([sys.executable, "-m", "geo", "check", str(file), "--json"]))
        worker.warm()
        _wait_warm()
        began = time.perf_counter()
        told: list[float] = []
        with check(file, stage=lambda _, began=began, told=told: told.append(time.perf_counter() - began)) as found:
            warm.append(time.perf_counter() - began)
        assert found.layers, found.report
        first.append(told[0])
        standby.rest()
    took = {name: run.sample(values) for name, values in (("bare", bare), ("command", command), ("warm", warm))}
    ready, size = took["bare"].median, f"{file.stat().st_size / MB:.0f} MB, {POLYGONS:,} polygons"
    begun = run.sample(first)
    return [
        Row(f"verdict on a GeoJSON of {size}, by command: to a bare read of it",
            took["command"].text("s"), took["command"].median / ready, 2.5),
        Row("    by a warm process, with its layer written", took["warm"].text("s"), took["warm"].median / ready, 2.5),
        Row("    the bare read, interpreter and imports with it", took["bare"].text("s")),
        Row("    first word of progress after", begun.text("ms", scale=1000, digits=0), begun.median, 1, "s"),
    ]  # fmt: skip


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=SECONDS)
    return time.perf_counter() - began


def _wait_warm() -> None:
    """Wait until the process that waits has its parsers and uses no time any more."""
    for pid in descendants(os.getpid()):
        wait_idle(pid)


def _memory(run: Run, files: Mapping[str, Path], folder: Path) -> list[Row]:
    """Drop each file on the page of one server and watch it with all its processes."""
    small = folder / "small.geojson"
    small.write_text(SMALL, encoding="utf-8")
    found: list[Row] = []
    with serving(env=run.layers.env) as server:
        with run.browser.new_page() as page:
            _open(page, server.url)
            _drop(page, small)  # what a server loads once is loaded
        for kind, file in files.items():
            page = run.browser.new_page()  # of somebody else: who came before has a draft on the page
            _open(page, server.url)
            for pid in (server.pid, *descendants(server.pid)):
                wait_idle(pid)
            idle = held_mb(server.pid)
            with highest(server.pid) as seen:
                _drop(page, file)
            drawn = page.evaluate("window.shown")
            page.close()
            time.sleep(0 if run.is_quick else LATER_S)
            after, size = held_mb(server.pid), file.stat().st_size / MB
            most = max(seen) - idle
            found += [
                Row(f"first progress on screen of a {kind} of {size:.0f} MB", f"{drawn['first'] * 1000:.0f} ms",
                    drawn["first"], 1, "s"),
                Row("    its stages, with the upload before them", f"{drawn['stages']:.1f} s"),
            ]  # fmt: skip
            found += [
                Row(f"memory of server and worker for a {kind} of {size:.0f} MB, above {idle:.0f} MB",
                    f"{most:.0f} MB", most, round(SPARE_MB + TIMES_FILE * size), "MB"),
                Row(f"    {LATER_S} s later, to before", f"{after:.0f} MB", after / idle, 1.1),
            ]  # fmt: skip
    return found


def _open(page: Page, url: str) -> None:
    page.add_init_script(WATCH)
    page.goto(f"{url}/upload")
    expect(page.locator("[data-testid=stFileUploaderDropzone]")).to_be_visible(timeout=PATIENCE_MS)


def _drop(page: Page, file: Path) -> None:
    """Drop a file on the upload page and wait for its verdict."""
    page.locator("input[type=file]").set_input_files(str(file), timeout=PATIENCE_MS)
    expect(page.locator(".st-key-describe button").first).to_be_visible(timeout=PATIENCE_MS)


@contextmanager
def highest(pid: int) -> Iterator[list[float]]:
    """Watch what a process and its own hold, and give all that was seen."""
    seen, done = [held_mb(pid)], threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_S):
            seen.append(held_mb(pid))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def held_mb(pid: int) -> float:
    """Return what a process and its descendants hold, what they share counted once, in megabytes."""
    return sum(_share_mb(each) for each in (pid, *descendants(pid)))


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and theirs."""
    try:
        told = " ".join((task / "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir())
    except OSError:  # it ended meanwhile
        return []
    return [each for child in map(int, told.split()) for each in (child, *descendants(child))]


def _share_mb(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / MB for line in told.splitlines() if line.startswith("Pss:")), 0.0)
