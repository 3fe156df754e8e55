"""The thirty zones: polygons as defined, and what lies in them counted so that a reader can check."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.recipe import zone_steps
from data.recipe.files import facts
from data.recipe.zone_table import BEGIN, END, overlaps, zone_table
from data.recipe.zones import METHODS, SLIVER_KM2
from geo import zones
from geo.crs import GEOD, to_measure_crs
from geo.errors import UnknownError
from geo.store import DATA, layer, table

ZONE_IDS = facts("zones")["zone_id"].tolist()
OUTSIDE_ITS_POLYGON = {"Z-DARIEN": "the port of Acandí lies just off the generalised shore"}

# What each zone is named for, at the places where the facts or GeoNames put it.
NAMESAKES = {
    "Z-VRAEM": [("Pichari", -12.52, -73.83), ("Kimbiri", -12.6194, -73.7881), ("Llochegua", -12.4142, -73.9102)],
    "Z-MDD": [
        ("Mazuko", -13.1001, -70.3674),
        ("Puerto Maldonado", -12.5895, -69.1995),
        ("Huepetuhe", -12.9142, -70.5395),
    ],
    "Z-MAP": [("Iñapari", -10.9547, -69.5816), ("Assis Brasil", -10.9414, -69.5669), ("Cobija", -11.03, -68.77)],
    "Z-TRAPECIO": [("Leticia", -4.2153, -69.9406), ("Santa Rosa", -4.22, -69.95), ("Puerto Nariño", -3.78, -70.37)],
    "Z-PUTUMAYO": [("Puerto Asís", 0.5051, -76.4957), ("Tarapacá", -2.892, -69.742), ("Nueva Loja", 0.086, -76.8953)],
    "Z-TUMACO": [("Tumaco", 1.7911, -78.7927), ("Esmeraldas", 0.9592, -79.654), ("San Lorenzo", 1.2863, -78.8351)],
    "Z-RUMICHACA": [("Ipiales", 0.825, -77.6397), ("Tulcán", 0.8124, -77.7171)],
    "Z-CATATUMBO": [("Tibú", 8.6389, -72.7358), ("El Tarra", 8.5751, -73.0961), ("Machiques", 10.0608, -72.5521)],
    "Z-CUCUTA": [("Cúcuta", 7.9074, -72.5049), ("San Antonio del Táchira", 7.8112, -72.4444)],
    "Z-ARAUCA": [("Arauca", 7.09, -70.76), ("Arauquita", 7.0292, -71.4281), ("Guasdualito", 7.2424, -70.7323)],
    "Z-GUAJIRA": [("Maicao", 11.3784, -72.2395), ("Uribia", 11.715, -72.2659), ("Sinamaica", 11.0866, -71.856)],
    "Z-ORINOCO": [("Puerto Carreño", 6.1904, -67.4839), ("Inírida", 3.8653, -67.9239), ("Yapacana", 3.75, -66.84)],
    "Z-ARCOMINERO": [("El Callao", 7.3471, -61.8268), ("Las Claritas", 6.19, -61.43), ("Ikabarú", 4.371, -61.7891)],
    "Z-YANOMAMI": [("Palimiú", 3.6387, -63.3178), ("Homoxi", 2.5319, -63.7457), ("Surucucu", 2.83, -63.64)],
    "Z-JAVARI": [("Atalaia do Norte", -4.3665, -70.1919), ("Angamos", -5.18, -72.88)],
    "Z-JAPURA": [("La Pedrera", -1.3239, -69.5744), ("Puré river", -2.13, -69.6), ("Vila Bittencourt", -1.4, -69.42)],
    "Z-UCAYALI": [("Pucallpa", -8.3791, -74.5539), ("Atalaya", -10.7307, -73.7587), ("Puerto Inca", -9.377, -74.9656)],
    "Z-PUNO": [("Desaguadero", -16.5661, -69.042), ("La Rinconada", -14.63, -69.45), ("Suches", -14.9, -69.36)],
    "Z-CAUCA": [("Suárez", 2.9539, -76.6964), ("Argelia", 2.257, -77.25), ("Timbiquí", 2.7717, -77.6654)],
    "Z-YUNGAS": [("Coroico", -16.19, -67.73), ("La Asunta", -16.0565, -67.1774), ("Villa Tunari", -16.97, -65.42)],
    "Z-PISIGA": [("Pisiga", -19.27, -68.61), ("Colchane", -19.2759, -68.6376)],
    "Z-TACNA": [("Tacna", -18.0146, -70.2536), ("Arica", -18.4755, -70.3006)],
    "Z-CHACO": [("Mariscal Estigarribia", -22.05, -60.62), ("Infante Rivarola", -21.55, -62.4)],
    "Z-AMAMBAY": [("Pedro Juan Caballero", -22.5493, -55.7387), ("Salto del Guairá", -24.0633, -54.3076)],
    "Z-IGUAZU": [("Ciudad del Este", -25.5036, -54.6507), ("Foz", -25.5478, -54.5881), ("Guaíra", -24.082, -54.2462)],
    "Z-CORUMBA": [("Corumbá", -19.0092, -57.6533), ("Puerto Suárez", -18.9672, -57.8013)],
    "Z-MAMORE": [("Guayaramerín", -10.8258, -65.3581), ("Costa Marques", -12.445, -64.2272), ("Abunã", -9.7, -65.36)],
    "Z-DARIEN": [("Capurganá", 8.638, -77.3461), ("Turbo", 8.0926, -76.7282), ("Bajo Chiquito", 8.4, -77.8)],
    "Z-TUMBES": [("Huaquillas", -3.4752, -80.2308), ("Tumbes", -3.5559, -80.4426), ("Macará", -4.38, -79.945)],
    "Z-CONDOR": [("La Herradura", -3.92, -78.52), ("Paquisha", -3.93, -78.67), ("El Tambo", -3.93, -78.46)],
}


def test_there_is_a_polygon_and_a_method_for_each_zone_of_the_facts():
    assert list(zones.zones().index) == ZONE_IDS
    assert list(METHODS) == ZONE_IDS
    assert all(method.endswith(".") for method in METHODS.values())
    assert zones.zones()["method"].to_dict() == METHODS


def test_polygons_are_valid_and_without_slivers():
    known = zones.zones()
    assert known.geometry.is_valid.all()
    land = shapely.union_all(layer("land").query("in_region").geometry.values)
    for zone_id, shape in known.geometry.items():
        parts = shapely.get_parts(shape)
        holes = [shapely.Polygon(ring) for part in parts for ring in part.interiors]
        dry = [hole for hole in holes if hole.intersection(land).area > 0.5 * hole.area]  # the others are water
        pieces = gpd.GeoDataFrame(geometry=[*parts, *dry], crs=known.crs)
        assert (to_measure_crs(pieces, role="pieces").area / 1e6 >= SLIVER_KM2 * 0.99).all(), zone_id


def test_polygons_stay_on_the_land_of_their_countries():
    outlines = layer("countries").set_index("country_iso3").geometry
    for zone_id, zone in zones.zones().iterrows():
        own = shapely.union_all([outlines[code] for code in zones.countries(zone_id)])
        assert zone.geometry.difference(own).area < 1e-5, zone_id


def test_each_polygon_holds_its_anchor_or_says_why_not():
    for zone_id, zone in zones.zones().iterrows():
        holds = zone.geometry.covers(shapely.Point(zone["anchor_lon"], zone["anchor_lat"]))
        assert holds == (zone_id not in OUTSIDE_ITS_POLYGON), zone_id
        assert holds or "outside the polygon" in zone["method"]


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_each_polygon_holds_the_places_it_is_named_for(zone_id):
    shape = zones.zone(zone_id).geometry
    ports = shape.buffer(0.03)  # the generalised shore leaves ports up to 3 km out at sea
    missed = [name for name, lat, lon in NAMESAKES[zone_id] if not ports.covers(shapely.Point(lon, lat))]
    assert missed == []


def test_each_polygon_covers_part_of_every_country_and_unit_it_lists():
    for zone_id in ZONE_IDS:
        units = zones.units_of(zone_id)
        assert set(units["country_iso3"]) == set(zones.countries(zone_id)), zone_id
        assert set(units.index[units["is_listed"]]) == set(zones.zone(zone_id)["unit_ids"].split(";")), zone_id


def test_shares_of_units_add_up_to_the_zone():
    for zone_id in ZONE_IDS:
        units = zones.units_of(zone_id)
        assert 0.93 < units["share_of_zone"].sum() < 1.0001, zone_id
        assert units["share_of_unit"].between(0, 1).all(), zone_id
    assert zones.units_of("Z-UCAYALI").loc["PE-UCA", "share_of_unit"] == pytest.approx(1)


def test_areas_are_measured_in_the_equal_area_system():
    known = zones.zones()
    measured = to_measure_crs(known, role="zones").area / 1e6
    assert known["area_km2"].tolist() == pytest.approx(measured.tolist(), abs=1)


def test_a_disc_has_the_area_that_its_radius_gives():
    """Z-CORUMBA is 60 km around a point, all on land of its two units: pi times 60 squared."""
    assert zones.zone("Z-CORUMBA")["area_km2"] == pytest.approx(3.14159 * 60**2, rel=0.005)


@given(st.sampled_from(ZONE_IDS))
def test_sites_and_crossings_are_those_whose_point_lies_inside(zone_id):
    shape = zones.zone(zone_id).geometry
    for name, found in (("mining_sites", zones.sites_in(zone_id)), ("crossings", zones.crossings_in(zone_id))):
        rows = table(name)
        expected = [
            shape.intersects(shapely.Point(lon, lat)) for lat, lon in zip(rows["lat"], rows["lon"], strict=True)
        ]
        assert found.index.tolist() == rows.index[expected].tolist()


@pytest.mark.parametrize(
    ("zone_id", "crossings"),
    [
        pytest.param("Z-CUCUTA", {f"X-COL-VEN-{n:02d}" for n in range(3, 10)}, id="the Táchira bridges and trails"),
        pytest.param(
            "Z-IGUAZU",
            {"X-BRA-PRY-09", "X-ARG-BRA-01", "X-ARG-PRY-03", "X-BRA-PRY-06", "X-BRA-PRY-07", "X-BRA-PRY-08"},
            id="the three bridges and the lake",
        ),
        pytest.param("Z-VRAEM", set(), id="no border inside Peru"),
    ],
)
def test_crossings_by_hand(zone_id, crossings):
    assert set(zones.crossings_in(zone_id)["crossing_id"]) == crossings


@pytest.mark.parametrize(
    ("zone_id", "borders"),
    [
        ("Z-TRAPECIO", ["BRA-PER", "COL-PER", "BRA-COL"]),
        ("Z-MAP", ["BOL-BRA", "BRA-PER", "BOL-PER"]),
        ("Z-IGUAZU", ["BRA-PRY", "ARG-BRA", "ARG-PRY"]),
        ("Z-CUCUTA", ["COL-VEN"]),
        ("Z-CAUCA", []),
    ],
)
def test_borders_of_a_zone(zone_id, borders):
    assert list(zones.borders_of(zone_id).index) == borders


def test_borders_beyond_a_zones_countries_are_marked():
    found = zones.borders_of("Z-PUTUMAYO")
    assert found["is_own"].to_dict() == {"COL-PER": True, "COL-ECU": True, "ECU-PER": True, "BRA-COL": False}


def test_corridors_are_measured_inside_the_polygon():
    for zone_id in ("Z-TRAPECIO", "Z-VRAEM", "Z-IGUAZU"):
        shape, found = zones.zone(zone_id).geometry, zones.corridors_through(zone_id)
        assert found["km_inside"].is_monotonic_decreasing
        for row in found.itertuples():
            legs = layer("corridors").query("corridor_id == @row.corridor_id").geometry
            km = sum(GEOD.geometry_length(leg.intersection(shape)) for leg in legs) / 1000
            assert row.km_inside == pytest.approx(km)
    assert "COR-02" in set(zones.corridors_through("Z-TRAPECIO")["corridor_id"])


def test_a_position_finds_its_zones_smallest_first():
    assert zones.zones_at(-4.3665, -70.1919) == ["Z-TRAPECIO", "Z-JAVARI"]
    assert zones.zones_at(-34.6, -58.4) == []


def test_an_unknown_zone_is_named_in_the_message():
    with pytest.raises(UnknownError, match="Z-ATLANTIS"):
        zones.zone("Z-ATLANTIS")
    with pytest.raises(UnknownError):
        zones.sites_in("Z-ATLANTIS")


def test_readers_keep_what_they_read():
    assert zones.zones() is zones.zones()
    assert zones.units_of("Z-MAP") is zones.units_of("Z-MAP")


def test_a_misspelt_town_never_moves_a_zone():
    with pytest.raises(KeyError, match="0 towns of COL are called Leticja"):
        zone_steps.towns("COL", "Leticja")
    with pytest.raises(KeyError, match="no stretch of the river"):
        zone_steps.river("Putumayo", zone_steps.window(west=-50))


def test_the_geojson_for_people_holds_the_same_zones():
    collection = json.loads((DATA / "zones.geojson").read_text(encoding="utf-8"))
    known = zones.zones()
    assert [feature["properties"]["zone_id"] for feature in collection["features"]] == ZONE_IDS
    for feature in collection["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.equals_exact(known.geometry[feature["properties"]["zone_id"]], 1e-9)


def test_overlaps_are_symmetric_and_bounded():
    pairs = overlaps()
    area = zones.zones()["area_km2"]
    assert (pairs["zone_a"] < pairs["zone_b"]).all() or pairs["zone_a"].isin(ZONE_IDS).all()
    for row in pairs.itertuples():
        assert 0 < row.overlap_km2 <= min(area[row.zone_a], area[row.zone_b])
    assert {"Z-TRAPECIO", "Z-JAVARI"} in [{row.zone_a, row.zone_b} for row in pairs.itertuples()]


def test_the_readme_lists_area_and_overlap_as_measured():
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert readme.split(BEGIN)[1].split(END)[0].strip() == zone_table().strip()


def test_the_frames_are_on_plain_columns():
    assert isinstance(zones.corridors_through("Z-MAP"), pd.DataFrame)
    assert zones.zones().crs == "EPSG:4326"
