"""What the browser holds of the colours: every indicator, in the order of the outlines' file."""

import json
import re

import pytest

from rendu.carte.coloration import make_coloration
from rendu.carte.jeu import as_data, write_jeu
from rendu.carte.vue import make_vue
from rendu.mots.indicateurs import map_choices
from ui.commun.adresse import Filtres

ANGLAIS_OU_VIDE = re.compile(r"\b(nan|None|null|undefined|N/A)\b")


@pytest.mark.parametrize("indicatifs", [True, False])
def test_every_choice_is_there_with_its_words(atlas, tmp_path, indicatifs):
    vue = make_vue(atlas, Filtres(indicatifs=indicatifs))
    cpts = tuple(atlas.fiches.index)
    nom = write_jeu(atlas, vue, cpts, tmp_path)
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
        write_jeu(atlas, make_vue(atlas, Filtres(dep=dep)), cpts, tmp_path)
        for dep in ((), (), ("70",))
    )
    assert tout == meme != reduit
