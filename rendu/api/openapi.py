"""The document that describes the API, OpenAPI 3.0, made from the resources themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rendu.api.formats import CSV, GEOJSON, HTML, JSON, MEDIAS, OPENAPI
from rendu.api.parametres import PARAMETRES
from rendu.api.refus import PROBLEME
from rendu.api.ressources import COLLECTIONS, RESSOURCES, VALEURS
from rendu.api.tables import TEXTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.atlas import Atlas
    from rendu.api.modele import Ressource
    from rendu.api.tables import Champ

TITRE = "Atlas des CPTS : les chiffres, pour d'autres outils"
_LICENCE = "Licence Ouverte 2.0"
_Objet = dict[str, Any]
_LIENS = {"type": "array", "items": {"$ref": "#/components/schemas/Lien"}}
_SOURCES = {"type": "array", "items": {"$ref": "#/components/schemas/sources_ligne"}}
_AVIS = {"type": "array", "items": {"type": "string"}}
# Of an address that names one row.
_EXEMPLES = {
    "cpts": "cpts-luxeuil",
    "territoires": "cpts-luxeuil",
    "communes": "70311",
    "indicateurs": "densite",
}


def make_document(atlas: Atlas, adresse: str) -> _Objet:
    """Describe the API.

    Parameters
    ----------
    atlas
        The atlas: the fields of some resources follow from its years and its official files.
    adresse
        The public address of the API.
    """
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITRE,
            "version": "1",
            "description": (
                "Chaque chiffre est celui que l'écran montre, avec sa source, son qualificatif, son millésime et sa base. "
                "Ce qui n'est pas publié vaut null, et « raison » dit pourquoi ; ce que couvre le secret statistique reste "
                "tu. Une demande illisible reçoit 400, avec tout ce qui y est à corriger (RFC 9457). Les réponses "
                "portent un ETag : une demande qui le rend (If-None-Match) reçoit 304 si rien n'a changé."
            ),
            "license": {
                "name": _LICENCE,
                "url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
            },
        },
        "servers": [{"url": adresse}],
        "security": [{}, {"jeton": []}],
        "tags": [
            {"name": "Chiffres", "description": "JSON, GeoJSON et CSV."},
            {"name": "Couches", "description": "OGC API – Features, pour un SIG (QGIS…)."},
            {"name": "Documents", "description": "Ce qui décrit cette adresse."},
        ],
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "jeton": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Un jeton de compte, où la lecture n'est pas publique.",
                }
            },
            "parameters": _parameters(),
            "responses": _problems(),
            "schemas": _schemas(atlas),
        },
    }


def _paths() -> _Objet:
    chemins: _Objet = {
        "/": _document("Accueil", "Ce qu'il y a ici.", {JSON: "Accueil", HTML: ""}),
        "/openapi.json": _document("Description", "Ce document.", {}, OPENAPI),
        "/doc": _document("Documentation", "Ce document, en page.", {HTML: ""}),
        "/conformance": _document(
            "Conformité", "Les classes OGC qui sont tenues.", {JSON: "Conformite"}
        ),
        "/collections": _document("Couches", "Les couches.", {JSON: "Couches"}),
    }
    for nom, ressource in COLLECTIONS.items():
        chemins[f"/collections/{nom}"] = _document(
            f"La couche {nom}", ressource.sens, {JSON: "Couche"}
        )
        objets = {GEOJSON: f"{nom}_couche", CSV: ""}
        chemins[f"/collections/{nom}/items"] = _get(ressource, objets, "Couches")
        chemins[f"/collections/{nom}/items/{{cle}}"] = _get_one(
            ressource, {GEOJSON: f"{nom}_objet"}, "Couches"
        )
    for nom, ressource in RESSOURCES.items():
        couche = {GEOJSON: f"{nom}_couche"} if ressource.geometrie else {}
        objet = {GEOJSON: f"{nom}_objet"} if ressource.geometrie else {}
        chemins[f"/{nom}"] = _get(ressource, {JSON: f"{nom}_page", **couche, CSV: ""}, "Chiffres")
        if ressource.cle:
            chemins[f"/{nom}/{{cle}}"] = _get_one(
                ressource, {JSON: f"{nom}_une", **objet, CSV: ""}, "Chiffres"
            )
    valeurs = _get(VALEURS, {JSON: "valeurs_page", CSV: ""}, "Chiffres")
    valeurs["get"]["parameters"].insert(0, _path_parameter("indicateurs", "indicateur"))
    valeurs["get"]["responses"]["404"] = {"$ref": "#/components/responses/404"}
    chemins["/indicateurs/{indicateur}/valeurs"] = valeurs
    return chemins


def _get(ressource: Ressource, formats: dict[str, str], tag: str) -> _Objet:
    parametres = [{"$ref": f"#/components/parameters/{nom}"} for nom in ressource.parametres]
    return {
        "get": {
            "tags": [tag],
            "operationId": f"{'couche' if tag == 'Couches' else 'liste'}_{ressource.nom}",
            "summary": ressource.titre,
            "description": ressource.sens,
            "parameters": [*parametres, _format_parameter(formats)],
            "responses": _responses(formats),
        }
    }


def _get_one(ressource: Ressource, formats: dict[str, str], tag: str) -> _Objet:
    propres = [nom for nom in ressource.parametres if nom in ("couvert", "indicatifs")]
    return {
        "get": {
            "tags": [tag],
            "operationId": f"{'objet' if tag == 'Couches' else 'une'}_{ressource.nom}",
            "summary": f"{ressource.titre} : une seule ligne",
            "parameters": [
                _path_parameter(ressource.nom, "cle"),
                *({"$ref": f"#/components/parameters/{nom}"} for nom in propres),
                _format_parameter(formats),
            ],
            "responses": _responses(formats) | {"404": {"$ref": "#/components/responses/404"}},
        }
    }


def _path_parameter(ressource: str, nom: str) -> _Objet:
    exemple = _EXEMPLES.get(ressource)
    return {
        "name": nom,
        "in": "path",
        "required": True,
        "description": "Ce qui l'identifie dans la liste.",
        "schema": {"type": "string", **({"example": exemple} if exemple else {})},
    }


def _document(titre: str, sens: str, formats: dict[str, str], media: str = "") -> _Objet:
    reponses = _responses(formats)
    if media:
        reponses["200"]["content"] = {media: {"schema": {"type": "object"}}}
    parametres = [_format_parameter(formats or {JSON: ""})]
    return {
        "get": {
            "tags": ["Documents"],
            "operationId": "".join(c for c in titre.lower() if c.isalnum() and c.isascii()),
            "summary": titre,
            "description": sens,
            "parameters": parametres,
            "responses": reponses,
        }
    }


def _format_parameter(formats: dict[str, str]) -> _Objet:
    return {
        "name": "f",
        "in": "query",
        "description": "Format ; sinon, « Accept » le dit.",
        "schema": {"type": "string", "enum": list(formats), "default": next(iter(formats))},
    }


def _responses(formats: dict[str, str]) -> _Objet:
    contenus = {
        MEDIAS[nom].partition(";")[0]: {
            "schema": {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "string"}
        }
        for nom, schema in formats.items()
    }
    return {
        "200": {"description": "La réponse.", "content": contenus},
        **{
            code: {"$ref": f"#/components/responses/{code}"}
            for code in ("400", "401", "403", "406", "429")
        },
    }


def _parameters() -> _Objet:
    return {
        nom: {
            "name": nom,
            "in": "query",
            "description": parametre.sens,
            "schema": dict(parametre.schema),
            **({"style": "form", "explode": False} if parametre.schema["type"] == "array" else {}),
            **({"required": True} if nom == "territoire" else {}),
        }
        for nom, parametre in PARAMETRES.items()
    }


def _problems() -> _Objet:
    contenu = {PROBLEME: {"schema": {"$ref": "#/components/schemas/Probleme"}}}
    sens = {
        "400": "La demande est illisible : tout ce qui est à corriger.",
        "401": "Le jeton (ou le compte) manque, est faux ou n'est plus valable.",
        "403": "La page d'un site qui n'est pas permis ici le demande.",
        "404": "Il n'y a rien à cette adresse.",
        "406": "Aucun des formats acceptés n'existe ici.",
        "429": "Trop de demandes : attendre ce que dit Retry-After.",
    }
    return {code: {"description": texte, "content": contenu} for code, texte in sens.items()}


def _schemas(atlas: Atlas) -> _Objet:
    lien = {
        "type": "object",
        "required": ["rel", "href"],
        "properties": {nom: {"type": "string"} for nom in ("rel", "href", "type", "title")},
    }
    faute = {
        "type": "object",
        "required": ["parametre", "message", "remede"],
        "properties": {nom: {"type": "string"} for nom in ("parametre", "message", "remede")},
    }
    schemas: _Objet = {
        "Lien": lien,
        "Probleme": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "problemes": {"type": "array", "items": faute},
            },
        },
        "Accueil": _object(title={"type": "string"}, description={"type": "string"}, links=_LIENS),
        "Conformite": _object(
            conformsTo={"type": "array", "items": {"type": "string"}}, links=_LIENS
        ),
        "Couches": _object(
            links=_LIENS,
            collections={"type": "array", "items": {"$ref": "#/components/schemas/Couche"}},
        ),
        "Couche": _object(
            id={"type": "string"},
            title={"type": "string"},
            description={"type": "string"},
            itemType={"type": "string", "enum": ["feature"]},
            crs={"type": "array", "items": {"type": "string"}},
            links=_LIENS,
        )
        | {"additionalProperties": True},
        # RFC 7946; a CPTS without a known perimeter has none.
        "Geometrie": {
            "type": "object",
            "nullable": True,
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"type": "string", "enum": ["MultiPolygon"]},
                "coordinates": {"type": "array", "items": {"type": "array", "items": {}}},
            },
        },
    }
    for nom, ressource in (RESSOURCES | COLLECTIONS | {VALEURS.nom: VALEURS}).items():
        champs = ressource.columns(atlas)
        schemas |= {
            f"{nom}_ligne": _row(champs),
            f"{nom}_page": _object(
                titre={"type": "string"},
                total={"type": "integer"},
                nombre={"type": "integer"},
                avis=_AVIS,
                elements={"type": "array", "items": {"$ref": f"#/components/schemas/{nom}_ligne"}},
                sources=_SOURCES,
                links=_LIENS,
            ),
            f"{nom}_une": _row(champs, avis=_AVIS, sources_detail=_SOURCES, links=_LIENS),
        }
        if ressource.geometrie:
            schemas |= _features(nom, champs)
    return schemas


def _features(nom: str, champs: Sequence[Champ]) -> _Objet:
    proprietes = _row([c._replace(genre="string") if c.genre == TEXTES else c for c in champs])
    objet: dict[str, _Objet] = {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": {"$ref": "#/components/schemas/Geometrie"},
        "properties": proprietes,
    }
    return {
        f"{nom}_objet": _object(**objet, avis=_AVIS, sources=_SOURCES, links=_LIENS),
        f"{nom}_couche": _object(
            type={"type": "string", "enum": ["FeatureCollection"]},
            numberMatched={"type": "integer", "minimum": 0},
            numberReturned={"type": "integer", "minimum": 0},
            timeStamp={"type": "string", "format": "date-time"},
            features={"type": "array", "items": _object(**objet)},
            avis=_AVIS,
            sources=_SOURCES,
            links=_LIENS,
        )
        | {"additionalProperties": True},
    }


def _row(champs: Sequence[Champ], **autres: _Objet) -> _Objet:
    return _object(
        **{
            champ.nom: {
                "type": champ.genre,
                "nullable": True,
                "description": champ.sens,
                **({"items": {"type": "string"}} if champ.genre == TEXTES else {}),
            }
            for champ in champs
        },
        **autres,
    )


def _object(**proprietes: _Objet) -> _Objet:
    """Describe an object that has these members and no other."""
    return {
        "type": "object",
        "required": list(proprietes),
        "properties": proprietes,
        "additionalProperties": False,
    }
