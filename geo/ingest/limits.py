"""What a file may be at most, each bound with its reason; refused before it is parsed wherever that can be."""

from __future__ import annotations

from typing import Final

MB: Final = 1_000_000

FILE_BYTES: Final = 500 * MB  # a year of detections for the whole basin is some 50 MB as GeoJSON
TREE_BYTES: Final = 100 * MB  # KML and TopoJSON are read as a tree, which takes some ten times their size in memory
UNPACKED_BYTES: Final = 1_000 * MB  # all members of an archive together
RATIO: Final = 200  # unpacked to packed: text of a million like lines comes to some 100
RATIO_FREE_BYTES: Final = 20 * MB  # what unpacks to less does no harm at any ratio
MEMBERS: Final = 1_000  # of an archive; a Shapefile has up to twelve
LAYERS: Final = 200  # of a file: folders of a KML mostly
DEPTH: Final = 64  # of brackets or elements in one another; GeoJSON needs nine, KML some twelve
FEATURES: Final = 5_000_000  # of a layer
VERTICES: Final = 50_000_000  # of a file: 16 bytes each once read
COLUMNS: Final = 500  # of a layer; more is a matrix, not a table of features
KEYS: Final = 5_000  # different ones in a JSON file, those of objects within a cell with them
CELL_CHARS: Final = 100_000  # a page of HTML that a KML carries has some thousands
NAME_CHARS: Final = 120  # of a layer or a column, as shown
ELEMENTS: Final = 20_000_000  # of an XML file

SECONDS: Final = 120.0  # of a check, the start of its process with it
MEMORY_BYTES: Final = 4_000 * MB  # address space of its process: libraries take 1,500 MB of it before any file is read
OUTPUT_BYTES: Final = 2_000 * MB  # of any file that it writes
