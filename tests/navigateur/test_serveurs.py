"""A region's server as its visitors meet it, under a path: one of two dies, one is restarted, another site frames it."""

import functools
import http.server
import importlib.machinery
import importlib.util
import ssl
import threading

import pytest

from tests.navigateur.conftest import windows
from tests.navigateur.outils import CARTE
from tests.nginx import RACINE, Region, make_certificate

LUXEUIL, VESOUL = "cpts-luxeuil", "cpts-bassin-vesulien"
CADRE = "<!doctype html><title>ARS</title><iframe src='{}' style='width: 1200px; height: 800px'></iframe>"


class Gerant(http.server.SimpleHTTPRequestHandler):
    """A site of pages, which says nothing."""

    def log_message(self, *_):
        """Keep quiet."""


@pytest.fixture(scope="module")
def ailleurs(tmp_path_factory):
    """Serve a folder in https, as another site: its address, and the folder."""
    dossier = tmp_path_factory.mktemp("ars")
    certificat, cle = make_certificate(dossier)
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(certificat, cle)
    gerant = functools.partial(Gerant, directory=dossier)
    with http.server.ThreadingHTTPServer(("localhost", 0), gerant) as serveur:
        serveur.socket = contexte.wrap_socket(serveur.socket, server_side=True)
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        yield f"https://localhost:{serveur.server_port}", dossier
        serveur.shutdown()


@pytest.fixture(scope="module")
def region(tmp_path_factory, ailleurs):
    servie = Region(
        tmp_path_factory.mktemp("region"),
        chemin="/atlas",
        environnement={"CPTS_CADRES": ailleurs[0]},
    )
    servie.start()
    yield servie
    servie.stop()
    for serveur in servie.serveurs.values():
        assert "Traceback" not in serveur.said(), serveur.said()


@pytest.fixture(autouse=True)
def _every_server_lives(region):
    """Start again what a test before has killed."""
    for serveur in region.serveurs.values():
        if serveur.processus.poll() is not None:
            serveur.start()
            serveur.wait_ready()


@pytest.fixture
def ouvrir(chromium, request):
    """Open windows that take the certificate of the tests."""
    contexte = chromium.new_context(locale="fr-FR", ignore_https_errors=True)
    with windows(contexte, request) as ouvrir_un:
        yield ouvrir_un
    contexte.close()


def server_of(ecran):
    """Return the name of the server that the window is of."""
    temoins = [t for t in ecran.page.context.cookies() if t["name"] == "atlas_serveur"]
    return temoins[0]["value"]


def wait_other_server(ecran, avant, envois):
    """Wait until the window is of another server, and has asked it for its page."""
    for _ in range(600):
        if server_of(ecran) != avant and ecran.envois > envois:
            break
        ecran.page.wait_for_timeout(100)
    assert server_of(ecran) != avant
    ecran.page.wait_for_timeout(500)
    ecran.settle()


def test_when_its_server_is_killed_a_visitor_goes_on(region, ouvrir):
    ecran = ouvrir().open(f"{region.adresse}/?dep=70")
    ecran.choose_colour("Densité")
    ecran.wait_address(ind="densite")
    ecran.click_cpts(LUXEUIL)
    ecran.wait_address(cpts=LUXEUIL, ind="densite")
    ecran.settle()
    mort, envois = server_of(ecran), ecran.envois
    region.serveurs[mort].kill()
    wait_other_server(ecran, mort, envois)
    # What was chosen is still there, and what is clicked next is told to the other one.
    ecran.wait_address(dep="70", ind="densite", cpts=LUXEUIL)
    ecran.click_cpts(VESOUL)
    ecran.wait_address(dep="70", ind="densite", cpts=VESOUL)
    ecran.page.get_by_test_id("stVerticalBlock").get_by_text("Bassin vésulien").first.wait_for()
    ecran.page.get_by_role("link", name="Fiche", exact=True).click()
    ecran.page.get_by_role("heading", name="vésulien").first.wait_for()
    assert ecran.page.locator(".stException").count() == 0
    assert ecran.erreurs == []


class Machine:
    """The region as ``deploiement/redemarrer`` commands it."""

    def __init__(self, region):
        self.region = region

    def reload_nginx(self):
        self.region.nginx.reload()

    def signal(self, port, lequel):
        self._of(port).signal(lequel)

    def restart(self, port):
        self._of(port).restart()

    def is_failed(self, port):
        return self._of(port).processus.poll() is not None

    def _of(self, port):
        return next(s for s in self.region.serveurs.values() if str(s.port) == port)


def test_a_server_is_restarted_under_a_visitor_and_nobody_is_turned_away(region, ouvrir):
    chargeur = importlib.machinery.SourceFileLoader(
        "redemarrer", str(RACINE / "deploiement" / "redemarrer")
    )
    outil = importlib.util.module_from_spec(importlib.util.spec_from_loader("redemarrer", chargeur))
    chargeur.exec_module(outil)
    ecran = ouvrir().open(f"{region.adresse}/?dep=70&cpts={LUXEUIL}")
    ecran.settle()
    sien, envois = server_of(ecran), ecran.envois
    port = str(region.serveurs[sien].port)
    ronde = outil.Tournee(Machine(region), region.nginx.nouveaux, "/atlas", 30)
    fini = threading.Event()
    statuts = set()

    def come():
        while not fini.wait(0.05):
            statuts.add(region.fetch("/fiche")[0])

    venus = threading.Thread(target=come)
    venus.start()
    try:
        ronde.go([port])
    finally:
        fini.set()
        venus.join()
    assert statuts == {200}
    wait_other_server(ecran, sien, envois)
    ecran.click_cpts(VESOUL)
    ecran.wait_address(dep="70", cpts=VESOUL)
    assert ecran.erreurs == []


def test_a_page_of_a_named_site_shows_the_atlas_in_a_frame(region, ouvrir, ailleurs):
    site, dossier = ailleurs
    (dossier / "carte.html").write_text(CADRE.format(f"{region.adresse}/?dep=70&embed=1"))
    (dossier / "nue.html").write_text(CADRE.format(f"{region.adresse}/?dep=70"))
    ecran = ouvrir()
    ecran.page.goto(f"{site}/carte.html")
    cadre = ecran.page.frame_locator("iframe").first
    cadre.frame_locator(CARTE).locator("[data-prete=oui]").wait_for()
    assert cadre.get_by_role("link", name="Zones blanches").count() == 0
    assert cadre.get_by_label("Rechercher").count() == 0
    # It stays so from one page to the next, filters too.
    cadre.get_by_role("tab", name="Tableau des CPTS").wait_for()
    page = next(f for f in ecran.page.frames if f.url.startswith(region.adresse))
    assert "embed=true" in page.url
    assert "dep=70" in page.url
    with ecran.page.context.expect_page() as ouverte:
        cadre.get_by_role("link", name="Ouvrir dans l'atlas").click()
    assert ouverte.value.url == f"{region.adresse}/?dep=70"
    ouverte.value.get_by_role("link", name="Zones blanches").wait_for()
    ouverte.value.close()
    # Not asked for as a part of another page, it is none.
    ecran.page.goto(f"{site}/nue.html")
    ecran.page.wait_for_timeout(500)
    assert ecran.page.frame_locator("iframe").first.locator("#root").count() == 0
    assert "frame-ancestors" in ecran.interdits.pop()
