"""The profile: what is said of each figure, what the strip shows, and what none of it gives away."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from geo.fiche import make_fiche
from geo.indicateurs.ecarts import compare
from geo.indicateurs.mesures import Mesure
from geo.indicateurs.registre import BAS
from geo.indicateurs.territoire import parse_territoire
from geo.regles.alertes import find_alertes
from rendu.mots.alertes import alert_sentence, alert_table, unknown_table
from rendu.mots.comparaison import comparison_groups, difference_word
from rendu.mots.indicateurs import file_bounds
from rendu.mots.profil import beyond_text, health_rates, profile_lines, reading_texts
from rendu.profil import write_profil
from rendu.supports.diapositives import make_diapositives
from rendu.supports.fiche_pdf import make_fiche_pdf, sheet_data
from tests.officiels import FROIDECONCHE, LUXEUIL, load_officiels
from ui.comparer.tableau import make_export

VESOUL, CPTS_LUXEUIL = "cpts-bassin-vesulien", "cpts-luxeuil"
PART = "part_sans_medecin_traitant_2024"
REPERE = "Plus haut, c'est mieux ; repère d'alerte : moins de 2,5"
JOUR = dt.date(2026, 11, 28)


@pytest.fixture(scope="module")
def officiels(tmp_path_factory, atlas):
    return load_officiels(tmp_path_factory.mktemp("var"), atlas, "3")


@pytest.fixture(scope="module")
def autrement(tmp_path_factory, atlas):
    """Make the same, but for what the withheld cell is."""
    return load_officiels(tmp_path_factory.mktemp("var"), atlas, "9")


def plain(texte):
    return re.sub(r"\s", " ", texte)


def line(atlas, cpts_id, debut):
    return next(li for li in profile_lines(atlas, cpts_id) if li.nom.startswith(debut))


def test_without_official_files_there_is_no_profile(atlas):
    assert profile_lines(atlas, VESOUL) == ()
    assert health_rates(atlas, VESOUL) == ()
    assert sheet_data(atlas, make_fiche(atlas, VESOUL), JOUR)["profil"] == []


def test_without_a_perimeter_there_is_no_profile(officiels):
    assert profile_lines(officiels, "cpts-grand-lons") == ()
    assert health_rates(officiels, "cpts-grand-lons") == ()


def test_the_sentence_says_what_it_is_and_whether_it_is_low(officiels):
    apl = line(officiels, VESOUL, "APL")
    assert re.match(
        r"(Environ )?2,0 consultations par an et par habitant standardisé : autant que le département Haute-Saône "
        r"\(2,0\), moins que le département Doubs \(4,0\), la région \(3,\d\) et la France \(\d,\d\) ; au-dessous du repère d'alerte, 2,5 ; 15e des 16 CPTS, de "
        r"la plus haute valeur à la plus basse\.",
        plain(apl.phrase),
    )
    assert apl.definition.startswith("Consultations de généraliste")
    assert apl.definition.endswith(f"{REPERE}.")
    assert apl.source == "Données SYNTHÉTIQUES, millésime 2024, licence non dite par le fichier"


def test_a_figure_beyond_its_alert_threshold_says_so_as_it_is_written(officiels):
    apl = officiels.registre["apl_medecins_2024"]
    mesure = Mesure(apl.identifiant, "cpts:x", 2.44)
    assert beyond_text(apl, mesure) == "au-dessous du repère d'alerte, 2,5"
    # It reads 2,5: a figure does not contradict its words.
    assert beyond_text(apl, replace(mesure, valeur=2.46)) == ""
    assert beyond_text(apl, replace(mesure, valeur=None, bornes=(2.0, 2.6))) == ""
    assert beyond_text(apl, replace(mesure, valeur=None, bornes=(2.0, 2.4))).startswith(
        "au-dessous"
    )
    assert beyond_text(officiels.registre[PART], mesure) == ""
    moins = replace(apl, sens=BAS)
    assert beyond_text(moins, mesure) == ""
    assert beyond_text(moins, replace(mesure, valeur=2.6)).startswith("au-dessus")


def test_a_share_has_its_interval_its_base_and_what_it_differs_from(officiels):
    part = line(officiels, VESOUL, "Part sans")
    assert part.unite == "base : Assurés de 16 ans et plus"
    assert any(appui.startswith("intervalle à 95") for appui in part.appuis)
    assert [v.note for v in part.voisines][1:] == [
        "différent",
        "secret statistique, différent",
        "non calculable : donnée absente",
    ]


def test_announced_shares_are_there_with_their_base(officiels):
    annonce = line(officiels, VESOUL, "Sans médecin traitant")
    assert plain(annonce.valeur) == "8,5 %"
    assert annonce.unite == "de la population"
    assert annonce.voisines == ()


def test_a_withheld_figure_is_its_bounds_with_the_rank_they_leave_and_no_dot(officiels):
    part = line(officiels, CPTS_LUXEUIL, "Part sans")
    assert part.valeur.startswith("env.\xa0entre ")
    assert part.rang == "3e sur 16"
    assert "3e des 16 CPTS, de la plus haute valeur à la plus basse." in plain(part.phrase)
    html = write_profil([part])
    assert 'class="bornes"' in html
    assert 'class="ici"' not in html
    assert "1 CPTS sous secret, sans trait" in html


def test_an_open_rank_is_from_the_best_to_the_worst(officiels):
    import dataclasses  # noqa: PLC0415 - for this alone

    haut = f"{PART} (haut)"
    variables = officiels.variables.copy()
    variables.loc[variables.index == FROIDECONCHE, haut] = 1_500
    part = line(dataclasses.replace(officiels, variables=variables), CPTS_LUXEUIL, "Part sans")
    assert part.rang == "1re à 3e sur 16"
    assert plain(part.phrase).endswith(
        "1re à 3e des 16 CPTS, de la plus haute valeur à la plus basse (selon les valeurs secrètes ou manquantes)."
    )


def test_the_strip_places_each_value_and_says_the_same_in_words(officiels):
    apl = line(officiels, CPTS_LUXEUIL, "APL")
    html = write_profil([apl])
    assert html.count('class="cpts"') == 16
    assert html.count('class="communes"') == html.count('class="ici"') == 1
    places = [float(p) for p in re.findall(r"left:([\d.]+)%", html)]
    assert min(places) == 0
    assert max(places) == 100
    # From 1, in Luxeuil, to 4.
    (ici,) = re.findall(r'class="ici" style="left:([\d.]+)%', html)
    assert float(ici) == pytest.approx((apl.situation.mesure.valeur - 1) / 3 * 100, abs=0.02)
    (dit,) = re.findall(r'role="img" aria-label="([^"]+)"', html)
    assert re.match(
        r"16 CPTS, entre env\.\s1,\d et 4,0 ; communes de celle-ci, de 1,0 à 2,0 ; celle-ci, ", dit
    )


def test_labels_are_text(officiels):
    import dataclasses  # noqa: PLC0415 - for this alone

    apl = line(officiels, VESOUL, "APL")
    html = write_profil([dataclasses.replace(apl, nom="<script>", source='"><b>')])
    assert "<script>" not in html
    assert "<b>" not in html


def test_nothing_that_is_shown_depends_on_a_withheld_cell(officiels, autrement):
    """The cell is 3 in one import and 9 in the other, both under the threshold: all that is said is the same."""

    def said(atlas):
        part = atlas.registre[PART]
        territoires = [
            parse_territoire(atlas, adresse)
            for adresse in (f"cpts:{CPTS_LUXEUIL}", "dep:70", "reg:27", f"communes:{LUXEUIL}")
        ]
        comparaison = compare(atlas, territoires, "dep:70", "fonctionnement", indicatifs=True)
        alertes = [
            find_alertes(atlas, part, atlas.fiches.index, seuil=seuil, recul=1)
            for seuil in (0.5, 1, 2, 3, 5, 12)
        ]
        return [
            *(write_profil(profile_lines(atlas, i)) for i in atlas.territoires.index),
            comparison_groups(atlas, comparaison),
            make_export(atlas, comparaison).to_csv(),
            *(alert_table(atlas, part, a).to_csv() for a in alertes),
            *(unknown_table(atlas, a).to_csv() for a in alertes),
            *(alert_sentence(part, a, 1, 1) for a in alertes),
            sheet_data(atlas, make_fiche(atlas, CPTS_LUXEUIL), JOUR),
            make_diapositives(atlas, [CPTS_LUXEUIL]),
        ]

    assert said(officiels) == said(autrement)


def test_a_comparison_says_different_only_where_it_is_established(officiels):
    territoires = [
        parse_territoire(officiels, adresse)
        for adresse in (f"cpts:{VESOUL}", f"cpts:{CPTS_LUXEUIL}", "cpts:cpts-belfort")
    ]
    comparaison = compare(
        officiels, territoires, f"cpts:{VESOUL}", "fonctionnement", indicatifs=True
    )
    reference, luxeuil, belfort = comparaison.ligne(PART)
    assert reference.differente is None
    assert (luxeuil.ecart, luxeuil.mesure.valeur) == (None, None)
    assert belfort.differente is True
    assert {c.differente for c in comparaison.ligne("apl_medecins_2024")} == {None}
    assert {c.differente for c in comparaison.ligne("sans_medecin_traitant_2024")} == {None}
    lignes = {
        li.libelle: li
        for groupe in comparison_groups(officiels, comparaison)
        for li in groupe.lignes
    }
    cases = lignes["Part sans médecin traitant déclaré (2024)"].cases
    dits = [[f"{partie.texte} {partie.suite}".strip() for partie in case] for case in cases]
    assert dits[0][1].startswith("à 95")
    assert dits[2][-1].endswith("(différent)")
    table = make_export(officiels, comparaison)
    ligne = table[table["Indicateur"].str.startswith("Part sans")].set_index("Code")
    part = officiels.registre[PART]
    bas, haut = file_bounds(part, *luxeuil.mesure.bornes)
    assert ligne.loc[CPTS_LUXEUIL, ["Au moins (secret)", "Au plus (secret)"]].tolist() == [
        bas,
        haut,
    ]
    assert ligne.loc[VESOUL, ["Intervalle à 95 %, bas", "Intervalle à 95 %, haut"]].tolist() == [
        *file_bounds(part, *reference.mesure.intervalle)
    ]
    assert ligne.loc["cpts-belfort", "Différence"] == "différent"
    assert "synthetique" in ligne.loc[VESOUL, "Source"]
    assert difference_word(differente=False) == "pas de différence établie"


def test_a_slide_says_health_with_its_sources_one_rate_a_file(officiels):
    diapositives = make_diapositives(officiels, [VESOUL])
    (sante,) = [d for d in diapositives if d.genre == "sante"]
    assert len(sante.lignes) == 4
    assert sante.lignes[0].startswith("APL aux médecins généralistes")
    assert sante.lignes[1].endswith(f"{REPERE}.")
    assert all("synthetique" in source for source in sante.sources)
    citees = [ligne for d in diapositives if d.genre == "sources" for ligne in d.lignes]
    assert set(sante.sources) <= set(citees)


def test_the_sheet_on_paper_has_the_same_figures(officiels):
    pypdfium2 = pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument(make_fiche_pdf(officiels, VESOUL, JOUR))
    texte = plain("".join(page.get_textpage().get_text_range() for page in document))
    part = line(officiels, VESOUL, "Part sans")
    assert "Indicateurs officiels" in texte
    assert plain(part.valeur) in texte
    assert "licence non dite par le fichier" in texte


def test_beside_a_map_a_rate_says_whether_more_is_better_and_what_it_is_around(officiels):
    lectures = reading_texts(officiels)
    # A count only grows with the territory: nothing is said of it.
    assert set(lectures) == {"apl_medecins_2024", PART}
    apl = plain(lectures["apl_medecins_2024"])
    assert apl == f"{REPERE} ; Bourgogne-Franche-Comté : 3,8 ; France : 4,0"
    # The region holds a withheld cell.
    assert lectures[PART] == "Plus bas, c'est mieux"


def test_the_ends_of_a_strip_say_whose_they_are(officiels):
    html = plain(write_profil([line(officiels, CPTS_LUXEUIL, "APL")]))
    bouts = re.findall(r"<span>(.*?)</span>", html)
    # One commune of Luxeuil is lower than every CPTS.
    assert bouts == ["min. de ses communes : 1,0", "max. des CPTS : 4,0"]


def test_a_comparison_says_of_a_row_what_the_profile_says(officiels):
    territoires = [parse_territoire(officiels, t) for t in ("dep:70", "dep:25")]
    comparaison = compare(officiels, territoires, "dep:70", "fonctionnement", indicatifs=True)
    notes = {
        li.libelle: li.note
        for groupe in comparison_groups(officiels, comparaison)
        for li in groupe.lignes
    }
    for profil in profile_lines(officiels, VESOUL):
        if profil.source:
            assert notes[profil.nom] == ". ".join(filter(None, (profil.unite, profil.definition)))
    assert REPERE in notes[line(officiels, VESOUL, "APL").nom]


def test_without_official_files_nothing_is_read_beside_the_map(atlas):
    assert reading_texts(atlas) == {}
