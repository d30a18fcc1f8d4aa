"""The profile of a CPTS in words: each figure, those it stands beside, its rank, and what it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from geo.atlas import Atlas
from geo.evenement import DEFINITION
from geo.indicateurs.annonces import EXACT
from geo.indicateurs.mesures import RETENUE, Mesure, evaluate_each
from geo.indicateurs.rangs import Rang, rank_cpts
from geo.indicateurs.registre import ADDITIVES, BAS, SANTE, TAUX, Indicateur
from geo.indicateurs.situation import (
    Distribution,
    Ensemble,
    Situation,
    distribute,
    situate_cpts,
    situate_latest,
)
from geo.indicateurs.territoire import (
    COMMUNES,
    CPTS,
    DEPARTEMENT,
    FRANCE,
    REGION,
    Territoire,
    make_france,
    parse_territoire,
)
from geo.rangees import iterate_rows
from geo.regles.completude import study_departements
from rendu.mots.comparaison import RAISONS, difference_word, value_text
from rendu.mots.francais import BASES, capitale, count_noun, join_words, nombre
from rendu.mots.indicateurs import (
    bounds_text,
    direction_text,
    meaning_text,
    support_texts,
    unit_text,
    weigh,
    with_base,
    write_computed,
    write_number,
    write_published,
)
from rendu.mots.origine import SANS_LICENCE
from rendu.mots.rangs import place_text, rank_text
from rendu.tableau import TIRET

_LIEUX = {DEPARTEMENT: "le département", REGION: "la région", FRANCE: "la France"}
_MOINS, _PLUS, _AUTANT, _SANS = (
    "moins que",
    "plus que",
    "autant que",
    "pas de différence établie avec",
)
# What a slide says of health, at most.
_TAUX_MAX = 3


@dataclass(frozen=True, slots=True)
class Voisine:
    """A larger territory beside the CPTS: its name, its value, and in small whether the two differ or why there is none."""

    nom: str
    valeur: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LigneProfil:
    """An indicator of the profile; every text is plain.

    Attributes
    ----------
    nom, unite
        With its vintage, and what its numbers count; of a share, whose it is.
    valeur, appuis
        Of the CPTS, and what it rests on: interval, share of the inhabitants, withheld cells.
    voisines
        See :class:`Voisine`.
    rang
        Among the CPTS, short, from the best to the worst where it is open; a dash where there is none.
    phrase
        All of it in a sentence.
    definition, source
        What the indicator is, and who publishes it.
    situation, distribution
        What a strip is drawn from; ``None`` where there is no value or nothing to set it among.
    """

    nom: str
    unite: str
    valeur: str
    appuis: tuple[str, ...] = ()
    voisines: tuple[Voisine, ...] = ()
    rang: str = TIRET
    phrase: str = ""
    definition: str = ""
    source: str = ""
    situation: Situation | None = None
    distribution: Distribution | None = None


def profile_lines(atlas: Atlas, cpts_id: str) -> tuple[LigneProfil, ...]:
    """Write the profile of a CPTS: official indicators, then the shares that sources publish of it.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_id
        One of ``atlas.fiches``.

    Returns
    -------
    tuple
        Empty where no official indicator is loaded, or no perimeter is known.
    """
    if not atlas.perimetre(cpts_id).dessine:
        return ()
    situations = situate_cpts(atlas, cpts_id)
    if not situations:
        return ()
    rangs = rank_cpts(atlas, cpts_id, atlas.fiches.index, indicatifs=True)
    par_cle = {(rang.indicateur, rang.base): rang for rang in rangs}
    return (
        *(
            _line(atlas, cpts_id, situation, par_cle.get((situation.indicateur.identifiant, None)))
            for situation in situations
        ),
        *(
            LigneProfil(
                f"{indicateur.libelle}, annonce",
                BASES[fait.base],
                write_published(indicateur, fait.valeur, fait.qualificatif, fait.numerateur),
                rang=_rank_word(par_cle.get((indicateur.identifiant, fait.base))),
            )
            for indicateur in atlas.registre.published()
            if indicateur.par_base
            for fait in iterate_rows(
                atlas.faits_de(cpts_id).query("indicateur == @indicateur.identifiant")
            )
        ),
    )


def health_rates(atlas: Atlas, cpts_id: str) -> tuple[tuple[Situation, str], ...]:
    """Return the official rates of health that a slide says of a CPTS, each with its sentence: one a file.

    Those of which nothing is known, and those of a CPTS without perimeter, are left out.
    """
    par_fichier: dict[tuple[str, ...], Situation] = {}
    for situation in situate_cpts(atlas, cpts_id):
        indicateur, mesure = situation.indicateur, situation.mesure
        connue = mesure.valeur is not None or mesure.bornes
        if connue and situation.ensembles and indicateur.theme == SANTE:
            par_fichier.setdefault(indicateur.sources, situation)
    territoire = _cpts(atlas, cpts_id)
    return tuple(
        (situation, _named(atlas, territoire, situation))
        for situation in [*par_fichier.values()][:_TAUX_MAX]
    )


def reading_texts(atlas: Atlas) -> dict[str, str]:
    """Say how each official rate of the map is read: whether more is better, and what it is around.

    Returns
    -------
    dict
        By its name in the address, its figure of the region, of several none, and of France; those of which nothing
        is said are absent.
    """
    taux = [
        i
        for i in atlas.registre.on("carte")
        if i.officiel and i.nature == TAUX and i.methode in ADDITIVES
    ]
    regions = atlas.departements.loc[list(study_departements(atlas)), "code_region"].unique()
    lieux = [parse_territoire(atlas, f"{REGION}:{regions[0]}")] if len(regions) == 1 else []
    connues: dict[str, list[str]] = {indicateur.adresse: [] for indicateur in taux}
    for lieu in [*lieux, make_france(atlas)]:
        releve = evaluate_each(atlas, taux, lieu, DEFINITION, indicatifs=True)
        for indicateur, (mesure,) in zip(taux, releve, strict=True):
            if mesure.valeur is not None:
                dite = value_text(atlas, lieu, mesure, court=True)
                connues[indicateur.adresse].append(f"{lieu.nom} : {dite}")
    textes = {
        indicateur.adresse: " ; ".join(
            [*filter(None, [direction_text(indicateur)]), *connues[indicateur.adresse]]
        )
        for indicateur in taux
    }
    return {nom: capitale(texte) for nom, texte in textes.items() if texte}


def commune_figures(atlas: Atlas, code_commune: str) -> list[str]:
    """Write each official indicator of a commune, its latest year, beside the same around it; plain text."""
    territoire = parse_territoire(atlas, f"{COMMUNES}:{code_commune}")
    return [
        " ; ".join(
            filter(None, (_named(atlas, territoire, s), beyond_text(s.indicateur, s.mesure)))
        )
        for s in situate_latest(atlas, territoire)
    ]


def source_line(atlas: Atlas, indicateur: Indicateur) -> str:
    """Say who publishes an official indicator, of which year, under which licence."""
    producteurs = [
        str(atlas.sources.loc[i, "producteur"])
        for i in indicateur.sources
        if i in atlas.sources.index
    ]
    licence = indicateur.licence or SANS_LICENCE
    return ", ".join([*producteurs, f"millésime {indicateur.millesime}", licence])


def distribution_text(situation: Situation, distribution: Distribution) -> str:
    """Say what a strip shows."""
    indicateur, mesure = situation.indicateur, situation.mesure

    def write(valeur: float) -> str:
        return write_number(indicateur, valeur)

    phrases = []
    if len(distribution.cpts):
        bas, haut = (
            end_text(indicateur, distribution, float(bout))
            for bout in (distribution.cpts.min(), distribution.cpts.max())
        )
        phrases.append(
            f"{count_noun(len(distribution.cpts), 'CPTS', 'CPTS')}, entre {bas} et {haut}"
        )
    if distribution.communes:
        moins, plus = map(write, distribution.communes)
        phrases.append(f"communes de celle-ci, de {moins} à {plus}")
    if mesure.valeur is not None:
        vaut = weigh(indicateur, mesure.qualificatif, mesure.confiance)
        phrases.append(f"celle-ci, {write_computed(indicateur, mesure.valeur, vaut)}")
    elif mesure.bornes:
        phrases.append(f"celle-ci, {bounds_text(indicateur, mesure.bornes, mesure.confiance)}")
    phrases += [
        f"{_LIEUX[REGION]}, {write(ensemble.mesure.valeur)}"
        for ensemble in situation.ensembles
        if ensemble.territoire.genre == REGION and ensemble.mesure.valeur is not None
    ]
    if distribution.secretes:
        phrases.append(
            f"{count_noun(distribution.secretes, 'CPTS', 'CPTS')} sous secret, sans trait"
        )
    return f"{capitale(' ; '.join(phrases))}."


def end_text(indicateur: Indicateur, distribution: Distribution, bout: float) -> str:
    """Write an end of a strip: that of a CPTS is no better known than its perimeter."""
    vaut = weigh(indicateur, EXACT, distribution.confiance_at(bout))
    return write_computed(indicateur, bout, vaut)


def _line(atlas: Atlas, cpts_id: str, situation: Situation, rang: Rang | None) -> LigneProfil:
    indicateur, mesure = situation.indicateur, situation.mesure
    taux = bool(situation.ensembles)
    connue = mesure.valeur is not None or mesure.bornes is not None
    place = _rank_sentence(rang) if taux else ""
    territoire = _cpts(atlas, cpts_id)
    phrase = " ; ".join(
        filter(
            None, (_placed(atlas, territoire, situation), beyond_text(indicateur, mesure), place)
        )
    )
    return LigneProfil(
        indicateur.libelle,
        unit_text(indicateur),
        value_text(atlas, territoire, mesure, court=True),
        tuple(support_texts(indicateur, mesure)),
        tuple(_beside(atlas, e) for e in situation.ensembles),
        _rank_word(rang),
        f"{capitale(phrase)}.",
        meaning_text(indicateur),
        source_line(atlas, indicateur),
        situation if taux and connue else None,
        distribute(atlas, indicateur, cpts_id) if taux and connue else None,
    )


def _cpts(atlas: Atlas, cpts_id: str) -> Territoire:
    return parse_territoire(atlas, f"{CPTS}:{cpts_id}")


def _beside(atlas: Atlas, ensemble: Ensemble) -> Voisine:
    nom, mesure = ensemble.territoire.nom, ensemble.mesure
    if mesure.raison and not mesure.bornes:
        return Voisine(nom, TIRET, RAISONS[mesure.raison])
    secret = RAISONS[RETENUE] if mesure.bornes else ""
    mots = ", ".join(filter(None, (secret, difference_word(ensemble.differente))))
    return Voisine(nom, _ensemble_text(atlas, ensemble), mots)


def _ensemble_text(atlas: Atlas, ensemble: Ensemble) -> str:
    mesure = ensemble.mesure
    if mesure.bornes:
        return bounds_text(atlas.registre[mesure.indicateur], mesure.bornes, mesure.confiance)
    return value_text(atlas, ensemble.territoire, mesure, court=True)


def _named(atlas: Atlas, territoire: Territoire, situation: Situation) -> str:
    """Write the name of an indicator, then the figure in its place, in one sentence."""
    return f"{with_base(situation.indicateur, situation.indicateur.libelle)} : {_placed(atlas, territoire, situation, ', ')}"


def _placed(
    atlas: Atlas, territoire: Territoire, situation: Situation, liaison: str = " : "
) -> str:
    """Write the figure with its unit, then how it stands to those of the larger territories."""
    indicateur, mesure = situation.indicateur, situation.mesure
    texte = value_text(atlas, territoire, mesure)
    if mesure.valeur is not None and not indicateur.en_pct:
        texte = f"{texte} {indicateur.unite}"
    par_relation: dict[str, list[str]] = {}
    plusieurs = sum(e.territoire.genre == DEPARTEMENT for e in situation.ensembles) > 1
    for ensemble in situation.ensembles:
        relation = _relation(indicateur, mesure, ensemble)
        if relation:
            lieu = _LIEUX[ensemble.territoire.genre]
            if plusieurs and ensemble.territoire.genre == DEPARTEMENT:
                lieu = f"{lieu} {ensemble.territoire.nom}"
            par_relation.setdefault(relation, []).append(
                f"{lieu} ({_ensemble_text(atlas, ensemble)})"
            )
    phrases = [f"{relation} {join_words(lieux)}" for relation, lieux in par_relation.items()]
    return liaison.join(filter(None, (texte, ", ".join(phrases))))


def _relation(indicateur: Indicateur, mesure: Mesure, ensemble: Ensemble) -> str:
    """Say in words how a figure stands to another; nothing where it cannot be said."""
    if ensemble.differente is False:
        return _SANS
    siens, autres = (m.bornes or (m.valeur, m.valeur) for m in (mesure, ensemble.mesure))
    if siens[0] is None or autres[0] is None:
        return ""
    if not ensemble.differente:
        if mesure.bornes or ensemble.mesure.bornes:
            return ""
        if write_number(indicateur, siens[0]) == write_number(indicateur, autres[0]):
            return _AUTANT
    return _MOINS if siens[0] < autres[0] else _PLUS


def beyond_text(indicateur: Indicateur, mesure: Mesure) -> str:
    """Say that a rate, as it is written, is on the worse side of its alert threshold; empty where it is not, or may not be."""
    repere = indicateur.seuil_alerte
    bornes = mesure.bornes or (mesure.valeur, mesure.valeur)
    if repere is None or bornes[0] is None or bornes[1] is None:
        return ""
    bas, haut = (round(borne, indicateur.decimales) for borne in (bornes[0], bornes[1]))
    if indicateur.sens == BAS:
        return f"au-dessus du repère d'alerte, {nombre(repere, 3)}" if bas > repere else ""
    return f"au-dessous du repère d'alerte, {nombre(repere, 3)}" if haut < repere else ""


def _rank_word(rang: Rang | None) -> str:
    places = _places(rang)
    return rank_text(*places) if places else TIRET


def _rank_sentence(rang: Rang | None) -> str:
    """Say the place among the CPTS so that nobody has to know whether the first is the highest."""
    places = _places(rang)
    if places is None:
        return ""
    meilleur, pire, nombre_de_cpts = places
    effectif = f"des {nombre(nombre_de_cpts)} CPTS"
    if meilleur == pire == 1:
        return f"la plus haute valeur {effectif}"
    if meilleur == pire == nombre_de_cpts:
        return f"la plus basse valeur {effectif}"
    phrase = f"{place_text(meilleur, pire)} {effectif}, de la plus haute valeur à la plus basse"
    ouverte = "" if meilleur == pire else " (selon les valeurs secrètes ou manquantes)"
    return f"{phrase}{ouverte}"


def _places(rang: Rang | None) -> tuple[int, int, int] | None:
    """Return the best and the worst rank and among how many; nothing where there is none, or no other."""
    if rang is None or rang.effectif < 2:  # noqa: PLR2004 - a rank wants another
        return None
    if rang.rang is None or rang.rang_max is None:
        return None
    return rang.rang, rang.rang_max, rang.effectif


def profile_sources(lignes: Iterable[LigneProfil]) -> list[str]:
    """List who publishes what a profile shows, each once."""
    return list(dict.fromkeys(ligne.source for ligne in lignes if ligne.source))
