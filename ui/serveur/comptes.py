"""Accounts: who asks, with which role, until when, read in the cookie that the log-in signed.

Streamlit speaks with the identity provider (OpenID Connect) and writes the cookie, signed with a secret that all the
servers of an atlas share: any of them reads it, and none keeps anything. What an account may do is decided here, from
one claim; :mod:`ui.serveur.fichier_comptes` reads which values of it give which role.
"""

import hashlib
import json
import os
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

COMPTES = "CPTS_COMPTES"
# Where Streamlit waits for whoever has logged in.
RETOUR = "/oauth2callback"
AUTEUR_MAX = 80
IDENTIFIANT_MAX = 255
# What a provider may call the name of a person, the best first; each in one claim or more (ProConnect has
# « usual_name »).
_NOMS = (
    ("name",),
    ("given_name", "usual_name"),
    ("given_name", "family_name"),
    ("usual_name",),
    ("family_name",),
    ("email",),
    ("preferred_username",),
    ("uid",),
    ("sub",),
)
# What an identity token says of itself: who, when, for whom.
PROTOCOLE = frozenset(("sub", "iss", "aud", "iat", "exp", "nonce", "auth_time"))
_GARDEES = PROTOCOLE | {"email"}.union(*_NOMS)


class Role(IntEnum):
    """What an account may do; each may do all that those before it may."""

    LECTEUR = 1
    PLANIFICATEUR = 2
    ADMINISTRATEUR = 3

    @property
    def nom(self) -> str:
        """Its name, in French.

        >>> Role.PLANIFICATEUR.nom
        'planificateur'
        """
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Compte:
    """Whoever has logged in.

    Attributes
    ----------
    identifiant
        As the provider knows it, for good: its ``sub``.
    auteur
        The name that is written beside what it does.
    role
        What it may do; nothing more than anybody where no value of its claim gives a role.
    expire_le
        When it must log in again.
    courriel
        Its address, as the provider says it; may be empty.
    """

    identifiant: str
    auteur: str
    role: Role | None
    expire_le: datetime
    courriel: str = ""

    def may(self, role: Role) -> bool:
        """Tell whether it may do what a role may."""
        return self.role is not None and self.role >= role


@dataclass(frozen=True, slots=True, eq=False)
class Comptes:
    """What ``CPTS_COMPTES`` asks for.

    Attributes
    ----------
    auth
        The section of Streamlit: never shown.
    adresse_retour
        Where the provider sends whoever has logged in back to.
    lecture_publique
        Whether anybody may read.
    duree
        How long an account stays logged in.
    revendication
        The claim that gives the role, in which dots lead to a claim of a claim.
    roles
        The role that each value of it gives.
    defaut
        The role of an account that none of them gives one.
    """

    auth: Mapping[str, Any] = field(repr=False)
    adresse_retour: str
    lecture_publique: bool
    duree: timedelta
    revendication: str
    roles: Mapping[str, Role]
    defaut: Role | None
    # What was logged out of, and until when it would have been good.
    _sortis: dict[bytes, float] = field(default_factory=dict, repr=False)

    def find(self, cookies: Mapping[str, str], maintenant: float | None = None) -> Compte | None:
        """Return the account that the cookies of a request are of.

        Parameters
        ----------
        cookies
            By their names.
        maintenant
            In seconds since the epoch; by default the clock.

        Returns
        -------
        Compte or None
            Nothing where nobody has logged in, where it is too long ago, or where it was ended here.
        """
        instant = time.time() if maintenant is None else maintenant
        lu = self._decode(cookies)
        if lu is None or hashlib.sha256(lu).digest() in self._sortis:
            return None
        try:
            revendications = json.loads(lu)
        except ValueError:
            return None
        compte = self._name(revendications) if isinstance(revendications, dict) else None
        return compte if compte and compte.expire_le.timestamp() > instant else None

    def forget(self, cookies: Mapping[str, str], maintenant: float | None = None) -> None:
        """End what the cookies opened: pages that are open with them are of nobody any more."""
        instant = time.time() if maintenant is None else maintenant
        for empreinte in [e for e, jusqu_a in self._sortis.items() if jusqu_a < instant]:
            del self._sortis[empreinte]
        if compte := self.find(cookies, instant):
            lu = self._decode(cookies) or b""
            self._sortis[hashlib.sha256(lu).digest()] = compte.expire_le.timestamp()

    def may_read(self, compte: Compte | None) -> bool:
        """Tell whether an account, or nobody, may read."""
        return self.lecture_publique or (compte is not None and compte.may(Role.LECTEUR))

    def find_role(self, revendications: Mapping[str, Any]) -> Role | None:
        """Return the highest role that the claims of an account give."""
        siens = [
            self.roles[v]
            for v in find_values(revendications, self.revendication)
            if v in self.roles
        ]
        return max(siens, default=self.defaut)

    def keep_needed(self, revendications: Mapping[str, Any]) -> dict[str, Any]:
        """Return, of the claims of an account, what is read here, and no longer than it is read: a cookie holds it all.

        Of the claim of the roles, the values that give one.
        """
        gardees = {nom: v for nom, v in revendications.items() if nom in PROTOCOLE}
        gardees |= {
            nom: _clean(v)[:AUTEUR_MAX]
            for nom, v in revendications.items()
            if nom in _GARDEES - PROTOCOLE and isinstance(v, str)
        }
        chemin = _find_path(revendications, self.revendication)
        valeur: Any = _get_at(revendications, chemin)
        if isinstance(valeur, list):
            valeur = [v for v in self.roles if v in valeur]
        elif not isinstance(valeur, str) or valeur not in self.roles:
            return gardees
        for nom in reversed(chemin[1:]):
            valeur = {nom: valeur}
        return {**gardees, chemin[0]: valeur}

    def _decode(self, cookies: Mapping[str, str]) -> bytes | None:
        from streamlit.web.server.starlette.starlette_app_utils import (  # noqa: PLC0415 - heavy, and loaded meanwhile
            decode_signed_value,
        )
        from streamlit.web.server.starlette.starlette_server_config import (  # noqa: PLC0415
            USER_COOKIE_NAME,
        )

        # In one piece: of a cookie in several, each is signed alone, and pieces of two log-ins would make a third account. What
        # :meth:`keep_needed` keeps fits in one.
        valeur = cookies.get(USER_COOKIE_NAME, "")
        secret = self.auth["cookie_secret"]
        return decode_signed_value(secret, USER_COOKIE_NAME, valeur) if valeur.isascii() else None

    def _name(self, revendications: dict[str, Any]) -> Compte | None:
        identifiant, emis = revendications.get("sub"), revendications.get("iat")
        if not isinstance(identifiant, str) or not 0 < len(identifiant) <= IDENTIFIANT_MAX:
            return None
        if isinstance(emis, bool) or not isinstance(emis, int | float):
            return None
        try:
            expire_le = datetime.fromtimestamp(emis, UTC) + self.duree
        except (OverflowError, ValueError, OSError):
            return None
        return Compte(
            identifiant,
            find_name(revendications),
            self.find_role(revendications),
            expire_le,
            _clean(revendications.get("email")),
        )


def find_values(revendications: Mapping[str, Any], chemin: str) -> list[str]:
    """Return the texts of a claim: its own, or those of its list.

    Parameters
    ----------
    revendications
        The claims.
    chemin
        The name of the claim; where none has it, its dots lead to a claim of a claim.

    >>> find_values({"resource_access": {"atlas": {"roles": ["admin", 3]}}}, "resource_access.atlas.roles")
    ['admin']
    >>> find_values({"role": "admin"}, "role"), find_values({}, "role")
    (['admin'], [])
    """
    valeur = _get_at(revendications, _find_path(revendications, chemin))
    valeurs = valeur if isinstance(valeur, list) else [valeur]
    return [v for v in valeurs if isinstance(v, str)]


def _find_path(revendications: Mapping[str, Any], chemin: str) -> list[str]:
    return [chemin] if chemin in revendications else chemin.split(".")


def _get_at(revendications: Mapping[str, Any], chemin: list[str]) -> Any:
    valeur: Any = revendications
    for nom in chemin:
        valeur = valeur.get(nom) if isinstance(valeur, Mapping) else None
    return valeur


def find_name(revendications: Mapping[str, Any]) -> str:
    """Return the name of whoever has those claims, from what there is.

    >>> find_name({"sub": "7", "given_name": "Anne", "usual_name": "Roux", "email": "a@ars.example"})
    'Anne Roux'
    >>> find_name({"sub": "7", "email": "a@ars.example"})
    'a@ars.example'
    """
    for noms in _NOMS:
        morceaux = [_clean(revendications.get(nom)) for nom in noms]
        if all(morceaux):
            return " ".join(morceaux)[:AUTEUR_MAX].rstrip()
    return ""


def _clean(texte: object) -> str:
    """Return a text of the provider on one line, without what cannot be seen."""
    if not isinstance(texte, str):
        return ""
    lisible = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in texte)
    return " ".join(lisible.split())[:IDENTIFIANT_MAX]


def are_asked() -> bool:
    """Tell whether this server has accounts."""
    return bool(os.environ.get(COMPTES, "").strip())


def compte_of(scope: Mapping[str, Any]) -> Compte | None:
    """Return the account of a request, as the door found it (see :mod:`ui.serveur.garde`)."""
    compte = scope.get("state", {}).get("compte")
    return compte if isinstance(compte, Compte) else None


def may_read(scope: Mapping[str, Any]) -> bool:
    """Tell whether the account of a request, or whoever has none, may read."""
    comptes = scope.get("state", {}).get("comptes")
    return comptes.may_read(compte_of(scope)) if isinstance(comptes, Comptes) else not are_asked()


def join_scope(scope: Any, comptes: Comptes, compte: Compte | None) -> None:
    """Write the account of a request where :func:`compte_of` and :func:`may_read` look for it."""
    scope.setdefault("state", {}).update(comptes=comptes, compte=compte)
