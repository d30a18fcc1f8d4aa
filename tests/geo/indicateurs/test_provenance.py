"""Where a figure comes from: the file that leaves recomputes it, and a withheld value stays so."""

import datetime as dt
import io

import pandas as pd
import pytest

from geo.export import to_csv
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot
from geo.indicateurs.declarations import LIVRES
from geo.indicateurs.provenance import SECRETE, trace
from geo.indicateurs.registre import ADDITIVES, SOMME
from geo.indicateurs.territoire import make_france, parse_territoire
from geo.officiels.examen import examine
from geo.officiels.service import prepare
from rendu.mots.provenance import provenance_table, provenance_text

SOURCE = SourceImport("synthetique_2024.csv", "", "", dt.date(2026, 11, 28))


@pytest.fixture(scope="module")
def importe(tmp_path_factory, atlas):
    """Import a synthetic APL and a synthetic count without médecin traitant, one cell of it withheld."""
    population = atlas.communes["population"]
    apl = "Code commune INSEE;APL aux médecins généralistes;Population standardisée pour la médecine générale\n"
    medecins = "codgeo;sans_medecin_traitant_declare;Assurés\n"
    for rang, (code, habitants) in enumerate(population.items()):
        apl += f"{code};{1 + rang % 40 / 10:.1f};{habitants + 0.5}\n"
        medecins += (
            f"{code};{'NS' if code == '70258' else habitants // 10 + 11};{habitants + 110}\n"
        )
    depot = Depot(tmp_path_factory.mktemp("var"), LIVRES.parent)
    examens = [examine("synthetique_2024.csv", texte.encode(), atlas) for texte in (apl, medecins)]
    pret = prepare(depot, examens, SOURCE, depuis=depot.actuel(), atlas=atlas)
    yield pret.apres
    depot.discard(pret.dossier)


def recompute(octets):
    """Compute a figure from the file alone, as a planner would in a spreadsheet."""
    lu = pd.read_csv(io.BytesIO(octets), sep=";", decimal=",", dtype={"Code": str})
    connues = lu[lu["État"] == "connue"]
    haut = next(c for c in lu if c.startswith("Numérateur"))
    bas = next((c for c in lu if c.startswith("Dénominateur")), None)
    if bas is None:
        return connues[haut].sum()
    return connues[haut].sum() / connues[bas].sum() * connues["Facteur"].iloc[0]


@pytest.mark.parametrize("adresse", ["cpts:cpts-luxeuil", "dep:25", "reg:27", "epci:247000722"])
def test_the_file_recomputes_every_figure(importe, adresse):
    territoire = parse_territoire(importe, adresse)
    refaits = 0
    for indicateur in importe.registre:
        if indicateur.methode not in ADDITIVES:
            continue
        provenance = trace(importe, indicateur, territoire, "fonctionnement", indicatifs=True)
        (mesure,) = provenance.mesures
        refait = recompute(to_csv(provenance_table(provenance)))
        annees = indicateur.calcul.get("annees")
        if annees:
            refait = (refait ** (1 / annees) - 1) * 100
        if mesure.valeur is not None:
            assert refait == pytest.approx(mesure.valeur)
            refaits += 1
        if indicateur.methode == SOMME and provenance.numerateur:
            assert provenance.lignes["part_pct"].sum() == pytest.approx(100)
    assert refaits >= 5


def test_a_withheld_value_is_nowhere_in_the_file(importe):
    territoire = parse_territoire(importe, "cpts:cpts-luxeuil")
    indicateur = importe.registre["sans_medecin_traitant_2024"]
    provenance = trace(importe, indicateur, territoire, "fonctionnement", indicatifs=True)
    (secrete,) = provenance_table(provenance).query("État == 'secrète'").to_dict("records")
    assert provenance.lignes.loc["70258", "etat"] == SECRETE
    assert pd.isna(secrete["Numérateur : sans_medecin_traitant_declare"])
    assert (secrete["Secret, au moins"], secrete["Secret, au plus"]) == (1, 10)
    dit = provenance_text(importe, provenance)
    assert "Retrancher les autres communes redonnerait la valeur secrète" in dit
    assert "entre " in dit


def test_what_has_no_figure_is_not_given_one_by_its_formula(importe):
    """The file has the communes of the atlas alone: they are not France; and a withheld cell leaves no total."""
    for nom, territoire in (
        ("apl_medecins_2024", make_france(importe)),
        ("sans_medecin_traitant_2024", make_france(importe)),
        ("part_sans_medecin_traitant_2024", parse_territoire(importe, "cpts:cpts-luxeuil")),
    ):
        indicateur = importe.registre[nom]
        provenance = trace(importe, indicateur, territoire, "fonctionnement", indicatifs=True)
        assert provenance.mesures[0].valeur is None
        (formule,) = [
            ligne
            for ligne in provenance_text(importe, provenance).splitlines()
            if ligne.startswith("Formule")
        ]
        assert "sans résultat ici (connu : " in formule
        assert " = " not in formule.removeprefix("Formule : moyenne pondérée = ")


def test_the_text_says_formula_source_vintage_and_licence(importe):
    territoire = parse_territoire(importe, "cpts:cpts-luxeuil")
    provenance = trace(
        importe,
        importe.registre["apl_medecins_2024"],
        territoire,
        "fonctionnement",
        indicatifs=True,
    )
    dit = provenance_text(importe, provenance)
    assert "moyenne pondérée = somme de (« APL aux médecins généralistes »" in dit
    assert "94 communes connues" in dit
    assert "DREES" in dit
    assert "Millésime : 2024" in dit
    assert "Licence : Licence Ouverte 2.0" in dit
    assert "Périmètre : indicatif" in dit


def test_every_indicator_says_how_it_is_made(importe):
    for adresse in ("cpts:cpts-luxeuil", "dep:70", "cpts:cpts-pays-luron"):
        territoire = parse_territoire(importe, adresse)
        for indicateur in importe.registre:
            provenance = trace(importe, indicateur, territoire, "fonctionnement", indicatifs=True)
            dit = provenance_text(importe, provenance)
            assert "Formule : " in dit
            assert "nan" not in dit.lower().replace("finan", "")


def test_france_is_traced_too(importe):
    provenance = trace(
        importe,
        importe.registre["apl_medecins_2024"],
        make_france(importe),
        "fonctionnement",
        indicatifs=True,
    )
    assert len(provenance.lignes) == len(importe.communes)
