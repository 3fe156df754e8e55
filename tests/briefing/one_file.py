"""A map in one file, taken apart: what its script elements hold, as the browser unpacks them."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any


@dataclass(frozen=True)
class OneFile:
    """The parts of a map in one file."""

    text: str

    @property
    def spec(self) -> dict[str, Any]:
        """What the manager is told."""
        return self.bundle["spec"]

    @property
    def bundle(self) -> dict[str, Any]:
        """Features, figures, legends and cards."""
        return json.loads(self.unpacked("bundle"))

    @property
    def words(self) -> str:
        """What a person reads before any script runs."""
        body = re.sub(r"<(script|style)\b.*?</\1>", "", self.text, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def policy(self) -> str:
        """What the page allows itself."""
        return re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', self.text)[1]

    def elements(self, name: str) -> list[str]:
        """Return what stands in elements without attributes: scripts that run, style sheets."""
        return re.findall(rf"<{name}>(.*?)</{name}>", self.text, flags=re.DOTALL)

    def unpacked(self, name: str) -> bytes:
        """Return the bytes of an element."""
        return gzip.decompress(base64.b64decode(self._inside(name)))

    def _inside(self, name: str) -> str:
        return re.search(rf'<script type="[^"]+" id="{name}">(.*?)</script>', self.text, flags=re.DOTALL)[1]
