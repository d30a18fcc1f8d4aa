"""The headers of every answer: what a page may run, fetch and be framed by.

``docs/securite.md`` lists them, with what each costs.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from rendu.scripts import page_script, player_scripts, source_hash

# Streamlit and Leaflet write styles as they go; a style runs nothing.
_STYLE = "style-src 'self' 'unsafe-inline'"
_COMMUN = f"default-src 'none'; {_STYLE}; connect-src 'self'; base-uri 'none'; form-action 'none'"
# The base map is the one address elsewhere, asked for only by whoever ticks it.
FOND_DE_CARTE = "https://data.geopf.fr"
# streamlit-folium receives the map as text, and runs it; what it can reach is bounded all the same.
_CARTE = (
    f"{_COMMUN}; script-src 'self' 'unsafe-inline' 'unsafe-eval'; img-src 'self' data: {FOND_DE_CARTE}; font-src 'self'; "
    "frame-ancestors 'self'"
)
_COMPOSANT = (
    f"{_COMMUN}; script-src 'self'; img-src 'self' data:; font-src 'self'; frame-ancestors 'self'"
)
CHEMIN_COMPOSANTS = "/component/"
CHEMIN_CARTE = f"{CHEMIN_COMPOSANTS}streamlit_folium."

_FERMEES = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation"),
    *("gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
    *("publickey-credentials-get", "screen-wake-lock", "usb", "xr-spatial-tracking"),
)
COMMUNS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{nom}=()" for nom in _FERMEES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Two years, as browsers ask of it; the names below this one are for their own servers to answer for.
HSTS = "max-age=63072000"


class Entetes:
    """The headers of each kind of answer, written once.

    Parameters
    ----------
    page
        The page of Streamlit, with the script it holds.
    leaflet_js
        The text of Leaflet, which the player of a presentation runs in the page.
    cadres
        The sites that may frame a page that is asked for as a part of theirs.
    """

    def __init__(self, page: str, leaflet_js: str, cadres: Sequence[str] = ()) -> None:
        siens = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        empreintes = [source_hash(t) for t in (*siens, page_script(), *player_scripts(leaflet_js))]
        regle_page = (
            f"{_COMMUN}; script-src 'self' {' '.join(empreintes)}; img-src 'self' data: blob:; "
            "font-src 'self' data:; frame-src 'self'; frame-ancestors "
        )
        sites = "".join(f" {site}" for site in cadres)
        self._page = _encode(f"{regle_page}'none'")
        self._encadree = _encode(f"{regle_page}{sites.strip()}") if sites else self._page
        # The frames of a page that is framed itself: every site above them counts.
        self._composant = _encode(_COMPOSANT + sites)
        self._carte = _encode(_CARTE + sites)

    def of(self, chemin: str, *, tls: bool, cadre: bool = False) -> list[tuple[bytes, bytes]]:
        """Return the headers of an answer.

        Parameters
        ----------
        chemin
            The path asked for, without the base path.
        tls
            Whether it was asked for in https.
        cadre
            Whether it is a page that is asked for as a part of another site's.
        """
        entetes = self._encadree if cadre else self._page
        if chemin.startswith(CHEMIN_COMPOSANTS):
            entetes = self._carte if chemin.startswith(CHEMIN_CARTE) else self._composant
        return [*entetes, (b"strict-transport-security", HSTS.encode())] if tls else entetes


def read_page() -> str:
    """Return the page that Streamlit serves for every address."""
    from streamlit import file_util  # noqa: PLC0415 - heavy, and already loaded when the server starts

    return (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")


def _encode(regle: str) -> list[tuple[bytes, bytes]]:
    tous = COMMUNS | {"Content-Security-Policy": regle}
    return [(nom.lower().encode(), valeur.encode()) for nom, valeur in tous.items()]
