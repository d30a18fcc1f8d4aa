"""Published milestones beside the data: counted from the files, refused where nothing answers."""

import pandas as pd
import pytest

from geo.chargement import load
from geo.regles.jalons import NOTIONS, compare_jalons
from tests.conftest import DATA


@pytest.fixture(scope="module")
def compares(atlas):
    return compare_jalons(atlas, ())


def line(compares, zone, etape, date="2022-05-06", indicateur="cpts"):
    choisis = compares[
        (compares["code_zone"] == zone)
        & (compares["etape_mot_source"] == etape)
        & (compares["date"] == date)
        & (compares["indicateur"] == indicateur)
    ]
    assert len(choisis) == 1
    return choisis.iloc[0]


def test_every_published_milestone_is_there_once_the_oldest_first(compares):
    publies = pd.read_csv(DATA / "jalons.csv", dtype=str)
    assert len(compares) == len(publies)
    dates = list(compares["date"].dropna())
    assert dates == sorted(dates)
    assert compares["date"].iloc[len(dates) :].isna().all()


def test_twelve_published_on_6_may_2022_eight_known(compares):
    region = line(compares, "27", "projet_valide")
    assert (region["valeur"], region["connu"], region["ecart"]) == (12, 8, -4)
    assert region["raison"] == "dates_ou_etapes"
    assert region["sans_date"] == ("cpts-loue-lison",)
    assert set(region["sans_etape"]) == {
        "cpts-bresse-bourguignonne",
        "cpts-croisee-comtoise",
        "cpts-grand-lons",
        "cpts-nevers-sud-nivernais",
        "cpts-pays-luron",
    }
    assert "cpts-sud-cote-d-or" in region["plus_tard"]
    # Its date is that of the validated project itself: it cannot have counted before.
    assert "cpts-creusot-montceau" not in region["plus_tard"]
    publies = {"21": 3, "25": 2, "39": 1, "58": 1, "89": 2, "71": 1, "70": 2}
    fiches = pd.read_csv(DATA / "cpts_fiches.csv", dtype=str)
    venues = fiches[
        fiches["statut"].isin(NOTIONS["projet_valide"]) & (fiches["date_max"] <= "2022-05-06")
    ]
    for code, publie in publies.items():
        ligne = line(compares, code, "projet_valide")
        connues = venues["departements"].str.split("|").map(lambda siens, c=code: c in siens).sum()
        assert (ligne["valeur"], ligne["connu"]) == (publie, connues)
        assert ligne["ecart"] == connues - publie
    assert sum(publies.values()) == 12
    assert [line(compares, c, "projet_valide")["connu"] for c in ("21", "25", "70")] == [3, 2, 2]


def test_a_cpts_on_two_departments_is_told_in_each(compares):
    assert line(compares, "21", "projet_valide")["partagees"] == ("cpts-21-52",)
    assert line(compares, "70", "projet_valide")["partagees"] == ()


def test_letters_of_that_day_and_creations_have_no_counterpart(compares):
    for etape, date in (("lettre_intention", "2022-05-06"), ("en_creation", "2023-03-30")):
        ligne = line(compares, "27", etape, date)
        assert ligne["raison"] == "etape_passee"
        assert ligne["connu"] is None
        assert ligne["ecart"] is None


def test_the_list_may_suffice_for_18_cpts_on_30_march_2023_not_for_5_in_yonne(compares):
    ligne = line(compares, "27", "en_fonctionnement", "2023-03-30")
    assert (ligne["valeur"], ligne["connu"]) == (18, 13)
    peut_etre = ("possibles", "sans_date", "sans_etape", "plus_tard")
    assert ligne["connu"] + sum(len(ligne[nom]) for nom in peut_etre) >= 18
    assert ligne["raison"] == "dates_ou_etapes"
    yonne = line(compares, "89", "en_fonctionnement", "2024-04-29")
    # GIPS and Grand Auxerrois; Nord-Yonne is known as a project only.
    assert (yonne["valeur"], yonne["connu"]) == (5, 2)
    assert [len(yonne[nom]) for nom in peut_etre] == [0, 0, 0, 0]
    assert yonne["raison"] == "liste_incomplete"


def test_yonne_published_as_covered_whole(atlas, compares):
    part = line(
        compares, "89", "en_fonctionnement", "2024-04-29", indicateur="part_population_couverte"
    )
    yonne = atlas.communes[atlas.communes["code_departement"] == "89"]["population"]
    cpts = ["cpts-gips", "cpts-grand-auxerrois-armance"]
    siennes = atlas.adhesions[atlas.adhesions["cpts_id"].isin(cpts)]
    for connu, membres in (
        ("connu", siennes[siennes["confiance"] != "hypothese"]),
        ("connu_max", siennes),
    ):
        couverts = yonne[yonne.index.isin(membres["code_commune"])].sum()
        assert part[connu] == pytest.approx(couverts / yonne.sum() * 100)
    assert 0 < part["connu"] < part["connu_max"]
    assert part["raison"] == "perimetres"


def test_undated_and_national_milestones_are_refused_in_a_code(compares):
    sans_date = compares[compares["date"].isna()]
    assert set(sans_date["raison"]) == {"sans_date"}
    france = compares[(compares["zone"] == "france") & compares["date"].notna()]
    assert len(france) == 23
    assert set(france["raison"]) == {"zone_partielle"}
    assert france["connu"].isna().all()


def test_a_department_shows_its_own(atlas):
    seuls = compare_jalons(atlas, ["39"])
    assert list(seuls["code_zone"]) == ["39"]
    assert set(compare_jalons(atlas, ["25", "70"])["code_zone"]) == {"25", "70"}


def test_all_departments_of_a_region_show_the_region(atlas):
    tous = ["21", "25", "39", "58", "70", "71", "89", "90"]
    assert "27" in set(compare_jalons(atlas, tous)["code_zone"])


def test_before_an_open_date_a_cpts_is_possible(dossier, damage):
    damage(
        "jalons",
        "2022-05-06,jour,region,27,cpts,projet_valide,12",
        "2021-01-01,jour,region,27,cpts,projet_valide,2",
    )
    ligne = compare_jalons(load(dossier), ()).iloc[0]
    assert (ligne["connu"], ligne["connu_max"]) == (0, 1)
    assert ligne["possibles"] == ("cpts-est",)
    assert ligne["plus_tard"] == ("cpts-ouest",)
    assert ligne["sans_date"] == ("cpts-loin",)
    assert ligne["raison"] == "dates_ou_etapes"


def test_beside_signed_aci_of_the_same_day_a_validated_project_is_a_passing_stage(dossier, damage):
    damage(
        "jalons",
        "2022-05-06,jour,region,27,cpts,projet_valide,12,egal,cp,\n",
        "2022-05-06,jour,region,27,cpts,projet_valide,12,egal,cp,\n"
        "2022-05-06,jour,region,27,cpts,aci_signe,1,egal,cp,\n",
    )
    table = compare_jalons(load(dossier), ()).set_index("etape_mot_source")
    assert table.loc["projet_valide", "raison"] == "etape_passee"
    signe = table.loc["aci_signe"].iloc[0]
    assert (signe["connu"], signe["raison"]) == (1, "egal")


@pytest.mark.parametrize(
    ("publie", "ecart", "raison"),
    [
        # CPTS Est and Ouest had come by that day; CPTS Loin has no date.
        ("2,egal", 0, "egal"),
        ("2,environ", 0, "compatible"),
        ("2,pres_de", 0, "compatible"),
        ("1,plus_de", 0, "compatible"),
        # « moins de 3 » is 2 at most; that less is known contradicts nothing.
        ("3,moins_de", 0, "compatible"),
        ("10,moins_de", -7, "compatible"),
        ("2,moins_de", 1, "en_plus"),
        # « plus de 2 » is 3 at least.
        ("2,plus_de", -1, "dates_ou_etapes"),
        ("3,plus_de", -2, "liste_incomplete"),
        ("10,environ", -8, "liste_incomplete"),
        ("1,environ", 1, "en_plus"),
        ("1,egal", 1, "en_plus"),
    ],
)
def test_the_qualifier_of_a_published_number_is_kept(dossier, damage, publie, ecart, raison):
    damage("jalons", "projet_valide,12,egal", f"projet_valide,{publie}")
    ligne = compare_jalons(load(dossier), ()).iloc[0]
    assert ligne["connu"] == 2
    assert (ligne["ecart"], ligne["raison"]) == (ecart, raison)


@pytest.mark.parametrize(
    ("publie", "ecarts", "raison"),
    [
        # In Côte-d'Or, a third of the inhabitants; all of them with the indicative perimeter.
        ("93.5,egal", (-60.2, 6.5), "perimetres"),
        ("100,egal", (-67, 0), "perimetres"),
        ("33.3,egal", (0, 66.7), "egal"),
        ("33,egal", (0, 67), "egal"),
        ("33,environ", (0, 67), "compatible"),
        ("33,plus_de", (0, 67), "compatible"),
        ("30,plus_de", (3, 70), "compatible"),
        ("40,plus_de", (-7, 60), "perimetres"),
        ("40,moins_de", (-7, 60), "compatible"),
        ("30,moins_de", (3, 70), "en_plus"),
        ("30,egal", (3, 70), "en_plus"),
    ],
)
def test_a_published_share_is_compared_at_its_own_precision(
    dossier, damage, publie, ecarts, raison
):
    damage(
        "jalons",
        ",inconnue,departement,21,part_population_couverte,en_fonctionnement,93.5,egal",
        f"2022-05-07,jour,departement,21,part_population_couverte,en_fonctionnement,{publie}",
    )
    ligne = compare_jalons(load(dossier), ["21"]).iloc[0]
    assert (ligne["connu"], ligne["connu_max"]) == (pytest.approx(100 / 3), 100)
    assert (ligne["ecart"], ligne["ecart_max"]) == ecarts
    assert ligne["raison"] == raison
