"""What the planner is told of each fault, on the drawing of ``dessin_communes.py``."""

from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.chargement import load
from geo.erreurs import Severite
from geo.importation.diagnostic import Choix, corrected_table, diagnose
from geo.importation.etapes import read_date, read_statut
from geo.importation.lignes import Adhesion, names_none, repeat_names
from geo.importation.limites import NOM_MAX
from geo.importation.partage import estimate_parts
from geo.perimetre import round_part
from tests.conftest import PEU_D_EXEMPLES
from tests.geo.dessin import A, B, C, D, E, write_dossier
from tests.importation.dessin_communes import NOMS, make_table, row, write_folder

BLOQUANT, A_VERIFIER, INFORMATION = (severite.value for severite in Severite)


@pytest.fixture(scope="module")
def atlas_codes(tmp_path_factory):
    return load(write_folder(tmp_path_factory.mktemp("codes")))


@pytest.fixture(scope="module")
def check(atlas_codes):
    """Diagnose rows on the drawn folder."""

    def _check(*lignes, **choix):
        return diagnose(make_table(*lignes), atlas_codes, Choix(**choix), "table.csv")

    return _check


def told(diagnostic):
    """Return what is told, without the words."""
    anomalies = diagnostic.anomalies
    colonnes = ("ligne", "colonne", "severite", "genre")
    return list(zip(*(anomalies[nom] for nom in colonnes), strict=True))


def communes(diagnostic):
    return diagnostic.adhesions["code_commune"].to_list()


def test_a_clean_table_has_nothing_to_tell(check):
    lue = check(
        row("70001", commune="Le Val-Saint-Éloi", departement="70", statut="ACI signé"),
        row("70002", commune="BREY", departement="Haute-Saône", statut="ACI signé"),
    )
    assert told(lue) == []
    assert not lue.bloquant
    assert communes(lue) == ["70001", "70002"]
    [neuve] = lue.cpts.reset_index().to_dict("records")
    assert neuve["nom_cpts"] == "CPTS Neuve"
    assert neuve["cpts_id"] == "cpts-neuve"
    assert (neuve["communes"], neuve["population"]) == (2, 600 + 700)
    assert (neuve["statut"], neuve["connue"]) == ("aci_signe", False)


@pytest.mark.parametrize(
    ("ligne", "severite", "genre", "code"),
    [
        # A zero lost: certain where the name or the department says so.
        (row("1004", commune="Ambérieu en Bugey"), INFORMATION, "zero_perdu", "01004"),
        (row("1004", departement="1"), INFORMATION, "zero_perdu", "01004"),
        (row("1004"), A_VERIFIER, "zero_perdu", "01004"),
        (row("1004", commune="Brey"), BLOQUANT, "zero_perdu", None),
        (row("1004", departement="70"), BLOQUANT, "zero_perdu", None),
        (row("1999", departement="01"), BLOQUANT, "zero_perdu", None),
        # A commune that the data loaded lack is left aside, with its zero or without.
        (row("01005"), A_VERIFIER, "hors_territoire", None),
        (row("1005", departement="01"), A_VERIFIER, "hors_territoire", None),
        # Forms that leave no doubt.
        (row("70 001"), INFORMATION, "code_nettoye", "70001"),
        (row(" 70001"), INFORMATION, "code_nettoye", "70001"),
        (row("'70001"), INFORMATION, "code_nettoye", "70001"),
        (row("70001,0"), INFORMATION, "code_nettoye", "70001"),
        (row("2a004"), INFORMATION, "code_nettoye", "2A004"),
        (row("2 A 004"), INFORMATION, "code_nettoye", "2A004"),
        # Codes of no commune.
        (row("70999"), BLOQUANT, "code_inconnu", None),
        (row("99999"), BLOQUANT, "code_inconnu", None),
        (row("00000"), BLOQUANT, "code_inconnu", None),
        (row("70160"), BLOQUANT, "code_postal", None),
        (row("20004"), BLOQUANT, "code_corse", None),
        (row("7001X"), BLOQUANT, "code_illisible", None),
        (row("70"), BLOQUANT, "code_illisible", None),
        (row("２１００１"), BLOQUANT, "code_illisible", None),
        (row("38001"), A_VERIFIER, "hors_territoire", None),
        (row("97105"), A_VERIFIER, "hors_territoire", None),
        (row("70901"), BLOQUANT, "absorbee", None),
        # Arrondissements, at both ends of each range and beyond.
        (row("75101"), A_VERIFIER, "arrondissement", "75056"),
        (row("75120"), A_VERIFIER, "arrondissement", "75056"),
        (row("75121"), BLOQUANT, "code_inconnu", None),
        (row("69381"), A_VERIFIER, "arrondissement", "69123"),
        (row("69389"), A_VERIFIER, "arrondissement", "69123"),
        (row("69390"), BLOQUANT, "code_inconnu", None),
        (row("13201"), A_VERIFIER, "arrondissement", "13055"),
        (row("13216"), A_VERIFIER, "arrondissement", "13055"),
        (row("13217"), BLOQUANT, "code_inconnu", None),
        # The name and the department, only where the code is missing.
        (row(), BLOQUANT, "code_manquant", None),
        (row(commune="Brey"), BLOQUANT, "code_manquant", None),
        (row(commune="Brey", departement="Nulle part"), BLOQUANT, "code_manquant", None),
        (row(commune="Nulle", departement="70"), BLOQUANT, "code_manquant", None),
        (row(commune="brey", departement="70"), INFORMATION, "code_par_nom", "70002"),
        (row(commune="Val St Eloi", departement="070"), INFORMATION, "code_par_nom", "70001"),
        (row(commune="Brey", departement="Haute-Saône (70)"), INFORMATION, "code_par_nom", "70002"),
        (row(commune="Brey-le-Petit", departement="70"), INFORMATION, "code_par_nom", "70002"),
        (row(commune="Aiglun", departement="21"), BLOQUANT, "homonymes", None),
        (row(commune="Brey", departement="38"), A_VERIFIER, "hors_territoire", None),
    ],
)
def test_codes(check, ligne, severite, genre, code):
    lue = check(ligne, row("21002", "CPTS Autre"))
    assert told(lue) == [(2, "code_commune", severite, genre)]
    assert lue.bloquant == (severite == BLOQUANT)
    assert communes(lue) == (["21002"] if code is None else ["21002", code])
    assert lue.anomalies["message"].str.endswith(".").all()
    assert lue.anomalies["remede"].str.endswith(".").all()
    assert lue.anomalies["valeur"].to_list() == [ligne["code_commune"]]


def test_homonyms_are_listed_with_their_codes(check):
    [remede] = check(row(commune="Aiglun", departement="21"), row("70001")).anomalies["remede"]
    assert "21001 Aiglun" in remede
    assert "21002 Aiglun" in remede


def test_names_and_departments_that_disagree_are_told_and_the_code_followed(check):
    lue = check(row("70001", commune="Brey", departement="21"))
    assert told(lue) == [
        (2, "commune", A_VERIFIER, "nom_discordant"),
        (2, "departement", A_VERIFIER, "departement_discordant"),
    ]
    assert "70002 Brey" in lue.anomalies["message"][0]
    assert communes(lue) == ["70001"]


@pytest.mark.parametrize("nom", ["Le Val Saint Eloi", "VAL-ST-ELOI (LE)", "val saint-éloi"])
def test_a_name_written_otherwise_agrees(check, nom):
    assert told(check(row("70001", commune=nom))) == []


@pytest.mark.parametrize("nom", ["Brey-le-Petit", "Vieux-Brey"])
def test_a_former_name_agrees(check, nom):
    assert told(check(row("70002", commune=nom))) == []


def test_absorbed_codes_are_listed_and_replaced_once_accepted(check):
    lignes = (row("70901", commune="Vieux-Brey", departement="70"), row("70902", commune="?a"))
    refuse = check(*lignes)
    assert refuse.bloquant
    assert set(refuse.anomalies["remede"]) >= {
        "Accepter les remplacements : la case « Remplacer », ou --accepter-absorbees."
    }
    assert communes(refuse) == []
    accepte = check(*lignes, absorbees_acceptees=True)
    assert not accepte.bloquant
    assert communes(accepte) == ["70002"]
    assert told(accepte)[:2] == [
        (2, "code_commune", A_VERIFIER, "absorbee"),
        (3, "code_commune", A_VERIFIER, "absorbee"),
    ]
    for lue in (refuse, accepte):
        absorptions = lue.absorptions.set_index("code_commune")
        assert absorptions["successeur"].to_dict() == {"70901": "70002", "70902": "70002"}
        assert absorptions["nom_successeur"].to_list() == ["Brey", "Brey"]
        assert absorptions["population"].to_list() == [700, 700]
        assert absorptions["ancien_nom"].isna().to_list() == [False, True]


def test_a_city_and_its_arrondissements_count_once(check):
    lue = check(row("75056"), row("75101"), row("75102"))
    assert communes(lue) == ["75056"]
    assert lue.cpts["population"].to_list() == [300]


def test_a_repeated_commune_is_an_information_and_an_overlap_a_doubt(check):
    lue = check(row("2A004"), row("2A004"), row("2A004", "CPTS Autre"))
    assert told(lue) == [
        *((ligne, "code_commune", A_VERIFIER, "plusieurs_cpts") for ligne in (2, 3, 4)),
        (3, "code_commune", INFORMATION, "doublon"),
    ]
    assert communes(lue) == ["2A004", "2A004"]


def test_an_overlap_with_a_cpts_that_stays_is_told(check):
    lue = check(row("70003"))
    assert told(check(row("70003", "CPTS de Luxeuil"))) == []
    assert told(lue) == [(2, "cpts", A_VERIFIER, "recouvre_une_connue")]
    assert "CPTS de Luxeuil" in lue.anomalies["message"][0]


def test_rows_without_a_cpts_are_left_aside_and_their_code_not_judged(check):
    lue = check(row("70999", ""), row("70001", "Aucune"), row("70001", "-"), row("2A004"))
    assert told(lue) == [
        (2, "cpts", A_VERIFIER, "cpts_manquante"),
        (3, "cpts", INFORMATION, "sans_cpts"),
        (4, "cpts", INFORMATION, "sans_cpts"),
    ]
    assert communes(lue) == ["2A004"]


@pytest.mark.parametrize("lignes", [(), (row("70001", ""),), (row("70999"),)])
def test_a_table_without_memberships_blocks(check, lignes):
    lue = check(*lignes)
    assert lue.bloquant
    assert "vide" in set(lue.anomalies["genre"])
    assert lue.cpts.empty


def test_near_names_are_proposed_and_united_only_when_chosen(check):
    lignes = (row("2A004", "CPTS Sud"), row("01004", "CPTS du Sud"), row("75056", "cpts sud"))
    lue = check(*lignes)
    assert [set(noms) for noms in lue.noms_proches] == [{"CPTS du Sud", "cpts sud", "CPTS Sud"}]
    assert len(lue.cpts) == 3
    assert lue.cpts["cpts_id"].is_unique
    assert set(told(lue)) == {(n, "cpts", A_VERIFIER, "noms_proches") for n in (2, 3, 4)}
    unie = check(*lignes, noms=dict.fromkeys(lue.noms_proches[0], "CPTS Sud"))
    assert told(unie) == []
    assert unie.cpts.index.to_list() == ["CPTS Sud"]
    assert communes(unie) == ["01004", "2A004", "75056"]


def test_known_sheets_are_proposed_and_taken_only_when_chosen(check):
    lue = check(row("70003", "CPTS Luxeuil"))
    assert lue.fiches_proposees == {"CPTS Luxeuil": "cpts-luxeuil"}
    assert {genre for *_, genre in told(lue)} == {"fiche_proche", "recouvre_une_connue"}
    assert lue.cpts["connue"].to_list() == [False]
    assert lue.cpts["cpts_id"].to_list() == ["cpts-luxeuil-2"]
    choisie = check(row("70003", "CPTS Luxeuil"), fiches={"CPTS Luxeuil": "cpts-luxeuil"})
    assert told(choisie) == []
    assert choisie.cpts["cpts_id"].to_list() == ["cpts-luxeuil"]


def test_two_names_for_one_sheet_block(check):
    lue = check(
        row("70001", "CPTS de Luxeuil"),
        row("70002", "Autre"),
        fiches={"Autre": "cpts-luxeuil"},
    )
    assert told(lue) == [
        (3, "cpts", BLOQUANT, "fiche_partagee"),
        *((ligne, "cpts", A_VERIFIER, "communes_perdues") for ligne in (2, 3)),
    ]


@pytest.mark.parametrize(
    ("mot", "statut"),
    [
        ("ACI", "aci_signe"),
        ("signé", "aci_signe"),
        ("ACI signée", "aci_signe"),
        ("Signature ACI", "aci_signe"),
        ("Lettre d'intention", "lettre_intention"),
        ("LETTRE D’INTENTION VALIDÉE", "lettre_intention"),
        ("projet validé", "projet_valide"),
        ("Projet de santé validé", "projet_valide"),
        ("En émergence", "emergence"),
        ("émergence", "emergence"),
        ("en fonctionnement", "lancee"),
        ("abandonné", "abandonne"),
        ("aci_signe", "aci_signe"),
    ],
)
def test_stage_words_are_known(check, mot, statut):
    lue = check(row("2A004", statut=mot))
    assert told(lue) == []
    assert lue.cpts["statut"].to_list() == [statut]
    assert lue.cpts["statut_mot_source"].to_list() == [mot]


@pytest.mark.parametrize("mot", ["ACI non signé", "ACI en cours de signature", "bientôt", "42"])
def test_other_stage_words_are_told_and_guessed_by_nobody(check, mot):
    lue = check(row("2A004", statut=mot))
    assert told(lue) == [(2, "statut", A_VERIFIER, "statut_inconnu")]
    assert lue.cpts["statut"].to_list() == ["inconnu"]


def test_every_stage_of_the_shipped_table_is_known_by_its_label(atlas):
    lus = {statut: read_statut(libelle) for statut, libelle in atlas.statuts["libelle"].items()}
    assert lus == {statut: statut for statut in atlas.statuts.index}


def test_two_stages_or_two_dates_are_told_and_none_is_kept(check):
    lue = check(
        row("2A004", statut="ACI", date="14/09/2022"),
        row("01004", statut="émergence", date="15/09/2022"),
        row("75056"),
    )
    assert told(lue) == [
        (3, "date", A_VERIFIER, "dates_multiples"),
        (3, "statut", A_VERIFIER, "statuts_multiples"),
    ]
    assert lue.cpts["statut"].to_list() == ["inconnu"]
    assert lue.cpts["date"].isna().all()


def test_one_stage_said_in_two_ways_or_on_some_rows_only_is_one(check):
    lue = check(row("2A004", statut="ACI"), row("01004", statut="signé"), row("75056"))
    assert told(lue) == []
    assert lue.cpts["statut"].to_list() == ["aci_signe"]


@pytest.mark.parametrize(
    ("texte", "lu", "precision"),
    [
        ("14/09/2022", "2022-09-14", "jour"),
        ("5/6/2022", "2022-06-05", "jour"),
        ("2022-09-14", "2022-09-14", "jour"),
        ("2022-09-14 00:00:00", "2022-09-14", "jour"),
        ("14 septembre 2022", "2022-09-14", "jour"),
        ("Septembre 2022", "2022-09", "mois"),
        ("févr. 2024", "2024-02", "mois"),
        ("09/2022", "2022-09", "mois"),
        ("2022-09", "2022-09", "mois"),
    ],
)
def test_dates_are_read(check, texte, lu, precision):
    lue = check(row("2A004", date=texte))
    assert told(lue) == []
    assert lue.cpts["date"].to_list() == [lu]
    assert read_date(texte).precision == precision


@pytest.mark.parametrize(
    "texte", ["31/02/2022", "2022", "hier", "09/14/2022", "44818,5", "14/09/22"]
)
def test_unreadable_dates_are_told(check, texte):
    lue = check(row("2A004", date=texte))
    assert told(lue) == [(2, "date", A_VERIFIER, "date_illisible")]
    assert lue.cpts["date"].isna().all()


@pytest.mark.parametrize(
    "texte", ["01/01/1900", "31/12/2015", "31/12/9999", "décembre 9999", "01/01/0001", "06/05/2202"]
)
def test_implausible_dates_are_questioned(check, texte):
    lue = check(row("2A004", date=texte))
    assert told(lue) == [(2, "date", A_VERIFIER, "date_invraisemblable")]
    assert lue.cpts["date"].isna().all()


def test_a_name_beyond_the_limit_is_told_once_and_never_compared(check):
    noms = ["CPTS " + "a" * 40_000, "CPTS " + "a" * 39_999 + "b", "CPTS " + "c" * NOM_MAX]
    lue = check(*(row(f"7000{rang}", cpts=nom) for rang, nom in enumerate(noms, start=1)))
    assert told(lue) == [
        (0, "cpts", BLOQUANT, "vide"),
        (2, "cpts", BLOQUANT, "nom_trop_long"),
    ]
    assert "lignes 2, 3, 4" in lue.anomalies["message"].iloc[1]
    assert lue.adhesions.empty
    assert check(row("70001", cpts="CPTS " + "a" * (NOM_MAX - 5))).adhesions["nom_cpts"].size == 1


def test_what_is_quoted_is_cut(check):
    lue = check(row("70001", statut="x" * 30_000, date="y" * 30_000))
    assert lue.anomalies["message"].str.len().max() < 1_200
    assert lue.anomalies["valeur"].str.len().max() < 250


def test_months_end_on_their_last_day():
    assert [str(jour) for jour in read_date("février 2024").bornes] == ["2024-02-01", "2024-02-29"]
    assert [str(jour) for jour in read_date("12/2023").bornes] == ["2023-12-01", "2023-12-31"]


def test_known_cpts_that_a_complete_table_forgets_are_named(check):
    lue = check(row("70001"), complets=frozenset({"70"}))
    assert lue.absentes == ("cpts-bassin-vesulien", "cpts-luxeuil")
    assert {genre for *_, genre in told(lue)} == {"cpts_absente"}
    # An abandoned project without a perimeter is missing from nothing.
    assert check(row("21001"), complets=frozenset({"21"})).absentes == ()


def test_a_complete_department_must_be_loaded(check):
    lue = check(row("70001", "CPTS de Luxeuil"), complets=frozenset({"38"}))
    assert told(lue) == [
        (0, "departement", BLOQUANT, "departement_inconnu"),
        (2, "cpts", A_VERIFIER, "communes_perdues"),
    ]


def test_a_complete_department_must_be_in_the_table(check):
    """A table that says nothing of a department cannot make gaps of its communes."""
    lue = check(row("2A004"), complets=frozenset({"2A", "75"}))
    assert told(lue) == [(0, "departement", BLOQUANT, "departement_absent")]
    assert lue.anomalies["valeur"].to_list() == ["75"]
    # A row without a CPTS is enough: there may be none.
    vide = check(row("2A004"), row("75056", "Aucune"), complets=frozenset({"2A", "75"}))
    assert not vide.bloquant


def test_an_abandoned_project_that_comes_back_without_a_stage_is_told(check):
    assert told(check(row("21001", "CPTS Arrêtée"))) == [(2, "cpts", A_VERIFIER, "cpts_abandonnee")]
    reprise = check(row("21001", "CPTS Arrêtée", statut="ACI"))
    assert told(reprise) == [(2, "statut", INFORMATION, "etape_changee")]


def test_the_corrected_table_says_the_same_with_nothing_left_to_repair(atlas_codes):
    choix = Choix(absorbees_acceptees=True, noms={"cpts  neuve": "CPTS Neuve"})
    table = make_table(
        row("1004", departement="1"),
        row("70 002", cpts="cpts  neuve"),
        row("70901"),
        row("75101"),
        row(commune="Val St Éloi", departement="70"),
        row("70999", ""),
    )
    lue = diagnose(table, atlas_codes, choix, "t.csv")
    corrigee = corrected_table(table, lue, choix)
    assert list(corrigee.columns) == list(table.columns)
    assert corrigee["code_commune"].to_list() == [
        "01004", "70002", "70002", "75101", "70001", "70999",
    ]  # fmt: skip
    relue = diagnose(corrigee, atlas_codes, Choix(), "t.csv")
    assert {genre for *_, genre in told(relue)} == {
        "doublon", "cpts_manquante", "arrondissement",
    }  # fmt: skip
    assert_frame_equal(relue.adhesions, lue.adhesions)


def test_what_cannot_be_repaired_stays_in_the_corrected_table(atlas_codes):
    table = make_table(row("70999"), row("1004", commune="Brey"), row("70901"))
    lue = diagnose(table, atlas_codes, Choix(), "t.csv")
    assert_frame_equal(corrected_table(table, lue, Choix()), table)


def test_a_known_cpts_that_the_table_does_not_name_can_be_taken_out(check):
    seule = row("70002", "CPTS du bassin vésulien")
    lue = check(seule, complets=frozenset({"70"}))
    assert lue.retirables == lue.absentes == ("cpts-luxeuil",)
    assert ("cpts_absente", A_VERIFIER) in {(genre, grave) for *_, grave, genre in told(lue)}
    retiree = check(seule, complets=frozenset({"70"}), retirees=frozenset({"cpts-luxeuil"}))
    assert retiree.retirables == ("cpts-luxeuil",)
    assert retiree.absentes == ()
    assert [(grave, genre) for *_, grave, genre in told(retiree)] == [(INFORMATION, "retiree")]


@pytest.mark.parametrize("cpts_id", ["cpts-luxeuil", "cpts-jamais-vue"])
def test_a_sheet_that_is_named_or_unknown_is_not_taken_out(check, cpts_id):
    lue = check(row("70003", "CPTS de Luxeuil"), retirees=frozenset({cpts_id}))
    assert lue.bloquant
    assert cpts_id in lue.anomalies["valeur"][0] or "CPTS de Luxeuil" in lue.anomalies["valeur"][0]


def test_blanks_in_the_name_of_a_known_sheet_hide_it_from_no_table(atlas_codes):
    fiches = atlas_codes.fiches.copy()
    fiches.loc["cpts-luxeuil", "nom"] = "CPTS  de Luxeuil"
    lue = diagnose(
        make_table(row("70003", "CPTS de Luxeuil")),
        replace(atlas_codes, fiches=fiches),
        Choix(),
        "table.csv",
    )
    assert lue.cpts["cpts_id"].to_list() == ["cpts-luxeuil"]
    assert lue.fiches_proposees == {}


def test_rows_without_a_name_are_told_once(check):
    lue = check(row("70001"), row("70002", ""), row("2A004", ""), row("01004", "CPTS Autre"))
    assert lue.sans_cpts == 2
    assert told(lue) == [(3, "cpts", A_VERIFIER, "cpts_manquante")]
    assert "lignes 3, 4" in lue.anomalies["message"][0]


def test_names_are_repeated_down_to_the_next_one():
    table = make_table(
        row("1", ""), row("2", "A"), row("3", ""), row("4", "#REF!"), row("5", "Aucune")
    )
    assert repeat_names(table)["cpts"].to_list() == ["(vide)", "A", "A", "A", "Aucune"]
    assert names_none("(vide)")


@pytest.mark.parametrize(
    "nom",
    ["Non rattachée", "à définir", "Non couvert par une CPTS", "En cours", "Pas de CPTS à ce jour"],
)
def test_words_that_may_mean_none_make_no_cpts_and_are_told(check, nom):
    lue = check(row("70001", nom), row("2A004"))
    assert told(lue) == [(2, "cpts", A_VERIFIER, "sans_cpts_peut_etre")]
    assert communes(lue) == ["2A004"]
    # What waits for a name has none with « CPTS » before it either.
    nommee = check(row("70001", f"CPTS {nom}"), row("2A004"))
    provisoire = nom in {"à définir", "En cours"}
    assert sorted(communes(nommee)) == ["2A004", *([] if provisoire else ["70001"])]


@pytest.mark.parametrize(
    "nom", ["#REF!", "#N/A", "#NOM?", "#VALEUR!", "(vide)", "null", "Sans objet"]
)
def test_errors_of_a_spreadsheet_name_no_cpts(check, nom):
    assert communes(check(row("70001", nom), row("2A004"))) == ["2A004"]


def test_a_cpts_without_a_stage_is_counted_and_can_be_given_one(check):
    lignes = (row("2A004"), row("01004", "CPTS Dite", statut="émergence"))
    assert check(*lignes).sans_statut == 1
    donnee = check(*lignes, statut_defaut="aci_signe")
    assert donnee.cpts["statut"].to_dict() == {"CPTS Dite": "emergence", "CPTS Neuve": "aci_signe"}
    # A known sheet has its own stage.
    connue = check(row("70003", "CPTS de Luxeuil"), statut_defaut="lancee")
    assert connue.sans_statut == 0
    assert connue.cpts["statut"].to_list() == ["inconnu"]


def test_an_arrondissement_alone_makes_no_established_city(check):
    entieres = check(row("75101"), row("69123"), row("69381")).adhesions
    assert dict(zip(entieres["code_commune"], entieres["entiere"], strict=True)) == {
        "69123": True,
        "75056": False,
    }
    tous = check(*(row(str(code)) for code in range(13201, 13217))).adhesions
    assert tous["entiere"].to_list() == [True]


def test_arrondissements_shared_out_split_the_city_by_their_number(check):
    nord = [row(str(code), "CPTS Nord") for code in range(13201, 13209)]
    sud = [row(str(code), "CPTS Sud") for code in range(13209, 13213)]
    lue = check(*nord, *sud)
    assert lue.adhesions["part"].to_list() == [0.5, 0.25]
    assert lue.adhesions["entiere"].all()
    assert lue.cpts["population"].to_list() == [250, 125]
    assert {genre for *_, genre in told(lue)} == {"commune_partagee"}
    [message] = lue.anomalies["message"]
    assert message == (
        "13055 Marseille est partagée : « CPTS Nord » 50\xa0%, « CPTS Sud » 25\xa0% ; parts estimées au nombre "
        "d'arrondissements."
    )
    # One named for two CPTS, or the city named whole: it is an overlap, as ever.
    for autre in (row("13201", "CPTS Sud"), row("13055", "CPTS Sud")):
        lue = check(*nord, *sud, autre)
        assert set(lue.adhesions["part"]) == {1.0}
        assert "plusieurs_cpts" in set(lue.anomalies["genre"])


def test_shares_that_are_given_are_told_and_overlap_beyond_the_whole(atlas_codes):
    table = make_table(row("70001", "CPTS Nord"), row("70001", "CPTS Sud"))
    for parts, genre in (([0.4, 0.6], None), ([0.4, 0.7], "plusieurs_cpts")):
        lue = diagnose(table.assign(part=parts), atlas_codes, Choix(), "table.csv")
        assert lue.adhesions["part"].to_list() == parts
        genres = set(lue.anomalies["genre"])
        assert "commune_partagee" in genres
        assert ("plusieurs_cpts" in genres) == (genre is not None)


@given(st.lists(st.sampled_from(["CPTS A", "CPTS B", "CPTS C"]), min_size=2, max_size=16))
def test_shares_that_are_estimated_make_what_the_parts_make(noms):
    lignes = [
        Adhesion(nom, "13055", rang, str(13201 + rang), str(13201 + rang), 1.0)
        for rang, nom in enumerate(noms)
    ]
    parts = estimate_parts(lignes)
    if len(set(noms)) == 1:
        assert parts == {}
        return
    assert {nom for nom, _ in parts} == set(noms)
    assert sum(part.part for part in parts.values()) == pytest.approx(len(noms) / 16, abs=1e-4)
    assert all(part.part == round_part(part.part) for part in parts.values())


def test_a_known_cpts_that_loses_communes_is_told(check):
    lue = check(row("70001", "CPTS de Luxeuil"))
    assert told(lue) == [(2, "cpts", A_VERIFIER, "communes_perdues")]
    assert "1 avant, 1 après ; 70003" in lue.anomalies["message"][0]


def test_communes_of_a_department_that_the_table_does_not_name_are_kept_and_told(check):
    lue = check(row("2A004", "CPTS de Luxeuil"))
    assert told(lue) == [(2, "cpts", A_VERIFIER, "communes_gardees")]
    assert "garde 1 commune du département 70" in lue.anomalies["message"][0]


def test_a_date_that_no_stage_bears_out_is_told(check):
    lue = check(row("70003", "CPTS de Luxeuil", date="14/09/2023"))
    assert told(lue) == [(2, "date", A_VERIFIER, "date_autre")]
    sans_date = check(row("70002", "CPTS du bassin vésulien", date="14/09/2023"))
    assert told(sans_date) == [(2, "date", A_VERIFIER, "date_autre")]
    assert told(check(row("70003", "CPTS de Luxeuil", date="06/05/2022"))) == []


def test_a_sheet_is_proposed_by_its_communes_too(check):
    lue = check(row("70003", "Tout autre nom"))
    assert lue.fiches_proposees == {"Tout autre nom": "cpts-luxeuil"}


@pytest.mark.parametrize(
    ("choix", "genre", "bloquant"),
    [
        ({"fiches": {"CPTS Neuve": "cpts-luxeuill"}}, "fiche_inconnue", True),
        ({"fiches": {"CPTS Neuv": "cpts-luxeuil"}}, "nom_inconnu", False),
        ({"noms": {"CPTS Neuv": "CPTS Neuve"}}, "nom_inconnu", False),
    ],
)
def test_a_decision_that_bears_on_nothing_is_told(check, choix, genre, bloquant):
    lue = check(row("2A004"), **choix)
    assert [dit for *_, dit in told(lue)] == [genre]
    assert lue.bloquant == bloquant


def test_hundreds_of_near_names_make_short_messages(check):
    lettres = [(minuscule, minuscule.upper()) for minuscule in "sudouest"]
    noms = ["".join(nom) for nom in product(*lettres)]
    lue = check(*(row("2A004", nom) for nom in noms))
    assert len(lue.noms_proches[0]) == 256
    assert lue.anomalies["message"].str.len().max() < 300


cellules = st.fixed_dictionaries(
    {
        "code_commune": st.sampled_from(
            ["", "1004", "70 001", "70901", "75101", "70999", "Aiglun", *NOMS]
        ),
        "commune": st.sampled_from(["", "Aiglun", "Brey", "Vieux-Brey", "?"]),
        "departement": st.sampled_from(["", "70", "1", "Haute-Saône"]),
        "cpts": st.sampled_from(["", "CPTS A", "cpts  a", "CPTS Luxeuil", "CPTS de Luxeuil", "-"]),
        "statut": st.sampled_from(["", "ACI", "émergence", "?"]),
        "date": st.sampled_from(["", "09/2022", "14/09/2022", "x"]),
    }
)


@PEU_D_EXEMPLES
@given(lignes=st.lists(cellules, max_size=12), donnees=st.data())
def test_the_order_of_the_rows_is_irrelevant(atlas_codes, lignes, donnees):
    table = make_table(*lignes)
    melangee = table.iloc[donnees.draw(st.permutations(range(len(table))))]
    choix = Choix(absorbees_acceptees=True, complets=frozenset({"70"}))
    une, autre = (diagnose(t, atlas_codes, choix, "t.csv") for t in (table, melangee))
    for nom in ("anomalies", "adhesions", "cpts", "absorptions"):
        assert_frame_equal(getattr(une, nom), getattr(autre, nom))
    assert une.codes.sort_index().equals(autre.codes.sort_index())
    assert (une.noms_proches, une.absentes) == (autre.noms_proches, autre.absentes)


@given(
    st.lists(st.tuples(st.sampled_from(list(NOMS)), st.sampled_from(["A", "B", "C"])), max_size=20)
)
def test_every_commune_is_in_each_of_its_cpts_exactly_once(atlas_codes, paires):
    lue = diagnose(make_table(*(row(*paire) for paire in paires)), atlas_codes, Choix(), "t.csv")
    trouvees = list(zip(lue.adhesions["code_commune"], lue.adhesions["nom_cpts"], strict=True))
    assert len(trouvees) == len(set(trouvees))
    assert set(trouvees) == set(paires)
    assert lue.cpts["communes"].sum() == len(set(paires))


@given(
    lignes=st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(
                ("code_commune", "commune", "departement", "cpts", "statut", "date"),
                st.text(max_size=8),
            )
        ),
        max_size=5,
    )
)
def test_no_text_breaks_the_diagnosis(atlas_codes, lignes):
    lue = diagnose(make_table(*lignes), atlas_codes, Choix(), "t.csv")
    assert isinstance(lue.anomalies, pd.DataFrame)
    assert lue.adhesions["code_commune"].isin(atlas_codes.communes.index).all()
    assert lue.cpts["cpts_id"].str.fullmatch("cpts-[a-z0-9-]+").all()


def test_a_department_is_covered_once_every_commune_of_it_is_named(tmp_path):
    """a, b are the communes of 21, c, d those of 70; e is outside the study area."""
    dessin = load(write_dossier(tmp_path / "data"))

    def couverts(*lignes, **choix):
        return diagnose(make_table(*lignes), dessin, Choix(**choix), "t.csv").couverts

    assert couverts(row(A, "CPTS A"), row(B, "CPTS A"), row(C, "CPTS A")) == {"21": 0}
    # A row without the name of a CPTS names its commune all the same, and so does an absorbed code.
    assert couverts(row(A, "CPTS A"), row(B, ""), row(D, "Aucune"), row(C, "")) == {
        "21": 1,
        "70": 2,
    }
    for acceptees in (False, True):
        lues = couverts(row(A, "CPTS A"), row("21901", ""), absorbees_acceptees=acceptees)
        assert lues == {"21": 1}
    assert couverts(row(A, "CPTS A"), row("99999", "CPTS A"), row(E, "CPTS A")) == {}
