"""A total written among the communes is not counted with them; a commune in several rows is never halved in silence."""

import pytest

from geo.erreurs import DonneesInvalides
from geo.officiels.choix import Choix

LITS = Choix(colonne="Lits", agreger="somme")
APPROCHE = "qui peu"


@pytest.fixture
def communes(atlas):
    """Return the communes of Haute-Saône, and those of one of its EPCI of at least four."""
    siennes = atlas.communes[atlas.communes["code_departement"] == "70"]
    taille = siennes["siren_epci"].value_counts()
    epci = next(
        s for s in taille.index if 4 <= taille[s] == (atlas.communes["siren_epci"] == s).sum()
    )
    return [*siennes.index], [*siennes.index[siennes["siren_epci"] == epci]]


def read(csv, valeurs, choix=LITS, titres="Lits"):
    lignes = (f"{code};{valeur}" for code, valeur in valeurs)
    return csv(f"Code INSEE;{titres}\n" + "\n".join(lignes) + "\n", choix)


def total(examen):
    return examen.indicateurs[0].chiffres["departement:70"].valeur


def left_out(examen):
    return [
        r.message.rpartition(" : ")[2].rstrip(".")
        for r in examen.remarques
        if APPROCHE in r.message
    ]


@pytest.mark.parametrize("code", ["70999", "70000", "70990", "70ZZZ", "7000D", "70"])
def test_the_total_of_a_department_is_not_counted_again(csv, communes, code):
    tous, _ = communes
    examen = read(csv, [*((c, 3) for c in tous), (code, 3 * len(tous))])
    assert total(examen) == 3 * len(tous)
    # A code that is no commune's in any way is said with the rows without one.
    assert any(code in r.message for r in examen.remarques)
    assert not any("compte dans son département" in r.message for r in examen.remarques)


def test_the_total_of_an_epci_is_not_counted_again(csv, communes):
    tous, epci = communes
    examen = read(csv, [*((c, 40) for c in tous), ("70998", 40 * len(epci))])
    assert total(examen) == 40 * len(tous)
    assert left_out(examen) == ["70998"]


def test_totals_of_several_levels_and_a_commune_unknown_to_the_cog(csv, communes):
    tous, epci = communes
    lignes = [*((c, 40) for c in tous), ("70997", 5)]
    lignes += [("70998", 40 * len(epci)), ("70999", 40 * len(tous) + 5)]
    examen = read(csv, lignes)
    assert total(examen) == 40 * len(tous) + 5
    assert left_out(examen) == ["70998, 70999"]
    assert any(
        "70997" in r.message and "compte dans son département" in r.message
        for r in examen.remarques
    )


def test_totals_of_a_region_and_of_france_are_not_counted_again(csv, communes):
    tous, _ = communes
    lignes = [*((c, 3) for c in tous), ("21054", 7), ("13055", 11)]
    lignes += [("70999", 3 * len(tous) + 7), ("70998", 3 * len(tous) + 18)]
    examen = read(csv, lignes)
    assert total(examen) == 3 * len(tous)
    assert left_out(examen) == ["70999, 70998"]


def test_a_department_that_the_data_have_not_has_its_total_left_out_too(csv):
    lignes = [("13001", 4), ("13002", 5), ("13003", 6), ("13999", 15), ("70311", 1)]
    assert read(csv, lignes).indicateurs[0].chiffres["departement:13"].valeur == 15


@pytest.mark.parametrize(
    "choix",
    [
        Choix(agreger="rapport Lits/Pop", unite="%"),
        Choix(colonne="Lits", agreger="moyenne par Pop", unite="%"),
    ],
)
def test_a_total_does_not_weigh_in_a_rate(csv, communes, choix):
    tous, _ = communes
    n = len(tous)
    lignes = [*((c, f"{i % 7};{50 + i}") for i, c in enumerate(tous))]
    attendu = total(read(csv, lignes, choix, "Lits;Pop"))
    lits, pop = sum(i % 7 for i in range(n)), sum(50 + i for i in range(n))
    haut = lits if "rapport" in choix.agreger else 99
    assert total(read(csv, [*lignes, ("70999", f"{haut};{pop}")], choix, "Lits;Pop")) == attendu


def test_cells_that_are_not_known_do_not_hide_a_total(csv, communes):
    tous, _ = communes
    lignes = [*((c, 3) for c in tous[1:]), (tous[0], "nd"), ("70999", 3 * len(tous))]
    examen = read(csv, lignes)
    assert left_out(examen) == ["70999"]
    assert total(examen) == 3 * (len(tous) - 1)


def test_decimals_are_added_to_their_rounding(csv, communes):
    tous, _ = communes
    examen = read(
        csv, [*((c, "1,4") for c in tous), ("70999", f"{1.42 * len(tous):.1f}".replace(".", ","))]
    )
    assert left_out(examen) == ["70999"]


def test_a_small_figure_that_is_an_epci_s_by_chance_is_kept(csv, communes):
    tous, epci = communes
    examen = read(csv, [*((c, 1) for c in tous), ("70998", len(epci))])
    assert left_out(examen) == []
    assert total(examen) == len(tous) + len(epci)


def test_what_is_worth_something_else_is_kept(csv, communes):
    tous, _ = communes
    examen = read(csv, [*((c, 3) for c in tous), ("70999", 3 * len(tous) - 1)])
    assert left_out(examen) == []
    assert total(examen) == 6 * len(tous) - 1


PARTIES = "Code INSEE;IRIS;Lits;Population\n70311;101;5;700\n70311;102;5;700\n70550;101;6;900\n"


@pytest.mark.parametrize("choix", [LITS, Choix(colonne="Lits", agreger="moyenne par Population", unite="%"),
                                   Choix(colonne="Lits"), Choix(agreger="rapport Lits/Population", unite="%")])  # fmt: skip
@pytest.mark.parametrize("titre", ["IRIS", "Âge", "Sexe"])
def test_equal_parts_of_a_commune_are_not_taken_for_one_row(csv, choix, titre):
    with pytest.raises(DonneesInvalides) as refus:
        csv(PARTIES.replace("IRIS", titre), choix)
    (probleme,) = [p for p in refus.value.problemes if "plusieurs lignes" in p.message]
    assert f"« {titre} »" in probleme.message
    assert "70311" in probleme.message
    assert "70550" not in probleme.message


def test_rows_that_differ_by_the_name_of_the_commune_alone_are_one(csv):
    examen = csv("Code INSEE;Commune;Lits\n70311;Luxeuil;5\n70311;LUXEUIL-LES-BAINS;5\n", LITS)
    assert total(examen) == 5
    assert any("1 ligne répétée" in r.message and "70311" in r.message for r in examen.remarques)


def test_the_parts_of_a_commune_may_say_one_word(csv):
    texte = "Code INSEE;Quartier;Zone\n70311;A;ZIP\n70311;B;ZIP\n"
    examen = csv(texte, Choix(colonne="Zone", nature="categorie"))
    assert examen.indicateurs[0].communes == 1
