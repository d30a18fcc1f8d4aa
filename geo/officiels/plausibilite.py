"""What of a column can be read and makes no sense: a share above 100 %, thousands read as decimals, weights of nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.indicateurs.registre import RAPPORT, STOCK
from geo.indicateurs.unites import POUR_CENT, read_unite
from geo.officiels.table import key_of
from geo.officiels.valeurs import clean_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.cellules import Booleens, Nombres, Valeurs
    from geo.officiels.catalogue import IndicateurConnu
    from geo.officiels.reconnaissance import IndicateurLu
    from geo.officiels.table import Table

# What a share may pass 0 or 100 by, of which the parts were rounded to one decimal.
_ARRONDI_PCT = 0.1
# To what publishers round counts, the coarsest first: to ten, to five, to the unit, to decimals.
_PAS = (10, 5, 1, 0.1, 0.01)
_EVOLUTION = r"evolution|variation|croissance|accroissement|progression|ecart"
_UNITE_D_EVOLUTION = re.compile(rf"\b(?:{_EVOLUTION}|par an)\b")
_LIBELLE_D_EVOLUTION = re.compile(rf"(?:taux (?:de |d ))?(?:{_EVOLUTION})\b")
_MILLIERS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
_PETIT_ENTIER = re.compile(r"-?\d{1,3}")
_CHIFFRE = re.compile(r"\d")


def is_share(connu: IndicateurConnu) -> bool:
    """Tell whether an indicator lies between 0 and 100: it is in per cent, and no evolution.

    Parameters
    ----------
    connu
        Its unit, then its label, say that it is an evolution: « % par an », « Évolution de… ».
    """
    evolution = _UNITE_D_EVOLUTION.search(key_of(connu.unite)) or _LIBELLE_D_EVOLUTION.match(
        key_of(connu.libelle)
    )
    return read_unite(connu.unite).en_pct and not evolution


def find_implausible(
    table: Table, lu: IndicateurLu, valeurs: Valeurs, poids: Valeurs | None
) -> Iterator[Probleme]:
    """List what of an indicator makes no sense, one problem a cause, with its rows and its remedy.

    Parameters
    ----------
    table, lu
        The table, and the columns of it that the indicator is read from.
    valeurs, poids
        Of every row of the table: its values or numerators, its weights or denominators.

    Returns
    -------
    iterator of Probleme
        A share outside of 0–100, a negative weight, weights that are all zero and a count in per cent block.
    """
    yield from _marked_pct(table, lu)
    yield from _thousands(table, lu)
    if is_share(lu.connu):
        yield from _shares(table, lu, valeurs, poids)
    if poids is not None:
        yield from _weights(table, lu, valeurs, poids)


def _shares(
    table: Table, lu: IndicateurLu, valeurs: Valeurs, poids: Valeurs | None
) -> Iterator[Probleme]:
    nombres = valeurs.nombres
    if lu.connu.agregation == RAPPORT and poids is not None:
        yield from _ratios(table, lu, nombres, poids.nombres)
        return
    dehors = (nombres < -_ARRONDI_PCT) | (nombres > POUR_CENT + _ARRONDI_PCT)
    if dehors.any():
        yield Probleme(
            Severite.BLOQUANT,
            table.fichier,
            f"{table.place}« {_names(table, lu.colonnes)} », en %, sort de 0 à 100 : {_quote(table, lu, dehors)}.",
            "Corriger ces cellules ; si ce n'est pas une part, le dire dans l'unité (une évolution : « % par an »).",
        )
    elif (nombres > 0).any() and not (nombres > 1).any():
        yield Probleme(
            Severite.A_VERIFIER,
            table.fichier,
            f"{table.place}« {_names(table, lu.colonnes)} », en %, ne dépasse nulle part 1 : le fichier écrit "
            f"peut-être 0,12 pour 12 % ({_quote(table, lu, nombres > 0)}).",
            "Si c'est le cas, multiplier la colonne par 100 ; sinon, rien à faire.",
        )


def _ratios(
    table: Table, lu: IndicateurLu, numerateurs: Nombres, denominateurs: Nombres
) -> Iterator[Probleme]:
    haut, bas = _names(table, lu.colonnes), _names(table, lu.denominateur)
    negatifs = numerateurs < 0
    if negatifs.any():
        yield Probleme(
            Severite.BLOQUANT,
            table.fichier,
            f"{table.place}« {haut} », numérateur d'une part en %, est négatif : {_rows(table, negatifs)}.",
            "Corriger ces cellules ; si ce n'est pas une part, le dire dans l'unité (une évolution : « % par an »).",
        )
    trop = numerateurs - denominateurs
    pas = _rounding(np.concatenate([numerateurs, denominateurs]))
    # Negative denominators are said elsewhere.
    depasse = (trop > 0) & (denominateurs >= 0)
    arrondies = depasse & (trop <= pas * (1 + 1e-6))
    for lignes, severite, suite, remede in (
        (
            depasse & ~arrondies,
            Severite.BLOQUANT,
            "",
            "Vérifier que ce sont les bonnes colonnes ; un rapport qui peut dépasser 100 % se dit pour 1 000.",
        ),
        (
            arrondies,
            Severite.A_VERIFIER,
            " d'un arrondi",
            "Rien à faire si le fichier arrondit ses nombres ; sinon, corriger ces cellules.",
        ),
    ):
        if lignes.any():
            yield Probleme(
                severite,
                table.fichier,
                f"{table.place}le numérateur « {haut} » dépasse « {bas} »{suite} : {_rows(table, lignes)}.",
                remede,
            )


def _weights(
    table: Table, lu: IndicateurLu, valeurs: Valeurs, poids: Valeurs
) -> Iterator[Probleme]:
    colonnes = lu.denominateur or lu.poids
    nom, rapport = _names(table, colonnes), bool(lu.denominateur)
    negatifs = poids.nombres < 0
    if negatifs.any():
        yield Probleme(
            Severite.BLOQUANT,
            table.fichier,
            f"{table.place}« {nom} » est négatif : {_rows(table, negatifs)}.",
            "Corriger ces cellules : un poids ou un dénominateur ne peut pas l'être.",
        )
    connus = ~poids.manquants
    if connus.any() and (poids.haut[connus] == 0).all():
        yield Probleme(
            Severite.BLOQUANT,
            table.fichier,
            f"{table.place}« {nom} » ne vaut que 0 : {'aucun rapport' if rapport else 'aucune moyenne'} ne se calcule.",
            f"Choisir {'un autre dénominateur' if rapport else 'un autre poids'} : --agreger.",
            "agreger",
        )
        return
    seules = (poids.nombres == 0) & (np.nan_to_num(valeurs.nombres) != 0)
    # Of a share, the numerator is then above its denominator.
    if seules.any() and not (rapport and is_share(lu.connu)):
        suite = (
            "elles s'ajoutent au numérateur de leurs territoires, et leur commune n'a pas de valeur"
            if rapport
            else "elles ne comptent dans aucune moyenne de territoire"
        )
        yield Probleme(
            Severite.A_VERIFIER,
            table.fichier,
            f"{table.place}« {nom} » vaut 0 où « {_names(table, lu.colonnes)} » a une valeur, "
            f"{count(int(seules.sum()), 'ligne')} : {suite} ({_rows(table, seules)}).",
            "Rien à faire si personne n'y habite ; sinon, corriger ces cellules.",
        )


def _marked_pct(table: Table, lu: IndicateurLu) -> Iterator[Probleme]:
    """Say which columns write « 12 % » and are told to be something else."""
    connu = lu.connu
    comptes = lu.colonnes if connu.nature == STOCK or lu.denominateur else ()
    taux = () if comptes or read_unite(connu.unite).en_pct else lu.colonnes
    for colonnes, severite, quoi, remede, choix in (
        (
            (*comptes, *lu.denominateur, *lu.poids),
            Severite.BLOQUANT,
            "est lue comme un nombre et écrit des %",
            "Choisir une colonne d'effectifs.",
            "",
        ),
        (
            taux,
            Severite.A_VERIFIER,
            f"écrit des % et est dite en « {connu.unite} »" if connu.unite else "écrit des %",
            "Si c'est une part, le dire : --unite %.",
            "unite",
        ),
    ):
        for rang in dict.fromkeys(colonnes):
            marquees = np.array([clean_cell(c).endswith("%") for c in table.column(rang)])
            if marquees.any():
                yield Probleme(
                    severite,
                    table.fichier,
                    f"{table.place}la colonne « {table.name(rang)} » {quoi} : {_rows(table, marquees)}.",
                    remede,
                    choix,
                )


def _thousands(table: Table, lu: IndicateurLu) -> Iterator[Probleme]:
    """Say which columns may write « 1,234 » for 1234: whole numbers, but for three digits after a comma."""
    compte = lu.connu.nature == STOCK or bool(lu.denominateur)
    for rang in dict.fromkeys((*lu.colonnes, *lu.denominateur, *lu.poids)):
        cellules = [clean_cell(cellule) for cellule in table.column(rang)]
        suspectes = np.array([bool(_MILLIERS.fullmatch(c)) for c in cellules])
        entiers = [bool(_PETIT_ENTIER.fullmatch(c)) for c in cellules]
        autres = [
            bool(_CHIFFRE.search(c)) and not (suspecte or entier)
            for c, suspecte, entier in zip(cellules, suspectes, entiers, strict=True)
        ]
        # All the decimals of a rate may be three; those of a count hardly.
        if suspectes.any() and not any(autres) and (any(entiers) or compte):
            premiere = cellules[int(suspectes.argmax())]
            lu_comme = premiere.replace(".", ",")
            yield Probleme(
                Severite.A_VERIFIER,
                table.fichier,
                f"{table.place}la colonne « {table.name(rang)} » n'a de décimales que par trois : « {premiere} » est lu "
                f"{lu_comme}, et veut peut-être dire {premiere.replace(',', '').replace('.', '')} ({_rows(table, suspectes)}).",
                "Si la virgule ou le point sépare des milliers, l'ôter de la colonne ; sinon, rien à faire.",
            )


def _rounding(nombres: Nombres) -> float:
    """Return to what numbers are rounded: see :data:`_PAS`; almost nothing where they are not."""
    connus = nombres[~np.isnan(nombres)]
    return next(
        (pas for pas in _PAS if np.allclose(connus / pas, np.round(connus / pas), atol=1e-6)), 1e-6
    )


def _names(table: Table, colonnes: tuple[int, ...]) -> str:
    return " + ".join(table.name(rang) for rang in colonnes)


def _rows(table: Table, lignes: Booleens) -> str:
    return enumerate_first(f"ligne {table.rangs[rang]}" for rang in lignes.nonzero()[0])


def _quote(table: Table, lu: IndicateurLu, lignes: Booleens) -> str:
    """Name rows with what they hold."""
    return enumerate_first(
        f"ligne {table.rangs[rang]} « {' + '.join(table.lignes[rang][colonne] for colonne in lu.colonnes)} »"
        for rang in lignes.nonzero()[0]
    )
