"""A year is one from 1990 to the next, however it is written; anything else is said and stops the import."""

import pytest

from geo.erreurs import DonneesInvalides
from geo.officiels import annees
from geo.officiels.annees import last_annee, read_annee, read_millesime
from geo.officiels.choix import Choix, check_choix
from geo.officiels.ecriture import find_unsaid

LUXEUIL, VESOUL = "70311", "70550"
LITS = Choix(colonne="Lits", agreger="somme", unite="lits", source="Synthétique")


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("2021", "2021"), (" 2021 ", "2021"), ("2021.0", "2021"), ("2021,00", "2021"), ("01/01/2021", "2021"),
        ("31-12-2021", "2021"), ("2021-12-31", "2021"), ("2021-12-31 00:00:00", "2021"), ("2021-01-01T00:00:00", "2021"),
        ("2017-2023", "2017–2023"), ("2017–2023", "2017–2023"), ("2017/2023", "2017–2023"), ("2017 à 2023", "2017–2023"),
        ("1990", "1990"),
    ],
)  # fmt: skip
def test_a_year_is_read_as_files_write_it(texte, attendu):
    assert read_millesime(texte) == attendu


@pytest.mark.parametrize(
    "texte",
    ["20222", "abc", "1789", "1989", "2199", "0", "", "2021.5", "2021 2022", "2023-2017", "2021-2021", "1789-2021", "2021-2199",
     "01/01/1789", "01/01/21", "-2021", "２０２１", "2021-T1"],
)  # fmt: skip
def test_what_is_no_year_is_refused(texte):
    assert read_millesime(texte) == ""
    if texte:
        with pytest.raises(ValueError, match="--millesime"):
            check_choix(Choix(millesime=texte))


def test_next_year_follows_the_calendar(monkeypatch):
    class Horloge(annees.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2030, 5, 1, tzinfo=tz)

    assert read_millesime(str(last_annee() + 1)) == ""
    monkeypatch.setattr(annees, "datetime", Horloge)
    assert last_annee() == 2031
    assert read_millesime("2031") == "2031"
    assert read_millesime("2032") == ""
    assert read_annee("projection_2031.csv") == "2031"


def test_rows_of_no_year_are_listed_and_block(csv):
    lignes = "".join(f"{LUXEUIL};{an};4\n" for an in ("2020", "20222", "", "1789", "abc", "2021.0"))
    with pytest.raises(DonneesInvalides) as refus:
        csv(f"Code INSEE;Année;Lits\n{lignes}", LITS)
    (probleme,) = [p for p in refus.value.problemes if "Année" in p.message]
    assert "4 cellules" in probleme.message
    for cas in ("ligne 3 « 20222 »", "ligne 4 « (vide) »", "ligne 5 « 1789 »", "ligne 6 « abc »"):
        assert cas in probleme.message


def test_one_year_written_in_several_ways_is_one(csv):
    texte = f"Code INSEE;Année;Lits\n{LUXEUIL};2021.0;4\n{VESOUL};01/01/2021;5\n{LUXEUIL};2022;6\n"
    examen = csv(texte, LITS)
    assert [(i.nom, i.chiffres["departement:70"].valeur) for i in examen.indicateurs] == [
        ("lits_2021", 9),
        ("lits_2022", 6),
    ]


def test_an_empty_column_of_years_leaves_the_option_its_say(csv):
    choix = Choix(colonne="Lits", agreger="somme", millesime="2021.0")
    examen = csv(f"Code INSEE;Année;Lits\n{LUXEUIL};;4\n", choix)
    assert [i.millesime for i in examen.indicateurs] == ["2021"]


def test_a_year_that_no_option_check_has_seen_does_not_get_in(csv):
    choix = Choix(colonne="Lits", unite="lits", source="Synthétique", millesime="20222")
    examen = csv(f"Code INSEE;Lits\n{LUXEUIL};4\n", choix)
    assert ["20222" in p.message for p in find_unsaid(examen.indicateurs)] == [True]


@pytest.mark.parametrize("titre", ["P68_POP", "P89_POP"])
def test_a_title_of_a_year_too_far_gives_no_indicator(csv, titre):
    autres = titre.replace("POP", "POP0014")
    examen = csv(f"CODGEO;P22_POP;P22_POP0014;{titre};{autres}\n{LUXEUIL};100;10;90;9\n")
    assert {i.millesime for i in examen.indicateurs} == {"2022"}
