"""Who is in which CPTS: taken from an atlas, and kept as bytes for a scenario to start from."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from geo.atelier.etat import Composition, Cpts, make_membre

if TYPE_CHECKING:
    from geo.atelier.etat import Adhesions, Membre
    from geo.atlas import Atlas


def take_composition(atlas: Atlas) -> Composition:
    """Return the CPTS of an atlas and their memberships."""
    fiches = atlas.fiches
    cpts = {
        str(cpts_id): Cpts(str(nom), str(statut))
        for cpts_id, nom, statut in zip(fiches.index, fiches["nom"], fiches["statut"], strict=True)
    }
    membres: dict[str, list[Membre]] = {}
    adhesions = atlas.adhesions
    for code, cpts_id, confiance, part in zip(
        adhesions["code_commune"],
        adhesions["cpts_id"],
        adhesions["confiance"],
        adhesions["part"].tolist(),
        strict=True,
    ):
        membre = make_membre(str(cpts_id), str(confiance), part)
        membres.setdefault(str(code), []).append(membre)
    return Composition(cpts, {code: tuple(sorted(siennes)) for code, siennes in membres.items()})


def write_composition(depart: Composition) -> bytes:
    """Write it: the 34,742 communes of France take some 150 kB."""
    par_adhesions: dict[Adhesions, list[str]] = {}
    for code, siennes in depart.adhesions.items():
        par_adhesions.setdefault(siennes, []).append(code)
    contenu = {
        "cpts": {cpts_id: [siens.nom, siens.statut] for cpts_id, siens in depart.cpts.items()},
        "adhesions": [[list(siennes), codes] for siennes, codes in par_adhesions.items()],
    }
    return zlib.compress(json.dumps(contenu, ensure_ascii=False).encode())


def read_composition(octets: bytes) -> Composition:
    """Read what :func:`write_composition` wrote."""
    contenu = json.loads(zlib.decompress(octets))
    adhesions = {
        code: tuple(tuple(membre) for membre in siennes)
        for siennes, codes in contenu["adhesions"]
        for code in codes
    }
    return Composition(
        {cpts_id: Cpts(nom, statut) for cpts_id, (nom, statut) in contenu["cpts"].items()},
        adhesions,
    )
