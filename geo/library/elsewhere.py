"""An address beyond this machine where features are kept, by whichever of fsspec's packages it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from geo.errors import DataError
from geo.messages import Message
from geo.storage import address

PACKAGES: Final = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs",
                   "sftp": "paramiko", "ssh": "paramiko", "webdav": "webdav4", "hdfs": "pyarrow"}  # fmt: skip
READ_ONLY: Final = frozenset({"http", "https", "data", "github"})  # which fsspec knows, too


@dataclass(frozen=True)
class Elsewhere:
    """A file system, and our place in it."""

    files: Any  # fsspec publishes no types
    root: str

    def path(self, *parts: str) -> str:
        """Return the path of something in our place."""
        return "/".join((self.root, *parts))

    def exists(self, *parts: str) -> bool:
        """Tell whether a file or folder is there now, whatever was seen before."""
        self.files.invalidate_cache()
        return bool(self.files.exists(self.path(*parts)))

    def names(self, *parts: str) -> list[str]:
        """Return what a folder holds now; nothing where there is no such folder."""
        self.files.invalidate_cache()
        try:
            found = self.files.ls(self.path(*parts), detail=False)
        except FileNotFoundError:
            return []
        return [str(path).rstrip("/").rpartition("/")[2] for path in found]

    def written_at(self, *parts: str) -> float | None:
        """Return when a file was written, as far as its kind of address knows."""
        try:
            moment = self.files.modified(self.path(*parts))
        except (NotImplementedError, FileNotFoundError):
            return None
        return moment.timestamp() if isinstance(moment, datetime) else None


def named() -> Elsewhere | None:
    """Return the address that the environment names; None where the storage folder is all there is."""
    url = address()
    if not url:
        return None
    import fsspec  # noqa: PLC0415 - most installations keep to their folder

    protocol = url.partition("://")[0]
    if not protocol or protocol in READ_ONLY:
        raise _unknown(protocol)
    if not url.partition("://")[2].strip("/"):  # of file:// this would be wherever the app was started
        raise DataError(
            Message(
                "FRONTERAS_STORAGE is {protocol}:// and names no folder there. Name one, such as file:///srv/fronteras "
                "or s3://bucket/folder.",
                protocol=protocol,
            )
        )
    try:
        files, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except ImportError as error:
        raise DataError(
            Message(
                "Layers are to be kept at an address that begins with {protocol}://, for which the package {package} "
                "is missing. Install it: .venv/bin/python -m pip install {package}",
                protocol=protocol,
                package=PACKAGES.get(protocol, protocol),
            )
        ) from error
    except ValueError as error:
        raise _unknown(protocol) from error
    except Exception as error:  # some packages connect at once, and each has errors of its own
        raise _unreached(error) from error
    return Elsewhere(files, str(root).rstrip("/"))


def _unknown(protocol: str) -> DataError:
    return DataError(
        Message(
            "FRONTERAS_STORAGE begins with {protocol}://, which is no kind of address known here. Name a folder, "
            "or an address such as s3://bucket/folder.",
            protocol=protocol,
        )
    )


def _unreached(error: Exception) -> DataError:
    return DataError(
        Message(
            "Where layers are kept ({protocol}://…) cannot be reached: {error}. Try again; if it lasts, check "
            "FRONTERAS_STORAGE and its credentials.",
            protocol=address().partition("://")[0],
            error=type(error).__name__,
        )
    )


@contextmanager
def reached() -> Iterator[None]:
    """Say in a sentence that the address did not answer, whatever its package raises; never the address itself.

    It may hold a password.
    """
    try:
        yield
    except DataError:
        raise
    except Exception as error:  # each package has errors of its own
        raise _unreached(error) from error
