"""What every sheet says: sources, dates, precision, borders, marking and a code, in three languages."""

from __future__ import annotations

from datetime import date

import pytest

from geo import store
from geo.messages import LANGUAGES
from layers.briefing.snapshot import LONGEST, Snapshot
from layers.briefing.told import PUBLIC_URL, Told, code_of, suggested_title, told
from layers.printed.extent import of_view
from layers.view import ViewState
from tests.made_layers import polygons
from tests.stored_layers import kept

VIEWS = (
    ViewState(),
    ViewState(zone="Z-VRAEM"),
    ViewState(layers=("coca", "mining"), year=2019),
    ViewState(layers=()),
    ViewState(countries=("COL", "PER"), commodities=("gold",)),
)


def words(view: ViewState, **options: object) -> Told:
    return told(Snapshot(view=view, **options), of_view(view, shape=1.4))  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_that_must_be_said_is_missing(view: ViewState, lang):
    found = words(view.but(lang=lang))
    assert all([found.title, found.subtitle, found.sources, found.disclaimer, found.code, found.link])
    assert "Natural Earth" in found.sources
    assert "GeoNames" in found.sources  # its licence asks for the credit
    assert found.marking == "TLP:CLEAR"
    assert len(found.all_sources) >= 2
    if view.layers != ():
        assert found.precision
        assert found.on.isdecimal()


def test_only_what_lies_in_the_picture_is_cited():
    everywhere, one = words(ViewState()), words(ViewState(zone="Z-VRAEM"))
    assert len(one.all_sources) < len(everywhere.all_sources) / 4
    assert set(one.all_sources) <= set(everywhere.all_sources)


def test_precision_is_that_of_the_points_in_the_picture():
    crossings = store.table("crossings")
    known = sorted({float(each) for each in crossings["precision_km"] if each != ""})
    far = of_view(ViewState(lat=-20, lon=-60, zoom=3), shape=1)
    found = told(Snapshot(view=ViewState(layers=("crossings",))), far)
    assert f"{known[0]:g} to {known[-1]:g} km" in found.precision


def test_routes_and_disputed_lines_are_disclaimed_where_they_are_shown():
    assert "tracks" in words(ViewState(layers=("corridors",))).disclaimer
    assert "disputed" in words(ViewState(layers=("disputed",))).disclaimer
    assert words(ViewState(layers=("mining",))).disclaimer.count(".") == 1


def test_the_code_is_that_of_the_view_and_of_the_data(monkeypatch):
    view = ViewState(zone="Z-VRAEM")
    assert code_of(view) == code_of(view.but(page="zones"))
    assert code_of(view) != code_of(view.but(lang="es"))
    before = code_of(view)
    monkeypatch.setattr(store, "data_version", lambda: "another")
    assert code_of(view) != before


def test_a_public_address_stands_in_the_link_and_in_what_a_phone_reads(monkeypatch):
    assert words(ViewState()).address == ""
    monkeypatch.setenv(PUBLIC_URL, "https://fronteras.example/atlas/")
    found = words(ViewState(zone="Z-VRAEM"))
    assert found.address == f"https://fronteras.example/atlas/?v={found.code.replace('-', '')}"
    assert found.link == "https://fronteras.example/atlas/?zone=Z-VRAEM"
    monkeypatch.setenv(PUBLIC_URL, "javascript:alert(1)")
    assert words(ViewState()).address == ""


@pytest.mark.usefixtures("storage")
def test_a_layer_that_somebody_brought_is_cited_and_marks_the_sheet():
    secret = kept(polygons(9), title="Patrols", source="Ministry of X", marking="TLP:AMBER", as_of="2025-03-01")
    hidden = kept(polygons(9), title="Informants", marking="TLP:RED")
    found = words(ViewState(layers=(secret.key, hidden.key)))
    assert found.marking == "TLP:AMBER"
    assert found.left_out == ("Informants",)
    assert hidden.key not in found.link
    assert found.code == words(ViewState(layers=(secret.key,))).code
    assert "Patrols: Ministry of X (2025)" in found.sources
    assert "Patrols: not stated" in found.precision
    assert "Informants" not in " ".join(
        [found.title, found.subtitle, found.sources, found.precision, *found.all_sources]
    )
    assert words(ViewState(layers=(secret.key,)), marking="TLP:GREEN").marking == "TLP:AMBER"
    assert words(ViewState(layers=(secret.key,)), marking="TLP:AMBER+STRICT").marking == "TLP:AMBER+STRICT"


def test_the_date_is_the_one_asked_for_or_the_newest_that_is_shown():
    assert words(ViewState(layers=("coca",), year=2015)).on == "2015"
    assert words(ViewState(lang="es"), on=date(2026, 11, 22)).on == "22 de noviembre de 2026"


def test_titles_are_one_printable_line_of_a_length_that_fits():
    found = Snapshot(view=ViewState(), title="a\n\x00b" * 400, subtitle="\u202eevil")
    assert "\n" not in found.title
    assert "\x00" not in found.title
    assert len(found.title) <= LONGEST
    assert "\u202e" not in found.subtitle
    assert suggested_title(ViewState(countries=("COL",), lang="pt")) == "Colômbia"


def test_what_was_asked_for_comes_back_as_it_was():
    asked = Snapshot(
        view=ViewState(zone="Z-VRAEM", layers=("coca",), lang="es"),
        template="a4", title="T", subtitle="S", marking="TLP:GREEN", on=date(2026, 1, 2), screen_px=(800, 600),
    )  # fmt: skip
    assert Snapshot.from_dict(asked.to_dict()) == (asked, [])
    assert Snapshot.from_dict({"query": {"zone": "Z-GONE"}})[1]


def test_a_close_view_is_called_by_the_countries_that_it_shows():
    leticia = ViewState(lat=-4.2, lon=-69.9, zoom=11, layers=("crossings", "mining"))
    assert suggested_title(leticia) == "Brazil, Colombia, Peru"
    assert words(leticia).subtitle == "Crossings"  # no mining site is there
    pacific = ViewState(lat=-15, lon=-110, zoom=6)
    assert words(pacific).subtitle == "Base map, no layer has anything here"
    assert words(pacific.but(layers=())).subtitle == "Base map, no layer is on"
    assert suggested_title(ViewState(lat=-15, lon=-60, zoom=4)).startswith("South America")
    assert suggested_title(ViewState(lat=-15, lon=-110, zoom=6)).startswith("South America")  # nothing but sea
