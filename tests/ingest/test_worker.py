"""The process that parses: warm and cold, its turn, its end at every stage and when nobody waits for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geo.ingest import standby, turns, worker
from geo.ingest.checking import check
from geo.ingest.progress import STAGES, Progress
from tests.conftest import ROOT
from tests.ingest.made_files import GOOD

SOON_S = 20


@pytest.fixture(autouse=True)
def cold() -> Iterator[None]:
    standby.rest()
    yield
    standby.rest()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return an empty folder in which this process makes its temporary files."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(home))
    return home


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(GOOD)
    return path


def left(home: Path) -> list[str]:
    return [each.name for each in home.iterdir() if not each.name.startswith("fronteras-turns")]


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether something becomes so while one would wait for it."""
    until = time.monotonic() + SOON_S
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended unread."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def waiting() -> standby.Started:
    found = standby._STANDBY._waiting
    assert found is not None
    return found


# --- warm ---


def test_a_warm_process_serves_one_check_and_is_replaced(file):
    worker.warm()
    first = waiting().process.pid
    worker.warm()
    assert waiting().process.pid == first
    assert check(file, keep=False).report.verdict == "accept"
    assert waiting().process.pid != first
    assert not is_running(first)


def test_without_warmth_nothing_is_left_waiting(file):
    assert check(file, keep=False).report.verdict == "accept"
    assert standby.take() is None


def test_a_warm_process_has_its_bounds_before_it_opens_a_file(file, tmp_path):
    worker.warm()
    (tmp_path / "out").mkdir()
    orders = worker.Orders(str(file), "a.geojson", str(tmp_path / "out"))
    assert worker.run(orders, memory=60_000_000) in {"memory", "died"}  # less than it holds already


def test_a_warm_process_ends_by_itself_when_no_file_comes():
    standby.warm(idle_s=0.2)
    pid = waiting().process.pid
    assert soon(lambda: not is_running(pid))
    assert standby.take() is None


def test_a_warm_process_that_died_is_not_waited_for(file):
    worker.warm()
    os.kill(waiting().process.pid, signal.SIGKILL)
    assert check(file, keep=False).report.verdict == "accept"


# --- when nobody waits any more ---

SERVER = """
    import sys, time
    from pathlib import Path
    from geo.ingest import standby, worker
    from geo.ingest.checking import check
    if sys.argv[1] == "idle":
        worker.warm()
        print(standby._STANDBY._waiting.process.pid, flush=True)
        time.sleep(60)
    check(Path(sys.argv[1]), stage=lambda _: print(_, flush=True))
"""


@pytest.mark.parametrize("is_idle", [True, False], ids=["while it waits", "while it reads"])
def test_a_process_ends_with_the_one_that_started_it(is_idle, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    if not is_idle:
        os.mkfifo(tmp_path / "never.geojson")  # who opens it waits until somebody writes
    server = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SERVER), "idle" if is_idle else str(tmp_path / "never.geojson")],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    server.stdout.readline()  # it has begun
    assert soon(lambda: bool(children(server.pid)))
    (child,) = children(server.pid)
    assert soon(lambda: loaded(child))
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()
    assert soon(lambda: not is_running(child))
    assert left(scratch) == []


def children(pid: int) -> list[int]:
    return [
        int(each) for task in Path(f"/proc/{pid}/task").iterdir() for each in (task / "children").read_text().split()
    ]


def loaded(pid: int) -> bool:
    """Whether a process has its parsers."""
    return "pyogrio" in Path(f"/proc/{pid}/maps").read_text()


# --- killed ---

# Put in the place of the process's own beginning: it kills itself in the middle of what it does.
AT_STAGE = """
    import os, signal, sys
    class Out:
        def write(self, text, real=sys.stdout):
            real.write(text)
            real.flush()
            if text == "{at}\\n":
                os.kill(os.getpid(), signal.SIGKILL)
        def flush(self):
            pass
    sys.stdout = Out()
"""
AT_REPORT = """
    import os, signal, sys
    def heard(event, arguments):
        if event == "open" and str(arguments[0]).endswith("report.json"):
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(heard)
"""
KILLED = [each for each in STAGES if each != "waiting"]


@pytest.mark.parametrize("is_warm", [True, False], ids=["warm", "cold"])
@pytest.mark.parametrize("at", [*KILLED, "report"])
def test_a_process_killed_at_any_stage_is_an_error_in_the_report_and_leaves_nothing(
    at, is_warm, home, file, tmp_path, monkeypatch
):
    program = AT_REPORT if at == "report" else AT_STAGE.format(at=at)
    (tmp_path / "sitecustomize.py").write_text(textwrap.dedent(program))
    usual = standby.environment
    monkeypatch.setattr(standby, "environment", lambda scratch: {**usual(scratch), "PYTHONPATH": str(tmp_path)})
    if is_warm:
        worker.warm()
    stages: list[str] = []
    found = check(file, stage=stages.append)
    if at == "done":  # all is written and said: the death comes too late to harm
        assert found.report.verdict in {"accept", "reject"}
        found.close()
    else:
        assert [issue.code for issue in found.report.issues] == ["PARSER_DIED"]
        assert found.layers == ()
        assert "done" not in stages
    standby.rest()
    assert left(home) == []


# --- whose turn it is ---


def test_two_checks_at_once_both_end_well(file):
    worker.warm()
    verdicts: list[str] = []
    threads = [threading.Thread(target=lambda: verdicts.append(check(file, keep=False).report.verdict)) for _ in "ab"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert verdicts == ["accept", "accept"]


@pytest.mark.usefixtures("home")
def test_a_check_waits_while_as_many_run_as_may_and_says_so(file):
    stages: list[str] = []
    verdicts: list[str] = []
    done = threading.Event()
    free = [turns._free() for _ in range(turns.AT_ONCE)]
    assert None not in free
    assert turns._free() is None

    def run() -> None:
        verdicts.append(check(file, keep=False, seconds=SOON_S, stage=stages.append).report.verdict)
        done.set()

    threading.Thread(target=run, daemon=True).start()
    assert soon(lambda: stages == ["waiting"])
    assert not done.wait(0.3)
    for lock in filter(None, free):
        os.close(lock)
    assert done.wait(SOON_S)
    assert verdicts == ["accept"]
    assert stages[:2] == ["waiting", "opening"]


def test_a_check_that_waits_can_be_called_off(home, file):
    free = [turns._free() for _ in range(turns.AT_ONCE)]
    stages: list[str] = []
    found = check(file, stage=stages.append, is_cancelled=lambda: stages == ["waiting"])
    for lock in filter(None, free):
        os.close(lock)
    assert [issue.code for issue in found.report.issues] == ["CANCELLED"]
    assert stages == ["waiting"]
    assert left(home) == []


@pytest.mark.usefixtures("home")
def test_turns_are_taken_in_the_order_in_which_they_were_asked_for():
    held = [turns._free() for _ in range(turns.AT_ONCE)]
    order: list[int] = []
    threads = []

    def run(number: int, asked: threading.Event) -> None:
        with turns.turn(is_cancelled=lambda: False, on_wait=asked.set):
            order.append(number)
            time.sleep(0.1)

    for number in range(4):
        asked = threading.Event()
        threads.append(threading.Thread(target=run, args=(number, asked)))
        threads[-1].start()
        assert asked.wait(SOON_S)
    for lock in filter(None, held[:1]):
        os.close(lock)
    for each in threads:
        each.join()
    for lock in filter(None, held[1:]):
        os.close(lock)
    assert order == [0, 1, 2, 3]


# --- how far it is ---


def test_the_first_stage_is_told_within_a_second(file):
    began = time.monotonic()
    told: list[float] = []
    check(file, keep=False, stage=lambda _: told.append(time.monotonic() - began))
    assert told[0] < 1


def test_shares_are_told_in_hundredths_and_begin_again_with_each_stage():
    told: list[float | str] = []
    progress = Progress(told.append, told.append)
    progress.begin("reading")
    for done in range(10_001):
        progress.reach(done, 10_000)
    progress.begin("mending")
    progress.reach(1, 2)
    progress.reach(1, 0)  # a length that nobody knows
    assert told[0] == "reading"
    shares = told[1:-2]
    assert 90 <= len(shares) <= 101
    assert shares[-1] == 1
    assert told[-2:] == ["mending", 0.5]


def test_a_long_table_tells_how_much_of_it_is_read(tmp_path):
    path = tmp_path / "long.csv"
    rows = "".join(f"{number},-4.{number:05},-70.{number:05}\n" for number in range(40_000))
    path.write_text(f"n,latitude,longitude\n{rows}")
    told: dict[str, list[float]] = {}
    stages: list[str] = []
    with check(path, stage=stages.append, share=lambda share: told.setdefault(stages[-1], []).append(share)) as found:
        assert found.report.layers[0].features == 40_000
    assert len(told["reading"]) >= 5
    assert len(told["mending"]) >= 3
    assert told["writing"][-1] == 1
    for shares in told.values():
        assert shares == sorted(shares)
        assert 0 < shares[0] <= shares[-1] <= 1


@pytest.mark.parametrize("line", [b"share nan", b"share 2", b"share", b"share x", b"nonsense", b"\xff\xfe", b""])
def test_what_a_process_says_beside_the_point_is_not_passed_on(line):
    told: list[float | str] = []
    heard = worker._Heard(Progress(told.append, told.append))
    heard.line(b"reading")
    heard.line(line)
    assert told in (["reading"], ["reading", 1.0])
    assert not heard.is_done
