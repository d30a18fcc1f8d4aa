"""What each kind of gesture would change of a scenario, or why it cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.atelier.etat import (
    COMMUNE,
    CONTRAINTE,
    CPTS,
    MOTIF,
    VERROU_COMMUNE,
    VERROU_CPTS,
    Changement,
    Cpts,
    make_membre,
    part_of,
    sum_parts,
)
from geo.atelier.gestes import (
    ATTRIBUER,
    CONTRAINDRE,
    CREER,
    DEVERROUILLER,
    FUSIONNER,
    JUSTIFIER,
    RENOMMER,
    SCINDER,
    SUPPRIMER,
    VERROUILLER,
    Geste,
    GesteRefuse,
)
from geo.lecture.cpts import STATUT_INCONNU
from geo.perimetre import DOCUMENTE, ENTIERE, round_part
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo.atelier.etat import Etat


def plan(etat: Etat, geste: Geste) -> tuple[Changement, ...]:
    """Return what a gesture would change; nothing has changed yet.

    Raises
    ------
    GesteRefuse
        If it cannot be done, or changes nothing.
    """
    changements = _PLANS[geste.genre](etat, geste)
    if not changements:
        raise GesteRefuse("Rien ne change : c'est déjà ainsi.")
    return tuple(changements)


def _check_cpts(etat: Etat, cpts_ids: Iterable[str]) -> None:
    if not set(cpts_ids) <= etat.cpts.keys():
        raise GesteRefuse(
            "Cette CPTS n'est pas dans le scénario : une autre fenêtre l'a peut-être supprimée."
        )


def _check_open(etat: Etat, cpts_ids: Iterable[str]) -> None:
    """Refuse to touch a CPTS that is locked."""
    for cpts_id in cpts_ids:
        if cpts_id in etat.verrous[1]:
            raise _locked(etat, cpts_id)


def _check_free(etat: Etat, cpts_ids: Iterable[str]) -> None:
    """Refuse to touch a CPTS that is locked, or of which a commune is."""
    for cpts_id in cpts_ids:
        if cpts_id in etat.verrous[1] or any(map(etat.is_locked, etat.members(cpts_id))):
            raise _locked(etat, cpts_id)


def _locked(etat: Etat, cpts_id: str) -> GesteRefuse:
    return GesteRefuse(
        f"« {etat.cpts[cpts_id].nom} » est verrouillée, ou l'une de ses communes : déverrouillez-la d'abord."
    )


def _check_name(etat: Etat, nom: str, sauf: str = "") -> None:
    pris = {sort_key(autre.nom) for cpts_id, autre in etat.cpts.items() if cpts_id != sauf}
    if sort_key(nom) in pris:
        raise GesteRefuse(f"Une autre CPTS du scénario s'appelle déjà « {nom} ».")


def _only_one(geste: Geste) -> str:
    if len(geste.cpts) != 1:
        raise GesteRefuse("Choisissez une seule CPTS.")
    return geste.cpts[0]


def _move(etat: Etat, codes: Iterable[str], vers: str | None) -> list[Changement]:
    """Give communes to one CPTS alone, or to nobody; those that are locked stay.

    One that comes back to where the scenario found it is known there as it was. Each is then whole there,
    whatever share of it the CPTS had.
    """
    changements = []
    for code in codes:
        avant = etat.communes.get(code)
        # Where the commune is there alone already, how that is known stays too; a share of it becomes the whole.
        deja = [m[0] for m in avant or ()] == ([vers] if vers else [])
        if deja and avant:
            deja = part_of(avant[0]) >= ENTIERE
        if not deja and not etat.is_locked(code):
            connues = {m[0]: m[1] for m in etat.depart.adhesions.get(code, ())}
            apres = ((vers, connues.get(vers, DOCUMENTE)),) if vers else None
            changements.append(Changement(COMMUNE, code, avant, apres))
    return changements


def _hand_over(
    etat: Etat, codes: Iterable[str], quittees: Iterable[str], vers: str
) -> list[Changement]:
    """Put a CPTS in the place of those that some communes are in; of an overlap, any other CPTS keeps them.

    Of a split commune it takes over their shares, added to its own.
    """
    retirees = set(quittees)
    changements = []
    for code in codes:
        siennes = etat.communes[code]
        restent = [m for m in siennes if m[0] not in retirees | {vers}]
        prises = [m for m in siennes if m[0] in retirees | {vers}]
        confiance = next((m[1] for m in prises if m[0] == vers), DOCUMENTE)
        restent.append(make_membre(vers, confiance, round_part(sum_parts(prises))))
        changements += etat.change(COMMUNE, code, tuple(sorted(restent)))
    return changements


def _attribuer(etat: Etat, geste: Geste) -> list[Changement]:
    _check_cpts(etat, geste.vers)
    _check_open(etat, geste.vers)
    demandees = [code for codes in (*geste.vers.values(), geste.codes) for code in codes]
    if len(set(demandees)) < len(demandees):
        raise GesteRefuse("Une commune est donnée à deux CPTS à la fois : rechargez la page.")
    changements = _move(etat, geste.codes, None)
    for cpts_id, codes in geste.vers.items():
        changements += _move(etat, codes, cpts_id)
    if not changements and any(map(etat.is_locked, demandees)):
        raise GesteRefuse("Ces communes, ou leur CPTS, sont verrouillées : rien ne change.")
    return changements


def _verrouiller(etat: Etat, geste: Geste) -> list[Changement]:
    _check_cpts(etat, geste.cpts)
    verrou = True if geste.genre == VERROUILLER else None
    return [
        changement
        for famille, cles in ((VERROU_COMMUNE, geste.codes), (VERROU_CPTS, geste.cpts))
        for cle in cles
        for changement in etat.change(famille, cle, verrou)
    ]


def _creer(etat: Etat, geste: Geste) -> list[Changement]:
    if geste.cible in etat.cpts:
        raise GesteRefuse("Cette CPTS existe déjà : une autre fenêtre vient de la créer.")
    _check_name(etat, geste.nom)
    if any(map(etat.is_locked, geste.codes)):
        raise GesteRefuse(
            "Des communes cochées sont verrouillées, ou leur CPTS l'est : déverrouillez-les d'abord, ou décochez-les."
        )
    nouvelle = Cpts(geste.nom, geste.statut or STATUT_INCONNU)
    return [
        *etat.change(CPTS, geste.cible, nouvelle),
        *_move(etat, geste.codes, geste.cible),
    ]


def _renommer(etat: Etat, geste: Geste) -> list[Changement]:
    cpts_id = _only_one(geste)
    _check_cpts(etat, geste.cpts)
    _check_open(etat, (cpts_id,))
    _check_name(etat, geste.nom, sauf=cpts_id)
    statut = geste.statut or etat.cpts[cpts_id].statut
    return etat.change(CPTS, cpts_id, Cpts(geste.nom, statut))


def _fusionner(etat: Etat, geste: Geste) -> list[Changement]:
    quittees = tuple(cpts_id for cpts_id in geste.cpts if cpts_id != geste.cible)
    _check_cpts(etat, (*quittees, geste.cible))
    _check_free(etat, (*quittees, geste.cible))
    codes = sorted({code for cpts_id in quittees for code in etat.members(cpts_id)})
    return [*_hand_over(etat, codes, quittees, geste.cible), *_remove(etat, quittees)]


def _scinder(etat: Etat, geste: Geste) -> list[Changement]:
    cpts_id = _only_one(geste)
    _check_cpts(etat, geste.cpts)
    _check_free(etat, (cpts_id,))
    if not set(geste.codes) < etat.members(cpts_id):
        raise GesteRefuse(
            f"Pour scinder « {etat.cpts[cpts_id].nom} », choisissez une partie de ses communes, et elles seules."
        )
    statut = geste.statut or etat.cpts[cpts_id].statut
    nouvelle = Geste(CREER, cible=geste.cible, nom=geste.nom, statut=statut)
    return [*_creer(etat, nouvelle), *_hand_over(etat, geste.codes, (cpts_id,), geste.cible)]


def _supprimer(etat: Etat, geste: Geste) -> list[Changement]:
    _check_cpts(etat, geste.cpts)
    _check_free(etat, geste.cpts)
    retirees = set(geste.cpts)
    changements = []
    for code in sorted({code for cpts_id in geste.cpts for code in etat.members(cpts_id)}):
        # Of an overlap, the other CPTS keeps the commune.
        restent = tuple(a for a in etat.communes[code] if a[0] not in retirees)
        changements += etat.change(COMMUNE, code, restent or None)
    return [*changements, *_remove(etat, geste.cpts)]


def _remove(etat: Etat, cpts_ids: Iterable[str]) -> list[Changement]:
    return [
        changement
        for cpts_id in cpts_ids
        for famille in (CPTS, VERROU_CPTS)
        for changement in etat.change(famille, cpts_id, None)
    ]


def _justifier(etat: Etat, geste: Geste) -> list[Changement]:
    # Why a CPTS is no more is to be said too.
    cpts_id = _only_one(geste)
    if cpts_id not in etat.depart.cpts:
        _check_cpts(etat, geste.cpts)
    return etat.change(MOTIF, cpts_id, geste.motif or None)


def _contraindre(etat: Etat, geste: Geste) -> list[Changement]:
    return [
        changement
        for nom, valeur in geste.contraintes.items()
        for changement in etat.change(CONTRAINTE, nom, valeur)
    ]


_PLANS: dict[str, Callable[[Etat, Geste], list[Changement]]] = {
    ATTRIBUER: _attribuer,
    VERROUILLER: _verrouiller,
    DEVERROUILLER: _verrouiller,
    CREER: _creer,
    RENOMMER: _renommer,
    FUSIONNER: _fusionner,
    SCINDER: _scinder,
    SUPPRIMER: _supprimer,
    JUSTIFIER: _justifier,
    CONTRAINDRE: _contraindre,
}
