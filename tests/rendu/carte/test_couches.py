"""The outlines that the browser fetches: what is in use stays, whoever writes beside it."""

import json
import os
from itertools import accumulate

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.affichage import simplify_communes
from geo.chargement import load
from geo.regles.couverture import NON_COUVERTE, find_etats
from rendu.carte.couches import keep_file, make_collection, mark_blanches, write_couches, write_file
from tests.geo.dessin import A, C, write_dossier
from tests.geo.partage import write_partage


def test_a_file_in_use_outlives_those_written_after_it(tmp_path):
    premier = write_file(tmp_path, "zones", "premier", 2)
    for rang, texte in enumerate("abc"):
        os.utime(tmp_path / premier, (1000 + 2 * rang, 1000 + 2 * rang))
        dernier = write_file(tmp_path, "zones", texte, 2)
        os.utime(tmp_path / dernier, (1001 + 2 * rang, 1001 + 2 * rang))
        assert keep_file(tmp_path, premier)
    assert {c.name for c in tmp_path.iterdir()} == {premier, dernier}
    os.utime(tmp_path / premier, (1000, 1000))
    assert write_file(tmp_path, "zones", "premier", 2) == premier
    os.utime(tmp_path / dernier, (1000, 1000))
    assert write_file(tmp_path, "zones", "d", 2)
    assert (tmp_path / premier).read_text(encoding="utf-8") == "premier"


def test_the_file_just_written_is_there_however_many_share_its_date(tmp_path):
    for rang in range(20):
        nom = write_file(tmp_path, "zones", str(rang), 1)
        assert [c.name for c in tmp_path.iterdir()] == [nom]


def test_a_file_that_is_gone_is_told_and_not_made(tmp_path):
    assert not keep_file(tmp_path, "zones-absente.json")
    assert not list(tmp_path.iterdir())


def test_the_marks_of_zones_blanches_follow_the_order_of_the_files_of_communes(tmp_path):
    atlas = load(write_dossier(tmp_path))
    couches = write_couches(atlas, simplify_communes(atlas.communes), tmp_path)
    marques = mark_blanches(atlas, "fonctionnement")
    etats = find_etats(atlas, "fonctionnement", indicatifs=True)
    marquees = set()
    for departement, fichier in couches.communes.items():
        communes = json.loads((tmp_path / fichier).read_text(encoding="utf-8"))["features"]
        bits = int(marques.get(departement, "0"), 16)
        marquees |= {commune["id"] for n, commune in enumerate(communes) if bits >> n & 1}
    assert marquees == set(etats.index[etats == NON_COUVERTE])
    assert marquees


def test_the_file_of_communes_has_the_share_of_those_that_are_split(tmp_path):
    atlas = load(write_partage(tmp_path))
    couches = write_couches(atlas, simplify_communes(atlas.communes), tmp_path)
    communes = {
        objet["id"]: objet["properties"]["cpts"]
        for fichier in couches.communes.values()
        for objet in json.loads((tmp_path / fichier).read_text(encoding="utf-8"))["features"]
    }
    rangs = {cpts_id: rang for rang, cpts_id in enumerate(atlas.fiches.index)}
    est, ouest = rangs["cpts-est"], rangs["cpts-ouest"]
    assert communes[C] == [[est, 1, "75\xa0%"], [ouest, 1, "25\xa0%"]]
    assert communes[A] == [[ouest, 1]]


def read_collection(texte: str) -> gpd.GeoSeries:
    """Read shapes as the browser does."""
    lue = json.loads(texte)

    def ring(pas: list[int]) -> np.ndarray:
        points = [*zip(accumulate(pas[::2]), accumulate(pas[1::2]), strict=True)]
        return np.array([*points, points[0]]) / lue["echelle"]

    return gpd.GeoSeries(
        {
            objet["id"]: shapely.MultiPolygon(
                [
                    (ring(dehors), [ring(trou) for trou in trous])
                    for dehors, *trous in objet["polygones"]
                ]
            )
            for objet in lue["features"]
        },
        crs=4326,
    )


def test_outlines_that_are_read_again_cover_what_was_written(atlas):
    """Conservation: no area is made or lost beyond the rounding, and neighbours leave neither gap nor overlap."""
    contours = simplify_communes(atlas.communes)
    contours = contours[atlas.communes["code_departement"] == "90"]
    relues = read_collection(make_collection(contours, [{}] * len(contours)))
    assert list(relues.index) == list(contours.index)
    ecart_m = contours.to_crs(2154).hausdorff_distance(relues.to_crs(2154))
    assert ecart_m.max() < 15
    planes, attendues = relues.to_crs(2154), contours.to_crs(2154)
    assert planes.area.sum() == pytest.approx(attendues.area.sum(), rel=1e-3)
    assert planes.union_all().area == pytest.approx(planes.area.sum(), rel=1e-6)


def test_holes_and_parts_are_kept_and_a_ring_never_vanishes():
    troue = shapely.Polygon(
        [(0, 0), (1, 0), (1, 1), (0, 1)], [[(0.2, 0.2), (0.4, 0.2), (0.4, 0.4)]]
    )
    infime = shapely.Polygon([(2, 2), (2.00001, 2), (2, 2.00001)])
    contours = gpd.GeoSeries(
        {"a": shapely.MultiPolygon([troue, shapely.box(5, 5, 6, 6)]), "b": infime}
    )
    relues = read_collection(make_collection(contours, [{}, {}]))
    assert relues["a"].equals(contours["a"])
    assert len(relues["b"].geoms) == 1
