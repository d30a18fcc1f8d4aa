"""The visit that nobody makes: every page once, and whoever is closed out of it still is."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from ui.serveur import premiere_visite
from ui.serveur.pages import PAGES
from ui.serveur.premiere_visite import is_first_visit, visit_pages


class FauxRuntime:
    """Runs a page at once; the last one raises."""

    def __init__(self):
        self.ouvertes, self.lisaient, self.fermees = [], [], []

    def connect_session(self, client, _):
        self.client = client
        return "personne"

    def handle_backmsg(self, session, message):
        self.ouvertes.append(message.rerun_script.page_name)
        self.lisaient.append(is_first_visit(session))
        if len(self.ouvertes) == self.panne:
            raise RuntimeError("panne")
        self.client.write_forward_msg(ForwardMsg(script_finished=0))

    def close_session(self, session):
        self.fermees.append(session)


@pytest.mark.parametrize("panne", [None, 2])
def test_every_page_is_opened_once_and_the_session_ends(monkeypatch, panne):
    faux = FauxRuntime()
    faux.panne = panne
    monkeypatch.setattr(premiere_visite.Runtime, "instance", lambda: faux)
    with ThreadPoolExecutor(1) as fil:
        visite = fil.submit(asyncio.run, visit_pages())
        assert (visite.exception() is None) is (panne is None)
    assert faux.ouvertes == [page.adresse for page in PAGES][:panne]
    assert all(faux.lisaient)
    assert faux.fermees == ["personne"]
    assert not is_first_visit("personne")
    assert not is_first_visit("")
