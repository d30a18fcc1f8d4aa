"""What the diagnosis of a table tells, by kind: each in a card, with what to do of it beside."""

from collections.abc import Iterable
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.erreurs import Severite
from geo.export import to_csv
from geo.importation.anomalie import Genre
from geo.importation.groupes import Cause, Groupe, name_lines
from rendu.mots.francais import escape_markdown, nombre
from rendu.mots.importation import LIBELLES, group_title, page_remedy
from ui.commun.messages import SIGNES
from ui.commun.telechargements import draw_boutons

COLONNES = {
    "fichier": "Fichier",
    "ligne": "Ligne",
    "colonne": "Colonne",
    "valeur": "Valeur",
    "severite": "Gravité",
    "message": "Ce qui ne va pas",
    "remede": "Remède",
}
# Read at a glance; the others are folded.
_CITEES = 3
# Nobody reads further on a screen, and each row is sent at each run.
_MONTREES_MAX = 200
_LIGNES_MAX = 5
_HAUTEUR_PX = 420
# Four lines of a sentence in a cell.
_LIGNE_PX = 84
_LARGEURS_PX = {"ligne": 70, "valeur": 120, "message": 380, "remede": 300}


class _Carte:
    """One card: what is told on the left; on the right what to do, and the choice that settles it."""

    def __init__(self, place: DeltaGenerator, premier: Groupe) -> None:
        self.premier = premier
        gauche, droite = place.container(border=True).columns([3, 2], gap="medium")
        self._dits, self._remede, self.choix = gauche, droite.container(), droite.container()
        self.groupe: Groupe | None = None

    def draw(self, racine: str, *, plusieurs: bool) -> None:
        if self.groupe is None:
            titre = group_title(self.premier.genre, len(self.premier.anomalies))
            self._dits.markdown(f":material/check: Réglé · {titre}")
            return
        anomalies, remedes = self.groupe.anomalies, self.groupe.remedes
        causes = self.groupe.causes
        abrege = len(causes) > _CITEES or len(causes) < len(anomalies)
        titre = group_title(self.groupe.genre, len(anomalies))
        with self._dits:
            st.markdown(f"{SIGNES[self.groupe.severite]} · **{titre}**")
            st.markdown(
                "\n".join(
                    _told(cause, plusieurs=plusieurs, remede=len(remedes) > 1)
                    for cause in causes[:_CITEES]
                )
            )
            if abrege:
                _draw_all(anomalies, plusieurs=plusieurs, remede=len(remedes) > 1)
        with self._remede:
            if len(remedes) == 1:
                st.markdown(f"→ {escape_markdown(page_remedy(remedes[0]))}")
            if abrege:
                table = screen_table(anomalies, plusieurs=plusieurs)
                draw_boutons(
                    f"{titre} {self.groupe.severite} {racine}",
                    [("CSV", "csv", "text/csv", partial(to_csv, table))],
                    f"Ces {nombre(len(anomalies))} points",
                )


class Cartes:
    """The cards of a table: they keep their places while choices settle what they tell.

    Parameters
    ----------
    premiers
        Groups of the diagnosis before any choice, the worst first.
    """

    def __init__(self, premiers: Iterable[Groupe]) -> None:
        self._places = {severite: st.container() for severite in Severite}
        self._cartes = [_Carte(self._places[g.severite], g) for g in premiers]

    def beside(self, *genres: Genre) -> DeltaGenerator | None:
        """Return where the choice about one of some kinds goes, the first that is told; none if none is."""
        for genre in genres:
            for carte in self._cartes:
                if carte.premier.genre == genre:
                    return carte.choix
        return None

    def draw(self, groupes: list[Groupe], racine: str, *, plusieurs: bool) -> None:
        """Draw what is told once the choices are made.

        Parameters
        ----------
        groupes
            Groups of the diagnosis with the choices. What no card tells has a new one, the last of
            its severity; a card of which nothing is left says so.
        racine
            Of the names of the files to download.
        plusieurs
            Whether the table comes from several files.
        """
        restants = []
        for groupe in groupes:
            carte = self._find(groupe, meme_severite=True)
            if carte is None:
                restants.append(groupe)
            else:
                carte.groupe = groupe
        for groupe in restants:
            carte = self._find(groupe, meme_severite=False)
            if carte is None:
                carte = _Carte(self._places[groupe.severite], groupe)
                self._cartes.append(carte)
            carte.groupe = groupe
        for carte in self._cartes:
            carte.draw(racine, plusieurs=plusieurs)

    def _find(self, groupe: Groupe, *, meme_severite: bool) -> _Carte | None:
        for carte in self._cartes:
            if (
                carte.groupe is None
                and carte.premier.genre == groupe.genre
                and (not meme_severite or carte.premier.severite == groupe.severite)
            ):
                return carte
        return None


def screen_table(anomalies: pd.DataFrame, *, plusieurs: bool) -> pd.DataFrame:
    """Return anomalies with French column names.

    Parameters
    ----------
    anomalies
        As in :attr:`geo.importation.service.Verification.anomalies`.
    plusieurs
        Whether the table comes from several files: only then is the file named.
    """
    table = anomalies[[nom for nom in COLONNES if plusieurs or nom != "fichier"]]
    # What the table does not hold is on no line of it.
    lignes = table["ligne"].astype("Int64").mask(table["ligne"] == 0)
    roles = table["colonne"].map(LIBELLES).fillna(table["colonne"])
    return table.assign(ligne=lignes, colonne=roles).rename(columns=COLONNES)


def _told(cause: Cause, *, plusieurs: bool, remede: bool) -> str:
    """Write one cause as an item of a list, with its place, and its remedy where it has one of its own."""
    fichier = f"{escape_markdown(cause.fichier)}, " if plusieurs else ""
    # What the table does not hold is on no line of it.
    place = f"{fichier}{name_lines(cause.lignes)} : " if cause.lignes else ""
    suite = f"  \n  → {escape_markdown(page_remedy(cause.remede))}" if remede else ""
    return f"- {place}{escape_markdown(cause.message)}{suite}"


def _draw_all(anomalies: pd.DataFrame, *, plusieurs: bool, remede: bool) -> None:
    n = len(anomalies)
    titre = "Tout lire" if n <= _MONTREES_MAX else f"Lire les {_MONTREES_MAX} premiers"
    noms = ["ligne", "valeur", "message"] + ["remede"] * remede
    if plusieurs:
        noms.insert(0, "fichier")
    table = screen_table(anomalies.head(_MONTREES_MAX), plusieurs=plusieurs)
    with st.expander(titre):
        st.dataframe(
            table[[COLONNES[nom] for nom in noms]],
            hide_index=True,
            height="content" if n <= _LIGNES_MAX else _HAUTEUR_PX,
            row_height=_LIGNE_PX,
            column_config={
                COLONNES[nom]: st.column_config.TextColumn(width=largeur)
                for nom, largeur in _LARGEURS_PX.items()
                if nom in noms
            },
        )
