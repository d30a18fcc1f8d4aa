"""Territories side by side: the figures of each, and a difference or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.indicateurs.annonces import EXACT
from geo.indicateurs.mesures import (
    AU_MOINS,
    AUTRE_BASE,
    INCERTAIN,
    LISTE_INCOMPLETE,
    NON_PUBLIE,
    SANS_OBJET,
    VALEUR_APPROCHEE,
    Mesure,
    measure,
)
from geo.indicateurs.registre import TAUX, THEMES
from geo.indicateurs.situation import are_different
from geo.indicateurs.territoire import CPTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.atlas import Atlas
    from geo.indicateurs.registre import Indicateur, Registre
    from geo.indicateurs.territoire import Territoire

# Why there is no difference; LISTE_INCOMPLETE and VALEUR_APPROCHEE serve here too.
REFERENCE = "reference"
SANS_VALEUR = "sans_valeur"
REFERENCE_SANS_VALEUR = "reference_sans_valeur"
BASES_DIFFERENTES = "bases_differentes"
EN_TOUTES_LETTRES = "en_toutes_lettres"
COMMUNES_MANQUANTES = "communes_manquantes"


@dataclass(frozen=True, slots=True)
class Cellule:
    """A measure, and how it stands to that of the reference.

    Attributes
    ----------
    mesure
        The measure.
    ecart, ecart_pct
        Its value minus that of the reference, in the unit of the indicator (points for shares),
        and in per cent of the reference; the latter only where it means something.
    refus
        Why there is no difference: ``reference`` (it is the reference itself), ``sans_valeur``,
        ``reference_sans_valeur``, ``bases_differentes``, ``valeur_approchee``,
        ``liste_incomplete``, ``en_toutes_lettres`` (no number). ``None`` exactly where there is
        one.
    differente
        Whether it is established that the two differ: see :func:`geo.indicateurs.situation.are_different`.
    """

    mesure: Mesure
    ecart: float | None = None
    ecart_pct: float | None = None
    refus: str | None = None
    differente: bool | None = None


@dataclass(frozen=True, slots=True)
class Rangee:
    """An indicator of every territory, its bases brought together.

    Attributes
    ----------
    indicateur
        The identifier of its declaration.
    cellules
        Of each territory, in their order: one :class:`Cellule` a base that it publishes, or the one that says
        why it has none. Those of different bases stand side by side, and nothing sets them against one another.
    """

    indicateur: str
    cellules: tuple[tuple[Cellule, ...], ...]

    @property
    def bases(self) -> frozenset[str]:
        """The bases of the values that are there."""
        return frozenset(
            cellule.mesure.base
            for siennes in self.cellules
            for cellule in siennes
            if cellule.mesure.base and cellule.mesure.raison is None
        )


@dataclass(frozen=True, eq=False)
class Comparaison:
    """Some territories, and their measures.

    Attributes
    ----------
    territoires
        In the order given.
    reference
        The one that the others are set against, as the address names it.
    definition, indicatifs
        What was asked of coverage, and whether hypothetical memberships count.
    lignes
        For each indicator and base, one :class:`Cellule` a territory, in their order; theme by theme.
        An indicator of CPTS alone is there when one of the territories is a CPTS.
    """

    territoires: tuple[Territoire, ...]
    reference: str
    definition: str
    indicatifs: bool
    lignes: tuple[tuple[Cellule, ...], ...]

    def ligne(self, indicateur: str) -> tuple[Cellule, ...]:
        """Return the cells of an indicator that has no base, one a territory; none if it is not there."""
        return next(
            (ligne for ligne in self.lignes if ligne[0].mesure.indicateur == indicateur), ()
        )

    def rangees(self) -> tuple[Rangee, ...]:
        """Bring the bases of each indicator together: one row each, in the order of the lines."""
        par_indicateur: dict[str, list[tuple[Cellule, ...]]] = {}
        for ligne in self.lignes:
            par_indicateur.setdefault(ligne[0].mesure.indicateur, []).append(ligne)
        return tuple(
            Rangee(
                indicateur,
                tuple(_of_territory(siennes) for siennes in zip(*lignes, strict=True)),
            )
            for indicateur, lignes in par_indicateur.items()
        )


def _of_territory(cellules: tuple[Cellule, ...]) -> tuple[Cellule, ...]:
    """Keep what a territory has, base by base, or the one reason why it has nothing."""
    return tuple(c for c in cellules if c.mesure.raison is None) or cellules[:1]


def compare(
    atlas: Atlas,
    territoires: Sequence[Territoire],
    reference: str,
    definition: str,
    *,
    indicatifs: bool,
) -> Comparaison:
    """Set territories side by side.

    Parameters
    ----------
    atlas
        The atlas.
    territoires
        At least one, each once.
    reference
        Which of them the others are set against, as the address names it.
    definition
        One of :data:`geo.regles.couverture.DEFINITIONS`.
    indicatifs
        Whether hypothetical memberships count; without them a CPTS is its established part.

    Raises
    ------
    KeyError
        If the definition is unknown.
    ValueError
        If the reference is none of the territories.
    """
    rang = [territoire.adresse for territoire in territoires].index(reference)
    colonnes = [
        {
            (mesure.indicateur, mesure.base): mesure
            for mesure in measure(atlas, territoire, definition, indicatifs=indicatifs)
        }
        for territoire in territoires
    ]
    lignes = []
    for cle in _sort_keys(atlas.registre, (cle for colonne in colonnes for cle in colonne)):
        ligne = [
            colonne[cle] if cle in colonne else _without(territoire, cle, colonne)
            for territoire, colonne in zip(territoires, colonnes, strict=True)
        ]
        indicateur = atlas.registre[cle[0]]
        lignes.append(tuple(set_against(indicateur, mesure, ligne[rang]) for mesure in ligne))
    return Comparaison(tuple(territoires), reference, definition, indicatifs, tuple(lignes))


def set_against(indicateur: Indicateur, mesure: Mesure, reference: Mesure) -> Cellule:
    """Say how a measure differs from that of the reference, or why it cannot be said.

    Parameters
    ----------
    indicateur
        What they measure.
    mesure, reference
        Shares with different bases, approximate figures and those that
        rest on an incomplete list have no difference.
    """
    refus = _refuse(mesure, reference)
    # Counts of territories of different sizes differ by nature.
    compare = refus != REFERENCE and indicateur.nature == TAUX
    differente = are_different(mesure, reference) if compare else None
    if refus or mesure.valeur is None or reference.valeur is None:
        return Cellule(mesure, refus=refus, differente=differente)
    ecart = mesure.valeur - reference.valeur
    # « −50 % » of a negative value would say the contrary of what it means.
    relatif = indicateur.relatif and reference.valeur > 0 and mesure.valeur >= 0
    return Cellule(
        mesure, ecart, ecart / reference.valeur * 100 if relatif else None, differente=differente
    )


def _refuse(mesure: Mesure, reference: Mesure) -> str | None:
    """Return the first reason against a difference."""
    une_seule = AUTRE_BASE in (mesure.raison, reference.raison)
    qualificatifs = {mesure.qualificatif, reference.qualificatif}
    partiels = not qualificatifs.isdisjoint({AU_MOINS, INCERTAIN})
    raisons = (
        (REFERENCE, mesure.territoire == reference.territoire),
        # Each publishes a share, but not the same one.
        (BASES_DIFFERENTES, une_seule and bool(mesure.bases and reference.bases)),
        (SANS_VALEUR, mesure.raison is not None),
        (REFERENCE_SANS_VALEUR, reference.raison is not None),
        (BASES_DIFFERENTES, mesure.base != reference.base),
        (EN_TOUTES_LETTRES, mesure.valeur is None or reference.valeur is None),
        # Two minima say nothing of their difference.
        (COMMUNES_MANQUANTES, partiels and bool(mesure.manquantes or reference.manquantes)),
        (LISTE_INCOMPLETE, partiels),
        (VALEUR_APPROCHEE, qualificatifs != {EXACT}),
    )
    return next((refus for refus, vrai in raisons if vrai), None)


def _sort_keys(
    registre: Registre, cles: Iterable[tuple[str, str | None]]
) -> list[tuple[str, str | None]]:
    """Sort by theme, then in the order of the registry, then by base."""
    ordre = [indicateur.identifiant for indicateur in registre]
    return sorted(
        set(cles),
        key=lambda cle: (THEMES.index(registre[cle[0]].theme), ordre.index(cle[0]), cle[1] or ""),
    )


def _without(
    territoire: Territoire,
    cle: tuple[str, str | None],
    colonne: dict[tuple[str, str | None], Mesure],
) -> Mesure:
    """Say why a territory lacks a measure that another one has."""
    indicateur, base = cle
    bases = tuple(b for nom, b in colonne if nom == indicateur and b)
    raison = SANS_OBJET
    if territoire.genre == CPTS:
        raison = AUTRE_BASE if bases else NON_PUBLIE
    return Mesure(indicateur, territoire.adresse, base=base, raison=raison, bases=bases)
