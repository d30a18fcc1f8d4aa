"""The file of a backup: what was written is read back, and what is not as announced is refused, all of it said."""

import gzip
import hashlib
import io
import json
import stat
import tarfile

import pytest

from geo.erreurs import DonneesInvalides
from geo.sauvegarde import archive
from geo.sauvegarde.archive import MANIFESTE, SCHEMA, TABLES, TRACE, Archive, write_archive

CONTENUS = (b"cpts_id\n", b"{}", b"x" * 50_000)
PAR_SHA = {hashlib.sha256(octets).hexdigest(): octets for octets in CONTENUS}
TABLES_ECRITES = {nom: nom.encode() for nom in TABLES} | {TRACE: b""}


def write(chemin):
    write_archive(
        chemin,
        TABLES_ECRITES,
        {sha: len(octets) for sha, octets in PAR_SHA.items()},
        PAR_SHA.__getitem__,
    )
    return chemin


@pytest.fixture
def ecrite(tmp_path):
    return write(tmp_path / "s.tar.gz")


def read(chemin):
    with chemin.open("rb") as fichier:
        lue = Archive(fichier, chemin.name)
        return lue.manifeste, dict(lue.tables), dict(lue.contents())


def refusals(chemin):
    with pytest.raises(DonneesInvalides) as refus:
        read(chemin)
    return " ".join(probleme.message for probleme in refus.value.problemes)


def members(chemin):
    with tarfile.open(chemin) as tar:
        return [(info, tar.extractfile(info).read()) for info in tar]


def rewrite(chemin, membres):
    with tarfile.open(chemin, "w:gz") as tar:
        for info, octets in membres:
            if info.isreg():
                info.size = len(octets)
            tar.addfile(info, io.BytesIO(octets))


def change_manifeste(chemin, **valeurs):
    (info, octets), *autres = members(chemin)
    rewrite(chemin, [(info, json.dumps(json.loads(octets) | valeurs).encode()), *autres])


def test_what_was_written_is_read_back_and_is_its_owner_s_alone(ecrite):
    manifeste, tables, contenus = read(ecrite)
    assert (tables, contenus) == (TABLES_ECRITES, PAR_SHA)
    assert manifeste.octets == sum(map(len, (*tables.values(), *contenus.values())))
    assert stat.S_IMODE(ecrite.stat().st_mode) == 0o600
    assert list(ecrite.parent.iterdir()) == [ecrite]


def test_a_full_disk_leaves_nothing_and_the_one_before(ecrite):
    avant = ecrite.read_bytes()
    with pytest.raises(OSError, match="plein"):
        write_archive(ecrite, TABLES_ECRITES, {"0" * 64: 1}, _fail)
    assert ecrite.read_bytes() == avant
    assert list(ecrite.parent.iterdir()) == [ecrite]


def _fail(_):
    raise OSError("plein")


@pytest.mark.parametrize("reste", [0, 1, 20, 0.5, -1, -8])
def test_one_that_is_cut_anywhere_is_refused(ecrite, reste):
    octets = ecrite.read_bytes()
    ecrite.write_bytes(octets[: int(len(octets) * reste) if reste == 0.5 else reste])
    assert refusals(ecrite)


def test_every_octet_changed_is_found(ecrite):
    clair = bytearray(gzip.decompress(ecrite.read_bytes()))
    clair[clair.index(b"xxx")] ^= 1
    clair[clair.index(b"cpts_id\n")] ^= 1
    ecrite.write_bytes(gzip.compress(bytes(clair)))
    # Both are told, not only the first.
    assert refusals(ecrite).count("est endommagé") == 2


@pytest.mark.parametrize("nom", ["../../etc/cron.d/x", "/etc/passwd", "contenus/../x", "autre"])
def test_a_name_that_is_none_of_ours_is_refused_announced_or_not(ecrite, nom):
    membres = members(ecrite)
    rewrite(ecrite, [*membres, (tarfile.TarInfo(nom), b"x")])
    assert f"« {nom} » n'est pas annoncé" in refusals(ecrite)
    annonces = json.loads(membres[0][1])["membres"]
    sha = hashlib.sha256(b"x").hexdigest()
    change_manifeste(ecrite, membres=[*annonces, {"nom": nom, "taille": 1, "sha256": sha}])
    assert f"« {nom} », qui n'est pas d'une sauvegarde" in refusals(ecrite)


@pytest.mark.parametrize("genre", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_no_plain_file_is_refused(ecrite, genre):
    *membres, (info, _) = members(ecrite)
    info.type, info.linkname, info.size = genre, "/etc/passwd", 0
    rewrite(ecrite, [*membres, (info, b"")])
    assert "n'est pas un fichier ordinaire" in refusals(ecrite)


def test_one_that_is_missing_one_that_is_twice_and_one_of_another_size(ecrite):
    (*debut, premier, deuxieme, _) = members(ecrite)
    premier = (premier[0], premier[1] + b"!")
    rewrite(ecrite, [*debut, premier, deuxieme, deuxieme])
    dit = refusals(ecrite)
    assert "est deux fois" in dit
    assert "le manifeste en annonce" in dit
    assert "Il y manque" in dit


def test_a_small_file_that_unfolds_without_end_is_not_unfolded(ecrite, monkeypatch):
    monkeypatch.setattr(archive, "OCTETS_MANIFESTE_MAX", 5000)
    membres = members(ecrite)
    rewrite(ecrite, [*membres, (tarfile.TarInfo("bombe"), b"\0" * 10_000_000)])
    assert "plus que ce que son manifeste annonce" in refusals(ecrite)
    rewrite(ecrite, [(tarfile.TarInfo(MANIFESTE), b" " * 10_000_000)])
    assert "Ce n'est pas une sauvegarde" in refusals(ecrite)


def test_a_member_announced_too_large_is_refused(ecrite):
    annonces = json.loads(members(ecrite)[0][1])["membres"]
    annonces[0]["taille"] = archive.OCTETS_MEMBRE_MAX + 1
    change_manifeste(ecrite, membres=annonces)
    assert "au plus" in refusals(ecrite)


@pytest.mark.parametrize(
    ("valeurs", "dit"),
    [
        ({"schema": SCHEMA + 1}, "plus récente"),
        ({"schema": "x"}, "illisible"),
        ({"membres": [{"nom": 1}]}, "illisible"),
        ({"membres": []}, "n'annonce pas « versions.json »"),
    ],
)
def test_a_manifest_that_cannot_be_followed_is_refused(ecrite, valeurs, dit):
    change_manifeste(ecrite, **valeurs)
    assert dit in refusals(ecrite)


@pytest.mark.parametrize(
    "octets",
    [b"", b"PK\3\4", gzip.compress(b"bonjour", mtime=0), gzip.compress(b"", mtime=0)],
    ids=["empty", "zip", "text", "nothing"],
)
def test_any_other_file_is_refused(tmp_path, octets):
    (tmp_path / "f").write_bytes(octets)
    assert "Ce n'est pas une sauvegarde" in refusals(tmp_path / "f")


def test_one_that_changes_between_the_check_and_the_taking_is_refused(ecrite):
    with ecrite.open("rb") as fichier:
        lue = Archive(fichier, ecrite.name)
        ecrite.write_bytes(ecrite.read_bytes()[:-200])
        with pytest.raises(DonneesInvalides, match="a changé"):
            list(lue.contents())
