"""The zones painted by the figure that ranks them."""

import pandas as pd

from geo.indicateurs.mesures import RETENUE
from geo.indicateurs.registre import STOCK, Indicateur
from geo.lecture.variables import BAS
from geo.rangees import get_row
from rendu.carte.coloration import class_values
from rendu.carte.palette import BLANC, CROISEES
from rendu.carte.signes import Coloration, Entree
from rendu.mots.comparaison import RAISONS
from rendu.mots.indicateurs import with_base
from rendu.mots.zones import NON_CONNU, zone_value


def colours_zones(indicateur: Indicateur) -> bool:
    """Tell whether fills say a figure of the zones: they do of a rate, a count is written."""
    return indicateur.nature != STOCK


def make_coloration_zones(indicateur: Indicateur, table: pd.DataFrame) -> Coloration:
    """Paint zones by a rate, whichever their state: one scale for all of them.

    Parameters
    ----------
    indicateur
        A column of the table.
    table
        Rows of :attr:`geo.regles.zones.Zones.table`.

    Returns
    -------
    Coloration
        Its classes and texts are those of the zones, by their codes.
    """
    nom = indicateur.identifiant
    valeurs = table[nom].astype("float64")
    dites = table.get(nom + BAS, valeurs).notna()
    secrets = frozenset(map(str, table.index[valeurs.isna() & dites]))
    classees = class_values(valeurs, indicateur)
    textes = {str(zone): zone_value(indicateur, get_row(table, zone)) for zone in table.index}
    signes = (
        Entree(CROISEES, RAISONS[RETENUE], len(secrets)),
        Entree(BLANC, NON_CONNU, int((~dites).sum())),
    )
    return Coloration(
        with_base(indicateur, indicateur.titre),
        classees.classes,
        classees.palette,
        (*classees.legende, *(signe for signe in signes if signe.compte)),
        methode=classees.methode,
        textes=textes,
        sources=indicateur.sources,
        secrets=secrets,
        histogramme=classees.histogramme,
    )


def zones_teintes(coloration: Coloration) -> dict[str, str]:
    """Return the colour or the sign of each zone that :func:`make_coloration_zones` paints."""
    return {
        zone: CROISEES
        if zone in coloration.secrets
        else coloration.palette[coloration.classes[zone]]
        if zone in coloration.classes
        else BLANC
        for zone in coloration.textes
    }
