"""What is imported is what was examined: same figures at every level, withheld cells withheld, versions that return."""

import datetime as dt
from math import inf

import pandas as pd
import pytest

from geo.chargement import load
from geo.erreurs import DonneesInvalides
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot
from geo.indicateurs.declarations import LIVRES
from geo.indicateurs.mesures import (
    NON_AGREGEABLE,
    RETENUE,
    evaluate,
    values_by_cpts,
    withheld_by_cpts,
)
from geo.indicateurs.registre import STOCK
from geo.indicateurs.territoire import make_france, parse_territoire
from geo.lecture.departements import metropolitan
from geo.officiels.choix import Choix
from geo.officiels.examen import examine
from geo.officiels.service import prepare, publish
from tests.officiels import make_apl

LUXEUIL, FROIDECONCHE, VESOUL = "70311", "70258", "70550"
MT = "codgeo;sans_medecin_traitant_declare;Assurés de 16 ans et plus\n"
MT_SECRET = f"{MT}{LUXEUIL};120;1500\n{FROIDECONCHE};NS;400\n{VESOUL};70;700\n"
SOURCE = SourceImport("synthetique_2024.csv", "Essai", "", dt.date(2026, 11, 28))


@pytest.fixture
def importe(tmp_path, atlas):
    """Import texts, as files of some names, in a folder of its own, and load it."""

    def execute(*textes, choix=None, depot=None):
        depot = depot or Depot(tmp_path / "var", LIVRES.parent)
        depuis = depot.actuel()
        avant = atlas if depuis == depot.base else load(depuis)
        examens = [
            examine(f"synthetique_{2024 + rang}.csv", texte.encode(), avant, choix)
            for rang, texte in enumerate(textes)
        ]
        pret = prepare(depot, examens, SOURCE, depuis=depuis, atlas=avant)
        publish(depot, pret)
        return examens, pret.apres, depot

    return execute


def figure(atlas, nom, territoire):
    (mesure,) = evaluate(
        atlas,
        atlas.registre[nom],
        parse_territoire(atlas, territoire),
        "fonctionnement",
        indicatifs=True,
    )
    return mesure


def test_every_territory_has_the_figure_that_was_examined(importe):
    (examen,), atlas, _ = importe(MT_SECRET)
    for indicateur in examen.indicateurs:
        for cle, chiffre in indicateur.chiffres.items():
            genre, _, code = cle.partition(":")
            adresse = f"{ {'departement': 'dep', 'region': 'reg'}.get(genre, genre) }:{code}"
            mesure = figure(atlas, indicateur.nom, adresse)
            assert mesure.valeur == pytest.approx(chiffre.valeur)
            # Communes that the file has not would add to a count.
            ouvert = indicateur.nature == STOCK and mesure.manquantes
            bornes = chiffre.bornes and (chiffre.bornes[0], inf if ouvert else chiffre.bornes[1])
            assert mesure.bornes == (bornes and pytest.approx(bornes))
            assert mesure.intervalle == (chiffre.intervalle and pytest.approx(chiffre.intervalle))
            assert (mesure.communes, mesure.secretes) == (chiffre.communes, chiffre.secretes)


def test_a_withheld_cell_leaves_bounds_and_no_value_anywhere(importe):
    _, atlas, _ = importe(MT_SECRET)
    nom = "sans_medecin_traitant_2024"
    mesure = figure(atlas, nom, "cpts:cpts-luxeuil")
    # Its other communes are not in the file: they would add to a count.
    assert (mesure.valeur, mesure.raison, mesure.bornes) == (None, RETENUE, (121, inf))
    assert "cpts-luxeuil" not in values_by_cpts(atlas, atlas.registre[nom]).index
    assert withheld_by_cpts(atlas, atlas.registre[nom]) == {"cpts-luxeuil": (121, inf)}
    assert figure(atlas, nom, f"communes:{FROIDECONCHE}").bornes == (1, 10)


def test_a_count_under_the_threshold_is_withheld_and_kept_nowhere(importe):
    texte = f"{MT}{LUXEUIL};120;1500\n{FROIDECONCHE};7;400\n"
    (examen,), atlas, depot = importe(texte)
    assert figure(atlas, "sans_medecin_traitant_2024", "cpts:cpts-luxeuil").bornes == (121, inf)
    assert any("par l'atlas, qui ne le garde pas" in r.message for r in examen.remarques)
    for chemin in (depot.actuel() / "officiels").iterdir():
        assert ",7," not in chemin.read_text(encoding="utf-8")
        assert not chemin.read_text(encoding="utf-8").rstrip().endswith(",7")


def test_a_rate_that_gives_a_withheld_count_away_is_withheld(importe):
    texte = "codgeo;sans_mt;assures;taux\n" + "".join(
        f"{code};{nombre};{assures};{taux}\n"
        for code, nombre, assures, taux in (
            (LUXEUIL, "120", 1500, "8,0"),
            (FROIDECONCHE, "NS", 400, "1,8"),
            (VESOUL, "70", 700, "10,0"),
            ("70279", "50", 1000, "5,0"),
        )
    )
    choix = Choix(
        colonne="taux",
        unite="%",
        agreger="moyenne pondérée par assures",
        millesime="2024",
        source="Synthétique",
    )
    _, atlas, _ = importe(texte, choix=choix)
    mesure = figure(atlas, "taux_2024", f"communes:{FROIDECONCHE}")
    assert mesure.raison == RETENUE
    assert mesure.bornes == pytest.approx((0.25, 2.5))
    assert figure(atlas, "taux_2024", f"communes:{LUXEUIL}").valeur == 8


@pytest.mark.parametrize(
    ("unite", "ecrite", "valeur"),
    [("en %", "%", 20), ("pct", "%", 20), ("‰", "‰", 200), ("pour 1 000", "pour 1 000", 200)],
)
def test_a_unit_is_read_alike_when_examined_and_when_shown(importe, unite, ecrite, valeur):
    choix = Choix(
        colonne="sans",
        agreger="rapport sans/assures",
        libelle="Sans",
        unite=unite,
        millesime="2024",
        source="Synthétique",
    )
    (examen,), atlas, _ = importe(f"codgeo;sans;assures\n{LUXEUIL};20;100\n", choix=choix)
    assert examen.indicateurs[0].chiffres["departement:70"].valeur == pytest.approx(valeur)
    (indicateur,) = atlas.registre.officiels()
    assert (indicateur.unite, indicateur.en_pct) == (ecrite, ecrite == "%")
    assert indicateur.is_part == indicateur.en_pct
    assert figure(atlas, indicateur.identifiant, "dep:70").valeur == pytest.approx(valeur)


def test_absorbed_communes_add_up_in_their_successor(importe):
    texte = f"{MT}70264;20;100\n70530;30;300\n{LUXEUIL};120;1500\n"
    _, atlas, _ = importe(texte)
    assert figure(atlas, "sans_medecin_traitant_2024", "communes:70180").valeur == 50
    assert figure(atlas, "part_sans_medecin_traitant_2024", "communes:70180").valeur == 12.5


def test_what_is_not_aggregated_is_given_by_commune_alone(importe):
    choix = Choix(colonne="indice", unite="indice", millesime="2024", source="Synthétique")
    _, atlas, _ = importe(f"code_commune;indice\n{LUXEUIL};2,5\n{VESOUL};3\n", choix=choix)
    assert figure(atlas, "indice_2024", f"communes:{LUXEUIL}").valeur == 2.5
    assert figure(atlas, "indice_2024", "dep:70").raison == NON_AGREGEABLE


def test_years_are_one_series_and_the_same_year_is_replaced(importe):
    _, atlas, depot = importe(MT_SECRET, MT_SECRET.replace("120", "130"))
    serie = atlas.registre.series(atlas.registre["part_sans_medecin_traitant_2025"])
    assert [i.millesime for i in serie] == ["2024", "2025"]
    (_, apres, _) = importe(MT_SECRET.replace("70;700", "90;700"), depot=depot)
    assert figure(apres, "sans_medecin_traitant_2024", f"communes:{VESOUL}").valeur == 90
    depot.restore(1)
    avant = load(depot.actuel())
    assert figure(avant, "sans_medecin_traitant_2024", f"communes:{VESOUL}").valeur == 70
    depot.restore(0)
    assert not load(depot.actuel()).registre.officiels()


def test_an_indicator_without_year_source_or_unit_does_not_get_in(tmp_path, atlas):
    depot = Depot(tmp_path / "var", LIVRES.parent)
    examen = examine(
        "synthetique.csv",
        f"code_commune;indice\n{LUXEUIL};2,5\n".encode(),
        atlas,
        Choix(colonne="indice"),
    )
    with pytest.raises(DonneesInvalides) as refus:
        prepare(depot, [examen], SOURCE, depuis=depot.actuel(), atlas=atlas)
    assert {p.remede.split()[-2] for p in refus.value.problemes} == {
        "--millesime",
        "--source",
        "--unite",
    }
    assert not (tmp_path / "var" / "versions").exists()


def test_a_label_is_text_wherever_it_goes(importe):
    hostile = '"]\nordre = 1\n[calcul] <script>{millesime}'
    choix = Choix(colonne="indice", libelle=hostile, unite="u", millesime="2024", source="S, t")
    _, atlas, _ = importe(f"code_commune;indice\n{LUXEUIL};2,5\n", choix=choix)
    (indicateur,) = atlas.registre.officiels()
    assert indicateur.nom == '"] ordre = 1 [calcul] <script>'


def test_france_is_every_row_of_the_file(importe):
    lignes = "".join(f"{departement}999;20;100\n" for departement in metropolitan())
    _, atlas, _ = importe(f"{MT}{lignes}")
    indicateur = atlas.registre["part_sans_medecin_traitant_2024"]
    (mesure,) = evaluate(atlas, indicateur, make_france(atlas), "fonctionnement", indicatifs=True)
    assert (mesure.valeur, mesure.communes) == (20, len(metropolitan()))


def test_reading_the_indicators_again_is_loading_the_folder(importe):
    _, apres, depot = importe(MT_SECRET)
    lu = load(depot.actuel())
    assert apres.registre == lu.registre
    assert apres.empreinte == lu.empreinte
    assert set(apres.problemes) == set(lu.problemes)
    for nom in ("variables", "ailleurs", "sources"):
        pd.testing.assert_frame_equal(getattr(apres, nom), getattr(lu, nom))


def test_a_row_that_says_nothing_is_missing_from_france_wherever_it_is(importe, atlas):
    inconnues = "".join(f"{code};;\n" for code in ("97601", "97602", "97603"))
    _, apres, _ = importe(make_apl(atlas) + inconnues, MT_SECRET)
    france = make_france(apres)
    (mesure,) = evaluate(
        apres, apres.registre["apl_medecins_2024"], france, "fonctionnement", indicatifs=True
    )
    assert (mesure.valeur is not None, mesure.manquantes) == (True, 3)
