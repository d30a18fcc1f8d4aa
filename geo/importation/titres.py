"""What the titles of a planner's table say: the role of each column, by its usual words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROLES = (
    "code_commune",
    "commune",
    "departement",
    "cpts",
    "statut",
    "date",
    "epci",
    "partie",
    "exclues",
)

# How each role is shown.
LIBELLES = {
    "code_commune": "code INSEE de la commune",
    "commune": "nom de la commune",
    "departement": "département",
    "cpts": "nom de la CPTS",
    "statut": "étape",
    "date": "date",
    "epci": "intercommunalité",
    "partie": "part de la commune",
    "exclues": "communes exclues de l'intercommunalité",
}

# How well a title names a role: 100 and less for the usual ones, this for a word among others.
_FORCE_MOT = 10
# Characters of a title in a dBASE table, which holds the attributes of a shapefile.
_TITRE_DBASE = 10

# Words that name no column by themselves.
_OUTILS = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "en", "actuel", "actuelle"})

# Usual titles, without accents, case, blanks or the words above; the better one first.
_TITRES: dict[str, tuple[str, ...]] = {
    "code_commune": (
        "codeinsee", "codeinseecommune", "codecommuneinsee", "codecommune", "codecommunes",
        "inseecommune", "communeinsee", "communecode", "inseecom", "comminsee", "cominsee",
        "insee", "cinsee", "ninsee", "noinsee", "numinsee", "numeroinsee", "codgeo", "codegeo",
        "codegeographique", "codegeographiquecommune", "cog", "codecog", "depcom", "codecom",
        "codcom", "comcode", "codeofficielcommune", "com",
    ),
    "commune": (
        "nomcommune", "libellecommune", "libcommune", "communenom", "communelibelle", "libgeo",
        "libellegeographique", "commune", "communes", "nomcom", "libcom", "lcommune",
        "nomstandard", "nomofficielcommune", "intitulecommune", "ville", "nomville", "libelle",
        "nom",
    ),
    "departement": (
        "departement", "departements", "codedepartement", "numerodepartement", "nodepartement",
        "ndepartement", "codedep", "coddep", "codedept", "depcode", "numdep", "ndep", "nodep",
        "dep", "dept", "dpt", "dpmt", "nomdepartement", "libelledepartement", "libdepartement",
        "nomdep", "libdep", "libelledep", "depnom",
    ),
    "cpts": (
        "nomcpts", "cptsnom", "libellecpts", "cptslibelle", "libcpts", "denominationcpts",
        "intitulecpts", "cpts", "nomcommunauteprofessionnelleterritorialesante",
        "communauteprofessionnelleterritorialesante", "communauteprofessionnelle",
        "nomprojet", "projetcpts", "nomstructure", "structure", "rattachementcpts",
        "cptsrattachement", "territoirecpts",
    ),
    "statut": (
        "statut", "statutcpts", "cptsstatut", "etape", "etapecpts", "avancement", "etatavancement",
        "avancementcpts", "etatavancementcpts", "niveauavancement", "stade", "stadecpts", "phase",
        "maturite", "etat", "situation", "statutprojet", "etatprojet",
    ),
    "date": (
        "date", "datesignature", "datesignatureaci", "signatureaci", "dateaci", "aciladate",
        "datestatut", "dateetape", "datecreation", "datevalidation", "datevalidationprojet",
        "datevalidationprojetsante", "datelancement", "datecpts", "dateadhesion", "datecontrat",
        "dateeffet",
    ),
    "epci": (
        "sirenepci", "codeepci", "epcicode", "codesirenepci", "epcisiren", "nsirenepci", "numerosirenepci",
        "epci", "nomepci", "epcinom", "libelleepci", "libepci", "intercommunalite", "intercommunalites",
        "nomintercommunalite", "communautecommunes", "communautesdecommunes", "siren",
    ),
    "partie": (
        "communeentiere", "communeentiereoupartielle", "entiereoupartielle", "partielle", "partiel", "partiecommune",
        "communepartielle", "quartier", "quartiers", "perimetrecommune",
    ),
    "exclues": (
        "communesexclues", "exclues", "exclusions", "sauf", "saufcommunes", "communesretirees", "retraits", "exceptions",
        "communesexceptees", "horscommunes",
    ),
}  # fmt: skip

# A title that speaks of CPTS, be it of their mail or of their number.
_EVOQUE = re.compile(r"\bcpts\b|\bcommunautes? professionnelles?\b|^communaute$")
_PERSONNEL = re.compile(
    r"\b(president|presidente|vice president|referente?|coordinat\w+|coordonn\w+|contacts?|mail|e mail|courriel|"
    r"telephone|tel|portable|prenom|rpps|directeur|directrice|tresorier|secretaire|medecin|correspondant|"
    r"naissance|ne le|nee le|sexe|civilite|nom d usage|nom de famille|domicile)\b"
)
_POSTAL = re.compile(r"postal|postaux|\bcp\b|cedex")
# Of a column that may say of a row that it is no membership, no more, or not of a whole perimeter.
_RESTREINT = re.compile(
    r"\b(adhesion|membre|retrait|sortie|fin|resiliation|siege|limitrophe|discussion|hors|sauf|sans|exclu\w*|"
    r"perimetre|concernee?s?|partielles?|suite)\b"
)
# Words that a title of the role holds, and those that it does not, where no usual title is met.
_MOTS: dict[str, tuple[str, str]] = {
    "date": (
        r"\bdate\b",
        r"naissance|maj\b|mise a jour|extraction|sortie|\bfin\b|retrait|resiliation|cloture",
    ),
    "statut": (r"\b(statut|etape|avancement|stade|phase|maturite)\b", r"juridique|date"),
    "code_commune": (
        r"\b(insee|codgeo|cog)\b|\bcode\b.*\bcommune\b|\bcommune\b.*\bcode\b",
        r"postal|\bcp\b|ancien|epci|region|nom|libelle|population|departement",
    ),
    "departement": (r"\b(departement|dept|dpt)\b", r"commune|cpts|nombre|\bnb\b|population"),
    "commune": (
        r"\bcommunes?\b",
        r"code|cpts|siege|nombre|\bnb\b|population|ancien|postal|insee|epci|exclu|sauf|retiree|exceptee",
    ),
    "cpts": (
        r"\bcpts\b|\bcommunaute professionnelle\b",
        (
            r"code|\bid\b|identifiant|numero|\bn\b|nombre|\bnb\b|population|siege|date|statut|etape|hors|rattachees?\b|finess|"
            r"siret|siren|coord|president|referent|contact|mail|courriel|telephone|\btel\b|adresse|site\b|porteu|montant|"
            r"effectif|membre|commentaire|remarque|proche|voisin|limitroph|distance"
        ),
    ),
    "epci": (
        r"\bepci\b|intercommunalite|communautes? de communes",
        r"cpts|date|population|nombre|\bnb\b|commune\b|type|nature",
    ),
    "partie": (r"\b(entiere|partielle?|en partie|pour partie)\b", r"cpts|date|population"),
    "exclues": (r"\b(exclu\w*|exclusions?|sauf|retirees?|exceptees?)\b", r"date|population|cpts"),
}


def read_titles(titres: Iterable[str]) -> dict[str, int]:
    """Return the column of each role that the titles of a row name.

    Examples
    --------
    >>> read_titles(["CODGEO", "LIBGEO", "P22_POP"])
    {'commune': 1, 'code_commune': 0}
    """
    return {role: colonne for role, (colonne, _) in recognise_titles(titres).items()}


def title_key(titre: str) -> str:
    """Return what makes two titles one: their words, without case, accents or blanks."""
    return " ".join(split_words(titre))


def recognise_titles(titres: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Give each role the column whose title names it best, and how well it does.

    A column has one role, and a usual title is stronger than a word inside a longer one.
    """
    forces = [
        (force, colonne, role)
        for colonne, titre in enumerate(titres)
        for role, force in _strengths(titre).items()
    ]
    roles: dict[str, tuple[int, int]] = {}
    prises: set[int] = set()
    for force, colonne, role in sorted(forces, key=lambda f: (-f[0], f[1], ROLES.index(f[2]))):
        if role not in roles and colonne not in prises:
            roles[role] = (colonne, force)
            prises.add(colonne)
    return roles


def name_roles(titre: str) -> list[str]:
    """Return the roles that a title names or evokes, the likeliest first.

    >>> name_roles("CPTS 2025"), name_roles("Mail CPTS"), name_roles("Surface")
    (['cpts'], ['cpts'], [])
    """
    forces = _strengths(titre)
    roles = sorted(forces, key=lambda role: -forces[role])
    return roles or (["cpts"] if _EVOQUE.search(title_key(titre)) else [])


def is_personal(titre: str) -> bool:
    """Tell whether a title announces what is of a person.

    >>> is_personal("Nom du président"), is_personal("Portable"), is_personal("Nom de la CPTS")
    (True, True, False)
    """
    return _PERSONNEL.search(title_key(titre)) is not None


def is_postal(titre: str) -> bool:
    """Tell whether a title announces postcodes.

    >>> is_postal("CP"), is_postal("Code postal"), is_postal("Code INSEE")
    (True, True, False)
    """
    return _POSTAL.search(title_key(titre)) is not None


def may_restrict(titre: str) -> bool:
    """Tell whether a title announces that some rows are not what they seem.

    >>> may_restrict("Adhésion"), may_restrict("Date de sortie"), may_restrict("Population")
    (True, True, False)
    """
    return _RESTREINT.search(title_key(titre)) is not None


def measure_titles(titres: Iterable[str], role: str) -> dict[int, int]:
    """Return the columns whose title names a role, with how well it does.

    >>> measure_titles(["Code INSEE", "CPTS", "CPTS 2", "Mail CPTS"], "cpts")
    {1: 93, 2: 10}
    """
    forces = {colonne: _strengths(titre).get(role, 0) for colonne, titre in enumerate(titres)}
    return {colonne: force for colonne, force in forces.items() if force}


def measure_shortened(titres: Iterable[str], role: str) -> dict[int, int]:
    """Return the columns whose title is a usual one of a role that a shapefile cut, with how well it does.

    dBASE keeps ten characters of a title.

    >>> measure_shortened(["ETAT_AVANC", "DATE_SIGNA", "NOM"], "statut")
    {0: 94}
    """
    forces = {}
    for colonne, titre in enumerate(titres):
        cle = "".join(mot for mot in split_words(titre) if mot not in _OUTILS)
        usuels = [u for u in _TITRES[role] if len(titre) == _TITRE_DBASE and u.startswith(cle)]
        if cle and usuels:
            forces[colonne] = 100 - _TITRES[role].index(usuels[0])
    return forces


@lru_cache(maxsize=4096)
def _strengths(titre: str) -> Mapping[str, int]:
    """Say how well a title names each role: the more usual, the stronger; absent is not at all."""
    mots = split_words(titre)
    cle = "".join(mot for mot in mots if mot not in _OUTILS)
    exacts = {role: 100 - usuels.index(cle) for role, usuels in _TITRES.items() if cle in usuels}
    if exacts:
        return exacts
    texte = " ".join(mots)
    return {
        role: _FORCE_MOT
        for role, (voulu, exclu) in _MOTS.items()
        if re.search(voulu, texte) and not re.search(exclu, texte)
    }
