"""Write tables as French spreadsheets read them. Outlines are written by :mod:`geo.export_couches`."""

from __future__ import annotations

import datetime as dt
import math
import re
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# A cell that begins so would be run as a formula by a spreadsheet (OWASP, « CSV Injection »): the
# four signs and their full-width forms, and the blanks that some spreadsheets skip.
_FORMULE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")

_FEUILLE_SOURCES = "Sources"
_COLONNES_SOURCES = {
    "titre": "Titre",
    "producteur": "Producteur",
    "date": "Date",
    "url": "Adresse",
}
# Limits of Excel, in characters.
_LONGUEUR_FEUILLE = 31
_INTERDITS_FEUILLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGUEUR_CELLULE = 32_767
_LARGEUR_MAX_PX = 480
# A workbook must bear a date of creation; a fixed one lets equal tables make equal bytes.
_CREATION = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - Excel knows no time zone

_LONGUEUR_NOM = 80

_Valeur: TypeAlias = bool | int | float | dt.date | str | None


def defuse_formula(texte: str) -> str:
    """Make a text harmless for a spreadsheet: what looks like a formula gets a leading apostrophe.

    What looks like one that had it already gets another, so that :func:`restore_formula` knows.

    >>> defuse_formula("=1+1"), defuse_formula("CPTS de Luxeuil"), defuse_formula("'=1+1")
    ("'=1+1", 'CPTS de Luxeuil', "''=1+1")
    """
    return f"'{texte}" if texte.lstrip("'").startswith(_FORMULE) else texte


def restore_formula(texte: str) -> str:
    """Take off the apostrophe that :func:`defuse_formula` put, and no other.

    >>> restore_formula("'=1+1"), restore_formula("''=1+1"), restore_formula("'s Gravenmoer")
    ('=1+1', "'=1+1", "'s Gravenmoer")
    """
    return texte.removeprefix("'") if texte.lstrip("'").startswith(_FORMULE) else texte


def to_csv(tableau: pd.DataFrame) -> bytes:
    """Write a table as CSV that opens in French Excel: ``;``, decimal comma, UTF-8 with BOM.

    Parameters
    ----------
    tableau
        Any table; its index is left out.

    Returns
    -------
    bytes
        The file. Texts that look like formulas are neutralised; numbers stay numbers, dates are
        written 2022-05-06, truth values oui or non, lists with commas; what is missing is blank.
    """
    textes = pd.DataFrame(
        {
            rang: [_csv_text(plain_value(cellule)) for cellule in tableau.iloc[:, rang]]
            for rang in range(tableau.shape[1])
        },
        dtype="str",
    ).set_axis([defuse_formula(str(nom)) for nom in tableau.columns], axis="columns")
    # With \r\n as the end of a line, a lone \r inside a cell is quoted too: it cannot begin a row.
    return textes.to_csv(index=False, sep=";", lineterminator="\r\n").encode("utf-8-sig")


def to_xlsx(tableaux: Mapping[str, pd.DataFrame], sources: pd.DataFrame) -> bytes:
    """Write tables as a workbook, one sheet each, and a last sheet « Sources ».

    Parameters
    ----------
    tableaux
        Tables by the name of their sheet, which is cut and cleaned as Excel wants it. Indexes are
        left out.
    sources
        Sources of what is written: ``titre``, ``producteur``, ``date`` (text, possibly partial or
        missing) and ``url``, as in :attr:`geo.atlas.Atlas.sources`.

    Returns
    -------
    bytes
        The file. Numbers, dates and truth values are such; texts are never formulas; what is
        missing is an empty cell. The same tables give the same bytes.
    """
    import xlsxwriter  # noqa: PLC0415 - when first used

    octets = BytesIO()
    with xlsxwriter.Workbook(octets, {"in_memory": True, "remove_timezone": True}) as classeur:
        classeur.set_properties({"created": _CREATION})
        formats = {
            "entete": classeur.add_format({"bold": True, "bottom": 1, "valign": "top"}),
            "entier": classeur.add_format({"num_format": "#,##0"}),
            "decimal": classeur.add_format({"num_format": "#,##0.0"}),
            "jour": classeur.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
            "instant": classeur.add_format({"num_format": "dd/mm/yyyy hh:mm", "align": "left"}),
        }
        noms = _sheet_names(tableaux)
        for nom, tableau in zip(noms, tableaux.values(), strict=True):
            _write_sheet(classeur.add_worksheet(nom), tableau, formats)
        _write_sheet(classeur.add_worksheet(_FEUILLE_SOURCES), sources_table(sources), formats)
    return octets.getvalue()


def file_name(quoi: str, extension: str, jour: dt.date) -> str:
    """Name a file after what it holds and the day it was made.

    >>> file_name("Fiche : Pays d'Héricourt", "xlsx", dt.date(2026, 11, 21))
    'atlas-cpts_fiche-pays-d-hericourt_2026-11-21.xlsx'
    """
    slug = "-".join(split_words(quoi)).encode("ascii", "ignore").decode()[:_LONGUEUR_NOM].strip("-")
    return "_".join(filter(None, ("atlas-cpts", slug, f"{jour.isoformat()}.{extension}")))


def plain_value(cellule: Any) -> _Valeur:
    """Reduce a cell to a plain value; ``None`` where there is nothing to write.

    Infinity counts as nothing: neither Excel nor JSON knows it. Nought has no sign.
    """
    if isinstance(cellule, tuple | list):
        return ", ".join(map(str, cellule)) or None
    if pd.isna(cellule):
        return None
    valeur = cellule.item() if isinstance(cellule, np.generic) else cellule
    if isinstance(valeur, float):
        return None if math.isinf(valeur) else valeur + 0.0
    if isinstance(valeur, dt.datetime) and valeur.time() == dt.time():
        return valeur.date()
    return valeur if isinstance(valeur, bool | int | dt.date) else str(valeur)


def _csv_text(valeur: _Valeur) -> str | None:
    match valeur:
        case bool():
            return "oui" if valeur else "non"
        case float():
            return repr(valeur).removesuffix(".0").replace(".", ",")
        case str():
            return defuse_formula(valeur)
        case _:
            return None if valeur is None else str(valeur)


def _write_sheet(feuille: Worksheet, tableau: pd.DataFrame, formats: Mapping[str, Format]) -> None:
    for rang, nom in enumerate(tableau.columns):
        feuille.write_string(0, rang, defuse_formula(str(nom)), formats["entete"])
        valeurs = [plain_value(cellule) for cellule in tableau.iloc[:, rang]]
        entiere = all(float(v).is_integer() for v in valeurs if isinstance(v, int | float))
        for ligne, valeur in enumerate(valeurs, start=1):
            match valeur:
                case None:
                    continue
                case bool():
                    feuille.write_boolean(ligne, rang, valeur)
                case int() | float():
                    feuille.write_number(
                        ligne, rang, valeur, formats["entier" if entiere else "decimal"]
                    )
                case dt.datetime():
                    feuille.write_datetime(ligne, rang, valeur, formats["instant"])
                case dt.date():
                    feuille.write_datetime(ligne, rang, valeur, formats["jour"])
                case _:
                    feuille.write_string(ligne, rang, defuse_formula(valeur)[:_LONGUEUR_CELLULE])
    feuille.freeze_panes(1, 0)
    feuille.autofit(_LARGEUR_MAX_PX)


def _sheet_names(noms: Iterable[str]) -> list[str]:
    """Make names that Excel admits and tells apart, whatever their case."""
    # Excel keeps « History » for itself.
    pris, feuilles = {_FEUILLE_SOURCES.casefold(), "history"}, []
    for nom in noms:
        propre = _INTERDITS_FEUILLE.sub(" ", nom).strip(" '") or "Tableau"
        essais = (f" ({n})" if n > 1 else "" for n in count(1))
        feuille = next(
            candidat
            for suffixe in essais
            if (
                candidat := propre[: _LONGUEUR_FEUILLE - len(suffixe)].strip(" '") + suffixe
            ).casefold()
            not in pris
        )
        pris.add(feuille.casefold())
        feuilles.append(feuille)
    return feuilles


def sources_table(sources: pd.DataFrame) -> pd.DataFrame:
    """Lay the sources out as :func:`to_xlsx` writes them; the date of one that is full is a date."""
    table = sources[list(_COLONNES_SOURCES)].rename(columns=_COLONNES_SOURCES)
    return table.assign(Date=[_date(texte) for texte in table["Date"]])


def _date(texte: Any) -> dt.date | str:
    """Read a full date; keep one that lacks its day or month as it is."""
    if not isinstance(texte, str):
        return "date non publiée"
    return dt.date.fromisoformat(texte) if len(texte) == len("2022-05-06") else texte
