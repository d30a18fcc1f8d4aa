"""The interval of a share, from its numerator and its denominator."""

from __future__ import annotations

from math import inf, sqrt

# Quantile of the normal law for 95 %.
Z_95 = 1.959963984540054


def wilson(numerateur: float, denominateur: float) -> tuple[float, float] | None:
    """Return the 95 % interval of a share, from 0 to 1.

    The score interval of E. B. Wilson (« Probable inference, the law of succession, and statistical
    inference », JASA 22, 1927, p. 209-212) stays within 0 and 1, and holds for small numbers.

    Parameters
    ----------
    numerateur, denominateur
        Counts; a part of its whole.

    Returns
    -------
    tuple or None
        ``None`` where they make no share: nobody, more than everybody, or of a whole without bound.

    Examples
    --------
    >>> [round(borne, 4) for borne in wilson(10, 100)]
    [0.0552, 0.1744]
    >>> wilson(0, 0) is None, wilson(3, 2) is None
    (True, True)
    """
    if not 0 <= numerateur <= denominateur < inf or denominateur == 0:
        return None
    part, carre = numerateur / denominateur, Z_95**2
    milieu = part + carre / (2 * denominateur)
    demi = Z_95 * sqrt(part * (1 - part) / denominateur + carre / (4 * denominateur**2))
    total = 1 + carre / denominateur
    return max(0.0, (milieu - demi) / total), min(1.0, (milieu + demi) / total)
