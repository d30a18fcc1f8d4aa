"""The formats of the answers, and which one a request asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
# Whoever takes one kind of JSON reads the other.
_SORTES_DE_JSON = re.compile(r"[^/]+/([^/]+\+)?json")
# A longer list is no browser's.
_ELEMENTS_MAX = 50
_QUALITE = re.compile(r"q=([01](\.[0-9]{0,3})?)")


def choose_format(ecrit: str | None, accept: str, permis: Sequence[str]) -> str | None:
    """Choose a format: what the address says counts before what the client accepts.

    Whoever accepts JSON of any kind, and nothing that there is, is given JSON.

    Parameters
    ----------
    ecrit
        The parameter ``f``; ``None`` where there is none.
    accept
        The header ``Accept``; empty is as if everything were accepted.
    permis
        What the resource has, its own first.

    Returns
    -------
    str | None
        ``None`` where none of them can be given.

    Examples
    --------
    >>> choose_format("csv", "application/json", ["json", "csv"])
    'csv'
    >>> choose_format(None, "text/html,*/*;q=0.8", ["json", "html"])
    'html'
    >>> choose_format(None, "text/html,*/*;q=0.8", ["json", "csv"])
    'json'
    >>> choose_format(None, OPENAPI, ["json"])
    'json'
    >>> choose_format(None, "image/png", ["json"]) is None
    True
    """
    if ecrit is not None:
        return ecrit if ecrit in permis else None
    if not accept.strip():
        return permis[0]
    notes: dict[str, float] = {}
    for element in accept.split(",", _ELEMENTS_MAX)[:_ELEMENTS_MAX]:
        media, *options = (morceau.strip().lower() for morceau in element.split(";"))
        lue = next((q for option in options if (q := _QUALITE.fullmatch(option))), None)
        notes[media] = float(lue[1]) if lue else 1.0
    meilleurs = [(_grade(MEDIAS[nom].partition(";")[0], notes), nom) for nom in permis]
    note, nom = max(meilleurs, key=lambda meilleur: meilleur[0])
    if note > 0:
        return nom
    if any(q > 0 and _SORTES_DE_JSON.fullmatch(media) for media, q in notes.items()):
        return next((nom for nom in permis if nom in (JSON, GEOJSON)), None)
    return None


def _grade(media: str, notes: dict[str, float]) -> float:
    """Say how much a media type is wanted, by what names it most closely."""
    genre = media.partition("/")[0]
    return next((notes[n] for n in (media, f"{genre}/*", "*/*") if n in notes), 0.0)
