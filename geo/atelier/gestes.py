"""What a planner does in one go: read from what a browser sends, which may be anything."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo.importation.rapprochement import clean_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ATTRIBUER = "attribuer"
VERROUILLER, DEVERROUILLER = "verrouiller", "deverrouiller"
CREER, RENOMMER, FUSIONNER = "creer", "renommer", "fusionner"
SCINDER, SUPPRIMER = "scinder", "supprimer"
JUSTIFIER, CONTRAINDRE = "justifier", "contraindre"
ANNULER, REFAIRE = "annuler", "refaire"

NOM_MAX, MOTIF_MAX, CODES_MAX = 120, 4_000, 40_000
# What a planner may ask of the CPTS that a scenario touches.
POPULATION_MIN, POPULATION_MAX = "population_min", "population_max"
D_UN_SEUL_TENANT, EPCI_ENTIERS = "d_un_seul_tenant", "epci_entiers"
UN_SEUL_DEPARTEMENT = "un_seul_departement"
BORNES = (POPULATION_MIN, POPULATION_MAX)
CONTRAINTES = (*BORNES, D_UN_SEUL_TENANT, EPCI_ENTIERS, UN_SEUL_DEPARTEMENT)
_POPULATION_PLAUSIBLE = 100_000_000
# As the schema of cpts_fiches.csv has it: a scenario may be put in use.
_IDENTIFIANT = re.compile(r"cpts-[a-z0-9-]+")


class GesteRefuse(Exception):
    """What was asked of a scenario cannot be done, and nothing has changed: why, in French."""


@dataclass(frozen=True, slots=True)
class Geste:
    """One gesture.

    Attributes
    ----------
    genre
        One of the constants of this module.
    vers
        For :data:`ATTRIBUER`: codes of communes by the ``cpts_id`` that receives them.
    codes
        Communes: given to nobody by :data:`ATTRIBUER`, locked, or taken by :data:`SCINDER` and :data:`CREER`.
    cpts
        The CPTS spoken of: locked, merged, or the one to rename, split, delete or justify.
    cible
        Of :data:`FUSIONNER`, the CPTS that stays; of :data:`SCINDER` and :data:`CREER`, the new one.
    nom, statut
        Of a new or renamed CPTS.
    motif
        Why a CPTS is as it is.
    contraintes
        By name, the bound in inhabitants, or whether it is asked for; ``None`` lifts it.
    outil
        How it was done, for whoever reads the log: « pinceau », « lasso »…
    """

    genre: str
    vers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    cpts: tuple[str, ...] = ()
    cible: str = ""
    nom: str = ""
    statut: str = ""
    motif: str = ""
    contraintes: Mapping[str, int | bool | None] = field(default_factory=dict)
    outil: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return it as :func:`read_geste` reads it, without what is empty."""
        dits = {
            "genre": self.genre,
            "vers": {cpts_id: list(codes) for cpts_id, codes in self.vers.items()},
            "codes": list(self.codes),
            "cpts": list(self.cpts),
            "cible": self.cible,
            "nom": self.nom,
            "statut": self.statut,
            "motif": self.motif,
            "contraintes": dict(self.contraintes),
            "outil": self.outil,
        }
        return {nom: valeur for nom, valeur in dits.items() if valeur}


# What each kind needs.
_EXIGES: dict[str, tuple[str, ...]] = {
    ATTRIBUER: (),
    VERROUILLER: (),
    DEVERROUILLER: (),
    CREER: ("cible", "nom"),
    RENOMMER: ("cpts", "nom"),
    FUSIONNER: ("cpts", "cible"),
    SCINDER: ("cpts", "cible", "nom", "codes"),
    SUPPRIMER: ("cpts",),
    JUSTIFIER: ("cpts",),
    CONTRAINDRE: ("contraintes",),
    ANNULER: (),
    REFAIRE: (),
}
# Of which one of these must be there.
_AU_MOINS_UN: dict[str, tuple[str, ...]] = {
    ATTRIBUER: ("vers", "codes"),
    VERROUILLER: ("codes", "cpts"),
    DEVERROUILLER: ("codes", "cpts"),
}


def read_geste(brut: Any) -> Geste:
    """Read a gesture from parsed JSON.

    Raises
    ------
    GesteRefuse
        If it is not one.

    Examples
    --------
    >>> read_geste({"genre": "attribuer", "vers": {"cpts-luxeuil": ["70311"]}}).vers
    {'cpts-luxeuil': ('70311',)}
    """
    genre = brut.get("genre") if isinstance(brut, dict) else None
    if not isinstance(genre, str) or genre not in _EXIGES:
        raise _unreadable()
    geste = Geste(
        genre=genre,
        vers=_read_vers(brut.get("vers", {})),
        codes=_read_names(brut.get("codes", []), CODES_MAX),
        cpts=_read_names(brut.get("cpts", []), CODES_MAX),
        cible=_read_text(brut.get("cible", ""), NOM_MAX),
        nom=_read_text(brut.get("nom", ""), NOM_MAX),
        statut=_read_text(brut.get("statut", ""), NOM_MAX),
        motif=_read_text(brut.get("motif", ""), MOTIF_MAX, clean=_clean_lines),
        contraintes=_read_contraintes(brut.get("contraintes", {})),
        outil=_read_text(brut.get("outil", ""), NOM_MAX),
    )
    if any(not getattr(geste, nom) for nom in _EXIGES[genre]):
        raise _unreadable()
    choix = _AU_MOINS_UN.get(genre)
    if choix and not any(getattr(geste, nom) for nom in choix):
        raise _unreadable()
    if genre in (CREER, SCINDER) and not _IDENTIFIANT.fullmatch(geste.cible):
        raise _unreadable()
    return geste


def _unreadable() -> GesteRefuse:
    return GesteRefuse("Ce que la page a envoyé ne se lit pas : rechargez-la.")


def _clean_lines(texte: str) -> str:
    return "\n".join(map(clean_name, texte.splitlines())).strip()


def _read_text(brut: Any, longueur: int, clean: Callable[[str], str] = clean_name) -> str:
    if not isinstance(brut, str):
        raise _unreadable()
    if len(propre := clean(brut)) > longueur:
        raise GesteRefuse(f"Ce texte est trop long : {longueur} caractères au plus.")
    return propre


def _read_names(brut: Any, maximum: int) -> tuple[str, ...]:
    if not isinstance(brut, list) or len(brut) > maximum:
        raise _unreadable()
    noms = dict.fromkeys(_read_text(nom, NOM_MAX) for nom in brut)
    if "" in noms:
        raise _unreadable()
    return tuple(noms)


def _read_vers(brut: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(brut, dict) or len(brut) > CODES_MAX:
        raise _unreadable()
    vers = {_read_text(nom, NOM_MAX): _read_names(codes, CODES_MAX) for nom, codes in brut.items()}
    if len(vers) < len(brut):  # two names that read as one
        raise _unreadable()
    return {cpts_id: codes for cpts_id, codes in vers.items() if codes}


def _read_contraintes(brut: Any) -> dict[str, int | bool | None]:
    if not isinstance(brut, dict) or not set(brut) <= set(CONTRAINTES):
        raise _unreadable()
    lues: dict[str, int | bool | None] = {}
    for nom, valeur in brut.items():
        if nom in BORNES:
            entier = isinstance(valeur, int) and not isinstance(valeur, bool)
            if valeur is not None and not (entier and 0 < valeur <= _POPULATION_PLAUSIBLE):
                raise GesteRefuse("Une borne de population est un nombre entier d'habitants.")
            lues[nom] = valeur
        elif valeur is None or isinstance(valeur, bool):
            lues[nom] = valeur or None
        else:
            raise _unreadable()
    return lues
