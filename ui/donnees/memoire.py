"""What was chosen of a file, kept by its content: given again after a restart of the server, it is found again."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st

from geo.importation.environnement import var_dir

# The oldest go first.
_FICHIERS_MAX = 200
# Keys of buttons, which take no value, and of who imports, which is nobody else's.
_TUS = ("_proposes_", "_ok_", "_auteur_", "_note_", "_oublier_")


def recall(cle: str, donnees: str = "") -> str:
    """Give the widgets of a file the values that they had, before they are drawn; say that they have them.

    Parameters
    ----------
    cle
        What the keys of its widgets hold, and no other file's.
    donnees
        Fingerprint of the data that the choices are about, if they are.

    Returns
    -------
    str
        What the keys of its widgets are to hold: once its choices are forgotten, they are other widgets, for the
        browser would go on showing what the first ones had.
    """
    nom = f"choix_repris_{cle}"
    if not _chosen(_current(cle)) and nom not in st.session_state:
        gardes = _read(_path(cle, donnees))
        st.session_state.update(gardes)
        st.session_state[nom] = gardes
    if st.session_state.get(nom):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                ":material/history: Choix repris : ceux de la dernière fois pour ce fichier."
            )
            st.button(
                "Repartir de zéro",
                key=f"import_oublier_{cle}",
                type="tertiary",
                on_click=_forget,
                args=(cle, donnees),
            )
    return _current(cle)


def remember(cle: str, donnees: str = "") -> None:
    """Keep what is chosen of a file, once its widgets are drawn: a file of some hundred characters."""
    choisis = _chosen(_current(cle))
    nom = f"choix_gardes_{cle}"
    # What is drawn first is what was recognised, or recalled: nobody chose it.
    if st.session_state.setdefault(nom, choisis) == choisis:
        return
    st.session_state[nom] = choisis
    chemin = _path(cle, donnees)
    provisoire = chemin.with_suffix(f".{os.getpid()}")
    # A full disk costs these choices, not the import.
    with suppress(OSError):
        chemin.parent.mkdir(parents=True, exist_ok=True)
        provisoire.write_text(json.dumps(choisis), encoding="utf-8")
        provisoire.replace(chemin)
        _clean(chemin.parent)


def _turn(cle: str) -> str:
    return f"choix_tour_{cle}"


def _current(cle: str) -> str:
    tour = st.session_state.get(_turn(cle), 0)
    return f"{cle}_t{tour}" if tour else cle


def _chosen(cle: str) -> dict[str, Any]:
    """Return the values of the widgets of a file, by their keys, that a file of text can hold."""
    return {
        str(nom): valeur
        for nom, valeur in st.session_state.items()
        if cle in str(nom)
        and not str(nom).startswith("choix_")
        and not any(tu in str(nom) for tu in _TUS)
        and _is_plain(valeur)
    }


def _is_plain(valeur: object) -> bool:
    if isinstance(valeur, list):
        return all(map(_is_plain, valeur))
    if isinstance(valeur, dict):
        return all(map(_is_plain, (*valeur, *valeur.values())))
    return valeur is None or isinstance(valeur, (str, int, float, bool))


def _forget(cle: str, donnees: str) -> None:
    st.session_state[_turn(cle)] = st.session_state.get(_turn(cle), 0) + 1
    st.session_state[f"choix_repris_{cle}"] = {}
    st.session_state.pop(f"choix_gardes_{cle}", None)
    with suppress(OSError):
        _path(cle, donnees).unlink(missing_ok=True)


def _read(chemin: Path) -> dict[str, Any]:
    try:
        lus = json.loads(chemin.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return lus if isinstance(lus, dict) else {}


def _path(cle: str, donnees: str) -> Path:
    nom = hashlib.sha256(f"{cle} {donnees}".encode()).hexdigest()
    return var_dir() / "choix" / f"{nom}.json"


def _clean(dossier: Path) -> None:
    fichiers = sorted(dossier.glob("*.json"), key=lambda chemin: chemin.stat().st_mtime)
    for chemin in fichiers[:-_FICHIERS_MAX]:
        chemin.unlink(missing_ok=True)
