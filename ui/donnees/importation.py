"""The import of a membership table: drop it, check its columns, mend it, see the change, put it in use."""

from collections import Counter
from pathlib import Path

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.erreurs import DonneesInvalides, Severite
from geo.importation.choix import Choix
from geo.importation.diagnostic import corrected_table
from geo.importation.groupes import group
from geo.importation.modele import make_modele
from geo.importation.service import (
    Fichier,
    ImportPrepare,
    Verification,
    check,
    prepare,
    publish,
)
from geo.importation.tables import SourceImport
from geo.importation.versions import ImportRefuse, Version, open_depot
from rendu.mots.francais import capitale, count_noun, nombre
from rendu.mots.importation import DEPOSER, LIBELLES, METTRE_EN_USAGE, REGLER, VOIR
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_EMPREINTE, data_dir, get_atlas
from ui.commun.changement import draw_changement
from ui.commun.ecriture import draw_ecriture
from ui.commun.messages import show_refusal
from ui.commun.mise_en_usage import ask_source, draw_switch, forget_request, is_asked
from ui.commun.telechargements import draw_telechargements
from ui.commun.travail import work
from ui.commun.versions import draw_switched, tell_content
from ui.donnees.carte_des_differences import draw_map, forget_map
from ui.donnees.choix import draw_choix
from ui.donnees.depot import ZONE, draw_fichiers
from ui.donnees.memoire import recall, remember
from ui.donnees.points import COLONNES, Cartes, screen_table

_APERCU = 6
# A CPTS has some tens of communes: a column with as many names as rows holds something else.
_PART_DE_NOMS_MAX = 0.8
_LIGNES_MIN = 20


def draw_importation(filtres: Filtres) -> None:
    """Draw the whole way of an import; nothing is replaced before the last button."""
    st.header("Importer une table de communes", anchor=False)
    if not draw_ecriture(ZONE.racine):
        return
    atlas = get_atlas()
    _forget_other_data(atlas.empreinte)
    draw_switched(filtres, ZONE.racine)
    st.markdown("Cinq étapes. Rien n'est remplacé avant la dernière, que vous seul demandez.")
    st.subheader(DEPOSER, anchor=False)
    st.markdown(
        "La table de l'ARS ou de la CPAM convient telle quelle : une ligne par commune, par intercommunalité ou par CPTS, "
        "un tableau croisé, une feuille ou un bloc par CPTS. Il y faut le code INSEE des communes, ou leur nom et leur "
        "département ou code postal ; et le nom des CPTS. L'ordre des colonnes et les lignes de titre n'importent pas."
    )
    draw_telechargements(
        "modèle de table",
        {"communes": _get_modele(atlas)},
        atlas.sources.iloc[:0],
        libelle="Modèle de table, avec les CPTS en usage",
    )
    deposes = draw_fichiers()
    if deposes is None:
        _forget_request()
        return
    try:
        _draw_verification(atlas, filtres, *deposes)
    except DonneesInvalides as refus:
        show_refusal(refus)


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def _get_modele(atlas: Atlas) -> pd.DataFrame:
    return make_modele(atlas)


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
    _warn_of_names(premiere)
    st.subheader(REGLER, anchor=False)
    bilan = st.container()
    cartes = Cartes(group(premiere.anomalies))
    cle = recall(empreinte, atlas.empreinte)
    choix = draw_choix(atlas, premiere.diagnostic, cle, cartes.beside)
    remember(empreinte, atlas.empreinte)
    cle = _key(atlas, fichiers, choix, empreinte)
    verification = _get_verification(fichiers, atlas, choix, cle)
    with bilan:
        _draw_bilan(verification)
    cartes.draw(
        group(verification.anomalies), _stem(verification), plusieurs=_of_several(verification)
    )
    _draw_fichiers_corriges(atlas, verification)
    if verification.diagnostic.bloquant:
        _forget_request()
        st.error(
            "Des points bloquants restent : corrigez le fichier et déposez-le de nouveau. Les données en usage "
            "n'ont pas changé."
        )
        return
    st.subheader(VOIR, anchor=False)
    source = ask_source(ZONE.racine, empreinte, verification.nom)
    demande = repr((cle, source))
    if is_asked(ZONE.racine, demande, "Voir ce que cela changerait", ":material/difference:"):
        _draw_resume(verification, source, filtres, demande)
    else:
        _forget_request()


def _key(atlas: Atlas, fichiers: list[Fichier], choix: Choix, empreinte: str) -> str:
    """Tell a verification from any other: data in use, content of the files, columns, choices."""
    choisis = (
        choix.absorbees_acceptees,
        sorted(choix.noms.items()),
        sorted(choix.fiches.items()),
        sorted(choix.complets),
        sorted(choix.retirees),
        choix.repeter_cpts,
        choix.statut_defaut,
        choix.codes,
    )
    lus = [(fichier.nom, fichier.hides, fichier.lectures()) for fichier in fichiers]
    return repr((atlas.empreinte, empreinte, lus, choisis))


@st.cache_resource(show_spinner="Diagnostic…", max_entries=6)
def _get_verification(
    _fichiers: list[Fichier],
    _atlas: Atlas,
    _choix: Choix,
    cle: str,  # noqa: ARG001 - tells any other request apart
) -> Verification:
    return work(check, _fichiers, _atlas, _choix)


@st.cache_resource(show_spinner=False, max_entries=1)
def _forget_other_data(empreinte: str) -> None:  # noqa: ARG001 - once for each data in use
    """Let go of what was checked against data that are no longer in use: it holds them in memory."""
    _get_verification.clear()


def _warn_of_names(verification: Verification) -> None:
    n_lignes, n_cpts = verification.lignes, len(verification.diagnostic.cpts)
    if n_lignes >= _LIGNES_MIN and n_cpts >= _PART_DE_NOMS_MAX * n_lignes:
        st.warning(
            f"{count_noun(n_cpts, 'CPTS', 'CPTS')} pour {count_noun(n_lignes, 'ligne')} : la colonne des CPTS est-elle la "
            "bonne ?",
            icon=":material/warning:",
        )


def _stem(verification: Verification) -> str:
    return Path(verification.nom.split(", ")[0]).stem


def _of_several(verification: Verification) -> bool:
    return sum(len(fichier.lectures()) for fichier in verification.fichiers) > 1


def _draw_bilan(verification: Verification) -> None:
    diagnostic = verification.diagnostic
    comptes = Counter[Severite]()
    for groupe in group(verification.anomalies):
        comptes[groupe.severite] += len(groupe.causes)
    points = [
        f"{severite.value} : {nombre(comptes[severite])}"
        for severite in Severite
        if comptes[severite]
    ]
    st.markdown(
        f"{count_noun(verification.lignes, 'ligne')}, {count_noun(len(diagnostic.cpts), 'CPTS', 'CPTS')}, "
        f"{count_noun(diagnostic.adhesions['code_commune'].nunique(), 'commune')}. "
        f"{capitale(', '.join(points)) or 'Rien à signaler'}."
    )


def _draw_fichiers_corriges(atlas: Atlas, verification: Verification) -> None:
    points = screen_table(verification.anomalies, plusieurs=_of_several(verification))
    corrigee = corrected_table(verification.table, verification.diagnostic, verification.choix)
    for quoi, tableau in (("diagnostic", points), ("table corrigée", corrigee)):
        draw_telechargements(
            f"{quoi} {_stem(verification)}",
            {quoi: tableau},
            atlas.sources.iloc[:0],
            libelle=quoi.capitalize(),
        )


def _discard(prete: ImportPrepare) -> None:
    open_depot().discard(prete.dossier)


# A session has one at most: what it asks next, or its end, removes the folder from the disk.
@st.cache_resource(
    show_spinner="Préparation et contrôle de la nouvelle version…",
    max_entries=1,
    scope="session",
    on_release=_discard,
)
def _prepare(
    demande: str,  # noqa: ARG001 - the cache key: it tells any other request apart
    _verification: Verification,
    _source: SourceImport,
    depuis: Path,
    definition: str,
) -> ImportPrepare:
    depot = open_depot()
    depot.clean()
    return prepare(
        depot,
        _verification,
        _source,
        depuis=depuis,
        definition=definition,
        step=lambda _: None,
        call=work,
    )


def _forget_request() -> None:
    """Let go of the summary of this session, and of what was written aside for it."""
    if forget_request(ZONE.racine):
        _prepare.clear()
        forget_map()


def _draw_resume(
    verification: Verification, source: SourceImport, filtres: Filtres, demande: str
) -> None:
    """Draw the summary of the change, and the button that puts it in use."""
    try:
        prete = _prepare(demande, verification, source, data_dir(), filtres.couvert)
    except ImportRefuse as refus:
        _forget_request()
        st.error(str(refus))
        return
    draw_changement(
        verification.atlas, prete.apres, prete.changement, filtres.couvert, draw_map=draw_map
    )
    st.subheader(METTRE_EN_USAGE, anchor=False)
    draw_switch(
        ZONE.racine,
        "Les CPTS et les départements dont la table ne dit rien y restent. Pour repartir des données d'origine : "
        "onglet « Versions », puis déposez la table de nouveau.",
        lambda: _publish(prete),
        prete.apres,
        tell=tell_content,
        forget=_forget_request,
    )


def _publish(prete: ImportPrepare) -> Version:
    version = publish(open_depot(), prete)
    ZONE.empty()
    return version
