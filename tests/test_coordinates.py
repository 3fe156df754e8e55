"""Typed coordinates: a table to check by hand, and round trips over the whole globe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coordinates import format_coordinates, parse_coordinates
from geo.messages import LANGUAGES, Language

LATITUDES = st.floats(-90, 90, allow_nan=False)
LONGITUDES = st.floats(-180, 180, allow_nan=False)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("-4.21, -69.94", (-4.21, -69.94), id="decimal points"),
        pytest.param("-4.21 -69.94", (-4.21, -69.94), id="a space between"),
        pytest.param("-4.21,-69.94", (-4.21, -69.94), id="a comma and no space"),
        pytest.param("−4.21; −69.94", (-4.21, -69.94), id="typographic minus"),
        pytest.param("-4,21; -69,94", (-4.21, -69.94), id="decimal commas, semicolon"),
        pytest.param("-4,21, -69,94", (-4.21, -69.94), id="decimal commas, comma and space"),
        pytest.param("-4,21 -69,94", (-4.21, -69.94), id="decimal commas, space"),
        pytest.param("-4,21,-69,94", (-4.21, -69.94), id="decimal commas, comma"),
        pytest.param("4,69", (4.0, 69.0), id="one comma parts two whole degrees"),
        pytest.param("4.21 S 69.94 W", (-4.21, -69.94), id="letters after"),
        pytest.param("S4.21 W69.94", (-4.21, -69.94), id="letters before"),
        pytest.param("4.21S69.94W", (-4.21, -69.94), id="no spaces at all"),
        pytest.param("4,21° S, 69,94° O", (-4.21, -69.94), id="oeste"),
        pytest.param("4.21 sur 69.94 oeste", (-4.21, -69.94), id="Spanish words"),
        pytest.param("4.21 sul, 69.94 leste", (-4.21, 69.94), id="Portuguese words"),
        pytest.param("4,21° S; 69,94° L", (-4.21, 69.94), id="leste as a letter"),
        pytest.param("-4.21 S, -69.94 W", (-4.21, -69.94), id="sign and letter agree"),
        pytest.param("4°12'36\"S 69°56'24\"W", (-4.21, -69.94), id="degrees, minutes, seconds"),
        pytest.param("4º 12′ 36″ S, 69º 56′ 24″ O", (-4.21, -69.94), id="other people's signs"),
        pytest.param("4°12'36''S 69°56'24''W", (-4.21, -69.94), id="two apostrophes"),
        pytest.param("4 12 36 S 69 56 24 W", (-4.21, -69.94), id="spaces for signs"),
        pytest.param("4 12 36 69 56 24", (4.21, 69.94), id="six bare numbers"),
        pytest.param("4°12,6'S 69°56,4'W", (-4.21, -69.94), id="decimal minutes"),
        pytest.param("-0°30' -69°56'24\"", (-0.5, -69.94), id="minus zero degrees"),
        pytest.param("69.94 W 4.21 S", (-4.21, -69.94), id="letters say longitude first"),
        pytest.param("lon: -69.94, lat: -4.21", (-4.21, -69.94), id="words say longitude first"),
        pytest.param("latitud -4,21 longitud -69,94", (-4.21, -69.94), id="words in Spanish"),
        pytest.param("-169.94, -4.21", (-4.21, -169.94), id="first can only be a longitude"),
        pytest.param("-69.94, -4.21", (-69.94, -4.21), id="two readings: as typed, latitude first"),
        pytest.param("(geo: -4.21, -69.94)", None, id="words we do not know"),
        pytest.param("geo:-4.21,-69.94", (-4.21, -69.94), id="geo address"),
        pytest.param("(-4.21, -69.94)", (-4.21, -69.94), id="in brackets"),
        pytest.param("91, 181", None, id="outside both"),
        pytest.param("-4.21, -180.5", None, id="longitude outside"),
        pytest.param("95 S, 70 W", None, id="letters forbid the swap"),
        pytest.param("4 S 70 S", None, id="two latitudes"),
        pytest.param("-4 N, 70 W", None, id="sign and letter disagree"),
        pytest.param("4 S 69", None, id="half a statement"),
        pytest.param("4,21,69", None, id="two readings of the commas"),
        pytest.param("4°61'S 69°56'W", None, id="61 minutes"),
        pytest.param("4.5°12'S 69°56'W", None, id="decimal degrees with minutes"),
        pytest.param("4:12:36 S 69:56:24 W", (-4.21, -69.94), id="colons with letters"),
        pytest.param("08:00:00 17:00:00", None, id="colons alone are the time of day"),
        pytest.param("4-12-36S 69-56-24W", (-4.21, -69.94), id="minus signs between"),
        pytest.param("4d12m36sS 69d56m24sW", (-4.21, -69.94), id="d, m and s"),
        pytest.param("4 12 36", None, id="one angle only"),
        pytest.param("-4.21", None, id="one number"),
        pytest.param("Leticia", None, id="a name"),
        pytest.param("km 98-115", None, id="a name with numbers"),
        pytest.param("", None, id="nothing"),
        pytest.param("1 " * 100, None, id="far too long"),
    ],
)
def test_typed_forms(typed: str, expected: tuple[float, float] | None) -> None:
    read = parse_coordinates(typed)
    assert read == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(lat=LATITUDES, lon=LONGITUDES, lang=st.sampled_from(LANGUAGES))
def test_what_is_written_is_read_back(lat: float, lon: float, lang: Language) -> None:
    assert parse_coordinates(format_coordinates(lat, lon, lang)) == pytest.approx((lat, lon), abs=6e-5)


@given(lat=LATITUDES, lon=st.floats(-90, 90), comma=st.booleans(), between=st.sampled_from(["; ", ", ", " ", ","]))
def test_decimals_in_either_sign(lat: float, lon: float, comma: bool, between: str) -> None:
    typed = between.join(f"{value:.5f}".replace(".", "," if comma else ".") for value in (lat, lon))
    assert parse_coordinates(typed) == pytest.approx((lat, lon), abs=1e-5)


@given(
    lat=st.integers(0, 90 * 3600),
    lon=st.integers(0, 180 * 3600),
    letters=st.tuples(st.sampled_from("NS"), st.sampled_from("EWOL")),
    marks=st.sampled_from(["°'\"", "º′″", "   "]),
    is_swapped=st.booleans(),
)
def test_whole_seconds_with_letters_in_either_order(
    lat: int, lon: int, letters: tuple[str, str], marks: str, is_swapped: bool
) -> None:
    halves = [
        f"{seconds // 3600}{marks[0]}{seconds // 60 % 60}{marks[1]}{seconds % 60}{marks[2]}{letter}"
        for seconds, letter in zip((lat, lon), letters, strict=True)
    ]
    signs = (-1 if letters[0] == "S" else 1, -1 if letters[1] in "WO" else 1)
    expected = (signs[0] * lat / 3600, signs[1] * lon / 3600)
    assert parse_coordinates(" ".join(reversed(halves) if is_swapped else halves)) == pytest.approx(expected, abs=1e-9)


@given(st.text(max_size=90))
def test_any_text_is_read_or_refused(text: str) -> None:
    read = parse_coordinates(text)
    assert read is None or (abs(read[0]) <= 90 and abs(read[1]) <= 180)


@given(st.text(alphabet="0123456789.,;°'\"NSWO -+", max_size=30))
def test_near_coordinates_are_read_or_refused(text: str) -> None:
    read = parse_coordinates(text)
    assert read is None or (abs(read[0]) <= 90 and abs(read[1]) <= 180)


@pytest.mark.parametrize(
    ("lang", "written"),
    [("en", "4.2153° S, 69.9406° W"), ("es", "4,2153° S, 69,9406° O"), ("pt", "4,2153° S, 69,9406° O")],
)
def test_written_in_each_language(lang: Language, written: str) -> None:
    assert format_coordinates(-4.2153, -69.9406, lang) == written
    assert format_coordinates(0, 20, "pt").endswith("20,0000° L")
