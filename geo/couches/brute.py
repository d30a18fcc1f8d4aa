"""A layer as its file gives it, whatever the format."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.couches.limites import TEXTE_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

# What RFC 7946 (section 4), the specifications of TopoJSON (2.2) and of KML 2.3 (6.1) say of every file.
WGS84 = "EPSG:4326"
_MINUIT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]00:00(:00(\.0+)?)?(Z|[+-][0-9:]+)?")


@dataclass(frozen=True)
class Brute:
    """A layer as it is written.

    Attributes
    ----------
    geometries
        One shapely geometry a feature, in file order, in the coordinates of the file; ``None`` where there
        is none, or none that can be read.
    attributs
        Values by title, as long as `geometries`, as texts.
    crs
        Its coordinate reference system, as pyproj reads it; empty where the file says none.
    implicite
        Whether it is the rule of the format that says it, not the file.
    """

    geometries: NDArray[np.object_]
    attributs: Mapping[str, Sequence[str]]
    crs: str
    implicite: bool = False


@dataclass(frozen=True)
class Apercu:
    """What is known of a layer before it is read.

    Attributes
    ----------
    nom
        Its name in the file, empty where the format has none.
    polygones
        Whether it has polygons; ``None`` where only reading tells.
    genre
        What it has in place of polygons, in French; empty where there are polygons.
    brute
        The layer itself, where its format is read whole at once.
    """

    nom: str
    polygones: bool | None
    genre: str = ""
    brute: Brute | None = None


def write_value(valeur: Any) -> str:
    """Return the value of an attribute as a text: ISO dates, whole numbers without decimals.

    >>> [write_value(v) for v in (21.0, 0.5, True, None, " CPTS Sud ", "2022-05-06T00:00:00")]
    ['21', '0.5', 'oui', '', 'CPTS Sud', '2022-05-06']
    """
    if isinstance(valeur, np.generic):
        valeur = valeur.item()
    match valeur:
        case None | bytes() | bytearray() | memoryview():
            texte = ""
        case bool():
            texte = "oui" if valeur else "non"
        case float() if not math.isfinite(valeur):
            texte = ""
        case float() if valeur.is_integer():
            texte = str(int(valeur))
        case dt.date():
            texte = valeur.isoformat()
        case list() | tuple() | np.ndarray():
            texte = ", ".join(filter(None, map(write_value, valeur)))
        case _:
            texte = str(valeur)[:TEXTE_MAX].replace("\0", "").strip()
    # A day that a format only knows with its hour.
    return texte[:10] if _MINUIT.fullmatch(texte) else texte
