"""What the environment says of the server: its names, its proxies, and whether it may be written to.

This is the one place that decides whether a server may be written to. Nothing heavy is imported: the start
of the server asks it first.
"""

import ipaddress
import math
import os
import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from geo.erreurs import DonneesInvalides
from geo.importation.environnement import LECTURE_SEULE, is_read_only, is_set, tell_neither
from geo.wfs.adresses import VARIABLE as WFS
from geo.wfs.adresses import list_autorisees
from ui.serveur.comptes import COMPTES, are_asked

if TYPE_CHECKING:
    from ui.serveur.comptes import Comptes

HOTES = "CPTS_HOTES"
MANDATAIRES = "CPTS_MANDATAIRES"
ECRITURE = "CPTS_ECRITURE"
MOT_DE_PASSE = "CPTS_MOT_DE_PASSE"
METRIQUES = "CPTS_METRIQUES"
ORIGINES = "CPTS_API_ORIGINES"
DEBIT = "CPTS_API_DEBIT"
SERVEUR = "CPTS_SERVEUR"
JOURNAUX = "CPTS_JOURNAUX"
JETON_METRIQUES = "CPTS_METRIQUES_JETON"
CADRES = "CPTS_CADRES"

TOUTES = "0.0.0.0"  # noqa: S104 - named, not listened to
HOTES_LOCAUX = ("localhost", "127.0.0.1", "::1")
# With a few attempts a minute, no dictionary gets through twelve characters.
LONGUEUR_MIN = 12
# What one client may ask of the API, in requests a second.
DEBIT_PAR_DEFAUT = 20.0
_DEBIT_MAX = 100_000
_NOM = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
# As browsers write the site that a page is of.
_ORIGINE = re.compile(r"https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
# It goes into a cookie, and into the configuration of nginx.
_NOM_DE_SERVEUR = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)
# Nobody chooses it, and nobody types it.
JETON_MIN = 20
_EN_JSON, _EN_TEXTE = "json", "texte"
_CADRE = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.ASCII)


class ReglagesInvalides(Exception):
    """The server must not start as it was asked to: why, and what to do, in French."""


class Ecriture(Enum):
    """Who may import data, or return to an earlier version."""

    FERMEE = "fermée"
    PROTEGEE = "protégée"
    COMPTES = "selon le compte"
    OUVERTE = "ouverte"


@dataclass(frozen=True, slots=True)
class Reglages:
    """What is asked of the server.

    Attributes
    ----------
    adresse
        What it listens on.
    locale
        Whether only this machine reaches it: it listens to no other, and neither a public name nor a proxy
        is declared.
    hotes
        The names that it answers to, in lower case; an IPv6 address without brackets.
    publics
        Those of them that were declared: a proxy that serves them in https may hide them from this server.
    mandataires
        Addresses of the proxies whose ``X-Forwarded-*`` headers are believed.
    ecriture
        Whether it may be written to, and by whom.
    mot_de_passe
        What opens writing where it is ``PROTEGEE``; else empty.
    metriques
        Whether Streamlit's own counters are served.
    comptes
        Who may log in, and what with; nothing where this server has no accounts.
    origines
        The other sites whose pages may read the API, or ``*``.
    debit
        How many requests a second one client may make of the API.
    serveur
        The name of this process among several that serve the same atlas; empty where it is alone.
    journaux_json
        Whether what is logged is one JSON object a line.
    jeton_metriques
        What opens the counters of :mod:`ui.serveur.metriques`; empty, they are not there.
    cadres
        The sites whose pages may frame those of this one, as origins.
    """

    adresse: str
    locale: bool
    hotes: frozenset[str]
    publics: frozenset[str]
    mandataires: tuple[str, ...]
    ecriture: Ecriture
    mot_de_passe: str
    metriques: bool
    comptes: "Comptes | None" = None
    origines: frozenset[str] = frozenset()
    debit: float = DEBIT_PAR_DEFAUT
    serveur: str = ""
    journaux_json: bool = False
    jeton_metriques: str = ""
    cadres: tuple[str, ...] = ()

    @classmethod
    def read(cls, adresse: str | None) -> Self:
        """Read the environment.

        Parameters
        ----------
        adresse
            What the server listens on; ``None`` is every address, as for Streamlit.

        Raises
        ------
        ReglagesInvalides
            If a name or an address is none, if writing would be open to whoever reaches the server, or if the
            accounts cannot be as they are asked for.
        """
        _check_wfs()
        _check_switches()
        publics = frozenset(_read_host(nom) for nom in _list(HOTES))
        mandataires = tuple(_read_proxy(nom) for nom in _list(MANDATAIRES))
        ecoutee = (adresse or TOUTES).lower()
        # Nobody asks for « every address » by name.
        hotes = {*HOTES_LOCAUX, *publics, ecoutee} - {TOUTES, "::"}
        locale = is_loopback(adresse) and not mandataires and all(map(is_loopback, publics))
        mot_de_passe = os.environ.get(MOT_DE_PASSE, "")
        comptes = _read_comptes(frozenset(hotes), mot_de_passe) if are_asked() else None
        ecriture = (
            _may_be_written(locale=locale, mot_de_passe=mot_de_passe)
            if comptes is None
            else Ecriture.FERMEE
            if is_read_only()
            else Ecriture.COMPTES
        )
        return cls(
            adresse=ecoutee,
            locale=locale,
            hotes=frozenset(hotes),
            publics=publics,
            mandataires=mandataires,
            ecriture=ecriture,
            mot_de_passe=mot_de_passe if ecriture is Ecriture.PROTEGEE else "",
            metriques=is_set(METRIQUES),
            comptes=comptes,
            origines=frozenset(_read_origin(origine) for origine in _list(ORIGINES)),
            debit=_read_rate(os.environ.get(DEBIT, "").strip()),
            serveur=_read_name(),
            journaux_json=_is_json(),
            jeton_metriques=_read_token(),
            cadres=tuple(_read_frame(origine) for origine in _list(CADRES)),
        )

    def may_be_kept(self) -> bool:
        """Tell whether a proxy may keep for everybody what one of them has read: there is one, and anybody may read."""
        publique = self.comptes is None or self.comptes.lecture_publique
        return bool(self.mandataires) and publique


def _check_wfs() -> None:
    """Refuse a list of geographic services that cannot be read: they are asked much later."""
    try:
        list_autorisees()
    except DonneesInvalides as erreur:
        probleme = erreur.problemes[0]
        raise ReglagesInvalides(f"{WFS} : {probleme.message} {probleme.remede}") from erreur


def _check_switches() -> None:
    """Refuse what opens or closes something and says neither: whoever wrote it believes that it does."""
    for variable in (LECTURE_SEULE, ECRITURE, METRIQUES):
        if refus := tell_neither(variable):
            raise ReglagesInvalides(refus)


def _read_comptes(hotes: frozenset[str], mot_de_passe: str) -> "Comptes":
    if mot_de_passe:
        raise ReglagesInvalides(
            f"{COMPTES} et {MOT_DE_PASSE} ne vont pas ensemble : avec des comptes, c'est le rôle de chacun qui ouvre "
            f"l'écriture. Retirez {MOT_DE_PASSE}."
        )
    return _open_comptes(Path(os.environ[COMPTES].strip()), hotes)


@cache
def _open_comptes(chemin: Path, hotes: frozenset[str]) -> "Comptes":
    """Read the file once: what it says later is for the next start."""
    from ui.serveur.fichier_comptes import ComptesInvalides, read_fichier  # noqa: PLC0415 - where it is asked

    try:
        return read_fichier(chemin, hotes)
    except ComptesInvalides as erreur:
        raise ReglagesInvalides(f"{COMPTES} : {erreur}") from erreur


def is_loopback(adresse: str | None) -> bool:
    """Tell whether an address or a name is that of this machine only.

    >>> is_loopback("localhost"), is_loopback("127.8.0.1"), is_loopback("::1")
    (True, True, True)
    >>> is_loopback("0.0.0.0"), is_loopback("127.example.org"), is_loopback(None)
    (False, False, False)
    """
    if adresse == "localhost":
        return True
    try:
        return ipaddress.ip_address(adresse or "").is_loopback
    except ValueError:
        return False


def _may_be_written(*, locale: bool, mot_de_passe: str) -> Ecriture:
    if is_read_only() or not (locale or is_set(ECRITURE)):
        return Ecriture.FERMEE
    if not locale and len(mot_de_passe) < LONGUEUR_MIN:
        raise ReglagesInvalides(
            f"{ECRITURE}=1 ouvrirait l'import à quiconque atteint ce serveur. Donnez aussi {MOT_DE_PASSE}, d'au moins "
            f"{LONGUEUR_MIN} caractères, ou retirez {ECRITURE} : le serveur sera en lecture seule."
        )
    return Ecriture.OUVERTE if locale else Ecriture.PROTEGEE


def public_notice(reglages: Reglages) -> str:
    """Return what to say of a server that others than this machine reach; empty where there is nothing."""
    if reglages.locale:
        return ""
    noms = ", ".join(sorted(reglages.hotes))
    phrases = [
        f"Le serveur écoute sur {reglages.adresse} et répond aux noms {noms} ; {HOTES} en ajoute."
    ]
    if reglages.ecriture is Ecriture.COMPTES:
        phrases.append(f"{COMPTES} y ouvre l'import aux planificateurs et aux administrateurs.")
    elif reglages.ecriture is Ecriture.PROTEGEE:
        phrases.append(
            f"{MOT_DE_PASSE} y ouvre l'import : ne le servez qu'en https, où personne ne lit le mot de passe en chemin."
        )
    elif is_read_only():
        phrases.append("Il est en lecture seule.")
    else:
        phrases.append(
            f"Il est en lecture seule ; {ECRITURE}=1 et {MOT_DE_PASSE} ouvrent l'import."
        )
    return " ".join(phrases)


def _list(variable: str) -> list[str]:
    return [nom for nom in (n.strip() for n in os.environ.get(variable, "").split(",")) if nom]


def _read_host(nom: str) -> str:
    nu = nom.lower().removeprefix("[").removesuffix("]")
    if not _NOM.fullmatch(nu) and not _is_address(nu):
        raise ReglagesInvalides(
            f"{HOTES} : « {nom} » n'est pas un nom de serveur. Écrivez les noms seuls, séparés par des virgules, sans "
            "https:// ni port : atlas.exemple.fr, 192.168.1.5."
        )
    return nu


def _read_origin(origine: str) -> str:
    ecrite = origine.lower()
    if ecrite != "*" and not _ORIGINE.fullmatch(ecrite):
        raise ReglagesInvalides(
            f"{ORIGINES} : « {origine} » n'est pas un site. Écrivez-les avec https://, sans chemin ni barre finale, séparés "
            "par des virgules : https://carte.exemple.fr ; ou * pour tous."
        )
    return ecrite


def _read_rate(texte: str) -> float:
    try:
        debit = float(texte.replace(",", ".")) if texte else DEBIT_PAR_DEFAUT
    except ValueError:
        debit = math.nan
    if not 0 < debit <= _DEBIT_MAX:
        raise ReglagesInvalides(
            f"{DEBIT} : « {texte} » n'est pas un débit. Écrivez le nombre de demandes par seconde qu'un client peut faire à "
            f"l'API, de plus de 0 à {_DEBIT_MAX} : 20."
        )
    return debit


def _read_proxy(adresse: str) -> str:
    try:
        ipaddress.ip_network(adresse)
    except ValueError as erreur:
        raise ReglagesInvalides(
            f"{MANDATAIRES} : « {adresse} » n'est pas une adresse. Écrivez celles des mandataires, séparées par des "
            "virgules : 127.0.0.1, 10.0.0.0/8."
        ) from erreur
    return adresse


def _read_name() -> str:
    nom = os.environ.get(SERVEUR, "").strip()
    if nom and not _NOM_DE_SERVEUR.fullmatch(nom):
        raise ReglagesInvalides(
            f"{SERVEUR} : « {nom} » ne peut pas nommer un serveur. Écrivez 32 caractères au plus, lettres minuscules sans "
            "accent, chiffres et tirets : 8501."
        )
    return nom


def _is_json() -> bool:
    forme = os.environ.get(JOURNAUX, "").strip().lower() or _EN_TEXTE
    if forme not in (_EN_JSON, _EN_TEXTE):
        raise ReglagesInvalides(
            f"{JOURNAUX} : « {forme} » n'est pas une forme de journal. Écrivez {_EN_JSON} ou {_EN_TEXTE}."
        )
    return forme == _EN_JSON


def _read_token() -> str:
    jeton = os.environ.get(JETON_METRIQUES, "").strip()
    if jeton and not (len(jeton) >= JETON_MIN and jeton.isascii() and jeton.isprintable()):
        raise ReglagesInvalides(
            f"{JETON_METRIQUES} est trop court ou ne peut pas être envoyé : il faut au moins {JETON_MIN} caractères sans "
            "accent. « openssl rand -hex 24 » en donne un."
        )
    return jeton


def _read_frame(origine: str) -> str:
    if not _CADRE.fullmatch(origine):
        raise ReglagesInvalides(
            f"{CADRES} : « {origine} » n'est pas l'adresse d'un site. Écrivez-les exactement, séparées par des virgules, "
            "en https et sans chemin : https://www.exemple.fr."
        )
    return origine


def _is_address(nom: str) -> bool:
    try:
        ipaddress.ip_address(nom)
    except ValueError:
        return False
    return True
