"""The answers that are kept weigh no more than what is said, and are no more than that."""

from hypothesis import given
from hypothesis import strategies as st

from ui.api.gardees import Gardees, make_gardee, name_question

MAX, ENTREES = 20_000, 7


@given(st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=3000)), max_size=60))
def test_what_is_kept_is_bounded_and_is_what_was_kept_last(gestes):
    gardees = Gardees(MAX, ENTREES)
    for numero, corps in gestes:
        cle = name_question(numero)
        gardee = make_gardee(200, "application/json", corps)
        gardees.keep(cle, gardee)
        assert gardees._octets == sum(g.octets for g in gardees._par_cle.values()) <= MAX
        assert len(gardees._par_cle) <= ENTREES
        assert (gardees.find(cle) == gardee) or gardee.octets > MAX / 8


def test_an_answer_weighs_what_python_adds_and_no_question_weighs_more_than_another():
    assert make_gardee(200, "application/json", b"").octets > 1000
    assert len(name_question("x" * 100_000, "\ud800")) == len(name_question("")) == 32
