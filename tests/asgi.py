"""Calls an ASGI application from a test."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def run_app(app, scope, receive, send):
    """Run one request to its end, in a thread of its own.

    Playwright leaves a loop running in the thread of the tests once a test of the browser has run.
    """
    with ThreadPoolExecutor(1) as fil:
        fil.submit(asyncio.run, app(scope, receive, send)).result()
