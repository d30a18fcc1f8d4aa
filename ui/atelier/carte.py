"""The map on which a scenario is composed: its panel is drawn by the browser, its gestures go by ``ui.atelier.service``."""

import json
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.atlas import Atlas
from geo.regles.completude import study_departements
from rendu.carte.couches import write_file
from rendu.carte.signes import Coloration
from ui.atelier.service import CHEMIN
from ui.commun.adresse import Filtres
from ui.commun.atlas import PAR_EMPREINTE, get_couches
from ui.commun.carte import Etat, centre, draw_carte, find_file
from ui.commun.ecriture import session_may_write
from ui.serveur.couches import couches_of, served_path
from ui.serveur.ecriture import get_reglages
from ui.serveur.reglages import Ecriture

# Why nothing can be composed here.
_RAISONS = {
    Ecriture.FERMEE: "Lecture seule : ce serveur n'enregistre aucun geste.",
    Ecriture.PROTEGEE: "Lecture seule : donnez le mot de passe, sous la carte, pour composer.",
    Ecriture.COMPTES: "Lecture seule : composer revient aux planificateurs, par leur compte.",
}


def draw_atelier(atlas: Atlas, filtres: Filtres, scenario_id: str) -> None:
    """Draw the map of a scenario, with its tools and its panel."""
    contexte = get_script_run_ctx()
    session = contexte.session_id if contexte else ""
    vue = {
        "dep": ",".join(filtres.dep),
        "couvert": filtres.couvert,
        "indicatifs": str(int(filtres.indicatifs)),
    }
    etat = Etat(
        formes={},
        departements=list(filtres.dep or study_departements(atlas)),
        coloration=Coloration(titre="", classes={}, palette=(), legende=()),
        atelier={
            "adresse": served_path(f"{CHEMIN}/{scenario_id}"),
            "session": session,
            "modifiable": session_may_write(),
            "raison": _RAISONS.get(get_reglages().ecriture, ""),
            "vue": urlencode(vue),
            "sol": find_file(_write_sol, atlas, dossier=couches_of(atlas.empreinte)),
        },
    )
    with st.container(key="atelier"):
        draw_carte(get_couches(), etat, centre=centre(atlas))


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def _write_sol(atlas: Atlas, dossier: Any) -> str:
    """Write what the list needs of every commune: some 50 kB for a region, gzipped."""
    communes = atlas.communes
    sirens = communes["siren_epci"].fillna("")
    noms = communes.loc[sirens != "", ["siren_epci", "nom_epci"]].drop_duplicates("siren_epci")
    epci = [[str(siren), str(nom)] for siren, nom in noms.itertuples(index=False)]
    rangs = {siren: rang for rang, (siren, _) in enumerate(epci)}
    par_departement: dict[str, list[list[Any]]] = {}
    for code, nom, population, siren, departement in zip(
        communes.index,
        communes["nom"],
        communes["population"],
        sirens,
        communes["code_departement"],
        strict=True,
    ):
        par_departement.setdefault(str(departement), []).append(
            [str(code), str(nom), int(population), rangs.get(str(siren), -1)]
        )
    contenu = {"epci": epci, "communes": par_departement}
    texte = json.dumps(contenu, ensure_ascii=False, separators=(",", ":"))
    return write_file(dossier, "atelier", texte)
