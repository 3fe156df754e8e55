"""Whatever is clicked says what it is and who says so, in words."""

import re

import pytest

from geo import catalogue, store
from geo.errors import GeoError, UnknownError
from geo.messages import LANGUAGES
from layers import cards, shading, web
from layers.looks import specs
from layers.view import ViewState

FEATURE_LAYERS = [key for key, spec in specs().items() if spec.shades is None]
FIGURE_LAYERS = [key for key, spec in specs().items() if spec.shades is not None]
RAW = re.compile(r"\b[a-z]+_[a-z_]+\b|\bZ-[A-Z]+\b|\bnan\b|\{|None")  # codes, ids, unfilled fields


@pytest.mark.parametrize("key", FEATURE_LAYERS)
def test_every_feature_shown_leads_to_a_source(key):
    for feature_id in catalogue.features(key).index:
        assert cards.card(f"{key}/{feature_id}", ViewState()).sources, feature_id


@pytest.mark.parametrize("key", FIGURE_LAYERS)
def test_every_figure_leads_to_its_source(key):
    view = ViewState(layers=(key,))
    values = shading.tooltip_values(specs()[key], shading.shade(specs()[key], view), "en")
    assert values
    for unit_id in values:
        sources = cards.card(f"{key}/{unit_id}", view).sources
        assert sources, unit_id
        assert sources[0].source_id != "NATURAL-EARTH"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", FEATURE_LAYERS)
def test_no_card_shows_a_code(key, lang):
    for feature_id in catalogue.features(key).index:
        card = cards.card(f"{key}/{feature_id}", ViewState(lang=lang))
        for words in (card.title, card.layer, *(text for pair in card.lines + card.evidence for text in pair)):
            assert words
            assert not RAW.search(words), (feature_id, words)


def test_a_card_says_the_figure_of_the_year_to_the_digit():
    card = cards.card("coca/CO-NAR", ViewState(layers=("coca",), year=2012))
    facts = store.table("indicators")
    row = facts[
        (facts["unit_id"] == "CO-NAR") & (facts["indicator"] == "coca_cultivation_ha") & (facts["year"] == 2012)
    ]
    assert card.lines[0][1].replace("\u202f", "").startswith(str(round(row["value"].iloc[0])))
    assert [source.source_id for source in card.sources] == row["source_id"].tolist()


@pytest.mark.parametrize("feature", ["mining/NOPE", "nothing/PE-01", "mining/", "x"])
def test_an_unknown_feature_is_told_in_a_sentence(feature):
    with pytest.raises(UnknownError, match="Click another one"):
        cards.card(feature, ViewState())


def test_a_layer_whose_file_is_gone_is_named_and_the_others_stay(monkeypatch, tmp_path):
    for path in store.DATA.iterdir():
        if path.suffix in {".csv", ".parquet"} and path.stem != "mining_sites":
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / "crossings.csv").unlink()
    (tmp_path / "crossings.csv").write_bytes(b"\xff\xfe\x00broken")
    monkeypatch.setattr(store, "DATA", tmp_path)
    shown = {spec.key for spec in web.shown(ViewState())}
    assert "mining" not in shown
    assert "crossings" not in shown
    assert {"zones", "boundaries", "corridors"} <= shown
    for key, name in (("mining", "mining_sites.csv"), ("crossings", "crossings.csv")):
        error = web.problem(specs()[key])
        assert isinstance(error, GeoError)
        assert name in str(error)
        assert "make data" in str(error)
