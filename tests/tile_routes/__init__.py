"""Tiles by address: made once, kept within a bound, and one answer to everything that is refused."""
