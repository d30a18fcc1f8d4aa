"""The door of the server as a browser meets it: scripts that are not ours, pages that are not ours, a base path."""

import functools
import http.server
import threading

import pytest

from tests.navigateur.outils import serve

INJECTER = """async () => {
    const script = document.createElement("script");
    script.textContent = "window.injecte = true";
    document.body.append(script);
    const image = document.createElement("img");
    image.setAttribute("onerror", "window.injecte = true");
    image.src = "absente.png";
    document.body.append(image);
    await new Promise((suite) => setTimeout(suite, 500));
    return Boolean(window.injecte);
}"""
# What a page of another port of this machine gets of the application: nothing.
DEHORS = """async (atlas) => {
    const essayer = (prendre) => Promise.race([
        prendre().then(() => "pris", () => "refusé"),
        new Promise((suite) => setTimeout(suite, 5000, "sans réponse")),
    ]);
    const charger = (nom, source) => new Promise((oui, non) => {
        const element = document.createElement(nom);
        element.onload = oui;
        element.onerror = non;
        element[nom === "link" ? "href" : "src"] = source;
        element.rel = "stylesheet";
        document.body.append(element);
    });
    return {
        flux: await essayer(() => new Promise((oui, non) => {
            const flux = new WebSocket(atlas.replace("http", "ws") + "/_stcore/stream");
            flux.onopen = oui;
            flux.onerror = non;
        })),
        lu: await essayer(() => fetch(atlas + "/_stcore/host-config")),
        script: await essayer(() => charger("script", atlas + "/app/static/leaflet/leaflet.js")),
        style: await essayer(() => charger("link", atlas + "/app/static/carte.css")),
    };
}"""


@pytest.fixture(scope="module")
def ailleurs(tmp_path_factory):
    """Serve an empty page on another port."""
    dossier = tmp_path_factory.mktemp("ailleurs")
    (dossier / "index.html").write_text("<!doctype html><title>ailleurs</title><body></body>")
    gerant = functools.partial(http.server.SimpleHTTPRequestHandler, directory=dossier)
    with http.server.ThreadingHTTPServer(("localhost", 0), gerant) as serveur:
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        yield f"http://localhost:{serveur.server_port}"
        serveur.shutdown()


def test_a_script_that_slips_into_a_page_does_not_run(serveur, ouvrir):
    ecran = ouvrir().open(serveur)
    assert ecran.page.evaluate(INJECTER) is False
    assert len(ecran.interdits) == 2
    ecran.interdits.clear()


def test_under_a_path_the_map_is_drawn_and_a_page_of_elsewhere_gets_nothing(ouvrir, ailleurs):
    with serve("/atlas") as adresse:
        ecran = ouvrir().open(f"{adresse}/?dep=70")
        assert ecran.forms()["territoires"]
        dehors = ouvrir()
        dehors.page.goto(ailleurs)
        recu = dehors.page.evaluate(DEHORS, adresse)
        assert recu == dict.fromkeys(("flux", "lu", "script", "style"), "refusé")
        with dehors.page.expect_console_message(lambda dit: "frame-ancestors" in dit.text):
            dehors.page.set_content(f"<iframe src='{adresse}/'></iframe>")
        dehors.interdits.clear()
