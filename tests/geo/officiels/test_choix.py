"""What a planner says of a file is checked: one line a fault, with its remedy, before anything is read of it."""

import pytest

from geo.erreurs import DonneesInvalides
from geo.officiels.choix import Choix, check_choix
from geo.officiels.ecriture import find_unsaid

LUXEUIL, VESOUL = "70311", "70550"
TITRES = "Code INSEE;Commune;Département;Année;Lits;Population;Note;Vide;INSEE bis\n"
TEXTE = (
    f"{TITRES}{LUXEUIL};Luxeuil;70;2021;4;7000;bon;;{LUXEUIL}\n"
    f"{VESOUL};Vesoul;70;2021;6;15000;moyen;;{VESOUL}\n"
)
MESURES = {
    "colonne": lambda titre: Choix(colonne=titre),
    "somme": lambda titre: Choix(colonne=titre, agreger="somme"),
    "poids": lambda titre: Choix(colonne="Lits", agreger=f"moyenne par {titre}"),
    "numerateur": lambda titre: Choix(agreger=f"rapport {titre}/Population"),
    "denominateur": lambda titre: Choix(agreger=f"rapport Lits/{titre}"),
}


def refusals(csv, choix, texte=TEXTE):
    with pytest.raises(DonneesInvalides) as refus:
        csv(texte, choix)
    return [p for p in refus.value.problemes if p.severite == "bloquant"]


@pytest.mark.parametrize("role", MESURES)
@pytest.mark.parametrize(
    ("titre", "attendu"),
    [
        ("Code INSEE", "codes de commune"),
        ("A", "codes de commune"),
        ("Commune", "noms de commune"),
        ("Département", "départements"),
        ("Année", "années"),
        ("Vide", "est vide"),
        ("INSEE bis", "répète les codes"),
        ("Note", "sans nombre"),
    ],
)
def test_a_column_that_counts_nothing_is_one_line(csv, role, titre, attendu):
    (probleme,) = refusals(csv, MESURES[role](titre))
    assert attendu in probleme.message
    assert "Choisir" in probleme.remede


@pytest.mark.parametrize(
    ("choix", "attendu"),
    [
        (Choix(agreger="rapport Lits/Lits"), "à elle-même"),
        (Choix(agreger="rapport Lits/E"), "à elle-même"),
        (Choix(colonne="Lits", agreger="moyenne par lits"), "son propre poids"),
        (
            Choix(colonne="Population", agreger="rapport Lits/Population"),
            "--colonne dit « Population »",
        ),
        (Choix(colonne="Prix", agreger="rapport Lits/Population"), "« Prix » n'existe pas"),
    ],
)
def test_columns_that_contradict_one_another_are_one_line(csv, choix, attendu):
    (probleme,) = refusals(csv, choix)
    assert attendu in probleme.message


def test_every_column_that_cannot_be_read_is_said_at_once(csv):
    problemes = refusals(csv, Choix(colonne="Commune", agreger="moyenne par Année"))
    assert len(problemes) == 2


def test_a_zoning_may_be_words(csv):
    examen = csv(TEXTE, Choix(colonne="Note", nature="categorie"))
    assert examen.indicateurs[0].premieres[0][1] == "bon"


@pytest.mark.parametrize(
    ("choix", "attendu"),
    [
        ({"source": "   "}, "--source est vide"),
        ({"source": " , "}, "--source est vide"),
        ({"source": "—"}, "--source est vide"),
        ({"source": ", APL"}, "--source est vide"),
        ({"libelle": "\t"}, "--libelle est vide"),
        ({"libelle": "\u200b"}, "--libelle est vide"),
        ({"unite": " "}, "--unite est vide"),
        ({"base": "\u00a0"}, "--base est vide"),
        ({"libelle": "x" * 201}, "--libelle a 201 caractères"),
        ({"unite": "x" * 121}, "--unite a 121 caractères"),
        ({"base": "x" * 201}, "--base a 201 caractères"),
        ({"source": "x" * 201}, "--source a 201 caractères"),
        ({"libelle": "Lits\x07"}, "U+0007"),
        ({"libelle": "Lits\u202e"}, "U+202E"),
        ({"unite": "l\x1bits"}, "U+001B"),
        ({"source": "DR\x00EES"}, "U+0000"),
    ],
)
def test_a_text_that_says_nothing_or_cannot_be_shown_is_one_line(choix, attendu):
    with pytest.raises(ValueError, match="--") as refus:
        check_choix(Choix(**{"colonne": "A"} | choix))
    assert attendu in str(refus.value)
    assert "\n" not in str(refus.value)


def test_faults_of_several_options_are_said_at_once():
    with pytest.raises(ValueError, match="--") as refus:
        check_choix(Choix(colonne="A", source=" ", libelle=" ", millesime="abc", nature="autre"))
    assert len(str(refus.value).splitlines()) == 4


def test_what_is_said_well_passes():
    check_choix(
        Choix(
            colonne="A",
            libelle="x" * 200,
            unite="%",
            base="17 ans et plus",
            source="DREES, « APL »",
            millesime="2017-2023",
        )
    )


def test_a_title_too_long_asks_for_a_name(csv):
    titre = "Part " * 60
    choix = Choix(colonne=titre, unite="%", source="Synthétique", millesime="2021")
    examen = csv(f"Code INSEE;{titre}\n{LUXEUIL};4\n", choix)
    (probleme,) = find_unsaid(examen.indicateurs)
    assert "299 caractères" in probleme.message
    assert probleme.choix == "libelle"
    assert len(probleme.message) < 250


def test_a_blank_source_that_no_option_check_has_seen_does_not_get_in(csv):
    choix = Choix(colonne="Lits", unite="lits", source="  ", millesime="2021")
    examen = csv(f"Code INSEE;Lits\n{LUXEUIL};4\n", choix)
    (probleme,) = find_unsaid(examen.indicateurs)
    assert (probleme.choix, "source" in probleme.message) == ("source", True)
