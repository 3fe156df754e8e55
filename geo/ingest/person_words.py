"""Words by which a person's name is told from that of a place or an office, without accents and in lower case."""

from __future__ import annotations

from typing import Final

PARTICLES: Final = frozenset({
    "d", "da", "das", "de", "del", "der", "des", "di", "do", "dos", "du", "e", "la", "las", "le", "los", "van", "von",
    "y",
})  # fmt: skip
TITLES: Final = frozenset({
    "don", "dona", "dr", "dra", "ing", "lic", "mme", "mr", "mrs", "ms", "prof", "sr", "sra", "srta",
})  # fmt: skip

# The most common ones of South America, in Spanish, Portuguese, English and French. The words are ours to choose:
# no list of anybody is copied here.
_GIVEN: Final = """
    aaron abel abigail abraham adela adelina adolfo adrian adriana agustin aida alan alba alberto aldo alejandra
    alejandro alessandra alex alexander alexandra alexandre alexis alfonso alfredo alicia aline alisson alvaro
    amalia amanda amelia ana anastasia anderson andre andrea andreia andres andrew andreza angel angela angelica
    anibal anita ann anna anne annie antoine antonia antonio ariel arlete armando arnaldo arthur artur arturo
    augusto aurelio aurora barbara beatrice beatriz benedito benjamin bernarda bernardo berta bertha betty
    blanca brayan brenda brian bruna bruno caio camila camille carla carlos carmen carol carolina caroline
    cassio catalina catarina catherine cecilia celeste celia celina celso cesar charles charlotte christian
    christina christine christophe cicero claire clara claudia claudio cleber clemencia constanza consuelo
    cristian cristiana cristiane cristina cristobal cynthia dagoberto daniel daniela daniele danilo dario davi
    david debora deborah deisy delia denis denise denisse diana diego dilma domingos dora doris douglas dulce
    edgar edilson edinson edison edith edmundo eduarda eduardo edwin efrain elaine elena eliana eliane elias
    elisa elisabeth elizabeth eloisa elsa elvira emanuel emerson emilia emiliano emilie emilio emily emma
    emmanuel enrique eric erica erick erika ernesto esperanza esteban estela ester esther estrella eugenia
    eugenio eunice eusebio eva evandro evelyn everton ezequiel fabian fabiana fabiano fabio fabiola fatima
    felipe felix fermin fernanda fernando flavia flavio flor florencia francesca francine francisca francisco
    francois francoise freddy frederic gabriel gabriela gabriele genesis george georges geraldo gerardo german
    gerson gilberto gilda gilson giovanna giovanni gisela gisele gladys gloria gonzalo grace graciela gregorio
    guadalupe guilherme guillermo gustavo hector heitor helena henri henrique henry heriberto hernan hilda
    hortensia hugo humberto ignacio igor ilda ines ingrid irene iris irma isaac isabel isabela isabella isabelle
    isaias ismael israel ivan ivana ivone jackson jacques jaime jair jairo james janet jaqueline javier jean
    jeferson jefferson jennifer jenny jeremias jessica jesus jhon jimena joana joao joaquim joaquin joel johana
    johanna john johnny jonathan jorge jose josefa josefina joseph josiane josue joyce juan juana juarez judith
    julia julian juliana juliano julie julien julieta julio junior karen karina karla katherine kelly kevin
    laercio lara larissa laura laurent lautaro leandro leidy leila leonardo leonel leonor leticia lidia ligia
    lilia lilian liliana lina linda lisandro livia lorena lorenzo lourdes luan luana lucas lucia luciana luciano
    lucila lucrecia lucy luis luisa luiz luiza luz lydia macarena magali magdalena maicon manoel manuel manuela
    marc marcela marcelino marcelo marcia marcio marco marcos margarita margaux maria mariana mariano marie
    mariela marilia marina mario marisol maristela marlene marta martha marthe martin martina mary mateo mateus
    matheus mathieu matias matilde maura mauricio mauro maximiliano mayra melany melissa mercedes michael michel
    michele michelle miguel milagros milena milton mireya miriam moises monica monique murilo nadia nancy
    natalia nathalie nelida nelly nelson nestor nicolas nicole nidia nilson nilton noelia noemi norma nubia
    octavio odair olga olivia olivier omar orlando oscar osvaldo oswaldo otavio pablo paloma pamela paola pascal
    patrice patricia patricio patrick paul paula paulina pauline paulo pedro philippe pierre priscila rafael
    rafaela ramiro ramon raquel raul rebeca regiane regina reinaldo renan renata renato rene ricardo richard
    rita robert roberta roberto robinson robson rocio rodolfo rodrigo rogelio roger rogerio romina romulo
    ronaldo rosa rosalia rosana rosangela rosario rose roxana ruben rubens ruth samanta samuel sandra sandro
    sara sarah sebastian sebastiao sebastien selma sergio severino sheila sidney silvana silvia silvio simon
    simone socorro sofia sol solange sonia sophie stella stephane stephanie susana suzana sylvie tadeu tania
    tatiana teodoro teresa thais thalia thiago thomas tiago tomas ubaldo valentin valentina valeria vanesa
    vanessa vera veronica vicente victor victoria vilma vinicius violeta virginia vitor viviana viviane wagner
    walter wanda washington wellington wendy wesley wilfredo william willian wilmar wilmer wilson xavier ximena
    yamila yasmin yesenia yolanda yuri zoila zulma
"""
# What no name of a person has: words of places, offices, companies and armed groups.
_NOBODY: Final = """
    aeroclube aerodromo aeroporto aeropuerto airport alcaldia aldea aldeia army asociacion associacao avenida
    bahia bairro barrio bloque boca cabo calle canal caserio centro cerro cidade ciudad civiles civilians
    colegio company comunidad comunidade cooperativa corporation corregimiento deputado direccion eireli
    ejercito empresa escola escuela exercito fazenda finca forcas forces frente front fuerzas fundacao fundacion
    garimpo general gobierno government governo group hacienda hospital ilha institucion instituto isla lago
    lagoa laguna ltda military mina minera mineracao ministerio monte municipio parque pista poblado police
    policia porto prefeitura presidente puerto reserva resguardo rio road rodovia rua ruta sa san santa santo
    sao sas secretaria serra sierra unidad unidade universidad universidade university vereda vila villa
"""
GIVEN: Final = frozenset(_GIVEN.split())
NOBODY: Final = frozenset(_NOBODY.split())
