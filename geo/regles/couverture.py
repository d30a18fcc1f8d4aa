"""Who is covered, by which definition, and what that cannot say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.indicateurs.annonces import Somme, announced, sum_announced
from geo.lecture.cpts import STATUT_INCONNU
from geo.perimetre import (
    DEDUIT,
    ENTIERE,
    HYPOTHESE,
    are_etablies,
    cap_parts,
    count_inhabitants,
)
from geo.regles.completude import departements_complets, study_departements
from geo.regles.comptes import QUOI, Comptes, Quoi, name_count, name_share, read_count
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping
    from collections.abc import Set as AbstractSet

    from geo.atlas import Atlas

# Each definition counts what the one before it counts, and more.
DEFINITIONS = {
    "fonctionnement": "en fonctionnement (ACI signé ou lancée)",
    "projets": "en fonctionnement ou projet de santé validé",
    "lettres": "en fonctionnement, projet de santé ou lettre d'intention validés",
}
COLONNES_DEFINITIONS = {
    "fonctionnement": "compte_en_fonctionnement",
    "projets": "compte_avec_projets",
    "lettres": "compte_avec_lettres",
}

COUVERTE = "couverte"
# In an indicative perimeter alone, where those are hidden; nowhere where they count.
MASQUEE = "masquee"
NON_COUVERTE = "non_couverte"
INDETERMINEE = "indeterminee"
ETATS = (COUVERTE, MASQUEE, NON_COUVERTE, INDETERMINEE)

JALONS_COUVERTURE = ("cpts", "part_population_couverte")
# What the row of a department says in the words of the whole.
_DE_DEPARTEMENT = (
    *("n_cpts", "n_cpts_sans_perimetre", "annonce_sans_perimetre", "annonce_deborde", "complete"),
    *("n_perimetres", "deduites"),
)


@dataclass(frozen=True, slots=True)
class Deduite:
    """A CPTS whose established perimeter is deduced, at least in part.

    Attributes
    ----------
    nom
        Its name.
    calcule
        The inhabitants of its perimeter.
    annonce, qualificatif
        What it announces, and how its source words that; ``None`` without an announcement, or where a
        part of the perimeter is indicative.
    """

    nom: str
    calcule: int
    annonce: float | None
    qualificatif: str | None


@dataclass(frozen=True, slots=True)
class Assise:
    """What the coverage of some communes rests on.

    Attributes
    ----------
    n_perimetres, n_deduits
        How many established perimeters, and how many of them are deduced at least in part.
    masques
        What is in an indicative perimeter alone.
    """

    n_perimetres: int
    n_deduits: int
    masques: Comptes


@dataclass(frozen=True)
class Couverture:
    """Coverage of a selection under one definition; study area only, each commune once.

    Every figure is given twice: on documented and deduced memberships alone, and on all of them
    (``indicatifs``). Of a split commune, the inhabitants of the shares that count are covered, and the
    others as they would be without; it is one covered commune. Covered, hidden, uncovered and undetermined always add up
    to the total; the last two are the same whether indicative perimeters are hidden or not.

    Attributes
    ----------
    definition, libelle, departements
        What was asked; ``departements`` is empty for the study area.
    total
        Inhabitants and communes of the selection.
    comptes
        Those in each state: see :meth:`compte`.
    n_cpts
        CPTS that count under the definition and touch the selection.
    n_cpts_sans_perimetre
        Those of them without a known perimeter.
    annonce_sans_perimetre
        The sum of what those of the latter announce that announce a population (whole CPTS, also where
        one crosses the edge of the selection).
    annonce_deborde
        Whether one of those that announce crosses that edge.
    complete
        Whether every CPTS of the selection is known and drawn.
    n_perimetres, deduites
        How many established perimeters the rates rest on, and those of them that are deduced.
    par_departement
        The same figures by department, indexed by ``code_departement``, in the columns that
        :mod:`geo.regles.comptes` names.
    jalons
        Published milestones (number of CPTS, share of population covered) of the chosen
        departments; when none is chosen, of the region, with the share of each department.
    """

    definition: str
    libelle: str
    departements: tuple[str, ...]
    total: Comptes
    comptes: Mapping[tuple[str, bool], Comptes]
    n_cpts: int
    n_cpts_sans_perimetre: int
    annonce_sans_perimetre: Somme
    annonce_deborde: bool
    complete: bool
    n_perimetres: int
    deduites: tuple[Deduite, ...]
    par_departement: pd.DataFrame
    jalons: pd.DataFrame

    def compte(self, etat: str, *, indicatifs: bool) -> Comptes:
        """Return the inhabitants and communes in a state.

        Parameters
        ----------
        etat
            One of :data:`ETATS`.
        indicatifs
            Whether hypothetical memberships count as covered.
        """
        return self.comptes[etat, indicatifs]

    def couverts(self, *, indicatifs: bool) -> Comptes:
        """Return the inhabitants and communes that are covered; see :meth:`compte`."""
        return self.compte(COUVERTE, indicatifs=indicatifs)

    def part_pct(self, quoi: Quoi = "population", *, indicatifs: bool) -> float | None:
        """Return the share that is covered, in per cent; ``None`` where there is nothing to cover.

        Parameters
        ----------
        quoi
            Share of what: inhabitants, or communes.
        indicatifs
            Whether hypothetical memberships count as covered.
        """
        couverts = self.couverts(indicatifs=indicatifs)
        return _share_pct(getattr(couverts, quoi), getattr(self.total, quoi))

    @property
    def exacte(self) -> bool:
        """Whether its rates are no minimum: complete, and no perimeter is indicative."""
        etablis, tous = (self.couverts(indicatifs=indicatifs) for indicatifs in (False, True))
        return self.complete and etablis == tous

    @property
    def pleine(self) -> bool:
        """Whether every commune is in an established perimeter: nothing can add to its rates."""
        return self.total.communes > 0 and self.couverts(indicatifs=False) == self.total


def cpts_comptees(atlas: Atlas, definition: str) -> pd.Index:
    """Return the CPTS whose stage counts under a definition.

    Raises
    ------
    KeyError
        If ``definition`` is none of :data:`DEFINITIONS`.
    """
    compte = atlas.statuts[COLONNES_DEFINITIONS[definition]] == "oui"
    return atlas.fiches.index[atlas.fiches["statut"].map(compte).astype(bool)]


def find_etats(atlas: Atlas, definition: str, *, indicatifs: bool) -> pd.Series:
    """Tell of every commune whether it is covered.

    Parameters
    ----------
    atlas
        The atlas.
    definition
        One of :data:`DEFINITIONS`.
    indicatifs
        Whether hypothetical memberships count as covered; what they alone cover is hidden otherwise.

    Returns
    -------
    Series
        One of :data:`ETATS`, by ``code_commune``. ``non_couverte`` is said only in complete
        departments, and never of a commune that may be covered: by a hypothetical membership, or
        by a CPTS whose stage is not published. A split commune is covered as soon as one CPTS that counts
        covers a part of it, and hidden as soon as only hypotheses do.
    """
    return read_etats(find_parts(atlas, definition, indicatifs=indicatifs))


def read_etats(parts: pd.DataFrame) -> pd.Series:
    """Tell the state of communes from their shares in each, as :func:`find_parts` returns them."""
    etat = np.select(
        [parts[COUVERTE] > 0, parts[MASQUEE] > 0, parts[NON_COUVERTE] == ENTIERE],
        [COUVERTE, MASQUEE, NON_COUVERTE],
        default=INDETERMINEE,
    )
    return pd.Series(etat, index=parts.index, name="etat", dtype="str")


def find_parts(
    atlas: Atlas, definition: str, *, indicatifs: bool, cpts_id: str | None = None
) -> pd.DataFrame:
    """Tell what share of every commune is in each state.

    Parameters
    ----------
    atlas, definition, indicatifs
        As for :func:`find_etats`.
    cpts_id
        Of what this CPTS covers of its communes, rather than of the whole of all.

    Returns
    -------
    DataFrame
        By ``code_commune``, from 0 to 1, a column for each of :data:`ETATS`; they add up to 1 or, for
        a CPTS, to its share. The CPTS that count cover the sum of their shares, once at most; the rest
        is in the state that the commune would have without them. What a CPTS covers is covered where it
        counts itself; elsewhere the shares of the others are taken to be apart from its own.
    """
    communes, adhesions = atlas.communes, atlas.adhesions
    comptees = adhesions["cpts_id"].isin(cpts_comptees(atlas, definition)).to_numpy()
    inconnues = atlas.fiches.index[atlas.fiches["statut"] == STATUT_INCONNU]
    possibles = comptees | adhesions["cpts_id"].isin(inconnues).to_numpy()
    etablies = comptees & are_etablies(adhesions["confiance"]).to_numpy()
    # The index keeps its hash table, so this is cheap at each run.
    places = communes.index.get_indexer(pd.Index(adhesions["code_commune"]))
    parts = adhesions["part"].to_numpy()
    lots = (etablies, comptees, possibles)
    sommes = [cap_parts(np.bincount(places[lot], parts[lot], len(communes))) for lot in lots]
    completes = communes["code_departement"].isin(departements_complets(atlas)).to_numpy()
    toutes, index = np.ones(len(communes)), communes.index
    if cpts_id is not None:
        siennes = (adhesions["cpts_id"] == cpts_id).to_numpy()
        rangs, toutes = places[siennes], parts[siennes]
        completes, index = completes[rangs], index[rangs]
        sommes = [
            np.where(lot[siennes], toutes, np.maximum(0, somme[rangs] - (1 - toutes)))
            for lot, somme in zip(lots, sommes, strict=True)
        ]
    etablie, couverte, possible = sommes
    libre = np.where(completes, toutes - possible, 0.0)
    masquee = np.zeros(len(index)) if indicatifs else couverte - etablie
    return pd.DataFrame(
        {
            COUVERTE: couverte if indicatifs else etablie,
            MASQUEE: masquee,
            NON_COUVERTE: libre,
            INDETERMINEE: toutes - couverte - libre,
        },
        index=index,
    )


def count_by_etat(population: pd.Series, parts: pd.DataFrame) -> pd.DataFrame:
    """Count the inhabitants of some communes in each state, in whole numbers that add up to theirs.

    Parameters
    ----------
    population
        Inhabitants by ``code_commune``.
    parts
        Of the same communes, as :func:`find_parts` returns them.
    """
    return round_etats(parts.mul(population, axis=0))


def round_etats(habitants: pd.DataFrame) -> pd.DataFrame:
    """Round inhabitants by state so that, row by row, the states still add up to the whole.

    Parameters
    ----------
    habitants
        A column for each of :data:`ETATS`.
    """
    entiers = count_inhabitants(habitants[list(ETATS)].cumsum(axis="columns"))
    par_etat = np.diff(entiers, prepend=0, axis=1)
    return pd.DataFrame(par_etat, index=habitants.index, columns=list(ETATS))


def count_restes(
    atlas: Atlas, departements: Collection[str], definition: str, *, indicatifs: bool
) -> Comptes:
    """Count what is not covered of the communes that are covered in part: no zone has it.

    Parameters
    ----------
    atlas, definition, indicatifs
        As for :func:`find_etats`.
    departements
        Codes; none means the study area.

    Returns
    -------
    Comptes
        The inhabitants out of any share that counts or is hidden, and how many communes they are of.
    """
    communes = _select(atlas, departements)
    parts = find_parts(atlas, definition, indicatifs=indicatifs).loc[communes.index]
    entamees = (parts[COUVERTE] > 0) & (parts[COUVERTE] < ENTIERE)
    habitants = count_by_etat(communes["population"], parts)[entamees]
    return Comptes(
        population=int(habitants[[NON_COUVERTE, INDETERMINEE]].to_numpy().sum()),
        communes=int(entamees.sum()),
    )


def communes_blanches(atlas: Atlas, definition: str) -> dict[str, tuple[str, ...]]:
    """Return the communes that are ``non_couverte`` under a definition, in all departments.

    Hypothetical memberships change nothing to it: a commune that may be covered is never called
    uncovered.

    Returns
    -------
    dict
        Sorted ``code_commune`` by ``code_departement``, sorted; a department without any is absent.
    """
    etats = find_etats(atlas, definition, indicatifs=True)
    blanches = atlas.communes.loc[etats == NON_COUVERTE, "code_departement"].sort_index()
    return {
        str(code): tuple(siennes) for code, siennes in blanches.groupby(blanches).groups.items()
    }


def measure_couverture(atlas: Atlas, departements: Collection[str], definition: str) -> Couverture:
    """Measure the coverage of a selection.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; none means the study area.
    definition
        One of :data:`DEFINITIONS`.
    """
    choisis = tuple(sorted(set(departements)))
    communes = _select(atlas, choisis)
    zones = choisis or study_departements(atlas)
    chiffres = _sum_by(atlas, communes, definition, "code_departement")
    chiffres = chiffres.reindex(list(zones), fill_value=0)
    sommes = chiffres.sum().to_dict()
    comptees = atlas.fiches.loc[cpts_comptees(atlas, definition), ["departements", "dessinee"]]
    comptees = comptees.join(announced(atlas, "population_annoncee")[["valeur", "qualificatif"]])
    complets = departements_complets(atlas)
    adhesions = _established(atlas, comptees.index, communes)
    deduites = _deduced(atlas, adhesions)
    par_departement = pd.DataFrame(
        [
            {
                **_with_shares(siens),
                **_count_cpts(comptees, {code}),
                **_count_perimetres(adhesions, deduites, {code}),
                "complete": code in complets,
            }
            for code, siens in zip(zones, chiffres.to_dict("records"), strict=True)
        ],
        index=pd.Index(zones, name="code_departement"),
    )
    return Couverture(
        definition=definition,
        libelle=DEFINITIONS[definition],
        departements=choisis,
        total=Comptes(int(sommes["population"]), int(sommes["communes"])),
        comptes={
            (etat, indicatifs): read_count(sommes, etat, indicatifs=indicatifs)
            for etat in ETATS
            for indicatifs in (False, True)
        },
        **_count_cpts(comptees, set(zones)),
        **_count_perimetres(adhesions, deduites, set(zones)),
        complete=complets.issuperset(zones),
        par_departement=par_departement,
        jalons=_published_jalons(atlas, choisis),
    )


def split_couverture(atlas: Atlas, couverture: Couverture) -> dict[str, Couverture]:
    """Return the coverage of each department of a selection, as :func:`measure_couverture` measures it alone."""
    table = couverture.par_departement
    return {
        str(code): replace(
            couverture,
            departements=(str(code),),
            total=Comptes(int(siens["population"]), int(siens["communes"])),
            comptes={
                (etat, indicatifs): read_count(siens, etat, indicatifs=indicatifs)
                for etat, indicatifs in couverture.comptes
            },
            **{nom: siens[nom] for nom in _DE_DEPARTEMENT},
            par_departement=table.loc[[code]],
            jalons=_published_jalons(atlas, (str(code),)),
        )
        for code, siens in zip(table.index, table.to_dict("records"), strict=True)
    }


def find_assise(atlas: Atlas, codes_communes: Collection[str], definition: str) -> Assise:
    """Say what the coverage of some communes rests on; `definition` is one of :data:`DEFINITIONS`."""
    communes = pd.DataFrame(atlas.communes.loc[list(codes_communes)])
    siennes = _established(atlas, cpts_comptees(atlas, definition), communes)
    parts = find_parts(atlas, definition, indicatifs=False).loc[communes.index]
    return Assise(
        siennes["cpts_id"].nunique(),
        siennes.loc[siennes["confiance"] == DEDUIT, "cpts_id"].nunique(),
        Comptes(
            int(count_by_etat(communes["population"], parts)[MASQUEE].sum()),
            int((read_etats(parts) == MASQUEE).sum()),
        ),
    )


def couverture_par_epci(
    atlas: Atlas, departements: Collection[str], definition: str
) -> pd.DataFrame:
    """Measure the coverage of each EPCI.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; none means the study area. An EPCI counts for its communes in the selection only.
    definition
        One of :data:`DEFINITIONS`.

    Returns
    -------
    DataFrame
        Indexed by ``siren_epci``: ``nom_epci``, ``departements`` (sorted tuple of those in the
        selection), ``complete`` (whether each of them is) and the figures of :class:`Couverture`
        that count inhabitants and communes, in the columns that :mod:`geo.regles.comptes` names. A
        commune without EPCI is not there.
    """
    communes = _select(atlas, tuple(departements))
    chiffres = _sum_by(atlas, communes, definition, "siren_epci")
    lignes = [_with_shares(siens) for siens in chiffres.to_dict("records")]
    par_epci = communes.groupby("siren_epci").agg(
        nom_epci=("nom_epci", "first"),
        departements=("code_departement", lambda codes: tuple(sorted(set(codes)))),
    )
    complets = departements_complets(atlas)
    par_epci["complete"] = par_epci["departements"].map(complets.issuperset).astype(bool)
    return par_epci.join(pd.DataFrame(lignes, index=chiffres.index))


def count_blanches(chiffres: pd.DataFrame, quoi: Quoi) -> pd.Series:
    """Count what is uncovered in each unit; missing where none is found, and nobody knows.

    Parameters
    ----------
    chiffres
        :attr:`Couverture.par_departement`, or what :func:`couverture_par_epci` returns.
    quoi
        Inhabitants, or communes.

    Returns
    -------
    Series
        Integers. None is a finding only where every CPTS is known and drawn, or where every
        commune is in an established perimeter: elsewhere 0 would be said too soon.
    """
    blanches = chiffres[name_count(quoi, NON_COUVERTE, indicatifs=True)].astype("Int64")
    etablis = [name_count(nom, COUVERTE, indicatifs=False) for nom in QUOI]
    pleines = (chiffres[etablis].to_numpy() == chiffres[list(QUOI)].to_numpy()).all(axis=1)
    return blanches.where(chiffres["complete"] | pleines | (blanches > 0))


def _select(atlas: Atlas, departements: Collection[str]) -> pd.DataFrame:
    """Return the communes of the study area, of the chosen departments where there are some."""
    communes = atlas.communes[atlas.communes["etude"]]
    if departements:
        communes = communes[communes["code_departement"].isin(departements)]
    return pd.DataFrame(communes)


def _sum_by(atlas: Atlas, communes: pd.DataFrame, definition: str, par: str) -> pd.DataFrame:
    """Return by unit the inhabitants and communes in each state, each commune once."""
    colonnes: dict[str, np.ndarray[Any, Any]] = {
        "population": communes["population"].to_numpy(),
        "communes": np.ones(len(communes), dtype="int64"),
    }
    for indicatifs in (False, True):
        parts = find_parts(atlas, definition, indicatifs=indicatifs).loc[communes.index]
        etats, habitants = read_etats(parts), count_by_etat(communes["population"], parts)
        for etat in ETATS:
            comptes: dict[Quoi, np.ndarray[Any, Any]] = {
                "population": habitants[etat].to_numpy(),
                "communes": (etats == etat).to_numpy(dtype="int64"),
            }
            for quoi in QUOI:
                colonnes[name_count(quoi, etat, indicatifs=indicatifs)] = comptes[quoi]
    chiffres = pd.DataFrame(colonnes, index=communes.index)
    return chiffres.groupby(communes[par]).sum()


def _with_shares(chiffres: Mapping[Hashable, Any]) -> dict[str, Any]:
    sommes: dict[str, Any] = {str(nom): int(somme) for nom, somme in chiffres.items()}
    for quoi in QUOI:
        for indicatifs in (False, True):
            sommes[name_share(quoi, indicatifs=indicatifs)] = _share_pct(
                sommes[name_count(quoi, COUVERTE, indicatifs=indicatifs)], sommes[quoi]
            )
    return sommes


def _share_pct(partie: int, total: int) -> float | None:
    return partie / total * 100 if total else None


def _count_cpts(comptees: pd.DataFrame, departements: AbstractSet[str]) -> dict[str, Any]:
    touchees = [not departements.isdisjoint(siens) for siens in comptees["departements"]]
    sans_perimetre = comptees[np.array(touchees, dtype=bool) & ~comptees["dessinee"]]
    annoncant = sans_perimetre.dropna(subset="valeur")
    return {
        "n_cpts": sum(touchees),
        "n_cpts_sans_perimetre": len(sans_perimetre),
        "annonce_sans_perimetre": sum_announced(annoncant),
        "annonce_deborde": any(
            not set(siens) <= departements for siens in annoncant["departements"]
        ),
    }


def _established(atlas: Atlas, comptees: pd.Index, communes: pd.DataFrame) -> pd.DataFrame:
    """List once a department the established memberships that count in some communes: of which CPTS, how known."""
    adhesions = atlas.adhesions
    siennes = adhesions[adhesions["cpts_id"].isin(comptees) & are_etablies(adhesions["confiance"])]
    departements = siennes["code_commune"].map(communes["code_departement"])
    siennes = siennes[["cpts_id", "confiance"]].assign(code_departement=departements)
    return siennes.dropna().drop_duplicates()


def _deduced(atlas: Atlas, adhesions: pd.DataFrame) -> dict[str, Deduite]:
    """Describe the CPTS that some of these memberships are deduced of, by name."""
    ids = adhesions.loc[adhesions["confiance"] == DEDUIT, "cpts_id"].unique()
    fiches = atlas.fiches.loc[ids].sort_values("nom", key=lambda noms: noms.map(sort_key))
    siennes = atlas.adhesions[atlas.adhesions["cpts_id"].isin(ids)]
    habitants = (
        siennes["part"] * atlas.communes["population"].reindex(siennes["code_commune"]).to_numpy()
    )
    calcules = habitants.groupby(siennes["cpts_id"]).sum()
    annonces = announced(atlas, "population_annoncee")
    annonces = annonces[
        ~annonces.index.isin(siennes.loc[siennes["confiance"] == HYPOTHESE, "cpts_id"])
    ]
    return {
        str(cpts_id): Deduite(
            str(nom),
            int(count_inhabitants(calcules[str(cpts_id)])),
            annonces["valeur"].get(str(cpts_id)),
            annonces["qualificatif"].get(str(cpts_id)),
        )
        for cpts_id, nom in fiches["nom"].items()
    }


def _count_perimetres(
    adhesions: pd.DataFrame, deduites: Mapping[str, Deduite], departements: AbstractSet[str]
) -> dict[str, Any]:
    siennes = adhesions[adhesions["code_departement"].isin(departements)]
    ids = set(siennes.loc[siennes["confiance"] == DEDUIT, "cpts_id"])
    return {
        "n_perimetres": siennes["cpts_id"].nunique(),
        "deduites": tuple(deduite for i, deduite in deduites.items() if i in ids),
    }


def _published_jalons(atlas: Atlas, departements: tuple[str, ...]) -> pd.DataFrame:
    jalons = atlas.jalons[atlas.jalons["indicateur"].isin(JALONS_COUVERTURE)]
    etude = study_departements(atlas)
    de_departement = jalons["zone"] == "departement"
    if departements:
        return jalons[de_departement & jalons["code_zone"].isin(departements)]
    regions = atlas.departements.loc[list(etude), "code_region"].unique()
    de_region = (jalons["zone"] == "region") & jalons["code_zone"].isin(regions)
    # Beside the region's own figures, what is published of the coverage of each department.
    parts = de_departement & (jalons["indicateur"] == "part_population_couverte")
    return jalons[de_region | (parts & jalons["code_zone"].isin(etude))]
