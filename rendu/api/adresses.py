"""The addresses of the API, as its links write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from rendu.api.formats import CSV, GEOJSON, HTML, JSON, MEDIAS

if TYPE_CHECKING:
    from collections.abc import Sequence

CHEMIN = "/api/v1"
_NOMS = {JSON: "en JSON", GEOJSON: "en GeoJSON", CSV: "en CSV", HTML: "en page"}


class Ici(NamedTuple):
    """What was asked for.

    Attributes
    ----------
    racine
        The public address of the application, without a final slash.
    chemin
        Below that of the API, without a slash around.
    parametres
        As the address has them, without the format.
    format
        In which it is answered.
    """

    racine: str
    chemin: str
    parametres: tuple[tuple[str, str], ...]
    format: str

    @property
    def api(self) -> str:
        """The address of the API."""
        return f"{self.racine}{CHEMIN}"

    def link(self, rel: str, chemin: str, media: str, titre: str) -> dict[str, Any]:
        """Return a link to another address of the API."""
        suite = "/".join(quote(morceau, safe=":") for morceau in chemin.split("/"))
        href = f"{self.api}/{suite}" if chemin else self.api
        return {"rel": rel, "href": href, "type": media, "title": titre}

    def same(self, rel: str, titre: str, form: str, **autres: str) -> dict[str, Any]:
        """Return a link to this address in a format, some of its parameters changed."""
        paires = [(nom, texte) for nom, texte in self.parametres if nom not in autres]
        requete = urlencode([*paires, *autres.items(), ("f", form)])
        lien = self.link(rel, self.chemin, MEDIAS[form].partition(";")[0], titre)
        return {**lien, "href": f"{lien['href']}?{requete}"}

    def own(self, formats: Sequence[str]) -> list[dict[str, Any]]:
        """Return the links to this very answer, and to the same in the other formats."""
        return [
            self.same("self", f"Cette réponse, {_NOMS[self.format]}", self.format),
            *(
                self.same("alternate", f"La même, {_NOMS[form]}", form)
                for form in formats
                if form != self.format
            ),
        ]
