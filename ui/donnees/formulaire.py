"""What the planner says of an official file: which sheets, which column, how it aggregates, of which year."""

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from geo.indicateurs.registre import MOYENNE, RAPPORT
from geo.officiels.annees import ANNEE_MIN, last_annee
from geo.officiels.apercu import Apercu, FeuilleOfferte
from geo.officiels.catalogue import AUCUN
from geo.officiels.choix import Choix, write_agregation
from rendu.mots.officiels import (
    AGREGATIONS,
    AUTRE_COLONNE,
    BASES,
    CHAMPS,
    NATURES,
    RECONNU,
    SANS_POIDS,
    SEUILS,
)

_TEXTE_MAX = 120


class _Precisions(NamedTuple):
    """What is said of any file."""

    millesime: str
    source: str
    seuil: int | None


def draw_formulaire(apercu: Apercu, cle: str) -> Choix | None:
    """Draw the form of a file, and return what it says; nothing as long as something is to be said.

    Parameters
    ----------
    apercu
        What the file offers.
    cle
        Tells it from any other.
    """
    feuilles = _draw_feuilles(apercu, cle)
    if not feuilles:
        st.info("Choisissez au moins une feuille.")
        return None
    noms = tuple(feuille.nom for feuille in feuilles) if len(apercu.feuilles) > 1 else ()
    connu = any(feuille.connue for feuille in feuilles)
    if connu:
        lire = st.radio(
            "Que lire ?", [RECONNU, AUTRE_COLONNE], horizontal=True, key=f"indicateurs_lire_{cle}"
        )
        if lire == RECONNU:
            # All that is recognised may need another sheet, which says what its rows are made of.
            tout = feuilles == [f for f in apercu.feuilles if f.connue and not f.masquee]
            return Choix(() if tout else noms, **_draw_precisions(cle)._asdict())
    else:
        st.markdown("Ce fichier n'est d'aucune forme connue : dites quelle colonne lire.")
    colonnes = {adresse: nom for f in feuilles for adresse, nom in f.colonnes.items()}
    if not colonnes:
        st.warning("Aucune colonne à choisir : ces lignes ne sont pas des communes.")
        return None
    return _confirm(_draw_colonne(colonnes, noms, cle), cle)


def _draw_feuilles(apercu: Apercu, cle: str) -> list[FeuilleOfferte]:
    """Ask which sheets to read, where there are several; those that are recognised are proposed."""
    feuilles = apercu.feuilles
    if len(feuilles) == 1:
        return list(feuilles)
    visibles = [rang for rang, feuille in enumerate(feuilles) if not feuille.masquee]
    connues = [rang for rang in visibles if feuilles[rang].connue]
    choisies = st.multiselect(
        CHAMPS["feuilles"],
        range(len(feuilles)),
        default=connues or visibles[:1],
        format_func=lambda r: feuilles[r].nom + (" (masquée)" if feuilles[r].masquee else ""),
        key=f"indicateurs_feuilles_{cle}",
        placeholder="Aucune",
        help="Plusieurs feuilles d'années différentes sont gardées comme une série.",
    )
    return [feuilles[rang] for rang in choisies]


def _draw_colonne(colonnes: Mapping[str, str], feuilles: tuple[str, ...], cle: str) -> Choix:
    """Ask which column, what it counts and how it aggregates."""
    gauche, droite = st.columns(2)
    colonne = _choose(gauche, CHAMPS["colonne"], colonnes, f"colonne_{cle}")
    libelle = droite.text_input(
        CHAMPS["libelle"],
        key=f"indicateurs_libelle_{cle}",
        max_chars=_TEXTE_MAX,
        placeholder="Le titre de la colonne",
    )
    methode = st.radio(
        CHAMPS["agreger"],
        list(AGREGATIONS),
        index=list(AGREGATIONS).index(AUCUN),
        format_func=AGREGATIONS.__getitem__,
        key=f"indicateurs_agreger_{cle}",
    )
    st.caption(SANS_POIDS)
    autre, nature = "", ""
    gauche, milieu, droite = st.columns(3)
    if methode in (MOYENNE, RAPPORT):
        titre = "Colonne qui pondère" if methode == MOYENNE else "Colonne du dénominateur"
        autre = _choose(gauche, titre, colonnes, f"{methode}_{cle}")
    elif methode == AUCUN:
        nature = gauche.selectbox(
            CHAMPS["nature"],
            list(NATURES),
            format_func=NATURES.__getitem__,
            key=f"indicateurs_nature_{cle}",
        )
    unite = milieu.text_input(
        CHAMPS["unite"],
        key=f"indicateurs_unite_{cle}",
        max_chars=_TEXTE_MAX,
        placeholder="%, habitants, pour 100 000 habitants…",
    )
    base = droite.selectbox(
        CHAMPS["base"],
        BASES,
        index=None,
        accept_new_options=True,
        key=f"indicateurs_base_{cle}",
        placeholder="À choisir ou à écrire",
        help="Deux parts de bases différentes ne se comparent jamais.",
    )
    membres = (colonne, autre) if methode == RAPPORT else (autre,)
    return Choix(
        feuilles,
        colonne,
        libelle.strip(),
        unite.strip(),
        nature,
        write_agregation(methode, *membres),
        (base or "").strip(),
        **_draw_precisions(cle)._asdict(),
    )


def _choose(place: st.delta_generator.DeltaGenerator, titre: str, colonnes: Mapping[str, str], cle: str) -> str:  # fmt: skip
    choisie: str = place.selectbox(
        titre, list(colonnes), format_func=colonnes.__getitem__, key=f"indicateurs_{cle}"
    )
    return choisie


def _draw_precisions(cle: str) -> _Precisions:
    gauche, milieu, droite = st.columns(3)
    annee = gauche.number_input(
        CHAMPS["millesime"],
        min_value=ANNEE_MIN,
        max_value=last_annee(),
        value=None,
        step=1,
        key=f"indicateurs_millesime_{cle}",
        placeholder="Celle que dit le fichier",
    )
    source = milieu.text_input(
        CHAMPS["source"],
        key=f"indicateurs_source_{cle}",
        max_chars=_TEXTE_MAX,
        placeholder="Producteur, titre du fichier",
    )
    seuil = droite.selectbox(
        CHAMPS["seuil"],
        list(SEUILS),
        format_func=SEUILS.__getitem__,
        key=f"indicateurs_seuil_{cle}",
        help="Un effectif plus petit est tenu pour secret : l'atlas ne le garde pas, et le dit.",
    )
    return _Precisions(str(annee) if annee else "", source.strip(), seuil or None)


def _confirm(choix: Choix, cle: str) -> Choix | None:
    """Read what the form says once it is said: each of its answers would read the file again."""
    nom = f"indicateurs_lu_{cle}"
    if st.button("Lire cette colonne", icon=":material/table_view:", key=f"indicateurs_ok_{cle}"):
        st.session_state[nom] = choix
    if st.session_state.get(nom) == choix:
        return choix
    if nom in st.session_state:
        st.caption("Le formulaire a changé : « Lire cette colonne » en tient compte.")
    return None
