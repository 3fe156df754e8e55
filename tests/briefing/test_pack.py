"""Packs: real slides with the right numbers, the same bytes each time, and nothing left behind when something fails."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from matplotlib.backends.backend_pdf import PdfPages
from pptx import Presentation
from shapely import Point

from geo.errors import DataError, UnknownError
from geo.headlines import headlines
from geo.messages import LANGUAGES, Message, say
from geo.sources import sources_of
from geo.viewer import LOCAL
from geo.zones import zones
from layers.briefing import history
from layers.briefing.pack import contents, house, pack
from layers.briefing.pack.native_chart import _pen, series_of
from layers.briefing.pack.pack import Pack, make
from layers.briefing.pack.slides import (
    SUBTITLE_PT,
    Bullets,
    Canvas,
    Figures,
    Table,
    Trend,
    bullets_height,
    table_height,
)
from layers.briefing.pack.slides_pdf import Pages
from layers.briefing.snapshot import Snapshot
from layers.chart_traces import is_drawn, traces
from layers.printed import writing
from layers.profile import cited
from layers.profile_lists import listing
from layers.view import ViewState
from tests.conftest import ROOT
from tests.stored_layers import kept

ZONE = "Z-PUTUMAYO"  # a long name, three countries, many mechanisms
FEW = ("Z-CUCUTA", "Z-CAUCA")  # one with rivals and breaks, one without a border

NAME = "Cúcuta - Táchira"


pytestmark = pytest.mark.usefixtures("module_storage")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packs") / "two.pptx"
    make(Pack(zones=FEW, on=date(2026, 11, 22)), path)
    return path


@pytest.fixture(scope="module")
def slides(made: Path) -> list[Any]:
    return list(Presentation(str(made)).slides)


def of_first(slides: list[Any], part: str = "") -> list[Any]:
    """Return the slides of the first zone; those whose title holds a part."""
    titled = [(each, each.shapes.title.text_frame.text) for each in slides]
    return [each for each, title in titled if title.startswith(NAME) and part in title]


def words(slide: Any) -> str:
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if getattr(shape, "has_table", False) and shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def shape_named(slide: Any, name: str) -> Any:
    return next(each for each in slide.shapes if each.name == name)


def asked(zone_ids: tuple[str, ...], lang: str = "en", canvas: Canvas = house.CANVAS) -> contents.Asked:
    view = ViewState(lang=lang)  # type: ignore[arg-type]
    return contents.Asked(
        zones=zone_ids, view=view, code="AAAA-AAAA", marking="TLP:CLEAR", title="", snapshot=Snapshot(view=view),
        viewer=LOCAL, canvas=canvas,
    )  # fmt: skip


def test_every_slide_says_its_sources_marking_date_code_and_number(slides: list[Any]):
    for number, slide in enumerate(slides, 1):
        assert "Sources" in shape_named(slide, "Sources").text_frame.text
        assert shape_named(slide, "Marking").text_frame.text == "TLP:CLEAR"
        dated = shape_named(slide, "Date and code").text_frame.text
        assert dated.startswith("As of November 22, 2026 · View ")
        if number > 1:
            assert shape_named(slide, "Slide number").text_frame._txBody.xpath(".//a:fld/a:t")[0].text == str(number)
        if any(each.shape_type == 13 for each in slide.shapes):  # a picture: the map
            foot = shape_named(slide, "Sources").text_frame.text
            assert "Precision" in foot
            assert "do not imply endorsement" in foot
            assert "not tracks" in foot


def test_titles_are_there_and_differ(slides: list[Any]):
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    first = [title for title in titles if title.startswith(NAME) and "continued" not in title]
    assert first == [
        NAME, f"{NAME}: trends", f"{NAME}: groups, corridors and crossings", f"{NAME}: cooperation and gaps",
        f"{NAME}: sources and caveats",
    ]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_subtitle_stays_above_the_rule(lang: str, tmp_path: Path):
    make(Pack(zones=("Z-PUTUMAYO",), lang=lang), tmp_path / "pack.pptx")
    for slide in list(Presentation(str(tmp_path / "pack.pptx")).slides)[1:]:
        subtitle = next(each for each in slide.placeholders if each.placeholder_format.idx == 13)
        run = subtitle.text_frame.paragraphs[0].runs[0]
        size = run.font.size.pt if run.font.size else SUBTITLE_PT
        assert house.CANVAS.lines(run.text, house.SUBTITLE.width - 15, size) == 1, run.text


def test_notes_hold_every_source_in_full(slides: list[Any]):
    every = [each for ids in cited(FEW[0]).values() for each in ids]
    notes = "\n".join(slide.notes_slide.notes_text_frame.text for slide in of_first(slides) if slide.has_notes_slide)
    assert all(one.title in notes for one in sources_of(every))


def test_native_charts_hold_the_figures_of_their_panels(slides: list[Any]):
    charts = [shape.chart for slide in of_first(slides) for shape in slide.shapes if shape.has_chart]
    panels = headlines(FEW[0])[:2]
    assert len(charts) == len(panels) == 2
    for chart, panel in zip(charts, panels, strict=True):
        first, last = (chart.plots[0].categories[at] for at in (0, -1))
        years = list(range(year_of(first), year_of(last) + 1))
        assert len(chart.plots[0].categories) == len(years)
        drawn = {
            (line.source_id, point.year, point.value)
            for line in panel.lines if is_drawn(panel, line) for point in line.points if not point.replaced
        }  # fmt: skip
        expected = series_of(panel, "en")
        assert [each.name for each in chart.plots[0].series] == [each.name for each in expected]
        shown = {
            (each.source_id, year, value)
            for series, each in zip(chart.plots[0].series, expected, strict=True)
            for year, value in zip(years, series.values, strict=True) if value is not None
        }  # fmt: skip
        assert shown == drawn


def year_of(label: str) -> int:
    """Return the year of a day as a spreadsheet counts it."""
    return (date(1899, 12, 30) + timedelta(days=int(float(label)))).year


@pytest.mark.parametrize("zone_id", zones().index)
def test_a_native_chart_draws_what_the_chart_on_the_screen_draws(zone_id: str):
    """Each figure stands in just one series; no series goes on over a break; a gap stays a gap."""
    for panel in headlines(zone_id):
        pen = _pen(panel, "en")
        on_screen = sorted(
            (line.source_id, year, value)
            for line in panel.lines if is_drawn(panel, line) for trace in traces(pen, line)
            for year, value in zip(trace["x"], trace["y"], strict=True) if year is not None
        )  # fmt: skip
        found = series_of(panel, "en")
        assert sorted((each.source_id, year, v) for each in found for year, v in each.values.items()) == on_screen
        for each in found:
            if each.kind == "line":
                assert not any(year in pen.breaks and year - 1 in each.values for year in each.values)


def test_the_workbook_inside_holds_years_and_figures_and_no_time_of_now(made: Path):
    with zipfile.ZipFile(made) as archive:
        books = [archive.read(name) for name in archive.namelist() if name.endswith(".xlsx")]
    assert len(books) == 4
    for book in books:
        with zipfile.ZipFile(BytesIO(book)) as archive:
            assert b"<row" in archive.read("xl/worksheets/sheet1.xml")
            assert b"dcterms:created" not in archive.read("docProps/core.xml")
            assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_tables_are_native_and_say_what_the_profile_says(slides: list[Any]):
    found = listing("crossings", FEW[0], "en")
    routes = of_first(slides, "corridors")
    text = "\n".join(words(each) for each in routes)
    assert [row.name for row in found.rows if row.name not in text] == []
    assert any(getattr(shape, "has_table", False) and shape.has_table for shape in routes[0].shapes)


@pytest.mark.parametrize("lang", ["en", "es", "pt"])
def test_no_block_is_higher_than_its_box_and_none_lies_over_another(lang: str):
    for canvas in (house.CANVAS, house.PDF_CANVAS):
        for _, slide in contents.slides(asked(tuple(zones().index), lang, canvas)):
            area, boxes = canvas.area, [box for box, _ in slide.blocks]
            for box in boxes:
                assert box.x >= area.x - 0.1
                assert box.right <= area.right + 0.1
                assert box.y >= area.y - 0.1
                assert box.bottom <= area.bottom + 0.1, (slide.title, box)
            for box, block in slide.blocks:
                assert height(canvas, block, box.width) <= box.height + 0.1, (slide.title, block)
            for order, one in enumerate(boxes):
                for other in boxes[order + 1 :]:
                    apart = one.right <= other.x or other.right <= one.x or one.bottom <= other.y + 0.1
                    assert apart or other.bottom <= one.y + 0.1, slide.title


def height(canvas: Canvas, block: Any, width: float) -> float:
    if isinstance(block, Table):
        return table_height(canvas, block, width)
    if isinstance(block, Figures):
        return block.height(canvas, width)
    if isinstance(block, Bullets):
        return bullets_height(canvas, block, width)
    return 150.0 if isinstance(block, Trend) else 0.0


def test_a_long_list_goes_on_and_then_says_how_many_more_there_are():
    found = [slide for _, slide in contents.slides(asked((ZONE,))) if "cooperation" in slide.title]
    rows = [row for slide in found for _, block in slide.blocks if isinstance(block, Table) for row in block.rows]
    more = [block.more for slide in found for _, block in slide.blocks if isinstance(block, Table) and block.more]
    assert len(found) == 2
    assert found[1].title.endswith("(continued)")
    assert len(more) == 1
    answers = 4  # rows of the small table of borders
    assert more[0] == f"and {38 - (len(rows) - answers)} more, see the app"


@pytest.mark.parametrize("ending", ["pptx", "pdf"])
def test_two_processes_write_the_same_bytes(ending: str, tmp_path: Path):
    digests = []
    for n in range(2):
        path = tmp_path / f"{n}.{ending}"
        code = (
            "from pathlib import Path; from layers.briefing.pack.pack import Pack, make;"
            f"make(Pack(zones=('Z-CUCUTA',), lang='es'), Path({str(path)!r}))"
        )
        env = {"FRONTERAS_STORAGE": str(tmp_path / "storage"), "PYTHONHASHSEED": str(n + 1), "PATH": "/usr/bin:/bin"}
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=env)
        digests.append(hashlib.sha256(path.read_bytes()).hexdigest())
    assert digests[0] == digests[1]


def test_the_committed_template_is_what_the_recipe_makes():
    with zipfile.ZipFile(BytesIO(house.made())) as fresh, zipfile.ZipFile(house.TEMPLATE) as committed:
        assert fresh.namelist() == committed.namelist()
        assert [n for n in fresh.namelist() if fresh.read(n) != committed.read(n)] == []


@pytest.mark.parametrize("ending", ["pptx", "pdf"])
def test_cancelling_leaves_nothing_behind(ending: str, tmp_path: Path):
    class StoppedError(Exception):
        pass

    heard: list[tuple[int, int, str]] = []

    def tell(done: int, of: int, what: Message) -> None:
        heard.append((done, of, say(what, "en")))
        if len(heard) == 5:
            raise StoppedError

    with pytest.raises(StoppedError):
        make(Pack(zones=FEW), tmp_path / f"pack.{ending}", told=tell)
    assert list(tmp_path.iterdir()) == []
    assert heard[0][:2] == (0, 2)
    assert heard[0][2] == "Slide: Border zones: a briefing"


@pytest.mark.parametrize("ending", ["pptx", "pdf"])
def test_what_was_there_stays_where_a_pack_fails(ending: str, tmp_path: Path):
    path = tmp_path / f"pack.{ending}"
    path.write_bytes(b"old")

    def tell(*_far: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        make(Pack(zones=FEW), path, told=tell)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path):
    for ending in ("pptx", "pdf"):
        with pytest.raises(DataError, match="could not be written"):
            make(Pack(zones=("Z-CAUCA",)), tmp_path / "no" / f"pack.{ending}")


def test_what_fails_while_pages_are_made_is_told_not_that_they_cannot_be_ended(tmp_path: Path, monkeypatch):
    def broken(_: object) -> None:
        raise zlib.error("inconsistent stream state")

    monkeypatch.setattr(PdfPages, "close", broken)
    with pytest.raises(OSError, match="No space left"), Pages(
        tmp_path / "pack.pdf", lang="en", viewer=LOCAL, title="Made", about="TLP:GREEN"
    ):  # fmt: skip
        raise OSError(28, "No space left on device")
    with pytest.raises(zlib.error), Pages(
        tmp_path / "pack.pdf", lang="en", viewer=LOCAL, title="Made", about="TLP:GREEN"
    ):  # fmt: skip
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("ending", ["pptx", "pdf"])
def test_a_full_disk_is_a_sentence(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    whole = writing.staged

    @contextmanager
    def full(path: Path) -> Iterator[Path]:
        with whole(path) as partial:
            partial.symlink_to("/dev/full")
            yield partial

    monkeypatch.setattr(writing, "staged", full)
    with pytest.raises(DataError, match=r"could not be written.*No space left"):
        make(Pack(zones=("Z-CAUCA",)), tmp_path / f"pack.{ending}")
    assert list(tmp_path.iterdir()) == []


def test_only_packs_of_known_zones_and_endings_are_made(tmp_path: Path):
    with pytest.raises(DataError, match=r"written as \.pptx, \.pdf, not as “\.key”"):
        make(Pack(zones=FEW), tmp_path / "pack.key")
    with pytest.raises(DataError, match="No zone is chosen"):
        make(Pack(zones=()), tmp_path / "pack.pptx")
    with pytest.raises(UnknownError, match="There is no zone “Z-ATLANTIS”"):
        make(Pack(zones=("Z-ATLANTIS",)), tmp_path / "pack.pptx")
    with pytest.raises(DataError, match="Nothing is exported under TLP:RED"):
        make(Pack(zones=FEW, marking="TLP:RED"), tmp_path / "pack.pptx")
    assert list(tmp_path.iterdir()) == []


def test_a_pack_is_marked_as_its_most_restrictive_layer_and_leaves_red_ones_out(tmp_path: Path):
    frame = gpd.GeoDataFrame({"name": ["Here"]}, geometry=[Point(-76, 1)], crs=4326)
    amber = kept(frame, title="Seen from <b>above</b> $x$", marking="TLP:AMBER").key
    red = kept(frame, title="For those present", marking="TLP:RED").key
    view = ViewState(layers=("zones", amber, red))
    path = tmp_path / "pack.pptx"
    made = make(Pack(zones=("Z-CAUCA",), view=view, marking="TLP:GREEN"), path)
    assert made.marking == "TLP:AMBER"
    assert made.left_out == ("For those present",)
    found = Presentation(str(path))
    for slide in found.slides:
        assert shape_named(slide, "Marking").text_frame.text == "TLP:AMBER"
        assert "For those present" not in words(slide)
    notes = found.slides[0].notes_slide.notes_text_frame.text
    assert "1 layer is left out: it may not leave the app." in notes
    with zipfile.ZipFile(path) as parts:  # neither in notes nor in what is said of a picture to those who cannot see it
        assert not [name for name in parts.namelist() if b"For those present" in parts.read(name)]
    raised = make(Pack(zones=("Z-CAUCA",), view=view, marking="TLP:AMBER+STRICT"), path)
    assert raised.marking == "TLP:AMBER+STRICT"


def test_the_codes_on_the_slides_open_their_maps(slides: list[Any]):
    codes = [shape_named(slide, "Date and code").text_frame.text[-9:] for slide in slides]
    assert history.view_of(codes[2])["zone"] == FEW[0]
    assert history.view_of(codes[-1])["zone"] == FEW[1]
    assert "zone" not in history.view_of(codes[1])
    assert not history.remembered()  # the pack is the only thing that a history lists, and who asks for it keeps that


def test_a_title_of_a_stranger_stands_as_it_is(tmp_path: Path):
    title = "<script>alert(1)</script> $x^2$ \u202e\x07 مرحبا " + "long " * 60
    for ending in ("pptx", "pdf"):
        make(Pack(zones=("Z-CAUCA",), title=title), tmp_path / f"pack.{ending}")
    shown = Presentation(str(tmp_path / "pack.pptx")).slides[0].shapes.title
    assert shown.text_frame.text.startswith("<script>alert(1)</script> $x^2$")
    assert "\u202e" not in shown.text_frame.text
    sizes = [run.font.size.pt for run in shown.text_frame.paragraphs[0].runs]
    assert max(sizes) < 24  # it was made smaller until it fits


def test_slack_gives_other_typefaces_room():
    canvas = house.CANVAS
    text = "A sentence that is about as wide as the box in which it stands, or a little more."
    width = 300.0
    assert replace(canvas, slack=1.3).lines(text, width, 10) >= replace(canvas, slack=1.0).lines(text, width, 10)
    assert pack.ENDINGS == (".pptx", ".pdf")
