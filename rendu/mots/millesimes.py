"""Of which year the figures of communes are, said beside them."""

from geo.atlas import Atlas


def population_title(atlas: Atlas) -> str:
    """Head a column of populations: « Population (2023) »."""
    return f"Population ({atlas.millesimes.population})"


def reference_text(atlas: Atlas) -> str:
    """Say what every computed figure rests on: populations of one year, communes of another."""
    annees = atlas.millesimes
    return (
        f"populations de référence {annees.population} (INSEE), communes du code officiel "
        f"géographique {annees.communes}"
    )
