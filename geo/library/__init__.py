"""The catalogue of the layers that people brought: a database of who brought what, in which versions, for whom."""
