"""Errors that a page may show as they are: what was found, and what to do next."""

from __future__ import annotations

from geo.messages import DEFAULT_LANGUAGE, Message, say


class GeoError(ValueError):
    """Base of the errors meant for the person at the map.

    Parameters
    ----------
    message : Message
        What arrived, what was expected and what to do, in one or two sentences.
    """

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(say(message, DEFAULT_LANGUAGE))


class CrsError(GeoError):
    """A frame has no coordinate reference system, or one unfit for the measure."""


class DataError(GeoError):
    """A file that ships with the product is missing or cannot be read."""


class UnknownError(GeoError):
    """A name in a link or a call (a zone, a layer, a page) is not known here."""


class ConflictError(GeoError):
    """Somebody else changed the same thing meanwhile; nothing was overwritten."""


class AccessError(GeoError):
    """The viewer may see this but not change it."""
