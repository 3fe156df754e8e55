"""The few series that say most about each zone, for places with room for three charts and not sixty.

Chosen by hand: what the zone is known for first (``why`` in ``data/zones.csv``), then violence, then another
economy or movement; of equals the nearer place and the longer or more recent series.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geo.trends import Panel, panels

COCA: Final = "coca_cultivation_ha"
MINING: Final = "mining_new_ha"
FOREST: Final = "deforestation_ha"
RATE: Final = "homicide_rate_per_100k"
COUNT: Final = "homicides_count"
COCAINE: Final = "cocaine_seized_kg"
VENEZUELANS: Final = "venezuelan_migrants_stock"

HEADLINES: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {  # indicator, place, country
    "Z-VRAEM": ((COCA, "VRAEM", "PER"), (RATE, "Ayacucho", "PER"), (COCA, "La Convención-Lares", "PER")),
    "Z-MDD": (
        (MINING, "Madre de Dios", "PER"),
        (RATE, "Madre de Dios", "PER"),
        ("mining_area_ha", "Madre de Dios", "PER"),
    ),
    "Z-MAP": ((RATE, "Acre", "BRA"), (FOREST, "Madre de Dios", "PER"), (COUNT, "Pando", "BOL")),
    "Z-TRAPECIO": (
        (COCA, "Bajo Amazonas", "PER"),
        (RATE, "Amazonas", "BRA"),
        (RATE, "Tabatinga (municipality, Amazonas)", "BRA"),
    ),
    "Z-PUTUMAYO": (
        (COCA, "Putumayo-Ecuador border strip (Puerto Asís, San Miguel, Valle del Guamuez, Puerto Leguízamo)", "COL"),
        (COUNT, "Sucumbíos", "ECU"),
        (COUNT, "Putumayo", "COL"),
    ),
    "Z-TUMACO": ((COCA, "52835", "COL"), (COUNT, "Esmeraldas", "ECU"), (COUNT, "Nariño", "COL")),
    "Z-RUMICHACA": ((COUNT, "Nariño", "COL"), (VENEZUELANS, "Ecuador", "ECU"), (COUNT, "Carchi", "ECU")),
    "Z-CATATUMBO": (
        (COCA, "Catatumbo", "COL"),
        (COUNT, "Norte de Santander", "COL"),
        ("conflict_deaths", "Catatumbo (eight Colombian municipalities of the zone)", "COL"),
    ),
    "Z-CUCUTA": ((COUNT, "Norte de Santander", "COL"), (VENEZUELANS, "Colombia", "COL"), (RATE, "Táchira", "VEN")),
    "Z-ARAUCA": ((COUNT, "Arauca", "COL"), ("conflict_deaths", "Arauca", "COL"), (COCA, "Arauca", "COL")),
    "Z-GUAJIRA": ((COUNT, "La Guajira", "COL"), (VENEZUELANS, "Colombia", "COL"), (RATE, "Zulia", "VEN")),
    "Z-ORINOCO": ((MINING, "Amazonas", "VEN"), (COCA, "Guainía", "COL"), (COUNT, "Vichada", "COL")),
    "Z-ARCOMINERO": ((MINING, "Bolívar", "VEN"), (RATE, "Bolívar", "VEN"), ("subnational_hdi", "Bolívar", "VEN")),
    "Z-YANOMAMI": (
        ("mining_area_ha", "Terra Indígena Yanomami", "BRA"),
        (MINING, "Roraima", "BRA"),
        (RATE, "Roraima", "BRA"),
    ),
    "Z-JAVARI": ((MINING, "Amazonas", "BRA"), (RATE, "Amazonas", "BRA"), (COCA, "Bajo Amazonas", "PER")),
    "Z-JAPURA": ((MINING, "Amazonas", "BRA"), (COUNT, "Amazonas", "COL"), (FOREST, "Amazonas", "BRA")),
    "Z-UCAYALI": ((COCA, "Ucayali", "PER"), (RATE, "Acre", "BRA"), (FOREST, "Ucayali", "PER")),
    "Z-PUNO": ((COCA, "Inambari-Tambopata", "PER"), (MINING, "Puno", "PER"), (RATE, "Puno", "PER")),
    "Z-CAUCA": (
        (COCA, "Cauca", "COL"),
        (COUNT, "Cauca", "COL"),
        ("conflict_deaths", "Northern and Pacific Cauca (thirteen municipalities of the zone)", "COL"),
    ),
    "Z-YUNGAS": (
        (COCA, "Yungas de La Paz", "BOL"),
        (COCA, "Trópico de Cochabamba", "BOL"),
        (COUNT, "Cochabamba", "BOL"),
    ),
    "Z-PISIGA": (("irregular_entries", "Chile", "CHL"), (RATE, "Tarapacá", "CHL"), (COUNT, "Oruro", "BOL")),
    "Z-TACNA": (("irregular_entries", "Chile", "CHL"), (RATE, "Arica y Parinacota", "CHL"), (RATE, "Tacna", "PER")),
    "Z-CHACO": ((COCAINE, "Paraguay", "PRY"), (COUNT, "Santa Cruz", "BOL"), (COCAINE, "Bolivia", "BOL")),
    "Z-AMAMBAY": (
        (RATE, "Amambay", "PRY"),
        (RATE, "Ponta Porã (municipality, Mato Grosso do Sul)", "BRA"),
        (COCAINE, "Mato Grosso do Sul", "BRA"),
    ),
    "Z-IGUAZU": (
        (RATE, "Foz do Iguaçu (municipality, Paraná)", "BRA"),
        (RATE, "Misiones", "ARG"),
        (RATE, "Paraná", "BRA"),
    ),
    "Z-CORUMBA": (
        (COCAINE, "Mato Grosso do Sul", "BRA"),
        (RATE, "Corumbá (municipality, Mato Grosso do Sul)", "BRA"),
        (COUNT, "Santa Cruz", "BOL"),
    ),
    "Z-MAMORE": (
        (RATE, "Rondônia", "BRA"),
        (FOREST, "Rondônia", "BRA"),
        (RATE, "Guajará-Mirim (municipality, Rondônia)", "BRA"),
    ),
    "Z-DARIEN": (("darien_crossings", "Darién Gap", "PAN"), (COUNT, "Chocó", "COL"), (COCA, "Chocó", "COL")),
    "Z-TUMBES": ((COUNT, "El Oro", "ECU"), (RATE, "Tumbes", "PER"), ("arms_seized", "Ecuador", "ECU")),
    "Z-CONDOR": (
        (MINING, "Zamora Chinchipe", "ECU"),
        (COCA, "Amazonas (Peru coca zone)", "PER"),
        ("tree_cover_loss_ha", "Zamora Chinchipe", "ECU"),
    ),
}


def headlines(zone_id: str) -> list[Panel]:
    """Return the panels that a zone is shown by first, the most telling first.

    Raises
    ------
    UnknownError
        If no series belongs to such a zone.
    """
    known = {(panel.indicator, panel.place, panel.country_iso3): panel for panel in reversed(panels(zone_id))}
    return [known[key] for key in HEADLINES.get(zone_id, ()) if key in known] or panels(zone_id)[:3]
