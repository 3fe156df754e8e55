"""CSV, TSV and XLSX as layers: rows get their place from coordinates, from shapes or from codes of our units.

A table that says nowhere where its rows lie is refused with what is missing, never shown as an empty map.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyproj import CRS

from geo.ingest import limits
from geo.ingest.codes import MOST, NEARLY_ALL, Coded, coded, joined, zeros_restored
from geo.ingest.compact import Compact
from geo.ingest.delimited import read_delimited
from geo.ingest.figures import Decimal, decimal_of, typed
from geo.ingest.grid import Grid
from geo.ingest.headers import leave_out_foot
from geo.ingest.locating import located, named
from geo.ingest.progress import Progress
from geo.ingest.raw import Raw, numbered
from geo.ingest.refusals import RefusalError, refused
from geo.ingest.report import Issue
from geo.ingest.sheets import read_sheets
from geo.ingest.unit_names import joined_by_name, named_units
from geo.messages import Message

HXL: Final = "hxl"  # where a frame's ``attrs`` keep the tag of each column
NO_CELLS: Final = pa.chunked_array([], type=pa.string())
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(path: Path, progress: Progress | None = None) -> tuple[list[Raw], list[Issue]]:
    """Return the tables of a file, and what is to be said of the file as a whole.

    Parameters
    ----------
    path : Path
        A file of text or XLSX; which of the two is told by its content.
    progress : Progress, optional
        Told how much of a text is read.

    Returns
    -------
    (list of Raw, list of Issue)
        A table without a place is there as a DataFrame with the error that refuses it. No exception leaves here
        that a file's content can cause.
    """
    try:
        if path.stat().st_size > limits.FILE_BYTES:
            raise _too_large(path.stat().st_size)
        with path.open("rb") as file:
            head = file.read(8)
        if head == OLD_EXCEL:
            raise refused(
                "OLD_WORKBOOK",
                Message("The file is a workbook of the old XLS kind, or one that is locked with a password."),
                expected=Message("XLSX without a password was expected."),
                fix=Message("Open it in a spreadsheet and save it as XLSX, without a password."),
            )
        grids, issues = (
            read_sheets(path) if zipfile.is_zipfile(path) else ([read_delimited(path, path.stem, progress)], [])
        )
    except RefusalError as refusal:
        return [], [refusal.issue]
    raws: list[Raw] = []
    for grid in grids:
        grid.name = _unlike(grid.name, {raw.name for raw in raws})
        leave_out_foot(grid)
        raws.append(_layer(grid))
    return raws, issues


def _too_large(size: int) -> RefusalError:
    return refused(
        "FILE_TOO_LARGE",
        Message("The file has {n} MB.", n=size // limits.MB),
        expected=Message("At most {n} MB are read.", n=limits.FILE_BYTES // limits.MB),
        fix=Message("Divide the table, or bring it as GeoParquet."),
    )


def _unlike(name: str, taken: set[str]) -> str:
    base = " ".join(name.split())[: limits.NAME_CHARS] or "table"
    return next(each for number in range(1, len(taken) + 2)
                if (each := base if number == 1 else f"{base} ({number})") not in taken)  # fmt: skip


def _layer(grid: Grid) -> Raw:
    """Return a table as a layer; where it has no place, with the error that says what is missing."""
    decimal = decimal_of(grid.columns)
    issues = list(grid.issues)
    try:
        place = located(grid, decimal)
        _no_long_cells(grid, place.replaced if place else "")
    except RefusalError as refusal:
        return _raw(grid, _on_records(pd.DataFrame(index=range(len(grid.records))), grid), [refusal.issue, *issues])
    codes = coded(grid)
    if place is not None:
        frame, more = _frame(grid, decimal, codes, place.replaced)
        return _raw(grid, frame, [*issues, *more, *place.issues], place.shapes, place.crs)
    found = codes[0] if codes else named_units(grid) or _nowhere(grid)
    frame, more = _frame(grid, decimal, codes, "")
    issues += more
    if isinstance(found, Coded):
        return _on_units(grid, frame, found, issues)
    return _raw(grid, frame, [found, *issues])


def _on_units(grid: Grid, frame: pd.DataFrame, found: Coded, issues: list[Issue]) -> Raw:
    """Return a table whose rows get the outlines of our units; with what is wrong where they cannot."""
    unfit = _without_place(grid, found)
    if unfit is not None:
        return _raw(grid, frame, [unfit, *issues])
    outlines = joined(found)
    shapes = np.asarray(outlines.to_numpy(), dtype=object)
    if int(shapely.get_num_coordinates(shapes).sum()) > limits.VERTICES:
        return _raw(grid, frame, [_too_many_shapes(len(frame)), *issues])
    return _raw(grid, frame, [*issues, *_joined(grid, found)], Compact.of(shapes), outlines.crs)


def _raw(
    grid: Grid, table: pd.DataFrame, issues: Sequence[Issue], shapes: Compact | None = None, crs: CRS | None = None
) -> Raw:
    table.attrs[HXL] = dict(grid.tags)
    return Raw(grid.name, table, shapes, crs, tuple(replace(each, layer=grid.name) for each in issues))


def _no_long_cells(grid: Grid, shapes: str) -> None:
    for name, column in zip(grid.names, grid.columns, strict=True):
        longest = pc.max(pc.utf8_length(column)).as_py() or 0
        if name != shapes and longest > limits.CELL_CHARS:
            lengths = pc.utf8_length(column).to_numpy()
            raise refused(
                "CELL_TOO_LONG",
                Message("A cell in “{column}” has {n} characters.", column=name, n=longest),
                expected=Message("A cell has at most {n} characters.", n=limits.CELL_CHARS),
                fix=Message("Shorten it, or leave the column out."),
                feature=int(grid.records[int((lengths == longest).argmax())]),
            )


def _frame(grid: Grid, decimal: Decimal, codes: list[Coded], left_out: str) -> tuple[pd.DataFrame, list[Issue]]:
    """Return the columns of a table in their kinds, codes with their zeros, on the numbers of the rows."""
    issues: list[Issue] = []
    restored = {each.at: each for each in codes if each.restored}
    columns: dict[str, pd.Series] = {}
    mixed: list[str] = []
    for at, name in enumerate(grid.names):
        column, grid.columns[at] = grid.columns[at], NO_CELLS  # or each cell would be there twice
        if name == left_out:
            continue
        if at in restored:
            text = pd.Series(column.to_pandas(), dtype="str")
            columns[name] = restored[at].codes.where(restored[at].codes.notna(), text).astype("str")
            issues.append(zeros_restored(restored[at], name, int(grid.records[restored[at].first])))
            continue
        columns[name], is_mixed = typed(_unwrapped(column), decimal)
        if is_mixed:
            mixed.append(name)
    if mixed:
        issues.append(
            Issue(
                "MIXED_DECIMALS",
                "warning",
                Message("Some figures have a decimal comma, some a decimal point, in: {names}.",
                        names=", ".join(mixed[:10])),
                Message("Each was read by its own sign."),
                Message("Check these columns, and use one sign."),
                count=len(mixed),
            )
        )  # fmt: skip
    frame = pd.DataFrame(columns) if columns else pd.DataFrame(index=range(len(grid.records)))
    return _on_records(frame, grid), issues


def _on_records(frame: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    is_whole = int(grid.records[-1]) == len(grid.records)
    return numbered(frame) if is_whole else numbered(frame, grid.records.tolist())


def _unwrapped(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column without the ="…" by which some programs keep a spreadsheet from changing a code."""
    if not pc.any(pc.starts_with(column, '="')).as_py():
        return column
    return pc.replace_substring_regex(column, pattern=r'^="([^"]*)"$', replacement=r"\1")


def _nowhere(grid: Grid) -> Issue:
    """Return why a table with neither coordinates nor codes is refused."""
    halves = named(grid)
    if len(halves) == 2:
        return _not_read(*halves["lat"], *halves["lon"])
    return Issue(
        "NO_GEOMETRY",
        "error",
        Message("“{column}” is one half of a pair of coordinates; the other is not there.",
                column=next(iter(halves.values()))[0])
        if halves
        else Message("Nothing in the table says where its rows lie."),
        Message("Columns with latitude and longitude, a column of WKT, or codes of first-level units (ISO 3166-2, "
                "DANE, UBIGEO, IBGE) were expected."),
        Message("Add one of these to the table."),
    )  # fmt: skip


def _without_place(grid: Grid, column: Coded) -> Issue | None:
    """Return why a table cannot be joined to our units by its codes; None where it can."""
    name = grid.names[column.at]
    if column.level == "part":
        return Issue(
            "UNITS_NOT_SHIPPED",
            "error",
            Message("“{column}” holds codes of municipalities, provinces or districts ({system}), and the table has "
                    "no coordinates.", column=name, system=column.system),
            Message("Only the outlines of first-level units (departments, states) are here."),
            Message("Add coordinates, bring the outlines with the table as one layer, or sum it by department or state "
                    "and keep the code of that."),
        )  # fmt: skip
    if column.level == "country":
        return Issue(
            "COUNTRIES_ONLY",
            "error",
            Message("“{column}” names whole countries, and the table has no coordinates.", column=name),
            Message(
                "A table is joined to first-level units only: on whole countries it would say nothing of a border."
            ),
            Message("Bring the figures by department or state with their codes, or add coordinates."),
        )
    missing = column.given & column.units.isna()
    if missing.sum() > (1 - NEARLY_ALL) * column.given.sum() or column.given.mean() < MOST:
        first = int((column.units.isna() if not missing.any() else missing).to_numpy().argmax())
        return Issue(
            "CODES_NOT_KNOWN",
            "error",
            Message("{n} of {all} rows have no code of a unit of ours in “{column}”.",
                    n=int(column.units.isna().sum()), all=len(missing), column=name),
            Message("Nearly all rows must have one ({system}) for a table to be joined.", system=column.system),
            Message("Check the codes, or add coordinates."),
            feature=int(grid.records[first]),
            count=int(column.units.isna().sum()),
        )  # fmt: skip
    return None


def _not_read(lat: str, lat_cell: str, lon: str, lon_cell: str) -> Issue:
    return Issue(
        "COORDINATES_UNREADABLE",
        "error",
        Message("“{lat}” and “{lon}” are named as coordinates, but what they hold cannot be read: “{first}”, "
                "“{second}”.", lat=lat, lon=lon, first=lat_cell[:40], second=lon_cell[:40]),
        Message("Degrees (-4.2153 or 4°12'55\"S) or a shape as WKT were expected."),
        Message("Write latitude and longitude in one of these ways, each in a column of its own."),
    )  # fmt: skip


def _joined(grid: Grid, column: Coded) -> list[Issue]:
    name = grid.names[column.at]
    missing = (column.given & column.units.isna()).to_numpy()
    if column.is_named:
        return [joined_by_name(name, column)]
    issues = [
        Issue(
            "JOINED_BY_CODE",
            "warning",
            Message("The table has no coordinates; “{column}” holds codes of {n} units ({system}).",
                    column=name, n=int(column.units.nunique()), system=column.system),
            Message("Each row was given the outline of its unit, generalised from Natural Earth."),
            Message("Check that this is what the table is about."),
        )
    ]  # fmt: skip
    if missing.any():
        issues.append(
            Issue(
                "CODES_WITHOUT_UNIT",
                "warning",
                Message("{n} row has a code in “{column}” that is no unit of ours.",
                        "{n} rows have codes in “{column}” that are no units of ours.",
                        n=int(missing.sum()), column=name),
                Message("Units that were made since, or a slip."),
                Message("Give them the code of the unit that they were part of, or coordinates."),
                feature=int(grid.records[int(missing.argmax())]),
                count=int(missing.sum()),
            )
        )  # fmt: skip
    return issues


def _too_many_shapes(rows: int) -> Issue:
    return Issue(
        "TOO_MANY_VERTICES",
        "error",
        Message("The outlines of the units for {n} rows would have too many vertices.", n=rows),
        Message("At most {n} are kept in a layer.", n=limits.VERTICES),
        Message("Sum the table by unit and year."),
    )
