"""What is computed on an indicative perimeter is « environ », wherever it is said."""

from datetime import date

import pytest

from geo.chargement import load
from geo.fiche import make_fiche
from geo.indicateurs.ecarts import compare
from geo.indicateurs.territoire import parse_territoire
from geo.perimetre import HYPOTHESE
from geo.rangees import iterate_rows
from geo.regles.couverture import find_etats
from geo.regles.zones import candidates, find_zones
from rendu.carte.coloration import make_coloration
from rendu.carte.vue import make_vue
from rendu.mots.comparaison import comparison_groups, gap_text, value_text
from rendu.mots.fiche import comparison_cells, gap_rows, part_cells, sizes
from rendu.mots.francais import nombre
from rendu.mots.indicateurs import significant
from rendu.mots.panneau import figure_lines
from rendu.mots.profil import profile_lines
from rendu.mots.zones import candidate_row
from rendu.supports.diapositives_cpts import make_cpts
from rendu.supports.fiche_pdf import sheet_data
from tests.officiels import import_files, make_mt
from ui.commun.adresse import Filtres
from ui.comparer.tableau import make_export
from ui.zones.telechargements import list_neighbours

LUXEUIL, HERICOURT = "cpts-luxeuil", "cpts-pays-hericourt"
# A share of official files, means, an evolution, a part of the perimeter.
PARTS = ("APL aux médecins", "Évolution de la population", "Part de la commune", "Densité")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory, atlas):
    return load(
        import_files(tmp_path_factory.mktemp("var"), {"mt_synthetique_2024.csv": make_mt(atlas)})
    )


def compared(atlas, *, indicatifs=True):
    territoires = [parse_territoire(atlas, f"cpts:{i}") for i in (LUXEUIL, HERICOURT)]
    return compare(atlas, territoires, f"cpts:{HERICOURT}", "fonctionnement", indicatifs=indicatifs)


def first_words(atlas, debut, *, indicatifs=True):
    groupes = comparison_groups(atlas, compared(atlas, indicatifs=indicatifs))
    ligne = next(li for groupe in groupes for li in groupe.lignes if li.libelle.startswith(debut))
    return [case[0].texte for case in ligne.cases]


@pytest.mark.parametrize("debut", PARTS)
def test_every_computed_share_of_an_indicative_perimeter_is_about(sous_seuil, debut):
    indicatif, deduit = first_words(sous_seuil, debut)
    assert indicatif.startswith("env.\xa0")
    assert not deduit.startswith("env.")


def test_bounds_are_about_too(secrets):
    (deduit, indicatif) = (
        next(li for li in profile_lines(secrets, i) if li.nom.startswith("Personnes sans"))
        for i in (HERICOURT, LUXEUIL)
    )
    assert indicatif.valeur.startswith("env.\xa0entre ")
    assert indicatif.phrase.startswith("Environ entre ")
    assert not deduit.valeur.startswith("env.")
    panneau = next(ligne for ligne in figure_lines(secrets, LUXEUIL) if "Personnes sans" in ligne)
    assert "env\\.\xa0entre " in panneau
    vue = make_vue(secrets, Filtres())
    compte = next(i for i in secrets.registre.officiels() if i.libelle.startswith("Personnes sans"))
    textes = make_coloration(secrets, vue, compte.adresse).textes
    assert textes[LUXEUIL].startswith("secret statistique : env.\xa0entre ")
    case = next(
        li.cases[0][0].texte
        for groupe in comparison_groups(secrets, compared(secrets))
        for li in groupe.lignes
        if li.libelle.startswith("Personnes sans")
    )
    assert case.startswith("env.\xa0entre ")


def test_the_file_has_the_decimals_of_the_screen(sous_seuil):
    table = make_export(sous_seuil, compared(sous_seuil))
    apl = table[table["Indicateur"].str.startswith(("APL", "Part sans médecin traitant déclaré"))]
    nombres = apl.select_dtypes("number").melt()["value"].dropna()
    assert len(nombres)
    assert (nombres == nombres.round(1)).all()


def test_the_sheet_says_it_of_all_that_its_perimeter_is_behind(atlas):
    fiche = make_fiche(atlas, LUXEUIL)
    population = gap_rows(atlas.registre, fiche)[0]
    assert (population["Calculé"], population["Écart"]) == (
        "env.\xa042\u202f500",
        "env.\xa0−1,1\xa0%",
    )
    cellules = part_cells(fiche.epci, fiche.confiance)
    assert all(texte.startswith("env.") for texte in cellules["part_cpts_pct"])
    # Of an EPCI that is in it whole, the population is its own.
    assert cellules["part_unite_pct"] == ["100\xa0%"] * 3
    assert sorted(cellules["population"]) == ["10\u202f965", "14\u202f819", "16\u202f727"]
    for textes in part_cells(fiche.departements, fiche.confiance).values():
        assert all(texte.startswith("env.") for texte in textes)
    densites = comparison_cells([atlas.registre["densite"]], fiche)["densite"]
    assert densites == ["env.\xa043,8", "43,3", "58,4"]
    donnees = sheet_data(atlas, fiche, date(2026, 1, 1))
    assert donnees["total"] == "env.\xa042\u202f500"
    # Nothing that is announced, nor what is deduced.
    assert population["Annoncé"] == "43\u202f000"
    deduite = make_fiche(atlas, HERICOURT)
    assert not any(
        "env" in texte
        for rangee in gap_rows(atlas.registre, deduite)
        for texte in (rangee["Calculé"], rangee["Écart"])
    )


def test_the_distance_to_a_bound_is_about_too(atlas):
    ((taille, texte),) = sizes(make_fiche(atlas, "cpts-pays-horloger"))
    assert taille.distance == 33_184
    assert "environ 33\u202f200 habitants sous la borne de 80\u202f000" in texte


def test_the_slide_and_what_is_spoken_say_it(atlas):
    diapositive = next(d for d in make_cpts(atlas, LUXEUIL) if d.genre == "population")
    calcul = "environ 42\u202f500 habitants en 2023 et environ 94 communes"
    assert calcul in "".join(diapositive.lignes)
    assert calcul in diapositive.parlee


def test_what_a_cpts_would_become_is_about_where_its_perimeter_is_indicative(atlas):
    etats = find_etats(atlas, "fonctionnement", indicatifs=True)
    zones = find_zones(atlas, etats, ["70"])
    table = candidates(atlas, zones, "70310").set_index("cpts_id")
    lignes = {c.Index: candidate_row(c, "") for c in iterate_rows(table)}
    _, habitants, _, frontiere = lignes[LUXEUIL]
    assert (
        habitants[0].texte == f"env.\xa0{nombre(significant(table['population_apres'][LUXEUIL]))}"
    )
    assert habitants[1].texte == "avant : env.\xa042\u202f500"
    assert frontiere[0].texte.startswith("env.\xa0")
    assert not lignes[HERICOURT][1][0].texte.startswith("env.")


def test_a_cpts_whose_own_communes_a_zone_is_has_them_rather_than_a_border_of_nought(atlas):
    zones = find_zones(atlas, find_etats(atlas, "fonctionnement", indicatifs=True), ["89"])
    table = candidates(atlas, zones, "89387").set_index("cpts_id")
    cpts = next(c for c in iterate_rows(table) if c.Index == "cpts-nord-yonne")
    assert (cpts.frontiere_km, cpts.communes_deja) == (0, 117)
    assert candidate_row(cpts, "")[3][0].texte == "a déjà 117 de ses communes"


def test_what_hidden_perimeters_leave_of_a_cpts_is_called_so_on_screen_and_in_files(atlas):
    zones = find_zones(atlas, find_etats(atlas, "fonctionnement", indicatifs=True), ["21", "39"])
    table = candidates(atlas, zones, "21231", indicatifs=False).set_index("cpts_id")
    cpts = next(c for c in iterate_rows(table) if c.Index == "cpts-21-52")
    nom, _, _, frontiere = candidate_row(cpts, "")
    assert nom[1].texte.startswith("documenté, partie établie seulement · ")
    assert frontiere[0].texte == "60,3"
    voisines = list_neighbours(atlas, zones, Filtres(indicatifs=False))
    siennes = voisines[(voisines["CPTS"] == cpts.nom) & (voisines["Frontière (km)"] == 60.3)]
    assert set(siennes["Périmètre"]) == {"documenté, partie établie seulement"}
    assert set(siennes["Qualificatif (Frontière (km))"]) == {""}
    voisines = list_neighbours(atlas, zones, Filtres(indicatifs=True))
    siennes = voisines[voisines["CPTS"] == cpts.nom]
    assert set(siennes["Périmètre"]) == {"indicatif"}
    assert set(siennes["Qualificatif (Frontière (km))"]) == {"environ"}


def test_a_commune_is_counted_as_its_census_counts_it(atlas):
    populations = compared(atlas).ligne("population_commune_principale")
    mesure = populations[0].mesure
    assert mesure.confiance == HYPOTHESE
    assert mesure.mot == "Luxeuil-les-Bains"
    dite = nombre(atlas.communes["population"]["70311"])
    assert value_text(atlas, parse_territoire(atlas, f"cpts:{LUXEUIL}"), mesure) == (
        f"{dite} (Luxeuil-les-Bains)"
    )


def test_a_difference_is_rounded_as_what_it_is_made_of(atlas):
    nom = "part_commune_principale_pct"
    une, autre = compared(atlas).ligne(nom)
    dits = value_text(atlas, parse_territoire(atlas, f"cpts:{LUXEUIL}"), une.mesure)
    assert dits == "environ 15,7\xa0%"
    assert gap_text(atlas.registre[nom], une, autre.mesure) == "environ −35\xa0points"


def test_the_covered_share_keeps_its_own_words(sous_seuil):
    assert not any("env." in texte for texte in first_words(sous_seuil, "Habitants couverts"))


def test_the_file_says_what_the_screen_says(sous_seuil):
    table = make_export(sous_seuil, compared(sous_seuil))
    siennes = table[table["Code"] == LUXEUIL].set_index("Indicateur")
    for debut in PARTS:
        ligne = siennes[siennes.index.str.startswith(debut)].iloc[0]
        assert ligne["Qualificatif"] == "environ"
        assert ligne["En toutes lettres"].startswith("environ ")


def test_the_panel_and_the_tooltip_say_it_too(sous_seuil):
    lignes = "\n".join(figure_lines(sous_seuil, LUXEUIL))
    assert "Densité : env" in lignes
    assert "env" not in "\n".join(figure_lines(sous_seuil, HERICOURT))
    vue = make_vue(sous_seuil, Filtres())
    textes = make_coloration(sous_seuil, vue, "densite").textes
    assert textes[LUXEUIL].startswith("env.\xa0")
    assert not textes[HERICOURT].startswith("env.")
