r"""Sources of the tables, one by one or as a list to cite: BibTeX for LaTeX, RIS for Zotero and EndNote.

The licence says what may be done with a source's own text: where it is "not stated", cite the source and do
not redistribute its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from geo.errors import UnknownError
from geo.messages import Message
from geo.store import STORE, data_version, table

# What LaTeX reads as commands. The backslash goes first, in one pass with the others.
LATEX: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
LATEX_SPECIAL: Final = re.compile("[" + re.escape("".join(LATEX)) + "]")
RIS_TYPE: Final = {
    "press": "NEWS", "peer_reviewed": "JOUR", "university": "RPRT", "official": "RPRT", "un": "RPRT",
    "intergovernmental": "RPRT", "policy_text": "RPRT", "ngo": "RPRT", "court": "CASE", "database": "DATA",
}  # fmt: skip
RIS_BREAK: Final = re.compile(r"\s+")  # a tag ends at the end of its line


@dataclass(frozen=True)
class Source:
    """One source as ``data/sources.csv`` holds it; what is not known is "".

    Parameters
    ----------
    source_id : str
        Stable: rows of the tables name it.
    year : str
        Four digits or "": year of publication, or of the dataset's last edition.
    publisher_class, reliability : str
        Codes, said by ``geo.terms.label``.
    """

    source_id: str
    title: str
    publisher: str
    year: str
    url: str
    licence: str
    publisher_class: str
    reliability: str
    how_verified: str

    @property
    def may_be_redistributed(self) -> bool:
        """Whether the licence was read or is given by the publisher, rather than not stated."""
        return "not stated" not in self.licence and "not read" not in self.licence


def source(source_id: str) -> Source:
    """Return the source of an id.

    Raises
    ------
    UnknownError
        If no row of ``data/sources.csv`` has the id.
    """
    found = _sources().get(source_id)
    if found is None:
        raise UnknownError(Message("There is no source called “{source_id}”.", source_id=source_id))
    return found


def sources_of(source_ids: str | Iterable[str]) -> list[Source]:
    """Return the sources of a cell such as ``AMW;GK``, or of several cells, each once, in order of appearance."""
    cells = [source_ids] if isinstance(source_ids, str) else source_ids
    named = [name for cell in cells for name in cell.split(";") if name]
    return [source(name) for name in dict.fromkeys(named)]


def bibtex(sources: Iterable[Source]) -> str:
    """Return a BibTeX file, one ``@misc`` entry per source, with every special character escaped."""
    return "".join(_bibtex_entry(one) for one in sources)


def ris(sources: Iterable[Source]) -> str:
    """Return a RIS file (tags of two letters, CR LF line ends), one record per source."""
    return "".join(_ris_record(one) for one in sources)


def _bibtex_entry(one: Source) -> str:
    fields = {
        # Double braces keep the capitals of a title and the parts of a publisher's name together.
        "title": f"{{{_latex(one.title)}}}",
        "author": f"{{{_latex(one.publisher)}}}" if one.publisher else "",
        "year": one.year,
        "howpublished": rf"\url{{{_url(one.url)}}}" if one.url else "",
        "note": _latex(_licence_words(one)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(one.source_id)},", *lines, "}", "", ""])


def _ris_record(one: Source) -> str:
    fields = [
        ("TY", RIS_TYPE.get(one.publisher_class, "GEN")),
        ("ID", one.source_id),
        ("TI", one.title),
        ("PB", one.publisher),
        ("PY", one.year),
        ("UR", one.url),
        ("N1", _licence_words(one)),
    ]
    lines = [f"{tag}  - {RIS_BREAK.sub(' ', value).strip()}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", "", ""])


def _licence_words(one: Source) -> str:
    return f"Licence: {one.licence}. Read for Fronteras: {one.how_verified}"


def _latex(text: str) -> str:
    return LATEX_SPECIAL.sub(lambda found: LATEX[found.group()], RIS_BREAK.sub(" ", text))


def _url(url: str) -> str:
    r"""Return an address safe inside ``\url{}``: braces and spaces would end it, backslashes start a command."""
    return url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")


def _key(source_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9_:\-]", "-", source_id)


def _sources() -> dict[str, Source]:
    def read() -> dict[str, Source]:
        rows = table("sources").to_dict("records")
        return {row["source_id"]: Source(**row) for row in rows}

    return STORE.get(("sources", data_version()), read)
