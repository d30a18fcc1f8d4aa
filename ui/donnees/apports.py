"""What an import of indicators gives, before it is in use: each measured as every page will measure it."""

import pandas as pd
import streamlit as st

from geo.atlas import Atlas
from geo.indicateurs.mesures import Mesure, evaluate, values_by_cpts, withheld_by_cpts
from geo.indicateurs.registre import ADDITIVES, Indicateur
from geo.indicateurs.territoire import (
    DEPARTEMENT,
    REGION,
    Territoire,
    make_france,
    parse_territoire,
)
from geo.officiels.ecriture import Ecrit
from geo.regles.completude import study_departements
from rendu.mots.comparaison import value_text
from rendu.mots.francais import agree, count_noun, escape_markdown
from rendu.mots.indicateurs import support_texts, with_base
from rendu.mots.officiels import uncovered_text
from ui.commun.atlas import PAR_EMPREINTE

# Of the CPTS, so many highest and lowest.
_EXTREMES = 5


def draw_apports(avant: Atlas, apres: Atlas, ecrits: tuple[Ecrit, ...], definition: str) -> None:
    """Draw what each indicator of an import gives.

    Parameters
    ----------
    avant, apres
        The data in use, and those that would replace them.
    ecrits
        The indicators that the import brings.
    definition
        What « couvert » means.
    """
    for ecrit in ecrits:
        indicateur = apres.registre[ecrit.identifiant]
        suite = with_base(indicateur, f"en {indicateur.unite}")
        st.markdown(f"**{escape_markdown(indicateur.libelle)}**, {escape_markdown(suite)}")
        if ecrit.remplace:
            ancien = avant.registre[ecrit.identifiant]
            st.markdown(
                f":material/swap_horiz: Remplace « {escape_markdown(ancien.libelle)} », importé auparavant."
            )
        territoires, cpts, autres = _get_tables(apres, ecrit.identifiant, definition, ecrit)
        if len(territoires):
            _draw(territoires)
        if autres:
            st.caption(uncovered_text(autres))
        if len(cpts):
            st.caption(_cpts_text(apres, indicateur))
            _draw(cpts)


def _draw(table: pd.DataFrame) -> None:
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config=dict.fromkeys(
            ("Communes avec une valeur", "Secrètes", "Manquantes"),
            st.column_config.NumberColumn(format="localized"),
        ),
    )


@st.cache_resource(show_spinner=False, max_entries=24, hash_funcs=PAR_EMPREINTE)
def _get_tables(
    atlas: Atlas, identifiant: str, definition: str, _ecrit: Ecrit
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Return the figures of the wide territories that the file covers, those of some CPTS, and how many wide ones it does not cover."""
    indicateur = atlas.registre[identifiant]
    siens = study_departements(atlas)
    regions = sorted({str(atlas.departements.loc[code, "code_region"]) for code in siens})
    larges = [
        make_france(atlas),
        *(parse_territoire(atlas, f"reg:{code}") for code in regions),
        *(parse_territoire(atlas, f"dep:{code}") for code in siens),
    ]
    couverts = [t for t in larges if _key(t) in _ecrit.indicateur.chiffres]
    cpts = [parse_territoire(atlas, f"cpts:{nom}") for nom in _extremes(atlas, indicateur)]
    tables = (territories_table(atlas, indicateur, siens, definition) for siens in (couverts, cpts))
    return *tables, len(larges) - len(couverts)  # type: ignore[return-value]


def _key(territoire: Territoire) -> str:
    """Name France, a region or a department as the figures of a file do."""
    niveaux = {REGION: "region", DEPARTEMENT: "departement"}
    niveau = niveaux.get(territoire.genre)
    return f"{niveau}:{territoire.code}" if niveau else territoire.code


def _extremes(atlas: Atlas, indicateur: Indicateur) -> list[str]:
    """Return the CPTS of highest values, then those of lowest, the highest first."""
    if indicateur.methode not in ADDITIVES:
        return []
    valeurs = values_by_cpts(atlas, indicateur)["valeur"]
    ordre = list(valeurs.sort_values(ascending=False, kind="stable").index)
    return list(dict.fromkeys([*ordre[:_EXTREMES], *ordre[-_EXTREMES:]]))


def _cpts_text(atlas: Atlas, indicateur: Indicateur) -> str:
    connues, secretes = len(values_by_cpts(atlas, indicateur)), len(withheld_by_cpts(atlas, indicateur))  # fmt: skip
    toutes = connues <= 2 * _EXTREMES
    debut = (
        f"{count_noun(connues, 'CPTS', 'CPTS')} avec une valeur"
        if toutes
        else f"Les {_EXTREMES} CPTS aux plus fortes valeurs, puis les {_EXTREMES} aux plus faibles, sur {connues}"
    )
    suite = f" ; {count_noun(secretes, 'autre')} {agree(secretes, 'a', 'ont')} une valeur secrète" if secretes else ""  # fmt: skip
    return f"{debut}{suite}."


def territories_table(
    atlas: Atlas, indicateur: Indicateur, territoires: list[Territoire], definition: str
) -> pd.DataFrame:
    """Measure an indicator of some territories, one a row, with French column names."""
    mesures: list[tuple[Territoire, Mesure]] = [
        (t, evaluate(atlas, indicateur, t, definition, indicatifs=True)[0]) for t in territoires
    ]
    return pd.DataFrame(
        [
            {
                "Territoire": territoire.nom,
                "Valeur": value_text(atlas, territoire, mesure),
                "Communes avec une valeur": mesure.communes,
                "Secrètes": mesure.secretes,
                "Manquantes": mesure.manquantes,
                "Repose sur": " ; ".join(support_texts(indicateur, mesure)),
            }
            for territoire, mesure in mesures
        ]
    )
