"""Where a CPTS stands: its density, the departments and EPCI it spans, its neighbours, its odd parts."""

from collections.abc import Iterable, Mapping

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.fiche import Fiche
from geo.perimetre import ENTIERE, is_indicatif
from geo.rangees import iterate_rows
from geo.regles.recouvrements import find_overlaps
from rendu.mots.fiche import border_text, comparison_cells, part_cells
from rendu.mots.francais import count_noun, escape_markdown, join_words, nombre
from rendu.mots.partage import of_which_in_part
from ui.commun.cellules import write_cells
from ui.commun.fiche import PAR_FICHE

_FRONTIERE = "Frontière (km)"


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_FICHE)
def draw_situation(atlas: Atlas, fiche: Fiche) -> None:
    """Draw what can be computed from the perimeter; nothing without one.

    It is drawn once for every session: Streamlit sends the next ones the same messages.
    """
    if not fiche.dessinee:
        return
    # On the whole width: a narrower column cuts « par an » off a head and its cells.
    st.subheader("Densité et population", anchor=False)
    montres = [i for i in atlas.registre.on("fiche") if i.identifiant in fiche.comparaison]
    _draw_table(
        fiche.comparaison,
        {"nom": "Ensemble", **{i.identifiant: i.colonne for i in montres}},
        comparison_cells(montres, fiche),
    )
    st.subheader("CPTS voisines", anchor=False)
    if fiche.voisins.empty:
        st.markdown("Aucune CPTS dessinée ne la touche.")
    else:
        voisins = neighbours_table(atlas, fiche)
        _draw_table(
            voisins,
            {str(titre): str(titre) for titre in voisins},
            {_FRONTIERE: _border_cells(atlas, fiche)},
        )
    st.markdown(_odd_parts(atlas, fiche))
    st.subheader("Départements", anchor=False)
    _draw_parts(fiche, fiche.departements, "code_departement")
    st.subheader("Intercommunalités", anchor=False)
    _draw_parts(fiche, fiche.epci, "siren_epci")


def neighbours_table(atlas: Atlas, fiche: Fiche) -> pd.DataFrame:
    """List the neighbours, with French column names; of those that have no border, what makes them neighbours."""
    voisins = fiche.voisins
    table = voisins[["nom", "frontiere_km"]].set_axis(["CPTS", _FRONTIERE], axis="columns")
    sans = table[_FRONTIERE] == 0
    if not sans.any():
        return table
    doubles = find_overlaps(atlas)["cpts"]
    recouverts = {i for siens in doubles if fiche.cpts_id in siens for i in siens}
    mots = voisins["cpts_id"].map(
        lambda i: "se recouvrent" if i in recouverts else "se partagent une commune"
    )
    return table.assign(
        **{_FRONTIERE: table[_FRONTIERE].mask(sans), "Remarque": mots.where(sans, "")}
    )


def _border_cells(atlas: Atlas, fiche: Fiche) -> list[str]:
    """Write each border; it is no better known than the perimeters on its two sides."""
    return [
        border_text(
            voisin.frontiere_km,
            environ=is_indicatif(fiche.confiance) or atlas.is_indicatif(voisin.cpts_id),
        )
        if voisin.frontiere_km
        else ""
        for voisin in iterate_rows(fiche.voisins)
    ]


def _count_split(fiche: Fiche, par: str) -> pd.Series:
    """Count by unit the communes of which the CPTS has a part only."""
    return fiche.communes.loc[fiche.communes["part"] < ENTIERE, par].value_counts()


def _draw_parts(fiche: Fiche, parts: pd.DataFrame, par: str) -> None:
    en_partie = _count_split(fiche, par)
    communes = [
        f"{nombre(p.communes)} / {nombre(p.communes_unite)}{of_which_in_part(int(en_partie.get(p.Index, 0)))}"
        for p in iterate_rows(parts)
    ]
    _draw_table(
        parts.assign(communes_texte=communes),
        {
            "nom": "Nom",
            "communes_texte": "Communes",
            "population": "Habitants dans la CPTS",
            "part_cpts_pct": "Part de la CPTS",
            "part_unite_pct": "Part de ses habitants",
        },
        part_cells(parts, fiche.confiance),
    )


def _draw_table(
    tableau: pd.DataFrame, titres: Mapping[str, str], ecrits: Mapping[str, Iterable[str]]
) -> None:
    """Draw the columns of `titres`; numbers are written as `ecrits` says, and sort as numbers."""
    choisies = tableau[list(titres)].rename(columns=titres).reset_index(drop=True)
    dits = {titres[colonne]: textes for colonne, textes in ecrits.items()}
    st.dataframe(write_cells(choisies, dits), hide_index=True, height="content")


def _odd_parts(atlas: Atlas, fiche: Fiche) -> str:
    phrases = [
        f"Une partie est détachée du territoire principal : {join_words(map(escape_markdown, partie.noms))} "
        f"({count_noun(partie.population, 'habitant')})."
        for partie in fiche.parties_detachees
    ]
    noms = atlas.fiches["nom"]
    for enclave in fiche.enclaves:
        ailleurs = join_words(escape_markdown(noms[i]) for i in enclave.cpts)
        suite = f", de {ailleurs}" if enclave.cpts else ", sans périmètre connu"
        phrases.append(f"Enclave : {escape_markdown(enclave.nom)}{suite}.")
    if phrases:
        return "  \n".join(phrases)
    quoi = "périmètre indicatif" if is_indicatif(fiche.confiance) else "territoire"
    return f"Le {quoi} est d'un seul tenant, sans enclave."
