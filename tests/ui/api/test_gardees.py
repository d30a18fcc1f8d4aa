"""The answers that are kept weigh no more than what is said."""

from hypothesis import given
from hypothesis import strategies as st

from ui.api.gardees import Gardees, make_gardee

MAX = 4_000


@given(st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=600)), max_size=60))
def test_what_is_kept_is_bounded_and_is_what_was_kept_last(gestes):
    gardees, derniers = Gardees(MAX), {}
    for cle, corps in gestes:
        gardee = make_gardee(200, "application/json", corps)
        gardees.keep(cle, gardee)
        derniers[cle] = gardee
        assert gardees._octets == sum(g.octets for g in gardees._par_cle.values()) <= MAX
        assert (gardees.find(cle) == gardee) or gardee.octets > MAX / 8
