"""What a map that leaves the application shows: the coloured map of the home page, or one CPTS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely
from shapely.geometry import Point

from geo.formes.milieu import find_milieu
from geo.formes.territoires import dissolve
from geo.perimetre import are_etablies, is_indicatif
from geo.regles.couverture import NON_COUVERTE, find_etats
from rendu.carte.cercles import Cercles
from rendu.carte.palette import (
    BLANC,
    CHOISIE,
    COMMUNE_INDETERMINEE,
    CROISEES,
    HACHURES,
    LEGENDE_INDICATIF,
    REPERE,
    TIRETS,
    VOISINE,
)
from rendu.dessin.cadre import A4_PAYSAGE
from rendu.dessin.contenu import Aire, Carte, Disque, Marque, Nom
from rendu.mots.faits import fact_sources, ground_sources, source_plain
from rendu.mots.francais import SYNTHETIQUE, count_noun, join_words, jour, lieu, nombre
from rendu.mots.indicateurs import write_about
from rendu.supports.cartes_fond import (
    Fond,
    find_frame,
    leave_uncovered,
    list_borders,
    make_fond,
    name_communes,
    name_departements,
    name_towns,
    project_points,
    widen_frame,
)
from rendu.supports.sources import ground_texts, producers_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.atlas import Atlas
    from geo.fiche import Fiche
    from rendu.carte.signes import Coloration, Entree

# Width and height of the map of one sheet, in points: it stands across a page of A4.
CARTE_FICHE = (505.0, 345.0)
# More territories than that are not numbered: the list would not fit beside the map.
_NUMEROS_MAX = 45
# The most populous communes of a CPTS, named where there is room.
_COMMUNES_NOMMEES = 14
# More sources than that are not cited one by one.
_SOURCES_MAX = 6

# A pixel of CSS, in points: a circle is as large on paper as on a screen.
_PT_PAR_PX = 0.75
# How near to the middle of an outline its circle stands, in metres.
_MILIEU_M = 500.0


def make_carte_coloree(
    atlas: Atlas,
    coloration: Coloration,
    *,
    departements: Sequence[str],
    formes: dict[str, str],
    definition: str,
    indicatifs: bool,
    etats: Iterable[Entree],
    titre: str,
    phrase: str,
    jour_carte: dt.date,
    avertissement: str = "",
    selection: str | None = None,
    zones: pd.Series | None = None,
    zones_blanches: bool = True,
) -> Carte:
    """Prepare the coloured map of some departments, with the classes and the legend of the screen.

    Parameters
    ----------
    atlas
        The atlas.
    coloration, etats
        As the screen shows them: colours and legend of the CPTS, legend of the greys of communes.
    departements
        The chosen ones, never empty.
    formes
        CPTS to ``complet``, ``etabli`` (its established part) or ``repere``, in the order they are
        to be numbered.
    definition, indicatifs
        Which communes are a zone blanche, as in :func:`geo.regles.couverture.find_etats`.
    titre, phrase, avertissement
        Above the map: what it is, what it shows, what must not be missed.
    jour_carte
        The day when the map is made.
    selection
        The chosen CPTS, drawn with a thick border.
    zones
        Fill colour of communes, by code, drawn below the CPTS.
    zones_blanches
        Whether the communes that are a zone blanche are greyed.

    Returns
    -------
    Carte
        Shapes in metres (EPSG:2154); without communes, a frame around the marks.
    """
    choisis = set(departements)
    siens = atlas.communes["code_departement"].isin(choisis)
    points = _points(atlas.fiches.loc[[i for i, f in formes.items() if f == "repere"]])
    cadre = find_frame(atlas.communes.geometry[siens], points.values())
    fond = make_fond(atlas, cadre, A4_PAYSAGE[0] * 0.65)
    contours = _outlines(atlas, fond, formes)
    confiances = atlas.fiches["confiance"]
    couleurs = {i: _fill(coloration, i) for i in formes}
    aires = tuple(
        Aire(
            contour,
            couleurs[i],
            indicatif=formes[i] == "complet" and is_indicatif(confiances[i]),
            choisie=i == selection,
        )
        for i, contour in contours.items()
    )
    cercles = coloration.cercles or Cercles({}, ())
    marques = {i: Marque(x, y, couleurs[i], choisie=i == selection) for i, (x, y) in points.items()}
    numeros = len(formes) <= _NUMEROS_MAX
    noms = _cpts_names(formes, contours, points, coloration.valeurs, numeros=numeros)
    blanches = find_etats(atlas, definition, indicatifs=indicatifs) == NON_COUVERTE
    codes = fond.communes.index[blanches[fond.communes.index] & siens[fond.communes.index]]
    teintes = pd.Series(dtype="str") if zones is None else zones
    dessous = dissolve(fond.communes, teintes[teintes.index.isin(fond.communes.index)])
    sources = [*ground_sources(atlas), *coloration.sources, *fact_sources(atlas, formes)]
    return Carte(
        titre=titre,
        phrase=phrase,
        avertissement=_warning(atlas, avertissement),
        cadre=cadre,
        departements=tuple(d for code, d in fond.departements.items() if code in choisis),
        hors_choix=tuple(d for code, d in fond.departements.items() if code not in choisis),
        limites=list_borders(fond.communes),
        blanches=shapely.coverage_union_all(fond.communes[codes].to_numpy())
        if zones_blanches and len(codes)
        else None,
        aires=(*(Aire(contour, str(teinte)) for teinte, contour in dessous.items()), *aires),
        marques=tuple(marques.values()),
        noms=(
            *noms,
            *name_towns(atlas, fond, choisis, set(points.values())),
            *name_departements(atlas, fond, choisis),
        ),
        titre_legende=coloration.titre,
        methode=coloration.methode,
        legende=tuple(
            (e.signe, f"{e.texte} ({nombre(e.compte)})") for e in (*coloration.legende, *etats)
        ),
        cle=tuple(atlas.fiches.loc[list(formes), "nom"]) if numeros else (),
        sources=sources_line(atlas, sources, jour_carte),
        description=f"Carte : {titre}. {phrase} Couleurs : {coloration.titre}.",
        disques=_discs(cercles, contours, points),
        cercles=tuple((texte, rayon * _PT_PAR_PX) for texte, rayon in cercles.legende),
    )


def _fill(coloration: Coloration, cpts_id: str) -> str:
    if cpts_id in coloration.classes:
        return coloration.palette[coloration.classes[cpts_id]]
    return CROISEES if cpts_id in coloration.secrets else HACHURES


def make_carte_cpts(
    atlas: Atlas, fiche: Fiche, jour_carte: dt.date, *, titre: bool = True
) -> Carte:
    """Prepare the map of one CPTS: its communes, or its mark where no perimeter is known.

    Parameters
    ----------
    atlas
        The atlas.
    fiche
        The computed sheet of the CPTS, see :func:`geo.fiche.make_fiche`.
    jour_carte
        The day when the map is made.
    titre
        Whether the map bears its title; the page it is put in may do so.

    Returns
    -------
    Carte
        Shapes in metres (EPSG:2154); without communes, a frame around the mark.
    """
    ligne = atlas.fiches.loc[fiche.cpts_id]
    codes = list(fiche.communes["code_commune"])
    choisis = set(ligne["departements"])
    points = {} if fiche.dessinee else _points(atlas.fiches.loc[[fiche.cpts_id]])
    cadre = find_frame(
        atlas.communes.geometry[codes]
        if fiche.dessinee
        else atlas.communes.geometry[atlas.communes["code_departement"].isin(choisis)],
        points.values(),
    )
    fond = make_fond(atlas, widen_frame(cadre, CARTE_FICHE), CARTE_FICHE[0])
    formes = dict.fromkeys(map(str, atlas.territoires.index), "complet")
    contours = _outlines(atlas, fond, formes)
    confiances = atlas.fiches["confiance"]
    # Its own communes come last: a neighbour that overlaps it stays below.
    ordre = sorted(contours, key=lambda i: (i == fiche.cpts_id, i))
    sienne = contours.get(fiche.cpts_id)
    aires = tuple(
        Aire(
            contours[i],
            CHOISIE if i == fiche.cpts_id else VOISINE,
            indicatif=is_indicatif(confiances[i]),
            choisie=i == fiche.cpts_id,
        )
        for i in ordre
    )
    marques = tuple(Marque(x, y, BLANC, choisie=True) for x, y in points.values())
    villes = name_towns(atlas, fond, choisis, set(points.values()))
    noms_villes = {nom.texte for nom in villes}
    grandes = fiche.communes.nlargest(_COMMUNES_NOMMEES, "population")["code_commune"]
    communes = [
        nom for nom in name_communes(atlas, grandes, "commune") if nom.texte not in noms_villes
    ]
    voisines = [
        Nom(str(atlas.fiches.loc[i, "nom"]), leave_uncovered(contours[i], sienne), "voisine")
        for i in ordre
        if i != fiche.cpts_id
    ]
    libres = not fond.communes.index.isin(atlas.adhesions["code_commune"]).all()
    return Carte(
        titre=fiche.nom if titre else "",
        phrase=_cpts_sentence(atlas, fiche) if titre else "",
        avertissement=_warning(atlas, "") if titre else "",
        cadre=cadre,
        departements=tuple(d for code, d in fond.departements.items() if code in choisis),
        hors_choix=tuple(d for code, d in fond.departements.items() if code not in choisis),
        limites=list_borders(fond.communes) if fiche.dessinee else None,
        blanches=None,
        aires=aires,
        marques=marques,
        noms=(
            *villes,
            *communes,
            *voisines,
            *name_departements(atlas, fond, set(fond.departements)),
        ),
        titre_legende="Territoire de la CPTS" if fiche.dessinee else "Lieu de la CPTS",
        methode="",
        legende=_cpts_legend(fiche, aires, libres=libres),
        cle=(),
        sources=sources_line(
            atlas, [*ground_sources(atlas), *fact_sources(atlas, [fiche.cpts_id])], jour_carte
        ),
        description=_cpts_description(atlas, fiche),
    )


def sources_line(atlas: Atlas, source_ids: Iterable[str], jour_carte: dt.date) -> str:
    """Cite sources in full; more than a few, by producers and years: they are still read.

    Parameters
    ----------
    atlas
        The atlas.
    source_ids
        Rows of ``sources.csv``; one that the data lack is left out.
    jour_carte
        The day when the map is made.
    """
    connues = [i for i in dict.fromkeys(source_ids) if i in atlas.sources.index]
    if len(connues) <= _SOURCES_MAX:
        textes = " ; ".join(source_plain(atlas, i) for i in connues)
    else:
        cpts = producers_text(atlas, [i for i in connues if i not in ground_sources(atlas)])
        textes = " ; ".join((*ground_texts(atlas), f"CPTS : {cpts}"))
        textes += ". Liste complète : feuille « Sources » du tableau, ou page « Données »"
    return f"Sources : {textes}. Carte établie le {jour(jour_carte)} avec l'Atlas des CPTS."


def _warning(atlas: Atlas, avertissement: str) -> str:
    return " ".join(filter(None, (SYNTHETIQUE if atlas.synthetique else "", avertissement)))


def _cpts_sentence(atlas: Atlas, fiche: Fiche) -> str:
    if not fiche.dessinee:
        return "Aucun périmètre n'est connu : rien n'est dessiné ni calculé."
    texte = count_noun(len(fiche.communes), "commune dessinée", "communes dessinées")
    return f"{texte} ; " + (
        "périmètre indicatif, reconstitué à partir des intercommunalités."
        if atlas.is_indicatif(fiche.cpts_id)
        else "périmètre établi."
    )


def _cpts_description(atlas: Atlas, fiche: Fiche) -> str:
    if not fiche.dessinee:
        commune = atlas.communes["nom"].get(atlas.fiches.loc[fiche.cpts_id, "code_commune_repere"])
        return f"Carte : {fiche.nom}, sans périmètre connu ; repère placé {lieu(str(commune))}."
    ouest, sud, est, nord = atlas.territoires.geometry[fiche.cpts_id].bounds
    trait = (
        "en tirets, périmètre indicatif"
        if atlas.is_indicatif(fiche.cpts_id)
        else "en trait plein, périmètre établi"
    )
    voisines = (
        f" ; CPTS voisines : {join_words(fiche.voisins['nom'])}" if len(fiche.voisins) else ""
    )
    return (
        f"Carte : {fiche.nom}, {_communes(fiche)}, contour {trait}, "
        f"{nombre((est - ouest) / 1000)}\u202fkm d'ouest en est et {nombre((nord - sud) / 1000)}\u202fkm du sud au "
        f"nord ; {join_words(fiche.departements['nom'])}{voisines}."
    )


def _communes(fiche: Fiche) -> str:
    """Count its communes; those of an indicative perimeter are about so many."""
    return write_about(
        len(fiche.communes),
        environ=is_indicatif(fiche.confiance),
        write=lambda n: count_noun(int(n), "commune"),
    )


def _cpts_legend(
    fiche: Fiche, aires: Sequence[Aire], *, libres: bool
) -> tuple[tuple[str, str], ...]:
    """Explain the signs that are there; only its own communes are counted: others go beyond the frame."""
    signes = [
        (CHOISIE, f"{_communes(fiche)} de la CPTS", fiche.dessinee),
        (TIRETS, LEGENDE_INDICATIF, any(aire.indicatif for aire in aires)),
        (REPERE, "repère : périmètre inconnu", not fiche.dessinee),
        (VOISINE, "autres CPTS dessinées", any(not aire.choisie for aire in aires)),
        (COMMUNE_INDETERMINEE, "communes sans périmètre connu", libres),
    ]
    return tuple((signe, texte) for signe, texte, present in signes if present)


# --- Shapes ----------------------------------------------------------------------------------------


def _outlines(atlas: Atlas, fond: Fond, formes: dict[str, str]) -> dict[str, BaseGeometry]:
    """Dissolve the CPTS in the frame in the form that is asked for.

    Those of the atlas would not do: they are not simplified, and their lines would stand beside the communes'.
    """
    adhesions = atlas.adhesions[atlas.adhesions["code_commune"].isin(fond.communes.index)]
    forme = adhesions["cpts_id"].map(formes)
    etablies = are_etablies(adhesions["confiance"])
    siennes = adhesions[(forme == "complet") | ((forme == "etabli") & etablies)]
    contours = dissolve(fond.communes, siennes.set_index("code_commune")["cpts_id"])
    trouves = {str(i): contour for i, contour in contours.items()}
    return {i: trouves[i] for i in formes if i in trouves}


def _discs(
    cercles: Cercles, contours: dict[str, BaseGeometry], points: dict[str, tuple[float, float]]
) -> tuple[Disque, ...]:
    """Place the circles in the middle of the outlines, or on the marks; the smallest is on top."""
    disques = []
    for i in sorted(cercles.rayons, key=lambda i: -cercles.rayons[i]):
        if i in points:
            x, y = points[i]
        elif i in contours:
            x, y = find_milieu(contours[i], _MILIEU_M)
        else:
            continue
        disques.append(Disque(x, y, cercles.rayons[i] * _PT_PAR_PX))
    return tuple(disques)


# --- Names -----------------------------------------------------------------------------------------


def _points(fiches: pd.DataFrame) -> dict[str, tuple[float, float]]:
    return dict(
        zip(
            map(str, fiches.index),
            project_points(fiches["repere_lon"].to_numpy(), fiches["repere_lat"].to_numpy()),
            strict=True,
        )
    )


def _cpts_names(
    formes: dict[str, str],
    contours: dict[str, BaseGeometry],
    points: dict[str, tuple[float, float]],
    valeurs: dict[str, str],
    *,
    numeros: bool,
) -> list[Nom]:
    """Name each CPTS by its number in the list, and by its value where it is written on the map."""
    noms = []
    for rang, i in enumerate(formes, start=1):
        sur_marque = i in points
        lieu_cpts = Point(points[i]) if sur_marque else contours.get(i)
        if lieu_cpts is None:
            continue
        textes = [str(rang)] if numeros else []
        textes += [valeurs[i]] if i in valeurs else []
        if textes:
            genre = "valeur" if i in valeurs else "numero"
            noms.append(Nom(" · ".join(textes), lieu_cpts, genre, sur_marque))
    return noms
