"""What the server tells a window of a scenario, as plain data: the state, or what changed since a version."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from geo.atelier.contraintes import (
    AutreDepartement,
    Ecart,
    EpciPartage,
    HorsBorne,
    Morcelee,
    check,
)
from geo.atelier.etabli import Etabli
from geo.atelier.etat import (
    COMMUNE,
    CONTRAINTE,
    CPTS,
    MOTIF,
    VERROU_COMMUNE,
    VERROU_CPTS,
    Adhesions,
    Changement,
    Cpts,
    part_of,
)
from geo.perimetre import ENTIERE
from geo.regles.couverture import DEFINITIONS
from rendu.carte.palette import TEINTES
from rendu.mots.atelier import describe_cpts, describe_departement, describe_geste, explain_aci
from rendu.mots.atelier_contraintes import fault_text
from rendu.mots.partage import round_share


@dataclass(frozen=True, slots=True)
class Vue:
    """What a window shows: the departments it looks at, and what « couvert » means there."""

    departements: tuple[str, ...]
    couvert: str
    indicatifs: bool


def answer_whole(etabli: Etabli, vue: Vue) -> dict[str, Any]:
    """Return all that a window needs of a scenario."""
    etat = etabli.etat
    communes, cpts = etat.verrous
    return {
        "version": etabli.version,
        "derniere": etabli.derniere,
        "nom": etabli.scenario.nom,
        "cpts": {cpts_id: _cpts(etabli, cpts_id, siens) for cpts_id, siens in etat.cpts.items()},
        # A list of codes each: a commune of several CPTS is in each list.
        "membres": {cpts_id: " ".join(sorted(etat.members(cpts_id))) for cpts_id in etat.cpts},
        "parts": {
            code: parts for code, siennes in etat.communes.items() if (parts := _shares(siennes))
        },
        "verrousCommunes": sorted(communes),
        "verrousCpts": sorted(cpts),
        "motifs": dict(etat.motifs),
        "contraintes": dict(etat.contraintes),
        "etapes": etabli.chantier.atlas.statuts["libelle"].to_dict(),
        "couvert": f"Couvert : {DEFINITIONS[vue.couvert]}",
        "aci": explain_aci(etabli.chantier),
        **_figures(etabli, vue, etabli.touchees, etabli.moved()),
    }


def answer_since(
    etabli: Etabli, vue: Vue, version: int, derniere: str, refus: Iterable[str] = ()
) -> dict[str, Any]:
    """Return what changed since a version, with the figures of what that concerns; or that all is to be read again."""
    reponse: dict[str, Any] = {
        "version": etabli.version,
        "derniere": etabli.derniere,
        "refus": list(refus),
    }
    if not etabli.follows(version, derniere):
        return reponse | {"autre": True}
    suite = etabli.since(version)
    if suite.changements or refus:
        reponse["changements"] = [_change(etabli, changement) for changement in suite.changements]
        bougees = {c.cle for c in suite.changements if c.famille == COMMUNE}
        reponse |= _figures(etabli, vue, suite.touchees, bougees)
    return reponse


def _figures(
    etabli: Etabli, vue: Vue, cpts_ids: Collection[str], bougees: Collection[str]
) -> dict[str, Any]:
    """Return the figures of some CPTS, and of the departments of some communes where none was chosen."""
    chantier, touchees = etabli.chantier, etabli.touchees
    dites = [*sorted(touchees & set(cpts_ids)), *sorted(set(cpts_ids) - touchees)]
    undoable, redoable = etabli.undoable, etabli.redoable
    return {
        "cartes": [describe_cpts(etabli, cpts_id) for cpts_id in dites],
        "touchees": sorted(touchees),
        "departements": [
            describe_departement(etabli, departement, vue.couvert, indicatifs=vue.indicatifs)
            for departement in _list_departements(etabli, vue, bougees)
        ],
        "ecarts": [
            {
                "texte": fault_text(chantier.atlas, chantier.sol, etabli.etat, ecart),
                "codes": _place(etabli, ecart),
            }
            for ecart in check(chantier.sol, etabli.etat, touchees)
        ],
        "annuler": undoable and describe_geste(undoable, etabli.etat),
        "refaire": redoable and describe_geste(redoable, etabli.etat),
    }


def _list_departements(etabli: Etabli, vue: Vue, bougees: Collection[str]) -> list[str]:
    sol = etabli.chantier.sol
    if vue.departements:
        return [code for code in vue.departements if code in sol.des_departements]
    return sorted({sol.departement[code] for code in bougees if code in sol.departement})


def _cpts(etabli: Etabli, cpts_id: str, siens: Cpts) -> dict[str, Any]:
    couleurs = etabli.chantier.atlas.couleurs
    rang = couleurs.get(cpts_id)
    if rang is None:
        rang = _choose_colour(etabli, cpts_id)
    return {"nom": siens.nom, "statut": siens.statut, "couleur": TEINTES[int(rang)]}


def _choose_colour(etabli: Etabli, cpts_id: str) -> int:
    """Choose for a CPTS that the data do not draw a colour that none of its neighbours has, where one is left."""
    etat, voisines = etabli.etat, etabli.chantier.sol.voisines
    autour = {voisine for code in etat.members(cpts_id) for voisine in voisines.get(code, ())}
    prises = {
        int(etabli.chantier.atlas.couleurs.get(autre, -1))
        for code in autour
        for autre, *_ in etat.communes.get(code, ())
    }
    preferee = sum(cpts_id.encode()) % len(TEINTES)
    ordre = [(preferee + pas) % len(TEINTES) for pas in range(len(TEINTES))]
    return next((rang for rang in ordre if rang not in prises), preferee)


def _place(etabli: Etabli, ecart: Ecart) -> list[str]:
    """Return the communes to look at, of what is broken."""
    match ecart:
        case HorsBorne():
            return sorted(etabli.etat.members(ecart.cpts_id))
        case Morcelee():
            return sorted(frozenset().union(*ecart.detachees))
        case EpciPartage():
            return sorted(code for codes in ecart.manquantes.values() for code in codes)
        case AutreDepartement():
            return sorted(ecart.codes)


_NOMS = {
    VERROU_COMMUNE: "verrousCommunes",
    VERROU_CPTS: "verrousCpts",
    MOTIF: "motifs",
    CONTRAINTE: "contraintes",
    CPTS: "cpts",
    COMMUNE: "communes",
}


def _change(etabli: Etabli, changement: Changement) -> list[Any]:
    """Return one thing as it is now: what it is, its key, its value; ``None`` where there is nothing any more.

    Of a commune, the CPTS that it is in, then the shares of those that split it.
    """
    famille, cle, _, apres = changement
    if famille == COMMUNE:
        siennes = apres or ()
        parts = _shares(siennes)
        ids = [membre[0] for membre in siennes]
        return [_NOMS[famille], cle, ids, *([parts] if parts else [])]
    if famille == CPTS and apres is not None:
        apres = _cpts(etabli, cle, apres)
    return [_NOMS[famille], cle, apres]


def _shares(siennes: Adhesions) -> dict[str, str] | None:
    """Write the share of each CPTS that splits a commune; nothing where none does."""
    parts = {m[0]: round_share(part_of(m)) for m in siennes if part_of(m) < ENTIERE}
    return parts or None
