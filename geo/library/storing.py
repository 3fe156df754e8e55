"""Storing a checked layer in a process of its own: what it takes of memory goes back with it when it is done.

The file was written by our own check, so it is trusted; the process exists for memory, and so that a save can be
called off while it works.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from geo import payloads
from geo.about import Roles
from geo.errors import DataError, GeoError, UnknownError
from geo.library import depot
from geo.messages import Message
from geo.payloads import Payload

ROOT: Final = Path(__file__).resolve().parent.parent.parent
STEP_S: Final = 0.1  # how often a wish to cancel is looked at


def store(file: Path, roles: Roles, *, is_cancelled: Callable[[], bool] = lambda: False) -> Payload | None:
    """Store the features of a GeoParquet file as ``payloads.write`` does; None if it was called off.

    Raises
    ------
    DataError
        What ``payloads.write`` refuses, in its words; or that the process ended without a result.
    """
    orders = json.dumps({"file": str(file), "roles": asdict(roles), "parent": os.getpid()})
    process = subprocess.Popen(  # our own module, by our own interpreter
        [sys.executable, "-m", "geo.library.storing"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        answer = _answer(process, orders, is_cancelled)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if answer is None:
        return None
    if "content" in answer:
        try:
            return payloads.read(answer["content"])
        except UnknownError as error:
            raise depot.deleted_meanwhile() from error
    raise DataError(Message(answer["id"], **answer["values"]) if "id" in answer else FAILED)


FAILED: Final = Message(
    "The layer could not be stored: the program that writes it ended early. Check that there is room on the disk and "
    "memory to spare, then save again."
)


def _answer(process: subprocess.Popen[str], orders: str, is_cancelled: Callable[[], bool]) -> dict[str, Any] | None:
    """Wait for what the process says; None if it was called off, nothing in it if it said nothing."""
    asked: str | None = orders
    while True:
        if is_cancelled():
            return None
        try:
            said, _ = process.communicate(asked, timeout=STEP_S)
        except subprocess.TimeoutExpired:
            asked = None  # it has them; asking again goes on waiting
            continue
        except BrokenPipeError:
            said = ""
        with suppress(ValueError):
            told: dict[str, Any] = json.loads(said)
            return told
        return {}


def main() -> int:
    """Read the orders, store, and say the content or the refusal as JSON."""
    orders = json.loads(sys.stdin.read())
    end_with(int(orders["parent"]))
    try:
        import geopandas as gpd  # noqa: PLC0415 - only this process reads

        frame = gpd.read_parquet(orders["file"]).reset_index(drop=True)
        told: dict[str, Any] = {"content": payloads.write(frame, Roles(**orders["roles"])).content}
    except GeoError as error:
        told = {"id": error.message.id, "values": {name: str(value) for name, value in error.message.values.items()}}
    sys.stdout.write(json.dumps(told))
    return 0


def end_with(parent: int) -> None:
    """End this process when the one that asked for it ends, where the system can: nobody would list what it stores."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - only here

    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
