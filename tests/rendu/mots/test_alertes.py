"""The communes to look at: where what leaves comes from, and where the threshold does."""

from geo.export import to_csv
from geo.regles.alertes import find_alertes
from rendu.mots.alertes import (
    about_cells,
    add_origin,
    alert_sentence,
    alert_table,
    threshold_text,
    unknown_table,
)


def test_every_row_that_leaves_says_source_vintage_and_base(officiels):
    part = officiels.registre["part_sans_medecin_traitant_2024"]
    alertes = find_alertes(officiels, part, ["cpts-luxeuil"], seuil=5, recul=None)
    for table in (alert_table(officiels, part, alertes), unknown_table(officiels, alertes)):
        parti = add_origin(officiels, part, table)
        assert len(parti) > 0
        for colonne, dite in (
            (
                "Date des chiffres",
                "2024 (Part sans médecin traitant déclaré) ; 2023 (Population (2023))",
            ),
            ("Base des chiffres", "Assurés de 16 ans et plus (Part sans médecin traitant déclaré)"),
        ):
            assert all(cellule.startswith(dite) for cellule in parti[colonne])
        lignes = to_csv(parti).decode().splitlines()[1:]
        assert all("fichier d'essai" in ligne for ligne in lignes)


def test_what_the_perimeter_is_behind_is_about_where_it_is_indicative(officiels):
    apl = officiels.registre["apl_medecins_2024"]
    alertes = find_alertes(officiels, apl, ["cpts-luxeuil"], seuil=2.5, recul=None)
    cellules = about_cells(officiels, apl, alertes, indicatifs=True)
    assert cellules.keys() == {
        "Valeur de la CPTS (consult./an/hab.)",
        "Écart à la CPTS (consult./an/hab.)",
    }
    for textes in cellules.values():
        assert all(texte.startswith("env.\xa0") for texte in textes)
    # A commune's own value and the threshold are what they are.
    etablies = about_cells(officiels, apl, alertes, indicatifs=False)
    assert not any(texte.startswith("env.") for textes in etablies.values() for texte in textes)


def test_the_threshold_that_is_proposed_says_where_it_comes_from(officiels):
    registre = officiels.registre
    assert "2,5 consult./an/hab., un repère" in threshold_text(registre["apl_medecins_2024"])
    apl = registre["apl_medecins_2024"]
    alertes = find_alertes(officiels, apl, ["cpts-luxeuil"], seuil=2.5, recul=None)
    assert "au-dessous de 2,5 consult./an/hab." in alert_sentence(apl, alertes, 2.5, None)
    assert threshold_text(registre["part_sans_medecin_traitant_2024"]) == ""
