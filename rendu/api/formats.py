"""The formats of the answers, and which one a request asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

JSON, GEOJSON, CSV, HTML = "json", "geojson", "csv", "html"
MEDIAS = {
    JSON: "application/json",
    GEOJSON: "application/geo+json",
    CSV: "text/csv; charset=utf-8; header=present",
    HTML: "text/html; charset=utf-8",
}
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_QUALITE = re.compile(r"q=([01](\.[0-9]{0,3})?)")


class Choix(NamedTuple):
    """The format that was asked for, ``None`` where none can be given; and whether the address says it."""

    format: str | None
    ecrit: bool


def choose_format(ecrit: str | None, accept: str, permis: Sequence[str]) -> Choix:
    """Choose a format: what the address says counts before what the client accepts.

    Parameters
    ----------
    ecrit
        The parameter ``f``; ``None`` where there is none.
    accept
        The header ``Accept``; empty is as if everything were accepted.
    permis
        What the resource has, its own first.

    Examples
    --------
    >>> choose_format("csv", "application/json", ["json", "csv"])
    Choix(format='csv', ecrit=True)
    >>> choose_format(None, "text/html,*/*;q=0.8", ["json", "html"]).format
    'html'
    >>> choose_format(None, "text/html,*/*;q=0.8", ["json", "csv"]).format
    'json'
    >>> choose_format(None, "image/png", ["json"]).format is None
    True
    """
    if ecrit is not None:
        return Choix(ecrit if ecrit in permis else None, ecrit=True)
    if not accept.strip():
        return Choix(permis[0], ecrit=False)
    notes: dict[str, float] = {}
    for element in accept.split(","):
        media, *options = (morceau.strip().lower() for morceau in element.split(";"))
        lue = next((q for option in options if (q := _QUALITE.fullmatch(option))), None)
        notes[media] = float(lue[1]) if lue else 1.0
    meilleurs = [(_grade(MEDIAS[nom].partition(";")[0], notes), nom) for nom in permis]
    note, nom = max(meilleurs, key=lambda meilleur: meilleur[0])
    return Choix(nom if note > 0 else None, ecrit=False)


def _grade(media: str, notes: dict[str, float]) -> float:
    """Say how much a media type is wanted, by what names it most closely."""
    genre = media.partition("/")[0]
    return next((notes[n] for n in (media, f"{genre}/*", "*/*") if n in notes), 0.0)
