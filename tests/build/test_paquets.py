"""Only the pinned archives are accepted, and a failure leaves nothing behind."""

import hashlib
import io
import sys
import tarfile
import zipfile

import pytest

from geo.build.erreurs import ConstructionImpossible
from geo.build.paquets import DECOUPAGE, Paquet, fetch, open_member

CONTENU = b"les bonnes donnees"


class PaquetLocal(Paquet):
    """A package that a small Python command delivers, in place of a registry."""

    def command(self, destination):
        """Return a command that succeeds."""
        code = f"open({str(destination / self.fichier)!r}, 'wb').write({CONTENU!r})"
        return [sys.executable, "-c", code]


class PaquetPerdu(Paquet):
    """A package that its registry has lost."""

    def command(self, destination):
        """Return a command that fails with a message."""
        return [sys.executable, "-c", f"raise SystemExit('rien pour {destination.name}')"]


class PaquetSansOutil(Paquet):
    """A package whose client is not installed."""

    def command(self, destination):
        """Return a command that does not exist."""
        return ["outil-qui-n-existe-pas", str(destination)]


class PaquetMuet(Paquet):
    """A package whose client succeeds and delivers nothing."""

    def command(self, destination):
        """Return a command that does nothing."""
        return [sys.executable, "-c", f"# {destination}"]


def describe(sorte, contenu=CONTENU):
    empreinte = hashlib.sha256(contenu).hexdigest()
    return sorte("exemple", "1.0", "exemple.tgz", empreinte, "npm")


def test_a_package_is_fetched_once(tmp_path):
    archive = fetch(describe(PaquetLocal), tmp_path / "cache")
    assert archive.read_bytes() == CONTENU
    assert fetch(describe(PaquetPerdu), tmp_path / "cache") == archive


def test_a_download_with_another_content_is_refused_and_not_kept(tmp_path):
    with pytest.raises(ConstructionImpossible, match=r"exemple\.tgz n'est pas l'archive attendue"):
        fetch(describe(PaquetLocal, b"autre chose"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_cached_archive_that_changed_is_refused(tmp_path):
    (tmp_path / DECOUPAGE.fichier).write_bytes(b"autre chose")
    with pytest.raises(ConstructionImpossible, match=DECOUPAGE.sha256):
        fetch(DECOUPAGE, tmp_path)


@pytest.mark.parametrize(
    ("sorte", "message"),
    [
        (PaquetPerdu, "n'a pas pu être téléchargé par npm : rien pour"),
        (PaquetSansOutil, "npm est introuvable"),
        (PaquetMuet, "n'a pas livré le fichier attendu"),
    ],
)
def test_a_failed_download_says_why_and_leaves_nothing(tmp_path, sorte, message):
    with pytest.raises(ConstructionImpossible, match=message):
        fetch(describe(sorte), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_files_are_read_straight_out_of_archives(tmp_path):
    roue, tarball = tmp_path / "x.whl", tmp_path / "x.tgz"
    with zipfile.ZipFile(roue, "w") as archive:
        archive.writestr("donnees/x.json", CONTENU)
    with tarfile.open(tarball, "w:gz") as archive:
        membre = tarfile.TarInfo("donnees/x.json")
        membre.size = len(CONTENU)
        archive.addfile(membre, io.BytesIO(CONTENU))
    for chemin in (roue, tarball):
        with open_member(chemin, "donnees/x.json") as flux:
            assert flux.read() == CONTENU
        with pytest.raises(KeyError):
            open_member(chemin, "donnees/absent.json")
