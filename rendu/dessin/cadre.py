"""The page in points, and the projection of a map into one of its boxes: Lambert 93, north up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


# A4 in landscape, in points: what a font size of 8 then measures on paper is known.
A4_PAYSAGE = (842.0, 595.0)
# Metres to a point above which a commune is a speck.
M_PAR_PT_COMMUNES = 250.0
# And above which the map is national: thin lines and small marks.
_M_PAR_PT_NATIONAL = 1_000.0
# Left free around what the frame holds, in parts of its size.
_AIR = 0.03


@dataclass(frozen=True, slots=True)
class Boite:
    """A rectangle of the page, in points from its top left corner."""

    gauche: float
    haut: float
    droite: float
    bas: float

    @property
    def largeur(self) -> float:
        """Return its width."""
        return self.droite - self.gauche

    @property
    def hauteur(self) -> float:
        """Return its height."""
        return self.bas - self.haut

    def meets(self, autre: Boite) -> bool:
        """Say whether another covers some of it; boxes that only touch do not meet."""
        return (
            self.gauche < autre.droite
            and autre.gauche < self.droite
            and self.haut < autre.bas
            and autre.haut < self.bas
        )

    def polygon(self) -> BaseGeometry:
        """Return it as a shape, in points."""
        return shapely.box(self.gauche, self.haut, self.droite, self.bas)

    def holds(self, autre: Boite) -> bool:
        """Say whether another stands whole in it."""
        return (
            self.gauche <= autre.gauche
            and autre.droite <= self.droite
            and self.haut <= autre.haut
            and autre.bas <= self.bas
        )


class Vue:
    """From metres to points: one scale both ways, the frame in the middle of its box."""

    def __init__(self, cadre: tuple[float, float, float, float], boite: Boite) -> None:
        ouest, sud, est, nord = cadre
        air = 1 + 2 * _AIR
        # A single point has no size: a frame of a kilometre then stands for it.
        self.m_par_pt = max(
            (est - ouest) * air / boite.largeur,
            (nord - sud) * air / boite.hauteur,
            1_000 / boite.largeur,
        )
        self._x0 = (ouest + est) / 2 - self.m_par_pt * (boite.gauche + boite.droite) / 2
        self._y0 = (sud + nord) / 2 + self.m_par_pt * (boite.haut + boite.bas) / 2

    @property
    def nationale(self) -> bool:
        """Say whether lines must be thin and marks small."""
        return self.m_par_pt > _M_PAR_PT_NATIONAL

    @property
    def rayon(self) -> float:
        """Say how large the mark of a CPTS is."""
        return 3.0 if self.nationale else 5.5

    def points(self, xy: np.ndarray) -> np.ndarray:
        """Project coordinates, one a row, from metres (EPSG:2154) to points of the page."""
        return np.column_stack(
            ((xy[:, 0] - self._x0) / self.m_par_pt, (self._y0 - xy[:, 1]) / self.m_par_pt)
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Project one point, as :meth:`points`."""
        ((px, py),) = self.points(np.array([[x, y]]))
        return float(px), float(py)

    def shape(self, forme: BaseGeometry) -> BaseGeometry:
        """Project a shape, as :meth:`points`."""
        return shapely.transform(forme, self.points)


def layout_scale(cadre: tuple[float, float, float, float], largeur_pt: float) -> float:
    """Estimate the metres that a point of the page stands for, before anything is laid out."""
    ouest, sud, est, nord = cadre
    return max(est - ouest, nord - sud, 1_000.0) / largeur_pt
