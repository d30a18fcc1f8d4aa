"""One zone: what it holds, and the CPTS that could absorb it."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.territoire import make_list
from geo.perimetre import are_indicatives
from geo.rangees import get_row, iterate_rows
from geo.regles.couverture import NON_COUVERTE
from geo.regles.doutes import Doutes, find_doutes
from geo.regles.zones import Zones, zone_indicators
from rendu.mots.faits import announced_texts
from rendu.mots.francais import (
    agree,
    count_noun,
    escape_markdown,
    join_words,
    nombre,
    pourcentage,
)
from rendu.mots.millesimes import population_title
from rendu.mots.zones import candidate_row, zone_name
from rendu.tableau import Colonne, write_liste
from ui.commun.adresse import Filtres
from ui.commun.couverture_detail import draw_table
from ui.commun.provenance import draw_provenance
from ui.commun.zones import get_candidates
from ui.zones.mesure import measure
from ui.zones.situations import draw_situations

_PART = "Part de ses habitants"
_COLONNES = (
    Colonne("CPTS", "périmètre, étape, population annoncée"),
    Colonne("Habitants", "avec la zone"),
    Colonne("Taille", "(ACI)"),
    Colonne("Frontière", "(km)"),
)


def draw_zone(atlas: Atlas, zones: Zones, zone: str, filtres: Filtres) -> None:
    """Draw the chosen zone: what it holds, and who could absorb it."""
    ligne = get_row(zones.table, zone)
    siennes = atlas.communes.loc[zones.membres.index[zones.membres == zone]]
    nom = zone_name(ligne["etat"], ligne["nom"])
    st.subheader(escape_markdown(nom), anchor=False)
    st.markdown(_zone_sentence(atlas, ligne))
    if ligne["etat"] != NON_COUVERTE:
        st.markdown(_doubt_sentence(atlas, find_doutes(atlas, siennes.index)))
    lieu, indicateurs = make_list(atlas, siennes.index, ligne["nom"]), zone_indicators(atlas)
    draw_situations(
        atlas, lieu, [i for i in indicateurs if i.identifiant == measure(atlas, filtres)]
    )
    draw_provenance(atlas, [lieu], filtres, measure(atlas, filtres))
    certaine = ligne["etat"] == NON_COUVERTE
    st.markdown(
        "**Qui pourrait l'absorber ?**"
        if certaine
        else "**Qui pourrait l'absorber, si aucune CPTS ne la couvrait ?**"
    )
    _draw_candidates(atlas, get_candidates(atlas, filtres, zones, zone))
    if not filtres.indicatifs:
        st.caption("Les communes des périmètres indicatifs, masqués, n'y comptent pas.")
    communes, epci, *officiels = st.tabs(
        ["Communes", "Intercommunalités", *(["Indicateurs"] if indicateurs else [])]
    )
    with communes:
        draw_table(_communes(atlas, siennes))
    with epci:
        parts = _epci(atlas, siennes)
        draw_table(parts, ecrits={_PART: map(pourcentage, parts[_PART])})
    for officiel in officiels:
        with officiel:
            draw_situations(atlas, lieu, indicateurs)


def _zone_sentence(atlas: Atlas, ligne: pd.Series) -> str:
    departements = join_words(
        escape_markdown(str(atlas.departements.loc[code, "nom"])) for code in ligne["departements"]
    )
    chiffres = (
        f"{count_noun(ligne['communes'], 'commune')}, **{count_noun(ligne['population'], 'habitant')}** ({atlas.millesimes.population}), "
        f"{nombre(ligne['surface_km2'])} km², {nombre(ligne['densite'])} hab./km² ; "
        f"{count_noun(ligne['n_epci'], 'intercommunalité')} ; {departements}."
    )
    phrases = [chiffres]
    if ligne["continue_dehors"]:
        phrases.append(
            "Elle continue au-delà des départements choisis ou de la zone d'étude : ces chiffres sont ceux de sa "
            "partie visible."
        )
    if len(ligne["departements"]) > 1:
        n = count_noun(len(ligne["departements"]), "département")
        phrases.append(f"Elle s'étend sur {n} : choisissez-en un pour la voir de plus près.")
    return " ".join(phrases)


def _doubt_sentence(atlas: Atlas, doutes: Doutes) -> str:
    """Say why these communes may well be covered."""

    def name(ids: tuple[str, ...], liaison: str) -> str:
        return join_words(
            (escape_markdown(str(atlas.fiches.loc[i, "nom"])) for i in ids), liaison=liaison
        )

    raisons = []
    if doutes.sans_etape:
        raisons.append(
            f"certaines sont dans {name(doutes.sans_etape, 'et')}, dont l'étape n'est pas publiée"
        )
    if doutes.sans_perimetre:
        raisons.append(
            f"elles peuvent être dans {name(doutes.sans_perimetre, 'ou')}, de périmètre inconnu"
        )
    if doutes.incomplets:
        ou = join_words(
            escape_markdown(str(atlas.departements.loc[code, "nom"])) for code in doutes.incomplets
        )
        raisons.append(f"la liste des CPTS n'est pas complète ({ou})")
    return f"**Rien ne dit que ces communes ne sont pas couvertes** : {' ; '.join(raisons)}."


def _draw_candidates(atlas: Atlas, table: pd.DataFrame) -> None:
    if table.empty:
        st.markdown("Aucune CPTS dessinée ne la touche.")
        return
    annonces = announced_texts(atlas, "population_annoncee", table["cpts_id"], court=True)
    lignes = [
        candidate_row(c, annonce) for c, annonce in zip(iterate_rows(table), annonces, strict=True)
    ]
    st.html(write_liste("CPTS qui pourraient absorber la zone", _COLONNES, lignes))
    st.caption(_caution(table, atlas.millesimes.population))


def _caution(table: pd.DataFrame, annee: str) -> str:
    texte = (
        f"La plus longue frontière d'abord. Habitants calculés ({annee}), chaque commune comptée une fois. La taille, "
        "selon l'accord de 2019, en vient, et non de la population annoncée."
    )
    indicatifs = int(are_indicatives(table["confiance"]).sum())
    if table["communes_deja"].any():
        texte += " Y sont aussi les CPTS qui ont déjà des communes de la zone, mais dont l'étape ou la confiance ne compte pas."
    if indicatifs:
        texte = (
            f":material/warning: {count_noun(indicatifs, 'périmètre est indicatif', 'périmètres sont indicatifs')}, "
            f"{agree(indicatifs, 'reconstitué')} à partir des intercommunalités. La frontière, et même le voisinage, sont "
            f"à vérifier avec la CPTS. {texte}"
        )
        if indicatifs > 1:
            texte = texte.replace("reconstitué à", "reconstitués à", 1)
    return texte


def _communes(atlas: Atlas, siennes: pd.DataFrame) -> pd.DataFrame:
    triees = siennes.sort_values("population", ascending=False)
    return pd.DataFrame(
        {
            "Commune": triees["nom"],
            "Code": triees.index,
            population_title(atlas): triees["population"],
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
                for e in iterate_rows(dedans.rename(columns={"size": "toutes"}))
            ],
            population_title(atlas): dedans["population"],
            _PART: dedans["population"] / dedans["sum"] * 100,
        }
    ).reset_index(drop=True)
