"""From a file that somebody made to checked layers and a report: nothing in it is trusted, nothing is mended silently."""
