"""Write the bundle: one archive from which a machine without network installs and runs Fronteras.

It holds the tracked files, the Python packages as wheels for this platform and the asked versions of
Python, and the front-end assets. ``.ci/setup`` finds them when ``make run`` is called in the unpacked folder.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import platform
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

from packaging.tags import platform_tags

ROOT = Path(__file__).resolve().parent.parent
WHEELS = ROOT / "build" / "wheels"
SERVED = {".js", ".css", ".png", ".svg"}  # the rest of a package (sources, demonstrations) no browser asks for


class BundleError(RuntimeError):
    """The bundle cannot be made here; the text says what to do."""


def git(*arguments: str) -> str:
    """Return what a git command prints, or explain that there is no repository."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BundleError("A bundle is made from a git repository, and this folder is not one; clone it first.")
    return done.stdout


def tracked_files() -> list[Path]:
    """Return the tracked files of the work tree, relative to the root; a deleted one is left out."""
    names = git("ls-files", "-z").split("\0")
    return sorted(Path(name) for name in names if name and (ROOT / name).is_file())


def is_modified() -> bool:
    """Tell whether a tracked file differs from the last commit."""
    return bool(git("status", "--porcelain", "--untracked-files=no").strip())


def asset_files() -> list[Path]:
    """Return the files of the packages that the browser is sent, and the licences they come with."""
    packages = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    files = []
    for name in packages:
        package = ROOT / "node_modules" / name
        served = package / "dist" if (package / "dist").is_dir() else package
        files += [path for path in served.rglob("*") if path.suffix in SERVED]
        files += [path for path in package.iterdir() if path.name.upper().startswith(("LICEN", "PACKAGE.JSON"))]
    return sorted(path.relative_to(ROOT) for path in set(files))


def download_wheels(versions: list[str]) -> list[str]:
    """Fill ``build/wheels`` and return the versions of Python that all packages have wheels for.

    Everything is pinned, what the packages need in turn too, so nothing is resolved (``--no-deps``): pip
    would resolve for the Python that runs it, not for the one asked for.
    """
    shutil.rmtree(WHEELS, ignore_errors=True)
    complete = []
    for version in versions:
        target = WHEELS / version
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary", ":all:", "--python-version", version, "--implementation", "cp"]
        for tag in platform_tags():
            command += ["--platform", tag]
        done = subprocess.run(
            [*command, "-d", str(target), "-r", "requirements.txt"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            reason = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip gave no reason"]
            print(f"fronteras: The bundle leaves out Python {version}: {reason[-1].removeprefix('ERROR: ')}")
            shutil.rmtree(target, ignore_errors=True)
        else:
            complete.append(version)
    if not complete:
        raise BundleError("No version of Python has a wheel of every package here; see the lines above.")
    return complete


def wheel_files() -> list[Path]:
    """Return the downloaded wheels; one that fits several versions of Python comes once."""
    return list({path.name: path for path in sorted(WHEELS.rglob("*.whl"))}.values())


def write(archive: Path, folder: str, versions: list[str]) -> None:
    """Write the archive: members sorted, owned by nobody in particular, dated as the last commit."""
    commit_time = int(git("log", "-1", "--format=%ct"))

    def add(tar: tarfile.TarFile, name: str, content: bytes, *, executable: bool = False) -> None:
        member = tarfile.TarInfo(f"{folder}/{name}")
        member.size, member.mtime, member.mode = len(content), commit_time, 0o755 if executable else 0o644
        tar.addfile(member, io.BytesIO(content))

    stamp = ROOT / "node_modules" / ".fronteras-run"
    stamp = stamp if stamp.exists() else stamp.with_name(".fronteras-test")
    # Level 1: most of it is wheels, which are compressed already.
    with (
        archive.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for path in [*tracked_files(), *asset_files()]:
            full = ROOT / path
            add(tar, path.as_posix(), full.read_bytes(), executable=bool(full.stat().st_mode & 0o100))
        add(tar, "node_modules/.fronteras-run", stamp.read_bytes())
        add(tar, "vendor/wheels/PYTHONS", "".join(f"{version}\n" for version in versions).encode())
        add(tar, "vendor/wheels/PLATFORM", f"{platform.system()}-{platform.machine()}\n".encode())
        for wheel in wheel_files():
            add(tar, f"vendor/wheels/{wheel.name}", wheel.read_bytes())


def main() -> int:
    """Make the bundle and say where it is; 1 with a sentence when it cannot be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pythons", default="3.11 3.12 3.13 3.14", help="versions of Python, separated by spaces")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="the folder that gets the archive")
    arguments = parser.parse_args()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    try:
        folder = f"fronteras-{version}" + ("-modified" if is_modified() else "")
        arguments.out.mkdir(parents=True, exist_ok=True)
        versions = download_wheels(arguments.pythons.split())
        archive = arguments.out / f"{folder}-{platform.system().lower()}-{platform.machine()}.tar.gz"
        write(archive, folder, versions)
    except BundleError as error:
        print(f"fronteras: {error}", file=sys.stderr)
        return 1
    size_mb = archive.stat().st_size / 1e6
    print(f"fronteras: {archive} ({size_mb:.0f} MB) holds the packages for Python {', '.join(versions)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
