"""Colours stand in one module, each with its meaning."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from rendu.carte import palette
from rendu.scripts import CARTE, LECTEUR, STATIC

RACINE = Path(__file__).resolve().parents[3]
COULEUR = re.compile(
    r"#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b|\"(?:white|black)\"", re.IGNORECASE
)


def test_no_other_module_writes_a_colour():
    fichiers = [
        RACINE / "app.py",
        *(f for d in ("pages", "rendu", "ui", "geo") for f in (RACINE / d).rglob("*.py")),
        *(RACINE / "rendu").rglob("*.typ"),
        *(STATIC / nom for nom in {*CARTE, *LECTEUR}),
    ]
    ecrites = {
        str(fichier.relative_to(RACINE)): COULEUR.findall(fichier.read_text(encoding="utf-8"))
        for fichier in fichiers
    }
    assert ecrites.pop("rendu/carte/palette.py")
    assert {nom: couleurs for nom, couleurs in ecrites.items() if couleurs} == {}


def grey(couleur: str) -> float:
    """Return how light a colour is printed in grey (ITU-R BT.601), from 0 to 255."""
    rouge, vert, bleu = (int(couleur[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * rouge + 0.587 * vert + 0.114 * bleu


def test_what_stands_side_by_side_is_told_apart():
    ensembles = [
        [palette.COMMUNE_BLANCHE, palette.COMMUNE_INDETERMINEE, palette.BLANC],
        [palette.ZONE_BLANCHE, palette.COMMUNE_INDETERMINEE, palette.COMPTEE],
        [palette.COUVERT, palette.COUVERT_INDICATIF, palette.COMMUNE_INDETERMINEE],
        [palette.CHOISIE, palette.VOISINE, palette.COMMUNE_INDETERMINEE],
        [palette.COMPTEE_NEUTRE, palette.CANDIDATE_NEUTRE, palette.COMMUNE_INDETERMINEE],
    ]
    for ensemble in ensembles:
        for un, autre in combinations(ensemble, 2):
            assert abs(grey(un) - grey(autre)) > 12, (un, autre)


def test_a_scale_keeps_its_order_in_grey():
    gris = [grey(couleur) for couleur in palette.BLEUS]
    assert gris == sorted(gris, reverse=True)


def test_a_script_asks_for_no_colour_that_it_is_not_handed():
    textes = "".join((STATIC / nom).read_text(encoding="utf-8") for nom in {*CARTE, *LECTEUR})
    demandees = set(re.findall(r"\bcouleurs\.(\w+)", textes))
    assert demandees
    assert demandees <= palette.browser_colours().keys()


def test_the_script_is_handed_colours_of_the_palette():
    connues = {v for v in vars(palette).values() if isinstance(v, str) and COULEUR.fullmatch(v)}
    assert set(palette.browser_colours().values()) <= connues


def test_in_the_dark_more_stands_out_more_and_what_stands_side_by_side_is_told_apart():
    def dark(couleur: str) -> str:
        return palette.SOMBRES.get(couleur, couleur)

    gris = [grey(dark(couleur)) for couleur in palette.BLEUS]
    assert gris == sorted(gris)
    ensembles = [
        [palette.COMMUNE_BLANCHE, palette.COMMUNE_INDETERMINEE, palette.BLANC],
        [palette.ZONE_BLANCHE, palette.COMMUNE_INDETERMINEE, palette.COMPTEE],
        [palette.CHOISIE_TRANSPARENTE, palette.VOISINE_TRANSPARENTE, palette.COMMUNE_INDETERMINEE],
        [palette.COMPTEE_NEUTRE, palette.CANDIDATE_NEUTRE, palette.COMMUNE_INDETERMINEE],
    ]
    for ensemble in ensembles:
        for un, autre in combinations(map(dark, ensemble), 2):
            assert abs(grey(un) - grey(autre)) > 12, (un, autre)


def test_every_colour_handed_to_the_map_is_read_in_the_dark():
    """Lines and texts stand out of the ground (WCAG 2.2, 1.4.11 and 1.4.3)."""
    fond = palette.SOMBRES[palette.PAPIER]
    for nom, ecart in (("ENCRE", 4.5), ("ENCRE_SECONDE", 3), ("TRAIT_ECRAN", 3)):
        couleur = palette.SOMBRES[getattr(palette, nom)]
        assert contrast(couleur, fond) >= ecart, nom


def contrast(un: str, autre: str) -> float:
    """Return the contrast of two colours as WCAG defines it, from 1 to 21."""

    def light(couleur: str) -> float:
        parts = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        lineaires = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(k * p for k, p in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True))

    clair, sombre = sorted((light(un), light(autre)), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


# What a colour is to the three kinds of colour blindness, in linear light (Machado, Oliveira, Fernandes, 2009).
VISIONS = {
    "normale": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopie": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutéranopie": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopie": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen(couleur: str, vision: str) -> np.ndarray:
    """Return a colour in CIELAB (D65), as a vision sees it."""
    parts = np.array([int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    lineaire = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ np.clip(np.array(VISIONS[vision]) @ lineaire, 0, 1)
        / np.array([0.9505, 1, 1.089])
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("sombre", [False, True])
def test_the_nine_colours_of_two_rates_are_told_apart_by_every_colour_vision(vision, sombre):
    couleurs = [palette.SOMBRES[c] if sombre else c for c in palette.BIVARIEE]
    for un, autre in combinations(couleurs, 2):
        assert np.linalg.norm(seen(un, vision) - seen(autre, vision)) > 18, (un, autre)
    # From little to much of both, along each row and each column.
    clartes = np.array([seen(c, "normale")[0] for c in couleurs]).reshape(3, 3)
    sens = 1 if sombre else -1
    assert (np.diff(clartes, axis=0) * sens > 0).all()
    assert (np.diff(clartes, axis=1) * sens > 0).all()
