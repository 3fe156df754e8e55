"""What a person fills in of an upload: suggested at first, looked through, and turned into what the catalogue keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self, cast
from urllib.parse import urlsplit

from geo.about import ROLES, About
from geo.errors import DataError
from geo.ingest.candidates import SYSTEMS
from geo.messages import Message
from geo.upload.column_facts import ColumnFacts, guessed
from geo.upload.drafts import Draft
from geo.viewer import MARKINGS

if TYPE_CHECKING:
    from geo.ingest.known import Known
    from geo.library.shelf import Look, Visibility

LICENCES: Final = (  # as their publishers write them; anything else is written out
    "CC0 1.0", "CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC BY-NC-SA 4.0", "ODbL 1.0", "ODC-BY 1.0", "PDDL 1.0",
    "MIT", "OGL 3.0",
)  # fmt: skip
RELIABILITY: Final = ("A", "B", "C", "D", "E", "F")  # the Admiralty scale
LEAST_AMOUNTS: Final = 5  # different ones that are worth classes of colour
LONGEST: Final[Mapping[str, int]] = {"title": 160, "source": 300, "description": 4_000, "note": 400}
LONGEST_OTHER: Final = 400
FARTHEST_KM: Final = 2_000.0  # half the continent: a larger figure is a slip
AS_OF: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)
CRS_CODE: Final = re.compile(r"[A-Z]{2,8}:\d{1,6}", re.ASCII)
COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
NAMES_PEOPLE: Final = "INDIVIDUALS_NAMED"  # the issue of a table that seems to name people

MISSING: Final[Mapping[str, Message]] = {
    "title": Message("Give the layer a title: it is what people will look for."),
    "source": Message("Name the source: without one nothing is shown."),
}


@dataclass(frozen=True)
class Filled:
    """What was filled in, whole: what nobody filled in is "".

    Attributes
    ----------
    layer : int
        Which layer of the file, from 0.
    target, expected : str, int
        The layer of which this becomes a version and its version that the person saw; "" for a new layer.
    names_agreed : bool
        Whether the person has said that rows which seem to name people may be stored.
    """

    about: About
    layer: int = 0
    colour: str = ""
    by: str = ""
    palette: str = ""
    visibility: Visibility = "private"
    target: str = ""
    expected: int = 0
    note: str = ""
    names_agreed: bool = False
    names_found: bool = field(default=False)

    @classmethod
    def of(cls, found: Draft) -> Self:
        """Read what is filled in of a draft; what makes no sense is as if it were not."""
        told = found.answers
        about = About(
            **{each.name: _text(told, each.name) for each in fields(About)
               if each.name not in {"marking", "precision_km"}},
            marking=told["marking"] if told.get("marking") in MARKINGS else MARKINGS[0],
            precision_km=_number(told.get("precision_km")),
        )  # fmt: skip
        by = _text(told, "by")
        return cls(
            about=about,
            layer=int(told.get("layer") or 0),
            colour=_text(told, "colour"),
            by=by if by in {"category", "value"} and getattr(about, by) else "",
            palette=_text(told, "palette"),
            visibility="shared" if told.get("visibility") == "shared" else "private",
            target=_text(told, "target"),
            expected=int(told.get("expected") or 0),
            note=_text(told, "note"),
            names_agreed=bool(told.get("names_agreed")),
            names_found=bool(told.get("names_found")),
        )

    @property
    def look(self) -> Look:
        """How the layer is to be drawn."""
        from geo.library.shelf import Look  # noqa: PLC0415 - brings the database with it

        return Look(colour=self.colour, by=cast(Any, self.by), palette=self.palette)

    def problems(self) -> dict[str, Message]:
        """Return what is missing or cannot be, by field; empty where the layer can be stored."""
        about = self.about
        out = {name: message for name, message in MISSING.items() if not getattr(about, name).strip()}
        for name, value in (*asdict(about).items(), ("note", self.note)):
            most = LONGEST.get(name, LONGEST_OTHER)
            if isinstance(value, str) and len(value) > most:
                out[name] = Message("At most {most} characters; these are {n}.", most=most, n=len(value))
        if about.url and not _is_address(about.url):
            out["url"] = Message("Write the whole address, as https://example.org/data.")
        if about.as_of and not _is_day(about.as_of):
            out["as_of"] = Message("Write a year, a month or a day: 2024, 2024-06 or 2024-06-30.")
        if about.precision_km is not None and not 0 <= about.precision_km <= FARTHEST_KM:
            out["precision_km"] = Message("Write kilometres from 0 to {most}.", most=int(FARTHEST_KM))
        if about.reliability and about.reliability not in RELIABILITY:
            out["reliability"] = Message("Choose a grade from A to F.")
        if self.colour and not COLOUR.fullmatch(self.colour):
            out["colour"] = Message("Choose a colour.")
        if self.names_found and not self.names_agreed:
            out["names_agreed"] = Message("Say that the layer may hold names of people, or leave their column out.")
        return out

    def checked(self) -> Self:
        """Return this if it can be stored; ``DataError`` with the first thing that is missing otherwise."""
        for message in self.problems().values():
            raise DataError(message)
        return self


def suggested(name: str, columns: tuple[ColumnFacts, ...], features: int, known: Known | None) -> dict[str, Any]:
    """Return what to fill in at first: what is known of the set, else what the columns and the file's name say.

    Parameters
    ----------
    name : str
        Of the layer, or of the file where it has one alone.
    """
    out: dict[str, Any] = {"title": titled(name), **dict.fromkeys(ROLES, ""), **guessed(columns, features, known)}
    if known is not None:
        said = asdict(known.about)
        out.update(
            {name: value for name, value in said.items() if value and name not in {*ROLES, "marking", "precision_km"}}
        )
    amounts = {each.name: each.distinct for each in columns}.get(out["value"], 0)
    out["by"] = "category" if out["category"] else "value" if amounts >= LEAST_AMOUNTS else ""
    return out


def describing(found: Draft, number: int) -> dict[str, Any]:
    """Return what to keep when a person chooses a layer of a draft: its number and what is suggested of it."""
    from geo.upload import draft_jobs, drafts  # noqa: PLC0415 - jobs read what is filled in

    checked = drafts.findings(found)
    layer, facts = checked.layers[number], checked.report.layers[number]
    name = layer.name if len(checked.layers) > 1 else found.name
    told = suggested(name, draft_jobs.prepared(found, number), facts.features, layer.suggestion)
    names_found = any(each.code == NAMES_PEOPLE and each.layer in {"", layer.name} for each in checked.report.issues)
    return {
        "layer": number,
        "described": [found.check, number],
        "names_found": names_found,
        "names_agreed": False,
        **told,
    }


def titled(name: str) -> str:
    """Return a title made of a file's or a layer's name, to be written anew by the person."""
    bare = re.sub(r"(\.[A-Za-z0-9]{1,8}){1,2}$", "", name)
    words = re.sub(r"[\s_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare)).strip()
    return words[:1].upper() + words[1 : LONGEST["title"]]


@lru_cache(maxsize=1)
def systems() -> Mapping[str, str]:
    """Return the reference systems that files of the region come in, by their code, with their names."""
    from pyproj import CRS  # noqa: PLC0415 - only where somebody has to choose one

    return {f"EPSG:{code}": str(CRS.from_epsg(code).name) for code in (4326, *SYSTEMS, 3857)}


def is_crs(code: str) -> bool:
    """Tell whether a text names a reference system."""
    from pyproj import CRS  # noqa: PLC0415 - as above
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    if not CRS_CODE.fullmatch(code):  # whatever else PROJ reads, such as a file or a whole definition, is not asked for
        return False
    try:
        CRS.from_user_input(code)
    except CRSError:
        return False
    return True


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value.strip() if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not re.search(r"\s", text)


def _is_day(text: str) -> bool:
    if not AS_OF.fullmatch(text):
        return False
    year, month, day = (int(part) for part in (text + "-01-01")[:10].split("-"))
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
