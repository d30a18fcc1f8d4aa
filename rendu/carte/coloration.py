"""From an indicator to colours, labels and the words of the legend."""

from collections.abc import Callable
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from geo.atlas import Atlas
from geo.indicateurs.classes import SANS_VALEUR, Classement, classify, classify_gap
from geo.indicateurs.valeurs import announced, computed_values, medecin_traitant
from geo.perimetre import is_indicatif
from geo.rangees import iterate_rows
from geo.regles.couverture import Couverture
from rendu.carte.signes import (
    BLANC,
    COMMUNE_BLANCHE,
    COMMUNE_INDETERMINEE,
    HACHURES,
    LEGENDE_INDICATIF,
    PLUSIEURS,
    REPERE,
    TEINTES,
    TIRETS,
    Coloration,
    Entree,
)
from rendu.carte.vue import Vue
from rendu.mots.francais import BASES, POURCENT, ecart, nombre, qualify
from rendu.mots.indicateurs import PREFIXE_MEDECIN_TRAITANT

if TYPE_CHECKING:
    import pandas as pd

# The sequential and the diverging scales keep their order in grey and for every colour vision.
BLEUS = ("#DBDAFF", "#A3A3F5", "#6A6AE0", "#2E2EA8", "#00005F")
DIVERGENTE = ("#B34000", "#E8A37B", "#FFF4C2", "#9A9AF0", "#2E2EA8")
ETAPES = {
    "emergence": "#EEDD88",
    "lettre_intention": "#EE8866",
    "projet_valide": "#99DDFF",
    "lancee": "#6A6AE0",
    "aci_signe": "#00005F",
    "abandonne": BLANC,
}
# The method of each classing, as the legend names it.
METHODES = {
    "quantiles": "classes d'effectifs égaux (quantiles)",
    "valeur unique": "une seule valeur",
    "bornes fixes": "classes à bornes fixes ; un périmètre indicatif a été choisi pour approcher l'annonce",
}
TITRES = {
    "population": "Population calculée sur le périmètre dessiné (2023)",
    "densite": "Densité de population calculée (2023)",
    "ecart": "Population calculée moins population annoncée, en % de l'annonce",
}
# Too few values for five classes are cut into three: fewer still are written on the map.
_PEU_DE_VALEURS = 10
_PEU_DE_CLASSES = 3


def make_etats(couverture: Couverture, *, indicatifs: bool) -> list[Entree]:
    """Explain the greys of the communes that are in no CPTS in sight, with their number."""
    mesure = "indicative" if indicatifs else "etablie"
    comptes = couverture.par_departement.sum(numeric_only=True)
    entrees = [
        Entree(
            COMMUNE_INDETERMINEE,
            "commune sans périmètre connu",
            int(comptes[f"communes_indeterminees_{mesure}s"]),
        ),
        Entree(
            COMMUNE_BLANCHE,
            "commune en zone blanche",
            int(comptes[f"communes_non_couvertes_{mesure}s"]),
        ),
    ]
    return [entree for entree in entrees if entree.compte]


def make_coloration(atlas: Atlas, vue: Vue, ind: str) -> Coloration:
    """Paint the CPTS in sight by an indicator of the address."""
    if ind == "cpts":
        return _by_cpts(atlas, vue)
    if ind == "statut":
        return _by_statut(atlas, vue)
    if ind.startswith(PREFIXE_MEDECIN_TRAITANT):
        return _by_medecin_traitant(atlas, vue, ind)
    return _by_computed_value(atlas, vue, ind)


def _by_cpts(atlas: Atlas, vue: Vue) -> Coloration:
    couleurs = atlas.couleurs
    dessines = [i for i, forme in vue.formes.items() if forme != "repere"]
    classes = {i: int(couleurs[i]) for i in dessines}
    population = announced(atlas, "population_annoncee")
    textes = {
        str(i): f"{qualify(fait.valeur, fait.qualificatif)} habitants annoncés"
        for i, fait in population.iterrows()
    }
    reperes = {i: len(TEINTES) for i, forme in vue.formes.items() if forme == "repere"}
    legende = [
        Entree(PLUSIEURS, "CPTS dessinée : deux voisines n'ont pas la même couleur", len(dessines))
    ]
    return Coloration(
        "CPTS",
        classes | reperes,
        (*TEINTES, BLANC),
        (*legende, *explain_signs(vue, vue.formes)),
        textes=textes,
    )


def _by_statut(atlas: Atlas, vue: Vue) -> Coloration:
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
    textes = {
        str(i): f"« {mot} », selon la source"
        for i, mot in vue.fiches["statut_mot_source"].dropna().items()
    }
    return Coloration(
        "Étape, d'après les sources",
        classes,
        tuple(ETAPES.values()),
        (*legende, *explain_signs(vue, vue.formes)),
        textes=textes,
    )


def _by_computed_value(atlas: Atlas, vue: Vue, ind: str) -> Coloration:
    etablis = [i for i, forme in vue.formes.items() if forme == "etabli"]
    visibles = [i for i, forme in vue.formes.items() if forme != "repere"]
    valeurs = computed_values(atlas, ind, etablis)
    valeurs = valeurs[valeurs.index.isin(visibles)]
    population = announced(atlas, "population_annoncee")
    write = {
        "population": lambda v: f"{nombre(v)} hab.",
        "densite": lambda v: f"{nombre(v)} hab./km²",
        "ecart": ecart,
    }[ind]
    calcul = {
        "population": "{} (calcul, 2023)",
        "densite": "{} (calcul, 2023)",
        "ecart": "calcul : {} par rapport à l'annonce",
    }[ind]
    textes = {str(i): calcul.format(write(v)) for i, v in valeurs.items()}
    for fait in iterate_rows(population) if ind == "population" else ():
        annonce = f"annonce : {qualify(fait.valeur, fait.qualificatif)} hab."
        textes[fait.Index] = (
            f"{annonce} ; {textes[fait.Index]}" if fait.Index in textes else annonce
        )
    sans = "non calculable : périmètre inconnu, annonce absente ou approchée"
    if ind != "ecart":
        sans = "non calculable : périmètre inconnu"
    return _classed(
        vue,
        valeurs,
        classify_gap(valeurs) if ind == "ecart" else _classify(valeurs),
        titre=TITRES[ind],
        palette=DIVERGENTE if ind == "ecart" else BLEUS,
        write=write,
        textes=textes,
        sans=sans,
    )


def _by_medecin_traitant(atlas: Atlas, vue: Vue, ind: str) -> Coloration:
    base = ind.removeprefix(PREFIXE_MEDECIN_TRAITANT)
    faits = medecin_traitant(atlas, base)
    faits = faits[faits.index.isin(list(vue.formes))]
    exacts = {
        str(i): qualify(fait.valeur, fait.qualificatif, POURCENT) for i, fait in faits.iterrows()
    }
    return _classed(
        vue,
        faits["valeur"],
        _classify(faits["valeur"]),
        titre=f"Part des habitants sans médecin traitant déclarée par les sources, en % {BASES[base]}",
        palette=BLEUS,
        write=lambda v: f"{nombre(v, 1)}{POURCENT}",
        textes={i: f"{texte} {BASES[base]} sans médecin traitant" for i, texte in exacts.items()},
        sans="non publié pour cette base",
        courts=exacts,
    )


def _classed(
    vue: Vue,
    valeurs: "pd.Series[float]",
    classement: Classement | None,
    *,
    titre: str,
    palette: tuple[str, ...],
    write: Callable[[float], str],
    textes: dict[str, str],
    sans: str,
    courts: dict[str, str] | None = None,
) -> Coloration:
    """Paint values in classes or, where they are too few for that, write them on the map."""
    absents = Entree(HACHURES, sans, len(vue.formes) - len(valeurs))
    if classement is None:
        courts = courts or {str(i): write(v) for i, v in valeurs.items()}
        legende = [Entree(palette[0], "valeur écrite sur la carte", len(valeurs))]
        legende = legende if courts else []
        classes = dict.fromkeys(courts, 0)
        methode = "trop peu de valeurs pour des classes"
    else:
        courts = courts or {}
        codes = classement.codes[classement.codes != SANS_VALEUR]
        classes = {str(i): int(code) for i, code in codes.items()}
        palette = _spread(palette, len(classement.effectifs))
        legende = [
            Entree(couleur, texte, effectif)
            for couleur, texte, effectif in zip(
                palette, _class_texts(classement.bornes, write), classement.effectifs, strict=True
            )
        ]
        methode = METHODES[classement.methode]
    return Coloration(
        titre,
        classes,
        palette,
        (*legende, *([absents] if absents.compte else []), *explain_signs(vue, vue.formes)),
        methode=methode,
        valeurs=courts,
        textes=textes,
    )


def _classify(valeurs: "pd.Series[float]") -> Classement | None:
    return classify(valeurs, *([_PEU_DE_CLASSES] if len(valeurs) < _PEU_DE_VALEURS else []))


def _spread(palette: tuple[str, ...], n: int) -> tuple[str, ...]:
    """Choose `n` colours over the whole scale, so that few classes stay far apart."""
    if n == 1:
        return palette[len(palette) // 2 :][:1]
    return tuple(palette[round(i * (len(palette) - 1) / (n - 1))] for i in range(n))


def _class_texts(bornes: tuple[float, ...], write: Callable[[float], str]) -> list[str]:
    """Say each class in words: a bound belongs to the class below it."""
    textes = []
    for rang, (bas, haut) in enumerate(pairwise(bornes)):
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
