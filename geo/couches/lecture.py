"""Read a layer of polygons, whatever its format and its projection, as valid polygons in Lambert 93.

The content alone decides what a file is; its name may be wrong. Only
:class:`geo.erreurs.DonneesInvalides` ever leaves this module, whatever the bytes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.couches.attributs import ROLES, drop_contacts, find_roles, strip_contacts
from geo.couches.formats import looks_like_couche
from geo.couches.ouverture import list_couches, open_couche, without_polygons
from geo.couches.projection import place
from geo.couches.reparation import repair
from geo.couches.shapefile import tell_shapefile
from geo.erreurs import Probleme, Severite, count, enumerate_first, sort_problemes
from geo.lecture.communes import CRS_METRES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.couches.brute import Brute
    from geo.couches.ouverture import Ouverte
    from geo.couches.projection import Placement

__all__ = [
    "CoucheLue", "Demande", "list_couches", "looks_like_couche", "place_polygons", "read_couche",
]  # fmt: skip


@dataclass(frozen=True)
class Demande:
    """What the planner says of a layer.

    Attributes
    ----------
    couche
        The layer to read, where the file has several.
    epsg
        Code of its projection.
    colonnes
        Title of the attribute of each role, of :data:`geo.couches.attributs.ROLES`; an empty title means
        that there is none.
    """

    couche: str = ""
    epsg: int | None = None
    colonnes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CoucheLue:
    """A layer of polygons, read.

    Attributes
    ----------
    nom
        Name of the file.
    couche, couches
        The layer that was read, and all those of the file that may have polygons.
    epsg
        Code of the projection it was read in, 0 where that has none.
    crs_dit
        What the file says of it, empty where it says nothing.
    polygones
        EPSG:2154, one row a feature kept, in the order of the file: ``ligne`` (rank of the feature, from 1),
        ``cpts``, ``statut``, ``date``, ``departement`` (texts, empty where there is nothing) and
        ``geometry``, a valid Polygon or MultiPolygon of two dimensions.
    colonnes
        Title of the attribute of each role.
    titres
        Titles of all the attributes, but those of persons.
    remarques
        What is to be told, the worst first; one blocks if no attribute names the CPTS.
    """

    nom: str
    couche: str
    couches: tuple[str, ...]
    epsg: int
    crs_dit: str
    polygones: gpd.GeoDataFrame
    colonnes: Mapping[str, str]
    titres: tuple[str, ...]
    remarques: tuple[Probleme, ...]


# Coordinates that are no numbers are told in French, not by numpy.
@np.errstate(all="ignore")
def read_couche(
    fichiers: Sequence[tuple[str, bytes]],
    demande: Demande = Demande(),
    communes: gpd.GeoDataFrame | None = None,
) -> CoucheLue:
    """Read a layer of polygons.

    Parameters
    ----------
    fichiers
        Names and bytes: one file (GeoJSON, TopoJSON, GeoPackage, FlatGeobuf, GeoParquet, KML, KMZ, or a ZIP
        archive of one of them or of a shapefile), or the parts of one shapefile.
    demande
        What the planner says of it.
    communes
        Those of the atlas, EPSG:2154: they settle what falls in France in two projections.

    Returns
    -------
    CoucheLue
        At least one polygon.

    Raises
    ------
    DonneesInvalides
        If no layer can be read, several could be and none is asked, its projection cannot be told, it
        passes a limit (:mod:`geo.couches.limites`), or a column that is asked is not there.
    """
    ouverte = open_couche(fichiers, demande.couche)
    nom, couche, couches, source, brute, tri = ouverte
    attributs, remarques = drop_contacts(nom, brute.attributs)
    colonnes, manques = find_roles(nom, attributs, demande.colonnes)
    remarques += [*manques, *tell_shapefile(source)]
    valeurs = {
        role: [strip_contacts(v) for v in attributs[colonnes[role]]]
        if role in colonnes
        else [""] * len(tri.geometries)
        for role in ROLES
    }
    noms = [
        f"« {cpts} » (forme {rang})" if cpts else f"forme {rang}"
        for rang, cpts in enumerate(valeurs["cpts"], start=1)
    ]
    geometries, placement, siennes = place_polygons(ouverte, noms, demande.epsg, communes)
    remarques += siennes
    gardees, doublons = _drop_duplicates(nom, geometries, brute, noms)
    remarques += doublons
    if not len(gardees):
        raise without_polygons(nom, "des formes sans surface")
    polygones = gpd.GeoDataFrame(
        {
            "ligne": gardees + 1,
            **{role: [textes[rang] for rang in gardees] for role, textes in valeurs.items()},
        },
        geometry=gpd.GeoSeries(geometries[gardees], crs=CRS_METRES).values,
        crs=CRS_METRES,
    ).astype({"ligne": "int64", **dict.fromkeys(ROLES, "str")})
    remarques += [*_tell_nameless(nom, polygones, colonnes), *_tell_parts(nom, polygones)]
    return CoucheLue(
        nom, couche, couches, placement.epsg, placement.dit, polygones, colonnes, tuple(attributs),
        sort_problemes(remarques),
    )  # fmt: skip


def place_polygons(
    ouverte: Ouverte,
    noms: Sequence[str],
    epsg: int | None = None,
    communes: gpd.GeoDataFrame | None = None,
) -> tuple[NDArray[np.object_], Placement, list[Probleme]]:
    """Bring the polygons of a layer to Lambert 93, valid.

    Parameters
    ----------
    ouverte
        As :func:`geo.couches.ouverture.open_couche` returns it.
    noms
        How each feature is said.
    epsg, communes
        As for :func:`geo.couches.projection.place`.

    Returns
    -------
    tuple
        Polygons, ``None`` for those left aside; how they were placed; what is to be told, the projection first.

    Raises
    ------
    DonneesInvalides
        As :func:`geo.couches.projection.place`.
    """
    nom, tri = ouverte.nom, ouverte.tri
    placement = place(nom, tri.geometries, ouverte.brute, epsg, communes)
    geometries = placement.geometries
    perdues = np.union1d(
        tri.vides,
        np.flatnonzero(shapely.is_missing(geometries) & ~shapely.is_missing(tri.geometries)),
    )
    geometries[placement.ailleurs] = None
    geometries, reparations = repair(nom, geometries, noms)
    laissees = _left_aside(nom, tri.autres, perdues, placement.ailleurs, noms)
    return geometries, placement, [*placement.remarques, *laissees, *reparations]


def _left_aside(
    fichier: str,
    autres: int,
    vides: NDArray[np.int64],
    ailleurs: NDArray[np.bool_],
    noms: Sequence[str],
) -> list[Probleme]:
    """Tell the features that are not kept, one remark a cause."""
    remarques = []
    if autres:
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(autres, 'forme')} qui {'sont' if autres > 1 else 'est'} en tout ou partie des points ou "
                "des lignes : seuls les polygones sont lus.",
                "Rien à faire si ce sont des repères.",
                identifiant="formes_autres",
            )
        )
    if len(vides):
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(len(vides), 'forme')} vide{'s' if len(vides) > 1 else ''} ou aux coordonnées illisibles, "
                f"{'laissées' if len(vides) > 1 else 'laissée'} de côté : "
                f"{enumerate_first(noms[rang] for rang in vides.tolist())}.",
                "Les dessiner de nouveau, si ces CPTS ont un territoire.",
                identifiant="forme_vide",
            )
        )
    if dehors := [noms[rang] for rang in np.flatnonzero(ailleurs).tolist()]:
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(len(dehors), 'forme')} hors de la France métropolitaine, "
                f"{'laissées' if len(dehors) > 1 else 'laissée'} de côté : {enumerate_first(dehors)}.",
                "Outre-mer, importer la table des communes de ces CPTS.",
                identifiant="hors_metropole",
            )
        )
    return remarques


def _drop_duplicates(
    fichier: str, geometries: NDArray[np.object_], brute: Brute, noms: Sequence[str]
) -> tuple[NDArray[np.int64], list[Probleme]]:
    """Return the positions of the features to keep, each of one shape and attributes once."""
    vues: set[tuple[object, ...]] = set()
    gardees: list[int] = []
    doubles: list[int] = []
    for rang in np.flatnonzero(~shapely.is_missing(geometries)).tolist():
        # The shapes themselves, all together, would take as much memory as the layer.
        contour = hashlib.blake2b(shapely.to_wkb(geometries[rang])).digest()
        cle = (contour, *(colonne[rang] for colonne in brute.attributs.values()))
        (doubles if cle in vues else gardees).append(rang)
        vues.add(cle)
    remarques = []
    if doubles:
        remarques.append(
            Probleme(
                Severite.INFORMATION,
                fichier,
                f"{count(len(doubles), 'forme')} en double (mêmes contours, mêmes attributs), "
                f"{'lues' if len(doubles) > 1 else 'lue'} une seule fois : "
                f"{enumerate_first(noms[rang] for rang in doubles)}.",
                "Rien à faire.",
                identifiant="forme_en_double",
            )
        )
    return np.array(gardees, dtype="int64"), remarques


def _tell_nameless(
    fichier: str, polygones: gpd.GeoDataFrame, colonnes: Mapping[str, str]
) -> list[Probleme]:
    """Tell the features whose attribute of the name is empty; it blocks where all are."""
    rangs = polygones.loc[polygones["cpts"] == "", "ligne"].tolist()
    if not rangs or "cpts" not in colonnes:
        return []
    plusieurs = len(rangs) > 1
    return [
        Probleme(
            Severite.BLOQUANT if len(rangs) == len(polygones) else Severite.A_VERIFIER,
            fichier,
            f"{count(len(rangs), 'forme')} sans nom de CPTS (« {colonnes['cpts']} » est vide), "
            f"{'laissées' if plusieurs else 'laissée'} de côté : "
            f"{enumerate_first(f'forme {rang}' for rang in rangs)}.",
            "Donner leur nom dans la couche, ou dire quel attribut le donne : « Nom de la CPTS », ou "
            "--colonne cpts=TITRE.",
            identifiant="forme_sans_nom",
        )
    ]


def _tell_parts(fichier: str, polygones: gpd.GeoDataFrame) -> list[Probleme]:
    """Tell the names that several features bear."""
    fois = Counter(nom for nom in polygones["cpts"] if nom)
    plusieurs = [f"« {nom} » ({n} formes)" for nom, n in fois.items() if n > 1]
    if not plusieurs:
        return []
    return [
        Probleme(
            Severite.INFORMATION,
            fichier,
            f"un même nom sur plusieurs formes, lues comme les parties d'une CPTS : {enumerate_first(plusieurs)}.",
            "Rien à faire si c'est bien la même CPTS.",
            identifiant="parties_d_une_cpts",
        )
    ]
