"""A report on a page: the verdict, what to do, what was found, each repair before and after, and three files to take.

The upload page shows it for a file that was just checked, the layers page for one that was stored: there the shapes
may not have been kept, and everything else is the same.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from json import dumps
from pathlib import Path, PurePosixPath
from typing import Protocol

import streamlit as st

from geo.ingest.checking import Preview
from geo.ingest.report import SEVERITIES, Report, Severity
from geo.ingest.report_csv import report_csv
from geo.messages import Language, Message, number, say
from layers.report_html import by_issue, group_html, layers_html, steps_html, verdict_html, words_html
from layers.report_page import report_page
from layers.report_words import SEVERITY, groups

FEW = 4  # issues that nobody needs to filter


class Repaired(Protocol):
    """What has repairs to show: a checked layer."""

    @property
    def repairs(self) -> tuple[Preview, ...]:
        """The first few shapes of each kind of repair."""


def show(report: Report, layers_with_repairs: Sequence[Repaired | Preview], lang: Language, *, key: str) -> None:
    """Show a report with its files.

    Parameters
    ----------
    layers_with_repairs : sequence
        The layers that were checked, or the previews themselves, as ``geo.ingest.telling.unpacked_repairs`` gives
        those of a stored report; empty where none were kept.
    key : str
        What keeps the widgets of one report apart from those of another on the page.
    """
    previews = tuple(each for layer in layers_with_repairs for each in _previews(layer))
    style()
    with st.container(key=f"report-view-{key}", gap="small"):
        st.html(_part(verdict_html(report, lang), steps_html(report, lang), layers_html(report.layers, lang)))
        chosen = severities(report, lang, key=key)
        shown = by_issue(previews)
        for group in groups(issue for issue in report.issues if issue.severity in chosen):
            st.html(_part(group_html(group, shown, lang, lambda picture: picture.image)))
        if words := words_html(report, lang):
            st.html(_part(words))
        files(report, previews, lang, key=key)


def style() -> None:
    """Bring the look of a report to a page."""
    st.html(Path(__file__).with_name("report.css"))


def severities(report: Report, lang: Language, *, key: str) -> tuple[Severity, ...]:
    """Let the reader choose which issues are shown, where there are many of several kinds; all without a choice."""
    count = {each: sum(issue.severity == each for issue in report.issues) for each in SEVERITIES}
    there = [each for each in SEVERITIES if count[each]]
    if len(there) < 2 or len(report.issues) <= FEW:
        return SEVERITIES
    chosen = st.pills(
        say(Message("Show"), lang),
        there,
        format_func=lambda each: f"{say(SEVERITY[each], lang)} {number(count[each], lang)}",
        selection_mode="multi",
        key=f"report-severities-{key}",
        label_visibility="collapsed",
    )
    return tuple(chosen) or SEVERITIES


def files(report: Report, previews: Iterable[Preview], lang: Language, *, key: str) -> None:
    """Offer the report as a page to read, as a table and as JSON; each is made when it is asked for."""
    name = _name(report.file)
    with st.container(key=f"report-files-{key}", horizontal=True, gap="small"):
        page_help = Message("One page to read, print or send, with the pictures; it needs no network")
        table_help = Message("One row for each thing found, for a spreadsheet")
        json_help = Message("For programs; the same as the command “python -m geo check --json” prints")
        as_page, as_table = partial(report_page, report, tuple(previews), lang), partial(report_csv, report, lang)
        _file(Message("Report as a page"), as_page, f"{name}.html", say(page_help, lang), lang, key)
        _file(Message("CSV"), as_table, f"{name}.csv", say(table_help, lang), lang, key)
        _file(Message("JSON"), partial(_json, report, lang), f"{name}.json", say(json_help, lang), lang, key)


def _file(words: Message, made: Callable[[], bytes], name: str, about: str, lang: Language, key: str) -> None:
    ending = PurePosixPath(name).suffix
    st.download_button(
        say(words, lang),
        made,
        file_name=name,
        mime={".html": "text/html", ".csv": "text/csv", ".json": "application/json"}[ending],
        key=f"report-get-{ending[1:]}-{key}",
        on_click="ignore",
        icon=":material/download:",
        help=about,
    )


def _json(report: Report, lang: Language) -> bytes:
    """Return the report as ``python -m geo check --json`` prints it."""
    return f"{dumps(report.to_json(lang), ensure_ascii=False, indent=1)}\n".encode()


def _name(file: str) -> str:
    """Return a name for the files: that of the checked one, of signs that every system takes."""
    plain = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in PurePosixPath(file).stem)
    return f"{plain.strip('-')[:60] or 'file'}-report"


def _part(*parts: str) -> str:
    return f'<div class="report">{"".join(parts)}</div>'


def _previews(layer: Repaired | Preview) -> tuple[Preview, ...]:
    return (layer,) if isinstance(layer, Preview) else layer.repairs
