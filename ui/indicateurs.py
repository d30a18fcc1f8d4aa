"""The indicators that the map can be coloured by, as the address and the screen name them."""

from ui.francais import BASES

PREFIXE_MEDECIN_TRAITANT = "smt-"

INDICATEURS_FIXES = {
    "cpts": "CPTS (une couleur par territoire)",
    "statut": "Étape",
    "population": "Population calculée (2023)",
    "densite": "Densité de population (2023)",
    "ecart": "Écart entre population annoncée et calculée",
}


def indicator_label(ind: str) -> str:
    """Name an indicator of the address.

    >>> indicator_label("smt-population")
    'Part sans médecin traitant, en % de la population'
    """
    if ind.startswith(PREFIXE_MEDECIN_TRAITANT):
        base = ind.removeprefix(PREFIXE_MEDECIN_TRAITANT)
        return f"Part sans médecin traitant, en % {BASES[base]}"
    return INDICATEURS_FIXES[ind]
