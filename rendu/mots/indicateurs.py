"""The indicators that the map can be coloured by, as the address and the screen name them."""

from rendu.mots.francais import BASES

PREFIXE_MEDECIN_TRAITANT = "smt-"

INDICATEURS_FIXES = {
    "cpts": "CPTS",
    "statut": "Étape",
    "population": "Population (2023)",
    "densite": "Densité (2023)",
    "ecart": "Écart calcul / annonce",
}


def indicator_label(ind: str) -> str:
    """Name an indicator of the address, briefly; the legend says it whole.

    >>> indicator_label("smt-population")
    'Sans médecin traitant : population'
    """
    if ind.startswith(PREFIXE_MEDECIN_TRAITANT):
        base = ind.removeprefix(PREFIXE_MEDECIN_TRAITANT)
        return f"Sans médecin traitant : {BASES[base].split(' ', 1)[1].removeprefix('la ')}"
    return INDICATEURS_FIXES[ind]
