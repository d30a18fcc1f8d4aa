"""A layer fetched from a geographic service that the administrator allows, or the copy kept of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.erreurs import DonneesInvalides
from geo.libelles import TOTAL_NON_DIT
from geo.systeme import tell_cause
from geo.wfs.adresses import VARIABLE, Adresse, find_autorisee, list_autorisees
from geo.wfs.copies import Copie, keep_copie, list_copies, read_copie
from geo.wfs.couche import fetch_couche, list_couches
from geo.wfs.erreurs import refuse
from geo.wfs.xml import Couche
from rendu.mots.francais import count_noun, escape_markdown, jour, nombre
from ui.commun.ecriture import session_may_write
from ui.commun.messages import list_refusal
from ui.donnees.recherche_wfs import Recherche

FERME = (
    f"Aucun service géographique (WFS) n'est permis sur ce serveur : il n'en appelle aucun. L'administrateur en permet par "
    f"`{VARIABLE}`, par exemple `{VARIABLE}=www.sig-sante.fr` (voir `docs/securite.md`)."
)
# How often the progress is drawn again.
_PAS_S = 0.5
_MO = 1e6


@dataclass
class _Etat:
    """What a session has asked of services."""

    recherche: Recherche[Any] | None = None
    adresse: str = ""
    couches: tuple[Couche, ...] = ()
    prise: Copie | None = None
    refus: DonneesInvalides | None = None


def draw_wfs(zone_key: str) -> tuple[str, bytes] | None:
    """Draw the choice of a service and of a layer, its progress, and the copies kept.

    Parameters
    ----------
    zone_key
        Begins the keys of all that is drawn of it.

    Returns
    -------
    tuple or None
        A name of file and a GeoJSON FeatureCollection; nothing while no layer was taken, and, without a word, in a
        session that may not write.
    """
    if not session_may_write():
        return None
    permises = list_autorisees()
    if not permises:
        st.caption(FERME)
        return None
    etat: _Etat = st.session_state.setdefault(f"{zone_key}_wfs", _Etat())
    if etat.recherche is not None and etat.recherche.wait(0):
        _settle(etat, etat.recherche)
    # The choices stay: a widget that is not drawn, or disabled, forgets its value.
    _draw_service(etat, permises, zone_key, occupe=etat.recherche is not None)
    if etat.recherche is not None:
        _draw_recherche(etat.recherche, zone_key)
        return None
    if etat.refus is not None:
        st.error("La couche n'a pas été obtenue. Les données en usage n'ont pas changé.")
        list_refusal(etat.refus.problemes)
    _draw_copies(etat, zone_key)
    return _draw_prise(etat, zone_key)


def _settle(etat: _Etat, recherche: Recherche[Any]) -> None:
    """Take what a request brought."""
    etat.recherche, etat.refus = None, recherche.refus
    if isinstance(recherche.resultat, Copie):
        etat.prise = recherche.resultat
    elif recherche.resultat is not None:
        etat.couches = recherche.resultat


@st.fragment(run_every=_PAS_S)
def _draw_recherche(recherche: Recherche[Any], zone_key: str) -> None:
    """Say how far a request is, and offer to stop it."""
    if recherche.wait(0):
        st.rerun()
    st.info(recherche.etape or "Demande au service…", icon=":material/downloading:")
    st.button(
        "Arrêter", key=f"{zone_key}_wfs_arreter", icon=":material/stop:", on_click=recherche.stop
    )


def _draw_service(
    etat: _Etat, permises: tuple[Adresse, ...], zone_key: str, *, occupe: bool
) -> None:
    permise = st.selectbox("Service", permises, format_func=str, key=f"{zone_key}_wfs_service")
    adresse = str(permise)
    if not permise.chemin:
        chemin = st.text_input(
            "Chemin du service, ou son adresse entière",
            key=f"{zone_key}_wfs_chemin",
            placeholder="/geoserver/wfs",
            max_chars=500,
        ).strip()
        adresse = chemin if "://" in chemin else f"{adresse}/{chemin.lstrip('/')}"
    if st.button(
        "Lister les couches",
        key=f"{zone_key}_wfs_lister",
        icon=":material/format_list_bulleted:",
        disabled=occupe,
    ):
        etat.adresse, etat.couches = adresse, ()
        _start(etat, lambda _, goes_on: list_couches(adresse, goes_on))
    if not etat.couches or etat.adresse != adresse:
        return
    couche = st.selectbox(
        f"Couche ({nombre(len(etat.couches))})",
        etat.couches,
        format_func=lambda c: f"{c.titre} ({c.nom})" if c.titre else c.nom,
        key=f"{zone_key}_wfs_couche",
    )
    if st.button(
        "Chercher la couche",
        key=f"{zone_key}_wfs_chercher",
        type="primary",
        icon=":material/cloud_download:",
        disabled=occupe,
    ):
        _start(etat, lambda step, goes_on: _fetch(adresse, couche.nom, step, goes_on))


def _fetch(
    adresse: str, couche: str, step: Callable[[str], None], goes_on: Callable[[], bool]
) -> Copie:
    recue = fetch_couche(adresse, couche, step, goes_on)
    try:
        return keep_copie(str(find_autorisee(adresse)), couche, recue)
    except OSError as erreur:
        raise refuse(
            "WFS",
            f"la copie de la couche n'a pas pu être écrite ({tell_cause(erreur)}).",
            "Libérer de la place sur le disque du serveur, puis recommencer.",
        ) from erreur


def _start(etat: _Etat, ask: Callable[[Callable[[str], None], Callable[[], bool]], Any]) -> None:
    """Begin a request, which ends with its session, and draw its progress."""
    contexte = get_script_run_ctx()
    session = contexte.session_id if contexte else ""
    recherche = Recherche(
        ask,
        lambda: not runtime.exists() or runtime.get_instance().is_active_session(session),
    )
    etat.refus = None
    if not recherche.start():
        st.warning(
            "Une autre recherche est en cours sur ce serveur : attendez qu'elle soit finie, puis recommencez.",
            icon=":material/hourglass:",
        )
        return
    etat.recherche = recherche
    st.rerun()


def _draw_copies(etat: _Etat, zone_key: str) -> None:
    """Offer the copies kept of what is still allowed."""
    copies = [copie for copie in list_copies() if _is_allowed(copie) and copie != etat.prise]
    if not copies:
        return
    copie = st.selectbox(
        "Copies gardées, à reprendre sans réseau",
        copies,
        format_func=lambda c: f"{c.couche} · {c.adresse} · {_moment(c)}",
        key=f"{zone_key}_wfs_copie",
    )
    if st.button("Employer cette copie", key=f"{zone_key}_wfs_employer", icon=":material/history:"):
        etat.prise, etat.refus = copie, None
        st.rerun()


def _is_allowed(copie: Copie) -> bool:
    try:
        find_autorisee(copie.adresse)
    except DonneesInvalides:
        return False
    return True


def _draw_prise(etat: _Etat, zone_key: str) -> tuple[str, bytes] | None:
    """Say which copy is taken, and return it."""
    copie = etat.prise
    if copie is None:
        return None
    try:
        contenu = _get_contenu(copie.chemin.name, copie)
    except FileNotFoundError:
        etat.prise = None
        st.warning("Cette copie a été remplacée ou abîmée : cherchez la couche de nouveau.")
        return None
    st.success(
        f"**{escape_markdown(copie.couche)}** : {count_noun(copie.objets, 'objet')}, "
        f"{nombre(max(copie.octets / _MO, 0.1), 1)} Mo. Copie du {_moment(copie)}, gardée sur ce serveur ; source : "
        f"{escape_markdown(copie.adresse)}.",
        icon=":material/layers:",
    )
    if not copie.total_dit:
        st.warning(TOTAL_NON_DIT, icon=":material/help:")
    if st.button("Laisser cette couche", key=f"{zone_key}_wfs_laisser", type="tertiary"):
        etat.prise = None
        st.rerun()
    return copie.fichier, contenu


# The last one alone: a layer may weigh a hundred mebibytes.
@st.cache_resource(show_spinner=False, max_entries=1)
def _get_contenu(fichier: str, _copie: Copie) -> bytes:
    contenu = read_copie(_copie)
    if contenu is None:
        raise FileNotFoundError(fichier)
    return contenu


def _moment(copie: Copie) -> str:
    return f"{jour(copie.date.date())} à {copie.date:%H:%M}"
