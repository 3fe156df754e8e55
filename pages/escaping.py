"""Words in Streamlit's own languages: its markdown, and style sheets that say its English words in another."""

from collections.abc import Mapping

from geo.messages import Language, Message, say


def plain(text: str) -> str:
    """Return the text so that Streamlit's markdown shows it as it is: a title may hold a link or a directive."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|<>~$:" else c for c in text)


def css_words(words: Mapping[str, Message], lang: Language) -> str:
    """Return a style sheet that holds words as variables, to stand where a widget says its own in English."""
    said = "".join(f"{name}:{css_text(say(text, lang))};" for name, text in words.items())
    return f"<style>:root{{{said}}}</style>"


def css_text(text: str) -> str:
    """Return a text as a string of CSS: nothing in it can end it."""
    return '"' + "".join(c if c.isalnum() or c in " .,:-" else f"\\{ord(c):x} " for c in text) + '"'
