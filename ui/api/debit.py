"""How often one client may ask: a bucket of tokens each, of a bounded number of clients."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

# A burst is so many seconds of the rate.
RAFALE = 3
# Whoever asks from more addresses than that begins anew, with a full bucket.
CLIENTS_MAX = 10_000
# What one subscriber has of IPv6.
_PREFIXE_IPV6 = 64
# A client that is not named by an address has a name no longer than one.
_NOM_MAX = 45


class Debit:
    """The buckets.

    Parameters
    ----------
    par_seconde
        Requests a second, in the long run; a burst may be :data:`RAFALE` times as much.
    horloge
        In seconds; by default a clock that never goes back.
    """

    def __init__(self, par_seconde: float, horloge: Callable[[], float] = time.monotonic) -> None:
        self._rythme = par_seconde
        self._pleins = max(1.0, par_seconde * RAFALE)
        self._horloge = horloge
        self._verrou = threading.Lock()
        self._seaux: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """Take one token.

        Parameters
        ----------
        client
            The address of whoever asks.

        Returns
        -------
        float
            0 where there was one; else how many seconds to wait for the next.
        """
        cle, instant = _name(client), self._horloge()
        with self._verrou:
            reste, vu = self._seaux.pop(cle, (self._pleins, instant))
            reste = min(self._pleins, reste + (instant - vu) * self._rythme)
            refuse = reste < 1
            self._seaux[cle] = (reste if refuse else reste - 1, instant)
            if len(self._seaux) > CLIENTS_MAX:
                self._seaux.popitem(last=False)
        return (1 - reste) / self._rythme if refuse else 0.0


def _name(client: str) -> str:
    """Name a client by its address, or by the network that a subscriber has of IPv6, in a bounded text.

    >>> _name("192.0.2.7"), _name("2001:db8:1:2:3:4:5:6"), _name("unix:")
    ('192.0.2.7', '2001:db8:1:2::/64', 'unix:')
    >>> _name("::ffff:192.0.2.7"), len(_name("x" * 9999)), _name(f"fe80::1%{'x' * 9999}")
    ('192.0.2.7', 45, 'fe80::/64')
    """
    try:
        adresse = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client[:_NOM_MAX]
    if isinstance(adresse, ipaddress.IPv6Address) and adresse.ipv4_mapped:
        adresse = adresse.ipv4_mapped
    if isinstance(adresse, ipaddress.IPv4Address):
        return str(adresse)
    return str(ipaddress.ip_network((adresse, _PREFIXE_IPV6), strict=False))
