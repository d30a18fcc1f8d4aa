"""The bars of the coverage."""

import pandas as pd
import pytest

from ui.commun.couverture_detail import round_parts


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
