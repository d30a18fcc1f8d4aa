"""Names that may be one are proposed, whatever the order, and nothing is merged."""

import itertools

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from geo.importation.rapprochement import group_names, match_fiches, name_words


def fiches(**noms: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"nom": list(noms.values())},
        index=pd.Index([f"cpts-{nom}" for nom in noms], name="cpts_id"),
    )


def test_articles_case_accents_dashes_and_the_word_cpts_are_ignored():
    noms = [
        "CPTS Gapençais",
        "cpts du Gapencais",
        "GAPENÇAIS",
        "Communauté professionnelle territoriale de santé du Gapençais",
        "CPTS Haut-Doubs",
        "CPTS du Haut Doubs",
        "CPTS du Bas-Doubs",
    ]
    assert {frozenset(groupe) for groupe in group_names(noms)} == {
        frozenset(noms[:4]),
        frozenset(noms[4:6]),
    }


def test_a_name_that_says_nothing_is_near_no_other():
    assert group_names(["CPTS", "La CPTS", "cpts", "—"]) == []


def test_a_typing_error_is_near_and_another_number_is_not():
    assert group_names(["CPTS de Luxeuil", "CPTS de Luxeil", "CPTS Vesoul"]) == [
        ("CPTS de Luxeil", "CPTS de Luxeuil")
    ]
    assert group_names(["CPTS Secteur 1", "CPTS Secteur 2", "CPTS Nord", "CPTS Nors"]) == []
    assert match_fiches(["CPTS de Luxeil"], fiches(luxeuil="CPTS de Luxeuil")) == {
        "CPTS de Luxeil": "cpts-luxeuil"
    }


def test_one_name_is_no_group():
    assert group_names(["CPTS Luxeuil", "CPTS Luxeuil"]) == []


@given(
    st.lists(st.sampled_from(["CPTS A", "cpts a", "À", "B", "Les B", "C"])).flatmap(
        lambda noms: st.tuples(st.just(noms), st.permutations(noms))
    )
)
def test_groups_do_not_depend_on_the_order(noms):
    assert group_names(noms[0]) == group_names(noms[1])


@given(st.lists(st.text(max_size=12), max_size=8))
def test_a_name_is_in_one_group_at_most(noms):
    groupes = [nom for groupe in group_names(noms) for nom in groupe]
    assert len(groupes) == len(set(groupes))
    assert set(groupes) <= set(noms)


def plain_groups(noms: list[str]) -> set[frozenset[str]]:
    """Compare every two names, as slowly as can be."""
    groupes = [{nom} for nom in set(noms) if name_words(nom)]
    cles = {nom: " ".join(name_words(nom)) for groupe in groupes for nom in groupe}

    def near(un: str, autre: str) -> bool:
        un, autre = cles[un], cles[autre]
        chiffres = ["".join(filter(str.isdigit, cle)) for cle in (un, autre)]
        longs = min(len(un), len(autre)) >= 6
        return un == autre or (longs and len(set(chiffres)) == 1 and OSA.distance(un, autre) <= 1)

    fini = False
    while not fini:
        fini = True
        for un, autre in itertools.combinations(groupes, 2):
            if any(near(x, y) for x in un for y in autre):
                groupes.remove(un)
                groupes.remove(autre)
                groupes.append(un | autre)
                fini = False
                break
    return {frozenset(groupe) for groupe in groupes if len(groupe) > 1}


@given(st.lists(st.text("ab1 ", min_size=5, max_size=8), max_size=9))
def test_groups_are_those_of_every_two_names_compared(noms):
    assert {frozenset(groupe) for groupe in group_names(noms)} == plain_groups(noms)


@given(
    noms=st.lists(st.text("abé1 ", min_size=1, max_size=9), max_size=6),
    connus=st.lists(st.text("abé1 ", min_size=1, max_size=9), max_size=5, unique=True),
)
def test_a_proposed_sheet_answers_to_one_name_alone(noms, connus):
    atlas = fiches(**{f"f{rang}": nom for rang, nom in enumerate(connus)})
    proposees = match_fiches(noms, atlas)
    assert len(set(proposees.values())) == len(proposees)
    for nom, cpts_id in proposees.items():
        un, autre = (set(name_words(lu)) for lu in (nom, atlas.loc[cpts_id, "nom"]))
        proches = OSA.distance(" ".join(sorted(un)), " ".join(sorted(autre))) <= 1
        assert un <= autre or autre <= un or proches


def test_a_sheet_is_proposed_under_another_name():
    connues = fiches(luxeuil="CPTS de Luxeuil", vesoul="CPTS du bassin vésulien")
    assert match_fiches(["CPTS LUXEUIL", "CPTS Dole"], connues) == {"CPTS LUXEUIL": "cpts-luxeuil"}
    assert match_fiches(["CPTS Luxeuil-les-Bains"], connues) == {
        "CPTS Luxeuil-les-Bains": "cpts-luxeuil"
    }


def test_a_name_of_the_file_is_not_proposed_to_itself():
    assert match_fiches(["CPTS de Luxeuil", "Luxeuil"], fiches(luxeuil="CPTS de Luxeuil")) == {}


def test_two_sheets_or_two_names_propose_nothing():
    connues = fiches(a="CPTS de Belfort et couronne", b="CPTS Territoire hors Belfort")
    assert match_fiches(["CPTS Belfort"], connues) == {}
    assert match_fiches(["Luxeuil", "La Luxeuil"], fiches(luxeuil="CPTS de Luxeuil")) == {}


def test_common_words_alone_bring_nothing_together():
    assert match_fiches(["CPTS Nord"], fiches(nord="CPTS Nord Val de Loire")) == {}
