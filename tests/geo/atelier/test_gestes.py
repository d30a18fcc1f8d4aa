"""What a browser sends: any JSON gives a gesture, or is refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atelier.composition import read_composition, take_composition, write_composition
from geo.atelier.deroule import Deroule
from geo.atelier.etat import Composition, Cpts
from geo.atelier.gestes import (
    ANNULER,
    ATTRIBUER,
    BORNES,
    CONTRAINTES,
    CREER,
    JUSTIFIER,
    MOTIF_MAX,
    NOM_MAX,
    REFAIRE,
    Geste,
    GesteRefuse,
    read_geste,
)
from geo.importation.rapprochement import clean_name
from geo.perimetre import CONFIANCES
from tests.geo.atelier.tirage import DEPART, GESTES, UN, A

GENRES = (
    "attribuer", "verrouiller", "deverrouiller", "creer", "renommer", "fusionner", "scinder",
    "supprimer", "justifier", "contraindre", ANNULER, REFAIRE,
)  # fmt: skip
# Lone halves of characters among them: a browser can send them.
TEXTES = st.text(st.characters(exclude_categories=()), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTES,
    lambda siens: st.lists(siens, max_size=4) | st.dictionaries(TEXTES, siens, max_size=4),
    max_leaves=12,
)
NOMS = st.sampled_from((A, UN, "cpts-neuve", " x ")) | TEXTES
PRESQUE = st.fixed_dictionaries(
    {"genre": st.sampled_from(GENRES)},
    optional={
        "vers": st.dictionaries(NOMS, st.lists(NOMS, max_size=3), max_size=3) | JSON,
        "codes": st.lists(NOMS, max_size=3) | JSON,
        "cpts": st.lists(NOMS, max_size=2) | JSON,
        "cible": NOMS | JSON,
        "nom": NOMS | JSON,
        "statut": NOMS | JSON,
        "motif": NOMS | JSON,
        "contraintes": st.dictionaries(
            st.sampled_from(CONTRAINTES), st.none() | st.booleans() | st.integers(), max_size=3
        )
        | JSON,
        "outil": NOMS | JSON,
        "inconnu": JSON,
    },
)


@given(JSON | PRESQUE | st.fixed_dictionaries({"genre": JSON}))
def test_any_json_gives_a_gesture_that_reads_back_or_is_refused(brut):
    try:
        geste = read_geste(json.loads(json.dumps(brut)))
    except GesteRefuse:
        return
    ecrit = json.dumps(geste.as_data(), ensure_ascii=False).encode()
    assert read_geste(json.loads(ecrit)) == geste
    with suppress(GesteRefuse):
        Deroule(DEPART).play(geste)


@given(GESTES)
def test_a_gesture_reads_back_as_it_was_written(geste):
    assert read_geste(geste.as_data()) == geste


@given(st.text(st.characters(exclude_categories=())))
def test_a_name_that_was_cleaned_is_clean(nom):
    assert clean_name(clean_name(nom)) == clean_name(nom)


@pytest.mark.parametrize(
    "brut",
    [
        None,
        [],
        {},
        {"genre": []},
        {"genre": {}},
        {"genre": "effacer"},
        {"genre": ATTRIBUER},
        {"genre": ATTRIBUER, "vers": {A: []}},
        {"genre": ATTRIBUER, "vers": {A: [UN], f" {A}": ["70002"]}},
        {"genre": ATTRIBUER, "codes": [""]},
        {"genre": ATTRIBUER, "codes": "70001"},
        {"genre": CREER, "cible": "cpts-neuve"},
        {"genre": CREER, "cible": "../../etc", "nom": "X"},
        {"genre": CREER, "cible": "CPTS Neuve", "nom": "X"},
        {"genre": "contraindre", "contraintes": {"prix": 1}},
        {"genre": "contraindre", "contraintes": {"epci_entiers": 1}},
    ],
)
def test_what_is_no_gesture_does_not_read(brut):
    with pytest.raises(GesteRefuse, match="ne se lit pas"):
        read_geste(brut)


@pytest.mark.parametrize("borne", [0, -1, True, 1.5, "40000", 10**12, float("inf")])
@pytest.mark.parametrize("nom", BORNES)
def test_a_bound_is_a_plausible_number_of_people(nom, borne):
    with pytest.raises(GesteRefuse, match="nombre entier d'habitants"):
        read_geste({"genre": "contraindre", "contraintes": {nom: borne}})


def test_a_text_too_long_says_how_long_it_may_be():
    with pytest.raises(GesteRefuse, match=str(NOM_MAX)):
        read_geste({"genre": CREER, "cible": "cpts-x", "nom": "x" * (NOM_MAX + 1)})
    with pytest.raises(GesteRefuse, match=str(MOTIF_MAX)):
        read_geste({"genre": JUSTIFIER, "cpts": [A], "motif": "x" * (MOTIF_MAX + 1)})


def test_a_reason_keeps_its_lines():
    geste = read_geste({"genre": JUSTIFIER, "cpts": [A], "motif": " flux\r\n\x00bassin  de vie\n"})
    assert geste.motif == "flux\nbassin de vie"


def test_what_is_empty_is_not_written():
    assert Geste(ANNULER).as_data() == {"genre": ANNULER}


@given(
    st.dictionaries(st.text(max_size=5), st.builds(Cpts, st.text(), st.text()), max_size=4),
    st.dictionaries(
        st.text(max_size=5),
        st.lists(st.tuples(st.text(max_size=5), st.sampled_from(CONFIANCES)), max_size=3).map(
            lambda siennes: tuple(sorted(siennes))
        ),
        max_size=8,
    ),
)
def test_a_composition_reads_back_from_its_bytes(cpts, adhesions):
    composition = Composition(cpts, adhesions)
    assert read_composition(write_composition(composition)) == composition


def test_the_shipped_composition_reads_back(atlas):
    composition = take_composition(atlas)
    assert composition.cpts.keys() == set(atlas.fiches.index)
    assert sum(map(len, composition.adhesions.values())) == len(atlas.adhesions)
    assert read_composition(write_composition(composition)) == composition
