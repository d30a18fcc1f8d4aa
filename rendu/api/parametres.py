"""The parameters of a request: read, or refused with everything that is wrong and what to write instead."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.base.temps import PARIS
from geo.indicateurs.territoire import (
    CPTS,
    DEPARTEMENT,
    EPCI,
    MAX_TERRITOIRES,
    REGION,
    TerritoiresConnus,
)
from geo.regles.couverture import DEFINITIONS
from rendu.api.refus import Faute

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from geo.atlas import Atlas

LIMITE, LIMITE_MAX = 500, 5000
COMMUNE = "commune"
# What the territories of a table of values are.
NIVEAUX = (CPTS, COMMUNE, EPCI, "departement", "region")
GENRE_DU_NIVEAU = {"departement": DEPARTEMENT, "region": REGION}
# More rows than there will ever be: after them, there is none.
_OFFSET_MAX = 10**9
_ENTIER = re.compile(r"[0-9]+")
_NOMBRE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
# RFC 3339; its leap second is of the same day as the one before.
_JOUR = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_HEURE = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_INSTANT = re.compile(
    rf"(?P<minute>{_JOUR}T{_HEURE}):(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?P<zone>Z|[+-]{_HEURE})"
)
_LONGUEUR_MAX = 2000
_CITEE = 60
_BORDS, _BORDS_3D = 4, 6


class ParametresInvalides(Exception):
    """A request that cannot be answered: all that is wrong with its parameters."""

    def __init__(self, fautes: Sequence[Faute]) -> None:
        super().__init__("; ".join(faute.message for faute in fautes))
        self.fautes = tuple(fautes)


class Intervalle(NamedTuple):
    """Two days, included; ``None`` where there is no bound."""

    debut: dt.date | None
    fin: dt.date | None


@dataclass(frozen=True, slots=True)
class Demande:
    """What is asked of a resource.

    Attributes
    ----------
    dep
        Codes of departments; none means all.
    couvert
        One of :data:`geo.regles.couverture.DEFINITIONS`.
    indicatifs
        Whether hypothetical memberships count.
    bbox
        West, south, east, north, in degrees.
    datetime
        When.
    limit, offset
        How many rows, after how many.
    niveau
        One of :data:`NIVEAUX`.
    territoire
        Territories, as the addresses of the atlas name them.
    """

    dep: tuple[str, ...] = ()
    couvert: str = next(iter(DEFINITIONS))
    indicatifs: bool = True
    bbox: tuple[float, float, float, float] | None = None
    datetime: Intervalle | None = None
    limit: int = LIMITE
    offset: int = 0
    niveau: str = CPTS
    territoire: tuple[str, ...] = ()


class Parametre(NamedTuple):
    """A parameter.

    Attributes
    ----------
    sens
        What it does, in French.
    schema
        Its values, as OpenAPI has it.
    lire
        Reads its text; raises :class:`ValueError` with what to write instead.
    """

    sens: str
    schema: Mapping[str, Any]
    lire: Callable[[str, Atlas], Any]


def read_demande(
    paires: Sequence[tuple[str, str]], permis: Collection[str], atlas: Atlas
) -> Demande:
    """Read the parameters of a request.

    Parameters
    ----------
    paires
        Names and texts, as the address has them.
    permis
        The parameters that the resource has.
    atlas
        The atlas, for what departments and territories there are.

    Raises
    ------
    ParametresInvalides
        With everything that is wrong.
    """
    fautes: list[Faute] = []
    lus: dict[str, Any] = {}
    for nom, texte in paires:
        if nom not in permis:
            remede = f"Paramètres de cette adresse : {', '.join(permis) or 'aucun'}."
            fautes.append(
                Faute(_cite(nom), f"Le paramètre « {_cite(nom)} » n'existe pas ici.", remede)
            )
        elif nom in lus:
            fautes.append(
                Faute(nom, f"« {nom} » est donné deux fois.", "Le donner une seule fois.")
            )
        elif len(texte) > _LONGUEUR_MAX:
            dit = f"« {nom} » est trop long."
            fautes.append(Faute(nom, dit, f"Écrire {_LONGUEUR_MAX} caractères au plus."))
        else:
            try:
                lus[nom] = PARAMETRES[nom].lire(texte, atlas)
            except ValueError as erreur:
                lus[nom] = None
                dit = f"« {_cite(texte)} » n'est pas une valeur de « {nom} »."
                fautes.append(Faute(nom, dit, str(erreur)))
    if fautes:
        raise ParametresInvalides(fautes)
    return replace(Demande(), **lus)


def _cite(texte: str) -> str:
    return shorten(texte.encode("utf-8", "replace").decode(), _CITEE, placeholder="…") or "(vide)"


def _read_departements(texte: str, atlas: Atlas) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(texte.split(",")))
    connus = sorted(map(str, atlas.departements.index))
    if not set(codes) <= set(connus):
        raise ValueError(f"Codes connus, séparés par des virgules : {', '.join(connus)}.")
    return tuple(sorted(codes))


def _one_of(valeurs: Collection[str]) -> Callable[[str, Atlas], str]:
    def lire(texte: str, _atlas: Atlas) -> str:
        if texte not in valeurs:
            raise ValueError(f"Écrire l'une de ces valeurs : {', '.join(valeurs)}.")
        return texte

    return lire


def _read_indicatifs(texte: str, atlas: Atlas) -> bool:
    return _one_of(("0", "1"))(texte, atlas) == "1"


def _read_bbox(texte: str, _atlas: Atlas) -> tuple[float, float, float, float]:
    remede = (
        "Écrire ouest,sud,est,nord en degrés (WGS 84), par exemple 5.3,46.9,7.2,48.0 : le sud ne "
        "dépasse pas le nord."
    )
    morceaux = texte.split(",")
    if not all(map(_NOMBRE.fullmatch, morceaux)):
        raise ValueError(remede)
    bords = [float(morceau) for morceau in morceaux]
    if not all(map(math.isfinite, bords)):
        raise ValueError(remede)
    if len(bords) == _BORDS_3D:
        # The outlines have no height.
        bords = [*bords[:2], *bords[3:5]]
    if len(bords) != _BORDS:
        raise ValueError(remede)
    ouest, sud, est, nord = bords
    if not -90 <= sud <= nord <= 90 or not (-180 <= ouest <= 180 and -180 <= est <= 180):  # noqa: PLR2004 - degrees
        raise ValueError(remede)
    return ouest, sud, est, nord


def _read_datetime(texte: str, _atlas: Atlas) -> Intervalle:
    remede = (
        "Écrire un jour ou un instant (RFC 3339 : 2022-05-06, 2022-05-06T00:00:00Z), ou deux séparés par une barre "
        "(2021-01-01/2022-12-31), dont l'un peut être « .. ». Un instant dit son fuseau : Z ou +02:00, où « + » s'écrit %2B."
    )
    morceaux = texte.split("/")
    try:
        jours = [None if morceau in ("", "..") else _read_day(morceau) for morceau in morceaux]
    except (ValueError, OverflowError) as erreur:
        raise ValueError(remede) from erreur
    if len(jours) == 1 and jours[0]:
        return Intervalle(jours[0], jours[0])
    if len(jours) != 2 or jours == [None, None]:  # noqa: PLR2004 - a beginning and an end
        raise ValueError(remede)
    debut, fin = jours
    if debut and fin and debut > fin:
        raise ValueError(remede)
    return Intervalle(debut, fin)


def _read_day(texte: str) -> dt.date:
    """Read a day, or the one of an instant in France."""
    if re.fullmatch(_JOUR, texte):
        return dt.date.fromisoformat(texte)
    lu = _INSTANT.fullmatch(texte.upper())
    if not lu:
        raise ValueError(texte)
    return dt.datetime.fromisoformat(lu["minute"] + lu["zone"]).astimezone(PARIS).date()


def _read_limit(texte: str, _atlas: Atlas) -> int:
    if not _ENTIER.fullmatch(texte) or not int(texte):
        raise ValueError(
            f"Écrire un nombre entier d'au moins 1 ; au-delà de {LIMITE_MAX}, c'est {LIMITE_MAX}."
        )
    return min(int(texte), LIMITE_MAX)


def _read_offset(texte: str, _atlas: Atlas) -> int:
    if not _ENTIER.fullmatch(texte):
        raise ValueError("Écrire un nombre entier : combien de lignes passer.")
    return min(int(texte), _OFFSET_MAX)


def _read_territoires(texte: str, atlas: Atlas) -> tuple[str, ...]:
    adresses, connus = tuple(dict.fromkeys(texte.split(","))), TerritoiresConnus(atlas)
    if len(adresses) > MAX_TERRITOIRES or not all(adresse in connus for adresse in adresses):
        raise ValueError(
            f"Écrire un à {MAX_TERRITOIRES} territoires séparés par des virgules : cpts:<cpts_id>, epci:<siren>, "
            "dep:<code>, reg:<code>, communes:<code>.<code>…"
        )
    return adresses


PARAMETRES = {
    "dep": Parametre(
        "Codes de départements, séparés par des virgules ; absent, tous.",
        {"type": "string", "example": "70"},
        _read_departements,
    ),
    "couvert": Parametre(
        "Ce que « couvert » veut dire : "
        + " ; ".join(f"{nom} = {sens}" for nom, sens in DEFINITIONS.items())
        + ".",
        {"type": "string", "enum": list(DEFINITIONS), "default": next(iter(DEFINITIONS))},
        _one_of(tuple(DEFINITIONS)),
    ),
    "indicatifs": Parametre(
        "1 : les périmètres indicatifs (reconstitués) comptent ; 0 : les périmètres établis seuls.",
        {"type": "string", "enum": ["0", "1"], "default": "1"},
        _read_indicatifs,
    ),
    "bbox": Parametre(
        "Ce qui touche un rectangle : ouest,sud,est,nord en degrés (WGS 84).",
        {
            "type": "array",
            "items": {"type": "number"},
            "minItems": _BORDS,
            "maxItems": _BORDS_3D,
        },
        _read_bbox,
    ),
    "datetime": Parametre(
        "Un jour, un instant (RFC 3339 : le jour qu'il est alors en France), ou deux séparés par « / » (« .. » : sans borne). "
        "Ce qui n'a pas de date est toujours rendu.",
        {"type": "string", "example": "2021-01-01/2022-12-31"},
        _read_datetime,
    ),
    "limit": Parametre(
        f"Nombre de lignes par page ; au-delà de {LIMITE_MAX}, c'est {LIMITE_MAX}.",
        {"type": "integer", "minimum": 1, "maximum": LIMITE_MAX, "default": LIMITE},
        _read_limit,
    ),
    "offset": Parametre(
        "Nombre de lignes passées avant la première ; au-delà de la dernière, la page est vide.",
        {"type": "integer", "minimum": 0, "default": 0},
        _read_offset,
    ),
    "niveau": Parametre(
        "De quels territoires sont les valeurs.",
        {"type": "string", "enum": list(NIVEAUX), "default": CPTS},
        _one_of(NIVEAUX),
    ),
    "territoire": Parametre(
        f"Un à {MAX_TERRITOIRES} territoires séparés par des virgules : cpts:<cpts_id>, {EPCI}:<siren>, "
        f"{DEPARTEMENT}:<code>, {REGION}:<code>, communes:<code>.<code>…",
        {"type": "string", "example": "cpts:cpts-luxeuil,dep:70"},
        _read_territoires,
    ),
}
