"""What a slide is, whoever shows it: the player, the downloaded kit, the PPTX."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

GENRES = (
    "region",
    "territoire",
    "population",
    "medecin_traitant",
    "sante",
    "priorites",
    "professionnels",
    "region_du_jour",
    "sources",
)

REGION = "region"
TERRITOIRE = "territoire"


@dataclass(frozen=True, slots=True)
class Graphique:
    """A bar chart that can be edited: labels and values of one base and one unit."""

    titre: str
    unite: str
    series: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Origine:
    """Where a figure of a slide comes from.

    Attributes
    ----------
    texte
        In plain text: value, formula with its numbers, what is missing, sources.
    indicateur
        Its identifier in the registry; empty of what is none, such as a number of CPTS.
    """

    texte: str
    indicateur: str = ""


@dataclass(frozen=True, slots=True)
class Diapositive:
    """One slide, as plain text: whoever draws it escapes it.

    Attributes
    ----------
    genre
        One of :data:`GENRES`.
    cpts_id
        The CPTS; ``None`` for the region and the sources.
    titre
        Name of the CPTS or of the region, with « (1/2) » where a list goes on.
    chiffre
        The figure with its qualifier; empty where there is none.
    phrase
        What the figure counts, read on from it; a heading where there is no figure.
    lignes
        A few short lines.
    parlee
        The sentence to be spoken.
    sources
        Where it was read, or what was computed from.
    indicatif
        Whether the map of the slide shows an indicative perimeter.
    carte
        :data:`REGION` (``Evenement.montrees``), :data:`TERRITOIRE` (this CPTS and its communes)
        or ``None``.
    graphique
        A chart, only on slides without a map.
    origines
        Of each of its figures that is computed or published of the CPTS.
    """

    genre: str
    cpts_id: str | None
    titre: str
    chiffre: str
    phrase: str
    lignes: tuple[str, ...]
    parlee: str
    sources: tuple[str, ...]
    indicatif: bool
    carte: str | None
    graphique: Graphique | None = None
    origines: tuple[Origine, ...] = ()


def split_lignes(diapositive: Diapositive, lignes: Sequence[str], n_max: int) -> list[Diapositive]:
    """Share lines evenly between as many copies of a slide as they need, `n_max` at most on each.

    Returns
    -------
    list
        The copies, numbered in their titles if there are several.
    """
    n = -(-len(lignes) // n_max)
    rang, reste = divmod(len(lignes), n)
    copies = []
    debut = 0
    for i in range(n):
        fin = debut + rang + (i < reste)
        titre = f"{diapositive.titre} ({i + 1}/{n})" if n > 1 else diapositive.titre
        copies.append(replace(diapositive, titre=titre, lignes=tuple(lignes[debut:fin])))
        debut = fin
    return copies
