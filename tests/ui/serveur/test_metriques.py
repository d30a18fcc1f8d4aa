"""The counters: to whoever has their token, and of nobody."""

import pytest
from starlette.applications import Starlette

from tests.asgi import get
from ui.serveur import metriques
from ui.serveur.metriques import Metriques
from ui.serveur.suivi import FLUX, Demande
from ui.serveur.vidange import Vidange

JETON = "un jeton de vingt signes"


@pytest.fixture
def compteurs(monkeypatch):
    monkeypatch.setattr(metriques, "count_imports", lambda: 1)
    return Metriques(JETON, version=lambda: 3, reach_base=lambda: False, vidange=Vidange())


def read(compteurs):
    statut, entetes, corps = get(
        Starlette(routes=[compteurs.route()]), "/metriques", ("Authorization", f"Bearer {JETON}")
    )
    assert (statut, entetes["cache-control"]) == (200, "no-store")
    lignes = (ligne.rpartition(" ") for ligne in corps.decode().splitlines() if ligne[0] != "#")
    return {nom: float(valeur) for nom, _, valeur in lignes}


@pytest.mark.parametrize("presente", ["", "Bearer ", "Bearer autre", JETON, f"Basic {JETON}", "é"])
def test_without_the_token_nothing_is_told(compteurs, presente):
    statut, entetes, corps = get(
        Starlette(routes=[compteurs.route()]), "/metriques", ("Authorization", presente)
    )
    assert (statut, entetes["www-authenticate"]) == (401, "Bearer")
    assert b"atlas_" not in corps


def test_what_was_answered_is_counted_by_kind(compteurs):
    for demande in [
        Demande("/fiche", "GET", 200, 0.03),
        Demande("/fiche", "GET", 200, 0.3),
        Demande("/_stcore/stream", FLUX, 101, 3600),
    ]:
        compteurs.count_demande(demande)
    compteurs.count_flux(1)
    compteurs.count_message()
    lus = read(compteurs)
    assert lus['atlas_demandes_total{famille="/fiche",methode="GET",statut="200"}'] == 2
    assert lus['atlas_duree_secondes_bucket{famille="/fiche",le="0.05"}'] == 1
    # A visit is no answer that is waited for.
    assert not [nom for nom in lus if "duree" in nom and "stream" in nom]
    assert (lus["atlas_sessions"], lus["atlas_messages_total"]) == (1, 1)
    assert (lus["atlas_imports_en_examen"], lus["atlas_version"], lus["atlas_base"]) == (1, 3, 0)
    assert lus["process_resident_memory_bytes"] > 0
