"""The versions of a layer: who saved what and when, what changed between two of them, and the way back to one."""

from collections.abc import Iterable
from functools import partial
from html import escape

import streamlit as st

from geo.about import About
from geo.library import copies, shelf
from geo.library.differences import Differences
from geo.messages import Language, Message, day, number, say
from layers import difference_map
from layers.library_rows import FIELDS, features_words
from pages import reads
from pages.context_panel import boxes
from pages.undoing import tell, tried

MOST_DIFFERENCES = 500  # rows of a list on a page; the two versions as files have all
KINDS = {"added": Message("added"), "removed": Message("removed"), "changed": Message("changed")}
OF_ONE = {"added": Message("new"), "removed": Message("gone"), "changed": Message("different")}


def show(layer: shelf.Layer, lang: Language) -> None:
    """Show who saved what and when, newest first; an earlier version can be restored and any two compared."""
    st.html(f"<h3>{escape(say(Message('Versions'), lang))}</h3>")
    may_change = layer.is_changed_by(reads.viewer())
    with st.container(key="card-versions", gap=None):
        for each in reversed(layer.versions):
            is_current = each.number == layer.current.number
            with st.container(key=f"version-{each.number}", horizontal=True, vertical_alignment="center", gap="small"):
                st.html(version_html(each, lang, is_current=is_current), width="stretch")
                if may_change and not is_current and layer.archived is None:
                    restore = say(Message("Restore"), lang)
                    help_words = Message("Save version {n} again as the newest; the ones between stay", n=each.number)
                    st.button(
                        restore,
                        key=f"restore-{each.number}",
                        type="tertiary",
                        icon=":material/history:",
                        help=say(help_words, lang),
                        on_click=restored,
                        args=(layer, each.number),
                    )
    if len(layer.versions) > 1:
        comparison(layer, lang)


def version_html(version: shelf.Version, lang: Language, *, is_current: bool) -> str:
    """Return a version in one line; every word is escaped."""
    when = f"{day(version.at.date(), lang)}, {version.at:%H:%M} UTC"
    by = say(Message("me"), lang) if version.by == reads.viewer().id else version.by
    told = [when, by, say(features_words(version.geometry, version.features), lang), version.about.marking]
    if version.restored_from is not None:
        told.append(say(Message("version {n} restored", n=version.restored_from), lang))
    now = f" <em>{escape(say(Message('now'), lang))}</em>" if is_current else ""
    note = f"<q>{escape(version.note)}</q>" if version.note else ""
    name = escape(say(Message("version {n}", n=version.number), lang))
    return f'<div class="version"><b>{name}</b>{now} <span>{escape(" · ".join(told))}</span> {note}</div>'


def restored(layer: shelf.Layer, wanted: int) -> None:
    """Restore a version; it can be undone."""
    viewer = reads.viewer()
    made = tried(lambda: shelf.restore(layer.key, wanted, viewer=viewer))
    if made is not None:
        words = Message(
            "“{title}”: version {n} is restored as version {new}.", title=layer.title, n=wanted, new=made.current.number
        )
        tell(words, partial(shelf.take_back, layer.key, made.current.number, viewer=viewer))


def comparison(layer: shelf.Layer, lang: Language) -> None:
    """Show what changed between two versions: by default the last two."""
    numbers = [each.number for each in layer.versions]
    with st.expander(say(Message("What changed"), lang), key=f"compare-{layer.key}", on_change="rerun") as opened:
        if not opened.open:
            return
        with st.container(key="compare-which", horizontal=True, vertical_alignment="center", gap="small"):
            later = version_choice(Message("Later version"), numbers[:0:-1], 0, layer, lang)
            earlier = version_choice(
                Message("Earlier version"), [n for n in reversed(numbers) if n < later], 0, layer, lang
            )
        said_differently(layer.version(earlier).about, layer.version(later).about, lang)
        with st.spinner(say(Message("Comparing the versions"), lang)):
            found = copies.compared(layer, earlier, later)
        differences(found, lang)


def version_choice(title: Message, numbers: list[int], at: int, layer: shelf.Layer, lang: Language) -> int:
    """Let the person choose one of several versions."""
    return st.selectbox(
        say(title, lang),
        numbers,
        index=at,
        format_func=lambda n: say(Message("version {n}", n=n), lang),
        key=f"{title.id}-{layer.key}-{numbers[0]}",
        width=200,
    )


def said_differently(earlier: About, later: About, lang: Language) -> None:
    """Show what is said of the layer otherwise than before."""
    before, after = earlier.to_dict(), later.to_dict()
    changed = [name for name in after if before.get(name) != after[name]]
    if changed:
        rows = "".join(
            f"<tr><th scope='row'>{escape(say(FIELDS[name], lang))}</th><td>{escape(text(before.get(name)))}</td>"
            f"<td>{escape(text(after[name]))}</td></tr>"
            for name in changed
        )
        st.html(table_html([Message("Said of it"), Message("Before"), Message("After")], rows, lang))


def text(value: object) -> str:
    """Return a value of a form as text."""
    return "–" if value in (None, "") else str(value)


def table_html(heads: Iterable[Message], rows: str, lang: Language) -> str:
    """Return a small table of rows that are escaped already."""
    titles = "".join(f'<th scope="col">{escape(say(each, lang))}</th>' for each in heads)
    inner = f"<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="differences" tabindex="0">{inner}</div>'


def differences(found: Differences, lang: Language) -> None:
    """Show how many features came, went and changed, which they are, and in which columns."""
    if found.are_none:
        st.html(f'<p class="about">{escape(say(Message("The features are the same in both versions."), lang))}</p>')
        return
    unchanged = say(Message("{n} unchanged", "{n} unchanged", n=found.unchanged), lang)
    moved = say(Message("{n} with another shape", "{n} with another shape", n=found.moved), lang) if found.moved else ""
    figures = [
        (number(found.count("added"), lang), say(KINDS["added"], lang), ""),
        (number(found.count("removed"), lang), say(KINDS["removed"], lang), ""),
        (number(found.count("changed"), lang), say(KINDS["changed"], lang), moved),
    ]
    st.html(boxes(figures))
    how = (
        Message("Features were matched by their id.")
        if found.by_id
        else Message(
            "Features were matched by their shapes and columns, since their ids name other ones in the two versions."
        )
    )
    told = [unchanged, say(how, lang)]
    for columns, words in (
        (found.columns_added, Message("New columns: {names}.", names=", ".join(found.columns_added))),
        (found.columns_removed, Message("Columns left out: {names}.", names=", ".join(found.columns_removed))),
    ):
        told += [say(words, lang)] if columns else []
    if found.columns:
        names = ", ".join(f"{name} ({number(count, lang)})" for name, count in found.columns.items())
        told.append(say(Message("Changed columns: {names}.", names=names), lang))
    st.html(f'<p class="about">{escape(" · ".join(told))}</p>')
    if picture := difference_map.image(found, lang):
        caption = escape(difference_map.legend(found, lang))
        st.html(f'<figure class="where">{picture}<figcaption>{caption}</figcaption></figure>')
    listed(found, lang)


def listed(found: Differences, lang: Language) -> None:
    """Show the features that differ, and the cells before and after."""
    shape = say(Message("shape"), lang)
    rows = "".join(
        f"<tr><td>{escape(say(OF_ONE[row.kind], lang))}</td><th scope='row'>{escape(text(row.id))}</th>"
        f"<td>{escape(', '.join(filter(None, (shape if row.shape else '', row.columns))))}</td></tr>"
        for row in found.rows.head(MOST_DIFFERENCES).itertuples()
    )
    if rows:
        st.html(table_html([Message("Difference"), Message("Feature"), Message("In what")], rows, lang))
    cells = "".join(
        f"<tr><th scope='row'>{escape(text(row.id))}</th><td>{escape(row.column)}</td>"
        f"<td>{escape(text(row.before))}</td><td>{escape(text(row.after))}</td></tr>"
        for row in found.cells.head(MOST_DIFFERENCES).itertuples()
    )
    if cells:
        heads = [Message("Feature"), Message("Column"), Message("Before"), Message("After")]
        st.html(table_html(heads, cells, lang))
    if len(found.rows) > MOST_DIFFERENCES:
        st.caption(say(Message("The first {n} of {count}.", n=MOST_DIFFERENCES, count=len(found.rows)), lang))
