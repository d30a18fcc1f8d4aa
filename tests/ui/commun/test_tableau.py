"""The table beside the map: what is withheld is said so, and a file says where its official figures come from."""

from dataclasses import replace

from geo.export import to_csv
from geo.fiche import make_fiche
from geo.indicateurs.registre import Registre
from rendu.mots.panneau import figure_lines
from ui.commun.tableau import _get_exports, make_tableau

LUXEUIL, HERICOURT = "cpts-luxeuil", "cpts-pays-hericourt"
APL = "APL aux médecins généralistes, sans limite d'âge (2024)"
APL_TITRE = (
    f"{APL}, en consultations par an et par habitant standardisé, "
    "base : population standardisée par la consommation de soins"
)
PART = "Part sans médecin traitant déclaré (2024), en %, base : Assurés de 16 ans et plus"


def test_a_head_says_unit_and_base_of_an_official_figure(officiels):
    table = make_tableau(officiels, (LUXEUIL,))
    assert APL_TITRE in table
    assert PART in table
    # What the declarations of the atlas say stays as they say it.
    assert {"Densité (hab./km²)", "Population calculée (2023)"} <= set(table)


def test_what_is_withheld_is_said_so_where_a_row_is_and_there_only(officiels):
    table = make_tableau(officiels, (LUXEUIL, HERICOURT))
    secret = table[f"Sous secret : {PART}"]
    assert secret[LUXEUIL].startswith("secret statistique : env.\xa0entre ")
    assert secret[HERICOURT] == ""
    assert table[PART].isna().to_list() == [True, False]
    assert f"Sous secret : {APL_TITRE}" not in table
    assert not [nom for nom in make_tableau(officiels, (HERICOURT,)) if "secret" in nom]


def test_the_file_has_bounds_vintage_and_source(officiels):
    table = make_tableau(officiels, (LUXEUIL, HERICOURT), fichier=True)
    bas, haut = (table[f"{PART}, {bord}"] for bord in ("au moins", "au plus"))
    assert 0 < bas[LUXEUIL] < haut[LUXEUIL] < 100
    assert bas.isna()[HERICOURT]
    assert haut.isna()[HERICOURT]
    assert all("2024 (" in dates for dates in table["Date des chiffres"])
    assert all("fichier d'essai" in sources for sources in table["Source des chiffres"])
    assert all(PART in bases for bases in table["Base des chiffres"])
    assert f"{APL_TITRE}, au moins" not in table
    assert "fichier d'essai" in to_csv(table).decode()
    # The screen leaves that to its sources.
    assert not [
        n for n in make_tableau(officiels, (LUXEUIL,)) if n.endswith((" des chiffres", "au plus"))
    ]


def test_a_withheld_figure_is_never_a_blank_of_the_sheet(officiels):
    comparaison = make_fiche(officiels, LUXEUIL).comparaison
    assert not comparaison.isna().to_numpy().any()


def test_two_indicators_of_one_title_each_have_their_columns(officiels):
    sien = officiels.registre["apl_medecins_2024"]
    autre = replace(sien, identifiant="autre", adresse="autre", serie="autre", base="autre base")
    registre = Registre({**officiels.registre.indicateurs, "autre": autre})
    table = make_tableau(
        replace(officiels, registre=registre, empreinte="autre"), (LUXEUIL, HERICOURT)
    )
    assert len([nom for nom in table if nom.startswith(APL)]) == 2


def test_the_panel_says_between_what_a_withheld_figure_is(officiels):
    lignes = [ligne.replace("\\", "") for ligne in figure_lines(officiels, LUXEUIL)]
    dite = next(ligne for ligne in lignes if ligne.startswith("Part sans médecin traitant"))
    assert "base : Assurés de 16 ans et plus : secret statistique : env.\xa0entre " in dite


def test_nothing_of_a_hidden_perimeter_is_in_the_table_nor_in_its_files(atlas):
    cpts = (LUXEUIL, HERICOURT, "cpts-21-52")
    masques = tuple(filter(atlas.is_indicatif, cpts))
    table = make_tableau(atlas, cpts, etablis_seuls=masques, fichier=True)
    assert table["Périmètre"].to_list() == [
        "indicatif, masqué",
        "déduit",
        "partie établie seulement",
    ]
    calcules = ["Population calculée (2023)", "Communes calculées (2026)", "Densité (hab./km²)"]
    calcules = [nom for nom in calcules if nom in table]
    assert table.loc[LUXEUIL, calcules].isna().all()
    assert (
        table["Population calculée (2023)"]["cpts-21-52"]
        == (atlas.territoires["population_etablie"]["cpts-21-52"])
    )
    assert set(table["Qualificatif (Population calculée (2023))"]) == {""}
    assert "Population calculée" not in table["Producteur des chiffres"][LUXEUIL]
    _, _, couche = _get_exports(atlas, cpts, masques)
    assert list(couche["cpts_id"]) == [HERICOURT, "cpts-21-52"]
    entier = atlas.territoires.geometry["cpts-21-52"]
    assert 0 < couche.geometry.iloc[1].area < entier.area


def test_the_panel_computes_nothing_of_a_hidden_perimeter(atlas):
    montre, masque = ("\n".join(figure_lines(atlas, LUXEUIL, indicatifs=i)) for i in (True, False))
    assert "calcul" in montre
    assert "calcul" not in masque
    assert "43\u202f000" in masque
