"""A SYNTHETIC ground, squares of 1 km in rows, for laws that any ground obeys."""

import numpy as np
from hypothesis import strategies as st

from geo.atelier.etat import (
    COMMUNE,
    VERROU_COMMUNE,
    VERROU_CPTS,
    Changement,
    Composition,
    Cpts,
    Etat,
)
from geo.atelier.sol import Sol
from geo.perimetre import DOCUMENTE

COTE = 7
KM = 1_000.0
CPTS_DE_LA_GRILLE = ("cpts-a", "cpts-b", "cpts-c", "cpts-vieille")


def code(colonne: int, ligne: int) -> str:
    return f"{colonne}{ligne}"


CODES = [code(x, y) for x in range(COTE) for y in range(COTE)]


def make_sol(populations: list[int]) -> Sol:
    """Lay the squares; EPCI are the columns two by two, but that the last one has none, departments are two halves."""
    voisines: dict[str, dict[str, float]] = {}
    bord = {}
    for x in range(COTE):
        for y in range(COTE):
            autour = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
            ici = [(a, b) for a, b in autour if 0 <= a < COTE and 0 <= b < COTE]
            voisines[code(x, y)] = {code(a, b): 1.0 for a, b in ici}
            if len(ici) < len(autour):
                bord[code(x, y)] = float(len(autour) - len(ici))
    epci = {c: f"siren-{int(c[0]) // 2}" for c in CODES if int(c[0]) < COTE - 1}
    departement = {c: "01" if int(c[0]) < COTE // 2 else "02" for c in CODES}
    return Sol(
        nom={c: f"Commune {c}" for c in CODES},
        population=dict(zip(CODES, populations, strict=True)),
        departement=departement,
        epci=epci,
        etude=frozenset(CODES),
        voisines=voisines,
        bord=bord,
        emprises={
            c: (int(c[0]) * KM, int(c[1]) * KM, int(c[0]) * KM + KM, int(c[1]) * KM + KM)
            for c in CODES
        },
        des_epci=_group(epci),
        des_departements=_group(departement),
        nom_epci={siren: f"CC {siren}" for siren in epci.values()},
    )


def _group(par_commune: dict[str, str]) -> dict[str, frozenset[str]]:
    return {
        groupe: frozenset(c for c, sien in par_commune.items() if sien == groupe)
        for groupe in set(par_commune.values())
    }


@st.composite
def sols(draw: st.DrawFn) -> Sol:
    habitants = st.integers(0, 5_000)
    return make_sol(draw(st.lists(habitants, min_size=len(CODES), max_size=len(CODES))))


@st.composite
def etats(draw: st.DrawFn, libres: float = 0.6) -> Etat:
    """Draw who is in which CPTS, some in two, and what is locked."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cpts = {
        i: Cpts(i.upper(), "abandonne" if "vieille" in i else "lancee") for i in CPTS_DE_LA_GRILLE
    }
    adhesions = {}
    for c in CODES:
        if rng.random() > libres:
            siennes = rng.choice(CPTS_DE_LA_GRILLE, rng.choice([1, 1, 1, 2]), replace=False)
            adhesions[c] = tuple((str(i), DOCUMENTE) for i in sorted(siennes))
    etat = Etat(Composition(cpts, adhesions))
    for c in CODES:
        if rng.random() < 0.08:
            lock(etat, c)
    if rng.random() < 0.3:
        lock(etat, "cpts-c", VERROU_CPTS)
    return etat


def lock(etat: Etat, cle: str, famille: str = VERROU_COMMUNE) -> None:
    etat.apply([Changement(famille, cle, avant=None, apres=True)])


def give(etat: Etat, vers: dict[str, tuple[str, ...]]) -> None:
    """Do what a function of the workshop gives, as a gesture would."""
    for cpts_id, codes in vers.items():
        for c in codes:
            apres = ((cpts_id, DOCUMENTE),)
            etat.apply([Changement(COMMUNE, c, etat.communes.get(c), apres)])
