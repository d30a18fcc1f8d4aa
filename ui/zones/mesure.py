"""By what the zones are ranked."""

from geo.atlas import Atlas
from geo.regles.zones import zone_measures
from ui.commun.adresse import Filtres


def measure(atlas: Atlas, filtres: Filtres) -> str:
    """Return the measure that is chosen, or the first there is."""
    return filtres.tri or zone_measures(atlas)[0]
