"""Files as published: recognised, accounted for to the last column, and never guessed."""

import pytest

from geo.erreurs import DonneesInvalides
from geo.officiels.choix import Choix, check_choix
from geo.officiels.examen import NON_LUE

APL = "APL aux médecins généralistes"
POIDS = "Population standardisée 2021 pour la médecine générale"
ENTETE = [
    "Code commune INSEE",
    "Commune",
    f" {APL} ",
    f"{APL} de 65 ans ou moins",
    POIDS,
    "Population totale 2021",
]
UNITES = ["", "", "consultations", "consultations", "habitants", "habitants"]
LUXEUIL, VESOUL = "70311", "70550"


def drees(*lignes, titres=8):
    """Write a sheet as the DREES does: titles, header on row 9, units under it."""
    return [["Accessibilité potentielle localisée"], *[[]] * (titres - 1), ENTETE, UNITES, *lignes]


def messages(examen):
    return " ".join(remarque.message for remarque in examen.remarques)


def refused(faire, *arguments, **nommes):
    with pytest.raises(DonneesInvalides) as refus:
        faire(*arguments, **nommes)
    return str(refus.value)


def value(indicateur, cle):
    return indicateur.chiffres[cle].valeur


def test_a_workbook_of_the_drees_is_recognised_and_its_years_are_a_series(classeur):
    examen = classeur(
        {
            "Paramètres": [["Note", "texte"], ["a", "b"]],
            "APL 2022": drees(
                [LUXEUIL, "Luxeuil-les-Bains", 2.0, 1.0, 100, 110],
                [VESOUL, "Vesoul", 4, 3, 300, 290],
            ),
            "APL 2023": drees([LUXEUIL, "Luxeuil-les-Bains", 3.0, 1.0, 100, 110]),
        }
    )
    noms = [indicateur.nom for indicateur in examen.indicateurs]
    assert noms == [
        "apl_medecins_2022",
        "apl_medecins_65_ans_2022",
        "apl_medecins_2023",
        "apl_medecins_65_ans_2023",
    ]
    assert value(examen.indicateurs[0], "departement:70") == pytest.approx(3.5)
    assert value(examen.indicateurs[1], "departement:70") == pytest.approx(2.5)
    assert value(examen.indicateurs[2], "departement:70") == 3
    roles = {(colonne.feuille, colonne.titre): colonne for colonne in examen.colonnes}
    assert roles["APL 2023", POIDS].role == "poids"
    assert roles["APL 2023", POIDS].unite == "habitants"
    assert len(examen.colonnes) == 2 * len(ENTETE)
    assert "Paramètres" in messages(examen)


def test_two_sheets_without_a_year_ask_which(classeur):
    feuilles = {
        "Lot A": drees([LUXEUIL, "", 2, 1, 10, 10]),
        "Lot B": drees([LUXEUIL, "", 3, 1, 10, 10]),
    }
    refus = refused(classeur, feuilles)
    assert "Lot A, Lot B" in refus
    assert "--feuille" in refus
    examen = classeur(feuilles, Choix(feuilles=("lot b",), millesime="2023"))
    assert value(examen.indicateurs[0], "departement:70") == 3
    assert "feuille absente" in refused(classeur, feuilles, Choix(feuilles=("Lot C",)))


def test_a_mean_without_its_own_weight_is_not_aggregated(csv):
    examen = csv(f"Code commune INSEE;Commune;APL aux infirmières;{POIDS}\n{LUXEUIL};L;5;100\n")
    (indicateur,) = examen.indicateurs
    assert indicateur.chiffres["departement:70"] is None
    assert "non agrégeable" in messages(examen)
    assert [colonne.role for colonne in examen.colonnes][-1] == NON_LUE


def test_a_weight_that_names_no_profession_weights_only_one(csv):
    seule = csv(
        f"Code commune INSEE;APL aux sages-femmes;Population standardisée 2021\n{LUXEUIL};5;100\n"
    )
    assert value(seule.indicateurs[0], "departement:70") == 5
    deux = csv(
        "Code commune INSEE;APL aux sages-femmes;APL aux infirmières;Population standardisée 2021\n"
        f"{LUXEUIL};5;6;100\n"
    )
    assert [indicateur.chiffres["departement:70"] for indicateur in deux.indicateurs] == [
        None,
        None,
    ]


@pytest.mark.parametrize(
    "profession", ["masseurs-kinésithérapeutes", "chirurgiens-dentistes", "infirmières"]
)
def test_each_profession_has_its_own_weight(csv, profession):
    examen = csv(
        f"Code commune INSEE;APL aux {profession};Population standardisée 2021 pour les {profession};{POIDS}\n"
        f"{LUXEUIL};5;100;1\n{VESOUL};9;300;9999\n"
    )
    assert value(examen.indicateurs[0], "departement:70") == pytest.approx(8)


def test_the_structure_of_the_population_has_decimals_and_several_years(csv):
    examen = csv(
        "CODGEO;P22_POP;P22_POP0014;P22_POP7589;P22_POP90P;P16_POP;P16_POP7589;P16_POP90P;P22_H\n"
        f"{LUXEUIL};1000.5;150.5;100.25;10;900;80;10;5\n"
    )
    chiffres = {i.nom: value(i, "departement:70") for i in examen.indicateurs}
    assert chiffres["population_75_ans_et_plus_2022"] == pytest.approx(110.25)
    assert chiffres["part_75_ans_et_plus_2022"] == pytest.approx(110.25 / 1000.5 * 100)
    assert chiffres["part_75_ans_et_plus_2016"] == pytest.approx(10)
    assert chiffres["part_moins_de_15_ans_2022"] == pytest.approx(150.5 / 1000.5 * 100)
    assert "part_moins_de_15_ans_2016" not in chiffres
    assert {c.titre for c in examen.colonnes if c.role == NON_LUE} == {"P22_H"}


def test_codes_under_the_labels_are_the_header(csv):
    examen = csv(
        "Code géographique;Libellé;Population en 2022;75 à 89 ans;90 ans ou plus\n"
        f"CODGEO;LIBGEO;P22_POP;P22_POP7589;P22_POP90P\n{LUXEUIL};Luxeuil;100;10;5\n"
    )
    assert value(examen.indicateurs[1], "departement:70") == pytest.approx(15)


def test_a_zoning_is_recognised_by_its_cells(csv, atlas):
    examen = csv(
        f"Code INSEE;Commune;Zonage 2024\n{LUXEUIL};Luxeuil;ZIP\n{VESOUL};Vesoul;Hors zonage\n"
    )
    zonage, en_zip, _ = examen.indicateurs
    assert zonage.nature == "categorie"
    assert set(zonage.chiffres.values()) == {None}
    assert en_zip.chiffres["cpts:cpts-luxeuil"].valeur == 100
    habitants = atlas.communes["population"]
    part = habitants[LUXEUIL] / (habitants[LUXEUIL] + habitants[VESOUL]) * 100
    assert en_zip.chiffres["departement:70"].valeur == pytest.approx(part)


COMPOSITION = [["Code commune", "TVS"], [LUXEUIL, "27001"], [VESOUL, "27002"]]


def test_a_zoning_by_tvs_is_that_of_their_communes(classeur):
    zones = [
        ["Code TVS", "Libellé", "Zonage 2024"],
        ["27001", "Luxeuil", "ZIP"],
        ["27002", "Vesoul", "Hors zonage"],
    ]
    examen = classeur({"Zonage": zones, "Composition": COMPOSITION})
    en_zip = examen.indicateurs[1]
    assert en_zip.millesime == "2024"
    assert en_zip.chiffres["cpts:cpts-luxeuil"].valeur == 100
    assert en_zip.chiffres["cpts:cpts-luxeuil"].intervalle is None
    assert any("2 communes ont reçu la ligne de leur TVS" in r.message for r in examen.remarques)


def test_tvs_that_nothing_composes_are_never_taken_for_communes(csv):
    with pytest.raises(DonneesInvalides, match="territoire de vie-santé"):
        csv("Code TVS;Libellé TVS;Zonage 2024\n70311;X;ZIP\n70550;Y;ZAC\n")


def test_a_figure_by_tvs_is_not_given_to_communes(classeur):
    chiffres = [["Code TVS", "APL aux médecins généralistes"], ["27001", 2.5], ["27002", 3.1]]
    with pytest.raises(DonneesInvalides, match="d'aucune forme connue"):
        classeur({"APL": chiffres, "Composition": COMPOSITION})


@pytest.mark.parametrize("titre", ["EPCI", "Code canton", "Code postal", "IRIS"])
def test_codes_of_something_else_are_no_communes(csv, titre):
    with pytest.raises(DonneesInvalides):
        csv(f"{titre};Zonage 2024\n70311;ZIP\n70550;ZAC\n")


SANS_MT = "codgeo;sans_medecin_traitant_declare"


def test_a_count_without_doctor_has_a_share_and_its_interval(csv):
    examen = csv(f"{SANS_MT};Assurés de 16 ans et plus\n{LUXEUIL};30;300\n{VESOUL};70;700\n")
    effectif, part = examen.indicateurs
    assert value(effectif, "departement:70") == 100
    chiffre = part.chiffres["departement:70"]
    assert chiffre.valeur == pytest.approx(10)
    assert chiffre.intervalle == pytest.approx((8.29, 12.01), abs=0.01)
    assert part.base == "Assurés de 16 ans et plus"


def test_withheld_counts_leave_bounds_and_no_value(csv):
    examen = csv(f"{SANS_MT};Patients\n{LUXEUIL};NS;300\n{VESOUL};70;700\n")
    effectif, part = (indicateur.chiffres["departement:70"] for indicateur in examen.indicateurs)
    assert effectif.valeur is None
    assert effectif.bornes == (71, 80)
    assert part.valeur is None
    assert part.bornes == pytest.approx((7.1, 8.0))
    assert part.intervalle[0] < part.bornes[0] <= part.bornes[1] < part.intervalle[1]
    assert part.secretes == 1
    serree = csv(f"{SANS_MT};Patients\n{LUXEUIL};NS;300\n{VESOUL};70;700\n", Choix(seuil=6))
    assert serree.indicateurs[0].chiffres["departement:70"].bornes == (71, 75)


def test_a_rate_alone_is_weighted_by_what_is_there_or_not_at_all(csv):
    examen = csv(f"{SANS_MT}\n{LUXEUIL};8,5\n{VESOUL};10\n")
    (taux,) = examen.indicateurs
    assert taux.nom == "taux_sans_medecin_traitant"
    assert taux.chiffres["departement:70"] is None
    pondere = csv(f"{SANS_MT};Patients\n{LUXEUIL};8,5;100\n{VESOUL};10;200\n")
    assert value(pondere.indicateurs[0], "departement:70") == pytest.approx(9.5)


def test_a_count_that_may_be_a_rate_is_not_guessed(csv):
    assert "d'aucune forme connue" in refused(csv, f"{SANS_MT}\n{LUXEUIL};8\n{VESOUL};10\n")


ALD = "annee;region;libelle_region;departement;libelle_departement;taux_patients_ald_sans_mt\n"


def test_departments_regions_and_france_are_taken_as_published(csv):
    examen = csv(
        f"{ALD}2022;99;FRANCE;999;FRANCE;4,1\n2022;27;Bourgogne-Franche-Comté;999;Tout département;4,5\n"
        "2022;27;Bourgogne-Franche-Comté;70;Haute-Saône;5,3\n2023;27;Bourgogne-Franche-Comté;70;Haute-Saône;NS\n"
        "2023;11;Ile-de-France;999;Tout département;6\n2023;99;Ailleurs;999;Ailleurs;6\n2023;84;ARA;01;Ain;4\n"
    )
    ancien, recent = examen.indicateurs
    assert {cle: chiffre.valeur for cle, chiffre in ancien.chiffres.items()} == {
        "france": 4.1,
        "region:27": 4.5,
        "departement:70": 5.3,
    }
    assert recent.nom == "taux_ald_sans_medecin_traitant_2023"
    assert recent.chiffres["departement:70"].valeur is None
    assert recent.chiffres["departement:70"].bornes == (0, 100)
    assert value(recent, "region:11") == 6
    assert "ligne 7" in messages(examen)


def test_two_figures_of_one_department_are_refused(csv):
    ligne = "2022;27;BFC;70;Haute-Saône;5,3\n"
    assert "deux chiffres" in refused(csv, ALD + ligne + ligne)


AUTRE = f"Code INSEE;Nom commune;Généralistes;Habitants;Revenu\n{LUXEUIL};L;4;7000;20 000\n{VESOUL};V;nd;15000;s\n"


def test_any_other_file_is_read_as_it_is_told(csv):
    assert "--colonne" in refused(csv, AUTRE)
    somme = csv(
        AUTRE, Choix(colonne="généralistes", agreger="somme", libelle="Médecins", millesime="2024")
    )
    (indicateur,) = somme.indicateurs
    assert (indicateur.nom, indicateur.nature) == ("medecins_2024", "stock")
    assert value(indicateur, "departement:70") == 4
    assert indicateur.chiffres["departement:70"].manquantes == 1
    rapport = csv(
        AUTRE,
        Choix(agreger="rapport Généralistes/Habitants", unite="médecins pour 10 000 habitants"),
    )
    assert value(rapport.indicateurs[0], "departement:70") == pytest.approx(4 / 7000 * 10_000)
    moyenne = csv(AUTRE, Choix(colonne="E", agreger="moyenne pondérée par Habitants"))
    assert moyenne.indicateurs[0].chiffres["departement:70"].valeur is None
    assert moyenne.indicateurs[0].chiffres["departement:70"].bornes is None
    rien = csv(AUTRE, Choix(colonne="Revenu"))
    assert rien.indicateurs[0].chiffres["departement:70"] is None
    assert "non agrégeable" in messages(rien)


def test_a_column_that_is_not_there_is_named(csv):
    refus = refused(csv, AUTRE, choix=Choix(colonne="Prix", agreger="moyenne par Poids"))
    assert "« Prix »" in refus
    assert "« Poids »" in refus
    assert "Généralistes" in refus


@pytest.mark.parametrize(
    ("agreger", "nature"),
    [("moyenne", ""), ("rapport A", ""), ("somme", "taux"), ("somme", "autre")],
)
def test_what_means_nothing_is_refused_before_reading(agreger, nature):
    with pytest.raises(ValueError, match="--"):
        check_choix(Choix(colonne="A", agreger=agreger, nature=nature))


def test_what_describes_no_column_is_refused():
    with pytest.raises(ValueError, match="--unite : dire aussi la colonne"):
        check_choix(Choix(unite="%"))
    check_choix(Choix(unite="%", colonne="A"))


def test_two_columns_that_could_be_the_denominator_are_none(csv):
    texte = f"{SANS_MT};Patients;Patients en ALD\n{LUXEUIL};30;300;40\n"
    assert "d'aucune forme connue" in refused(csv, texte)


def test_a_column_of_years_makes_a_series(csv):
    examen = csv(
        f"Code INSEE;Année;Lits\n{LUXEUIL};2020;4\n{LUXEUIL};2021;5\n{VESOUL};2021;6\n",
        Choix(colonne="Lits", agreger="somme"),
    )
    assert [(i.nom, value(i, "departement:70")) for i in examen.indicateurs] == [
        ("lits_2020", 4),
        ("lits_2021", 11),
    ]


def test_a_sheet_that_is_not_read_is_named(classeur):
    examen = classeur(
        {
            "APL 2022": drees([LUXEUIL, "", 2, 1, 10, 10]),
            "Autre": [["Code commune INSEE", "Lits"], [LUXEUIL, 4]],
        }
    )
    assert "1 feuille sans colonne reconnue, non lue : Autre" in messages(examen)


def test_unreadable_cells_are_one_problem_with_row_column_and_text(csv):
    refus = refused(
        csv,
        f"Code INSEE;Lits\n{LUXEUIL};beaucoup\n{VESOUL};peu\n",
        Choix(colonne="Lits", agreger="somme"),
    )
    assert refus.count("Lits") == 1
    assert "ligne 2 « beaucoup », ligne 3 « peu »" in refus


def test_numbers_beyond_sense_are_one_line_apart_from_what_is_no_number(csv):
    texte = f"Code INSEE;Lits\n{LUXEUIL};1e400\n{VESOUL};{'9' * 300}\n70001;beaucoup\n"
    refus = refused(csv, texte, Choix(colonne="Lits", agreger="somme"))
    refus = [ligne for ligne in refus.splitlines() if ligne.startswith("[bloquant]")]
    assert len(refus) == 2
    assert "1 cellule sans nombre" in refus[0]
    assert "2 cellules au-delà de 10 milliards : ligne 2 « 1e400 », ligne 3 « 999" in refus[1]
    assert len(refus[1]) < 300


def test_a_row_of_total_is_said_and_not_counted(csv):
    texte = f"Code INSEE;Commune;Lits\n{LUXEUIL};L;5\nFrance;;99\n;Total;99\nSource : personne;;\n"
    examen = csv(texte, Choix(colonne="Lits", agreger="somme"))
    assert value(examen.indicateurs[0], "departement:70") == 5
    assert "2 lignes sans code de commune" in messages(examen)
    assert "1 ligne de note" in messages(examen)


def test_a_negative_weight_blocks(csv):
    texte = f"Code INSEE;Taux;Poids\n{LUXEUIL};5;-1\n"
    assert "négatif" in refused(csv, texte, Choix(colonne="Taux", agreger="moyenne:Poids"))


def test_the_year_that_only_the_name_tells_is_to_be_confirmed(csv):
    examen = csv(f"Code commune INSEE;{APL};{POIDS}\n{LUXEUIL};2;10\n", nom="synthetique_2019.csv")
    assert examen.indicateurs[0].millesime == "2019"
    assert "nom du fichier" in messages(examen)
    sans = csv(f"Code commune INSEE;{APL};{POIDS}\n{LUXEUIL};2;10\n")
    assert "rien ne dit de quelle année" in messages(sans)


def test_a_year_that_is_asked_for_and_not_followed_is_said(csv, classeur):
    annees = csv(
        f"Code INSEE;Année;Lits\n{LUXEUIL};2020;4\n",
        Choix(colonne="Lits", agreger="somme", millesime="2024"),
    )
    assert annees.indicateurs[0].millesime == "2020"
    assert (
        "l'année demandée, 2024, n'est pas suivie : la colonne « Année » dit celle de chaque ligne."
        in messages(annees)
    )
    feuille = {"APL 2022": drees([LUXEUIL, "Luxeuil-les-Bains", 2.0, 1.0, 100, 110])}
    assert "n'est pas suivie : la feuille « APL 2022 » dit 2022." in messages(
        classeur(feuille, Choix(millesime="2024"))
    )
    assert "n'est pas suivie" not in messages(classeur(feuille, Choix(millesime="2022")))
    titre = csv(f"CODGEO;P22_POP;P22_POP0014\n{LUXEUIL};10;2\n", Choix(millesime="2024"))
    assert "le titre « P22_POP0014 » dit 2022." in messages(titre)


def test_a_source_that_only_the_columns_tell_is_presumed(csv, classeur):
    texte = f"Code commune INSEE;{APL};{POIDS}\n{LUXEUIL};2;10\n"
    presumee = csv(texte, Choix(millesime="2021"))
    assert presumee.indicateurs[0].source.startswith("DREES (source présumée), ")
    assert "Source présumée, à vérifier : DREES, Accessibilité" in messages(presumee)
    dite = csv(texte, Choix(millesime="2021", source="Essai, fichier synthétique"))
    assert dite.indicateurs[0].source == "Essai, fichier synthétique"
    # What another one publishes is not under the licence of the known file.
    assert (presumee.indicateurs[0].licence, dite.indicateurs[0].licence) == (
        "Licence Ouverte 2.0",
        "",
    )
    confirmee = csv(texte, Choix(millesime="2021", source="DREES, APL 2021"))
    assert confirmee.indicateurs[0].licence == "Licence Ouverte 2.0"
    assert "présumée" not in messages(dite)
    feuille = drees([LUXEUIL, "Luxeuil-les-Bains", 2.0, 1.0, 100, 110])
    nommee = classeur({"Notes": [["Source", "DREES, Insee"]], "APL 2022": feuille})
    assert nommee.indicateurs[0].source.startswith("DREES, ")
    assert "présumée" not in messages(nommee)


def test_a_value_without_its_weight_is_missing(csv):
    texte = f"Code commune INSEE;{APL};{POIDS}\n{LUXEUIL};2;10\n{VESOUL};4;\n"
    (indicateur,) = csv(texte, Choix(millesime="2021")).indicateurs
    assert (indicateur.communes, indicateur.manquantes) == (1, 1)
    assert indicateur.chiffres["departement:70"].manquantes == 1
