"""The printed map: it shows what the browser shows, tells what is seen, and is the same every time."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from geo.mercator import WORLD, to_world
from geo.zones import zone
from layers import web
from layers.looks import DEFAULT_LAYERS, LOOKS, specs
from layers.printed import atlas, base
from layers.printed.atlas import Drawn
from layers.printed.extent import Extent, of_bounds, of_view
from layers.tokens import ACCENT, LAND, SEA
from layers.view import ViewState
from tests.conftest import ROOT
from tests.stored_layers import kept

SIZE = (6.0, 4.0)  # inches
DPI = 72
PX = 0.75  # points per pixel of the page: 576 pixels across


def sheet() -> Figure:
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    figure.add_axes((0, 0, 1, 1))
    return figure


def drawn(view: ViewState, extent: Extent | None = None) -> tuple[Figure, Drawn]:
    figure = sheet()
    frame = extent or of_view(view, shape=SIZE[0] / SIZE[1])
    return figure, atlas.draw(figure.axes[0], view, web.shown(view), frame, px=PX)


def picture(figure: Figure) -> NDArray[np.uint8]:
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:, :, :3]


def colour_at(figure: Figure, lon: float, lat: float) -> str:
    """Return the colour of the dot at a place."""
    x, y = figure.axes[0].transData.transform(to_world(np.array([[lon, lat]])))[0]
    pixels = picture(figure)
    return to_hex(pixels[pixels.shape[0] - 1 - int(y), int(x)] / 255)


def near(one: str, other: str, least: float = 0.03) -> bool:
    return bool(np.abs(np.array(to_rgb(one)) - np.array(to_rgb(other))).max() < least)


@pytest.fixture
def store(storage: Path) -> Callable[..., str]:  # noqa: ARG001 - layers go there
    return lambda frame, **said: kept(frame, **said).key


def test_land_and_sea_are_where_they_are() -> None:
    figure, _ = drawn(ViewState(layers=()))
    assert near(colour_at(figure, -47.0, -12.0), LAND)
    assert near(colour_at(figure, -85.0, -25.0), SEA)


def test_the_axes_hold_the_extent_and_nothing_else() -> None:
    extent = Extent(1e8, 1.1e8, 1.3e8, 1.3e8)
    figure, _ = drawn(ViewState(), extent)
    axes = figure.axes[0]
    assert (*axes.get_xlim(), *axes.get_ylim()) == (1e8, 1.3e8, 1.1e8, 1.3e8)
    assert not axes.get_xticks().size
    assert not axes.get_yticks().size


def test_a_layer_that_is_on_changes_the_picture_and_one_that_is_off_does_not() -> None:
    bare = picture(drawn(ViewState(layers=()))[0])
    for key in LOOKS:
        assert (picture(drawn(ViewState(layers=(key,), year=2019))[0]) != bare).any(), key


def test_opacity_makes_a_layer_paler() -> None:
    view = ViewState(layers=("zones",), zone="", lat=-3.0, lon=-73.0, zoom=6)
    bare = picture(drawn(view.but(layers=()))[0]).astype(int)
    whole = np.abs(picture(drawn(view)[0]) - bare).sum()
    half = np.abs(picture(drawn(view.but(opacity=(("zones", 50),)))[0]) - bare).sum()
    assert 0.3 * whole < half < 0.7 * whole


def test_figures_have_the_colour_of_their_class() -> None:
    view = ViewState(layers=("coca",), year=2019)
    figure, told = drawn(view)
    (group,) = told.legend
    counted = {entry.words: entry.count for entry in group.entries}
    assert "2019" in group.title
    assert counted["30\u202f000 and more"] == 2  # Nariño and Norte de Santander
    fill = next(entry.style["fillColor"] for entry in group.entries if entry.words == "30\u202f000 and more")
    ground, over = np.array(to_rgb(LAND)), np.array(to_rgb(str(fill)))
    assert near(colour_at(figure, -77.6, 1.5), to_hex(0.85 * over + 0.15 * ground), 0.06)


def test_a_country_with_one_figure_has_no_lines_inside() -> None:
    box = (-66.5, -19.5, -62.5, -15.5)  # inside Bolivia, where only the country's figure is known
    with_lines = drawn(ViewState(layers=()), of_bounds(box, shape=1.5))[0]
    figure, told = drawn(ViewState(layers=("coca",), year=2019), of_bounds(box, shape=1.5))

    def lines(of: Figure) -> bool:
        return any(each.get_zorder() == base.FIRST_ORDER + 3 for each in of.axes[0].collections)

    assert lines(with_lines)
    assert not lines(figure)
    assert any("whole country" in entry.words and entry.count == 1 for entry in told.legend[0].entries)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        pytest.param((-60, -20, -40, 0), set(DEFAULT_LAYERS), id="much"),
        pytest.param((-45, -12, -43, -10), set(), id="inland, where nothing is"),
    ],
)
def test_the_legend_has_only_what_is_seen(bounds: tuple[float, ...], expected: set[str]) -> None:
    _, told = drawn(ViewState(), of_bounds(bounds, shape=1.5))  # the frame is wider than the bounds
    assert {group.key for group in told.legend} == expected


def test_the_legend_counts_what_lies_in_the_extent() -> None:
    view = ViewState(layers=("crossings",))
    extent = of_bounds((-71, -14, -66, -9), shape=1.5)
    _, told = drawn(view, extent)
    frame = web.shown(view)[0].record.read()
    west, south, east, north = extent.degrees()
    inside = frame.cx[west:east, south:north]
    counted = {entry.words: entry.count for entry in told.legend[0].entries}
    assert counted["Bridge"] == (inside["kind"] == "bridge").sum()
    assert counted.get("Informal crossing", 0) == (inside["kind"] == "informal").sum()


def test_what_lies_above_comes_first_in_the_legend() -> None:
    _, told = drawn(ViewState())
    orders = [group.spec.order for group in told.legend]
    assert orders == sorted(orders, reverse=True)


def test_filters_and_year_are_obeyed() -> None:
    _, every = drawn(ViewState(layers=("corridors",)))
    _, gold = drawn(ViewState(layers=("corridors",), commodities=("gold",)))
    words = [entry.words for entry in gold.legend[0].entries]
    assert "Gold" in words
    assert "Cocaine" not in words
    assert "Cocaine" in [entry.words for entry in every.legend[0].entries]


def test_marks_appear_with_their_zoom() -> None:
    def words(zoom: float) -> set[str]:
        view = ViewState(layers=("corridors",), lat=-4.0, lon=-70.0, zoom=zoom)
        return {str(entry.style.get("badge") or entry.style.get("glyph")) for entry in drawn(view)[1].legend[0].entries}

    assert words(4) == {"None"}
    assert "C" in words(6)
    assert "▶" in words(6)
    assert not words(6) & {"≈", "═"}
    assert "≈" in words(8)


def test_rings_of_precision_are_explained_once() -> None:
    view = ViewState(layers=("crossings", "mining"), lat=1.2, lon=-78.0, zoom=8)
    _, told = drawn(view)
    rings = [entry for group in told.legend for entry in group.entries if entry.words.startswith("Ring")]
    assert len(rings) == 1
    assert rings[0].count > 3
    _, far = drawn(view.but(zoom=5))
    assert not [entry for group in far.legend for entry in group.entries if entry.words.startswith("Ring")]


def test_a_ring_is_as_wide_as_the_precision_at_its_latitude(store: Callable[..., str]) -> None:
    lat = 40.0
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(-60, lat)], crs="EPSG:4326")
    key = store(frame, title="Far north", precision_km=50)
    figure, _ = drawn(ViewState(layers=(key,), lat=lat, lon=-60.0, zoom=7))
    ring = max(
        (
            path.get_extents()
            for each in figure.axes[0].collections
            if isinstance(each, PathCollection) and each.get_zorder() == 58
            for path in each.get_paths()
        ),
        key=lambda box: box.width,
    )
    (_, south), (_, north) = (to_world(np.array([[-60.0, lat + step]]))[0] for step in (-50 / 111.2, 50 / 111.2))
    assert ring.height == pytest.approx(north - south, rel=0.01)


def test_the_chosen_zone_is_lit() -> None:
    view = ViewState(zone="Z-TUMACO")
    extent = of_view(view, shape=1.5)
    accent = np.array(to_rgb(ACCENT))

    def lit(of: ViewState) -> int:
        return int((np.abs(picture(drawn(of, extent)[0]) / 255 - accent).max(axis=2) < 0.04).sum())

    assert lit(view) > 2 * lit(view.but(zone=""))


def test_names_stand_in_what_is_seen() -> None:
    view = ViewState(zone="Z-TUMACO")
    extent = of_view(view, shape=1.5)
    _, told = drawn(view, extent)
    texts = {name.text for name in told.names}
    assert {"Colombia", "Ecuador", "Tumaco - Esmeraldas"} <= texts
    for name in told.names:
        assert extent.west <= name.x <= extent.east, name
        assert extent.south <= name.y <= extent.north, name


@pytest.mark.parametrize(("lang", "name"), [("en", "Brazil"), ("es", "Brasil"), ("pt", "Brasil")])
def test_names_are_in_the_readers_language(lang: str, name: str) -> None:
    _, told = drawn(ViewState(lang=lang))  # type: ignore[arg-type]  # one of the three
    assert name in {each.text for each in told.names}


def test_towns_come_with_their_zoom() -> None:
    def towns(zoom: float) -> set[str]:
        _, told = drawn(ViewState(layers=(), lat=-12.0, lon=-77.0, zoom=zoom))
        return {name.text for name in told.names if name.look in {"city", "town"}}

    assert towns(4) == set()
    assert "Lima" in towns(6.5)
    assert "Chosica" not in towns(6.5)
    assert len(towns(9.5)) > 3


@pytest.mark.parametrize("turn", [-1, 1])
def test_beyond_the_antimeridian_the_other_world_is_drawn(store: Callable[..., str], turn: int) -> None:
    frame = gpd.GeoDataFrame(
        {"id": ["east", "west"]},
        geometry=[shapely.box(178, -2, 180, 0), shapely.box(-180, -2, -178, 0)],
        crs="EPSG:4326",
    )
    key = store(frame, title="On the line")
    edge = WORLD if turn == 1 else 0
    _, y = to_world(np.array([[0.0, -1.0]]))[0]
    half = WORLD / 100
    figure, told = drawn(ViewState(layers=(key,)), Extent(edge - 1.5 * half, y - half, edge + 1.5 * half, y + half))
    assert told.legend[0].entries[0].count == 2
    pixels = picture(figure)
    middle = pixels[pixels.shape[0] // 2]
    left, right = middle[: len(middle) // 2], middle[len(middle) // 2 :]
    sea = np.array(to_rgb(SEA)) * 255
    assert (np.abs(left - sea).max(axis=1) > 20).any()
    assert (np.abs(right - sea).max(axis=1) > 20).any()


def test_an_empty_view_and_a_zone_like_a_point_are_maps_too() -> None:
    _, told = drawn(ViewState(layers=(), lat=-30.0, lon=-110.0, zoom=14))
    assert told == Drawn((), (), ())
    x, y = zone("Z-TUMACO").geometry.representative_point().coords[0]
    figure, _ = drawn(ViewState(), of_bounds((x, y, x, y), shape=1.5))
    assert picture(figure).std() >= 0


def test_tiny_areas_are_seen(store: Callable[..., str]) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(-60, -5).buffer(1e-4)], crs="EPSG:4326")
    key = store(frame, title="A few metres")
    view = ViewState(layers=(key,))
    bare = picture(drawn(view.but(layers=()))[0]).astype(int)
    assert np.abs(picture(drawn(view)[0]) - bare).max() > 60


def test_a_strangers_title_is_data(store: Callable[..., str]) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(-60, -5)], crs="EPSG:4326")
    key = store(frame, title="$\\frac{1}{0}$ <b>")
    _, told = drawn(ViewState(layers=(key,)))
    assert told.legend[0].title == "$\\frac{1}{0}$ <b>"


def test_classes_of_a_layer_say_what_they_are_of(store: Callable[..., str]) -> None:
    places = [shapely.Point(-60 - each, -5) for each in range(6)]
    frame = gpd.GeoDataFrame({"ore": ["gold", "tin"] * 3}, geometry=places, crs="EPSG:4326")
    key = store(frame, title="Pits", category="ore")
    (group,) = drawn(ViewState(layers=(key,), lat=-5.0, lon=-62.0, zoom=5))[1].legend
    assert group.title == "Pits · ore"
    assert {(entry.words, entry.count) for entry in group.entries} == {("gold", 3), ("tin", 3)}


def test_what_may_not_leave_is_not_asked_for() -> None:
    """``draw`` shows the layers it is given, whatever the view says is on."""
    view = ViewState(layers=("zones", "crossings"))
    figure = sheet()
    told = atlas.draw(figure.axes[0], view, [specs()["zones"]], of_view(view, shape=1.5), px=PX)
    assert [group.key for group in told.legend] == ["zones"]


SCRIPT = """
import hashlib, io, sys
from matplotlib import rc_context
from tests.printed.test_atlas import drawn
from layers.view import ViewState
figure, _ = drawn(ViewState(zone="Z-VRAEM", layers=("zones", "brown-areas", "corridors", "crossings", "mining")))
for format, metadata in (("png", {}), ("svg", {"Date": None}), ("pdf", {"CreationDate": None})):
    out = io.BytesIO()
    with rc_context({"svg.hashsalt": "x"}):
        figure.savefig(out, format=format, metadata=metadata)
    print(hashlib.sha256(out.getvalue()).hexdigest())
"""


def test_two_processes_write_the_same_bytes() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT, env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert len(runs[0].split()) == 3
    assert runs[0] == runs[1]


def test_lines_stay_lines_in_vector_files() -> None:
    figure, _ = drawn(ViewState())
    out = io.BytesIO()
    figure.savefig(out, format="svg")
    assert b"<image" not in out.getvalue()
    assert len(out.getvalue()) < 3_000_000
