"""What the figures of a date of the roll-out are made of: the CPTS that are counted, the communes that are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.indicateurs.annonces import announced
from geo.perimetre import CONFIANCES, are_etablies, cap_parts, count_inhabitants
from geo.regles.completude import study_departements
from geo.regles.couverture import cpts_comptees

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.regles.deploiement import Deploiement


def list_counted(atlas: Atlas, deploiement: Deploiement) -> pd.DataFrame:
    """List the CPTS that are there for sure at a date, and what each announces.

    Returns
    -------
    DataFrame
        Indexed by ``cpts_id``, in the order of the names: ``nom``, ``statut_libelle``, ``statut_mot_source``,
        ``date_max``, ``date_precision``, ``source_id`` (of the stage), ``valeur``, ``qualificatif`` and ``source_annonce`` of the
        inhabitants it announces, missing where it announces none. ``len`` is ``n_min``, the sum of ``valeur`` that
        of ``population_annoncee``.
    """
    colonnes = [
        "nom",
        "statut_libelle",
        "statut_mot_source",
        "date_max",
        "date_precision",
        "source_id",
    ]
    fiches = pd.DataFrame(atlas.fiches.loc[list(deploiement.certaines), colonnes])
    annonces = announced(atlas, "population_annoncee").rename(
        columns={"source_id": "source_annonce"}
    )
    return fiches.join(annonces[["valeur", "qualificatif", "source_annonce"]])


def list_drawn(atlas: Atlas, deploiement: Deploiement, *, indicatifs: bool) -> pd.DataFrame:
    """List the communes of the perimeters that are there for sure at a date, each once.

    Parameters
    ----------
    atlas, deploiement
        The atlas, and what is known at the date.
    indicatifs
        Whether hypothetical memberships count.

    Returns
    -------
    DataFrame
        Indexed by ``code_commune``, inside the chosen departments: ``nom``, ``population`` (of the shares that
        they cover), ``part`` (the sum of these, 1 at most), ``cpts_id`` and ``confiance`` of the CPTS by which it
        came in first, the surest of those of one day. ``len`` and the sum of
        ``population`` are those of ``etablis`` or ``avec_indicatifs``.
    """
    toutes = atlas.fiches[
        atlas.fiches.index.isin(list(cpts_comptees(atlas, deploiement.definition)))
    ]
    presentes = toutes.loc[toutes["date_max"].fillna("9999") <= deploiement.date, "date_max"]
    adhesions = atlas.adhesions[atlas.adhesions["cpts_id"].isin(presentes.index)]
    if not indicatifs:
        adhesions = adhesions[are_etablies(adhesions["confiance"])]
    departements = deploiement.departements or study_departements(atlas)
    communes = atlas.communes.loc[
        atlas.communes["etude"] & atlas.communes["code_departement"].isin(departements),
        ["nom", "population"],
    ]
    siennes = adhesions[adhesions["code_commune"].isin(communes.index)].assign(
        fin=lambda lignes: presentes.reindex(lignes["cpts_id"]).to_numpy(),
        rang=lambda lignes: pd.Categorical(lignes["confiance"], CONFIANCES[::-1], ordered=True),
    )
    premieres = siennes.sort_values(["fin", "rang", "cpts_id"]).drop_duplicates("code_commune")
    premieres = premieres.set_index("code_commune")[["cpts_id", "confiance"]].sort_index()
    table = pd.DataFrame(communes).join(premieres, how="inner")
    sommes = siennes.groupby("code_commune")["part"].sum()
    table["part"] = cap_parts(sommes.reindex(table.index))
    return table.assign(population=count_inhabitants(table["population"] * table["part"]))
