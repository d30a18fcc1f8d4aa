"""Read the stage and the date of a CPTS as tables write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from geo.lecture.cpts import STATUT_ABANDONNE, STATUT_INCONNU
from geo.texte import split_words

# Words that add nothing to a stage.
_VIDES = frozenset(
    [
        "l",
        "le",
        "la",
        "les",
        "d",
        "de",
        "du",
        "des",
        "un",
        "une",
        "en",
        "est",
        "a",
        "au",
        "aux",
        "cpts",
        "stade",
        "phase",
        "etape",
        "officiellement",
        "officielle",
    ]
)
# What tables write for each stage of statuts.csv. A phrase that is not here is told, not guessed:
# « ACI en cours de signature » holds the words of a signed one.
_PHRASES = {
    "emergence": (
        "émergence", "émergente", "en projet", "en construction", "en cours de constitution",
        "en réflexion", "préfiguration", "en cours d'élaboration",
    ),
    "lettre_intention": (
        "lettre d'intention", "lettre d'intention validée", "LI", "LI validée",
    ),
    "projet_valide": (
        "projet validé", "projet de santé validé", "PS validé", "validation du projet de santé",
    ),
    "lancee": (
        "lancée", "en fonctionnement", "opérationnelle", "en activité", "active", "en exercice",
        "fonctionnelle", "officialisée",
    ),
    "aci_signe": (
        "ACI", "ACI signé", "signé", "contrat signé", "contrat ACI", "contrat ACI signé",
        "signature ACI", "signataire ACI", "sous ACI", "conventionnée", "contractualisée",
        "accord conventionnel interprofessionnel", "accord conventionnel interprofessionnel signé",
    ),
    STATUT_ABANDONNE: (
        "abandon", "abandonné", "projet abandonné", "dissoute", "à l'arrêt",
        "projet à l'arrêt", "caduque",
    ),
    STATUT_INCONNU: (
        "inconnu", "étape inconnue", "non publié", "étape non publiée", "non renseigné",
        "non communiqué", "NC", "NR", "ND",
    ),
}  # fmt: skip

_MOIS = (
    ("janvier", "janv"), ("fevrier", "fevr"), ("mars",), ("avril", "avr"), ("mai",), ("juin",),
    ("juillet", "juil"), ("aout",), ("septembre", "sept"), ("octobre", "oct"),
    ("novembre", "nov"), ("decembre", "dec"),
)  # fmt: skip
_RANG_MOIS = {mot: rang for rang, mots in enumerate(_MOIS, start=1) for mot in mots}
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2})(?:[T ][\d:.]+)?)?")
_FRANCAISE = re.compile(r"(?:(\d{1,2})[/.-])?(\d{1,2})[/.-](\d{4})")
# A day as spreadsheets count them, from 1899-12-30: the CPTS are of these ten thousand (2009 to 2036).
_JOUR_DE_TABLEUR = re.compile(r"4\d{4}")
_ORIGINE_DU_TABLEUR = dt.date(1899, 12, 30)
_JOUR_EN_LETTRES = 3


class DateLue(NamedTuple):
    """A date and how precisely it is known.

    Attributes
    ----------
    texte
        ISO, ``2022-09-14`` or ``2022-09``.
    """

    texte: str

    @property
    def precision(self) -> str:
        """``jour`` or ``mois``, as in ``cpts_fiches.csv``."""
        return "jour" if len(self.texte) == len("2022-09-14") else "mois"

    @property
    def bornes(self) -> tuple[dt.date, dt.date]:
        """First and last possible day."""
        if self.precision == "jour":
            jour = dt.date.fromisoformat(self.texte)
            return jour, jour
        premier = dt.date.fromisoformat(f"{self.texte}-01")
        suivant = (premier.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        return premier, suivant - dt.timedelta(days=1)


def _stem(mot: str) -> str:
    """Drop what the gender and the number add: « signée », « signés » and « signé » are one."""
    return mot.rstrip("es")


def _key(texte: str) -> frozenset[str]:
    return frozenset(_stem(mot) for mot in split_words(texte) if mot not in _VIDES)


_STATUTS = {_key(phrase): statut for statut, phrases in _PHRASES.items() for phrase in phrases}
_IDENTIFIANTS = frozenset(_PHRASES)


def read_statut(texte: str) -> str | None:
    """Return the stage that a table names, ``None`` where its words are not known.

    >>> read_statut("ACI signée"), read_statut("Lettre d'intention"), read_statut("projet validé")
    ('aci_signe', 'lettre_intention', 'projet_valide')
    >>> read_statut("projet de santé validé"), read_statut("ACI non signé"), read_statut("aci_signe")
    ('projet_valide', None, 'aci_signe')
    """
    brut = texte.strip()
    if "?" in brut:
        return None
    if brut in _IDENTIFIANTS:
        return brut
    return _STATUTS.get(_key(brut))


def read_date(texte: str) -> DateLue | None:
    """Return a date, day first, ISO or in words; ``None`` where it is none.

    >>> read_date("14/09/2022"), read_date("2022-09-14"), read_date("1er mars 2023")
    (DateLue(texte='2022-09-14'), DateLue(texte='2022-09-14'), DateLue(texte='2023-03-01'))
    >>> read_date("septembre 2022"), read_date("09/2022"), read_date("31/02/2022"), read_date("2022")
    (DateLue(texte='2022-09'), DateLue(texte='2022-09'), None, None)
    >>> read_date("17/09/22"), read_date("juin-26"), read_date("45000")
    (None, DateLue(texte='2026-06'), DateLue(texte='2023-03-15'))
    """
    brut = texte.strip()
    if counts_days(brut):
        return DateLue((_ORIGINE_DU_TABLEUR + dt.timedelta(int(brut))).isoformat())
    if trouve := _ISO.fullmatch(brut):
        annee, mois, jour = trouve.groups()
    elif trouve := _FRANCAISE.fullmatch(brut):
        jour, mois, annee = trouve.groups()
    else:
        mots = split_words(brut)
        if len(mots) == _JOUR_EN_LETTRES:
            jour, mot, annee = mots
            jour = "1" if jour == "1er" else jour
        elif len(mots) == _JOUR_EN_LETTRES - 1:
            jour, mot, annee = None, *mots
        else:
            return None
        mois = str(_RANG_MOIS.get(mot, 0))
    # Beside a month in letters, the century of a year in two figures is that of the CPTS.
    siecle = "20" if len(annee) == len("22") else ""
    try:
        lue = dt.date(int(siecle + annee), int(mois), int(jour or 1))
    except ValueError:
        return None
    return DateLue(lue.isoformat() if jour else f"{lue:%Y-%m}")


def counts_days(texte: str) -> bool:
    """Tell whether a text is the number by which a spreadsheet keeps a day.

    >>> counts_days("45000"), counts_days("2022")
    (True, False)
    """
    return _JOUR_DE_TABLEUR.fullmatch(texte.strip()) is not None
