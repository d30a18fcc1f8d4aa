"""Names of the files that are code for a browser: shown as text wherever the map and the pages show them."""

import json
import shutil
from functools import partial

import pytest

from tests.navigateur.outils import CARTE, serve
from tests.navigateur.test_zones import ESSAI, point_in_zone

IMAGE = "<img src=x onerror=alert(1)>"
GABARIT = "`${alert(1)}`"
NOMS = {
    "70311": {"nom": f"{IMAGE} {GABARIT}"},
    "70550": {"nom": f"{IMAGE} {GABARIT}"},
    # The head of a zone blanche, and its intercommunality.
    "70310": {"nom": f"{IMAGE} {GABARIT}", "nom_epci": IMAGE},
}


@pytest.fixture(scope="module")
def serveur_hostile(haute_saone, tmp_path_factory):
    dossier = tmp_path_factory.mktemp("hostile")
    for chemin in haute_saone.glob("*.csv"):
        shutil.copy2(chemin, dossier)
    fiches = (dossier / "cpts_fiches.csv").read_text(encoding="utf-8")
    fiches = fiches.replace("CPTS de Luxeuil", IMAGE).replace("CPTS du bassin vésulien", GABARIT)
    (dossier / "cpts_fiches.csv").write_text(fiches, encoding="utf-8")
    communes = json.loads((haute_saone / "communes.geojson").read_text(encoding="utf-8"))
    for commune in communes["features"]:
        commune["properties"] |= NOMS.get(commune["properties"]["code_commune"], {})
    (dossier / "communes.geojson").write_text(json.dumps(communes), encoding="utf-8")
    with serve(CPTS_DATA_DIR=str(dossier)) as adresse:
        yield adresse


def check_nothing_ran(ecran) -> None:
    for cadre in ecran.page.frames:
        assert cadre.locator("img[src=x]").count() == 0
    assert ecran.alertes == []
    assert ecran.ailleurs == []


def test_hostile_names_are_shown_as_text(serveur_hostile, ouvrir):
    ecran = ouvrir().open(f"{serveur_hostile}/?dep=70")
    ecran.settle()
    for cpts_id, nom in (("cpts-luxeuil", IMAGE), ("cpts-bassin-vesulien", GABARIT)):
        bulle = ecran.hover(partial(ecran.point_of, cpts_id))
        bulle.get_by_text(nom, exact=True).wait_for()
        ecran.click_cpts(cpts_id)
        ecran.wait_address(cpts=cpts_id)
        ecran.page.get_by_role("heading", name=nom, exact=True).wait_for()
    noms = ecran.page.frame_locator(CARTE).locator(".nom")
    assert any(IMAGE in texte for texte in noms.all_inner_texts())
    table = ecran.page.locator("[data-testid=stDataFrame]").last
    assert IMAGE in table.inner_text() or IMAGE in table.text_content()
    check_nothing_ran(ecran)


def test_hostile_names_of_zones_are_shown_as_text(serveur_hostile, ouvrir):
    ecran = ouvrir().open(f"{serveur_hostile}{ESSAI}&zone=70310")
    ecran.page.get_by_role("heading", name=f"Zone blanche · {IMAGE}").wait_for()
    ecran.settle()
    bulle = ecran.hover(partial(point_in_zone, ecran, "70310"))
    bulle.get_by_text(f"Zone blanche · {IMAGE} {GABARIT}", exact=True).wait_for()
    check_nothing_ran(ecran)
