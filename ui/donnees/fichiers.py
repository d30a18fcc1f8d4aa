"""The files in use: what each holds, who produced it, under which licence, of which vintage, and what was checked."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.erreurs import Severite
from geo.importation.environnement import RACINE
from geo.lecture.communes import find_communes
from rendu.mots.faits import ground_sources
from rendu.mots.francais import count_noun, date_partielle, join_words
from ui.commun.atlas import data_dir

SCHEMAS = RACINE / "data" / "schemas"
LICENCE_OUVERTE = "Licence Ouverte 2.0"
FAITS_CITES = "faits repris avec leur source"


@dataclass(frozen=True, slots=True)
class Fichier:
    """What a file holds, and how many of the sources of the ground it comes from.

    Without any, its sources are those that its rows name.
    """

    contenu: str
    fonds: int = 0
    licence: str = FAITS_CITES


FICHIERS = {
    "communes": Fichier(
        "communes : nom, intercommunalité, population, contour", 2, LICENCE_OUVERTE
    ),
    "departements": Fichier("départements et régions", 1, LICENCE_OUVERTE),
    "communes_absorbees": Fichier("anciens codes et anciens noms de communes", 1, LICENCE_OUVERTE),
    "cpts": Fichier("communes de chaque CPTS"),
    "perimetres": Fichier("périmètres, et comment ils sont connus"),
    "cpts_fiches": Fichier("fiches des CPTS : étape, date, priorités"),
    "cpts_faits": Fichier("chiffres publiés sur les CPTS"),
    "jalons": Fichier("jalons publiés du déploiement"),
    "statistiques": Fichier("statistiques publiées sur une zone, à titre de contexte"),
    "aci": Fichier("montants maximaux de l'accord conventionnel, par taille"),
    "completude": Fichier("départements dont toutes les CPTS sont dessinées"),
    "statuts": Fichier("étapes, et ce que chaque définition compte"),
    "sources": Fichier("sources"),
}


def draw_fichiers(atlas: Atlas) -> None:
    """Draw the table of the files in use, and the download of their schemas."""
    st.header("Fichiers en usage", anchor=False)
    st.dataframe(
        files_table(atlas, data_dir()),
        hide_index=True,
        height="content",
        column_config={"Lignes en usage": st.column_config.NumberColumn(format="localized")},
    )
    st.caption(
        "Contrôlé au chargement : le schéma de chaque fichier, l'accord des codes d'un fichier à l'autre, les contours, "
        "sans trou ni recouvrement. Un fichier qui n'y satisfait pas n'est pas affiché."
    )
    st.download_button(
        "Télécharger les schémas de table",
        _zip_schemas,
        file_name="atlas-cpts_schemas.zip",
        mime="application/zip",
        on_click="ignore",
        icon=":material/download:",
        key="telecharger_schemas",
    )


def files_table(atlas: Atlas, dossier: Path) -> pd.DataFrame:
    """Describe every file in use, one row a file, with French column names."""
    lignes = []
    for nom, fichier in FICHIERS.items():
        chemin = find_communes(dossier) if nom == "communes" else dossier / f"{nom}.csv"
        ids = ground_sources(atlas)[: fichier.fonds]
        sources = atlas.sources.loc[[i for i in ids if i in atlas.sources.index]]
        a_voir = sum(
            p.fichier == chemin.name and p.severite is Severite.A_VERIFIER for p in atlas.problemes
        )
        lignes.append(
            {
                "Fichier": chemin.name,
                "Contenu": fichier.contenu,
                "Lignes en usage": _count_rows(atlas, nom),
                "Producteur": join_words(sources["producteur"].unique()) or "voir les sources",
                "Licence": fichier.licence,
                "Millésime": join_words(
                    date_partielle(d if isinstance(d, str) else None)
                    for d in sources["date"].unique()
                )
                or "date de chaque source",
                "Contrôles": count_noun(a_voir, "point à vérifier", "points à vérifier")
                if a_voir
                else "satisfaits",
            }
        )
    return pd.DataFrame(lignes)


def _count_rows(atlas: Atlas, nom: str) -> int:
    tables = {
        "cpts": atlas.adhesions,
        "cpts_fiches": atlas.fiches,
        "cpts_faits": atlas.faits,
        "communes_absorbees": atlas.absorbees,
    }
    return len(tables[nom] if nom in tables else getattr(atlas, nom))


def _zip_schemas() -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for chemin in sorted(SCHEMAS.glob("*.json")):
            archive.write(chemin, chemin.name)
    return octets.getvalue()
