"""What one request does of a service that misbehaves: retries, redirects, limits, time."""

import socket
import ssl
import threading
import tracemalloc

import pytest

from geo.erreurs import DonneesInvalides
from geo.wfs import connexion, couche, service
from geo.wfs.adresses import read_adresse
from geo.wfs.couche import fetch_couche, list_couches
from geo.wfs.erreurs import RechercheArretee
from tests.serveur_wfs import NOM, make_bombe, make_objets


def refusal(action, *arguments, **options):
    with pytest.raises(DonneesInvalides) as refus:
        action(*arguments, **options)
    (probleme,) = refus.value.problemes
    return probleme


@pytest.mark.parametrize("defaut", ["panne", "coupe", "gzip_coupe", "raccroche"])
def test_what_passes_is_tried_again_and_counted(servir, horloge, defaut):
    wfs = servir(defauts={0: defaut, 1: defaut})
    assert fetch_couche(wfs.adresse, NOM, horloge=horloge).objets == 7
    assert len(wfs.features()) == 3
    assert sum(horloge.attentes) == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("defaut", "dite"),
    [("panne", "502"), ("coupe", "3 fois de suite"), ("raccroche", "3 fois de suite")],
)
def test_what_lasts_is_told_after_three_tries(servir, horloge, defaut, dite):
    wfs = servir(defauts={None: defaut})
    assert dite in refusal(fetch_couche, wfs.adresse, NOM, horloge=horloge).message
    assert len(wfs.features()) == 3


def test_a_slow_page_is_cut_and_asked_again(servir, horloge, monkeypatch):
    monkeypatch.setattr(connexion, "LECTURE_S", 0.1)
    wfs = servir(defauts={0: "lent"})
    assert fetch_couche(wfs.adresse, NOM, horloge=horloge).objets == 7
    wfs.defauts = {None: "lent"}
    assert "répondu à temps" in refusal(fetch_couche, wfs.adresse, NOM, horloge=horloge).message


def test_a_service_that_is_not_there(servir, horloge):
    wfs = servir()
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        libre = f"http://127.0.0.1:{prise.getsockname()[1]}"
    with pytest.MonkeyPatch.context() as reglages:
        reglages.setenv("CPTS_WFS", libre)
        probleme = refusal(list_couches, libre, horloge=horloge)
    assert (probleme.identifiant, wfs.demandes) == ("wfs_injoignable", [])
    assert "refuse la connexion" in probleme.message


def test_what_drips_ends_with_the_time(servir, horloge):
    wfs = servir(defauts={None: "goutte"})

    def pass_time():
        wfs.tenu.wait(5)
        horloge.instant = 10_000.0

    threading.Thread(target=pass_time).start()
    assert "10 minutes" in refusal(fetch_couche, wfs.adresse, NOM, horloge=horloge).message


@pytest.mark.parametrize("defaut", ["lent", "goutte"])
def test_who_asked_stops_it_at_once(servir, horloge, defaut):
    wfs = servir(defauts={None: defaut})
    with pytest.raises(RechercheArretee):
        fetch_couche(wfs.adresse, NOM, goes_on=lambda: not wfs.tenu.is_set(), horloge=horloge)
    assert len(wfs.features()) == 1


def test_a_stop_between_two_tries(servir, horloge):
    wfs = servir(defauts={None: "panne"})
    with pytest.raises(RechercheArretee):
        fetch_couche(wfs.adresse, NOM, goes_on=lambda: not horloge.attentes, horloge=horloge)
    assert len(wfs.features()) == 1


def test_a_redirect_within_the_host_is_followed(servir, horloge):
    wfs = servir(defauts={None: "a_cote"})
    assert fetch_couche(wfs.adresse, NOM, horloge=horloge).objets == 7
    assert [d[""] for d in wfs.features()] == ["/geoserver/wfs", "/autre/wfs"]


@pytest.mark.parametrize(
    "ailleurs",
    [
        "http://exemple.invalid/wfs",
        "//exemple.invalid/wfs",
        "https://{hote}/wfs",
        "http://localhost:{port}/wfs",
        "http://127.0.0.1/wfs",
        "http://moi@{hote}/wfs",
        "http://{hote}\\@exemple.invalid/",
        "file:///etc/passwd",
        "http://[::1",
        "/a b",
    ],
)
def test_a_redirect_to_anything_else_is_refused_and_not_asked(
    servir, horloge, monkeypatch, ailleurs
):
    wfs = servir(defauts={None: "ailleurs"})
    wfs.ailleurs = ailleurs.format(hote=f"127.0.0.1:{wfs.port}", port=wfs.port)
    jointes = []
    create = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda ou, *reste: (jointes.append(ou), create(ou, *reste))[1]
    )
    probleme = refusal(fetch_couche, wfs.adresse, NOM, horloge=horloge)
    assert "renvoie ailleurs" in probleme.message
    assert jointes == [("127.0.0.1", wfs.port)]


def test_redirects_without_end(servir, horloge):
    wfs = servir(defauts={None: "sans_fin"})
    assert "sans fin" in refusal(fetch_couche, wfs.adresse, NOM, horloge=horloge).message
    assert len(wfs.features()) == 4


@pytest.mark.parametrize("defaut", ["sans_bout", "bombe"])
def test_what_is_too_large_is_not_read_to_its_end(servir, horloge, monkeypatch, defaut):
    monkeypatch.setattr(couche, "COUCHE_MAX_OCTETS", 1_000_000)
    wfs = servir(defauts={None: defaut})
    assert "taille admise" in refusal(fetch_couche, wfs.adresse, NOM, horloge=horloge).message
    assert len(wfs.features()) == 1


def test_a_bomb_is_not_blown_up(servir, horloge, monkeypatch):
    monkeypatch.setattr(couche, "COUCHE_MAX_OCTETS", 1_000_000)
    wfs = servir(defauts={None: "bombe"})
    assert len(make_bombe()) < 65_536
    tracemalloc.start()
    try:
        refusal(fetch_couche, wfs.adresse, NOM, horloge=horloge)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_the_limit_is_that_of_the_whole_layer(servir, horloge, monkeypatch):
    monkeypatch.setattr(couche, "PAGE", 2)
    wfs = servir(objets=make_objets(7))
    monkeypatch.setattr(couche, "COUCHE_MAX_OCTETS", 1_300)
    assert "taille admise" in refusal(fetch_couche, wfs.adresse, NOM, horloge=horloge).message
    assert len(wfs.features()) > 1


def test_only_our_parameters_leave_and_nothing_of_ours(servir, horloge, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://exemple.invalid:3128")
    wfs = servir()
    fetch_couche(wfs.adresse, NOM, horloge=horloge)
    fetch_couche(wfs.adresse, NOM, horloge=horloge)
    for demande in wfs.demandes:
        assert demande == {
            "": "/geoserver/wfs",
            "service": "WFS",
            "version": "2.0.0",
            "request": "GetFeature",
            "typeNames": NOM,
            "outputFormat": "application/json",
            "count": "200",
        }
    for entetes in wfs.entetes:
        assert sorted(entetes) == ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]


def test_a_name_is_looked_up_once_and_the_connection_goes_there(servir, horloge, monkeypatch):
    """A name that leads elsewhere at the second look (DNS rebinding) gains nothing."""
    monkeypatch.setattr(couche, "PAGE", 2)
    wfs = servir()
    monkeypatch.setenv("CPTS_WFS", f"http://exemple.fr:{wfs.port}")
    vus, jointes = [], []

    def look_up(hote, port, **_):
        vus.append(hote)
        ip = "193.0.14.129" if len(vus) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    vers_ici = socket.create_connection

    def connect(ou, *reste):
        jointes.append(ou[0])
        with pytest.MonkeyPatch.context() as noms:
            noms.setattr(socket, "getaddrinfo", chercher)
            return vers_ici(("127.0.0.1", ou[1]), *reste)

    chercher = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    recue = fetch_couche(f"http://exemple.fr:{wfs.port}/geoserver/wfs", NOM, horloge=horloge)
    assert (recue.objets, vus) == (7, ["exemple.fr"])
    assert set(jointes) == {"193.0.14.129"}
    assert {e["Host"] for e in wfs.entetes} == {f"exemple.fr:{wfs.port}"}


def test_a_name_that_is_not_found(servir, horloge, monkeypatch):
    servir()
    monkeypatch.setenv("CPTS_WFS", "exemple.fr")

    def look_up(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert "pas trouvé" in refusal(list_couches, "exemple.fr", horloge=horloge).message


def test_https_checks_the_certificate_of_the_name(servir, horloge, monkeypatch):
    wfs = servir()
    monkeypatch.setenv("CPTS_WFS", f"exemple.fr:{wfs.port}")
    monkeypatch.setattr(service, "resolve", lambda _: ["127.0.0.1"])
    demandes = []

    def wrap(contexte, _prise, *, server_hostname, **_):
        demandes.append((contexte.verify_mode, contexte.check_hostname, server_hostname))
        raise ssl.SSLCertVerificationError(1, "certificate verify failed")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    probleme = refusal(list_couches, f"exemple.fr:{wfs.port}", horloge=horloge)
    assert demandes == [(ssl.CERT_REQUIRED, True, "exemple.fr")]
    assert ("certificat" in probleme.message, wfs.demandes) == (True, [])


def test_a_service_of_http_is_not_asked_in_https(servir, horloge, monkeypatch):
    wfs = servir()
    monkeypatch.setenv("CPTS_WFS", f"https://127.0.0.1:{wfs.port}")
    probleme = refusal(list_couches, f"https://127.0.0.1:{wfs.port}", horloge=horloge)
    assert (probleme.identifiant, wfs.demandes) == ("wfs_injoignable", [])


def test_the_port_that_goes_without_saying_is_not_in_the_header():
    ligne = []
    prise = connexion._Connexion(read_adresse("https://exemple.fr"), [])
    prise.send = ligne.append
    prise.request("GET", "/")
    assert b"Host: exemple.fr\r\n" in ligne[0]


def test_what_is_not_allowed_is_never_asked(servir, horloge):
    wfs = servir()
    for adresse in (
        f"http://localhost:{wfs.port}/wfs",
        f"https://127.0.0.1:{wfs.port}/wfs",
        "10.0.0.1",
    ):
        assert refusal(list_couches, adresse, horloge=horloge).identifiant == "wfs_ferme"
        assert refusal(fetch_couche, adresse, NOM, horloge=horloge).identifiant == "wfs_ferme"
    assert wfs.demandes == []
