"""The Atlas: everything one run needs, read, checked and never changed afterwards.

It is made by :func:`geo.chargement.load`, and knows no rule: the rules are asked with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from geo.formes import territoires
from geo.indicateurs import calcul as indicateurs
from geo.perimetre import Perimetre, make_perimetres

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    import pandas as pd

    from geo.erreurs import Probleme
    from geo.indicateurs.registre import Millesimes, Registre

# How many colours tell neighbouring CPTS apart on a map.
COULEURS = 8


@dataclass(frozen=True)
class Atlas:
    """Communes, CPTS and what is published on them. The frames are read-only by convention.

    Attributes
    ----------
    communes
        See :func:`geo.lecture.communes.load_communes` (EPSG:2154, indexed by ``code_commune``).
    adhesions
        ``cpts_id``, ``code_commune``, ``confiance``, ``part``: see
        :func:`geo.lecture.cpts.load_adhesions`. A commune with parts below 1 is split.
    fiches
        One row per CPTS, indexed by ``cpts_id``: see :func:`geo.lecture.cpts.load_fiches`.
    faits, perimetres, jalons, completude, absorbees
        The tables as read (``absorbees`` is ``communes_absorbees.csv``).
    statuts, sources, departements
        The tables as read, indexed by ``statut``, ``source_id`` and ``code_departement``;
        only the departments that have a commune here.
    statistiques
        ``statistiques.csv`` as read, with what the two tables of its names say of the indicator
        (``libelle``, ``unite``, ``notion``, ``forme``, and ``ordre``, its place there) and of the
        base (``libelle_base``, ``pour``).
    aci
        ``aci.csv`` as read: what a size class is paid at most, by date of effect.
    registre
        The indicators: see :func:`geo.indicateurs.declarations.load_registre`.
    variables
        What they are computed from, by commune: see :func:`geo.lecture.variables.load_variables` and
        :func:`geo.lecture.officiels.load_officiels`.
    ailleurs
        What official files say of the rest: see :func:`geo.lecture.officiels.load_officiels`.
    territoires
        Drawn CPTS, EPSG:2154, indexed by ``cpts_id``: see
        :func:`geo.indicateurs.calcul.summarize_territoires`.
    frontieres
        Borders between communes: see :func:`geo.formes.territoires.shared_borders`.
    parties, enclaves
        See :func:`geo.formes.territoires.split_parts` and :func:`geo.formes.territoires.find_enclaves`.
    voisins
        Borders between CPTS: see :func:`geo.formes.territoires.neighbours`.
    declares
        Departments declared complete: by ``completude``, or for a trial (see
        :func:`geo.regles.completude.declare`).
    synthetique
        Whether the CPTS are made up, for trials: to be said on every screen.
    problemes
        What deserves a look; none of them is ``BLOQUANT``.
    empreinte
        The :func:`geo.chargement.fingerprint` of the files when they were read.
    """

    communes: gpd.GeoDataFrame
    adhesions: pd.DataFrame
    fiches: pd.DataFrame
    faits: pd.DataFrame
    perimetres: pd.DataFrame
    jalons: pd.DataFrame
    statuts: pd.DataFrame
    sources: pd.DataFrame
    completude: pd.DataFrame
    departements: pd.DataFrame
    absorbees: pd.DataFrame
    statistiques: pd.DataFrame
    aci: pd.DataFrame
    registre: Registre
    variables: pd.DataFrame
    ailleurs: pd.DataFrame
    territoires: gpd.GeoDataFrame
    frontieres: pd.DataFrame
    parties: pd.DataFrame
    enclaves: pd.DataFrame
    voisins: pd.DataFrame
    declares: frozenset[str]
    synthetique: bool
    problemes: tuple[Probleme, ...]
    empreinte: str

    def faits_de(self, cpts_id: str) -> pd.DataFrame:
        """Return the published figures of one CPTS, in the order of the file."""
        return self.faits.iloc[self._rangs_des_faits.get(cpts_id, [])]

    @cached_property
    def _rangs_des_faits(self) -> dict[str, list[int]]:
        """Look the figures of a thousand CPTS up once, not once each."""
        groupes = self.faits.groupby("cpts_id", sort=False).indices
        return {str(cpts_id): list(rangs) for cpts_id, rangs in groupes.items()}

    @property
    def millesimes(self) -> Millesimes:
        """See :class:`geo.indicateurs.registre.Millesimes`."""
        return self.registre.millesimes

    def is_indicatif(self, cpts_id: str) -> bool:
        """See :attr:`geo.perimetre.Perimetre.indicatif`."""
        return self.perimetre(cpts_id).indicatif

    def perimetre(self, cpts_id: str) -> Perimetre:
        """Return what a CPTS is made of; ``KeyError`` if there is no such CPTS."""
        return self._perimetres[cpts_id]

    @cached_property
    def _perimetres(self) -> dict[str, Perimetre]:
        return make_perimetres(self.fiches.index, self.adhesions)

    @cached_property
    def couleurs(self) -> pd.Series[int]:
        """The colour of each drawn CPTS, from 0: see :func:`geo.formes.territoires.color_territoires`."""
        return territoires.color_territoires(self.voisins, self.territoires.index, COULEURS)

    def part_interieure(self, cpts_id: str, departements: Collection[str]) -> float | None:
        """Return the share of the population of a CPTS that lives in the chosen departments.

        Returns
        -------
        float or None
            From 0 to 1; ``None`` if the CPTS is not drawn or nobody lives there. No
            department means the study area.
        """
        siennes = self.adhesions[self.adhesions["cpts_id"] == cpts_id]
        part = indicateurs.part_interieure(self.communes, siennes, departements)
        return None if part.isna().all() else float(part[cpts_id])

    def cpts_dans(self, departements: Collection[str]) -> pd.Index:
        """Return the CPTS that name one of the departments; all of them if none is given."""
        if not departements:
            return self.fiches.index
        choisis = set(departements)
        touche = [not choisis.isdisjoint(siens) for siens in self.fiches["departements"]]
        return self.fiches.index[touche]
