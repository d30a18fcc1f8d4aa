"""The official files that are known: ``data/catalogue.toml``, read and checked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.erreurs import DonneesInvalides, Probleme, Severite
from geo.indicateurs.registre import (
    CATEGORIE,
    MOYENNE,
    RAPPORT,
    SANTE,
    SENS,
    SOMME,
    STOCK,
    TAUX,
    THEMES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CATALOGUE = Path(__file__).resolve().parents[2] / "data" / "catalogue.toml"

# Beside the ways to compute that the registry has: shown by commune, added to nothing.
AUCUN = "aucun"
AGREGATIONS = (SOMME, MOYENNE, RAPPORT, AUCUN)
NATURES = (STOCK, TAUX, CATEGORIE)
COMMUNE, DEPARTEMENT = "commune", "departement"
MAILLES = (COMMUNE, DEPARTEMENT)
# Territoires de vie-santé: their zoning is that of their communes, their figures are not.
TVS = "tvs"
# What the cells must look like, where the title alone does not tell.
ENTIERES, POURCENTAGES, MODALITES = "entieres", "pourcentages", "modalites"
EXIGENCES = ("", ENTIERES, POURCENTAGES, MODALITES)

_NATURE_DE = {SOMME: (STOCK,), MOYENNE: (TAUX,), RAPPORT: (TAUX,), AUCUN: NATURES}


@dataclass(frozen=True, kw_only=True)
class IndicateurConnu:
    """What a known file says of each commune, and how it is brought to a territory.

    Attributes
    ----------
    nom
        Its identifier, to which the vintage is added.
    libelle, unite, nature
        As in the registry; `nature` is one of :data:`NATURES`.
    agregation
        One of :data:`AGREGATIONS`.
    colonnes
        Patterns of the titles whose columns are added: the value, or the numerator. A pattern
        must fit a whole title, in words (:func:`geo.texte.split_words`) with a space between; its
        group ``annee`` is the vintage, with two or four digits.
    denominateur, poids
        Patterns of the columns that are added below the bar, or that weight the mean.
    poids_seul
        Patterns that name no file in particular: they weight only where one entry claims them.
    base
        Whose share or mean it is; ``{denominateur}`` is replaced by the title of that column.
    cellules
        One of :data:`EXIGENCES`: what the cells of `colonnes` must be.
    modalites
        The words that cells may hold, for :data:`MODALITES`.
    comptees
        Of these words, those whose inhabitants are counted: a share of the inhabitants of the atlas.
    secret
        Whether it counts people one by one: a count under the threshold is withheld.
    abrege, decimales, sens, definition, seuil_alerte
        As in the registry; -1 decimals: as its nature and its unit want.
    """

    nom: str
    libelle: str
    unite: str
    nature: str
    agregation: str
    colonnes: tuple[str, ...]
    denominateur: tuple[str, ...] = ()
    poids: tuple[str, ...] = ()
    poids_seul: tuple[str, ...] = ()
    base: str = ""
    cellules: str = ""
    modalites: tuple[str, ...] = ()
    comptees: tuple[str, ...] = ()
    secret: bool = False
    abrege: str = ""
    decimales: int = -1
    sens: str = ""
    definition: str = ""
    seuil_alerte: float | None = None


@dataclass(frozen=True, kw_only=True)
class FichierConnu:
    """One entry of the catalogue.

    Attributes
    ----------
    identifiant, libelle, producteur, licence
        What the file is, whose, and under which licence; `licence` is empty where it is not known.
    page
        Where to fetch it; empty where no source that was read names it.
    maille
        What a row is: :data:`COMMUNE` or :data:`DEPARTEMENT`.
    cles
        For rows of departments: pattern of the columns ``departement``, ``region`` (and
        ``libelle_region``, ``libelle_departement``).
    indicateurs
        What it says; a file is recognised by the columns of one of them.
    theme
        As in the registry.
    """

    identifiant: str
    libelle: str
    producteur: str
    indicateurs: tuple[IndicateurConnu, ...]
    licence: str = ""
    page: str = ""
    maille: str = COMMUNE
    theme: str = SANTE
    cles: Mapping[str, str]


def load_catalogue(chemin: Path = CATALOGUE) -> tuple[FichierConnu, ...]:
    """Read the catalogue.

    Parameters
    ----------
    chemin
        The one that is shipped, or another.

    Returns
    -------
    tuple of FichierConnu
        In the order of the file.

    Raises
    ------
    DonneesInvalides
        With every fault, named by its entry and its key.
    """
    try:
        lu = tomllib.loads(chemin.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as erreur:
        raise DonneesInvalides(
            [
                _problem(
                    chemin, f"le catalogue ne se lit pas ({erreur}).", "Corriger ce fichier TOML."
                )
            ]
        ) from erreur
    problemes: list[Probleme] = []
    connus = []
    for entree in lu.get("fichier", []):
        fautes = list(_faults(entree))
        nom = entree.get("identifiant", "sans identifiant")
        problemes += [_problem(chemin, f"{nom} : {faute}.", remede) for faute, remede in fautes]
        if not fautes:
            connus.append(_make(entree))
    if problemes:
        raise DonneesInvalides(problemes)
    return tuple(connus)


def _problem(chemin: Path, message: str, remede: str) -> Probleme:
    return Probleme(Severite.BLOQUANT, chemin.name, message, remede)


def _faults(entree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _key_faults(entree, FichierConnu, "")
    if entree.get("maille", COMMUNE) not in MAILLES:
        yield "maille inconnue", f"Écrire l'une de : {', '.join(MAILLES)}."
    if entree.get("maille") == DEPARTEMENT and "departement" not in entree.get("cles", {}):
        yield "cles.departement manque", "Dire le titre de la colonne des départements."
    if entree.get("theme", SANTE) not in THEMES:
        yield "theme inconnu", f"Écrire l'un de : {', '.join(THEMES)}."
    for motif in entree.get("cles", {}).values():
        yield from _pattern_faults("cles", motif)
    for indicateur in entree.get("indicateurs", []):
        lieu = f"indicateur {indicateur.get('nom', 'sans nom')}, "
        manque = list(_key_faults(indicateur, IndicateurConnu, lieu))
        yield from manque
        if not manque:
            yield from _sense_faults(indicateur, lieu)


def _key_faults(lu: Mapping[str, Any], genre: type, lieu: str) -> Iterator[tuple[str, str]]:
    champs = {champ.name: champ for champ in fields(genre)}
    for nom in sorted(set(lu) - set(champs)):
        yield f"{lieu}{nom} n'est pas une clé connue", f"Clés connues : {', '.join(champs)}."
    for nom, champ in champs.items():
        if nom not in lu and champ.default is MISSING and nom != "cles":
            yield f"{lieu}{nom} manque", "Ajouter cette clé."
        liste = nom in lu and str(champ.type).startswith("tuple")
        if liste and not isinstance(lu[nom], list):
            yield f"{lieu}{nom} n'est pas une liste", "L'écrire entre crochets."
        if nom in lu and champ.type == "str" and not isinstance(lu[nom], str):
            yield f"{lieu}{nom} n'est pas un texte", "L'écrire entre guillemets."
        # In Python, true is a number.
        nombre = type(lu.get(nom)) in (int, float)
        if nom in lu and str(champ.type).startswith("float") and not nombre:
            yield f"{lieu}{nom} n'est pas un nombre", "L'écrire avec un point, sans guillemets."


def _sense_faults(lu: Mapping[str, Any], lieu: str) -> Iterator[tuple[str, str]]:
    for nom, admises in (
        ("agregation", AGREGATIONS), ("nature", NATURES), ("cellules", EXIGENCES), ("sens", SENS),
    ):  # fmt: skip
        if lu.get(nom, "") not in (*admises, *([""] if nom == "cellules" else [])):
            permises = ", ".join(filter(None, admises))
            yield f"{lieu}{nom} = « {lu[nom]} » inconnu", f"Écrire l'une de : {permises}."
    if lu["nature"] not in _NATURE_DE.get(lu["agregation"], NATURES):
        yield (
            f"{lieu}nature = « {lu['nature']} » pour une agrégation « {lu['agregation']} »",
            f"Écrire {' ou '.join(_NATURE_DE[lu['agregation']])}.",
        )
    if lu["agregation"] == RAPPORT and not (lu.get("denominateur") or lu.get("comptees")):
        yield f"{lieu}denominateur manque", "Nommer les colonnes du dénominateur."
    for nom in ("colonnes", "denominateur", "poids", "poids_seul"):
        for motif in lu.get(nom, []):
            yield from _pattern_faults(f"{lieu}{nom}", motif)


def _pattern_faults(lieu: str, motif: Any) -> Iterator[tuple[str, str]]:
    try:
        re.compile(motif)
    except (re.error, TypeError) as erreur:
        yield f"{lieu} : « {motif} » n'est pas un motif ({erreur})", "Corriger cette expression."


def _make(entree: Mapping[str, Any]) -> FichierConnu:
    indicateurs = tuple(IndicateurConnu(**_frozen(lu)) for lu in entree["indicateurs"])
    return FichierConnu(**{"cles": {}, **entree, "indicateurs": indicateurs})


def _frozen(lu: Mapping[str, Any]) -> dict[str, Any]:
    return {
        nom: tuple(valeur) if isinstance(valeur, list) else valeur for nom, valeur in lu.items()
    }
