"""The tables that say what an import would change, on the drawing of four squares (``tests/geo/dessin.py``)."""

import pandas as pd
import pytest

from geo.chargement import load
from geo.importation.changement import compare
from tests.geo.dessin import A, B, D, write_dossier
from ui.commun.changement import coverage_table, cpts_table, write_counts

ADHESIONS = f"""cpts_id,code_commune,confiance
cpts-ouest,{A},documente
cpts-loin,{B},documente
cpts-loin,{D},documente
"""


@pytest.fixture(scope="module")
def atlas_avant(tmp_path_factory):
    return load(write_dossier(tmp_path_factory.mktemp("avant")))


@pytest.fixture(scope="module")
def atlas_apres(tmp_path_factory):
    """Give communes to CPTS Loin, which had none, and none to CPTS Est."""
    dossier = write_dossier(tmp_path_factory.mktemp("apres"))
    (dossier / "cpts.csv").write_text(ADHESIONS, encoding="utf-8")
    return load(dossier)


def test_an_unknown_perimeter_is_no_zero(atlas_avant, atlas_apres):
    bilan = compare(atlas_avant, atlas_apres, "fonctionnement")
    table = cpts_table(atlas_avant, atlas_apres, bilan)
    noms = atlas_avant.fiches["nom"]
    table = table.set_index("CPTS").loc[[noms["cpts-loin"], noms["cpts-est"]]]
    for mesure in ("Communes", f"Habitants ({atlas_apres.millesimes.population})"):
        loin, est = table[[f"{mesure}, avant", f"{mesure}, après"]].to_numpy(dtype=object)
        assert pd.isna(loin[0])
        assert loin[1] > 0
        assert est[0] > 0
        assert pd.isna(est[1])


def test_a_rate_that_rests_on_hypotheses_is_no_minimum(atlas_avant, atlas_apres):
    bilan = compare(atlas_avant, atlas_apres, "projets")
    cote_d_or = coverage_table(atlas_avant, bilan).iloc[0]
    assert not cote_d_or["Complet, avant"]
    assert cote_d_or["Établis, avant"].startswith("au moins ")
    assert cote_d_or["Établis et indicatifs, avant"][0].isdigit()


def test_what_rests_on_an_indicative_perimeter_is_about(atlas_avant, atlas_apres):
    bilan = compare(atlas_avant, atlas_apres, "fonctionnement")
    table = cpts_table(atlas_avant, atlas_apres, bilan)
    ecrits = write_counts(atlas_avant, atlas_apres, bilan)
    assert list(ecrits) == list(table.columns[1:])
    rangs = {nom: rang for rang, nom in enumerate(table["CPTS"])}
    noms = atlas_avant.fiches["nom"]
    ouest, loin = (
        [textes[rangs[noms[cpts_id]]] for textes in ecrits.values()]
        for cpts_id in ("cpts-ouest", "cpts-loin")
    )
    assert ouest == ["env.\xa02", "1", "env.\xa0300", "100"]
    assert (loin[0], loin[1], loin[2]) == ("", "2", "")
