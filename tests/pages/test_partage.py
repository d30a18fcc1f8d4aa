"""A split commune on the pages: its share, what it counts, and that it is no overlap (synthetic: a copy of the data)."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.chargement import load
from rendu.mots.francais import nombre

RACINE = Path(__file__).resolve().parents[2]
VESOUL, LUXEUIL, GARDEE = "70550", "cpts-luxeuil", "cpts-bassin-vesulien"


@pytest.fixture
def partage(copie: Path) -> Path:
    """Split Vesoul between the CPTS that has it and that of Luxeuil."""
    cpts = pd.read_csv(copie / "cpts.csv", dtype="str")
    cpts["part_pct"] = cpts["code_commune"].map({VESOUL: "75"})
    autre = pd.DataFrame([(LUXEUIL, VESOUL, "documente", "25")], columns=cpts.columns)
    pd.concat([cpts, autre]).to_csv(copie / "cpts.csv", index=False)
    return copie


def open_page(dossier: Path, page: str, **parametres: str) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    app.switch_page(page)
    for nom, valeur in parametres.items():
        app.query_params[nom] = valeur
    with pytest.MonkeyPatch.context() as environnement:
        environnement.setenv("CPTS_DATA_DIR", str(dossier))
        app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(e.value for e in (*app.markdown, *app.caption))


def test_the_sheet_gives_the_share_and_the_inhabitants_that_it_counts(partage):
    app = open_page(partage, "pages/fiche.py", cpts=LUXEUIL)
    [table] = [t.value for t in app.dataframe if "Habitants comptés" in t.value]
    ligne = table.set_index("Code").loc[VESOUL]
    population = load(partage).communes.loc[VESOUL, "population"]
    assert ligne["Part de la commune (%, estimée)"] == 25
    assert ligne["Habitants comptés"] == int(population * 0.25 + 0.5)
    surface = load(partage).communes.loc[VESOUL, "surface_km2"]
    assert ligne["Surface comptée (km²)"] == pytest.approx(surface * 0.25, abs=0.051)
    assert "compte par sa part d'habitants, estimée" in texts(app)


def test_the_page_of_the_gaps_counts_what_no_zone_has(partage):
    cpts = pd.read_csv(partage / "cpts.csv", dtype="str")
    cpts[cpts["cpts_id"] != LUXEUIL].to_csv(partage / "cpts.csv", index=False)
    population = load(partage).communes.loc[VESOUL, "population"]
    reste = nombre(population - int(population * 0.75 + 0.5))
    dits = texts(open_page(partage, "pages/zones_blanches.py", dep="70"))
    assert f" ; environ **{reste} habitants** de 1 commune en partie seulement" in dits


def test_the_page_of_the_gaps_lists_it_apart_from_overlaps(partage):
    app = open_page(partage, "pages/zones_blanches.py", dep="70")
    dits = texts(app)
    assert "1 commune est prise en partie par une CPTS ou par plusieurs." in dits
    assert "Ces parts mises à part, aucune commune n'est dans deux CPTS dessinées" in dits
    noms = load(partage).fiches["nom"]
    parts = f"{noms[GARDEE]} 75\xa0% ; {noms[LUXEUIL]} 25\xa0%"
    assert any(parts in set(t.value["CPTS"]) for t in app.dataframe if "CPTS" in t.value)
