"""Whether a table seems to name individuals: by the names of its columns and by what stands in them.

A warning, never a refusal: who brings the table decides. Places, armed groups and offices bear names of persons too,
so a name alone says little; a column is told only where most of its values look alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.ingest.person_patterns import (
    ADDRESS,
    BIRTH,
    BY_AREA,
    CONTACT,
    CPF,
    CUIL,
    CURP,
    DATE,
    DEVICE,
    DEVICE_NAME,
    DIALLED,
    DIGITS,
    DIGITS_FEWEST,
    DOCUMENT,
    EMAIL,
    HOME,
    IDENTITY,
    LOCAL,
    MASKED,
    NAMED,
    NO_DOCUMENT,
    OF_YEAR,
    OFFICES,
    OWN_NUMBER,
    PERSON,
    PHONE,
    PLACE,
    PLATE,
    PLATE_NAME,
    PLUS,
    ROLE,
    RUC,
    RUT,
    STREET,
    TOLD_PHONE,
    YEAR,
)
from geo.ingest.person_words import GIVEN, KINDS_OF_PEOPLE, NOBODY, PARTICLES, TITLES
from geo.ingest.report import Issue, listed
from geo.messages import Message
from geo.names import folded

Kind = Literal["names", "documents", "emails", "phones", "births", "homes", "plates", "devices"]
SAMPLE: Final = 400  # values of a column that are looked at, spread over all its rows
LONGEST: Final = 200  # signs that are looked at of each
FEWEST: Final = 2  # different values: one name in every row is that of who made the table
SAID: Final[Mapping[Kind, Message]] = {
    "names": Message("names of persons"),
    "documents": Message("numbers of identity documents"),
    "emails": Message("e-mail addresses"),
    "phones": Message("phone numbers"),
    "births": Message("dates of birth"),
    "homes": Message("home addresses"),
    "plates": Message("number plates of vehicles"),
    "devices": Message("numbers of telephones or trackers that persons carry"),
}
PEOPLE: Final = Message("Who reads the layer would learn of persons whom it may put in danger; the law protects them.")
LEAVE_OUT: Final = Message(
    "Leave these columns out and bring the file again; if they are needed, choose a restrictive marking (TLP:RED or "
    "TLP:AMBER)."
)

WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
SURNAMES_MOST: Final = 6  # words of a name


@dataclass(frozen=True)
class _Column:
    """A column, its name in plain words, and some of its values as text."""

    name: str
    said: str
    values: list[str]

    def share(self, is_so: Callable[[str], object]) -> float:
        """Return how many of the values are so."""
        return sum(bool(is_so(value)) for value in self.values) / len(self.values)


def individuals(table: pd.DataFrame, layer: str) -> list[Issue]:
    """Return a warning for each kind of personal data that a table seems to have.

    Parameters
    ----------
    table : DataFrame, n rows
        Columns without the geometry, on the numbers of their records.
    """
    columns = [column for name in table.columns if (column := _column(str(name), table[name])) is not None]
    found: dict[Kind, list[str]] = {}
    for column in columns:
        kind = next((kind for kind, is_it in TESTS.items() if is_it(column)), None)
        if kind is not None:
            found.setdefault(kind, []).append(column.name)
    if "names" in found or "documents" in found:  # a street and a number are anybody's, until somebody lives there
        homes = [each.name for each in columns if ADDRESS.search(each.said) and each.share(_is_address) >= 0.5]
        if homes:
            found.setdefault("homes", []).extend(name for name in homes if name not in found.get("homes", []))
    return [_issue(table, layer, kind, found[kind]) for kind in SAID if kind in found]


def _issue(table: pd.DataFrame, layer: str, kind: Kind, names: list[str]) -> Issue:
    rows = np.zeros(len(table), dtype=bool)
    for name in names:
        values = table[name]
        rows |= values.notna().to_numpy(dtype=bool) & (values.astype(str).str.strip() != "").to_numpy(dtype=bool)
    first = int(table.index[int(np.flatnonzero(rows)[0])])
    return Issue(
        "INDIVIDUALS_NAMED",
        "warning",
        Message("{columns}: there seem to be {what} in {n} row.", "{columns}: there seem to be {what} in {n} rows.",
                columns=", ".join(f"“{name}”" for name in names[:8]), what=SAID[kind], n=int(rows.sum())),
        PEOPLE,
        LEAVE_OUT,
        layer=layer,
        feature=first,
        count=int(rows.sum()),
        records=listed(table.index[rows]),
    )  # fmt: skip


def _column(name: str, values: pd.Series) -> _Column | None:
    """Return what is looked at of a column; None where it holds nothing that could tell of persons."""
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_float_dtype(values):
        whole = pd.api.types.is_float_dtype(values) and _are_whole(values)
        if not whole:
            return None
    rows: npt.NDArray[np.int64] = np.flatnonzero(values.notna().to_numpy(dtype=bool))
    rows = rows[:: max(1, len(rows) // SAMPLE)][:SAMPLE]
    texts = [_text(value) for value in values.iloc[rows]]
    texts = [text for text in texts if text]
    if len(set(texts)) < min(FEWEST, len(values)) or not texts:
        return None
    said = " ".join(re.findall(r"[a-z]+", folded(CAMEL.sub(" ", name))))
    return _Column(name, said, texts)


def _are_whole(values: pd.Series) -> bool:
    known = values.dropna().to_numpy(dtype=np.float64)
    return bool(len(known)) and bool(np.isfinite(known).all() and (known == np.round(known)).all())


def _text(value: object) -> str:
    if isinstance(value, float):
        return str(int(value))
    return str(value)[:LONGEST].strip()


def _is_email(column: _Column) -> bool:
    def told(value: str) -> bool:
        return any(not OFFICES.match(folded(local)) for local in EMAIL.findall(value))

    return column.share(told) >= 0.2


def _is_document(column: _Column) -> bool:
    if column.share(lambda value: any(map(_is_cpf, CPF.findall(value)))) >= 0.7:
        return True
    if column.share(lambda value: any(map(_is_rut, RUT.findall(value)))) >= 0.7:
        return True
    if column.share(lambda value: CURP.search(value) or MASKED.search(value)) >= 0.7:
        return True
    if column.share(lambda value: any(map(_is_cuil, CUIL.findall(value)))) >= 0.7:
        return True
    if OWN_NUMBER.search(column.said):
        return column.share(RUC.fullmatch) >= 0.3
    if not DOCUMENT.search(column.said) or NO_DOCUMENT.search(column.said):
        return False
    is_chilean = re.search(r"\bru[tn]\b", column.said) is not None
    return column.share(lambda value: _is_identity(value, is_chilean=is_chilean)) >= 0.6 and _are_different(
        column.values
    )


def _is_identity(value: str, *, is_chilean: bool) -> bool:
    if is_chilean and RUT.fullmatch(value) and not _is_rut(value):
        return False  # that of a company, or none
    if MASKED.fullmatch(value) or CUIL.fullmatch(value) or CURP.fullmatch(value):
        return True
    return IDENTITY.fullmatch(value) is not None and sum(sign.isdigit() for sign in value) >= DIGITS_FEWEST


def _are_different(values: Iterable[str]) -> bool:
    """Whether most values stand only once: a number of a person does, one of a kind or a place does not."""
    listed_ = list(values)
    return len(set(listed_)) >= 0.5 * len(listed_)


def _is_cpf(number: str) -> bool:
    """Whether a number is a CPF of Brazil: its last two digits follow from the others."""
    digits = [int(digit) for digit in DIGITS.sub("", number)]
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    return all(
        digits[length] == sum(digit * weight for digit, weight in zip(digits, range(length + 1, 1, -1), strict=False))
        * 10 % 11 % 10
        for length in (9, 10)
    )  # fmt: skip


def _is_rut(number: str) -> bool:
    """Whether a number is a RUT of Chile of a person: its last sign follows from the others; companies begin at 50."""
    body, _, sign = number.replace(".", "").rpartition("-")
    total = sum(int(digit) * (2 + at % 6) for at, digit in enumerate(reversed(body)))
    return int(body) < 50_000_000 and sign.upper() == "0123456789K"[-total % 11]


def _is_cuil(number: str) -> bool:
    """Whether a number is a CUIL of Argentina: its last digit follows from the others."""
    digits = [int(digit) for digit in DIGITS.sub("", number)]
    total = sum(digit * weight for digit, weight in zip(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False))
    return digits[10] == (11 - total % 11) % 11


def _is_phone(column: _Column) -> bool:
    if PHONE.search(column.said):
        first = [re.split(r" ?[/,;y] ?", value)[0] for value in column.values]  # two numbers in one cell
        return sum(bool(DIALLED.fullmatch(value) or LOCAL.fullmatch(value)) for value in first) >= 0.5 * len(
            first
        ) and _are_different(first)
    if CONTACT.search(column.said) and column.share(LOCAL.fullmatch) >= 0.6:
        return True
    if column.share(lambda value: TOLD_PHONE.search(folded(value))) >= 0.2:
        return True
    return column.share(lambda value: PLUS.fullmatch(value) or BY_AREA.fullmatch(value)) >= 0.6


def _is_device(column: _Column) -> bool:
    return DEVICE_NAME.search(column.said) is not None and column.share(DEVICE.fullmatch) >= 0.6


def _is_plate(column: _Column) -> bool:
    return (
        PLATE_NAME.search(column.said) is not None
        and column.share(lambda value: PLATE.fullmatch(value.upper())) >= 0.8
        and _are_different(column.values)
    )


def _is_birth(column: _Column) -> bool:
    if not BIRTH.search(column.said):
        return False
    if OF_YEAR.search(column.said):
        return column.share(YEAR.fullmatch) >= 0.5
    return column.share(lambda value: DATE.fullmatch(folded(value))) >= 0.5


def _is_home(column: _Column) -> bool:
    return HOME.search(column.said) is not None and column.share(_is_address) >= 0.3


def _is_address(value: str) -> bool:
    return STREET.search(folded(value)) is not None


def _is_names(column: _Column) -> bool:
    if NAMED.search(column.said) and not PLACE.search(column.said):
        return column.share(_is_wordy) >= 0.6
    if PERSON.search(column.said):
        return column.share(_is_like_a_name) >= 0.5 and len(set(column.values)) >= FEWEST
    if PLACE.search(column.said) and not ROLE.search(column.said):
        return False
    if column.said in {"nombres", "nomes"} and column.share(lambda value: folded(value) in GIVEN) >= 0.3:
        return True
    enough = 0.35 if ROLE.search(column.said) else 0.6
    return column.share(_is_person) >= enough


def _is_wordy(value: str) -> bool:
    """Whether a value is a few words without figures, as a name is."""
    words = WORD.findall(folded(value))
    return 1 <= len(words) <= SURNAMES_MOST and not any(sign.isdigit() for sign in value)


def _is_like_a_name(value: str) -> bool:
    """Whether a value may be a name, where the column says that persons stand in it: of two words or more."""
    words = WORD.findall(folded(value))
    if any(sign.isdigit() for sign in value) or set(words) & (NOBODY | KINDS_OF_PEOPLE):
        return False
    told = [word for word in words if word not in PARTICLES and word not in TITLES]
    return 2 <= len(told) <= SURNAMES_MOST or (len(told) == 1 and told[0] in GIVEN)


def _is_person(value: str) -> bool:
    """Whether a value is like a person's name: a given name and at least one more, in either order."""
    if any(sign.isdigit() for sign in value):
        return False
    words = [word for word in WORD.findall(folded(value)) if word not in TITLES]
    if set(words) & NOBODY:
        return False
    first, comma, rest = folded(value).partition(",")
    if comma:
        given = WORD.findall(rest)
        return bool(given and given[0] in GIVEN and WORD.findall(first))
    words = [word for word in words if word not in PARTICLES]
    if not 2 <= len(words) <= SURNAMES_MOST:
        return False
    return words[0] in GIVEN or (len(words) >= 3 and words[-1] in GIVEN) or (len(words) == 4 and words[2] in GIVEN)


TESTS: Final[Mapping[Kind, Callable[[_Column], bool]]] = {
    "emails": _is_email,
    "births": _is_birth,
    "phones": _is_phone,
    "documents": _is_document,
    "plates": _is_plate,
    "devices": _is_device,
    "homes": _is_home,
    "names": _is_names,
}
