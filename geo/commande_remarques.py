"""What a command prints of a check: every problem, the worst first, and the options that settle what is open."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from geo.erreurs import Severite, count
from geo.importation.groupes import group, name_lines
from geo.importation.titres import LIBELLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.importation.choix import Choix
    from geo.importation.diagnostic import Diagnostic
    from geo.importation.groupes import Cause
    from geo.importation.service import Verification

# A terminal that scrolls for minutes says nothing.
_DITES_MAX = 200


def describe_remarques(verification: Verification, quoi: str = "ligne") -> Iterator[str]:
    """Give every problem of a check, the worst first, with its place and remedy, then what may be chosen.

    Parameters
    ----------
    verification
        Of tables, or of a layer.
    quoi
        What a row of it is.
    """
    diagnostic, groupes = verification.diagnostic, group(verification.anomalies)
    for severite in Severite:
        causes = [c for groupe in groupes if groupe.severite is severite for c in groupe.causes]
        remarques = [r for r in verification.remarques if r.severite is severite]
        if not causes and not remarques:
            continue
        yield f"\n{severite.value.capitalize()} ({len(causes) + len(remarques)})"
        for remarque in remarques:
            yield f"  {remarque.fichier} : {remarque.message}\n      → {remarque.remede}"
        for cause in causes[:_DITES_MAX]:
            yield f"  {_place(cause, quoi)} : {cause.message}\n      → {cause.remede}"
        if len(causes) > _DITES_MAX:
            yield f"  … et {count(len(causes) - _DITES_MAX, 'autre')} : la page « Données » les donne toutes à télécharger."
    proposees = list(_propose(diagnostic, verification.choix))
    yield from proposees[:_DITES_MAX]
    if len(proposees) > _DITES_MAX:
        yield f"\n… et {count(len(proposees) - _DITES_MAX, 'autre proposition', 'autres propositions')}."


def _propose(diagnostic: Diagnostic, choix: Choix) -> Iterator[str]:
    """Name the options that would settle what is open, quoted for a shell."""
    if len(diagnostic.absorptions) and not choix.absorbees_acceptees:
        yield "\nPour accepter tous les remplacements : --accepter-absorbees"
    if diagnostic.sans_cpts and not choix.repeter_cpts:
        yield (
            f"\nSans nom de CPTS : {count(diagnostic.sans_cpts, 'ligne')}. Pour répéter celui de la ligne du "
            "dessus : --repeter-cpts"
        )
    couverts = sorted(set(diagnostic.couverts) - choix.complets)
    if couverts:
        yield (
            f"\nToutes leurs communes sont dans la table : {count(len(couverts), 'département')}. Si toutes leurs "
            f"CPTS y sont aussi, pour les déclarer couverts en entier : --complet {','.join(couverts)}"
        )
    if diagnostic.sans_statut and choix.statut_defaut is None:
        yield (
            f"\nSans étape : {diagnostic.sans_statut} CPTS : le périmètre en est dessiné, et ne compte dans aucune couverture. Pour "
            "leur en donner une : --etape aci_signe"
        )
    for garde, *autres in diagnostic.noms_proches:
        if len({choix.name_kept(nom) for nom in (garde, *autres)}) > 1:
            noms = " ; ".join(f"« {nom} »" for nom in (garde, *autres))
            options = " ".join(f"--nom {quote(f'{nom}={garde}')}" for nom in autres)
            yield f"\nNoms proches, gardés distincts : {noms}. Pour les réunir : {options}"
    for nom, cpts_id in diagnostic.fiches_proposees.items():
        if nom not in choix.fiches:
            option = f"--fiche {quote(f'{nom}={cpts_id}')}"
            yield f"\nPeut-être déjà connue : « {nom} ». Pour la rattacher : {option}"
    for cpts_id in diagnostic.absentes:
        yield f"\nConnue, absente de la table : {cpts_id}. Pour retirer sa fiche : --retirer {quote(cpts_id)}"


def _place(cause: Cause, quoi: str) -> str:
    """Say where to look: a problem of the whole table has neither row nor column."""
    colonne = LIBELLES.get(cause.colonne, cause.colonne)
    lieu = ", ".join(filter(None, (cause.fichier, name_lines(cause.lignes, quoi), colonne)))
    return lieu + (f" « {cause.valeur} »" if cause.valeur else "")
