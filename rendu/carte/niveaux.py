"""The same indicator by department or by commune, under the outlines of the CPTS: rates alone, for a count is a circle."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.agregation import aggregate
from geo.regles.completude import study_departements
from rendu.carte.coloration import class_values, explain_signs
from rendu.carte.couches import write_file
from rendu.carte.jeu import legend_data
from rendu.carte.palette import BLANC, TRANSPARENT
from rendu.carte.signes import Coloration, Entree
from rendu.carte.vue import Vue
from rendu.mots.indicateurs import PAR_COMMUNE, PAR_DEPARTEMENT, level_choices, write_value

if TYPE_CHECKING:
    from collections.abc import Iterable

_DE = {PAR_DEPARTEMENT: "par département", PAR_COMMUNE: "par commune"}
# One file a level and an atlas; pages opened before may still fetch older ones.
_FICHIERS = 8


@dataclass(frozen=True, slots=True)
class Niveau:
    """An indicator painted by department or by commune.

    Attributes
    ----------
    coloration
        Title, method, palette and legend; its classes are by department or by commune.
    departements
        Department of each of them.
    """

    coloration: Coloration
    departements: "pd.Series[str]"


def make_niveau(atlas: Atlas, niveau: str, ind: str) -> Niveau:
    """Paint an indicator by department or by commune, with classes over the whole study area.

    Parameters
    ----------
    atlas
        The atlas.
    niveau
        ``departements`` or ``communes``.
    ind
        One of :func:`rendu.mots.indicateurs.level_choices`.
    """
    indicateur = level_choices(atlas)[ind]
    codes = atlas.communes["code_departement"]
    codes = codes[codes.isin(study_departements(atlas))]
    groupes = _keys(codes, niveau)
    rangs, noms = pd.factorize(groupes)
    agregat = aggregate(indicateur, atlas.variables.loc[codes.index], rangs, len(noms))
    valeurs = pd.Series(agregat.valeurs, index=pd.Index(noms))
    classees = class_values(valeurs, indicateur)
    absents = int(np.isnan(agregat.valeurs).sum())
    coloration = Coloration(
        f"{indicateur.titre}, {_DE[niveau]}",
        classees.classes,
        classees.palette,
        (*classees.legende, *([Entree(BLANC, "non connu", absents)] if absents else [])),
        methode=f"{classees.methode}, sur toute la zone d'étude",
        textes={str(i): write_value(indicateur, v) for i, v in valeurs.dropna().items()},
        sources=indicateur.sources,
    )
    departements = pd.Series(noms, index=noms) if niveau == PAR_DEPARTEMENT else codes
    return Niveau(coloration, departements)


def _keys(codes: "pd.Series[str]", niveau: str) -> "pd.Series[str]":
    """Say of each commune what it is painted as: its department, or itself."""
    return codes if niveau == PAR_DEPARTEMENT else pd.Series(codes.index, index=codes.index)


def communes_teintes(atlas: Atlas, niveau: str, ind: str) -> "pd.Series[str]":
    """Return the colour of each commune that has one, by its code: that of its department at that level."""
    coloration = make_niveau(atlas, niveau, ind).coloration
    codes = atlas.communes["code_departement"]
    classes = _keys(codes, niveau).map(coloration.classes)
    return classes.dropna().map(lambda k: coloration.palette[int(k)])


def under_outlines(atlas: Atlas, vue: Vue, niveau: str, ind: str) -> Coloration:
    """Return the coloration of the CPTS of a map that is painted by department or by commune: outlines alone."""
    coloration = make_niveau(atlas, niveau, ind).coloration
    return replace(
        coloration,
        classes=dict.fromkeys(vue.formes, 0),
        palette=(TRANSPARENT,),
        legende=(*coloration.legende, *explain_signs(vue, vue.formes)),
        textes={},
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
    contenu = {ind: _as_data(make_niveau(atlas, niveau, ind)) for ind in level_choices(atlas)}
    texte = json.dumps(contenu, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return write_file(dossier, f"niveau{niveau}", texte, _FICHIERS)


def _as_data(niveau: Niveau) -> dict[str, Any]:
    """Return a level as plain data: lists by department, in the order of the files of the communes."""
    coloration = niveau.coloration

    def by_departement(valeurs: "Iterable[Any]") -> dict[str, list[Any]]:
        serie = pd.Series(list(valeurs), index=niveau.departements.index, dtype=object)
        return {str(code): siennes.tolist() for code, siennes in serie.groupby(niveau.departements)}

    codes = niveau.departements.index
    return {
        "titre": coloration.titre,
        "methode": coloration.methode,
        "palette": coloration.palette,
        "legende": legend_data(coloration.legende),
        "classes": by_departement(coloration.classes.get(i) for i in codes),
        "textes": by_departement(coloration.textes.get(i, "") for i in codes),
    }
