"""Published statistics on the drawing: which stand beside a territory, and which contradict one another."""

import pytest

from geo.chargement import load
from geo.erreurs import DonneesInvalides, Severite
from geo.indicateurs.territoire import parse_territoire
from geo.regles.statistiques import (
    DENSITE,
    PART,
    TELLES,
    Contradiction,
    find_contradictions,
    list_contexte,
)

TABLES = {
    "statistiques_indicateurs": "indicateur,libelle,unite,notion,forme\n"
    "part_sans_medecin_traitant,Sans médecin traitant,%,sans_medecin,part\n"
    "nombre_sans,Personnes sans médecin,,sans_medecin,nombre\n"
    "densite,Densité de généralistes,,generalistes,\n",
    "statistiques_bases": "base,libelle,pour\npopulation,toute la population,\n"
    "ald,patients en ALD,\npour_1000,pour 1 000 habitants,1000\npour_10000,pour 10 000 habitants,10000\n",
}
ENTETE = "zone,code_zone,indicateur,valeur,qualificatif,base,date,source_id\n"


@pytest.fixture
def lire(dossier):
    """Load the drawing with some rows of ``statistiques.csv``; a second source is « bis »."""
    with (dossier / "sources.csv").open("a", encoding="utf-8") as fichier:
        fichier.write("bis,Autre,Journal,,,\n")

    def lire_lignes(*lignes: str):
        tables = TABLES | {"statistiques": ENTETE + "".join(f"{ligne}\n" for ligne in lignes)}
        for nom, texte in tables.items():
            (dossier / f"{nom}.csv").write_text(texte, encoding="utf-8")
        return load(dossier)

    return lire_lignes


def places(atlas, *adresses: str) -> list[int]:
    return list(list_contexte(atlas, [parse_territoire(atlas, a) for a in adresses]).index)


LIGNES = (
    "france,FR,densite,8,egal,pour_10000,2023,cp",
    "france,FR,part_sans_medecin_traitant,11,egal,population,2021,cp",
    "region,27,part_sans_medecin_traitant,12,egal,population,2021,cp",
    "region,44,part_sans_medecin_traitant,13,egal,population,2021,cp",
    "departement,70,densite,7,egal,pour_10000,2023,cp",
    "departement,21,part_sans_medecin_traitant,9,egal,population,,cp",
    "departement,21,part_sans_medecin_traitant,8,egal,population,2020,cp",
    "epci,200000001,nombre_sans,40,egal,population,2020,cp",
    "petr,,nombre_sans,70,egal,population,2020,cp",
)


def test_the_nearest_zones_come_first_and_france_only_beside_what_they_have(lire):
    atlas = lire(*LIGNES)
    # Ouest is in department 21 and its EPCI; Est in 70 and in 52, of another region.
    assert places(atlas, "cpts:cpts-ouest") == [7, 6, 5, 2, 1]
    assert places(atlas, "cpts:cpts-est") == [4, 2, 3, 1, 0]
    # Without a perimeter: the department that its sheet names.
    assert places(atlas, "cpts:cpts-loin") == [6, 5, 2, 1]
    assert places(atlas, "dep:21", "dep:70") == [7, 6, 5, 4, 2, 1, 0]
    # A region stands for itself.
    assert places(atlas, "reg:27") == [2, 1]


@pytest.mark.parametrize(
    ("lignes", "attendue"),
    [
        # Department 21 has 300 inhabitants: 30 are 10 per cent.
        (("part_sans_medecin_traitant,20,egal,population,2024", "nombre_sans,30,egal,population,2023-10"),
         ((20, 10), PART)),
        # A bound contradicts what is beyond it, nothing that it contains.
        (("part_sans_medecin_traitant,20,egal,population,2024", "nombre_sans,30,plus_de,population,2023-10"), None),
        (("part_sans_medecin_traitant,5,egal,population,2024", "nombre_sans,30,plus_de,population,2023-10"),
         ((5, 10), PART)),
        (("nombre_sans,20,egal,population,2024", "nombre_sans,30,moins_de,population,2024"), None),
        (("nombre_sans,20,moins_de,population,2024", "nombre_sans,30,egal,population,2024"), ((20, 30), TELLES)),
        (("part_sans_medecin_traitant,14,egal,population,2024", "nombre_sans,30,egal,population,2023"), None),
        # Other people, other times, an unknown time.
        (("part_sans_medecin_traitant,20,egal,ald,2024", "nombre_sans,30,egal,population,2023"), None),
        (("part_sans_medecin_traitant,20,egal,population,2024", "nombre_sans,30,egal,population,2021"), None),
        (("part_sans_medecin_traitant,20,egal,population,", "nombre_sans,30,egal,population,2023"), None),
        (("nombre_sans,20,egal,population,2024", "nombre_sans,30,egal,population,2024"), ((20, 30), TELLES)),
        (("densite,0.5,egal,pour_1000,2024", "densite,8,egal,pour_10000,2025"), ((50, 80), DENSITE)),
        (("densite,0.8,egal,pour_1000,2024", "densite,8,egal,pour_10000,2025"), None),
        # Of two subjects.
        (("densite,20,egal,population,2024", "nombre_sans,300,egal,population,2024"), None),
        (("nombre_sans,0,egal,population,2024", "nombre_sans,30,egal,population,2024"), None),
    ],
)  # fmt: skip
def test_two_sources_contradict_one_another(lire, lignes, attendue):
    une, autre = lignes
    atlas = lire(f"departement,21,{une},cp", f"departement,21,{autre},bis")
    if attendue is None:
        assert find_contradictions(atlas, atlas.statistiques) == []
        return
    (contradiction,) = find_contradictions(atlas, atlas.statistiques)
    valeurs, mesure = attendue
    assert contradiction == Contradiction((0, 1), pytest.approx(valeurs), mesure)


def test_one_source_does_not_contradict_itself_nor_two_zones_each_other(lire):
    part, nombre = (
        "part_sans_medecin_traitant,20,egal,population,2024",
        "nombre_sans,3,egal,population,2024",
    )
    atlas = lire(
        f"departement,21,{part},cp", f"departement,21,{nombre},cp", f"departement,70,{nombre},bis"
    )  # fmt: skip
    assert find_contradictions(atlas, atlas.statistiques) == []


def test_a_folder_without_statistics_has_none(atlas_dessine):
    assert atlas_dessine.statistiques.empty
    assert not [p for p in atlas_dessine.problemes if "statistiques" in p.fichier]
    vide = list_contexte(atlas_dessine, [parse_territoire(atlas_dessine, "dep:21")])
    assert find_contradictions(atlas_dessine, vide) == []


@pytest.mark.parametrize(
    ("ligne", "message"),
    [
        ("departement,21,inconnu,9,egal,population,2020,cp", "dans statistiques_indicateurs.csv"),
        ("departement,21,densite,9,egal,inconnue,2020,cp", "dans statistiques_bases.csv"),
        ("departement,21,densite,9,egal,population,2020,absente", "sans ligne dans sources.csv"),
        ("departement,21,densite,9,presque,population,2020,cp", "colonne « qualificatif »"),
        ("departement,21,densite,beaucoup,egal,population,2020,cp", "colonne « valeur »"),
        ("canton,21,densite,9,egal,population,2020,cp", "colonne « zone »"),
    ],
)
def test_a_fault_of_the_table_is_told(lire, ligne, message):
    with pytest.raises(DonneesInvalides) as info:
        lire(ligne)
    (probleme,) = (p for p in info.value.problemes if p.severite is Severite.BLOQUANT)
    assert probleme.fichier == "statistiques.csv"
    assert message in probleme.message


def test_the_pair_of_the_shipped_data_that_contradicts_itself(atlas):
    trouvees = find_contradictions(atlas, atlas.statistiques)
    lues = [
        [(x["code_zone"], x["valeur"]) for x in (atlas.statistiques.loc[i] for i in c.lignes)]
        for c in trouvees
    ]
    # 27.28 for 10 000 against 441 for 100 000; to be without a généraliste is not to be without a médecin traitant.
    assert lues == [[("FR", 27.28), ("FR", 441)]]
