"""The profile of a CPTS as HTML (``static/ecran.css``): a line an indicator, a card on a phone."""

from collections.abc import Iterable
from html import escape

from rendu.bande import write_bande
from rendu.mots.profil import LigneProfil


def write_profil(lignes: Iterable[LigneProfil]) -> str:
    """Write a profile.

    Parameters
    ----------
    lignes
        As :func:`rendu.mots.profil.profile_lines` returns them.

    Returns
    -------
    str
        HTML in which every text is escaped.
    """
    return f'<div class="profil">{"".join(map(_section, lignes))}</div>'


def _section(ligne: LigneProfil) -> str:
    chiffres = [
        _pair("Cette CPTS", ligne.valeur, ligne.appuis, classe="sienne"),
        *(_pair(v.nom, v.valeur, (v.note,)) for v in ligne.voisines),
        _pair("Rang", ligne.rang, ()),
    ]
    bande = (
        write_bande(ligne.situation, ligne.distribution)
        if ligne.situation and ligne.distribution
        else ""
    )
    phrase = f"<p>{escape(ligne.phrase)}</p>" if ligne.phrase else ""
    dessous = " ".join(filter(None, (ligne.definition, ligne.source and f"{ligne.source}.")))
    return (
        f"<section><h4>{escape(ligne.nom)}{_small(ligne.unite)}</h4>"
        f"<dl>{''.join(chiffres)}</dl>{bande}{phrase}"
        f"{f'<p>{_small(dessous)}</p>' if dessous else ''}</section>"
    )


def _pair(nom: str, valeur: str, appuis: Iterable[str], classe: str = "") -> str:
    dessous = "".join(_small(appui) for appui in appuis)
    return (
        f"<div{f' class={chr(34)}{classe}{chr(34)}' if classe else ''}>"
        f"<dt>{escape(nom)}</dt><dd><strong>{escape(valeur)}</strong>{dessous}</dd></div>"
    )


def _small(texte: str) -> str:
    return f" <small>{escape(texte)}</small>" if texte else ""
