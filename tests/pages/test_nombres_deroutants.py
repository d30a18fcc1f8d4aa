"""Counts that are negative, fractional, all zero or alone: every page and every file survives them, and says them."""

import datetime as dt

import pytest
from streamlit.testing.v1 import AppTest

from geo.chargement import load
from geo.indicateurs.ecarts import compare
from geo.indicateurs.mesures import INCERTAIN, evaluate
from geo.indicateurs.territoire import parse_territoire
from geo.officiels.choix import Choix
from rendu.carte.coloration import make_coloration
from rendu.carte.theme import CLAIR
from rendu.carte.vue import make_vue
from rendu.supports.diaporama import make_event_pptx
from rendu.supports.fiche_pdf import make_fiche_pdf
from tests.officiels import FROIDECONCHE, LUXEUIL, import_files
from tests.pages.test_fiche import RACINE, texts
from ui.commun.adresse import Filtres
from ui.comparer.barres import make_barres

JOUR = dt.date(2026, 11, 22)
CPTS = "cpts-luxeuil"
SOLDE, POSTES, NULS, UN = (f"{nom}_2024" for nom in ("solde", "postes", "nuls", "un_seul"))


def make_counts(atlas) -> dict[str, list[tuple[str, object]]]:
    """Lose 12 residents in Luxeuil and 3 elsewhere in Haute-Saône, win 2 in other departments; Froideconche is not known."""
    codes = [code for code in atlas.communes.index if code != FROIDECONCHE]
    perdus = [-12 if code == LUXEUIL else -3 if code.startswith("70") else 2 for code in codes]
    return {
        "Solde": list(zip(codes, perdus, strict=True)),
        "Postes": [(code, "0,4" if code == LUXEUIL else 0) for code in codes],
        "Nuls": [(code, 0) for code in codes],
        "Un seul": [(LUXEUIL, 7)],
    }


@pytest.fixture(scope="module")
def deroutant(tmp_path_factory, atlas):
    dossier = tmp_path_factory.mktemp("var")
    for nom, lignes in make_counts(atlas).items():
        texte = "".join(f"{code};{valeur}\n" for code, valeur in lignes)
        donnees = import_files(
            dossier,
            {f"synthetique_{nom}.csv": f"Code INSEE;{nom}\n{texte}"},
            Choix(
                colonne=nom,
                agreger="somme",
                unite="personnes",
                millesime="2024",
                source="Données SYNTHÉTIQUES, fichier d'essai",
            ),
        )
    with pytest.MonkeyPatch.context() as reglages:
        reglages.setenv("CPTS_DATA_DIR", str(donnees))
        yield load(donnees)


def open_page(page: str, **parametres: str) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    app.query_params |= parametres
    if page:
        app.switch_page(f"pages/{page}.py")
    return app.run()


@pytest.mark.parametrize("nom", [SOLDE, POSTES, NULS, UN])
@pytest.mark.usefixtures("deroutant")
def test_the_map_survives(nom):
    assert not open_page("", ind=nom, cpts=CPTS).exception


@pytest.mark.parametrize(
    ("page", "parametres"),
    [
        ("fiche", {"cpts": CPTS}),
        ("zones_blanches", {"dep": "70", "tri": SOLDE}),
        ("zones_blanches", {"dep": "70", "tri": POSTES, "tri2": UN}),
        ("comparer", {"t": f"cpts:{CPTS},dep:70,dep:25"}),
        ("presentation", {"cpts": CPTS}),
        ("donnees", {}),
    ],
)
@pytest.mark.usefixtures("deroutant")
def test_a_page_survives(page, parametres):
    assert not open_page(page, **parametres).exception


def test_what_leaves_survives(deroutant):
    assert make_fiche_pdf(deroutant, CPTS, JOUR).startswith(b"%PDF")
    assert make_event_pptx(deroutant, [CPTS], JOUR).startswith(b"PK")


def test_a_negative_total_has_the_colour_of_its_sign_and_no_circle(deroutant):
    coloration = make_coloration(deroutant, make_vue(deroutant, Filtres()), SOLDE)
    assert coloration.cercles is None
    assert coloration.valeurs[CPTS].startswith("−")
    dites = {entree.texte: entree.signe for entree in coloration.legende}
    assert dites["moins de zéro"] == coloration.palette[coloration.classes[CPTS]]
    assert "plus de zéro" in dites


def test_a_balance_over_some_communes_is_no_minimum(deroutant):
    territoire = parse_territoire(deroutant, f"cpts:{CPTS}")
    (mesure,) = evaluate(
        deroutant, deroutant.registre[SOLDE], territoire, "fonctionnement", indicatifs=True
    )
    communes = len(territoire.codes_communes)
    assert mesure.valeur < 0
    assert mesure.manquantes == 1
    assert mesure.qualificatif == INCERTAIN
    assert mesure.communes == communes - 1
    textes = make_coloration(deroutant, make_vue(deroutant, Filtres()), SOLDE).textes
    assert "au moins" not in textes[CPTS]
    assert "sur une partie des habitants" in textes[CPTS]
    app = open_page("fiche", cpts=CPTS)
    assert "au moins −" not in texts(app) + "".join(h.proto.body for h in app.get("html"))


def test_a_fraction_of_one_is_not_written_as_none(deroutant):
    coloration = make_coloration(deroutant, make_vue(deroutant, Filtres()), POSTES)
    assert "0,4 personnes" in coloration.textes[CPTS]
    assert [texte for texte, _ in coloration.cercles.legende] == ["0,2 personnes"]


def test_negative_bars_stay_in_their_frame_with_their_figures_beyond_zero(deroutant):
    adresses = [f"cpts:{CPTS}", "dep:70"]
    territoires = [parse_territoire(deroutant, adresse) for adresse in adresses]
    comparaison = compare(deroutant, territoires, adresses[0], "fonctionnement", indicatifs=True)
    spec = make_barres(deroutant, comparaison, comparaison.ligne(SOLDE), CLAIR).to_dict()
    ((bas, haut),) = {tuple(c["encoding"]["x"]["scale"]["domain"]) for c in spec["layer"][::2]}
    (lignes,) = spec["datasets"].values()
    assert all(bas <= ligne["valeur"] < 0 < haut for ligne in lignes)
    assert {ligne["bout"] for ligne in lignes} == {0}


def test_nothing_anywhere_has_no_circle(deroutant):
    coloration = make_coloration(deroutant, make_vue(deroutant, Filtres()), NULS)
    assert coloration.cercles is None
    # At least nobody is not known.
    assert CPTS not in coloration.textes
