"""A report as one page to read, print or send: HTML with no script and nothing to fetch.

Written for who has never seen the app: the verdict first, then what to do, then what was found and where. Whatever
came with the file is escaped, and the page forbids itself to load anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from geo.ingest.checking import Preview
from geo.ingest.report import Issue, LayerFacts, Report
from geo.messages import Language, Message, say
from layers.repair_preview import LEGEND, Picture, pictures
from layers.report_words import (
    MARKS,
    MEANING,
    SEVERITY,
    TITLES,
    Group,
    facts,
    glossary,
    groups,
    place,
    records,
    remedy,
    steps,
    verdict,
)
from layers.tokens import ACCENT, INK, MUTED, PANEL, PAPER, RULE
from layers.version import APP_VERSION

SHOWN: Final = 3  # pictures of each kind of repair in a layer
SPACES: Final = "\u202f\u00a0"  # which group digits and are no more dangerous than any space
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
HUES: Final = {"accept": "#2F6B4F", "accept_with_warnings": "#8A5A00", "reject": "#9B1C1C"}  # 5:1 on paper and more
STYLE: Final = f"""
*{{box-sizing:border-box}}
body{{margin:0;background:{PAPER};color:{INK};font:16px/1.5 "Source Sans 3","Source Sans Pro",system-ui,sans-serif}}
main{{max-width:780px;margin:0 auto;padding:2rem 1.5rem 3rem}}
header p{{margin:0;color:{MUTED};font-size:.9rem;letter-spacing:.02em}}
h1{{font-size:1.5rem;line-height:1.25;margin:.1rem 0 1rem;overflow-wrap:anywhere}}
h2{{font-size:1.2rem;margin:2.2rem 0 .2rem;padding-top:.9rem;border-top:1px solid {RULE}}}
h3{{font-size:1rem;margin:0 0 .3rem;overflow-wrap:anywhere}}
.verdict{{display:flex;gap:1rem;align-items:center;background:{PANEL};padding:1rem 1.2rem}}
.verdict{{border-left:6px solid;border-radius:4px}}
.verdict b{{flex:none;width:2.2rem;height:2.2rem;border-radius:50%;color:{PAPER}}}
.verdict b{{display:grid;place-items:center;font-size:1.3rem;line-height:1}}
.verdict p{{margin:0;font-size:1.2rem;font-weight:600;line-height:1.3}}
ol.steps{{margin:.6rem 0 0;padding-left:1.4rem}} ol.steps li{{margin:.35rem 0;overflow-wrap:anywhere}}
.lead{{color:{MUTED};margin:.1rem 0 .8rem}}
.issue{{border:1px solid {RULE};border-radius:6px;background:#FFF;padding:.8rem 1rem;margin:.7rem 0;break-inside:avoid}}
.issue p{{margin:.25rem 0;overflow-wrap:anywhere}}
.issue .do{{font-weight:600}}
.issue .meta{{color:{MUTED};font-size:.85rem;margin-bottom:0}}
.issue code{{font:.8rem/1.4 ui-monospace,Menlo,monospace}}
.repair{{display:flex;flex-wrap:wrap;gap:.8rem;margin-top:.3rem;break-inside:avoid}}
figure{{margin:0}} figure svg{{display:block;max-width:100%;height:auto}}
.issue p.of{{font-weight:600;font-size:.9rem;margin:.9rem 0 0}}
.issue ul{{margin:.2rem 0;padding-left:1.2rem}}
dl{{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.3rem 1rem;margin:.5rem 0 0;font-size:.92rem}}
dt{{font-weight:600}} dd{{margin:0}}
figcaption{{font-size:.8rem;color:{MUTED}}} figcaption b{{color:{INK}}}
table{{border-collapse:collapse;width:100%;font-size:.95rem;margin-top:.5rem}}
th,td{{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;overflow-wrap:anywhere}}
th,td{{border-bottom:1px solid {RULE}}}
th{{color:{MUTED};font-weight:400}}
ul.plain{{padding-left:1.1rem;margin:.4rem 0}} ul.plain li{{margin:.3rem 0;overflow-wrap:anywhere}}
footer{{margin-top:2.5rem;padding-top:.8rem;border-top:1px solid {RULE};color:{MUTED};font-size:.85rem}}
a{{color:{ACCENT}}}
@media print{{body{{background:#FFF;font-size:11pt}} main{{max-width:none;padding:0}} @page{{margin:18mm}}}}
"""


def report_page(report: Report, previews: Iterable[Preview], lang: Language) -> bytes:
    """Return a report as a page of HTML that stands alone.

    Parameters
    ----------
    previews : iterable of Preview
        Shapes before and after their repair; none where they were not kept.
    """
    shown = _by_issue(previews)
    title = say(Message("Check of a file: {file}", file=report.file), lang)
    body = "".join(
        (
            f"<header><p>{_said(Message('Fronteras · check of a file'), lang)}</p>",
            f"<h1>{_plain(report.file)}</h1></header>",
            _verdict(report, lang),
            f"<h2>{_said(Message('What to do'), lang)}</h2>",
            f'<ol class="steps">{"".join(f"<li>{_step(step, report)}</li>" for step in steps(report, lang))}</ol>',
            _layers(report.layers, lang),
            *(_group(group, shown, lang) for group in groups(report.issues)),
            _words(report, lang),
            _footer(lang),
        )
    )
    page = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{_plain(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
    return page.encode()


def _verdict(report: Report, lang: Language) -> str:
    hue = HUES[report.verdict]
    return (
        f'<div class="verdict" style="border-color:{hue}"><b style="background:{hue}" aria-hidden="true">'
        f"{MARKS[report.verdict]}</b><p>{_said(verdict(report), lang)}</p></div>"
    )


def _layers(layers: Sequence[LayerFacts], lang: Language) -> str:
    if not layers:
        return ""
    heads = "".join(f'<th scope="col">{_plain(word)}</th>' for word, _ in facts(layers[0], lang))
    rows = "".join(_row(layer, lang) for layer in layers)
    title = say(Message("What can be stored"), lang)
    name = say(Message("Layer"), lang)
    return (
        f'<h2>{_plain(title)}</h2><table><thead><tr><th scope="col">{_plain(name)}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(layer: LayerFacts, lang: Language) -> str:
    cells = "".join(f"<td>{_plain(told)}</td>" for _, told in facts(layer, lang))
    return f'<tr><th scope="row">{_plain(layer.name)}</th>{cells}</tr>'


def _group(group: Group, shown: dict[tuple[str, str], list[Preview]], lang: Language) -> str:
    head = f'<h2>{_said(TITLES[group.duty], lang)}</h2><p class="lead">{_said(MEANING[group.duty], lang)}</p>'
    if group.duty == "know":
        rows = "".join(f"<li>{_note(issue, lang)}</li>" for issue in group.issues)
        return f'<section>{head}<ul class="plain">{rows}</ul></section>'
    return f"<section>{head}{''.join(_issue(issue, shown, lang) for issue in group.issues)}</section>"


def _note(issue: Issue, lang: Language) -> str:
    where = place(issue, lang)
    told = " ".join(_said(each, lang) for each in (issue.found, issue.expected))
    return f"{f'{_plain(where)}: ' if where else ''}{told} <code>{issue.code}</code>"


def _issue(issue: Issue, shown: dict[tuple[str, str], list[Preview]], lang: Language) -> str:
    # One repair may be told by several issues, by reason: its pictures stand with the first.
    drawn = "".join(_repair(each, lang) for each in shown.pop((issue.code, issue.layer), []))
    drawn = f'{drawn}<p class="meta">{_said(LEGEND, lang)}</p>' if drawn else ""
    where = " · ".join(filter(None, (issue.layer, records(issue, lang))))
    expected = _said(issue.expected, lang)
    return (
        f'<article class="issue"><h3>{_said(issue.found, lang)}</h3>'
        f"{f'<p>{_plain(where)}</p>' if where else ''}<p>{expected}</p>"
        f"{_remedy(issue, lang)}{drawn}"
        f'<p class="meta">{_said(SEVERITY[issue.severity], lang)} · <code>{issue.code}</code></p></article>'
    )


def _step(step: str, report: Report) -> str:
    """Return a step; one with choices names them where the issue is told."""
    for issue in report.issues:
        text, choices = remedy(step, issue)
        if choices:
            return f"{_plain(text)} {_plain(', '.join(each.partition(' = ')[0] for each in choices))}."
    return _plain(step)


def _remedy(issue: Issue, lang: Language) -> str:
    text, choices = remedy(say(issue.fix, lang), issue)
    listed = "".join(f"<li>{_plain(each)}</li>" for each in choices)
    return f'<p class="do">{_plain(text)}</p>{f"<ul>{listed}</ul>" if listed else ""}'


def _words(report: Report, lang: Language) -> str:
    """Return what the words of the trade mean that the report uses."""
    told = glossary(report)
    if not told:
        return ""
    rows = "".join(f"<dt>{_said(word, lang)}</dt><dd>{_said(meaning, lang)}</dd>" for word, meaning in told)
    return f"<section><h2>{_said(Message('Words used here'), lang)}</h2><dl>{rows}</dl></section>"


def _repair(preview: Preview, lang: Language) -> str:
    figures = "".join(_figure(each) for each in pictures(preview, lang))
    record = say(Message("Record {list}", list=str(preview.feature)), lang)
    return f'<p class="of">{_plain(record)}</p><div class="repair">{figures}</div>' if figures else ""


def _figure(picture: Picture) -> str:
    caption = f"<b>{_plain(picture.title)}</b>{f' {_plain(picture.place)}' if picture.place else ''}"
    return f'<figure style="width:{picture.width}px">{picture.svg}<figcaption>{caption}</figcaption></figure>'


def _by_issue(previews: Iterable[Preview]) -> dict[tuple[str, str], list[Preview]]:
    """Return the first previews by the code and the layer of the issue that they belong to."""
    out: dict[tuple[str, str], list[Preview]] = {}
    for preview in previews:
        found = out.setdefault((preview.code, preview.layer), [])
        if len(found) < SHOWN:
            found.append(preview)
    return out


def _footer(lang: Language) -> str:
    counted = Message(
        "Records are counted from 1 in the order of the file; in a table, row 1 is the first below the header. "
        "Codes in capitals are the same in every language."
    )
    version = Message("Written by Fronteras {app}. Boundaries shown do not imply endorsement.", app=APP_VERSION)
    return f"<footer><p>{_said(counted, lang)}</p><p>{_said(version, lang)}</p></footer>"


def _said(message: Message, lang: Language) -> str:
    return _plain(say(message, lang))


def _plain(text: str) -> str:
    """Return words as HTML shows them: escaped, without signs that turn the direction of what stands beside them."""
    return escape("".join(sign if sign.isprintable() or sign in SPACES else " " for sign in text))
