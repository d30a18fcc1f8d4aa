"""What the command line prints of a layer of polygons that was checked."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from geo.commande_remarques import describe_remarques
from geo.couches.attribution import (
    HABITANTS,
    MAIRIE,
    SEUIL_PCT,
    SURFACE,
    name_whole,
)
from geo.couches.ecarts import measure_ecarts
from geo.couches.libelles import DECISIONS, POURQUOI
from geo.couches.parts import BATI
from geo.couches.sortie import sort_cas
from geo.erreurs import count
from geo.importation.titres import LIBELLES
from geo.texte import write_share, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.atlas import Atlas
    from geo.commande_couches import CoucheVerifiee
    from geo.couches.attribution import Cas
    from geo.couches.service import Decoupage

_CAS_MAX, _ECARTS_MAX = 30, 10
_COMPTES = {
    HABITANTS: "des habitants",
    SURFACE: "de la surface",
    MAIRIE: "de la mairie, tout ou rien",
}


def describe_couche(verifiee: CoucheVerifiee) -> Iterator[str]:
    """Give what was understood, every problem, the communes to look at, and what the polygons differ by.

    Parameters
    ----------
    verifiee
        As :func:`geo.commande_couches.check_layer` returns it.
    """
    decoupage, verification = verifiee.decoupage, verifiee.verification
    yield from _describe_lecture(verifiee)
    yield from describe_remarques(verification, "forme")
    yield from _describe_cas(decoupage, verification.atlas)
    yield from _describe_ecarts(decoupage, verification.atlas)


def _describe_lecture(verifiee: CoucheVerifiee) -> Iterator[str]:
    decoupage = verifiee.decoupage
    couche, regle = decoupage.pose.couche, decoupage.regle
    communes = decoupage.attribution.adhesions["code_commune"].nunique()
    yield (
        f"{couche.nom} : couche « {couche.couche} », {count(len(couche.polygones), 'polygone')}, "
        f"{len(decoupage.pose.cpts)} CPTS, {count(communes, 'commune')}."
    )
    devinee = any(r.identifiant.startswith("projection_") for r in couche.remarques)
    qui = (
        "donnée par --epsg"
        if verifiee.epsg_dit
        else "devinée"
        if devinee
        else "dite par le fichier"
    )
    yield f"Projection : {f'EPSG:{couche.epsg}' if couche.epsg else 'sans code EPSG'}, {qui}."
    reconnus = ", ".join(f"{LIBELLES[role]} ← {titre}" for role, titre in couche.colonnes.items())
    yield f"Attributs reconnus : {reconnus}."
    parts = f"Une commune est à la CPTS qui tient {regle.seuil_pct:g} % {_COMPTES[regle.compter]}"
    if regle.compter == MAIRIE:
        yield "Une commune est à la CPTS qui tient sa mairie."
    elif regle.compter == SURFACE:
        yield f"{parts}."
    else:
        fine = (decoupage.pose.parts["methode"] == BATI).any()
        yield f"{parts}, placés d'après {'la couche fine' if fine else 'la surface, faute de couche fine'}."
    if regle.seuil_pct != SEUIL_PCT:
        changent = count(verifiee.changees, "commune change", "communes changent")
        yield f"Par rapport à {SEUIL_PCT} %, {changent}."


def _describe_cas(decoupage: Decoupage, atlas: Atlas) -> Iterator[str]:
    """List the communes that nobody has decided of; count the others."""
    tries = sort_cas(decoupage.attribution, atlas)
    ouverts = [(cas, enjeu) for cas, enjeu in tries if not cas.decidee]
    if decides := [cas for cas, _ in tries if cas.decidee]:
        yield f"\nCommunes décidées à la main ({len(decides)})"
        for cas in decides[:_CAS_MAX]:
            yield f"  {_name(cas, atlas)} : {_say(cas.decidee)}."
        if len(decides) > _CAS_MAX:
            yield f"  … et {count(len(decides) - _CAS_MAX, 'autre')}."
    if not ouverts:
        return
    yield f"\nCommunes à regarder ({write_whole(len(ouverts))}), les plus peuplées en jeu d'abord"
    for cas, enjeu in ouverts[:_CAS_MAX]:
        parts = ", ".join(
            f"« {nom} » {write_share(pct / 100)}{' (mairie)' if nom in cas.mairies else ''}"
            for nom, pct in cas.parts_pct
        )
        choix = ", ".join(quote(f"{cas.code_commune}={decision}") for decision in cas.choices())
        yield f"  {_name(cas, atlas)}, environ {write_whole(enjeu)} en jeu : {parts}"
        yield f"      {POURQUOI[cas.pourquoi]} ; proposé : {_say(cas.proposee)}"
        yield f"      → pour en décider, --decision avec : {choix}"
    if len(ouverts) > _CAS_MAX:
        yield f"  … et {count(len(ouverts) - _CAS_MAX, 'autre')} : --json les donne toutes."


def _name(cas: Cas, atlas: Atlas) -> str:
    commune = atlas.communes.loc[cas.code_commune]
    return f"{cas.code_commune} {commune['nom']}, {count(int(commune['population']), 'habitant')}"


def _say(decision: str) -> str:
    entiere = name_whole(decision)
    return f"entière à « {entiere} »" if entiere else DECISIONS[decision]


def _describe_ecarts(decoupage: Decoupage, atlas: Atlas) -> Iterator[str]:
    """List the CPTS of which most people are on one side only of the polygon and of the communes."""
    ecarts = measure_ecarts(decoupage.pose.parts, decoupage.attribution, atlas.communes)
    enjeu = ecarts["population_en_plus"] + ecarts["population_en_moins"]
    differents = ecarts[enjeu.round() >= 1]
    yield f"\nÉcarts entre polygones et communes : {len(differents)} CPTS"
    for nom, ecart in differents.head(_ECARTS_MAX).to_dict("index").items():
        partagees = f" (dont {count(ecart['partagees'], 'partagée')})" if ecart["partagees"] else ""
        yield (
            f"  « {nom} » : {count(ecart['communes'], 'commune')}{partagees}, "
            f"{count(ecart['population'], 'habitant')} ; environ {write_whole(ecart['population_en_plus'])} "
            f"comptés hors du polygone, {write_whole(ecart['population_en_moins'])} dedans et non comptés"
        )
    if len(differents) > _ECARTS_MAX:
        yield f"  … et {count(len(differents) - _ECARTS_MAX, 'autre')} : --json les donne toutes."
