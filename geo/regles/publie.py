"""The published coverage of a department beside the computed one, and why they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.lecture.cpts import STATUT_INCONNU
from geo.perimetre import are_indicatives
from geo.regles.completude import undrawn_cpts
from geo.regles.comptes import name_count, name_share
from geo.regles.couverture import COLONNES_DEFINITIONS, COUVERTE, cpts_comptees
from geo.regles.jalons import NOTIONS

if TYPE_CHECKING:
    import pandas as pd

    from geo.atlas import Atlas
    from geo.regles.couverture import Couverture


@dataclass(frozen=True, eq=False)
class Rapprochement:
    """A published share of covered inhabitants, and what keeps the computed one from it.

    Attributes
    ----------
    code_departement
        The department.
    jalon
        The row of ``jalons.csv``.
    part_etablie_pct, part_indicative_pct
        As computed, in per cent; ``None`` where nobody lives.
    n_perimetres, n_deduits
        How many established perimeters the first rests on, and how many of them are deduced.
    exacte
        Whether the computed share is no minimum.
    sans_perimetre
        The CPTS of the department that count, or may, and have no perimeter: they cover nobody here.
    indicatives
        Those with an indicative perimeter: the established share leaves it out.
    cpts_publiees
        The row of ``jalons.csv`` that gives a number of CPTS there under the same notion, the
        latest; ``None`` if there is none, or if the definition counts something else.
    cpts_connues
        How many CPTS of the department the definition counts here.
    meme_definition
        Whether the published share counts what the definition counts.
    """

    code_departement: str
    jalon: pd.Series[Any]
    part_etablie_pct: float | None
    part_indicative_pct: float | None
    n_perimetres: int
    n_deduits: int
    exacte: bool
    sans_perimetre: tuple[str, ...]
    indicatives: tuple[str, ...]
    cpts_publiees: pd.Series[Any] | None
    cpts_connues: int
    meme_definition: bool


def compare_published(atlas: Atlas, couverture: Couverture) -> list[Rapprochement]:
    """Set every published share of a department of the selection beside the computed one.

    Parameters
    ----------
    atlas
        The atlas that the coverage was measured in.
    couverture
        See :func:`geo.regles.couverture.measure_couverture`.

    Returns
    -------
    list
        By department; empty where none is published.
    """
    jalons = atlas.jalons
    de_departement = (jalons["zone"] == "departement") & jalons["code_zone"].isin(
        couverture.par_departement.index
    )
    parts = jalons[de_departement & (jalons["indicateur"] == "part_population_couverte")]
    nombres = jalons[de_departement & (jalons["indicateur"] == "cpts")]
    return [
        _compare(atlas, couverture, part, nombres)
        for _, part in parts.sort_values("code_zone", kind="stable").iterrows()
    ]


def _compare(
    atlas: Atlas, couverture: Couverture, part: pd.Series[Any], nombres: pd.DataFrame
) -> Rapprochement:
    code = part["code_zone"]
    calcul = couverture.par_departement.loc[code]
    etablies, toutes = (
        calcul[name_count("communes", COUVERTE, indicatifs=indicatifs)]
        for indicatifs in (False, True)
    )
    sans = undrawn_cpts(atlas)
    comptees = cpts_comptees(atlas, couverture.definition)
    inconnues = atlas.fiches.index[atlas.fiches["statut"] == STATUT_INCONNU]
    siennes = atlas.cpts_dans([code]).intersection(comptees.union(inconnues))
    indicatives = are_indicatives(atlas.fiches.loc[siennes, "confiance"])
    memes = nombres[
        (nombres["code_zone"] == code) & (nombres["etape_mot_source"] == part["etape_mot_source"])
    ].sort_values("date", na_position="first")
    meme_definition = _same_definition(atlas, couverture.definition, part["etape_mot_source"])
    return Rapprochement(
        code_departement=code,
        jalon=part,
        part_etablie_pct=calcul[name_share("population", indicatifs=False)],
        part_indicative_pct=calcul[name_share("population", indicatifs=True)],
        n_perimetres=int(calcul["n_perimetres"]),
        n_deduits=len(calcul["deduites"]),
        exacte=bool(calcul["complete"]) and etablies == toutes,
        sans_perimetre=tuple(
            i for i in sans.loc[sans["code_departement"] == code, "cpts_id"] if i in siennes
        ),
        indicatives=tuple(siennes[indicatives]),
        cpts_publiees=memes.iloc[-1] if meme_definition and not memes.empty else None,
        cpts_connues=int(calcul["n_cpts"]),
        meme_definition=meme_definition,
    )


def _same_definition(atlas: Atlas, definition: str, mot: str) -> bool:
    """Tell whether a published word names the stages that a definition counts."""
    compte = atlas.statuts[COLONNES_DEFINITIONS[definition]] == "oui"
    return NOTIONS.get(mot) == frozenset(atlas.statuts.index[compte])
