"""Log in at providers that say claims at their userinfo address, by Streamlit's own routes, behind the door."""

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from streamlit.auth_util import encode_provider_token
from streamlit.runtime.secrets import AttrDict, Secrets
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from tests.asgi import run_app
from tests.ui.serveur.test_acces import ICI_MEME, PRIVE
from tests.ui.serveur.test_comptes import SECRET
from tests.ui.serveur.test_garde import ENTETES, ICI
from ui.serveur.acces import _COOKIE
from ui.serveur.comptes import Role
from ui.serveur.depots import Depots
from ui.serveur.garde import Garde
from ui.serveur.userinfo import install

SSO = "https://sso.example"
CLE, AUTRE_CLE = (RSAKey.generate_key(2048, {"kid": "1"}) for _ in range(2))
DITES = {"sub": "7", "given_name": "Anne", "usual_name": "Roux", "email": "anne@ars.example"}
DITES |= {"roles": ["plan"], "siret": "12345678900011", "bavard": "x" * 5_000}
COMPTES = replace(PRIVE.comptes, auth={"cookie_secret": SECRET}, _sortis={})


def sign(dites, cle=CLE, alg="RS256"):
    return jwt.encode({"alg": alg, "kid": "1"}, dites, cle, algorithms=[alg])


def as_json(dites):
    return httpx.Response(200, json=dites)


def as_jwt(dites, cle=CLE, alg="RS256", **autres):
    du_jeton = {"iss": SSO, "aud": "atlas", "exp": int(time.time()) + 60} | autres
    return httpx.Response(
        200,
        text=sign(dites | du_jeton, cle, alg),
        headers={"content-type": "application/jwt; charset=utf-8"},
    )


class Fournisseur(httpx.MockTransport):
    """A provider, which answers at its userinfo address what a test wants."""

    def __init__(self):
        super().__init__(self.answer)
        self.userinfo, self.nonce = None, ""

    def answer(self, demande):
        chemin = demande.url.path
        if chemin == "/jwks":
            return as_json(KeySet([CLE]).as_dict(private=False))
        if chemin == "/token":
            identite = {
                "sub": "7",
                "iss": SSO,
                "aud": "atlas",
                "nonce": self.nonce,
                "acr": "eidas1",
            }
            quand = {"iat": int(time.time()), "exp": int(time.time()) + 60}
            jetons = {"access_token": "acces", "token_type": "Bearer", "expires_in": 60}
            return as_json(jetons | {"id_token": sign(identite | quand)})
        if chemin == "/userinfo":
            assert demande.headers["authorization"] == "Bearer acces"
            return self.userinfo()
        configuration = {
            "issuer": SSO,
            "authorization_endpoint": f"{SSO}/auth?realm=agents",
            "token_endpoint": f"{SSO}/token",
            "end_session_endpoint": f"{SSO}/logout",
            "jwks_uri": f"{SSO}/jwks",
        }
        if self.userinfo:
            configuration["userinfo_endpoint"] = f"{SSO}/userinfo"
        return as_json(configuration)


class Navigateur:
    """A browser: it keeps cookies."""

    def __init__(self):
        self.cookies = {}
        routes = Starlette(
            routes=create_auth_routes(""),
            middleware=[Middleware(SessionMiddleware, secret_key=SECRET)],
        )
        self._app = Garde(
            routes,
            reglages=replace(PRIVE, comptes=COMPTES),
            entetes=ENTETES,
            depots=Depots(lambda *_: True, dict),
        )

    def get(self, adresse):
        """Return the status, where it leads to, and the text."""
        lue, envoyes = urlsplit(adresse), []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            envoyes.append(message)

        porte = "; ".join(f"{nom}={valeur}" for nom, valeur in self.cookies.items())
        entetes = [("Host", ICI), ICI_MEME, ("Cookie", porte)]
        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": lue.path,
            "query_string": lue.query.encode(),
            "headers": [(n.lower().encode(), v.encode()) for n, v in entetes],
        }
        run_app(self._app, scope, receive, send)
        recus = httpx.Headers(envoyes[0]["headers"])
        for ligne in recus.get_list("set-cookie"):
            nom, _, valeur = ligne.partition(";")[0].partition("=")
            if "Max-Age=0" in ligne:
                self.cookies.pop(nom, None)
            else:
                self.cookies[nom] = valeur
        texte = b"".join(m.get("body", b"") for m in envoyes).decode()
        return envoyes[0]["status"], recus.get("location", ""), texte

    def ask(self):
        """Ask to log in, and return what the provider is asked."""
        _, mene, _ = self.get(f"/auth/login?provider={encode_provider_token('default')}")
        return {nom: v[0] for nom, v in parse_qs(urlsplit(mene).query).items()}

    def log_in(self, fournisseur):
        """Log in, and return what the way back answers."""
        demande = self.ask()
        fournisseur.nonce = demande["nonce"]
        return self.get(f"/oauth2callback?code=x&state={demande['state']}")


@pytest.fixture
def fournisseur(monkeypatch):
    """Configure Streamlit with a provider, and nothing else."""
    sien = Fournisseur()
    auth = {
        "redirect_uri": f"http://{ICI}/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "atlas",
        "client_secret": "essai",
        "server_metadata_url": f"{SSO}/.well-known/openid-configuration",
        "client_kwargs": {
            "transport": sien,
            "scope": "openid given_name usual_name email siret uid",
            "acr_values": "eidas1",
            "prompt": "",
        },
    }
    monkeypatch.setattr(Secrets, "load_if_toml_exists", lambda _: True)
    monkeypatch.setattr(
        Secrets, "get", lambda _, nom, sinon=None: AttrDict(auth) if nom == "auth" else sinon
    )
    install(COMPTES)
    return sien


@pytest.mark.parametrize("answer", [as_json, as_jwt])
def test_what_the_userinfo_address_says_makes_the_account(fournisseur, answer):
    fournisseur.userinfo = lambda: answer(DITES)
    navigateur = Navigateur()
    assert navigateur.log_in(fournisseur)[:2] == (302, "/#connecte")
    compte = COMPTES.find(navigateur.cookies)
    assert (compte.identifiant, compte.auteur, compte.courriel) == (
        *("7", "Anne Roux"),
        "anne@ars.example",
    )
    assert compte.role is Role.PLANIFICATEUR


def test_the_identity_token_says_who_when_and_for_whom(fournisseur):
    fournisseur.userinfo = lambda: as_jwt(DITES, iat=1, auth_time=1, nonce="autre")
    navigateur = Navigateur()
    navigateur.log_in(fournisseur)
    assert COMPTES.find(navigateur.cookies).expire_le.timestamp() > time.time()


def test_cookies_keep_what_is_needed_alone(fournisseur):
    fournisseur.userinfo = lambda: as_json(DITES)
    navigateur = Navigateur()
    navigateur.log_in(fournisseur)
    noms = {USER_COOKIE_NAME, f"{USER_COOKIE_NAME}_tokens", "session"}
    assert set(navigateur.cookies) <= noms, "none is in pieces"
    lu = COMPTES._decode(navigateur.cookies)
    assert b"Anne" in lu
    assert b"siret" not in lu
    assert f"{USER_COOKIE_NAME}=".encode() == _COOKIE


def test_a_provider_without_userinfo_goes_by_the_identity_token(fournisseur):
    navigateur = Navigateur()
    assert navigateur.log_in(fournisseur)[0] == 302
    assert COMPTES.find(navigateur.cookies).auteur == "7"


def break_down():
    raise httpx.ReadTimeout("")


@pytest.mark.parametrize(
    "userinfo",
    [
        break_down,
        lambda: httpx.Response(500),
        lambda: httpx.Response(302, headers={"location": f"{SSO}/ailleurs"}),
        lambda: httpx.Response(200, text="<html>"),
        lambda: as_json([DITES]),
        lambda: as_json(DITES | {"sub": "8"}),
        lambda: as_json({nom: v for nom, v in DITES.items() if nom != "sub"}),
        lambda: as_jwt(DITES | {"sub": "8"}),
        lambda: as_jwt(DITES, AUTRE_CLE),
        # Signed with a secret, or not at all.
        lambda: as_jwt(DITES, OctKey.generate_key(256), "HS256"),
        lambda: as_jwt(DITES, None, "none"),
        lambda: as_jwt(DITES, iss="https://autre.example"),
        lambda: as_jwt(DITES, aud=["autre"]),
        lambda: as_jwt(DITES, exp=int(time.time()) - 600),
        lambda: httpx.Response(200, text="a.b.c", headers={"content-type": "application/jwt"}),
    ],
)
def test_what_cannot_be_trusted_logs_nobody_in(fournisseur, userinfo, caplog):
    fournisseur.userinfo = userinfo
    navigateur = Navigateur()
    statut, _, page = navigateur.log_in(fournisseur)
    assert statut == 403
    assert "La connexion n'a pas abouti. Recommencez" in page
    assert 'href="/#connecte"' in page
    assert COMPTES.find(navigateur.cookies) is None
    dits = [r.getMessage() for r in caplog.records if r.name == "ui.serveur.userinfo"]
    assert len(dits) == 1
    assert "Connexion refusée" in dits[0]
    assert "anne" not in caplog.text.lower()


@pytest.mark.usefixtures("fournisseur")
def test_who_cancels_at_the_provider_is_told_what_to_do():
    navigateur = Navigateur()
    etat = navigateur.ask()["state"]
    for suite in (f"&state={etat}", ""):
        statut, _, page = navigateur.get(f"/oauth2callback?error=access_denied{suite}")
        assert statut == 403
        assert "vous avez annulé" in page
    assert "n'a pas abouti" in navigateur.get("/oauth2callback?error=server_error&state=x")[2]


def test_a_way_back_taken_twice_leaves_an_account_as_it_is(fournisseur):
    fournisseur.userinfo = lambda: as_json(DITES)
    navigateur = Navigateur()
    navigateur.log_in(fournisseur)
    assert navigateur.get("/oauth2callback?code=x&state=x")[:2] == (302, "/#connecte")
    # Nobody is told that it failed.
    assert navigateur.cookies.pop(USER_COOKIE_NAME)
    assert navigateur.get("/oauth2callback?code=x&state=x")[0] == 403


def test_the_log_in_asks_for_what_the_settings_say(fournisseur):
    fournisseur.userinfo = lambda: as_json(DITES)
    demande = Navigateur().ask()
    assert demande["acr_values"] == "eidas1"
    assert demande["scope"] == "openid given_name usual_name email siret uid"
    assert "prompt" not in demande
    # As ProConnect has them; it refuses what it does not know.
    assert all(len(demande[nom]) >= 32 for nom in ("state", "nonce"))
    attendus = {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"}
    assert set(demande) - {"realm"} == attendus | {"acr_values"}


def test_a_log_out_gives_what_a_provider_asks_for_and_comes_back(fournisseur):
    fournisseur.userinfo = lambda: as_json(DITES)
    navigateur = Navigateur()
    navigateur.log_in(fournisseur)
    _, mene, _ = navigateur.get("/auth/logout")
    demande = {nom: v[0] for nom, v in parse_qs(urlsplit(mene).query).items()}
    assert mene.startswith(f"{SSO}/logout?")
    assert demande["post_logout_redirect_uri"] == f"http://{ICI}/oauth2callback"
    assert demande["id_token_hint"].count(".") == 2
    assert len(demande["state"]) >= 32
    assert navigateur.get(f"/oauth2callback?state={demande['state']}")[:2] == (303, "/#connecte")
    assert COMPTES.find(navigateur.cookies) is None
