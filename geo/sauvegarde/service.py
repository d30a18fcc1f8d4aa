"""Makes a backup, and restores one: what the commands do, whatever the storage."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.base.temps import tell_time
from geo.erreurs import DonneesInvalides, Probleme, Severite
from geo.importation.depot import ImportRefuse, told
from geo.sauvegarde.archive import PROVISOIRE, Archive, write_archive
from geo.sauvegarde.etat import read_etat, write_etat
from geo.sauvegarde.stockage import Origine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo.sauvegarde.archive import Manifeste
    from geo.sauvegarde.etat import Etat
    from geo.sauvegarde.stockage import Photo, Stockage

EXTENSION = ".tar.gz"
_ABANDON_S = 24 * 3600
# By its date alone, so that those of a folder are known, and are in order, by their names.
_DATE = "%Y-%m-%d_%H-%M-%S"
_AUTOMATIQUE = re.compile(
    rf"atlas-cpts_[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}_[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}{re.escape(EXTENSION)}"
)


@dataclass(frozen=True, slots=True)
class Faite:
    """A backup that was made: where, what it holds, and what its manifest says."""

    chemin: Path
    etat: Etat
    manifeste: Manifeste


@dataclass(frozen=True, slots=True)
class Restauree:
    """What was restored, and the backup of what it has replaced, if there was anything."""

    etat: Etat
    faite_le: dt.datetime
    remplacee: Path | None


def make_backup(stockage: Stockage, vers: Path) -> Faite:
    """Write all that a storage holds at one moment to an archive.

    Parameters
    ----------
    stockage
        What to save.
    vers
        The file, replaced if it exists; or a folder, in which it is named after its date.

    Raises
    ------
    ImportRefuse
        If it cannot be written; nothing is left of it.
    """
    chemin = vers / automatic_name(dt.datetime.now(dt.UTC)) if vers.is_dir() else vers
    with stockage.photograph() as photo:
        return _write(photo, chemin)


def automatic_name(instant: dt.datetime) -> str:
    """Name a backup after its date.

    >>> automatic_name(dt.datetime(2026, 11, 30, 2, 30, tzinfo=dt.UTC))
    'atlas-cpts_2026-11-30_02-30-00.tar.gz'
    """
    return f"atlas-cpts_{instant.astimezone(dt.UTC):{_DATE}}{EXTENSION}"


def remove_oldest(dossier: Path, gardees: int) -> list[Path]:
    """Remove the oldest of the backups of a folder that are named after their date, but so many, and return them.

    What a backup that was killed has left goes too, a day later.

    Raises
    ------
    ImportRefuse
        If one cannot be removed.
    """
    datees = sorted(p for p in dossier.iterdir() if _AUTOMATIQUE.fullmatch(p.name))
    otees = datees[: max(0, len(datees) - gardees)]
    with told("Une ancienne sauvegarde n'a pas pu être ôtée"):
        for chemin in otees:
            chemin.unlink()
        for reste in dossier.glob(f"{PROVISOIRE}*"):
            if time.time() - reste.stat().st_mtime > _ABANDON_S:
                reste.unlink()
    return otees


def restore_backup(
    stockage: Stockage,
    chemin: Path,
    *,
    auteur: str,
    remplacer: bool,
    step: Callable[[str], None],
) -> Restauree:
    """Put what an archive holds in a storage, all of it or nothing.

    Parameters
    ----------
    stockage
        Where to.
    chemin
        The archive.
    auteur
        Who restores it.
    remplacer
        Whether what is there may be replaced; it is saved first, beside the archive.
    step
        Told what is being done.

    Raises
    ------
    DonneesInvalides
        If the archive cannot be restored: every reason. Nothing was touched.
    ImportRefuse
        If there is something there already, or if it cannot be read or written: what was there still is.
    """
    step("Vérification de la sauvegarde")
    with told("La sauvegarde n'a pas pu être lue"), chemin.open("rb") as fichier:
        archive = Archive(fichier, chemin.name)
        etat = read_etat(archive.tables, archive.contenus, chemin.name)
        _check_room(stockage, etat, archive, chemin.name)
        remplacees: list[Path] = []

        def before(photo: Photo) -> None:
            if photo.etat.vide:
                return
            if not remplacer:
                raise ImportRefuse(
                    "Il y a déjà des versions ou des scénarios ici : rien n'a été restauré. Pour les remplacer, ajouter "
                    "--remplacer : ils sont d'abord sauvegardés à côté de l'archive."
                )
            step("Sauvegarde de ce qui est remplacé")
            nom = f"avant-restauration_{dt.datetime.now(dt.UTC):{_DATE}}{EXTENSION}"
            remplacees.append(_write(photo, chemin.with_name(nom)).chemin)
            step("Restauration")

        faite_le = archive.manifeste.faite_le
        origine = Origine(
            objet=f"sauvegarde du {tell_time(faite_le)}",
            fichier=chemin.name,
            empreinte=archive.sha256(),
            auteur=auteur,
        )
        step("Restauration")
        stockage.replace(etat, archive.contents(), origine, before)
    return Restauree(etat, faite_le, next(iter(remplacees), None))


def _write(photo: Photo, chemin: Path) -> Faite:
    with told("La sauvegarde n'a pas pu être écrite"):
        manifeste = write_archive(chemin, write_etat(photo.etat), photo.contenus, photo.read)
    return Faite(chemin, photo.etat, manifeste)


def _check_room(stockage: Stockage, etat: Etat, archive: Archive, nom: str) -> None:
    """Refuse what the disk cannot hold, once unfolded, with what is there until it is replaced."""
    tailles = {membre.sha256: membre.taille for membre in archive.manifeste.membres}
    octets = sum(map(len, archive.tables.values())) + sum(
        tailles[fichier.empreinte] for version in etat.versions for fichier in version.fichiers
    )
    reste = stockage.room()
    if reste is not None and octets > reste:
        message = f"Elle tient {octets >> 20} Mio une fois dépliée ; il en reste {reste >> 20} sur le disque."
        raise DonneesInvalides(
            [Probleme(Severite.BLOQUANT, nom, message, "Libérer de la place, puis recommencer.")]
        )
