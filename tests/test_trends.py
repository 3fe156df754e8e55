"""What a panel shows is what the facts hold: to the digit, by source, with its gaps, breaks and doubts."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import store, trends
from geo.errors import UnknownError
from geo.headlines import HEADLINES, headlines
from geo.indicators import by_unit, figures, years
from geo.messages import LANGUAGES, say
from geo.series_notes import RELATIONS, place_words
from geo.store import DATA, table
from geo.trends import (
    Line,
    Panel,
    Point,
    break_years,
    breaks,
    change_since,
    latest,
    level_of,
    panels,
    rounded,
    summary,
    title,
)

FACTS = pd.read_csv(DATA / "facts" / "indicators.csv", keep_default_na=False)
MUNICIPAL = pd.read_csv(DATA / "facts" / "colombia_coca_municipal.csv", dtype={"divipola_muni": str})
ZONE_IDS = list(table("zones")["zone_id"])
SERIES = ["indicator", "level", "place", "country_iso3", "source_id"]


def panel_of(zone_id: str, indicator: str, place: str) -> Panel:
    (found,) = [panel for panel in panels(zone_id) if (panel.indicator, panel.place) == (indicator, place)]
    return found


def shown(panel: Panel) -> dict[int, float]:
    """Return the figures that stand on preferred lines, by year."""
    return {point.year: point.value for line in panel.preferred for point in line.points if point.whole}


def made(*lines: Line, indicator: str = "coca_cultivation_ha") -> Panel:
    return Panel(indicator, "economy", "ha", "zone", "VRAEM", "PER", "is", lines)


@pytest.mark.parametrize(
    ("zone_id", "indicator", "place", "expected"),
    [
        ("Z-VRAEM", "coca_cultivation_ha", "VRAEM", {2018: 24_111, 2023: 38_253}),
        ("Z-VRAEM", "coca_cultivation_ha", "La Convención-Lares", {2018: 9_007, 2024: 3_237}),
        ("Z-CATATUMBO", "coca_cultivation_ha", "Catatumbo", {2012: 4_367.13, 2024: 47_983.41}),
        ("Z-MDD", "mining_new_ha", "Madre de Dios", {2018: 42_908.7, 2024: 25_650.0}),
        ("Z-DARIEN", "darien_crossings", "Darién Gap", {2020: 6_465, 2023: 520_085, 2024: 302_203}),
        ("Z-TUMBES", "homicide_rate_per_100k", "Ecuador", {2020: 7.8, 2023: 45.7}),
    ],
)
def test_figures_that_everybody_knows(zone_id, indicator, place, expected):
    figures_shown = shown(panel_of(zone_id, indicator, place))
    facts = FACTS[(FACTS["indicator"] == indicator) & (FACTS["place"] == place)]
    for year, value in expected.items():
        assert figures_shown[year] == pytest.approx(value, rel=0.01)
        assert figures_shown[year] in set(facts.loc[facts["year"] == year, "value"])


def test_coca_in_thousand_hectares_as_the_guide_to_the_facts_has_it():
    vraem, catatumbo = (
        panel_of(z, "coca_cultivation_ha", p) for z, p in [("Z-VRAEM", "VRAEM"), ("Z-CATATUMBO", "Catatumbo")]
    )
    assert [round(shown(vraem)[year] / 1000, 1) for year in (2018, 2023)] == [24.1, 38.3]
    assert round(shown(catatumbo)[2012] / 1000, 1) == 4.4
    assert round(shown(catatumbo)[2024] / 1000) == 48


def test_tumaco_has_every_year_of_the_census():
    panel = panel_of("Z-TUMACO", "coca_cultivation_ha", "52835")
    rows = MUNICIPAL[MUNICIPAL["divipola_muni"] == "52835"]
    assert shown(panel) == dict(zip(rows["year"], rows["coca_ha"], strict=True))
    assert sorted(shown(panel)) == list(range(2001, 2025))
    assert panel.relation == "inside"
    assert place_words(panel.level, panel.place, panel.country_iso3, "en") == "Tumaco (Nariño)"


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_every_point_of_every_panel_is_a_row_of_the_facts(zone_id):
    facts = {tuple(row): value for *row, value in FACTS[[*SERIES, "unit", "year", "value"]].itertuples(index=False)}
    for row in MUNICIPAL.itertuples(index=False):
        key = ("coca_cultivation_ha", "municipality", row.divipola_muni, "COL", row.source_id, "ha", row.year)
        facts[key] = row.coca_ha
    for panel in panels(zone_id):
        if panel.indicator == "mined_area_zone":
            continue
        assert panel.lines
        for line in panel.lines:
            key = (panel.indicator, panel.level, panel.place, panel.country_iso3, line.source_id, panel.unit)
            assert [point.value for point in line.points] == [facts[(*key, point.year)] for point in line.points]


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_no_source_has_two_lines_and_no_line_two_figures_for_a_year(zone_id):
    for panel in panels(zone_id):
        sources = [line.source_id for line in panel.lines]
        assert len(sources) == len(set(sources)), panel.key
        for line in panel.lines:
            in_order = [point.year for point in line.points]
            assert in_order == sorted(set(in_order)), panel.key


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_every_panel_can_be_said_and_names_its_relation(zone_id):
    found = panels(zone_id)
    assert found
    assert len({panel.key for panel in found}) == len(found)
    for panel in found:
        assert panel.relation in RELATIONS
        for lang in LANGUAGES:
            words = [say(title(panel), lang), say(level_of(panel), lang), say(summary(panel), lang)]
            words.append(place_words(panel.level, panel.place, panel.country_iso3, lang))
            assert all(words)
            assert not [word for word in words if "_" in word or "Z-" in word]


def test_an_unknown_zone_is_named():
    with pytest.raises(UnknownError, match="“Z-NOWHERE”"):
        panels("Z-NOWHERE")


def test_the_zone_itself_comes_first_and_its_neighbours_last():
    relations = [panel.relation for panel in panels("Z-CATATUMBO")]
    assert relations[0] == "is"
    order = {"is": 0, "inside": 1, "contains": 2, "neighbour": 3}
    assert [order[relation] for relation in relations] == sorted(order[relation] for relation in relations)


def test_partial_years_are_never_whole_ones():
    mining = panel_of("Z-MDD", "mining_new_ha", "Madre de Dios")
    (line,) = mining.lines
    partial = {point.year: point for point in line.points if point.partial}
    assert set(partial) == {2025}
    assert 2025 not in shown(mining)
    assert latest(mining).point.year == 2024
    ecuador = panel_of("Z-TUMACO", "homicides_count", "Esmeraldas")
    assert shown(ecuador)[2023] == 478  # the newspaper's 423 stops in early December
    assert 2025 not in shown(ecuador)


def test_the_breaks_of_mined_area_are_known():
    mining = panel_of("Z-MDD", "mining_new_ha", "Madre de Dios")
    assert breaks(mining) == [2019, 2024]  # 2018 is a stock; in 2024 the model changed
    assert change_since(mining, 2023).percent is None
    assert change_since(mining, 2018).percent is None
    assert "Since the break of 2024" in say(summary(mining), "en")


def test_a_missing_year_is_a_gap():
    ecuador = panel_of("Z-TUMBES", "homicide_rate_per_100k", "Ecuador")
    assert not {2003, 2004, 2005, 2006} & set(shown(ecuador))
    assert "No figure: 2003–2006." in say(summary(ecuador), "en")


def test_two_counters_of_one_country_stay_two_lines():
    venezuela = panel_of("Z-CATATUMBO", "homicide_rate_per_100k", "Venezuela")
    in_2022 = {line.source_id: p.value for line in venezuela.lines for p in line.points if p.year == 2022}
    assert in_2022 == {"owid_unodc_homicide_2025": 12.647, "riotimes_insight_2022": 40.4}
    assert latest(venezuela).source_id == "owid_unodc_homicide_2025"
    assert "Sources disagree" in say(summary(venezuela), "en")


def test_one_source_takes_over_from_the_other():
    narino = panel_of("Z-TUMACO", "homicides_count", "Nariño")
    lines = {line.source_id: line for line in narino.lines}
    older = {p.year for p in lines["co_muni_homicides_1990_2013"].points if not p.replaced}
    police = {p.year for p in lines["co_police_dept_2010_2022"].points if not p.replaced}
    assert (max(older), min(police)) == (2009, 2010)
    assert change_since(narino, 2005).percent is None
    assert change_since(narino, 2024) is None


def test_violent_deaths_are_not_called_homicides():
    assert say(title(panel_of("Z-ARCOMINERO", "homicide_rate_per_100k", "Bolívar")), "en") == "Rate of violent deaths"
    assert say(title(panel_of("Z-ARCOMINERO", "homicide_rate_per_100k", "Venezuela")), "en") == "Homicide rate"


def test_change_since_a_year_of_the_same_yardstick():
    change = change_since(panel_of("Z-CATATUMBO", "coca_cultivation_ha", "Catatumbo"), 2012)
    assert (change.first.point.year, change.last.point.year) == (2012, 2024)
    assert change.percent == pytest.approx(100 * (47_983.41 - 4_367.13) / 4_367.13, rel=1e-3)


def broken(year: int, note: str = "") -> Point:
    return Point(year, 1, series_break=True, note=note)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param([Point(2001, 1), broken(2002)], [2002], id="a break"),
        pytest.param([broken(2001, "a"), broken(2002, "a")], [2001], id="said twice"),
        pytest.param([broken(2001, "a"), broken(2002, "b")], [2001, 2002], id="two breaks"),
        pytest.param([Point(2001, 1, series_break=True, replaced=True), Point(2002, 2)], [], id="not drawn"),
    ],
)
def test_breaks_of_a_line(points, expected):
    assert break_years(Line("a", tuple(points))) == expected


def test_a_change_needs_one_yardstick():
    joined = made(Line("a", (Point(2001, 10), Point(2002, 20))))
    assert change_since(joined, 2001).percent == 100
    broken = made(Line("a", (Point(2001, 10), Point(2002, 20, series_break=True))))
    assert change_since(broken, 2001).percent is None
    same_rules = made(Line("a", (Point(2001, 10),)), Line("b", (Point(2002, 20),)))
    assert change_since(same_rules, 2001).percent == 100
    other_rules = made(Line("a", (Point(2001, 10),)), Line("b", (Point(2002, 20),), notes=("other_rules",)))
    assert change_since(other_rules, 2001).percent is None
    from_zero = made(Line("a", (Point(2001, 0), Point(2002, 20))))
    assert change_since(from_zero, 2001).percent is None
    assert change_since(from_zero, 1999) is None


def test_nothing_whole_is_said_plainly():
    assert latest(made(Line("a", (Point(2001, 10, partial=True),)))) is None
    words = say(summary(made(Line("a", (Point(2001, 10, partial=True),)))), "en")
    assert words == "Coca cultivation (hectares): no figure of a whole year. Only a part of the year: 2001."


@pytest.mark.parametrize(
    ("value", "expected"),
    [(47_983.41, 48_000), (25_650.0, 25_700), (520_085, 520_000), (6_465, 6_465), (4_367.13, 4_367), (0, 0)],
)
def test_honest_precision(value, expected):
    assert rounded(value, "coca_cultivation_ha") == expected


@given(st.lists(st.tuples(st.integers(1990, 2024), st.floats(0, 1e6)), min_size=1, unique_by=lambda pair: pair[0]))
def test_the_latest_figure_is_the_last_whole_year_of_any_order_of_sources(pairs):
    lines = [Line(f"s{year}", (Point(year, value),)) for year, value in pairs]
    newest = max(year for year, _ in pairs)
    assert latest(made(*lines)).point.year == newest
    assert latest(made(*reversed(lines))) == latest(made(*lines))


def test_headlines_are_among_the_panels_of_their_zone():
    assert set(HEADLINES) == set(ZONE_IDS)
    for zone_id, chosen in HEADLINES.items():
        held = {(panel.indicator, panel.place, panel.country_iso3) for panel in panels(zone_id)}
        assert [key for key in chosen if key not in held] == []
        assert len(headlines(zone_id)) == len(chosen) == 3
        assert all(len(shown(panel)) >= 3 for panel in headlines(zone_id)), zone_id


def test_figures_of_a_place_are_found_by_name_and_country():
    assert set(figures("homicides_count", "admin1", "Amazonas", "PER")["source_id"]) == {"pe_sinadef_2018_2024"}
    assert figures("homicides_count", "admin1", "Amazonas", "CHL").empty
    one = figures("coca_cultivation_ha", "zone", "VRAEM", "PER", "unodc_pe_2005")
    assert one["year"].tolist() == [2004, 2005]


@pytest.mark.parametrize(
    "indicator", ["coca_cultivation_ha", "homicide_rate_per_100k", "mining_new_ha", "subnational_hdi"]
)
def test_a_map_never_shades_an_area_twice(indicator):
    for year in years(indicator):
        rows = by_unit(indicator, year)
        units = rows[rows["unit_id"] != ""]
        countries = rows[rows["unit_id"] == ""]
        assert not units["unit_id"].duplicated().any()
        assert not countries["country_iso3"].duplicated().any()
        assert not set(units["country_iso3"]) & set(countries["country_iso3"])


def test_a_map_shows_the_preferred_source_and_no_part_of_a_year_as_a_year():
    esmeraldas = by_unit("homicides_count", 2023).set_index("unit_id").loc["EC-E"]
    assert (esmeraldas["value"], esmeraldas["source_id"]) == (478, "ec_mdi_homicides_2014_2025")
    assert 2025 not in years("mining_new_ha")
    colombia = by_unit("coca_cultivation_ha", 2009).set_index("unit_id")
    assert colombia.loc["CO-NAR", "doubtful"]


def test_mined_area_inside_the_zone_is_a_series_of_its_own(tmp_path, monkeypatch):
    rows = [
        "zone_id,period,year,surveyed,mined_ha,partial,series_break,source_id,method",
        "Z-MDD,2023,2023,yes,1200.5,,,AMW,shared out by area",
        "Z-MDD,2024,2024,yes,9000,,yes,AMW,shared out by area",
        "Z-MDD,2025Q4,2025,yes,400,yes,,AMW,shared out by area",
        "Z-TUMBES,2023,2023,no,,,,AMW,shared out by area",
    ]
    (tmp_path / "mined_area.csv").write_text("\n".join(rows), encoding="utf-8")
    monkeypatch.setattr(trends, "DATA", tmp_path)
    monkeypatch.setattr(store, "DATA", tmp_path)
    monkeypatch.setattr(trends, "table", store.table)
    (panel,) = trends._mined("Z-MDD")
    assert (panel.indicator, panel.relation, breaks(panel)) == ("mined_area_zone", "is", [2024])
    assert shown(panel) == {2023: 1200.5, 2024: 9000}
    assert trends._mined("Z-TUMBES") == []  # not surveyed is not zero
    assert trends._mined("Z-VRAEM") == []
    monkeypatch.setattr(trends, "DATA", tmp_path / "elsewhere")
    assert trends._mined("Z-MDD") == []
