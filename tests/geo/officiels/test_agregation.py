"""What holds whatever the figures: conservation, means within their values, bounds around the truth."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.indicateurs.agregation import Termes
from geo.indicateurs.registre import MOYENNE, RAPPORT, SOMME
from geo.lecture.departements import load_departements
from geo.officiels.agregation import aggregate
from geo.officiels.groupes import make_groupes
from geo.officiels.valeurs import read_valeurs
from tests.conftest import PEU_D_EXEMPLES

SEUIL = 11
BORNES = (1.0, SEUIL - 1.0)


@pytest.fixture(scope="module")
def groupes(atlas):
    """Group one row for each commune of the atlas, and one for each other department."""
    siens = atlas.communes["code_departement"].tolist()
    autres = sorted(set(load_departements()) - set(siens))
    communes = [*range(len(siens)), *[-1] * len(autres)]
    return make_groupes(atlas, [*siens, *autres], np.array(communes))


def draw(graine, groupes, plus_haut=60):
    return np.random.default_rng(graine).integers(0, plus_haut, len(groupes.communes_lignes))


def read(nombres, secrets=None):
    textes = [str(nombre) for nombre in nombres]
    if secrets is not None:
        textes = ["NS" if secret else texte for texte, secret in zip(textes, secrets, strict=True)]
    return read_valeurs(textes, BORNES)


graines = st.integers(0, 2**32 - 1)


@PEU_D_EXEMPLES
@given(graines)
def test_departments_add_up_to_their_region_and_to_france(groupes, graine):
    nombres = draw(graine, groupes)
    chiffres = aggregate(Termes(SOMME, read(nombres)), groupes).figures()
    total = sum(c.valeur for cle, c in chiffres.items() if cle.startswith("departement:"))
    assert total == chiffres["france"].valeur == nombres.sum()
    siens = [d for d, dep in load_departements().items() if dep.code_region == "27"]
    assert chiffres["region:27"].valeur == sum(chiffres[f"departement:{d}"].valeur for d in siens)


@PEU_D_EXEMPLES
@given(graines)
def test_a_weighted_mean_lies_within_its_values(groupes, graine):
    valeurs, poids = draw(graine, groupes), draw(graine + 1, groupes)
    for chiffre in (
        aggregate(Termes(MOYENNE, read(valeurs), read(poids)), groupes).figures().values()
    ):
        assert chiffre.valeur is None or valeurs.min() <= chiffre.valeur <= valeurs.max()


@PEU_D_EXEMPLES
@given(graines, st.floats(0, 0.5))
def test_bounds_hold_the_truth_when_cells_are_withheld(groupes, graine, part):
    hasard = np.random.default_rng(graine)
    bas = draw(graine, groupes)
    haut = np.minimum(bas, draw(graine + 1, groupes))
    # What may be withheld is a count from one to the threshold, above the bar or below it.
    tus_haut = (haut >= 1) & (haut < SEUIL) & (hasard.random(len(haut)) < part)
    tus_bas = (bas >= 1) & (bas < SEUIL) & (hasard.random(len(bas)) < part)
    for methode, vrai, tu in (
        (SOMME, (read(haut), None), (read(haut, tus_haut), None)),
        (RAPPORT, (read(haut), read(bas)), (read(haut, tus_haut), read(bas, tus_bas))),
    ):
        parts = {"part": True, "facteur": 100.0} if methode == RAPPORT else {}
        vrais = aggregate(Termes(methode, *vrai, **parts), groupes).figures(communes=True)
        lus = aggregate(Termes(methode, *tu, **parts), groupes).figures(communes=True)
        for cle, chiffre in lus.items():
            verite = vrais[cle].valeur
            if not chiffre.secretes:
                assert chiffre.valeur == verite
                assert chiffre.bornes is None
            else:
                assert chiffre.valeur is None
                assert (
                    verite is None or chiffre.bornes[0] - 1e-9 <= verite <= chiffre.bornes[1] + 1e-9
                )


@PEU_D_EXEMPLES
@given(graines)
def test_the_order_of_the_rows_is_irrelevant(atlas, graine):
    siens = atlas.communes["code_departement"].to_numpy()
    ordre = np.random.default_rng(graine).permutation(len(siens))
    nombres = np.arange(len(siens)) % 97
    droit = aggregate(
        Termes(SOMME, read(nombres)), make_groupes(atlas, siens.tolist(), np.arange(len(siens)))
    ).figures()
    mele = aggregate(
        Termes(SOMME, read(nombres[ordre])), make_groupes(atlas, siens[ordre].tolist(), ordre)
    ).figures()
    assert {cle: c.valeur for cle, c in droit.items()} == {cle: c.valeur for cle, c in mele.items()}


def test_a_cpts_holds_its_communes_and_no_other(groupes, atlas):
    nombres = draw(3, groupes)
    chiffres = aggregate(Termes(SOMME, read(nombres)), groupes).figures()
    par_code = dict(zip(atlas.communes.index, nombres, strict=False))
    for cpts_id, siennes in atlas.adhesions.groupby("cpts_id")["code_commune"]:
        assert chiffres[f"cpts:{cpts_id}"].valeur == sum(par_code[code] for code in siennes)


def test_a_withheld_weight_bounds_a_mean_where_something_bounds_it(groupes):
    nombres = draw(5, groupes)
    secrets = np.arange(len(nombres)) == 0
    poids = read(nombres, secrets)
    chiffre = aggregate(Termes(MOYENNE, read(nombres), poids), groupes)["france"]
    assert (chiffre.valeur, chiffre.secretes) == (None, 1)
    bas, haut = chiffre.bornes
    for poids_secret in (poids.bas[0], poids.haut[0]):
        siens = np.where(secrets, poids_secret, nombres)
        assert bas <= (nombres * siens).sum() / siens.sum() <= haut
    ouvert = dataclasses.replace(poids, haut=np.where(secrets, np.inf, poids.haut))
    assert aggregate(Termes(MOYENNE, read(nombres), ouvert), groupes)["france"].bornes is None


def test_the_share_of_the_inhabitants_leaves_out_what_is_not_known(groupes, atlas):
    textes = ["nd" if code == "70311" else "1" for code in atlas.communes.index]
    textes += ["1"] * (len(groupes.communes_lignes) - len(textes))
    chiffre = aggregate(Termes(SOMME, read_valeurs(textes, BORNES)), groupes)["departement:70"]
    siennes = atlas.communes.loc[atlas.communes["code_departement"] == "70", "population"]
    assert chiffre.part_pct == pytest.approx((1 - siennes["70311"] / siennes.sum()) * 100)
