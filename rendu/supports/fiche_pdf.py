"""The sheet of one CPTS on paper: A4, vectors, tagged for assistive tools (PDF/UA-1)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.fiche import make_fiche
from geo.indicateurs.calcul import BORNES_TAILLE
from geo.indicateurs.territoire import CPTS, parse_territoire
from geo.libelles import PAR_PART
from geo.perimetre import ENTIERE, count_inhabitants, is_indicatif
from geo.rangees import get_row, iterate_rows
from geo.regles.statistiques import list_contexte
from rendu.dessin.page import draw_carte_svg
from rendu.mots.etapes import stage_parts
from rendu.mots.faits import (
    count_texts,
    ground_sources,
    part_texts,
    perimeter_lines,
    perimeter_name,
    perimeter_words,
    source_plain,
    sources_by_object,
)
from rendu.mots.fiche import BARRE_MAX, bounds_text, gap_rows, part_cells, sizes
from rendu.mots.francais import (
    CONFIANCES_COURTES,
    SYNTHETIQUE,
    capitale,
    count_noun,
    join_words,
    jour,
    nombre,
)
from rendu.mots.indicateurs import write_about
from rendu.mots.millesimes import population_title, reference_text
from rendu.mots.partage import name_commune, of_which_in_part
from rendu.mots.profil import LigneProfil, profile_lines, profile_sources
from rendu.mots.statistiques import NOTE_CONTEXTE, TITRE_CONTEXTE, context_texts
from rendu.supports.cartes import CARTE_FICHE, make_carte_cpts
from rendu.supports.papier import compile_pdf

if TYPE_CHECKING:
    import datetime as dt

    from geo.atlas import Atlas
    from geo.fiche import Fiche

_MODELE = Path(__file__).with_name("fiche.typ")
_COLONNES = ("Code", "Commune", "Intercommunalité")
_NOTE_PROFIL = (
    "Rang 1 : la valeur la plus haute des CPTS qui en ont une. « Différent » : les intervalles à 95\xa0% (Wilson), élargis "
    "de ce qu'un secret laisse possible, ne se touchent pas."
)


def make_fiche_pdf(atlas: Atlas, cpts_id: str, jour_fiche: dt.date) -> bytes:
    """Write the sheet of a CPTS.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_id
        One of ``atlas.fiches``, drawn or not.
    jour_fiche
        The day it bears. The same data and day give the same bytes.

    Returns
    -------
    bytes
        A PDF that conforms to PDF/UA-1: the writer refuses to make another.

    Raises
    ------
    KeyError
        If there is no such CPTS.
    """
    fiche = make_fiche(atlas, cpts_id)
    carte = make_carte_cpts(atlas, fiche, jour_fiche, titre=False)
    donnees = sheet_data(atlas, fiche, jour_fiche) | {"carte": carte.description}
    return compile_pdf(
        _MODELE, donnees, jour_fiche, draw_carte_svg(carte, CARTE_FICHE, legende_dessous=True)
    )


def sheet_data(atlas: Atlas, fiche: Fiche, jour_fiche: dt.date) -> dict[str, Any]:
    """Gather what the sheet says, in the words and with the figures of the page « Fiche ».

    Parameters
    ----------
    atlas
        The atlas.
    fiche
        The sheet, as :func:`geo.fiche.make_fiche` returns it.
    jour_fiche
        The day it bears.

    Returns
    -------
    dict
        What ``fiche.typ`` reads, ready for JSON: texts, lists of texts, tables as lists of rows.
    """
    ligne = get_row(atlas.fiches, fiche.cpts_id)
    dit, etape = stage_parts(ligne)
    faits = atlas.faits_de(fiche.cpts_id)
    contexte = list_contexte(atlas, [parse_territoire(atlas, f"{CPTS}:{fiche.cpts_id}")])
    noms_departements = [
        atlas.departements["nom"].get(code, code) for code in ligne["departements"]
    ]
    return {
        "titre": f"{fiche.nom} : fiche",
        "surtitre": "ATLAS DES CPTS",
        "lieu": join_words(noms_departements),
        "nom": fiche.nom,
        "avertissement": SYNTHETIQUE if atlas.synthetique else "",
        "dit": capitale(dit),
        "etape": etape,
        "confiance": perimeter_name(atlas, fiche.cpts_id),
        "indicatif": atlas.is_indicatif(fiche.cpts_id),
        "note": f"{capitale(ligne['note'])}." if isinstance(ligne["note"], str) else "",
        "chiffres": [
            {
                "nom": rangee[""],
                "annonce": rangee["Annoncé"],
                "calcule": rangee["Calculé"],
                "ecart": rangee["Écart"],
            }
            for rangee in gap_rows(atlas.registre, fiche)
        ],
        "chiffres_note": f"Annoncé : par les sources. Calculé : {reference_text(atlas)}.",
        "parts": part_texts(atlas.registre, faits),
        "effectifs": [
            f"{capitale(texte)} (annonce)" for texte in count_texts(atlas.registre, faits)
        ],
        **_profil(atlas, fiche),
        "priorites": list(ligne["priorites"]),
        "partenaires": list(ligne["partenaires"]),
        "perimetre": f"{capitale(perimeter_words(atlas, fiche.cpts_id))}."
        if fiche.dessinee
        else "Aucun connu.",
        "perimetre_lignes": perimeter_lines(atlas, fiche.cpts_id, str),
        "tailles": [
            {
                "classe": taille.classe,
                "texte": f"({texte})",
                "part": min(taille.population / BARRE_MAX, 1),
            }
            for taille, texte in sizes(fiche)
        ],
        "bornes": [borne / BARRE_MAX for borne in BORNES_TAILLE],
        "bornes_texte": bounds_text(),
        "situation": _situation(fiche),
        "reperes": [
            {"zone": zone, "lignes": lignes}
            for zone, lignes in context_texts(atlas, contexte, str, source_plain).items()
        ],
        "reperes_titre": TITRE_CONTEXTE,
        "reperes_note": NOTE_CONTEXTE,
        "sources": [
            *(
                f"{capitale(join_words(objets))} : {source_plain(atlas, source_id)}."
                for source_id, objets in sources_by_object(atlas, fiche.cpts_id).items()
            ),
            *(
                f"{source_plain(atlas, i)}."
                for i in ground_sources(atlas)
                if i in atlas.sources.index
            ),
        ],
        "pied": f"{fiche.nom} · fiche établie le {jour(jour_fiche)} avec l'Atlas des CPTS",
        **_annexe(atlas, fiche),
    }


def _profil(atlas: Atlas, fiche: Fiche) -> dict[str, Any]:
    """Write the official indicators as a table: the CPTS, what it is part of, its rank; nothing where none is loaded."""
    lignes = [ligne for ligne in profile_lines(atlas, fiche.cpts_id) if ligne.source]
    voisines = max((ligne.voisines for ligne in lignes), key=len, default=())
    return {
        "profil_titre": "Indicateurs officiels",
        "profil_colonnes": ["", "Cette CPTS", *(v.nom for v in voisines), "Rang"],
        "profil": [_profile_row(ligne, len(voisines)) for ligne in lignes],
        "profil_note": " ".join(
            [
                *_meanings(lignes),
                _NOTE_PROFIL,
                *(f"{source}." for source in profile_sources(lignes)),
            ]
        ),
    }


def _meanings(lignes: list[LigneProfil]) -> list[str]:
    """Say what the first indicator of each source measures: those of one file differ by a detail that their names say."""
    premieres: dict[str, LigneProfil] = {}
    for ligne in lignes:
        premieres.setdefault(ligne.source, ligne)
    return [f"{p.nom} : {p.definition}" for p in premieres.values() if p.definition]


def _profile_row(ligne: LigneProfil, voisines: int) -> list[list[str]]:
    """Write each cell as what is read first, and what is said below it in small."""
    cases = [[v.valeur, v.note] for v in ligne.voisines] or [["", ""]] * voisines
    return [
        [ligne.nom, ligne.unite],
        [ligne.valeur, " ; ".join(ligne.appuis)],
        *cases,
        [ligne.rang, ""],
    ]


def _situation(fiche: Fiche) -> list[list[str]]:
    """Share the CPTS between its departments, where it has several."""
    if len(fiche.departements) == 1:
        return []
    cellules = part_cells(fiche.departements, fiche.confiance)
    noms = fiche.departements["nom"]
    return [
        list(rangee)
        for rangee in zip(noms, cellules["population"], cellules["part_cpts_pct"], strict=True)
    ]


def _annexe(atlas: Atlas, fiche: Fiche) -> dict[str, Any]:
    """List the communes; how each is known, where it is not the same for all."""
    communes = fiche.communes
    en_partie = int((communes["part"] < ENTIERE).sum())
    melange = len(set(communes["confiance"])) > 1
    total = int(count_inhabitants((communes["population"] * communes["part"]).sum()))
    return {
        "annexe": f"Annexe : {count_noun(len(communes), 'commune')}{of_which_in_part(en_partie)}",
        "annexe_note": f"{fiche.nom}. Communes du code officiel géographique {atlas.millesimes.communes}, "
        f"populations de référence {atlas.millesimes.population} (INSEE)."
        + (
            " Périmètre indicatif, reconstitué à partir des intercommunalités : cette liste n'est pas officielle."
            if is_indicatif(fiche.confiance)
            else ""
        )
        + (f" {PAR_PART}" if en_partie else ""),
        "colonnes": [*_COLONNES, population_title(atlas), *(["Périmètre"] if melange else [])],
        "communes": [
            [
                commune.code_commune,
                name_commune(commune.nom, commune.part),
                "aucune" if pd.isna(commune.nom_epci) else commune.nom_epci,
                nombre(commune.habitants),
                *([CONFIANCES_COURTES[commune.confiance]] if melange else []),
            ]
            for commune in iterate_rows(communes)
        ],
        "total_titre": "Total",
        "total": write_about(total, environ=is_indicatif(fiche.confiance), court=True),
    }
