"""A view as one file of HTML: the map of the page with its layers, legends and cards, for any browser, with no network.

Everything is in the file: Leaflet and our own scripts, the features, the base map, the typeface. The page forbids
itself to load anything, and every word that came with the data is text wherever it stands.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Final

from geo.mercator import WORLD
from geo.messages import Message, say
from geo.viewer import LOCAL, Viewer
from layers import delivery, legend, web, years
from layers.briefing.one_file import words as page_words
from layers.briefing.one_file.cards import Cards
from layers.briefing.one_file.layers import Inlined, inlined
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import Told, leaving, told
from layers.printed import extent
from layers.spec import LayerSpec
from layers.view import MAX_ZOOM, ViewState

HERE: Final = Path(__file__).resolve().parents[2] / "static"
WORLDWIDE: Final = extent.Extent(0.0, 0.0, float(WORLD), float(WORLD))
POLICY: Final = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def html(snapshot: Snapshot, *, viewer: Viewer = LOCAL) -> bytes:
    """Return a view as one file that opens in any browser with no network and no server.

    Raises
    ------
    DataError
        If TLP:RED is asked for, a front-end file has not been fetched, or a file behind a layer cannot be read.
    """
    allowed = leaving(snapshot.view, asked=snapshot.marking, viewer=viewer)
    keys = {spec.key for spec in allowed.layers}
    view = _without(snapshot.view, keys)
    # The map can be moved anywhere, so its words are of the whole of each layer.
    words = told(snapshot, WORLDWIDE, viewer=viewer)
    width, height = snapshot.screen_px
    seen = extent.of_view(view, shape=width / height, screen_px=snapshot.screen_px)
    layers, cards = list(allowed.layers), Cards()
    made = inlined(view, layers, seen, cards)
    large = [spec for spec in layers if delivery.is_tiled(spec)]
    for spec in large:
        cards.add_large(spec, view, share=len(large))
    return _page(view, words, layers, made, cards, seen)


def _without(view: ViewState, keys: set[str]) -> ViewState:
    """Return a view that names no other layers than some."""
    feature = view.feature if view.feature.partition("/")[0] in keys else ""
    compare = view.compare if view.compare.isdecimal() or set(view.compare.split(":")) <= keys else ""
    return view.but(page="map", layers=tuple(keys), feature=feature, compare=compare, basemap="atlas")


def _page(
    view: ViewState, words: Told, layers: list[LayerSpec], made: Inlined, cards: Cards, seen: extent.Extent
) -> bytes:
    lang = view.lang
    counts = {spec.key: legend.count_words(spec, view, lang) for spec in layers}
    notes = _notes(view, layers, made, cards)
    script = [_script(web.asset("map.js")), _script((HERE / "one_file.js").read_bytes())]
    style = _style()
    policy = POLICY.format(scripts=" ".join(_digest(each) for each in script), styles=_digest(style))
    bundle = {
        "spec": _spec(view, layers, made, cards, seen),
        "values": made.values,
        "legends": made.legends,
        "cards": cards.by_layer,
        "large": cards.layers,
        "sources": cards.sources,
        "tiles": {
            name: {"ranges": cut.ranges, "index": cut.index, "whole": cut.whole_to} for name, cut in made.cuts.items()
        },
    }
    shapes = ",".join(f"{json.dumps(name)}:{text}" for name, text in made.features.items())
    others = json.dumps(bundle, ensure_ascii=False, separators=(",", ":"))
    blobs = {"bundle": f'{{"features":{{{shapes}}},{others[1:]}'.encode()}
    blobs |= {f"tiles-{number}": cut.body for number, cut in enumerate(made.cuts.values())}
    blobs |= {f"columns-{number}": told.body for number, told in enumerate(cards.columns.values())}
    parts = (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">',
        f"<title>{escape(words.title)} · {words.marking}</title>",
        f"<style>{style}</style></head>\n<body>",
        page_words.head(words),
        '<main><nav aria-label="',
        page_words.said(Message("Layers"), lang),
        f'">{page_words.panel(layers, made, counts, view)}</nav>',
        '<section class="map-frame"><div id="map"></div></section>',
        '<aside><div id="card" hidden aria-live="polite"></div>',
        page_words.about(view, words, notes),
        "</aside></main>\n",
        page_words.foot(words),
        f'<noscript><p class="sentence">{page_words.said(page_words.NEEDS_SCRIPT, lang)}</p></noscript>\n',
        f'<script type="application/json" id="say">{web.script_json(page_words.texts(lang))}</script>\n',
        *(f'<script type="text/plain" id="{name}">{_packed(body)}</script>\n' for name, body in blobs.items()),
        *(f"<script>{each}</script>\n" for each in script),
        "</body></html>\n",
    )
    return "".join(parts).encode()


def _spec(view: ViewState, layers: list[LayerSpec], made: Inlined, cards: Cards, seen: extent.Extent) -> dict[str, Any]:
    """Return what the manager is told, and what the page's own script needs beside it."""
    west, south, east, north = seen.degrees()
    large = {spec.key for spec in layers if delivery.is_tiled(spec)}
    steps = [spec for spec in layers if spec.key not in large]
    shown = web.told_of(view, layers, entries=made.entries, time=years.player(view, steps))
    sight = {"bounds": [[south, west], [north, east]], "maxZoom": MAX_ZOOM}
    return {
        **shown,
        "serial": 1,
        "view": sight,
        "open": view.feature.split("/", 1) if view.feature else None,
        "map": web.AtlasMap().leaflet_options(),
        "titles": {spec.key: say(spec.title, view.lang) for spec in layers},
        "tiles": {name: f"tiles-{number}" for number, name in enumerate(made.cuts)},
        "columns": {key: f"columns-{number}" for number, key in enumerate(cards.columns)},
    }


def _notes(view: ViewState, layers: list[LayerSpec], made: Inlined, cards: Cards) -> list[Message]:
    """Return what a reader must know of this file: what is coarser, fixed or left out in it."""
    large = [spec for spec in layers if spec.key in made.cuts]
    notes = [note for spec in large for note in _of_large(spec, view, made, cards)]
    if any(years.dated(spec) for spec in layers if spec not in large):  # the map has a choice of years
        notes += [_kept_year(spec, view) for spec in large if years.dated(spec)]
    if cards.short:
        notes.append(
            Message(
                "Of {n} feature only its name and source are in this file, to keep it small.",
                "Of {n} features only their names and sources are in this file, to keep it small.",
                n=cards.short,
            )
        )
    return notes


def _of_large(spec: LayerSpec, view: ViewState, made: Inlined, cards: Cards) -> Iterator[Message]:
    title = say(spec.title, view.lang)
    yield Message(
        "{layer}: {n} feature, drawn from a reduced copy so that this file stays small. Shapes are exact "
        "to a pixel to zoom {zoom} and coarser beyond it; small ones are counted, none is left out.",
        "{layer}: {n} features, drawn from a reduced copy so that this file stays small. Shapes are exact "
        "to a pixel to zoom {zoom} and coarser beyond it; small ones are counted, none is left out.",
        layer=title,
        n=legend.count(spec, view),
        zoom=made.cuts[spec.key].whole_to,
    )
    if spec.key in cards.by_layer:
        return
    if spec.key not in cards.columns:
        yield Message("The cards of {layer} tell its classes and its source alone, for want of room.", layer=title)
    elif missing := cards.columns[spec.key].left_out:
        yield Message(
            "The cards of {layer} leave out {columns}, for want of room.", layer=title, columns=", ".join(missing)
        )


def _kept_year(spec: LayerSpec, view: ViewState) -> Message:
    title = say(spec.title, view.lang)
    if view.year is None:
        return Message("{layer} shows all its years here, whichever year is chosen on the map.", layer=title)
    return Message("{layer} shows {year} here, whichever year is chosen on the map.", layer=title, year=str(view.year))


def _style() -> str:
    """Return the style sheet of the file; nothing in it names an address to be asked."""
    face = base64.b64encode(web.asset("source-sans.woff2")).decode()
    sheet = web.asset("map.css").decode().replace('url("source-sans.woff2")', f"url(data:font/woff2;base64,{face})")
    own = (HERE / "one_file.css").read_text(encoding="utf-8")
    return _one_text(f"{sheet}\n{own}\n{page_words.mark_style()}").replace("</style", "<\\/style")


def _script(body: bytes) -> str:
    """Return a script that no word in it can end."""
    return _one_text(body.decode()).replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _one_text(text: str) -> str:
    """Return a text as a browser reads it from a page, so that its digest is the same."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _packed(body: bytes) -> str:
    return base64.b64encode(gzip.compress(body, compresslevel=6, mtime=0)).decode()
