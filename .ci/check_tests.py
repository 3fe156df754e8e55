"""Read the results of a test run: print every skip, refuse those nobody allowed, and browser tests that did not run."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

ALLOWED = Path(__file__).with_name("allowed_skips.txt")


def skips(results: Path) -> list[tuple[str, str]]:
    """Return (test, reason) of each skipped test in a JUnit file."""
    found = []
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314 - pytest wrote it a moment ago
        skipped = case.find("skipped")
        if skipped is not None:
            found.append((f"{case.get('classname')}.{case.get('name')}", skipped.get("message") or ""))
    return found


def browser_tests_run(results: Path) -> int:
    """Return how many tests of tests/browser ran and were not skipped."""
    cases = ElementTree.parse(results).iter("testcase")  # noqa: S314 - as above
    return sum(
        (case.get("classname") or "").startswith("tests.browser.") and case.find("skipped") is None for case in cases
    )


def main(results: Path) -> int:
    """Print the skips and return 1 when one is not allowed or no browser test ran."""
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    allowed = [re.compile(line) for line in lines if line and not line.startswith("#")]
    faults = []
    for test, reason in skips(results):
        is_allowed = any(pattern.search(reason) for pattern in allowed)
        print(f"skipped {'' if is_allowed else 'without leave '}- {test}: {reason}")
        if not is_allowed:
            faults.append(test)
    ran = browser_tests_run(results)
    print(f"ci: {len(skips(results))} skipped, {len(faults)} of them without leave; {ran} browser tests ran.")
    if not ran:
        print("ci: No browser test ran; without them nothing proves that a page works.", file=sys.stderr)
    return int(bool(faults) or not ran)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
