"""The work of an import in a process of its own: it holds neither the server's time nor its memory.

Reading and checking a national table takes seconds of a processor, all of it Python: in the server's own process
every other session waits meanwhile. Here one process at most works for a server, at a lower priority, within
limits; whoever comes second waits for the first. It is started when it is first asked for, keeps the data in use
between two requests, and goes when it has not been asked for a while.
"""

from __future__ import annotations

import io
import os
import pickle
import struct
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from geo.chargement import load
from geo.erreurs import DonneesInvalides
from geo.importation.environnement import RACINE
from geo.importation.feuille import refuse
from geo.importation.limites import DUREE_MAX_S, MEMOIRE_MAX_OCTETS, MIB
from geo.importation.service import Fichier
from geo.importation.versions import ImportRefuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.atlas import Atlas

_T = TypeVar("_T")
# How often the one who waits looks whether somebody still does.
_PAS_S = 0.1
_OISIF_S = 300.0
_LONGUEUR = struct.Struct("!Q")
_PRIORITE = 10
# Of a table and of a layer alike.
_LES_FICHIERS = "fichiers déposés"
_ALLEGER = (
    "N'y garder que ce qui est à lire : d'une table, ses communes et ses colonnes ; d'une couche, les formes des "
    "CPTS, simplifiées au besoin"
)


class TravailAbandonne(Exception):
    """Nobody waits for the work any more: it was stopped."""


class Atelier:
    """The process that works for a server: see :meth:`run`."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._processus: subprocess.Popen[bytes] | None = None
        self._minuterie: threading.Timer | None = None

    def run(
        self,
        fonction: Callable[..., _T],
        *arguments: Any,
        dossier: Path,
        atlas: Atlas,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> _T:
        """Call a function in the process, and return what it returns.

        Parameters
        ----------
        fonction
            Of a module, so that its name is enough to find it.
        arguments
            What can be pickled. `atlas` itself is not sent: the process reads it from its folder.
        dossier
            Folder of the data in use.
        atlas
            What was read from it.
        goes_on
            Asked often; once it says no the process is stopped.

        Raises
        ------
        DonneesInvalides, ImportRefuse
            As the function does; or if it passes a limit of time or memory.
        TravailAbandonne
            If `goes_on` said no.
        RuntimeError
            With its traceback, whatever else the function raises.
        """
        while not self._verrou.acquire(timeout=_PAS_S):
            _check(goes_on)
        try:
            if self._minuterie is not None:
                self._minuterie.cancel()
            statut, resultat = self._ask((fonction, arguments, dossier, atlas), goes_on)
        finally:
            self._minuterie = threading.Timer(_OISIF_S, self._rest)
            self._minuterie.daemon = True
            self._minuterie.start()
            self._verrou.release()
        if statut == "fait":
            rendu: _T = resultat
            return rendu
        if statut == "invalides":
            raise DonneesInvalides(resultat)
        if statut == "refus":
            raise ImportRefuse(resultat)
        raise RuntimeError(resultat)

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._processus is not None:
            self._processus.kill()
            for flux in (self._processus.stdin, self._processus.stdout):
                with suppress(OSError):
                    flux.close()  # type: ignore[union-attr]
            self._processus.wait()
            self._processus = None

    def _rest(self) -> None:
        if self._verrou.acquire(blocking=False):
            try:
                self.stop()
            finally:
                self._verrou.release()

    def _ask(
        self, demande: tuple[Any, Any, Path, Atlas], goes_on: Callable[[], bool]
    ) -> tuple[str, Any]:
        processus = self._start()
        connus = _shared(*demande[1:])
        # The files are sent; of a request, only the data in use are known to the process.
        envoi = _dumps(demande, {nom: objet for nom, objet in connus.items() if nom[0] == "atlas"})
        reponse: list[bytes | None] = []

        def exchange() -> None:
            with suppress(OSError):
                _write(processus.stdin, envoi)  # type: ignore[arg-type]
                reponse.append(_read(processus.stdout))  # type: ignore[arg-type]

        attente = threading.Thread(target=exchange, daemon=True)
        attente.start()
        reste = DUREE_MAX_S
        while attente.is_alive():
            attente.join(_PAS_S)
            reste -= _PAS_S
            if reste < 0 or not goes_on():
                self.stop()
                attente.join()
                _check(goes_on)
                raise refuse(
                    _LES_FICHIERS,
                    f"leur traitement dépasse la durée admise ({DUREE_MAX_S:.0f} s).",
                    f"{_ALLEGER}, ou recommencer plus tard.",
                )
        if not reponse or reponse[0] is None:
            self.stop()
            raise _too_large()
        recu: tuple[str, Any] = _loads(reponse[0], connus.__getitem__)
        return recu

    def _start(self) -> subprocess.Popen[bytes]:
        if self._processus is not None and self._processus.poll() is not None:
            self.stop()
        if self._processus is None:
            self._processus = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", __name__],
                cwd=RACINE,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._processus


def _check(goes_on: Callable[[], bool]) -> None:
    if not goes_on():
        raise TravailAbandonne


def _too_large() -> DonneesInvalides:
    return refuse(
        _LES_FICHIERS,
        f"leur traitement demande plus de mémoire que la limite ({MEMOIRE_MAX_OCTETS // MIB} Mio).",
        f"{_ALLEGER}.",
    )


def _shared(arguments: Any, dossier: Path, atlas: Atlas) -> dict[tuple[Any, ...], Any]:
    """Name what both sides have once a request is read: the data in use, and its files, in order."""
    listes = [argument for argument in arguments if isinstance(argument, (list, tuple))]
    fichiers = [f for liste in listes for f in liste if isinstance(f, Fichier)]
    sol = {("sol", nom): getattr(atlas, nom) for nom in ("communes", "frontieres")}
    return {
        ("atlas", str(dossier), atlas.empreinte): atlas,
        # What an import makes has the same ground, where its communes are the same.
        **sol,
        **{("fichier", rang): fichier for rang, fichier in enumerate(fichiers)},
    }


class _Emballeur(pickle.Pickler):
    """Write the name of what the other side has, instead of sending it."""

    noms: dict[int, tuple[Any, ...]]

    def persistent_id(self, objet: Any) -> tuple[Any, ...] | None:
        return self.noms.get(id(objet))


class _Deballeur(pickle.Unpickler):
    find: Callable[[tuple[Any, ...]], Any]

    def persistent_load(self, nom: tuple[Any, ...]) -> Any:
        return self.find(nom)


def _dumps(objet: Any, connus: dict[tuple[Any, ...], Any]) -> bytes:
    flux = io.BytesIO()
    emballeur = _Emballeur(flux, protocol=pickle.HIGHEST_PROTOCOL)
    emballeur.noms = {id(connu): nom for nom, connu in connus.items()}
    emballeur.dump(objet)
    return flux.getvalue()


def _loads(octets: bytes, find: Callable[[tuple[Any, ...]], Any]) -> Any:
    deballeur = _Deballeur(io.BytesIO(octets))
    deballeur.find = find
    return deballeur.load()


def _write(flux: BinaryIO, octets: bytes) -> None:
    flux.write(_LONGUEUR.pack(len(octets)))
    flux.write(octets)
    flux.flush()


def _read(flux: BinaryIO) -> bytes | None:
    """Return what the other side wrote; nothing where it is gone."""
    entete = flux.read(_LONGUEUR.size)
    if len(entete) < _LONGUEUR.size:
        return None
    octets = flux.read(_LONGUEUR.unpack(entete)[0])
    return octets if len(octets) == _LONGUEUR.unpack(entete)[0] else None


class _Donnees:
    """The data in use, as the process last read them."""

    def __init__(self) -> None:
        self.atlas: Atlas | None = None

    def find(self, nom: tuple[Any, ...]) -> Atlas:
        _, dossier, empreinte = nom
        if self.atlas is None or self.atlas.empreinte != empreinte:
            self.atlas = load(Path(dossier))
        if self.atlas.empreinte != empreinte:
            raise ImportRefuse("Les données en usage ont changé entre-temps. Recommencer.")
        return self.atlas


def _work(demande: bytes, donnees: _Donnees) -> bytes:
    connus: dict[tuple[Any, ...], Any] = {}
    reponse: tuple[str, Any]
    try:
        fonction, arguments, dossier, atlas = _loads(demande, donnees.find)
        connus = _shared(arguments, dossier, atlas)
        reponse = "fait", fonction(*arguments)
    except DonneesInvalides as erreur:
        reponse = "invalides", erreur.problemes
    except ImportRefuse as erreur:
        reponse = "refus", str(erreur)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - told to the one who asked, who raises it
        reponse = "erreur", traceback.format_exc()
    return _dumps(reponse, connus)


def _limit_memory() -> None:
    """Let the process take so much more than its libraries do; Windows has no such limit."""
    with suppress(ImportError, OSError):
        import resource  # noqa: PLC0415 - of Unix only

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        permis = pages * resource.getpagesize() + MEMOIRE_MAX_OCTETS
        resource.setrlimit(resource.RLIMIT_AS, (permis, permis))


def main() -> None:
    """Answer requests until there are no more: the process of :class:`Atelier`."""
    entree, sortie = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Nothing that is printed may slip between two answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if hasattr(os, "nice"):
        os.nice(_PRIORITE)
    _limit_memory()
    donnees = _Donnees()
    while (demande := _read(entree)) is not None:
        _write(sortie, _work(demande, donnees))


if __name__ == "__main__":
    main()
