"""Never two indicators under one identifier, nor two definitions in one series."""

import datetime as dt

import pytest

from geo.chargement import fingerprint, load
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot
from geo.indicateurs.declarations import LIVRES
from geo.officiels.choix import Choix
from geo.officiels.examen import examine
from geo.officiels.service import prepare, publish
from geo.regles.zones import counts_without_doctor

LUXEUIL = "70311"
LONG = "Part des habitants de 75 ans et plus qui vivent seuls à leur domicile"
BASE = Choix(
    colonne="Valeur", agreger="moyenne par Poids", libelle="Taux", unite="%", source="Synthétique"
)


@pytest.fixture
def garde(tmp_path, atlas):
    """Import one value after another, each as the options say, and return the atlas of the last version."""
    depot = Depot(tmp_path / "var", LIVRES.parent)
    lus = {depot.actuel(): atlas}

    def execute(*valeurs_et_choix):
        for valeur, nouveaux in valeurs_et_choix:
            choix = Choix(**{c: getattr(BASE, c) for c in BASE.__dataclass_fields__} | nouveaux)
            depuis = depot.actuel()
            avant = lus[depuis]
            if fingerprint(depuis) != avant.empreinte:
                avant = load(depuis)
            texte = f"Code commune;Valeur;Poids\n{LUXEUIL};{valeur};100\n"
            examen = examine("synthetique.csv", texte.encode(), avant, choix)
            source = SourceImport("synthetique.csv", "Essai", "", dt.date(2026, 11, 28))
            pret = prepare(depot, [examen], source, depuis=depuis, atlas=avant)
            publish(depot, pret)
            lus[depot.actuel()] = pret.apres
        return lus[depot.actuel()]

    execute.depot = depot
    return execute


def values(atlas):
    """Return what was kept of Luxeuil: label, year and value."""
    return [
        (i.nom, i.millesime, atlas.variables[i.calcul["variable"]][LUXEUIL])
        for i in atlas.registre.officiels()
    ]


def test_the_years_of_a_long_label_are_a_series(garde):
    atlas = garde(*((an % 100, {"libelle": LONG, "millesime": str(an)}) for an in (2021, 2022)))
    assert values(atlas) == [(LONG, "2021", 21), (LONG, "2022", 22)]
    premier, dernier = atlas.registre.officiels()
    assert [i.millesime for i in atlas.registre.series(premier)] == ["2021", "2022"]
    assert premier.identifiant.endswith("_2021")
    assert dernier.identifiant.endswith("_2022")


@pytest.mark.parametrize(
    ("un", "autre"),
    [
        (f"{LONG}, hommes", f"{LONG}, femmes"),
        ("Taux < 5", "Taux > 5"),
        ("Taux α", "Taux β"),
        ("℅ ∑", "℅ ∏"),
        ("+ de 5", "− de 5"),
    ],
)
def test_two_labels_are_two_indicators(garde, un, autre):
    atlas = garde(
        (1, {"libelle": un, "millesime": "2021"}), (2, {"libelle": autre, "millesime": "2021"})
    )
    assert sorted(valeur for *_, valeur in values(atlas)) == [1, 2]
    assert len(atlas.registre.derniers()) == 2


def test_the_same_indicator_of_the_same_year_is_replaced(garde):
    memes = {"libelle": LONG, "millesime": "2021"}
    atlas = garde((1, memes), (2, memes), (3, memes | {"libelle": LONG.upper()}))
    assert [valeur for *_, valeur in values(atlas)] == [3]


@pytest.mark.parametrize(
    "corrige",
    [{"unite": "‰"}, {"base": "17 ans et plus"}, {"agreger": "aucun", "nature": "stock"}],
)
def test_a_corrected_definition_is_a_second_indicator_beside_the_first(garde, corrige):
    atlas = garde((1, {"millesime": "2021"}), (2, {"millesime": "2021"} | corrige))
    assert sorted(valeur for *_, valeur in values(atlas)) == [1, 2]
    un, autre = atlas.registre.officiels()
    assert atlas.registre.series(un) == (un,)
    assert atlas.registre.series(autre) == (autre,)
    # The next year joins its own.
    suite = garde((3, {"millesime": "2022"} | corrige))
    series = {
        tuple(a.millesime for a in suite.registre.series(i)) for i in suite.registre.derniers()
    }
    assert series == {("2021",), ("2021", "2022")}


def test_a_link_to_a_year_that_is_gone_leads_to_its_own_series(garde):
    annees = ("2021", "2022")
    atlas = garde(
        *((1, {"millesime": an}) for an in annees),
        *((2, {"millesime": an, "unite": "‰"}) for an in annees),
    )
    registre = atlas.registre
    for dernier in registre.derniers():
        autre = registre.series(dernier)[0]
        gone = dernier.identifiant.replace("_2022", "_2019")
        assert registre.resolve(gone, {dernier.adresse}) == dernier.adresse
        assert registre.resolve(autre.identifiant, {dernier.adresse}) == dernier.adresse


def test_a_period_is_a_year_of_its_series(garde):
    atlas = garde((1, {"millesime": "2012–2017"}), (2, {"millesime": "2017–2023"}))
    dernier = atlas.registre.derniers()[0]
    assert dernier.identifiant == "taux_2017_2023"
    assert [i.millesime for i in atlas.registre.series(dernier)] == ["2012–2017", "2017–2023"]
    assert atlas.registre.resolve("taux_2007_2012", {dernier.adresse}) == dernier.adresse


def test_a_series_mixed_in_an_older_version_is_read_as_two(garde):
    garde((1, {"millesime": "2021"}), (2, {"millesime": "2022"}))
    chemin = garde.depot.actuel() / "officiels" / "taux_2021.toml"
    chemin.write_text(chemin.read_text("utf-8").replace('unite = "%"', 'unite = "‰"'), "utf-8")
    registre = load(garde.depot.actuel()).registre
    assert [len(registre.series(i)) for i in registre.officiels()] == [1, 1]
    assert len(registre.derniers()) == 2


def test_an_identifier_cut_by_an_older_version_is_taken_again(garde):
    garde((1, {"libelle": LONG, "millesime": "2021"}))
    officiels = garde.depot.actuel() / "officiels"
    (toml,) = officiels.glob("*.toml")
    ancien = "part_des_habitants_de_75_ans_et_plus_qui_vivent_se"
    for fichier in (toml, toml.with_suffix(".csv")):
        texte = fichier.read_text("utf-8").replace(toml.stem, ancien)
        fichier.with_stem(ancien).write_text(texte, "utf-8")
        fichier.unlink()
    atlas = garde((2, {"libelle": LONG, "millesime": "2021"}))
    assert [i.identifiant for i in atlas.registre.officiels()] == [ancien]
    assert values(atlas) == [(LONG, "2021", 2)]


def test_the_series_without_doctor_is_known_by_its_name_whatever_its_base(garde):
    compte = {"libelle": "Sans médecin traitant", "agreger": "somme", "unite": "personnes"}
    atlas = garde(
        (20, compte | {"millesime": "2021"}),
        (30, compte | {"millesime": "2021", "base": "17 ans et plus"}),
    )
    assert {i.serie for i in atlas.registre.officiels()} == {"sans_medecin_traitant"}
    assert counts_without_doctor(atlas)
