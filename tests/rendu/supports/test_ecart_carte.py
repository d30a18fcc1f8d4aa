"""The map of a difference: what it paints, what it says, and that nothing is drawn where nothing moved."""

from dataclasses import replace

import pytest

from geo.atelier.composition import take_composition
from geo.atelier.ecart import compare
from geo.atelier.sol import lay_sol
from geo.chargement import load
from rendu.carte.palette import COMMUNE_DEPLACEE, COMMUNE_ENTREE, COMMUNE_SORTIE
from rendu.dessin.page import draw_carte_svg
from rendu.supports.ecart_carte import make_carte_ecart
from tests.geo.dessin import A, B, C, D, write_dossier


@pytest.fixture(scope="module")
def dessin(tmp_path_factory):
    return load(write_dossier(tmp_path_factory.mktemp("dessin") / "data"))


def make(atlas, **adhesions):
    avant = take_composition(atlas)
    gardees = {code: siennes for code, siennes in avant.adhesions.items() if code not in adhesions}
    apres = replace(avant, adhesions=gardees | {c: s for c, s in adhesions.items() if s})
    return make_carte_ecart(
        atlas, compare(lay_sol(atlas), avant, apres), apres, "Trois communes changent."
    )


def test_a_commune_is_painted_by_what_becomes_of_it(dessin):
    carte = make(
        dessin,
        **{D: (("cpts-est", "documente"),), B: (), A: (("cpts-est", "documente"),)},
    )
    km2 = {aire.remplissage: aire.contour.area / 1e6 for aire in carte.aires}
    assert [round(km2[t]) for t in (COMMUNE_ENTREE, COMMUNE_SORTIE, COMMUNE_DEPLACEE)] == [1, 1, 1]
    assert [texte for _, texte in carte.legende] == [
        "1 commune qui entre dans une CPTS",
        "1 commune qui n'est plus dans aucune CPTS",
        "1 commune qui change de CPTS ou de part, ou en a une de plus ou de moins",
    ]
    assert "Trois communes changent." in draw_carte_svg(carte)


def test_what_no_commune_moves_has_no_map(dessin):
    assert make(dessin) is None
    assert make(dessin, **{C: take_composition(dessin).adhesions[C]}) is None
