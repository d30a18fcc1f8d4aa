"""The import of official indicators on the page of the data: what it reads, asks, tells and does."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.base.actions import INDICATEUR
from geo.chargement import load
from geo.importation.versions import open_depot
from geo.officiels.examen import examine
from tests.importation.fabrique import workbook
from tests.pages.test_donnees import (
    CSV,
    DATA,
    open_donnees,
    set_aside,
    table_with,
    texts,
    widget,
)
from tests.trace import last_acte

LUXEUIL, FROIDECONCHE, VESOUL = "70311", "70258", "70550"
TITRES = "codgeo;sans_medecin_traitant_declare;Assurés de 16 ans et plus"
MT = f"{TITRES}\n{LUXEUIL};120;1500\n{FROIDECONCHE};NS;400\n{VESOUL};70;700\n"
AUTRE = f"code_commune;indice;poids\n{LUXEUIL};2,5;10\n{VESOUL};4;30\n"
ANNEE = "L'année est bien"


@pytest.fixture
def ici(monkeypatch):
    """Work in this process, where a test can watch what is called."""
    for module in ("examen", "indicateurs"):
        monkeypatch.setattr(
            f"ui.donnees.{module}.work", lambda fonction, *arguments: fonction(*arguments)
        )


pytestmark = pytest.mark.usefixtures("versions_a_part", "ici")


def drop(*fichiers: tuple[str, str | bytes]) -> AppTest:
    app = open_donnees()
    app.file_uploader[2].set_value(
        [(nom, t.encode() if isinstance(t, str) else t, CSV) for nom, t in fichiers]
    )
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def see(app: AppTest) -> AppTest:
    widget(app.button, "Voir ce que cela donne").click()
    return run(app)


def can_see(app: AppTest) -> bool:
    return any(b.label == "Voir ce que cela donne" for b in app.button)


def figures(app: AppTest) -> pd.Series:
    table = table_with(app, "Repose sur")
    return table.set_index("Territoire")["Valeur"].str.replace(r"\s", " ", regex=True)


def test_the_tab_says_which_files_are_known_and_that_nothing_is_replaced():
    app = open_donnees()
    connus = table_with(app, "Ce qu'il donne")
    assert "Personnes sans médecin traitant, par commune" in list(connus["Fichier"])
    assert "Importer des indicateurs" in texts(app)
    assert "2. Vérifier ce qui est lu" not in texts(app)


def test_a_known_file_is_read_at_once_and_every_column_has_a_role():
    app = drop(("synthetique_2024.csv", MT))
    texte = texts(app)
    assert (
        "Source : Assurance Maladie (source présumée), Personnes sans médecin traitant, par commune."
        in texte
    )
    assert "Source présumée, à vérifier : Assurance Maladie" in texte
    assert "Licence : non dite. Année : 2024." in texte
    roles = table_with(app, "Rôle").set_index("Colonne")["Rôle"]
    assert roles["codgeo"] == "Code INSEE de la commune"
    assert "dénominateur" in roles["Assurés de 16 ans et plus"].lower()
    lus = table_with(app, "Premières valeurs").set_index("Indicateur")
    assert lus.loc["Part sans médecin traitant déclaré", "Comment il s'agrège"].startswith(
        "rapport"
    )
    assert lus.loc["Personnes sans médecin traitant déclaré", "Premières valeurs"].startswith(
        f"{LUXEUIL} : 120 ; {FROIDECONCHE} : NS"
    )
    assert lus.loc["Part sans médecin traitant déclaré", "Premières valeurs"].startswith(
        f"{LUXEUIL} : 120 ÷ 1500 ; {FROIDECONCHE} : NS ÷ 400"
    )
    assert list(lus["Secrètes"]) == [1, 1]


def test_the_apl_of_a_profession_asks_for_no_choice_and_is_weighted_by_its_own_population():
    titres = (
        "Code commune INSEE",
        "APL aux kinésithérapeutes",
        "Population standardisée 2021 pour la médecine générale",
        "Population standardisée 2021 pour les kinésithérapeutes",
    )
    lignes = [
        titres,
        ("", "En ETP pour 100 000 habitants standardisés", "", ""),
        (LUXEUIL, 50, 9999, 100),
        (FROIDECONCHE, *["N/A - résultat non disponible"] * 3),
        (VESOUL, 90, 1, 300),
    ]
    autre = [*lignes[:2], (LUXEUIL, 50, 1, 300), (VESOUL, 90, 9999, 100)]
    app = drop(
        ("synthetique.xlsx", workbook(**{"APL 2022": lignes, "APL 2023": autre})),
    )
    assert "Accessibilité potentielle localisée aux masseurs-kinésithérapeutes" in texts(app)
    assert "Années : 2022 et 2023." in texts(app)
    roles = table_with(app, "Rôle").set_index("Colonne")["Rôle"]
    assert list(roles[titres[3]].unique()) == ["Poids"]
    assert list(roles[titres[2]].unique()) == ["Non lue"]
    see(app)
    tables = [d.value.set_index("Territoire") for d in app.dataframe if "Repose sur" in d.value]
    donnes = [t.loc["Haute-Saône", "Valeur"] for t in tables if "Haute-Saône" in t.index]
    assert donnes == ["80,0", "60,0"]


def test_a_column_that_nothing_reads_is_said_to_be():
    app = drop(("synthetique_2024.csv", MT.replace("plus\n", "plus;remarque\n", 1)))
    roles = table_with(app, "Rôle").set_index("Colonne")["Rôle"]
    assert roles["remarque"] == "Non lue"


def test_a_year_that_only_the_name_tells_is_confirmed_or_written():
    app = drop(("synthetique_2024.csv", MT))
    assert "→ La confirmer ou l'écrire à l'étape 2, « Année »." in texts(app)
    assert "--" not in texts(app)
    assert not can_see(app)
    assert "Il reste à répondre à l'étape 2 : « Année » de synthetique" in texts(app)
    widget(app.checkbox, ANNEE).check()
    assert can_see(run(app))
    assert "Il reste à" not in texts(app)
    widget(app.checkbox, ANNEE).uncheck()
    assert not can_see(run(app))
    widget(app.number_input, "Année").set_value(2023)
    run(app)
    assert [c.label for c in app.checkbox if c.label.startswith(ANNEE)] == []
    assert can_see(app)
    assert list(table_with(app, "Premières valeurs")["Année"]) == ["2023", "2023"]


def test_what_it_gives_is_what_is_then_in_use():
    app = drop(("synthetique_2024.csv", MT))
    widget(app.checkbox, ANNEE).check()
    run(app)
    widget(app.text_input, "Votre nom").set_value("Camille")
    see(run(app))
    valeurs = figures(app)
    assert valeurs["Haute-Saône"] == "au moins 191 (secret statistique)"
    assert list(valeurs.index[:1]) == ["Haute-Saône"]
    assert "France" not in valeurs
    assert "Non couverts par le fichier : 9 autres territoires" in texts(app)
    assert "1 autre a une valeur secrète" in texts(app)
    assert len(set_aside()) == 1
    assert open_depot().en_usage() is None
    widget(app.button, "Mettre en usage").click()
    run(app)
    texte = texts(app)
    assert "Version 1 en usage : synthetique_2024.csv, 2 indicateurs" in texte.replace("**", "")
    assert set_aside() == []
    (carte,) = [lien.proto for lien in app.get("page_link") if lien.proto.label == "Voir la carte"]
    assert carte.query_string == "ind=sans_medecin_traitant_2024"
    neuf = load(open_depot().actuel())
    assert [i.millesime for i in neuf.registre.officiels()] == ["2024", "2024"]
    assert open_depot().versions()[0].auteur == "Camille"
    acte = last_acte()
    assert (acte.action, acte.auteur) == (INDICATEUR, "Camille")
    assert acte.empreinte == hashlib.sha256(MT.encode()).hexdigest()
    en_usage = table_with(app, "Source").set_index("Indicateur")
    assert en_usage.loc["Part sans médecin traitant déclaré", "Communes avec une valeur"] == 2
    assert list(en_usage["Secrètes"]) == [1, 1]
    # The same year once more takes the place of the first.
    app.file_uploader[2].set_value([("b_2024.csv", MT.encode(), CSV)])
    run(app)
    widget(app.checkbox, ANNEE).check()
    see(run(app))
    assert texts(app).count("Remplace «") == 2
    widget(app.button, "Revenir aux données d'origine").click()
    run(app)
    assert not load(open_depot().actuel()).registre.officiels()


def test_an_import_made_meanwhile_is_told_and_nothing_of_this_one_gets_in():
    app = drop(("synthetique_2024.csv", MT))
    widget(app.checkbox, ANNEE).check()
    see(run(app))
    autre = drop(("synthetique_2023.csv", MT))
    widget(autre.checkbox, ANNEE).check()
    see(run(autre))
    widget(autre.button, "Mettre en usage").click()
    run(autre)
    widget(app.button, "Mettre en usage").click()
    run(app)
    assert "Les données en usage ont changé entre-temps" in texts(app)
    assert len(open_depot().versions()) == 1


def test_any_other_file_asks_for_its_column_and_averages_nothing_without_a_weight():
    app = drop(("synthetique.csv", AUTRE))
    texte = texts(app)
    assert "Ce fichier n'est d'aucune forme connue" in texte
    assert "Rien ne se moyenne sans poids" in texte
    widget(app.selectbox, "Colonne à lire").set_value("indice")
    widget(app.button, "Lire cette colonne").click()
    run(app)
    texte = texts(app)
    assert "« indice » est donné par commune et non agrégeable" in texte
    for manque in ("de quelle année il est", "qui l'a publié", "son unité"):
        assert manque in texte
    assert not can_see(app)
    widget(app.text_input, "Nom de l'indicateur").set_value("Indice d'essai")
    widget(app.text_input, "Unité").set_value("points")
    widget(app.text_input, "Qui l'a publié").set_value("Essai, fichier synthétique")
    widget(app.number_input, "Année").set_value(2022)
    widget(app.radio, "Comment elle s'agrège").set_value("moyenne")
    run(app)
    assert "Le formulaire a changé" in texts(app)
    widget(app.selectbox, "Colonne qui pondère").set_value("poids")
    widget(app.selectbox, "La part de qui").set_value("16 ans et plus")
    widget(app.button, "Lire cette colonne").click()
    run(app)
    assert "non agrégeable :" not in texts(app)
    assert "étape 2" not in texts(app)
    assert (
        "D'après ses colonnes : « code_commune » (code INSEE de la commune), « indice » (indicateur) et « poids » (poids)."
        in texts(app)
    )
    see(app)
    assert figures(app)["Haute-Saône"] == "3,6"
    assert "**Indice d'essai (2022)**, en points" in texts(app)
    widget(app.button, "Mettre en usage").click()
    run(app)
    (indicateur,) = load(open_depot().actuel()).registre.officiels()
    assert (indicateur.base, indicateur.millesime) == ("16 ans et plus", "2022")


def test_what_is_not_aggregated_says_so_for_every_territory():
    app = drop(("synthetique_2024.csv", AUTRE))
    widget(app.selectbox, "Colonne à lire").set_value("indice")
    widget(app.text_input, "Unité").set_value("points")
    widget(app.text_input, "Qui l'a publié").set_value("Essai")
    widget(app.number_input, "Année").set_value(2022)
    widget(app.button, "Lire cette colonne").click()
    see(run(app))
    assert set(figures(app)) == {"non agrégeable : donné par commune"}


def test_sheets_that_nothing_tells_apart_are_asked_for_and_years_are_a_series():
    lignes = [tuple(ligne.split(";")) for ligne in MT.splitlines()]
    app = drop(("synthetique.xlsx", workbook(Nord=lignes, Sud=lignes)))
    assert "Il reste à dire quelle feuille lire" in texts(app)
    assert "→ Choisir à l'étape 2, « Feuilles à lire »." in texts(app)
    widget(app.multiselect, "Feuilles à lire").set_value([1])
    run(app)
    assert "Licence : non dite. Année : non dite." in texts(app)
    app = drop(("synthetique.xlsx", workbook(**{"MT 2023": lignes, "MT 2024": lignes})))
    assert "Années : 2023 et 2024." in texts(app)
    see(app)
    assert "(2023)**" in texts(app)
    widget(app.multiselect, "Feuilles à lire").set_value([])
    run(app)
    assert "Choisissez au moins une feuille." in texts(app)
    assert set_aside() == []


def test_a_file_that_is_no_table_gets_a_sentence_and_holds_the_others_back():
    app = drop(("synthetique_2024.csv", MT), ("fausse.csv", b"\x89PNG\r\n\x1a\n"))
    assert "Ce fichier ne peut pas être employé. Les données en usage n'ont pas changé." in texts(
        app
    )
    assert not can_see(app)
    app = drop(("synthetique.csv", "nom;valeur\na;1\nb;2\n"))
    assert "aucune table de communes n'y est reconnue" in texts(app)


def test_two_files_that_say_the_same_are_not_imported_together():
    app = drop(("a_2024.csv", MT), ("b_2024.csv", MT))
    for case in [c for c in app.checkbox if c.label.startswith(ANNEE)]:
        case.check()
    run(app)
    assert "déjà donné pour 2024 par a_2024.csv" in texts(app)
    assert not can_see(app)


def test_an_unreadable_cell_is_said_and_nothing_can_be_put_in_use():
    app = drop(("synthetique_2024.csv", MT.replace(";700", ";beaucoup")))
    assert "« beaucoup »" in texts(app)
    assert not can_see(app)


def test_what_blocks_stands_alone_above_what_is_folded():
    app = drop(
        ("synthetique_2024.csv", MT.replace(";700", ";beaucoup").replace("70550", "70550.0"))
    )
    bloquants = next(m.value for m in app.markdown if "« beaucoup »" in m.value)
    assert bloquants.count("→") == 1
    assert [e.label for e in app.expander if "autre" in e.label]


def test_what_the_atlas_withholds_is_not_folded_and_told_from_what_the_file_does():
    app = drop(("synthetique_2024.csv", MT.replace("120;1500", "7;1500")))
    plies = [m.value for e in app.expander for m in e.markdown]
    dits = [m.value for m in app.markdown if "tenu pour secret" in m.value]
    assert len(dits) == 1
    assert dits[0] not in plies
    assert "1 nombre tenu pour secret par l'atlas, qui ne le garde pas, en plus de 1 cellule que le fichier cache : 1 de moins de 11." in dits[0].replace("\\", "")  # fmt: skip


def test_a_share_above_its_whole_is_said_and_nothing_can_be_put_in_use():
    app = drop(("synthetique_2024.csv", MT.replace(";700", ";20")))
    assert "le numérateur" in texts(app)
    assert "dépasse" in texts(app)
    assert not can_see(app)


def test_a_file_is_examined_once_for_each_choice(monkeypatch):
    vus = []

    def watch(*demande, **autres):
        vus.append(demande[-1].millesime)
        return examine(*demande, **autres)

    monkeypatch.setattr("ui.donnees.examen.examine", watch)
    app = drop(("synthetique_2024.csv", MT))
    run(app)
    widget(app.checkbox, ANNEE).check()
    run(app)
    assert vus == [""]
    widget(app.number_input, "Année").set_value(2023)
    run(app)
    assert vus == ["", "2023"]


def test_hostile_titles_and_names_are_text():
    hostile = "**gras** [x](y) :skull:"
    app = drop((f"{hostile}.csv", AUTRE.replace("indice", hostile)))
    widget(app.selectbox, "Colonne à lire").set_value(hostile)
    widget(app.text_input, "Unité").set_value(hostile)
    widget(app.text_input, "Qui l'a publié").set_value(hostile)
    widget(app.number_input, "Année").set_value(2022)
    widget(app.button, "Lire cette colonne").click()
    see(run(app))
    ecrits = [m.value for m in (*app.markdown, *app.caption, *app.success)]
    assert not [texte for texte in ecrits if "[x](y)" in texte]
    assert [texte for texte in ecrits if "\\[x\\]" in texte]


def test_a_read_only_server_takes_no_indicator(monkeypatch):
    monkeypatch.setenv("CPTS_LECTURE_SEULE", "1")
    app = open_donnees()
    assert texts(app).count("lecture seule") == 3
    assert list(app.file_uploader) == []


def test_the_shipped_data_have_no_official_indicator():
    assert not load(Path(DATA)).registre.officiels()
    assert "Indicateurs officiels en usage" not in texts(open_donnees())


def test_a_zoning_by_tvs_is_read_with_the_sheet_that_composes_it_and_its_words_are_not_kept():
    app = drop(
        (
            "synthetique 2024.xlsx",
            workbook(
                Zonage=[("Code du TVS", "Zonage"), ("43001", "ZIP"), ("43002", "Hors zonage")],
                Communes=[
                    ("Code commune", "TVS"),
                    (LUXEUIL, "43001"),
                    (FROIDECONCHE, "43001"),
                    (VESOUL, "43002"),
                ],
            ),
        )
    )
    assert "« Zonage des médecins » est fait de mots" in texts(app)
    assert len(table_with(app, "Premières valeurs")) == 3
