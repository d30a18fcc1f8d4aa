"""What a map shows, in metres (EPSG:2154): areas, marks, names, legend, words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Aire:
    """A territory: outline in metres, fill (a colour or ``HACHURES``), how its border is drawn."""

    contour: BaseGeometry
    remplissage: str
    indicatif: bool = False
    choisie: bool = False


@dataclass(frozen=True, slots=True)
class Marque:
    """The mark of a CPTS without outline, in metres."""

    x: float
    y: float
    remplissage: str
    choisie: bool = False


@dataclass(frozen=True, slots=True)
class Disque:
    """A proportional circle: its centre in metres, its radius in points."""

    x: float
    y: float
    rayon_pt: float


@dataclass(frozen=True, slots=True)
class Nom:
    """A name on the map: a town has a dot, ``numero`` and ``valeur`` name a CPTS.

    `lieu` is a point, or the area that is named, in metres: its name then stays within it.
    `sur_marque` says that the point bears the mark of a CPTS, so that its name stands clear of it.
    """

    texte: str
    lieu: BaseGeometry
    genre: str
    sur_marque: bool = False


@dataclass(frozen=True, slots=True)
class Carte:
    """All that a map shows. Shapes are in metres (EPSG:2154).

    Attributes
    ----------
    titre, phrase, avertissement
        Above the map; left out where empty.
    cadre
        West, south, east, north of what must be seen.
    departements, hors_choix
        Outlines of the chosen departments and of the others in the frame.
    limites, blanches
        Borders of communes, and the communes that are a zone blanche; ``None`` for none.
    aires, marques, noms
        In the order they are drawn; names in the order they are placed: the first always wins.
    titre_legende, methode, legende
        The legend, as on screen: each line is a sign (see ``rendu.carte.signes``) and its words.
    cle
        What the numbers on the map stand for, from 1; empty where there are none.
    sources
        One line, with the day when the map was made.
    description
        What the map shows, in a sentence, for those who do not see it.
    disques
        The proportional circles, in the order they are drawn.
    cercles
        Those of the legend: words and radius in points, the largest first.
    """

    titre: str
    phrase: str
    avertissement: str
    cadre: tuple[float, float, float, float]
    departements: tuple[BaseGeometry, ...]
    hors_choix: tuple[BaseGeometry, ...]
    limites: BaseGeometry | None
    blanches: BaseGeometry | None
    aires: tuple[Aire, ...]
    marques: tuple[Marque, ...]
    noms: tuple[Nom, ...]
    titre_legende: str
    methode: str
    legende: tuple[tuple[str, str], ...]
    cle: tuple[str, ...]
    sources: str
    description: str
    disques: tuple[Disque, ...] = ()
    cercles: tuple[tuple[str, float], ...] = ()
