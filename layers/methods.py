"""What the methods page says of a layer: whose it is, how old, under which terms."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from geo import store
from geo.catalogue import cited, features
from geo.messages import Language, Message, say
from geo.names import country_name, place_name
from geo.sources import Source, source
from geo.terms import label
from layers.spec import LayerSpec
from layers.version import version_of


@dataclass(frozen=True)
class Method:
    """The facts behind one layer.

    Attributes
    ----------
    sources : tuple of Source
        All that its rows cite, the most cited first.
    licences : tuple of (str, int)
        Licence as the source states it, and how many sources state it; most frequent first.
    as_of : str
        The latest year of its rows, or the span of years of its figures; "" where nothing is dated.
    """

    sources: tuple[Source, ...]
    licences: tuple[tuple[str, int], ...]
    as_of: str


def method(spec: LayerSpec) -> Method:
    """Return the facts behind a layer.

    Raises
    ------
    DataError
        If its files cannot be read.
    """
    return store.STORE.get(("method", spec.key, version_of(spec.record)), lambda: _method(spec))


def _method(spec: LayerSpec) -> Method:
    own, layer = spec.record.own_source, spec.record.layer
    if own is not None and layer is not None:
        return Method((own,), ((own.licence or "not stated", 1),), layer.about.as_of)
    if spec.record.indicator:
        rows = store.table("indicators")
        rows = rows[(rows["indicator"] == spec.record.indicator) & rows["level"].isin(["admin1", "country"])]
        ids = [*rows["source_id"].value_counts().index, *spec.record.source_ids]
        as_of = f"{rows['year'].min()}–{rows['year'].max()}" if len(rows) else ""
    else:
        ids = _by_use(spec)
        frame = features(spec.key)
        dated = frame["as_of"] if "as_of" in frame else [source(each).year for each in ids]
        as_of = max((str(year) for year in dated), default="")
    sources = tuple(source(each) for each in dict.fromkeys(ids))
    return Method(sources, tuple(Counter(each.licence for each in sources).most_common()), as_of)


def _by_use(spec: LayerSpec) -> list[str]:
    """Return the ids of a layer's sources, those that more of its rows cite first."""
    frame, known = features(spec.key), cited(spec.key)
    cells = frame.get("source_ids", ())
    uses = Counter(each for cell in cells for each in str(cell).split(";"))
    return sorted(known, key=lambda each: -uses[each])


FLAGS: Final = {
    "partial": Message("Partial year"),
    "series_break": Message("Series break"),
    "doubtful": Message("Doubtful"),
}


def indicator_notes(lang: Language) -> list[tuple[str, str]]:
    """Return each indicator with its unit and what may be done with its figures, in words."""
    rows = store.table("indicator_terms").to_dict("records")
    named = [
        (
            say(row["label"], lang),
            say(Message("{unit}. {note}", unit=say(row["unit_label"], lang), note=say(row["aggregation"], lang)), lang),
        )
        for row in rows
    ]
    return sorted(named)


def preferences(lang: Language) -> list[tuple[str, str]]:
    """Return where sources differ: of what, and why which source is preferred."""
    rows = store.table("preferred_sources").to_dict("records")
    return [
        (
            _subject(row, lang),
            say(
                Message(
                    "{reason} ({sources})",
                    reason=say(row["reason"], lang),
                    sources="; ".join(source(each).publisher for each in row["source_ids"].split(";")),
                ),
                lang,
            ),
        )
        for row in rows
    ]


def marks(lang: Language) -> list[tuple[str, str]]:
    """Return the reasons for which figures are marked as partial, broken or doubtful."""
    rows = store.table("flag_rules").to_dict("records")
    each = (
        (
            _subject(row, lang),
            say(Message("{flag}: {reason}", flag=FLAGS[row["flag"]], reason=say(row["reason"], lang)), lang),
        )
        for row in rows
    )
    return list(dict.fromkeys(each))  # one reason may be a rule for several levels


def _subject(row: dict[str, str], lang: Language) -> str:
    """Return of what a rule speaks: the indicator, the place or country, the years."""
    iso3 = row["country_iso3"]
    where = say(place_name(row["place"], iso3, lang), lang) if row["place"] else ""
    country = country_name(iso3, lang) if iso3 else ""
    years = "–".join(dict.fromkeys(filter(None, (row["first_year"], row["last_year"]))))
    return " · ".join(filter(None, (say(label("indicator", row["indicator"]), lang), where, country, years)))
