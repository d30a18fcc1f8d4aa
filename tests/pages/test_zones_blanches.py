"""The page of the gaps without a browser: what can be said, the work list, the trial, the words."""

import datetime as dt
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.chargement import load
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot
from geo.indicateurs.registre import Registre
from geo.officiels.examen import examine
from geo.officiels.service import prepare
from geo.regles.completude import declare
from geo.regles.couverture import find_etats
from geo.regles.zones import find_zones, zone_indicators
from rendu.carte.palette import (
    BLANC,
    BLEUS,
    COMMUNE_INDETERMINEE,
    COMPTEE_NEUTRE,
    ZONE_BLANCHE,
)
from rendu.carte.vue import make_vue
from tests.officiels import import_files, make_apl, make_mt
from tests.pages.carte import legend_of, sent_to_map
from tests.pages.tableau import written
from ui.commun.adresse import Filtres
from ui.serveur.couches import couches_of
from ui.zones.choix import ranking_caption, zone_labels
from ui.zones.telechargements import list_neighbours, reading_notes, zones_table

RACINE = Path(__file__).resolve().parents[2]
DATA = RACINE / "data"
ANGLAIS_OU_VIDE = re.compile(r"\b(nan|None|null|undefined|N/A|NaT)\b")


def open_zones(dossier: Path = DATA, **parametres: str) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    app.switch_page("pages/zones_blanches.py")
    for nom, valeur in parametres.items():
        app.query_params[nom] = valeur
    with pytest.MonkeyPatch.context() as environnement:
        environnement.setenv("CPTS_DATA_DIR", str(dossier))
        app.run()
    assert not app.exception
    return app


# A page that is only read is opened once for all tests that read it in the same state.
look_at = cache(open_zones)


def texts(app: AppTest) -> str:
    morceaux = [
        m.value for m in (*app.markdown, *app.caption, *app.title, *app.subheader, *app.header)
    ]
    morceaux += [m.value for m in (*app.info, *app.warning)]
    return re.sub(r"\s", " ", "\n".join(morceaux)).replace("\\", "")


def tables(app: AppTest) -> list[pd.DataFrame]:
    return [d.value for d in app.dataframe]


def table_with(app: AppTest, colonne: str) -> pd.DataFrame:
    return next(t for t in tables(app) if colonne in t)


def read_candidates(app: AppTest) -> ET.Element:
    """Return the table of who could absorb the chosen zone."""
    corps = (str(h.proto.body) for h in app.get("html"))
    texte = next(c for c in corps if c.startswith('<div class="liste">'))
    return ET.fromstring(texte)[0]  # noqa: S314 - written by the page itself


def whole(texte: str) -> int:
    return int(re.sub(r"\D", "", texte))


def communes() -> pd.DataFrame:
    objets = json.loads((DATA / "communes.geojson").read_text(encoding="utf-8"))["features"]
    return pd.DataFrame([objet["properties"] for objet in objets])


def test_the_shipped_data_have_no_gap_and_say_why():
    app = look_at()
    texte = texts(app)
    assert (
        "**1 929 228 habitants** (2 387 communes) hors de tout périmètre connu qui compte, en 5"
        in texte
    )
    assert "Toutes les CPTS sont connues et dessinées : Territoire de Belfort. Ailleurs" in texte
    assert "CPTS du Chalonnais (130 000 habitants annoncés)" in texte
    assert "CPTS Centre 21 (population totale non publiée)" in texte
    assert "en zone blanche" not in texte
    assert "une commune sans périmètre connu qui compte peut être couverte" in texte
    assert not ANGLAIS_OU_VIDE.search(texte)


def test_a_department_declared_complete_shows_its_gaps_from_the_address(haute_saone):
    app = look_at(haute_saone, dep="70", complet="70")
    texte = texts(app)
    assert "Essai pour cette session" in texte
    haute_saone = communes().query("code_departement == '70'")
    membres = pd.read_csv(DATA / "cpts.csv", dtype=str)["code_commune"]
    blanches = haute_saone[~haute_saone["code_commune"].isin(membres)]
    habitants = f"{blanches['population'].sum():,}".replace(",", " ")
    assert (
        f"**{habitants} habitants** ({len(blanches)} communes) en zone blanche, en 3 zones : Gray, Lure et Ouge."
        in texte
    )
    liste = table_with(app, "Autour de")
    assert liste["Population (2023)"].sum() == blanches["population"].sum()
    assert liste["Communes"].sum() == len(blanches)
    assert "hors de tout périmètre" not in texte


def test_the_trial_can_be_made_by_hand_and_undone():
    app = open_zones(dep="70")
    assert "Essai pour cette session" not in texts(app)
    app.multiselect(key="filtre_complet").set_value(["70"]).run()
    assert "Essai pour cette session" in texts(app)
    assert app.query_params["complet"] in ("70", ["70"])
    app.multiselect(key="filtre_complet").set_value([]).run()
    assert "Essai pour cette session" not in texts(app)


def test_a_complete_department_can_be_doubted():
    app = open_zones(dep="90", incomplet="90")
    assert "Départements incomplets : Territoire de Belfort" in texts(app)
    assert "Aucun département choisi n'est complet" in texts(app)


def test_a_declaration_that_the_data_contradict_names_the_cpts():
    app = look_at(dep="39", complet="39")
    texte = texts(app)
    assert (
        "Jura ne peut pas être tenu pour complet : CPTS du Haut-Doubs forestier et CPTS du Grand Lons"
        in texte
    )
    assert "en zone blanche" not in texte


def test_a_cpts_without_perimeter_keeps_haute_saone_from_being_complete():
    texte = texts(look_at(dep="70", complet="70"))
    assert "Haute-Saône ne peut pas être tenu pour complet : CPTS du pays luron et" in texte
    assert "en zone blanche" not in texte


def test_a_published_count_contradicts_a_declaration():
    texte = texts(look_at(dep="89", complet="89"))
    assert "Yonne" in texte
    assert "5 CPTS sont publiées (29 avril 2024), les données en connaissent 3" in texte
    assert "en zone blanche" not in texte


def test_who_could_absorb_the_chosen_zone(haute_saone):
    app = look_at(haute_saone, dep="70", complet="70", zone="70279")
    assert "Zone blanche · Gray" in texts(app)
    candidats = read_candidates(app)
    assert [tete.text for tete in candidats.findall("thead//th")] == [
        "CPTS ",
        "Habitants ",
        "Taille ",
        "Frontière ",
    ]
    lignes = [
        [["".join(p.itertext()) for p in case] for case in tr] for tr in candidats.iter("tr")
    ][1:]
    assert "CPTS du bassin vésulien" in [noms[0] for noms, *_ in lignes]
    longueurs = [float(km[0].removeprefix("env.\xa0").replace(",", ".")) for *_, km in lignes]
    assert longueurs == sorted(longueurs, reverse=True)
    zone = int(table_with(app, "Autour de").set_index("Autour de").loc["Gray", "Population (2023)"])
    exactes = [(apres, avant) for _, (apres, avant, *_), *_ in lignes if "env." not in apres]
    assert exactes
    for apres, avant in exactes:
        assert whole(apres) - whole(avant) == zone
    assert "à vérifier avec la CPTS" in texts(app)


@pytest.mark.parametrize(
    "filtres",
    [
        {"dep": "70"},
        {"dep": "70", "statut": "lettre_intention"},
        {"dep": "70", "couvert": "lettres"},
    ],
)
def test_who_could_absorb_a_zone_is_drawn_on_either_side_of_the_department(filtres):
    app = look_at(zone="70279", **filtres)
    candidats = len(list(read_candidates(app).iter("tr"))) - 1
    assert candidats > 1
    assert f"CPTS dessinée, qui touche la zone choisie ({candidats})" in legend_of(app)
    peintes = sent_to_map(app)
    formes = [
        forme
        for forme, classe in zip(peintes["formes"], peintes["coloration"]["classes"], strict=True)
        if classe == 2
    ]
    assert formes == ["c"] * candidats


def test_a_masked_perimeter_absorbs_no_zone():
    app = look_at(dep="70", zone="70279", indicatifs="0")
    noms = ["".join(tr[0][0].itertext()) for tr in list(read_candidates(app).iter("tr"))[1:]]
    assert noms == ["CPTS CaPaciTéS Besançon Métropole"]
    assert "Les communes des périmètres indicatifs, masqués, n'y comptent pas." in texts(app)
    legende = " ".join(legend_of(app))
    assert "contour en tirets" not in legende
    assert "commune dans un périmètre indicatif masqué (309)" in legende


def test_the_sheet_of_the_chosen_cpts_is_not_offered_as_that_of_a_zone():
    def link(app: AppTest) -> list[str]:
        libelles = (lien.proto.label for lien in app.get("page_link"))
        return [libelle for libelle in libelles if libelle.startswith("Fiche de la CPTS choisie")]

    assert link(look_at(dep="70", cpts="cpts-luxeuil")) == [
        "Fiche de la CPTS choisie : CPTS de Luxeuil"
    ]
    assert not link(look_at(dep="70", cpts="cpts-luxeuil", zone="70279"))


def test_an_undetermined_zone_is_never_called_a_gap():
    app = look_at(dep="21", zone="21231")
    texte = texts(app)
    assert "Sans périmètre connu qui compte · Dijon" in texte
    assert "Rien ne dit que ces communes ne sont pas couvertes" in texte
    assert "CPTS Centre 21" in texte
    assert "Zone blanche · Dijon" not in texte


def test_a_zone_that_the_filters_undo_is_said():
    app = look_at(dep="90", zone="21231")
    assert "n'est la tête d'aucune zone" in app.selectbox(key="filtre_zone").options[-1]


def test_another_denominator_changes_the_ranking(haute_saone, monkeypatch):
    monkeypatch.setenv("CPTS_DATA_DIR", str(haute_saone))
    app = open_zones(haute_saone, dep="70", complet="70")
    app.selectbox(key="filtre_tri2").set_value("densite").run()
    liste = table_with(app, "Autour de").set_index("Autour de")
    assert list(liste["Rang"]) == [1, 2, 3]
    assert (liste["Rang"] - liste["Autre rang"] == liste["Écart de rang"]).all()
    assert liste["Autre rang"].to_list() != liste["Rang"].to_list()


@pytest.mark.parametrize("definition", ["fonctionnement", "projets", "lettres"])
def test_states_by_department_add_up(definition):
    table = table_with(look_at(couvert=definition), "Sans périmètre connu qui compte (communes)")
    etats = [
        "Couverts (établi)",
        "Couverts (indicatif)",
        "En zone blanche",
        "Sans périmètre connu qui compte",
    ]
    assert (table[etats].sum(axis=1) == table["Habitants (2023)"]).all()
    suivis = [f"{etat} (communes)" for etat in etats]
    assert (table[suivis].sum(axis=1) == table["Communes"]).all()
    etude = communes().query("etude")
    assert table["Habitants (2023)"].sum() == etude["population"].sum()


def test_a_gap_that_nobody_knows_is_never_written_nought():
    blanches = ["En zone blanche", "En zone blanche (communes)"]

    def count(titre: str, **parametres: str) -> pd.DataFrame:
        table = next(t for t in tables(look_at(**parametres)) if {titre, *blanches} <= {*t})
        return table.set_index(titre)[blanches]

    assert count("Département", dep="70").isna().all(axis=None)
    assert count("Intercommunalité", dep="70").isna().any(axis=None)
    assert "on ne sait donc pas s'il y a des zones blanches" in texts(look_at(dep="70"))
    # All of its CPTS are known and drawn.
    assert (count("Département", dep="90") == 0).all(axis=None)
    assert "on ne sait donc pas" not in texts(look_at(dep="90"))
    graphique = look_at(dep="70").get("vega_lite_chart")[0].proto.spec
    couleurs = json.loads(graphique)["layer"][0]["encoding"]["color"]
    assert "Sans périmètre connu qui compte" in couleurs["scale"]["domain"]
    assert "En zone blanche" not in couleurs["scale"]["domain"]


def test_published_rates_stand_beside_ours_with_the_reasons():
    texte = texts(look_at())
    assert "Côte-d'Or : 93,5 % publiés" in texte
    assert "Yonne : 100 % publiés" in texte
    assert "La source compte 5 CPTS, les données chargées en connaissent 2." in texte


def test_without_overlap_it_is_said():
    assert "Aucune commune n'est dans deux CPTS dessinées" in texts(look_at())


def test_an_overlap_is_told_and_counted_once(copie):
    cpts = copie / "cpts.csv"
    cpts.write_text(
        cpts.read_text(encoding="utf-8").rstrip("\n") + "\ncpts-luxeuil,70550,documente\n",
        encoding="utf-8",
    )
    app = open_zones(copie, dep="70")
    vesoul = communes().set_index("code_commune").loc["70550"]
    assert "1 commune est dans plusieurs CPTS dessinées" in texts(app)
    doubles = next(t for t in tables(app) if "Code" in t and "CPTS" in t)
    assert doubles.iloc[0]["Population (2023)"] == vesoul["population"]
    etats = table_with(app, "Sans périmètre connu qui compte (communes)")
    haute_saone = communes().query("code_departement == '70'")
    assert etats["Habitants (2023)"].sum() == haute_saone["population"].sum()


def test_a_trial_is_never_exact_while_a_perimeter_is_indicative(haute_saone):
    app = look_at(haute_saone, dep="70", complet="70")
    texte = texts(app)
    assert "au moins 8,6 %" in texte
    assert "toutes les CPTS de la zone sont connues et dessinées" not in texte
    assert "périmètres indicatifs. Les zones blanches voisines sont à vérifier" in texte
    assert "toutes les CPTS de la zone sont connues et dessinées" in texts(look_at(dep="90"))


def test_nothing_drawn_is_unknown_never_nought():
    texte = texts(look_at(dep="39"))
    assert "part des habitants couverts inconnue" in texte
    assert "au moins 0" not in texte
    assert "Aucune CPTS n'est dessinée ici." in texte


def test_masked_perimeters_are_not_called_unknown(haute_saone):
    app = look_at(haute_saone, dep="70", complet="70", indicatifs="0", zone="70550")
    texte = texts(app)
    assert "(environ 124 000 habitants) dans un périmètre indicatif masqué" in texte
    assert "hors de tout périmètre" not in texte
    assert "n'est la tête d'aucune zone" in app.selectbox(key="filtre_zone").options[-1]
    titre = "Dans un périmètre indicatif masqué"
    etats = next(d for d in app.dataframe if {titre, "Département"} <= {*d.value})
    assert written(etats)[titre].to_list() == ["env. 124 000"]
    # What is not known keeps its word beside them.
    app = look_at(haute_saone, dep="70", indicatifs="0")
    etats = next(d for d in app.dataframe if {titre, "Département"} <= {*d.value})
    assert written(etats)["En zone blanche"].to_list() == ["inconnu"]


def test_the_ranking_is_in_the_address(haute_saone):
    app = look_at(haute_saone, dep="70", complet="70", tri="densite", tri2="population")
    liste = table_with(app, "Autour de")
    assert liste["Densité (hab./km²)"].is_monotonic_decreasing
    assert "Écart de rang" in liste


def test_the_download_says_that_it_is_a_trial(haute_saone):
    essai = declare(load(haute_saone), ["70"], [])
    filtres = Filtres(dep=("70",), complet=("70",))
    zones = find_zones(essai, find_etats(essai, "fonctionnement", indicatifs=True), ["70"])
    tableau = zones_table(essai, zones, filtres)
    assert set(tableau["État"]) == {"zone blanche"}
    assert set(tableau["Essai"]) == {"complets : Haute-Saône"}
    notes = reading_notes(essai, make_vue(essai, filtres), filtres).set_index("Point")["Lecture"]
    assert notes["Départements complets"] == "Haute-Saône"
    assert notes["« Couvert » signifie"].startswith("en fonctionnement")
    voisines = list_neighbours(essai, zones, filtres)
    assert "indicatif" in set(voisines["Périmètre"])


@pytest.fixture(scope="module")
def avec_medecins(tmp_path_factory):
    """Import a synthetic file of who has no médecin traitant: every commune of Haute-Saône, one of them withheld."""
    avant = load(DATA)
    communes = avant.communes[avant.communes["code_departement"] == "70"]
    lignes = "".join(
        f"{code};{'NS' if code == '70279' else population // 10 + 11};{population + 110}\n"
        for code, population in communes["population"].items()
    )
    texte = f"codgeo;sans_medecin_traitant_declare;Assurés\n{lignes}"
    examen = examine("synthetique_2024.csv", texte.encode(), avant)
    depot = Depot(tmp_path_factory.mktemp("var"), DATA)
    source = SourceImport("synthetique_2024.csv", "", "", dt.date(2026, 11, 28))
    pret = prepare(depot, [examen], source, depuis=DATA, atlas=avant)
    yield pret.dossier
    depot.discard(pret.dossier)


def test_zones_are_ranked_by_who_has_no_medecin_traitant_where_it_is_counted(
    avec_medecins, monkeypatch
):
    monkeypatch.setenv("CPTS_DATA_DIR", str(avec_medecins))
    app = open_zones(avec_medecins, dep="70", zone="70279")
    assert app.selectbox(key="filtre_tri").value is None
    liste = table_with(app, "Personnes sans médecin traitant déclaré (2024)")
    ecrites = list(liste["Personnes sans médecin traitant déclaré (2024)"])
    assert any(texte.startswith("entre ") for texte in ecrites)
    assert not any("nan" in texte for texte in ecrites)
    dit = texts(app)
    assert "Personnes sans médecin traitant déclaré (2024) : **entre" in dit
    assert "aucune source lue ne les publie" not in dit
    app.selectbox(key="filtre_tri").set_value("part_sans_medecin_traitant_2024").run()
    app.toggle(key="filtre_croissant").set_value(True).run()
    assert not app.exception
    assert app.query_params["croissant"] == "1"
    dit = texts(app)
    assert ", par : Part sans médecin traitant déclaré (2024)" in dit
    assert "Les rangs disent ce que le secret laisse ouvert, non le hasard" in dit
    tete = json.loads(next(d for d in app.dataframe if "Rang" in d.value).proto.columns)[
        "Part sans médecin traitant déclaré (2024)"
    ]
    # 24 characters are what the column has room for.
    assert (tete["label"], len(tete["label"]) <= 24) == ("Part sans médecin…", True)
    assert tete["help"].replace("\\", "") == "Part sans médecin traitant déclaré (2024)"
    assert "Part sans médecin traitant déclaré (2024)" in list(
        next(t for t in tables(app) if "Rang" in t).columns
    )


def test_the_zones_begin_with_the_worst_of_what_is_chosen(tmp_path, monkeypatch):
    atlas = load(DATA)
    textes = {"synthetique_2024.csv": make_mt(atlas), "synthetique_2023.csv": make_apl(atlas)}
    dossier = import_files(tmp_path, textes)
    monkeypatch.setenv("CPTS_DATA_DIR", str(dossier))
    app = open_zones(dossier)
    app.selectbox(key="filtre_tri").set_value("apl_medecins_2023").run()
    assert app.toggle(key="filtre_croissant").value
    assert app.query_params["croissant"] in ("1", ["1"])
    assert "Plus haut, c'est mieux ; repère d'alerte : moins de 2,5." in texts(app)
    app.selectbox(key="filtre_tri").set_value("part_sans_medecin_traitant_2024").run()
    assert not app.toggle(key="filtre_croissant").value
    assert "Plus bas, c'est mieux." in texts(app)


def read_zones(dossier: Path, app: AppTest) -> dict[str, dict[str, object]]:
    """Return the properties of the zones that the map of a page reads, by code."""
    with pytest.MonkeyPatch.context() as environnement:
        environnement.setenv("CPTS_DATA_DIR", str(dossier))
        fichier = couches_of(load(dossier).empreinte) / sent_to_map(app)["zones"]
    objets = json.loads(fichier.read_text(encoding="utf-8"))["features"]
    return {objet["id"]: objet["properties"] for objet in objets}


def test_the_rate_that_ranks_colours_the_map(avec_medecins):
    defaut = open_zones(avec_medecins, dep="70")
    # A count ranks at first: the states are painted, it is written.
    assert sent_to_map(defaut)["coloration"]["titre"] == "Couverture"
    assert "valeur écrite : Personnes sans" in sent_to_map(defaut)["coloration"]["methode"]
    assert "commune sans périmètre connu qui compte" in " ".join(legend_of(defaut))
    assert read_zones(avec_medecins, defaut)["70279"]["teinte"] == COMMUNE_INDETERMINEE
    app = open_zones(avec_medecins, dep="70", tri="part_sans_medecin_traitant_2024")
    etat, zones = sent_to_map(app), read_zones(avec_medecins, app)
    coloration = etat["coloration"]
    assert coloration["titre"].startswith("Part sans médecin traitant déclaré (2024)")
    assert "secret statistique (1)" in legend_of(app)
    assert zones["70279"]["teinte"] == "croisees"
    assert "entre " in zones["70279"]["etiquette"]
    autres = {z["teinte"] for code, z in zones.items() if code != "70279"}
    assert autres <= {*coloration["palette"]}
    # No CPTS has a colour of the scale.
    comptees = {coloration["palette"][rang] for rang in coloration["classes"] if rang is not None}
    assert comptees
    assert not comptees & {*BLEUS}
    assert comptees <= {COMPTEE_NEUTRE, BLANC}


def test_a_zone_blanche_keeps_a_sign_of_its_own_under_a_measure(haute_saone):
    app = open_zones(haute_saone, dep="70", complet="70", tri="densite")
    assert "contour orangé : zone blanche" in sent_to_map(app)["coloration"]["methode"]
    zones = read_zones(haute_saone, app)
    assert {zone["contour"] for zone in zones.values()} == {ZONE_BLANCHE}
    assert ZONE_BLANCHE not in {zone["teinte"] for zone in zones.values()}
    par_habitants = open_zones(haute_saone, dep="70", complet="70")
    assert sent_to_map(par_habitants)["coloration"]["methode"] == ""
    zones = read_zones(haute_saone, par_habitants)
    assert {zone["contour"] for zone in zones.values()} == {None}
    assert {zone["teinte"] for zone in zones.values()} == {ZONE_BLANCHE}


def test_a_page_outlives_the_indicator_that_it_is_ranked_by(avec_medecins, monkeypatch):
    monkeypatch.setenv("CPTS_DATA_DIR", str(avec_medecins))
    app = open_zones(avec_medecins, dep="70", tri="part_sans_medecin_traitant_2024")
    monkeypatch.setenv("CPTS_DATA_DIR", str(DATA))
    app.run()
    assert not app.exception
    assert "laissé de côté : classement des zones « part_sans_medecin_traitant_2024 »." in texts(
        app
    )
    assert app.query_params in ({"dep": ["70"]}, {"dep": "70"})


def test_the_file_of_zones_has_bounds_where_a_figure_is_withheld(avec_medecins):
    atlas = load(avec_medecins)
    zones = find_zones(atlas, find_etats(atlas, "fonctionnement", indicatifs=True), ["70"])
    table = zones_table(atlas, zones, Filtres(dep=("70",)))
    titre = "Personnes sans médecin traitant déclaré (2024)"
    gray = table[table["Code de la commune la plus peuplée"] == "70279"].iloc[0]
    assert pd.isna(gray[f"{titre}, en personnes"])
    assert gray[f"{titre}, au plus"] - gray[f"{titre}, au moins"] == 9
    assert gray[f"{titre}, sur % des habitants"] < 100
    # The CSV stands alone: each measure says its vintage and its source.
    (date,), (source,) = (set(table[f"{nom} des chiffres"]) for nom in ("Date", "Source"))
    assert any(d.startswith("2024 (") and titre in d for d in date.split(" ; "))
    assert "synthetique_2024.csv" in source
    assert "licence non dite par le fichier" in source


def test_a_share_of_a_zone_has_its_interval_in_its_detail_and_in_the_file(avec_medecins):
    atlas = load(avec_medecins)
    zones = find_zones(atlas, find_etats(atlas, "fonctionnement", indicatifs=True), ["70"])
    table = zones_table(atlas, zones, Filtres(dep=("70",)))
    compte, part = (
        f"{quoi} sans médecin traitant déclaré (2024)" for quoi in ("Personnes", "Part")
    )
    bas, haut = (table[f"{part}, intervalle à 95 %, {bord}"] for bord in ("bas", "haut"))
    secretes = table[f"{part}, en %"].isna()
    assert secretes.any()
    # Of a withheld share, the interval of all that it may be.
    assert (bas[secretes] < table.loc[secretes, f"{part}, au moins"]).all()
    assert (haut[secretes] > table.loc[secretes, f"{part}, au plus"]).all()
    connues = ~secretes
    assert (bas[connues] < table.loc[connues, f"{part}, en %"]).all()
    assert (table.loc[connues, f"{part}, en %"] < haut[connues]).all()
    # The fewer they are, the wider.
    triees = (haut - bas)[connues][table.loc[connues, "Population (2023)"].sort_values().index]
    assert triees.iloc[0] > triees.iloc[-1]
    assert f"{compte}, intervalle à 95 %, bas" not in table
    connue = table.loc[connues, "Code de la commune la plus peuplée"].iloc[-1]
    app = open_zones(avec_medecins, dep="70", zone=connue, tri="part_sans_medecin_traitant_2024")
    dit = re.search(r"\(intervalle à 95 % : entre ([\d,]+) et ([\d,]+) %", texts(app))
    lus = [float(borne.replace(",", ".")) for borne in dit.groups()]
    assert lus == pytest.approx([bas[connues].iloc[-1], haut[connues].iloc[-1]], abs=0.1)


def test_where_a_figure_of_the_ranking_comes_from_is_said_before_a_zone_is_chosen(
    avec_medecins, monkeypatch
):
    monkeypatch.setenv("CPTS_DATA_DIR", str(avec_medecins))
    app = open_zones(avec_medecins, dep="70", tri="part_sans_medecin_traitant_2024")
    app.session_state["provenance_communes"] = True
    app.run()
    assert not app.exception
    premiere = next(t for t in tables(app) if "Rang" in t)["Autour de"].iloc[0]
    debut = "Part sans médecin traitant déclaré (2024) — "
    assert app.code[0].value.startswith(f"{debut}{premiere}")
    lieux = app.selectbox(key="provenance_territoire_communes")
    app = lieux.set_value(lieux.options[1]).run()
    assert app.code[0].value.startswith(f"{debut}{lieux.options[1]}")


def test_the_file_of_zones_says_no_more_than_the_page(avec_medecins):
    atlas = load(avec_medecins)
    zones = find_zones(atlas, find_etats(atlas, "fonctionnement", indicatifs=True), ["70"])
    table = zones_table(atlas, zones, Filtres(dep=("70",)))
    part = "Part sans médecin traitant déclaré (2024)"
    secretes = table[f"{part}, en %"].isna()
    assert secretes.any()
    assert not secretes.all()
    for colonne in ("au moins", "au plus"):
        assert (table[f"{part}, {colonne}"].isna() == ~secretes).all()
    nombres = table.filter(like=f"{part}, ").select_dtypes("number").melt()["value"].dropna()
    assert (nombres == nombres.round(1)).all()


def test_the_indicator_of_the_map_ranks_the_zones_where_it_can(avec_medecins, monkeypatch):
    monkeypatch.setenv("CPTS_DATA_DIR", str(avec_medecins))
    app = open_zones(avec_medecins, dep="70", ind="part_sans_medecin_traitant_2024")
    assert app.selectbox(key="filtre_tri").value == "part_sans_medecin_traitant_2024"
    assert "Plus bas, c'est mieux" in texts(app)
    assert "Laissé de côté" not in texts(app)
    # What is chosen then wins.
    app.selectbox(key="filtre_tri").set_value(None).run()
    assert app.selectbox(key="filtre_tri").value is None


def test_an_indicator_of_the_map_that_ranks_no_zone_is_said(haute_saone):
    dit = texts(open_zones(haute_saone, dep="70", ind="statut"))
    assert "Laissé de côté, faute de classer des zones : indicateur de la carte « " in dit


def test_two_indicators_of_one_name_have_each_their_columns(avec_medecins):
    atlas = load(avec_medecins)
    compte = next(i for i in zone_indicators(atlas) if i.serie == "sans_medecin_traitant")
    autre = replace(compte, identifiant="autre", adresse="autre", serie="autre", sources=("insee",))
    atlas = replace(atlas, registre=Registre({**atlas.registre.indicateurs, "autre": autre}))
    zones = find_zones(atlas, find_etats(atlas, "fonctionnement", indicatifs=True), ["70"])
    table = zones_table(atlas, zones, Filtres(dep=("70",)))
    debut = "Personnes sans médecin traitant déclaré (2024), "
    valeurs = [nom for nom in table if nom.startswith(debut) and nom.endswith(", en personnes")]
    assert len(valeurs) == len(set(valeurs)) == 2
    assert len(set(zone_labels(atlas).values())) == len(zone_labels(atlas))


def test_without_such_a_file_the_page_says_what_would_give_the_ranking():
    assert "Un fichier de la CPAM" in texts(look_at(dep="70"))


def test_only_an_official_figure_that_ranks_speaks_of_secrecy(avec_medecins):
    atlas = load(avec_medecins)
    assert "secrète" not in ranking_caption(atlas, "population")
    officielle = ranking_caption(atlas, "part_sans_medecin_traitant_2024").replace("\\", "")
    assert "secrète" in officielle
    assert ", base : " in officielle
