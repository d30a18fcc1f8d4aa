"""What the door does of accounts: addresses that open, data that stay closed, sessions that end."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.asgi import run_app
from tests.ui.serveur.test_comptes import COMPTES, SECRET, sign
from tests.ui.serveur.test_garde import ENTETES, FLUX, ICI, REGLAGES, ask
from ui.serveur.acces import ADRESSES, Acces
from ui.serveur.comptes import Role, compte_of
from ui.serveur.depots import Depots
from ui.serveur.ecriture import may_return, may_write
from ui.serveur.garde import Garde
from ui.serveur.pages import PAGES
from ui.serveur.reglages import Ecriture

ICI_MEME = ("Sec-Fetch-Site", "same-origin")
DONNEES = (
    "/couches/x.json",
    "/media/x.png",
    "/atelier-donnees/x",
    "/api/v1/cpts",
    "/n.importe/quoi.x",
)


def served(*, publique):
    return replace(
        REGLAGES,
        ecriture=Ecriture.COMPTES,
        comptes=replace(COMPTES, lecture_publique=publique, revendication="roles", _sortis={}),
    )


PUBLIC, PRIVE = served(publique=True), served(publique=False)


def cookies_of(*roles, age_s=0):
    siens = sign({"sub": "7", "name": "Anne", "iat": time.time() - age_s, "roles": list(roles)})
    return ("Cookie", "; ".join(f"{nom}={valeur}" for nom, valeur in siens.items()))


def get(chemin, *entetes, reglages=PRIVE, **autres):
    return ask("http", chemin, ("Host", ICI), *entetes, reglages=reglages, **autres)


def test_the_log_in_is_there_only_where_there_are_accounts():
    for chemin in ADRESSES:
        assert get(chemin, ICI_MEME, requete=b"state=x")[0] == 200
        assert get(chemin, ICI_MEME, reglages=REGLAGES)[0] == 404
    assert get("/auth/autre", ICI_MEME)[0] == 404
    assert get("/_stcore/metrics", cookies_of("admin"))[0] == 404


@pytest.mark.parametrize("chemin", ["/auth/login", "/auth/logout"])
def test_no_other_site_logs_anybody_in_or_out(chemin):
    suivi = [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]
    for site in ("cross-site", "same-site"):
        assert get(chemin, ("Sec-Fetch-Site", site), *suivi)[0] == 403
    assert get(chemin)[0] == 403
    assert get(chemin, ("Sec-Fetch-Site", "none"))[0] == 200
    assert get(chemin, ICI_MEME, methode="POST")[0] == 403
    # The provider sends back from another site.
    retour = ("Sec-Fetch-Site", "cross-site")
    assert get("/oauth2callback", retour, *suivi, requete=b"state=x")[0] == 200


def test_whoever_comes_back_from_a_log_out_is_led_to_the_atlas():
    statut, entetes, _, recu = get("/atlas/oauth2callback", ICI_MEME, base="atlas")
    assert (statut, entetes["location"], recu) == (303, "/atlas/#connecte", None)


@pytest.mark.parametrize("chemin", DONNEES)
def test_data_are_for_whom_may_read(chemin):
    statut, entetes, texte, recu = get(chemin)
    assert (statut, entetes["www-authenticate"], recu) == (401, "Bearer", None)
    assert "connectez-vous" in texte
    assert get(chemin, cookies_of("autre"))[0] == 401
    assert get(chemin, cookies_of("lect", age_s=COMPTES.duree.total_seconds()))[0] == 401
    assert get(chemin, cookies_of("lect"))[0] == 200
    assert get(chemin, reglages=PUBLIC)[0] == 200


def test_a_path_is_no_way_around():
    for base in ("", "atlas"):
        for chemin in (
            "/couches/x.json",
            "/atlas/couches/x.json",
            "//couches/x",
            "/static/../couches/x",
        ):
            if not chemin.startswith("/static"):
                assert get(chemin, base=base)[0] in (401, 404)
    # What the address says is what is served: Streamlit refuses dots itself.
    assert get("/static/../couches/x")[3]["path"] == "/static/../couches/x"


def test_a_token_is_for_the_api_to_read():
    jeton = ("Authorization", "Bearer atlas_x")
    assert get("/api/v1/cpts", jeton)[0] == 200
    assert get("/couches/x.json", jeton)[0] == 401
    assert get("/api/v1/cpts", ("Authorization", "Basic x"))[0] == 401


def test_the_screen_that_asks_to_log_in_is_for_all():
    for chemin in (
        *(f"/{page.adresse}" for page in PAGES),
        *("/static/js/index.js", "/favicon.png", "/_stcore/health", "/_stcore/host-config"),
        *("/component/streamlit_folium.st_folium/index.html", "/sante", "/pret", "/metriques"),
    ):
        assert get(chemin)[0] == 200, chemin
    assert get("/inconnue")[0] == 404
    assert (
        ask("websocket", FLUX, ("Host", ICI), ("Origin", f"http://{ICI}"), reglages=PRIVE)[0] == 101
    )


def test_a_request_says_whose_it_is():
    assert compte_of(get("/couches/x", cookies_of("plan"))[3]).role is Role.PLANIFICATEUR
    assert compte_of(get("/", cookies_of("autre"))[3]).role is None
    assert compte_of(get("/")[3]) is None
    assert compte_of(get("/", cookies_of("admin"), reglages=REGLAGES)[3]) is None


def test_files_come_from_whom_may_write_alone():
    depots = Depots(lambda session, compte: may_write(session, PUBLIC, compte), dict)
    for entetes, statut in (
        ([], 403),
        ([cookies_of("lect")], 403),
        ([cookies_of("plan")], 200),
        ([cookies_of("admin")], 200),
    ):
        envoi = get(
            "/_stcore/upload_file/session/1",
            ("Content-Length", "10"),
            *entetes,
            reglages=PUBLIC,
            methode="PUT",
            depots=depots,
        )
        assert envoi[0] == statut


def test_a_role_allows_what_it_is_for():
    def roles(may, *reglages):
        comptes = [
            None,
            *(compte_of(get("/", cookies_of(r))[3]) for r in ("lect", "plan", "admin")),
        ]
        return [may("session", r, compte) for r in reglages for compte in comptes]

    assert roles(may_write, PRIVE) == [False, False, True, True]
    assert roles(may_return, PRIVE) == [False, False, False, True]
    assert not any(roles(may_write, replace(PRIVE, ecriture=Ecriture.FERMEE)))
    # Where there are no accounts, none is looked at.
    assert all(roles(may_return, REGLAGES))


def run_garde(app, chemin, *entetes, messages=()):
    """Return what an application behind the door says, and what it reads of a stream."""
    envoyes, lus, file = [], [], list(messages)
    scope = {
        "type": "websocket" if messages else "http",
        "path": chemin,
        "query_string": b"state=x",
        "method": "GET",
        "scheme": "http",
        "headers": [(n.lower().encode(), v.encode()) for n, v in (("Host", ICI), *entetes)],
    }

    async def receive():
        await asyncio.sleep(0)
        return file.pop(0)

    async def send(message):
        envoyes.append(message)

    async def suivre(scope, receive, send):
        await app(scope, receive, send)
        lus.extend([await receive() for _ in messages])

    garde = Garde(suivre, reglages=PRIVE, entetes=ENTETES, depots=Depots(lambda *_: True, dict))
    run_app(garde, scope, receive, send)
    return envoyes, lus


def test_a_provider_that_does_not_answer_is_said_in_french():
    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b"Authentication error"})

    envoyes, _ = run_garde(app, "/auth/login", ICI_MEME)
    assert envoyes[0]["status"] == 502
    assert "ne répond pas" in envoyes[1]["body"].decode()
    assert len(envoyes) == 2


@pytest.mark.parametrize(
    ("vers", "mene"),
    [("/", "/#connecte"), ("https://sso.example/auth?a=b", "https://sso.example/auth?a=b")],
)
def test_the_way_back_is_marked_and_the_way_out_is_not(vers, mene):
    async def app(_scope, _receive, send):
        lignes = [(b"location", vers.encode())]
        await send({"type": "http.response.start", "status": 302, "headers": lignes})
        await send({"type": "http.response.body", "body": b""})

    envoyes, _ = run_garde(app, "/auth/login", ICI_MEME)
    assert dict(envoyes[0]["headers"])[b"location"].decode() == mene


def message(**champs):
    envoye = BackMsg(**champs)
    return {"type": "websocket.receive", "bytes": envoye.SerializeToString()}


def test_a_page_whose_session_has_ended_is_run_as_a_whole():
    partie = message(rerun_script={"fragment_id": "carte", "page_script_hash": "x"})
    messages = [
        message(app_heartbeat=True),
        partie,
        {"type": "websocket.receive", "bytes": b"\xff"},
        partie,
    ]

    async def app(_scope, _receive, _send):
        PRIVE.comptes.forget(dict([cookies[1].split("=", 1)]))

    cookies = cookies_of("lect")
    _, lus = run_garde(app, FLUX, ("Origin", f"http://{ICI}"), cookies, messages=messages)
    entiere = BackMsg.FromString(lus[1]["bytes"]).rerun_script
    assert (entiere.fragment_id, entiere.page_script_hash) == ("", "x")
    # What is not of a page passes as it is, and the page that was run has parts of its own.
    assert [lus[0], lus[2], lus[3]] == [messages[0], messages[2], messages[3]]
    assert get("/couches/x", cookies)[0] == 401


def test_a_page_whose_session_goes_on_is_left_alone():
    partie = message(rerun_script={"fragment_id": "carte"})

    async def app(_scope, _receive, _send): ...

    for cookies in (cookies_of("lect"), ("Cookie", "autre=1")):
        _, lus = run_garde(app, FLUX, ("Origin", f"http://{ICI}"), cookies, messages=[partie])
        assert lus == [partie]


def test_streamlit_is_told_the_name_that_it_knows_an_account_by():
    """It compares texts: behind a proxy, the scheme that the page has is not the one that comes here."""
    comptes = replace(COMPTES, adresse_retour="https://atlas.example.fr/atlas/oauth2callback")
    acces = Acces(comptes, "/atlas")
    public = "https://atlas.example.fr"
    assert acces.origin_of(public, b"127.0.0.1:8501") == (public.encode(), b"atlas.example.fr")
    assert acces.origin_of("http://localhost", b"localhost") == (b"http://localhost", b"localhost")
    assert Acces(None, "").origin_of(public, b"x") == (b"http://x", b"x")


def test_a_log_out_ends_the_session_on_this_server():
    cookies = cookies_of("plan")
    assert get("/couches/x", cookies)[0] == 200
    assert get("/auth/logout", cookies, ICI_MEME)[0] == 200
    assert get("/couches/x", cookies)[0] == 401


def test_what_is_forgotten_is_forgotten_too():
    comptes = replace(COMPTES, _sortis={}, duree=timedelta(hours=1))
    cookies = sign({"sub": "7", "iat": 1_000})
    comptes.forget(cookies, 1_000)
    assert len(comptes._sortis) == 1
    comptes.forget({}, 5_000)
    assert comptes._sortis == {}
    assert SECRET not in repr(comptes)
