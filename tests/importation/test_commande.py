"""The command line: statuses, French sentences, and no traceback whatever the file."""

import getpass
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from geo.__main__ import main
from geo.base.actions import IMPORT, RETOUR
from geo.chargement import load
from geo.importation.versions import open_depot
from tests.geo.dessin import A, B, C, D, E, write_dossier
from tests.trace import last_acte

RACINE = Path(__file__).resolve().parents[2]
FICHIERS = RACINE / "tests" / "fichiers"
BONNE = f"Code INSEE;CPTS\n{A};CPTS Ouest\n{C};CPTS Est\n{D};CPTS Est\n"
BLOQUANTE = f"{BONNE}99999;CPTS Est\n"
ABSORBEE = "Code INSEE;CPTS\n21901;CPTS Ouest\n"

# The words that typer has of its own.
ANGLAIS = re.compile(
    r"\b(Show|Commands|Error|Missing|Invalid|No such|required|default|Try|Path|bool|int)\b"
)


@pytest.fixture(autouse=True)
def _environnement(tmp_path, monkeypatch):
    write_dossier(tmp_path / "data")
    monkeypatch.setenv("CPTS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("CPTS_LECTURE_SEULE", raising=False)


@pytest.fixture
def table(tmp_path):
    def write(texte, nom="table.csv"):
        (tmp_path / nom).write_text(texte, encoding="utf-8")
        return tmp_path / nom

    return write


@pytest.fixture
def run(capsys):
    def execute(*arguments):
        code = main([str(argument) for argument in arguments])
        sortie = capsys.readouterr()
        return code, sortie.out, sortie.err

    return execute


def run_process(*arguments, **environnement):
    """Run the command as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "geo", *map(str, arguments)],
        cwd=RACINE,
        env={**os.environ, "COLUMNS": "100", **environnement},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def in_use():
    adhesions = load(open_depot().actuel()).adhesions
    return set(zip(adhesions["cpts_id"], adhesions["code_commune"], strict=True))


def test_check_of_a_good_table_changes_nothing(run, table, tmp_path):
    code, sortie, erreurs = run("check", table(BONNE))
    assert (code, erreurs) == (0, "")
    assert "table.csv : 3 lignes, 2 CPTS, 3 communes." in sortie
    assert not (tmp_path / "var").exists()


def test_check_names_row_column_and_remedy_the_worst_first(run, table):
    code, sortie, _ = run("check", table(BLOQUANTE))
    assert code == 1
    assert re.search(
        r"table\.csv, ligne 5, code INSEE de la commune « 99999 » : .+\n +→ .+", sortie
    )
    assert sortie.index("Bloquant (1)") < sortie.index("Information (")


def test_a_department_of_which_every_commune_is_named_is_proposed_as_complete(run, table):
    """Both communes of 70 are named; those of 21 are not all named."""
    assert "--complet 70" in run("check", table(BONNE))[1]
    assert "--complet" not in run("check", table(BONNE), "--complet", "70")[1]


def test_import_then_versions_then_restore(run, table):
    code, sortie, _ = run(
        "import", table(BONNE), "--auteur", "Camille", "--note", "mai", "--complet", "70"
    )
    assert code == 0
    assert "Version 1 en service. Revenir : « python -m geo restore 0 »." in sortie
    assert "habitants concernés : 1\N{NARROW NO-BREAK SPACE}000" in sortie
    # The table says nothing of the department of e: it stays.
    assert in_use() == {("cpts-ouest", A), ("cpts-est", C), ("cpts-est", D), ("cpts-est", E)}
    code, sortie, _ = run("versions")
    assert code == 0
    assert re.search(r"^→ 1  .*table\.csv  2 CPTS, 4 communes  Camille  mai$", sortie, re.MULTILINE)
    assert re.search(r"^  0  données d'origine", sortie, re.MULTILINE)
    acte = last_acte()
    assert (acte.action, acte.objet, acte.fichier) == (IMPORT, "version 1", "table.csv")
    assert (acte.identifiant, acte.auteur) == ("ligne de commande", "Camille")
    assert acte.empreinte == hashlib.sha256(table(BONNE).read_bytes()).hexdigest()
    assert run("restore", 0)[0] == 0
    acte = last_acte()
    assert (acte.action, acte.objet) == (RETOUR, "données d'origine")
    assert (acte.identifiant, acte.auteur) == ("ligne de commande", getpass.getuser())
    assert ("cpts-ouest", B) in in_use()
    assert re.search(r"^→ 0  ", run("versions")[1], re.MULTILINE)


def test_an_import_that_is_blocked_changes_nothing(run, table):
    avant = in_use()
    code, sortie, _ = run("import", table(BLOQUANTE))
    assert code == 1
    assert "Import refusé : rien n'a changé." in sortie
    assert in_use() == avant
    assert open_depot().versions() == []


def test_absorbed_communes_are_accepted_by_an_option(run, table):
    code, sortie, _ = run("import", table(ABSORBEE))
    assert code == 1
    assert "--accepter-absorbees" in sortie
    assert run("import", table(ABSORBEE), "--accepter-absorbees")[0] == 0
    assert ("cpts-ouest", B) in in_use()


def test_import_into_a_folder_puts_nothing_in_use(run, table, tmp_path):
    avant = in_use()
    code, sortie, _ = run("import", table(BONNE), "--into", tmp_path / "sorties" / "mai")
    assert code == 0
    assert "celles en service n'ont pas changé" in sortie
    assert ("cpts-est", D) in set(
        load(tmp_path / "sorties" / "mai")
        .adhesions[["cpts_id", "code_commune"]]
        .itertuples(index=False, name=None)
    )
    assert in_use() == avant
    assert open_depot().versions() == []
    assert [chemin.name for chemin in (tmp_path / "sorties").iterdir()] == ["mai"]
    # Never over something that is there.
    code, _, erreurs = run("import", table(BONNE), "--into", tmp_path / "sorties" / "mai")
    assert code == 2
    assert "n'est pas un dossier vide" in erreurs


def test_columns_names_and_sheets_are_corrected_by_options(run, table):
    fichier = table(f"N° Insee;Territoire\n{A};CPTS Ouest\n{D};cpts OUEST\n{C};Levant\n")
    code, _, erreurs = run("check", fichier)
    assert code == 1
    assert "aucune colonne ne donne le nom de la CPTS" in erreurs
    code, sortie, _ = run("check", fichier, "--colonne", "cpts=Territoire")
    assert code == 0
    assert "nom de la CPTS ← B : Territoire" in sortie
    assert "--nom 'cpts OUEST=CPTS Ouest'" in sortie
    options = (
        "--colonne",
        "cpts=B",
        "--nom",
        "cpts OUEST=CPTS Ouest",
        "--fiche",
        "Levant=cpts-est",
    )
    assert run("import", fichier, *options)[0] == 0
    assert in_use() == {("cpts-ouest", A), ("cpts-ouest", D), ("cpts-est", C), ("cpts-est", E)}


def test_a_sheet_is_taken_out_by_an_option(run, table):
    fichier = table(f"Code INSEE;CPTS\n{A};Aucune\n{C};CPTS Est\n")
    assert "--retirer cpts-ouest" in run("check", fichier, "--complet", "21")[1]
    code, sortie, _ = run("import", fichier, "--complet", "21", "--retirer", "cpts-ouest")
    assert code == 0
    assert "fiches retirées : 1 (CPTS Ouest)" in sortie
    assert "cpts-ouest" not in load(open_depot().actuel()).fiches.index
    code, sortie, _ = run("check", fichier, "--retirer", "cpts-jamais-vue")
    assert code == 1
    assert "n'est pas connue" in sortie


def test_merged_cells_and_missing_stages_are_settled_by_options(run, table):
    fichier = table(f"Code INSEE;CPTS\n{A};CPTS Neuve\n{B};\n")
    sortie = run("check", fichier)[1]
    assert "--repeter-cpts" in sortie
    assert "--etape aci_signe" in sortie
    assert run("import", fichier, "--repeter-cpts", "--etape", "aci_signe")[0] == 0
    neuf = load(open_depot().actuel())
    assert neuf.fiches.loc["cpts-neuve", "statut"] == "aci_signe"
    assert {("cpts-neuve", A), ("cpts-neuve", B)} <= in_use()
    code, _, erreurs = run("check", fichier, "--etape", "signee")
    assert code == 2
    assert "Étape inconnue : signee" in erreurs


def test_a_proposal_is_quoted_for_the_shell(run, table):
    sortie = run("check", table(f"Code INSEE;CPTS\n{A};CPTS $(rm x)\n{C};cpts $(rm x)\n"))[1]
    assert "--nom 'cpts $(rm x)=CPTS $(rm x)'" in sortie


@pytest.mark.parametrize("commande", [["import", "x.csv"], ["restore", "0"]])
@pytest.mark.parametrize("aide", [False, True])
def test_read_only_removes_import_and_restore(commande, aide, tmp_path):
    if aide:
        resultat = run_process("--help", CPTS_LECTURE_SEULE="1")
        assert commande[0] + " " not in resultat.stdout.split("Commandes")[1]
        assert "check " in resultat.stdout
    else:
        resultat = run_process(*commande, CPTS_LECTURE_SEULE="1")
        assert resultat.returncode == 2
        assert "lecture seule" in resultat.stderr
        assert "Traceback" not in resultat.stderr
        assert not (tmp_path / "var").exists()


def test_read_only_still_checks(run, table, monkeypatch):
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    assert run("check", table(BONNE))[0] == 0
    assert run("versions")[0] == 0


@pytest.mark.parametrize("commande", [[], ["check"], ["import"], ["versions"], ["restore"]])
def test_the_help_is_french(run, commande):
    code, sortie, _ = run(*commande, "--help")
    assert code == 0
    assert "Afficher cette aide." in sortie
    assert not ANGLAIS.search(sortie), ANGLAIS.search(sortie)


@pytest.mark.parametrize(
    ("arguments", "dit"),
    [
        ([], "Indiquer une commande."),
        (["inconnue"], "Commande inconnue"),
        (["check"], "Il manque FICHIER."),
        (["check", "--inconnue", "x"], "Option inconnue : --inconnue."),
        (["check", "x", "--complet"], "--complet"),
        (["check", "x", "--complet", "99"], "Département inconnu ici : 99."),
        (["check", "x", "--nom", "sans égal"], "--nom attend deux textes séparés par « = »"),
        (["check", "x", "--colonne", "=B"], "--colonne attend deux textes"),
        (["restore"], "Il manque N."),
        (["restore", "deux"], "Valeur inattendue pour N."),
        (["versions", "de", "trop"], "argument en trop"),
    ],
)
def test_wrong_usage_is_said_in_french_with_status_2(run, arguments, dit):
    code, _, erreurs = run(*arguments)
    assert code == 2
    assert dit in erreurs
    assert not ANGLAIS.search(erreurs), erreurs


def test_a_return_to_an_unknown_version_has_status_1(run):
    code, _, erreurs = run("restore", 7)
    assert code == 1
    assert "La version 7 n'existe pas" in erreurs


@pytest.mark.parametrize(
    "contenu",
    [
        b"",
        b"\x00" * 2000,
        b"PK\x03\x04" + b"\xff" * 400,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"\xff\xfe;\x00",
        b'Code INSEE;CPTS\n"21001;CPTS',
        ("Code INSEE;CPTS\n" + "21001;" + "x" * 40_000 + "\n").encode(),
        (";" * 2000 + "\n").encode(),
    ],
    ids=[
        "vide",
        "octets nuls",
        "archive",
        "ole",
        "xml",
        "utf-16",
        "guillemet",
        "cellule",
        "colonnes",
    ],
)
def test_a_hostile_file_gets_a_sentence_and_changes_nothing(run, tmp_path, contenu):
    (tmp_path / "table.csv").write_bytes(contenu)
    for commande in ("check", "import"):
        code, sortie, erreurs = run(commande, tmp_path / "table.csv")
        assert code == 1
        assert "→" in sortie + erreurs
    assert open_depot().versions() == []


@pytest.mark.parametrize("fichier", sorted(FICHIERS.glob("*.*")), ids=lambda chemin: chemin.name)
def test_no_file_of_the_corpus_brings_a_traceback(run, fichier):
    assert run("check", fichier)[0] in (0, 1)


def test_what_is_printed_is_bounded(run, table):
    lignes = "".join(f"9{rang:04d};en cours {'x' * 150} {rang}\n" for rang in range(3_000))
    code, sortie, erreurs = run("check", table(f"Code INSEE;CPTS\n{lignes}"))
    assert code == 1
    assert len(sortie + erreurs) < 200_000
    assert "autres : la page « Données » les donne toutes à télécharger." in sortie


def test_a_cell_does_not_drive_the_terminal(run, table):
    """Neither colours nor a change of direction: U+202E would show the rest of the line reversed."""
    _, sortie, erreurs = run(
        "check", table(f"Code INSEE;CPTS\n{A};[red]CPTS\u202e Ouest[/]\n9999\u200f9;b\n")
    )
    assert not re.search(r"[\x1b\u202e\u200f]", sortie + erreurs)


def test_a_terminal_that_knows_no_accent_stops_nothing(table):
    resultat = run_process("check", table(BLOQUANTE), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert resultat.returncode == 1
    assert "Traceback" not in resultat.stderr


def test_a_name_of_file_that_is_no_text_stops_nothing(run, tmp_path):
    nom = os.fsencode(tmp_path) + b"/table\xff.csv"
    Path(os.fsdecode(nom)).write_text(BONNE, encoding="utf-8")
    assert run("import", os.fsdecode(nom))[0] == 0
    assert run("versions")[0] == 0


def test_data_in_use_that_are_damaged_are_said(run, table, tmp_path):
    (tmp_path / "data" / "statuts.csv").unlink()
    code, _, erreurs = run("check", table(BONNE))
    assert code == 1
    assert "statuts.csv : le fichier manque." in erreurs


def test_a_full_disk_is_said(run, table, monkeypatch):
    def refuse(_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", refuse)
    code, _, erreurs = run("import", table(BONNE))
    assert code == 1
    assert "le disque est plein" in erreurs


def test_what_the_codes_are_is_said_by_an_option(run, table):
    assert run("check", table(BONNE), "--codes", "insee")[0] == 0
    code, _, erreurs = run("check", table(BONNE), "--codes", "autre")
    assert code == 2
    assert "--codes attend insee ou postaux" in erreurs


def test_rows_of_one_cause_are_one_line(run, table):
    lignes = "".join(f"{code};CPTS Ouest\n" for code in ("04001", "05001", "06004"))
    code, sortie, _ = run("check", table(BONNE + lignes))
    assert code == 0
    assert (
        "lignes 5, 6, 7, code INSEE de la commune : Départements 04, 05 et 06 : non chargés, 3 lignes laissées de côté."
        in sortie
    )
    assert sortie.count("non chargé") == 1
