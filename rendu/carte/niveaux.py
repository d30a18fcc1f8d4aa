"""An indicator by intercommunalité, by commune or by department, under the outlines of the CPTS."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.mesures import RETENUE
from geo.indicateurs.niveaux import (
    COMMUNES,
    DEPARTEMENTS,
    EPCI,
    Releve,
    list_levels,
    measure_level,
    place_communes,
)
from geo.indicateurs.registre import STOCK, Indicateur
from rendu.carte.coloration import class_counts, class_values, explain_signs
from rendu.carte.couches import write_file
from rendu.carte.croisement import cross, make_tiers
from rendu.carte.jeu import histogram_data, legend_data, tiers_data, write_classes
from rendu.carte.palette import BLANC, CROISEES, TRANSPARENT
from rendu.carte.signes import Coloration, Entree
from rendu.carte.vue import Vue
from rendu.mots.comparaison import RAISONS
from rendu.mots.indicateurs import level_choices, with_base, withheld_text, write_value

_DE = {EPCI: "par intercommunalité", DEPARTEMENTS: "par département", COMMUNES: "par commune"}
# Where the value of a count is read: it has no class.
_LUE = {DEPARTEMENTS: "valeur écrite sur la carte", COMMUNES: "valeur lue dans l'infobulle"}
_NON_CONNU = "non connu"
# One file a level and an atlas; pages opened before may still fetch older ones.
_FICHIERS = 8


def make_niveau(
    atlas: Atlas, niveau: str, ind: str, measure: Callable[[Indicateur], Releve] | None = None
) -> Coloration:
    """Paint an indicator at a level, with classes over the whole study area.

    Parameters
    ----------
    atlas
        The atlas.
    niveau
        A level other than the CPTS: see :mod:`geo.indicateurs.niveaux`.
    ind
        One of :func:`rendu.mots.indicateurs.level_choices`.
    measure
        How the indicators of its series are measured at that level, where that was done before.

    Returns
    -------
    Coloration
        Its classes and texts are those of the territories of the level, by their codes.
    """
    indicateur = level_choices(atlas, niveau)[ind]
    measure = measure or partial(_measure, atlas, niveau)
    releve = measure(indicateur)
    valeurs = releve.valeurs
    autres = [
        measure(autre).valeurs
        for autre in atlas.registre.series(indicateur)
        if autre != indicateur and niveau in list_levels(autre)
    ]
    classees = (
        class_counts(valeurs, _LUE[niveau])
        if indicateur.nature == STOCK
        else class_values(valeurs, indicateur, autres)
    )
    absents = int(valeurs.isna().sum()) - len(releve.retenues)
    signes = (
        Entree(CROISEES, RAISONS[RETENUE], len(releve.retenues)),
        Entree(BLANC, _NON_CONNU, absents),
    )
    textes = _write_values(indicateur, valeurs.dropna())
    secrets = {i: withheld_text(indicateur, bornes) for i, bornes in releve.retenues.items()}
    return Coloration(
        f"{with_base(indicateur, indicateur.titre)}, {_DE[niveau]}",
        classees.classes,
        classees.palette,
        (*classees.legende, *(signe for signe in signes if signe.compte)),
        methode=f"{classees.methode}, sur toute la zone d'étude" if classees.methode else "",
        textes=textes | secrets,
        sources=indicateur.sources,
        secrets=frozenset(secrets),
        histogramme=classees.histogramme,
        tiers=make_tiers(indicateur, valeurs, pd.concat([valeurs, *autres])),
    )


def _write_values(indicateur: Indicateur, valeurs: "pd.Series[float]") -> dict[str, str]:
    """Write values, each of those that are read alike once: to write one takes longer than to measure it."""
    # What rounds to zero may be written with more decimals.
    arrondies = {str(i): round(v, indicateur.decimales_carte) or v for i, v in valeurs.items()}
    mots = {valeur: write_value(indicateur, valeur) for valeur in set(arrondies.values())}
    return {i: mots[valeur] for i, valeur in arrondies.items()}


def _measure(atlas: Atlas, niveau: str, indicateur: Indicateur) -> Releve:
    return measure_level(atlas, indicateur, niveau)


def make_croisee(atlas: Atlas, niveau: str, ind: str, ind2: str | None) -> Coloration:
    """Paint an indicator at a level, together with a second one where both are rates of that level."""
    coloration, choix = make_niveau(atlas, niveau, ind), level_choices(atlas, niveau)
    if ind2 in (None, ind) or ind2 not in choix:
        return coloration
    presents = place_communes(atlas, niveau).unique().tolist()
    ordres = (choix[ind].sens, choix[ind2].sens)
    return cross(coloration, make_niveau(atlas, niveau, ind2), presents, ordres) or coloration


def communes_teintes(
    atlas: Atlas, niveau: str, ind: str, ind2: str | None = None
) -> "pd.Series[str]":
    """Return the colour of each commune that has one, by its code: that of its territory at that level."""
    coloration = make_croisee(atlas, niveau, ind, ind2)
    teintes = {i: coloration.palette[classe] for i, classe in coloration.classes.items()}
    return (
        place_communes(atlas, niveau)
        .map(teintes | dict.fromkeys(coloration.secrets, CROISEES))
        .dropna()
    )


def under_outlines(
    atlas: Atlas, vue: Vue, niveau: str, ind: str, ind2: str | None = None
) -> Coloration:
    """Return the coloration of the CPTS of a map that is painted by another level: outlines alone."""
    coloration = make_croisee(atlas, niveau, ind, ind2)
    return replace(
        coloration,
        classes=dict.fromkeys(vue.formes, 0),
        palette=(TRANSPARENT,),
        legende=(*coloration.legende, *explain_signs(vue, vue.formes)),
        textes={},
        secrets=frozenset(),
    )


def write_niveau(atlas: Atlas, niveau: str, dossier: Path) -> str:
    """Write how every indicator paints a level, and return the name of the file.

    Parameters
    ----------
    atlas, niveau
        As for :func:`make_niveau`.
    dossier
        Where to.
    """
    places = place_communes(atlas, niveau)
    codes = list(pd.unique(places))
    releves: dict[str, Releve] = {}

    def measure(indicateur: Indicateur) -> Releve:
        nom = indicateur.identifiant
        if nom not in releves:
            releves[nom] = measure_level(atlas, indicateur, niveau)
        return releves[nom]

    contenu = {
        "nom": niveau,
        "noms": _names(atlas, niveau, codes),
        "places": _places(atlas, places, codes),
        "indicateurs": {
            ind: _as_data(make_niveau(atlas, niveau, ind, measure), codes)
            for ind in level_choices(atlas, niveau)
        },
    }
    texte = json.dumps(contenu, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return write_file(dossier, f"niveau{niveau}", texte, _FICHIERS)


def _names(atlas: Atlas, niveau: str, codes: list[str]) -> list[str]:
    """List the names of the territories; communes have theirs in the files of their outlines."""
    if niveau == COMMUNES:
        return []
    if niveau == DEPARTEMENTS:
        return [str(nom) for nom in atlas.departements["nom"].loc[codes]]
    noms = atlas.communes.drop_duplicates("siren_epci").set_index("siren_epci")["nom_epci"]
    return [str(nom) for nom in noms.loc[codes]]


def _places(
    atlas: Atlas, places: "pd.Series[str]", codes: list[str]
) -> dict[str, int | list[int | None]]:
    """Say of each commune, in the order of the files of the outlines, the rank of its territory.

    Of ranks that follow one another, the first one says them all.
    """
    rangs = places.map({code: rang for rang, code in enumerate(codes)})
    departements = atlas.communes["code_departement"]
    siens = rangs.reindex(departements.index).groupby(departements)
    dites: dict[str, int | list[int | None]] = {}
    for code, liste in siens:
        connus: list[int | None] = [None if pd.isna(rang) else int(rang) for rang in liste]
        debut: int | None = connus[0]
        if debut is not None and connus == list(range(debut, debut + len(connus))):
            dites[str(code)] = debut
        elif liste.notna().any():
            dites[str(code)] = connus
    return dites


def _as_data(coloration: Coloration, codes: list[str]) -> dict[str, Any]:
    """Return a level as plain data: a class of one figure each, and words that are repeated once.

    By commune, words would outweigh everything else.
    """
    textes = [coloration.textes.get(i, _NON_CONNU) for i in codes]
    mots = {mot: rang for rang, mot in enumerate(dict.fromkeys(textes))}
    return {
        "titre": coloration.titre,
        "methode": coloration.methode,
        "palette": coloration.palette,
        "legende": legend_data(coloration.legende),
        "histogramme": histogram_data(coloration.histogramme),
        "classes": write_classes(coloration.classes, coloration.secrets, codes),
        **tiers_data(coloration, codes),
        "mots": list(mots),
        "textes": [mots[texte] for texte in textes],
    }
