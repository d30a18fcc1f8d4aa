"""Read the declarations of indicators: one file each, and nothing else to touch to add one.

A folder of data may bring its own ``indicateurs/``; otherwise the declarations are those of the
application.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.erreurs import Probleme, Severite
from geo.indicateurs.registre import (
    ADDITIVES,
    AUTRES,
    CATEGORIE,
    COUVERTURE,
    DE_COMMUNES,
    DIFFERENCE,
    DISTINCTS,
    ECART,
    ECRANS,
    ETAPE,
    IDENTITE,
    MAXIMUM,
    MOYENNE,
    NATURES,
    PALETTES,
    PAR_COMMUNE,
    PAR_DEPARTEMENT,
    PART_DU_MAXIMUM,
    PUBLIE,
    RAPPORT,
    SENS,
    SOMME,
    STOCK,
    TAILLE,
    TAUX,
    THEMES,
    Indicateur,
    Registre,
)
from geo.indicateurs.unites import read_unite
from geo.regles.couverture import ETATS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

DOSSIER = "indicateurs"
LIVRES = Path(__file__).resolve().parents[2] / "data" / DOSSIER

# What each way to compute asks for; the others are options, with what they are without.
OBLIGATOIRES: dict[str, tuple[str, ...]] = {
    SOMME: ("variable",),
    RAPPORT: ("numerateur", "denominateur"),
    MOYENNE: ("variable", "poids"),
    MAXIMUM: ("variable",),
    PART_DU_MAXIMUM: ("variable",),
    DISTINCTS: ("colonne",),
    COUVERTURE: ("etat", "perimetres"),
    PUBLIE: (),
    DIFFERENCE: ("calcule", "annonce"),
    TAILLE: ("de",),
    ETAPE: (),
    IDENTITE: (),
    PAR_COMMUNE: ("variable",),
    PAR_DEPARTEMENT: ("variable",),
}
OPTIONS: dict[str, dict[str, Any]] = {
    RAPPORT: {"facteur": 1, "annees": None, "exact": False},
    PUBLIE: {"par_base": False},
}
# What a parameter may be, where it is no name of a variable or an indicator.
VALEURS: dict[str, tuple[str, ...]] = {
    "etat": ETATS,
    "perimetres": ("etablis", "tous", "choisis"),
    "colonne": ("siren_epci", "code_departement"),
}
_NOMBRES = ("facteur", "annees")
_OUI_NON = ("par_base", "exact")

# Which natures a way to compute can have, and where it can be shown: a screen that shows every CPTS
# at once takes what is computed for all of them at once.
_NATURES_DE: dict[str, tuple[str, ...]] = {
    SOMME: (STOCK,),
    RAPPORT: (TAUX,),
    MOYENNE: (TAUX,),
    MAXIMUM: (STOCK,),
    PART_DU_MAXIMUM: (TAUX,),
    DISTINCTS: (STOCK,),
    COUVERTURE: (STOCK, TAUX),
    PUBLIE: (STOCK, TAUX),
    DIFFERENCE: (ECART,),
    TAILLE: (CATEGORIE,),
    ETAPE: (CATEGORIE,),
    IDENTITE: (CATEGORIE,),
    PAR_COMMUNE: (STOCK, TAUX),
    PAR_DEPARTEMENT: (STOCK, TAUX),
}
_ENSEMBLE = ("panneau", "rangs", "tableau")
_D_ENSEMBLE = (*ADDITIVES, PUBLIE)
_DE_CARTE = (*ADDITIVES, PUBLIE, DIFFERENCE, ETAPE, IDENTITE, PAR_COMMUNE, PAR_DEPARTEMENT)

_TYPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "int": (int, "un nombre entier"),
    "str": (str, "un texte"),
    "bool": (bool, "true ou false"),
    "tuple[str, ...]": (str, "une liste de textes"),
    "tuple[float, ...]": ((int, float), "une liste de nombres"),
    "float | None": ((int, float), "un nombre"),
    "Mapping[str, Any]": (dict, "une section [calcul]"),
}
_CHAMPS = {champ.name: champ for champ in fields(Indicateur) if champ.name != "identifiant"}

_Faute = tuple[str, str]


def find_registre(data_dir: Path) -> Path:
    """Return the folder of the declarations that a folder of data is read with."""
    propre = data_dir / DOSSIER
    return propre if propre.is_dir() else LIVRES


def load_registre(
    dossier: Path, variables: Collection[str], officiels: Path | None = None
) -> tuple[Registre, list[Probleme]]:
    """Read every declaration of a folder.

    Parameters
    ----------
    dossier
        Holds one ``<identifiant>.toml`` an indicator.
    officiels
        Holds those of imported official files.
    variables
        The variables of communes that are there. An indicator that wants another one is not
        offered: a folder of data may well lack it.

    Returns
    -------
    tuple
        What can be computed, a ``BLOQUANT`` problem for each fault, and an ``INFORMATION`` for each
        indicator that is not offered.
    """
    declares, problemes = [], []
    dossiers = [dossier, *([officiels] if officiels else [])]
    for chemin in (chemin for place in dossiers for chemin in sorted(place.glob("*.toml"))):
        try:
            lue = tomllib.loads(chemin.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as erreur:
            problemes.append(_problem(chemin.stem, f"illisible ({erreur})", "Corriger sa syntaxe."))
            continue
        fautes = list(_faults(lue))
        problemes += [_problem(chemin.stem, *faute) for faute in fautes]
        if not fautes:
            declares.append(_make(chemin.stem, lue))
    declares.sort(key=lambda indicateur: (indicateur.ordre, indicateur.identifiant))
    registre = Registre({indicateur.identifiant: indicateur for indicateur in declares})
    if not problemes:
        # Where a file could not be read, what the others say of it cannot be judged.
        problemes = [*_dangling(registre), *_repeated(registre)]
    offerts, absents = _offer(registre, set(variables))
    return offerts, problemes + absents


def _problem(identifiant: str, message: str, remede: str) -> Probleme:
    fichier = f"{DOSSIER}/{identifiant}.toml"
    return Probleme(Severite.BLOQUANT, fichier, f"Indicateur : {message}.", remede)


def _faults(lue: Mapping[str, Any]) -> Iterator[_Faute]:
    """List what is wrong with one declaration, each with its remedy."""
    fautes = [*_key_faults(lue)]
    if not fautes:
        # What a key means is judged where each is of its type.
        fautes = [*_value_faults(lue), *_calcul_faults(lue["calcul"])]
    yield from fautes or _sense_faults(lue)


def _key_faults(lue: Mapping[str, Any]) -> Iterator[_Faute]:
    for cle in lue:
        if cle not in _CHAMPS:
            proches = get_close_matches(cle, _CHAMPS, 1)
            remede = f"L'écrire « {proches[0]} »." if proches else "L'ôter."
            yield f"clé inconnue « {cle} »", f"{remede} Clés : {', '.join(_CHAMPS)}."
    for nom, champ in _CHAMPS.items():
        if nom not in lue:
            if champ.default is MISSING:
                yield f"« {nom} » manque", f"Ajouter la clé {nom}."
            continue
        genre, attendu = _TYPES[str(champ.type)]
        liste = str(champ.type).startswith("tuple")
        valeurs = lue[nom] if liste and isinstance(lue[nom], list) else [lue[nom]]
        # In Python, true is a number.
        juste = all(isinstance(v, genre) and (genre is bool or v is not True) for v in valeurs)
        if not juste or liste != isinstance(lue[nom], list):
            yield f"« {nom} » n'est pas du bon type", f"Écrire {attendu}."


def _value_faults(lue: Mapping[str, Any]) -> Iterator[_Faute]:
    for nom, valeurs, admises in (
        ("nature", [lue["nature"]], NATURES),
        ("ecrans", lue["ecrans"], ECRANS),
        ("theme", [lue.get("theme", AUTRES)], THEMES),
        ("palette", [lue.get("palette", PALETTES[0])], PALETTES),
        ("sens", [lue.get("sens", SENS[0])], SENS),
    ):
        for valeur in valeurs:
            if valeur not in admises:
                permises = ", ".join(filter(None, admises))
                yield f"{nom} = « {valeur} » inconnu", f"Écrire l'une de : {permises}."
    bornes = lue.get("bornes", [])
    if bornes != sorted(set(bornes)):
        yield "bornes qui ne croissent pas", "Les écrire de la plus basse à la plus haute."
    if not lue["ecrans"]:
        yield "aucun écran", f"Écrire dans ecrans l'un de : {', '.join(ECRANS)}."
    if "noms" in lue and len(lue["noms"]) != len(("habitant", "habitants")):
        yield "noms n'a pas deux formes", 'Écrire le singulier et le pluriel : ["lit", "lits"].'
    if "-" in lue.get("adresse", ""):
        yield "adresse contient un tiret", "Le remplacer par « _ » : le tiret précède une base."
    if "{millesime}" in "".join(map(str, lue.values())) and "millesime" not in lue:
        yield "« millesime » manque, que les libellés demandent", "Ajouter la clé millesime."


def _calcul_faults(calcul: Mapping[str, Any]) -> Iterator[_Faute]:
    methode = calcul.get("methode")
    if methode not in OBLIGATOIRES:
        yield (
            f"calcul.methode = « {methode or ''} » inconnu",
            f"Écrire l'une de : {', '.join(OBLIGATOIRES)}.",
        )
        return
    permis = {*OBLIGATOIRES[methode], *OPTIONS.get(methode, ())}
    for nom in OBLIGATOIRES[methode]:
        if nom not in calcul:
            yield f"calcul.{nom} manque", f"Ajouter {nom} sous [calcul]."
    for nom, valeur in calcul.items():
        if nom == "methode":
            continue
        if nom in permis:
            yield from _parameter_faults(nom, valeur)
        else:
            yield f"calcul.{nom} n'a pas de sens pour cette méthode", "L'ôter."


def _parameter_faults(nom: str, valeur: Any) -> Iterator[_Faute]:
    if nom in _NOMBRES:
        if not isinstance(valeur, int | float) or valeur is True or valeur <= 0:
            yield f"calcul.{nom} n'est pas un nombre positif", "Écrire un nombre."
    elif nom in _OUI_NON:
        if not isinstance(valeur, bool):
            yield f"calcul.{nom} n'est pas du bon type", "Écrire true ou false."
    elif not isinstance(valeur, str):
        yield f"calcul.{nom} n'est pas du bon type", "Écrire un texte."
    elif nom in VALEURS and valeur not in VALEURS[nom]:
        admises = ", ".join(VALEURS[nom])
        yield f"calcul.{nom} = « {valeur} » inconnu", f"Écrire l'une de : {admises}."


def _sense_faults(lue: Mapping[str, Any]) -> Iterator[_Faute]:
    """Report what each key allows and all of them together do not."""
    methode, nature = lue["calcul"]["methode"], lue["nature"]
    if nature not in _NATURES_DE[methode]:
        admises = " ou ".join(_NATURES_DE[methode])
        yield f"nature = « {nature} » pour une méthode « {methode} »", f"Écrire {admises}."
    if nature != CATEGORIE and not (lue.get("unite") or lue.get("noms")):
        yield "ni unite ni noms", 'Dire ce que compte la valeur : unite = "%", ou noms.'
    if methode in DE_COMMUNES and not lue.get("sources"):
        yield "aucune source", "Ajouter sources, par les identifiants de sources.csv."
    for ecran in lue["ecrans"]:
        permises = _DE_CARTE if ecran == "carte" else _D_ENSEMBLE if ecran in _ENSEMBLE else None
        if permises and methode not in permises:
            yield (
                f"une méthode « {methode} » ne se montre pas sur « {ecran} »",
                "Ôter cet écran.",
            )


def _make(identifiant: str, lue: Mapping[str, Any]) -> Indicateur:
    declaration: dict[str, Any] = {
        nom: tuple(valeur) if isinstance(valeur, list) else valeur for nom, valeur in lue.items()
    }
    declaration["calcul"] = OPTIONS.get(lue["calcul"]["methode"], {}) | lue["calcul"]
    libelle, millesime = lue["libelle"], lue.get("millesime", "")
    noms = lue.get("noms", [""])
    unite = read_unite(lue.get("unite", noms[-1])).texte
    textes = {
        nom: lue.get(nom, libelle)
        for nom in ("libelle", "libelle_court", "titre", "colonne", "nom")
    }
    return Indicateur(
        **declaration
        | {nom: texte.replace("{millesime}", millesime) for nom, texte in textes.items()}
        | {
            "identifiant": identifiant,
            "unite": unite,
            "abrege": lue.get("abrege", unite),
            "adresse": lue.get("adresse", identifiant),
            "decimales_carte": lue.get("decimales_carte", lue.get("decimales", 0)),
        }
    )


def _dangling(registre: Registre) -> Iterator[Probleme]:
    """Report the declarations that name an indicator which is not declared."""
    for indicateur in registre:
        cites = {"annonce": indicateur.annonce} | {
            f"calcul.{nom}": indicateur.calcul.get(nom, "") for nom in ("de", "calcule", "annonce")
        }
        for nom, cite in cites.items():
            if cite and cite not in registre.indicateurs:
                yield _problem(
                    indicateur.identifiant,
                    f"{nom} = « {cite} » n'est pas déclaré",
                    f"Ajouter {cite}.toml, ou corriger le nom.",
                )


def _repeated(registre: Registre) -> Iterator[Probleme]:
    """Report the indicators of the map that one address would name."""
    premiers: dict[str, str] = {}
    for indicateur in registre.on("carte"):
        premier = premiers.setdefault(indicateur.adresse, indicateur.identifiant)
        if premier != indicateur.identifiant:
            yield _problem(
                indicateur.identifiant,
                f"adresse « {indicateur.adresse} » déjà prise par {premier}.toml",
                "En donner une autre.",
            )


def _offer(registre: Registre, variables: set[str]) -> tuple[Registre, list[Probleme]]:
    """Leave out what wants a variable that is not there, and what rests on it; and say so."""
    offerts = dict(registre.indicateurs)
    problemes = []
    for identifiant, indicateur in registre.indicateurs.items():
        absentes = indicateur.variables - variables
        if absentes:
            del offerts[identifiant]
            problemes.append(
                Probleme(
                    Severite.INFORMATION,
                    f"{DOSSIER}/{identifiant}.toml",
                    f"Indicateur non proposé : {', '.join(sorted(absentes))} n'est dans aucune table "
                    f"de variables (connues : {', '.join(sorted(variables))}).",
                    "Ajouter cette colonne à une table de variables/, ou corriger son nom.",
                )
            )
    for identifiant, indicateur in registre.indicateurs.items():
        bases = (indicateur.calcul.get("de"), indicateur.calcul.get("calcule"))
        if any(base and base not in offerts and base in registre.indicateurs for base in bases):
            offerts.pop(identifiant, None)
    return Registre(offerts), problemes
