"""What the server says of itself, one JSON object a line: for journald, and for what reads it there.

No address, no name, no parameter: the kind of a request, its answer and its duration. What Python logs, tracebacks
included, goes the same way, identifiers of sessions and scenarios left out.
"""

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from ui.serveur.suivi import Demande

JOURNAL = logging.getLogger("atlas")
# Streamlit's sessions, and the scenarios and tokens of ours.
_IDENTIFIANT = re.compile(
    r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,})\b", re.IGNORECASE
)
_MASQUE = "[identifiant]"


class Ligne(logging.Formatter):
    """A record as one line of JSON.

    Parameters
    ----------
    serveur
        The name of this process; empty, no line says it.
    """

    def __init__(self, serveur: str) -> None:
        super().__init__()
        self._serveur = serveur

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, with its traceback where it has one."""
        objet: dict[str, object] = {
            "le": _moment(record.created),
            "niveau": record.levelname,
            "source": record.name,
        }
        if self._serveur:
            objet["serveur"] = self._serveur
        demande = getattr(record, "demande", None)
        if isinstance(demande, Demande):
            objet |= {
                "famille": demande.famille,
                "methode": demande.methode,
                "statut": demande.statut,
                "duree_ms": round(demande.duree_s * 1000, 1),
            }
        else:
            objet["message"] = _mask(record.getMessage())
        if record.exc_info:
            objet["trace"] = _mask(self.formatException(record.exc_info))
        return json.dumps(objet, ensure_ascii=False)


def write_json(serveur: str, sortie: TextIO | None = None) -> None:
    """Have everything that is logged from now on written so.

    Parameters
    ----------
    serveur
        The name of this process.
    sortie
        Where to; by default the standard error, which journald reads.
    """
    gerant = logging.StreamHandler(sortie or sys.stderr)
    gerant.setFormatter(Ligne(serveur))
    racine = logging.getLogger()
    racine.handlers[:] = [gerant]
    JOURNAL.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_of_thread


def take_streamlit() -> None:
    """Have Streamlit's loggers, those to come too, write where the others do: each has a format of its own."""
    from streamlit import logger  # noqa: PLC0415 - heavy, and loaded when the server starts

    logger.setup_formatter = _join_the_others
    for sien in list(logger._loggers.values()):  # noqa: SLF001 - it lists them nowhere else
        _join_the_others(sien)


def log_demande(demande: Demande) -> None:
    """Log a request."""
    JOURNAL.info("demande", extra={"demande": demande})


def _join_the_others(logger: logging.Logger) -> None:
    logger.handlers.clear()
    logger.propagate = True


def _log_uncaught(
    genre: type[BaseException], erreur: BaseException, trace: TracebackType | None
) -> None:
    JOURNAL.critical("Arrêt sur une erreur", exc_info=(genre, erreur, trace))


def _log_uncaught_of_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _log_uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _moment(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds")


def _mask(texte: str) -> str:
    """Leave out what names a session or a scenario.

    >>> _mask("scénario 0123456789abcdef, session 9a2c3b1e-0000-4000-8000-0123456789ab")
    'scénario [identifiant], session [identifiant]'
    """
    return _IDENTIFIANT.sub(_MASQUE, texte)
