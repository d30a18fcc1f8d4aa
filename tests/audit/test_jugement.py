"""What the audit itself is worth: it finds what is wrong, and lets what is right pass."""

import ast
from pathlib import Path

import pandas as pd
import pytest

from tests.audit.enonce import Contexte, Enonce
from tests.audit.faits import Faits
from tests.audit.jugement import judge
from tests.audit.mots import partner_words, stage_words
from tests.audit.nombres import read_numbers
from tests.audit.regles import Regles

DOSSIER = Path(__file__).resolve().parents[2] / "data"
# What recomputes and judges: nothing of the project may say what is right.
JUGES = (
    "faits",
    "nombres",
    "regles",
    "phrases",
    "colonnes",
    "jugement",
    "mots",
    "enonce",
    "attendu",
)


@pytest.fixture(scope="module")
def regles() -> Regles:
    return Regles(Faits(DOSSIER))


def say(texte: str, **ou) -> Enonce:
    contexte = {
        n: ou.pop(n) for n in ("page", "cpts", "dep", "date", "indicatifs", "fichier") if n in ou
    }
    return Enonce(Contexte(**{"page": "fiche", **contexte}), ou.pop("sous", ""), texte, **ou)


@pytest.mark.parametrize("module", JUGES)
def test_what_judges_knows_nothing_of_the_project(module):
    arbre = ast.parse((Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    importes = [n.module or "" for n in ast.walk(arbre) if isinstance(n, ast.ImportFrom)]
    importes += [a.name for n in ast.walk(arbre) if isinstance(n, ast.Import) for a in n.names]
    assert [i for i in importes if i.split(".")[0] in {"geo", "rendu", "ui", "pages", "app"}] == []
    internes = {i.split(".")[-1] for i in importes if i.startswith("tests.")} - {"audit"}
    assert internes <= set(JUGES)


def test_dates_codes_and_quotations_are_no_numbers():
    texte = "« une centaine, 43 000 » au 6 mai 2022 : T2, 17 ans et plus, Lambert 93, CPTS 21-52, 12 CPTS"
    assert [n.valeur for n in read_numbers(texte)] == [12]


def test_a_wrong_number_is_found_and_a_right_one_is_not(regles):
    dite = "au moins {} habitants couverts (8,6 % ; 61,7 % établis et indicatifs)"
    juste = judge([say(dite.format("19\u202f951"), dep="70")], regles)
    assert len(juste.lectures) == 3
    assert juste.faux == []
    assert juste.inexpliquees == []
    faux = judge([say(dite.format("19\u202f915"), dep="70")], regles)
    assert [lue.nombre.ecrit for lue in faux.faux] == ["19\u202f915"]


def test_two_places_that_write_one_figure_differently_are_a_pair_without_explanation(regles):
    ligne = (("CPTS", "CPTS de Luxeuil"), ("Population calculée (2023)", "42511"))
    cellule = {"colonne": "Population calculée (2023)", "ligne": ligne}
    ecran = say("environ 42\u202f500 calculés en 2023", cpts="cpts-luxeuil")
    nu = say("42511", page="donnees", **cellule)
    assert len(judge([ecran, nu], regles).inexpliquees) == 2
    rond = say("environ 42\u202f500", page="donnees", **cellule)
    assert judge([ecran, rond], regles).inexpliquees == []


def test_a_file_has_the_number_as_computed_and_its_qualifier_beside(regles):
    def cellule(qualificatif: str) -> Enonce:
        ligne = (
            ("CPTS", "CPTS de Luxeuil"),
            ("Qualificatif (Population calculée (2023))", qualificatif),
            ("Population calculée (2023)", "42511"),
        )
        return say(
            "42511", page="carte", fichier="csv", colonne="Population calculée (2023)", ligne=ligne
        )

    ecran = say("environ 42\u202f500 calculés en 2023", cpts="cpts-luxeuil")
    bien = judge([ecran, cellule("environ")], regles)
    assert bien.inexpliquees == []
    assert bien.expliquees == {"donnees": 1}
    assert judge([ecran, cellule("")], regles).inexpliquees


def test_a_sum_is_worth_its_weakest_figure(regles):
    seuls = regles.summed(("a",), ("cpts-luxeuil", "cpts-bassin-vesulien"))
    assert (seuls.valeur, seuls.mot) == (126000, "")
    assert regles.summed(("b",), ("cpts-luxeuil", "cpts-gips")).mot == "environ"
    assert regles.summed(("c",), ("cpts-luxeuil", "cpts-pays-hericourt")).mot == "plus de"
    assert regles.summed(("d",), ("cpts-gips", "cpts-pays-hericourt")).mot == "environ"


def test_a_stage_is_said_with_the_word_of_its_source(regles):
    nu = say("ACI signé le 6 mai 2022", cpts="cpts-luxeuil")
    dit = say("contrats de partenariat ; étape : ACI signé, le 6 mai 2022", cpts="cpts-luxeuil")
    trop = say(
        "La CPTS de Luxeuil a signé son accord conventionnel interprofessionnel (contrats de partenariat)."
    )
    assert [mot.juste for e in (nu, dit, trop) for mot in stage_words([e], regles)] == [
        False,
        True,
        False,
    ]


def test_partners_are_those_of_the_source_and_no_other(regles):
    phrase = "Les partenaires publiés de la CPTS de Luxeuil sont : {}."
    bien = say(phrase.format("commune de Luxeuil-les-Bains, Assurance Maladie et ARS"))
    trop = say(phrase.format("commune de Luxeuil-les-Bains, un hôpital, Assurance Maladie et ARS"))
    assert [mot.juste for e in (bien, trop) for mot in partner_words([e], regles)] == [True, False]


def test_zones_and_borders_are_measured_without_the_project():
    faits = Faits(DOSSIER)
    zones = faits.zones(["70"])
    assert [faits.communes.loc[z.chef, "nom"] for z in zones] == ["Gray", "Lure", "Ouge"]
    assert sum(z.population for z in zones) == faits.couverture(faits.of_departements(["70"])).sans


def test_a_commune_that_two_cpts_hold_counts_once():
    adhesions = pd.DataFrame(
        {"cpts_id": ["a", "b"], "code_commune": ["1", "1"], "confiance": "documente"}
    )
    faits = Faits.__new__(Faits)
    faits.adhesions = adhesions
    assert faits.couvertes(("a", "b"), indicatifs=False) == {"1"}
