"""The printed chart says what the chart on the screen says: the same years, gaps, breaks, rivals and hollow marks."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from geo.headlines import headlines
from geo.messages import LANGUAGES
from geo.store import table
from geo.trends import Line, Panel, Point, breaks, panels
from layers.charts import trend_figure
from layers.printed import trend
from layers.tokens import LIGHT, PAPER
from tests.printed.boxes import overlaps, texts

ZONE_IDS = list(table("zones")["zone_id"])
BOX = Bbox.from_extents(10, 10, 330, 210)
# The kinds of panels that are hardest to draw: breaks, gaps, rivals, other rules, parts of years, doubts, one figure.
HARD = (
    ("Z-MDD", "mining_new_ha", "Madre de Dios"),
    ("Z-MDD", "homicide_rate_per_100k", "Madre de Dios"),
    ("Z-TUMBES", "homicide_rate_per_100k", "Ecuador"),
    ("Z-TUMACO", "homicides_count", "Esmeraldas"),
    ("Z-CHACO", "cocaine_seized_kg", "Bolivia"),
    ("Z-CATATUMBO", "cocaine_seized_kg", "Colombia"),
    ("Z-YANOMAMI", "mining_area_ha", "Terra Indígena Yanomami"),
)


def drawn(panel: Panel, lang="en", box: Bbox = BOX) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(box.x1 / 72 + 0.2, box.y1 / 72 + 0.2))
    return figure, trend.draw(figure, panel, lang, box=box, px=0.85)


def made(*lines: Line, indicator: str = "coca_cultivation_ha", place: str = "VRAEM") -> Panel:
    return Panel(indicator, "economy", "ha", "zone", place, "PER", "is", lines)


def hard() -> list[Panel]:
    return [
        panel
        for zone_id, indicator, place in HARD
        for panel in panels(zone_id)
        if (panel.indicator, panel.place) == (indicator, place)
    ]


def strokes(xs, ys) -> tuple[tuple[tuple[int, float], ...], ...]:
    """Return the unbroken parts of a line."""
    marks = [(x, y) for x, y in zip(xs, ys, strict=True)]
    there = groupby(marks, lambda mark: mark[0] is not None and not np.isnan(float(mark[0])))
    return tuple(tuple((int(x), float(y)) for x, y in part) for is_there, part in there if is_there)


def on_screen(panel: Panel) -> tuple[set, set, list]:
    """Return lines, marks and rules of the plotly chart in a form that can be compared."""
    figure = trend_figure(panel, "en")
    lines, marks = set(), set()
    for trace in figure.data:
        name = (trace.meta["kind"], trace.meta.get("source_id"))
        if "lines" in trace.mode:
            lines.add((*name, trace.line.color, trace.line.dash or "solid", strokes(trace.x, trace.y)))
        if "markers" in trace.mode:
            n = len(trace.x)
            each = [
                list(value) if isinstance(value, tuple | list | np.ndarray) else [value] * n
                for value in (trace.marker.size, trace.marker.symbol, trace.marker.color)
            ]
            for x, y, size, symbol, filling in zip(trace.x, trace.y, *each, strict=True):
                if x is not None and size > 0:
                    is_hollow = filling == LIGHT.card
                    marks.add((*name, int(x), float(y), symbol, is_hollow, trace.marker.line.color))
    return lines, marks, sorted(shape.x0 for shape in figure.layout.shapes)


def on_paper(panel: Panel) -> tuple[set, set, list]:
    """Return the same, read off the artists that matplotlib draws."""
    _, axes = drawn(panel)
    lines, marks, rules = set(), set(), []
    for artist in axes.lines:
        words = str(artist.get_label()).split(" ")
        if words[0] == "rule":
            rules.append(float(artist.get_xdata()[0]))
        elif words[0] == "mark":
            marks.add(mark_of(artist, words[1:]))
        elif words[0] in {"line", "bridge"}:
            found = strokes(artist.get_xdata(), artist.get_ydata())
            lines.add((words[0], source_of(words), artist.get_color(), dash_of(artist), found))
    return lines, marks, sorted(rules)


def mark_of(artist: Line2D, words: list[str]) -> tuple:
    ((x, y),) = zip(artist.get_xdata(), artist.get_ydata(), strict=True)
    symbol = {"D": "diamond", "o": "circle"}[artist.get_marker()]
    is_hollow = artist.get_markerfacecolor() == PAPER
    return (words[0], source_of(words), int(x), float(y), symbol, is_hollow, artist.get_markeredgecolor())


def source_of(words: list[str]) -> str | None:
    return words[1] if len(words) > 1 else None


def dash_of(artist: Line2D) -> str:
    _, lengths = artist._unscaled_dash_pattern
    return "solid" if not lengths else "dash" if lengths[0] > 2 else "dot"


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_paper_and_screen_draw_the_same(zone_id: str):
    for panel in headlines(zone_id):
        assert on_paper(panel) == on_screen(panel)


@pytest.mark.parametrize("panel", hard(), ids=lambda panel: panel.key)
def test_paper_and_screen_draw_the_same_of_what_is_hard(panel: Panel):
    paper = on_paper(panel)
    assert paper == on_screen(panel)
    assert len(paper[2]) == len(breaks(panel))


def test_a_gap_a_break_a_rival_and_a_doubt_can_be_seen():
    panel = made(
        Line("unodc_pe_2005", tuple(Point(year, 10 + year % 5, series_break=year == 2012) for year in range(2000, 2020)
                                    if year != 2005)),
        Line("derechos_pe_2014", (Point(2010, 30), Point(2011, 31, doubtful=True)), preferred=False),
    )  # fmt: skip
    lines, marks, rules = on_paper(panel)
    main = next(each for each in lines if each[1] == "unodc_pe_2005")
    assert [part[0][0] for part in main[4]] == [2000, 2006, 2012]
    assert main[3] == "solid"
    rival = next(each for each in lines if each[1] == "derechos_pe_2014")
    assert (rival[2], rival[3]) == (LIGHT.rival, "dot")
    assert ("line", "derechos_pe_2014", 2011, 31.0, "diamond", True, LIGHT.rival) in marks
    assert rules == [2011.5]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("zone_id", ZONE_IDS[::4])
def test_no_text_lies_over_another_or_leaves_the_box(zone_id: str, lang):
    for panel in headlines(zone_id):
        figure, _ = drawn(panel, lang)
        assert overlaps(figure) == []
        for text, box in texts(figure):
            inside = BOX.x0 - 1.5 <= box.x0 and box.x1 <= BOX.x1 + 1.5 and BOX.y0 - 2 <= box.y0 and box.y1 <= BOX.y1 + 3
            assert inside, (panel.key, text, box)


@pytest.mark.parametrize("panel", hard(), ids=lambda panel: panel.key)
def test_no_word_lies_on_a_line(panel: Panel):
    figure, axes = drawn(panel)
    words = {each.get_text() for each in figure.texts if "-word-" in (each.get_gid() or "")}
    placed = [(text, shapely.box(*box.extents)) for text, box in texts(figure) if text in words]
    assert placed
    for artist in axes.lines:
        if str(artist.get_label()).split(" ")[0] not in {"line", "bridge"}:
            continue
        for part in strokes(artist.get_xdata(), artist.get_ydata()):
            if len(part) > 1:
                stroke = shapely.LineString(axes.transData.transform(part) * 72 / figure.dpi)
                assert [text for text, box in placed if box.buffer(-1).intersects(stroke)] == []


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_the_newest_figure_is_written_out(zone_id: str):
    for panel in headlines(zone_id):
        figure, _ = drawn(panel)
        newest = [word for word in trend.chart_of(panel, "en").words if word.needed]
        said = [text for text, _ in texts(figure)]
        assert all(word.rows[0][0] in said for word in newest)


def test_numbers_are_written_as_the_language_does():
    (panel,) = [each for each in headlines("Z-PUTUMAYO") if each.indicator == "coca_cultivation_ha"]
    said = {lang: [text for text, _ in texts(drawn(panel, lang)[0])] for lang in LANGUAGES}
    assert "28.1" in said["en"]
    assert "28,1" in said["es"]
    assert "28,1" in said["pt"]
    assert any(text.startswith("Source: ") for text in said["en"])
    assert any(text.startswith("Fuente: ") for text in said["es"])


@pytest.mark.parametrize(
    "place",
    ["$x^2$ & <b>", "A place of a very long name " * 12, "منطقة الحدود", "Z" * 200],
    ids=["$", "long", "rtl", "word"],
)
def test_any_name_of_a_place_is_written_as_it_is_and_stays_in_the_box(place: str):
    figure, _ = drawn(made(Line("unodc_pe_2005", (Point(2001, 1), Point(2002, 3), Point(2003, 2))), place=place))
    found = texts(figure)
    assert overlaps(figure) == []
    assert all(box.x1 <= BOX.x1 + 1.5 and box.x0 >= BOX.x0 - 1.5 for _, box in found)
    if "$" in place:
        assert any("$x^2$ & <b>" in text for text, _ in found)


@pytest.mark.parametrize("height", [60, 90, 120])
def test_in_a_small_box_the_plot_stays_high_enough_and_the_words_give_way(height: float):
    small = Bbox.from_extents(5, 5, 185, 5 + height)
    long = made(Line("unodc_pe_2005", (Point(2001, 1), Point(2002, 3))), place="A place of a long name " * 9)
    for panel in (*hard(), long):
        figure, axes = drawn(panel, box=small)
        plot = axes.get_position().height * figure.get_size_inches()[1] * 72
        assert plot >= min(30, height / 6)
        assert overlaps(figure) == []
        assert all(box.y0 >= 3 and box.y1 <= 5 + height + 3 for _, box in texts(figure))
