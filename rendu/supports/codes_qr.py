"""QR codes that lead to a sheet, where the public address of the application is configured."""

import re
from io import BytesIO
from urllib.parse import quote, urlsplit

from rendu.carte.palette import BLANC

# urlsplit drops control characters in silence, the reader of a code may not.
_SANS_BLANC = re.compile(r"[^\s\x00-\x1f\x7f]+")


def clean_address(texte: str) -> str | None:
    """Return a public address without its final slash, or ``None`` if it is not one.

    Only ``http`` and ``https`` lead anywhere from a telephone; an address that carries a question or an
    anchor could not be continued, and a password is nobody's to read.

    >>> clean_address(" https://atlas.example.fr/cpts/ ")
    'https://atlas.example.fr/cpts'
    >>> clean_address("javascript:alert(1)"), clean_address(""), clean_address("https://")
    (None, None, None)
    """
    adresse = texte.strip()
    try:
        morceaux = urlsplit(adresse)
        hote = morceaux.hostname
    except ValueError:
        return None
    if morceaux.scheme not in ("http", "https") or not hote:
        return None
    if (
        "@" in morceaux.netloc
        or morceaux.query
        or morceaux.fragment
        or not _SANS_BLANC.fullmatch(adresse)
    ):
        return None
    return adresse.rstrip("/")


def sheet_address(publique: str, cpts_id: str) -> str:
    """Return the address of the sheet of a CPTS.

    >>> sheet_address("https://atlas.example.fr", "cpts-luxeuil")
    'https://atlas.example.fr/fiche?cpts=cpts-luxeuil'
    """
    return f"{publique}/fiche?cpts={quote(cpts_id, safe='')}"


def make_qr_svg(texte: str) -> str:
    """Draw a QR code as SVG, black on white, with the quiet zone that readers need."""
    import segno  # noqa: PLC0415 - when first used

    octets = BytesIO()
    segno.make(texte, error="m", micro=False).save(
        octets, kind="svg", xmldecl=False, omitsize=True, border=4, light=BLANC
    )
    return octets.getvalue().decode()
