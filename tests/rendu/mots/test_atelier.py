"""The workshop in words: faults, proposals, and the need."""

import re
from dataclasses import replace

import pytest

from geo.atelier.besoin import ECARTS, RANGS, weigh_need
from geo.atelier.composition import take_composition
from geo.atelier.contraintes import check
from geo.atelier.etat import CONTRAINTE, VERROU_COMMUNE, Changement, Etat
from geo.atelier.gestes import (
    D_UN_SEUL_TENANT,
    EPCI_ENTIERS,
    POPULATION_MIN,
    UN_SEUL_DEPARTEMENT,
)
from geo.atelier.propositions import EPCI, EQUILIBRE, FRONTIERE, GENRES, free_zones, propose
from geo.atelier.sol import lay_sol
from geo.chargement import load
from rendu.mots.atelier_besoin import formula_text, method_texts, missing_texts, source_texts
from rendu.mots.atelier_contraintes import fault_text, name_communes
from rendu.mots.atelier_propositions import (
    PERSONNE,
    TITRES,
    left_texts,
    proposition_text,
    receiver_text,
)
from rendu.mots.indicateurs import significant
from tests.geo.atelier.grille import lock
from tests.geo.atelier.secret import hide
from tests.geo.dessin import A, B, C, D, E, write_dossier

LURE = "70310"


def _plain(texte: str) -> str:
    return re.sub(r"[\xa0\u202f]", " ", texte)


@pytest.fixture(scope="module")
def dessine(tmp_path_factory):
    return load(write_dossier(tmp_path_factory.mktemp("dessin")))


@pytest.fixture(scope="module")
def sol(atlas):
    return lay_sol(atlas)


@pytest.fixture
def etat(atlas):
    return Etat(take_composition(atlas))


@pytest.mark.parametrize(
    ("contrainte", "valeur", "attendu"),
    [
        (
            POPULATION_MIN,
            2_000,
            "« CPTS Est » : 450 habitants, 1 550 de moins que le minimum de 2 000.",
        ),
        (
            D_UN_SEUL_TENANT,
            True,
            f"« CPTS Est » n'est pas d'un seul tenant : 1 partie détachée, Commune {E} (50 habitants).",
        ),
        (
            EPCI_ENTIERS,
            True,
            f"« CPTS Est » n'a qu'une partie de « CC 70 » : manque 1 commune, Commune {D} (sans CPTS).",
        ),
        (
            UN_SEUL_DEPARTEMENT,
            True,
            f"« CPTS Est » (Haute-Saône) a 1 commune d'un autre département, Haute-Marne : Commune {E} (50 habitants).",
        ),
    ],
)
def test_faults(dessine, contrainte, valeur, attendu):
    sol, etat = lay_sol(dessine), Etat(take_composition(dessine))
    etat.apply([Changement(CONTRAINTE, contrainte, None, valeur)])
    (ecart,) = check(sol, etat, ["cpts-est"])
    assert _plain(fault_text(dessine, sol, etat, ecart)) == attendu


def test_a_long_list_of_communes_is_cut(dessine, sol):
    petit = lay_sol(dessine)
    assert name_communes(petit, [A, B, C]) == f"Commune {C}, Commune {B} et Commune {A}"
    sept = sorted(sol.des_departements["90"])[:7]
    assert name_communes(sol, sept).endswith(" et 2 autres")


def test_proposals_for_lure(sol, etat):
    zone = next(z for z in free_zones(sol, etat, ["70"]) if z.code == LURE)
    propositions = dict(zip(GENRES, propose(sol, etat, zone.codes), strict=True))
    assert propositions.keys() == TITRES.keys()
    textes = {genre: _plain(proposition_text(etat, p)) for genre, p in propositions.items()}
    apres = [a for _, a in propositions[EQUILIBRE].populations.values()]
    # Two of the perimeters that the scenario begins with are indicative.
    bas, haut = (
        f"environ {significant(a):,.0f}".replace(",", " ") for a in (min(apres), max(apres))
    )
    assert f"{bas} habitants (avant : environ 21 000)" in textes[EQUILIBRE]
    assert f"la plus peuplée {haut} (avant : environ 81 500)" in textes[EQUILIBRE]
    assert f"{propositions[FRONTIERE].contours_km[1]:.0f} km en tout" in textes[FRONTIERE]
    assert "3 sur 3 vont à une seule CPTS" in textes[EPCI]
    assert all(left_texts(sol, p) == [] for p in propositions.values())
    (recevante,) = propositions[EPCI].recevantes
    ligne = _plain(receiver_text(etat, recevante))
    assert (
        f"{len(zone.codes)} communes et 39 043 habitants de plus ; habitants : environ 42 500 (T2) "
        "avant, environ 81 600 (T3) après" in ligne
    )


def test_what_is_left_is_said(sol, etat):
    zone = next(z for z in free_zones(sol, etat, ["70"]) if z.code == LURE)
    lock(etat, LURE, VERROU_COMMUNE)
    assert left_texts(sol, propose(sol, etat, zone.codes)[0]) == [
        "1 commune reste sans CPTS (Lure) : elle est verrouillée."
    ]
    (seule,) = [propose(sol, etat, [LURE])[0]]
    assert proposition_text(etat, seule) == PERSONNE


def test_need(atlas):
    besoin = weigh_need(
        atlas, {"densite": 3.0, "evolution_population": 2.0}, RANGS, {"densite": "haut"}
    )
    annee = atlas.millesimes.population
    densite = f"« Densité (hab./km², {annee}) »"
    formule = _plain(formula_text(atlas, besoin))
    assert formule.startswith(
        f"besoin = 0,60 × rang inversé de {densite} + 0,40 × rang de « Évolution"
    )
    textes = method_texts(atlas, besoin)
    assert any("Inversé" in texte and densite in texte for texte in textes)
    assert any("Rien ne dit" in texte and "Évolution" in texte for texte in textes)
    sources = source_texts(atlas, besoin)
    assert len(sources) == 2
    assert f"millésime {annee}" in sources[0]
    assert "INSEE" in sources[0]


def test_what_a_need_lacks(atlas):
    besoin = weigh_need(hide(atlas), {"evolution_population": 1.0}, ECARTS, {})
    premier, second = missing_texts(atlas, besoin)
    assert premier.startswith("2 communes sur ")
    assert second.endswith(": 1 valeur secrète et 1 valeur inconnue.")
    assert "écart réduit de" in formula_text(atlas, besoin)
    assert missing_texts(atlas, weigh_need(atlas, {"densite": 1.0}, ECARTS, {})) == []
    constant = replace(besoin, constantes=frozenset(["evolution_population"]))
    assert "un écart nul" in method_texts(atlas, constant)[-1]
