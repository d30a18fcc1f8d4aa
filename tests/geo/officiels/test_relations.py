"""Try to recover one withheld count from the columns of its file, whatever they are made of.

The attacker knows all that the application would keep of every column, and how each is made of the others: what it may
be is tightened until nothing moves. It must not get narrower than the bounds of the count itself.
"""

import numpy as np
import pytest

from geo.officiels.secret import find_secrets
from geo.officiels.table import Table

BORNES = (1.0, 10.0)
N = 40


def draw(graine: int = 3, minimum: int = 11, maximum: int = 90) -> list[np.ndarray]:
    """Draw eight columns of counts; the first one is 7 on the row that its file withholds."""
    hasard = np.random.default_rng(graine)
    colonnes = [hasard.integers(minimum, maximum, N) for _ in range(8)]
    colonnes[0][20] = 7
    return colonnes


def make(colonnes: dict[str, object], fichier: str = "synthetique.csv") -> Table:
    titres = ("codgeo", *colonnes)
    nombre = len(next(iter(colonnes.values())))
    codes = tuple(f"70{rang:03d}" for rang in range(1, nombre + 1))
    lignes = tuple(tuple(map(str, ligne)) for ligne in zip(codes, *colonnes.values(), strict=True))
    return Table(
        fichier, "", "commune", titres, ("",) * len(titres), lignes, tuple(range(2, nombre + 2)),
        codes, {"code_commune": 0},
    )  # fmt: skip


def mark(colonne, lignes=(20,)) -> list:
    return ["NS" if rang in lignes else valeur for rang, valeur in enumerate(colonne)]


def keep(colonnes: dict[str, object], bornes=BORNES) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return between what each cell is, as the application would keep it."""
    table = make(colonnes)
    secrets = find_secrets(table, bornes, [])
    gardees = {}
    for rang, titre in enumerate(table.titres[1:], start=1):
        if rang in secrets.comptes:
            lues = secrets.comptes[rang]
        elif rang in secrets.autres:
            lues = secrets.withhold_rates(secrets.autres[rang], rang)
        else:
            brutes = np.array([float(str(v).replace(",", ".")) for v in colonnes[titre]])
            gardees[titre] = (brutes, brutes)
            continue
        gardees[titre] = (lues.bas, lues.haut)
    return gardees


def recover(gardees, relations, ligne: int = 20) -> dict[str, tuple[float, float]]:
    """Tighten the cells of a row: each relation is columns with their factors, whose sum is nil."""
    bas = {titre: float(b[ligne]) for titre, (b, _) in gardees.items()}
    haut = {titre: float(h[ligne]) for titre, (_, h) in gardees.items()}
    for _ in range(20):
        for relation in relations:
            for titre, poids in relation.items():
                reste = [(bas[t] * p, haut[t] * p) for t, p in relation.items() if t != titre]
                minimum = -sum(max(paire) for paire in reste) / poids
                maximum = -sum(min(paire) for paire in reste) / poids
                bas[titre] = max(bas[titre], min(minimum, maximum))
                haut[titre] = min(haut[titre], max(minimum, maximum))
    return {titre: (bas[titre], haut[titre]) for titre in bas}


def total(nom: str, *parties: str) -> dict[str, float]:
    return {nom: -1.0, **dict.fromkeys(parties, 1.0)}


def is_hidden(intervalle: tuple[float, float], bornes=BORNES) -> bool:
    return intervalle[0] <= bornes[0] + 1e-6 and intervalle[1] >= bornes[1] - 1e-6


def test_the_attack_recovers_a_count_from_a_total_that_is_kept():
    a, b, *_ = draw()
    gardees = {"a": (np.where(a == 7, 1, a), np.where(a == 7, 10, a)), "b": (b, b)}
    gardees["t"] = (a + b, a + b)
    assert recover(gardees, [total("t", "a", "b")])["a"] == (7, 7)


@pytest.mark.parametrize("faux", [0, 1, 3])
def test_a_total_that_is_wrong_on_some_rows_gives_nothing_away(faux):
    a, b, *_ = draw()
    somme = a + b
    somme[:faux] += 2
    gardees = keep({"a": mark(a), "b": b, "t": somme})
    assert is_hidden(recover(gardees, [total("t", "a", "b")])["a"])
    assert gardees["t"][0][20] == b[20] + 1
    # What is wrong elsewhere is kept as the file gives it.
    assert gardees["t"][0][0] == somme[0]


def test_the_withheld_row_itself_may_be_the_wrong_one():
    a, b, *_ = draw()
    somme = a + b
    somme[20] += 30
    gardees = keep({"a": mark(a), "b": b, "t": somme})
    assert gardees["t"][0][20] <= somme[20] <= gardees["t"][1][20]
    assert gardees["t"][1][20] == np.inf


def test_columns_that_do_not_make_a_total_are_left_as_they_are():
    a, b, c, d, e, f, g, h = draw()
    somme = a + b
    somme[:20] += np.arange(1, 21)
    gardees = keep(
        dict(zip("abcdefgh", (mark(a), b, c, d, e, f, g, h), strict=True)) | {"t": somme}
    )
    for titre, vraies in zip("bcdefght", (b, c, d, e, f, g, h, somme), strict=True):
        assert (gardees[titre][0] == vraies).all()
        assert (gardees[titre][1] == vraies).all()


@pytest.mark.parametrize("parties", ["aceg", "ach", "afg", "adfh", "bdah"])
@pytest.mark.parametrize("faux", [0, 2])
def test_a_total_of_parts_that_are_not_neighbours_gives_nothing_away(parties, faux):
    colonnes = dict(zip("abcdefgh", draw(), strict=True))
    somme = sum(colonnes[p] for p in parties)
    somme[5 : 5 + faux] -= 1
    gardees = keep(colonnes | {"a": mark(colonnes["a"]), "t": somme})
    assert is_hidden(recover(gardees, [total("t", *parties)])["a"])


def test_a_difference_is_a_total_the_other_way_round():
    a, b, c, *_ = draw(minimum=30)
    solde = b - a - c
    assert (solde < 0).any()
    gardees = keep({"a": mark(a), "b": b, "c": c, "solde": solde})
    assert is_hidden(recover(gardees, [{"b": 1, "a": -1, "c": -1, "solde": -1}])["a"])


def test_many_negative_figures_are_still_figures():
    hasard = np.random.default_rng(8)
    a, b = draw()[0], hasard.integers(100, 4000, N)
    solde = a - b
    assert len(set(solde)) > 30
    gardees = keep({"a": mark(a), "b": b, "solde": solde})
    assert is_hidden(recover(gardees, [{"a": 1, "b": -1, "solde": -1}])["a"])


@pytest.mark.parametrize("sens", [1, -1])
def test_a_running_total_gives_nothing_away(sens):
    a, b, *_ = draw()
    cumul = np.cumsum(a[::sens])[::sens]
    gardees = keep({"a": mark(a), "b": b, "cumul": cumul})
    bas, haut = gardees["cumul"]
    avant = 20 - sens
    assert bas[20] - haut[avant] <= 1
    assert haut[20] - bas[avant] >= 10
    assert (bas <= cumul).all()
    assert (haut >= cumul).all()


def test_a_running_total_across_the_columns_gives_nothing_away():
    a, b, c, d, *_ = draw()
    c[20] = 7
    gardees = keep(
        {
            "a": a,
            "ab": a + b,
            "abc": a + b + c,
            "abcd": a + b + c + d,
            "b": b,
            "c": mark(c, (20,)),
            "d": d,
        }
    )
    relations = [total("abc", "ab", "c"), total("abcd", "abc", "d"), total("abc", "a", "b", "c")]
    assert gardees["c"][0][20] == 1
    assert is_hidden(recover(gardees, relations)["c"])


def test_two_sums_that_are_equal_give_nothing_away_without_their_total():
    a, b, *_ = draw(minimum=30)
    e = a + b + 60
    jeunes = e // 3
    colonnes = {"a": mark(a), "b": b + 60, "jeunes": jeunes, "vieux": e - jeunes}
    gardees = keep(colonnes)
    relation = {"a": 1, "b": 1, "jeunes": -1, "vieux": -1}
    assert is_hidden(recover(gardees, [relation])["a"])


def test_a_part_that_is_nil_or_withheld_everywhere_is_a_part():
    _, b, c, *_ = draw()
    rare = np.zeros(N, dtype=int)
    rare[[4, 9, 20, 33]] = (3, 5, 7, 2)
    gardees = keep({"rare": mark(rare, (4, 9, 20, 33)), "b": b, "c": c, "t": b + c + rare})
    assert is_hidden(recover(gardees, [total("t", "rare", "b", "c")])["rare"])


RATES = {
    "pour mille": (lambda a, p: np.round(1e3 * a / p, 2), 1e3),
    "pour 250": (lambda a, p: np.round(250 * a / p, 3), 250),
    "pour douze": (lambda a, p: np.round(12 * a / p, 4), 12),
    "pour million": (lambda a, p: np.round(1e6 * a / p), 1e6),
    "part": (lambda a, p: np.round(a / p, 4), 1),
    "cut": (lambda a, p: np.floor(1e4 * a / p) / 100, 100),
}


def tell_by_rate(gardees, titre, facteur, denominateur, ligne=20) -> tuple[float, float]:
    bas, haut = (borne[ligne] * denominateur[ligne] / facteur for borne in gardees[titre])
    return min(bas, haut), max(bas, haut)


@pytest.mark.parametrize("nom", RATES)
@pytest.mark.parametrize("faux", [0, 2])
def test_a_rate_of_any_factor_gives_nothing_away(nom, faux):
    a, *_ = draw()
    population = np.random.default_rng(5).integers(150, 3000, N)
    rate, facteur = RATES[nom]
    taux = rate(a, population).astype(float)
    taux[:faux] *= 1.5
    gardees = keep({"a": mark(a), "pop": population, "taux": taux})
    assert is_hidden(tell_by_rate(gardees, "taux", facteur, population))


@pytest.mark.parametrize("facteur", [100, 1000])
def test_what_is_left_of_a_rate_gives_nothing_away(facteur):
    a, *_ = draw()
    population = np.random.default_rng(5).integers(150, 3000, N)
    reste = np.round(facteur * (1 - a / population), 2)
    gardees = keep({"a": mark(a), "pop": population, "reste": reste})
    bas, haut = (population[20] * (1 - b[20] / facteur) for b in gardees["reste"])
    assert is_hidden((min(bas, haut), max(bas, haut)))


def test_a_change_gives_nothing_away():
    a, *_ = draw()
    avant = np.random.default_rng(5).integers(12, 80, N)
    evolution = np.round(100 * (a - avant) / avant, 1)
    gardees = keep({"a": mark(a), "avant": avant, "evolution": evolution})
    bas, haut = (avant[20] * (1 + b[20] / 100) for b in gardees["evolution"])
    assert is_hidden((min(bas, haut), max(bas, haut)))


@pytest.mark.parametrize("rate", [lambda a, b, p: a / (b + p), lambda a, b, p: (a + b) / p])
def test_a_rate_of_sums_gives_nothing_away(rate):
    a, b, *_ = draw()
    p = np.random.default_rng(5).integers(150, 3000, N)
    taux = np.round(100 * rate(a, b, p), 2)
    gardees = keep({"a": mark(a), "b": b, "p": p, "taux": taux})
    bas, haut = (borne[20] / 100 for borne in gardees["taux"])
    assert bas <= rate(1, b[20], p[20]) + 1e-9
    assert haut >= rate(10, b[20], p[20]) - 1e-9


@pytest.mark.parametrize("diviseur", [1000, 37, 0.5, 1 / 3])
def test_a_copy_to_a_factor_gives_nothing_away(diviseur):
    """In thousands, per month, or the share of all that the column adds up to."""
    a, b, *_ = draw()
    copie = np.round(a / diviseur, 6)
    copie = copie.astype(int) if (copie == copie.astype(int)).all() else copie
    gardees = keep({"a": mark(a), "b": b, "copie": copie})
    bas, haut = (borne[20] * diviseur for borne in gardees["copie"])
    assert is_hidden((bas, haut))


def test_the_share_of_the_sum_of_a_column_gives_nothing_away():
    a, b, *_ = draw()
    gardees = keep({"a": mark(a), "b": b, "repartition": np.round(100 * a / a.sum(), 3)})
    bas, haut = (borne[20] * a.sum() / 100 for borne in gardees["repartition"])
    assert is_hidden((bas, haut), (1.1, 9.9))


def test_a_withheld_denominator_is_hidden_by_its_rate():
    a, *_ = draw()
    medecins = np.random.default_rng(5).integers(60, 900, N)
    gardees = keep({"a": mark(a), "medecins": medecins, "ratio": np.round(medecins / a, 3)})
    bas, haut = (borne[20] for borne in gardees["ratio"])
    assert medecins[20] / haut <= 1 + 1e-6
    assert medecins[20] / bas >= 10 - 1e-6


def test_a_rate_of_something_else_is_left_as_it_is():
    a, b, c, *_ = draw()
    hasard = np.random.default_rng(9)
    taux, note = np.round(hasard.uniform(2, 40, N), 1), np.full(N, 3)
    gardees = keep({"a": mark(a), "b": b, "c": c, "taux": taux, "note": note})
    for titre, vraies in (("taux", taux), ("note", note)):
        assert (gardees[titre][0] == vraies).all()
        assert (gardees[titre][1] == vraies).all()


def test_a_cell_that_is_withheld_above_the_threshold_has_no_bounds():
    a, b, *_ = draw()
    a[20], a[3] = 25, 4
    table = make({"a": mark(a, (3, 20)), "b": b, "t": a + b})
    secrets = find_secrets(table, BORNES, [])
    lues = secrets.comptes[1]
    assert (lues.bas[20], lues.haut[20]) == (0, np.inf)
    assert (lues.bas[3], lues.haut[3]) == (1, 10)
    assert secrets.dementis == {1: 1}
    entier = secrets.comptes[3]
    assert entier.secrets[20]
    assert entier.bas[20] <= a[20] + b[20] <= entier.haut[20]


@pytest.mark.parametrize("autre", ["copie", "taux", "zero"])
def test_a_copy_a_rate_or_a_nil_tells_as_much(autre):
    a, b, *_ = draw()
    a[20] = 0 if autre == "zero" else 25
    population = np.random.default_rng(5).integers(150, 3000, N)
    colonnes = {
        "copie": {"copie": a},
        "taux": {"pop": population, "taux": np.round(100 * a / population, 2)},
        "zero": {"b": b, "t": a + b},
    }[autre]
    secrets = find_secrets(make({"a": mark(a), **colonnes}), BORNES, [])
    assert (secrets.comptes[1].bas[20], secrets.comptes[1].haut[20]) == (0, np.inf)
    assert secrets.dementis == {1: 1}


def test_what_agrees_by_chance_does_not_deny_what_another_column_bears_out():
    """All are old but on the row that is withheld: the old are the sum of both sexes as well as all are."""
    a, b, *_ = draw()
    jeunes = np.where(a == 7, a + b, 0)
    colonnes = {"a": mark(a), "b": b, "t": a + b, "jeunes": jeunes, "vieux": a + b - jeunes}
    secrets = find_secrets(make(colonnes), BORNES, [])
    assert not secrets.dementis
    assert (secrets.comptes[1].bas[20], secrets.comptes[1].haut[20]) == (1, 10)


def test_a_file_that_withholds_under_its_threshold_has_nothing_denied():
    a, b, *_ = draw()
    assert not find_secrets(make({"a": mark(a), "b": b, "t": a + b}), BORNES, []).dementis


@pytest.mark.parametrize("parties", ["ab", "abc", "a"])
def test_a_withheld_total_of_which_the_parts_are_known_is_not_given_back(parties):
    colonnes = {p: c for p, c in zip("abc", draw(minimum=20), strict=False) if p in parties}
    colonnes["a"][20] = 31
    somme = sum(colonnes.values())
    # Before its parts and after them.
    for ordre in ({"t": mark(somme)} | colonnes, colonnes | {"t": mark(somme)}):
        bas, haut = recover(keep(ordre), [total("t", *parties)])["t"]
        assert haut - bas >= 9
        assert bas <= somme[20] <= haut


def test_columns_that_are_known_on_few_rows_together_still_tell():
    """Each column withholds its own rows: those where a total and all of its parts are known are not those of others."""
    hasard = np.random.default_rng(2)
    nombre = 2_000
    vraies = {f"c{rang}": hasard.integers(11, 400, nombre) for rang in range(20)}
    vraies["c0"][20] = 7
    population = hasard.integers(900, 9000, nombre)
    caches = {
        titre: np.where(
            hasard.random(nombre) < (0.97 if titre == "c0" else 0.5),
            "NS",
            vraies[titre].astype(str),
        )
        for titre in vraies
    }
    caches["c0"][20] = "NS"
    for titre in ("c7", "c15"):
        caches[titre][20] = vraies[titre][20]
    somme = vraies["c0"] + vraies["c7"] + vraies["c15"]
    taux = np.round(100 * vraies["c0"] / population, 2)
    # They hide more than the threshold: only the row that is looked at is that of a small count.
    gardees = keep(caches | {"pop": population, "t": somme, "taux": taux}, (1.0, 399.0))
    assert is_hidden(recover(gardees, [total("t", "c0", "c7", "c15")])["c0"], (1, 399))
    bas, haut = (b[20] * population[20] / 100 for b in gardees["taux"])
    assert is_hidden((bas, haut), (1.1, 398.9))


def test_a_rate_that_is_withheld_with_its_count_denies_nothing():
    a, *_ = draw()
    population = np.random.default_rng(5).integers(5000, 9000, N)
    taux = mark(np.round(100 * a / population, 3))
    secrets = find_secrets(make({"a": mark(a), "pop": population, "taux": taux}), BORNES, [])
    assert not secrets.dementis
    assert (secrets.comptes[1].bas[20], secrets.comptes[1].haut[20]) == (1, 10)


def test_small_parts_of_a_small_total_are_not_tightened_by_it():
    a, b, c, *_ = draw()
    a[20], b[20], c[20] = 3, 2, 4
    gardees = keep({"a": mark(a), "b": b, "c": c, "t": a + b + c})
    assert is_hidden(recover(gardees, [total("t", "a", "b", "c")])["a"])


def test_many_columns_with_nothing_withheld_are_left_alone():
    a, b, c, *_ = draw(minimum=0, maximum=12)
    assert not find_secrets(make({"a": a, "b": b, "c": c, "t": a + b + c}), BORNES, []).comptes
