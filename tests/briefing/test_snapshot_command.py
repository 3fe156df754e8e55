"""``python -m layers snapshot``: what it writes, what it says, and its exit codes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from PIL import Image

from layers.__main__ import main
from layers.briefing import history
from tests.briefing.sheets import words_of_svg
from tests.stored_layers import kept

pytestmark = pytest.mark.usefixtures("storage")


def test_a_zone_is_written_as_asked_and_remembered(tmp_path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "zone.svg"
    done = main(
        ["snapshot", "--zone", "Z-CUCUTA", "--view", "https://x.example/?layers=crossings", "--lang", "es",
         "--title", "Frontera & paso", "--tlp", "green", "--date", "2026-11-22", "--out", str(out)]
    )  # fmt: skip
    told = capsys.readouterr()
    assert done == 0
    assert told.err == ""
    words = words_of_svg(out.read_bytes())
    for each in ("Frontera & paso", "TLP:GREEN", "22 de noviembre de 2026"):
        assert each in words
    (kept_export,) = history.remembered()
    assert kept_export.code in words
    assert kept_export.code in told.out
    assert kept_export.query == {"lang": "es", "zone": "Z-CUCUTA", "layers": "crossings"}
    assert kept_export.marking == "TLP:GREEN"


def test_a_code_opens_its_view_again(tmp_path):
    first, second = tmp_path / "first.png", tmp_path / "second.png"
    asked = ["snapshot", "--view", "layers=boundaries", "--template", "640x360"]
    assert main([*asked, "--out", str(first)]) == 0
    code = history.remembered()[0].code
    assert main(["snapshot", "--view", f"?v={code}", "--template", "640x360", "--out", str(second)]) == 0
    assert Image.open(first).size == (640, 360)
    assert second.read_bytes() == first.read_bytes()


def test_what_the_link_names_and_nobody_knows_is_said_and_the_rest_is_drawn(tmp_path, capsys):
    done = main(["snapshot", "--view", "layers=boundaries,nope&year=20", "--out", str(tmp_path / "map.png")])
    assert done == 0
    assert "“nope”" in capsys.readouterr().err


def test_a_title_that_no_typeface_has_is_said_and_kept_in_the_metadata(tmp_path, capsys, caplog):
    out = tmp_path / "map.svg"
    arguments = ["snapshot", "--template", "640x360", "--title", "邊境", "--subtitle", "خريطة", "--out", str(out)]
    assert main(arguments) == 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1  # Arabic is written
    assert caplog.messages == []  # of tables in typefaces
    assert "No typeface here has the letters of “邊境”" in said[0]
    assert "邊境" in out.read_text("utf-8")


def test_a_layer_for_those_present_alone_is_left_out_by_name(tmp_path, capsys):
    spot = gpd.GeoDataFrame({"name": ["One"]}, geometry=[shapely.Point(-70, -4)], crs="EPSG:4326")
    key = kept(spot, title="Names of sources", marking="TLP:RED").key
    out = tmp_path / "map.svg"
    assert main(["snapshot", "--view", f"layers=boundaries,{key}", "--out", str(out)]) == 0
    assert "Names of sources" in capsys.readouterr().err
    assert "Names of sources" not in out.read_text()
    assert "TLP:CLEAR" in words_of_svg(out.read_bytes())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--zone", "Z-NOPE"], "no zone “Z-NOPE”"),
        (["--view", "v=ZZZZ-ZZZZ"], "ZZZZ"),
        (["--template", "a9"], "no sheet called “a9”"),
        (["--tlp", "red"], "TLP:RED"),
        (["--out", "map.gif"], "not as “gif”"),
        (["--out", "none/map.png"], "could not be written"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_sentence(arguments, said: str, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    out = [] if "--out" in arguments else ["--out", "map.png"]
    assert main(["snapshot", *arguments, *out]) == 1
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [[], ["--out", "map.png", "--tlp", "blue"], ["--out", "map.png", "--date", "today"]]
)
def test_a_call_that_is_wrong_ends_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["snapshot", *arguments])
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err
