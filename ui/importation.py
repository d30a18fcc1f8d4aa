"""The import of a membership table: drop it, check its columns, mend it, see the change, put it in use."""

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from geo.atlas import Atlas
from geo.completude import study_departements
from geo.erreurs import DonneesInvalides, is_blocking
from geo.importation.colonnes import ROLES, Correspondance, titles
from geo.importation.diagnostic import Choix, Diagnostic, corrected_table
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
    "ligne": "Ligne",
    "colonne": "Colonne",
    "valeur": "Valeur",
    "severite": "Gravité",
    "message": "Ce qui ne va pas",
    "remede": "Remède",
}
COLONNES_ABSORPTIONS = {
    "code_commune": "Code dans la table",
    "ancien_nom": "Ancien nom",
    "successeur": "Successeur",
    "nom_successeur": "Nom du successeur",
    "population": "Population du successeur (2023)",
}
_APERCU = 6
_LIGNES_MAX = 12
_HAUTEUR_PX = 420
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
    depose = st.file_uploader(
        "Table (CSV, Excel ou ODS)", type=list(EXTENSIONS), key="import_fichier"
    )
    st.caption(
        "Au plus : " + " ; ".join(f"{nom} : {nombre(n)}" for nom, n in LIMITES.items()) + "."
    )
    if depose is None:
        return
    try:
        fichier = _read(depose.name, depose.getvalue())
        fichier = replace(fichier, correspondance=_draw_colonnes(fichier, depose.file_id))
        list_problemes(tuple(fichier.remarques))
        if not is_blocking(fichier.remarques):
            empreinte = hashlib.sha256(depose.getvalue()).hexdigest()
            _draw_verification(get_atlas(), filtres, fichier, empreinte)
    except DonneesInvalides as refus:
        st.error("Ce fichier ne peut pas être employé. Les données en usage n'ont pas changé.")
        list_problemes(refus.problemes)


@st.cache_resource(show_spinner="Lecture du fichier…", max_entries=4)
def _read(nom: str, contenu: bytes) -> Fichier:
    return read_file(nom, contenu)


def _draw_colonnes(fichier: Fichier, cle: str) -> Correspondance:
    """Show which column was taken for what, and let it be corrected by hand."""
    st.subheader("Colonnes reconnues", anchor=False)
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


def _draw_verification(atlas: Atlas, filtres: Filtres, fichier: Fichier, empreinte: str) -> None:
    """Draw choices and diagnosis, then the summary and the switch."""
    premiere = _get_verification(fichier, atlas, Choix(), _key(atlas, fichier, Choix(), empreinte))
    st.dataframe(
        premiere.table.head(_APERCU).rename(columns=LIBELLES | COLONNES),
        hide_index=True,
        height="content",
    )
    choix = _draw_choix(atlas, premiere.diagnostic)
    cle = _key(atlas, fichier, choix, empreinte)
    verification = _get_verification(fichier, atlas, choix, cle)
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
    source = SourceImport(fichier.nom, auteur, note, jour)
    demande = repr((cle, source))
    if st.button("Voir ce que cela changerait", icon=":material/difference:"):
        st.session_state[_DEMANDE] = demande
    if st.session_state.get(_DEMANDE) == demande:
        _draw_resume(verification, source, filtres, demande)


def _key(atlas: Atlas, fichier: Fichier, choix: Choix, empreinte: str) -> str:
    """Tell a verification from any other: data in use, content of the file, columns, choices."""
    choisis = (sorted(choix.noms.items()), sorted(choix.fiches.items()), sorted(choix.complets))
    lu = (fichier.nom, empreinte, fichier.correspondance)
    return repr((atlas.empreinte, lu, choix.absorbees_acceptees, choisis))


@st.cache_resource(show_spinner="Diagnostic…", max_entries=6)
def _get_verification(
    _fichier: Fichier,
    _atlas: Atlas,
    _choix: Choix,
    cle: str,  # noqa: ARG001 - tells any other request apart
) -> Verification:
    return check([_fichier], _atlas, _choix)


def _draw_choix(atlas: Atlas, premier: Diagnostic) -> Choix:
    """Draw what is proposed, never imposed: replaced codes, names, sheets, complete departments."""
    st.subheader("Vos choix", anchor=False)
    acceptees = bool(
        len(premier.absorptions)
        and st.checkbox(
            f"Remplacer {accorder(len(premier.absorptions), 'code de commune absorbée', 'codes de communes absorbées')} "
            "par leur successeur",
            key="import_absorbees",
        )
    )
    if len(premier.absorptions):
        st.dataframe(
            premier.absorptions.rename(columns=COLONNES_ABSORPTIONS),
            hide_index=True,
            height="content" if len(premier.absorptions) <= _LIGNES_MAX else _HAUTEUR_PX,
        )
    noms = {}
    for groupe in premier.noms_proches:
        garde = st.selectbox(
            f"Une seule CPTS ? {echapper(' · '.join(groupe))}",
            [None, *groupe],
            format_func=lambda nom: "non, des CPTS différentes" if nom is None else f"oui : {nom}",
            key=f"import_noms_{groupe[0]}",
        )
        if garde is not None:
            noms |= dict.fromkeys(groupe, garde)
    fiches = {}
    if premier.fiches_proposees:
        reprendre = st.multiselect(
            "CPTS déjà connues sous un autre nom : reprendre leur fiche",
            list(premier.fiches_proposees),
            format_func=lambda nom: (
                f"{nom} → {atlas.fiches.loc[premier.fiches_proposees[nom], 'nom']}"
            ),
            key="import_fiches",
            placeholder="Aucune",
            select_all=False,
        )
        fiches = {nom: premier.fiches_proposees[nom] for nom in reprendre}
    complets = st.multiselect(
        "Départements que cette table couvre en entier",
        study_departements(atlas),
        format_func=lambda code: f"{code} {atlas.departements.loc[code, 'nom']}",
        key="import_complets",
        placeholder="Aucun",
        help="Toutes leurs CPTS y sont : une commune hors de la table y est alors une zone blanche.",
        select_all=False,
    )
    return Choix(acceptees, noms, fiches, frozenset(complets))


def _draw_diagnostic(atlas: Atlas, verification: Verification) -> None:
    st.subheader("Diagnostic", anchor=False)
    diagnostic = verification.diagnostic
    anomalies = diagnostic.anomalies[list(COLONNES)].rename(columns=COLONNES)
    anomalies["Colonne"] = anomalies["Colonne"].map(LIBELLES).fillna(anomalies["Colonne"])
    comptes = anomalies["Gravité"].value_counts()
    bilan = ", ".join(f"{gravite} : {nombre(n)}" for gravite, n in comptes.items())
    st.markdown(
        f"{accorder(len(verification.table), 'ligne')}, {accorder(len(diagnostic.cpts), 'CPTS', 'CPTS')}, "
        f"{accorder(diagnostic.adhesions['code_commune'].nunique(), 'commune')}. {bilan or 'Rien à signaler'}."
    )
    if len(anomalies):
        st.dataframe(
            anomalies,
            hide_index=True,
            height="content" if len(anomalies) <= _LIGNES_MAX else _HAUTEUR_PX,
        )
    draw_telechargements(
        f"diagnostic {Path(verification.nom).stem}",
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
