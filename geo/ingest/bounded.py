"""The process that parses, from within: it takes one order, bounds itself before it opens any file, and obeys.

``geo.ingest.worker`` starts it. With ``--warm`` it loads its parsers first and then waits. It ends when the pipe to
whoever started it closes, whatever it is doing, and takes its files with it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from geo.ingest import limits
from geo.ingest.progress import Progress

WARM: Final = "--warm"
SHARE: Final = "share"  # what a line begins with that tells how much of a stage is done
OUT_OF_MEMORY: Final = 71  # exit code: no parser uses it
LEFT_ALONE: Final = 72
PARSERS: Final = ("pyarrow.parquet", "geo.ingest.tables", "geo.ingest.writing")
SPARE_S: Final = 5  # processor time beyond the bound in wall time, which comes first


def main() -> int:
    """Wait for orders, bound this process, and do them; what is said goes to standard output, a stage a line."""
    if WARM in sys.argv[1:]:
        _load()
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):  # nobody is there any more
        return _left_alone("")
    orders = json.loads(line)
    _bound(memory=int(orders["memory"]), seconds=float(orders["seconds"]))
    threading.Thread(target=_watch, args=(str(orders["out"]),), daemon=True).start()
    _tell("opening")  # before the parsers are loaded, which takes longer
    try:
        _write(orders)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # at once: what is left of memory may not do for more
    _tell("done")
    sys.stdout.flush()
    os._exit(0)  # what was held goes with the process; taking it apart first would take longer


def _load() -> None:
    """Load the parsers: they take longer than most files."""
    for name in PARSERS:
        import_module(name)


def _write(orders: Mapping[str, Any]) -> None:
    from geo.ingest.writing import write  # noqa: PLC0415 - parsers are loaded when the bounds are set

    scratch = os.environ["CPL_TMPDIR"]
    write({**orders, "scratch": scratch}, Progress(_tell, lambda share: _tell(f"{SHARE} {share:.2f}")))


def _watch(out: str) -> None:
    """End this process when the pipe closes: a check that nobody waits for is not worth its memory."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(_left_alone(out))


def _left_alone(out: str) -> int:
    """Remove what this process has written, as nobody else will."""
    for folder in (out, os.environ.get("CPL_TMPDIR", "")):
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
    return LEFT_ALONE


def _tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _bound(*, memory: int, seconds: float) -> None:
    """Bound what this process may take from now on, on systems that can."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    bounds = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: int(used.ru_utime + used.ru_stime + seconds) + SPARE_S,
        resource.RLIMIT_FSIZE: limits.OUTPUT_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in bounds.items():
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (least, hard))
        except (OSError, ValueError):  # a system that names a bound but does not set it
            continue


if __name__ == "__main__":
    sys.exit(main())
