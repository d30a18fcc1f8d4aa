"""Whether imports and returns to a version are forbidden, to everyone."""

import os

LECTURE_SEULE = "CPTS_LECTURE_SEULE"


def is_set(variable: str) -> bool:
    """Tell whether an environment variable says yes: anything does but nothing, 0 and « non ».

    >>> os.environ["CPTS_EXEMPLE"] = "Non"
    >>> is_set("CPTS_EXEMPLE")
    False
    """
    return os.environ.get(variable, "").strip().lower() not in ("", "0", "non", "no", "false")


def is_read_only() -> bool:
    """Tell whether ``CPTS_LECTURE_SEULE`` forbids imports and returns, from the command line too."""
    return is_set(LECTURE_SEULE)
