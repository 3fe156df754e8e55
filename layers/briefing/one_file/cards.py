"""The cards of the features in a map of one file: what each is, how well it is known, and who says so."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from geo import catalogue
from geo.errors import GeoError
from geo.messages import Message, say
from geo.sources import Source, sources_of
from layers import cards as whole
from layers import features
from layers.briefing.one_file.columns import Columns, columns
from layers.spec import LayerSpec
from layers.view import ViewState
from layers.words import said_by

MOST_ALONE: Final = 3000  # features of a layer whose cards are written one by one: a second
MOST_CHARACTERS: Final = 6_000_000  # of all cards: compressed some 1 MB; a file with more is no longer mailed


@dataclass
class Cards:
    """The cards of all layers, each source said once.

    Attributes
    ----------
    by_layer : dict
        Layer to feature to its card: title, lines, evidence, numbers of its sources.
    layers : dict
        Layer to its title, and for large ones what is said of every feature.
    columns : dict
        Large layer to what is known of its features, column by column.
    short : int
        How many features have a card without their own lines, for want of room.
    """

    by_layer: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    layers: dict[str, dict[str, Any]] = field(default_factory=dict)
    columns: dict[str, Columns] = field(default_factory=dict)
    sources: list[dict[str, str]] = field(default_factory=list)
    short: int = 0
    _numbers: dict[str, int] = field(default_factory=dict)
    _used: int = 0

    def add(self, spec: LayerSpec, frame: pd.DataFrame, view: ViewState) -> None:
        """Add the cards of some features of a layer."""
        told: dict[str, dict[str, Any]] = {}
        for feature_id, row in frame.iterrows():
            card = whole.of_row(spec, row, view)
            entry: dict[str, Any] = {"t": card.title, "e": card.evidence, "s": [self._number(s) for s in card.sources]}
            size = len(json.dumps(card.lines, ensure_ascii=False))
            if self._used + size <= MOST_CHARACTERS:
                entry["l"] = card.lines
                self._used += size
            else:
                self.short += 1
            told[str(feature_id)] = entry
        self.by_layer[spec.key] = told

    def add_large(self, spec: LayerSpec, view: ViewState, *, share: int) -> None:
        """Add what is known of the features of a layer that comes as tiles, and what is said of all of them.

        Parameters
        ----------
        share : int
            How many such layers the room in the file is shared by.
        """
        asked, where = catalogue.rows(spec.key), features.where(spec, view)
        if asked.count(where) <= MOST_ALONE:
            self.add(spec, asked.head(MOST_ALONE, where), view)
        elif (told := columns(spec, view, share=share)) is not None:
            self.columns[spec.key] = told
        self._add_classes(spec, view)

    def _add_classes(self, spec: LayerSpec, view: ViewState) -> None:
        """Add what is said of every feature of a layer: its classes in words, its source."""
        lang, source = view.lang, spec.record.own_source
        precision = say(spec.record.precision, lang)
        self.layers[spec.key] = {
            "t": say(spec.title, lang),
            "by": {
                channel.column: {
                    "label": "" if channel.heading is None else say(channel.heading, lang),
                    "words": {value: said_by(channel, value, lang) for value in channel.styles},
                    "rest": "" if channel.rest is None else say(channel.rest, lang),
                }
                for channel in spec.channels
            },
            "e": [(say(Message("Precision"), lang), precision)],
            "s": [self._number(source)] if source is not None else self.sources_in(";".join(spec.record.source_ids)),
        }

    def sources_in(self, cell: str) -> list[int]:
        """Return the numbers of the sources that a cell names; names that the table lacks are left out."""
        found = []
        for name in filter(None, cell.split(";")):
            try:
                found += [self._number(each) for each in sources_of(name)]
            except GeoError:
                continue
        return list(dict.fromkeys(found))

    def _number(self, source: Source) -> int:
        if source.source_id not in self._numbers:
            self._numbers[source.source_id] = len(self.sources)
            told = {"title": source.title, "of": ", ".join(filter(None, (source.publisher, source.year)))}
            if source.url.startswith(("https://", "http://")):  # nothing else becomes a link
                told["url"] = source.url
            self.sources.append(told)
        return self._numbers[source.source_id]
