"""Who may write: imports, returns to a version, and the files that are sent for them.

A session, by a password or by being of this machine; where the server has accounts, an account by its role.
"""

import hmac
import threading
import time
from collections import deque

from streamlit import config

from ui.serveur.comptes import Compte, Role
from ui.serveur.reglages import Ecriture, Reglages

# Of one address: a slip of the fingers passes, a dictionary does not.
ESSAIS_MAX = 5
FENETRE_S = 60
# Addresses that are remembered; whoever has more of them is slowed down with everybody.
_ADRESSES_MAX = 1_000

_verrou = threading.Lock()
_ouvertes: set[str] = set()
_echecs: dict[str, deque[float]] = {}


class TropDEssais(Exception):
    """The password was wrong too often: it is not even looked at for a while."""


def get_reglages() -> Reglages:
    """Return what is asked of the server that runs this page."""
    return Reglages.read(config.get_option("server.address"))


def may_write(session: str, reglages: Reglages, compte: Compte | None = None) -> bool:
    """Tell whether a session may write, or an account where the server has some."""
    if reglages.ecriture is Ecriture.COMPTES:
        return compte is not None and compte.may(Role.PLANIFICATEUR)
    if reglages.ecriture is Ecriture.PROTEGEE:
        return session in _ouvertes
    return reglages.ecriture is Ecriture.OUVERTE


def may_return(session: str, reglages: Reglages, compte: Compte | None = None) -> bool:
    """Tell whether a session, or an account, may put an earlier version in use again."""
    if reglages.ecriture is Ecriture.COMPTES:
        return compte is not None and compte.may(Role.ADMINISTRATEUR)
    return may_write(session, reglages)


def open_writing(
    session: str,
    mot_de_passe: str,
    reglages: Reglages,
    *,
    client: str = "",
    maintenant: float | None = None,
) -> bool:
    """Let a session write if it knows the password, until it ends.

    Parameters
    ----------
    session
        As Streamlit names it.
    mot_de_passe
        What was typed.
    reglages
        Where writing is ``PROTEGEE``.
    client
        The address of whoever types it, for the number of attempts.
    maintenant
        In seconds; by default the clock.

    Returns
    -------
    bool
        Whether it was right.

    Raises
    ------
    TropDEssais
        After :data:`ESSAIS_MAX` wrong ones in :data:`FENETRE_S`.
    """
    instant = time.monotonic() if maintenant is None else maintenant
    with _verrou:
        if len(_echecs) >= _ADRESSES_MAX and client not in _echecs:
            client = ""
        echecs = _echecs.setdefault(client, deque(maxlen=ESSAIS_MAX))
        if len(echecs) == ESSAIS_MAX and instant - echecs[0] < FENETRE_S:
            raise TropDEssais
        juste = hmac.compare_digest(mot_de_passe.encode(), reglages.mot_de_passe.encode())
        if juste:
            del _echecs[client]
            _ouvertes.add(session)
        else:
            echecs.append(instant)
        return juste
