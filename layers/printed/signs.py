"""How large signs are at a scale: as in the browser (static/signs.js)."""

from __future__ import annotations


def size_at(zoom: float) -> float:
    """Return how large a point's sign is at a zoom, as a part of its radius: a continent of full-size signs is a blot."""
    return min(1.15, max(0.6, 0.6 + (zoom - 4) * 0.16))
