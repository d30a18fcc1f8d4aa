"""The sheet of a CPTS: every figure recomputed from the files, without the library."""

import json
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from rendu.supports.diapositives import make_diapositives
from tests.officiels import import_files, make_apl, make_mt
from tests.pages.carte import sent_to_map

RACINE = Path(__file__).resolve().parents[2]
DATA = RACINE / "data"
ANGLAIS_OU_VIDE = re.compile(r"\b(nan|None|null|undefined|N/A)\b")

fiches = pd.read_csv(DATA / "cpts_fiches.csv", dtype=str)
faits = pd.read_csv(DATA / "cpts_faits.csv", dtype={"cpts_id": str})
membres = pd.read_csv(DATA / "cpts.csv", dtype=str)
objets = json.loads((DATA / "communes.geojson").read_text(encoding="utf-8"))["features"]
communes = pd.DataFrame([objet["properties"] for objet in objets]).set_index("code_commune")


def open_fiche(**parametres: str) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    for nom, valeur in parametres.items():
        app.query_params[nom] = valeur
    app.switch_page("pages/fiche.py")
    return app.run()


# A page that is only read is opened once for all tests that read it in the same state.
look_at = cache(open_fiche)


def texts(app: AppTest) -> str:
    morceaux = [m.value for m in (*app.markdown, *app.caption, *app.title, *app.subheader)]
    return "\n".join(morceaux).replace("\u202f", " ").replace("\xa0", " ").replace("\\", "")


def table(app: AppTest, colonne: str) -> pd.DataFrame:
    return next(d.value for d in app.dataframe if colonne in d.value.columns)


NOMBRE = re.compile(r"[0-9][0-9\u202f]*(?:,[0-9]+)?")


def numbers(texte: str) -> set[str]:
    return {nombre.replace("\u202f", "") for nombre in NOMBRE.findall(texte)}


def french(nombre: float) -> str:
    return f"{round(nombre):,}".replace(",", " ")


@pytest.mark.parametrize("cpts_id", fiches["cpts_id"])
def test_every_cpts_has_a_sheet_whose_figures_are_those_of_the_files(cpts_id):
    app = look_at(cpts=cpts_id)
    assert not app.exception
    texte = texts(app)
    assert not ANGLAIS_OU_VIDE.search(texte), ANGLAIS_OU_VIDE.search(texte)
    siens = membres[membres["cpts_id"] == cpts_id]
    siennes = communes.loc[siens["code_commune"]]
    indicatif = (siens["confiance"] == "hypothese").any()
    resume = (
        table(app, "Annoncé")
        .set_index("")
        .map(lambda t: t.replace("\u202f", " ").replace("\xa0", " "))
    )
    siens = faits[faits["cpts_id"] == cpts_id].set_index("indicateur")
    for ligne, indicateur, calcule in (
        ("Population", "population_annoncee", siennes["population"].sum()),
        ("Communes", "communes_annoncees", len(siennes)),
    ):
        attendu = french(calcule) if len(siennes) else "non calculable"
        if indicatif:
            attendu = f"env. {french(float(f'{calcule:.3g}'))}"
        assert resume.loc[ligne, "Calculé"] == attendu
        if indicateur in siens.index:
            annonce = siens.loc[indicateur]
            assert french(annonce["valeur"]) in resume.loc[ligne, "Annoncé"]
            if annonce["qualificatif"] == "egal" and len(siennes):
                pct = (calcule - annonce["valeur"]) / annonce["valeur"] * 100
                lu = (
                    resume.loc[ligne, "Écart"]
                    .removeprefix("env. " if indicatif else "")
                    .removesuffix(" %")
                    .replace("−", "-")
                    .replace(",", ".")
                )
                assert float(lu) == pytest.approx(pct, abs=0.051)
        else:
            assert resume.loc[ligne, "Annoncé"] == "non publié"
    if len(siennes):
        tableau = table(app, "Code").set_index("Code")
        assert set(tableau.index) == set(siennes.index)
        assert tableau["Population (2023)"].sum() == siennes["population"].sum()
        departements = table(app, "Part de la CPTS")
        assert departements["Habitants dans la CPTS"].sum() == siennes["population"].sum()
        assert departements["Part de la CPTS"].sum() == pytest.approx(100, abs=0.2)


@pytest.mark.parametrize("cpts_id", fiches["cpts_id"])
def test_every_figure_of_the_slides_is_one_of_the_sheet(atlas, cpts_id):
    app = look_at(cpts=cpts_id)
    cellules = [str(v) for t in app.dataframe for v in t.value.to_numpy().ravel()]
    page = "\n".join([m.value for m in (*app.markdown, *app.caption)] + cellules).replace("\\", "")
    resume = next(t.value for t in app.dataframe if "Annoncé" in t.value).set_index("")
    for d in make_diapositives(atlas, [cpts_id]):
        if d.cpts_id is None:
            continue
        assert (
            re.sub(r" \([1-9]/[1-9]\)$", "", d.titre)
            == fiches.set_index("cpts_id").loc[cpts_id, "nom"]
        )
        sur_la_page = numbers(page)
        if d.genre == "population":
            calcule = "".join(numbers(resume.loc["Population", "Calculé"]))
            dits = numbers("\n".join([d.chiffre, *d.lignes]))
            assert (calcule in dits) == bool(d.carte)
            annonces = resume.loc[["Population", "Communes"], "Annoncé"]
            publies = [texte for texte in annonces if texte != "non publié"]
            assert all(texte in f"{d.chiffre} {d.phrase}" for texte in publies)
            sur_la_page |= {calcule}
        elif d.chiffre:
            assert d.chiffre in page.casefold()
        dits = "\n".join([d.chiffre, d.phrase, *d.lignes, d.parlee])
        # « and 91 others » counts names of the slide.
        dits = re.sub(r"\b[0-9\u202f]+ autres?\b", "", dits)
        assert numbers(dits) <= sur_la_page, (d, numbers(dits) - sur_la_page)


def test_shares_without_medecin_traitant_are_worded_as_their_source_does():
    assert "## près de 10 % de la population" in texts(look_at(cpts="cpts-luxeuil"))
    chalonnais = texts(look_at(cpts="cpts-chalonnais"))
    assert "## 12 % des 17 ans et plus" in chalonnais
    assert "## 7,8 % des 70 ans et plus" in chalonnais


def test_size_class_gives_the_distance_to_the_next_bound():
    texte = texts(look_at(cpts="cpts-luxeuil"))
    assert "Taille (ACI) : T2" in texte
    assert "37 000 habitants sous la borne de 80 000" in texte


def test_without_the_whole_population_the_size_is_not_known():
    assert "inconnue, faute de population totale publiée" in texts(look_at(cpts="cpts-pays-luron"))


def test_a_detached_commune_is_named(copie, monkeypatch):
    cpts = copie / "cpts.csv"
    lignes = cpts.read_text(encoding="utf-8")
    # A commune of Côte-d'Or between Nièvre and Saône-et-Loire.
    cpts.write_text(f"{lignes}cpts-auxois-morvan,21403,hypothese\n", encoding="utf-8")
    monkeypatch.setenv("CPTS_DATA_DIR", str(copie))
    assert "Ménessaire" in texts(open_fiche(cpts="cpts-auxois-morvan"))


def test_the_sheet_shows_what_is_published_around_a_cpts_drawn_or_not():
    for cpts_id, zone in (
        ("cpts-grand-auxerrois-armance", "CA de l'Auxerrois, Yonne"),
        ("cpts-nevers-sud-nivernais", "Nièvre"),
    ):
        app = look_at(cpts=cpts_id)
        (repere,) = (e for e in app.expander if e.label.startswith("Repères publiés"))
        assert repere.label.replace("\\", "").startswith(
            f"Repères publiés : {zone}, Bourgogne-Franche-Comté, France"
        )
    assert "Personnes sans médecin généraliste : plus de 15 000" in texts(app)
    assert "soit 272,8 contre 441 pour 100 000 habitants" in texts(app)


def test_the_sheet_says_what_contradicts_a_hypothesis():
    app = look_at(cpts="cpts-bassin-vesulien")
    texte = texts(app).replace("\\", "")
    assert ":gray-badge[périmètre indicatif, en partie contredit]" in texte
    assert (
        "En partie contredit : CC du Pays de Villersexel. La CPTS du pays luron annonce 83" in texte
    )


def test_shared_borders_are_named():
    voisines = table(look_at(cpts="cpts-auxois-morvan"), "Frontière (km)")
    assert (voisines["Frontière (km)"] > 0).all()


@pytest.mark.parametrize(
    ("cpts_id", "commune", "entouree"),
    [
        ("cpts-luxeuil", "70311", ["70311", "70"]),
        ("cpts-luxeuil", "70279", None),
        # Without a perimeter, no commune is known to be its own.
        ("cpts-croisee-comtoise", "70279", None),
    ],
)
def test_only_a_commune_of_the_cpts_is_outlined_on_its_sheet(cpts_id, commune, entouree):
    assert sent_to_map(look_at(cpts=cpts_id, commune=commune))["commune"] == entouree


def test_without_a_cpts_the_first_by_name_is_shown():
    assert "## CPTS 21-52" in texts(look_at())


def test_an_unknown_cpts_is_told():
    texte = texts(look_at(cpts="cpts-absente"))
    assert "cpts-absente" in texte
    assert "ne connaît pas" in texte


def test_communes_are_searched():
    app = open_fiche(cpts="cpts-luxeuil")
    app.text_input[0].set_value("luxeuil bains").run()
    assert list(table(app, "Code")["Commune"]) == ["Luxeuil-les-Bains"]


def test_mentions_declare_what_does_not_conform(monkeypatch, tmp_path):
    reglees = tmp_path / "mentions.toml"
    reglees.write_text('editeur = "ARS <b>d\'essai</b>"\n', encoding="utf-8")
    monkeypatch.setenv("CPTS_MENTIONS", str(reglees))
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    app.switch_page("pages/mentions.py").run()
    assert not app.exception
    texte = texts(app)
    assert "ARS <b>d'essai</b>" in texte
    assert "non renseigné" in texte
    assert "lang=" in texte
    assert not [m for m in app.markdown if "<b>" in m.value]


@pytest.fixture(scope="module")
def officielle(tmp_path_factory, atlas):
    textes = {
        "apl_synthetique_2024.csv": make_apl(atlas),
        "mt_synthetique_2024.csv": make_mt(atlas),
    }
    dossier = import_files(tmp_path_factory.mktemp("var"), textes)
    with pytest.MonkeyPatch.context() as reglages:
        reglages.setenv("CPTS_DATA_DIR", str(dossier))
        yield


@pytest.mark.usefixtures("officielle")
def test_official_figures_make_a_profile_and_a_list_of_communes():
    app = open_fiche(cpts="cpts-luxeuil")
    assert not app.exception
    assert "Profil" in [titre.value for titre in app.subheader]
    assert any("APL aux médecins généralistes" in html.proto.body for html in app.get("html"))
    assert "1 commune sur 94" not in texts(app)
    assert "94 communes sur 94 au-dessous de 2,5" in texts(app)
    seuil = next(n for n in app.number_input if n.label.startswith("Seuil"))
    assert seuil.value == 2.5
    app = seuil.set_value(1.5).run()
    assert "1 commune sur 94 au-dessous de 1,5" in texts(app)
    assert table(app, "Écart au seuil (consult./an/hab.)")["Commune"].tolist() == [
        "Luxeuil-les-Bains"
    ]
    indicateur = next(s for s in app.selectbox if s.label == "Indicateur")
    part = next(o for o in indicateur.options if o.startswith("Part sans"))
    app = indicateur.select(part).run()
    assert next(n for n in app.number_input if n.label.startswith("Seuil")).value is None
    assert "Écrivez un seuil" in texts(app)
    assert table(app, "Pourquoi")["Pourquoi"].tolist() == ["valeur secrète"]


@pytest.mark.usefixtures("officielle")
def test_where_a_figure_comes_from_is_asked_of_the_first_line_of_the_profile():
    app = open_fiche(cpts="cpts-luxeuil")
    app.session_state["provenance_cpts"] = True
    app.run()
    assert not app.exception
    assert app.code[0].value.startswith("APL aux médecins généralistes")


def test_without_official_figures_there_is_neither():
    app = look_at(cpts="cpts-luxeuil")
    assert "Profil" not in [titre.value for titre in app.subheader]
    assert not app.number_input
