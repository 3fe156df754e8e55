"""One run of the bench: the browser that all subjects share, and how often each thing is measured."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.bench.figures import SAMPLES, WARM_UPS, Sample
from tests.stored_layers import MadeLayers


@dataclass(frozen=True)
class Run:
    """What a subject of the bench needs to measure: a browser, layers, and how many warm-ups and samples to take."""

    browser: Browser
    layers: MadeLayers
    warm_ups: int = WARM_UPS
    samples: int = SAMPLES

    @property
    def is_quick(self) -> bool:
        """Whether this run only looks whether everything works."""
        return self.samples < SAMPLES

    def turns(self, subject: str) -> Iterator[int]:
        """Count the turns, warm-ups first, and say on the terminal how far they are."""
        turns = self.warm_ups + self.samples
        for turn in range(turns):
            yield turn
            print(f"bench: {subject}, turn {turn + 1} of {turns}", file=sys.stderr)

    def sample(self, measured: Sequence[float]) -> Sample:
        """Return what counts of measurements taken one each turn."""
        return Sample.of(measured, warm_ups=self.warm_ups)
