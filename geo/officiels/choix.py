"""What a planner says of a file that the catalogue does not know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.erreurs import DonneesInvalides, Probleme, Severite
from geo.indicateurs.registre import MOYENNE, RAPPORT, SOMME, STOCK, TAUX
from geo.officiels.catalogue import AUCUN, NATURES, IndicateurConnu
from geo.officiels.noms import make_serie
from geo.officiels.reconnaissance import IndicateurLu
from geo.officiels.valeurs import MINIMUM_SECRET, SEUIL

if TYPE_CHECKING:
    from geo.officiels.table import Table

_MOYENNE = re.compile(r"moyenne(?: pond[ée]r[ée]e)?(?: par |\s*[:=]\s*)(.+)", re.IGNORECASE)
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
        With a French sentence.
    """
    methode, _ = split_agregation(choix.agreger)
    if choix.nature not in ("", *NATURES):
        message = f"--nature « {choix.nature} » inconnue. Écrire l'une de : {', '.join(NATURES)}."
        raise ValueError(message)
    attendue = STOCK if methode == SOMME else TAUX
    if methode != AUCUN and choix.nature not in ("", attendue):
        message = (
            f"--agreger {methode} se dit d'un « {attendue} », et --nature dit « {choix.nature} »."
        )
        raise ValueError(message)
    sans_objet = [
        f"--{nom}" for nom in ("libelle", "unite", "nature", "base") if getattr(choix, nom)
    ]
    if sans_objet and not choix.told:
        message = f"{', '.join(sans_objet)} : dire aussi la colonne à lire, --colonne TITRE."
        raise ValueError(message)


def choose(table: Table, choix: Choix) -> IndicateurLu:
    """Make the indicator that the options describe, in one table.

    Raises
    ------
    DonneesInvalides
        With every column that the table has not.
    """
    methode, citees = split_agregation(choix.agreger)
    denominateur: tuple[int, ...] = ()
    poids: tuple[int, ...] = ()
    colonne = choix.colonne
    absentes = []
    if methode == RAPPORT:
        haut, bas = _split_ratio(table, citees)
        colonne = haut
        if (rang := table.find(bas)) is None:
            absentes.append(bas)
        else:
            denominateur = (rang,)
    elif methode == MOYENNE:
        if (rang := table.find(citees)) is None:
            absentes.append(citees)
        else:
            poids = (rang,)
    trouvee = table.find(colonne)
    if trouvee is None:
        absentes.append(colonne)
    if absentes or trouvee is None:
        titres = " ; ".join(table.name(rang) for rang in range(len(table.titres)))
        raise DonneesInvalides(
            Probleme(
                Severite.BLOQUANT,
                table.fichier,
                f"la colonne « {absente} » n'existe pas.",
                f"Choisir parmi : {titres}.",
            )
            for absente in absentes
        )
    libelle = choix.libelle or choix.colonne or colonne
    connu = IndicateurConnu(
        nom=make_serie(libelle),
        libelle=libelle,
        unite=choix.unite or table.unites[trouvee],
        nature=choix.nature or (STOCK if methode == SOMME else TAUX),
        agregation=methode,
        colonnes=(colonne,),
        base=choix.base or " + ".join(table.name(rang) for rang in denominateur or poids),
    )
    return IndicateurLu(connu, choix.source, "", choix.millesime, (trouvee,), denominateur, poids)


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
