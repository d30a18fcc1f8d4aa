"""What the provider says of an account at its userinfo address, which Streamlit does not ask.

ProConnect says names, e-mail and roles there alone, as a signed JWT. The client that Streamlit makes at each log-in is
replaced with one that asks; it also sends what Authlib leaves out of the log-in, and keeps no more than the atlas needs.
"""

import logging
import secrets
import warnings
from collections.abc import Mapping
from typing import Any

from authlib import deprecate
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from streamlit.web.server.starlette.starlette_auth_routes import _create_streamlit_oauth_class

from ui.serveur.comptes import PROTOCOLE, Comptes

_JOURNAL = logging.getLogger(__name__)
# A secret that both sides have would sign for either: those of a pair of keys alone.
_ALGORITHMES = [f"{genre}{taille}" for genre in ("RS", "PS", "ES") for taille in (256, 384, 512)]
_AVANCE_S = 120
# What client_kwargs may ask of the provider at the log-in; an empty text asks nothing.
_DEMANDES = ("acr_values", "prompt")


class UserinfoRefuse(Exception):
    """What the userinfo address says cannot be of whoever logs in; the text, in French, is for the log."""


def install(comptes: Comptes) -> None:
    """Have Streamlit log in with a client that asks the userinfo address.

    Parameters
    ----------
    comptes
        Who may log in: it knows which claims are worth keeping.
    """
    with warnings.catch_warnings():
        # Nobody who runs a server can do anything about it.
        warnings.filterwarnings(
            "ignore", "The httpx module is deprecated", deprecate.AuthlibDeprecationWarning
        )
        from authlib.integrations import starlette_client  # noqa: PLC0415 - it warns as it is loaded

    _create_streamlit_oauth_class.cache_clear()
    registre = _create_streamlit_oauth_class(starlette_client)
    registre.oauth2_client_cls = _make_client(registre.oauth2_client_cls, comptes)


def join_claims(identite: Mapping[str, Any], dites: object) -> dict[str, Any]:
    """Join what the userinfo address says to what the identity token says.

    Parameters
    ----------
    identite
        The claims of the identity token: it alone says who, when, and for whom.
    dites
        What the userinfo address says.

    Raises
    ------
    UserinfoRefuse
        If it is of somebody else, or no claims at all.

    >>> join_claims({"sub": "7", "iat": 1}, {"sub": "7", "iat": 2, "email": "a@ars.example", "name": None})
    {'sub': '7', 'iat': 1, 'email': 'a@ars.example'}
    """
    if not isinstance(dites, Mapping):
        raise UserinfoRefuse("L'adresse userinfo n'a pas répondu par un objet.")
    if not identite.get("sub") or dites.get("sub") != identite["sub"]:
        raise UserinfoRefuse("L'adresse userinfo a répondu pour une autre personne (« sub »).")
    ajoutees = {nom: v for nom, v in dites.items() if nom not in PROTOCOLE and v is not None}
    return {**identite, **ajoutees}


def _make_client(de_streamlit: Any, comptes: Comptes) -> type[Any]:
    """Return Streamlit's class of clients, with what it lacks."""

    class Client(de_streamlit):  # type: ignore[misc]
        async def create_authorization_url(
            self, redirect_uri: str | None = None, **autres: Any
        ) -> Any:
            """Return where to log in, with all that the settings ask for.

            ProConnect wants 32 characters of a state and of a nonce; Authlib draws fewer.
            """
            tires = {nom: secrets.token_hex(32) for nom in ("state", "nonce")}
            siennes = {
                nom: self.client_kwargs[nom] or None
                for nom in _DEMANDES
                if nom in self.client_kwargs
            }
            return await super().create_authorization_url(
                redirect_uri, **tires, **siennes, **autres
            )

        async def userinfo(self, **autres: Any) -> Any:
            """Return what the userinfo address says, once it is known to be of the provider."""
            metadonnees = await self.load_server_metadata()
            reponse = await self.get(metadonnees["userinfo_endpoint"], **autres)
            reponse.raise_for_status()
            genre = reponse.headers.get("content-type", "").partition(";")[0].strip().lower()
            if genre != "application/jwt":
                return reponse.json()
            cles = KeySet.import_key_set(await self.fetch_jwk_set())
            signes = jwt.decode(
                reponse.text.strip(),
                cles,
                registry=JWSRegistry(algorithms=_ALGORITHMES, strict_check_header=False),
            )
            jwt.JWTClaimsRegistry(
                leeway=_AVANCE_S,
                iss={"value": metadonnees["issuer"]},
                aud={"value": self.client_id},
            ).validate(signes.claims)
            return signes.claims

        async def authorize_access_token(self, request: Any, **autres: Any) -> Any:
            """Return the tokens of whoever logs in, and his claims: those that are needed."""
            jetons = await super().authorize_access_token(request, **autres)
            identite = jetons.get("userinfo")
            if not identite:
                return jetons
            metadonnees = await self.load_server_metadata()
            if metadonnees.get("userinfo_endpoint"):
                # Without its end: it is of this instant, and Authlib would not use one of a minute, as some give.
                acces = {nom: jetons.get(nom) for nom in ("access_token", "token_type")}
                try:
                    identite = join_claims(identite, await self.userinfo(token=acces))
                except Exception as erreur:
                    _JOURNAL.warning(
                        "Connexion refusée : ce que dit l'adresse userinfo du fournisseur n'a pu être ni lu ni vérifié (%s).",
                        type(erreur).__name__,
                    )
                    raise
            # The identity token is for the log-out; the other would open the provider to whoever has the cookie.
            gardes = {nom: valeur for nom, valeur in jetons.items() if nom != "access_token"}
            return {**gardes, "userinfo": comptes.keep_needed(identite)}

    return Client
