"""The scripts of the browser: small files of ``static/``, joined into one.

Neither bundler nor module: the files share one scope, in which each is declared before it is used.
"""

import base64
import hashlib
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "static"

_COMMUN = ("commun/elements.js", "commun/noms.js")
CARTE = (
    *_COMMUN,
    "carte/reglages.js",
    "carte/theme.js",
    "carte/etats.js",
    "carte/croisement.js",
    "carte/contours.js",
    "carte/etiquettes.js",
    "carte/gestes.js",
    "carte/survol.js",
    "carte/couches.js",
    "carte/peinture.js",
    "carte/communes.js",
    "carte/cercles.js",
    "carte/zones.js",
    "carte/commune.js",
    "carte/echelle.js",
    "carte/noms.js",
    "carte/fond.js",
    "carte/legende.js",
    "carte/commandes.js",
    "carte/vue.js",
    "carte/carte.js",
)
# On the page of the workshop alone.
ATELIER = (
    *CARTE,
    "atelier/scenario.js",
    "atelier/envoi.js",
    "atelier/peinture.js",
    "atelier/outils.js",
    "atelier/panneau.js",
    "atelier/liste.js",
    "atelier/aides.js",
    "atelier/atelier.js",
)
LECTEUR = (
    *_COMMUN,
    "lecteur/reglages.js",
    "lecteur/mots.js",
    "lecteur/adresse.js",
    "lecteur/carte.js",
    "lecteur/noms.js",
    "lecteur/origines.js",
    "lecteur/diapositive.js",
    "lecteur/noir.js",
    "lecteur/mouvements.js",
    "lecteur/orateur.js",
    "lecteur/commandes.js",
)


def join_script(fichiers: tuple[str, ...]) -> str:
    """Join files of ``static/``, in order, into one script that leaves no name of its own in the page."""
    corps = "\n".join((STATIC / nom).read_text(encoding="utf-8") for nom in fichiers)
    return f'(() => {{\n"use strict";\n\n{corps}}})();\n'


def page_script() -> str:
    """Return what every page runs: its language, the words of Streamlit, its menu, what goes into its frames, its print."""
    return "".join(
        (STATIC / nom).read_text(encoding="utf-8")
        for nom in (
            "langue.js",
            "mots.js",
            "menu.js",
            "connexion.js",
            "cadres.js",
            "survol.js",
            "impression.js",
        )
    )


def player_scripts(leaflet_js: str) -> tuple[str, str]:
    """Return the two scripts that the player of a presentation runs, given the text of Leaflet."""
    return as_read(leaflet_js), as_read(join_script(LECTEUR))


def as_read(texte: str) -> str:
    """End the lines as a browser reads them, for a hash of the text to be that of the element."""
    return texte.replace("\r\n", "\n")


def source_hash(texte: str) -> str:
    """Return the source by which a Content-Security-Policy allows one text.

    >>> source_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    empreinte = base64.b64encode(hashlib.sha256(texte.encode()).digest()).decode()
    return f"'sha256-{empreinte}'"
