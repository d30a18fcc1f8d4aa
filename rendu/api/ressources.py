"""The resources of the API. Every figure is one that a screen shows, from the very function that the screen calls."""

from rendu.api.communes import champs_adhesions, champs_communes, open_adhesions, open_communes
from rendu.api.couverture import champs_couverture, open_couverture
from rendu.api.cpts import champs_cpts, open_cpts, open_territoires
from rendu.api.mesures import (
    champs_indicateurs,
    champs_mesures,
    open_indicateurs,
    open_mesures,
    open_valeurs,
)
from rendu.api.modele import PAGE, Ressource
from rendu.api.versions import champs_sources, champs_versions, open_sources, open_versions
from rendu.api.zones import champs_zones, open_zones

TERRITOIRES = Ressource(
    "territoires",
    "Territoires des CPTS",
    "Les CPTS dont le périmètre est connu, avec leur contour : la réunion de leurs communes, sans simplification. "
    "datetime porte sur la date de ce que dit l'étape.",
    "cpts_id",
    champs_cpts,
    ("dep", "bbox", "datetime", *PAGE),
    open_territoires,
    geometrie=True,
)
COMMUNES = Ressource(
    "communes",
    "Communes",
    "Les communes, leur état (couverte, masquee, non_couverte, indeterminee) et leur contour.",
    "code_commune",
    champs_communes,
    ("dep", "couvert", "indicatifs", "bbox", "datetime", *PAGE),
    open_communes,
    geometrie=True,
)
ZONES = Ressource(
    "zones",
    "Zones blanches et communes sans périmètre connu qui compte",
    "Les groupes de communes voisines dans un même état, comme la page « Zones blanches » les montre.",
    "zone",
    champs_zones,
    ("dep", "couvert", "bbox", "datetime", *PAGE),
    open_zones,
    geometrie=True,
)
VALEURS = Ressource(
    "valeurs",
    "Valeurs d'un indicateur",
    "Un indicateur pour tous les territoires d'un niveau, comme la fiche et « Comparer » le disent.",
    "",
    champs_mesures,
    ("niveau", "dep", "couvert", "indicatifs", *PAGE),
    open_valeurs,
)
# Those of OGC API – Features.
COLLECTIONS = {ressource.nom: ressource for ressource in (TERRITOIRES, COMMUNES, ZONES)}
RESSOURCES = {
    ressource.nom: ressource
    for ressource in (
        Ressource(
            "cpts",
            "CPTS",
            "Toutes les CPTS connues, dessinées ou non.",
            "cpts_id",
            champs_cpts,
            ("dep", "bbox", *PAGE),
            open_cpts,
            geometrie=True,
        ),
        COMMUNES,
        Ressource(
            "adhesions",
            "Adhésions",
            "Quelle commune est de quelle CPTS, pour quelle part, et comment on le sait.",
            "",
            champs_adhesions,
            ("dep", "indicatifs", *PAGE),
            open_adhesions,
        ),
        Ressource(
            "indicateurs",
            "Indicateurs",
            "Ce que l'atlas mesure : définition, unité, millésime, sources.",
            "identifiant",
            champs_indicateurs,
            PAGE,
            open_indicateurs,
        ),
        Ressource(
            "mesures",
            "Mesures d'un à quatre territoires",
            "Tous les indicateurs de « Comparer » pour les territoires donnés.",
            "",
            champs_mesures,
            ("territoire", "couvert", "indicatifs", *PAGE),
            open_mesures,
        ),
        Ressource(
            "couverture",
            "Couverture",
            "La part couverte, par département et pour l'ensemble : les deux minima, et ce qu'ils ne disent pas.",
            "",
            champs_couverture,
            ("dep", "couvert", *PAGE),
            open_couverture,
        ),
        ZONES,
        Ressource(
            "versions",
            "Versions des données",
            "Les imports gardés. Leur auteur et leur fichier ne sont dits qu'à un compte.",
            "numero",
            champs_versions,
            PAGE,
            open_versions,
        ),
        Ressource(
            "sources",
            "Sources",
            "Les sources de tous les chiffres.",
            "source_id",
            champs_sources,
            PAGE,
            open_sources,
        ),
    )
}
