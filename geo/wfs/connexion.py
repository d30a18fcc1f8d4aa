"""One exchange with a service: to an address that was checked, with the certificate of its name, and never for long.

:mod:`http.client` is enough: it follows no redirect, reads no proxy from the environment, keeps no cookie.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import zlib
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.wfs.adresses import PORTS
from geo.wfs.erreurs import refuse
from geo.wfs.limites import CONNEXION_S, LECTURE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geo.wfs.adresses import Adresse

_MORCEAU = 64 * 1024
# How often it is looked at whether the answer is still wanted.
_PAS_S = 0.1
_ENTETES = {
    "Accept": "application/json, application/xml;q=0.9, */*;q=0.1",
    "Accept-Encoding": "gzip",
    "Connection": "close",
    "User-Agent": "atlas-cpts",
}


class Coupure(Exception):
    """The exchange failed in a way that another try may mend; its text ends a French sentence."""


@dataclass(frozen=True, slots=True)
class Reponse:
    """What a service answered: status, kind of content, where it sends to, and the content, decompressed."""

    statut: int
    genre: str
    lieu: str
    contenu: bytes


def exchange(
    adresse: Adresse, ips: Sequence[str], cible: str, maximum: int, is_over: Callable[[], bool]
) -> Reponse:
    """Ask once, and read the answer.

    Parameters
    ----------
    adresse
        The service: its host is in the request, and its certificate must be that of its host.
    ips
        What to connect to, in turn.
    cible
        Path and parameters.
    maximum
        Bytes of the answer, once decompressed.
    is_over
        Asked often, from another thread; once it says yes the connection is cut.

    Raises
    ------
    Coupure
        If there is no whole answer.
    DonneesInvalides
        If it is too large, or if the certificate is not that of the host.
    """
    connexion = _Connexion(adresse, ips)
    try:
        with _watch(connexion, is_over):
            connexion.request("GET", cible, headers=_ENTETES)
            with closing(connexion.getresponse()) as reponse:
                contenu = _read(reponse, maximum, adresse.hote)
    except ssl.SSLCertVerificationError as erreur:
        raise refuse(
            f"WFS {adresse.hote}",
            "son certificat n'est pas reconnu : rien ne lui est demandé.",
            "À faire corriger par qui tient ce service.",
            "wfs_injoignable",
        ) from erreur
    except TimeoutError as erreur:
        raise Coupure("il n'a pas répondu à temps") from erreur
    except ConnectionRefusedError as erreur:
        raise Coupure("il refuse la connexion") from erreur
    except (OSError, http.client.HTTPException, zlib.error) as erreur:
        raise Coupure("sa réponse a été coupée ou n'est pas du HTTP") from erreur
    finally:
        connexion.close()
    return Reponse(
        reponse.status,
        reponse.headers.get_content_type(),
        reponse.headers.get("Location", ""),
        contenu,
    )


class _Connexion(http.client.HTTPConnection):
    """A connection to addresses that were looked up already."""

    def __init__(self, adresse: Adresse, ips: Sequence[str]) -> None:
        # The header « Host » leaves out the port that goes without saying.
        self.default_port = PORTS[adresse.schema]
        super().__init__(adresse.hote, adresse.port)
        self._adresse, self._ips = adresse, ips
        # Unlike `sock`, it is not let go of once the answer begins.
        self.prise: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the first address that answers."""
        prise = self._reach()
        prise.settimeout(LECTURE_S)
        self.prise = self.sock = prise
        if self._adresse.schema == "https":
            # What watches may cut the handshake too.
            chiffree = ssl.create_default_context().wrap_socket(
                prise, server_hostname=self._adresse.hote, do_handshake_on_connect=False
            )
            self.prise = self.sock = chiffree
            chiffree.do_handshake()

    def _reach(self) -> socket.socket:
        derniere: OSError = ConnectionRefusedError()
        for ip in self._ips:
            try:
                return socket.create_connection((ip, self._adresse.port), CONNEXION_S)
            except OSError as erreur:
                derniere = erreur
        raise derniere


@contextmanager
def _watch(connexion: _Connexion, is_over: Callable[[], bool]) -> Iterator[None]:
    """Cut the connection once nobody waits: a read that blocks, or drips, ends at once."""
    fini = threading.Event()

    def look() -> None:
        while not fini.wait(_PAS_S):
            if connexion.prise is not None and is_over():
                # Not that of ssl, which takes its state away from the thread that reads.
                with suppress(OSError):
                    socket.socket.shutdown(connexion.prise, socket.SHUT_RDWR)

    veilleur = threading.Thread(target=look, daemon=True)
    veilleur.start()
    try:
        yield
    finally:
        fini.set()
        veilleur.join()


def _read(reponse: http.client.HTTPResponse, maximum: int, hote: str) -> bytes:
    codage = reponse.headers.get("Content-Encoding", "identity").strip().lower()
    if codage not in ("identity", "gzip", ""):
        raise refuse(
            f"WFS {hote}",
            f"sa réponse est dans un codage qui n'a pas été demandé (« {codage[:20]} »).",
            "À signaler à qui tient ce service.",
        )
    attendus, recus = reponse.length, 0
    gzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if codage == "gzip" else None
    contenu = bytearray()
    while morceau := reponse.read1(_MORCEAU):
        recus += len(morceau)
        # One byte too many tells it, and a bomb is not blown up further.
        contenu += gzip.decompress(morceau, maximum - len(contenu) + 1) if gzip else morceau
        if len(contenu) > maximum:
            raise refuse(
                f"WFS {hote}",
                "sa réponse dépasse la taille admise.",
                "Demander une couche plus légère (simplifiée, ou d'une seule région), ou importer un fichier.",
            )
    if (attendus is not None and recus < attendus) or (gzip and not gzip.eof):
        raise Coupure("sa réponse a été coupée")
    return bytes(contenu)
