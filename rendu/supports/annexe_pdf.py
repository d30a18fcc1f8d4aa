"""The annex of a scenario on paper: A4, vectors, tagged for assistive tools (PDF/UA-1)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rendu.mots.annexe import TITRES, write_annexe
from rendu.supports.papier import compile_pdf

if TYPE_CHECKING:
    from geo.atelier.annexe import Annexe

_MODELE = Path(__file__).with_name("annexe.typ")


def write_pdf(annexe: Annexe, carte_svg: str | None) -> bytes:
    """Write the annex of a scenario.

    Parameters
    ----------
    annexe
        What it says.
    carte_svg
        Its map, as :func:`rendu.supports.annexe_carte.draw_carte_annexe` draws it; ``None`` without one.

    Returns
    -------
    bytes
        A PDF that conforms to PDF/UA-1. The same annex and map give the same bytes.
    """
    donnees = asdict(write_annexe(annexe)) | {"titres": TITRES}
    return compile_pdf(_MODELE, donnees, annexe.jour, carte_svg or "")
