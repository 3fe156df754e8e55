"""The real app as a subprocess on a free port of this machine, for tests and bench."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
BUILD: Final = ROOT / "build"
START_SECONDS: Final = 60
GONE: Final = "starlette.websockets.WebSocketDisconnected"  # the browser, before Streamlit had answered it


@dataclass(frozen=True)
class Server:
    """A running app: where it listens, its process, and the file that holds what it says."""

    url: str
    pid: int
    log: Path

    def tracebacks(self) -> list[str]:
        """Return the lines of the log that begin a traceback, each with what follows it.

        Without those that Streamlit writes, and none of our code raises, when a browser closes its socket too early.
        """
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        starts = [at for at, line in enumerate(lines) if line.startswith("Traceback")]
        return ["\n".join(lines[at : at + 40]) for at in starts if not any(GONE in each for each in _around(lines, at))]


def _around(lines: list[str], at: int) -> list[str]:
    """Return the lines of a traceback up to the next one, and the last ones of the one that it is chained to."""
    end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("Traceback")), len(lines))
    chained = (
        lines[max(0, at - 6) : at]
        if "During handling of the above exception" in "".join(lines[max(0, at - 3) : at])
        else []
    )
    return [*chained, *lines[at:end]]


def resident_mb(pid: int) -> float:
    """Return the memory that a process holds, in megabytes of a million bytes."""
    kilobytes = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout
    return float(kilobytes) * 1024 / 1e6


def wait_idle(pid: int, *, seconds: float = START_SECONDS) -> None:
    """Wait until a process has used no second of processor time for two seconds: it has nothing left to prepare."""
    until = time.monotonic() + seconds
    used = ""
    while time.monotonic() < until:
        now = subprocess.run(["ps", "-o", "time=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout
        if now == used:
            return
        used = now
        time.sleep(2)


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(url: str, *, timeout_s: float = 5) -> tuple[int, bytes]:
    """Return status and body of an address; status 0 when nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as response:  # noqa: S310 - our own loopback server
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def wait_for(url: str, process: subprocess.Popen[bytes], *, seconds: float = START_SECONDS) -> bool:
    """Tell whether the address answered 200 before the time was up or the process ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if answer(url)[0] == 200:
            return True
        time.sleep(0.1)
    return False


@contextlib.contextmanager
def serving(script: Path = ROOT / "app.py", *options: str, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start ``streamlit run`` on a script and stop it at the end.

    Parameters
    ----------
    env : mapping, optional
        What the server finds in its environment beside what this process has, such as FRONTERAS_STORAGE.

    Raises
    ------
    RuntimeError
        If it does not answer within a minute; the text ends with what it said.
    """
    port = free_port()
    log = BUILD / f"{script.stem}-{port}.log"
    log.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        if not wait_for(f"{url}/_stcore/health", process):
            raise RuntimeError(f"{script.name} did not start:\n{log.read_text(errors='replace')[-4000:]}")
        yield Server(url, process.pid, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
