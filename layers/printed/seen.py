"""What is seen of a layer on a printed map, in words: lines of the legend, names, and the signs names keep off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.messages import Language, Message, say
from geo.payloads import Payload
from geo.terms import unit_label
from layers import features, legend, shading, years
from layers.legend import Entry
from layers.printed import crowds, marks
from layers.printed.extent import Extent
from layers.printed.marks import Mark
from layers.printed.named import Named
from layers.printed.outlines import Geometries
from layers.printed.signs import size_at
from layers.spec import LayerSpec, Style
from layers.tokens import BOUNDARY
from layers.view import ViewState

MOST_SPOTS: Final = 2000  # signs that names keep off; more cover the map anyway
RING: Final = Message("Ring: the place lies somewhere within")
ARROW: Final = " → "  # from what the first of two maps shows to what the second does
WHOLE_COUNTRY: Final = Message("Without inner lines: one figure for the whole country")

Spot = tuple[float, float, float]  # x and y in the square world, radius in pixels of the page


@dataclass(frozen=True)
class LegendGroup:
    """The legend of one layer: only what is seen of it in the extent."""

    key: str
    title: str
    entries: tuple[Entry, ...]
    spec: LayerSpec


@dataclass(frozen=True)
class Seen:
    """What a layer puts on the map; of its lines, those that names should not lie across."""

    entries: tuple[Entry, ...] = ()
    names: tuple[Named, ...] = ()
    spots: tuple[Spot, ...] = ()
    lines: tuple[shapely.Geometry, ...] = ()


def title(spec: LayerSpec, *views: ViewState) -> str:
    """Return the title of a layer's legend: of what its classes are; of figures year and unit.

    Where the views of two years are given, it names both, in their order.
    """
    lang = views[0].lang
    headings = [say(each.heading, lang) for each in spec.channels if each.heading is not None]
    text = " · ".join([say(spec.title, lang), *headings])
    if spec.shades is not None:
        shown = [shading.shown_year(spec, view.year) for view in views]
        dates = ARROW.join(dict.fromkeys("–" if year is None else str(year) for year in shown)) if any(shown) else ""
        return f"{text} {dates}".rstrip() + f", {say(unit_label(spec.record.indicator), lang)}"
    if len(views) > 1 and years.dated(spec):
        return f"{text} · {ARROW.join(years.words(view, [spec]) for view in views)}"
    return text


def entries(
    spec: LayerSpec, counts: Mapping[str, Mapping[str, int]], whole: int, lang: Language,
    marked: Sequence[Mark] = (), ringed: int = 0,
) -> tuple[Entry, ...]:  # fmt: skip
    """Return a layer's legend as far as it is seen; a layer without classes has one line for all of it.

    Parameters
    ----------
    counts : mapping
        Column of a channel to how many of the features that are seen hold each value.
    whole : int
        How many features are seen.
    marked : sequence of Mark
        The marks along corridors that are seen.
    ringed : int
        How many have a ring of their precision.
    """
    if not whole:
        return ()
    found = [
        entry
        for channel in spec.channels
        for entry in legend.channel_entries(spec, channel, counts[channel.column], lang)
    ]
    if not any(mark.kind == "badge" for mark in marked):
        found = [_without_badge(entry) for entry in found]
    if not found:
        found = [Entry(say(spec.title, lang), spec.style, whole)]
    texts = [mark.text for mark in marked if mark.kind == "glyph"]
    modes = {mode: texts.count(text) for mode, text in features.GLYPHS.items()}
    arrows = sum(mark.kind == "arrow" for mark in marked)
    found += [each for each in legend.mark_entries(modes, arrows, lang) if each.count]
    if ringed:
        found.append(Entry(say(RING, lang), {**marks.RING, "shape": "circle"}, ringed))
    return tuple(found)


def with_one_ring(groups: tuple[LegendGroup, ...], lang: Language) -> tuple[LegendGroup, ...]:
    """Return legends in which the ring of precision is explained once, for all layers that have it."""
    words = say(RING, lang)
    rings = [entry for group in groups for entry in group.entries if entry.words == words]
    out, left = [], [replace(rings[0], count=sum(entry.count for entry in rings))] if rings else []
    for group in groups:
        kept = tuple(entry for entry in group.entries if entry.words != words)
        if len(kept) < len(group.entries) and left:
            kept = (*kept, left.pop())
        out.append(replace(group, entries=kept))
    return tuple(out)


def _without_badge(entry: Entry) -> Entry:
    return replace(entry, style={name: value for name, value in entry.style.items() if name != "badge"})


def counts(spec: LayerSpec, shown: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return how many of some features hold each value, for each column that the style reads."""
    return {
        channel.column: {
            str(value): int(n) for value, n in shown[channel.column].astype(str).value_counts(sort=False).items()
        }
        for channel in spec.channels
    }


def of_crowd(spec: LayerSpec, payload: Payload, view: ViewState, extent: Extent) -> Seen:
    """Return what is seen of a stored layer that is too large for a frame: its legend and no names."""
    where = features.where(spec, view)
    found = {
        channel.column: crowds.counted(payload, where, extent, channel.column if channel.column in payload.keys else "")
        for channel in spec.channels
    }
    whole = sum(crowds.counted(payload, where, extent, "").values())
    return Seen(entries(spec, found, whole, view.lang))


def of_figures(spec: LayerSpec, values: pd.DataFrame, whole: int, lang: Language) -> Seen:
    """Return what is seen of figures by unit: the classes that are there, and countries shaded as one.

    Parameters
    ----------
    whole : int
        Of how many countries only their own figure is known.
    """
    found = [each for each in legend.shade_entries(spec, values, lang) if each.count]
    if whole:
        middle = shading.shades_of(spec).colours[2]
        style: Style = {"fillColor": middle, "fillOpacity": 0.85, "color": BOUNDARY}
        found.insert(-1 if (values["shade"] < 0).any() else len(found), Entry(say(WHOLE_COUNTRY, lang), style, whole))
    return Seen(tuple(found))


def spots(shapes: Geometries, styles: Sequence[Style], zoom: float) -> tuple[Spot, ...]:
    """Return where the signs of points stand; nothing where they cover the map."""
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    if points.sum() > MOST_SPOTS:
        return ()
    places = shapely.get_coordinates(shapes[points])
    radii = [_radius(styles[row], zoom) for row in np.flatnonzero(points).tolist()]
    return tuple((float(x), float(y), radius) for (x, y), radius in zip(places, radii, strict=True))


def _radius(style: Style, zoom: float) -> float:
    return float(style.get("radius") or 0.0) * size_at(zoom)


def names(
    spec: LayerSpec, shown: gpd.GeoDataFrame, shapes: Geometries, styles: Sequence[Style], box: shapely.Polygon,
    lang: Language, zoom: float,
) -> tuple[Named, ...]:  # fmt: skip
    """Return the names that a layer has at a zoom, each where something of it is seen.

    Parameters
    ----------
    shapes, styles : sequence
        Of the features that are shown, in the square world.
    box : Polygon
        The extent.
    """
    labels = spec.labels
    if labels is None or not labels.from_zoom <= zoom <= labels.to_zoom:
        return ()
    out = []
    for (_, row), shape, style in zip(shown.iterrows(), shapes, styles, strict=True):
        text = say(str(row[labels.column]), lang) if labels.column else spec.record.title_of(row, lang)
        at = _middle(shape, box)
        if at is None or not text:
            continue
        is_point = shape.geom_type == "Point"
        radius = _radius(style, zoom) if is_point else 0.0
        beside = is_point and not labels.centred
        named = Named(text, at.x, at.y, labels.look, labels.priority * 1e9, beside, labels.centred, radius)
        out.append(named)
    return tuple(out)


def _middle(shape: shapely.Geometry, box: shapely.Polygon) -> shapely.Point | None:
    """Return where the name of a feature stands: in what is seen of it."""
    if shape.geom_type == "Point":
        return shape
    seen = shape if shapely.covers(box, shape) else shapely.intersection(shapely.make_valid(shape), box)
    if seen.is_empty:
        return None
    if shapely.get_dimensions(seen) == 2:
        return seen.representative_point()
    longest = max(shapely.get_parts(shapely.line_merge(seen)), key=shapely.length)
    return longest.interpolate(0.5, normalized=True)
