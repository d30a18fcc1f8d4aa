"""The application as it is served: Streamlit's own, behind the door of :mod:`ui.serveur.garde`."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit import config
from streamlit.starlette import App

from rendu.scripts import STATIC
from ui.serveur.couches import make_route
from ui.serveur.depots import Depots, stored_bytes
from ui.serveur.ecriture import may_write
from ui.serveur.entetes import Entetes, read_page
from ui.serveur.garde import Garde
from ui.serveur.reglages import Reglages


def make_application(reglages: Reglages, routes: Sequence[Route]) -> App:
    """Return the application, as ASGI; Streamlit's settings have been read before.

    Parameters
    ----------
    reglages
        What is asked of the server.
    routes
        What pages answer beside Streamlit.
    """
    comptes = reglages.comptes
    leaflet_js = (STATIC / "leaflet" / "leaflet.js").read_text(encoding="utf-8")
    return App(
        STATIC.parent / "app.py",
        routes=[make_route(), *routes],
        # Nothing of them goes into the environment of the process: they are all in one section.
        secrets={"auth": dict(comptes.auth)} if comptes else None,
        middleware=[
            Middleware(
                Garde,
                reglages=reglages,
                entetes=Entetes(read_page(), leaflet_js),
                depots=Depots(
                    lambda session, compte: may_write(session, reglages, compte), stored_bytes
                ),
                base=config.get_option("server.baseUrlPath"),
            )
        ],
    )
