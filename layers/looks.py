"""The looks of the shipped layers, one row each. Adding a layer adds a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geo.catalogue import own_records
from geo.messages import Message
from geo.seeds import RECORDS
from geo.viewer import LOCAL, Viewer
from layers import own
from layers.spec import Channel, Field, Labels, LayerSpec, Shades, Style
from layers.tokens import BOUNDARY, COMMODITY, INK, PAPER, YLORBR

SOLID: Final[Style] = {"dashArray": None}
DASHED: Final[Style] = {"dashArray": "8 6"}
DOTTED: Final[Style] = {"dashArray": "1 6", "lineCap": "round"}

# Line pattern is confidence and nothing else; weak points are hollow.
LINE_CONFIDENCE: Final = Channel(
    "confidence", "confidence", {"high": SOLID, "medium": DASHED, "low": DOTTED, "": DOTTED}
)
HOLLOW: Final[Style] = {"fillColor": PAPER, "fillOpacity": 0.9}
DOUBTFUL: Final[Style] = {**HOLLOW, "dashArray": "2 2"}

PALE: Final[Style] = {"fillOpacity": 0.35, "dashArray": "2 2"}
# What no graded source says looks pale, whatever its kind.
EVIDENCE: Final = Channel(
    "evidence",
    "evidence",
    {"strong": {}, "moderate": {}, "weak": PALE, "unverified": PALE},
    plain=frozenset({"strong", "moderate"}),
)

ABOUT: Final = Field("why", Message("What is known"), "text")
COUNTRIES: Final = Field("countries", Message("Countries"), "countries")

SURVEY_YEARS: Final = 10  # household surveys come years apart; an older one says nothing of today

BLUES: Final = ("#EFF3FF", "#BDD7E7", "#6BAED6", "#3182BD", "#08519C")
GREENS: Final = ("#EDF8E9", "#BAE4B3", "#74C476", "#31A354", "#006D2C")
REDS: Final = ("#FEE5D9", "#FCAE91", "#FB6A4A", "#DE2D26", "#A50F15")
PURPLES: Final = ("#F2F0F7", "#CBC9E2", "#9E9AC8", "#756BB1", "#54278F")
ORANGES: Final = ("#FEEDDE", "#FDBE85", "#FD8D3C", "#E6550D", "#A63603")


def _figures(
    key: str, title: Message, limits: tuple[float, ...], colours: tuple[str, ...], digits: int = 0, carried: int = 0
) -> LayerSpec:
    return LayerSpec(
        record=RECORDS[key],
        title=title,
        group="figures",
        order=5,
        symbol="area",
        style={"stroke": True, "color": PAPER, "weight": 0.5, "fillOpacity": 0.85},
        shades=Shades(limits, colours, digits, carried),
    )


_ROWS: Final = (
    _figures("coca", Message("Coca cultivation"), (100, 1000, 10000, 30000), YLORBR),
    _figures("homicide", Message("Homicide rate"), (5, 15, 30, 60), REDS, digits=1),
    _figures("mined", Message("Newly mined area"), (50, 250, 1000, 5000), ORANGES),
    _figures("tree-loss", Message("Tree cover loss"), (1000, 5000, 20000, 50000), GREENS),
    _figures("deforestation", Message("Deforestation, official"), (1000, 10000, 50000, 200000), GREENS),
    _figures(
        "hdi", Message("Human development index"), (0.62, 0.67, 0.72, 0.77), BLUES, digits=3, carried=SURVEY_YEARS
    ),
    _figures("schooling", Message("Years of schooling"), (5, 6.5, 8, 9.5), BLUES, digits=1, carried=SURVEY_YEARS),
    _figures("electricity", Message("Access to electricity"), (70, 85, 93, 98), BLUES, digits=1, carried=SURVEY_YEARS),
    _figures("poverty", Message("Poor households"), (5, 15, 30, 50), PURPLES, digits=1, carried=SURVEY_YEARS),
    LayerSpec(
        record=RECORDS["border-zones"],
        title=Message("Border zones, 50 km"),
        group="borders",
        order=10,
        symbol="area",
        style={"color": "#9A8F7A", "weight": 0.8, "fillColor": "#B8AD95", "fillOpacity": 0.22},
        fields=(Field("area_km2", Message("Area"), "km2"), Field("width_km", Message("Width on each side"), "km")),
    ),
    LayerSpec(
        record=RECORDS["zones"],
        title=Message("Named zones"),
        group="zones",
        order=20,
        symbol="area",
        style={"color": "#9C4221", "weight": 1.4, "fillOpacity": 0.28},
        channels=(
            Channel(
                "kind",
                "zone_kind",
                {
                    "brown_area": {"fillColor": "#CC6B2C", "dashArray": "6 4"},
                    "tri_border": {"fillColor": "#B5654A"},
                    "border_zone": {"fillColor": "#F2C14E"},
                },
            ),
        ),
        labels=Labels("zone", from_zoom=5.5, priority=8, centred=True),
        fields=(
            Field("kind", Message("Kind"), "zone_kind"),
            COUNTRIES,
            Field("area_km2", Message("Area"), "km2"),
            ABOUT,
            Field("method", Message("How it was drawn"), "text"),
        ),
        default=True,
    ),
    LayerSpec(
        record=RECORDS["brown-areas"],
        title=Message("Brown areas"),
        group="zones",
        order=22,
        symbol="area",
        style={
            "color": "#662506",
            "weight": 1.6,
            "fillColor": "url(#hatch-brown)",
            "fillOpacity": 0.8,
            "dashArray": "6 4",
        },
        fields=(COUNTRIES, Field("area_km2", Message("Area"), "km2"), ABOUT),
    ),
    LayerSpec(
        record=RECORDS["boundaries"],
        title=Message("Land boundaries"),
        group="borders",
        order=30,
        symbol="line",
        style={"color": BOUNDARY, "weight": 1.6, "opacity": 0.9},
        fields=(Field("length_km", Message("Length"), "km"),),
        default=True,
    ),
    LayerSpec(
        record=RECORDS["disputed"],
        title=Message("Disputed lines"),
        group="borders",
        order=31,
        symbol="line",
        style={"color": BOUNDARY, "weight": 1.8, "dashArray": "5 5", "opacity": 0.95},
        fields=(Field("claimants", Message("Claimed by"), "countries"), Field("note", Message("Note"), "text")),
        default=True,
    ),
    LayerSpec(
        record=RECORDS["corridors"],
        title=Message("Corridors"),
        group="routes",
        order=40,
        symbol="line",
        style={"weight": 2.4, "opacity": 0.9, "fill": False},
        channels=(
            Channel("commodity", "commodity", {name: {"color": colour} for name, colour in COMMODITY.items()}),
            LINE_CONFIDENCE,
        ),
        labels=Labels("place", from_zoom=8, priority=3),
        fields=(
            Field("commodity", Message("What moves"), "commodity"),
            Field("mode", Message("How"), "mode"),
            Field("direction", Message("Direction"), "direction"),
            Field("status", Message("Status"), "corridor_status"),
            Field("period", Message("Period"), "text"),
            Field("length_km", Message("Length, schematic"), "km"),
            ABOUT,
        ),
        default=True,
        marks=True,
    ),
    LayerSpec(
        record=RECORDS["crossings"],
        title=Message("Crossings"),
        group="routes",
        order=50,
        symbol="circle",
        style={"shape": "circle", "radius": 4, "color": INK, "weight": 1.3, "fillColor": INK, "fillOpacity": 1},
        channels=(
            Channel(
                "kind",
                "crossing_kind",
                {
                    "formal": {},
                    "bridge": {"shape": "square"},
                    "port": {"shape": "triangle"},
                    "river": {"fillColor": "#6B7F91"},
                    "informal": HOLLOW,
                },
            ),
            EVIDENCE,
        ),
        labels=Labels("place", from_zoom=8, priority=5),
        fields=(
            Field("kind", Message("Kind"), "crossing_kind"),
            COUNTRIES,
            Field("note", Message("What is known"), "text"),
        ),
        default=True,
    ),
    LayerSpec(
        record=RECORDS["mining"],
        title=Message("Mining sites"),
        group="economies",
        order=55,
        symbol="diamond",
        style={
            "shape": "diamond",
            "radius": 5.5,
            "color": "#5C4400",
            "weight": 1.2,
            "fillColor": "#C9971C",
            "fillOpacity": 1,
        },
        channels=(
            Channel(
                "confidence",
                "confidence",
                {
                    "high": {},
                    "medium": {"fillColor": "#EBD9A0"},
                    "low": DOUBTFUL,
                    "": DOUBTFUL,
                },
            ),
            EVIDENCE,
        ),
        labels=Labels("place", from_zoom=8, priority=4),
        fields=(
            Field("mineral", Message("Mineral"), "mineral"),
            Field("setting", Message("Setting"), "setting"),
            Field("status", Message("Status"), "site_status"),
            Field("period", Message("Period"), "text"),
            COUNTRIES,
            ABOUT,
        ),
        default=True,
    ),
    LayerSpec(
        record=RECORDS["actors"],
        title=Message("Armed and criminal groups"),
        group="zones",
        order=60,
        symbol="square",
        style={"shape": "square", "radius": 6.5, "color": INK, "weight": 1.2, "fillOpacity": 0.95},
        channels=(
            Channel(
                "role",
                "role",
                {
                    "dominant": {"fillColor": "#54278F"},
                    "contested": {"fillColor": "#9E6BB5"},
                    "present": {"fillColor": "#CBB3DA"},
                    "transit": {"fillColor": "#E9E1EF"},
                    "reported": HOLLOW,
                },
            ),
        ),
        labels=Labels("place", from_zoom=4.5, priority=9, column="actors"),
        fields=(Field("role", Message("Strongest role"), "role"), Field("actors", Message("Groups named"), "")),
    ),
)
LOOKS: Final[Mapping[str, LayerSpec]] = {row.key: row for row in sorted(_ROWS, key=lambda row: row.order)}
DEFAULT_LAYERS: Final = tuple(sorted(key for key, row in LOOKS.items() if row.default))
BASEMAPS: Final[Mapping[str, Message]] = {
    "atlas": Message("Atlas (offline)"),
    "osm": Message("OpenStreetMap (online)"),
    "imagery": Message("Satellite imagery, Esri (online)"),
    "topo": Message("OpenTopoMap (online)"),
}


def specs(viewer: Viewer = LOCAL) -> Mapping[str, LayerSpec]:
    """Return the layers that a viewer may see, shipped and brought, by key, in drawing order."""
    brought = [own.spec_of(record, record.payload) for record in own_records(viewer) if record.payload is not None]
    if not brought and viewer == LOCAL:
        return LOOKS
    rows = sorted((*LOOKS.values(), *brought), key=lambda row: row.order)
    return {row.key: row for row in rows if viewer.may_see(row.record.marking)}
