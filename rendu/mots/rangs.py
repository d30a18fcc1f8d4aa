"""Ranks in words: one place, or from the best to the worst that it may be."""

from rendu.mots.francais import nombre


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
