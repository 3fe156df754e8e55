"""The base map: one clean net of countries, units and boundaries, with names and codes that join."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from data.recipe import base, coverage, topojson
from data.recipe.files import InputAbsent, facts, reviewed
from data.recipe.inputs import REGION, package_file, polygonal
from geo.crs import to_measure_crs
from geo.store import DATA, layer


def squares(**boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"key": list(boxes), "geometry": [shapely.box(*box) for box in boxes.values()]}, geometry="geometry", crs=4326
    )


def test_topojson_arcs_are_joined_reversed_and_scaled(tmp_path):
    path = tmp_path / "two.json"
    path.write_text(
        """{"type": "Topology", "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
        "arcs": [[[0, 0], [0, 2]], [[0, 2], [2, 0], [0, -2], [-2, 0]], [[0, 0], [-2, 0], [0, 2], [2, 0]],
          [[0, 0], [400, 0]]],
        "objects": {"all": {"type": "GeometryCollection", "geometries": [
          {"type": "Polygon", "id": "E", "properties": {"name": "east"}, "arcs": [[0, 1]]},
          {"type": "Polygon", "id": "W", "arcs": [[2, -1]]},
          {"type": "LineString", "arcs": [3]}, {"type": null}]}}}""",
        encoding="utf-8",
    )
    frame = topojson.read_topojson(path, "all")
    assert frame["id"].tolist() == ["E", "W", ""]
    assert frame.geometry[0].equals(shapely.box(10, 20, 11, 21))
    assert frame.geometry[1].equals(shapely.box(9, 20, 10, 21))
    assert frame.geometry[2].length == 200


def test_a_polygon_wider_than_170_degrees_is_left_out(tmp_path):
    path = tmp_path / "wide.json"
    path.write_text(
        """{"arcs": [[[-179, 0], [179, 0], [179, 1], [-179, 0]], [[0, 0], [1, 0], [1, 1], [0, 0]]],
        "objects": {"all": {"geometries": [{"type": "MultiPolygon", "arcs": [[[0]], [[1]]]}]}}}""",
        encoding="utf-8",
    )
    assert topojson.read_topojson(path, "all").geometry[0].bounds == (0, 0, 1, 1)


def test_units_of_another_vintage_are_moved_onto_the_outlines():
    countries = squares(A=(0, 0, 2, 1), B=(2, 0, 4, 1)).rename(columns={"key": "country_iso3"})
    # Each set of units stops short of its outline on one side and oversteps it on the other.
    drawn = squares(a1=(0.01, 0.02, 1, 1.01), a2=(1, 0.02, 1.98, 1.01), b1=(1.99, -0.01, 3.99, 0.97))
    units = drawn.rename(columns={"key": "unit_id"}).assign(country_iso3=["A", "A", "B"])
    tiled = coverage.coverage(countries, units).set_index("unit_id").geometry
    assert tiled["a1"].equals(shapely.box(0, 0, 1, 1))
    assert tiled["a2"].equals(shapely.box(1, 0, 2, 1))
    assert tiled["b1"].equals(shapely.box(2, 0, 4, 1))


def test_the_shared_line_is_read_off_the_vertices():
    frame = squares(B=(1, 0, 2, 1), A=(0, 0, 1, 1), C=(5, 5, 6, 6))
    lines = coverage.shared_lines(frame, "key")
    assert list(lines) == [("A", "B")]
    assert lines["A", "B"].equals(shapely.MultiLineString([[(1, 0), (1, 1)]]))


def test_units_tile_their_countries_without_gap_or_overlap():
    units, countries = layer("units"), layer("countries").set_index("country_iso3")
    assert shapely.coverage_is_valid(units.geometry.values)
    assert units["unit_id"].is_unique
    for country, part in units.groupby("country_iso3"):
        whole = shapely.union_all(part.geometry.values)
        assert whole.symmetric_difference(countries.geometry[country]).area < 1e-6, country


def test_units_keep_the_area_that_their_source_gives_them():
    """A unit that swallowed its neighbour, or lost its mainland, shows here."""
    units = layer("units").set_index("unit_id")
    area_km2 = to_measure_crs(units, role="units").area / 1e6
    # Published areas in thousand km2: national statistics offices, rounded.
    for unit, thousand_km2 in {
        "PE-PUN": 72,
        "BR-AM": 1559,
        "VE-F": 242,
        "BO-S": 370.6,
        "GY-CU": 47.2,
    }.items():
        assert area_km2[unit] / 1000 == pytest.approx(thousand_km2, rel=0.06), unit


TOWN_OF_UNIT = {
    "GY-CU": "Bartica", "GY-DE": "Georgetown", "GY-UD": "Linden", "GY-UT": "Lethem", "GY-EB": "New Amsterdam",
    "EC-N": "Tena", "EC-T": "Ambato", "PE-PUN": "Juliaca", "PE-CAL": "Callao", "CO-NAR": "Ipiales", "BO-B": "Trinidad",
    "CL-AP": "Arica", "PY-19": "Filadelfia", "VE-Z": "Puerto Ayacucho", "BR-AC": "Rio Branco", "PA-5": "Metetí",
}  # fmt: skip


def test_units_hold_their_own_towns():
    """The source gives a dozen units the name of a neighbour (unit_sources.csv says which)."""
    units, towns = layer("units").set_index("unit_id").geometry, layer("towns")
    for unit, town in TOWN_OF_UNIT.items():
        inside = towns[towns.within(units[unit].buffer(0.02))]
        assert town in set(inside["name"]), unit


def test_every_unit_with_figures_is_on_the_map_or_explained():
    units = layer("units")
    figures = facts("indicators").query("level == 'admin1'")
    codes = reviewed("unit_ids").set_index("unit_id")["name"]
    absent = set(codes.index) - set(units["unit_id"])
    assert absent == {"CL-NB", "PA-10"}  # younger than the source; the note of their neighbour says so
    notes = " ".join(units["note"])
    assert all(code in notes for code in absent)
    places = {(c, n) for c, n in zip(units["country_iso3"], units["name"], strict=True)} | {("PAN", "Panamá Oeste")}
    names = {(c, p.removesuffix(" (province)")) for c, p in zip(figures["country_iso3"], figures["place"], strict=True)}
    assert names - places == set()


def test_the_region_is_complete_and_french_guiana_is_not_france():
    countries = layer("countries").set_index("country_iso3")
    assert sorted(countries.index[countries["in_region"]]) == list(REGION)
    assert countries.index.is_unique
    assert countries.geometry.is_valid.all()
    assert not countries.geometry["FRA"].intersects(shapely.box(-56, 0, -50, 7))
    assert countries.geometry["GUF"].contains(shapely.Point(-53.1, 4.0))


def test_nothing_crosses_the_map_at_the_date_line():
    for name in ("countries", "land"):
        parts = shapely.get_parts(layer(name).geometry.values)
        assert max(part.bounds[2] - part.bounds[0] for part in parts) < 170, name


def test_no_sea_shows_between_panama_and_costa_rica():
    countries = layer("countries").set_index("country_iso3").geometry
    pair = shapely.union_all([countries["PAN"], countries["CRI"]])
    assert all(hole.area < 1e-6 for part in shapely.get_parts(pair) for hole in map(shapely.Polygon, part.interiors))
    assert countries["PAN"].intersection(countries["CRI"]).area < 1e-6


def test_boundaries_run_along_both_outlines():
    countries = layer("countries").set_index("country_iso3").geometry
    for row in layer("boundaries").itertuples():
        for country in (row.country_a, row.country_b):
            edge = countries[country].boundary
            assert row.geometry.difference(edge.buffer(2e-5)).length < 1e-3, (row.border, country)


def test_disputed_lines_say_what_the_layer_says():
    lines = layer("disputed").set_index("line_id")
    assert lines["claimants"].to_dict() == {
        "DL-BOL-CHL": "BOL;CHL", "DL-GUF-SUR": "SUR;GUF", "DL-GUY-SUR": "SUR;GUY", "DL-GUY-VEN": "VEN;GUY",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Putumayo", "Amazonas", "Orinoco", "Juruá", "Paraguay", "Javari", "Guaviare"])
def test_rivers_of_the_subject_are_there_by_name(name):
    assert name in set(layer("rivers")["name"])


def test_the_putumayo_runs_along_the_boundary_it_is():
    rivers = layer("rivers")
    putumayo = shapely.union_all(rivers[rivers["name"] == "Putumayo"].geometry.values)
    boundary = layer("boundaries").set_index("border").geometry["COL-PER"]
    assert putumayo.intersection(boundary.buffer(0.05)).length > 6  # degrees; the shared stretch is some 10


def test_towns_are_ranked_for_labels_and_spelled_with_accents():
    towns = layer("towns")
    assert towns["rank"].is_monotonic_increasing
    assert {"Bogotá", "São Paulo", "Asunción", "Brasília", "Montevideo"} <= set(towns.loc[towns["rank"] == 1, "name"])
    assert {"Leticia", "Tabatinga", "Ipiales", "Cúcuta", "Puerto Maldonado", "Ponta Porã"} <= set(towns["name"])


def test_base_layers_are_small():
    names = [*base.OUTPUTS]
    assert sum((DATA / name).stat().st_size for name in names) < 4_000_000


def test_repairing_leaves_polygons_only():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert polygonal(bow).geom_type == "MultiPolygon"
    assert polygonal(bow).area == pytest.approx(0.5)


def test_a_missing_package_names_the_command():
    with pytest.raises(InputAbsent, match="npm ci"):
        package_file("no-such-package", "file.json")


def test_unit_sources_name_each_unit_once_or_with_a_reason():
    rows = reviewed("unit_sources")
    repeated = rows[rows["unit_id"].duplicated(keep=False)]
    assert set(repeated["unit_id"]) == {"PE-LIM"}
    assert pd.Series(rows["unit_id"]).isin(reviewed("unit_ids")["unit_id"]).all()


def test_units_lie_where_another_map_has_them(realdata):
    """OpenStreetMap's units of nine countries: each of ours overlaps most with the one of the same code."""
    theirs = gpd.read_file(realdata / "osm_admin1_nine_countries.geojson").set_index("iso")
    shapes = theirs.geometry.make_valid()
    misplaced = []
    for row in layer("units").itertuples():
        if row.unit_id in shapes.index:
            shared = shapely.area(shapely.intersection(shapes.to_numpy(), row.geometry))
            if shapes.index[shared.argmax()] != row.unit_id:
                misplaced.append(row.unit_id)
    assert misplaced == []
