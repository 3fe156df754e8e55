"""Everything within a distance, in kilometres that are kilometres at any latitude."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from geo.crs import DISPLAY_CRS

STEP_DEG: Final = 0.1  # lines are straight as drawn, in degrees; cut this finely they stay so when projected
PIECE_VERTICES: Final = 12  # a piece is then some 130 km long at most, where a local projection errs by less than 0.1 %
QUARTER_SEGMENTS: Final = 16  # a circle of 64 sides lies at most 0.12 % inside the true one
EDGE_SHARE: Final = 0.002  # the edge is thinned to within this share of the distance


def within_km(shape: BaseGeometry, *, distance_km: float) -> BaseGeometry:
    """Return the area within a geodesic distance of points, lines or polygons.

    Parameters
    ----------
    shape : geometry
        Points, lines or polygons in longitude and latitude on WGS 84, south of 60 degrees north and
        north of 60 south, away from the 180th meridian. A line runs straight between its vertices
        in degrees, as maps draw it.
    distance_km : float
        Kilometres on the ellipsoid; greater than zero and at most 500.

    Returns
    -------
    Polygon or MultiPolygon
        Same coordinates; its edge lies at ``distance_km`` to within half a per cent. Polygons keep
        their inside. Empty for an empty shape.

    Raises
    ------
    ValueError
        If the distance is out of bounds.

    Notes
    -----
    Each piece is buffered in an azimuthal equidistant projection of its own and the pieces joined:
    Snyder 1987, Map projections, USGS Professional Paper 1395, pages 191-202. A buffer in degrees
    would be up to 40 % too narrow east to west at the latitude of Tierra del Fuego.
    """
    if not 0 < distance_km <= 500:
        raise ValueError(f"a distance between 0 and 500 km was expected, not {distance_km}")
    rings = [_ring(piece, distance_km) for part in shapely.get_parts(shape) for piece in _pieces(part)]
    inside = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    edge_deg = distance_km / 111.0 * EDGE_SHARE
    return shapely.simplify(shapely.union_all([*rings, *inside]), edge_deg)


def _pieces(part: BaseGeometry) -> list[NDArray[np.float64]]:
    """Return the vertices of a part as short runs; neighbours share the vertex between them."""
    if part.is_empty:
        return []
    if part.geom_type == "Polygon":
        return [piece for ring in (part.exterior, *part.interiors) for piece in _pieces(shapely.LineString(ring))]
    xy = shapely.get_coordinates(shapely.segmentize(part, STEP_DEG))
    return [xy[i : i + PIECE_VERTICES] for i in range(0, max(len(xy) - 1, 1), PIECE_VERTICES - 1)]


def _ring(xy: NDArray[np.float64], distance_km: float) -> BaseGeometry:
    """Buffer one short run of vertices in a projection centred on it."""
    lon, lat = (float(value) for value in (xy.min(axis=0) + xy.max(axis=0)) / 2)
    local = CRS.from_proj4(f"+proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84 +units=m")
    there = Transformer.from_crs(DISPLAY_CRS, local, always_xy=True)
    flat = np.column_stack(there.transform(xy[:, 0], xy[:, 1]))
    line = shapely.LineString(flat) if len(flat) > 1 else shapely.Point(flat[0])
    ring = line.buffer(distance_km * 1000, quad_segs=QUARTER_SEGMENTS)
    back = Transformer.from_crs(local, DISPLAY_CRS, always_xy=True)
    return shapely.transform(ring, lambda points: np.column_stack(back.transform(points[:, 0], points[:, 1])))
