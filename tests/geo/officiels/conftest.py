"""Synthetic official files, made here and named so, and the real one where it is."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from geo.officiels.examen import examine

RACINE = Path(__file__).resolve().parents[3]
APL = RACINE.parent / "shared" / "indicateurs" / "apl_mg_2021.xlsx"


@pytest.fixture
def csv(atlas):
    """Examine the text of a CSV file."""

    def examine_csv(texte, choix=None, catalogue=None, nom="synthetique.csv"):
        return examine(nom, texte.encode(), atlas, choix, catalogue)

    return examine_csv


@pytest.fixture
def classeur(atlas):
    """Examine a workbook of some sheets, by name."""

    def examine_classeur(feuilles, choix=None, nom="synthetique.xlsx"):
        flux = io.BytesIO()
        with xlsxwriter.Workbook(flux) as sortie:
            for titre, lignes in feuilles.items():
                feuille = sortie.add_worksheet(titre)
                for rang, ligne in enumerate(lignes):
                    feuille.write_row(rang, 0, ligne)
        return examine(nom, flux.getvalue(), atlas, choix)

    return examine_classeur
