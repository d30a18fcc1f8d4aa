"""What every place of the page does with the scenarios: open one, begin one, and say why it cannot be done."""

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from geo.atelier.composition import take_composition
from geo.atelier.etat import Composition
from geo.atelier.journal import Scenario, ScenarioInconnu
from geo.atlas import Atlas
from geo.base.connexion import BaseIndisponible
from geo.importation.versions import open_depot
from rendu.mots.francais import escape_markdown
from ui.atelier.etablis import get_journal
from ui.commun.adresse import key
from ui.commun.compte import ask_auteur, get_compte
from ui.commun.messages import ATTENTE_S

INCONNU = "Ce scénario n'existe pas sur ce serveur."
# As what the browser sends of a name, and as much of the rest as is read.
NOM_MAX, NOTE_MAX = 120, 2_000
# What the session has last seen of the scenario that is open.
_VU = "atelier_scenario_vu"


def number_in_use() -> int:
    """Return the number of the version in use; 0 is the base."""
    version = open_depot().en_usage()
    return version.numero if version else 0


def find_scenario(scenario_id: str) -> Scenario | None:
    """Return a scenario; say calmly where there is none.

    Where none can be read, the one that is open stays as it was seen, so that its map goes on keeping what is drawn on it, and
    says that nothing is written; to whom has none open, their list says why.
    """
    vu: Scenario | None = st.session_state.get(_VU)
    try:
        vu = get_journal().find(scenario_id)
    except ScenarioInconnu:
        st.info(f"{INCONNU} Voici ceux qui y sont.", icon=":material/search_off:")
        return None
    except BaseIndisponible:
        return vu if vu and vu.scenario_id == scenario_id else None
    st.session_state[_VU] = vu
    return vu


def wait_for_base(erreur: BaseIndisponible) -> None:
    """Say why no scenario can be read, and start the page again once they can be."""
    st.error(str(erreur))

    @st.fragment(run_every=ATTENTE_S)
    def watch() -> None:
        with suppress(BaseIndisponible):
            get_journal().scenarios()
            st.rerun()

    watch()


def attempt(action: Callable[[], object]) -> bool:
    """Do something with the scenarios, or say why it could not be done; tell whether it was."""
    try:
        action()
    except ScenarioInconnu:
        st.error(INCONNU)
    except BaseIndisponible as erreur:
        st.error(str(erreur))
    else:
        return True
    return False


def ask_description(racine: str, scenario: Scenario | None = None) -> tuple[str, str, str]:
    """Draw the fields of what is said of a scenario, and return its name, its author and its note.

    Parameters
    ----------
    racine
        Begins the keys of the fields.
    scenario
        What is said so far; nothing by default.
    """
    cle = f"{racine}_{{}}"
    nom = st.text_input(
        "Nom du scénario",
        scenario.nom if scenario else "",
        max_chars=NOM_MAX,
        placeholder="Lure entre Luxeuil et Vesoul",
        key=cle.format("nom"),
    )
    if scenario and get_compte():
        # Whoever describes it did not begin it.
        auteur = scenario.auteur
        st.caption(f"Auteur : {escape_markdown(auteur)}")
    else:
        auteur = ask_auteur(cle.format("auteur"), scenario.auteur if scenario else "")
    note = st.text_area(
        "Note",
        scenario.note if scenario else "",
        max_chars=NOTE_MAX,
        height=80,
        key=cle.format("note"),
    )
    return nom.strip(), auteur.strip(), note.strip()


def begin(
    atlas: Atlas, nom: str, auteur: str, note: str, depart: Composition | None = None
) -> None:
    """Begin a scenario and open it, from the data in use or from another composition; or say why not."""
    if not nom:
        st.error("Donnez un nom au scénario.")
        return
    faits: list[str] = []
    fait = attempt(
        lambda: faits.append(
            get_journal().create(
                depart or take_composition(atlas),
                nom=nom,
                auteur=auteur,
                note=note,
                version_depart=number_in_use(),
            )
        )
    )
    if fait:
        go_to(faits[0])


def duplicate(scenario: Scenario) -> None:
    """Open a copy of a scenario; or say why not."""
    faits: list[str] = []
    nom = f"Copie de {scenario.nom}"[:NOM_MAX]
    compte = get_compte()
    auteur = compte.auteur if compte else None
    if attempt(lambda: faits.append(get_journal().duplicate(scenario.scenario_id, nom, auteur))):
        go_to(faits[0])


def go_to(scenario_id: str | None) -> None:
    """Lead to a scenario, or to the list of them."""
    st.session_state[key("scenario")] = scenario_id
    st.rerun()
