"""Bring the rows of a file of any year to the communes of the loaded COG, each counted once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.importation.places import ARRONDISSEMENTS
from geo.indicateurs.territoire import follow_absorbed
from geo.lecture.communes import departement_of
from geo.lecture.cpts import read_successeurs
from geo.lecture.departements import load_departements
from geo.texte import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.atlas import Atlas
    from geo.cellules import Booleens, Nombres

# Overseas collectivities: in a total of France, in none of its regions.
_COLLECTIVITES = frozenset({"975", "977", "978", "986", "987", "988"})
_AILLEURS = -1


@dataclass(frozen=True, eq=False)
class Rattachement:
    """Where each row of a table is.

    Attributes
    ----------
    lignes
        Which rows count, by their ranks: neither repeated ones nor parts of what is there whole.
    departements
        Of each row that counts; empty where the code is of none.
    communes
        Rank of its commune in ``atlas.communes``, -1 outside of the communes loaded.
    places
        Code of its commune of today.
    remarques
        What was brought over, what could not be, and what was left out.
    """

    lignes: np.ndarray[Any, np.dtype[np.intp]]
    departements: tuple[str, ...]
    communes: np.ndarray[Any, np.dtype[np.intp]]
    places: tuple[str, ...]
    remarques: tuple[Probleme, ...]

    def keep(self, gardees: Booleens) -> Rattachement:
        """Return it with some of its rows left out."""
        return replace(
            self,
            lignes=self.lignes[gardees],
            departements=tuple(compress(self.departements, gardees)),
            communes=self.communes[gardees],
            places=tuple(compress(self.places, gardees)),
        )


def attach(
    fichier: str,
    codes: Sequence[str],
    premieres: Mapping[str, int],
    populations: Nombres | None,
    vides: Booleens,
    *,
    atlas: Atlas,
) -> Rattachement:
    """Find the commune of today of each row.

    The counts of absorbed communes add up in their successor, and their rates weigh there by their
    own weights, because each row stays one: only its place changes. A code that the loaded COG has
    not, and never absorbed, stays in its department, its region and France, and is in no commune,
    CPTS nor EPCI.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    codes
        Of five characters, one a row.
    premieres
        The row of each code: see :func:`geo.officiels.repetitions.find_first_rows`.
    populations
        Of each row, where the file has one.
    vides
        Which rows say nothing of what is read.
    atlas
        The atlas.
    """
    remarques = []
    gardees, doubles = _whole_cities(premieres, vides)
    if doubles:
        remarques.append(
            _remark(
                fichier,
                "Paris, Lyon ou Marseille y est entière et par arrondissement : compté une seule fois, sans "
                f"{enumerate_first(doubles)}.",
                "Rien à faire.",
            )
        )
    perdues = [rang for rang in sorted(gardees) if not _department(codes[rang])]
    if perdues:
        remarques.append(
            _remark(
                fichier,
                f"{count(len(perdues), 'code')} d'aucun département, "
                f"compté{'s' if len(perdues) > 1 else ''} dans aucun total : "
                f"{enumerate_first((_residents(codes[r], r, populations) for r in perdues), 20)}.",
                "Rien à faire si ce sont des totaux ; sinon, écrire leur code INSEE.",
                Severite.A_VERIFIER,
            )
        )
    lignes = np.array(sorted(gardees.difference(perdues)), dtype="intp")
    siens = [codes[rang] for rang in lignes]
    placement = _place(siens, atlas)
    # A commune of today may have absorbed one of another department.
    successeurs = read_successeurs(atlas.absorbees)
    actuels = [successeurs.get(code, code) for code in siens]
    departements = [_department(code) for code in actuels]
    index = [str(code) for code in atlas.communes.index]
    places = tuple(
        index[commune] if commune >= 0 else code
        for code, commune in zip(actuels, placement, strict=True)
    )
    return Rattachement(lignes, tuple(departements), placement, places, tuple(remarques))


def _whole_cities(rangs: Mapping[str, int], vides: Booleens) -> tuple[set[int], list[str]]:
    """Leave out the arrondissements of a city that is there too, or the city where it is blank."""
    gardees = set(rangs.values())
    doubles: list[str] = []
    for ville in sorted(set(ARRONDISSEMENTS.values()) & set(rangs)):
        parties = [code for code in rangs if ARRONDISSEMENTS.get(code) == ville]
        if not parties:
            continue
        otees = [ville] if vides[rangs[ville]] else parties
        gardees -= {rangs[code] for code in otees}
        doubles += otees
    return gardees, doubles


def _department(code: str) -> str:
    departement = departement_of(code)
    connu = departement in load_departements() or departement in _COLLECTIVITES
    return departement if connu else ""


def _place(codes: Sequence[str], atlas: Atlas) -> np.ndarray[Any, np.dtype[np.intp]]:
    successeurs = follow_absorbed(atlas, set(codes).intersection(atlas.absorbees["code_commune"]))
    rangs = {str(code): rang for rang, code in enumerate(atlas.communes.index)}
    return np.array(
        [
            rangs.get(
                code, rangs.get(successeurs.get(code, ARRONDISSEMENTS.get(code, "")), _AILLEURS)
            )
            for code in codes
        ],
        dtype="intp",
    )


def describe_places(
    fichier: str,
    codes: Sequence[str],
    rattachement: Rattachement,
    populations: Nombres | None,
    *,
    atlas: Atlas,
) -> Iterable[Probleme]:
    """Say which rows were brought to another commune, and which are of none that is loaded.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    codes, populations
        Of each row of `rattachement`.
    rattachement
        Where it is.
    atlas
        The communes.
    """
    charges = set(atlas.departements.index)
    index, noms = atlas.communes.index, atlas.communes["nom"].to_numpy()
    absorbees: list[str] = []
    villes: list[str] = []
    inconnues: list[str] = []
    ailleurs: list[int] = []
    for rang, (code, departement, commune) in enumerate(
        zip(codes, rattachement.departements, rattachement.communes, strict=True)
    ):
        if commune >= 0:
            if index[commune] != code:
                liste = villes if code in ARRONDISSEMENTS else absorbees
                liste.append(f"{code} → {index[commune]} {noms[commune]}")
        elif code in ARRONDISSEMENTS:
            villes.append(f"{code} → {ARRONDISSEMENTS[code]}")
        elif departement in charges:
            inconnues.append(_residents(code, rang, populations))
        else:
            ailleurs.append(rang)
    if absorbees:
        yield _remark(
            fichier,
            f"{count(len(absorbees), 'commune absorbée', 'communes absorbées')}, ramenée"
            f"{'s' if len(absorbees) > 1 else ''} à la commune d'aujourd'hui (effectifs additionnés, taux "
            f"pondérés) : {enumerate_first(absorbees, 20)}.",
            "Rien à faire.",
        )
    if villes:
        yield _remark(
            fichier,
            f"{count(len(villes), 'arrondissement')} de Paris, Lyon ou Marseille, "
            f"réunis en leur commune : {enumerate_first(villes)}.",
            "Rien à faire.",
        )
    if inconnues:
        yield _remark(
            fichier,
            f"{count(len(inconnues), 'commune')} que le COG chargé n'a pas et n'a pas absorbée"
            f"{'s' if len(inconnues) > 1 else ''} : chacune compte dans son département, sa région et la France, "
            f"dans aucune commune ni CPTS : {enumerate_first(inconnues, 20)}.",
            "Vérifier ces codes.",
            Severite.A_VERIFIER,
        )
    if ailleurs:
        total = (
            ""
            if populations is None
            else f", {write_whole(np.nansum(populations[ailleurs]))} habitants"
        )
        yield _remark(
            fichier,
            f"{count(len(ailleurs), 'commune')} de départements que les données chargées n'ont pas{total} : "
            "comptées dans leur département, leur région et la France ; leur code n'est pas vérifié.",
            "Rien à faire.",
        )


def _residents(code: str, rang: int, populations: Nombres | None) -> str:
    if populations is None or np.isnan(populations[rang]):
        return f"{code} (population non donnée)"
    return f"{code} ({write_whole(populations[rang])} habitants)"


def _remark(
    fichier: str, message: str, remede: str, severite: Severite = Severite.INFORMATION
) -> Probleme:
    return Probleme(severite, fichier, message, remede)
