"""Tables whose coordinates are written in a way of their own: where each row lies."""

from __future__ import annotations

from typing import Final

from tests.ingest.made_files import ACCEPT, REJECT, WARN
from tests.ingest.made_strange_tables import Table

COORDINATES: Final = (
    Table(
        "hemisphere_column.csv",
        "id,latitud,hem_lat,longitud,hem_lon,activo\n"
        "1,4.2181,Sur,69.9389,Oeste,S\n"
        "2,2.3181,Norte,69.9489,Oeste,N\n",
        ACCEPT, "SIGN_FROM_COLUMN", 2, (-69.94, -4.22), None,
    ),
    Table(
        "yes_and_no.csv",
        "id,lat,activo,lon\n"
        "1,4.2181,S,-69.9389\n"
        "2,2.3181,N,-69.9489\n",
        ACCEPT, "", 2, (-69.94, 4.22), None,
    ),
    Table(
        "exif.csv",
        "SourceFile,GPSLatitude,GPSLatitudeRef,GPSLongitude,GPSLongitudeRef\n"
        "a.jpg,4.2181,S,69.9389,W\n"
        "b.jpg,4.3181,S,69.9489,W\n",
        ACCEPT, "SIGN_FROM_COLUMN", 2, (-69.94, -4.22), None,
    ),
    Table(
        "darwin_core.csv",
        "occurrenceID,decimalLatitude,decimalLongitude,eventDate\n"
        "a,-4.2181,-69.9389,2023-05-13\n"
        "b,-4.3181,-69.9489,2023-05-14\n",
        ACCEPT, "", 2, (-69.94, -4.22), None,
    ),
    Table(
        "telephone_trace.csv",
        "timestampMs,latitudeE7,longitudeE7\n"
        "1684156800000,-42181000,-699389000\n"
        "1684156801000,-43181000,-699489000\n",
        ACCEPT, "COORDINATES_SCALED", 2, (-69.94, -4.22), None,
    ),
    Table(
        "dms_colons.csv",
        "id,lat,lon\n"
        "1,4:13:05 S,-69:56:20\n"
        "2,4:14:05 S,-69:57:20\n",
        ACCEPT, "", 2, (-69.94, -4.22), None,
    ),
    Table(
        "dms_short_minus.csv",
        "id,lat,lon\n"
        "1,4-13-5S,69-56-20W\n"
        "2,4d14m05sS,69d57m20sW\n",
        ACCEPT, "", 2, (-69.94, -4.22), None,
    ),
    Table(
        "epsg_column.csv",
        "punto,X,Y,EPSG\n"
        "1,395700,9533700,32719\n"
        "2,395800,9533800,32718\n",
        ACCEPT, "CRS_FROM_COLUMNS", 2, (-69.94, -4.22), None,
    ),
    Table(
        "datum_with_zone.csv",
        "punto,Este (m),Norte (m),Datum\n"
        "1,395700,9533700,WGS 84 / UTM zone 19S\n"
        "2,395800,9533800,WGS 84 / UTM zone 19S\n",
        ACCEPT, "CRS_FROM_COLUMNS", 2, (-69.94, -4.22), None,
    ),
    Table(
        "thousands_without_decimals.csv",
        "ID;COORD_ESTE;COORD_NORTE;ZONA\n"
        "1;395.700;9.533.700;19 M\n"
        "2;395.800;9.533.800;19 M\n",
        WARN, "CRS_FROM_COLUMNS", 2, (-69.94, -4.22), None,
    ),
    Table(
        "letters_of_utm.csv",
        "ID;UTM_E;UTM_N;HUSO\n"
        "1;395700;9533700;19\n"
        "2;395800;9533800;19\n",
        WARN, "CRS_FROM_COLUMNS", 2, (-69.94, -4.22), None,
    ),
    Table(
        "axes_in_brackets.csv",
        "ID;X (Este);Y (Norte);Zona UTM\n"
        "1;395700,5;9533700,2;19S\n"
        "2;395800;9533800;19S\n",
        WARN, "CRS_FROM_COLUMNS", 2, (-69.94, -4.22), None,
    ),
    Table(
        "comma_twice.csv",
        "id,lat,lon\n"
        "1,-4,2181,-69,9389\n"
        "2,-4,3181,-69,9489\n",
        REJECT, "COMMA_TWICE", 0, None, 1,
    ),
    Table(
        "ubigeo_departments.csv",
        "UBIGEO;CASOS\n"
        "10000;1\n"
        "160000;3\n"
        "170000;4\n",
        WARN, "LEADING_ZEROS_RESTORED", 3, (-78.06, -5.06), None,
    ),
    Table(
        "inec_ecuador.csv",
        "DPA_PROVIN,DPA_DESPRO,CASOS\n"
        "21,SUCUMBIOS,2\n"
        "22,ORELLANA,3\n"
        "16,PASTAZA,4\n",
        WARN, "JOINED_BY_NAME", 3, None, None,
    ),
)  # fmt: skip
