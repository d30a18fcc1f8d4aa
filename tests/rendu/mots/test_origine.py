"""What leaves says of each figure who produces it, of when it is and whose share it is; never a number for a word."""

import pandas as pd
import pytest

from geo.indicateurs.ecarts import compare
from geo.indicateurs.mesures import RIEN_DE_CONNU, evaluate
from geo.indicateurs.territoire import parse_territoire
from geo.regles.couverture import find_etats
from geo.regles.deploiement import curves
from geo.regles.jalons import compare_jalons
from geo.regles.zones import find_zones
from rendu.mots.jalons import make_table_jalons
from rendu.mots.mesures import tell_mesure
from rendu.mots.origine import tell_origin
from rendu.mots.rangs import among_text
from rendu.supports.atelier_fichiers import population_cells
from ui.commun.adresse import Filtres
from ui.commun.tableau import make_tableau
from ui.comparer.tableau import describe_territoire, make_export
from ui.deploiement.fichiers import add_origin_cpts, add_origin_dates, add_origin_jalons
from ui.deploiement.suite import date_titles, make_tableau_cpts, make_tableau_dates
from ui.fiche.communes import tell_origins
from ui.zones.telechargements import list_communes, list_neighbours, zones_table

LUXEUIL, VESUL = "cpts-luxeuil", "cpts-bassin-vesulien"
COUVERTE = "Habitants couverts, périmètres établis"
CELLULES = [
    "Producteur des chiffres",
    "Date des chiffres",
    "Base des chiffres",
    "Source des chiffres",
]


def compared(atlas):
    territoires = [
        parse_territoire(atlas, t) for t in (f"cpts:{LUXEUIL}", f"cpts:{VESUL}", "dep:70")
    ]
    return compare(atlas, territoires, f"cpts:{LUXEUIL}", "fonctionnement", indicatifs=True)


@pytest.fixture(scope="module")
def comparaison(atlas):
    return compared(atlas)


@pytest.fixture(scope="module")
def export(atlas, comparaison):
    return make_export(atlas, comparaison)


def test_a_difference_says_what_it_is_worth_and_no_cell_begins_as_a_formula(export):
    ligne = export[(export["Indicateur"] == "Population (2023)") & (export["Code"] == "70")].iloc[0]
    assert (ligne["Qualificatif"], ligne["Qualificatif de l'écart"]) == ("", "environ")
    assert "environ" in ligne["Remarque"]
    assert not export["Remarque"].str.match(r"[+−=-]").any()


def test_a_rate_that_its_name_says_indicative_has_no_other_word_in_a_file(export):
    parts = export[export["Indicateur"] == "Habitants couverts, périmètres établis et indicatifs"]
    parts = parts[parts["Genre"] == "Département"]
    assert parts["Valeur"].notna().any()
    assert set(parts["Qualificatif"]) == {""}


def test_a_figure_that_the_screen_calls_unknown_has_no_number_anywhere(atlas, comparaison, export):
    ligne = export[(export["Indicateur"] == COUVERTE) & (export["Code"] == LUXEUIL)].iloc[0]
    assert ligne["En toutes lettres"] == "inconnu"
    assert pd.isna(ligne["Valeur"])
    assert ligne["Qualificatif"] == ""
    luxeuil = comparaison.territoires[0]
    part = atlas.registre["part_couverte_etablie_pct"]
    (mesure,) = evaluate(atlas, part, luxeuil, "fonctionnement", indicatifs=True)
    assert (mesure.valeur, mesure.raison) == (None, RIEN_DE_CONNU)


def test_a_number_never_stands_beside_a_word(officiels):
    table = make_export(officiels, compared(officiels))
    chiffres = table["Valeur"].notna()
    assert table.loc[chiffres, "En toutes lettres"].str.contains(r"\d").all()
    assert (
        not table.loc[chiffres, "En toutes lettres"].str.contains("inconnu|non |sans |secret").any()
    )


def test_every_figure_of_a_comparison_has_producer_date_and_base(officiels):
    table = make_export(officiels, compared(officiels))
    dits = table["Valeur"].notna() | table["Au moins (secret)"].notna()
    for colonne in ("Producteur", "Date", "Base", "Source"):
        assert table.loc[dits, colonne].str.len().gt(0).all(), colonne
    sans = table["En toutes lettres"].isin(["sans objet", "non publié"])
    assert set(table.loc[sans, "Producteur"]) == {""}


@pytest.mark.parametrize(
    ("nom", "producteur", "date", "base"),
    [
        ("population", "INSEE, DGCL, La Poste", "2023", "sans objet"),
        ("densite", "INSEE, DGCL, La Poste, IGN", "2023", "surface (km²)"),
        ("evolution_population", "INSEE, DGCL, La Poste", "2017–2023", "population 2017"),
        ("part_commune_principale_pct", "INSEE, DGCL, La Poste", "2023", "population (2023)"),
        ("part_couverte_etablie_pct", "INSEE, DGCL, La Poste", "2023", "population (2023)"),
        ("surface_km2", "IGN", "date non publiée", "sans objet"),
        ("departements", "INSEE, DGCL, La Poste", "2026", "sans objet"),
        ("taille_calculee", "INSEE, DGCL, La Poste", "2023", "sans objet"),
    ],
)
def test_a_computed_figure_has_the_producers_and_the_vintage_of_its_variables(
    atlas, nom, producteur, date, base
):
    origine = tell_origin(atlas, atlas.registre[nom])
    assert (origine.producteur, origine.date, origine.base) == (producteur, date, base)


def test_a_gap_to_what_is_announced_has_both_origins(atlas):
    hericourt = parse_territoire(atlas, "cpts:cpts-pays-hericourt")
    ecart = atlas.registre["ecart_population_pct"]
    (mesure,) = evaluate(atlas, ecart, hericourt, "fonctionnement", indicatifs=True)
    origine = tell_mesure(atlas, hericourt, mesure).origine
    assert origine.producteur == "ARS Bourgogne-Franche-Comté, INSEE, DGCL, La Poste"
    assert origine.date == "19 avril 2024 et 2023"
    assert origine.base == "population annoncée"


def test_a_difference_has_its_unit_in_a_column(export):
    ecarts = export[export["Écart à la référence"].notna()].set_index("Indicateur")[
        "Unité de l'écart"
    ]
    assert ecarts["Part de la commune la plus peuplée"].iloc[0] == "points"
    assert ecarts["Densité (hab./km², 2023)"].iloc[0] == "hab./km²"
    assert ecarts["Évolution de la population 2017–2023 (% par an)"].iloc[0] == "points par an"
    assert ecarts.str.len().gt(0).all()
    sans = export["Écart à la référence"].isna()
    assert set(export.loc[sans, "Unité de l'écart"]) == {""}
    remarques = export.loc[~sans & (export["Indicateur"] == "Population annoncée"), "Remarque"]
    assert remarques.str.contains("\xa0hab. (", regex=False).all()


def test_a_layer_says_of_each_figure_what_it_is_worth_and_where_it_is_from(atlas, comparaison):
    luxeuil, haute_saone = (
        describe_territoire(atlas, comparaison, comparaison.territoires[rang]) for rang in (0, 2)
    )
    assert luxeuil["population"] == 42511
    assert luxeuil["population_qualificatif"] == luxeuil["densite_qualificatif"] == "environ"
    assert haute_saone["population_qualificatif"] == ""
    assert luxeuil["Date des chiffres"].startswith("2023 (")
    assert "IGN" in luxeuil["Producteur des chiffres"]


def test_the_table_of_cpts_has_a_qualifier_and_an_origin_a_row(atlas):
    table = make_tableau(atlas, (LUXEUIL, "cpts-pays-hericourt", "cpts-pays-luron"), fichier=True)
    assert list(table["Qualificatif (Population calculée (2023))"]) == ["environ", "", ""]
    luxeuil, _, luron = table["Producteur des chiffres"]
    assert "INSEE, DGCL, La Poste (" in luxeuil
    assert "ARS Bourgogne-Franche-Comté (" in luxeuil
    # Without a perimeter nothing is computed.
    assert "INSEE" not in luron
    assert "6 mai 2022 (" in table["Date des chiffres"].iloc[0]
    assert "de la population (Sans médecin traitant)" in table["Base des chiffres"].iloc[0]
    # On screen, sources say it.
    assert not set(CELLULES) & set(make_tableau(atlas, (LUXEUIL,)))


def test_the_tables_of_zones_and_of_a_sheet_say_it(officiels):
    zones = find_zones(officiels, find_etats(officiels, "fonctionnement", indicatifs=True), ["70"])
    filtres = Filtres(dep=("70",))
    tables = (
        zones_table(officiels, zones, filtres),
        list_communes(officiels, zones),
        list_neighbours(officiels, zones, filtres),
    )
    for table in tables:
        for colonne in CELLULES:
            assert table[colonne].str.len().gt(0).all()
    date = tables[0]["Date des chiffres"].iloc[0]
    assert "2026 (Communes, Intercommunalités)" in date
    assert "2024 (" in date
    assert "fichier d'essai" in tables[0]["Source des chiffres"].iloc[0]
    fiche = tell_origins(officiels, ["Population (2023)", "Surface (km²)"])
    assert (
        fiche["Producteur des chiffres"]
        == "INSEE, DGCL, La Poste (Population (2023)) ; IGN (Surface (km²))"
    )
    assert population_cells(officiels)["Date des chiffres"] == "2023"


def test_the_tables_of_the_roll_out_say_it(atlas):
    cpts = make_tableau_cpts(atlas, (LUXEUIL, "cpts-pays-hericourt"))
    dates = make_tableau_dates(curves(atlas, ["70"], "fonctionnement"), "2023", indicatifs=True)
    parties = add_origin_dates(atlas, dates, date_titles("2023", indicatifs=True), cpts.index)
    assert (
        parties["Producteur des chiffres"]
        .iloc[0]
        .startswith("ARS Bourgogne-Franche-Comté (CPTS, au moins")
    )
    assert "2026 (Communes, périmètres établis" in parties["Date des chiffres"].iloc[0]
    assert set(parties["Qualificatif (avec les périmètres indicatifs)"]) == {"", "environ"}
    assert list(add_origin_cpts(atlas, cpts)["Date des chiffres"]) == [
        "6 mai 2022",
        "19 avril 2024",
    ]
    compares = compare_jalons(atlas, ())
    jalons = add_origin_jalons(atlas, make_table_jalons(atlas, compares, indicatifs=True), compares)
    assert jalons["Producteur des chiffres"].str.len().gt(0).all()


def test_ranks_count_the_cpts_that_are_ranked(atlas):
    doubs = atlas.cpts_dans(["25"])
    vivantes = int((atlas.fiches.loc[doubs, "statut"] != "abandonne").sum())
    toutes = len(atlas.fiches)
    en_vie = int((atlas.fiches["statut"] != "abandonne").sum())
    assert en_vie == toutes - 1
    assert among_text(atlas, atlas.fiches.index, ()) == (
        f"Parmi les {en_vie} CPTS connues (toute la zone d’étude), 1 projet abandonné excepté"
    )
    assert among_text(atlas, doubs, ["25"]).startswith(f"Parmi les {vivantes} CPTS connues (Doubs)")
