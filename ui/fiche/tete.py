"""The top of a sheet: name, stage, map, announced and computed figures, priorities and partners."""

from collections.abc import Iterator
from html import escape

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.fiche import Fiche, sort_cpts
from geo.indicateurs.calcul import BORNES_TAILLE
from geo.rangees import get_row
from rendu.carte.palette import (
    BLANC,
    BLEU,
    CHOISIE_TRANSPARENTE,
    ENCRE,
    FILET,
    LEGENDE_INDICATIF,
    REPERE,
    TIRETS,
    VOISINE_TRANSPARENTE,
)
from rendu.carte.signes import Coloration, Entree
from rendu.carte.vue import chosen_departements
from rendu.mots.etapes import stage_parts
from rendu.mots.faits import (
    cited_sources,
    count_texts,
    perimeter_lines,
    perimeter_name,
    perimeter_words,
    share_texts,
)
from rendu.mots.fiche import BARRE_MAX, bounds_text, gap_rows, sizes
from rendu.mots.francais import (
    NON_PUBLIE,
    capitale,
    escape_markdown,
    lieu,
    nombre,
)
from rendu.mots.millesimes import reference_text
from ui.commun.adresse import Filtres, ignored, key, shorten_value, to_params, update_address
from ui.commun.atlas import get_blanches, get_couches
from ui.commun.carte import Etat, centre, draw_carte, find_commune
from ui.commun.fiche import PAR_FICHE

# The chosen CPTS, and its neighbours in grey.
_PALETTE = (CHOISIE_TRANSPARENTE, VOISINE_TRANSPARENTE, BLANC)
_CHOISIE, _VOISINE, _REPERE = range(3)


def choose_cpts(atlas: Atlas, filtres: Filtres) -> str:
    """Return the CPTS of the sheet: that of the address or the first by name of the chosen departments.

    An unknown one is told, and the page stops at the search.
    """
    noms = atlas.fiches["nom"]
    inconnues = [valeur for nom, valeur in ignored() if nom == "cpts"]
    if inconnues and not filtres.cpts:
        st.title("CPTS inconnue", anchor=False)
        st.markdown(
            f"L'adresse demande « {escape_markdown(shorten_value(inconnues[0]))} », que l'atlas ne connaît "
            "pas. Cherchez une commune ou une CPTS ci-dessus, ou choisissez-la dans la liste."
        )
    ordre = sort_cpts(noms)
    if not filtres.cpts and not inconnues:
        dans = atlas.cpts_dans(chosen_departements(atlas, filtres))
        st.session_state[key("cpts")] = next((i for i in ordre if i in dans), ordre[0])
        update_address()
    st.selectbox(
        "CPTS",
        ordre,
        index=None,
        format_func=noms.__getitem__,
        key=key("cpts"),
        placeholder="Choisir une CPTS",
    )
    if not st.session_state[key("cpts")]:
        st.stop()
    return str(st.session_state[key("cpts")])


def draw_tete(atlas: Atlas, fiche: Fiche, filtres: Filtres) -> None:
    """Draw the name, the stage with its date, the confidence, and the way to the sheets around."""
    ligne = get_row(atlas.fiches, fiche.cpts_id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {escape_markdown(fiche.nom)}", width="stretch")
        for voisine, libelle, icone in (
            (fiche.precedente, "Précédente", ":material/arrow_back:"),
            (fiche.suivante, "Suivante", ":material/arrow_forward:"),
        ):
            if voisine:
                st.page_link(
                    "pages/fiche.py",
                    label=libelle,
                    icon=icone,
                    help=escape_markdown(str(atlas.fiches.loc[voisine, "nom"])),
                    query_params=to_params(filtres) | {"cpts": voisine},
                )
    with st.container(horizontal=True, vertical_alignment="center"):
        dit, etape = stage_parts(ligne)
        st.markdown(f"**{escape_markdown(capitale(dit))}**", width="content")
        if etape:
            # Not st.badge, which would escape the brackets once more and show the backslashes.
            st.markdown(f":blue-badge[{escape_markdown(etape)}]", width="content")
        st.badge(perimeter_name(atlas, fiche.cpts_id), color="gray")
    if isinstance(ligne["note"], str):
        st.markdown(capitale(escape_markdown(ligne["note"])) + ".")


def draw_carte_fiche(atlas: Atlas, fiche: Fiche, filtres: Filtres) -> None:
    """Draw the CPTS with its neighbours in grey or, without a perimeter, its marker."""
    formes = {str(i): "complet" for i in atlas.territoires.index}
    formes[fiche.cpts_id] = "complet" if fiche.dessinee else "repere"
    classes = dict.fromkeys(formes, _VOISINE)
    classes[fiche.cpts_id] = _CHOISIE if fiche.dessinee else _REPERE
    departements = list(get_row(atlas.fiches, fiche.cpts_id)["departements"])
    # One that was looked for on another page may be in another CPTS, or in none.
    sienne = filtres.commune in set(fiche.communes["code_commune"])
    draw_carte(
        get_couches(),
        Etat(
            formes=formes,
            coloration=Coloration(
                fiche.nom, classes, _PALETTE, tuple(_legend(atlas, fiche, formes))
            ),
            selection=fiche.cpts_id,
            departements=departements,
            cadre=fiche.cpts_id if fiche.dessinee else None,
            commune=find_commune(atlas, filtres) if sienne else None,
            blanches=get_blanches(atlas, filtres.couvert),
        ),
        centre=centre(atlas),
        principale=False,
    )
    if not fiche.dessinee:
        commune = atlas.communes["nom"].get(atlas.fiches.loc[fiche.cpts_id, "code_commune_repere"])
        st.caption(
            "Aucun périmètre n'est connu : le repère est placé "
            f"{escape_markdown(lieu(str(commune)))}, et rien n'est calculé."
        )


def _legend(atlas: Atlas, fiche: Fiche, formes: dict[str, str]) -> Iterator[Entree]:
    if fiche.dessinee:
        yield Entree(CHOISIE_TRANSPARENTE, "commune de cette CPTS", len(fiche.communes))
    else:
        yield Entree(REPERE, "repère : périmètre inconnu", 1)
    yield Entree(VOISINE_TRANSPARENTE, "autre CPTS dessinée", len(formes) - 1)
    yield Entree(TIRETS, LEGENDE_INDICATIF, sum(atlas.is_indicatif(i) for i in formes))


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_FICHE)
def draw_chiffres(atlas: Atlas, fiche: Fiche) -> None:
    """Draw announced | computed | gap, the shares without médecin traitant, and the confidence.

    It is drawn once for every session: Streamlit sends the next ones the same messages.
    """
    faits = atlas.faits_de(fiche.cpts_id)
    lignes = gap_rows(atlas.registre, fiche)
    st.dataframe(pd.DataFrame(lignes), hide_index=True, height="content")
    st.caption(f"Annoncé : par les sources ci-dessous. Calculé : {reference_text(atlas)}.")
    for indicateur in atlas.registre.on("fiche"):
        if not indicateur.par_base:
            continue
        st.markdown(f"**{indicateur.libelle}**")
        parts = share_texts(indicateur, faits)
        for part in parts:
            st.markdown(f"## {part}")
        if not parts:
            st.markdown(indicateur.absence)
    st.markdown(_confidence_text(atlas, fiche))
    for texte in count_texts(atlas.registre, faits):
        st.markdown(f"{capitale(texte)} (annonce).")
    st.caption(f"Source : {' ; '.join(cited_sources(atlas, fiche.cpts_id))}")


def draw_projet(atlas: Atlas, fiche: Fiche) -> None:
    """Draw the size class of the ACI, the priorities and the partners."""
    _draw_taille(fiche)
    ligne = get_row(atlas.fiches, fiche.cpts_id)
    for titre, termes in (("Priorités", ligne["priorites"]), ("Partenaires", ligne["partenaires"])):
        if termes:
            st.markdown(f"**{titre}**\n\n" + "\n".join(f"- {escape_markdown(t)}" for t in termes))
        else:
            st.markdown(f"**{titre}** : {NON_PUBLIE}")


def _confidence_text(atlas: Atlas, fiche: Fiche) -> str:
    if not fiche.dessinee:
        return "**Périmètre** : aucun connu."
    debut = perimeter_words(atlas, fiche.cpts_id)
    lignes = "\n".join(f"- {ligne}" for ligne in perimeter_lines(atlas, fiche.cpts_id))
    return f"**{capitale(debut)}**\n\n{lignes}"


def _draw_taille(fiche: Fiche) -> None:
    """Draw the size class of the ACI as a bar with its three bounds."""
    connues = sizes(fiche)
    for taille, texte in connues:
        st.markdown(f"**Taille (ACI) : {taille.classe}** ({texte})")
        st.html(_bar(taille.population))
    if connues:
        st.caption(bounds_text())
    else:
        st.markdown("**Taille (ACI)** : inconnue, faute de population totale publiée")


def _bar(population: float) -> str:
    part = min(population / BARRE_MAX, 1) * 100
    bornes = "".join(
        f'<div style="position:absolute;left:{borne / BARRE_MAX * 100}%;top:-3px;height:18px;'
        f'border-left:2px solid {ENCRE}"></div>'
        f'<div style="position:absolute;left:{borne / BARRE_MAX * 100}%;top:16px;font-size:0.75rem;'
        f'transform:translateX(-50%)">{escape(nombre(borne))}</div>'
        for borne in BORNES_TAILLE
    )
    return (
        '<div aria-hidden="true" style="position:relative;height:12px;margin:4px 24px 24px 0;'
        f'background:{FILET}"><div style="width:{part}%;height:12px;background:{BLEU}"></div>{bornes}</div>'
    )
