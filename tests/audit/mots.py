"""The words that name a stage and the partners of a CPTS: those of its source, wherever they are said."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.audit.enonce import Enonce
from tests.audit.regles import Regles

_ETAPES = re.compile(
    r"(?<!« )\b(ACI signé|lancée officiellement|projet de santé validé|en émergence|projet abandonné|"
    r"a signé (?:son|un) (?:accord|ACI)|a été (?:officiellement )?lancée)\b"
)
_PARTENAIRES = re.compile(r"partenaires? publiés? de .*? (?:sont|est) : (.*)\.$")
_TITRES_PARTENAIRES = {"Partenaires", "Ses partenaires"}
# A stage that is told of no one in particular: definitions, legends, filters, what has been published of an area.
_GENERAL = re.compile(
    r"« Couvert » signifie|[Cc]ouvert :|\d+\s(?:CPTS|projets)|CPTS par département|en fonctionnement \(ACI signé|comptée"
)
_VOISINS = 3


@dataclass(frozen=True, slots=True)
class Mot:
    """A word of a CPTS as it is said, and whether its source's is beside it."""

    enonce: Enonce
    cpts_id: str
    dit: str
    attendu: str
    juste: bool


def stage_words(enonces: Sequence[Enonce], regles: Regles) -> Iterator[Mot]:
    """List where a stage is said of a CPTS, and whether the word of its source is said with it."""
    for rang, e in enumerate(enonces):
        trouve = _ETAPES.search(e.texte)
        if not trouve or e.genre == "graphique" or _GENERAL.search(e.texte):
            continue
        qui = _who(e, regles)
        if not qui:
            continue
        attendu = str(regles.faits.fiches.loc[qui, "statut_mot_source"])
        if e.colonne:
            autour = " ".join(texte for _, texte in e.ligne)
        else:
            debut = max(0, rang - _VOISINS)
            proches = enonces[debut : rang + _VOISINS + 1]
            autour = " ".join(v.texte for v in proches if v.contexte == e.contexte)
        if "ACI" in trouve[1] or "accord" in trouve[1]:
            # A sentence may claim an ACI only where the source names one.
            claim = trouve[1].startswith("a signé") and not re.search(r"\bACI\b|accord", attendu)
        else:
            claim = False
        juste = not claim and (not attendu or attendu.casefold() in autour.casefold())
        yield Mot(e, qui, trouve[1], attendu, juste)


def partner_words(enonces: Sequence[Enonce], regles: Regles) -> Iterator[Mot]:
    """List where the partners of a CPTS are told, and whether they are those of its source."""
    for rang, e in enumerate(enonces):
        if "artenaire" not in e.texte:
            continue
        qui = _who(e, regles)
        if not qui:
            continue
        attendus = [p for p in str(regles.faits.fiches.loc[qui, "partenaires"]).split("|") if p]
        m = _PARTENAIRES.search(e.texte)
        if m:
            dits = m[1]
        elif e.texte.strip() in _TITRES_PARTENAIRES and attendus:
            suite = enonces[rang + 1 : rang + 1 + len(attendus)]
            dits = " | ".join(v.texte.lstrip("– ") for v in suite)
        else:
            continue
        reste = dits.casefold()
        for partenaire in sorted(attendus, key=len, reverse=True):
            reste = reste.replace(partenaire.casefold(), "", 1)
        juste = all(p.casefold() in dits.casefold() for p in attendus) and not re.sub(
            r"\bet\b|[|,;\s\xa0]", "", reste
        )
        yield Mot(e, qui, dits, " | ".join(attendus), juste)


def _who(enonce: Enonce, regles: Regles) -> str:
    """Tell of which CPTS one speaks: that of the row, the only one that is named, else that of the page."""
    if enonce.colonne:
        qui = regles.row(enonce) or (
            ("cpts", enonce.case("Code")) if enonce.case("Genre") == "CPTS" else None
        )
        qui = qui or regles.noms.get(enonce.colonne)
        return qui[1] if qui and qui[0] == "cpts" and qui[1] in regles.faits.fiches.index else ""
    nommees = {
        code for genre, code in regles.named(f"{enonce.texte} {enonce.sous}") if genre == "cpts"
    }
    if len(nommees) == 1:
        return nommees.pop()
    seule = enonce.contexte.cpts
    return seule if not nommees and seule in regles.faits.fiches.index else ""
