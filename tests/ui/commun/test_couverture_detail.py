"""The bars of the coverage."""

import pandas as pd
import pytest

from rendu.mots.couverture import state_titles
from ui.commun.couverture_detail import round_parts, write_ajoutes


def test_the_parts_of_a_bar_sum_to_it_as_they_are_written():
    barres = pd.DataFrame(
        {
            "Département": ["Doubs", "Jura", "Doubs", "Jura", "Doubs"],
            "Part": [0.41065, 0.3, 0.08565, 0.7, 0.5037],
        }
    )
    ecrites = round_parts(barres)
    # Each alone, they would read 41.1, 8.6 and 50.4.
    assert ecrites.groupby(barres["Département"]).sum().tolist() == pytest.approx([100, 100])
    # What is established, and that with what is indicative, read as they do elsewhere.
    assert ecrites.iloc[0] == pytest.approx(41.1)
    assert ecrites.iloc[0] + ecrites.iloc[2] == pytest.approx(49.6)


@pytest.mark.parametrize("indicatifs", [False, True])
def test_inhabitants_of_indicative_perimeters_are_about_so_many(indicatifs):
    titre = state_titles(indicatifs=indicatifs)[1]
    ecrits = write_ajoutes(pd.DataFrame({titre: [120449, 0]}), indicatifs=indicatifs)
    assert ecrits == {titre: ["env.\xa0120\u202f000", "0"]}
