"""A bucket of tokens for each client, in a bounded memory."""

from hypothesis import given
from hypothesis import strategies as st

from ui.api import debit
from ui.api.debit import RAFALE, Debit


@given(st.lists(st.floats(0, 2), max_size=60), st.sampled_from([0.5, 2.0, 20.0]))
def test_nobody_asks_more_than_the_rate_and_its_burst(pauses, rythme):
    instant = [0.0]
    seaux = Debit(rythme, lambda: instant[0])
    passees = 0
    for pause in pauses:
        instant[0] += pause
        attente = seaux.take("192.0.2.1")
        passees += not attente
        assert passees <= max(1, rythme * RAFALE) + rythme * instant[0] + 1e-6
        if attente:
            # After the time that was said, there is one.
            instant[0] += attente + 1e-9
            assert seaux.take("192.0.2.1") == 0
            passees += 1


def test_clients_are_apart_but_for_a_network_of_ipv6(monkeypatch):
    monkeypatch.setattr(debit, "CLIENTS_MAX", 3)
    seaux = Debit(0.1, lambda: 0.0)
    assert seaux.take("2001:db8::1") == 0
    assert seaux.take("2001:db8::2") > 0
    assert seaux.take("2001:db8:0:1::2") == 0
    # Those who come later drive the first ones out: memory is bounded.
    assert [seaux.take(f"192.0.2.{n}") for n in range(3)] == [0, 0, 0]
    assert len(seaux._seaux) == 3
