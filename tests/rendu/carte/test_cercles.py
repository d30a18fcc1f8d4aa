"""Proportional circles: areas, their bound, and the round values of the legend."""

from math import isclose, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendu.carte.cercles import EFFECTIF_PLEIN, RAYON_MAX_PX, make_cercles

EFFECTIFS = st.dictionaries(
    st.text("abcdef", min_size=1), st.integers(1_000, 1_000_000), min_size=1
)


@given(EFFECTIFS)
def test_areas_are_proportional_to_the_values(valeurs):
    rayons = make_cercles(valeurs, str).rayons
    assert max(rayons.values()) <= RAYON_MAX_PX
    grand = max(valeurs, key=valeurs.get)
    for cpts_id, valeur in valeurs.items():
        part = (rayons[cpts_id] / rayons[grand]) ** 2
        assert isclose(part, valeur / valeurs[grand], rel_tol=0.02)


@given(EFFECTIFS)
def test_the_legend_has_three_round_values_to_the_scale_of_the_map(valeurs):
    cercles = make_cercles(valeurs, str)
    rondes = [int(texte) for texte, _ in cercles.legende]
    assert len(rondes) == len(set(rondes)) == 3
    assert rondes == sorted(rondes, reverse=True)
    assert max(valeurs.values()) / 2.5 < rondes[0] <= max(valeurs.values())
    for texte, rayon in cercles.legende:
        assert texte[0] in "125"
        assert set(texte[1:]) <= {"0"}
        du_plus_grand = (rayon / max(cercles.rayons.values())) ** 2
        assert isclose(du_plus_grand, int(texte) / max(valeurs.values()), rel_tol=0.02)


def test_a_thousand_circles_cover_no_more_than_a_hundred():
    def aire(n: int) -> float:
        rayons = make_cercles({str(i): 5_000 for i in range(n)}, str).rayons
        return sum(pi * rayon**2 for rayon in rayons.values())

    assert isclose(aire(10 * EFFECTIF_PLEIN), aire(EFFECTIF_PLEIN), rel_tol=0.01)


def test_zero_has_no_circle_and_no_value_no_legend():
    assert make_cercles({"a": 10, "b": 0}, str).rayons == {"a": RAYON_MAX_PX}
    assert make_cercles({"a": 0}, str) is None
    assert make_cercles({}, str) is None


@pytest.mark.parametrize("valeur", [0.4, 0.1, 0.3, 1e-3])
def test_the_parts_of_one_have_a_legend_too(valeur):
    cercles = make_cercles({"a": valeur, "b": valeur / 2}, "{:g}".format)
    ((texte, rayon),) = cercles.legende
    assert valeur / 2.5 < float(texte) <= valeur * 1.000001
    assert rayon <= RAYON_MAX_PX * 1.000001


@pytest.mark.parametrize("valeur", [-1, float("nan"), float("inf")])
def test_what_is_no_count_is_refused(valeur):
    with pytest.raises(ValueError, match="positif ou nul : a"):
        make_cercles({"a": valeur}, str)
