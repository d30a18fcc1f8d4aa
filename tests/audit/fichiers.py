"""Read the files that leave a page: tables, layers, sheets, slides, maps."""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pandas as pd
import pypdf
from pptx import Presentation

from tests.audit.ecran import read_frame, read_slides, without_tags
from tests.audit.enonce import Contexte, Enonce

# What is painted, or holds what is read elsewhere.
NON_LUS = {".png", ".zip"}


def read_file(nom: str, chemin: Path, contexte: Contexte) -> Iterator[Enonce]:
    """Tell every sentence and every cell of a file."""
    suffixe = Path(nom).suffix
    lit = _LECTEURS.get(suffixe)
    ici = replace(contexte, fichier=suffixe.lstrip("."))
    for enonce in lit(chemin) if lit else ():
        yield replace(enonce, contexte=ici, sous=f"{_short(nom)} > {enonce.sous}")


def _short(nom: str) -> str:
    return re.sub(r"^atlas-cpts_|_\d{4}-\d\d-\d\d", "", nom)


def _read_csv(chemin: Path) -> Iterator[Enonce]:
    texte = chemin.read_text(encoding="utf-8-sig")
    table = pd.read_csv(StringIO(texte), sep=";", dtype=str, keep_default_na=False)
    yield from read_frame(table.map(lambda v: v.removeprefix("'") if v.startswith("'") else v))


def _read_xlsx(chemin: Path) -> Iterator[Enonce]:
    classeur = openpyxl.load_workbook(BytesIO(chemin.read_bytes()), data_only=True)
    for feuille in classeur:
        rangees = list(feuille.iter_rows(values_only=True))
        if not rangees or feuille.title == "Sources":
            continue
        table = pd.DataFrame(rangees[1:], columns=[str(t) for t in rangees[0]], dtype=object)
        for enonce in read_frame(table):
            yield replace(enonce, sous=feuille.title)


def _read_geojson(chemin: Path) -> Iterator[Enonce]:
    couche = json.loads(chemin.read_text(encoding="utf-8"))
    for ligne in str(couche.get("description") or "").splitlines():
        yield Enonce(Contexte(""), "notice", ligne)
    yield from read_frame(pd.DataFrame([f["properties"] for f in couche["features"]], dtype=object))


def _read_gpkg(chemin: Path) -> Iterator[Enonce]:
    with sqlite3.connect(f"file:{chemin}?mode=ro", uri=True) as base:
        couches = base.execute("select table_name from gpkg_contents").fetchall()
        for (nom,) in couches:
            if nom in {"sources", "Sources"}:
                continue
            requete = f'select * from "{nom}"'  # noqa: S608 - a table of the file, named by the file
            table = pd.read_sql_query(requete, base, dtype=object)
            table = table.drop(columns=[c for c in ("geom", "fid") if c in table])
            for enonce in read_frame(table):
                yield replace(enonce, sous=nom)


def _read_pdf(chemin: Path) -> Iterator[Enonce]:
    for page in pypdf.PdfReader(chemin).pages:
        for ligne in page.extract_text().splitlines():
            if ligne.strip():
                yield Enonce(Contexte(""), "", ligne.strip())


def _read_pptx(chemin: Path) -> Iterator[Enonce]:
    for diapositive in Presentation(str(chemin)).slides:
        titre = ""
        for forme in diapositive.shapes:
            if forme.has_text_frame:
                dit = forme.text_frame.text
                titre = titre or dit
                # The great number stands on a line of its own, above its words.
                for ligne in re.sub(r"^([^\n]*\d[^\n]*)\n(?=[a-z])", r"\1 ", dit).splitlines():
                    yield Enonce(Contexte(""), titre, ligne, genre="diapositive")
            elif getattr(forme, "has_table", False) and forme.has_table:
                for rangee in forme.table.rows:
                    texte = " : ".join(case.text for case in rangee.cells)
                    yield Enonce(Contexte(""), titre, texte, genre="diapositive")
        if diapositive.has_notes_slide:
            for ligne in diapositive.notes_slide.notes_text_frame.text.splitlines():
                yield Enonce(Contexte(""), titre, ligne, genre="diapositive")


def _read_svg(chemin: Path) -> Iterator[Enonce]:
    vues = set()
    for ligne in without_tags(chemin.read_text(encoding="utf-8")).splitlines():
        dit = ligne.strip()
        # Names are written twice, for their halo, and the numbers alone are those of marks.
        if dit and dit not in vues and not re.fullmatch(r"\d+", dit):
            vues.add(dit)
            yield Enonce(Contexte(""), "", dit, genre="carte")


def _read_kit(chemin: Path) -> Iterator[Enonce]:
    yield from read_slides(chemin.read_text(encoding="utf-8"))


_LECTEURS = {
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
    ".geojson": _read_geojson,
    ".gpkg": _read_gpkg,
    ".pdf": _read_pdf,
    ".pptx": _read_pptx,
    ".svg": _read_svg,
    ".html": _read_kit,
}
