"""Pictures that sheets are compared with: six views in three languages; ``python -m tests.printed.golden`` makes them.

They are small and of few colours: enough to see that something moved, appeared or went. Look at them when they change.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from geo.messages import LANGUAGES
from layers.briefing import picture
from tests.briefing.sheets import sheet

FOLDER: Final = Path(__file__).parent / "golden"
SLIDE: Final = "640x360@48"  # laid out as a slide of 1920 x 1080
PAGE: Final = "496x702@60"  # and as an A4 page
VIEWS: Final = {
    "region": ("", SLIDE),
    "zone": ("zone=Z-PUTUMAYO", SLIDE),
    "page": ("zone=Z-IGUAZU", PAGE),
    "figures": ("layers=coca,boundaries&year=2019", SLIDE),
    "filtered": ("layers=corridors,mining,crossings&country=COL,PER&commodity=gold", SLIDE),
    "near": ("at=-4.2150,-69.9406,9&layers=crossings,corridors,zones,boundaries", PAGE),
}
COLOURS: Final = 96
BLOCK: Final = 4  # pixels of a side that are compared as one: letters may be drawn otherwise elsewhere
DIFFERENT: Final = 22  # of 255: what a block may be lighter or darker
SHARE: Final = 0.012  # of blocks that may be different


def drawn(view: str, lang: str) -> Image.Image:
    """Return a view as it is drawn now."""
    query, template = VIEWS[view]
    return Image.open(BytesIO(picture.packed(sheet(f"{query}&lang={lang}", template), "png"))).convert("RGB")


def path(view: str, lang: str) -> Path:
    """Return where the picture of a view is."""
    return FOLDER / f"{view}-{lang}.png"


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the share of two pictures that looks different; 1.0 where their sizes are."""
    if one.size != other.size:
        return 1.0
    away = np.abs(_blocks(one) - _blocks(other)).max(axis=2)
    return float((away > DIFFERENT).mean())


def _blocks(image: Image.Image) -> np.ndarray:
    small = image.convert("RGB").resize((image.width // BLOCK, image.height // BLOCK), Image.Resampling.BOX)
    return np.asarray(small, dtype=float)


def main() -> None:
    """Draw them all."""
    FOLDER.mkdir(exist_ok=True)
    for view in VIEWS:
        for lang in LANGUAGES:
            drawn(view, lang).quantize(COLOURS, dither=Image.Dither.NONE).save(path(view, lang), optimize=True)


if __name__ == "__main__":
    main()
