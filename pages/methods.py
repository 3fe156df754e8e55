"""The methods page: how each layer was made, how sure it is, under which terms, and where to take it away."""

from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from geo import downloads, store
from geo.errors import GeoError
from geo.messages import Language, Message, number, say
from geo.names import name_of
from geo.terms import codes, label
from layers.delivery import is_tiled
from layers.looks import specs
from layers.methods import indicator_notes, marks, method, preferences
from layers.spec import GROUPS, LayerSpec
from layers.version import APP_VERSION
from layers.view import ViewState
from pages import reads
from pages.context_panel import pairs, source_list
from pages.escaping import plain

MOST_LICENCES = 4  # the rest stands with each source

# Each section: its anchor, its title, its paragraphs.
READING = (
    (
        "evidence",
        Message("How sure we are"),
        (
            Message(
                "Every claim carries five grades. They follow one written rule, so that two people would "
                "grade a row alike; what the rule does not cover is shown as not graded and never "
                "filtered away silently."
            ),
            Message(
                "**As of** is the latest year of the sources that claim something. It says how old the "
                "knowledge is, not when something happened."
            ),
            Message(
                "**Position known within** is the radius in which the thing lies: 0.5 km for a bridge, 2 "
                "km for a crossing at a town, 10 km for a mining district that stands on its town, the "
                "stated radius of a detected area, 25 km where a point is approximate."
            ),
            Message(
                "**Confidence** says how sure it is that a flow, a site or a presence exists, not how "
                "exact its line is."
            ),
            Message(
                "**Reliability** is the letter of the best source by the Admiralty scale: B for official,"
                " United Nations, court and peer-reviewed publishers, C for established press, "
                "universities and non-governmental organisations, F for those who cannot be judged. Only "
                "a publisher's class decides; no text is graded by what it says."
            ),
            Message(
                "**Evidence** joins them. Strong: two publishers graded A to C, or one graded B. "
                "Moderate: one graded C, or medium confidence. Weak: none of these, or low confidence. "
                "Unverified: said only by a text that declares itself AI-assisted."
            ),
            Message(
                "On the map weak evidence looks weak: hollow signs, broken or dotted lines, a ring of the"
                " radius within which a point lies. A unit without a figure is hatched: no figure never "
                "looks like zero."
            ),
        ),
    ),
    (
        "modelled",
        Message("What “modelled” means"),
        (
            Message(
                "Nobody publishes the tracks of traffickers. A corridor is drawn through the places that "
                "sources name, in their order: road legs run straight from town to town, river legs "
                "follow the river where a river line was found, air legs are straight lines through "
                "points chosen for drawing."
            ),
            Message(
                "Such a line says between which places something is reported to move and how. It does not"
                " say where a truck or a boat was, and its length is that of the drawing."
            ),
            Message(
                "Measures derived from it, such as what a corridor passes or how it would shift, are "
                "labelled as modelled from open sources."
            ),
        ),
    ),
    (
        "boundaries-and-names",
        Message("Boundaries and names"),
        (
            Message(
                "Boundaries, names and designations shown imply no opinion and no endorsement concerning "
                "the legal status of any territory. Disputed lines are drawn broken and listed apart."
            ),
            Message(
                "The base map is Natural Earth, generalised for 1:10 million: a place within a few "
                "kilometres of a boundary may appear on the wrong side. The country of a crossing is "
                "taken from its sources, never from its position."
            ),
            Message(
                "Lengths and distances are measured on the ellipsoid (WGS 84), areas in an equal-area "
                "projection (EPSG:6933)."
            ),
        ),
    ),
    (
        "series",
        Message("Series breaks and partial years"),
        (
            Message(
                "One line in a chart is one indicator from one source. Two sources are never joined, and "
                "a missing year is a gap, not a zero."
            ),
            Message(
                "A **partial year** is marked and never drawn as a full year. A **series break** gets a "
                "rule with its reason: the method changed there, so the step across it is no growth. A "
                "**doubtful** figure is one that looks incomplete or like a slip in its source; it stays,"
                " marked."
            ),
            Message(
                "Where sources disagree both stay, and one is marked as preferred with the reason. The "
                "preferred one colours the map."
            ),
            Message(
                "Newly detected mined area breaks between 2023 and 2024: the publisher changed its model "
                "and the area it watches. Figures for 2025 hold part of the year."
            ),
            Message(
                "Homicides are counted differently by country: victims, death certificates, complaints or"
                " cases. Compare directions across a border, not levels. Below some twenty deaths a year "
                "a rate jumps by chance."
            ),
            Message(
                "A first-level unit is not the zone: each chart says whether its figures are the zone's "
                "own, those of a part, of a larger area or of a neighbour."
            ),
        ),
    ),
)


def index(view: ViewState) -> None:
    """Show what stands on the page, as links within it."""
    lang = view.lang
    entries = [(anchor, say(title, lang), "section") for anchor, title, _ in READING]
    entries.append(("zones", say(Message("How zones are drawn"), lang), "section"))
    for group, title in groups():
        entries.append((f"group-{group}", say(title, lang), "section"))
        entries += [(f"layer-{spec.key}", say(spec.title, lang), "layer") for spec in layers_of(group)]
    entries.append(("release", say(Message("This release"), lang), "section"))
    links = "".join(
        f'<li class="{kind}"><a href="#{anchor}">{escape(words)}</a></li>' for anchor, words, kind in entries
    )
    name = escape(say(Message("On this page"), lang))
    st.html(f'<nav aria-label="{name}"><ul class="index">{links}</ul></nav>')


def groups() -> list[tuple[str, Message]]:
    """Return the groups that hold a layer; nobody may have brought one."""
    return [(group, title) for group, title in GROUPS.items() if layers_of(group)]


def layers_of(group: str) -> list[LayerSpec]:
    """Return the layers of a group that the viewer may see."""
    return [spec for spec in specs(reads.viewer()).values() if spec.group == group]


def section(anchor: str, title: str, paragraphs: list[str]) -> None:
    """Show a heading with an anchor and its paragraphs."""
    st.html(f'<h2 id="{anchor}">{escape(title)}</h2>')
    if paragraphs:
        st.markdown("\n\n".join(paragraphs))


def grades(lang: Language) -> None:
    """Show the letters of reliability with their words."""
    letters = [code for code in codes("reliability") if code]
    words = "".join(f"<li>{escape(say(label('reliability', code), lang))}</li>" for code in letters)
    st.html(f'<ul class="letters">{words}</ul>')


def figures(lang: Language) -> None:
    """Offer what each indicator counts, why which source is preferred, and why which figure is marked."""
    for key, title, rows in (
        ("indicators", Message("What each indicator counts"), indicator_notes),
        ("preferences", Message("Where sources differ: which is preferred, and why"), preferences),
        ("marks", Message("Which figures are marked, and why"), marks),
    ):
        with st.expander(say(title, lang), key=f"list-{key}", on_change="rerun") as listed:
            if listed.open:
                st.html(pairs(tuple(rows(lang))))


def zones(view: ViewState) -> None:
    """Show how zones are drawn: the rule, and for each its definition and what was made of it."""
    lang = view.lang
    section(
        "zones",
        say(Message("How zones are drawn"), lang),
        [
            say(
                Message(
                    "Each zone has a written definition, taken from the sources. A recipe that can be rerun "
                    "builds its outline from first-level units, boundaries, river lines and buffers around "
                    "named towns; where a definition offers a buffer, the buffer is used, because it can be "
                    "reproduced."
                ),
                lang,
            ),
            say(
                Message(
                    "We ship no municipal outlines: where a definition names municipalities or provinces, the"
                    " method says what stands in for them."
                ),
                lang,
            ),
            say(
                Message(
                    "A brown area is a place that the reach of the law hardly touches (O'Donnell 1993). The "
                    "concept is not only about territory, so its outline is a proxy."
                ),
                lang,
            ),
        ],
    )
    title = say(Message("Definition and method of each zone"), lang)
    with st.expander(title, key="zone-methods", on_change="rerun") as each:
        if each.open:
            rows = sorted(store.table("zones").to_dict("records"), key=lambda row: name_of(row["zone_id"], lang))
            st.html("".join(zone(row, view) for row in rows))


def zone(row: dict[str, str], view: ViewState) -> str:
    """Return the definition and the method of a zone, its name leading to its record."""
    lang = view.lang
    link = reads.link(ViewState(page="records", lang=lang, table="zones", record=row["zone_id"]))
    texts = ((Message("Definition"), row["definition"]), (Message("How it was drawn"), row["method"]))
    lines = tuple((say(name, lang), say(text, lang)) for name, text in texts if text)
    return f'<h4><a href="{escape(link)}">{escape(name_of(row["zone_id"], lang))}</a></h4>' + pairs(lines)


def layer(spec: LayerSpec, view: ViewState) -> None:
    """Show one layer: what it shows, its precision, its age, its terms, its sources and its files."""
    lang = view.lang
    st.html(f'<h3 id="layer-{spec.key}">{escape(say(spec.title, lang))}</h3>')
    st.markdown(say(spec.record.method, lang))
    try:
        found = method(spec)
    except GeoError as error:
        st.warning(plain(say(error.message, lang)))
        return
    licences = " · ".join(
        f"{say(licence, lang)} ({number(count, lang)})" if len(found.licences) > 1 else say(licence, lang)
        for licence, count in found.licences[:MOST_LICENCES]
    )
    lines = [
        (say(Message("Precision"), lang), say(spec.record.precision, lang)),
        (say(Message("As of"), lang), found.as_of),
        (say(Message("Licence"), lang), licences),
    ]
    st.html(pairs(tuple((name, words) for name, words in lines if words)))
    files(spec, lang)
    title = say(Message("{n} source", "{n} sources", n=len(found.sources)), lang)
    with st.expander(title, key=f"sources-{spec.key}", on_change="rerun") as listed:
        if listed.open:
            st.html(source_list(found.sources, lang))


def files(spec: LayerSpec, lang: Language) -> None:
    """Offer the layer as GeoParquet and, unless it is so large that it travels in tiles, as GeoJSON."""
    geojson = ("GeoJSON", "geojson", "application/geo+json", partial(downloads.layer_geojson, spec.key))
    parquet = ("GeoParquet", "parquet", "application/vnd.apache.parquet", partial(downloads.layer_geoparquet, spec.key))
    with st.container(key=f"files-{spec.key}", horizontal=True, vertical_alignment="center", gap="small"):
        for name, ending, mime, content in (parquet,) if is_tiled(spec) else (geojson, parquet):
            st.download_button(
                name,
                content,
                file_name=f"fronteras-{spec.key}.{ending}",
                mime=mime,
                key=f"get-{spec.key}-{ending}",
                on_click="ignore",
                icon=":material/download:",
                help=say(Message("Download {layer} as {format}", layer=spec.title, format=name), lang),
            )


def release(lang: Language) -> None:
    """Show which app and which data these are."""
    section(
        "release",
        say(Message("This release"), lang),
        [
            say(
                Message(
                    "Fronteras {app}, data {data}. The data version changes with any shipped file, so two "
                    "people with the same version see the same figures.",
                    app=APP_VERSION,
                    data=store.data_version(),
                ),
                lang,
            ),
            say(
                Message(
                    "“Licence not stated” means: cite it, but do not redistribute its text. GeoNames is "
                    "credited under CC BY 4.0, Amazon Mining Watch (Earth Genome) under CC BY 4.0; Natural "
                    "Earth is in the public domain."
                ),
                lang,
            ),
            say(Message("The files keep the codes and column names of the data dictionary, data/README.md."), lang),
        ],
    )


def main() -> None:
    """Lay out the page."""
    view = reads.view()
    lang = view.lang
    st.html(Path(__file__).with_name("methods.css"))
    with st.container(key="methods-page", horizontal=True, gap=None, vertical_alignment="top"):
        with st.container(key="methods-index", width=270):
            index(view)
        with st.container(key="methods-text", width="stretch"):
            title = say(Message("Methods"), lang)
            st.html(f"<h1>{escape(title)}</h1>")
            st.markdown(
                say(
                    Message(
                        "What each layer shows, where it comes from, how sure it is, and what it must not be read as."
                    ),
                    lang,
                )
            )
            for anchor, title, paragraphs in READING:
                section(anchor, say(title, lang), [say(paragraph, lang) for paragraph in paragraphs])
                if anchor == "evidence":
                    grades(lang)
                if anchor == "series":
                    figures(lang)
            zones(view)
            for group, title in groups():
                section(f"group-{group}", say(title, lang), [])
                for spec in layers_of(group):
                    layer(spec, view)
            release(lang)


main()
