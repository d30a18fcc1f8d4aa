"""What the environment says of the data: where they are, and whether they may change. Nothing heavy is imported."""

import hashlib
import os
from pathlib import Path

LECTURE_SEULE = "CPTS_LECTURE_SEULE"
DONNEES = "CPTS_DATA_DIR"
VERSIONS = "CPTS_VAR_DIR"
BASE_URL = "CPTS_BASE_URL"

# What deploiement/atlas calls itself.
_COMMANDE = "ATLAS_COMMANDE"

RACINE = Path(__file__).resolve().parents[2]


_OUI = ("1", "oui", "true", "yes")
_NON = ("", "0", "non", "no", "false")


def command_name() -> str:
    """Return how commands are called here: on a server, by what gives them its account and its settings."""
    return os.environ.get(_COMMANDE) or "python -m geo"


def is_set(variable: str) -> bool:
    """Tell whether an environment variable says yes: anything does but nothing, 0 and « non ».

    What is neither does not start a server: see :func:`tell_neither`.

    >>> os.environ["CPTS_EXEMPLE"] = "Non"
    >>> is_set("CPTS_EXEMPLE")
    False
    """
    return os.environ.get(variable, "").strip().lower() not in _NON


def tell_neither(variable: str) -> str:
    """Say in French that a variable says neither yes nor no; empty where it does.

    >>> os.environ["CPTS_EXEMPLE"] = "peutetre"
    >>> tell_neither("CPTS_EXEMPLE")
    'CPTS_EXEMPLE : « peutetre » ne dit ni oui ni non. Écrivez 1 ou oui, 0 ou non, ou retirez-la.'
    """
    valeur = os.environ.get(variable, "").strip()
    if valeur.lower() in (*_OUI, *_NON):
        return ""
    return f"{variable} : « {valeur} » ne dit ni oui ni non. Écrivez 1 ou oui, 0 ou non, ou retirez-la."


def is_read_only() -> bool:
    """Tell whether ``CPTS_LECTURE_SEULE`` forbids imports and returns, from the command line too."""
    return is_set(LECTURE_SEULE)


def base_dir() -> Path:
    """Return the folder of data that imports start from: by default, the data that are shipped."""
    return Path(os.environ.get(DONNEES) or RACINE / "data")


def var_dir() -> Path:
    """Return where versions are kept: by default ``var``, which the project does not commit."""
    return Path(os.environ.get(VERSIONS) or RACINE / "var")


def depot_dir(var: Path | None = None, base: Path | None = None) -> Path:
    """Return where the versions of a folder of data are kept: by default, of the one that the environment names."""
    base = (base or base_dir()).resolve()
    # Two folders may have the same name.
    cle = hashlib.sha256(str(base).encode()).hexdigest()[:8]
    return (var or var_dir()).resolve() / f"{base.name}-{cle}"


def base_url() -> str:
    """Return the address of the PostgreSQL that several servers share; empty where data are kept in files."""
    return os.environ.get(BASE_URL, "").strip()
