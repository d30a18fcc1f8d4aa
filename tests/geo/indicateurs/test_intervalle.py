"""The interval of a share of which cells are withheld: it holds that of everything that they may be."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.cellules import Valeurs
from geo.indicateurs.agregation import Termes, add_up
from geo.indicateurs.intervalle import wilson
from geo.indicateurs.registre import RAPPORT


def column(cellules):
    """Read cells: a number, or the least and the most of a withheld one."""
    bornes = [c if isinstance(c, tuple) else (c, c) for c in cellules]
    bas, haut = np.array(bornes, dtype="float64").T
    return Valeurs(bas, haut, np.array([isinstance(c, tuple) for c in cellules]))


def one_group(hauts, bas):
    termes = Termes(RAPPORT, column(hauts), column(bas), 100.0, part=True)
    return add_up(termes, np.zeros(len(hauts), dtype=np.intp), 1)


def possible(cellule):
    return range(cellule[0], cellule[1] + 1) if isinstance(cellule, tuple) else [cellule]


bounds = st.tuples(st.integers(1, 6), st.integers(0, 6)).map(lambda b: (b[0], b[0] + b[1]))
numbers = st.integers(0, 40)


@given(
    st.lists(st.tuples(numbers | bounds, st.integers(40, 200)), min_size=1, max_size=4),
    st.none() | bounds,
)
def test_it_holds_the_interval_of_each_possible_share(lignes, petit):
    hauts, bas = (list(colonne) for colonne in zip(*lignes, strict=True))
    if petit:
        # A denominator that is withheld too.
        hauts, bas = [*hauts, 1], [*bas, petit]
    agregat = one_group(hauts, bas)
    intervalle = agregat.interval(0)
    for x in itertools.product(*map(possible, hauts)):
        for n in itertools.product(*map(possible, bas)):
            moins, plus = wilson(sum(x), sum(n))
            assert intervalle[0] <= moins * 100 + 1e-9
            assert intervalle[1] >= plus * 100 - 1e-9


@given(st.lists(st.tuples(numbers, st.integers(40, 200)), min_size=1, max_size=4))
def test_without_a_withheld_cell_it_is_that_of_wilson(lignes):
    hauts, bas = zip(*lignes, strict=True)
    moins, plus = wilson(sum(hauts), sum(bas))
    assert one_group(hauts, bas).interval(0) == (moins * 100, plus * 100)


def test_one_hidden_cell_does_not_make_a_share_more_certain():
    moins, plus = one_group([120, (1, 10)], [1000, 400]).interval(0)
    assert plus - moins > np.diff(one_group([120, 5], [1000, 400]).interval(0))[0]
