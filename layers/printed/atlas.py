"""The printed map: the base map and the layers of a view in one extent, to look as they do in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes

from geo import catalogue, store
from geo.mercator import pixel, world_geometry
from geo.messages import Message, say
from geo.terms import unit_label
from layers import features, legend, shading, web
from layers.legend import Entry
from layers.printed import base, marks, painting
from layers.printed.extent import Extent
from layers.printed.marks import Mark
from layers.printed.named import Named
from layers.printed.outlines import Geometries, within
from layers.printed.signs import size_at
from layers.spec import LayerSpec, Style
from layers.tokens import ACCENT
from layers.version import version_of
from layers.view import ViewState

__all__ = ["Drawn", "LegendGroup", "Named", "draw"]

EVERY_DOT: Final = 1.0
LIT_PX: Final = 2.5  # how much wider the edge of what is chosen is: static/signs.js
GLOW: Final = ((10.0, 0.14), (7.0, 0.2))  # px beyond its edge, and opacity: the halo of what is chosen
MOST_MARKS: Final = 2000  # signs that names keep off; more cover the map anyway
RING_WORDS: Final = Message("Ring: the place is somewhere inside")


@dataclass(frozen=True)
class LegendGroup:
    """The legend of one layer: only what is seen of it in the extent."""

    key: str
    title: str
    entries: tuple[Entry, ...]
    spec: LayerSpec


@dataclass(frozen=True)
class Drawn:
    """What a map shows: its legend, the names that may stand on it, and the signs they should keep off.

    Attributes
    ----------
    marks : tuple of (x, y, radius in pixels of the page)
        In the square world.
    """

    legend: tuple[LegendGroup, ...]
    names: tuple[Named, ...]
    marks: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Sheet:
    """What every layer of a map is drawn with."""

    axes: Axes
    view: ViewState
    extent: Extent
    px: float
    zoom: float
    fine: float  # the zoom whose pixels are as small as the sheet's dots

    @property
    def margin(self) -> float:
        """How far beyond the edge shapes go on, in units."""
        return base.MARGIN_PX * pixel(self.zoom)

    @property
    def box(self) -> shapely.Geometry:
        """The extent as an area."""
        return shapely.box(self.extent.west, self.extent.south, self.extent.east, self.extent.north)


def draw(axes: Axes, view: ViewState, layers: Sequence[LayerSpec], extent: Extent, *, px: float) -> Drawn:
    """Draw a map that fills its axes.

    Parameters
    ----------
    axes : Axes
        Of a figure whose resolution is set; their limits become the extent, in the square world.
    layers : sequence of LayerSpec
        What of the view may be drawn, in drawing order.
    px : float
        Points per pixel of the page: widths, dashes and signs are told in those.

    Raises
    ------
    DataError
        If a file behind a layer cannot be read.
    UnknownError
        If a stored layer was deleted meanwhile.
    """
    box, dots = axes.get_window_extent(), axes.figure.dpi / 72
    zoom = extent.zoom(box.width / dots / px)
    fine = extent.zoom(box.width)
    axes.set(xlim=(extent.west, extent.east), ylim=(extent.south, extent.north), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
    sheet = Sheet(axes, view, extent, px, zoom, fine)
    names = list(base.draw(axes, view, extent, px=px, zoom=zoom, fine=fine))
    groups: list[LegendGroup] = []
    signs: list[tuple[float, float, float]] = []
    for spec in layers:
        entries, named, marked = _figures(sheet, spec) if spec.shades is not None else _features(sheet, spec)
        names += named
        signs += marked
        if entries:
            groups.append(LegendGroup(spec.key, _title(sheet, spec), tuple(entries), spec))
    return Drawn(tuple(reversed(groups)), tuple(names), tuple(signs))


def _title(sheet: Sheet, spec: LayerSpec) -> str:
    """Return what stands above a layer's legend; of figures also their year and unit."""
    lang = sheet.view.lang
    title = say(spec.title, lang)
    if spec.shades is None:
        return title
    unit, year = say(unit_label(spec.record.indicator), lang), shading.shown_year(spec, sheet.view.year)
    return f"{title}, {unit}" if year is None else f"{title} {year}, {unit}"


Seen = tuple[list[Entry], list[Named], list[tuple[float, float, float]]]


def _features(sheet: Sheet, spec: LayerSpec) -> Seen:
    frame = features.selected(spec, sheet.view)
    if frame.empty:
        return [], [], []
    everything = _world(spec)
    shapes = everything.loc[frame.index].to_numpy() if everything is not None else _in_world(frame)
    rows, seen = within(np.asarray(shapes, dtype=object), sheet.extent, sheet.margin)
    if not len(rows):
        return [], [], []
    seen = _as_fine(seen, sheet)
    shown = frame.iloc[rows]
    styles = _styles(spec, shown)
    share = dict(sheet.view.opacity).get(spec.key, 100) / 100
    size = size_at(sheet.zoom)
    put: dict[str, Any] = {"symbol": spec.symbol, "zorder": spec.order, "px": sheet.px, "opacity": share}
    ringed = 0
    if sheet.zoom >= marks.RINGS_FROM:
        ringed = marks.rings(sheet.axes, shown, seen, np.arange(len(rows)), px=sheet.px, zorder=spec.order, opacity=share)
    lit = _lit(sheet, spec, shown)
    plain = np.flatnonzero(~lit)
    painting.add_each(sheet.axes, seen[plain], [styles[row] for row in plain], size=size, **put)
    for row in np.flatnonzero(lit):
        _emphasise(sheet, seen[row], styles[row], size, put)
    inside = shapely.intersects(seen, sheet.box)
    corridors = gpd.GeoDataFrame(shown[inside][~shown[inside].index.duplicated()])
    marked = (
        marks.along(
            sheet.axes, spec, corridors, sheet.extent, px=sheet.px, zoom=sheet.zoom, zorder=spec.order, opacity=share
        )
        if spec.marks and len(corridors)
        else []
    )
    entries = _entries(sheet, spec, corridors, marked, ringed)
    named = _names(sheet, spec, shown[inside], seen[inside], [style for style, is_in in zip(styles, inside, strict=True) if is_in])
    return entries, named, [*_spots(seen[inside], styles, size), *((m.x, m.y, m.radius_px) for m in marked)]


def _world(spec: LayerSpec) -> pd.Series | None:
    """Return the geometries of a layer that is shipped in the square world, made once."""
    if spec.record.payload is not None:
        return None
    frame = catalogue.features(spec.key)
    return store.STORE.get(
        ("printed world", spec.key, version_of(spec.record)),
        lambda: pd.Series(list(_in_world(frame)), index=frame.index, dtype=object),
    )


def _in_world(frame: gpd.GeoDataFrame) -> Geometries:
    return world_geometry(np.asarray(frame.geometry.to_numpy(), dtype=object))


def _as_fine(shapes: Geometries, sheet: Sheet) -> Geometries:
    """Return shapes without the vertices that no dot of the sheet can show."""
    simple = shapely.simplify(shapes, 0.3 * pixel(sheet.fine))
    return np.asarray(np.where(shapely.is_empty(simple), shapes, simple), dtype=object)


def _styles(spec: LayerSpec, shown: pd.DataFrame) -> list[Style]:
    """Return the style of each feature; those that look alike share one."""
    columns = [channel.column for channel in spec.channels]
    known: dict[tuple[object, ...], Style] = {}
    out = []
    for values in zip(*(shown[column] for column in columns), strict=True) if columns else [()] * len(shown):
        if values not in known:
            known[values] = spec.style_for(dict(zip(columns, values, strict=True)))
        out.append(known[values])
    return out


def _lit(sheet: Sheet, spec: LayerSpec, shown: pd.DataFrame) -> np.ndarray:
    wanted = web.highlight(sheet.view)
    if wanted is None or wanted["layer"] != spec.key:
        return np.zeros(len(shown), dtype=bool)
    return np.asarray(shown.index.astype(str) == wanted["id"])


def _emphasise(sheet: Sheet, shape: shapely.Geometry, style: Style, size: float, put: Mapping[str, Any]) -> None:
    """Draw what is chosen: with a wider edge, and a halo around it."""
    weight = float(style.get("weight") or 1.0) + LIT_PX
    one = np.array([shape], dtype=object)
    for wider, opacity in GLOW:
        glow: Style = {**style, "color": ACCENT, "weight": weight + wider, "opacity": opacity, "fill": False, "dashArray": None}
        painting.add_each(sheet.axes, one, [glow], size=size, **put)
    painting.add_each(sheet.axes, one, [{**style, "weight": weight, "opacity": 1.0}], size=size, **put)


def _entries(sheet: Sheet, spec: LayerSpec, shown: pd.DataFrame, marked: Sequence[Mark], ringed: int) -> list[Entry]:
    """Return a layer's legend as far as it is seen; a layer without classes has one line for all of it."""
    lang = sheet.view.lang
    if shown.empty:
        return []
    out = []
    for channel in spec.channels:
        counts = shown[channel.column].astype(str).value_counts().to_dict()
        out += legend.channel_entries(spec, channel, counts, lang)
    has_badges = any(mark.kind == "badge" for mark in marked)
    out = [entry if has_badges else _without_badge(entry) for entry in out]
    if not out:
        out = [Entry(say(spec.title, lang), spec.style, len(shown))]
    if ringed:
        out.append(Entry(say(RING_WORDS, lang), {**marks.RING, "shape": "circle"}, ringed))
    return out + _mark_entries(sheet, marked)


def _without_badge(entry: Entry) -> Entry:
    return replace(entry, style={name: value for name, value in entry.style.items() if name != "badge"})


def _mark_entries(sheet: Sheet, marked: Sequence[Mark]) -> list[Entry]:
    texts = [mark.text for mark in marked if mark.kind == "glyph"]
    modes = {mode: texts.count(text) for mode, text in features.GLYPHS.items()}
    arrows = sum(mark.kind == "arrow" for mark in marked)
    return [each for each in legend.mark_entries(modes, arrows, sheet.view.lang) if each.count]


def _spots(shapes: Geometries, styles: Sequence[Style], size: float) -> list[tuple[float, float, float]]:
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    if not points.any() or points.sum() > MOST_MARKS:
        return []
    radius = max(float(style.get("radius") or 4.0) for style in styles) * size
    return [(float(x), float(y), radius) for x, y in shapely.get_coordinates(shapes[points])]


def _names(sheet: Sheet, spec: LayerSpec, shown: pd.DataFrame, shapes: Geometries, styles: Sequence[Style]) -> list[Named]:
    labels, lang = spec.labels, sheet.view.lang
    if labels is None or not labels.from_zoom <= sheet.zoom <= labels.to_zoom:
        return []
    out = []
    size = size_at(sheet.zoom)
    for (_, row), shape, style in zip(shown.iterrows(), shapes, styles, strict=True):
        is_point = shape.geom_type == "Point"
        at = shape if is_point else _middle(shape, sheet)
        text = say(str(row[labels.column]), lang) if labels.column else spec.record.title_of(row, lang)
        if at is None or not text:
            continue
        out.append(
            Named(
                text, at.x, at.y, labels.look, labels.priority * 1e9, is_point=is_point and not labels.centred,
                centred=labels.centred, radius_px=float(style.get("radius") or 0.0) * size,
            )  # fmt: skip
        )
    return out


def _middle(shape: shapely.Geometry, sheet: Sheet) -> shapely.Point | None:
    """Return where the name of an area or a line stands: within what is seen of it."""
    box = sheet.box
    seen = shape if shapely.covers(box, shape) else shapely.intersection(shapely.make_valid(shape), box)
    if seen.is_empty:
        return None
    if shapely.get_dimensions(seen) == 2:
        return seen.representative_point()
    longest = max(shapely.get_parts(shapely.line_merge(seen)), key=shapely.length)
    return longest.interpolate(0.5, normalized=True)


def _figures(sheet: Sheet, spec: LayerSpec) -> Seen:
    """Draw figures by unit, each in the colour of its class."""
    shapes, index = base.units(sheet.fine)
    rows, seen = within(shapes, sheet.extent, sheet.margin)
    values = shading.shade(spec, sheet.view).values.reindex(index[rows])
    classes = web.shade_styles(spec)
    styles = {name: {**spec.style, **style} for name, style in classes.items()}
    chosen = [styles[_class_of(row)] for row in values.itertuples()]
    share = dict(sheet.view.opacity).get(spec.key, 100) / 100
    painting.add_each(sheet.axes, seen, chosen, symbol="area", zorder=spec.order, px=sheet.px, opacity=share)
    inside = shapely.intersects(seen, sheet.box)
    if not inside.any():
        return [], [], []
    return [each for each in legend.shade_entries(spec, values[inside], sheet.view.lang) if each.count], [], []


def _class_of(row: Any) -> str:
    if row.shade < 0:
        return "none"
    return f"{row.shade}{'d' if row.doubt else ''}{'c' if row.level == shading.COUNTRY else ''}"
