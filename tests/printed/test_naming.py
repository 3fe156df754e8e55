"""Names on a printed map: none on another, none over the edge, the important ones first."""

import numpy as np
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from layers.printed import naming
from layers.printed.extent import Extent
from layers.printed.named import Named

EXTENT = Extent(0, 0, 1000, 500)
PX = 0.64


@pytest.fixture
def axes() -> Axes:
    figure = Figure(figsize=(12, 7), dpi=144)
    FigureCanvasAgg(figure)
    made = figure.add_axes((0.05, 0.1, 0.8, 0.7))
    made.set(xlim=(0, 1000), ylim=(0, 500))
    return made


def town(text: str, x: float, y: float, priority: float = 1.0, look: str = "town") -> Named:
    return Named(text, x, y, look, priority, is_point=True, centred=False, radius_px=2.0)


def area(text: str, x: float, y: float, priority: float = 9.0, look: str = "country", room: float = 0.0) -> Named:
    return Named(text, x, y, look, priority, is_point=False, centred=True, radius_px=room)


def written(axes: Axes) -> list[Text]:
    """Return the texts above their halos."""
    return [text for text in axes.texts if text.get_zorder() == naming.ABOVE_ALL + 1]


def boxes(axes: Axes) -> list[Bbox]:
    """Return the box of each name, whatever it is made of."""
    axes.figure.canvas.draw()
    names: list[list[Bbox]] = []
    for text in written(axes):
        if text.get_gid():
            names.append([])
        names[-1].append(text.get_window_extent())
    return [Bbox.union(each) for each in names]


def crowd(number: int) -> list[Named]:
    dice = np.random.default_rng(7)
    towns = [town(f"Puerto {n} de la Frontera", dice.uniform(0, 1000), dice.uniform(0, 500), n) for n in range(number)]
    zones = [area(f"Zona {n} - Río Grande - Alto Paraná", dice.uniform(0, 1000), dice.uniform(0, 500), 1e3 + n, "zone")
             for n in range(number // 5)]  # fmt: skip
    return [*towns, *zones, area("Colombia", 300, 300, 1e6, room=80)]


def test_no_two_names_touch_and_none_leaves_the_map(axes: Axes) -> None:
    naming.place(axes, crowd(200), [], EXTENT, px=PX)
    found = boxes(axes)
    assert len(found) > 60
    frame = axes.get_window_extent()
    for n, one in enumerate(found):
        assert Bbox.union([frame, one]).bounds == frame.bounds
        assert not any(one.overlaps(other) for other in found[:n])


def test_names_keep_off_the_furniture(axes: Axes) -> None:
    taken = Bbox.from_bounds(0, 0, 300, 200)  # points on the axes
    naming.place(axes, crowd(200), [], EXTENT, px=PX, taken=[taken])
    origin = axes.get_window_extent().p0
    placed = Bbox(taken.get_points() * axes.figure.dpi / 72 + origin)
    assert boxes(axes)
    assert not any(one.overlaps(placed) for one in boxes(axes))


def test_towns_keep_off_signs_and_off_each_others_dots(axes: Axes) -> None:
    names = [town(f"Villa {n}", 100 + 45 * n, 250, n) for n in range(18)]
    naming.place(axes, names, [], EXTENT, px=PX)
    dots = axes.transData.transform([(name.x, name.y) for name in names])
    for box in boxes(axes):
        assert not np.all((dots > box.p0) & (dots < box.p1), axis=1).any()


def test_a_sign_where_the_best_place_is_moves_a_name_to_the_next(axes: Axes) -> None:
    naming.place(axes, [town("Leticia", 500, 250)], [], EXTENT, px=PX)
    free = boxes(axes)[0]
    for text in list(axes.texts):
        text.remove()
    naming.place(axes, [town("Leticia", 500, 250)], [(515, 250, 6.0)], EXTENT, px=PX)
    assert free.x0 > axes.transData.transform((500, 250))[0]
    assert not boxes(axes)[0].overlaps(
        Bbox([axes.transData.transform((510, 246)), axes.transData.transform((520, 254))])
    )


def test_where_two_names_want_one_place_the_more_important_has_it(axes: Axes) -> None:
    names = [area("Zona menor", 500, 250, 1, "zone"), area("Zona mayor", 500, 250, 2, "zone")]
    naming.place(axes, [*names, *(area(f"Relleno {n}", 500, 250, 0.5, "zone") for n in range(40))], [], EXTENT, px=PX)
    assert written(axes)[0].get_text() == "Zona mayor"
    assert len(boxes(axes)) < 20  # the rest found no place


def test_the_same_name_is_not_said_twice_at_one_place(axes: Axes) -> None:
    naming.place(axes, [town("Tabatinga", 500, 250), town("Tabatinga", 510, 255, look="place")], [], EXTENT, px=PX)
    assert [text.get_text() for text in written(axes)] == ["Tabatinga"]


def test_a_long_name_is_broken_after_its_dash_and_never_within_a_word(axes: Axes) -> None:
    naming.place(axes, [area("Putumayo - Sucumbíos - Loreto", 500, 250, look="zone")], [], EXTENT, px=PX)
    assert [text.get_text() for text in written(axes)] == ["Putumayo -", "Sucumbíos - Loreto"]
    naming.place(axes, [area("Venezuela", 200, 100)], [], EXTENT, px=PX)
    letters = "".join(text.get_text() for text in written(axes)[2:])
    assert letters == "VENEZUELA"


def test_what_has_more_room_is_set_larger(axes: Axes) -> None:
    naming.place(axes, [area("Brazil", 600, 250, room=90), area("Guyana", 300, 400, room=12)], [], EXTENT, px=PX)
    sizes = {text.get_text(): text.get_fontsize() for text in written(axes)}
    assert sizes["B"] > 1.3 * sizes["G"]


def test_a_halo_is_a_shape_and_the_name_above_it_stays_text(axes: Axes) -> None:
    naming.place(axes, [town("Cúcuta $4_a$", 500, 250)], [], EXTENT, px=PX)
    (name,) = axes.texts
    (halo,) = (each for each in axes.patches if each.get_gid() == "halos")
    assert not name.get_path_effects()
    assert halo.get_zorder() < name.get_zorder()
    assert not name.get_parse_math()
    axes.figure.canvas.draw()
    drawn, around = name.get_window_extent(), halo.get_window_extent()
    assert (around.x0 + around.x1) / 2 == pytest.approx((drawn.x0 + drawn.x1) / 2, abs=2)
    assert around.width == pytest.approx(drawn.width, abs=2)  # its stroke is not counted


@pytest.mark.parametrize("names", [[], [town("", 500, 250)], [town("Fuera", -50, 900)]])
def test_nothing_to_name_is_no_error(axes: Axes, names: list[Named]) -> None:
    naming.place(axes, names, [], EXTENT, px=PX)
    assert not axes.texts


def test_the_order_of_names_does_not_matter() -> None:
    found = []
    for seed in (1, 2):
        figure = Figure(figsize=(12, 7), dpi=144)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.05, 0.1, 0.8, 0.7))
        names = [crowd(80)[n] for n in np.random.default_rng(seed).permutation(len(crowd(80)))]
        naming.place(axes, names, [], EXTENT, px=PX)
        found.append([(text.get_text(), *text.get_position()) for text in axes.texts])
    assert found[0] == found[1]


def test_a_name_stands_beside_a_line_where_there_is_room(axes: Axes) -> None:
    x, y = (EXTENT.west + EXTENT.east) / 2, (EXTENT.south + EXTENT.north) / 2
    name = Named("Leticia", x, y, "town", 1.0, is_point=True, centred=False, radius_px=3)
    east = shapely.LineString([(x, y), (EXTENT.east, y)])
    naming.place(axes, [name], [], EXTENT, px=PX)
    naming.place(axes, [name], [], EXTENT, px=PX, lines=[east])
    free, kept_off = (text.get_position() for text in axes.texts)
    assert free[0] > 0
    assert kept_off[1] != free[1] or kept_off[0] < free[0], "it stands above, below or left of the line"


def test_what_no_typeface_can_write_is_no_name(axes: Axes) -> None:
    x, y = (EXTENT.west + EXTENT.east) / 2, (EXTENT.south + EXTENT.north) / 2
    naming.place(
        axes, [Named("边境 🚢", x, y, "town", 1.0, is_point=True, centred=False, radius_px=3)], [], EXTENT, px=PX
    )
    assert not axes.texts
