"""The signs of a map and of its legend: colours, hatches, dashes, marks. Shared by screen and paper."""

from dataclasses import dataclass, field

# Fills for labelled areas that colour-blind readers tell apart: Paul Tol, "light" scheme
# (SRON technical note SRON/EPS/TN/09-002, 2021).
TEINTES = ("#77AADD", "#EEDD88", "#FFAABB", "#BBCC33", "#99DDFF", "#EE8866", "#44BB99", "#AAAA00")
BLANC = "#ffffff"
PLUSIEURS = "plusieurs"
COMMUNE_INDETERMINEE = "#f0f0f0"
COMMUNE_BLANCHE = "#d9d9d9"
HACHURES = "hachures"
TIRETS = "tirets"
REPERE = "repere"
# What dashes say, on every map.
LEGENDE_INDICATIF = "contour en tirets : périmètre indicatif"


@dataclass(frozen=True, slots=True)
class Entree:
    """One line of the legend: a sign (a colour, or one of the named signs), words, a count."""

    signe: str
    texte: str
    compte: int


@dataclass(frozen=True, slots=True)
class Coloration:
    """How an indicator is painted.

    Attributes
    ----------
    titre
        The name of the indicator, with its unit and vintage.
    classes, palette, valeurs
        As in `ui.commun.carte.Etat`.
    legende
        In order.
    methode
        How classes were made, in words; empty without classes.
    textes
        CPTS to its value in words.
    sources
        The ``source_id`` of what is computed.
    """

    titre: str
    classes: dict[str, int]
    palette: tuple[str, ...]
    legende: tuple[Entree, ...]
    methode: str = ""
    valeurs: dict[str, str] = field(default_factory=dict)
    textes: dict[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
