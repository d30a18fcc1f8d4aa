"""Whose share an official rate is, wherever its name stands; and labels from files, which are text."""

from dataclasses import replace

from geo.indicateurs.ecarts import compare
from geo.indicateurs.registre import Registre
from geo.indicateurs.situation import situate
from geo.indicateurs.territoire import parse_territoire
from rendu.carte.coloration import make_coloration
from rendu.carte.niveaux import make_niveau
from rendu.carte.vue import make_vue
from rendu.mots.comparaison import comparison_groups
from rendu.mots.francais import escape_markdown
from rendu.mots.indicateurs import base_text, distinct_labels, map_choices
from rendu.mots.panneau import figure_lines
from rendu.mots.profil import commune_figures, health_rates, profile_lines
from rendu.mots.situations import situation_line
from tests.hostile import MELANGE
from ui.commun.adresse import Filtres
from ui.commun.theme import chart_theme
from ui.comparer.barres import make_barres
from ui.comparer.tableau import make_export

LUXEUIL, HERICOURT = "cpts-luxeuil", "cpts-pays-hericourt"
PART = "part_sans_medecin_traitant_2024"
BASE = "base : Assurés de 16 ans et plus"


def with_declaration(atlas, identifiant, **autres):
    """Return an atlas in which an indicator is declared otherwise."""
    indicateurs = atlas.registre.indicateurs
    sien = replace(indicateurs[identifiant], **autres)
    return replace(atlas, registre=Registre({**indicateurs, identifiant: sien}))


def compared(atlas):
    territoires = [parse_territoire(atlas, f"cpts:{i}") for i in (LUXEUIL, HERICOURT)]
    return compare(atlas, territoires, f"cpts:{LUXEUIL}", "fonctionnement", indicatifs=True)


def test_only_a_rate_has_a_base_in_words(sous_seuil):
    registre = sous_seuil.registre
    assert base_text(registre[PART]) == BASE
    assert base_text(registre["sans_medecin_traitant_2024"]) == ""
    assert base_text(registre["densite"]) == ""
    assert base_text(registre["apl_medecins_2024"]).startswith("base : population standardisée")


def test_panel_comparison_legend_profile_and_slides_say_whose_share_it_is(sous_seuil):
    commune = parse_territoire(sous_seuil, "communes:70550")
    situations = situate(sous_seuil, [sous_seuil.registre[PART]], commune)
    lignes = [
        ligne
        for groupe in comparison_groups(sous_seuil, compared(sous_seuil))
        for ligne in groupe.lignes
        if ligne.libelle.startswith("Part sans médecin traitant déclaré")
    ]
    vue = make_vue(sous_seuil, Filtres())
    ligne_barres = compared(sous_seuil).ligne(PART)
    dits = {
        "panneau": "\n".join(figure_lines(sous_seuil, LUXEUIL)).replace("\\", ""),
        "comparaison": lignes[0].note,
        "légende": make_coloration(sous_seuil, vue, PART).titre,
        "niveau": make_niveau(sous_seuil, "communes", PART).titre,
        "barres": str(
            make_barres(sous_seuil, compared(sous_seuil), ligne_barres, chart_theme()).title
        ),
        "profil": " ".join(li.unite for li in profile_lines(sous_seuil, LUXEUIL)),
        "diapositive": " ".join(phrase for _, phrase in health_rates(sous_seuil, LUXEUIL)),
        "commune": " ".join(commune_figures(sous_seuil, "70550")),
        "zone": situation_line(sous_seuil, commune, situations[0]).replace("\\", ""),
        "fichier": " ".join(
            f"base : {b}" for b in make_export(sous_seuil, compared(sous_seuil))["Base"]
        ),
    }
    assert {ou: texte for ou, texte in dits.items() if BASE not in texte} == {}


def test_two_indicators_of_one_label_and_year_are_told_apart_by_their_base(sous_seuil):
    sien = sous_seuil.registre[PART]
    autre = replace(sien, identifiant="autre", adresse="autre", base="population", serie="autre")
    tous = Registre({**sous_seuil.registre.indicateurs, "autre": autre})
    deux = replace(sous_seuil, registre=tous)
    noms = distinct_labels(deux, [sien, autre])
    assert noms == {PART: f"{sien.libelle}, {BASE}", "autre": f"{sien.libelle}, base : population"}
    choix = map_choices(deux)
    assert choix[PART] == noms[PART]
    assert choix["autre"] == noms["autre"]


def test_labels_and_units_from_a_file_are_text_in_the_panel(sous_seuil):
    piege = with_declaration(
        sous_seuil, "apl_medecins_2024", nom=MELANGE, abrege="<b>*u*</b>", base="_b_"
    )
    ligne = next(li for li in figure_lines(piege, LUXEUIL) if "CPTS" in li)
    assert ligne.startswith(escape_markdown(f"{MELANGE}, base : _b_") + " : ")
    assert escape_markdown("<b>*u*</b>") in ligne
