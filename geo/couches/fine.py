"""Read a finer layer that says where people live: built-up outlines, IRIS, squares of a grid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.couches.lecture import place_polygons
from geo.couches.ouverture import open_couche
from geo.couches.parts import find_hosts
from geo.couches.refus import block_couche
from geo.erreurs import Probleme, Severite, count, enumerate_first, sort_problemes
from geo.importation.titres import title_key
from geo.lecture.communes import CRS_METRES
from geo.officiels.valeurs import MINIMUM_SECRET, SEUIL, read_valeurs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

# The total population of a year in the files of INSEE (« P22_POP ») : never that of an age (« P22_POP0014 »).
_INSEE = re.compile(r"p([0-9]{2}) pop")
# Titles of a number of inhabitants, the surest first; « Ind » is that of INSEE's squares.
_TITRES = (
    "population municipale", "population totale", "population", "pop", "nb habitants", "nb hab", "habitants", "hab",
    "pmun", "ptot", "individus", "ind", "ind c",
)  # fmt: skip
# A title of weights in no unit: they compare with one another, and with no number of inhabitants.
_RELATIF = "poids"
# A layer that says less of the inhabitants of a commune does not cover it, whatever their years.
_PART_MIN = 0.5
_CITEES_MAX = 10
_SANS_COMPARAISON = (
    "rien ne dit si elle couvre chaque commune en entier, et tous les habitants d'une commune sont placés dans les "
    "formes qu'elle y a"
)
_COUVRIR = "Vérifier que la couche couvre en entier chaque commune où elle a une forme."


# Coordinates that are no numbers are told in French, not by numpy.
@np.errstate(all="ignore")
def read_fine(
    fichiers: Sequence[tuple[str, bytes]], communes: gpd.GeoDataFrame, couche: str = ""
) -> tuple[gpd.GeoDataFrame, tuple[Probleme, ...]]:
    """Read a layer that says where people live.

    Parameters
    ----------
    fichiers
        As for :func:`geo.couches.lecture.read_couche`.
    communes
        Those of the atlas: see :func:`geo.lecture.communes.load_communes`.
    couche
        The layer to read, where the file has several.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Probleme
        EPSG:2154, in the order of the file: ``geometry`` (valid) and ``poids`` (inhabitants where an attribute
        says them, 0 where it does not; else the area, in m²), without the shapes of the communes of which the layer
        says less than half of the inhabitants: their area counts; what is to be told, first by what it is weighted.

    Raises
    ------
    DonneesInvalides
        As :func:`geo.couches.lecture.read_couche`, or if inhabitants are negative or no numbers.
    """
    ouverte = open_couche(fichiers, couche)
    nom, attributs = ouverte.nom, ouverte.brute.attributs
    noms = [f"forme {rang}" for rang in range(1, len(ouverte.tri.geometries) + 1)]
    geometries, _, remarques = place_polygons(ouverte, noms, communes=communes)
    gardees = np.flatnonzero(~shapely.is_missing(geometries)).tolist()
    if not gardees:
        raise block_couche(
            nom,
            "aucune forme de la couche fine n'a de surface en France métropolitaine.",
            "Fournir des polygones : bâti, IRIS ou carreaux.",
            identifiant="couche_fine_vide",
        )
    titre = _find_title(attributs)
    if titre is None:
        poids = np.asarray(shapely.area(geometries[gardees]))
        remarques = [_tell_area(nom), *remarques]
    else:
        textes = [attributs[titre][rang] for rang in gardees]
        poids, siennes = _read_weights(nom, titre, textes, [noms[rang] for rang in gardees])
        remarques = [*siennes, *remarques]
    fine = gpd.GeoDataFrame({"poids": poids}, geometry=geometries[gardees], crs=CRS_METRES)
    if titre is not None and title_key(titre) != _RELATIF:
        fine, partielles = _leave_partial(nom, fine, communes)
        remarques += partielles
    return fine, sort_problemes(remarques)


def _find_title(attributs: Mapping[str, Sequence[str]]) -> str | None:
    """Return the attribute that counts the inhabitants; of several years, the last.

    >>> _find_title({"P17_POP": ["1"], "P22_POP": ["2"], "P22_POP0014": ["1"]}), _find_title({"iris": ["2"]})
    ('P22_POP', None)
    """
    cles = {title_key(titre): titre for titre, textes in attributs.items() if any(textes)}
    annees = sorted(cle for cle in cles if _INSEE.fullmatch(cle))
    return next((cles[cle] for cle in (*reversed(annees), *_TITRES, _RELATIF) if cle in cles), None)


def _read_weights(
    nom: str, titre: str, textes: Sequence[str], formes: Sequence[str]
) -> tuple[NDArray[np.float64], list[Probleme]]:
    """Read the inhabitants of each shape, and say what was read."""
    lus = read_valeurs(textes, (MINIMUM_SECRET, SEUIL - 1))
    negatifs = np.flatnonzero(lus.nombres < 0).tolist()
    fautes = [f"« {texte} » ({formes[rang]})" for rang, texte in lus.illisibles]
    fautes += [f"« {textes[rang]} » ({formes[rang]})" for rang in negatifs]
    if fautes:
        raise block_couche(
            nom,
            f"l'attribut « {titre} » de la couche fine ne dit pas partout un nombre d'habitants : "
            f"{enumerate_first(fautes)}.",
            "Corriger ces valeurs, ou ôter l'attribut pour compter la surface.",
            identifiant="couche_fine_illisible",
        )
    poids = np.nan_to_num(lus.nombres)
    relatif = title_key(titre) == _RELATIF
    remarques = [
        Probleme(
            Severite.INFORMATION,
            nom,
            f"habitants placés d'après l'attribut « {titre} » de la couche fine, "
            f"{count(len(poids), 'forme')}{f' ; {_SANS_COMPARAISON}' if relatif else ''}.",
            _COUVRIR
            if relatif
            else "Rien à faire si c'est bien un nombre d'habitants ; sinon, ôter cet attribut.",
            identifiant="couche_fine",
        )
    ]
    inconnus = int(np.isnan(lus.nombres).sum())
    if inconnus:
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                nom,
                f"{count(inconnus, 'forme')} de la couche fine sans nombre d'habitants (vide ou secret), "
                f"{'comptées' if inconnus > 1 else 'comptée'} pour zéro.",
                "Compléter la couche si des habitants y manquent.",
                identifiant="couche_fine_lacunes",
            )
        )
    return poids, remarques


def _tell_area(nom: str) -> Probleme:
    return Probleme(
        Severite.INFORMATION,
        nom,
        "la couche fine ne dit pas d'habitants : ils sont placés d'après la surface de ses formes ; "
        f"{_SANS_COMPARAISON}.",
        f"{_COUVRIR} Pour les placer d'après leur nombre, lui donner un attribut « population ».",
        identifiant="couche_fine",
    )


def _leave_partial(
    nom: str, fine: gpd.GeoDataFrame, communes: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, list[Probleme]]:
    """Leave out the shapes of the communes that the layer says too few inhabitants of, and tell these communes."""
    morceaux, hotes = find_hosts(fine.geometry.to_numpy(), communes.geometry.to_numpy())
    dits = np.bincount(hotes, weights=fine["poids"].to_numpy()[morceaux], minlength=len(communes))
    populations = communes["population"].to_numpy(dtype="float64")
    partielles = (dits > 0) & (dits < populations * _PART_MIN)
    if not partielles.any():
        return fine, []
    gardees = np.ones(len(fine), dtype=bool)
    gardees[morceaux[partielles[hotes]]] = False
    citees = communes.loc[partielles].sort_values("population", ascending=False)["nom"]
    nombre = len(citees)
    remarque = Probleme(
        Severite.A_VERIFIER,
        nom,
        f"la couche fine dit moins de la moitié des habitants de {count(nombre, 'commune')}, qu'elle ne couvre donc pas en "
        f"entier ; {'leurs' if nombre > 1 else 'ses'} habitants sont placés d'après la surface : "
        f"{enumerate_first([f'{dite} ({code})' for code, dite in citees.items()], _CITEES_MAX)}.",
        "Donner une couche fine qui couvre ces communes en entier, ou décider à la main de ce qu'elles deviennent.",
        identifiant="couche_fine_partielle",
    )
    return fine[gardees].reset_index(drop=True), [remarque]
