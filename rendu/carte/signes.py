"""What is painted, and the lines of its legend. Shared by screen and paper."""

from dataclasses import dataclass, field

from rendu.carte.cercles import Cercles
from rendu.carte.histogramme import Histogramme


@dataclass(frozen=True, slots=True)
class Entree:
    """One line of the legend: a sign (a colour, or one of the named signs), words, a count."""

    signe: str
    texte: str
    compte: int


@dataclass(frozen=True, slots=True)
class Tiers:
    """In which third of a scale each value is: territory to 0, 1 or 2; and the two bounds of the thirds, in words."""

    classes: dict[str, int]
    bornes: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Coloration:
    """How an indicator is painted.

    Attributes
    ----------
    titre
        The name of the indicator, with its unit and vintage.
    classes, palette, valeurs, cercles
        As in `ui.commun.carte.Etat`.
    legende
        In order.
    methode
        How classes were made, in words; empty without classes.
    textes
        CPTS to its value in words.
    sources
        The ``source_id`` of what is computed.
    secrets
        Those of which the value is withheld: they have no class.
    histogramme
        Of the values, for the legend on a screen.
    tiers
        Of a rate, for it to be crossed with another one.
    """

    titre: str
    classes: dict[str, int]
    palette: tuple[str, ...]
    legende: tuple[Entree, ...]
    methode: str = ""
    valeurs: dict[str, str] = field(default_factory=dict)
    textes: dict[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    cercles: Cercles | None = None
    secrets: frozenset[str] = frozenset()
    histogramme: Histogramme | None = None
    tiers: Tiers | None = None
