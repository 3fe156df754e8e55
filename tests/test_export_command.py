"""``python -m geo export`` and ``catalogue``: the same files as the pages give, and exit codes a script can rely on."""

from __future__ import annotations

import json

import geopandas as gpd
import pyogrio
import pytest
from shapely import Point

from geo import payloads
from geo.__main__ import main
from geo.about import About
from geo.library import shelf
from geo.viewer import LOCAL

ABOUT = About(title="Balsas", source="Informe 12", licence="CC BY 4.0", marking="TLP:AMBER", name="nombre")


pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def layer() -> shelf.Layer:
    """Two versions: one point, then two."""
    frame = gpd.GeoDataFrame({"nombre": ["a", "b"]}, geometry=[Point(-70, -3), Point(-69, -2)], crs="EPSG:4326")
    brought = shelf.Brought(about=ABOUT)
    first = shelf.add(payloads.write(frame.iloc[:1], ABOUT.roles), brought, viewer=LOCAL)
    stored = payloads.write(frame, ABOUT.roles)
    return shelf.add_version(first.key, stored, brought, viewer=LOCAL, expected=1)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "kml", "csv", "parquet", "zip"])
def test_a_layer_is_written_in_the_format_of_the_ending(tmp_path, capsys, layer, ending):
    path = tmp_path / f"out.{ending}"
    assert main(["export", layer.key, "--out", str(path)]) == 0
    assert capsys.readouterr().out == f"2 features of “Balsas” are in {path}.\n"
    back = gpd.read_parquet(path) if ending == "parquet" else pyogrio.read_dataframe(path)
    assert sorted(back["nombre"]) == ["a", "b"]


def test_an_earlier_version_is_still_there(tmp_path, layer):
    path = tmp_path / "out.any"
    assert main(["export", layer.key, "--out", str(path), "--version", "1", "--format", "geojson"]) == 0
    told = json.loads(path.read_text(encoding="utf-8"))
    assert len(told["features"]) == 1
    assert told["fronteras"]["version"] == "1"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["own-00000000", "--out", "{out}/a.gpkg"], "There is no layer", id="no such layer"),
        pytest.param(["{key}", "--out", "{out}/a.gpkg", "--version", "9"], "has no version 9", id="no such version"),
        pytest.param(["{key}", "--out", "{out}/a.dwg"], "names no format", id="no such format"),
        pytest.param(["{key}", "--out", "{out}/none/a.gpkg"], "cannot be written", id="no such folder"),
        pytest.param(
            ["mining", "--out", "{out}/a.gpkg", "--version", "1"], "There is no layer", id="shipped, numbered"
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(tmp_path, capsys, layer, arguments, words):
    filled = [each.format(key=layer.key, out=tmp_path) for each in arguments]
    assert main(["export", *filled]) == 1
    assert words in capsys.readouterr().err
    assert list(tmp_path.glob("a.*")) == []


@pytest.mark.parametrize(
    "arguments", [["export"], ["export", "mining"], ["export", "mining", "--out", "a", "--version", "x"]]
)
def test_a_wrong_call_is_2(arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_the_catalogue_is_written(tmp_path, capsys, layer):
    assert main(["catalogue", "--out", str(tmp_path / "out")]) == 0
    assert layer.key in (tmp_path / "out" / "dcat.jsonld").read_text(encoding="utf-8")
    assert "layers are described in" in capsys.readouterr().out
    (tmp_path / "out" / "catalog.json").unlink()
    assert main(["catalogue", "--out", str(tmp_path / "out")]) == 1


@pytest.mark.parametrize("share", [None, 0.0, 0.5], ids=["gone", "empty", "cut short"])
def test_features_that_were_damaged_by_hand_are_a_sentence(tmp_path, capsys, layer, share):
    file = payloads.read(layer.current.content).file("features")
    if share is None:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    assert main(["export", layer.key, "--out", str(tmp_path / "out.gpkg")]) == 1
    assert "Restore them from a backup" in capsys.readouterr().err
    assert not (tmp_path / "out.gpkg").exists()
