"""Every act has its words."""

from geo.base import actions
from rendu.mots.trace import ACTIONS


def test_every_action_has_its_words():
    constantes = {v for nom, v in vars(actions).items() if nom.isupper() and isinstance(v, str)}
    assert set(ACTIONS) == constantes
