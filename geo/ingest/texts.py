"""Text files that are read as JSON or XML: made UTF-8 where they are not, measured before they are parsed."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.parsers import expat

import numpy as np

from geo.ingest import limits

BLOCK: Final = 1 << 20
BOMS: Final = (  # longest first: a UTF-32 mark begins like one of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WINDOWS: Final = "cp1252"  # what Latin American offices write where it is not UTF-8; all of Latin-1 is in it
KEYS_BYTES: Final = 4_000_000  # Python takes three times as long as GDAL to read a JSON
PLACE_BYTES: Final = 60_000_000  # and ten times the memory; this is done only for a file that is refused
KEY: Final = re.compile(rb'"([^"]*)"\s*:')
NO_NUMBERS: Final = re.compile(r"[^\s0-9.,+\-eE]")
QUOTE, OPEN, CLOSE = 1, 2, 3
SIGNS: Final = np.zeros(256, dtype=np.uint8)
SIGNS[[ord(sign) for sign in '"']] = QUOTE
SIGNS[[ord(sign) for sign in "[{"]] = OPEN
SIGNS[[ord(sign) for sign in "]}"]] = CLOSE


def encoding(path: Path) -> str:
    """Return how a text is encoded: by its mark, else UTF-8 where all of it is valid, else Windows-1252.

    UTF-16 without a mark is known by the zeros beside its first sign, as JSON and XML begin with one of ASCII.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    if len(head) >= 4 and head[1] == 0 and head[0]:
        return "utf-16-le"
    if len(head) >= 4 and head[0] == 0 and head[1]:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # A file that ends within a sign was cut off; elsewhere such bytes are another encoding.
        return "utf-8" if error.reason == "unexpected end of data" else WINDOWS
    return "utf-8"


def to_utf8(path: Path, out: Path, name: str) -> None:
    """Write a text in UTF-8 without a mark; bytes that are no signs become the sign for that (U+FFFD)."""
    with path.open("r", encoding=name, errors="replace", newline="") as source, out.open("wb") as made:
        while block := source.read(BLOCK):
            made.write(block.encode("utf-8", errors="replace"))


@dataclass(frozen=True)
class Measured:
    """How deep brackets or elements stand in one another, and how many there are of those that matter."""

    depth: int
    brackets: int = 0  # opening ones outside of words; no JSON file has more vertices
    values: int = 0  # objects and lists that stand in no other one
    folders: int = 0
    links: int = 0  # what an XML file would have fetched


def measure_json(path: Path) -> Measured:
    """Return how deep a JSON text is nested, its opening brackets and its outermost values, without parsing it.

    Text in quotes does not count. What is no JSON is measured all the same.
    """
    depth, deepest, opened, values, is_quoted = 0, 0, 0, 0, False
    for block in _unescaped(path):
        signs = SIGNS[np.frombuffer(block, dtype=np.uint8)]
        signs = signs[np.flatnonzero(signs)]
        quoted = (np.cumsum(signs == QUOTE) + is_quoted) % 2 == 1
        steps = np.where(quoted, 0, (signs == OPEN).astype(np.int8) - (signs == CLOSE))
        if len(steps):
            running = depth + np.cumsum(steps)
            deepest = max(deepest, int(running.max()))
            depth, is_quoted = int(running[-1]), bool(quoted[-1])
            opened += int(np.count_nonzero(steps > 0))
            values += int(np.count_nonzero((running == 0) & (steps < 0)))
    return Measured(depth=deepest, brackets=opened, values=values)


def distinct_keys(path: Path, most: int) -> int:
    """Return how many different keys a JSON text has, or a number beyond ``most`` as soon as it has more.

    A parser makes a column of each and a cell for each feature, so a small file can ask for any amount of memory.
    """
    keys: set[bytes] = set()
    for block in _blocks(path):
        keys.update(KEY.findall(block))
        if len(keys) > most:
            break
    return len(keys)


def keys_twice(path: Path) -> list[tuple[int | None, str]]:
    """Return the keys that are twice in one object of a small JSON, each with the feature it is in, if any.

    A file beyond ``KEYS_BYTES`` is not looked through: it would take longer than reading it. What is no JSON
    has none; its parser says so.
    """
    if path.stat().st_size > KEYS_BYTES:
        return []
    found: list[tuple[int | None, str]] = []
    told: list[str] = []  # keys met twice since the last feature ended: objects end from the inside out
    features = 0

    def pairs(members: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal features
        made = dict(members)
        if len(made) < len(members):
            names = [name for name, _ in members]
            told.extend(name for name in made if names.count(name) > 1)
        if made.get("type") == "Feature":
            features += 1
            found.extend((features, name) for name in told)
            told.clear()
        return made

    try:
        json.loads(path.read_bytes().decode("utf-8", errors="replace"), object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return []
    return found + [(None, name) for name in told]


def broken_at(path: Path) -> int | None:
    """Return at which byte a text stops being JSON; None where Python reads it, or where it is beyond a bound."""
    if path.stat().st_size > PLACE_BYTES:
        return None
    text = path.read_bytes().decode("utf-8", errors="replace")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return len(text[: error.pos].encode())
    except (ValueError, RecursionError):
        return None
    return None


def _unescaped(path: Path) -> Iterator[bytes]:
    """Yield a text in blocks without its escaped quotes and backslashes."""
    rest = b""
    for block in _blocks(path):
        joined = rest + block
        kept = joined.rstrip(b"\\")  # an escape may go on in the next block
        rest = joined[len(kept) :]
        yield kept.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in kept else kept
    if rest:
        yield b""


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


class XmlError(ValueError):
    """What makes an XML file unfit: "entities", "depth", "elements", "coordinates" or "broken"; its line and record."""

    def __init__(self, reason: str, *, line: int, record: int | None = None, words: str = "") -> None:
        super().__init__(reason)
        self.reason, self.line, self.record, self.words = reason, line, record, words


class _Counts:
    """What is counted while an XML file is walked through."""

    RECORDS: Final = frozenset({"Placemark", "wpt", "rte", "trk"})
    FOLDERS: Final = frozenset({"Folder", "Document"})
    LINKS: Final = frozenset({"NetworkLink", "GroundOverlay", "Model"})
    PLACES: Final = frozenset({"coordinates", "coord"})
    POINTS: Final = frozenset({"wpt", "rtept", "trkpt"})

    def __init__(self) -> None:
        self.depth = self.deepest = self.elements = self.records = self.folders = self.links = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.CharacterDataHandler = self.words
        self.parser.buffer_text = True
        self.is_place = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > self.deepest:
            self.deepest = self.depth
            if self.deepest > limits.DEPTH:
                raise self.error("depth")
        if self.elements > limits.ELEMENTS:
            raise self.error("elements")
        name = tag.rpartition(":")[2]
        self.records += name in self.RECORDS
        self.folders += name in self.FOLDERS
        self.links += name in self.LINKS
        self.is_place = name in self.PLACES
        if name in self.POINTS:
            for axis in ("lat", "lon"):
                self.angle(attributes.get(axis, "–"))

    def end(self, _tag: str) -> None:
        self.depth -= 1
        self.is_place = False

    def words(self, text: str) -> None:
        if self.is_place:
            self.place(text)

    def place(self, text: str) -> None:
        """Refuse coordinates that are no numbers: parsers would take them for 0."""
        wrong = NO_NUMBERS.search(text)
        if wrong:
            raise self.error("coordinates", text[max(0, wrong.start() - 10) : wrong.start() + 20])

    def angle(self, text: str) -> None:
        """Refuse a latitude or longitude of GPX that is no number: parsers would take “-4,5” for -4."""
        try:
            float(text)
        except ValueError:
            raise self.error("coordinates", text[:30]) from None

    def doctype(self, *_declared: object) -> None:
        raise self.error("entities")

    def error(self, reason: str, words: str = "") -> XmlError:
        line = self.parser.CurrentLineNumber
        return XmlError(reason, line=line, record=self.records or None, words=words)


def measure_xml(path: Path) -> Measured:
    """Walk through an XML file that is UTF-8 and return what it has, without keeping any of it.

    Raises
    ------
    XmlError
        If it declares a document type (which is where entities are made), is nested too deep, has too many
        elements, or is not well-formed.
    """
    counts = _Counts()
    try:
        for block in _blocks(path):
            counts.parser.Parse(block, False)
        counts.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise counts.error("broken", expat.ErrorString(error.code) or "") from error
    return Measured(depth=counts.deepest, folders=counts.folders, links=counts.links)
