"""Tables as ministries, teams and colleagues make them: where each row lies, or why none can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.ingest.made_files import ACCEPT, REJECT, WARN


@dataclass(frozen=True)
class Table:
    """A table: its name and text, the verdict, a code that must be among the issues, rows that are kept.

    ``at`` is where the middle of the first feature must lie, in degrees; ``feature`` the record that the issue names.
    """

    name: str
    text: str
    verdict: str
    code: str
    features: int
    at: tuple[float, float] | None
    feature: int | None = None


TABLES: Final = (
    Table(
        "sep_titles_total.csv",
        "sep=;\r\n"
        "Ministerio de Minas y Energía;;;\r\n"
        "Reporte de unidades de producción minera 2023;;;\r\n"
        ";;;\r\n"
        "UPM;Latitud;Longitud;Área (ha)\r\n"
        "UPM-1;-4,2153;-69,9406;1.234,50\r\n"
        "UPM-2;-4,3;-69,8;12,00\r\n"
        "UPM-3;-4,4;-69,7;8,25\r\n"
        "TOTAL;;;1.254,75\r\n"
        "Fuente: ANM, 2023;;;\r\n",
        ACCEPT, "ROWS_BELOW_TABLE", 3, (-69.94, -4.22), 4,
    ),
    Table(
        "two_headers.csv",
        "Identificación;;Coordenadas;;Producción\r\n"
        "Código;Nombre;Latitud;Longitud;Oro (kg)\r\n"
        "A1;Caño Negro;2,51;-72,3;1,5\r\n"
        "A2;La Esperanza;2,61;-72,4;2,5\r\n",
        ACCEPT, "HEADER_IN_TWO_ROWS", 2, (-72.3, 2.51), None,
    ),
    Table(
        "onecell_no_name.csv",
        "sitio,georreferencia\n"
        "A,\"4.60971, -74.08175\"\n"
        "B,\"4.7, -74.1\"\n",
        WARN, "COORDINATES_GUESSED", 2, (-74.08, 4.61), None,
    ),
    Table(
        "onecell_unnamed.csv",
        "sitio,dato\n"
        "A,\"4.60971, -74.08175\"\n"
        "B,\"4.7, -74.1\"\n",
        WARN, "COORDINATES_GUESSED", 2, (-74.08, 4.61), None,
    ),
    Table(
        "utm_zone_col.csv",
        "punto,este,norte,zona\n"
        "P1,443128,8547311,19L\n"
        "P2,443500,8547900,19L\n"
        "P3,444100,8548010,19L\n",
        WARN, "CRS_FROM_COLUMNS", 3, (-69.52, -13.14), None,
    ),
    Table(
        "utm_huso_mixed.csv",
        "punto,X_UTM,Y_UTM,huso,hemisferio\n"
        "P1,443128,8547311,19,S\n"
        "P2,243500,8547900,18,S\n",
        WARN, "CRS_FROM_COLUMNS", 2, (-69.52, -13.14), None,
    ),
    Table(
        "no_minus.csv",
        "id,latitud,longitud\n"
        "1,4.6,74.08\n"
        "2,4.7,74.1\n"
        "3,4.5,73.9\n",
        WARN, "LAYER_OUTSIDE_REGION", 3, (74.08, 4.6), None,
    ),
    Table(
        "some_no_minus.csv",
        "id,latitud,longitud\n"
        "1,4.1,-74.1\n"
        "2,4.2,-74.2\n"
        "3,4.3,-74.3\n"
        "4,4.4,-74.4\n"
        "5,4.5,-74.5\n"
        "6,4.6,-74.6\n"
        "7,4.7,-74.7\n"
        "8,4.8,-74.8\n"
        "9,4.9,74.1\n",
        WARN, "OUTSIDE_REGION", 9, (-74.1, 4.1), 9,
    ),
    Table(
        "dates_all.csv",
        "lat,lon,f1,f2,f3,f4,f5,f6,f7\n"
        "-4.2,-69.9,13/05/2019,5-13-19,mayo 2019,2019-W20,43598,13-may-19,2019-05\n"
        "-4.3,-69.8,14/05/2019,5-14-19,junio 2019,2019-W21,43599,14-jun-19,2019-06\n"
        "-4.4,-69.7,31/12/2019,12-31-19,diciembre de 2019,2019-W52,43830,31-dic-19,2019-12\n",
        ACCEPT, "DATES_READ", 3, (-69.9, -4.2), None,
    ),
    Table(
        "dates_odd.csv",
        "lat,lon,fecha,hora\n"
        "-4.2,-69.9,13 de mayo de 2019,8:05 a. m.\n"
        "-4.3,-69.8,1º de junio del 2019,20:15\n"
        "-4.4,-69.7,Lunes 3 de junio de 2019,8h30\n",
        ACCEPT, "DATES_READ", 3, (-69.9, -4.2), None,
    ),
    Table(
        "dane_mpio.csv",
        "codigo_municipio;municipio;valor\n"
        "5001;Medellín;1\n"
        "8001;Barranquilla;2\n"
        "91001;Leticia;3\n",
        REJECT, "UNITS_NOT_SHIPPED", 0, None, None,
    ),
    Table(
        "dpto_names.csv",
        "departamento,casos\n"
        "AMAZONAS,3\n"
        "GUAINIA,4\n"
        "GUAVIARE,1\n"
        "VAUPES,2\n"
        "VICHADA,9\n"
        "PUTUMAYO,12\n",
        WARN, "JOINED_BY_NAME", 6, (-71.5, -1.53), None,
    ),
    Table(
        "peru_names_misspelled.csv",
        "DEPARTAMENTO;CASOS\n"
        "LORETO;3\n"
        "MADRE DE DIOS;4\n"
        "UCAYALY;1\n"
        "AMAZONAS;2\n"
        "CUZCO;9\n"
        "PUNO;12\n",
        REJECT, "NAMES_NOT_KNOWN", 0, None, 3,
    ),
    Table(
        "br_names.csv",
        "Estado,Focos\n"
        "Amazônia,1\n"
        "Amazonas,3\n"
        "Pará,4\n"
        "Rondonia,1\n"
        "Roraima,2\n"
        "Amapa,9\n"
        "Acre,12\n",
        REJECT, "NAMES_NOT_KNOWN", 0, None, 1,
    ),
    Table(
        "uf_code_numbers.csv",
        "UF_COD;FOCOS\n"
        "13;1\n"
        "15;2\n"
        "11;4\n",
        WARN, "JOINED_BY_CODE", 3, (-64.72, -4.18), None,
    ),
    Table(
        "ubigeo_distr.csv",
        "UBIGEO,DISTRITO,MINERIA\n"
        "10101,CHACHAPOYAS,1\n"
        "170101,TAMBOPATA,22\n"
        "160101,IQUITOS,3\n",
        REJECT, "UNITS_NOT_SHIPPED", 0, None, None,
    ),
    Table(
        "hxl_admin.csv",
        "Departamento,Código,Personas afectadas\n"
        "#adm1+name,#adm1+code,#affected\n"
        "Amazonas,CO91,1200\n"
        "Vichada,CO99,50\n"
        "Guainía,CO94,70\n",
        WARN, "JOINED_BY_CODE", 3, (-71.5, -1.53), None,
    ),
    Table(
        "mapbiomas_alerts.csv",
        "CODEALERTA;FONTE;BIOMA;ESTADO;MUNICIPIO;AREAHA;ANODETEC;DATADETEC;VPRESSAO\n"
        "1;DETER;Amazônia;PARÁ;Itaituba;12,5;2023;2023-05-13;garimpo\n"
        "2;SAD;Amazônia;RORAIMA;Alto Alegre;2,5;2023;2023-05-14;garimpo\n",
        REJECT, "UNITS_NOT_SHIPPED", 0, None, None,
    ),
    Table(
        "pt_ano.csv",
        "Município;Latitude;Longitude;Data\n"
        "Tabatinga;-4,2553;-69,9381;31/01/2023\n"
        "São Gabriel da Cachoeira;-0,1303;-67,0892;12/02/2023\n",
        ACCEPT, "DATES_READ", 2, (-69.94, -4.26), None,
    ),
    Table(
        "thousands_point_coords.csv",
        "nombre;este;norte\n"
        "A;1.004.523,5;880.123,2\n"
        "B;1.005.000,1;881.000,0\n",
        REJECT, "CRS_MISSING", 0, None, None,
    ),
    Table(
        "dms_split.csv",
        "id,lat_g,lat_m,lat_s,lon_g,lon_m,lon_s\n"
        "1,4,35,56.5,74,4,51.3\n"
        "2,4,36,10,74,5,2\n",
        WARN, "ANGLES_IN_PARTS", 2, (74.08, 4.6), None,
    ),
    Table(
        "wkt_quoted_tab.tsv",
        "WKT\tname\n"
        "POINT Z (-70 -4 12)\ta\n"
        "MULTIPOLYGON (((-70 -4,-69 -4,-69 -3,-70 -4)))\tb\n",
        WARN, "CRS_ASSUMED", 2, (-70.0, -4.0), None,
    ),
    Table(
        "kobo_geopoint.csv",
        "id,ubicacion_gps\n"
        "1,-4.2153 -69.9406 82.1 4.9\n"
        "2,-4.31 -69.81 80 5\n",
        ACCEPT, "", 2, (-69.94, -4.22), None,
    ),
    Table(
        "lat_comma_point_mix.csv",
        "id;lat;lon\n"
        "1;-4,2153;-69.9406\n"
        "2;-4,31;-69.81\n"
        "3;-4,5;-69.7\n",
        ACCEPT, "", 3, (-69.94, -4.22), None,
    ),
    Table(
        "bdqueimadas.csv",
        "DataHora,Satelite,Pais,Estado,Municipio,Bioma,DiaSemChuva,Precipitacao,RiscoFogo,FRP,Latitude,Longitude\n"
        "2024/08/13 17:12:00,AQUA_M-T,Brasil,AMAZONAS,TABATINGA,Amazônia,3,0.0,0.7,12.1,-4.25,-69.93\n",
        ACCEPT, "DATES_READ", 1, (-69.93, -4.25), None,
    ),
    Table(
        "quoted_whole_lines.csv",
        "\"id,lat,lon\"\n"
        "\"1,-4.2,-69.9\"\n"
        "\"2,-4.3,-69.8\"\n",
        ACCEPT, "LINES_IN_QUOTES", 2, (-69.9, -4.2), None,
    ),
    Table(
        "lat_lon_text_units.csv",
        "id,Latitud (S),Longitud (W)\n"
        "1,4.2153,69.9406\n"
        "2,4.31,69.81\n",
        WARN, "SIGN_FROM_NAME", 2, (-69.94, -4.22), 1,
    ),
    Table(
        "merged_groups.csv",
        "departamento,municipio,lat,lon\n"
        "Loreto,Iquitos,-3.75,-73.25\n"
        ",Nauta,-4.5,-73.58\n"
        ",Requena,-5.05,-73.83\n"
        "Subtotal,,,\n",
        ACCEPT, "ROWS_BELOW_TABLE", 3, (-73.25, -3.75), 4,
    ),
    Table(
        "dms_dots.csv",
        "id,lat,lon\n"
        "1,04.35.56N,074.04.51W\n"
        "2,04.36.10N,074.05.02W\n",
        ACCEPT, "", 2, (-74.08, 4.6), None,
    ),
    Table(
        "dms_compact.csv",
        "id,lat,lon\n"
        "1,043556N,0740451W\n"
        "2,043610N,0740502W\n",
        ACCEPT, "", 2, (-74.08, 4.6), None,
    ),
    Table(
        "dms_words.csv",
        "id,latitud,longitud\n"
        "1,4 grados 35 minutos 56 segundos Norte,74 grados 4 minutos 51 segundos Oeste\n"
        "2,4 grados 36 minutos 10 segundos Norte,74 grados 5 minutos 2 segundos Oeste\n",
        ACCEPT, "", 2, (-74.08, 4.6), None,
    ),
    Table(
        "dms_g_mark.csv",
        "id,lat,lon\n"
        "1,4g35m56.5s N,74g4m51s W\n"
        "2,4° 35.94' N,74° 4.85' W\n",
        ACCEPT, "", 2, (-74.08, 4.6), None,
    ),
    Table(
        "people.csv",
        "nombre,cedula,telefono,lat,lon\n"
        "María Pérez Gómez,52345678,3001234567,4.6,-74.08\n"
        "Juan Rodríguez,79456123,3109876543,4.7,-74.1\n",
        WARN, "INDIVIDUALS_NAMED", 2, (-74.08, 4.6), 1,
    ),
    Table(
        "polygon_vertices.csv",
        "poligono,vertice,este,norte\n"
        "A,1,1004523,880123\n"
        "A,2,1004623,880123\n"
        "A,3,1004623,880223\n"
        "B,1,1005523,880123\n",
        REJECT, "CRS_MISSING", 0, None, None,
    ),
    Table(
        "dpto_total_first.csv",
        "Departamento;Hectáreas\n"
        "Total nacional;230.000\n"
        "Nariño;59.746\n"
        "Norte de Santander;43.866\n"
        "Putumayo;49.000\n"
        "Cauca;26.000\n"
        "Antioquia;10.000\n",
        WARN, "JOINED_BY_NAME", 5, (-77.88, 1.56), None,
    ),
    Table(
        "venezuela_states.csv",
        "estado,minas\n"
        "Bolívar,10\n"
        "Amazonas,4\n"
        "Delta Amacuro,1\n"
        "Zulia,0\n"
        "Táchira,2\n",
        WARN, "JOINED_BY_NAME", 5, (-63.53, 6.24), None,
    ),
    Table(
        "ecuador_utm17s.csv",
        "codigo,coord_x,coord_y,zona_utm\n"
        "1,780123,9981234,17S\n"
        "2,790123,9991234,17S\n",
        WARN, "CRS_FROM_COLUMNS", 2, (-78.48, -0.17), None,
    ),
    Table(
        "datum_psad56.csv",
        "codigo,ESTE_PSAD56,NORTE_PSAD56\n"
        "1,443128,8547311\n"
        "2,444128,8548311\n",
        REJECT, "CRS_MISSING", 0, None, None,
    ),
    Table(
        "este_wgs84_18s.csv",
        "codigo,ESTE_WGS84_18S,NORTE_WGS84_18S\n"
        "1,443128,8547311\n"
        "2,444128,8548311\n",
        ACCEPT, "CRS_FROM_COLUMNS", 2, (-75.52, -13.14), None,
    ),
)  # fmt: skip
