"""Why something is refused, as RFC 9457 has it. Nothing heavy is imported: the door of the API says it too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

PROBLEME = "application/problem+json"
TITRES = {
    400: "Demande illisible",
    401: "Compte ou jeton nécessaire",
    403: "Demande refusée",
    404: "Adresse inconnue",
    405: "Méthode refusée",
    406: "Format indisponible",
    414: "Adresse trop longue",
    429: "Trop de demandes",
    503: "Service indisponible",
}


class Faute(NamedTuple):
    """What is wrong with a parameter, and what to write instead, in French."""

    parametre: str
    message: str
    remede: str


def write_problem(statut: int, detail: str, fautes: Sequence[Faute] = ()) -> bytes:
    """Say that something is refused.

    Parameters
    ----------
    statut
        Of HTTP.
    detail
        Why, and what to do, in French.
    fautes
        Each thing that is wrong with the parameters.
    """
    contenu = {
        "type": "about:blank",
        "title": TITRES[statut],
        "status": statut,
        "detail": detail,
        **({"problemes": [faute._asdict() for faute in fautes]} if fautes else {}),
    }
    return json.dumps(contenu, ensure_ascii=False).encode("utf-8", "replace")
