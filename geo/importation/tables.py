"""Tables of a data folder as texts: read, added to, written; and the source that an import adds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.texte import split_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_LONGUEUR_IDENTIFIANT = 60


@dataclass(frozen=True, slots=True)
class SourceImport:
    """Where an imported table comes from.

    Attributes
    ----------
    nom_fichier
        Name of the file, no folder.
    auteur, note
        What the planner wrote; both may be empty. The author is the account, where there is one.
    date
        Day of the import.
    empreinte
        Of its content: see :func:`join_empreintes`. Empty where there is no file.
    identifiant
        Of the account that imports, never written in the data; empty where nobody logs in.
    """

    nom_fichier: str
    auteur: str
    note: str
    date: dt.date
    empreinte: str = ""
    identifiant: str = ""


def join_empreintes(empreintes: Iterable[str]) -> str:
    """Tell the files of an import from any others by the SHA-256 of each, in hexadecimal.

    Of one file it is its own, as ``sha256sum`` gives it; of several, the SHA-256 of theirs one after another.

    >>> join_empreintes(["ab" * 32]) == "ab" * 32
    True
    """
    toutes = list(empreintes)
    return toutes[0] if len(toutes) == 1 else hashlib.sha256("".join(toutes).encode()).hexdigest()


def digest_files(chemins: Iterable[Path]) -> str:
    """Tell files from any others: see :func:`join_empreintes`.

    Raises
    ------
    OSError
        If one cannot be read.
    """
    return join_empreintes(hashlib.sha256(chemin.read_bytes()).hexdigest() for chemin in chemins)


def read_table(base: Path, nom: str) -> pd.DataFrame:
    """Read a table as the texts it holds, so that what does not change is written as it was."""
    return pd.read_csv(
        base / f"{nom}.csv", dtype="str", keep_default_na=False, encoding="utf-8-sig"
    )


def write_table(table: pd.DataFrame) -> bytes:
    """Return a table as UTF-8 with commas."""
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def append_rows(
    table: pd.DataFrame, lignes: pd.DataFrame | Sequence[Mapping[str, str]]
) -> pd.DataFrame:
    """Add rows, in the columns of the table; what they do not say is blank."""
    nouvelles = lignes if isinstance(lignes, pd.DataFrame) else pd.DataFrame(list(lignes))
    nouvelles = nouvelles.reindex(columns=table.columns).astype("str").fillna("")
    return pd.concat([table, nouvelles], ignore_index=True)


def make_source_id(source: SourceImport, connus: Sequence[str]) -> str:
    """Return an identifier of a source that none of those known has."""
    mots = "-".join(split_words(source.nom_fichier)).encode("ascii", "ignore").decode()
    mots = "-".join(filter(None, mots.split("-")))[:_LONGUEUR_IDENTIFIANT].strip("-")
    base = "-".join(filter(None, ("import", source.date.isoformat(), mots)))
    pris = set(connus)
    suffixes = (base if rang == 1 else f"{base}-{rang}" for rang in range(1, len(pris) + 2))
    return next(candidat for candidat in suffixes if candidat not in pris)
