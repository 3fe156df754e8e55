"""KML and GPX before they are parsed: what in them is unfit to be read, and what would have been fetched."""

from __future__ import annotations

from geo.ingest import limits, texts
from geo.ingest.parts import Part
from geo.ingest.refusals import BOUNDED, DATA_ITSELF, EXPORT_AGAIN, SEND_AGAIN, SPLIT, RefusalError, refused
from geo.ingest.report import Issue
from geo.messages import Message


def checked(part: Part) -> list[Issue]:
    """Return what is to be said of a KML or GPX file in UTF-8.

    Raises
    ------
    RefusalError
        If it is damaged, beyond a bound, declares entities or has coordinates that are no numbers.
    """
    try:
        measured = texts.measure_xml(part.path)
    except texts.XmlError as error:
        raise _unfit(error) from error
    if measured.folders > limits.LAYERS:
        raise refused(
            "TOO_MANY_LAYERS",
            Message("The file has {n} folders; at most {most} are read as layers.",
                    n=measured.folders, most=limits.LAYERS),
            expected=BOUNDED,
            fix=SPLIT,
        )  # fmt: skip
    if not measured.links:
        return []
    return [
        Issue(
            "REFERENCE_NOT_FOLLOWED",
            "warning",
            Message(
                "The file leads to {n} other file or address. Nothing was fetched.",
                "The file leads to {n} other files or addresses. Nothing was fetched.",
                n=measured.links,
            ),
            DATA_ITSELF,
            Message("If a layer is missing, open the file in Google Earth and save the loaded places as KML."),
            count=measured.links,
        )
    ]


def _unfit(error: texts.XmlError) -> RefusalError:
    if error.reason == "entities":
        return refused(
            "XML_ENTITIES",
            Message("The file declares a document type (line {line}), where entities are made.", line=error.line),
            expected=Message("KML and GPX need none; such declarations are a known way to attack a reader."),
            fix=EXPORT_AGAIN,
        )
    if error.reason in {"depth", "elements"}:
        return refused(
            "NESTED_TOO_DEEP" if error.reason == "depth" else "TOO_MANY_ELEMENTS",
            Message("The file is nested too deep or has too many elements (line {line}).", line=error.line),
            expected=BOUNDED,
            fix=EXPORT_AGAIN,
        )
    if error.reason == "coordinates":
        return refused(
            "COORDINATES_UNREADABLE",
            Message("Coordinates are no numbers (line {line}): “{words}”.", line=error.line, words=error.words.strip()),
            expected=Message("Expected are longitude and latitude in degrees, as -69.94,-4.21."),
            fix=Message("Mend these coordinates in the file, or take the feature out."),
            feature=error.record,
        )
    return refused(
        "XML_BROKEN",
        Message("The file breaks off or is damaged at line {line}: {reason}.", line=error.line, reason=error.words),
        expected=Message("Expected is well-formed XML to the end of the file."),
        fix=SEND_AGAIN,
        feature=error.record,
    )
