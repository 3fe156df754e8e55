"""One state, one link: everything that a view is, and its two-way road to an address.

The address bar, the pages and the commands all speak ``ViewState``. No geometry and
nothing restricted goes into a link: only keys, filters, a year and where the map stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from geo.messages import DEFAULT_LANGUAGE, LANGUAGES, Language, Message

HOME: Final = (
    -14.5,
    -61.0,
    4.0,
)  # latitude, longitude, zoom: the continent but for its cold end, where most layers are
HOME_PX: Final = (540, 600)  # width, height: a map that is smaller, as on a phone, frames the region instead
REGION: Final = (-82.0, -56.0, -34.0, 13.5)  # degrees west, south, east, north: the continent whole
MIN_ZOOM: Final = 3.0
MAX_ZOOM: Final = 14.0
ZOOM_SNAP: Final = 0.25  # a map comes to rest at multiples of it
YEARS: Final = (1985, 2030)  # no shipped figure is older; later years would be forecasts
MAX_TEXT: Final = 200  # a search text longer than this is no search


@dataclass(frozen=True)
class Known:
    """The names that a link may use: what this release ships and this viewer may see."""

    pages: frozenset[str]
    layers: tuple[str, ...]  # in drawing order
    default_layers: tuple[str, ...]
    zones: frozenset[str]
    basemaps: tuple[str, ...]
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)  # filter name -> its values
    tables: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class ViewState:
    """What is on the screen, in full and nothing else.

    Attributes
    ----------
    page : str
        The page's address without slash; "map" is the default page.
    layers : tuple of str, or None
        Keys of the layers that are on, sorted; None means the default ones.
    opacity : tuple of (str, int)
        Layer key and per cent, for layers that are not at 100.
    countries, zone_kinds, commodities, minerals, confidence : tuple of str
        Filters; empty means all.
    lat, lon, zoom : float or None
        Centre in degrees (WGS 84, four decimals) and Leaflet zoom; None means the home
        view, or the frame of the zone when one is chosen.
    """

    page: str = "map"
    lang: Language = DEFAULT_LANGUAGE
    zone: str = ""
    feature: str = ""  # "layer key/feature id" of the open card
    layers: tuple[str, ...] | None = None
    opacity: tuple[tuple[str, int], ...] = ()
    countries: tuple[str, ...] = ()
    zone_kinds: tuple[str, ...] = ()
    commodities: tuple[str, ...] = ()
    minerals: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    year: int | None = None
    compare: str = ""  # "2019" is the year right of the divider, "a:b" the layers left and right of it
    lat: float | None = None
    lon: float | None = None
    zoom: float | None = None
    basemap: str = "atlas"
    table: str = ""
    record: str = ""
    text: str = ""
    layer: str = ""  # key of the layer that is open on the layers page
    find: str = ""  # what is looked for there

    def __post_init__(self) -> None:
        """Bring equal views to one form, so that equal views have equal links."""
        for name in FILTERS.values():
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        if self.layers is not None:
            object.__setattr__(self, "layers", tuple(sorted(set(self.layers))))
        shown = {key: int(share) for key, share in self.opacity if int(share) != 100}
        object.__setattr__(self, "opacity", tuple(sorted(shown.items())))
        if self.lat is None or self.lon is None or self.zoom is None:
            for name in ("lat", "lon", "zoom"):
                object.__setattr__(self, name, None)
        else:
            object.__setattr__(self, "lat", round(min(max(self.lat, -85.0), 85.0), 4) + 0.0)  # + 0.0: no minus zero
            object.__setattr__(self, "lon", round((self.lon + 180) % 360 - 180, 4) + 0.0)
            object.__setattr__(self, "zoom", round(min(max(self.zoom, MIN_ZOOM), MAX_ZOOM), 2))

    def to_query(self) -> dict[str, str]:
        """Return the query parameters of this view, only what differs from the default."""
        query: dict[str, str] = {}
        if self.lang != DEFAULT_LANGUAGE:
            query["lang"] = self.lang
        for name, attribute in PLAIN.items():
            if getattr(self, attribute):
                query[name] = getattr(self, attribute)
        if self.layers is not None:
            query["layers"] = ",".join(self.layers) or "none"
        if self.opacity:
            query["opacity"] = ",".join(f"{key}:{share}" for key, share in self.opacity)
        for name, attribute in FILTERS.items():
            if getattr(self, attribute):
                query[name] = ",".join(getattr(self, attribute))
        if self.year is not None:
            query["year"] = str(self.year)
        if self.compare:
            query["compare"] = self.compare
        if self.lat is not None and self.lon is not None and self.zoom is not None:
            query["at"] = f"{self.lat:.4f},{self.lon:.4f},{self.zoom:g}"
        if self.basemap != "atlas":
            query["basemap"] = self.basemap
        return query

    @property
    def path(self) -> str:
        """The address of the page as a link on any page of the app writes it."""
        return "./" if self.page == "map" else self.page

    def link(self) -> str:
        """Return the address that reopens this view, relative to any page of the app."""
        query = urlencode(self.to_query(), safe=",:/")
        return f"{self.path}?{query}" if query else self.path

    def but(self, **changes: object) -> ViewState:
        """Return this view with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace()

    @classmethod
    def from_query(
        cls, query: Mapping[str, str], known: Known, *, page: str = "map"
    ) -> tuple[ViewState, list[Message]]:
        """Read a view from an address; what is not known is left out and named.

        Returns
        -------
        ViewState
            The view, made of whatever could be read.
        list of Message
            A sentence for each part that was left out, for the page to show.
        """
        problems: list[Message] = []
        values: dict[str, object] = {"page": page, "lang": _lang(query, problems)}
        for name, attribute in PLAIN.items():
            values[attribute] = _plain(name, query.get(name, ""), known, problems)
        for name, attribute in FILTERS.items():
            values[attribute] = _members(name, query.get(name, ""), known.filters.get(name, frozenset()), problems)
        if "layers" in query:
            asked = "" if query["layers"] == "none" else query["layers"]
            values["layers"] = _members("layers", asked, known.layers, problems) or (None if asked else ())
        values["opacity"] = _opacity(query.get("opacity", ""), known, problems)
        values["year"] = _year(query.get("year", ""), problems)
        values["compare"] = _compare(query.get("compare", ""), known, problems)
        values |= _place(query.get("at", ""), problems)
        basemap = query.get("basemap", "atlas")
        if basemap not in known.basemaps:
            problems.append(_unknown("basemap", basemap))
            basemap = "atlas"
        values["basemap"] = basemap
        return cls(**values), problems  # type: ignore[arg-type]  # each value was read for its field above


PLAIN: Final = {"zone": "zone", "feature": "feature", "table": "table", "id": "record", "q": "text"} | {
    "layer": "layer",
    "find": "find",
}
FILTERS: Final = {
    "country": "countries",
    "kind": "zone_kinds",
    "commodity": "commodities",
    "mineral": "minerals",
    "confidence": "confidence",
}
CODE: Final = "v"  # the short code of a view that was exported; it stands for all the others


def _unknown(name: str, value: str) -> Message:
    labels = {
        "zone": Message("zone"),
        "table": Message("table"),
        "layers": Message("layer"),
        "basemap": Message("basemap"),
        "feature": Message("feature"),
        "country": Message("country"),
        "kind": Message("zone kind"),
        "commodity": Message("commodity"),
        "mineral": Message("mineral"),
        "confidence": Message("confidence"),
        "year": Message("year"),
        "compare": Message("comparison"),
        "at": Message("map position"),
        "opacity": Message("opacity"),
        "lang": Message("language"),
    }
    return Message(
        "The link asks for the {what} “{value}”, which this release does not have. It was left out; the rest is shown.",
        what=labels.get(name, name),
        value=value[:60],
    )


def _lang(query: Mapping[str, str], problems: list[Message]) -> Language:
    asked = query.get("lang", DEFAULT_LANGUAGE)
    for lang in LANGUAGES:
        if lang == asked:
            return lang
    problems.append(_unknown("lang", asked))
    return DEFAULT_LANGUAGE


def _plain(name: str, value: str, known: Known, problems: list[Message]) -> str:
    value = value[:MAX_TEXT]
    allowed: Iterable[str] | None = {"zone": known.zones, "table": known.tables}.get(name)
    if value and name == "feature":
        layer, _, rest = value.partition("/")
        allowed = (value,) if rest and layer in known.layers else ()
    if value and allowed is not None and value not in allowed:
        problems.append(_unknown(name, value))
        return ""
    return value


def _members(name: str, value: str, allowed: Iterable[str], problems: list[Message]) -> tuple[str, ...]:
    asked = [part for part in value.split(",") if part]
    allowed = frozenset(allowed)
    problems.extend(_unknown(name, part) for part in asked if part not in allowed)
    return tuple(part for part in asked if part in allowed)


def _opacity(value: str, known: Known, problems: list[Message]) -> tuple[tuple[str, int], ...]:
    shares = []
    for part in filter(None, value.split(",")):
        key, _, share = part.partition(":")
        if key in known.layers and share.isdecimal() and 0 <= int(share) <= 100:
            shares.append((key, int(share)))
        else:
            problems.append(_unknown("opacity", part))
    return tuple(shares)


def _is_year(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) == 4 and YEARS[0] <= int(value) <= YEARS[1]


def _year(value: str, problems: list[Message]) -> int | None:
    if not value:
        return None
    if _is_year(value):
        return int(value)
    problems.append(_unknown("year", value))
    return None


def _compare(value: str, known: Known, problems: list[Message]) -> str:
    """Read a comparison: a year, or two different layers; whether they are on is the page's to say."""
    left, _, right = value.partition(":")
    if not value or _is_year(value) or (left != right and {left, right} <= set(known.layers)):
        return value
    problems.append(_unknown("compare", value))
    return ""


def _place(value: str, problems: list[Message]) -> dict[str, float]:
    if not value:
        return {}
    try:
        lat, lon, zoom = (float(part) for part in value.split(","))
    except ValueError:
        problems.append(_unknown("at", value))
        return {}
    if not (abs(lat) <= 90 and abs(lon) <= 360 and MIN_ZOOM <= zoom <= MAX_ZOOM):  # false for NaN too
        problems.append(_unknown("at", value))
        return {}
    return {"lat": lat, "lon": lon, "zoom": zoom}
