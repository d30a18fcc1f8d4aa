"""The published coverage of a department beside the computed one, and why they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.couverture import undrawn_cpts
from geo.cpts import STATUT_ABANDONNE

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.couverture import Couverture

# The published notion that each definition counts; any other notion is a reason to differ.
NOTIONS = {"fonctionnement": "en_fonctionnement"}
# Published notions under which a CPTS exists and lasts; a letter of intent or a draft may not.
_NOTIONS_DURABLES = ("projet_valide", "en_fonctionnement", "aci_signe")


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
        As computed, in per cent.
    sans_perimetre
        The CPTS of the department that have no perimeter, and so cover nobody here.
    indicatives
        Its CPTS with an indicative perimeter: the established share leaves it out.
    cpts_publiees
        The row of ``jalons.csv`` that gives a number of CPTS there under the same notion, the
        latest; ``None`` if there is none.
    cpts_connues
        How many CPTS of the department the definition counts here.
    meme_definition
        Whether the published share counts what the definition counts.
    """

    code_departement: str
    jalon: pd.Series[Any]
    part_etablie_pct: float | None
    part_indicative_pct: float | None
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
        See :func:`geo.couverture.couverture`.

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


def find_unlisted(atlas: Atlas) -> pd.DataFrame:
    """Find the departments of which more CPTS are published than the data know.

    Returns
    -------
    DataFrame
        Indexed by ``code_departement``, sorted: ``publiees`` (the greatest published number of
        CPTS with a validated project or further), ``connues`` (CPTS that name the department,
        whatever their stage, abandoned projects left out), ``date`` and ``source_id`` of the
        former.
    """
    jalons = atlas.jalons
    nombres = jalons[
        (jalons["zone"] == "departement")
        & (jalons["indicateur"] == "cpts")
        & jalons["etape_mot_source"].isin(_NOTIONS_DURABLES)
    ]
    plus_grands = nombres.sort_values(["valeur", "date"], ascending=False, kind="stable")
    table = plus_grands.drop_duplicates("code_zone").set_index("code_zone").sort_index()
    vivantes = atlas.fiches.loc[atlas.fiches["statut"] != STATUT_ABANDONNE, "departements"]
    connues = vivantes.explode().value_counts().reindex(table.index, fill_value=0)
    table = pd.DataFrame(
        {
            "publiees": table["valeur"],
            "connues": connues,
            "date": table["date"],
            "source_id": table["source_id"],
        },
    ).rename_axis("code_departement")
    return table[table["publiees"] > table["connues"]]


def _compare(
    atlas: Atlas, couverture: Couverture, part: pd.Series[Any], nombres: pd.DataFrame
) -> Rapprochement:
    code = part["code_zone"]
    calcul = couverture.par_departement.loc[code]
    sans = undrawn_cpts(atlas)
    siennes = atlas.fiches.loc[atlas.cpts_dans([code])]
    memes = nombres[
        (nombres["code_zone"] == code) & (nombres["etape_mot_source"] == part["etape_mot_source"])
    ].sort_values("date", na_position="first")
    return Rapprochement(
        code_departement=code,
        jalon=part,
        part_etablie_pct=calcul["part_etablie_pct"],
        part_indicative_pct=calcul["part_indicative_pct"],
        sans_perimetre=tuple(sans.loc[sans["code_departement"] == code, "cpts_id"]),
        indicatives=tuple(siennes.index[siennes["confiance"] == "hypothese"]),
        cpts_publiees=None if memes.empty else memes.iloc[-1],
        cpts_connues=int(calcul["n_cpts"]),
        meme_definition=NOTIONS.get(couverture.definition) == part["etape_mot_source"],
    )
