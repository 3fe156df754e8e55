"""Measures the app in Chromium and over HTTP, beside an empty page and the plain way of drawing: ``make bench``."""
