"""The import of a membership table: drop it, check its columns, mend it, see the change, put it in use."""

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geo.atlas import Atlas
from geo.erreurs import DonneesInvalides, is_blocking
from geo.importation.colonnes import ROLES, Correspondance, titles
from geo.importation.diagnostic import Choix, corrected_table
from geo.importation.dossier import SourceImport
from geo.importation.limites import LIMITES
from geo.importation.service import (
    Fichier,
    ImportPrepare,
    Verification,
    check,
    prepare,
    publish,
    read_file,
)
from geo.importation.versions import ImportRefuse, is_read_only, open_depot
from ui.adresse import Filtres
from ui.atlas import data_dir, get_atlas
from ui.changement import draw_changement
from ui.francais import accorder, echapper, nombre
from ui.importation_choix import draw_choix
from ui.messages import list_problemes
from ui.telechargements import draw_telechargements

EXTENSIONS = ("csv", "tsv", "txt", "xlsx", "ods")
LIBELLES = {
    "code_commune": "Code INSEE de la commune",
    "commune": "Nom de la commune",
    "departement": "Département",
    "cpts": "Nom de la CPTS",
    "statut": "Étape (facultatif)",
    "date": "Date de l'étape (facultatif)",
}
COLONNES = {
    "fichier": "Fichier",
    "ligne": "Ligne",
    "colonne": "Colonne",
    "valeur": "Valeur",
    "severite": "Gravité",
    "message": "Ce qui ne va pas",
    "remede": "Remède",
}
_APERCU = 6
_LIGNES_MAX = 5
_HAUTEUR_PX = 560
# Five lines of a sentence in a cell.
_LIGNE_PX = 104
_LARGEURS_PX = {"colonne": 105, "valeur": 125, "severite": 80, "message": 345, "remede": 310}
_DEMANDE = "import_demande"


def draw_importation(filtres: Filtres) -> None:
    """Draw the whole way of an import; nothing is replaced before the last button."""
    st.header("Importer une table de communes", anchor=False)
    if is_read_only():
        st.info("Ce serveur est en lecture seule : aucune donnée ne s'y importe.")
        return
    st.markdown(
        "Déposez la table de l'ARS ou de la CPAM telle quelle : une ligne par commune, avec son code INSEE (ou son "
        "département et son nom) et le nom de sa CPTS. L'ordre des colonnes et les lignes de titre n'importent pas. "
        "Rien n'est remplacé avant que vous ne l'ayez demandé, en bas de page."
    )
    deposes = st.file_uploader(
        "Table (CSV, Excel ou ODS) ; plusieurs fichiers, par exemple un par département, sont lus comme une seule table",
        type=list(EXTENSIONS),
        key="import_fichier",
        accept_multiple_files=True,
    )
    st.caption(
        "Au plus : " + " ; ".join(f"{nom} : {nombre(n)}" for nom, n in LIMITES.items()) + "."
    )
    fichiers = [_draw_fichier(depose) for depose in deposes]
    if not fichiers or None in fichiers:
        return
    empreinte = hashlib.sha256()
    for depose in deposes:
        empreinte.update(hashlib.sha256(depose.getvalue()).digest())
    try:
        _draw_verification(get_atlas(), filtres, fichiers, empreinte.hexdigest())
    except DonneesInvalides as refus:
        _refuse(refus)


def _draw_fichier(depose: UploadedFile) -> Fichier | None:
    """Draw how a file is read; return nothing where it cannot be a membership table."""
    try:
        fichier = _read(depose.name, depose.getvalue())
    except DonneesInvalides as refus:
        _refuse(refus)
        return None
    fichier = replace(fichier, correspondance=_draw_colonnes(fichier, depose.file_id))
    list_problemes(tuple(fichier.remarques))
    return None if is_blocking(fichier.remarques) else fichier


def _refuse(refus: DonneesInvalides) -> None:
    st.error("Ce fichier ne peut pas être employé. Les données en usage n'ont pas changé.")
    list_problemes(refus.problemes)


@st.cache_resource(show_spinner="Lecture du fichier…", max_entries=4)
def _read(nom: str, contenu: bytes) -> Fichier:
    return read_file(nom, contenu)


def _draw_colonnes(fichier: Fichier, cle: str) -> Correspondance:
    """Show which column was taken for what, and let it be corrected by hand."""
    st.subheader(f"Colonnes reconnues : {echapper(fichier.nom)}", anchor=False)
    devinee, feuilles = fichier.correspondance, fichier.feuilles
    gauche, droite = st.columns(2)
    feuille = gauche.selectbox(
        "Feuille",
        range(len(feuilles)),
        index=devinee.feuille,
        format_func=lambda rang: feuilles[rang].nom or "unique",
        key=f"import_feuille_{cle}",
    )
    ligne = droite.number_input(
        "Ligne des titres (0 : aucune)",
        min_value=0,
        max_value=len(feuilles[feuille].lignes),
        value=devinee.ligne_titres,
        key=f"import_titres_{cle}",
    )
    noms = titles(feuilles, replace(devinee, feuille=feuille, ligne_titres=int(ligne)))
    colonnes = {}
    for role, place in zip(ROLES, st.columns(3) * 2, strict=True):
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
    return Correspondance(feuille, int(ligne), colonnes)


def _draw_verification(
    atlas: Atlas, filtres: Filtres, fichiers: list[Fichier], empreinte: str
) -> None:
    """Draw choices and diagnosis, then the summary and the switch."""
    rien = Choix()
    premiere = _get_verification(fichiers, atlas, rien, _key(atlas, fichiers, rien, empreinte))
    st.dataframe(
        premiere.table.head(_APERCU).rename(columns=LIBELLES | COLONNES),
        hide_index=True,
        height="content",
    )
    choix = draw_choix(atlas, premiere.diagnostic)
    cle = _key(atlas, fichiers, choix, empreinte)
    verification = _get_verification(fichiers, atlas, choix, cle)
    _draw_diagnostic(atlas, verification)
    if verification.diagnostic.bloquant:
        st.error(
            "Des points bloquants restent : corrigez le fichier et déposez-le de nouveau. Les données en usage "
            "n'ont pas changé."
        )
        return
    auteur = st.text_input("Votre nom ou service", key="import_auteur", max_chars=80)
    note = st.text_input("Note", key="import_note", max_chars=200)
    jour = datetime.now(tz=ZoneInfo("Europe/Paris")).date()
    source = SourceImport(verification.nom, auteur, note, jour)
    demande = repr((cle, source))
    if st.button("Voir ce que cela changerait", icon=":material/difference:"):
        st.session_state[_DEMANDE] = demande
    if st.session_state.get(_DEMANDE) == demande:
        _draw_resume(verification, source, filtres, demande)


def _key(atlas: Atlas, fichiers: list[Fichier], choix: Choix, empreinte: str) -> str:
    """Tell a verification from any other: data in use, content of the files, columns, choices."""
    choisis = (
        choix.absorbees_acceptees,
        sorted(choix.noms.items()),
        sorted(choix.fiches.items()),
        sorted(choix.complets),
        sorted(choix.retirees),
    )
    lus = [(fichier.nom, fichier.correspondance) for fichier in fichiers]
    return repr((atlas.empreinte, empreinte, lus, choisis))


@st.cache_resource(show_spinner="Diagnostic…", max_entries=6)
def _get_verification(
    _fichiers: list[Fichier],
    _atlas: Atlas,
    _choix: Choix,
    cle: str,  # noqa: ARG001 - tells any other request apart
) -> Verification:
    return check(_fichiers, _atlas, _choix)


def _draw_diagnostic(atlas: Atlas, verification: Verification) -> None:
    st.subheader("Diagnostic", anchor=False)
    diagnostic = verification.diagnostic
    anomalies = verification.anomalies[list(COLONNES)].rename(columns=COLONNES)
    if len(verification.fichiers) == 1:
        anomalies = anomalies.drop(columns=COLONNES["fichier"])
    anomalies["Colonne"] = anomalies["Colonne"].map(LIBELLES).fillna(anomalies["Colonne"])
    comptes = anomalies["Gravité"].value_counts()
    bilan = ", ".join(f"{gravite} : {nombre(n)}" for gravite, n in comptes.items()).capitalize()
    st.markdown(
        f"{accorder(len(verification.table), 'ligne')}, {accorder(len(diagnostic.cpts), 'CPTS', 'CPTS')}, "
        f"{accorder(diagnostic.adhesions['code_commune'].nunique(), 'commune')}. {bilan or 'Rien à signaler'}."
    )
    if len(anomalies):
        st.dataframe(
            anomalies,
            hide_index=True,
            height="content" if len(anomalies) <= _LIGNES_MAX else _HAUTEUR_PX,
            row_height=_LIGNE_PX,
            column_config={
                COLONNES[nom]: st.column_config.TextColumn(width=largeur)
                for nom, largeur in _LARGEURS_PX.items()
            },
        )
    draw_telechargements(
        f"diagnostic {Path(verification.fichiers[0].nom).stem}",
        {
            "diagnostic": anomalies,
            "table corrigée": corrected_table(verification.table, diagnostic, verification.choix),
        },
        atlas.sources.iloc[:0],
    )


@st.cache_resource(show_spinner="Préparation et contrôle de la nouvelle version…", max_entries=2)
def _prepare(
    demande: str,  # noqa: ARG001 - the cache key: it tells any other request apart
    _verification: Verification,
    _source: SourceImport,
    depuis: Path,
    definition: str,
) -> ImportPrepare:
    return prepare(
        open_depot(),
        _verification,
        _source,
        depuis=depuis,
        definition=definition,
        step=lambda _: None,
    )


def _draw_resume(
    verification: Verification, source: SourceImport, filtres: Filtres, demande: str
) -> None:
    """Draw the summary of the change, and the button that puts it in use."""
    try:
        prete = _prepare(demande, verification, source, data_dir(), filtres.couvert)
    except ImportRefuse as refus:
        st.error(str(refus))
        return
    draw_changement(verification.atlas, prete.apres, prete.changement, filtres.couvert)
    if st.button("Remplacer les données", type="primary", icon=":material/publish:"):
        try:
            version = publish(open_depot(), prete)
        except ImportRefuse as refus:
            st.error(str(refus))
            return
        finally:
            _prepare.clear()
        del st.session_state[_DEMANDE]
        st.toast(f"Version {version.numero} en usage.", icon=":material/check:")
        st.rerun()
