"""Values, labels and absences of indicators in words, as their declarations say."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from math import ceil, floor, isfinite, isinf, log10
from operator import attrgetter

import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.annonces import ENVIRON, EXACT, published_bases
from geo.indicateurs.mesures import AU_MOINS, INCERTAIN, Mesure
from geo.indicateurs.niveaux import (
    COMMUNES,
    CPTS,
    DEPARTEMENTS,
    EPCI,
    at_level,
    nearest_level,
)
from geo.indicateurs.registre import (
    BAS,
    COUVERTURE,
    DIFFERENCE,
    DISTINCTS,
    HAUT,
    MAXIMUM,
    PAR_COMMUNE,
    PAR_DEPARTEMENT,
    STOCK,
    TAUX,
    Indicateur,
)
from geo.perimetre import is_indicatif
from geo.texte import count_decimals
from rendu.mots.francais import (
    BASES,
    POURCENT,
    QUALIFICATIFS,
    QUALIFICATIFS_COURTS,
    capitale,
    count_noun,
    nombre,
    pourcentage,
    qualify,
)

# Of a balance that leaves communes out: they may raise or lower it.
PARTIEL = "sur une partie des habitants"
VALEUR_RETENUE = "secret statistique"
# How many significant figures a computed one keeps where the perimeter is indicative.
_CHIFFRES = 3
# More decimals than any figure has.
_TOUTES = 15
# What an indicative perimeter does not make approximate.
_TELLES_QUELLES = (COUVERTURE, DISTINCTS, MAXIMUM)
# Why what a file gives at one level has no other.
RAISONS_DE_NIVEAU = {
    PAR_COMMUNE: "non agrégeable : donné par commune",
    PAR_DEPARTEMENT: "publié par département seulement",
}
_SENS_DIT = {HAUT: "plus haut, c'est mieux", BAS: "plus bas, c'est mieux"}
# Above this, a figure rests on everybody to the decimal that is written.
_TOUS_PCT = 99.95
# What the map may be painted by: in the address, and in words.
NIVEAUX = {
    CPTS: "CPTS",
    EPCI: "Intercommunalités",
    COMMUNES: "Communes",
    DEPARTEMENTS: "Départements",
}


def map_choices(atlas: Atlas) -> dict[str, str]:
    """List the indicators that the map can be coloured by: name in the address to label.

    Of one that differs by base there is one choice a base that is published.
    """
    choix = {}
    montres = atlas.registre.on("carte")
    noms = distinct_labels(atlas, montres, nom=lambda indicateur: indicateur.libelle_court)
    for indicateur in montres:
        if not indicateur.par_base:
            choix[indicateur.adresse] = noms[indicateur.identifiant]
            continue
        for base in published_bases(atlas, indicateur.identifiant):
            # « de la population » → « population », « des plus de 17 ans » → « plus de 17 ans ».
            qui = BASES[base].split(" ", 1)[1].removeprefix("la ")
            choix[f"{indicateur.adresse}-{base}"] = f"{indicateur.libelle_court} : {qui}"
    return choix


def base_text(indicateur: Indicateur) -> str:
    """Say whose share or mean an official rate is; empty of anything else, and where its file does not say."""
    return f"base : {indicateur.base}" if indicateur.nature == TAUX and indicateur.base else ""


def with_base(indicateur: Indicateur, nom: str) -> str:
    """Add to a name of an indicator whose share it is: see :func:`base_text`."""
    return ", ".join(filter(None, (nom, base_text(indicateur))))


def distinct_labels(
    atlas: Atlas,
    indicateurs: Sequence[Indicateur],
    pris: Collection[str] = (),
    *,
    nom: Callable[[Indicateur], str] = attrgetter("libelle"),
) -> dict[str, str]:
    """Name indicators so that no two names are one.

    To a label that another one has, what tells them apart is added: the vintage, else the base, the source (which names
    the file), the unit, its columns, the definition; the identifier where nothing else differs.

    Parameters
    ----------
    atlas
        The atlas, for its sources.
    indicateurs
        What to name.
    pris
        Names that something else has.
    nom
        Which of its names.

    Returns
    -------
    dict
        Identifier to name.
    """

    def sources(indicateur: Indicateur) -> str:
        siennes = [i for i in indicateur.sources if i in atlas.sources.index]
        return " ; ".join(str(atlas.sources.loc[i, "titre"]) for i in siennes)

    noms = {i.identifiant: nom(i) for i in indicateurs}
    precisions: tuple[Callable[[Indicateur], str], ...] = (
        lambda indicateur: indicateur.millesime,
        lambda indicateur: f"base : {indicateur.base}" if indicateur.base else "",
        sources,
        lambda indicateur: f"en {indicateur.unite}" if indicateur.unite else "",
        lambda indicateur: " ÷ ".join(f"colonne « {titre} »" for titre in indicateur.colonnes),
        lambda indicateur: indicateur.definition,
        lambda indicateur: indicateur.identifiant,
    )
    for precise in precisions:
        dites: defaultdict[str, set[str]] = defaultdict(set)
        for i in indicateurs:
            dites[noms[i.identifiant]].add(precise(i))
        comptes = Counter([*pris, *noms.values()])
        for i in indicateurs:
            sien, precision = noms[i.identifiant], precise(i)
            utile = comptes[sien] > 1 and (sien in pris or len(dites[sien]) > 1)
            if utile and precision and precision not in sien:
                noms[i.identifiant] = f"{sien}, {precision}"
    return noms


def column_titles(atlas: Atlas, indicateurs: Sequence[Indicateur]) -> dict[str, str]:
    """Title the column of each indicator of a table, no two alike: of an official one, its unit and whose share it is.

    The others name their unit in their declaration, where it is not what is counted.
    """
    noms = distinct_labels(atlas, indicateurs, nom=attrgetter("colonne"))
    return {
        i.identifiant: with_base(i, f"{noms[i.identifiant]}, en {i.unite}")
        if i.officiel
        else noms[i.identifiant]
        for i in indicateurs
    }


def level_choices(atlas: Atlas, niveau: str) -> dict[str, Indicateur]:
    """List the indicators that a level has: name in the address to indicator."""
    return {indicateur.adresse: indicateur for indicateur in at_level(atlas, niveau)}


def meaning_text(indicateur: Indicateur) -> str:
    """Say what an indicator is and, of a rate, whether more is better; empty where its file does not."""
    dit = direction_text(indicateur)
    return " ".join(filter(None, (indicateur.definition, f"{capitale(dit)}." if dit else "")))


def direction_text(indicateur: Indicateur) -> str:
    """Say of a rate whether more is better, and from where a commune is looked at; empty where nothing says it."""
    if indicateur.nature != TAUX:
        return ""
    seuil = indicateur.seuil_alerte
    cote = "plus" if indicateur.sens == BAS else "moins"
    unite = POURCENT if indicateur.en_pct else ""
    repere = "" if seuil is None else f"repère d'alerte : {cote} de {nombre(seuil, 3)}{unite}"
    return " ; ".join(filter(None, (_SENS_DIT.get(indicateur.sens), repere)))


def unit_text(indicateur: Indicateur) -> str:
    """Say what the numbers of an official indicator count and whose share or mean they are, where they do not say it."""
    unite = "" if indicateur.en_pct else indicateur.unite
    return ", ".join(filter(None, (unite, base_text(indicateur))))


def fallback_text(indicateur: Indicateur, demande: str) -> str:
    """Say that the map cannot show the level that was asked for, why, and which one it shows; nothing where it can."""
    niveau = nearest_level(indicateur, demande)
    if niveau == demande:
        return ""
    pourquoi = RAISONS_DE_NIVEAU.get(indicateur.methode, "montré par CPTS seulement")
    return (
        f"Pas de niveau « {NIVEAUX[demande]} » pour cet indicateur ({pourquoi}) : "
        f"la carte montre le niveau « {NIVEAUX[niveau]} »."
    )


def row_label(indicateur: Indicateur, base: str | None) -> str:
    """Name a row of a table: the indicator, and whose share it is where that differs by source."""
    return f"{indicateur.libelle}, part {BASES[base]}" if base else indicateur.libelle


def write_number(
    indicateur: Indicateur, valeur: float, decimales: int | None = None, *, au_moins: bool = False
) -> str:
    r"""Write a value as a table does, or the least that it may be: a share with its unit, anything else without.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "population_2017", "surface_km2", "commune"])
    >>> write_number(registre["densite"], 44.04), write_number(registre["ecart_communes"], -6)
    ('44', '−6')
    >>> write_number(registre["evolution_population"], 0.351)
    '+0,35\xa0% par an'
    >>> write_number(registre["part_commune_principale_pct"], 0.009)
    'moins de 0,1\xa0%'
    """
    decimales = indicateur.decimales if decimales is None else decimales
    if indicateur.unite == "%" and not indicateur.signe:
        return pourcentage(valeur, decimales, au_moins=au_moins, fixes=_is_in_columns(indicateur))
    texte = f"{'au moins ' if au_moins else ''}{_digits(indicateur, valeur, decimales)}"
    return f"{texte}\xa0{indicateur.unite}" if indicateur.en_pct else texte


def _digits(indicateur: Indicateur, valeur: float, decimales: int) -> str:
    """Write the sign and the digits of a value."""
    decimales = _decimals(indicateur, valeur, decimales)
    arrondi = round(valeur, decimales)
    signe = sign(arrondi) if indicateur.signe or arrondi < 0 else ""
    return signe + nombre(abs(arrondi), decimales, fixes=_is_in_columns(indicateur))


def _is_in_columns(indicateur: Indicateur) -> bool:
    """Tell whether values stand in columns, each with as many decimals as the next: official rates do."""
    return indicateur.officiel and indicateur.nature == TAUX


def _decimals(indicateur: Indicateur, valeur: float, decimales: int) -> int:
    """Return how many decimals a value has: those of its declaration or, of an official count, those that are read."""
    compte = indicateur.officiel and indicateur.nature == STOCK
    return count_decimals(valeur, decimales) if compte else decimales


def write_value(indicateur: Indicateur, valeur: float, qualificatif: str = EXACT) -> str:
    r"""Write a value with its unit and what it is worth (see :func:`weigh`), as short as a map wants it.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "surface_km2"])
    >>> write_value(registre["population"], 42511), write_value(registre["densite"], 44.04)
    ('42\u202f511 hab.', '44 hab./km²')
    """
    texte = write_computed(indicateur, valeur, qualificatif, indicateur.decimales_carte)
    return f"{texte}{_unit(indicateur)}"


def _unit(indicateur: Indicateur) -> str:
    """Return what follows a number, which has its unit already where it is a share."""
    return "" if indicateur.en_pct or not indicateur.abrege else f" {indicateur.abrege}"


def write_published(
    indicateur: Indicateur,
    valeur: float,
    qualificatif: str,
    numerateur: float | None,
    *,
    court: bool = False,
) -> str:
    """Write a published figure with the qualifier of its source, a share with its unit and, where published, how many that is."""
    unite = f"\xa0{indicateur.unite}" if indicateur.en_pct else ""
    texte = qualify(valeur, qualificatif, unite, court=court)
    combien = numerator_words(numerateur)
    return f"{texte} ({combien})" if combien else texte


def numerator_words(numerateur: float | None) -> str:
    """Write how many people a published share is, where its source says it.

    >>> numerator_words(6132), numerator_words(None)
    ('6\u202f132 personnes', '')
    """
    return "" if pd.isna(numerateur) else count_noun(numerateur, "personne")


def weigh(indicateur: Indicateur, qualificatif: str, confiance: str | None) -> str:
    """Say what a figure is worth once its perimeter is known: « environ » where a hypothesis is behind it.

    Parameters
    ----------
    indicateur
        What the figure is of. Coverage has words of its own, a count of intercommunalités or departments
        is no nearer to the truth for being rounded, and the inhabitants of a commune are those of its census: none
        of them changes.
    qualificatif
        That of the figure itself; only an exact one becomes « environ ».
    confiance
        The weakest of the perimeter that it is computed on; ``None`` of what rests on none.

    Returns
    -------
    str
        :data:`ENVIRON`, or `qualificatif` as it was.
    """
    calcule = indicateur.de_communes and indicateur.methode not in _TELLES_QUELLES
    derive = calcule or indicateur.methode == DIFFERENCE
    return ENVIRON if derive and qualificatif == EXACT and is_indicatif(confiance) else qualificatif


def significant(valeur: float, decimales: int = _TOUTES) -> float:
    """Keep three significant figures, and no more decimals than will be written: what is rounded twice may be wrong.

    >>> significant(42511), significant(43.83), significant(-190674), significant(0)
    (42500.0, 43.8, -191000.0, 0.0)
    >>> significant(-0.2746, 2), round(significant(-0.2746), 2)
    (-0.27, -0.28)
    """
    if not valeur:
        return 0.0
    return float(round(valeur, min(_CHIFFRES - 1 - floor(log10(abs(valeur))), decimales)))


def about(texte: str, *, court: bool) -> str:
    """Write « environ », as short as a table wants it or in full; « moins de 0,1 % » is approximate as it is."""
    if texte.startswith(("moins de", "plus de")):
        return texte
    return (QUALIFICATIFS_COURTS if court else QUALIFICATIFS)[ENVIRON].format(texte)


def write_computed(
    indicateur: Indicateur,
    valeur: float,
    qualificatif: str,
    decimales: int | None = None,
    *,
    court: bool = True,
) -> str:
    """Write a computed number with what it is worth (see :func:`weigh`): what is « environ » is rounded."""
    decimales = indicateur.decimales if decimales is None else decimales
    if qualificatif == ENVIRON:
        arrondie = significant(valeur, decimales)
        return about(write_number(indicateur, arrondie, decimales), court=court)
    return write_number(indicateur, valeur, decimales, au_moins=qualificatif == AU_MOINS)


def write_about(
    valeur: float,
    *,
    environ: bool,
    write: Callable[[float], str] = nombre,
    court: bool = False,
) -> str:
    r"""Write a figure that is of no declared indicator: a number of inhabitants, a share, a length, a difference.

    Parameters
    ----------
    valeur
        The figure.
    environ
        Whether it rests on an indicative perimeter, or on another approximate figure.
    write
        How such a figure is written.
    court
        As in :func:`write_computed`.

    Examples
    --------
    >>> write_about(42511, environ=False), write_about(42511, environ=True, court=True)
    ('42\u202f511', 'env.\xa042\u202f500')
    >>> write_about(0.009, environ=True, write=pourcentage)
    'moins de 0,1\xa0%'
    """
    return about(write(significant(valeur)), court=court) if environ else write(valeur)


def write_total(total: float, etabli: float, *, court: bool = False) -> str:
    r"""Write a total over established and indicative perimeters: « environ » where the latter add to the former.

    >>> write_total(124008, 81554), write_total(81554, 81554)
    ('environ 124\u202f000', '81\u202f554')
    """
    return write_about(total, environ=total != etabli, court=court)


def computed_text(indicateur: Indicateur, valeur: float, qualificatif: str) -> str:
    """Write a computed figure, short, with its vintage: « 42 511 hab. (calcul, 2023) »."""
    suite = f", {PARTIEL}" if qualificatif == INCERTAIN else ""
    texte = f"{write_computed(indicateur, valeur, qualificatif)}{_unit(indicateur)}"
    return f"{texte} ({calculation_word(indicateur)}{suite})"


def calculation_word(indicateur: Indicateur) -> str:
    """Say that a figure is computed, and from which vintage."""
    return f"calcul, {indicateur.millesime}" if indicateur.millesime else "calcul"


def bounds_text(
    indicateur: Indicateur,
    bornes: tuple[float, float],
    confiance: str | None = None,
    *,
    court: bool = True,
) -> str:
    r"""Write two bounds, rounded away from each other: what lies between them stays there.

    Parameters
    ----------
    indicateur, confiance
        What they are of, and the weakest of the perimeter that they are computed on: see :func:`weigh`.
    bornes
        The least and the most; the latter may be infinite.
    court
        Whether « environ » is written short.

    Examples
    --------
    >>> from geo.perimetre import HYPOTHESE
    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "surface_km2"])
    >>> bounds_text(registre["part_commune_principale_pct"], (8.12, 8.86))
    'entre 8,1 et 8,9\xa0%'
    >>> bounds_text(registre["population"], (121, float("inf")))
    'au moins 121'
    >>> bounds_text(registre["population"], (121, 130), HYPOTHESE)
    'env.\xa0entre 121 et 130'
    """
    texte = _bounds(indicateur, bornes)
    environ = weigh(indicateur, EXACT, confiance) == ENVIRON
    return about(texte, court=court) if environ else texte


def _bounds(indicateur: Indicateur, bornes: tuple[float, float]) -> str:
    bas, haut = bornes
    debut = _outwards(indicateur, bas, floor)
    if isinf(haut):
        return f"au moins {write_number(indicateur, debut)}"
    fin = write_number(indicateur, _outwards(indicateur, haut, ceil))
    return f"entre {_digits(indicateur, debut, indicateur.decimales)} et {fin}"


def _outwards(indicateur: Indicateur, borne: float, arrondir: Callable[[float], int]) -> float:
    decimales = min(indicateur.decimales, _decimals(indicateur, borne, indicateur.decimales))
    pas = 10.0**decimales
    return arrondir(round(borne * pas, 6)) / pas


def file_number(indicateur: Indicateur, valeur: float | None) -> float | None:
    """Round a value for the cell of a file, to the decimals that are written: more would claim what is not known.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "surface_km2"])
    >>> file_number(registre["part_commune_principale_pct"], 8.123456), file_number(registre["population"], None)
    (8.1, None)
    """
    if valeur is None or not isfinite(valeur):
        return None
    return round(valeur, _decimals(indicateur, valeur, indicateur.decimales)) + 0.0


def file_bounds(
    indicateur: Indicateur, bas: float | None, haut: float | None
) -> tuple[float | None, float | None]:
    """Round two bounds for the cells of a file, as :func:`bounds_text` writes them; blank where nothing bounds.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "surface_km2"])
    >>> file_bounds(registre["part_commune_principale_pct"], 8.12, float("inf"))
    (8.1, None)
    """
    moins, plus = (
        None if borne is None or not isfinite(borne) else _outwards(indicateur, borne, arrondir)
        for borne, arrondir in ((bas, floor), (haut, ceil))
    )
    return moins, plus


def interval_text(indicateur: Indicateur, intervalle: tuple[float, float]) -> str:
    r"""Write the 95 % interval of a share.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "surface_km2"])
    >>> interval_text(registre["part_commune_principale_pct"], (7.88, 8.45))
    'à 95\xa0% : entre 7,8 et 8,5\xa0%'
    """
    return f"à 95\xa0% : {bounds_text(indicateur, intervalle)}"


def basis_texts(indicateur: Indicateur, mesure: Mesure) -> list[str]:
    """Say the interval of an official figure, and the inhabitants it is about."""
    textes = []
    if mesure.intervalle:
        textes.append(f"intervalle {interval_text(indicateur, mesure.intervalle)}")
    if mesure.part_pct is not None and mesure.part_pct < _TOUS_PCT:
        textes.append(f"sur {pourcentage(mesure.part_pct)} des habitants")
    return textes


def support_texts(indicateur: Indicateur, mesure: Mesure) -> list[str]:
    """Say what an official figure rests on: see :func:`basis_texts`, then what is withheld or not known."""
    textes = basis_texts(indicateur, mesure)
    if mesure.secretes:
        textes.append(count_noun(mesure.secretes, "valeur secrète", "valeurs secrètes"))
    if mesure.manquantes:
        textes.append(count_noun(mesure.manquantes, "valeur manquante", "valeurs manquantes"))
    return textes


def withheld_text(
    indicateur: Indicateur, bornes: tuple[float, float] | None, confiance: str | None = None
) -> str:
    r"""Say that a value is withheld and, where that bounds it, between what it is: see :func:`bounds_text`.

    >>> from geo.indicateurs.declarations import LIVRES, load_registre
    >>> registre, _ = load_registre(LIVRES, ["population", "surface_km2"])
    >>> withheld_text(registre["densite"], (8.2, 9.7)), withheld_text(registre["densite"], None)
    ('secret statistique : entre 8,2 et 9,7 hab./km²', 'secret statistique')
    """
    if bornes is None:
        return VALEUR_RETENUE
    return f"{VALEUR_RETENUE} : {bounds_text(indicateur, bornes, confiance)}{_unit(indicateur)}"


def missing_text(indicateur: Indicateur, base: str | None) -> str:
    """Say why a CPTS has no published value, in the legend of a map."""
    if indicateur.methode == DIFFERENCE:
        return "non calculable : périmètre inconnu, annonce absente ou approchée"
    return "non publié pour cette base" if base else "non publié"


def sign(valeur: float) -> str:
    """Return the sign that is written before a difference."""
    return "+" if valeur > 0 else "−" if valeur < 0 else ""
