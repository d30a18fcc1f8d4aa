"""Names of indicators side by side."""

from dataclasses import replace

from rendu.mots.indicateurs import bounds_text, distinct_labels, write_number


def test_a_name_that_another_one_has_says_what_differs_and_its_identifier_last(atlas):
    une, deux = atlas.sources.index[:2]
    modele = replace(atlas.registre["densite"], libelle="X", millesime="2022", sources=(une,))

    def label(*autres, pris=()):
        siens = [
            replace(modele, identifiant=f"i{rang}", **autre) for rang, autre in enumerate(autres)
        ]
        return [*distinct_labels(atlas, siens, pris).values()]

    titre, autre_titre = (atlas.sources.loc[i, "titre"] for i in (une, deux))
    assert label({}, {"libelle": "Y"}) == ["X", "Y"]
    assert label({}, {"millesime": "2023"}) == ["X, 2022", "X, 2023"]
    assert label({}, {"sources": (deux,)}) == [f"X, {titre}", f"X, {autre_titre}"]
    assert label({"unite": "lits"}, {"unite": "places"}) == ["X, en lits", "X, en places"]
    colonnes = label({"colonnes": ("A",)}, {"colonnes": ("B",)})
    assert colonnes == ["X, colonne « A »", "X, colonne « B »"]
    assert label({"definition": "Un."}, {"definition": "Deux."}) == ["X, Un.", "X, Deux."]
    assert label({}, {}) == ["X, i0", "X, i1"]
    assert label({}, pris=["X"]) == ["X, 2022"]
    assert label({"libelle": "X (2022)"}, pris=["X (2022)"]) == [f"X (2022), {titre}"]


def test_a_count_is_never_written_as_none_and_its_decimals_stop_where_they_do_not_matter(atlas):
    postes = replace(atlas.registre["population"], serie="postes", decimales=1, decimales_carte=1)
    for valeur, texte in (
        (1234.56, "1\u202f235"),
        (12.34, "12,3"),
        (12.0, "12"),
        (0.4, "0,4"),
        (0.04, "0,04"),
        (-0.04, "−0,04"),
        (0.1 + 0.2 - 0.3, "0"),
        (-0.0, "0"),
        (-6.0, "−6"),
    ):
        assert write_number(postes, valeur) == texte
    entiers = replace(postes, decimales=0, decimales_carte=0)
    assert write_number(entiers, 0.4) == "0,4"
    assert write_number(entiers, 12.4) == "12"


def test_the_bounds_of_a_count_are_rounded_away_from_each_other_as_they_are_written(atlas):
    postes = replace(atlas.registre["population"], serie="postes", decimales=1)
    assert bounds_text(postes, (123.6, 130.2)) == "entre 123 et 131"
    assert bounds_text(postes, (0.04, 12.34)) == "entre 0 et 12,4"
    assert bounds_text(postes, (-3.21, 4)) == "entre −3,3 et 4"


def test_a_balance_bears_its_sign(atlas):
    solde = replace(atlas.registre["population"], signe=True)
    assert solde.is_solde
    assert [write_number(solde, v) for v in (12, -12, 0)] == ["+12", "−12", "0"]
    assert not atlas.registre["population"].is_solde
