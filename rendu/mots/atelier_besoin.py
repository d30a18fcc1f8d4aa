"""The need that a planner weighs, in words: how it is computed, what is missing, and from where. Every text is plain."""

from geo.atelier.besoin import DECIMALES, ECARTS, RANGS, Besoin
from geo.atlas import Atlas
from geo.indicateurs.registre import HAUT
from rendu.mots.faits import source_plain
from rendu.mots.francais import agree, count_noun, join_words, nombre
from rendu.mots.indicateurs import distinct_labels

METHODES = {RANGS: "par les rangs", ECARTS: "par les écarts à la moyenne"}
_TERMES = {
    RANGS: ("rang de", "rang inversé de"),
    ECARTS: ("écart réduit de", "écart réduit inversé de"),
}
_MESURES = {
    RANGS: "Le rang d'une commune va de 0 à 1 : c'est la part des communes dont la valeur est plus basse, celles de même "
    "valeur comptées pour moitié.",
    ECARTS: "L'écart réduit d'une commune est sa distance à la moyenne des communes, chacune comptée une fois, divisée par "
    "leur écart-type.",
}
# Said of an indicator of one value, by method.
_CONSTANTES = {RANGS: "le même rang", ECARTS: "un écart nul"}


def formula_text(atlas: Atlas, besoin: Besoin) -> str:
    """Write the formula, with the weights: « besoin = 0,60 × rang de « … » + 0,40 × rang inversé de « … » »."""
    noms = distinct_labels(atlas, besoin.indicateurs)
    termes = [
        f"{nombre(besoin.poids[nom], DECIMALES, fixes=True)} × "
        f"{_TERMES[besoin.methode][besoin.sens[nom] == HAUT]} « {noms[nom]} »"
        for nom in besoin.poids
    ]
    return f"besoin = {' + '.join(termes)}"


def method_texts(atlas: Atlas, besoin: Besoin) -> list[str]:
    """Say how an indicator becomes a term of the formula, which way it counts, and which one tells nothing."""
    noms = distinct_labels(atlas, besoin.indicateurs)
    textes = [_MESURES[besoin.methode]]
    inverses = [f"« {noms[nom]} »" for nom in besoin.poids if besoin.sens[nom] == HAUT]
    if inverses:
        textes.append(
            f"Inversé : plus haut, c'est mieux, donc le besoin est grand où la valeur de {join_words(inverses)} est basse."
        )
    muets = [f"« {noms[nom]} »" for nom in besoin.poids if not besoin.sens[nom]]
    if muets:
        textes.append(
            f"Rien ne dit si plus de {join_words(muets)}, c'est mieux ou moins bien : le besoin y est compté grand où la "
            "valeur est haute."
        )
    constants = [f"« {noms[nom]} »" for nom in besoin.poids if nom in besoin.constantes]
    if constants:
        textes.append(
            f"{join_words(constants)} {agree(len(constants), 'a', 'ont')} partout la même valeur, donc "
            f"{_CONSTANTES[besoin.methode]} : cela ne départage aucune commune."
        )
    return textes


def missing_texts(atlas: Atlas, besoin: Besoin) -> list[str]:
    """Say how many communes have no score, and which value they lack; nothing where all have one."""
    absents = int(besoin.scores.isna().sum())
    if not absents:
        return []
    noms = distinct_labels(atlas, besoin.indicateurs)
    debut = f"{count_noun(absents, 'commune')} sur {nombre(len(besoin.scores))} sans besoin calculé"
    textes = [f"{debut} : une valeur au moins manque, et rien ne la remplace."]
    for nom in besoin.poids:
        dits = [
            count_noun(compte, *mots)
            for compte, mots in (
                (besoin.retenues[nom], ("valeur secrète", "valeurs secrètes")),
                (besoin.inconnues[nom], ("valeur inconnue", "valeurs inconnues")),
            )
            if compte
        ]
        if dits:
            textes.append(f"« {noms[nom]} » : {join_words(dits)}.")
    return textes


def source_texts(atlas: Atlas, besoin: Besoin) -> list[str]:
    """Name the vintage and the sources of each indicator."""
    noms = distinct_labels(atlas, besoin.indicateurs)
    textes = []
    for indicateur in besoin.indicateurs:
        sources = [
            source_plain(atlas, source)
            for source in indicateur.sources
            if source in atlas.sources.index
        ]
        millesime = f"millésime {indicateur.millesime}" if indicateur.millesime else ""
        dits = " ; ".join(filter(None, (millesime, *sources))) or "source non dite"
        textes.append(f"« {noms[indicateur.identifiant]} » : {dits}.")
    return textes
