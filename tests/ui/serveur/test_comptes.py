"""What a signed cookie says of whoever asks: a name, a role, until when; and what no claim whatever may give."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from ui.serveur.comptes import (
    AUTEUR_MAX,
    Compte,
    Comptes,
    Role,
    compte_of,
    find_name,
    find_values,
    join_scope,
    may_read,
)

SECRET = "s" * 40
MAINTENANT = 1_800_000_000
COMPTES = Comptes(
    auth={"cookie_secret": SECRET},
    adresse_retour="http://localhost:8501/oauth2callback",
    lecture_publique=True,
    duree=timedelta(hours=10),
    revendication="resource_access.atlas.roles",
    roles={"plan": Role.PLANIFICATEUR, "admin": Role.ADMINISTRATEUR, "lect": Role.LECTEUR},
    defaut=None,
)
ANNE = {"sub": "7", "iat": MAINTENANT - 60, "name": "Anne Roux", "email": "anne@ars.example"}


def sign(revendications, secret=SECRET):
    """Return the cookies that Streamlit writes after a log-in."""
    cookies = {}
    set_cookie_with_chunks(
        cookies.__setitem__,
        lambda nom, valeur: create_signed_value(secret, nom, valeur),
        USER_COOKIE_NAME,
        revendications,
        cookie_attr_size=60,
    )
    return {nom: create_signed_value(secret, nom, v).decode() for nom, v in cookies.items()}


def having(*roles):
    return {**ANNE, "resource_access": {"atlas": {"roles": list(roles)}}}


def test_an_account_is_read_in_the_cookie_of_any_server_that_has_the_secret():
    compte = COMPTES.find(sign(having("plan", "autre")), MAINTENANT)
    assert compte == Compte(
        identifiant="7",
        auteur="Anne Roux",
        role=Role.PLANIFICATEUR,
        expire_le=datetime.fromtimestamp(MAINTENANT - 60, UTC) + timedelta(hours=10),
        courriel="anne@ars.example",
    )
    assert compte.may(Role.LECTEUR)
    assert not compte.may(Role.ADMINISTRATEUR)


def test_pieces_of_two_log_ins_make_no_account():
    """Streamlit signs each piece of a long cookie alone: an old one would bring back a role that was withdrawn."""
    longue = {"groups": [sha256(b"%d" % n).hexdigest() for n in range(200)]}
    cookies = sign({**longue, **having("admin")})
    assert len(cookies) > 2
    assert COMPTES.find(cookies, MAINTENANT) is None


def test_what_is_kept_of_an_account_fits_in_one_cookie_and_says_the_same():
    groupes = [sha256(b"%d" % n).hexdigest() for n in range(200)]
    dites = {**having("admin", *groupes), "groups": groupes, "given_name": "é" * 999}
    cookies = sign(COMPTES.keep_needed(dites))
    assert len(cookies) == 1
    assert COMPTES.find(cookies, MAINTENANT) == COMPTES._name(dites)


@pytest.mark.parametrize(
    "cookies",
    [
        {},
        {USER_COOKIE_NAME: ""},
        {USER_COOKIE_NAME: "n'importe quoi"},
        {USER_COOKIE_NAME: "é\udcff"},
        sign(having("admin"), "t" * 40),
        {USER_COOKIE_NAME: sign(having("admin"))[USER_COOKIE_NAME][:-2]},
        # Signed, for another cookie.
        {USER_COOKIE_NAME: create_signed_value(SECRET, "autre", json.dumps(ANNE)).decode()},
        sign([]),
        sign({"iat": MAINTENANT}),
        sign({"sub": 7, "iat": MAINTENANT}),
        sign({"sub": "", "iat": MAINTENANT}),
        sign({"sub": "7"}),
        sign({"sub": "7", "iat": "hier"}),
        sign({"sub": "7", "iat": True}),
        sign({"sub": "7", "iat": 1e30}),
    ],
)
def test_what_is_not_signed_or_says_nobody_is_nobody(cookies):
    assert COMPTES.find(cookies, MAINTENANT) is None


def test_a_session_ends_by_itself_and_at_the_log_out():
    cookies, autres = sign(having("plan")), sign(having("plan") | {"nonce": "autre"})
    fin = MAINTENANT - 60 + 10 * 3600
    assert COMPTES.find(cookies, fin - 1)
    assert COMPTES.find(cookies, fin) is None
    COMPTES.forget(cookies, MAINTENANT)
    assert COMPTES.find(cookies, MAINTENANT) is None
    assert COMPTES.find(autres, MAINTENANT)


VALEURS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda v: st.lists(v) | st.dictionaries(st.text(), v),
)


@given(VALEURS, VALEURS)
def test_no_claim_gives_a_role_that_no_list_names(racine, feuille):
    for revendications in (
        {"resource_access": racine},
        {"resource_access": {"atlas": {"roles": feuille}}},
        {"resource_access.atlas.roles": feuille},
    ):
        lues = find_values(revendications, COMPTES.revendication)
        attendu = max((COMPTES.roles[v] for v in lues if v in COMPTES.roles), default=None)
        assert COMPTES.find_role(revendications) is attendu
        if not {"plan", "admin", "lect"} & set(lues):
            assert COMPTES.find_role(revendications) is None


def test_a_value_is_a_role_to_the_letter_alone():
    for presque in ("Admin", "admin ", "admin,plan", "admin plan", ["admin"], {"admin": True}, 0):
        assert COMPTES.find_role(having(presque)) is None
    assert COMPTES.find_role({"resource_access": {"atlas": {"roles": "admin"}}})
    assert COMPTES.find_role({"resource_access.atlas.roles": ["lect", "admin"]})


@given(
    st.dictionaries(st.sampled_from(["name", "given_name", "usual_name", "email", "sub"]), VALEURS)
)
def test_a_name_is_one_short_line_whatever_the_provider_says(revendications):
    nom = find_name(revendications)
    assert len(nom) <= AUTEUR_MAX
    assert nom == " ".join(nom.split())
    assert nom.isprintable()


def test_proconnect_names_in_its_own_claims():
    assert find_name({"given_name": "Anne", "usual_name": "Roux", "uid": "9"}) == "Anne Roux"
    assert find_name({"uid": "9", "sub": "7"}) == "9"
    assert find_name({"sub": "7"}) == "7"


def test_who_may_read(monkeypatch):
    monkeypatch.delenv("CPTS_COMPTES", raising=False)
    assert may_read({})
    monkeypatch.setenv("CPTS_COMPTES", "/etc/comptes.toml")
    # What the door has not seen is of nobody, and reads nothing.
    assert not may_read({})
    sans_role = Compte("7", "Anne", None, datetime.now(UTC))
    for publique, compte, attendu in (
        (True, None, True),
        (True, sans_role, True),
        (False, None, False),
        (False, sans_role, False),
        (False, Compte("7", "Anne", Role.LECTEUR, datetime.now(UTC)), True),
    ):
        scope = {"type": "http"}
        comptes = Comptes(
            auth={},
            adresse_retour="",
            lecture_publique=publique,
            duree=timedelta(1),
            revendication="roles",
            roles={},
            defaut=None,
        )
        join_scope(scope, comptes, compte)
        assert may_read(scope) is attendu
        assert compte_of(scope) is compte
