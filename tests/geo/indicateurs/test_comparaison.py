"""Territories side by side: their communes, their figures, their differences and what is refused."""

import dataclasses
from itertools import combinations

import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.formes.vignettes import dissolve_departements, make_vignettes
from geo.indicateurs.ecarts import (
    BASES_DIFFERENTES,
    COMMUNES_MANQUANTES,
    EN_TOUTES_LETTRES,
    REFERENCE,
    REFERENCE_SANS_VALEUR,
    SANS_VALEUR,
    Comparaison,
    compare,
    set_against,
)
from geo.indicateurs.mesures import (
    AU_MOINS,
    LISTE_INCOMPLETE,
    NON_PUBLIE,
    SANS_OBJET,
    VALEUR_APPROCHEE,
    Mesure,
)
from geo.indicateurs.registre import THEMES
from geo.indicateurs.territoire import (
    MAX_COMMUNES,
    TerritoiresConnus,
    list_choices,
    parse_territoire,
)
from geo.recherche.saisie import read_communes
from geo.regles.completude import declare
from tests.geo.dessin import KM, POPULATIONS, A, B, C, D, E

OUEST, EST, LOIN = "cpts:cpts-ouest", "cpts:cpts-est", "cpts:cpts-loin"
TOUS = [
    OUEST,
    EST,
    LOIN,
    "dep:21",
    "dep:70",
    "dep:52",
    "reg:27",
    "epci:200000002",
    f"communes:{A}.{D}",
]
SOMMES = ("population", "communes", "surface_km2", "population_sans_perimetre_connu")


def compare_all(atlas, adresses, reference=None, *, indicatifs=True) -> Comparaison:
    territoires = [parse_territoire(atlas, adresse) for adresse in adresses]
    return compare(
        atlas, territoires, reference or adresses[0], "fonctionnement", indicatifs=indicatifs
    )


def measures(comparaison: Comparaison, indicateur: str) -> dict[str, Mesure]:
    return {c.mesure.territoire: c.mesure for c in comparaison.ligne(indicateur)}


def values(comparaison: Comparaison, indicateur: str) -> list[float | None]:
    return [cellule.mesure.valeur for cellule in comparaison.ligne(indicateur)]


# --- what a territory is


def test_every_kind_is_a_set_of_communes(atlas_dessine):
    communes = {
        adresse: parse_territoire(atlas_dessine, adresse).codes_communes for adresse in TOUS
    }
    assert communes == {
        OUEST: (A, B),
        EST: (E, C),
        LOIN: (),
        "dep:21": (A, B),
        "dep:70": (C, D),
        "dep:52": (E,),
        "reg:27": (A, B, C, D),
        "epci:200000002": (C, D),
        f"communes:{A}.{D}": (A, D),
    }


def test_a_cpts_keeps_its_confidence_and_its_established_part(atlas_dessine):
    ouest = parse_territoire(atlas_dessine, OUEST)
    assert (ouest.codes_etablis, ouest.confiance) == ((A,), "hypothese")
    assert ouest.fiche["statut"] == "aci_signe"
    loin = parse_territoire(atlas_dessine, LOIN)
    assert (loin.codes_communes, loin.confiance) == ((), None)
    assert parse_territoire(atlas_dessine, "dep:21").fiche is None


def test_absorbed_codes_are_followed_told_and_counted_once(atlas_dessine):
    liste = parse_territoire(atlas_dessine, f"communes:21902.{B}.{A}.{B}")
    assert liste.codes_communes == (A, B)
    assert liste.absorbees == (("21902", B),)
    assert liste.nom == f"Commune {B} et 1 autre commune"


def test_communes_outside_the_study_area_are_told(atlas_dessine):
    assert parse_territoire(atlas_dessine, EST).hors_etude == (E,)
    assert parse_territoire(atlas_dessine, "reg:27").hors_etude == ()


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "dep",
        "dep:",
        "dep:99",
        "reg:44",
        "epci:0",
        "cpts:absente",
        "communes:",
        "communes:99999",
        f"communes:{A}.99999",
        "pays:FR",
    ],
)
def test_what_does_not_exist_is_unknown(atlas_dessine, texte):
    assert texte not in TerritoiresConnus(atlas_dessine)
    with pytest.raises(ValueError, match="unknown territory"):
        parse_territoire(atlas_dessine, texte)


def test_a_list_too_long_for_an_address_is_unknown(atlas_dessine):
    codes = [f"{rang:05}" for rang in range(MAX_COMMUNES + 1)]
    assert f"communes:{'.'.join(codes)}" not in TerritoiresConnus(atlas_dessine)


def test_the_choices_are_all_known_by_kind_and_by_name(atlas_dessine):
    choix = list_choices(atlas_dessine)
    assert list(choix.index) == [
        EST,
        LOIN,
        OUEST,
        "dep:21",
        "dep:52",
        "dep:70",
        "epci:200000001",
        "epci:200000003",
        "epci:200000002",
        "reg:27",
    ]
    assert all(adresse in TerritoiresConnus(atlas_dessine) for adresse in choix.index)
    assert choix.loc[EST, "departements"] == ("52", "70")


# --- a pasted list


@pytest.mark.parametrize(
    ("texte", "codes"),
    [
        (f"{A} {B}", (A, B)),
        (f"{A};{B},{A}\n{C}", (A, B, C)),
        ("EPINAL\nsaint ouen", (A, B)),
        (f"{A}\tÉpinal", (A,)),
        ("vieux bourg, plus vieux-bourg", (B,)),
        ("21902", ("21902",)),
        (f"21902 {B}\nvieux bourg", ("21902", B)),
    ],
)
def test_codes_and_names_are_read(atlas_dessine, texte, codes):
    noms = {A: "Épinal", B: "Saint-Ouen", C: "Commune C", D: "Commune D", E: "Commune E"}
    atlas = rename(atlas_dessine, noms)
    atlas = dataclasses.replace(
        atlas,
        absorbees=atlas.absorbees.assign(nom=["Vieux-Bourg", "Plus-Vieux-Bourg", None]),
    )
    saisie = read_communes(atlas, texte)
    assert saisie.problemes == ()
    assert saisie.codes == codes


def rename(atlas, noms):
    communes = atlas.communes.assign(nom=atlas.communes.index.map(noms))
    return dataclasses.replace(atlas, communes=communes)


def test_every_problem_is_told_at_once_with_its_remedy(atlas_dessine):
    noms = dict.fromkeys((A, C), "Aiglun") | {B: "Bourg", D: "Dole", E: "Épône"}
    atlas = rename(atlas_dessine, noms)
    saisie = read_communes(atlas, f"99999, 21100, {D}\naiglun\nNulle Part\nEpone")
    assert saisie.codes == (D, E)
    messages = [str(probleme) for probleme in saisie.problemes]
    assert len(messages) == 4
    assert any("21100 est un code postal" in m and f"{A} Aiglun (Côte-d'Or)" in m for m in messages)
    assert any("99999" in m and "Corriger le code" in m for m in messages)
    assert any("« Nulle Part »" in m for m in messages)
    assert any("« aiglun »" in m and A in m and f"{C} Aiglun (Haute-Saône)" in m for m in messages)


def test_a_code_settles_a_homonym(atlas_dessine):
    atlas = rename(atlas_dessine, dict.fromkeys(POPULATIONS, "Aiglun"))
    assert read_communes(atlas, f"{C} Aiglun") == read_communes(atlas, C)


@pytest.mark.parametrize("texte", ["", "  \n ,;"])
def test_an_empty_list_says_what_to_paste(atlas_dessine, texte):
    (probleme,) = read_communes(atlas_dessine, texte).problemes
    assert "INSEE" in probleme.remede


# --- figures


def test_figures_of_the_drawing(atlas_dessine):
    comparaison = compare_all(atlas_dessine, TOUS)
    assert values(comparaison, "population") == [300, 450, None, 300, 1200, 50, 1500, 1200, 900]
    assert values(comparaison, "communes") == [2, 2, None, 2, 2, 1, 4, 2, 2]
    surfaces = measures(comparaison, "surface_km2")
    assert surfaces["reg:27"].valeur == pytest.approx(4, rel=1e-3)
    assert values(comparaison, "departements") == [1, 2, None, 1, 1, 1, 2, 1, 2]
    assert values(comparaison, "population_commune_principale")[:2] == [200, 400]
    assert values(comparaison, "part_commune_principale_pct")[0] == pytest.approx(200 / 3)


def test_coverage_is_a_minimum_where_a_state_is_unknown(atlas_dessine):
    comparaison = compare_all(atlas_dessine, ["dep:21", "dep:70", "reg:27"])
    etablie = measures(comparaison, "part_couverte_etablie_pct")
    assert etablie["dep:21"].valeur == pytest.approx(100 / 3)
    assert etablie["dep:21"].qualificatif == "au_moins"
    assert (etablie["dep:70"].valeur, etablie["dep:70"].qualificatif) == (
        pytest.approx(100 / 3),
        "egal",
    )
    assert etablie["reg:27"].qualificatif == "au_moins"
    assert measures(comparaison, "part_couverte_indicative_pct")["dep:21"].qualificatif == "egal"
    for cellule in comparaison.ligne("part_couverte_etablie_pct")[1:]:
        assert (cellule.ecart, cellule.refus) == (None, "liste_incomplete")


def test_an_indicative_share_is_no_minimum_and_has_no_difference(atlas_dessine):
    # Nothing is known of d once department 70 is no longer declared complete.
    atlas = declare(atlas_dessine, [], ["70"])
    comparaison = compare_all(atlas, ["dep:21", "dep:70"])
    part = measures(comparaison, "part_couverte_indicative_pct")["dep:70"]
    assert (part.valeur, part.qualificatif) == (pytest.approx(100 / 3), "incertain")
    assert comparaison.ligne("part_couverte_indicative_pct")[1].refus == "liste_incomplete"
    assert measures(comparaison, "part_couverte_etablie_pct")["dep:70"].qualificatif == "au_moins"


@pytest.mark.parametrize("indicatifs", [True, False])
def test_no_gap_is_said_where_no_list_is_complete(atlas_dessine, indicatifs):
    adresses = ["dep:21", "dep:70", "reg:27", f"communes:{A}", f"communes:{A}.{D}"]
    zones = measures(
        compare_all(atlas_dessine, adresses, indicatifs=indicatifs), "population_zone_blanche"
    )
    assert zones["dep:21"].raison == "liste_incomplete"
    assert (zones["dep:70"].valeur, zones["dep:70"].qualificatif) == (800, "egal")
    assert (zones["reg:27"].valeur, zones["reg:27"].qualificatif) == (800, "au_moins")
    # Covered for sure, it is no gap, whatever the list lacks.
    assert (zones[f"communes:{A}"].valeur, zones[f"communes:{A}"].qualificatif) == (0, "egal")
    assert zones[f"communes:{A}.{D}"].qualificatif == "egal"


@pytest.mark.parametrize("indicatifs", [True, False])
def test_a_hypothesis_changes_nothing_to_the_gaps_of_a_complete_department(
    atlas_dessine, indicatifs
):
    hypothese = atlas_dessine.adhesions.assign(confiance="hypothese")
    atlas = dataclasses.replace(atlas_dessine, adhesions=hypothese)
    zones = measures(
        compare_all(atlas, ["dep:70"], indicatifs=indicatifs), "population_zone_blanche"
    )
    assert (zones["dep:70"].valeur, zones["dep:70"].qualificatif) == (800, "egal")


def test_people_whose_perimeter_is_hidden_are_not_without_one(atlas_dessine):
    for indicatifs in (True, False):
        comparaison = compare_all(
            atlas_dessine, ["dep:21", "dep:70", "reg:27"], indicatifs=indicatifs
        )
        assert values(comparaison, "population_sans_perimetre_connu") == [0, 0, 0]


def test_without_hypotheses_a_cpts_is_its_established_part(atlas_dessine):
    avec = compare_all(atlas_dessine, [OUEST, EST])
    assert measures(avec, "population")[OUEST].confiance == "hypothese"
    sans = compare_all(atlas_dessine, [OUEST, EST], indicatifs=False)
    ouest = measures(sans, "population")[OUEST]
    assert (ouest.valeur, ouest.confiance) == (100, "documente")
    # The announced figure is that of the whole: a part is not set beside it.
    assert measures(sans, "taille_calculee")[OUEST].raison == "perimetre_masque"


def computed(atlas):
    """Return the indicators that any set of communes has."""
    calcules = [i.identifiant for i in atlas.registre.on("comparaison") if i.de_communes]
    assert "population" in calcules
    return calcules


def test_an_undrawn_cpts_has_announced_figures_only(atlas_dessine):
    comparaison = compare_all(atlas_dessine, [OUEST, LOIN])
    for indicateur in computed(atlas_dessine):
        assert measures(comparaison, indicateur)[LOIN].raison == "perimetre_inconnu"
    annonce = measures(comparaison, "population_annoncee")[LOIN]
    assert (annonce.valeur, annonce.qualificatif, annonce.source_id) == (1000, "egal", "cp")
    assert measures(comparaison, "ecart_population_pct")[LOIN].raison == "perimetre_inconnu"
    assert measures(comparaison, "etape")[LOIN].mot == "projet_valide"


def test_an_approximate_announcement_has_no_difference(atlas_dessine):
    comparaison = compare_all(atlas_dessine, [LOIN, OUEST, "dep:21"])
    cellules = comparaison.ligne("population_annoncee")
    assert [c.refus for c in cellules] == [REFERENCE, "valeur_approchee", SANS_VALEUR]
    assert measures(comparaison, "ecart_population_pct")[OUEST].raison == "valeur_approchee"
    assert cellules[2].mesure.raison == "sans_objet"


def test_indicators_of_cpts_are_there_with_a_cpts_only(atlas_dessine):
    noms = {
        ligne[0].mesure.indicateur
        for ligne in compare_all(atlas_dessine, ["dep:21", "dep:70"]).lignes
    }
    assert noms == set(computed(atlas_dessine))


def test_two_bases_are_never_subtracted(atlas_dessine):
    parts = [
        ("cpts-ouest", "population", 8.5, "egal"),
        ("cpts-est", "plus_de_17_ans", 9.0, "egal"),
        ("cpts-loin", "population", 10.0, "egal"),
    ]
    atlas = with_shares(atlas_dessine, parts)
    comparaison = compare_all(atlas, [OUEST, EST, LOIN])
    lignes = {
        ligne[0].mesure.base: ligne
        for ligne in comparaison.lignes
        if ligne[0].mesure.indicateur == "part_sans_medecin_traitant"
    }
    assert set(lignes) == {"population", "plus_de_17_ans"}
    population = lignes["population"]
    assert [c.refus for c in population] == [REFERENCE, BASES_DIFFERENTES, None]
    assert population[2].ecart == pytest.approx(1.5)
    assert population[2].ecart_pct is None
    assert [c.refus for c in lignes["plus_de_17_ans"]] == [
        REFERENCE,
        BASES_DIFFERENTES,
        BASES_DIFFERENTES,
    ]


def test_the_bases_of_an_indicator_are_one_row_each_value_with_its_own(atlas_dessine):
    parts = [
        ("cpts-ouest", "population", 8.5, "egal"),
        ("cpts-est", "plus_de_17_ans", 9.0, "egal"),
        ("cpts-est", "population", 8.0, "pres_de"),
    ]
    comparaison = compare_all(with_shares(atlas_dessine, parts), [OUEST, EST, LOIN, "dep:21"])
    (rangee,) = (r for r in comparaison.rangees() if r.indicateur == "part_sans_medecin_traitant")
    assert [
        [(c.mesure.base, c.mesure.valeur, c.mesure.raison, c.refus) for c in siennes]
        for siennes in rangee.cellules
    ] == [
        [("population", 8.5, None, REFERENCE)],
        [
            ("plus_de_17_ans", 9.0, None, BASES_DIFFERENTES),
            ("population", 8.0, None, VALEUR_APPROCHEE),
        ],
        [("plus_de_17_ans", None, NON_PUBLIE, SANS_VALEUR)],
        [("plus_de_17_ans", None, SANS_OBJET, SANS_VALEUR)],
    ]
    assert rangee.bases == {"population", "plus_de_17_ans"}


def test_every_line_is_in_one_row_and_health_comes_first(atlas_dessine):
    atlas = with_shares(atlas_dessine, [("cpts-ouest", "population", 8.5, "egal")])
    comparaison = compare_all(atlas, [OUEST, EST])
    rangees = comparaison.rangees()
    assert [r.indicateur for r in rangees] == list(
        dict.fromkeys(ligne[0].mesure.indicateur for ligne in comparaison.lignes)
    )
    themes = [atlas.registre[r.indicateur].theme for r in rangees]
    assert themes == sorted(themes, key=THEMES.index)
    assert themes[0] == "sante"
    for rangee in rangees:
        assert all(rangee.cellules)


def with_shares(atlas, parts):
    faits = pd.DataFrame(
        [
            {
                "cpts_id": cpts_id,
                "indicateur": "part_sans_medecin_traitant",
                "valeur": valeur,
                "qualificatif": qualificatif,
                "base": base,
                "numerateur": None,
                "source_id": "cp",
            }
            for cpts_id, base, valeur, qualificatif in parts
        ],
        columns=atlas.faits.columns,
    )
    return dataclasses.replace(atlas, faits=faits)


BASES = st.sampled_from(["population", "plus_de_17_ans", "70_ans_et_plus"])
QUALIFICATIFS = st.sampled_from(["egal", "environ", "plus_de", "pres_de", "moins_de"])
PARTS = st.lists(
    st.tuples(
        st.sampled_from(["cpts-ouest", "cpts-est", "cpts-loin"]),
        BASES,
        st.floats(0, 100),
        QUALIFICATIFS,
    ),
    unique_by=lambda part: part[:2],
    max_size=6,
)
MEME_ATLAS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)


@MEME_ATLAS
@given(parts=PARTS)
def test_shares_are_subtracted_when_and_only_when_base_and_exactness_allow(atlas_dessine, parts):
    comparaison = compare_all(with_shares(atlas_dessine, parts), [OUEST, EST, LOIN])
    publiees = {
        (f"cpts:{i}", base): (valeur, qualificatif) for i, base, valeur, qualificatif in parts
    }
    for ligne in comparaison.lignes:
        if ligne[0].mesure.indicateur != "part_sans_medecin_traitant":
            continue
        base = ligne[0].mesure.base
        reference = publiees.get((OUEST, base))
        for cellule in ligne[1:]:
            sienne = publiees.get((cellule.mesure.territoire, base))
            permise = bool(sienne and reference and sienne[1] == reference[1] == "egal")
            assert (cellule.refus is None) == permise == (cellule.ecart is not None)
            a_part = {b for t, b in publiees if t == cellule.mesure.territoire}
            de_reference = {b for t, b in publiees if t == OUEST}
            autre = a_part and de_reference and not (sienne and reference)
            assert (cellule.refus == BASES_DIFFERENTES) == bool(autre)


@MEME_ATLAS
@given(codes=st.sets(st.sampled_from(list(POPULATIONS)), min_size=1))
def test_a_territory_is_the_sum_of_its_communes(atlas_dessine, codes):
    ensemble = f"communes:{'.'.join(sorted(codes))}"
    tout = measure_of(atlas_dessine, ensemble)
    seules = [measure_of(atlas_dessine, f"communes:{code}") for code in codes]
    for nom in SOMMES:
        assert tout[nom].valeur == pytest.approx(sum(seule[nom].valeur for seule in seules))
    assert tout["population"].valeur == sum(POPULATIONS[code] for code in codes)
    assert tout["densite"].valeur == pytest.approx(
        tout["population"].valeur / tout["surface_km2"].valeur
    )
    couverts = sum(
        s["part_couverte_indicative_pct"].valeur * s["population"].valeur for s in seules
    )
    assert tout["part_couverte_indicative_pct"].valeur * tout["population"].valeur == pytest.approx(
        couverts
    )


def measure_of(atlas, adresse):
    comparaison = compare_all(atlas, [adresse])
    return {ligne[0].mesure.indicateur: ligne[0].mesure for ligne in comparaison.lignes}


@settings(MEME_ATLAS, max_examples=5)  # each compares nine territories twice
@given(adresses=st.permutations(TOUS), indicatifs=st.booleans())
def test_the_order_of_the_territories_changes_no_figure(atlas_dessine, adresses, indicatifs):
    droit = compare_all(atlas_dessine, TOUS, "dep:70", indicatifs=indicatifs)
    autre = compare_all(atlas_dessine, adresses, "dep:70", indicatifs=indicatifs)
    assert {frozenset(ligne) for ligne in droit.lignes} == {
        frozenset(ligne) for ligne in autre.lignes
    }


@pytest.mark.parametrize(("un", "autre"), list(combinations(TOUS, 2)))
def test_a_difference_turns_its_sign_with_the_reference(atlas_dessine, un, autre):
    aller = compare_all(atlas_dessine, [un, autre], un)
    retour = compare_all(atlas_dessine, [un, autre], autre)
    for vers, depuis in zip(aller.lignes, retour.lignes, strict=True):
        assert (vers[1].ecart is None) == (depuis[0].ecart is None)
        if vers[1].ecart is not None:
            assert vers[1].ecart == -depuis[0].ecart


def test_a_difference_and_a_refusal_exclude_each_other(atlas_dessine):
    for ligne in compare_all(atlas_dessine, TOUS).lignes:
        for cellule in ligne:
            assert (cellule.ecart is None) == (cellule.refus is not None)
            if cellule.ecart_pct is not None:
                assert atlas_dessine.registre[cellule.mesure.indicateur].relatif


def test_other_refusals(atlas_dessine):
    def against(mesure, reference):
        return set_against(atlas_dessine.registre[mesure.indicateur], mesure, reference)

    un, autre = Mesure("etape", "un", mot="lancee"), Mesure("etape", "autre", mot="aci_signe")
    assert against(un, autre).refus == EN_TOUTES_LETTRES
    sans = Mesure("population", "autre", raison="perimetre_inconnu")
    assert against(Mesure("population", "un", 3.0), sans).refus == REFERENCE_SANS_VALEUR
    assert against(sans, Mesure("population", "un", 3.0)).refus == SANS_VALEUR
    nul = against(Mesure("population", "un", 3.0), Mesure("population", "autre", 0.0))
    assert (nul.ecart, nul.ecart_pct) == (3.0, None)
    # « +50 (−50 %) » would say the contrary of itself.
    moins = against(Mesure("population", "un", -50.0), Mesure("population", "autre", -100.0))
    assert (moins.ecart, moins.ecart_pct) == (50.0, None)


def test_an_unknown_reference_is_an_error_of_the_caller(atlas_dessine):
    with pytest.raises(ValueError, match="dep:70"):
        compare_all(atlas_dessine, ["dep:21"], "dep:70")


# --- small maps


@pytest.mark.parametrize("indicatifs", [True, False])
def test_small_maps_share_a_frame_that_holds_each_outline(atlas_dessine, indicatifs):
    territoires = [parse_territoire(atlas_dessine, adresse) for adresse in TOUS]
    departements = dissolve_departements(atlas_dessine)
    vignettes = make_vignettes(atlas_dessine, departements, territoires, indicatifs=indicatifs)
    cadre = shapely.box(
        -vignettes.largeur_m / 2,
        -vignettes.hauteur_m / 2,
        vignettes.largeur_m / 2,
        vignettes.hauteur_m / 2,
    )
    assert vignettes.echelle_m <= vignettes.largeur_m / 2
    for territoire, vignette in zip(territoires, vignettes.vignettes, strict=True):
        codes = territoire.communes(indicatifs=indicatifs)
        assert (vignette.contour is None) == (not codes)
        assert cadre.buffer(1).covers(vignette.departements)
        if codes:
            assert cadre.covers(vignette.contour)
            assert vignette.contour.area == pytest.approx(len(codes) * KM**2, rel=0.01)
            assert vignette.contour.covers(shapely.Point(vignette.point))
    ouest = vignettes.vignettes[0]
    assert ouest.indicatif is indicatifs
    assert vignettes.vignettes[2].point == (0, 0)


@pytest.mark.parametrize(("manquantes", "refus"), [(2, COMMUNES_MANQUANTES), (0, LISTE_INCOMPLETE)])
def test_a_count_that_leaves_communes_out_is_not_refused_for_a_list_of_cpts(
    atlas, manquantes, refus
):
    partielle = Mesure("population", "dep:70", 5.0, qualificatif=AU_MOINS, manquantes=manquantes)
    cellule = set_against(
        atlas.registre["population"], partielle, Mesure("population", "dep:25", 7.0)
    )
    assert cellule.refus == refus
