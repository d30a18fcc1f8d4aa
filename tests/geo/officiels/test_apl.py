"""The real file of the DREES, where it is: control figures, and plain pandas beside them."""

import datetime as dt

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from geo.importation.tables import SourceImport
from geo.importation.versions import Depot
from geo.indicateurs.declarations import LIVRES
from geo.indicateurs.mesures import evaluate
from geo.indicateurs.territoire import follow_absorbed, make_france, parse_territoire
from geo.officiels.choix import Choix
from geo.officiels.examen import examine
from geo.officiels.service import prepare
from tests.geo.officiels.conftest import APL

pytestmark = pytest.mark.skipif(not APL.exists(), reason="the file of the DREES is not here")

# Of each indicator, in the order of the catalogue.
TITRES = (
    "APL aux médecins généralistes (sans borne d'âge)",
    "APL aux médecins généralistes de 65 ans et moins",
    "APL aux médecins généralistes de 62 ans et moins",
)
SANS_BORNE = "APL aux médecins généralistes (sans borne d'âge)"
STANDARDISEE = "Population standardisée par la consommation de soins par tranche d'âge"


@pytest.fixture(scope="module")
def examen(atlas):
    return examine(APL.name, APL.read_bytes(), atlas)


@pytest.fixture(scope="module")
def feuille():
    titres, *lignes = CalamineWorkbook.from_path(APL).get_sheet_by_index(0).to_python()
    table = pd.DataFrame(lignes, columns=titres).set_index("Code commune")
    return table[[*TITRES, STANDARDISEE]].apply(pd.to_numeric, errors="coerce").dropna()


def test_the_control_figures_come_out(examen):
    sans_borne = examen.indicateurs[0]
    assert sans_borne.nom == "apl_medecins_2021"
    assert sans_borne.chiffres["france"].valeur == pytest.approx(3.811, abs=5e-4)
    assert sans_borne.chiffres["region:27"].valeur == pytest.approx(3.530, abs=5e-4)
    assert (sans_borne.communes, sans_borne.manquantes) == (34_974, 23)


def test_the_control_figures_by_total_population_come_out(atlas):
    choix = Choix(colonne=SANS_BORNE, agreger="moyenne pondérée par Population totale")
    (indicateur,) = examine(APL.name, APL.read_bytes(), atlas, choix).indicateurs
    assert indicateur.chiffres["france"].valeur == pytest.approx(3.818, abs=5e-4)
    assert indicateur.chiffres["region:27"].valeur == pytest.approx(3.548, abs=5e-4)


def test_saint_ythaire_is_brought_to_its_commune(examen):
    assert any("71492 → 71042 Bonnay-Saint-Ythaire" in r.message for r in examen.remarques)
    assert not any("que le COG chargé n'a pas et" in r.message for r in examen.remarques)


def mean(table, titre=SANS_BORNE):
    return (table[titre] * table[STANDARDISEE]).sum() / table[STANDARDISEE].sum()


def of_communes(feuille, codes, atlas):
    """Keep the rows of some communes of today, and of those that they absorbed."""
    actuels = feuille.index.to_series().replace(follow_absorbed(atlas, list(feuille.index)))
    return feuille[actuels.isin(codes)]


def test_a_department_and_a_cpts_are_what_pandas_finds(examen, feuille, atlas):
    chiffres = examen.indicateurs[0].chiffres
    for departement in ("70", "35"):
        assert chiffres[f"departement:{departement}"].valeur == pytest.approx(
            mean(feuille[feuille.index.str[:2] == departement])
        )
    siennes = of_communes(feuille, atlas.perimetre("cpts-luxeuil").codes_communes, atlas)
    assert chiffres["cpts:cpts-luxeuil"].valeur == pytest.approx(mean(siennes))


@pytest.fixture(scope="module")
def importe(tmp_path_factory, examen, atlas):
    depot = Depot(tmp_path_factory.mktemp("var"), LIVRES.parent)
    source = SourceImport(APL.name, "", "", dt.date(2026, 11, 28))
    pret = prepare(depot, [examen], source, depuis=depot.actuel(), atlas=atlas)
    yield pret.apres
    depot.discard(pret.dossier)


@pytest.mark.parametrize("adresse", ["cpts:cpts-luxeuil", "dep:70", "epci:247000722"])
def test_every_imported_figure_is_what_pandas_finds(importe, feuille, adresse):
    territoire = parse_territoire(importe, adresse)
    siennes = of_communes(feuille, territoire.codes_communes, importe)
    for indicateur, titre in zip(importe.registre.officiels(), TITRES, strict=True):
        (mesure,) = evaluate(importe, indicateur, territoire, "fonctionnement", indicatifs=True)
        assert mesure.valeur == pytest.approx(mean(siennes, titre))


def test_france_lacks_the_communes_that_nobody_lives_in_and_mayotte(importe):
    france = make_france(importe)
    (mesure,) = evaluate(
        importe, importe.registre["apl_medecins_2021"], france, "fonctionnement", indicatifs=True
    )
    assert mesure.manquantes == 23


def test_every_commune_has_the_value_of_its_file(importe, feuille):
    seules = feuille[feuille.index.isin(importe.communes.index)]
    lues = importe.variables["apl_medecins_2021"]
    fondues = set(follow_absorbed(importe, list(feuille.index)).values())
    communes = seules.index.difference(sorted(fondues))
    pd.testing.assert_series_equal(
        lues[communes], seules.loc[communes, SANS_BORNE], check_names=False
    )
