"""The trace: who did what, when, from which file; seen by administrators where there are accounts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geo.base.connexion import BaseIndisponible, open_base
from geo.base.trace import Acte, count_actes, read_actes
from geo.importation.environnement import base_url, depot_dir
from rendu.mots.francais import count_noun
from rendu.mots.trace import name_action, tell_trace
from ui.commun.compte import has_comptes, session_may
from ui.commun.telechargements import draw_telechargements
from ui.serveur.comptes import Role

# A screen shows no more; the files have all.
MONTRES = 1_000
_EMPREINTE_PX = 110
SANS_SOURCES = pd.DataFrame(columns=["titre", "producteur", "date", "url"])


@dataclass(frozen=True, slots=True)
class _Choix:
    """Which acts are asked for; an empty field asks for nothing."""

    action: str
    auteur: str
    jours: Sequence[dt.date]

    def keep(self, acte: Acte) -> bool:
        """Tell whether an act is one of them."""
        jour = acte.le.date()
        debut, fin = (*self.jours, None, None)[:2]
        return (
            self.action in ("", acte.action)
            and self.auteur in ("", acte.auteur)
            and (debut is None or debut <= jour)
            and (fin is None or jour <= fin)
        )


def draw_trace() -> None:
    """Draw the acts, the latest first, what restricts them, and their files."""
    st.header("Trace", anchor=False)
    if has_comptes() and not session_may(Role.ADMINISTRATEUR):
        st.caption("La trace se lit avec un compte d'administrateur.")
        return
    try:
        actes = _read_actes(base_url() or str(depot_dir()), count_actes(open_base()))
    except BaseIndisponible as erreur:
        st.error(str(erreur))
        return
    if not actes:
        st.caption("Rien n'a encore été importé, rétabli ni mis en usage ici.")
        return
    choix = _draw_choix(actes)
    gardes = [acte for acte in actes if choix.keep(acte)]
    _draw_table(gardes)


@st.cache_resource(max_entries=2, show_spinner=False)
def _read_actes(lieu: str, combien: int) -> Sequence[Acte]:  # noqa: ARG001 - what it is known by
    """Read all of them once: acts are only ever added, so that their number tells whether there are others."""
    return read_actes(open_base())


def _draw_choix(actes: Sequence[Acte]) -> _Choix:
    with st.container(horizontal=True):
        action = st.selectbox(
            "Action",
            ["", *sorted({acte.action for acte in actes}, key=name_action)],
            format_func=lambda a: name_action(a) if a else "Toutes",
            key="trace_action",
        )
        auteur = st.selectbox(
            "Auteur",
            ["", *sorted({acte.auteur for acte in actes} - {""})],
            format_func=lambda a: a or "Tous",
            key="trace_auteur",
        )
        jours = st.date_input(
            "Période",
            [],
            format="DD/MM/YYYY",
            key="trace_periode",
            help="Du premier au dernier jour.",
        )
    return _Choix(action, auteur, jours if isinstance(jours, tuple) else (jours,))


def _draw_table(actes: Sequence[Acte]) -> None:
    st.dataframe(
        tell_trace(actes[:MONTRES]),
        hide_index=True,
        placeholder="",
        column_config={
            "Date": st.column_config.DatetimeColumn(format="DD/MM/YYYY HH:mm:ss"),
            # Its beginning tells one file from another; the cell opens on all of it.
            "SHA-256 du fichier": st.column_config.TextColumn(width=_EMPREINTE_PX),
        },
    )
    reste = f" ; les {MONTRES} derniers sont montrés, les fichiers les ont tous" * (
        len(actes) > MONTRES
    )
    st.caption(
        f"{count_noun(len(actes), 'acte', 'actes')}{reste}. Rien ne s'en efface. Un clic sur une empreinte la donne entière."
    )
    draw_telechargements(
        "trace", {"Trace": tell_trace(actes)}, SANS_SOURCES, libelle="Télécharger la trace"
    )
