"""The published share beside the computed one, and the reasons for the difference."""

import dataclasses

import pandas as pd
import pytest

from geo.regles.completude import find_unlisted
from geo.regles.couverture import measure_couverture
from geo.regles.publie import compare_published


def test_the_drawing_has_one_published_share(atlas_dessine):
    (cote_d_or,) = compare_published(
        atlas_dessine, measure_couverture(atlas_dessine, [], "fonctionnement")
    )
    assert cote_d_or.code_departement == "21"
    assert cote_d_or.jalon["valeur"] == 93.5
    assert cote_d_or.part_etablie_pct == pytest.approx(100 / 3)
    assert cote_d_or.part_indicative_pct == 100
    # Loin is a validated project: it does not count here, so it is no reason to differ.
    assert cote_d_or.sans_perimetre == ()
    assert not cote_d_or.exacte
    assert cote_d_or.indicatives == ("cpts-ouest",)
    assert cote_d_or.cpts_publiees is None
    assert cote_d_or.cpts_connues == 1
    assert cote_d_or.meme_definition


def test_another_definition_is_a_reason(atlas_dessine):
    (projets,) = compare_published(
        atlas_dessine, measure_couverture(atlas_dessine, ["21"], "projets")
    )
    assert not projets.meme_definition
    assert projets.sans_perimetre == ("cpts-loin",)
    assert projets.cpts_publiees is None
    assert projets.cpts_connues == 2


def test_the_latest_count_under_the_same_notion_is_taken(atlas_dessine):
    jalons = pd.concat(
        [
            atlas_dessine.jalons,
            pd.DataFrame(
                [
                    ("2021-01-01", "cpts", "en_fonctionnement", 3),
                    ("2023-01-01", "cpts", "en_fonctionnement", 5),
                    ("2024-01-01", "cpts", "lettre_intention", 9),
                ],
                columns=["date", "indicateur", "etape_mot_source", "valeur"],
            ).assign(zone="departement", code_zone="21", qualificatif="egal"),
        ],
        ignore_index=True,
    )
    atlas = dataclasses.replace(atlas_dessine, jalons=jalons)
    (cote_d_or,) = compare_published(atlas, measure_couverture(atlas, [], "fonctionnement"))
    assert cote_d_or.cpts_publiees["valeur"] == 5


def test_nothing_published_nothing_compared(atlas_dessine):
    assert (
        compare_published(atlas_dessine, measure_couverture(atlas_dessine, ["70"], "projets")) == []
    )


def test_a_department_with_more_published_cpts_than_known_is_found(atlas):
    absentes = find_unlisted(atlas)
    assert absentes.loc["89", ["publiees", "connues"]].to_list() == [5, 3]
    assert "70" not in absentes.index
    assert "21" not in absentes.index
