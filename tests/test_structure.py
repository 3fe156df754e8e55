"""The shape of the tree: what may stand where, and what may not stand anywhere."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

FOLDERS = {"pages", "geo", "layers", "data", "tests", ".ci", ".streamlit", "locale", "docs"}
FILES = {
    "app.py", "requirements.txt", "requirements-dev.txt", "README.md", "CHANGELOG.md", "LICENSE", "Makefile",
    "pyproject.toml", "package.json", "package-lock.json", ".gitignore", ".npmrc",
}  # fmt: skip
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
OURS = {"app", "data", "geo", "layers", "locale", "pages", "tests"}

# Put together here, so that this file does not name what it forbids.
REGISTRIES = [".".join(parts) for parts in [
    ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"), ("registry", "yarnpkg", "com"),
    ("deb", "debian", "org"), ("proxy", "golang", "org"), ("crates", "io"),
]]  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.<])/(work|farm|root|tmp)/")


@cache
def project_files() -> tuple[Path, ...]:
    """Return the files that are committed or about to be, relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git repository")
    return tuple(Path(name) for name in sorted(set(done.stdout.split("\0"))) if name and (ROOT / name).is_file())


def python_files() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".py"]


def imported_modules(path: Path) -> set[str]:
    """Return the top-level names that a file imports, at whatever depth."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_the_top_level_holds_only_what_the_design_names():
    top = {path.parts[0] for path in project_files()}
    assert top - FOLDERS - FILES == set()


def test_no_page_hides_a_module():
    # Streamlit puts pages/ first on sys.path, so pages/calendar.py would be what "import calendar" finds.
    pages = {path.stem for path in project_files() if path.parts[0] == "pages" and path.suffix == ".py"} - {"__init__"}
    installed = set(importlib.metadata.packages_distributions())
    assert pages & (OURS | set(sys.stdlib_module_names) | installed) == set()


def test_nothing_has_a_vague_name():
    assert [str(path) for path in project_files() if VAGUE & {part.partition(".")[0] for part in path.parts}] == []


def test_locale_is_no_package():
    assert not (ROOT / "locale" / "__init__.py").exists()  # it would hide the standard module


def test_streamlit_is_imported_by_pages_app_and_tests_only():
    users = [path for path in python_files() if imported_modules(path) & {"streamlit", "streamlit_folium"}]
    assert [str(path) for path in users if path.parts[0] not in {"pages", "app.py", "tests"}] == []


def test_no_file_names_a_registry_or_a_path_of_one_machine():
    found = []
    for path in project_files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {host}" for host in REGISTRIES if host in text]
        found += [f"{path}: {match.group(0)}" for match in MACHINE_PATH.finditer(text)]
    assert found == []


def pins(name: str) -> dict[str, Requirement]:
    """Return the requirements of a file and of those it includes, by canonical name."""
    found: dict[str, Requirement] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        text = line.partition(" #")[0].strip()
        if text.startswith("-r "):
            found |= pins(text.removeprefix("-r "))
        elif text and not text.startswith("#"):
            requirement = Requirement(text)
            found[canonicalize_name(requirement.name)] = requirement
    return found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_with_what_it_needs_in_turn(name: str):
    # make bundle downloads exactly these for other versions of Python and resolves nothing.
    pinned = pins(name)
    assert [str(pin) for pin in pinned.values() if [spec.operator for spec in pin.specifier] != ["=="]] == []
    missing = set()
    for key, pin in pinned.items():
        if pin.marker and not pin.marker.evaluate():
            continue
        needs = [Requirement(text) for text in importlib.metadata.requires(key) or []]
        missing |= {
            f"{key} needs {need.name}"
            for need in needs
            if (need.marker is None or need.marker.evaluate({"extra": ""}))
            and canonicalize_name(need.name) not in pinned
        }
    assert missing == set()


def test_the_installed_packages_are_the_pinned_ones():
    pinned = {key: pin for key, pin in pins("requirements.txt").items() if not pin.marker or pin.marker.evaluate()}
    installed = {key: importlib.metadata.version(key) for key in pinned}
    assert {key: version for key, version in installed.items() if not pinned[key].specifier.contains(version)} == {}


def test_make_help_names_every_target():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", text, flags=re.MULTILINE)) - {"help"}
    assert targets == set(re.findall(r'@echo "make (\w+)', text))


def test_the_changelog_begins_with_the_version_of_the_project():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert headings[0] == version
