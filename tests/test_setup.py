"""What .ci/setup says when a machine lacks something: one sentence that names it and the remedy."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOLS = ("sh", "cat", "cksum", "grep", "dirname", "mkdir", "rm", "paste", "uname", "id", "mktemp", "tail")
THIS_PYTHON = f'exec {sys.executable} "$@"'
OLD_PYTHON = "case $2 in *print*) echo 3.9 ;; *'3, 11'*) exit 1 ;; esac"
PYTHON_WITHOUT_VENV = "case $2 in *print*) echo 3.11 ;; *ensurepip*) exit 1 ;; esac"
NEW_PYTHON = "case $2 in *print*) echo 3.15 ;; esac"
ASSETS = {"node_modules/leaflet/dist/leaflet.js": "L"}


@dataclass(frozen=True)
class Machine:
    """A bare copy of what .ci/setup reads, and a search path with nothing but the commands it was given."""

    tree: Path
    path: Path

    def has(self, **commands: str) -> Machine:
        for name, script in commands.items():
            (self.path / name).unlink(missing_ok=True)  # a link to the machine's own tool: never write through it
            (self.path / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            (self.path / name).chmod(0o755)
        return self

    def holds(self, files: dict[str, str]) -> Machine:
        for name, content in files.items():
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            (self.tree / name).write_text(content, encoding="utf-8")
        return self

    def set_up(self, what: str = "run") -> subprocess.CompletedProcess[str]:
        command = [str(self.tree / ".ci" / "setup"), what]
        # Debian's PostgreSQL is on no search path, so it is named as one that is not there until a test puts it there.
        environment = {
            "PATH": str(self.path),
            "HOME": str(self.tree),
            "FRONTERAS_POSTGRESQL": str(self.tree / "postgresql"),
        }
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one virtual environment; making one takes seconds, copying it does not."""
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    venv.create(folder, with_pip=True)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    bare = Machine(tmp_path / "tree", tmp_path / "bin")
    bare.path.mkdir()
    for tool in TOOLS:
        (bare.path / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    bare.holds(dict.fromkeys(["requirements.txt", "requirements-dev.txt", "package.json", "package-lock.json"], ""))
    for script in (".ci/setup", "tests/browser/chromium.py", "tests/postgres.py"):
        (bare.tree / script).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / script, bare.tree / script)
    return bare


@pytest.fixture
def prepared(machine: Machine, environment: Path) -> Machine:
    """Return a machine whose virtual environment was made by an earlier run that got no further."""
    shutil.copytree(environment, machine.tree / ".venv", symlinks=True)
    return machine


@pytest.mark.parametrize(
    ("commands", "files", "named", "remedy"),
    [
        pytest.param({}, {}, "Python 3.11 or newer is needed;", "apt-get install python3", id="no Python"),
        pytest.param({"python3": OLD_PYTHON}, {}, "only an older one is here", "brew install python", id="old Python"),
        pytest.param({"python3": PYTHON_WITHOUT_VENV}, {}, "without its venv", "python3.11-venv", id="no venv module"),
        pytest.param(
            {"python3": NEW_PYTHON},
            {"vendor/wheels/PYTHONS": "3.11\n3.12\n"},
            "packages for Python 3.11 3.12",
            "install one of these versions",
            id="a bundle for other versions",
        ),
    ],
)
def test_a_lack_is_said_in_one_sentence_with_its_remedy(machine: Machine, commands, files, named: str, remedy: str):
    done = machine.has(**commands).holds(files).set_up()
    assert done.returncode == 1
    assert named in done.stderr
    assert remedy in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_environment_is_made_where_there_is_none(machine: Machine):
    done = machine.has(python3=THIS_PYTHON).holds(ASSETS).set_up()
    assert (done.returncode, done.stderr) == (0, "")
    assert (machine.tree / ".venv" / "bin" / "python").exists()


def test_without_npm_the_assets_name_the_remedy(prepared: Machine):
    done = prepared.set_up()
    assert done.returncode == 1
    assert "npm is needed once" in done.stderr
    assert "apt-get install npm" in done.stderr


def test_assets_that_came_with_a_bundle_need_no_npm(prepared: Machine):
    done = prepared.holds(ASSETS).set_up()
    assert (done.returncode, done.stderr) == (0, "")


def test_the_second_start_installs_nothing(prepared: Machine):
    prepared.has(npm="mkdir -p node_modules")
    first, second = prepared.set_up(), prepared.set_up()
    assert first.returncode == second.returncode == 0
    assert "Installing the Python packages" in first.stdout
    assert "Fetching the front-end assets" in first.stdout
    assert second.stdout == ""


def test_what_changed_is_installed_again(prepared: Machine):
    prepared.has(npm="mkdir -p node_modules").set_up()
    packages = prepared.holds({"requirements.txt": "# another line\n"}).set_up().stdout
    assets = prepared.holds({"package-lock.json": "{}"}).set_up().stdout
    assert ("Installing" in packages, "Fetching" in packages) == (True, False)
    assert ("Installing" in assets, "Fetching" in assets) == (False, True)


def test_a_failed_install_is_tried_again(prepared: Machine):
    prepared.has(npm="exit 1")
    assert "npm could not fetch" in prepared.set_up().stderr
    assert prepared.has(npm="mkdir -p node_modules").set_up().returncode == 0


def test_assets_for_testing_are_not_taken_away_by_a_run(prepared: Machine):
    prepared.has(npm="mkdir -p node_modules; echo $* >> node_modules/asked").set_up("test")
    prepared.set_up("run")
    assert (prepared.tree / "node_modules" / "asked").read_text(encoding="utf-8").count("ci") == 1


def test_an_environment_whose_python_is_gone_is_built_again(prepared: Machine):
    (prepared.tree / ".venv" / "bin" / "python").unlink()
    done = prepared.has(python3=THIS_PYTHON).holds(ASSETS).set_up()
    assert done.returncode == 0
    assert "building the environment again" in done.stdout


def test_without_chromium_the_browser_tests_are_said_to_be_skipped(prepared: Machine):
    prepared.has(id="echo 1000").holds(ASSETS).set_up()
    done = prepared.set_up("browser")
    assert done.returncode == 0
    assert "the browser tests are skipped" in done.stdout


def test_without_postgresql_the_tests_on_one_are_said_to_be_skipped(prepared: Machine):
    prepared.has(id="echo 1000").holds(ASSETS).set_up()
    done = prepared.set_up("browser")
    assert done.returncode == 0
    assert "the tests on one are skipped" in done.stdout
    assert "apt-get install postgresql" in done.stdout


def test_without_libreoffice_the_tests_with_it_are_said_to_be_skipped(prepared: Machine):
    prepared.has(id="echo 1000").holds(ASSETS).set_up()
    done = prepared.set_up("browser")
    assert done.returncode == 0
    assert "the tests that open our slides in it are skipped" in done.stdout
    assert "apt-get install libreoffice-impress poppler-utils" in done.stdout


def test_what_the_tests_drive_is_installed_where_that_is_allowed(prepared: Machine):
    # apt-get writes down what it is asked for; it leaves the programs where they are looked for.
    script = """
        echo "$*" >> asked
        case $* in
            *chromium) : > "$bin/chromium"; chmod +x "$bin/chromium" ;;
            *postgresql) mkdir -p postgresql; : > postgresql/initdb; : > postgresql/postgres ;;
            *poppler-utils) for each in soffice pdftoppm; do : > "$bin/$each"; chmod +x "$bin/$each"; done ;;
        esac
    """
    apt = f"bin={prepared.path}\n{script}"
    (prepared.path / "chmod").symlink_to(shutil.which("chmod") or "/bin/chmod")
    prepared.has(id="echo 0", **{"apt-get": apt}).holds(ASSETS).set_up()
    done, again = prepared.set_up("browser"), prepared.set_up("browser")
    assert (done.returncode, again.returncode, again.stdout) == (0, 0, "")
    assert [line for line in done.stdout.splitlines() if "skipped" in line] == []
    asked = (prepared.tree / "asked").read_text(encoding="utf-8").splitlines()
    assert [line.split()[-1] for line in asked if line.startswith("install")] == [
        "chromium",
        "postgresql",
        "poppler-utils",
    ]


def test_an_install_that_fails_says_what_is_skipped_and_why(prepared: Machine):
    prepared.has(id="echo 0", **{"apt-get": "echo no such package; exit 100"}).holds(ASSETS).set_up()
    done = prepared.set_up("browser")
    assert done.returncode == 0
    assert done.stdout.count("skipped") == 3
    assert done.stderr.count("no such package") == 3
