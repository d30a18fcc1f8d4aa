"""« D'où vient ce chiffre ? »: the formula with the numbers put in, what is missing, and the table that recomputes."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from geo.atlas import Atlas
from geo.erreurs import enumerate_first
from geo.indicateurs.mesures import RETENUE, Mesure
from geo.indicateurs.provenance import CONNUE, MANQUANTE, SECRETE, Provenance
from geo.indicateurs.registre import (
    COUVERTURE,
    DIFFERENCE,
    DISTINCTS,
    ETAPE,
    IDENTITE,
    MAXIMUM,
    MOYENNE,
    PAR_COMMUNE,
    PAR_DEPARTEMENT,
    PART_DU_MAXIMUM,
    PUBLIE,
    RAPPORT,
    SOMME,
    TAILLE,
    Indicateur,
)
from geo.lecture.variables import COMMUNE
from geo.perimetre import ENTIERE
from rendu.mots.comparaison import is_about, value_text
from rendu.mots.faits import source_plain
from rendu.mots.francais import BASES, CONFIANCES_COURTES, count_noun, nombre
from rendu.mots.indicateurs import basis_texts, meaning_text
from rendu.mots.origine import origin_cells, tell_origin
from rendu.mots.partage import PART_TITRE, round_share

TITRE = "D'où vient ce chiffre ?"
# Of what is not added up, how it is made.
_AUTRES = {
    MAXIMUM: "les habitants de la commune la plus peuplée du territoire",
    PART_DU_MAXIMUM: "les habitants de la commune la plus peuplée ÷ tous ceux du territoire",
    DISTINCTS: "le nombre de ceux dont le territoire a une commune au moins",
    COUVERTURE: "les habitants des communes dans cet état, de la population de référence, rapportés à tous ceux du "
    "territoire s'il s'agit d'une part",
    PUBLIE: "le chiffre que sa source publie, repris tel quel",
    DIFFERENCE: "le chiffre calculé moins celui qui est annoncé",
    TAILLE: "la classe de l'accord conventionnel de 2019 qui contient cette population",
    ETAPE: "l'étape que la source de la fiche dit",
    IDENTITE: "le nom de la CPTS",
    PAR_COMMUNE: "la valeur de chaque commune, reprise telle quelle ; rien ne dit comment en additionner plusieurs",
    PAR_DEPARTEMENT: "le chiffre publié de ce département, de cette région ou de la France, repris tel quel",
}
_ETATS = {CONNUE: "connue", SECRETE: "secrète", MANQUANTE: "manquante"}
# Of a number that is divided, so many figures are written: the quotient has three decimals.
_CHIFFRES = 6
# A product of two of them has no more that mean something; the rest is the noise of binary fractions.
_DECIMALES_FICHIER = 9
_PAR_PART = " × part de la commune"
_SANS_RESULTAT = "sans résultat ici"
# Of a value that is « environ », beside the formula that is worked out to the unit.
ARRONDI = "Arrondi : un périmètre indicatif est en jeu ; la valeur est dite à trois chiffres, la formule donne le calcul entier"
_ANNEES = "la racine {annees}e, moins 1, en % par an"


@dataclass(frozen=True, eq=False)
class Reponse:
    """What answers the question.

    Attributes
    ----------
    texte
        To copy, plain.
    tableau
        With French column names, what recomputes the figure; empty where nothing is added up.
    sources
        Rows of ``atlas.sources``.
    """

    texte: str
    tableau: pd.DataFrame
    sources: tuple[str, ...]


def answer(atlas: Atlas, provenance: Provenance) -> Reponse:
    """Answer the question of a figure of the registry."""
    tableau = provenance_table(provenance)
    if not tableau.empty:
        origine = tell_origin(atlas, provenance.indicateur)
        tableau = tableau.assign(**origin_cells({provenance.indicateur.nom: origine}))
    return Reponse(
        provenance_text(atlas, provenance),
        tableau,
        tuple(i for i in provenance.indicateur.sources if i in atlas.sources.index),
    )


def answer_text(
    titre: str, valeur: str, formule: str, suite: Iterable[str], sources: Iterable[str]
) -> str:
    """Write an answer that is no figure of the registry, in the same order; every part is plain."""
    return "\n".join(
        [
            titre,
            f"Valeur : {valeur}",
            f"Formule : {formule}",
            *suite,
            *(f"Source : {source}" for source in sources),
        ]
    )


def provenance_text(atlas: Atlas, provenance: Provenance) -> str:
    """Write where a figure comes from, as plain text to copy."""
    indicateur, territoire = provenance.indicateur, provenance.territoire
    return "\n".join(
        [
            f"{indicateur.libelle} — {territoire.nom}",
            *([f"Ce que c'est : {sens}"] if (sens := meaning_text(indicateur)) else []),
            *(_figure(atlas, provenance, mesure) for mesure in provenance.mesures),
            *([] if provenance.mesures else ["Valeur : non publiée"]),
            f"Formule : {_formula(provenance)}",
            *([ARRONDI] if any(is_about(indicateur, m) for m in provenance.mesures) else []),
            *_shares(provenance),
            *_coverage(provenance),
            *_sources(atlas, provenance),
        ]
    )


def _figure(atlas: Atlas, provenance: Provenance, mesure: Mesure) -> str:
    indicateur = provenance.indicateur
    texte = value_text(atlas, provenance.territoire, mesure)
    unite = "" if indicateur.en_pct or mesure.valeur is None else f" {indicateur.unite}"
    base = f" {BASES[mesure.base]}" if mesure.base else ""
    appuis = basis_texts(indicateur, mesure)
    dits = f" ({' ; '.join(appuis)})" if appuis else ""
    return f"Valeur : {texte}{unite}{base}{dits}"


def _formula(provenance: Provenance) -> str:
    indicateur = provenance.indicateur
    if provenance.numerateur is None:
        return _AUTRES[indicateur.methode]
    haut, bas = _names(indicateur)
    par_part = not _split(provenance).empty
    ecrit = nombre(provenance.numerateur, _decimals(provenance.numerateur))
    sans = not any(mesure.valeur is not None for mesure in provenance.mesures)
    reserve = " ; ce qui est secret n'y entre pas" if _is_withheld(provenance) else ""
    if haut == COMMUNE:
        return f"nombre de communes = {ecrit}"
    if provenance.denominateur is None:
        debut = f"somme de {_weighed(haut, par_part=par_part)} des communes"
        return (
            f"{debut}, {_SANS_RESULTAT} (connu : {ecrit}{reserve})"
            if sans
            else f"{debut} = {ecrit}"
        )
    divise = nombre(provenance.denominateur, _decimals(provenance.denominateur))
    debut = (
        f"moyenne pondérée = somme de (« {haut} » × « {bas} »{_PAR_PART if par_part else ''})"
        if indicateur.methode == MOYENNE
        else f"somme de {_weighed(haut, par_part=par_part)}"
    )
    debut += f" ÷ somme de {_weighed(bas, par_part=par_part)}"
    facteur = indicateur.calcul.get("facteur", 1)
    fois = f" × {nombre(facteur)}" if facteur != 1 else ""
    annees = indicateur.calcul.get("annees")
    puis = f" ; {_ANNEES.format(annees=annees)}" if annees else ""
    if sans:
        return f"{debut}{fois}{puis}, {_SANS_RESULTAT} (connu : {ecrit} ÷ {divise}{reserve})"
    if provenance.resultat is None:
        return f"{debut}{fois}{puis} : rien à diviser"
    return f"{debut}{fois} = {ecrit} ÷ {divise}{fois} = {nombre(provenance.resultat, 3)}{puis}"


def _weighed(nom: str, *, par_part: bool) -> str:
    # As a commune, it counts for one.
    return f"(« {nom} »{_PAR_PART})" if par_part and nom != COMMUNE else f"« {nom} »"


def _split(provenance: Provenance) -> pd.DataFrame:
    """Return the rows of the communes that count by their share; none where the whole of all does."""
    lignes = provenance.lignes
    if "part" not in lignes or provenance.indicateur.calcul.get("variable") == COMMUNE:
        return lignes.iloc[:0]
    return lignes[lignes["part"] < ENTIERE]


def _shares(provenance: Provenance) -> list[str]:
    """Name the communes that count by their share."""
    siennes = _split(provenance)
    if siennes.empty:
        return []
    compte = count_noun(len(siennes), "commune compte", "communes comptent")
    dites = enumerate_first(
        f"{nom} {round_share(part)}"
        for nom, part in zip(siennes["nom"], siennes["part"], strict=True)
    )
    return [f"Parts : {compte} pour une part de ses habitants, estimée : {dites}"]


def _is_withheld(provenance: Provenance) -> bool:
    return any(mesure.raison == RETENUE for mesure in provenance.mesures)


def _decimals(valeur: float) -> int:
    """Return how many decimals make what is divided recompute to what is shown."""
    entiers = len(str(abs(int(valeur))))
    return 0 if valeur == round(valeur) else max(1, _CHIFFRES - entiers)


def _names(indicateur: Indicateur) -> tuple[str, str]:
    """Return what stands above and below the bar: the titles of the file, else the names of the variables."""
    if indicateur.colonnes:
        return indicateur.colonnes[0], indicateur.colonnes[-1]
    calcul = indicateur.calcul
    haut = calcul.get("variable", calcul.get("numerateur", ""))
    bas = calcul.get("poids", calcul.get("denominateur", ""))
    return haut.replace("_", " "), bas.replace("_", " ")


def _coverage(provenance: Provenance) -> list[str]:
    if provenance.lignes.empty:
        return []
    comptes = provenance.lignes["etat"].value_counts()
    connues, secretes, manquantes = (int(comptes.get(e, 0)) for e in (CONNUE, SECRETE, MANQUANTE))
    dit = f"Sur : {count_noun(connues, 'commune connue', 'communes connues')}"
    if secretes:
        dit += f", {count_noun(secretes, 'valeur secrète', 'valeurs secrètes')}"
    if manquantes:
        noms = provenance.lignes.loc[provenance.lignes["etat"] == MANQUANTE, "nom"]
        quelques = ", ".join(noms.dropna().astype("str").head(5))
        dit += f", {count_noun(manquantes, 'valeur manquante', 'valeurs manquantes')}"
        dit += (
            f" ({quelques}{'…' if manquantes > len(noms.dropna().head(5)) else ''})"
            if quelques
            else ""
        )
    lignes = [dit]
    if _is_withheld(provenance):
        lignes.append(
            "Secret : le total n'est pas donné. Retrancher les autres communes redonnerait la valeur secrète ; les "
            "bornes sont ce qu'elle laisse possible, et la formule ne compte que ce qui est connu."
        )
    return lignes


def _sources(atlas: Atlas, provenance: Provenance) -> list[str]:
    indicateur = provenance.indicateur
    ids = [*indicateur.sources, *(m.source_id for m in provenance.mesures if m.source_id)]
    lignes = [
        f"Source : {source_plain(atlas, i)}" for i in dict.fromkeys(ids) if i in atlas.sources.index
    ]
    if indicateur.millesime:
        lignes.append(f"Millésime : {indicateur.millesime}")
    if indicateur.base:
        lignes.append(f"Base : {indicateur.base}")
    if indicateur.officiel:
        lignes.append(f"Licence : {indicateur.licence or 'non dite par le fichier'}")
    confiance = next((m.confiance for m in provenance.mesures if m.confiance), None)
    if confiance:
        lignes.append(f"Périmètre : {CONFIANCES_COURTES[confiance]}")
    return lignes


def provenance_table(provenance: Provenance) -> pd.DataFrame:
    """Write the communes of a figure, with French column names: their known rows recompute it.

    A sum is that of « Numérateur »; a ratio or a mean that of « Numérateur » divided by that of
    « Dénominateur », times the factor that the column « Facteur » gives. Empty where nothing is added up.
    """
    indicateur, lignes = provenance.indicateur, provenance.lignes
    if lignes.empty:
        return pd.DataFrame()
    haut, bas = _names(indicateur)
    table = pd.DataFrame(
        {
            "Code": lignes.index,
            "Commune": lignes["nom"].to_numpy(),
            "État": lignes["etat"].map(_ETATS).to_numpy(),
        }
    )
    valeurs = lignes[["valeur", "haut", "bas"]].astype("float64").round(_DECIMALES_FICHIER)
    if indicateur.methode == MOYENNE:
        table[f"Valeur : {haut}"] = valeurs["valeur"].to_numpy()
        table[f"Dénominateur : {bas}"] = valeurs["bas"].to_numpy()
        table[f"Numérateur : {haut} × {bas}"] = valeurs["haut"].to_numpy()
    else:
        table[f"Numérateur : {haut}"] = valeurs["haut"].to_numpy()
        if indicateur.methode == RAPPORT:
            table[f"Dénominateur : {bas}"] = valeurs["bas"].to_numpy()
    if indicateur.methode != SOMME:
        table["Facteur"] = float(indicateur.calcul.get("facteur", 1))
    if lignes["etat"].eq(SECRETE).any():
        table["Secret, au moins"] = lignes["au_moins"].to_numpy()
        table["Secret, au plus"] = lignes["au_plus"].to_numpy()
    table["Part du numérateur (%)"] = lignes["part_pct"].round(2).to_numpy()
    if "confiance" in lignes:
        table["Rattachement"] = lignes["confiance"].map(CONFIANCES_COURTES).to_numpy()
        if (lignes["part"] < ENTIERE).any():
            table[PART_TITRE] = (lignes["part"] * 100).round(2).to_numpy()
    return table
