"""What is read somewhere: a sentence or a cell, with what says of whom, of what and under which filters it speaks."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Contexte:
    """Where one is: the page or the file, and what its address says.

    Attributes
    ----------
    page
        The page, or the page and the file taken from it.
    cpts, dep, date
        What the address chooses; empty, nothing.
    indicatifs
        Whether « Périmètres indicatifs » is on.
    fichier
        The format, of what is read in a file; empty on a screen.
    """

    page: str
    cpts: str = ""
    dep: str = ""
    date: str = ""
    indicatifs: bool = True
    fichier: str = ""

    @property
    def lieu(self) -> str:
        """Say where that is, for the report."""
        choix = [self.cpts, self.dep and f"dep={self.dep}", self.date]
        masques = [] if self.indicatifs else ["sans indicatifs"]
        fichier = [f"fichier {self.fichier}"] if self.fichier else []
        return " ".join(filter(None, [self.page, *choix, *masques, *fichier]))


@dataclass(frozen=True, slots=True)
class Enonce:
    """A sentence or a cell as it is written, and where.

    Attributes
    ----------
    contexte
        Where one is.
    sous
        The titles above it: heading, tab, fold, popover.
    texte
        What is written.
    colonne, cle
        Of a cell, the title of its column and its row as a mapping of the other columns' titles to texts.
    genre
        What holds it: texte, tableau, difference, graphique, carte, diapositive.
    valeur
        Of a cell that is a number in its file or table, that number.
    """

    contexte: Contexte
    sous: str
    texte: str
    colonne: str = ""
    ligne: tuple[tuple[str, str], ...] = ()
    genre: str = "texte"
    valeur: float | None = None

    def case(self, *titres: str) -> str:
        """Return the text of its row under the first of these titles that it has; empty where there is none."""
        return next((texte for nom, texte in self.ligne if nom in titres), "")


@dataclass(slots=True)
class Releve:
    """Everything that was read, on which pages and in which files."""

    enonces: list[Enonce] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    fichiers: list[str] = field(default_factory=list)
