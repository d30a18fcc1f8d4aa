"""What the browser does of a scenario before the server answers is what the server will answer."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from geo.atelier.deroule import Deroule
from geo.atelier.etat import COMMUNE
from geo.atelier.gestes import ATTRIBUER, VERROUILLER, Geste, GesteRefuse
from tests.geo.atelier.test_partage import PARTAGE
from tests.geo.atelier.tirage import CODES, DEPART

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "atelier" / "scenario.js"
GESTES = st.one_of(
    st.builds(
        lambda code, cpts, vers: (
            Geste(ATTRIBUER, vers={cpts: tuple(sorted(code))})
            if vers
            else Geste(ATTRIBUER, codes=tuple(sorted(code)))
        ),
        st.sets(st.sampled_from(CODES), min_size=1),
        st.sampled_from(sorted(DEPART.cpts)),
        st.booleans(),
    ),
    st.builds(
        lambda codes: Geste(VERROUILLER, codes=tuple(sorted(codes))),
        st.sets(st.sampled_from(CODES), min_size=1),
    ),
    st.builds(lambda cpts: Geste(VERROUILLER, cpts=(cpts,)), st.sampled_from(sorted(DEPART.cpts))),
)


@pytest.fixture(scope="module")
def moteur():
    racer = MiniRacer()
    racer.eval(SCRIPT.read_text(encoding="utf-8"))
    racer.eval(
        "const dire = (s) => Object.fromEntries([...s.communes].map(([code, ids]) => [code, [...ids].sort()]))"
    )
    return racer


def start(moteur, depart):
    membres = {i: [] for i in depart.cpts}
    for code, siennes in depart.adhesions.items():
        for cpts_id, *_ in siennes:
            membres[cpts_id].append(code)
    reponse = {
        "version": 0,
        "cpts": {i: {"nom": c.nom, "couleur": "bleu"} for i, c in depart.cpts.items()},
        "parts": {code: parts for code, m in depart.adhesions.items() if (parts := shares(m))},
        "membres": {i: " ".join(codes) for i, codes in membres.items()},
        "verrousCommunes": [],
        "verrousCpts": [],
        "motifs": {},
        "contraintes": {},
    }
    moteur.eval(f"globalThis.s = lireScenario({json.dumps(reponse)})")


def communes(moteur):
    return json.loads(moteur.eval("JSON.stringify(dire(s))"))


def parts(moteur):
    return json.loads(moteur.eval("JSON.stringify(Object.fromEntries(s.parts))"))


def expected(etat):
    return {code: sorted(i for i, *_ in siennes) for code, siennes in etat.communes.items()}


def shares(siennes):
    """Return the shares of a commune, by CPTS, as the server writes them."""
    return {i: str(part[0]) for i, _, *part in siennes or () if part} or None


def expected_shares(etat):
    return {code: parts for code, m in etat.communes.items() if (parts := shares(m))}


@given(st.sampled_from([DEPART, PARTAGE]), st.lists(GESTES, max_size=12))
def test_a_gesture_seen_at_once_is_the_one_that_the_server_does(moteur, depart, gestes):
    start(moteur, depart)
    deroule = Deroule(depart)
    for geste in gestes:
        dit = json.dumps(geste.as_data())
        moteur.eval(f"anticiper(s, {dit})")
        try:
            changements = deroule.play(geste)
        except GesteRefuse:
            changements = ()
        assert communes(moteur) == expected(deroule.etat)
        assert parts(moteur) == expected_shares(deroule.etat)
        for famille, cle, _, apres in changements:
            noms = {"verrou_commune": "verrousCommunes", "verrou_cpts": "verrousCpts"}
            de_commune = famille == COMMUNE
            valeur = [i for i, *_ in apres or ()] if de_commune else apres
            suite = [shares(apres)] if de_commune else []
            ligne = json.dumps([noms.get(famille, "communes"), cle, valeur, *suite])
            moteur.eval(f"appliquerChangement(s, {ligne})")
        assert communes(moteur) == expected(deroule.etat)


def test_the_list_shows_what_is_asked_for_the_most_populous_first(moteur):
    start(moteur, DEPART)
    lignes = [
        {"code": code, "nom": nom, "population": population}
        for code, nom, population in zip(
            CODES,
            ["Lure", "Île-d'Or", "A", "B", "C", "D", "Magny-lès-Lure", "La Côte"],
            range(8),
            strict=True,
        )
    ]
    moteur.eval(f"globalThis.lignes = {json.dumps(lignes)}")

    def choose(portee, mots=""):
        choix = json.dumps({"portee": portee, "active": "cpts-a", "mots": mots})
        texte = moteur.eval(
            f"JSON.stringify(choisirCommunes(s, lignes, {{...{choix}, voisines: new Set(['70004'])}}).map((c) => c.code))"
        )
        return json.loads(texte)

    assert choose("personne") == ["70008", "70007"]
    assert choose("active") == ["70003", "70002", "70001"]
    assert choose("plusieurs") == ["70003"]
    assert choose("voisines") == ["70004"]
    assert choose("toutes", "ile d or") == ["70002"]
    # « Lure », before what is larger and has it in its name.
    assert choose("toutes", "lure") == ["70001", "70007"]
    assert choose("toutes", "cote") == ["70008"]
    assert choose("toutes", "70001") == ["70001"]


@pytest.mark.parametrize(
    ("point", "dedans"), [([5, 5], True), ([15, 5], False), ([5, 9], False), ([1, 9], True)]
)
def test_a_lasso_holds_what_is_inside_its_trace(moteur, point, dedans):
    # A square with a notch.
    trace = [[0, 0], [10, 0], [10, 10], [5, 6], [0, 10]]
    assert moteur.eval(f"estDedans({point}, {trace})") is dedans
