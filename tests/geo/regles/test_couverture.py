"""Coverage: three states, two measures, and sums that always hold."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.indicateurs.annonces import Somme
from geo.regles.completude import declare, departements_complets, undrawn_cpts
from geo.regles.comptes import QUOI, Comptes, name_count, name_share
from geo.regles.couverture import (
    DEFINITIONS,
    ETATS,
    INDETERMINEE,
    MASQUEE,
    NON_COUVERTE,
    communes_blanches,
    count_blanches,
    couverture_par_epci,
    find_assise,
    find_etats,
    measure_couverture,
)
from tests.conftest import PEU_D_EXEMPLES
from tests.geo.dessin import POPULATIONS, A, B, C, D, E

ETUDE = [A, B, C, D]


def with_adhesions(atlas, lignes):
    """Give the atlas other memberships, drawn where there are some."""
    adhesions = pd.DataFrame(lignes, columns=["cpts_id", "code_commune", "confiance"], dtype="str")
    adhesions = adhesions.assign(part=1.0)
    dessinee = atlas.fiches.index.isin(adhesions["cpts_id"])
    return dataclasses.replace(
        atlas,
        adhesions=adhesions,
        fiches=atlas.fiches.assign(dessinee=dessinee),
    )


def check_sums(table, couverture):
    """Hold that the counts of a table add up to those of the selection, each of them."""
    assert Comptes(table["population"].sum(), table["communes"].sum()) == couverture.total
    for etat in ETATS:
        for indicatifs in (False, True):
            compte = couverture.compte(etat, indicatifs=indicatifs)
            for quoi, attendu in (("population", compte.population), ("communes", compte.communes)):
                assert table[name_count(quoi, etat, indicatifs=indicatifs)].sum() == attendu


def test_states_of_the_drawing(atlas_dessine):
    etablis = find_etats(atlas_dessine, "fonctionnement", indicatifs=False)
    assert etablis.to_dict() == {
        A: "couverte",
        B: "masquee",
        C: "couverte",
        D: "non_couverte",
        E: "couverte",
    }
    tous = find_etats(atlas_dessine, "fonctionnement", indicatifs=True)
    assert tous.to_dict() == etablis.to_dict() | {B: "couverte"}


def test_uncovered_communes_are_listed_by_department(atlas_dessine):
    assert communes_blanches(atlas_dessine, "fonctionnement") == {"70": (D,)}
    couverts = with_adhesions(atlas_dessine, [("cpts-est", D, "hypothese")])
    assert communes_blanches(couverts, "fonctionnement") == {"70": (C,)}


def test_figures_of_the_drawing(atlas_dessine):
    couverture = measure_couverture(atlas_dessine, [], "fonctionnement")
    assert couverture.libelle == DEFINITIONS["fonctionnement"]
    assert couverture.total == Comptes(1500, 4)
    assert couverture.couverts(indicatifs=False) == Comptes(500, 2)
    assert couverture.couverts(indicatifs=True) == Comptes(700, 3)
    assert couverture.part_pct(indicatifs=False) == pytest.approx(100 / 3)
    assert couverture.part_pct(indicatifs=True) == pytest.approx(700 / 15)
    assert couverture.part_pct("communes", indicatifs=False) == 50
    assert couverture.part_pct("communes", indicatifs=True) == 75
    assert couverture.compte(NON_COUVERTE, indicatifs=False) == Comptes(800, 1)
    assert couverture.compte(MASQUEE, indicatifs=False) == Comptes(200, 1)
    for indicatifs in (False, True):
        assert couverture.compte(INDETERMINEE, indicatifs=indicatifs) == Comptes(0, 0)
    assert couverture.compte(MASQUEE, indicatifs=True) == Comptes(0, 0)


def test_a_cpts_without_perimeter_is_told_beside_the_rate(atlas_dessine):
    fonctionnement = measure_couverture(atlas_dessine, [], "fonctionnement")
    assert (fonctionnement.n_cpts, fonctionnement.n_cpts_sans_perimetre) == (2, 0)
    projets = measure_couverture(atlas_dessine, [], "projets")
    assert (projets.n_cpts, projets.n_cpts_sans_perimetre) == (3, 1)
    assert projets.annonce_sans_perimetre == Somme(1000, "egal", 1)
    ailleurs = measure_couverture(atlas_dessine, ["70"], "projets")
    assert (ailleurs.n_cpts, ailleurs.n_cpts_sans_perimetre) == (1, 0)
    assert ailleurs.annonce_sans_perimetre == Somme(0, "", 0)


def test_departments_add_up_to_the_selection(atlas_dessine):
    couverture = measure_couverture(atlas_dessine, [], "lettres")
    par_departement = couverture.par_departement
    assert list(par_departement.index) == ["21", "70"]
    assert par_departement.loc["21", name_share("population", indicatifs=True)] == 100
    check_sums(par_departement, couverture)


def test_outside_the_study_area_nothing_counts(atlas_dessine):
    couverture = measure_couverture(atlas_dessine, ["52"], "fonctionnement")
    assert couverture.total.population == 0
    assert couverture.part_pct(indicatifs=False) is None


def test_jalons_are_those_of_the_selection(atlas_dessine):
    assert measure_couverture(atlas_dessine, [], "projets").jalons["code_zone"].to_list() == [
        "27",
        "21",
    ]
    assert measure_couverture(atlas_dessine, ["21"], "projets").jalons["valeur"].to_list() == [93.5]
    assert measure_couverture(atlas_dessine, ["70"], "projets").jalons.empty


def covered_population(atlas, definition):
    return measure_couverture(atlas, [], definition).couverts(indicatifs=False).population


def test_a_commune_in_two_cpts_counts_once(atlas_dessine):
    double = with_adhesions(
        atlas_dessine,
        [("cpts-ouest", A, "documente"), ("cpts-est", A, "deduit")],
    )
    assert covered_population(double, "fonctionnement") == 100


def test_a_stage_that_does_not_count_covers_nobody(atlas_dessine):
    projet = with_adhesions(atlas_dessine, [("cpts-loin", A, "documente")])
    assert covered_population(projet, "fonctionnement") == 0
    assert covered_population(projet, "projets") == 100


def test_a_hypothesis_is_never_turned_into_a_gap(atlas_dessine):
    # d lies in the complete department: without its hypothetical membership it would be a gap.
    hypothese = with_adhesions(
        atlas_dessine,
        [("cpts-ouest", A, "deduit"), ("cpts-est", D, "hypothese")],
    )
    etats = find_etats(hypothese, "fonctionnement", indicatifs=False)
    assert etats[D] == "masquee"
    assert etats[C] == "non_couverte"


def test_a_department_with_an_undrawn_cpts_is_not_taken_as_complete(atlas_dessine):
    sans_est = with_adhesions(atlas_dessine, [("cpts-ouest", A, "deduit")])
    assert find_etats(sans_est, "fonctionnement", indicatifs=True)[D] == "indeterminee"


def test_a_stage_that_is_not_published_is_a_doubt(atlas_dessine):
    # Est may be running, or not: its department is not complete while it has no perimeter…
    inconnue = dataclasses.replace(
        atlas_dessine,
        fiches=atlas_dessine.fiches.assign(
            statut=[
                "aci_signe" if i == "cpts-ouest" else "inconnu" for i in atlas_dessine.fiches.index
            ]
        ),
        statuts=pd.concat(
            [
                atlas_dessine.statuts,
                atlas_dessine.statuts.iloc[:1]
                .assign(compte_avec_projets="non", compte_avec_lettres="non")
                .rename(index={"projet_valide": "inconnu"}),
            ]
        ),
    )
    sans_est = with_adhesions(inconnue, [("cpts-ouest", A, "deduit")])
    assert departements_complets(sans_est) == frozenset()
    # … and what it holds, once drawn, is neither covered nor a gap.
    dessinee = with_adhesions(inconnue, [("cpts-est", C, "documente")])
    etats = find_etats(dessinee, "lettres", indicatifs=True)
    assert (etats[C], etats[D]) == ("indeterminee", "non_couverte")


def test_departments_can_be_declared_for_a_trial(atlas_dessine):
    assert atlas_dessine.declares == {"70"}
    essai = declare(atlas_dessine, ["21"], ["70"])
    assert essai.declares == {"21"}
    assert atlas_dessine.declares == {"70"}
    # Loin has no perimeter: 21 cannot be taken as complete, whatever is declared.
    assert undrawn_cpts(essai).to_numpy().tolist() == [["21", "cpts-loin"]]
    assert departements_complets(essai) == frozenset()
    assert find_etats(essai, "fonctionnement", indicatifs=True)[D] == "indeterminee"
    assert declare(atlas_dessine, ["21"], ["21"]).declares == {"70"}


def test_coverage_by_epci_adds_up_to_the_selection(atlas_dessine):
    par_epci = couverture_par_epci(atlas_dessine, [], "fonctionnement")
    assert par_epci["nom_epci"].to_dict() == {"200000001": "CC 21", "200000002": "CC 70"}
    assert par_epci.loc["200000001", "departements"] == ("21",)
    deuxieme = par_epci.loc["200000002"]
    assert deuxieme[name_count("population", NON_COUVERTE, indicatifs=False)] == POPULATIONS[D]
    assert deuxieme[name_share("population", indicatifs=False)] == pytest.approx(100 / 3)
    assert par_epci["complete"].to_dict() == {"200000001": False, "200000002": True}
    check_sums(par_epci, measure_couverture(atlas_dessine, [], "fonctionnement"))
    assert list(couverture_par_epci(atlas_dessine, ["70"], "projets").index) == ["200000002"]


def test_no_gap_is_counted_where_nobody_knows(atlas_dessine):
    def count(atlas, quoi="population"):
        couverture = measure_couverture(atlas, [], "fonctionnement")
        return count_blanches(couverture.par_departement, quoi).to_dict()

    assert count(atlas_dessine) == {"21": None, "70": POPULATIONS[D]}
    assert count(atlas_dessine, "communes") == {"21": None, "70": 1}
    # Where every CPTS is known, or every commune in an established perimeter, none is a finding.
    couverts = with_adhesions(
        atlas_dessine,
        [("cpts-est", C, "deduit"), ("cpts-est", D, "hypothese")]
        + [("cpts-ouest", code, "documente") for code in (A, B)],
    )
    assert count(couverts) == {"21": 0, "70": 0}


def test_unknown_definition_is_an_error_of_the_caller(atlas_dessine):
    with pytest.raises(KeyError):
        measure_couverture(atlas_dessine, [], "tout")


adhesions_possibles = st.lists(
    st.tuples(
        st.sampled_from(["cpts-ouest", "cpts-est", "cpts-loin"]),
        st.sampled_from([A, B, C, D, E]),
        st.sampled_from(["documente", "deduit", "hypothese"]),
    ),
    unique_by=lambda ligne: ligne[:2],
)


@PEU_D_EXEMPLES
@given(
    adhesions=adhesions_possibles,
    definition=st.sampled_from(list(DEFINITIONS)),
    departements=st.sets(st.sampled_from(["21", "70"])),
)
def test_covered_uncovered_and_undetermined_make_the_total(
    atlas_dessine,
    adhesions,
    definition,
    departements,
):
    atlas = with_adhesions(atlas_dessine, adhesions)
    mesure = measure_couverture(atlas, departements, definition)
    zone = [code for code in ETUDE if not departements or code[:2] in departements]
    assert mesure.total == Comptes(sum(POPULATIONS[code] for code in zone), len(zone))
    for indicatifs in (False, True):
        comptes = [mesure.compte(etat, indicatifs=indicatifs) for etat in ETATS]
        assert mesure.total.population == sum(compte.population for compte in comptes)
        assert mesure.total.communes == sum(compte.communes for compte in comptes)
    etablis, tous = (mesure.couverts(indicatifs=indicatifs) for indicatifs in (False, True))
    assert etablis.population <= tous.population
    masques = mesure.compte(MASQUEE, indicatifs=False)
    assert etablis.population + masques.population == tous.population
    assert etablis.communes + masques.communes == tous.communes
    blanches = [code for codes in communes_blanches(atlas, definition).values() for code in codes]
    for indicatifs in (False, True):
        etats = find_etats(atlas, definition, indicatifs=indicatifs)
        assert blanches == sorted(etats.index[etats == "non_couverte"])
    etablis = find_etats(atlas, definition, indicatifs=False)
    assert set(etablis) <= set(ETATS)
    assert not (etablis[~atlas.communes["code_departement"].eq("70")] == "non_couverte").any()


@PEU_D_EXEMPLES
@given(adhesions=adhesions_possibles)
def test_a_wider_definition_never_covers_less(atlas_dessine, adhesions):
    atlas = with_adhesions(atlas_dessine, adhesions)
    mesures = [measure_couverture(atlas, [], nom) for nom in DEFINITIONS]
    couverts = [mesure.couverts(indicatifs=True).population for mesure in mesures]
    assert couverts == sorted(couverts)


def test_what_communes_rest_on_is_what_their_departments_rest_on(atlas):
    couverture = measure_couverture(atlas, (), "fonctionnement")
    for code, siens in couverture.par_departement.iterrows():
        codes = atlas.communes.index[atlas.communes["code_departement"] == code]
        assise = find_assise(atlas, codes, "fonctionnement")
        assert (assise.n_perimetres, assise.n_deduits) == (
            siens["n_perimetres"],
            len(siens["deduites"]),
        )
        masquee = [name_count(quoi, MASQUEE, indicatifs=False) for quoi in QUOI]
        assert [assise.masques.population, assise.masques.communes] == siens[masquee].to_list()
