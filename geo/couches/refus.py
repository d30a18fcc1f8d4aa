"""How a layer is refused, in French."""

from __future__ import annotations

from geo.erreurs import DonneesInvalides, Probleme, Severite
from geo.texte import write_whole

REEXPORTER = (
    "L'exporter de nouveau depuis le système d'information géographique, par exemple en GeoPackage."
)


def refuse_couche(fichier: str, message: str, remede: str = REEXPORTER) -> DonneesInvalides:
    """Return the error of a layer that cannot be read, for the caller to raise."""
    return block_couche(fichier, message, remede, identifiant="fichier_illisible")


def block_couche(fichier: str, message: str, remede: str, *, identifiant: str) -> DonneesInvalides:
    """Return the error of a layer that asks for something, for the caller to raise."""
    return DonneesInvalides(
        [Probleme(Severite.BLOQUANT, fichier, message, remede, identifiant=identifiant)]
    )


def pass_limit(fichier: str, quoi: str, maximum: int, unite: str = "") -> DonneesInvalides:
    """Return the error of a layer beyond one limit.

    >>> str(pass_limit("c.gpkg", "plus de formes que la limite", 500))
    '[bloquant] c.gpkg : plus de formes que la limite (500). → Ne garder que la couche des CPTS, simplifiée \
au besoin.'
    """
    return refuse_couche(
        fichier,
        f"{quoi} ({write_whole(maximum)}{unite}).",
        "Ne garder que la couche des CPTS, simplifiée au besoin.",
    )
