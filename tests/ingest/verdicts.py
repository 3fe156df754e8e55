"""What each real file by others must end in, and why: one table for the command, for the page, and for who asks.

The files are in ``../shared/realdata``; its README says where they come from and what a correct importer meets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ACCEPT, WARN, REJECT = "accept", "accept_with_warnings", "reject"


@dataclass(frozen=True)
class Real:
    """A real file: its verdict, the drawable features of each layer, the CRS it came in, codes that must be there.

    ``codes`` are all errors and warnings, each once; ``notes`` some of the notes.
    """

    name: str
    verdict: str
    features: tuple[int, ...]
    crs: str | None
    codes: tuple[str, ...]
    notes: tuple[str, ...]
    why: str


WGS84, UTM_22N = "EPSG:4326", "EPSG:31976"

REAL: Final = (
    Real("README.md", REJECT, (), None, ("NO_GEOMETRY", "ROW_TOO_LONG"), (),
         "a text with tables in it, none of which says where its rows lie"),
    Real("airstrips_clandestine_brazil.csv", ACCEPT, (1269,), WGS84, (), ("UNNAMED_COLUMNS",),
         "sound points; its column without a name is numbered and said; line breaks in a quoted cell are no rows"),
    Real("airstrips_clandestine_brazil.geojson", ACCEPT, (1269,), WGS84, (), (), "sound points in RFC 7946"),
    Real("amw_mining_2024.parquet", ACCEPT, (5232,), WGS84, (), ("SET_RECOGNISED",),
         "sound GeoParquet, known by its columns as Amazon Mining Watch"),
    Real("amw_mining_2024_area_year.geojson", ACCEPT, (5232,), WGS84, (), ("CRS_MEMBER_OLD", "SET_RECOGNISED"),
         "sound areas; the old crs member names what is meant anyway"),
    Real("amw_mining_by_municipality_year.csv", REJECT, (), None, ("UNITS_NOT_SHIPPED",), (),
         "hectares by municipality without coordinates: only first-level units have outlines here, and a row drawn "
         "on its whole department would mislead"),
    Real("amw_mining_new_2023.geojson", WARN, (5573,), WGS84, ("GEOMETRY_INVALID",), ("SET_RECOGNISED",),
         "80 outlines of dissolved squares touch or cross themselves; they are mended and shown"),
    Real("amw_mining_new_2025Q4.geojson", ACCEPT, (1293,), WGS84, (), ("SET_RECOGNISED",), "sound areas"),
    Real("amw_yanomami_mining_2021_2022.kml", ACCEPT, (400,), WGS84, (), ("HEIGHTS_DROPPED",),
         "sound areas; KML gives each point a height, which a map has no use for"),
    Real("anac_aerodromos_publicos.csv", ACCEPT, (505,), WGS84, (),
         ("ENCODING_GUESSED", "OTHER_COORDINATES", "DATES_READ"),
         "Latin-1, semicolons, decimal commas; of two pairs of columns the decimal one is taken, and said"),
    Real("br156_road_utm22n.zip", ACCEPT, (7,), UTM_22N, (), ("REPROJECTED",),
         "a sound Shapefile whose .prj names its CRS: brought to degrees"),
    Real("colombia_departments.topo.json", WARN, (34,), WGS84, ("GEOMETRY_INVALID", "DUPLICATE_IDS"), (),
         "one department crosses itself, and two features have the id -99"),
    Real("departamentos_col_magna3116_latin1.zip", WARN, (33,), "EPSG:3116", ("GEOMETRY_INVALID",),
         ("ENCODING_GUESSED", "REPROJECTED"),
         "four departments cross themselves; accents are Latin-1 with no .cpg to say so"),
    Real("divipola_municipios_colombia.csv", WARN, (1121,), WGS84, ("LEADING_ZEROS_RESTORED",), (),
         "a spreadsheet took the zero from the codes of Antioquia and Atlántico: 5001 is 05001 again, and said"),
    Real("flota_amapa_utm22n.zip", ACCEPT, (1,), UTM_22N, (), ("REPROJECTED", "DATES_READ"),
         "valid in its own CRS; what its thinnest corner loses in degrees is no fault of the file"),
    Real("ibge_municipios_acre.json", ACCEPT, (22,), WGS84, (), (), "sound areas under an ending that says nothing"),
    Real("ibge_municipios_amazonas.json", WARN, (62,), WGS84, ("GEOMETRY_INVALID",), (),
         "two municipalities touch themselves"),
    Real("ibge_municipios_roraima.json", ACCEPT, (15,), WGS84, (), (), "sound areas"),
    Real("osm_admin1_nine_countries.geojson", WARN, (182,), WGS84, ("GEOMETRY_INVALID",), (),
         "ten units cross or touch themselves"),
    Real("osm_country_outlines.geojson", WARN, (14,), WGS84, ("GEOMETRY_INVALID",), (),
         "eight countries cross or touch themselves"),
    Real("osm_runway_points.geojson", ACCEPT, (2409,), WGS84, (), ("CRS_MEMBER_OLD",), "sound points"),
    Real("osm_runways.kmz", ACCEPT, (2409,), WGS84, (), ("HEIGHTS_DROPPED",), "one KML in an archive"),
    Real("osm_runways_waypoints.gpx", ACCEPT, (400,), WGS84, (), (),
         "waypoints; the four empty layers that GDAL sees in any GPX are none of the file's"),
    Real("peru_departamentos.geojson", ACCEPT, (25,), WGS84, (), ("CRS_MEMBER_OLD",), "sound areas"),
    Real("peru_provincias.geojson", ACCEPT, (197,), WGS84, (), ("DATES_READ", "DATE_UNREADABLE"),
         "sound areas; dates are day first, and what is no date among them stays text, and is said"),
    Real("south_america_50m.topojson", WARN, (174, 67, 1, 8, 45, 13, 27), WGS84,
         ("OUTSIDE_REGION", "GEOMETRY_INVALID"), (),
         "seven objects, each a layer; coasts of North America are in it, and four shapes are not valid"),
    Real("uaca_estrada.GPKG", ACCEPT, (7, 55, 4, 1, 1, 3, 60, 420, 840), UTM_22N, (), ("REPROJECTED",),
         "nine sound layers, each offered by its name; the ending in capitals is no matter"),
    Real("ucdp_ged_colombia_hxl.csv", ACCEPT, (4632,), WGS84, (), ("HXL_TAGS", "SET_RECOGNISED"),
         "the row of HXL tags is no event; known by its columns as UCDP GED"),
    Real("unhcr_flows_south_america.csv", REJECT, (), None, ("COUNTRIES_ONLY",), (),
         "flows between whole countries without coordinates: an empty map, or a whole country coloured, would mislead"),
)  # fmt: skip
