"""The figures of a comparison in words: values, differences, and why there is none."""

from typing import Any

from geo.atlas import Atlas
from geo.indicateurs.annonces import EXACT
from geo.indicateurs.ecarts import (
    BASES_DIFFERENTES,
    REFERENCE,
    REFERENCE_SANS_VALEUR,
    Cellule,
    Comparaison,
)
from geo.indicateurs.mesures import (
    AU_MOINS,
    AUTRE_BASE,
    INCERTAIN,
    LISTE_INCOMPLETE,
    NON_PUBLIE,
    PERIMETRE_INCONNU,
    PERIMETRE_MASQUE,
    PERSONNE,
    SANS_DONNEE,
    SANS_OBJET,
    VALEUR_APPROCHEE,
    Mesure,
)
from geo.indicateurs.registre import ETAPE, Indicateur
from geo.indicateurs.territoire import COMMUNES, CPTS, DEPARTEMENT, EPCI, REGION, Territoire
from geo.perimetre import is_indicatif
from rendu.mots.francais import (
    BASES,
    date_etape,
    ecart,
    escape_markdown,
    join_words,
    nombre,
    pourcentage,
)
from rendu.mots.indicateurs import sign, write_number, write_published

GENRES = {
    CPTS: "CPTS",
    DEPARTEMENT: "Département",
    EPCI: "Intercommunalité",
    REGION: "Région",
    COMMUNES: "Liste de communes",
}

RAISONS = {
    PERIMETRE_INCONNU: "non calculable : périmètre inconnu",
    PERIMETRE_MASQUE: "non calculé : périmètre indicatif masqué",
    NON_PUBLIE: "non publié",
    SANS_OBJET: "sans objet",
    SANS_DONNEE: "non calculable : donnée absente",
    LISTE_INCOMPLETE: "indéterminable : liste des CPTS incomplète",
    VALEUR_APPROCHEE: "non calculé : annonce approchée",
    PERSONNE: "sans objet : aucun habitant",
}

_REFUS = {
    LISTE_INCOMPLETE: "pas d'écart : liste des CPTS incomplète",
    VALEUR_APPROCHEE: "pas d'écart : chiffre approché",
}

# From here on « 2,1 fois plus » is easier to picture than « 110 % de plus ».
_FOIS = 1.5
_EGAL_PCT = 0.05
# How many significant figures a computed one keeps where the perimeter is indicative.
_CHIFFRES = 3


def names(comparaison: Comparaison) -> dict[str, str]:
    """Name each territory for the head of a column, each name once, as Markdown by address."""
    noms = [escape_markdown(territoire.nom) for territoire in comparaison.territoires]
    return {
        t.adresse: nom if noms.count(nom) == 1 else f"{nom} ({GENRES[t.genre]} {rang})"
        for rang, (nom, t) in enumerate(zip(noms, comparaison.territoires, strict=True), start=1)
    }


def perimeter_mark(comparaison: Comparaison, territoire: Territoire) -> str:
    """Say in the head of a column that its computed figures rest on an indicative perimeter."""
    indicatif = comparaison.indicatifs and is_indicatif(territoire.confiance)
    return " · périmètre indicatif" if indicatif else ""


def value_text(atlas: Atlas, territoire: Territoire, mesure: Mesure) -> str:
    """Write a value with its qualifier, or why there is none."""
    indicateur = atlas.registre[mesure.indicateur]
    if mesure.raison:
        return _missing_text(mesure)
    if indicateur.methode == ETAPE:
        return _stage_text(atlas, territoire)
    if mesure.valeur is None:
        return _size_text(mesure)
    return _value_text(indicateur, mesure, mesure.valeur)


def _missing_text(mesure: Mesure) -> str:
    if mesure.raison != AUTRE_BASE:
        return RAISONS[mesure.raison or ""]
    seules = "seule la part" if len(mesure.bases) == 1 else "seules les parts"
    verbe = "est publiée" if len(mesure.bases) == 1 else "sont publiées"
    return f"bases différentes : {seules} {join_words(BASES[b] for b in mesure.bases)} {verbe}"


def _value_text(indicateur: Indicateur, mesure: Mesure, valeur: float) -> str:
    if mesure.qualificatif in {AU_MOINS, INCERTAIN} and not valeur:
        # « at least none » would read as « none ».
        return "inconnu"
    if mesure.qualificatif == AU_MOINS:
        texte = f"au moins {write_number(indicateur, valeur)}"
    elif _is_indicative(indicateur, mesure):
        texte = f"environ {write_number(indicateur, _significant(valeur, _CHIFFRES))}"
    elif mesure.qualificatif in {EXACT, INCERTAIN}:
        texte = write_number(indicateur, valeur)
    else:
        texte = write_published(indicateur, valeur, mesure.qualificatif)
    return f"{texte} ({mesure.mot})" if mesure.mot else texte


def difference_text(
    indicateur: Indicateur, difference: float, difference_pct: float | None = None
) -> str:
    r"""Write a signed difference.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "surface_km2"])
    >>> difference_text(registre["population"], -190674, -81.77)
    '−190\u202f674 (−81,8\xa0%)'
    >>> difference_text(registre["part_commune_principale_pct"], 9.207)
    '+9,2\xa0points'
    >>> difference_text(registre["ecart_population_pct"], -0.6)
    '−0,6\xa0point'
    """
    arrondi = round(difference, indicateur.decimales)
    texte = f"{sign(arrondi)}{nombre(abs(arrondi), indicateur.decimales)}"
    if indicateur.en_pct:
        texte += "\xa0point" + ("s" if abs(arrondi) >= 2 else "")  # noqa: PLR2004 - the French plural
    return texte if difference_pct is None else f"{texte} ({ecart(difference_pct)})"


def gap_text(indicateur: Indicateur, cellule: Cellule, reference: Mesure) -> str:
    """Write how a value stands to that of the reference, or why that cannot be said; else nothing."""
    mesure = cellule.mesure
    if cellule.ecart is not None:
        approche = _is_indicative(indicateur, mesure) or _is_indicative(indicateur, reference)
        return _gap_text(indicateur, cellule.ecart, cellule.ecart_pct, approche=approche)
    if cellule.refus == REFERENCE:
        return "référence"
    if cellule.refus == BASES_DIFFERENTES:
        return "pas d'écart : bases différentes"
    if cellule.refus == REFERENCE_SANS_VALEUR:
        if reference.raison == SANS_OBJET:
            return "pas d'écart : la référence n'est pas une CPTS"
        return f"pas d'écart ; référence : {RAISONS[reference.raison or '']}"
    return _REFUS.get(cellule.refus or "", "")


def _gap_text(
    indicateur: Indicateur, difference: float, pct: float | None, *, approche: bool
) -> str:
    if not approche:
        return difference_text(indicateur, difference, pct)
    # One figure less: a difference is no better known than what it is made of.
    arrondi = _significant(difference, _CHIFFRES - 1)
    return f"environ {difference_text(indicateur, arrondi, None if pct is None else round(pct))}"


def times_text(valeur: float, reference: float) -> str:
    r"""Say of two positive values how many times more or less, or how many per cent if that is little.

    >>> times_text(42511, 233185), times_text(110, 100), times_text(100, 100)
    ('5,5 fois moins', '10\xa0% de plus', 'autant')
    """
    rapport = max(valeur, reference) / min(valeur, reference)
    sens = "plus" if valeur > reference else "moins"
    if rapport >= _FOIS:
        return f"{nombre(round(rapport, 1), 1)} fois {sens}"
    pct = abs(valeur - reference) / reference * 100
    return "autant" if pct < _EGAL_PCT else f"{pourcentage(pct)} de {sens}"


def _is_indicative(indicateur: Indicateur, mesure: Mesure) -> bool:
    """Tell whether a figure is computed on an indicative perimeter: it is then written rounded."""
    calcule = indicateur.de_communes and indicateur.relatif
    return calcule and is_indicatif(mesure.confiance) and mesure.qualificatif == EXACT


def _significant(valeur: float, chiffres: int) -> float:
    """Keep so many significant figures.

    >>> _significant(42511, 3), _significant(43.83, 3), _significant(-21542, 2)
    (42500.0, 43.8, -22000.0)
    """
    return float(f"{valeur:.{chiffres}g}")


def _size_text(mesure: Mesure) -> str:
    if mesure.qualificatif == "plus_de":
        return f"au moins {mesure.mot}"
    if mesure.qualificatif == "moins_de":
        return f"au plus {mesure.mot}"
    return mesure.mot or "" if mesure.qualificatif == EXACT else f"{mesure.mot}, chiffre approché"


def _stage_text(atlas: Atlas, territoire: Territoire) -> str:
    fiche: Any = territoire.fiche
    date = date_etape(fiche["date_max"], fiche["date_precision"])
    return f"{atlas.statuts.loc[fiche['statut'], 'libelle']}, {date}"
