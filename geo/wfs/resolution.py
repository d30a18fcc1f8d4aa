"""Which machine a name leads to, found once and checked: never one that only this server can reach."""

from __future__ import annotations

import ipaddress
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

from geo.wfs.adresses import LOCAL, is_literal
from geo.wfs.erreurs import refuse
from geo.wfs.limites import ADRESSES_MAX

if TYPE_CHECKING:
    from geo.wfs.adresses import Adresse

# Addresses that stand for an IPv4 one, which the machine (RFC 4291) or a gateway (RFC 6052) reaches.
_POUR_UNE_IPV4 = tuple(map(IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
# All that is given out of IPv6 (IANA, « IPv6 Address Space »)…
_DONNEES = IPv6Network("2000::/3")
# … but what has a use of its own there (IANA, « IPv6 Special-Purpose Address Registry »), old tunnels and the 6bone.
_IPV6_A_PART = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20"))
)  # fmt: skip
# Likewise (IANA, « IPv4 Special-Purpose Address Registry »), of what Python takes for public.
_IPV4_A_PART = tuple(
    map(IPv4Network, ("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"))
)  # fmt: skip
# The third quarter of an address whose last one is that of a machine of a site (ISATAP, RFC 5214), but for one bit.
_ISATAP, _ISATAP_MASQUE = 0x0000_5EFE, 0xFDFF_FFFF


def resolve(adresse: Adresse) -> list[str]:
    """Return the IP addresses to connect to; the name is not looked up again.

    Parameters
    ----------
    adresse
        An allowed one: an IP address or ``localhost`` was written as such by the administrator.

    Returns
    -------
    list of str
        IP addresses, in the order to try them.

    Raises
    ------
    DonneesInvalides
        If one of them is not public, for a name that is not ``localhost``.
    OSError
        If the name is not found.
    """
    if is_literal(adresse.hote):
        return [adresse.hote]
    trouvees = [
        str(prise[0])
        for *_, prise in socket.getaddrinfo(adresse.hote, adresse.port, type=socket.SOCK_STREAM)
    ]
    permise = is_loopback if adresse.hote == LOCAL else is_public
    if refusees := [trouvee for trouvee in trouvees if not permise(trouvee)]:
        raise refuse(
            f"WFS {adresse.hote}",
            f"ce nom mène à une adresse qui n'est pas publique ({refusees[0]}) : elle n'est pas appelée.",
            "Si ce service est bien dans votre réseau, l'administrateur écrit cette adresse même dans CPTS_WFS.",
            "wfs_ferme",
        )
    return list(dict.fromkeys(trouvees))[:ADRESSES_MAX]


def is_public(ecrite: str) -> bool:
    """Tell whether an IP address is one of the Internet, and so is the one that it stands for.

    >>> is_public("193.0.14.129"), is_public("10.1.2.3"), is_public("169.254.169.254"), is_public("::ffff:127.0.0.1")
    (True, False, False, False)
    """
    adresse = _read(ecrite)
    if isinstance(adresse, IPv6Address):
        if not any(adresse in reseau for reseau in _POUR_UNE_IPV4):
            return (
                adresse in _DONNEES
                and adresse.scope_id is None
                and not any(adresse in reseau for reseau in _IPV6_A_PART)
                and int(adresse) >> 32 & _ISATAP_MASQUE != _ISATAP
            )
        adresse = IPv4Address(int(adresse) & 0xFFFFFFFF)
    return (
        adresse is not None
        and adresse.is_global
        and not adresse.is_multicast
        and not any(adresse in reseau for reseau in _IPV4_A_PART)
    )


def is_loopback(ecrite: str) -> bool:
    """Tell whether an IP address is that of this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("10.0.0.1")
    (True, True, False)
    """
    adresse = _read(ecrite)
    return adresse is not None and adresse.is_loopback


def _read(ecrite: str) -> IPv4Address | IPv6Address | None:
    try:
        return ipaddress.ip_address(ecrite)
    except ValueError:
        return None
