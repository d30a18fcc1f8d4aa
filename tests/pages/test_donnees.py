"""The page of the data without a browser: what an import asks, tells and does."""

import gc
import hashlib
import re
import weakref
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from geo.base.actions import IMPORT
from geo.chargement import load
from geo.importation.colonnes import guess
from geo.importation.service import FICHIERS_MAX, check, read_file
from geo.importation.versions import open_depot
from geo.regles.couverture import measure_couverture
from tests.geo.dessin import C, D, write_dossier
from tests.importation import fabrique
from tests.trace import last_acte
from ui.serveur import ecriture

RACINE = Path(__file__).resolve().parents[2]
DATA = RACINE / "data"
CSV = "text/csv"


pytestmark = pytest.mark.usefixtures("versions_a_part")


def open_donnees(*fichiers: tuple[str, bytes]) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=120)
    app.switch_page("pages/donnees.py").run()
    if fichiers:
        drop(app, *fichiers)
    assert not app.exception
    return app


def drop(app: AppTest, *fichiers: tuple[str, bytes]) -> None:
    app.file_uploader[0].set_value([(nom, contenu, CSV) for nom, contenu in fichiers])
    app.run()
    assert not app.exception


def see_change(app: AppTest) -> None:
    widget(app.button, "Voir ce que cela changerait").click().run()
    assert not app.exception


def put_in_use(app: AppTest) -> None:
    see_change(app)
    widget(app.button, "Mettre en usage").click().run()
    assert not app.exception


def set_aside() -> list[Path]:
    return list(open_depot().dossier.glob("preparation-*/"))


def texts(app: AppTest) -> str:
    groupes = (
        app.markdown,
        app.caption,
        app.header,
        app.subheader,
        app.info,
        app.warning,
        app.error,
        app.success,
        app.toast,
    )
    morceaux = [element.value for groupe in groupes for element in groupe]
    return re.sub(r"\s", " ", "\n".join(morceaux)).replace("\\", "")


def table_with(app: AppTest, colonne: str) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if colonne in d.value)


def widget(elements, label: str):
    return next(element for element in elements if element.label.startswith(label))


def make_table(*lignes: tuple[str, str], titres: str = "Code INSEE;CPTS") -> bytes:
    return "\n".join([titres, *(";".join(ligne) for ligne in lignes)]).encode("cp1252")


@pytest.fixture
def ici(monkeypatch):
    """Work in this process, where a test can watch what is called."""
    for module in ("depot", "importation"):
        monkeypatch.setattr(
            f"ui.donnees.{module}.work", lambda fonction, *arguments: fonction(*arguments)
        )


@pytest.fixture(scope="module")
def haute_saone() -> list[str]:
    communes = load(DATA).communes
    return list(communes.index[communes["code_departement"] == "70"])


@pytest.fixture
def dessin(tmp_path, monkeypatch) -> Path:
    """Put the drawing of five communes in use: what an import does is the same, in a fifth of the time."""
    dossier = write_dossier(tmp_path / "data")
    monkeypatch.setenv("CPTS_DATA_DIR", str(dossier))
    return dossier


@pytest.fixture
def deux_communes(dessin: Path) -> list[str]:  # noqa: ARG001
    """Two communes of the drawing, in the Haute-Saône."""
    return [C, D]


def test_the_page_says_its_limits_and_what_nothing_changes():
    texte = texts(open_donnees())
    assert "Rien n'est remplacé avant la dernière" in texte
    assert "20 Mo, 200 000 lignes au plus." in texte
    assert "1. Déposer la table" in texte
    assert "2. Vérifier" not in texte


@pytest.mark.parametrize("nom", ["table.xlsm", "table.XLS", "table", "table.pdf"])
def test_what_the_command_line_reads_the_page_reads_whatever_its_name(deux_communes, nom):
    app = open_donnees()
    # A type that the drop zone refuses is refused in English, before the reader sees it.
    assert all(not list(zone.proto.type) for zone in app.file_uploader)
    drop(app, (nom, make_table((deux_communes[0], "CPTS A"))))
    assert "1 ligne, 1 CPTS, 1 commune" in texts(app)


def test_the_territories_leave_as_a_layer(dessin):  # noqa: ARG001
    app = open_donnees()
    assert "Les territoires, pour un SIG" in texts(app)
    assert "2 territoires" in texts(app)
    cles = {bouton.proto.id.rpartition("-")[2] for bouton in app.get("download_button")}
    assert cles >= {f"telecharger_territoires_{fin}" for fin in ("geojson", "gpkg", "zip")}


def test_what_is_no_table_is_refused_in_our_words_whatever_its_name():
    texte = texts(open_donnees(("table.pdf", b"%PDF-1.7 x")))
    assert "c'est un document PDF" in texte


@pytest.mark.parametrize("zone", [0, 1, 2])
def test_a_file_that_went_with_its_server_is_asked_for_again(deux_communes, zone, monkeypatch):
    app = open_donnees()
    table = make_table((deux_communes[0], "CPTS A"))
    with monkeypatch.context() as autre_serveur:
        # What the browser shows is known to the other server neither by its content nor by what was read of it.
        autre_serveur.setattr(MemoryUploadedFileManager, "get_files", lambda *_, **__: [])
        app.file_uploader[zone].set_value([("table.csv", table, CSV)])
        app.run()
    assert not app.exception
    assert texts(app).count("redonnez le fichier") == 1
    assert not any(z.value for z in app.file_uploader)
    app.file_uploader[zone].set_value([("table.csv", table, CSV)])
    app.run()
    assert not app.exception
    assert "redonnez le fichier" not in texts(app)
    assert "2. Vérifier" in texts(app)


def test_every_file_is_read_and_the_bad_ones_are_said():
    app = open_donnees(
        ("bonne.csv", make_table(("70311", "CPTS de Luxeuil"))),
        ("fausse.csv", b"\x89PNG\r\n\x1a\n"),
    )
    texte = texts(app)
    assert "Ce fichier ne peut pas être employé" in texte
    assert "Colonnes reconnues : **bonne.csv**" in texte
    assert "3. Régler" not in texte


def test_a_blocking_problem_leaves_no_button(haute_saone):
    app = open_donnees(("t.csv", make_table((haute_saone[0], "CPTS A"), ("99999", "CPTS A"))))
    assert "Des points bloquants restent" in texts(app)
    assert "ligne 3 : 99999 n'est pas une commune" in texts(app)
    assert not [b for b in app.button if b.label.startswith("Voir")]


def test_anomalies_of_one_kind_are_told_together_the_worst_first(haute_saone):
    lignes = [(haute_saone[0], "CPTS A"), (haute_saone[1], "")]
    app = open_donnees(("t.csv", make_table(*lignes, *[("99999", "CPTS A")] * 4)))
    titres = [m.value for m in app.markdown if "material/" in m.value and "**" in m.value]
    assert titres[0] == ":material/block: Bloquant · **4 codes inconnus**"
    assert ":material/warning: À vérifier · **lignes sans nom de CPTS**" in titres[1:]
    # Four are too many to be read at a glance: they are folded, and to be downloaded.
    assert table_with(app, "Ce qui ne va pas")["Ligne"].to_list() == [4, 5, 6, 7]
    assert texts(app).count("→ Corriger le code.") == 1


def test_what_the_codes_are_is_asked_where_all_may_be_postcodes():
    app = open_donnees(("t.csv", make_table(("25300", "CPTS A"), ("39100", "CPTS A"))))
    assert "sans nom de commune à côté : 25300, 39100" in texts(app)
    widget(app.radio, "Codes de la table").set_value("insee").run()
    assert not app.exception
    assert "Réglé · codes INSEE ou codes postaux ?" in texts(app)
    assert "Des points bloquants restent" not in texts(app)


def test_rows_of_departments_that_are_not_loaded_are_one_sentence(haute_saone):
    lignes = [(code, "CPTS A") for code in (haute_saone[0], "04001", "05001", "06004")]
    texte = texts(open_donnees(("t.csv", make_table(*lignes))))
    assert "lignes 3, 4, 5 : Départements 04, 05 et 06 : non chargés, 3 lignes laissées" in texte


def test_what_a_choice_settles_keeps_its_place_and_says_so(deux_communes):
    app = open_donnees(("t.csv", make_table((deux_communes[0], "CPTS A"), (deux_communes[1], ""))))
    assert "Réglé" not in texts(app)
    widget(app.checkbox, "Répéter le nom de la CPTS").check().run()
    assert not app.exception
    assert "Réglé · lignes sans nom de CPTS" in texts(app)
    widget(app.checkbox, "Répéter le nom de la CPTS").uncheck().run()
    assert "Réglé" not in texts(app)


def test_an_absorbed_code_that_is_accepted_stays_where_it_was(dessin):  # noqa: ARG001
    app = open_donnees(("t.csv", make_table(("21901", "CPTS A"))))
    assert "Bloquant · **1 code de commune absorbée**" in texts(app)
    widget(app.checkbox, "Remplacer 1 code de commune absorbée").check().run()
    assert not app.exception
    assert "À vérifier · **1 code de commune absorbée**" in texts(app)
    assert "Des points bloquants" not in texts(app)


def test_departments_that_the_table_names_whole_are_proposed_and_declared_by_a_click(deux_communes):
    app = open_donnees(("t.csv", make_table((deux_communes[0], "CPTS A"), (deux_communes[1], ""))))
    assert (
        "toutes les communes de **1 département** : Haute-Saône. 1 commune y est sans CPTS"
        in texts(app)
    )
    complets = widget(app.multiselect, "Départements que cette table")
    assert complets.value == []
    widget(app.button, "Déclarer 1 département couvert en entier").click().run()
    assert not app.exception
    assert widget(app.multiselect, "Départements que cette table").value == ["70"]
    assert [b for b in app.button if b.label.startswith("Déclarer")] == []


def test_a_table_of_a_part_of_a_department_proposes_nothing(deux_communes):
    app = open_donnees(("t.csv", make_table((deux_communes[0], "CPTS A"))))
    assert [b for b in app.button if b.label.startswith("Déclarer")] == []


def test_several_files_are_one_table_and_each_row_keeps_its_place(haute_saone):
    une, autre = haute_saone[:2]
    app = open_donnees(
        ("nord.csv", make_table((une, "CPTS A"))),
        ("sud.csv", make_table((autre, "CPTS A"), ("99999", "CPTS A"))),
    )
    assert "sud.csv, ligne 3 : 99999 n'est pas une commune" in texts(app)


def test_known_sheets_are_matched_by_hand_or_taken_out_and_the_department_is_complete(haute_saone):
    """Every commune of the department in two CPTS: one is known under another name, the others are gone."""
    moitie = len(haute_saone) // 2
    lignes = [
        (code, "Levant" if rang < moitie else "Couchant") for rang, code in enumerate(haute_saone)
    ]
    app = open_donnees(("70.csv", make_table(*lignes)))
    complets = widget(app.multiselect, "Départements que cette table")
    complets.set_value(["70"]).run()
    assert "« CPTS de Luxeuil » touche un département déclaré complet" in texts(app)
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
    widget(app.button, "Mettre en usage").click().run()
    acte = last_acte()
    assert (acte.action, acte.objet, acte.fichier) == (IMPORT, "version 1", "70.csv")
    assert acte.empreinte == hashlib.sha256(make_table(*lignes)).hexdigest()
    neuf = load(open_depot().actuel())
    assert neuf.fiches.loc["cpts-luxeuil", "nom"] == load(DATA).fiches.loc["cpts-luxeuil", "nom"]
    assert (neuf.adhesions["cpts_id"] == "cpts-luxeuil").sum() == moitie
    assert set(siennes) & set(neuf.fiches.index) == {"cpts-luxeuil"}
    assert bool(
        measure_couverture(neuf, (), "fonctionnement").par_departement.loc["70", "complete"]
    )


def test_the_choices_of_a_file_are_not_those_of_the_next(haute_saone):
    """A department said complete for one table would let another one make zones blanches."""
    app = open_donnees(("a.csv", make_table((haute_saone[0], "CPTS A"))))
    widget(app.multiselect, "Départements que cette table").set_value(["70"])
    widget(app.multiselect, "Fiches à retirer").set_value(["cpts-luxeuil"])
    widget(app.text_input, "Votre nom").set_value("Camille")
    widget(app.text_input, "Note").set_value("table de mai")
    app.run()
    see_change(app)
    drop(app, ("b.csv", make_table((haute_saone[1], "CPTS A"))))
    assert widget(app.multiselect, "Départements que cette table").value == []
    assert widget(app.multiselect, "Fiches à retirer").value == []
    assert [widget(app.text_input, nom).value for nom in ("Votre nom", "Note")] == ["", ""]
    assert "5. Mettre en usage" not in texts(app)


def test_a_shorter_sheet_is_guessed_anew(haute_saone):
    """The header of the long sheet stands below the last row of the short one."""
    une, autre = haute_saone[:2]
    longue = [("Titre", "", "")] * 9 + [("Code INSEE", "Commune", "CPTS"), (une, "", "CPTS A")]
    courte = [("Nom de la CPTS", "Code INSEE"), ("CPTS B", autre)]
    app = open_donnees(("t.xlsx", fabrique.workbook(longue=longue, courte=courte)))
    assert widget(app.number_input, "Ligne des titres").value == 10
    widget(app.selectbox, "Feuille").set_value(1).run()
    assert not app.exception
    assert widget(app.number_input, "Ligne des titres").value == 1
    apercu = table_with(app, "Nom de la CPTS")
    assert apercu["Nom de la CPTS"].to_list() == ["CPTS B"]


@pytest.mark.usefixtures("ici")
def test_sheets_of_the_same_titles_are_one_table_unless_told_otherwise(haute_saone, monkeypatch):
    titres = ("Code INSEE", "CPTS")
    classeur = read_file(
        "t.xlsx",
        fabrique.workbook(
            nord=[titres, (haute_saone[0], "CPTS A")], sud=[titres, (haute_saone[1], "CPTS A")]
        ),
    )
    autre = replace(classeur.correspondance, feuille=1)
    ensemble = replace(classeur, correspondance=guess(classeur.feuilles[:1]), autres=(autre,))
    monkeypatch.setattr("ui.donnees.depot.read_file", lambda *_: ensemble)
    app = open_donnees(("t.xlsx", b"x"))
    assert "2 lignes, 1 CPTS, 2 communes" in texts(app)
    widget(app.checkbox, "2 feuilles aux mêmes titres").uncheck().run()
    assert "1 ligne, 1 CPTS, 1 commune" in texts(app)


def test_a_session_leaves_one_folder_aside_at_most(deux_communes):
    app = open_donnees(("a.csv", make_table((deux_communes[0], "CPTS A"))))
    for auteur in ("Camille", "Dominique", "Claude"):
        widget(app.text_input, "Votre nom").set_value(auteur).run()
        assert set_aside() == []
        see_change(app)
        assert len(set_aside()) == 1
    drop(app, ("b.csv", make_table((deux_communes[1], "CPTS A"))))
    assert set_aside() == []


def test_the_summary_of_one_session_outlives_the_import_of_another(deux_communes, monkeypatch):
    # Every AppTest has the same session, which is what Streamlit tells sessions apart by.
    session = ["une"]
    monkeypatch.setattr(
        "streamlit.runtime.caching.cache_resource_api.get_session_id_or_throw", lambda: session[0]
    )
    une = open_donnees(("une.csv", make_table((deux_communes[0], "CPTS A"))))
    see_change(une)
    session[0] = "autre"
    put_in_use(open_donnees(("autre.csv", make_table((deux_communes[1], "CPTS A")))))
    assert len(set_aside()) == 1
    # It was made from the data before: the session checks its table again at its next action.
    session[0] = "une"
    une.run()
    assert "5. Mettre en usage" not in texts(une)
    assert set_aside() == []
    put_in_use(une)
    assert [version.numero for version in open_depot().versions()] == [2, 1]


def test_data_that_change_under_the_summary_are_not_replaced(deux_communes, dessin, monkeypatch):
    """Between the check and its writing, in one run, another version is put in use."""
    app = open_donnees(("a.csv", make_table((deux_communes[0], "CPTS A"))))
    put_in_use(open_donnees(("b.csv", make_table((deux_communes[1], "CPTS A")))))
    app.run()
    monkeypatch.setattr("ui.donnees.suite.data_dir", lambda: dessin)
    see_change(app)
    assert "Les données en usage ont changé entre-temps" in texts(app)
    assert not [b for b in app.button if b.label == "Mettre en usage"]


@pytest.mark.usefixtures("ici")
def test_what_was_checked_against_other_data_leaves_the_memory(deux_communes, monkeypatch):
    vues = []

    def watch(*demande):
        verification = check(*demande)
        vues.append(weakref.ref(verification))
        return verification

    monkeypatch.setattr("ui.donnees.importation.check", watch)
    app = open_donnees(("a.csv", make_table((deux_communes[0], "CPTS A"))))
    put_in_use(app)
    gc.collect()
    assert vues
    assert [vue for vue in vues if vue() is not None] == []


@pytest.mark.usefixtures("ici")
def test_a_file_is_read_once_however_many_there_are(haute_saone, monkeypatch):
    lus = []

    def count(nom, contenu):
        lus.append(nom)
        return read_file(nom, contenu)

    monkeypatch.setattr("ui.donnees.depot.read_file", count)
    fichiers = [(f"{code}.csv", make_table((code, "CPTS A"))) for code in haute_saone[:12]]
    app = open_donnees(*fichiers)
    app.run()
    assert sorted(lus) == sorted(nom for nom, _ in fichiers)


def test_too_many_files_are_refused_before_any_is_read():
    app = open_donnees(*[(f"{i}.csv", b"x") for i in range(FICHIERS_MAX + 1)])
    texte = texts(app)
    assert f"limite de fichiers lus ensemble ({FICHIERS_MAX})" in texte
    assert "Colonnes reconnues" not in texte


def test_a_wrong_column_of_names_is_said_and_asks_few_questions(haute_saone):
    """Every row has its own name, each nearly that of the next one."""
    noms = [f"CPTS {chr(97 + i)}xyz{chr(97 + i)}" for i in range(25)]
    lignes = [
        (code, f"{article}{nom.removeprefix('CPTS ')}")
        for code, (article, nom) in zip(
            haute_saone, ((a, n) for n in noms for a in ("CPTS ", "Cpts de ")), strict=False
        )
    ]
    app = open_donnees(("t.csv", make_table(*lignes)))
    texte = texts(app)
    assert "50 CPTS pour 50 lignes : la colonne des CPTS est-elle la bonne ?" in texte
    assert len([s for s in app.selectbox if s.label.startswith("Une seule CPTS")]) == 20
    assert "Et 5 autres groupes de noms proches" in texte


def test_blank_names_are_repeated_and_stages_given_when_asked(deux_communes):
    lignes = [(deux_communes[0], "CPTS A"), (deux_communes[1], "")]
    app = open_donnees(("t.csv", make_table(*lignes)))
    repeter = widget(
        app.checkbox, "Répéter le nom de la CPTS de la ligne du dessus où il manque (1 ligne)"
    )
    assert not repeter.value
    assert "1 CPTS, 1 commune" in texts(app)
    repeter.check().run()
    assert "1 CPTS, 2 communes" in texts(app)
    etape = widget(app.selectbox, "Étape des CPTS dont la table ne dit rien (1)")
    assert etape.value is None
    assert etape.options[0] == "non publiée"
    assert not {"étape non publiée", "abandonné"} & set(etape.options)
    etape.set_value("aci_signe").run()
    put_in_use(app)
    neuf = load(open_depot().actuel())
    nouvelle = neuf.fiches[neuf.fiches["nom"] == "CPTS A"]
    assert nouvelle["statut"].to_list() == ["aci_signe"]
    assert (neuf.adhesions["cpts_id"] == nouvelle.index[0]).sum() == 2


def test_a_table_without_gaps_asks_nothing_of_them(haute_saone):
    table = make_table((haute_saone[0], "CPTS A", "ACI signé"), titres="Code INSEE;CPTS;Étape")
    app = open_donnees(("t.csv", table))
    assert not [c for c in app.checkbox if c.label.startswith("Répéter")]
    assert not [s for s in app.selectbox if s.label.startswith("Étape des CPTS")]


def test_what_was_put_in_use_stays_on_the_page_with_the_way_back(deux_communes, dessin):
    app = open_donnees(("mai.csv", make_table((deux_communes[0], "CPTS A"))))
    see_change(app)
    assert "Point de départ : données d'origine" in texts(app)
    assert "« Couvert » :" in texts(app)
    modifiees = table_with(app, "Communes, avant").set_index("CPTS")
    assert modifiees.loc["CPTS A", ["Communes, avant", "Communes, après"]].to_list() == [0, 1]
    widget(app.button, "Mettre en usage").click().run()
    app.run()
    assert "Version 1 en usage : mai.csv" in texts(app).replace("**", "")
    drop(app, ("juin.csv", make_table((deux_communes[1], "CPTS B"))))
    see_change(app)
    assert "Point de départ : version 1 (mai.csv)" in texts(app)
    widget(app.button, "Revenir aux données d'origine").click().run()
    assert "Données d'origine en usage." in texts(app)
    assert open_depot().actuel() == dessin
    app.run()
    assert "Version 1 en usage" not in texts(app)


def test_versions_are_told_in_words_with_counts_and_what_a_return_changes(deux_communes, dessin):
    app = open_donnees(("mai.csv", make_table((deux_communes[0], "CPTS A"))))
    put_in_use(app)
    table = table_with(app, "Version").set_index("Version")
    base = load(dessin)
    assert table.loc[0, "Communes"] == base.adhesions["code_commune"].nunique()
    assert re.fullmatch(r"\d+(er)? \w+ 20\d\d à \d\d:\d\d", table.loc[1, "Date"])
    n = base.adhesions["cpts_id"].nunique()
    assert f"Après le retour : données d'origine, {n} CPTS dessinées et " in texts(app)


def test_the_page_reads_nothing_again_after_a_switch(deux_communes, monkeypatch):
    """What the import has loaded and compared is what every session then shows."""
    app = open_donnees(("mai.csv", make_table((deux_communes[0], "CPTS A"))))
    see_change(app)
    monkeypatch.setattr("ui.commun.atlas.load", lambda _: pytest.fail("read twice"))
    monkeypatch.setattr(
        "ui.commun.atlas.simplify_communes", lambda _: pytest.fail("simplified twice")
    )
    widget(app.button, "Mettre en usage").click().run()
    app.switch_page("app.py").run()
    assert not app.exception
    assert "CPTS A" in str([s.options for s in app.selectbox])


def test_a_read_only_server_has_no_uploader(monkeypatch):
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    app = open_donnees()
    assert "lecture seule" in texts(app)
    assert list(app.file_uploader) == []


def test_a_server_that_others_reach_imports_with_its_password_only(monkeypatch):
    monkeypatch.setattr(ecriture, "_ouvertes", set())
    monkeypatch.setattr(ecriture, "_echecs", {})
    monkeypatch.setenv("CPTS_HOTES", "atlas.example.fr")
    assert "lecture seule" in texts(open_donnees())
    monkeypatch.setenv("CPTS_ECRITURE", "1")
    monkeypatch.setenv("CPTS_MOT_DE_PASSE", "quatre mots tirés au sort")
    app = open_donnees()
    for essai in ("autre chose", "quatre mots tirés au sort"):
        assert list(app.file_uploader) == []
        widget(app.text_input, "Mot de passe").set_value(essai)
        widget(app.button, "Ouvrir l'écriture").click().run()
        assert not app.exception
    # Of tables, of layers, of indicators: the password opens them all.
    assert len(app.file_uploader) == 3
