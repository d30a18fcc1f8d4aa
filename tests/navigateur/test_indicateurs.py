"""Official figures on the map, in Chromium: years, levels, withheld cells."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from geo.importation.tables import SourceImport
from geo.importation.versions import Depot
from geo.indicateurs.declarations import LIVRES
from geo.officiels.examen import examine
from geo.officiels.service import prepare, publish
from tests.navigateur.outils import CARTE, serve

ENTETE = "codgeo;sans_medecin_traitant_declare;Assurés de 16 ans et plus"
LUXEUIL = "70311"


@pytest.fixture(scope="module")
def serveur_officiel(tmp_path_factory, atlas) -> Iterator[str]:
    """Serve two years of made-up figures, of which the later one withholds Luxeuil-les-Bains."""
    dossier = tmp_path_factory.mktemp("officiel")
    depot = Depot(dossier / "var", LIVRES.parent)
    examens = []
    communes = atlas.communes[atlas.communes["etude"]]
    for annee in (2023, 2024):
        lignes = [
            f"{code};{'NS' if (annee, code) == (2024, LUXEUIL) else 20 + rang % 40 + annee % 100};1000"
            for rang, code in enumerate(communes.index)
        ]
        texte = "\n".join([ENTETE, *lignes])
        examens.append(examine(f"synthetique_{annee}.csv", texte.encode(), atlas))
    source = SourceImport("synthetique.csv", "Essai", "", dt.date(2026, 11, 28))
    publish(depot, prepare(depot, examens, source, depuis=depot.actuel(), atlas=atlas))
    officiels = depot.actuel() / "officiels"
    modele = (officiels / "part_sans_medecin_traitant_2024.toml").read_text(encoding="utf-8")
    declaration = re.sub(r"ecrans = .*", 'ecrans = ["carte"]', modele.partition("[calcul]")[0])
    declaration = declaration.replace("part_sans_medecin_traitant", "seule")
    declaration = declaration.replace("Part sans médecin traitant", "Part donnée par commune")
    calcul = '[calcul]\nmethode = "par_commune"\nvariable = "x"\n'
    (officiels / "seule_2024.toml").write_text(declaration + calcul, encoding="utf-8")
    lignes = [f"{code},{rang % 50}" for rang, code in enumerate(communes.index)]
    (officiels / "seule_2024.csv").write_text(
        "\n".join(["territoire,x", *lignes]), encoding="utf-8"
    )
    with serve(CPTS_DATA_DIR=str(depot.actuel()), CPTS_VAR_DIR=str(dossier / "autre")) as adresse:
        yield adresse


@pytest.fixture(scope="module")
def officiel(serveur_officiel, ouvrir_longtemps):
    ecran = ouvrir_longtemps().open(f"{serveur_officiel}/?ind=part_sans_medecin_traitant_2024")
    ecran.settle()
    return ecran


def test_the_legend_says_how_the_figure_is_read(officiel):
    legende = officiel.page.frame_locator(CARTE).locator(".legende .lecture")
    expect(legende).to_contain_text("Plus bas, c'est mieux")


def test_a_withheld_figure_is_hatched_and_says_its_bounds(officiel):
    assert officiel.fills()["cpts-luxeuil"] == "url(#croisees-territoires)"
    carte = officiel.page.frame_locator(CARTE)
    expect(carte.locator(".legende li").filter(has_text="secret statistique")).to_contain_text(
        "(1)"
    )
    bulle = officiel.hover(lambda: officiel.point_of("cpts-luxeuil"))
    expect(bulle).to_contain_text(re.compile(r"secret statistique : env\.\s*entre "))


def list_classes(carte):
    """List the classes of the legend, without their counts nor what has no value."""
    lignes = carte.locator(".legende li").all_inner_texts()
    return [re.sub(r"\(.*", "", ligne) for ligne in lignes if "%" in ligne]


def test_the_slider_goes_through_the_years_on_one_scale(officiel):
    carte = officiel.page.frame_locator(CARTE)
    officiel.mark_map()
    titre, annee = carte.locator(".legende summary"), carte.get_by_label("Année")
    choisi = carte.get_by_label("Colorer par").locator("option:checked")
    expect(choisi).to_have_text("Part sans médecin traitant déclaré (2023–2024)")
    mots = list_classes(carte)
    assert len(mots) > 1
    annee.fill("0")
    expect(titre).to_contain_text("(2023)")
    expect(annee).to_have_attribute("aria-valuetext", "2023")
    assert officiel.fills()["cpts-luxeuil"].startswith("#")
    assert list_classes(carte) == mots
    officiel.wait_address(ind="part_sans_medecin_traitant_2023")
    assert officiel.map_is_the_same()
    expect(choisi).to_have_text("Part sans médecin traitant déclaré (2023–2024)")
    officiel.page.go_back()
    expect(titre).to_contain_text("(2024)")
    expect(annee).to_have_attribute("aria-valuetext", "2024")


def test_the_legend_draws_its_values_and_says_them(officiel):
    carte = officiel.page.frame_locator(CARTE)
    dessin = carte.get_by_role("img", name=re.compile("Histogramme de 15 valeurs"))
    expect(dessin).to_be_visible()
    couleurs = {r.get_attribute("fill") for r in dessin.locator("rect").all()}
    assert couleurs <= set(officiel.fills().values())


def test_two_rates_are_painted_together_and_each_is_read(officiel):
    carte = officiel.page.frame_locator(CARTE)
    officiel.mark_map()
    carte.get_by_label("et par").select_option("densite")
    titre = carte.locator(".legende summary")
    expect(titre).to_contain_text(" et Densité")
    expect(carte.get_by_role("img", name=re.compile("De gauche à droite"))).to_be_visible()
    cases = [int(n) for n in carte.locator(".carre .case").all_inner_texts()]
    assert (len(cases), sum(cases)) == (9, 15)
    assert officiel.fills()["cpts-luxeuil"] == "url(#croisees-territoires)"
    bulle = officiel.hover(lambda: officiel.point_of("cpts-luxeuil"))
    expect(bulle).to_contain_text("secret statistique")
    expect(bulle).to_contain_text("Densité de population calculée (2023) : ")
    officiel.wait_address(ind="part_sans_medecin_traitant_2024", ind2="densite")
    carte.get_by_label("Niveau").select_option("communes")
    officiel.wait_address(niveau="communes")
    # Everything is known of the communes, but the one that is withheld.
    absents = carte.locator(".legende li").filter(has_text="pour l'un des deux")
    expect(absents).to_have_count(1)
    expect(absents).to_have_text(re.compile(r"secret statistique pour l'un des deux \(1\)"))
    expect(carte.locator(".carre .case").first).not_to_have_text("0")
    carte.get_by_label("Niveau").select_option("cpts")
    officiel.wait_address(niveau=None)
    assert officiel.map_is_the_same()
    officiel.page.reload()
    officiel.wait_map()
    expect(titre).to_contain_text(" et Densité")
    carte.get_by_label("et par").select_option("")
    expect(carte.locator(".carre")).to_have_count(0)
    officiel.wait_address(ind="part_sans_medecin_traitant_2024")


def test_what_does_not_add_up_falls_on_its_level_and_says_so(officiel):
    carte = officiel.page.frame_locator(CARTE)
    titre, repli = carte.locator(".legende summary"), carte.locator(".legende .repli")
    carte.get_by_label("Colorer par").select_option("seule_2024")
    expect(titre).to_contain_text(", par commune")
    expect(repli).to_contain_text("non agrégeable : donné par commune")
    expect(carte.get_by_label("Niveau")).to_have_value("communes")
    expect(carte.get_by_label("Niveau")).to_be_disabled()
    officiel.choose_colour("Densité")
    expect(titre).to_have_text("Densité de population calculée (2023)")
    expect(repli).to_be_hidden()
    assert officiel.fills()["cpts-luxeuil"].startswith("#")


def test_the_slider_is_for_series_alone(officiel):
    annee = officiel.page.frame_locator(CARTE).get_by_label("Année")
    officiel.choose_colour("Densité")
    expect(annee).to_be_hidden()
    assert officiel.erreurs == []
