"""What sets two compositions apart, in French: one sentence, and the tables that are shown and downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from geo.erreurs import enumerate_first
from geo.indicateurs.annonces import ENVIRON, EXACT
from rendu.mots.francais import QUALIFICATIFS_SEULS, agree, count_noun, join_words, nombre
from rendu.mots.indicateurs import write_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.atelier.ecart import Bilan, Ecart
    from geo.indicateurs.registre import Millesimes

# How the two compositions are called, in the titles of columns.
Cotes: TypeAlias = tuple[str, str]
AVANT_APRES: Cotes = ("avant", "après")
AUCUN_PERIMETRE = "aucun périmètre connu"
_PLUSIEURS = " ; "


def summarize(ecart: Ecart) -> str:
    """Sum a difference up in a sentence: plain text, no label of the files in it."""
    if ecart.vide:
        return "Aucune commune ne change de CPTS, et aucune CPTS ne change."
    n = len(ecart.communes)
    mouvement = (
        f"{count_noun(n, 'commune')} {agree(n, 'change', 'changent')} de CPTS, ou {agree(n, 'y entre ou en sort', 'y entrent ou en sortent')} "
        f"({count_noun(ecart.population, 'habitant')})"
        if n
        else "Aucune commune ne change de CPTS"
    )
    creees = sum(bilan.creee for bilan in ecart.cpts)
    supprimees = sum(bilan.supprimee for bilan in ecart.cpts)
    modifiees = len(ecart.cpts) - creees - supprimees
    sorts = [
        f"{count_noun(compte, 'CPTS', 'CPTS')} {agree(compte, participe)}"
        for compte, participe in (
            (creees, "créée"),
            (supprimees, "supprimée"),
            (modifiees, "modifiée"),
        )
        if compte
    ]
    recouvrements = _tell_overlaps(len(ecart.recouvrements_avant), len(ecart.recouvrements_apres))
    suite = f" : {join_words(sorts)}" if sorts else ""
    return f"{mouvement}{suite}{recouvrements}."


def _tell_overlaps(avant: int, apres: int) -> str:
    if avant == apres:
        return ""
    return f" ; {count_noun(apres, 'commune')} dans plusieurs CPTS, au lieu de {count_noun(avant, 'commune')}"


def tell_unknown(ecart: Ecart) -> str:
    """Name the communes that the data in use no longer have; empty where there is none. Plain text: codes are as read."""
    n = len(ecart.inconnues)
    if not n:
        return ""
    absentes = agree(n, "commune n'est", "communes ne sont")
    comptees = agree(n, "n'est pas comptée", "ne sont pas comptées")
    return (
        f"{nombre(n)} {absentes} plus dans les données en service, et {comptees} : "
        f"{enumerate_first(ecart.inconnues)}."
    )


def tabulate_communes(
    ecart: Ecart, millesimes: Millesimes, cotes: Cotes = AVANT_APRES
) -> pd.DataFrame:
    """Lay out the communes that moved, one a row.

    Parameters
    ----------
    ecart
        The difference.
    millesimes
        Of the data in use.
    cotes
        How the two compositions are called.
    """
    communes = ecart.communes
    avant, apres = cotes
    return pd.DataFrame(
        {
            "Code": pd.Series([d.code for d in communes], dtype="str"),
            "Commune": pd.Series([d.nom for d in communes], dtype="str"),
            "Département": pd.Series([d.departement for d in communes], dtype="str"),
            f"Population {millesimes.population}": pd.Series(
                [d.population for d in communes], dtype="int64"
            ),
            f"CPTS {avant}": _names((d.avant for d in communes), ecart.noms_avant),
            f"CPTS {apres}": _names((d.apres for d in communes), ecart.noms_apres),
        }
    )


def _names(par_commune: Iterable[tuple[str, ...]], noms: Mapping[str, str]) -> pd.Series[str]:
    textes = [
        _PLUSIEURS.join(noms[cpts_id] for cpts_id in siennes) or AUCUN_PERIMETRE
        for siennes in par_commune
    ]
    return pd.Series(textes, dtype="str")


def tabulate_cpts(
    ecart: Ecart, libelles: Mapping[str, str], cotes: Cotes = AVANT_APRES
) -> pd.DataFrame:
    """Lay out the CPTS that are not the same, one a row.

    Parameters
    ----------
    ecart
        The difference.
    libelles
        Words of each stage (``atlas.statuts["libelle"]``).
    cotes
        How the two compositions are called.

    Returns
    -------
    pandas.DataFrame
        What is counted over an unknown perimeter is missing.
    """
    bilans = ecart.cpts
    nombres = {
        **_count(ecart, cotes),
        "Habitants gagnés": [b.population_gagnee if all(b.connues) else None for b in bilans],
        "Habitants perdus": [b.population_perdue if all(b.connues) else None for b in bilans],
    }
    return pd.DataFrame(
        {
            "CPTS": pd.Series([b.nom for b in bilans], dtype="str"),
            "Ce qui change": pd.Series([_tell_change(b, libelles) for b in bilans], dtype="str"),
            **{titre: pd.Series(n, dtype="Int64") for titre, n in nombres.items()},
        }
    )


def _count(ecart: Ecart, cotes: Cotes) -> dict[str, list[int | None]]:
    avant, apres = cotes
    bilans = ecart.cpts
    return {
        f"Communes {avant}": [b.communes_avant if b.connues[0] else None for b in bilans],
        f"Communes {apres}": [b.communes_apres if b.connues[1] else None for b in bilans],
        f"Habitants {avant}": [b.population_avant if b.connues[0] else None for b in bilans],
        f"Habitants {apres}": [b.population_apres if b.connues[1] else None for b in bilans],
    }


def write_counts(ecart: Ecart, cotes: Cotes = AVANT_APRES) -> dict[str, list[str]]:
    """Write the counts of :func:`tabulate_cpts` as a screen shows them, by column; nothing of an unknown perimeter."""
    approches = [[b.indicatives[rang] for b in ecart.cpts] for rang in (0, 1)]
    return {
        titre: [
            "" if n is None else write_about(n, environ=environ, court=True)
            for n, environ in zip(comptes, environs, strict=True)
        ]
        for (titre, comptes), environs in zip(
            _count(ecart, cotes).items(), approches * 2, strict=True
        )
    }


def qualify_counts(ecart: Ecart, cotes: Cotes = AVANT_APRES) -> dict[str, list[str]]:
    """Say in columns what the counts of :func:`tabulate_cpts` are worth on each side, for a file where they are exact."""
    return {
        f"Qualificatif {cote}": [
            QUALIFICATIFS_SEULS[ENVIRON if b.indicatives[rang] else EXACT] for b in ecart.cpts
        ]
        for rang, cote in enumerate(cotes)
    }


def _tell_change(bilan: Bilan, libelles: Mapping[str, str]) -> str:
    if bilan.avant is None:
        return "créée"
    if bilan.apres is None:
        return "supprimée"
    dits = []
    if bilan.renommee:
        dits.append(f"renommée, auparavant « {bilan.avant.nom} »")
    if bilan.avant.statut != bilan.apres.statut:
        quittee, trouvee = (
            libelles.get(fiche.statut, fiche.statut) for fiche in (bilan.avant, bilan.apres)
        )
        dits.append(f"étape : de « {quittee} » à « {trouvee} »")
    if bilan.gagnees or bilan.perdues:
        dits.append(
            "périmètre modifié" if bilan.connues[0] else "périmètre donné, auparavant inconnu"
        )
    return _PLUSIEURS.join(dits)
