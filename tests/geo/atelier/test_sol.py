"""The ground: its edge, outlines, and what communes surround."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atelier.sol import Sol, lay_sol
from geo.formes.territoires import dissolve, find_enclaves
from tests.geo.atelier.grille import CODES, make_sol
from tests.geo.dessin import CASES, A, B, C, D, E

GRILLE = make_sol([100] * len(CODES))


@pytest.fixture(scope="module")
def sol(atlas) -> Sol:
    return lay_sol(atlas)


def test_edge_is_what_no_commune_is_beyond(atlas_dessine):
    sol = lay_sol(atlas_dessine)
    assert sol.bord == pytest.approx({A: 2, B: 2, C: 2, D: 2, E: 4}, abs=1e-3)
    assert sol.outline_km([A, B]) == pytest.approx(6, abs=1e-3)
    assert sol.outline_km(CASES) == pytest.approx(12, abs=1e-3)


def test_outline_is_that_of_the_dissolved_shape(atlas, sol):
    for cpts_id, contour in atlas.territoires.geometry.items():
        siennes = atlas.adhesions.loc[atlas.adhesions["cpts_id"] == cpts_id, "code_commune"]
        assert sol.outline_km(siennes) == pytest.approx(contour.length / 1_000)


def test_split_epci_are_counted_once(atlas_dessine):
    sol = lay_sol(atlas_dessine)
    assert sol.count_split_epci([A, C]) == 2
    assert sol.count_split_epci([A, B, E]) == 0


def _compare(atlas, sol: Sol, adhesions: pd.DataFrame) -> tuple[set, set]:
    formes = dissolve(atlas.communes, adhesions.set_index("code_commune")["cpts_id"])
    trouvees = find_enclaves(atlas.communes, adhesions, formes)
    siennes = {
        (str(cpts_id), code)
        for cpts_id, groupe in adhesions.groupby("cpts_id")
        for part in sol.enclaves(set(groupe["code_commune"]))
        for code in part
    }
    return set(trouvees.itertuples(index=False, name=None)), siennes


def test_enclaves_are_those_of_the_dissolved_shapes(atlas, sol):
    attendues, siennes = _compare(atlas, sol, atlas.adhesions[["cpts_id", "code_commune"]])
    assert attendues == siennes
    assert attendues == set(atlas.enclaves.itertuples(index=False, name=None))


@pytest.mark.parametrize("part", [0.05, 0.3])
def test_enclaves_of_intercommunalites_with_holes(atlas, sol, part):
    # A commune in several pieces that is of nobody links holes that the shapes do not.
    gardees = np.random.default_rng(0).random(len(atlas.communes)) > part
    communes = atlas.communes[gardees | (atlas.communes.geom_type == "MultiPolygon")]
    adhesions = pd.DataFrame(
        {"cpts_id": communes["siren_epci"].to_numpy(), "code_commune": communes.index}
    ).dropna()
    attendues, siennes = _compare(atlas, sol, adhesions)
    assert len(attendues) > 50
    assert attendues == siennes


@given(st.sets(st.sampled_from(CODES)))
def test_enclaves_are_the_other_components_that_miss_the_edge(codes):
    graphe = nx.Graph((c, v) for c, voisines in GRILLE.voisines.items() for v in voisines)
    graphe.remove_nodes_from(codes)
    attendues = {
        frozenset(p) for p in nx.connected_components(graphe) if not p & GRILLE.bord.keys()
    }
    trouvees = GRILLE.enclaves(codes)
    assert set(trouvees) == attendues
    assert [GRILLE.count(p) for p in trouvees] == sorted(map(GRILLE.count, trouvees), reverse=True)
