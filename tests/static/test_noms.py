"""The placement of names in the browser, by its own engine alone: neither page nor server."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "commun" / "noms.js"
CADRE = [0, 0, 400, 300]
BOUTONS = [0, 0, 56, 140]


@st.composite
def noms(draw):
    """Draw a name at a point: centred or beside it, always written or not."""
    return {
        "x": draw(st.integers(-20, 420)),
        "y": draw(st.integers(-20, 320)),
        "largeur": draw(st.integers(10, 150)),
        "centre": draw(st.booleans()),
        "toujours": draw(st.booleans()),
    }


@pytest.fixture(scope="module")
def place():
    moteur = MiniRacer()
    moteur.eval(SCRIPT.read_text(encoding="utf-8"))
    moteur.eval(
        "const essayer = (noms, cadre, pris) => JSON.stringify(atlasNoms.placer(noms.map((nom, rang) => ({"
        "...nom, rang, places: nom.centre ? atlasNoms.centrer(nom.largeur, 8, [0, -20, 20])"
        " : atlasNoms.mettreACote(nom.largeur, 8, 13, 8) })), cadre, pris))"
    )

    def call(liste):
        arguments = ", ".join(json.dumps(a) for a in (liste, CADRE, [BOUTONS]))
        return json.loads(moteur.eval(f"essayer({arguments})"))

    return call


def touch(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def fits(boite, prises):
    dedans = boite[0] >= 0 and boite[1] >= 0 and boite[2] <= CADRE[2] and boite[3] <= CADRE[3]
    return dedans and not any(touch(boite, autre) for autre in prises)


@given(liste=st.lists(noms(), max_size=40))
def test_a_name_is_in_the_frame_and_on_no_other_unless_it_is_always_written(place, liste):
    prises = [BOUTONS]
    for pose in place(liste):
        if not pose["nom"]["toujours"]:
            assert fits(pose["boite"], prises)
        prises.append(pose["boite"])


@given(liste=st.lists(noms(), max_size=40))
def test_the_most_important_come_first_and_take_their_first_free_place(place, liste):
    poses = place(liste)
    rangs = [pose["nom"]["rang"] for pose in poses]
    assert rangs == sorted(rangs)
    prises = [BOUTONS]
    for pose in poses:
        nom = pose["nom"]
        for essai in nom["places"]:
            g, h, d, b = essai["boite"]
            boite = [nom["x"] + g, nom["y"] + h, nom["x"] + d, nom["y"] + b]
            if essai == pose["place"]:
                break
            assert not fits(boite, prises)
        prises.append(pose["boite"])


@given(liste=st.lists(noms(), max_size=40))
def test_what_is_always_written_is_written_once(place, liste):
    poses = [pose["nom"]["rang"] for pose in place(liste)]
    assert len(poses) == len(set(poses))
    assert {rang for rang, nom in enumerate(liste) if nom["toujours"]} <= set(poses)


def test_a_lone_name_keeps_its_first_place_and_the_next_steps_aside(place):
    nom = {"x": 200, "y": 150, "largeur": 60, "centre": True, "toujours": False}
    assert [pose["place"]["saut"] for pose in place([nom] * 4)] == [0, -20, 20]
    beside = nom | {"centre": False}
    assert [pose["place"]["cote"] for pose in place([beside])] == ["droite"]
    assert [pose["place"]["cote"] for pose in place([beside | {"x": 390}])] == ["gauche"]
