"""The maps of the player: outlines, marks and names as plain data, the same for every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from geo.formes.milieu import FINESSE_MILIEU_DEGRES, find_milieu
from geo.formes.territoires import dissolve
from geo.rangees import get_row, iterate_rows
from geo.regles.completude import study_departements
from rendu.carte.palette import LEGENDE_INDICATIF
from rendu.mots.deploiement import short_name
from rendu.mots.francais import capitale, join_words
from rendu.mots.paroles import others_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import geopandas as gpd
    import pandas as pd

    from geo.atlas import Atlas
    from geo.evenement import Evenement

# About ten metres: finer than a pixel of a territory on a wide screen.
_DECIMALES = 4
# The communes around a territory that a wide screen shows beside it, in parts of its larger side.
_MARGE = 0.55
# A frame around the marker of a CPTS without perimeter, in degrees of latitude.
_CADRE_REPERE = 0.25
# The most populous communes of a territory that are named where there is room.
_NOMS_MAX = 10

# West, south, east, north, in degrees.
_Boite = tuple[float, float, float, float]


def make_cartes(atlas: Atlas, contours: gpd.GeoSeries, evenement: Evenement) -> dict[str, Any]:
    """Prepare the map of the region and that of each CPTS of an event.

    Parameters
    ----------
    atlas
        The atlas.
    contours
        The outlines of the communes for display, EPSG:4326 (see ``geo.affichage``).
    evenement
        See :func:`geo.evenement.make_evenement`.

    Returns
    -------
    dict
        ``departements``, ``communes`` (GeoJSON), ``region`` and ``territoires`` (by ``cpts_id``), ready for
        JSON. Labels are plain text.
    """
    cpts_ids = evenement.cpts_ids
    codes = _departements(atlas, evenement)
    adhesions = atlas.adhesions[atlas.adhesions["cpts_id"].isin(evenement.montrees)]
    formes = dissolve(contours, adhesions.set_index("code_commune")["cpts_id"])
    membres = adhesions.groupby("cpts_id")["code_commune"].agg(list).to_dict()
    cadres = {i: _cadre(atlas, contours, i, membres.get(i, [])) for i in cpts_ids}
    voisinage = _around(contours, cadres.values())
    departements = atlas.communes["code_departement"]
    limites = dissolve(contours, departements[departements.isin(codes)])
    etude = set(study_departements(atlas))
    return {
        "departements": _collection(limites, [{"etude": code in etude} for code in limites.index]),
        "communes": _collection(contours.loc[voisinage], [{} for _ in voisinage]),
        "region": _region(atlas, formes, limites, evenement, cadres),
        "territoires": {
            i: {
                "bornes": _bornes(cadres[i]),
                **_territoire(
                    atlas, formes, i, membres.get(i, []), voisinage=voisinage, cadre=cadres[i]
                ),
            }
            for i in cpts_ids
        },
    }


def _departements(atlas: Atlas, evenement: Evenement) -> list[str]:
    """List the departments of the region, and those beyond it that a CPTS of the event spans."""
    siens = atlas.fiches.loc[list(evenement.cpts_ids), "departements"].explode()
    return sorted({*evenement.departements, *siens} & set(atlas.departements.index))


def _region(
    atlas: Atlas,
    formes: gpd.GeoSeries,
    limites: gpd.GeoSeries,
    evenement: Evenement,
    cadres: dict[str, _Boite],
) -> dict[str, Any]:
    cpts_ids = evenement.cpts_ids
    fiches = atlas.fiches.loc[list(evenement.montrees)]
    # The event is drawn last, over its neighbours.
    dessinees = [i for i in reversed(fiches.index) if i in formes.index]
    points = fiches[~fiches.index.isin(formes.index)]
    region = limites[limites.index.isin(evenement.departements)]
    # Where the data hold no department of the event, its CPTS alone are framed.
    cadre = region.total_bounds if len(region) else _enclose(cadres.values())
    return {
        "nom": f"{join_words(evenement.regions.values())} : les CPTS",
        "bornes": _bornes(cadre),
        "territoires": _collection(
            formes.loc[dessinees],
            [{"indicatif": atlas.is_indicatif(i), "choisie": i in cpts_ids} for i in dessinees],
        ),
        "reperes": [
            _repere(fiche, choisie=fiche.Index in cpts_ids) for fiche in iterate_rows(points)
        ],
        "noms": [
            *(
                _nom(
                    capitale(short_name(str(atlas.fiches.loc[i, "nom"]))),
                    *_ancre(atlas, formes, i),
                    "cpts",
                )
                for i in cpts_ids
            ),
            *_prefectures(atlas, limites.index),
            *(
                _nom(
                    str(atlas.departements.loc[code, "nom"]).upper(),
                    *find_milieu(forme, FINESSE_MILIEU_DEGRES),
                    "departement",
                )
                for code, forme in limites.items()
            ),
        ],
        "legende": _legende_region(atlas, evenement, dessinees, points.index),
    }


def _territoire(
    atlas: Atlas,
    formes: gpd.GeoSeries,
    cpts_id: str,
    siennes: list[str],
    *,
    voisinage: pd.Index,
    cadre: _Boite,
) -> dict[str, Any]:
    fiche = atlas.fiches.loc[[cpts_id]]
    # Every CPTS that is drawn, as on the sheet, whatever it was on the day of the event.
    autres = set(atlas.adhesions["code_commune"]) - set(siennes)
    voisines = [code for code in voisinage if code in autres]
    dessinee = cpts_id in formes.index
    return {
        "nom": str(fiche["nom"].iloc[0]),
        "indicatif": atlas.is_indicatif(cpts_id),
        "communes": siennes,
        "voisines": voisines,
        "contour": _collection(formes.loc[[cpts_id]], [{}]) if dessinee else None,
        "reperes": [] if dessinee else [_repere(f, choisie=True) for f in fiche.itertuples()],
        "noms": _noms_territoire(atlas, cpts_id, siennes, voisinage, cadre),
        "legende": _legende_territoire(atlas, cpts_id, dessinee=dessinee, voisines=bool(voisines)),
    }


def _legende_region(
    atlas: Atlas, evenement: Evenement, dessinees: list[str], points: Collection[str]
) -> list[dict[str, str]]:
    cpts_ids = evenement.cpts_ids
    siennes = [i for i in cpts_ids if i in dessinees]
    lignes = []
    if siennes:
        texte = (
            "CPTS de l'événement"
            if len(cpts_ids) > 1
            else str(atlas.fiches.loc[cpts_ids[0], "nom"])
        )
        lignes.append(_ligne("choisie", texte))
    if len(dessinees) > len(siennes):
        lignes.append(_ligne("autre", others_words(evenement)))
    if any(atlas.is_indicatif(i) for i in dessinees):
        lignes.append(_ligne("tirets", LEGENDE_INDICATIF))
    if len(points):
        lignes.append(_ligne("point", "CPTS sans périmètre connu"))
    lignes.append(_ligne("commune", "autres communes"))
    return lignes


def _legende_territoire(
    atlas: Atlas, cpts_id: str, *, dessinee: bool, voisines: bool
) -> list[dict[str, str]]:
    if not dessinee:
        return [_ligne("point", "périmètre inconnu : seul un lieu est indiqué")]
    lignes = [_ligne("choisie", str(atlas.fiches.loc[cpts_id, "nom"]))]
    if atlas.is_indicatif(cpts_id):
        lignes.append(_ligne("tirets", LEGENDE_INDICATIF))
    if voisines:
        lignes.append(_ligne("voisine", "autres CPTS dessinées"))
    lignes.append(_ligne("commune", "autres communes"))
    return lignes


def _ligne(genre: str, texte: str) -> dict[str, str]:
    return {"genre": genre, "texte": texte}


def _noms_territoire(
    atlas: Atlas, cpts_id: str, siennes: list[str], voisinage: pd.Index, cadre: _Boite
) -> list[dict[str, Any]]:
    """Name the town of the CPTS, the prefectures around and its most populous communes, in that order.

    A town beyond the territory says whether it lies west of its middle: its name then goes to the left.
    """
    prefectures = set(atlas.departements["code_commune_chef_lieu"]) & set(voisinage)
    grandes = atlas.communes["population"].loc[siennes].nlargest(_NOMS_MAX).index
    siege = atlas.fiches.loc[cpts_id, "code_commune_repere"]
    genres = dict.fromkeys(grandes, "ville") | dict.fromkeys(prefectures, "prefecture")
    codes = dict.fromkeys([siege, *sorted(prefectures), *grandes])
    communes = atlas.communes.loc[[code for code in codes if code in atlas.communes.index]]
    siens = set(siennes)
    milieu = (cadre[0] + cadre[2]) / 2
    return [
        _nom(
            commune.nom,
            commune.mairie_lon,
            commune.mairie_lat,
            "siege" if code == siege else genres[code],
        )
        | {"ouest": code not in siens and bool(commune.mairie_lon < milieu)}
        for code, commune in communes.iterrows()
    ]


def _prefectures(atlas: Atlas, codes: pd.Index) -> list[dict[str, Any]]:
    chefs_lieux = atlas.departements.loc[codes, "code_commune_chef_lieu"]
    communes = atlas.communes.loc[atlas.communes.index.intersection(chefs_lieux)]
    communes = communes.sort_values("population", ascending=False)
    return [
        _nom(commune.nom, commune.mairie_lon, commune.mairie_lat, "prefecture")
        for _, commune in communes.iterrows()
    ]


def _nom(texte: str, lon: float, lat: float, genre: str) -> dict[str, Any]:
    return {"texte": texte, "lon": round(lon, 4), "lat": round(lat, 4), "genre": genre}


def _repere(fiche: Any, *, choisie: bool) -> dict[str, Any]:
    return {"lon": fiche.repere_lon, "lat": fiche.repere_lat, "choisie": choisie}


def _ancre(atlas: Atlas, formes: gpd.GeoSeries, cpts_id: str) -> tuple[float, float]:
    if cpts_id in formes.index:
        return find_milieu(formes[cpts_id], FINESSE_MILIEU_DEGRES)
    fiche = get_row(atlas.fiches, cpts_id)
    return float(fiche["repere_lon"]), float(fiche["repere_lat"])


def _enclose(boites: Collection[_Boite]) -> _Boite:
    ouests, suds, ests, nords = zip(*boites, strict=True)
    return min(ouests), min(suds), max(ests), max(nords)


def _cadre(atlas: Atlas, contours: gpd.GeoSeries, cpts_id: str, siennes: list[str]) -> _Boite:
    """Return the box of a CPTS, in degrees: that of its communes, or one around its marker."""
    if siennes:
        ouest, sud, est, nord = contours.loc[siennes].total_bounds
        return float(ouest), float(sud), float(est), float(nord)
    fiche = get_row(atlas.fiches, cpts_id)
    lon, lat = float(fiche["repere_lon"]), float(fiche["repere_lat"])
    demi_lon = 1.4 * _CADRE_REPERE
    return lon - demi_lon, lat - _CADRE_REPERE, lon + demi_lon, lat + _CADRE_REPERE


def _around(contours: gpd.GeoSeries, cadres: Collection[_Boite]) -> pd.Index[str]:
    """List the communes in sight around some boxes, each once, in the order of the file."""
    vus: set[int] = set()
    for ouest, sud, est, nord in cadres:
        # A degree of longitude is two thirds of one of latitude here: the larger side rules both margins.
        cote = max((est - ouest) * 0.68, nord - sud)
        dx, dy = (cote * (1 + 2 * _MARGE) / 0.68 - (est - ouest)) / 2, cote * _MARGE / 2
        boite = shapely.box(ouest - dx, sud - dy, est + dx, nord + dy)
        vus.update(contours.sindex.query(boite).tolist())
    voisinage: pd.Index[str] = contours.index[sorted(vus)]
    return voisinage


def _bornes(boite: Sequence[float]) -> list[list[float]]:
    """Write a box as Leaflet reads it: south-west, then north-east, latitude first."""
    ouest, sud, est, nord = (round(float(valeur), _DECIMALES) for valeur in boite)
    return [[sud, ouest], [nord, est]]


def _collection(formes: gpd.GeoSeries, proprietes: list[dict[str, Any]]) -> dict[str, Any]:
    """Write outlines as GeoJSON, rounded, their identifiers being the index."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": code, "properties": siennes, "geometry": _geometrie(forme)}
            for (code, forme), siennes in zip(formes.items(), proprietes, strict=True)
        ],
    }


def _geometrie(forme: shapely.Geometry) -> dict[str, Any]:
    arrondie = shapely.transform(forme, lambda xy: xy.round(_DECIMALES))
    return dict(shapely.geometry.mapping(arrondie))
