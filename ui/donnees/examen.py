"""An official file as it is read: where it comes from, what each column is, and its indicators."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.erreurs import DonneesInvalides, Probleme
from geo.indicateurs.registre import CATEGORIE
from geo.officiels.apercu import Apercu
from geo.officiels.choix import Choix
from geo.officiels.ecriture import describe_how
from geo.officiels.examen import Examen, examine
from rendu.mots.francais import agree, escape_markdown, join_words
from rendu.mots.officiels import columns_text, role_text, with_page_remedies, zoning_text
from ui.commun.messages import list_refusal, show_refusal
from ui.commun.travail import work
from ui.donnees.formulaire import draw_formulaire
from ui.donnees.memoire import recall, remember

_LUS = "indicateurs_examens"
_LIGNES_MAX = 12
_HAUTEUR_PX = 440


class Depose(NamedTuple):
    """A file of the drop zone: what tells it there, what tells its content, what it offers, its content and its fingerprint."""

    file_id: str
    cle: str
    apercu: Apercu
    contenu: bytes
    empreinte: str


class Lecture(NamedTuple):
    """A file as the planner has it read.

    Attributes
    ----------
    examen, remarques
        What it says, and what there is to say of it.
    empreinte, cle
        Tell its content from any other, and this reading of it from any other in any data.
    sure
        Whether nothing is left to confirm.
    """

    examen: Examen
    remarques: list[Probleme]
    empreinte: str
    cle: str
    sure: bool


def forget_gone(file_ids: Iterable[str]) -> None:
    """Let go of what was read of files that left the drop zone."""
    gardes = set(file_ids)
    lus = st.session_state.get(_LUS, {})
    st.session_state[_LUS] = {nom: lu for nom, lu in lus.items() if nom in gardes}


def draw_lecture(atlas: Atlas, depose: Depose, voisins: Sequence[Depose]) -> Lecture | None:
    """Draw a file, its form, and what is read of it beside the others; return nothing where it cannot be read so."""
    st.markdown(f"**{escape_markdown(depose.apercu.fichier)}**")
    choix = draw_formulaire(depose.apercu, recall(depose.cle))
    remember(depose.cle)
    if choix is None:
        return None
    cle = repr((atlas.empreinte, depose.empreinte, depose.apercu.fichier, choix))
    cle += repr([voisin.empreinte for voisin in voisins])
    lu = _examine_once(atlas, depose, choix, cle, voisins)
    if isinstance(lu, Examen):
        st.markdown(_origin(lu))
        if choix.told:
            st.markdown(columns_text(lu.colonnes))
        remarques, sure = _confirm_year(lu, depose)
        _draw_examen(lu)
        return Lecture(lu, remarques, depose.empreinte, cle, sure)
    problemes = tuple(with_page_remedies(lu))
    if any(p.choix == "feuilles" for p in lu):
        st.warning("Il reste à dire quelle feuille lire. Les données en usage n'ont pas changé.")
        list_refusal(problemes)
    else:
        show_refusal(DonneesInvalides(problemes))
    return None


def _examine_once(
    atlas: Atlas, depose: Depose, choix: Choix, cle: str, voisins: Sequence[Depose]
) -> Examen | tuple[Probleme, ...]:
    """Return what a file says, or why it says nothing; the session keeps the last of each file."""
    lus = st.session_state.setdefault(_LUS, {})
    connue, lu = lus.get(depose.file_id, ("", None))
    if connue != cle:
        with st.spinner(f"Lecture de {escape_markdown(depose.apercu.fichier)}…"):
            try:
                lu = work(
                    partial(examine, voisins=[(v.apercu.fichier, v.contenu) for v in voisins]),
                    depose.apercu.fichier,
                    depose.contenu,
                    atlas,
                    choix,
                )
            except DonneesInvalides as refus:
                lu = refus.problemes
        lus[depose.file_id] = cle, lu
    rendu: Examen | tuple[Probleme, ...] = lu
    return rendu


def _confirm_year(examen: Examen, depose: Depose) -> tuple[list[Probleme], bool]:
    """Ask whether the year is right where the name of the file alone tells it.

    Returns
    -------
    tuple
        The remarks, without that one once it is; and whether nothing is left to confirm.
    """
    sans = [r for r in examen.remarques if r.choix != "millesime"]
    if len(sans) == len(examen.remarques) or not all(i.millesime for i in examen.indicateurs):
        return list(examen.remarques), True
    sure = st.checkbox(
        f"L'année est bien {depose.apercu.annee} : seul le nom du fichier la dit",
        key=f"indicateurs_annee_{depose.cle}",
    )
    return (sans, True) if sure else (list(examen.remarques), False)


def _draw_examen(examen: Examen) -> None:
    _draw_table(indicators_table(examen))
    st.caption("Les premières valeurs sont écrites comme dans le fichier, après le code de leur ligne ; d'un rapport, « numérateur ÷ dénominateur ».")  # fmt: skip
    mots = [i.libelle for i in examen.indicateurs if i.nature == CATEGORIE]
    if mots:
        st.info(zoning_text(mots))
    st.markdown("Toutes les colonnes et leur rôle")
    _draw_table(columns_table(examen))


def _origin(examen: Examen) -> str:
    """Say who published the file, under which licence and of which years, in Markdown."""

    def told(valeurs: Iterable[str], inconnu: str) -> str:
        return join_words(escape_markdown(v) for v in dict.fromkeys(valeurs) if v) or inconnu

    indicateurs = examen.indicateurs
    annees = sorted({i.millesime for i in indicateurs if i.millesime})
    return (
        f"Source : {told(examen.reconnu, 'non dite')}. "
        f"Licence : {told((i.licence for i in indicateurs), 'non dite')}. "
        f"{agree(len(annees), 'Année', 'Années')} : {told(annees, 'non dite')}."
    )


def indicators_table(examen: Examen) -> pd.DataFrame:
    """Describe the indicators of a file, one a row, with French column names."""
    return pd.DataFrame(
        [
            {
                "Indicateur": indicateur.libelle,
                "Année": indicateur.millesime or "non dite",
                "Unité": indicateur.unite or "non dite",
                "Comment il s'agrège": describe_how(indicateur),
                "Colonne": " + ".join(indicateur.colonnes),
                "Premières valeurs": " ; ".join(" : ".join(v) for v in indicateur.premieres),
                "Lignes avec une valeur": indicateur.communes,
                "Secrètes": indicateur.secretes,
                "Manquantes": indicateur.manquantes,
            }
            for indicateur in examen.indicateurs
        ]
    )


def columns_table(examen: Examen) -> pd.DataFrame:
    """List every column of a file with its role, with French column names."""
    table = pd.DataFrame(
        {
            "Feuille": [colonne.feuille for colonne in examen.colonnes],
            "Colonne": [colonne.titre for colonne in examen.colonnes],
            "Sous le titre": [colonne.unite for colonne in examen.colonnes],
            "Rôle": [role_text(colonne.role) for colonne in examen.colonnes],
        }
    )
    vides = [nom for nom in ("Sous le titre",) if not table[nom].any()]
    if table["Feuille"].nunique() < 2:  # noqa: PLR2004 - one sheet needs no name
        vides.append("Feuille")
    return table.drop(columns=vides)


def _draw_table(table: pd.DataFrame) -> None:
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) <= _LIGNES_MAX else _HAUTEUR_PX,
        column_config=dict.fromkeys(
            ("Lignes avec une valeur", "Secrètes", "Manquantes"),
            st.column_config.NumberColumn(format="localized"),
        )
        | dict.fromkeys(
            ("Comment il s'agrège", "Premières valeurs"), st.column_config.TextColumn(width="large")
        ),
    )
