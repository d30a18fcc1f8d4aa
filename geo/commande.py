"""What typer says by itself, in French: titles of the help, wrong usage.

typer has no setting for these words, and is kept all the same: argparse would ask for as many (its own messages
are English too) and give no panels, no types and no progress.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer import rich_utils
from typer.core import TyperArgument, TyperCommand, TyperGroup

from geo.importation.environnement import command_name

if TYPE_CHECKING:
    from typer.core import TyperOption
    from typer.exceptions import TyperException

# typer writes these in English and has no setting for them.
rich_utils.ARGUMENTS_PANEL_TITLE = "Arguments"
rich_utils.OPTIONS_PANEL_TITLE = "Options"
rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
rich_utils.DEFAULT_STRING = "[par défaut : {}]"
rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"


class Commande(TyperCommand):
    """A command whose help is in French."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for parametre in self.params:
            if isinstance(parametre, TyperArgument):
                # Its name says enough; typer adds its Python type.
                parametre.display_type_rich = lambda ctx: None  # type: ignore[method-assign]  # noqa: ARG005

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """Word the option ``--help``."""
        return _word_help(super().get_help_option(ctx))


class Groupe(TyperGroup):
    """A group of commands whose help is in French."""

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """Word the option ``--help``."""
        return _word_help(super().get_help_option(ctx))


def explain_usage(erreur: TyperException) -> str:
    """Say in French what is wrong with a command line.

    Parameters
    ----------
    erreur
        As raised by a typer application that runs with ``standalone_mode=False``.
    """
    contexte = getattr(erreur, "ctx", None)
    chemin = contexte.command_path if contexte else command_name()
    return f"{_cause(erreur)} Voir « {chemin} --help »."


def _word_help(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = "Afficher cette aide."
        option.metavar = ""
    return option


def _cause(erreur: Any) -> str:
    """Know an error by the name of its class, which typer keeps to itself, and by what it carries."""
    parametre = getattr(erreur, "param", None)
    genre = type(erreur).__name__
    if genre == "BadParameter" and parametre is None:
        # Raised by our own commands, in French.
        return str(erreur.message)
    if parametre is not None:
        debut = "Il manque" if genre == "MissingParameter" else "Valeur inattendue pour"
        return f"{debut} {_name(parametre)}."
    if option := getattr(erreur, "option_name", None):
        connue = genre == "BadOptionUsage"
        return (
            f"{'Valeur manquante, ou de trop, pour' if connue else 'Option inconnue :'} {option}."
        )
    if genre == "NoArgsIsHelpError":
        return "Indiquer une commande."
    return "Commande inconnue, valeur inattendue ou argument en trop."


def _name(parametre: Any) -> str:
    if isinstance(parametre, TyperArgument):
        return str(parametre.metavar or parametre.name)
    return " / ".join(parametre.opts)
