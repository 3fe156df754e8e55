"""Labels of the codes that the tables hold: ``label("crossing_kind", "river")`` is "River crossing".

A label is an English msgid; pages say it with ``say(label(...), lang)``. Codes themselves are never
shown. Indicators and their units are named in ``data/indicator_terms.csv``; cooperation themes, criminal
economies and the themes of recommendations are English words in the tables and only gain a capital.
"""

from __future__ import annotations

from typing import Final

from geo.errors import UnknownError
from geo.messages import Message
from geo.series_notes import NOTES
from geo.store import table

LABELS: Final[dict[str, dict[str, str]]] = {
    "surveyed": {
        "yes": "Surveyed",
        "partly": "Surveyed in part",
        "no": "Not surveyed",
    },
    "zone_kind": {
        "border_zone": "Border zone",
        "tri_border": "Tri-border area",
        "brown_area": "Brown area",
    },
    "commodity": {
        "cocaine": "Cocaine",
        "gold": "Gold",
        "migrants": "Migrants",
        "arms": "Arms",
        "fuel": "Fuel",
        "timber": "Timber",
        "mercury": "Mercury",
        "contraband": "Contraband",
        "wildlife": "Wildlife",
        "marijuana": "Marijuana",
    },
    "mode": {"road": "Road", "river": "River", "air": "Air", "sea": "Sea", "mixed": "Mixed modes"},
    "direction": {"one_way": "One way", "two_way": "Both ways"},
    "corridor_status": {
        "active": "Active",
        "declining": "Declining",
        "reversed": "Flow reversed",
    },
    "confidence": {
        "high": "High confidence",
        "medium": "Medium confidence",
        "low": "Low confidence",
        "": "Confidence not graded",
    },
    "evidence": {
        "strong": "Strong evidence",
        "moderate": "Moderate evidence",
        "weak": "Weak evidence",
        "unverified": "Unverified",
    },
    "crossing_kind": {
        "bridge": "Bridge",
        "formal": "Border post",
        "informal": "Informal crossing",
        "river": "River crossing",
        "port": "Port",
    },
    "formality": {"formal": "Formal", "informal": "Informal"},
    "mineral": {
        "gold": "Gold",
        "copper": "Copper",
        "tin": "Tin",
        "diamond": "Diamonds",
        "coltan": "Coltan",
    },
    "setting": {
        "alluvial": "Alluvial",
        "hard_rock": "Hard rock",
        "dredge": "River dredges",
        "open_pit": "Open pit",
    },
    "site_status": {
        "illegal": "Illegal",
        "informal": "Informal",
        "mixed": "Legal and illegal side by side",
        "formal": "Formal",
    },
    "actor_kind": {
        "guerrilla": "Guerrilla",
        "dissident": "Dissident guerrilla group",
        "paramilitary": "Paramilitary group",
        "prison_gang": "Prison gang",
        "gang": "Gang",
        "criminal_network": "Criminal network",
        "cartel": "Cartel",
    },
    "role": {
        "dominant": "Dominant",
        "contested": "Contested",
        "present": "Present",
        "transit": "In transit",
        "reported": "Reported",
    },
    "mechanism_kind": {
        "treaty": "Treaty",
        "commission": "Commission",
        "forum": "Forum",
        "plan": "Plan",
        "operation": "Operation",
        "joint_patrol": "Joint patrol",
        "fund": "Fund",
    },
    "relation": {
        "is": "The zone itself",
        "inside": "A part of the zone",
        "contains": "A larger area that contains the zone",
        "neighbour": "A neighbouring area",
    },
    "level": {
        "country": "Country",
        "admin1": "First-level unit",
        "zone": "Other area",
        "municipality": "Municipality",
    },
    "indicator_group": {
        "economy": "Illicit economies",
        "enforcement": "Enforcement",
        "violence": "Violence",
        "people": "People",
        "state_reach": "State reach",
    },
    "reliability": {
        "A": "A: completely reliable",
        "B": "B: usually reliable",
        "C": "C: fairly reliable",
        "D": "D: not usually reliable",
        "E": "E: unreliable",
        "F": "F: reliability cannot be judged",
        "": "Reliability not graded",
    },
    "publisher_class": {
        "official": "Government or other public body",
        "un": "United Nations",
        "court": "Court",
        "peer_reviewed": "Peer-reviewed research",
        "university": "University",
        "intergovernmental": "Intergovernmental body",
        "press": "Established press",
        "ngo": "Non-governmental organisation",
        "policy_text": "Policy paper",
        "database": "Open database",
        "other": "Other publisher",
        "ai_assisted": "AI-assisted text",
        "none": "No source read",
    },
    "scope": {"regional": "Region", "global": "World", "maritime": "At sea", "hemisphere": "Western Hemisphere",
              "EU": "European Union", "Region": "Region"},
    # Units as the figures carry them; a unit that a chart names for a whole indicator is its unit_label.
    "unit": {
        "ha": "hectares",
        "kg": "kilograms",
        "people": "people",
        "persons": "people",
        "per 100,000 people": "per 100,000 people",
        "index 0-1": "index from 0 to 1",
        "deaths": "deaths",
        "events": "events",
        "cases": "cases",
        "reports": "reports",
        "massacres": "massacres",
        "police cases": "police cases",
        "police complaints": "complaints to the police",
        "percent": "percent",
        "percent of population": "percent of people",
        "percent of households": "percent of households",
        "percent of children under 5": "percent of children under 5",
        "years": "years",
        "weapons": "weapons",
        "rounds": "rounds",
        "laboratories": "laboratories",
        "crystallization laboratories": "crystallisation laboratories",
        "airstrips": "airstrips",
        "aircraft": "aircraft",
        "Brazilian reais": "Brazilian reais",
        "entries of Venezuelans": "entries of Venezuelans",
        "exits of Venezuelans": "exits of Venezuelans",
    },
}  # fmt: skip

# Kinds whose codes are English words already: table, column.
WORDS: Final = {
    "theme": ("cooperation", "themes"),
    "economy": ("actors", "economies"),
    "recommendation_theme": ("recommendations", "theme"),
}

# What a capital alone does not make plain.
REWORDED: Final = {
    ("theme", "defence confidence"): "Confidence between armed forces",
    ("theme", "drugs (CICAD)"): "Drugs (commission of the Organization of American States)",
    ("theme", "terrorism (CICTE)"): "Terrorism (committee of the Organization of American States)",
    ("recommendation_theme", "metric"): "Measure of success",
    ("economy", "protection"): "Protection for payment",
    ("theme", "rights limits"): "Limits set by human rights",
}


def label(kind: str, code: str) -> str:
    """Return the English msgid of a code.

    Parameters
    ----------
    kind : str
        What is coded: ``zone_kind``, ``commodity``, ``indicator``, ``unit`` and the other kinds of ``kinds()``.
    code : str
        The code as the tables hold it; for ``confidence`` and ``reliability`` also "", which says "not graded".

    Raises
    ------
    UnknownError
        If the kind has no such code: the tables and this module no longer fit each other.
    """
    if kind in WORDS and code:
        return REWORDED.get((kind, code), code[0].upper() + code[1:])
    if kind == "series_note" and code in NOTES:  # sentences, translated with the notes of the figures
        return NOTES[code].id
    labels = _indicator_labels() if kind == "indicator" else LABELS.get(kind, {})
    if code not in labels:
        raise UnknownError(Message("There is no {kind} called “{code}”.", kind=kind.replace("_", " "), code=code))
    return labels[code]


def kinds() -> list[str]:
    """Return every kind of code that has labels."""
    return [*LABELS, *WORDS, "indicator"]


def codes(kind: str) -> list[str]:
    """Return the codes of a kind in the order in which a list should offer them; [] for an unknown kind."""
    if kind in WORDS:
        name, column = WORDS[kind]
        return sorted({word for cell in table(name)[column] for word in cell.split(";") if word})
    return list(_indicator_labels() if kind == "indicator" else LABELS.get(kind, {}))


def unit_label(indicator: str) -> str:
    """Return the msgid of the unit of an indicator, as a chart title says it; ``UnknownError`` if there is none."""
    terms_of = table("indicator_terms").set_index("indicator")["unit_label"]
    if indicator not in terms_of.index:
        raise UnknownError(Message("There is no {kind} called “{code}”.", kind="indicator", code=indicator))
    return str(terms_of[indicator])


def terms() -> list[str]:
    """Return every label once, sorted: what the translators of terms have to cover."""
    said = {label(kind, code) for kind in kinds() for code in codes(kind)}
    return sorted(said | set(table("indicator_terms")["unit_label"]))


def _indicator_labels() -> dict[str, str]:
    rows = table("indicator_terms")
    return dict(zip(rows["indicator"], rows["label"], strict=True))
