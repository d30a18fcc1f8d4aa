"""Coverage in words: what is hidden, deduced or not drawn is said of what it is, in the same words everywhere."""

import pytest

from geo.indicateurs.mesures import evaluate
from geo.indicateurs.territoire import parse_territoire
from geo.perimetre import HYPOTHESE
from geo.recherche.index import describe_commune
from geo.regles.comptes import QUOI
from geo.regles.couverture import (
    COUVERTE,
    ETATS,
    INDETERMINEE,
    MASQUEE,
    NON_COUVERTE,
    count_restes,
    find_etats,
    measure_couverture,
)
from geo.regles.debords import find_debords
from geo.regles.zones import candidates, find_zones
from rendu.carte.coloration import make_etats
from rendu.mots.couverture import (
    COMPTEES,
    MONTREES,
    POSSIBLES,
    PRESENTES,
    coverage_figures,
    coverage_sentence,
    edge_sentence,
    state_titles,
    undrawn_text,
)
from rendu.mots.francais import AUCUN_QUI_COMPTE, DANS_MASQUE
from rendu.mots.recherche import commune_sentence, group_sentence
from rendu.mots.zones import zones_sentence

FONCTIONNEMENT = "fonctionnement"
LUXEUIL = "70311"
PAYS_DE_LUXEUIL = "epci:247000755"


@pytest.fixture(scope="module")
def haute_saone_livree(atlas):
    return measure_couverture(atlas, ["70"], FONCTIONNEMENT)


def say_zones(atlas, couverture, *, indicatifs):
    zones = find_zones(
        atlas, find_etats(atlas, FONCTIONNEMENT, indicatifs=True), couverture.departements
    )
    restes = count_restes(atlas, couverture.departements, FONCTIONNEMENT, indicatifs=True)
    return zones_sentence(zones, restes, couverture.compte(MASQUEE, indicatifs=indicatifs))


def test_what_is_hidden_is_counted_once_and_everything_adds_up(haute_saone_livree):
    couverture = haute_saone_livree
    masques = couverture.compte(MASQUEE, indicatifs=False)
    assert (masques.population, masques.communes) == (124008, 309)
    for indicatifs in (False, True):
        for quoi in QUOI:
            siens = [
                getattr(couverture.compte(etat, indicatifs=indicatifs), quoi) for etat in ETATS
            ]
            assert sum(siens) == getattr(couverture.total, quoi)
    for etat in (NON_COUVERTE, INDETERMINEE):
        assert couverture.compte(etat, indicatifs=False) == couverture.compte(etat, indicatifs=True)


def test_home_tells_hidden_communes_from_those_of_no_known_perimeter(atlas):
    region = measure_couverture(atlas, [], FONCTIONNEMENT)
    textes = {e.texte: e.compte for e in make_etats(region, indicatifs=False)}
    assert textes == {
        "commune sans périmètre connu qui compte": 3139 - 752,
        "commune dans un périmètre indicatif masqué": 752,
    }
    (montree,) = make_etats(region, indicatifs=True)
    assert (montree.texte, montree.compte) == (
        "commune sans périmètre connu qui compte",
        3139 - 752,
    )


def test_nothing_hidden_is_in_a_rate_a_zone_or_among_candidates(atlas, haute_saone_livree):
    masques = "**309** communes (environ 124\u202f000 habitants) dans un périmètre indicatif masqué"
    phrase, sans = (
        coverage_sentence(haute_saone_livree, indicatifs=avec) for avec in (True, False)
    )
    assert "avec les périmètres indicatifs" in phrase
    assert masques not in phrase
    assert "avec les périmètres indicatifs" not in sans
    assert masques in sans
    assert coverage_figures(haute_saone_livree, 0, indicatifs=False)[-1] == masques
    # The zones are the same whether indicative perimeters are shown or not; what is hidden stands beside.
    montrees, cachees = (say_zones(atlas, haute_saone_livree, indicatifs=i) for i in (True, False))
    assert cachees == f"{montrees.removesuffix('.')} ; {masques}."
    assert "hors de tout périmètre connu qui compte" in cachees
    zones = find_zones(atlas, find_etats(atlas, FONCTIONNEMENT, indicatifs=True), ["70"])
    assert LUXEUIL not in zones.membres.index
    zone = zones.table.index[0]
    toutes, etablies = (
        candidates(atlas, zones, zone, indicatifs=avec)["confiance"] for avec in (True, False)
    )
    assert HYPOTHESE in set(toutes)
    assert HYPOTHESE not in set(etablies)


def test_an_epci_of_a_hidden_perimeter_is_neither_covered_nor_without_one(atlas):
    epci = parse_territoire(atlas, PAYS_DE_LUXEUIL)

    def measures(*, indicatifs):
        return {
            nom: evaluate(atlas, atlas.registre[nom], epci, FONCTIONNEMENT, indicatifs=indicatifs)[
                0
            ]
            for nom in ("part_couverte_indicative_pct", "population_sans_perimetre_connu")
        }

    part, sans = measures(indicatifs=True).values()
    assert (part.valeur, sans.valeur) == (100, 0)
    part, sans = measures(indicatifs=False).values()
    assert (part.valeur, part.raison) == (None, "perimetre_masque")
    assert sans.valeur == 0


def test_the_search_says_that_a_perimeter_is_hidden(atlas):
    cachee = describe_commune(atlas, LUXEUIL, FONCTIONNEMENT, indicatifs=False)
    assert commune_sentence(cachee).startswith(
        "Luxeuil-les-Bains est dans un périmètre indicatif masqué, de la CPTS de Luxeuil"
    )
    etats = {COUVERTE: 15, INDETERMINEE: 3}
    assert group_sentence("CC", 5, etats, indicatifs=True) == (
        "**CC**, 18 communes : 5 dans un périmètre établi, 10 dans un périmètre indicatif, 3 sans périmètre connu qui compte."
    )
    assert f"10 {DANS_MASQUE}" in group_sentence("CC", 5, etats, indicatifs=False)


def test_one_word_for_what_indicative_perimeters_add_and_another_for_both():
    assert "Couverts (indicatif)" in state_titles(indicatifs=True)
    assert "Dans un périmètre indicatif masqué" in state_titles(indicatifs=False)
    assert AUCUN_QUI_COMPTE.capitalize() in state_titles(indicatifs=False)


def test_no_two_counts_of_undrawn_cpts_look_alike(atlas):
    region = coverage_sentence(measure_couverture(atlas, [], FONCTIONNEMENT), indicatifs=True)
    assert "6 des 20 CPTS qui comptent sont sans périmètre connu et s’y ajoutent" in region
    assert len({undrawn_text(6, 20, de) for de in (MONTREES, COMPTEES, POSSIBLES, PRESENTES)}) == 4


def test_a_cpts_that_reaches_over_is_named_where_it_is_not_counted(atlas):
    assert "cpts-bassin-vesulien" not in atlas.cpts_dans(["25"])
    debords = find_debords(atlas, ["25"], indicatifs=True)
    assert edge_sentence(debords, str) == (
        "Une CPTS est comptée dans les départements que nomme sa fiche, ses communes le sont où elles sont : CPTS du "
        "bassin vésulien (2 communes, environ 48 habitants) a des communes ici et n'y est pas comptée."
    )
    # Its two communes are of a hidden perimeter; elsewhere nothing reaches over.
    assert edge_sentence(find_debords(atlas, ["25"], indicatifs=False)) == ""
    assert edge_sentence(find_debords(atlas, [], indicatifs=True)) == ""
    assert edge_sentence(find_debords(atlas, ["70", "25"], indicatifs=True)) == ""


def test_a_rate_that_rests_on_deduced_perimeters_says_so(atlas):
    belfort = measure_couverture(atlas, ["90"], FONCTIONNEMENT)
    phrase = coverage_sentence(belfort, indicatifs=True, write=str)
    assert "**100\xa0%** des habitants couverts, d'après 2 périmètres déduits" in phrase
    assert (
        "CPTS du Territoire de Belfort, hors Belfort et première couronne annonce environ 77\u202f000 habitants, "
        "son périmètre déduit en compte 71\u202f561"
    ) in phrase
    assert (
        "100\xa0% ; d'après 2 périmètres déduits"
        in coverage_figures(belfort, 0, indicatifs=True)[0]
    )
    doubs = coverage_sentence(measure_couverture(atlas, ["25"], FONCTIONNEMENT), indicatifs=True)
    assert "d'après 4 périmètres établis, dont 3 déduits" in doubs
    cote_d_or = coverage_sentence(
        measure_couverture(atlas, ["21"], FONCTIONNEMENT), indicatifs=True
    )
    assert "(périmètres établis)" in cote_d_or


def test_indicative_perimeters_that_add_nothing_are_left_out_of_the_rate(atlas):
    saone_et_loire = measure_couverture(atlas, ("71",), "projets")
    etablis, tous = (saone_et_loire.couverts(indicatifs=avec) for avec in (False, True))
    assert etablis == tous
    assert not saone_et_loire.exacte
    assert not saone_et_loire.pleine
    phrase = coverage_sentence(saone_et_loire, indicatifs=True)
    assert "(périmètres établis) ;" in phrase
    assert "avec les périmètres indicatifs" not in phrase
