"""The figures of a comparison in words: values, differences, and why there is none."""

from typing import Any

from geo.atlas import Atlas
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
    CALCULES,
    EXACT,
    INCERTAIN,
    INDICATEURS,
    LISTE_INCOMPLETE,
    NON_PUBLIE,
    PERIMETRE_INCONNU,
    PERIMETRE_MASQUE,
    PERSONNE,
    SANS_OBJET,
    VALEUR_APPROCHEE,
    Mesure,
)
from geo.indicateurs.territoire import COMMUNES, CPTS, DEPARTEMENT, EPCI, REGION, Territoire
from geo.indicateurs.valeurs import PART_SANS_MEDECIN_TRAITANT
from geo.perimetre import is_indicatif
from rendu.mots.francais import (
    BASES,
    POURCENT,
    date_etape,
    ecart,
    escape_markdown,
    join_words,
    nombre,
    pourcentage,
    qualify,
)

GENRES = {
    CPTS: "CPTS",
    DEPARTEMENT: "Département",
    EPCI: "Intercommunalité",
    REGION: "Région",
    COMMUNES: "Liste de communes",
}

LIBELLES = {
    "population": "Population (2023)",
    "communes": "Communes (2026)",
    "surface_km2": "Surface (km²)",
    "densite": "Densité (hab./km², 2023)",
    "population_commune_principale": "Commune la plus peuplée, habitants (2023)",
    "part_commune_principale_pct": "Part de la commune la plus peuplée",
    "epci": "Intercommunalités (2026)",
    "departements": "Départements",
    "part_couverte_etablie_pct": "Habitants couverts, périmètres établis",
    "part_couverte_indicative_pct": "Habitants couverts, périmètres indicatifs compris",
    "population_sans_perimetre_connu": "Habitants sans périmètre connu",
    "population_zone_blanche": "Habitants en zone blanche",
    "population_annoncee": "Population annoncée",
    "ecart_population_pct": "Population : écart du calcul à l'annonce",
    "communes_annoncees": "Communes annoncées",
    "ecart_communes": "Communes : écart du calcul à l'annonce",
    "taille_annoncee": "Taille (ACI) selon l'annonce",
    "taille_calculee": "Taille (ACI) selon le calcul",
    "professionnels_annonces": "Professionnels annoncés",
    PART_SANS_MEDECIN_TRAITANT: "Sans médecin traitant",
    "etape": "Étape et date",
}

RAISONS = {
    PERIMETRE_INCONNU: "non calculable : périmètre inconnu",
    PERIMETRE_MASQUE: "non calculé : périmètre indicatif masqué",
    NON_PUBLIE: "non publié",
    SANS_OBJET: "sans objet",
    LISTE_INCOMPLETE: "indéterminable : liste des CPTS incomplète",
    VALEUR_APPROCHEE: "non calculé : annonce approchée",
    PERSONNE: "sans objet : aucun habitant",
}

_REFUS = {
    LISTE_INCOMPLETE: "pas d'écart : liste des CPTS incomplète",
    VALEUR_APPROCHEE: "pas d'écart : chiffre approché",
}

# A difference of fewer decimals would hide what the values show.
_DECIMALES = {"km2": 1, "hab_km2": 1, "pct": 1}
# From here on « 2,1 fois plus » is easier to picture than « 110 % de plus ».
_FOIS = 1.5
_EGAL_PCT = 0.05
# How many significant figures a computed one keeps where the perimeter is indicative.
_CHIFFRES = 3


def row_label(indicateur: str, base: str | None, *, indicatifs: bool) -> str:
    """Name a row: the indicator, and whose share it is where that differs by source."""
    libelle = LIBELLES[indicateur]
    if indicateur == "population_sans_perimetre_connu" and not indicatifs:
        # Those of a masked perimeter are among them.
        libelle += " ou établi"
    return f"{libelle}, part {BASES[base]}" if base else libelle


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
    if mesure.raison:
        return _missing_text(mesure)
    if mesure.indicateur == "etape":
        return _stage_text(atlas, territoire)
    if mesure.valeur is None:
        return _size_text(mesure)
    if mesure.indicateur == "ecart_population_pct":
        return ecart(mesure.valeur)
    if mesure.indicateur.startswith("ecart"):
        return difference_text(mesure.indicateur, mesure.valeur)
    return _value_text(mesure, mesure.valeur)


def _missing_text(mesure: Mesure) -> str:
    if mesure.raison != AUTRE_BASE:
        return RAISONS[mesure.raison or ""]
    seules = "seule la part" if len(mesure.bases) == 1 else "seules les parts"
    verbe = "est publiée" if len(mesure.bases) == 1 else "sont publiées"
    return f"bases différentes : {seules} {join_words(BASES[b] for b in mesure.bases)} {verbe}"


def _value_text(mesure: Mesure, valeur: float) -> str:
    unite = INDICATEURS[mesure.indicateur].unite
    if mesure.qualificatif in {AU_MOINS, INCERTAIN} and not valeur:
        # « at least none » would read as « none ».
        return "inconnu"
    if mesure.qualificatif == AU_MOINS:
        texte = f"au moins {_number(valeur, unite)}"
    elif _is_indicative(mesure):
        texte = f"environ {_number(_significant(valeur, _CHIFFRES), unite)}"
    elif mesure.qualificatif in {EXACT, INCERTAIN}:
        texte = _number(valeur, unite)
    else:
        texte = qualify(valeur, mesure.qualificatif, POURCENT if unite == "pct" else "")
    return f"{texte} ({mesure.mot})" if mesure.mot else texte


def difference_text(indicateur: str, difference: float, difference_pct: float | None = None) -> str:
    r"""Write a signed difference.

    >>> difference_text("population", -190674, -81.77)
    '−190\u202f674 (−81,8\xa0%)'
    >>> difference_text("part_commune_principale_pct", 9.207)
    '+9,2\xa0points'
    >>> difference_text("ecart_population_pct", -0.6)
    '−0,6\xa0point'
    """
    unite = INDICATEURS[indicateur].unite
    arrondi = round(difference, _DECIMALES.get(unite, 0))
    signe = "+" if arrondi > 0 else "−" if arrondi < 0 else ""
    texte = f"{signe}{nombre(abs(arrondi), _DECIMALES.get(unite, 0))}"
    if unite == "pct":
        texte += "\xa0point" + ("s" if abs(arrondi) >= 2 else "")  # noqa: PLR2004 - the French plural
    return texte if difference_pct is None else f"{texte} ({ecart(difference_pct)})"


def gap_text(cellule: Cellule, reference: Mesure) -> str:
    """Write how a value stands to that of the reference, or why that cannot be said; else nothing."""
    mesure = cellule.mesure
    if cellule.ecart is not None:
        approche = _is_indicative(mesure) or _is_indicative(reference)
        return _gap_text(mesure.indicateur, cellule.ecart, cellule.ecart_pct, approche=approche)
    if cellule.refus == REFERENCE:
        return "référence"
    if cellule.refus == BASES_DIFFERENTES:
        return "pas d'écart : bases différentes"
    if cellule.refus == REFERENCE_SANS_VALEUR:
        if reference.raison == SANS_OBJET:
            return "pas d'écart : la référence n'est pas une CPTS"
        return f"pas d'écart ; référence : {RAISONS[reference.raison or '']}"
    return _REFUS.get(cellule.refus or "", "")


def _gap_text(indicateur: str, difference: float, pct: float | None, *, approche: bool) -> str:
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


def _is_indicative(mesure: Mesure) -> bool:
    """Tell whether a figure is computed on an indicative perimeter: it is then written rounded."""
    calcule = mesure.indicateur in CALCULES and INDICATEURS[mesure.indicateur].relatif
    return calcule and is_indicatif(mesure.confiance) and mesure.qualificatif == EXACT


def _significant(valeur: float, chiffres: int) -> float:
    """Keep so many significant figures.

    >>> _significant(42511, 3), _significant(43.83, 3), _significant(-21542, 2)
    (42500.0, 43.8, -22000.0)
    """
    return float(f"{valeur:.{chiffres}g}")


def _number(valeur: float, unite: str) -> str:
    if unite == "pct":
        return pourcentage(valeur)
    return nombre(valeur, _DECIMALES.get(unite, 0))


def _size_text(mesure: Mesure) -> str:
    if mesure.qualificatif == "plus_de":
        return f"au moins {mesure.mot}"
    return mesure.mot or "" if mesure.qualificatif == EXACT else f"{mesure.mot}, chiffre approché"


def _stage_text(atlas: Atlas, territoire: Territoire) -> str:
    fiche: Any = territoire.fiche
    date = date_etape(fiche["date_max"], fiche["date_precision"])
    return f"{atlas.statuts.loc[fiche['statut'], 'libelle']}, {date}"
