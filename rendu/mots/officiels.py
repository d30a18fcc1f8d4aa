"""What the import of official files says of itself: its steps, the fields of its form, what it brings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.importation.titres import LIBELLES
from geo.indicateurs.registre import MOYENNE, RAPPORT, SOMME, STOCK, TAUX
from geo.officiels.catalogue import AUCUN
from geo.officiels.examen import NON_LUE
from geo.officiels.valeurs import SEUIL
from rendu.mots.francais import agree, capitale, count_noun, decapitale, escape_markdown, join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.erreurs import Probleme
    from geo.officiels.ecriture import Ecrit
    from geo.officiels.examen import Colonne

DEPOSER, VERIFIER, LIRE, VOIR, METTRE_EN_USAGE = (
    "1. Déposer le fichier",
    "2. Vérifier ce qui est lu",
    "3. Lire ce qui est signalé",
    "4. Voir ce que cela donne",
    "5. Mettre en usage",
)
RECONNU, AUTRE_COLONNE = "Ce que l'atlas reconnaît", "Une autre colonne"
# The fields of the form, by the choice that each makes: see `geo.officiels.choix.Choix`.
CHAMPS = {
    "feuilles": "Feuilles à lire",
    "colonne": "Colonne à lire",
    "libelle": "Nom de l'indicateur",
    "unite": "Unité",
    "nature": "Nature",
    "agreger": "Comment elle s'agrège",
    "base": "La part de qui",
    "millesime": "Année",
    "source": "Qui l'a publié",
    "seuil": "Seuil du secret",
}
AGREGATIONS: Mapping[str, str] = {
    SOMME: "Somme : les communes s'additionnent",
    MOYENNE: "Moyenne pondérée par une autre colonne",
    RAPPORT: "Rapport : cette colonne divisée par une autre",
    AUCUN: "Non agrégeable : montrée par commune seulement",
}
SANS_POIDS = (
    "Rien ne se moyenne sans poids : une part ou un taux sans colonne qui le pondère se montre par commune, et le "
    "territoire dit « non agrégeable »."
)
NATURES: Mapping[str, str] = {TAUX: "un taux, une part ou un indice", STOCK: "un nombre"}
BASES = ("population", "17 ans et plus", "16 ans et plus", "consommants")
# Without a threshold of its own, 0.
SEUILS: Mapping[int, str] = {
    0: f"{SEUIL}, si le fichier en cache",
    SEUIL: f"{SEUIL}, dans tous les cas",
    6: "6, dans tous les cas",
    5: "5, dans tous les cas",
}
_REMEDES = {
    "feuilles": f"Choisir à l'étape 2, « {CHAMPS['feuilles']} ».",
    "colonne": f"À l'étape 2, « {AUTRE_COLONNE} » : dire laquelle lire, et comment elle s'agrège.",
    "agreger": f"Le dire à l'étape 2, « {AUTRE_COLONNE} » puis « {CHAMPS['agreger']} ».",
    "millesime": f"La confirmer ou l'écrire à l'étape 2, « {CHAMPS['millesime']} ».",
    "source": f"L'écrire ou la confirmer à l'étape 2, « {CHAMPS['source']} ».",
    "unite": f"L'écrire à l'étape 2, « {CHAMPS['unite']} ».",
    "libelle": f"L'écrire à l'étape 2, « {AUTRE_COLONNE} » puis « {CHAMPS['libelle']} ».",
    "base": f"L'écrire à l'étape 2, « {AUTRE_COLONNE} » puis « {CHAMPS['base']} ».",
    "seuil": f"Rien à faire ; « {CHAMPS['seuil']} », à l'étape 2, le change.",
}
_NOMMES_MAX = 6


def with_page_remedies(problemes: Iterable[Probleme]) -> list[Probleme]:
    """Return problems with the remedies of the page: a field of its form, not an option of the command line.

    >>> from geo.erreurs import Probleme, Severite
    >>> probleme = Probleme(Severite.BLOQUANT, "a.csv", "rien ne le dit.", "--source TEXTE.", "source")
    >>> with_page_remedies([probleme])[0].remede
    "L'écrire ou la confirmer à l'étape 2, « Qui l'a publié »."
    """
    return [replace(p, remede=_REMEDES.get(p.choix, p.remede)) for p in problemes]


def unanswered_text(attendus: Iterable[tuple[str, str]]) -> str:
    """Say, in Markdown, which fields of the form still want an answer, from pairs of a file and a choice, empty of none.

    >>> unanswered_text([("a", "millesime"), ("b", "source"), ("a", "millesime")])
    "Il reste à répondre à l'étape 2 : « Année » de a et « Qui l'a publié » de b."
    >>> unanswered_text([("a", "")])
    'Il reste à corriger ce qui est signalé.'
    """
    dits = dict.fromkeys(
        f"« {CHAMPS[choix]} » de {escape_markdown(fichier)}" for fichier, choix in attendus if choix
    )
    if not dits:
        return "Il reste à corriger ce qui est signalé."
    return f"Il reste à répondre à l'étape 2 : {join_words(dits)}."


def role_text(role: str) -> str:
    """Write what a column is taken for, with a capital.

    >>> role_text("code_commune, population"), role_text("non lue")
    ('Code INSEE de la commune, population', 'Non lue')
    """
    return capitale(", ".join(LIBELLES.get(r, r) for r in role.split(", ")))


def columns_text(colonnes: Iterable[Colonne]) -> str:
    """Say, in Markdown, what a file that the catalogue does not describe is read from: each column used, and for what.

    >>> from geo.officiels.examen import Colonne
    >>> print(columns_text([Colonne("", "code", "", "code_commune"), Colonne("", "nb", "", "numérateur")]))
    D'après ses colonnes : « code » (code INSEE de la commune) et « nb » (numérateur).
    """
    lues = [
        f"« {escape_markdown(colonne.titre)} » ({escape_markdown(decapitale(role_text(colonne.role)))})"
        for colonne in colonnes
        if colonne.role != NON_LUE
    ]
    return f"D'après ses colonnes : {join_words(dict.fromkeys(lues))}."


def brought_text(ecrits: Sequence[Ecrit]) -> str:
    """Say what an import brought, in Markdown."""
    noms = [
        escape_markdown(f"{ecrit.indicateur.libelle} ({ecrit.indicateur.millesime})")
        for ecrit in ecrits[:_NOMMES_MAX]
    ]
    if len(ecrits) > _NOMMES_MAX:
        noms.append(count_noun(len(ecrits) - _NOMMES_MAX, "autre"))
    return f"{count_noun(len(ecrits), 'indicateur')} : {join_words(noms)}"


def uncovered_text(nombre: int) -> str:
    r"""Say how many of France, the regions and the departments a file does not cover.

    >>> uncovered_text(9).replace("\xa0", " ")
    'Non couverts par le fichier : 9 autres territoires (France, région ou département).'
    """
    return (
        f"{agree(nombre, 'Non couvert', 'Non couverts')} par le fichier : "
        f"{count_noun(nombre, 'autre territoire', 'autres territoires')} (France, région ou département)."
    )


def zoning_text(libelles: Iterable[str]) -> str:
    """Say that the words of a zoning are not kept, but the shares that were made of them.

    >>> zoning_text(["Zonage"])
    "« Zonage » est fait de mots : seules les parts d'habitants qui en sont tirées entrent dans l'atlas."
    """
    noms = [f"« {escape_markdown(libelle)} »" for libelle in libelles]
    sont = agree(len(noms), "est fait", "sont faits")
    return (
        f"{join_words(noms)} {sont} de mots : seules les parts d'habitants qui en sont tirées entrent "
        "dans l'atlas."
    )
