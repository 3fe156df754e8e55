"""From a path to mended layers and a report, in this process; ``geo.ingest.checking`` runs it in one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyproj import CRS

from geo.ingest import limits, vector
from geo.ingest.kinds import Mended
from geo.ingest.known import Known, recognise
from geo.ingest.memory import give_back
from geo.ingest.opening import opened
from geo.ingest.parts import OURS, Part
from geo.ingest.placing import code
from geo.ingest.printable import printable
from geo.ingest.progress import Progress
from geo.ingest.raw import Raw
from geo.ingest.refusals import RefusalError, too_many_columns
from geo.ingest.repairs import mended
from geo.ingest.report import Issue, LayerFacts, Report, in_order
from geo.messages import Message


@dataclass(frozen=True)
class Inspected:
    """What an inspection found: the report, and the layers that can be stored with what is known of each."""

    report: Report
    layers: tuple[tuple[Mended, Known | None], ...]


def inspect(
    path: Path,
    scratch: Path,
    *,
    name: str = "",
    declared: CRS | None = None,
    progress: Progress | None = None,
) -> Inspected:
    """Return what is in a file, mended, and the report on it.

    Parameters
    ----------
    path : Path
        The file, as it came.
    scratch : Path
        An empty folder for what is unpacked.
    name : str
        What the person calls the file, where the path does not.
    declared : CRS, optional
        What the person says the CRS is, for layers that do not say it.
    progress : Progress, optional
        Told each stage as it begins, and how much of it is done.
    """
    issues: list[Issue] = []
    layers: list[Mended] = []
    progress = progress or Progress()
    progress.begin("opening")
    try:
        found = opened(path, scratch, name=name)
        issues.extend(found.issues)
        for part in found.parts:
            for raw in _raws(part, issues, progress):
                give_back()
                progress.begin("mending")
                layers.extend(_mended(replace(raw, name=_free(raw.name, layers)), declared, issues, progress))
                give_back()
                progress.begin("reading")
    except RefusalError as error:
        issues.extend((*error.before, error.issue))
    facts = tuple(_facts(layer) for layer in layers)
    if not layers and not any(issue.severity == "error" for issue in issues):
        issues.append(_nothing())
    issues.extend(issue for layer in layers for issue in layer.issues)
    known = [recognise(layer.table) for layer in layers]
    issues.extend(_recognised(layer.name, each) for layer, each in zip(layers, known, strict=True) if each is not None)
    report = Report(printable(name or path.name), facts, in_order(dict.fromkeys(issues)))
    return Inspected(report, tuple(zip(layers, known, strict=True)))


def _raws(part: Part, issues: list[Issue], progress: Progress) -> Iterator[Raw]:
    """Yield the layers of a part; one that cannot be read ends the part, with an issue, not the file."""
    progress.begin("reading")
    try:
        if part.format == "table":
            from geo.ingest import tables  # noqa: PLC0415 - loads the units that codes join to

            read, more = tables.read(part.path, progress)
            issues.extend(more)
            yield from (replace(raw, name=part.name) if raw.name == OURS else raw for raw in read)
        else:
            yield from vector.read(part, progress)
    except RefusalError as error:
        issues.extend((*error.before, error.issue))


def _mended(raw: Raw, declared: CRS | None, issues: list[Issue], progress: Progress) -> list[Mended]:
    """Return what a layer becomes; nothing, with its issues told, where it is refused."""
    raw = replace(raw, issues=tuple(replace(issue, layer=raw.name) for issue in raw.issues))
    if raw.shapes is None or any(issue.severity == "error" for issue in raw.issues):
        issues.extend(raw.issues)
        if not any(issue.severity == "error" for issue in raw.issues):
            issues.append(_no_place(raw.name))
        return []
    try:
        if len(raw.table.columns) > limits.COLUMNS:
            raise too_many_columns(len(raw.table.columns), raw.name)
        return mended(replace(raw, shapes=raw.shapes.handed_over()), declared=declared, progress=progress)
    except RefusalError as error:
        issues.extend((*error.before, error.issue))
        return []


def _facts(layer: Mended) -> LayerFacts:
    return LayerFacts(layer.name, len(layer.table), layer.types, code(layer.crs))


def _recognised(layer: str, known: Known) -> Issue:
    return Issue(
        "SET_RECOGNISED",
        "note",
        Message("The columns are those of a known set: {set}.", set=known.label),
        Message("Its title, source and columns can be filled in from what is known of it."),
        Message("Look through what was filled in; correct what is different."),
        layer=layer,
    )


def _free(name: str, layers: list[Mended]) -> str:
    """Return a name that no layer has yet."""
    taken = {layer.name for layer in layers}
    free, number = name or "layer", 2
    while any(each == free or each.startswith(f"{free} (") for each in taken):
        free, number = f"{name} {number}", number + 1
    return free


def _no_place(layer: str) -> Issue:
    return Issue(
        "NO_GEOMETRY",
        "error",
        Message("The layer has no geometry; it is a plain table."),
        Message("Expected is at least one layer of points, lines or areas."),
        Message("Add columns of latitude and longitude, or a code of a known unit."),
        layer=layer,
    )


def _nothing() -> Issue:
    return Issue(
        "NO_LAYER",
        "error",
        Message("The file has no layer with a geometry."),
        Message("Expected is at least one layer of points, lines or areas."),
        Message("Export it again with its features; a filter may have been on."),
    )
