"""Connected components of a graph, without a library of graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def find_components(n: int, un: ArrayLike, autre: ArrayLike) -> NDArray[np.intp]:
    """Tell which nodes of a graph are linked, directly or not.

    Parameters
    ----------
    n
        How many nodes there are; they are named by their place, from 0.
    un, autre
        The two ends of each link.

    Returns
    -------
    array
        Number of the connected component of each node, from 0, in the order of their first nodes.

    Notes
    -----
    A round ties each node to the first of those that it is linked to, where that one comes before it,
    and leaves the links between the groups that this makes: half as many groups at most have some.

    >>> find_components(5, [3, 1], [1, 4]).tolist()
    [0, 1, 2, 1, 1]
    """
    premiers = np.arange(n)
    liens = np.stack([np.asarray(un, dtype=np.intp), np.asarray(autre, dtype=np.intp)])
    while liens.size:
        np.minimum.at(premiers, liens.max(axis=0), liens.min(axis=0))
        while not np.array_equal(suivants := premiers[premiers], premiers):
            premiers = suivants
        liens = premiers[liens]
        liens = liens[:, liens[0] != liens[1]]
    numeros: NDArray[np.intp] = np.unique(premiers, return_inverse=True)[1]
    return numeros
