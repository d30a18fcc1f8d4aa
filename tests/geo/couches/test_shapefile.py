"""The parts of a shapefile are of one same layer, or it is refused; what was deleted from it is counted."""

import struct

import pytest
import shapely

from geo.couches.lecture import read_couche
from geo.erreurs import DonneesInvalides
from tests.geo.couches.fabrique import make_couche, write_couche

CINQ = [shapely.box(6 + rang / 5, 47, 6.1 + rang / 5, 47.1) for rang in range(5)]


def parts(combien):
    couche = make_couche(CINQ[:combien], crs=2154)
    return {nom.rpartition(".")[2]: octets for nom, octets in write_couche(couche, "shp")}


def read(parties):
    return read_couche([(f"c.{extension}", octets) for extension, octets in parties.items()])


def refusal(parties):
    with pytest.raises(DonneesInvalides) as erreur:
        read(parties)
    [probleme] = erreur.value.problemes
    return probleme


@pytest.mark.parametrize("sans_index", [False, True])
@pytest.mark.parametrize(
    ("melees", "dits"),
    [(["dbf"], "5 formes dans .shp, 3 formes dans .dbf"), (["shp", "shx"], "3 formes dans .shp, 5 formes dans .dbf")],
)  # fmt: skip
def test_parts_of_two_layers_are_not_read_together(melees, dits, sans_index):
    parties = parts(5) | {partie: parts(3)[partie] for partie in melees}
    if sans_index:
        del parties["shx"]
    probleme = refusal(parties)
    assert (probleme.identifiant, dits in probleme.message) == ("shapefile_discordant", True)


def test_an_index_of_another_layer_is_not_followed():
    assert "3 formes dans .shx" in refusal(parts(5) | {"shx": parts(3)["shx"]}).message


@pytest.mark.parametrize("sans_index", [False, True])
def test_a_header_does_not_hide_what_the_file_holds(sans_index):
    cinq, trois = parts(5), parts(3)
    if sans_index:
        del cinq["shx"]
    shp = cinq["shp"][:24] + struct.pack(">I", len(trois["shp"]) // 2) + cinq["shp"][28:]
    assert "5 formes dans .shp (qui en annonce 3)" in refusal(cinq | {"shp": shp}).message
    dbf = cinq["dbf"][:4] + struct.pack("<I", 3) + cinq["dbf"][8:]
    assert "5 formes dans .dbf (qui en annonce 3)" in refusal(cinq | {"dbf": dbf}).message
    # Both of them alike, and the index too.
    tout = cinq | {"shp": shp, "dbf": dbf} | ({} if sans_index else {"shx": trois["shx"]})
    assert refusal(tout).identifiant == "shapefile_discordant"


def test_what_tools_leave_at_the_end_is_no_harm():
    cinq = parts(5)
    for suite in (b"", b"\x1a", b"\x1a\0\0\0\0\0\0\0", b"\0" * 400):
        dbf = cinq["dbf"].rstrip(b"\x1a") + suite
        assert len(read(cinq | {"dbf": dbf}).polygones) == 5
    assert len(read(cinq | {"shp": cinq["shp"] + b"\0" * 12}).polygones) == 5


@pytest.mark.parametrize(
    ("rangs", "dit"), [([1], "1 forme marquée"), ([0, 4], "2 formes marquées")]
)
def test_what_was_deleted_is_counted(rangs, dit):
    cinq = parts(5)
    entete, longueur = struct.unpack_from("<HH", cinq["dbf"], 8)
    dbf = bytearray(cinq["dbf"])
    for rang in rangs:
        dbf[entete + rang * longueur] = ord("*")
    lue = read(cinq | {"dbf": bytes(dbf)})
    assert len(lue.polygones) == 5 - len(rangs)
    [remarque] = [r for r in lue.remarques if r.identifiant == "formes_supprimees"]
    assert dit in remarque.message
