"""Pages drawn on the server: the map, its legend and signs, charts, and the sheet that holds them."""
