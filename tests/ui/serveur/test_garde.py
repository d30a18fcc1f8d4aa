"""What the door lets through: whole requests, before an application that says what it received."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from streamlit.web.server.starlette.starlette_app import _RESERVED_ROUTE_PREFIXES

from tests.asgi import run_app
from ui.serveur.depots import Depots
from ui.serveur.entetes import COMMUNS, Entetes
from ui.serveur.garde import Garde
from ui.serveur.pages import NOTRES, PAGES
from ui.serveur.reglages import Ecriture, Reglages

REGLAGES = Reglages(
    adresse="localhost",
    locale=True,
    hotes=frozenset({"localhost", "127.0.0.1", "::1", "atlas.example.fr"}),
    publics=frozenset({"atlas.example.fr"}),
    mandataires=(),
    ecriture=Ecriture.OUVERTE,
    mot_de_passe="",
    metriques=False,
)
ENTETES = Entetes("<script>\n page\n</script>", "leaflet")
RACINE = Path(__file__).resolve().parents[3]
FLUX = "/_stcore/stream"
ICI = "localhost:8501"


def ask(genre: str, chemin: str, *entetes: tuple[str, str], methode="GET", schema="", **autres):
    """Return the status, the headers and the text answered, and the scope that got through, if any."""
    recu, envoyes = [], []

    async def app(scope, _, send):
        recu.append(scope)
        if genre == "http":
            siens = [
                (b"access-control-allow-origin", b"*"),
                (b"x-sien", b"oui"),
                (b"set-cookie", b"a=b; SameSite=Lax"),
            ]
            await send({"type": "http.response.start", "status": 200, "headers": siens})
            await send({"type": "http.response.body", "body": b"servi"})

    async def receive():
        pytest.fail("the body was read")

    async def send(message):
        envoyes.append(message)

    reglages = autres.pop("reglages", REGLAGES)
    requete = autres.pop("requete", b"")
    garde = Garde(
        app,
        reglages=reglages,
        entetes=Entetes("<script>\n page\n</script>", "leaflet", reglages.cadres)
        if reglages.cadres
        else ENTETES,
        depots=autres.pop("depots", Depots(lambda *_: True, dict)),
        **autres,
    )
    scope = {
        "type": genre,
        "path": chemin,
        "query_string": requete,
        "method": methode,
        "scheme": schema or {"http": "http", "websocket": "ws"}[genre],
        "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in entetes],
    }
    run_app(garde, scope, receive, send)
    debut = envoyes[0] if envoyes else {"status": 101, "headers": []}
    texte = b"".join(m.get("body", b"") for m in envoyes).decode()
    return debut["status"], Headers(raw=debut["headers"]), texte, recu[0] if recu else None


@pytest.mark.parametrize(
    "hote",
    [
        ICI,
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1:8501",
        "[::1]:8501",
        "atlas.example.fr",
        "localhost.",
    ],
)
def test_a_name_of_the_server_is_answered_to(hote):
    assert ask("http", "/", ("Host", hote))[0] == 200
    assert ask("websocket", FLUX, ("Host", hote), ("Origin", f"http://{hote}"))[0] == 101


@pytest.mark.parametrize(
    "hotes",
    [
        [],
        [""],
        ["evil.example"],
        ["localhost.evil.example"],
        ["evil.localhost"],
        ["localhost@evil.example"],
        ["localhost:8501:1"],
        ["localhost:port"],
        ["localhost/evil"],
        ["127.0.0.1.evil.example"],
        ["::1"],
        ["0.0.0.0"],  # noqa: S104
        ["127.1"],
        ["localhost", "evil.example"],
        ["localhost,evil.example"],
    ],
)
@pytest.mark.parametrize("chemin", ["/", "/fiche", "/app/static/carte.css", "/media/x", FLUX])
def test_no_other_name_is(hotes, chemin):
    entetes = [("Host", hote) for hote in hotes]
    statut, rendus, texte, passe = ask("http", chemin, *entetes)
    assert (statut, passe) == (400, None)
    assert "CPTS_HOTES" in texte
    assert rendus["x-content-type-options"] == "nosniff"
    statut, _, _, passe = ask("websocket", chemin, *entetes, ("Origin", f"http://{''.join(hotes)}"))
    assert (statut, passe) == (400, None)


def test_what_watches_the_server_may_ask_whether_it_lives_by_any_name():
    for chemin in ("/_stcore/health", "/sante", "/pret"):
        assert ask("http", chemin, ("Host", "10.2.3.4:8501"))[0] == 200
    assert ask("http", "/metriques", ("Host", "10.2.3.4:8501"))[0] == 400
    assert ask("http", "/_stcore/health", ("Host", "10.2.3.4"), methode="DELETE")[0] == 400
    assert ask("http", "/_stcore/health/x", ("Host", "10.2.3.4"))[0] == 400


@pytest.mark.parametrize(
    "origines",
    [
        [],
        [""],
        ["null"],
        ["http://evil.example"],
        ["https://evil.example"],
        ["http://localhost:8502"],
        ["http://localhost"],
        ["http://127.0.0.1:8501"],
        ["http://localhost:8501.evil.example"],
        ["http://evil.example#localhost:8501"],
        ["http://user@localhost:8501"],
        ["http://localhost:8501/"],
        ["//localhost:8501"],
        ["localhost:8501"],
        ["ftp://localhost:8501"],
        ["file://"],
        ["http://[::1]:8501"],
        ["http://0x7f000001:8501"],
        ["http://atlas.example.fr"],
        ["https://atlas.example.fr:8501"],
        ["http://localhost:8501", "http://localhost:8501"],
        ["http://localhost:8501", "http://evil.example"],
        ["http://localhost:8501,http://evil.example"],
        ["http://localhost:8501\u00e9"],
    ],
)
def test_no_page_of_another_origin_opens_a_websocket(origines):
    entetes = [("Host", ICI), *(("Origin", origine) for origine in origines)]
    statut, rendus, _, passe = ask("websocket", FLUX, *entetes)
    assert (statut, passe) == (403, None)
    assert "content-security-policy" in rendus


@given(st.text(st.characters(max_codepoint=255), max_size=30))
def test_whatever_the_origin_what_gets_through_is_of_the_host_word_for_word(origine):
    scope = ask("websocket", FLUX, ("Host", ICI), ("Origin", origine))[3]
    assert scope is None or dict(scope["headers"])[b"origin"] == f"http://{ICI}".encode()


def test_streamlit_is_told_the_origin_in_the_words_of_the_host():
    """So it compares no further: beyond, it asks an outside service for the address of this machine."""
    for hote, origine in [
        ("LocalHost:8501", "HTTP://localhost:8501"),
        ("localhost:8501", "https://atlas.example.fr"),
        ("atlas.example.fr", "https://ATLAS.example.fr"),
    ]:
        scope = ask("websocket", FLUX, ("Host", hote), ("Origin", origine), ("Cookie", "a=b"))[3]
        assert Headers(raw=scope["headers"]).getlist("origin") == [f"http://{hote}"]
        assert dict(scope["headers"])[b"cookie"] == b"a=b"


def test_over_tls_only_a_page_of_tls_opens_a_websocket():
    for schema, attendu in (("https", 101), ("http", 403)):
        entetes = [("Host", ICI), ("Origin", f"{schema}://{ICI}")]
        assert ask("websocket", FLUX, *entetes, schema="wss")[0] == attendu


def test_a_websocket_is_opened_at_one_address_only():
    entetes = [("Host", ICI), ("Origin", f"http://{ICI}")]
    assert ask("websocket", "/_stcore/agent/mcp", *entetes)[0] == 404
    assert ask("websocket", f"/atlas{FLUX}", *entetes, base="/atlas/")[0] == 101
    assert ask("websocket", FLUX + "/", *entetes)[0] == 404


@pytest.mark.parametrize(
    "chemin",
    [
        *("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/mcp"),
        *("/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/_stcore/x", "/_stcore/"),
        *("/auth/login", "/auth/logout", "/oauth2callback"),
    ],
)
@pytest.mark.parametrize("base", ["", "atlas"])
def test_what_the_page_does_not_need_is_not_there(chemin, base):
    for methode in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        demande = f"/{base}{chemin}" if base else chemin
        assert ask("http", demande, ("Host", ICI), methode=methode, base=base)[0] == 404


@pytest.mark.parametrize(
    ("demande", "page"),
    [
        *(
            ("/Fiche", "/fiche"),
            ("/FICHE", "/fiche"),
            ("/Fiche/", "/fiche"),
            ("/Donnees", "/donnees"),
        ),
        *(("/Données", "/donnees"), ("/Déploiement", "/deploiement"), ("/Carte", "/")),
        *(("/zones-blanches", "/zones_blanches"), ("/Zones blanches", "/zones_blanches")),
    ],
)
@pytest.mark.parametrize("base", ["", "/atlas"])
def test_a_page_is_found_whatever_the_case_of_its_address(demande, page, base):
    statut, entetes, _, recu = ask(
        "http", base + demande, ("Host", ICI), base=base, requete=b"cpts=a&n=3"
    )
    assert (statut, recu) == (307, None)
    assert entetes["location"] == f"{base}{page}?cpts=a&n=3"
    assert entetes["cache-control"] == "no-store"


@pytest.mark.parametrize(("chemin", "propre"), [("/Fiche", ""), ("/fiche", "embed=1&")])
def test_a_way_to_a_page_copies_no_long_address(chemin, propre):
    for longueur in (100, 2049, 8000):
        requete = f"{propre}dep={'a' * longueur}".encode()
        statut, entetes, _, _ = ask(
            "http", chemin, ("Host", ICI), requete=requete, reglages=ENCADRABLE
        )
        assert statut == 307
        assert ("dep=a" in entetes["location"]) == (longueur == 100)
        assert ("embed=true" in entetes["location"]) == bool(propre)
    requete = f"dep={'a' * 9000}".encode()
    statut, entetes, texte, recu = ask("http", chemin, ("Host", ICI), requete=requete)
    assert (statut, recu) == (414, None)
    assert "trop longue" in texte


@pytest.mark.parametrize("demande", ["/nimporte", "/fiche/autre", "/<script>", "/Ficher", "/x/"])
@pytest.mark.parametrize("base", ["", "/atlas"])
def test_an_unknown_address_is_answered_in_french_with_the_pages(demande, base):
    statut, entetes, texte, recu = ask("http", base + demande, ("Host", ICI), base=base)
    assert (statut, recu) == (404, None)
    assert entetes["content-type"] == "text/html; charset=utf-8"
    assert entetes["content-security-policy"]
    assert "n'a pas de page à l'adresse" in texte
    assert "<script>" not in texte
    for page in PAGES:
        assert f'<a href="{base}/{page.adresse}">' in texte


@pytest.mark.parametrize(
    "demande",
    [
        *(f"/{page.adresse}" for page in PAGES),
        *(
            "/favicon.png",
            "/app/static/carte.css",
            "/static/js/index.js",
            "/media/x",
            "/couches/x.json",
        ),
        *("/component/streamlit_folium.st_folium/index.html", "/_stcore/host-config", "//x"),
    ],
)
@pytest.mark.parametrize("base", ["", "/atlas"])
def test_what_is_a_page_or_none_passes(demande, base):
    assert ask("http", base + demande, ("Host", ICI), base=base)[0] == 200
    assert ask("http", base or "/", ("Host", ICI), base=base)[0] == 200


def test_counters_are_served_where_they_are_asked_for():
    ouvertes = replace(REGLAGES, metriques=True)
    assert ask("http", "/_stcore/metrics", ("Host", ICI), reglages=ouvertes)[0] == 200
    assert ask("http", "/_stcore/metrics", ("Host", "evil"), reglages=ouvertes)[0] == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_site_takes_anything_but_a_link(site):
    ailleurs = [("Host", ICI), ("Sec-Fetch-Site", site)]
    for mode, dest in (("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe"), ("", "")):
        entetes = [*ailleurs, ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)]
        assert ask("http", "/couches/x.json", *entetes)[0] == 403
    lien = [*ailleurs, ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]
    assert ask("http", "/fiche", *lien)[0] == 200
    assert ask("http", "/fiche", *lien, methode="POST")[0] == 403


def test_every_answer_has_the_headers_and_none_is_offered_to_other_sites():
    for chemin in ("/", "/media/x", "/component/streamlit_folium.st_folium/", "/component/autre/"):
        rendus = ask("http", chemin, ("Host", ICI))[1]
        assert {nom: rendus[nom] for nom in COMMUNS} == COMMUNS
        assert "access-control-allow-origin" not in rendus
        assert rendus["x-sien"] == "oui"
        assert "strict-transport-security" not in rendus
        assert "Secure" not in rendus["set-cookie"]


def test_over_tls_a_browser_keeps_to_it():
    rendus = ask("http", "/", ("Host", ICI), schema="https")[1]
    assert "max-age" in rendus["strict-transport-security"]
    assert rendus["set-cookie"] == "a=b; SameSite=Lax; Secure"


def policy(chemin: str) -> dict[str, str]:
    regle = ask("http", chemin, ("Host", ICI))[1]["content-security-policy"]
    return dict(partie.strip().partition(" ")[::2] for partie in regle.split(";"))


def test_a_page_runs_named_scripts_and_only_the_map_is_given_more():
    page = policy("/fiche")
    assert page["default-src"] == page["base-uri"] == page["frame-ancestors"] == "'none'"
    assert "unsafe" not in page["script-src"]
    assert page["script-src"].count("sha256-") == 4
    assert page["connect-src"] == "'self'"
    carte = policy("/component/streamlit_folium.st_folium/index.html")
    assert "unsafe-eval" in carte["script-src"]
    assert carte["connect-src"] == carte["frame-ancestors"] == "'self'"
    recherche = policy("/component/streamlit_searchbox.searchbox/index.html")
    assert recherche["script-src"] == "'self'"


def test_the_note_lists_the_headers_as_they_are_sent():
    note = (RACINE / "docs" / "securite.md").read_text(encoding="utf-8")
    for chemin in ("/", "/component/streamlit_folium.st_folium/", "/component/autre/"):
        rendus = ask("http", chemin, ("Host", ICI), schema="https")[1]
        for nom in (*COMMUNS, "Strict-Transport-Security", "Content-Security-Policy"):
            valeur = re.sub(r"('sha256-[^']+' ?)+", "'sha256-…'", rendus[nom])
            assert f"{nom}: {valeur}" in note


def put(longueur: str, *autres: tuple[str, str], session="s", tenus=(), may_write=True):
    depots = Depots(lambda *_: may_write, lambda: dict(tenus))
    entetes = [("Host", ICI), ("Content-Length", longueur), *autres]
    return ask("http", f"/_stcore/upload_file/{session}/f", *entetes, methode="PUT", depots=depots)


def test_a_session_that_may_not_write_sends_nothing():
    """Not even read: a body asked for would fail the test."""
    statut, _, texte, passe = put("10", may_write=False)
    assert (statut, passe) == (403, None)
    assert "importer" in texte


def test_what_is_held_in_memory_is_bounded_for_a_session_and_in_all():
    mib = 2**20
    assert put(str(100 * mib))[0] == 200
    assert put(str(101 * mib))[0] == 413
    assert put("", tenus={"s": 21 * mib})[0] == 413, "a length that is not said is the largest"
    assert put("-5", tenus={"s": 21 * mib})[0] == 413
    assert put("0", ("Transfer-Encoding", "chunked"), tenus={"s": 21 * mib})[0] == 413
    assert put(str(10 * mib), tenus={"s": 111 * mib})[0] == 413
    assert put(str(10 * mib), tenus={"autre": 111 * mib})[0] == 200
    assert put(str(10 * mib), tenus={str(n): 72 * mib for n in range(5)})[0] == 503


def test_files_on_their_way_count_until_they_have_come():
    depots = Depots(lambda *_: True, dict)
    quarante = str(40 * 2**20)
    with depots.receive("s", quarante) as a, depots.receive("s", quarante) as b:
        with depots.receive("s", quarante) as c, depots.receive("s", "1") as refus:
            assert (a, b, c) == (None, None, None)
            assert refus.statut == 413
        with depots.receive("s", quarante) as place:
            assert place is None
    assert not depots._en_route


TEMOIN = "atlas_serveur=8501; Path=/; HttpOnly; SameSite=Lax"


def test_a_page_and_its_session_say_which_server_they_are_of():
    nomme = replace(REGLAGES, serveur="8501")
    for chemin in ("/", "/fiche"):
        poses = ask("http", chemin, ("Host", ICI), reglages=nomme)[1].getlist("set-cookie")
        assert TEMOIN in poses
    sous = ask("http", "/atlas/fiche", ("Host", ICI), reglages=nomme, base="atlas", schema="https")
    assert "atlas_serveur=8501; Path=/atlas; HttpOnly; SameSite=Lax; Secure" in sous[1].getlist(
        "set-cookie"
    )
    # Neither a file, nor one that knows already, nor a server that is alone.
    for chemin, temoin, reglages in [
        ("/static/x.js", "", nomme),
        ("/fiche", "a=b; atlas_serveur=8501", nomme),
        ("/fiche", "", REGLAGES),
    ]:
        entetes = ask("http", chemin, ("Host", ICI), ("Cookie", temoin), reglages=reglages)[1]
        assert not [pose for pose in entetes.getlist("set-cookie") if "atlas_serveur" in pose]
    autre = ask("http", "/", ("Host", ICI), ("Cookie", "atlas_serveur=8502"), reglages=nomme)[1]
    assert TEMOIN in autre.getlist("set-cookie")


def test_a_session_that_comes_from_a_dead_server_is_of_this_one_from_then_on():
    envoyes = []

    async def app(_scope, _receive, send):
        await send({"type": "websocket.accept", "headers": []})

    async def send(message):
        envoyes.append(message)

    garde = Garde(
        app,
        reglages=replace(REGLAGES, serveur="8501"),
        entetes=ENTETES,
        depots=Depots(lambda *_: True, dict),
    )
    entetes = [("host", ICI), ("origin", f"http://{ICI}"), ("cookie", "atlas_serveur=8502")]
    scope = {
        "type": "websocket",
        "path": FLUX,
        "scheme": "ws",
        "headers": [(nom.encode(), valeur.encode()) for nom, valeur in entetes],
    }
    run_app(garde, scope, None, send)
    assert envoyes[0]["headers"] == [(b"set-cookie", TEMOIN.encode())]


CADRE = "https://www.ars.example"
ENCADRABLE = replace(REGLAGES, cadres=(CADRE,))
DANS_UN_CADRE = (
    *(("Host", ICI), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")),
    ("Sec-Fetch-Dest", "iframe"),
)


def _ancestors(entetes):
    return re.search(r"frame-ancestors ([^;]*)", entetes["content-security-policy"])[1]


@pytest.mark.parametrize("chemin", ["/", "/fiche", "/zones_blanches"])
@pytest.mark.parametrize("embed", [b"embed=true", b"dep=70&embed=True"])
def test_a_page_is_framed_by_the_sites_that_are_named_where_it_is_asked_for(chemin, embed):
    statut, entetes, _, _ = ask("http", chemin, *DANS_UN_CADRE, requete=embed, reglages=ENCADRABLE)
    assert (statut, _ancestors(entetes)) == (200, CADRE)


def test_streamlit_is_asked_in_its_own_word():
    for base in ("", "/atlas"):
        statut, entetes, _, recu = ask(
            "http",
            f"{base}/fiche",
            *DANS_UN_CADRE,
            requete=b"cpts=a%26b&embed=1",
            reglages=ENCADRABLE,
            base=base,
        )
        assert (statut, recu) == (307, None)
        assert entetes["location"] == f"{base}/fiche?cpts=a%26b&embed=true"
        assert _ancestors(entetes) == CADRE


@pytest.mark.parametrize(
    ("chemin", "requete", "reglages"),
    [
        ("/", b"", ENCADRABLE),
        ("/", b"embed=0", ENCADRABLE),
        ("/", b"embed=1&embed=0", ENCADRABLE),
        # Where one writes.
        ("/donnees", b"embed=1", ENCADRABLE),
        ("/atelier", b"embed=true", ENCADRABLE),
        ("/couches/x", b"embed=1", ENCADRABLE),
        ("/", b"embed=1", REGLAGES),
    ],
)
def test_nothing_else_is(chemin, requete, reglages):
    assert ask("http", chemin, *DANS_UN_CADRE, requete=requete, reglages=reglages)[0] == 403
    _, entetes, _, _ = ask("http", chemin, ("Host", ICI), requete=requete, reglages=reglages)
    assert _ancestors(entetes) == "'none'"


def test_what_a_framed_page_frames_itself_is_let_there_too():
    carte = ask("http", "/component/streamlit_folium.st_folium/index.html", ("Host", ICI))[1]
    assert _ancestors(carte) == "'self'"
    for nom in ("streamlit_folium.st_folium", "streamlit_searchbox.searchbox"):
        entetes = ask("http", f"/component/{nom}/index.html", ("Host", ICI), reglages=ENCADRABLE)[1]
        assert _ancestors(entetes) == f"'self' {CADRE}"


def test_what_answers_that_there_is_nothing_takes_no_address_of_streamlit():
    # It would refuse to start, where there is no base path.
    assert not [nom for nom in NOTRES if f"/{nom}/" in _RESERVED_ROUTE_PREFIXES]
