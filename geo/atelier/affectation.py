"""Communes given by a rule: around a town, to the nearest CPTS, inside the one that surrounds them."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.atelier.gestes import GesteRefuse
from geo.formes.territoires import M_PER_KM
from geo.lecture.communes import CRS_METRES, CRS_SCREEN
from geo.lecture.cpts import STATUT_ABANDONNE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from geo.atelier.etat import Etat
    from geo.atelier.sol import Sol
    from geo.atlas import Atlas


@dataclass(frozen=True, eq=False)
class Mairies:
    """Where the town halls are, or the point of its commune that stands for a town hall that is not placed.

    Attributes
    ----------
    codes
        The communes, sorted.
    points
        East and north of each, in metres (EPSG:2154).
    rangs
        The place of each commune in both.
    """

    codes: tuple[str, ...]
    points: NDArray[np.float64]
    rangs: Mapping[str, int]

    def at(self, codes: Iterable[str]) -> NDArray[np.float64]:
        """Return the points of some communes, in their order."""
        return self.points[[self.rangs[code] for code in codes]]


def place_mairies(atlas: Atlas) -> Mairies:
    """Place the town halls of an atlas, in metres."""
    communes = atlas.communes.sort_index()
    lieux = gpd.GeoSeries.from_xy(communes["mairie_lon"], communes["mairie_lat"], crs=CRS_SCREEN)
    codes = tuple(map(str, communes.index))
    return Mairies(
        codes,
        shapely.get_coordinates(lieux.to_crs(CRS_METRES).to_numpy()),
        {code: rang for rang, code in enumerate(codes)},
    )


def find_receveuses(etat: Etat) -> list[str]:
    """List the CPTS that a rule may give communes to, sorted: neither locked nor abandoned."""
    verrouillees = etat.verrous[1]
    return sorted(
        cpts_id
        for cpts_id, cpts in etat.cpts.items()
        if cpts_id not in verrouillees and cpts.statut != STATUT_ABANDONNE
    )


def find_free(sol: Sol, etat: Etat, departements: Collection[str]) -> frozenset[str]:
    """Return the communes of nobody.

    Parameters
    ----------
    sol, etat
        The ground and the scenario.
    departements
        Codes; none means the study area.
    """
    ici = (
        {code for d in departements for code in sol.des_departements.get(d, ())}
        if departements
        else sol.etude
    )
    return frozenset(ici - etat.communes.keys())


def within_km(
    mairies: Mairies,
    etat: Etat,
    cpts_id: str,
    centre: str,
    d_km: float,
    *,
    seulement_libres: bool,
) -> dict[str, tuple[str, ...]]:
    """Give a CPTS the communes around one, which is among them.

    Parameters
    ----------
    mairies, etat
        Where the town halls are, and the scenario.
    cpts_id
        Who receives.
    centre
        Code of the commune in the middle.
    d_km
        How far from its town hall another may be, as the crow flies, in km (EPSG:2154).
    seulement_libres
        Whether those that another CPTS has stay there.

    Returns
    -------
    dict
        Codes by ``cpts_id``, sorted; empty where none would move. What is locked stays.

    Raises
    ------
    GesteRefuse
        If there is no such commune, or the distance is none.
    """
    if centre not in mairies.rangs:
        raise GesteRefuse(
            "La commune du centre n'est pas dans ces données : choisissez-la dans la liste."
        )
    _check_km(d_km)
    ecarts = mairies.points - mairies.points[mairies.rangs[centre]]
    proches = np.flatnonzero(np.hypot(ecarts[:, 0], ecarts[:, 1]) <= d_km * M_PER_KM)
    codes = (mairies.codes[rang] for rang in proches)
    return _give(etat, cpts_id, codes, seulement_libres=seulement_libres)


def nearest_cpts(
    mairies: Mairies, sol: Sol, etat: Etat, departements: Collection[str], max_km: float
) -> dict[str, tuple[str, ...]]:
    """Give each commune of nobody to the nearest CPTS: the one of which a commune's town hall is nearest to its own.

    Parameters
    ----------
    mairies, sol, etat
        Where the town halls are, the ground and the scenario.
    departements
        Where to look for communes of nobody: see :func:`find_free`. The CPTS may be anywhere.
    max_km
        How far it may be, in km (EPSG:2154).

    Returns
    -------
    dict
        Codes by ``cpts_id``, both sorted; of CPTS equally near, the first one receives. What is locked, and CPTS that
        are abandoned, are left out.

    Raises
    ------
    GesteRefuse
        If the distance is none.
    """
    _check_km(max_km)
    libres = sorted(code for code in find_free(sol, etat, departements) if not etat.is_locked(code))
    siennes = [
        (cpts_id, c) for cpts_id in find_receveuses(etat) for c in sorted(etat.members(cpts_id))
    ]
    if not (libres and siennes):
        return {}
    arbre = shapely.STRtree(shapely.points(mairies.at(code for _, code in siennes)))
    qui, ou = arbre.query_nearest(
        shapely.points(mairies.at(libres)), max_distance=max_km * M_PER_KM, all_matches=True
    )
    # The CPTS come in order: of those equally near, the least rank is of the first.
    premiers = np.full(len(libres), len(siennes))
    np.minimum.at(premiers, qui, ou)
    vers: dict[str, list[str]] = {}
    for code, rang in zip(libres, premiers.tolist(), strict=True):
        if rang < len(siennes):
            vers.setdefault(siennes[rang][0], []).append(code)
    return {cpts_id: tuple(vers[cpts_id]) for cpts_id in sorted(vers)}


def fill_holes(
    sol: Sol, etat: Etat, cpts_id: str, *, seulement_libres: bool = True
) -> dict[str, tuple[str, ...]]:
    """Give a CPTS what it surrounds entirely: see :meth:`geo.atelier.sol.Sol.enclaves`.

    Parameters
    ----------
    sol, etat
        The ground and the scenario.
    cpts_id
        Who receives.
    seulement_libres
        Whether what another CPTS has there stays: a whole CPTS, of a town, may lie within another.

    Returns
    -------
    dict
        As for :func:`within_km`.
    """
    codes = (code for part in sol.enclaves(etat.members(cpts_id)) for code in part)
    return _give(etat, cpts_id, codes, seulement_libres=seulement_libres)


def _check_km(distance: float) -> None:
    if not (isfinite(distance) and distance > 0):
        raise GesteRefuse("La distance doit être un nombre de kilomètres plus grand que zéro.")


def _give(
    etat: Etat, cpts_id: str, codes: Iterable[str], *, seulement_libres: bool
) -> dict[str, tuple[str, ...]]:
    siennes = etat.members(cpts_id)
    donnees = tuple(
        sorted(
            code
            for code in codes
            if code not in siennes
            and not etat.is_locked(code)
            and not (seulement_libres and code in etat.communes)
        )
    )
    return {cpts_id: donnees} if donnees else {}
