"""Office files with the same bytes in every process: no times of now, neither in the archive nor in what it says."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final

FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the oldest that an archive can hold
STAMPS: Final = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def settled(content: bytes) -> bytes:
    """Return an Office file without times: the same content gives the same bytes. Workbooks inside it as well."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as read, zipfile.ZipFile(out, "w") as write:
        _copy(read, write)
    return out.getvalue()


def settle(source: Path, target: Path) -> None:
    """Write a file to another as ``settled`` does, one member in memory at a time."""
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(target, "w") as write:
        _copy(read, write)


def _copy(read: zipfile.ZipFile, write: zipfile.ZipFile) -> None:
    for name in read.namelist():
        content = read.read(name)
        if name.endswith(".xlsx"):
            content = settled(content)
        elif name == "docProps/core.xml":
            content = STAMPS.sub(b"", content)
        member = zipfile.ZipInfo(name, FIRST_DAY)
        member.external_attr = 0o600 << 16
        # Pictures are packed already; packing them again takes time and gains nothing.
        member.compress_type = zipfile.ZIP_STORED if name.endswith((".png", ".jpeg", ".jpg")) else zipfile.ZIP_DEFLATED
        write.writestr(member, content)
