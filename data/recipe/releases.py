"""Add the digest of a release: ``python -m data.recipe.releases`` when a release is made.

It reads the data as they stand, or with ``--at COMMIT`` as they stood in a commit of this repository, and writes
``data/releases/{digest}.parquet`` and a line of ``data/releases/releases.csv``. A release whose data say the same as
an earlier one's shares its digest. The app compares today's data with these (``geo/changes.py``).
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from data.recipe.files import DATA
from geo import digests, store
from geo.digests import INDEX, Release

ROOT: Final = DATA.parent
HEAD: Final = ("version", "on", "data", "digest")


def add(folder: Path, version: str, on: date, *, into: Path) -> Release:
    """Write the digest of the data in a folder as that of a release, and its line in the index.

    Parameters
    ----------
    folder : Path
        As ``data/``: tables and geometry.
    into : Path
        As ``data/releases/``. A line that the version has already is replaced; digests that none names are deleted.
    """
    content = digests.packed(digests.of_folder(folder))
    made = Release(version, on, store.version_of(folder), digests.named(content))
    into.mkdir(parents=True, exist_ok=True)
    (into / f"{made.digest}.parquet").write_bytes(content)
    there = digests.releases(into) if (into / INDEX).exists() else ()
    every = sorted([each for each in there if each.version != version] + [made], key=_age)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows((each.version, each.on.isoformat(), each.data, each.digest) for each in every)
    (into / INDEX).write_text(out.getvalue(), encoding="utf-8")
    needed = {each.digest for each in every}
    for path in into.glob("*.parquet"):
        if path.stem not in needed:
            path.unlink()
    return made


def _age(one: Release) -> tuple[date, list[int]]:
    return one.on, [int(part) for part in one.version.split(".")]


def main(arguments: list[str] | None = None) -> int:
    """Add one release; 1 with a sentence where the commit cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", default="", help="by default the one that pyproject.toml names")
    parser.add_argument(
        "--on", type=date.fromisoformat, help="the day of the release: by default today, or the commit's"
    )
    parser.add_argument("--at", metavar="COMMIT", help="the data as they stood there, instead of those in the tree")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            folder = _unpacked(asked.at, Path(scratch)) if asked.at else DATA
            project = _git("show", f"{asked.at}:pyproject.toml") if asked.at else (ROOT / "pyproject.toml").read_bytes()
            day = _git("show", "-s", "--format=%cs", asked.at).decode().strip() if asked.at else ""
        except subprocess.CalledProcessError as error:
            print(f"The commit {asked.at} cannot be read: {error.stderr.decode().strip()}", file=sys.stderr)
            return 1
        version = asked.version or str(tomllib.loads(project.decode())["project"]["version"])
        on = asked.on or (date.fromisoformat(day) if day else datetime.now(UTC).date())
        made = add(folder, version, on, into=digests.RELEASES)
    print(f"{made.version} of {made.on}: data {made.data}, digest {made.digest}.parquet")
    return 0


def _unpacked(commit: str, folder: Path) -> Path:
    """Unpack ``data/`` of a commit; the working tree is not touched."""
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", commit, "data"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "data"


def _git(*arguments: str) -> bytes:
    git = shutil.which("git") or "git"
    return subprocess.run([git, *arguments], cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603 - our own


if __name__ == "__main__":
    raise SystemExit(main())
