"""The browser map: an empty folium map made once, and the list of layers it is told to show.

The map script never changes with the data, so streamlit-folium never rebuilds the map (it
would compare a hash in which some data values are invisible). All that changes travels in
one element of ours as keys, addresses and styles; ``static/manager.js`` draws the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import folium
from branca.element import MacroElement
from folium.template import Template
from folium.utilities import camelize

from geo import catalogue, indicators
from geo.errors import DataError, GeoError
from geo.messages import Language, Message, say
from geo.store import STORE
from layers import comparison, features, shading, years
from layers.delivery import ANYBODY, Reader, delivered
from layers.looks import DEFAULT_LAYERS, specs
from layers.spec import LayerSpec
from layers.tokens import HATCHES, LAND, LAND_OUTSIDE, RIVER, SEA
from layers.view import HOME, MAX_ZOOM, MIN_ZOOM, ZOOM_SNAP, ViewState

MISSING_ASSETS: Final = Message(
    "The map's front-end files are missing. Run “make assets” in the app's folder, then reload this page."
)
ROOT: Final = Path(__file__).resolve().parent.parent


def _face() -> Path:
    """Return the typeface that Streamlit brings along, so that the map's labels match the page."""
    media = Path(streamlit_home()) / "static" / "static" / "media"
    return next(iter(sorted(media.glob("SourceSansVF-Upright*.woff2"))), media / "SourceSansVF-Upright.woff2")


def streamlit_home() -> str:
    """Return the folder of the installed Streamlit without importing it: layers know no Streamlit."""
    found = find_spec("streamlit")
    return found.submodule_search_locations[0] if found and found.submodule_search_locations else ""


NPM: Final = ROOT / "node_modules"
# One script and one style sheet: the component loads its links one after another.
BUNDLES: Final[Mapping[str, tuple[Path, ...]]] = {
    "map.js": (
        NPM / "leaflet/dist/leaflet.js",
        NPM / "leaflet.polylinemeasure/Leaflet.PolylineMeasure.js",
        NPM / "leaflet.vectorgrid/dist/Leaflet.VectorGrid.min.js",  # its "bundled" twin adds an old fetch
        ROOT / "layers/static/signs.js",
        ROOT / "layers/static/painter.js",
        ROOT / "layers/static/tiles.js",
        ROOT / "layers/static/tiled_layer.js",
        ROOT / "layers/static/time.js",
        ROOT / "layers/static/swipe.js",
        ROOT / "layers/static/labels.js",
        ROOT / "layers/static/manager.js",
    ),
    "map.css": (
        NPM / "leaflet/dist/leaflet.css",
        NPM / "leaflet.polylinemeasure/Leaflet.PolylineMeasure.css",
        ROOT / "layers/static/manager.css",
    ),
    "page.css": (ROOT / "pages/shell.css",),
    "source-sans.woff2": (_face(),),
}
ONLINE: Final[Mapping[str, tuple[str, str]]] = {  # addresses and credits as the providers ask for them
    "osm": ("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© OpenStreetMap contributors"),
    "imagery": (
        "https://server.arcgisonline.com/ArcGIS/rest/services/World_Imagery/MapServer/tile/{z}/{y}/{x}",
        "Esri, Maxar, Earthstar Geographics",
    ),
    "topo": (
        "https://a.tile.opentopomap.org/{z}/{x}/{y}.png",
        "© OpenStreetMap contributors, SRTM · OpenTopoMap (CC BY-SA)",
    ),
}


def missing_assets() -> list[str]:
    """Return the front-end files that are not there; the map cannot start without them."""
    return [path.name for parts in BUNDLES.values() for path in parts if not path.is_file()]


def asset(name: str) -> bytes:
    """Return a front-end file: its parts one after another.

    Raises
    ------
    KeyError
        If there is no such file.
    DataError
        If a part of it has not been fetched.
    """
    parts = BUNDLES[name]
    try:
        stamps = tuple(path.stat().st_mtime_ns for path in parts)
        return STORE.get(("asset", name, stamps), lambda: b"\n".join(path.read_bytes() for path in parts))
    except OSError as error:
        raise DataError(MISSING_ASSETS) from error


def asset_address(name: str) -> str:
    """Return the address of a front-end file relative to the map's frame, changing with its content."""
    return f"../../fronteras/assets/{sha256(asset(name)).hexdigest()[:10]}/{name}"


class AtlasMap(folium.Map):
    """A folium map that asks nobody outside for its scripts.

    Parameters
    ----------
    is_linked : bool
        Whether an address says where it looks. Such a map goes no farther than addresses can say, or the page would
        take in a new place for ever; any other must show what lies far off, too.
    """

    def __init__(self, *, is_linked: bool = False) -> None:
        self.default_js = [("map", asset_address("map.js"))]
        self.default_css = [("map", asset_address("map.css"))]
        super().__init__(
            location=HOME[:2],
            zoom_start=int(HOME[2]),
            tiles=None,
            zoom_control=False,
            zoom_snap=ZOOM_SNAP,
            zoom_delta=1,
            wheel_px_per_zoom_level=90,
            world_copy_jump=False,
            max_bounds=True,
            min_lat=-75,
            max_lat=60,
            min_lon=-150,
            max_lon=10,
            max_bounds_viscosity=0.8,
        )
        # Leaflet answers another size of the window with a move that nobody made; manager.js watches it better.
        self.options |= {"track_resize": False}
        if is_linked:  # folium gives these to its tiles alone, of which there are none
            self.options |= {"min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM}
        self.add_child(_Prepare())  # type: ignore[no-untyped-call]  # branca's classes are untyped

    def leaflet_options(self) -> dict[str, Any]:
        """Return the map's options under Leaflet's names, for a map that is made without folium."""
        return {camelize(name): value for name, value in self.options.items()} | {
            "center": list(HOME[:2]), "minZoom": MIN_ZOOM, "maxZoom": MAX_ZOOM,
        }  # fmt: skip


class _Prepare(MacroElement):
    """Hands the new map to the manager before the component attaches its own listeners."""

    _template = Template(
        "{% macro script(this, kwargs) %}window.fronteras.prepare({{ this._parent.get_name() }});{% endmacro %}"
    )


class _Apply(MacroElement):
    """Tells the manager what to show."""

    _template = Template(
        "{% macro script(this, kwargs) %}window.fronteras.apply({{ this._parent._parent.get_name() "
        "}}, {{ this.payload }});{% endmacro %}"
    )

    def __init__(self, payload: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.payload = payload


def layer_list(
    view: ViewState,
    *,
    serial: int,
    sight: Mapping[str, Any],
    heard: int = 0,
    renewed: int = 0,
    reader: Reader = ANYBODY,
    more: Iterable[Mapping[str, Any]] = (),
) -> folium.FeatureGroup:
    """Return what the map is to show, as the one group that streamlit-folium passes on.

    Parameters
    ----------
    view : ViewState
        Which layers are on, their filters, opacity, year and language.
    serial : int
        Grows when the page wants to move the map; the same number moves nothing.
    sight : mapping
        Where to look: ``lat``, ``lon``, ``zoom``, or ``bounds`` as ((south, west), (north, east)).
    heard : int
        The stamp of the last year that the page took over from the time player.
    renewed : int
        How many of the map's questions for a new grant these addresses answer.
    reader : Reader
        For whom the addresses are.
    more : iterable of mapping
        Entries beside those of the view: a layer that is not stored yet.
    """
    layers = shown(view)
    entries = [*base_entries(view), *layer_entries(view, layers, reader), *more]
    payload = {
        "serial": serial,
        "view": dict(sight),
        **told_of(view, layers, entries=entries, time=years.player(view, layers, heard=heard)),
        "renew": renewed,
    }
    group = folium.FeatureGroup(name="fronteras", control=False)
    group.add_child(_Apply(script_json(payload)))
    return group


def told_of(
    view: ViewState, layers: list[LayerSpec], *, entries: Sequence[Mapping[str, Any]], time: dict[str, Any] | None
) -> dict[str, Any]:
    """Return what the manager in the browser is told of a map, wherever it is drawn."""
    return {
        "layers": list(entries),
        "time": time,
        "compare": comparison.told(view, layers),
        "highlight": highlight(view),
        "hatches": HATCHES,
        "texts": _texts(view.lang),
        "colours": {"sea": SEA},
    }


def layer_entries(view: ViewState, layers: list[LayerSpec], reader: Reader = ANYBODY) -> list[dict[str, Any]]:
    """Return what the browser is told of each layer; where years are compared, a dated layer comes twice.

    Its second drawing lies right of the divider and keeps its year, whatever the player does.
    """
    compared = comparison.read(view, layers)
    told = []
    for spec in layers:
        each = years.stepping(entry(spec, view, reader), spec, view)
        if compared is not None and compared.year is not None and years.dated(spec):
            right = entry(spec, view.but(year=compared.year), reader)
            told.extend([each | {"side": "left"}, right | {"key": spec.key + comparison.RIGHT, "side": "right"}])
        else:
            side = compared.side_of(spec.key) if compared is not None else None
            told.append(each | {"side": side} if side else each)
    return told


def script_json(payload: object) -> str:
    """Return JSON that is safe inside a script: no markup can end it, no line separator can break it."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    for character, escape in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(character, escape)
    return text


def layers_on(view: ViewState) -> tuple[str, ...]:
    """Return the keys of the layers that a view shows."""
    return DEFAULT_LAYERS if view.layers is None else view.layers


def shown(view: ViewState) -> list[LayerSpec]:
    """Return the specs of the layers that a view shows and that can be read, in drawing order."""
    on = layers_on(view)
    return [spec for key, spec in specs().items() if key in on and problem(spec) is None]


def problem(spec: LayerSpec) -> GeoError | None:
    """Return why a layer cannot be shown: a file behind it is missing or broken; None when all is well."""
    try:
        catalogue.rows(spec.key).count()
        if spec.shades is not None:
            indicators.years(spec.record.indicator)
    except GeoError as error:
        return error
    return None


def highlight(view: ViewState) -> dict[str, str] | None:
    """Return the feature to be lit: the one whose card is open, or the chosen zone."""
    layer, _, feature_id = view.feature.partition("/")
    if feature_id:
        return {"layer": layer, "id": feature_id}
    return {"layer": "zones", "id": view.zone} if view.zone else None


def entry(spec: LayerSpec, view: ViewState, reader: Reader = ANYBODY) -> dict[str, Any]:
    """Return what the browser is told of a layer: where its features are and how they look."""
    told: dict[str, Any] = {
        "key": spec.key,
        "kind": "features",
        "order": spec.order,
        "opacity": dict(view.opacity).get(spec.key, 100) / 100,
        "interactive": True,
        "style": dict(spec.style),
        "by": {channel.column: dict(channel.styles) for channel in spec.channels},
    }
    if spec.labels is not None:
        told["labels"] = {
            "look": spec.labels.look,
            "from": spec.labels.from_zoom,
            "to": spec.labels.to_zoom,
            "priority": spec.labels.priority,
            "centred": spec.labels.centred,
        }
    if spec.shades is None:
        return told | delivered(spec, view, reader)
    return told | {
        "url": features.address(f"base-{features.UNITS}", view.lang),
        "values_url": years.values_address(spec, view),
        "classes": shade_styles(spec),
        "none": say(Message("No figure"), view.lang),
    }


def shade_styles(spec: LayerSpec) -> dict[str, dict[str, Any]]:
    """Return the style of each class of a figure layer; "d" is doubtful, "c" the country's own figure."""
    styles: dict[str, dict[str, Any]] = {
        "none": {"fillColor": "url(#hatch-none)", "fillOpacity": 1, "color": "#D5CFC2"}
    }
    for number, colour in enumerate(shading.shades_of(spec).colours):
        for doubt in ("", "d"):
            for country in ("", "c"):
                style: dict[str, Any] = {"fillColor": colour}
                if doubt:
                    style |= {"fillOpacity": 0.45, "dashArray": "3 3", "color": "#8A8172"}
                if country:
                    style |= {"stroke": False}
                styles[f"{number}{doubt}{country}"] = style
    return styles


def base_entries(view: ViewState) -> list[dict[str, Any]]:
    """Return the layers of the chosen base map, below all others."""
    if view.basemap in ONLINE:
        url, credit = ONLINE[view.basemap]
        return [
            {
                "key": f"base-{view.basemap}",
                "kind": "raster",
                "url": url,
                "attribution": credit,
                "order": -90,
                "opacity": 1,
                "interactive": False,
            }
        ]
    styles: dict[str, dict[str, Any]] = {
        "land": {"style": {"stroke": True, "weight": 0.6, "color": "#CFC8B8", "fillColor": LAND, "fillOpacity": 1}},
        "lakes": {"style": {"stroke": False, "fillColor": SEA, "fillOpacity": 1}},
        "rivers": {"style": {"color": RIVER, "weight": 0.9, "fill": False}},
        "unit-lines": {"style": {"color": "#D9D2C3", "weight": 0.7, "fill": False}},
        "towns": {
            "style": {"shape": "circle", "radius": 1.6, "stroke": False, "fillColor": "#52606D", "fillOpacity": 0.9}
        },
    }
    styles["land"]["by"] = {"region": {"no": {"fillColor": LAND_OUTSIDE}}}
    styles["land"]["labels"] = {"look": "country", "from": 3, "to": 7.5, "priority": 9, "centred": True}
    styles["towns"]["labels"] = {"look": "town", "from": 5, "priority": 2}
    return [
        {
            "key": f"base-{name}",
            "kind": "features",
            "url": features.address(f"base-{name}", view.lang if name in features.WORDED else None),
            # Shaded units lie between the land and what is drawn on it, so that rivers stay visible.
            "order": -90 if name == "land" else 6 + number,
            "opacity": 1,
            "interactive": False,
            "from": features.SHOWN_FROM.get(name, 0),
            **styles[name],
        }
        for number, name in enumerate(features.BASE_LAYERS)
    ]


def _texts(lang: Language) -> dict[str, str]:
    texts = {
        "map": Message("Map of border zones; a table of what it shows stands below it"),
        "zoomIn": Message("Zoom in"),
        "zoomOut": Message("Zoom out"),
        "measureOn": Message("Measure a distance"),
        "measureOff": Message("Stop measuring"),
        "measureFinish": Message("Click to finish the line"),
        "measureDelete": Message("Shift and click to delete the point"),
        "measureMove": Message("Drag to move the point"),
        "measureResume": Message("Ctrl and click to go on from here"),
        "measureAdd": Message("Ctrl and click to add a point"),
        "failed": Message("A layer could not be loaded. Check that the app is still running, then reload the page."),
    }
    return {name: say(text, lang) for name, text in texts.items()}
