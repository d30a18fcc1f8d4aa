"""What an import would change: CPTS, communes, residents and coverage, before and after."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.lecture.tables import split_list
from geo.perimetre import ENTIERE, POUR, count_inhabitants, settle_parts
from geo.regles.comptes import name_count, name_share
from geo.regles.couverture import COUVERTE, measure_couverture

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.atlas import Atlas

ENTREE = "entree"
SORTIE = "sortie"
DEPLACEE = "deplacee"

_MESURES = (
    "population",
    *(name_count("population", COUVERTE, indicatifs=indicatifs) for indicatifs in (False, True)),
    *(name_share("population", indicatifs=indicatifs) for indicatifs in (False, True)),
    *(name_count("communes", COUVERTE, indicatifs=indicatifs) for indicatifs in (False, True)),
    "n_cpts",
    "complete",
)

_COLONNES_CPTS = ("communes_avant", "communes_apres", "population_avant", "population_apres")


@dataclass(frozen=True)
class Changement:
    """The difference between two atlases. The frames are read-only by convention.

    Attributes
    ----------
    cpts_gagnees, cpts_perdues
        ``cpts_id`` drawn only after, and only before, sorted.
    fiches_retirees
        ``cpts_id`` known only before, sorted.
    cpts
        CPTS whose communes, or their shares, differ, gained and lost ones among them, indexed by ``cpts_id``, sorted:
        ``communes_avant``, ``communes_apres``, ``population_avant``, ``population_apres``; a CPTS that
        is not drawn has no commune.
    communes
        Communes whose CPTS, or the shares of these, differ, sorted by code: ``code_commune``, ``nom``,
        ``avant`` and ``apres`` (sorted tuples of ``cpts_id``), ``parts_avant`` and ``parts_apres`` (the share of
        each), ``genre`` (``entree``: in none before; ``sortie``: in none after; ``deplacee``: in others, or by
        other shares), ``population``.
    population_concernee
        Inhabitants of those communes, each commune once.
    couverture
        Indexed by ``code_departement`` (study area): figures of :class:`geo.regles.couverture.Couverture`,
        each as ``<figure>_avant`` and ``<figure>_apres``. Missing where a department is in one of
        the atlases only.
    """

    cpts_gagnees: tuple[str, ...]
    cpts_perdues: tuple[str, ...]
    fiches_retirees: tuple[str, ...]
    cpts: pd.DataFrame
    communes: pd.DataFrame
    population_concernee: int
    couverture: pd.DataFrame


class Doubles(NamedTuple):
    """How many of the communes that change would be claimed more than once.

    Attributes
    ----------
    entre_nouvelles
        Those that the CPTS of the change claim more than once by themselves.
    avec_gardees
        The others: of a CPTS of the change, and of one that keeps its communes.
    """

    entre_nouvelles: int
    avec_gardees: int


def count_doubles(avant: Atlas, apres: Atlas, changement: Changement) -> Doubles:
    """Count the communes that would be claimed more than once, by cause.

    The CPTS of the change are those of which a source that is not in use says the communes.

    Parameters
    ----------
    avant, apres, changement
        As given to :func:`compare`, and what it returns.
    """
    sources = set(apres.sources.index) - set(avant.sources.index)
    citees = split_list(apres.perimetres[POUR])
    dites = [not sources.isdisjoint(siennes) for siennes in citees]
    nouvelles = set(apres.perimetres.loc[dites, "cpts_id"])
    entre_nouvelles = en_tout = 0
    communes = changement.communes
    for ids, parts in zip(communes["apres"], communes["parts_apres"], strict=True):
        siennes = sum(part for i, part in zip(ids, parts, strict=True) if i in nouvelles)
        entre_nouvelles += int(settle_parts(siennes) > ENTIERE)
        en_tout += int(settle_parts(sum(parts)) > ENTIERE)
    return Doubles(entre_nouvelles, en_tout - entre_nouvelles)


def compare(avant: Atlas, apres: Atlas, definition: str) -> Changement:
    """Compare two atlases.

    Parameters
    ----------
    avant, apres
        The data in use, and those that would replace them.
    definition
        One of :data:`geo.regles.couverture.DEFINITIONS`, for the coverage.
    """
    dessinees_avant, dessinees_apres = (
        set(atlas.adhesions["cpts_id"].astype(str)) for atlas in (avant, apres)
    )
    communes = _moved(avant, apres)
    return Changement(
        cpts_gagnees=tuple(sorted(dessinees_apres - dessinees_avant)),
        cpts_perdues=tuple(sorted(dessinees_avant - dessinees_apres)),
        fiches_retirees=tuple(sorted(set(avant.fiches.index) - set(apres.fiches.index))),
        cpts=_changed_cpts(avant, apres),
        communes=communes,
        population_concernee=int(communes["population"].sum()),
        couverture=_coverage(avant, definition)
        .add_suffix("_avant")
        .join(_coverage(apres, definition).add_suffix("_apres"), how="outer"),
    )


def _changed_cpts(avant: Atlas, apres: Atlas) -> pd.DataFrame:
    cotes = {
        cote: atlas.adhesions[["cpts_id", "code_commune", "part"]].join(
            atlas.communes["population"], on="code_commune"
        )
        for cote, atlas in (("avant", avant), ("apres", apres))
    }
    paires = cotes["avant"].merge(
        cotes["apres"], on=["cpts_id", "code_commune", "part"], how="outer", indicator="cote"
    )
    changees = pd.Index(
        sorted(set(paires.loc[paires["cote"] != "both", "cpts_id"])), name="cpts_id", dtype="str"
    )
    bilans = []
    for cote, siennes in cotes.items():
        groupes = (siennes["population"] * siennes["part"]).groupby(siennes["cpts_id"])
        habitants = groupes.sum()
        bilans.append(
            pd.DataFrame(
                {
                    f"communes_{cote}": groupes.size(),
                    f"population_{cote}": pd.Series(count_inhabitants(habitants), habitants.index),
                }
            )
        )
    bilan = pd.concat([b.reindex(changees, fill_value=0) for b in bilans], axis="columns")
    return bilan.astype("int64")[list(_COLONNES_CPTS)]


def _moved(avant: Atlas, apres: Atlas) -> pd.DataFrame:
    siennes_avant, siennes_apres = _cpts_by_commune(avant), _cpts_by_commune(apres)
    connues = pd.concat(
        [atlas.communes[["nom", "population"]] for atlas in (apres, avant)],
    )
    connues = connues[~connues.index.duplicated()]
    lignes = []
    for code in sorted(siennes_avant.keys() | siennes_apres.keys()):
        quittees, trouvees = siennes_avant.get(code, ()), siennes_apres.get(code, ())
        if quittees != trouvees:
            lignes.append((code, quittees, trouvees, find_genre(quittees, trouvees)))
    codes = [code for code, *_ in lignes]

    def unzip(cote: int, place: int) -> pd.Series:
        return pd.Series([tuple(m[place] for m in ligne[cote]) for ligne in lignes], dtype="object")

    return pd.DataFrame(
        {
            "code_commune": pd.Series(codes, dtype="str"),
            "nom": connues["nom"].reindex(codes).to_numpy(),
            "avant": unzip(1, 0),
            "apres": unzip(2, 0),
            "parts_avant": unzip(1, 1),
            "parts_apres": unzip(2, 1),
            "genre": pd.Series([genre for *_, genre in lignes], dtype="str"),
            "population": connues["population"].reindex(codes).to_numpy(dtype="int64"),
        }
    )


def find_genre(avant: Collection[object], apres: Collection[object]) -> str:
    """Tell what becomes of a commune of which the CPTS differ.

    >>> find_genre(["a"], ["b"]), find_genre([], ["b"]), find_genre(["a"], [])
    ('deplacee', 'entree', 'sortie')
    """
    if avant and apres:
        return DEPLACEE
    return ENTREE if apres else SORTIE


def _cpts_by_commune(atlas: Atlas) -> dict[str, tuple[tuple[str, float], ...]]:
    siennes: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    adhesions = atlas.adhesions
    for code, cpts_id, part in zip(
        adhesions["code_commune"], adhesions["cpts_id"], adhesions["part"], strict=True
    ):
        siennes[code].append((cpts_id, part))
    return {code: tuple(sorted(membres)) for code, membres in siennes.items()}


def _coverage(atlas: Atlas, definition: str) -> pd.DataFrame:
    return measure_couverture(atlas, (), definition).par_departement[list(_MESURES)]
