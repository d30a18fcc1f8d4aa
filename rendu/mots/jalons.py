"""Published milestones in words."""

import pandas as pd

from geo.atlas import Atlas
from geo.regles import jalons
from rendu.mots.deploiement import short_names
from rendu.mots.francais import (
    AVEC_INDICATIFS,
    POURCENT,
    agree,
    capitale,
    count_noun,
    date_partielle,
    join_words,
    nombre,
    pourcentage,
    qualify,
)

ETAPES_PUBLIEES = {
    "projets": "étape non précisée",
    "emergence": "en émergence",
    "pre_projet": "en pré-projet",
    "lettre_intention": "lettre d'intention validée",
    "projet_valide": "projet de santé validé",
    "negociation_aci": "ACI en négociation",
    "lancee": "lancement officiel",
    "aci_signe": "ACI signé",
    "en_fonctionnement": "en fonctionnement",
    "en_creation": "en cours de création",
    "toutes_etapes": "toutes étapes confondues",
    "non_precise": "définition non précisée",
}

# Stages of which the sources speak as projects, not yet as CPTS.
PROJETS = ("projets", "emergence", "pre_projet", "lettre_intention")

CONNU = "Dans les données chargées à cette date"
SANS_EQUIVALENT = "sans équivalent"
# What the data cannot answer, and why.
_REFUS = {
    jalons.SANS_DATE: "la publication n'est pas datée : rien à mettre en face",
    jalons.ZONE_PARTIELLE: "les données chargées ne couvrent pas cette zone",
    jalons.SANS_DEFINITION: "la publication ne dit pas ce qu'elle compte",
    jalons.ETAPE_PASSEE: "les données ne gardent que l'étape actuelle de chaque CPTS, pas celles qu'elle a passées",
}
# Four ways in which a CPTS may have been counted that day without the data saying so.
_PEUT_ETRE = {
    "possibles": "date connue au mois près, ou « avant »",
    "sans_date": "sans date",
    "sans_etape": "étape non publiée",
    "plus_tard": "étape actuelle atteinte après ce jour, la précédente n'étant pas connue",
}
# What a difference from a published figure is worth.
_MESURES = {"egal": ""}
_MESURES |= dict.fromkeys(("environ", "pres_de"), "environ ")
_MESURES |= dict.fromkeys(("plus_de", "moins_de"), "au moins ")
# What a publication gives that is no exact figure.
_BORNES = {"plus_de": "un minimum", "moins_de": "un maximum"}


def published_zone(atlas: Atlas, jalon: pd.Series) -> str:
    """Name the zone of a row of ``jalons.csv``; by its code where the data do not hold it."""
    departements, code = atlas.departements, jalon["code_zone"]
    if jalon["zone"] == "france":
        return "France"
    if jalon["zone"] == "departement":
        return str(departements["nom"].get(code, code))
    noms = departements.loc[departements["code_region"] == code, "nom_region"].unique()
    return str(noms[0]) if len(noms) else str(code)


def published_value(jalon: pd.Series) -> str:
    """Write the value of a row of ``jalons.csv`` with its qualifier and what it counts."""
    if jalon["indicateur"] == "part_population_couverte":
        valeur = qualify(jalon["valeur"], jalon["qualificatif"], POURCENT)
        return f"{valeur} de la population couverte"
    objet = agree(jalon["valeur"], "projet") if jalon["etape_mot_source"] in PROJETS else "CPTS"
    return f"{qualify(jalon['valeur'], jalon['qualificatif'])} {objet}"


def make_table_jalons(atlas: Atlas, compares: pd.DataFrame, *, indicatifs: bool) -> pd.DataFrame:
    """Write the comparison as a table of plain text.

    Parameters
    ----------
    atlas
        The atlas.
    compares
        See :func:`geo.regles.jalons.compare_jalons`.
    indicatifs
        Whether indicative perimeters are shown: where they are not, only the rate of the established ones is written.
    """
    return pd.DataFrame(
        [
            {
                "Date": capitale(date_partielle(j["date"] if isinstance(j["date"], str) else None)),
                "Zone": published_zone(atlas, j),
                "Publié": _published(j),
                CONNU: _known(atlas, j, indicatifs=indicatifs),
                "Différence": f"{capitale(_difference(atlas, j, indicatifs=indicatifs))}.",
            }
            for _, j in compares.iterrows()
        ]
    )


def beside_sentences(atlas: Atlas, compares: pd.DataFrame, date: str) -> list[str]:
    """Set each number of CPTS published of a day beside what the data know at it, with the difference (plain text).

    Parameters
    ----------
    atlas
        The atlas.
    compares
        See :func:`geo.regles.jalons.compare_jalons`.
    date
        ISO 8601, as precise as it is published.
    """
    nombres = compares[(compares["date"] == date) & (compares["indicateur"] == "cpts")]
    return [
        f"{published_zone(atlas, j)} : {_published(j)} ; dans les données, {_known(atlas, j)}. "
        f"{capitale(_difference(atlas, j))}."
        for _, j in nombres[nombres["connu"].notna()].iterrows()
    ]


def _published(jalon: pd.Series) -> str:
    return f"{published_value(jalon)} ({ETAPES_PUBLIEES[jalon['etape_mot_source']]})"


def _known(atlas: Atlas, jalon: pd.Series, *, indicatifs: bool = True) -> str:
    if jalon["connu"] is None:
        return SANS_EQUIVALENT
    etapes = join_words(
        [atlas.statuts["libelle"].get(etape, etape) for etape in jalon["etapes"]], liaison="ou"
    )
    if jalon["indicateur"] != "cpts":
        suite = f", {pourcentage(jalon['connu_max'])} {AVEC_INDICATIFS}" if indicatifs else ""
        return f"{pourcentage(jalon['connu'])} (périmètres établis){suite} : {etapes}"
    texte = count_noun(int(jalon["connu"]), "CPTS", "CPTS")
    peut_etre = int(jalon["connu_max"] - jalon["connu"])
    if peut_etre:
        texte += f", et {nombre(peut_etre)} peut-être"
    if jalon["certaines"]:
        texte += f" : {short_names(atlas, jalon['certaines'])}"
    return f"{texte} ({etapes})"


def _difference(atlas: Atlas, jalon: pd.Series, *, indicatifs: bool = True) -> str:
    """Say the difference and, as far as the data allow, why."""
    raison = jalon["raison"]
    if raison in _REFUS:
        return _REFUS[raison]
    if raison == jalons.EGAL:
        texte = "le même nombre" if jalon["indicateur"] == "cpts" else "le même taux"
    elif raison == jalons.COMPATIBLE:
        quoi = _BORNES.get(jalon["qualificatif"], "un ordre de grandeur")
        texte = f"les deux s'accordent : la publication donne {quoi}"
    elif raison == jalons.EN_PLUS:
        texte = f"{_gap_text(jalon, indicatifs=indicatifs)} : la publication comptait autrement, ou moins"
    elif raison == jalons.PERIMETRES:
        texte = (
            f"{_gap_text(jalon, indicatifs=indicatifs)} : le taux publié peut compter des CPTS que les données ne datent pas, ne dessinent "
            f"qu'en tirets ou pas du tout, ou ne connaissent pas{_maybe(atlas, jalon)}"
        )
    else:
        texte = _gap_text(jalon, indicatifs=indicatifs) + _maybe(atlas, jalon)
        if raison == jalons.LISTE_INCOMPLETE:
            texte += f". Même en les comptant, {_missing(jalon['qualificatif'])}"
    if jalon["partagees"]:
        verbe = "est comptée" if len(jalon["partagees"]) == 1 else "sont comptées"
        texte += (
            f". {capitale(short_names(atlas, jalon['partagees']))}, sur plusieurs départements, {verbe} dans "
            "chacun"
        )
    return texte


def _gap_text(jalon: pd.Series, *, indicatifs: bool) -> str:
    texte = f"{_size_text(jalon, jalon['ecart'])} dans les données"
    if jalon["indicateur"] == "cpts":
        return texte
    texte += " (périmètres établis)"
    if not indicatifs or jalon["ecart_max"] == jalon["ecart"]:
        return texte
    return f"{texte}, {_size_text(jalon, jalon['ecart_max'])} {AVEC_INDICATIFS}"


def _size_text(jalon: pd.Series, ecart: float) -> str:
    exact = jalon["qualificatif"] == "egal"
    if ecart > 0 and jalon["qualificatif"] == "plus_de":
        return "au-dessus du minimum publié"
    if not ecart:
        return "autant" if exact else "à peu près autant"
    vaut = _MESURES[jalon["qualificatif"]]
    if jalon["indicateur"] != "cpts":
        taille = f"{vaut}{nombre(abs(ecart), 1)} {agree(ecart, 'point')}"
    else:
        taille = f"{vaut}{count_noun(int(abs(ecart)), 'CPTS', 'CPTS')}"
        if ecart < 0:
            return f"il manque {taille}"
    return f"{taille} de {'moins' if ecart < 0 else 'plus'}"


def _missing(qualificatif: str) -> str:
    if qualificatif in ("environ", "pres_de"):
        return "il en manquerait : la liste n'est sans doute pas complète"
    return "il en manque : la liste n'est pas complète"


def _maybe(atlas: Atlas, jalon: pd.Series) -> str:
    listes = [
        f"{pourquoi} ({short_names(atlas, jalon[nom])})"
        for nom, pourquoi in _PEUT_ETRE.items()
        if jalon[nom]
    ]
    return f". Peut-être à compter : {' ; '.join(listes)}" if listes else ""
