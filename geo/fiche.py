"""Everything the sheet of one CPTS shows that has to be computed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.indicateurs.annonces import set_beside
from geo.indicateurs.calcul import BORNES_TAILLE, classe_taille, densite_hab_km2
from geo.indicateurs.mesures import evaluate
from geo.indicateurs.territoire import (
    CPTS,
    DEPARTEMENT,
    REGION,
    TerritoiresConnus,
    parse_territoire,
)
from geo.perimetre import count_inhabitants
from geo.regles.couverture import DEFINITIONS
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.atlas import Atlas
    from geo.indicateurs.annonces import Ecart
    from geo.indicateurs.registre import Indicateur
    from geo.indicateurs.territoire import Territoire

_COLONNES_COMMUNES = [
    "code_commune",
    "nom",
    "population",
    "surface_km2",
    "densite",
    "siren_epci",
    "nom_epci",
    "code_departement",
    "confiance",
    "part",
    "habitants",
]
_COLONNES_PARTS = [
    "nom",
    "communes",
    "communes_unite",
    "population",
    "population_unite",
    "part_cpts_pct",
    "part_unite_pct",
]
# The widest: a sheet compares what does not depend on it.
_DEFINITION = tuple(DEFINITIONS)[-1]


@dataclass(frozen=True, slots=True)
class Taille:
    """Size class of a population (accord of 2019).

    Attributes
    ----------
    population
        Inhabitants.
    classe
        See :func:`geo.indicateurs.calcul.classe_taille`.
    borne_suivante
        The next bound above the population; ``None`` in the last class.
    distance
        Inhabitants that lack to reach it.
    """

    population: float
    classe: str
    borne_suivante: int | None
    distance: float | None


@dataclass(frozen=True, slots=True)
class PartieDetachee:
    """Communes of a CPTS that do not touch its main part."""

    codes_communes: tuple[str, ...]
    noms: tuple[str, ...]
    population: int
    surface_km2: float


@dataclass(frozen=True, slots=True)
class Enclave:
    """A commune that a CPTS surrounds without holding it; ``cpts`` names those that do, perhaps none."""

    code_commune: str
    nom: str
    cpts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Fiche:
    """The computed part of a CPTS' sheet; empty tables and ``None`` where there is no perimeter.

    Attributes
    ----------
    cpts_id, nom
        The CPTS.
    dessinee, confiance
        Whether it has a perimeter, and the weakest confidence of its memberships.
    precedente, suivante
        The CPTS before and after it by name; ``None`` at the ends.
    ecarts
        Announced and computed, by the computed indicator: population, communes.
    parts
        Every published share that differs by base (residents without médecin traitant), one row a
        base: ``indicateur``, ``valeur`` (per cent), ``qualificatif``, ``base``, ``numerateur``,
        ``source_id``.
    taille_annoncee, taille_calculee
        Size class of either population.
    departements, epci
        What it spans, indexed by code, the most populous share first: ``nom``, ``communes`` (of
        the CPTS there), ``communes_unite``, ``population`` (of the CPTS there),
        ``population_unite``, ``part_cpts_pct`` (share of the inhabitants of the CPTS),
        ``part_unite_pct`` (share of the inhabitants of the unit). A unit is counted over the
        communes of the atlas: one that goes beyond them counts for what is inside.
    comparaison
        The CPTS, each department it spans, and their regions within the study area: ``genre``
        (``cpts``, ``dep``, ``reg``), ``code``, ``nom``, and what the registry shows on a sheet
        and any territory has, official indicators excepted.
    voisins
        ``cpts_id``, ``nom``, ``frontiere_km``, the longest border first; 0 km is an overlap.
    parties_detachees, enclaves
        Parts away from the main one, and communes surrounded.
    communes
        Its communes by name: ``code_commune``, ``nom``, ``population``, ``surface_km2``,
        ``densite``, ``siren_epci``, ``nom_epci``, ``code_departement``, ``confiance``, ``part`` (below 1 of a
        commune that it shares) and ``habitants`` (those of its share, which count).
    """

    cpts_id: str
    nom: str
    dessinee: bool
    confiance: str | None
    precedente: str | None
    suivante: str | None
    ecarts: Mapping[str, Ecart]
    parts: pd.DataFrame
    taille_annoncee: Taille | None
    taille_calculee: Taille | None
    departements: pd.DataFrame
    epci: pd.DataFrame
    comparaison: pd.DataFrame
    voisins: pd.DataFrame
    parties_detachees: tuple[PartieDetachee, ...]
    enclaves: tuple[Enclave, ...]
    communes: pd.DataFrame

    @property
    def population(self) -> Ecart:
        """Announced and computed population, which its size class comes from."""
        return self.ecarts["population"]


def sort_cpts(noms: pd.Series) -> list[str]:
    """Return the CPTS in the order of their names.

    Parameters
    ----------
    noms
        Names by ``cpts_id``.

    Examples
    --------
    >>> sort_cpts(pd.Series({"a": "CPTS Étoile", "b": "CPTS est", "c": "CPTS Forêt"}))
    ['b', 'a', 'c']
    """
    return [str(cpts_id) for cpts_id, _ in sorted(noms.items(), key=lambda nom: sort_key(nom[1]))]


def make_fiche(atlas: Atlas, cpts_id: str) -> Fiche:
    """Compute the sheet of a CPTS.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_id
        One of ``atlas.fiches``.

    Raises
    ------
    KeyError
        If there is no such CPTS.
    """
    noms = atlas.fiches["nom"]
    nom = str(noms.loc[cpts_id])
    faits, perimetre = atlas.faits_de(cpts_id), atlas.perimetre(cpts_id)
    adhesions = atlas.adhesions[atlas.adhesions["cpts_id"] == cpts_id]
    communes = pd.DataFrame(atlas.communes.drop(columns="geometry"))
    siennes = communes.loc[adhesions["code_commune"]].assign(
        confiance=adhesions["confiance"].to_numpy(), part=adhesions["part"].to_numpy()
    )
    departements = _spanned(communes, siennes, "code_departement", atlas.departements["nom"])
    par_base = [i.identifiant for i in atlas.registre.published() if i.par_base]
    ordre = sort_cpts(noms)
    rang = ordre.index(cpts_id)
    territoire = parse_territoire(atlas, f"{CPTS}:{cpts_id}")
    ecarts = {
        calcul.identifiant: _gap(atlas, faits, calcul, territoire)
        for calcul in atlas.registre.announced()
    }
    population = ecarts["population"]
    return Fiche(
        cpts_id=cpts_id,
        nom=nom,
        dessinee=perimetre.dessine,
        confiance=perimetre.confiance,
        precedente=ordre[rang - 1] if rang else None,
        suivante=ordre[rang + 1] if rang + 1 < len(ordre) else None,
        ecarts=ecarts,
        parts=faits.loc[
            faits["indicateur"].isin(par_base),
            ["indicateur", "valeur", "qualificatif", "base", "numerateur", "source_id"],
        ].reset_index(drop=True),
        taille_annoncee=_taille(population.annonce),
        taille_calculee=_taille(population.calcule),
        departements=departements,
        epci=_spanned(communes, siennes, "siren_epci", _epci_names(siennes)),
        comparaison=_compare(atlas, cpts_id, departements.index),
        voisins=_neighbours(atlas, cpts_id),
        parties_detachees=_detached(atlas, cpts_id),
        enclaves=_enclaves(atlas, cpts_id),
        communes=_communes(siennes),
    )


def _gap(atlas: Atlas, faits: pd.DataFrame, calcul: Indicateur, territoire: Territoire) -> Ecart:
    """Set what is computed from its communes beside what is announced."""
    publies = faits[faits["indicateur"] == calcul.annonce].to_dict("records")
    calcule = evaluate(atlas, calcul, territoire, _DEFINITION, indicatifs=True)[0]
    return set_beside(publies[0] if publies else None, calcule.valeur)


def _taille(population: float | None) -> Taille | None:
    if population is None:
        return None
    borne = next((borne for borne in BORNES_TAILLE if borne > population), None)
    return Taille(
        population,
        classe_taille(population),
        borne,
        None if borne is None else borne - population,
    )


def _spanned(
    communes: pd.DataFrame, siennes: pd.DataFrame, cle: str, noms: pd.Series
) -> pd.DataFrame:
    """Share a CPTS between the units (departments or EPCI) that its communes belong to."""
    siennes = siennes.assign(population=siennes["population"] * siennes["part"])
    dedans = siennes.groupby(cle)["population"].agg(communes="size", population="sum")
    dedans["population"] = count_inhabitants(dedans["population"])
    unites = communes[communes[cle].isin(dedans.index)].groupby(cle)["population"]
    table: pd.DataFrame = dedans.join(unites.agg(communes_unite="size", population_unite="sum"))
    total = int(count_inhabitants(siennes["population"].sum()))
    table["nom"] = noms.reindex(table.index)
    table["part_cpts_pct"] = table["population"] / (total or math.nan) * 100
    habitees = table["population_unite"].where(table["population_unite"] > 0)
    table["part_unite_pct"] = table["population"] / habitees * 100
    # The sort is stable and the index sorted: equal populations stay in the order of the codes.
    return table[_COLONNES_PARTS].sort_values("population", ascending=False, kind="stable")


def _epci_names(siennes: pd.DataFrame) -> pd.Series:
    epci = siennes[["siren_epci", "nom_epci"]].dropna().drop_duplicates("siren_epci")
    noms: pd.Series = epci.set_index("siren_epci")["nom_epci"]
    return noms


def _compare(atlas: Atlas, cpts_id: str, departements: pd.Index) -> pd.DataFrame:
    """Set a CPTS beside its departments and their regions."""
    # The profile has the official ones, with what bounds them where they are withheld.
    indicateurs = [i for i in atlas.registre.on("fiche") if i.de_communes and not i.officiel]
    colonnes = ["genre", "code", "nom", *(indicateur.identifiant for indicateur in indicateurs)]
    if departements.empty:
        return pd.DataFrame(columns=colonnes)
    regions = atlas.departements.loc[departements, "code_region"].drop_duplicates()
    adresses = [
        f"{CPTS}:{cpts_id}",
        *(f"{DEPARTEMENT}:{code}" for code in departements),
        *(f"{REGION}:{code}" for code in regions),
    ]
    connus = TerritoiresConnus(atlas)
    lignes = []
    for adresse in adresses:
        # Outside the study area few communes of a region are known: it is no territory there.
        if adresse not in connus:
            continue
        territoire = parse_territoire(atlas, adresse)
        valeurs = [
            evaluate(atlas, indicateur, territoire, _DEFINITION, indicatifs=True)[0].valeur
            for indicateur in indicateurs
        ]
        lignes.append((territoire.genre, territoire.code, territoire.nom, *valeurs))
    table = pd.DataFrame(lignes, columns=colonnes)
    entiers = [i.identifiant for i in indicateurs if not i.decimales]
    return table.round(dict.fromkeys(entiers, 0)).astype(dict.fromkeys(entiers, "Int64"))


def _neighbours(atlas: Atlas, cpts_id: str) -> pd.DataFrame:
    siens = atlas.voisins[atlas.voisins["cpts_id"] == cpts_id]
    voisins = pd.DataFrame(
        {
            "cpts_id": siens["cpts_id_voisin"],
            "nom": siens["cpts_id_voisin"].map(atlas.fiches["nom"]),
            "frontiere_km": siens["frontiere_km"],
        }
    )
    return voisins.sort_values(
        ["frontiere_km", "cpts_id"], ascending=[False, True], ignore_index=True
    )


def _detached(atlas: Atlas, cpts_id: str) -> tuple[PartieDetachee, ...]:
    parties = atlas.parties
    siennes = parties[(parties["cpts_id"] == cpts_id) & (parties["partie"] > 1)]
    return tuple(
        PartieDetachee(
            partie["codes_communes"],
            tuple(atlas.communes["nom"][code] for code in partie["codes_communes"]),
            partie["population"],
            partie["surface_km2"],
        )
        for partie in siennes.to_dict("records")
    )


def _enclaves(atlas: Atlas, cpts_id: str) -> tuple[Enclave, ...]:
    siennes = atlas.enclaves.loc[atlas.enclaves["cpts_id"] == cpts_id, "code_commune"]
    adhesions = atlas.adhesions[atlas.adhesions["code_commune"].isin(siennes)]
    detenteurs = adhesions.groupby("code_commune")["cpts_id"].agg(tuple)
    return tuple(
        Enclave(code, atlas.communes["nom"][code], detenteurs.get(code, ())) for code in siennes
    )


def _communes(siennes: pd.DataFrame) -> pd.DataFrame:
    densite = densite_hab_km2(siennes["population"], siennes["surface_km2"])
    habitants = count_inhabitants(siennes["population"] * siennes["part"])
    table = siennes.assign(densite=densite, habitants=habitants).reset_index()
    return table[_COLONNES_COMMUNES].sort_values(
        "nom", key=lambda noms: noms.map(sort_key), kind="stable", ignore_index=True
    )
