"""Which communes a layer gives to each CPTS: above a threshold, or as decided by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.couches.parts import BORDURE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SEUIL_PCT = 50
BORDURE_PCT = 100 * BORDURE

# Of a share, from 0 to 1: hundredths of a per cent, as a table writes them.
DECIMALES = 4

# By what a share is told.
HABITANTS, SURFACE, MAIRIE = "habitants", "surface", "mairie"
COMPTES = (HABITANTS, SURFACE, MAIRIE)

# What becomes of a commune that is not whole in one polygon.
PARTAGEE, CHACUNE, AUCUNE, ENTIERE = "partagee", "chacune", "aucune", "entiere"
_ENTIERE_A = f"{ENTIERE}:"

# Why a commune is listed.
ENTRE, PARTAGE, RECOUVREMENT = "entre", "partage", "recouvrement"
TROP_PEU, MAIRIE_AILLEURS = "trop_peu", "mairie_ailleurs"


@dataclass(frozen=True)
class Regle:
    """How communes are given.

    Attributes
    ----------
    seuil_pct
        Share of a commune from which it belongs.
    compter
        One of :data:`COMPTES`.
    decisions
        By ``code_commune``, what was decided by hand: :data:`PARTAGEE`, :data:`CHACUNE`, :data:`AUCUNE`, or the
        CPTS that has it whole, as :func:`whole_to` writes it.
    """

    seuil_pct: float = SEUIL_PCT
    compter: str = HABITANTS
    decisions: Mapping[str, str] = field(default_factory=dict)


class Cas(NamedTuple):
    """A commune to look at.

    Attributes
    ----------
    code_commune
        Which.
    parts_pct
        Share in each CPTS that holds more than a border of it, the greatest first.
    mairies
        CPTS that hold its town hall.
    pourquoi
        :data:`TROP_PEU`, :data:`PARTAGE`, :data:`RECOUVREMENT`, :data:`ENTRE` or :data:`MAIRIE_AILLEURS`.
    proposee, decidee
        What the threshold says, and what was decided by hand (empty: nothing).
    tenues
        CPTS that hold the threshold of it.
    recouvert_pct
        What of it polygons hold more than once.
    """

    code_commune: str
    parts_pct: tuple[tuple[str, float], ...]
    mairies: tuple[str, ...]
    pourquoi: str
    proposee: str
    decidee: str
    tenues: tuple[str, ...] = ()
    recouvert_pct: float = 0.0

    @property
    def retenue(self) -> str:
        """Return what becomes of it."""
        return self.decidee or self.proposee

    @property
    def chacune(self) -> tuple[str, ...]:
        """Return the CPTS that have it whole where several do: those above the threshold, else all of them."""
        return self.tenues if len(self.tenues) > 1 else tuple(nom for nom, _ in self.parts_pct)

    @property
    def enjeu(self) -> float:
        """Return the share of its inhabitants, from 0 to 1, that what becomes of it depends on."""
        grande, *autres = (min(pct / 100, 1.0) for _, pct in self.parts_pct)
        return max(min(grande, 1 - grande), *autres[:1], 0.0)

    def choices(self) -> list[str]:
        """Return what may be decided: each CPTS, all of them by their shares or whole, none."""
        entieres = [whole_to(nom) for nom, _ in self.parts_pct]
        if len(entieres) > 1:
            return [*entieres, PARTAGEE, CHACUNE, AUCUNE]
        # Of a commune that is held whole, there is no share to give.
        en_partie = self.parts_pct[0][1] < 100 - BORDURE_PCT
        return [*entieres, *([PARTAGEE] if en_partie else []), AUCUNE]


@dataclass(frozen=True)
class Attribution:
    """What a layer gives.

    Attributes
    ----------
    adhesions
        ``cpts``, ``code_commune``, ``part`` (0 to 1, of the inhabitants; 1 is the whole commune).
    cas
        Communes to look at, and those decided by hand, by code.
    """

    adhesions: pd.DataFrame
    cas: tuple[Cas, ...]


def whole_to(cpts: str) -> str:
    """Return the decision that gives a commune whole to a CPTS.

    >>> whole_to("CPTS Nord")
    'entiere:CPTS Nord'
    """
    return f"{_ENTIERE_A}{cpts}"


def name_whole(decision: str) -> str:
    """Return the CPTS that a decision gives the commune whole to; empty where it does not.

    >>> name_whole("entiere:CPTS Nord"), name_whole("partagee")
    ('CPTS Nord', '')
    """
    return decision.removeprefix(_ENTIERE_A) if decision.startswith(_ENTIERE_A) else ""


def attribute(parts: pd.DataFrame, regle: Regle) -> Attribution:
    """Give the communes to the CPTS.

    A commune belongs to the CPTS that hold the threshold of it; several that do not overlap split it by their
    shares, and so do those that reach the threshold only together. What a border holds is ignored, and what several
    polygons hold counts once. A decision that no longer has a meaning, of a commune or a CPTS that is not there,
    does nothing.

    Parameters
    ----------
    parts
        As :func:`geo.couches.parts.measure_parts` returns them.
    regle
        Threshold, measure and decisions.
    """
    pcts = (
        100
        * {
            HABITANTS: parts["part_population"],
            SURFACE: parts["part_surface"],
            MAIRIE: parts["mairie"].astype("float64"),
        }[regle.compter]
    )
    vues = parts.assign(pct=pcts)[pcts >= BORDURE_PCT]
    plusieurs = vues["code_commune"].duplicated(keep=False)
    ailleurs = ~vues["mairie"] & (vues["pct"] < 100 - BORDURE_PCT)
    simples = ~plusieurs & (vues["pct"] >= regle.seuil_pct) & ~ailleurs
    simples &= ~vues["code_commune"].isin(list(regle.decisions))
    triees = vues[~simples].sort_values(
        ["code_commune", "pct", "cpts"], ascending=[True, False, True]
    )
    lues = ("code_commune", "cpts", "pct", "mairie", "recouvert")
    lignes = zip(*(triees[c] for c in lues), strict=True)
    cas = tuple(
        _judge(code, [ligne[1:] for ligne in siennes], regle)
        for code, siennes in groupby(lignes, key=itemgetter(0))
    )
    donnees = pd.DataFrame(
        [(nom, un_cas.code_commune, part) for un_cas in cas for nom, part in give(un_cas)],
        columns=["cpts", "code_commune", "part"],
    )
    pleines = vues.loc[simples, ["cpts", "code_commune"]].assign(part=1.0)
    table = pd.concat([pleines, donnees]).astype({"part": "float64"})
    return Attribution(table.sort_values(["cpts", "code_commune"], ignore_index=True), cas)


def give(cas: Cas) -> list[tuple[str, float]]:
    """Return the CPTS that a commune goes to, each with its share, from 0 to 1.

    >>> partage = Cas("21231", (("Nord", 60.0), ("Sud", 39.0)), (), PARTAGE, "partagee", "")
    >>> give(partage)
    [('Nord', 0.6061), ('Sud', 0.3939)]
    """
    if entiere := name_whole(cas.retenue):
        return [(entiere, 1.0)]
    if cas.retenue == CHACUNE:
        return [(nom, 1.0) for nom in cas.chacune]
    if cas.retenue == AUCUNE:
        return []
    # Decided by hand, each has its share; by the threshold, those that hold it, if several do.
    seules = not cas.decidee and len(cas.tenues) > 1
    parts_pct = [(nom, pct) for nom, pct in cas.parts_pct if not seules or nom in cas.tenues]
    return _split(parts_pct, cas.recouvert_pct)


def count_changed(avant: Attribution, apres: Attribution) -> int:
    """Count the communes that two attributions do not give alike."""
    lignes = pd.concat([avant.adhesions, apres.adhesions])
    cles = ["cpts", "code_commune", "part"]
    return int(lignes.loc[~lignes.duplicated(cles, keep=False), "code_commune"].nunique())


def _judge(code: str, siennes: Iterable[tuple[str, float, bool, float]], regle: Regle) -> Cas:
    """Say why a commune is to be looked at, and what the threshold makes of it."""
    lues = list(siennes)
    parts = tuple((nom, pct) for nom, pct, *_ in lues)
    mairies = tuple(nom for nom, _, mairie, _ in lues if mairie)
    tenues = [nom for nom, pct in parts if pct >= regle.seuil_pct]
    somme = sum(pct for _, pct in parts)
    recouvert = max(*(100 * recouvert for *_, recouvert in lues), somme - 100)
    recouvre = recouvert > BORDURE_PCT
    if len(tenues) > 1:
        proposee = CHACUNE if recouvre else PARTAGEE
    elif tenues:
        proposee = whole_to(tenues[0])
    else:
        ensemble = somme - max(recouvert, 0.0)
        proposee = PARTAGEE if len(parts) > 1 and ensemble >= regle.seuil_pct else AUCUNE
    if recouvre:
        pourquoi = RECOUVREMENT
    elif proposee == PARTAGEE:
        pourquoi = PARTAGE
    elif not tenues:
        pourquoi = TROP_PEU
    elif len(tenues) < len(parts):
        pourquoi = ENTRE
    else:
        pourquoi = MAIRIE_AILLEURS
    cas = Cas(
        code, parts, mairies, pourquoi, proposee, "", tuple(tenues), recouvert if recouvre else 0.0
    )
    decidee = regle.decisions.get(code, "")
    return cas._replace(decidee=decidee) if decidee in cas.choices() else cas


def _split(parts_pct: Sequence[tuple[str, float]], recouvert_pct: float) -> list[tuple[str, float]]:
    """Write shares with as many decimals as a table keeps: together, what the polygons hold, once.

    What only a border lacks or adds is shared out.
    """
    somme = sum(pct for _, pct in parts_pct)
    ensemble = min(somme - recouvert_pct, 100.0)
    comble = ensemble >= 100 - BORDURE_PCT
    total = somme * 100 / (100.0 if comble else ensemble)
    parts = {nom: round(pct / total, DECIMALES) for nom, pct in parts_pct}
    if comble:
        grande = parts_pct[0][0]
        reste = 1 - sum(part for nom, part in parts.items() if nom != grande)
        parts[grande] = round(reste, DECIMALES)
    return [(nom, part) for nom, part in parts.items() if part > 0]
