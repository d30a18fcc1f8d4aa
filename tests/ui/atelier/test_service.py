"""What the workshop's addresses answer, to its own page and to strangers."""

import json
import threading

import pytest
from starlette.applications import Starlette

from geo.atelier.composition import take_composition
from geo.importation.environnement import VERSIONS
from tests.asgi import run_app
from ui.atelier import etablis, service
from ui.serveur.reglages import Ecriture

LUXEUIL, LURE = "cpts-luxeuil", "70310"
GESTE = {"genre": "attribuer", "vers": {LUXEUIL: [LURE]}}


class _Reglages:
    ecriture = Ecriture.OUVERTE
    mot_de_passe = ""


@pytest.fixture
def reglages(monkeypatch):
    siens = _Reglages()
    monkeypatch.setattr(service, "get_reglages", lambda: siens)
    return siens


@pytest.fixture
def scenario_id(monkeypatch, tmp_path, atlas, reglages):
    assert reglages.ecriture is Ecriture.OUVERTE
    monkeypatch.setenv(VERSIONS, str(tmp_path))
    monkeypatch.setattr(etablis, "load_shared", lambda *_: atlas)
    return etablis.get_journal().create(
        take_composition(atlas), nom="Essai", auteur="", note="", version_depart=0
    )


def ask(methode, chemin, corps=b"", session="a"):
    """Return the status and the parsed answer of one request."""
    app = Starlette(routes=service.make_routes())
    chemin, _, requete = chemin.partition("?")
    scope = {
        "type": "http",
        "method": methode,
        "path": chemin,
        "raw_path": chemin.encode(),
        "query_string": requete.encode(),
        "headers": [(b"host", b"localhost"), (b"x-session", session.encode())],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
    envoyes = []

    async def receive():
        return {"type": "http.request", "body": corps, "more_body": False}

    async def send(message):
        envoyes.append(message)

    run_app(app, scope, receive, send)
    texte = b"".join(m.get("body", b"") for m in envoyes[1:])
    return envoyes[0]["status"], json.loads(texte)


def play(scenario_id, *gestes, version=0, **options):
    corps = {
        "version": version,
        "gestes": [{"cle": cle, "geste": geste} for cle, geste in gestes],
    }
    return ask("POST", f"{service.CHEMIN}/{scenario_id}", json.dumps(corps).encode(), **options)


def test_a_window_reads_plays_and_learns_what_changed(scenario_id):
    statut, entier = ask("GET", f"{service.CHEMIN}/{scenario_id}?dep=70")
    assert (statut, entier["version"], entier["touchees"]) == (200, 0, [])
    assert LURE not in entier["membres"][LUXEUIL].split()
    assert entier["aci"]
    statut, suite = play(scenario_id, ("un", GESTE))
    assert (statut, suite["version"], suite["refus"]) == (200, 1, [])
    assert suite["changements"] == [["communes", LURE, [LUXEUIL]]]
    assert [carte["id"] for carte in suite["cartes"]] == [LUXEUIL]
    assert [dit["code"] for dit in suite["departements"]] == ["70"]
    statut, ailleurs = ask("GET", f"{service.CHEMIN}/{scenario_id}?depuis=0")
    assert ailleurs["changements"] == suite["changements"]
    assert (suite["derniere"], ailleurs["derniere"]) == ("un", "un")
    statut, rien = ask("GET", f"{service.CHEMIN}/{scenario_id}?depuis=1&derniere=un")
    assert (rien["version"], {"autre", "changements"} & rien.keys()) == (1, set())


def test_a_window_that_knows_another_log_is_told_to_read_all_again(scenario_id):
    """A backup may have taken the place of the log, with as many gestures or more."""
    play(scenario_id, ("un", GESTE))
    statut, dit = ask("GET", f"{service.CHEMIN}/{scenario_id}?depuis=1&derniere=ailleurs")
    assert (statut, dit["autre"], "changements" in dit) == (200, True, False)
    assert play(scenario_id, ("deux", {"genre": "annuler"}), version=1)[1]["autre"]


def test_who_may_not_write_reads_all_the_same(scenario_id, reglages):
    reglages.ecriture = Ecriture.PROTEGEE
    statut, refus = play(scenario_id, ("un", GESTE))
    assert (statut, refus["erreur"]) == (
        403,
        "Cette session ne peut rien écrire sur ce serveur.",
    )
    assert ask("GET", f"{service.CHEMIN}/{scenario_id}")[1]["version"] == 0


@pytest.mark.parametrize(
    "corps",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"version": "0", "gestes": []}',
        b'{"version": 0, "gestes": [1]}',
        b'{"version": 0, "gestes": [{"cle": "", "geste": {}}]}',
        b'{"version": 0, "gestes": [{"cle": "\\ud800", "geste": {}}]}',
        json.dumps({"version": 0, "gestes": [{}] * 501}).encode(),
    ],
)
def test_what_makes_no_sense_is_refused_in_french(scenario_id, corps):
    statut, refus = ask("POST", f"{service.CHEMIN}/{scenario_id}", corps)
    assert statut == 400
    assert "rechargez" in refus["erreur"]


def test_what_is_too_long_is_not_read_to_its_end(scenario_id):
    corps = b" " * (service.CORPS_MAX_OCTETS + 1)
    assert ask("POST", f"{service.CHEMIN}/{scenario_id}", corps)[0] == 413


@pytest.mark.parametrize("nom", ["0" * 16, "..", "x" * 500, "'; drop table gestes"])
@pytest.mark.usefixtures("scenario_id")
def test_a_scenario_that_does_not_exist_is_said(nom):
    statut, refus = ask("GET", f"{service.CHEMIN}/{nom}")
    assert (statut, refus["erreur"]) == (404, "Ce scénario n'existe pas sur ce serveur.")


def test_one_gesture_that_makes_no_sense_takes_none_of_the_others_with_it(scenario_id):
    borne = {"genre": "contraindre", "contraintes": {"population_min": 0}}
    statut, suite = play(scenario_id, ("a", {"genre": "effacer"}), ("b", borne), ("c", GESTE))
    assert (statut, suite["version"]) == (200, 1)
    assert len(suite["refus"]) == 2
    assert suite["changements"] == [["communes", LURE, [LUXEUIL]]]


def test_a_gesture_that_cannot_be_done_is_told_and_nothing_changes(scenario_id):
    inconnue = {"genre": "attribuer", "vers": {LUXEUIL: ["99999"]}}
    statut, suite = play(scenario_id, ("un", inconnue))
    assert (statut, suite["version"]) == (200, 0)
    assert suite["refus"] == ["Une commune demandée n'est pas dans les données en service."]


@pytest.mark.parametrize(
    "demande",
    [
        {"quoi": "indicateurs", "cpts": LUXEUIL},
        {"quoi": "voisines", "cpts": LUXEUIL},
        {"quoi": "rayon", "cpts": LUXEUIL, "centre": LURE, "km": 10, "libres": True},
        {"quoi": "proche", "km": 20, "departements": ["70"]},
        {"quoi": "trous", "cpts": LUXEUIL},
        {"quoi": "zones", "departements": ["70"]},
        {"quoi": "propositions", "departements": ["70"], "zone": LURE},
        {"quoi": "indicateurs_par_commune"},
        {"quoi": "besoin", "methode": "rangs", "poids": {"evolution_population": 1, "densite": 3}},
        {"quoi": "besoin", "methode": "z", "poids": {"densite": 1}},
    ],
    ids=lambda demande: demande["quoi"],
)
def test_each_question_has_an_answer_that_changes_nothing(scenario_id, demande):
    chemin = f"{service.CHEMIN}/{scenario_id}/demande"
    statut, reponse = ask("POST", chemin, json.dumps(demande).encode())
    assert statut == 200, reponse
    assert reponse
    assert ask("GET", f"{service.CHEMIN}/{scenario_id}")[1]["version"] == 0


@pytest.mark.parametrize(
    "demande",
    [
        {},
        {"quoi": ["cpts"]},
        {"quoi": "cpts", "cpts": "ailleurs"},
        {"quoi": "rayon", "cpts": LUXEUIL, "centre": LURE, "km": float("nan")},
        {"quoi": "rayon", "cpts": LUXEUIL, "centre": "99999", "km": 3},
        {"quoi": "zones", "departements": "70"},
        {"quoi": "zones", "departements": ["99"]},
        {"quoi": "propositions", "departements": ["70"], "zone": "70550"},
        {"quoi": "besoin", "poids": {"etape": 1}},
        {"quoi": "besoin", "methode": "rangs", "poids": {"densite": -1}},
        {"quoi": "besoin", "methode": "rangs", "poids": {}},
    ],
)
def test_a_question_without_meaning_is_refused_in_french(scenario_id, demande):
    chemin = f"{service.CHEMIN}/{scenario_id}/demande"
    statut, refus = ask("POST", chemin, json.dumps(demande).encode())
    assert statut == 400
    assert refus["erreur"]


@pytest.mark.usefixtures("scenario_id")
def test_twenty_windows_on_twenty_scenarios_lose_no_gesture(atlas):
    journal = etablis.get_journal()
    depart = take_composition(atlas)
    siens = [
        journal.create(depart, nom=f"n{n}", auteur="", note="", version_depart=0) for n in range(20)
    ]
    libres = sorted(set(atlas.communes.index[:400]) - depart.adhesions.keys())[:10]
    fautes = []

    def compose(sien):
        for code in libres:
            geste = {"genre": "attribuer", "vers": {LUXEUIL: [code]}}
            statut, dit = play(sien, (code, geste))
            while statut == 503 and "Réessayez" in dit["erreur"]:
                # As a window does, where the disk is slow.
                statut, dit = play(sien, (code, geste))
            if statut != 200:
                fautes.append(dit)

    fils = [threading.Thread(target=compose, args=(sien,)) for sien in siens]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert fautes == []
    assert [journal.version(sien) for sien in siens] == [len(libres)] * 20
