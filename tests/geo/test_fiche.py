"""Sheets of the 29 CPTS, against the same figures worked out again from the files.

Nothing of the project stands between the files and the expected figures.
"""

import csv
import json
import math
from collections import Counter, defaultdict
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Polygon, get_parts

from geo.chargement import load
from geo.fiche import make_fiche
from tests.geo.dessin import A, B, C, E, square

DATA = Path(__file__).resolve().parents[2] / "data"
BORNES = (40_000, 80_000, 175_000)


def rows(nom):
    with (DATA / f"{nom}.csv").open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


CPTS_IDS = [ligne["cpts_id"] for ligne in rows("cpts_fiches")]
DESSINEES = sorted({ligne["cpts_id"] for ligne in rows("cpts")})
SANS_PERIMETRE = sorted(set(CPTS_IDS) - set(DESSINEES))


@pytest.fixture(scope="module")
def communes():
    objets = json.loads((DATA / "communes.geojson").read_text(encoding="utf-8"))["features"]
    return {objet["properties"]["code_commune"]: objet["properties"] for objet in objets}


@pytest.fixture(scope="module")
def contours():
    """Outlines in metres, by code."""
    lues = gpd.read_file(DATA / "communes.geojson").set_index("code_commune")
    return lues.geometry.to_crs("EPSG:2154")


@pytest.fixture(scope="module")
def membres():
    """Codes of the communes of each CPTS."""
    siens = defaultdict(set)
    for ligne in rows("cpts"):
        siens[ligne["cpts_id"]].add(ligne["code_commune"])
    return siens


@pytest.fixture(scope="module")
def unions(contours, membres):
    """Outline of each CPTS, by general union."""
    return {i: contours[contours.index.isin(codes)].union_all() for i, codes in membres.items()}


@pytest.fixture(scope="module")
def fiches(atlas):
    return {cpts_id: make_fiche(atlas, cpts_id) for cpts_id in CPTS_IDS}


def facts(cpts_id, indicateur):
    return [
        ligne
        for ligne in rows("cpts_faits")
        if (ligne["cpts_id"], ligne["indicateur"]) == (cpts_id, indicateur)
    ]


def inhabitants(communes, codes):
    return sum(communes[code]["population"] for code in codes)


@pytest.mark.parametrize("cpts_id", CPTS_IDS)
def test_announced_computed_and_gap(fiches, communes, membres, cpts_id):
    fiche, codes = fiches[cpts_id], membres.get(cpts_id, set())
    for ecart, indicateur, calcule in (
        (fiche.population, "population_annoncee", inhabitants(communes, codes)),
        (fiche.ecarts["communes"], "communes_annoncees", len(codes)),
    ):
        publies = facts(cpts_id, indicateur)
        assert ecart.calcule == (calcule if codes else None)
        if not publies:
            assert ecart.annonce is ecart.qualificatif is ecart.source_id is None
        else:
            assert str(int(ecart.annonce)) == publies[0]["valeur"]
            assert ecart.qualificatif == publies[0]["qualificatif"]
            assert ecart.source_id == publies[0]["source_id"]
        if publies and codes and publies[0]["qualificatif"] == "egal":
            annonce = float(publies[0]["valeur"])
            assert ecart.ecart == calcule - annonce
            assert ecart.ecart_pct == pytest.approx((calcule - annonce) / annonce * 100)
        else:
            assert ecart.ecart is ecart.ecart_pct is None


def test_luxeuil_is_2_per_cent_short_of_what_it_announces(fiches):
    # 42 511 inhabitants in three EPCI, 43 000 announced.
    population = fiches["cpts-luxeuil"].population
    assert (population.annonce, population.calcule, population.ecart) == (43_000, 42_511, -489)
    assert population.ecart_pct == pytest.approx(-1.137, abs=0.001)


@pytest.mark.parametrize("cpts_id", CPTS_IDS)
def test_every_published_share_stands_with_its_base(fiches, cpts_id):
    parts = fiches[cpts_id].parts
    attendues = facts(cpts_id, "part_sans_medecin_traitant")
    assert list(zip(parts["valeur"], parts["qualificatif"], parts["base"], strict=True)) == [
        (float(ligne["valeur"]), ligne["qualificatif"], ligne["base"]) for ligne in attendues
    ]
    assert ["" if pd.isna(n) else str(n) for n in parts["numerateur"]] == [
        ligne["numerateur"] for ligne in attendues
    ]
    assert list(parts["source_id"]) == [ligne["source_id"] for ligne in attendues]


def test_the_chalonnais_publishes_two_bases(fiches):
    parts = fiches["cpts-chalonnais"].parts
    assert list(parts["base"]) == ["17_ans_et_plus", "70_ans_et_plus"]
    assert list(parts["valeur"]) == [12, 7.8]


@pytest.mark.parametrize("cpts_id", CPTS_IDS)
def test_size_classes_follow_the_bounds(fiches, cpts_id):
    fiche = fiches[cpts_id]
    for taille, population in (
        (fiche.taille_annoncee, fiche.population.annonce),
        (fiche.taille_calculee, fiche.population.calcule),
    ):
        if population is None:
            assert taille is None
            continue
        depassees = [borne for borne in BORNES if borne < population]
        assert taille.population == population
        assert taille.classe == f"T{len(depassees) + 1}"  # no population here is on a bound
        suivantes = [borne for borne in BORNES if borne > population]
        assert taille.borne_suivante == (suivantes[0] if suivantes else None)
        assert taille.distance == (suivantes[0] - population if suivantes else None)


def test_a_population_on_a_bound_looks_to_the_next_one(dossier, damage):
    damage(
        "cpts_faits", "cpts-loin,population_annoncee,1000", "cpts-loin,population_annoncee,40000"
    )
    taille = make_fiche(load(dossier), "cpts-loin").taille_annoncee
    assert (taille.classe, taille.borne_suivante, taille.distance) == ("T1 ou T2", 80_000, 40_000)


@pytest.mark.parametrize("cpts_id", CPTS_IDS)
@pytest.mark.parametrize("champ", ["departements", "epci"])
def test_units_spanned_and_their_shares(fiches, communes, membres, cpts_id, champ):
    cle = {"departements": "code_departement", "epci": "siren_epci"}[champ]
    table, codes = getattr(fiches[cpts_id], champ), membres.get(cpts_id, set())
    attendus = defaultdict(set)
    for code in codes:
        attendus[communes[code][cle]].add(code)
    assert set(table.index) == set(attendus)
    total = inhabitants(communes, codes)
    for unite, siens in attendus.items():
        ligne = table.loc[unite]
        entiere = {code for code, commune in communes.items() if commune[cle] == unite}
        assert ligne["communes"] == len(siens)
        assert ligne["communes_unite"] == len(entiere)
        assert ligne["population"] == inhabitants(communes, siens)
        assert ligne["population_unite"] == inhabitants(communes, entiere)
        assert ligne["part_cpts_pct"] == pytest.approx(inhabitants(communes, siens) / total * 100)
        assert ligne["part_unite_pct"] == pytest.approx(
            inhabitants(communes, siens) / inhabitants(communes, entiere) * 100
        )
    if codes:
        assert table["communes"].sum() == len(codes)
        assert table["population"].sum() == total
        assert table["part_cpts_pct"].sum() == pytest.approx(100)
        assert table["part_unite_pct"].max() <= 100
        assert table["population"].is_monotonic_decreasing


@pytest.mark.parametrize("cpts_id", CPTS_IDS)
def test_units_bear_their_names(fiches, communes, cpts_id):
    noms = {ligne["code_departement"]: ligne["nom"] for ligne in rows("departements")}
    fiche = fiches[cpts_id]
    assert fiche.departements["nom"].to_dict() == {
        code: noms[code] for code in fiche.departements.index
    }
    par_siren = {commune["siren_epci"]: commune["nom_epci"] for commune in communes.values()}
    assert fiche.epci["nom"].to_dict() == {siren: par_siren[siren] for siren in fiche.epci.index}


def test_cpts_21_52_lies_across_two_regions(fiches):
    table = fiches["cpts-21-52"].departements
    assert list(table.index) == ["21", "52"]
    # Grand Est is known here by one of its ten departments: it is not compared with.
    comparaison = fiches["cpts-21-52"].comparaison
    assert list(zip(comparaison["genre"], comparaison["code"], strict=True)) == [
        ("cpts", "cpts-21-52"),
        ("dep", "21"),
        ("dep", "52"),
        ("reg", "27"),
    ]


@pytest.mark.parametrize("cpts_id", DESSINEES)
def test_densities_are_ratios_of_totals(fiches, communes, contours, membres, cpts_id):
    comparaison = fiches[cpts_id].comparaison
    assert set(comparaison["genre"]) == {"cpts", "dep", "reg"}
    for ligne in comparaison.to_dict("records"):
        codes = {
            "cpts": lambda ligne: membres[ligne["code"]],
            "dep": lambda ligne: {
                code for code, c in communes.items() if c["code_departement"] == ligne["code"]
            },
            "reg": lambda _: {code for code, c in communes.items() if c["etude"]},
        }[ligne["genre"]](ligne)
        surface_km2 = contours[contours.index.isin(codes)].area.sum() / 1e6
        assert ligne["population"] == inhabitants(communes, codes)
        assert ligne["surface_km2"] == pytest.approx(surface_km2, rel=1e-6)
        assert ligne["densite"] == pytest.approx(
            inhabitants(communes, codes) / surface_km2, rel=1e-6
        )


def test_the_region_is_the_study_area(fiches):
    region = fiches["cpts-luxeuil"].comparaison.iloc[-1]
    assert (region["nom"], region["population"]) == ("Bourgogne-Franche-Comté", 2_802_670)


@pytest.mark.parametrize("cpts_id", CPTS_IDS)
def test_neighbours_and_the_length_of_the_border(fiches, unions, cpts_id):
    voisins = fiches[cpts_id].voisins
    attendus = {}
    for autre, union in unions.items():
        if cpts_id in unions and autre != cpts_id and union.intersects(unions[cpts_id]):
            # What two perimeters lose when they are united was their border, twice.
            ensemble = union.union(unions[cpts_id], grid_size=0.01)
            perdu_m = union.length + unions[cpts_id].length - ensemble.length
            attendus[autre] = perdu_m / 2 / 1000
    assert voisins.set_index("cpts_id")["frontiere_km"].to_dict() == pytest.approx(
        {autre: km for autre, km in attendus.items() if km > 0.001}, abs=0.01
    )
    assert voisins["frontiere_km"].is_monotonic_decreasing
    noms = {ligne["cpts_id"]: ligne["nom"] for ligne in rows("cpts_fiches")}
    assert list(voisins["nom"]) == [noms[autre] for autre in voisins["cpts_id"]]


def test_neighbours_see_one_another(fiches):
    for cpts_id, fiche in fiches.items():
        for voisin in fiche.voisins.to_dict("records"):
            retour = fiches[voisin["cpts_id"]].voisins.set_index("cpts_id")["frontiere_km"]
            assert retour[cpts_id] == pytest.approx(voisin["frontiere_km"])


def test_no_territory_is_in_two_pieces(fiches, unions):
    assert {i for i, union in unions.items() if len(get_parts(union)) > 1} == set()
    assert {i for i, f in fiches.items() if f.parties_detachees} == set()


@pytest.mark.parametrize("cpts_id", DESSINEES)
def test_enclaves_are_what_fills_the_holes(fiches, contours, membres, unions, cpts_id):
    trous = [Polygon(trou) for piece in get_parts(unions[cpts_id]) for trou in piece.interiors]
    points = contours.representative_point()
    dedans = {code for trou in trous for code in points.index[points.within(trou)]} - membres[
        cpts_id
    ]
    assert {enclave.code_commune for enclave in fiches[cpts_id].enclaves} == dedans


@pytest.mark.parametrize("cpts_id", CPTS_IDS)
def test_communes_are_those_of_the_file(fiches, communes, contours, cpts_id):
    table = fiches[cpts_id].communes
    attendues = {
        ligne["code_commune"]: ligne["confiance"]
        for ligne in rows("cpts")
        if ligne["cpts_id"] == cpts_id
    }
    assert dict(zip(table["code_commune"], table["confiance"], strict=True)) == attendues
    for ligne in table.to_dict("records"):
        commune = communes[ligne["code_commune"]]
        for colonne in ("nom", "population", "siren_epci", "nom_epci", "code_departement"):
            assert ligne[colonne] == commune[colonne]
        surface_km2 = contours[ligne["code_commune"]].area / 1e6
        assert ligne["surface_km2"] == pytest.approx(surface_km2, rel=1e-6)
        assert ligne["densite"] == pytest.approx(commune["population"] / surface_km2, rel=1e-6)


@pytest.mark.parametrize("cpts_id", SANS_PERIMETRE)
def test_without_a_perimeter_nothing_is_computed(fiches, cpts_id):
    fiche = fiches[cpts_id]
    assert not fiche.dessinee
    assert fiche.population.calcule is fiche.taille_calculee is None
    for table in (fiche.departements, fiche.epci, fiche.comparaison, fiche.voisins, fiche.communes):
        assert table.empty
    assert fiche.parties_detachees == fiche.enclaves == ()


def test_columns_are_the_same_with_and_without_a_perimeter(fiches):
    pleine, vide = fiches["cpts-luxeuil"], fiches["cpts-chalonnais"]
    for champ in ("departements", "epci", "comparaison", "voisins", "communes"):
        assert list(getattr(pleine, champ)) == list(getattr(vide, champ))


def test_previous_and_next_walk_through_every_cpts_once(fiches):
    suivantes = {i: fiche.suivante for i, fiche in fiches.items()}
    (premiere,) = [i for i, fiche in fiches.items() if fiche.precedente is None]
    parcours = [premiere]
    while suivantes[parcours[-1]] is not None:
        assert fiches[suivantes[parcours[-1]]].precedente == parcours[-1]
        parcours.append(suivantes[parcours[-1]])
    assert Counter(parcours) == Counter(CPTS_IDS)
    noms = [fiches[i].nom for i in parcours]
    assert noms[:2] == ["CPTS 21-52", "CPTS Auxois-Morvan"]
    assert noms.index("CPTS du Chalonnais") < noms.index("CPTS du Grand Lons")


def test_an_unknown_cpts_is_an_error(atlas):
    with pytest.raises(KeyError):
        make_fiche(atlas, "cpts-inconnue")


def test_the_drawing_gives_the_figures_of_the_drawing(atlas_dessine):
    est = make_fiche(atlas_dessine, "cpts-est")
    # c (70, 400 inhabitants) and e (52, 50), of squares of 1 km²; d (70, 800) is in no CPTS.
    assert list(est.departements.index) == ["70", "52"]
    assert est.departements["part_cpts_pct"].to_list() == pytest.approx([400 / 4.5, 50 / 4.5])
    assert est.departements["part_unite_pct"].to_list() == pytest.approx([400 / 12, 100])
    assert est.comparaison["densite"].to_list() == pytest.approx([225, 600, 50, 375], rel=1e-6)
    assert est.voisins["cpts_id"].to_list() == ["cpts-ouest"]
    assert est.voisins["frontiere_km"].to_list() == pytest.approx([1], rel=1e-6)
    assert [partie.codes_communes for partie in est.parties_detachees] == [(E,)]
    assert list(est.communes["code_commune"]) == [E, C]


def test_overlapping_cpts_are_neighbours_without_a_border(dossier, damage):
    damage("cpts", f"cpts-est,{E},documente", f"cpts-est,{E},documente\ncpts-loin,{E},deduit")
    voisins = make_fiche(load(dossier), "cpts-loin").voisins
    assert voisins.to_dict("records") == [
        {"cpts_id": "cpts-est", "nom": "CPTS Est", "frontiere_km": 0}
    ]


def test_an_enclave_names_the_cpts_that_hold_it(dossier, damage):
    """A ring of eight squares around one, which another CPTS holds.

    ┌───┬───┬───┐
    │ r │ r │ r │     r: CPTS Ouest
    ├───┼───┼───┤     C: CPTS Est
    │ r │ C │ r │
    ├───┼───┼───┤
    │ r │ r │ r │
    └───┴───┴───┘
    """
    objets = json.loads((dossier / "communes.geojson").read_text(encoding="utf-8"))["features"]
    modele = next(o for o in objets if o["properties"]["code_commune"] == C)
    cases = gpd.GeoSeries(
        [square(colonne, ligne) for colonne in range(3) for ligne in range(3)], crs="EPSG:2154"
    ).to_crs("EPSG:4326")
    codes = [B, "21003", "21004", "21005", C, "21006", "21007", "21008", A]
    dessin = [
        {
            **modele,
            "properties": {
                **modele["properties"],
                "code_commune": code,
                "code_departement": code[:2],
            },
            "geometry": case.__geo_interface__,
        }
        for code, case in zip(codes, cases, strict=True)
    ]
    (dossier / "communes.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": dessin}), encoding="utf-8"
    )
    anneau = "".join(f"cpts-ouest,{code},deduit\n" for code in codes if code != C)
    (dossier / "cpts.csv").write_text(
        f"cpts_id,code_commune,confiance\n{anneau}cpts-est,{C},deduit\n", encoding="utf-8"
    )
    damage("departements", f"52,Haute-Marne,44,Grand Est,{E}\n", "")
    damage("cpts_fiches", "70|52", "70")
    lu = load(dossier)
    (enclave,) = make_fiche(lu, "cpts-ouest").enclaves
    assert (enclave.code_commune, enclave.cpts) == (C, ("cpts-est",))
    assert make_fiche(lu, "cpts-est").enclaves == ()


def test_a_cpts_where_nobody_lives_has_no_share(dossier):
    chemin = dossier / "communes.geojson"
    texte = chemin.read_text(encoding="utf-8")
    for habitants in (100, 200):
        texte = texte.replace(f'"population": {habitants},', '"population": 0,')
    chemin.write_text(texte, encoding="utf-8")
    ouest = make_fiche(load(dossier), "cpts-ouest").departements.loc["21"]
    assert ouest["population"] == 0
    assert math.isnan(ouest["part_cpts_pct"])
    assert math.isnan(ouest["part_unite_pct"])
