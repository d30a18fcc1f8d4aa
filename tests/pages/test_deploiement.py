"""The roll-out without a browser: words, figures, player, filters, address."""

import json
import re
import shutil
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.chargement import load
from geo.indicateurs.annonces import Somme
from geo.regles.jalons import compare_jalons
from rendu.mots.deploiement import short_name
from rendu.mots.faits import sum_text
from rendu.mots.jalons import make_table_jalons
from tests.geo.dessin import write_dossier
from tests.pages.carte import legend_of, sent_to_map
from tests.pages.tableau import written
from ui.deploiement.carte import _draw_chronologie, get_curves
from ui.deploiement.lecture import LARGEURS_PX, stride, years
from ui.deploiement.suite import make_tableau_cpts, make_tableau_dates

RACINE = Path(__file__).resolve().parents[2]
DATA = RACINE / "data"
ANGLAIS_OU_VIDE = re.compile(r"\b(nan|NaT|None|null|undefined|N/A)\b")

fiches = pd.read_csv(DATA / "cpts_fiches.csv", dtype=str)


def open_deploiement(**parametres: str) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    for nom, valeur in parametres.items():
        app.query_params[nom] = valeur
    app.switch_page("pages/deploiement.py")
    return app.run()


# A page that is only read is opened once for all tests that read it in the same state.
look_at = cache(open_deploiement)


def texts(app: AppTest) -> str:
    morceaux = [
        m.value for m in (*app.markdown, *app.caption, *app.title, *app.header, *app.subheader)
    ]
    morceaux += [f"{m.label} : {m.value} ({m.delta})" for m in app.metric]
    morceaux += [str(h.proto.body) for h in app.get("html")]
    return clean("\n".join(morceaux))


def clean(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\xa0", " ").replace("\\", "")


def figures(app: AppTest) -> dict[str, tuple[str, str]]:
    return {m.label: (clean(m.value), clean(m.delta)) for m in app.metric}


def table(app: AppTest, colonne: str) -> pd.DataFrame:
    trouvees = [d.value for d in (*app.dataframe, *app.table) if colonne in d.value.columns]
    return trouvees[0].map(lambda v: clean(v) if isinstance(v, str) else v)


def shown_date(app: AppTest) -> str:
    return app.session_state["filtre_date"]


def test_the_6_may_2022_in_words_and_figures():
    app = look_at(date="2022-05-06")
    assert not app.exception
    texte = texts(app)
    assert not ANGLAIS_OU_VIDE.search(texte), ANGLAIS_OU_VIDE.search(texte)
    assert "Luxeuil et le bassin vésulien, 126 000 habitants annoncés." in texte
    assert "19 CPTS datées sur 20 en fonctionnement" in texte
    assert "sans date, donc dans aucune courbe : Loue-Lison" in texte
    lus = figures(app)
    assert lus["Habitants annoncés"] == ("environ 307 000", "par 5 CPTS sur 8 présentes")
    assert lus["CPTS en fonctionnement"] == ("8", "et 1 sans date")
    assert lus["Habitants couverts (établi)"] == (
        "80 673",
        "environ 338 000 avec les périmètres indicatifs",
    )
    assert lus["Communes couvertes (établi)"] == (
        "237",
        "environ 775 avec les périmètres indicatifs",
    )
    # The legend counts what the map shows.
    assert {"entrée à cette date (2)", "déjà là avant (6)"} <= set(legend_of(app))


def test_what_is_before_an_open_date_is_possible_and_hatched():
    app = look_at(date="2020-10-02")
    assert "peut-être déjà là : date connue au mois près, ou « avant » (2)" in legend_of(app)
    assert "et 2 peut-être et 1 sans date" in texts(app)


def test_without_a_date_the_last_one_is_shown_and_the_address_names_none():
    app = open_deploiement()
    assert app.select_slider[0].value == fiches["date_max"].dropna().max()
    assert "date" not in app.query_params
    # The last date of a department is not kept when the department goes.
    app.multiselect(key="filtre_dep").set_value(["70"]).run()
    assert app.select_slider[0].value == "2024-04-19"
    app.multiselect(key="filtre_dep").set_value([]).run()
    assert app.select_slider[0].value == fiches["date_max"].dropna().max()


def test_a_day_between_two_dates_shows_the_state_of_the_first():
    la_veille, le_jour = (look_at(date=d) for d in ("2022-05-07", "2022-05-06"))
    assert la_veille.select_slider[0].value == "2022-05-07"
    chiffres = [[(m.label, m.value) for m in app.metric] for app in (la_veille, le_jour)]
    assert chiffres[0] == chiffres[1]


def test_what_is_no_date_is_told():
    texte = texts(look_at(date="hier"))
    assert "date « hier »" in texte
    assert "27 septembre 2024" in texte


def test_the_slider_moves_date_figures_and_address():
    app = open_deploiement(date="2022-05-06")
    app.select_slider[0].set_value("2023-03-30").run()
    assert app.query_params["date"] == "2023-03-30"
    assert "Les Portes du Haut-Doubs, 28 000 habitants annoncés." in texts(app)


def test_the_player_starts_again_after_the_end_and_stops_on_a_hand_on_the_slider():
    app = open_deploiement(date="2024-09-27")
    app.button(key="deploiement_bouton").click().run()
    # Before that day the map fills no territory for sure.
    assert shown_date(app) == "2021-07-19"
    assert app.button(key="deploiement_bouton").label == "Pause"
    app.select_slider[0].set_value("2022-05-06").run()
    assert app.button(key="deploiement_bouton").label == "Lecture"
    assert shown_date(app) == "2022-05-06"


def test_the_player_reaches_the_end_of_any_number_of_dates():
    for n in (2, 16, 60, 61, 673):
        dates = [str(i) for i in range(n)]
        assert n / stride(dates) <= 60
        assert stride(dates) == 1 or n > 60


def test_the_years_are_written_under_the_slider():
    html = "".join(str(h.proto.body) for h in look_at().get("html"))
    annees = re.findall(r'<span class="annee-\d" style="[^"]*">(\d+)</span>', html)
    dates = sorted(fiches["date_max"].dropna())
    assert annees == sorted({date[:4] for date in dates})


@pytest.mark.parametrize("n", [2, 16, 673])
def test_the_years_that_are_written_never_touch(n):
    jours = pd.date_range("2016-01-05", "2026-11-22", n).strftime("%Y-%m-%d")
    placees = years(list(jours))
    assert [annee for annee, _, _ in placees] == sorted({jour[:4] for jour in jours})
    for niveau, largeur in enumerate(LARGEURS_PX):
        places = [place for _, place, rang in placees if rang <= niveau]
        # Each is as wide as four figures, and leans inwards so that the ends stay inside.
        assert all((b - a) * (largeur - 32) >= 32 for a, b in pairwise(places))
    assert placees[0][2] == 0


def test_all_steps_are_sentences_in_order():
    texte = texts(look_at())
    attendues = [
        "Avant le 16 septembre 2021** : 21-52 et Pays d'Or, 121 000 habitants annoncés.",
        "16 septembre 2021** : Centre 21, population totale non publiée.",
        "6 mai 2022** : Luxeuil et le bassin vésulien, 126 000 habitants annoncés.",
        "Septembre 2022** : le Territoire de Belfort (hors Belfort et première couronne), environ 77 000 habitants annoncés.",
        "19 avril 2024** : le Pays d'Héricourt, plus de 21 000 habitants annoncés.",
    ]
    rangs = [texte.index(attendue) for attendue in attendues]
    assert rangs == sorted(rangs)


def test_undated_and_abandoned_are_apart_with_their_sources():
    app = look_at()
    titres = [t.value for t in app.subheader]
    assert "Sans date publiée (1)" in titres
    assert "Projets abandonnés (1)" in titres
    texte = texts(app)
    assert (
        "CPTS Loue-Lison** : « officialisé la création », date non publiée ; étape : lancée officiellement"
        in texte
    )
    assert (
        "Puisaye nivernaise** : « le projet est à l'arrêt », date non publiée ; étape : projet abandonné"
        in texte
    )
    cpts = table(app, "Date publiée")
    assert "CPTS Nord Val de Loire et Puisaye nivernaise" not in set(cpts["CPTS"])
    assert len(cpts) == 20


def test_published_beside_known_with_the_difference_in_words():
    app = look_at()
    compares = table(app, "Différence").set_index("Publié")
    ligne = compares.loc["6 mai 2022, Bourgogne-Franche-Comté : 12 CPTS (projet de santé validé)"]
    assert ligne["Dans les données chargées à cette date"].startswith("8 CPTS : 21-52, Centre 21")
    assert ligne["Différence"].startswith("Il manque 4 CPTS dans les données.")
    assert "sans date (Loue-Lison)" in ligne["Différence"]
    cote_d_or = compares.loc["6 mai 2022, Côte-d'Or : 3 CPTS (projet de santé validé)"]
    assert cote_d_or["Différence"] == (
        "Le même nombre. 21-52, sur plusieurs départements, est comptée dans chacun."
    )
    sans = table(app, "Pourquoi").set_index("Publié")
    lettres = sans.loc[
        "6 mai 2022, Bourgogne-Franche-Comté : 15 projets (lettre d'intention validée)"
    ]
    assert "étape actuelle" in lettres["Pourquoi"]
    assert sans.index.str.contains("France : 738 CPTS").any()


def test_the_table_of_dates_gives_the_announced_sum_of_the_files():
    faits = pd.read_csv(DATA / "cpts_faits.csv", dtype={"cpts_id": str})
    annonces = faits[faits["indicateur"] == "population_annoncee"].set_index("cpts_id")["valeur"]
    statuts = pd.read_csv(DATA / "statuts.csv", dtype=str).set_index("statut")
    comptees = fiches[fiches["statut"].map(statuts["compte_en_fonctionnement"]) == "oui"]
    dates = table(look_at(), "CPTS, au moins")
    for ligne in dates.to_dict("records"):
        venues = comptees[comptees["date_max"] <= ligne["Date"].isoformat()]
        assert ligne["CPTS, au moins"] == len(venues)
        siennes = annonces.reindex(venues["cpts_id"]).dropna()
        if siennes.empty:
            assert pd.isna(ligne["Habitants annoncés (somme)"])
        else:
            assert ligne["Habitants annoncés (somme)"] == siennes.sum()
    assert "Ce que vaut la somme" not in dates
    montre = next(d for d in look_at().dataframe if "CPTS, au moins" in d.value)
    lus = list(written(montre)["Habitants annoncés (somme)"])
    assert lus[0] == ""
    assert lus[-1] == "env. 1 030 000"


def test_the_tables_that_leave_keep_numbers_with_what_they_are_worth(atlas):
    totaux = get_curves(atlas, (), "fonctionnement")
    dates = make_tableau_dates(totaux, "2023", indicatifs=True)
    assert pd.api.types.is_numeric_dtype(dates["Habitants annoncés (somme)"])
    assert clean(dates["Ce que vaut la somme"].iloc[-1]) == "environ 1 030 000"
    cpts = make_tableau_cpts(atlas, ("cpts-pays-hericourt", "cpts-luxeuil", "cpts-centre-21"))
    lus = cpts[["Qualificatif (population)", "Population annoncée"]]
    assert lus.loc["cpts-pays-hericourt"].to_list() == ["plus de", 21000]
    assert lus.loc["cpts-luxeuil"].to_list() == ["", 43000]
    assert lus.loc["cpts-centre-21"].isna().all()


def test_a_department_and_a_definition_change_what_is_counted():
    cote_d_or = figures(look_at(dep="21", date="2022-05-06"))
    assert cote_d_or["CPTS en fonctionnement"][0] == "3"
    texte = texts(look_at(couvert="projets", date="2022-10-31"))
    assert "Centre Saône-et-Loire (Creusot-Montceau), population totale non publiée" in texte
    texte = texts(look_at(date="2022-10-31"))
    assert (
        "Centre Saône-et-Loire (Creusot-Montceau) : « validée » ; étape : projet de santé validé, ce qui ne compte pas"
        in texte
    )
    seuls = figures(look_at(indicatifs="0", date="2022-05-06"))
    assert seuls["Habitants couverts (établi)"] == ("80 673", "périmètres établis")


def test_hidden_perimeters_are_in_no_table():
    for avec in ("1", "0"):
        dates = table(look_at(indicatifs=avec), "CPTS, au moins")
        indicatives = dates.columns.str.contains("indicatifs")
        assert indicatives.any() == (avec == "1")
        assert "Communes, périmètres établis" in dates


def test_what_a_stage_hides_is_counted_and_said_to_be():
    dit = texts(look_at(statut="emergence"))
    assert (
        "Le filtre « Étape » restreint la carte (0 CPTS à cette date), jamais ces chiffres." in dit
    )
    sans = "CPTS présentes à cette date sont sans périmètre connu"
    assert f"{sans} : ni leurs habitants" in dit
    assert f"{sans}, en repère sur la carte : ni" in texts(look_at())


def test_a_cpts_chosen_elsewhere_does_not_frame_the_map():
    app = look_at(dep="70", cpts="cpts-luxeuil")
    assert sent_to_map(app)["selection"] is None
    assert sent_to_map(app)["departements"] == ["70"]
    # The other pages find it again.
    assert app.query_params["cpts"] in ("cpts-luxeuil", ["cpts-luxeuil"])


def test_a_department_where_nothing_is_drawn_still_has_its_milestone():
    app = look_at(dep="39")
    assert not app.exception
    texte = texts(app)
    assert "1 CPTS datée sur 1 en fonctionnement" in texte
    assert "Jura : 1 CPTS" in clean(str(table(app, "Différence")["Publié"].iloc[0]))


def test_charts_have_a_text_alternative():
    app = open_deploiement(date="2022-05-06")
    graphiques = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    assert len(graphiques) == 5
    textes = [clean(g.proto.alt) for g in graphiques]
    assert textes[-1].startswith(
        "Chronologie des CPTS datées : le Haut-Doubs forestier, 2 octobre 2020"
    )
    assert "21-52, avant le 16 septembre 2021" in textes[-1]
    assert textes[0].startswith("CPTS : 1 au 2 octobre 2020, 19 au 27 septembre 2024")
    assert textes[1].startswith(
        "Habitants annoncés : non publié au 2 octobre 2020, environ 1 030 000 au 27 septembre 2024."
    )


@pytest.fixture
def neuve():
    """Forget the chronologies that were drawn, before and after a test that draws them otherwise."""
    _draw_chronologie.clear()
    yield
    _draw_chronologie.clear()


@pytest.mark.usefixtures("neuve")
def test_many_cpts_are_counted_by_quarter(monkeypatch):
    monkeypatch.setattr("ui.deploiement.graphiques.LIGNES_MAX", 5)
    app = open_deploiement(date="2022-05-06")
    assert "19 CPTS datées : trop pour une ligne chacune" in texts(app)
    graphique = (app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))[-1]
    assert "trimestre 2 de 2022, 3" in graphique.proto.alt
    assert "2 CPTS datées « avant » un jour n'y sont pas" in texts(app)


def test_labels_of_the_files_are_shown_as_text(monkeypatch, tmp_path):
    dossier = tmp_path / "data"
    shutil.copytree(DATA, dossier, ignore=shutil.ignore_patterns("schemas", "sources"))
    chemin = dossier / "cpts_fiches.csv"
    hostile = "CPTS de <b>Luxeuil</b> [clic](https://exemple.test) `x` ${1} $a$"
    texte = chemin.read_text(encoding="utf-8").replace("CPTS de Luxeuil", hostile)
    chemin.write_text(texte, encoding="utf-8")
    monkeypatch.setenv("CPTS_DATA_DIR", str(dossier))
    app = open_deploiement(date="2022-05-06")
    assert not app.exception
    morceaux = [m.value for m in (*app.markdown, *app.caption)]
    morceaux += [v for d in app.table for v in d.value.to_numpy().ravel()]
    avec = [m for m in morceaux if "Luxeuil" in m and "clic" in m]
    assert len(avec) >= 3
    for morceau in avec:
        assert "<b>" not in morceau
        assert "[clic]" not in morceau
    graphique = (app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))[-1]
    etiquettes = {
        couche["encoding"]["y"]["axis"]["labelExpr"]
        for couche in json.loads(graphique.proto.spec)["layer"]
        if "axis" in couche["encoding"].get("y", {})
    }
    # One object of names by code, read by code: nothing of a name is left outside its quotes.
    (etiquette,) = etiquettes
    assert etiquette.endswith("[datum.value]")
    noms = json.loads(etiquette.removesuffix("[datum.value]"))
    assert noms["cpts-luxeuil"] == short_name(hostile)
    assert noms["cpts-bassin-vesulien"] == "le bassin vésulien"


def test_the_page_opens_on_a_folder_without_the_usual_sources(monkeypatch, tmp_path):
    monkeypatch.setenv("CPTS_DATA_DIR", str(write_dossier(tmp_path / "data")))
    app = open_deploiement()
    assert not app.exception
    assert "Communiqué" in texts(app)
    lignes = table(app, "Date publiée").set_index("CPTS")
    assert pd.isna(lignes.loc["CPTS Est", "Population annoncée"])
    montre = next(d for d in app.dataframe if "Date publiée" in d.value)
    assert montre.proto.placeholder == "non publié"


@pytest.mark.parametrize(
    ("publie", "attendue"),
    [
        ("2,egal", "Le même nombre."),
        ("2,environ", "Les deux s'accordent : la publication donne un ordre de grandeur."),
        ("1,plus_de", "Les deux s'accordent : la publication donne un minimum."),
        (
            "2,plus_de",
            "Il manque au moins 1 CPTS dans les données. Peut-être à compter : sans date (Loin).",
        ),
        (
            "10,environ",
            (
                "Il manque environ 8 CPTS dans les données. Peut-être à compter : sans date (Loin). Même en les comptant, il "
                "en manquerait : la liste n'est sans doute pas complète."
            ),
        ),
        (
            "10,plus_de",
            (
                "Il manque au moins 9 CPTS dans les données. Peut-être à compter : sans date (Loin). Même en les comptant, il "
                "en manque : la liste n'est pas complète."
            ),
        ),
        (
            "1,environ",
            "Environ 1 CPTS de plus dans les données : la publication comptait autrement, ou moins.",
        ),
    ],
)
def test_the_difference_keeps_the_qualifier_of_the_number(tmp_path, publie, attendue):
    assert difference(tmp_path, "projet_valide,12,egal", f"projet_valide,{publie}") == attendue


@pytest.mark.parametrize(
    ("publie", "attendue"),
    [
        ("33.3,egal", "Le même taux."),
        ("33,plus_de", "Les deux s'accordent : la publication donne un minimum."),
        (
            "93.5,egal",
            (
                "60,2 points de moins dans les données (périmètres établis), 6,5 points de plus avec les périmètres indicatifs : "
                "le taux publié peut compter des CPTS que les données ne datent pas, ne dessinent qu'en tirets ou pas "
                "du tout, ou ne connaissent pas."
            ),
        ),
        (
            "100,egal",
            "67 points de moins dans les données (périmètres établis), autant avec les périmètres indicatifs : le taux publié",
        ),
        (
            "40,plus_de",
            (
                "Au moins 7 points de moins dans les données (périmètres établis), au-dessus du minimum publié avec "
                "les périmètres indicatifs : le taux publié"
            ),
        ),
        (
            "32,egal",
            (
                "1 point de plus dans les données (périmètres établis), 68 points de plus avec les périmètres indicatifs : la "
                "publication comptait autrement, ou moins."
            ),
        ),
    ],
)
def test_the_difference_of_a_share_is_in_points(tmp_path, publie, attendue):
    assert difference(
        tmp_path,
        ",inconnue,departement,21,part_population_couverte,en_fonctionnement,93.5,egal",
        f"2022-05-06,jour,departement,21,part_population_couverte,en_fonctionnement,{publie}",
        ["21"],
    ).startswith(attendue)


def difference(tmp_path: Path, avant: str, apres: str, departements: Sequence[str] = ()) -> str:
    """Change the milestone of the drawn folder, and say how the data differ from it."""
    dossier = write_dossier(tmp_path / "data")
    chemin = dossier / "jalons.csv"
    texte = chemin.read_text(encoding="utf-8")
    assert avant in texte
    chemin.write_text(texte.replace(avant, apres), encoding="utf-8")
    atlas = load(dossier)
    table = make_table_jalons(atlas, compare_jalons(atlas, departements), indicatifs=True)
    return clean(table.loc[0, "Différence"])


@pytest.mark.parametrize(
    ("somme", "attendu"),
    [
        (Somme(410, "environ", 2), "environ 410"),
        (Somme(410, "egal", 2), "410"),
        (Somme(98_340, "plus_de", 2), "plus de 98 340"),
        (Somme(10_340, "environ", 2), "environ 10 300"),
        (Somme(126_340, "environ", 2), "environ 126 000"),
        (Somme(0, "", 0), "non publié"),
    ],
)
def test_a_small_sum_is_not_rounded_away(somme, attendu):
    assert clean(sum_text(somme)) == attendu


@pytest.mark.parametrize(
    ("nom", "court"),
    [
        ("CPTS des Portes du Haut-Doubs", "les Portes du Haut-Doubs"),
        ("CPTS de l'Auxois", "l'Auxois"),
        ("CPTS d'Auxerre", "Auxerre"),
        ("CPTS du Grand Auxerrois et Armance", "le Grand Auxerrois et Armance"),
        ("CPTS Pays d'Or et de Loire", "Pays d'Or et de Loire"),
        ("CPTS", "CPTS"),
        ("CPTSanté", "CPTSanté"),
    ],
)
def test_short_names(nom, court):
    assert short_name(nom) == court


def test_each_figure_of_a_date_says_where_it_comes_from():
    app = open_deploiement(date="2022-05-06", dep="70")
    panneau = figures(app)
    app.session_state["provenance_deploiement"] = True
    app.run()
    (liste,) = [s for s in app.selectbox if s.label == "Chiffre"]
    assert [t for t in panneau if t not in liste.options] == []
    for titre in panneau:
        next(s for s in app.selectbox if s.label == "Chiffre").set_value(titre).run()
        assert not app.exception
        (reponse,) = [clean(c.value) for c in app.code]
        assert reponse.startswith(f"{titre} — au 6 mai 2022")
        assert f"Valeur : {panneau[titre][0]}" in reponse
        assert "Source : « " in reponse
