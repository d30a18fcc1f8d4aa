"""A ground of eight communes and four CPTS, synthetic, and gestures drawn by lot on it.

┌────┬────┬────┬────┐
│ 1  │ 2  │ 3  │ 4  │     cpts-a: 1 2 3        cpts-c: 6
├────┼────┼────┼────┤     cpts-b: 3 4 5        cpts-d: no commune
│ 5  │ 6  │ 7  │ 8  │     3 is in two of them, 7 and 8 in none
└────┴────┴────┴────┘
"""

from hypothesis import strategies as st

from geo.atelier.etat import Composition, Cpts
from geo.atelier.gestes import (
    ATTRIBUER,
    CONTRAINDRE,
    CREER,
    DEVERROUILLER,
    FUSIONNER,
    JUSTIFIER,
    RENOMMER,
    SCINDER,
    SUPPRIMER,
    VERROUILLER,
    read_geste,
)
from geo.atelier.sol import Sol
from geo.perimetre import DEDUIT, DOCUMENTE, HYPOTHESE

CODES = tuple(f"7000{rang}" for rang in range(1, 9))
UN, DEUX, TROIS, QUATRE, CINQ, SIX, SEPT, HUIT = CODES
A, B, C, D = "cpts-a", "cpts-b", "cpts-c", "cpts-d"
NEUVES = ("cpts-neuve", "cpts-neuve-2")

DEPART = Composition(
    {
        A: Cpts("CPTS A", "aci_signe"),
        B: Cpts("CPTS B", "lancee"),
        C: Cpts("CPTS C", "projet_valide"),
        D: Cpts("CPTS D", "inconnu"),
    },
    {
        UN: ((A, DOCUMENTE),),
        DEUX: ((A, HYPOTHESE),),
        TROIS: ((A, DEDUIT), (B, DOCUMENTE)),
        QUATRE: ((B, DOCUMENTE),),
        CINQ: ((B, HYPOTHESE),),
        SIX: ((C, DOCUMENTE),),
    },
)

POPULATIONS = dict(zip(CODES, (100, 200, 400, 800, 50, 25, 1_000, 0), strict=True))
SOL = Sol(
    nom={code: f"Commune {code}" for code in CODES},
    population=POPULATIONS,
    departement=dict.fromkeys(CODES, "70"),
    epci={},
    etude=frozenset(CODES),
    voisines={},
    bord={},
    emprises={},
    des_epci={},
    des_departements={"70": frozenset(CODES)},
    nom_epci={},
)

_codes = st.lists(st.sampled_from(CODES), unique=True, max_size=4)
_un_code = st.lists(st.sampled_from(CODES), unique=True, min_size=1, max_size=4)
_cpts = st.sampled_from((A, B, C, D, *NEUVES))
_des_cpts = st.lists(_cpts, unique=True, min_size=1, max_size=3)
_noms = st.sampled_from(("CPTS A", "CPTS E", "CPTS F", "cpts f"))
_neuve = {"cible": st.sampled_from(NEUVES), "nom": _noms}

GESTES = st.one_of(
    st.fixed_dictionaries({"genre": st.just(genre)} | champs)
    for genre, champs in (
        (ATTRIBUER, {"vers": st.dictionaries(_cpts, _un_code, min_size=1, max_size=2)}),
        (ATTRIBUER, {"codes": _un_code}),
        (VERROUILLER, {"codes": _un_code}),
        (VERROUILLER, {"cpts": _des_cpts}),
        (DEVERROUILLER, {"codes": _codes, "cpts": _des_cpts}),
        (CREER, {"codes": _codes, **_neuve}),
        (RENOMMER, {"cpts": _cpts.map(lambda c: [c]), "nom": _noms}),
        (FUSIONNER, {"cpts": _des_cpts, "cible": _cpts}),
        (SCINDER, {"cpts": _cpts.map(lambda c: [c]), "codes": _un_code, **_neuve}),
        (SUPPRIMER, {"cpts": _des_cpts}),
        (JUSTIFIER, {"cpts": _cpts.map(lambda c: [c]), "motif": st.sampled_from(("", "flux"))}),
        (CONTRAINDRE, {"contraintes": st.just({"population_min": 40_000})}),
        (CONTRAINDRE, {"contraintes": st.just({"population_min": None, "epci_entiers": True})}),
    )
).map(read_geste)
SUITES = st.lists(GESTES, max_size=25)
