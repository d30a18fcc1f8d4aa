"""An indicator at another level than the CPTS: the value of each territory, and what the browser is handed."""

import json
from dataclasses import replace

import pytest

from geo.indicateurs.mesures import evaluate
from geo.indicateurs.niveaux import COMMUNES, DEPARTEMENTS, EPCI, place_communes
from geo.indicateurs.registre import STOCK
from geo.indicateurs.territoire import parse_territoire
from geo.regles.completude import study_departements
from rendu.carte.niveaux import communes_teintes, make_niveau, under_outlines, write_niveau
from rendu.carte.palette import BLANC, CROISEES, TRANSPARENT
from rendu.carte.vue import make_vue
from rendu.mots.indicateurs import fallback_text, level_choices, withheld_text, write_value
from tests.rendu.carte.conftest import make_indicateur
from ui.commun.adresse import Filtres

GENRES = {DEPARTEMENTS: "dep", EPCI: "epci"}
NIVEAUX = (COMMUNES, EPCI, DEPARTEMENTS)


def test_counts_stay_by_cpts(atlas):
    for niveau in NIVEAUX:
        assert list(level_choices(atlas, niveau)) == ["densite", "evolution_population"]
    texte = fallback_text(atlas.registre["population"], COMMUNES)
    assert "Pas de niveau « Communes »" in texte
    assert texte.endswith("la carte montre le niveau « CPTS ».")
    assert fallback_text(atlas.registre["densite"], EPCI) == ""


@pytest.mark.parametrize("niveau", GENRES)
def test_a_territory_is_worth_what_its_comparison_says(part, niveau):
    for ind, indicateur in level_choices(part, niveau).items():
        coloration = make_niveau(part, niveau, ind)
        for code, texte in list(coloration.textes.items())[:10]:
            territoire = parse_territoire(part, f"{GENRES[niveau]}:{code}")
            (mesure,) = evaluate(part, indicateur, territoire, "fonctionnement", indicatifs=True)
            if code in coloration.secrets:
                assert texte == withheld_text(indicateur, mesure.bornes)
            else:
                assert texte == write_value(indicateur, mesure.valeur)


def test_every_department_and_every_epci_of_the_study_area_is_there(atlas):
    coloration = make_niveau(atlas, DEPARTEMENTS, "densite")
    assert sorted(coloration.textes) == sorted(study_departements(atlas))
    siens = atlas.communes.loc[atlas.communes["etude"], "siren_epci"]
    assert set(make_niveau(atlas, EPCI, "densite").textes) == set(siens)


def test_a_commune_is_worth_its_own_ratio(atlas):
    coloration = make_niveau(atlas, COMMUNES, "densite")
    vesoul = atlas.communes.loc["70550"]
    densite = vesoul["population"] / vesoul["surface_km2"]
    assert coloration.textes["70550"] == write_value(atlas.registre["densite"], densite)
    assert sum(entree.compte for entree in coloration.legende) == sum(atlas.communes["etude"])


def test_a_withheld_value_is_neither_a_class_nor_an_absence(part):
    coloration = make_niveau(part, COMMUNES, "part_2024")
    assert coloration.secrets == {"70311"}
    assert coloration.textes["70311"].startswith("secret statistique : entre ")
    assert not {"70311", "70550"} & coloration.classes.keys()
    comptes = {e.signe: (e.texte, e.compte) for e in coloration.legende[-2:]}
    assert comptes == {CROISEES: ("secret statistique", 1), BLANC: ("non connu", 1)}
    luxeuil = part.communes["siren_epci"]["70311"]
    assert make_niveau(part, EPCI, "part_2024").secrets == {luxeuil}
    teintes = communes_teintes(part, EPCI, "part_2024")
    assert set(teintes[part.communes["siren_epci"] == luxeuil]) == {CROISEES}


@pytest.mark.parametrize("niveau", NIVEAUX)
def test_the_browser_is_handed_the_class_and_the_words_of_each_commune(part, tmp_path, niveau):
    nom = write_niveau(part, niveau, tmp_path)
    donnees = json.loads((tmp_path / nom).read_text(encoding="utf-8"))
    assert list(donnees["indicateurs"]) == list(level_choices(part, niveau))
    territoires = place_communes(part, niveau)
    for ind, peinture in donnees["indicateurs"].items():
        coloration = make_niveau(part, niveau, ind)
        assert peinture["palette"] == list(coloration.palette)
        for departement, communes in part.communes.groupby("code_departement"):
            siennes = donnees["places"].get(departement)
            for rang, code in enumerate(communes.index):
                place = (
                    siennes + rang
                    if isinstance(siennes, int)
                    else siennes[rang]
                    if siennes
                    else None
                )
                if code not in territoires.index:
                    assert place is None
                    continue
                territoire = territoires[code]
                classe = coloration.classes.get(territoire, "-")
                dite = "s" if territoire in coloration.secrets else str(classe)
                assert peinture["classes"][place] == dite
                texte = peinture["mots"][peinture["textes"][place]]
                assert texte == coloration.textes.get(territoire, "non connu")


def test_the_communes_of_a_department_that_follow_one_another_are_said_once(atlas, tmp_path):
    nom = write_niveau(atlas, COMMUNES, tmp_path)
    places = json.loads((tmp_path / nom).read_text(encoding="utf-8"))["places"]
    assert all(isinstance(place, int) for place in places.values())


def test_what_does_not_add_up_has_the_level_of_its_file_alone(officialise):
    calcul = {"methode": "par_commune", "variable": "x"}
    essai = make_indicateur("x_2024", "2024", calcul)
    atlas = officialise({"x": {"70311": (1.0, 10.0), "70550": 4.0}}, essai)
    assert "x_2024" not in level_choices(atlas, EPCI) | level_choices(atlas, DEPARTEMENTS)
    coloration = make_niveau(atlas, COMMUNES, "x_2024")
    assert coloration.secrets == {"70311"}
    assert coloration.textes["70550"] == write_value(essai, 4.0)
    texte = fallback_text(essai, EPCI)
    assert "non agrégeable" in texte
    assert texte.endswith("« Communes ».")


def test_on_paper_communes_have_the_colours_and_cpts_their_outline(atlas):
    vue = make_vue(atlas, Filtres())
    dessus = under_outlines(atlas, vue, COMMUNES, "densite")
    assert {dessus.palette[k] for k in dessus.classes.values()} == {TRANSPARENT}
    teintes = communes_teintes(atlas, COMMUNES, "densite")
    assert len(teintes) == sum(atlas.communes["etude"])
    par_departement = communes_teintes(atlas, DEPARTEMENTS, "densite")
    groupes = par_departement.groupby(atlas.communes["code_departement"]).nunique()
    assert set(groupes) == {1}


@pytest.mark.parametrize("niveau", NIVEAUX)
def test_the_years_of_a_series_have_one_scale_at_each_level(serie, niveau):
    avant, apres = (make_niveau(serie, niveau, f"essai_{an}") for an in ("2023", "2024"))
    mots = [[e.texte for e in c.legende if e.signe in c.palette] for c in (avant, apres)]
    assert mots[0] == mots[1]
    if niveau == COMMUNES:
        codes = {code: rang % 40 for rang, code in enumerate(avant.classes)}
        double = {v: avant.classes[c] for c, v in codes.items()}
        assert all(apres.classes[c] == double[2 * v] for c, v in codes.items() if 2 * v in double)


def test_a_count_of_which_some_are_negative_has_the_colours_of_its_signs(officialise):
    cellules = {"70311": -5.0, "70550": 0.0, "70258": 0.04}
    solde = make_indicateur("solde", "2024", {"methode": "par_commune", "variable": "v"})
    atlas = officialise({"v": cellules}, replace(solde, nature=STOCK, unite="hab.", signe=True))
    coloration = make_niveau(atlas, COMMUNES, "solde")
    assert [coloration.classes[code] for code in cellules] == [0, 1, 2]
    assert coloration.textes["70258"].startswith("+0,04")
    dites = {entree.texte: entree.compte for entree in coloration.legende}
    assert [dites[mot] for mot in ("moins de zéro", "zéro", "plus de zéro")] == [1, 1, 1]
