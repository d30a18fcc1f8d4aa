"""Communes that CPTS cover in part, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.perimetre import ENTIERE
from geo.texte import write_share
from rendu.mots.francais import nombre

if TYPE_CHECKING:
    from collections.abc import Mapping

# Above the share of a commune, in a table.
PART_TITRE = "Part de la commune (%, estimée)"
# Above the inhabitants, and the ground, that this share counts.
HABITANTS_COMPTES = "Habitants comptés"
SURFACE_COMPTEE = "Surface comptée (km²)"


# Above them, in a file.
PRISES_EN_PARTIE = "Communes prises en partie (part des habitants, estimée)"
# A share is an estimate: it is told by the whole per cent, and more finely where that would read as none or all.
_FIN = 0.01


def round_share(part: float) -> str:
    r"""Write a share of a commune as a screen does: by the whole per cent, with a decimal near none and near all.

    >>> round_share(0.3999), round_share(0.004), round_share(0.00001), round_share(0.9999)
    ('40\xa0%', '0,4\xa0%', '0,1\xa0%', '99,9\xa0%')
    """
    if _FIN <= part <= 1 - _FIN:
        pct = nombre(part * 100)
    else:
        pct = nombre(min(max(part * 100, 0.1), 99.9), 1)
    return f"{pct}\N{NO-BREAK SPACE}%"


def of_which_in_part(communes: int) -> str:
    """Say, after a count of communes, how many of them are taken in part; nothing where none is.

    >>> of_which_in_part(2), of_which_in_part(0)
    (', dont 2 en partie', '')
    """
    return f", dont {nombre(communes)} en partie" if communes else ""


def parts_cell(parts: Mapping[str, float]) -> str:
    r"""Write the communes that a CPTS takes in part, by code, with their shares as the files have them.

    >>> parts_cell({"70310": 0.3999, "70070": 0.5})
    '70070 50\xa0% ; 70310 39,99\xa0%'
    """
    return " ; ".join(f"{code} {write_share(parts[code])}" for code in sorted(parts))


def name_holder(nom: str, part: float) -> str:
    r"""Name a CPTS, with the share of a commune that it covers where it does not cover it whole.

    >>> name_holder("CPTS Nord", 1.0), name_holder("CPTS Sud", 0.43)
    ('CPTS Nord', 'CPTS Sud 43\xa0%')
    """
    return nom if part >= ENTIERE else f"{nom} {round_share(part)}"


def name_commune(nom: str, part: float) -> str:
    r"""Name a commune among those of a CPTS, with the share that the CPTS covers where it does not cover it whole.

    >>> name_commune("Brey", 1.0), name_commune("Marseille", 0.43)
    ('Brey', 'Marseille (pour environ 43\xa0%)')
    """
    return nom if part >= ENTIERE else f"{nom} (pour environ {round_share(part)})"
