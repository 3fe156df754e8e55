"""A report as one page to read, print or send: HTML with no script and nothing to fetch.

Written for who has never seen the app: the verdict first, then what to do, then what was found and where. Whatever
came with the file is escaped, and the page forbids itself to load anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from geo.ingest.checking import Preview
from geo.ingest.report import Report
from geo.messages import Language, Message, say
from layers.report_html import by_issue, group_html, layers_html, plain, said, steps_html, verdict_html, words_html
from layers.report_words import groups
from layers.tokens import ACCENT, INK, MUTED, PANEL, PAPER, RULE
from layers.version import APP_VERSION

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
{"".join(f".{kind}{{border-color:{hue}}}.{kind} b{{background:{hue}}}" for kind, hue in HUES.items())}
.verdict b{{display:grid;place-items:center;font-size:1.3rem;line-height:1}}
.verdict p{{margin:0;font-size:1.2rem;font-weight:600;line-height:1.3}}
ol.todo{{margin:.6rem 0 0;padding-left:1.4rem}} ol.todo li{{margin:.35rem 0;overflow-wrap:anywhere}}
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
    shown = by_issue(previews)
    title = say(Message("Check of a file: {file}", file=report.file), lang)
    body = "".join(
        (
            f"<header><p>{said(Message('Fronteras · check of a file'), lang)}</p>",
            f"<h1>{plain(report.file)}</h1></header>",
            verdict_html(report, lang),
            steps_html(report, lang),
            layers_html(report.layers, lang),
            *(group_html(group, shown, lang, lambda picture: picture.svg) for group in groups(report.issues)),
            words_html(report, lang),
            _footer(lang),
        )
    )
    page = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{plain(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
    return page.encode()


def _footer(lang: Language) -> str:
    counted = Message(
        "Records are counted from 1 in the order of the file; in a table, row 1 is the first below the header. "
        "Codes in capitals are the same in every language."
    )
    version = Message("Written by Fronteras {app}. Boundaries shown do not imply endorsement.", app=APP_VERSION)
    return f"<footer><p>{said(counted, lang)}</p><p>{said(version, lang)}</p></footer>"
