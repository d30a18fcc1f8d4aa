"""Why communes that no CPTS is known to cover may be covered all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.lecture.cpts import STATUT_INCONNU
from geo.regles.completude import departements_complets, undrawn_cpts

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.atlas import Atlas


@dataclass(frozen=True, slots=True)
class Doutes:
    """What speaks against calling communes uncovered; all are empty for a true zone blanche.

    Attributes
    ----------
    sans_etape
        CPTS that hold some of them, and whose stage is not published.
    sans_perimetre
        CPTS of their departments that have no perimeter.
    incomplets
        Their departments that are not complete.
    """

    sans_etape: tuple[str, ...]
    sans_perimetre: tuple[str, ...]
    incomplets: tuple[str, ...]


def find_doutes(atlas: Atlas, codes_communes: Collection[str]) -> Doutes:
    """List what speaks against calling communes uncovered.

    Parameters
    ----------
    atlas
        The atlas.
    codes_communes
        The communes.
    """
    siennes = atlas.adhesions[atlas.adhesions["code_commune"].isin(list(codes_communes))]
    inconnues = atlas.fiches.index[atlas.fiches["statut"] == STATUT_INCONNU]
    departements = set(atlas.communes.loc[list(codes_communes), "code_departement"])
    sans = undrawn_cpts(atlas)
    return Doutes(
        sans_etape=tuple(siennes.loc[siennes["cpts_id"].isin(inconnues), "cpts_id"].unique()),
        sans_perimetre=tuple(
            sans.loc[sans["code_departement"].isin(departements), "cpts_id"].unique()
        ),
        incomplets=tuple(sorted(departements - departements_complets(atlas))),
    )
