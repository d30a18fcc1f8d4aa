"""« D'où vient ce chiffre ? » of a date of the roll-out: what is added up, in words and as a table that recomputes."""

from collections.abc import Callable, Iterable
from functools import partial

import pandas as pd

from geo.atlas import Atlas
from geo.perimetre import are_indicatives
from geo.rangees import iterate_rows
from geo.regles.comptes import Quoi
from geo.regles.couverture import DEFINITIONS
from geo.regles.deploiement import Deploiement
from geo.regles.deploiement_detail import list_counted, list_drawn
from rendu.mots.deploiement import TITRES_COMPTE
from rendu.mots.etapes import stage_columns
from rendu.mots.faits import ground_sources, perimeter_sources, source_plain, sum_text
from rendu.mots.francais import (
    AVEC_INDICATIFS,
    CONFIANCES_COURTES,
    ETABLIS_ET_INDICATIFS,
    QUALIFICATIFS_SEULS,
    agree,
    count_noun,
    date_etape,
    date_partielle,
    nombre,
    qualify,
)
from rendu.mots.indicateurs import write_about
from rendu.mots.origine import Origine, cite_origin, origin_cells, tell_origin
from rendu.mots.partage import name_commune
from rendu.mots.provenance import ARRONDI, Reponse, answer_text

# More terms or sources than that are counted, not named.
_CITEES_MAX = 12
_ANNONCES = "Habitants annoncés"
_DESSINES: dict[Quoi, str] = {
    "population": "Habitants couverts (établi)",
    "communes": "Communes couvertes (établi)",
}


def date_figures(
    atlas: Atlas, deploiement: Deploiement, *, indicatifs: bool
) -> dict[str, Callable[[], Reponse]]:
    """List the figures of a date by their title on screen, each with what makes its answer.

    Parameters
    ----------
    atlas, deploiement
        The atlas, and what is known at the date.
    indicatifs
        Whether hypothetical memberships count.
    """
    chiffres: dict[str, Callable[[], Reponse]] = {
        _ANNONCES: partial(_announced, atlas, deploiement),
        TITRES_COMPTE[deploiement.definition]: partial(_counted, atlas, deploiement),
    }
    for quoi, titre in _DESSINES.items():
        for avec in (False, True) if indicatifs else (False,):
            nom = f"{titre}, {AVEC_INDICATIFS}" if avec else titre
            chiffres[nom] = partial(_drawn, atlas, deploiement, nom, quoi, indicatifs=avec)
    return chiffres


def counted_formula(atlas: Atlas, definition: str, cpts_ids: Iterable[str]) -> str:
    """Say what a number of CPTS counts, each by its name and the date of its stage.

    One without a date is among them only where they are counted today, at no date.
    """
    fiches = atlas.fiches.loc[list(cpts_ids)]
    termes = [
        f"{fiche.nom} ({date_etape(fiche.date_max, fiche.date_precision)})"
        for fiche in iterate_rows(fiches)
    ]
    formule = f"nombre des CPTS {DEFINITIONS[definition]} dont la date est passée à coup sûr"
    if sans_date := int(fiches["date_max"].isna().sum()):
        formule += (
            f" ou n'est pas publiée ({nombre(sans_date)} sans date, dans le total d'aujourd'hui)"
        )
    return f"{formule} = {_enumerate(termes, ' ; ')}" if termes else formule


def _announced(atlas: Atlas, deploiement: Deploiement) -> Reponse:
    siennes = list_counted(atlas, deploiement)
    disent = siennes.dropna(subset="valeur")
    termes = [
        f"{qualify(ligne.valeur, ligne.qualificatif)} ({ligne.nom})"
        for ligne in iterate_rows(disent)
    ]
    somme = deploiement.population_annoncee
    formule = "somme de ce que les sources annoncent, CPTS par CPTS"
    if termes:
        formule += f" = {_enumerate(termes, ' + ')} = {nombre(somme.valeur)}"
    return _answer(
        atlas,
        deploiement,
        titre=_ANNONCES,
        valeur=sum_text(somme),
        formule=formule,
        suite=[
            f"Sur : {count_noun(somme.n, 'CPTS', 'CPTS')} qui annoncent un nombre, des {nombre(deploiement.n_min)} comptées"
        ],
        tableau=pd.DataFrame(
            {
                "CPTS": disent["nom"],
                "Habitants annoncés": disent["valeur"].astype("Int64"),
                "Qualificatif": disent["qualificatif"].map(QUALIFICATIFS_SEULS),
            }
        ),
        source_ids=disent["source_annonce"],
    )


def _counted(atlas: Atlas, deploiement: Deploiement) -> Reponse:
    siennes = list_counted(atlas, deploiement)
    dates = [
        date_etape(date, precision)
        for date, precision in zip(siennes["date_max"], siennes["date_precision"], strict=True)
    ]
    return _answer(
        atlas,
        deploiement,
        titre=TITRES_COMPTE[deploiement.definition],
        valeur=count_noun(deploiement.n_min, "CPTS", "CPTS"),
        formule=counted_formula(atlas, deploiement.definition, siennes.index),
        suite=[
            f"Non comptées, {pourquoi} : {count_noun(len(cpts_ids), 'CPTS', 'CPTS')}"
            for pourquoi, cpts_ids in (
                ("peut-être déjà là", deploiement.possibles),
                ("sans date publiée", deploiement.inconnues),
            )
            if cpts_ids
        ],
        tableau=pd.DataFrame({"CPTS": siennes["nom"], **stage_columns(siennes), "Date": dates}),
        source_ids=siennes["source_id"],
    )


def _drawn(
    atlas: Atlas, deploiement: Deploiement, titre: str, quoi: Quoi, *, indicatifs: bool
) -> Reponse:
    communes = list_drawn(atlas, deploiement, indicatifs=indicatifs)
    nombres, habitants = len(communes), int(communes["population"].sum())
    perimetres = ETABLIS_ET_INDICATIFS if indicatifs else "établis"
    dits = f"périmètres {perimetres} des CPTS présentes à coup sûr, chaque habitant une fois, dans la zone choisie"
    population = quoi == "population"
    environ = bool(are_indicatives(communes["confiance"]).any())
    compte, nom = (habitants, "habitant") if population else (nombres, "commune")
    millesimes = atlas.millesimes
    return _answer(
        atlas,
        deploiement,
        titre=titre,
        valeur=f"{write_about(compte, environ=environ)} {agree(compte, nom)}",
        formule=f"somme des populations de référence {millesimes.population} = {nombre(habitants)} ; {dits}"
        if population
        else f"nombre des communes de {millesimes.communes} = {nombre(nombres)} ; {dits}",
        suite=[*([ARRONDI] if environ else []), f"Sur : {count_noun(nombres, 'commune')}"],
        tableau=pd.DataFrame(
            {
                "Code": communes.index,
                "Commune": list(map(name_commune, communes["nom"], communes["part"])),
                f"Population {millesimes.population}": communes["population"].to_numpy(),
                "CPTS": atlas.fiches["nom"].reindex(communes["cpts_id"]).to_numpy(),
                "Rattachement": communes["confiance"].map(CONFIANCES_COURTES).to_numpy(),
            }
        ),
        source_ids=[
            *ground_sources(atlas),
            *perimeter_sources(atlas, communes["cpts_id"].unique()),
        ],
        origine=tell_origin(atlas, atlas.registre[quoi]),
    )


def _answer(
    atlas: Atlas,
    deploiement: Deploiement,
    *,
    titre: str,
    valeur: str,
    formule: str,
    suite: list[str],
    tableau: pd.DataFrame,
    source_ids: Iterable[str],
    origine: Origine | None = None,
) -> Reponse:
    ids = [i for i in dict.fromkeys(source_ids) if i in atlas.sources.index]
    texte = answer_text(
        f"{titre} — au {date_partielle(deploiement.date)}",
        valeur,
        formule,
        suite,
        (source_plain(atlas, i) for i in ids[:_CITEES_MAX]),
    )
    if len(ids) > _CITEES_MAX:
        reste = count_noun(len(ids) - _CITEES_MAX, "autre source", "autres sources")
        texte += f"\nEt {reste}, dans le fichier Excel"
    origines = origin_cells({titre: origine or cite_origin(atlas, ids)})
    return Reponse(texte, tableau.assign(**origines), tuple(ids))


def _enumerate(termes: list[str], liaison: str) -> str:
    """Write out the terms of a sum; where they are many, the first of them."""
    reste = len(termes) - _CITEES_MAX
    suite = [count_noun(reste, "autre")] if reste > 0 else []
    return liaison.join([*termes[:_CITEES_MAX], *suite])
