"""The check of a layer as one object, for programs; and the communes to look at, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.couches.ecarts import measure_ecarts
from geo.erreurs import is_blocking
from geo.importation.sortie import write_remarques

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.atlas import Atlas
    from geo.couches.attribution import Attribution, Cas
    from geo.couches.lecture import CoucheLue
    from geo.couches.service import Decoupage
    from geo.erreurs import Probleme
    from geo.importation.service import Verification

FORME = "couche"
_DECIMALES = 2


def couche_to_json(
    couche: CoucheLue | None,
    decoupage: Decoupage | None,
    verification: Verification | None,
    problemes: Sequence[Probleme] = (),
) -> dict[str, Any]:
    """Say all that is known of a layer.

    Parameters
    ----------
    couche, decoupage, verification
        As far as the check went.
    problemes
        What stopped it; none where `verification` is given.

    Returns
    -------
    dict
        That of :func:`geo.importation.sortie.to_json`, ``forme`` being :data:`FORME`, with ``couche``, ``epsg``,
        ``seuil_pct``, ``compter``, ``communes_a_regarder`` and ``ecarts``: see ``docs/remarques.md``.
    """
    roles = {titre: role for role, titre in couche.colonnes.items()} if couche else {}
    cpts = verification.diagnostic.cpts["communes"].to_dict() if verification else {}
    remarques = list(verification.remarques if verification else problemes)
    return {
        "forme": FORME,
        "couche": couche.couche if couche else None,
        "epsg": couche.epsg if couche else None,
        "seuil_pct": decoupage.regle.seuil_pct if decoupage else None,
        "compter": decoupage.regle.compter if decoupage else None,
        "colonnes": [
            {"titre": titre, "role": roles.get(titre)}
            for titre in (couche.titres if couche else ())
        ],
        "cpts": {str(nom): int(nombre) for nom, nombre in cpts.items()},
        "bloquant": verification.bloquant if verification else is_blocking(remarques),
        "remarques": write_remarques(remarques, verification.anomalies if verification else None),
        "communes_a_regarder": _write_cas(decoupage.attribution, verification.atlas)
        if decoupage and verification
        else [],
        "ecarts": _write_ecarts(decoupage, verification.atlas)
        if decoupage and verification
        else [],
    }


def sort_cas(attribution: Attribution, atlas: Atlas) -> list[tuple[Cas, float]]:
    """Return the communes to look at with the inhabitants at stake in each, the most first.

    Parameters
    ----------
    attribution
        What the layer gives.
    atlas
        The data in use.
    """
    populations = atlas.communes["population"]
    enjeux = [(cas, float(populations[cas.code_commune]) * cas.enjeu) for cas in attribution.cas]
    return sorted(enjeux, key=lambda paire: (-paire[1], paire[0].code_commune))


def _write_cas(attribution: Attribution, atlas: Atlas) -> list[dict[str, Any]]:
    communes = atlas.communes
    return [
        {
            "code_commune": cas.code_commune,
            "nom": str(communes.at[cas.code_commune, "nom"]),
            "population": int(communes.at[cas.code_commune, "population"]),
            "habitants_en_jeu": round(enjeu),
            "parts_pct": {nom: round(pct, _DECIMALES) for nom, pct in cas.parts_pct},
            "mairie": list(cas.mairies),
            "pourquoi": cas.pourquoi,
            "proposee": cas.proposee,
            "decidee": cas.decidee or None,
            "decisions": cas.choices(),
        }
        for cas, enjeu in sort_cas(attribution, atlas)
    ]


def _write_ecarts(decoupage: Decoupage, atlas: Atlas) -> list[dict[str, Any]]:
    ecarts = measure_ecarts(decoupage.pose.parts, decoupage.attribution, atlas.communes)
    return [
        {
            "cpts": str(nom),
            **{str(colonne): round(valeur, _DECIMALES) for colonne, valeur in siens.items()},
        }
        for nom, siens in ecarts.to_dict("index").items()
    ]
