"""The small maps of the territories compared, all at one scale."""

import json
import re
from typing import Any, Literal

import altair as alt
import shapely
import streamlit as st
from shapely.geometry.base import BaseGeometry

from geo.atlas import Atlas
from geo.formes.vignettes import Vignette, Vignettes, dissolve_departements, make_vignettes
from geo.indicateurs.ecarts import Comparaison
from geo.indicateurs.territoire import CPTS, FRANCE, Territoire, parse_territoire
from geo.perimetre import is_indicatif
from rendu.carte.palette import BLANC, BLEU, COMPAREE_FOND, ENCRE, PAPIER, SOMBRES, TRAIT
from rendu.carte.theme import SOMBRE, Theme
from rendu.mots.comparaison import GENRES
from rendu.mots.francais import CONFIANCES_COURTES, escape_markdown, nombre
from ui.commun.atlas import PAR_EMPREINTE
from ui.commun.theme import PAR_THEME, chart_theme
from ui.comparer.cle import PAR_COMPARAISON

# The more maps stand side by side, the less wide each is, and the less high it need be.
_HAUTEURS_PX = {1: 420, 2: 420, 3: 330, 4: 270}
# The frame goes so much further down than up: the scale bar has a band of its own.
_BANDE = 1.3
# Further from the middle than this part of the frame, a centred name might not fit.
_PRES_DU_BORD = 0.2


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=PAR_EMPREINTE)
def _departements(atlas: Atlas) -> Any:
    return dissolve_departements(atlas)


@st.cache_resource(show_spinner="Dessin des territoires…", max_entries=64, hash_funcs=PAR_EMPREINTE)
def _vignettes(atlas: Atlas, adresses: tuple[str, ...], indicatifs: bool) -> Vignettes:
    territoires = [parse_territoire(atlas, adresse) for adresse in adresses]
    return make_vignettes(atlas, _departements(atlas), territoires, indicatifs=indicatifs)


def draw_cartes(atlas: Atlas, comparaison: Comparaison) -> None:
    """Draw one small map a territory, side by side, then say how they are to be read; none of France."""
    _draw_cartes(atlas, comparaison, chart_theme())


# Once for every session: Streamlit sends the next ones the same messages.
@st.cache_resource(
    show_spinner=False, max_entries=64, hash_funcs=PAR_EMPREINTE | PAR_THEME | PAR_COMPARAISON
)
def _draw_cartes(atlas: Atlas, comparaison: Comparaison, theme: Theme) -> None:
    territoires = [t for t in comparaison.territoires if t.genre != FRANCE]
    adresses = tuple(territoire.adresse for territoire in territoires)
    vignettes = _vignettes(atlas, adresses, comparaison.indicatifs)
    with st.container(key="vignettes"):
        colonnes = st.columns(len(territoires), gap="small")
    for colonne, territoire, vignette in zip(
        colonnes, territoires, vignettes.vignettes, strict=True
    ):
        with colonne:
            st.markdown(f"**{escape_markdown(territoire.nom)}**  \n{_signs(territoire, vignette)}")
            carte = make_carte(territoire, vignette, vignettes)
            st.altair_chart(darken(carte) if theme is SOMBRE else carte, theme=None)
    masques = [v for v in vignettes.vignettes if v.contour is not None and v.limites is None]
    st.caption(
        "Cartes à la même échelle, nord en haut, Lambert 93. En couleur : le territoire ; traits fins : ses communes"
        + (", quand elles ne sont pas trop serrées" if masques else "")
        + " ; gris : limites des départements ; tirets : périmètre indicatif ; point : commune la plus peuplée ; losange : commune "
        "repère d'une CPTS sans périmètre dessiné."
    )


def make_carte(territoire: Territoire, vignette: Vignette, vignettes: Vignettes) -> alt.LayerChart:
    """Draw one small map.

    The frame has the same size in metres on every map and Vega fits it to the space there is, which
    is the same too: so is the scale. Marks are clipped to it: one that stuck out would shrink its map.
    """
    est, nord = vignettes.largeur_m / 2, vignettes.hauteur_m / 2
    couches = [
        _shape(shapely.box(-est, -nord * _BANDE, est, nord), filled=True, fill=PAPIER, stroke=None),
        _shape(vignette.departements, filled=False, stroke=TRAIT, strokeWidth=1),
    ]
    if vignette.contour is not None:
        couches.append(_shape(vignette.contour, filled=True, fill=COMPAREE_FOND, stroke=None))
        if vignette.limites is not None:
            couches.append(_shape(vignette.limites, filled=False, stroke=BLANC, strokeWidth=0.5))
        tirets = [5, 3] if vignette.indicatif else [1, 0]
        couches.append(
            _shape(vignette.contour, filled=False, stroke=BLEU, strokeWidth=1.8, strokeDash=tirets)
        )
    couches += [*_place(vignette, vignettes), *_scale_bar(vignettes)]
    carte: alt.LayerChart = (
        alt.layer(*couches)
        .properties(
            width="container",
            height=_HAUTEURS_PX[len(vignettes.vignettes)],
            # The paper of the map is its frame: around it is the page, light or dark.
            background="transparent",
            description=description(territoire, vignette, vignettes),
        )
        .project(type="identity", reflectY=True)
        .configure_view(stroke=None)
    )
    return carte


def darken(carte: alt.LayerChart) -> alt.LayerChart:
    """Return a small map with the colours of the dark theme (:data:`rendu.carte.palette.SOMBRES`)."""
    clairs = re.compile("|".join(SOMBRES))
    objet = json.loads(clairs.sub(lambda trouve: SOMBRES[trouve.group()], carte.to_json()))
    sombre: alt.LayerChart = alt.LayerChart.from_dict(objet)
    return sombre


def description(territoire: Territoire, vignette: Vignette, vignettes: Vignettes) -> str:
    """Say in words what a small map shows."""
    quoi = f"{GENRES[territoire.genre]} {territoire.nom}".replace("CPTS CPTS", "CPTS")
    if vignette.contour is None:
        return f"Carte : {quoi}, sans périmètre dessiné ; repère à {vignette.lieu}."
    ouest, sud, est, nord = (cote / 1000 for cote in vignette.contour.bounds)
    trait = "en tirets, périmètre indicatif" if vignette.indicatif else "en trait plein"
    return (
        f"Carte : {quoi}, contour {trait}, {nombre(est - ouest)} km d'ouest en est et "
        f"{nombre(nord - sud)} km du sud au nord ; commune la plus peuplée : {vignette.lieu} ; échelle : barre de "
        f"{nombre(vignettes.echelle_m / 1000)} km."
    )


def _signs(territoire: Territoire, vignette: Vignette) -> str:
    """Say under the name of what kind a territory is, and how sure its outline is."""
    signes = [GENRES[territoire.genre]]
    if territoire.genre == CPTS:
        if vignette.contour is None:
            signes.append(
                "périmètre inconnu" if territoire.confiance is None else "périmètre masqué"
            )
        elif not vignette.indicatif and is_indicatif(territoire.confiance):
            signes.append("partie établie du périmètre")
        else:
            signes.append(f"périmètre {CONFIANCES_COURTES[str(territoire.confiance)]}")
    masque = is_indicatif(territoire.confiance) and not vignette.indicatif
    montrees = territoire.codes_etablis if masque else territoire.codes_communes
    if dehors := set(territoire.hors_etude).intersection(montrees):
        tout = len(dehors) == len(montrees)
        signes.append("hors de la zone d'étude" if tout else "en partie hors de la zone d'étude")
    return " · ".join(signes)


def _shape(forme: BaseGeometry, *, filled: bool, **style: Any) -> alt.Chart:
    # Vega reads rings the other way round than GeoJSON only for spheres: under identity any will do.
    objet = {
        "type": "Feature",
        "properties": {},
        "geometry": shapely.geometry.mapping(_rounded(forme)),
    }
    carte = alt.Chart(alt.Data(values=[objet]))
    trace: alt.Chart = carte.mark_geoshape(filled=filled, clip=True, aria=False, **style)
    return trace


def _rounded(forme: BaseGeometry) -> BaseGeometry:
    """Drop what is less than a metre: it is sent to the browser for nothing."""
    return shapely.transform(forme, lambda points: points.round())


def _place(vignette: Vignette, vignettes: Vignettes) -> list[alt.Chart]:
    """Mark a place; its name leans towards the middle of the frame, so that it stays inside."""
    x, y = vignette.point
    lieu = alt.Chart(alt.Data(values=[{"x": x, "y": y, "nom": vignette.lieu}])).encode(
        longitude="x:Q", latitude="y:Q"
    )
    repere = vignette.contour is None
    cote: Literal["center", "left", "right"] = "center"
    if abs(x) > vignettes.largeur_m * _PRES_DU_BORD:
        cote = "right" if x > 0 else "left"
    dessus = y < vignettes.hauteur_m * (0.5 - _PRES_DU_BORD / 2)
    return [
        lieu.mark_point(
            shape="diamond" if repere else "circle",
            size=130 if repere else 28,
            filled=True,
            fill=ENCRE,
            stroke=BLANC,
            strokeWidth=1,
            opacity=1,
            clip=True,
        ),
        # A pale halo under the name keeps it legible over the borders.
        *(
            lieu.mark_text(
                align=cote,
                clip=True,
                dy=-12 if dessus else 14,
                fontSize=12,
                fontWeight="bold",
                font="sans-serif",
                **trait,
            ).encode(text="nom:N")
            for trait in (
                {"color": BLANC, "stroke": BLANC, "strokeWidth": 4, "strokeJoin": "round"},
                {"color": ENCRE},
            )
        ),
    ]


def _scale_bar(vignettes: Vignettes) -> list[alt.Chart]:
    """Draw the scale bar and the north in a band below the map, in metres."""
    ouest, est = -vignettes.largeur_m / 2, vignettes.largeur_m / 2
    nord = vignettes.hauteur_m / 2
    cran = vignettes.hauteur_m / 60
    x, y = ouest + 3 * cran, -nord * _BANDE + 3 * cran
    barre = shapely.LineString(
        [(x, y + cran), (x, y), (x + vignettes.echelle_m, y), (x + vignettes.echelle_m, y + cran)]
    )
    textes = [
        {"x": x + vignettes.echelle_m / 2, "y": y, "t": f"{nombre(vignettes.echelle_m / 1000)} km"},
        {"x": est - 5 * cran, "y": y, "t": "N ↑"},
    ]
    return [
        _shape(barre, filled=False, stroke=ENCRE, strokeWidth=1.5),
        alt.Chart(alt.Data(values=textes))
        .mark_text(clip=True, dy=-9, fontSize=11, color=ENCRE, font="sans-serif")
        .encode(longitude="x:Q", latitude="y:Q", text="t:N"),
    ]
