"""The real file of the DREES, where it is: control figures, and plain pandas beside them."""

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from geo.indicateurs.territoire import follow_absorbed
from geo.officiels.choix import Choix
from geo.officiels.examen import examine
from tests.geo.officiels.conftest import APL

pytestmark = pytest.mark.skipif(not APL.exists(), reason="the file of the DREES is not here")

SANS_BORNE = "APL aux médecins généralistes (sans borne d'âge)"
STANDARDISEE = "Population standardisée par la consommation de soins par tranche d'âge"


@pytest.fixture(scope="module")
def examen(atlas):
    return examine(APL.name, APL.read_bytes(), atlas)


@pytest.fixture(scope="module")
def feuille():
    titres, *lignes = CalamineWorkbook.from_path(APL).get_sheet_by_index(0).to_python()
    table = pd.DataFrame(lignes, columns=titres).set_index("Code commune")
    return table[[SANS_BORNE, STANDARDISEE]].apply(pd.to_numeric, errors="coerce").dropna()


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


def test_a_department_and_a_cpts_are_what_pandas_finds(examen, feuille, atlas):
    def mean(table):
        return (table[SANS_BORNE] * table[STANDARDISEE]).sum() / table[STANDARDISEE].sum()

    chiffres = examen.indicateurs[0].chiffres
    assert chiffres["departement:70"].valeur == pytest.approx(
        mean(feuille[feuille.index.str[:2] == "70"])
    )
    assert chiffres["departement:35"].valeur == pytest.approx(
        mean(feuille[feuille.index.str[:2] == "35"])
    )
    actuels = feuille.index.to_series().replace(follow_absorbed(atlas, list(feuille.index)))
    siennes = actuels.isin(atlas.perimetre("cpts-luxeuil").codes_communes)
    assert chiffres["cpts:cpts-luxeuil"].valeur == pytest.approx(mean(feuille[siennes]))
