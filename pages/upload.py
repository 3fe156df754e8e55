"""The upload page: a file comes in, its check is told, it is described beside its map, and stored; step by step."""

from html import escape
from pathlib import Path

import streamlit as st

from geo.errors import UnknownError
from geo.frames import frame
from geo.library import shelf
from geo.messages import Language, Message, say
from geo.upload import draft_jobs
from geo.upload.drafts import Draft
from layers.web import layers_on
from pages import layer_zones, reads, upload_form
from pages.errors import shown_errors
from pages.escaping import plain
from pages.upload_check import check_step, features_words, file_line, watched
from pages.upload_desk import desk
from pages.upload_session import current, doing, open_draft, step_of

STEPS = {
    "file": Message("File"),
    "check": Message("Check"),
    "describe": Message("Describe"),
    "stored": Message("On the map"),
}

STORING = {
    "waiting": Message("Waiting for its turn"),
    "storing": Message("Storing the features and their tiles"),
    "listing": Message("Entering the layer in the catalogue"),
}


def rail(step: str, lang: Language) -> None:
    """Show the four steps and where the person is."""
    names = list(STEPS)
    items = []
    for place, name in enumerate(names):
        kind = "here" if name == step else "done" if place < names.index(step) else "next"
        current_step = ' aria-current="step"' if kind == "here" else ""
        items.append(
            f'<li class="{kind}"{current_step}><b>{place + 1}</b><span>{escape(say(STEPS[name], lang))}</span></li>'
        )
    title = escape(say(Message("Bring a layer"), lang))
    st.html(f'<div class="desk-head"><h1>{title}</h1><ol class="rail">{"".join(items)}</ol></div>')


def stored(found: Draft, lang: Language) -> None:
    """Say that the layer is stored, where it leads, and what it touches."""
    try:
        layer = shelf.layer(found.key, reads.viewer())
        version = layer.version(found.version)
    except UnknownError as error:  # its owner keeps it to themselves by now
        st.info(plain(say(error.message, lang)))
        another = say(Message("Bring another file"), lang)
        st.button(another, key="another", type="primary", on_click=open_draft, args=("",))
        return
    words = Message("“{title}” is stored as version {n}.", title=layer.title, n=found.version)
    facts = " · ".join([features_words(version.features, lang), version.about.marking, found.name])
    with st.container(key="stored", gap="small"):
        st.html(f'<div class="stored"><b>{escape(say(words, lang))}</b><span>{escape(facts)}</span></div>')
        with st.container(key="actions", horizontal=True, vertical_alignment="center", gap="small"):
            on_map = reads.view().but(page="map", **sight(version.bounds), feature="", zone="")
            on_map = on_map.but(layers=tuple(sorted({*layers_on(on_map), layer.key})))
            with st.container(key="to-map", width="content"):
                st.page_link(
                    "map.py",
                    label=say(Message("Open on the map"), lang),
                    icon=":material/map:",
                    query_params=on_map.to_query(),
                )
            if Path(__file__).with_name("library.py").is_file():
                with st.container(key="to-layers", width="content"):
                    st.page_link(
                        "library.py",
                        label=say(Message("All layers"), lang),
                        query_params=reads.view().but(page="layers").to_query(),
                    )
            st.button(say(Message("Bring another file"), lang), key="another", on_click=open_draft, args=("",))
            st.button(
                say(Message("Undo"), lang),
                key="undo",
                type="tertiary",
                icon=":material/undo:",
                help=say(Message("Take the layer out of the catalogue again and return to its description"), lang),
                on_click=doing,
                args=(draft_jobs.take_back, found.id, reads.viewer()),
            )
    with shown_errors(lang):
        layer_zones.show(found.key, reads.view())


def sight(bounds: tuple[float, float, float, float] | None) -> dict[str, object]:
    """Return where the map looks to show a layer whole."""
    if bounds is None:
        return dict(reads.NOWHERE)
    lat, lon, zoom = frame(bounds)
    return {"lat": lat, "lon": lon, "zoom": zoom}


def main() -> None:
    """Show the step that the person is at."""
    lang = reads.lang()
    st.html(Path(__file__).with_name("upload.css"))
    with st.container(key="upload-page", gap="small"):
        problem = st.session_state.pop("upload-error", None)
        found = None
        with shown_errors(lang):
            found = current()
        step = step_of(found)
        rail(step, lang)
        if problem is not None:
            st.error(plain(say(problem, lang)), icon=":material/error:")
        with shown_errors(lang):
            if found is None:
                desk(lang)
            elif step == "check":
                check_step(found, lang)
            elif step == "describe" and found.state == "storing":
                file_line(found, lang)
                watched(found.id, STORING, lang)
            elif step == "describe":
                upload_form.show(found, lang)
            else:
                stored(found, lang)


main()
