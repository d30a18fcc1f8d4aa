"""What an import would change, before it does: CPTS, communes, residents, coverage, and a map of the differences."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.importation.changement import ENTREE, SORTIE, Changement, Doubles, count_doubles
from geo.regles.comptes import name_share
from geo.regles.couverture import DEFINITIONS
from rendu.carte.differences import GENRES
from rendu.mots.francais import (
    ETABLIS_ET_INDICATIFS,
    INCONNU,
    agree,
    capitale,
    count_noun,
    escape_markdown,
    join_words,
    nombre,
    pourcentage,
)
from rendu.mots.indicateurs import write_about
from rendu.mots.millesimes import population_title
from rendu.mots.partage import name_holder
from ui.commun.completude import contradictions
from ui.commun.couverture_detail import draw_table

_NOMMEES = 12


def draw_changement(
    avant: Atlas,
    apres: Atlas,
    changement: Changement,
    definition: str,
    *,
    draw_map: Callable[[Atlas, Changement], None],
) -> None:
    """Draw the summary of a change of data.

    Parameters
    ----------
    avant, apres
        The data in use, and those that would replace them; the communes are the same.
    changement
        See :func:`geo.importation.changement.compare`.
    definition
        What « couvert » means in the rates.
    draw_map
        Draws the map of the differences, from the data in use; there is one map that moves on a page.
    """
    st.markdown("\n".join(f"- {phrase}" for phrase in _sentences(avant, apres, changement)))
    for phrase in contradictions(apres, apres.declares):
        st.warning(phrase, icon=":material/warning:")
    if changement.communes.empty:
        return
    draw_map(avant, changement)
    st.markdown("**CPTS modifiées**")
    draw_table(
        cpts_table(avant, apres, changement),
        absent=INCONNU,
        ecrits=write_counts(avant, apres, changement),
    )
    st.markdown("**Couverture avant et après, par département**")
    st.caption(
        f"« Couvert » : {DEFINITIONS[definition]}. Parts des habitants ({apres.millesimes.population}). « Complet » : toutes les "
        "CPTS connues et dessinées, donc des zones blanches possibles."
    )
    draw_table(coverage_table(avant, changement))
    with st.expander("Les communes concernées"):
        draw_table(communes_table(avant, apres, changement))


def _share_text(part: float, *, complete: bool, indicatifs: bool) -> str:
    r"""Write a share of coverage: unknown where CPTS are missing, or at least that much of the established perimeters.

    With the indicative ones it is no minimum: they may prove smaller.

    >>> _share_text(0.0, complete=False, indicatifs=False), _share_text(0.0, complete=True, indicatifs=False)
    ('inconnu', '0\xa0%')
    >>> _share_text(8.6, complete=False, indicatifs=False), _share_text(27.0, complete=False, indicatifs=True)
    ('au moins 8,6\xa0%', '27\xa0%')
    """
    if not part and not complete:
        return INCONNU
    return pourcentage(part, au_moins=not (complete or indicatifs))


def coverage_table(atlas: Atlas, changement: Changement) -> pd.DataFrame:
    """Set coverage before beside coverage after, by department, with French column names."""
    couverture = changement.couverture
    colonnes: dict[str, Any] = {
        "Département": [atlas.departements["nom"].get(code, code) for code in couverture.index]
    }
    for nom, indicatifs in (("Établis", False), (capitale(ETABLIS_ET_INDICATIFS), True)):
        mesure = name_share("population", indicatifs=indicatifs)
        for quand in ("avant", "apres"):
            titre = f"{nom}, {'après' if quand == 'apres' else quand}"
            colonnes[titre] = [
                _share_text(part, complete=complete, indicatifs=indicatifs)
                for part, complete in zip(
                    couverture[f"{mesure}_{quand}"], couverture[f"complete_{quand}"], strict=True
                )
            ]
    for quand in ("avant", "apres"):
        titre = f"Complet, {'après' if quand == 'apres' else quand}"
        colonnes[titre] = couverture[f"complete_{quand}"].astype(bool)
    return pd.DataFrame(colonnes)


def cpts_table(avant: Atlas, apres: Atlas, changement: Changement) -> pd.DataFrame:
    """List the CPTS whose communes change, the greatest change first, with French column names.

    What is counted over an unknown perimeter is missing.
    """
    noms = _names(avant, apres)
    comptes = {
        titre: pd.Series(
            [None if _lacks_perimeter(atlas, i) else n for i, n in compte.items()], dtype="Int64"
        )
        for titre, atlas, compte in _counts(avant, apres, changement)
    }
    return pd.DataFrame({"CPTS": [noms[i] for i in _sort_cpts(changement).index], **comptes})


def write_counts(avant: Atlas, apres: Atlas, changement: Changement) -> dict[str, list[str]]:
    """Write the counts of :func:`cpts_table` as the screen shows them, by column; nothing of an unknown perimeter."""
    return {
        titre: [
            ""
            if _lacks_perimeter(atlas, i)
            else write_about(n, environ=_is_indicative(atlas, i), court=True)
            for i, n in compte.items()
        ]
        for titre, atlas, compte in _counts(avant, apres, changement)
    }


def _counts(
    avant: Atlas, apres: Atlas, changement: Changement
) -> list[tuple[str, Atlas, dict[str, int]]]:
    """Return the counts of the CPTS whose communes change: their title, the data that they are of, and them by ``cpts_id``."""
    cpts = _sort_cpts(changement)
    return [
        (
            f"{titre}, {quand}",
            atlas,
            {str(i): int(n) for i, n in cpts[f"{mesure}_{cote}"].items()},
        )
        for titre, mesure in (
            ("Communes", "communes"),
            (f"Habitants ({apres.millesimes.population})", "population"),
        )
        for quand, cote, atlas in (("avant", "avant", avant), ("après", "apres", apres))
    ]


def _sort_cpts(changement: Changement) -> pd.DataFrame:
    cpts = changement.cpts
    ecarts = (cpts["population_apres"] - cpts["population_avant"]).abs()
    return cpts.loc[ecarts.sort_values(ascending=False, kind="stable").index]


def _lacks_perimeter(atlas: Atlas, cpts_id: str) -> bool:
    """Tell whether an atlas knows a CPTS, and no perimeter of it."""
    return cpts_id in atlas.fiches.index and not atlas.perimetre(cpts_id).dessine


def _is_indicative(atlas: Atlas, cpts_id: str) -> bool:
    return cpts_id in atlas.fiches.index and atlas.perimetre(cpts_id).indicatif


def communes_table(avant: Atlas, apres: Atlas, changement: Changement) -> pd.DataFrame:
    """List the communes concerned, with French column names."""
    communes = changement.communes
    noms = _names(avant, apres)
    return pd.DataFrame(
        {
            "Commune": communes["nom"],
            "Code": communes["code_commune"],
            population_title(apres): communes["population"],
            "CPTS avant": _holders(noms, communes["avant"], communes["parts_avant"]),
            "CPTS après": _holders(noms, communes["apres"], communes["parts_apres"]),
        }
    )


def _holders(noms: dict[str, str], cpts: pd.Series, parts: pd.Series) -> list[str]:
    """Name the CPTS of each commune, with the share of those that split it."""
    return [
        " ; ".join(name_holder(noms[i], part) for i, part in zip(ids, siennes, strict=True))
        for ids, siennes in zip(cpts, parts, strict=True)
    ]


def _names(avant: Atlas, apres: Atlas) -> dict[str, str]:
    noms = avant.fiches["nom"].to_dict() | apres.fiches["nom"].to_dict()
    return {str(i): str(nom) for i, nom in noms.items()}


def _sentences(avant: Atlas, apres: Atlas, changement: Changement) -> list[str]:
    comptes = changement.communes["genre"].value_counts()
    communes = ", ".join(
        count_noun(int(comptes[genre]), f"commune {une}", f"communes {plusieurs}")
        for genre, (une, plusieurs) in GENRES.items()
        if genre in comptes
    )
    phrases = [
        _cpts_sentence("gagnée", apres, changement.cpts_gagnees),
        _cpts_sentence("perdue", avant, changement.cpts_perdues),
        *_retired(avant, changement.fiches_retirees),
        communes or "aucune commune ne change",
        _residents(changement, apres.millesimes.population),
    ]
    if dite := doubles_sentence(count_doubles(avant, apres, changement)):
        phrases.append(f":material/warning: {dite}")
    return phrases


def doubles_sentence(doubles: Doubles) -> str:
    """Say how many communes would be in several CPTS, and why; empty where none would.

    >>> doubles_sentence(Doubles(32, 34)).split(" : ")[0]
    '**66 communes seraient dans plusieurs CPTS**'
    >>> doubles_sentence(Doubles(1, 0)).split(" : ")[1]
    'le changement la donne à plusieurs CPTS'
    """
    total = sum(doubles)
    if not total:
        return ""
    debut = f"**{count_noun(total, 'commune serait', 'communes seraient')} dans plusieurs CPTS**"
    donnees = f"le changement {agree(total, 'la', 'les')} donne à plusieurs CPTS"
    gardees = "une CPTS que le changement ne nomme pas garde ses communes, sauf dans un département couvert en entier"
    if doubles.entre_nouvelles and doubles.avec_gardees:
        return (
            f"{debut} : {nombre(doubles.entre_nouvelles)} parce que {donnees}, "
            f"{nombre(doubles.avec_gardees)} parce qu'{gardees}"
        )
    return f"{debut} : {donnees if doubles.entre_nouvelles else gardees}"


def _residents(changement: Changement, annee: str) -> str:
    """Say how many residents are concerned, and how many enter or leave every CPTS."""
    total = changement.population_concernee
    par_genre = changement.communes.groupby("genre")["population"].sum()
    parts = [
        f"{nombre(int(par_genre[genre]))} {verbe}"
        for genre, verbe in ((ENTREE, "entrent dans une CPTS"), (SORTIE, "n'en ont plus"))
        if genre in par_genre and par_genre[genre] < total
    ]
    phrase = f"{count_noun(total, 'habitant concerné', 'habitants concernés')} ({annee})"
    return f"{phrase}, dont {join_words(parts)}" if parts else phrase


def _cpts_sentence(mot: str, atlas: Atlas, ids: tuple[str, ...]) -> str:
    if not ids:
        return f"aucune CPTS dessinée {mot}"
    nombre_lu = count_noun(len(ids), f"CPTS dessinée {mot}", f"CPTS dessinées {mot}s")
    return f"{nombre_lu} : {_name(atlas, ids)}"


def _retired(avant: Atlas, ids: tuple[str, ...]) -> list[str]:
    if not ids:
        return []
    return [f"{count_noun(len(ids), 'fiche retirée', 'fiches retirées')} : {_name(avant, ids)}"]


def _name(atlas: Atlas, ids: tuple[str, ...]) -> str:
    noms = [escape_markdown(str(atlas.fiches.loc[i, "nom"])) for i in ids[:_NOMMEES]]
    if len(ids) > _NOMMEES:
        noms.append(count_noun(len(ids) - _NOMMEES, "autre"))
    return join_words(noms)
