"""What a planner says of a file that the catalogue does not know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.erreurs import DonneesInvalides, Probleme, Severite, enumerate_first
from geo.indicateurs.registre import MOYENNE, RAPPORT, SOMME, STOCK, TAUX
from geo.officiels.annees import ANNEE_MIN, last_annee, read_millesime
from geo.officiels.catalogue import AUCUN, NATURES, IndicateurConnu
from geo.officiels.noms import make_serie
from geo.officiels.reconnaissance import IndicateurLu
from geo.officiels.table import (
    ANNEE,
    CODE_COMMUNE,
    CODE_DEPARTEMENT,
    CODE_REGION,
    NOM_COMMUNE,
    clean_code,
)
from geo.officiels.valeurs import MINIMUM_SECRET, SEUIL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.officiels.table import Table

_MOYENNE = re.compile(r"moyenne(?: pond[ée]r[ée]e)?(?: par |\s*[:=]\s*)(.+)", re.IGNORECASE)
# In characters: what a legend, a table and a slide can still show.
LONGUEURS_MAX = {"libelle": 200, "unite": 120, "base": 200, "source": 200}
_ROLES = {
    CODE_COMMUNE: "des codes de commune",
    NOM_COMMUNE: "des noms de commune",
    CODE_DEPARTEMENT: "des départements",
    CODE_REGION: "des régions",
    ANNEE: "des années",
}
_RAPPORT = re.compile(r"rapport(?: |\s*[:=]\s*)(.+/.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Choix:
    """What the options say; empty where the file is to tell.

    Attributes
    ----------
    feuilles
        Names of the sheets to read.
    colonne
        Title or letter of the column; without it, the catalogue recognises the file.
    libelle, unite, nature, base, millesime, source
        As in the catalogue.
    agreger
        ``somme``, ``moyenne pondérée par COLONNE``, ``rapport NUM/DEN`` or ``aucun``.
    seuil
        Below how many units a count is withheld; by default, eleven where its file says that it
        withholds some.
    """

    feuilles: tuple[str, ...] = ()
    colonne: str = ""
    libelle: str = ""
    unite: str = ""
    nature: str = ""
    agreger: str = AUCUN
    base: str = ""
    millesime: str = ""
    source: str = ""
    seuil: int | None = None

    @property
    def count_bounds(self) -> tuple[float, float]:
        """Between what a withheld count is."""
        return float(MINIMUM_SECRET), float((self.seuil or SEUIL) - 1)

    @property
    def told(self) -> bool:
        """Whether the options say what to read, the catalogue being left aside."""
        return bool(self.colonne) or self.agreger != AUCUN


def write_agregation(methode: str, *colonnes: str) -> str:
    """Write what :func:`split_agregation` reads: a way to aggregate, and the columns that it needs.

    >>> write_agregation("moyenne", "Population"), write_agregation("rapport", "A", "B")
    ('moyenne pondérée par Population', 'rapport A/B')
    """
    return {
        MOYENNE: "moyenne pondérée par {}", RAPPORT: "rapport {}/{}",
    }.get(methode, methode).format(*colonnes)  # fmt: skip


def split_agregation(texte: str) -> tuple[str, str]:
    """Return the way to aggregate, and the columns that it names.

    Raises
    ------
    ValueError
        With a French sentence, if it is none of the four.

    Examples
    --------
    >>> split_agregation("moyenne pondérée par Population"), split_agregation("rapport A/B")
    (('moyenne', 'Population'), ('rapport', 'A/B'))
    """
    propre = texte.strip()
    if propre.lower() in (SOMME, AUCUN):
        return propre.lower(), ""
    if moyenne := _MOYENNE.fullmatch(propre):
        return MOYENNE, moyenne[1].strip()
    if rapport := _RAPPORT.fullmatch(propre):
        return RAPPORT, rapport[1].strip()
    message = (
        f"--agreger « {texte} » n'est pas compris. Écrire somme, « moyenne pondérée par COLONNE », "
        "« rapport NUMÉRATEUR/DÉNOMINATEUR » ou aucun : rien ne se moyenne sans poids."
    )
    raise ValueError(message)


def check_choix(choix: Choix) -> None:
    """Check what can be checked without the file.

    Raises
    ------
    ValueError
        With a French sentence a line, for each fault.
    """
    if fautes := list(_find_faults(choix)):
        raise ValueError("\n".join(fautes))


def _find_faults(choix: Choix) -> Iterator[str]:
    try:
        methode, _ = split_agregation(choix.agreger)
    except ValueError as erreur:
        methode = AUCUN
        yield str(erreur)
    attendue = STOCK if methode == SOMME else TAUX
    if choix.nature not in ("", *NATURES):
        yield f"--nature « {choix.nature} » inconnue. Écrire l'une de : {', '.join(NATURES)}."
    elif methode != AUCUN and choix.nature not in ("", attendue):
        yield f"--agreger {methode} se dit d'un « {attendue} », et --nature dit « {choix.nature} »."
    sans_objet = [
        f"--{nom}" for nom in ("libelle", "unite", "nature", "base") if getattr(choix, nom)
    ]
    if sans_objet and not choix.told:
        yield f"{', '.join(sans_objet)} : dire aussi la colonne à lire, --colonne TITRE."
    for nom in ("colonne", *LONGUEURS_MAX):
        if faute := find_text_fault(nom, getattr(choix, nom)):
            yield f"--{nom} {faute[0]}. {faute[1]}"
    if choix.millesime and not read_millesime(choix.millesime):
        yield (
            f"--millesime « {choix.millesime} » n'est pas une année de {ANNEE_MIN} à {last_annee()}. "
            "Écrire une année (2021) ou une période (2018-2021)."
        )


def find_text_fault(nom: str, texte: str) -> tuple[str, str] | None:
    r"""Return what is wrong with a text that is said of an indicator, and its remedy; nothing of one that is not said.

    Parameters
    ----------
    nom
        A field of :class:`Choix`.
    texte
        What it says.

    Examples
    --------
    >>> find_text_fault("libelle", " ")
    ('est vide', "L'écrire, ou ôter l'option.")
    >>> find_text_fault("libelle", "Lits\x07")
    ('contient un caractère invisible (U+0007)', "L'ôter.")
    >>> find_text_fault("libelle", "Lits")
    """
    propre = " ".join(texte.split())
    # What stands before the comma is the producer.
    dit = propre.partition(", ")[0] if nom == "source" else propre
    if texte and not any(map(str.isalnum if nom == "source" else str.isprintable, dit)):
        return "est vide", "L'écrire, ou ôter l'option."
    invisibles = dict.fromkeys(f"U+{ord(c):04X}" for c in propre if not c.isprintable())
    if invisibles:
        quoi = "un caractère invisible" if len(invisibles) == 1 else "des caractères invisibles"
        return f"contient {quoi} ({enumerate_first(invisibles)})", "L'ôter."
    if (trop := len(propre)) > LONGUEURS_MAX.get(nom, trop):
        return f"a {trop} caractères", f"L'écrire en {LONGUEURS_MAX[nom]} au plus."
    return None


def choose(table: Table, choix: Choix) -> IndicateurLu:
    """Make the indicator that the options describe, in one table.

    Raises
    ------
    DonneesInvalides
        With every column that the table has not, or that cannot be what the options want of it.
    """
    methode, citees = split_agregation(choix.agreger)
    colonne, autre = choix.colonne, citees
    if methode == RAPPORT:
        colonne, autre = _split_ratio(table, citees)
    dites = [
        colonne,
        *filter(None, [autre]),
        *([choix.colonne] if methode == RAPPORT and choix.colonne else []),
    ]
    trouvees = {dite: table.find(dite) for dite in dites}
    absentes = [dite for dite, rang in trouvees.items() if rang is None]
    if absentes:
        raise DonneesInvalides(
            _refuse(table, f"la colonne « {absente} » n'existe pas") for absente in absentes
        )
    rangs = [rang for dite in dites if (rang := trouvees[dite]) is not None]
    if fautes := list(_column_faults(table, methode, rangs)):
        raise DonneesInvalides(_refuse(table, faute) for faute in dict.fromkeys(fautes))
    trouvee, autres = rangs[0], tuple(rangs[1:2])
    libelle = choix.libelle or choix.colonne or colonne
    connu = IndicateurConnu(
        nom=make_serie(libelle),
        libelle=libelle,
        unite=choix.unite or table.unites[trouvee],
        nature=choix.nature or (STOCK if methode == SOMME else TAUX),
        agregation=methode,
        colonnes=(colonne,),
        base=choix.base or " + ".join(table.name(rang) for rang in autres),
    )
    return IndicateurLu(
        connu,
        choix.source,
        "",
        # A column of years tells that of each row.
        "" if ANNEE in table.cles else read_millesime(choix.millesime) or choix.millesime,
        (trouvee,),
        autres if methode == RAPPORT else (),
        autres if methode == MOYENNE else (),
    )


def _refuse(table: Table, message: str) -> Probleme:
    titres = [
        table.name(rang) for rang in range(len(table.titres)) if rang not in table.cles.values()
    ]
    return Probleme(
        Severite.BLOQUANT, table.fichier, f"{message}.", f"Choisir parmi : {' ; '.join(titres)}."
    )


def _column_faults(table: Table, methode: str, rangs: Sequence[int]) -> Iterator[str]:
    """Say which columns cannot be a value, a weight or a part of a ratio; `rangs` has the value first."""
    roles = {rang: cle for cle, rang in table.cles.items()}
    for rang in dict.fromkeys(rangs):
        cellules = table.column(rang)
        if rang in roles:
            yield f"« {table.name(rang)} » est la colonne {_ROLES.get(roles[rang], 'des territoires')}, non de nombres"
        elif not any(cellules):
            yield f"« {table.name(rang)} » est vide"
        elif _repeats_codes(table, cellules):
            yield f"« {table.name(rang)} » répète les codes des communes, elle ne compte rien"
    match methode, rangs:
        case ("moyenne", [valeur, poids, *_]) if valeur == poids:
            yield f"« {table.name(valeur)} » serait la valeur et son propre poids"
        case ("rapport", [haut, bas, *_]) if haut == bas:
            yield f"« {table.name(haut)} » serait rapportée à elle-même : toujours 1"
        case ("rapport", [haut, _, dite]) if haut != dite:
            yield (
                f"--colonne dit « {table.name(dite)} », et --agreger rapporte « {table.name(haut)} »"
            )


def _repeats_codes(table: Table, cellules: Sequence[str]) -> bool:
    return all(
        clean_code(cellule) == code for cellule, code in zip(cellules, table.codes, strict=True)
    )


def _split_ratio(table: Table, citees: str) -> tuple[str, str]:
    """Cut « A/B » where both sides are columns: a title may hold the bar itself."""
    parties = citees.split("/")
    coupes = [
        ("/".join(parties[:rang]).strip(), "/".join(parties[rang:]).strip())
        for rang in range(1, len(parties))
    ]
    for haut, bas in coupes:
        if table.find(haut) is not None and table.find(bas) is not None:
            return haut, bas
    return coupes[0]
