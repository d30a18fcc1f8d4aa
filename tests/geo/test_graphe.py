"""Connected components, against a library of graphs."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from geo.graphe import find_components

noeuds = st.integers(0, 29)


@given(st.integers(30, 40), st.lists(st.tuples(noeuds, noeuds), max_size=60))
def test_components_are_those_of_networkx(n, liens):
    graphe = nx.Graph(liens)
    graphe.add_nodes_from(range(n))
    attendus = sorted(sorted(siens) for siens in nx.connected_components(graphe))
    numeros = find_components(n, [un for un, _ in liens], [autre for _, autre in liens])
    trouves = [[i for i in range(n) if numeros[i] == numero] for numero in range(max(numeros) + 1)]
    assert trouves == attendus


def test_no_node_makes_no_component():
    assert find_components(0, [], []).size == 0
