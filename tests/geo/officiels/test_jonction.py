"""What one sheet or one file withholds, another may give away: both are looked at, whichever is imported."""

import numpy as np
import pytest

from geo.officiels.choix import Choix
from geo.officiels.examen import examine

N = 30
LIGNE = 12


@pytest.fixture(scope="module")
def colonnes(atlas):
    hasard = np.random.default_rng(6)
    communes = atlas.communes[atlas.communes["code_departement"].isin(["70"])]
    a, b = hasard.integers(11, 90, (2, N)).tolist()
    a[LIGNE] = 7
    population = hasard.integers(200, 2000, N).tolist()
    return list(communes.index[:N]), a, b, population


def mark(a) -> list:
    return ["NS" if rang == LIGNE else valeur for rang, valeur in enumerate(a)]


def sheet(codes, ordre=None, **autres) -> list[list]:
    lignes = [list(ligne) for ligne in zip(codes, *autres.values(), strict=True)]
    return [["codgeo", *autres], *(lignes if ordre is None else [lignes[r] for r in ordre])]


def choose(colonne: str, feuille: str = "", **autres) -> Choix:
    return Choix(
        feuilles=(feuille,) if feuille else (), colonne=colonne, millesime="2024", source="S",
        **({"unite": "personnes", "agreger": "somme"} | autres),
    )  # fmt: skip


def cell(examen, code) -> tuple[float, float]:
    (indicateur,) = examen.indicateurs
    place = indicateur.lignes.places.index(code)
    valeurs = indicateur.lignes.termes.valeurs
    return float(valeurs.bas[place]), float(valeurs.haut[place])


def test_a_count_that_another_sheet_gives_is_withheld_there(classeur, colonnes):
    codes, a, b, _ = colonnes
    # Another order, and one commune less.
    feuilles = {
        "Secrets": sheet(codes, effectif=mark(a), autre=b),
        "Détail": sheet(codes, [*range(N - 1, 0, -1)], nombre=a),
    }
    examen = classeur(feuilles, choose("nombre", "Détail"))
    assert cell(examen, codes[LIGNE]) == (1, 10)
    assert cell(examen, codes[3]) == (a[3], a[3])
    assert any("« nombre » : 1 nombre tenu pour secret" in r.message for r in examen.remarques)


def test_a_count_that_another_sheet_totals_is_withheld_there(classeur, colonnes):
    codes, a, b, _ = colonnes
    feuilles = {
        "Hommes": sheet(codes, hommes=mark(a)),
        "Femmes": sheet(codes, femmes=b),
        "Ensemble": sheet(codes, ensemble=[x + y for x, y in zip(a, b, strict=True)]),
    }
    examen = classeur(feuilles, choose("ensemble", "Ensemble"))
    assert cell(examen, codes[LIGNE]) == (b[LIGNE] + 1, b[LIGNE] + 10)


def test_a_count_that_another_sheet_rates_is_withheld_there(classeur, colonnes):
    codes, a, _, population = colonnes
    taux = [round(100 * x / p, 2) for x, p in zip(a, population, strict=True)]
    feuilles = {
        "Effectifs": sheet(codes, effectif=mark(a), population=population),
        "Taux": sheet(codes, taux=taux, habitants=population),
    }
    choix = choose("taux", "Taux", unite="%", agreger="moyenne pondérée par habitants")
    bas, haut = cell(classeur(feuilles, choix), codes[LIGNE])
    assert bas * population[LIGNE] / 100 == pytest.approx(1)
    assert haut * population[LIGNE] / 100 == pytest.approx(10)


@pytest.mark.parametrize("ordre", [0, 1])
def test_a_count_that_another_file_of_the_same_command_gives_is_withheld(atlas, colonnes, ordre):
    codes, a, b, _ = colonnes
    textes = [
        "\n".join(";".join(map(str, ligne)) for ligne in sheet(codes, **siennes)).encode()
        for siennes in ({"effectif": mark(a), "autre": b}, {"nombre": a})
    ]
    fichiers = [("cache.csv", textes[0]), ("donne.csv", textes[1])]
    voisin = fichiers.pop(0)
    fichiers += [voisin] if ordre else []
    examen = examine(*fichiers[0], atlas, choose("nombre"), voisins=[voisin])
    assert cell(examen, codes[LIGNE]) == (1, 10)
    seul = examine(*fichiers[0], atlas, choose("nombre"))
    assert cell(seul, codes[LIGNE]) == (7, 7)


def test_years_of_one_place_are_not_mixed(atlas, colonnes):
    codes, a, *_ = colonnes
    deux = [*sheet(codes, annee=["2023"] * N, nombre=a)]
    deux += sheet(codes, annee=["2024"] * N, nombre=[x + 40 for x in a])[1:]
    autre = [*sheet(codes, annee=["2023"] * N, effectif=mark(a))]
    autre += sheet(codes, annee=["2024"] * N, effectif=[x + 40 for x in a])[1:]
    donne, cache = ("\n".join(";".join(map(str, li)) for li in t).encode() for t in (deux, autre))
    examen = examine(
        "donne.csv", donne, atlas,
        Choix(colonne="nombre", unite="personnes", agreger="somme", source="S"),
        voisins=[("cache.csv", cache)],
    )  # fmt: skip
    bornes = [
        (float(v.bas[rang]), float(v.haut[rang]))
        for i in examen.indicateurs
        for v in [i.lignes.termes.valeurs]
        for rang in [i.lignes.places.index(codes[LIGNE])]
    ]
    assert bornes == [(1, 10), (47, 47)]


def test_sheets_without_anything_withheld_are_left_as_they_are(classeur, colonnes):
    codes, a, b, _ = colonnes
    feuilles = {"Un": sheet(codes, nombre=a), "Deux": sheet(codes, effectif=a, autre=b)}
    assert cell(classeur(feuilles, choose("nombre", "Un")), codes[LIGNE]) == (7, 7)


def test_a_cell_that_is_withheld_above_the_threshold_is_told(csv, colonnes):
    codes, a, b, _ = colonnes
    grand = [25 if rang == LIGNE else x for rang, x in enumerate(a)]
    lignes = sheet(codes, hommes=mark(grand), femmes=b, t=[x + y for x, y in zip(grand, b, strict=True)])  # fmt: skip
    texte = "\n".join(";".join(map(str, ligne)) for ligne in lignes)
    examen = csv(texte, choose("hommes"))
    assert cell(examen, codes[LIGNE]) == (0, np.inf)
    (remarque,) = [r for r in examen.remarques if "cache plus" in r.message]
    assert "« hommes » : 1 cellule que le fichier cache n'est pas entre 1 et 10" in remarque.message
    (indicateur,) = examen.indicateurs
    assert indicateur.chiffres["departement:70"].valeur is None
    assert indicateur.chiffres["departement:70"].bornes[1] == np.inf


def test_a_column_that_counts_in_thousands_is_withheld_whatever_it_is_said_to_be(csv, colonnes):
    codes, a, b, _ = colonnes
    milliers = [x / 1000 for x in a]
    texte = "\n".join(
        ";".join(map(str, ligne))
        for ligne in sheet(codes, effectif=mark(a), autre=b, milliers=milliers)
    )
    bas, haut = cell(csv(texte, choose("milliers")), codes[LIGNE])
    assert bas <= 0.001 + 1e-9
    assert haut >= 0.010 - 1e-9
