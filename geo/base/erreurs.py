"""What is said when something could not be written down, or read."""

from __future__ import annotations

from geo.importation.environnement import command_name

COMMANDE_PREPARER = f"{command_name()} base preparer"


class BaseIndisponible(Exception):
    """Nothing could be written down or read (full disk, database that does not answer).

    Parameters
    ----------
    message
        Why, in French, and what whoever is on a page can do.
    administrateur
        The same for whoever runs the server; the same words by default.
    """

    def __init__(self, message: str, administrateur: str = "") -> None:
        super().__init__(message)
        self.administrateur = administrateur or message


class BaseNonPreparee(BaseIndisponible):
    """The tables are those of another version of the application, or are not there."""

    def __init__(self) -> None:
        cause = (
            "Les tables de la base de données ne sont pas celles de cette version de l'application : rien n'y est lu ni "
            "enregistré."
        )
        super().__init__(
            f"{cause} L'administrateur doit lancer « {COMMANDE_PREPARER} ».",
            f"{cause} Lancez « {COMMANDE_PREPARER} ».",
        )


def tell_effect(*, ecrit: bool) -> str:
    """Say what comes of a silence, to whoever was writing, or was reading."""
    return "ce geste n'est pas enregistré" if ecrit else "rien n'a pu y être lu"


def find_silence(erreur: BaseException | None) -> BaseIndisponible | None:
    """Return the silence of the base that a refusal comes from; nothing where it is of something else."""
    while erreur is not None and not isinstance(erreur, BaseIndisponible):
        erreur = erreur.__cause__
    return erreur
