"""The Atlas: everything one run needs, read, checked and never changed afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd

from geo.erreurs import DonneesInvalides, Probleme, is_blocking, sort_problemes
from geo.formes import territoires
from geo.indicateurs import calcul as indicateurs
from geo.lecture import controles, cpts
from geo.lecture.communes import find_communes, load_communes
from geo.lecture.tables import TABLES, read_tables
from geo.regles import completude, couverture

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import pandas as pd

# A folder that holds this file has a made-up membership: every screen must say so.
MARQUEUR_SYNTHETIQUE = "DONNEES_SYNTHETIQUES.txt"
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
        ``cpts_id``, ``code_commune``, ``confiance``: see :func:`geo.lecture.cpts.load_adhesions`.
    fiches
        One row per CPTS, indexed by ``cpts_id``: see :func:`geo.lecture.cpts.load_fiches`.
    faits, perimetres, jalons, completude, absorbees
        The tables as read (``absorbees`` is ``communes_absorbees.csv``).
    statuts, sources, departements
        The tables as read, indexed by ``statut``, ``source_id`` and ``code_departement``;
        only the departments that have a commune here.
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
        The :func:`fingerprint` of the files when they were read.
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
    territoires: gpd.GeoDataFrame
    frontieres: pd.DataFrame
    parties: pd.DataFrame
    enclaves: pd.DataFrame
    voisins: pd.DataFrame
    declares: frozenset[str]
    synthetique: bool
    problemes: tuple[Probleme, ...]
    empreinte: str

    def couverture(self, departements: Collection[str], definition: str) -> couverture.Couverture:
        """See :func:`geo.regles.couverture.couverture`."""
        return couverture.couverture(self, departements, definition)

    def etats(self, definition: str, *, indicatifs: bool) -> pd.Series:
        """See :func:`geo.regles.couverture.etats`."""
        return couverture.etats(self, definition, indicatifs=indicatifs)

    def faits_de(self, cpts_id: str) -> pd.DataFrame:
        """Return the published figures of one CPTS, in the order of the file."""
        return self.faits[self.faits["cpts_id"] == cpts_id]

    def is_indicatif(self, cpts_id: str) -> bool:
        """Say whether a part of the perimeter of a CPTS rests on a hypothesis; not where it has none."""
        return bool(self.fiches.loc[cpts_id, "confiance"] == "hypothese")

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


def load(data_dir: Path) -> Atlas:
    """Read a folder of data into an Atlas.

    Parameters
    ----------
    data_dir
        Folder with the tables of :data:`geo.lecture.tables.TABLES` and the communes.

    Raises
    ------
    DonneesInvalides
        With every problem of every file, if one of them is ``BLOQUANT``.
    """
    empreinte = fingerprint(data_dir)
    tables, problemes = read_tables(data_dir)
    communes, siens = load_communes(find_communes(data_dir))
    problemes += siens
    if communes is None or len(tables) < len(TABLES):
        # The checks across files need them all; what could be read has been checked.
        raise DonneesInvalides(problemes)
    successeurs = cpts.read_successeurs(tables["communes_absorbees"])
    adhesions, siens = cpts.load_adhesions(tables["cpts"], communes, successeurs)
    problemes += siens
    fiches, siens = cpts.load_fiches(
        tables["cpts_fiches"],
        tables["statuts"],
        adhesions,
        communes,
        successeurs,
    )
    problemes += siens
    problemes += cpts.check_places(tables, communes, successeurs)
    if is_blocking(problemes):
        raise DonneesInvalides(problemes)
    synthetique = (data_dir / MARQUEUR_SYNTHETIQUE).exists()
    atlas = _assemble(tables, communes, adhesions, fiches, synthetique=synthetique)
    a_voir = sort_problemes(problemes + _inspect(atlas))
    return replace(atlas, problemes=a_voir, empreinte=empreinte)


def fingerprint(data_dir: Path) -> str:
    """Return a key that changes when a data file does.

    Only names, sizes and times of change are looked at, so the key costs next to nothing and can
    be asked at every run. A missing file is part of the key, never an error.
    """
    etat = hashlib.sha256()
    for chemin in sorted(
        [data_dir / f"{nom}.csv" for nom in TABLES]
        + [data_dir / "communes.geojson", data_dir / "communes.parquet"]
        + [data_dir / MARQUEUR_SYNTHETIQUE],
    ):
        try:
            infos = chemin.stat()
        except OSError:
            continue
        etat.update(f"{chemin.name}:{infos.st_size}:{infos.st_mtime_ns};".encode())
    return etat.hexdigest()


def _assemble(
    tables: dict[str, pd.DataFrame],
    communes: gpd.GeoDataFrame,
    adhesions: pd.DataFrame,
    fiches: pd.DataFrame,
    *,
    synthetique: bool,
) -> Atlas:
    groupes = adhesions.set_index("code_commune")["cpts_id"]
    contours = territoires.dissolve(communes, groupes)
    bilan = indicateurs.summarize_territoires(communes, adhesions)
    frontieres = territoires.shared_borders(communes)
    departements = tables["departements"].set_index("code_departement")
    completude = tables["completude"]
    return Atlas(
        communes=communes,
        adhesions=adhesions,
        fiches=fiches,
        faits=tables["cpts_faits"].reset_index(drop=True),
        perimetres=tables["perimetres"].reset_index(drop=True),
        jalons=tables["jalons"].reset_index(drop=True),
        statuts=tables["statuts"].set_index("statut"),
        sources=tables["sources"].set_index("source_id"),
        completude=completude.reset_index(drop=True),
        departements=departements[departements.index.isin(communes["code_departement"])],
        absorbees=tables["communes_absorbees"].reset_index(drop=True),
        territoires=gpd.GeoDataFrame(bilan, geometry=contours.reindex(bilan.index)),
        frontieres=frontieres,
        parties=territoires.split_parts(communes, adhesions, frontieres),
        enclaves=territoires.find_enclaves(communes, adhesions, contours),
        voisins=territoires.neighbours(adhesions, frontieres),
        declares=frozenset(completude.loc[completude["complet"] == "oui", "code_departement"]),
        synthetique=synthetique,
        problemes=(),
        empreinte="",
    )


def _inspect(atlas: Atlas) -> list[Probleme]:
    """List what deserves a look in a complete atlas."""
    noms = atlas.fiches["nom"]
    return [
        *controles.check_overlaps(atlas.adhesions, atlas.communes),
        *controles.check_gaps(atlas.territoires, atlas.faits, noms),
        *controles.check_parts(atlas.parties, atlas.communes, noms),
        *controles.check_enclaves(atlas.enclaves, atlas.communes, noms),
        *controles.check_departements(atlas.adhesions, atlas.fiches, atlas.communes),
        *controles.check_completude(atlas.completude, completude.departements_complets(atlas)),
        *controles.check_blanks(atlas.fiches, atlas.faits),
    ]
