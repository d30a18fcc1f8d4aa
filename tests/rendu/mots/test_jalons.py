"""Published numbers beside what the data know at the same date, in words."""

from geo.regles.jalons import compare_jalons
from rendu.mots.jalons import CONNU, beside_sentences, make_table_jalons


def test_the_fifth_cpts_of_doubs_stands_beside_the_four_that_are_known(atlas):
    """The release of 30 March 2023 says « cinquième CPTS du Doubs »: one of them has no date in the data."""
    (phrase,) = beside_sentences(atlas, compare_jalons(atlas, ("25",)), "2023-03-30")
    assert phrase == (
        "Doubs : 5 CPTS (lancement officiel) ; dans les données, 4 CPTS : CaPaciTéS Besançon Métropole, les Portes du "
        "Haut-Doubs, le Haut-Doubs forestier et le Pays Horloger (lancée officiellement ou ACI signé). Il manque 1 CPTS dans "
        "les données. Peut-être à compter : sans date (Loue-Lison). Le Haut-Doubs forestier, sur plusieurs départements, "
        "est comptée dans chacun."
    )


def test_every_number_of_the_day_that_has_a_counterpart_is_told(atlas):
    compares = compare_jalons(atlas, ())
    phrases = beside_sentences(atlas, compares, "2022-05-06")
    # Twelve in the region, department by department; the letters of intention have no counterpart.
    assert len(phrases) == 8
    assert phrases[0].startswith(
        "Bourgogne-Franche-Comté : 12 CPTS (projet de santé validé) ; dans les données, 8 CPTS"
    )
    assert "Il manque 4 CPTS dans les données" in phrases[0]
    assert beside_sentences(atlas, compares, "2022-05-07") == []


def test_what_rests_on_hidden_perimeters_is_not_written(atlas):
    compares = compare_jalons(atlas, ())
    montres, masques = (
        make_table_jalons(atlas, compares, indicatifs=avec)[[CONNU, "Différence"]].agg(
            " ".join, axis=1
        )
        for avec in (True, False)
    )
    hypotheses = montres.str.contains("indicatifs")
    assert hypotheses.any()
    assert not masques.str.contains("indicatifs").any()
    assert masques[hypotheses].str.contains("périmètres établis").all()
    assert masques[~hypotheses].equals(montres[~hypotheses])
