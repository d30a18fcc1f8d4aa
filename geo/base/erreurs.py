"""What is said when something could not be written down, or read."""

from __future__ import annotations

from geo.importation.environnement import command_name

COMMANDE_PREPARER = f"{command_name()} base preparer"


class BaseIndisponible(Exception):
    """Nothing could be written down or read (full disk, database that does not answer): why, in French."""


class BaseNonPreparee(BaseIndisponible):
    """The tables are those of another version of the application, or are not there."""

    def __init__(self) -> None:
        super().__init__(
            "Les tables de la base de données ne sont pas celles de cette version de l'application : rien n'y est lu ni "
            f"enregistré. L'administrateur doit lancer « {COMMANDE_PREPARER} »."
        )
