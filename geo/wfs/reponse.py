"""What came in place of what was asked, in one sentence; and the features of a page of GeoJSON."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from html import unescape
from typing import TYPE_CHECKING, Any, NoReturn

from geo.wfs.erreurs import refuse
from geo.wfs.limites import TEXTE_MAX
from geo.wfs.xml import Document, Illisible, read_xml

if TYPE_CHECKING:
    from geo.wfs.connexion import Reponse

_OK = 200
_SANS_DROIT = (401, 403)
_ABSENT = 404
_PANNE = 500
_TITRE_HTML = re.compile(rb"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_HTML = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", re.IGNORECASE)
_NOMBRE = re.compile(r"[0-9]{1,15}")
_INCONNU = "unknown"
# Of a value or a name of the service, in a sentence.
_CITE_MAX = 50
_REESSAYER = "Réessayer ; si cela dure, demander la couche en fichier à qui la publie."
_ADRESSE = "Vérifier l'adresse du service : elle finit souvent par /wfs ou /ows, par exemple /geoserver/wfs."


class ServiceRefuse(Exception):
    """The service says itself that it will not answer; its text is what it says."""


@dataclass(frozen=True, slots=True)
class Objet:
    """A feature: its identifier (empty if none), what tells its content from any other, and itself as JSON."""

    identifiant: str
    empreinte: bytes
    octets: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A page of features: those it has, how many the layer has in all if it says so, and its ``crs`` as JSON."""

    objets: list[Objet]
    total: int | None
    crs: str


def read_document(reponse: Reponse, qui: str) -> Document:
    """Read an answer that must be XML.

    Raises
    ------
    DonneesInvalides, ServiceRefuse
        If it is anything else, or says why there is none.
    """
    _check_status(reponse, qui)
    try:
        document = read_xml(reponse.contenu)
    except Illisible as erreur:
        raise refuse(
            qui,
            f"il a répondu {_name_genre(reponse)}, et non la liste de ses couches.",
            _ADRESSE,
        ) from erreur
    _check_refusal(document)
    return document


def read_page(reponse: Reponse, qui: str) -> Page:
    """Read a page of features.

    Parameters
    ----------
    reponse
        What the service answered.
    qui
        The service, as a user names it.

    Raises
    ------
    DonneesInvalides
        If it is no GeoJSON, or contradicts itself.
    ServiceRefuse
        If the service says why there is none.
    """
    _check_status(reponse, qui)
    try:
        lu = json.loads(
            reponse.contenu, object_pairs_hook=_set_aside, parse_constant=_refuse_constant
        )
    except _DitDeuxFois as erreur:
        raise refuse(
            qui,
            f"sa réponse dit deux fois « {str(erreur)[:_CITE_MAX]} » d'un même objet : rien ne dit lequel croire.",
            _REESSAYER,
        ) from erreur
    except (ValueError, RecursionError) as erreur:
        if reponse.contenu.lstrip().startswith(b"<"):
            _tell_xml(reponse, qui)
        raise refuse(
            qui,
            "sa réponse n'est pas un GeoJSON lisible.",
            _REESSAYER,
        ) from erreur
    objets = lu.get("features") if isinstance(lu, dict) else None
    if not (
        isinstance(lu, dict)
        and lu.get("type") == "FeatureCollection"
        and isinstance(objets, list)
        and all(isinstance(objet, Objet) for objet in objets)
    ):
        raise refuse(
            qui,
            "sa réponse est du JSON, mais pas une couche (FeatureCollection de GeoJSON).",
            f"{_ADRESSE} Un autre genre de service (ArcGIS, OGC API) ne se lit pas ici : en exporter un fichier.",
        )
    rendus = _read_count(lu, "numberReturned", qui)
    if rendus is not None and rendus != len(objets):
        raise refuse(
            qui,
            f"il annonce {rendus} objets dans sa réponse et en rend {len(objets)}.",
            _REESSAYER,
            "wfs_incomplet",
        )
    totaux = [_read_count(lu, nom, qui) for nom in ("numberMatched", "totalFeatures")]
    crs = lu.get("crs")
    # Of two that differ, the greater asks for the most before a layer is taken for whole.
    total = max((total for total in totaux if total is not None), default=None)
    return Page(objets, total, json.dumps(crs) if crs else "")


def _read_count(lu: dict[str, Any], nom: str, qui: str) -> int | None:
    """Read a number of features, written as a number or as a text; ``None`` where the service does not know it."""
    valeur = lu.get(nom)
    if valeur is None or (isinstance(valeur, str) and valeur.lower() == _INCONNU):
        return None
    if isinstance(valeur, str) and _NOMBRE.fullmatch(valeur):
        return int(valeur)
    if (
        isinstance(valeur, int | float)
        and not isinstance(valeur, bool)
        and valeur >= 0
        and float(valeur).is_integer()
    ):
        return int(valeur)
    raise refuse(
        qui,
        f"« {nom} » n'est pas un nombre d'objets dans sa réponse : « {str(valeur)[:_CITE_MAX]} ».",
        _REESSAYER,
    )


class _DitDeuxFois(ValueError):
    """An object has a member twice: readers differ in which one they keep (RFC 8259, section 4)."""


def _set_aside(membres: list[tuple[str, Any]]) -> dict[str, Any] | Objet:
    """Turn a feature back into text as soon as it is read: the numbers of a whole layer would fill the memory."""
    objet = dict(membres)
    if len(objet) < len(membres):
        noms = [nom for nom, _ in membres]
        raise _DitDeuxFois(next(nom for nom in noms if noms.count(nom) > 1))
    if objet.get("type") != "Feature" or "geometry" not in objet or "properties" not in objet:
        return objet
    identifiant = objet.pop("id", None)
    octets = _dump(objet)
    empreinte = blake2b(octets, digest_size=16).digest()
    if identifiant is None:
        return Objet("", empreinte, octets)
    dit = _dump(identifiant)
    return Objet(dit.decode(), empreinte, b'{"id":' + dit + b"," + octets[1:])


def _dump(valeur: object) -> bytes:
    return json.dumps(
        valeur, allow_nan=False, separators=(",", ":"), default=_refuse_nested
    ).encode()


def _refuse_nested(_: object) -> NoReturn:
    raise ValueError("A feature within a feature.")


def _refuse_constant(nom: str) -> NoReturn:
    raise ValueError(nom)


def _check_status(reponse: Reponse, qui: str) -> None:
    """Say what a status means that is not « here it is »."""
    if reponse.statut == _OK:
        return
    with suppress(Illisible):
        _check_refusal(read_xml(reponse.contenu))
    if reponse.statut in _SANS_DROIT:
        message, remede = (
            "il demande un mot de passe, ou n'ouvre pas à ce serveur",
            "L'atlas n'en donne aucun : demander la couche en fichier à qui la publie.",
        )
    elif reponse.statut == _ABSENT:
        message, remede = "il n'a rien à cette adresse", _ADRESSE
    elif reponse.statut >= _PANNE:
        message, remede = (
            "il est en panne ou surchargé",
            "Réessayer plus tard, ou employer la copie gardée s'il y en a une.",
        )
    else:
        message, remede = "il refuse la demande", _ADRESSE
    raise refuse(qui, f"{message} (réponse {reponse.statut}).", remede)


def _check_refusal(document: Document) -> None:
    if document.is_refusal:
        raise ServiceRefuse(" ".join(document.exceptions)[:TEXTE_MAX] or "sans dire pourquoi")


def _tell_xml(reponse: Reponse, qui: str) -> None:
    """Say what XML or HTML came in place of GeoJSON; do nothing where it is neither."""
    try:
        document = read_xml(reponse.contenu)
    except Illisible:
        document = Document()
    _check_refusal(document)
    if document.racine and document.racine.lower() != "html":
        raise refuse(
            qui,
            "il a répondu du XML (GML), et non du GeoJSON : il ne sait pas en donner, ou pas de cette couche.",
            "Demander la couche en fichier (GeoJSON, GPKG, shapefile) à qui la publie.",
        )
    raise refuse(
        qui, f"il a répondu {_name_genre(reponse)}, et non une couche en GeoJSON.", _ADRESSE
    )


def _name_genre(reponse: Reponse) -> str:
    if _HTML.match(reponse.contenu) or reponse.genre == "text/html":
        titre = _TITRE_HTML.search(reponse.contenu)
        dit = " ".join(unescape(titre[1].decode("utf-8", "replace")).split()) if titre else ""
        return f"une page web (« {dit} »)" if dit else "une page web"
    return "autre chose que du XML"
