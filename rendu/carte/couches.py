"""The outlines that the browser fetches once: simplified, and named by their content.

A rerun then sends codes, classes and labels only (bench/README.md has the figures). The communes come
department by department, when the map is close enough for them to be seen.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.atlas import Atlas
from geo.formes.milieu import FINESSE_MILIEU_DEGRES, find_milieu
from geo.formes.territoires import dissolve
from geo.perimetre import ENTIERE, are_etablies, is_indicatif
from geo.rangees import iterate_rows
from geo.regles.couverture import communes_blanches
from rendu.mots.deploiement import short_name
from rendu.mots.etapes import stage_words
from rendu.mots.francais import PARTIE_ETABLIE
from rendu.mots.partage import round_share

# To a degree. Some ten metres: a sixth of what the outlines are simplified by at the least (``geo.affichage``).
_ECHELLE = 10_000
# Of a label, in degrees.
_DECIMALES = 5
# Older files that a page opened before may still fetch.
_CONSERVES = 6


@dataclass(frozen=True, slots=True)
class Couches:
    """The files that were written.

    Attributes
    ----------
    dossier
        Where they are; the others are names of files.
    territoires
        CPTS, departments and towns; it names the files of the communes.
    communes
        Department to the file of its communes.
    cpts
        Every CPTS, in the order of the file: a rerun says its values in that order, without names.
    """

    dossier: Path
    territoires: str
    communes: dict[str, str]
    cpts: tuple[str, ...]

    def files(self) -> tuple[str, ...]:
        """List every file."""
        return self.territoires, *self.communes.values()


def anchor(geometrie: shapely.Geometry) -> list[float]:
    """Return a point inside, as central as can be, for a label."""
    return [round(v, _DECIMALES) for v in find_milieu(geometrie, FINESSE_MILIEU_DEGRES)]


def _json(contenu: Any) -> str:
    return json.dumps(contenu, ensure_ascii=False, separators=(",", ":"))


def make_collection(geometries: gpd.GeoSeries, proprietes: list[dict[str, Any]]) -> str:
    """Write shapes whose identifiers are the index, as ``static/carte/contours.js`` reads them.

    A GeoJSON of the same takes twice as much on the wire: each point is a step from the one before it, in whole
    units of :data:`_ECHELLE`. Rounded before the steps are taken, a border that shapes share stays one.
    """
    objets = [
        {"id": code, "properties": siennes, "polygones": _steps(contour)}
        for code, siennes, contour in zip(geometries.index, proprietes, geometries, strict=True)
    ]
    return _json({"echelle": _ECHELLE, "features": objets})


def _steps(geometrie: shapely.Geometry) -> list[list[list[int]]]:
    """Write the rings of each polygon, the exterior one first."""
    return [
        [_ring_steps(anneau) for anneau in (polygone.exterior, *polygone.interiors)]
        for polygone in shapely.get_parts(geometrie)
    ]


def _ring_steps(anneau: shapely.LinearRing) -> list[int]:
    points = np.rint(shapely.get_coordinates(anneau)[:-1] * _ECHELLE).astype(int)
    pas = np.diff(points, axis=0, prepend=[[0, 0]])
    # What rounding has brought together is one point, unless nothing would be left of the ring.
    utiles = pas.any(axis=1)
    utiles[0] = True
    gardes: list[int] = (pas[utiles] if utiles.sum() > 2 else pas).ravel().tolist()  # noqa: PLR2004 - a triangle
    return gardes


def _territoires(atlas: Atlas, communes: gpd.GeoSeries) -> str:
    """Draw each CPTS whole and, where only a part is established, that part too."""
    adhesions = atlas.adhesions.set_index("code_commune")
    etablies = adhesions[are_etablies(adhesions["confiance"])]
    mixtes = etablies["cpts_id"].map(atlas.is_indicatif).astype(bool)
    formes = {
        "complet": dissolve(communes, adhesions["cpts_id"]),
        "etabli": dissolve(communes, etablies["cpts_id"][mixtes]),
    }
    noms = atlas.fiches["nom"].to_dict()
    proprietes = [
        {
            "cpts_id": cpts_id,
            "nom": noms[cpts_id],
            "forme": forme,
            "indicatif": forme == "complet" and atlas.is_indicatif(str(cpts_id)),
            "ancre": anchor(geometrie),
        }
        for forme, geometries in formes.items()
        for cpts_id, geometrie in geometries.items()
    ]
    toutes = pd.concat(formes.values())
    toutes.index = pd.Index([f"{p['cpts_id']}/{p['forme']}" for p in proprietes])
    return make_collection(toutes, proprietes)


def _departements(atlas: Atlas, communes: gpd.GeoSeries, fichiers: dict[str, str]) -> str:
    """Draw the departments, each with what the map must know before it fetches its communes."""
    codes = atlas.communes["code_departement"]
    geometries = dissolve(communes, codes)
    noms = atlas.departements["nom"]
    effectifs = codes.value_counts()
    return make_collection(
        geometries,
        [
            {
                "nom": noms[code],
                "ancre": anchor(geometrie),
                "communes": int(effectifs[code]),
                "fichier": fichiers[code],
            }
            for code, geometrie in geometries.items()
        ],
    )


def _write_communes(atlas: Atlas, communes: gpd.GeoSeries, dossier: Path) -> dict[str, str]:
    """Write one file a department: a national map fetches those in view only.

    Of each membership of a commune, the rank of its CPTS among the sheets, whether it is established and, of one that
    is split, the share in words.
    """
    noms = atlas.communes["nom"].to_dict()
    adhesions = atlas.adhesions
    rangs = atlas.fiches.index.get_indexer(pd.Index(adhesions["cpts_id"]))
    etablies = are_etablies(adhesions["confiance"])
    membres: dict[str, list[tuple[int, int] | tuple[int, int, str]]] = {}
    for code, rang, etablie, part in zip(
        adhesions["code_commune"], rangs, etablies, adhesions["part"], strict=True
    ):
        membre = (int(rang), int(etablie))
        membres.setdefault(code, []).append(
            membre if part >= ENTIERE else (*membre, round_share(part))
        )
    fichiers = {}
    for departement, contours in communes.groupby(atlas.communes["code_departement"]):
        proprietes = [{"nom": noms[code], "cpts": membres.get(code, [])} for code in contours.index]
        contenu = make_collection(contours, proprietes)
        fichiers[str(departement)] = write_file(dossier, f"communes-{departement}", contenu)
    return fichiers


def mark_blanches(atlas: Atlas, definition: str) -> dict[str, str]:
    """Mark the communes that are a zone blanche, in the order of the files of :func:`write_couches`.

    Parameters
    ----------
    atlas
        The atlas that the files were written from.
    definition
        One of :data:`geo.regles.couverture.DEFINITIONS`.

    Returns
    -------
    dict
        Department to a number in hexadecimal, whose bit of rank `n` is set if the commune of rank
        `n` in the file is one: 70 bytes for a department of 280 communes.
    """
    rangs = atlas.communes.groupby("code_departement").cumcount()
    return {
        departement: f"{sum(1 << int(rang) for rang in rangs[list(codes)]):x}"
        for departement, codes in communes_blanches(atlas, definition).items()
    }


def _perimetres(confiance: str | None, *, dessinee: bool) -> dict[str, str]:
    """Say what is drawn of a CPTS, for each form in which it can be."""
    if not dessinee:
        return {"repere": "périmètre inconnu"}
    return {
        "complet": "périmètre indicatif" if is_indicatif(confiance) else "périmètre établi",
        "etabli": PARTIE_ETABLIE,
        "repere": "périmètre indicatif, masqué",
    }


def _reperes(atlas: Atlas) -> list[dict[str, Any]]:
    """List every CPTS with its mark and what is said of it."""
    return [
        {
            "id": fiche.Index,
            "nom": fiche.nom,
            "court": short_name(str(fiche.nom)),
            "lon": fiche.repere_lon,
            "lat": fiche.repere_lat,
            "etape": stage_words(fiche._asdict()),
            "perimetres": _perimetres(fiche.confiance, dessinee=fiche.dessinee),
        }
        for fiche in iterate_rows(atlas.fiches)
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


def keep_file(dossier: Path, nom: str) -> bool:
    """Say that a file is in use, so that older ones go first; ``False`` where it is gone already."""
    try:
        os.utime(dossier / nom)
    except FileNotFoundError:
        return False
    return True


def _last_use(chemin: Path) -> float:
    try:
        return chemin.stat().st_mtime
    except FileNotFoundError:
        # Another server dropped it meanwhile.
        return 0.0


def write_file(
    dossier: Path, nom: str, texte: str, conserves: int = _CONSERVES, *, suffixe: str = ".json"
) -> str:
    """Write a file named by its content, and return its name; so many of that kind, last used, are kept."""
    dossier.mkdir(parents=True, exist_ok=True)
    empreinte = hashlib.sha256(texte.encode()).hexdigest()[:16]
    # A hyphen, for the component's identity ignores what follows an underscore.
    chemin = dossier / f"{nom}-{empreinte}{suffixe}"
    if not keep_file(dossier, chemin.name):
        provisoire = chemin.with_suffix(".tmp")
        provisoire.write_text(texte, encoding="utf-8")
        provisoire.replace(chemin)
    # The clock of files is coarse: the one just written is named, not found by its date.
    autres = [c for c in dossier.glob(f"{nom}-*{suffixe}") if c != chemin]
    for ancien in sorted(autres, key=_last_use, reverse=True)[conserves - 1 :]:
        ancien.unlink(missing_ok=True)
    return chemin.name


def write_couches(atlas: Atlas, communes: gpd.GeoSeries, dossier: Path) -> Couches:
    """Write the display outlines of an atlas.

    Parameters
    ----------
    atlas
        What to draw.
    communes
        The outlines of the communes for display, EPSG:4326 (see ``geo.affichage``).
    dossier
        Where to.

    Returns
    -------
    Couches
        The names of the files, which change with their content only.
    """
    fichiers = _write_communes(atlas, communes, dossier)
    contenu = (
        f'{{"territoires":{_territoires(atlas, communes)},'
        f'"departements":{_departements(atlas, communes, fichiers)},'
        f'"reperes":{_json(_reperes(atlas))},"villes":{_json(_villes(atlas))}}}'
    )
    territoires = write_file(dossier, "territoires", contenu)
    return Couches(dossier, territoires, fichiers, tuple(atlas.fiches.index))
