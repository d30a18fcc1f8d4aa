"""What a sheet hides and strikes out."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Apparence:
    """What a sheet hides and strikes out; rows from 1, columns from 0.

    Attributes
    ----------
    lignes, colonnes
        Those that are hidden, or that a filter leaves out.
    barrees
        Cells that are struck out.
    restes
        What is left of the cells that are struck out in part.
    """

    lignes: set[int] = field(default_factory=set)
    colonnes: set[int] = field(default_factory=set)
    barrees: set[tuple[int, int]] = field(default_factory=set)
    restes: dict[tuple[int, int], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.lignes or self.colonnes or self.barrees or self.restes)

    def add(
        self, place: tuple[int, int], morceaux: list[tuple[str, bool]], *, barree: bool
    ) -> None:
        """Take in a cell: its pieces of text, each struck out or not, and whether all of it is."""
        pleins = [(texte, barre) for texte, barre in morceaux if texte.strip()]
        if barree or (pleins and all(barre for _, barre in pleins)):
            self.barrees.add(place)
        elif any(barre for _, barre in pleins):
            self.restes[place] = "".join(texte for texte, barre in morceaux if not barre)
