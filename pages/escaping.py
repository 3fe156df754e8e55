"""Words of others in Streamlit's markdown: a title may hold a link, a picture of elsewhere, or a directive."""


def plain(text: str) -> str:
    """Return the text so that Streamlit's markdown shows it as it is."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|<>~$:" else c for c in text)
