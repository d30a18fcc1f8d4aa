"""Each shape of table that planners hold: which memberships it gives, and what its planner is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.erreurs import DonneesInvalides
from geo.importation.choix import Choix
from geo.importation.correspondance import (
    BLOCS,
    COLONNES,
    COMMUNES,
    CROISE,
    EPCI,
    FEUILLE,
    FORMES,
    LISTES,
    PLUSIEURS,
    TOURNE,
)
from geo.importation.diagnostic import corrected_table
from geo.importation.service import check, read_file
from geo.importation.sortie import to_json
from tests.importation import fabrique

NORD, SUD = "CPTS Essai Nord", "CPTS Essai Sud"
# Of Haute-Saône: three communes, and an intercommunalité.
LUXEUIL, FROIDECONCHE, VESOUL = "70311", "70258", "70550"
DEUX = {NORD: {LUXEUIL, FROIDECONCHE}, SUD: {VESOUL}}


def read(contenu, *, forme="", colonnes=None):
    octets = contenu.encode() if isinstance(contenu, str) else contenu
    lu = read_file("essai_synthetique.csv", octets)
    lu = lu.with_forme(forme) if forme else lu
    return lu.with_columns(colonnes or {})


def memberships(atlas, fichier):
    verification = check([fichier], atlas, Choix(absorbees_acceptees=True))
    adhesions = verification.diagnostic.adhesions
    return {
        str(nom): set(siennes["code_commune"]) for nom, siennes in adhesions.groupby("nom_cpts")
    }


def told(fichier):
    return {remarque.identifiant: remarque for remarque in fichier.remarques}


LUES = {
    "croise, X": (
        CROISE,
        f"Code INSEE;Commune;{NORD};{SUD}\n{LUXEUIL};;X;\n{FROIDECONCHE};;x;\n{VESOUL};;;X\n",
        DEUX,
    ),
    "croise, oui et non": (
        CROISE,
        f"Code INSEE;{NORD};{SUD}\n{LUXEUIL};oui;non\n{FROIDECONCHE};oui;non\n{VESOUL};non;oui\n",
        DEUX,
    ),
    "croise, 1 et 0, une commune dans deux CPTS": (
        CROISE,
        f"Code INSEE;{NORD};{SUD}\n{LUXEUIL};1;1\n{FROIDECONCHE};1;0\n{VESOUL};0;1\n",
        {NORD: {LUXEUIL, FROIDECONCHE}, SUD: {LUXEUIL, VESOUL}},
    ),
    "croise tourné, les communes en titres": (
        TOURNE,
        f"CPTS;{LUXEUIL};{FROIDECONCHE} Froideconche;Vesoul ({VESOUL})\n{NORD};X;X;\n{SUD};;;X\n",
        DEUX,
    ),
    "les codes sous le nom de leur CPTS": (
        COLONNES,
        f"Liste des CPTS;\n{NORD} (2 communes);{SUD}\n{LUXEUIL};Vesoul ({VESOUL})\n{FROIDECONCHE};\n",
        DEUX,
    ),
    "une colonne de codes, sous le nom de chaque CPTS": (
        BLOCS,
        fabrique.workbook(Feuil1=[[NORD], [LUXEUIL], [FROIDECONCHE], [SUD], [VESOUL]]),
        DEUX,
    ),
    "une feuille par CPTS, d'autres titres": (
        FEUILLE,
        fabrique.workbook(
            **{
                NORD: [["Code INSEE", "Commune"], [LUXEUIL, ""], [FROIDECONCHE, ""]],
                SUD: [["Nom de la commune", "INSEE"], ["Vesoul", VESOUL]],
                "Synthèse": [["CPTS", "Communes"], [NORD, 2], [SUD, 1]],
            }
        ),
        DEUX,
    ),
    "une feuille par CPTS, une seule colonne": (
        FEUILLE,
        fabrique.workbook(
            **{NORD: [["INSEE"], [LUXEUIL], [FROIDECONCHE]], SUD: [["INSEE"], [VESOUL]]}
        ),
        DEUX,
    ),
    "codes postaux et noms": (
        COMMUNES,
        f"CP;Ville;CPTS\n70300;Luxeuil-les-Bains;{NORD}\n70300;Froideconche;{NORD}\n70000;Vesoul;{SUD}\n",
        DEUX,
    ),
    "croise, VRAI, une commune sans CPTS": (
        CROISE,
        f"Code INSEE;{NORD};{SUD}\n{LUXEUIL};VRAI;FAUX\n{FROIDECONCHE};FAUX;FAUX\n{VESOUL};FAUX;VRAI\n",
        {NORD: {LUXEUIL}, SUD: {VESOUL}},
    ),
    "deux colonnes de CPTS": (
        PLUSIEURS,
        f"Code INSEE;CPTS 1;CPTS 2\n{LUXEUIL};{NORD};{SUD}\n{FROIDECONCHE};{NORD};\n{VESOUL};{SUD};\n",
        {NORD: {LUXEUIL, FROIDECONCHE}, SUD: {LUXEUIL, VESOUL}},
    ),
    "CPTS principale et secondaire": (
        PLUSIEURS,
        f"Code INSEE;CPTS principale;CPTS secondaire\n{LUXEUIL};{NORD};{SUD}\n{VESOUL};{SUD};\n",
        {NORD: {LUXEUIL}, SUD: {LUXEUIL, VESOUL}},
    ),
    "codes dans une cellule": (
        LISTES,
        f'CPTS;Codes INSEE\n{NORD};"{LUXEUIL}, {FROIDECONCHE}"\n{SUD};{VESOUL}\n',
        DEUX,
    ),
    "noms et codes dans la même cellule": (
        LISTES,
        f"CPTS;Communes\n{NORD};Luxeuil-les-Bains ({LUXEUIL}) et Froideconche ({FROIDECONCHE})\n{SUD};Vesoul ({VESOUL})\n",
        DEUX,
    ),
    "codes puis noms dans la même cellule": (
        LISTES,
        f'CPTS;Communes\n{NORD};"{LUXEUIL} Luxeuil-les-Bains, {FROIDECONCHE} - Froideconche"\n{SUD};{VESOUL} Vesoul\n',
        DEUX,
    ),
    "noms et codes dans deux cellules": (
        LISTES,
        (
            f'CPTS;Communes;Codes INSEE\n{NORD};"Luxeuil-les-Bains / Froideconche";"{LUXEUIL} / {FROIDECONCHE}"\n'
            f"{SUD};Vesoul;{VESOUL}\n"
        ),
        DEUX,
    ),
    "noms dans une cellule, avec leur département": (
        LISTES,
        f'Département;CPTS;Communes\n70;{NORD};"Luxeuil-les-Bains, Froideconche"\n70;{SUD};Vesoul\n',
        DEUX,
    ),
    "sections": (
        BLOCS,
        f"Code INSEE;Commune\n{NORD};\n{LUXEUIL};Luxeuil-les-Bains\n{FROIDECONCHE};Froideconche\n{SUD};\n{VESOUL};Vesoul\n",
        DEUX,
    ),
    "sections sans le mot CPTS": (
        BLOCS,
        f"Code INSEE;Commune\nEssai Nord;\n{LUXEUIL};Luxeuil\n{FROIDECONCHE};\nEssai Sud;\n{VESOUL};Vesoul\n",
        {"Essai Nord": {LUXEUIL, FROIDECONCHE}, "Essai Sud": {VESOUL}},
    ),
    "un tableau par CPTS, titres répétés": (
        BLOCS,
        (
            f"{NORD} (2 communes);\nCode INSEE;Commune\n{LUXEUIL};\n{FROIDECONCHE};\n;\n{SUD} : 1 commune;\n"
            f"Code INSEE;Commune\n{VESOUL};Vesoul\n"
        ),
        DEUX,
    ),
    "titres répétés": (
        COMMUNES,
        f"Code INSEE;CPTS\n{LUXEUIL};{NORD}\n{FROIDECONCHE};{NORD}\nCode INSEE;CPTS\n{VESOUL};{SUD}\n",
        DEUX,
    ),
    "tables côte à côte": (
        COMMUNES,
        f"Code INSEE;CPTS;;Code INSEE;CPTS\n{LUXEUIL};{NORD};;{VESOUL};{SUD}\n{FROIDECONCHE};{NORD};;;\n",
        DEUX,
    ),
    "une feuille par CPTS": (
        FEUILLE,
        fabrique.workbook(
            **{
                NORD: [["Code INSEE", "Commune"], [LUXEUIL, ""], [FROIDECONCHE, ""]],
                SUD: [["Code INSEE", "Commune"], [VESOUL, "Vesoul"]],
            }
        ),
        DEUX,
    ),
    "CPTS séparées d'une barre": (
        COMMUNES,
        f"Code INSEE;CPTS\n{LUXEUIL};{NORD}\n{FROIDECONCHE};{NORD}/{SUD}\n{VESOUL};{SUD}\n",
        {NORD: {LUXEUIL, FROIDECONCHE}, SUD: {FROIDECONCHE, VESOUL}},
    ),
    "CPTS séparées d'une barre, sans le mot": (
        COMMUNES,
        f"Code INSEE;CPTS\n{LUXEUIL};Nord\n{FROIDECONCHE};Nord / Sud\n{VESOUL};Sud\n",
        {"Nord": {LUXEUIL, FROIDECONCHE}, "Sud": {FROIDECONCHE, VESOUL}},
    ),
    "CPTS sur deux lignes d'une cellule": (
        COMMUNES,
        f'Code INSEE;CPTS\n{LUXEUIL};{NORD}\n{FROIDECONCHE};"{NORD}\n{SUD}"\n{VESOUL};{SUD}\n',
        {NORD: {LUXEUIL, FROIDECONCHE}, SUD: {FROIDECONCHE, VESOUL}},
    ),
    "un seul nom, sur deux lignes d'une cellule": (
        COMMUNES,
        f'Code INSEE;CPTS\n{LUXEUIL};"CPTS Essai\nNord"\n{VESOUL};{SUD}\n',
        {NORD: {LUXEUIL}, SUD: {VESOUL}},
    ),
    "code en deux colonnes": (
        COMMUNES,
        f"Code département;Code commune;CPTS\n70;311;{NORD}\n70;258;{NORD}\n70;550;{SUD}\n",
        DEUX,
    ),
    "totaux et notes": (
        COMMUNES,
        (
            f"Code INSEE;Commune;CPTS;Population\n{LUXEUIL};;{NORD};10\n{FROIDECONCHE};;{NORD};10\n;;Total {NORD};20\n"
            f"{VESOUL};;{SUD};10\nTotal;3;;30\n;;;\nSource : ARS, extraction du 12 mars;;;\n"
        ),
        DEUX,
    ),
    "numéros et noms": (
        COMMUNES,
        f"Code INSEE;CPTS;Nom\n{LUXEUIL};12;{NORD}\n{FROIDECONCHE};12;{NORD}\n{VESOUL};13;{SUD}\n",
        DEUX,
    ),
}


@pytest.mark.parametrize("cas", LUES)
def test_a_shape_gives_its_memberships(atlas, cas):
    forme, contenu, attendues = LUES[cas]
    fichier = read(contenu)
    assert {lue.forme for _, lue in fichier.lectures()} == {forme}
    assert memberships(atlas, fichier) == attendues
    assert ("forme" in told(fichier)) == (forme != COMMUNES)


def test_a_row_per_epci_gives_the_communes_of_each(atlas):
    epci = atlas.communes.groupby("siren_epci").groups
    siren = str(atlas.communes.loc[LUXEUIL, "siren_epci"])
    autre = str(atlas.communes.loc[VESOUL, "siren_epci"])
    nom = str(atlas.communes.loc[VESOUL, "nom_epci"])
    attendues = {NORD: set(epci[siren]), SUD: set(epci[autre])}
    for contenu in (
        f"SIREN EPCI;CPTS\n{siren};{NORD}\n{autre};{SUD}\n",
        f"EPCI;CPTS\n{siren};{NORD}\n{nom};{SUD}\n",
    ):
        fichier = read(contenu)
        assert fichier.correspondance.forme == EPCI
        assert memberships(atlas, fichier) == attendues
    # One among communes, by its name.
    fichier = read(f"Département;Commune;CPTS\n70;{nom};{SUD}\n70;Froideconche;{NORD}\n")
    assert memberships(atlas, fichier) == {NORD: {FROIDECONCHE}, SUD: set(epci[autre])}


def test_an_epci_that_is_not_known_blocks_with_those_that_look_like_it(atlas):
    fichier = read(f"EPCI;CPTS\nCC de Luxeuil;{NORD}\n")
    anomalies = check([fichier], atlas, Choix()).anomalies
    dite = anomalies[anomalies["genre"] == "epci_inconnue"].iloc[0]
    assert dite["severite"] == "bloquant"
    assert "CC du Pays de Luxeuil" in dite["remede"]


def test_the_communes_that_an_epci_leaves_out_are_left_out(atlas):
    siennes = atlas.communes[atlas.communes["nom_epci"] == "CC du Pays de Luxeuil"]["nom"]
    entete = "EPCI;CPTS;Communes exclues"
    for exclues in ("Froideconche, Luxeuil-les-Bains (70311)", f"{FROIDECONCHE} ; 70311"):
        fichier = read(
            f'{entete}\nCC du Pays de Luxeuil;{NORD};"{exclues}"\nCA de Vesoul;{SUD};-\n'
        )
        adhesions = memberships(atlas, fichier)
        assert adhesions[NORD] == set(siennes.index) - {FROIDECONCHE, LUXEUIL}
        anomalies = check([fichier], atlas, Choix()).anomalies.set_index("genre")
        assert "sans 2 communes exclues" in anomalies.loc["epci_deplie", "message"]
    fichier = read(f"{entete}\nCC du Pays de Luxeuil;{NORD};Vesoul\n")
    refus = check([fichier], atlas, Choix()).anomalies.set_index("genre").loc["epci_exclue"]
    assert refus["severite"] == "bloquant"
    assert "Vesoul" in refus["message"]
    # Of communes there is nothing to leave out: the column is told.
    sans = read(f"Code INSEE;CPTS;Communes exclues\n{LUXEUIL};{NORD};{FROIDECONCHE}\n")
    assert "colonne_non_lue" in told(sans)


def test_an_epci_by_the_name_of_its_town_is_asked_and_by_another_short_name_told(atlas):
    def heard(texte):
        fichier = read(f"EPCI;CPTS\n{texte};{NORD}\n")
        anomalies = check([fichier], atlas, Choix()).anomalies.set_index("genre")
        return anomalies["severite"].get("epci_sans_nature"), fichier

    assert heard("Dijon")[0] == "bloquant"
    assert heard("Dijon Métropole")[0] is None
    severite, fichier = heard("Pays de Luxeuil")
    assert severite == "à vérifier"
    assert LUXEUIL in memberships(atlas, fichier)[NORD]


@pytest.mark.parametrize(
    "contenu",
    [
        (
            f"Code INSEE;Commune;CPTS;Commune entière ?\n25056;Besançon;{NORD};Partiel : IRIS Planoise\n"
            f"25056;Besançon;{SUD};Non\n25057;Bethoncourt;{NORD};Oui\n"
        ),
        f"Code INSEE;Commune;CPTS\n25056;Besançon (quartier Planoise);{NORD}\n25056;Besançon (pour partie);{SUD}\n",
    ],
)
def test_a_commune_that_is_split_is_in_both_and_whole_in_neither(atlas, contenu):
    diagnostic = check([read(contenu)], atlas, Choix()).diagnostic
    partagee = diagnostic.adhesions[diagnostic.adhesions["code_commune"] == "25056"]
    assert set(partagee["nom_cpts"]) == {NORD, SUD}
    assert not partagee["entiere"].any()
    assert diagnostic.adhesions[diagnostic.adhesions["code_commune"] != "25056"]["entiere"].all()
    assert "partielle" in set(diagnostic.anomalies["genre"])


def test_a_commune_of_which_the_iris_are_shared_out_is_split(atlas):
    contenu = (
        f"Code IRIS;Commune;CPTS\n250560101;Planoise;{NORD}\n250560102;Besançon;{SUD}\n"
        f"250560103;Besançon;{SUD}\n"
    )
    diagnostic = check([read(contenu)], atlas, Choix()).diagnostic
    parts = diagnostic.adhesions.set_index("nom_cpts")
    assert parts["part"].to_dict() == {NORD: 0.3333, SUD: 0.6667}
    assert parts["entiere"].all()
    [dite] = diagnostic.anomalies[
        diagnostic.anomalies["genre"].isin({"commune_partagee", "partielle", "plusieurs_cpts"})
    ].to_dict("records")
    assert dite["genre"] == "commune_partagee"
    assert "33,33\xa0%" in dite["message"]
    assert "parts estimées au nombre d'IRIS" in dite["message"]


def test_an_iris_in_two_cpts_splits_nothing(atlas):
    lignes = [f"250560101;Planoise;{NORD}", f"250560101;Planoise;{SUD}", f"250560102;Centre;{SUD}"]
    contenu = "\n".join(["Code IRIS;Commune;CPTS", *lignes]) + "\n"
    diagnostic = check([read(contenu)], atlas, Choix()).diagnostic
    assert set(diagnostic.adhesions["part"]) == {1.0}
    assert not diagnostic.adhesions["entiere"].any()
    assert {"partielle", "plusieurs_cpts"} <= set(diagnostic.anomalies["genre"])


# Columns that name nothing, under titles with the word CPTS.
JAMAIS = {
    "FINESS CPTS": "700001234",
    "N° CPTS": "12",
    "Mail CPTS": "contact@cpts.example",
    "Site CPTS": "https://cpts.example",
    "Coordonnateur CPTS": "M. Dupont",
    "Rattachée à une CPTS": "Oui",
    "CPTS": "x",
    "Téléphone CPTS": "03 84 00 00 00",
    "Adresse CPTS": "12 rue de la Paix",
}


@pytest.mark.parametrize("titre", JAMAIS)
def test_what_is_no_name_is_never_taken_for_one(atlas, titre):
    valeur = JAMAIS[titre]
    fichier = read(f"Code INSEE;Commune;{titre}\n{LUXEUIL};;{valeur}\n{VESOUL};;{valeur}\n")
    dits = told(fichier)
    assert dits["cpts_introuvable"].severite == "bloquant"
    assert titre in dits["cpts_introuvable"].message
    assert "colonne_non_lue" in dits
    assert fichier.accounts()[-1] == (titre, None)
    # The column of the names is found beside it.
    deux = read(
        f"Code INSEE;{titre};Nom\n{LUXEUIL};{valeur};{NORD}\n{FROIDECONCHE};{valeur};{NORD}\n{VESOUL};{valeur};{SUD}\n"
    )
    assert memberships(atlas, deux) == DEUX


@pytest.mark.parametrize(
    "titres",
    [("CPTS 2023", "CPTS 2025"), ("CPTS", "CPTS 2025"), ("Ancienne CPTS", "Nouvelle CPTS")],
)
def test_of_two_columns_that_date_the_planner_tells_which(atlas, titres):
    contenu = f"Code INSEE;{';'.join(titres)}\n{LUXEUIL};{NORD};{SUD}\n{VESOUL};{NORD};{SUD}\n"
    question = told(read(contenu))["cpts_a_choisir"]
    assert question.severite == "bloquant"
    assert all(titre in question.message for titre in titres)
    # One cause, one line: neither is told again as a column that is not read.
    assert "colonne_non_lue" not in told(read(contenu))
    choisie = read(contenu, colonnes={"cpts": titres[1]})
    assert memberships(atlas, choisie) == {SUD: {LUXEUIL, VESOUL}}
    assert "colonne_non_lue" in told(choisie)
    toutes = read(contenu, forme=PLUSIEURS)
    assert memberships(atlas, toutes) == {NORD: {LUXEUIL, VESOUL}, SUD: {LUXEUIL, VESOUL}}


def test_a_shape_that_every_sheet_has_is_said_once():
    lignes = [("Code INSEE", "Commune"), (LUXEUIL, ""), (FROIDECONCHE, "")]
    feuilles = read(fabrique.workbook(**{NORD: lignes, SUD: [*lignes[:1], (VESOUL, "")]}))
    assert [r.fichier for r in feuilles.remarques if r.identifiant == "forme"] == [feuilles.nom]


def test_rows_are_those_of_the_file_and_the_columns_of_the_cpts_are_named(atlas):
    listes = read(f"CPTS;Codes INSEE\n{NORD};{LUXEUIL}, {FROIDECONCHE}\n{SUD};{VESOUL}\n")
    verification = check([listes], atlas, Choix())
    assert (verification.lignes, len(verification.table)) == (2, 3)
    deux = read(f"Code INSEE;CPTS 1;CPTS 2\n{LUXEUIL};{NORD};{SUD}\n{VESOUL};{NORD};\n")
    assert check([deux], atlas, Choix()).lignes == 2
    assert "CPTS 1" in deux.titres["cpts"]
    assert "CPTS 2" in deux.titres["cpts"]


def test_the_doubts_of_a_cross_table_are_asked_cell_by_cell(atlas):
    contenu = f"Code INSEE;{NORD};{SUD}\n{LUXEUIL};X;\n{FROIDECONCHE};partiel;X\n{VESOUL};?;x\n70285;n/a;\n"
    fichier = read(contenu)
    assert fichier.correspondance.forme == CROISE
    question = told(fichier)["marques_douteuses"]
    assert question.severite == "bloquant"
    assert "1 cellule du" in question.message
    assert "B4 « ? »" in question.message
    repondu = read(contenu.replace("?", ""))
    assert "marques_douteuses" not in told(repondu)
    assert memberships(atlas, repondu) == {
        NORD: {LUXEUIL, FROIDECONCHE},
        SUD: {FROIDECONCHE, VESOUL},
    }
    entieres = check([repondu], atlas, Choix()).diagnostic.adhesions.set_index(
        ["nom_cpts", "code_commune"]
    )["entiere"]
    assert not entieres[NORD, FROIDECONCHE]
    assert entieres[SUD, FROIDECONCHE]


@pytest.mark.parametrize("titre", ["CPTS signataire", "CPTS adhérente"])
def test_a_column_of_names_beside_marks_makes_no_cross_table(atlas, titre):
    fichier = read(
        f"Code INSEE;CPTS;{titre};CPTS ACI\n{LUXEUIL};{NORD};oui;?\n{FROIDECONCHE};{NORD};oui;x\n{VESOUL};{SUD};non;x\n"
    )
    assert fichier.correspondance.forme == COMMUNES
    assert memberships(atlas, fichier) == DEUX


@pytest.mark.parametrize("idem", ["idem", "Idem.", "id.", '""""', "''", "〃", "-//-"])
def test_a_cell_that_repeats_the_one_above_is_read_so_and_told(atlas, idem):
    lignes = f"{LUXEUIL};{NORD}\n{FROIDECONCHE};{idem}\n{VESOUL};{SUD}\n"
    fichier = read(f"Code INSEE;CPTS\n{lignes}")
    assert memberships(atlas, fichier) == DEUX
    assert told(fichier)["cpts_repetee"].severite == "à vérifier"
    assert " : 3." in told(fichier)["cpts_repetee"].message


def test_nothing_stands_above_the_first_row_to_be_repeated(atlas):
    fichier = read(f"Code INSEE;CPTS\n{LUXEUIL};idem\n{FROIDECONCHE};{NORD}\n{VESOUL};{SUD}\n")
    assert memberships(atlas, fichier) == {NORD: {FROIDECONCHE}, SUD: {VESOUL}}


def test_a_cross_table_of_something_else_is_named():
    dit = told(read(f"Code INSEE;Maternité;Urgences\n{LUXEUIL};x;\n{VESOUL};x;x\n"))
    assert "Maternité" in dit["croise_sans_cpts"].message
    assert dit["croise_sans_cpts"].severite == "bloquant"


def test_a_cross_table_of_numbers_is_named():
    fichier = read(f"Code INSEE;{NORD};{SUD}\n{LUXEUIL};6500;\n{VESOUL};;15000\n")
    dit = told(fichier)
    assert dit["croise_sans_marques"].severite == "bloquant"
    assert NORD in dit["croise_sans_marques"].message
    assert not {"cpts_introuvable", "colonne_non_lue"} & dit.keys()


def test_a_table_of_what_cpts_have_is_no_cross_table():
    fichier = read(f"CPTS;ACI;IPAG\n{NORD};oui;non\n{SUD};oui;oui\n")
    assert fichier.correspondance.forme == COMMUNES
    assert told(fichier)["code_introuvable"].severite == "bloquant"


@pytest.mark.parametrize("rien", ["#N/A", "n/a", "-/-"])
def test_what_is_no_name_is_asked_once(atlas, rien):
    fichier = read(f"Code INSEE;CPTS\n{LUXEUIL};{NORD}\n{FROIDECONCHE};{rien}\n{VESOUL};{SUD}\n")
    anomalies = check([fichier], atlas, Choix()).anomalies
    assert (
        anomalies["genre"].isin(["cpts_manquante", "sans_cpts", "sans_cpts_peut_etre"]).sum() == 1
    )
    assert "cpts_peut_etre_plusieurs" not in set(anomalies["genre"])


def test_what_one_row_says_twice_is_told_once(atlas):
    lu = read(f"Code INSEE;CPTS 1;CPTS 2\n{LUXEUIL};{NORD};{SUD}\n{VESOUL};en cours;en cours\n")
    anomalies = check([lu], atlas, Choix()).anomalies
    assert (anomalies["genre"] == "plusieurs_cpts").sum() == 1
    dite = anomalies[anomalies["genre"] == "sans_cpts_peut_etre"].iloc[0]
    assert "ligne 3, laissée de côté" in dite["message"]


@pytest.mark.parametrize(("ecrite", "lue"), [("juin-26", "2026-06"), ("45000", "2023-03-15")])
def test_short_and_counted_dates_are_read(atlas, ecrite, lue):
    diagnostic = check(
        [read(f"Code INSEE;CPTS;Date\n{LUXEUIL};{NORD};{ecrite}\n")], atlas, Choix()
    ).diagnostic
    assert diagnostic.cpts["date"].tolist() == [lue]
    assert ("date_comptee" in set(diagnostic.anomalies["genre"])) == (ecrite == "45000")


def test_a_cell_that_may_name_two_cpts_is_asked(atlas):
    fichier = read(f"Code INSEE;CPTS\n{LUXEUIL};CPTS Luxeuil/Lure\n{VESOUL};{SUD}\n")
    anomalies = check([fichier], atlas, Choix()).anomalies
    assert "cpts_peut_etre_plusieurs" in set(anomalies["genre"])
    assert memberships(atlas, fichier) == {"CPTS Luxeuil/Lure": {LUXEUIL}, SUD: {VESOUL}}


def test_a_title_above_the_table_is_no_block():
    fichier = read(f"Liste des communes des CPTS;\nCode INSEE;Commune\n{LUXEUIL};Luxeuil\n")
    assert "cpts_introuvable" in told(fichier)


def test_rows_that_are_no_commune_are_told_by_what_they_are():
    _, contenu, _ = LUES["totaux et notes"]
    dits = [r.message for r in read(contenu).remarques if r.identifiant == "lignes_ecartees"]
    assert dits == [
        "2 lignes de total, laissées de côté : 4, 6.",
        "1 ligne de note, laissée de côté : 8.",
    ]


@settings(max_examples=12)
@given(
    st.lists(
        st.sampled_from([LUXEUIL, FROIDECONCHE, VESOUL, "70285", "70410"]), min_size=3, unique=True
    ),
    st.lists(st.sampled_from(["Nord", "Sud", "Est"]), min_size=5, max_size=5),
)
def test_one_membership_in_every_shape_is_the_same(atlas, codes, cotes):
    paires = list(zip(codes, cotes, strict=False))
    noms = sorted({f"CPTS {cote}" for _, cote in paires})
    if len(noms) < 2:
        return
    siens = {nom: {code for code, cote in paires if nom == f"CPTS {cote}"} for nom in noms}
    lignes = [f"{code};CPTS {cote}" for code, cote in paires]
    tables = {
        COMMUNES: "Code INSEE;CPTS\n" + "\n".join(lignes),
        CROISE: f"Code INSEE;{';'.join(noms)}\n"
        + "\n".join(
            f"{code};" + ";".join("x" if code in siens[nom] else "" for nom in noms)
            for code, _ in paires
        ),
        BLOCS: "Code INSEE;Commune\n"
        + "\n".join(
            f"{nom};\n" + "\n".join(f"{code};" for code in sorted(siens[nom])) for nom in noms
        ),
    }
    for forme, texte in tables.items():
        fichier = read(texte)
        assert fichier.correspondance.forme == forme
        assert memberships(atlas, fichier) == siens


def test_the_object_says_shape_columns_cpts_and_remarks(atlas):
    fichier = read(LUES["croise, X"][1])
    dit = to_json([fichier], (), check([fichier], atlas, Choix()))
    assert dit["forme"] == CROISE
    assert [colonne["role"] for colonne in dit["colonnes"]] == [
        "code_commune",
        "commune",
        "cpts",
        "cpts",
    ]
    assert dit["cpts"] == {NORD: 2, SUD: 1}
    assert dit["bloquant"] is False
    assert all(remarque["id"] for remarque in dit["remarques"])
    refuse = read(f"Code INSEE;FINESS CPTS\n{LUXEUIL};700001234\n{VESOUL};700001234\n")
    dit = to_json([refuse], refuse.remarques, None)
    assert (dit["forme"], dit["bloquant"], dit["cpts"]) == (COMMUNES, True, {})


def test_every_shape_has_its_words():
    assert set(FORMES) == {
        BLOCS,
        COLONNES,
        COMMUNES,
        CROISE,
        EPCI,
        FEUILLE,
        LISTES,
        PLUSIEURS,
        TOURNE,
    }


@pytest.mark.parametrize("nom", ["x", "???", "Projet CPTS", "CPTS en cours de création", "CPTS"])
def test_what_stands_for_a_name_is_questioned_and_makes_no_cpts(atlas, nom):
    fichier = read(f"Code INSEE;CPTS\n{LUXEUIL};{nom}\n{FROIDECONCHE};{NORD}\n{VESOUL};{SUD}\n")
    verification = check([fichier], atlas, Choix())
    assert set(verification.diagnostic.cpts.index) == {NORD, SUD}
    genres = verification.anomalies.set_index("genre")["severite"]
    assert genres["sans_cpts_peut_etre"] == "à vérifier"


def test_one_date_with_its_month_first_questions_the_column(atlas):
    dates = ("12/31/2022", "04/05/2022", "14/09/2022")
    codes = zip((LUXEUIL, FROIDECONCHE, VESOUL), "ABC", dates, strict=True)
    lignes = "".join(f"{code};CPTS Essai {nom};{date}\n" for code, nom, date in codes)
    anomalies = check([read(f"Code INSEE;CPTS;Date\n{lignes}")], atlas, Choix()).anomalies
    doute = anomalies[anomalies["genre"] == "dates_douteuses"].iloc[0]
    assert "12/31/2022" in doute["message"]
    assert doute["message"].endswith(" : 3.")
    sans = lignes.replace("12/31/2022", "31/12/2022")
    anomalies = check([read(f"Code INSEE;CPTS;Date\n{sans}")], atlas, Choix()).anomalies
    assert "dates_douteuses" not in set(anomalies["genre"])


def test_what_is_of_people_is_told_and_kept_nowhere(atlas):
    fichier = read(
        f"Code INSEE;CPTS;Président;Contact;Ligne directe\n{LUXEUIL};{NORD};Jeanne Essai;j@essai.example;03 84 00 00 00\n"
    )
    dit = told(fichier)["donnees_personnelles"]
    assert all(titre in dit.message for titre in ("Président", "Contact", "Ligne directe"))
    verification = check([fichier], atlas, Choix())
    corrigee = corrected_table(verification.table, verification.diagnostic, verification.choix)
    for table in (verification.table, corrigee, verification.anomalies):
        assert "essai.example" not in table.to_csv()
        assert "Jeanne" not in table.to_csv()


@pytest.mark.parametrize(
    ("texte", "quoi"),
    [
        ('{"type":"FeatureCollection","features":[]}', "GeoJSON"),
        ('[{"code":"58001"}]', "JSON"),
    ],
)
def test_what_is_no_table_is_named(texte, quoi):
    with pytest.raises(DonneesInvalides, match=quoi):
        read(texte)


# What is asked or told of a table that says more than its memberships: title of the case, table, identifier, in what it says.
DEMANDEES = {
    "un bloc qui n'est pas une CPTS": (
        f"Code INSEE;Commune\n{NORD};\n{LUXEUIL};\n{SUD};\n{VESOUL};\nPays de Lure;\n{FROIDECONCHE};\n",
        ("blocs_douteux", "bloquant", "Pays de Lure"),
    ),
    "une commune sans code parmi les blocs": (
        f"Code INSEE;Commune\n{NORD};\n{LUXEUIL};\nFroideconche;\n70285;\n{SUD};\n{VESOUL};\n",
        ("blocs_douteux", "bloquant", "Froideconche"),
    ),
    "plus de noms que de codes": (
        f'CPTS;Communes;Codes INSEE\n{NORD};"Luxeuil-les-Bains, Froideconche, Vesoul";"{LUXEUIL}, {FROIDECONCHE}"\n',
        ("listes_inegales", "bloquant", "2"),
    ),
    "une mention qui exclut": (
        f"Code INSEE;CPTS;Observation\n{LUXEUIL};{NORD};\n{VESOUL};{SUD};sauf le centre\n",
        ("colonne_qui_restreint", "à vérifier", "« sauf le centre » (ligne 3)"),
    ),
    "une adhésion refusée": (
        f"Code INSEE;CPTS;Adhésion\n{LUXEUIL};{NORD};oui\n{VESOUL};{SUD};en attente\n",
        ("colonne_qui_restreint", "à vérifier", "Adhésion"),
    ),
    "une date de sortie": (
        f"Code INSEE;CPTS;Date de sortie\n{LUXEUIL};{NORD};\n{VESOUL};{SUD};31/12/2023\n",
        ("colonne_qui_restreint", "à vérifier", "Date de sortie"),
    ),
    "des communes en discussion": (
        f'CPTS;Communes adhérentes;Communes en discussion\n{NORD};"{LUXEUIL}, {FROIDECONCHE}";70285\n{SUD};{VESOUL};70410\n',
        ("colonne_non_lue", "à vérifier", "Communes en discussion"),
    ),
    "un territoire sans le mot dans un croisé": (
        f"Code INSEE;{NORD};{SUD};Pays de Lure\n{LUXEUIL};X;;\n{FROIDECONCHE};;X;\n{VESOUL};;;X\n",
        ("colonne_non_lue", "à vérifier", "Pays de Lure"),
    ),
    "un croisé tourné qui hésite": (
        f"CPTS;{LUXEUIL};{FROIDECONCHE};{VESOUL}\n{NORD};X;X;?\n{SUD};;;X\n",
        ("marques_douteuses", "bloquant", "D2 « ? »"),
    ),
    "un croisé qui hésite beaucoup": (
        f"Code INSEE;{NORD};{SUD}\n{LUXEUIL};X;\n{FROIDECONCHE};;X\n{VESOUL};x ?;(x)\n",
        ("marques_douteuses", "bloquant", "« x ? »"),
    ),
    "la plus proche": (
        f"Code INSEE;CPTS la plus proche;Distance\n{LUXEUIL};{NORD};3\n{VESOUL};{SUD};4\n",
        ("cpts_introuvable", "bloquant", "la plus proche"),
    ),
    "des feuilles datées": (
        fabrique.workbook(
            **{
                "2023": [["Code INSEE", "CPTS"], [LUXEUIL, NORD], [VESOUL, NORD]],
                "2025": [["Code INSEE", "CPTS"], [LUXEUIL, NORD], [VESOUL, SUD]],
            }
        ),
        ("feuilles_datees", "à vérifier", "2023"),
    ),
    "des lignes au-dessus des titres": (
        f"{LUXEUIL};{NORD}\n{FROIDECONCHE};{NORD}\nCode INSEE;CPTS\n{VESOUL};{SUD}\n",
        ("lignes_au_dessus", "à vérifier", "2 lignes au-dessus"),
    ),
    "une feuille qui ne dit pas une CPTS": (
        fabrique.workbook(
            **{
                NORD: [["Code INSEE", "Commune"], [LUXEUIL, ""]],
                "Pays de Lure": [["Code INSEE", "Commune"], [VESOUL, ""]],
            }
        ),
        ("table_non_lue", "à vérifier", "Pays de Lure"),
    ),
}


@pytest.mark.parametrize("cas", DEMANDEES)
def test_what_a_table_says_besides_is_asked_or_told(cas):
    contenu, (identifiant, severite, dit) = DEMANDEES[cas]
    remarques = [r for r in read(contenu).remarques if r.identifiant == identifiant]
    assert [r.severite for r in remarques] == [severite]
    assert dit in remarques[0].message


@pytest.mark.parametrize(
    "nom",
    [
        "refus CPTS Gamma",
        "prévu 2026",
        "cf. supra",
        "CPTS Essai Nord ou CPTS Gamma",
        "Pays de Lure",
        "CPTS Gamma ?",
    ],
)
def test_a_name_that_reads_as_a_remark_is_questioned(atlas, nom):
    fichier = read(
        f"Code INSEE;CPTS\n{LUXEUIL};{NORD}\n{FROIDECONCHE};{nom}\n{VESOUL};{SUD}\n70285;{SUD}\n"
    )
    douteux = check([fichier], atlas, Choix()).anomalies.set_index("genre").loc["nom_douteux"]
    assert douteux["severite"] == "à vérifier"
    assert nom in douteux["message"]


def test_names_that_the_atlas_has_or_that_are_all_alike_are_not_questioned(atlas):
    connue = str(atlas.fiches["nom"].iloc[0])
    for noms in ((connue, "CPTS Gamma"), ("Nord", "Sud")):
        fichier = read(f"Code INSEE;CPTS\n{LUXEUIL};{noms[0]}\n{VESOUL};{noms[1]}\n")
        assert "nom_douteux" not in set(check([fichier], atlas, Choix()).anomalies["genre"])


@pytest.mark.parametrize(
    "bloc", ["Hors CPTS", "Zone blanche", "Communes hors CPTS", "Communes non couvertes"]
)
def test_a_block_of_no_cpts_ends_the_one_above(atlas, bloc):
    lignes = f"{NORD};\n{LUXEUIL};\n{FROIDECONCHE};\n{SUD};\n{VESOUL};\n{bloc};\n70285;\n"
    assert memberships(atlas, read(f"Code INSEE;Commune\n{lignes}")) == DEUX
    feuille = fabrique.workbook(
        **{
            NORD: [
                ["Code INSEE", "Commune"],
                [LUXEUIL, ""],
                [FROIDECONCHE, ""],
                [bloc, ""],
                [VESOUL, ""],
            ]
        }
    )
    assert memberships(atlas, read(feuille)) == {NORD: {LUXEUIL, FROIDECONCHE}}


def test_the_name_of_a_block_or_of_a_commune_is_no_total_nor_note(atlas):
    blocs = read(
        f"Code INSEE;Commune\nSanté Nord;\n{LUXEUIL};\nChamp d'Or (2 communes);\n{VESOUL};\nEnsemble Santé Est;\n{FROIDECONCHE};\n"
    )
    assert memberships(atlas, blocs) == {
        "Santé Nord": {LUXEUIL},
        "Champ d'Or": {VESOUL},
        "Ensemble Santé Est": {FROIDECONCHE},
    }
    # A commune that stands alone may be a block: asked, never lost.
    communes = read(
        f"Commune;Département\n{NORD};\nDole;39\nSource-Seine (21);\nVesoul;70\n{SUD};\nDijon;21\n"
    )
    assert "Source-Seine" in told(communes)["blocs_douteux"].message


@pytest.mark.parametrize("premiere", ["70 311", "70311 Luxeuil-les-Bains"])
def test_a_row_of_the_table_is_not_its_header(atlas, premiere):
    fichier = read(f"{premiere};{NORD}\n{FROIDECONCHE};{NORD}\n{VESOUL};{SUD}\n")
    assert memberships(atlas, fichier) == DEUX
    assert "sans_titres" in told(fichier)


@pytest.mark.parametrize(
    ("titre", "partie", "entiere"),
    [("Quartier", "Planoise", False), ("Commune entière ?", "50 %", False), ("Commune entière ?", "Oui", True),
     ("Partielle", "oui", False), ("Partielle", "non", True), ("Quartier", "", True)],
)  # fmt: skip
def test_a_part_is_told_by_what_its_title_asks(atlas, titre, partie, entiere):
    fichier = read(f"Code INSEE;CPTS;{titre}\n{VESOUL};{NORD};{partie}\n{LUXEUIL};{SUD};{partie}\n")
    assert set(check([fichier], atlas, Choix()).diagnostic.adhesions["entiere"]) == {entiere}


def test_a_doubt_about_a_commune_is_told(atlas):
    fichier = read(f"Département;Commune;CPTS\n70;Froideconche ?;{NORD}\n70;Vesoul;{SUD}\n")
    douteuse = check([fichier], atlas, Choix()).anomalies.set_index("genre").loc["commune_douteuse"]
    assert FROIDECONCHE in douteuse["message"]
    exclue = read(f"EPCI;CPTS;Communes exclues\nCC du Pays de Luxeuil;{NORD};Froideconche ?\n")
    genres = check([exclue], atlas, Choix()).anomalies.set_index("genre")["severite"]
    assert genres["epci_exclue"] == "bloquant"


def test_a_postcode_without_its_town_is_no_code_of_a_commune(atlas):
    fichier = read(f"CP;Ville;CPTS\n70300;Froideconche;{NORD}\n70200;;{SUD}\n")
    assert memberships(atlas, fichier) == {NORD: {FROIDECONCHE}}
    refus = check([fichier], atlas, Choix()).anomalies.set_index("genre").loc["code_postal"]
    assert refus["severite"] == "bloquant"
    assert "70004 Adelans" in refus["remede"]


@pytest.mark.parametrize("departement", ["Hte-Saône", "Dpt 70", "dép. 70", "70 - Haute-Saône"])
def test_a_department_is_read_in_every_fashion(atlas, departement):
    fichier = read(
        f"Département;Commune;CPTS\n{departement};Vesoul;{SUD}\n{departement};Froideconche;{NORD}\n"
    )
    assert memberships(atlas, fichier) == {NORD: {FROIDECONCHE}, SUD: {VESOUL}}


@pytest.mark.parametrize(
    "communes", ["Vesoul - Froideconche", "Vesoul/Froideconche", "Vesoul et Froideconche"]
)
def test_a_cell_of_several_communes_is_refused_for_what_it_is(atlas, communes):
    lignes = "".join(f"70;{nom};{SUD}\n" for nom in ("Lure", "Gray", "Port-sur-Saône", "Faverney"))
    fichier = read(f"Département;Commune;CPTS\n70;{communes};{NORD}\n{lignes}")
    refus = check([fichier], atlas, Choix()).anomalies.set_index("genre").loc["code_manquant"]
    assert "2 communes" in refus["message"]


@pytest.mark.parametrize(
    "epci", ["CC du Pays de Luxeuil (sauf Froideconche)", "CC du Pays de Luxeuil, CA de Vesoul"]
)
def test_more_than_an_epci_in_a_cell_is_told_how_to_write_it(atlas, epci):
    fichier = read(f'EPCI;CPTS\n"{epci}";{NORD}\n')
    refus = check([fichier], atlas, Choix()).anomalies.set_index("genre").loc["epci_inconnue"]
    assert "Communes exclues" in refus["remede"]


def test_a_shape_that_the_table_has_not_is_refused_in_words():
    dit = told(read(f"Code INSEE;CPTS\n{LUXEUIL};{NORD}\n", forme=CROISE))
    assert dit["forme_impossible"].severite == "bloquant"
