"""What an archive says of a storage is read back as it was written, and anything else is refused with every fault."""

import datetime as dt
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.erreurs import DonneesInvalides
from geo.importation.depot import Version
from geo.importation.depot_partage import Fichier
from geo.sauvegarde.archive import GESTES, SCENARIOS, TRACE, VERSIONS
from geo.sauvegarde.etat import Etat, VersionGardee, is_place, read_etat, write_etat

SHA = "a" * 64
LE = "2026-11-30T02:30:00.000+00:00"
DEPART = zlib.compress(b'{"cpts": {}, "adhesions": []}')
TEXTES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def make_scenario(scenario_id="s1", **autres):
    return {
        "scenario_id": scenario_id,
        "nom": "Projet",
        "auteur": "Camille",
        "note": "",
        "cree_le": LE,
        "version_depart": 1,
        "depart": DEPART,
        "retire": False,
    } | autres


def make_geste(rang, scenario_id="s1", **autres):
    donnees = json.dumps({"genre": "annuler"})
    return {
        "scenario_id": scenario_id,
        "rang": rang,
        "cle": f"c{rang}",
        "le": LE,
        "donnees": donnees,
    } | autres


def make_acte(**autres):
    vide = dict.fromkeys(("identifiant", "auteur", "objet", "fichier", "empreinte", "detail"), "")
    return {"le": LE, "action": "import"} | vide | autres


def make_etat(texte="", **autres):
    date = dt.datetime.fromisoformat(LE)
    version = Version(1, date, texte, texte, "t.csv", cpts=2, communes=5, actuelle=False)
    faits = {
        "en_usage": 1,
        "dernier": 3,
        "versions": (VersionGardee(version, (Fichier("cpts.csv", SHA, 7),)),),
        "scenarios": [make_scenario(nom=texte), make_scenario("s2", retire=True)],
        "gestes": [make_geste(1), make_geste(2)],
        "trace": [make_acte(auteur=texte), make_acte(auteur=texte)],
    }
    return Etat(**(faits | autres))


def refusals(tables, contenus=(SHA,)):
    with pytest.raises(DonneesInvalides) as refus:
        read_etat(tables, contenus, "s.tar.gz")
    return " ".join(probleme.message for probleme in refus.value.problemes)


@given(TEXTES)
def test_what_is_written_is_read_back(texte):
    etat = make_etat(texte)
    assert read_etat(write_etat(etat), {SHA}, "s.tar.gz") == etat


def test_what_is_no_text_is_shown_and_stops_no_backup():
    lu = read_etat(write_etat(make_etat("a\ud800b")), {SHA}, "s.tar.gz")
    assert lu.versions[0].version.auteur == lu.scenarios[0]["nom"] == "a?b"


@pytest.mark.parametrize(
    ("autres", "dit"),
    [
        ({"en_usage": 2}, "la version en usage, 2, n'y est pas"),
        ({"dernier": 0}, "le dernier numéro donné"),
        ({"scenarios": [make_scenario()] * 2}, "plus d'une fois"),
        ({"scenarios": [make_scenario(depart=b"x")], "gestes": []}, "départ du scénario"),
        ({"gestes": [make_geste(1), make_geste(3)]}, "Il manque des gestes"),
        ({"gestes": [make_geste(1, "autre")]}, "scénario inconnu"),
        ({"gestes": [make_geste(1, donnees='{"genre": "effacer"}')]}, "geste 1"),
        ({"trace": [make_acte(le="hier")]}, "n'est pas une date"),
    ],
)
def test_what_does_not_hold_together_is_refused(autres, dit):
    assert dit in refusals(write_etat(make_etat(**autres)))


@pytest.mark.parametrize("place", ["../cpts.csv", "/cpts.csv", "a/../cpts.csv", "actuelle.json"])
def test_a_file_of_a_version_stays_in_its_folder(place):
    assert not is_place(place)
    tables = write_etat(make_etat())
    tables[VERSIONS] = tables[VERSIONS].replace(b"cpts.csv", place.encode())
    assert "n'est pas un fichier de données" in refusals(tables)


def test_every_fault_is_told():
    tables = write_etat(make_etat())
    tables[SCENARIOS] = tables[SCENARIOS].replace(b'"retire": true', b'"retire": 1')
    tables[GESTES] += b"{\n"
    tables[TRACE] += b"[" * 100_000 + b"\n"
    dit = refusals(tables, ())
    for faute in (
        "« cpts.csv » n'a pas son contenu",
        f"{SCENARIOS}, ligne 2",
        f"{GESTES}, ligne 3",
    ):
        assert faute in dit
    assert f"{TRACE}, ligne 3" in dit


@pytest.mark.parametrize("octets", [b"", b"[]", b'{"en_usage": 1}', b'{"en_usage": "x"}'])
def test_versions_that_cannot_be_read_are_refused(octets):
    assert f"{VERSIONS} est illisible" in refusals(write_etat(make_etat()) | {VERSIONS: octets})
