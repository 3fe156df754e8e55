"""Layers that come as tiles, as the browser draws them; the tiles are made here."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import shapely
from PIL import Image
from playwright.sync_api import Frame, Page, Route, expect

from tests.browser.made_tiles import TileServer
from tests.browser.watching import drawings, map_frame, wait_drawn, wait_until

HERE = "at=-5,-62,6"
STYLE = {"color": "#9C4221", "weight": 1.4, "fillColor": "#0000FF", "fillOpacity": 0.28}
LARGE = ({"id": "large"}, shapely.box(-75, -16, -50, 6))
SMALL = ({"id": "small"}, shapely.box(-62.2, -5.2, -61.8, -4.8))
AT_REST_MS = 900  # the component waits 250 ms after a move before it tells the page

# The page's own layers and ours, whoever runs next: the page shows its list again at each of its runs.
SHOW = """([layers, more]) => {
    const told = window.fronteras;
    if (!told.plain) {
        told.plain = told.apply;
        window.said = told.manager.spec;
        told.apply = (map, spec) => {
            window.said = spec;
            told.plain(map, {...spec, layers: [...spec.layers, ...window.ours], ...window.more});
        };
    }
    [window.ours, window.more] = [layers, more];
    told.apply(told.manager.map, window.said);
}"""
CANVASES = "key => [...document.querySelectorAll(`.leaflet-layer-${key}-pane canvas`)]"
KEEP = f"key => {{ window.kept = ({CANVASES})(key); return window.kept.length; }}"
SAME = f"""key => {{
    const now = ({CANVASES})(key);
    return now.length === window.kept.length && now.every((canvas, at) => canvas === window.kept[at]);
}}"""
VISIBLE = f"key => ({CANVASES})(key).filter((canvas) => getComputedStyle(canvas).visibility === 'visible').length"
# The colour of a layer at a place, as [red, green, blue, opacity], each up to 255; the largest opacity within a pixel.
INK = f"""([key, lat, lon]) => {{
    const place = map.latLngToContainerPoint([lat, lon]);
    const frame = map.getContainer().getBoundingClientRect();
    let found = [0, 0, 0, 0];
    for (const canvas of ({CANVASES})(key)) {{
        const box = canvas.getBoundingClientRect();
        const scale = canvas.width / box.width;
        const [x, y] = [(frame.x + place.x - box.x) * scale, (frame.y + place.y - box.y) * scale].map(Math.round);
        for (const [dx, dy] of [[0, 0], [-1, 0], [0, -1], [-1, -1]]) {{
            const ink = [...canvas.getContext("2d").getImageData(x + dx, y + dy, 1, 1).data];
            if (ink[3] > found[3]) found = ink;
        }}
    }}
    return found;
}}"""
ZOOM = "zoom => { performance.clearMarks('fronteras:painted'); map.setZoom(zoom); }"
PAINTED = "() => performance.getEntriesByName('fronteras:painted').length > 0"

Shown = Callable[..., Frame]


def entry(*, key: str = "own", grant: str = "public", query: str = "", geometry: str = "area", **more: object) -> dict:
    """Return what the page tells the browser of a tiled layer."""
    told = {
        "key": key,
        "kind": "tiles",
        "url": f"../../fronteras/tiles/0123456789/{grant}/{{z}}/{{x}}/{{y}}.mvt{query}",
        "geometry": geometry,
        "order": 56,
        "opacity": 1,
        "interactive": False,
        "style": STYLE,
        "by": {},
        "cell": 2 if geometry == "point" else 1,
    }
    return told | more


@pytest.fixture
def tiles() -> TileServer:
    """Return a server of one large and one small area."""
    return TileServer(features=[LARGE, SMALL])


@pytest.fixture
def opened(base_url: str, tiles: TileServer) -> Callable[[Page], Page]:
    """Give a function that opens the map with hardly a layer, its tiles answered by ours."""

    def open_it(page: Page) -> Page:
        page.route("**/fronteras/tiles/**", tiles)
        page.goto(f"{base_url}/?layers=boundaries&{HERE}")
        wait_drawn(page)
        return page

    return open_it


def show(page: Page, *layers: dict, is_drawn: bool = True, **more: object) -> Frame:
    """Show layers beside the page's own, and wait until they are drawn."""
    before = drawings(page)
    frame = map_frame(page)
    assert frame
    frame.evaluate(SHOW, [list(layers), more])
    return wait_drawn(page, beyond=before) if is_drawn else frame


def zoomed(page: Page, zoom: float) -> Frame:
    """Zoom as a person does, and wait for the last tile."""
    frame = wait_drawn(page)
    frame.evaluate(ZOOM, zoom)
    frame.wait_for_function(PAINTED)
    return frame


def test_toggling_another_layer_keeps_the_canvases(page, opened, tiles):
    frame = show(opened(page), entry())
    assert frame.evaluate(KEEP, "own") >= 9
    asked = len(tiles.asked)
    for turn in range(10):
        show(page, *([entry()] if turn % 2 else [entry(key="other"), entry()]))
    assert frame.evaluate(SAME, "own")
    show(page, entry(opacity=0.4))
    assert frame.evaluate(SAME, "own")
    assert [path for path in tiles.asked[asked:] if "other" in path] == []
    assert frame.evaluate("document.querySelectorAll('.leaflet-layer-other-pane canvas').length") == 0


def test_another_style_repaints_without_asking(page, opened, tiles):
    frame = show(opened(page), entry())
    frame.evaluate(KEEP, "own")
    asked = len(tiles.asked)
    red = {"stroke": False, "fillColor": "#FF0000", "fillOpacity": 1}
    show(page, entry(by={"id": {"small": red}}))
    assert frame.evaluate(INK, ["own", -5, -62]) == [255, 0, 0, 255]
    assert frame.evaluate(INK, ["own", -9, -66])[2] == 255  # the other keeps its blue
    assert frame.evaluate(SAME, "own")
    assert len(tiles.asked) == asked


def test_what_was_there_stays_until_another_address_is_painted(page, opened, tiles):
    frame = show(opened(page), entry())
    count = frame.evaluate(KEEP, "own")
    tiles.is_holding = True
    show(page, entry(query="?year=2019"), is_drawn=False)
    wait_until(page, lambda: tiles.held)
    assert frame.evaluate("window.kept.every((canvas) => canvas.isConnected)")
    assert frame.evaluate(VISIBLE, "own") == count
    assert frame.evaluate("window.fronteras.drawn") is False
    tiles.release()
    wait_drawn(page)
    assert not frame.evaluate("window.kept.some((canvas) => canvas.isConnected)")
    assert frame.evaluate(VISIBLE, "own") == count


def test_an_address_that_is_taken_back_is_not_drawn(page, opened, tiles):
    frame = show(opened(page), entry())
    frame.evaluate(KEEP, "own")
    tiles.is_holding = True
    show(page, entry(query="?year=2019"), is_drawn=False)
    wait_until(page, lambda: tiles.held)
    tiles.is_holding = False
    tiles.held.clear()
    show(page, entry())
    assert frame.evaluate(SAME, "own")


def test_every_cell_appears_and_more_features_are_darker(page, opened, tiles):
    places = [(-62.5 + 0.5 * column, -5.5 + 0.5 * row) for column in range(4) for row in range(4)]
    tiles.features = []
    tiles.cells = [
        ({"n": 1, "s": 4}, shapely.MultiPoint(places[:15])),
        ({"n": 20, "s": 4}, shapely.MultiPoint(places[15:])),
    ]
    style = {"color": "#FF0000", "opacity": 0.3, "weight": 1.5, "fillColor": "#0000FF", "fillOpacity": 0.5}
    frame = show(opened(page), entry(style=style))
    inks = [frame.evaluate(INK, ["own", lat, lon]) for lon, lat in places]
    assert all(red > 200 and blue < 50 for red, _, blue, _ in inks)  # what is so small is all outline
    assert all(35 <= opacity <= 80 for *_, opacity in inks[:15])  # 0.3 of 255, less where it lies between pixels
    assert inks[15][3] > 150
    assert frame.evaluate(INK, ["own", -5.25, -62.25])[3] == 0


def test_cells_of_points_show_the_layers_sign_across_the_edge_of_a_tile(page, opened, tiles):
    edge = -61.875  # where two tiles meet at zoom 6
    tiles.features, tiles.cells = [], [({"n": 3, "s": 0}, shapely.MultiPoint([(edge + 0.01, -5), (-63, -5)]))]
    style = {"shape": "square", "radius": 8, "stroke": False, "fillColor": "#FF0000", "fillOpacity": 1}
    frame = show(opened(page), entry(geometry="point", style=style))
    degree = 256 * 2**6 / 360  # px
    for lon in (-63, edge + 0.01):
        for dx in (-5, 0, 5):
            assert frame.evaluate(INK, ["own", -5, lon + dx / degree]) == [255, 0, 0, 255]
        assert frame.evaluate(INK, ["own", -5, lon + 12 / degree])[3] == 0


@pytest.mark.parametrize("density", [1, 2])
def test_tiles_meet_without_a_seam(open_page, opened, tiles, density):
    tiles.features = [LARGE]
    page = opened(open_page(device_scale_factor=density))
    frame = show(page, entry())
    frame.add_style_tag(content=".leaflet-pane[class*=base], .leaflet-layer-boundaries-pane, .labels {display: none}")
    for zoom in (6, 6.25, 6.5, 6.75):
        zoomed(page, zoom)
        box = page.locator("iframe").bounding_box()
        clip = {"x": box["x"] + 80, "y": box["y"] + 40, "width": box["width"] - 160, "height": box["height"] - 160}
        picture = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
        assert len(picture.getcolors(picture.width * picture.height)) == 1, zoom


def test_fractional_zooms_ask_for_nothing_and_keep_the_width_of_lines(page, opened, tiles):
    tiles.features = [({"id": "line"}, shapely.LineString([(-62, -12), (-62, 2)]))]
    style = {"color": "#FF0000", "weight": 4, "fill": False}
    frame = show(opened(page), entry(geometry="line", style=style))
    asked = len(tiles.asked)
    for zoom in (6.25, 6, 6.25):  # the nearest whole zoom is the same
        zoomed(page, zoom)
        degree = 256 * 2**zoom / 360
        inked = [frame.evaluate(INK, ["own", -5, -62 + dx / degree])[3] > 128 for dx in range(-6, 7)]
        assert 4 <= sum(inked) <= 6, (zoom, inked)  # INK looks a pixel around
    assert len(tiles.asked) == asked
    zoomed(page, 7)
    assert len(tiles.asked) > asked


def test_a_pan_is_told_when_its_last_tile_is_painted(page, opened, tiles):
    frame = show(opened(page), entry())
    tiles.is_holding = True
    frame.evaluate("() => { performance.clearMarks('fronteras:painted'); map.panBy([700, 0]); }")
    wait_until(page, lambda: tiles.held)
    assert not frame.evaluate(PAINTED)
    tiles.release()
    frame.wait_for_function(PAINTED)


def test_tiles_that_fail_are_said_once(page, opened, tiles, watch):
    watch.expected.append(" 500")
    watch.expected.append("status of 500")
    tiles.status["public"] = 500
    show(opened(page), entry(), is_drawn=False)
    expect(page.frame_locator("iframe").locator(".notice")).to_have_count(1)  # for eight seconds
    frame = wait_drawn(page)
    assert len(tiles.asked) > 4
    assert frame.evaluate("window.fronteras.error").startswith("own: 500")


def test_a_cut_connection_is_tried_again(page, opened, tiles, watch):
    watch.expected.append("ERR_CONNECTION_RESET")
    opened(page)
    cut = list[str]()

    def unsteady(route: Route) -> None:
        if route.request.url in cut:
            tiles(route)
        else:
            cut.append(route.request.url)
            route.abort("connectionreset")

    page.route("**/fronteras/tiles/**", unsteady)
    frame = show(page, entry())
    assert frame.evaluate(INK, ["own", -9, -66])[2] == 255
    expect(page.frame_locator("iframe").locator(".notice")).to_have_count(0)


def test_a_refused_grant_is_renewed_by_the_page_once(page, opened, tiles, watch):
    watch.expected += [" 404", "status of 404"]
    tiles.status["old-grant"] = 404
    frame = show(opened(page), entry(grant="old-grant"), is_drawn=False)
    frame.wait_for_function("window.said.renew === 1")  # the page has run again and tells so
    # Its address is the same in this test: it is asked for once more, in vain, and then no more.
    expect(page.frame_locator("iframe").locator(".notice")).to_have_count(1)
    assert frame.evaluate("window.fronteras.manager.report.renew") == 1
    wait_until(page, lambda: len(set(tiles.asked)) * 2 == len(tiles.asked))
    asked = len(tiles.asked)
    page.wait_for_timeout(2 * AT_REST_MS)
    assert len(tiles.asked) == asked


def wait_for_more(page, tiles, before):
    """Wait until more tiles were asked for, and a moment longer for those after the first."""
    wait_until(page, lambda: len(tiles.asked) > before)
    page.wait_for_timeout(500)


def test_a_new_grant_takes_the_place_of_a_refused_one_without_a_word(page, opened, tiles, watch):
    watch.expected += [" 404", "status of 404"]
    frame = show(opened(page), entry(grant="old-grant"))
    count = frame.evaluate(KEEP, "own")
    tiles.status["old-grant"] = 404
    frame.evaluate("() => { map.panBy([700, 0]); }")
    frame.wait_for_function("window.fronteras.manager.report.renew === 1")
    assert frame.evaluate("window.kept.some((canvas) => canvas.isConnected)")
    frame = show(page, entry(grant="new-grant"))
    assert frame.evaluate(VISIBLE, "own") >= count - 3
    expect(page.frame_locator("iframe").locator(".notice")).to_have_count(0)
    before = len(tiles.asked)
    frame.evaluate("() => { map.panBy([-1400, 0], {animate: false}); }")
    wait_for_more(page, tiles, before)
    assert not any("old-grant" in path for path in tiles.asked[before:])


def test_a_chosen_feature_is_lit_over_its_tiles(page, opened):
    red = {"small": {"fillColor": "#FF0000"}}
    show(opened(page), entry(by={"id": red}), highlight={"layer": "own", "id": "small"})
    lit = page.frame_locator("iframe").locator(".leaflet-layer-own-pane path.lit")
    expect(lit).to_have_count(1)
    assert lit.get_attribute("fill") == "#FF0000"
    assert float(lit.get_attribute("stroke-width")) == pytest.approx(STYLE["weight"] + 2.5)
    show(page, entry(), highlight=None)
    expect(lit).to_have_count(0)


def test_a_late_answer_lights_nothing(page, opened, tiles):
    opened(page)
    show(page, entry())
    tiles.is_holding = True
    show(page, entry(), highlight={"layer": "own", "id": "small"})
    wait_until(page, lambda: tiles.held)
    show(page, entry(), highlight={"layer": "own", "id": "large"})
    tiles.release()
    lit = page.frame_locator("iframe").locator(".leaflet-layer-own-pane path.lit")
    expect(lit).to_have_count(1)
    page.wait_for_timeout(300)
    assert lit.bounding_box()["width"] > 500


def test_a_layer_that_is_removed_leaves_nothing(page, opened, tiles):
    frame = show(opened(page), entry(), highlight={"layer": "own", "id": "small"})
    show(page)
    assert frame.evaluate("document.querySelectorAll('.leaflet-layer-own-pane *').length") == 0
    asked = len(tiles.asked)
    zoomed(page, 7)
    assert len(tiles.asked) == asked
