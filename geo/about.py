"""What a person says of a layer they bring: where it comes from, who may see it, and what its columns mean."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Self

from geo.errors import DataError
from geo.messages import Message
from geo.viewer import MARKINGS, Marking


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The columns that mean something to us; "" where a layer has none of that kind.

    Attributes
    ----------
    name : str
        A feature's name.
    category : str
        Its class, which may give its colour.
    year : str
        Its year, date or period.
    value : str
        How much there is of it: a number.
    precision : str
        How far it may lie from where it is drawn, in km.
    source_column : str
        What it rests on, where the features of a layer have sources of their own.
    """

    name: str = ""
    category: str = ""
    year: str = ""
    value: str = ""
    precision: str = ""
    source_column: str = ""


ROLES: Final = tuple(each.name for each in fields(Roles))
WORDS: Final = ("title", "source", "description", "publisher", "url", "licence", "as_of", "reliability")


@dataclass(frozen=True, kw_only=True)
class About(Roles):
    """All that a person says of a layer.

    Attributes
    ----------
    title, source, description, publisher, url, licence : str
        In the words of the person or the publisher; ``title`` and ``source`` may not be empty.
    as_of : str
        The year or day that the layer describes, or "".
    marking : Marking
        Who may see it.
    precision_km : float or None
        How far a place may lie from where it is drawn, for all features that do not say it themselves.
    reliability : str
        A to F by the Admiralty scale, or "".
    """

    title: str
    source: str
    description: str = ""
    publisher: str = ""
    url: str = ""
    licence: str = ""
    as_of: str = ""
    marking: Marking = "TLP:CLEAR"
    precision_km: float | None = None
    reliability: str = ""

    @property
    def roles(self) -> Roles:
        """The columns alone: what a stored layer's files depend on."""
        return Roles(**{name: getattr(self, name) for name in ROLES})

    def with_roles(self, roles: Roles) -> Self:
        """Return the same words on other columns."""
        return replace(self, **asdict(roles))

    def checked(self) -> Self:
        """Return this, fit to be kept, if it says what is a must; ``DataError`` otherwise."""
        said = self.plain()
        if not said.title.strip() or not said.source.strip():
            raise DataError(
                Message("A layer needs a title and a source. Name both; without a source nothing is shown.")
            )
        if self.marking not in MARKINGS:
            raise DataError(Message("“{marking}” is no marking. Choose one of TLP 2.0.", marking=self.marking))
        if self.precision_km is not None and not 0 <= self.precision_km < math.inf:
            raise DataError(
                Message("The precision is {km} km. Give kilometres from 0, or nothing.", km=str(self.precision_km))
            )
        return said

    def plain(self) -> Self:
        """Return the same words without signs that no database or terminal takes."""
        words: dict[str, Any] = {name: plain(getattr(self, name)) for name in WORDS}
        return replace(self, **words)

    def to_dict(self) -> dict[str, Any]:
        """Return what is said, to be kept as JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` gave; what a later release added and this one does not know is left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in told.items() if name in known})


def plain(text: str) -> str:
    """Return a text without control signs and half letters, as bytes that are no UTF-8 become; line breaks stay."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
