"""What is told of a request: its kind, its answer, how long it took, and nothing that names anybody or anything."""

import pytest

from tests.asgi import get, run_app
from ui.serveur.suivi import Suivi, family_of

SCENARIO = "0123456789abcdef"


@pytest.fixture
def ecoute():
    """Return a maker of followed applications, and what they tell."""
    dites, flux, messages = [], [], []

    def follow(app, base=""):
        return Suivi(
            app,
            base=base,
            ecoutes=[dites.append],
            flux=flux.append,
            messages=lambda: messages.append(1),
        )

    return follow, dites, flux, messages


async def ok(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(
    ("chemin", "famille"),
    [
        ("/", "/"),
        ("/zones_blanches", "/zones_blanches"),
        (f"/atelier-donnees/{SCENARIO}/demande", "/atelier-donnees"),
        (f"/_stcore/upload_file/{SCENARIO}/{SCENARIO}", "/_stcore/upload_file"),
        (f"/media/{SCENARIO}.csv", "/media"),
        ("/api/v1/cpts/cpts-luxeuil", "/api/v1"),
        ("/static", "/static"),
        ("/staticx/y", "autre"),
        ("/dupont@example.fr", "autre"),
        (f"/{SCENARIO}", "autre"),
    ],
)
def test_a_kind_of_address_is_one_of_a_short_list(chemin, famille):
    assert family_of(chemin) == famille


def test_a_request_is_told_once_it_is_over(ecoute):
    follow, dites, _, _ = ecoute
    get(follow(ok, "/atlas"), f"/atlas/media/{SCENARIO}")
    [demande] = dites
    assert demande[:3] == ("/media", "GET", 204)
    assert demande.duree_s > 0


def test_one_that_breaks_is_told_as_such_and_still_breaks(ecoute):
    follow, dites, _, _ = ecoute

    async def casse(*_):
        raise RuntimeError("panne")

    with pytest.raises(RuntimeError, match="panne"):
        get(follow(casse), "/fiche")
    assert dites[0][:3] == ("/fiche", "GET", 500)


def test_a_page_that_is_open_is_counted_until_it_closes(ecoute):
    follow, dites, flux, messages = ecoute
    recus = iter([{"type": "websocket.receive"}, {"type": "websocket.disconnect"}])

    async def app(_, receive, send):
        await send({"type": "websocket.accept"})
        assert flux == [1]
        while (await receive())["type"] != "websocket.disconnect":
            pass

    async def receive():
        return next(recus)

    async def send(_):
        pass

    run_app(follow(app), {"type": "websocket", "path": "/_stcore/stream"}, receive, send)
    assert (flux, len(messages)) == ([1, -1], 1)
    assert dites[0][:3] == ("/_stcore/stream", "WEBSOCKET", 101)
