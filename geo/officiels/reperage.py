"""Which sheets of a file are read, and what is in them: known, or told by the options."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.erreurs import DonneesInvalides, Probleme, Severite, count, enumerate_first, is_blocking
from geo.officiels.annees import read_annee, read_millesime
from geo.officiels.catalogue import COMMUNE
from geo.officiels.choix import choose
from geo.officiels.reconnaissance import producer, recognise
from geo.officiels.table import ANNEE, key_of, make_tables
from geo.officiels.tvs import list_tvs, spread_tvs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.importation.lecture import Feuille
    from geo.officiels.catalogue import FichierConnu
    from geo.officiels.choix import Choix
    from geo.officiels.reconnaissance import IndicateurLu
    from geo.officiels.table import Table

# So many rows may say whose a file is, at both ends of each sheet: titles, notes.
_LIGNES_DE_TEXTE = 60
_SOURCE = ("source", "producteur")


def locate(
    fichier: str, feuilles: list[Feuille], choix: Choix, catalogue: Sequence[FichierConnu]
) -> tuple[list[tuple[Table, list[IndicateurLu]]], list[Probleme]]:
    """Find what a file says, sheet by sheet.

    Parameters
    ----------
    fichier
        Name of the file: the year that it bears, if nothing else tells one.
    feuilles
        As returned by :func:`geo.importation.lecture.read_feuilles`.
    choix, catalogue
        What the planner says, and the known files.

    Returns
    -------
    tuple
        Each table that is read with its indicators, dated where anything dates them; and what was
        supposed or left out.

    Raises
    ------
    DonneesInvalides
        If nothing is recognised, or two sheets say the same of the same year.
    """
    gardees, remarques = _choose_sheets(fichier, feuilles, choix)
    tables, autres = find_tables(fichier, gardees, catalogue)
    remarques += autres
    lus = _recognise(tables, choix, catalogue)
    sans = [table.feuille for table in tables if not any(table is lue for lue, _ in lus)]
    if not lus:
        raise DonneesInvalides([*remarques, _unknown(tables)])
    _refuse_same_vintage(fichier, lus)
    lus = _presume_sources(lus, feuilles)
    remarques += _tell_presumed(fichier, lus)
    remarques += _tell_unfollowed(fichier, lus, choix)
    if sans:
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"{count(len(sans), 'feuille')} sans colonne reconnue, non lue"
                f"{'s' if len(sans) > 1 else ''} : {enumerate_first(sans)}.",
                "Pour en lire une : --feuille NOM --colonne TITRE.",
                "colonne",
            )
        )
    if _dated_by_name(fichier, lus, choix):
        remarques.append(
            Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"l'année, {read_annee(fichier)}, n'est lue que dans le nom du fichier.",
                "La confirmer ou la corriger : --millesime ANNÉE.",
                "millesime",
            )
        )
    return lus, remarques


def find_tables(
    fichier: str, feuilles: Sequence[Feuille], catalogue: Sequence[FichierConnu]
) -> tuple[list[Table], list[Probleme]]:
    """Return the tables of some sheets, those by TVS spread over their communes, and what there is to say.

    Raises
    ------
    DonneesInvalides
        If there is none.
    """
    par_tvs = list_tvs(feuilles)
    tables, autres = make_tables(fichier, [f for f in feuilles if f not in par_tvs], catalogue)
    etalees, dits = spread_tvs(fichier, par_tvs, tables)
    tables += etalees
    remarques = [*(r for feuille in feuilles for r in feuille.remarques), *autres, *dits]
    if not tables:
        raise DonneesInvalides(
            remarques if is_blocking(remarques) else [*remarques, _no_table(fichier)]
        )
    return tables, remarques


def _choose_sheets(
    fichier: str, feuilles: list[Feuille], choix: Choix
) -> tuple[list[Feuille], list[Probleme]]:
    """Return the sheets that are named, else those that the workbook shows, and say which it hides."""
    if not choix.feuilles:
        visibles = [feuille for feuille in feuilles if not feuille.masquee]
        masquees = [feuille.nom for feuille in feuilles if feuille.masquee]
        if not visibles or not masquees:
            return feuilles, []
        return visibles, [
            Probleme(
                Severite.INFORMATION,
                fichier,
                f"{count(len(masquees), 'feuille')} que le classeur masque, non lue"
                f"{'s' if len(masquees) > 1 else ''} : {enumerate_first(masquees)}.",
                "Pour en lire une : --feuille NOM.",
                "feuilles",
            )
        ]
    voulues = {key_of(nom): nom for nom in choix.feuilles}
    gardees = [feuille for feuille in feuilles if key_of(feuille.nom) in voulues]
    absentes = voulues.keys() - {key_of(feuille.nom) for feuille in gardees}
    if absentes:
        raise DonneesInvalides(
            [
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"feuille absente : {enumerate_first(sorted(voulues[cle] for cle in absentes))}.",
                    f"--feuille parmi : {enumerate_first((f.nom for f in feuilles), 20)}.",
                    "feuilles",
                )
            ]
        )
    return gardees, []


def _recognise(
    tables: Sequence[Table], choix: Choix, catalogue: Sequence[FichierConnu]
) -> list[tuple[Table, list[IndicateurLu]]]:
    lus, erreurs = [], []
    for table in tables:
        if not choix.told:
            siens = recognise(table, catalogue)
        elif table.maille == COMMUNE:
            try:
                siens = [choose(table, choix)]
            except DonneesInvalides as erreur:
                erreurs.append(erreur)
                continue
        else:
            continue
        if siens:
            lus.append((table, [_date(table, lu, choix) for lu in siens]))
    if not lus and erreurs:
        raise erreurs[0]
    return lus


def _date(table: Table, lu: IndicateurLu, choix: Choix) -> IndicateurLu:
    """Give an indicator its vintage: from its titles, else the sheet, the option or the file."""
    if choix.source:
        # The licence of a known file is its producer's: it says nothing of what another one publishes.
        licence = lu.licence if producer(choix.source) == producer(lu.source) else ""
        lu = replace(lu, source=choix.source, licence=licence, presumee=False)
    if ANNEE in table.cles and not lu.millesime:
        return lu
    trouve = (
        lu.millesime
        or read_annee(table.feuille)
        or read_millesime(choix.millesime)
        or choix.millesime
        or read_annee(" ".join(table.titres[rang] for rang in lu.colonnes))
        or read_annee(table.fichier)
    )
    return replace(lu, millesime=trouve)


def _tell_unfollowed(
    fichier: str, lus: Sequence[tuple[Table, list[IndicateurLu]]], choix: Choix
) -> Iterator[Probleme]:
    """Say where the file tells another year than the one that was asked for."""
    voulue = read_millesime(choix.millesime)
    dites: dict[str, None] = {}
    for table, siens in lus if voulue else ():
        for lu in siens:
            if ANNEE in table.cles and not lu.millesime:
                dites[
                    f"la colonne « {table.name(table.cles[ANNEE])} » dit celle de chaque ligne"
                ] = None
            elif lu.millesime != voulue:
                titree = _titled(table, lu)
                lieu = (
                    f"le titre « {table.name(lu.colonnes[0])} »"
                    if titree
                    else f"la feuille « {table.feuille} »"
                )
                dites[f"{lieu} dit {lu.millesime}"] = None
    if dites:
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"l'année demandée, {voulue}, n'est pas suivie : {enumerate_first(dites)}.",
            "Rien à faire si le fichier dit vrai ; sinon, y corriger l'année.",
        )


def _presume_sources(
    lus: Sequence[tuple[Table, list[IndicateurLu]]], feuilles: Sequence[Feuille]
) -> list[tuple[Table, list[IndicateurLu]]]:
    """Mark as presumed the source that columns alone tell: neither the planner nor a word of the file names its producer."""
    dits = _words_beside(feuilles)
    return [
        (
            table,
            [
                replace(
                    lu,
                    presumee=lu.presumee
                    and f" {key_of(producer(lu.source).partition(' (')[0])} " not in dits,
                )
                for lu in siens
            ],
        )
        for table, siens in lus
    ]


def _words_beside(feuilles: Sequence[Feuille]) -> str:
    """Return the words of the first and last rows that are one text, or that a cell calls a source."""
    dits = []
    for feuille in feuilles:
        for ligne in (*feuille.lignes[:_LIGNES_DE_TEXTE], *feuille.lignes[-_LIGNES_DE_TEXTE:]):
            textes = [key_of(cellule) for cellule in ligne if cellule]
            if len(textes) == 1 or (textes and textes[0].startswith(_SOURCE)):
                dits += textes
    return f" {' '.join(dits)} "


def _tell_presumed(
    fichier: str, lus: Sequence[tuple[Table, list[IndicateurLu]]]
) -> Iterator[Probleme]:
    sources = dict.fromkeys(lu.source for _, siens in lus for lu in siens if lu.presumee)
    if sources:
        yield Probleme(
            Severite.A_VERIFIER,
            fichier,
            f"reconnu par ses colonnes, rien n'y dit qui l'a publié. Source présumée, à vérifier : {' ; '.join(sources)}.",
            "La confirmer ou la corriger : --source TEXTE. Sans cela, elle reste dite présumée.",
            "source",
        )


def _dated_by_name(
    fichier: str, lus: Sequence[tuple[Table, list[IndicateurLu]]], choix: Choix
) -> bool:
    """Tell whether only the name of the file says of which year it is."""
    annee = read_annee(fichier)
    return (
        bool(annee)
        and not choix.millesime
        and any(
            ANNEE not in table.cles
            and not read_annee(table.feuille)
            and any(lu.millesime == annee and not _titled(table, lu) for lu in siens)
            for table, siens in lus
        )
    )


def _titled(table: Table, lu: IndicateurLu) -> bool:
    return any(lu.millesime[-2:] in table.titres[rang] for rang in lu.colonnes)


def _refuse_same_vintage(fichier: str, lus: Sequence[tuple[Table, list[IndicateurLu]]]) -> None:
    feuilles: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for table, siens in lus:
        for lu in siens:
            feuilles[lu.connu.nom, lu.millesime].append(table.feuille)
    doubles = dict.fromkeys(nom for noms in feuilles.values() if len(noms) > 1 for nom in noms)
    if doubles:
        raise DonneesInvalides(
            [
                Probleme(
                    Severite.BLOQUANT,
                    fichier,
                    f"plusieurs feuilles disent la même chose sans que leur nom donne une année à chacune : "
                    f"{enumerate_first(doubles, 20)}.",
                    f"Choisir celle à lire : --feuille « {next(iter(doubles))} ».",
                    "feuilles",
                )
            ]
        )


def _no_table(fichier: str) -> Probleme:
    return Probleme(
        Severite.BLOQUANT,
        fichier,
        "aucune table de communes n'y est reconnue.",
        "Fournir une table dont une colonne est le code INSEE des communes, sous un titre.",
    )


def _unknown(tables: Sequence[Table]) -> Probleme:
    titres = " ; ".join(tables[0].name(rang) for rang in range(len(tables[0].titres)))
    return Probleme(
        Severite.BLOQUANT,
        tables[0].fichier,
        f"le fichier n'est d'aucune forme connue. Ses colonnes : {titres}.",
        "Dire laquelle lire, et comment elle s'agrège : --colonne TITRE --libelle TEXTE --unite UNITÉ "
        "--agreger somme, « moyenne pondérée par COLONNE », « rapport NUM/DEN » ou aucun.",
        "colonne",
    )
