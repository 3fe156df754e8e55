"""Grants: the part of an address that lets one browser fetch what not everybody may see.

A tile is asked for by the browser, and such a request knows no session. So the page writes into
the address what its viewer may see, signed for one layer's content and for the browser's cookie.
The same viewer gets the same grant all day: an address that changed would defeat every cache.

What is marked TLP:CLEAR needs none; the word "public" stands in its place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from itsdangerous import Signer
from itsdangerous.encoding import base64_encode

from geo.errors import GeoError, UnknownError
from geo.messages import Message
from geo.storage import storage
from geo.viewer import MARKINGS, Marking, Viewer

PUBLIC: Final = "public"
GRACE: Final = timedelta(hours=1)  # a page opened before midnight goes on fetching until it is run again
VARIABLE: Final = "FRONTERAS_SECRET"
FILE: Final = "secret"
SHORTEST_SECRET: Final = 32  # characters; 128 bits when they are hexadecimal
# What may be seen, for whom, the last day, and the signature (SHA-256 in URL-safe base64).
TOKEN: Final = re.compile(r"([0-4])\.([\w-]{16})\.(\d{6})\.([\w-]{43})", re.ASCII)


@dataclass(frozen=True)
class Grant:
    """What a valid grant says: the most restrictive marking that may be seen, and until when it is accepted."""

    ceiling: Marking
    until: datetime


def segment(marking: Marking, content: str, viewer: Viewer, cookie: str, *, is_private: bool = False) -> str:
    """Return what stands in the address of a layer: "public", or a grant for this viewer's browser."""
    return PUBLIC if marking == MARKINGS[0] and not is_private else grant(content, viewer, cookie)


def grant(content: str, viewer: Viewer, cookie: str, *, now: datetime | None = None) -> str:
    """Return the grant of a viewer for one layer's content.

    Parameters
    ----------
    content : str
        What identifies the layer and its version.
    cookie : str
        The viewer id of the browser; a grant for "" is never accepted.
    now : datetime, optional
        With a time zone; the present by default. The grant ends with this day in UTC.

    Returns
    -------
    str
        Letters, digits, ``-``, ``_`` and ``.``; it tells neither the cookie nor who the viewer is.

    Raises
    ------
    GeoError
        If there is no usable secret to sign with.
    """
    key = secret()
    ceiling = MARKINGS.index(viewer.ceiling)
    who = base64_encode(hmac.digest(key, f"viewer {viewer.id}".encode(), "sha256")[:12]).decode()
    return _signed(f"{ceiling}.{who}.{_utc(now).date().toordinal():06d}", content, cookie, key)


def granted(token: str, content: str, cookie: str, *, now: datetime | None = None) -> Marking:
    """Return the most restrictive marking that a grant lets see; raises as ``read`` does."""
    return read(token, content, cookie, now=now).ceiling


def read(token: str, content: str, cookie: str, *, now: datetime | None = None) -> Grant:
    """Return what a grant says.

    Raises
    ------
    UnknownError
        If it is forged, over for more than an hour, for another layer's content, or was sent with another
        browser's cookie or with none. All look the same.
    GeoError
        If there is no usable secret to check it with.
    """
    parts = TOKEN.fullmatch(token)
    if parts is None or not cookie:
        raise UnknownError(NOT_VALID)
    # The whole text is compared, since base64 can be written in more than one way.
    expected = _signed(token.rpartition(".")[0], content, cookie, secret())
    if not hmac.compare_digest(expected, token):
        raise UnknownError(NOT_VALID)
    day = date.fromordinal(int(parts[3])) + timedelta(days=1)
    until = datetime(day.year, day.month, day.day, tzinfo=UTC) + GRACE
    if _utc(now) >= until:
        raise UnknownError(NOT_VALID)
    return Grant(MARKINGS[int(parts[1])], until)


NOT_VALID: Final = Message("This address is not valid here, or not any more. Reload the page to get a new one.")


def _signed(value: str, content: str, cookie: str, key: bytes) -> str:
    # Content and cookie go into the key that signs: the grant is bound to them and does not show them.
    bound = json.dumps(["fronteras grant", content, cookie])
    signer = Signer(key, salt=bound, key_derivation="hmac", digest_method=hashlib.sha256)
    return signer.sign(value).decode()


def _utc(now: datetime | None) -> datetime:
    return (now or datetime.now(UTC)).astimezone(UTC)


# --- the secret -----------------------------------------------------------------------------


def secret() -> bytes:
    """Return what grants are signed with: FRONTERAS_SECRET, or a random secret kept in the storage folder.

    Read at each call, so that all processes and restarts agree, whichever of them made it.

    Raises
    ------
    GeoError
        If FRONTERAS_SECRET is too short, or the file cannot be read or written; the text says what to do.
    """
    given = from_environment()
    return given if given is not None else _kept(storage() / FILE)


def from_environment() -> bytes | None:
    """Return FRONTERAS_SECRET, or None where it is not set.

    Raises
    ------
    GeoError
        If it is set and shorter than 32 characters.
    """
    text = os.environ.get(VARIABLE)
    if text is None:
        return None
    if len(text.strip()) < SHORTEST_SECRET:
        raise GeoError(
            Message(
                "{variable} is too short for a secret, which needs at least {least} characters. Set it to a long "
                "random text, or unset it: the app then makes a secret and keeps it in its storage folder.",
                variable=VARIABLE,
                least=SHORTEST_SECRET,
            )
        )
    return text.strip().encode("utf-8", "surrogateescape")


def _kept(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        kept = path.read_bytes()
    except OSError as error:
        raise GeoError(
            Message(
                "The app cannot keep its secret in {path}. Make that folder writable, or set {variable} to a long "
                "random text.",
                path=str(path),
                variable=VARIABLE,
            )
        ) from error
    if len(kept) < SHORTEST_SECRET:
        raise GeoError(
            Message("The secret in {path} is damaged. Delete the file: the app makes a new one.", path=str(path))
        )
    return kept


def _make(path: Path) -> None:
    """Write a new secret that only this user can read, unless another process was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Such a file is made with mode 0600. A link fails where there is a file, so the first one stays, whole.
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
