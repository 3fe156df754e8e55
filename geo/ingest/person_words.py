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
    aaron abel abelardo abigail abraham adela adelina adolfo adrian adriana agustin aida alan alba alberto alcides
    aldemar aldo alejandra alejandro alessandra alex alexander alexandra alexandre alexis alfonso alfredo alicia
    aline alirio alisson alvaro alveiro amalia amanda amelia amparo ana anastasia anderson andre andrea andreia
    andres andrew andreza angel angela angelica anibal anita ann anna anne annie antoine antonia antonio anyela
    ariel arlete arley armando arnaldo arnold arnulfo arthur artur arturo asdrubal augusto aureliano aurelio aurora
    baltazar barbara beatrice beatriz belisario benedito benjamin bernarda bernardo berta bertha betty blanca
    braulio brayan brenda brian bruna bruno caio camila camille carla carlos carmelo carmen carol carolina caroline
    cassio catalina catarina catherine cecilia celeste celia celina celso cesar charles charlotte christian
    christina christine christophe cicero claire clara claudia claudio cleber cleide cleiton clemencia constanza
    consuelo cristian cristiana cristiane cristina cristobal cynthia dagoberto daisy damaris daniel daniela daniele
    danilo danilson dario darwin davi david dayana debora deborah deisy deivis delfina delia demetrio denis denise
    denisse diana diego dilma domingos domitila donaldo dora doris douglas duberney dulce eder ederson edgar edgardo
    edilberto edilson edinson edison edith edmundo edson eduar eduarda eduardo edwin efrain eladio elaine elder
    eleazar elena eleuterio eliana eliane elias eliecer elisa elisabeth elizabeth elkin elmer eloisa elsa elver
    elvia elvira elvis emanuel emerson emilia emiliano emilie emilio emily emma emmanuel enoc enrique epifanio
    erasmo eric erica erick erika ermelinda ernestina ernesto esmeralda esneider esperanza esteban estela ester
    esther estrella euclides eudes eugenia eugenio eunice eusebia eusebio eva evandro evangelina evelyn ever
    everaldo everton ezequiel fabian fabiana fabiano fabio fabiola fatima faustino felipe felix fermin fernanda
    fernando fidel filomena flavia flavio flor florencia florentino francesca francine francinete francisca
    francisco francois francoise freddy frederic fredy froilan gabriel gabriela gabriele genaro genesis george
    georges geovany geraldo gerardo german gerson gilberto gilda gilma gilson giovanna giovanni giovanny gisela
    gisele gladis gladys gloria gonzalo grace graciela gregorio griselda guadalupe guilherme guillermo gustavo
    hector heidy heitor helena heliodoro henri henrique henry heriberto hermelinda herminia hernan hernando hilario
    hilda hipolito honorio horacio hortensia hugo humberto ignacio igor ilda ines ingrid irene iris irma isaac
    isabel isabela isabella isabelle isaias isidro ismael israel ivan ivana ivone jackson jacques jaime jair jairo
    james janet jaqueline javier jean jeferson jefferson jeison jennifer jenny jeremias jerson jessica jesus jesusa
    jhon jhonatan jhonny jimena jimmy joana joao joaquim joaquin joel johan johana johanna john johnny jonas
    jonathan jorge jorgelina jose josefa josefina joseph josiane josue joyce juan juana juarez judith julia julian
    juliana juliano julie julien julieta julio junior juvenal karen karina karla karol katherine katia kelly kevin
    laercio lara larissa laura laurent lautaro leandro leidy leidys leila leonardo leoncio leonel leonor leopoldo
    leticia lidia ligia lilia lilian liliana lina linda lindomar lisandro livia lizardo lizbeth lorena lorenzo
    lourdes luan luana lucas lucia luciana luciano lucila lucinda lucrecia lucy luis luisa luiz luiza luz luzmila
    lydia macarena magali magdalena maicon manoel manuel manuela marc marcela marcelino marcelo marcia marcio marco
    marcos margarita margaux maria mariana mariano maribel marie mariela marilia marina mario marisol maristela
    maritza marlene marta martha marthe martin martina mary maryuri mateo mateus matheus mathieu matias matilde
    maura mauricio mauro maximiliano maximo mayra melany melissa mercedes merly michael michel michele michelle
    miguel milagros milena milton mireya miriam mirian misael moises monica monique murilo nadia nancy natalia
    nathalie nayeli nelida nelly nelson nely nestor nicolas nicolasa nicole nidia nilda nilson nilton nilza noelia
    noemi nora norma nubia octavio odair ofelia olga olivia olivier olmedo omaira omar onofre orfelina oriol orlando
    oscar osmar osvaldo oswaldo otavio otilia otoniel pablo paloma pamela paola pascal pascual patrice patricia
    patricio patrick paul paula paulina pauline paulo pedro percy petrona philippe pierre policarpo priscila rafael
    rafaela raimunda raimundo ramiro ramon ramona raquel raul rebeca regiane regina reina reinaldo reinel remigio
    renan renata renato rene ricardo richard rigoberto rita robert roberta roberto robinson robson rocio rodolfo
    rodrigo rogelio roger rogerio rolando roldan romina romulo ronaldo rosa rosalba rosalia rosana rosangela rosario
    rose rosenda rosendo rosmery roxana ruben rubens rubiela ruperto ruth sabina salomon samanta samuel sandra
    sandro sara sarah saturnina saul sebastian sebastiao sebastien segunda seidy selma serafin serafina sergio
    severino sheila sidney silvana silvestre silvia silvio simon simone sixto socorro sofia sol solange sonia sophie
    stella stephane stephanie susana suzana sylvie tadeu tania tatiana telmo teodoro teofilo teresa thais thalia
    thiago thomas tiago tiburcio tito tomas tomasa tulio ubaldo uriel valdemar valdir valentin valentina valeria
    valmir vanderlei vanesa vanessa vera veronica vicente victor victoria vilma vilson vinicius violeta virginia
    vitor viviana viviane wagner waldir walter wanda washington weimar wellington wendy wesley wilber wilbert wilder
    wilfredo wilfrido william willian willy wilman wilmar wilmer wilson xavier ximena yadira yamila yamile yanet
    yaneth yarely yasmin yeimi yeison yenny yerson yesenia yesica yesid yessica yohana yolanda yolima yony yuliana
    yulieth yuliza yurani yuri zaida zenaida zenon zoila zoraida zulma
"""
# What no name of a person has: words of places, offices, companies and armed groups.
_NOBODY: Final = """
    aerea aeroclube aerodromo aeroporto aeropuerto agropecuaria airport alcaldia aldea aldeia armada army asociacion
    associacao avenida bahia bairro banda barrio bloque boca cabildo cabo calle canal cartel caserio centro cerro
    cidade ciudad civiles civilians clan colegio comite company comunidad comunidade confederacion consejo consorcio
    cooperativa corporation corregimiento corte deputado direccion eireli eirl ejercito empresa energy escola
    escuela estatal exercito fazenda federacion federal finca fiscalia forcas forces frente front fuerza fuerzas
    fundacao fundacion garimpo general gobierno gold government governo group grupo hacienda holding hospital ilha
    indigena institucion instituto inversiones isla junta juzgado lago lagoa laguna ltda military mina minera
    mineracao minerals mining ministerio monte municipal municipio nacional nucleo ong onu parque pista poblado
    police policia policial porto prefeitura presidente projeto proyecto puerto regional reserva resguardo rio road
    rodovia rua ruta sa sac san santa santo sao sas secretaria serra servicios sierra sindicato srl terra
    transportes tribunal unidad unidade universidad universidade university vereda vila villa
"""
# What stands where persons are counted or described, not named.
_KINDS_OF_PEOPLE: Final = """
    adulta adulto adulte adult afro agente agricultor anonima anonimo anonymous campesina campesino child children civil
    comerciante defensor desconocida desconocido desconhecida desconhecido docente edad estudiante familia familias
    femenino feminino hombre hombres homem homens indigena indigenas indigenous joven jovem juvenil lideres male man
    masculino men menor menores mujer mujeres mulher mulheres nina ninas nino ninos ningun ninguna no none nn persona
    personas pessoas sacerdote sexo sin soldado soldados trabajador unidentified unknown varias varios victima victimas
    vitimas woman women years anos
"""
KINDS_OF_PEOPLE: Final = frozenset(_KINDS_OF_PEOPLE.split())
GIVEN: Final = frozenset(_GIVEN.split())
NOBODY: Final = frozenset(_NOBODY.split())
