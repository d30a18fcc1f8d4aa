"""Spoken sentences: the qualifier, the value and the base of the source, in words that mean the same."""

import dataclasses
import re
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.indicateurs.declarations import LIVRES, load_registre
from rendu.mots.etapes import stage_words
from rendu.mots.faits import count_text
from rendu.mots.paroles import (
    announced,
    announced_sentence,
    inserted,
    launch_words,
    share_sentence,
    share_words,
    stage_sentence,
)
from rendu.supports.modele import Diapositive, split_lignes

# How a French sentence says each, before a figure and before « un ».
DEVANT = {
    "egal": ("", ""),
    "environ": ("environ ", "environ "),
    "plus_de": ("plus de ", "plus d'"),
    "pres_de": ("près de ", "près d'"),
    "moins_de": ("moins de ", "moins d'"),
}
# Whose share: after a percentage, and of « un habitant ».
QUI = {
    "population": ("des habitants", ""),
    "plus_de_17_ans": ("des plus de 17 ans", " de plus de 17 ans"),
    "17_ans_et_plus": ("des 17 ans et plus", " de 17 ans et plus"),
    "70_ans_et_plus": ("des 70 ans et plus", " de 70 ans et plus"),
}
NOMBRES = {
    "deux": 2,
    "quatre": 4,
    "cinq": 5,
    "huit": 8,
    "dix": 10,
    "vingt": 20,
    "vingt-cinq": 25,
    "cinquante": 50,
    "cent": 100,
}
# Per cent with one decimal, as sources publish them.
PARTS = st.integers(0, 1000).map(lambda dixiemes: dixiemes / 10)

SANS = load_registre(LIVRES, ())[0]["part_sans_medecin_traitant"]


@given(PARTS, st.sampled_from([*DEVANT]), st.sampled_from([*QUI]))
def test_a_spoken_share_says_the_value_the_qualifier_and_the_base(valeur, qualificatif, base):
    phrase = share_sentence(SANS, valeur, qualificatif, base)
    chiffres, un = DEVANT[qualificatif]
    apres, de = QUI[base]
    fraction = re.fullmatch(
        f"{re.escape(un)}un habitant{re.escape(de)} sur ([a-z-]+) n'a pas de médecin traitant",
        phrase,
    )
    if fraction:
        # « One in n » is said only where it is the value itself.
        assert Fraction(100, NOMBRES[fraction[1]]) == Fraction(str(valeur))
        return
    part = re.fullmatch(
        f"{re.escape(chiffres)}([0-9,]+)\xa0% {re.escape(apres)} n'ont pas de médecin traitant",
        phrase,
    )
    assert part, phrase
    assert float(part[1].replace(",", ".")) == valeur


@pytest.mark.parametrize(
    ("valeur", "qualificatif", "base", "attendue"),
    [
        (10, "pres_de", "population", "près d'un habitant sur dix n'a pas de médecin traitant"),
        (10, "egal", "population", "un habitant sur dix n'a pas de médecin traitant"),
        (12.5, "plus_de", "population", "plus d'un habitant sur huit n'a pas de médecin traitant"),
        (8.5, "egal", "population", "8,5\xa0% des habitants n'ont pas de médecin traitant"),
        # Near a fraction is not the fraction.
        (
            9.9,
            "environ",
            "population",
            "environ 9,9\xa0% des habitants n'ont pas de médecin traitant",
        ),
        (
            10,
            "egal",
            "plus_de_17_ans",
            "un habitant de plus de 17 ans sur dix n'a pas de médecin traitant",
        ),
        (
            8,
            "plus_de",
            "plus_de_17_ans",
            "plus de 8\xa0% des plus de 17 ans n'ont pas de médecin traitant",
        ),
    ],
)
def test_known_shares_are_spoken_as_a_person_would(valeur, qualificatif, base, attendue):
    assert share_sentence(SANS, valeur, qualificatif, base) == attendue


def test_the_words_after_a_figure_agree_with_its_base():
    assert share_words(SANS, "population") == "de la population n'a pas de médecin traitant"
    assert share_words(SANS, "70_ans_et_plus") == "des 70 ans et plus n'ont pas de médecin traitant"


@pytest.mark.parametrize(
    ("statut", "libelle", "date", "ecrite", "dite"),
    [
        (
            "aci_signe",
            "ACI signé",
            ("2022-05-06", "jour"),
            "ACI signé le 6 mai 2022",
            "la CPTS du Nord : ACI signé le 6 mai 2022",
        ),
        (
            "lancee",
            "lancée officiellement",
            ("2022-09-30", "mois"),
            "lancée officiellement en septembre 2022",
            "la CPTS du Nord a été lancée officiellement en septembre 2022",
        ),
        (
            "projet_valide",
            "projet de santé validé",
            ("2021-09-16", "avant"),
            "projet de santé validé avant le 16 septembre 2021",
            "le projet de santé de la CPTS du Nord a été validé avant le 16 septembre 2021",
        ),
        (
            "lancee",
            "lancée officiellement",
            (None, "inconnue"),
            "lancée officiellement, date non publiée",
            "la CPTS du Nord a été lancée officiellement, à une date qui n'est pas publiée",
        ),
        (
            "inconnu",
            "étape non publiée",
            (None, "inconnue"),
            "étape non publiée",
            "l'existence de la CPTS du Nord est publiée, son étape ne l'est pas",
        ),
        (
            "emergence",
            "en émergence",
            ("2023-03-01", "jour"),
            "en émergence le 1er mars 2023",
            "la CPTS du Nord : en émergence le 1er mars 2023",
        ),
    ],
)
def test_a_stage_is_dated_as_precisely_as_its_source_allows(statut, libelle, date, ecrite, dite):
    fiche = pd.Series(
        {
            "nom": "CPTS du Nord",
            "statut": statut,
            "statut_libelle": libelle,
            "date_max": date[0],
            "date_precision": date[1],
            "statut_mot_source": None,
        }
    )
    assert stage_words(fiche) == ecrite
    assert stage_sentence(fiche) == dite


def test_no_sentence_names_a_contract_that_the_source_does_not(atlas):
    fiches = atlas.fiches
    for cpts_id, fiche in fiches[fiches["statut"] == "aci_signe"].iterrows():
        assert f"« {fiche['statut_mot_source']} »" in stage_sentence(fiche), cpts_id
        assert stage_words(fiche).startswith("« "), cpts_id
        assert "accord conventionnel" not in stage_sentence(fiche).replace(
            fiche["statut_mot_source"], ""
        )
    # An import gives our own label as the word of its source: it is said once.
    luxeuil = fiches.loc["cpts-luxeuil"].to_dict()
    assert stage_words(luxeuil | {"statut_mot_source": "ACI Signé"}) == "ACI signé le 6 mai 2022"


def test_what_is_announced_agrees_in_number_and_gender(atlas):
    def fait(indicateur, valeur, qualificatif="egal"):
        return {"indicateur": indicateur, "valeur": valeur, "qualificatif": qualificatif}

    communes = fait("communes_annoncees", 23)
    habitants = fait("population_annoncee", 21000, "plus_de")
    assert announced(atlas.registre, [communes]) == "annoncées"
    assert announced(atlas.registre, [habitants, communes]) == "annoncés"
    assert (
        count_text(atlas.registre, fait("etablissements_annonces", 1)) == "1 établissement de santé"
    )
    assert (
        announced_sentence(atlas.registre, [fait("communes_annoncees", 1)])
        == "1 commune est annoncée"
    )
    assert (
        announced_sentence(atlas.registre, [habitants, communes])
        == "plus de 21\u202f000 habitants et 23 communes sont annoncés"
    )


def test_a_name_with_a_comma_is_closed_before_a_verb():
    assert inserted("CPTS du Nord, hors Belfort") == "la CPTS du Nord, hors Belfort,"
    assert inserted("Santé, Nord") == "la CPTS « Santé, Nord »"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=40), st.integers(1, 9))
def test_a_split_list_loses_nothing_and_is_even(lignes, n_max):
    modele = Diapositive(
        "priorites", None, "Titre", "", "", (), "", (), indicatif=False, carte=None
    )
    copies = split_lignes(modele, lignes, n_max)
    assert [ligne for d in copies for ligne in d.lignes] == lignes
    tailles = [len(d.lignes) for d in copies]
    assert max(tailles) <= n_max
    assert max(tailles) - min(tailles) <= 1
    if len(copies) == 1:
        assert copies[0].titre == "Titre"
    else:
        assert [d.titre for d in copies] == [
            f"Titre ({i}/{len(copies)})" for i in range(1, len(copies) + 1)
        ]


def test_a_launch_is_said_with_its_number_its_departments_and_its_names(atlas):
    assert launch_words(atlas, ["cpts-luxeuil", "cpts-bassin-vesulien"]) == (
        "2 CPTS, Haute-Saône : Luxeuil et le bassin vésulien"
    )
    assert launch_words(atlas, ["cpts-pays-hericourt"]) == (
        "1 CPTS, Haute-Saône et Doubs : le Pays d'Héricourt"
    )
    sans = atlas.fiches.assign(departements=[()] * len(atlas.fiches))
    assert launch_words(dataclasses.replace(atlas, fiches=sans), ["cpts-luxeuil"]) == (
        "1 CPTS : Luxeuil"
    )
