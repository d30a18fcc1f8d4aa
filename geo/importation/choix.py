"""What the planner decides of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.importation.rapprochement import clean_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.importation.codes import Codes


@dataclass(frozen=True)
class Choix:
    """What the planner decided; nothing of it is ever guessed.

    Attributes
    ----------
    absorbees_acceptees
        Whether absorbed codes are replaced by their successors.
    noms
        Name to keep, by name of the file.
    fiches
        ``cpts_id`` of the known sheet, by name kept.
    complets
        Departments that the table covers completely.
    retirees
        ``cpts_id`` of known sheets to take out: those CPTS no longer are.
    repeter_cpts
        Whether a row without the name of a CPTS has that of the row above (merged cells).
    statut_defaut
        Stage, as in ``statuts.csv``, of the CPTS of which neither table nor sheet tells one; ``None``
        leaves it unpublished.
    codes
        What the codes of commune are, ``insee`` or ``postaux``; empty where the table tells by itself.
    """

    absorbees_acceptees: bool = False
    noms: Mapping[str, str] = field(default_factory=dict)
    fiches: Mapping[str, str] = field(default_factory=dict)
    complets: frozenset[str] = frozenset()
    retirees: frozenset[str] = frozenset()
    repeter_cpts: bool = False
    statut_defaut: str | None = None
    codes: Codes = ""

    def name_kept(self, nom: str) -> str:
        """Return the name under which a name of the file is kept."""
        propre = clean_name(nom)
        return clean_name(self.noms.get(nom, self.noms.get(propre, propre)))
