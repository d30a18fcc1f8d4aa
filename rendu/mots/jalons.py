"""Published milestones in words."""

import pandas as pd

from geo.atlas import Atlas
from rendu.mots.francais import POURCENT, agree, qualify

ETAPES_PUBLIEES = {
    "projets": "étape non précisée",
    "emergence": "en émergence",
    "pre_projet": "en pré-projet",
    "lettre_intention": "lettre d'intention validée",
    "projet_valide": "projet de santé validé",
    "negociation_aci": "ACI en négociation",
    "lancee": "lancement officiel",
    "aci_signe": "ACI signé",
    "en_fonctionnement": "en fonctionnement",
    "en_creation": "en cours de création",
    "toutes_etapes": "toutes étapes confondues",
    "non_precise": "définition non précisée",
}

# Stages of which the sources speak as projects, not yet as CPTS.
PROJETS = ("projets", "emergence", "pre_projet", "lettre_intention")


def published_zone(atlas: Atlas, jalon: pd.Series) -> str:
    """Name the zone of a row of ``jalons.csv``; by its code where the data do not hold it."""
    departements, code = atlas.departements, jalon["code_zone"]
    if jalon["zone"] == "france":
        return "France"
    if jalon["zone"] == "departement":
        return str(departements["nom"].get(code, code))
    noms = departements.loc[departements["code_region"] == code, "nom_region"].unique()
    return str(noms[0]) if len(noms) else str(code)


def published_value(jalon: pd.Series) -> str:
    """Write the value of a row of ``jalons.csv`` with its qualifier and what it counts."""
    if jalon["indicateur"] == "part_population_couverte":
        valeur = qualify(jalon["valeur"], jalon["qualificatif"], POURCENT)
        return f"{valeur} de la population couverte"
    objet = agree(jalon["valeur"], "projet") if jalon["etape_mot_source"] in PROJETS else "CPTS"
    return f"{qualify(jalon['valeur'], jalon['qualificatif'])} {objet}"
