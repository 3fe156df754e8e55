"""A layer looks the same whether it is sent whole or cut into tiles, also where tiles meet."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import SCREENSHOTS
from tests.browser.two_deliveries import (
    Deliveries,
    contrast,
    deliveries,
    differing,
    seams,
    seen,
    side_by_side,
    softened,
)
from tests.web_tiles import TILE_PX


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> Iterator[Deliveries]:
    with deliveries(tmp_path_factory.mktemp("storage")) as running:
        yield running


@pytest.mark.parametrize("density", [1, 2])
def test_tiles_and_geojson_are_one_picture(browser: Browser, both: Deliveries, density: int):
    whole, window, kind = seen(browser, both.whole, both.layer, density=density)
    assert kind == "features"
    tiled, same_window, kind = seen(browser, both.tiled, both.layer, density=density)
    assert kind == "tiles"
    assert window == same_window
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    side_by_side(whole, tiled).save(SCREENSHOTS / f"two-deliveries-{density}.png")

    apart = differing(whole, tiled)
    at_seams = seams(window, whole.shape, density=density)
    is_ground = (whole == np.median(whole, axis=(0, 1))).all(axis=2)
    crossed = (~is_ground & at_seams).sum()
    assert crossed > TILE_PX, "no polygon crosses a seam here: this proves nothing"
    figures = {
        "all": apart.mean(),
        "painted": apart[~is_ground].mean(),
        "at seams": apart[~is_ground & at_seams].mean(),
        "softened": (
            np.abs(softened(whole, 4 * density) - softened(tiled, 4 * density)).max(axis=2) > 0.1 * contrast(whole)
        ).mean(),
    }
    # Sent whole, places are rounded to 11 m: a third of a pixel at this zoom, which is what differs.
    assert figures["all"] < 0.02
    assert figures["at seams"] < 1.5 * figures["painted"]
    assert figures["softened"] < 0.005
