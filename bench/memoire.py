"""Memory of the server with one session and with many."""

from pathlib import Path

from playwright.sync_api import Browser

from bench.navigateur import open_context, open_ecran
from bench.releve import Ligne
from bench.serveur import serve

SESSIONS = 20


def measure_memoire(navigateur: Browser, dossier: Path) -> list[Ligne]:
    """Open the home page in one tab, then in many, all of them left open."""
    with serve("app.py", dossier) as serveur, open_context(navigateur) as contexte:
        open_ecran(contexte, serveur.adresse)
        une_mb = serveur.memory_mb()
        for _ in range(SESSIONS - 1):
            open_ecran(contexte, serveur.adresse)
        toutes_mb = serveur.memory_mb()
    par_session_mb = (toutes_mb - une_mb) / (SESSIONS - 1)
    return [
        Ligne("server memory, 1 session", f"{une_mb:,.0f} MB"),
        Ligne(
            f"server memory, {SESSIONS} sessions",
            f"{toutes_mb:,.0f} MB",
            f"1 session: {une_mb:,.0f} MB",
            f"{par_session_mb:+.1f} MB a session",
        ),
    ]
