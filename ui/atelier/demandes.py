"""What a window asks of a scenario without changing it: a CPTS, its indicators, what a rule would give."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from geo.atelier.affectation import fill_holes, nearest_cpts, within_km
from geo.atelier.etabli import Etabli
from geo.atelier.gestes import GesteRefuse
from geo.indicateurs.mesures import evaluate_each
from geo.indicateurs.registre import COUVERTURE
from geo.indicateurs.territoire import Territoire, make_list
from geo.perimetre import weakest_confiance
from rendu.mots.atelier import count_communes, describe_cpts, tell_no_commune
from rendu.mots.comparaison import value_text
from rendu.mots.francais import count_noun, nombre
from rendu.mots.indicateurs import interval_text, row_label
from ui.atelier.aides import (
    describe_need,
    describe_propositions,
    list_needs,
    list_zones,
    warn_of,
)
from ui.atelier.reponses import Vue

_DISTANCE_MAX_KM = 1_000


def reply(etabli: Etabli, demande: Mapping[str, Any], vue: Vue) -> dict[str, Any]:
    """Answer a question about a scenario.

    Raises
    ------
    GesteRefuse
        If it makes no sense: why, in French.
    """
    quoi = demande.get("quoi")
    if not isinstance(quoi, str) or quoi not in _REPONSES:
        raise _unreadable()
    return _REPONSES[quoi](etabli, demande, vue)


def _unreadable() -> GesteRefuse:
    return GesteRefuse("Ce que la page a demandé ne se lit pas : rechargez-la.")


def _read_cpts(etabli: Etabli, demande: Mapping[str, Any]) -> str:
    cpts_id = demande.get("cpts")
    connues = etabli.etat.cpts.keys() | etabli.chantier.avant.cpts.keys()
    if not isinstance(cpts_id, str) or cpts_id not in connues:
        raise GesteRefuse("Cette CPTS n'est pas dans le scénario.")
    return cpts_id


def _read_present(etabli: Etabli, demande: Mapping[str, Any]) -> str:
    cpts_id = _read_cpts(etabli, demande)
    if cpts_id not in etabli.etat.cpts:
        raise GesteRefuse("Cette CPTS n'est plus dans le scénario.")
    return cpts_id


def _read_km(demande: Mapping[str, Any]) -> float:
    km = demande.get("km")
    if isinstance(km, bool) or not isinstance(km, int | float) or not 0 < km <= _DISTANCE_MAX_KM:
        raise GesteRefuse("La distance est un nombre de kilomètres, plus grand que zéro.")
    return float(km)


def _read_departements(etabli: Etabli, demande: Mapping[str, Any]) -> list[str]:
    choisis = demande.get("departements")
    connus = etabli.chantier.sol.des_departements
    if not isinstance(choisis, list) or any(code not in connus for code in map(str, choisis)):
        raise _unreadable()
    return [str(code) for code in choisis]


def _cpts(etabli: Etabli, demande: Mapping[str, Any], _: Vue) -> dict[str, Any]:
    return {"carte": describe_cpts(etabli, _read_cpts(etabli, demande))}


def _indicateurs(etabli: Etabli, demande: Mapping[str, Any], vue: Vue) -> dict[str, Any]:
    """Measure every loaded indicator of a CPTS before and after, by the evaluator of the atlas."""
    cpts_id = _read_cpts(etabli, demande)
    atlas, sol = etabli.chantier.atlas, etabli.chantier.sol
    # What covers whom depends on the whole scenario: it is said of the departments.
    indicateurs = [
        i for i in atlas.registre.on("comparaison") if i.de_communes and i.methode != COUVERTURE
    ]
    colonnes = []
    for etat in (etabli.chantier.membres, etabli.etat):
        codes = sorted(etat.members(cpts_id) & sol.nom.keys())
        if not codes:
            sans = tell_no_commune(etabli.chantier, cpts_id)
            colonnes.append([sans] * len(indicateurs))
            continue
        confiances = {
            confiance
            for code in codes
            for autre, confiance, *_ in etat.communes[code]
            if autre == cpts_id
        }
        territoire = replace(
            make_list(atlas, codes, cpts_id),
            confiance=weakest_confiance(confiances),
            parts=etat.parts(cpts_id),
        )
        mesurees = evaluate_each(
            atlas, indicateurs, territoire, vue.couvert, indicatifs=vue.indicatifs
        )
        colonnes.append([_figure(etabli, territoire, mesures) for mesures in mesurees])
    libelles = [row_label(i, None) for i in indicateurs]
    return {
        "titres": ["Indicateur", "En service", "Scénario"],
        "lignes": [list(ligne) for ligne in zip(libelles, *colonnes, strict=True)],
        "notes": ["Sources et millésimes : page « Comparer »."],
    }


def _figure(etabli: Etabli, territoire: Territoire, mesures: tuple[Any, ...]) -> str:
    atlas = etabli.chantier.atlas
    textes = []
    for mesure in mesures:
        texte = value_text(atlas, territoire, mesure, court=True)
        if mesure.intervalle is not None:
            indicateur = atlas.registre[mesure.indicateur]
            texte += f" ({interval_text(indicateur, mesure.intervalle)})"
        textes.append(texte)
    return " ; ".join(textes)


def _voisines(etabli: Etabli, demande: Mapping[str, Any], _: Vue) -> dict[str, Any]:
    sol = etabli.chantier.sol
    siennes = etabli.etat.members(_read_present(etabli, demande))
    autour = {voisine for code in siennes for voisine in sol.voisines.get(code, ())}
    return {"codes": sorted(autour - siennes)}


def _rayon(etabli: Etabli, demande: Mapping[str, Any], _: Vue) -> dict[str, Any]:
    cpts_id, km, centre = _read_present(etabli, demande), _read_km(demande), demande.get("centre")
    sol = etabli.chantier.sol
    if not isinstance(centre, str) or centre not in sol.nom:
        raise GesteRefuse("La commune du centre n'est pas dans les données en service.")
    vers = within_km(
        etabli.chantier.mairies,
        etabli.etat,
        cpts_id,
        centre,
        km,
        seulement_libres=bool(demande.get("libres")),
    )
    titre = f"À moins de {nombre(km, 1)} km de {sol.nom[centre]}, d'une mairie à l'autre"
    return _offer(etabli, titre, vers, "rayon")


def _proche(etabli: Etabli, demande: Mapping[str, Any], _: Vue) -> dict[str, Any]:
    chantier, km = etabli.chantier, _read_km(demande)
    departements = _read_departements(etabli, demande)
    vers = nearest_cpts(chantier.mairies, chantier.sol, etabli.etat, departements, km)
    titre = f"À la CPTS la plus proche, à moins de {nombre(km, 1)} km d'une mairie à l'autre"
    return _offer(etabli, titre, vers, "CPTS la plus proche")


def _trous(etabli: Etabli, demande: Mapping[str, Any], _: Vue) -> dict[str, Any]:
    vers = fill_holes(etabli.chantier.sol, etabli.etat, _read_present(etabli, demande))
    return _offer(
        etabli,
        "Ce qu'elle entoure sans l'avoir, et qui n'est dans aucun périmètre connu",
        vers,
        "trous",
    )


def _offer(
    etabli: Etabli, titre: str, vers: Mapping[str, tuple[str, ...]], outil: str
) -> dict[str, Any]:
    """Say what a rule would give; nothing is given."""
    lignes = [
        f"{etabli.etat.cpts[cpts_id].nom} : {count_communes(etabli.chantier.sol, codes)}"
        for cpts_id, codes in vers.items()
    ]
    communes = sum(map(len, vers.values()))
    bilan = f"{count_noun(communes, 'commune')} à donner" if vers else "Rien à donner."
    return {
        "titre": titre,
        "lignes": [bilan, *lignes, *warn_of(etabli, vers)],
        "vers": {cpts_id: list(codes) for cpts_id, codes in vers.items()},
        "outil": outil,
    }


_REPONSES: dict[str, Callable[[Etabli, Mapping[str, Any], Vue], dict[str, Any]]] = {
    "cpts": _cpts,
    "indicateurs": _indicateurs,
    "voisines": _voisines,
    "rayon": _rayon,
    "proche": _proche,
    "trous": _trous,
    "zones": lambda etabli, demande, _: list_zones(etabli, _read_departements(etabli, demande)),
    "propositions": lambda etabli, demande, _: describe_propositions(
        etabli, demande.get("zone"), _read_departements(etabli, demande)
    ),
    "indicateurs_par_commune": lambda etabli, _, __: list_needs(etabli),
    "besoin": lambda etabli, demande, _: describe_need(etabli, demande),
}
