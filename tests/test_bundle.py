"""The bundle installs and serves with no network: unpacked in an empty folder, inside a namespace without routes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.browser.server import free_port
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

# Runs inside the namespace: brings up its loopback interface, starts the unpacked app and asks it what it serves.
INSIDE: Final = r"""
import fcntl, json, os, signal, socket, struct, subprocess, sys, time, urllib.error, urllib.request

tree, port, addresses = sys.argv[1], sys.argv[2], sys.argv[3:]
IS_UP, SET_FLAGS = 0x1, 0x8914  # IFF_UP, SIOCSIFFLAGS
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    fcntl.ioctl(probe, SET_FLAGS, struct.pack("16sh14x", b"lo", IS_UP))

def ask(address):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{address}", timeout=10) as response:
            return [response.status, response.read().decode("utf-8", "replace")]
    except urllib.error.HTTPError as error:
        return [error.code, error.read().decode("utf-8", "replace")]
    except OSError as error:
        return [0, str(error)]

log = open(os.path.join(tree, "run.log"), "wb")
command = ["make", "run", f"PORT={port}", "STREAMLIT_ARGS=--server.headless true"]
app = subprocess.Popen(command, cwd=tree, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
until = time.monotonic() + 180
while time.monotonic() < until and app.poll() is None and ask("_stcore/health")[0] != 200:
    time.sleep(0.5)
answers = {address: ask(address) for address in addresses}
with open("/proc/net/route") as table:
    answers["routes"] = len(table.readlines()) - 1
if app.poll() is None:
    os.killpg(app.pid, signal.SIGTERM)
app.wait(20)
print(json.dumps(answers))
"""
ADDRESSES: Final = ("_stcore/health", "fronteras/health", "")


def cut_off() -> list[str]:
    """Return the command that gives another one a network of its own, without routes; skip where none may."""
    for command in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if (
            shutil.which("unshare")
            and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
        ):
            return command
    pytest.skip("network namespaces are not permitted here")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make the bundle for the Python that runs the tests and unpack it in an empty folder."""
    folder = tmp_path_factory.mktemp("bundle")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [sys.executable, str(ROOT / ".ci" / "bundle.py"), "--pythons", version, "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()
    (tree,) = folder.iterdir()
    yield tree
    shutil.rmtree(folder)


def test_it_holds_no_more_assets_than_a_browser_asks_for(unpacked: Path):
    assets = {path.name for path in (unpacked / "node_modules").iterdir()}
    assert assets == {
        *json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"],
        ".fronteras-run",
    }


def test_it_installs_and_serves_without_a_network(unpacked: Path):
    command = [*cut_off(), sys.executable, "-c", INSIDE, str(unpacked), str(free_port()), *ADDRESSES]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    said = (unpacked / "run.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stderr + said
    answers = json.loads(done.stdout)
    assert answers["routes"] == 0
    assert {address: answers[address][0] for address in ADDRESSES} == dict.fromkeys(ADDRESSES, 200), said
    assert "Traceback" not in said
    print(f"installed and served in {time.monotonic() - began:.0f} s")
