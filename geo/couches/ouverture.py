"""Open a file: the layers of polygons that it has, and the one that is asked for, as it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import shapely

from geo.couches import kml, parquet, pilotes
from geo.couches.formats import Format, Source, find_sources
from geo.couches.refus import block_couche
from geo.couches.reparation import keep_polygons
from geo.erreurs import enumerate_first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from geo.couches.brute import Apercu, Brute
    from geo.couches.reparation import Tri
    from geo.erreurs import DonneesInvalides

# Those that name their layers: the others are named after their file.
_A_COUCHES = frozenset({Format.GPKG, Format.KML, Format.TOPOJSON})


class _Candidate:
    """A layer that may have polygons: read at most once."""

    def __init__(self, source: Source, apercu: Apercu) -> None:
        self.source, self.apercu = source, apercu
        self._brute = apercu.brute

    @property
    def brute(self) -> Brute:
        if self._brute is None:
            self._brute = _module(self.source).read_brute(self.source, self.apercu.nom)
        return self._brute

    def has_polygons(self) -> bool:
        """Tell whether the layer has polygons, reading it where only that tells."""
        if self.apercu.polygones is not None:
            return self.apercu.polygones
        tri = keep_polygons(self.source.fichier, self.brute.geometries)
        return not shapely.is_missing(tri.geometries).all()


class Ouverte(NamedTuple):
    """A layer as it is in its file.

    Attributes
    ----------
    nom
        Name of the file.
    couche, couches
        As :class:`geo.couches.lecture.CoucheLue` has them.
    source
        Where the layer is.
    brute
        What the file gives.
    tri
        Its polygons; at least one.
    """

    nom: str
    couche: str
    couches: tuple[str, ...]
    source: Source
    brute: Brute
    tri: Tri


def open_couche(fichiers: Sequence[tuple[str, bytes]], demandee: str = "") -> Ouverte:
    """Read one layer of a file as it is there.

    Parameters
    ----------
    fichiers
        As for :func:`geo.couches.lecture.read_couche`.
    demandee
        The layer to read, where the file has several.

    Raises
    ------
    DonneesInvalides
        As :func:`geo.couches.lecture.read_couche`.
    """
    sources = find_sources(fichiers)
    nom = sources[0].fichier
    nommees = _name_candidates(nom, sources)
    couche = _choose(nom, nommees, demandee)
    brute = nommees[couche].brute
    tri = keep_polygons(nom, brute.geometries)
    if shapely.is_missing(tri.geometries).all():
        raise without_polygons(
            nom,
            "des points ou des lignes"
            if tri.autres
            else "des formes vides"
            if len(tri.vides)
            else "",
        )
    return Ouverte(nom, couche, tuple(nommees), nommees[couche].source, brute, tri)


def list_couches(fichiers: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
    """Return the layers of polygons of a file, by the names under which they are asked for.

    Parameters
    ----------
    fichiers
        As for :func:`geo.couches.lecture.read_couche`.

    Raises
    ------
    DonneesInvalides
        If it is no layer, or has no polygons.
    """
    sources = find_sources(fichiers)
    nommees = _name_candidates(sources[0].fichier, sources)
    return tuple(cle for cle, candidate in nommees.items() if candidate.has_polygons())


def _module(source: Source) -> ModuleType:
    """Return the module that reads a format: each has ``list_couches`` and ``read_brute``."""
    return {Format.KML: kml, Format.GEOPARQUET: parquet}.get(source.format, pilotes)


def _name_candidates(nom: str, sources: Sequence[Source]) -> dict[str, _Candidate]:
    """Return the layers that may have polygons, by the name under which they are chosen."""
    nommees: dict[str, _Candidate] = {}
    autres: list[str] = []
    for source in sources:
        apercus = _module(source).list_couches(source)
        for apercu in apercus:
            if apercu.polygones is False:
                autres.append(apercu.genre)
                continue
            propre = apercu.nom if source.format in _A_COUCHES else ""
            if len(sources) == 1:
                cle = propre or source.chemin
            else:
                cle = f"{source.chemin}/{propre}" if len(apercus) > 1 else source.chemin
            nommees[cle] = _Candidate(source, apercu)
    if not nommees:
        raise without_polygons(nom, " et ".join(dict.fromkeys(autres)))
    return nommees


def _choose(nom: str, nommees: dict[str, _Candidate], demandee: str) -> str:
    """Return the layer to read; those that turn out to have no polygon are taken off."""
    if demandee and demandee not in nommees:
        raise block_couche(
            nom,
            f"« {demandee} » n'est pas une couche de polygones du fichier.",
            f"Choisir parmi : {_list_couches(nommees)}.",
            identifiant="couche_inconnue",
        )
    if len(nommees) > 1:
        for cle in [cle for cle, candidate in nommees.items() if not candidate.has_polygons()]:
            del nommees[cle]
        if not nommees:
            raise without_polygons(nom, "des points ou des lignes")
    if demandee in nommees:
        return demandee
    if len(nommees) > 1:
        raise block_couche(
            nom,
            f"plusieurs couches de polygones : {_list_couches(nommees)}.",
            "Dire laquelle lire : « Couche », ou --couche NOM.",
            identifiant="couche_a_choisir",
        )
    return next(iter(nommees))


def _list_couches(nommees: Mapping[str, _Candidate]) -> str:
    return enumerate_first((f"« {cle} »" for cle in nommees), 20)


def without_polygons(nom: str, quoi: str) -> DonneesInvalides:
    """Return the error of a file without polygons, and of what it has in their place, for the caller to raise."""
    return block_couche(
        nom,
        f"aucun polygone dans ce fichier{f' : {quoi} seulement' if quoi else ''}.",
        "Fournir la couche des contours des CPTS, en polygones.",
        identifiant="couche_sans_polygone",
    )
