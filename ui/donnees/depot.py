"""The files that are dropped: read once, shown column by column, corrected by hand."""

from dataclasses import replace

import streamlit as st

from geo.couches.formats import looks_like_couche
from geo.couches.refus import block_couche
from geo.erreurs import is_blocking
from geo.importation.colonnes import guess, reshape, titles
from geo.importation.correspondance import COMMUNES, FORMES, SANS_COLONNE_CPTS, Correspondance
from geo.importation.feuille import Feuille
from geo.importation.formes import find_rivals
from geo.importation.service import Fichier, check_limits, read_file
from geo.importation.tables import join_empreintes
from geo.importation.titres import ROLES
from rendu.mots.francais import capitale, escape_markdown, join_words
from rendu.mots.importation import FORME, LIBELLES, MASQUES, VERIFIER, with_page_remedies
from ui.commun.messages import list_remarques
from ui.commun.travail import work
from ui.donnees.memoire import recall, remember
from ui.donnees.zone import Zone, content_keys

ZONE = Zone("import")
# Of no column: nothing at all would be taken for no answer.
_ABSENTE = -1


def draw_fichiers() -> tuple[list[Fichier], str] | None:
    """Draw the drop zone, and how each file is read.

    Returns
    -------
    tuple or None
        The files with their columns, and what tells their content from any other; nothing while one of
        them cannot be read as a membership table.
    """
    deposes = ZONE.draw(
        "Table (CSV, Excel ou ODS) ; plusieurs fichiers se lisent comme une seule table"
    )
    lus = ZONE.read_once(deposes, _read_table, _check_together)
    if lus:
        st.subheader(VERIFIER, anchor=False)
    cles = content_keys(lus)
    dessines = [
        _draw_fichier(lus[d.file_id][0], cles[d.file_id]) for d in deposes if d.file_id in lus
    ]
    fichiers = [fichier for fichier in dessines if fichier is not None]
    if not fichiers or len(fichiers) < len(deposes):
        return None
    return fichiers, join_empreintes(empreinte for _, empreinte in lus.values())


def _read_table(nom: str, contenu: bytes) -> Fichier:
    if looks_like_couche(nom, contenu):
        raise block_couche(
            nom,
            "c'est une couche de polygones, pas une table de communes.",
            "La déposer dans l'onglet « Importer une couche ».",
            identifiant="couche_dans_la_table",
        )
    return work(read_file, nom, contenu)


def _check_together(fichiers: list[Fichier]) -> None:
    check_limits(len(fichiers), sum(f.lignes for f in fichiers), sum(f.cellules for f in fichiers))


def _draw_fichier(fichier: Fichier, cle: str) -> Fichier | None:
    """Draw how a file is read; return nothing where its columns make no membership table."""
    st.markdown(f"Colonnes reconnues : **{escape_markdown(fichier.nom)}**")
    du_fichier = cle
    cle = recall(du_fichier)
    if fichier.hides and st.checkbox(MASQUES, key=f"import_masques_{cle}"):
        fichier = fichier.without_hidden()
        cle = f"{cle}_sans_masques"
    corrige = _draw_colonnes(fichier, cle)
    remember(du_fichier)
    list_remarques(with_page_remedies(corrige.remarques), "Comment ce fichier a été lu")
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
    if int(ligne) != devinee.ligne_titres and devinee.forme != COMMUNES:
        devinee = reshape(feuilles, replace(devinee, ligne_titres=int(ligne)), "")
    devinee = _draw_forme(feuilles, devinee, cle)
    # Nor what was corrected of a shape, or before a column was chosen.
    cle = f"{cle}_{devinee.forme}_{devinee.colonnes.get('cpts')}"
    if fichier.autres and not _draw_autres(fichier, cle):
        fichier = replace(fichier, autres=())
    noms = titles(feuilles, replace(devinee, ligne_titres=int(ligne)))
    colonnes = {}
    places = [place for _ in range(len(ROLES) // 3) for place in st.columns(3)]
    for role, place in zip(ROLES, places, strict=True):
        trouvee = devinee.colonnes.get(role)
        choisie = place.selectbox(
            LIBELLES[role],
            [_ABSENTE, *range(len(noms))],
            index=0 if trouvee is None or trouvee >= len(noms) else trouvee + 1,
            format_func=lambda i: "absente" if i == _ABSENTE else noms[i],
            key=f"import_{role}_{cle}",
        )
        if choisie != _ABSENTE:
            colonnes[role] = choisie
    voulue = replace(devinee, ligne_titres=int(ligne), colonnes=colonnes)
    if "cpts" in colonnes and devinee.forme in SANS_COLONNE_CPTS:
        # Names in a column of their own: they are no titles, blocks nor sheets.
        voulue = replace(voulue, forme=COMMUNES, cpts=(), communes=())
    return fichier.with_correspondance(voulue)


def _draw_forme(feuilles: tuple[Feuille, ...], devinee: Correspondance, cle: str) -> Correspondance:
    """Show the shape of a table, to be corrected, and ask which column is meant where several name the CPTS."""
    formes = list(FORMES)
    forme = st.selectbox(
        FORME,
        formes,
        index=formes.index(devinee.forme),
        format_func=lambda f: capitale(FORMES[f]),
        key=f"import_forme_{cle}",
    )
    if forme != devinee.forme:
        devinee = reshape(feuilles, devinee, forme)
        if devinee.forme != forme:
            st.caption(":material/info: Cette table ne peut pas être lue dans cette forme.")
    feuille = feuilles[devinee.feuille]
    rivales = find_rivals(feuille, devinee)
    if not rivales:
        return devinee
    noms = titles(feuilles, devinee)
    choisie = st.radio(
        "Plusieurs colonnes donnent une CPTS : laquelle vaut ?",
        rivales,
        index=None,
        format_func=lambda c: noms[c],
        key=f"import_rivales_{cle}",
    )
    if choisie is not None:
        colonnes = devinee.colonnes | {"cpts": choisie}
        return replace(devinee, colonnes=colonnes, tranchee=True)
    return devinee


def _draw_autres(fichier: Fichier, cle: str) -> bool:
    lues = (fichier.correspondance, *fichier.autres)
    noms = join_words(escape_markdown(fichier.feuilles[lue.feuille].nom) for lue in lues)
    return st.checkbox(
        f"{len(lues)} feuilles aux mêmes titres sont lues comme une seule table : {noms}",
        value=True,
        key=f"import_feuilles_{cle}",
        help="Décocher pour ne lire que la première feuille choisie. Une colonne corrigée l'est dans toutes.",
    )
