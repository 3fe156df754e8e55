"""Letters and signs that stand on marks, as outlines: small, many, and no words that anybody would copy."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from matplotlib.font_manager import get_font
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from layers.printed.fonts import SEMIBOLD, files

MEASURED_AT: Final = 100.0


@lru_cache(maxsize=256)
def glyph(text: str) -> Path:
    """Return the outline of one or two signs around the origin, at a type size of 1."""
    outlines, right = list[Path](), 0.0
    for sign in text:
        ours, behind = (get_font(str(path)) for path in files(SEMIBOLD))
        face = ours if ours.get_char_index(ord(sign)) else behind
        face.set_size(MEASURED_AT, 72)
        loaded = face.load_char(ord(sign))
        points, kinds = face.get_path()
        if len(points):
            outlines.append(Path(points, kinds).transformed(Affine2D().translate(right, 0)))
        right += loaded.linearHoriAdvance / 65536
    whole = Path.make_compound_path(*outlines)
    box = whole.get_extents()
    middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    return whole.transformed(Affine2D().translate(-middle[0], -middle[1]).scale(1 / MEASURED_AT))
