"""Makes one clean map out of country outlines and first-level units of different vintages.

The two sets disagree by up to a few kilometres along every boundary. Here all lines are laid
over each other, cut where they meet, and every face of that net goes to one unit, so that units
tile their country, countries share their boundary vertex by vertex, and nothing is counted twice.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, nearest_points

from data.recipe.inputs import GRID_DEG
from geo.crs import DISPLAY_CRS, MEASURE_CRS

LONGEST_TIE_DEG: Final = (
    0.5  # an inner unit line that ends further from the outline than this is not one that stops short
)


def coverage(countries: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the units moved onto the country outlines, as a coverage without gaps or overlaps.

    Parameters
    ----------
    countries : GeoDataFrame
        ``country_iso3``, valid polygons that share their boundaries vertex by vertex. EPSG:4326.
    units : GeoDataFrame
        ``unit_id``, ``country_iso3``, valid polygons. EPSG:4326. Each country has at least one.

    Returns
    -------
    GeoDataFrame
        ``unit_id``, ``country_iso3``, geometry; the union of a country's units is its outline.
        A face that no unit covers goes to the unit with which it shares most boundary, an island
        that none covers to the nearest. Neighbours share every vertex.
    """
    net = shapely.unary_union(
        [*shapely.boundary(countries.geometry.values), *_inner_lines(countries, units)], grid_size=GRID_DEG
    )
    faces = gpd.GeoDataFrame(geometry=list(shapely.get_parts(shapely.polygonize([net]))), crs=countries.crs)
    inside = faces.geometry.representative_point()
    faces["country_iso3"] = _owners(inside, countries, "country_iso3")
    faces = faces[faces["country_iso3"] != ""].reset_index(drop=True)
    pieces = [
        _assigned(part, units[units["country_iso3"] == country]) for country, part in faces.groupby("country_iso3")
    ]
    labelled = pd.concat(pieces, ignore_index=True)
    rows = [
        {
            "unit_id": unit,
            "country_iso3": part["country_iso3"].iloc[0],
            "geometry": shapely.coverage_union_all(part.geometry.values),
        }
        for unit, part in labelled.groupby("unit_id")
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=countries.crs)


def simplified(frame: gpd.GeoDataFrame, *, tolerance_deg: float, islet_km2: float) -> gpd.GeoDataFrame:
    """Return a coverage with fewer vertices, still without gaps or overlaps.

    Islands smaller than ``islet_km2`` are left out unless they are all that a row has.
    """
    shapes = shapely.coverage_simplify(frame.geometry.values, tolerance_deg)
    return frame.set_geometry(gpd.GeoSeries([_without_islets(shape, islet_km2) for shape in shapes], crs=frame.crs))


def shared_lines(frame: gpd.GeoDataFrame, key: str) -> dict[tuple[str, str], MultiLineString]:
    """Return the line shared by each pair of rows of a coverage, by pair of keys in order.

    Read off the vertices: a segment that belongs to two rows is boundary, whatever its direction.
    """
    owners: dict[tuple[float, float, float, float], list[str]] = defaultdict(list)
    for name, shape in zip(frame[key], frame.geometry, strict=True):
        for start, end in _segments(shape):
            a, b = sorted((tuple(start), tuple(end)))
            owners[(a[0], a[1], b[0], b[1])].append(name)
    segments: dict[tuple[str, str], list[LineString]] = defaultdict(list)
    for (x0, y0, x1, y1), names in owners.items():
        if len(names) == 2 and names[0] != names[1]:
            first, second = sorted(names)
            segments[(first, second)].append(LineString([(x0, y0), (x1, y1)]))
    return {pair: _merged(segments[pair]) for pair in sorted(segments)}


def _segments(shape: BaseGeometry) -> list[NDArray[np.float64]]:
    pairs: list[NDArray[np.float64]] = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            xy = np.asarray(ring.coords)
            pairs.extend(np.stack([xy[:-1], xy[1:]], axis=1))
    return pairs


def _merged(lines: list[LineString]) -> MultiLineString:
    merged = linemerge(lines)
    parts = [merged] if merged.geom_type == "LineString" else list(merged.geoms)
    return MultiLineString(sorted(parts, key=lambda line: line.coords[0]))


def _inner_lines(countries: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Return the lines between units of one country, clipped to it and tied to its outline."""
    lines: list[BaseGeometry] = []
    for country, part in units.groupby("country_iso3"):
        outline = countries.loc[countries["country_iso3"] == country].geometry.iloc[0]
        shapes = list(part.geometry)
        shared = [
            shapely.intersection(a.boundary, b.boundary)
            for i, a in enumerate(shapes)
            for b in shapes[i + 1 :]
            if a.intersects(b)
        ]
        drawn = [line for line in shapely.get_parts(shared) if line.geom_type == "LineString"]
        if not drawn:
            continue
        merged = shapely.get_parts(shapely.line_merge(shapely.unary_union(drawn)))
        lines.append(shapely.intersection(shapely.union_all(merged), outline))
        lines.extend(_ties(merged, outline.boundary, outline))
    return lines


def _ties(lines: NDArray[np.object_], edge: BaseGeometry, outline: BaseGeometry) -> list[LineString]:
    """Return short lines from loose ends inside a country to its outline."""
    ends: dict[tuple[float, float], int] = defaultdict(int)
    for line in lines:
        for end in (line.coords[0], line.coords[-1]):
            ends[(end[0], end[1])] += 1
    ties = []
    for end, count in ends.items():
        point = shapely.Point(end)
        if (
            count == 1
            and outline.contains(point)
            and (distance := point.distance(edge)) < LONGEST_TIE_DEG
            and distance > 0
        ):
            foot = nearest_points(point, edge)[1]
            # drawn a little past the edge, so that rounding cannot leave it short of it
            beyond = (foot.x + (foot.x - point.x) * 1e-3, foot.y + (foot.y - point.y) * 1e-3)
            ties.append(LineString([end, beyond]))
    return ties


def _owners(points: gpd.GeoSeries, areas: gpd.GeoDataFrame, key: str) -> NDArray[np.object_]:
    """Return the key of the first area that holds each point, or ""."""
    rows, hits = areas.sindex.query(points, predicate="within")
    owners = np.full(len(points), "", dtype=object)
    owners[rows[::-1]] = areas[key].to_numpy()[hits[::-1]]
    return owners


def _assigned(faces: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the faces of one country with a ``unit_id`` each."""
    faces = faces.reset_index(drop=True)
    owners = _owners(faces.geometry.representative_point(), units, "unit_id")
    while (owners == "").any():
        settled = _by_longest_contact(faces, owners)
        if not settled:
            break
        for row, unit in settled.items():
            owners[row] = unit
    for row in np.flatnonzero(owners == ""):
        distances = shapely.distance(units.geometry.values, faces.geometry[row])
        owners[row] = units["unit_id"].to_numpy()[int(np.argmin(distances))]
    return faces.assign(unit_id=owners)


def _by_longest_contact(faces: gpd.GeoDataFrame, owners: NDArray[np.object_]) -> dict[int, str]:
    settled: dict[int, str] = {}
    for row in np.flatnonzero(owners == ""):
        contact: dict[str, float] = defaultdict(float)
        for other in faces.sindex.query(faces.geometry[row], predicate="intersects"):
            if other != row and owners[other] != "":
                contact[owners[other]] += (
                    faces.geometry[row].boundary.intersection(faces.geometry[other].boundary).length
                )
        contact = {unit: length for unit, length in contact.items() if length > 0}
        if contact:
            settled[int(row)] = max(sorted(contact), key=lambda unit: contact[unit])
    return settled


def _without_islets(shape: BaseGeometry, islet_km2: float) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    areas = gpd.GeoSeries(parts, crs=DISPLAY_CRS).to_crs(MEASURE_CRS).area.to_numpy() / 1e6
    kept = [part for part, area in zip(parts, areas, strict=True) if area >= islet_km2]
    kept = kept or [parts[int(np.argmax(areas))]]
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)
