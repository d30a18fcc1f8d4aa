"""Loading: from a folder of files to a checked Atlas."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd

from geo.atlas import Atlas
from geo.erreurs import DonneesInvalides, Probleme, is_blocking, sort_problemes
from geo.formes import territoires
from geo.indicateurs import calcul as indicateurs
from geo.indicateurs.declarations import find_registre, load_registre
from geo.lecture import cpts
from geo.lecture.communes import find_communes, load_communes
from geo.lecture.dates import drop_implausible
from geo.lecture.officiels import DOSSIER as OFFICIELS
from geo.lecture.officiels import list_officiels, load_officiels
from geo.lecture.tables import TABLES, read_tables
from geo.lecture.variables import list_variables, load_variables
from geo.regles import controles
from geo.regles.completude import departements_complets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from geo.indicateurs.registre import Registre

# A folder that holds this file has a made-up membership: every screen must say so.
MARQUEUR_SYNTHETIQUE = "DONNEES_SYNTHETIQUES.txt"

# What places a CPTS or a milestone in time.
DATES = {"cpts_fiches": ("date_min", "date_max"), "jalons": ("date",)}


def load(data_dir: Path, sol: Atlas | None = None) -> Atlas:
    """Read a folder of data into an Atlas.

    Parameters
    ----------
    data_dir
        Folder with the tables of :data:`geo.lecture.tables.TABLES` and the communes.
    sol
        An atlas read from the same file of communes: neither they nor their borders are read again.

    Raises
    ------
    DonneesInvalides
        With every problem of every file, if one of them is ``BLOQUANT``.
    """
    empreinte = fingerprint(data_dir)
    tables, problemes = read_tables(data_dir)
    fond = find_communes(data_dir)
    if sol is None:
        communes, siens = load_communes(fond)
        problemes += siens
    else:
        communes = sol.communes
        problemes += [p for p in sol.problemes if p.fichier == fond.name]
    if communes is None or len(tables) < len(TABLES):
        # The checks across files need them all; what could be read has been checked.
        raise DonneesInvalides(problemes)
    successeurs = cpts.read_successeurs(tables["communes_absorbees"])
    adhesions, siens = cpts.load_adhesions(tables["cpts"], communes, successeurs)
    problemes += siens
    for nom, colonnes in DATES.items():
        tables[nom], siens = drop_implausible(tables[nom], colonnes, f"{nom}.csv")
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
    mesurees, siens = _load_mesures(data_dir, communes, successeurs)
    problemes += siens
    if is_blocking(problemes):
        raise DonneesInvalides(problemes)
    synthetique = (data_dir / MARQUEUR_SYNTHETIQUE).exists()
    atlas = _assemble(
        tables,
        communes,
        adhesions,
        fiches,
        mesurees=mesurees,
        synthetique=synthetique,
        frontieres=None if sol is None else sol.frontieres,
    )
    a_voir = sort_problemes(problemes + _inspect(atlas))
    return replace(atlas, problemes=a_voir, empreinte=empreinte)


def load_indicateurs(data_dir: Path, atlas: Atlas) -> Atlas:
    """Read the indicators of a folder, and their sources: all else is as in an atlas.

    Parameters
    ----------
    data_dir
        Folder of data whose other files are those that the atlas was read from.
    atlas
        The atlas.

    Raises
    ------
    DonneesInvalides
        With every problem of these files, if one of them is ``BLOQUANT``.
    """
    empreinte = fingerprint(data_dir)
    tables, problemes = read_tables(data_dir)
    if is_blocking(problemes):
        raise DonneesInvalides(problemes)
    successeurs = cpts.read_successeurs(atlas.absorbees)
    mesurees, siens = _load_mesures(data_dir, atlas.communes, successeurs)
    if is_blocking(siens):
        raise DonneesInvalides(siens)
    apres = replace(atlas, **mesurees._asdict(), sources=tables["sources"].set_index("source_id"))
    connus = set(atlas.problemes)
    nouveaux = [
        probleme
        for probleme in (
            *siens,
            *controles.check_sources(apres.registre, apres.perimetres, apres.sources.index),
        )
        if probleme not in connus
    ]
    return replace(
        apres, problemes=sort_problemes([*atlas.problemes, *nouveaux]), empreinte=empreinte
    )


class _Mesurees(NamedTuple):
    """What is measured: the registry, and what it is computed from."""

    registre: Registre
    variables: pd.DataFrame
    ailleurs: pd.DataFrame


def _load_mesures(
    data_dir: Path, communes: gpd.GeoDataFrame, successeurs: Mapping[str, str]
) -> tuple[_Mesurees, list[Probleme]]:
    variables, problemes = load_variables(list_variables(data_dir), communes, successeurs)
    officielles, ailleurs, siens = load_officiels(list_officiels(data_dir), communes.index)
    variables = variables.join(officielles)
    registre, siennes = load_registre(
        find_registre(data_dir), variables.columns, data_dir / OFFICIELS
    )
    return _Mesurees(registre, variables, ailleurs), [*problemes, *siens, *siennes]


def fingerprint(data_dir: Path) -> str:
    """Return a key that changes when a data file does.

    Only names, sizes and times of change are looked at, so the key costs next to nothing and can
    be asked at every run. A missing file is part of the key, never an error.
    """
    etat = hashlib.sha256()
    for chemin in sorted(
        [data_dir / f"{nom}.csv" for nom in TABLES]
        + [data_dir / "communes.geojson", data_dir / "communes.parquet"]
        + [*list_variables(data_dir), *find_registre(data_dir).glob("*.toml")]
        + [*list_officiels(data_dir), *(data_dir / OFFICIELS).glob("*.toml")]
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
    mesurees: _Mesurees,
    synthetique: bool,
    frontieres: pd.DataFrame | None,
) -> Atlas:
    groupes = adhesions.set_index("code_commune")["cpts_id"]
    contours = territoires.dissolve(communes, groupes)
    bilan = indicateurs.summarize_territoires(communes, adhesions)
    if frontieres is None:
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
        departements=departements[departements.index.isin(communes["code_departement"].unique())],
        absorbees=tables["communes_absorbees"].reset_index(drop=True),
        statistiques=_name_statistiques(tables),
        aci=tables["aci"].reset_index(drop=True),
        **mesurees._asdict(),
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


def _name_statistiques(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Give each statistic what is said of its indicator and of its base."""
    bases = tables["statistiques_bases"].rename(columns={"libelle": "libelle_base"})
    indicateurs = tables["statistiques_indicateurs"]
    return (
        tables["statistiques"]
        .merge(indicateurs.assign(ordre=range(len(indicateurs))), on="indicateur", how="left")
        .merge(bases, on="base", how="left")
    )


def _inspect(atlas: Atlas) -> list[Probleme]:
    """List what deserves a look in a complete atlas."""
    noms = atlas.fiches["nom"]
    return [
        *controles.check_sources(atlas.registre, atlas.perimetres, atlas.sources.index),
        *controles.check_overlaps(atlas.adhesions, atlas.communes),
        *controles.check_gaps(atlas),
        *controles.check_parts(atlas.parties, atlas.communes, noms),
        *controles.check_enclaves(atlas.enclaves, atlas.communes, noms),
        *controles.check_departements(atlas.adhesions, atlas.fiches, atlas.communes),
        *controles.check_completude(atlas.completude, departements_complets(atlas)),
        *controles.check_blanks(atlas.fiches, atlas.faits),
    ]
