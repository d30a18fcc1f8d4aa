"""What on the disk served lately, which several processes may share."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Another process may still read what served less than a day ago: each says what it reads every hour.
SERVIE_S = 24 * 3600
_DITE_S = 3600


def say_used(chemin: Path) -> None:
    """Say that a file or a folder serves; its time of change stays."""
    with suppress(OSError):
        infos = chemin.stat()
        if time.time() - infos.st_atime > _DITE_S:
            os.utime(chemin, ns=(time.time_ns(), infos.st_mtime_ns))


def last_use(chemin: Path) -> float:
    """Return when a file or a folder was made, or last served; long ago where there is none any more."""
    try:
        infos = chemin.stat()
    except OSError:
        return 0
    return max(infos.st_atime, infos.st_mtime)


def serves_no_more(chemin: Path) -> bool:
    """Tell whether nobody has used it for a day."""
    return time.time() - last_use(chemin) > SERVIE_S
