"""Bring the texts of the code into ``locale/*/LC_MESSAGES/interface.po``; what is translated stays translated.

``pybabel extract`` cannot tell a ``Message`` with a plural from one with values, so the calls are found in the
syntax tree. The other catalogues hold words and sentences of the tables; the recipe's authors write them.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CODE = ("app.py", "geo", "layers", "pages")
TRANSLATED = ("es", "pt")  # English is in the code
DATED = datetime(2026, 11, 21, tzinfo=UTC)  # fixed: a catalogue changes only when a text does


def code_files() -> Iterator[Path]:
    """Yield the files whose texts a person may see, in a stable order."""
    for name in CODE:
        path = ROOT / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def messages(path: Path) -> Iterator[tuple[int, str | tuple[str, str]]]:
    """Yield line and msgid, or line and (singular, plural), of each ``Message("...")`` of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message"):
            continue
        plurals = [keyword.value for keyword in node.keywords if keyword.arg == "plural"]
        texts = [argument.value for argument in [*node.args, *plurals] if isinstance(argument, ast.Constant)]
        words = [text for text in texts if isinstance(text, str)]
        if len(words) == 2:
            yield node.lineno, (words[0], words[1])
        elif words:
            yield node.lineno, words[0]


def template() -> Catalog:
    """Return every text of the code with the files that it stands in."""
    found = Catalog(project="Fronteras", header_comment="# Texts of the code. `make locale` brings in new ones.")
    for path in code_files():
        for _line, msgid in messages(path):
            found.add(msgid, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return found


def catalogue(lang: str, texts: Catalog) -> Catalog:
    """Return the catalogue of a language: the texts of the code, translated as far as they are."""
    path = catalogue_path(lang)
    catalog = read_po(io.BytesIO(path.read_bytes()), locale=lang) if path.exists() else Catalog(locale=lang)
    catalog.update(texts, no_fuzzy_matching=True)
    catalog.project, catalog.version = "Fronteras", ""
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = "Fronteras"
    catalog.creation_date = catalog.revision_date = DATED
    catalog.header_comment = texts.header_comment
    catalog.fuzzy = False
    return catalog


def catalogue_path(lang: str) -> Path:
    """Return where a language's texts of the code are kept."""
    return ROOT / "locale" / lang / "LC_MESSAGES" / "interface.po"


def as_bytes(catalog: Catalog) -> bytes:
    """Return the file of a catalogue: sorted, with files but no line numbers, which change daily, nor what is gone."""
    written = io.BytesIO()
    write_po(
        written, catalog, width=0, sort_output=True, include_lineno=False, include_previous=False, ignore_obsolete=True
    )
    return written.getvalue()


def is_untranslated(strings: str | tuple[str, ...] | list[str] | None) -> bool:
    """Tell whether a translation, or one of its plural forms, is empty."""
    return not strings if isinstance(strings, str) or strings is None else not all(strings)


def main() -> int:
    """Write the catalogues, or with ``--check`` only compare; 1 when they lag behind the code or lack words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail when a text is missing or untranslated"
    )
    is_check = parser.parse_args().check
    texts = template()
    behind = 0
    for lang in TRANSLATED:
        catalog = catalogue(lang, texts)
        missing = [message.id for message in catalog if message.id and is_untranslated(message.string)]
        content, path = as_bytes(catalog), catalogue_path(lang)
        is_current = path.exists() and path.read_bytes() == content
        if not is_check and not is_current:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        print(f"{path.relative_to(ROOT)}: {len(texts)} texts, {len(missing)} not translated")
        for msgid in missing if is_check else []:
            print(f"  {msgid}")
        behind += bool(missing) or not is_current
    return int(is_check and behind > 0)


if __name__ == "__main__":
    sys.exit(main())
