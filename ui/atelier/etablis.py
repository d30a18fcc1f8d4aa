"""The scenarios that are open, kept for every window and every session of the server."""

import threading
from collections import OrderedDict

from geo.atelier.etabli import Chantier, Etabli, open_chantier
from geo.atelier.journal import Journal
from geo.atlas import Atlas
from geo.base.connexion import open_base
from geo.chargement import fingerprint
from ui.commun.atlas import data_dir, load_shared

# Read again from its log, one that was let go loses nothing.
_OUVERTS_MAX = 40

_verrou = threading.Lock()
_chantiers: OrderedDict[str, Chantier] = OrderedDict()
_ouverts: OrderedDict[tuple[str, str], Etabli] = OrderedDict()


def get_journal() -> Journal:
    """Return the scenarios of the base that the environment names."""
    return Journal(open_base())


def get_chantier(atlas: Atlas) -> Chantier:
    """Return what scenarios are measured against: the data in force, laid out once."""
    with _verrou:
        if atlas.empreinte not in _chantiers:
            _chantiers[atlas.empreinte] = open_chantier(atlas)
            # The data before may still be on the screen of somebody.
            while len(_chantiers) > 2:  # noqa: PLR2004 - this one, and the one before
                _chantiers.popitem(last=False)
        return _chantiers[atlas.empreinte]


def open_etabli(scenario_id: str) -> Etabli:
    """Return a scenario on the data in force, caught up with its log.

    Raises
    ------
    geo.atelier.journal.ScenarioInconnu
        If there is none.
    geo.erreurs.DonneesInvalides
        If the data cannot be used.
    """
    dossier = data_dir()
    atlas = load_shared(dossier, fingerprint(dossier))
    chantier, journal = get_chantier(atlas), get_journal()
    cle = (atlas.empreinte, scenario_id)
    with _verrou:
        etabli = _ouverts.get(cle)
    if etabli is None:
        etabli = Etabli(chantier, journal, scenario_id)
        with _verrou:
            # Two windows may have opened it at once: one state serves both.
            etabli = _ouverts.setdefault(cle, etabli)
            while len(_ouverts) > _OUVERTS_MAX:
                _ouverts.popitem(last=False)
    with _verrou:
        if cle in _ouverts:
            _ouverts.move_to_end(cle)
    etabli.catch_up()
    return etabli
