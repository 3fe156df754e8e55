"""The looks of layers in the words of other programs: QML for QGIS, SLD (OGC 02-070) for whoever reads that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from geo.messages import Language, Message, say
from layers import shading
from layers.briefing.data.layers import CLASS
from layers.spec import LayerSpec, Style
from layers.tokens import HATCHES, INK
from layers.words import said_by

POINTS: Final = 0.75  # in a pixel of the page
MOST_RULES: Final = 120  # combinations of values beyond are all drawn as the layer itself
QML_SHAPES: Final = {"circle": "circle", "diamond": "diamond", "square": "square", "triangle": "triangle"}
SLD_SHAPES: Final = {"circle": "circle", "diamond": "square", "square": "square", "triangle": "triangle"}
Condition = tuple[str, str | int]  # a column and the value it must hold; "" is also no value


@dataclass(frozen=True)
class Rule:
    """What features look like that meet all of some conditions; without any, those that meet no other rule."""

    conditions: tuple[Condition, ...]
    words: str
    style: Style
    symbol: str


def rules(spec: LayerSpec, lang: Language) -> list[Rule]:
    """Return the looks of a layer's features; no two rules let the same feature through."""
    if spec.shades is not None:
        return _figures(spec, lang)
    made = []
    choices = [list(channel.styles) for channel in spec.channels]
    combined = list(product(*choices)) if choices else []
    for values in combined if len(combined) <= MOST_RULES else []:
        columns = {channel.column: value for channel, value in zip(spec.channels, values, strict=True)}
        words = " · ".join(
            filter(None, (said_by(channel, value, lang) for channel, value in zip(spec.channels, values, strict=True)))
        )
        made.append(Rule(tuple(columns.items()), words, spec.style_for(columns), spec.symbol))
    return [*made, Rule((), say(Message("Other"), lang) if made else say(spec.title, lang), spec.style, spec.symbol)]


def _figures(spec: LayerSpec, lang: Language) -> list[Rule]:
    words, colours = shading.shade_labels(spec, lang), shading.shades_of(spec).colours
    made = [
        Rule(((CLASS, number),), text, {**spec.style, "fillColor": colour}, "area")
        for number, (text, colour) in enumerate(zip(words, colours, strict=True))
    ]
    nothing: Style = {"color": HATCHES[1]["colour"], "weight": 0.5, "fillColor": "url(#hatch-none)", "fillOpacity": 1}
    return [*made, Rule((), say(Message("No figure"), lang), nothing, "area")]


def renamed(all_rules: list[Rule], columns: Mapping[str, str]) -> list[Rule]:
    """Return rules for a file in which columns are called otherwise."""
    return [
        replace(rule, conditions=tuple((columns.get(name, name), value) for name, value in rule.conditions))
        for rule in all_rules
    ]


# --- QML --------------------------------------------------------------------------------------


def qml(all_rules: list[Rule]) -> str:
    """Return rules as a QGIS style; sizes are in points, as wide as on the map page."""
    told, symbols = [], []
    for number, rule in enumerate(all_rules):
        condition = " AND ".join(_expression(column, value) for column, value in rule.conditions) or "ELSE"
        told.append(
            f'<rule key="{{r{number}}}" filter={quoteattr(condition)} symbol="{number}" label={quoteattr(rule.words)}/>'
        )
        kind = {"line": "line", "area": "fill"}.get(rule.symbol, "marker")
        layers = "".join(_qml_layer(name, values) for name, values in _qml_layers(rule, kind))
        symbols.append(f'<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1">{layers}</symbol>')
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22.0" styleCategories="Symbology">'
        '<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">'
        f'<rules key="{{root}}">{"".join(told)}</rules><symbols>{"".join(symbols)}</symbols></renderer-v2>'
        "<layerOpacity>1</layerOpacity></qgis>"
    )


def _expression(column: str, value: str | int) -> str:
    name = '"' + column.replace('"', '""') + '"'
    if isinstance(value, int):
        return f"{name} = {value}"
    if not value:
        return f"coalesce({name}, '') = ''"
    return f"{name} = '" + value.replace("'", "''") + "'"


def _qml_layer(name: str, values: dict[str, str]) -> str:
    props = "".join(f'<prop k="{key}" v={quoteattr(value)}/>' for key, value in values.items())
    return f'<layer class="{name}" enabled="1" locked="0" pass="0">{props}</layer>'


def _qml_layers(rule: Rule, kind: str) -> list[tuple[str, dict[str, str]]]:
    style = rule.style
    if kind == "line":
        return [("SimpleLine", _qml_line(style))]
    stroke = {
        "outline_color": _rgba(*stroke_of(style)),
        "outline_width": _points(weight_of(style)),
        "outline_width_unit": "Point",
        "outline_style": "no" if weight_of(style) == 0 else "dash" if style.get("dashArray") else "solid",
    }
    fill, opacity = fill_of(style)
    if kind == "marker":
        shape = QML_SHAPES[_shape(rule)]
        size = {"size": _points(2 * float(style.get("radius") or 4)), "size_unit": "Point"}
        return [("SimpleMarker", {"name": shape, "color": _rgba(fill, opacity), **size, **stroke})]
    hatch = hatch_of(style)
    if hatch is None:
        return [("SimpleFill", {"color": _rgba(fill, opacity), "style": "solid", **stroke})]
    ground = {"color": _rgba(hatch["background"], opacity), "style": "solid", "outline_style": "no"}
    return [
        ("SimpleFill", ground),
        ("SimpleFill", {"color": _rgba(hatch["colour"], opacity), "style": "b_diagonal", **stroke}),
    ]


def _qml_line(style: Style) -> dict[str, str]:
    dashes = _dashes(style)
    told = {
        "line_color": _rgba(*stroke_of(style)),
        "line_width": _points(weight_of(style)),
        "line_width_unit": "Point",
        "line_style": "solid",
        "capstyle": "round" if style.get("lineCap") == "round" else "flat",
    }
    if dashes:
        lengths = ";".join(_points(each) for each in dashes)
        told |= {"use_custom_dash": "1", "customdash": lengths, "customdash_unit": "Point"}
    return told


# --- SLD --------------------------------------------------------------------------------------


def sld(all_rules: list[Rule], title: str) -> str:
    """Return rules as a Styled Layer Descriptor, version 1.0.0."""
    told = "".join(_sld_rule(rule) for rule in all_rules)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor version="1.0.0" '
        'xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc">'
        f"<NamedLayer><Name>{escape(title)}</Name><UserStyle><FeatureTypeStyle>{told}</FeatureTypeStyle></UserStyle>"
        "</NamedLayer></StyledLayerDescriptor>"
    )


def _sld_rule(rule: Rule) -> str:
    tests = "".join(
        f"<ogc:PropertyIsEqualTo><ogc:PropertyName>{escape(column)}</ogc:PropertyName>"
        f"<ogc:Literal>{escape(str(value))}</ogc:Literal></ogc:PropertyIsEqualTo>"
        for column, value in rule.conditions
    )
    if len(rule.conditions) > 1:
        tests = f"<ogc:And>{tests}</ogc:And>"
    condition = f"<ogc:Filter>{tests}</ogc:Filter>" if tests else "<ElseFilter/>"
    return f"<Rule><Title>{escape(rule.words)}</Title>{condition}{_sld_symbol(rule)}</Rule>"


def _sld_symbol(rule: Rule) -> str:
    style = rule.style
    colour, opacity = stroke_of(style)
    stroke = [("stroke", colour), ("stroke-opacity", f"{opacity:g}"), ("stroke-width", f"{weight_of(style):g}")]
    if dashes := _dashes(style):
        stroke.append(("stroke-dasharray", " ".join(f"{each:g}" for each in dashes)))
    drawn = f"<Stroke>{_css(stroke)}</Stroke>" if weight_of(style) else ""
    if rule.symbol == "line":
        return f"<LineSymbolizer>{drawn}</LineSymbolizer>"
    fill, covered = fill_of(style)
    hatch = hatch_of(style)
    painted = (
        f"<Fill>{_css([('fill', hatch['background'] if hatch else fill), ('fill-opacity', f'{covered:g}')])}</Fill>"
    )
    if rule.symbol == "area":
        return f"<PolygonSymbolizer>{painted}{drawn}</PolygonSymbolizer>"
    shape = _shape(rule)
    turned = "<Rotation>45</Rotation>" if shape == "diamond" else ""
    size = f"<Size>{2 * float(style.get('radius') or 4):g}</Size>"
    mark = f"<Mark><WellKnownName>{SLD_SHAPES[shape]}</WellKnownName>{painted}{drawn}</Mark>"
    return f"<PointSymbolizer><Graphic>{mark}{size}{turned}</Graphic></PointSymbolizer>"


def _css(values: list[tuple[str, str]]) -> str:
    return "".join(f'<CssParameter name="{name}">{value}</CssParameter>' for name, value in values)


# --- Leaflet's options, read once for all ------------------------------------------------------


def _shape(rule: Rule) -> str:
    return str(rule.style.get("shape") or (rule.symbol if rule.symbol in QML_SHAPES else "circle"))


def stroke_of(style: Style) -> tuple[str, float]:
    """Return the colour of a stroke and how opaque it is."""
    opacity = style.get("opacity")
    return str(style.get("color") or INK), 1.0 if opacity is None else float(opacity)


def weight_of(style: Style) -> float:
    """Return the width of a stroke in px; 0 where there is none."""
    weight = style.get("weight")
    return 0.0 if not style.get("stroke", True) else 1.0 if weight is None else float(weight)


def fill_of(style: Style) -> tuple[str, float]:
    """Return the colour of a ground and how opaque it is."""
    opacity = style.get("fillOpacity")
    return str(style.get("fillColor") or style.get("color") or INK), 0.2 if opacity is None else float(opacity)


def hatch_of(style: Style) -> dict[str, str] | None:
    """Return the hatch that a ground is filled with; None where it is plain."""
    fill = str(style.get("fillColor") or "")
    return next((each for each in HATCHES if fill == f"url(#{each['id']})"), None)


def _dashes(style: Style) -> list[float]:
    return [float(each) for each in str(style.get("dashArray") or "").replace(",", " ").split()]


def _points(pixels: float) -> str:
    return f"{round(pixels * POINTS, 3):g}"


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5)) if colour.startswith("#") else (0, 0, 0)
    return f"{red},{green},{blue},{round(255 * opacity)}"
