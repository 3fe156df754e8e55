"""The check of a file as pages and commands call it: always a report, whatever the file does to its parser."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from geo.ingest import limits, telling, worker
from geo.ingest.printable import printable
from geo.ingest.progress import Progress
from geo.ingest.refusals import BOUNDED, EXPORT_AGAIN, SPLIT
from geo.ingest.report import Issue, Report
from geo.messages import Message

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

    from geo.ingest.known import Known

ENDED: Final[Mapping[worker.Outcome, tuple[str, Message, Message]]] = {
    "died": (
        "PARSER_DIED",
        Message("The program that reads this kind of file broke on it. Nothing else was touched."),
        EXPORT_AGAIN,
    ),
    "timeout": ("TIME_EXCEEDED", Message("The check took longer than it may, and was ended."), SPLIT),
    "memory": ("MEMORY_EXCEEDED", Message("The check took more memory than it may, and was ended."), SPLIT),
    "cancelled": (
        "CANCELLED",
        Message("The check was called off."),
        Message("Bring the file again whenever you like; nothing was stored."),
    ),
}


@dataclass(frozen=True)
class Preview:
    """A shape before and after a repair, as WKB of degrees: what the small map of a repair draws."""

    code: str
    layer: str
    feature: int
    before: str
    after: str

    def shapes(self) -> tuple[shapely.Geometry, shapely.Geometry]:
        """Return the shape before, which may be invalid, and after."""
        import shapely  # noqa: PLC0415 - the command that prints a report needs none

        return shapely.from_wkb(self.before), shapely.from_wkb(self.after)


@dataclass(frozen=True)
class Layer:
    """A layer that can be stored.

    Attributes
    ----------
    name : str
        As the report has it.
    file : Path
        GeoParquet in WGS 84, mended, on the index ``record``; there as long as the check is open.
    crs : str or None
        The system that it came in.
    known : mapping or None
        What is known of a public set that was recognised, as ``geo.ingest.telling`` packs it.
    repairs : tuple of Preview
        The first few shapes of each kind of repair.
    """

    name: str
    file: Path
    crs: str | None
    known: Mapping[str, Any] | None = None
    repairs: tuple[Preview, ...] = ()

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """Its features, read anew each time: nobody holds a layer that nobody looks at."""
        import geopandas as gpd  # noqa: PLC0415 - the command that prints a report needs none

        return gpd.read_parquet(self.file)

    @property
    def suggestion(self) -> Known | None:
        """What is known of the public set that it was recognised as; None where it is none of them."""
        return None if self.known is None else telling.unpacked_known(self.known)


@dataclass(frozen=True)
class Checked:
    """A file that was checked; close it, or use it in a ``with``, to remove the layers that it keeps."""

    report: Report
    layers: tuple[Layer, ...] = ()
    folder: Path | None = field(default=None, repr=False)

    def close(self) -> None:
        """Remove the layers from disk; the report stays."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def check(
    path: Path,
    *,
    name: str = "",
    crs: str = "",
    keep: bool = True,
    seconds: float = limits.SECONDS,
    stage: Callable[[str], object] = lambda _: None,
    share: Callable[[float], object] = lambda _: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Checked:
    """Check a file in a process of its own and return what was found.

    Parameters
    ----------
    path : Path
        The file, as it came; only read.
    name : str
        What the person calls it, where the path does not.
    crs : str
        The CRS that the person declares, as ``geo.ingest.placing`` knows it ("EPSG:3116"), for layers without.
    keep : bool
        Whether the layers are wanted, not the report alone.
    seconds : float
        Wall time after which the check is ended, from when its turn comes.
    stage : callable
        Told each stage as it begins: one of ``geo.ingest.progress.STAGES``, "waiting" first where other checks run.
    share : callable
        Told how much of the stage told last is done, from 0 to 1, where that can be known; often not at all.
    is_cancelled : callable
        Asked often; the check ends when it says so.

    Returns
    -------
    Checked
        With a report always: a process that dies, takes too long or too much is an error in it.
    """
    shown = printable(name or path.name)
    out = Path(tempfile.mkdtemp(prefix="fronteras-check-"))
    orders = worker.Orders(str(path.absolute()), name or path.name, str(out), crs, keep)
    try:
        outcome = worker.run(orders, seconds=seconds, progress=Progress(stage, share), is_cancelled=is_cancelled)
        found = _read(out) if outcome == "done" else None
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise
    if found is None:
        shutil.rmtree(out, ignore_errors=True)
        return Checked(Report(shown, (), (_ended("died" if outcome == "done" else outcome),)))
    if not found.layers:
        found.close()
    return found


def _read(out: Path) -> Checked | None:
    """Return what the process wrote; None where it is not what it should be."""
    try:
        told = json.loads((out / worker.REPORT).read_text(encoding="utf-8"))
        layers = tuple(
            Layer(
                str(each["name"]),
                out / Path(each["file"]).name,
                each["crs"],
                each["suggestion"],
                tuple(Preview(**repair) for repair in each["repairs"]),
            )
            for each in told["layers"]
        )
        return Checked(telling.unpacked(told["report"]), layers, out)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _ended(outcome: worker.Outcome) -> Issue:
    code, found, fix = ENDED[outcome]
    return Issue(code, "error", found, BOUNDED, fix)
