"""The files that are dropped: read once, shown column by column, corrected by hand."""

import hashlib
from dataclasses import replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geo.erreurs import DonneesInvalides, Severite, is_blocking, sort_problemes
from geo.importation.colonnes import ROLES, Correspondance, guess, titles
from geo.importation.service import Fichier, check_limits, read_file
from rendu.mots.francais import count_noun, escape_markdown, join_words
from rendu.mots.importation import LIBELLES, VERIFIER, all_limits, limits_sentence
from ui.commun.messages import list_problemes
from ui.donnees.travail import work

EXTENSIONS = ("csv", "tsv", "txt", "xlsx", "ods")
_LUS = "import_fichiers_lus"
_RANG = "import_rang_du_depot"


def draw_fichiers() -> tuple[list[Fichier], str] | None:
    """Draw the drop zone, and how each file is read.

    Returns
    -------
    tuple or None
        The files with their columns, and what tells their content from any other; nothing while one of
        them cannot be read as a membership table.
    """
    deposes = st.file_uploader(
        "Table (CSV, Excel ou ODS) ; plusieurs fichiers se lisent comme une seule table",
        type=list(EXTENSIONS),
        key=f"import_fichier_{st.session_state.get(_RANG, 0)}",
        accept_multiple_files=True,
        help=f"Un fichier en rouge n'a pas été reçu : avec les autres, il dépasse ce que le serveur garde. Toutes les "
        f"limites : {all_limits()}.",
    )
    st.caption(f"{limits_sentence()}.")
    try:
        check_limits(len(deposes))
    except DonneesInvalides as refus:
        show_refusal(refus)
        return None
    lus = _read_once(deposes)
    if lus:
        st.subheader(VERIFIER, anchor=False)
    dessines = [_draw_fichier(lus[d.file_id][0], d.file_id) for d in deposes if d.file_id in lus]
    fichiers = [fichier for fichier in dessines if fichier is not None]
    if not fichiers or len(fichiers) < len(deposes):
        return None
    contenus = "".join(empreinte for _, empreinte in lus.values())
    return fichiers, hashlib.sha256(contenus.encode()).hexdigest()


def empty_drop_zone() -> None:
    """Let go of the files: the next run draws a drop zone without any."""
    st.session_state[_RANG] = st.session_state.get(_RANG, 0) + 1
    st.session_state.pop(_LUS, None)


def show_refusal(refus: DonneesInvalides) -> None:
    """Say why a file cannot be used, and that nothing has changed."""
    st.error("Ce fichier ne peut pas être employé. Les données en usage n'ont pas changé.")
    list_problemes(refus.problemes)


def _read_once(deposes: list[UploadedFile]) -> dict[str, tuple[Fichier, str]]:
    """Read the files that were not read yet, in order, until they pass a limit together.

    Returns
    -------
    dict
        Those that could be read, each with the fingerprint of its content. The session keeps them as
        long as they are in the drop zone, however many sessions there are.
    """
    anciens = st.session_state.get(_LUS, {})
    lus = {d.file_id: anciens[d.file_id] for d in deposes if d.file_id in anciens}
    st.session_state[_LUS] = lus
    for depose in deposes:
        try:
            if depose.file_id not in lus:
                contenu = depose.getvalue()
                with st.spinner(f"Lecture de {escape_markdown(depose.name)}…"):
                    fichier = work(read_file, depose.name, contenu)
                _check_together([*(f for f, _ in lus.values()), fichier])
                lus[depose.file_id] = (fichier, hashlib.sha256(contenu).hexdigest())
        except DonneesInvalides as refus:
            show_refusal(refus)
    return lus


def _check_together(fichiers: list[Fichier]) -> None:
    check_limits(len(fichiers), sum(f.lignes for f in fichiers), sum(f.cellules for f in fichiers))


def _draw_fichier(fichier: Fichier, cle: str) -> Fichier | None:
    """Draw how a file is read; return nothing where its columns make no membership table."""
    st.markdown(f"Colonnes reconnues : **{escape_markdown(fichier.nom)}**")
    corrige = _draw_colonnes(fichier, cle)
    remarques = sort_problemes(corrige.remarques)
    graves = tuple(r for r in remarques if r.severite is not Severite.INFORMATION)
    if graves:
        list_problemes(graves)
    if informations := remarques[len(graves) :]:
        with st.expander(f"Comment ce fichier a été lu ({count_noun(len(informations), 'point')})"):
            list_problemes(informations)
    return None if is_blocking(corrige.remarques) else corrige


def _draw_colonnes(fichier: Fichier, cle: str) -> Fichier:
    """Show which sheet is read and which column was taken for what, to be corrected by hand."""
    feuilles = fichier.feuilles
    gauche, droite = st.columns(2)
    feuille = gauche.selectbox(
        "Feuille",
        range(len(feuilles)),
        index=fichier.correspondance.feuille,
        format_func=lambda rang: feuilles[rang].nom or "unique",
        key=f"import_feuille_{cle}",
    )
    if feuille != fichier.correspondance.feuille:
        devinee = replace(guess((feuilles[feuille],)), feuille=feuille)
        fichier = replace(fichier, correspondance=devinee, autres=())
    devinee = fichier.correspondance
    # What was corrected of one sheet says nothing of another.
    cle = f"{cle}_{feuille}"
    n_lignes = len(feuilles[feuille].lignes)
    ligne = droite.number_input(
        "Ligne des titres (0 : aucune)",
        min_value=0,
        max_value=n_lignes,
        value=min(devinee.ligne_titres, n_lignes),
        key=f"import_titres_{cle}",
    )
    if fichier.autres and not _draw_autres(fichier, cle):
        fichier = replace(fichier, autres=())
    noms = titles(feuilles, replace(devinee, ligne_titres=int(ligne)))
    colonnes = {}
    for role, place in zip(ROLES, (*st.columns(3), *st.columns(3)), strict=True):
        trouvee = devinee.colonnes.get(role)
        choisie = place.selectbox(
            LIBELLES[role],
            [None, *range(len(noms))],
            index=0 if trouvee is None or trouvee >= len(noms) else trouvee + 1,
            format_func=lambda i: "absente" if i is None else noms[i],
            key=f"import_{role}_{cle}",
        )
        if choisie is not None:
            colonnes[role] = choisie
    return fichier.with_correspondance(Correspondance(feuille, int(ligne), colonnes))


def _draw_autres(fichier: Fichier, cle: str) -> bool:
    lues = (fichier.correspondance, *fichier.autres)
    noms = join_words(escape_markdown(fichier.feuilles[lue.feuille].nom) for lue in lues)
    return st.checkbox(
        f"{len(lues)} feuilles aux mêmes titres sont lues comme une seule table : {noms}",
        value=True,
        key=f"import_feuilles_{cle}",
        help="Décocher pour ne lire que la première feuille choisie. Une colonne corrigée l'est dans toutes.",
    )
