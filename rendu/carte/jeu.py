"""The colours that the browser holds: how each indicator is painted, to choose from without asking again."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo.atlas import Atlas
from geo.indicateurs.niveaux import nearest_level
from geo.indicateurs.registre import Indicateur
from rendu.carte.coloration import make_coloration
from rendu.carte.couches import write_file
from rendu.carte.histogramme import Histogramme
from rendu.carte.palette import BIVARIEE
from rendu.carte.signes import Coloration, Entree
from rendu.carte.vue import Vue
from rendu.mots.francais import nombre
from rendu.mots.indicateurs import NIVEAUX, fallback_text, map_choices

# In the place of a class, as static/carte/etats.js reads it: the value is withheld.
CLASSE_SECRETE = -1
# More files than any session's filters need at once.
_FICHIERS = 64


def as_data(coloration: Coloration, cpts: Sequence[str]) -> dict[str, Any]:
    """Return a coloration as plain data.

    Parameters
    ----------
    coloration
        How the CPTS are painted.
    cpts
        The CPTS in the order of the outlines' file: identifiers, repeated, would outweigh the values.
    """
    cercles = coloration.cercles
    return {
        "titre": coloration.titre,
        "methode": coloration.methode,
        "palette": coloration.palette,
        "classes": [
            CLASSE_SECRETE if i in coloration.secrets else coloration.classes.get(i) for i in cpts
        ],
        "infobulles": [coloration.textes.get(i, "") for i in cpts],
        "valeurs": coloration.valeurs,
        "cercles": [cercles.rayons.get(i, 0) for i in cpts] if cercles else [],
        "tailles": cercles.legende if cercles else (),
        "legende": legend_data(coloration.legende),
        "histogramme": histogram_data(coloration.histogramme),
        **tiers_data(coloration, cpts),
    }


def write_classes(
    classes: Mapping[str, int], secrets: Collection[str], codes: Sequence[str]
) -> str:
    """Write one sign a territory, as ``static/carte/etats.js`` reads them: its class, withheld, or none."""
    signes = {i: str(classe) for i, classe in classes.items()} | dict.fromkeys(secrets, "s")
    return "".join(signes.get(i, "-") for i in codes)


def tiers_data(coloration: Coloration, codes: Sequence[str]) -> dict[str, Any]:
    """Return as plain data what crosses a coloration with another one; nothing where it cannot be."""
    if coloration.tiers is None:
        return {}
    return {
        "tiers": write_classes(coloration.tiers.classes, coloration.secrets, codes),
        "tiers_bornes": coloration.tiers.bornes,
    }


def histogram_data(histogramme: Histogramme | None) -> dict[str, Any] | None:
    """Return a histogram as plain data."""
    return asdict(histogramme) if histogramme else None


def legend_data(entrees: Sequence[Entree]) -> list[tuple[str, str, str]]:
    """Return the lines of a legend as plain data: sign, words, count."""
    return [(entree.signe, entree.texte, nombre(entree.compte)) for entree in entrees]


def write_jeu(
    atlas: Atlas, vue: Vue, cpts: Sequence[str], dossier: Path, lectures: Mapping[str, str]
) -> str:
    """Write how every indicator paints what is in sight, and return the name of the file.

    Parameters
    ----------
    atlas, vue
        The atlas, and what the filters leave in sight.
    cpts
        As for :func:`as_data`.
    dossier
        Where to.
    lectures
        How official rates are read: see :func:`rendu.mots.profil.reading_texts`.
    """
    colorations = {ind: make_coloration(atlas, vue, ind) for ind in map_choices(atlas)}
    contenu = {
        "choix": [
            (ind, _label(atlas, ind, libelle, colorations[ind]))
            for ind, libelle in map_choices(atlas).items()
            if atlas.registre.is_latest(atlas.registre.parse(ind)[0])
        ],
        "series": _series(atlas),
        "niveaux": list(NIVEAUX.items()),
        "bivariee": BIVARIEE,
        "lectures": dict(lectures),
        "sens": {i.adresse: i.sens for i in atlas.registre.on("carte") if i.sens},
        "replis": {
            ind: replis
            for ind in colorations
            if (replis := _fallbacks(atlas.registre.parse(ind)[0]))
        },
        "colorations": {ind: as_data(coloration, cpts) for ind, coloration in colorations.items()},
    }
    texte = json.dumps(contenu, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return write_file(dossier, "couleurs", texte, _FICHIERS)


def _fallbacks(indicateur: Indicateur) -> dict[str, tuple[str, str]]:
    """Say, of each level that an indicator does not have, which one the map shows instead, and why."""
    return {
        niveau: (nearest_level(indicateur, niveau), texte)
        for niveau in NIVEAUX
        if (texte := fallback_text(indicateur, niveau))
    }


def _label(atlas: Atlas, ind: str, libelle: str, coloration: Coloration) -> str:
    """Say beside a base how many CPTS in sight have a value for it, for there are several; and of a series, its years."""
    indicateur, _ = atlas.registre.parse(ind)
    if indicateur.par_base:
        return f"{libelle} ({len(coloration.classes)})"
    annees = [autre.millesime for autre in atlas.registre.series(indicateur)]
    return libelle.replace(annees[-1], f"{annees[0]}–{annees[-1]}") if annees[1:] else libelle


def _series(atlas: Atlas) -> dict[str, list[tuple[str, str]]]:
    """List the years of each series that has several: its latest one to the name in the address and the year of each."""
    registre = atlas.registre
    series = {i.adresse: registre.series(i) for i in registre.on("carte") if registre.is_latest(i)}
    return {
        dernier: [(annee.adresse, annee.millesime) for annee in annees]
        for dernier, annees in series.items()
        if annees[1:]
    }
