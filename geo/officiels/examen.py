"""Examine an official file: what it is, what each column says, and the figures of the territories."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from geo.erreurs import DonneesInvalides, Probleme, Severite, is_blocking, sort_problemes
from geo.indicateurs.registre import CATEGORIE
from geo.officiels.apercu import read_sheets
from geo.officiels.catalogue import load_catalogue
from geo.officiels.choix import Choix
from geo.officiels.indicateur import find_inhabitants, make_indicateurs
from geo.officiels.jonction import find_left_out
from geo.officiels.reconnaissance import recognise
from geo.officiels.reperage import find_tables, locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.atlas import Atlas
    from geo.officiels.catalogue import FichierConnu
    from geo.officiels.indicateur import IndicateurOfficiel
    from geo.officiels.reconnaissance import IndicateurLu
    from geo.officiels.table import Table

NON_LUE = "non lue"
INDICATEUR, NUMERATEUR, DENOMINATEUR, POIDS = "indicateur", "numérateur", "dénominateur", "poids"
# It says of how many inhabitants a remark is about.
POPULATION = "population"


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column of a file and its role; `NON_LUE` where nothing is made of it."""

    feuille: str
    titre: str
    unite: str
    role: str


@dataclass(frozen=True, eq=False)
class Examen:
    """What is known of a file: see :func:`examine`."""

    fichier: str
    reconnu: tuple[str, ...]
    indicateurs: tuple[IndicateurOfficiel, ...]
    colonnes: tuple[Colonne, ...]
    remarques: tuple[Probleme, ...]


def examine(
    fichier: str,
    contenu: bytes,
    atlas: Atlas,
    choix: Choix | None = None,
    catalogue: Sequence[FichierConnu] | None = None,
    *,
    voisins: Sequence[tuple[str, bytes]] = (),
) -> Examen:
    """Read an official file and aggregate what it says.

    Parameters
    ----------
    fichier, contenu
        Name and bytes of the file.
    atlas
        The communes, and the CPTS that they are of.
    choix
        What the planner says of it; without a column, the catalogue recognises the file.
    catalogue
        The known files; by default those of :data:`geo.officiels.catalogue.CATALOGUE`.

    voisins
        Name and bytes of the files that are given with it: a count that one withholds, another may give away.

    Raises
    ------
    DonneesInvalides
        With every problem found, if one of them blocks.
    """
    choix = choix or Choix()
    catalogue = load_catalogue() if catalogue is None else catalogue
    feuilles = list(read_sheets(fichier, contenu))
    lus, remarques = locate(fichier, feuilles, choix, catalogue)
    indicateurs: list[IndicateurOfficiel] = []
    connus = [(t, recognise(t, catalogue) if choix.told else siens) for t, siens in lus]
    autres_tables = find_left_out(fichier, feuilles, [table for table, _ in lus], catalogue)
    for nom, octets in voisins:
        autres_tables += _read_tables(nom, octets, catalogue)
    connus += [(table, recognise(table, catalogue)) for table in autres_tables]
    for rang, (table, siens) in enumerate(lus):
        voisines = [c for place, c in enumerate(connus) if place != rang]
        faits, autres = make_indicateurs(
            table, siens, atlas, choix, connus[rang][1], voisines=voisines
        )
        indicateurs += faits
        remarques += autres
    if is_blocking(remarques):
        raise DonneesInvalides(dict.fromkeys(remarques))
    remarques += _tell_unaggregated(fichier, indicateurs)
    sources = dict.fromkeys(indicateur.source for indicateur in indicateurs if indicateur.source)
    return Examen(
        fichier,
        tuple(sources),
        tuple(indicateurs),
        tuple(_account(lus)),
        sort_problemes(dict.fromkeys(remarques)),
    )


def _read_tables(
    fichier: str, contenu: bytes, catalogue: Sequence[FichierConnu]
) -> Sequence[Table]:
    """Return the tables of another file; none if it is no table: its own examination says so."""
    try:
        return find_tables(fichier, read_sheets(fichier, contenu), catalogue)[0]
    except DonneesInvalides:
        return ()


def _account(lus: Sequence[tuple[Table, list[IndicateurLu]]]) -> Iterator[Colonne]:
    """Say what is made of every column."""
    for table, siens in lus:
        roles: defaultdict[int, list[str]] = defaultdict(list)
        for cle, rang in table.cles.items():
            roles[rang].append(cle)
        for lu in siens:
            valeur = NUMERATEUR if lu.denominateur else INDICATEUR
            for role, rangs in (
                (valeur, lu.colonnes), (DENOMINATEUR, lu.denominateur), (POIDS, lu.poids),
            ):  # fmt: skip
                for rang in rangs:
                    roles[rang].append(role)
        for rang in chain.from_iterable(find_inhabitants(table)):
            roles[rang].append(POPULATION)
        for rang, (titre, unite) in enumerate(zip(table.titres, table.unites, strict=True)):
            lus_comme = ", ".join(dict.fromkeys(roles.get(rang, [NON_LUE])))
            yield Colonne(table.feuille, titre or table.name(rang), unite, lus_comme)


def _tell_unaggregated(
    fichier: str, indicateurs: Sequence[IndicateurOfficiel]
) -> Iterator[Probleme]:
    for indicateur in indicateurs:
        if not indicateur.millesime:
            yield Probleme(
                Severite.A_VERIFIER,
                fichier,
                f"rien ne dit de quelle année est « {indicateur.libelle} ».",
                "Le dire : --millesime ANNÉE.",
                "millesime",
            )
        if (
            indicateur.agregats is None
            and indicateur.nature != CATEGORIE
            and not any(indicateur.chiffres.values())
        ):
            yield Probleme(
                Severite.INFORMATION,
                fichier,
                f"« {indicateur.libelle} » est donné par commune et non agrégeable : rien ne dit comment "
                "l'additionner ni par quoi le pondérer.",
                "Dire comment : --colonne, et --agreger somme, « moyenne pondérée par COLONNE » ou "
                "« rapport NUM/DEN ».",
                "agreger",
            )
