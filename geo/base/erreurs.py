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


class IssueInconnue(BaseIndisponible):
    """What was asked was sent whole, and nothing says whether it was done."""

    def __init__(self) -> None:
        super().__init__(
            "La base de données n'a pas répondu à temps : on ne sait pas si ce geste est enregistré. Quand elle répondra, "
            "regardez ce qui est en usage (page « Données », versions et trace) avant de le refaire."
        )


class BaseNonPreparee(BaseIndisponible):
    """The tables are those of another version of the application, or are not there.

    Parameters
    ----------
    plus_recente
        Whether it is the application that is late.
    """

    def __init__(self, *, plus_recente: bool = False) -> None:
        cause = (
            "Les tables de la base de données ne sont pas celles de cette version de l'application : rien n'y est lu ni "
            "enregistré."
        )
        if plus_recente:
            super().__init__(
                f"{cause} Elles sont d'une version plus récente : mettez cette application à jour."
            )
            return
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
