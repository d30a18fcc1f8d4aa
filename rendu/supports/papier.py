"""A document on paper: a template of typst, what it says as data, and the same bytes from the same data."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

from rendu.carte.palette import ALERTE, BLEU, ENCRE, ENCRE_NOTE, FILET
from rendu.dessin.polices import displayable, font_folders

if TYPE_CHECKING:
    from pathlib import Path

_COULEURS = {"encre": ENCRE, "gris": ENCRE_NOTE, "bleu": BLEU, "filet": FILET, "alerte": ALERTE}
# No place name has a word of that length: beyond it, a line may break anywhere rather than be clipped.
_LONG_MOT = re.compile(r"[^\s-]{24}(?=[^\s-])")
_MINUIT_UTC = dt.time(tzinfo=dt.UTC)


def compile_pdf(modele: Path, donnees: dict[str, Any], jour: dt.date, carte_svg: str) -> bytes:
    """Write a document tagged for assistive tools.

    Parameters
    ----------
    modele
        The template: it reads the inputs ``donnees``, ``couleurs`` and ``carte``.
    donnees
        What it says, ready for JSON: nothing of it is ever read as markup.
    jour
        The day it bears. The same data and day give the same bytes.
    carte_svg
        Its map; empty without one.

    Returns
    -------
    bytes
        A PDF that conforms to PDF/UA-1: the writer refuses to make another.
    """
    import typst  # noqa: PLC0415 - when first used

    pdf: bytes = typst.compile(
        str(modele),
        format="pdf",
        font_paths=[str(dossier) for dossier in font_folders()],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(dt.datetime.combine(jour, _MINUIT_UTC).timestamp()),
        sys_inputs={
            "couleurs": json.dumps(_COULEURS),
            "donnees": json.dumps(_displayed(donnees)),
            "carte": carte_svg,
        },
    )
    return pdf


def _displayed(valeur: Any) -> Any:
    """Make every text of the data one that the fonts can draw, and that a narrow column can break."""
    match valeur:
        case str():
            return _LONG_MOT.sub("\\g<0>\u200b", displayable(valeur))
        case list() | tuple():
            return [_displayed(element) for element in valeur]
        case dict():
            return {cle: _displayed(element) for cle, element in valeur.items()}
        case _:
            return valeur
