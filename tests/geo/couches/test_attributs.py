"""Names, stages and dates are found in the attributes whatever their titles; what is of persons never is."""

import datetime as dt

import pytest
import shapely

from geo.couches.lecture import Demande, read_couche
from geo.erreurs import DonneesInvalides, Severite
from tests.geo.couches.fabrique import CARRES, make_couche, write_couche, write_geojson


def read(proprietes, colonnes=None):
    return read_couche(
        [("c.geojson", write_geojson(CARRES, proprietes))], Demande(colonnes=colonnes or {})
    )


def remarks(lue):
    return {remarque.identifiant: remarque.message for remarque in lue.remarques}


@pytest.mark.parametrize(
    ("titres", "attendus"),
    [
        (("NOM_CPTS", "STATUT_CPT", "DATE_SIGNA", "DEP"), ("NOM_CPTS", "STATUT_CPT", "DATE_SIGNA", "DEP")),
        (("nom_offici", "AVANCEMENT", "DATE_VALID", "CODE_DEP"), ("nom_offici", "AVANCEMENT", "DATE_VALID", "CODE_DEP")),
        (("DENOMINATI", "ETAT_AVANC", "DATE_CREAT", "departemen"), ("DENOMINATI", "ETAT_AVANC", "DATE_CREAT", "departemen")),
        (("name", "etape", "date", "dept"), ("name", "etape", "date", "dept")),
        (("libelle", "Statut de la CPTS", "Date ACI", "Département"), ("libelle", "Statut de la CPTS", "Date ACI", "Département")),
    ],
)  # fmt: skip
def test_titles_whole_or_cut_tell_the_roles(titres, attendus):
    lignes = [("Lac", "ACI", "2022-05-06", "25"), ("Bois", "Projet", "2023-01-01", "70")]
    lue = read(
        [{"id": n, **dict(zip(titres, ligne, strict=True))} for n, ligne in enumerate(lignes)]
    )
    assert lue.colonnes == dict(
        zip(("cpts", "statut", "date", "departement"), attendus, strict=True)
    )
    assert (
        list(
            lue.polygones[["cpts", "statut", "date", "departement"]].itertuples(
                index=False, name=None
            )
        )
        == lignes
    )
    assert lue.titres == ("id", *titres)


def test_what_a_column_holds_tells_the_names():
    lue = read(
        [
            {"code": "12", "a": "CPTS du Lac", "cpts": "oui"},
            {"code": "13", "a": "CPTS du Bois", "cpts": "oui"},
        ]
    )
    assert lue.colonnes == {"cpts": "a"}


def test_the_planner_corrects_the_roles():
    proprietes = [
        {"nom": "Lac", "autre": "CPTS 1", "etape": "x"},
        {"nom": "Bois", "autre": "CPTS 2", "etape": "y"},
    ]
    lue = read(proprietes, {"cpts": "nom", "statut": ""})
    assert (lue.polygones["cpts"].tolist(), lue.colonnes) == (["Lac", "Bois"], {"cpts": "nom"})
    for demande in ({"cpts": "inconnu"}, {"epci": "nom"}):
        with pytest.raises(DonneesInvalides) as erreur:
            read(proprietes, demande)
        [probleme] = erreur.value.problemes
        assert probleme.identifiant == "colonne_inconnue"
        assert "« nom », « autre », « etape »" in probleme.remede


def test_without_names_the_polygons_are_there_and_the_column_is_asked_for():
    lue = read([{"surface": 12.5, "code": "A1"}] * 2)
    assert lue.polygones["cpts"].tolist() == ["", ""]
    assert [(r.identifiant, r.severite) for r in lue.remarques] == [
        ("nom_de_cpts_introuvable", "bloquant")
    ]
    assert "« surface », « code »" in remarks(lue)["nom_de_cpts_introuvable"]


@pytest.mark.parametrize(
    ("titre", "valeur"),
    [
        ("Mail", "x"), ("EMAIL_CPTS", "x"), ("PRESIDENT", "x"), ("nom_presid", "x"), ("TELEPHON_1", "x"), ("REFERENT", "x"),
        ("COORD", "x"), ("CONTACT_MA", "x"), ("obs", "écrire à jeanne@cpts.example"), ("obs", "tél. 03 81 00 00 00"),
        ("obs", "Dr Jeanne Martin"),
    ],
)  # fmt: skip
def test_contacts_are_dropped_and_said_by_their_title_alone(titre, valeur):
    lue = read([{"nom": "CPTS A", titre: valeur}, {"nom": "CPTS B", titre: valeur}])
    assert lue.titres == ("nom",)
    message = remarks(lue)["donnees_personnelles"]
    assert f"« {titre} »" in message
    assert not [m for m in remarks(lue).values() if valeur != "x" and valeur in m]
    with pytest.raises(DonneesInvalides):
        read([{"nom": "CPTS A", titre: valeur}] * 2, {"cpts": titre})


def test_an_address_beside_a_name_is_taken_off():
    lue = read([{"nom": "CPTS A (a@cpts.example)"}, {"nom": "CPTS B"}])
    assert lue.polygones["cpts"].tolist() == ["CPTS A", "CPTS B"]


@pytest.mark.parametrize("extension", ["geojson", "gpkg", "fgb", "shp", "parquet"])
def test_values_become_the_texts_that_a_table_would_have(extension):
    couche = make_couche(
        noms=["CPTS A", "CPTS B"], statut=["ACI", None], date=[dt.date(2022, 5, 6), None], departement=[21, None]
    )  # fmt: skip
    # FlatGeobuf orders its features by place.
    lue = (
        read_couche(write_couche(couche, extension))
        .polygones.set_index("cpts")
        .drop(columns=["geometry", "ligne"])
    )
    assert lue.loc["CPTS A"].tolist() == ["ACI", "2022-05-06", "21"]
    assert lue.loc["CPTS B"].tolist() == ["", "", ""]


@pytest.mark.parametrize("vide", [None, "", "  ", "\u00a0"])
def test_shapes_without_a_name_are_told_by_their_ranks(vide):
    carres = [shapely.box(6 + rang / 5, 47, 6.1 + rang / 5, 47.1) for rang in range(4)]
    noms = ["CPTS du Lac", vide, "CPTS du Bois", vide]
    octets = write_geojson(carres, [{"nom_cpts": nom} for nom in noms])
    lue = read_couche([("c.geojson", octets)], Demande(colonnes={"cpts": "nom_cpts"}))
    [remarque] = [r for r in lue.remarques if r.identifiant == "forme_sans_nom"]
    assert "forme 2, forme 4" in remarque.message
    assert (remarque.severite, "« nom_cpts »" in remarque.message) == (Severite.A_VERIFIER, True)


def test_a_layer_of_which_no_shape_is_named_is_blocked():
    lue = read([{"nom": "", "autre": "x"}, {"nom": "", "autre": "y"}], {"cpts": "nom"})
    assert remarks(lue).keys() == {"forme_sans_nom"}
    assert lue.remarques[0].severite is Severite.BLOQUANT
