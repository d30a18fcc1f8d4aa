"""Put a scenario in use: a version of the data like that of any import, of which only what it touches changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.atelier.composition import take_composition
from geo.atelier.etat import part_of
from geo.base.actions import SCENARIO_EN_SERVICE
from geo.erreurs import enumerate_first
from geo.importation.dossier import (
    Origines,
    declare_complets,
    drop_cpts,
    find_changed_departements,
    join_notes,
    list_places,
    make_source_row,
    place_fiche,
    read_tables,
    replace_cpts,
    restage_fiche,
    write_perimetres,
    write_stage,
    write_tables,
)
from geo.importation.rapprochement import clean_name
from geo.importation.service import write_beside
from geo.importation.tables import append_rows, make_source_id
from geo.importation.versions import ImportRefuse
from geo.perimetre import ENTIERE, POUR, write_part_pct
from geo.texte import write_share

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping
    from pathlib import Path

    from geo.atelier.etat import Composition, Cpts
    from geo.atlas import Atlas
    from geo.importation.service import ImportPrepare
    from geo.importation.tables import SourceImport
    from geo.importation.versions import Depot


@dataclass(frozen=True)
class Projet:
    """What of a scenario is put in use.

    Attributes
    ----------
    composition
        Its CPTS and their memberships.
    motifs
        Why each CPTS is as it is, by ``cpts_id``, where the scenario says so.
    complets
        Departments that the planner says complete: of the others, those where a commune comes or goes
        are no longer declared so.
    """

    composition: Composition
    motifs: Mapping[str, str] = field(default_factory=dict)
    complets: frozenset[str] = frozenset()


def prepare(
    depot: Depot,
    atlas: Atlas,
    projet: Projet,
    source: SourceImport,
    *,
    depuis: Path,
    definition: str,
    step: Callable[[str], None],
    call: Callable[..., Any] = lambda fonction, *arguments: fonction(*arguments),
) -> ImportPrepare:
    """Write a scenario aside as a version, load it as the application would, and compare it with what is in use.

    Parameters
    ----------
    depot
        Where versions are kept.
    atlas
        The data in use. What the scenario started from is not looked at: it is for the caller to say
        where that was another version.
    projet
        What of the scenario is put in use.
    source
        Who puts it in use; `nom_fichier` is the name of the scenario.
    depuis, definition, step, call
        As for :func:`geo.importation.service.prepare`.

    Returns
    -------
    ImportPrepare
        To publish with :func:`geo.importation.service.publish`, or to discard.

    Raises
    ------
    ImportRefuse
        If the scenario cannot be put in use, if it could not be written, or if the data in use are no
        longer those of the atlas.
    DonneesInvalides
        If it makes a folder that the application would refuse; it is then removed.
    """
    _check(projet.composition, atlas)
    return write_beside(
        depot,
        atlas,
        lambda: call(make_tables, atlas, depuis, projet, source),
        source,
        depuis=depuis,
        definition=definition,
        step=step,
        call=call,
        action=SCENARIO_EN_SERVICE,
    )


def _check(apres: Composition, atlas: Atlas) -> None:
    """Refuse what cannot be a version, everything that keeps it from being one told at once."""
    avant = take_composition(atlas)
    refus = []
    inconnues = sorted(apres.adhesions.keys() - set(atlas.communes.index))
    if inconnues:
        refus.append(
            f"Des communes du scénario ne sont plus dans les données en service : {enumerate_first(inconnues)}. Donnez "
            "à leurs CPTS celles qui les remplacent, et à personne celles-ci."
        )
    peuplees = {membre[0] for siennes in apres.adhesions.values() for membre in siennes}
    vides = sorted(apres.cpts.keys() - avant.cpts.keys() - peuplees)
    if vides:
        noms = enumerate_first(f"« {apres.cpts[cpts_id].nom} »" for cpts_id in vides)
        refus.append(
            f"Des CPTS nouvelles n'ont aucune commune : {noms}. Donnez-leur-en, ou supprimez-les."
        )
    if not _find_touched(avant, apres):
        refus.append("Le scénario ne change rien aux données en service : rien n'est à publier.")
    if refus:
        raise ImportRefuse(" ".join(refus))


def make_tables(atlas: Atlas, base: Path, projet: Projet, source: SourceImport) -> dict[str, bytes]:
    """Write the tables that a scenario changes, as :func:`geo.importation.dossier.make_tables` does those of an import.

    Parameters
    ----------
    atlas, base
        The data in use, and their folder.
    projet, source
        As for :func:`prepare`.
    """
    avant, apres = take_composition(atlas), projet.composition
    lues = read_tables(base)
    source_id = make_source_id(source, list(lues["sources"]["source_id"]))
    touchees = _find_touched(avant, apres)
    retirees = avant.cpts.keys() - apres.cpts.keys()
    adhesions = _list_adhesions(avant, apres, touchees)
    scenario = clean_name(source.nom_fichier)
    tables = {
        "cpts": replace_cpts(lues["cpts"], touchees, adhesions),
        "perimetres": replace_cpts(
            lues["perimetres"],
            touchees,
            write_perimetres(
                adhesions.assign(
                    justification=[
                        _justify(gardee, part, scenario, projet.motifs.get(cpts_id, ""))
                        for cpts_id, part, gardee in zip(
                            adhesions["cpts_id"],
                            adhesions["part"],
                            adhesions["gardee"],
                            strict=True,
                        )
                    ],
                    **{POUR: _cite(adhesions, lues["perimetres"], source_id)},
                ),
                atlas,
            ),
        ),
        "cpts_fiches": _write_fiches(
            drop_cpts(lues["cpts_fiches"], retirees),
            adhesions,
            (avant.cpts, apres.cpts),
            touchees,
            Origines(atlas, source, source_id),
        ),
        "completude": declare_complets(
            lues["completude"],
            find_changed_departements(adhesions, touchees, atlas),
            projet.complets,
            source,
        ),
        "sources": append_rows(
            lues["sources"],
            [make_source_row(source, source_id, "Scénario composé dans l'atelier")],
        ),
    }
    return write_tables(tables, lues, retirees)


def _find_touched(avant: Composition, apres: Composition) -> set[str]:
    """Return the CPTS of which the name, the stage or a membership is not the same."""
    touchees = {
        cpts_id
        for cpts_id in avant.cpts.keys() | apres.cpts.keys()
        if avant.cpts.get(cpts_id) != apres.cpts.get(cpts_id)
    }
    for code in avant.adhesions.keys() | apres.adhesions.keys():
        siennes, nouvelles = avant.adhesions.get(code, ()), apres.adhesions.get(code, ())
        if siennes != nouvelles:
            touchees.update(membre[0] for membre in {*siennes} ^ {*nouvelles})
    return touchees


def _list_adhesions(
    avant: Composition, apres: Composition, touchees: Collection[str]
) -> pd.DataFrame:
    """Return the memberships of the CPTS touched, sorted, and whether each was there already."""
    lignes = sorted(
        (membre[0], code, membre[1], part_of(membre), membre in avant.adhesions.get(code, ()))
        for code, siennes in apres.adhesions.items()
        for membre in siennes
        if membre[0] in touchees
    )
    textes = ["cpts_id", "code_commune", "confiance"]
    table = pd.DataFrame(lignes, columns=[*textes, "part", "gardee"]).astype(
        dict.fromkeys(textes, "str") | {"part": "float64"}
    )
    return table.assign(part_pct=table["part"].map(write_part_pct).astype("str"))


def _justify(gardee: bool, part: float, scenario: str, motif: str) -> str:
    faite = "gardée telle quelle" if gardee else "composée"
    if part < ENTIERE:
        faite += f", pour {write_share(part)} de ses habitants,"
    suite = f" : {clean_name(motif)}" if motif else ""
    return f"{faite} dans l'atelier, scénario « {scenario} »{suite}"


def _cite(adhesions: pd.DataFrame, perimetres: pd.DataFrame, source_id: str) -> list[str]:
    """Return the sources of each membership: of one that was there, those that its CPTS had too."""
    deja = {
        str(cpts_id): [citee for liste in listes for citee in liste.split("|") if citee]
        for cpts_id, listes in perimetres.groupby("cpts_id")[POUR]
    }
    return [
        "|".join(dict.fromkeys([*(deja.get(cpts_id, ()) if gardee else ()), source_id]))
        for cpts_id, gardee in zip(adhesions["cpts_id"], adhesions["gardee"], strict=True)
    ]


def _write_fiches(
    fiches: pd.DataFrame,
    adhesions: pd.DataFrame,
    cotes: tuple[Mapping[str, Cpts], Mapping[str, Cpts]],
    touchees: Collection[str],
    origines: Origines,
) -> pd.DataFrame:
    avant, apres = cotes
    atlas = origines.atlas
    deja, lieux = list_places(atlas.adhesions, atlas), list_places(adhesions, atlas)
    membres = set(zip(adhesions["cpts_id"], adhesions["code_commune"], strict=True))
    lignes: list[dict[Hashable, str]] = []
    for ligne in fiches.to_dict("records"):
        cpts_id = ligne["cpts_id"]
        if cpts_id not in touchees:
            lignes.append(ligne)
            continue
        fiche = dict(ligne)
        if cpts_id in lieux:
            fiche = place_fiche(fiche, deja.get(cpts_id, ([], "")), lieux[cpts_id], membres)
        elif cpts_id in deja:
            perte = f"périmètre ôté par un scénario de l'atelier le {origines.source.date:%d/%m/%Y}"
            fiche["note"] = join_notes(fiche["note"], perte)
        if apres[cpts_id].statut != avant[cpts_id].statut:
            fiche = restage_fiche(fiche, _stage(apres[cpts_id]), origines)
        if apres[cpts_id].nom != avant[cpts_id].nom:
            fiche["nom"] = apres[cpts_id].nom
            fiche["note"] = join_notes(fiche["note"], f"auparavant « {avant[cpts_id].nom} »")
        lignes.append(fiche)
    nouvelles = [
        {
            "cpts_id": cpts_id,
            "nom": apres[cpts_id].nom,
            "departements": "|".join(lieux[cpts_id][0]),
            "code_commune_repere": lieux[cpts_id][1],
            "source_id": origines.source_id,
            **write_stage(_stage(apres[cpts_id])),
        }
        for cpts_id in sorted(apres.keys() - avant.keys())
    ]
    return append_rows(pd.DataFrame(lignes, columns=fiches.columns, dtype="str"), nouvelles)


def _stage(cpts: Cpts) -> pd.Series:
    """Return the stage of a CPTS of a scenario, which dates none."""
    return pd.Series({"statut": cpts.statut, "statut_mot_source": None, "date": None})
