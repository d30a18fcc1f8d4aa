"""Columns guessed in the files of the corpus, corrected by hand, and what is told when one lacks."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.erreurs import DonneesInvalides, Probleme, Severite, sort_problemes
from geo.importation.colonnes import (
    column_letters,
    correct,
    extract,
    guess,
    guess_all,
    missing,
    same_titles,
    titles,
    unread,
)
from geo.importation.constats import tell_reading
from geo.importation.correspondance import Correspondance
from geo.importation.lecture import Feuille, read_feuilles
from geo.importation.rangees import read_rangees
from geo.importation.titres import ROLES
from tests.importation import fabrique

FICHIERS = Path(__file__).resolve().parents[1] / "fichiers"

USUELS = ROLES[: ROLES.index("epci")]
TOUTES = dict(zip(USUELS, range(6), strict=True))
TABLE = [
    ("70311", "Luxeuil-les-Bains", "70", "CPTS de Luxeuil", "ACI signé", "06/05/2022"),
    ("70550", "Vesoul", "70", "CPTS du bassin vésulien", "ACI signé", "06/05/2022"),
    ("70285", "Héricourt", "70", "CPTS du Pays d'Héricourt", "lancée", "19/04/2024"),
    ("01053", "Bourg-en-Bresse", "01", "CPTS Bourg", "", ""),
]

# File, row of its header, rows of the table, roles that it lacks.
ENTIERES = [
    ("point_virgule.csv", 1, [2, 3, 4, 5], ()),
    ("virgule.csv", 1, [2, 3, 4, 5], ()),
    ("tabulation.tsv", 1, [2, 3, 4, 5], ()),
    ("utf8_bom.csv", 1, [2, 3, 4, 5], ()),
    ("utf16.csv", 1, [2, 3, 4, 5], ()),
    ("utf16_gros_boutiste.csv", 1, [2, 3, 4, 5], ()),
    ("windows_1252.csv", 1, [2, 3, 4, 5], ()),
    ("crlf.csv", 1, [2, 3, 4, 5], ()),
    ("lignes_et_colonnes_vides.csv", 2, [3, 5, 6, 7], ()),
    ("titres_au_dessus.csv", 4, [5, 6, 7, 8], ()),
    ("colonnes_en_desordre.csv", 1, [2, 3, 4, 5], ()),
    ("noms_usuels.csv", 1, [2, 3, 4, 5], ()),
    ("sep_declare.csv", 2, [3, 4, 5, 6], ()),
    ("code_sans_titre.csv", 1, [2, 3, 4, 5], ()),
    ("code_postal_a_cote.csv", 1, [2, 3, 4, 5], ()),
    ("sans_code.csv", 1, [2, 3, 4, 5], ("code_commune",)),
    ("sans_titres.csv", 0, [1, 2, 3, 4], ("commune", "departement", "statut", "date")),
]

# Told of other columns than those that lack.
DITS_AILLEURS = {"colonne_non_lue", "colonnes_non_lues", "lignes_ecartees"}
# What is told, the worst first, of the files whose columns lack something.
DITS = {
    "sans_code.csv": [
        (Severite.A_VERIFIER, "les communes seront cherchées par leur nom dans leur département"),
    ],
    "sans_titres.csv": [
        (Severite.A_VERIFIER, "aucune ligne de titres reconnue"),
        (Severite.INFORMATION, "étape ; l'import s'en passe"),
        (Severite.INFORMATION, "date ; l'import s'en passe"),
    ],
    "deux_lignes_de_titres.csv": [(Severite.BLOQUANT, "aucune colonne ne donne le nom de la CPTS")],
    "sans_cpts.csv": [
        (Severite.BLOQUANT, "aucune colonne ne donne le nom de la CPTS"),
        (Severite.INFORMATION, "étape ; l'import s'en passe"),
        (Severite.INFORMATION, "date ; l'import s'en passe"),
    ],
    "sans_commune.csv": [
        (Severite.BLOQUANT, "code INSEE de la commune, ou à défaut son nom et son département"),
        (Severite.INFORMATION, "date ; l'import s'en passe"),
    ],
}


def told_of(nom: str, feuille: Feuille, correspondance: Correspondance) -> list[Probleme]:
    rangees = read_rangees(feuille, correspondance)
    return list(tell_reading(nom, feuille, correspondance, rangees))


def _read(nom: str) -> list[Feuille]:
    return read_feuilles(nom, (FICHIERS / nom).read_bytes())


def _expected(absents: tuple[str, ...], lignes: list[int]) -> pd.DataFrame:
    table = pd.DataFrame(TABLE, columns=list(USUELS), dtype="str").assign(
        epci="", partie="", exclues=""
    )
    table[list(absents)] = ""
    table.insert(0, "ligne", lignes)
    return table


@pytest.mark.parametrize(("nom", "ligne_titres", "lignes", "absents"), ENTIERES)
def test_same_table_whatever_the_file(
    nom: str, ligne_titres: int, lignes: list[int], absents: tuple[str, ...]
) -> None:
    feuilles = _read(nom)
    correspondance = guess(feuilles)
    assert correspondance.ligne_titres == ligne_titres
    assert set(correspondance.colonnes) == set(USUELS) - set(absents)
    pd.testing.assert_frame_equal(extract(feuilles, correspondance), _expected(absents, lignes))


@pytest.mark.parametrize("nom", DITS)
def test_what_lacks_is_told(nom: str) -> None:
    feuilles = _read(nom)
    correspondance = guess(feuilles)
    problemes = sort_problemes(
        p
        for p in (*told_of(nom, feuilles[0], correspondance), *missing(correspondance, nom))
        if p.identifiant not in DITS_AILLEURS
    )
    assert [probleme.severite for probleme in problemes] == [severite for severite, _ in DITS[nom]]
    for probleme, (_, attendu) in zip(problemes, DITS[nom], strict=True):
        assert attendu in probleme.message
        assert probleme.fichier == nom


def test_a_complete_table_lacks_nothing() -> None:
    assert missing(Correspondance(0, 1, TOUTES)) == []


def test_header_alone_is_no_table() -> None:
    feuilles = _read("titres_seuls.csv")
    with pytest.raises(DonneesInvalides, match="aucune ligne sous les titres"):
        extract(feuilles, guess(feuilles))


def test_codes_without_their_zero_are_left_as_they_are() -> None:
    # Mending them is for the diagnosis, which knows the communes and says so.
    feuilles = _read("codes_nombres.csv")
    assert extract(feuilles, guess(feuilles))["code_commune"].tolist()[3] == "1053"


def test_commas_and_line_breaks_inside_cells() -> None:
    virgules, lignes = _read("virgules_dans_les_noms.csv"), _read("cellule_sur_deux_lignes.csv")
    assert set(extract(virgules, guess(virgules))["cpts"]) == {"CPTS Luxeuil, Vesoul, Héricourt"}
    table = extract(lignes, guess(lignes))
    assert table["commune"].tolist()[:2] == ["Luxeuil les Bains", "Vesoul"]
    # A row of the table, as a spreadsheet numbers them, not a line of the text.
    assert table["ligne"].tolist() == [2, 3, 4, 5]


def test_the_foot_of_a_table_is_set_aside_and_told() -> None:
    feuilles = _read("pied_de_table.csv")
    lue = guess(feuilles)
    assert extract(feuilles, lue)["ligne"].max() < 6
    dits = [p.message for p in told_of("t", feuilles[0], lue)]
    assert "1 ligne de note, laissée de côté : 6." in dits


def test_formulas_are_texts_like_others() -> None:
    feuilles = _read("formules.csv")
    assert extract(feuilles, guess(feuilles))["cpts"].tolist()[:2] == [
        "=cmd|' /C calc'!A0",
        "@SUM(A1:A9)",
    ]


@pytest.mark.parametrize("contenu", [fabrique.xlsx(), fabrique.ods()], ids=["XLSX", "ODS"])
def test_workbooks(contenu: bytes) -> None:
    feuilles = read_feuilles("table", contenu)
    correspondance = guess(feuilles)
    assert correspondance == Correspondance(0, 1, TOUTES)
    table = extract(feuilles, correspondance)
    assert list(table[list(USUELS)].itertuples(index=False, name=None)) == list(fabrique.LUE)


def test_the_sheet_with_the_table_is_found_among_others() -> None:
    def add(classeur: object) -> None:
        note = classeur.create_sheet("Lisez-moi", 0)
        note.append(["Communes et CPTS de la région", "mars 2026"])

    feuilles = read_feuilles("t.xlsx", fabrique.xlsx(retouche=add))
    assert [feuille.nom for feuille in feuilles] == ["Lisez-moi", "Sheet"]
    assert guess(feuilles) == Correspondance(1, 1, TOUTES)


# A workbook with one sheet a department, beside what is no table:
#   70  titles in row 1      39  two lines above them, and the columns in another order
#   21  titles alone         25  hidden        90  a title of its own        Note  a sentence
COURTS = ("Code INSEE", "Commune", "CPTS")
CLASSEUR = (
    Feuille("Note", (("Communes et CPTS de la région", ""), ("mars 2026", ""))),
    Feuille("70", (COURTS, ("70311", "Luxeuil-les-Bains", "CPTS de Luxeuil"))),
    Feuille(
        "39",
        (
            ("CPTS du Jura", "", "", ""),
            ("",) * 4,
            ("", "CPTS", "code insee", "COMMUNE"),
            ("", "CPTS du Haut-Jura", "39478", "Saint-Claude"),
        ),
    ),
    Feuille("21", (COURTS, ("", "", ""))),
    Feuille("25", (COURTS, ("25056", "Besançon", "CPTS de Besançon")), masquee=True),
    Feuille("90", (("Insee", "Commune", "CPTS"), ("90010", "Belfort", "CPTS de Belfort"))),
)


def test_sheets_under_the_same_titles_are_read_too() -> None:
    lues = guess_all(CLASSEUR)
    assert lues == [
        Correspondance(1, 1, {"code_commune": 0, "commune": 1, "cpts": 2}),
        Correspondance(2, 3, {"code_commune": 2, "commune": 3, "cpts": 1}),
    ]
    codes = [extract(CLASSEUR, lue)["code_commune"].tolist() for lue in lues]
    assert codes == [["70311"], ["39478"]]


def test_every_sheet_that_is_not_read_is_told() -> None:
    problemes = unread(CLASSEUR, guess_all(CLASSEUR), "t.xlsx")
    assert [(p.severite, p.message) for p in problemes] == [
        (
            Severite.A_VERIFIER,
            "la feuille « 25 », masquée dans le classeur, ressemble à une table et n'est pas lue.",
        ),
        (
            Severite.A_VERIFIER,
            "la feuille « 90 » ressemble à une table et n'est pas lue : ses titres sont autres.",
        ),
        (Severite.INFORMATION, "autres feuilles du classeur, qui ne sont pas lues : Note, 21."),
    ]
    assert {probleme.fichier for probleme in problemes} == {"t.xlsx"}


def test_a_sheet_alone_leaves_nothing_unread() -> None:
    feuilles = _read("point_virgule.csv")
    assert guess_all(feuilles) == [guess(feuilles)]
    assert unread(feuilles, guess_all(feuilles)) == []


def test_a_hidden_copy_does_not_take_the_place_of_the_table() -> None:
    ancienne = Feuille("2024", (COURTS, ("70311", "Luxeuil", "ancienne")), masquee=True)
    feuilles = (ancienne, CLASSEUR[1])
    assert [lue.feuille for lue in guess_all(feuilles)] == [1]
    # Unless it is the only one.
    assert [lue.feuille for lue in guess_all(feuilles[:1])] == [0]


def test_a_step_or_a_date_may_lack_on_another_sheet() -> None:
    table = Feuille("1", ((*COURTS, "Statut"), ("70311", "Luxeuil", "CPTS de Luxeuil", "lancée")))
    assert guess_all((CLASSEUR[1], table)) == [
        Correspondance(1, 1, {"code_commune": 0, "commune": 1, "cpts": 2, "statut": 3}),
        Correspondance(0, 1, {"code_commune": 0, "commune": 1, "cpts": 2}),
    ]


def test_columns_chosen_by_hand_are_those_of_the_other_sheets() -> None:
    titres = ("Numéro", "Territoire")
    feuilles = (
        Feuille("70", (titres, ("70311", "Luxeuil"))),
        Feuille("39", (("", *titres), ("", "39478", "Haut-Jura"))),
        Feuille("Autre", (("Numéro", "Ville"), ("1", "Dole"))),
    )
    choisie = Correspondance(0, 1, {"code_commune": 0, "cpts": 1})
    assert same_titles(feuilles, choisie) == [
        Correspondance(1, 1, {"code_commune": 1, "cpts": 2}),
    ]


def test_sheets_without_titles_are_read_together_if_their_columns_hold_the_same() -> None:
    sans_titres = [
        Feuille("70", (("70311", "CPTS de Luxeuil"), ("70550", "CPTS de Vesoul"))),
        Feuille("39", (("39478", "CPTS du Haut-Jura"), ("39198", "CPTS de Dole"))),
        Feuille("25", (("CPTS de Besançon", "25056"), ("CPTS de Pontarlier", "25462"))),
    ]
    assert [lue.feuille for lue in guess_all(sans_titres)] == [0, 1]
    (probleme,) = unread(sans_titres, guess_all(sans_titres))
    assert "« 25 »" in probleme.message


@given(ordre=st.permutations(range(len(CLASSEUR))))
def test_order_of_the_sheets_does_not_matter(ordre: list[int]) -> None:
    feuilles = [CLASSEUR[rang] for rang in ordre]
    lues = {feuilles[lue.feuille].nom: lue for lue in guess_all(feuilles)}
    assert set(lues) == {"70", "39"}
    assert lues["39"].colonnes == {"code_commune": 2, "commune": 3, "cpts": 1}


# One line a role: titles met in the files of agencies, of INSEE and of IGN.
@pytest.mark.parametrize(
    ("role", "usuels"),
    [
        (
            "code_commune",
            [
                "Code INSEE", "CODGEO", "codgeo", "insee_com", "INSEE_COM", "code_commune", "COG",
                "Code commune INSEE", "code_insee_de_la_commune", "DEPCOM", "N° INSEE", "CodeInsee",
                "Code géographique", "CODE INSEE DE LA COMMUNE (COG 2026)", "Code\nINSEE",
            ],
        ),
        (
            "commune",
            ["Commune", "Libellé de la commune", "nom de la commune", "LIBGEO", "NOM_COM",
             "Nom commune", "lib_com", "COMMUNES", "Libellé commune 2026"],
        ),
        (
            "departement",
            ["Département", "dep", "DEPT", "Code département", "N° département", "code_dep",
             "Nom du département", "DÉPARTEMENT", "Numéro de département (2026)"],
        ),
        (
            "cpts",
            ["CPTS", "nom de la CPTS", "NOM_CPTS", "Libellé CPTS", "CPTS de rattachement",
             "Communauté professionnelle territoriale de santé", "Nom de la CPTS (ARS)"],
        ),
        (
            "statut",
            ["Statut", "étape", "Avancement", "État d'avancement", "Stade", "statut_cpts",
             "Statut de la CPTS", "Niveau d'avancement", "Étape au 1er mars"],
        ),
        (
            "date",
            ["Date", "date de signature", "DATE_SIGNATURE", "Date signature ACI",
             "Date de création", "Date d'entrée dans la CPTS"],
        ),
    ],
)  # fmt: skip
def test_usual_titles(role: str, usuels: list[str]) -> None:
    """Each is recognised beside the plain titles of the other roles."""
    autres = {"code_commune": "Code INSEE", "commune": "Commune", "cpts": "CPTS"}
    autres.pop(role, None)
    for usuel in usuels:
        titres = ("Remarque", *autres.values(), usuel)
        colonnes = guess([Feuille("", (titres, ("",) * len(titres)))]).colonnes
        assert colonnes.get(role) == len(titres) - 1, usuel
        assert len(colonnes) == len(autres) + 1, usuel


@pytest.mark.parametrize(
    "titre",
    [
        "Code postal", "Population de la commune", "Nombre de communes", "Code EPCI", "N° CPTS",
        "Commune du siège de la CPTS", "Population CPTS", "Code région", "Date de naissance",
        "Ancien code INSEE", "Nombre de CPTS du département", "Nom du président",
    ],
)  # fmt: skip
def test_titles_of_other_things_are_nothing(titre: str) -> None:
    titres = ("Code INSEE", "Commune", titre)
    feuille = Feuille("", (titres, ("70311", "Luxeuil-les-Bains", "70300")))
    assert guess([feuille]).colonnes == {"code_commune": 0, "commune": 1}


def test_postcodes_are_not_taken_for_codes_without_the_word() -> None:
    lignes = (
        ("Code postal", "Nom", "Département", "Nom CPTS"),
        ("70300", "Luxeuil-les-Bains", "70", "CPTS de Luxeuil"),
    )
    assert "code_commune" not in guess([Feuille("", lignes)]).colonnes
    # Nothing else tells a name from its homonyms: each row says that its code is a postcode.
    sans_departement = tuple((*cellules[:2], cellules[3]) for cellules in lignes)
    assert guess([Feuille("", sans_departement)]).colonnes["code_commune"] == 0


def test_years_and_populations_are_not_codes() -> None:
    lignes = (("Année", "Valeur", "Commune", "CPTS"), ("2024", "6812", "Luxeuil-les-Bains", "A"))
    assert set(guess([Feuille("", lignes)]).colonnes) == {"commune", "cpts"}


def test_a_table_where_nothing_is_recognised_is_left_to_the_user() -> None:
    feuilles = [Feuille("", (("a", "b"), ("c", "d")))]
    correspondance = guess(feuilles)
    assert correspondance == Correspondance(0, 0, {})
    assert titles(feuilles, correspondance) == ["A", "B"]
    assert [p.severite for p in missing(correspondance)][:2] == [
        Severite.A_VERIFIER,
        Severite.BLOQUANT,
    ]
    assert [p.identifiant for p in told_of("t", feuilles[0], correspondance)][:1] == [
        "cpts_introuvable"
    ]


def test_correction_by_hand() -> None:
    feuilles = _read("deux_lignes_de_titres.csv")
    devine = guess(feuilles)
    assert titles(feuilles, devine)[3] == "D : Intitulé"
    corrige = Correspondance(0, 2, {**devine.colonnes, "cpts": 3})
    assert extract(feuilles, corrige)["cpts"].tolist()[0] == "de Luxeuil"


def test_titles_are_all_different() -> None:
    feuilles = [Feuille("", (("CPTS", "", "CPTS", "B"), ("a", "b", "c", "d")))]
    assert titles(feuilles, Correspondance(0, 1, {})) == ["A : CPTS", "B", "C : CPTS", "D : B"]


@given(ordre=st.permutations(range(6)), vides=st.integers(0, 3))
def test_order_of_columns_and_rows_above_do_not_matter(ordre: list[int], vides: int) -> None:
    titres = ("Code INSEE", "Commune", "Département", "CPTS", "Statut", "Date")
    lignes = [("Communes et CPTS", *[""] * 5)] * vides
    lignes += [tuple(ligne[place] for place in ordre) for ligne in (titres, *TABLE)]
    feuilles = [Feuille("", tuple(lignes))]
    correspondance = guess(feuilles)
    assert correspondance.colonnes == {role: ordre.index(TOUTES[role]) for role in TOUTES}
    rangs = [vides + rang for rang in (2, 3, 4, 5)]
    pd.testing.assert_frame_equal(extract(feuilles, correspondance), _expected((), rangs))


@given(st.integers(0, 16_383))
def test_column_letters_are_those_of_spreadsheets(colonne: int) -> None:
    rang = 0
    for lettre in column_letters(colonne):
        rang = rang * 26 + ord(lettre) - 64
    assert rang - 1 == colonne


FEUILLE = Feuille(
    "", (("Dép.", "Territoire", "Numéro"), ("70", "CPTS de Luxeuil", "70311")), remarques=()
)


@pytest.mark.parametrize("colonne", ["Territoire", " territoire ", "B", "b"])
def test_a_column_is_named_by_its_title_or_its_letter(colonne):
    corrigee = correct([FEUILLE], guess([FEUILLE]), {"cpts": colonne})
    assert corrigee.colonnes["cpts"] == 1
    assert extract([FEUILLE], corrigee)["cpts"].to_list() == ["CPTS de Luxeuil"]


def test_a_role_can_be_taken_from_its_column():
    lue = Correspondance(0, 1, {"departement": 0, "cpts": 1, "code_commune": 2})
    assert "departement" not in correct([FEUILLE], lue, {"departement": ""}).colonnes


def test_every_column_or_role_that_does_not_exist_is_said():
    with pytest.raises(DonneesInvalides) as refus:
        correct([FEUILLE], guess([FEUILLE]), {"cpts": "Z", "inconnu": "A"}, "t.csv")
    message, role = refus.value.problemes
    assert "« Z » n'existe pas" in message.message
    assert "B : Territoire" in message.remede
    assert "« inconnu »" in role.message
