"""A map in one file of HTML that opens in any browser with no network."""
