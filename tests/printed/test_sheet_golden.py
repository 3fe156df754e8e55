"""Sheets look as they did when somebody last looked at them: six views in three languages, with a tolerance."""

from __future__ import annotations

import pytest
from PIL import Image

from geo.messages import LANGUAGES
from tests.printed import golden

MOST_BYTES = 2_000_000


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", golden.VIEWS)
def test_a_view_looks_as_it_did(view: str, lang: str, tmp_path):
    now = golden.drawn(view, lang)
    now.save(tmp_path / "now.png")
    found = golden.difference(now, Image.open(golden.path(view, lang)))
    assert found <= golden.SHARE, f"{found:.1%} of {tmp_path / 'now.png'} is not as in {golden.path(view, lang)}"


def test_the_comparison_sees_what_is_missing_and_what_is_in_another_language():
    region = Image.open(golden.path("region", "en")).convert("RGB")
    without_map = region.copy()
    without_map.paste((255, 255, 255), (100, 80, 300, 250))
    assert golden.difference(region, without_map) > golden.SHARE
    assert golden.difference(region, Image.open(golden.path("region", "es"))) > golden.SHARE
    assert golden.difference(region, region.resize((320, 180))) == 1.0


def test_they_are_small():
    files = list(golden.FOLDER.glob("*.png"))
    assert len(files) == len(golden.VIEWS) * len(LANGUAGES)
    assert sum(each.stat().st_size for each in files) < MOST_BYTES
