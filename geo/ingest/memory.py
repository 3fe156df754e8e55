"""What a step has done with is given back to the system: the allocator would keep it for later."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import lru_cache


def give_back() -> None:
    """Give memory that nobody uses back to the system, Arrow's and where it can that of the C library."""
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    _trim()(0)


def take_little() -> None:
    """Let Arrow take memory from the C library from now on: its own pool holds some 20 MB more while a file is read."""
    import pyarrow as pa  # noqa: PLC0415 - who only prints a report needs none

    pa.set_memory_pool(pa.system_memory_pool())


@lru_cache(maxsize=1)
def _trim() -> Callable[[int], object]:
    try:
        found: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # no such function outside of glibc
        return lambda _: None
    return found
