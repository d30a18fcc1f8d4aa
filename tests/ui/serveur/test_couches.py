"""The outlines of a version: served while it is in use, by the servers of its folder, and by no other."""

import os
import time
from pathlib import Path

import pytest
from starlette.applications import Starlette

from geo.importation.versions import Meta, open_depot
from tests.asgi import get
from tests.geo.dessin import write_dossier
from ui.commun.atlas import get_couches, prepare
from ui.serveur.couches import couches_dir, find_couche, forget_others, make_route

META = Meta(auteur="", note="", fichier="table.csv", cpts=1, communes=1)


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.setenv("CPTS_DATA_DIR", str(write_dossier(tmp_path / "data")))
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    return tmp_path


def publish() -> None:
    """Put in use a version whose only CPTS has fewer communes."""
    depot = open_depot()
    lignes = (depot.base / "cpts.csv").read_text(encoding="utf-8").splitlines()
    depot.publish(depot.prepare({"cpts.csv": "\n".join(lignes[:-1]).encode()}), META)


@pytest.mark.usefixtures("base")
def test_the_outlines_of_a_version_go_with_it():
    origine = get_couches().territoires
    assert find_couche(origine)
    publish()
    assert find_couche(origine) is None, "before anybody asks for the new ones"
    importee = get_couches().territoires
    dossier = couches_dir()
    assert importee != origine
    assert find_couche(importee).read_text(encoding="utf-8")
    open_depot().restore(0)
    assert find_couche(importee) is None
    assert get_couches().territoires == origine
    assert find_couche(origine)
    assert dossier.exists(), "another server may still show it"


@pytest.mark.usefixtures("base")
def test_the_outlines_that_nobody_shows_any_more_go():
    get_couches()
    autres = [couches_dir().with_name(nom) for nom in ("vieux", "ancien", "servi")]
    for rang, autre in enumerate(autres):
        autre.mkdir()
        os.utime(autre, (1000 + rang, 1000 + rang))
    recent = couches_dir().with_name("recent")
    recent.mkdir()
    os.utime(autres[2], (time.time() - 60, 1000))
    forget_others()
    assert [autre.exists() for autre in (*autres, recent)] == [False, False, True, True]


@pytest.mark.usefixtures("base")
def test_a_version_that_is_removed_by_hand_takes_its_outlines_along():
    publish()
    importee = get_couches().territoires
    version = open_depot().actuel()
    version.rename(version.with_name("ailleurs"))
    assert find_couche(importee) is None


def test_two_servers_of_one_checkout_share_nothing(base, monkeypatch):
    publish()
    importee = get_couches().territoires
    monkeypatch.setenv("CPTS_VAR_DIR", str(base / "autre"))
    assert find_couche(importee) is None
    monkeypatch.setenv("CPTS_VAR_DIR", str(base / "var"))
    assert find_couche(importee)


@pytest.mark.usefixtures("base")
def test_a_start_clears_what_was_abandoned_and_makes_what_is_used():
    nom = get_couches().territoires
    reste = couches_dir() / "zones-0123456789abcdef.json"
    servi = couches_dir() / "zones-fedcba9876543210.json"
    for fichier in (reste, servi):
        fichier.write_text("{}")
        os.utime(fichier, (1000, 1000))
    os.utime(couches_dir() / nom, (1000, 1000))
    # By another server of the same folder.
    assert find_couche(servi.name)
    prepare()
    assert find_couche(nom)
    assert not reste.exists()
    assert servi.exists()


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize(
    "nom",
    [
        *("", "..", "../actuelle.json", "..%2fcpts.csv", "/etc/passwd", "actuelle.json"),
        *("territoires-0123456789abcdef.json", "territoires-0123456789abcdef.json/x"),
        *("territoires-0123456789abcdef.tmp", "é-0123456789abcdef.json"),
    ],
)
def test_no_other_file_has_an_address(nom):
    get_couches()
    assert find_couche(nom) is None


@pytest.mark.usefixtures("base")
def test_every_name_that_is_written_has_an_address():
    trouves = [find_couche(nom) for nom in get_couches().files()]
    assert all(trouves)
    assert len(trouves) > 1


@pytest.mark.usefixtures("base")
def test_a_proxy_that_is_declared_may_keep_them_a_little_while(monkeypatch):
    app = Starlette(routes=[make_route()])
    chemin = f"/couches/{Path(get_couches().territoires).name}"
    assert "x-accel-expires" not in get(app, chemin)[1]
    monkeypatch.setenv("CPTS_MANDATAIRES", "127.0.0.1")
    entetes = list(get(app, chemin)[1])
    # nginx goes by the first that it reads.
    assert entetes.index("x-accel-expires") < entetes.index("cache-control")
