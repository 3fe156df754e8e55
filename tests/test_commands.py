"""What every command of ours keeps to: help that can be typed, words on any terminal, no trace of Python."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import geo.__main__
import layers.__main__

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = {"geo": geo.__main__, "layers": layers.__main__}
EXAMPLES = [(program, name) for program, module in PROGRAMS.items() for name in module.EXAMPLES]
IN_THE_README = re.findall(
    r"^\.venv/bin/python -m (geo|layers) (.+?)(?:\s+#.*)?$",
    (ROOT / "README.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
POINT = '{"type":"Feature","properties":{"name":"Río"},"geometry":{"type":"Point","coordinates":[-70,-4]}}'


def ran(*arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program of ours as a person does, in an environment of its own."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(("program", "name"), EXAMPLES)
def test_the_example_in_the_help_can_be_typed(program, name, capsys):
    parser = PROGRAMS[program].parser()
    asked = parser.parse_args([name, *shlex.split(PROGRAMS[program].EXAMPLES[name])])
    assert asked.run.__doc__
    with pytest.raises(SystemExit):
        parser.parse_args([name, "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert f"python -m {program} {name} {PROGRAMS[program].EXAMPLES[name]}".strip() in told
    assert asked.run.__doc__.partition("\n")[0] in told


@pytest.mark.parametrize(("program", "typed"), IN_THE_README)
def test_the_commands_of_the_readme_can_be_typed(program, typed):
    assert PROGRAMS[program].parser().parse_args(shlex.split(typed))


TYPED = {"geo": ["add", "f", "--title", "T", "--source", "S"], "layers": ["brief", "--zones", "all", "--out", "f"]}


@pytest.mark.parametrize("program", TYPED)
@pytest.mark.parametrize(
    ("spelt", "marking"),
    [
        ("TLP:GREEN", "TLP:GREEN"),
        ("GREEN", "TLP:GREEN"),
        ("tlp green", "TLP:GREEN"),
        ("amber+strict", "TLP:AMBER+STRICT"),
        ("TLP:AMBER STRICT", "TLP:AMBER+STRICT"),
        ("PURPLE", None),
        ("TLP:", None),
        ("", None),
    ],
)
def test_a_marking_is_spelt_the_same_for_every_command(program, spelt, marking, capsys):
    typed = [*TYPED[program], "--tlp", spelt]
    if marking is not None:
        assert PROGRAMS[program].parser().parse_args(typed).tlp == marking
        return
    with pytest.raises(SystemExit) as ended:
        PROGRAMS[program].parser().parse_args(typed)
    assert ended.value.code == 2
    assert "TLP:AMBER+STRICT" in capsys.readouterr().err


def test_a_terminal_that_knows_ascii_alone_is_told_all_the_same(tmp_path):
    (tmp_path / "río.geojson").write_text(POINT, encoding="utf-8")
    asked = ["geo", "check", str(tmp_path / "río.geojson"), "--lang", "es"]
    plain = ran(*asked, PYTHONIOENCODING="ascii")
    assert (plain.returncode, plain.stderr) == (0, b"")
    assert plain.stdout.startswith(b"r?o.geojson: aceptado")
    read = ran(*asked, "--json", PYTHONIOENCODING="ascii")
    assert json.loads(read.stdout.decode("utf-8"))["file"] == "río.geojson"


def test_a_name_that_is_no_text_is_told_all_the_same(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.geojson"
    assert ran("geo", "check", path).stdout.endswith(b"read: pack its files into one ZIP archive.\n")
    assert json.loads(ran("geo", "check", path, "--json").stdout)["verdict"] == "reject"


def test_signs_that_a_terminal_obeys_are_not_printed(tmp_path, capsys):
    path = tmp_path / "red\x1b[31m.geojson"
    path.write_text(POINT, encoding="utf-8")
    assert geo.__main__.main(["check", str(path)]) == 0
    geo.__main__.main(["add", str(path) + "x", "--title", "T", "--source", "S"])
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err
    assert "red" in told.out
    assert "red" in told.err


def test_a_storage_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "taken").touch()
    told = ran("geo", "list", FRONTERAS_STORAGE=str(tmp_path / "taken"), FRONTERAS_DATABASE_URL="")
    assert told.returncode == 1
    assert told.stderr.endswith(b"storage folder can be written; then try again.\n")
    assert b"Traceback" not in told.stderr


def test_a_stopped_command_says_so_and_leaves_nothing_behind(tmp_path):
    begin = (  # a shell that starts things in the background lets them ignore this signal
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from layers.__main__ import main; sys.exit(main())"
    )
    (tmp_path / "out").mkdir()
    command = [sys.executable, "-c", begin, "brief", "--zones", "all", "--out", str(tmp_path / "out" / "pack.pdf")]
    env = {**os.environ, "FRONTERAS_STORAGE": str(tmp_path / "storage")}
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as running:
        running.stderr.readline()  # it is at work
        running.send_signal(signal.SIGINT)
        told = running.stderr.read()
    assert running.returncode == 130
    assert told.splitlines()[-1] == "Stopped."
    assert "Traceback" not in told
    assert not list((tmp_path / "out").iterdir())
