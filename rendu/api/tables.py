"""What a resource answers with, before it is written as JSON, GeoJSON or CSV."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import geopandas as gpd

TEXTE, ENTIER, NOMBRE, BOOLEEN, TEXTES = "string", "integer", "number", "boolean", "array"


class Champ(NamedTuple):
    """A field of a resource.

    Attributes
    ----------
    nom
        Its name in JSON and in the head of a CSV.
    genre
        One of the types above, as JSON Schema names them; a list is one of texts.
    sens
        What it holds, in French.
    """

    nom: str
    genre: str
    sens: str


@dataclass(frozen=True, eq=False)
class Table:
    """Some rows of a resource: a page of them, or one.

    Attributes
    ----------
    champs
        What each row has, in order; a value may be ``None``.
    lignes
        Plain values by the name of their field.
    cle
        The field that identifies a row.
    total
        How many rows there are in all.
    sources
        The ``source_id`` of everything that is said, each once.
    avis
        What the figures have to be read with.
    contours
        The outlines of the rows, in their order and in degrees; missing where none is known. ``None`` where the
        resource has no outlines.
    """

    champs: tuple[Champ, ...]
    lignes: list[dict[str, Any]]
    cle: str
    total: int
    sources: tuple[str, ...] = ()
    avis: tuple[str, ...] = ()
    contours: gpd.GeoSeries | None = field(default=None)
