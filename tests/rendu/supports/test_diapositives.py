"""The slides of an event: every figure is one of the analyst's pages, what is blank makes no slide."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from geo.chargement import load
from rendu.supports.diapositives import make_diapositives
from rendu.supports.modele import GENRES
from tests.conftest import DATA
from tests.geo.dessin import write_dossier

RACINE = Path(__file__).resolve().parents[3]
EVENEMENT = ["cpts-luxeuil", "cpts-bassin-vesulien"]
LISIBLE = 110
ANGLAIS_OU_VIDE = re.compile(r"\b(nan|None|null|undefined|N/A|True|False)\b")
NOMBRE = re.compile(r"[0-9][0-9\u202f]*(?:,[0-9]+)?")

PRODUCTEUR_CONTOURS = (
    pd.read_csv(DATA / "sources.csv", dtype=str)
    .set_index("source_id")
    .loc["contours", "producteur"]
)

fiches = pd.read_csv(DATA / "cpts_fiches.csv", dtype=str).set_index("cpts_id")
faits = pd.read_csv(DATA / "cpts_faits.csv", dtype={"cpts_id": str})


def of(diapositives, genre, cpts_id=None):
    return [d for d in diapositives if d.genre == genre and d.cpts_id == cpts_id]


def plain(texte):
    return texte.replace("\u202f", " ").replace("\xa0", " ")


def texts(d):
    return [d.titre, d.chiffre, d.phrase, *d.lignes, d.parlee, *d.sources]


@pytest.fixture(scope="module")
def evenement(atlas):
    return make_diapositives(atlas, EVENEMENT)


@pytest.fixture(scope="module")
def seules(atlas):
    """Make the slides of each CPTS alone."""
    return {cpts_id: make_diapositives(atlas, [cpts_id]) for cpts_id in fiches.index}


@pytest.mark.parametrize("cpts_id", fiches.index)
def test_a_slide_stands_where_something_is_published_and_nowhere_else(atlas, cpts_id, seules):
    diapositives = [d for d in seules[cpts_id] if d.cpts_id]
    siens = faits.loc[faits["cpts_id"] == cpts_id, "indicateur"].to_list()
    fiche = fiches.loc[cpts_id]
    presents = {d.genre for d in diapositives}
    dessinee = bool(atlas.fiches.loc[cpts_id, "dessinee"])
    attendus = {
        "territoire": True,
        "population": dessinee or {"population_annoncee", "communes_annoncees"} & {*siens},
        "medecin_traitant": "part_sans_medecin_traitant" in siens,
        "priorites": isinstance(fiche["priorites"], str),
        "professionnels": isinstance(fiche["partenaires"], str)
        or {"professionnels_annonces", "membres_annonces", "etablissements_annonces"} & {*siens},
    }
    assert presents == {genre for genre, publie in attendus.items() if publie}
    parts = [d for d in diapositives if d.genre == "medecin_traitant"]
    assert len(parts) == siens.count("part_sans_medecin_traitant")


def test_every_text_is_french_and_short_enough_for_a_hall(seules):
    for cpts_id in fiches.index:
        for d in seules[cpts_id]:
            assert not any(ANGLAIS_OU_VIDE.search(texte) for texte in texts(d)), d
            assert not any("  " in texte or texte != texte.strip() for texte in texts(d)), d
            assert 0 < len(d.phrase) <= LISIBLE
            assert d.parlee.endswith(".")
            assert d.parlee[0] == d.parlee[0].upper()
            assert len(d.lignes) <= 6
            assert not (d.carte and d.graphique)
            assert d.sources or d.genre == "sources"


def test_the_slides_come_in_the_order_of_the_event(evenement):
    diapositives = evenement
    # The slides of a CPTS stand together, in the order of the genres.
    cles = [
        (
            {"region": 0, "region_du_jour": 2, "sources": 3}.get(d.genre, 1),
            EVENEMENT.index(d.cpts_id) if d.cpts_id else -1,
            GENRES.index(d.genre),
        )
        for d in diapositives
    ]
    assert cles == sorted(cles)
    assert [d.titre for d in diapositives if d.genre == "territoire"] == [
        "CPTS de Luxeuil",
        "CPTS du bassin vésulien",
    ]


def test_the_launch_of_6_may_2022_says_what_the_release_says(atlas, evenement):
    diapositives = evenement
    luxeuil, vesoul = EVENEMENT
    assert [plain(d.chiffre) for i in EVENEMENT for d in of(diapositives, "population", i)] == [
        "43 000",
        "83 000",
    ]
    assert [d.phrase for i in EVENEMENT for d in of(diapositives, "population", i)] == [
        "habitants annoncés, dans environ 100 communes",
        "habitants annoncés, dans plus de 200 communes",
    ]
    (part,) = of(diapositives, "medecin_traitant", luxeuil)
    assert (plain(part.chiffre), part.phrase) == (
        "près de 10 %",
        "de la population n'a pas de médecin traitant",
    )
    assert "près d'un habitant sur dix n'a pas de médecin traitant" in part.parlee
    (part,) = of(diapositives, "medecin_traitant", vesoul)
    assert "8,5 % des habitants n'ont pas de médecin traitant" in plain(part.parlee)
    assert part.parlee.startswith("Selon une publication de 2022, sur le territoire de la CPTS du")
    belfort = "cpts-territoire-belfort"
    (part,) = of(make_diapositives(atlas, [belfort]), "medecin_traitant", belfort)
    assert (plain(part.chiffre), plain(part.lignes[0])) == ("10 %", "Soit 6 132 personnes")
    assert plain(part.parlee).endswith("n'a pas de médecin traitant, soit 6 132 personnes.")
    assert all(d.indicatif for d in diapositives if d.carte == "territoire")
    # The stage is read from a word of the source, which stands beside it.
    (territoire,) = of(diapositives, "territoire", luxeuil)
    assert territoire.phrase == "« contrats de partenariat » le 6 mai 2022"
    assert territoire.lignes[0] == "Étape : ACI signé"
    (autre,) = of(diapositives, "territoire", vesoul)
    assert territoire.parlee.startswith(
        "De la CPTS de Luxeuil, la source dit : « contrats de partenariat » le 6 mai 2022, ce que l'atlas range à l'étape « ACI signé »"
    )
    assert "la source dit : « contrat d'engagement signé »" in autre.parlee
    (region,) = of(diapositives, "region")
    assert region.chiffre == "au moins 8 CPTS"
    assert region.phrase.endswith("au 6 mai 2022, dont les 2 de cet événement")
    # Another one has the same day: of one alone, nothing is said of how many that day had.
    (seule,) = of(make_diapositives(atlas, [luxeuil]), "region")
    assert seule.chiffre == region.chiffre
    assert seule.phrase.endswith("au 6 mai 2022, dont celle de cet événement")


def test_the_region_that_day_is_what_was_published_and_never_a_rate(evenement, seules):
    diapositives = evenement
    douze, quinze = of(diapositives, "region_du_jour")
    assert (douze.chiffre, quinze.chiffre) == ("12 CPTS", "15 projets")
    assert douze.phrase == "ont un projet de santé validé au 6 mai 2022 (chiffre publié)"
    assert quinze.phrase == "ont une lettre d'intention validée au 6 mai 2022 (chiffre publié)"
    assert dict(douze.graphique.series) == {
        "Côte-d'Or": 3,
        "Doubs": 2,
        "Haute-Saône": 2,
        "Yonne": 2,
        "Jura": 1,
        "Nièvre": 1,
        "Saône-et-Loire": 1,
    }
    assert sum(valeur for _, valeur in douze.graphique.series) == 12
    assert quinze.graphique is None
    for cpts_id in fiches.index:
        for d in seules[cpts_id]:
            if d.genre in ("region", "region_du_jour"):
                assert "%" not in "".join(texts(d))


def test_a_slide_with_a_map_cites_the_outlines(seules):
    for cpts_id in fiches.index:
        for d in seules[cpts_id]:
            assert (f"contours : {PRODUCTEUR_CONTOURS}" in "\n".join(d.sources)) == bool(d.carte), d


def test_numbers_of_two_sources_never_share_a_slide(atlas):
    jalons = atlas.jalons
    regional = jalons[
        (jalons["date"] == "2022-05-06")
        & (jalons["zone"] == "region")
        & (jalons["etape_mot_source"] == "projet_valide")
    ]
    assert len(regional) == 1
    autre = regional.assign(valeur=14.0, source_id="pluripro-2024")
    assert not set(autre["source_id"]) & set(regional["source_id"])
    deux = dataclasses.replace(atlas, jalons=pd.concat([jalons, autre], ignore_index=True))
    slides = [
        d for d in of(make_diapositives(deux, EVENEMENT), "region_du_jour") if "CPTS" in d.chiffre
    ]
    assert [(d.chiffre, d.graphique is None) for d in slides] == [
        ("12 CPTS", False),
        ("14 CPTS", True),
    ]
    (compte,) = [d.graphique for d in slides if d.graphique]
    assert compte.titre == "CPTS par département (projet de santé validé, 6 mai 2022)"


def test_without_one_exact_day_no_date_is_claimed(atlas):
    diapositives = make_diapositives(atlas, ["cpts-luxeuil", "cpts-pays-hericourt"])
    assert not of(diapositives, "region_du_jour")
    (region,) = of(diapositives, "region")
    # The count is of the data as they are; the stages alone have dates, which the first slide tells.
    assert not re.search(r"au \d+ \w+ 20\d\d", region.phrase + region.parlee)
    dates = "6 mai 2022 et 19 avril 2024"
    assert region.phrase.endswith(f"dont les 2 de cet événement ({dates})")
    assert region.parlee.endswith(f" ; dates de cet événement : {dates}.")
    assert region.lignes == (
        "CPTS de Luxeuil : « contrats de partenariat » le 6 mai 2022",
        "CPTS du Pays d'Héricourt : « officialisée » le 19 avril 2024",
    )
    trois = ["cpts-luxeuil", "cpts-pays-hericourt", "cpts-centre-21"]
    (region,) = of(make_diapositives(atlas, trois), "region")
    assert region.phrase.endswith("dont les 3 de cet événement (de 2021 à 2024)")


def test_the_dates_beside_a_count_are_those_of_the_counted_ones(atlas):
    # Nord-Yonne, of 19 July 2021, is in emergence: it is not counted.
    une, deux = (
        of(make_diapositives(atlas, ids), "region")[0]
        for ids in (
            ["cpts-21-52", "cpts-nord-yonne"],
            ["cpts-21-52", "cpts-pays-d-or", "cpts-nord-yonne"],
        )
    )
    assert une.phrase.endswith("dont 1 de cet événement (avant le 16 septembre 2021)")
    assert une.parlee.endswith(" ; date de cette CPTS : avant le 16 septembre 2021.")
    assert deux.phrase.endswith("dont 2 de cet événement (avant le 16 septembre 2021)")
    assert deux.parlee.endswith(" ; dates de ces 2 CPTS : avant le 16 septembre 2021.")


def test_two_bases_are_two_slides(atlas):
    parts = of(make_diapositives(atlas, ["cpts-chalonnais"]), "medecin_traitant", "cpts-chalonnais")
    assert [plain(d.chiffre) for d in parts] == ["12 %", "7,8 %"]
    assert [d.phrase.partition(" n'")[0] for d in parts] == [
        "des 17 ans et plus",
        "des 70 ans et plus",
    ]


def test_a_long_list_goes_on_and_a_partner_is_not_said_twice(atlas):
    diapositives = make_diapositives(atlas, ["cpts-pays-hericourt"])
    priorites = of(diapositives, "priorites", "cpts-pays-hericourt")
    assert [d.titre for d in priorites] == [
        "CPTS du Pays d'Héricourt (1/2)",
        "CPTS du Pays d'Héricourt (2/2)",
    ]
    publiees = fiches.loc["cpts-pays-hericourt", "priorites"].split("|")
    assert [ligne.casefold() for d in priorites for ligne in d.lignes] == [
        terme.casefold() for terme in publiees
    ]
    (professionnels,) = of(diapositives, "professionnels", "cpts-pays-hericourt")
    # « 7 établissements de santé » is announced, and is in the list of the partners too.
    assert professionnels.lignes == ("CPAM de Haute-Saône", "MSA de Franche-Comté", "ARS")
    assert professionnels.parlee.count("7 établissements de santé") == 1


def test_announced_leads_and_an_indicative_perimeter_is_called_so(atlas, seules):
    for cpts_id in fiches.index:
        for d in of(seules[cpts_id], "population", cpts_id):
            annonce = faits[
                (faits["cpts_id"] == cpts_id) & (faits["indicateur"] == "population_annoncee")
            ]
            if len(annonce):
                assert d.phrase.startswith("habitants annoncés")
            else:
                assert "Population annoncée : non publiée" in d.lignes
            indicatif = atlas.fiches.loc[cpts_id, "confiance"] == "hypothese"
            assert d.indicatif == indicatif
            assert ("périmètre indicatif" in "".join([d.phrase, *d.lignes])) == indicatif
            assert ("périmètre indicatif" in d.parlee) == indicatif


def test_a_computed_population_leads_only_where_none_is_announced(atlas):
    sans = atlas.faits[atlas.faits["cpts_id"] != "cpts-portes-haut-doubs"]
    nu = dataclasses.replace(atlas, faits=sans)
    (d,) = of(
        make_diapositives(nu, ["cpts-portes-haut-doubs"]), "population", "cpts-portes-haut-doubs"
    )
    assert plain(d.chiffre) == "26 964"
    assert d.phrase == "habitants en 2023 dans 47 communes, par le calcul sur le périmètre"
    assert d.lignes == ("Population annoncée : non publiée",)


def test_names_of_a_file_stay_plain_text_on_one_line(atlas):
    hostile = atlas.fiches.copy()
    hostile.loc["cpts-luxeuil", "nom"] = "CPTS </script>\n<b>{x}</b>  "
    diapositives = make_diapositives(dataclasses.replace(atlas, fiches=hostile), ["cpts-luxeuil"])
    (territoire,) = of(diapositives, "territoire", "cpts-luxeuil")
    assert territoire.titre == "CPTS </script> <b>{x}</b>"
    assert all("\n" not in texte for d in diapositives for texte in texts(d))


def test_every_source_of_the_event_is_cited_in_full(evenement):
    diapositives = evenement
    citees = "\n".join(ligne for d in of(diapositives, "sources") for ligne in d.lignes)
    for titre in (
        "Deux premières communautés professionnelles territoriales de santé en Haute-Saône",
        "Code officiel géographique 2026",
        "Contours des communes et mairies",
    ):
        assert titre in citees
    # Those of the other CPTS that the region counts: by their producers.
    assert "Étapes des autres CPTS" in citees
    assert "Hebdo 25" in citees


def test_another_folder_makes_slides_too(tmp_path):
    autre = load(write_dossier(tmp_path / "data"))
    diapositives = make_diapositives(autre, ["cpts-ouest", "cpts-est", "cpts-loin"])
    assert {d.genre for d in diapositives} >= {"territoire", "population", "sources"}
    (est,) = of(diapositives, "population", "cpts-est")
    # c and e: 400 and 50 inhabitants.
    assert est.chiffre == "450"
    with pytest.raises(KeyError):
        make_diapositives(autre, ["cpts-atlantide"])


def test_the_slides_need_no_screen():
    code = "import sys, rendu.supports.diapositives; sys.exit('streamlit' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=RACINE)


def test_the_formula_of_a_count_of_today_says_that_undated_ones_are_in_it(atlas):
    (region,) = of(make_diapositives(atlas, ["cpts-21-52", "cpts-pays-d-or"]), "region")
    assert region.chiffre == "au moins 20 CPTS"
    dit = "dont la date est passée à coup sûr ou n'est pas publiée (1 sans date, dans le total d'aujourd'hui) = "
    assert dit in region.origines[0].texte
    # At a date, none of them is counted.
    (region,) = of(make_diapositives(atlas, EVENEMENT), "region")
    assert "dont la date est passée à coup sûr = " in region.origines[0].texte
