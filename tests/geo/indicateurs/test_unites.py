"""A unit is read by one reader: its factor and its being a share never disagree."""

import pytest

from geo.indicateurs.unites import read_unite


@pytest.mark.parametrize(
    "texte",
    ["%", " % ", "en %", "En %", "(%)", "(en %)", "pct", "Pct", "en pct", "pour cent", "p. cent", "pourcentage", "pour 100", "p. 100",
     "part en %", "part (%)", "taux (en %)", "en pourcentage"],
)  # fmt: skip
def test_per_cent_is_written_one_way(texte):
    lue = read_unite(texte)
    assert (lue.texte, lue.facteur, lue.en_pct) == ("%", 100.0, True)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("% des habitants", "% des habitants"),
        ("en % des 16 ans et plus", "% des 16 ans et plus"),
        ("% par an", "% par an"),
    ],
)
def test_what_per_cent_is_of_is_kept(texte, attendu):
    assert (read_unite(texte).texte, read_unite(texte).en_pct) == (attendu, True)


@pytest.mark.parametrize(
    ("texte", "facteur"),
    [
        ("‰", 1e3), ("en ‰", 1e3), ("pour mille", 1e3), ("pour 1 000", 1e3), ("pour 1 000 habitants", 1e3), ("p. 1000", 1e3),
        ("médecins pour 100 000 habitants", 1e5), ("pour 100 000 habitants", 1e5),
        ("pour 100000 habitants", 1e5), ("pour 100\u202f000 habitants", 1e5), ("Pour 10.000 habitants", 1e4),
        ("ETP/100 000 hab.", 1e5), ("par 100 000 habitants", 1e5), ("pour cent mille habitants", 1e5), ("pour un million", 1e6),
        ("médecins pour 100 habitants", 1e2), ("lits pour 100 habitants", 1e2),
        ("habitants", 1), ("km", 1), ("", 1), ("consultations par an et par habitant standardisé", 1), ("hab./km²", 1),
        ("indice (base 100 en 2015)", 1), ("pouranges", 1),
    ],
)  # fmt: skip
def test_the_factor_of_what_is_no_share(texte, facteur):
    assert (read_unite(texte).facteur, read_unite(texte).en_pct) == (facteur, False)
