"""A chart as a file: never without title, unit, area, sources, date, marking and code, and the same bytes each time."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from html import unescape
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from PIL import Image

from geo import catalogue, zones
from geo.errors import DataError, UnknownError
from geo.headlines import headlines
from geo.messages import LANGUAGES, say
from geo.names import name_of
from geo.trends import Panel, caveats
from geo.viewer import LOCAL
from geo.zone_tables import of_payload
from layers.briefing import chart, history, orders
from layers.briefing.marking import COLOURS
from layers.briefing.orders import Order
from layers.briefing.told import PUBLIC_URL, code_of
from layers.charts import area_line, headline
from layers.view import ViewState
from tests.conftest import ROOT
from tests.printed.boxes import overlaps, texts
from tests.stored_layers import kept

MADE = """
import sys
from hashlib import sha256
from geo.headlines import headlines
from layers.briefing import chart
panel = headlines("Z-MDD")[0]
for kind in chart.FORMATS:
    print(sha256(chart.packed(chart.compose(panel, "es", zone="Z-MDD"), kind)).hexdigest())
"""


pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture(autouse=True)
def no_public_address(monkeypatch) -> None:
    monkeypatch.delenv(PUBLIC_URL, raising=False)


def mined() -> Panel:
    return headlines("Z-MDD")[0]


def svg_words(content: bytes) -> str:
    found = re.findall(r"<text[^>]*>(.*?)</text>", content.decode(), re.DOTALL)
    return " ".join(unescape(re.sub("<[^>]+>", "", each)) for each in found)


def pdf_words(content: bytes, folder: Path) -> str:
    path = folder / "chart.pdf"
    path.write_bytes(content)
    told = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return told.stdout.decode()


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("zone", ["Z-MDD", "Z-PUTUMAYO", "Z-CHACO", "Z-ORINOCO"])
def test_nothing_that_must_stand_on_a_chart_is_missing(zone: str, lang, tmp_path: Path):
    for panel in headlines(zone)[:2]:
        made = chart.compose(panel, lang, zone=zone)
        mandatory = [
            headline(panel, lang),
            made.told.subtitle,
            area_line(panel, lang),
            made.told.sources,
            made.told.on,
            "TLP:CLEAR",
            made.told.code,
            *(say(each, lang) for each in caveats(panel)[:1]),
        ]
        for words in (svg_words(chart.packed(made, "svg")), pdf_words(chart.packed(made, "pdf"), tmp_path)):
            # Rows of one text are written one by one, in a PDF those of neighbouring columns between them.
            missing = [
                each for each in mandatory if not all(squeezed(part) in squeezed(words) for part in each.split())
            ]
            assert missing == []
        assert made.told.code == code_of(ViewState(lang=lang, zone=zone))


def test_a_picture_has_the_pixels_and_the_resolution_that_it_promises_and_says_what_it_is():
    made = chart.compose(mined(), "en", zone="Z-MDD")
    picture = Image.open(io.BytesIO(chart.packed(made, "png")))
    assert picture.size == made.pixels
    assert made.pixels[0] == 1600
    assert round(picture.info["dpi"][0]) == chart.DPI
    assert picture.info["Title"] == made.told.title
    assert "Amazon Mining Watch" in picture.info["Source"]
    assert picture.info["Disclaimer"] == "TLP:CLEAR"
    assert "Z-MDD" in picture.info["Comment"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_on_it_overlaps_or_leaves_it(lang):
    for zone in ("Z-MDD", "Z-PUTUMAYO", "Z-AMAMBAY", "Z-DARIEN"):
        for panel in headlines(zone):
            made = chart.compose(panel, lang, zone=zone)
            assert overlaps(made.figure) == []
            wide, high = made.figure.get_size_inches() * 72
            assert all(b.x0 > 0 and b.x1 < wide and b.y0 > 0 and b.y1 < high for _, b in texts(made.figure))


def test_the_same_chart_has_the_same_bytes_in_another_process():
    here = [
        sha256(chart.packed(chart.compose(mined(), "es", zone="Z-MDD"), kind)).hexdigest() for kind in chart.FORMATS
    ]
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    told = subprocess.run(
        [sys.executable, "-c", MADE], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    assert told.stdout.split() == here


def test_one_figure_can_be_written_again_and_again():
    made = chart.compose(mined(), "en")
    first = [chart.packed(made, kind) for kind in chart.FORMATS]
    assert [chart.packed(made, kind) for kind in chart.FORMATS] == first


def test_a_marking_can_be_raised_and_nothing_is_made_under_red():
    made = chart.compose(mined(), "en", marking="TLP:AMBER+STRICT")
    content = chart.packed(made, "svg")
    assert "TLP:AMBER+STRICT" in svg_words(content)
    assert COLOURS["TLP:AMBER+STRICT"].lower() in content.decode().lower()
    with pytest.raises(DataError, match="Nothing is exported under"):
        chart.compose(mined(), "en", marking="TLP:RED")


def test_the_date_is_the_newest_year_or_the_one_asked_for():
    assert chart.compose(mined(), "en").told.on == "2025"
    assert chart.compose(mined(), "es", on=date(2026, 11, 22)).told.on == "22 de noviembre de 2026"


def test_a_public_address_stands_on_it_as_a_code_for_phones(monkeypatch):
    monkeypatch.setenv(PUBLIC_URL, "https://fronteras.example")
    made = chart.compose(mined(), "en", zone="Z-MDD")
    assert made.told.address.startswith("https://fronteras.example/?v=")
    assert b'id="qr"' in chart.packed(made, "svg")


def test_every_row_of_the_figures_carries_marking_title_date_and_code():
    made = chart.compose(mined(), "pt", zone="Z-MDD", marking="TLP:GREEN")
    rows = list(csv.DictReader(io.StringIO(chart.packed(made, "csv").decode("utf-8-sig"))))
    points = [point for line in mined().lines for point in line.points]
    assert [float(row["value"]) for row in rows] == [point.value for point in points]
    about = {(row["marking"], row["title"], row["as_of"], row["view"]) for row in rows}
    assert about == {("TLP:GREEN", made.told.title, made.told.on, made.told.code)}
    assert {row["unit"] for row in rows} == {"ha"}
    assert all(row["source"] and row["level"] for row in rows)


def test_files_are_whole_or_not_there(tmp_path: Path):
    made = chart.compose(mined(), "en")
    for kind in chart.FORMATS:
        chart.write(made, tmp_path / f"chart.{kind}")
        assert (tmp_path / f"chart.{kind}").read_bytes() == chart.packed(made, kind)
    with pytest.raises(DataError, match="cannot be written as"):
        chart.write(made, tmp_path / "chart.gif")
    with pytest.raises(DataError, match="could not be written"):
        chart.write(made, tmp_path / "nowhere" / "chart.png")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        f"chart.{k}" for k in sorted(chart.FORMATS)
    ]


def test_the_name_of_a_file_says_what_is_in_it():
    made = chart.compose(headlines("Z-PUTUMAYO")[1], "es", zone="Z-PUTUMAYO")
    assert (
        chart.file_name(made, "png")
        == f"fronteras-homicidios-sucumbios-ecuador-chart-{made.told.code.replace('-', '')}.png"
    )


# --- what others brought -----------------------------------------------------------------------


def brought(title: str = "=HYPERLINK(1) $x$ <b>", marking: str = "TLP:AMBER") -> str:
    place = zones.zone("Z-MDD").geometry.representative_point()
    years = [2018, 2018, 2019, 2021, 2022, 2022, 2022, 2024]
    frame = gpd.GeoDataFrame(
        {"year": years},
        geometry=[shapely.Point(place.x + n / 100, place.y) for n in range(len(years))],
        crs="EPSG:4326",
    )
    layer = kept(frame, title=title, source="Field notes & more", marking=marking, as_of="2024-12-31", year="year")
    return layer.key


def own(key: str, lang="en", **options):
    record = catalogue.record(key, LOCAL)
    table = of_payload(record.payload)
    return chart.compose_own(record, table, "Z-MDD", name_of("Z-MDD", lang), lang, **options)


def test_a_brought_layer_keeps_its_marking_and_its_words_are_data():
    made = own(brought())
    assert made.told.marking == "TLP:AMBER"
    words = svg_words(chart.packed(made, "svg"))
    assert "=HYPERLINK(1) $x$ <b>" in words
    assert "Field notes & more" in words
    assert own(brought("other"), marking="TLP:GREEN").told.marking == "TLP:AMBER"
    rows = list(csv.DictReader(io.StringIO(chart.packed(made, "csv").decode("utf-8-sig"))))
    assert [(row["year"], row["value"]) for row in rows][:2] == [("2018", "2"), ("2019", "1")]
    assert all(row["layer"].startswith("'=") and row["title"].startswith("'=") for row in rows)
    assert overlaps(made.figure) == []


def test_nothing_is_made_of_a_layer_for_those_present_alone():
    with pytest.raises(DataError, match="Nothing is exported under"):
        own(brought(marking="TLP:RED"))


# --- the history --------------------------------------------------------------------------------


def order(asked, kind: str = "png") -> Order:
    return Order(kind="chart", asked={**asked, "format": kind}, ending=kind)


def test_a_chart_that_was_taken_can_be_made_again_from_the_history():
    asked = chart.asked(mined(), "Z-MDD", "es", "TLP:GREEN")
    content = orders.taken(order(asked, "svg"))
    (kept_one,) = history.remembered()
    assert (kept_one.kind, kept_one.marking, kept_one.query) == ("chart", "TLP:GREEN", {"lang": "es", "zone": "Z-MDD"})
    assert history.view_of(kept_one.code) == {"lang": "es", "zone": "Z-MDD"}
    assert orders.taken(Order.again(kept_one)) == content
    key = brought()
    record = catalogue.record(key, LOCAL)
    again = chart.again(chart.asked_own(record, "Z-MDD", "zones", "en", "TLP:AMBER"))
    assert chart.packed(again, "png") == chart.packed(own(key), "png")


def test_what_is_not_there_any_more_is_said():
    asked = chart.asked(replace(mined(), place="Nowhere"), "Z-MDD", "en")
    with pytest.raises(UnknownError, match="no such series"):
        chart.again(asked)
    with pytest.raises(UnknownError):
        chart.again({"query": {}, "layer": "own-nowhere", "zone": "Z-MDD", "among": "zones"})
