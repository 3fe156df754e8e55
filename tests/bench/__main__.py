"""Measure the app in Chromium and over HTTP, subject by subject, and print one table: ``make bench``.

Medians of 7 after 2 warm-ups; what is compared is compared within the run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.bench import briefing, large_layer, map_page, memory, tile_times, verdict, viewers, zone_tables
from tests.bench.figures import SAMPLES, WARM_UPS, Row, table
from tests.bench.run import Run
from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.server import BUILD
from tests.stored_layers import MadeLayers, storage_in

SUBJECTS: dict[str, Callable[[Run], list[Row]]] = {
    "map-page": map_page.rows,
    "large-layer": large_layer.rows,
    "tiles": tile_times.rows,
    "memory": memory.rows,
    "viewers": viewers.rows,
    "zone-tables": zone_tables.rows,
    "verdict": verdict.rows,
    "briefing": briefing.rows,
}


def main() -> int:
    """Measure and print the table; 0, or with ``--strict`` 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--quick", action="store_true", help="one sample after one warm-up, to see that it works")
    parser.add_argument("--only", action="append", choices=SUBJECTS, help="measure this subject only; may be repeated")
    arguments = parser.parse_args()
    warm_ups, samples = (1, 1) if arguments.quick else (WARM_UPS, SAMPLES)
    path = chromium_path()
    if not path:
        print("bench: No Chromium is here; install one (Debian: apt-get install chromium).", file=sys.stderr)
        return 2
    began = time.monotonic()
    found: list[Row] = []
    with ExitStack() as stack:
        env = stack.enter_context(storage_in(Path(stack.enter_context(TemporaryDirectory(prefix="fronteras-bench-")))))
        layers = MadeLayers(env)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for name in arguments.only or SUBJECTS:
            found += SUBJECTS[name](Run(browser, layers, warm_ups, samples))
        browser.close()
    text = table(found)
    print(text)
    print(f"\nMedians of {samples} after {warm_ups} warm-ups; {time.monotonic() - began:.0f} s in all.")
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench.txt").write_text(text + "\n", encoding="utf-8")
    return int(arguments.strict and any(row.is_met is False for row in found))


if __name__ == "__main__":
    sys.exit(main())
