"""Shares of communes in polygons: against a plain overlay, and what must add up."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.couches.attribution import (
    AUCUNE,
    CHACUNE,
    MAIRIE,
    MAIRIE_AILLEURS,
    PARTAGE,
    PARTAGEE,
    RECOUVREMENT,
    SURFACE,
    TROP_PEU,
    Regle,
    attribute,
    count_changed,
    whole_to,
)
from geo.couches.ecarts import draw_ecarts, measure_ecarts
from geo.couches.parts import BATI, BORDURE, measure_parts, unite_by_name
from tests.conftest import PEU_D_EXEMPLES

# Squares of 1 km in EPSG:2154, near Dijon: four rows of four communes, « 00 » to « 33 ».
COTE, ORIGINE = 1000.0, (850_000.0, 6_690_000.0)


def box(x0, y0, x1, y1):
    """Return a rectangle, in sides of commune from the origin."""
    (ox, oy), c = ORIGINE, COTE
    return shapely.box(ox + x0 * c, oy + y0 * c, ox + x1 * c, oy + y1 * c)


def make_communes(mairie=(0.5, 0.5)):
    cases = [(x, y) for x in range(4) for y in range(4)]
    formes = [box(x, y, x + 1, y + 1) for x, y in cases]
    mairies = gpd.GeoSeries(
        [
            shapely.Point(ORIGINE[0] + (x + mairie[0]) * COTE, ORIGINE[1] + (y + mairie[1]) * COTE)
            for x, y in cases
        ],
        crs=2154,
    ).to_crs(4326)
    return gpd.GeoDataFrame(
        {
            "nom": [f"Commune {x}{y}" for x, y in cases],
            "population": [100 * (1 + x + 4 * y) for x, y in cases],
            "surface_km2": 1.0,
            "mairie_lon": mairies.x.to_numpy(),
            "mairie_lat": mairies.y.to_numpy(),
        },
        geometry=formes,
        index=pd.Index([f"{x}{y}" for x, y in cases], name="code_commune"),
        crs=2154,
    )


COMMUNES = make_communes()


def layer(**formes):
    return gpd.GeoSeries(formes, crs=2154).sort_index()


def lay(mairie=(0.5, 0.5), **formes):
    return measure_parts(layer(**formes), make_communes(mairie))


reels = st.floats(0, 4, allow_nan=False)
rectangles = st.tuples(reels, reels, reels, reels).filter(
    lambda r: abs(r[2] - r[0]) > 0.01 and abs(r[3] - r[1]) > 0.01
)
couches = st.lists(rectangles, min_size=1, max_size=5).map(
    lambda siens: {f"c{rang}": box(*rectangle) for rang, rectangle in enumerate(siens)}
)


@PEU_D_EXEMPLES
@given(couches)
def test_shares_are_those_of_a_plain_overlay(formes):
    cpts = layer(**formes)
    parts = measure_parts(cpts, COMMUNES).set_index(["cpts", "code_commune"])
    usuel = gpd.overlay(
        COMMUNES[["geometry"]].reset_index(),
        gpd.GeoDataFrame({"cpts": cpts.index}, geometry=cpts.to_numpy(), crs=2154),
        how="intersection",
        keep_geom_type=False,
    )
    attendu = (usuel.area / COTE**2).groupby([usuel["cpts"], usuel["code_commune"]]).sum()
    lus = parts["part_surface"].reindex(attendu.index).fillna(0.0)
    assert np.allclose(lus, attendu, atol=1e-9)
    assert set(parts.index) <= set(attendu.index) | set(parts.index[parts["part_surface"] < 1e-9])


@PEU_D_EXEMPLES
@given(couches, st.sampled_from([10, 50, 90]), st.sampled_from([SURFACE, MAIRIE]))
def test_what_is_counted_is_what_is_inside_with_what_is_added_and_left(formes, seuil, compter):
    parts = measure_parts(layer(**formes), COMMUNES)
    attribution = attribute(parts, Regle(seuil, compter))
    ecarts = measure_ecarts(parts, attribution, COMMUNES)
    assert np.allclose(
        ecarts["population_polygone"]
        + ecarts["population_en_plus"]
        - ecarts["population_en_moins"],
        ecarts["population"],
    )
    dessines = draw_ecarts(layer(**formes), attribution, COMMUNES)
    assert np.allclose(
        dessines.en_plus.area.sort_index() / COTE**2,
        ecarts["surface_en_plus_km2"].reindex(dessines.en_plus.index).fillna(0).sort_index(),
        atol=1e-6,
    )


@PEU_D_EXEMPLES
@given(couches, st.integers(5, 95))
def test_a_commune_is_given_once_or_split_or_overlapped(formes, seuil):
    attribution = attribute(measure_parts(layer(**formes), COMMUNES), Regle(seuil))
    adhesions = attribution.adhesions
    assert not adhesions.duplicated(["cpts", "code_commune"]).any()
    assert adhesions["part"].between(0, 1, inclusive="right").all()
    sommes = adhesions.groupby("code_commune")["part"].sum()
    entieres = {c.code_commune for c in attribution.cas if c.retenue == CHACUNE}
    assert (sommes[~sommes.index.isin(entieres)] <= 1 + 1e-9).all()
    # What is split adds up to what the polygons hold together, but for the borders that are ignored.
    ensemble = shapely.union_all(list(formes.values()))
    for cas in attribution.cas:
        if cas.retenue == PARTAGEE and len(cas.tenues) < 2:
            commune = COMMUNES.geometry[cas.code_commune]
            tenue = commune.intersection(ensemble).area / commune.area
            assert sommes[cas.code_commune] == pytest.approx(tenue, abs=0.02 * len(formes))


@PEU_D_EXEMPLES
@given(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=3, unique=True))
def test_a_layer_that_cuts_a_commune_in_full_leaves_nothing_of_it(coupes):
    bords = [0.0, *sorted(coupes), 1.0]
    formes = {f"c{i}": box(a, 0, b, 1) for i, (a, b) in enumerate(pairwise(bords))}
    attribution = attribute(measure_parts(layer(**formes), COMMUNES), Regle(90))
    assert attribution.adhesions["part"].sum() == pytest.approx(1.0, abs=BORDURE * len(formes))


def test_a_border_is_ignored_and_what_is_between_is_listed():
    attribution = attribute(lay(a=box(0, 0, 1.015, 1), b=box(1.015, 0, 2.3, 1)), Regle())
    donnees = attribution.adhesions.set_index("code_commune")["cpts"].to_dict()
    assert donnees == {"00": "a", "10": "b"}
    assert [(c.code_commune, c.pourquoi, c.retenue) for c in attribution.cas] == [
        ("20", TROP_PEU, AUCUNE)
    ]


def test_the_threshold_moves_what_is_between():
    parts = lay(a=box(0, 0, 1.4, 1))
    avant, apres = attribute(parts, Regle(50)), attribute(parts, Regle(40))
    assert sorted(avant.adhesions["code_commune"]) == ["00"]
    assert sorted(apres.adhesions["code_commune"]) == ["00", "10"]
    assert count_changed(avant, apres) == 1
    assert count_changed(avant, avant) == 0


def test_a_commune_that_no_cpts_holds_alone_is_split():
    attribution = attribute(lay(a=box(0, 0, 0.45, 1), b=box(0.45, 0, 0.8, 1)), Regle())
    assert attribution.cas[0].pourquoi == PARTAGE
    parts = attribution.adhesions.set_index("cpts")["part"]
    assert parts.to_dict() == pytest.approx({"a": 0.45, "b": 0.35})


def test_polygons_that_overlap_have_the_commune_each():
    attribution = attribute(lay(a=box(0, 0, 1, 1), b=box(0, 0, 1, 1)), Regle())
    assert attribution.cas[0].pourquoi == RECOUVREMENT
    assert attribution.adhesions["part"].to_list() == [1.0, 1.0]


def test_what_two_polygons_hold_of_the_same_ground_counts_once():
    sous_le_seuil = attribute(lay(a=box(0, 0, 0.4, 1), b=box(0, 0, 0.4, 1)), Regle())
    assert [(c.pourquoi, c.retenue) for c in sous_le_seuil.cas] == [(RECOUVREMENT, AUCUNE)]
    partage = attribute(lay(a=box(0, 0, 0.45, 1), b=box(0.3, 0, 0.75, 1)), Regle())
    assert partage.cas[0].pourquoi == RECOUVREMENT
    assert partage.adhesions["part"].to_list() == pytest.approx([0.375, 0.375])


def test_who_is_below_the_threshold_has_no_share_unless_decided():
    parts = lay(a=box(0, 0, 0.55, 1), b=box(0.55, 0, 0.9, 1), c=box(0.9, 0, 1, 1))
    attribution = attribute(parts, Regle(30))
    assert attribution.adhesions["cpts"].to_list() == ["a", "b"]
    decidee = attribute(parts, Regle(30, decisions={"00": PARTAGEE}))
    assert decidee.adhesions["part"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("decision", "attendu"),
    [
        (PARTAGEE, {"a": 0.6, "b": 0.4}),
        (CHACUNE, {"a": 1.0, "b": 1.0}),
        (AUCUNE, {}),
        (whole_to("b"), {"b": 1.0}),
        (whole_to("ailleurs"), {"a": 1.0}),
    ],
)
def test_a_decision_by_hand_wins_if_it_has_a_meaning(decision, attendu):
    parts = lay(a=box(0, 0, 0.6, 1), b=box(0.6, 0, 1, 1))
    attribution = attribute(parts, Regle(decisions={"00": decision, "99": AUCUNE}))
    assert attribution.adhesions.set_index("cpts")["part"].to_dict() == pytest.approx(attendu)


def test_a_plain_commune_may_be_decided_by_hand_and_is_listed():
    attribution = attribute(lay(a=box(0, 0, 1, 1)), Regle(decisions={"00": AUCUNE}))
    assert attribution.adhesions.empty
    assert [c.decidee for c in attribution.cas] == [AUCUNE]


def test_a_town_hall_elsewhere_is_told_and_may_be_what_counts():
    parts = lay(mairie=(0.9, 0.5), a=box(0, 0, 0.7, 1))
    assert attribute(parts, Regle()).cas[0].pourquoi == MAIRIE_AILLEURS
    assert attribute(parts, Regle(compter=MAIRIE)).adhesions.empty


def test_a_finer_layer_tells_where_people_live():
    fine = gpd.GeoDataFrame(
        {"poids": [900.0, 100.0]}, geometry=[box(0, 0, 0.1, 0.1), box(0.8, 0, 0.9, 0.1)], crs=2154
    )
    parts = measure_parts(
        layer(a=box(0, 0, 0.2, 1), b=box(0.2, 0, 2, 1)), COMMUNES, fine
    ).set_index(["cpts", "code_commune"])
    assert parts.loc[("a", "00"), "part_population"] == pytest.approx(0.9)
    assert parts.loc[("b", "00"), "part_population"] == pytest.approx(0.1)
    assert parts.loc[("b", "10"), "part_population"] == 1.0
    assert parts["methode"].to_dict()["a", "00"] == BATI


def test_the_parts_of_a_cpts_are_one_outline():
    polygones = gpd.GeoDataFrame(
        {"cpts": ["a", "", "a"]},
        geometry=[box(0, 0, 1, 1), box(2, 2, 3, 3), box(0.5, 0, 2, 1)],
        crs=2154,
    )
    unies = unite_by_name(polygones)
    assert unies.index.to_list() == ["a"]
    assert unies.area.iloc[0] == pytest.approx(2 * COTE**2)
    assert unies.crs == polygones.crs
