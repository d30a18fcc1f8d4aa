"""A measure in full, for a file or a program: its number, what it is worth, whose it is and where it comes from."""

from dataclasses import dataclass

from geo.atlas import Atlas
from geo.indicateurs.annonces import ENVIRON
from geo.indicateurs.mesures import Mesure
from geo.indicateurs.registre import ADDITIVES, Indicateur
from geo.indicateurs.territoire import Territoire
from geo.lecture.variables import COMMUNE
from rendu.mots.comparaison import parts_text, qualifier_word, value_text
from rendu.mots.francais import CONFIANCES_COURTES, QUALIFICATIFS_SEULS
from rendu.mots.indicateurs import file_bounds, file_number, row_label
from rendu.mots.origine import Origine, tell_origin


@dataclass(frozen=True, slots=True)
class MesureDite:
    """One indicator of one territory, as what leaves the application says it.

    Attributes
    ----------
    libelle
        The indicator, and whose share it is where that differs by source.
    valeur
        Rounded to the decimals that are written; ``None`` where there is none, or none to be said.
    qualificatif
        What the number is worth, in a word; empty where there is none.
    unite
        What it counts.
    texte
        The same in full; why there is none, where there is none.
    bornes
        Of a withheld figure, the least and the most that it may be, where something bounds it.
    intervalle
        Of a share, at 95 %.
    perimetre
        How the perimeter that it rests on is known; empty where it rests on none.
    origine
        Where it comes from.
    """

    libelle: str
    valeur: float | None
    qualificatif: str
    unite: str
    texte: str
    bornes: tuple[float | None, float | None]
    intervalle: tuple[float | None, float | None]
    perimetre: str
    origine: Origine


def tell_mesure(atlas: Atlas, territoire: Territoire, mesure: Mesure) -> MesureDite:
    """Say a measure in full, with what it is of."""
    indicateur = atlas.registre[mesure.indicateur]
    return MesureDite(
        libelle=row_label(indicateur, mesure.base),
        valeur=file_number(indicateur, mesure.valeur),
        qualificatif=_qualify(indicateur, territoire, mesure),
        unite=indicateur.unite,
        texte=value_text(atlas, territoire, mesure) + parts_text(indicateur, territoire, mesure),
        bornes=file_bounds(indicateur, *(mesure.bornes or (None, None))),
        intervalle=file_bounds(indicateur, *(mesure.intervalle or (None, None))),
        perimetre=CONFIANCES_COURTES[mesure.confiance] if mesure.confiance else "",
        origine=tell_origin(atlas, indicateur, mesure),
    )


def _qualify(indicateur: Indicateur, territoire: Territoire, mesure: Mesure) -> str:
    """Say what a number is worth: what counts the share of a commune is an estimate, but not a count of communes."""
    mot = qualifier_word(indicateur, mesure)
    estimee = territoire.parts and indicateur.methode in ADDITIVES
    if (
        estimee
        and indicateur.calcul.get("variable") != COMMUNE
        and mesure.valeur is not None
        and not mot
    ):
        return QUALIFICATIFS_SEULS[ENVIRON]
    return mot
