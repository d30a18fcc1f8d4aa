"""What an import changes, on the drawing of four squares (``tests/geo/dessin.py``)."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.chargement import load
from geo.importation.changement import Doubles, compare, count_doubles
from geo.regles.comptes import name_count, name_share
from geo.regles.couverture import COUVERTE, DEFINITIONS
from tests.conftest import PEU_D_EXEMPLES
from tests.geo.dessin import A, B, C, D, E, write_dossier
from tests.geo.partage import CPTS, write_partage

ETABLIE = name_count("population", COUVERTE, indicatifs=False)
INDICATIVE = name_count("population", COUVERTE, indicatifs=True)


@pytest.fixture(scope="module")
def atlas_avant(tmp_path_factory):
    return load(write_dossier(tmp_path_factory.mktemp("avant")))


@pytest.fixture(scope="module")
def atlas_apres(tmp_path_factory):
    """Move b to CPTS Est, give d to CPTS Loin, take c and e out of everything."""
    dossier = write_dossier(tmp_path_factory.mktemp("apres"))
    texte = f"cpts_id,code_commune,confiance\ncpts-ouest,{A},documente\ncpts-loin,{B},documente\ncpts-loin,{D},documente\n"
    (dossier / "cpts.csv").write_text(texte, encoding="utf-8")
    return load(dossier)


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_nothing_changes_against_itself(atlas_avant, definition):
    bilan = compare(atlas_avant, atlas_avant, definition)
    assert (bilan.cpts_gagnees, bilan.cpts_perdues) == ((), ())
    assert bilan.communes.empty
    assert bilan.population_concernee == 0
    for nom in (ETABLIE, INDICATIVE, "n_cpts", "complete"):
        assert bilan.couverture[f"{nom}_avant"].equals(bilan.couverture[f"{nom}_apres"])


def test_shipped_data_do_not_differ_from_themselves(atlas):
    bilan = compare(atlas, atlas, "fonctionnement")
    assert bilan.communes.empty
    assert bilan.population_concernee == 0


def test_communes_move_enter_and_leave(atlas_avant, atlas_apres):
    bilan = compare(atlas_avant, atlas_apres, "fonctionnement")
    assert bilan.cpts_gagnees == ("cpts-loin",)
    assert bilan.cpts_perdues == ("cpts-est",)
    communes = bilan.communes.set_index("code_commune")
    assert communes["genre"].to_dict() == {B: "deplacee", C: "sortie", D: "entree", E: "sortie"}
    assert communes.loc[B, "avant"] == ("cpts-ouest",)
    assert communes.loc[B, "apres"] == ("cpts-loin",)
    assert communes.loc[D, "avant"] == ()
    assert bilan.population_concernee == 200 + 400 + 800 + 50


def test_coverage_is_told_by_department_of_the_study_area(atlas_avant, atlas_apres):
    couverture = compare(atlas_avant, atlas_apres, "projets").couverture
    assert list(couverture.index) == ["21", "70"]
    assert couverture.loc["21", [f"{ETABLIE}_avant", f"{ETABLIE}_apres"]].to_list() == [100, 300]
    assert couverture.loc["21", f"{INDICATIVE}_avant"] == 300
    part = name_share("population", indicatifs=False)
    assert couverture.loc["70", [f"{part}_avant", f"{part}_apres"]].to_list() == (
        pytest.approx([400 / 1200 * 100, 800 / 1200 * 100])
    )


def test_the_way_back_is_the_mirror(atlas_avant, atlas_apres):
    aller = compare(atlas_avant, atlas_apres, "lettres")
    retour = compare(atlas_apres, atlas_avant, "lettres")
    assert (aller.cpts_gagnees, aller.cpts_perdues) == (retour.cpts_perdues, retour.cpts_gagnees)
    assert aller.communes["avant"].to_list() == retour.communes["apres"].to_list()
    assert aller.population_concernee == retour.population_concernee


MEMBRES = st.dictionaries(
    st.sampled_from(["cpts-ouest", "cpts-est", "cpts-loin"]),
    st.sets(st.sampled_from([A, B, C, D, E]), min_size=1),
)


def with_members(atlas, membres):
    lignes = [(cpts_id, code, "documente") for cpts_id in membres for code in membres[cpts_id]]
    adhesions = pd.DataFrame(lignes, columns=["cpts_id", "code_commune", "confiance"], dtype="str")
    adhesions = adhesions.assign(part=1.0)
    return replace(atlas, adhesions=adhesions)


@PEU_D_EXEMPLES
@given(MEMBRES, MEMBRES)
def test_the_cpts_that_change_are_those_whose_communes_differ(atlas_avant, avant, apres):
    populations = atlas_avant.communes["population"]
    table = compare(
        with_members(atlas_avant, avant), with_members(atlas_avant, apres), "fonctionnement"
    ).cpts
    assert list(table.index) == sorted(i for i in {*avant, *apres} if avant.get(i) != apres.get(i))
    for cpts_id, ligne in table.iterrows():
        for cote, membres in (("avant", avant), ("apres", apres)):
            siennes = sorted(membres.get(cpts_id, ()))
            assert ligne[f"communes_{cote}"] == len(siennes)
            assert ligne[f"population_{cote}"] == populations[siennes].sum()


def test_another_share_is_a_change(tmp_path):
    avant = load(write_partage(tmp_path / "avant"))
    autres = CPTS.replace("documente,25", "documente,40").replace("deduit,75", "deduit,60")
    apres = load(write_partage(tmp_path / "apres", autres))
    bilan = compare(avant, apres, "fonctionnement")
    [commune] = bilan.communes.to_dict("records")
    assert (commune["code_commune"], commune["avant"]) == (C, ("cpts-est", "cpts-ouest"))
    assert (commune["parts_avant"], commune["parts_apres"]) == ((0.75, 0.25), (0.6, 0.4))
    assert commune["genre"] == "deplacee"
    assert bilan.cpts["population_avant"].to_dict() == {"cpts-est": 350, "cpts-ouest": 400}
    assert bilan.cpts["population_apres"].to_dict() == {"cpts-est": 290, "cpts-ouest": 460}
    assert compare(avant, avant, "fonctionnement").communes.empty


def test_communes_claimed_twice_are_told_by_cause(tmp_path, atlas_avant):
    """The change gives a to two CPTS that it names; d, which it gives to CPTS Est, stays of CPTS Loin too."""
    lignes = [
        ("cpts-ouest", A, "documente"),
        ("cpts-est", A, "documente"),
        ("cpts-est", D, "documente"),
        ("cpts-loin", D, "documente"),
    ]
    dossier = write_dossier(tmp_path)
    cpts = pd.DataFrame(lignes, columns=["cpts_id", "code_commune", "confiance"])
    cpts.to_csv(dossier / "cpts.csv", index=False)
    apres = load(dossier)
    source = apres.sources.iloc[:1].rename(index=lambda _: "table")
    perimetres = pd.DataFrame(
        {
            "cpts_id": ["cpts-ouest", "cpts-est", "cpts-loin"],
            "source_ids": ["table", "autre|table", apres.sources.index[0]],
        }
    )
    apres = replace(apres, sources=pd.concat([apres.sources, source]), perimetres=perimetres)
    bilan = compare(atlas_avant, apres, "fonctionnement")
    assert count_doubles(atlas_avant, apres, bilan) == Doubles(1, 1)
    assert count_doubles(apres, apres, bilan) == Doubles(0, 2)
    rien = compare(apres, apres, "fonctionnement")
    assert count_doubles(atlas_avant, apres, rien) == Doubles(0, 0)
