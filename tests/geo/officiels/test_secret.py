"""Try to recover withheld cells from everything that is computed: nothing may say more than their own bounds.

The attacker knows every figure and every bound that the application gives, how each is made of the communes, and how
the columns of the file are made of one another. Each figure is a linear constraint on the cells: they are solved by
least squares (a cell that is determined alone is found) and by propagating bounds (a cell that gets tighter is found).
"""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.cellules import Valeurs
from geo.chargement import load_indicateurs
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot
from geo.indicateurs.declarations import LIVRES
from geo.indicateurs.mesures import evaluate
from geo.indicateurs.territoire import list_choices, make_list, parse_territoire
from geo.officiels.choix import Choix
from geo.officiels.examen import examine
from geo.officiels.lignes_totales import withhold_totals
from geo.officiels.service import prepare, publish
from geo.regles.couverture import find_etats
from geo.regles.zones import find_zones

SOURCE = SourceImport("synthetique_2024.csv", "Essai", "", dt.date(2026, 11, 28))
NOM, PART = "sans_medecin_traitant_2024", "part_sans_medecin_traitant_2024"
VRAI = 1e-6


def draw_file(atlas) -> dict[str, tuple[int, int]]:
    """Draw the inhabitants without médecin traitant and the insured of each commune of Haute-Saône."""
    hasard = np.random.default_rng(14)
    communes = atlas.communes[atlas.communes["code_departement"].isin(["70"])]
    assures = (communes["population"] * 0.8).astype(int)
    return {
        code: (int(hasard.binomial(nombre, 0.08)), int(nombre)) for code, nombre in assures.items()
    }


def write(cellules: dict[str, tuple[int, int]]) -> str:
    lignes = "".join(
        f"{code};{'NS' if 0 < sans <= 10 and int(code[-1:]) % 2 else sans};{assures}\n"
        for code, (sans, assures) in cellules.items()
    )
    return f"codgeo;sans_medecin_traitant_declare;Assurés de 16 ans et plus\n{lignes}"


@pytest.fixture(scope="module")
def cellules(atlas):
    return draw_file(atlas)


@pytest.fixture(scope="module")
def importe(tmp_path_factory, atlas, cellules):
    depot = Depot(tmp_path_factory.mktemp("var"), LIVRES.parent)
    examen = examine("synthetique_2024.csv", write(cellules).encode(), atlas)
    pret = prepare(depot, [examen], SOURCE, depuis=depot.actuel(), atlas=atlas)
    publish(depot, pret)
    return load_indicateurs(depot.actuel(), atlas)


def figure(atlas, nom, territoire):
    (mesure,) = evaluate(atlas, atlas.registre[nom], territoire, "fonctionnement", indicatifs=True)
    return mesure


def known(mesure) -> tuple[float, float] | None:
    """Return between what a count is, as the application says it."""
    if mesure.bornes:
        return mesure.bornes
    return None if mesure.valeur is None else (mesure.valeur, mesure.valeur)


def tighten(contraintes, bas: np.ndarray, haut: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Propagate « the sum of these cells is between » until nothing moves."""
    bas, haut = bas.copy(), haut.copy()
    while True:
        avant = haut.sum() - bas.sum()
        for cases, (minimum, maximum) in contraintes:
            reste_bas, reste_haut = bas[cases].sum() - bas[cases], haut[cases].sum() - haut[cases]
            bas[cases] = np.maximum(bas[cases], minimum - reste_haut)
            haut[cases] = np.minimum(haut[cases], maximum - reste_bas)
        if haut.sum() - bas.sum() >= avant - VRAI:
            return bas, haut


def determined(contraintes, nombre: int) -> np.ndarray:
    """Return which cells the exact figures determine, other cells being free."""
    exactes = [cases for cases, (bas, haut) in contraintes if haut - bas < VRAI]
    matrice = np.zeros((len(exactes), nombre))
    for ligne, cases in enumerate(exactes):
        matrice[ligne, cases] = 1
    # A cell is determined where its unit vector is in the space of the rows.
    _, valeurs, base = np.linalg.svd(matrice, full_matrices=False)
    base = base[valeurs > VRAI]
    return np.isclose((base**2).sum(axis=0), 1)


def attack(atlas, cellules) -> tuple[list, np.ndarray, np.ndarray, np.ndarray]:
    """Gather every figure of the application, and say what it tells of each cell."""
    codes = list(cellules)
    places = {code: rang for rang, code in enumerate(codes)}
    choix = list_choices(atlas)
    siens = [any(d == "70" for d in departements) for departements in choix["departements"]]
    territoires = [parse_territoire(atlas, adresse) for adresse in choix.index[siens]]
    territoires += [parse_territoire(atlas, f"communes:{code}") for code in codes[::5]]
    # Free lists, each with one commune less than the one before.
    territoires += [
        parse_territoire(atlas, f"communes:{'.'.join(codes[debut:60])}") for debut in range(40)
    ]
    zones = find_zones(atlas, find_etats(atlas, "fonctionnement", indicatifs=True), [])
    for zone in zones.table.index:
        siennes = zones.membres.index[zones.membres == zone]
        territoires.append(make_list(atlas, siennes, zone))
    contraintes = []
    for territoire in territoires:
        cases = np.array([places[c] for c in territoire.codes_communes if c in places], dtype=int)
        if not len(cases):
            continue
        if dit := known(figure(atlas, NOM, territoire)):
            contraintes.append((cases, dit))
        # A share times its denominator, which is known.
        assures = sum(cellules[codes[case]][1] for case in cases)
        if (part := known(figure(atlas, PART, territoire))) and assures > 10:
            petits = sum(10 for case in cases if cellules[codes[case]][1] <= 10)
            contraintes.append(
                (cases, ((part[0] / 100 * (assures - petits)), part[1] / 100 * (assures + petits)))
            )
    for zone in zones.table.index:
        siennes = zones.membres.index[zones.membres == zone]
        cases = np.array([places[code] for code in siennes if code in places], dtype=int)
        if len(cases):
            dit = zones.table.loc[zone, [f"{NOM} (bas)", f"{NOM} (haut)"]].to_numpy("float64")
            contraintes.append((cases, (dit[0], dit[1])))
    secrets = np.array([0 < sans <= 10 for sans, _ in cellules.values()])
    vrais = np.array([sans for sans, _ in cellules.values()], dtype=float)
    bas, haut = np.where(secrets, 1, vrais), np.where(secrets, 10, vrais)
    apres = tighten(contraintes, bas, haut)
    # What is told is true.
    assert (apres[0] <= vrais + VRAI).all()
    assert (apres[1] >= vrais - VRAI).all()
    return contraintes, secrets, apres[0], apres[1]


@pytest.fixture(scope="module")
def attaque(importe, cellules):
    return attack(importe, cellules)


def test_no_figure_of_the_application_tightens_a_withheld_cell(attaque, cellules):
    contraintes, secrets, bas, haut = attaque
    assert secrets.sum() > 100
    assert bas[secrets] == pytest.approx(1, abs=1e-3)
    assert haut[secrets] == pytest.approx(10, abs=1e-3)
    assert not (determined(contraintes, len(cellules)) & secrets).any()


def test_the_attack_finds_a_cell_that_a_total_gives_away(attaque, cellules):
    contraintes, secrets, *_ = attaque
    vrais = np.array([sans for sans, _ in cellules.values()], dtype=float)
    case = int(np.flatnonzero(secrets)[0])
    groupe = np.array([case, int(np.flatnonzero(~secrets)[0])])
    fuite = [*contraintes, (groupe, (vrais[groupe].sum(), vrais[groupe].sum()))]
    bas, haut = tighten(fuite, np.where(secrets, 1, vrais), np.where(secrets, 10, vrais))
    assert bas[case] == haut[case] == vrais[case]
    assert determined(fuite, len(cellules))[case]


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_two_free_lists_that_differ_by_a_withheld_commune_say_only_its_bounds(
    importe, cellules, data
):
    secretes = [code for code, (sans, _) in cellules.items() if 0 < sans <= 10]
    autres = data.draw(
        st.lists(st.sampled_from(sorted(cellules)), min_size=1, max_size=12, unique=True)
    )
    une = data.draw(st.sampled_from(secretes))
    sans = [code for code in autres if code != une]
    if not sans:
        return
    for nom in (NOM, PART):
        grande = figure(
            importe, nom, parse_territoire(importe, f"communes:{'.'.join([*sans, une])}")
        )
        assert grande.valeur is None
    petite, grande = (
        known(figure(importe, NOM, parse_territoire(importe, f"communes:{'.'.join(liste)}")))
        for liste in (sans, [*sans, une])
    )
    assert grande[0] - petite[0] == 1
    assert grande[1] - petite[1] == 10


def test_another_year_says_nothing_of_a_withheld_cell_of_the_first(
    tmp_path, atlas, importe, cellules
):
    """No figure mixes two years: those of the first one are what they were, whatever the second one knows."""
    depot = Depot(tmp_path / "var", LIVRES.parent)
    avant = atlas
    for annee, decalage in ((2024, 0), (2025, 12)):
        autre = {
            code: (sans + decalage, nombre + decalage) for code, (sans, nombre) in cellules.items()
        }
        examen = examine(f"synthetique_{annee}.csv", write(autre).encode(), avant)
        publish(depot, prepare(depot, [examen], SOURCE, depuis=depot.actuel(), atlas=avant))
        avant = load_indicateurs(depot.actuel(), atlas)
    assert [i.millesime for i in avant.registre.series(avant.registre[NOM])] == ["2024", "2025"]
    for adresse in ("cpts:cpts-luxeuil", "dep:70", "dep:25", "communes:70258"):
        for nom in (NOM, PART):
            siens = [figure(a, nom, parse_territoire(a, adresse)) for a in (importe, avant)]
            assert siens[0] == siens[1]


# ---- what the columns of a file say of one another

CODES = ("70311", "70258", "70550", "70279", "70400")


def read(atlas, texte: str, choix: Choix | None = None) -> dict[str, Valeurs]:
    examen = examine("synthetique_2024.csv", texte.encode(), atlas, choix)
    return {
        i.nom: i.lignes.termes.valeurs.take(
            [i.lignes.places.index(code) for code in CODES if code in i.lignes.places]
        )
        for i in examen.indicateurs
    }


def table(**colonnes) -> str:
    lignes = zip(CODES, *colonnes.values(), strict=True)
    return "\n".join([";".join(["codgeo", *colonnes]), *(";".join(map(str, li)) for li in lignes)])


def add_up(colonne: str, **autres: str) -> Choix:
    return Choix(
        colonne=colonne, unite="personnes", agreger="somme", millesime="2024", source="S", **autres
    )


def tighten_columns(colonnes: dict[str, Valeurs], totaux) -> None:
    """Propagate « a total is the sum of its parts » over the rows, from what may be said of each cell."""
    for _ in range(12):
        for total, parties in totaux:
            somme, entier = [colonnes[p] for p in parties], colonnes[total]
            np.maximum(entier.bas, sum(p.bas for p in somme), out=entier.bas)
            np.minimum(entier.haut, sum(p.haut for p in somme), out=entier.haut)
            for partie in somme:
                autres = [p for p in somme if p is not partie]
                with np.errstate(invalid="ignore"):
                    bas = entier.bas - sum(p.haut for p in autres)
                    haut = entier.haut - sum(p.bas for p in autres)
                np.fmax(partie.bas, bas, out=partie.bas)
                np.fmin(partie.haut, haut, out=partie.haut)


def import_each(atlas, **colonnes) -> dict[str, Valeurs]:
    """Import the columns of a file one after the other, as a planner may."""
    texte = table(**colonnes)
    return {nom: next(iter(read(atlas, texte, add_up(nom)).values())) for nom in colonnes}


def test_a_total_of_which_a_part_is_withheld_lies_between_the_sums_of_their_bounds(atlas):
    lues = import_each(
        atlas,
        hommes=(60, "NS", 30, 20, 41),
        femmes=(60, 20, 40, 30, 52),
        ensemble=(120, 27, 70, 50, 93),
    )
    assert lues["ensemble"].secrets.tolist() == [False, True, False, False, False]
    assert (lues["ensemble"].bas[1], lues["ensemble"].haut[1]) == (21, 30)
    assert lues["femmes"].bas[1] == 20


effectifs = st.one_of(st.integers(1, 10), st.integers(11, 60))
lignes_possibles = st.tuples(effectifs, st.integers(11, 60), st.floats(0, 1))


@settings(max_examples=20, deadline=None)
@given(
    lignes=st.lists(lignes_possibles, min_size=5, max_size=5), marquees=st.sets(st.integers(0, 4))
)
def test_columns_imported_one_after_the_other_do_not_tighten_a_withheld_cell(
    atlas, lignes, marquees
):
    """By sex and by age, with their total: what divides it in one way says nothing of the other."""
    hommes, femmes, parts = (list(valeurs) for valeurs in zip(*lignes, strict=True))
    ensemble = [h + f for h, f in zip(hommes, femmes, strict=True)]
    jeunes = [int(part * total) for part, total in zip(parts, ensemble, strict=True)]
    ages = [total - jeune for total, jeune in zip(ensemble, jeunes, strict=True)]
    petits = np.array([h <= 10 for h in hommes])
    vus = ["NS" if h <= 10 and rang in marquees else h for rang, h in enumerate(hommes)]
    if "NS" not in vus or sum(v != "NS" for v in vus) < 3:
        return
    vrais = {
        "hommes": hommes, "femmes": femmes, "ensemble": ensemble, "jeunes": jeunes, "ages": ages,
    }  # fmt: skip
    lues = import_each(atlas, **(vrais | {"hommes": vus}))
    tighten_columns(lues, [("ensemble", ("hommes", "femmes")), ("ensemble", ("jeunes", "ages"))])
    assert (lues["hommes"].bas[petits] == 1).all()
    assert (lues["hommes"].haut[petits] == 10).all()
    for nom, siens in vrais.items():
        assert (lues[nom].bas <= siens).all()
        assert (lues[nom].haut >= siens).all()


def test_a_column_equal_to_a_withheld_one_is_withheld_too(atlas):
    texte = table(a=(60, "NS", 30, 20, 41), copie=(60, 7, 30, 20, 41))
    (lues,) = read(atlas, texte, add_up("copie")).values()
    assert (lues.bas[1], lues.haut[1]) == (1, 10)


RATES = {
    "taux": ("8,0", "1,8", "10,0", "5,0", "9,1"),
    "reste": ("92,0", "98,2", "90,0", "95,0", "90,9"),
}
COUNTS = (120, 7, 70, 50, 82)
INSURED = (1500, 400, 700, 1000, 900)


@pytest.mark.parametrize("marque", [7, "NS"])
@pytest.mark.parametrize(
    ("colonne", "unite"), [("taux", "%"), ("reste", "%"), ("fraction", "part")]
)
def test_a_rate_does_not_give_the_count_away_whatever_its_form(atlas, marque, colonne, unite):
    nombres = (120, marque, 70, 50, 82)
    fractions = ("0,080", "0,018", "0,100", "0,050", "0,091")
    texte = table(sans_medecin_traitant=nombres, assures=INSURED, **RATES, fraction=fractions)
    choix = Choix(
        colonne=colonne,
        unite=unite,
        agreger="moyenne pondérée par assures",
        millesime="2024",
        source="S",
    )
    (lues,) = read(atlas, texte, choix).values()
    assert lues.secrets.tolist() == [False, True, False, False, False]
    facteur = 1 if unite == "part" else 100
    donne = np.sort((lues.bas[1], lues.haut[1])) * 400 / facteur
    donne = 400 - donne[::-1] if colonne == "reste" else donne
    assert donne[0] <= 1 + VRAI
    assert donne[1] >= 10 - VRAI


@pytest.mark.parametrize(("nombre", "taux"), [(1, "0,2"), (1, "0,3"), (6, "1,5"), (10, "2,5")])
def test_the_bounds_of_a_withheld_rate_depend_on_its_denominator_alone(atlas, nombre, taux):
    texte = table(
        nombre_sans_medecin_traitant=(120, nombre, 70, 50, 82),
        taux_sans_medecin_traitant=("8,0", taux, "10,0", "5,0", "9,1"),
        assures=INSURED,
    )
    lues = read(atlas, texte)["taux_sans_medecin_traitant_2024"]
    assert (lues.bas[1], lues.haut[1]) == (0.25, 2.5)


def test_the_recognised_rate_beside_a_small_count_is_withheld(atlas):
    texte = table(
        nombre_sans_medecin_traitant=COUNTS,
        taux_sans_medecin_traitant=RATES["taux"],
        assures=INSURED,
    )
    lues = read(atlas, texte)
    assert lues["taux_sans_medecin_traitant_2024"].secrets[1]
    assert lues["sans_medecin_traitant_2024"].secrets[1]


def test_a_small_denominator_is_withheld_with_its_numerator(atlas):
    texte = table(
        sans_medecin_traitant_declare=(120, "NS", 70, 50, 82), assures=(1500, 1, 700, 1000, 900)
    )
    examen = examine("synthetique_2024.csv", texte.encode(), atlas)
    poids = next(i for i in examen.indicateurs if i.nom == PART).lignes.termes.poids
    assert (poids.bas[1], poids.haut[1]) == (1, 10)


@pytest.mark.parametrize("code", ["70000", "70999"])
def test_a_total_mixed_in_the_rows_is_not_read(atlas, code):
    texte = table(sans_medecin_traitant_declare=(120, "NS", 70, 50, 82), assures=INSURED)
    texte += f"\n{code};329;4500\n247000722;329;4500\nTotal;329;4500"
    examen = examine("synthetique_2024.csv", texte.encode(), atlas)
    for indicateur in examen.indicateurs:
        assert code not in indicateur.lignes.places
    assert any(code in r.message for r in examen.remarques)
    departement = next(i for i in examen.indicateurs if i.nom == NOM).chiffres["departement:70"]
    assert departement.bornes == (323, 332)


def test_the_region_and_france_are_withheld_with_a_department():
    places = ["departement:70", "departement:25", "region:27", "region:44", "france"]
    regions = ["region:27", "region:27", "region:27", "region:44", ""]
    bas = np.array([1.0, 40, 47, 60, 107])
    valeurs = Valeurs(bas, np.array([10.0, 40, 47, 60, 107]), np.array([True, *[False] * 4]))
    tues = withhold_totals(places, regions, valeurs)
    assert tues.secrets.tolist() == [True, False, True, False, True]
    assert np.isinf(tues.haut[[2, 4]]).all()


def test_a_file_without_any_withheld_count_is_left_as_it_is(atlas):
    texte = table(lits=(3, 0, 7, 12, 40), places=(1, 2, 3, 4, 5), total=(4, 2, 10, 16, 45))
    (lues,) = read(atlas, texte, add_up("lits")).values()
    assert not lues.secrets.any()
    assert lues.bas.tolist() == [3, 0, 7, 12, 40]
