"""A token opens as long as it is one, to whoever has its secret, which the base does not have."""

import datetime as dt

import pytest
import sqlalchemy as sa

from geo.base.actions import JETON_CREE, JETON_RETIRE
from geo.base.jetons import create_jeton, find_jeton, list_jetons, revoke_jeton
from geo.base.schema import jetons
from geo.base.trace import read_actes

CAMILLE = {"identifiant": "cd", "auteur": "Camille", "role": 1, "libelle": "QGIS"}


def test_a_secret_gives_its_account_and_is_kept_nowhere(base):
    assert list_jetons(base, "cd") == []
    secret = create_jeton(base, **CAMILLE)
    trouve = find_jeton(base, secret)
    assert (trouve.identifiant, trouve.auteur, trouve.role) == ("cd", "Camille", 1)
    assert trouve.dernier_usage_le is None
    assert trouve.expire_le - trouve.cree_le > dt.timedelta(days=300)
    [liste] = list_jetons(base, "cd")
    assert liste.dernier_usage_le is not None
    with base.read() as connexion:
        [ligne] = connexion.execute(sa.select(jetons)).all()
    assert not any(secret in str(valeur) for valeur in ligne)
    assert secret.removeprefix("atlas_") not in str(read_actes(base))


def test_another_secret_gives_nothing(base):
    secret = create_jeton(base, **CAMILLE)
    for autre in (
        "",
        "atlas_",
        secret[:-1],
        secret + "a",
        secret.removeprefix("atlas_"),
        "atlas_\udcff",
    ):
        assert find_jeton(base, autre) is None


def test_a_token_taken_back_by_its_owner_alone_opens_nothing(base):
    secret = create_jeton(base, **CAMILLE)
    [jeton] = list_jetons(base, "cd")
    revoke_jeton(base, "ef", jeton.jeton_id)
    assert find_jeton(base, secret) is not None
    revoke_jeton(base, "cd", jeton.jeton_id)
    revoke_jeton(base, "cd", jeton.jeton_id)
    assert find_jeton(base, secret) is None
    assert list_jetons(base, "cd") == []
    assert [acte.action for acte in read_actes(base)] == [JETON_RETIRE, JETON_CREE]


@pytest.mark.parametrize("jours", [0, -1])
def test_a_token_that_is_over_opens_nothing(base, jours):
    assert find_jeton(base, create_jeton(base, **CAMILLE, jours=jours)) is None
