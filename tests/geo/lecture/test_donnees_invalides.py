"""Bad files: one DonneesInvalides that lists every fault, each with its remedy."""

import pytest
from geopandas import GeoSeries
from shapely.geometry import mapping

from geo.chargement import load
from geo.erreurs import DonneesInvalides, Severite
from tests.geo.dessin import CASES, A, B, C, D, draw_communes, square, write_communes
from tests.geo.partage import CPTS, write_partage


@pytest.fixture
def refuse(dossier):
    """Load the damaged folder, which must be refused, and return its problems."""

    def problems_of():
        with pytest.raises(DonneesInvalides) as info:
            load(dossier)
        problemes = info.value.problemes
        assert any(probleme.severite is Severite.BLOQUANT for probleme in problemes)
        for probleme in problemes:
            assert probleme.message.endswith(".")
            assert probleme.remede.endswith(".")
            assert str(probleme) in str(info.value)
        return problemes

    return problems_of


def assert_one(problemes, fichier, *morceaux):
    """Exactly one problem of that file says all these things."""
    dits = [p for p in problemes if p.fichier == fichier and all(m in p.message for m in morceaux)]
    assert len(dits) == 1, problemes


@pytest.mark.parametrize("fichier", ["cpts.csv", "statuts.csv", "communes.geojson"])
def test_missing_file(dossier, refuse, fichier):
    (dossier / fichier).unlink()
    assert_one(refuse(), fichier, "manque")


@pytest.mark.parametrize("fichier", ["cpts.csv", "communes.geojson"])
def test_empty_file(dossier, refuse, fichier):
    (dossier / fichier).write_bytes(b"")
    assert {probleme.fichier for probleme in refuse()} == {fichier}


@pytest.mark.parametrize("fichier", ["cpts_fiches.csv", "communes.geojson"])
def test_file_in_another_encoding(dossier, refuse, fichier):
    chemin = dossier / fichier
    texte = (
        chemin.read_text(encoding="utf-8")
        .replace("Commune 21001", "Échenoz")
        .replace("CPTS Est", "CPTS Érée")
    )
    chemin.write_bytes(texte.encode("latin-1", errors="ignore"))
    assert_one(refuse(), fichier, "UTF-8", "ligne")


@pytest.mark.parametrize(
    "url",
    [
        "https://nom:secret@exemple.fr/",
        "https://exemple.fr@autre.fr",
        '"https://exemple.fr/a\nb"',
        "https://exemple.fr/\u202egpj.exe",
        "https://exemple.fr/<script>",
        "https://exemple.fr\\@autre.fr",
        "javascript:alert(1)",
        "https://",
    ],
)
def test_an_address_that_is_not_what_it_looks_like(dossier, refuse, url):
    sources = dossier / "sources.csv"
    entete = sources.read_text(encoding="utf-8").splitlines()[0].split(",")
    ligne = {"source_id": "piege", "titre": "Piège", "producteur": "Essai", "url": url}
    with sources.open("a", encoding="utf-8") as fichier:
        fichier.write(",".join(ligne.get(nom, "") for nom in entete) + "\n")
    assert_one(refuse(), "sources.csv", "colonne « url »", "forme inattendue")


def test_implausible_dates_are_taken_for_unknown(dossier):
    fiches = dossier / "cpts_fiches.csv"
    atlas = load(dossier)
    dates = atlas.fiches["date_max"].dropna()
    fiches.write_text(
        fiches.read_text(encoding="utf-8").replace(dates.iloc[0], "9999-12-31"), encoding="utf-8"
    )
    apres = load(dossier)
    fiche = apres.fiches.loc[dates.index[0]]
    assert fiche["date_precision"] == "inconnue"
    assert fiche[["date_min", "date_max"]].isna().all()
    [dit] = [p for p in apres.problemes if "9999-12-31" in p.message and "date_max" in p.message]
    assert dit.severite is Severite.A_VERIFIER


def test_utf8_with_a_byte_order_mark_is_read(dossier):
    chemin = dossier / "cpts.csv"
    chemin.write_bytes(b"\xef\xbb\xbf" + chemin.read_bytes())
    assert len(load(dossier).adhesions) == 4


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        ("cpts_id;code_commune;confiance\n", "points-virgules"),
        ("cpts_id,code_commune,cpts_id\n", "deux fois"),
        ('cpts_id,code_commune,confiance\n"cpts-ouest"x,21001,deduit\n', "lisible"),
        ("cpts_id,code_commune,confiance\ncpts-ouest,21001\n", "nombre de cellules"),
    ],
)
def test_unreadable_csv(dossier, refuse, contenu, attendu):
    (dossier / "cpts.csv").write_text(contenu, encoding="utf-8")
    assert_one(refuse(), "cpts.csv", attendu)


@pytest.mark.parametrize(
    ("part", "attendu"),
    [("0", "trop petite"), ("-3", "trop petite"), ("100", "trop grande"), ("43,5", "nombre"),
     ("33.333", "plus de deux décimales"), ("inf", "nombre"), ("-inf", "nombre"), ("Infinity", "nombre"),
     ("nan", "nombre"), ("1e400", "nombre"), ("1_000", "nombre"), ("-1_0", "nombre"), ("\u0661\u0662\u0663", "nombre"), ("120.12", "trop grande"), ("0.001", "trop petite"), ("120.125", "trop grande")],
)  # fmt: skip
def test_a_share_that_is_none_is_told_in_one_line(dossier, refuse, part, attendu):
    write_partage(dossier, CPTS.replace(f"{C},deduit,75", f'{C},deduit,"{part}"'))
    problemes = refuse()
    assert_one(problemes, "cpts.csv", "« part_pct »", attendu, f"« {part} » (ligne 5)")
    assert [p.severite for p in problemes if "part_pct" in p.message] == [Severite.BLOQUANT]
    assert sum(p.severite is Severite.BLOQUANT for p in problemes) == 1


def test_a_commune_without_a_share_is_whole(dossier, atlas_partage):
    parts = atlas_partage.adhesions.set_index(["cpts_id", "code_commune"])["part"]
    assert parts[[("cpts-ouest", C), ("cpts-est", C)]].to_list() == [0.25, 0.75]
    assert parts[("cpts-ouest", A)] == 1.0
    assert load(dossier).adhesions["part"].eq(1.0).all()


def test_where_a_merger_brings_two_shares_together_the_greater_stays(dossier):
    lignes = f"cpts-ouest,21901,documente,20\ncpts-ouest,{B},hypothese,60\n"
    write_partage(dossier, CPTS.replace(f"cpts-ouest,{B},hypothese,\n", lignes))
    siennes = load(dossier).adhesions.set_index(["cpts_id", "code_commune"])
    assert siennes.loc[("cpts-ouest", B), ["confiance", "part"]].to_list() == ["hypothese", 0.6]


def test_missing_and_extra_column(damage, refuse):
    damage("cpts", "confiance", "fiabilite")
    problemes = refuse()
    assert_one(problemes, "cpts.csv", "« confiance » manque")
    assert_one(problemes, "cpts.csv", "« fiabilite » n'est pas prévue")


def test_missing_column_of_the_key(damage, refuse):
    damage("cpts", "cpts_id,code_commune", "cpts,code_commune")
    assert_one(refuse(), "cpts.csv", "« cpts_id » manque")


def test_extra_column_alone_does_not_stop(dossier, damage):
    damage("completude", "note\n21,non,\n70,oui,\n", "note,auteur\n21,non,,\n70,oui,,x\n")
    problemes = load(dossier).problemes
    assert_one(problemes, "completude.csv", "« auteur »")


def test_code_that_lost_its_zero_is_named_with_its_line(damage, refuse):
    damage("cpts", f"cpts-ouest,{B}", "cpts-ouest,1001")
    problemes = refuse()
    assert_one(problemes, "cpts.csv", "code_commune", "« 1001 » (ligne 3)")
    assert any("zéro initial" in probleme.remede for probleme in problemes)


def test_code_that_never_existed_stops(damage, refuse):
    damage("cpts", f"cpts-ouest,{B}", "cpts-ouest,21999")
    assert_one(refuse(), "cpts.csv", "« 21999 » (ligne 3)")


def test_absorbed_code_goes_to_its_successor(dossier, damage):
    damage("cpts", f"cpts-ouest,{B},hypothese", "cpts-ouest,21901,hypothese")
    lu = load(dossier)
    assert lu.adhesions["code_commune"].to_list().count(B) == 1
    assert lu.territoires.loc["cpts-ouest", "population"] == 300
    assert_one(lu.problemes, "cpts.csv", f"21901 (absorbée par {B} Commune {B})")


def test_absorbed_code_of_an_absorbed_commune_is_followed_to_the_end(dossier, damage):
    damage("cpts", f"cpts-ouest,{B}", "cpts-ouest,21902")
    assert B in load(dossier).adhesions["code_commune"].to_list()


def test_absorbed_code_beside_its_successor_counts_once_with_the_weaker_confidence(dossier, damage):
    damage(
        "cpts", f"cpts-ouest,{B},hypothese", f"cpts-ouest,{B},documente\ncpts-ouest,21901,hypothese"
    )
    lu = load(dossier)
    assert lu.territoires.loc["cpts-ouest", "communes"] == 2
    assert lu.fiches.loc["cpts-ouest", "confiance"] == "hypothese"


def test_successors_that_turn_in_a_circle_stop(damage, refuse):
    damage("communes_absorbees", f"21901,Vieux-Bourg,{B}", "21901,Vieux-Bourg,21902")
    damage("cpts", f"cpts-ouest,{B}", "cpts-ouest,21902")
    assert_one(refuse(), "cpts.csv", "« 21902 »")


def test_duplicate_pair(damage, refuse):
    damage("cpts", f"cpts-ouest,{B},hypothese", f"cpts-ouest,{A},hypothese")
    assert_one(refuse(), "cpts.csv", "même clé")


def test_duplicate_key(damage, refuse):
    damage("statuts", "projet_valide,projet de santé validé", "lancee,projet de santé validé")
    assert_one(refuse(), "statuts.csv", "« statut »", "en double")


@pytest.mark.parametrize(
    ("remplacement", "morceau"),
    [
        (("cpts", "hypothese", "certain"), "« certain » (ligne 3)"),
        (("cpts_faits", "8.5", '"8,5"'), "« 8,5 » (ligne 3)"),
        (("cpts_faits", ",25,", ",-25,"), "« -25 » (ligne 3)"),
        (("cpts_fiches", "2021-09-16", "2021-02-30"), "« 2021-02-30 » (ligne 3)"),
        (("cpts_fiches", "CPTS Ouest", ""), "manquante"),
        (("statuts", "statut,libelle", "etape,libelle"), "« statut » manque"),
    ],
)
def test_bad_value(damage, refuse, remplacement, morceau):
    damage(*remplacement)
    assert_one(refuse(), f"{remplacement[0]}.csv", morceau)


def test_line_is_that_of_the_file_even_after_a_cell_of_two_lines(damage, refuse):
    damage("perimetres", "drawn", '"drawn\nby hand"')
    damage("perimetres", 'by hand"\n', 'by hand"\ncpts-est,epci,2,x,1,1,deduit,x\n')
    assert_one(refuse(), "perimetres.csv", "« 2 » (ligne 4)")


@pytest.mark.parametrize(
    ("remplacement", "colonne"),
    [
        (("cpts", "cpts-est,", "cpts-nulle-part,"), "cpts_id"),
        (("cpts_fiches", "aci_signe", "signe"), "statut"),
        (("jalons", "12,egal,cp", "12,egal,inconnue"), "source_id"),
        (("completude", "21,non", "22,non"), "code_departement"),
    ],
)
def test_reference_to_nothing(damage, refuse, remplacement, colonne):
    damage(*remplacement)
    assert_one(refuse(), f"{remplacement[0]}.csv", f"« {colonne} »", "sans ligne dans")


def test_unknown_department_in_a_list(damage, refuse):
    damage("cpts_fiches", "70|52", "70|53")
    assert_one(refuse(), "cpts_fiches.csv", "département", "53")


def test_unknown_reference_commune(damage, refuse):
    damage("cpts_fiches", f"70|52,{C}", "70|52,70999")
    assert_one(refuse(), "cpts_fiches.csv", "« 70999 »")


def test_unknown_epci_is_only_to_be_checked(dossier, damage):
    damage("perimetres", "200000002", "200009999")
    assert_one(load(dossier).problemes, "perimetres.csv", "« 200009999 »")


def test_all_faults_of_all_files_come_at_once(dossier, damage, refuse):
    (dossier / "jalons.csv").unlink()
    damage("cpts", "hypothese", "certain")
    damage("cpts", f"cpts-est,{C}", "cpts-est,1")
    damage("cpts_faits", "8.5", "beaucoup")
    objets = draw_communes()
    objets[0]["properties"]["population"] = -1
    write_communes(dossier, objets)
    problemes = refuse()
    assert {probleme.fichier for probleme in problemes} == {
        "jalons.csv",
        "cpts.csv",
        "cpts_faits.csv",
        "communes.geojson",
    }
    assert len(problemes) == 5


# communes.geojson


@pytest.fixture
def redraw(dossier):
    """Change the drawn GeoJSON features by a function."""

    def change(fonction, **membres):
        objets = draw_communes()
        fonction({objet["properties"]["code_commune"]: objet for objet in objets})
        write_communes(dossier, objets, **membres)

    return change


def in_degrees(contour):
    return mapping(GeoSeries([contour], crs="EPSG:2154").to_crs("EPSG:4326")[0])


def test_communes_without_an_object(dossier, refuse):
    write_communes(dossier, [])
    assert_one(refuse(), "communes.geojson", "aucune commune")


def test_communes_cut_short(dossier, refuse):
    chemin = dossier / "communes.geojson"
    chemin.write_bytes(chemin.read_bytes()[:900])
    assert_one(refuse(), "communes.geojson", "pas lisible")


def test_commune_column_missing(redraw, refuse):
    redraw(lambda objets: [objet["properties"].pop("etude") for objet in objets.values()])
    assert_one(refuse(), "communes.geojson", "« etude » manque")


def test_commune_codes_written_as_numbers(redraw, refuse):
    def spoil(objets):
        for code, objet in objets.items():
            objet["properties"]["code_commune"] = int(code)

    redraw(spoil)
    assert_one(refuse(), "communes.geojson", "« code_commune » n'est pas partout un texte")


def test_commune_code_that_lost_its_zero(redraw, refuse):
    redraw(lambda objets: objets[D]["properties"].update(code_commune="1001"))
    assert_one(refuse(), "communes.geojson", "« 1001 » (objet 4)")


def test_commune_given_twice(redraw, refuse):
    redraw(lambda objets: objets[D]["properties"].update(code_commune=C))
    assert_one(refuse(), "communes.geojson", f"« {C} » (objets 3, 4)", "en double")


def test_commune_of_an_unknown_department(redraw, refuse):
    redraw(lambda objets: objets[D]["properties"].update(code_departement="71"))
    assert_one(refuse(), "communes.geojson", "département", "71")


def test_commune_without_outline(redraw, refuse):
    redraw(lambda objets: objets[D].update(geometry=None))
    assert_one(refuse(), "communes.geojson", "sans polygone", D)


def test_metres_passed_off_as_degrees(redraw, refuse):
    def spoil(objets):
        for code, objet in objets.items():
            objet["geometry"] = mapping(square(int(code[-1]), int(code[0])))

    redraw(spoil)
    assert_one(refuse(), "communes.geojson", "le contour", "hors de la France")


def test_metres_that_are_declared_are_read(redraw, dossier, atlas_dessine):
    redraw(
        lambda objets: [
            objet.update(geometry=mapping(square(*CASES[code]))) for code, objet in objets.items()
        ],
        crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}},
    )
    surfaces = load(dossier).communes["surface_km2"]
    assert surfaces.to_list() == pytest.approx(
        atlas_dessine.communes["surface_km2"].to_list(),
        rel=1e-6,
    )


def test_latitude_before_longitude(redraw, refuse):
    def swap(objets):
        (anneau,) = objets[D]["geometry"]["coordinates"]
        objets[D]["geometry"]["coordinates"] = [[(y, x) for x, y in anneau]]

    redraw(swap)
    assert_one(refuse(), "communes.geojson", "le contour", D)


def test_thin_overlap_is_repaired_and_named(redraw, dossier):
    # d reaches two metres over b and c: 4 000 m² in all.
    redraw(
        lambda objets: objets[D].update(
            geometry=in_degrees(square(1, 1).buffer(2, join_style="mitre"))
        )
    )
    lu = load(dossier)
    assert_one(lu.problemes, "communes.geojson", D)
    assert lu.communes.geometry.area.sum() == pytest.approx(
        lu.communes.geometry.union_all().area,
        rel=1e-9,
    )


def test_self_crossing_outline_is_repaired_and_named(redraw, dossier):
    # A spike of no width, in and out of d's right side: the ring touches itself.
    def spike(objets):
        (anneau,) = objets[D]["geometry"]["coordinates"]
        debut, suite = anneau[0], list(anneau[1:])
        pointe = (debut[0] + 0.002, debut[1] - 0.002)
        objets[D]["geometry"]["coordinates"] = [[debut, pointe, debut, *suite]]

    redraw(spike)
    lu = load(dossier)
    assert_one(lu.problemes, "communes.geojson", "réparé", D)
    assert lu.communes.geometry.is_valid.all()
    assert lu.communes.loc[D, "surface_km2"] == pytest.approx(1, rel=1e-6)


def test_outline_drawn_twice_cannot_be_repaired(redraw, refuse):
    redraw(lambda objets: objets[D].update(geometry=objets[C]["geometry"]))
    assert_one(refuse(), "communes.geojson", "sans réparation possible")
