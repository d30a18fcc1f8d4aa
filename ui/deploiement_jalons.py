"""The published milestones beside what the loaded data know at the same date, in words."""

import pandas as pd
import streamlit as st

from geo import jalons
from geo.atlas import Atlas
from ui.atlas import PAR_EMPREINTE
from ui.deploiement_mots import short_names
from ui.francais import (
    POURCENT,
    accorder,
    capitale,
    date_partielle,
    echapper,
    enumerer,
    nombre,
    pourcentage,
    qualifier,
)
from ui.synthese import ETAPES_PUBLIEES, PROJETS

_CONNU = "Dans les données chargées à cette date"
_RIEN = "sans équivalent"
# What the data cannot answer, and why.
_REFUS = {
    jalons.SANS_DATE: "la publication n'est pas datée : rien à mettre en face",
    jalons.ZONE_PARTIELLE: "les données chargées ne couvrent pas cette zone",
    jalons.SANS_DEFINITION: "la publication ne dit pas ce qu'elle compte",
    jalons.ETAPE_PASSEE: "les données ne gardent que l'étape actuelle de chaque CPTS, pas celles qu'elle a passées",
}
# Four ways in which a CPTS may have been counted that day without the data saying so.
_PEUT_ETRE = {
    "possibles": "date connue au mois près, ou « avant »",
    "sans_date": "sans date",
    "sans_etape": "étape non publiée",
    "plus_tard": "étape actuelle atteinte après ce jour, la précédente n'étant pas connue",
}


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE)
def get_jalons(atlas: Atlas, departements: tuple[str, ...]) -> pd.DataFrame:
    """Compare the milestones once for every session; not to be changed."""
    return jalons.compare_jalons(atlas, departements)


def make_table_jalons(atlas: Atlas, compares: pd.DataFrame) -> pd.DataFrame:
    """Write the comparison as a table of plain text.

    Parameters
    ----------
    atlas
        The atlas.
    compares
        See :func:`geo.jalons.compare_jalons`.
    """
    return pd.DataFrame(
        [
            {
                "Date": capitale(date_partielle(j["date"] if isinstance(j["date"], str) else None)),
                "Zone": zone_name(atlas, j["zone"], j["code_zone"]),
                "Publié": _published(j),
                _CONNU: _known(atlas, j),
                "Différence": capitale(_difference(atlas, j)) + ".",
            }
            for _, j in compares.iterrows()
        ]
    )


def zone_name(atlas: Atlas, zone: str, code: str) -> str:
    """Name the zone of a milestone; by its code where the data do not hold it."""
    departements = atlas.departements
    if zone == "france":
        return "France"
    if zone == "departement":
        return str(departements["nom"].get(code, code))
    noms = departements.loc[departements["code_region"] == code, "nom_region"].unique()
    return str(noms[0]) if len(noms) else code


def _published(jalon: pd.Series) -> str:
    mot = ETAPES_PUBLIEES[jalon["etape_mot_source"]]
    if jalon["indicateur"] != "cpts":
        valeur = qualifier(jalon["valeur"], jalon["qualificatif"], POURCENT)
        return f"{valeur} de la population couverte ({mot})"
    objet = "projets" if jalon["etape_mot_source"] in PROJETS else "CPTS"
    return f"{qualifier(jalon['valeur'], jalon['qualificatif'])} {objet} ({mot})"


def _known(atlas: Atlas, jalon: pd.Series) -> str:
    if jalon["connu"] is None:
        return _RIEN
    etapes = enumerer(
        [atlas.statuts["libelle"].get(etape, etape) for etape in jalon["etapes"]], liaison="ou"
    )
    if jalon["indicateur"] != "cpts":
        return (
            f"{pourcentage(jalon['connu'])} (périmètres établis), {pourcentage(jalon['connu_max'])} avec les "
            f"indicatifs : {etapes}"
        )
    texte = accorder(int(jalon["connu"]), "CPTS", "CPTS")
    peut_etre = int(jalon["connu_max"] - jalon["connu"])
    if peut_etre:
        texte += f", et {nombre(peut_etre)} peut-être"
    if jalon["certaines"]:
        texte += f" : {short_names(atlas, jalon['certaines'])}"
    return f"{texte} ({etapes})"


def _difference(atlas: Atlas, jalon: pd.Series) -> str:
    """Say the difference and, as far as the data allow, why."""
    raison = jalon["raison"]
    if raison in _REFUS:
        return _REFUS[raison]
    if raison == jalons.PERIMETRES:
        return (
            "le taux publié compte des CPTS que les données ne datent pas, ne dessinent pas, ou ne connaissent pas"
            + _maybe(atlas, jalon)
        )
    texte = "le même taux" if jalon["indicateur"] != "cpts" else "le même nombre"
    ecart = int(jalon["ecart"])
    if raison == jalons.EN_PLUS:
        texte = f"{nombre(ecart)} de plus dans les données : la publication comptait autrement, ou moins"
    elif ecart < 0:
        texte = f"{nombre(-ecart)} de moins dans les données{_maybe(atlas, jalon)}"
        if raison == jalons.LISTE_INCOMPLETE:
            texte += ". Même en les comptant, il en manque : la liste n'est pas complète"
    if jalon["partagees"]:
        verbe = "est comptée" if len(jalon["partagees"]) == 1 else "sont comptées"
        texte += (
            f". {capitale(short_names(atlas, jalon['partagees']))}, sur plusieurs départements, {verbe} dans "
            "chacun"
        )
    return texte


def _maybe(atlas: Atlas, jalon: pd.Series) -> str:
    listes = [
        f"{pourquoi} ({short_names(atlas, jalon[nom])})"
        for nom, pourquoi in _PEUT_ETRE.items()
        if jalon[nom]
    ]
    return f". Comptées peut-être : {' ; '.join(listes)}" if listes else ""


def draw_jalons(table: pd.DataFrame) -> None:
    """Draw the comparison; what has no counterpart comes apart, and still shows."""
    st.subheader("Ce qui a été publié, et ce que les données chargées connaissent", anchor=False)
    if table.empty:
        st.markdown("Aucun repère n'est publié pour la zone choisie.")
        return
    st.caption(
        "Chaque nombre publié est mis en face de ce que les données savent au même jour, à l'étape la plus proche "
        "du mot de la publication. Rien n'est extrapolé ni moyenné."
    )
    sans = table[_CONNU] == _RIEN
    quoi = table["Date"] + ", " + table["Zone"] + " : " + table["Publié"]
    court = table.assign(Publié=quoi).drop(columns=["Date", "Zone"]).map(echapper)
    if not sans.all():
        st.table(court[~sans], border="horizontal", hide_index=True)
    if sans.any():
        st.markdown("**Publié, sans équivalent dans les données chargées**")
        reste = court[sans].drop(columns=_CONNU).rename(columns={"Différence": "Pourquoi"})
        st.table(reste, border="horizontal", hide_index=True)
