"""The parts of a report in HTML, as the page to take away and the page of the app both show them.

Every word is escaped here: names, columns and values come with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Final

from geo.ingest.checking import Preview
from geo.ingest.report import Issue, LayerFacts, Report
from geo.messages import Language, Message, say
from layers.repair_preview import LEGEND, LEGEND_MOVED, MOVED, Picture, pictures
from layers.report_words import (
    MARKS,
    MEANING,
    SEVERITY,
    TITLES,
    Group,
    facts,
    glossary,
    place,
    records,
    remedy,
    steps,
    verdict,
)

SHOWN: Final = 3  # pictures of each kind of repair in a layer
SPACES: Final = "\u202f\u00a0"  # which group digits and are no more dangerous than any space

Draw = Callable[[Picture], str]  # how a picture stands in a page: as SVG, or as an image where no SVG is let through
Shown = Mapping[tuple[str, str], Sequence[Preview]]


def verdict_html(report: Report, lang: Language) -> str:
    """Return the verdict as a banner."""
    return (
        f'<div class="verdict {report.verdict}"><b aria-hidden="true">{MARKS[report.verdict]}</b>'
        f"<p>{said(verdict(report), lang)}</p></div>"
    )


def steps_html(report: Report, lang: Language) -> str:
    """Return what to do, in its order."""
    rows = "".join(f"<li>{_step(step, report)}</li>" for step in steps(report, lang))
    return f'<h2>{said(Message("What to do"), lang)}</h2><ol class="todo">{rows}</ol>'


def layers_html(layers: Sequence[LayerFacts], lang: Language) -> str:
    """Return what can be stored, as a table; "" where nothing can."""
    if not layers:
        return ""
    heads = "".join(f'<th scope="col">{plain(word)}</th>' for word, _ in facts(layers[0], lang))
    rows = "".join(_row(layer, lang) for layer in layers)
    title = say(Message("What can be stored"), lang)
    name = say(Message("Layer"), lang)
    return (
        f'<h2>{plain(title)}</h2><table><thead><tr><th scope="col">{plain(name)}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(layer: LayerFacts, lang: Language) -> str:
    cells = "".join(f"<td>{plain(told)}</td>" for _, told in facts(layer, lang))
    return f'<tr><th scope="row">{plain(layer.name)}</th>{cells}</tr>'


def group_html(group: Group, shown: Shown, lang: Language, draw: Draw) -> str:
    """Return the issues that ask for the same.

    Parameters
    ----------
    shown : mapping
        Previews as ``by_issue`` gives them. One repair may be told by several issues, by reason: its pictures stand
        with the first of them.
    """
    head = f'<h2>{said(TITLES[group.duty], lang)}</h2><p class="lead">{said(MEANING[group.duty], lang)}</p>'
    notes = [each for each in group.issues if group.duty == "know" and (each.code, each.layer) not in shown]
    listed = "".join(f"<li>{_note(issue, lang)}</li>" for issue in notes)
    first = {(issue.code, issue.layer): issue for issue in reversed(group.issues)}
    rows = "".join(
        _issue(issue, shown.get(key, ()) if first[key] is issue else (), lang, draw)
        for issue in group.issues
        if issue not in notes
        for key in [(issue.code, issue.layer)]
    )
    listed = f'<ul class="plain">{listed}</ul>' if listed else ""
    return f"<section>{head}{rows}{listed}</section>"


def _note(issue: Issue, lang: Language) -> str:
    where = place(issue, lang)
    told = " ".join(said(each, lang) for each in (issue.found, issue.expected))
    return f"{f'{plain(where)}: ' if where else ''}{told} <code>{issue.code}</code>"


def _issue(issue: Issue, previews: Sequence[Preview], lang: Language, draw: Draw) -> str:
    drawn = "".join(_repair(each, lang, draw) for each in previews)
    if drawn:
        drawn += f'<p class="meta">{said(LEGEND_MOVED if issue.code in MOVED else LEGEND, lang)}</p>'
    where = " · ".join(filter(None, (issue.layer, records(issue, lang))))
    return (
        f'<article class="issue"><h3>{said(issue.found, lang)}</h3>'
        f"{f'<p>{plain(where)}</p>' if where else ''}<p>{said(issue.expected, lang)}</p>"
        f"{_remedy(issue, lang)}{drawn}"
        f'<p class="meta">{said(SEVERITY[issue.severity], lang)} · <code>{issue.code}</code></p></article>'
    )


def _step(step: str, report: Report) -> str:
    """Return a step; one with choices names them where the issue is told."""
    for issue in report.issues:
        text, choices = remedy(step, issue)
        if choices:
            return f"{plain(text)} {plain(', '.join(each.partition(' = ')[0] for each in choices))}."
    return plain(step)


def _remedy(issue: Issue, lang: Language) -> str:
    text, choices = remedy(say(issue.fix, lang), issue)
    listed = "".join(f"<li>{plain(each)}</li>" for each in choices)
    return f'<p class="do">{plain(text)}</p>{f"<ul>{listed}</ul>" if listed else ""}'


def words_html(report: Report, lang: Language) -> str:
    """Return what the words of the trade mean that the report uses."""
    told = glossary(report)
    if not told:
        return ""
    rows = "".join(f"<dt>{said(word, lang)}</dt><dd>{said(meaning, lang)}</dd>" for word, meaning in told)
    return f"<section><h2>{said(Message('Words used here'), lang)}</h2><dl>{rows}</dl></section>"


def _repair(preview: Preview, lang: Language, draw: Draw) -> str:
    figures = "".join(_figure(each, draw) for each in pictures(preview, lang))
    record = say(Message("Record {list}", list=str(preview.feature)), lang)
    return f'<p class="of">{plain(record)}</p><div class="repair">{figures}</div>' if figures else ""


def _figure(picture: Picture, draw: Draw) -> str:
    caption = f"<b>{plain(picture.title)}</b>{f' {plain(picture.place)}' if picture.place else ''}"
    return f'<figure style="width:{picture.width}px">{draw(picture)}<figcaption>{caption}</figcaption></figure>'


def by_issue(previews: Iterable[Preview]) -> dict[tuple[str, str], list[Preview]]:
    """Return the first previews by the code and the layer of the issue that they belong to."""
    out: dict[tuple[str, str], list[Preview]] = {}
    for preview in previews:
        found = out.setdefault((preview.code, preview.layer), [])
        if len(found) < SHOWN:
            found.append(preview)
    return out


def said(message: Message, lang: Language) -> str:
    """Return a message as HTML shows it."""
    return plain(say(message, lang))


def plain(text: str) -> str:
    """Return words as HTML shows them: escaped, without signs that turn the direction of what stands beside them."""
    return escape("".join(sign if sign.isprintable() or sign in SPACES else " " for sign in text))
