"""The place that says that other tools may read the figures, and how."""

import streamlit as st

from rendu.api.adresses import CHEMIN
from ui.serveur.adresse_publique import public_address
from ui.serveur.couches import served_path


def draw_acces() -> None:
    """Draw the address of the API, and how a geographic information system and a spreadsheet read it."""
    adresse = f"{public_address() or served_path('')}{CHEMIN}"
    st.header("Les chiffres, pour d'autres outils", anchor=False)
    st.markdown(
        f"Un SIG, un tableur ou un programme lisent ces mêmes chiffres, avec leurs sources : [{adresse}]({adresse}) "
        f"([documentation]({adresse}/doc))."
    )
    st.caption(
        "QGIS : « Couche », « Ajouter une couche », « WFS / OGC API – Features », nouvelle connexion à l'adresse de ce serveur "
        f"suivie de {served_path(CHEMIN)} ; les couches territoires, communes et zones y sont. Excel : « Données », « À partir du web », "
        "la même adresse suivie de /cpts?f=csv."
    )
