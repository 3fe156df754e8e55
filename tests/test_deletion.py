"""What was deleted is nowhere: whatever was done with a layer, no byte of it stays where the app keeps things."""

from __future__ import annotations

import json
import sqlite3
import struct
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from geo import payloads, tiles, zone_tables
from geo.__main__ import main as geo_command
from geo.errors import UnknownError
from geo.library import backup, copies, database, exports, metadata, restoration, retention, shelf
from geo.library.tables import Base
from geo.selection import EVERYTHING
from geo.upload import draft_jobs
from geo.viewer import LOCAL
from layers.__main__ import main as layers_command
from layers.briefing import history
from tests.made_layers import polygons
from tests.stored_layers import kept
from tests.test_drafts import checked, described, ended
from tests.web_tiles import tile_of

RARE = "Zyxqueblorn"  # in the file's name and cells, and in what was said of the layer
PLACE = (-71.3377, -4.9173)  # longitude, latitude: of the features, and of where the map stood


pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def folders(storage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Give the storage folder, and a folder for temporary files of this test alone."""
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    monkeypatch.setenv("TMPDIR", str(passing))
    return storage, passing


def telling_file() -> bytes:
    lon, lat = PLACE
    features = [
        {
            "type": "Feature",
            "id": f"{RARE}-{number}",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"id": f"{RARE}-{number}", "nombre": f"{RARE} {number}", "fecha": f"{2018 + number}-03-01"},
        }
        for number in range(5)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def brought() -> shelf.Layer:
    """Bring the file as the upload page does."""
    found = checked(telling_file(), f"{RARE}.geojson")
    described(found, title=RARE, description=f"What {RARE} saw", publisher=RARE, note=RARE)
    draft_jobs.store(found.id, LOCAL)
    stored = ended(found.id)
    assert stored.state == "stored", stored.problem
    return shelf.layer(stored.key)


def use(layer: shelf.Layer, folder: Path) -> None:
    """Do with a layer what people do, each thing that may leave a trace."""
    payload = payloads.read(layer.current.content)
    for zoom in (0, 4, 9):
        tiles.tile(payload, *tile_of(*PLACE, zoom), EVERYTHING)
    zone_tables.of_payload(payload)
    for ending in ("gpkg", "geojson", "kml", "csv", "parquet", "zip"):
        exports.write(
            copies.export(layer.key), folder / f"taken.{ending}", format=exports.format_of(Path(f"x.{ending}"))
        )
    shelf.describe(layer.key, layer.about, shelf.Look(colour="#aa0000"), viewer=LOCAL, expected=1, note=RARE)
    shelf.restore(layer.key, 1, viewer=LOCAL)
    copies.compared(shelf.layer(layer.key), 1, 2)
    metadata.write(folder / "described")
    lon, lat = PLACE
    view = urlencode({"layers": layer.key, "feature": f"{layer.key}/{RARE}-1", "at": f"{lat},{lon},9", "q": RARE})
    for arguments in (
        ["snapshot", "--view", view, "--title", RARE, "--out", str(folder / "map.png")],
        ["data", "--view", view, "--out", str(folder / "data.gpkg")],
        ["html", "--view", view, "--out", str(folder / "map.html")],
    ):
        assert layers_command(arguments) == 0
    assert geo_command(["backup", "--out", str(folder / "backup.tar.zst")]) == 0


def traces(*folders: Path) -> set[str]:
    """Return every file whose name or bytes tell of the layer."""
    words = [
        RARE.lower().encode(),
        *(str(each).encode() for each in PLACE),
        *(struct.pack("<d", each) for each in PLACE),
    ]
    found = set()
    for folder in folders:
        for path in folder.rglob("*"):
            told = str(path.relative_to(folder)).encode() + (path.read_bytes() if path.is_file() else b"")
            if any(word in told or word in told.lower() for word in words):
                found.add(str(path))
    return found


def remembered(layer: shelf.Layer, *more: str) -> int:
    """Keep in the history that a map of a layer was made, where it was looked at closely."""
    query = {"layers": ",".join((*more, layer.key)), "at": f"{PLACE[1]},{PLACE[0]},9", "feature": f"{layer.key}/{RARE}"}
    return history.remember("snapshot", {"query": query, "title": RARE}, "ABCD-EFGH", RARE, "TLP:CLEAR")


def delete(layer: shelf.Layer) -> None:
    shelf.delete(layer.key, viewer=LOCAL)


def let_the_time_run_out(layer: shelf.Layer) -> None:
    shelf.archive(layer.key, viewer=LOCAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRONTERAS_RETENTION_DAYS", "1")
        assert retention.sweep(now=datetime.now(UTC) + timedelta(days=2)).layers == (layer.key,)


def rows_as_text() -> str:
    """Return all that the database tells, on either kind."""
    with database.reading() as session:
        return "\n".join(
            str(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(table.select())
        )


def test_no_byte_of_a_deleted_layer_stays_whatever_was_done_with_it(folders: tuple[Path, Path], tmp_path: Path):
    layer = brought()
    out = tmp_path / "taken"
    out.mkdir()
    use(layer, out)
    told_in = {Path(each).name for each in traces(*folders)}
    assert {"catalogue.sqlite", "original", "features.parquet", "shapes.parquet"} <= told_in
    delete(layer)
    assert traces(*folders) == set()
    assert traces(out)  # what was taken away is beyond us, and so are backups


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("way", [delete, let_the_time_run_out])
def test_what_is_deleted_on_request_or_by_its_age_is_in_no_row_and_no_file(
    way: Callable[[shelf.Layer], None], folders: tuple[Path, Path]
):
    layer = brought()
    remembered(layer)
    assert RARE in rows_as_text()
    way(layer)
    told = rows_as_text()
    assert not [each for each in (RARE, *map(str, PLACE)) if each in told]
    assert traces(*folders) == set()


def test_the_code_of_an_export_still_opens_what_else_it_showed():
    layer, other = brought(), kept(polygons(3))
    number, another = remembered(layer, "coca"), remembered(other)
    delete(layer)
    with pytest.raises(UnknownError):
        history.export(number)
    with pytest.raises(UnknownError):  # nor can what is blank be put back on the list
        history.recall(number)
    assert history.export(another).title == RARE
    shelf.delete(other.key, viewer=LOCAL)
    opened = history.opened("ABCD-EFGH")
    assert opened.has_changed
    assert set(opened.query) == {"layers"}


def test_nothing_stays_in_the_log_while_others_have_the_catalogue_open(storage: Path):
    layer = brought()
    with closing(sqlite3.connect(storage / database.FILE)) as other:
        other.execute("SELECT count(*) FROM layers").fetchall()
        remembered(layer)
        assert (storage / f"{database.FILE}-wal").stat().st_size
        delete(layer)
        assert traces(storage) == set()


def test_a_restore_deletes_what_it_replaces_as_thoroughly(storage: Path, tmp_path: Path):
    stays = kept(polygons(3))
    saved = tmp_path / "backup.tar.zst"
    backup.backup(saved)
    number = remembered(stays)
    layer = brought()
    remembered(layer)
    restoration.restore(saved, replace=True)
    assert history.export(number).title == RARE  # its layer is still there
    history.forget(number)
    retention.sweep(now=datetime.now(UTC) + timedelta(days=2))
    assert [each for each in traces(storage) if "drafts" in each or "layers" in each] == []
