"""Two rates on one map: the third that each value is in, crossed into nine colours."""

from collections import Counter
from collections.abc import Collection
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from geo.indicateurs.classes import classify, round_values
from geo.indicateurs.mesures import RETENUE
from geo.indicateurs.registre import ADDITIVES, HAUT, PAR_COMMUNE, PAR_DEPARTEMENT, TAUX, Indicateur
from rendu.carte.palette import BIVARIEE, CROISEES, HACHURES
from rendu.carte.signes import Coloration, Entree, Tiers
from rendu.mots.comparaison import RAISONS
from rendu.mots.indicateurs import write_value

if TYPE_CHECKING:
    import pandas as pd

_TIERS = 3
_DEGRES = ("bas", "moyen", "haut")
_CROISABLES = (*ADDITIVES, PAR_COMMUNE, PAR_DEPARTEMENT)
_NON_CONNU = "non connu"


def make_tiers(
    indicateur: Indicateur, valeurs: "pd.Series[float]", echelle: "pd.Series[float]"
) -> Tiers | None:
    """Say in which third of a scale each value is.

    Parameters
    ----------
    indicateur
        What they are of.
    valeurs
        By territory.
    echelle
        The values that are cut in three: those of the whole study area, in every year of the series.

    Returns
    -------
    Tiers or None
        ``None`` of what is no computed rate, or where ties or few values leave no three thirds.
    """
    if indicateur.nature != TAUX or indicateur.methode not in _CROISABLES:
        return None
    decimales = indicateur.decimales_carte
    classement = classify(
        round_values(echelle.reset_index(drop=True), decimales), _TIERS, decimales
    )
    if classement is None or len(classement.effectifs) != _TIERS:
        return None
    premier, second = classement.bornes[1:-1]
    connues = round_values(valeurs.dropna(), decimales)
    rangs = np.searchsorted((premier, second), connues.to_numpy()).tolist()
    return Tiers(
        dict(zip(connues.index.astype(str), rangs, strict=True)),
        (write_value(indicateur, premier), write_value(indicateur, second)),
    )


def cross(
    un: Coloration, autre: Coloration, presents: Collection[str], sens: tuple[str, str]
) -> Coloration | None:
    """Paint two rates together, as ``static/carte/croisement.js`` does on the screen.

    Parameters
    ----------
    un, autre
        How each is painted alone, at one level.
    presents
        The territories that are there, with or without a value.
    sens
        Of each, whether more of it is better: :attr:`geo.indicateurs.registre.Indicateur.sens`.

    Returns
    -------
    Coloration or None
        ``None`` where one of them has no thirds.
    """
    if un.tiers is None or autre.tiers is None:
        return None
    siens, autres = un.tiers.classes, autre.tiers.classes
    secrets = frozenset(i for i in presents if i in un.secrets or i in autre.secrets)
    classes = {
        i: siens[i] + _TIERS * autres[i]
        for i in presents
        if i in siens and i in autres and i not in secrets
    }
    comptes = Counter(classes.values())
    absents = len(presents) - len(classes) - len(secrets)
    carres = [
        Entree(BIVARIEE[x + _TIERS * y], f"A {_DEGRES[x]}, B {_DEGRES[y]}", comptes[x + _TIERS * y])
        for y, x in product(range(_TIERS), repeat=2)
    ]
    sans = (Entree(CROISEES, RAISONS[RETENUE], len(secrets)), Entree(HACHURES, _NON_CONNU, absents))
    (a1, a2), (b1, b2) = un.tiers.bornes, autre.tiers.bornes
    return Coloration(
        f"A : {un.titre} ; B : {autre.titre}",
        classes,
        BIVARIEE,
        (*carres, *(entree for entree in sans if entree.compte)),
        methode=" ; ".join(
            filter(
                None,
                (
                    f"tiers à peu près égaux de la zone d'étude : A bas jusqu'à {a1}, haut au-dessus de {a2}",
                    f"B bas jusqu'à {b1}, haut au-dessus de {b2}",
                    _tell_worst(*sens),
                ),
            )
        ),
        textes={
            i: f"{un.textes.get(i, _NON_CONNU)} ; {autre.textes.get(i, _NON_CONNU)}"
            for i in presents
        },
        sources=tuple(dict.fromkeys((*un.sources, *autre.sources))),
        secrets=secrets,
    )


def _tell_worst(un: str, autre: str) -> str:
    """Say which corner is the worst, where it is known of both whether more is better."""
    if not (un and autre):
        return ""
    return "le moins favorable : " + ", ".join(
        f"{nom} {_DEGRES[0] if sens == HAUT else _DEGRES[-1]}"
        for nom, sens in (("A", un), ("B", autre))
    )
