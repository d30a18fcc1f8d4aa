"""What the page and the command line say of a commune in the same words: why it is listed, what becomes of it."""

from __future__ import annotations

from geo.couches.attribution import (
    AUCUNE,
    CHACUNE,
    ENTRE,
    MAIRIE_AILLEURS,
    PARTAGE,
    PARTAGEE,
    RECOUVREMENT,
    TROP_PEU,
)

POURQUOI = {
    TROP_PEU: "trop peu dans un polygone : dans aucune CPTS",
    PARTAGE: "partagée",
    RECOUVREMENT: "polygones qui se recouvrent",
    ENTRE: "en partie dans un autre polygone",
    MAIRIE_AILLEURS: "mairie hors du polygone",
}
DECISIONS = {
    PARTAGEE: "partagée selon les parts",
    CHACUNE: "entière dans chacune",
    AUCUNE: "dans aucune",
}
