"""What was measured: one line a figure, beside its mark, as a table of text."""

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

ENTETE = ("figure", "here", "compared with", "ratio", "mark", "held")
PAQUETS = ("geopandas", "shapely", "folium", "streamlit", "streamlit-folium")


@dataclass(frozen=True, slots=True)
class Ligne:
    """One figure. Everything is ready to be read; an empty text means that there is none."""

    figure: str
    ici: str
    compare: str = ""
    rapport: str = ""
    marque: str = ""
    tenue: str = ""


def compare_with(
    figure: str,
    ici: float,
    reference: float,
    nom_reference: str,
    *,
    unite: str,
    marque: float | None = None,
) -> Ligne:
    """Say how many times less this costs than the reference.

    Parameters
    ----------
    figure
        What is measured.
    ici, reference
        The cost of each, in the same unit.
    nom_reference
        What it is compared with.
    unite
        Unit of both.
    marque
        The least ratio that the project asks of itself.
    """
    rapport = reference / ici
    return Ligne(
        figure,
        f"{_short(ici)} {unite}",
        f"{nom_reference}: {_short(reference)} {unite}",
        f"{_short(rapport)}×",
        "" if marque is None else f"≥ {marque:g}×",
        "" if marque is None else yes_or_no(held=rapport >= marque),
    )


def multiple_of(
    figure: str,
    ici: float,
    reference: float,
    nom_reference: str,
    *,
    unite: str,
    marque: float | None = None,
) -> Ligne:
    """Say how many times the reference this is.

    Parameters
    ----------
    figure, ici, reference, nom_reference, unite
        As for :func:`compare_with`.
    marque
        The greatest ratio that the project allows itself.
    """
    rapport = ici / reference
    return Ligne(
        figure,
        f"{_short(ici)} {unite}",
        f"{nom_reference}: {_short(reference)} {unite}",
        f"{_short(rapport)}×",
        "" if marque is None else f"≤ {marque:g}×",
        "" if marque is None else yes_or_no(held=rapport <= marque),
    )


def yes_or_no(*, held: bool) -> str:
    """Word the last column; what is not held must be seen."""
    return "yes" if held else "**no**"


def to_rows(lignes: Sequence[Ligne]) -> list[str]:
    """Write the rows of the table."""
    rangs = [(x.figure, x.ici, x.compare, x.rapport, x.marque, x.tenue) for x in lignes]
    return [f"| {' | '.join(rang)} |" for rang in rangs]


def to_markdown(lignes: Sequence[Ligne]) -> str:
    """Write the table."""
    filet = "|---" * len(ENTETE) + "|"
    return "\n".join([f"| {' | '.join(ENTETE)} |", filet, *to_rows(lignes)])


def describe_machine(chromium: str, debut: float, fin: float) -> str:
    """Name what the figures depend on.

    Parameters
    ----------
    chromium
        Version of the browser.
    debut, fin
        How many processes wanted a core when the run began and ended (load average over a minute).
    """
    versions = ", ".join(f"{paquet} {version(paquet)}" for paquet in PAQUETS)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"Python {sys.version.split()[0]}, {versions}, Chromium {chromium}. "
        f"Load of the machine: {debut:.1f} when the run began, {fin:.1f} when it ended."
    )


def _short(valeur: float) -> str:
    """Keep three figures or so."""
    decimales = 0 if valeur >= 100 else 1 if valeur >= 1 else 2  # noqa: PLR2004
    return f"{valeur:,.{decimales}f}"
