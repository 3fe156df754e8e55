"""The frame of every page: set-up, language, navigation, errors, footer."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # Streamlit puts only this folder there
    sys.path.insert(0, str(ROOT))

from geo import store  # noqa: E402 - needs the path above
from geo.messages import LANGUAGES, Language, Message, say  # noqa: E402
from layers.briefing.told import NO_ENDORSEMENT, NO_TRACKS  # noqa: E402
from layers.known import PAGES  # noqa: E402
from layers.version import APP_VERSION  # noqa: E402
from pages import reads  # noqa: E402
from pages.errors import shown_errors  # noqa: E402
from pages.escaping import css_words, plain  # noqa: E402

TITLES = {
    "map": Message("Map"),
    "zones": Message("Zones"),
    "layers": Message("Layers"),
    "briefing": Message("Briefing"),
    "records": Message("Records"),
    "methods": Message("Methods"),
    "upload": Message("Upload"),
}
FILES = {"layers": "library"}  # a pages/layers.py would hide the package of that name
STREAMLIT_WORDS = {  # which it says in English only; shell.css puts these in their place
    "--broken": Message(
        "This part of the page failed, and the fault is ours: it stands in the server's log. Reload the page, or go on "
        "with another."
    ),
    "--as-written": Message("Take it as it is written"),
    "--nothing-fits": Message("Nothing fits. Try fewer letters."),
}


def header(pages: dict[str, st.Page], lang: Language) -> None:
    """Show the name, the pages and the languages in one line."""
    query = reads.view().to_query()
    with st.container(key="header", horizontal=True, vertical_alignment="center", gap="medium"):
        st.html('<div class="brand">Fronteras</div>', width="content")
        with st.container(key="nav", horizontal=True, gap="medium", width="content"):
            for name, page in pages.items():
                here = reads.view().page == name
                with st.container(key=f"nav-{name}-{'here' if here else 'there'}", width="content"):
                    st.page_link(page, label=say(TITLES[name], lang), query_params=query)
        with st.container(key="languages", horizontal=True, horizontal_alignment="right", gap="small"):
            for code in LANGUAGES:
                st.button(
                    code,
                    key=f"lang-{code}",
                    type="tertiary",
                    help=reads.LANGUAGE_NAMES[code],
                    disabled=code == lang,
                    on_click=reads.change,
                    kwargs={"lang": code},
                )
        brief(pages, lang)


def brief(pages: dict[str, st.Page], lang: Language) -> None:
    """Lead to the briefing page with what is on the screen: the one primary action of the map and of a zone."""
    view = reads.view()
    if view.page == "map":
        words, to = Message("Export this view"), view
    elif view.page == "zones" and view.zone:
        words, to = Message("Brief this zone"), reads.zone_on_map(view)
    else:
        return
    with st.container(key="to-briefing", width="content"):
        st.page_link(pages["briefing"], label=say(words, lang), query_params=to.but(page="briefing").to_query())


def footer(lang: Language) -> None:
    """Show which data and which app these are, and what lines on the map do not mean."""
    try:
        data = store.data_version()
    except OSError:
        data = "–"
    versions = say(Message("Fronteras {app} · data {data}", app=APP_VERSION, data=data), lang)
    disclaimer = " ".join(say(each, lang) for each in (NO_ENDORSEMENT, NO_TRACKS))
    with st.container(key="footer"):
        st.caption(f"{versions} · {disclaimer}")


def main() -> None:
    """Run the page that the address names."""
    st.set_page_config(
        page_title="Fronteras",
        page_icon=str(ROOT / "pages" / "icon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    pages = {
        name: st.Page(f"{FILES.get(name, name)}.py", title=name.title(), url_path=name, default=name == "map")
        for name in PAGES
        if (ROOT / "pages" / f"{FILES.get(name, name)}.py").is_file()
    }
    page = st.navigation(list(pages.values()), position="hidden")
    reads.open_view(page.url_path or "map")
    reads.write_address()  # a page that changes the view runs again, so this is the view it shows
    lang = reads.lang()
    st.html(css_words(STREAMLIT_WORDS, lang))
    header(pages, lang)
    if problems := reads.problems():
        with st.container(key="link-problems", gap="small"):
            for problem in problems:
                st.warning(plain(say(problem, lang)), icon=":material/link_off:")
    with shown_errors(lang):
        page.run()
    footer(lang)


main()
