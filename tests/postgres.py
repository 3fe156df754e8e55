"""Where this machine's PostgreSQL is, and a server of our own on loopback. Standard library only: .ci/setup runs it."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEBIAN: Final = Path("/usr/lib/postgresql")
UNPRIVILEGED: Final = ("postgres", "nobody")  # the server refuses to run as root
START_SECONDS: Final = 30
TRIES: Final = 3  # somebody else may take the free port before the server does
LOG: Final = "server.log"

# Runs beside the tests and outlives them by a moment: its standard input ends when they end, however that comes about.
GUARD: Final = """
import os, pathlib, shutil, signal, sys, time
folder = pathlib.Path(sys.argv[1])
sys.stdin.read()
try:
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    for order, seconds in ((signal.SIGINT, 10), (signal.SIGKILL, 2)):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            os.kill(server, order)
            time.sleep(0.05)
except (OSError, ValueError, IndexError):
    pass  # no such process or no such file: there is nothing to stop
shutil.rmtree(folder, ignore_errors=True)
"""


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL that belongs to these tests alone."""

    port: int
    password: str
    folder: Path

    def url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        """Return the URL of one of its databases."""
        return f"{driver}://fronteras:{self.password}@127.0.0.1:{self.port}/{database}"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest there are; FRONTERAS_POSTGRESQL decides when set."""
    named = os.environ.get("FRONTERAS_POSTGRESQL")
    if named:
        return Path(named) if _holds_a_server(Path(named)) else None
    found = sorted(DEBIAN.glob("*/bin"), key=lambda each: [int(part) for part in re.findall(r"\d+", str(each))])
    on_path = shutil.which("initdb")
    return next(
        filter(_holds_a_server, [*reversed(found), *([Path(on_path).resolve().parent] if on_path else [])]), None
    )


def _holds_a_server(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "postgres"))


@contextmanager
def running(binaries: Path) -> Iterator[Server]:
    """Make a cluster in a folder of its own, serve it on a free port, and leave nothing behind.

    Nothing is synced to the disk: what the tests kill are our processes, never the server.
    """
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="fronteras-postgresql-"))
    guard = subprocess.Popen(
        [sys.executable, "-c", GUARD, str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the tests; this ends after them
    )
    server = None
    try:
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        password = secrets.token_hex(16)
        _make_cluster(binaries, folder, password, owner)
        for left in reversed(range(TRIES)):
            port = _free_port()
            server = _started(binaries, folder, port, owner)
            if _answers(server, folder, port):
                break
            server.kill()
            server.wait()
            if not left:
                raise RuntimeError(f"PostgreSQL did not start:\n{(folder / LOG).read_text(encoding='utf-8')}")
        yield Server(port, password, folder)
    finally:
        if guard.stdin is not None:
            guard.stdin.close()
        if server is not None:
            server.wait(timeout=20)  # it is our child, and stays in the list of processes until we ask for it
        guard.wait(timeout=20)


def _owner() -> pwd.struct_passwd | None:
    """Return whom the server runs as: None for ourselves, somebody without rights where we are root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _as(owner: pwd.struct_passwd | None) -> dict[str, object]:
    return {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _make_cluster(binaries: Path, folder: Path, password: str, owner: pwd.struct_passwd | None) -> None:
    secret = folder / "password"
    secret.write_text(password, encoding="ascii")
    secret.chmod(0o600)
    if owner is not None:
        os.chown(secret, owner.pw_uid, owner.pw_gid)
    options = ["--no-sync", "--username=fronteras", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8"]
    done = subprocess.run(
        [str(binaries / "initdb"), *options, "--locale=C", "-D", str(folder / "data")],
        cwd=folder, capture_output=True, text=True, check=False, **_as(owner),
    )  # fmt: skip
    secret.unlink()
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _started(binaries: Path, folder: Path, port: int, owner: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "max_connections": 60,
        "shared_buffers": "32MB",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(folder / "data"), *options],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **_as(owner),
        )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(server: subprocess.Popen[bytes], folder: Path, port: int) -> bool:
    """Return whether the server says that it is ready, within reason."""
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        if "ready to accept connections" in (folder / LOG).read_text(encoding="utf-8"):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    print(programs() or "")
