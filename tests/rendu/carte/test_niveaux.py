"""An indicator by department or by commune: the same value as that of its parts, and what the browser is handed."""

import json

import pytest

from geo.indicateurs.mesures import evaluate
from geo.indicateurs.territoire import parse_territoire
from geo.regles.completude import study_departements
from rendu.carte.niveaux import communes_teintes, make_niveau, under_outlines, write_niveau
from rendu.carte.palette import TRANSPARENT
from rendu.carte.vue import make_vue
from rendu.mots.indicateurs import PAR_COMMUNE, PAR_DEPARTEMENT, level_choices, write_value
from ui.commun.adresse import Filtres


def test_counts_stay_by_cpts(atlas):
    assert list(level_choices(atlas)) == ["densite", "evolution_population"]


def test_a_department_is_worth_what_its_comparison_says(atlas):
    for ind, indicateur in level_choices(atlas).items():
        textes = make_niveau(atlas, PAR_DEPARTEMENT, ind).coloration.textes
        assert list(textes) == sorted(study_departements(atlas))
        for code, texte in textes.items():
            territoire = parse_territoire(atlas, f"dep:{code}")
            (mesure,) = evaluate(atlas, indicateur, territoire, "fonctionnement", indicatifs=True)
            assert texte == write_value(indicateur, mesure.valeur)


def test_a_commune_is_worth_its_own_ratio(atlas):
    coloration = make_niveau(atlas, PAR_COMMUNE, "densite").coloration
    vesoul = atlas.communes.loc["70550"]
    densite = vesoul["population"] / vesoul["surface_km2"]
    assert coloration.textes["70550"] == write_value(atlas.registre["densite"], densite)
    assert sum(entree.compte for entree in coloration.legende) == sum(atlas.communes["etude"])


@pytest.mark.parametrize("niveau", [PAR_DEPARTEMENT, PAR_COMMUNE])
def test_the_browser_is_handed_one_class_a_commune_in_the_order_of_its_files(
    atlas, tmp_path, niveau
):
    nom = write_niveau(atlas, niveau, tmp_path)
    donnees = json.loads((tmp_path / nom).read_text(encoding="utf-8"))
    assert list(donnees) == list(level_choices(atlas))
    codes = atlas.communes["code_departement"]
    for ind, peinture in donnees.items():
        coloration = make_niveau(atlas, niveau, ind).coloration
        assert peinture["palette"] == list(coloration.palette)
        for code, classes in peinture["classes"].items():
            siens = [code] if niveau == PAR_DEPARTEMENT else codes.index[codes == code]
            assert classes == [coloration.classes.get(i) for i in siens]
            assert len(peinture["textes"][code]) == len(classes)


def test_on_paper_communes_have_the_colours_and_cpts_their_outline(atlas):
    vue = make_vue(atlas, Filtres())
    dessus = under_outlines(atlas, vue, PAR_COMMUNE, "densite")
    assert {dessus.palette[k] for k in dessus.classes.values()} == {TRANSPARENT}
    teintes = communes_teintes(atlas, PAR_COMMUNE, "densite")
    assert len(teintes) == sum(atlas.communes["etude"])
    par_departement = communes_teintes(atlas, PAR_DEPARTEMENT, "densite")
    groupes = par_departement.groupby(atlas.communes["code_departement"]).nunique()
    assert set(groupes) == {1}
