"""What a page may have become of words that tried to be more: nothing, or each trace by its name."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

from tests.ingest.made_injections import HIT

# Elements and attributes that no page of ours has, and that the payloads would make.
TRACES: Final = """(hit) => {
  const found = [];
  if (window[hit]) found.push(`script ran ${window[hit]} times`);
  const wrong = {
    "event handler": "[onerror],[onload],[onmouseover],[onfocus],[ontoggle],[onclick]",
    "address that runs": "a[href^='javascript:' i],a[href^='data:' i],iframe[srcdoc]",
    "address to the beacon": "[src*='beacon'],[href*='beacon']",
    "formula in LaTeX": ".katex",
    "foreign heading": "main h1 strong, h1 em",
  };
  for (const [what, where] of Object.entries(wrong))
    for (const each of document.querySelectorAll(where)) found.push(`${what}: ${each.outerHTML.slice(0, 160)}`);
  for (const each of document.querySelectorAll("script"))
    if (each.textContent.includes(hit)) found.push(`script: ${each.textContent.slice(0, 160)}`);
  if (/\\b49\\b(?! (features|elementos|feições))/.test(document.title)) found.push("template in the title");
  return found;
}"""


def traces(page: Page) -> list[str]:
    """Return what payloads left in a page and its frames; empty where they stayed words."""
    return [trace for frame in page.frames for trace in frame.evaluate(TRACES, HIT)]
