"""Which services may be asked: those that the administrator wrote in ``CPTS_WFS``, and no other.

An address is read once, by a grammar that has no place for what readers of addresses disagree on (user names,
backslashes, encoded characters, numbers in place of an address); what is asked is rebuilt from the parts read.
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.erreurs import enumerate_first
from geo.wfs.erreurs import refuse

if TYPE_CHECKING:
    from geo.erreurs import DonneesInvalides

VARIABLE = "CPTS_WFS"
PORTS = {"https": 443, "http": 80}
LOCAL = "localhost"
# A name has at most 253 characters; paths of services are short.
_LONGUEUR_MAX = 500
_NOM = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADRESSE = re.compile(
    rf"(?:(?P<schema>https?)://)?(?P<hote>{_NOM}(?:\.{_NOM})*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<chemin>(?:/[A-Za-z0-9._~+,;=-]*)*)",
    re.ASCII,
)
_DEBUT = re.compile(r"[^/]*(?://[^/]*)?")
# What some resolvers take for an IPv4 address: 127.1, 0x7f.1, 2130706433.
_NUMERIQUE = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_PORT_MAX = 65_535


@dataclass(frozen=True, slots=True)
class Adresse:
    """Where a service answers.

    Attributes
    ----------
    schema
        ``https`` or ``http``.
    hote
        A name in lower case, or an IP address as :mod:`ipaddress` writes it, without brackets.
    port
        From 1 to 65535.
    chemin
        Begins with ``/``, or empty: of what the administrator wrote, any path then.
    """

    schema: str
    hote: str
    port: int
    chemin: str

    @property
    def origine(self) -> tuple[str, str, int]:
        """What two addresses of one server share."""
        return self.schema, self.hote, self.port

    def __str__(self) -> str:
        """Write it as a browser would."""
        hote = f"[{self.hote}]" if ":" in self.hote else self.hote
        port = "" if self.port == PORTS[self.schema] else f":{self.port}"
        return f"{self.schema}://{hote}{port}{self.chemin}"


def read_adresse(texte: str) -> Adresse:
    """Read an address; a bare name is that of a service in https.

    Parameters
    ----------
    texte
        As somebody wrote it.

    Raises
    ------
    DonneesInvalides
        If it is anything but a scheme, a host, a port and a path.

    Examples
    --------
    >>> str(read_adresse("WWW.Exemple.FR")), str(read_adresse("http://127.0.0.1:8000/wfs"))
    ('https://www.exemple.fr', 'http://127.0.0.1:8000/wfs')
    """
    texte = texte.strip()
    # Only what stands before the path is the same in upper case.
    debut = _DEBUT.match(texte)
    tete = debut.group() if debut else ""
    lue = _ADRESSE.fullmatch(tete.lower() + texte[len(tete) :])
    if len(texte) > _LONGUEUR_MAX or lue is None:
        raise _unreadable(texte)
    schema, chemin = lue["schema"] or "https", lue["chemin"]
    hote, port = _read_host(lue["hote"]), int(lue["port"] or PORTS[schema])
    if hote is None or not 0 < port <= _PORT_MAX or {".", ".."} & set(chemin.split("/")):
        raise _unreadable(texte)
    return Adresse(schema, hote, port, "" if chemin == "/" else chemin)


def list_autorisees() -> tuple[Adresse, ...]:
    """Return the services that ``CPTS_WFS`` allows, in its order; none where it is absent.

    Raises
    ------
    DonneesInvalides
        If an entry is no address.
    """
    ecrites = re.split(r"[,\s]+", os.environ.get(VARIABLE, ""))
    return tuple(dict.fromkeys(read_adresse(ecrite) for ecrite in ecrites if ecrite))


def find_autorisee(texte: str) -> Adresse:
    """Read the address of a service that may be asked.

    Parameters
    ----------
    texte
        As a planner wrote it.

    Returns
    -------
    Adresse
        Its scheme, host and port are exactly those of an entry of ``CPTS_WFS``; its path too, where the entry has one.

    Raises
    ------
    DonneesInvalides
        If it is no address, or not an allowed one.
    """
    permises = list_autorisees()
    if not permises:
        raise refuse(
            "WFS",
            "aucun service n'est permis ici.",
            f"L'administrateur en permet par {VARIABLE}, par exemple {VARIABLE}=www.sig-sante.fr.",
            "wfs_ferme",
        )
    adresse = read_adresse(texte)
    for permise in permises:
        if permise.origine == adresse.origine and permise.chemin in ("", adresse.chemin):
            return adresse
    raise refuse(
        "WFS",
        f"« {adresse} » n'est pas un service permis ici.",
        f"Permis par l'administrateur ({VARIABLE}) : {enumerate_first(map(str, permises))}.",
        "wfs_ferme",
    )


def is_literal(hote: str) -> bool:
    """Tell whether a host is an IP address.

    >>> is_literal("10.0.0.1"), is_literal("::1"), is_literal("exemple.fr")
    (True, True, False)
    """
    try:
        ipaddress.ip_address(hote)
    except ValueError:
        return False
    return True


def _read_host(hote: str) -> str | None:
    """Write a host in the one way it is compared; nothing where it is none."""
    nu = hote.removeprefix("[").removesuffix("]")
    if nu == hote and not _NUMERIQUE.fullmatch(hote):
        return hote
    try:
        return str(ipaddress.ip_address(nu))
    except ValueError:
        return None


def _unreadable(texte: str) -> DonneesInvalides:
    if "?" in texte:
        remede = "Ôter le « ? » et ce qui le suit : l'atlas ajoute lui-même les paramètres de sa demande."
    elif not texte.isascii():
        remede = "Écrire un nom accentué sous sa forme en « xn-- », que donne votre hébergeur."
    else:
        remede = "Écrire le nom du serveur et le chemin du service, par exemple https://carto.exemple.fr/geoserver/wfs."
    return refuse(
        "WFS",
        f"« {texte[:_LONGUEUR_MAX]} » n'est pas l'adresse d'un service.",
        remede,
        "wfs_adresse",
    )
