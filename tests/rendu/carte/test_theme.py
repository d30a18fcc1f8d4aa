"""The colours of charts: read on the ground of the page, in both themes."""

import tomllib
from pathlib import Path

import pytest

from rendu.carte.theme import CLAIR, SOMBRE, Theme

CONFIG = Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml"
TEXTE_MIN, MARQUE_MIN = 4.5, 3  # WCAG 2.1, criteria 1.4.3 and 1.4.11


def luminance(couleur: str) -> float:
    parts = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    rouge, vert, bleu = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * rouge + 0.7152 * vert + 0.0722 * bleu


def contrast(une: str, autre: str) -> float:
    sombre, claire = sorted(luminance(couleur) for couleur in (une, autre))
    return (claire + 0.05) / (sombre + 0.05)


@pytest.mark.parametrize(("nom", "theme"), [("light", CLAIR), ("dark", SOMBRE)])
def test_charts_are_read_on_the_ground_of_the_page(nom: str, theme: Theme):
    reglages = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][nom]
    assert theme.fond == reglages["backgroundColor"]
    assert contrast(theme.encre, theme.fond) >= TEXTE_MIN
    for marque in (theme.trait, theme.bord, theme.date, theme.reference, theme.comparee):
        assert contrast(marque, theme.fond) >= MARQUE_MIN, marque


@pytest.mark.parametrize("theme", [CLAIR, SOMBRE])
def test_the_bar_of_the_reference_is_the_darker_one(theme: Theme):
    assert luminance(theme.reference) < luminance(theme.comparee)
    assert contrast(theme.reference, theme.comparee) >= MARQUE_MIN
