"""Two rates crossed: thirds over the study area, and what is withheld or missing in either one."""

import json
from dataclasses import replace

import pytest

from geo.indicateurs.niveaux import COMMUNES, measure_level
from geo.indicateurs.registre import Registre
from rendu.carte.coloration import make_coloration, make_croisee_cpts
from rendu.carte.jeu import write_jeu
from rendu.carte.niveaux import communes_teintes, make_croisee, make_niveau, write_niveau
from rendu.carte.palette import BIVARIEE, CROISEES, HACHURES
from rendu.carte.vue import make_vue
from ui.commun.adresse import Filtres


def test_the_thirds_are_equal_and_keep_the_order_of_the_values(atlas):
    valeurs = measure_level(atlas, atlas.registre["densite"], COMMUNES).valeurs
    tiers = make_niveau(atlas, COMMUNES, "densite").tiers
    comptes = [list(tiers.classes.values()).count(k) for k in range(3)]
    # What is read alike is of one third.
    semblables = valeurs.round(atlas.registre["densite"].decimales_carte).value_counts().max()
    assert max(comptes) - min(comptes) <= 2 * semblables < len(valeurs) / 10
    ordre = [tiers.classes[code] for code in valeurs.dropna().sort_values().index]
    assert ordre == sorted(ordre)


def test_the_thirds_are_those_of_the_study_area_whatever_is_in_sight(atlas):
    tout, reduit = (
        make_coloration(atlas, make_vue(atlas, Filtres(dep=d)), "densite") for d in ((), ("70",))
    )
    assert reduit.tiers.bornes == tout.tiers.bornes
    assert reduit.tiers.classes.items() <= tout.tiers.classes.items()


def test_the_years_of_a_series_have_the_same_thirds(serie):
    avant, apres = (make_niveau(serie, COMMUNES, f"essai_{an}").tiers for an in ("2023", "2024"))
    assert avant.bornes == apres.bornes
    assert avant.classes != apres.classes


@pytest.mark.parametrize("ind", ["population", "statut", "ecart", "cpts"])
def test_only_rates_have_thirds(atlas, ind):
    assert make_coloration(atlas, make_vue(atlas, Filtres()), ind).tiers is None


def test_what_one_of_them_withholds_or_lacks_is_no_colour(part):
    croisee = make_croisee(part, COMMUNES, "densite", "part_2024")
    assert croisee.secrets == {"70311"}
    assert "70550" not in croisee.classes
    un, autre = (make_niveau(part, COMMUNES, ind) for ind in ("densite", "part_2024"))
    for code, classe in croisee.classes.items():
        assert classe == un.tiers.classes[code] + 3 * autre.tiers.classes[code]
    comptes = {entree.signe: entree.compte for entree in croisee.legende}
    assert (comptes[CROISEES], comptes[HACHURES]) == (1, 1)
    assert sum(comptes.values()) == sum(part.communes["etude"])
    assert "secret statistique" in croisee.textes["70311"]
    teintes = communes_teintes(part, COMMUNES, "densite", "part_2024")
    assert teintes["70311"] == CROISEES
    assert set(teintes.drop("70311")) == set(BIVARIEE)


def test_cpts_in_sight_are_each_counted_once(part):
    vue = make_vue(part, Filtres())
    croisee = make_croisee_cpts(part, vue, "densite", "part_2024")
    comptes = [e.compte for e in croisee.legende if e.signe in (*BIVARIEE, CROISEES, HACHURES)]
    assert sum(comptes) == len(vue.formes)
    seule = make_coloration(part, vue, "densite")
    for autre in (None, "densite", "population"):
        assert make_croisee_cpts(part, vue, "densite", autre).titre == seule.titre


def test_the_browser_is_handed_one_sign_a_territory(part, tmp_path):
    vue = make_vue(part, Filtres())
    cpts = tuple(part.fiches.index)
    jeu = json.loads(
        (tmp_path / write_jeu(part, vue, cpts, tmp_path, {})).read_text(encoding="utf-8")
    )
    tiers = jeu["colorations"]["part_2024"]["tiers"]
    assert len(tiers) == len(cpts)
    assert tiers[cpts.index("cpts-luxeuil")] == "s"
    assert jeu["bivariee"] == list(BIVARIEE)
    assert "tiers" not in jeu["colorations"]["population"]
    fichier = tmp_path / write_niveau(part, COMMUNES, tmp_path)
    siens = json.loads(fichier.read_text(encoding="utf-8"))["indicateurs"]["part_2024"]
    assert len(siens["tiers"]) == len(siens["classes"])
    assert siens["tiers"].count("s") == siens["tiers"].count("-") == 1


@pytest.mark.parametrize(
    ("ordres", "pire"),
    [
        (("haut", "haut"), "le moins favorable : A bas, B bas"),
        (("haut", "bas"), "le moins favorable : A bas, B haut"),
        (("bas", "haut"), "le moins favorable : A haut, B bas"),
        (("bas", ""), ""),
    ],
)
def test_paper_names_the_worst_corner_as_the_screen_does(serie, ordres, pire):
    indicateurs = dict(serie.registre.indicateurs)
    for nom, sens in zip(("essai_2023", "essai_2024"), ordres, strict=True):
        indicateurs[nom] = replace(indicateurs[nom], sens=sens)
    atlas = replace(serie, registre=Registre(indicateurs))
    vue = make_vue(atlas, Filtres())
    for croisee in (
        make_croisee(atlas, COMMUNES, "essai_2023", "essai_2024"),
        make_croisee_cpts(atlas, vue, "essai_2023", "essai_2024"),
    ):
        assert croisee.methode.endswith(pire)
        assert ("favorable" in croisee.methode) == bool(pire)
