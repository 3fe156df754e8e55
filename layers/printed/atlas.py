"""The printed map: the base map and the layers of a view in one extent, to look as they do in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes

from geo import catalogue, store
from geo.mercator import world_geometry
from layers import delivery, features, shading, web
from layers.printed import base, crowds, marks, painting, seen
from layers.printed.crowds import Scale
from layers.printed.extent import Extent
from layers.printed.named import Named
from layers.printed.outlines import Geometries, within
from layers.printed.painting import Put
from layers.printed.seen import LegendGroup, Seen
from layers.printed.signs import size_at, unit_at
from layers.spec import LayerSpec, Style
from layers.tokens import ACCENT
from layers.view import ViewState

__all__ = ["Drawn", "LegendGroup", "Named", "draw"]

LIT_PX: Final = 2.5  # how much wider the edge of what is chosen is: static/signs.js
LIT_DASHES: Final = 1.8  # how much longer its dashes are
HALO: Final = ((8.0, 0.12), (5.0, 0.2))  # around what is chosen: pixels beyond its edge, and opacity
SMALLEST_PX: Final = 2.0  # side of an area, in pixels of the page, below which its edge is all ink
FINEST_PX: Final = 0.3  # of a dot: what leaving out vertices may move a line


@dataclass(frozen=True)
class Drawn:
    """What a map shows: its legend, the names that may stand on it, and the signs they should keep off.

    Attributes
    ----------
    legend : tuple of LegendGroup
        What is drawn above comes first.
    names : tuple of Named
        In no order that matters.
    marks : tuple of (x, y, radius)
        In the square world; the radius in pixels of the page.
    lines : tuple of Geometry
        What names should not lie across, in the square world.
    """

    legend: tuple[LegendGroup, ...]
    names: tuple[Named, ...]
    marks: tuple[tuple[float, float, float], ...]
    lines: tuple[shapely.Geometry, ...] = ()


@dataclass(frozen=True)
class _Map:
    """What every layer is drawn with."""

    axes: Axes
    view: ViewState
    extent: Extent
    scale: Scale

    @property
    def margin(self) -> float:
        """How far beyond the edge shapes go on, in units."""
        return base.MARGIN_PX * unit_at(self.scale.zoom)

    @property
    def box(self) -> shapely.Polygon:
        """The extent as an area."""
        return shapely.box(self.extent.west, self.extent.south, self.extent.east, self.extent.north)

    def put(self, spec: LayerSpec) -> Put:
        """Return how the features of a layer are drawn."""
        share = dict(self.view.opacity).get(spec.key, 100) / 100
        return Put(spec.symbol, spec.order, self.scale.px, share, size_at(self.scale.zoom))


def draw(axes: Axes, view: ViewState, layers: Sequence[LayerSpec], extent: Extent, *, px: float) -> Drawn:
    """Draw a map that fills its axes; of a comparison, what the view has left of the divider.

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
    dots = axes.get_window_extent().width
    zoom = extent.zoom(dots / axes.figure.dpi * 72 / px)
    axes.set(xlim=(extent.west, extent.east), ylim=(extent.south, extent.north), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
    sheet = _Map(axes, view, extent, Scale(px, zoom, extent.zoom(dots)))
    whole = _shaded_as_one(view, layers)
    names = list(base.draw(axes, view, extent, px=px, zoom=zoom, fine=sheet.scale.fine, whole=whole))
    groups: list[LegendGroup] = []
    spots: list[tuple[float, float, float]] = []
    lines: list[shapely.Geometry] = []
    for spec in layers:
        told = _layer(sheet, spec)
        names += told.names
        spots += told.spots
        lines += told.lines
        if told.entries:
            groups.append(LegendGroup(spec.key, seen.title(spec, view), told.entries, spec))
    return Drawn(seen.with_one_ring(tuple(reversed(groups)), view.lang), tuple(names), tuple(spots), tuple(lines))


def _layer(sheet: _Map, spec: LayerSpec) -> Seen:
    if spec.shades is not None:
        return _figures(sheet, spec)
    payload = spec.record.payload
    # What is shipped is small; the measuring of it would take longer than drawing it.
    if payload is not None and payload.size > delivery.STORED_BYTES:
        return _crowd(sheet, spec)
    return _features(sheet, spec)


def _features(sheet: _Map, spec: LayerSpec) -> Seen:
    """Draw features one by one."""
    frame = features.selected(spec, sheet.view)
    rows, shapes = within(_world(spec, frame), sheet.extent, sheet.margin)
    if not len(rows):
        return Seen()
    shown, shapes = gpd.GeoDataFrame(frame.iloc[rows]), _as_fine(shapes, sheet)
    put = sheet.put(spec)
    shapes, styles = _visible(shapes, _styles(spec, shown), SMALLEST_PX * unit_at(sheet.scale.zoom))
    zoom, lang = sheet.scale.zoom, sheet.view.lang
    inside = shapely.intersects(shapes, sheet.box)
    ringed = 0
    if zoom >= marks.RINGS_FROM:
        ringed = marks.rings(sheet.axes, shown, shapes, inside, put)
    lit = _lit(sheet, spec, shown.index)
    chosen = np.flatnonzero(~lit).tolist()
    painting.add_each(sheet.axes, shapes[chosen], [styles[row] for row in chosen], put)
    for row in np.flatnonzero(lit).tolist():
        _emphasise(sheet, shapes[row], styles[row], put)
    rows_inside = np.flatnonzero(inside).tolist()
    told, told_styles = gpd.GeoDataFrame(shown[inside]), [styles[row] for row in rows_inside]
    each = gpd.GeoDataFrame(told[~told.index.duplicated()])  # what is seen twice beyond the antimeridian is one
    marked = marks.along(sheet.axes, spec, each, sheet.extent, put, zoom=zoom) if spec.marks and len(each) else []
    return Seen(
        seen.entries(spec, seen.counts(spec, each), len(each), lang, marked, ringed),
        seen.names(spec, told, shapes[inside], told_styles, sheet.box, lang, zoom),
        (*seen.spots(shapes[inside], told_styles, zoom), *((mark.x, mark.y, mark.radius_px) for mark in marked)),
        tuple(shapes[inside & (shapely.get_dimensions(shapes) == 1)]),
    )


def _world(spec: LayerSpec, frame: gpd.GeoDataFrame) -> Geometries:
    """Return the shapes of some features in the square world; those of a shipped layer are made once."""
    if spec.record.payload is not None:
        return _in_world(frame)
    every = catalogue.features(spec.key)
    known = store.STORE.get(
        ("printed world", spec.key, store.data_version()),
        lambda: pd.Series(list(_in_world(every)), index=every.index, dtype=object),
    )
    return np.asarray(known.loc[frame.index].to_numpy(), dtype=object)


def _in_world(frame: gpd.GeoDataFrame) -> Geometries:
    return world_geometry(np.asarray(frame.geometry.to_numpy(), dtype=object))


def _as_fine(shapes: Geometries, sheet: _Map) -> Geometries:
    """Return shapes without the vertices that no dot of the sheet can show."""
    simple = shapely.simplify(shapes, FINEST_PX * unit_at(sheet.scale.fine))
    return np.asarray(np.where(shapely.is_empty(simple), shapes, simple), dtype=object)


def _styles(spec: LayerSpec, shown: pd.DataFrame) -> list[Style]:
    """Return the style of each feature; those that look alike share one."""
    columns = [channel.column for channel in spec.channels]
    told = list(zip(*(shown[column] for column in columns), strict=True)) if columns else [()] * len(shown)
    known = {values: spec.style_for(dict(zip(columns, values, strict=True))) for values in dict.fromkeys(told)}
    return [known[values] for values in told]


def _visible(shapes: Geometries, styles: list[Style], least: float) -> tuple[Geometries, list[Style]]:
    """Return shapes and styles with areas smaller than a dot of ink as squares of that size, so that all are seen."""
    bounds = shapely.bounds(shapes)
    side = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    tiny = np.flatnonzero((side < least) & (shapely.get_dimensions(shapes) == 2))
    if not len(tiny):
        return shapes, styles
    x, y = (bounds[tiny, 0] + bounds[tiny, 2]) / 2, (bounds[tiny, 1] + bounds[tiny, 3]) / 2
    shapes, styles, half = shapes.copy(), list(styles), least / 2
    shapes[tiny] = shapely.box(x - half, y - half, x + half, y + half)
    inked = {id(style): _inked(style) for style in styles}
    for row in tiny.tolist():
        styles[row] = inked[id(styles[row])]
    return shapes, styles


def _inked(style: Style) -> Style:
    """Return a style whose fill is as dark as its edge: of a tiny area the edge is all that is seen."""
    if not style.get("stroke", True):
        return style
    plain = str(style.get("color") or painting.COLOUR)
    return {**style, "stroke": False, "fillColor": plain, "fillOpacity": style.get("opacity", 1.0)}


def _lit(sheet: _Map, spec: LayerSpec, ids: pd.Index) -> np.ndarray:
    """Return which features are chosen in the view: the open card, or the zone."""
    wanted = web.highlight(sheet.view)
    if wanted is None or wanted["layer"] != spec.key:
        return np.zeros(len(ids), dtype=bool)
    return np.asarray(ids.astype(str) == wanted["id"])


def _emphasise(sheet: _Map, shape: shapely.Geometry, style: Style, put: Put) -> None:
    """Draw what is chosen: with a wider edge, and a halo around it."""
    weight = float(style.get("weight") or 1.0) + LIT_PX
    plain: Style = {"color": ACCENT, "fill": False, "dashArray": None}
    halo = [{**style, **plain, "weight": weight + wider, "opacity": opacity} for wider, opacity in HALO]
    edge: Style = {**style, "weight": weight, "opacity": 1.0, "dashArray": _longer(style.get("dashArray"))}
    for each in (*halo, edge):
        painting.add_each(sheet.axes, np.array([shape], dtype=object), [each], put)


def _longer(dashes: object) -> str | None:
    """Return dashes for a wider line, which would close the gaps of its own."""
    lengths = str(dashes or "").replace(",", " ").split()
    return " ".join(f"{float(length) * LIT_DASHES:g}" for length in lengths) or None


def _crowd(sheet: _Map, spec: LayerSpec) -> Seen:
    """Draw a stored layer that is too large for a frame."""
    payload, put = delivery.payload_of(spec), sheet.put(spec)
    where = features.where(spec, sheet.view)
    crowds.draw(sheet.axes, spec, payload, where, sheet.extent, sheet.scale, put)
    wanted = web.highlight(sheet.view)
    if wanted is not None and wanted["layer"] == spec.key:
        shapes, styles = crowds.one(spec, payload, wanted["id"], sheet.scale.step)
        for row, shape in zip(*within(shapes, sheet.extent, sheet.margin), strict=True):
            _emphasise(sheet, shape, styles[int(row)], put)
    return seen.of_crowd(spec, payload, sheet.view, sheet.extent)


def _figures(sheet: _Map, spec: LayerSpec) -> Seen:
    """Draw figures by unit, each in the colour of its class."""
    every, ids = base.units(sheet.scale.fine)
    rows, shapes = within(every, sheet.extent, sheet.margin)
    values = shading.shade(spec, sheet.view).values.reindex(ids[rows])
    styles = {name: {**spec.style, **style} for name, style in web.shade_styles(spec).items()}
    chosen = [styles[shading.style_name(row)] for _, row in values.iterrows()]
    painting.add_each(sheet.axes, shapes, chosen, sheet.put(spec))
    inside = values[shapely.intersects(shapes, sheet.box)]
    inside = inside[~inside.index.duplicated()]
    return seen.of_figures(spec, inside, len(_countries_as_one(spec, inside)), sheet.view.lang)


def _shaded_as_one(view: ViewState, layers: Sequence[LayerSpec]) -> frozenset[str]:
    """Return the countries that the uppermost layer of figures shades as one."""
    figures = [spec for spec in layers if spec.shades is not None]
    return _countries_as_one(figures[-1], shading.shade(figures[-1], view).values) if figures else frozenset()


def _countries_as_one(spec: LayerSpec, values: pd.DataFrame) -> frozenset[str]:
    """Return the countries of which only their own figure is known, among some units."""
    units = values.index[(values["level"] == shading.COUNTRY) & (values["shade"] >= 0)]
    return frozenset(catalogue.features(spec.key).loc[units, "country_iso3"])
