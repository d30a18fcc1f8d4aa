"""What follows the reading of what gives memberships, a table or a layer: mend it, see the change, put it in use."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from geo.atlas import Atlas
from geo.erreurs import Severite
from geo.importation.choix import Choix
from geo.importation.diagnostic import corrected_table
from geo.importation.groupes import group
from geo.importation.service import ImportPrepare, Verification, publish
from geo.importation.tables import SourceImport
from geo.importation.versions import ImportRefuse, Version, open_depot
from rendu.mots.francais import capitale, count_noun, nombre
from rendu.mots.importation import METTRE_EN_USAGE, REGLER, VOIR
from ui.commun.adresse import Filtres
from ui.commun.atlas import data_dir
from ui.commun.changement import draw_changement
from ui.commun.mise_en_usage import ask_source, draw_switch, forget_request, is_asked
from ui.commun.telechargements import draw_telechargements
from ui.commun.travail import work
from ui.commun.versions import tell_content
from ui.donnees.carte_des_differences import draw_map, forget_map
from ui.donnees.choix import draw_choix
from ui.donnees.memoire import recall, remember
from ui.donnees.points import Cartes, screen_table
from ui.donnees.zone import Zone


@dataclass(frozen=True)
class Lu:
    """What was read, and how it goes on.

    Attributes
    ----------
    zone
        Where it was dropped.
    empreinte
        Of its content: see :func:`geo.importation.tables.join_empreintes`.
    lecture
        Tells how it is read from any other way.
    check
        Says what is wrong with it, with what is decided.
    prepare
        As :func:`geo.importation.service.prepare`.
    etapes
        Titles of what is left: what to mend, what would change, the switch.
    plusieurs
        Whether it is several files or sheets.
    noms_faits
        See :func:`ui.donnees.choix.draw_choix`.
    """

    zone: Zone
    empreinte: str
    lecture: str
    check: Callable[[Atlas, Choix], Verification]
    prepare: Callable[..., ImportPrepare]
    etapes: tuple[str, str, str] = (REGLER, VOIR, METTRE_EN_USAGE)
    plusieurs: bool = False
    noms_faits: bool = False


def check_first(lu: Lu, atlas: Atlas) -> Verification:
    """Check what was read before anything is decided."""
    return _check(lu, atlas, Choix())


def draw_suite(atlas: Atlas, filtres: Filtres, lu: Lu, premiere: Verification) -> None:
    """Draw choices and diagnosis, then the summary and the switch; nothing is replaced before the last button.

    Parameters
    ----------
    atlas
        The data in use.
    filtres
        What the page is asked to show.
    lu
        What was read.
    premiere
        As :func:`check_first` returns it.
    """
    racine, (regler, voir, _) = lu.zone.racine, lu.etapes
    st.subheader(regler, anchor=False)
    bilan = st.container()
    cartes = Cartes(group(premiere.anomalies))
    # Of one file, the digest is its own: its form would take what is chosen here for its own too.
    siens = hashlib.sha256(lu.empreinte.encode()).hexdigest()
    cle = recall(siens, atlas.empreinte)
    choix = draw_choix(atlas, premiere.diagnostic, cle, cartes.beside, noms_faits=lu.noms_faits)
    remember(siens, atlas.empreinte)
    verification = _check(lu, atlas, choix)
    with bilan:
        _draw_bilan(verification)
    cartes.draw(group(verification.anomalies), _stem(verification), plusieurs=lu.plusieurs)
    _draw_fichiers_corriges(atlas, verification, plusieurs=lu.plusieurs)
    if verification.bloquant:
        forget(lu.zone)
        st.error(
            "Des points bloquants restent : corrigez le fichier et déposez-le de nouveau. Les données en usage "
            "n'ont pas changé."
        )
        return
    st.subheader(voir, anchor=False)
    source = ask_source(racine, lu.empreinte, verification.nom, empreinte=lu.empreinte)
    demande = repr((_key(lu, atlas, choix), source))
    if is_asked(racine, demande, "Voir ce que cela changerait", ":material/difference:"):
        _draw_resume(lu, verification, source, filtres, demande)
    else:
        forget(lu.zone)


def _key(lu: Lu, atlas: Atlas, choix: Choix) -> str:
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
    return repr((lu.zone.racine, atlas.empreinte, lu.empreinte, lu.lecture, choisis))


def _check(lu: Lu, atlas: Atlas, choix: Choix) -> Verification:
    return _get_verification(lu, atlas, choix, _key(lu, atlas, choix))


@st.cache_resource(show_spinner="Diagnostic…", max_entries=6)
def _get_verification(
    _lu: Lu,
    _atlas: Atlas,
    _choix: Choix,
    cle: str,  # noqa: ARG001 - tells any other request apart
) -> Verification:
    return _lu.check(_atlas, _choix)


@st.cache_resource(show_spinner=False, max_entries=1)
def forget_other_data(empreinte: str) -> None:  # noqa: ARG001 - once for each data in use
    """Let go of what was checked against data that are no longer in use: it holds them in memory."""
    _get_verification.clear()


def _stem(verification: Verification) -> str:
    return Path(verification.nom.split(", ")[0]).stem


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


def _draw_fichiers_corriges(atlas: Atlas, verification: Verification, *, plusieurs: bool) -> None:
    points = screen_table(verification.anomalies, plusieurs=plusieurs)
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


# A session has one a drop zone at most: what it asks next, or its end, removes the folder from the disk.
@st.cache_resource(
    show_spinner="Préparation et contrôle de la nouvelle version…",
    max_entries=2,
    scope="session",
    on_release=_discard,
)
def _prepare(
    demande: str,  # noqa: ARG001 - the cache key: it tells any other request apart
    _lu: Lu,
    _verification: Verification,
    _source: SourceImport,
    depuis: Path,
    definition: str,
) -> ImportPrepare:
    depot = open_depot()
    depot.clean()
    return _lu.prepare(
        depot,
        _verification,
        _source,
        depuis=depuis,
        definition=definition,
        step=lambda _: None,
        call=work,
    )


def forget(zone: Zone) -> None:
    """Let go of the summary of this session, and of what was written aside for it."""
    if forget_request(zone.racine):
        _prepare.clear()
        forget_map()


def _draw_resume(
    lu: Lu, verification: Verification, source: SourceImport, filtres: Filtres, demande: str
) -> None:
    """Draw the summary of the change, and the button that puts it in use."""
    try:
        prete = _prepare(demande, lu, verification, source, data_dir(), filtres.couvert)
    except ImportRefuse as refus:
        forget(lu.zone)
        st.error(str(refus))
        return
    draw_changement(
        verification.atlas, prete.apres, prete.changement, filtres.couvert, draw_map=draw_map
    )
    st.subheader(lu.etapes[-1], anchor=False)
    draw_switch(
        lu.zone.racine,
        "Les CPTS et les départements dont le fichier ne dit rien y restent. Pour repartir des données d'origine : "
        "onglet « Versions », puis déposez le fichier de nouveau.",
        lambda: _publish(prete, lu.zone),
        prete.apres,
        tell=tell_content,
        forget=lambda: forget(lu.zone),
    )


def _publish(prete: ImportPrepare, zone: Zone) -> Version:
    version = publish(open_depot(), prete)
    zone.empty()
    return version
