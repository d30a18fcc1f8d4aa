"""Reruns per second of a server whose clients all change the colour, one choice after the other.

The clients speak Streamlit's own protocol: eight browsers would measure themselves.
"""

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from ssl import SSLContext
from statistics import median
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from bench.releve import Ligne, multiple_of
from bench.serveur import DONNEES, serve
from geo.indicateurs.declarations import LIVRES, load_registre

CLIENTS = 8
TOURS = 2
DUREE_S = 10
# A crowd at the door is let in one by one.
ATTENTE_S = 120
# Every client starts on the last of these and goes from one to the other.
CHOIX = ("densite", "population")
INDICATEURS, _ = load_registre(LIVRES, ("population", "surface_km2"))
FINIS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)

VIDE = "empty page"


def measure_debit(dossier: Path) -> list[Ligne]:
    """Compare the home page, on the shipped and the national data, with an empty page."""
    pages = {
        "home page of the region": ("app.py", DONNEES),
        "home page of France": ("app.py", dossier),
        VIDE: ("bench/apps/vide.py", DONNEES),
    }
    debits = _count_in_turn(pages)
    return [
        multiple_of(
            f"reruns per second, {CLIENTS} clients, {nom}",
            median(siens),
            median(debits[VIDE]),
            VIDE,
            unite="/s",
        )
        for nom, siens in debits.items()
        if nom != VIDE
    ]


def _count_in_turn(pages: Mapping[str, tuple[str, Path]]) -> dict[str, list[float]]:
    debits: dict[str, list[float]] = {nom: [] for nom in pages}
    with ExitStack() as pile:
        adresses = {
            nom: pile.enter_context(serve(script, dossier)).adresse
            for nom, (script, dossier) in pages.items()
        }
        for _ in range(TOURS):
            for nom, adresse in adresses.items():
                debits[nom].append(_count(adresse))
    return debits


def _count(adresse: str) -> float:
    """Return the reruns per second that all clients together get from a server."""
    with ExitStack() as pile, ThreadPoolExecutor(CLIENTS) as fils:
        clients: list[Client] = []
        for _ in range(CLIENTS):
            clients.append(enter(adresse, pile))
            clients[-1].run()
        fin = time.monotonic() + DUREE_S
        return float(sum(fils.map(lambda client: client.choose_until(fin), clients)) / DUREE_S)


def enter(adresse: str, pile: ExitStack, tls: SSLContext | None = None) -> "Client":
    """Connect to a server as one of its own pages, for as long as `pile` is open."""
    connexion = connect(
        f"{adresse.replace('http', 'ws', 1)}/_stcore/stream",
        # The door lets no other page in.
        origin=Origin(adresse),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        open_timeout=ATTENTE_S,
        ssl=tls,
    )
    return Client(pile.enter_context(connexion))


@dataclass(slots=True)
class Client:
    """A page without a screen: its websocket, and what it has learnt of « Colorer par »."""

    prise: ClientConnection
    adresse: str = field(default_factory=lambda: urlencode({"ind": CHOIX[-1]}))
    liste: str = ""
    carte: str = ""
    fragment: str = ""

    def choose(self, ind: str) -> int:
        """Choose a colour, on the map or in a list, and return how many elements that drew."""
        if self.carte:
            choix = {"choix": {"ind": ind}, "tour": 1, "instant": time.monotonic_ns()}
            clic = {"last_active_drawing": choix}
            return self.run(WidgetState(id=self.carte, json_value=json.dumps(clic)))
        return self.run(WidgetState(id=self.liste, string_value=INDICATEURS[ind].libelle_court))

    def run(self, *etats: WidgetState) -> int:
        """Have the script run with these values, and return how many elements it drew."""
        demande = ClientState(
            query_string=self.adresse,
            fragment_id=self.fragment,
            widget_states=WidgetStates(widgets=etats),
        )
        self.prise.send(BackMsg(rerun_script=demande).SerializeToString())
        dessins = 0
        for trame in self.prise:
            message = ForwardMsg.FromString(trame)
            genre = message.WhichOneof("type")
            if genre == "delta":
                dessins += 1
                self._learn(message)
            elif genre == "page_info_changed":
                self.adresse = message.page_info_changed.query_string
            elif genre == "script_finished":
                if message.script_finished not in FINIS:
                    raise RuntimeError(f"La page a échoué : {message.script_finished}.")
                return dessins
        raise RuntimeError("Le serveur a fermé la connexion.")

    def _learn(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if "folium" in element.component_instance.component_name:
            self.carte, self.fragment = element.component_instance.id, message.delta.fragment_id
        elif element.selectbox.label == "Colorer par":
            self.liste, self.fragment = element.selectbox.id, message.delta.fragment_id

    def choose_until(self, fin: float) -> int:
        """Change the colour until that moment, and return how many times it was done."""
        for fois in count():
            if time.monotonic() >= fin:
                return fois
            if not self.choose(CHOIX[fois % len(CHOIX)]):
                raise RuntimeError("Un choix n'a rien redessiné.")
        raise AssertionError
