"""What can be read and makes no sense: each cause is one line, with its rows and its remedy."""

import pytest

from geo.erreurs import DonneesInvalides, Severite
from geo.officiels.choix import Choix

CODES = ("70311", "70550", "70258", "70001")
PART = Choix(colonne="Part", unite="%", millesime="2024")
MOYENNE = Choix(colonne="Taux", agreger="moyenne pondérée par Poids", unite="jours")
RAPPORT = Choix(agreger="rapport Sans/Tous", unite="%", millesime="2024")
SOMME = Choix(colonne="Lits", agreger="somme", unite="lits")


def write(titres: str, *lignes: str) -> str:
    siennes = (f"{code};{ligne}\n" for code, ligne in zip(CODES, lignes, strict=False))
    return f"Code INSEE;{titres}\n{''.join(siennes)}"


@pytest.fixture
def remarks(csv):
    """List what an examination says, but for what only informs, the missing year and what is withheld, refused or not."""

    def list_remarks(choix, titres, *lignes):
        try:
            dites = csv(write(titres, *lignes), choix).remarques
        except DonneesInvalides as refus:
            dites = refus.problemes
        return [
            dit
            for dit in dites
            if dit.severite is not Severite.INFORMATION and dit.choix not in ("millesime", "seuil")
        ]

    return list_remarks


def only(dites, severite):
    (dit,) = dites
    assert dit.severite is severite
    assert dit.remede
    return dit.message


@pytest.mark.parametrize("faux", ["120", "100,2", "-3", "-0,2 %", "1e5"])
@pytest.mark.parametrize(
    "choix", [PART, Choix(colonne="Part", agreger="moyenne pondérée par P", unite="en %")]
)
def test_a_share_outside_of_its_range_blocks(remarks, choix, faux):
    message = only(remarks(choix, "Part;P", "50;10", f"{faux};10", "NS;10"), Severite.BLOQUANT)
    assert "sort de 0 à 100" in message
    assert f"ligne 3 « {faux} »" in message
    assert "ligne 2" not in message


@pytest.mark.parametrize("juste", ["0", "100", "100,04", "NS", "", "99,9 %"])
def test_a_share_within_its_range_up_to_rounding_is_not_spoken_of(remarks, juste):
    assert remarks(PART, "Part", "50", juste) == []


@pytest.mark.parametrize(
    "choix",
    [
        Choix(colonne="Part", unite="% par an"),
        Choix(colonne="Part", unite="%", libelle="Évolution des lits"),
        Choix(colonne="Part", unite="%", libelle="Taux de variation des lits"),
        Choix(colonne="Part", unite="jours"),
    ],
)
def test_an_evolution_and_what_is_no_share_may_pass_it(remarks, choix):
    assert remarks(choix, "Part", "-20", "130") == []


def test_an_evolution_that_is_divided_is_not_cut_at_zero(csv):
    examen = csv(
        write("Solde;Tous", "-20;100"), Choix(agreger="rapport Solde/Tous", unite="% par an")
    )
    assert examen.indicateurs[0].chiffres["departement:70"].valeur == -20


def test_a_numerator_above_its_denominator_blocks_and_a_rounding_is_to_be_looked_at(remarks):
    message = only(remarks(RAPPORT, "Sans;Tous", "3;10", "130;107", "NS;20"), Severite.BLOQUANT)
    assert "le numérateur « Sans » dépasse « Tous » : ligne 3." in message
    for haut, bas in (("108", "107"), ("12,01", "12")):
        message = only(remarks(RAPPORT, "Sans;Tous", "3;13", f"{haut};{bas}"), Severite.A_VERIFIER)
        assert "d'un arrondi : ligne 3" in message
    deux = remarks(RAPPORT, "Sans;Tous", "3;13", "108;107", "130;107", "5;0")
    assert [dit.severite for dit in deux] == [Severite.BLOQUANT, Severite.A_VERIFIER]
    assert "ligne 4, ligne 5" in deux[0].message


def test_a_negative_numerator_of_a_share_blocks(remarks):
    message = only(remarks(RAPPORT, "Sans;Tous", "-3;13", "4;13"), Severite.BLOQUANT)
    assert "négatif : ligne 2" in message


def test_shares_written_as_fractions_of_one_are_to_be_looked_at(remarks):
    message = only(remarks(PART, "Part", "0,12", "0,4", "0", "NS"), Severite.A_VERIFIER)
    assert "0,12 pour 12 %" in message
    assert "ligne 2 « 0,12 », ligne 3 « 0,4 »" in message
    assert remarks(PART, "Part", "0,12", "1,4") == []
    assert remarks(PART, "Part", "0", "0") == []


@pytest.mark.parametrize("cellules", [("1,234", "12", "987"), ("1.234", "0"), ("1,234", "2,345")])
def test_thousands_of_a_count_that_are_read_as_decimals_are_to_be_looked_at(remarks, cellules):
    message = only(remarks(SOMME, "Lits", *cellules), Severite.A_VERIFIER)
    assert f"« {cellules[0]} » est lu 1,234" in message
    assert "ligne 2" in message
    assert "1234" in message


@pytest.mark.parametrize(
    "cellules", [("1,234", "12,5"), ("1,234", "1234"), ("0,234", "2"), ("12", "987")]
)
def test_other_decimals_or_longer_numbers_tell_that_they_are_decimals(remarks, cellules):
    assert remarks(SOMME, "Lits", *cellules) == []


def test_the_decimals_of_a_rate_may_all_be_three(remarks):
    assert remarks(MOYENNE, "Taux;Poids", "1,234;10", "2,345;10") == []
    assert "1,234" in only(remarks(MOYENNE, "Taux;Poids", "1,234;10", "2;10"), Severite.A_VERIFIER)


def test_a_weight_of_nothing_is_said_with_what_becomes_of_its_rows(remarks):
    message = only(
        remarks(MOYENNE, "Taux;Poids", "4;10", "5;0", "0;0", "NS;0"), Severite.A_VERIFIER
    )
    assert "1 ligne" in message
    assert "aucune moyenne de territoire (ligne 3)" in message
    pour_mille = Choix(agreger="rapport Sans/Tous", unite="pour 1 000 habitants")
    message = only(remarks(pour_mille, "Sans;Tous", "4;10", "5;0"), Severite.A_VERIFIER)
    assert "numérateur de leurs territoires" in message
    assert "ligne 3" in message


@pytest.mark.parametrize("choix", [MOYENNE, RAPPORT])
def test_weights_that_are_all_zero_block_in_one_line(remarks, choix):
    titres = "Taux;Poids" if choix is MOYENNE else "Sans;Tous"
    message = only(remarks(choix, titres, "0;0", "0;0"), Severite.BLOQUANT)
    assert "ne vaut que 0" in message


def test_a_negative_weight_blocks_in_one_line(remarks):
    message = only(remarks(RAPPORT, "Sans;Tous", "3;10", "3;-10"), Severite.BLOQUANT)
    assert "« Tous » est négatif : ligne 3" in message


def test_a_column_that_writes_pct_is_no_count_and_wants_its_unit(remarks):
    message = only(remarks(SOMME, "Lits", "12 %", "3"), Severite.BLOQUANT)
    assert "« Lits »" in message
    assert "ligne 2" in message
    message = only(remarks(MOYENNE, "Taux;Poids", "12 %;10", "3;10"), Severite.A_VERIFIER)
    assert "en « jours »" in message
    assert only(remarks(MOYENNE, "Taux;Poids", "12;10 %", "3;10"), Severite.BLOQUANT)


def test_the_years_of_a_table_are_one_line(remarks):
    choix = Choix(colonne="Part", unite="%")
    message = only(remarks(choix, "Année;Part", "2022;120", "2023;130"), Severite.BLOQUANT)
    assert "ligne 2 « 120 », ligne 3 « 130 »" in message
