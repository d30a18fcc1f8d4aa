"""What a chart is drawn with on a light screen and on a dark one: each colour is read on its ground."""

from dataclasses import dataclass

from rendu.carte.palette import (
    ALERTE,
    BLANC,
    BLEU,
    BLEUS,
    COMPAREE,
    DIVERGENTE,
    ENCRE,
    FILET,
    PAPIER,
    TRAIT,
)


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a chart.

    Attributes
    ----------
    fond
        The ground, that of the page: ``[theme]`` of ``.streamlit/config.toml``; also what is left empty.
    encre
        Texts, and outlines that must be read.
    trait
        Marks.
    bord
        Outlines of fills that keep their colour on both grounds.
    date
        The rule of the chosen date.
    reference, comparee
        The bar of the territory that others are compared with, always the darker one; then theirs.
    """

    fond: str
    encre: str
    trait: str
    bord: str
    date: str
    reference: str
    comparee: str


CLAIR = Theme(BLANC, ENCRE, BLEUS[3], TRAIT, ALERTE, BLEU, COMPAREE)
SOMBRE = Theme(ENCRE, PAPIER, BLEUS[1], FILET, DIVERGENTE[1], BLEUS[2], BLEUS[0])
