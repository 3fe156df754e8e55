"""What ends a check, or the reading of one layer: an issue on its way up, and the words that many issues share."""

from __future__ import annotations

from typing import Final

from geo.errors import GeoError
from geo.ingest import limits
from geo.ingest.report import Issue
from geo.messages import Message

FORMATS: Final = Message(
    "Expected is GeoJSON, GeoPackage, a zipped Shapefile, KML or KMZ, GPX, CSV, Excel (XLSX), GeoParquet, FlatGeobuf "
    "or TopoJSON."
)
EXPORT_AGAIN: Final = Message("Open it in the program that made it and export it again, as GeoPackage or GeoJSON.")
SEND_AGAIN: Final = Message("Fetch or export the file again; a copy that broke off on its way looks like this.")
DATA_ITSELF: Final = Message("A file holds its data itself and leads to no other file or address.")
BOUNDED: Final = Message("What is larger is refused before it is read, so that one file cannot stop the others.")
SPLIT: Final = Message("Split it into several files, by region or by year, or keep fewer columns.")


class RefusalError(GeoError):
    """An issue that ends the check of a file or of one of its layers, and those that were found before it."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.found)
        self.issue = issue
        self.before: tuple[Issue, ...] = ()


def refused(
    code: str, found: Message, *, expected: Message, fix: Message, layer: str = "", feature: int | None = None
) -> RefusalError:
    """Return a refusal, to be raised."""
    return RefusalError(Issue(code, "error", found, expected, fix, layer=layer, feature=feature))


def too_many_columns(n: int, layer: str = "") -> RefusalError:
    """Return the refusal of a layer with more columns than are read."""
    return refused(
        "TOO_MANY_COLUMNS",
        Message("The layer has {n} columns; at most {most} are read.", n=n, most=limits.COLUMNS),
        expected=BOUNDED,
        fix=SPLIT,
        layer=layer,
    )
