"""Communes that are in several CPTS, and what a sum over CPTS would count twice."""

from functools import partial

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.libelles import PAR_PART
from geo.regles.completude import study_departements
from geo.regles.recouvrements import double_count, find_overlaps, find_partages
from rendu.mots.francais import count_noun
from rendu.mots.indicateurs import write_about
from rendu.mots.millesimes import population_title
from rendu.mots.partage import name_holder
from ui.commun.atlas import PAR_EMPREINTE
from ui.commun.couverture_detail import draw_table


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def draw_recouvrements(atlas: Atlas, departements: tuple[str, ...], indicatifs: bool) -> None:
    """Draw the communes that are in several CPTS, and what a sum over CPTS would count twice.

    It is drawn once for every session: Streamlit sends the next ones the same messages.
    """
    st.header("Recouvrements", anchor=False)
    compte = double_count(atlas, departements, indicatifs=indicatifs)
    doubles = find_overlaps(atlas, indicatifs=indicatifs)
    doubles = doubles[doubles["code_departement"].isin(departements or study_departements(atlas))]
    if not compte.population:
        st.markdown("Aucune CPTS n'est dessinée ici.")
        return
    say = partial(write_about, environ=compte.indicatif)
    partagees = _draw_partages(atlas, departements, indicatifs=indicatifs)
    if doubles.empty:
        st.markdown(
            f"{'Ces parts mises à part, aucune' if partagees else 'Aucune'} commune n'est dans deux CPTS dessinées : la somme des CPTS et le total comptent les mêmes "
            f"{say(compte.population)} habitants."
        )
        return
    st.markdown(
        f"{count_noun(compte.communes, 'commune est', 'communes sont')} dans plusieurs CPTS dessinées. Additionner les "
        f"CPTS donnerait {say(compte.population_cpts)} habitants, "
        f"**soit {say(compte.difference)} de trop** ; les totaux de l'atlas comptent chaque commune "
        f"une fois : {say(compte.population)} habitants."
    )
    _draw_communes(atlas, doubles)


def _draw_partages(atlas: Atlas, departements: tuple[str, ...], *, indicatifs: bool) -> bool:
    """Draw the communes that CPTS split, with the share of each, and tell whether there are some."""
    partages = find_partages(atlas, indicatifs=indicatifs)
    siens = departements or study_departements(atlas)
    partages = partages[partages["code_departement"].isin(siens)]
    if partages.empty:
        return False
    st.markdown(
        f"{count_noun(len(partages), 'commune est prise', 'communes sont prises')} en partie par une CPTS ou par plusieurs. {PAR_PART}"
    )
    _draw_communes(atlas, partages)
    return True


def _draw_communes(atlas: Atlas, communes: pd.DataFrame) -> None:
    noms = atlas.fiches["nom"]
    draw_table(
        pd.DataFrame(
            {
                "Commune": communes["nom"],
                "Code": communes["code_commune"],
                "Département": communes["code_departement"],
                population_title(atlas): communes["population"],
                "CPTS": [
                    " ; ".join(
                        name_holder(noms[i], part) for i, part in zip(ids, parts, strict=True)
                    )
                    for ids, parts in zip(communes["cpts"], communes["parts"], strict=True)
                ],
            }
        )
    )
