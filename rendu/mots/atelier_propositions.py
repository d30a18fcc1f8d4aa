"""Ways to absorb a zone, in words: what each seeks, and its figures. Every text is plain."""

from collections.abc import Callable, Iterable
from functools import partial

from geo.atelier.etat import Etat, rests_on_hypothesis
from geo.atelier.propositions import EPCI, EQUILIBRE, FRONTIERE, Proposition, Recevante
from geo.atelier.sol import Sol
from rendu.mots.atelier_contraintes import name_communes
from rendu.mots.francais import agree, count_noun, nombre
from rendu.mots.indicateurs import write_about

TITRES = {
    EQUILIBRE: "Équilibrer les populations",
    FRONTIERE: "Raccourcir les frontières",
    EPCI: "Garder les intercommunalités entières",
}
PERSONNE = "Aucune CPTS du scénario qui puisse recevoir ne touche cette zone : rien n'est proposé."


def proposition_text(etat: Etat, proposition: Proposition) -> str:
    """Explain a proposal by its figures, in a sentence or two."""
    if not proposition.vers:
        return PERSONNE
    return _EXPLICATIONS[proposition.genre](etat, proposition)


def left_texts(sol: Sol, proposition: Proposition) -> list[str]:
    """Say which communes stay of nobody, and why; nothing where all are given."""
    laissees, verrouillees = len(proposition.laissees), len(proposition.verrouillees)
    pourquoi = {
        proposition.laissees: "aucune CPTS qui puisse recevoir ne "
        f"{agree(laissees, 'la touche', 'les touche')}",
        proposition.verrouillees: agree(
            verrouillees, "elle est verrouillée", "elles sont verrouillées"
        ),
    }
    return [
        f"{count_noun(len(codes), 'commune')} {agree(len(codes), 'reste', 'restent')} sans CPTS "
        f"({name_communes(sol, codes)}) : {raison}."
        for codes, raison in pourquoi.items()
        if codes
    ]


def receiver_text(etat: Etat, recevante: Recevante) -> str:
    """Say what a proposal changes for one CPTS, in a line."""
    avant, apres = recevante.avant, recevante.apres
    say = _say([recevante.cpts_id], etat)
    return (
        f"« {etat.cpts[recevante.cpts_id].nom} » : {count_noun(len(recevante.codes), 'commune')} et "
        f"{count_noun(recevante.population, 'habitant')} de plus ; habitants : "
        f"{say(avant.population)} ({avant.classe}) avant, {say(apres.population)} ({apres.classe}) après ; intercommunalités partagées : "
        f"{nombre(avant.epci_partages)} avant, {nombre(apres.epci_partages)} après ; contour : "
        f"{nombre(avant.contour_km)} km avant, {nombre(apres.contour_km)} km après ; parties détachées : "
        f"{nombre(avant.parties_detachees)} avant, {nombre(apres.parties_detachees)} après."
    )


def _say(cpts_ids: Iterable[str], etat: Etat) -> Callable[[float], str]:
    """Return how populations of some CPTS are written: see :func:`rendu.mots.indicateurs.write_about`."""
    environ = any(rests_on_hypothesis(etat.communes, etat.members(i), i) for i in cpts_ids)
    return partial(write_about, environ=environ)


def _explain_equilibre(etat: Etat, proposition: Proposition) -> str:
    say = _say(proposition.populations, etat)
    avant = [siens[0] for siens in proposition.populations.values()]
    apres = [siens[1] for siens in proposition.populations.values()]
    if len(apres) == 1:
        return (
            f"Une seule CPTS touche la zone, et la reçoit : elle compterait "
            f"{say(apres[0])} {agree(apres[0], 'habitant')} (avant : {say(avant[0])})."
        )
    return (
        "Les communes vont de proche en proche là où les populations s'en trouvent plus égales. Des "
        f"{nombre(len(apres))} CPTS voisines, la moins peuplée compterait {say(min(apres))} "
        f"{agree(min(apres), 'habitant')} (avant : {say(min(avant))}), la plus peuplée {say(max(apres))} "
        f"(avant : {say(max(avant))}) ; "
        f"{_receivers(proposition)}."
    )


def _explain_frontiere(_etat: Etat, proposition: Proposition) -> str:
    avant, apres = proposition.contours_km
    return (
        "Les communes vont de proche en proche à la CPTS avec laquelle leur frontière est la plus longue. Les contours "
        f"des CPTS voisines feraient {nombre(apres)} km en tout, au lieu de {nombre(avant)} ; {_receivers(proposition)}."
    )


def _explain_epci(_etat: Etat, proposition: Proposition) -> str:
    entiers, toutes = proposition.epci_entiers, proposition.epci
    return (
        "Chaque intercommunalité va d'un bloc à la CPTS qui a déjà le plus de ses habitants, sinon à celle avec laquelle "
        f"sa frontière est la plus longue. {nombre(entiers)} sur {nombre(toutes)} "
        f"{agree(entiers, 'va', 'vont')} à une seule CPTS ; {_receivers(proposition)}."
    )


def _receivers(proposition: Proposition) -> str:
    compte = len(proposition.recevantes)
    return f"{nombre(compte)} {agree(compte, 'reçoit', 'reçoivent')} des communes"


_EXPLICATIONS = {
    EQUILIBRE: _explain_equilibre,
    FRONTIERE: _explain_frontiere,
    EPCI: _explain_epci,
}
