"""The third step of an upload: the layer on its map, and beside it what the person says of it."""

from dataclasses import fields
from html import escape
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from geo.errors import GeoError
from geo.library import shelf
from geo.messages import Language, Message, say
from geo.upload import draft_answers, draft_jobs, drafts
from geo.upload.column_facts import DATED, ROLES, ColumnFacts, Role
from geo.upload.draft_answers import LICENCES, RELIABILITY, Filled
from geo.upload.drafts import Draft
from geo.viewer import MARKINGS
from layers import draft_map, own_colours, web
from layers.draft_map import Drawn
from layers.words import said
from pages import reads
from pages.errors import shown_errors
from pages.escaping import plain

MAP_PX = 640
EXAMPLES = 3  # values of a column that tell what it is
LONGEST_EXAMPLE = 18
ROWS = 8  # of the table of first rows

COLUMN_LABELS: dict[Role, Message] = {
    "name": Message("Name"),
    "year": Message("Date or year"),
    "category": Message("Category"),
    "value": Message("Value, a number"),
    "precision": Message("Precision, in km"),
    "source_column": Message("Source of each feature"),
}
BY_LABELS = {
    "": Message("One colour"),
    "category": Message("By category"),
    "value": Message("By value"),
}
COLOUR_NAMES = (
    Message("Blue"),
    Message("Vermilion"),
    Message("Green"),
    Message("Pink"),
    Message("Light blue"),
    Message("Brown"),
)
PALETTE_NAMES = {
    "okabe": Message("Okabe and Ito"),
    "dark2": Message("ColorBrewer Dark2"),
    "ylorbr": Message("Yellow to brown"),
    "blues": Message("Blues"),
    "greens": Message("Greens"),
    "reds": Message("Reds"),
    "purples": Message("Purples"),
}
GRADES = {
    "": Message("Not graded"),
    "A": Message("A · completely reliable"),
    "B": Message("B · usually reliable"),
    "C": Message("C · fairly reliable"),
    "D": Message("D · not usually reliable"),
    "E": Message("E · unreliable"),
    "F": Message("F · reliability cannot be judged"),
}
WHO_SEES = {
    "TLP:CLEAR": Message("may be published"),
    "TLP:GREEN": Message("for the community"),
    "TLP:AMBER": Message("for the organisation and its clients"),
    "TLP:AMBER+STRICT": Message("for the organisation only"),
    "TLP:RED": Message("for the persons named only"),
}
VISIBILITY = {
    "private": Message("Only me"),
    "shared": Message("All who may see its marking"),
}


def show(found: Draft, lang: Language) -> None:
    """Show the map and the form."""
    filled = Filled.of(found)
    shown = draft_map.drawn(found, filled)
    tried = st.session_state.get("upload-tried") == found.id
    form = _Form(found, filled, lang, filled.problems() if tried else _wrong(filled))
    with st.container(key="describe-page", horizontal=True, gap="medium", vertical_alignment="top"):
        left = st.container(key="draft-map-frame", width="stretch", gap=None)
        right = st.container(key="draft-form", width=520, gap="small")
    with right:
        form.words()
        form.look(shown)
        form.columns()
        form.more()
        form.access()
        form.target()
        form.saving()
    with left, shown_errors(lang):
        the_map(found, filled, shown, lang)


def _wrong(filled: Filled) -> dict[str, Message]:
    """Return what is filled in wrongly; what is not filled in yet is told when the person saves."""
    return {
        name: text for name, text in filled.problems().items() if name not in {*draft_answers.MISSING, "names_agreed"}
    }


def the_map(found: Draft, filled: Filled, shown: Drawn, lang: Language) -> None:
    """Show the sample on the map, with the legend that the layer will have."""
    west, south, east, north = shown.bounds
    session = st.session_state
    where = (found.id, found.check, filled.layer)
    if session.get("draft-sight") != where:
        session["draft-sight"] = where
        session["draft-serial"] = session.get("draft-serial", 0) + 1
    if web.missing_assets():
        st.warning(say(web.MISSING_ASSETS, lang))
        return
    view = reads.view().but(layers=("boundaries",), feature="", zone="", year=None, compare="", basemap="atlas")
    with st.container(key="draft-map"):
        st_folium(
            web.AtlasMap(),
            key="draft-map-view",
            height=MAP_PX,
            use_container_width=True,
            returned_objects=[],
            feature_group_to_add=web.layer_list(
                view,
                serial=session["draft-serial"],
                sight={"bounds": [[south, west], [north, east]], "maxZoom": 13},
                reader=reads.reader(),
                more=[draft_map.entry(found, filled, shown, reads.reader())],
            ),
        )
        title = filled.about.title or say(Message("Untitled layer"), lang)
        lines = draft_map.legend_html(shown, lang)
        st.html(f'<div class="draft-legend" aria-live="polite"><b>{escape(title)}</b>{lines}</div>')
    if words := draft_map.sample_words(shown, lang):
        st.html(f'<p class="sample">{escape(words)}</p>')
    rows(found, filled, lang)


def rows(found: Draft, filled: Filled, lang: Language) -> None:
    """Show the first rows on demand, so that columns can be told apart."""
    with st.expander(
        say(Message("First rows"), lang), icon=":material/table_rows:", key="rows", on_change="rerun"
    ) as table:
        if table.open:
            frame = draft_map.sample(found, filled.layer).head(ROWS)
            st.dataframe(frame.drop(columns=frame.geometry.name).astype(str).replace("nan", ""), hide_index=True)


class _Form:
    """The fields of one draft: each keeps its answer as soon as it changes, and says what is wrong with it."""

    def __init__(self, found: Draft, filled: Filled, lang: Language, problems: dict[str, Message]) -> None:
        self.found, self.filled, self.lang, self.problems = found, filled, lang, problems
        self.facts: dict[str, ColumnFacts] = {each.name: each for each in draft_jobs.prepared(found, filled.layer)}

    # --- sections

    def words(self) -> None:
        """Ask what the layer is: the two that are a must."""
        self.heading(Message("What it is"))
        self.text("title", Message("Title"), must=True)
        self.text(
            "source",
            Message("Source"),
            must=True,
            hint=Message("Who says so, as they ask to be cited"),
        )

    def look(self, shown: Drawn) -> None:
        """Ask how the layer is drawn; the map and its legend answer at once."""
        self.heading(Message("How it looks"))
        roles = self.filled.about.roles
        offered = ["", *(["category"] if roles.category else []), *(["value"] if roles.value else [])]
        by = self.filled.by if self.filled.by in offered else ""
        if len(offered) > 1:
            self.choice("by", Message("Colour"), {each: BY_LABELS[each] for each in offered}, by)
        with st.container(key="swatches", horizontal=True, gap="small"):
            if by == "":
                given = own_colours.colour_of(self.filled.about.title or "–", self.filled.look)
                for place, colour in enumerate(own_colours.COLOURS):
                    self.swatch(f"colour-{place}", COLOUR_NAMES[place], {"colour": colour}, is_on=colour == given)
            else:
                palettes = own_colours.KINDS if by == "category" else own_colours.RAMPS
                given = self.filled.palette if self.filled.palette in palettes else next(iter(palettes))
                for name in palettes:
                    self.swatch(f"palette-{name}", PALETTE_NAMES[name], {"palette": name}, is_on=name == given)
        if by == "category" and (category := self.facts.get(roles.category)) and category.distinct > own_colours.MANY:
            words = Message(
                "The {n} most frequent of {values} values have a colour of their own; the others share one.",
                n=own_colours.MANY,
                values=category.distinct,
            )
            st.caption(say(words, self.lang))
        if by == "value" and not shown.counts:
            st.caption(say(Message("Too few numbers differ to make classes of them."), self.lang))

    def columns(self) -> None:
        """Ask which column plays which part, each with the values that tell it."""
        self.heading(Message("What the columns mean"))
        with st.container(key="columns", gap="small"):
            for role in ROLES:
                fitting = [each for each in self.facts.values() if _may_play(role, each)]
                given = getattr(self.filled.about, role)
                names = ["", *(each.name for each in fitting)]
                if given and given not in names:
                    names.append(given)
                self.pick(role, COLUMN_LABELS[role], names, given, self.column_words)

    def more(self) -> None:
        """Ask what else is known; nothing of it is a must."""
        wrong = {"description", "publisher", "url", "licence", "as_of", "precision_km", "reliability"} & set(
            self.problems
        )
        with st.expander(
            say(Message("More about it"), self.lang), key="more", expanded=bool(wrong), icon=":material/notes:"
        ):
            self.text("description", Message("Description"), long=True)
            self.text("publisher", Message("Publisher"))
            self.text("url", Message("Address"), hint=Message("https://…"))
            self.licence()
            self.text("as_of", Message("As of"), hint=Message("2024, 2024-06 or 2024-06-30"))
            self.precision()
            grades = {each: GRADES[each] for each in ("", *RELIABILITY)}
            self.pick(
                "reliability",
                Message("Reliability of the source (Admiralty scale)"),
                list(grades),
                self.filled.about.reliability,
                lambda grade: say(grades[grade], self.lang),
            )

    def access(self) -> None:
        """Ask who may see it."""
        self.heading(Message("Who may see it"))
        self.pick(
            "marking",
            Message("Marking (TLP 2.0)"),
            [each for each in MARKINGS if reads.viewer().may_see(each)],
            self.filled.about.marking,
            lambda marking: f"{marking} · {say(WHO_SEES[marking], self.lang)}",
        )
        if not self.filled.target:  # a version is seen by those who see its layer
            self.choice("visibility", Message("Shown to"), VISIBILITY, self.filled.visibility)
        if self.filled.names_found:
            words = Message(
                "Some columns seem to name people. Keep them only if you may; otherwise take them out of the file and "
                "bring it again."
            )
            st.warning(say(words, self.lang), icon=":material/person_alert:")
            agreed = Message("These names may be kept here, and the marking fits them.")
            self.tick("names_agreed", agreed, value=self.filled.names_agreed)

    def target(self) -> None:
        """Ask whether this is a new layer or the next version of one."""
        viewer = reads.viewer()
        mine = {each.key: each for each in shelf.layers(viewer) if each.is_changed_by(viewer)}
        if not mine:
            return
        wanted = st.session_state.pop("upload-target", "")  # by who came from a layer to bring its next version
        if wanted in mine and not self.filled.target:
            st.session_state[self.key("target")] = wanted
            self.aim(self.key("target"))
            st.rerun()
        self.heading(Message("New, or the next version"))
        words = {
            key: f"{each.title} · {say(Message('version {n}', n=each.current.number), self.lang)}"
            for key, each in mine.items()
        }
        new = say(Message("A new layer"), self.lang)
        given = self.filled.target if self.filled.target in mine else ""
        key = self.key("target")
        st.session_state[key] = given
        st.selectbox(
            say(Message("Save as"), self.lang),
            ["", *mine],
            format_func=lambda each: words[each] if each else new,
            key=key,
            label_visibility="collapsed",
            on_change=self.aim,
            args=(key,),
        )
        if given:
            latest = mine[given].current.number
            if latest != self.filled.expected:
                words_now = Message("“{title}” is at version {n} now.", title=mine[given].title, n=latest)
                st.warning(plain(say(words_now, self.lang)))
                after = say(Message("Save mine as version {n}", n=latest + 1), self.lang)
                st.button(after, key="after", on_click=self.keep, kwargs={"expected": latest})
            self.text("note", Message("What is new in it"))

    def saving(self) -> None:
        """Show what is missing, and the one button that stores the layer."""
        if self.found.problem is not None:
            st.error(plain(say(self.found.problem, self.lang)), icon=":material/error:")
        with st.container(key="saving", gap=None):
            with st.container(key="actions", horizontal=True, vertical_alignment="center", gap="small"):
                st.button(say(Message("Save the layer"), self.lang), key="save", type="primary", on_click=self.save)
                back = say(Message("Back to the report"), self.lang)
                st.button(
                    back,
                    key="to-report",
                    type="tertiary",
                    on_click=st.session_state.update,
                    args=({"upload-report": True},),
                )
                st.button(say(Message("Put aside"), self.lang), key="aside", type="tertiary", on_click=self.aside)
            if self.problems:
                missing = Message(
                    "One answer is missing or wrong: see above.",
                    "{n} answers are missing or wrong: see above.",
                    n=len(self.problems),
                )
                st.html(f'<p class="wrong" role="alert">{escape(say(missing, self.lang))}</p>')

    # --- what the buttons do

    def save(self) -> None:
        """Store the layer, or say what is missing."""
        st.session_state["upload-tried"] = self.found.id
        now = drafts.draft(self.found.id, reads.viewer())
        if Filled.of(now).problems():
            return
        try:
            draft_jobs.store(self.found.id, reads.viewer())
        except GeoError as error:
            st.session_state["upload-error"] = error.message

    def aside(self) -> None:
        """Leave the draft for later."""
        st.session_state["upload"] = ""

    def aim(self, key: str) -> None:
        """Choose the layer that this becomes a version of; what is said of it there is said here too."""
        target = st.session_state[key]
        answers: dict[str, Any] = {"target": target, "expected": 0}
        if target:
            try:
                layer = shelf.layer(target, reads.viewer())
            except GeoError as error:  # it was deleted meanwhile
                st.session_state["upload-error"] = error.message
                return
            told = {each.name: getattr(layer.about, each.name) for each in fields(layer.about)}
            columns = {role: told.pop(role) for role in ROLES}
            answers |= told | {role: name for role, name in columns.items() if name in self.facts}
            look = layer.current.look
            # Left open, it is drawn by its classes where it has some; here that is said.
            by = look.by or ("" if look.colour or not answers.get("category") else "category")
            answers |= {
                "expected": layer.current.number, "colour": own_colours.colour_of(layer.title, look), "by": by,
                "palette": look.palette, "visibility": layer.visibility,
            }  # fmt: skip
        self.keep(**answers)

    def keep(self, **answers: object) -> None:
        """Keep answers in the draft."""
        try:
            drafts.fill(self.found.id, reads.viewer(), **answers)
        except GeoError as error:
            st.session_state["upload-error"] = error.message

    # --- kinds of fields

    def key(self, name: str) -> str:
        """Return the widget key of a field of this draft."""
        return f"d-{name}-{self.found.id}"

    def heading(self, words: Message) -> None:
        st.html(f"<h3>{escape(say(words, self.lang))}</h3>")

    def problem(self, name: str) -> None:
        """Say beside a field what is wrong with it."""
        if name in self.problems:
            st.html(f'<p class="wrong" role="alert">{escape(say(self.problems[name], self.lang))}</p>')

    def text(
        self, name: str, label: Message, *, must: bool = False, hint: Message | None = None, long: bool = False
    ) -> None:
        """Show a field for words."""
        key = self.key(name)
        st.session_state[key] = str(self.found.answers.get(name) or "")
        words = say(label, self.lang) + (" \\*" if must else "")
        options: dict[str, Any] = {
            "key": key, "placeholder": say(hint, self.lang) if hint else None, "on_change": self.take,
            "args": (name, key),
        }  # fmt: skip
        with st.container(key=f"field-{name}", gap=None):
            if long:
                st.text_area(words, height=90, **options)
            else:
                st.text_input(words, **options)
            self.problem(name)

    def take(self, name: str, key: str) -> None:
        self.keep(**{name: st.session_state[key]})

    def tick(self, name: str, label: Message, *, value: bool) -> None:
        """Show a statement to agree to."""
        key = self.key(name)
        st.session_state[key] = value
        with st.container(key=f"field-{name}", gap=None):
            st.checkbox(say(label, self.lang), key=key, on_change=self.take, args=(name, key))
            self.problem(name)

    def choice(self, name: str, label: Message, options: dict[str, Message], given: str) -> None:
        """Show a few things of which one is chosen."""
        key = self.key(name)
        st.session_state[key] = given
        st.segmented_control(
            say(label, self.lang),
            list(options),
            format_func=lambda each: say(options[each], self.lang),
            key=key,
            required=True,
            on_change=self.take,
            args=(name, key),
        )

    def pick(self, name: str, label: Message, options: list[str], given: str, words: Any) -> None:
        """Show a list of which one is chosen."""
        key = self.key(name)
        st.session_state[key] = given if given in options else options[0]
        with st.container(key=f"field-{name}", gap=None):
            st.selectbox(
                say(label, self.lang), options, format_func=words, key=key, on_change=self.take, args=(name, key)
            )
            self.problem(name)

    def column_words(self, name: str) -> str:
        """Return a column with some of its values, which tell what it is."""
        if not name:
            return say(Message("No column"), self.lang)
        column = self.facts.get(name)
        if column is None:
            return name
        if column.kind == "number" and column.low is not None and column.high is not None:
            is_dated = column.dated >= DATED  # a year is no amount: its digits are not grouped
            low, high = (f"{each:.0f}" if is_dated else said("", each, self.lang) for each in (column.low, column.high))
            told = low if low == high else f"{low} – {high}"
        else:
            told = ", ".join(value[:LONGEST_EXAMPLE] for value, _ in column.top[:EXAMPLES])
        return f"{name} ({told})" if told else name

    def swatch(self, name: str, label: Message, answers: dict[str, str], *, is_on: bool) -> None:
        """Show a colour or a palette as a button in it."""
        words = say(label, self.lang)
        with st.container(key=f"{name}{'-on' if is_on else ''}", width="content"):
            st.button(words, key=f"pick-{name}", help=words, on_click=self.keep, kwargs=answers)

    def licence(self) -> None:
        """Show the usual licences, and room for any other."""
        given = str(self.found.answers.get("licence") or "")
        key = self.key("licence")
        st.session_state[key] = given or None
        st.selectbox(
            say(Message("Licence"), self.lang),
            [*LICENCES, *([given] if given and given not in LICENCES else [])],
            index=None,
            key=key,
            accept_new_options=True,
            placeholder=say(Message("Choose one, or write it out"), self.lang),
            on_change=lambda: self.keep(licence=st.session_state[key] or ""),
        )

    def precision(self) -> None:
        """Ask how far a feature may lie from where it is drawn."""
        key = self.key("precision_km")
        st.session_state[key] = self.filled.about.precision_km
        with st.container(key="field-precision_km", gap=None):
            st.number_input(
                say(Message("Precision of the whole layer, in km"), self.lang),
                min_value=0.0,
                max_value=draft_answers.FARTHEST_KM,
                step=0.5,
                format="%g",
                key=key,
                placeholder=say(Message("How far a feature may lie from where it is drawn"), self.lang),
                on_change=self.take,
                args=("precision_km", key),
            )
            self.problem("precision_km")


def _may_play(role: Role, column: ColumnFacts) -> bool:
    """Tell whether a column may be chosen for a part at all."""
    if column.filled == 0:
        return False
    if role in {"value", "precision"}:
        return column.kind == "number"
    return role != "year" or column.dated > 0
