"""One thing to be told of a table, and the frame that holds them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import pandas as pd

from geo.erreurs import Severite

if TYPE_CHECKING:
    from collections.abc import Iterable

# What an anomaly is about: those of one genre are told together.
Genre = Literal[
    "absorbee",
    "arrondissement",
    "code_corse",
    "code_illisible",
    "code_inconnu",
    "code_manquant",
    "code_nettoye",
    "code_par_nom",
    "code_postal",
    "code_postal_lu",
    "codes_postaux",
    "commune_douteuse",
    "commune_partagee",
    "communes_gardees",
    "communes_perdues",
    "cpts_abandonnee",
    "cpts_absente",
    "cpts_manquante",
    "cpts_peut_etre_plusieurs",
    "cpts_separees",
    "date_autre",
    "date_comptee",
    "date_illisible",
    "date_invraisemblable",
    "dates_douteuses",
    "dates_multiples",
    "departement_absent",
    "departement_discordant",
    "departement_inconnu",
    "doublon",
    "epci_deplie",
    "epci_exclue",
    "epci_inconnue",
    "epci_sans_nature",
    "etape_changee",
    "fiche_inconnue",
    "fiche_partagee",
    "fiche_proche",
    "homonymes",
    "hors_territoire",
    "nom_discordant",
    "nom_douteux",
    "nom_inconnu",
    "nom_trop_long",
    "noms_proches",
    "partielle",
    "pays_etranger",
    "plusieurs_cpts",
    "recouvre_une_connue",
    "retiree",
    "sans_cpts",
    "sans_cpts_peut_etre",
    "statut_inconnu",
    "statuts_multiples",
    "vide",
    "zero_perdu",
]

COLONNES_ANOMALIES = (
    "ligne",
    "colonne",
    "valeur",
    "severite",
    "message",
    "remede",
    "genre",
    "sujet",
)
# Of what the table does not hold, or of all of it.
SANS_LIGNE = 0
# What is quoted of a table stays readable, and a diagnosis no larger than what it is of.
_VALEUR_MAX, _MESSAGE_MAX = 200, 1_000
_RANGS = {severite: rang for rang, severite in enumerate(Severite)}


class Anomalie(NamedTuple):
    """What is told of a cell: see :class:`geo.importation.diagnostic.Diagnostic`.

    ``sujet`` is what those of one cause are listed by where they are told together, empty where it
    is not told.
    """

    ligne: int
    colonne: str
    valeur: str
    severite: Severite
    message: str
    remede: str
    genre: Genre
    sujet: str = ""


def _cut(texte: str, longueur: int) -> str:
    return texte if len(texte) <= longueur else f"{texte[:longueur]}…"


def to_frame(anomalies: Iterable[Anomalie]) -> pd.DataFrame:
    """Return the anomalies as a table, the worst first, then by line."""
    lignes = sorted(
        anomalies, key=lambda a: (_RANGS[a.severite], a.ligne, a.colonne, a.genre, a.message)
    )
    table = pd.DataFrame(
        [
            a._replace(valeur=_cut(a.valeur, _VALEUR_MAX), message=_cut(a.message, _MESSAGE_MAX))
            for a in lignes
        ],
        columns=list(COLONNES_ANOMALIES),
    )
    table["severite"] = [anomalie.severite.value for anomalie in lignes]
    return table.astype({nom: "int64" if nom == "ligne" else "str" for nom in COLONNES_ANOMALIES})
