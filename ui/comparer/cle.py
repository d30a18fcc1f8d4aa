"""How Streamlit's caches tell one comparison from another."""

from collections.abc import Callable
from typing import Any

from geo.indicateurs.ecarts import Comparaison

# What it measures follows from these and from the data: see ``PAR_ETATS``.
PAR_COMPARAISON: dict[str | type[Any], Callable[[Any], Any]] = {
    Comparaison: lambda c: (
        [(t.adresse, t.nom) for t in c.territoires],
        c.reference,
        c.definition,
        c.indicatifs,
    )
}
