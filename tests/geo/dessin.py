"""A whole folder of data, drawn: every expected figure can be read off the drawing.

    ┌───────┬───────┐
    │ b 200 │ d 800 │     ┌───────┐      21 | 70   a, b: department 21, declared incomplete
    ├───────┼───────┤     │ e  50 │              c, d: department 70, declared complete
    │ a 100 │ c 400 │     └───────┘              e: department 52, outside the study area
    └───────┴───────┘

Squares of 1 km² with their inhabitants. CPTS Ouest (ACI signé) holds a (documented) and b
(hypothesis); CPTS Est (launched) holds c (deduced) and e (documented); CPTS Loin (validated
project, department 21) has no perimeter and announces 1 000 inhabitants.
"""

import json
from pathlib import Path

import geopandas as gpd
from shapely.affinity import translate
from shapely.geometry import box, mapping

KM = 1_000
# South-west corner, in the middle of the region (Lambert 93).
X0, Y0 = 900_000, 6_690_000

A, B, C, D, E = "21001", "21002", "70001", "70002", "52001"
CASES = {A: (0, 0), B: (0, 1), C: (1, 0), D: (1, 1), E: (4, 0)}
POPULATIONS = {A: 100, B: 200, C: 400, D: 800, E: 50}

TABLES = {
    "sources": "source_id,titre,producteur,date,fichier,url\ncp,Communiqué,ARS,2022-05-06,,\n",
    "statuts": (
        "statut,libelle,ordre,compte_en_fonctionnement,compte_avec_projets,compte_avec_lettres,"
        "definition\n"
        "projet_valide,projet de santé validé,3,non,oui,oui,\n"
        "lancee,lancée officiellement,4,oui,oui,oui,\n"
        "aci_signe,ACI signé,5,oui,oui,oui,\n"
    ),
    "departements": (
        "code_departement,nom,code_region,nom_region,code_commune_chef_lieu\n"
        f"21,Côte-d'Or,27,Bourgogne-Franche-Comté,{A}\n"
        f"52,Haute-Marne,44,Grand Est,{E}\n"
        f"70,Haute-Saône,27,Bourgogne-Franche-Comté,{C}\n"
        "90,Territoire de Belfort,27,Bourgogne-Franche-Comté,90010\n"
    ),
    "communes_absorbees": (
        "code_commune,nom,code_commune_successeur\n"
        f"21901,Vieux-Bourg,{B}\n21902,Plus-Vieux-Bourg,21901\n{B},Ancien nom,{B}\n"
    ),
    "completude": "code_departement,complet,note\n21,non,\n70,oui,\n",
    "cpts_fiches": (
        "cpts_id,nom,departements,code_commune_repere,statut,statut_mot_source,date_min,date_max,"
        "date_precision,priorites,partenaires,note,source_id\n"
        f"cpts-ouest,CPTS Ouest,21,{A},aci_signe,,2022-05-06,2022-05-06,jour,soins|prévention,,,cp\n"
        f"cpts-est,CPTS Est,70|52,{C},lancee,,,2021-09-16,avant,,ARS,,cp\n"
        f"cpts-loin,CPTS Loin,21,{B},projet_valide,,,,inconnue,,,,cp\n"
    ),
    "cpts_faits": (
        "cpts_id,indicateur,valeur,qualificatif,base,numerateur,source_id\n"
        "cpts-ouest,population_annoncee,290,environ,,,cp\n"
        "cpts-ouest,part_sans_medecin_traitant,8.5,plus_de,population,25,cp\n"
        "cpts-loin,population_annoncee,1000,egal,,,cp\n"
    ),
    "perimetres": (
        "cpts_id,type_unite,code_unite,nom_unite,communes_2026,population_2023,confiance,"
        "justification\n"
        "cpts-est,epci,200000002,CC Est,2,1200,deduit,drawn\n"
    ),
    "cpts": (
        "cpts_id,code_commune,confiance\n"
        f"cpts-ouest,{A},documente\ncpts-ouest,{B},hypothese\n"
        f"cpts-est,{C},deduit\ncpts-est,{E},documente\n"
    ),
    "jalons": (
        "date,date_precision,zone,code_zone,indicateur,etape_mot_source,valeur,qualificatif,"
        "source_id,note\n"
        "2022-05-06,jour,region,27,cpts,projet_valide,12,egal,cp,\n"
        ",inconnue,departement,21,part_population_couverte,en_fonctionnement,93.5,egal,cp,\n"
        "2024-02,mois,france,FR,cpts,aci_signe,530,egal,cp,\n"
    ),
}


def square(colonne: float, ligne: float):
    return translate(box(0, 0, KM, KM), X0 + colonne * KM, Y0 + ligne * KM)


def draw_communes() -> list[dict]:
    """Return the GeoJSON features of the drawing, in degrees."""
    contours = gpd.GeoSeries([square(*case) for case in CASES.values()], crs="EPSG:2154")
    return [
        {
            "type": "Feature",
            "properties": {
                "code_commune": code,
                "nom": f"Commune {code}",
                "code_departement": code[:2],
                "siren_epci": {"21": "200000001", "70": "200000002", "52": "200000003"}[code[:2]],
                "nom_epci": f"CC {code[:2]}",
                "population": POPULATIONS[code],
                "codes_postaux": "21000|21100" if code == A else "70000",
                "mairie_lon": contour.centroid.x,
                "mairie_lat": contour.centroid.y,
                "etude": code != E,
            },
            "geometry": mapping(contour),
        }
        for code, contour in zip(CASES, contours.to_crs("EPSG:4326"), strict=True)
    ]


def write_communes(dossier: Path, objets: list[dict], **membres) -> None:
    (dossier / "communes.geojson").write_text(
        json.dumps({"type": "FeatureCollection", **membres, "features": objets}),
        encoding="utf-8",
    )


def write_dossier(dossier: Path) -> Path:
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, texte in TABLES.items():
        (dossier / f"{nom}.csv").write_text(texte, encoding="utf-8")
    write_communes(dossier, draw_communes())
    return dossier
