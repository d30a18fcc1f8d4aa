"""Which other sites may read the API from a browser: those that the administrator names, and never as an account."""

from collections.abc import Collection

from starlette.types import Scope

CHEMIN_API = "/api/"
TOUTES = "*"
_METHODES = ("GET", "HEAD", "OPTIONS")
_PERMIS = {
    b"access-control-expose-headers": b"ETag, Link, Retry-After",
}
_ANNONCES = {
    b"access-control-allow-methods": b"GET, HEAD, OPTIONS",
    b"access-control-allow-headers": b"Authorization, Accept, If-None-Match",
    b"access-control-max-age": b"600",
}


def find_shared(scope: Scope, chemin: str, origines: Collection[str]) -> str:
    """Return what another site is let in as; empty where it is not.

    Parameters
    ----------
    scope
        The request.
    chemin
        The path asked for, without the base path.
    origines
        The sites, as browsers write them, or ``*`` for all.
    """
    if not chemin.startswith(CHEMIN_API) or scope["method"] not in _METHODES:
        return ""
    donnees = [valeur for nom, valeur in scope["headers"] if nom == b"origin"]
    if len(donnees) != 1 or not origines:
        return ""
    if TOUTES in origines:
        return TOUTES
    origine = donnees[0].decode("latin-1").lower()
    return origine if origine in origines else ""


def without_cookies(scope: Scope) -> Scope:
    """Return a request without what would make it that of an account that is logged in here."""
    return {**scope, "headers": [e for e in scope["headers"] if e[0] != b"cookie"]}


def share_headers(
    scope: Scope, chemin: str, origines: Collection[str]
) -> list[tuple[bytes, bytes]]:
    """Return the headers by which a browser lets another site read; the parameters are those of :func:`find_shared`."""
    if not chemin.startswith(CHEMIN_API) or not origines:
        return []
    varie = [] if TOUTES in origines else [(b"vary", b"Origin")]
    permise = find_shared(scope, chemin, origines)
    if not permise:
        return varie
    annonces = _ANNONCES if scope["method"] == "OPTIONS" else {}
    return [
        (b"access-control-allow-origin", permise.encode("latin-1")),
        *(_PERMIS | annonces).items(),
        *varie,
    ]
