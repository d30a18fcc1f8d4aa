"""What a page needs to be printed: one style, and the little that only a script knows at that moment."""

from pathlib import Path

_STATIC = Path(__file__).resolve().parents[2] / "static"

STYLE = _STATIC / "impression.css"


def print_script() -> str:
    """Return the script that prepares a page when it is about to be printed."""
    return (_STATIC / "impression.js").read_text(encoding="utf-8")
