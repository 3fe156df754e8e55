"""The short way in which a chart names a source: who published, and when.

The full citation stands in ``data/sources.csv``; a chart has room for a name and a year. Names are proper
names and are not translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from geo.messages import Language, Message, say
from geo.store import DATA, STORE, table

UNREAD: Final = "GK"  # in the table of sources: what an analyst knows and read nowhere, which nobody published

# Where the publisher's first words are long, say too little, or name a copy and not the origin.
SHORT: Final[Mapping[str, str]] = {
    "AMW": "Amazon Mining Watch",
    "amw_admin_2025q3": "Amazon Mining Watch",
    "ar_snic_provinces_2000_2023": "SNIC",
    "br_atlas_violencia_2025": "Atlas da Violência",
    "br_ipea_muni_rates_2000_2019": "Atlas da Violência",
    "cl_cead_2010_2025": "CEAD",
    "co_defensoria_lideres": "Defensoría del Pueblo",
    "co_defensoria_lideres_2018": "Defensoría del Pueblo",
    "co_mindefensa_catatumbo_2025": "Ministerio de Defensa",
    "co_muni_homicides_1990_2013": "finiterank/homicidios",
    "co_ocha_mass_displacement": "OCHA",
    "co_odc_simci_municipal": "ODC / SIMCI",
    "co_police_dept_2010_2022": "Policía Nacional",
    "co_ruv_displacement_dept": "Registro Único de Víctimas",
    "co_ucdp_ged_1989_2018": "UCDP",
    "countervortex_pe_2011": "CounterVortex / UNODC",
    "derechos_pe_2014": "UNODC",
    "derechos_pe_2015": "UNODC",
    "ec_mdi_homicides_2014_2025": "Ministerio del Interior",
    "gore_tarapaca_2016": "Gobierno Regional de Tarapacá",
    "minseg_pa_incsr": "Ministerio de Seguridad Pública",
    "owid_ucdp_2019": "UCDP",
    "owid_unodc_homicide_2025": "UNODC / OWID",
    "pa_homicides_darien": "Ministerio Público",
    "pe_coca_district_2012_2020": "SIMCI / DEVIDA",
    "pe_denuncias_dept_2018_2025": "Ministerio del Interior",
    "pe_poverty_district": "INEI",
    "pe_sinadef_2018_2024": "SINADEF",
    "police_co_2024": "Policía Nacional",
    "py_homicides_border": "Ministerio del Interior",
    "uah_zulia_2011": "UAH / INE",
    "unodc_bo_2005": "UNODC",
    "unodc_bo_2006_preface": "UNODC",
    "unodc_pe_2005": "UNODC",
    "unodc_press_bo_2011": "UNODC",
    "ve_ovs_2018_h1": "OVS",
    "ve_ovs_2019": "OVS",
    "ve_ovv_2023_national": "OVV",
    "ve_ovv_violent_deaths": "OVV",
    "wb_homicide_1990_2021": "UNODC / World Bank",
}
# Who counted, where the publisher only passes the figure on and the chart must tell two counters apart.
COUNTERS: Final[Mapping[str, str]] = {
    "datosbo_abt_2016": "ABT",
    "catalunyapress_2024": "InSight Crime",
    "co_ruv_displacement_dept": "RUV",
    "digitallpost_ar_2016": "Federal",
    "ec_mdi_homicides_2014_2025": "Ministerio",
    "eldeber_felcn_2024": "FELCN",
    "elmisionero_2018": "Misiones",
    "enfoque_felcn_2024": "FELCN",
    "elquinto_darien_2023": "RFI",
    "g1_yanomami_ipam_2024": "MapBiomas",
    "gazeta_yanomami_2023": "Hutukara",
    "machala_ec_2023": "Policía",
    "owid_unodc_homicide_2025": "UNODC",
    "insight_2023_press": "InSight Crime",
    "jornaldoms_2025": "Estado",
    "momentoplay_prf_2021": "PRF",
    "msnoticias_pf_2019": "PF",
    "riotimes_insight_2022": "OVV",
    "sumitme_insight_2023": "InSight Crime",
    "uol_pf_2023": "Polícia Federal",
    "wb_homicide_1990_2021": "UNODC",
    "zazoom_pe_2024": "MININTER",
}


def cited(source_id: str) -> str:
    """Return publisher and year of a source; its id where the table of sources lacks it."""
    year = _known().get(source_id, ("", ""))[1]
    return f"{publisher(source_id)} {year}".strip()


def publisher(source_id: str) -> str:
    """Return the short name of a source's publisher."""
    name = SHORT.get(source_id) or re.split(r" \(|, |; |: ", _known().get(source_id, (source_id, ""))[0])[0]
    return name or source_id


def published_by(source_id: str, lang: Language) -> str:
    """Return the short name of a source's publisher; that nothing was read is said as such."""
    return say(Message("general knowledge"), lang) if source_id == UNREAD else publisher(source_id)


def counter(source_id: str) -> str:
    """Return who counted, short enough to stand beside a line."""
    return COUNTERS.get(source_id) or publisher(source_id)


def all_cited(source_ids: Iterable[str]) -> list[str]:
    """Return short citations in the given order; years of one publisher are put together."""
    years: dict[str, list[str]] = {}
    for source_id in source_ids:
        years.setdefault(publisher(source_id), []).append(_known().get(source_id, ("", ""))[1])
    return [f"{name} {', '.join(sorted(set(filter(None, dates))))}".strip() for name, dates in years.items()]


def _known() -> dict[str, tuple[str, str]]:
    rows = table("sources")

    def compute() -> dict[str, tuple[str, str]]:
        return dict(zip(rows["source_id"], zip(rows["publisher"], rows["year"], strict=True), strict=True))

    return STORE.get(("short citations", (DATA / "sources.csv").stat().st_mtime_ns), compute)
