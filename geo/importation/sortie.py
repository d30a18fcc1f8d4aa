"""The check of a table as one object, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.erreurs import is_blocking
from geo.importation.correspondance import COMMUNES
from geo.importation.groupes import Cause, group

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from geo.erreurs import Probleme, Severite
    from geo.importation.service import Fichier, Verification


def to_json(
    fichiers: Sequence[Fichier], problemes: Iterable[Probleme], verification: Verification | None
) -> dict[str, Any]:
    """Say all that is known of some tables.

    Parameters
    ----------
    fichiers
        Those that could be read.
    problemes
        What stops them from being read or checked; none where `verification` is given.
    verification
        As returned by :func:`geo.importation.service.check`.

    Returns
    -------
    dict
        ``forme`` (identifier of :data:`geo.importation.correspondance.FORMES`; ``None`` where nothing could
        be read), ``colonnes`` (``titre``, ``role``: ``None`` where not read), ``cpts`` (how many communes each
        would have), ``bloquant``, ``remarques`` (the worst first).
    """
    lectures = [(fichier, lue) for fichier in fichiers for _, lue in fichier.lectures()]
    autres = [lue.forme for _, lue in lectures if lue.forme != COMMUNES]
    formes = autres or [lue.forme for _, lue in lectures]
    feuilles = {
        nom: (fichier.nom, fichier.feuilles[lue.feuille].nom)
        for fichier in fichiers
        for nom, lue in fichier.lectures()
    }
    remarques = list(verification.remarques if verification else problemes)
    cpts = verification.diagnostic.cpts["communes"].to_dict() if verification else {}
    return {
        "forme": formes[0] if formes else None,
        "colonnes": [
            {"titre": titre, "role": role}
            for fichier in fichiers
            for titre, role in fichier.accounts()
        ],
        "cpts": {str(nom): int(nombre) for nom, nombre in cpts.items()},
        "bloquant": verification.diagnostic.bloquant if verification else is_blocking(remarques),
        "remarques": write_remarques(
            remarques, verification.anomalies if verification else None, feuilles
        ),
    }


def write_remarques(
    remarques: Iterable[Probleme],
    anomalies: pd.DataFrame | None = None,
    feuilles: Mapping[str, tuple[str, str]] | None = None,
) -> list[dict[str, Any]]:
    """Write what there is to say, those of the reading first: see ``docs/remarques.md``.

    Parameters
    ----------
    remarques
        Of the reading.
    anomalies
        Of the rows: :attr:`geo.importation.service.Verification.anomalies`.
    feuilles
        File and sheet, by name of what was read, where they are not the same.
    """
    noms = feuilles or {}
    return [
        *(
            _write(
                r.identifiant,
                r.severite,
                Cause(r.fichier, (), "", "", r.message, r.remede, 1),
                noms,
            )
            for r in remarques
        ),
        *(
            _write(groupe.genre, groupe.severite, cause, noms)
            for groupe in (group(anomalies) if anomalies is not None else ())
            for cause in groupe.causes
        ),
    ]


def _write(
    identifiant: str, severite: Severite, cause: Cause, feuilles: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    fichier, feuille = feuilles.get(cause.fichier, (cause.fichier, ""))
    return {
        "id": identifiant,
        "severite": severite.value,
        "fichier": fichier,
        "feuille": feuille,
        "lignes": list(cause.lignes),
        "colonne": cause.colonne,
        "valeur": cause.valeur,
        "phrase": cause.message,
        "remede": cause.remede,
        "effectif": cause.effectif,
    }
