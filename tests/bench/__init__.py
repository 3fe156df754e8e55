"""Measures the map page in Chromium beside an empty page and the plain way of drawing: ``make bench``."""
