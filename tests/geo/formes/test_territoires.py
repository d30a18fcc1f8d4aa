"""Territories on grids of unit squares: areas, borders and parts are counted by eye."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from libpysal.graph import Graph
from shapely.geometry import MultiPolygon, box

from geo.affichage import simplify_communes
from geo.formes.territoires import (
    color_territoires,
    dissolve,
    find_enclaves,
    neighbours,
    shared_borders,
    split_parts,
)

KM = 1_000


def grid(largeur, hauteur):
    """Communes « x,y » of 1 km² and x + 10 y + 1 inhabitants, in rows from the south."""
    cases = [(x, y) for y in range(hauteur) for x in range(largeur)]
    return gpd.GeoDataFrame(
        {"population": [x + 10 * y + 1 for x, y in cases], "surface_km2": 1.0},
        index=[f"{x},{y}" for x, y in cases],
        geometry=[box(x * KM, y * KM, (x + 1) * KM, (y + 1) * KM) for x, y in cases],
        crs="EPSG:2154",
    )


def members(**groupes):
    """Memberships from « cpts=['0,0', '1,0'] »."""
    return pd.DataFrame(
        [(nom, code) for nom, codes in groupes.items() for code in codes],
        columns=["cpts_id", "code_commune"],
        dtype="str",
    ).assign(part=1.0)


GRILLE = grid(4, 4)
FRONTIERES = shared_borders(GRILLE)
CODES = list(GRILLE.index)
partages = st.lists(
    st.sampled_from(["p", "q", "r"]),
    min_size=len(CODES),
    max_size=len(CODES),
).map(lambda noms: pd.Series(noms, index=CODES))
recouvrements = st.lists(
    st.tuples(st.sampled_from(["p", "q", "r"]), st.sampled_from(CODES)),
    unique=True,
    min_size=1,
).map(
    lambda paires: pd.DataFrame(paires, columns=["cpts_id", "code_commune"], dtype="str").assign(
        part=1.0
    )
)


@given(partages)
def test_dissolving_conserves_area(groupes):
    territoires = dissolve(GRILLE, groupes)
    assert territoires.area.to_dict() == (groupes.value_counts() * KM**2).to_dict()


@given(partages)
def test_each_commune_lands_in_exactly_one_territory(groupes):
    territoires = dissolve(GRILLE, groupes)
    places, ou = territoires.sindex.query(GRILLE.representative_point(), predicate="within")
    assert sorted(places) == list(range(len(CODES)))
    assert [territoires.index[rang] for rang in ou[places.argsort()]] == groupes.to_list()


@given(partages, st.permutations(CODES))
def test_the_order_of_the_input_is_irrelevant(groupes, ordre):
    attendu = dissolve(GRILLE, groupes)
    obtenu = dissolve(GRILLE.loc[ordre], groupes.loc[ordre])
    assert obtenu.index.equals(attendu.index)
    assert (shapely.to_wkb(obtenu.to_numpy()) == shapely.to_wkb(attendu.to_numpy())).all()


def test_overlapping_groups_and_repeats_do_not_cancel_out():
    groupes = pd.Series(["p", "p", "p", "q"], index=["0,0", "1,0", "1,0", "1,0"])
    assert dissolve(GRILLE, groupes).area.to_dict() == {"p": 2 * KM**2, "q": KM**2}


def test_unknown_commune_is_an_error_of_the_caller():
    with pytest.raises(KeyError):
        dissolve(GRILLE, pd.Series(["p"], index=["9,9"]))


def test_borders_are_the_sides_of_the_squares():
    # ┌───┬───┐
    # │0,1│1,1│   four sides of 1 km; the two diagonals touch at a point only
    # ├───┼───┤
    # │0,0│1,0│
    # └───┴───┘
    frontieres = shared_borders(grid(2, 2))
    assert frontieres["frontiere_km"].to_list() == [1, 1, 1, 1]
    paires = set(zip(frontieres["code_commune"], frontieres["code_commune_voisine"], strict=True))
    assert {frozenset(paire) for paire in paires} == {
        frozenset(paire)
        for paire in (("0,0", "1,0"), ("0,0", "0,1"), ("0,1", "1,1"), ("1,0", "1,1"))
    }


def test_borders_are_those_that_libpysal_finds(atlas):
    communes = atlas.communes[atlas.communes["code_departement"].isin(["90", "70", "25"])]
    attendu = Graph.build_contiguity(communes, rook=True, by_perimeter=True).adjacency
    attendu = attendu[attendu.index.get_level_values(0) < attendu.index.get_level_values(1)]
    obtenu = shared_borders(communes).set_index(["code_commune", "code_commune_voisine"])
    assert set(obtenu.index) == set(attendu.index)
    ecart_km = obtenu["frontiere_km"] - attendu.reindex(obtenu.index) / KM
    assert ecart_km.abs().max() < 1e-6


def test_neighbours_are_symmetric_and_measured():
    # p p q
    # p p q    two sides of 1 km
    adhesions = members(p=["0,0", "1,0", "0,1", "1,1"], q=["2,0", "2,1"])
    voisins = neighbours(adhesions, FRONTIERES)
    assert voisins.to_dict("records") == [
        {"cpts_id": "p", "cpts_id_voisin": "q", "frontiere_km": 2},
        {"cpts_id": "q", "cpts_id_voisin": "p", "frontiere_km": 2},
    ]


def test_territories_that_overlap_are_neighbours():
    # p pq q   the middle square is in both: no side has p only on one side and q only on the other
    voisins = neighbours(members(p=["0,0", "1,0"], q=["1,0", "2,0"]), FRONTIERES)
    assert voisins["frontiere_km"].to_list() == [0, 0]


def test_territories_that_touch_at_a_point_are_no_neighbours():
    assert neighbours(members(p=["0,0"], q=["1,1"]), FRONTIERES).empty


@given(recouvrements)
def test_neighbours_never_name_themselves_and_go_both_ways(adhesions):
    voisins = neighbours(adhesions, FRONTIERES)
    liens = set(zip(voisins["cpts_id"], voisins["cpts_id_voisin"], strict=True))
    assert all(un != autre for un, autre in liens)
    assert {(autre, un) for un, autre in liens} == liens
    assert len(liens) == len(voisins)


@given(recouvrements, st.randoms())
def test_no_two_neighbours_are_alike_and_order_is_irrelevant(adhesions, hasard):
    voisins = neighbours(adhesions, FRONTIERES)
    ids = pd.Index(adhesions["cpts_id"].unique())
    couleurs = color_territoires(voisins, ids, 5)
    assert couleurs.index.equals(ids)
    assert couleurs.between(0, 4).all()
    assert (voisins["cpts_id"].map(couleurs) != voisins["cpts_id_voisin"].map(couleurs)).all()
    melange = voisins.sample(frac=1, random_state=hasard.randrange(2**32))
    assert color_territoires(melange, ids[::-1], 5).reindex(ids).equals(couleurs)


def test_every_colour_serves_about_equally_often():
    #   b — d      in turn from the first name, a and e would have one colour
    #   |   |
    #   a — e — c
    voisins = pd.DataFrame(
        [("a", "b"), ("a", "e"), ("b", "d"), ("d", "e"), ("c", "e")],
        columns=["cpts_id", "cpts_id_voisin"],
    )
    couleurs = color_territoires(voisins, pd.Index(list("abcde")), 4)
    assert couleurs["a"] != couleurs["e"]
    assert sorted(couleurs.value_counts()) == [1, 1, 1, 2]
    seules = color_territoires(voisins[:0], pd.Index(list("abcdefghij")), 4)
    assert sorted(seules.value_counts()) == [2, 2, 3, 3]


def test_too_few_colours_are_refused():
    voisins = neighbours(members(p=["0,0"], q=["1,0"]), FRONTIERES)
    with pytest.raises(ValueError, match="1 colours"):
        color_territoires(voisins, pd.Index(["p", "q"]), 1)


def test_parts_are_named_the_most_populous_first():
    # . . . p      3,3 has 34 inhabitants; 0,0 and 1,0 have 1 and 2
    # p p . .
    adhesions = members(p=["0,0", "1,0", "3,3"], q=["0,1", "0,2"])
    parties = split_parts(GRILLE, adhesions, FRONTIERES)
    assert parties["cpts_id"].to_list() == ["p", "p"]
    assert parties["partie"].to_list() == [1, 2]
    assert parties["codes_communes"].to_list() == [("3,3",), ("0,0", "1,0")]
    assert parties["population"].to_list() == [34, 3]
    assert parties["surface_km2"].to_list() == [1, 2]


def test_a_touch_at_a_point_links_nothing():
    assert len(split_parts(GRILLE, members(p=["0,0", "1,1"]), FRONTIERES)) == 2


def test_a_commune_in_two_pieces_is_one_member_of_one_part():
    # a b a    commune a is itself in two pieces
    communes = gpd.GeoDataFrame(
        {"population": [1, 2], "surface_km2": [2.0, 1.0]},
        index=["a", "b"],
        geometry=[MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]), box(1, 0, 2, 1)],
        crs="EPSG:2154",
    )
    assert split_parts(communes, members(p=["a"]), shared_borders(communes)).empty
    assert split_parts(communes, members(p=["a", "b"]), shared_borders(communes)).empty


@given(recouvrements)
def test_parts_lose_no_commune(adhesions):
    parties = split_parts(GRILLE, adhesions, FRONTIERES)
    for cpts_id, morceaux in parties.groupby("cpts_id")["codes_communes"]:
        codes = [code for morceau in morceaux for code in morceau]
        siens = adhesions.loc[adhesions["cpts_id"] == cpts_id, "code_commune"]
        assert sorted(codes) == sorted(siens)


def test_enclaves_are_found_in_the_holes():
    # p p p p
    # p q . p     q, of another CPTS, and 2,1 of none, 1,2 and 2,2 of p again
    # p p p p
    anneau = [code for code in CODES if code not in {"1,1", "2,1"}]
    adhesions = members(p=anneau, q=["1,1"])
    territoires = dissolve(GRILLE, adhesions.set_index("code_commune")["cpts_id"])
    enclaves = find_enclaves(GRILLE, adhesions, territoires)
    assert enclaves.to_dict("records") == [
        {"cpts_id": "p", "code_commune": "1,1"},
        {"cpts_id": "p", "code_commune": "2,1"},
    ]


def test_an_island_of_the_same_territory_is_no_enclave():
    communes = grid(5, 5)
    anneau = [code for code in communes.index if "0" in code or "4" in code]
    adhesions = members(p=[*anneau, "2,2"])
    territoires = dissolve(communes, adhesions.set_index("code_commune")["cpts_id"])
    enclaves = find_enclaves(communes, adhesions, territoires)
    assert len(enclaves) == 8
    assert "2,2" not in set(enclaves["code_commune"])


@pytest.mark.parametrize("tolerance_m", [60, 250])
def test_simplifying_keeps_the_borders_shared(atlas, tolerance_m):
    simples = simplify_communes(atlas.communes, tolerance_m)
    assert simples.crs == "EPSG:4326"
    assert simples.index.equals(atlas.communes.index)
    assert not simples.is_empty.any()
    assert shapely.coverage_is_valid(simples.to_numpy())
    surface = simples.to_crs("EPSG:2154").area.sum()
    assert surface == pytest.approx(atlas.communes.area.sum(), rel=1e-3)


def count_holes(contours):
    return sum(len(shapely.get_rings(piece)) - 1 for piece in contours.explode())


def test_layers_drawn_from_simplified_communes_have_no_gap_between_them(atlas):
    simples = simplify_communes(atlas.communes)
    departements = dissolve(simples, atlas.communes["code_departement"])
    assert shapely.coverage_is_valid(departements.to_numpy())
    entiers = dissolve(atlas.communes, atlas.communes["code_departement"])
    assert count_holes(departements) == count_holes(entiers)
