"""From a file that somebody made to checked layers and a report: nothing is trusted, nothing is mended in silence."""
