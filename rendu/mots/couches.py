"""What the import of a layer of polygons says: how it was read, by what a commune is given, what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.couches.attribution import (
    HABITANTS,
    MAIRIE,
    SEUIL_PCT,
    SURFACE,
    name_whole,
)
from geo.couches.libelles import DECISIONS
from geo.couches.limites import LIMITES_COUCHES, TAILLE_COUCHE_MAX_OCTETS
from geo.importation.limites import MIB
from rendu.mots.francais import count_noun, nombre, pourcentage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.couches.attribution import Cas
    from geo.couches.lecture import CoucheLue
    from geo.erreurs import Probleme

DEPOSER, LIRE, DECOUPER, COMPARER = (
    "1. Déposer la couche",
    "2. Vérifier ce qui est lu",
    "3. Donner les communes aux CPTS",
    "Couche et communes : ce qui diffère",
)
SUITE = (
    "4. Régler ce qui est signalé",
    "5. Voir ce que cela changerait",
    "6. Mettre en usage",
)
COUCHE, PROJECTION = "Couche", "Projection (code EPSG)"
COMPTES = {
    HABITANTS: "les habitants (couche fine, sinon la surface)",
    SURFACE: "la surface",
    MAIRIE: "la mairie (tout ou rien)",
}
REGLE = (
    "Une commune est à la CPTS qui en tient ce seuil. Si plusieurs le tiennent, elle est partagée selon les parts, ou entière "
    "dans chacune si leurs polygones se recouvrent. Si aucune ne le tient, elle est partagée entre celles qui l'atteignent "
    "ensemble ; sinon elle n'est dans aucune. Moins de 2 % d'une commune est la bordure d'un dessin : ignoré."
)
# What the columns of the table of differences are called.
ECARTS = {
    "communes": "Communes prises",
    "partagees": "dont partagées",
    "population": "Habitants comptés",
    "population_polygone": "Habitants dans le polygone (estimés)",
    "population_en_plus": "Comptés hors du polygone (estimés)",
    "population_en_moins": "Dans le polygone, non comptés (estimés)",
    "surface_km2": "Surface des communes (km²)",
    "surface_en_plus_km2": "En plus du polygone (km²)",
    "surface_en_moins_km2": "Laissé du polygone (km²)",
}
# Where the command line names an option, the page names what it shows.
_REMEDES: Mapping[str, str] = {
    "nom_de_cpts_introuvable": "Choisir « Nom de la CPTS » parmi les attributs, ci-dessus.",
    "couche_a_choisir": f"Dire laquelle lire : « {COUCHE} », ci-dessus.",
}


def with_page_remedies(problemes: Iterable[Probleme]) -> list[Probleme]:
    """Return what there is to say of a layer with the remedies of the page."""
    return [replace(p, remede=_REMEDES.get(p.identifiant, p.remede)) for p in problemes]


def limits_sentence() -> str:
    r"""Say in a line what most layers could meet.

    >>> limits_sentence()
    '100\xa0Mo au plus'
    """
    return f"{nombre(TAILLE_COUCHE_MAX_OCTETS // MIB)}\xa0Mo au plus"


def all_limits() -> str:
    """List every limit of a layer."""
    return " ; ".join(f"{nom} : {nombre(n)}" for nom, n in LIMITES_COUCHES.items())


def reading_sentence(couche: CoucheLue) -> str:
    """Say what was read: how many polygons and CPTS, in which projection, and who says it."""
    polygones = couche.polygones
    noms = polygones["cpts"]
    lue = f"{count_noun(len(polygones), 'forme')}, {count_noun(noms[noms != ''].nunique(), 'CPTS', 'CPTS')}"
    epsg = f"projection EPSG:{couche.epsg}" if couche.epsg else "projection sans code EPSG"
    return f"{lue}, {epsg} ({'dite par le fichier' if couche.crs_dit else 'que le fichier ne dit pas'})."


def threshold_sentence(seuil_pct: float, changees: int) -> str:
    """Say how many communes a threshold does not give as the default one does; nothing of the default one itself.

    >>> threshold_sentence(60, 12), threshold_sentence(40, 0)
    ('À 60 %, 12 communes changent par rapport à 50 %.', 'À 40 %, aucune commune ne change par rapport à 50 %.')
    """
    if seuil_pct == SEUIL_PCT:
        return ""
    quoi = count_noun(changees, "commune") if changees else "aucune commune ne"
    verbe = "changent" if changees > 1 else "change"
    return f"À {seuil_pct:g} %, {quoi} {verbe} par rapport à {SEUIL_PCT} %."


def parts_text(cas: Cas) -> str:
    r"""List the shares of a commune, and where its town hall is.

    >>> from geo.couches.attribution import Cas
    >>> parts_text(Cas("21231", (("Nord", 61.24), ("Sud", 38.0)), ("Nord",), "partage", "partagee", ""))
    'Nord 61,2\xa0% (mairie) · Sud 38\xa0%'
    """
    return " · ".join(
        f"{nom} {pourcentage(pct)}{' (mairie)' if nom in cas.mairies else ''}"
        for nom, pct in cas.parts_pct
    )


def decision_text(decision: str) -> str:
    """Say what becomes of a commune.

    >>> decision_text("entiere:CPTS Nord"), decision_text("partagee")
    ('entière à CPTS Nord', 'partagée selon les parts')
    """
    if entiere := name_whole(decision):
        return f"entière à {entiere}"
    return DECISIONS[decision]
