"""The sentence that says what a map shows."""

from rendu.carte.vue import make_vue
from ui.commun.adresse import Filtres
from ui.commun.synthese import map_sentence


def test_the_filter_of_stages_restricts_the_map_and_never_the_coverage(atlas):
    filtres = Filtres(dep=("70", "90"), statut=("lancee", "emergence"))
    phrase = map_sentence(atlas, make_vue(atlas, filtres), filtres)
    assert "toutes les étapes" not in phrase
    assert phrase.endswith(" (ce filtre restreint la carte, jamais la couverture).")


def test_a_sentence_begins_with_a_capital(atlas):
    filtres = Filtres(dep=("71",), statut=("emergence",))
    vue = make_vue(atlas, filtres)
    seule = vue.fiches[~vue.fiches["dessinee"]]
    assert len(vue.fiches) == len(seule) == 1
    assert map_sentence(atlas, vue, filtres).startswith("La seule CPTS montrée est sans périmètre")
