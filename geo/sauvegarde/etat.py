"""All that a storage holds, whichever it is, and how an archive says it."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from geo.atelier.gestes import GesteRefuse, read_geste
from geo.erreurs import DonneesInvalides, Probleme, Severite
from geo.importation.depot import FICHIERS_DE_DONNEES, Version
from geo.importation.depot_partage import Fichier
from geo.sauvegarde.archive import GESTES, SCENARIOS, TRACE, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

# A name of file of the data, below the folder of a version.
_NOM = re.compile(r"[^./\\:*?\"<>|\x00-\x1f][^/\\:*?\"<>|\x00-\x1f]{0,199}")
# The start of a scenario, unfolded: that of all of France is a fiftieth of it.
_OCTETS_DEPART_MAX = 64 << 20
# What is listed of one kind of faults: the first tell of the others.
_FAUTES_MAX = 50

_COLONNES: Mapping[str, Mapping[str, type]] = {
    SCENARIOS: {
        "scenario_id": str,
        "nom": str,
        "auteur": str,
        "note": str,
        "cree_le": str,
        "version_depart": int,
        "depart": str,
        "retire": bool,
    },
    GESTES: {"scenario_id": str, "rang": int, "cle": str, "le": str, "donnees": str},
    TRACE: dict.fromkeys(
        ("le", "identifiant", "auteur", "action", "objet", "fichier", "empreinte", "detail"), str
    ),
}


@dataclass(frozen=True, slots=True)
class VersionGardee:
    """A version: what is remembered of it (the state says which one is in use), and its files."""

    version: Version
    fichiers: tuple[Fichier, ...]

    @property
    def numero(self) -> int:
        """Its number."""
        return self.version.numero


@dataclass(frozen=True, slots=True)
class Etat:
    """What a storage holds at one moment.

    Attributes
    ----------
    en_usage, dernier
        Number of the version in use (0 is the base), and the last one ever given.
    versions
        By number.
    scenarios, gestes, trace
        Rows, columns by name; bytes as such.
    """

    en_usage: int
    dernier: int
    versions: tuple[VersionGardee, ...]
    scenarios: Sequence[Mapping[str, Any]]
    gestes: Sequence[Mapping[str, Any]]
    trace: Sequence[Mapping[str, Any]]

    @property
    def vide(self) -> bool:
        """Whether nobody would miss it: no version, no scenario."""
        return not self.versions and not self.scenarios


def write_etat(etat: Etat) -> dict[str, bytes]:
    """Write it as the tables of an archive."""
    versions = {
        "en_usage": etat.en_usage,
        "dernier": etat.dernier,
        "versions": [
            gardee.version.describe() | {"fichiers": sorted(gardee.fichiers)}
            for gardee in etat.versions
        ],
    }
    scenarios = (
        ligne | {"depart": base64.b64encode(ligne["depart"]).decode()}
        for ligne in map(dict, etat.scenarios)
    )
    return {
        VERSIONS: json.dumps(versions, ensure_ascii=False, indent=1).encode("utf-8", "replace"),
        SCENARIOS: _write_lines(scenarios),
        GESTES: _write_lines(etat.gestes),
        TRACE: _write_lines(etat.trace),
    }


def read_etat(tables: Mapping[str, bytes], contenus: Collection[str], nom: str) -> Etat:
    """Read it from the tables of an archive, which may say anything.

    Parameters
    ----------
    tables
        As :func:`write_etat` writes them.
    contenus
        SHA-256 of the contents of the archive.
    nom
        What the archive is called.

    Raises
    ------
    DonneesInvalides
        With every fault.
    """
    fautes: list[str] = []
    pointeur, versions = _read_versions(tables[VERSIONS], contenus, fautes)
    scenarios = [*map(_decode_depart, _read_lines(SCENARIOS, tables[SCENARIOS], fautes))]
    gestes = [*_read_lines(GESTES, tables[GESTES], fautes)]
    trace = [*_read_lines(TRACE, tables[TRACE], fautes)]
    fautes += _find_scenario_faults(scenarios)
    fautes += _find_gesture_faults(scenarios, gestes)
    fautes += _find_date_faults(scenarios, gestes, trace)
    if fautes:
        remede = "Prendre une autre sauvegarde : rien n'a été restauré de celle-ci."
        raise DonneesInvalides(
            Probleme(Severite.BLOQUANT, nom, faute, remede) for faute in fautes[:_FAUTES_MAX]
        )
    return Etat(*pointeur, versions, scenarios, gestes, trace)


def _write_lines(lignes: Any) -> bytes:
    return b"".join(
        json.dumps(dict(ligne), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        for ligne in lignes
    )


def _read_lines(table: str, octets: bytes, fautes: list[str]) -> Iterator[dict[str, Any]]:
    colonnes = _COLONNES[table]
    for numero, ligne in enumerate(octets.splitlines(), start=1):
        try:
            lue = json.loads(ligne)
            if {nom: type(valeur) for nom, valeur in lue.items()} != colonnes:
                raise TypeError  # noqa: TRY301 - of several ways to be unreadable
        except (ValueError, TypeError, AttributeError, RecursionError):
            fautes.append(f"{table}, ligne {numero} : illisible.")
        else:
            yield lue


def _read_versions(
    octets: bytes, contenus: Collection[str], fautes: list[str]
) -> tuple[tuple[int, int], tuple[VersionGardee, ...]]:
    try:
        lu = json.loads(octets)
        pointeur = int(lu["en_usage"]), int(lu["dernier"])
        versions = tuple(map(_read_version, lu["versions"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fautes.append(f"{VERSIONS} est illisible.")
        return (0, 0), ()
    numeros = [version.numero for version in versions]
    if len(set(numeros)) != len(numeros) or any(numero < 1 for numero in numeros):
        fautes.append(f"{VERSIONS} : un numéro de version y est deux fois, ou n'en est pas un.")
    if pointeur[0] not in (0, *numeros):
        fautes.append(f"{VERSIONS} : la version en usage, {pointeur[0]}, n'y est pas.")
    if pointeur[1] < max(numeros, default=0):
        fautes.append(
            f"{VERSIONS} : le dernier numéro donné est plus petit que celui d'une version."
        )
    for version in versions:
        for fichier in version.fichiers:
            dit = f"Version {version.numero} : « {fichier.chemin} »"
            if not is_place(fichier.chemin):
                fautes.append(f"{dit} n'est pas un fichier de données.")
            if fichier.empreinte not in contenus:
                fautes.append(f"{dit} n'a pas son contenu.")
        if len({fichier.chemin for fichier in version.fichiers}) != len(version.fichiers):
            fautes.append(f"Version {version.numero} : un fichier y est deux fois.")
    return pointeur, versions


def _read_version(lue: Any) -> VersionGardee:
    if not all(isinstance(lue[nom], int) for nom in ("numero", "cpts", "communes")):
        raise TypeError
    fichiers = (
        Fichier(str(chemin), str(sha), int(modifie_ns))
        for chemin, sha, modifie_ns in lue["fichiers"]
    )
    return VersionGardee(Version.read(lue, actuelle=False), tuple(fichiers))


def is_place(place: str) -> bool:
    """Tell whether a path is one of a file of the data in the folder of a version, and leads nowhere else.

    >>> is_place("cpts.csv"), is_place("officiels/apl.toml"), is_place("../cpts.csv")
    (True, True, False)
    """
    return all(_NOM.fullmatch(nom) for nom in place.split("/")) and any(
        place.count("/") == motif.count("/") and fnmatchcase(place, motif)
        for motif in FICHIERS_DE_DONNEES
    )


def _decode_depart(ligne: dict[str, Any]) -> dict[str, Any]:
    try:
        return ligne | {"depart": base64.b64decode(ligne["depart"], validate=True)}
    except binascii.Error:
        return ligne | {"depart": b""}


def _find_scenario_faults(scenarios: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    compte = Counter(ligne["scenario_id"] for ligne in scenarios)
    for ligne in scenarios:
        scenario_id = ligne["scenario_id"]
        if compte[scenario_id] > 1:
            yield f"Le scénario {scenario_id} y est plus d'une fois."
        depli = zlib.decompressobj()
        try:
            json.loads(depli.decompress(ligne["depart"], _OCTETS_DEPART_MAX))
        except (zlib.error, ValueError, RecursionError):
            yield f"Le départ du scénario {scenario_id} est illisible."


def _find_gesture_faults(
    scenarios: Sequence[Mapping[str, Any]], gestes: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    rangs: dict[str, list[int]] = {ligne["scenario_id"]: [] for ligne in scenarios}
    for ligne in gestes:
        scenario_id, rang = ligne["scenario_id"], ligne["rang"]
        if scenario_id not in rangs:
            yield f"Un geste est d'un scénario inconnu, {scenario_id}."
            continue
        rangs[scenario_id].append(rang)
        try:
            read_geste(json.loads(ligne["donnees"]))
        except (GesteRefuse, ValueError, RecursionError):
            yield f"Le geste {rang} du scénario {scenario_id} est illisible."
    for scenario_id, siens in rangs.items():
        if sorted(siens) != list(range(1, len(siens) + 1)):
            yield f"Il manque des gestes au scénario {scenario_id}, ou il en a deux de même rang."


def _find_date_faults(*tables: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for ligne in (ligne for lignes in tables for ligne in lignes):
        texte = ligne.get("le") or ligne.get("cree_le") or ""
        try:
            dt.datetime.fromisoformat(texte)
        except ValueError:
            yield f"« {texte} » n'est pas une date."
