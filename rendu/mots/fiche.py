"""The figures of a sheet in words: one wording for the page and for what leaves it."""

from geo.fiche import Fiche, Taille
from geo.indicateurs.annonces import Ecart
from geo.indicateurs.calcul import BORNES_TAILLE
from geo.indicateurs.registre import Registre
from rendu.mots.francais import NON_PUBLIE, ecart, nombre, qualify

# The scale of the bar of sizes, in inhabitants.
BARRE_MAX = 200_000


def gap_rows(registre: Registre, fiche: Fiche) -> list[dict[str, str]]:
    """Write announced figures, the computed ones and their gaps, as the rows of a table."""
    return [_gap_row(registre[nom].nom, ecart) for nom, ecart in fiche.ecarts.items()]


def _gap_row(nom: str, chiffres: Ecart) -> dict[str, str]:
    return {
        "": nom,
        "Annoncé": NON_PUBLIE
        if chiffres.annonce is None
        else qualify(chiffres.annonce, chiffres.qualificatif or "egal"),
        "Calculé": "non calculable" if chiffres.calcule is None else nombre(chiffres.calcule),
        "Écart": "" if chiffres.ecart_pct is None else ecart(chiffres.ecart_pct),
    }


def sizes(fiche: Fiche) -> list[tuple[Taille, str]]:
    """List the size classes to show, each with the population it comes from and the next bound.

    Returns
    -------
    list
        The announced and the computed one, once where they are the same class; empty without population.
    """
    tailles = [
        ("population annoncée", fiche.taille_annoncee, fiche.population.qualificatif),
        ("population calculée", fiche.taille_calculee, None),
    ]
    connues = [(nom, taille, mot) for nom, taille, mot in tailles if taille is not None]
    if len(connues) == 2 and connues[0][1].classe == connues[1][1].classe:  # noqa: PLR2004 - both
        connues = connues[:1]
    return [(taille, f"{nom}{_distance_text(taille, mot)}") for nom, taille, mot in connues]


def bounds_text() -> str:
    """Say where the size classes begin and end."""
    t1, t2, t3 = (nombre(borne) for borne in BORNES_TAILLE)
    return f"Accord de 2019 : T1 sous {t1} habitants, T2 sous {t2}, T3 sous {t3}, T4 au-delà."


def _distance_text(taille: Taille, qualificatif: str | None) -> str:
    """Say how far the next bound is, no more exactly than the population is known."""
    if taille.borne_suivante is None:
        return f" ; au-dessus de {nombre(BORNES_TAILLE[-1])}"
    environ = {"plus_de": "moins de ", "moins_de": "plus de "}
    environ |= dict.fromkeys(("environ", "pres_de"), "environ ")
    distance = f"{environ.get(qualificatif or '', '')}{nombre(taille.distance or 0)}"
    return f" ; {distance} habitants sous la borne de {nombre(taille.borne_suivante)}"
