"""How large things are at a scale: as in the browser (static/signs.js)."""

from __future__ import annotations

from geo.mercator import pixel


def size_at(zoom: float) -> float:
    """Return how large a point's sign is at a zoom, as a part of its radius: many of full size are a blot."""
    return min(1.15, max(0.6, 0.6 + (zoom - 4) * 0.16))


def unit_at(zoom: float) -> float:
    """Return the side of a pixel of the page at a zoom, in units of the square world."""
    return float(pixel(0) / 2.0**zoom)
