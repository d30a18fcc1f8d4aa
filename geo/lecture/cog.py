"""Every commune of France, loaded or not, by code and name: what a code names, or named once."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from geo.lecture.communes import departement_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATA = Path(__file__).resolve().parents[2] / "data"
# Codes that no list of mergers holds: Mayotte was 985 until 2011, and two collectivities were
# communes of Guadeloupe until 2007.
_MAYOTTE = ("985", "976")
_ANTILLES = {"97123": "97701", "97127": "97801"}
# Countries of the COG, from Europe to Oceania.
_ETRANGER = re.compile("99[1-5][0-9]{2}")


class CommuneDeFrance(NamedTuple):
    """A commune of today, in the data loaded or not."""

    code: str
    nom: str
    departement: str


@lru_cache(maxsize=1)
def load_cog() -> dict[str, str]:
    """Return the name of every commune of France, overseas collectivities included, by code."""
    return dict(_read("cog"))


@lru_cache(maxsize=1)
def _load_successeurs() -> dict[str, str]:
    return {ancien: actuel for ancien, _, actuel in _read("communes_absorbees")}


def _read(nom: str) -> Iterator[list[str]]:
    with (_DATA / f"{nom}.csv").open(encoding="utf-8", newline="") as fichier:
        lignes = csv.reader(fichier)
        next(lignes)
        yield from lignes


def find_commune(code: str) -> CommuneDeFrance | None:
    """Return the commune of today behind a code of today or of yesterday, none if it never existed.

    Parameters
    ----------
    code
        Five characters.

    Examples
    --------
    >>> find_commune("04070")
    CommuneDeFrance(code='04070', nom='Digne-les-Bains', departement='04')
    >>> find_commune("20004"), find_commune("98511").code, find_commune("99999")
    (CommuneDeFrance(code='2A004', nom='Ajaccio', departement='2A'), '97611', None)
    """
    avant, apres = _MAYOTTE
    actuel = _ANTILLES.get(code, code)
    if actuel.startswith(avant):
        actuel = apres + actuel.removeprefix(avant)
    # An absorbed commune may lead to one that was absorbed in its turn; some code keeps itself.
    vus = set[str]()
    while actuel not in load_cog() and actuel not in vus:
        vus.add(actuel)
        actuel = _load_successeurs().get(actuel, actuel)
    nom = load_cog().get(actuel)
    return None if nom is None else CommuneDeFrance(actuel, nom, departement_of(actuel))


def is_foreign(code: str) -> bool:
    """Tell whether a code is that of a foreign country.

    >>> is_foreign("99109"), is_foreign("99999"), is_foreign("98818")
    (True, False, False)
    """
    return bool(_ETRANGER.fullmatch(code))
