"""Place a code: a commune of today, one that was absorbed, one that is not loaded, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geo.erreurs import Severite
from geo.importation.remarque import Remarque, tell
from geo.lecture.cog import find_commune, is_foreign
from geo.lecture.communes import departement_of
from geo.texte import write_whole

if TYPE_CHECKING:
    from geo.lecture.cog import CommuneDeFrance
    from geo.recherche.repertoire import Repertoire

# Arrondissements municipaux of the COG, and the commune they are part of.
ARRONDISSEMENTS = {
    **{str(code): "75056" for code in range(75101, 75121)},
    **{str(code): "69123" for code in range(69381, 69390)},
    **{str(code): "13055" for code in range(13201, 13217)},
}
# Until 1976 the two departments of Corsica were one, 20; the three last digits have not changed.
_CORSE, _ANCIENNE_CORSE = ("2A", "2B"), "20"
_LAISSEE = "Rien à faire si ces communes ne sont pas à dessiner ; sinon charger leur département."


class Place(NamedTuple):
    """The commune of today behind a code, the absorbed code if it is one, and what to tell of it."""

    code: str | None
    absorbee: str | None
    remarques: list[Remarque]


def place(code: str, repertoire: Repertoire, *, absorbees_acceptees: bool) -> Place:
    """Return what a code of five characters names.

    Parameters
    ----------
    code
        The code.
    repertoire
        The communes that are loaded.
    absorbees_acceptees
        Whether absorbed codes are replaced by their successors.
    """
    if code in repertoire.noms:
        return Place(code, None, [])
    if departement_of(code) == _ANCIENNE_CORSE:
        return Place(None, None, [_old_corsica(code, repertoire)])
    if code in repertoire.successeurs:
        return _follow(code, repertoire, acceptees=absorbees_acceptees)
    if ville := ARRONDISSEMENTS.get(code):
        return _whole_city(code, ville, repertoire)
    return Place(None, None, [_tell_absent(code, repertoire)])


def leave_aside(quoi: str, departement: str) -> Remarque:
    """Tell that a row is of a department that is not loaded.

    Parameters
    ----------
    quoi
        What the row names.
    departement
        Code of the department.
    """
    return tell(
        Severite.A_VERIFIER,
        f"{quoi} : le département {departement} n'est pas chargé, ligne laissée de côté.",
        _LAISSEE,
        "hors_territoire",
        departement,
    )


def _tell_absent(code: str, repertoire: Repertoire) -> Remarque:
    """Tell what a code is that no commune loaded has, or had."""
    commune = find_commune(code)
    ailleurs = commune is not None and commune.departement not in repertoire.charges
    if code in repertoire.postaux and not ailleurs:
        candidats = repertoire.list_candidates(repertoire.postaux[code])
        return tell(
            Severite.BLOQUANT,
            f"{code} est un code postal, pas un code INSEE.",
            f"Écrire le code INSEE : {candidats}.",
            "code_postal",
        )
    if is_foreign(code):
        return tell(
            Severite.A_VERIFIER,
            f"{code} est le code d'un pays étranger : ligne laissée de côté.",
            "Rien à faire.",
            "pays_etranger",
        )
    if commune is None:
        return tell(
            Severite.BLOQUANT,
            f"{code} n'est pas une commune et ne l'a jamais été, d'après le code officiel géographique.",
            "Corriger le code.",
            "code_inconnu",
        )
    if commune.code in repertoire.noms:
        return _old_code(code, commune)
    if commune.departement in repertoire.charges:
        return tell(
            Severite.A_VERIFIER,
            f"{_name(code, commune)} n'est pas dans les données chargées : ligne laissée de côté.",
            _LAISSEE,
            "hors_territoire",
        )
    return leave_aside(_name(code, commune), commune.departement)


def _name(code: str, commune: CommuneDeFrance) -> str:
    suite = f"{commune.code} {commune.nom}"
    return suite if code == commune.code else f"{code}, ancien code de {suite}"


def _old_code(code: str, commune: CommuneDeFrance) -> Remarque:
    return tell(
        Severite.BLOQUANT,
        f"{code} est un ancien code : celui de {commune.code} {commune.nom}.",
        f"Écrire le code INSEE, {commune.code}.",
        "code_inconnu",
    )


def _old_corsica(code: str, repertoire: Repertoire) -> Remarque:
    commune = find_commune(code)
    if not repertoire.charges & set(_CORSE):
        quoi = _name(code, commune) if commune else f"{code}, ancien code ou code postal de Corse"
        return leave_aside(quoi, commune.departement if commune else "2A ou 2B")
    codes = {f"{dep}{code[2:]}" for dep in _CORSE} | ({commune.code} if commune else set())
    candidats = [c for c in sorted(codes) if c in repertoire.noms]
    proposes = f" : peut-être {repertoire.list_candidates(candidats)}" if candidats else ""
    return tell(
        Severite.BLOQUANT,
        f"{code} n'est plus un code de commune : la Corse se code 2A ou 2B{proposes}.",
        "Écrire le code INSEE (2A004), pas le code postal.",
        "code_corse",
    )


def _follow(code: str, repertoire: Repertoire, *, acceptees: bool) -> Place:
    successeur = repertoire.successeurs[code]
    population = repertoire.populations[successeur]
    ancien = f" {repertoire.anciens_noms[code]}" if code in repertoire.anciens_noms else ""
    message = (
        f"{code}{ancien} a été absorbée par {successeur} {repertoire.noms[successeur]} "
        f"({write_whole(population)} habitants) ; la date n'est pas dans les données chargées"
    )
    if acceptees:
        remarque = tell(
            Severite.A_VERIFIER,
            f"{message} : remplacée.",
            "Vérifier que toute la commune nouvelle est de cette CPTS.",
            "absorbee",
        )
        return Place(successeur, code, [remarque])
    remarque = tell(
        Severite.BLOQUANT,
        f"{message}.",
        "Accepter les remplacements : la case « Remplacer », ou --accepter-absorbees.",
        "absorbee",
    )
    return Place(None, code, [remarque])


def _whole_city(code: str, ville: str, repertoire: Repertoire) -> Place:
    if ville not in repertoire.noms:
        return Place(None, None, [leave_aside(f"{code}, arrondissement", departement_of(code))])
    remarque = tell(
        Severite.A_VERIFIER,
        f"{code} est un arrondissement de {ville} {repertoire.noms[ville]} : la ville entière "
        "est prise, et comptée une fois. Le périmètre y est indicatif tant que tous ses "
        "arrondissements ne sont pas nommés.",
        "Vérifier que la CPTS couvre toute la ville. Si d'autres CPTS la partagent, nommer les "
        "arrondissements de chacune : elle compte alors par part.",
        "arrondissement",
    )
    return Place(ville, None, [remarque])
