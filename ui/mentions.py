"""Accessibility declaration, licences, legal notice, and what is done with data."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from rendu.mots.francais import escape_markdown

_RACINE = Path(__file__).resolve().parent.parent

CHAMPS = {
    "editeur": "Éditeur",
    "directeur_de_publication": "Directeur ou directrice de la publication",
    "hebergeur": "Hébergeur",
    "contact": "Contact",
}


@dataclass(frozen=True, slots=True)
class Constat:
    """A serious finding of axe-core that stands in a part that is not ours.

    Attributes
    ----------
    regle
        The rule, as axe-core names it.
    marque
        What tells the element, in its selector or its HTML.
    texte
        What it is, for readers.
    """

    regle: str
    marque: str
    texte: str


# tests/navigateur fails on any other one.
CONSTATS_AXE = (
    Constat(
        "label",
        "react-select",
        "le champ « Quelle CPTS pour ma commune ? » (composant streamlit-searchbox) n'a pas d'étiquette que lisent "
        "les lecteurs d'écran. La liste « CPTS » de la fiche et les tableaux mènent aux mêmes endroits",
    ),
)

# What was tried, in Chromium, and what was not; kept true by tests/navigateur where a test can.
CONFORME = """
- Chaque carte est accompagnée d'un tableau des mêmes faits, d'une phrase qui dit ce qu'elle montre et d'une légende
  ou d'une note qui explique ses signes.
- Une CPTS se choisit au clavier : liste « CPTS », recherche, ou dans la carte avec Tab puis Entrée ; les filtres, les
  tableaux et les liens aussi.
- Une absence de valeur est hachurée, un périmètre indicatif en tirets : jamais la couleur seule.
- Les couleurs des classes gardent leur ordre en gris et pour les daltoniens.
- La présentation se conduit au clavier, à la télécommande ou au doigt ; chaque diapositive est lue par les lecteurs
  d'écran, et les mêmes textes sont sur la page.
- La fiche en PDF est balisée (PDF/UA-1) : titres, tableaux, texte de remplacement de la carte, langue.
- La langue de la page est déclarée (« fr ») par un script, car Streamlit ne permet pas de la régler.
"""
NON_CONFORME = """
- La carte ajoute un arrêt de tabulation par territoire, et les communes n'y sont lues qu'à la souris. Le tableau, la
  recherche et la liste « CPTS » donnent les mêmes informations.
- Après un clic dans la carte, le clavier reste dans la carte : il faut cliquer dans la page pour en sortir.
- Avant l'exécution du script, la page s'annonce en anglais (lang="en"). Restent en anglais ce que la recherche annonce aux
  lecteurs d'écran et des libellés internes de Streamlit : menus des tableaux, listes vides, dépôt de fichiers,
  « Remove » et « Clear all » des listes, « Help for… », « Skip to main content », « Link to heading ».
- Après un téléchargement, et après le choix d'un territoire dans la carte, la marque du clavier disparaît ; Tab reprend
  là où l'on était.
- Les tableaux sont dessinés sur un canevas : leur lecture par un lecteur d'écran dépend de Streamlit.
"""
NON_VERIFIE = """
- Les PDF suivent PDF/UA-1 selon le logiciel qui les écrit ; aucun autre vérificateur ne l'a confirmé.
- Aucun audit RGAA n'a été fait par un tiers ; aucun essai avec des utilisateurs de lecteurs d'écran.
"""


def read_mentions() -> dict[str, str]:
    """Read who publishes the atlas; a field that is not filled in is left blank.

    Raises
    ------
    tomllib.TOMLDecodeError
        If the file cannot be read as TOML.
    """
    chemin = Path(os.environ.get("CPTS_MENTIONS") or _RACINE / "mentions.toml")
    lues = tomllib.loads(chemin.read_text(encoding="utf-8")) if chemin.exists() else {}
    return {champ: str(lues.get(champ, "")) for champ in CHAMPS}


def draw_accessibilite() -> None:
    """Declare honestly what conforms, what does not and why, and what nobody checked."""
    st.header("Accessibilité : non conforme", anchor=False)
    st.markdown(
        "Cette déclaration suit l'esprit du référentiel général d'amélioration de l'accessibilité (RGAA 4.1). "
        "Faute d'audit, l'atlas se déclare non conforme."
    )
    for titre, points in (
        ("Ce qui est fait", CONFORME),
        ("Ce qui ne va pas, et pourquoi", NON_CONFORME),
        ("Ce qui n'a pas été vérifié", NON_VERIFIE),
    ):
        st.subheader(titre, anchor=False)
        st.markdown(points)
    st.subheader("Ce que trouve axe-core", anchor=False)
    st.markdown(
        "Chaque page et la présentation sont vérifiées par axe-core (WCAG 2.1, niveaux A et AA) à chaque version. "
        "Les défauts graves qui restent, dans des composants repris tels quels :\n"
        + "\n".join(f"- `{constat.regle}` : {constat.texte}." for constat in CONSTATS_AXE)
    )


def draw_mentions_legales() -> None:
    """Say who publishes and hosts the atlas, as configured."""
    st.header("Mentions légales", anchor=False)
    for champ, valeur in read_mentions().items():
        st.markdown(
            f"**{CHAMPS[champ]}** : {escape_markdown(valeur) if valeur else 'non renseigné'}"
        )


def draw_licences(atlas: Atlas) -> None:
    """Name producers, vintages and licences."""
    annees, licence = atlas.millesimes, "Licence Ouverte 2.0"
    st.header("Données et licences", anchor=False)
    st.dataframe(
        pd.DataFrame(
            [
                ("Communes, départements, fusions", "INSEE", f"COG {annees.communes}", licence),
                ("Populations de référence", "INSEE", annees.population, licence),
                # They come in one package with the communes.
                ("Intercommunalités", "DGCL, INSEE", annees.communes, licence),
                ("Codes postaux", "La Poste", annees.communes, licence),
                ("Contours et mairies", "IGN", "date non publiée", licence),
                ("Fond de plan (facultatif)", "IGN", "en ligne", licence),
                ("Fiches et chiffres des CPTS", "sources citées", "page Données", "faits, cités"),
            ],
            columns=["Données", "Producteur", "Millésime", "Licence"],
        ),
        hide_index=True,
        height="content",
    )
    st.markdown(
        "Le code de l'atlas est sous licence MIT. Il emploie notamment Streamlit (Apache 2.0), GeoPandas (BSD), "
        "Shapely (BSD), Folium (MIT) et Leaflet 1.9.4 (BSD)."
    )


def draw_donnees_personnelles() -> None:
    """Say what happens to data: nothing leaves the server, nothing is counted."""
    st.header("Ce qui est fait des données", anchor=False)
    st.markdown(
        "- L'atlas ne contient aucune donnée personnelle ou de santé : des communes, des CPTS et des chiffres "
        "publiés.\n"
        "- Rien ne quitte le serveur : ni statistiques de fréquentation, ni police, ni script venus d'ailleurs. "
        "Seul le fond de plan IGN, s'il est demandé, est lu par votre navigateur chez l'IGN.\n"
        "- Vos filtres s'écrivent dans l'adresse de la page ; ce que vous cherchez n'est pas conservé.\n"
        "- Streamlit pose un cookie technique de session (protection contre les requêtes forgées)."
    )
