"""A provider of identities for tests, in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.processus import free_port, wait_answer

CONFIGURATION = ".well-known/openid-configuration"


@contextmanager
def serve_fournisseur(*comptes: dict[str, Any]) -> Iterator[str]:
    """Serve the accounts that it knows, by their claims; yield its address."""
    adresse = f"http://localhost:{(port := free_port())}"
    processus = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", f"--port={port}"),
            *(f"--user-claims={json.dumps(compte)}" for compte in comptes),
        ],
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_answer(f"{adresse}/{CONFIGURATION}")
    yield adresse
    processus.terminate()
    processus.wait(timeout=30)


def write_comptes(chemin, retour: str, fournisseur: str, *, publique: bool) -> None:
    """Write the file of the accounts of a server whose visitors come back to `retour`."""
    chemin.write_text(
        f"""
[auth]
redirect_uri = "{retour}"
cookie_secret = "{"0123456789" * 5}"
client_id = "atlas"
client_secret = "essai"
server_metadata_url = "{fournisseur}/{CONFIGURATION}"
[atlas]
lecture_publique = {str(publique).lower()}
{"" if publique else 'lecteurs = ["lecture"]'}
planificateurs = ["planification"]
administrateurs = ["administration"]
""",
        encoding="utf-8",
    )
    chemin.chmod(0o600)
