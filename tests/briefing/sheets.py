"""Sheets that tests look at: what stands where on them, and the words of their files."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox

from layers.briefing.picture import Composed, compose
from layers.briefing.snapshot import Snapshot
from layers.known import known
from layers.printed.writing import settings
from layers.view import ViewState

ALWAYS: Final = frozenset(
    {"title", "subtitle", "map", "legend", "scale-bar", "north", "inset", "sources", "precision", "disclaimer",
     "marking", "date", "code"}
)  # fmt: skip
BESIDE: Final = frozenset({"figures", "chart", "known"})
COMPARED: Final = frozenset({"map-second", "caption-left", "caption-right"})
DOTS: Final = 200  # per inch: fewer would round the widths of letters
ON_THE_MAP: Final = frozenset({"scale-bar", "north", "inset"})


def view_of(query: str) -> ViewState:
    """Return the view of a link; a mistake in it fails the test."""
    view, problems = ViewState.from_query(dict(parse_qsl(query)), known())
    assert problems == []
    return view


def sheet(query: str = "", template: str = "slide", **options: object) -> Composed:
    """Return a view on a sheet."""
    return compose(Snapshot(view=view_of(query), template=template, **options))  # type: ignore[arg-type]


def boxes(figure: Figure) -> dict[str, Bbox]:
    """Return what stands on a sheet by name, each with the box around all of it, in points."""
    figure.set_dpi(DOTS)
    renderer = FigureCanvasAgg(figure).get_renderer()
    names = ALWAYS | BESIDE | COMPARED | {"qr", "rule"}
    found: dict[str, list[Bbox]] = {}
    for artist in figure.findobj():
        gid = artist.get_gid() or ""
        name = next(
            (each for each in sorted(names, key=len, reverse=True) if re.fullmatch(rf"{each}([-.].*)?", gid)), ""
        )
        if name and artist.get_visible():
            with settings():
                box = artist.get_window_extent(renderer)
            if box.width > 0 or box.height > 0:
                found.setdefault(name, []).append(box)
    points = Affine2D().scale(72 / DOTS)
    return {name: Bbox.union(each).transformed(points) for name, each in found.items()}


def overlap(one: Bbox, other: Bbox, *, by: float) -> bool:
    """Return whether two boxes lie over one another by more than so many points, in both directions."""
    shared = Bbox.intersection(one, other)
    return shared is not None and shared.width > by and shared.height > by


def words(figure: Figure) -> str:
    """Return all the words on a sheet."""
    return " ".join(text.get_text() for text in figure.findobj(Text) if text.get_text())


def words_of_svg(content: bytes) -> str:
    """Return the words of a drawing, as a reader of text finds them."""
    found = re.findall(r"<text[^>]*>(.*?)</text>", content.decode(), re.DOTALL)
    return unescape(" ".join(re.sub(r"<[^>]*>", "", each).strip() for each in found))


def words_of_pdf(path: Path) -> str:
    """Return the words of a page, as a reader of text finds them."""
    run = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True)
    return run.stdout


def plain(text: str) -> str:
    """Return a text without spaces: how lines are broken does not matter."""
    return re.sub(r"\s+", "", text)
