"""Where every CPTS is known and drawn, hence where a commune may be called uncovered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.lecture.cpts import STATUT_ABANDONNE, STATUT_INCONNU
from geo.perimetre import are_indicatives

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from geo.atlas import Atlas

# Published notions under which a CPTS exists and lasts; a letter of intent or a draft may not.
_NOTIONS_DURABLES = ("projet_valide", "lancee", "en_fonctionnement", "aci_signe")


def study_departements(atlas: Atlas) -> tuple[str, ...]:
    """Return the departments of the study area, sorted."""
    return tuple(sorted(atlas.communes.loc[atlas.communes["etude"], "code_departement"].unique()))


def declare(atlas: Atlas, complets: Collection[str], incomplets: Collection[str]) -> Atlas:
    """Return the same atlas with other departments declared complete, for a trial.

    Parameters
    ----------
    atlas
        The atlas; it is not changed, and its frames are shared.
    complets, incomplets
        Departments taken as complete, and as not complete, whatever the file says. What is in
        both is not complete.
    """
    declares = (atlas.declares | frozenset(complets)) - frozenset(incomplets)
    return atlas if declares == atlas.declares else replace(atlas, declares=declares)


def departements_complets(atlas: Atlas) -> frozenset[str]:
    """Return the departments of which every CPTS is known and drawn.

    A commune is not called uncovered on a doubt: a department declared complete is not taken as
    such while :func:`undrawn_cpts` names a CPTS of it, nor, where only a trial declares it, while
    :func:`find_unlisted` says that more of its CPTS are published than known.
    """
    du_fichier = atlas.completude.loc[atlas.completude["complet"] == "oui", "code_departement"]
    sans_liste = frozenset(find_unlisted(atlas).index) - frozenset(du_fichier)
    return atlas.declares - frozenset(undrawn_cpts(atlas)["code_departement"]) - sans_liste


def undrawn_cpts(atlas: Atlas) -> pd.DataFrame:
    """List the CPTS without a perimeter that may cover communes, one row a department they name.

    Those that some definition counts, and those whose stage is not published: they may count too.

    Returns
    -------
    DataFrame
        ``code_departement`` and ``cpts_id``, in the order of the atlas.
    """
    statuts = atlas.fiches["statut"]
    # The widest definition counts whatever the others do.
    compte = statuts.map(atlas.statuts["compte_avec_lettres"] == "oui").astype(bool)
    possibles = atlas.fiches[(compte | (statuts == STATUT_INCONNU)) & ~atlas.fiches["dessinee"]]
    lignes = possibles["departements"].explode().rename("code_departement")
    return lignes.rename_axis("cpts_id").reset_index()[["code_departement", "cpts_id"]]


def indicative_cpts(atlas: Atlas, departements: Collection[str]) -> pd.Index:
    """Return the CPTS of some departments that have an indicative perimeter, abandoned ones left out.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; none means none.
    """
    if not departements:
        return atlas.fiches.index[:0]
    fiches = atlas.fiches.loc[atlas.cpts_dans(departements)]
    hypothese = are_indicatives(fiches["confiance"])
    return fiches.index[hypothese & (fiches["statut"] != STATUT_ABANDONNE)]


def find_unlisted(atlas: Atlas) -> pd.DataFrame:
    """Find the departments of which more CPTS are published than the data know.

    Returns
    -------
    DataFrame
        Indexed by ``code_departement``, sorted: ``publiees`` (the greatest published number of
        CPTS with a validated project or further) with its ``qualificatif``, ``date`` and
        ``source_id``, and ``connues`` (CPTS that name the department, whatever their stage,
        abandoned projects left out).
    """
    jalons = atlas.jalons
    nombres = jalons[
        (jalons["zone"] == "departement")
        & (jalons["indicateur"] == "cpts")
        & jalons["etape_mot_source"].isin(_NOTIONS_DURABLES)
        # « Moins de 7 » says of none that the data lack it.
        & (jalons["qualificatif"] != "moins_de")
    ]
    plus_grands = nombres.sort_values(["valeur", "date"], ascending=False, kind="stable")
    table = plus_grands.drop_duplicates("code_zone").set_index("code_zone").sort_index()
    table = table.rename(columns={"valeur": "publiees"}).rename_axis("code_departement")
    vivantes = atlas.fiches.loc[atlas.fiches["statut"] != STATUT_ABANDONNE, "departements"]
    connues = vivantes.explode().value_counts().reindex(table.index, fill_value=0)
    table = table[["publiees", "qualificatif", "date", "source_id"]].assign(connues=connues)
    return table[table["publiees"] > table["connues"]]
