"""Under which identifier an official indicator is kept: its year is always in it, and no other indicator has it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from geo.indicateurs.series import suffix_year
from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.indicateurs.registre import Registre
    from geo.indicateurs.series import Identite

# Without the year: a name of file that every system takes, with what is put after it.
LONGUEUR_MAX = 45
_EMPREINTE = 8


def make_serie(libelle: str) -> str:
    """Return the name of a series: the words of its label, and a hash of all of them where some are cut off.

    >>> make_serie("APL aux médecins")
    'apl_aux_medecins'
    >>> make_serie("Part " * 20)
    'part_part_part_part_part_part_part_p_2ae01c4c'
    >>> make_serie("Taux α") == make_serie("Taux β")
    False
    """
    mots = split_words(libelle)
    nom = "_".join(mot for mot in mots if mot.isascii())
    if nom and nom == "_".join(mots) and len(nom) <= LONGUEUR_MAX:
        return nom
    return _add_hash(nom or "indicateur", *(mots or [libelle]))


def choose_identifiant(
    serie: str, millesime: str, identite: Identite, *, registre: Registre, pris: Collection[str]
) -> str:
    """Return the identifier of an indicator: that of the same figure of the same year, else one that nothing has.

    Parameters
    ----------
    serie, millesime, identite
        As :class:`geo.officiels.indicateur.IndicateurOfficiel` has them.
    registre
        The indicators in use.
    pris
        The identifiers given to others of this import.
    """
    for autre in registre.officiels():
        if (autre.millesime, autre.identite) == (millesime, identite):
            return autre.identifiant
    occupes = {*pris, *registre.indicateurs}.union(*(autre.variables for autre in registre))
    nom = suffix_year(serie, millesime)
    while nom in occupes:
        nom = suffix_year(_add_hash(serie, nom, *identite), millesime)
    return nom


def _add_hash(nom: str, *textes: str) -> str:
    empreinte = hashlib.sha256("\n".join(textes).encode("utf-8", "replace")).hexdigest()
    debut = nom[: LONGUEUR_MAX - _EMPREINTE - 1].rstrip("_")
    return f"{debut}_{empreinte[:_EMPREINTE]}"
