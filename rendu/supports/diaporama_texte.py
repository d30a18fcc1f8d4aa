"""How large the texts of a slide may be written, measured before they are put there. Lengths in points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rendu.dessin.polices import width, wrap

# Arial has the widths of the font that is measured; a line takes 1.15 times its size, and readers differ.
POLICE = "Arial"
INTERLIGNE = 1.18
_PAS = 12
_REDUCTION = 0.92
_CORPS_MIN = 5.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is written.

    Attributes
    ----------
    grand, petit
        The size where there is room, and the one below which nothing goes unless it cannot be helped.
    gras
        Whether it is bold.
    retrait
        What a bullet takes on the left.
    avant
        The space above it, in parts of its size; none above the first paragraph.
    lignes_max
        More lines than that, and a smaller size is better.
    """

    grand: float
    petit: float
    gras: bool = False
    retrait: float = 0.0
    avant: float = 0.3
    lignes_max: int = 20


def fit(paragraphes: Sequence[tuple[str, Style]], largeur: float, hauteur: float) -> list[float]:
    """Return the size of each paragraph for all of them to fit in a box, one under the other.

    >>> titre = Style(40, 30)
    >>> fit([("Vesoul", titre)], 400, 60), fit([("Luxeuil-les-Bains", titre)], 300, 60)
    ([40.0], [39.2])
    """
    tailles: list[float] = []
    for tailles, cassable in _sizes([style for _, style in paragraphes]):
        mesures = [
            (texte, style, corps)
            for (texte, style), corps in zip(paragraphes, tailles, strict=True)
        ]
        if (
            all(cassable or _is_whole(*mesure, largeur) for mesure in mesures)
            and _height(mesures, largeur) <= hauteur
        ):
            break
    return tailles


def _sizes(styles: Sequence[Style]) -> Iterator[tuple[list[float], bool]]:
    """List the sizes to try, the best first, and whether a word may then be broken."""
    for pas in range(_PAS, -1, -1):
        yield [round(s.petit + (s.grand - s.petit) * pas / _PAS, 1) for s in styles], False
    facteur = 1.0
    while facteur * max(s.petit for s in styles) > _CORPS_MIN:
        facteur *= _REDUCTION
        yield [round(max(s.petit * facteur, _CORPS_MIN), 1) for s in styles], True


def _is_whole(texte: str, style: Style, corps: float, largeur: float) -> bool:
    place = largeur - style.retrait
    lignes = wrap(texte, place, corps, gras=style.gras)
    return len(lignes) <= style.lignes_max and all(
        width(mot, corps, gras=style.gras) <= place for mot in texte.split(" ")
    )


def _height(mesures: Sequence[tuple[str, Style, float]], largeur: float) -> float:
    return sum(
        text_height(texte, largeur - style.retrait, corps, gras=style.gras)
        + (style.avant * corps if rang else 0.0)
        for rang, (texte, style, corps) in enumerate(mesures)
    )


def text_height(texte: str, largeur: float, corps: float, *, gras: bool = False) -> float:
    """Return the height of a text in a column of some width."""
    return len(wrap(texte, largeur, corps, gras=gras)) * corps * INTERLIGNE
