"""A scenario put in use: what that would change is shown first, then it is a version like any other."""

from pathlib import Path

import streamlit as st

from geo.atelier.ecart import compare
from geo.atelier.etabli import Etabli
from geo.atelier.mise_en_service import Projet, prepare
from geo.atlas import Atlas
from geo.erreurs import DonneesInvalides
from geo.importation.changement import Changement
from geo.importation.service import ImportPrepare, publish
from geo.importation.tables import SourceImport
from geo.importation.versions import ImportRefuse, open_depot
from ui.atelier.comparer import draw_picture, in_use
from ui.atelier.decrire import LECTURE
from ui.atelier.instant import Instant, draw_moment, take_instant
from ui.commun.adresse import Filtres, to_params
from ui.commun.atlas import data_dir
from ui.commun.changement import draw_changement
from ui.commun.ecriture import session_may_write
from ui.commun.messages import show_refusal
from ui.commun.mise_en_usage import ask_source, draw_switch, forget_request, is_asked
from ui.commun.travail import work
from ui.commun.versions import draw_switched, tell_content

_RACINE = "atelier_service"


def draw_mise_en_service(etabli: Etabli, filtres: Filtres) -> None:
    """Draw the way of a scenario to a version; nothing is replaced before the last button."""
    if not session_may_write():
        st.caption(LECTURE)
        return
    draw_switched(filtres, _RACINE)
    st.page_link(
        "pages/donnees.py",
        label="Versions des données, et retour à l'une d'elles : page « Données »",
        icon=":material/history:",
        query_params=to_params(filtres),
    )
    if not etabli.touchees:
        _forget()
        st.info("Rien ne diffère des données en service : il n'y a rien à y mettre.")
        return
    st.markdown(
        "Le scénario devient une version des données, que tout l'atlas montre, et d'où l'on revient. Seul ce qu'il touche "
        "y change. Rien n'est remplacé avant le dernier bouton."
    )
    draw_moment(etabli, "service")
    instant = take_instant(etabli)
    complets = _ask_complets(instant)
    source = ask_source(_RACINE, etabli.scenario_id, etabli.scenario.nom, etabli.scenario.auteur)
    demande = repr((instant.cle, sorted(complets), source))
    if is_asked(_RACINE, demande, "Voir ce que cela changerait", ":material/difference:"):
        _draw_resume(instant, complets, source, filtres, demande)
    elif _forget():
        st.info("Le scénario, ou ce qui en est dit, a changé entre-temps : demandez à nouveau.")


def _ask_complets(instant: Instant) -> frozenset[str]:
    """Ask which departments stay declared complete, of those that are and that the scenario may change."""
    atlas = instant.atlas
    declares = sorted(
        atlas.completude.loc[atlas.completude["complet"] == "oui", "code_departement"]
    )
    if not declares:
        return frozenset()
    restent: list[str] = st.multiselect(
        "Départements qui restent déclarés complets",
        declares,
        format_func=lambda code: f"{code} {atlas.departements['nom'].get(code, '')}",
        key=f"{_RACINE}_complets_{instant.cle[1]}",
        placeholder="Aucun de ceux que le scénario change",
        help="Toutes leurs CPTS y sont connues et dessinées. Un département que le scénario ne change pas le reste de lui-même.",
        select_all=False,
    )
    return frozenset(restent)


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
    _instant: Instant,
    _complets: frozenset[str],
    _source: SourceImport,
    depuis: Path,
    definition: str,
) -> ImportPrepare:
    depot = open_depot()
    depot.clean()
    return prepare(
        depot,
        _instant.atlas,
        Projet(_instant.apres, _instant.motifs, _complets),
        _source,
        depuis=depuis,
        definition=definition,
        step=lambda _: None,
        call=work,
    )


def _forget() -> bool:
    """Let go of the summary of this session, and of what was written aside for it; tell whether there was one."""
    if not forget_request(_RACINE):
        return False
    _prepare.clear()
    return True


def _draw_resume(
    instant: Instant,
    complets: frozenset[str],
    source: SourceImport,
    filtres: Filtres,
    demande: str,
) -> None:
    try:
        prete = _prepare(demande, instant, complets, source, data_dir(), filtres.couvert)
    except ImportRefuse as refus:
        _forget()
        st.error(str(refus))
        return
    except DonneesInvalides as refus:
        _forget()
        show_refusal(refus)
        return

    def draw_map(_: Atlas, __: Changement) -> None:
        avant, cle = in_use(instant)
        ecart = compare(instant.chantier.sol, avant, instant.apres)
        draw_picture((instant.cle, cle), instant, ecart)

    draw_changement(
        instant.atlas, prete.apres, prete.changement, filtres.couvert, draw_map=draw_map
    )
    draw_switch(
        _RACINE,
        "Le scénario reste dans l'atelier.",
        lambda: publish(open_depot(), prete),
        prete.apres,
        tell=tell_content,
        forget=_forget,
    )
