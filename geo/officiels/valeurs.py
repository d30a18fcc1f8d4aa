"""Read the cells of a column of a file: a number, a withheld one or none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from geo.cellules import Valeurs
from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

# Below how many units a count is withheld, where the file does not say: eleven in the open data of
# health insurance, five or six elsewhere. At least one is there, or 0 would be written.
SEUIL = 11
MINIMUM_SECRET = 1
# Under it, the bounds of a withheld count would be the count.
SEUIL_MIN = 3
# Beyond it nothing is counted in France, nor in the world; sums of such numbers would lose their digits.
PLAFOND = 10_000_000_000

# As the words of `split_words`: « N.S. » is « n s ».
_SECRETS = frozenset({"ns", "n s", "s", "c", "ss", "s s", "secret", "secret statistique"})
_TIRETS = frozenset({"", "-", "—", ".", "..", "...", "…"})
_MANQUANTS = frozenset({"nd", "n d", "na", "n a", "nan", "null", "non disponible"})
_MANQUANT_DEBUT = ("n a ", "nd ", "non disponible ")
_MOINS = re.compile(r"(<=|≤|<|moins de|inférieur à) ?(\d+(?:[.,]\d+)?)")
_NOMBRE = re.compile(
    r"([+-]?)(\d{1,3}(?:[ ']\d{3})+|\d+|(?=[.,]))(?:[.,](\d+))?(e[+-]?\d+)?(?: ?%)?", re.IGNORECASE
)
# Other ways to write the signs of a number: the minus of typography, the dash that text editors put for it,
# the apostrophe of Swiss thousands, the full width of East Asian keyboards.
_SIGNES = str.maketrans("−–‐‑‒’ʼ＋－．，％＜≦", "-----''+-.,%<≤")


def read_valeurs(textes: Sequence[str], secret: tuple[float, float]) -> Valeurs:
    """Read the cells of a column.

    Parameters
    ----------
    textes
        As :func:`geo.importation.lecture.read_feuilles` gives them.
    secret
        The least and the most that a withheld cell may be.

    Returns
    -------
    Valeurs
        Every number is finite, within :data:`PLAFOND`; what is beyond is unreadable.

    Examples
    --------
    >>> lues = read_valeurs(["1 004,5", "1004.0", "NS", "", "N/A - résultat non disponible"], (1, 10))
    >>> lues.nombres.tolist(), lues.secrets.tolist()
    ([1004.5, 1004.0, nan, nan, nan], [False, False, True, False, False])
    >>> read_valeurs(["environ 3"], (1, 10)).illisibles
    ((0, 'environ 3'),)
    >>> moins = read_valeurs(["< 6", "moins de 5"], (1, 10))
    >>> moins.bas.tolist(), moins.haut.tolist(), moins.secrets.tolist()
    ([0.0, 0.0], [5.0, 4.0], [True, True])
    """
    connus = {texte: _read(texte, secret) for texte in dict.fromkeys(textes)}
    lus = [connus[texte] for texte in textes]
    bornes = np.array(
        [lu if isinstance(lu, tuple) else (np.nan, np.nan) for lu in lus], dtype="float64"
    ).reshape(len(lus), 2)
    secrets = np.array([isinstance(lu, tuple) and lu[0] < lu[1] for lu in lus], dtype="bool")
    illisibles = tuple(
        (rang, texte)
        for rang, (lu, texte) in enumerate(zip(lus, textes, strict=True))
        if lu is _ILLISIBLE
    )
    return Valeurs(bornes[:, 0], bornes[:, 1], secrets, illisibles)


def is_oversized(texte: str) -> bool:
    """Tell whether a cell is a number, beyond :data:`PLAFOND`.

    >>> is_oversized("1e400"), is_oversized("12 000"), is_oversized("beaucoup")
    (True, False, False)
    """
    nombre = _read_number(clean_cell(texte))
    return nombre is not None and abs(nombre) > PLAFOND


_MANQUANT, _ILLISIBLE = object(), object()


def clean_cell(texte: str) -> str:
    r"""Write the number of a cell with plain spaces and signs.

    >>> clean_cell("−1\u202f234，5\xa0％")
    '-1 234,5 %'
    """
    return " ".join(texte.split()).translate(_SIGNES)


def _read_number(texte: str) -> float | None:
    trouve = _NOMBRE.fullmatch(texte)
    if trouve is None or not (trouve[2] or trouve[3]):
        return None
    signe, entier, decimales, exposant = (partie or "" for partie in trouve.groups())
    entier = entier.replace(" ", "").replace("'", "") or "0"
    valeur = float(f"{signe}{entier}.{decimales or '0'}{exposant}")
    # Adding zero takes the sign off « -0 ».
    return valeur + 0.0


def _read(texte: str, secret: tuple[float, float]) -> tuple[float, float] | object:
    """Return between what a cell is: twice the number where it is known."""
    texte = clean_cell(texte)
    if (valeur := _read_number(texte)) is not None:
        return (valeur, valeur) if abs(valeur) <= PLAFOND else _ILLISIBLE
    if texte in _TIRETS:
        return _MANQUANT
    mots = " ".join(split_words(texte))
    if mots in _SECRETS:
        return secret
    if moins := _MOINS.fullmatch(texte.lower()):
        return _read_less(moins[1], float(moins[2].replace(",", ".")), secret)
    if mots in _MANQUANTS or mots.startswith(_MANQUANT_DEBUT):
        return _MANQUANT
    return _ILLISIBLE


def _read_less(
    signe: str, limite: float, secret: tuple[float, float]
) -> tuple[float, float] | object:
    """Return between what « moins de 5 » is, of counts up to the one before; nobody may be among them."""
    ouverte = signe not in ("≤", "<=")
    avant = secret[0] == MINIMUM_SECRET and ouverte and limite.is_integer()
    bas, haut = min(0.0, secret[0]), limite - avant
    impossible = haut < bas or (ouverte and limite <= bas)
    return _ILLISIBLE if impossible or limite > PLAFOND else (bas, haut)
