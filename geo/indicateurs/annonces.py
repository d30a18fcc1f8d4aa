"""What sources announce of a CPTS, and how what is computed stands to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    import pandas as pd

    from geo.atlas import Atlas
    from geo.indicateurs.registre import Indicateur

# A figure that its source gives bare: neither « exactement » nor « environ » is said of it.
EXACT = "egal"
ENVIRON = "environ"
# Why there is no gap.
APPROCHEE = "valeur_approchee"
NULLE = "personne"


@dataclass(frozen=True, slots=True)
class Ecart:
    """An announced figure beside the computed one; ``None`` for what is not known.

    Attributes
    ----------
    annonce, qualificatif, source_id
        The published value, its qualifier and its source, as in ``cpts_faits.csv``.
    calcule
        The value computed from the communes of the perimeter.
    ecart, ecart_pct
        Computed minus announced, and in per cent of the announced figure: only from a figure that
        its source gives bare. From « plus de 21 000 » it would mean nothing.
    raison
        Why both are known and there is no gap: ``valeur_approchee``; or no gap in per cent:
        ``personne`` (of nothing).
    """

    annonce: float | None
    qualificatif: str | None
    source_id: str | None
    calcule: float | None
    ecart: float | None = None
    ecart_pct: float | None = None
    raison: str | None = None


@dataclass(frozen=True, slots=True)
class Somme:
    """A sum of announced figures; ``qualificatif`` is empty where nothing is announced.

    Attributes
    ----------
    valeur
        The sum.
    qualificatif
        As in ``cpts_faits.csv``.
    n
        How many figures it adds up.
    """

    valeur: int
    qualificatif: str
    n: int


def sum_announced(faits: pd.DataFrame) -> Somme:
    """Add up announced figures; the sum is worth its weakest figure: see :func:`weakest`.

    Parameters
    ----------
    faits
        ``valeur`` and ``qualificatif``, as in ``cpts_faits.csv``; one row a CPTS.

    Examples
    --------
    >>> import pandas as pd
    >>> sum_announced(pd.DataFrame({"valeur": [43000, 83000], "qualificatif": ["egal", "egal"]}))
    Somme(valeur=126000, qualificatif='egal', n=2)
    >>> sum_announced(pd.DataFrame({"valeur": [21000, 33340], "qualificatif": ["plus_de", "egal"]}))
    Somme(valeur=54340, qualificatif='plus_de', n=2)
    """
    return Somme(int(faits["valeur"].sum()), weakest(faits["qualificatif"]), len(faits))


def weakest(qualificatifs: Iterable[str]) -> str:
    """Say what a sum of figures of these qualifiers is worth; nothing of none.

    Figures that their sources give bare take nothing from it; where the others are not all of one kind, nothing
    but « environ » can be said.

    >>> weakest(["egal", "plus_de"]), weakest(["environ", "plus_de"]), weakest(["egal"]), weakest([])
    ('plus_de', 'environ', 'egal', '')
    """
    tous = set(qualificatifs)
    reserves = tous - {EXACT}
    return ENVIRON if len(reserves) > 1 else next(iter(reserves or tous), "")


def set_beside(fait: Mapping[Hashable, Any] | None, calcule: float | None) -> Ecart:
    """Set a computed figure beside the announced one.

    Parameters
    ----------
    fait
        A row of ``cpts_faits.csv``; ``None`` if nothing is announced.
    calcule
        In the same unit; ``None`` without a perimeter.

    Examples
    --------
    >>> fait = {"valeur": 200.0, "qualificatif": "egal", "source_id": "s"}
    >>> set_beside(fait, 190).ecart_pct, set_beside(fait | {"qualificatif": "plus_de"}, 190).ecart
    (-5.0, None)
    """
    if fait is None:
        return Ecart(None, None, None, calcule)
    annonce, qualificatif = float(fait["valeur"]), str(fait["qualificatif"])
    debut = (annonce, qualificatif, str(fait["source_id"]), calcule)
    if calcule is None:
        return Ecart(*debut)
    if qualificatif != EXACT:
        return Ecart(*debut, raison=APPROCHEE)
    if not annonce:
        return Ecart(*debut, calcule, raison=NULLE)
    return Ecart(*debut, calcule - annonce, (calcule - annonce) / annonce * 100)


def gaps(atlas: Atlas, indicateur: Indicateur, calcules: pd.Series[float]) -> dict[str, Ecart]:
    """Set computed figures beside what is announced, for every CPTS that has both.

    Parameters
    ----------
    atlas
        The atlas.
    indicateur
        The published one.
    calcules
        By ``cpts_id``.
    """
    faits = announced(atlas, indicateur.identifiant)
    communs = faits.index.intersection(calcules.index)
    return {
        str(cpts_id): set_beside(fait, float(calcules[str(cpts_id)]))
        for cpts_id, fait in faits.loc[communs].to_dict("index").items()
    }


def announced(atlas: Atlas, indicateur: str, base: str | None = None) -> pd.DataFrame:
    """Return what is published of an indicator, for one base only where it has some.

    Shares with different bases (whole population, over 17…) are not comparable: there is no way to
    ask for several.

    Parameters
    ----------
    atlas
        The atlas.
    indicateur
        As in ``cpts_faits.csv``, e.g. ``population_annoncee``.
    base
        Whose share, as in ``cpts_faits.csv``.

    Returns
    -------
    DataFrame
        Indexed by CPTS, as ``cpts_faits.csv``; the first row where several sources give one.
    """
    faits = atlas.faits[atlas.faits["indicateur"] == indicateur]
    if base is not None:
        faits = faits[faits["base"] == base]
    return faits.drop_duplicates("cpts_id").set_index("cpts_id")


def published_bases(atlas: Atlas, indicateur: str) -> tuple[str, ...]:
    """List the bases for which an indicator is published, in the order of the file."""
    siens = atlas.faits.loc[atlas.faits["indicateur"] == indicateur, "base"].dropna()
    return tuple(cast("list[str]", siens.unique().tolist()))
