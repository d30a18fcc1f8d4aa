"""How a request to a service ends when it does not end well."""

from __future__ import annotations

from typing import Literal

from geo.erreurs import DonneesInvalides, Probleme, Severite

# Why there is no layer, as ``docs/remarques.md`` lists it.
Cause = Literal["wfs_adresse", "wfs_ferme", "wfs_incomplet", "wfs_injoignable", "wfs_reponse"]


class RechercheArretee(Exception):
    """The one who asked wants the answer no more: the request was dropped."""


def refuse(
    qui: str, message: str, remede: str, identifiant: Cause = "wfs_reponse"
) -> DonneesInvalides:
    """Return the error of a request that gives no layer, for the caller to raise.

    Parameters
    ----------
    qui
        The service, as a user names it.
    message, remede
        French sentences.
    identifiant
        What it is about, for programs.
    """
    return DonneesInvalides(
        [Probleme(Severite.BLOQUANT, qui, message, remede, identifiant=identifiant)]
    )
