"""What in the data deserves a look, by severity, and what is complete."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.erreurs import Severite
from rendu.mots.francais import count_noun
from ui.commun.messages import list_problemes

# Beyond this many, the rest is folded.
_MONTRES = 20


def draw_problemes(atlas: Atlas) -> None:
    """List the problems that do not stop the application, the serious ones first."""
    a_verifier = tuple(p for p in atlas.problemes if p.severite is Severite.A_VERIFIER)
    informations = tuple(p for p in atlas.problemes if p.severite is Severite.INFORMATION)
    st.header(f"À vérifier ({len(a_verifier)})", anchor=False)
    if not a_verifier:
        st.markdown("Rien à signaler.")
    else:
        list_problemes(a_verifier[:_MONTRES])
    if len(a_verifier) > _MONTRES:
        with st.expander(f"Les {len(a_verifier) - _MONTRES} autres points à vérifier"):
            list_problemes(a_verifier[_MONTRES:])
    st.header(f"Pour information ({len(informations)})", anchor=False)
    list_problemes(informations)


def draw_completude(atlas: Atlas) -> None:
    """Say in which departments every CPTS is known and drawn, hence where a gap is a gap."""
    st.header("Départements complets", anchor=False)
    etude = atlas.communes[atlas.communes["etude"]].groupby("code_departement").size()
    complets = atlas.completude.set_index("code_departement")
    st.dataframe(
        pd.DataFrame(
            {
                "Département": [
                    f"{code} {atlas.departements.loc[code, 'nom']}" for code in etude.index
                ],
                "Communes": etude.to_numpy(),
                "Complet": complets["complet"].reindex(etude.index).fillna("non").to_numpy(),
                "Pourquoi": complets["note"].reindex(etude.index).to_numpy(),
            }
        ),
        hide_index=True,
        height="content",
    )
    st.caption(
        f"{count_noun(int((complets['complet'] == 'oui').sum()), 'département complet', 'départements complets')}. "
        "Ailleurs, une commune hors de tout périmètre est « sans périmètre connu qui compte », jamais « zone blanche »."
    )
