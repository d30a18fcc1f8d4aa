"""The roll-out: what is known at a date never un-happens, and nothing is guessed before it."""

import dataclasses
import itertools
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.indicateurs.annonces import Somme, sum_announced
from geo.regles.comptes import Comptes, name_count
from geo.regles.couverture import COUVERTE, measure_couverture
from geo.regles.deploiement import (
    COLONNES_COURBES,
    at_date,
    curves,
    first_telling,
    real_dates,
    steps,
)
from geo.regles.deploiement_detail import list_counted, list_drawn
from tests.conftest import DATA
from tests.geo.dessin import A, B, C, D, E

# The first two CPTS of Haute-Saône.
JOUR_DE_LUXEUIL = "2022-05-06"
# Dates around those that are drawn at random below.
JOURS = ["2020-12-31", "2021-01-01", "2021-01-15", "2021-01-31", "2021-02-28", "2021-06-01"]
# Earliest and latest day, precision.
DATES = [
    ("2021-01-01", "2021-01-01", "jour"),
    ("2021-01-15", "2021-01-15", "jour"),
    ("2021-01-01", "2021-01-31", "mois"),
    ("2021-02-01", "2021-02-28", "mois"),
    (None, "2021-01-15", "avant"),
    (None, None, "inconnue"),
]
STATUTS = ["projet_valide", "lancee", "aci_signe", "abandonne"]
CONFIANCES = ["documente", "deduit", "hypothese"]
ANNONCES = [(4_321, "egal"), (12, "egal"), (2_000, "egal"), (900, "environ"), (700, "plus_de")]

# Each example looks at several dates.
PEU = settings(max_examples=10)


@st.composite
def deploiements(draw, dates=DATES):
    """Draw up to five CPTS: stage, date, departments, announcement, and communes with a confidence."""
    return [
        {
            "cpts_id": f"cpts-{rang}",
            "statut": draw(st.sampled_from(STATUTS)),
            "dates": draw(st.sampled_from(dates)),
            "departements": draw(st.sampled_from([("21",), ("70",), ("21", "70"), ("70", "52")])),
            "annonce": draw(st.none() | st.sampled_from(ANNONCES)),
            "membres": draw(
                st.dictionaries(st.sampled_from([A, B, C, D, E]), st.sampled_from(CONFIANCES))
            ),
        }
        for rang in range(draw(st.integers(1, 5)))
    ]


def make_atlas(atlas, cpts):
    """Give the drawn communes other CPTS."""
    fiches = pd.DataFrame(
        {
            "nom": [c["cpts_id"] for c in cpts],
            "departements": [c["departements"] for c in cpts],
            "statut": [c["statut"] for c in cpts],
            "date_min": pd.array([c["dates"][0] for c in cpts], dtype="str"),
            "date_max": pd.array([c["dates"][1] for c in cpts], dtype="str"),
            "date_precision": [c["dates"][2] for c in cpts],
            "dessinee": [bool(c["membres"]) for c in cpts],
            "statut_libelle": [c["statut"] for c in cpts],
            "statut_mot_source": None,
            "source_id": "cp",
        },
        index=pd.Index([c["cpts_id"] for c in cpts], name="cpts_id"),
    )
    faits = [
        (c["cpts_id"], "population_annoncee", float(c["annonce"][0]), c["annonce"][1], "cp")
        for c in cpts
        if c["annonce"]
    ]
    adhesions = [
        (c["cpts_id"], commune, confiance)
        for c in cpts
        for commune, confiance in c["membres"].items()
    ]
    abandonne = atlas.statuts.iloc[[0]].assign(
        ordre=0,
        compte_en_fonctionnement="non",
        compte_avec_projets="non",
        compte_avec_lettres="non",
    )
    return dataclasses.replace(
        atlas,
        fiches=fiches,
        statuts=pd.concat([atlas.statuts, abandonne.set_axis(["abandonne"])]),
        faits=pd.DataFrame(
            faits, columns=["cpts_id", "indicateur", "valeur", "qualificatif", "source_id"]
        ),
        adhesions=pd.DataFrame(
            adhesions, columns=["cpts_id", "code_commune", "confiance"], dtype="str"
        ).assign(part=1.0),
        jalons=atlas.jalons.iloc[:0],
    )


def test_real_dates_of_the_drawing(atlas_dessine):
    assert real_dates(atlas_dessine) == ["2021-09-16", "2022-05-06"]
    assert real_dates(atlas_dessine, ["70"]) == ["2021-09-16", "2022-05-06"]


def test_before_its_day_a_cpts_is_to_come_and_before_an_open_date_it_is_possible(atlas_dessine):
    tot = at_date(atlas_dessine, "2020-01-01", (), "fonctionnement")
    assert tot.possibles == ("cpts-est",)
    assert tot.a_venir == ("cpts-ouest",)
    assert tot.hors_definition == ("cpts-loin",)
    assert (tot.n_min, tot.n_max) == (0, 1)
    assert (tot.etablis.population, tot.avec_indicatifs.population) == (0, 0)


def test_figures_of_the_drawing(atlas_dessine):
    connu = at_date(atlas_dessine, "2021-09-16", (), "projets")
    assert connu.certaines == connu.entrees == ("cpts-est",)
    assert connu.inconnues == ("cpts-loin",)
    assert connu.population_annoncee == Somme(0, "", 0)
    # e lies outside the study area.
    assert connu.etablis == Comptes(400, 1)
    tous = at_date(atlas_dessine, "2022-05-06", (), "projets")
    assert tous.certaines == ("cpts-est", "cpts-ouest")
    assert tous.entrees == ("cpts-ouest",)
    assert tous.population_annoncee == Somme(290, "environ", 1)
    assert not tous.annonce_deborde
    assert tous.etablis == Comptes(500, 2)
    assert tous.avec_indicatifs == Comptes(700, 3)
    assert tous.sans_perimetre == ()


def test_a_department_holds_its_own_communes_only(atlas_dessine):
    cote_d_or = at_date(atlas_dessine, "2022-05-06", ["21"], "fonctionnement")
    assert cote_d_or.certaines == ("cpts-ouest",)
    assert (cote_d_or.etablis.population, cote_d_or.avec_indicatifs.population) == (100, 300)


def test_outside_the_study_area_nothing_is_drawn(atlas_dessine):
    ailleurs = at_date(atlas_dessine, "2022-05-06", ["52"], "fonctionnement")
    assert ailleurs.certaines == ("cpts-est",)
    assert ailleurs.avec_indicatifs == Comptes(0, 0)


def test_steps_of_the_drawing(atlas_dessine):
    etapes = steps(atlas_dessine, (), "lettres")
    assert etapes.to_dict("records") == [
        {
            "date": "2021-09-16",
            "date_precision": "avant",
            "cpts": ("cpts-est",),
            "annonce": Somme(0, "", 0),
        },
        {
            "date": "2022-05-06",
            "date_precision": "jour",
            "cpts": ("cpts-ouest",),
            "annonce": Somme(290, "environ", 1),
        },
    ]


@pytest.mark.parametrize(
    ("annonces", "attendue"),
    [
        ([(37_000, "egal")], Somme(37_000, "egal", 1)),
        ([(21_000, "plus_de")], Somme(21_000, "plus_de", 1)),
        ([(33_340, "egal"), (12_345, "egal")], Somme(45_685, "egal", 2)),
        ([(33_340, "egal"), (12_000, "egal")], Somme(45_340, "egal", 2)),
        ([(33_340, "egal"), (12_345, "pres_de")], Somme(45_685, "pres_de", 2)),
        ([(33_340, "egal"), (21_000, "plus_de")], Somme(54_340, "plus_de", 2)),
        ([(77_000, "environ"), (21_000, "plus_de")], Somme(98_000, "environ", 2)),
        ([(21_000, "moins_de")], Somme(21_000, "moins_de", 1)),
        ([(33_340, "egal"), (21_000, "moins_de")], Somme(54_340, "moins_de", 2)),
        ([(77_000, "environ"), (21_000, "moins_de")], Somme(98_000, "environ", 2)),
        ([(33_340, "plus_de"), (21_000, "moins_de")], Somme(54_340, "environ", 2)),
        ([], Somme(0, "", 0)),
    ],
)
def test_a_sum_is_worth_its_weakest_figure(annonces, attendue):
    assert sum_announced(pd.DataFrame(annonces, columns=["valeur", "qualificatif"])) == attendue


@PEU
@given(deploiements(), st.sampled_from(["fonctionnement", "projets", "lettres"]))
def test_nothing_falls_with_time(atlas_dessine, cpts, definition):
    atlas = make_atlas(atlas_dessine, cpts)
    connus = [at_date(atlas, jour, (), definition) for jour in JOURS]
    for avant, apres in itertools.pairwise(connus):
        assert set(avant.certaines) <= set(apres.certaines)
        assert avant.population_annoncee.valeur <= apres.population_annoncee.valeur
        for nom in COLONNES_COURBES:
            if hasattr(avant, nom) and nom != "population_annoncee":
                assert getattr(avant, nom) <= getattr(apres, nom)
    for connu in connus:
        assert connu.n_min == len(connu.certaines)
        assert connu.n_max == connu.n_min + len(connu.possibles)
        assert connu.etablis.population <= connu.avec_indicatifs.population
        assert connu.etablis.communes <= connu.avec_indicatifs.communes


@PEU
@given(deploiements(), st.sampled_from(JOURS))
def test_each_cpts_is_in_exactly_one_case(atlas_dessine, cpts, jour):
    atlas = make_atlas(atlas_dessine, cpts)
    connu = at_date(atlas, jour, (), "fonctionnement")
    cas = [
        *connu.certaines,
        *connu.possibles,
        *connu.a_venir,
        *connu.inconnues,
        *connu.abandonnees,
        *connu.hors_definition,
    ]
    assert sorted(cas) == sorted(atlas.fiches.index)
    abandonnees = set(atlas.fiches.index[atlas.fiches["statut"] == "abandonne"])
    assert set(connu.abandonnees) == abandonnees


@PEU
@given(deploiements())
def test_at_the_last_date_only_the_undated_are_missing(atlas_dessine, cpts):
    atlas = make_atlas(atlas_dessine, cpts)
    connu = at_date(atlas, [*real_dates(atlas), JOURS[-1]][-1], (), "projets")
    assert connu.possibles == connu.a_venir == ()
    assert (
        len(connu.certaines) + len(connu.inconnues)
        == measure_couverture(atlas, [], "projets").n_cpts
    )


@PEU
@given(deploiements(dates=DATES[:-1]), st.sampled_from([(), ("21",), ("70",)]))
def test_at_the_last_date_it_is_the_coverage_of_today(atlas_dessine, cpts, departements):
    atlas = make_atlas(atlas_dessine, cpts)
    connu = at_date(atlas, JOURS[-1], departements, "fonctionnement")
    couverture = measure_couverture(atlas, departements, "fonctionnement")
    assert connu.n_min == couverture.n_cpts
    assert len(connu.sans_perimetre) == couverture.n_cpts_sans_perimetre
    assert connu.etablis == couverture.couverts(indicatifs=False)
    assert connu.avec_indicatifs == couverture.couverts(indicatifs=True)


@PEU
@given(deploiements(), st.randoms(use_true_random=False))
def test_the_order_of_the_files_is_irrelevant(atlas_dessine, cpts, hasard):
    atlas = make_atlas(atlas_dessine, cpts)
    melange = list(cpts)
    hasard.shuffle(melange)
    autre = make_atlas(atlas_dessine, melange)
    autre = dataclasses.replace(autre, adhesions=autre.adhesions.iloc[::-1])
    pd.testing.assert_frame_equal(
        curves(autre, (), "fonctionnement"), curves(atlas, (), "fonctionnement")
    )
    for jour in JOURS:
        assert at_date(autre, jour, (), "lettres") == at_date(atlas, jour, (), "lettres")
    assert steps(autre, (), "lettres").equals(steps(atlas, (), "lettres"))


@PEU
@given(deploiements())
def test_a_curve_says_at_each_date_what_the_date_says(atlas_dessine, cpts):
    atlas = make_atlas(atlas_dessine, cpts)
    totaux = curves(atlas, (), "projets")
    assert list(totaux.index) == real_dates(atlas)
    for jour, ligne in totaux.iterrows():
        connu = at_date(atlas, jour, (), "projets")
        assert ligne.to_dict() == {
            "n_min": connu.n_min,
            "n_max": connu.n_max,
            "population_annoncee": connu.population_annoncee.valeur,
            "qualificatif_annonce": connu.population_annoncee.qualificatif,
            "n_annoncant": connu.population_annoncee.n,
            name_count("population", COUVERTE, indicatifs=False): connu.etablis.population,
            name_count("population", COUVERTE, indicatifs=True): connu.avec_indicatifs.population,
            name_count("communes", COUVERTE, indicatifs=False): connu.etablis.communes,
            name_count("communes", COUVERTE, indicatifs=True): connu.avec_indicatifs.communes,
        }


def test_a_commune_of_several_cpts_comes_in_once_with_the_first(atlas_dessine):
    cpts = [
        {
            "cpts_id": f"cpts-{rang}",
            "statut": "lancee",
            "dates": (jour, jour, "jour"),
            "departements": ("21",),
            "annonce": None,
            "membres": {A: "documente"},
        }
        for rang, jour in enumerate(["2021-06-01", "2021-01-01"])
    ]
    totaux = curves(make_atlas(atlas_dessine, cpts), (), "fonctionnement")
    assert list(totaux["n_min"]) == [1, 2]
    assert list(totaux[name_count("communes", COUVERTE, indicatifs=False)]) == [1, 1]
    assert list(totaux[name_count("population", COUVERTE, indicatifs=False)]) == [100, 100]


def test_the_6_may_2022_recomputed_from_the_files(atlas):
    """Luxeuil and the bassin vésulien came in, with 43 000 and 83 000 announced; 8 CPTS were there."""
    fiches = pd.read_csv(DATA / "cpts_fiches.csv", dtype=str).set_index("cpts_id")
    statuts = pd.read_csv(DATA / "statuts.csv", dtype=str).set_index("statut")
    faits = pd.read_csv(DATA / "cpts_faits.csv", dtype={"cpts_id": str})
    annonces = faits[faits["indicateur"] == "population_annoncee"].set_index("cpts_id")["valeur"]
    membres = pd.read_csv(DATA / "cpts.csv", dtype=str)
    objets = json.loads((DATA / "communes.geojson").read_text(encoding="utf-8"))["features"]
    communes = pd.DataFrame([o["properties"] for o in objets]).set_index("code_commune")
    fonctionne = fiches["statut"].map(statuts["compte_en_fonctionnement"]) == "oui"
    venues = fiches[fonctionne & (pd.to_datetime(fiches["date_max"]) <= "2022-05-06")]

    connu = at_date(atlas, "2022-05-06", (), "fonctionnement")
    assert set(connu.certaines) == set(venues.index)
    assert connu.n_min == connu.n_max == 8
    assert set(connu.entrees) == {"cpts-luxeuil", "cpts-bassin-vesulien"}
    assert annonces[list(connu.entrees)].sum() == 126_000
    etape = steps(atlas, (), "fonctionnement").set_index("date").loc["2022-05-06"]
    assert etape["annonce"] == Somme(126_000, "egal", 2)
    assert connu.population_annoncee.valeur == annonces.reindex(venues.index).sum()
    siens = membres[membres["cpts_id"].isin(venues.index)]
    for siennes, comptes in (
        (siens, connu.avec_indicatifs),
        (siens[siens["confiance"] != "hypothese"], connu.etablis),
    ):
        dedans = communes.loc[siennes["code_commune"].unique()]
        dedans = dedans[dedans["etude"]]
        assert comptes == Comptes(dedans["population"].sum(), len(dedans))
    for code, attendu in (("21", 3), ("25", 2), ("70", 2), ("39", 1)):
        seul = at_date(atlas, "2022-05-06", [code], "fonctionnement")
        assert seul.n_min == attendu
        assert sum(code in siens.split("|") for siens in venues["departements"]) == attendu


def test_the_abandoned_project_and_the_undated_are_in_no_figure(atlas):
    connu = at_date(atlas, "2024-09-27", (), "fonctionnement")
    assert connu.abandonnees == ("cpts-nord-val-de-loire",)
    assert connu.inconnues == ("cpts-loue-lison",)
    assert not {*connu.abandonnees, *connu.inconnues} & {*connu.certaines, *connu.possibles}
    assert (
        connu.n_min + len(connu.inconnues) == measure_couverture(atlas, [], "fonctionnement").n_cpts
    )


def test_the_roll_out_tells_something_from_the_first_territory_that_is_sure(atlas):
    def debut(*departements, definition="fonctionnement"):
        dates = real_dates(atlas, departements)
        return first_telling(atlas, dates, departements, definition)

    # On 2 October 2020 one CPTS is known, without a perimeter; two more may have been there.
    assert real_dates(atlas)[0] == "2020-10-02"
    assert debut() == "2021-07-19"
    premiere = at_date(atlas, debut(), [], "fonctionnement")
    assert atlas.fiches.loc[list(premiere.entrees), "dessinee"].any()
    assert debut("70") == JOUR_DE_LUXEUIL
    # Nothing is drawn in the Jura: the first CPTS that counts; nor counted under no date: the first date.
    assert debut("39") == "2020-10-02"
    sans = dataclasses.replace(atlas, fiches=atlas.fiches.assign(date_max=None))
    assert first_telling(sans, ["2022-01-01", "2022-02-01"], [], "fonctionnement") == "2022-01-01"


def adds_up(atlas, connu):
    """Tell whether what a date is made of gives its figures back."""
    comptees = list_counted(atlas, connu)
    assert (len(comptees), comptees["valeur"].sum()) == (
        connu.n_min,
        connu.population_annoncee.valeur,
    )
    for indicatifs, comptes in ((False, connu.etablis), (True, connu.avec_indicatifs)):
        communes = list_drawn(atlas, connu, indicatifs=indicatifs)
        assert communes.index.is_unique
        assert Comptes(int(communes["population"].sum()), len(communes)) == comptes


@PEU
@given(
    deploiements(),
    st.sampled_from(["fonctionnement", "projets", "lettres"]),
    st.sampled_from([(), ("21",), ("70",)]),
)
def test_what_a_date_is_made_of_adds_up_to_its_figures(
    atlas_dessine, cpts, definition, departements
):
    atlas = make_atlas(atlas_dessine, cpts)
    for jour in JOURS:
        adds_up(atlas, at_date(atlas, jour, departements, definition))


@pytest.mark.parametrize("departements", [(), ("70",), ("25", "90")])
def test_what_a_shipped_date_is_made_of_adds_up(atlas, departements):
    for jour in ("2021-09-16", JOUR_DE_LUXEUIL, "2025-12-31"):
        adds_up(atlas, at_date(atlas, jour, departements, "fonctionnement"))


def test_a_commune_comes_in_by_the_first_cpts_that_holds_it(atlas_dessine):
    cpts = [
        {
            "cpts_id": f"cpts-{rang}",
            "statut": "lancee",
            "dates": DATES[rang],
            "departements": ("21",),
            "annonce": None,
            "membres": {A: confiance},
        }
        for rang, confiance in enumerate(["hypothese", "documente"])
    ]
    atlas = make_atlas(atlas_dessine, cpts)
    connu = at_date(atlas, "2021-06-01", (), "fonctionnement")
    assert list_drawn(atlas, connu, indicatifs=True).loc[A, "cpts_id"] == "cpts-0"
    assert list_drawn(atlas, connu, indicatifs=False).loc[A, "cpts_id"] == "cpts-1"
