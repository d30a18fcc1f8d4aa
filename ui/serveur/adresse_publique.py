"""Where the application is reached from outside, where its administrator says so."""

import os

from rendu.supports.codes_qr import clean_address

ADRESSE_PUBLIQUE = "CPTS_URL_PUBLIQUE"


def public_address() -> str | None:
    """Return the public address without its final slash; ``None`` where none is configured, or where it is none."""
    return clean_address(os.environ.get(ADRESSE_PUBLIQUE, ""))
