"""The file of the accounts: Streamlit's own section, ours, and all that is wrong with them, said at once."""

import stat
import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from geo.erreurs import enumerate_first
from geo.systeme import tell_cause
from ui.serveur.comptes import RETOUR, Comptes, Role

SECRET_MIN = 32
DUREE_H, DUREE_MAX_H = 10, 720
_REVENDICATION = "roles"
_AUTH = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_AUTH_FACULTATIFS = ("client_kwargs",)
_LISTES = {
    "lecteurs": Role.LECTEUR,
    "planificateurs": Role.PLANIFICATEUR,
    "administrateurs": Role.ADMINISTRATEUR,
}
_ATLAS = ("lecture_publique", "duree_heures", "revendication", *_LISTES)
_TIRAGE = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'


class ComptesInvalides(Exception):
    """The file of the accounts cannot be used: all that is wrong, with the remedies, in French."""

    def __init__(self, fichier: str, problemes: Iterable[str]) -> None:
        super().__init__("\n".join([f"{fichier} :", *(f"- {p}" for p in problemes)]))


class _Lu(NamedTuple):
    """A file that is being read, and what is wrong with it so far."""

    contenu: Mapping[str, Any]
    problemes: list[str]

    def section(self, nom: str, connues: tuple[str, ...]) -> Mapping[str, Any]:
        section = self.contenu.get(nom, {})
        if not isinstance(section, Mapping):
            self.problemes.append(
                f"{nom} doit être une section : écrivez [{nom}] sur sa propre ligne."
            )
            return {}
        if inconnues := [cle for cle in section if cle not in connues]:
            self.problemes.append(
                f"[{nom}] ne connaît pas {enumerate_first(inconnues)}. Retirez-les, ou corrigez leur nom : "
                f"{enumerate_first(connues, len(connues))}."
            )
        return section


def read_fichier(chemin: Path, hotes: frozenset[str]) -> Comptes:
    """Read the file of the accounts.

    Parameters
    ----------
    chemin
        The file.
    hotes
        The names that the server answers to.

    Raises
    ------
    ComptesInvalides
        If it cannot be read, or says what cannot be.
    """
    lu = _Lu(_parse(chemin), [])
    if autres := [nom for nom in lu.contenu if nom not in ("auth", "atlas")]:
        lu.problemes.append(
            f"{enumerate_first(autres)} : ce fichier n'a que les sections [auth] et [atlas]. Retirez le reste."
        )
    if chemin.stat().st_mode & stat.S_IRWXO:
        lu.problemes.append(
            "Tout compte de cette machine peut l'ouvrir, et il tient des secrets. Fermez-le : "
            f"chmod 640 {chemin}, avec le groupe du service."
        )
    auth = _read_auth(lu, hotes)
    atlas = lu.section("atlas", _ATLAS)
    publique = atlas.get("lecture_publique", True)
    if not isinstance(publique, bool):
        lu.problemes.append("[atlas] lecture_publique : écrivez true ou false, sans guillemets.")
    duree = atlas.get("duree_heures", DUREE_H)
    if (
        isinstance(duree, bool)
        or not isinstance(duree, int | float)
        or not 0 < duree <= DUREE_MAX_H
    ):
        lu.problemes.append(
            f"[atlas] duree_heures : écrivez un nombre d'heures, d'une fraction à {DUREE_MAX_H}, sans guillemets."
        )
        duree = DUREE_H
    revendication = atlas.get("revendication", _REVENDICATION)
    if not isinstance(revendication, str) or not all(revendication.split(".")):
        lu.problemes.append(
            "[atlas] revendication : écrivez le nom de la revendication qui donne le rôle, par exemple "
            '"roles" ou "resource_access.atlas.roles".'
        )
        revendication = _REVENDICATION
    roles = _read_roles(lu, atlas)
    if lu.problemes:
        raise ComptesInvalides(str(chemin), lu.problemes)
    return Comptes(
        auth=auth,
        adresse_retour=auth["redirect_uri"],
        lecture_publique=publique,
        duree=timedelta(hours=duree),
        revendication=revendication,
        roles=roles,
        defaut=None if "lecteurs" in atlas else Role.LECTEUR,
    )


def _parse(chemin: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(chemin.read_text(encoding="utf-8"))
    except OSError as erreur:
        raise ComptesInvalides(
            str(chemin),
            [
                f"Il ne peut pas être lu ({tell_cause(erreur)}). Corrigez son chemin, ou ouvrez-le au compte du service."
            ],
        ) from erreur
    except UnicodeDecodeError as erreur:
        raise ComptesInvalides(
            str(chemin), ["Il n'est pas écrit en UTF-8. Enregistrez-le en UTF-8."]
        ) from erreur
    except tomllib.TOMLDecodeError as erreur:
        # What it says quotes no value but the character that it stumbles on.
        raise ComptesInvalides(
            str(chemin),
            [
                f"Ce n'est pas du TOML ({erreur}). Corrigez cette ligne : un texte va entre guillemets droits."
            ],
        ) from erreur


def _read_auth(lu: _Lu, hotes: frozenset[str]) -> dict[str, Any]:
    auth = lu.section("auth", (*_AUTH, *_AUTH_FACULTATIFS))
    if manquants := [
        cle for cle in _AUTH if not (isinstance(auth.get(cle), str) and auth[cle].strip())
    ]:
        lu.problemes.append(
            f"[auth] : il manque {enumerate_first(manquants)}. Écrivez pour chacun un texte entre guillemets ; "
            "client_id, client_secret et server_metadata_url sont donnés par le fournisseur d'identité."
        )
    if "cookie_secret" not in manquants and len(auth["cookie_secret"]) < SECRET_MIN:
        lu.problemes.append(
            f"[auth] cookie_secret : il faut au moins {SECRET_MIN} caractères, tirés au sort : {_TIRAGE}"
        )
    if "redirect_uri" not in manquants:
        _check_redirect(lu, auth["redirect_uri"], hotes)
    if "server_metadata_url" not in manquants and not _is_safe(_split(auth["server_metadata_url"])):
        lu.problemes.append(
            "[auth] server_metadata_url : écrivez l'adresse https:// de la configuration du fournisseur, qui finit "
            "d'ordinaire par /.well-known/openid-configuration (http:// pour localhost seul)."
        )
    reglages = auth.get("client_kwargs", {})
    if not isinstance(reglages, Mapping) or not all(isinstance(v, str) for v in reglages.values()):
        lu.problemes.append(
            '[auth] client_kwargs : écrivez des textes, par exemple { scope = "openid email profile" }.'
        )
    elif "openid" not in reglages.get("scope", "openid").split():
        lu.problemes.append("[auth] client_kwargs : « scope » doit contenir openid ; ajoutez-le.")
    return dict(auth)


def _check_redirect(lu: _Lu, adresse: str, hotes: frozenset[str]) -> None:
    lue = _split(adresse)
    if not lue.path.endswith(RETOUR) or lue.query or lue.fragment:
        lu.problemes.append(
            f"[auth] redirect_uri : elle doit finir par {RETOUR}. Écrivez l'adresse de l'atlas suivie de {RETOUR}, "
            "et déclarez la même chez le fournisseur."
        )
    if not _is_safe(lue):
        lu.problemes.append(
            "[auth] redirect_uri : elle doit commencer par https:// (http:// pour localhost seul), ou l'identité se "
            "lirait en chemin."
        )
    elif lue.hostname not in hotes:
        lu.problemes.append(
            f"[auth] redirect_uri : ce serveur ne répond pas au nom « {lue.hostname} ». Déclarez-le dans CPTS_HOTES, "
            "ou corrigez l'adresse."
        )


def _read_roles(lu: _Lu, atlas: Mapping[str, Any]) -> dict[str, Role]:
    """Return the role of each value; the highest where two lists have it."""
    roles: dict[str, Role] = {}
    for nom, role in _LISTES.items():
        valeurs = atlas.get(nom, [])
        if not isinstance(valeurs, list) or not all(isinstance(v, str) and v for v in valeurs):
            lu.problemes.append(
                f'[atlas] {nom} : écrivez une liste de textes entre crochets, par exemple ["atlas-{nom}"].'
            )
            continue
        roles |= dict.fromkeys(valeurs, role)
    return roles


def _split(adresse: str) -> SplitResult:
    try:
        return urlsplit(adresse.replace("{port}", "0"))
    except ValueError:
        return urlsplit("")


def _is_safe(lue: SplitResult) -> bool:
    locale = lue.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(lue.hostname) and (lue.scheme == "https" or (lue.scheme == "http" and locale))
