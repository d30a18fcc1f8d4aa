"""The APL of the four other professions: recognised without a choice, each weighted by its own population."""

import pytest

from geo.indicateurs.registre import MOYENNE
from geo.officiels.catalogue import AUCUN, load_catalogue
from geo.officiels.examen import NON_LUE

LUXEUIL, VESOUL, FROIDECONCHE = "70311", "70550", "70258"
MEDECINS = "Population standardisée 2021 pour la médecine générale"
SANS_PROFESSION = "Population standardisée par la consommation de soins par tranche d'âge"
RIEN = "N/A - résultat non disponible"
ETP = "En ETP pour 100 000 habitants standardisés"

# Indicator, its title, the title of its weight: as the workbooks of 2022 on have them.
ACTUELS = {
    "apl_infirmieres": ("APL aux infirmières", "Population standardisée 2021 pour les infirmières"),
    "apl_kinesitherapeutes": (
        "APL aux kinésithérapeutes",
        "Population standardisée 2021 pour les kinésithérapeutes",
    ),
    "apl_sages_femmes": (
        "APL aux sages-femmes",
        "Population féminine standardisée 2021 pour les sages-femmes",
    ),
    "apl_dentistes": (
        "APL aux chirurgiens-dentistes",
        "Population standardisée 2021 pour les chirurgiens-dentistes",
    ),
}
# As earlier files have them; none of them says a profession in the weight of 2021.
ANCIENS = (
    (
        "apl_infirmieres",
        "APL aux infirmiers",
        "Population standardisée par la consommation de soins infirmiers par tranche d'âge",
    ),
    (
        "apl_kinesitherapeutes",
        "APL aux masseurs-kinésithérapeutes",
        "Population standardisée par la consommation de soins de masso-kinésithérapie",
    ),
    (
        "apl_sages_femmes",
        "APL aux sages-femmes",
        "Population standardisée par la consommation de soins de sages-femmes par tranche d'âge",
    ),
    ("apl_sages_femmes", "APL 2021 aux sages-femmes", SANS_PROFESSION),
    ("apl_infirmieres_65_ans", "APL 2021 aux infirmières de 65 ans et moins", SANS_PROFESSION),
    (
        "apl_kinesitherapeutes_65_ans",
        "APL 2021 aux masseuses-kinésithérapeutes de 65 ans et moins",
        SANS_PROFESSION,
    ),
    (
        "apl_dentistes_65_ans",
        "APL 2021 aux chirurgiens-dentistes de 65 ans et moins",
        SANS_PROFESSION,
    ),
)
ESSAIS = [(nom, *titres) for nom, titres in ACTUELS.items()] + list(ANCIENS)


def sheet(titre, poids, *lignes):
    """Write a sheet as the DREES does: notes, header on row 9, units under it, notes again; the weight of doctors beside."""
    return [
        ["Fichier synthétique"],
        *[[]] * 7,
        ["Code commune INSEE", "Commune", titre, MEDECINS, poids, "Population féminine 2021"],
        ["", "", ETP, "", "", ""],
        *lignes,
        ["Champ : personne"],
    ]


def department(indicateur):
    return indicateur.chiffres["departement:70"]


@pytest.mark.parametrize(("nom", "titre", "poids"), ESSAIS)
def test_a_file_is_recognised_and_weighted_by_its_own_population(classeur, nom, titre, poids):
    examen = classeur(
        {
            "APL 2021": sheet(
                titre,
                poids,
                [LUXEUIL, "Luxeuil-les-Bains", 50, 9999, 100, 1],
                [VESOUL, "Vesoul", 90, 1, 300, 9999],
                [FROIDECONCHE, "Froideconche", RIEN, 9999, RIEN, 9999],
            )
        }
    )
    (indicateur,) = examen.indicateurs
    assert (indicateur.nom, indicateur.poids) == (f"{nom}_2021", (poids,))
    assert department(indicateur).valeur == pytest.approx(80)
    assert (department(indicateur).manquantes, indicateur.secretes) == (1, 0)
    roles = {colonne.titre: (colonne.role, colonne.unite) for colonne in examen.colonnes}
    assert roles[titre] == ("indicateur", ETP)
    assert roles[poids][0] == "poids"
    assert roles[MEDECINS][0] == roles["Population féminine 2021"][0] == NON_LUE


def test_every_entry_of_the_four_professions_is_tried():
    connus = {
        indicateur.nom
        for connu in load_catalogue()
        if connu.identifiant.startswith("drees-apl") and connu.identifiant != "drees-apl-medecins"
        for indicateur in connu.indicateurs
    }
    assert connus == {nom for nom, _, _ in ESSAIS}


def test_two_years_of_a_profession_are_a_series_each_with_its_own_weight(classeur):
    titre, poids = ACTUELS["apl_kinesitherapeutes"]
    examen = classeur(
        {
            "APL 2022": sheet(
                titre,
                poids.replace("2021", "2020"),
                [LUXEUIL, "", 50, 1, 100, 1],
                [VESOUL, "", 90, 1, 300, 1],
            ),
            "APL 2023": sheet(
                titre, poids, [LUXEUIL, "", 50, 1, 300, 1], [VESOUL, "", 90, 1, 100, 1]
            ),
        }
    )
    ancien, recent = examen.indicateurs
    assert (ancien.nom, recent.nom) == ("apl_kinesitherapeutes_2022", "apl_kinesitherapeutes_2023")
    assert (department(ancien).valeur, department(recent).valeur) == (80, 60)
    assert ancien.poids == ("Population standardisée 2020 pour les kinésithérapeutes",)


def test_professions_side_by_side_have_each_its_own_weight(classeur):
    titres = {"apl_medecins": ("APL aux médecins généralistes", MEDECINS), **ACTUELS}
    apl, poids = zip(*titres.values(), strict=True)
    examen = classeur(
        {
            "APL 2023": [
                ["Code commune INSEE", *apl, *poids],
                [LUXEUIL, *[0] * 5, *[100] * 5],
                [VESOUL, *[10] * 5, 100, 300, 900, 1900, 0],
            ]
        }
    )
    chiffres = {i.nom: (i.poids, department(i).valeur) for i in examen.indicateurs}
    attendus = zip(poids, (5, 7.5, 9, 9.5, 0), strict=True)
    assert chiffres == {
        f"{nom}_2023": ((sien,), pytest.approx(valeur))
        for nom, (sien, valeur) in zip(titres, attendus, strict=True)
    }


def test_older_titles_side_by_side_do_too(csv):
    titres = (
        ("APL aux médecins généralistes", "chez un médecin généraliste"),
        ("APL aux infirmiers", "infirmiers"),
        ("APL aux masseurs-kinésithérapeutes", "de masso-kinésithérapie"),
        ("APL aux sages-femmes", "chez une sage-femme"),
    )
    entete = ";".join(
        f"{apl};Population standardisée par la consommation de soins {soins}"
        for apl, soins in titres
    )
    examen = csv(
        f"Code commune;{entete}\n{LUXEUIL};0;1;0;1;0;1;0;1\n{VESOUL};10;1;10;3;10;4;10;9\n"
    )
    assert [department(i).valeur for i in examen.indicateurs] == pytest.approx([5, 7.5, 8, 9])


def test_a_sheet_for_each_profession_of_the_same_year_is_one_file(classeur):
    examen = classeur(
        {
            f"{nom.removeprefix('apl_')} 2023": sheet(*titres, [LUXEUIL, "", rang, 1, 10, 1])
            for rang, (nom, titres) in enumerate(ACTUELS.items(), start=1)
        }
    )
    assert {i.nom: department(i).valeur for i in examen.indicateurs} == {
        f"{nom}_2023": rang for rang, nom in enumerate(ACTUELS, start=1)
    }


@pytest.mark.parametrize(
    ("autre", "poids"),
    [
        ("APL aux médecins généralistes", SANS_PROFESSION),
        ("APL aux sages-femmes", "Population standardisée 2021"),
        ("Remarque", MEDECINS),
        ("Remarque", "Population standardisée 2021 pour les chirurgiens-dentistes"),
        ("Remarque", f"{SANS_PROFESSION};{SANS_PROFESSION}"),
    ],
)
def test_a_weight_that_may_be_of_others_weights_nothing(csv, autre, poids):
    examen = csv(f"Code commune;APL aux infirmières;{autre};{poids}\n{LUXEUIL};5;6;100;100\n")
    infirmieres = next(i for i in examen.indicateurs if i.nom == "apl_infirmieres")
    assert department(infirmieres) is None
    assert infirmieres.agregation == AUCUN


def test_every_apl_is_a_weighted_mean():
    assert {
        indicateur.agregation
        for connu in load_catalogue()
        if connu.identifiant.startswith("drees-apl")
        for indicateur in connu.indicateurs
    } == {MOYENNE}


def test_each_age_limit_of_the_doctors_is_another_definition_so_another_indicator(csv):
    bornes = {
        "": "apl_medecins",
        " de 65 ans ou moins": "apl_medecins_65_ans",
        " de 62 ans et moins": "apl_medecins_62_ans",
        " de 60 ans ou moins": "apl_medecins_60_ans",
        " de moins de 65 ans": "apl_medecins_moins_65_ans",
        " de moins de 62 ans": "apl_medecins_moins_62_ans",
    }
    entete = ";".join(f"APL aux médecins généralistes{borne}" for borne in bornes)
    examen = csv(
        f"Code commune;{entete};{MEDECINS}\n{LUXEUIL};1;2;3;4;5;6;100\n{VESOUL};6;5;4;3;2;1;300\n"
    )
    assert [i.nom for i in examen.indicateurs] == list(bornes.values())
    attendus = [(rang * 100 + (7 - rang) * 300) / 400 for rang in range(1, 7)]
    assert [department(i).valeur for i in examen.indicateurs] == pytest.approx(attendus)
