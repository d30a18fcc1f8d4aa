"""Communes that deserve a look, in words and as tables."""

import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.registre import Indicateur
from geo.regles.alertes import Alertes
from rendu.mots.comparaison import difference_unit
from rendu.mots.francais import POURCENT, agree, count_noun, nombre
from rendu.mots.indicateurs import write_about
from rendu.mots.millesimes import population_title
from rendu.mots.origine import computed_origins

TITRE = "Communes à regarder"
# What is withheld is said so, apart from what is missing.
_SECRETE, _MANQUANTE = "valeur secrète", "valeur manquante"


def side_word(indicateur: Indicateur, alertes: Alertes) -> str:
    """Say on which side a commune is worse off, and why that side."""
    if alertes.au_dessus:
        return "Au-dessus : pour cet indicateur, plus bas, c'est mieux."
    return "Au-dessous." if not indicateur.sens else "Au-dessous : plus haut, c'est mieux."


def alert_sentence(
    indicateur: Indicateur, alertes: Alertes, seuil: float | None, recul: float | None
) -> str:
    """Say how many communes are beyond, how many people live there, and of how many nothing is said."""
    if seuil is None and recul is None:
        return "Écrivez un seuil, ou un écart à la CPTS."
    cote = "au-dessus" if alertes.au_dessus else "au-dessous"
    regles = []
    if seuil is not None:
        regles.append(f"{cote} de {_threshold(indicateur, seuil)}")
    if recul is not None:
        ecart = difference_unit(indicateur, recul)
        regles.append(f"{cote} de leur CPTS d'au moins {nombre(recul, 3)} {ecart}")
    uniques = alertes.retenues.drop_duplicates("code_commune")
    habitants = count_noun(uniques["population"].sum(), "habitant")
    phrase = (
        f"{count_noun(len(uniques), 'commune')} sur {nombre(alertes.communes)} {' ou '.join(regles)} "
        f"({habitants})."
    )
    inconnues = alertes.inconnues.drop_duplicates("code_commune")
    if len(inconnues):
        phrase += (
            f" {count_noun(len(inconnues), 'autre')}, dont la valeur est secrète ou manquante, "
            f"{agree(len(inconnues), 'est listée', 'sont listées')} à part et "
            f"{agree(len(inconnues), 'n’est comptée', 'ne sont comptées')} ni d'un côté ni de l'autre."
        )
    return phrase


def alert_table(atlas: Atlas, indicateur: Indicateur, alertes: Alertes) -> pd.DataFrame:
    """Write a row a commune; one figure more than the indicator has: see :func:`decimals_text`."""
    table, unite, ecart = alertes.retenues, indicateur.abrege, difference_unit(indicateur)
    decimales = indicateur.decimales + 1
    valeurs = {
        f"Valeur ({unite})": "valeur",
        f"Écart au seuil ({ecart})": "ecart_seuil",
        **_of_cpts(indicateur),
    }
    return pd.DataFrame(
        {
            **_communes(atlas, table),
            **{titre: table[nom].round(decimales) for titre, nom in valeurs.items()},
        }
    ).dropna(axis="columns", how="all")


def _of_cpts(indicateur: Indicateur) -> dict[str, str]:
    """Title what the perimeter of a CPTS is behind."""
    return {
        f"Valeur de la CPTS ({indicateur.abrege})": "valeur_cpts",
        f"Écart à la CPTS ({difference_unit(indicateur)})": "ecart_cpts",
    }


def about_cells(
    atlas: Atlas, indicateur: Indicateur, alertes: Alertes, *, indicatifs: bool
) -> dict[str, list[str]]:
    """Write the cells of :func:`alert_table` that the perimeter of a CPTS is behind, by column.

    `indicatifs`: whether hypothetical memberships count in its value.
    """
    table = alertes.retenues

    def write(valeur: float) -> str:
        signe = "−" if valeur < 0 else ""
        return f"{signe}{nombre(abs(valeur), indicateur.decimales + 1)}"

    return {
        titre: [
            ""
            if pd.isna(valeur)
            else write_about(
                valeur,
                environ=indicatifs and atlas.is_indicatif(cpts_id),
                write=write,
                court=True,
            )
            for valeur, cpts_id in zip(table[colonne], table["cpts_id"], strict=True)
        ]
        for titre, colonne in _of_cpts(indicateur).items()
        if table[colonne].notna().any()
    }


def unknown_table(atlas: Atlas, alertes: Alertes) -> pd.DataFrame:
    """Write a row a commune of which nothing is said, and why."""
    table = alertes.inconnues
    raisons = table["secrete"].map({True: _SECRETE, False: _MANQUANTE})
    return pd.DataFrame({**_communes(atlas, table), "Pourquoi": raisons})


def add_origin(atlas: Atlas, indicateur: Indicateur, table: pd.DataFrame) -> pd.DataFrame:
    """Add to a table that leaves what it is of, and where that comes from: a CSV stands alone."""
    return table.assign(
        Indicateur=indicateur.nom,
        Unité=indicateur.unite,
        **computed_origins(
            atlas,
            {
                indicateur.nom: indicateur,
                population_title(atlas): atlas.registre["population"],
            },
        ),
    )


def threshold_text(indicateur: Indicateur) -> str:
    """Say where the threshold that is proposed comes from; nothing where none is.

    Source of the number: ``seuil_alerte`` of the indicator in ``data/catalogue.toml``.
    """
    if indicateur.seuil_alerte is None:
        return ""
    return (
        f"Seuil proposé au départ : {_threshold(indicateur, indicateur.seuil_alerte)}, un repère que donne le "
        "catalogue des fichiers reconnus de l'atlas ; ni une norme, ni un chiffre du fichier. Écrivez le vôtre."
    )


def decimals_text(indicateur: Indicateur) -> str:
    """Say that the table is finer than the sheet, so that neither contradicts the other."""
    return (
        f"Ce tableau écrit {count_noun(indicateur.decimales + 1, 'décimale')}, une de plus que la fiche, pour dire de quel "
        "côté du seuil est une commune proche. D'un périmètre indicatif, la valeur de la CPTS et l'écart sont approchés."
    )


def _threshold(indicateur: Indicateur, seuil: float) -> str:
    """Write a threshold as it was typed, however fine, with its unit."""
    return f"{nombre(seuil, 3)}{POURCENT if indicateur.unite == '%' else f' {indicateur.abrege}'}"


def _communes(atlas: Atlas, table: pd.DataFrame) -> dict[str, pd.Series]:
    codes = table["code_commune"]
    return {
        "Commune": codes.map(atlas.communes["nom"]),
        "Code": codes,
        "CPTS": table["cpts_id"].map(atlas.fiches["nom"]),
        population_title(atlas): table["population"],
    }
