"""Which attributes of a layer name the CPTS, its stage, its date and its department; which are of persons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo.couches.refus import block_couche
from geo.erreurs import Probleme, Severite, enumerate_first
from geo.importation.contenus import PERSONNELLES, look_like_cpts, names_nothing
from geo.importation.titres import (
    is_personal,
    measure_shortened,
    measure_titles,
    title_key,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Those that a polygon may have: it has no other place than its own.
ROLES = ("cpts", "statut", "date", "departement")
# A shapefile cuts its titles at ten characters: what is left of what « titres » knows.
_PERSONNEL_TRONQUE = re.compile(
    r"\b(e?mails?|presid\w*|coord|coordin\w*|coordo\w*|teleph\w*|contac\w*|courri\w*|refer|referen\w*|direct\w*|tresor\w*|secret\w*|interloc\w*)\b"
)
# From the start of a word, and of one "@" to the next: in a time of the length of the text.
_ADRESSE = re.compile(r"(?<![^\s@])[^\s@]+@[^\s@]+\.\w+")
_TELEPHONE = re.compile(r"(?<![0-9])(\+33|0033|0)[\s.-]?[1-9]([\s.-]?[0-9]{2}){4}(?![0-9])")
# Titles of a name, where a layer has but CPTS: the better first.
_NOMS = (
    "nom officiel", "nom offici", "nom territoire", "nom territ", "nom", "name", "libelle", "lib", "label",
    "intitule", "denomination", "titre", "title", "territoire",
)  # fmt: skip


def drop_contacts(
    fichier: str, attributs: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Sequence[str]], list[Probleme]]:
    """Leave out the columns that are of persons, and say their titles, never what they hold.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    attributs
        Texts by title.
    """
    contacts = [titre for titre, valeurs in attributs.items() if _is_contact(titre, valeurs)]
    gardes = {titre: valeurs for titre, valeurs in attributs.items() if titre not in contacts}
    if not contacts:
        return gardes, []
    plusieurs = len(contacts) > 1
    return gardes, [
        Probleme(
            Severite.INFORMATION,
            fichier,
            f"{'attributs' if plusieurs else 'attribut'} de contact, "
            f"{'laissés' if plusieurs else 'laissé'} de côté : "
            f"{enumerate_first((f'« {t} »' for t in contacts), 20)}.",
            "Rien à faire.",
            identifiant="donnees_personnelles",
        )
    ]


def find_roles(
    fichier: str, attributs: Mapping[str, Sequence[str]], demande: Mapping[str, str]
) -> tuple[dict[str, str], list[Probleme]]:
    """Return the attribute of each role.

    Parameters
    ----------
    fichier
        Name of the file, for the problems.
    attributs
        Texts by title, without those of persons.
    demande
        Titles by role, as the planner corrects them; an empty one means that there is none.

    Returns
    -------
    tuple of dict and list of Probleme
        Title by role; what is to be told, first that no attribute names the CPTS.

    Raises
    ------
    DonneesInvalides
        If a title that is asked is not one of the layer, or a role is not one of a polygon.
    """
    titres = list(attributs)
    roles: dict[str, str] = {}
    for role, titre in demande.items():
        if role not in ROLES or (titre and titre not in attributs):
            raise block_couche(
                fichier,
                f"« {titre} » n'est pas un attribut de la couche."
                if role in ROLES
                else f"« {role} » ne se lit pas dans une couche.",
                f"Choisir parmi : {_list_titles(titres)}.",
                identifiant="colonne_inconnue",
            )
        if titre:
            roles[role] = titre
    for role in ROLES:
        if role in demande:
            continue
        libres = {t: v for t, v in attributs.items() if t not in roles.values()}
        trouve = _guess_name(libres) if role == "cpts" else _guess(libres, role)
        if trouve is not None:
            roles[role] = trouve
    if "cpts" in roles:
        return roles, []
    return roles, [
        Probleme(
            Severite.BLOQUANT,
            fichier,
            f"aucun attribut ne donne le nom de la CPTS. Attributs de la couche : {_list_titles(titres)}.",
            "Dire lequel : « Nom de la CPTS », ou --colonne cpts=TITRE.",
            identifiant="nom_de_cpts_introuvable",
        )
    ]


def _guess(attributs: Mapping[str, Sequence[str]], role: str) -> str | None:
    """Return the title that names a role best, of an attribute that is filled."""
    titres = [titre for titre, valeurs in attributs.items() if any(valeurs)]
    forces = measure_titles(titres, role) or measure_shortened(titres, role)
    return titres[max(forces, key=lambda rang: (forces[rang], -rang))] if forces else None


def _guess_name(attributs: Mapping[str, Sequence[str]]) -> str | None:
    """Return the title of the attribute that names the CPTS: by its title, else by what it holds."""
    possibles = {
        titre: valeurs
        for titre, valeurs in attributs.items()
        if any(valeurs) and not names_nothing(valeurs)
    }
    par_titre = _guess(possibles, "cpts")
    if par_titre is not None:
        return par_titre
    for titre, valeurs in possibles.items():
        if look_like_cpts([v for v in valeurs if v]):
            return titre
    cles = {title_key(titre): titre for titre in reversed(possibles)}
    return next((cles[nom] for nom in _NOMS if nom in cles), None)


def _is_contact(titre: str, valeurs: Sequence[str]) -> bool:
    pleines = [valeur for valeur in valeurs if valeur]
    if is_personal(titre) or _PERSONNEL_TRONQUE.search(title_key(titre)):
        return True
    # A name beside which somebody wrote an address stays a name.
    if look_like_cpts([_ADRESSE.sub("", valeur) for valeur in pleines]):
        return False
    return names_nothing(pleines) in PERSONNELLES or any(
        _ADRESSE.search(valeur) or _TELEPHONE.search(valeur) for valeur in pleines
    )


def strip_contacts(valeur: str) -> str:
    """Take off a text the addresses and telephone numbers that somebody wrote in it.

    >>> strip_contacts("CPTS du Lac (contact@lac.example)"), strip_contacts("CPTS Sud 03 81 00 00 00")
    ('CPTS du Lac', 'CPTS Sud')
    """
    if "@" not in valeur and not _TELEPHONE.search(valeur):
        return valeur
    return _TELEPHONE.sub("", _ADRESSE.sub("", valeur)).strip(" ()[]-–—,;:/")


def _list_titles(titres: Sequence[str]) -> str:
    return enumerate_first((f"« {titre} »" for titre in titres), 20) or "aucun"
