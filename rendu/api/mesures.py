"""The indicators, and their values of territories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.indicateurs.mesures import (
    NON_PUBLIE,
    SANS_OBJET,
    Mesure,
    evaluate,
    measure,
)
from geo.indicateurs.registre import PAR_COMMUNE, PAR_DEPARTEMENT
from geo.indicateurs.territoire import CPTS, list_choices, make_list, parse_territoire
from rendu.api.modele import PRODUCTEUR, QUALIFICATIF, RAISON, SOURCES, Ouverte, Page, Rangee
from rendu.api.parametres import COMMUNE, GENRE_DU_NIVEAU, NIVEAUX, ParametresInvalides
from rendu.api.refus import Faute
from rendu.api.tables import NOMBRE, TEXTE, TEXTES, Champ
from rendu.mots.comparaison import GENRES
from rendu.mots.faits import ground_sources
from rendu.mots.mesures import tell_mesure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.atlas import Atlas
    from geo.indicateurs.registre import Indicateur
    from geo.indicateurs.territoire import Territoire


def find_niveaux(indicateur: Indicateur) -> tuple[str, ...]:
    """List the levels at which an indicator may have values, as the parameter ``niveau`` names them."""
    if not indicateur.de_communes:
        return (CPTS,)
    if indicateur.methode == PAR_COMMUNE:
        return (COMMUNE,)
    return NIVEAUX[3:] if indicateur.methode == PAR_DEPARTEMENT else NIVEAUX


def champs_indicateurs(_atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the fields of the indicators."""
    return (
        Champ("identifiant", TEXTE, "son nom dans les adresses"),
        Champ("libelle", TEXTE, "son nom en français"),
        Champ("definition", TEXTE, "ce qu'il est ; vide où rien ne le dit"),
        Champ("nature", TEXTE, "stock, taux, ecart ou categorie"),
        Champ("methode", TEXTE, "comment il est calculé, ou « publie »"),
        Champ("theme", TEXTE, "de quoi il parle"),
        Champ("unite", TEXTE, "ce que comptent ses nombres"),
        Champ("base", TEXTE, "de qui est la part ou la moyenne"),
        Champ(
            "sens",
            TEXTE,
            "haut : plus, c'est mieux ; bas : moins, c'est mieux ; vide : ni l'un ni l'autre",
        ),
        Champ("seuil_alerte", NOMBRE, "repère au-delà duquel une commune mérite un regard"),
        Champ("millesime", TEXTE, "année ; d'un chiffre publié, elle est avec sa source"),
        Champ("licence", TEXTE, "licence du fichier officiel, où il la dit"),
        Champ("niveaux", TEXTES, "niveaux auxquels il a des valeurs (paramètre niveau)"),
        SOURCES,
    )


def open_indicateurs(page: Page) -> Ouverte:
    """Filter the indicators."""
    registre = page.atlas.registre

    def describe(ids: Sequence[Any]) -> list[Rangee]:
        return [
            {
                "identifiant": i.identifiant,
                "libelle": i.libelle,
                "definition": i.definition,
                "nature": i.nature,
                "methode": i.methode,
                "theme": i.theme,
                "unite": i.unite,
                "base": i.base,
                "sens": i.sens,
                "seuil_alerte": i.seuil_alerte,
                "millesime": i.millesime,
                "licence": i.licence,
                "niveaux": list(find_niveaux(i)),
                "sources": list(i.sources),
            }
            for i in map(registre.__getitem__, ids)
        ]

    return Ouverte(
        [i.identifiant for i in registre],
        describe,
        sources=lambda ids: [s for i in ids for s in registre[i].sources],
    )


def champs_mesures(_atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the fields of the measures."""
    return (
        Champ("indicateur", TEXTE, "identifiant de l'indicateur"),
        Champ("libelle", TEXTE, "son nom, et de qui est la part où cela change d'une source à l'autre"),
        Champ("territoire", TEXTE, "le territoire, comme les adresses de l'atlas le nomment"),
        Champ("genre", TEXTE, "CPTS, Commune, Intercommunalité, Département, Région, Liste de communes ou France"),
        Champ("code", TEXTE, "code du territoire dans son genre"),
        Champ("nom", TEXTE, "nom du territoire"),
        Champ("valeur", NOMBRE, "le nombre, arrondi comme à l'écran ; null où il n'y en a pas (voir raison)"),
        Champ("unite", TEXTE, "ce qu'il compte"),
        QUALIFICATIF,
        Champ("base", TEXTE, "de qui est la part ou la moyenne ; « sans objet » d'un nombre qui n'est ni l'un ni l'autre"),
        Champ("texte", TEXTE, "le chiffre en toutes lettres, ou pourquoi il n'y en a pas"),
        RAISON,
        Champ("au_moins", NOMBRE, "d'une valeur tue (secret statistique), le moins qu'elle peut être"),
        Champ("au_plus", NOMBRE, "le plus qu'elle peut être"),
        Champ("intervalle_bas", NOMBRE, "d'une part, bas de son intervalle à 95 %"),
        Champ("intervalle_haut", NOMBRE, "haut de cet intervalle"),
        Champ("part_habitants_pct", NOMBRE, "part des habitants sur laquelle repose le chiffre, en %"),
        Champ("perimetre", TEXTE, "comment est connu le périmètre dont il dépend"),
        PRODUCTEUR,
        Champ("date", TEXTE, "millésime, ou date de la source ; les deux d'un écart"),
        SOURCES,
    )  # fmt: skip


def open_valeurs(page: Page) -> Ouverte:
    """Give one indicator of every territory of a level."""
    demande, indicateur = page.demande, page.indicateur
    if indicateur is None:
        raise ValueError(page)
    if demande.niveau not in find_niveaux(indicateur):
        permis = ", ".join(find_niveaux(indicateur))
        dit = f"« {indicateur.identifiant} » n'a pas de valeurs au niveau « {demande.niveau} »."
        raise ParametresInvalides([Faute("niveau", dit, f"Niveaux de cet indicateur : {permis}.")])
    adresses = _list_territoires(page)
    if not indicateur.par_base:
        return _mesures(page, [(adresse, 0) for adresse in adresses], _evaluate(page, indicateur))
    # Whose share it is differs by source: a territory may have several rows.
    dire = _evaluate(page, indicateur)
    return _mesures(
        page,
        [(adresse, rang) for adresse in adresses for rang in range(len(dire(adresse)[1]))],
        dire,
    )


_Lue = tuple["Territoire", "Sequence[Mesure]"]


def _evaluate(page: Page, indicateur: Indicateur) -> Callable[[str], _Lue]:
    atlas, demande = page.atlas, page.demande

    def dire(adresse: str) -> _Lue:
        genre, _, code = adresse.partition(":")
        territoire = (
            make_list(atlas, [code], str(atlas.communes["nom"][code]))
            if genre == "communes"
            else parse_territoire(atlas, adresse)
        )
        mesures = evaluate(
            atlas, indicateur, territoire, demande.couvert, indicatifs=demande.indicatifs
        )
        raison = NON_PUBLIE if territoire.genre == CPTS else SANS_OBJET
        return territoire, mesures or [
            Mesure(indicateur.identifiant, territoire.adresse, raison=raison)
        ]

    return dire


def _list_territoires(page: Page) -> list[str]:
    """List the territories of a level, as addresses name them, of the chosen departments."""
    atlas, demande = page.atlas, page.demande
    if demande.niveau == COMMUNE:
        communes = atlas.communes[atlas.communes["etude"]]
        if demande.dep:
            communes = communes[communes["code_departement"].isin(demande.dep)]
        return [f"communes:{code}" for code in communes.index.sort_values()]
    choix = list_choices(atlas)
    choix = choix[choix["genre"] == GENRE_DU_NIVEAU.get(demande.niveau, demande.niveau)]
    if demande.dep:
        voulus = set(demande.dep)
        choix = choix[[not voulus.isdisjoint(siens) for siens in choix["departements"]]]
    return [str(adresse) for adresse in choix.index]


def open_mesures(page: Page) -> Ouverte:
    """Give what a comparison says of some territories."""
    atlas, demande = page.atlas, page.demande
    if not demande.territoire:
        remede = "Écrire par exemple territoire=cpts:cpts-luxeuil,dep:70."
        raise ParametresInvalides([Faute("territoire", "« territoire » manque.", remede)])
    lues: dict[str, _Lue] = {}
    for adresse in demande.territoire:
        territoire = parse_territoire(atlas, adresse)
        lues[adresse] = (
            territoire,
            measure(atlas, territoire, demande.couvert, indicatifs=demande.indicatifs),
        )
    return _mesures(
        page,
        [(adresse, rang) for adresse, lue in lues.items() for rang in range(len(lue[1]))],
        lues.__getitem__,
    )


def _mesures(page: Page, cles: list[Any], dire: Callable[[str], _Lue]) -> Ouverte:
    lignes: dict[Any, Rangee] = {}

    def describe(voulues: Sequence[Any]) -> list[Rangee]:
        for cle in voulues:
            if cle not in lignes:
                territoire, mesures = dire(cle[0])
                lignes[cle] = _tell(page, territoire, mesures[cle[1]])
        return [lignes[cle] for cle in voulues]

    return Ouverte(
        cles,
        describe,
        sources=lambda voulues: [
            *(s for ligne in describe(voulues) for s in ligne["sources"]),
            *ground_sources(page.atlas),
        ],
    )


def _tell(page: Page, territoire: Territoire, mesure: Mesure) -> Rangee:
    dite = tell_mesure(page.atlas, territoire, mesure)
    return {
        "indicateur": mesure.indicateur,
        "libelle": dite.libelle,
        "territoire": territoire.adresse,
        "genre": "Commune" if page.demande.niveau == COMMUNE else GENRES[territoire.genre],
        "code": territoire.code,
        "nom": territoire.nom,
        "valeur": dite.valeur,
        "unite": dite.unite,
        "qualificatif": dite.qualificatif,
        "base": dite.origine.base,
        "texte": dite.texte,
        "raison": mesure.raison or "",
        "au_moins": dite.bornes[0],
        "au_plus": dite.bornes[1],
        "intervalle_bas": dite.intervalle[0],
        "intervalle_haut": dite.intervalle[1],
        "part_habitants_pct": None if mesure.part_pct is None else round(mesure.part_pct, 1),
        "perimetre": dite.perimetre,
        "producteur": dite.origine.producteur,
        "date": dite.origine.date,
        "sources": list(dite.origine.sources),
    }
