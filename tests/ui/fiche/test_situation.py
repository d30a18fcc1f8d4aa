"""What the sheet says of neighbours that have no border (synthetic)."""

from dataclasses import replace

import pandas as pd
import pytest

from geo.chargement import load
from geo.fiche import make_fiche
from tests.geo.partage import CPTS, write_partage
from ui.fiche.situation import neighbours_table


@pytest.mark.parametrize(
    ("cpts", "mot"),
    [
        (CPTS, "se partagent une commune"),
        (CPTS.replace("documente,25", "documente,50"), "se recouvrent"),
    ],
)
def test_neighbours_without_a_border_say_what_they_share(tmp_path, cpts, mot):
    atlas = load(write_partage(tmp_path / "data", cpts))
    voisins = pd.DataFrame(
        {
            "cpts_id": ["cpts-loin", "cpts-est"],
            "nom": ["Loin", "Est"],
            "frontiere_km": [1.5, 0.0],
        }
    )
    fiche = replace(make_fiche(atlas, "cpts-ouest"), voisins=voisins)
    table = neighbours_table(atlas, fiche)
    assert table["Remarque"].to_list() == ["", mot]
    assert table["Frontière (km)"].iloc[0] == 1.5
    assert pd.isna(table["Frontière (km)"].iloc[1])
    seule = neighbours_table(atlas, replace(fiche, voisins=voisins.iloc[:1]))
    assert list(seule) == ["CPTS", "Frontière (km)"]
