"""« Quelle CPTS pour ma commune ? » on the shipped data, and on the drawing for what these lack."""

import dataclasses
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.chargement import load
from geo.perimetre import is_indicatif
from geo.recherche.index import (
    ANCIEN_CODE,
    ANCIEN_NOM,
    REUNIE,
    Lieu,
    build_index,
    describe_commune,
    search,
)
from geo.texte import split_words
from tests.geo.dessin import A, B, C, D, E


@pytest.fixture(scope="module")
def index(atlas):
    return build_index(atlas)


@pytest.fixture(scope="module")
def found(index):
    """Search the shipped data, for one kind of thing or for all."""

    def search_shipped(texte, genre=None):
        return [r for r in search(index, texte) if genre in (None, r.genre)]

    return search_shipped


@pytest.fixture(scope="module")
def codes(found):
    """Search the shipped data for the codes of communes."""
    return lambda texte: [resultat.code for resultat in found(texte, "commune")]


@pytest.fixture(scope="module")
def communes(index):
    """Strategy: a commune of today, or one of the past that has left a name."""
    return st.sampled_from(
        [r for r in index.resultats if r.genre == "commune" and r.ancien != ANCIEN_CODE]
    )


def test_an_absorbed_commune_is_found_under_its_old_name(found, codes):
    premier = found("ciel")[0]
    assert (premier.code, premier.nom, premier.code_commune) == ("71131", "Ciel", "71566")
    assert (premier.ancien, premier.nom_actuel) == (REUNIE, "Verdun-Ciel")
    assert premier.lieux == (Lieu("71", "Saône-et-Loire"),)
    assert "71566" in codes("ciel")


def test_an_absorbed_commune_is_found_under_its_old_code(found):
    assert [(r.code, r.code_commune) for r in found("71131")] == [("71131", "71566")]


def test_a_chief_town_that_kept_its_code_is_found_under_its_old_name(found):
    premier = found("montbenoît")[0]
    assert (premier.nom, premier.code_commune) == ("Montbenoît", "25390")
    assert (premier.ancien, premier.nom_actuel) == (ANCIEN_NOM, "Pays-de-Montbenoît")
    assert premier.lieux == (Lieu("25", "Doubs"),)
    # Its code finds the commune of today, once.
    assert [r.nom for r in found("25390") if r.code == "25390"] == ["Pays-de-Montbenoît"]


@pytest.mark.parametrize(
    "texte", ["hericourt", "HÉRICOURT", "héricourt", "Hericourt ", "  héri'court"[2:6], "héricour"]
)
def test_case_and_accents_do_not_matter(codes, texte):
    assert "70285" in codes(texte)


def test_hericourt_is_the_commune_then_what_is_named_after_it(found):
    assert [(r.genre, r.code) for r in found("hericourt")] == [
        ("commune", "70285"),
        ("epci", "247000722"),
        ("cpts", "cpts-pays-hericourt"),
    ]


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("creusot", "71153"),
        ("le creusot", "71153"),
        ("chalon saone", "71076"),
        ("saone chalon", "71076"),
        ("Chalon sur Saône", "71076"),
        ("chalon-sur-saone", "71076"),
        ("l'isle sur le doubs", "25315"),
        ("l’isle sur le doubs", "25315"),
        ("isle doubs", "25315"),
        ("St-Loup sur Semouse", "70467"),
        ("ste colombe", "25515"),
    ],
)
def test_articles_hyphens_order_and_abbreviations_are_free(codes, texte, code):
    assert code in codes(texte)[:3]


def test_ligatures_are_letters(found):
    nom = "CC Arbois, Poligny, Salins, Coeur du Jura"
    assert [r.nom for r in found("cœur du jura", "epci")] == [nom]
    assert found("CŒUR DU JURA") == found("coeur du jura")


def test_st_is_saint_and_also_a_beginning(found, codes):
    assert codes("st loup")[:1] == ["39490"]
    assert found("st loup") == found("saint-loup")
    assert "25554" not in codes("st")  # Sombacour: « st » is no letter sequence inside a word
    assert all(
        mot.startswith(("saint", "st"))
        for r in found("st", "commune")
        for mot in r.nom.casefold().replace("-", " ").split()[:1]
    )


def test_homonyms_are_told_apart_by_department(found):
    saints = [r for r in found("st loup", "commune") if r.nom.startswith("Saint-Loup")]
    assert len(saints) > 3
    assert len({(r.nom, r.lieux, r.codes_postaux) for r in saints}) == len(saints)
    assert {lieu for r in saints for lieu in r.lieux} >= {
        Lieu("39", "Jura"),
        Lieu("70", "Haute-Saône"),
        Lieu("71", "Saône-et-Loire"),
        Lieu("58", "Nièvre"),
    }


def test_a_postcode_finds_its_town_first_then_whose_code_it_is(found):
    trouves = found("70300")
    assert (trouves[0].code, trouves[0].codes_postaux) == ("70311", ("70300",))
    assert trouves[0].lieux == (Lieu("70", "Haute-Saône"),)
    # 70300 is also the old code of Leffond.
    assert (trouves[1].code, trouves[1].code_commune) == ("70300", "70122")
    assert all("70300" in r.codes_postaux for r in trouves[2:])


@pytest.mark.parametrize(
    ("texte", "genre", "code"),
    [
        ("70311", "commune", "70311"),
        ("70 300", "commune", "70311"),
        ("21 52", "cpts", "cpts-21-52"),
        ("cpts 21-52", "cpts", "cpts-21-52"),
        ("luxeuil", "cpts", "cpts-luxeuil"),
        ("CPTS Luxeuil", "cpts", "cpts-luxeuil"),
        ("cpts de luxeuil", "cpts", "cpts-luxeuil"),
        ("cc du pays de luxeuil", "epci", "247000755"),
        ("communauté de communes du pays de luxeuil", "epci", "247000755"),
        ("communauté d'agglomération grand belfort", "epci", "200069052"),
        ("247000755", "epci", "247000755"),
        ("247 000 755", "epci", "247000755"),
        ("haute saone", "departement", "70"),
        ("70", "departement", "70"),
        ("jura", "departement", "39"),
    ],
)
def test_the_first_answer(found, texte, genre, code):
    assert (found(texte)[0].genre, found(texte)[0].code) == (genre, code)


def test_belfort_the_town_comes_before_all_that_bears_its_name(found):
    assert [(r.genre, r.code) for r in found("belfort")[:3]] == [
        ("commune", "90010"),
        ("cpts", "cpts-belfort"),
        ("departement", "90"),
    ]


@pytest.mark.parametrize("texte", ["hericuort", "hericort", "herricourt", "hericoort"])
def test_one_typing_error_is_forgiven(codes, texte):
    assert "70285" in codes(texte)


def test_a_misspelt_name_is_ranked_like_the_name(found):
    assert found("hericuort") == found("hericourt")
    assert not found("hericuort luxeiul")  # one error in all


def test_a_kind_that_is_asked_for_is_kept(found):
    assert [r.genre for r in found("cpts luxeuil")] == ["cpts"]
    assert [r.genre for r in found("cc luxeuil")] == ["epci"]


def test_errors_are_forgiven_only_in_long_words_and_only_when_nothing_else_matches(found):
    assert not found("dola")  # Dole, one letter away
    assert not found("hericuorz")
    # « Verdun » is a name: what is one letter away from it stays away.
    assert all("erdun" in r.nom for r in found("verdun"))


@pytest.mark.parametrize("texte", ["", " ", "-", "'", "%", "\x00", "…", "()[]*+?\\", "zzzzzzzz"])
def test_nothing_answers_nothing(index, texte):
    assert search(index, texte) == ()


@given(st.text(max_size=400), st.integers(-3, 30))
def test_any_text_is_answered_within_the_limit(index, texte, limite):
    trouves = search(index, texte, limite)
    assert len(trouves) <= max(limite, 0)
    assert len(set(trouves)) == len(trouves)


def test_a_pasted_page_is_cut_short(codes):
    assert "21231" in codes("dijon " * 100_000 + "zzzz")


def bare(texte):
    return "".join(
        c for c in unicodedata.normalize("NFD", texte) if unicodedata.category(c) != "Mn"
    )


@given(st.data())
def test_any_commune_is_found_by_its_name_however_written(index, communes, data):
    commune = data.draw(communes)
    for texte in (
        commune.nom,
        commune.nom.upper(),
        bare(commune.nom).lower(),
        commune.nom.replace("-", " ").replace("Saint", "St"),
    ):
        assert commune in search(index, texte)


@given(st.data())
def test_any_code_finds_its_commune(index, communes, data):
    commune = data.draw(communes)
    trouves = search(index, commune.code)
    assert commune.code_commune in [r.code_commune for r in trouves]
    assert any(r.code == commune.code for r in trouves)


@given(st.data())
def test_a_commune_is_among_the_answers_from_its_first_letter_on(index, communes, data):
    commune = data.draw(communes)
    debut = commune.nom[: data.draw(st.integers(1, len(commune.nom)))]
    assert commune in search(index, debut, limite=len(index.resultats))


@given(st.data())
def test_the_beginning_of_any_word_finds_its_name_whatever_the_accents(index, data):
    cherche = data.draw(st.sampled_from([r for r in index.resultats if r.ancien != ANCIEN_CODE]))
    mot = data.draw(st.sampled_from(split_words(cherche.nom)))
    debut = mot[: data.draw(st.integers(1, len(mot)))]
    assert cherche in search(index, debut, limite=len(index.resultats))


def test_an_adjective_is_found_without_its_accents(found):
    assert [r.code for r in found("vesul")] == ["cpts-bassin-vesulien"]
    assert found("vésul") == found("VESUL") == found("vesul")


@given(st.data(), st.integers(1, 30))
def test_fewer_answers_are_the_first_of_more(index, communes, data, limite):
    commune = data.draw(communes)
    assert search(index, commune.nom[:3], limite) == search(index, commune.nom[:3], 30)[:limite]


def test_the_order_of_the_tables_is_irrelevant(index, atlas):
    melange = dataclasses.replace(
        atlas,
        communes=atlas.communes.sample(frac=1, random_state=1),
        absorbees=atlas.absorbees.sample(frac=1, random_state=2),
        fiches=atlas.fiches.sample(frac=1, random_state=3),
        departements=atlas.departements.sample(frac=1, random_state=4),
    )
    assert build_index(melange).resultats == index.resultats


def test_everything_of_the_atlas_can_be_found(index, atlas):
    genres = [resultat.genre for resultat in index.resultats]
    assert genres.count("cpts") == len(atlas.fiches)
    assert genres.count("departement") == len(atlas.departements)
    assert genres.count("epci") == atlas.communes["siren_epci"].nunique()
    actuelles = {
        r.code for r in index.resultats if r.genre == "commune" and r.code == r.code_commune
    }
    assert actuelles == set(atlas.communes.index)


def test_the_study_area_comes_before_its_context(index, found):
    # Haute-Marne is context: its communes come last among names that begin alike, however populous.
    haute_marne = Lieu("52", "Haute-Marne")
    communes_etudiees = [r.lieux[0] == haute_marne and not r.ancien for r in found("52", "commune")]
    assert communes_etudiees == sorted(communes_etudiees)
    trouvees = [r for r in search(index, "saint", 2000) if r.nom.startswith("Saint-")]
    contexte = [haute_marne in r.lieux for r in trouvees if r.genre == "commune"]
    assert any(contexte)
    assert contexte == sorted(contexte)


def test_old_names_of_the_drawing_follow_their_chain(atlas_dessine):
    index = build_index(atlas_dessine)
    # 21902 went into 21901, which went into B; B once had another name.
    assert [(r.code, r.code_commune) for r in search(index, "plus vieux bourg")] == [("21902", B)]
    assert [r.code for r in search(index, "vieux-bourg")] == ["21901", "21902"]
    premier = search(index, "ancien nom")[0]
    assert (premier.ancien, premier.nom_actuel) == (ANCIEN_NOM, f"Commune {B}")
    assert premier.lieux == (Lieu("21", "Côte-d'Or"),)


def test_an_old_code_without_a_name_is_found_by_its_code_alone(dossier, damage):
    damage("communes_absorbees", "21901,Vieux-Bourg", "21901,")
    index = build_index(load(dossier))
    (seul,) = search(index, "21901")
    assert (seul.nom, seul.code_commune) == (f"Commune {B}", B)
    assert (seul.ancien, seul.code, seul.lieux) == (
        ANCIEN_CODE,
        "21901",
        (Lieu("21", "Côte-d'Or"),),
    )
    assert [r.code for r in search(index, f"commune {B}")] == [B]


def test_hostile_names_pass_unchanged(dossier, damage):
    damage("cpts_fiches", "CPTS Ouest", "<b>`${alert(1)}` =1+1")
    index = build_index(load(dossier))
    assert search(index, "alert")[0].nom == "<b>`${alert(1)}` =1+1"


def test_a_covered_commune_is_described(atlas):
    commune = describe_commune(atlas, "70311", "fonctionnement")
    assert (commune.nom, commune.nom_epci) == ("Luxeuil-les-Bains", "CC du Pays de Luxeuil")
    assert (commune.code_departement, commune.codes_postaux) == ("70", ("70300",))
    assert [c.cpts_id for c in commune.cpts] == ["cpts-luxeuil"]
    assert [c.statut_libelle for c in commune.cpts] == ["ACI signé"]
    assert (commune.etat, commune.definition) == ("couverte", "fonctionnement")
    assert is_indicatif(commune.cpts[0].confiance)


def test_an_established_perimeter_is_no_indicative_one(atlas):
    (belfort,) = describe_commune(atlas, "90010", "fonctionnement").cpts
    assert belfort.nom == "CPTS de Belfort et de sa première couronne"
    assert not is_indicatif(belfort.confiance)


def test_an_undetermined_commune_is_not_called_uncovered(atlas):
    commune = describe_commune(atlas, "71566", "lettres")
    assert (commune.etat, commune.cpts) == ("indeterminee", ())


def test_an_uncovered_commune_is_said_to_be_one(atlas_dessine):
    commune = describe_commune(atlas_dessine, D, "lettres")
    assert (commune.etat, commune.cpts) == ("non_couverte", ())


def test_a_stage_that_does_not_count_is_told(dossier, damage):
    damage("cpts_fiches", f"21,{A},aci_signe", f"21,{A},projet_valide")
    commune = describe_commune(load(dossier), A, "fonctionnement")
    assert commune.etat == "indeterminee"
    assert [(c.nom, c.statut_libelle) for c in commune.cpts] == [
        ("CPTS Ouest", "projet de santé validé")
    ]
    assert describe_commune(load(dossier), A, "projets").etat == "couverte"


def test_such_a_stage_in_a_complete_department_leaves_a_gap(dossier, damage):
    damage("cpts_fiches", f"70|52,{C},lancee", f"70|52,{C},projet_valide")
    commune = describe_commune(load(dossier), C, "fonctionnement")
    assert commune.etat == "non_couverte"
    assert [c.nom for c in commune.cpts] == ["CPTS Est"]


def test_every_cpts_of_a_commune_is_named(dossier, damage):
    damage(
        "cpts",
        f"cpts-ouest,{A},documente",
        f"cpts-ouest,{A},documente\ncpts-est,{A},documente\ncpts-loin,{A},hypothese",
    )
    commune = describe_commune(load(dossier), A, "fonctionnement")
    assert [c.nom for c in commune.cpts] == ["CPTS Est", "CPTS Loin", "CPTS Ouest"]
    assert [c.confiance for c in commune.cpts] == ["documente", "hypothese", "documente"]


def test_a_commune_in_no_epci_has_none(atlas_dessine):
    seule = atlas_dessine.communes.assign(
        siren_epci=atlas_dessine.communes["siren_epci"].where(atlas_dessine.communes.index != E),
        nom_epci=atlas_dessine.communes["nom_epci"].where(atlas_dessine.communes.index != E),
    )
    ile = dataclasses.replace(atlas_dessine, communes=seule)
    assert describe_commune(ile, E, "lettres").nom_epci is None
    assert describe_commune(ile, E, "lettres").siren_epci is None
    assert [r.code for r in search(build_index(ile), E)] == [E]


@pytest.mark.parametrize(("code", "definition"), [("99999", "lettres"), (A, "peut-être")])
def test_an_unknown_commune_or_definition_is_an_error(atlas_dessine, code, definition):
    with pytest.raises(KeyError):
        describe_commune(atlas_dessine, code, definition)
