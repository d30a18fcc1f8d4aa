"""What is said of the decisions by hand that a layer is split by: those taken up, those without a meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.couches.attribution import BORDURE_PCT, name_whole
from geo.erreurs import Probleme, Severite, enumerate_first

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from geo.couches.service import Decoupage


def tell_idle(decoupage: Decoupage, connues: Collection[str]) -> list[Probleme]:
    """Tell the decisions that do nothing, one remark a cause.

    Parameters
    ----------
    decoupage
        What the layer gives, with these decisions.
    connues
        Codes of the communes of the atlas.
    """
    cas = {un_cas.code_commune: un_cas for un_cas in decoupage.attribution.cas}
    noms = decoupage.pose.cpts.index
    inconnues, etrangeres, ailleurs, vaines = [], [], [], []
    for code, decision in sorted(decoupage.regle.decisions.items()):
        entiere = name_whole(decision)
        if code not in connues:
            inconnues.append(code)
        elif entiere and entiere not in noms:
            etrangeres.append(f"« {entiere} » ({code})")
        elif code not in cas:
            ailleurs.append(code)
        elif cas[code].decidee != decision:
            vaines.append(f"{code} ({decision})")
    causes = (
        (inconnues, "sur des codes qui ne sont pas ceux d'une commune de l'atlas",
         "Donner le code INSEE à cinq caractères d'une commune de l'atlas."),
        (etrangeres, "pour des CPTS qui ne sont pas dans la couche",
         f"Écrire le nom comme la couche : {enumerate_first(f'« {nom} »' for nom in noms)}."),
        (ailleurs, f"sur des communes dont aucun polygone ne tient {BORDURE_PCT:g} %",
         "Vérifier le code, ou ôter cette décision."),
        (vaines, "sans effet, la commune n'étant pas tenue par cette CPTS, ou par plusieurs",
         "Choisir parmi les décisions proposées pour la commune."),
    )  # fmt: skip
    return [
        Probleme(
            Severite.BLOQUANT,
            decoupage.pose.couche.nom,
            f"décisions {quoi}, que rien ne suit : {enumerate_first(lesquelles, 20)}.",
            remede,
            identifiant="decision_sans_objet",
        )
        for lesquelles, quoi, remede in causes
        if lesquelles
    ]


def tell_recalled(nom: str, reprises: Mapping[str, str]) -> list[Probleme]:
    """Tell the decisions of the version in use that hold for the layer at hand.

    Parameters
    ----------
    nom
        Name of the file.
    reprises
        As :func:`geo.couches.decoupage.recall_decisions` returns them.
    """
    if not reprises:
        return []
    dites = (f"{code} ({decision})" for code, decision in sorted(reprises.items()))
    return [
        Probleme(
            Severite.INFORMATION,
            nom,
            f"décisions reprises de la version en service, ces communes étant découpées de même : "
            f"{enumerate_first(dites, 20)}.",
            "Rien à faire ; pour en changer, décider autrement de la commune.",
            identifiant="decisions_reprises",
        )
    ]
