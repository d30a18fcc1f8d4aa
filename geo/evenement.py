"""The launch of one or several CPTS: its day, its region at that day, what was published that day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.lecture.cpts import STATUT_ABANDONNE, STATUT_INCONNU
from geo.regles.completude import departements_complets, study_departements
from geo.regles.couverture import cpts_comptees
from geo.regles.deploiement import at_date, sorted_fiches

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from geo.atlas import Atlas

# The narrowest of geo.regles.couverture.DEFINITIONS: what is launched is in operation.
DEFINITION = "fonctionnement"


@dataclass(frozen=True, eq=False)
class Evenement:
    """The data of a launch event.

    Attributes
    ----------
    cpts_ids
        The CPTS that are launched, each once, in the order asked.
    date
        The day they share (ISO 8601); ``None`` unless each has one exact day, the same for all.
    regions
        Names of the regions of these CPTS within the study area, by code; those of their other
        departments where none is in the study area. Empty if the atlas holds none of their
        departments.
    departements
        Codes of the departments of the atlas in these regions (of the study area, if any is).
    comptees
        The CPTS of these departments in operation for sure at that date or, without a date, as the
        data are, by name.
    minimum
        Whether there may be more than ``comptees``: the list is not complete, a date or a stage is
        missing, or a CPTS reached its stage later and what it was that day is unknown.
    montrees
        What a map of the region shows: those launched, whatever their stage, then ``comptees``.
    jalons
        Rows of ``jalons.csv`` dated of that very day: numbers of CPTS in the regions and in the
        departments. Published shares are left out, and none is computed. Empty without a date.
    """

    cpts_ids: tuple[str, ...]
    date: str | None
    regions: dict[str, str]
    departements: tuple[str, ...]
    comptees: tuple[str, ...]
    minimum: bool
    montrees: tuple[str, ...]
    jalons: pd.DataFrame


def make_evenement(atlas: Atlas, cpts_ids: Sequence[str]) -> Evenement:
    """Gather what is known of a launch event.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_ids
        CPTS of ``atlas.fiches``; one named twice counts once.

    Returns
    -------
    Evenement
        What is known of their day, their regions and the CPTS there.

    Raises
    ------
    KeyError
        If there is no such CPTS.
    """
    ids = tuple(dict.fromkeys(cpts_ids))
    fiches = atlas.fiches.loc[list(ids)]
    date = shared_date(fiches)
    regions, departements = _zone(atlas, fiches)
    comptees, minimum = _counted(atlas, date, departements)
    return Evenement(
        cpts_ids=ids,
        date=date,
        regions=regions,
        departements=departements,
        comptees=comptees,
        minimum=minimum,
        montrees=tuple(dict.fromkeys([*ids, *comptees])),
        jalons=_milestones(atlas, date, regions, departements),
    )


def shared_date(fiches: pd.DataFrame) -> str | None:
    """Return the one exact day of some CPTS; ``None`` if one has none, or another.

    The day when a project was abandoned is no day of an event.

    Parameters
    ----------
    fiches
        Rows of ``cpts_fiches.csv``: ``statut``, ``date_max``, ``date_precision``.

    Returns
    -------
    str or None
        ISO 8601.

    Examples
    --------
    >>> import pandas as pd
    >>> jour = {"statut": "lancee", "date_max": "2022-05-06", "date_precision": "jour"}
    >>> shared_date(pd.DataFrame([jour, jour]))
    '2022-05-06'
    >>> shared_date(pd.DataFrame([jour, jour | {"date_precision": "avant"}])) is None
    True
    >>> shared_date(pd.DataFrame([jour | {"statut": "abandonne"}])) is None
    True
    """
    exactes = (fiches["date_precision"] == "jour") & (fiches["statut"] != STATUT_ABANDONNE)
    jours = set(fiches["date_max"].where(exactes).fillna(""))
    return str(next(iter(jours))) if len(jours) == 1 and "" not in jours else None


def list_lancements(atlas: Atlas, aujourd_hui: str) -> list[tuple[str, tuple[str, ...]]]:
    """List the launches whose exact day is published: the next one first, then from the latest to the earliest.

    Parameters
    ----------
    atlas
        The atlas.
    aujourd_hui
        The day, ISO 8601: what is later is still to come.

    Returns
    -------
    list
        Each day (ISO 8601) with the CPTS that reached that day the stage they have, in the order of the
        file. A stage that does not count as « en fonctionnement » is no launch.
    """
    fiches = atlas.fiches[atlas.fiches.index.isin(list(cpts_comptees(atlas, DEFINITION)))]
    datees = fiches[fiches["date_precision"] == "jour"]
    jours = [
        (str(jour), tuple(map(str, siennes.index)))
        for jour, siennes in datees.groupby("date_max", sort=True)
    ]
    a_venir = [lancement for lancement in jours if lancement[0] >= aujourd_hui]
    return [*a_venir, *reversed(jours[: len(jours) - len(a_venir)])]


def _zone(atlas: Atlas, fiches: pd.DataFrame) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the regions of some CPTS, and the departments of the atlas there."""
    connus = atlas.departements
    siens = [code for codes in fiches["departements"] for code in codes if code in connus.index]
    etude = study_departements(atlas)
    cadre = [code for code in siens if code in etude]
    choisis = connus.loc[cadre or siens].drop_duplicates("code_region")
    regions = dict(zip(choisis["code_region"], choisis["nom_region"], strict=True))
    possibles = connus.loc[list(etude)] if cadre else connus
    dedans = possibles.index[possibles["code_region"].isin(list(regions))]
    return regions, tuple(sorted(dedans))


def _counted(
    atlas: Atlas, date: str | None, departements: tuple[str, ...]
) -> tuple[tuple[str, ...], bool]:
    """Return the CPTS in operation there, and whether there may be more."""
    if not departements:
        return (), True
    fiches = sorted_fiches(atlas, departements)
    douteuses = not set(departements) <= departements_complets(atlas) or bool(
        (fiches["statut"] == STATUT_INCONNU).any()
    )
    if date is None:
        comptees = fiches.index[fiches.index.isin(cpts_comptees(atlas, DEFINITION))]
        return tuple(str(i) for i in comptees), douteuses
    d = at_date(atlas, date, departements, DEFINITION)
    return d.certaines, douteuses or bool(d.possibles or d.a_venir or d.inconnues or d.abandonnees)


def _milestones(
    atlas: Atlas, date: str | None, regions: dict[str, str], departements: tuple[str, ...]
) -> pd.DataFrame:
    jalons = atlas.jalons
    de_region = (jalons["zone"] == "region") & jalons["code_zone"].isin(list(regions))
    de_departement = (jalons["zone"] == "departement") & jalons["code_zone"].isin(departements)
    du_jour = (jalons["date"].fillna("") == (date or "-")) & (jalons["date_precision"] == "jour")
    nombres = jalons["indicateur"] == "cpts"
    return jalons[(de_region | de_departement) & du_jour & nombres].reset_index(drop=True)
