"""The page of the data without a browser: what an import asks, tells and does."""

import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.atlas import load
from geo.importation.versions import open_depot

RACINE = Path(__file__).resolve().parents[2]
DATA = RACINE / "data"
CSV = "text/csv"


@pytest.fixture(autouse=True)
def _a_folder_for_versions(tmp_path, monkeypatch):
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("CPTS_LECTURE_SEULE", raising=False)


def open_donnees(*fichiers: tuple[str, bytes]) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=120)
    app.switch_page("pages/donnees.py").run()
    if fichiers:
        app.file_uploader[0].set_value([(nom, contenu, CSV) for nom, contenu in fichiers])
        app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    groupes = (
        app.markdown,
        app.caption,
        app.header,
        app.subheader,
        app.info,
        app.warning,
        app.error,
    )
    morceaux = [element.value for groupe in groupes for element in groupe]
    return re.sub(r"\s", " ", "\n".join(morceaux)).replace("\\", "")


def table_with(app: AppTest, colonne: str) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if colonne in d.value)


def widget(elements, label: str):
    return next(element for element in elements if element.label.startswith(label))


def make_table(*lignes: tuple[str, str], titres: str = "Code INSEE;CPTS") -> bytes:
    return "\n".join([titres, *(";".join(ligne) for ligne in lignes)]).encode("cp1252")


@pytest.fixture(scope="module")
def haute_saone() -> list[str]:
    communes = load(DATA).communes
    return list(communes.index[communes["code_departement"] == "70"])


def test_the_page_says_its_limits_and_what_nothing_changes():
    texte = texts(open_donnees())
    assert "Rien n'est remplacé avant que vous ne l'ayez demandé" in texte
    assert "Au plus :" in texte


def test_every_file_is_read_and_the_bad_ones_are_said():
    app = open_donnees(
        ("bonne.csv", make_table(("70311", "CPTS de Luxeuil"))),
        ("fausse.csv", b"\x89PNG\r\n\x1a\n"),
    )
    texte = texts(app)
    assert "Ce fichier ne peut pas être employé" in texte
    assert "Colonnes reconnues : bonne.csv" in texte
    assert "Diagnostic" not in texte


def test_a_blocking_problem_leaves_no_button(haute_saone):
    app = open_donnees(("t.csv", make_table((haute_saone[0], "CPTS A"), ("99999", "CPTS A"))))
    assert "Des points bloquants restent" in texts(app)
    anomalies = table_with(app, "Ce qui ne va pas")
    assert anomalies["Ligne"].to_list()[0] == 3
    assert not [b for b in app.button if b.label.startswith("Voir")]


def test_several_files_are_one_table_and_each_row_keeps_its_place(haute_saone):
    une, autre = haute_saone[:2]
    app = open_donnees(
        ("nord.csv", make_table((une, "CPTS A"))),
        ("sud.csv", make_table((autre, "CPTS A"), ("99999", "CPTS A"))),
    )
    anomalies = table_with(app, "Ce qui ne va pas")
    assert anomalies[["Fichier", "Ligne"]].iloc[0].to_list() == ["sud.csv", 3]


def test_known_sheets_are_matched_by_hand_or_taken_out_and_the_department_is_complete(haute_saone):
    """Every commune of the department in two CPTS: one is known under another name, the others are gone."""
    moitie = len(haute_saone) // 2
    lignes = [
        (code, "Levant" if rang < moitie else "Couchant") for rang, code in enumerate(haute_saone)
    ]
    app = open_donnees(("70.csv", make_table(*lignes)))
    complets = widget(app.multiselect, "Départements que cette table")
    complets.set_value(["70"]).run()
    assert "CPTS de Luxeuil" in table_with(app, "Ce qui ne va pas")["Ce qui ne va pas"].str.cat()
    widget(app.multiselect, "Autres CPTS de la table").set_value(["Levant"]).run()
    widget(app.selectbox, "Fiche de « Levant »").set_value("cpts-luxeuil").run()
    retirer = widget(app.multiselect, "Fiches à retirer")
    siennes = load(DATA).cpts_dans(["70"])
    retirer.set_value([i for i in siennes if i != "cpts-luxeuil"]).run()
    widget(app.button, "Voir ce que cela changerait").click().run()
    assert not app.exception
    texte = texts(app)
    assert f"{len(siennes) - 1} fiches retirées" in texte
    assert "ne peut pas être tenu pour complet" not in texte
    couverture = table_with(app, "Complet, après").set_index("Département")
    assert bool(couverture.loc["Haute-Saône", "Complet, après"])
    widget(app.button, "Remplacer les données").click().run()
    neuf = load(open_depot().actuel())
    assert neuf.fiches.loc["cpts-luxeuil", "nom"] == load(DATA).fiches.loc["cpts-luxeuil", "nom"]
    assert (neuf.adhesions["cpts_id"] == "cpts-luxeuil").sum() == moitie
    assert set(siennes) & set(neuf.fiches.index) == {"cpts-luxeuil"}
    assert bool(neuf.couverture((), "fonctionnement").par_departement.loc["70", "complete"])


def test_a_read_only_server_has_no_uploader(monkeypatch):
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    app = open_donnees()
    assert "lecture seule" in texts(app)
    assert list(app.file_uploader) == []
