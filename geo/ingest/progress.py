"""How far a check is: the stage that it is in, and how much of that stage is done where that can be known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, get_args

Stage = Literal["waiting", "opening", "reading", "mending", "writing", "done"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
STEP: Final = 0.01  # of a stage: what is less is not told


class Progress:
    """What a check says while it runs.

    A file of several layers is read and mended layer by layer, so that "reading" and "mending" come again; each
    time the share begins at nought. A stage of which no share is told is one whose length nobody knows.

    Parameters
    ----------
    stage : callable
        Told each stage as it begins.
    share : callable
        Told how much of the stage is done, from 0 to 1, each time that it has grown by a hundredth.
    """

    def __init__(
        self, stage: Callable[[Stage], object] = lambda _: None, share: Callable[[float], object] = lambda _: None
    ) -> None:
        self._stage, self._share = stage, share
        self._told = 0.0

    def begin(self, stage: Stage) -> None:
        """Say that a stage begins."""
        self._told = 0.0
        self._stage(stage)

    def reach(self, done: float, whole: float) -> None:
        """Say that so much of the whole of the stage is done, bytes or features; nothing where nobody knows it."""
        if whole <= 0:
            return
        share = min(done / whole, 1.0)
        if share - self._told >= STEP or (share == 1.0 and self._told < 1.0):
            self._told = share
            self._share(share)
