"""What the import of a table says of itself: its limits, what it tells together, the departments it covers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.erreurs import enumerate_first
from geo.importation.limites import LIGNES_MAX, LIMITES, LIMITES_DEPOTS, MIB, TAILLE_MAX_OCTETS
from geo.importation.service import LIMITES_ENSEMBLE
from rendu.mots.francais import agree, count_noun, nombre

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.erreurs import Probleme
    from geo.importation.anomalie import Genre

# As many departments as a region has, and some more.
_NOMMES_MAX = 13
# What a column is taken for.
LIBELLES = {
    "code_commune": "Code INSEE de la commune",
    "commune": "Nom de la commune",
    "departement": "Département",
    "cpts": "Nom de la CPTS",
    "statut": "Étape (facultatif)",
    "date": "Date de l'étape (facultatif)",
    "epci": "Intercommunalité (à défaut de commune)",
    "partie": "Part de la commune (facultatif)",
    "exclues": "Communes exclues de l'intercommunalité (facultatif)",
}
DEPOSER, VERIFIER, REGLER, VOIR, METTRE_EN_USAGE = (
    "1. Déposer la table",
    "2. Vérifier les colonnes",
    "3. Régler ce qui est signalé",
    "4. Voir ce que cela changerait",
    "5. Mettre en usage",
)
MASQUES, FORME = "Laisser de côté ce que le classeur masque ou barre", "Forme de la table"
_SANS_MASQUES = f"Si le classeur les a ôtées, cocher « {MASQUES} »."
_CHOISIR_CPTS = (
    f"Choisir « {LIBELLES['cpts']} » parmi ces colonnes, ou l'ajouter à la table ; si chaque feuille ou chaque bloc est une "
    f"CPTS, changer « {FORME} »."
)
# Where the command line names an option, the page names what it shows.
_REMEDES: Mapping[str, str] = {
    "forme": f"Vérifier les premières lignes lues ; sinon changer « {FORME} ».",
    "cpts_a_choisir": f"Dire laquelle, ci-dessus ; si chaque commune est dans toutes, changer « {FORME} ».",
    "cpts_introuvable": _CHOISIR_CPTS,
    "croise_sans_cpts": _CHOISIR_CPTS,
    "colonne_non_lue": "Rien à faire si ce n'est pas elle qu'il faut lire ; sinon la choisir ci-dessus.",
    "lignes_masquees": _SANS_MASQUES,
    "colonnes_masquees": _SANS_MASQUES,
    "cellules_barrees": _SANS_MASQUES,
    "texte_barre": _SANS_MASQUES,
}
_OPTIONS = re.compile(r", ou --[^.]*")
# Of one anomaly, and of several.
TITRES: Mapping[Genre, tuple[str, str]] = {
    "absorbee": ("code de commune absorbée", "codes de communes absorbées"),
    "arrondissement": ("arrondissement pris pour sa ville", "arrondissements pris pour leur ville"),
    "code_corse": ("ancien code corse", "anciens codes corses"),
    "code_illisible": ("code illisible", "codes illisibles"),
    "code_inconnu": ("code inconnu", "codes inconnus"),
    "code_manquant": ("commune sans code, introuvable", "communes sans code, introuvables"),
    "code_nettoye": ("code nettoyé", "codes nettoyés"),
    "code_par_nom": ("code retrouvé par le nom", "codes retrouvés par le nom"),
    "code_postal": ("code postal au lieu du code INSEE", "codes postaux au lieu du code INSEE"),
    "code_postal_lu": (
        "code postal lu par le nom",
        "codes postaux lus par le nom",
    ),
    "commune_partagee": ("commune comptée par part", "communes comptées par part"),
    "communes_gardees": (
        "CPTS qui garde des communes hors de la table",
        "CPTS qui gardent des communes hors de la table",
    ),
    "communes_perdues": ("CPTS qui perd des communes", "CPTS qui perdent des communes"),
    "cpts_abandonnee": ("CPTS au projet abandonné", "CPTS au projet abandonné"),
    "cpts_absente": ("CPTS connue, absente de la table", "CPTS connues, absentes de la table"),
    "cpts_peut_etre_plusieurs": (
        "cellule qui nomme peut-être plusieurs CPTS",
        "cellules qui nomment peut-être plusieurs CPTS",
    ),
    "date_autre": ("date non reprise", "dates non reprises"),
    "date_comptee": ("date en nombre de jours", "dates en nombre de jours"),
    "date_illisible": ("date illisible", "dates illisibles"),
    "date_invraisemblable": ("date invraisemblable", "dates invraisemblables"),
    "dates_multiples": ("CPTS à plusieurs dates", "CPTS à plusieurs dates"),
    "departement_absent": (
        "département couvert en entier, absent de la table",
        "départements couverts en entier, absents de la table",
    ),
    "departement_discordant": (
        "département qui contredit le code",
        "départements qui contredisent le code",
    ),
    "departement_inconnu": ("département inconnu", "départements inconnus"),
    "doublon": ("ligne en double", "lignes en double"),
    "epci_exclue": ("commune exclue introuvable", "communes exclues introuvables"),
    "epci_inconnue": ("intercommunalité inconnue", "intercommunalités inconnues"),
    "epci_sans_nature": ("intercommunalité dite en bref", "intercommunalités dites en bref"),
    "etape_changee": ("CPTS qui change d'étape", "CPTS qui changent d'étape"),
    "fiche_inconnue": ("fiche inconnue", "fiches inconnues"),
    "fiche_partagee": ("fiche à plusieurs noms", "fiches à plusieurs noms"),
    "fiche_proche": ("CPTS peut-être déjà connue", "CPTS peut-être déjà connues"),
    "hors_territoire": (
        "ligne hors des départements chargés",
        "lignes hors des départements chargés",
    ),
    "homonymes": ("nom que portent plusieurs communes", "noms que portent plusieurs communes"),
    "nom_douteux": ("nom de CPTS douteux", "noms de CPTS douteux"),
    "commune_douteuse": ("commune écrite avec un doute", "communes écrites avec un doute"),
    "nom_discordant": ("nom qui contredit le code", "noms qui contredisent le code"),
    "nom_inconnu": ("choix sur un nom absent", "choix sur des noms absents"),
    "noms_proches": ("nom de CPTS proche d'un autre", "noms de CPTS proches les uns des autres"),
    "partielle": ("commune prise en partie", "communes prises en partie"),
    "pays_etranger": ("code de pays étranger", "codes de pays étrangers"),
    "plusieurs_cpts": (
        "ligne d'une commune dans plusieurs CPTS",
        "lignes de communes dans plusieurs CPTS",
    ),
    "recouvre_une_connue": (
        "partage avec une CPTS hors de la table",
        "partages avec des CPTS hors de la table",
    ),
    "retiree": ("fiche à retirer", "fiches à retirer"),
    "sans_cpts": ("mention « aucune CPTS »", "mentions « aucune CPTS »"),
    "sans_cpts_peut_etre": (
        "nom compris comme « aucune CPTS »",
        "noms compris comme « aucune CPTS »",
    ),
    "statut_inconnu": ("étape non reconnue", "étapes non reconnues"),
    "statuts_multiples": ("CPTS à plusieurs étapes", "CPTS à plusieurs étapes"),
    "vide": ("table sans commune rattachée", "tables sans commune rattachée"),
    "zero_perdu": ("code sans son zéro", "codes sans leur zéro"),
}


# One anomaly tells all the rows: its count would say nothing.
TITRES_SANS_COMPTE: Mapping[Genre, str] = {
    "dates_douteuses": "dates dont l'ordre du jour et du mois est douteux",
    "cpts_separees": "cellules qui nomment plusieurs CPTS",
    "epci_deplie": "lignes par intercommunalité",
    "codes_postaux": "codes INSEE ou codes postaux ?",
    "cpts_manquante": "lignes sans nom de CPTS",
    "nom_trop_long": "noms de CPTS trop longs",
}


def with_page_remedies(problemes: Iterable[Probleme]) -> list[Probleme]:
    """Return what there is to say of a file with the remedies of the page.

    >>> from geo.erreurs import Probleme, Severite
    >>> forme = Probleme(Severite.A_VERIFIER, "a.csv", "", "sinon : --forme communes.", identifiant="forme")
    >>> with_page_remedies([forme])[0].remede
    'Vérifier les premières lignes lues ; sinon changer « Forme de la table ».'
    """
    return [replace(p, remede=_REMEDES.get(p.identifiant, p.remede)) for p in problemes]


def page_remedy(remede: str) -> str:
    """Leave out of the remedy of a row the options of the command line, that stand beside what the page shows.

    >>> page_remedy("Dire ce que sont ces codes : « Codes de la table », ou --codes insee, --codes postaux.")
    'Dire ce que sont ces codes : « Codes de la table ».'
    """
    return _OPTIONS.sub("", remede)


def group_title(genre: Genre, n: int) -> str:
    """Say how many anomalies of one kind there are.

    >>> group_title("code_inconnu", 6), group_title("doublon", 1)
    ('6 codes inconnus', '1 ligne en double')
    """
    if genre in TITRES_SANS_COMPTE:
        return TITRES_SANS_COMPTE[genre]
    return count_noun(n, *TITRES[genre])


def limits_sentence() -> str:
    r"""Say in a line what most tables could meet.

    >>> limits_sentence()
    '20\xa0Mo, 200\u202f000 lignes au plus'
    """
    return f"{nombre(TAILLE_MAX_OCTETS // MIB)}\xa0Mo, {count_noun(LIGNES_MAX, 'ligne')} au plus"


def all_limits() -> str:
    """List every limit of a file and of several."""
    limites = LIMITES | LIMITES_ENSEMBLE | LIMITES_DEPOTS
    return " ; ".join(f"{nom} : {nombre(n)}" for nom, n in limites.items())


def covered_sentence(couverts: Mapping[str, int], noms: Mapping[str, str]) -> str:
    """Say of which departments a table names every commune, and what declaring them would mean.

    Parameters
    ----------
    couverts
        How many of their communes the table puts in no CPTS, by code.
    noms
        Names of the departments, escaped.

    >>> covered_sentence({"21": 0}, {"21": "Côte-d'Or"})
    "La table nomme toutes les communes de **1 département** : Côte-d'Or. Chacune y a une CPTS."
    >>> print(covered_sentence({"21": 0, "70": 3}, {"21": "Côte-d'Or", "70": "Haute-Saône"}))
    La table nomme toutes les communes de **2 départements** : Côte-d'Or, Haute-Saône. 3 communes y sont sans CPTS : une fois ces départements déclarés, elles pourraient être en zone blanche.
    """
    n, seules = len(couverts), sum(couverts.values())
    suite = (
        f"{count_noun(seules, 'commune')} y {agree(seules, 'est', 'sont')} sans CPTS : une fois "
        f"{agree(n, 'ce département déclaré', 'ces départements déclarés')}, "
        f"{agree(seules, 'elle pourrait', 'elles pourraient')} être en zone blanche."
        if seules
        else "Chacune y a une CPTS."
    )
    return (
        f"La table nomme toutes les communes de **{count_noun(n, 'département')}** : "
        f"{enumerate_first((noms[code] for code in couverts), _NOMMES_MAX)}. {suite}"
    )
