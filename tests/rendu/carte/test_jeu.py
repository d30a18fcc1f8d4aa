"""What the browser holds of the colours: every indicator, in the order of the outlines' file."""

import json
import re

import pytest

from geo.indicateurs.mesures import values_by_cpts
from rendu.carte.coloration import make_coloration
from rendu.carte.jeu import as_data, write_jeu
from rendu.carte.palette import CROISEES, HACHURES
from rendu.carte.vue import make_vue
from rendu.mots.indicateurs import map_choices
from tests.rendu.carte.conftest import make_indicateur
from ui.commun.adresse import Filtres

ANGLAIS_OU_VIDE = re.compile(r"\b(nan|None|null|undefined|N/A)\b")


@pytest.mark.parametrize("indicatifs", [True, False])
def test_every_choice_is_there_with_its_words(atlas, tmp_path, indicatifs):
    vue = make_vue(atlas, Filtres(indicatifs=indicatifs))
    cpts = tuple(atlas.fiches.index)
    nom = write_jeu(atlas, vue, cpts, tmp_path, {})
    jeu = json.loads((tmp_path / nom).read_text(encoding="utf-8"))
    choix = map_choices(atlas)
    libelles = dict(jeu["choix"])
    assert list(libelles) == list(choix)
    for ind, libelle in choix.items():
        n = len(make_coloration(atlas, vue, ind).classes)
        par_base = atlas.registre.parse(ind)[0].par_base
        assert libelles[ind] == (f"{libelle} ({n})" if par_base else libelle)
    assert list(jeu["colorations"]) == list(choix)
    for peinture in jeu["colorations"].values():
        assert peinture["titre"]
        assert peinture["legende"]
        assert not ANGLAIS_OU_VIDE.search(
            json.dumps([peinture["legende"], peinture["infobulles"], peinture["valeurs"]])
        )
        assert len(peinture["classes"]) == len(peinture["infobulles"]) == len(cpts)
        assert all(
            classe is None or 0 <= classe < len(peinture["palette"])
            for classe in peinture["classes"]
        )
        assert len(peinture["cercles"]) in (0, len(cpts))


def test_the_order_is_that_of_the_file_and_what_has_no_value_has_no_class(atlas):
    vue = make_vue(atlas, Filtres())
    cpts = tuple(atlas.fiches.index)
    coloration = make_coloration(atlas, vue, "densite")
    donnees = as_data(coloration, cpts)
    assert {
        i for i, classe in zip(cpts, donnees["classes"], strict=True) if classe is not None
    } == set(coloration.classes)
    assert donnees["infobulles"][cpts.index("cpts-gips")] == coloration.textes["cpts-gips"]


def test_the_file_changes_with_what_is_in_sight_only(atlas, tmp_path):
    cpts = tuple(atlas.fiches.index)
    tout, meme, reduit = (
        write_jeu(atlas, make_vue(atlas, Filtres(dep=dep)), cpts, tmp_path, {})
        for dep in ((), (), ("70",))
    )
    assert tout == meme != reduit


def test_each_absence_has_its_reason_and_its_count(part):
    vue = make_vue(part, Filtres())
    coloration = make_coloration(part, vue, "part_2024")
    assert coloration.secrets == {"cpts-luxeuil"}
    assert coloration.textes["cpts-luxeuil"].startswith("secret statistique : env.\xa0entre ")
    legende = {entree.texte: (entree.signe, entree.compte) for entree in coloration.legende}
    inconnus = sum(forme == "repere" for forme in vue.formes.values())
    assert legende["secret statistique"] == (CROISEES, 1)
    assert legende["non calculable : périmètre inconnu"] == (HACHURES, inconnus)
    cpts = tuple(part.fiches.index)
    classes = as_data(coloration, cpts)["classes"]
    assert classes[cpts.index("cpts-luxeuil")] == -1
    assert len(coloration.classes) + 1 + inconnus == len(vue.formes)


def test_a_file_that_says_nothing_of_a_cpts_is_no_unknown_perimeter(officialise):
    calcul = {"methode": "moyenne", "variable": "x", "poids": "x"}
    atlas = officialise({"x": {"70550": 3.0}}, make_indicateur("x_2024", "2024", calcul))
    vue = make_vue(atlas, Filtres(indicatifs=False))
    coloration = make_coloration(atlas, vue, "x_2024")
    comptes = {entree.texte: entree.compte for entree in coloration.legende}
    dessinees = sum(forme != "repere" for forme in vue.formes.values())
    assert comptes["non calculable : donnée absente"] == dessinees - len(coloration.classes)
    masquees = sum(
        forme == "repere" and bool(vue.fiches["dessinee"][i]) for i, forme in vue.formes.items()
    )
    assert comptes["non calculé : périmètre indicatif masqué"] == masquees > 0


def test_what_does_not_add_up_is_hatched_and_leads_to_its_level(officialise, tmp_path):
    calcul = {"methode": "par_commune", "variable": "x"}
    atlas = officialise({"x": {"70550": 3.0}}, make_indicateur("x_2024", "2024", calcul))
    vue = make_vue(atlas, Filtres())
    coloration = make_coloration(atlas, vue, "x_2024")
    assert (coloration.classes, coloration.legende[0].signe) == ({}, HACHURES)
    assert coloration.legende[0].texte.startswith("non agrégeable")
    nom = write_jeu(atlas, vue, tuple(atlas.fiches.index), tmp_path, {})
    replis = json.loads((tmp_path / nom).read_text(encoding="utf-8"))["replis"]
    assert {niveau for niveau, _ in replis["x_2024"].values()} == {"communes"}
    assert "densite" not in replis
    assert {niveau for niveau, _ in replis["population"].values()} == {"cpts"}


def test_a_series_is_listed_once_and_its_years_beside(serie, tmp_path):
    vue = make_vue(serie, Filtres())
    nom = write_jeu(serie, vue, tuple(serie.fiches.index), tmp_path, {})
    jeu = json.loads((tmp_path / nom).read_text(encoding="utf-8"))
    assert {ind: libelle for ind, libelle in jeu["choix"] if ind.startswith("essai")} == {
        "essai_2024": "Essai (2023–2024)"
    }
    assert jeu["series"] == {"essai_2024": [["essai_2023", "2023"], ["essai_2024", "2024"]]}
    assert {"essai_2023", "essai_2024"} <= jeu["colorations"].keys()


def test_one_scale_cuts_every_year_of_a_series(serie):
    vue = make_vue(serie, Filtres())
    avant, apres = (make_coloration(serie, vue, f"essai_{an}") for an in ("2023", "2024"))
    mots = [[e.texte for e in c.legende if e.signe in c.palette] for c in (avant, apres)]
    assert mots[0] == mots[1]
    assert "les mêmes pour toutes les années" in avant.methode
    valeurs = {
        an: values_by_cpts(serie, serie.registre[f"essai_{an}"])["valeur"]
        for an in ("2023", "2024")
    }
    paires = [
        (valeurs[an][i], coloration.classes[i])
        for an, coloration in (("2023", avant), ("2024", apres))
        for i in coloration.classes
    ]
    # Of two values of any years, the greater one is never in a class below.
    assert [classe for _, classe in sorted(paires)] == sorted(classe for _, classe in paires)
    for coloration in (avant, apres):
        comptes = [e.compte for e in coloration.legende if e.signe in coloration.palette]
        assert sum(comptes) == len(coloration.classes)
