"""Clusters of uncovered communes, and who could take them in: read off a drawing, then at random.

    N   ┌───┬───┬───┬───────┬───┐
    ↑   │ i │ j │ k │   l   │ m │   i to l: department 21; m: department 52, not in the study area
        ├───┼───┼───┼───────┼───┘
        │ e │ f │ g │   h   │       a to h: department 70
        ├───┼───┼───┼───────┤
        │ a │ b │ c │   d   │       squares of 1 km²; d, h and l are 2 km wide
        └───┴───┴───┴───────┘

Uncovered: e i j, and c d g; j and g touch at a point only. Undetermined: h l, and m beyond.
Covered: a b f by Ouest, k by Nord (documented, launched). Projet (validated project) has b and c,
Vieux (abandoned) d and h; Loin has no perimeter.
"""

import csv
import dataclasses
import itertools
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal
from shapely.geometry import box

from geo.chargement import load
from geo.formes.territoires import shared_borders
from geo.indicateurs.calcul import classe_taille, summarize_territoires
from geo.regles.completude import declare
from geo.regles.couverture import (
    COUVERTE,
    DEFINITIONS,
    ETATS,
    INDETERMINEE,
    NON_COUVERTE,
    find_etats,
    measure_couverture,
)
from geo.regles.zones import (
    ETATS_DES_ZONES,
    MESURES,
    absorb,
    candidates,
    find_zones,
    rank_zones,
    zone_borders,
)

DATA = Path(__file__).resolve().parents[3] / "data"
KM = 1_000
RANGEES = ("abcd", "efgh", "ijklm")
BORDS_KM = (0, 1, 2, 3, 5, 6)
POPULATIONS = dict(
    zip("abcdefghijklm", (100, 200, 40, 40, 20, 400, 5, 7, 30, 10, 39_920, 7, 500), strict=True)
)
EPCI = {**dict.fromkeys("abefij", "1"), **dict.fromkeys("chkl", "2"), "g": "3"}
CODES = list(POPULATIONS)
ETATS_DESSINES = pd.Series(
    {
        **dict.fromkeys("eijcdg", NON_COUVERTE),
        **dict.fromkeys("hlm", INDETERMINEE),
        **dict.fromkeys("abfk", COUVERTE),
    },
    dtype="str",
)
ADHESIONS = [
    ("nord", "k", "documente"),
    ("ouest", "a", "documente"),
    ("ouest", "b", "documente"),
    ("ouest", "f", "documente"),
    ("projet", "b", "deduit"),
    ("projet", "c", "deduit"),
    ("vieux", "d", "documente"),
    ("vieux", "h", "documente"),
]
STATUTS = {
    "nord": "lancee",
    "ouest": "lancee",
    "projet": "projet_valide",
    "lettre": "lettre_intention",
    "vieux": "abandonne",
    "flou": "inconnu",
    "loin": "lancee",
}
COMPTENT = pd.DataFrame(
    [
        ("lancee", "oui", "oui", "oui"),
        ("projet_valide", "non", "oui", "oui"),
        ("lettre_intention", "non", "non", "oui"),
        ("abandonne", "non", "non", "non"),
        ("inconnu", "non", "non", "non"),
    ],
    columns=["statut", "compte_en_fonctionnement", "compte_avec_projets", "compte_avec_lettres"],
).set_index("statut")


def draw_communes():
    lignes = [
        {
            "code_commune": code,
            "nom": f"Commune {code}",
            "code_departement": "52" if code == "m" else "21" if y == 2 else "70",
            "siren_epci": EPCI.get(code),
            "population": POPULATIONS[code],
            "etude": code != "m",
            "geometry": box(BORDS_KM[x] * KM, y * KM, BORDS_KM[x + 1] * KM, (y + 1) * KM),
        }
        for y, rangee in enumerate(RANGEES)
        for x, code in enumerate(rangee)
    ]
    communes = gpd.GeoDataFrame(lignes, crs="EPSG:2154").set_index("code_commune")
    return communes.assign(surface_km2=communes.area / KM**2)


COMMUNES = draw_communes()
FRONTIERES = shared_borders(COMMUNES)
# Contiguity found another way: the length that the outlines of each two communes have in common.
VOISINES = [
    (un, autre)
    for un, autre in itertools.combinations(CODES, 2)
    if shapely.intersection(COMMUNES.geometry[un], COMMUNES.geometry[autre]).length > 0
]


def with_adhesions(atlas, lignes):
    """Put the drawing, with these memberships, in the place of the data of an atlas."""
    adhesions = pd.DataFrame(
        sorted(lignes), columns=["cpts_id", "code_commune", "confiance"], dtype="str"
    ).assign(part=1.0)
    departements = adhesions["code_commune"].map(COMMUNES["code_departement"])
    siens = departements.groupby(adhesions["cpts_id"]).agg(lambda codes: tuple(sorted(set(codes))))
    fiches = pd.DataFrame({"statut": STATUTS}, dtype="str").rename_axis("cpts_id")
    return dataclasses.replace(
        atlas,
        communes=COMMUNES,
        frontieres=FRONTIERES,
        adhesions=adhesions,
        statuts=COMPTENT,
        fiches=fiches.assign(
            nom=[f"CPTS {cpts_id}" for cpts_id in fiches.index],
            statut_libelle=fiches["statut"].str.upper(),
            statut_mot_source="mot",
            confiance=adhesions.groupby("cpts_id")["confiance"].first(),
            dessinee=fiches.index.isin(adhesions["cpts_id"]),
            departements=[siens.get(cpts_id, ()) for cpts_id in fiches.index],
        ),
    )


@pytest.fixture(scope="module")
def dessin(atlas_dessine):
    return with_adhesions(atlas_dessine, ADHESIONS)


@pytest.fixture(scope="module")
def zones(dessin):
    return find_zones(dessin, ETATS_DESSINES, [])


def shuffle(table, hasard):
    return table.sample(frac=1, random_state=hasard.randrange(2**32))


def members(zones):
    """Return the clusters as a set of sets of communes."""
    return {frozenset(codes) for codes in zones.membres.groupby(zones.membres).groups.values()}


def test_clusters_of_the_drawing(zones):
    assert members(zones) == {frozenset("eij"), frozenset("cdg"), frozenset("hl")}
    # c and d, then h and l, have as many inhabitants: the smallest code names the cluster.
    assert zones.table.index.to_list() == ["c", "i", "h"]
    assert zones.table["etat"].to_list() == [NON_COUVERTE, NON_COUVERTE, INDETERMINEE]
    assert zones.table["nom"].to_list() == ["Commune c", "Commune i", "Commune h"]
    assert zones.membres.to_dict() == {
        **dict.fromkeys("cdg", "c"),
        **dict.fromkeys("eij", "i"),
        **dict.fromkeys("hl", "h"),
    }


def test_figures_of_the_clusters_come_from_totals(zones):
    chiffres = zones.table.drop(columns=["etat", "nom"]).to_dict("index")
    assert chiffres == {
        "c": {
            "communes": 3,
            "population": 85,
            "surface_km2": 4,
            "densite": 85 / 4,
            "population_par_commune": 85 / 3,
            "departements": ("70",),
            "n_epci": 2,  # d is in none
            "continue_dehors": False,
        },
        "i": {
            "communes": 3,
            "population": 60,
            "surface_km2": 3,
            "densite": 20,
            "population_par_commune": 20,
            "departements": ("21", "70"),
            "n_epci": 1,
            "continue_dehors": False,
        },
        "h": {
            "communes": 2,
            "population": 14,
            "surface_km2": 4,
            "densite": 3.5,
            "population_par_commune": 7,
            "departements": ("21", "70"),
            "n_epci": 1,
            "continue_dehors": True,  # m, outside the study area
        },
    }


def test_a_filter_truncates_a_cluster_and_says_so(dessin):
    zones = find_zones(dessin, ETATS_DESSINES, ["70"])
    assert members(zones) == {frozenset("e"), frozenset("cdg"), frozenset("h")}
    assert zones.table["continue_dehors"].to_dict() == {"c": False, "e": True, "h": True}
    assert zones.table["departements"].to_dict() == dict.fromkeys("ceh", ("70",))


def test_outside_the_study_area_there_is_no_cluster(dessin):
    zones = find_zones(dessin, ETATS_DESSINES, ["52"])
    assert zones.table.empty
    assert zones.membres.empty
    assert zone_borders(dessin, zones).empty


def test_borders_of_the_clusters(zones):
    longueurs = zones.bordure.groupby("zone")["frontiere_km"].sum()
    # c: around g, b|c, d|h. i: e|a, e|f, j|f, j|k. h: g|h, d|h, k|l, l|m.
    assert longueurs.to_dict() == {"c": 1 + 1 + 1 + 1 + 2, "i": 4, "h": 1 + 2 + 1 + 1}
    suite = zones.bordure[zones.bordure["meme_etat"]]
    assert suite[["code_commune", "code_commune_voisine"]].to_numpy().tolist() == [["l", "m"]]


def test_neighbours_of_the_clusters(dessin, zones):
    assert zone_borders(dessin, zones).to_dict("records") == [
        {"zone": "c", "cpts_id": "nord", "frontiere_km": 1},
        {"zone": "c", "cpts_id": "ouest", "frontiere_km": 2},
        {"zone": "h", "cpts_id": "nord", "frontiere_km": 1},
        {"zone": "i", "cpts_id": "nord", "frontiere_km": 1},
        {"zone": "i", "cpts_id": "ouest", "frontiere_km": 3},
    ]


def test_who_could_absorb(dessin, zones):
    # Projet has b and c: no border of its own, it holds a commune. Vieux is abandoned.
    assert candidates(dessin, zones, "c").to_dict("records") == [
        {
            "cpts_id": "ouest",
            "nom": "CPTS ouest",
            "statut": "lancee",
            "statut_libelle": "LANCEE",
            "statut_mot_source": "mot",
            "confiance": "documente",
            "etablie_seule": False,
            "frontiere_km": 2,
            "communes_deja": 0,
            "communes_ajoutees": 3,
            "population_avant": 700,
            "population_apres": 785,
            "taille_avant": "T1",
            "taille_apres": "T1",
        },
        {
            "cpts_id": "nord",
            "nom": "CPTS nord",
            "statut": "lancee",
            "statut_libelle": "LANCEE",
            "statut_mot_source": "mot",
            "confiance": "documente",
            "etablie_seule": False,
            "frontiere_km": 1,
            "communes_deja": 0,
            "communes_ajoutees": 3,
            "population_avant": 39_920,
            "population_apres": 40_005,
            "taille_avant": "T1",
            "taille_apres": "T2",
        },
        {
            "cpts_id": "projet",
            "nom": "CPTS projet",
            "statut": "projet_valide",
            "statut_libelle": "PROJET_VALIDE",
            "statut_mot_source": "mot",
            "confiance": "deduit",
            "etablie_seule": False,
            "frontiere_km": 0,
            "communes_deja": 1,
            "communes_ajoutees": 2,
            "population_avant": 240,
            "population_apres": 285,
            "taille_avant": "T1",
            "taille_apres": "T1",
        },
    ]


def test_nobody_to_absorb(atlas_dessine, zones):
    personne = candidates(with_adhesions(atlas_dessine, []), zones, "c")
    assert personne.empty
    assert personne.columns.to_list()[:2] == ["cpts_id", "nom"]


def test_unknown_cluster_is_an_error_of_the_caller(dessin, zones):
    with pytest.raises(KeyError):
        candidates(dessin, zones, "a")


def test_another_denominator_changes_the_ranking(zones):
    blanches = zones.table[zones.table["etat"] == NON_COUVERTE]
    autrement = blanches.assign(surface_km2=[4.0, 1.0])
    autrement["densite"] = autrement["population"] / autrement["surface_km2"]
    rangees = rank_zones(autrement, "densite", "population")
    assert rangees.index.to_list() == ["i", "c"]
    assert rangees["rang"].to_list() == [1, 2]
    assert rangees["rang_autre"].to_list() == [2, 1]
    assert rangees["ecart_rang"].to_list() == [-1, 1]


def test_equal_values_share_a_rank_and_a_missing_one_has_none():
    # Any numeric column can rank: one that came later, here.
    table = pd.DataFrame(
        {"etat": NON_COUVERTE, "population": [3, 2, 1, 0], "sans_medecin": [5.0, None, 7.0, 5.0]},
        index=list("dcba"),
    )
    rangees = rank_zones(table, "sans_medecin", "population")
    assert rangees.index.to_list() == ["b", "a", "d", "c"]
    assert rangees["rang"].to_list()[:3] == [1, 2, 2]
    assert rangees["rang_autre"].to_list() == [3, 4, 1, 2]
    assert rangees["ecart_rang"].to_list()[:3] == [-2, -2, 1]
    assert rangees.loc["c", ["rang", "ecart_rang"]].isna().all()


@pytest.mark.parametrize(
    ("croissant", "attendus"),
    [(False, ["d", "b", "c", "a", "e"]), (True, ["e", "a", "c", "b", "d"])],
)
def test_zones_whose_place_is_open_come_by_the_middle_of_what_they_may_be(croissant, attendus):
    bornes = {"a": (3, 9), "b": (5, 9), "c": (4, 9), "d": (6, 9), "e": (2, np.inf)}
    table = pd.DataFrame(
        {
            "etat": NON_COUVERTE,
            "m": np.nan,
            "m (bas)": [float(bas) for bas, _ in bornes.values()],
            "m (haut)": [float(haut) for _, haut in bornes.values()],
        },
        index=list(bornes),
    )
    rangees = rank_zones(table, "m", croissant=croissant)
    assert set(zip(rangees["rang"], rangees["rang_max"], strict=True)) == {(1, 5)}
    assert rangees.index.to_list() == attendus
    # Without bounds, nothing but the code tells equal places apart.
    seules = pd.DataFrame({"etat": NON_COUVERTE, "m": 1.0}, index=["b", "a"])
    assert rank_zones(seules, "m").index.to_list() == ["a", "b"]


def test_the_two_states_are_never_ranked_together(zones):
    with pytest.raises(ValueError, match="never ranked together"):
        rank_zones(zones.table, "population")


@pytest.mark.parametrize("mesure", MESURES)
def test_every_measure_ranks(zones, mesure):
    blanches = zones.table[zones.table["etat"] == NON_COUVERTE]
    assert rank_zones(blanches, mesure)[mesure].is_monotonic_decreasing


def test_absorbing_keeps_what_is_established():
    avant = pd.DataFrame(ADHESIONS, columns=["cpts_id", "code_commune", "confiance"], dtype="str")
    avant = avant.assign(part=1.0)
    apres = absorb(avant, ["c", "d", "c", "b"], "projet")
    siennes = apres[apres["cpts_id"] == "projet"]
    assert dict(zip(siennes["code_commune"], siennes["confiance"], strict=True)) == {
        "b": "deduit",
        "c": "deduit",
        "d": "hypothese",
    }
    assert len(apres) == len(avant) + 1


cpts_dessinees = st.sampled_from(["nord", "ouest", "projet", "lettre", "vieux", "flou"])
adhesions_possibles = st.lists(
    st.tuples(
        cpts_dessinees,
        st.sampled_from(CODES),
        st.sampled_from(["documente", "deduit", "hypothese"]),
    ),
    unique_by=lambda ligne: ligne[:2],
    max_size=20,
)
etats_possibles = st.lists(st.sampled_from(ETATS), min_size=len(CODES), max_size=len(CODES)).map(
    lambda etats: pd.Series(etats, index=CODES, dtype="str")
)
# Those that try every cluster, or every function, are slow.
quelques_uns = settings(max_examples=6)
choix = st.sets(st.sampled_from(["21", "70", "52"]))


@settings(max_examples=15)
@given(adhesions_possibles, st.sampled_from(list(DEFINITIONS)), choix, st.booleans())
def test_the_three_states_partition_the_communes(
    atlas_dessine, lignes, definition, complets, indicatifs
):
    atlas = declare(with_adhesions(atlas_dessine, lignes), complets, [])
    etats = find_etats(atlas, definition, indicatifs=indicatifs)
    mesure = measure_couverture(atlas, [], definition)
    parts = {etat: set(etats.index[etats == etat]) for etat in ETATS}
    assert set.union(*parts.values()) == set(CODES)
    assert sum(map(len, parts.values())) == len(CODES) == len(etats)
    for etat in ETATS:
        attendue = sum(POPULATIONS[code] for code in parts[etat] - {"m"})
        assert mesure.compte(etat, indicatifs=indicatifs).population == attendue


@settings(max_examples=40)
@given(etats_possibles, choix)
def test_clusters_partition_the_communes_of_their_state(dessin, etats, departements):
    zones = find_zones(dessin, etats, departements)
    assert zones.membres.index.is_unique
    assert set(zones.membres) == set(zones.table.index)
    for etat in ETATS_DES_ZONES:
        attendus = {
            code
            for code in CODES
            if etats[code] == etat
            and code != "m"
            and (not departements or COMMUNES["code_departement"][code] in departements)
        }
        siennes = zones.table[zones.table["etat"] == etat]
        assert set(zones.membres.index[zones.membres.isin(siennes.index)]) == attendus
        assert siennes["communes"].sum() == len(attendus)
        assert siennes["population"].sum() == sum(POPULATIONS[code] for code in attendus)
        assert siennes["surface_km2"].sum() == COMMUNES["surface_km2"].loc[sorted(attendus)].sum()


@settings(max_examples=40)
@given(etats_possibles, choix)
def test_clusters_are_the_components_of_another_graph(dessin, etats, departements):
    choisies = [
        code
        for code in CODES
        if etats[code] in ETATS_DES_ZONES
        and code != "m"
        and (not departements or COMMUNES["code_departement"][code] in departements)
    ]
    entier = nx.Graph((un, autre) for un, autre in VOISINES if etats[un] == etats[autre])
    zones = find_zones(dessin, etats, departements)
    graphe = nx.Graph(entier.subgraph(choisies))
    graphe.add_nodes_from(choisies)
    assert members(zones) == set(map(frozenset, nx.connected_components(graphe)))
    for zone, suite in zones.table["continue_dehors"].items():
        siens = set(zones.membres.index[zones.membres == zone])
        autour = set().union(*(entier[code] for code in siens if code in entier))
        assert suite == bool(autour - siens)


@settings(max_examples=15)
@given(adhesions_possibles, etats_possibles, choix)
def test_neighbours_are_those_of_every_pair_of_outlines(atlas_dessine, lignes, etats, departements):
    atlas = with_adhesions(atlas_dessine, lignes)
    zones = find_zones(atlas, etats, departements)
    siens = {}
    for cpts_id, code, _ in lignes:
        siens.setdefault(cpts_id, set()).add(code)
    siens.pop("vieux", None)
    bords = zone_borders(atlas, zones)
    trouves = {(bord.zone, bord.cpts_id): bord.frontiere_km for bord in bords.itertuples()}
    attendus = {}
    for zone, cpts_id in itertools.product(zones.table.index, siens):
        dedans = set(zones.membres.index[zones.membres == zone])
        # Two sets of squares without a common one: the border is what their unions share.
        un = COMMUNES.geometry.loc[sorted(dedans - siens[cpts_id])].union_all()
        autre = COMMUNES.geometry.loc[sorted(siens[cpts_id] - dedans)].union_all()
        longueur_km = shapely.intersection(un, autre).length / KM
        if longueur_km:
            attendus[zone, cpts_id] = longueur_km
    assert trouves == pytest.approx(attendus)


@quelques_uns
@given(adhesions_possibles, etats_possibles)
def test_candidates_are_the_neighbours_and_the_holders(atlas_dessine, lignes, etats):
    atlas = with_adhesions(atlas_dessine, lignes)
    zones = find_zones(atlas, etats, [])
    bords = zone_borders(atlas, zones)
    for zone in zones.table.index:
        table = candidates(atlas, zones, zone)
        siens = zones.membres.index[zones.membres == zone]
        detenteurs = {
            cpts_id for cpts_id, code, _ in lignes if code in siens and cpts_id != "vieux"
        }
        autour = set(bords.loc[bords["zone"] == zone, "cpts_id"])
        assert set(table["cpts_id"]) == autour | detenteurs
        assert table["frontiere_km"].is_monotonic_decreasing
        avant = summarize_territoires(COMMUNES, atlas.adhesions)
        for ligne in table.itertuples():
            apres = summarize_territoires(COMMUNES, absorb(atlas.adhesions, siens, ligne.cpts_id))
            assert ligne.population_avant == avant["population"][ligne.cpts_id]
            assert ligne.population_apres == apres["population"][ligne.cpts_id]
            gagnees = apres["communes"][ligne.cpts_id] - avant["communes"][ligne.cpts_id]
            assert ligne.communes_ajoutees == gagnees
            assert ligne.communes_deja == len(siens) - gagnees
            assert ligne.taille_apres == classe_taille(ligne.population_apres)


@settings(max_examples=15)
@given(
    adhesions_possibles.filter(len),
    st.lists(st.sampled_from(CODES), min_size=1),
    st.data(),
)
def test_an_absorption_changes_exactly_one_cpts(atlas_dessine, lignes, codes, data):
    adhesions = with_adhesions(atlas_dessine, lignes).adhesions
    cpts_id = data.draw(st.sampled_from(sorted(set(adhesions["cpts_id"]))))
    siennes = set(adhesions.loc[adhesions["cpts_id"] == cpts_id, "code_commune"])
    nouvelles = set(codes) - siennes
    avant = summarize_territoires(COMMUNES, adhesions)
    apres = summarize_territoires(COMMUNES, absorb(adhesions, codes, cpts_id))
    assert apres.index.equals(avant.index)
    changees = set(avant.index[(avant != apres).any(axis="columns")])
    assert changees == ({cpts_id} if nouvelles else set())
    gagnee = apres["population"][cpts_id] - avant["population"][cpts_id]
    assert gagnee == sum(POPULATIONS[code] for code in nouvelles) >= 0
    # What was established stays, and nothing else becomes so.
    assert apres["population_etablie"].equals(avant["population_etablie"])


@settings(max_examples=15)
@given(adhesions_possibles, choix, st.booleans())
def test_a_wider_definition_never_covers_less(atlas_dessine, lignes, complets, indicatifs):
    atlas = declare(with_adhesions(atlas_dessine, lignes), complets, [])
    par_definition = [find_etats(atlas, nom, indicatifs=indicatifs) for nom in DEFINITIONS]
    for etroite, large in itertools.pairwise(par_definition):
        assert set(etroite.index[etroite == COUVERTE]) <= set(large.index[large == COUVERTE])
        assert set(etroite.index[etroite == NON_COUVERTE]) >= set(
            large.index[large == NON_COUVERTE]
        )
    mesures = [measure_couverture(atlas, [], nom) for nom in DEFINITIONS]
    populations = [mesure.couverts(indicatifs=indicatifs).population for mesure in mesures]
    assert populations == sorted(populations)


@quelques_uns
@given(adhesions_possibles, etats_possibles, choix, st.randoms(use_true_random=False))
def test_the_order_of_the_input_is_irrelevant(atlas_dessine, lignes, etats, departements, hasard):
    atlas = with_adhesions(atlas_dessine, lignes)
    retournees = FRONTIERES.set_axis(
        ["code_commune_voisine", "code_commune", "frontiere_km"], axis="columns"
    )
    melange = dataclasses.replace(
        atlas,
        communes=shuffle(COMMUNES, hasard),
        adhesions=shuffle(atlas.adhesions, hasard),
        frontieres=shuffle(hasard.choice([FRONTIERES, retournees]), hasard),
        fiches=shuffle(atlas.fiches, hasard),
    )
    attendues = find_zones(atlas, etats, departements)
    obtenues = find_zones(melange, shuffle(etats, hasard), sorted(departements, reverse=True))
    assert_frame_equal(obtenues.table, attendues.table)
    assert_series_equal(obtenues.membres, attendues.membres)
    assert_frame_equal(obtenues.bordure, attendues.bordure)
    assert_frame_equal(zone_borders(melange, obtenues), zone_borders(atlas, attendues))
    for zone in attendues.table.index:
        assert_frame_equal(candidates(melange, obtenues, zone), candidates(atlas, attendues, zone))
    blanches = attendues.table[attendues.table["etat"] == NON_COUVERTE]
    for par, autre in (("densite", "population"), ("communes", None)):
        assert_frame_equal(
            rank_zones(shuffle(blanches, hasard), par, autre), rank_zones(blanches, par, autre)
        )
    codes = hasard.sample(CODES, 5)
    assert_frame_equal(
        absorb(melange.adhesions, codes, "nord"), absorb(atlas.adhesions, sorted(codes), "nord")
    )


def rows(nom):
    with (DATA / f"{nom}.csv").open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


@pytest.fixture(scope="module")
def contours():
    """Communes as the file gives them, in metres."""
    lues = gpd.read_file(DATA / "communes.geojson").set_index("code_commune")
    return lues.to_crs("EPSG:2154")


@pytest.fixture(scope="module")
def membres():
    """Codes of the communes of each CPTS that counts as « en fonctionnement »."""
    comptent = {x["statut"] for x in rows("statuts") if x["compte_en_fonctionnement"] == "oui"}
    cpts = {x["cpts_id"] for x in rows("cpts_fiches") if x["statut"] in comptent}
    siens = {}
    for ligne in rows("cpts"):
        if ligne["cpts_id"] in cpts:
            siens.setdefault(ligne["cpts_id"], set()).add(ligne["code_commune"])
    return siens


@pytest.mark.parametrize(
    "cas",
    [
        # Department 70 is declared complete: Lure is then a gap, all in it.
        ("70", "70310", NON_COUVERTE, False, "cpts-pays-hericourt", "T2"),
        # Department 21 is not: of Beaune nothing is known, and it goes on into 71.
        ("21", "21054", INDETERMINEE, True, "cpts-auxois-morvan", "T3"),
    ],
)
def test_a_cluster_worked_out_again_from_the_files(haute_saone, contours, membres, cas):
    departement, chef, etat, suite, voisine, taille = cas
    essai = declare(load(haute_saone), ["70"], [])
    zones = find_zones(essai, find_etats(essai, "fonctionnement", indicatifs=True), [departement])
    # The same from the files: the piece of the union of what is not covered that holds the chef.
    couvertes = set().union(*membres.values())
    reste = contours[
        (contours["code_departement"] == departement) & ~contours.index.isin(list(couvertes))
    ]
    points = reste.representative_point()
    pieces = shapely.get_parts(shapely.unary_union(reste.geometry.to_numpy()))
    piece = next(piece for piece in pieces if piece.contains(points[chef]))
    siens = reste[points.within(piece)]
    autres = contours[(contours["code_departement"] != departement) & contours["etude"]]
    dehors = shapely.unary_union(autres[~autres.index.isin(list(couvertes))].geometry.to_numpy())

    ligne = zones.table.loc[chef]
    assert siens["population"].idxmax() == chef
    assert sorted(zones.membres.index[zones.membres == chef]) == sorted(siens.index)
    assert ligne["etat"] == etat
    assert ligne["nom"] == contours["nom"][chef]
    assert ligne["communes"] == len(siens) > 1
    assert ligne["population"] == siens["population"].sum()
    assert ligne["surface_km2"] == pytest.approx(piece.area / KM**2, rel=1e-6)
    assert ligne["densite"] == pytest.approx(siens["population"].sum() / (piece.area / KM**2))
    assert ligne["n_epci"] == siens["siren_epci"].nunique()
    assert ligne["departements"] == (departement,)
    if etat == INDETERMINEE:
        assert ligne["continue_dehors"] == (piece.intersection(dehors).length > 1) == suite

    table = candidates(essai, zones, chef).set_index("cpts_id")
    unions = {
        cpts_id: contours.loc[sorted(codes)].union_all() for cpts_id, codes in membres.items()
    }
    longueurs_km = {
        cpts_id: piece.intersection(union).length / KM for cpts_id, union in unions.items()
    }
    touchees = {cpts_id: km for cpts_id, km in longueurs_km.items() if km > 0}
    assert table["frontiere_km"].to_dict() == pytest.approx(touchees, rel=1e-6)
    avant = contours["population"].loc[sorted(membres[voisine])].sum()
    apres = avant + siens["population"].sum()
    attendu = table.loc[voisine]
    assert (attendu["population_avant"], attendu["population_apres"]) == (avant, apres)
    bornes = [40_000, 80_000, 175_000]
    assert attendu["taille_avant"] == f"T{1 + np.searchsorted(bornes, avant)}" == "T1"
    assert attendu["taille_apres"] == f"T{1 + np.searchsorted(bornes, apres)}" == taille


BORNES_DE_ZONES = st.lists(
    st.one_of(
        st.none(),
        st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda paire: tuple(sorted(paire))),
    ),
    min_size=1,
    max_size=8,
)


@given(BORNES_DE_ZONES, st.booleans())
def test_a_place_is_between_what_every_possible_figure_gives(bornes, croissant):
    table = pd.DataFrame(
        {
            "etat": NON_COUVERTE,
            "m": [float(b[0]) if b and b[0] == b[1] else np.nan for b in bornes],
            "m (bas)": [b[0] if b else np.nan for b in bornes],
            "m (haut)": [b[1] if b else np.nan for b in bornes],
        }
    )
    classees = rank_zones(table, "m", croissant=croissant).sort_index()
    connues = [rang for rang, b in enumerate(bornes) if b]
    assert list(classees.index[classees["rang"].notna()]) == connues
    for rang in connues:
        # At best it is as far forward as it may be, and every other one as far back; at worst the reverse.
        for sien, avant in (("rang", 1), ("rang_max", 0)):
            bord = 1 - avant if croissant else avant
            valeur = bornes[rang][bord]
            autres = [bornes[autre][1 - bord] for autre in connues if autre != rang]
            devant = sum(a < valeur if croissant else a > valeur for a in autres)
            assert classees.loc[rang, sien] == 1 + devant
