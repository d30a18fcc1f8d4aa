"""The published rates beside the computed ones, and why they differ."""

import streamlit as st

from geo.atlas import Atlas
from geo.regles.couverture import Couverture
from geo.regles.publie import Rapprochement, compare_published
from rendu.mots.couverture import deduced_text
from rendu.mots.faits import source_text
from rendu.mots.francais import (
    AVEC_INDICATIFS,
    POURCENT,
    capitale,
    date_partielle,
    escape_markdown,
    join_words,
    nombre,
    pourcentage,
    qualify,
)
from rendu.mots.jalons import ETAPES_PUBLIEES
from ui.commun.atlas import PAR_ETATS


def draw_rapprochements(atlas: Atlas, couverture: Couverture, *, indicatifs: bool) -> None:
    """Draw each published rate beside ours, and why they differ."""
    st.header("Taux publiés et taux calculés", anchor=False)
    textes = _write_rapprochements(
        atlas, couverture.departements, couverture.definition, indicatifs, couverture
    )
    if not textes:
        st.markdown("Aucun taux n'est publié pour ces départements dans ce qui a été lu.")
    for texte in textes:
        st.markdown(texte)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=PAR_ETATS)
def _write_rapprochements(
    atlas: Atlas,
    departements: tuple[str, ...],  # noqa: ARG001 - with the next, the cache key of the coverage
    definition: str,  # noqa: ARG001
    indicatifs: bool,
    _couverture: Couverture,
) -> list[str]:
    return [
        _rapprochement_text(atlas, r, indicatifs=indicatifs)
        for r in compare_published(atlas, _couverture)
    ]


def _rapprochement_text(atlas: Atlas, rapprochement: Rapprochement, *, indicatifs: bool) -> str:
    jalon = rapprochement.jalon
    date = jalon["date"] if isinstance(jalon["date"], str) else None
    publie = qualify(jalon["valeur"], jalon["qualificatif"], POURCENT)
    nom = escape_markdown(str(atlas.departements.loc[rapprochement.code_departement, "nom"]))
    texte = (
        f"**{nom} : {publie} publiés, {_computed_text(rapprochement, indicatifs=indicatifs)}**  \n"
        f"Publié : {ETAPES_PUBLIEES[jalon['etape_mot_source']]}, {date_partielle(date)}. "
        f"{source_text(atlas, jalon['source_id'])}."
    )
    raisons = _reasons(atlas, rapprochement)
    return texte + "".join(f"\n- {raison}" for raison in raisons)


def _computed_text(rapprochement: Rapprochement, *, indicatifs: bool) -> str:
    """Write our own share: a minimum, unless all is known and established."""
    assise = deduced_text(rapprochement.n_perimetres, rapprochement.n_deduits)
    suite = f", {assise}" if assise else ""
    etablie, indicative = rapprochement.part_etablie_pct, rapprochement.part_indicative_pct
    if etablie is None or indicative is None:
        return "rien de calculable"
    if rapprochement.exacte:
        return f"{pourcentage(etablie)} calculés{suite}"
    debut = (
        f"{pourcentage(etablie, au_moins=True)} calculés{suite}"
        if etablie
        else "aucun périmètre établi"
    )
    if not indicatifs:
        return debut
    return f"{debut} ({pourcentage(indicative)} {AVEC_INDICATIFS})"


def _reasons(atlas: Atlas, rapprochement: Rapprochement) -> list[str]:
    """Say in words what keeps the computed share from the published one."""
    noms = atlas.fiches["nom"]
    raisons = []
    publiees = rapprochement.cpts_publiees
    if publiees is not None and publiees["valeur"] != rapprochement.cpts_connues:
        n = rapprochement.cpts_connues
        raisons.append(
            f"la source compte {qualify(publiees['valeur'], publiees['qualificatif'])} CPTS, les données "
            f"chargées en connaissent {nombre(n)}"
        )
    for ids, singulier, pluriel in (
        (
            rapprochement.sans_perimetre,
            "n'a pas de périmètre connu et ne couvre donc personne ici",
            "n'ont pas de périmètre connu et ne couvrent donc personne ici",
        ),
        (
            rapprochement.indicatives,
            "n'a qu'un périmètre indicatif, au moins en partie",
            "n'ont qu'un périmètre indicatif, au moins en partie",
        ),
    ):
        if ids:
            qui = join_words(escape_markdown(noms[i]) for i in ids)
            raisons.append(f"{qui} {singulier if len(ids) == 1 else pluriel}")
    if not rapprochement.meme_definition:
        raisons.append("la définition choisie ici n'est pas celle de la source")
    if not raisons:
        raisons.append("aucune raison connue, sinon la date et le calcul de la source")
    return [f"{capitale(raison)}." for raison in raisons]
