"""What a file that leaves the catalogue says of itself: title, sources, licence, marking, as of when, which version."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from geo.messages import Language, Message, say
from geo.viewer import Marking

LONGEST_STEM: Final = 60  # of a file's name; the whole path must fit old archives


@dataclass(frozen=True, kw_only=True)
class Cited:
    """One source as a file names it; what is not known is ""."""

    title: str
    publisher: str = ""
    year: str = ""
    url: str = ""
    licence: str = ""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What travels with every copy of a layer.

    Attributes
    ----------
    key : str
        As links know the layer.
    version : str
        The number of an own layer's version, or the data version of a shipped one.
    as_of : str
        The year or day that the layer describes, or "".
    precision : str
        How far a place may lie from where it is drawn, in words or kilometres; "" where nobody said.
    changed : str
        When this version was made (ISO 8601, UTC), or "".
    name : str
        The column that holds a feature's name, or "".
    """

    key: str
    title: str
    version: str
    marking: Marking
    sources: tuple[Cited, ...]
    description: str = ""
    as_of: str = ""
    precision: str = ""
    reliability: str = ""
    changed: str = ""
    name: str = ""

    @property
    def licence(self) -> str:
        """The licences of the sources, each once."""
        return "; ".join(dict.fromkeys(each.licence for each in self.sources if each.licence))

    def facts(self) -> dict[str, object]:
        """Return what a machine reads: codes that are never translated, and only what is known."""
        sources = [{name: value for name, value in vars(each).items() if value} for each in self.sources]
        told: dict[str, object] = {
            "key": self.key,
            "title": self.title,
            "description": self.description,
            "version": self.version,
            "as_of": self.as_of,
            "marking": self.marking,
            "licence": self.licence,
            "precision": self.precision,
            "reliability": self.reliability,
            "changed": self.changed,
            "sources": sources,
        }
        return {name: value for name, value in told.items() if value}

    def flat(self) -> dict[str, str]:
        """Return the facts as texts, for formats that have no lists."""
        told = {name: str(value) for name, value in self.facts().items() if name != "sources"}
        return told | {"source": "; ".join(cited(each) for each in self.sources)}

    def lines(self, lang: Language) -> list[tuple[str, str]]:
        """Return what a person reads: labels and texts in a language, and only what is known."""
        labels = {
            "description": Message("Description"),
            "source": Message("Source"),
            "licence": Message("Licence"),
            "marking": Message("Marking"),
            "as_of": Message("As of"),
            "precision": Message("Precision"),
            "reliability": Message("Source reliability"),
            "version": Message("Version"),
            "changed": Message("Changed"),
            "key": Message("Key"),
        }
        told = self.flat()
        not_stated = say("not stated", lang)
        kept = {name: told.get(name, not_stated if name == "licence" else "") for name in labels}
        return [(say(labels[name], lang), text) for name, text in kept.items() if text]

    def text(self, lang: Language) -> str:
        """Return the same as a text to be put beside a file."""
        return "\n".join([self.title, "", *(f"{label}: {text}" for label, text in self.lines(lang)), ""])

    def summary(self) -> str:
        """Return one line for formats that have room for one: source, licence, marking."""
        told = self.flat()
        parts = [told.get(name, "") for name in ("source", "as_of", "licence", "marking")]
        return " · ".join(filter(None, parts))

    @property
    def stem(self) -> str:
        """A file's name without its ending: plain letters, the version, and the marking where not all may read it."""
        plain = unicodedata.normalize("NFKD", self.title).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_STEM].strip("-")
        marked = "" if self.marking == "TLP:CLEAR" else "-" + re.sub(r"[^A-Z]+", "-", self.marking)
        version = re.sub(r"[^a-z0-9]+", "", self.version)
        return f"{slug or 'layer'}-v{version}{marked}" if version else f"{slug or 'layer'}{marked}"


def cited(source: Cited) -> str:
    """Return a source on one line: who, what, when, where."""
    head = ": ".join(filter(None, (source.publisher if source.publisher != source.title else "", source.title)))
    head = f"{head} ({source.year})" if source.year else head
    return f"{head}, {source.url}" if source.url else head
