"""The outlines that the browser fetches: what is in use stays, whoever writes beside it."""

import os

from rendu.carte.couches import keep_file, write_file


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
