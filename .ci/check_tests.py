"""Read the results of a test run: print every skip, refuse those nobody allowed, and what did not run at all."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

ALLOWED = Path(__file__).with_name("allowed_skips.txt")


def skips(results: Path) -> list[tuple[str, str]]:
    """Return (test, reason) of each skipped test in a JUnit file."""
    found = []
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314 - pytest wrote it a moment ago
        skipped = case.find("skipped")
        if skipped is not None:
            found.append((f"{case.get('classname')}.{case.get('name')}", skipped.get("message") or ""))
    return found


def ran(results: Path, is_meant: Callable[[Element], bool]) -> int:
    """Return how many of the tests that are meant ran and were not skipped."""
    cases = ElementTree.parse(results).iter("testcase")  # noqa: S314 - as above
    return sum(is_meant(case) and case.find("skipped") is None for case in cases)


def is_in_browser(case: Element) -> bool:
    """Return whether a test drives a Chromium: those of tests/browser do."""
    return (case.get("classname") or "").startswith("tests.browser.")


def is_on_postgresql(case: Element) -> bool:
    """Return whether a test has the fixture ``database_url`` of a PostgreSQL, which then stands in its name."""
    return "postgresql" in (case.get("name") or "").partition("[")[2]


def main(results: Path) -> int:
    """Print the skips and return 1 when one is not allowed, or when no browser test or none on PostgreSQL ran."""
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    allowed = [re.compile(line) for line in lines if line and not line.startswith("#")]
    faults = []
    for test, reason in skips(results):
        is_allowed = any(pattern.search(reason) for pattern in allowed)
        print(f"skipped {'' if is_allowed else 'without leave '}- {test}: {reason}")
        if not is_allowed:
            faults.append(test)
    browser, postgresql = ran(results, is_in_browser), ran(results, is_on_postgresql)
    print(
        f"ci: {len(skips(results))} skipped, {len(faults)} of them without leave; "
        f"{browser} browser tests ran, {postgresql} on PostgreSQL."
    )
    if not browser:
        print("ci: No browser test ran; without them nothing proves that a page works.", file=sys.stderr)
    if not postgresql:
        print("ci: No test ran on PostgreSQL; without them nothing proves that the catalogue does.", file=sys.stderr)
    return int(bool(faults) or not browser or not postgresql)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
