"""Newly mined area per zone and period, from the detections of Amazon Mining Watch, which do not ship.

``python -m data.recipe.mined_area --realdata FOLDER`` (``make mined``) writes ``data/mined_area.csv`` where the
files are. The column ``Mined area (ha)`` of each outline is shared out by the part of the outline, in an
equal-area system, that lies inside the zone; the outline's own area is some seven times larger and never used.

The detector watches the Amazon basin and the Guianas. ``mining_coverage.csv`` says by hand, by the river basin
that a zone drains to, whether it lies in that area: yes, partly or no. A zone outside it has no figure, because
nothing was looked for; a zone inside it where nothing was found has zero.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from data.recipe.files import DATA, InputAbsent, csv_bytes, facts, reviewed
from data.recipe.inputs import polygonal
from geo.crs import to_measure_crs
from geo.store import layer

REALDATA: Final = DATA.parent.parent / "shared" / "realdata"
MINED_COLUMN: Final = "Mined area (ha)"
SOURCE_ID: Final = "AMW"
SHARED_OUT: Final = "The mined area of each outline, shared out by the part of it that lies inside the zone."


@dataclass(frozen=True)
class Period:
    """One published file of detections: its period, name, flags, and what a reader must know of it."""

    period: str
    file_name: str
    partial: str
    series_break: str
    method: str

    @property
    def year(self) -> int:
        """The calendar year in which the period lies."""
        return int(self.period[:4])


PERIODS: Final = (
    Period("2023", "amw_mining_new_2023.geojson", "", "", f"{SHARED_OUT} New detections of 2023."),
    Period(
        "2024",
        "amw_mining_2024_area_year.geojson",
        "",
        "yes",
        f"{SHARED_OUT} New detections of 2024. The publisher's model and monitored area changed between 2023 and 2024, "
        "so the step is not growth.",
    ),
    Period(
        "2025Q4",
        "amw_mining_new_2025Q4.geojson",
        "yes",
        "",
        f"{SHARED_OUT} New detections of the fourth quarter of 2025 only, patches over 11 ha.",
    ),
)


def mined_area(folder: Path) -> pd.DataFrame:
    """Return newly mined hectares of each zone and period, zones in the order of the facts.

    Parameters
    ----------
    folder : Path
        Holds the files that ``PERIODS`` names, as published.

    Returns
    -------
    DataFrame
        ``zone_id``, ``period``, ``year``, ``surveyed`` (yes, partly or no), ``mined_ha`` (text with two decimals, ""
        where not surveyed), ``detections`` (outlines that lie in the zone at least in part), ``partial``,
        ``series_break``, ``source_id``, ``method``, ``note``.

    Raises
    ------
    InputAbsent
        If one of the files is not in the folder.
    """
    coverage = reviewed("mining_coverage").set_index("zone_id")
    shapes = layer("zones").set_index("zone_id").geometry
    rows = []
    for period in PERIODS:
        outlines = read_outlines(folder / period.file_name)
        for zone_id in facts("zones")["zone_id"]:
            covered = coverage.loc[zone_id]
            hectares, detections = shared_out(outlines, shapes[zone_id])
            is_surveyed = covered["surveyed"] != "no"
            rows.append(
                {
                    "zone_id": zone_id,
                    "period": period.period,
                    "year": period.year,
                    "surveyed": covered["surveyed"],
                    "mined_ha": f"{hectares:.2f}" if is_surveyed else "",
                    "detections": str(detections) if is_surveyed else "",
                    "partial": period.partial,
                    "series_break": period.series_break,
                    "source_id": SOURCE_ID,
                    "method": period.method,
                    "note": covered["note"],
                }
            )
    order = {zone_id: place for place, zone_id in enumerate(facts("zones")["zone_id"])}
    frame = pd.DataFrame(rows)
    return frame.sort_values(["zone_id", "period"], key=lambda cells: cells.map(order).fillna(cells), kind="stable")


def read_outlines(path: Path) -> gpd.GeoDataFrame:
    """Return the detections of a file in the equal-area system, made valid, with ``mined_ha``."""
    if not path.exists():
        raise InputAbsent(
            f"The mining detections are not here ({path.name} is missing): name their folder with --realdata."
        )
    frame = gpd.read_file(path)
    drawn = frame.set_geometry([polygonal(shape) for shape in frame.geometry], crs=frame.crs)
    drawn = drawn.rename(columns={MINED_COLUMN: "mined_ha"})[["mined_ha", "geometry"]]
    return to_measure_crs(drawn, role="mining detections")


def shared_out(outlines: gpd.GeoDataFrame, zone: BaseGeometry) -> tuple[float, int]:
    """Return the mined hectares of outlines inside a zone, and how many outlines lie there at least in part.

    Parameters
    ----------
    outlines : GeoDataFrame
        Polygons in the equal-area system with ``mined_ha``.
    zone : Polygon or MultiPolygon
        Longitude and latitude on WGS 84.
    """
    area = gpd.GeoDataFrame(geometry=[zone], crs="EPSG:4326")
    shape = to_measure_crs(area, role="zone").geometry.iloc[0]
    near = outlines.iloc[outlines.sindex.query(shape, predicate="intersects")]
    inside = shapely.area(shapely.intersection(near.geometry.values, shape))
    share = inside / shapely.area(near.geometry.values)
    return float((near["mined_ha"].to_numpy() * share).sum()), int((inside > 0).sum())


OUTPUTS: Final[dict[str, Callable[[], bytes]]] = {"mined_area.csv": lambda: csv_bytes(mined_area(REALDATA))}
READS: Final = {
    "mined_area.csv": (
        "data/zones.parquet",
        "data/recipe/mining_coverage.csv",
        *(f"../shared/realdata/{period.file_name}" for period in PERIODS),
    )
}


def main(arguments: list[str] | None = None) -> int:
    """Write ``data/mined_area.csv`` from a folder of detections; return the exit code."""
    parser = argparse.ArgumentParser(description="Newly mined area per zone from Amazon Mining Watch detections.")
    parser.add_argument("--realdata", type=Path, default=REALDATA, help="folder of the published GeoJSON files")
    folder = parser.parse_args(arguments).realdata
    try:
        content = csv_bytes(mined_area(folder))
    except InputAbsent as absent:
        print(f"mined_area.csv: left out. {absent}")
        return 1
    (DATA / "mined_area.csv").write_bytes(content)
    print(f"mined_area.csv: written from {len(PERIODS)} files of detections")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
