"""Which storage the environment names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.base.connexion import open_base
from geo.importation.versions import open_depot

if TYPE_CHECKING:
    from geo.sauvegarde.stockage import Stockage


def open_stockage() -> Stockage:
    """Return what ``CPTS_BASE_URL`` names, or the files of ``CPTS_VAR_DIR`` without it."""
    base = open_base()
    if base.partagee:
        from geo.sauvegarde.postgres import StockagePostgres  # noqa: PLC0415 - where it is used

        return StockagePostgres(base)
    from geo.sauvegarde.fichiers import StockageFichiers  # noqa: PLC0415 - where it is used

    return StockageFichiers(open_depot(), base)
