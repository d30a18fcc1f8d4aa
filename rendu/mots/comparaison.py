"""The figures of a comparison in words: values, differences, and why there is none."""

from collections.abc import Iterable
from typing import Any

from geo.atlas import Atlas
from geo.indicateurs.annonces import ENVIRON, EXACT
from geo.indicateurs.ecarts import (
    BASES_DIFFERENTES,
    COMMUNES_MANQUANTES,
    REFERENCE,
    REFERENCE_SANS_VALEUR,
    Cellule,
    Comparaison,
    Rangee,
)
from geo.indicateurs.mesures import (
    AU_MOINS,
    AUTRE_BASE,
    AUTRE_NIVEAU,
    INCERTAIN,
    LISTE_INCOMPLETE,
    NON_AGREGEABLE,
    NON_PUBLIE,
    PERIMETRE_INCONNU,
    PERIMETRE_MASQUE,
    PERSONNE,
    RETENUE,
    RIEN_DE_CONNU,
    SANS_DONNEE,
    SANS_OBJET,
    VALEUR_APPROCHEE,
    Mesure,
)
from geo.indicateurs.registre import (
    AUTRES,
    COUVERTS,
    ETAPE,
    PAR_COMMUNE,
    PAR_DEPARTEMENT,
    POPULATION,
    PROJET,
    PUBLIE,
    SANTE,
    TERRITOIRE,
    THEMES,
    Indicateur,
    Registre,
    sort_by_file,
)
from geo.indicateurs.territoire import COMMUNES, CPTS, DEPARTEMENT, EPCI, FRANCE, REGION, Territoire
from geo.lecture.variables import COMMUNE
from geo.perimetre import is_indicatif
from rendu.mots.etapes import stage_words
from rendu.mots.francais import (
    BASES,
    QUALIFICATIFS_SEULS,
    agree,
    ecart,
    join_words,
    nombre,
    pourcentage,
)
from rendu.mots.indicateurs import (
    PARTIEL,
    RAISONS_DE_NIVEAU,
    VALEUR_RETENUE,
    about,
    bounds_text,
    interval_text,
    meaning_text,
    row_label,
    sign,
    significant,
    unit_text,
    weigh,
    write_computed,
    write_published,
)
from rendu.mots.partage import of_which_in_part
from rendu.tableau import TIRET, Case, Colonne, Groupe, Ligne, Partie

GENRES = {
    CPTS: "CPTS",
    DEPARTEMENT: "Département",
    EPCI: "Intercommunalité",
    REGION: "Région",
    COMMUNES: "Liste de communes",
    FRANCE: "France",
}

TITRES_DES_THEMES = {
    SANTE: "Santé",
    POPULATION: "Population",
    COUVERTS: "Couverture par les CPTS",
    TERRITOIRE: "Territoire",
    PROJET: "Projet",
    AUTRES: "Autres",
}
# Said once for the row, not in each of its cells.
_BASES_DE_LA_LIGNE = "bases différentes : ces parts ne se comparent pas"
_SANS_ECART = f"écart\xa0: {TIRET}"

RAISONS = {
    PERIMETRE_INCONNU: "non calculable : périmètre inconnu",
    PERIMETRE_MASQUE: "non calculé : périmètre indicatif masqué",
    NON_PUBLIE: "non publié",
    SANS_OBJET: "sans objet",
    SANS_DONNEE: "non calculable : donnée absente",
    LISTE_INCOMPLETE: "indéterminable : liste des CPTS incomplète",
    VALEUR_APPROCHEE: "non calculé : annonce approchée",
    PERSONNE: "sans objet : aucun habitant",
    RETENUE: VALEUR_RETENUE,
    RIEN_DE_CONNU: "inconnu",
    NON_AGREGEABLE: RAISONS_DE_NIVEAU[PAR_COMMUNE],
    AUTRE_NIVEAU: RAISONS_DE_NIVEAU[PAR_DEPARTEMENT],
}

_REFUS = {
    COMMUNES_MANQUANTES: "pas d'écart : des communes manquent au fichier",
    LISTE_INCOMPLETE: "pas d'écart : liste des CPTS incomplète",
    VALEUR_APPROCHEE: "pas d'écart : chiffre approché",
}

# From here on « 2,1 fois plus » is easier to picture than « 110 % de plus ».
_FOIS = 1.5
_EGAL_PCT = 0.05


def heads(
    comparaison: Comparaison, territoires: Iterable[Territoire], *, reference: bool = True
) -> list[Colonne]:
    """Name some of the territories, each name once, and say of each what its figures have to be read with.

    Parameters
    ----------
    comparaison
        The comparison.
    territoires
        Which of its territories.
    reference
        Whether to say which one the others are set against.
    """
    noms = [territoire.nom for territoire in comparaison.territoires]
    distincts = {
        t.adresse: t.nom if noms.count(t.nom) == 1 else f"{t.nom} ({GENRES[t.genre]} {rang})"
        for rang, t in enumerate(comparaison.territoires, start=1)
    }
    return [
        Colonne(
            distincts[t.adresse],
            " · ".join(
                signe
                for signe, vrai in (
                    ("(référence)", reference and t.adresse == comparaison.reference),
                    ("périmètre indicatif", comparaison.indicatifs and is_indicatif(t.confiance)),
                )
                if vrai
            ),
        )
        for t in territoires
    ]


def group_by_theme(registre: Registre, lignes: Iterable[tuple[str, Ligne]]) -> tuple[Groupe, ...]:
    """Put rows, each with the identifier of its indicator, under the titles of their themes, in the order of :func:`in_order`."""
    par_indicateur: dict[str, list[Ligne]] = {}
    for identifiant, ligne in lignes:
        par_indicateur.setdefault(identifiant, []).append(ligne)
    par_theme: dict[str, list[Ligne]] = {}
    for indicateur in in_order(registre[identifiant] for identifiant in par_indicateur):
        par_theme.setdefault(indicateur.theme, []).extend(par_indicateur[indicateur.identifiant])
    return tuple(
        Groupe(TITRES_DES_THEMES[theme], tuple(siennes)) for theme, siennes in par_theme.items()
    )


def in_order(indicateurs: Iterable[Indicateur]) -> list[Indicateur]:
    """Put indicators in the order of a comparison: by theme, health first, and file by file."""
    return sorted(sort_by_file(indicateurs), key=lambda indicateur: THEMES.index(indicateur.theme))


def comparison_groups(atlas: Atlas, comparaison: Comparaison) -> tuple[Groupe, ...]:
    """Write the comparison: a row an indicator, each value with its qualifier, its base and its difference."""
    return group_by_theme(
        atlas.registre,
        ((rangee.indicateur, _row(atlas, comparaison, rangee)) for rangee in comparaison.rangees()),
    )


def _row(atlas: Atlas, comparaison: Comparaison, rangee: Rangee) -> Ligne:
    rang = [t.adresse for t in comparaison.territoires].index(comparaison.reference)
    references = {cellule.mesure.base: cellule.mesure for cellule in rangee.cellules[rang]}
    premiere = rangee.cellules[rang][0].mesure
    indicateur = atlas.registre[rangee.indicateur]
    return Ligne(
        row_label(indicateur, None),
        tuple(
            tuple(
                partie
                for cellule in cellules
                for partie in _cell(
                    atlas, territoire, cellule, references.get(cellule.mesure.base, premiere)
                )
            )
            for territoire, cellules in zip(comparaison.territoires, rangee.cellules, strict=True)
        ),
        _BASES_DE_LA_LIGNE if len(rangee.bases) > 1 else _note(indicateur),
    )


def _note(indicateur: Indicateur) -> str:
    """Say once for the cells of an official indicator what they count, whose share it is, and what it is."""
    if not indicateur.officiel:
        return ""
    return ". ".join(filter(None, (unit_text(indicateur), meaning_text(indicateur))))


def _cell(atlas: Atlas, territoire: Territoire, cellule: Cellule, reference: Mesure) -> Case:
    """Write a value, then its difference; a dash stands for what there is not, with its reason on demand."""
    mesure, indicateur = cellule.mesure, atlas.registre[cellule.mesure.indicateur]
    verdict = difference_word(cellule.differente)
    dit_a_part = (Partie(verdict, seconde=True),) if verdict else ()
    if mesure.bornes:
        texte = bounds_text(indicateur, mesure.bornes, mesure.confiance)
        return Partie(texte, pourquoi=RAISONS[RETENUE]), *dit_a_part
    if mesure.raison:
        dite = _missing_text(mesure)
        return (Partie(dite) if mesure.raison == RIEN_DE_CONNU else Partie(TIRET, pourquoi=dite),)
    texte = value_text(atlas, territoire, mesure, court=True)
    texte += parts_text(indicateur, territoire, mesure)
    valeur: Case = (Partie(texte, BASES[mesure.base] if mesure.base else ""),)
    if mesure.intervalle:
        valeur += (Partie(interval_text(indicateur, mesure.intervalle), seconde=True),)
    if cellule.refus == REFERENCE:
        return valeur
    dit = gap_text(indicateur, cellule, reference, court=True)
    if not dit:
        return (*valeur, *dit_a_part)
    if cellule.ecart is None:
        return *valeur, Partie(_SANS_ECART, pourquoi=dit, seconde=True), *dit_a_part
    return *valeur, Partie(dit, f"({verdict})" if verdict else "", seconde=True)


def difference_word(differente: bool | None) -> str:
    """Say whether a difference is established: see :func:`geo.indicateurs.situation.are_different`; else nothing."""
    if differente is None:
        return ""
    return "différent" if differente else "pas de différence établie"


def qualifier_word(indicateur: Indicateur, mesure: Mesure) -> str:
    """Say what a number is worth, in a column beside it; nothing where there is no number."""
    if mesure.valeur is None:
        return ""
    return worth_word(indicateur, mesure.qualificatif, mesure.confiance)


def worth_word(indicateur: Indicateur, qualificatif: str, confiance: str | None) -> str:
    """Write in a word what :func:`rendu.mots.indicateurs.weigh` says of a figure.

    A rate on established and indicative perimeters says so in its name: here as on screen, it has no other word.
    """
    incertain = "incertain" if indicateur.is_solde else ""
    return (QUALIFICATIFS_SEULS | {AU_MOINS: "au moins", INCERTAIN: incertain})[
        weigh(indicateur, qualificatif, confiance)
    ]


def value_text(atlas: Atlas, territoire: Territoire, mesure: Mesure, *, court: bool = False) -> str:
    """Write a value with its qualifier, as short as a table wants it or in full; or why there is none."""
    indicateur = atlas.registre[mesure.indicateur]
    if mesure.bornes:
        dites = bounds_text(indicateur, mesure.bornes, mesure.confiance, court=court)
        return f"{dites} ({RAISONS[RETENUE]})"
    if mesure.raison:
        return _missing_text(mesure)
    if indicateur.methode == ETAPE:
        fiche: Any = territoire.fiche
        return stage_words(fiche)
    if mesure.valeur is None:
        return _size_text(mesure)
    return _value_text(indicateur, mesure, mesure.valeur, court=court)


def parts_text(indicateur: Indicateur, territoire: Territoire, mesure: Mesure) -> str:
    """Say, after a count of communes, of how many a CPTS has a part only; nothing after any other figure."""
    if indicateur.calcul.get("variable") != COMMUNE or mesure.valeur is None:
        return ""
    toutes = mesure.valeur == len(territoire.codes_communes)
    comptees = territoire.codes_communes if toutes else territoire.codes_etablis
    return of_which_in_part(len(territoire.parts.keys() & set(comptees)))


def _missing_text(mesure: Mesure) -> str:
    if mesure.raison != AUTRE_BASE:
        return RAISONS[mesure.raison or ""]
    seules = "seule la part" if len(mesure.bases) == 1 else "seules les parts"
    verbe = "est publiée" if len(mesure.bases) == 1 else "sont publiées"
    return f"bases différentes : {seules} {join_words(BASES[b] for b in mesure.bases)} {verbe}"


def _value_text(indicateur: Indicateur, mesure: Mesure, valeur: float, *, court: bool) -> str:
    qualificatif = weigh(indicateur, mesure.qualificatif, mesure.confiance)
    if indicateur.methode == PUBLIE:
        texte = write_published(
            indicateur, valeur, mesure.qualificatif, mesure.numerateur, court=court
        )
    else:
        texte = write_computed(indicateur, valeur, qualificatif, court=court)
    if indicateur.is_solde and mesure.qualificatif == INCERTAIN:
        return f"{texte} ({PARTIEL})"
    return f"{texte} ({mesure.mot})" if mesure.mot else texte


def difference_unit(indicateur: Indicateur, difference: float = 2) -> str:
    """Name the unit of a difference, which agrees with it: two shares differ by points.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "population_2017", "surface_km2", "commune"])
    >>> [difference_unit(registre[nom]) for nom in ("population", "densite", "evolution_population")]
    ['hab.', 'hab./km²', 'points par an']
    >>> difference_unit(registre["communes"], -1), difference_unit(registre["etape"])
    ('commune', '')
    """
    if indicateur.en_pct:
        _, _, suite = indicateur.unite.partition("% ")
        point = agree(difference, "point")
        return f"{point} {suite}" if suite.startswith("par ") else point
    if indicateur.noms and indicateur.abrege == indicateur.unite:
        return agree(difference, *indicateur.noms)
    return indicateur.abrege


def difference_text(
    indicateur: Indicateur, difference: float, difference_pct: float | None = None
) -> str:
    r"""Write a signed difference with its unit.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "surface_km2"])
    >>> difference_text(registre["population"], -190674, -81.77)
    '−190\u202f674\xa0hab. (−81,8\xa0%)'
    >>> difference_text(registre["part_commune_principale_pct"], 9.207)
    '+9,2\xa0points'
    >>> difference_text(registre["ecart_population_pct"], -0.6)
    '−0,6\xa0point'
    """
    arrondi = round(difference, indicateur.decimales)
    texte = f"{sign(arrondi)}{nombre(abs(arrondi), indicateur.decimales)}\xa0{difference_unit(indicateur, arrondi)}"
    return texte if difference_pct is None else f"{texte} ({ecart(difference_pct)})"


def gap_text(
    indicateur: Indicateur, cellule: Cellule, reference: Mesure, *, court: bool = False
) -> str:
    """Write how a value stands to that of the reference, or why that cannot be said; else nothing."""
    if cellule.ecart is not None:
        return _gap_text(indicateur, cellule, reference, court=court)
    if cellule.refus == REFERENCE:
        return "référence"
    if cellule.refus == BASES_DIFFERENTES:
        return "pas d'écart : bases différentes"
    if cellule.refus == REFERENCE_SANS_VALEUR:
        if reference.raison == SANS_OBJET:
            return "pas d'écart : la référence n'est pas une CPTS"
        return f"pas d'écart ; référence : {RAISONS[reference.raison or '']}"
    return _REFUS.get(cellule.refus or "", "")


def _gap_text(indicateur: Indicateur, cellule: Cellule, reference: Mesure, *, court: bool) -> str:
    difference, pct = cellule.ecart or 0.0, cellule.ecart_pct
    if not gap_word(indicateur, cellule.mesure, reference):
        return difference_text(indicateur, difference, pct)
    return about(
        difference_text(
            indicateur,
            significant(difference, indicateur.decimales),
            None if pct is None else significant(pct, 1),
        ),
        court=court,
    )


def gap_word(indicateur: Indicateur, mesure: Mesure, reference: Mesure) -> str:
    """Say what a difference is worth: « environ » where a perimeter makes either figure so."""
    environ = any(is_about(indicateur, m) for m in (mesure, reference))
    return QUALIFICATIFS_SEULS[ENVIRON] if environ else ""


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


def is_about(indicateur: Indicateur, mesure: Mesure) -> bool:
    """Tell whether it is the perimeter that makes a figure « environ »."""
    return weigh(indicateur, mesure.qualificatif, mesure.confiance) != mesure.qualificatif


def _size_text(mesure: Mesure) -> str:
    if mesure.qualificatif == "plus_de":
        return f"au moins {mesure.mot}"
    if mesure.qualificatif == "moins_de":
        return f"au plus {mesure.mot}"
    return mesure.mot or "" if mesure.qualificatif == EXACT else f"{mesure.mot}, chiffre approché"
