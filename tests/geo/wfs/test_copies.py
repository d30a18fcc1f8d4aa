"""What is kept of a layer: the bytes that came, or nothing."""

import datetime as dt
import json

import pytest

from geo.wfs import copies
from geo.wfs.copies import keep_copie, last_copie, list_copies, read_copie
from geo.wfs.couche import CoucheRecue

ADRESSE, NOM = "https://exemple.fr/wfs", "GCS:AMBU_CPTS"


@pytest.fixture(autouse=True)
def var(tmp_path, monkeypatch):
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    return tmp_path / "var" / "wfs"


def keep(couche=NOM, contenu=b"{}", objets=3, *, total_dit=True):
    return keep_copie(ADRESSE, couche, CoucheRecue(contenu, objets, total_dit))


def files(var):
    return sorted(chemin.suffix for chemin in var.iterdir() if chemin.name != "verrou")


def test_a_copy_is_found_again_with_its_date():
    assert (last_copie(ADRESSE, NOM), list_copies()) == (None, [])
    copie = keep(contenu=b'{"a": 1}')
    assert last_copie(ADRESSE, NOM) == copie
    assert (copie.objets, copie.octets, copie.fichier) == (3, 8, "GCS_AMBU_CPTS.geojson")
    assert abs(dt.datetime.now().astimezone() - copie.date) < dt.timedelta(minutes=1)
    assert read_copie(copie) == b'{"a": 1}'
    assert last_copie("https://exemple.fr", NOM) is None


@pytest.mark.parametrize("total_dit", [True, False])
def test_a_copy_knows_whether_the_service_said_how_many_there_are(total_dit):
    keep(total_dit=total_dit)
    assert last_copie(ADRESSE, NOM).total_dit is total_dit


def test_a_new_copy_takes_the_place_of_the_last(var):
    keep(contenu=b"1")
    copie = keep(contenu=b"2", objets=4)
    assert list_copies() == [copie]
    assert files(var) == [".geojson", ".json"]


def test_a_copy_that_could_not_be_written_leaves_the_last(var, monkeypatch):
    copie = keep(contenu=b"1")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copies.os, "fsync", fail)
    with pytest.raises(OSError, match="space"):
        keep(contenu=b"2")
    assert list_copies() == [copie]
    assert read_copie(copie) == b"1"
    assert files(var) == [".geojson", ".json"]


def test_copies_are_bounded_the_oldest_goes(var, monkeypatch):
    monkeypatch.setattr(copies, "COPIES_MAX", 2)
    for jour, nom in enumerate(("a", "b", "c")):
        copie = keep(nom)
        dite = copies._description(copie)
        lue = json.loads(dite.read_text(encoding="utf-8"))
        dite.write_text(json.dumps(lue | {"date": f"2026-01-0{jour + 1}T10:00:00+01:00"}))
    copie = keep("d")
    assert [c.couche for c in list_copies()] == ["d", "c"]
    assert files(var) == [".geojson", ".geojson", ".json", ".json"]


def test_a_damaged_copy_is_none():
    copie = keep(contenu=b"12")
    copie.chemin.write_bytes(b"13")
    assert read_copie(copie) is None
    copie.chemin.unlink()
    assert (read_copie(copie), last_copie(ADRESSE, NOM)) == (None, None)
    for abimee in ("", "[]", "{}", '{"adresse": 1, "date": 2}', "\x00"):
        copies._description(copie).write_text(abimee, encoding="utf-8")
        assert list_copies() == []
