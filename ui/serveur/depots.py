"""The files that are sent: refused at the door, or counted before the first byte is read."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from geo.couches.limites import TAILLE_COUCHE_MAX_OCTETS
from geo.importation.limites import DEPOTS_MAX_OCTETS, DEPOTS_SESSION_MAX_OCTETS, MIB
from ui.serveur.comptes import Compte

# What frames a file in the body of a request, and what the smallest file costs.
_CADRE_OCTETS = 4 * 1024


@dataclass(frozen=True, slots=True)
class Refus:
    """What is answered instead of what was asked for: a status, and a sentence in French."""

    statut: int
    texte: str


class Depots:
    """The room that files take, and whether one more may come.

    Parameters
    ----------
    may_write
        Tells whether a session may write, or the account of a request.
    stored
        Tells how many bytes each session holds already.
    """

    def __init__(
        self,
        may_write: Callable[[str, Compte | None], bool],
        stored: Callable[[], Mapping[str, int]],
    ) -> None:
        self._may_write = may_write
        self._stored = stored
        self._en_route: Counter[str] = Counter()

    @contextmanager
    def receive(
        self, session: str, longueur: str, compte: Compte | None = None
    ) -> Iterator[Refus | None]:
        """Keep room for a file as long as it comes, or say why it may not.

        Parameters
        ----------
        session
            Whose file it is.
        longueur
            What ``Content-Length`` says; where it says nothing, the largest is expected.
        compte
            Who sends it, where the server has accounts.

        Yields
        ------
        Refus or None
            Why it may not.
        """
        attendus = (
            int(longueur)
            if longueur.isascii() and longueur.isdecimal()
            else TAILLE_COUCHE_MAX_OCTETS
        )
        refus = self._refuse(session, attendus, compte)
        if refus:
            yield refus
            return
        self._en_route[session] += attendus
        try:
            yield None
        finally:
            self._en_route[session] -= attendus
            self._en_route += Counter()

    def _refuse(self, session: str, attendus: int, compte: Compte | None) -> Refus | None:
        if not self._may_write(session, compte):
            return Refus(403, "Cette session ne peut rien importer : aucun fichier n'est reçu.")
        if attendus > TAILLE_COUCHE_MAX_OCTETS + _CADRE_OCTETS:
            return Refus(413, f"Fichier trop gros : {TAILLE_COUCHE_MAX_OCTETS // MIB} Mio au plus.")
        tenus = self._stored()
        if tenus.get(session, 0) + self._en_route[session] + attendus > DEPOTS_SESSION_MAX_OCTETS:
            return Refus(
                413,
                f"Trop de fichiers déposés : {DEPOTS_SESSION_MAX_OCTETS // MIB} Mio au plus. Retirez-en, ou rechargez la page.",
            )
        if sum(tenus.values()) + self._en_route.total() + attendus > DEPOTS_MAX_OCTETS:
            return Refus(
                503,
                "Trop de fichiers sont déposés sur ce serveur en ce moment. Recommencez dans quelques minutes.",
            )
        return None


def stored_bytes() -> dict[str, int]:
    """Return what each session has sent and still holds, in bytes."""
    from streamlit import runtime  # noqa: PLC0415 - heavy, and already loaded when the server starts

    fichiers = runtime.get_instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    return {
        session: sum(len(f.data) + _CADRE_OCTETS for f in list(siens.values()))
        for session, siens in list(fichiers.items())
    }
