"""Leaflet's style on paper: defaults, dashes, shapes and hatches look as the browser has them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from layers import legend
from layers.looks import LOOKS
from layers.printed import painting
from layers.printed.extent import Extent
from layers.printed.glyphs import glyph
from layers.printed.outlines import paths, within
from layers.spec import Style
from layers.tokens import HATCHES
from layers.view import ViewState

SIDE = 100  # dots, units and points alike


def sheet() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(SIDE / 72, SIDE / 72), dpi=72)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, SIDE), ylim=(0, SIDE))
    axes.axis("off")
    return figure, axes


def pixels(figure: Figure) -> NDArray[np.uint8]:
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[::-1, :, :3]  # the first row is the lowest


def painted(shape: shapely.Geometry, style: Style, symbol: str = "circle", **put: float) -> NDArray[np.uint8]:
    figure, axes = sheet()
    told = {"px": 1.0, **put}
    painting.add(axes, np.array([shape], dtype=object), style, symbol=symbol, zorder=1, **told)
    return pixels(figure)


@pytest.mark.parametrize(
    ("style", "is_line", "expected"),
    [
        pytest.param({}, False, {"face": to_rgba("#3388ff", 0.2), "edge": to_rgba("#3388ff"), "width": 3.0}, id="area"),
        pytest.param({}, True, {"face": painting.NONE, "width": 3.0}, id="a line has no fill"),
        pytest.param({"stroke": False}, False, {"edge": painting.NONE, "width": 0.0}, id="no stroke"),
        pytest.param({"fill": False}, False, {"face": painting.NONE}, id="no fill"),
        pytest.param({"color": "#ff0000"}, False, {"face": to_rgba("#ff0000", 0.2)}, id="the fill follows the stroke"),
        pytest.param({"weight": 0}, False, {"edge": painting.NONE}, id="no weight"),
        pytest.param({"weight": 2, "dashArray": "8 6"}, True, {"dash": (0.0, (4.0, 3.0))}, id="dashes in widths"),
        pytest.param({"fillColor": "url(#hatch-brown)"}, False, {"hatch": HATCHES[0]["colour"]}, id="hatch"),
    ],
)
def test_what_leaflet_takes_where_nothing_is_said(style: Style, is_line: bool, expected: Mapping[str, object]) -> None:
    look = painting.look(style, px=1.0, is_line=is_line)
    assert {name: getattr(look, name) for name in expected} == expected


def test_widths_and_dashes_are_in_pixels_of_the_page() -> None:
    style: Style = {"weight": 2, "dashArray": "8 6"}
    small, large = (painting.look(style, px=px, is_line=True) for px in (0.5, 2.0))
    assert large.width == 4 * small.width
    assert large.dash == small.dash  # matplotlib counts them in widths


def test_opacity_is_of_stroke_and_fill() -> None:
    look = painting.look({"fillOpacity": 0.5, "opacity": 0.8}, px=1.0, opacity=0.5)
    assert look.face[3] == 0.25
    assert look.edge[3] == 0.4


def test_a_hole_stays_empty() -> None:
    ring = shapely.Polygon([(10, 10), (90, 10), (90, 90), (10, 90)], [[(30, 30), (70, 30), (70, 70), (30, 70)]])
    for shape in (ring, shapely.reverse(ring)):
        seen = painted(shape, {"stroke": False, "fillColor": "#000000", "fillOpacity": 1.0})
        assert seen[20, 20].tolist() == [0, 0, 0]
        assert seen[50, 50].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("shape", "inside", "outside"),
    [
        pytest.param("square", (68, 68), (72, 50), id="square"),
        pytest.param("diamond", (50, 67), (65, 65), id="diamond"),
        pytest.param("triangle", (50, 66), (66, 62), id="a triangle stands on its base"),
        pytest.param("circle", (50, 68), (66, 66), id="circle"),
    ],
)
def test_signs_of_points(shape: str, inside: tuple[int, int], outside: tuple[int, int]) -> None:
    style: Style = {"shape": shape, "radius": 20, "stroke": False, "fillColor": "#000000", "fillOpacity": 1.0}
    seen = painted(shapely.Point(50, 50), style)
    assert seen[inside[1], inside[0]].tolist() == [0, 0, 0]
    assert seen[outside[1], outside[0]].tolist() == [255, 255, 255]


def test_every_part_of_every_kind_is_drawn() -> None:
    parts = shapely.GeometryCollection([shapely.MultiPoint([(20, 80), (80, 80)])])
    lines = shapely.MultiLineString([[(10, 20), (40, 20)], [(60, 20), (90, 20)]])
    style: Style = {"color": "#000000", "weight": 4, "radius": 4, "fillOpacity": 1.0}
    for shape, places in ((parts, ((20, 80), (80, 80))), (lines, ((25, 20), (75, 20)))):
        seen = painted(shape, style)
        assert [seen[y, x].tolist() for x, y in places] == [[0, 0, 0], [0, 0, 0]]


def test_a_hatch_lies_between_the_fill_and_the_edge_and_ends_with_the_area() -> None:
    style: Style = {"color": "#0000ff", "weight": 6, "fillColor": "url(#hatch-brown)", "fillOpacity": 1.0}
    seen = painted(shapely.box(20, 20, 80, 80), style)
    inner = {to_hex(each / 255) for row in seen[30:70, 30:70] for each in row}
    assert HATCHES[0]["background"].lower() in inner
    assert len(inner) > 3  # the lines
    edge = seen[20, 25:75]
    assert {to_hex(each / 255) for each in edge} == {"#0000ff"}
    assert (seen[:15] == 255).all()


def test_a_hatch_runs_on_from_one_area_to_the_next() -> None:
    style: Style = {"stroke": False, "fillColor": "url(#hatch-none)", "fillOpacity": 1.0}
    whole = painted(shapely.box(10, 10, 90, 90), style)
    figure, axes = sheet()
    halves = np.array([shapely.box(10, 10, 50, 90), shapely.box(50, 10, 90, 90)], dtype=object)
    painting.add(axes, halves, style, symbol="area", zorder=1, px=1.0)
    assert np.abs(pixels(figure).astype(int) - whole)[12:88, 12:88].max() < 12


def test_only_crowds_are_put_into_vector_files_as_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "CROWD", 3)
    for count, is_picture in ((3, False), (4, True)):
        _, axes = sheet()
        points = np.array([shapely.Point(each, 50) for each in range(count)], dtype=object)
        painting.add(axes, points, {}, symbol="circle", zorder=1, px=1.0)
        assert bool(axes.collections[0].get_rasterized()) is is_picture


def test_every_line_of_every_legend_has_a_sign_within_its_box() -> None:
    view = ViewState(layers=tuple(LOOKS), year=2019)
    for spec in LOOKS.values():
        for entry in [*legend.entries(spec, view), legend.Entry("", spec.style, 1)]:
            signs = painting.sign(entry.style, symbol=spec.symbol, width=26, height=14, px=1.0)
            assert signs, (spec.key, entry)
            for each in signs:
                assert isinstance(each, PathPatch)
                box = each.get_path().get_extents()
                assert shapely.box(0, 0, 26, 14).covers(shapely.box(*box.extents)), (spec.key, entry)


def test_a_sign_is_placed_by_its_transform_and_grows_with_its_box() -> None:
    style: Style = {"color": "#000000", "fillColor": "#ff0000", "fillOpacity": 1.0}
    small = painting.sign(style, symbol="area", width=13, height=7, px=0.5)
    large = painting.sign(style, symbol="area", width=26, height=14, px=1.0)
    for one, other in zip(small, large, strict=True):
        assert isinstance(one, PathPatch)
        assert isinstance(other, PathPatch)
        assert np.allclose(2 * one.get_path().vertices, other.get_path().vertices)
        assert other.get_linewidth() == pytest.approx(2 * one.get_linewidth())
    figure, _ = sheet()
    for each in large:
        each.set_transform(Affine2D().translate(50, 50))
        figure.add_artist(each)
    assert pixels(figure)[57, 63].tolist() == [255, 0, 0]


@pytest.mark.parametrize("text", ["C", "Hg", "≈", "═", "✈", "⚓", "◦", "▶"])
def test_glyphs_are_there_and_in_the_middle(text: str) -> None:
    box = glyph(text).get_extents()
    assert box.width > 0.2
    assert abs(box.x0 + box.x1) < 1e-9
    assert abs(box.y0 + box.y1) < 1e-9


def test_paths_of_nothing_are_none() -> None:
    assert paths(np.zeros(0, dtype=object)) == []


def test_what_lies_within_is_cut_and_what_lies_outside_is_left_out() -> None:
    wide = shapely.Point(0, 0).buffer(50, quad_segs=200)
    shapes = np.array([shapely.box(200, 0, 210, 10), shapely.Point(5, 5), wide], dtype=object)
    rows, seen = within(shapes, Extent(0, 0, 100, 100), 10.0)
    assert rows.tolist() == [1, 2]
    assert seen[1].bounds == pytest.approx((-10, -10, 50, 50), abs=1e-6)
