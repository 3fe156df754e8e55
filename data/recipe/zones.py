"""The thirty zones as polygons: one declaration each, after the definition that the facts carry.

Where a definition offers a buffer, the buffer is drawn. Where it names provinces or municipalities, for
which no polygons ship, a proxy is drawn from first-level units, parallels, boundary and river lines and
towns, and the method says so. Every zone is clipped to the land of its countries. The methods are texts
that readers see: English, one or two sentences, translated with the other prose of the tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from data.recipe.files import facts
from data.recipe.inputs import GRID_DEG, parquet_bytes, polygonal
from data.recipe.zone_steps import (
    around,
    at,
    boundary,
    clip,
    countries,
    cut,
    join,
    lake,
    line,
    river,
    towns,
    units,
    window,
)
from geo.crs import DISPLAY_CRS, to_measure_crs

SLIVER_KM2: Final = 20.0  # parts and holes below this come from cutting lines that almost coincide


@dataclass(frozen=True)
class Drawn:
    """How one zone is drawn: its shape before clipping to land, and the same in words."""

    shape: Callable[[], BaseGeometry]
    method: str


ZONES: Final[dict[str, Drawn]] = {
    "Z-VRAEM": Drawn(
        lambda: clip(
            around(line((-13.3, -73.5), (-12.6, -73.8), (-11.9, -74.1), (-11.2, -74.2)), km=45),
            units("PE-AYA", "PE-CUS", "PE-JUN", "PE-HUV", "PE-APU"),
        ),
        "45 km on both sides of the line along the Apurímac, Ene and lower Mantaro that the definition gives, "
        "clipped to the five departments. No provinces are drawn: it reaches a little beyond the six that the "
        "definition names.",
    ),
    "Z-MDD": Drawn(
        lambda: clip(around(line((-13.10, -70.38), (-12.60, -69.19)), km=40), units("PE-MDD", "PE-CUS", "PE-PUN")),
        "40 km on both sides of the straight line from Mazuko to Puerto Maldonado, which stands for the highway, "
        "clipped to Madre de Dios, Cusco and Puno. No districts are drawn.",
    ),
    "Z-MAP": Drawn(
        lambda: clip(
            join(around(at(-10.94, -69.57), km=75), around(towns("BRA", "Brasiléia"), km=20)),
            units("PE-MDD", "BR-AC", "BO-N"),
        ),
        "75 km around the Bolpebra tri-point, and 20 km around Brasiléia and Cobija, which lie further out, clipped"
        " to Madre de Dios, Acre and Pando. No provinces or municipalities are drawn.",
    ),
    "Z-TRAPECIO": Drawn(
        lambda: around(at(-4.25, -69.94), km=120),
        "120 km around 4.25° S 69.94° W, the buffer that the definition offers.",
    ),
    "Z-PUTUMAYO": Drawn(
        lambda: around(
            join(
                river("Putumayo", window(east=-69.74)),
                boundary("COL-ECU", window(west=-77.0)),
                at(-2.892, -69.742),
            ),
            km=60,
        ),
        "60 km on both sides of the Putumayo from Puerto Asís to Tarapacá and of the San Miguel, drawn as the "
        "boundary of Colombia and Ecuador east of 77° W, in the three countries.",
    ),
    "Z-TUMACO": Drawn(
        lambda: clip(
            join(
                around(boundary("COL-ECU", window(east=-78.4)), km=70),
                around(line((0.9592, -79.654), (1.37, -78.72)), km=25),
            ),
            units("CO-NAR", "EC-E"),
        ),
        "70 km on both sides of the boundary west of 78.4° W, along the Mataje and the Mira, the buffer that the "
        "definition offers, and 25 km around the line from Mataje to Esmeraldas, which lies further out, clipped to"
        " Nariño and the province of Esmeraldas.",
    ),
    "Z-RUMICHACA": Drawn(
        lambda: clip(around(boundary("COL-ECU", window(west=-78.2, east=-77.4)), km=30), units("CO-NAR", "EC-C")),
        "30 km on both sides of the boundary between 78.2° W and 77.4° W, clipped to Carchi and Nariño. The former "
        "province of Obando is not drawn.",
    ),
    "Z-CATATUMBO": Drawn(
        lambda: join(
            clip(
                join(window(south=8.3), around(line((8.08, -72.80), (8.6389, -72.7358)), km=20)),
                units("CO-NSA"),
            ),
            clip(window(north=10.45, east=-71.75), units("VE-V")),
        ),
        "Proxy for municipalities that are not drawn: Norte de Santander north of 8.3° N and within 20 km of the "
        "line from Sardinata to Tibú, and Zulia west of 71.75° W and south of 10.45° N.",
    ),
    "Z-CUCUTA": Drawn(
        lambda: around(boundary("COL-VEN", window(south=7.58, north=8.36, west=-72.7, east=-72.2)), km=20),
        "20 km on both sides of the boundary from Puerto Santander (8.36° N) to Ragonvalia (7.58° N).",
    ),
    "Z-ARAUCA": Drawn(
        lambda: clip(
            around(boundary("COL-VEN", window(west=-72.2, east=-69.4, south=5.9, north=7.5)), km=60),
            units("CO-ARA", "VE-C"),
        ),
        "60 km on both sides of the boundary between 72.2° W and 69.4° W, clipped to Arauca and Apure.",
    ),
    "Z-GUAJIRA": Drawn(
        lambda: join(
            clip(window(south=11.05, west=-72.75), units("CO-LAG")),
            clip(join(window(south=10.75, east=-71.55), window(south=11.3)), units("VE-V")),
        ),
        "Proxy for municipalities that are not drawn: La Guajira north of 11.05° N and east of 72.75° W, and Zulia "
        "north of 10.75° N without the eastern shore of the lake.",
    ),
    "Z-ORINOCO": Drawn(
        lambda: join(
            around(join(boundary("COL-VEN", window(south=1.91, north=6.1, west=-68.3)), at(6.19, -67.48)), km=60),
            around(at(3.75, -66.84), km=35),
        ),
        "60 km on both sides of the boundary from Puerto Carreño (6.19° N) to San Felipe (1.91° N), and 35 km "
        "around the mines of Yapacana, for the park.",
    ),
    "Z-ARCOMINERO": Drawn(
        lambda: clip(
            join(
                cut(window(south=6.0), around(towns("VEN", "Ciudad Bolívar", "Ciudad Guayana"), km=25)),
                around(join(towns("VEN", "Santa Elena de Uairén"), at(4.371, -61.789)), km=50),
            ),
            units("VE-F"),
        ),
        "Proxy for the decreed zone: the state of Bolívar north of 6° N without 25 km around Ciudad Bolívar and "
        "Ciudad Guayana, and 50 km around Santa Elena de Uairén and Ikabarú for the parishes of Gran Sabana. No "
        "municipalities are drawn, and the proxy is larger than the 111,844 km² of the decree.",
    ),
    "Z-YANOMAMI": Drawn(
        lambda: join(
            clip(window(east=-61.8, south=1.0, north=4.4), units("BR-RR")),
            clip(window(south=0.5, west=-66.0, east=-61.8), units("BR-AM")),
            clip(around(boundary("BRA-VEN", window(west=-66.0, east=-62.7)), km=25), countries("VEN")),
        ),
        "Proxy for the indigenous land, which is not drawn: Roraima west of 61.8° W between 1.0° N and 4.4° N, "
        "Amazonas of Brazil north of 0.5° N between 66.0° W and 61.8° W, and 25 km of Venezuela along that "
        "boundary.",
    ),
    "Z-JAVARI": Drawn(
        lambda: join(
            clip(
                around(boundary("BRA-PER", window(south=-7.0)), km=180), units("BR-AM"), window(south=-7.0, east=-70.1)
            ),
            clip(around(boundary("BRA-PER", window(south=-7.0)), km=30), countries("PER")),
        ),
        "Proxy for the indigenous land and the municipality of Atalaia do Norte, which are not drawn: Brazil within"
        " 180 km of the boundary river Javari, north of 7.0° S and west of 70.1° W, and Peru within 30 km of it.",
    ),
    "Z-JAPURA": Drawn(
        lambda: around(boundary("BRA-COL", window(south=-3.0, north=-1.2)), km=100),
        "100 km on both sides of the boundary between 1.2° S and 3.0° S, the buffer that the definition offers.",
    ),
    "Z-UCAYALI": Drawn(
        lambda: join(
            units("PE-UCA"),
            clip(window(west=-75.55), units("PE-HUC")),
            clip(window(east=-72.0), units("BR-AC")),
        ),
        "The department of Ucayali, with proxies for what is not drawn: Huánuco east of 75.55° W for the province "
        "of Puerto Inca, and Acre west of 72° W for the Juruá valley.",
    ),
    "Z-PUNO": Drawn(
        lambda: clip(around(boundary("BOL-PER", window(south=-17.3, north=-14.3)), km=60), units("PE-PUN", "BO-L")),
        "60 km on both sides of the boundary from 14.3° S to 17.3° S, clipped to Puno and La Paz.",
    ),
    "Z-CAUCA": Drawn(
        lambda: clip(
            join(window(south=2.15, east=-76.8), window(south=2.75, east=-76.1)),
            units("CO-CAU"),
        ),
        "Proxy for municipalities that are not drawn: Cauca north of 2.75° N, and west of 76.8° W north of 2.15° N.",
    ),
    "Z-YUNGAS": Drawn(
        lambda: join(
            clip(
                around(
                    line((-16.45, -67.55), (-16.19, -67.73), (-15.83, -67.57), (-15.58, -67.25), (-16.06, -67.18)),
                    km=25,
                ),
                units("BO-L"),
            ),
            clip(
                around(line((-16.97, -65.42), (-16.98, -65.14), (-17.00, -64.85), (-17.20, -64.50)), km=40),
                units("BO-C"),
                window(south=-17.35),
            ),
        ),
        "Proxy for provinces that are not drawn: 25 km around the line Chulumani, Coroico, Caranavi, Palos Blancos,"
        " La Asunta in La Paz, and 40 km around the line Villa Tunari, Chimoré, Ivirgarzama, Entre Ríos in "
        "Cochabamba north of 17.35° S. No heights ship, so the limit of 2,000 m is not drawn.",
    ),
    "Z-PISIGA": Drawn(
        lambda: clip(around(boundary("BOL-CHL", window(south=-20.0, north=-18.6)), km=50), units("BO-O", "CL-TA")),
        "50 km on both sides of the boundary from 18.6° S to 20.0° S, clipped to Oruro and Tarapacá.",
    ),
    "Z-TACNA": Drawn(
        lambda: around(boundary("CHL-PER"), km=40),
        "40 km on both sides of the boundary from the coast to the tri-point near Visviri.",
    ),
    "Z-CHACO": Drawn(
        lambda: join(
            around(boundary("BOL-PRY"), km=100),
            units("PY-19"),
            clip(window(east=-59.0), units("PY-16")),
        ),
        "100 km on both sides of the boundary, with all of Boquerón and Alto Paraguay west of 59° W.",
    ),
    "Z-AMAMBAY": Drawn(
        lambda: around(boundary("BRA-PRY", window(south=-24.1, north=-22.05, west=-56.55)), km=60),
        "60 km on both sides of the boundary from Bela Vista (22.1° S) to Salto del Guairá (24.1° S).",
    ),
    "Z-IGUAZU": Drawn(
        lambda: join(
            around(at(-25.59, -54.59), km=50),
            around(
                join(
                    lake(window(south=-25.6, north=-24.0, west=-55.0, east=-54.0)),
                    boundary("BRA-PRY", window(south=-25.6, north=-24.08, west=-54.7)),
                ),
                km=10,
            ),
        ),
        "50 km around the tri-point, and 10 km around the Itaipú lake and the boundary through it up to Guaíra.",
    ),
    "Z-CORUMBA": Drawn(
        lambda: clip(around(at(-19.02, -57.70), km=60), units("BR-MS", "BO-S")),
        "60 km around the Arroyo Concepción crossing, clipped to Mato Grosso do Sul and Santa Cruz. No "
        "municipalities or provinces are drawn.",
    ),
    "Z-MAMORE": Drawn(
        lambda: around(boundary("BOL-BRA", window(south=-12.5, north=-9.6, west=-65.6, east=-64.1)), km=40),
        "40 km on both sides of the boundary rivers from Costa Marques (12.45° S) to Abunã (9.7° S).",
    ),
    "Z-DARIEN": Drawn(
        lambda: join(around(boundary("COL-PAN"), km=60), around(towns("COL", "Necoclí", "Turbo"), km=25)),
        "60 km on both sides of the boundary, and 25 km around Necoclí and Turbo. The anchor, the port of Acandí, "
        "falls just off the generalised shore and so outside the polygon.",
    ),
    "Z-TUMBES": Drawn(
        lambda: clip(around(boundary("ECU-PER", window(east=-79.4)), km=30), units("PE-TUM", "PE-PIU", "EC-O", "EC-L")),
        "30 km on both sides of the boundary from the coast to 79.4° W, clipped to Tumbes, Piura, El Oro and Loja.",
    ),
    "Z-CONDOR": Drawn(
        lambda: clip(
            around(boundary("ECU-PER", window(south=-5.0, north=-2.9, west=-79.2)), km=50),
            units("PE-AMA", "EC-Z", "EC-S"),
        ),
        "50 km on both sides of the boundary from 5.0° S to 2.9° S, clipped to Amazonas of Peru, Zamora Chinchipe "
        "and Morona Santiago. The province of Condorcanqui is not drawn.",
    ),
}
METHODS: Final = {zone_id: drawn.method for zone_id, drawn in ZONES.items()}


@lru_cache(maxsize=1)
def zones() -> gpd.GeoDataFrame:
    """Return the zones in the order of the facts: id, kind, countries, ``area_km2`` (EPSG:6933), polygon."""
    listed = facts("zones")
    shapes = [polygon(row.zone_id, row.countries.split(";")) for row in listed.itertuples()]
    frame = gpd.GeoDataFrame(listed[["zone_id", "kind", "countries"]], geometry=shapes, crs=DISPLAY_CRS)
    area_km2 = (to_measure_crs(frame, role="zones").area / 1e6).round()
    return frame.assign(area_km2=area_km2)[["zone_id", "kind", "countries", "area_km2", "geometry"]]


def polygon(zone_id: str, country_codes: list[str]) -> BaseGeometry:
    """Return one zone, clipped to the land of its countries, without slivers, on the shipped grid."""
    land = countries(*country_codes)
    cleaned = _without_slivers(shapely.set_precision(clip(ZONES[zone_id].shape(), land), GRID_DEG))
    # Clipped again: a hole that was filled may have been a lagoon.
    on_land = shapely.intersection(cleaned, shapely.set_precision(land, GRID_DEG), grid_size=GRID_DEG)
    return shapely.set_precision(polygonal(on_land), GRID_DEG)


def _without_slivers(shape: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and _km2(part) >= SLIVER_KM2]
    filled = [
        Polygon(part.exterior, [ring for ring in part.interiors if _km2(Polygon(ring)) >= SLIVER_KM2]) for part in parts
    ]
    return filled[0] if len(filled) == 1 else MultiPolygon(filled)


def _km2(shape: BaseGeometry) -> float:
    frame = gpd.GeoDataFrame(geometry=[shape], crs=DISPLAY_CRS)
    return float(to_measure_crs(frame, role="parts").area.iloc[0] / 1e6)


def geojson_bytes() -> bytes:
    """Return the zones as GeoJSON for people who open the file: named, one feature to a line."""
    names = facts("names").set_index("key")["en"]
    features = []
    for row in zones().itertuples():
        properties: dict[str, Any] = {
            "zone_id": row.zone_id,
            "name": names[row.zone_id],
            "kind": row.kind,
            "countries": row.countries,
            "area_km2": row.area_km2,
            "method": METHODS[row.zone_id],
        }
        geometry = json.loads(shapely.to_geojson(row.geometry))
        features.append(
            json.dumps({"type": "Feature", "properties": properties, "geometry": geometry}, ensure_ascii=False)
        )
    return ('{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n").encode()


OUTPUTS: Final[dict[str, Callable[[], bytes]]] = {
    "zones.parquet": lambda: parquet_bytes(zones()),
    "zones.geojson": geojson_bytes,
}
BASE: Final = ("data/boundaries.parquet", "data/rivers.parquet", "data/towns.parquet", "data/units.parquet")
READS: Final = {
    "zones.parquet": ("data/facts/zones.csv", *BASE, "data/countries.parquet"),
    "zones.geojson": ("data/facts/zones.csv", "data/facts/names.csv", *BASE, "data/countries.parquet"),
}
