"""The search in words, from results made by hand; the last tests read the shipped data."""

from dataclasses import replace

import pytest

from geo.recherche.index import (
    ANCIEN_CODE,
    ANCIEN_NOM,
    REUNIE,
    Appartenance,
    DescriptionCommune,
    Lieu,
    Resultat,
    build_index,
    describe_commune,
    search,
)
from rendu.mots.recherche import commune_sentence, label, precision_text

COTE_D_OR, JURA = Lieu("21", "Côte-d'Or"), Lieu("39", "Jura")
OUEST = Appartenance("cpts-ouest", "CPTS Ouest", "ACI signé", "documente", 1.0)
EST = Appartenance("cpts-est", "CPTS Est", "lancée officiellement", "deduit", 1.0)
LOIN = Appartenance("cpts-loin", "de Loin", "projet de santé validé", "hypothese", 1.0)


def describe(*cpts, etat):
    return DescriptionCommune(
        code_commune="21001",
        nom="Commune",
        code_departement="21",
        siren_epci=None,
        nom_epci=None,
        population=100,
        codes_postaux=("21000",),
        cpts=cpts,
        etat=etat,
        definition="fonctionnement",
    )


@pytest.mark.parametrize(
    ("resultat", "attendu"),
    [
        (
            Resultat("commune", "21001", "A", (COTE_D_OR,), "21001", codes_postaux=("21000",)),
            "A · Côte-d'Or (21), 21000",
        ),
        (
            Resultat("commune", "21001", "A", (JURA,), "21001", codes_postaux=("1", "2", "3", "4")),
            "A · Jura (39), 1, 2, 3 et 1 autre",
        ),
        (Resultat("commune", "21001", "A", (JURA,), "21001"), "A · Jura (39)"),
        (
            Resultat("commune", "21009", "A", (JURA,), "21001", ancien=REUNIE, nom_actuel="B"),
            "A · commune réunie à B, Jura (39)",
        ),
        (
            Resultat("commune", "21001", "A", (JURA,), "21001", ancien=ANCIEN_NOM, nom_actuel="B"),
            "A · ancien nom de B, Jura (39)",
        ),
        (
            Resultat("commune", "21009", "B", (JURA,), "21001", ancien=ANCIEN_CODE, nom_actuel="B"),
            "B · ancien code 21009, Jura (39)",
        ),
        (
            Resultat("epci", "200000001", "CC A", (COTE_D_OR, JURA)),
            "CC A · Intercommunalité · Côte-d'Or (21), Jura (39)",
        ),
        (
            Resultat(
                "cpts",
                "a",
                "CPTS A",
                (JURA, Lieu("99", "")),
                statut_libelle="lancée officiellement",
            ),
            "CPTS A · CPTS · Jura (39), 99, lancée officiellement",
        ),
        (
            Resultat("departement", "39", "Jura", region="Bourgogne-Franche-Comté"),
            "Jura · Département · 39, Bourgogne-Franche-Comté",
        ),
    ],
)
def test_an_answer_is_written_with_what_tells_it_apart(resultat, attendu):
    assert label(resultat) == attendu


def test_an_uncovered_commune_is_said_to_be_one():
    assert commune_sentence(describe(etat="non_couverte")) == (
        "Commune est en zone blanche : dans aucune CPTS, alors que toutes celles de son département "
        "sont connues."
    )


def test_an_undetermined_commune_is_not_called_uncovered():
    assert commune_sentence(describe(etat="indeterminee")) == (
        "Commune est sans périmètre connu : aucun périmètre de CPTS dessiné ne la comprend."
    )


def test_a_stage_that_does_not_count_is_told():
    assert commune_sentence(describe(OUEST, etat="indeterminee")) == (
        "Commune est dans le périmètre établi de la CPTS Ouest (ACI signé), dont l'étape ne compte "
        "pas dans la définition choisie (en fonctionnement (ACI signé ou lancée))."
    )


def test_such_a_stage_in_a_complete_department_leaves_a_gap():
    assert commune_sentence(describe(EST, etat="non_couverte")).startswith(
        "Commune est en zone blanche : dans le périmètre établi de la CPTS Est (lancée"
    )


def test_every_cpts_of_a_commune_is_named():
    assert commune_sentence(describe(EST, LOIN, OUEST, etat="couverte")) == (
        "Commune est dans le périmètre établi de la CPTS Est (lancée officiellement) et de la CPTS "
        "Ouest (ACI signé) et dans le périmètre indicatif de la CPTS de Loin (projet de santé "
        "validé)."
    )


@pytest.mark.parametrize(
    ("code", "phrase"),
    [
        (
            "70311",
            (
                "Luxeuil-les-Bains est dans le périmètre indicatif de la CPTS de Luxeuil (« contrats de partenariat » ; "
                "étape : ACI signé)."
            ),
        ),
        (
            "90010",
            (
                "Belfort est dans le périmètre établi de la CPTS de Belfort et de sa première "
                "couronne (« lancé » ; étape : lancée officiellement)."
            ),
        ),
        (
            "71566",
            "Verdun-Ciel est sans périmètre connu : aucun périmètre de CPTS dessiné ne la comprend.",
        ),
    ],
)
def test_communes_of_the_shipped_data_are_described(atlas, code, phrase):
    assert commune_sentence(describe_commune(atlas, code, "fonctionnement")) == phrase


def test_shipped_homonyms_are_told_apart(atlas):
    index = build_index(atlas)
    saints = [r for r in search(index, "st loup") if r.nom.startswith("Saint-Loup")]
    assert len(saints) > 3
    assert len({label(r) for r in saints}) == len(saints)
    assert precision_text(search(index, "70300")[0]) == "Haute-Saône (70), 70300"
    assert precision_text(search(index, "montbenoît")[0]) == (
        "ancien nom de Pays-de-Montbenoît, Doubs (25)"
    )


def test_a_split_commune_says_its_cpts_with_their_shares():
    cpts = (replace(OUEST, part=0.25), replace(EST, part=0.75))
    phrase = commune_sentence(describe(*cpts, etat="couverte"))
    assert "de la CPTS Ouest (ACI signé), pour environ 25\xa0% de ses habitants (estimé)" in phrase
    assert (
        "de la CPTS Est (lancée officiellement), pour environ 75\xa0% de ses habitants (estimé)"
        in phrase
    )
    assert "le reste" not in phrase


def test_what_of_a_commune_no_perimeter_has_is_said():
    phrase = commune_sentence(describe(replace(OUEST, part=0.3999), etat="couverte"))
    assert phrase.endswith(
        "pour environ 40\xa0% de ses habitants (estimé) ; le reste n'est dans aucun périmètre connu."
    )
