"""A chart draws the figures of its panel and no others, and shows what may not be compared."""

from __future__ import annotations

import re
from itertools import pairwise
from types import SimpleNamespace

import pytest

from geo.headlines import headlines
from geo.messages import LANGUAGES
from geo.store import table
from geo.trends import Line, Panel, Point, breaks, latest, panels
from layers.chart_frame import CONFIG
from layers.chart_traces import bridges, is_drawn, pen_for
from layers.chart_traces import traces as traces_of
from layers.charts import small_table, subject, trend_figure
from layers.tokens import DARK, LIGHT

ZONE_IDS = list(table("zones")["zone_id"])
KINDS = {"line", "aside", "partial", "bridge"}


def panel_of(zone_id: str, indicator: str, place: str) -> Panel:
    (found,) = [panel for panel in panels(zone_id) if (panel.indicator, panel.place) == (indicator, place)]
    return found


def made(*lines: Line) -> Panel:
    return Panel("coca_cultivation_ha", "economy", "ha", "zone", "VRAEM", "PER", "is", lines)


def traces(figure, kind: str):
    return [trace for trace in figure.data if trace.meta["kind"] == kind]


def drawn(trace) -> list[tuple[int, float]]:
    return [(x, y) for x, y in zip(trace.x, trace.y, strict=True) if x is not None]


def marks(panel: Panel) -> list[SimpleNamespace]:
    """Return the traces of a panel without the figure around them, which takes plotly long to check."""
    pen = pen_for(panel, "en", LIGHT, LIGHT.series[subject(panel)], breaks(panel), latest(panel))
    shown = [line for line in panel.lines if is_drawn(panel, line)]
    return [SimpleNamespace(**trace) for trace in [*bridges(pen), *(t for line in shown for t in traces_of(pen, line))]]


def strokes(lines) -> set[tuple[int, int]]:
    """Return the pairs of years that a full line joins."""
    return {
        (a, b)
        for trace in lines
        for (a, y), (b, z) in pairwise(zip(trace.x, trace.y, strict=True))
        if y is not None and z is not None
    }


def words(figure) -> str:
    return " ".join(re.sub("<[^>]+>", " ", note.text) for note in figure.layout.annotations)


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_every_point_drawn_is_a_figure_of_its_source_and_every_whole_year_is_drawn(zone_id):
    for panel in panels(zone_id):
        held = {line.source_id: {(p.year, p.value) for p in line.points} for line in panel.lines}
        seen = set()
        sources = []
        for trace in marks(panel):
            assert trace.meta["kind"] in KINDS
            if trace.meta["kind"] == "bridge":
                assert trace.x[1] == trace.x[0] + 1
                assert trace.x[1] not in breaks(panel)
                continue
            assert set(drawn(trace)) <= held[trace.meta["source_id"]]
            seen |= {(trace.meta["source_id"], *point) for point in drawn(trace)}
            sources.append((trace.meta["source_id"], trace.meta["kind"]))
        assert len(sources) == len(set(sources))
        whole = {(line.source_id, p.year, p.value) for line in panel.preferred for p in line.points if p.whole}
        assert whole <= seen


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_a_line_joins_only_years_in_a_row_without_a_break(zone_id):
    for panel in panels(zone_id):
        cut = set(breaks(panel))
        lines = [trace for trace in marks(panel) if trace.meta["kind"] == "line"]
        assert all(b == a + 1 and b not in cut for a, b in strokes(lines))
        assert all(trace.connectgaps is False for trace in lines)


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_the_figure_holds_those_marks_and_a_rule_at_each_break(zone_id):
    for panel in headlines(zone_id):
        figure = trend_figure(panel, "en")
        assert [drawn(trace) for trace in figure.data] == [drawn(trace) for trace in marks(panel)]
        assert sorted(shape.x0 + 0.5 for shape in figure.layout.shapes) == breaks(panel)


def test_the_step_of_2024_in_mined_area_is_a_rule_and_no_growth():
    figure = trend_figure(panel_of("Z-MDD", "mining_new_ha", "Madre de Dios"), "en")
    assert (2023, 2024) not in strokes(traces(figure, "line"))
    assert (2018, 2019) not in strokes(traces(figure, "line"))
    assert traces(figure, "bridge") == []
    assert [shape.x0 for shape in figure.layout.shapes] == [2018.5, 2023.5]
    (partial,) = traces(figure, "partial")
    assert (partial.mode, drawn(partial)) == ("markers", [(2025, 5510.6)])
    assert partial.marker.color == LIGHT.card  # hollow
    assert "break 2024" in words(figure)


def test_missing_years_stay_empty():
    figure = trend_figure(panel_of("Z-TUMBES", "homicide_rate_per_100k", "Ecuador"), "en")
    assert not {2003, 2004, 2005, 2006} & {x for trace in figure.data for x, _ in drawn(trace)}
    assert (2002, 2007) not in strokes(traces(figure, "line"))


def test_a_year_without_neighbours_is_a_mark():
    figure = trend_figure(made(Line("unodc_pe_2005", (Point(2001, 1), Point(2003, 2), Point(2004, 3)))), "en")
    (line,) = traces(figure, "line")
    sizes = dict(zip(line.x, line.marker.size, strict=True))
    assert sizes[2001] > 0
    assert sizes[2003] == 0  # part of a line; only the newest figure carries a mark
    assert sizes[2004] > 0


def test_counters_that_disagree_have_lines_names_and_dashes_of_their_own():
    figure = trend_figure(panel_of("Z-CUCUTA", "displaced_persons", "Colombia"), "en")
    dashes = {trace.meta["source_id"]: trace.line.dash for trace in traces(figure, "line")}
    assert dashes == {"unhcr_refugees_pkg_2026": "solid", "idmc_idps_pkg_2026": "dash"}
    assert "UNHCR" in words(figure)
    assert "IDMC" in words(figure)
    assert traces(figure, "bridge") == []


def test_the_older_source_is_not_drawn_after_the_takeover():
    figure = trend_figure(panel_of("Z-TUMACO", "homicides_count", "Nariño"), "en")
    by_source = {trace.meta["source_id"]: [x for x, _ in drawn(trace)] for trace in traces(figure, "line")}
    assert max(by_source["co_muni_homicides_1990_2013"]) == 2009
    assert min(by_source["co_police_dept_2010_2022"]) == 2010
    assert (2009, 2010) in {tuple(trace.x) for trace in traces(figure, "bridge")}


def test_a_source_that_only_repeats_is_not_drawn():
    panel = panel_of("Z-VRAEM", "coca_cultivation_ha", "VRAEM")
    repeating = next(line for line in panel.lines if line.source_id == "larepublica_pe_2020")
    assert not is_drawn(panel, repeating)
    rival = Line("larepublica_pe_2020", (Point(2020, 99_000),), preferred=False)
    assert is_drawn(made(panel.lines[-2], rival), rival)


def test_doubtful_figures_are_open_diamonds():
    figure = trend_figure(made(Line("unodc_pe_2005", (Point(2001, 1, doubtful=True), Point(2002, 2)))), "en")
    (line,) = traces(figure, "line")
    assert (line.marker.symbol[0], line.marker.color[0]) == ("diamond", LIGHT.card)
    assert line.marker.symbol[1] == "circle"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ["36.3", "Coca cultivation, VRAEM"]),
        ("es", ["36,3", "Cultivo de coca, VRAEM"]),
        ("pt", ["36,3", "Cultivo de coca, VRAEM"]),
    ],
)
def test_labels_are_in_the_language(lang, expected):
    said = words(trend_figure(panel_of("Z-VRAEM", "coca_cultivation_ha", "VRAEM"), lang))
    assert [text for text in expected if text not in said] == []


def test_title_unit_level_relation_and_source_stand_on_the_chart():
    said = words(trend_figure(panel_of("Z-PUTUMAYO", "coca_cultivation_ha", "Putumayo"), "en"))
    for text in ("Coca cultivation, Putumayo (Colombia)", "Thousand hectares", "Department", "reaches beyond the zone",
                 "Source: ODC / SIMCI 2026", "44.5"):  # fmt: skip
        assert text in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headlines_have_a_fixed_height_and_a_summary(lang):
    for zone_id in ZONE_IDS:
        for panel in headlines(zone_id):
            figure = trend_figure(panel, lang, dark=lang == "pt")
            assert figure.layout.height == 220
            assert figure.layout.meta["summary"]
            plot = 220 - figure.layout.margin.t - figure.layout.margin.b
            assert plot > 90
            assert not figure.layout.showlegend


def test_published_text_cannot_become_markup():
    panel = made(Line("unodc_pe_2005", (Point(2001, 1, note="<script>alert(1)</script>"), Point(2002, 2))))
    (line,) = traces(trend_figure(panel, "en"), "line")
    assert "<script>" not in line.hovertext[0]


def test_no_tool_bar_and_no_logo():
    assert CONFIG["displayModeBar"] is False
    assert CONFIG["displaylogo"] is False


def test_the_table_holds_every_figure_with_its_source_and_remarks():
    panel = panel_of("Z-MDD", "mining_new_ha", "Madre de Dios")
    rows = small_table(panel, "en")
    assert rows.columns.tolist() == ["Year", "Figure (hectares)", "Source", "Remarks"]
    assert rows["Year"].tolist() == [2025, 2024, 2023, 2022, 2021, 2020, 2019, 2018]
    assert rows["Figure (hectares)"].tolist()[-1] == "42\u202f909"
    assert rows["Remarks"].iloc[0].startswith("part of the year")
    assert rows["Remarks"].iloc[1].startswith("break in the series")
    assert set(rows["Source"]) == {"Amazon Mining Watch 2025"}


def test_the_table_lists_what_is_not_drawn():
    rows = small_table(panel_of("Z-TUMACO", "homicides_count", "Nariño"), "en")
    twice = rows[rows["Year"] == 2011]
    assert len(twice) == 2
    assert twice["Remarks"].str.contains("another source covers this year").sum() == 1


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_lines_can_be_told_from_the_ground(theme):
    """WCAG 2.2 AA: 4.5:1 for text, which includes figures at line ends; 3:1 for lines."""
    for colour in (theme.ink, theme.muted, theme.rival, *theme.series.values()):
        assert contrast(colour, theme.card) >= 4.5, colour
    assert contrast(theme.rule, theme.card) >= 3


def test_every_panel_has_a_hue():
    subjects = {subject(panel) for zone_id in ZONE_IDS for panel in panels(zone_id)}
    assert subjects <= set(LIGHT.series)
    assert set(LIGHT.series) == set(DARK.series)
