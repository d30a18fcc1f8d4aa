"""What a schema lets a table say has its words, everywhere it is said."""

from dataclasses import replace

import pytest

from geo.fiche import make_fiche
from geo.lecture.schemas import read_schema
from rendu.mots.fiche import sizes
from rendu.mots.francais import QUALIFICATIFS, QUALIFICATIFS_COURTS, QUALIFICATIFS_SEULS
from rendu.mots.jalons import ETAPES_PUBLIEES
from rendu.mots.paroles import PUBLIES


def allowed(table: str, colonne: str) -> set[str]:
    (champ,) = (c for c in read_schema(table)["fields"] if c["name"] == colonne)
    return set(champ["constraints"]["enum"])


@pytest.mark.parametrize("table", ["cpts_faits", "jalons", "statistiques"])
def test_every_qualifier_has_its_words(table):
    admis = allowed(table, "qualificatif")
    assert admis == set(QUALIFICATIFS) == set(QUALIFICATIFS_COURTS) == set(QUALIFICATIFS_SEULS)


def test_every_stage_word_of_a_milestone_is_said_on_a_page_and_on_a_slide():
    assert allowed("jalons", "etape_mot_source") == set(ETAPES_PUBLIEES) == set(PUBLIES)


@pytest.mark.parametrize(
    ("qualificatif", "mot"),
    [("egal", ""), ("plus_de", "moins de "), ("moins_de", "plus de "), ("pres_de", "environ ")],
)
def test_the_next_bound_is_no_better_known_than_the_population(atlas, qualificatif, mot):
    fiche = make_fiche(atlas, "cpts-luxeuil")
    annonce = replace(fiche.population, qualificatif=qualificatif)
    ((_, texte), *_) = sizes(replace(fiche, ecarts={"population": annonce}))
    # 43 000 announced; the next bound is 80 000.
    assert f" ; {mot}37\u202f000 habitants sous la borne" in texte
