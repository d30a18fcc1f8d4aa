"""The layers of a service, and one of them: read page by page, joined, and whole or refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from geo.erreurs import count
from geo.texte import sort_key, write_whole
from geo.wfs.adresses import find_autorisee
from geo.wfs.erreurs import refuse
from geo.wfs.limites import CAPACITES_MAX_OCTETS, COUCHE_MAX_OCTETS, OBJETS_MAX, PAGE
from geo.wfs.reponse import ServiceRefuse, read_document, read_page
from geo.wfs.service import Horloge, Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.erreurs import DonneesInvalides
    from geo.wfs.reponse import Page
    from geo.wfs.xml import Couche

_VERSION = {"service": "WFS", "version": "2.0.0"}
# A comma or a bracket would ask for several layers.
_NOM = re.compile(r"[\w.:-]{1,200}")
_EN_FICHIER = "Réessayer ; si cela dure, demander la couche en fichier à qui la publie."


class CoucheRecue(NamedTuple):
    """A whole layer.

    Attributes
    ----------
    contenu
        One GeoJSON FeatureCollection.
    objets
        How many features it has.
    total_dit
        Whether the service says that it has as many. Where it does not, an empty page is all that tells its end: a
        service that gives no more than so many features has one too.
    """

    contenu: bytes
    objets: int
    total_dit: bool


class _PaginationInutilisable(Exception):
    """The pages of this layer overlap, or there are none: it may still come in one piece."""


def list_couches(
    adresse: str,
    goes_on: Callable[[], bool] = lambda: True,
    horloge: Horloge | None = None,
) -> tuple[Couche, ...]:
    """Return the layers of a service, in the order of their titles.

    Parameters
    ----------
    adresse
        Of the service, as a planner wrote it.
    goes_on
        Asked often, from other threads too; :class:`RechercheArretee` is raised once it says no.
    horloge
        The time.

    Raises
    ------
    DonneesInvalides
        If the service is not allowed, cannot be reached, or lists nothing.
    """
    service = Service(find_autorisee(adresse), goes_on, horloge or Horloge())
    reponse = service.ask({**_VERSION, "request": "GetCapabilities"}, CAPACITES_MAX_OCTETS)
    try:
        document = read_document(reponse, service.qui)
    except ServiceRefuse as refus:
        raise _refused(service.qui, refus) from refus
    if not document.couches:
        raise refuse(
            service.qui,
            "il ne publie aucune couche.",
            "Vérifier l'adresse : un service a souvent plusieurs espaces, par exemple /geoserver/gcs/wfs.",
        )
    return tuple(sorted(document.couches, key=lambda c: (sort_key(c.titre or c.nom), c.nom)))


def fetch_couche(
    adresse: str,
    couche: str,
    step: Callable[[str], None] = lambda _: None,
    goes_on: Callable[[], bool] = lambda: True,
    horloge: Horloge | None = None,
) -> CoucheRecue:
    """Read a whole layer.

    The coordinates are those of the layer: none is asked for, so that nothing depends on how the service reprojects.
    What it says of them (``crs``) is kept.

    Parameters
    ----------
    adresse
        Of the service, as a planner wrote it.
    couche
        Name of the layer, as :func:`list_couches` gives it.
    step
        Called with what was read so far, in French.
    goes_on
        Asked often, from other threads too; :class:`RechercheArretee` is raised once it says no.
    horloge
        The time.

    Raises
    ------
    DonneesInvalides
        If the service is not allowed, cannot be reached, answers something else, or not all of the layer.
    """
    service = Service(find_autorisee(adresse), goes_on, horloge or Horloge())
    if not _NOM.fullmatch(couche):
        raise refuse(
            service.qui,
            f"« {couche[:200]} » n'est pas le nom d'une couche.",
            "Écrire le nom que donne la liste des couches, par exemple GCS:AMBU_CPTS.",
            "wfs_adresse",
        )
    step("Demande au service…")
    try:
        try:
            return _read_pages(service, couche, step)
        except _PaginationInutilisable:
            step("Ce service ne donne pas cette couche page à page : relue d'un coup…")
            return _read_at_once(service, couche)
    except ServiceRefuse as refus:
        raise _refused(service.qui, refus) from refus


class _Assemblage:
    """The features read so far."""

    def __init__(self, service: Service, couche: str) -> None:
        self._service, self._couche = service, couche
        self._identifiants: set[str] = set()
        self._empreintes: set[bytes] = set()
        self._morceaux: list[bytes] = []
        self._crs = ""
        self.total: int | None = None

    def __len__(self) -> int:
        return len(self._morceaux)

    def ask(self, **page: str) -> Page:
        """Ask for features, within what is left of the limits."""
        parametres = {
            **_VERSION,
            "request": "GetFeature",
            "typeNames": self._couche,
            "outputFormat": "application/json",
            **page,
        }
        reste = COUCHE_MAX_OCTETS - sum(map(len, self._morceaux))
        lue = read_page(self._service.ask(parametres, reste), self._service.qui)
        if max(lue.total or 0, len(self) + len(lue.objets)) > OBJETS_MAX:
            raise refuse(
                self._service.qui,
                f"la couche a plus d'objets que la limite ({write_whole(OBJETS_MAX)}).",
                "Demander la couche des territoires eux-mêmes, ou importer un fichier.",
            )
        return lue

    def add(self, page: Page) -> bool:
        """Add a page; tell whether it repeats what came before, which is then left as it was."""
        if not len(self):
            self.total, self._crs = page.total, page.crs
        elif page.objets and page.crs != self._crs:
            raise self._incomplete("il change de système de coordonnées d'une page à l'autre")
        if page.total is not None and page.total != self.total:
            raise self._incomplete(
                "le nombre d'objets de la couche a changé pendant la lecture "
                f"({_say(self.total)}, puis {write_whole(page.total)})"
            )
        nommes = [objet.identifiant for objet in page.objets if objet.identifiant]
        empreintes = {objet.empreinte for objet in page.objets}
        if (
            len(set(nommes)) < len(nommes)
            or not self._identifiants.isdisjoint(nommes)
            # Without a key, the service gives other identifiers at each request.
            or not self._empreintes.isdisjoint(empreintes)
        ):
            return False
        self._identifiants.update(nommes)
        self._empreintes |= empreintes
        self._morceaux += [objet.octets for objet in page.objets]
        return True

    def finish(self) -> CoucheRecue:
        """Join the features, once they are as many as the service says."""
        if self.total is not None and len(self) != self.total:
            raise self._incomplete(
                f"{count(len(self), 'objet reçu', 'objets reçus')} sur {write_whole(self.total)}"
            )
        if not len(self):
            raise refuse(
                self._service.qui,
                f"la couche « {self._couche} » est vide.",
                "En choisir une autre.",
            )
        crs = f'"crs":{self._crs},' if self._crs else ""
        debut = f'{{"type":"FeatureCollection","name":{json.dumps(self._couche)},{crs}"features":['
        contenu = b"".join([debut.encode(), b",\n".join(self._morceaux), b"]}"])
        return CoucheRecue(contenu, len(self), self.total is not None)

    def _incomplete(self, message: str) -> DonneesInvalides:
        return refuse(
            self._service.qui,
            f"la couche n'est pas venue en entier : {message}. Rien n'en est gardé.",
            _EN_FICHIER,
            "wfs_incomplet",
        )

    def check_whole(self, page: Page) -> None:
        """Refuse a layer read at once of which nothing proves that it is all there, each feature once."""
        if page.total is None:
            raise self._incomplete("le service ne dit pas combien d'objets elle a")
        if not self.add(page):
            raise self._incomplete("des objets y ont le même identifiant")


def _read_pages(service: Service, couche: str, step: Callable[[str], None]) -> CoucheRecue:
    assemblage = _Assemblage(service, couche)
    while True:
        # The first page is asked for without a rank: a layer without a key, if it is small, comes all the same.
        rang = {"startIndex": str(len(assemblage))} if len(assemblage) else {}
        try:
            page = assemblage.ask(count=str(PAGE), **rang)
        except ServiceRefuse as refus:
            if not rang:
                raise
            raise _PaginationInutilisable from refus
        if not assemblage.add(page):
            raise _PaginationInutilisable
        recus, total = len(assemblage), assemblage.total
        step(_say(recus) + (f" sur {write_whole(total)}" if total else ""))
        # A total that is reached by a full page may be what a page holds: one more is asked for.
        atteint = total is not None and recus >= total
        if not page.objets or (atteint and (recus != total or len(page.objets) < PAGE)):
            return assemblage.finish()


def _read_at_once(service: Service, couche: str) -> CoucheRecue:
    assemblage = _Assemblage(service, couche)
    assemblage.check_whole(assemblage.ask())
    return assemblage.finish()


def _say(nombre: int | None) -> str:
    return "inconnu" if nombre is None else count(nombre, "objet")


def _refused(qui: str, refus: ServiceRefuse) -> DonneesInvalides:
    return refuse(
        qui,
        f"il refuse la demande : « {refus} ».",
        "Vérifier le nom de la couche dans la liste des couches ; sinon, montrer cette phrase à qui tient le service.",
    )
