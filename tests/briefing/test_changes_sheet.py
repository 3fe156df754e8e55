"""What changed on a sheet: all that must stand there does, beside one another, and signs are where they belong."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Affine2D, Bbox
from PIL import Image

from geo import digests
from geo.changes import Change
from geo.errors import DataError
from geo.messages import LANGUAGES, Language
from layers.briefing import picture
from layers.briefing.changes import files as changes_files
from layers.briefing.changes import found as changed
from layers.briefing.changes import map as changes_map
from layers.briefing.changes import sheet as changes_sheet
from layers.briefing.changes import words as changes
from layers.briefing.changes.found import Changes
from layers.printed.extent import of_view
from layers.printed.writing import settings
from layers.view import ViewState
from tests.briefing import sheets
from tests.briefing.test_changes import described, releases
from tests.stored_layers import kept

__all__ = ["releases"]  # a fixture

pytestmark = pytest.mark.usefixtures("storage")
PARTS = re.compile(r"title|subtitle|map$|foot$|list-|key-|more$|nothing$|legend$")


@pytest.fixture(scope="module")
def many() -> Changes:
    """Give so many changes that no sheet holds them all: as if the first release had been empty but for its frame."""
    now = digests.today()
    before = now[~now["table"].isin(["crossings", "mining_sites", "mined_area"])].copy()
    before.loc[before["table"] == "sources", "publisher"] = "Somebody else with a name that is long enough to be cut"
    before.loc[before["table"] == "zones", "shape"] = "another"
    shipped = changed.shipped_changes.between(before, now)
    return replace(changes.between("0.3.0"), shipped=shipped)


def composed(found: Changes, lang: Language = "en", template: str = "slide") -> picture.Composed:
    return changes_sheet.compose(found, changes_files.ordered(found, lang, template=template).snapshot)


def parts(made: picture.Composed) -> dict[str, Bbox]:
    """Return the lines of the list and what stands around it by name, in points."""
    made.figure.set_dpi(sheets.DOTS)
    renderer = FigureCanvasAgg(made.figure).get_renderer()
    found = {}
    for artist in made.figure.findobj(lambda each: bool(PARTS.match(each.get_gid() or ""))):
        with settings():
            found[artist.get_gid()] = artist.get_window_extent(renderer)
    return {name: box.transformed(Affine2D().scale(72 / sheets.DOTS)) for name, box in found.items()}


@pytest.mark.parametrize(
    ("lang", "template"),
    [*((lang, "slide") for lang in LANGUAGES), ("es", "a4"), ("es", "a4-landscape"), ("pt", "half-slide")],
)
def test_all_stands_on_the_sheet_and_nothing_over_anything(many: Changes, lang: Language, template: str):
    made = composed(many, lang, template)
    assert sheets.ALWAYS - {"qr"} - set(sheets.boxes(made.figure)) == set()
    placed = parts(made)
    assert len(placed) > 12
    width, height = (side * 72 for side in made.figure.get_size_inches())
    for name, box in placed.items():
        assert box.x0 >= -0.5, name
        assert box.x1 <= width + 0.5, name
        assert box.y0 >= -0.5, name
        assert box.y1 <= height + 0.5, name
    told = sorted(placed.items())
    for n, (name, one) in enumerate(told):
        for other, two in told[n + 1 :]:
            assert not sheets.overlap(one, two, by=2.5), (name, other)  # lines of a block share a hair


def test_signs_stand_where_something_changed(many: Changes):
    view = ViewState()
    frame = of_view(view, shape=1.4)
    spots = changes_map.spots(many)
    told = sum(changes_map.Sign(each.kind, 0, 0, 1).n for each in many.shipped if each.table != "sources")
    assert len(spots) == told
    signs = changes_map.signs(spots, frame, frame.width / 800)
    inside = [each for each in signs if frame.west <= each.x <= frame.east and frame.south <= each.y <= frame.north]
    assert len(inside) >= len(signs) - 2
    assert 0 < sum(each.n for each in signs) <= len(spots)
    assert {each.kind for each in signs} == {"new", "revised"}
    spread = [math.dist((a.x, a.y), (b.x, b.y)) for n, a in enumerate(signs) for b in signs[n + 1 :]]
    assert min(spread) > 0


def test_a_larger_sign_stands_for_more():
    radii = [changes_map.Sign("new", 0, 0, n).radius_px for n in (1, 2, 8, 10_000)]
    assert radii == sorted(radii)
    assert radii[-1] == changes_map.MOST_PX


def test_what_has_no_place_has_no_sign():
    nowhere = Change("new", "sources", "X", {"source_id": "X", "title": "X"}, (), False, math.nan, math.nan)
    lost = replace(nowhere, table="indicators", row={"level": "zone", "place": "Atlantis", "country_iso3": "XXX"})
    none = changes.between("0.3.0")
    assert changes_map.spots(replace(none, shipped=(nowhere, lost))) == []
    assert changes_map.signs([], of_view(ViewState(), shape=1), 1.0) == []


def test_nothing_changed_is_a_sheet_that_says_so():
    made = composed(replace(changes.between("0.3.0"), shipped=(), own=()))
    assert "nothing" in parts(made)
    assert {"map", "marking"} <= set(sheets.boxes(made.figure))
    assert not made.figure.findobj(lambda each: (each.get_gid() or "").startswith("change-"))


def test_the_sheet_is_marked_as_what_changed_and_cites_its_source(releases: Path):
    kept(described(4), title="Ours “$x$”", publisher="Somebody <b>", marking="TLP:AMBER")
    kept(described(4), title="Secret", publisher="Nobody", marking="TLP:RED")
    made = composed(changes.between("2026-06-01", folder=releases))
    assert made.told.marking == "TLP:AMBER"
    assert "Somebody <b>" in made.told.sources
    assert "Nobody" not in " ".join([made.told.sources, *made.told.all_sources])
    said = sheets.words(made.figure)
    assert "Ours “$x$”" in said
    assert "Secret" not in said


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_same_changes_give_the_same_bytes_and_their_words(many: Changes, ending: str, tmp_path: Path):
    order = changes_files.ordered(many, "pt", ending=ending)
    paths = [tmp_path / f"{n}.{ending}" for n in range(2)]
    told = [changes_files.write(many, order, path) for path in paths]
    assert told[0] == told[1]
    content = paths[0].read_bytes()
    assert content == paths[1].read_bytes()
    if ending == "png":
        with Image.open(paths[0]) as image:
            assert image.size == (1920, 1080)
            assert len(np.unique(np.asarray(image.convert("L")))) > 50
        return
    words = sheets.plain(sheets.words_of_svg(content) if ending == "svg" else sheets.words_of_pdf(paths[0]))
    for needed in ("TLP:CLEAR", told[0].code, "Natural Earth", "0.3.0"):
        assert sheets.plain(needed) in words


def test_an_order_is_json_and_comes_back(many: Changes):
    order = changes_files.ordered(many, "es", template="a4", ending="pdf")
    assert changes_files.Order.from_dict(order.to_dict()) == order


@pytest.mark.parametrize("path", ["x.docx", "/nowhere/x.png"])
def test_what_cannot_be_written_is_said(many: Changes, path: str):
    with pytest.raises(DataError, match=r"docx|/nowhere/x\.png"):
        changes_files.write(many, changes_files.ordered(many, "en"), Path(path))
