"""Figures as bytes: PNG, SVG and PDF, the same in every process; and files that are there whole or not at all."""

from __future__ import annotations

import base64
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from threading import RLock, get_ident
from typing import Any, Final, Literal, get_args

import matplotlib
from fontTools import subset
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from geo.errors import DataError
from geo.messages import Message
from layers.printed import fonts

Format = Literal["png", "svg", "pdf"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MAKER: Final = "Fronteras"
SETTINGS: Final[dict[Any, object]] = {
    "pdf.fonttype": 42,  # whole outlines: text can be searched, copied and edited
    "pdf.compression": 6,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "fronteras",  # else ids are drawn by lot
    "text.parse_math": False,
    "text.hinting": "none",  # letters as wide as the typeface has them, at every resolution
}
_LOCK: Final = RLock()  # matplotlib's settings are the process's: one drawing at a time changes them


@dataclass(frozen=True, kw_only=True)
class About:
    """What a file says of itself.

    Attributes
    ----------
    title, subject, sources, marking, link : str
    lang : str
        Language of the words, as in BCP 47.
    """

    title: str = ""
    subject: str = ""
    sources: str = ""
    marking: str = ""
    link: str = ""
    lang: str = "en"
    keywords: tuple[str, ...] = field(default=())


@contextmanager
def settings() -> Iterator[None]:
    """Hold matplotlib's settings at ours, for one thread at a time."""
    with _LOCK, matplotlib.rc_context(SETTINGS):
        yield


def packed(figure: Figure, kind: Format, about: About, *, pixels: tuple[int, int], dpi: int) -> bytes:
    """Return a figure as a file's bytes; the same figure gives the same bytes.

    Parameters
    ----------
    pixels : (int, int)
        Width and height of a PNG, exactly; the other formats are as large as the figure, in points.
    dpi : int
        Dots per inch, written into a PNG.
    """
    with settings():
        if kind == "png":
            return _png(figure, about, pixels, dpi)
        return _svg(figure, about, dpi) if kind == "svg" else _pdf(figure, about, dpi)


def write(content: bytes, path: Path) -> None:
    """Write a file whole or not at all: under a name of its own first, then under its own.

    Raises
    ------
    DataError
        If the folder is not there or the disk is full.
    """
    with staged(path) as partial:
        partial.write_bytes(content)


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Lend a path beside a file to write to; the file is put in its place when all went well.

    Raises
    ------
    DataError
        If the folder is not there, may not be written to, or the disk is full.
    """
    partial = path.with_name(f".{path.name[:80]}.{os.getpid()}-{get_ident()}.part")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise DataError(
            Message(
                "“{path}” could not be written ({why}). Choose another folder, or make room, and try again.",
                path=str(path),
                why=error.strerror or str(error),
            )
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()


def _png(figure: Figure, about: About, pixels: tuple[int, int], dpi: int) -> bytes:
    out = BytesIO()
    size = figure.get_size_inches().copy()
    # Agg rounds down; a hundredth of a pixel keeps what is a whole number from falling below it.
    figure.set_size_inches((pixels[0] + 0.01) / dpi, (pixels[1] + 0.01) / dpi)
    figure.set_dpi(dpi)
    try:
        FigureCanvasAgg(figure).print_png(  # type: ignore[no-untyped-call]
            out, metadata=_texts(about), pil_kwargs={"dpi": (dpi, dpi), "compress_level": 4}
        )
    finally:
        figure.set_size_inches(*size)
    return out.getvalue()


def _texts(about: About) -> dict[str, str]:
    told = {
        "Title": about.title,
        "Description": about.subject,
        "Source": about.sources,
        "Disclaimer": about.marking,
        "Comment": about.link,
        "Software": MAKER,
    }
    return {name: text for name, text in told.items() if text}


def _pdf(figure: Figure, about: About, dpi: int) -> bytes:
    out = BytesIO()
    figure.set_dpi(dpi)  # of what is drawn as pixels inside
    FigureCanvasPdf(figure).print_pdf(out, metadata=pdf_info(about))  # type: ignore[no-untyped-call]
    return out.getvalue()


def pdf_info(about: About) -> dict[str, str | None]:
    """Return the document information of a PDF; no date, so that the bytes stay the same."""
    keywords = "; ".join(part for part in (about.marking, *about.keywords, about.link, about.sources) if part)
    return {
        "Title": about.title,
        "Subject": about.subject,
        "Keywords": keywords,
        "Author": MAKER,
        "Creator": MAKER,
        "Producer": MAKER,
        "CreationDate": None,
    }


def _svg(figure: Figure, about: About, dpi: int) -> bytes:
    out = BytesIO()
    figure.set_dpi(dpi)  # of what is drawn as pixels inside
    FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
        out,
        metadata={
            "Title": about.title,
            "Description": about.subject,
            "Source": about.sources,
            "Rights": about.marking,
            "Identifier": about.link,
            "Language": about.lang,
            "Creator": MAKER,
            "Date": None,
        },
    )
    return _with_fonts(_numbered(out.getvalue().decode("utf-8")), about.lang).encode("utf-8")


def _numbered(svg: str) -> str:
    """Return a drawing in which parts of one name are numbered: a name may stand in a document once."""
    seen: Counter[str] = Counter()

    def named(found: re.Match[str]) -> str:
        name = found.group(1)
        seen[name] += 1
        return f'<g id="{name}-{seen[name]}">' if seen[name] > 1 else found.group(0)

    return re.sub(r'<g id="([^"]+)">', named, svg)


def _with_fonts(svg: str, lang: str) -> str:
    """Return a drawing with the letters that it uses: it looks the same where the typefaces are not installed."""
    used: dict[tuple[int, bool], set[str]] = {}
    for style, text in re.findall(r'<text[^>]*style="([^"]*)"[^>]*>(.*?)</text>', svg, re.DOTALL):
        found = re.search(r"font-weight: (\w+)", style)
        named = found.group(1) if found else "normal"
        weight = int(named) if named.isdecimal() else fonts.BOLD if named == "bold" else fonts.REGULAR
        italic = "font-style: italic" in style
        used.setdefault((weight, italic), set()).update(unescape(re.sub(r"<[^>]*>", "", text)))
    faces = []
    for (weight, italic), signs in sorted(used.items()):
        had: frozenset[str] = frozenset()
        for family, path in zip(fonts.FAMILY, fonts.files(weight, italic=italic), strict=True):
            letters = _subset(path, "".join(sorted(signs - had)))
            had |= fonts.signs_of(path)
            if letters:
                slant = "italic" if italic else "normal"
                faces.append(
                    f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{slant};"
                    f"src:url(data:font/ttf;base64,{letters})}}"
                )
    style = f'<style type="text/css">{"".join(faces)}</style>'
    svg = svg.replace("<defs>", f"<defs>\n  {style}", 1)
    return svg.replace("<svg ", f'<svg xml:lang="{escape(lang)}" ', 1)


@lru_cache(maxsize=64)
def _subset(path: Path, signs: str) -> str:
    """Return the letters of a typeface that are used, as base64; "" where it has none of them."""
    options = subset.Options(layout_features=["kern", "mark", "mkmk", "init", "medi", "fina", "rlig", "ccmp"])
    options.notdef_outline = True
    options.hinting = False
    options.name_IDs = [1, 2]
    options.drop_tables = [*options.drop_tables, "FFTM"]  # FontForge's times: fontTools says aloud that it drops them
    font = subset.load_font(str(path), options)
    if not any(ord(sign) in font.getBestCmap() for sign in signs):
        return ""
    chooser = subset.Subsetter(options)
    chooser.populate(text=signs)
    chooser.subset(font)
    out = BytesIO()
    subset.save_font(font, out, options)
    return base64.b64encode(out.getvalue()).decode()
