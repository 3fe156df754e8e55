"""The layers of a map on their way out as data: as the filters have them, figures with their year and source."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import geopandas as gpd

from geo import catalogue
from geo.errors import UnknownError
from geo.library import copies
from geo.library.batches import Stream, of_frame, of_parquet
from geo.library.exports import Export
from geo.messages import Message, say
from geo.payloads import VALUE_CLASS, YEARS
from geo.sources import sources_of
from geo.stored import StoredRows
from geo.terms import unit_label
from layers import features, shading
from layers.spec import LayerSpec
from layers.view import ViewState

CLASS: Final = "class"  # of a figure: 0 is the lowest, -1 where there is none


def export(spec: LayerSpec, view: ViewState) -> Export:
    """Return a layer as the filters of a view leave it, and what is said of it.

    Raises
    ------
    UnknownError
        If a layer that somebody brought is gone.
    """
    said = copies.said(spec.key, title=say(spec.title, view.lang), lang=view.lang)
    if spec.shades is not None:
        year = shading.shown_year(spec, view.year)
        dated = replace(said, as_of="" if year is None else str(year), name="name")
        return Export(of_frame(figures(spec, view)), dated)
    if spec.record.payload is not None:
        return Export(_stored(spec, view), said)
    return Export(of_frame(features.selected(spec, view)), said)


def figures(spec: LayerSpec, view: ViewState) -> gpd.GeoDataFrame:
    """Return the units of a figure layer with the figure that the map shows of each.

    Returns
    -------
    GeoDataFrame, one row per first-level unit
        ``value`` (empty for no figure) in ``unit``, its ``year``, ``level`` (``admin1``, or ``country`` where the
        figure is the whole country's and stands on each of its units), whether it is ``doubtful``, its source and
        its ``class`` on the map.
    """
    shown = shading.shade(spec, view).values
    shapes = catalogue.features(spec.key)
    told = shown.reindex(shapes.index)
    has_figure = told["value"].notna()
    titles = {each: _title(each) for each in told.loc[has_figure, "source_id"].map(str).unique()}
    return shapes[["unit_id", "country_iso3", "name", shapes.geometry.name]].assign(
        indicator=spec.record.indicator,
        value=told["value"],
        unit=say(unit_label(spec.record.indicator), view.lang),
        year=told["year"].where(has_figure).astype("Int64"),
        level=told["level"].where(has_figure, None),
        doubtful=told["doubt"].where(has_figure, False).astype(bool),
        source_id=told["source_id"].where(has_figure, None),
        source=told["source_id"].where(has_figure, "").map(lambda each: titles.get(str(each))),
        **{CLASS: told["shade"].astype(int)},
    )


def _title(source_id: str) -> str:
    try:
        return "; ".join(each.title for each in sources_of(source_id))
    except UnknownError:
        return ""


def _stored(spec: LayerSpec, view: ViewState) -> Stream:
    """Return the features of a layer that somebody brought, read from its file as they are written."""
    payload, layer = spec.record.payload, spec.record.layer
    if payload is None or layer is None:
        raise UnknownError(Message("This layer is no longer here. Choose another one from the layer panel."))
    where = features.where(spec, view)
    is_classed = any(channel.column == VALUE_CLASS for channel in spec.channels)  # the look needs the column
    added = {*(() if is_classed else (VALUE_CLASS,)), *(YEARS if payload.roles.year or payload.years is None else ())}
    rows = StoredRows(payload, layer.about).count(where)
    return of_parquet(payload.file("features"), without=added, where=where, rows=rows)
