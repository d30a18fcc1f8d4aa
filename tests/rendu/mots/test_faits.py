"""What a perimeter is worth, in words: on the sheet, the panel, paper and a slide alike."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from geo.fiche import make_fiche
from geo.indicateurs.mesures import measure
from geo.indicateurs.territoire import parse_territoire
from rendu.mots.comparaison import value_text
from rendu.mots.faits import (
    fact_sources,
    part_texts,
    perimeter_lines,
    perimeter_name,
    perimeter_words,
    source_plain,
    sources_by_object,
)
from rendu.supports.diapositives_cpts import make_cpts
from rendu.supports.fiche_pdf import sheet_data

DATA = Path(__file__).resolve().parents[3] / "data"
with (DATA / "perimetres.csv").open(encoding="utf-8", newline="") as fichier:
    FRAGILES = [u for u in csv.DictReader(fichier) if "fragile : " in u["justification"]]


def test_the_shipped_hypotheses_that_a_source_contradicts_are_three_units():
    assert [u["cpts_id"] for u in FRAGILES] == ["cpts-bassin-vesulien", *["cpts-pays-d-or"] * 2]


@pytest.mark.parametrize("unite", FRAGILES, ids=lambda u: u["code_unite"])
def test_what_contradicts_a_hypothesis_is_said_apart_from_what_speaks_for_it(atlas, unite):
    raison, contredit = unite["justification"].split(" ; fragile : ")
    lignes = perimeter_lines(atlas, unite["cpts_id"], str)
    (pour,) = (ligne for ligne in lignes if raison[1:] in ligne)
    (contre,) = (ligne for ligne in lignes if contredit[1:] in ligne)
    assert pour.startswith("Indicatif : ")
    assert contre.startswith("En partie contredit : ")
    assert unite["nom_unite"] in contre
    assert not any("fragile" in ligne.lower() for ligne in lignes)


@pytest.mark.parametrize("unite", FRAGILES, ids=lambda u: u["code_unite"])
def test_paper_and_slide_say_it_too(atlas, unite):
    cpts_id, (_, contredit) = unite["cpts_id"], unite["justification"].split(" ; fragile : ")
    feuille = sheet_data(atlas, make_fiche(atlas, cpts_id), dt.date(2026, 11, 28))
    assert feuille["confiance"] == "périmètre indicatif, en partie contredit"
    assert contredit[1:] in feuille["perimetre_lignes"][-1]
    territoire = make_cpts(atlas, cpts_id)[0]
    assert contredit[1:] in territoire.lignes[-1]
    assert "intercommunalités, en partie contredit." in territoire.parlee


def test_nothing_is_said_of_the_others(atlas):
    fragiles = {u["cpts_id"] for u in FRAGILES}
    for cpts_id in atlas.fiches.index:
        assert ("contredit" in perimeter_name(atlas, cpts_id)) == (cpts_id in fragiles)
        assert ("contredit" in perimeter_words(atlas, cpts_id)) == (cpts_id in fragiles)
    assert perimeter_name(atlas, "cpts-pays-luron") == "sans périmètre connu"


def test_a_perimeter_is_followed_to_its_sources_with_what_each_says(atlas):
    objets = sources_by_object(atlas, "cpts-creusot-montceau")
    assert objets == {"info-chalon-2023": ["étape"], "statuts-cptscucm": ["périmètre"]}
    assert "francebleu-sud-2022" in fact_sources(atlas, ["cpts-pays-d-or"])
    for unite in FRAGILES:
        contraires = unite["source_ids_contraires"].split("|")
        siens = sources_by_object(atlas, unite["cpts_id"])
        assert all("ce qui contredit le périmètre" in siens[i] for i in contraires)


def test_paper_and_slide_cite_what_a_perimeter_rests_on(atlas):
    feuille = sheet_data(atlas, make_fiche(atlas, "cpts-creusot-montceau"), dt.date(2026, 11, 28))
    statuts = source_plain(atlas, "statuts-cptscucm")
    assert f"Périmètre : {statuts}." in feuille["sources"]
    assert statuts in make_cpts(atlas, "cpts-creusot-montceau")[0].sources
    contraire = source_plain(atlas, "francebleu-sud-2022")
    assert contraire in make_cpts(atlas, "cpts-pays-d-or")[0].sources


def test_every_shipped_perimeter_but_those_of_cpts_21_52_names_its_sources(atlas):
    muets = atlas.perimetres.loc[atlas.perimetres["source_ids"].isna(), "cpts_id"]
    assert set(muets) == {"cpts-21-52"}
    contraires = atlas.perimetres["source_ids_contraires"].notna()
    fragiles = atlas.perimetres["justification"].str.contains("fragile : ", regex=False)
    assert (contraires == fragiles).all()


def test_how_many_people_a_share_is_stands_wherever_the_share_is(atlas):
    """6,132 for the 10 % of the Territoire de Belfort, hors Belfort (`numerateur` of `cpts_faits.csv`)."""
    cpts_id, dit = "cpts-territoire-belfort", "10\xa0% (6\u202f132 personnes)"
    assert part_texts(atlas.registre, atlas.faits_de(cpts_id)) == [f"{dit} des plus de 17 ans"]
    territoire = parse_territoire(atlas, f"cpts:{cpts_id}")
    mesures = measure(atlas, territoire, "fonctionnement", indicatifs=True)
    (mesure,) = (m for m in mesures if m.indicateur == "part_sans_medecin_traitant")
    assert value_text(atlas, territoire, mesure) == dit
