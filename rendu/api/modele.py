"""What a resource of the API is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.export import plain_value
from rendu.api.tables import TEXTE, TEXTES, Champ
from rendu.mots.origine import list_producers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import geopandas as gpd

    from geo.atlas import Atlas
    from geo.importation.versions import Version
    from geo.indicateurs.registre import Indicateur
    from rendu.api.parametres import Demande

Rangee = dict[str, Any]
PAGE = ("limit", "offset")
QUALIFICATIF = Champ(
    "qualificatif",
    TEXTE,
    "ce que vaut le nombre : environ, au moins, plus de, près de, moins de, incertain ; vide : tel quel (ou pas de nombre)",
)
RAISON = Champ(
    "raison",
    TEXTE,
    "pourquoi il n'y a pas de nombre : un code (non_publie, retenue, aucun_perimetre…) ; vide où il y en a un",
)
SOURCES = Champ(
    "sources", TEXTES, "identifiants des sources (voir « sources » de la réponse, ou /sources)"
)

PRODUCTEUR = Champ("producteur", TEXTE, "qui produit ces chiffres, ou ce dont ils sont calculés")


class Page(NamedTuple):
    """What is asked of a resource: its parameters, and what its address names."""

    atlas: Atlas
    demande: Demande
    indicateur: Indicateur | None = None
    versions: Sequence[Version] = ()
    compte: bool = False


@dataclass(frozen=True, eq=False)
class Ouverte:
    """A resource as a request filters it.

    Attributes
    ----------
    cles
        Of every row, in order.
    describe
        Says the rows of some of them.
    outlines
        Their outlines in degrees, missing where none is known; ``None`` where the resource has none.
    sources
        The ``source_id`` of what some of them say.
    avis
        What they have to be read with.
    """

    cles: list[Any]
    describe: Callable[[Sequence[Any]], list[Rangee]]
    outlines: Callable[[Sequence[Any]], gpd.GeoSeries] | None = None
    sources: Callable[[Sequence[Any]], Iterable[str]] = lambda _: ()
    avis: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Ressource:
    """A resource.

    Attributes
    ----------
    nom
        Its name in addresses.
    titre, sens
        Its title, and what it holds, in French.
    cle
        The field that identifies a row; empty where none does.
    champs
        Its fields.
    parametres
        What it is filtered by.
    ouvrir
        Filters it.
    """

    nom: str
    titre: str
    sens: str
    cle: str
    champs: Callable[[Atlas], tuple[Champ, ...]]
    parametres: tuple[str, ...]
    ouvrir: Callable[[Page], Ouverte] = field(repr=False)
    geometrie: bool = False

    def columns(self, atlas: Atlas) -> tuple[Champ, ...]:
        """Return its fields, with who produces a row wherever that row says its sources."""
        champs = self.champs(atlas)
        noms = [champ.nom for champ in champs]
        if SOURCES.nom not in noms or PRODUCTEUR.nom in noms:
            return champs
        rang = noms.index(SOURCES.nom)
        return (*champs[:rang], PRODUCTEUR, *champs[rang:])

    def describe(self, atlas: Atlas, ouverte: Ouverte, cles: Sequence[Any]) -> list[Rangee]:
        """Say some of its rows, with all of :meth:`columns`."""
        lignes = ouverte.describe(cles) if cles else []
        return [
            ligne
            if PRODUCTEUR.nom in ligne or SOURCES.nom not in ligne
            else {**ligne, PRODUCTEUR.nom: list_producers(atlas, ligne[SOURCES.nom])}
            for ligne in lignes
        ]


def plain(valeur: Any) -> Any:
    """Return a value as JSON has it: a list, a day as text, ``None`` where nothing is known."""
    if isinstance(valeur, tuple | list):
        return list(valeur)
    simple = plain_value(valeur)
    return simple.isoformat() if isinstance(simple, dt.date) else simple
