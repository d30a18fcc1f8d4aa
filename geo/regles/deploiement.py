"""The roll-out in time: what the data know at a date, and no more.

A CPTS has one date, that of its current stage. Before it, an earlier stage is unknown: such a CPTS
is to come, though it may have counted already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.indicateurs.annonces import Somme, announced, sum_announced, weakest
from geo.lecture.cpts import STATUT_ABANDONNE
from geo.perimetre import are_etablies, cap_parts, count_inhabitants
from geo.regles.completude import study_departements
from geo.regles.comptes import QUOI, Comptes, Quoi, name_count, read_count
from geo.regles.couverture import COUVERTE, cpts_comptees
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import ArrayLike

    from geo.atlas import Atlas

CERTAINE = "certaine"
POSSIBLE = "possible"
A_VENIR = "a_venir"
INCONNUE = "inconnue"
ABANDONNEE = "abandonnee"
HORS_DEFINITION = "hors_definition"
CAS = (CERTAINE, POSSIBLE, A_VENIR, INCONNUE, ABANDONNEE, HORS_DEFINITION)

COLONNES_COURBES = (
    "n_min",
    "n_max",
    "population_annoncee",
    "qualificatif_annonce",
    "n_annoncant",
    *(
        name_count(quoi, COUVERTE, indicatifs=indicatifs)
        for quoi in QUOI
        for indicatifs in (False, True)
    ),
)


@dataclass(frozen=True)
class Deploiement:
    """What is known of a selection at a date; each CPTS is in exactly one of the six cases.

    Attributes
    ----------
    date, departements, definition
        What was asked; ``departements`` is empty for the study area.
    certaines
        CPTS that had reached their stage by that day, by name; likewise below.
    possibles
        Those whose date leaves it open: within the month, or before a day that is still to come.
    a_venir
        Those that reached their stage later; what they were at that date is unknown.
    inconnues
        Those without a date: in no figure.
    abandonnees
        Abandoned projects: in no figure.
    hors_definition
        Those whose stage does not count under the definition, or is not published.
    entrees
        Those of ``certaines`` whose latest day is that date.
    sans_perimetre
        Those of ``certaines`` without a known perimeter.
    n_min, n_max
        Number of CPTS: certain, and certain or possible.
    population_annoncee
        Sum of what the certain ones announce, of the whole of each even beyond the selection.
    annonce_deborde
        Whether one of those that announce crosses the edge of the selection.
    etablis, avec_indicatifs
        Inhabitants and communes of the perimeters of the certain ones, inside the selection: by
        established memberships alone, and by all of them.
    """

    date: str
    departements: tuple[str, ...]
    definition: str
    certaines: tuple[str, ...]
    possibles: tuple[str, ...]
    a_venir: tuple[str, ...]
    inconnues: tuple[str, ...]
    abandonnees: tuple[str, ...]
    hors_definition: tuple[str, ...]
    entrees: tuple[str, ...]
    sans_perimetre: tuple[str, ...]
    n_min: int
    n_max: int
    population_annoncee: Somme
    annonce_deborde: bool
    etablis: Comptes
    avec_indicatifs: Comptes


def real_dates(atlas: Atlas, departements: Collection[str] = ()) -> list[str]:
    """List the days on which something is known to have happened.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; none means the study area.

    Returns
    -------
    list of str
        ISO 8601, in order, each once: the latest day of each dated CPTS, and the milestones
        published with their day for the departments and their regions.
    """
    zones = departements or study_departements(atlas)
    regions = atlas.departements["code_region"].reindex(list(zones))
    fiches = atlas.fiches.loc[atlas.cpts_dans(zones), "date_max"].dropna()
    jalons = atlas.jalons[atlas.jalons["date_precision"] == "jour"]
    siens = jalons["code_zone"].isin(zones) & (jalons["zone"] == "departement")
    siens |= jalons["code_zone"].isin(regions) & (jalons["zone"] == "region")
    return sorted({*fiches, *jalons.loc[siens, "date"].dropna()})


def first_telling(
    atlas: Atlas, dates: Sequence[str], departements: Collection[str], definition: str
) -> str:
    """Return the date from which the roll-out tells something: its map fills a territory for sure.

    Before it the map holds nothing but marks, and hatches for what may have been there already.

    Parameters
    ----------
    atlas
        The atlas.
    dates
        ISO 8601, in order, at least one: where it can be told from.
    departements
        Codes; none means the study area.
    definition
        One of :data:`geo.regles.couverture.DEFINITIONS`.

    Returns
    -------
    str
        One of `dates`: the first one on which a drawn CPTS that counts has certainly reached its stage;
        where none is drawn, any CPTS that counts; where none is dated, the first date.
    """
    fiches = atlas.fiches.loc[atlas.cpts_dans(departements or study_departements(atlas))]
    comptees = fiches[fiches.index.isin(list(cpts_comptees(atlas, definition)))]
    comptees = comptees.dropna(subset="date_max")
    parlantes = comptees[comptees["dessinee"]] if comptees["dessinee"].any() else comptees
    debut = "" if parlantes.empty else str(parlantes["date_max"].min())
    return next((date for date in dates if date >= debut), dates[0])


def cas(fiches: pd.DataFrame, comptees: Collection[str], date: str) -> pd.Series:
    """Tell of each CPTS what is known of it at a date.

    Parameters
    ----------
    fiches
        Indexed by ``cpts_id``, with ``statut``, ``date_min`` and ``date_max`` (ISO 8601, or missing).
    comptees
        The CPTS that count under the chosen definition.
    date
        The day, ISO 8601.

    Returns
    -------
    Series
        One of :data:`CAS`, by ``cpts_id``.

    Examples
    --------
    >>> fiches = pd.DataFrame(
    ...     {"statut": "lancee", "date_min": [None, "2022-09-01"], "date_max": ["2021-09-16", "2022-09-30"]},
    ...     index=["avant", "mois"],
    ... )
    >>> list(cas(fiches, ["avant", "mois"], "2020-01-01"))
    ['possible', 'a_venir']
    >>> list(cas(fiches, ["avant", "mois"], "2022-09-15"))
    ['certaine', 'possible']
    """
    # ISO 8601 days sort as text; a missing one is neither before nor after another.
    ouverte = fiches["date_min"].isna()
    return pd.Series(
        np.select(
            [
                fiches["statut"] == STATUT_ABANDONNE,
                ~fiches.index.isin(list(comptees)),
                fiches["date_max"].isna(),
                fiches["date_max"].fillna("") <= date,
                ouverte | (fiches["date_min"].fillna("") <= date),
            ],
            [ABANDONNEE, HORS_DEFINITION, INCONNUE, CERTAINE, POSSIBLE],
            default=A_VENIR,
        ),
        index=fiches.index,
        dtype="str",
    )


def sorted_fiches(atlas: Atlas, departements: Collection[str]) -> pd.DataFrame:
    """Return the CPTS that name one of the departments, in the order of their names."""
    fiches = atlas.fiches.loc[atlas.cpts_dans(departements)]
    cles = [(sort_key(nom), str(i)) for i, nom in fiches["nom"].items()]
    return fiches.iloc[sorted(range(len(cles)), key=cles.__getitem__)]


def at_date(atlas: Atlas, date: str, departements: Collection[str], definition: str) -> Deploiement:
    """Tell what the data know of a selection at a date.

    Parameters
    ----------
    atlas
        The atlas.
    date
        The day, ISO 8601.
    departements
        Codes; none means the study area.
    definition
        One of :data:`geo.regles.couverture.DEFINITIONS`.
    """
    zones = departements or study_departements(atlas)
    fiches = sorted_fiches(atlas, zones)
    comptees = cpts_comptees(atlas, definition)
    par_cas = cas(fiches, comptees, date)
    ids = {nom: _ids(fiches[par_cas == nom]) for nom in CAS}
    certaines = fiches[par_cas == CERTAINE]
    annonces = announced(atlas, "population_annoncee")
    annonces = annonces[annonces.index.isin(certaines.index)]
    totaux = curves_at(atlas, zones, comptees, [date]).iloc[0].to_dict()
    return Deploiement(
        date=date,
        departements=tuple(sorted(set(departements))),
        definition=definition,
        certaines=ids[CERTAINE],
        possibles=ids[POSSIBLE],
        a_venir=ids[A_VENIR],
        inconnues=ids[INCONNUE],
        abandonnees=ids[ABANDONNEE],
        hors_definition=ids[HORS_DEFINITION],
        entrees=_ids(certaines[certaines["date_max"] == date]),
        sans_perimetre=_ids(certaines[~certaines["dessinee"]]),
        n_min=int(totaux["n_min"]),
        n_max=int(totaux["n_max"]),
        population_annoncee=sum_announced(annonces),
        annonce_deborde=any(
            not set(siens) <= set(zones) for siens in certaines.loc[annonces.index, "departements"]
        ),
        etablis=read_count(totaux, COUVERTE, indicatifs=False),
        avec_indicatifs=read_count(totaux, COUVERTE, indicatifs=True),
    )


def curves(atlas: Atlas, departements: Collection[str], definition: str) -> pd.DataFrame:
    """Return the totals at each real date.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; none means the study area.
    definition
        One of :data:`geo.regles.couverture.DEFINITIONS`.

    Returns
    -------
    DataFrame
        Indexed by ``date`` (ISO 8601), the columns of :data:`COLONNES_COURBES` as in
        :class:`Deploiement`; ``population_annoncee`` is the bare sum, worth what
        ``qualificatif_annonce`` says (see :class:`Somme`).
    """
    dates = real_dates(atlas, departements)
    comptees = cpts_comptees(atlas, definition)
    return curves_at(atlas, departements or study_departements(atlas), comptees, dates)


def curves_at(
    atlas: Atlas, departements: Collection[str], comptees: Collection[str], dates: Sequence[str]
) -> pd.DataFrame:
    """Return the totals at some dates, as :func:`curves`, of the CPTS that are named.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; never empty.
    comptees
        The CPTS that count. Those that name one of the departments are counted; a commune comes in
        with the first one that holds it, whatever that one names; a split one, share by share.
    dates
        ISO 8601.
    """
    toutes = atlas.fiches[atlas.fiches.index.isin(list(comptees))].dropna(subset="date_max")
    datees = toutes[toutes.index.isin(atlas.cpts_dans(departements))]
    fins = datees["date_max"]
    annonces = announced(atlas, "population_annoncee")
    annonces = annonces[annonces.index.isin(datees.index)]
    colonnes = {
        "n_min": _cumulate(fins, dates),
        "n_max": _cumulate(datees["date_min"].fillna(""), dates),
        **_cumulate_announced(annonces, fins[annonces.index], dates),
    }
    communes = atlas.communes
    population = communes["population"].to_numpy()
    dedans = (communes["etude"] & communes["code_departement"].isin(departements)).to_numpy()
    # The index keeps its hash table: thirty thousand codes are looked up in no time.
    rangs = communes.index.get_indexer(pd.Index(atlas.adhesions["code_commune"]))
    adhesions = pd.DataFrame(
        {
            "rang": rangs,
            "fin": toutes["date_max"].reindex(atlas.adhesions["cpts_id"]).to_numpy(),
            "etablie": are_etablies(atlas.adhesions["confiance"]).to_numpy(),
            "part": atlas.adhesions["part"].to_numpy(),
        }
    )[dedans[rangs]].dropna(subset="fin")
    for siennes, indicatifs in ((adhesions[adhesions["etablie"]], False), (adhesions, True)):
        entrees = siennes.sort_values("fin", kind="stable")
        par_commune = entrees["rang"]
        # With each CPTS a commune comes in for what those before it did not cover.
        cumulees = cap_parts(entrees["part"].groupby(par_commune).cumsum())
        couverts = pd.Series(
            count_inhabitants(population[par_commune] * cumulees), index=entrees.index
        )
        poids: dict[Quoi, ArrayLike] = {
            "population": couverts.groupby(par_commune).diff().fillna(couverts),
            "communes": ~par_commune.duplicated(),
        }
        for quoi, siens in poids.items():
            colonne = name_count(quoi, COUVERTE, indicatifs=indicatifs)
            colonnes[colonne] = _cumulate(entrees["fin"], dates, siens)
    index = pd.Index(list(dates), name="date", dtype="str")
    return pd.DataFrame(colonnes, index=index)[list(COLONNES_COURBES)]


def _cumulate_announced(
    annonces: pd.DataFrame, jours: pd.Series, dates: Sequence[str]
) -> dict[str, Any]:
    """Do at each date what :func:`geo.indicateurs.annonces.sum_announced` does."""
    venues = {
        str(mot): _cumulate(jours[siennes.index], dates)
        for mot, siennes in annonces.groupby("qualificatif")
    }
    return {
        "population_annoncee": _cumulate(jours, dates, annonces["valeur"]),
        "qualificatif_annonce": [
            weakest(mot for mot, siennes in venues.items() if siennes[rang])
            for rang in range(len(dates))
        ],
        "n_annoncant": _cumulate(jours, dates),
    }


def steps(atlas: Atlas, departements: Collection[str], definition: str) -> pd.DataFrame:
    """Return what comes in, date by date.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Codes; none means the study area.
    definition
        One of :data:`geo.regles.couverture.DEFINITIONS`.

    Returns
    -------
    DataFrame
        One row a latest day and precision, in order (what is dated « avant » first): ``date``,
        ``date_precision``, ``cpts`` (identifiers by name), ``annonce`` (:class:`Somme`).
    """
    fiches = sorted_fiches(atlas, departements or study_departements(atlas))
    fiches = fiches[fiches.index.isin(cpts_comptees(atlas, definition))]
    annonces = announced(atlas, "population_annoncee")
    return pd.DataFrame(
        [
            {
                "date": date,
                "date_precision": precision,
                "cpts": _ids(entrees),
                "annonce": sum_announced(annonces[annonces.index.isin(entrees.index)]),
            }
            for (date, precision), entrees in fiches.dropna(subset="date_max").groupby(
                ["date_max", "date_precision"]
            )
        ],
        columns=["date", "date_precision", "cpts", "annonce"],
    )


def _ids(fiches: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(i) for i in fiches.index)


def _cumulate(
    jours: Iterable[str], dates: Sequence[str], poids: ArrayLike | None = None
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Sum, at each date, the weights (one each, if none are given) of the days up to it."""
    tries = np.array(list(jours), dtype="U10")
    ordre = np.argsort(tries, kind="stable")
    valeurs = np.ones(len(tries)) if poids is None else np.asarray(poids, dtype=float)
    sommes = np.concatenate([[0.0], np.cumsum(valeurs[ordre])])
    rangs = np.searchsorted(tries[ordre], np.array(list(dates), dtype="U10"), side="right")
    return np.asarray(sommes[rangs], dtype=np.int64)
