"""A sheet as it will look, small enough to be drawn anew at each change of what is asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from geo.store import Store
from geo.viewer import LOCAL, Viewer
from layers.briefing import picture, told
from layers.briefing.snapshot import Snapshot
from layers.briefing.told import Told
from layers.printed import writing
from layers.printed.templates import Template

LONGEST_PX: Final = 1400  # of a side: sharp where it stands on the page, and small on slow lines
MAX_BYTES: Final = 48 * 2**20


@dataclass(frozen=True)
class Preview:
    """A small picture of a sheet, and what stands on the sheet in words."""

    png: bytes
    told: Told
    template: Template

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the sheet itself."""
        return self.template.pixels


_KEPT: Final = Store(64, MAX_BYTES, weigh=lambda one: len(one.png))


def preview(snapshot: Snapshot, *, viewer: Viewer = LOCAL) -> Preview:
    """Return a sheet as it will look, drawn once for all who ask for the same.

    Raises
    ------
    DataError
        As ``picture.compose``.
    """
    allowed = told.leaving(snapshot.view, asked=snapshot.marking, viewer=viewer)
    versions = tuple(
        (spec.key, spec.record.layer.current.number)
        for spec in (*allowed.layers, *allowed.left_out)
        if spec.record.layer is not None
    )
    key = (json.dumps(snapshot.to_dict(), sort_keys=True), told.code_of(snapshot.view), viewer, versions)
    return _KEPT.get(key, lambda: _drawn(snapshot, viewer))


def _drawn(snapshot: Snapshot, viewer: Viewer) -> Preview:
    composed = picture.compose(snapshot, viewer=viewer)
    width_in, height_in = composed.template.width_in, composed.template.height_in
    dpi = max(36, round(LONGEST_PX / max(width_in, height_in)))
    pixels = round(width_in * dpi), round(height_in * dpi)
    png = writing.packed(composed.figure, "png", writing.About(), pixels=pixels, dpi=dpi)
    return Preview(png, composed.told, composed.template)
