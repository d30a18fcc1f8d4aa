"""From an indicator to colours, labels and the words of the legend."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from math import inf

import numpy as np
import pandas as pd

from geo.atlas import Atlas
from geo.indicateurs.annonces import announced
from geo.indicateurs.classes import (
    MAX_CLASSES,
    MIN_VALUES,
    SANS_VALEUR,
    VALEURS,
    Classement,
    classify,
    classify_between,
    classify_each,
    round_values,
)
from geo.indicateurs.mesures import (
    PERIMETRE_INCONNU,
    PERIMETRE_MASQUE,
    RETENUE,
    SANS_DONNEE,
    values_by_cpts,
    withheld_by_cpts,
)
from geo.indicateurs.registre import (
    ADDITIVES,
    DIFFERENCE,
    ETAPE,
    IDENTITE,
    PUBLIE,
    STOCK,
    Indicateur,
)
from geo.perimetre import is_indicatif
from geo.rangees import iterate_rows
from geo.regles.couverture import INDETERMINEE, MASQUEE, NON_COUVERTE, Couverture
from rendu.carte.cercles import make_cercles
from rendu.carte.croisement import cross, make_tiers
from rendu.carte.histogramme import Histogramme, make_histogramme
from rendu.carte.palette import (
    BLANC,
    BLEUS,
    COMMUNE_BLANCHE,
    COMMUNE_INDETERMINEE,
    CROISEES,
    DIVERGENTE,
    ETAPES,
    HACHURES,
    LEGENDE_INDICATIF,
    PLUSIEURS,
    REPERE,
    SOUS_CERCLE,
    TEINTES,
    TIRETS,
)
from rendu.carte.signes import Coloration, Entree
from rendu.carte.vue import Vue
from rendu.mots.comparaison import RAISONS
from rendu.mots.francais import AUCUN_QUI_COMPTE, BASES, DANS_MASQUE, decapitale
from rendu.mots.indicateurs import (
    RAISONS_DE_NIVEAU,
    computed_text,
    missing_text,
    weigh,
    with_base,
    withheld_text,
    write_published,
    write_value,
)

# The method of each classing, as the legend names it; that of quantiles depends on how equal they are.
_METHODES = {
    VALEURS: "une classe par valeur",
    "valeur unique": "une seule valeur",
    "bornes fixes": "classes à bornes fixes",
}
PALETTES: dict[str, tuple[str, ...]] = {"bleus": BLEUS, "divergente": DIVERGENTE}
# How totals stand to zero, and their colours: what is written over them can be read.
_SIGNES = ("moins de zéro", "zéro", "plus de zéro")
_TEINTES_DES_SIGNES = DIVERGENTE[1:4]
CERCLES = "cercles de surface proportionnelle à la valeur"
# Too few values for five classes are cut into three: of fewer distinct ones still, each is a class.
_PEU_DE_VALEURS = 10
_PEU_DE_CLASSES = 3


def make_etats(couverture: Couverture, *, indicatifs: bool) -> list[Entree]:
    """Explain the greys of the communes that are in no CPTS in sight, with their number."""
    entrees = [
        Entree(signe, texte, couverture.compte(etat, indicatifs=indicatifs).communes)
        for signe, texte, etat in (
            (COMMUNE_INDETERMINEE, f"commune {AUCUN_QUI_COMPTE}", INDETERMINEE),
            (COMMUNE_INDETERMINEE, f"commune {DANS_MASQUE}", MASQUEE),
            (COMMUNE_BLANCHE, "commune en zone blanche", NON_COUVERTE),
        )
    ]
    return [entree for entree in entrees if entree.compte]


def make_coloration(atlas: Atlas, vue: Vue, ind: str) -> Coloration:
    """Paint the CPTS in sight by an indicator of the address."""
    indicateur, base = atlas.registre.parse(ind)
    if indicateur.methode == IDENTITE:
        return _by_cpts(atlas, vue, indicateur)
    if indicateur.methode == ETAPE:
        return _by_statut(atlas, vue, indicateur)
    if indicateur.methode in RAISONS_DE_NIVEAU:
        return _of_another_level(vue, indicateur)
    return _by_value(atlas, vue, indicateur, base)


def make_croisee_cpts(atlas: Atlas, vue: Vue, ind: str, ind2: str | None) -> Coloration:
    """Paint the CPTS in sight by an indicator, together with a second one where both are rates."""
    coloration = make_coloration(atlas, vue, ind)
    if ind2 in (None, ind):
        return coloration
    autre = make_coloration(atlas, vue, str(ind2))
    ordres = (atlas.registre.parse(ind)[0].sens, atlas.registre.parse(str(ind2))[0].sens)
    croisee = cross(coloration, autre, list(vue.formes), ordres)
    if croisee is None:
        return coloration
    return replace(croisee, legende=(*croisee.legende, *explain_signs(vue, vue.formes)))


def _of_another_level(vue: Vue, indicateur: Indicateur) -> Coloration:
    """Hatch every CPTS: what a file gives by commune or by department alone says nothing of one."""
    sans = Entree(HACHURES, RAISONS_DE_NIVEAU[indicateur.methode], len(vue.formes))
    return Coloration(
        with_base(indicateur, indicateur.titre),
        {},
        PALETTES[indicateur.palette],
        (sans, *explain_signs(vue, vue.formes)),
        sources=indicateur.sources,
    )


def _by_cpts(atlas: Atlas, vue: Vue, indicateur: Indicateur) -> Coloration:
    couleurs = atlas.couleurs
    dessines = [i for i, forme in vue.formes.items() if forme != "repere"]
    classes = {i: int(couleurs[i]) for i in dessines}
    annonce = atlas.registre[indicateur.annonce]
    textes = {
        cpts_id: f"{texte} {annonce.unite} annoncés"
        for cpts_id, texte in _published_texts(atlas, annonce).items()
    }
    reperes = {i: len(TEINTES) for i, forme in vue.formes.items() if forme == "repere"}
    legende = Entree(PLUSIEURS, "CPTS dessinée : la couleur la distingue, sans plus", len(dessines))
    return Coloration(
        indicateur.titre,
        classes | reperes,
        (*TEINTES, BLANC),
        (*([legende] if dessines else []), *explain_signs(vue, vue.formes)),
        textes=textes,
    )


def _by_statut(atlas: Atlas, vue: Vue, indicateur: Indicateur) -> Coloration:
    rangs = {statut: rang for rang, statut in enumerate(ETAPES)}
    classes = {
        str(i): rangs[statut] for i, statut in vue.fiches["statut"].items() if statut in rangs
    }
    comptes = vue.fiches["statut"].value_counts()
    libelles = atlas.statuts.sort_values("ordre")["libelle"]
    legende = [
        Entree(ETAPES.get(str(statut), HACHURES), libelle, int(comptes[str(statut)]))
        for statut, libelle in libelles.items()
        if statut in comptes
    ]
    return Coloration(
        indicateur.titre,
        classes,
        tuple(ETAPES.values()),
        (*legende, *explain_signs(vue, vue.formes)),
    )


def _by_value(atlas: Atlas, vue: Vue, indicateur: Indicateur, base: str | None) -> Coloration:
    etablis = [i for i, forme in vue.formes.items() if forme == "etabli"]
    publie = indicateur.methode == PUBLIE
    # What is published is that of the CPTS, drawn or not.
    visibles = [i for i, forme in vue.formes.items() if publie or forme != "repere"]
    toutes = values_by_cpts(atlas, indicateur, base, etablis)
    table = toutes[toutes.index.isin(visibles)]
    valeurs = table["valeur"]
    retenues = withheld_by_cpts(atlas, indicateur, etablis)
    secrets = frozenset(i for i in retenues if i in visibles)
    confiances = {i: None if i in etablis else atlas.perimetre(i).confiance for i in visibles}
    textes = _value_texts(atlas, indicateur, base, table, confiances) | {
        i: withheld_text(indicateur, retenues[i], confiances[i]) for i in secrets
    }
    titre = with_base(indicateur, f"{indicateur.titre} {BASES[base]}" if base else indicateur.titre)
    absents = _absences(vue, indicateur, base, {*valeurs.index, *secrets}, len(secrets))
    courts = {
        str(fait.Index): write_published(indicateur, fait.valeur, fait.qualificatif, None)
        for fait in iterate_rows(table if publie else table.iloc[:0])
    }
    tiers, cercles = None, None
    ecrites = len(valeurs) < MIN_VALUES
    if indicateur.nature == STOCK:
        classees = class_counts(valeurs, "valeur lue sur le cercle", CERCLES)
        # No circle has a negative area.
        cerclees = classees.methode == CERCLES
        nombres = {str(i): float(valeur) for i, valeur in valeurs.items()}
        cercles = make_cercles(nombres, partial(write_value, indicateur)) if cerclees else None
        ecrites = ecrites or not cerclees
    else:
        annees = [
            values_by_cpts(atlas, autre, base, etablis)["valeur"]
            for autre in atlas.registre.series(indicateur)
            if autre != indicateur and autre.methode in ADDITIVES
        ]
        autres = [siennes[siennes.index.isin(visibles)] for siennes in annees]
        classees = class_values(valeurs, indicateur, autres)
        tiers = make_tiers(indicateur, valeurs, pd.concat([toutes["valeur"], *annees]))
    if ecrites and not courts:
        courts = _computed_values(indicateur, table, confiances)
    return Coloration(
        titre,
        classees.classes,
        classees.palette,
        (*classees.legende, *absents, *explain_signs(vue, vue.formes)),
        methode=classees.methode,
        histogramme=classees.histogramme,
        valeurs=courts,
        textes=textes,
        sources=indicateur.sources,
        cercles=cercles,
        tiers=tiers,
        secrets=secrets,
    )


def _absences(
    vue: Vue, indicateur: Indicateur, base: str | None, dites: set[str], secrets: int
) -> list[Entree]:
    """Count the CPTS without a value, by the reason why."""
    if indicateur.methode not in ADDITIVES:
        sans = missing_text(indicateur, base)
        return (
            [Entree(HACHURES, sans, len(vue.formes) - len(dites))]
            if len(dites) < len(vue.formes)
            else []
        )
    dessinees = vue.fiches["dessinee"].to_dict()
    raisons = Counter(
        SANS_DONNEE
        if forme != "repere"
        else PERIMETRE_MASQUE
        if dessinees[cpts_id]
        else PERIMETRE_INCONNU
        for cpts_id, forme in vue.formes.items()
        if cpts_id not in dites
    )
    retenues = [Entree(CROISEES, RAISONS[RETENUE], secrets)] if secrets else []
    ordre = (SANS_DONNEE, PERIMETRE_MASQUE, PERIMETRE_INCONNU)
    return [
        *retenues,
        *(
            Entree(HACHURES, RAISONS[raison], raisons[raison])
            for raison in ordre
            if raisons[raison]
        ),
    ]


def _published_texts(atlas: Atlas, indicateur: Indicateur) -> dict[str, str]:
    return {
        str(fait.Index): write_published(
            indicateur, fait.valeur, fait.qualificatif, fait.numerateur
        )
        for fait in iterate_rows(announced(atlas, indicateur.identifiant))
    }


def _value_texts(
    atlas: Atlas,
    indicateur: Indicateur,
    base: str | None,
    table: "pd.DataFrame",
    confiances: Mapping[str, str | None],
) -> dict[str, str]:
    """Write each value for its tooltip, after what is announced of the same thing; of some, only the established part."""
    if indicateur.methode == PUBLIE:
        de = f" {BASES[base]} {decapitale(indicateur.libelle)}" if base else ""
        return {
            str(fait.Index): write_published(
                indicateur, fait.valeur, fait.qualificatif, fait.numerateur
            )
            + de
            for fait in iterate_rows(table)
        }
    if indicateur.methode == DIFFERENCE:
        return {
            i: f"calcul : {texte} par rapport à l'annonce"
            for i, texte in _computed_values(indicateur, table, confiances).items()
        }
    textes = {
        str(calcul.Index): computed_text(
            indicateur,
            calcul.valeur,
            weigh(indicateur, calcul.qualificatif, confiances[calcul.Index]),
        )
        for calcul in iterate_rows(table)
    }
    if not indicateur.annonce:
        return textes
    annonces = {
        cpts_id: f"annonce : {texte} {indicateur.abrege}"
        for cpts_id, texte in _published_texts(atlas, atlas.registre[indicateur.annonce]).items()
    }
    return textes | {
        cpts_id: f"{annonce} ; {textes[cpts_id]}" if cpts_id in textes else annonce
        for cpts_id, annonce in annonces.items()
    }


def _computed_values(
    indicateur: Indicateur, table: "pd.DataFrame", confiances: Mapping[str, str | None]
) -> dict[str, str]:
    """Write each computed value with its unit, as short as a map wants it."""
    return {
        str(calcul.Index): write_value(
            indicateur,
            calcul.valeur,
            weigh(indicateur, calcul.qualificatif, confiances[calcul.Index]),
        )
        for calcul in iterate_rows(table)
    }


@dataclass(frozen=True, slots=True)
class Classees:
    """Values in classes: the class of each, the colours and the words of the classes, and how they were made.

    Their histogram is in the same colours.
    """

    classes: dict[str, int]
    palette: tuple[str, ...]
    legende: tuple[Entree, ...]
    methode: str
    histogramme: Histogramme | None = None


def class_values(
    valeurs: "pd.Series[float]",
    indicateur: Indicateur,
    autres: Sequence["pd.Series[float]"] = (),
) -> Classees:
    """Cut values into the classes of their indicator; of few distinct ones, as they are written, each is a class.

    Parameters
    ----------
    valeurs
        By territory.
    indicateur
        What they are of.
    autres
        Those of the other years of its series: one scale is cut for all of them, so that colours compare.
    """
    palette = PALETTES[indicateur.palette]
    echelle = pd.concat([valeurs, *autres], ignore_index=True)
    lues = round_values(echelle, indicateur.decimales_carte)
    classement = (
        classify_between(lues, indicateur.bornes)
        if indicateur.bornes
        else _classify(lues, indicateur.decimales_carte)
    )
    if classement is None:
        return Classees({}, palette, (), "")
    codes = classement.codes.iloc[: len(valeurs)].set_axis(valeurs.index)
    codes = codes[codes != SANS_VALEUR]
    classes = {str(i): int(code) for i, code in codes.items()}
    effectifs = np.bincount(codes, minlength=len(classement.effectifs)).tolist()
    palette = _spread(palette, len(effectifs))
    pareilles = ", les mêmes pour toutes les années" if autres else ""
    return Classees(
        classes,
        palette,
        tuple(
            Entree(couleur, texte, effectif)
            for couleur, texte, effectif in zip(
                palette,
                _class_texts(classement, indicateur),
                effectifs,
                strict=True,
            )
        ),
        " ; ".join(filter(None, (method_text(classement) + pareilles, indicateur.note))),
        make_histogramme(indicateur, valeurs, classes, classement.bornes[1:-1], echelle),
    )


def method_text(classement: Classement) -> str:
    """Say how classes were made; of quantiles, how equal their numbers are.

    >>> from geo.indicateurs.classes import classify
    >>> method_text(classify(pd.Series(range(10))))
    "classes d'effectifs égaux (quantiles)"
    >>> method_text(classify(pd.Series(range(13))))
    "classes d'effectifs à peu près égaux (quantiles)"
    >>> method_text(classify(pd.Series([0, 0, 0, 0, 1, 2, 3])))
    "classes d'effectifs aussi proches que le permettent les valeurs égales (quantiles)"
    """
    if classement.methode in _METHODES:
        return _METHODES[classement.methode]
    ecart = max(classement.effectifs) - min(classement.effectifs)
    comment = ("égaux", "à peu près égaux", "aussi proches que le permettent les valeurs égales")
    return f"classes d'effectifs {comment[min(ecart, 2)]} (quantiles)"


def class_counts(valeurs: "pd.Series[float]", lues: str, methode: str = "") -> Classees:
    """Give counts, which no fill says, one quiet colour; where some are negative, that of their sign.

    Parameters
    ----------
    valeurs
        By territory; missing where unknown.
    lues
        Where their values are read, for the legend.
    methode
        How they are drawn, where it is said.
    """
    if (valeurs < 0).any():
        return _class_signs(valeurs)
    presents = [str(i) for i in valeurs.dropna().index]
    legende = (Entree(SOUS_CERCLE, lues, len(presents)),) if presents else ()
    return Classees(dict.fromkeys(presents, 0), (SOUS_CERCLE,), legende, methode)


def _class_signs(valeurs: "pd.Series[float]") -> Classees:
    """Class values by their sign, for a count of which some are negative."""
    connues = valeurs.dropna()
    signes = np.sign(connues.to_numpy()).astype(int) + 1
    effectifs = np.bincount(signes, minlength=len(_SIGNES)).tolist()
    lignes = zip(_TEINTES_DES_SIGNES, _SIGNES, effectifs, strict=True)
    return Classees(
        dict(zip(map(str, connues.index), signes.tolist(), strict=True)),
        _TEINTES_DES_SIGNES,
        tuple(Entree(*ligne) for ligne in lignes if ligne[-1]),
        "couleur selon le signe, sans cercle",
    )


def _classify(valeurs: "pd.Series[float]", decimales: int) -> Classement | None:
    if valeurs.nunique() < MIN_VALUES:
        return classify_each(valeurs)
    classes = _PEU_DE_CLASSES if len(valeurs) < _PEU_DE_VALEURS else MAX_CLASSES
    return classify(valeurs, classes, decimales)


def _spread(palette: tuple[str, ...], n: int) -> tuple[str, ...]:
    """Choose `n` colours over the whole scale, so that few classes stay far apart."""
    if n == 1:
        return palette[len(palette) // 2 :][:1]
    return tuple(palette[round(i * (len(palette) - 1) / (n - 1))] for i in range(n))


def _class_texts(classement: Classement, indicateur: Indicateur) -> list[str]:
    """Say each class in words: a bound belongs to the class below it."""
    write = partial(write_value, indicateur)
    if classement.methode == VALEURS:
        return [write(valeur) for valeur in classement.bornes[1:]]
    textes = []
    for rang, (bas, haut) in enumerate(pairwise(classement.bornes)):
        if bas == haut:
            textes.append(write(haut))
        elif bas == -inf:
            textes.append(f"{write(haut)} ou moins")
        elif haut == inf:
            textes.append(f"plus de {write(bas)}")
        else:
            textes.append(f"{'de' if rang == 0 else 'plus de'} {write(bas)} à {write(haut)}")
    return textes


def explain_signs(vue: Vue, formes: dict[str, str]) -> list[Entree]:
    """Explain the signs that do not depend on the indicator, for the CPTS drawn in these forms."""
    confiances = vue.fiches["confiance"].to_dict()
    tirets = sum(forme == "complet" and is_indicatif(confiances[i]) for i, forme in formes.items())
    reperes = list(formes.values()).count("repere")
    signes = [
        Entree(TIRETS, LEGENDE_INDICATIF, tirets),
        Entree(REPERE, "repère : périmètre inconnu ou masqué", reperes),
    ]
    return [signe for signe in signes if signe.compte]
