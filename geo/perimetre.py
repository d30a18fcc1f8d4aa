"""What a CPTS is made of: its communes, the established ones, and whether the whole is indicative."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from geo.lecture.tables import split_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

# What begins, in a justification, what another source contradicts: see data/README.md.
_FRAGILE = re.compile(r"(?:^|\s*;\s*)fragile\s*:\s*", re.IGNORECASE)
# The columns of perimetres.csv that list what a unit rests on, and what contradicts it.
POUR, CONTRE = "source_ids", "source_ids_contraires"
# How a membership is known: see the schema of perimetres.csv.
HYPOTHESE = "hypothese"
DEDUIT = "deduit"
DOCUMENTE = "documente"
# Weakest first: a CPTS has the weakest_confiance confidence of its parts.
CONFIANCES = (HYPOTHESE, DEDUIT, DOCUMENTE)
# The part of a commune that is not split, and the least that cpts.csv can write.
ENTIERE = 1.0
_PART_MIN = 0.0001
# What a commune that is covered in part counts for in the totals: :func:`cap_parts`.
PAR_SOMME = "pour la somme de ses parts, 100\N{NO-BREAK SPACE}% au plus"
# The shares of ten CPTS, each rounded to a hundredth of a per cent, miss the whole by this at most.
_ARRONDI = 0.0005


@dataclass(frozen=True)
class Perimetre:
    """The perimeter of one CPTS.

    Attributes
    ----------
    codes_communes
        All its communes, sorted; empty where no perimeter is known.
    codes_etablis
        Those of documented or deduced memberships, sorted.
    confiance
        The weakest_confiance of its memberships; ``None`` where no perimeter is known.
    parts
        Of its communes that it covers in part, the share of their inhabitants that it
        covers; those that it covers whole are not there.
    """

    codes_communes: tuple[str, ...]
    codes_etablis: tuple[str, ...]
    confiance: str | None
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def dessine(self) -> bool:
        """Whether a perimeter is known, so that it can be drawn."""
        return bool(self.codes_communes)

    @property
    def indicatif(self) -> bool:
        """Whether a part of it rests on a hypothesis; not where none is known."""
        return is_indicatif(self.confiance)


def round_part(part: float) -> float:
    """Return a share of a commune as cpts.csv can write it: in hundredths of a per cent, never none.

    Examples
    --------
    >>> round_part(1 / 3), round_part(0.00001), round_part(0.99999)
    (0.3333, 0.0001, 1.0)
    """
    return min(max(round(part, 4), _PART_MIN), ENTIERE)


def write_part_pct(part: float) -> str:
    """Write a share of a commune as ``part_pct`` has it: empty where it is the whole.

    Examples
    --------
    >>> write_part_pct(0.435), write_part_pct(0.2), write_part_pct(1.0)
    ('43.5', '20', '')
    """
    return "" if part >= ENTIERE else f"{part * 100:.2f}".rstrip("0").rstrip(".")


def settle_parts(sommes: ArrayLike) -> NDArray[np.float64]:
    """Return sums of the shares of a commune, 1 where they miss the whole by their rounding alone.

    Examples
    --------
    >>> settle_parts([0.25, 3 * 0.3333, 1.2]).tolist()
    [0.25, 1.0, 1.2]
    """
    sommes = np.asarray(sommes, dtype="float64")
    return np.where(np.abs(sommes - ENTIERE) <= _ARRONDI, ENTIERE, sommes)


def cap_parts(sommes: ArrayLike) -> NDArray[np.float64]:
    """Return what sums of shares of a commune count for in a total: once at most.

    Examples
    --------
    >>> cap_parts([0.25, 3 * 0.3333, 1.2]).tolist()
    [0.25, 1.0, 1.0]
    """
    return np.minimum(settle_parts(sommes), ENTIERE)


def count_inhabitants(habitants: ArrayLike) -> NDArray[np.int64]:
    """Return a sum of shares of inhabitants as the whole number it is told as, halves upwards.

    Examples
    --------
    >>> count_inhabitants([99.5, 100.0, 100.49]).tolist()
    [100, 100, 100]
    """
    return np.floor(np.asarray(habitants, dtype="float64") + 0.5).astype("int64")


def make_perimetres(cpts_ids: Iterable[str], adhesions: pd.DataFrame) -> dict[str, Perimetre]:
    """Gather the perimeter of each CPTS.

    Parameters
    ----------
    cpts_ids
        All of them; the perimeter of one without membership is empty.
    adhesions
        ``cpts_id``, ``code_commune``, ``confiance``, ``part``, one row per pair.

    Examples
    --------
    >>> import pandas as pd
    >>> lignes = [("a", "70002", "documente", 0.4), ("a", "70001", "hypothese", 1.0)]
    >>> colonnes = ["cpts_id", "code_commune", "confiance", "part"]
    >>> siens = make_perimetres(["a", "b"], pd.DataFrame(lignes, columns=colonnes))
    >>> siens["a"].codes_communes, siens["a"].codes_etablis, siens["a"].indicatif
    (('70001', '70002'), ('70002',), True)
    >>> siens["a"].parts
    {'70002': 0.4}
    >>> siens["b"].dessine
    False
    """
    membres: dict[str, dict[str, str]] = {cpts_id: {} for cpts_id in cpts_ids}
    triees = adhesions.sort_values("code_commune")
    for cpts_id, code, confiance in zip(
        triees["cpts_id"], triees["code_commune"], triees["confiance"], strict=True
    ):
        membres[cpts_id][code] = confiance
    parts: dict[str, dict[str, float]] = {}
    partagees = triees[triees["part"] < ENTIERE]
    for cpts_id, code, part in zip(
        partagees["cpts_id"], partagees["code_commune"], partagees["part"], strict=True
    ):
        parts.setdefault(cpts_id, {})[code] = float(part)
    return {
        cpts_id: Perimetre(
            codes_communes=tuple(siens),
            codes_etablis=tuple(code for code in siens if not is_indicatif(siens[code])),
            confiance=weakest_confiance(siens.values()),
            parts=parts.get(cpts_id, {}),
        )
        for cpts_id, siens in membres.items()
    }


def split_justification(justification: str) -> tuple[str, str]:
    """Separate why a unit is counted from what contradicts it, which is empty where nothing does.

    Parameters
    ----------
    justification
        Of a row of ``perimetres.csv``.

    Examples
    --------
    >>> split_justification("EPCI autour de Vesoul ; fragile : la presse dit autre chose")
    ('EPCI autour de Vesoul', 'la presse dit autre chose')
    >>> split_justification("la source nomme ces EPCI")
    ('la source nomme ces EPCI', '')
    """
    raison, *contredit = _FRAGILE.split(justification, maxsplit=1)
    return raison, "".join(contredit)


def read_sources(unites: pd.DataFrame) -> dict[str, list[str]]:
    """List the sources of some units, those that speak for them and those that contradict them.

    Parameters
    ----------
    unites
        Rows of ``perimetres.csv``.

    Examples
    --------
    >>> import pandas as pd
    >>> read_sources(pd.DataFrame({POUR: ["a|b", "b"], CONTRE: [None, "c"]}))
    {'source_ids': ['a', 'b'], 'source_ids_contraires': ['c']}
    """
    return {
        colonne: list(dict.fromkeys(chain(*split_list(unites[colonne].drop_duplicates()))))
        for colonne in (POUR, CONTRE)
    }


def weakest_confiance(confiances: Iterable[str]) -> str | None:
    """Return the weakest_confiance of the confidences of memberships, which is that of what they make; nothing of none.

    >>> weakest_confiance(["documente", "hypothese", "deduit"]), weakest_confiance([])
    ('hypothese', None)
    """
    return min(confiances, key=CONFIANCES.index, default=None)


def is_indicatif(confiance: str | None) -> bool:
    """Tell whether what has a confidence rests on a hypothesis.

    Examples
    --------
    >>> is_indicatif("hypothese"), is_indicatif("deduit"), is_indicatif(None)
    (True, False, False)
    """
    return confiance == HYPOTHESE


def are_indicatives(confiances: pd.Series) -> pd.Series[bool]:
    """Tell which memberships or CPTS rest on a hypothesis; those without a confidence do not."""
    return confiances == HYPOTHESE


def are_etablies(confiances: pd.Series) -> pd.Series[bool]:
    """Tell which are documented or deduced; those without a confidence are not."""
    return confiances.isin((DOCUMENTE, DEDUIT))
