"""Coordinates as people type them and as we write them: latitude first, degrees on WGS 84."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from geo.messages import Language, number

Axis = Literal["lat", "lon"]
MAX_TYPED: Final = 80  # longer than any pair of coordinates in degrees, minutes and seconds
LIMITS: Final[dict[Axis, float]] = {"lat": 90.0, "lon": 180.0}

# Norte, sur/sul, este/leste, oeste: in Spanish and Portuguese "O" is west and, in Portuguese, "L" is east.
HEMISPHERES: Final[dict[str, tuple[Axis, int]]] = {
    **dict.fromkeys(("n", "north", "norte"), ("lat", 1)),
    **dict.fromkeys(("s", "south", "sur", "sul"), ("lat", -1)),
    **dict.fromkeys(("e", "l", "east", "este", "leste"), ("lon", 1)),
    **dict.fromkeys(("w", "o", "west", "oeste"), ("lon", -1)),
}
AXES: Final[dict[str, Axis]] = {
    **dict.fromkeys(("lat", "latitude", "latitud"), "lat"),
    **dict.fromkeys(("lon", "long", "lng", "longitude", "longitud"), "lon"),
}
# Locale data that Babel does not carry: north, south, east, west as maps of each language letter them.
LETTERS: Final[dict[Language, tuple[str, str, str, str]]] = {
    "en": ("N", "S", "E", "W"),
    "es": ("N", "S", "E", "O"),
    "pt": ("N", "S", "L", "O"),
}

SAME: Final = str.maketrans({
    "−": "-", "–": "-", "º": "°", "˚": "°", "ª": "°", "’": "'", "‘": "'", "′": "'", "´": "'", "`": "'",
    "″": '"', "”": '"', "“": '"', "¨": '"', "\u00a0": " ", "\u202f": " ", "\t": " ",
})  # fmt: skip
_HEMISPHERE = "|".join(sorted(HEMISPHERES, key=len, reverse=True))
_AXIS = "|".join(sorted(AXES, key=len, reverse=True))
_NUMBER = r"[0-9]{1,3}(?:[.,][0-9]{1,15})?"
ANGLE: Final = re.compile(
    rf"(?:(?P<axis>{_AXIS})[.:=\s]*)?"
    rf"(?P<before>{_HEMISPHERE})?\s*(?P<sign>[+-]?)\s*(?P<degrees>{_NUMBER})"
    rf"(?:(?:\s*°\s*|\s+)(?P<minutes>{_NUMBER})(?:(?:\s*'\s*|\s+)(?P<seconds>{_NUMBER})\s*\"?|\s*')?)?"
    rf"\s*°?\s*(?P<after>{_HEMISPHERE})?"
)
BETWEEN: Final = " ,;/|"
# “4 grados 35 minutos 56 segundos”, “4g35m56s”: degrees, minutes and seconds as words or letters.
DEGREES: Final = re.compile(r"(?<=\d)\s*(?:grados?|graus?|degrees?|deg|gr?|d)(?![a-z])\.?,?\s*")
MINUTES: Final = re.compile(r"(?<=\d)\s*(?:minutos?|minutes?|min|m)(?![a-z])\.?,?\s*")
SECONDS: Final = re.compile(
    rf"(?<=\d)\s*(?:(?:segundos?|seconds?|seg|sec)(?![a-z])\.?|s(?=\s*(?:{_HEMISPHERE})(?![a-z])))"
)
# As flight charts and land offices have it: 043556N, 0740451.5W, 04.35.56N, 4-35-56N. Between minus signs or points
# the parts need no zero in front; run together they do.
IN_ONE: Final = re.compile(
    r"(?:([0-9]{1,3})[.-](?=[0-9]{1,2}[.-])|([0-9]{2,3})(?=[0-9]{4}))([0-9]{1,2})[.-]?"
    r"([0-9]{1,2}(?:[.,][0-9]{1,6})?)\s*([nsewo])"
)
# 4:13:05 S, -4:13:05: without a letter or a sign it may be the time of day.
COLONS: Final = re.compile(r"([0-9]{1,3}):([0-9]{1,2}):([0-9]{1,2}(?:[.,][0-9]{1,6})?)")


@dataclass(frozen=True)
class _Angle:
    """One half of a typed pair."""

    degrees: float
    axis: Axis | None  # which one it says it is, by a letter or a word
    is_signed: bool  # a letter says on which side of the Equator or of Greenwich
    shape: int | None  # degrees, and minutes, and seconds: 1 to 3; None where signs show where it ends


def parse_coordinates(text: str) -> tuple[float, float] | None:
    """Read one typed pair of coordinates.

    Decimal degrees with a point or a comma, degrees with minutes and seconds, hemisphere
    letters or words in English, Spanish and Portuguese, signs. Latitude comes first unless
    letters say otherwise or the first figure can only be a longitude.

    Parameters
    ----------
    text : str
        What was typed.

    Returns
    -------
    (float, float) or None
        Latitude and longitude in degrees on WGS 84. None where the text is not one pair,
        reads in two ways (``4,21,69``), or lies outside 90 and 180 degrees.
    """
    typed = _plain(text).removeprefix("geo:").strip("()[] ")
    if not typed or len(typed) > MAX_TYPED or not any(c.isdigit() for c in typed):
        return None
    readings = {pair for left, right in _halves(typed) if (pair := _pair(_angle(left), _angle(right))) is not None}
    return readings.pop() if len(readings) == 1 else None


def parse_angle(text: str) -> tuple[float, Axis | None] | None:
    """Read one latitude or longitude, written in any of the ways of ``parse_coordinates``.

    Returns
    -------
    (float, "lat" or "lon" or None) or None
        Degrees, not yet held against ``LIMITS``, and which of the two a letter or a word says it is.
    """
    typed = _plain(text).strip("()[] ")
    angle = _angle(typed) if len(typed) <= MAX_TYPED else None
    return None if angle is None else (angle.degrees, angle.axis)


def format_coordinates(lat: float, lon: float, lang: Language, *, digits: int = 4) -> str:
    """Write a pair the way maps of the language do, latitude first: ``4.2153° S, 69.9406° W``.

    Parameters
    ----------
    lat, lon : float
        Degrees on WGS 84.
    lang : Language
        Decides the decimal sign and the letters (oeste, leste).
    digits : int
        Decimals; four are some eleven metres.
    """
    return f"{format_angle(lat, 'lat', lang, digits=digits)}, {format_angle(lon, 'lon', lang, digits=digits)}"


def format_angle(degrees: float, axis: Axis, lang: Language, *, digits: int = 4) -> str:
    """Write one latitude or longitude: ``4.2153° S``."""
    north, south, east, west = LETTERS[lang]
    above, below = (north, south) if axis == "lat" else (east, west)
    return f"{number(round(abs(degrees), digits), lang, digits=digits)}° {below if degrees < 0 else above}"


def _plain(text: str) -> str:
    """Return what was typed with one sign for each of degrees, minutes and seconds, in lower case."""
    typed = text.translate(SAME).replace("''", '"').casefold().strip()
    if len(typed) > MAX_TYPED:
        return typed
    with_degrees = DEGREES.sub("°", typed)
    return typed if "°" not in with_degrees else SECONDS.sub('"', MINUTES.sub("'", with_degrees))


def _halves(typed: str) -> set[tuple[str, str]]:
    """Return every way to cut the text in two outside a number."""
    return {
        (typed[:at].rstrip(BETWEEN), typed[at:].lstrip(BETWEEN))
        for at in range(1, len(typed))
        if not (typed[at - 1] in "0123456789.+-" and typed[at] in "0123456789.")
    }


def _angle(half: str) -> _Angle | None:
    """Read one angle; None where the text is none, or says two things at once."""
    in_one = IN_ONE.fullmatch(half)
    if in_one is not None:
        half = f"{in_one[1] or in_one[2]}°{in_one[3]}'{in_one[4]}\"{in_one[5]}"
    elif not half[:1].isdigit() or not half[-1:].isdigit():
        half = COLONS.sub("\\1°\\2'\\3\"", half)
    match = ANGLE.fullmatch(half)
    if match is None:
        return None
    numbers = [match[part] for part in ("degrees", "minutes", "seconds") if match[part]]
    values = [float(text.replace(",", ".")) for text in numbers]
    if any(not text.isdigit() for text in numbers[:-1]) or any(value >= 60 for value in values[1:]):
        return None  # only the last part has decimals, and sixty minutes are a degree
    if match["before"] and match["after"]:
        return None
    degrees = sum(value / 60**power for power, value in enumerate(values))
    negative = match["sign"] == "-"
    axis = AXES.get(match["axis"] or "")
    letter = match["before"] or match["after"]
    if letter:
        named, side = HEMISPHERES[letter]
        if (axis and axis != named) or (match["sign"] and negative != (side < 0)):
            return None  # “lat 4 W”, “-4 N”
        axis, negative = named, side < 0
    shape = None if letter or "°" in half else len(values)
    return _Angle(-degrees if negative and degrees else degrees, axis, bool(letter), shape)


def _pair(first: _Angle | None, second: _Angle | None) -> tuple[float, float] | None:
    """Put two angles in order; None where they are no pair or out of range."""
    if first is None or second is None or (first.shape != second.shape and None not in (first.shape, second.shape)):
        return None
    if first.is_signed != second.is_signed or (first.axis is None) != (second.axis is None):
        return None  # half a statement: “4 S 69” does not say on which side of Greenwich
    if first.axis is not None and first.axis == second.axis:
        return None
    is_swapped = first.axis == "lon" or (first.axis is None and abs(first.degrees) > LIMITS["lat"])
    lat, lon = (second.degrees, first.degrees) if is_swapped else (first.degrees, second.degrees)
    return (lat, lon) if abs(lat) <= LIMITS["lat"] and abs(lon) <= LIMITS["lon"] else None
