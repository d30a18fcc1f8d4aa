"""Names of indicators side by side."""

from dataclasses import replace

from rendu.mots.indicateurs import distinct_labels


def test_a_name_that_another_one_has_says_its_vintage_then_its_source_then_its_identifier(atlas):
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
    assert label({}, {}) == ["X, i0", "X, i1"]
    assert label({}, pris=["X"]) == ["X, 2022"]
    assert label({"libelle": "X (2022)"}, pris=["X (2022)"]) == [f"X (2022), {titre}"]
