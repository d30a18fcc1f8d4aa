"""The scripts of the browser: what is pure runs by its own engine alone; all of it is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from rendu.carte.palette import BIVARIEE, BLANC, ENCRE, SOMBRES
from rendu.scripts import CARTE, LECTEUR, STATIC, join_script
from tests.rendu.carte.test_palette import contrast

PURS = (
    "carte/etats.js",
    "carte/croisement.js",
    "carte/contours.js",
    "carte/etiquettes.js",
    "lecteur/mots.js",
)
RANGS = st.sets(st.integers(0, 900))
NATIONALE, REGIONALE = True, False
VILLE = {"texte": "Vesoul", "lon": 6.1, "lat": 47.6, "genre": "ville", "departement": "70"}
PREFECTURE = VILLE | {"texte": "Dijon", "lon": 5.0, "lat": 47.3, "genre": "prefecture"}
DEPARTEMENT = {"texte": "JURA", "lon": 5.7, "lat": 46.7, "genre": "departement"}


@pytest.fixture(scope="module")
def moteur():
    """Start an engine without page: a script that asks for one fails."""
    moteur = MiniRacer()
    for nom in PURS:
        moteur.eval((STATIC / nom).read_text(encoding="utf-8"))
    return moteur


def call(moteur, fonction, *arguments):
    textes = ", ".join(json.dumps(argument) for argument in arguments)
    return json.loads(moteur.eval(f"JSON.stringify({fonction}({textes}))"))


@pytest.mark.parametrize("fichiers", [CARTE, LECTEUR])
def test_the_joined_script_can_be_read_and_holds_each_file_once(fichiers):
    assert len(set(fichiers)) == len(fichiers)
    MiniRacer().eval(f"new Function({json.dumps(join_script(fichiers))}); 0")


def test_every_file_is_in_a_script():
    listes = {*CARTE, *LECTEUR}
    dossiers = ("commun", "carte", "lecteur")
    assert listes == {
        f.relative_to(STATIC).as_posix() for d in dossiers for f in (STATIC / d).glob("*.js")
    }


@given(marques=RANGS, autres=RANGS)
def test_a_commune_is_marked_as_python_marks_it(moteur, marques, autres):
    nombre = f"{sum(1 << rang for rang in marques):x}"
    rangs = sorted(marques | autres)
    lus = moteur.eval(f"JSON.stringify({rangs}.map((rang) => estMarquee({nombre!r}, rang)))")
    assert json.loads(lus) == [rang in marques for rang in rangs]


def test_without_marks_no_commune_is_a_zone_blanche(moteur):
    assert moteur.eval("estMarquee(undefined, 3)") is False


@pytest.mark.parametrize(
    ("siennes", "formes", "blanche", "dit"),
    [
        ([], {}, False, "sans périmètre connu"),
        ([], {}, True, ["zone blanche : dans aucune CPTS comptée"]),
        ([[1, 1]], {1: "complet"}, False, ["B"]),
        ([[1, 0]], {1: "complet"}, False, ["B"]),
        ([[0, 0], [1, 1]], {0: "complet", 1: "etabli"}, False, ["A", "B"]),
        # A membership that rests on a hypothesis is not in the established part that is drawn.
        ([[1, 0]], {1: "etabli"}, False, "dans un périmètre indicatif masqué"),
        ([[1, 0]], {1: "repere"}, False, "dans un périmètre indicatif masqué"),
        ([[1, 0]], {}, False, "dans une CPTS que les filtres ne montrent pas"),
        ([[1, 1]], {1: "repere"}, False, "dans une CPTS que les filtres ne montrent pas"),
        ([[1, 1]], {}, False, "dans une CPTS que les filtres ne montrent pas"),
        ([[0, 1]], {0: "complet"}, True, ["A", "zone blanche : dans aucune CPTS comptée"]),
    ],
)
def test_a_commune_says_which_cpts_the_map_draws_it_in(moteur, siennes, formes, blanche, dit):
    montrees, masquee = json.loads(
        moteur.eval(
            "JSON.stringify([dessinees, estMasquee].map((f) => "
            f"f({siennes}, (rang) => ({json.dumps(formes)})[rang])))"
        )
    )
    noms = ["AB"[rang] for rang in montrees]
    assert call(moteur, "direCommune", blanche, siennes, noms, masquee) == dit


@pytest.mark.parametrize(
    ("siennes", "rangs", "dit"),
    [
        ([[0, 1], [1, 0]], [0, 1], ["A", "B"]),
        (
            [[0, 1, "43\xa0%"], [1, 1, "57\xa0%"]],
            [0, 1],
            ["partagée : A 43\xa0%, B 57\xa0% (parts estimées)"],
        ),
        (
            [[0, 1, "43\xa0%"], [1, 0, "57\xa0%"]],
            [0],
            ["prise en partie : A 43\xa0% (part estimée)"],
        ),
    ],
)
def test_a_split_commune_says_the_share_of_each_cpts(moteur, siennes, rangs, dit):
    donnees = f"{json.dumps(siennes)}, {rangs}"
    dits = moteur.eval(f'JSON.stringify(nommerCpts({donnees}, (rang) => "AB"[rang]))')
    assert json.loads(dits) == dit


@given(
    en_vue=st.lists(st.integers(1, 900), max_size=12),
    choisis=st.lists(st.integers(1, 900), max_size=4),
)
def test_communes_are_read_of_what_is_in_sight_or_chosen_as_long_as_they_are_few(
    moteur, en_vue, choisis
):
    listes = [[{"effectif": n} for n in effectifs] for effectifs in (en_vue, choisis)]
    lus = call(moteur, "((...a) => [...choisirProches(...a)])", *listes, 2000)
    attendus = next((liste for liste in listes if sum(d["effectif"] for d in liste) <= 2000), [])
    assert lus == attendus


def test_values_come_first_then_prefectures_marks_departments_and_towns(moteur):
    vues = [
        {"id": "a", "lat": 1, "lon": 2, "estRepere": False, "court": "Luxeuil"},
        {"id": "b", "lat": 47.6, "lon": 6.1, "estRepere": True},
        {"id": "c", "lat": 3, "lon": 4, "estRepere": False, "court": "le bassin"},
    ]
    autre = VILLE | {"texte": "Gray", "lon": 5.6}
    noms = call(
        moteur,
        "ordonnerNoms",
        vues,
        {"a": "10 %"},
        [autre, VILLE, PREFECTURE],
        [DEPARTEMENT],
        [{"texte": "Lure 39 043", "lon": 6.5, "lat": 47.7}],
        REGIONALE,
    )
    ordre = ["10 %", "Lure 39 043", "Dijon", "Luxeuil", "le bassin", "Vesoul", "JURA", "Gray"]
    assert [nom["texte"] for nom in noms] == ordre
    # The name of a town stands clear of the mark that it bears.
    assert [nom.get("ecart") for nom in noms] == [None, None, 8, None, None, 13, None, 8]


def test_a_national_view_names_prefectures_only_and_never_hides_a_value(moteur):
    vues = [{"id": "a", "lat": 1, "lon": 2, "estRepere": True}]
    noms = call(
        moteur, "ordonnerNoms", vues, {"a": "9"}, [VILLE, PREFECTURE], [DEPARTEMENT], [], NATIONALE
    )
    assert [(nom["texte"], nom["genre"]) for nom in noms] == [
        ("9", "valeur repere"),
        ("Dijon", "prefecture"),
    ]


@pytest.mark.parametrize(
    ("avant", "montree"),
    [
        # The first state; one that follows the same address, told before or after the choice; another address.
        (None, "a"),
        ({"tour": 1, "ind": "b", "fond": True}, "b"),
        ({"tour": 0, "ind": "b", "fond": True}, "a"),
    ],
)
def test_only_another_address_undoes_what_was_chosen_on_the_map(moteur, avant, montree):
    dite = {"tour": 1, "ind": "a", "fond": False, "zone": "c"}
    gardee = call(moteur, "garderReglages", dite, avant)
    assert (gardee["ind"], gardee["fond"]) == (montree, montree == "b")
    assert gardee["zone"] == "c"


@pytest.mark.parametrize(
    ("secondes", "ecrit"),
    [
        (-2, "0:00"),
        (0, "0:00"),
        (59.9, "0:59"),
        (247, "4:07"),
        (3_600, "1:00:00"),
        (3_847, "1:04:07"),
    ],
)
def test_a_time_that_has_passed_is_written_as_on_a_watch(moteur, secondes, ecrit):
    assert call(moteur, "ecrireDuree", secondes * 1000) == ecrit


def test_the_hour_is_written_in_french(moteur):
    assert moteur.eval("ecrireHeure(new Date(2026, 10, 22, 9, 5))") == "9\xa0h\xa005"


@pytest.mark.parametrize(
    ("choix", "vise"),
    [
        ({}, None),
        ({"selection": "cpts-gips", "commune": None}, "cpts=cpts-gips"),
        ({"selection": "cpts-gips", "commune": ["70279", "70"]}, "commune=70279"),
        ({"zone": "70310", "commune": ["70279", "70"]}, "zone=70310"),
    ],
)
def test_the_view_follows_what_was_chosen(moteur, choix, vise):
    assert call(moteur, "viser", choix) == vise


def test_an_outline_is_read_as_the_points_it_was_written_from(moteur):
    anneau = call(moteur, "formerAnneau", [60000, 470000, 10, 0, 0, 10], 10000)
    assert anneau == [[6, 47], [6.001, 47], [6.001, 47.001], [6, 47]]


def square(x, y):
    return {
        "geometry": {"coordinates": [[[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]]]}
    }


def test_a_group_is_outlined_without_the_borders_that_its_shapes_share(moteur):
    deux, seul = [square(0, 0), square(1, 0)], [square(0, 5)]
    bords = json.loads(
        moteur.eval(
            f"JSON.stringify(contournerGroupes({json.dumps(deux + seul)}, (rang) => [7, 7, undefined][rang]))"
        )
    )
    assert len(bords) == 6
    assert sorted([[1, 0], [1, 1]]) not in [sorted(bord) for bord in bords]


@pytest.mark.parametrize(("signe", "classe"), [("3", "3"), ("s", "-1"), ("-", "undefined")])
def test_a_class_is_read_from_its_figure(moteur, signe, classe):
    assert moteur.eval(f"String(lireClasse({signe!r}))") == classe
    assert moteur.eval("String(lireClasse(undefined))") == "undefined"


@pytest.mark.parametrize(("siennes", "place"), [(40, "42"), ([9, 8, 7], "7"), ([9], "undefined")])
def test_a_commune_has_its_place_among_the_territories_of_a_level(moteur, siennes, place):
    places = json.dumps({"70": siennes})
    assert moteur.eval(f"String(rangDans({places}, '70', 2))") == place
    assert moteur.eval(f"String(rangDans({places}, '25', 2))") == "undefined"


def test_the_level_that_is_shown_is_the_one_asked_for_or_stands_in_for_it(moteur):
    replis = {"a": {"cpts": ["communes", "Pas de niveau"]}, "b": {}}
    assert call(moteur, "trouverNiveau", replis, "a", "cpts") == ["communes", "Pas de niveau"]
    for ind in ("b", "inconnu"):
        assert call(moteur, "trouverNiveau", replis, ind, "epci") == ["epci", ""]


def test_the_year_of_a_series_is_found_from_its_indicator(moteur):
    series = {"x_2024": [["x_2023", "2023"], ["x_2024", "2024"]]}
    trouvee = call(moteur, "trouverSerie", series, "x_2023")
    assert (trouvee["dernier"], trouvee["rang"]) == ("x_2024", 0)
    assert call(moteur, "trouverSerie", series, "densite") == {
        "dernier": "densite",
        "annees": [],
        "rang": 0,
    }


def test_two_rates_cross_and_what_is_withheld_of_one_is_withheld(moteur):
    classes = call(moteur, "croiserTiers", "0122s-s", "0012-0-")
    assert classes[:4] == [0, 1, 5, 8]
    assert [moteur.eval(f"String(croiserTiers('s-s-', '0s--')[{n}])") for n in range(4)] == [
        "-1",
        "-1",
        "-1",
        "undefined",
    ]
    comptes = json.loads(
        moteur.eval(
            "JSON.stringify(compterCroisees(croiserTiers('0011s-', '00220-'), (rang) => rang))"
        )
    )
    assert comptes == {"cases": [1, 0, 0, 0, 0, 0, 0, 2, 0], "secretes": 1, "inconnues": 1}


def test_what_has_no_thirds_is_not_crossed(moteur):
    assert moteur.eval("String(croiserPeintures({ tiers: '0' }, {}, [], [], [], () => true))") == (
        "undefined"
    )


@pytest.mark.parametrize(
    ("sens", "coin"),
    [
        (["haut", "haut"], "en bas à gauche"),
        (["bas", "haut"], "en bas à droite"),
        (["haut", "bas"], "en haut à gauche"),
        (["bas", "bas"], "en haut à droite"),
    ],
)
def test_of_two_rates_the_worst_corner_is_named_where_both_say_which_way_is_better(
    moteur, sens, coin
):
    assert call(moteur, "direPire", sens) == f"Le moins favorable : le coin {coin}."
    assert call(moteur, "direPire", [sens[0], None]) == ""


@pytest.mark.parametrize("sombre", [True, False])
def test_counts_are_read_on_each_of_the_nine_colours(moteur, sombre):
    for couleur in BIVARIEE:
        teinte = SOMBRES[couleur] if sombre else couleur
        texte = BLANC if moteur.eval(f"estSombre({teinte!r})") else ENCRE
        assert contrast(teinte, texte) >= 4.3, teinte
