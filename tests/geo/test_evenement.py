"""The launch event: its day, its region that day, what was published that day and no rate."""

import dataclasses

import pandas as pd
import pytest

from geo.evenement import list_lancements, make_evenement
from tests.conftest import DATA

JOUR = "2022-05-06"


def test_the_day_of_an_event_is_the_one_exact_day_that_all_share(atlas):
    assert make_evenement(atlas, ["cpts-luxeuil", "cpts-bassin-vesulien"]).date == JOUR
    # Another day, a month, « before a day », no date: no day is claimed.
    for autre in (
        "cpts-pays-hericourt",
        "cpts-territoire-belfort",
        "cpts-21-52",
        "cpts-gips",
    ):
        assert make_evenement(atlas, ["cpts-luxeuil", autre]).date is None
    # Two that share « before 16 September 2021 » share no exact day.
    assert make_evenement(atlas, ["cpts-21-52", "cpts-pays-d-or"]).date is None


def test_the_day_a_project_was_abandoned_is_no_day_of_an_event(atlas):
    fiches = atlas.fiches.copy()
    fiches.loc["cpts-nord-val-de-loire", ["date_max", "date_precision"]] = ["2023-05-01", "jour"]
    date = make_evenement(
        dataclasses.replace(atlas, fiches=fiches), ["cpts-nord-val-de-loire"]
    ).date
    assert date is None


def test_launches_are_listed_the_next_first_then_from_the_latest(atlas):
    jours = dict(list_lancements(atlas, "2026-11-22"))
    assert jours[JOUR] == ("cpts-luxeuil", "cpts-bassin-vesulien")
    assert list(jours) == sorted(jours, reverse=True)
    # A month, « before a day », no date, an earlier stage, an abandoned project: no day of a launch.
    listees = {cpts_id for ids in jours.values() for cpts_id in ids}
    assert not listees & {
        "cpts-territoire-belfort",
        "cpts-21-52",
        "cpts-loue-lison",
        "cpts-creusot-montceau",
        "cpts-nord-val-de-loire",
    }
    # Seen from an earlier day, some are still to come: the nearest leads.
    avant = [jour for jour, _ in list_lancements(atlas, "2024-05-01")]
    assert avant[:4] == ["2024-05-28", "2024-07-10", "2024-09-27", "2024-04-29"]
    assert sorted(avant) == sorted(jours)


def test_a_cpts_named_twice_counts_once_and_an_unknown_one_is_refused(atlas):
    evenement = make_evenement(atlas, ["cpts-luxeuil", "cpts-bassin-vesulien", "cpts-luxeuil"])
    assert evenement.cpts_ids == ("cpts-luxeuil", "cpts-bassin-vesulien")
    with pytest.raises(KeyError):
        make_evenement(atlas, ["cpts-atlantide"])


def test_the_cpts_of_the_region_are_those_certain_at_that_date(atlas):
    evenement = make_evenement(atlas, ["cpts-luxeuil"])
    assert evenement.regions == {"27": "Bourgogne-Franche-Comté"}
    assert evenement.departements == ("21", "25", "39", "58", "70", "71", "89", "90")
    fiches = pd.read_csv(DATA / "cpts_fiches.csv", dtype=str)
    attendues = fiches[
        fiches["statut"].isin(["lancee", "aci_signe"]) & (fiches["date_max"] <= JOUR)
    ]
    assert set(evenement.comptees) == set(attendues["cpts_id"])
    # The list of the region is not complete.
    assert evenement.minimum


def test_a_region_outside_the_study_area_gives_way_to_the_one_inside(atlas):
    # CPTS 21-52 spans Haute-Marne, which is context only.
    assert set(make_evenement(atlas, ["cpts-21-52"]).regions) == {"27"}


def test_a_map_shows_the_launched_ones_whatever_their_stage(atlas):
    evenement = make_evenement(atlas, ["cpts-creusot-montceau"])
    assert "cpts-creusot-montceau" not in evenement.comptees
    # Those of the event come first.
    assert evenement.montrees == ("cpts-creusot-montceau", *evenement.comptees)


def test_the_milestones_are_the_numbers_of_that_very_day(atlas):
    jalons = pd.read_csv(DATA / "jalons.csv", dtype={"code_zone": str})
    du_jour = jalons[(jalons["date"] == JOUR) & (jalons["indicateur"] == "cpts")]
    evenement = make_evenement(atlas, ["cpts-luxeuil", "cpts-bassin-vesulien"])
    assert evenement.jalons["valeur"].to_list() == du_jour["valeur"].to_list()
    assert len(evenement.jalons) == 9
    # Published on 29 April 2024: five CPTS in Yonne, and a share that is no number of CPTS.
    auxerrois = make_evenement(atlas, ["cpts-grand-auxerrois-armance"])
    assert auxerrois.jalons[["code_zone", "valeur"]].to_numpy().tolist() == [["89", 5]]
    assert make_evenement(atlas, ["cpts-luxeuil", "cpts-pays-hericourt"]).jalons.empty


def test_the_number_is_exact_only_where_every_cpts_is_known_dated_and_drawn(atlas_dessine):
    # CPTS Loin has no perimeter: département 21 is not complete.
    assert make_evenement(atlas_dessine, ["cpts-ouest"]).minimum
    fiches = atlas_dessine.fiches.drop("cpts-loin")
    complet = dataclasses.replace(
        atlas_dessine, fiches=fiches, declares=frozenset({"21", "70"}), jalons=_none(atlas_dessine)
    )
    # CPTS Est was launched before 16 September 2021, CPTS Ouest on 6 May 2022: both count that day.
    evenement = make_evenement(complet, ["cpts-ouest"])
    assert (set(evenement.comptees), evenement.minimum) == ({"cpts-est", "cpts-ouest"}, False)
    # What was launched later may have been something else before.
    jours = ["2022-05-06", "2023-01-01"]
    tard = fiches.loc[["cpts-ouest", "cpts-est"]].assign(
        date_min=jours, date_max=jours, date_precision="jour"
    )
    plus_tard = make_evenement(dataclasses.replace(complet, fiches=tard), ["cpts-ouest"])
    assert (plus_tard.comptees, plus_tard.minimum) == (("cpts-ouest",), True)


def _none(atlas):
    # A published number of CPTS greater than those known would deny that a department is complete.
    return atlas.jalons.iloc[:0]
