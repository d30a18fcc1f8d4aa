"""The declarations of indicators: what is read of them, what is wrong with them, what they compute."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.chargement import fingerprint, load
from geo.erreurs import DonneesInvalides, Severite
from geo.indicateurs.agregation import aggregate, share_known
from geo.indicateurs.declarations import LIVRES, load_registre
from geo.indicateurs.mesures import evaluate, values_by_cpts
from geo.indicateurs.registre import ADDITIVES, AUTRES, ECRANS, Registre, sort_by_file
from geo.indicateurs.territoire import parse_territoire
from geo.regles.controles import MAX_ECART_PCT

VARIABLES = ("population", "population_2017", "surface_km2", "commune")
BONNE = """\
ordre = 1
libelle = "Essai ({millesime})"
unite = "hab./km²"
nature = "taux"
sources = ["cog-2026"]
millesime = "2020"
ecrans = ["carte"]

[calcul]
methode = "rapport"
numerateur = "population"
denominateur = "surface_km2"
"""


def read(tmp_path, texte):
    (tmp_path / "essai.toml").write_text(texte, encoding="utf-8")
    return load_registre(tmp_path, VARIABLES)


def test_every_shipped_declaration_is_read_in_order():
    registre, problemes = load_registre(LIVRES, VARIABLES)
    assert problemes == []
    assert len([*registre]) == len([*LIVRES.glob("*.toml")])
    ordres = [indicateur.ordre for indicateur in registre]
    assert ordres == sorted(ordres)
    assert len(set(ordres)) == len(ordres)
    adresses = [indicateur.adresse for indicateur in registre.on("carte")]
    assert len(set(adresses)) == len(adresses)
    assert AUTRES not in {indicateur.theme for indicateur in registre.on("comparaison")}


def with_series(registre):
    """Add three years of a series, in another order than theirs."""
    annees = [
        replace(
            registre["densite"], identifiant=f"x_{an}", adresse=f"x_{an}", millesime=an, serie="x"
        )
        for an in ("2022", "2024", "2023")
    ]
    return Registre({i.identifiant: i for i in [*registre, *annees]}), annees


def test_of_a_series_the_map_has_every_year_and_the_other_screens_the_latest_one(atlas):
    densite = atlas.registre["densite"]
    registre, annees = with_series(atlas.registre)
    assert [i.millesime for i in registre.series(annees[0])] == ["2022", "2023", "2024"]
    for ecran in ECRANS:
        montrees = {i.identifiant for i in registre.on(ecran)} & {"x_2022", "x_2023", "x_2024"}
        toutes = {"x_2022", "x_2023", "x_2024"}
        attendues = {"x_2024"} if ecran in densite.ecrans else set()
        assert montrees == (toutes if ecran == "carte" else attendues), ecran
        # What has no series is not touched.
        assert (densite in registre.on(ecran)) == (ecran in densite.ecrans)
    assert registre.parse("x_2022") == (annees[0], None)


def test_a_name_of_a_series_means_its_latest_year_on_the_screen(atlas):
    registre, _ = with_series(atlas.registre)
    tous, dernier = {"densite", "x_2022", "x_2023", "x_2024"}, {"densite", "x_2024"}
    # A year that the screen has is what it says; one that it has not, or that is gone, gives way to the latest.
    assert registre.resolve("x_2022", tous) == "x_2022"
    assert {registre.resolve(nom, dernier) for nom in ("x_2022", "x_2019", "x")} == {"x_2024"}
    assert registre.resolve("x_2019", {"x_2022", "x_2023"}) == "x_2023"
    assert registre.resolve("densite", tous) == "densite"
    for inconnu in ("y_2022", "densite_2022", "x_20", "x_2022_2022", "_2022", "population"):
        assert registre.resolve(inconnu, tous) is None, inconnu


def test_what_is_published_is_what_the_facts_may_say(atlas):
    publies = {indicateur.identifiant for indicateur in atlas.registre.published()}
    assert set(atlas.faits["indicateur"]) <= publies
    assert all(indicateur.objet for indicateur in atlas.registre.published())


def test_every_computed_figure_has_a_source_that_exists(atlas):
    for indicateur in atlas.registre:
        if indicateur.de_communes:
            assert indicateur.sources, indicateur.identifiant
            assert set(indicateur.sources) <= set(atlas.sources.index), indicateur.identifiant


def test_a_vintage_is_written_where_the_words_ask_for_it(tmp_path):
    registre, problemes = read(tmp_path, BONNE)
    assert problemes == []
    assert registre["essai"].libelle == registre["essai"].titre == "Essai (2020)"


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        ("ordre = 1\n", "", "« ordre » manque"),
        ('nature = "taux"', 'nature = "moyenne"', "nature = « moyenne » inconnu"),
        ('["carte"]', '["ecran"]', "ecrans = « ecran » inconnu"),
        ("ordre = 1", 'ordre = "un"', "« ordre » n'est pas du bon type"),
        ("ordre = 1", "ordre = 1\ncouleur = 2", "clé inconnue « couleur »"),
        ('"rapport"', '"quotient"', "calcul.methode = « quotient » inconnu"),
        ('numerateur = "population"\n', "", "calcul.numerateur manque"),
        ("[calcul]", '[calcul]\npoids = "population"', "calcul.poids n'a pas de sens"),
        ("ordre = 1", "ordre = 1\nbornes = [2.0, 1.0]", "bornes qui ne croissent pas"),
        ("ordre = 1", 'ordre = 1\nannonce = "rien"', "annonce = « rien » n'est pas déclaré"),
        ("ordre = 1", "ordre = ", "illisible"),
        ("ordre = 1", 'ordre = 1\nbornes = ["a", 1]', "« bornes » n'est pas du bon type"),
        ("ordre = 1", "ordre = 1\nnoms = []", "noms n'a pas deux formes"),
        ("ordre = 1", 'ordre = 1\ntheme = "soins"', "theme = « soins » inconnu"),
        ("ordre = 1", 'ordre = 1\nadresse = "un-deux"', "adresse contient un tiret"),
        ('millesime = "2020"\n', "", "« millesime » manque"),
        ('["carte"]', "[]", "aucun écran"),
        ('unite = "hab./km²"\n', "", "ni unite ni noms"),
        ('sources = ["cog-2026"]\n', "", "aucune source"),
        ('"taux"', '"stock"', "nature = « stock » pour une méthode « rapport »"),
        ('numerateur = "population"', "numerateur = 3", "calcul.numerateur n'est pas du bon type"),
        ("[calcul]", '[calcul]\nannees = "x"', "calcul.annees n'est pas un nombre positif"),
    ],
)
def test_a_wrong_declaration_is_named_with_its_remedy(tmp_path, avant, apres, attendu):
    _, problemes = read(tmp_path, BONNE.replace(avant, apres))
    assert len(problemes) == 1
    assert attendu in problemes[0].message
    assert problemes[0].fichier == "indicateurs/essai.toml"
    assert problemes[0].remede


def test_two_faults_are_told_at_once(tmp_path):
    _, problemes = read(
        tmp_path, BONNE.replace('"taux"', '"rien"').replace('"rapport"', '"quotient"')
    )
    assert len(problemes) == 2


@pytest.mark.parametrize(
    ("calcul", "nature", "ecran", "attendu"),
    [
        (
            '"couverture"\netat = "couvert"\nperimetres = "tous"',
            "stock",
            "comparaison",
            "calcul.etat = « couvert » inconnu",
        ),
        (
            '"distincts"\ncolonne = "nom"',
            "stock",
            "comparaison",
            "calcul.colonne = « nom » inconnu",
        ),
        ('"maximum"\nvariable = "population"', "stock", "carte", "ne se montre pas sur « carte »"),
    ],
)
def test_what_would_be_computed_wrongly_is_refused(tmp_path, calcul, nature, ecran, attendu):
    _, problemes = read(
        tmp_path,
        f'ordre = 1\nlibelle = "Essai"\nnoms = ["lit", "lits"]\nnature = "{nature}"\n'
        f'sources = ["cog-2026"]\necrans = ["{ecran}"]\n[calcul]\nmethode = {calcul}\n',
    )
    assert [attendu in probleme.message for probleme in problemes] == [True]


def test_two_indicators_of_the_map_have_two_addresses(tmp_path):
    (tmp_path / "autre.toml").write_text(BONNE.replace("ordre = 1", 'ordre = 2\nadresse = "essai"'))
    _, problemes = read(tmp_path, BONNE)
    assert ["adresse « essai » déjà prise" in probleme.message for probleme in problemes] == [True]


def test_a_misspelt_key_is_told_with_the_one_that_was_meant(tmp_path):
    _, problemes = read(tmp_path, BONNE.replace("ordre = 1", "ordre = 1\ndecimale = 2"))
    assert problemes[0].remede.startswith("L'écrire « decimales ».")


def test_a_gap_is_flagged_beyond_the_outermost_bound_of_its_scale(atlas):
    bornes = atlas.registre["ecart_population_pct"].bornes
    assert (bornes[0], bornes[-1]) == (-MAX_ECART_PCT, MAX_ECART_PCT)


def test_an_indicator_whose_variable_is_not_there_is_not_offered_and_that_is_said():
    registre, problemes = load_registre(LIVRES, ("population", "surface_km2", "commune"))
    (sans,) = problemes
    assert sans.severite is Severite.INFORMATION
    assert sans.fichier == "indicateurs/evolution_population.toml"
    assert "population_2017 n'est dans aucune table" in sans.message
    noms = {indicateur.identifiant for indicateur in registre}
    assert "evolution_population" not in noms
    assert "densite" in noms


# --- a folder of data with its own


def test_a_folder_brings_its_own_declarations_and_variables(copie):
    (copie / "variables").mkdir()
    (copie / "variables" / "lits.csv").write_text("code_commune,lits\n70550,12\n21054,\n")
    shutil.copytree(LIVRES, copie / "indicateurs")
    avant = fingerprint(copie)
    (copie / "indicateurs" / "lits.toml").write_text(
        'ordre = 1000\nlibelle = "Lits"\nsources = ["cog-2026"]\nnoms = ["lit", "lits"]\nnature = "stock"\n'
        'ecrans = ["comparaison"]\n[calcul]\nmethode = "somme"\nvariable = "lits"\n'
    )
    assert fingerprint(copie) != avant
    atlas = load(copie)
    lits = atlas.registre["lits"]
    vesoul = evaluate(
        atlas, lits, parse_territoire(atlas, "communes:70550"), "lettres", indicatifs=True
    )[0]
    assert (vesoul.valeur, vesoul.qualificatif, vesoul.part_pct) == (12, "egal", 100)
    departement = evaluate(
        atlas, lits, parse_territoire(atlas, "dep:70"), "lettres", indicatifs=True
    )[0]
    # Of the other communes nothing is known: the sum is a minimum, and says what it rests on.
    assert (departement.valeur, departement.qualificatif) == (12, "au_moins")
    assert 0 < departement.part_pct < 100
    vide = evaluate(
        atlas, lits, parse_territoire(atlas, "communes:21054"), "lettres", indicatifs=True
    )[0]
    assert (vide.valeur, vide.raison, vide.part_pct) == (None, "sans_donnee", 0)


@pytest.mark.parametrize(
    ("table", "attendu"),
    [
        ("code_commune,lits\n70550,douze\n", "ne sont pas des nombres : douze"),
        ("code_commune,lits\n70550,1\n70550,2\n", "répétés ou vides : 70550"),
        ("commune,lits\n70550,1\n", "Colonne code_commune ou variable absente"),
        ("code_commune,population\n70550,1\n", "La variable population existe déjà"),
        ("code_commune,lits\n00000,1\n", "introuvable dans le fichier des communes"),
    ],
)
def test_a_wrong_table_of_variables_is_refused_in_words(copie, table, attendu):
    (copie / "variables").mkdir()
    (copie / "variables" / "lits.csv").write_text(table)
    with pytest.raises(DonneesInvalides, match=re.escape(attendu)):
        load(copie)


# --- conservation laws

COMMUNES = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.floats(0.1, 500),
        st.one_of(st.none(), st.integers(1, 10_000)),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=30,
)


def frame(lignes):
    table = pd.DataFrame(lignes, columns=["population", "surface_km2", "population_2017", "groupe"])
    return table.assign(commune=1.0).astype("float64"), table["groupe"].to_numpy(dtype=np.intp)


def additive():
    registre, _ = load_registre(LIVRES, VARIABLES)
    return [i for i in registre if i.methode in ADDITIVES]


@given(COMMUNES, st.randoms())
def test_the_order_of_the_communes_changes_nothing(lignes, hasard):
    melangees = hasard.sample(lignes, len(lignes))
    for indicateur in additive():
        une = aggregate(indicateur, *frame(lignes), 4)
        autre = aggregate(indicateur, *frame(melangees), 4)
        np.testing.assert_allclose(une.valeurs, autre.valeurs, rtol=1e-9)
        parts, autres = (
            share_known(indicateur, *frame(rangees), 4) for rangees in (lignes, melangees)
        )
        np.testing.assert_allclose(parts, autres, rtol=1e-9)


@given(COMMUNES)
def test_groups_add_up_to_the_whole_and_a_rate_lies_between_theirs(lignes):
    variables, rangs = frame(lignes)
    tout = np.zeros_like(rangs)
    for indicateur in additive():
        parties = aggregate(indicateur, variables, rangs, 4).valeurs
        ensemble = aggregate(indicateur, variables, tout, 1).valeurs[0]
        connues = parties[~np.isnan(parties)]
        if indicateur.nature == "stock":
            assert ensemble == pytest.approx(connues.sum())
        elif len(connues) and not np.isnan(ensemble):
            marge = 1e-9 * max(1.0, np.abs(connues).max())
            assert connues.min() - marge <= ensemble <= connues.max() + marge


@given(COMMUNES)
def test_a_value_rests_on_a_share_of_the_inhabitants(lignes):
    variables, rangs = frame(lignes)
    for indicateur in additive():
        parts = share_known(indicateur, variables, rangs, 4)
        connues = parts[~np.isnan(parts)]
        assert ((connues >= 0) & (connues <= 100 + 1e-9)).all()


def test_all_cpts_at_once_are_each_of_them_alone(atlas):
    for indicateur in additive():
        ensemble = values_by_cpts(atlas, indicateur)["valeur"]
        for cpts_id, valeur in ensemble.items():
            territoire = parse_territoire(atlas, f"cpts:{cpts_id}")
            seule = evaluate(atlas, indicateur, territoire, "lettres", indicatifs=True)[0]
            assert seule.valeur == pytest.approx(valeur)


# --- the census of 2017


def test_the_population_of_2017_is_that_of_the_census(atlas):
    # 2 811 423 inhabitants: INSEE, census of 2017, the communes of the region; 2 802 670 in 2023.
    region = atlas.communes["etude"]
    assert atlas.variables.loc[region, "population_2017"].sum() == 2_811_423
    assert atlas.variables["population_2017"].notna().all()


def test_a_merged_commune_has_the_inhabitants_of_both(atlas):
    # Verdun-Ciel: Verdun-sur-le-Doubs 1 083 and Ciel 769 (census of 2017).
    assert atlas.variables.loc["71566", "population_2017"] == 1_083 + 769


def test_the_evolution_of_luxeuil_recomputed_by_hand(atlas):
    siennes = atlas.adhesions.loc[atlas.adhesions["cpts_id"] == "cpts-luxeuil", "code_commune"]
    avant = atlas.variables.loc[siennes, "population_2017"].sum()
    evolution = values_by_cpts(atlas, atlas.registre["evolution_population"])["valeur"]
    assert pytest.approx(avant * (1 + evolution["cpts-luxeuil"] / 100) ** 6) == 42_511


def test_the_indicators_of_one_file_and_year_stand_together(atlas):
    modele = atlas.registre["densite"]

    def make(nom, source, millesime):
        return replace(modele, identifiant=nom, serie=nom, sources=(source,), millesime=millesime)

    seul = replace(modele, identifiant="seul", sources=("a",))
    tous = [
        make("a", "a", "1"),
        make("b", "b", "1"),
        seul,
        make("c", "a", "1"),
        make("d", "a", "2"),
    ]
    assert [i.identifiant for i in sort_by_file(tous)] == ["a", "c", "b", "seul", "d"]
