"""Read the rows of a table: the commune and the CPTS of each."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.erreurs import Severite, enumerate_first
from geo.importation.adhesion import Adhesion
from geo.importation.anomalie import Anomalie
from geo.importation.contenus import AUCUNE, begins_as_cpts
from geo.importation.limites import NOM_MAX
from geo.importation.partage import estimate_parts
from geo.importation.places import ARRONDISSEMENTS
from geo.importation.rapprochement import NOMS_RETENUS, clean_name
from geo.perimetre import round_part
from geo.texte import sort_key, split_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.importation.anomalie import Genre
    from geo.importation.choix import Choix
    from geo.importation.codes import Referentiel
    from geo.importation.remarque import Lecture

# What tables write, instead of a name, of a commune that no CPTS covers.
_AUCUNE_CPTS = frozenset(
    sort_key(texte)
    for texte in (
        "aucune", "aucun", "aucune CPTS", "néant", "sans", "sans CPTS", "hors CPTS", "pas de CPTS",
        "non", "non couverte", "non couvert", "zone blanche", "-", "NC", "N/A", "NA", "0", "null",
        "(vide)", "vide", "sans objet", "hors territoire CPTS", AUCUNE,
    )
)  # fmt: skip
# What is told of a row that names a part of a commune, and no more once it is split.
_EN_PARTIE: frozenset[Genre] = frozenset({"arrondissement", "partielle"})
# Of the first rows of a sheet, which have no name to repeat.
_RIEN_AU_DESSUS = "(vide)"
# What may be said of none, and may begin the name of one: left aside, and told.
_PEUT_ETRE_AUCUNE = re.compile(
    r"(non|sans|hors|zones? blanches?|aucune?|pas de|pas encore|a definir|a preciser|a determiner|en cours|en attente|inconnue?)\b"
)
# What stands for a name until there is one: by itself, or with the word CPTS alone.
_PROVISOIRES = frozenset({"x", "xx", "xxx", "tbd", "todo", "idem", "id", "ditto"})
_MOTS_PROVISOIRES = frozenset(
    ["projet", "projets", "cours", "creation", "constitution", "emergence", "reflexion", "construction",
     "preparation", "definir", "determiner", "preciser", "completer", "venir", "future", "nouvelle", "creer"]
)  # fmt: skip
_SANS_POIDS = frozenset({"cpts", "en", "a", "de", "la", "une"})
# An error of a spreadsheet in place of a value.
_ERREUR = re.compile(r"#[A-ZÀ-Ü/0-9 ]+[!?]?|#N/?[AD]", re.IGNORECASE)


class Lues(NamedTuple):
    """What the rows of a table say.

    Attributes
    ----------
    codes
        Commune of each row, ``None`` where it has none, in the order of the rows.
    absorbees
        Absorbed codes met.
    adhesions
        Memberships as they come.
    departements
        Every department that a row names, with or without a CPTS.
    citees
        Communes of today that the rows name whole, with or without a CPTS; the successor of an
        absorbed code, whether it was followed or not.
    partielles
        What is to be told of the rows that name a part of a commune, with its code, as long as it is not split.
    """

    codes: list[str | None]
    absorbees: list[str]
    adhesions: list[Adhesion]
    departements: frozenset[str]
    citees: frozenset[str]
    partielles: list[tuple[str, Anomalie]]


@lru_cache(maxsize=NOMS_RETENUS)
def names_none(nom: str) -> bool:
    """Tell whether a cell names no CPTS.

    >>> names_none("Aucune"), names_none("Non rattachée"), names_none("#REF!"), names_none("CPTS Sud")
    (True, True, True, False)
    >>> [names_none(nom) for nom in ("x", "???", "Projet CPTS", "CPTS en cours de création", "CPTS X")]
    [True, True, True, True, False]
    """
    if _is_blank(nom) or sort_key(nom) in _AUCUNE_CPTS:
        return True
    mots = split_words(nom)
    if mots[:1] in (["commune"], ["communes"]):
        mots = mots[1:]
    reste = set(mots) - _SANS_POIDS
    provisoire = (
        " ".join(mots) in _PROVISOIRES
        or mots == ["cpts"]
        or (bool(reste) and reste <= _MOTS_PROVISOIRES)
    )
    return provisoire or bool(_PEUT_ETRE_AUCUNE.match(" ".join(mots)))


def says_none(texte: str) -> bool:
    """Tell whether a cell says nothing, or that there is none, beyond doubt.

    >>> says_none("-"), says_none("Aucune"), says_none("à définir")
    (True, True, False)
    """
    return _is_blank(texte) or sort_key(texte) in _AUCUNE_CPTS


@lru_cache(maxsize=NOMS_RETENUS)
def _is_blank(nom: str) -> bool:
    propre = clean_name(nom)
    return not propre or bool(_ERREUR.fullmatch(propre))


def count_blanks(lignes: pd.DataFrame) -> int:
    """Count the rows without the name of a CPTS."""
    return int(lignes["cpts"].map(_is_blank).astype("bool").sum())


def repeat_names(lignes: pd.DataFrame) -> pd.DataFrame:
    """Give the rows without the name of a CPTS that of the row above, as merged cells mean it.

    Parameters
    ----------
    lignes
        As given to :func:`read_rows`, in the order of the file.
    """
    vides = lignes["cpts"].map(_is_blank).astype("bool")
    return lignes.assign(
        cpts=lignes["cpts"].mask(vides).ffill().fillna(_RIEN_AU_DESSUS).astype("str")
    )


def read_rows(
    lignes: pd.DataFrame, referentiel: Referentiel, choix: Choix, anomalies: list[Anomalie]
) -> Lues:
    """Read every row.

    Parameters
    ----------
    lignes
        ``ligne``, ``code_commune``, ``commune``, ``departement``, ``cpts``, ``part``: one row a row of
        the file.
    referentiel
        Communes by code and by name.
    choix
        What the planner decided.
    anomalies
        What is to be told is added there.
    """
    codes: list[str | None] = []
    absorbees: list[str] = []
    adhesions = []
    partielles: list[tuple[str, Anomalie]] = []
    nommes: set[str | None] = set()
    # Of each commune named, the arrondissements that are.
    citees: defaultdict[str, set[str | None]] = defaultdict(set)
    sans_cpts: defaultdict[str, list[int]] = defaultdict(list)
    trop_longs: list[int] = []
    postaux = _find_postal(lignes, referentiel)
    for ligne, texte, commune, departement, nom, part in zip(
        *(lignes[c] for c in ("ligne", "code_commune", "commune", "departement", "cpts", "part")),
        strict=True,
    ):
        if len(nom) > NOM_MAX or postaux:
            nommes.add(referentiel.departement_named(texte, departement))
            codes.append(None)
            if len(nom) > NOM_MAX:
                trop_longs.append(ligne)
            continue
        lecture = referentiel.read(texte, commune, departement)
        nommes.add(referentiel.departement_named(lecture.code or texte, departement))
        if actuelle := lecture.code or referentiel.repertoire.successeurs.get(
            lecture.absorbee or ""
        ):
            citees[actuelle].add(lecture.partie)
        if names_none(nom):
            codes.append(None)
            sans_cpts["" if _is_blank(nom) else clean_name(nom)].append(ligne)
            continue
        valeurs = {"code_commune": texte, "commune": commune, "departement": departement}
        dites = _say(lecture, ligne, valeurs)
        anomalies += [dite for dite in dites if dite.genre not in _EN_PARTIE]
        partielles += [(str(lecture.code), dite) for dite in dites if dite.genre in _EN_PARTIE]
        codes.append(lecture.code)
        if lecture.absorbee is not None:
            absorbees.append(lecture.absorbee)
        if lecture.code is not None:
            adhesions.append(
                Adhesion(choix.name_kept(nom), lecture.code, ligne, texte, lecture.partie, part)
            )
    anomalies += [_without_cpts(nom, rangs) for nom, rangs in sans_cpts.items()]
    if trop_longs:
        anomalies.append(_too_long(trop_longs))
    if postaux:
        anomalies.append(_ask_codes(postaux, lignes))
    departements = frozenset(code for code in nommes if code is not None)
    entieres = frozenset(code for code, parts in citees.items() if _is_whole(code, parts))
    return Lues(codes, absorbees, adhesions, departements, entieres, partielles)


def _say(lecture: Lecture, ligne: int, valeurs: Mapping[str, str]) -> list[Anomalie]:
    """Return what is to be told of a row; `valeurs` are its cells, by column."""
    return [
        Anomalie(
            ligne,
            r.colonne,
            valeurs[r.colonne],
            r.severite,
            r.message,
            r.remede,
            r.genre,
            r.sujet,
        )
        for r in lecture.remarques
    ]


def _find_postal(lignes: pd.DataFrame, referentiel: Referentiel) -> frozenset[str]:
    """Return the codes of the rows that name a CPTS, if all may be postcodes and nothing tells."""
    nommees = lignes[~lignes["cpts"].str.slice(stop=NOM_MAX).map(names_none).astype("bool")]
    return referentiel.only_postal(zip(nommees["code_commune"], nommees["commune"], strict=True))


def _ask_codes(codes: frozenset[str], lignes: pd.DataFrame) -> Anomalie:
    """Ask in one go what a whole column of codes is."""
    return Anomalie(
        int(lignes["ligne"].iloc[0]),
        "code_commune",
        "",
        Severite.BLOQUANT,
        f"Tous les codes de la colonne sont aussi des codes postaux, sans nom de commune à côté : "
        f"{enumerate_first(sorted(codes))}.",
        "Donner le nom des communes, ou dire ce que sont ces codes : « Codes de la table », ou "
        "--codes insee, --codes postaux.",
        "codes_postaux",
    )


def _too_long(rangs: list[int]) -> Anomalie:
    return Anomalie(
        rangs[0],
        "cpts",
        "",
        Severite.BLOQUANT,
        f"Le nom de la CPTS dépasse {NOM_MAX} caractères : {_name_lines(rangs)}.",
        "Choisir la colonne des noms, ou n'y laisser que le nom.",
        "nom_trop_long",
    )


def _name_lines(rangs: list[int]) -> str:
    distinctes = list(dict.fromkeys(rangs))
    return f"{'lignes' if len(distinctes) > 1 else 'ligne'} {enumerate_first(map(str, distinctes))}"


def _without_cpts(nom: str, rangs: list[int]) -> Anomalie:
    """Tell in one go the rows that name no CPTS in the same words."""
    lignes = _name_lines(rangs)
    laissees = "laissées de côté" if len(set(rangs)) > 1 else "laissée de côté"
    if not nom:
        return Anomalie(
            rangs[0],
            "cpts",
            "",
            Severite.A_VERIFIER,
            f"Le nom de la CPTS manque : {lignes}, {laissees}.",
            "Rien à faire si ces communes sont sans CPTS. Sinon, écrire le nom, ou choisir de répéter "
            "celui de la ligne du dessus.",
            "cpts_manquante",
        )
    if sort_key(nom) in _AUCUNE_CPTS and "?" not in nom:
        return Anomalie(
            rangs[0],
            "cpts",
            nom,
            Severite.INFORMATION,
            f"« {nom} » : la commune n'est dans aucune CPTS : {lignes}, {laissees}.",
            "Rien à faire.",
            "sans_cpts",
        )
    return Anomalie(
        rangs[0],
        "cpts",
        nom,
        Severite.A_VERIFIER,
        f"« {nom} » est compris comme « aucune CPTS » : {lignes}, {laissees}.",
        "Si c'est bien le nom d'une CPTS, "
        + (
            "l'écrire en entier dans la table."
            if begins_as_cpts(nom)
            else "le faire précéder de « CPTS » dans la table."
        ),
        "sans_cpts_peut_etre",
    )


def unite(
    lues: Collection[Adhesion], anomalies: list[Anomalie], estimation: str = ""
) -> pd.DataFrame:
    """Keep each commune once per CPTS, by its share, and say where it came again.

    Parameters
    ----------
    lues
        Memberships as they come.
    anomalies
        What is to be told is added there.
    estimation
        By what the shares that come with them are estimated, if they are.

    Returns
    -------
    DataFrame
        See :attr:`geo.importation.diagnostic.Diagnostic.adhesions`.
    """
    premieres: dict[tuple[str, str], Adhesion] = {}
    # Of a commune named by its parts only, those that are named.
    partielles: defaultdict[tuple[str, str], set[str | None]] = defaultdict(set)
    parts: defaultdict[tuple[str, str], float] = defaultdict(float)
    estimees = estimate_parts(lues)
    for adhesion in lues:
        cle = (adhesion.nom_cpts, adhesion.code_commune)
        partielles[cle].add(adhesion.partie)
        parts[cle] = max(parts[cle], adhesion.part)
        premiere = premieres.setdefault(cle, adhesion)
        if premiere is not adhesion and cle not in estimees:
            anomalies.append(
                Anomalie(
                    adhesion.ligne,
                    "code_commune",
                    adhesion.valeur,
                    Severite.INFORMATION,
                    f"{adhesion.code_commune} est déjà dans « {adhesion.nom_cpts} » "
                    f"(ligne {premiere.ligne}) : comptée une fois.",
                    "Rien à faire.",
                    "doublon",
                )
            )
    cles = sorted(premieres)
    return pd.DataFrame(
        {
            "nom_cpts": pd.Series([nom for nom, _ in cles], dtype="str"),
            "code_commune": pd.Series([code for _, code in cles], dtype="str"),
            "ligne": pd.Series([premieres[cle].ligne for cle in cles], dtype="int64"),
            "entiere": pd.Series(
                [cle in estimees or _is_whole(cle[1], partielles[cle]) for cle in cles],
                dtype="bool",
            ),
            "part": pd.Series(
                [estimees[c].part if c in estimees else round_part(parts[c]) for c in cles],
                dtype="float64",
            ),
            "estimation": pd.Series(
                [estimees[c].estimation if c in estimees else estimation for c in cles], dtype="str"
            ),
        }
    )


def _is_whole(ville: str, nommes: set[str | None]) -> bool:
    """Tell whether a commune is named whole, or by all of its arrondissements."""
    arrondissements = {code for code, entiere in ARRONDISSEMENTS.items() if entiere == ville}
    return None in nommes or (bool(arrondissements) and nommes >= arrondissements)
