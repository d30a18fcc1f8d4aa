"""Which rows of a file make each territory: prepared once, summed as often as one likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from geo.lecture.departements import departements_of, load_departements, metropolitan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.atlas import Atlas
    from geo.cellules import Nombres

Rangs: TypeAlias = np.ndarray[Any, np.dtype[np.intp]]
# The keys of some territories, then for each pair the rank of a row, that of its territory, and the share of it.
Paires: TypeAlias = "tuple[list[str], Rangs, Rangs, Nombres]"

FRANCE = "france"


@dataclass(frozen=True, eq=False)
class Groupes:
    """Rows of a file, and the territories that they make.

    Attributes
    ----------
    cles
        The territories: ``france``, ``region:27``, ``departement:70``, ``epci:247000722``,
        ``cpts:cpts-luxeuil``, ``commune:70311``.
    lignes, rangs, parts
        For each pair: rank of a row, rank of a territory that it is part of, share of it that the territory
        has: below 1 for a CPTS that splits the commune with others.
    communes, rangs_communes, parts_communes
        The same for the communes of the atlas, whose inhabitants are known.
    populations
        Inhabitants of each commune of the atlas.
    communes_lignes
        Rank of the commune of each row, -1 where it is none of the atlas.
    entieres
        Territories all of whose communes the atlas has: the share of their inhabitants is known.
    couvertes
        Territories that the file covers: a commune, CPTS, EPCI or department of which it has a row;
        a region of which it has every department; France where it has every department of
        metropolitan France.
    indicatives
        CPTS whose perimeter is indicative.
    """

    cles: tuple[str, ...]
    lignes: Rangs
    rangs: Rangs
    parts: Nombres
    communes: Rangs
    rangs_communes: Rangs
    parts_communes: Nombres
    populations: Nombres
    communes_lignes: Rangs
    entieres: frozenset[str]
    couvertes: frozenset[str]
    indicatives: frozenset[str]


def make_groupes(atlas: Atlas, departements: Sequence[str], communes: Rangs) -> Groupes:
    """Prepare the groups of every level.

    Parameters
    ----------
    atlas
        The atlas.
    departements
        Of each row; empty where its code is of none.
    communes
        Rank of the commune of each row in ``atlas.communes``; -1 outside.
    """
    connus = load_departements()
    siens = atlas.communes["code_departement"].astype("str").tolist()
    lignes = np.arange(len(departements), dtype="intp")
    toutes = np.arange(len(siens), dtype="intp")
    adhesions = _memberships(atlas)
    dans = lignes[communes >= 0]
    paires: list[Paires] = []
    for ranks, deps, places, dedans in (
        (lignes, departements, communes, dans),
        (toutes, siens, toutes, toutes),
    ):
        codes = np.asarray(deps, dtype="str")
        regions = np.asarray([_region(code) for code in deps], dtype="str")
        paires += [
            ([FRANCE], ranks, np.zeros(len(ranks), dtype="intp"), np.ones(len(ranks))),
            _label("region", ranks, regions),
            _label("departement", ranks, codes),
            _label(
                "epci",
                dedans,
                atlas.communes["siren_epci"].to_numpy("str", na_value="")[places[dedans]],
            ),
            _label("commune", dedans, atlas.communes.index.to_numpy("str")[places[dedans]]),
            _join_cpts(dedans, places[dedans], adhesions),
        ]
    milieu = len(paires) // 2
    numeros: dict[str, int] = {}
    (l_rangs, g_rangs, parts), (l_communes, g_communes, parts_communes) = (
        _number(siennes, numeros) for siennes in (paires[:milieu], paires[milieu:])
    )
    presents = {code for code in departements if code}
    charges = set(siens)
    completes = {dep.code_region: departements_of(dep.code_region) for dep in connus.values()}
    atteints = set(g_rangs.tolist())
    touchees = {cle for cle, rang in numeros.items() if rang in atteints}
    couvertes = {cle for cle in touchees if not cle.startswith(("region:", FRANCE))}
    couvertes |= {
        f"region:{code}" for code, deps in completes.items() if deps <= presents
    } & touchees
    if metropolitan() <= presents:
        couvertes.add(FRANCE)
    entieres = {cle for cle in numeros if not cle.startswith(("region:", FRANCE, "departement:"))}
    entieres |= {f"departement:{code}" for code in charges}
    entieres |= {f"region:{code}" for code, deps in completes.items() if deps <= charges}
    if connus.keys() <= charges:
        entieres.add(FRANCE)
    return Groupes(
        tuple(numeros),
        l_rangs,
        g_rangs,
        parts,
        l_communes,
        g_communes,
        parts_communes,
        atlas.communes["population"].to_numpy("float64"),
        communes,
        frozenset(entieres),
        frozenset(couvertes),
        frozenset(f"cpts:{code}" for code in adhesions[0] if atlas.is_indicatif(code)),
    )


def _region(departement: str) -> str:
    connu = load_departements().get(departement)
    return connu.code_region if connu else ""


def _memberships(atlas: Atlas) -> Paires:
    """Return the CPTS, then the rank of a CPTS and of a commune and the share for each membership."""
    cpts = sorted(set(atlas.adhesions["cpts_id"]))
    places = {code: rang for rang, code in enumerate(cpts)}
    return (
        cpts,
        np.array([places[code] for code in atlas.adhesions["cpts_id"]], dtype="intp"),
        atlas.communes.index.get_indexer(atlas.adhesions["code_commune"]).astype("intp"),
        atlas.adhesions["part"].to_numpy("float64"),
    )


def _label(niveau: str, lignes: Rangs, codes: np.ndarray[Any, Any]) -> Paires:
    nommees = codes != ""
    uniques, rangs = np.unique(codes[nommees], return_inverse=True)
    siennes = lignes[nommees]
    cles = [f"{niveau}:{code}" for code in uniques]
    return cles, siennes, rangs.astype("intp"), np.ones(len(siennes))


def _join_cpts(lignes: Rangs, communes: Rangs, adhesions: Paires) -> Paires:
    """Pair rows and CPTS: a commune of two CPTS counts in both, by its share, several rows of it as well."""
    cpts, rangs, membres, parts = adhesions
    ordre = np.argsort(communes, kind="stable")
    triees = communes[ordre]
    debuts, fins = (np.searchsorted(triees, membres, side=cote) for cote in ("left", "right"))
    nombres = fins - debuts
    places = np.repeat(debuts, nombres) + np.arange(nombres.sum()) - np.repeat(
        np.cumsum(nombres) - nombres, nombres
    )  # fmt: skip
    return (
        [f"cpts:{code}" for code in cpts],
        lignes[ordre[places]],
        np.repeat(rangs, nombres),
        np.repeat(parts, nombres),
    )


def _number(paires: Iterable[Paires], numeros: dict[str, int]) -> tuple[Rangs, Rangs, Nombres]:
    """Give every territory one number over all levels, and put the pairs end to end."""
    lignes, rangs, parts = [], [], []
    for cles, siennes, siens, ses_parts in paires:
        places = np.array([numeros.setdefault(cle, len(numeros)) for cle in cles], dtype="intp")
        lignes.append(siennes)
        rangs.append(places[siens] if len(siens) else siens)
        parts.append(ses_parts)
    return (
        np.concatenate(lignes).astype("intp"),
        np.concatenate(rangs).astype("intp"),
        np.concatenate(parts),
    )
