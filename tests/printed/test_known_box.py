"""What is known of a zone, and how well: said for every zone in every language, as much as there is room for."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from geo import actors, zones
from geo.errors import UnknownError
from geo.messages import LANGUAGES, say
from geo.names import name_of
from geo.store import table
from layers.printed import known_box
from tests.printed.boxes import overlaps, texts

ZONE_IDS = list(table("zones")["zone_id"])


def drawn(zone_id: str, lang, height: float) -> tuple[Figure, Bbox]:
    box = Bbox.from_extents(10, 10, 330, 10 + height)
    figure = Figure(figsize=(340 / 72, (20 + height) / 72))
    return figure, known_box.draw(figure, zone_id, lang, box=box, px=0.9)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_each_zone_has_sentences(zone_id: str, lang):
    told = known_box.bullets(zone_id, lang)
    assert told[0].startswith(say(zones.zone(zone_id)["why"], lang).rstrip("."))
    assert all(each == each.strip() and each.endswith((".", "…")) and "{" not in each for each in told)
    assert len(set(told)) == len(told)
    holding = actors.presence(zone_id).query("until == '' and role == 'dominant'")["actor_id"]
    if len(holding):
        assert any(name_of(holding.iloc[0], lang) in each for each in told)


@pytest.mark.parametrize("height", [60, 120, 300])
def test_what_has_no_room_is_left_out_whole(height: float):
    for zone_id in ZONE_IDS[::5]:
        figure, taken = drawn(zone_id, "es", height)
        assert overlaps(figure) == []
        assert taken.y0 >= 10
        assert all(box.y0 >= 8 and box.x1 <= 331 for _, box in texts(figure))


def test_an_unknown_zone_is_refused():
    with pytest.raises(UnknownError):
        known_box.bullets("Z-NOWHERE", "en")
