"""Slides of zones: their content as data, and the two renderers that write it as PPTX and PDF."""
