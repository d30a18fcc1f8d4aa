"""What is answered to each address of the API, and why nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.importation.versions import open_depot
from rendu.api import pages
from rendu.api.adresses import CHEMIN, Ici
from rendu.api.contours import find_touching
from rendu.api.ecriture import (
    to_json,
    write_csv,
    write_feature,
    write_geojson,
    write_json,
    write_row,
)
from rendu.api.formats import CSV, GEOJSON, HTML, JSON, MEDIAS, OPENAPI, choose_format
from rendu.api.modele import Ouverte, Page, Ressource
from rendu.api.openapi import TITRE, make_document
from rendu.api.parametres import ParametresInvalides, read_demande
from rendu.api.refus import PROBLEME, Faute, write_problem
from rendu.api.ressources import COLLECTIONS, RESSOURCES, VALEURS
from rendu.api.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.atlas import Atlas

# Only those that every answer keeps to.
CONFORMITE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class Question(NamedTuple):
    """A request.

    Attributes
    ----------
    racine
        The public address of the application, without a final slash.
    chemin
        Below ``/api``, without a slash around: ``v1/cpts``.
    paires
        Names and texts of its parameters; but for the format, which is chosen, where it can be.
    format
        The one that is chosen; ``None`` where there is none, or no such address.
    compte
        Whether it comes from an account, by its cookie or its token.
    """

    racine: str
    chemin: str
    paires: tuple[tuple[str, str], ...]
    format: str | None
    compte: bool


@dataclass(frozen=True, slots=True)
class Reponse:
    """An answer: its status, its media type and its body."""

    statut: int
    media: str
    corps: bytes


class Refus(Exception):
    """What cannot be answered: the status, and why."""

    def __init__(self, statut: int, detail: str, fautes: Sequence[Faute] = ()) -> None:
        super().__init__(detail)
        self.statut, self.detail, self.fautes = statut, detail, tuple(fautes)


def _refuse(statut: int, detail: str, fautes: Sequence[Faute] = ()) -> Reponse:
    return Reponse(statut, PROBLEME, write_problem(statut, detail, fautes))


def make_question(
    racine: str, chemin: str, paires: Sequence[tuple[str, str]], accept: str, *, compte: bool
) -> Question:
    """Say in one way what may be asked in many: what is answered follows from that alone.

    Parameters
    ----------
    racine, chemin, compte
        As in :class:`Question`.
    paires
        As the address has them, format included.
    accept
        The header ``Accept``.
    """
    ecrits = [texte for nom, texte in paires if nom == "f"]
    permis = _list_permitted(chemin)
    if not permis or len(ecrits) > 1:
        return Question(racine, chemin, tuple(paires), None, compte)
    choisi = choose_format(ecrits[0] if ecrits else None, accept, permis)
    if choisi:
        paires = sorted(paire for paire in paires if paire[0] != "f")
    return Question(racine, chemin, tuple(paires), choisi, compte)


def answer(atlas: Atlas, question: Question) -> Reponse:
    """Answer a request, or say why not."""
    try:
        return _answer(atlas, question)
    except ParametresInvalides as erreur:
        dites = " ".join(f"{faute.message} {faute.remede}" for faute in erreur.fautes)
        return _refuse(400, dites, erreur.fautes)
    except Refus as refus:
        return _refuse(refus.statut, refus.detail, refus.fautes)


def _answer(atlas: Atlas, question: Question) -> Reponse:
    morceaux = question.chemin.split("/")
    for repondre in (_answer_document, _answer_collection, _answer_resource):
        reponse = repondre(atlas, question, morceaux)
        if reponse:
            return reponse
    raise Refus(
        404,
        f"Il n'y a rien à cette adresse. Commencer par {question.racine}{CHEMIN}, qui liste les autres.",
    )


def _answer_document(atlas: Atlas, question: Question, morceaux: list[str]) -> Reponse | None:
    match morceaux:
        case ["v1"]:
            return _documents(question, _landing)
        case ["v1", "openapi.json"]:
            ici = _read_document(question)
            return Reponse(200, OPENAPI, to_json(make_document(atlas, ici.api)))
        case ["v1", "doc"]:
            ici = _read_document(question)
            document = make_document(atlas, ici.api)
            return Reponse(200, MEDIAS[HTML], pages.write_doc(document, ici.racine))
        case ["v1", "conformance"]:
            return _documents(
                question,
                lambda ici: {"conformsTo": list(CONFORMITE), "links": ici.own((JSON,))},
            )
    return None


def _answer_collection(atlas: Atlas, question: Question, morceaux: list[str]) -> Reponse | None:
    match morceaux:
        case ["v1", "collections"]:
            return _documents(question, lambda ici: _collections(atlas, ici))
        case ["v1", "collections", nom] if nom in COLLECTIONS:
            return _documents(question, lambda ici: _collection(atlas, ici, nom))
        case ["v1", "collections", nom, "items"] if nom in COLLECTIONS:
            return _rows(atlas, question, COLLECTIONS[nom])
        case ["v1", "collections", nom, "items", cle] if nom in COLLECTIONS:
            return _one(atlas, question, COLLECTIONS[nom], cle)
    return None


def _answer_resource(atlas: Atlas, question: Question, morceaux: list[str]) -> Reponse | None:
    match morceaux:
        case ["v1", "indicateurs", nom, "valeurs"] if nom in atlas.registre.indicateurs:
            return _rows(atlas, question, VALEURS, nom)
        case ["v1", nom] if nom in RESSOURCES:
            return _rows(atlas, question, RESSOURCES[nom])
        case ["v1", nom, cle] if nom in RESSOURCES and RESSOURCES[nom].cle:
            return _one(atlas, question, RESSOURCES[nom], cle)
    return None


def _list_permitted(chemin: str) -> tuple[str, ...]:
    """List the formats of an address, its own first; none where there is no such address."""
    permis: tuple[str, ...] = ()
    match chemin.split("/"):
        case ["v1"]:
            permis = (JSON, HTML)
        case ["v1", "doc"]:
            permis = (HTML,)
        case ["v1", "openapi.json" | "conformance" | "collections"] | ["v1", "collections", _]:
            permis = (JSON,)
        case ["v1", "collections", _, "items"]:
            permis = (GEOJSON, CSV)
        case ["v1", "collections", _, "items", _]:
            permis = (GEOJSON,)
        case ["v1", "indicateurs", _, "valeurs"]:
            permis = (JSON, CSV)
        case ["v1", nom] | ["v1", nom, _] if nom in RESSOURCES:
            permis = (JSON, GEOJSON, CSV) if RESSOURCES[nom].geometrie else (JSON, CSV)
    return permis


def _read_format(question: Question) -> Ici:
    """Return what is asked for, in the format that was chosen; refuse with what is wrong where none was."""
    chemin = question.chemin.partition("/")[2]
    if question.format:
        return Ici(question.racine, chemin, question.paires, question.format)
    liste = ", ".join(_list_permitted(question.chemin))
    ecrits = [texte for nom, texte in question.paires if nom == "f"]
    if not ecrits:
        raise Refus(
            406,
            f"Aucun format demandé par « Accept » n'existe ici. Formats : {liste} (paramètre f).",
        )
    if len(ecrits) > 1:
        faute = Faute("f", "« f » est donné deux fois.", "Le donner une seule fois.")
    else:
        dit = "Ce format n'existe pas ici."
        faute = Faute("f", dit, f"Écrire l'un de ces formats : {liste}.")
    raise ParametresInvalides([faute])


def _read_document(question: Question) -> Ici:
    """Choose the format of what has no other parameter."""
    ici = _read_format(question)
    if ici.parametres:
        fautes = [Faute(nom[:60], f"Le paramètre « {nom[:60]} » n'existe pas ici.", "Paramètres de cette adresse : f.") for nom, _ in ici.parametres]  # fmt: skip
        raise ParametresInvalides(fautes)
    return ici


def _documents(question: Question, make: Callable[[Ici], dict[str, Any]]) -> Reponse:
    ici = _read_document(question)
    contenu = make(ici)
    if ici.format == HTML:
        return Reponse(200, MEDIAS[HTML], pages.write_landing(contenu, ici.racine))
    return Reponse(200, MEDIAS[JSON], to_json(contenu))


def _landing(ici: Ici) -> dict[str, Any]:
    ressources = [
        ici.link("item", nom, MEDIAS[JSON], f"{r.titre}. {r.sens}")
        for nom, r in RESSOURCES.items()
        # Without its territories it is refused: the documentation says how to ask.
        if "territoire" not in r.parametres
    ]
    return {
        "title": TITRE,
        "description": (
            "Les chiffres de l'atlas, les mêmes qu'à l'écran, avec leurs sources, leur qualificatif, leur millésime et leur "
            "base. Un blanc reste un blanc, et dit pourquoi."
        ),
        "links": [
            *ici.own((JSON, HTML)),
            ici.link("service-desc", "openapi.json", OPENAPI, "Description des adresses (OpenAPI)"),
            ici.link("service-doc", "doc", "text/html", "Documentation"),
            ici.link("conformance", "conformance", MEDIAS[JSON], "Classes de conformité OGC"),
            ici.link("data", "collections", MEDIAS[JSON], "Couches, pour un SIG"),
            *ressources,
        ],
    }


def _collections(atlas: Atlas, ici: Ici) -> dict[str, Any]:
    return {
        "links": ici.own((JSON,)),
        "collections": [_describe_collection(atlas, ici, nom) for nom in COLLECTIONS],
    }


def _collection(atlas: Atlas, ici: Ici, nom: str) -> dict[str, Any]:
    decrite = _describe_collection(atlas, ici, nom)
    return {**decrite, "links": [*ici.own((JSON,)), *decrite["links"]]}


def _describe_collection(atlas: Atlas, ici: Ici, nom: str) -> dict[str, Any]:
    ressource = COLLECTIONS[nom]
    ouverte = _open(atlas, ressource, Page(atlas, read_demande((), (), atlas)))
    outlines = ouverte.outlines
    bords = outlines(ouverte.cles).total_bounds if outlines and ouverte.cles else []
    etendue = {"spatial": {"bbox": [[round(float(b), 6) for b in bords]], "crs": CRS84}}
    return {
        "id": nom,
        "title": ressource.titre,
        "description": ressource.sens,
        "itemType": "feature",
        "crs": [CRS84],
        **({"extent": etendue} if len(bords) else {}),
        "links": [
            ici.link("items", f"collections/{nom}/items", MEDIAS[GEOJSON], ressource.titre),
            ici.link("collection", f"collections/{nom}", MEDIAS[JSON], f"La couche {nom}"),
        ],
    }


def _open(atlas: Atlas, ressource: Ressource, page: Page) -> Ouverte:
    """Open a resource; what touches a rectangle alone, where one is asked for."""
    if ressource.nom == "versions":
        page = page._replace(versions=open_depot().versions())
    ouverte = ressource.ouvrir(page._replace(atlas=atlas))
    bbox = page.demande.bbox
    if bbox is None or ouverte.outlines is None or not ouverte.cles:
        return ouverte
    contours = ouverte.outlines(ouverte.cles)
    touche = find_touching(contours, bbox)
    siennes = [cle for cle, vrai in zip(ouverte.cles, touche.tolist(), strict=True) if vrai]
    return Ouverte(siennes, ouverte.describe, ouverte.outlines, ouverte.sources, ouverte.avis)


def _make_table(
    atlas: Atlas, ressource: Ressource, ouverte: Ouverte, cles: Sequence[Any], *, contours: bool
) -> Table:
    return Table(
        champs=ressource.columns(atlas),
        lignes=ressource.describe(atlas, ouverte, cles),
        cle=ressource.cle,
        total=len(ouverte.cles),
        sources=tuple(dict.fromkeys(ouverte.sources(cles))) if cles else (),
        avis=ouverte.avis,
        contours=ouverte.outlines(cles) if contours and ouverte.outlines and cles else None,
    )


def _rows(atlas: Atlas, question: Question, ressource: Ressource, indicateur: str = "") -> Reponse:
    ici = _read_format(question)
    demande = read_demande(ici.parametres, ressource.parametres, atlas)
    connu = atlas.registre[indicateur] if indicateur else None
    page = Page(atlas, demande, connu, compte=question.compte)
    ouverte = _open(atlas, ressource, page)
    fin = demande.offset + demande.limit
    cles = ouverte.cles[demande.offset : fin]
    table = _make_table(atlas, ressource, ouverte, cles, contours=ici.format == GEOJSON)
    if ici.format == CSV:
        return Reponse(200, MEDIAS[CSV], write_csv(atlas, table))
    liens = ici.own(_list_permitted(question.chemin))
    if fin < table.total:
        liens.append(
            ici.same("next", "La suite", ici.format, offset=str(fin), limit=str(demande.limit))
        )
    if demande.offset:
        avant = str(max(0, demande.offset - demande.limit))
        liens.append(ici.same("prev", "Avant", ici.format, offset=avant, limit=str(demande.limit)))
    if ressource.nom in COLLECTIONS:
        nom = ressource.nom
        liens.append(ici.link("collection", f"collections/{nom}", MEDIAS[JSON], f"La couche {nom}"))
    if ici.format == GEOJSON:
        return Reponse(200, MEDIAS[GEOJSON], write_geojson(atlas, table, liens))
    return Reponse(200, MEDIAS[JSON], write_json(atlas, table, ressource.titre, liens))


def _one(atlas: Atlas, question: Question, ressource: Ressource, cle: str) -> Reponse:
    ici = _read_format(question)
    propres = [nom for nom in ressource.parametres if nom in ("couvert", "indicatifs")]
    demande = read_demande(ici.parametres, propres, atlas)
    page = Page(atlas, demande, compte=question.compte)
    ouverte = _open(atlas, ressource, page)
    trouvees = [sienne for sienne in ouverte.cles if str(sienne) == cle]
    if not trouvees:
        raise Refus(404, f"« {cle[:60]} » n'est pas là. La liste : {ici.api}/{ressource.nom}.")
    table = _make_table(atlas, ressource, ouverte, trouvees, contours=ici.format == GEOJSON)
    if ici.format == CSV:
        return Reponse(200, MEDIAS[CSV], write_csv(atlas, table))
    liens = ici.own(_list_permitted(question.chemin))
    if ressource.nom in COLLECTIONS:
        nom = ressource.nom
        liens.append(ici.link("collection", f"collections/{nom}", MEDIAS[JSON], f"La couche {nom}"))
    if ici.format == GEOJSON:
        return Reponse(200, MEDIAS[GEOJSON], write_feature(atlas, table, liens))
    return Reponse(200, MEDIAS[JSON], write_row(atlas, table, liens))
