"""One JSON object a line, whatever is logged, tracebacks and Streamlit's own words included."""

import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

from ui.serveur.journaux import Ligne, log_demande
from ui.serveur.suivi import Demande

RACINE = Path(__file__).resolve().parents[3]
SESSION = "9a2c3b1e-0000-4000-8000-0123456789ab"
# In a process of its own: what is logged belongs to the whole of it.
DIT = f"""
import logging, sys, threading, warnings
import ui.serveur.application
from ui.serveur.journaux import take_streamlit, write_json
write_json("8501")
take_streamlit()
from streamlit.logger import get_logger
get_logger("streamlit.deja").warning("session {SESSION}\\ndeux lignes")
get_logger("streamlit.apres").error("é")
logging.getLogger("uvicorn.error").error("refus")
warnings.warn("attention")
threading.Thread(target=lambda: 1 / 0).start()
print("prometheus_client" in sys.modules)
raise ValueError("scénario 0123456789abcdef")
"""


def test_whoever_logs_writes_one_object_a_line_and_names_no_session():
    lance = subprocess.run(
        [sys.executable, "-c", DIT],
        cwd=RACINE,
        env=os.environ | {"PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        check=False,
    )
    lignes = [json.loads(ligne) for ligne in lance.stderr.splitlines()]
    assert {ligne["serveur"] for ligne in lignes} == {"8501"}
    sources = [ligne["source"] for ligne in lignes]
    assert sources[:4] == ["streamlit.deja", "streamlit.apres", "uvicorn.error", "py.warnings"]
    assert lignes[0]["message"] == "session [identifiant]\ndeux lignes"
    traces = "".join(ligne.get("trace", "") for ligne in lignes)
    assert "ZeroDivisionError" in traces
    assert "ValueError: scénario [identifiant]" in traces
    assert SESSION not in lance.stderr
    assert lance.returncode == 1
    # Who does not ask for the counters does not load what counts.
    assert lance.stdout == "False\n"


def test_a_request_is_its_kind_and_its_answer():
    sortie = io.StringIO()
    gerant = logging.StreamHandler(sortie)
    gerant.setFormatter(Ligne(""))
    journal = logging.getLogger("atlas")
    journal.addHandler(gerant)
    avant = journal.level
    journal.setLevel(logging.INFO)
    try:
        log_demande(Demande("/fiche", "GET", 200, 0.01234))
    finally:
        journal.removeHandler(gerant)
        journal.setLevel(avant)
    objet = json.loads(sortie.getvalue())
    assert set(objet) == {
        *("le", "niveau", "source"),
        *("famille", "methode", "statut", "duree_ms"),
    }
    assert (objet["famille"], objet["statut"], objet["duree_ms"]) == ("/fiche", 200, 12.3)
