"""The answers that are kept, compressed once: those asked for last, within a number of bytes and of answers."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

OCTETS_MAX = 64 * 2**20
ENTREES_MAX = 10_000
# What Python adds to the bytes of an answer and of its key.
_SURPLUS = 1024
# One answer is not to drive all the others out.
_PART_MAX = 8


@dataclass(frozen=True, slots=True)
class Gardee:
    """An answer as it leaves.

    Attributes
    ----------
    statut, media
        Its status and media type.
    corps, compresse
        Its body, and the same with gzip: Streamlit would compress what was left as it is, under the same name.
    etiquette
        Names the body, without quotes.
    """

    statut: int
    media: str
    corps: bytes
    compresse: bytes
    etiquette: str

    @property
    def octets(self) -> int:
        """What it weighs, once it is kept."""
        return _SURPLUS + len(self.corps) + len(self.compresse)


def name_question(*parties: object) -> bytes:
    """Name what was asked: a key that is short, however long the question."""
    return hashlib.sha256(repr(parties).encode()).digest()


def make_gardee(statut: int, media: str, corps: bytes) -> Gardee:
    """Compress an answer, and name it by what it holds."""
    compresse = gzip.compress(corps, compresslevel=6, mtime=0)
    etiquette = hashlib.sha256(media.encode() + b"\0" + corps).hexdigest()[:32]
    return Gardee(statut, media, corps, compresse, etiquette)


class Gardees:
    """The answers, by what :func:`name_question` makes of what was asked."""

    def __init__(self, octets_max: int = OCTETS_MAX, entrees_max: int = ENTREES_MAX) -> None:
        self._max, self._entrees_max = octets_max, entrees_max
        self._octets = 0
        self._verrou = threading.Lock()
        self._par_cle: OrderedDict[bytes, Gardee] = OrderedDict()

    def find(self, cle: bytes) -> Gardee | None:
        """Return the answer to what was asked before."""
        with self._verrou:
            gardee = self._par_cle.get(cle)
            if gardee:
                self._par_cle.move_to_end(cle)
            return gardee

    def keep(self, cle: bytes, gardee: Gardee) -> None:
        """Keep an answer, unless it is too heavy; those asked for long ago make room."""
        if gardee.octets > self._max / _PART_MAX:
            return
        with self._verrou:
            self._drop(cle)
            self._par_cle[cle] = gardee
            self._octets += gardee.octets
            while self._octets > self._max or len(self._par_cle) > self._entrees_max:
                self._drop(next(iter(self._par_cle)))

    def _drop(self, cle: bytes) -> None:
        ancienne = self._par_cle.pop(cle, None)
        self._octets -= ancienne.octets if ancienne else 0
