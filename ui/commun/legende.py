"""The legend under the map, in words, with the count of CPTS behind each sign."""

from html import escape

import streamlit as st

from rendu.carte.cercles import Cercles
from rendu.carte.palette import (
    BLANC,
    BORD_SIGNE,
    CERCLE,
    CERCLE_BORD,
    ENCRE,
    HACHURE,
    HACHURES,
    PLUSIEURS,
    REPERE,
    TEINTES,
    TIRETS,
)
from rendu.carte.signes import Coloration, Entree
from rendu.mots.francais import nombre

_CADRE = "display:inline-block;flex:none;box-sizing:border-box;width:22px;height:14px;"
_STYLES = {
    HACHURES: f"border:1px solid {BORD_SIGNE};background:repeating-linear-gradient("
    f"45deg,{HACHURE} 0 2px,{BLANC} 2px 5px)",
    PLUSIEURS: f"border:1px solid {BORD_SIGNE};background:linear-gradient(90deg,{TEINTES[0]} 33%,"
    f"{TEINTES[1]} 33% 66%,{TEINTES[2]} 66%)",
    TIRETS: f"border:1.5px dashed {ENCRE};background:{BLANC}",
    REPERE: f"width:14px;border:1.5px solid {ENCRE};border-radius:50%;background:{BLANC}",
}


def _signe(signe: str) -> str:
    style = _STYLES.get(signe, f"border:1px solid {BORD_SIGNE};background:{signe}")
    return f'<span aria-hidden="true" style="{_CADRE}{style}"></span>'


def _cercles(cercles: Cercles) -> str:
    """Draw the circles of round values at the size that they have on the map."""
    return "".join(
        '<span style="display:inline-flex;align-items:center;gap:6px;margin:4px 16px 8px 0">'
        '<span aria-hidden="true" style="flex:none;box-sizing:border-box;border-radius:50%;'
        f"width:{2 * rayon:g}px;height:{2 * rayon:g}px;border:1px solid {CERCLE_BORD};"
        f'background:{CERCLE}"></span><span>{escape(texte)}</span></span>'
        for texte, rayon in cercles.legende
    )


def draw_legende(coloration: Coloration, etats: list[Entree]) -> None:
    """Draw the legend: a sign, its meaning and how many CPTS, or communes, it stands for."""
    lignes = "".join(
        '<span style="display:inline-flex;align-items:center;gap:6px;margin:0 16px 4px 0">'
        f"{_signe(entree.signe)}<span>{escape(entree.texte)} ({nombre(entree.compte)})</span></span>"
        for entree in (*coloration.legende, *etats)
    )
    cercles = f"{_cercles(coloration.cercles)}<br>" if coloration.cercles else ""
    methode = f" · {escape(coloration.methode)}" if coloration.methode else ""
    st.html(
        '<div style="font-size:0.875rem" role="group" aria-label="Légende">'
        f"<strong>{escape(coloration.titre)}</strong>{methode}<br>{cercles}{lignes}</div>"
    )
