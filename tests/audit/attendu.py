"""What a number should be, and the words that say what it is worth."""

from dataclasses import dataclass

# How a figure is worth: as the files have it, from an indicative perimeter, or a minimum; else the qualifier of a source.
EXACT, ENVIRON, AU_MOINS = "", "environ", "au moins"
MOTS = {
    "egal": EXACT,
    "environ": ENVIRON,
    "plus_de": "plus de",
    "pres_de": "près de",
    "moins_de": "moins de",
}


@dataclass(frozen=True, slots=True)
class Attendu:
    """What a number should be.

    Attributes
    ----------
    cle
        Which quantity of what: two numbers of the same key say the same thing.
    valeur
        Its value, not rounded.
    mot
        The qualifier that it is written with on a screen.
    calcule
        Whether it is computed: then « environ » rounds it to three figures, where a source's is copied.
    """

    cle: tuple[str, ...]
    valeur: float
    mot: str = EXACT
    calcule: bool = True
