"""``python -m geo indicateur check``: statuses, French sentences, and JSON that holds every column."""

import json

import pytest

from geo import commande_indicateur
from geo.__main__ import main
from tests.importation import fabrique

APL = "APL aux médecins généralistes"
POIDS = "Population standardisée 2021 pour la médecine générale"
TABLE = f"Code commune INSEE;Commune;{APL};{POIDS};Remarque\n70311;Luxeuil-les-Bains;2,5;7000;x\n70550;Vesoul;3,5;7000;\n"
BORNEE = "codgeo;sans_medecin_traitant_declare;Patients\n70311;NS;300\n70550;70;700\n"


@pytest.fixture(autouse=True)
def _atlas(atlas, monkeypatch, tmp_path):
    monkeypatch.setattr(commande_indicateur, "load", lambda _: atlas)
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("CPTS_LECTURE_SEULE", raising=False)


@pytest.fixture
def run(capsys, tmp_path):
    def execute(contenu, *options, nom="synthetique_2023.csv", commande="check"):
        chemin = tmp_path / nom
        chemin.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode())
        code = main(["indicateur", commande, str(chemin), *options])
        sortie = capsys.readouterr()
        return code, sortie.out, sortie.err

    return execute


def test_a_known_file_is_told_in_french(run):
    code, sortie, _ = run(TABLE)
    assert code == 0
    assert "DREES" in sortie
    assert "« Remarque » : non lue" in sortie
    assert "70 Haute-Saône : 3,000" in sortie
    assert "Licence Ouverte 2.0, 2023" in sortie
    assert "premières valeurs, comme dans le fichier : 70311 2,5" in sortie


def test_chosen_territories_are_shown(run):
    _, sortie, _ = run(TABLE, "--territoire", "cpts:cpts-luxeuil", "--territoire", "departement:35")
    assert "CPTS de Luxeuil : 2,500" in sortie
    assert "périmètre indicatif" in sortie
    assert "departement:35 : le fichier ne le couvre pas" in sortie


def test_json_accounts_for_every_column(run):
    code, sortie, _ = run(TABLE, "--json")
    lu = json.loads(sortie)
    assert code == 0
    assert lu["agregats"]["apl_medecins_2023"]["departement:70"] == 3
    assert lu["appuis"]["apl_medecins_2023"]["cpts:cpts-luxeuil"]["indicatif"] is True
    indicateur, *colonnes = lu["variables"]
    assert indicateur["role"] == "indicateur"
    assert indicateur["poids"] == [POIDS]
    assert indicateur["millesime"] == "2023"
    lues = {APL: "indicateur"} | {colonne["nom"]: colonne["role"] for colonne in colonnes}
    assert lues == {
        "Code commune INSEE": "code_commune",
        "Commune": "commune",
        APL: "indicateur",
        POIDS: "poids",
        "Remarque": "non lue",
    }
    assert {"severite", "fichier", "message", "remede"} == set(lu["remarques"][0])


def test_a_withheld_value_is_null_in_json_and_bounded_beside(run):
    _, sortie, _ = run(BORNEE, "--json")
    lu = json.loads(sortie)
    assert lu["agregats"]["part_sans_medecin_traitant_2023"]["departement:70"] is None
    assert lu["appuis"]["part_sans_medecin_traitant_2023"]["departement:70"]["bornes"] == [7.1, 8]
    _, sortie, _ = run(BORNEE)
    assert "70 Haute-Saône : entre 7,1 et 8,0 % (" in sortie
    assert "1 valeur secrète" in sortie
    assert "entre 71 et 80 (pour les seules communes du fichier" in sortie


def test_an_unknown_file_blocks_with_its_remedy_in_json_too(run):
    texte = "Code INSEE;Lits\n70311;4\n"
    code, sortie, erreurs = run(texte)
    assert (code, sortie) == (1, "")
    assert "--colonne" in erreurs
    code, sortie, _ = run(texte, "--json")
    assert code == 1
    lu = json.loads(sortie)
    assert lu["remarques"][0]["severite"] == "bloquant"
    assert lu["variables"] == []
    assert run(texte, "--colonne", "Lits", "--agreger", "somme")[0] == 0


def test_what_makes_no_sense_is_told_with_its_rows_and_its_remedy(run):
    code, sortie, erreurs = run(BORNEE.replace(";70;700", ";900;700"))
    assert (code, sortie) == (1, "")
    assert "dépasse « Patients » : ligne 3" in erreurs
    code, sortie, _ = run(TABLE.replace(";7000;x", ";0;x"))
    assert code == 0
    assert "aucune moyenne de territoire (ligne 2)" in sortie


@pytest.mark.parametrize(
    ("options", "dit"),
    [
        (["--agreger", "moyenne"], "rien ne se moyenne sans poids"),
        (["--nature", "autre"], "--nature « autre » inconnue"),
        (["--inconnue"], "Option inconnue : --inconnue."),
        (["--seuil", "un"], "Valeur inattendue pour --seuil."),
    ],
)
def test_wrong_usage_has_status_2(run, options, dit):
    code, _, erreurs = run(TABLE, *options)
    assert code == 2
    assert dit in erreurs


def test_a_file_that_is_no_table_has_a_sentence(run, tmp_path, capsys):
    assert run(b"%PDF-1.7 x")[0] == 1
    assert main(["indicateur", "check", str(tmp_path / "absent.csv")]) == 1
    assert "n'existe pas" in capsys.readouterr().err


def test_an_ods_is_read(run):
    contenu = fabrique.ods(
        [("Code commune INSEE", "Commune", APL, POIDS), ("70311", "Luxeuil", 2.5, 7000)]
    )
    code, sortie, _ = run(contenu, nom="synthetique_2023.ods")
    assert code == 0
    assert "70 Haute-Saône : 2,500" in sortie


def test_the_help_is_in_french(capsys):
    assert main(["indicateur", "check", "--help"]) == 0
    aide = capsys.readouterr().out
    assert "Afficher cette aide." in aide
    assert "required" not in aide


def test_an_import_makes_a_version_that_one_can_leave(run, capsys):
    code, sortie, _ = run(TABLE, commande="import")
    assert code == 0
    assert f"{APL}, sans limite d'âge (2023)" in sortie
    assert "Version 1 en service. Revenir : « python -m geo restore 0 »." in sortie
    assert main(["versions"]) == 0
    assert "→ 1" in capsys.readouterr().out


def test_an_import_into_a_folder_puts_nothing_in_use(run, tmp_path, capsys):
    dossier = tmp_path / "données"
    code, sortie, _ = run(TABLE, "--into", str(dossier), commande="import")
    assert code == 0
    assert "celles en service n'ont pas changé" in sortie
    assert (dossier / "officiels" / "apl_medecins_2023.csv").exists()
    assert (dossier / "communes.geojson").exists()
    assert main(["versions"]) == 0
    assert "→ 0" in capsys.readouterr().out
    assert run(TABLE, "--into", str(dossier), commande="import")[0] == 2


def test_an_import_that_is_refused_changes_nothing(run, tmp_path):
    sans_annee = TABLE.replace("2021 ", "")
    code, _, erreurs = run(sans_annee, nom="synthetique.csv", commande="import")
    assert code == 1
    assert "--millesime" in erreurs
    assert not list(tmp_path.glob("var/*/versions"))
    code, sortie, _ = run(
        sans_annee, "--millesime", "2021", nom="synthetique.csv", commande="import"
    )
    assert code == 0
    assert "(2021)" in sortie


def test_a_server_that_is_read_only_takes_no_indicator(run, monkeypatch):
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    assert run(TABLE)[0] == 0
    code, _, erreurs = run(TABLE, commande="import")
    assert code == 2
    assert "lecture seule" in erreurs


CACHE = (
    "codgeo;hommes;femmes;ensemble\n70311;NS;40;65\n70550;30;40;70\n70258;52;17;69\n"
    "70279;61;33;94\n70400;18;29;47\n"
)
SOMME = ("--colonne", "hommes", "--agreger", "somme", "--unite", "personnes")


def test_a_count_without_an_upper_bound_is_told_in_words_and_in_json(run):
    code, sortie, _ = run(CACHE, *SOMME)
    assert code == 0
    assert "70 Haute-Saône : au moins 161" in sortie
    assert "il cache plus que le seuil ne le dit" in sortie
    _, sortie, _ = run(CACHE, *SOMME, "--json")
    lu = json.loads(sortie, parse_constant=pytest.fail)
    assert lu["appuis"]["hommes_2023"]["departement:70"]["bornes"] == [161, None]


def test_files_of_one_command_are_looked_at_together(run, tmp_path):
    autre = tmp_path / "autre_2023.csv"
    autre.write_text("codgeo;hommes\n70311;25\n70550;30\n70258;52\n70279;61\n70400;18\n")
    cache = CACHE.replace("NS;40;65", "NS;40;").replace("ensemble", "rien")
    assert "au moins 186" in run(autre.read_text(), *SOMME)[1]
    deux = run(cache, str(autre), *SOMME)[1]
    assert deux.count("au moins 161") == 2
    assert "186" not in deux


def test_a_file_that_cannot_be_read_is_told_beside_another(run, tmp_path):
    code, sortie, erreur = run(CACHE, str(tmp_path / "absent.csv"), *SOMME)
    assert code == 1
    assert "absent.csv" in erreur
    assert "70 Haute-Saône : au moins 161" in sortie


def test_what_blocks_comes_first_and_alone(run):
    texte = TABLE.replace("7000;x", "beaucoup;x").replace("70311", "70311.0")
    code, _, erreurs = run(texte)
    assert code == 1
    bloquants, _, autres = erreurs.partition("Autres remarques")
    assert "beaucoup" in bloquants
    assert "[information]" not in bloquants
    assert "[à vérifier]" not in bloquants
    assert "[information]" in autres
    assert "[bloquant]" not in autres


def test_a_folder_of_versions_that_is_a_file_is_named_with_the_remedy(run, tmp_path, monkeypatch):
    fichier = tmp_path / "fichier"
    fichier.write_text("x")
    for dossier in (fichier, fichier / "var"):
        monkeypatch.setenv("CPTS_VAR_DIR", str(dossier))
        code, _, erreurs = run(TABLE, "--source", "Essai", commande="import")
        assert code == 1
        assert f"« {fichier} » est un fichier, non un dossier" in erreurs
        assert "nommer un autre dossier (CPTS_VAR_DIR" in erreurs
