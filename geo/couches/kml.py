"""Read the placemarks of a KML, with expat and nothing else: no entity, no link, no style is ever followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

# A document type is refused before any entity can be declared, so expat expands none.
from xml.parsers import expat

import numpy as np
import shapely

from geo.couches.brute import WGS84, Apercu, Brute, write_value
from geo.couches.limites import ATTRIBUTS_MAX, COUCHES_MAX, FORMES_MAX, IMBRICATIONS_MAX
from geo.couches.refus import pass_limit, refuse_couche

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.couches.formats import Source

# OGC KML 2.3: what holds placemarks, what has a shape that is no polygon, what an attribute is.
_DOSSIERS = frozenset({"Document", "Folder"})
_AUTRES = frozenset({"Point", "LineString", "Track", "MultiTrack", "Model"})
# Of the name of a folder, which each layer under it repeats.
_NOM_MAX = 200
_TEXTES = frozenset({"name", "description", "coordinates", "SimpleData", "value"})


@dataclass
class _Repere:
    """One placemark being read."""

    attributs: dict[str, str] = field(default_factory=dict)
    # Of each polygon, its rings: the outer one first.
    polygones: list[list[str]] = field(default_factory=list)
    autres: bool = False

    def shape(self) -> shapely.Geometry | None:
        """Return its polygons, with a point among them where it has anything else; ``None`` without any."""
        try:
            polygones = [_polygon(anneaux) for anneaux in self.polygones if anneaux]
        except (ValueError, shapely.errors.GEOSException):
            return None
        if self.autres:
            return shapely.GeometryCollection([*polygones, shapely.Point(0, 0)])
        if not polygones:
            return None
        return polygones[0] if len(polygones) == 1 else shapely.MultiPolygon(polygones)


@dataclass
class _Dossier:
    """A document or a folder: its name, and those above it; its own placemarks."""

    parents: tuple[str, ...]
    nom: str = ""
    reperes: list[_Repere] = field(default_factory=list)


def list_couches(source: Source) -> list[Apercu]:
    """Return the folders that hold placemarks, read.

    Raises
    ------
    DonneesInvalides
        If it is no well-formed KML, declares entities, or passes a limit.
    """
    dossiers = [
        dossier for dossier in _Lecteur(source.fichier).parse(source.contenu) if dossier.reperes
    ]
    if len(dossiers) > COUCHES_MAX:
        raise pass_limit(source.fichier, "plus de couches que la limite", COUCHES_MAX)
    apercus: list[Apercu] = []
    for dossier in dossiers:
        base = " / ".join([*dossier.parents[1:], dossier.nom or f"dossier {len(apercus) + 1}"])
        pris = {apercu.nom for apercu in apercus}
        nom = base if base not in pris else f"{base} ({len(apercus) + 1})"
        polygones = any(repere.polygones for repere in dossier.reperes)
        genre = "" if polygones else "des points ou des lignes"
        brute = _gather(source.fichier, dossier) if polygones else None
        apercus.append(Apercu(nom, polygones, genre, brute))
    return apercus


def read_brute(source: Source, couche: str) -> Brute:
    """Return a layer as it is written; :func:`list_couches` gives it too."""
    brute = next(a.brute for a in list_couches(source) if a.nom == couche)
    if brute is None:
        raise refuse_couche(source.fichier, "ce dossier du KML n'a pas de polygone.")
    return brute


def _gather(fichier: str, dossier: _Dossier) -> Brute:
    titres = list(dict.fromkeys(titre for repere in dossier.reperes for titre in repere.attributs))
    if len(titres) > ATTRIBUTS_MAX:
        raise pass_limit(fichier, "plus d'attributs que la limite", ATTRIBUTS_MAX)
    geometries = np.empty(len(dossier.reperes), dtype=object)
    geometries[:] = [repere.shape() for repere in dossier.reperes]
    return Brute(
        geometries,
        {titre: [write_value(r.attributs.get(titre)) for r in dossier.reperes] for titre in titres},
        WGS84,
        implicite=True,
    )


def _polygon(anneaux: list[str]) -> shapely.Polygon:
    exterieur, *trous = (shapely.linearrings(_coordinates(anneau)) for anneau in anneaux)
    return shapely.Polygon(exterieur, trous)


def _coordinates(texte: str) -> NDArray[np.float64]:
    """Read « longitude,latitude[,altitude] », apart by blanks.

    >>> _coordinates("6.0,47.0,0 6.1, 47.1").tolist()
    [[6.0, 47.0], [6.1, 47.1]]
    """
    if " ," in texte or ", " in texte:
        texte = ",".join(morceau.strip() for morceau in texte.split(","))
    points = texte.split()
    nombres = points[0].count(",") + 1 if points else 0
    if nombres > 1 and all(point.count(",") == nombres - 1 for point in points):
        valeurs = list(map(float, texte.replace(",", " ").split()))
        return np.array(valeurs).reshape(-1, nombres)[:, :2]
    # Some have a height and some have none.
    return np.array([list(map(float, point.split(",")))[:2] for point in points])


class _Lecteur:
    """Parse one document; what is not of a placemark is passed over, links first."""

    def __init__(self, fichier: str) -> None:
        self.fichier = fichier
        self.dossiers: list[_Dossier] = []
        self.pile: list[_Dossier] = []
        self.repere: _Repere | None = None
        self.chemin: list[str] = []
        self.donnee = ""
        self.textes: list[str] | None = None
        self.compte = 0
        self.analyseur = expat.ParserCreate()
        self.analyseur.buffer_text = True
        self.analyseur.StartDoctypeDeclHandler = self._refuse_doctype
        self.analyseur.StartElementHandler = self._start
        self.analyseur.EndElementHandler = self._end
        self.analyseur.CharacterDataHandler = self._text

    def parse(self, xml: bytes) -> list[_Dossier]:
        try:
            self.analyseur.Parse(xml, True)  # noqa: FBT003 - expat takes it by position
        except (expat.ExpatError, ValueError, LookupError) as erreur:
            raise refuse_couche(self.fichier, "ce KML est tronqué ou abîmé.") from erreur
        return self.dossiers

    def _refuse_doctype(self, *_: object) -> NoReturn:
        raise refuse_couche(
            self.fichier, "ce KML contient une déclaration DOCTYPE, qui n'est pas lue."
        )

    def _start(self, balise: str, attributs: dict[str, str]) -> None:
        nom = balise.rpartition(":")[2]
        self.chemin.append(nom)
        if len(self.chemin) > IMBRICATIONS_MAX:
            raise pass_limit(
                self.fichier, "plus d'éléments imbriqués que la limite", IMBRICATIONS_MAX
            )
        if nom in _DOSSIERS or not self.pile:
            parents = tuple(filter(None, (dossier.nom for dossier in self.pile)))
            dossier = _Dossier(parents)
            self.dossiers.append(dossier)
            self.pile.append(dossier)
        elif nom == "Placemark":
            self.compte += 1
            if self.compte > FORMES_MAX:
                raise pass_limit(self.fichier, "plus de formes que la limite", FORMES_MAX)
            self.repere = _Repere()
            self.pile[-1].reperes.append(self.repere)
        elif self.repere is not None:
            if nom == "Polygon":
                self.repere.polygones.append([])
            elif nom in _AUTRES or (nom == "LinearRing" and "Polygon" not in self.chemin):
                self.repere.autres = True
            elif nom in ("SimpleData", "Data"):
                self.donnee = attributs.get("name", "")
        if nom in _TEXTES:
            self.textes = []

    def _text(self, texte: str) -> None:
        if self.textes is not None:
            self.textes.append(texte)

    def _end(self, balise: str) -> None:
        nom = balise.rpartition(":")[2]
        self.chemin.pop()
        parent = self.chemin[-1] if self.chemin else ""
        if nom in _TEXTES:
            self._keep(nom, parent, "".join(self.textes or ()).strip())
            self.textes = None
        elif nom == "Placemark":
            self.repere = None
        elif nom in _DOSSIERS or not self.chemin:
            self.pile.pop()

    def _keep(self, nom: str, parent: str, texte: str) -> None:
        """Take in the text of an element."""
        if self.repere is None:
            if nom == "name" and parent in _DOSSIERS:
                self.pile[-1].nom = texte[:_NOM_MAX]
            return
        if nom == "coordinates":
            # Inner rings come after the outer one in the file, or before: the order is theirs to say.
            if "Polygon" in self.chemin and self.repere.polygones:
                anneaux = self.repere.polygones[-1]
                anneaux.insert(0 if "outerBoundaryIs" in self.chemin else len(anneaux), texte)
        elif nom in ("name", "description") and parent == "Placemark":
            self._add(nom, texte)
        elif nom == "SimpleData" or (nom == "value" and parent == "Data"):
            self._add(self.donnee, texte)

    def _add(self, titre: str, texte: str) -> None:
        if self.repere is not None and titre and texte:
            self.repere.attributs.setdefault(titre, texte)
