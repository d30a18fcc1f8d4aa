"""The comparison: every figure recomputed from the files, without the library; links, lists and refusals."""

import dataclasses
import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from geo.chargement import load
from geo.formes.vignettes import dissolve_departements, make_vignettes
from geo.indicateurs.ecarts import compare
from geo.indicateurs.territoire import MAX_COMMUNES, MAX_TERRITOIRES, parse_territoire
from rendu.carte.palette import PAPIER, SOMBRES
from rendu.carte.theme import SOMBRE
from rendu.mots.francais import nombre
from tests.geo.dessin import write_dossier
from tests.officiels import import_files, make_apl, make_mt
from ui.commun.adresse import Filtres, to_params
from ui.comparer.barres import make_barres
from ui.comparer.cartes import darken, make_carte
from ui.comparer.choix import sentences
from ui.comparer.tableau import make_export

RACINE = Path(__file__).resolve().parents[2]
DATA = RACINE / "data"
TROIS = ("cpts:cpts-luxeuil", "epci:247000722", "dep:70")
ANGLAIS_OU_VIDE = re.compile(r"\b(nan|None|null|undefined|N/A)\b")


def open_comparer(*territoires: str, **parametres: str) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    app.query_params["t"] = ",".join(territoires)
    for nom, valeur in parametres.items():
        app.query_params[nom] = valeur
    app.switch_page("pages/comparer.py")
    return app.run()


# A page that is only read is opened once for all tests that read it in the same state.
look_at = cache(open_comparer)


def plain(texte: str) -> str:
    texte = re.sub(r":small\[(.*?)\]$", r"\1", texte.replace("\\", ""), flags=re.DOTALL)
    return texte.replace("\u202f", " ").replace("\xa0", " ").replace("**", "")


def texts(app: AppTest) -> str:
    return plain("\n".join(m.value for m in (*app.markdown, *app.caption, *app.warning)))


def tables(app: AppTest) -> list[ET.Element]:
    """Return the tables of indicators and of ranks, with their cards."""
    corps = [str(element.proto.body) for element in app.get("html")]
    return [
        ET.fromstring(texte)  # noqa: S314 - written by the page itself
        for texte in corps
        if texte.startswith('<div class="cote-a-cote">')
    ]


def words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def read(table: ET.Element) -> pd.DataFrame:
    """Read a table as it is seen: one part of a cell a line, and after a dash its reason in brackets."""
    noms = [words(tete) for tete in table.findall("table/thead//th")]
    lignes = {
        plain(ligne[0].text).strip(): ["\n".join(map(part, case)) for case in ligne[1:]]
        for ligne in table.findall("table/tbody/tr")
        if ligne.get("class") != "groupe"
    }
    return pd.DataFrame.from_dict(lignes, orient="index", columns=noms)


def part(element: ET.Element) -> str:
    details = element.find("details")
    return words(element) if details is None else f"{words(details[0])} [{words(details[1])}]"


def figures(app: AppTest) -> pd.DataFrame:
    return read(tables(app)[0])


def number(cellule: str) -> float:
    """Read the value of a cell: what stands on its first line."""
    lu = re.match(r"(au moins |env\. )?([\d ]+(,\d+)?)", cellule)
    return float(lu[2].replace(" ", "").replace(",", "."))


@pytest.fixture(scope="module")
def fichiers() -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Read communes and memberships as plainly as can be, areas in Lambert 93."""
    communes = gpd.read_file(DATA / "communes.geojson", engine="pyogrio")
    communes = communes.set_crs("EPSG:4326", allow_override=True).to_crs("EPSG:2154")
    communes["surface_km2"] = communes.area / 1e6
    return communes.set_index("code_commune"), pd.read_csv(DATA / "cpts.csv", dtype=str)


def test_what_is_published_around_the_territories_stands_apart_from_the_comparison():
    app = look_at(*TROIS)
    (repere,) = (e for e in app.expander if e.label.startswith("Repères publiés"))
    assert repere.label.replace("\\", "").endswith("Bourgogne-Franche-Comté, France")
    assert "Sans médecin traitant : 11 % (17 ans et plus), 30 juin 2021." in texts(app)
    assert "ils ne se comparent, ne se classent" in texts(app)


def test_a_comparison_recomputed_from_the_files(fichiers):
    communes, membres = fichiers
    luxeuil = membres.loc[membres["cpts_id"] == "cpts-luxeuil", "code_commune"]
    ensembles = [
        communes.loc[luxeuil],
        communes[communes["siren_epci"] == "247000722"],
        communes[communes["code_departement"] == "70"],
    ]
    app = look_at(*TROIS)
    assert not app.exception
    tableau = figures(app)
    calculs = {
        "Population (2023)": [e["population"].sum() for e in ensembles],
        "Communes (2026)": [len(e) for e in ensembles],
        "Surface (km²)": [shapely.union_all(e.geometry.to_numpy()).area / 1e6 for e in ensembles],
        "Densité (hab./km², 2023)": [
            e["population"].sum() / e["surface_km2"].sum() for e in ensembles
        ],
        "Commune la plus peuplée, habitants (2023)": [e["population"].max() for e in ensembles],
        "Part de la commune la plus peuplée": [
            e["population"].max() / e["population"].sum() * 100 for e in ensembles
        ],
        "Intercommunalités (2026)": [e["siren_epci"].nunique() for e in ensembles],
        "Départements": [e["code_departement"].nunique() for e in ensembles],
    }
    for libelle, attendus in calculs.items():
        lus = [number(cellule) for cellule in tableau.loc[libelle]]
        # The perimeter of Luxeuil is indicative: its figures are written with three digits.
        assert lus[0] == pytest.approx(attendus[0], rel=0.005, abs=0.06), libelle
        assert lus[1:] == pytest.approx(attendus[1:], abs=0.06), libelle
    # Covered in the department: the communes of the CPTS that work, once each.
    fiches = pd.read_csv(DATA / "cpts_fiches.csv", dtype=str).set_index("cpts_id")
    actives = fiches.index[fiches["statut"].isin(["aci_signe", "lancee"])]
    couvertes = set(membres.loc[membres["cpts_id"].isin(actives), "code_commune"])
    departement = ensembles[2]
    part = departement.loc[departement.index.isin(couvertes), "population"].sum()
    part = part / departement["population"].sum() * 100
    assert number(tableau.loc["Habitants couverts, périmètres établis et indicatifs"].iloc[2]) == (
        pytest.approx(part, abs=0.06)
    )
    ecart = calculs["Population (2023)"][2] - calculs["Population (2023)"][0]
    arrondi = f"env. +{float(f'{ecart:.3g}'):,.0f}".replace(",", " ")
    assert arrondi in tableau.loc["Population (2023)"].iloc[2]


def test_words_are_french_and_every_source_is_named():
    app = look_at(*TROIS, "cpts:cpts-grand-lons")
    texte = texts(app) + figures(app).to_string()
    assert not ANGLAIS_OU_VIDE.search(texte), ANGLAIS_OU_VIDE.search(texte)
    assert "soit environ 5,5 fois plus que la référence" in texte
    assert "43 000 habitants annoncés (environ 42 500 calculés" in texte
    assert "sur un périmètre indicatif) ; environ 43,8 hab./km²" in texte
    assert "Deux premières communautés" in texte
    assert "Projet de santé" in texte


def test_the_reference_of_the_address_is_the_one_subtracted():
    tableau = figures(look_at(*TROIS, ref="dep:70"))
    assert "référence" in tableau.columns[2]
    assert tableau.loc["Population (2023)"].iloc[2] == "233 185"
    assert "env. −191 000 hab. (−81,8 %)" in tableau.loc["Population (2023)"].iloc[0]


def test_a_reference_that_is_not_compared_is_ignored():
    app = look_at(*TROIS, ref="dep:21")
    assert "référence" in figures(app).columns[0]
    assert "ref" not in app.query_params


def test_shares_of_different_bases_are_one_row_and_the_refusal_is_said_once():
    app = look_at("cpts:cpts-luxeuil", "cpts:cpts-pays-hericourt", "dep:70")
    parts = figures(app).loc["Sans médecin traitant"]
    assert list(parts) == [
        "près de 10 % de la population",
        "plus de 8 % des plus de 17 ans\nécart : — [pas d'écart : bases différentes]",
        "— [sans objet]",
    ]
    (ligne,) = (tr for tr in tables(app)[0].findall("table/tbody/tr") if "traitant" in words(tr[0]))
    assert words(ligne[0]).count("bases différentes") == 1
    # What leaves has a row a base, with its base and what forbids a difference.
    atlas = load(DATA)
    export = make_export(
        atlas, make_comparison(atlas, "cpts:cpts-luxeuil", "cpts:cpts-pays-hericourt")
    )
    siennes = export[export["Indicateur"].str.startswith("Sans médecin traitant")]
    assert list(siennes["Base"]) == ["des plus de 17 ans"] * 2 + ["de la population"] * 2
    assert list(siennes["Valeur"].dropna()) == [8, 10]
    assert list(siennes["Qualificatif"]) == ["", "plus de", "près de", ""]
    assert siennes["Écart à la référence"].isna().all()


def test_health_comes_first_and_each_theme_is_named_once():
    (indicateurs, rangs) = tables(look_at("cpts:cpts-luxeuil", "cpts:cpts-pays-hericourt"))
    themes = [words(tr) for tr in indicateurs.findall("table/tbody/tr[@class='groupe']")]
    assert themes == ["Santé", "Population", "Couverture par les CPTS", "Territoire", "Projet"]
    assert read(indicateurs).index[0] == "Sans médecin traitant"
    assert read(rangs).index[0] == "Sans médecin traitant"


def test_only_the_differences_are_shown_and_the_address_says_so():
    app = open_comparer("dep:70", "dep:90", "dep:25")
    tous = figures(app)
    assert "Départements" in tous.index
    app.toggle(key="filtre_differences").set_value(True).run()
    assert not app.exception
    assert app.query_params["differences"] in ("1", ["1"])
    montres = figures(app)
    assert "Départements" not in montres.index
    assert "Population (2023)" in montres.index
    assert montres.equals(tous.loc[montres.index])
    assert len(tous) - len(montres) == 1
    assert "1 ligne identique masquée." in texts(app)
    assert (
        look_at("dep:70", "dep:90", "dep:25", differences="1")
        .toggle(key="filtre_differences")
        .value
    )


def test_an_undrawn_cpts_is_compared_by_what_is_announced():
    app = look_at("cpts:cpts-chalonnais", "cpts:cpts-luxeuil")
    tableau = figures(app)
    assert tableau.loc["Population (2023)"].iloc[0] == ("— [non calculable : périmètre inconnu]")
    assert "−87 000 hab. (−66,9 %)" in tableau.loc["Population annoncée"].iloc[1]
    rangs = read(tables(app)[1])
    assert "non calculable : périmètre inconnu" in rangs.loc["Population (2023)"].iloc[0]
    assert rangs.loc["Population annoncée"].iloc[0].startswith("1re sur ")


def test_without_indicative_perimeters_nothing_rests_on_them():
    tableau = figures(look_at("cpts:cpts-luxeuil", "dep:70", indicatifs="0"))
    assert tableau.loc["Population (2023)"].iloc[0] == (
        "— [non calculé : périmètre indicatif masqué]"
    )


def test_an_established_part_is_never_taken_for_the_whole():
    texte = texts(look_at("cpts:cpts-21-52", "dep:70", indicatifs="0"))
    assert "partie établie du périmètre seulement" in texte
    assert "66 communes sur environ 117" in texte
    assert "hors de la zone d'étude" not in texte
    assert "partie établie" not in texts(look_at("cpts:cpts-21-52", "dep:70"))


@pytest.mark.parametrize("territoires", [(), ("dep:70",)])
def test_before_two_are_chosen_links_show_the_way(territoires):
    app = look_at(*territoires)
    assert not app.exception
    assert not tables(app)
    assert "Choisir deux à quatre territoires" in texts(app)


def test_what_a_link_asks_in_vain_is_told_and_the_rest_works():
    app = look_at("dep:70", "dep:999", "dep:25")
    assert "territoire à comparer « dep:999 »" in texts(app)
    assert list(figures(app).columns)[1:] == ["Doubs"]


def test_a_fifth_territory_is_left_out_and_told():
    app = open_comparer("dep:70", "dep:25", "dep:21", "dep:39", "dep:90")
    assert not app.exception
    assert len(figures(app).columns) == 4
    assert "dep:90" in texts(app)
    assert app.query_params["t"] in ("dep:70,dep:25,dep:21,dep:39", ["dep:70,dep:25,dep:21,dep:39"])


def test_a_pasted_list_is_added_and_its_absorbed_code_told():
    app = open_comparer("dep:70")
    app.text_area[0].set_value("70311, Vesoul\n70264")
    app.button[0].click().run()
    assert not app.exception
    assert app.multiselect(key="filtre_t").value == ["dep:70", "communes:70311.70264.70550"]
    assert "Vesoul et 2 autres communes" in list(figures(app).columns)
    assert "70264 → 70180 Belles-Fontaines" in texts(app)


def test_a_list_with_faults_is_not_added_and_all_are_told():
    app = open_comparer("dep:70", "dep:25")
    app.text_area[0].set_value("99999, Saint-Aubin, Nulle-Part")
    app.button[0].click().run()
    assert app.multiselect(key="filtre_t").value == ["dep:70", "dep:25"]
    texte = texts(app)
    for faute in ("99999", "39476 Saint-Aubin (Jura)", "« Nulle-Part »"):
        assert faute in texte


HOSTILE = '<img src=x onerror=alert(1)> **gras** `${1}` "q"'


def test_a_hostile_name_is_shown_as_it_is(tmp_path, monkeypatch):
    dossier = write_dossier(tmp_path / "data")
    chemin = dossier / "cpts_fiches.csv"
    texte = chemin.read_text(encoding="utf-8")
    cite = '"' + HOSTILE.replace('"', '""') + '"'
    chemin.write_text(texte.replace("CPTS Ouest", cite), encoding="utf-8")
    monkeypatch.setenv("CPTS_DATA_DIR", str(dossier))
    app = open_comparer("cpts:cpts-ouest", "dep:70")
    assert not app.exception
    for element in (*app.markdown, *app.caption):
        assert "<img" not in element.value.replace("\\<img", "")
        assert " **gras** " not in element.value
    assert HOSTILE in figures(app).columns[0]
    assert not any("<img" in str(h.proto.body) for h in app.get("html"))


@pytest.fixture(scope="module")
def atlas():
    return load(DATA)


def make_comparison(atlas, *adresses: str):
    territoires = [parse_territoire(atlas, adresse) for adresse in adresses]
    return compare(atlas, territoires, adresses[0], "fonctionnement", indicatifs=True)


def test_every_small_map_has_one_scale_and_a_description(atlas):
    comparaison = make_comparison(atlas, *TROIS, "cpts:cpts-grand-lons")
    vignettes = make_vignettes(
        atlas, dissolve_departements(atlas), comparaison.territoires, indicatifs=True
    )
    cadres, barres = set(), set()
    for territoire, vignette in zip(comparaison.territoires, vignettes.vignettes, strict=True):
        spec = make_carte(territoire, vignette, vignettes).to_dict()
        assert spec["projection"] == {"type": "identity", "reflectY": True}
        assert vignette.lieu in spec["description"]
        formes = [
            shapely.geometry.shape(couche["data"]["values"][0]["geometry"])
            for couche in spec["layer"]
            if couche["mark"]["type"] == "geoshape"
        ]
        # Vega fits all shapes to the space there is: the frame must be what bounds them.
        cadre = formes[0].bounds
        assert shapely.union_all(formes).bounds == pytest.approx(cadre, abs=1)
        cadres.add(cadre)
        barres.add(json.dumps(shapely.geometry.mapping(formes[-1])))
        tirets = [c["mark"].get("strokeDash") for c in spec["layer"]]
        assert ([5, 3] in tirets) == (territoire.code == "cpts-luxeuil")
    assert len(cadres) == len(barres) == 1


def test_bars_say_in_words_what_they_show(atlas):
    comparaison = make_comparison(atlas, "cpts:cpts-luxeuil", "cpts:cpts-grand-lons", "dep:70")
    spec = make_barres(atlas, comparaison, comparaison.ligne("population"), SOMBRE).to_dict()
    description = plain(spec["description"])
    assert description == (
        "Population (2023). CPTS de Luxeuil : environ 42 500 ; CPTS du Grand Lons : non calculable : périmètre inconnu ; "
        "Haute-Saône : 233 185."
    )


def test_bars_are_drawn_in_the_theme_of_the_screen(atlas):
    comparaison = make_comparison(atlas, "cpts:cpts-luxeuil", "dep:70")
    spec = make_barres(atlas, comparaison, comparaison.ligne("population"), SOMBRE).to_dict()
    assert (spec["background"], spec["title"]["color"]) == (SOMBRE.fond, SOMBRE.encre)
    barres, *textes = spec["layer"]
    couleur = barres["encoding"]["color"]
    assert (couleur["condition"]["value"], couleur["value"]) == (SOMBRE.reference, SOMBRE.comparee)
    assert [texte["mark"]["color"] for texte in textes] == [SOMBRE.encre] * 2
    # On paper they are black again: static/impression.css knows them by their name.
    assert all(texte["name"].startswith("ecrit_") for texte in textes)


def test_where_nothing_is_established_the_minimum_is_unknown_never_nought():
    tableau = figures(look_at(*TROIS))
    luxeuil, intercommunalite, _ = tableau.loc["Habitants couverts, périmètres établis"]
    assert luxeuil == "inconnu"
    assert intercommunalite.startswith("100 %")
    assert "périmètre indicatif" in tableau.columns[0]
    assert "périmètre indicatif" not in tableau.columns[2]


def test_an_indicative_share_is_never_said_to_be_a_minimum():
    tableau = figures(look_at("dep:70", "dep:90"))
    libelle = "Habitants couverts, périmètres établis et indicatifs"
    assert re.match(r"\d+(,\d)? %$", tableau.loc[libelle].iloc[0])
    assert "pas d'écart : liste des CPTS incomplète" in tableau.loc[libelle].iloc[1]
    assert tableau.loc["Habitants couverts, périmètres établis"].iloc[0].startswith("au moins ")


def test_a_masked_perimeter_is_not_called_unknown():
    avec, sans = (
        figures(look_at("dep:70", "dep:90", indicatifs=indicatifs)) for indicatifs in ("1", "0")
    )
    inconnus = "Habitants sans périmètre connu qui compte"
    assert avec.loc[inconnus].to_list() == sans.loc[inconnus].to_list()
    couverts = sans.loc["Habitants couverts, périmètres établis et indicatifs"]
    assert "non calculé : périmètre indicatif masqué" in couverts.iloc[0]


def test_what_a_rate_rests_on_and_what_is_hidden_is_said_under_the_sentences():
    avec, sans = (
        texts(look_at("dep:70", "dep:90", indicatifs=indicatifs)) for indicatifs in ("1", "0")
    )
    for texte in (avec, sans):
        assert "Territoire de Belfort : habitants couverts d'après 2 périmètres déduits." in texte
    assert "dans un périmètre indicatif masqué" not in avec
    assert (
        "habitants couverts d'après 1 périmètre déduit ; 309 communes "
        "(environ 124 000 habitants) dans un périmètre indicatif masqué"
    ) in sans


def test_two_lists_that_look_alike_are_both_kept():
    listes = ["communes:70279.70001", "communes:70279.70400"]
    app = open_comparer(*listes)
    assert not app.exception
    choix = app.multiselect(key="filtre_t")
    assert len(set(choix.options)) == len(choix.options)
    choix.select("Département · Jura (39)").run()
    assert not app.exception
    assert app.multiselect(key="filtre_t").value == [*listes, "dep:39"]
    app.multiselect(key="filtre_t").set_value([listes[1], "dep:39"]).run()
    assert not app.exception
    assert app.multiselect(key="filtre_t").value == [listes[1], "dep:39"]


def test_ranks_that_rest_on_hypotheses_are_marked_and_counted():
    app = look_at("cpts:cpts-luxeuil", "cpts:cpts-pays-hericourt")
    luxeuil, hericourt = read(tables(app)[1]).columns
    assert "périmètre indicatif" in luxeuil
    assert "périmètre indicatif" not in hericourt
    texte = texts(app)
    assert "Seuls les chiffres exacts" not in texte
    fiches = pd.read_csv(DATA / "cpts_fiches.csv", dtype=str).set_index("cpts_id")
    membres = pd.read_csv(DATA / "cpts.csv", dtype=str)
    membres = membres[membres["cpts_id"].map(fiches["statut"]) != "abandonne"]
    dessinees = membres["cpts_id"].nunique()
    indicatives = membres.loc[membres["confiance"] == "hypothese", "cpts_id"].nunique()
    assert f"{dessinees} périmètres connus, dont {indicatives} indicatifs" in texte
    assert "n'y est pas comptée" not in texte
    doubs = texts(look_at("cpts:cpts-loue-lison", "cpts:cpts-pays-horloger", dep="25"))
    assert "a des communes ici et n'y est pas comptée" in doubs
    etablis = look_at("cpts:cpts-grand-lons", "cpts:cpts-pays-hericourt", indicatifs="0")
    assert f"{dessinees - indicatives} périmètres établis en entier" in texts(etablis)


def test_nothing_is_so_many_times_nobody():
    atlas = load(DATA)
    communes = atlas.communes.copy()
    vide, autre = communes.index[:2]
    communes.loc[vide, "population"] = 0
    variables = atlas.variables.assign(population=communes["population"].astype("float64"))
    atlas = dataclasses.replace(atlas, communes=communes, variables=variables)
    for adresses in ((vide, autre), (autre, vide)):
        comparaison = make_comparison(atlas, *(f"communes:{code}" for code in adresses))
        phrases = " ".join(sentences(atlas, comparaison))
        assert "0 habitants en 2023" in plain(phrases)
        assert "soit" not in phrases
        assert "aucun" not in phrases


def test_the_longest_comparison_fits_in_an_address():
    liste = "communes:" + ".".join(["70279"] * MAX_COMMUNES)
    filtres = Filtres(t=(liste,) * MAX_TERRITOIRES, ref=liste)
    assert len("/comparer?" + urlencode(to_params(filtres))) < 8000


def test_small_maps_follow_the_dark_theme(atlas):
    territoires = [parse_territoire(atlas, f"dep:{code}") for code in ("70", "25")]
    vignettes = make_vignettes(atlas, dissolve_departements(atlas), territoires, indicatifs=True)
    carte = make_carte(territoires[0], vignettes.vignettes[0], vignettes)
    clair, sombre = carte.to_dict(), darken(carte).to_dict()
    papiers = [spec["layer"][0]["mark"]["fill"] for spec in (clair, sombre)]
    assert papiers == [PAPIER, SOMBRES[PAPIER]]
    assert len(clair["layer"]) == len(sombre["layer"])
    assert clair["description"] == sombre["description"]


def test_a_withheld_cpts_has_its_possible_ranks_and_the_page_says_so(tmp_path, monkeypatch):
    atlas = load(DATA)
    # Of every commune of three departments the count is withheld: the bounds of their CPTS meet.
    texte = "\n".join(
        re.sub(r";\d+;", ";NS;", ligne) if ligne[:2] in {"25", "70", "89"} else ligne
        for ligne in make_mt(atlas).splitlines()
    )
    import_files(tmp_path, {"synthetique_2024.csv": texte})
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path))
    app = open_comparer("cpts:cpts-luxeuil", "cpts:cpts-pays-hericourt")
    assert not app.exception
    rangs = read(tables(app)[1])
    dits = list(rangs.loc["Personnes sans médecin traitant déclaré (2024)"])
    assert all(re.match(r"(\d+r?e à )?\d+r?e sur 16\n", dit) for dit in dits)
    assert any(" à " in dit for dit in dits)
    assert any("pas de quartile" in dit for dit in dits)
    assert "Rang « 6e à 8e » : le meilleur et le pire" in texts(app)


@pytest.fixture
def avec_apl(tmp_path, monkeypatch):
    """Put a synthetic APL in use: of the communes of the atlas, and of a row in each other department."""
    texte = make_apl(load(DATA))
    import_files(tmp_path, {"synthetique_2023.csv": texte})
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path))
    lignes = [ligne.split(";") for ligne in texte.splitlines()[1:]]
    poids = sum(int(p) for _, _, p in lignes)
    return sum(float(valeur) * int(p) for _, valeur, p in lignes) / poids


def test_france_is_compared_where_an_official_file_knows_it(avec_apl):
    app = open_comparer("cpts:cpts-luxeuil", "france:france")
    assert not app.exception
    (liste,) = [m for m in app.multiselect if m.label.startswith("Territoires")]
    assert "France" in liste.options
    assert liste.value == ["cpts:cpts-luxeuil", "france:france"]
    indicateurs = read(tables(app)[0])
    (apl,) = [ligne for nom, ligne in indicateurs.iterrows() if nom.startswith("APL")]
    assert apl.iloc[0].startswith("env. 1,")
    assert apl.iloc[1].splitlines()[0] == nombre(avec_apl, 1, fixes=True)
    (population,) = [p for nom, p in indicateurs.iterrows() if nom.startswith("Population (")]
    assert "donnée absente" in population.iloc[1]
    assert "d'elle, seuls les indicateurs des fichiers officiels" in texts(app)
    # The outline of the communes that are loaded is not that of France.
    graphiques = [str(g.proto) for g in app.get("vega_lite_chart")]
    assert sum("Carte : " in g for g in graphiques) == 1
    assert not ANGLAIS_OU_VIDE.search(texts(app))


@pytest.mark.usefixtures("avec_apl")
def test_where_a_figure_comes_from_is_asked_of_the_first_line_of_the_table():
    app = open_comparer("dep:70", "dep:25")
    app.session_state["provenance_dep"] = True
    app.run()
    assert not app.exception
    assert app.code[0].value.startswith(str(read(tables(app)[0]).index[0].splitlines()[0]))


def test_france_is_no_choice_where_no_file_knows_it():
    app = open_comparer("cpts:cpts-luxeuil", "france:france")
    (liste,) = [m for m in app.multiselect if m.label.startswith("Territoires")]
    assert "France" not in liste.options
    assert liste.value == ["cpts:cpts-luxeuil"]


def test_a_comparison_outlives_the_territory_that_the_data_lose(avec_apl, tmp_path, monkeypatch):
    app = open_comparer("france:france", "dep:70", "cpts:cpts-luxeuil", ref="france:france")
    assert avec_apl
    monkeypatch.setenv("CPTS_VAR_DIR", str(tmp_path / "autre"))
    app.toggle(key="filtre_differences").set_value(True).run()
    assert not app.exception
    assert app.multiselect(key="filtre_t").value == ["dep:70", "cpts:cpts-luxeuil"]
    # What was just chosen is kept, and what is gone is said.
    assert app.toggle(key="filtre_differences").value
    assert (
        "territoire à comparer « france:france », territoire de référence « france:france »"
        in texts(app)
    )
