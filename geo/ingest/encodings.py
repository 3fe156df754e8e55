"""In which encoding a table is written: found in its bytes, since no CSV says it."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from geo.ingest.refusals import refused
from geo.ingest.report import Issue
from geo.messages import Message

HEAD_BYTES: Final = 2**16  # enough to know a kind of file by; the rest is only asked whether it is UTF-8
CHUNK_BYTES: Final = 2**20
FEW_BROKEN: Final = 20  # bytes; a UTF-8 file with more is taken for another encoding
BOMS: Final = (  # that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What Windows, DOS and the old Mac wrote in Latin America; cp1252 is ISO-8859-1 with letters where that has none.
EIGHT_BIT: Final = ("cp1252", "cp850", "mac_roman")
LABELS: Final = {"cp1252": "Windows-1252 (Latin-1)", "cp850": "DOS 850", "mac_roman": "Mac Roman"}
LETTERS: Final = frozenset("áéíóúüñãõâêôçàÁÉÍÓÚÜÑÃÕÂÊÔÇÀ°ºª–’“”¿¡")
CONTROL: Final = re.compile(rb"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")  # 0x1a ended files of CP/M and DOS
MARKUP: Final = re.compile(rb"\s*<(?:!doctype|\?xml|(?:html|head|body|meta|table|svg|kml|gpx)[\s>])", re.IGNORECASE)
TWICE: Final = re.compile("Ã[\u0080-\u00bf©±³¡­ª§£]|Â[°º¡¿]")  # UTF-8 that was read as cp1252 and written again


def encoding_of(path: Path) -> tuple[str, list[Issue]]:
    """Return the encoding of a table of text, as Python calls it, and what is to be said of it.

    A mark at the beginning is believed where the bytes agree; without one it is UTF-8 if the file can be read so,
    UTF-16 if every second byte is zero, else the one of ``EIGHT_BIT`` that gives most letters of our languages.

    Raises
    ------
    RefusalError
        If the file is empty or holds no text.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise refused(
            "FILE_EMPTY",
            Message("The file is empty."),
            expected=Message("A header and rows of data were expected."),
            fix=Message("Export the table again and look at it before you bring it."),
        )
    marked = next(((mark, name) for mark, name in BOMS if head.startswith(mark)), None)
    issues: list[Issue] = []
    if marked:
        mark, name = marked
        if name == "utf-8-sig":
            name, issues = _unmarked(path, head, skip=len(mark))
            return ("utf-8-sig" if name == "utf-8" else name), issues
        if _reads_as_wide(head[len(mark) :], name):
            return name.removesuffix("-le").removesuffix("-be"), issues  # those read the mark themselves
        issues = [
            Issue(
                "WRONG_BOM",
                "warning",
                Message("The file begins with the mark of {encoding}, and what follows is not written so.",
                        encoding=name.upper()),
                Message("The mark was passed over."),
                Message("Save the file as UTF-8."),
            )
        ]  # fmt: skip
        head = head[len(mark) :]
    elif wide := _wide_without_mark(head):
        return wide, []
    name, more = _unmarked(path, head, skip=len(marked[0]) if marked else 0)
    return name, issues + more


def _unmarked(path: Path, head: bytes, *, skip: int) -> tuple[str, list[Issue]]:
    """Return the encoding of a file by what it holds after its first ``skip`` bytes."""
    if len(CONTROL.findall(head)) > max(2, len(head) / 200) or head.count(0) > len(head) / 20:
        raise refused(
            "NOT_TEXT",
            Message("The file holds no text."),
            expected=Message("A table in text (CSV, TSV) or XLSX was expected."),
            fix=Message("Export the table as CSV in UTF-8, or as XLSX."),
        )
    if MARKUP.match(head[skip:] if head.startswith(codecs.BOM_UTF8) else head):
        raise refused(
            "NOT_A_TABLE",
            Message("The file is a page or a document of markup."),
            expected=Message("A table was expected: a download that asks for a sign-in often leaves such a page."),
            fix=Message("Download the table again, or open the page in a spreadsheet and save it as CSV or XLSX."),
        )
    broken, sample = _broken_utf8(path, skip)
    if not broken:
        return "utf-8", [_twice()] if TWICE.search(head.decode("utf-8", errors="ignore")) else []
    wide = sum(len(each) for each in re.findall(rb"(?:[\xc3\xc2][\x80-\xbf])+", head)) // 2
    if broken <= FEW_BROKEN and wide > 4 * broken:
        return "utf-8", [
            Issue(
                "BROKEN_TEXT",
                "warning",
                Message("{n} byte is no UTF-8, as the rest of the file is.",
                        "{n} bytes are no UTF-8, as the rest of the file is.", n=broken),
                Message("“�” stands where they were."),
                Message("Export the table again as UTF-8."),
                count=broken,
            )
        ]  # fmt: skip
    name = eight_bit(sample)
    label = LABELS[name]
    return name, [
        Issue(
            "ENCODING_GUESSED",
            "note",
            Message("The text is no UTF-8; it was read as {encoding}.", encoding=label),
            Message("Names with accents show whether that is right."),
            Message("If accents look wrong, save the file as UTF-8 and bring it again."),
        )
    ]


def eight_bit(sample: bytes) -> str:
    """Return the encoding of ``EIGHT_BIT`` in which bytes give most letters of our languages."""
    return max(EIGHT_BIT, key=lambda each: _letters(sample, each))


def _twice() -> Issue:
    return Issue(
        "TEXT_ENCODED_TWICE",
        "warning",
        Message("Accents are broken in the file itself (“Ã³” where “ó” belongs)."),
        Message("The text was written as UTF-8 twice."),
        Message("Ask for the original file, or open it as UTF-8 and export it again."),
    )


def _broken_utf8(path: Path, skip: int) -> tuple[int, bytes]:
    """Return how many bytes of a file are no UTF-8, counted up to a thousand, and bytes around the first."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    broken, sample = 0, b""
    with path.open("rb") as file:
        file.seek(skip)
        while (chunk := file.read(CHUNK_BYTES)) and broken < 1000:
            # A replacement sign that stands in the file itself is not broken.
            found = decoder.decode(chunk).count("\ufffd") - chunk.count("\ufffd".encode())
            if found > 0 and not sample:
                sample = chunk
            broken += max(found, 0)
    return broken + decoder.decode(b"", final=True).count("\ufffd"), sample


def _letters(sample: bytes, encoding: str) -> float:
    """Return how many of the characters beyond ASCII are letters of our languages, if read in an encoding."""
    beyond = re.sub(rb"[\x00-\x7f]+", b"", sample).decode(encoding, errors="replace")
    return sum(each in LETTERS for each in beyond) / max(len(beyond), 1)


def _reads_as_wide(body: bytes, encoding: str) -> bool:
    """Whether bytes after a mark of UTF-16 or UTF-32 are what it says: mostly letters of the Latin scripts."""
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(body)
    return sum(each < "\u0250" or "\u2000" <= each < "\u2070" for each in text) > len(text) * 0.7


def _wide_without_mark(head: bytes) -> str | None:
    if head[: len(head) // 2 * 2].count(0) < len(head) / 4:
        return None
    zeros_even, zeros_odd = head[0::2].count(0), head[1::2].count(0)
    if zeros_odd > len(head) * 0.35 and zeros_even < len(head) / 50:
        return "utf-16-le"
    if zeros_even > len(head) * 0.35 and zeros_odd < len(head) / 50:
        return "utf-16-be"
    return None
