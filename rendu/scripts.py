"""The scripts of the browser: small files of ``static/``, joined into one.

Neither bundler nor module: the files share one scope, in which each is declared before it is used.
"""

from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "static"

_COMMUN = ("commun/elements.js", "commun/noms.js")
CARTE = (
    *_COMMUN,
    "carte/reglages.js",
    "carte/etats.js",
    "carte/etiquettes.js",
    "carte/gestes.js",
    "carte/couches.js",
    "carte/peinture.js",
    "carte/cercles.js",
    "carte/zones.js",
    "carte/echelle.js",
    "carte/noms.js",
    "carte/fond.js",
    "carte/vue.js",
    "carte/carte.js",
)
LECTEUR = (
    *_COMMUN,
    "lecteur/reglages.js",
    "lecteur/mots.js",
    "lecteur/adresse.js",
    "lecteur/carte.js",
    "lecteur/noms.js",
    "lecteur/diapositive.js",
    "lecteur/commandes.js",
)


def join_script(fichiers: tuple[str, ...]) -> str:
    """Join files of ``static/``, in order, into one script that leaves no name of its own in the page."""
    corps = "\n".join((STATIC / nom).read_text(encoding="utf-8") for nom in fichiers)
    return f'(() => {{\n"use strict";\n\n{corps}}})();\n'
