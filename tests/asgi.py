"""Calls an ASGI application from a test."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def run_app(app, scope, receive, send):
    """Run one request to its end, in a thread of its own.

    Playwright leaves a loop running in the thread of the tests once a test of the browser has run.
    """
    with ThreadPoolExecutor(1) as fil:
        fil.submit(asyncio.run, app(scope, receive, send)).result()


def get(app, chemin, *entetes):
    """Return the status, the headers by their names, and the body that an application answers."""
    envoyes, demandes = [], [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if not demandes:
            # Whoever asked stays until the answer is whole.
            await asyncio.Event().wait()
        return demandes.pop()

    async def send(message):
        envoyes.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": chemin,
        "root_path": "",
        "query_string": b"",
        "headers": [(nom.lower().encode(), valeur.encode()) for nom, valeur in entetes],
    }
    run_app(app, scope, receive, send)
    lus = {nom.decode(): valeur.decode() for nom, valeur in envoyes[0]["headers"]}
    return envoyes[0]["status"], lus, b"".join(m.get("body", b"") for m in envoyes)
