"""Why a file is not read at all, by what it is, and what to do with one of its kind."""

from __future__ import annotations

from geo.ingest import formats
from geo.ingest.foreign import Foreign
from geo.ingest.formats import Format
from geo.ingest.refusals import DATA_ITSELF, EXPORT_AGAIN, FORMATS, SEND_AGAIN, RefusalError, refused
from geo.messages import Message


def readable(kind: Format | formats.Other, head: bytes) -> Format:
    """Return the format of a file that is read by itself; refuse what is none."""
    if kind == "empty":
        raise refused(
            "FILE_EMPTY",
            Message("The file holds nothing but zero bytes.")
            if head.strip(b"\0") != head
            else Message("The file is empty."),
            expected=FORMATS,
            fix=SEND_AGAIN,
        )
    if kind in {"old_workbook", "page"}:
        raise unread(kind, head)
    if kind == "reference":
        raise refused(
            "REFERENCE_ELSEWHERE",
            Message("The file holds no data; it only says where they are. Nothing was fetched."),
            expected=DATA_ITSELF,
            fix=EXPORT_AGAIN,
        )
    if kind == "packed":
        raise refused(
            "FORMAT_UNKNOWN",
            Message("The file is packed, but not as a ZIP archive."),
            expected=FORMATS,
            fix=Message("Unpack it, and bring what is inside, as it is or as a ZIP archive."),
        )
    if kind in {"unknown", "archive"}:
        raise foreign(formats.other(head))
    return kind  # type: ignore[return-value]  # what is left of the union


def foreign(other: Foreign | None) -> RefusalError:
    """Return the refusal of a file that is known by its look, or not at all."""
    return refused(
        "FORMAT_UNKNOWN",
        Message("By its content this is {format}, which is not read as a layer.", format=other.name)
        if other
        else Message("By its content this is no format that is known here."),
        expected=FORMATS,
        fix=other.fix if other else EXPORT_AGAIN,
    )


def unread(kind: Format | formats.Other, head: bytes) -> RefusalError:
    """Return the refusal of an old workbook, or of a page: a table under a false name, or a request to sign in."""
    if kind == "old_workbook":
        return refused(
            "OLD_WORKBOOK",
            Message("The file is a workbook of the old XLS kind, or one that is locked with a password."),
            expected=Message("XLSX without a password was expected."),
            fix=Message("Open it in a spreadsheet and save it as XLSX, without a password."),
        )
    is_table = b"<table" in head.replace(b"\0", b"").lower()
    return refused(
        "WEB_PAGE",
        Message("The file is a web page (HTML) with a table in it, whatever its name says.")
        if is_table
        else Message("The file is a web page (HTML), whatever its name says."),
        expected=FORMATS,
        fix=Message("Open it in a spreadsheet and save it as XLSX; many systems call such a page XLS.")
        if is_table
        else Message(
            "Open it in a browser: it may ask for a sign-in, or say why there was no file. Then fetch the file again."
        ),
    )
