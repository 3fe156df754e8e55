"""How columns of personal data are called, and what stands in them, in Spanish, Portuguese, English and French."""

from __future__ import annotations

import re
from typing import Final

# Names of columns, without accents and with a space between their words. Those of one kind that need no second word.
# Roles that persons have, never a company or a place.
OF_PERSONS: Final = (
    r"victimas?|vitimas?|victims?|personas?|pessoas?|persons?|personne|testig[oa]s?|testemunhas?|witness\w*|detenid[oa]s?"
    r"|capturad[oa]s?|imputad[oa]s?|denunciantes?|suspects?|sospechos[oa]s?|suspeit[oa]s?|informantes?|entrevistad[oa]s?"
    r"|entrevistador\w*|encuestad[oa]s?|encuestador\w*|beneficiari[oa]s?|lider(?:es|esas?|ancas?)?|leaders?|pilot[oe]s?"
    r"|infrator\w*|infractor\w*|autuad[oa]s?|asesinad[oa]s?|assassinad[oa]s?|desaparecid[oa]s?|killed|caciques?|tuxauas?"
    r"|curacas?|jef[ea]s? (?:de )?(?:hogar|familia)|chefe d[ae] familia|president[ea]s? comunal\w*"
    r"|representa\w* (?:leg\w+)"
    r"|interview\w*|mineros?|garimpeir[oa]s?|re(?:porta|gistra)d[oa] por|reported by|contact person|trabajador\w*"
)
NAMED: Final = re.compile(
    rf"\b(?:ape(?:llido)?s? ?(?:pat|mat)\w*|ap ?(?:pat|mat)\w*"
    rf"|nom(?:bre|e)?s? (?:de(?:l| la)? |d[oa] )?(?:{OF_PERSONS})\b"
    r"|apellidos?|apell?\d?|sobrenomes?|surnames?|(?:last|first|given|middle|family|full|maiden) ?names?|lastname"
    r"|firstname|fullname|prenoms?|nom de famille|noms? et prenoms?|primer nombre|segundo nombre|nombres? y apellidos?"
    r"|nombres? completos?|nomes? completos?|nome d[ao] (?:mae|pai|vitima|titular|proprietari[oa])"
    r"|nombre de(?: la|l)? (?:victima|titular|propietari[oa]|persona|madre|padre)|(?:victim|person|owner)s? ?names?)\b"
)
ROLE: Final = re.compile(
    rf"\b(?:{OF_PERSONS}|propietari[oa]s?|proprietari[oa]s?|prop|dono|dueno|owners?|titular(?:es)?|responsa\w*|representa\w*"
    r"|contact[oe]?s?|contato|funcionari[oa]s?|autor(?:es)?|solicitantes?|nombres|encargad[oa]s?)\b"
)
PERSON: Final = re.compile(rf"\b(?:{OF_PERSONS})\b")
DOCUMENT: Final = re.compile(
    r"\b(?:cedulas?|dni|cpf|rut|run|curp|passports?|pasaportes?|passaportes?|passeports?|rg|ci|c i|cc|nie|ssn|cui|dui"
    r"|tarjeta (?:de )?identidad|(?:documento|doc|identidad|identificacion|identidade)"
    r"(?: (?:de )?(?:identidad|identidade))?|documento (?:de )?identi\w+|identity (?:card|number|document)"
    r"|national id|carteira de identidade|titulo (?:de )?eleitor\w*|cuil|cuit|nis|pis|pasep|cnh|rfc|curp"
    r"|id (?:persona|pessoa)"
    r"|licen[cs]ia (?:de )?(?:conducir|conduccion)|brevete|driver s? ?licen[cs]e|driving licen[cs]e"
    r"|carnet|cuenta (?:bancaria|de ahorros|corriente)|conta (?:bancaria|corrente))\b"
)
OWN_NUMBER: Final = re.compile(r"\bruc\b")  # of Peru and Ecuador: companies too, and persons by how it begins
# Mexico's number of a person says sex, birth and state; Argentina's begins with 20, 23, 24 or 27 for persons.
CURP: Final = re.compile(r"(?<![A-Z])[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d(?!\d)")
CUIL: Final = re.compile(r"(?<!\d)(?:20|23|24|27)-\d{8}-\d(?!\d)")
MASKED: Final = re.compile(r"[*xX#•]{3}\.?\d{3}\.?\d{3}-?[*xX#•]{2}")  # a CPF as Brazil's open data show it: half of it
RUC: Final = re.compile(r"1[057]\d{9}")
PLATE_NAME: Final = re.compile(r"\b(?:placas?|patentes?|matriculas?|(?:license |number )?plates?|chapa)\b")
PLATE: Final = re.compile(
    r"[A-Z]{3}[-\s.]?\d{3,4}|[A-Z]{3}[-\s]?\d[A-Z]\d{2}|[A-Z]{2}[-\s]?\d{3}[-\s]?[A-Z]{2}|\d{3,4}[-\s]?[A-Z]{3}"
    r"|[A-Z]\d[A-Z][-\s]?\d{3}"
)
NO_DOCUMENT: Final = re.compile(r"catastr|predi|cadastr|fonte|fuente|source|url|link|tipo|type|fecha|data\b|date")
PHONE: Final = re.compile(
    r"\b(?:tel|tels|tlf|telf?|telefonos?|telefones?|fone|phones?|telephone|cel|celular(?:es)?|movil(?:es)?|mobiles?"
    r"|whatsapp|wpp|cell ?phone)\b"
)
CONTACT: Final = re.compile(r"\bcontact[oe]?\w*|contato\w*|emergencia")
BY_AREA: Final = re.compile(r"(?:\+?55 ?)?\(\d{2,3}\) ?9?[ .]?\d{3,4}[- .]\d{4}")  # (92) 99123-4567
LOCAL: Final = re.compile(r"(?:\+?5\d{1,2}[ -]?)?\(?0?\d{1,3}\)?(?:[ .-]?\d){6,9}")
TOLD_PHONE: Final = re.compile(  # in a sentence
    r"\b(?:tel|cel|celular|movil|telefono|telefone|fone|phone|whatsapp|wpp|llamar|ligar|call)\b\D{0,12}(?:\d[\s.\-()]{0,2}){7,13}"
)
# What tells a telephone or a tracker from all others: whoever carries it is where it was.
DEVICE_NAME: Final = re.compile(
    r"\b(?:imei|imsi|meid|msisdn|iccid|mac(?: address)?|sim ?serial|subscriber ?id|device ?id|id (?:del? )?device"
    r"|(?:id (?:del? |do )?)?dispositivo(?: id)?|(?:advertising|ad) id|maid|idfa|gaid|aaid)\b"
)
DEVICE: Final = re.compile(  # as makers and programs count them out: nobody writes such a number by hand
    r"\d{14,22}|[a-z]+:[0-9a-zA-Z]{16}|[0-9a-fA-F]{12,40}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}"
)
BIRTH: Final = re.compile(
    r"\b(?:nacimiento|nascimento|naissance|birth ?(?:date|day)?|dob|(?:fec|fecha|f|dt|data) ?(?:de )?(?:nac|nasc)\w*)\b"
)
HOME: Final = re.compile(
    r"\b(?:domicilios?|residencias?|home ?address|residence|vivienda|moradia|endereco residencial|adresse personnelle"
    r"|dir(?:eccion)? (?:de (?:la )?)?(?:resid\w*|casa|domicil\w*|vivienda))\b"
)
ADDRESS: Final = re.compile(r"\b(?:direccion|direc|enderecos?|logradouro|address|adresse)\b")
PLACE: Final = re.compile(
    r"munic|mpio|ciudad|cidade|city|town|ville|localidad|vereda|barrio|bairro|corregim|aldea|aldeia|comunidad|rio\b|river"
    r"|dep(?:to|artamento)|prov|distri|estado|state|pais|country|region|lugar|place|adm\b|admin|calle|rua\b|street|escuel"
    r"|escola|school|colegio|instituc|sede\b|hospital|airport|aero|pista|road|via\b|resguard|terra|parque|park|site|sitio"
    r"|estacion|estacao|station|puesto|posto\b|\bpuerto|\bporto\b|\bbase\b|batall|batalh|cuartel|quartel|brigada|poblad|caserio|asentam"
    r"|iglesia|igreja|church|capilla|monument|plaza|praca|puente|ponte|barco|boat|ship|nave\b|embarca|predio|finca|fazenda"
    r"|mina\b|mine\b|empresa|company|headline|titulo\b|title|layer|capa|source|fuente|fonte|file|archivo|especie|species|taxon|etnia"
)

EMAIL: Final = re.compile(r"\b([\w.+-]{2,64})@[\w-]{2,60}(?:\.[\w-]{2,20})+\b")
OFFICES: Final = re.compile(
    r"(?:info|contact|contacto|contato|atencion|atendimento|ouvidoria|alcaldia|prefeitura|gabinete|secretaria|oficina"
    r"|admin|office|ventas|soporte|support|webmaster|noreply|no-reply|mail|correo|comunica|prensa|imprensa|press)"
)
PLUS: Final = re.compile(r"\+\d{1,3}[\s.\-(]{0,2}\d[\d\s.\-()]{6,16}\d")
DIALLED: Final = re.compile(r"(?:\(?\+?\d{1,3}\)?[\s.\-]?)?(?:\(\d{1,4}\)[\s.\-]?)?\d(?:[\s.\-]?\d){6,12}")
DATE: Final = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?|(?:19|20)\d{6}"
    r"|\d{1,2}[-/. ](?:de )?[^\W\d]+[-/. ](?:de )?\d{2,4}"
)
YEAR: Final = re.compile(r"(?:19|20)\d\d")
OF_YEAR: Final = re.compile(r"\b(?:ano|anio|year)\b")
STREET: Final = re.compile(
    r"\b(?:calle|cll?|carrera|cra|kra|kr|cr|avenida|av|avda|diagonal|transversal|jr|jiron|pasaje|psje|manzana|mz|rua|travessa"
    r"|alameda|quadra|rue|boulevard|street|st|road|rd|avenue|ave|casa|lote|apto|apartamento|km)\b.*\d|#\s*\d|\bn[o°º]\.?\s*\d"
)
DIGITS_FEWEST: Final = 6  # of a number of a person; shorter ones count things
DIGITS: Final = re.compile(r"\D")
CPF: Final = re.compile(r"(?<!\d)\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?!\d)")
RUT: Final = re.compile(r"(?<!\d)\d{1,2}\.?\d{3}\.?\d{3}-[\dkK](?!\w)")
IDENTITY: Final = re.compile(
    r"\d{3}\.\d{5}\.\d{2}-\d"  # the social number of Brazil
    r"|(?:[VEPJ]-?)?\d{1,3}(?:[.\s]?\d{3}){1,3}(?:[-\s]?[\dA-Z]{1,2})?|\d{5,12}|[A-Z]{1,3}-?\d{5,9}|[A-Z]{4}\d{6}[A-Z0-9]{3}"
)
