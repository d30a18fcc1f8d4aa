"""A folder whose communes have the codes that spreadsheets spoil: a row of squares of 1 km².

    ┌───────┬───────┬───────┬───────┬───────┬───────┬───────┬───────┬───────┬───────┐
    │ 01004 │ 2A004 │ 75056 │ 69123 │ 13055 │ 70001 │ 70002 │ 21001 │ 21002 │ 70003 │
    │ Ambér.│Ajaccio│ Paris │ Lyon  │Marsei.│Le Val │ Brey  │Aiglun │Aiglun │Luxeuil│
    └───────┴───────┴───────┴───────┴───────┴───────┴───────┴───────┴───────┴───────┘

Inhabitants: 100, 200, … from left to right. 70901 Vieux-Brey was absorbed by 70002 Brey, 70902
(name not published) by 70901. CPTS de Luxeuil holds 70003 (hypothesis); CPTS du bassin vésulien
(department 70) is not drawn; CPTS Arrêtée (department 21) is abandoned.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely.geometry import mapping

from tests.geo.dessin import square, write_communes, write_dossier

NOMS = {
    "01004": "Ambérieu-en-Bugey",
    "2A004": "Ajaccio",
    "75056": "Paris",
    "69123": "Lyon",
    "13055": "Marseille",
    "70001": "Le Val-Saint-Éloi",
    "70002": "Brey",
    "21001": "Aiglun",
    "21002": "Aiglun",
    "70003": "Luxeuil",
}
POPULATIONS = {code: 100 * rang for rang, code in enumerate(NOMS, start=1)}
COLONNES = ("code_commune", "commune", "departement", "cpts", "statut", "date")

TABLES = {
    "statuts": (
        "statut,libelle,ordre,compte_en_fonctionnement,compte_avec_projets,compte_avec_lettres,"
        "definition\n"
        "emergence,en émergence,1,non,non,non,\n"
        "lettre_intention,lettre d'intention validée,2,non,non,oui,\n"
        "projet_valide,projet de santé validé,3,non,oui,oui,\n"
        "lancee,lancée officiellement,4,oui,oui,oui,\n"
        "aci_signe,ACI signé,5,oui,oui,oui,\n"
        "abandonne,projet abandonné,0,non,non,non,\n"
        "inconnu,étape non publiée,0,non,non,non,\n"
    ),
    "departements": (
        "code_departement,nom,code_region,nom_region,code_commune_chef_lieu\n"
        "01,Ain,84,Auvergne-Rhône-Alpes,01004\n"
        "13,Bouches-du-Rhône,93,Provence-Alpes-Côte d'Azur,13055\n"
        "21,Côte-d'Or,27,Bourgogne-Franche-Comté,21001\n"
        "2A,Corse-du-Sud,94,Corse,2A004\n"
        "69,Rhône,84,Auvergne-Rhône-Alpes,69123\n"
        "70,Haute-Saône,27,Bourgogne-Franche-Comté,70001\n"
        "75,Paris,11,Île-de-France,75056\n"
    ),
    "communes_absorbees": (
        "code_commune,nom,code_commune_successeur\n"
        "70901,Vieux-Brey,70002\n70902,,70901\n70002,Brey-le-Petit,70002\n"
    ),
    "completude": "code_departement,complet,note\n21,non,\n70,oui,tout est connu\n",
    "cpts_fiches": (
        "cpts_id,nom,departements,code_commune_repere,statut,statut_mot_source,date_min,date_max,"
        "date_precision,priorites,partenaires,note,source_id\n"
        "cpts-luxeuil,CPTS de Luxeuil,70,70003,aci_signe,ACI,2022-05-06,2022-05-06,jour,soins,,,cp\n"
        "cpts-bassin-vesulien,CPTS du bassin vésulien,70,70002,projet_valide,,,,inconnue,,,,cp\n"
        "cpts-arretee,CPTS Arrêtée,21,21001,abandonne,,,,inconnue,,,,cp\n"
    ),
    "cpts_faits": (
        "cpts_id,indicateur,valeur,qualificatif,base,numerateur,source_id\n"
        "cpts-luxeuil,population_annoncee,290,environ,,,cp\n"
    ),
    "perimetres": (
        "cpts_id,type_unite,code_unite,nom_unite,communes_2026,population_2023,confiance,"
        "justification\n"
        "cpts-luxeuil,commune,70003,Luxeuil,1,1000,hypothese,drawn\n"
    ),
    "cpts": "cpts_id,code_commune,confiance\ncpts-luxeuil,70003,hypothese\n",
    "jalons": (
        "date,date_precision,zone,code_zone,indicateur,etape_mot_source,valeur,qualificatif,"
        "source_id,note\n"
    ),
}


def write_folder(dossier: Path) -> Path:
    """Write the drawn folder."""
    write_dossier(dossier)
    for nom, texte in TABLES.items():
        (dossier / f"{nom}.csv").write_text(texte, encoding="utf-8")
    contours = gpd.GeoSeries([square(rang, 0) for rang in range(len(NOMS))], crs="EPSG:2154")
    objets = [
        {
            "type": "Feature",
            "properties": {
                "code_commune": code,
                "nom": NOMS[code],
                "code_departement": code[:2],
                "siren_epci": "200000001",
                "nom_epci": "CC",
                "population": POPULATIONS[code],
                "codes_postaux": {"70001": "70160", "70002": "70160|70170"}.get(code, "99000"),
                "mairie_lon": contour.centroid.x,
                "mairie_lat": contour.centroid.y,
                "etude": code[:2] in ("21", "70"),
            },
            "geometry": mapping(contour),
        }
        for code, contour in zip(NOMS, contours.to_crs("EPSG:4326"), strict=True)
    ]
    write_communes(dossier, objets)
    return dossier


def make_table(*lignes: dict[str, str]) -> pd.DataFrame:
    """Return a table as it comes out of a file whose header is on line 1."""
    table = pd.DataFrame(
        [{nom: ligne.get(nom, "") for nom in COLONNES} for ligne in lignes],
        columns=list(COLONNES),
        dtype="str",
    )
    table.insert(0, "ligne", pd.Series(range(2, len(table) + 2), dtype="int64"))
    return table


def row(code: str = "", cpts: str = "CPTS Neuve", **autres: str) -> dict[str, str]:
    """Return one row of a table."""
    return {"code_commune": code, "cpts": cpts, **autres}
