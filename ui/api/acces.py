"""Who asks the API: nobody, an account by its cookie, or an account by one of its tokens."""

from starlette.types import Scope

from ui.serveur.comptes import Compte, Role, join_scope
from ui.serveur.reglages import Reglages

_SCHEMA = "bearer"


class JetonRefuse(Exception):
    """What was given as a token opens nothing, or no longer does."""


def has_token(scope: Scope) -> bool:
    """Tell whether a request gives a token, right or wrong."""
    return any(nom == b"authorization" for nom, _ in scope["headers"])


def join_token(scope: Scope, reglages: Reglages) -> None:
    """Write the account of the token of a request where the others are looked for.

    Raises
    ------
    JetonRefuse
        If it is none, or no longer.
    geo.base.erreurs.BaseIndisponible
        If the tokens cannot be read.
    """
    from geo.base.connexion import open_base  # noqa: PLC0415 - heavy, and only for who gives a token
    from geo.base.jetons import find_jeton  # noqa: PLC0415

    valeurs = [valeur for nom, valeur in scope["headers"] if nom == b"authorization"]
    schema, _, secret = valeurs[0].decode("latin-1").partition(" ")
    if len(valeurs) != 1 or schema.lower() != _SCHEMA or reglages.comptes is None:
        raise JetonRefuse
    jeton = find_jeton(open_base(), secret.strip())
    if jeton is None:
        raise JetonRefuse
    compte = Compte(jeton.identifiant, jeton.auteur, Role(jeton.role), jeton.expire_le)
    join_scope(scope, reglages.comptes, compte)
