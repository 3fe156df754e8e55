"""The commands of ``python -m layers``, by what they make."""
