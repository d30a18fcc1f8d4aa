"""The placement of labels, on boxes alone."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from rendu.dessin.cadre import Boite
from rendu.dessin.placement import Etiquette, place_labels

CADRE = Boite(0, 0, 60, 60)
boites = st.builds(
    lambda x, y, largeur, hauteur: Boite(x, y, x + largeur, y + hauteur),
    st.integers(-10, 60),
    st.integers(-10, 60),
    st.integers(1, 30),
    st.integers(1, 12),
)
etiquettes = st.lists(
    st.builds(Etiquette, st.lists(boites, max_size=4), st.none() | boites), max_size=12
)


@given(etiquettes=etiquettes, pris=st.lists(boites, max_size=3))
def test_no_two_labels_overlap_and_none_covers_what_is_taken(etiquettes, pris):
    places = list(place_labels(etiquettes, CADRE, pris))
    assert len(places) == len(etiquettes)
    poses = [(e, place) for e, place in zip(etiquettes, places, strict=True) if place]
    for etiquette, place in poses:
        assert place in etiquette.places
        assert CADRE.holds(place)
        assert not any(place.meets(autre) for autre in pris)
    for (un, a), (autre, b) in combinations(poses, 2):
        assert not a.meets(b)
        assert un.point is None or not b.meets(un.point)
        assert autre.point is None or not a.meets(autre.point)


@given(etiquettes=etiquettes, pris=st.lists(boites, max_size=3))
def test_the_most_important_is_served_first(etiquettes, pris):
    places = list(place_labels(etiquettes, CADRE, pris))
    for n in range(len(etiquettes)):
        # What comes later changes nothing.
        assert list(place_labels(etiquettes[:n], CADRE, pris)) == places[:n]
    for rang, (etiquette, place) in enumerate(zip(etiquettes, places, strict=True)):
        avant = [p for p in zip(etiquettes[:rang], places[:rang], strict=True) if p[1]]
        poses = [p for _, p in avant]
        points = [e.point for e, _ in avant if e.point]
        if etiquette.point and any(etiquette.point.meets(p) for p in poses):
            assert place is None
            continue
        # The first of its places that is free, or none where none is.
        libres = [
            p
            for p in etiquette.places
            if CADRE.holds(p) and not any(p.meets(o) for o in (*pris, *poses, *points))
        ]
        assert place == (libres[0] if libres else None)


def test_a_label_goes_to_the_place_that_is_left():
    milieu, droite = Boite(20, 20, 40, 30), Boite(40, 20, 60, 30)
    deux = [Etiquette([milieu]), Etiquette([milieu, droite])]
    assert list(place_labels(deux, CADRE, [])) == [milieu, droite]
    assert list(place_labels(deux, CADRE, [milieu])) == [None, droite]
