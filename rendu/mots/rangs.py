"""Ranks in words: one place, or from the best to the worst that it may be."""

from collections.abc import Collection, Iterable

from geo.atlas import Atlas
from geo.indicateurs.rangs import list_living
from rendu.mots.francais import count_noun, join_words, nombre


def among_text(atlas: Atlas, parmi: Collection[str], departements: Iterable[str]) -> str:
    """Say among how many CPTS one is ranked, and of which departments; plain text.

    Parameters
    ----------
    atlas
        The atlas.
    parmi
        As for :func:`geo.indicateurs.rangs.rank_cpts`: abandoned projects are not counted.
    departements
        Their codes; none is the whole study area.
    """
    vivantes = list_living(atlas, parmi)
    sans = len(set(parmi)) - len(vivantes)
    ou = join_words(str(atlas.departements.loc[code, "nom"]) for code in departements)
    phrase = (
        f"Parmi les {count_noun(len(vivantes), 'CPTS connue', 'CPTS connues')} "
        f"({ou or 'toute la zone d’étude'})"
    )
    exceptes = count_noun(sans, "projet abandonné excepté", "projets abandonnés exceptés")
    return f"{phrase}, {exceptes}" if sans else phrase


def place_text(rang: int, pire: int) -> str:
    """Write a place among others, open where the two differ.

    >>> place_text(1, 1), place_text(1, 3), place_text(6, 8)
    ('1re', '1re à 3e', '6e à 8e')
    """
    return _ordinal(rang) if rang == pire else f"{_ordinal(rang)} à {_ordinal(pire)}"


def rank_text(rang: int, pire: int, effectif: int) -> str:
    """Write a place with how many are ranked.

    >>> rank_text(11, 11, 16), rank_text(6, 8, 16)
    ('11e sur 16', '6e à 8e sur 16')
    """
    return f"{place_text(rang, pire)} sur {nombre(effectif)}"


def _ordinal(rang: int) -> str:
    return "1re" if rang == 1 else f"{nombre(rang)}e"
