"""The outlines that the browser fetches once: simplified, and named by their content.

A rerun then sends codes, classes and labels only (bench/README.md has the figures).
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from geo.affichage import simplify_communes
from geo.atlas import Atlas
from geo.territoires import dissolve

# About a metre: finer than a pixel at any zoom the map allows.
_DECIMALES = 5
# Older files that a page opened before may still fetch.
_CONSERVES = 6


@dataclass(frozen=True, slots=True)
class Couches:
    """File names below ``static/couches/``."""

    territoires: str
    communes: str


def _coordonnees(geometrie: shapely.Geometry) -> dict[str, Any]:
    def arrondir(valeur: Any) -> Any:
        if isinstance(valeur, float):
            return round(valeur, _DECIMALES)
        return [arrondir(v) for v in valeur]

    brute = shapely.geometry.mapping(geometrie)
    return {"type": brute["type"], "coordinates": arrondir(brute["coordinates"])}


def _ancre(geometrie: shapely.Geometry) -> list[float]:
    """Return a point inside, as central as can be, for a label."""
    plus_grand = max(shapely.get_parts(geometrie), key=lambda partie: partie.area)
    point = shapely.maximum_inscribed_circle(plus_grand, tolerance=0.01).coords[0]
    return [round(point[0], _DECIMALES), round(point[1], _DECIMALES)]


def _feature(code: str, geometrie: shapely.Geometry, **proprietes: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": code,
        "properties": proprietes,
        "geometry": _coordonnees(geometrie),
    }


def _collection(objets: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": objets}


def _territoires(atlas: Atlas, communes: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Draw each CPTS whole and, where only a part is established, that part too."""
    adhesions = atlas.adhesions.set_index("code_commune")
    etablies = adhesions[adhesions["confiance"] != "hypothese"]
    mixtes = set(etablies["cpts_id"]) & set(
        atlas.fiches.index[atlas.fiches["confiance"] == "hypothese"]
    )
    formes = [
        ("complet", dissolve(communes, adhesions["cpts_id"])),
        ("etabli", dissolve(communes, etablies["cpts_id"][etablies["cpts_id"].isin(mixtes)])),
    ]
    return [
        _feature(
            f"{cpts_id}/{forme}",
            geometrie,
            cpts_id=cpts_id,
            nom=atlas.fiches.loc[cpts_id, "nom"],
            forme=forme,
            indicatif=forme == "complet" and atlas.fiches.loc[cpts_id, "confiance"] == "hypothese",
            ancre=_ancre(geometrie),
        )
        for forme, geometries in formes
        for cpts_id, geometrie in geometries.items()
    ]


def _villes(atlas: Atlas) -> list[dict[str, Any]]:
    """List the towns to name, prefectures first, each once."""
    prefectures = atlas.departements["code_commune_chef_lieu"]
    sieges = atlas.fiches["code_commune_repere"]
    genres = dict.fromkeys(sieges, "ville") | dict.fromkeys(prefectures, "prefecture")
    communes = atlas.communes.loc[[code for code in genres if code in atlas.communes.index]]
    communes = communes.sort_values("population", ascending=False)
    return [
        {
            "texte": commune.nom,
            "lon": commune.mairie_lon,
            "lat": commune.mairie_lat,
            "genre": genres[code],
            "departement": commune.code_departement,
        }
        for code, commune in communes.iterrows()
    ]


def _write(dossier: Path, nom: str, contenu: dict[str, Any]) -> str:
    texte = json.dumps(contenu, ensure_ascii=False, separators=(",", ":"))
    empreinte = hashlib.sha256(texte.encode()).hexdigest()[:16]
    # A hyphen, for the component's identity ignores what follows an underscore.
    chemin = dossier / f"{nom}-{empreinte}.json"
    if not chemin.exists():
        provisoire = chemin.with_suffix(".tmp")
        provisoire.write_text(texte, encoding="utf-8")
        provisoire.replace(chemin)
    anciens = sorted(dossier.glob(f"{nom}-*.json"), key=lambda c: c.stat().st_mtime, reverse=True)
    for ancien in anciens[_CONSERVES:]:
        ancien.unlink(missing_ok=True)
    return chemin.name


def write_couches(atlas: Atlas, dossier: Path) -> Couches:
    """Write the display outlines of an atlas.

    Parameters
    ----------
    atlas
        What to draw.
    dossier
        A folder that the server makes public.

    Returns
    -------
    Couches
        The names of the files, which change with their content only.
    """
    dossier.mkdir(parents=True, exist_ok=True)
    communes = simplify_communes(atlas.communes)
    cadre = gpd.GeoDataFrame(geometry=communes)
    departements = dissolve(cadre, atlas.communes["code_departement"])
    territoires = {
        "territoires": _collection(_territoires(atlas, cadre)),
        "departements": _collection(
            [
                _feature(
                    code,
                    geometrie,
                    nom=atlas.departements.loc[code, "nom"],
                    ancre=_ancre(geometrie),
                )
                for code, geometrie in departements.items()
            ]
        ),
        "reperes": [
            {"id": cpts_id, "nom": fiche.nom, "lon": fiche.repere_lon, "lat": fiche.repere_lat}
            for cpts_id, fiche in atlas.fiches.iterrows()
        ],
        "villes": _villes(atlas),
    }
    noms = atlas.communes["nom"]
    toutes = _collection([_feature(code, g, nom=noms[code]) for code, g in communes.items()])
    return Couches(
        territoires=_write(dossier, "territoires", territoires),
        communes=_write(dossier, "communes", toutes),
    )
