"""The trace in words: what was done, as a table reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo.base import actions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.base.trace import Acte

ACTIONS = {
    actions.IMPORT: "Import",
    actions.INDICATEUR: "Import d'un indicateur",
    actions.SCENARIO_EN_SERVICE: "Scénario mis en usage",
    actions.RETOUR: "Retour à une version",
    actions.RESTAURATION: "Restauration d'une sauvegarde",
    actions.JETON_CREE: "Jeton créé",
    actions.JETON_RETIRE: "Jeton retiré",
}
COLONNES = (
    "Date",
    "Auteur",
    "Compte",
    "Action",
    "Objet",
    "Fichier",
    "SHA-256 du fichier",
    "Détail",
)


def name_action(action: str) -> str:
    """Name what was done; a newer server may have done what this one has no word for.

    >>> name_action("retour"), name_action("autre")
    ('Retour à une version', 'autre')
    """
    return ACTIONS.get(action, action)


def tell_trace(actes: Iterable[Acte]) -> pd.DataFrame:
    """Lay acts out as :data:`COLONNES`, in the order given; dates are local times, to the second."""
    lignes = [
        (
            acte.le.replace(microsecond=0, tzinfo=None),
            acte.auteur,
            acte.identifiant,
            name_action(acte.action),
            acte.objet,
            acte.fichier,
            acte.empreinte,
            acte.detail,
        )
        for acte in actes
    ]
    return pd.DataFrame(lignes, columns=list(COLONNES))
