"""Official figures made up on the shipped communes: values, withheld cells, and what is not known."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo.atlas import Atlas
from geo.indicateurs.registre import TAUX, Indicateur, Registre
from geo.lecture.variables import BAS, HAUT

Cellules = Mapping[str, float | tuple[float, float]]


def make_indicateur(
    nom: str, millesime: str, calcul: Mapping[str, Any], **autres: Any
) -> Indicateur:
    libelle = f"Essai ({millesime})"
    return Indicateur(
        identifiant=nom,
        ordre=300,
        libelle=libelle,
        libelle_court=libelle,
        titre=libelle,
        colonne=libelle,
        nom="essai",
        nature=TAUX,
        unite="%",
        abrege="%",
        decimales=1,
        decimales_carte=1,
        calcul=calcul,
        ecrans=("carte", "comparaison", "panneau"),
        adresse=nom,
        millesime=millesime,
        serie="essai",
        **autres,
    )


def _columns(atlas: Atlas, nom: str, cellules: Cellules) -> pd.DataFrame:
    """Write cells as `geo.lecture.officiels` does; a pair of bounds is a withheld one."""
    colonnes = pd.DataFrame(np.nan, atlas.communes.index, [nom, nom + BAS, nom + HAUT])
    for code, cellule in cellules.items():
        bas, haut = cellule if isinstance(cellule, tuple) else (cellule, cellule)
        connu = np.nan if isinstance(cellule, tuple) else cellule
        colonnes.loc[code] = (connu, bas, haut)
    return colonnes


@pytest.fixture
def officialise(atlas: Atlas) -> Callable[..., Atlas]:
    """Give the atlas official indicators: columns of cells, and declarations."""

    def make(colonnes: Mapping[str, Cellules], *indicateurs: Indicateur) -> Atlas:
        tables = [_columns(atlas, nom, cellules) for nom, cellules in colonnes.items()]
        siens = {i.identifiant: i for i in indicateurs}
        return replace(
            atlas,
            variables=pd.concat([atlas.variables, *tables], axis=1),
            registre=Registre({**atlas.registre.indicateurs, **siens}),
        )

    return make


@pytest.fixture
def part(atlas: Atlas, officialise: Callable[..., Atlas]) -> Atlas:
    """Read a share of all communes of the study area but one, of which another one is withheld."""
    communes = atlas.communes[atlas.communes["etude"]]
    # From 5 % to 15 %: shares that are read alike are never parted.
    parts = np.linspace(0.05, 0.15, len(communes))
    haut: dict[str, Any] = (communes["population"] * parts).round().to_dict()
    # Luxeuil-les-Bains is withheld, Vesoul is not in the file.
    haut["70311"] = (1.0, 10.0)
    del haut["70550"]
    bas = {code: float(communes["population"][code]) for code in haut}
    calcul = {
        "methode": "rapport",
        "numerateur": "haut",
        "denominateur": "bas",
        "facteur": 100.0,
        "annees": None,
        "exact": False,
    }
    return officialise({"haut": haut, "bas": bas}, make_indicateur("part_2024", "2024", calcul))


@pytest.fixture
def serie(atlas: Atlas, officialise: Callable[..., Atlas]) -> Atlas:
    """Read two years of one mean, the later one twice the earlier one, weighted by the inhabitants."""
    communes = atlas.communes[atlas.communes["etude"]]
    poids: dict[str, Any] = communes["population"].astype(float).to_dict()
    avant = {code: float(rang % 40) for rang, code in enumerate(poids)}
    apres = {code: 2 * valeur for code, valeur in avant.items()}
    annees = [
        make_indicateur(
            f"essai_{an}", an, {"methode": "moyenne", "variable": f"v{an}", "poids": "poids"}
        )
        for an in ("2023", "2024")
    ]
    return officialise({"v2023": avant, "v2024": apres, "poids": poids}, *annees)
