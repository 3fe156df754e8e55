"""The layers page's list: every layer, shipped or brought, as one kind of row, to be found, filtered and sorted."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from geo import catalogue
from geo.citations import published_by
from geo.errors import DataError, GeoError
from geo.library import shelf
from geo.messages import Language, Message, say
from geo.names import folded
from geo.payloads import Geometry
from geo.viewer import MARKINGS, Marking, Viewer
from layers import methods
from layers.looks import LOOKS

LOG: Final = logging.getLogger(__name__)
Whose = Literal["", "mine", "others", "shipped", "archived"]
Order = Literal["changed", "title", "features", "marking"]

WHOSE: Final[Mapping[Whose, Message]] = {
    "mine": Message("Mine"),
    "others": Message("Shared with me"),
    "shipped": Message("Shipped"),
    "archived": Message("Archived"),
}
ORDERS: Final[Mapping[Order, Message]] = {
    "changed": Message("Last changed first"),
    "title": Message("By title"),
    "features": Message("Most features first"),
    "marking": Message("Most restricted first"),
}
GEOMETRIES: Final[Mapping[Geometry, Message]] = {
    "point": Message("Points"),
    "line": Message("Lines"),
    "area": Message("Areas"),
}

FIELDS: Final[Mapping[str, Message]] = {  # what is said of a layer, by its name in ``About``
    "title": Message("Title"),
    "source": Message("Source"),
    "description": Message("Description"),
    "publisher": Message("Publisher"),
    "url": Message("Address of the source"),
    "licence": Message("Licence"),
    "as_of": Message("As of"),
    "marking": Message("Marking"),
    "precision_km": Message("Precision in km"),
    "reliability": Message("Source reliability"),
    "name": Message("Column of the name"),
    "category": Message("Column of the category"),
    "year": Message("Column of the year"),
    "value": Message("Column of the value"),
    "precision": Message("Column of the precision"),
    "source_column": Message("Column of the source"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One layer as the list shows it; texts are in the reader's language, what people wrote as they wrote it.

    Attributes
    ----------
    features : int or None
        How many; None where its data cannot be read.
    source : str
        Who says so; of several the first, with the number of the others.
    version : int or None
        None for a shipped layer, which comes with the release.
    owner : str
        Id of the person who brought it; "" for a shipped layer.
    changed : datetime or None
        When its present version was made; None for a shipped layer.
    """

    key: str
    title: str
    description: str
    geometry: Geometry
    features: int | None
    source: str
    as_of: str
    marking: Marking
    version: int | None = None
    owner: str = ""
    visibility: str = "shared"
    changed: datetime | None = None
    is_archived: bool = False

    @property
    def is_shipped(self) -> bool:
        """Whether the layer comes with the release and nobody can change it."""
        return not self.owner

    def whose(self, viewer: Viewer) -> Whose:
        """Return under which of the list's headings the row stands."""
        if self.is_archived:
            return "archived"
        if self.is_shipped:
            return "shipped"
        return "mine" if self.owner == viewer.id else "others"


def rows(viewer: Viewer, lang: Language) -> list[Row]:
    """Return every layer that a viewer may see, those that people brought first, archived ones too.

    Where the catalogue cannot be reached, those that ship are still there: ``catalogue.trouble`` says why.
    """
    try:
        own = [of_layer(layer) for layer in shelf.layers(viewer, archived=None)]
    except DataError as error:
        LOG.warning("The list is without the layers that people brought: %s", error)
        own = []
    shipped = [_of_shipped(key, viewer, lang) for key, spec in LOOKS.items() if viewer.may_see(spec.record.marking)]
    return [*own, *sorted(shipped, key=lambda row: folded(row.title))]


def of_layer(layer: shelf.Layer) -> Row:
    """Return the row of a layer that somebody brought."""
    version, about = layer.current, layer.about
    return Row(
        key=layer.key,
        title=about.title,
        description=about.description,
        geometry=version.geometry,
        features=version.features,
        source=about.publisher or about.source,
        as_of=about.as_of,
        marking=about.marking,
        version=version.number,
        owner=layer.owner,
        visibility=layer.visibility,
        changed=version.at,
        is_archived=layer.archived is not None,
    )


def _of_shipped(key: str, viewer: Viewer, lang: Language) -> Row:
    spec = LOOKS[key]
    features, as_of, source = None, "", ""
    try:
        features = len(catalogue.features(key, viewer))
        how = methods.method(spec)
        cited = list(dict.fromkeys(published_by(each.source_id, lang) for each in how.sources))
        more = Message("{first} and {n} more", "{first} and {n} more", first=cited[0], n=len(cited) - 1)
        source, as_of = say(more, lang) if len(cited) > 1 else cited[0], how.as_of
    except (GeoError, IndexError) as error:  # the card says which file is missing
        LOG.warning("Layer %s is listed without its facts: %s", key, error)
    return Row(
        key=key,
        title=say(spec.title, lang),
        description=say(spec.record.method, lang),
        geometry=spec.record.geometry,
        features=features,
        source=source,
        as_of=as_of,
        marking=spec.record.marking,
    )


def found(
    listed: Iterable[Row],
    viewer: Viewer,
    *,
    text: str = "",
    whose: Whose = "",
    geometries: Collection[str] = (),
    markings: Collection[str] = (),
) -> list[Row]:
    """Return the rows that fit; every word of the text must stand somewhere in a row. Archived ones only when asked."""
    words = folded(text).split()
    fitting = []
    for row in listed:
        here = row.whose(viewer)
        if here != whose if whose else here == "archived":
            continue
        if (geometries and row.geometry not in geometries) or (markings and row.marking not in markings):
            continue
        whole = folded(f"{row.title} {row.description} {row.source} {row.key} {row.marking} {row.as_of}")
        if all(word in whole for word in words):
            fitting.append(row)
    return fitting


def ordered(listed: Iterable[Row], by: Order) -> list[Row]:
    """Return rows in an order; those that are equal in it by title."""
    titled = sorted(listed, key=lambda row: folded(row.title))
    if by == "changed":  # shipped layers change with a release: after what people bring
        return sorted(titled, key=lambda row: -row.changed.timestamp() if row.changed else 0.0)
    if by == "features":
        return sorted(titled, key=lambda row: -(row.features or 0))
    if by == "marking":
        return sorted(titled, key=lambda row: -MARKINGS.index(row.marking))
    return titled


def features_words(geometry: Geometry, n: int) -> Message:
    """Return how many features of a kind there are."""
    words = {
        "point": Message("{n} point", "{n} points", n=n),
        "line": Message("{n} line", "{n} lines", n=n),
        "area": Message("{n} area", "{n} areas", n=n),
    }
    return words[geometry]
