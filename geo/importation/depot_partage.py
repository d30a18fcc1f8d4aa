"""Versions of several servers: PostgreSQL has them whole, and says which is in use; a folder is a copy.

    var/data-1f0c9a2b/
        copies/5f2a…/3/          the files of version 3, brought from the base, or published from here
        en_usage.json            the versions, and the one in use, when the base last answered
        preparation-2-x7d1…/     being written, as where there is no base

A copy is named by what is in it, and looked through once by each process: one that was damaged is mended.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.dialects.postgresql import insert

from geo.base import schema
from geo.base.erreurs import BaseIndisponible
from geo.base.trace import note_acte
from geo.base.veille import Veille
from geo.disque import last_use, say_used, serves_no_more
from geo.erreurs import DonneesInvalides, Probleme, Severite
from geo.importation.depot import (
    FICHIERS_DE_DONNEES,
    Depot,
    ImportRefuse,
    Version,
    refuse_untraced,
    tell_import,
    tell_return,
)
from geo.importation.environnement import command_name
from geo.systeme import tell_cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection

    from geo.base.connexion import Base
    from geo.importation.depot import Meta

_JOURNAL = logging.getLogger("atlas.base")
_COPIES = "copies"
_EN_USAGE = "en_usage.json"
_ARRIVEE = "arrivee-"
_VERROU_COPIES = "verrou-copies"
# Another process of this machine brings the same version: after this its disk or the network is stuck.
_ATTENTE_COPIE_S = 120
_CLE = 16
_OUBLI = "oubli-"
# What could not be brought is asked for again after that, not by each page.
_REPRISE_COPIE_S = 10

_JOURNAL = logging.getLogger(__name__)

_verifiees: set[Path] = set()


class Fichier(NamedTuple):
    """A file of a version: its place, the SHA-256 of its content, and its time of change, by which an atlas is known."""

    chemin: str
    empreinte: str
    modifie_ns: int


@dataclass(frozen=True, slots=True)
class Etat:
    """What the base says of versions.

    Attributes
    ----------
    numero
        Of the one in use; 0 is the base of the data.
    contenu
        Tells its files from any others; empty for the base of the data.
    versions
        All of them, the latest first.
    """

    numero: int
    contenu: str = ""
    versions: tuple[Version, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Say all of it, as plain values."""
        versions = [version.describe() for version in self.versions]
        return {"numero": self.numero, "contenu": self.contenu, "versions": versions}

    @classmethod
    def read(cls, dit: Mapping[str, Any]) -> Etat:
        """Read what :meth:`describe` says.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is none.
        """
        numero = int(dit["numero"])
        versions = (Version.read(v, actuelle=v["numero"] == numero) for v in dit["versions"])
        return cls(numero, str(dit["contenu"]), tuple(versions))


class DepotPartage(Depot):
    """The versions of a PostgreSQL: see :class:`geo.importation.depot.Depot`.

    Parameters
    ----------
    var, base
        As for `Depot`: where copies are kept, and the data that imports start from, the same on every server.
    partage
        Where versions are.
    """

    def __init__(self, var: Path, base: Path, partage: Base) -> None:
        super().__init__(var, base)
        self._partage = partage
        self._veille: Veille[Etat] | None = None
        self._entiere: Path | None = None
        self._manquee: tuple[Etat, float] | None = None

    @property
    def en_retard(self) -> bool:
        """Whether what is in use could not be brought here, and the version before is shown meanwhile."""
        return self._manquee is not None

    def watch(self) -> Veille[Etat]:
        """Hear of every switch from now on, as a server does; the command line asks each time instead."""
        if self._veille is None:
            self._veille = Veille(self._partage, read_etat, self._bring_beforehand)
            self._veille.start()
        return self._veille

    def actuel(self) -> Path:
        """Return the folder in use, brought here if need be; a server that cannot goes on with the one before.

        Raises
        ------
        DonneesInvalides
            If the base does not answer, or the disk is full, and no version is here whole.
        """
        etat = self._etat()
        avant = self._entiere
        if avant is not None and self._has_just_failed(etat):
            return avant
        try:
            return self._copy(etat)
        except (BaseIndisponible, OSError, Timeout) as erreur:
            if (avant := self._go_on(etat, erreur)) is None:
                if isinstance(erreur, BaseIndisponible):
                    raise _unreadable(str(erreur)) from erreur
                raise _uncopied(self.dossier, erreur) from erreur
            return avant

    def _has_just_failed(self, etat: Etat) -> bool:
        if self._manquee is None:
            return False
        manque, le = self._manquee
        return manque == etat and time.monotonic() - le < _REPRISE_COPIE_S

    def _go_on(self, etat: Etat, erreur: Exception) -> Path | None:
        """Return the last version that is here whole, of a server; nothing where there is none."""
        avant = self._entiere
        if avant is None and self._veille is not None and (connu := self._last_known()):
            copie = self._place(connu.numero, connu.contenu) if connu.numero else self.base
            if not connu.numero or digest_fichiers(list_fichiers(copie)) == connu.contenu:
                avant = self._entiere = copie
        if avant is None or self._veille is None:
            return None
        _JOURNAL.warning(
            "La version %s des données n'a pas pu être copiée sur ce serveur : %s Celle d'avant reste montrée ; "
            "nouvel essai dans %s secondes.",
            etat.numero,
            _tell_cause(erreur),
            _REPRISE_COPIE_S,
        )
        self._manquee = etat, time.monotonic()
        return avant

    def versions(self) -> list[Version]:
        """Return the versions that are kept, the latest first; the base is not among them.

        Raises
        ------
        DonneesInvalides
            If the base does not answer, and nothing is known of them.
        """
        return list(self._etat().versions)

    def publish(self, prepared: Path, meta: Meta) -> Version:
        """Put a folder that was prepared in use, for every server: see :meth:`Depot.publish`."""
        with self.lock():
            depuis = self._started_from(prepared)
            fichiers = list_fichiers(prepared)
            contenu = digest_fichiers(fichiers)
            try:
                with self._partage.write(long=True) as connexion:
                    _check_still(connexion, depuis)
                    _send(connexion, prepared, fichiers)
                    _check_still(connexion, depuis, lock=True)
                    version = meta.as_version(_next_number(connexion))
                    add_version(connexion, version, contenu, fichiers)
                    note_acte(connexion, **tell_import(version, meta))
                    point(connexion, version.numero, version.numero)
            except BaseIndisponible as erreur:
                raise refuse_untraced(erreur) from erreur
            # It is published: what cannot be kept here is brought when it is asked for.
            with suppress(OSError):
                copie = self._place(version.numero, contenu)
                copie.parent.mkdir(parents=True, exist_ok=True)
                prepared.rename(copie)
                _verifiees.add(copie)
        self.discard(prepared)
        self._refresh()
        return version

    def restore(self, numero: int, *, auteur: str = "", identifiant: str = "") -> None:
        """Put an earlier version in use again, for every server: see :meth:`Depot.restore`."""
        with self.lock():
            try:
                with self._partage.write() as connexion:
                    pointeur = _read_pointeur(connexion, lock=True)
                    self._check_known(numero, read_versions(connexion, pointeur.numero))
                    note_acte(connexion, **tell_return(numero, auteur, identifiant))
                    point(connexion, numero, pointeur.dernier)
            except BaseIndisponible as erreur:
                raise refuse_untraced(erreur) from erreur
        self._refresh()

    def _etat(self) -> Etat:
        if self._veille is None:
            try:
                with self._partage.read() as connexion:
                    return read_etat(connexion)
            except BaseIndisponible as erreur:
                raise _unreadable(str(erreur)) from erreur
        etat = self._veille.valeur or self._last_known()
        if etat is None:
            raise _unreadable("La base de données ne répond pas.")
        return etat

    def _refresh(self) -> None:
        if self._veille is not None:
            # What is written is: at worst this server hears of it as the others do.
            with suppress(BaseIndisponible), self._partage.read() as connexion:
                self._veille.refresh(connexion)

    def _bring_beforehand(self, etat: Etat) -> None:
        """Bring what is in use before a page asks for it, and remember what it was for a day without the base."""
        try:
            self._copy(etat)
            provisoire = self.dossier / f"{_EN_USAGE}.{os.getpid()}.tmp"
            self.dossier.mkdir(parents=True, exist_ok=True)
            provisoire.write_text(json.dumps(etat.describe()))
            provisoire.replace(self.dossier / _EN_USAGE)
        except BaseIndisponible as erreur:
            _JOURNAL.warning("%s", erreur.administrateur)
        except (OSError, Timeout) as erreur:
            _JOURNAL.warning("%s", _uncopied(self.dossier, erreur))

    def _last_known(self) -> Etat | None:
        try:
            lu = json.loads((self.dossier / _EN_USAGE).read_text(encoding="utf-8"))
            return Etat.read(lu)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _place(self, numero: int, contenu: str) -> Path:
        return self.dossier / _COPIES / contenu[:_CLE] / str(numero)

    def _copy(self, etat: Etat) -> Path:
        """Return the folder of what is in use, brought or mended where it must be."""
        copie = self._place(etat.numero, etat.contenu) if etat.numero else self.base
        if etat.numero and not (copie in _verifiees and copie.is_dir()):
            copie.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.dossier / _VERROU_COPIES, timeout=_ATTENTE_COPIE_S):
                self._forget_old(copie)
                trouves = list_fichiers(copie)
                if digest_fichiers(trouves) != etat.contenu:
                    self._bring(etat, copie, trouves)
                _verifiees.add(copie)
        if etat.numero:
            say_used(copie.parent)
        self._entiere, self._manquee = copie, None
        return copie

    def _forget_old(self, voulue: Path) -> None:
        """Remove the copies that nobody shows any more: neither the one that is wanted, nor the one before."""
        autres = sorted(
            (autre for autre in (self.dossier / _COPIES).glob("*/") if autre != voulue.parent),
            key=last_use,
        )
        montree = self._entiere.parent if self._entiere else None
        for autre in autres[:-1]:
            if autre != montree and serves_no_more(autre):
                # Whole, or not there: whoever comes back to it brings it again.
                oubli = autre.with_name(f"{_OUBLI}{autre.name.removeprefix(_OUBLI)}")
                with suppress(OSError):
                    autre.rename(oubli)
                _verifiees.difference_update({p for p in _verifiees if p.parent == autre})
                shutil.rmtree(oubli, ignore_errors=True)

    def _bring(self, etat: Etat, copie: Path, trouves: Iterable[Fichier]) -> None:
        """Bring from the base what a copy lacks; a folder that is new appears whole."""
        entiers = {fichier.chemin: fichier.empreinte for fichier in trouves}
        with self._partage.read(long=True) as connexion:
            voulus = _read_fichiers(connexion, etat.numero)
            if digest_fichiers(voulus) != etat.contenu:
                raise BaseIndisponible(
                    f"Les fichiers de la version {etat.numero} ne sont pas ceux qui ont été publiés. Remettez une "
                    "sauvegarde de la base de données."
                )
            # Left by a process that died; the lock says that nobody else is here.
            for reste in copie.parent.glob(f"{_ARRIVEE}*"):
                shutil.rmtree(reste, ignore_errors=True)
            neuf = Path(tempfile.mkdtemp(prefix=_ARRIVEE, dir=copie.parent))
            try:
                for fichier in voulus:
                    if entiers.get(fichier.chemin) != fichier.empreinte:
                        _write_fichier(neuf, fichier, _read_contenu(connexion, fichier))
                if copie.exists():
                    for chemin in entiers.keys() - {fichier.chemin for fichier in voulus}:
                        (copie / chemin).unlink()
                    for arrive in list_fichiers(neuf):
                        (copie / arrive.chemin).parent.mkdir(exist_ok=True)
                        (neuf / arrive.chemin).replace(copie / arrive.chemin)
                else:
                    neuf.chmod(self.dossier.stat().st_mode & 0o777)
                    neuf.rename(copie)
            finally:
                shutil.rmtree(neuf, ignore_errors=True)


class _Pointeur(NamedTuple):
    numero: int
    dernier: int


def read_etat(connexion: Connection) -> Etat:
    """Read what the base says of versions."""
    pointeur = _read_pointeur(connexion)
    versions = read_versions(connexion, pointeur.numero)
    contenu = connexion.execute(
        sa.select(schema.versions.c.contenu).where(schema.versions.c.numero == pointeur.numero)
    ).scalar()
    return Etat(pointeur.numero, contenu or "", tuple(versions))


def read_versions(connexion: Connection, courant: int) -> list[Version]:
    """Read the versions, the latest first.

    Parameters
    ----------
    connexion
        To the base.
    courant
        The number of the one in use.
    """
    table = schema.versions
    lignes = connexion.execute(sa.select(table).order_by(table.c.numero.desc())).mappings().all()
    return [Version.read(dict(ligne), actuelle=ligne["numero"] == courant) for ligne in lignes]


def list_fichiers(dossier: Path) -> list[Fichier]:
    """List the data files of a folder, whatever it holds beside them; none where there is none."""
    chemins = {chemin for motif in FICHIERS_DE_DONNEES for chemin in dossier.glob(motif)}
    return [
        Fichier(
            chemin.relative_to(dossier).as_posix(),
            hashlib.sha256(chemin.read_bytes()).hexdigest(),
            chemin.stat().st_mtime_ns,
        )
        for chemin in sorted(chemins)
    ]


def digest_fichiers(fichiers: Iterable[Fichier]) -> str:
    """Tell files from any others by their places and their contents."""
    dits = sorted(f"{fichier.empreinte}  {fichier.chemin}\n" for fichier in fichiers)
    return hashlib.sha256("".join(dits).encode()).hexdigest()


def _read_pointeur(connexion: Connection, *, lock: bool = False) -> _Pointeur:
    demande = sa.select(schema.pointeur.c.numero, schema.pointeur.c.dernier)
    return _Pointeur(*connexion.execute(demande.with_for_update() if lock else demande).one())


def _check_still(connexion: Connection, depuis: int, *, lock: bool = False) -> None:
    """Refuse an import of which what it started from is no longer in use; with a lock, it stays so until the end."""
    if _read_pointeur(connexion, lock=lock).numero != depuis:
        raise ImportRefuse(
            "Les données en usage ont changé entre-temps, par un autre import ou un retour à une "
            "autre version. Recommencer l'import."
        )


def _next_number(connexion: Connection) -> int:
    return _read_pointeur(connexion).dernier + 1


def _send(connexion: Connection, dossier: Path, fichiers: Iterable[Fichier]) -> None:
    """Send the contents that the base has not; several versions share those of files that do not change."""
    table = schema.contenus
    par_empreinte = {fichier.empreinte: fichier.chemin for fichier in fichiers}
    deja = connexion.execute(
        sa.select(table.c.empreinte).where(table.c.empreinte.in_(par_empreinte))
    ).scalars()
    # In one order for all, so that two that send the same wait for each other once.
    for empreinte in sorted(par_empreinte.keys() - set(deja)):
        octets = (dossier / par_empreinte[empreinte]).read_bytes()
        connexion.execute(
            insert(table).values(empreinte=empreinte, octets=octets).on_conflict_do_nothing()
        )


def add_version(
    connexion: Connection, version: Version, contenu: str, fichiers: Iterable[Fichier]
) -> None:
    """Add a version, whose contents are there already."""
    connexion.execute(sa.insert(schema.versions).values(version.describe() | {"contenu": contenu}))
    connexion.execute(
        sa.insert(schema.version_fichiers),
        [{"numero": version.numero, **fichier._asdict()} for fichier in fichiers],
    )


def point(connexion: Connection, numero: int, dernier: int) -> None:
    """Say which version is in use, to whoever listens too, once this transaction is done."""
    connexion.execute(sa.update(schema.pointeur).values(numero=numero, dernier=dernier))
    connexion.execute(sa.select(sa.func.pg_notify(schema.CANAL, str(numero))))


def _read_fichiers(connexion: Connection, numero: int) -> list[Fichier]:
    table = schema.version_fichiers
    return [
        Fichier(*ligne)
        for ligne in connexion.execute(
            sa.select(table.c.chemin, table.c.empreinte, table.c.modifie_ns).where(
                table.c.numero == numero
            )
        )
    ]


def _read_contenu(connexion: Connection, fichier: Fichier) -> bytes:
    table = schema.contenus
    octets: bytes = connexion.execute(
        sa.select(table.c.octets).where(table.c.empreinte == fichier.empreinte)
    ).scalar_one()
    if hashlib.sha256(octets).hexdigest() != fichier.empreinte:
        raise BaseIndisponible(
            f"Le fichier {fichier.chemin} est endommagé dans la base de données. Remettez-en une sauvegarde."
        )
    return octets


def _write_fichier(dossier: Path, fichier: Fichier, octets: bytes) -> None:
    chemin = dossier / fichier.chemin
    chemin.parent.mkdir(exist_ok=True)
    with chemin.open("wb") as ecrit:
        ecrit.write(octets)
        ecrit.flush()
        os.fsync(ecrit.fileno())
    # Every server then knows the same data by the same name.
    os.utime(chemin, ns=(fichier.modifie_ns, fichier.modifie_ns))


def _uncopied(dossier: Path, erreur: OSError | Timeout) -> DonneesInvalides:
    if isinstance(erreur, Timeout):
        cause = "un autre programme la fait depuis trop longtemps"
        remede = "Vérifier que le disque et la base de données répondent, puis recommencer."
    elif erreur.errno in (errno.ENOSPC, errno.EDQUOT):
        cause, remede = tell_cause(erreur), "Libérer de la place, puis recommencer."
    else:
        cause, remede = tell_cause(erreur), "Vérifier les droits d'accès, puis recommencer."
    message = f"la copie des données en service n'a pas pu y être écrite ({cause})."
    return DonneesInvalides([Probleme(Severite.BLOQUANT, str(dossier), message, remede)])


def _tell_cause(erreur: Exception) -> str:
    if isinstance(erreur, Timeout):
        return (
            "Un autre processus de ce serveur tient les copies des données depuis trop longtemps."
        )
    return tell_cause(erreur).capitalize() + "." if isinstance(erreur, OSError) else str(erreur)


def _unreadable(message: str) -> DonneesInvalides:
    return DonneesInvalides(
        [
            Probleme(
                Severite.BLOQUANT,
                "base de données",
                message,
                f"Attendre qu'elle réponde, ou prévenir l'administrateur (« {command_name()} base etat »).",
            )
        ]
    )
