"""What is written once for every session follows the data and the filters, and nothing else."""

from dataclasses import fields

import pytest
from streamlit.testing.v1 import AppTest

from geo.atlas import Atlas
from geo.regles import completude
from rendu.carte.theme import CLAIR, SOMBRE, Theme
from tests.pages.test_accueil import RACINE, open_app, texts
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_PAGE
from ui.commun.theme import PAR_THEME
from ui.zones.telechargements import PAR_ESSAI

# What a page says of its selection; all other filters choose on the page, or try something out.
SELECTION = {"reg", "dep", "statut", "couvert", "indicatifs"}
AUTREMENT = {
    "reg": ("27",),
    "dep": ("70",),
    "statut": ("projet",),
    "couvert": "projets",
    "indicatifs": False,
}


@pytest.mark.parametrize("nom", [champ.name for champ in fields(Filtres)])
def test_a_page_is_shared_by_its_selection_alone(nom):
    key = PAR_PAGE[Filtres]
    autre = Filtres(**{nom: AUTREMENT.get(nom, ("autre",))})
    assert (key(autre) != key(Filtres())) == (nom in SELECTION)


def open_page(page: str, **parametres: str) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60).switch_page(page)
    for nom, valeur in parametres.items():
        app.query_params[nom] = valeur
    return app.run()


def test_a_second_visitor_is_shown_the_same():
    premiere, seconde = open_app(dep="70"), open_app(dep="70")
    assert texts(premiere) == texts(seconde)
    assert len(premiere.dataframe) == 2
    assert [t.value.to_csv() for t in premiere.dataframe] == [
        t.value.to_csv() for t in seconde.dataframe
    ]


def test_another_selection_is_not_shown_the_first():
    hautesaone, doubs = open_app(dep="70"), open_app(dep="25")
    assert texts(hautesaone) != texts(doubs)
    assert all(
        not un.value.equals(autre.value)
        for un, autre in zip(hautesaone.dataframe, doubs.dataframe, strict=True)
    )


def test_a_trial_is_not_shown_to_those_who_try_nothing(atlas):
    essai = completude.declare(atlas, ["70"], [])
    assert PAR_PAGE[Atlas](essai) != PAR_PAGE[Atlas](atlas)


def test_an_atlas_without_a_trial_is_the_shared_one(atlas):
    assert completude.declare(atlas, (), ()) is atlas
    assert completude.declare(atlas, sorted(atlas.declares), ()) is atlas


@pytest.mark.parametrize("page", ["pages/zones_blanches.py", "pages/deploiement.py"])
def test_charts_are_those_of_the_selection(page):
    def charts(**parametres: str) -> list[str]:
        app = open_page(page, **parametres)
        assert not app.exception
        return [str(graphique.proto) for graphique in app.get("vega_lite_chart")]

    premiere = charts(dep="70")
    assert premiere
    assert premiere == charts(dep="70")
    assert premiere != charts(dep="25")


def test_charts_of_a_light_page_are_not_those_of_a_dark_one():
    key = PAR_THEME[Theme]
    assert key(CLAIR) != key(SOMBRE)


@pytest.mark.parametrize("nom", ["complet", "incomplet"])
def test_the_file_of_the_zones_says_the_trial_of_its_session(nom):
    key = PAR_ESSAI[Filtres]
    assert key(Filtres(**{nom: ("70",)})) != key(Filtres())
    assert key(Filtres(dep=("70",))) != key(Filtres())


def test_a_sheet_is_shared_by_its_cpts_alone():
    luxeuil, autre, encore = (
        open_page("pages/fiche.py", cpts=i)
        for i in ("cpts-luxeuil", "cpts-pays-hericourt", "cpts-luxeuil")
    )
    assert texts(luxeuil) == texts(encore)
    assert texts(luxeuil) != texts(autre)
    assert len(luxeuil.dataframe) == len(encore.dataframe) > 1
