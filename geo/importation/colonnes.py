"""Find the header of a planner's table and what each column holds: guessed, shown, corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.erreurs import DonneesInvalides, Probleme, Severite, enumerate_first, is_blocking
from geo.lecture.ecritures import split_code
from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.importation.lecture import Feuille

ROLES = ("code_commune", "commune", "departement", "cpts", "statut", "date")

# A table without these can be read all the same.
_FACULTATIFS = frozenset({"statut", "date"})

# How each role is shown.
LIBELLES = {
    "code_commune": "code INSEE de la commune",
    "commune": "nom de la commune",
    "departement": "département",
    "cpts": "nom de la CPTS",
    "statut": "étape",
    "date": "date",
}

# Title lines stand above the header, never so many.
LIGNES_AVANT_TITRES_MAX = 50
# How much of a column must look alike for its content to tell what it is.
_PART_SEMBLABLE = 0.9
# A header names two roles at least: a title may well hold the word « CPTS » or « commune ».
_ROLES_MIN = 2
# How well a title names a role: 100 and less for the usual ones, this for a word among others.
_FORCE_MOT = 10

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
        "communauteprofessionnelleterritorialesante", "communauteprofessionnelle", "communaute",
        "nomcommunaute", "nomprojet", "projetcpts", "nomstructure", "structure", "rattachementcpts",
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
}  # fmt: skip

# Words that a title of the role holds, and those that it does not, where no usual title is met.
_MOTS: dict[str, tuple[str, str]] = {
    "date": (r"\bdate\b", r"naissance|maj\b|mise a jour|extraction"),
    "statut": (r"\b(statut|etape|avancement|stade|phase|maturite)\b", r"juridique|date"),
    "code_commune": (
        r"\b(insee|codgeo|cog)\b|\bcode\b.*\bcommune\b|\bcommune\b.*\bcode\b",
        r"postal|\bcp\b|ancien|epci|region|nom|libelle|population|departement",
    ),
    "departement": (r"\b(departement|dept|dpt)\b", r"commune|cpts|nombre|\bnb\b|population"),
    "commune": (
        r"\bcommune\b",
        r"code|cpts|siege|nombre|\bnb\b|population|ancien|postal|insee|epci",
    ),
    "cpts": (
        r"\bcpts\b|\bcommunaute professionnelle\b",
        r"code|\bid\b|identifiant|numero|\bn\b|nombre|\bnb\b|population|siege|date|statut|etape|hors",
    ),
}

# A commune code, and what a spreadsheet leaves of one that began with zero.
_CODE = re.compile(r"(0[1-9]|[1-9][0-9]|2[AB])[0-9]{3}", re.IGNORECASE)
_CODE_SANS_ZERO = re.compile(r"[1-9][0-9]{3}")
_LONGUEUR_CODE = 5
# Other numbers of as many digits.
_PAS_UN_CODE = re.compile(
    r"postal|postaux|\bcp\b|population|\bpop\b|habitant|telephone|siren|siret|cedex|iris|annee",
)
_MOT_CPTS = re.compile(r"\bcpts\b|communaute professionnelle")


@dataclass(frozen=True, slots=True)
class Correspondance:
    """Where to find each role in the sheets of a file.

    Attributes
    ----------
    feuille
        Place of the sheet, from 0.
    ligne_titres
        Row of the header, from 1; 0 where the table has none.
    colonnes
        Column of each role found, from 0.
    """

    feuille: int
    ligne_titres: int
    colonnes: dict[str, int]


def guess(feuilles: Sequence[Feuille]) -> Correspondance:
    """Guess the sheet, the header and the columns of a membership table.

    The header is the row, among the first ones, whose titles name the most roles by their usual
    words; failing that, the row above the first commune code of a column of such codes. Where two
    sheets are as good, the one that the workbook hides is not taken, nor the one without rows.

    Parameters
    ----------
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`: at least one.

    Returns
    -------
    Correspondance
        What was recognised, perhaps nothing; :func:`missing` says what lacks.
    """
    candidats = [
        (
            sum(force for _, force in roles.values()),
            not feuille.masquee,
            _has_rows(feuille, rang),
            -place,
            -rang,
        )
        for place, feuille in enumerate(feuilles)
        for rang, titres in enumerate(feuille.lignes[:LIGNES_AVANT_TITRES_MAX], start=1)
        if len(roles := _recognise(titres)) >= _ROLES_MIN
    ]
    if candidats:
        *_, place, rang = max(candidats)
        feuille, ligne_titres = -place, -rang
    else:
        feuille, ligne_titres = _find_by_content(feuilles)
    titres = feuilles[feuille].lignes[ligne_titres - 1] if ligne_titres else ()
    colonnes = read_titles(titres)
    _complete_by_content(feuilles[feuille], ligne_titres, colonnes)
    _read_codes_of_names(feuilles[feuille], ligne_titres, colonnes)
    return Correspondance(
        feuille, ligne_titres, {role: colonnes[role] for role in ROLES if role in colonnes}
    )


def read_titles(titres: Iterable[str]) -> dict[str, int]:
    """Return the column of each role that the titles of a row name.

    Examples
    --------
    >>> read_titles(["CODGEO", "LIBGEO", "P22_POP"])
    {'commune': 1, 'code_commune': 0}
    """
    return {role: colonne for role, (colonne, _) in _recognise(titres).items()}


def guess_all(feuilles: Sequence[Feuille]) -> list[Correspondance]:
    """Guess the sheet of a membership table, and those that hold the same table.

    Parameters
    ----------
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`: at least one.

    Returns
    -------
    list of Correspondance
        What :func:`guess` returns, then the others of :func:`same_titles`. Each is extracted by
        itself; :func:`unread` says which sheets are in none.
    """
    meilleure = guess(feuilles)
    return [meilleure, *same_titles(feuilles, meilleure)]


def same_titles(
    feuilles: Sequence[Feuille], correspondance: Correspondance
) -> list[Correspondance]:
    """Find the other sheets that hold the same table, as a workbook with one a department.

    Parameters
    ----------
    feuilles, correspondance
        As given to and returned by :func:`guess` or :func:`correct`.

    Returns
    -------
    list of Correspondance
        In the order of the sheets: each that the workbook does not hide and that has rows under
        the same titles, case and accents aside, in any columns and at any of the first rows.
        Without titles, each whose columns are guessed to hold the same. The step and the date may
        lack.
    """
    memes = [
        _same_table(feuilles, place, correspondance)
        for place, feuille in enumerate(feuilles)
        if place != correspondance.feuille and not feuille.masquee
    ]
    return [trouvee for trouvee in memes if trouvee]


def unread(
    feuilles: Sequence[Feuille], lues: Iterable[Correspondance], fichier: str = "table"
) -> list[Probleme]:
    """Say which sheets of a file are not read.

    Parameters
    ----------
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`.
    lues
        Where the sheets that are read have their columns.
    fichier
        Name of the file, for the problems.

    Returns
    -------
    list of Probleme
        ``A_VERIFIER`` for each sheet where a membership table is recognised, ``INFORMATION`` for
        all the others together.
    """
    places = {lue.feuille for lue in lues}
    problemes, autres = [], []
    for place, feuille in enumerate(feuilles):
        if place in places:
            continue
        seule = guess([feuille])
        if is_blocking(missing(seule)) or not _has_rows(feuille, seule.ligne_titres):
            autres.append(feuille.nom)
        else:
            problemes.append(_unread_table(feuille, fichier))
    if autres:
        problemes.append(
            Probleme(
                Severite.INFORMATION,
                fichier,
                f"autres feuilles du classeur, qui ne sont pas lues : {enumerate_first(autres)}.",
                "Rien à faire si elles ne contiennent pas de communes.",
            ),
        )
    return problemes


def titles(feuilles: Sequence[Feuille], correspondance: Correspondance) -> list[str]:
    """Name every column of the chosen sheet, for a choice by hand.

    Returns
    -------
    list of str
        One name a column, in order, all different: its letter, then its title if it has one.
    """
    feuille = feuilles[correspondance.feuille]
    rang = correspondance.ligne_titres
    textes = feuille.lignes[rang - 1] if rang else ("",) * feuille.largeur
    return [
        " : ".join(filter(None, (column_letters(colonne), texte)))
        for colonne, texte in enumerate(textes)
    ]


def correct(
    feuilles: Sequence[Feuille],
    correspondance: Correspondance,
    voulues: Mapping[str, str],
    fichier: str = "table",
) -> Correspondance:
    """Put roles in the columns that are named by hand.

    Parameters
    ----------
    feuilles, correspondance
        As given to and returned by :func:`guess`.
    voulues
        Title or letters of the column, by role; an empty text where the role is in none.
    fichier
        Name of the file, for the problems.

    Raises
    ------
    DonneesInvalides
        With every role that does not exist, and every column that is not in the sheet.
    """
    feuille, rang = feuilles[correspondance.feuille], correspondance.ligne_titres
    lettres = {column_letters(colonne): colonne for colonne in range(feuille.largeur)}
    titres = {
        _key(titre): colonne
        for colonne, titre in reversed(list(enumerate(feuille.lignes[rang - 1] if rang else ())))
    }
    colonnes, problemes = dict(correspondance.colonnes), []
    for role, voulue in voulues.items():
        colonne = titres.get(_key(voulue), lettres.get(voulue.strip().upper()))
        if role not in ROLES:
            problemes.append(
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"« {role} » n'est pas une donnée que l'import connaît.",
                    f"Écrire l'une de celles-ci : {', '.join(ROLES)}.",
                )
            )
        elif not voulue.strip():
            colonnes.pop(role, None)
        elif colonne is None:
            problemes.append(
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"la colonne « {voulue} » n'existe pas.",
                    f"Choisir parmi : {' ; '.join(titles(feuilles, correspondance))}.",
                )
            )
        else:
            colonnes[role] = colonne
    if problemes:
        raise DonneesInvalides(problemes)
    return Correspondance(correspondance.feuille, rang, colonnes)


def missing(correspondance: Correspondance, fichier: str = "table") -> list[Probleme]:
    """Say which roles were not found, and what that prevents.

    Parameters
    ----------
    correspondance
        As guessed, or as corrected by hand.
    fichier
        Name of the file, for the problems.

    Returns
    -------
    list of Probleme
        ``BLOQUANT`` where no membership can be read: without a CPTS, or without a code of the
        commune or both its name and its department.
    """
    absents = [role for role in ROLES if role not in correspondance.colonnes]
    choisir = "Choisir la colonne parmi celles du fichier, ou l'y ajouter."
    problemes = []
    if not correspondance.ligne_titres:
        problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                "aucune ligne de titres reconnue : la table est lue dès sa première ligne.",
                "Indiquer la ligne des titres, ou vérifier ce que contient chaque colonne.",
            ),
        )
    if "cpts" in absents:
        problemes.append(
            Probleme(Severite.BLOQUANT, fichier, "colonne introuvable : nom de la CPTS.", choisir),
        )
    if "code_commune" in absents:
        par_nom = "commune" not in absents and "departement" not in absents
        problemes.append(
            Probleme(
                Severite.A_VERIFIER if par_nom else Severite.BLOQUANT,
                fichier,
                "colonne introuvable : code INSEE de la commune"
                + (
                    " ; les communes seront cherchées par leur nom dans leur département, et les "
                    "homonymes refusés."
                    if par_nom
                    else ", ou à défaut son nom et son département."
                ),
                choisir,
            ),
        )
    problemes += [
        Probleme(
            Severite.INFORMATION,
            fichier,
            f"colonne introuvable : {LIBELLES[role]} ; l'import s'en passe.",
            "Rien à faire si la table ne le donne pas.",
        )
        for role in ("statut", "date")
        if role in absents
    ]
    return problemes


def extract(
    feuilles: Sequence[Feuille],
    correspondance: Correspondance,
    fichier: str = "table",
) -> pd.DataFrame:
    """Return the rows of the table, one column a role.

    Parameters
    ----------
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`.
    correspondance
        Where the roles are; columns and sheet exist.
    fichier
        Name of the file, for the problems.

    Returns
    -------
    DataFrame
        ``ligne`` (row of the sheet, from 1) and every role of :data:`ROLES` as text, ``""`` where
        the cell is empty or the role absent. Rows without any text are left out.

    Raises
    ------
    DonneesInvalides
        If a column that the table cannot do without is missing, or no row follows the header.
    """
    problemes = missing(correspondance, fichier)
    if is_blocking(problemes):
        raise DonneesInvalides(problemes)
    rang = correspondance.ligne_titres
    lignes = [
        (ligne, cellules)
        for ligne, cellules in enumerate(
            feuilles[correspondance.feuille].lignes[rang:], start=rang + 1
        )
        if any(cellules)
    ]
    if not lignes:
        raise DonneesInvalides(
            [
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"aucune ligne sous les titres (ligne {rang}).",
                    "Indiquer la ligne des titres, ou choisir une autre feuille.",
                ),
            ]
        )
    rangs = [ligne for ligne, _ in lignes]
    donnees: dict[str, pd.Series] = {"ligne": pd.Series(rangs, dtype="int64")}
    for role in ROLES:
        colonne = correspondance.colonnes.get(role)
        textes = ["" if colonne is None else cellules[colonne] for _, cellules in lignes]
        donnees[role] = pd.Series(textes, dtype="str")
    return pd.DataFrame(donnees)


def column_letters(colonne: int) -> str:
    """Name a column as spreadsheets do.

    >>> [column_letters(colonne) for colonne in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    lettres, reste = "", colonne + 1
    while reste:
        reste, rang = divmod(reste - 1, 26)
        lettres = chr(ord("A") + rang) + lettres
    return lettres


def _unread_table(feuille: Feuille, fichier: str) -> Probleme:
    if feuille.masquee:
        return Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"la feuille « {feuille.nom} », masquée dans le classeur, ressemble à une table et "
            "n'est pas lue.",
            "L'afficher dans le tableur si elle doit être lue, puis enregistrer le classeur.",
        )
    return Probleme(
        Severite.A_VERIFIER,
        fichier,
        f"la feuille « {feuille.nom} » ressemble à une table et n'est pas lue : ses titres sont "
        "autres.",
        "Lui donner les titres de celle qui est lue, ou l'importer dans un fichier à part.",
    )


def _has_rows(feuille: Feuille, ligne_titres: int) -> bool:
    return any(any(cellules) for cellules in feuille.lignes[ligne_titres:])


def _same_table(
    feuilles: Sequence[Feuille], place: int, correspondance: Correspondance
) -> Correspondance | None:
    """Return where another sheet has the columns of the chosen one, or nothing."""
    feuille = feuilles[place]
    if not correspondance.ligne_titres:
        seule = guess([feuille])
        memes = not seule.ligne_titres and seule.colonnes == correspondance.colonnes
        return Correspondance(place, 0, seule.colonnes) if memes else None
    titres = feuilles[correspondance.feuille].lignes[correspondance.ligne_titres - 1]
    voulus = {
        role: (colonne, _key(titres[colonne])) for role, colonne in correspondance.colonnes.items()
    }
    for rang, siens in enumerate(feuille.lignes[:LIGNES_AVANT_TITRES_MAX], start=1):
        colonnes = _align(voulus, siens)
        if voulus.keys() - colonnes.keys() <= _FACULTATIFS and colonnes:
            return Correspondance(place, rang, colonnes) if _has_rows(feuille, rang) else None
    return None


def _align(voulus: Mapping[str, tuple[int, str]], titres: Sequence[str]) -> dict[str, int]:
    """Return the column of each role whose title is met, the one at the same place first.

    A column recognised without a title is looked for at its place alone.
    """
    cles = [_key(titre) for titre in titres]
    colonnes = {}
    for role, (colonne, cle) in voulus.items():
        if colonne < len(cles) and cles[colonne] == cle:
            colonnes[role] = colonne
        elif cle in filter(None, cles):
            colonnes[role] = cles.index(cle)
    return colonnes


def _key(titre: str) -> str:
    return " ".join(split_words(titre))


def _recognise(titres: Iterable[str]) -> dict[str, tuple[int, int]]:
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


def _strengths(titre: str) -> dict[str, int]:
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


def _find_by_content(feuilles: Sequence[Feuille]) -> tuple[int, int]:
    """Return the sheet with the most commune codes, and the row above the first of them."""
    meilleur, feuille, ligne_titres = 0, 0, 0
    for place, candidate in enumerate(feuilles):
        for colonne in range(candidate.largeur):
            rangs = [
                rang
                for rang, cellules in enumerate(candidate.lignes)
                if _CODE.fullmatch(cellules[colonne])
            ]
            if len(rangs) > meilleur:
                titre = candidate.lignes[rangs[0] - 1][colonne] if rangs[0] else ""
                # A shortened code above the first whole one is a row of the table, not a title.
                avec_titre = bool(titre) and not _CODE_SANS_ZERO.fullmatch(titre)
                meilleur, feuille, ligne_titres = len(rangs), place, rangs[0] * avec_titre
    return feuille, ligne_titres


def _complete_by_content(feuille: Feuille, ligne_titres: int, colonnes: dict[str, int]) -> None:
    """Add the codes and the CPTS where a column shows by its cells that it holds them."""
    titres = feuille.lignes[ligne_titres - 1] if ligne_titres else ("",) * feuille.largeur
    lignes = feuille.lignes[ligne_titres:]
    for role, reconnue in (("code_commune", _looks_like_codes), ("cpts", _looks_like_cpts)):
        if role in colonnes:
            continue
        libres = [
            colonne
            for colonne in range(feuille.largeur)
            if colonne not in colonnes.values()
            and not _PAS_UN_CODE.search(" ".join(split_words(titres[colonne])))
        ]
        varietes: Mapping[int, int] = {
            colonne: len(set(cellules))
            for colonne in libres
            if (cellules := [ligne[colonne] for ligne in lignes if ligne[colonne]])
            and reconnue(cellules)
        }
        if varietes:
            colonnes[role] = max(varietes, key=lambda colonne: varietes[colonne])


def _read_codes_of_names(feuille: Feuille, ligne_titres: int, colonnes: dict[str, int]) -> None:
    """Take the column of the names for that of the codes where its cells hold both."""
    if "code_commune" in colonnes or "commune" not in colonnes:
        return
    cellules = [c for ligne in feuille.lignes[ligne_titres:] if (c := ligne[colonnes["commune"]])]
    avec_code = sum(len(split_code(cellule)[0]) == _LONGUEUR_CODE for cellule in cellules)
    if cellules and avec_code >= _PART_SEMBLABLE * len(cellules):
        colonnes["code_commune"] = colonnes.pop("commune")


def _looks_like_codes(cellules: Sequence[str]) -> bool:
    entiers = sum(_CODE.fullmatch(cellule) is not None for cellule in cellules)
    ecourtes = sum(_CODE_SANS_ZERO.fullmatch(cellule) is not None for cellule in cellules)
    # Four digits alone may be anything: years, populations.
    return entiers > 0 and entiers + ecourtes >= _PART_SEMBLABLE * len(cellules)


def _looks_like_cpts(cellules: Sequence[str]) -> bool:
    nommees = sum(
        _MOT_CPTS.search(" ".join(split_words(cellule))) is not None for cellule in cellules
    )
    return nommees >= _PART_SEMBLABLE * len(cellules)
