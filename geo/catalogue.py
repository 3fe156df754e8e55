"""Every layer, shipped or brought, as one kind of record: what it holds, where it comes from, who may see it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import geopandas as gpd
import pandas as pd

from geo import payloads, store
from geo.about import Roles
from geo.errors import DataError, UnknownError
from geo.library import database, shelf
from geo.messages import Message
from geo.payloads import Payload
from geo.rows import FrameRows, Rows
from geo.seeds import RECORDS, Record
from geo.sources import Source
from geo.stored import StoredRows
from geo.viewer import LOCAL, Viewer

LOG: Final = logging.getLogger(__name__)


def features(key: str, viewer: Viewer = LOCAL) -> gpd.GeoDataFrame:
    """Return the features of a layer, shared and read-only, on the index ``id``.

    Raises
    ------
    UnknownError
        If no such layer exists or the viewer may not see it: the two look the same.
    DataError
        If a file behind it is missing or cannot be read.
    """
    found = record(key, viewer)
    content = found.payload.content if found.payload is not None else store.data_version()
    return store.STORE.get(("features", key, content), found.read)


def record(key: str, viewer: Viewer = LOCAL) -> Record:
    """Return the record of a layer; ``UnknownError`` if there is none for this viewer."""
    shipped = RECORDS.get(key)
    if shipped is not None and viewer.may_see(shipped.marking):
        return shipped
    layer = shelf.layer(key, viewer)
    if layer.archived is not None:
        raise UnknownError(Message("There is no layer “{key}” here. Choose one from the layer panel.", key=key))
    return of_version(layer, layer.current)


def rows(key: str, viewer: Viewer = LOCAL) -> Rows:
    """Return the features of a layer to be asked about, whatever its size.

    Raises
    ------
    UnknownError
        If no such layer exists or the viewer may not see it.
    DataError
        If a file behind it is missing or cannot be read.
    """
    found = record(key, viewer)
    if found.payload is not None and found.layer is not None:
        return StoredRows(found.payload, found.layer.about)
    return FrameRows(features(key, viewer))


def own_records(viewer: Viewer = LOCAL) -> list[Record]:
    """Return the records of the layers that people brought, as a viewer may see them, by title.

    Those that cannot be reached are left out, and the others are still there: ``trouble`` says why.
    """
    try:
        layers = shelf.layers(viewer)
    except DataError:
        return []
    found = []
    for layer in layers:
        try:
            found.append(of_version(layer, layer.current))
        except UnknownError:  # its files were taken away by hand
            LOG.warning("The features of layer %s, version %s, are gone.", layer.key, layer.current.number)
        except DataError as error:
            LOG.warning("The features of layer %s, version %s: %s", layer.key, layer.current.number, error)
    return found


def trouble(viewer: Viewer = LOCAL) -> Message | None:
    """Return why layers that people brought cannot be shown; None where all can."""
    try:
        for layer in shelf.layers(viewer):
            payloads.read(layer.current.content)
    except DataError as error:
        return error.message
    except UnknownError:
        return Message("The features of a layer are gone from where they were kept. Restore them from a backup.")
    return None


def by_content(content: str, viewer: Viewer = LOCAL) -> Record:
    """Return the record whose features are these; ``UnknownError`` as for ``record``."""
    payload = payloads.read(content)
    if payload.cut_of:
        return replace(record(payload.cut_of, viewer), payload=payload)
    layer, version = shelf.holding(content, viewer)
    return of_version(layer, version)


def of_version(layer: shelf.Layer, version: shelf.Version) -> Record:
    """Return the record of one version of a layer; ``UnknownError`` if its features are gone."""
    payloads.read(version.content)
    key = ("own record", database.url(), layer.key, layer.visibility, version.number, version.at)
    return store.STORE.get(key, lambda: _own_record(layer, version))


def payload(key: str, columns: Iterable[str] = (), viewer: Viewer = LOCAL) -> Payload:
    """Return what the tiles of a layer are cut from; for a shipped layer it is made when first asked for.

    Parameters
    ----------
    columns : iterable of str
        What the style of the layer reads, beside what its filters read.
    """
    found = record(key, viewer)
    if found.payload is not None:
        return found.payload

    def cut() -> Payload:
        frame = features(key, viewer)
        named = gpd.GeoDataFrame(frame.assign(id=frame.index).reset_index(drop=True), crs=frame.crs)
        keys = [column for column in (*found.filters.values(), *columns) if column in frame]
        return payloads.write(named, Roles(), keys=keys, cut_of=key, stamp=store.data_version())

    return store.STORE.get(("cut", key, store.data_version()), cut)


def cited(key: str) -> tuple[str, ...]:
    """Return the ids of all sources that a layer rests on: its own and those of its rows."""
    found = RECORDS[key]
    frame = features(key)
    ids: dict[str, None] = dict.fromkeys(found.source_ids)
    if "source_ids" in frame:
        for cell in frame["source_ids"]:
            ids.update(dict.fromkeys(filter(None, str(cell).split(";"))))
    return tuple(ids)


# --- the layers that people brought -------------------------------------------------------

AS_BROUGHT: Final = Message(
    "A layer that was brought to this app and is drawn as it came. Its source says how it was made."
)
NOT_STATED: Final = Message("Not stated by whoever brought the layer.")


def _own_record(layer: shelf.Layer, version: shelf.Version) -> Record:
    about, stored = version.about, payloads.read(version.content)
    filters: dict[str, str] = {name: name for name in ("countries", "confidence") if name in stored.keys}
    if stored.years is not None:
        filters["years"] = stored.roles.year
    name = stored.roles.name
    return Record(
        key=layer.key,
        geometry=stored.geometry,
        read=lambda: StoredRows(stored, about).frame(),
        method=AS_BROUGHT,
        precision=NOT_STATED
        if about.precision_km is None
        else Message("Within {km} km, as stated by whoever brought the layer.", km=about.precision_km),
        title_of=lambda row, _lang: _named(row, name) or f"{about.title} {row.name}",
        filters=filters,
        marking=about.marking,
        own_source=Source(
            source_id=layer.key,
            title=about.source,
            publisher=about.publisher,
            year=about.as_of[:4],
            url=about.url,
            licence=about.licence,
            publisher_class="",
            reliability=about.reliability,
            how_verified="",
        ),
        payload=stored,
        layer=replace(layer, versions=(version,)),  # the others may be for other viewers
    )


def _named(row: pd.Series, column: str) -> str:
    """Return what the column for names says of a feature; "" where it says nothing."""
    cell = row.get(column) if column else None
    return "" if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)) else str(cell)
