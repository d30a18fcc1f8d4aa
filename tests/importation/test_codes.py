"""Codes and names of communes as planners write them, on the shipped data: what is read, what is told.

Each table is one of those that were brought by people who do this work, made small.
"""

import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.importation.choix import Choix
from geo.importation.codes import Referentiel
from geo.importation.diagnostic import corrected_table, diagnose
from geo.importation.service import check as check_files
from geo.importation.service import read_file
from geo.lecture.cog import _load_successeurs, load_cog
from geo.lecture.ecritures import read_code, split_code
from geo.texte import ARTICLES, split_words
from tests.importation.dessin_communes import make_table, row

ACHUN = row("58001", "CPTS Autre", commune="Achun")


@pytest.fixture(scope="module")
def referentiel(atlas):
    return Referentiel(atlas, absorbees_acceptees=False)


def check(atlas, *lignes, **choix):
    return diagnose(make_table(*lignes), atlas, Choix(**choix), "table.csv")


def told(diagnostic, ligne=2):
    """Return what is told of the commune of one row."""
    anomalies = diagnostic.anomalies
    siennes = anomalies[(anomalies["ligne"] == ligne) & (anomalies["colonne"] != "cpts")]
    return list(zip(siennes["severite"], siennes["genre"], siennes["message"], strict=True))


def read_row(referentiel, code="", nom="", departement=""):
    lecture = referentiel.read(code, nom, departement)
    return lecture.code, [remarque.genre for remarque in lecture.remarques]


# --- codes as a spreadsheet leaves them


@pytest.mark.parametrize(
    "ecrit",
    [
        '="58001"', "=58001", '"58001"', "'58001", "58 001", "58\u202f001", "58,001", "58.001",
        "5,8001E+04", "5.8001E+04", "5,80010E+4", "58001.0", "58001,00", "058001", "0058001",
        "58001 Achun (58)", "58001 - Achun", "58001 – Achun", "Achun (58001)", "Achun - 58001",
        "58001 : Achun", "[58001] Achun",
    ],
)  # fmt: skip
@pytest.mark.parametrize("ou", ["code", "nom"])
def test_a_code_is_repaired_where_it_has_one_reading(referentiel, ecrit, ou):
    code, genres = read_row(referentiel, **{ou: ecrit})
    assert (code, genres) == ("58001", ["code_nettoye"])


@pytest.mark.parametrize(
    ("cellule", "formule"), [('="58001"', False), ('="2A004"', False), ("=A1", True)]
)
def test_a_code_kept_as_a_text_is_no_formula(cellule, formule):
    (feuille,) = read_file("t.csv", f"Code INSEE;CPTS\n{cellule};CPTS Essai\n".encode()).feuilles
    assert ("formules" in {r.identifiant for r in feuille.remarques}) == formule


@pytest.mark.parametrize(
    "ecrit", ["5,8E+04", "5,800E+04", "5,80E+04", "58 1", "58001 58002", "580010101"]
)
def test_a_code_of_several_readings_is_refused(referentiel, ecrit):
    assert read_row(referentiel, ecrit) == (None, ["code_illisible"])


@pytest.mark.parametrize(
    "ecrit", ["1004", "1 004", "1,004", "1,004E+03", "1004.0", "01004", "001004"]
)
def test_the_zero_of_a_code_is_found_again_however_it_was_lost(ecrit):
    assert (read_code(ecrit) or "").zfill(5) == "01004"


@pytest.mark.parametrize(
    "cellules",
    [("58001 - Achun", "58002 - Alligny-Cosne"), ("Achun (58001)", "Alligny-Cosne (58002)")],
)
def test_a_column_of_codes_and_names_is_that_of_the_codes(atlas, cellules):
    lignes = "".join(f"{cellule};CPTS Essai\n" for cellule in cellules)
    verification = check_files(
        [read_file("t.csv", f"Commune;CPTS\n{lignes}".encode())], atlas, Choix()
    )
    assert not verification.diagnostic.bloquant
    assert verification.fichiers[0].titres["code_commune"].endswith("Commune")
    assert verification.diagnostic.adhesions["code_commune"].to_list() == ["58001", "58002"]


@given(st.integers(1_001, 95_999))
def test_every_writing_of_a_number_is_read_as_it(nombre):
    entier = f"{nombre:05d}"
    puissance = len(str(nombre)) - 1
    exact = f"{nombre / 10**puissance:.{puissance}f}E+0{puissance}"
    for ecrit in (str(nombre), f"{nombre}.0", exact, exact.replace(".", ","), f"0{entier}"):
        assert (read_code(ecrit) or "").zfill(5) == entier
    assert split_code(f"{entier} - Achun (58)") == (entier, "Achun (58)")


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_code(texte):
    code, _ = split_code(texte)
    assert code in ("", code[:5])


# --- a code that is not loaded, or is no commune


@pytest.mark.parametrize(
    ("code", "dit"),
    [
        ("01004", "01004 Ambérieu-en-Bugey : le département 01 n'est pas chargé"),
        ("1004", "01004 Ambérieu-en-Bugey : le département 01 n'est pas chargé"),
        ("97611", "97611 Mamoudzou : le département 976"),
        ("98501", "98501, ancien code de 97601 Acoua"),
        ("97801", "97801 Saint-Martin : le département 978"),
        ("97127", "97127, ancien code de 97801 Saint-Martin"),
        ("97502", "97502 Saint-Pierre : le département 975"),
        ("98818", "98818 Nouméa : le département 988"),
        ("20004", "20004, ancien code de 2A004 Ajaccio : le département 2A"),
        ("20200", "20200"),
        ("2a041", "2A041 Bonifacio : le département 2A"),
        ("75101", "75101, arrondissement : le département 75"),
    ],
)
def test_a_commune_that_is_not_loaded_is_left_aside_and_never_blocks(atlas, code, dit):
    lue = check(atlas, row(code), ACHUN)
    assert not lue.bloquant
    assert ("à vérifier", "hors_territoire") in [t[:2] for t in told(lue)]
    assert any(message.startswith(dit) for *_, message in told(lue))
    assert lue.adhesions["code_commune"].to_list() == ["58001"]


def test_no_commune_of_france_blocks_with_its_name_or_without(referentiel):
    """An absorbed code of a commune that is loaded is another matter: following it is to be accepted."""
    anciens = set(_load_successeurs()) - set(load_cog()) - set(referentiel.repertoire.successeurs)
    for code, nom in [*load_cog().items(), *((code, "") for code in anciens)]:
        for beside in sorted({"", nom}):
            remarques = referentiel.read(code, beside, "").remarques
            assert not [r for r in remarques if r.severite == "bloquant"], (code, beside)


def test_a_country_is_named_and_left_aside(atlas):
    lue = check(atlas, row("99109", commune="Allemagne"), ACHUN)
    [(severite, genre, message)] = told(lue)
    assert (severite, genre) == ("à vérifier", "pays_etranger")
    assert message == "99109 est le code d'un pays étranger : ligne laissée de côté."


@pytest.mark.parametrize("code", ["01999", "99999", "98599", "58999", "9761"])
def test_a_code_that_never_was_blocks(atlas, code):
    assert check(atlas, row(code), ACHUN).bloquant


# --- postcodes


def test_the_name_decides_between_a_postcode_and_a_code(atlas):
    lue = check(
        atlas,
        row("58110", commune="Achun"),
        row("70300", commune="Luxeuil-les-Bains"),
        row("25300", commune="Pontarlier"),
        row("25300", commune="Guyans-Durnes"),
    )
    assert not lue.bloquant
    assert lue.adhesions["code_commune"].to_list() == ["25300", "25462", "58001", "70311"]
    assert [told(lue, ligne)[0][1] for ligne in (2, 3, 4)] == ["code_postal_lu"] * 3
    assert "25300 est le code postal de 25462 Pontarlier" in told(lue, 4)[0][2]
    assert told(lue, 5) == []


def test_a_postcode_beside_an_unknown_name_is_never_taken_for_another_commune(atlas):
    lue = check(atlas, row("25300", commune="Pontarlié-sur-Doubs"), ACHUN)
    assert lue.bloquant
    [(_, genre, message)] = told(lue)
    assert genre == "code_postal"
    assert "et le code INSEE de Guyans-Durnes" in message
    assert lue.adhesions["code_commune"].to_list() == ["58001"]


@pytest.mark.parametrize("codes", [("25300", "39100", "21110"), ("25300",)])
def test_a_column_of_postcodes_without_names_is_asked_about_in_one_remark(atlas, codes):
    lignes = [row(code) for code in codes]
    lue = check(atlas, *lignes)
    assert lue.bloquant
    assert lue.adhesions.empty
    assert lue.anomalies["genre"].to_list().count("codes_postaux") == 1
    insee = check(atlas, *lignes, codes="insee")
    assert not insee.bloquant
    assert insee.adhesions["code_commune"].to_list() == sorted(codes)
    postaux = check(atlas, *lignes, codes="postaux")
    assert set(postaux.anomalies.query("severite == 'bloquant'")["genre"]) <= {
        "code_postal",
        "vide",
    }
    assert postaux.bloquant


def test_one_code_that_is_no_postcode_tells_what_the_column_holds(atlas):
    lue = check(atlas, row("25300"), row("58001"))
    assert not lue.bloquant
    assert lue.adhesions["code_commune"].to_list() == ["25300", "58001"]


# --- names


NOMS = [
    ("70", "St-Loup sur Semouse", "70467"),
    ("70", "SAINT LOUP SUR SEMOUSE", "70467"),
    ("70", "LUXEUIL LES BAINS CEDEX", "70311"),
    ("70", "La Côte", "70178"),
    ("70", "Cote (La)", "70178"),
    ("25", "L’Isle sur le Doubs", "25315"),
    ("25", "Isle-sur-le-Doubs (L')", "25315"),
    ("21", "Chamboeuf", "21132"),
    ("25", "Besançon*", "25056"),
    ("25", "Besançon (25)", "25056"),
    ("25", "Besançon (Doubs)", "25056"),
    ("70", "Vy-les-Lure", "70581"),
    ("70", "Ste Marie en Chaux", "70470"),
    ("70", "Dampierre s/ Salon", "70198"),
    ("70", "Dampierre/Salon", "70198"),
    ("70", "Aillevillers & Lyaumont", "70006"),
    # The code of the commune, in the column of the departments.
    ("70311", "Luxeuil-les-Bains", "70311"),
]


@pytest.mark.parametrize(("departement", "nom", "code"), NOMS)
def test_a_name_is_read_in_every_fashion(referentiel, departement, nom, code):
    assert read_row(referentiel, nom=nom, departement=departement) == (code, ["code_par_nom"])


def test_the_name_decides_of_a_postcode_in_its_own_cell(referentiel):
    lu = read_row(referentiel, nom="Luxeuil les Bains (70300)", departement="70")
    assert lu == ("70311", ["code_postal_lu"])


@pytest.mark.parametrize(
    ("departement", "nom", "propose"),
    [
        ("70", "Luxeuil", "70311 Luxeuil-les-Bains (70)"),
        ("70", "Luxeil-les-Bains", "70311 Luxeuil-les-Bains (70)"),
        ("70", "L’Isle sur le Doubs", "25315 L'Isle-sur-le-Doubs (25)"),
        ("25", "Besançon 1er", "25056 Besançon (25)"),
        ("25", "Besançon - Planoise", "25056 Besançon (25)"),
    ],
)
def test_a_name_that_no_commune_bears_has_candidates_and_none_is_taken(
    referentiel, departement, nom, propose
):
    lecture = referentiel.read("", nom, departement)
    assert lecture.code is None
    assert propose in lecture.remarques[0].remede


def test_a_thousand_names_without_their_articles_are_found_and_none_wrongly(atlas, referentiel):
    communes = atlas.communes[atlas.communes["etude"]].sample(1_000, random_state=15)
    hasard = random.Random(15)  # noqa: S311
    trouves = [
        referentiel.read("", rewrite(nom, hasard), departement).code
        for nom, departement in zip(communes["nom"], communes["code_departement"], strict=True)
    ]
    faux = [(c, t) for c, t in zip(communes.index, trouves, strict=True) if t not in (None, c)]
    assert faux == []
    assert sum(trouve is not None for trouve in trouves) >= 990


def rewrite(nom, hasard):
    """Drop the articles of a name, move the first behind it, or take off its marks."""
    mots = split_words(nom)
    if hasard.random() < 0.4 and mots[0] in ARTICLES:
        return f"{' '.join(mots[1:])} ({mots[0]})"
    if hasard.random() < 0.7:
        mots = [mot for mot in mots if mot not in ARTICLES] or mots
    return hasard.choice((str.upper, str.title, str))(" ".join(mots))


# --- parts of a commune


@pytest.mark.parametrize(
    ("code", "nom", "partie"),
    [
        ("25056", "Besançon (quartier Planoise)", "quartier Planoise"),
        ("25056", "Besançon (centre)", "centre"),
        ("25057", "Bethoncourt (pour partie)", "pour partie"),
        ("25057", "Bethoncourt en partie", "en partie"),
        ("25056", "Besançon, quartier Planoise", "quartier Planoise"),
        ("", "Besançon (pour partie)", "pour partie"),
    ],
)
def test_a_commune_in_part_is_taken_and_said_to_be_in_part(atlas, code, nom, partie):
    lue = check(atlas, row(code, commune=nom, departement="25"))
    assert not lue.bloquant
    assert lue.adhesions["entiere"].to_list() == [False]
    assert lue.cpts["population"].to_list() == [
        int(atlas.communes.loc[lue.adhesions["code_commune"][0], "population"])
    ]
    assert any(g == "partielle" and f"({partie})" in message for _, g, message in told(lue))


@pytest.mark.parametrize(
    "nom", ["Besançon (25)", "Besançon (ville)", "Besançon (commune entière)", "Besançon (1)"]
)
def test_what_stands_in_brackets_is_not_always_a_part(atlas, nom):
    assert check(atlas, row("25056", commune=nom)).adhesions["entiere"].to_list() == [True]


def test_a_commune_that_two_rows_share_is_whole_once_one_names_it_whole(atlas):
    lue = check(atlas, row("25056", commune="Besançon (centre)"), row("25056", commune="Besançon"))
    assert lue.adhesions["entiere"].to_list() == [True]


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["58001 - Achun", "58,002", "25300", "Achun", "01004", "20004"])))
def test_a_corrected_table_reads_as_the_first(atlas, codes):
    table = make_table(*(row(code) for code in codes), ACHUN)
    lue = diagnose(table, atlas, Choix(), "table.csv")
    corrigee = corrected_table(table, lue, Choix())
    relue = diagnose(corrigee, atlas, Choix(), "table.csv")
    pd.testing.assert_frame_equal(relue.adhesions, lue.adhesions)
