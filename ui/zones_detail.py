"""One zone: what it holds, and the CPTS that could absorb it."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.couverture import NON_COUVERTE, undrawn_cpts
from geo.valeurs import announced
from geo.zones import Zones, candidates
from ui.francais import (
    CONFIANCES_COURTES,
    NON_PUBLIEE,
    accorder,
    echapper,
    enumerer,
    nombre,
    qualifier,
)
from ui.zones_carte import zone_name

_NOMBRE = st.column_config.NumberColumn(format="localized")
_LIGNES_MAX = 10
_HAUTEUR_PX = 390


def draw_zone(atlas: Atlas, zones: Zones, zone: str | None) -> None:
    """Draw the chosen zone; without one, how to choose it."""
    st.header("La zone choisie", anchor=False)
    if zone is None:
        st.markdown(
            "Aucune. Une ligne de la liste, ou un clic sur la carte, montre ses communes et les CPTS qui la "
            "touchent."
        )
        return
    ligne = zones.table.loc[zone]
    st.subheader(echapper(zone_name(ligne["etat"], ligne["nom"])), anchor=False)
    st.markdown(_zone_sentence(atlas, ligne))
    st.markdown("**Qui pourrait l'absorber ?**")
    _draw_candidates(atlas, zones, zone)
    communes, epci = st.tabs(["Communes", "Intercommunalités"])
    siennes = atlas.communes.loc[zones.membres.index[zones.membres == zone]]
    with communes:
        _draw_table(_communes(siennes))
    with epci:
        _draw_table(_epci(atlas, siennes))


def _zone_sentence(atlas: Atlas, ligne: pd.Series) -> str:
    departements = enumerer(
        echapper(atlas.departements.loc[code, "nom"]) for code in ligne["departements"]
    )
    chiffres = (
        f"{accorder(ligne['communes'], 'commune')}, **{accorder(ligne['population'], 'habitant')}** (2023), "
        f"{nombre(ligne['surface_km2'])} km², {nombre(ligne['densite'])} hab./km² ; "
        f"{accorder(ligne['n_epci'], 'intercommunalité')} ; {departements}."
    )
    phrases = [chiffres]
    if ligne["continue_dehors"]:
        phrases.append(
            "Elle continue au-delà des départements choisis ou de la zone d'étude : ces chiffres sont ceux de sa "
            "partie visible."
        )
    if len(ligne["departements"]) > 1:
        n = accorder(len(ligne["departements"]), "département")
        phrases.append(
            f"Elle s'étend sur {n} : choisissez-en un, à gauche, pour la voir de plus près."
        )
    if ligne["etat"] != NON_COUVERTE:
        phrases.append(_doubt_sentence(atlas, ligne["departements"]))
    return " ".join(phrases)


def _doubt_sentence(atlas: Atlas, departements: tuple[str, ...]) -> str:
    """Say why these communes may well be covered."""
    sans = undrawn_cpts(atlas)
    ids = dict.fromkeys(sans.loc[sans["code_departement"].isin(departements), "cpts_id"])
    debut = "**Rien ne dit que ces communes ne sont pas couvertes**"
    if not ids:
        return f"{debut} : la liste des CPTS n'y est pas complète."
    noms = enumerer((echapper(atlas.fiches.loc[i, "nom"]) for i in ids), liaison="ou")
    return f"{debut} : elles peuvent être dans {noms}, de périmètre inconnu, ou dans une CPTS absente de la liste."


def _draw_candidates(atlas: Atlas, zones: Zones, zone: str) -> None:
    table = candidates(atlas, zones, zone)
    if table.empty:
        st.markdown("Aucune CPTS dessinée ne la touche.")
        return
    annonces = announced(atlas, "population_annoncee").reindex(table["cpts_id"])
    st.dataframe(
        pd.DataFrame(
            {
                "CPTS": table["nom"],
                "Frontière (km)": table["frontiere_km"].round(1),
                "Habitants avant": table["population_avant"],
                "après": table["population_apres"],
                "Taille ACI": [
                    c.taille_avant
                    if c.taille_avant == c.taille_apres
                    else f"{c.taille_avant} → {c.taille_apres}"
                    for c in table.itertuples()
                ],
                "Périmètre": table["confiance"].map(CONFIANCES_COURTES),
                "Étape": table["statut_libelle"],
                "Population annoncée": [
                    qualifier(a.valeur, a.qualificatif)
                    if isinstance(a.qualificatif, str)
                    else NON_PUBLIEE
                    for a in annonces.itertuples()
                ],
                "A déjà": [accorder(n, "commune") if n else "" for n in table["communes_deja"]],
            }
        ).drop(columns=[] if table["communes_deja"].any() else ["A déjà"]),
        hide_index=True,
        height="content",
        alt="CPTS qui pourraient absorber la zone",
        column_config=dict.fromkeys(("Frontière (km)", "Habitants avant", "après"), _NOMBRE)
        | {"CPTS": st.column_config.TextColumn(width="medium", pinned=True)},
    )
    st.caption(_caution(table))


def _caution(table: pd.DataFrame) -> str:
    texte = (
        "Habitants calculés (2023), chaque commune comptée une fois ; taille selon l'accord de 2019, sur cette "
        "population et non sur celle qui est annoncée."
    )
    indicatifs = int((table["confiance"] == "hypothese").sum())
    if indicatifs:
        texte = (
            f":material/warning: {accorder(indicatifs, 'périmètre est indicatif', 'périmètres sont indicatifs')}, "
            "reconstitué à partir des intercommunalités : la frontière, et même le voisinage, sont à "
            f"vérifier avec la CPTS. {texte}"
        )
        if indicatifs > 1:
            texte = texte.replace("reconstitué à", "reconstitués à", 1)
    return texte


def _communes(siennes: pd.DataFrame) -> pd.DataFrame:
    triees = siennes.sort_values("population", ascending=False)
    return pd.DataFrame(
        {
            "Commune": triees["nom"],
            "Code": triees.index,
            "Population (2023)": triees["population"],
            "Intercommunalité": triees["nom_epci"],
        }
    )


def _epci(atlas: Atlas, siennes: pd.DataFrame) -> pd.DataFrame:
    """Say of each EPCI how much of it the zone holds."""
    entieres = atlas.communes.groupby("siren_epci")["population"].agg(["size", "sum"])
    dedans = siennes.groupby("siren_epci").agg(
        nom=("nom_epci", "first"), communes=("population", "size"), population=("population", "sum")
    )
    dedans = dedans.join(entieres).sort_values("population", ascending=False)
    return pd.DataFrame(
        {
            "Intercommunalité": dedans["nom"],
            "Communes": [
                f"{nombre(e.communes)} / {nombre(e.toutes)}"
                for e in dedans.rename(columns={"size": "toutes"}).itertuples()
            ],
            "Population (2023)": dedans["population"],
            "Part de ses habitants (%)": (dedans["population"] / dedans["sum"] * 100).round(1),
        }
    )


def _draw_table(tableau: pd.DataFrame) -> None:
    st.dataframe(
        tableau,
        hide_index=True,
        height="content" if len(tableau) <= _LIGNES_MAX else _HAUTEUR_PX,
        column_config=dict.fromkeys(tableau.select_dtypes("number").columns, _NOMBRE),
    )
