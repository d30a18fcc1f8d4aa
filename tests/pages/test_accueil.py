"""The home page without a browser: figures, words, filters, address."""

import csv
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.chargement import load
from tests.officiels import FROIDECONCHE, import_files, make_apl, make_mt
from tests.pages.tableau import written
from ui.commun.tableau import make_tableau

RACINE = Path(__file__).resolve().parents[2]
ANGLAIS_OU_VIDE = re.compile(r"\b(nan|None|null|undefined|N/A)\b")


def open_app(**parametres: str) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    for nom, valeur in parametres.items():
        app.query_params[nom] = valeur
    return app.run()


# A page that is only read is opened once for all tests that read it in the same state.
look_at = cache(open_app)


def texts(app: AppTest) -> str:
    morceaux = [m.value for m in (*app.markdown, *app.caption, *app.title, *app.subheader)]
    morceaux += [str(h.proto.body) for h in app.get("html")]
    return "\n".join(morceaux)


def headline(app: AppTest) -> list[str]:
    """Return the figures of the thin line above the map."""
    ligne = next(m.value for m in app.markdown if "sans médecin traitant : publié" in m.value)
    return ligne.replace("\u202f", " ").replace("\xa0", " ").split(" · ")


def read(nom: str) -> list[dict[str, str]]:
    with (RACINE / "data" / nom).open(encoding="utf-8") as fichier:
        return list(csv.DictReader(fichier))


def test_headline_figures_are_those_of_the_files():
    app = look_at()
    assert not app.exception
    en_fonctionnement = {
        s["statut"] for s in read("statuts.csv") if s["compte_en_fonctionnement"] == "oui"
    }
    fiches = read("cpts_fiches.csv")
    comptees = {f["cpts_id"] for f in fiches if f["statut"] in en_fonctionnement}
    etablis = [
        p
        for p in read("perimetres.csv")
        if p["confiance"] != "hypothese" and p["cpts_id"] in comptees
    ]
    population = sum(int(p["population_2023"]) for p in etablis)
    communes = sum(int(p["communes_2026"]) for p in etablis)
    publiees = {
        f["cpts_id"]
        for f in read("cpts_faits.csv")
        if f["indicateur"] == "part_sans_medecin_traitant"
    }
    assert headline(app) == [
        f"**{len(comptees)}** CPTS en fonctionnement",
        f"au moins **{population:,}** habitants couverts (17,5 % ; d'après 8 périmètres établis, dont "
        "5 déduits ; 31,2 % avec les périmètres indicatifs)".replace(",", " ", 1),
        f"au moins **{communes}** communes sur 3 685",
        f"sans médecin traitant : publié pour **{len(publiees)} CPTS** sur {len(fiches)} connues",
    ]


def test_where_nothing_is_drawn_the_figures_say_unknown():
    assert "habitants couverts : **inconnu**" in headline(look_at(dep="39"))


def test_coverage_is_a_minimum_with_what_is_unknown_beside_it():
    texte = texts(look_at())
    assert "**au moins 17,5\xa0%** des habitants couverts, d'après 8 périmètres établis" in texte
    assert "6 des 20 CPTS qui comptent sont sans périmètre connu et s’y ajoutent" in texte
    assert "annoncés par 3 d’entre elles" in texte


def test_published_figure_stands_beside_the_computed_one():
    texte = texts(look_at(dep="89"))
    assert (
        "Yonne : **100\xa0% de la population couverte** (en fonctionnement, 29 avril 2024)" in texte
    )


@pytest.mark.parametrize("cpts_id", [f["cpts_id"] for f in read("cpts_fiches.csv")])
def test_every_cpts_has_its_panel(cpts_id):
    app = look_at(cpts=cpts_id)
    assert not app.exception
    texte = texts(app)
    assert not ANGLAIS_OU_VIDE.search(texte), ANGLAIS_OU_VIDE.search(texte)
    assert "Source :" in texte


def test_panel_says_the_share_as_its_source_does():
    assert "**près de 10\xa0% de la population**" in texts(look_at(cpts="cpts-luxeuil"))
    assert "**plus de 8\xa0% des plus de 17 ans**" in texts(look_at(cpts="cpts-pays-hericourt"))
    chalonnais = texts(look_at(cpts="cpts-chalonnais"))
    assert "**12\xa0% des 17 ans et plus** ; **7,8\xa0% des 70 ans et plus**" in chalonnais


def test_panel_puts_announced_figures_first():
    texte = texts(look_at(cpts="cpts-luxeuil"))
    assert (
        "Population : **43\u202f000 habitants** (annonce) · env.\xa042\u202f500 (calcul, 2023"
        in texte
    )


def test_a_cpts_that_crosses_the_border_gives_its_inner_share():
    texte = texts(look_at(dep="70", cpts="cpts-bassin-vesulien"))
    membres = {
        c["code_commune"] for c in read("cpts.csv") if c["cpts_id"] == "cpts-bassin-vesulien"
    }
    assert any(code.startswith("25") for code in membres)
    assert "de ses habitants sont dans le département choisi" in texte


def test_address_follows_the_widgets_and_back():
    app = open_app(dep="70", couvert="projets")
    assert app.session_state["filtre_dep"] == ["70"]
    app.selectbox(key="filtre_couvert").select("lettres").run()
    assert app.query_params == {"dep": "70", "couvert": "lettres"}
    app.query_params.clear()
    app.query_params |= {"dep": "25,70", "ind": "densite"}
    app.run()
    assert app.session_state["filtre_dep"] == ["25", "70"]
    assert app.session_state["filtre_ind"] == "densite"


def test_unknown_values_are_told_and_the_rest_of_the_link_works():
    app = open_app(dep="70,99", ind="absent", autre="1")
    assert app.session_state["filtre_dep"] == ["70"]
    notice = next(c.value for c in app.caption if "laissé de côté" in c.value).replace("\\", "")
    for ignore in ("département « 99 »", "indicateur de la carte « absent »", "réglage « autre »"):
        assert ignore in notice


def test_an_abandoned_project_is_shown_only_on_demand():
    nom = "CPTS Nord Val de Loire et Puisaye nivernaise"
    assert nom not in list(look_at().dataframe[-1].value["CPTS"])
    assert list(look_at(statut="abandonne").dataframe[-1].value["CPTS"]) == [nom]


def test_data_page_lists_sources_and_what_to_check():
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60).run()
    app.switch_page("pages/donnees.py").run()
    assert not app.exception
    texte = texts(app)
    assert "CPTS du bassin vésulien a des communes dans un département" in texte
    assert "date non publiée" in texte
    assert not ANGLAIS_OU_VIDE.search(texte)


def test_the_panel_of_departments_shows_what_is_published_around_them():
    app = look_at(dep="89")
    (repere,) = (e.label for e in app.expander if e.label.startswith("Repères publiés"))
    assert repere.replace("\\", "") == (
        "Repères publiés : CA de l'Auxerrois, Yonne, Bourgogne-Franche-Comté"
    )
    assert "Habitants par médecin généraliste : 1\u202f449" in texts(app)


def test_the_panel_says_what_contradicts_a_hypothesis():
    texte = texts(look_at(cpts="cpts-bassin-vesulien")).replace("\\", "")
    assert "reconstitué à partir des intercommunalités, en partie contredit" in texte
    assert (
        "En partie contredit : CC du Pays de Villersexel. La CPTS du pays luron annonce 83" in texte
    )


def test_every_figure_of_the_panel_has_its_source():
    app = look_at(cpts="cpts-pays-horloger")
    legende = "\n".join(c.value for c in app.caption)
    attendues = {
        f["source_id"] for f in read("cpts_faits.csv") if f["cpts_id"] == "cpts-pays-horloger"
    }
    titres = {s["source_id"]: s["producteur"] for s in read("sources.csv")}
    assert len(attendues) == 2
    for source_id in attendues:
        assert re.sub(r"([^\w\s])", r"\\\1", titres[source_id]) in legende


HOSTILES = (
    "<img src=x onerror=alert(1)>",
    "`${alert(1)}`",
    "[piège](https://exemple.org)",
    ":red[x]",
)
LIBELLES = {
    "departements.csv": "Haute-Saône",
    "statuts.csv": "ACI signé",
    "cpts_fiches.csv": "CPTS de Luxeuil",
    "perimetres.csv": "combinaison d'EPCI contigus autour de Luxeuil",
    "sources.csv": "Deux premières communautés professionnelles territoriales de santé en Haute-Saône",
}


def test_labels_of_files_never_become_markdown(copie, monkeypatch):
    for table, libelle in LIBELLES.items():
        texte = (copie / table).read_text(encoding="utf-8")
        assert libelle in texte
        (copie / table).write_text(texte.replace(libelle, " ".join(HOSTILES)), encoding="utf-8")
    monkeypatch.setenv("CPTS_DATA_DIR", str(copie))
    app = open_app(dep="70", cpts="cpts-luxeuil")
    assert not app.exception
    textes = [m.value for m in (*app.markdown, *app.caption, *app.title, *app.subheader)]
    for hostile in HOSTILES:
        assert not [texte for texte in textes if hostile in texte]
    echappes = [texte for texte in textes if r"\<img src\=x" in texte]
    assert len(echappes) >= len(LIBELLES)
    assert not [b for b in app.get("html") if "<img" in str(b.proto.body)]


def test_every_page_with_tables_offers_the_exporter():
    # A map adds its two formats, and a sheet its PDF. « Données » has the schemas, the table of the CPTS
    # (four formats), the sources (two) and the table to fill in (two).
    for page, formats in (("app.py", 6), ("pages/fiche.py", 7), ("pages/donnees.py", 12)):
        app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60).run()
        app.switch_page(page).run()
        assert not app.exception
        assert len(app.get("download_button")) == formats


def test_a_cpts_that_crosses_the_border_of_a_region_gives_its_inner_share():
    texte = texts(look_at(reg="27", cpts="cpts-21-52"))
    assert "de ses habitants sont dans les départements choisis" in texte


@pytest.mark.parametrize(
    ("commune", "dite", "lien"),
    [
        ("70279", "Gray est sans périmètre connu", "Sa zone, et qui pourrait l'absorber : Gray"),
        (
            "70311",
            "est dans le périmètre indicatif de la CPTS de Luxeuil",
            "Fiche : CPTS de Luxeuil",
        ),
    ],
)
def test_a_commune_that_is_looked_for_is_no_dead_end(commune, dite, lien):
    app = look_at(commune=commune)
    assert not app.exception
    assert dite in texts(app)
    liens = {noeud.proto.label: noeud.proto for noeud in app.get("page_link")}
    assert f"commune={commune}" in liens[lien].query_string
    app = open_app(commune=commune)
    next(b for b in app.button if b.label == "Quitter cette commune").click().run()
    assert "commune" not in app.query_params
    assert dite not in texts(app)


def test_a_qualifier_stands_in_the_cell_of_its_number_and_leaves_in_a_column():
    app = look_at()
    tableau = app.dataframe[-1]
    valeurs = tableau.value
    assert list(valeurs.columns[:7]) == [
        "CPTS",
        "Étape selon la source",
        "Étape",
        "Sans médecin traitant",
        "Population annoncée",
        "Population calculée (2023)",
        "Périmètre",
    ]
    assert not [nom for nom in valeurs if "Qualificatif" in nom or "Précision" in nom]
    ecrits = written(tableau).set_axis(valeurs["CPTS"])
    belfort = "CPTS du Territoire de Belfort, hors Belfort et première couronne"
    assert ecrits.loc[belfort, "Population annoncée"] == "env. 77 000"
    assert ecrits.loc[belfort, "Date (au plus tard)"] == "09/2022"
    assert ecrits.loc["CPTS 21-52", "Date (au plus tard)"] == "avant le 16/09/2021"
    assert ecrits.loc["CPTS du Grand Lons", "Population annoncée"] == ""
    assert ecrits.loc["CPTS de Luxeuil", "Population calculée (2023)"] == "env. 42 500"
    # It sorts by the number, which the browser has.
    assert valeurs.set_index("CPTS").loc[belfort, "Population annoncée"] == 77000
    assert pd.api.types.is_numeric_dtype(valeurs["Population annoncée"])


def test_the_table_that_leaves_keeps_numbers_with_their_qualifier():
    atlas = load(RACINE / "data")
    exporte = make_tableau(atlas, tuple(atlas.fiches.index))
    belfort = exporte.loc["cpts-territoire-belfort"]
    assert belfort["Population annoncée"] == 77000
    assert belfort["Qualificatif (population)"] == "environ"
    assert belfort["Précision de la date"] == "au mois près"


def test_figures_say_that_the_filter_of_stages_leaves_them_whole():
    app = look_at(statut="aci_signe")
    montrees = len(app.dataframe[-1].value)
    assert headline(app)[:3] == headline(look_at())[:3]
    assert headline(app)[-1] == (
        f"chiffres hors filtre « Étape » ; la carte montre **{montrees} CPTS**"
    )


def test_without_a_cpts_the_panel_says_what_is_published_of_the_doctors():
    app = look_at(dep="70")
    panneau = next(e for e in app.expander if e.label.startswith("Sans médecin traitant"))
    publiees = {
        f["cpts_id"]
        for f in read("cpts_faits.csv")
        if f["indicateur"] == "part_sans_medecin_traitant"
    }
    texte = panneau.markdown[0].value
    assert "CPTS de Luxeuil : **près de 10\xa0% de la population**" in texte
    assert panneau.label.endswith(f"publié pour {texte.count('**') // 2} CPTS")
    assert 0 < texte.count("**") // 2 <= len(publiees)


def test_a_cpts_out_of_the_filters_leads_back():
    app = look_at(dep="21", cpts="cpts-luxeuil")
    lien = next(n.proto for n in app.get("page_link") if n.proto.label.startswith("Montrer tous"))
    assert lien.query_string == "cpts=cpts-luxeuil"
    # An abandoned project is in sight when its stage is asked for, and not without: nothing leads back to it.
    abandonnee = look_at(cpts="cpts-nord-val-de-loire")
    assert "Cette CPTS n'est pas de celles que les filtres montrent" in texts(abandonnee)
    assert not [n for n in abandonnee.get("page_link") if n.proto.label.startswith("Montrer tous")]


def test_a_commune_that_is_searched_for_shows_its_official_figures(tmp_path, monkeypatch):
    textes = {
        "synthetique_2023.csv": make_apl(load(RACINE / "data")),
        "synthetique_2024.csv": make_mt(load(RACINE / "data")),
    }
    monkeypatch.setenv("CPTS_DATA_DIR", str(import_files(tmp_path, textes)))
    app = open_app(commune=FROIDECONCHE)
    assert not app.exception
    dit = " ".join(m.value for m in app.markdown).replace("\xa0", " ").replace("\\", "")
    base = "base : population standardisée par la consommation de soins"
    assert f"sans limite d'âge (2023), {base} : 2,0 consultations par an" in dit
    # The cell that the file withholds stays between its bounds.
    assert "Personnes sans médecin traitant déclaré (2024) : entre 1 et 10 (secret" in dit
    app.session_state["provenance_communes"] = True
    app.run()
    assert not app.exception
    assert "Froideconche" in app.code[0].value
