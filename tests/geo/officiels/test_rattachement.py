"""Every row lands once: absorbed communes, arrondissements, codes that nothing explains."""

import pytest

from geo.erreurs import DonneesInvalides
from geo.officiels.choix import Choix

LITS = Choix(colonne="Lits", agreger="somme", millesime="2020")
# Georfans (70264) and Vellechevreux (70530) were absorbed by Belles-Fontaines (70180).
GEORFANS, VELLECHEVREUX, BELLES_FONTAINES = "70264", "70530", "70180"


def read(csv, *lignes, choix=LITS):
    return csv("Code INSEE;Lits;Population\n" + "\n".join(lignes) + "\n", choix)


def messages(examen):
    return " ".join(remarque.message for remarque in examen.remarques)


def test_counts_of_absorbed_communes_add_up_in_their_successor(csv):
    examen = read(csv, f"{GEORFANS};2;50", f"{VELLECHEVREUX};3;120", f"{BELLES_FONTAINES};4;200")
    agregats = examen.indicateurs[0].agregats
    assert agregats[f"commune:{BELLES_FONTAINES}"].valeur == 9
    assert agregats["departement:70"].valeur == 9
    assert "2 communes absorbées" in messages(examen)
    assert f"{GEORFANS} → {BELLES_FONTAINES} Belles-Fontaines" in messages(examen)


def test_rates_of_absorbed_communes_are_weighted(csv):
    taux = Choix(colonne="Lits", agreger="moyenne par Population", unite="%")
    examen = read(csv, f"{GEORFANS};10;50", f"{VELLECHEVREUX};40;150", choix=taux)
    assert examen.indicateurs[0].agregats[f"commune:{BELLES_FONTAINES}"].valeur == pytest.approx(
        32.5
    )


def test_a_commune_of_which_a_part_is_not_known_is_not_known(csv):
    examen = read(csv, f"{GEORFANS};2;50", f"{VELLECHEVREUX};nd;120")
    chiffre = examen.indicateurs[0].agregats[f"commune:{BELLES_FONTAINES}"]
    assert (chiffre.valeur, chiffre.part_pct, chiffre.manquantes) == (2, 0, 1)


@pytest.mark.parametrize("ville", ["75056;7;300", "75056;;", "75056;nd;300"])
def test_a_city_there_both_ways_is_counted_once(csv, ville):
    examen = read(csv, ville, "75101;3;100", "75102;4;200")
    # The atlas has not Paris: its department is the highest level that the file covers.
    assert examen.indicateurs[0].chiffres["departement:75"].valeur == 7
    assert "compté une seule fois" in messages(examen)


def test_arrondissements_alone_are_their_city(csv):
    examen = read(csv, "69381;3;100", "69382;4;200")
    assert examen.indicateurs[0].chiffres["departement:69"].valeur == 7
    assert "2 arrondissements" in messages(examen)


def test_what_cannot_be_brought_is_listed_with_its_population(csv):
    examen = read(csv, "70999;2;1 234", "70311;5;7000")
    assert "70999 (1\u202f234 habitants)" in messages(examen)
    chiffres = examen.indicateurs[0].chiffres
    assert chiffres["departement:70"].valeur == 7
    assert chiffres["cpts:cpts-luxeuil"].valeur == 5


def test_a_code_of_no_department_is_in_no_total(csv):
    examen = read(csv, "99999;2;1234", "70311;5;7000")
    assert "99999 (1\u202f234 habitants)" in messages(examen)
    assert "departement:" not in " ".join(
        c for c in examen.indicateurs[0].chiffres if c.endswith("99")
    )


def test_a_repeated_row_counts_once_and_a_contradiction_blocks(csv):
    examen = read(csv, "70311;5;7000", "70311;5;7000")
    assert examen.indicateurs[0].chiffres["departement:70"].valeur == 5
    with pytest.raises(DonneesInvalides, match="70311"):
        read(csv, "70311;5;7000", "70311;6;7000")


def test_zeros_and_decimals_of_codes_are_put_right(csv):
    examen = read(csv, "1004.0;5;14000", "1005;1;1700", "70311;2;7000")
    assert examen.indicateurs[0].chiffres["departement:01"].valeur == 6
    assert "remis en cinq caractères" in messages(examen)


def test_a_file_covers_a_region_only_with_all_its_departments(csv):
    examen = read(csv, "70311;5;7000")
    assert {"region:27", "france"}.isdisjoint(examen.indicateurs[0].chiffres)
    tous = ("21054", "25056", "39300", "58194", "70311", "71270", "89024", "90010")
    examen = read(csv, *(f"{code};1;10" for code in tous))
    assert examen.indicateurs[0].chiffres["region:27"].valeur == 8
    assert 0 < examen.indicateurs[0].chiffres["region:27"].part_pct < 100
    assert "france" not in examen.indicateurs[0].chiffres


def test_an_indicative_perimeter_aggregates_and_says_so(csv, atlas):
    examen = read(csv, "70311;5;7000")
    assert atlas.is_indicatif("cpts-luxeuil")
    assert examen.indicateurs[0].chiffres["cpts:cpts-luxeuil"].indicatif
    assert not examen.indicateurs[0].chiffres["departement:70"].indicatif


def test_a_commune_absorbed_by_another_department_follows_it(csv, atlas):
    # Le Puy-Saint-Bonnet (Deux-Sèvres) is part of Cholet (Maine-et-Loire).
    table = atlas.absorbees.set_index("code_commune")["code_commune_successeur"]
    assert table["79224"] == "49099"
    examen = read(csv, "79224;3;900")
    assert examen.indicateurs[0].chiffres["departement:49"].valeur == 3
    assert "departement:79" not in examen.indicateurs[0].chiffres
