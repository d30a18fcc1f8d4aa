"""Say what deserves a look in data that can be used: nothing here stops the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.indicateurs.annonces import gaps
from geo.indicateurs.mesures import values_by_cpts
from geo.lecture.cpts import STATUT_ABANDONNE
from geo.lecture.tables import split_list
from geo.perimetre import CONTRE, ENTIERE, PAR_SOMME, POUR
from geo.regles.recouvrements import are_claimed_twice
from geo.texte import write_share, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import pandas as pd

    from geo.atlas import Atlas
    from geo.indicateurs.registre import Registre

# Beyond this gap, in per cent of the announced figure, a perimeter is to be looked at again:
# the outermost bound of the scale on which gaps are shown (data/indicateurs/ecart_population_pct.toml).
MAX_ECART_PCT = 10.0


# The source of the outlines and town halls (data/README.md).
SOURCE_CONTOURS = "contours"


def check_sources(
    registre: Registre, perimetres: pd.DataFrame, sources: pd.Index
) -> list[Probleme]:
    """Name the sources that outlines, indicators and perimeters rest on, and that are no row.

    Those that a table cites one by one are held by its schema.

    Parameters
    ----------
    registre
        The indicators.
    perimetres
        Rows of ``perimetres.csv``.
    sources
        The ``source_id`` that the data have.
    """
    citees: dict[str, list[str]] = {SOURCE_CONTOURS: ["contours des communes"]}
    for indicateur in registre:
        for source_id in indicateur.sources:
            citees.setdefault(source_id, []).append(indicateur.libelle)
    paires = perimetres[["cpts_id", POUR, CONTRE]].drop_duplicates().sort_values("cpts_id")
    rattachees = dict.fromkeys(
        (cpts_id, source_id)
        for colonne in (POUR, CONTRE)
        for cpts_id, ids in zip(paires["cpts_id"], split_list(paires[colonne]), strict=True)
        for source_id in ids
    )
    for cpts_id, source_id in rattachees:
        citees.setdefault(source_id, []).append(f"périmètre de {cpts_id}")
    return [
        Probleme(
            Severite.A_VERIFIER,
            "sources.csv",
            f"la source « {source_id} » manque, que cite : {enumerate_first(objets)}.",
            "Ajouter sa ligne à sources.csv, ou corriger ce qui la cite.",
        )
        for source_id, objets in citees.items()
        if source_id not in sources
    ]


def check_overlaps(adhesions: pd.DataFrame, communes: gpd.GeoDataFrame) -> list[Probleme]:
    """Name the communes that CPTS claim more than once, and those that they split."""
    recouvertes = are_claimed_twice(adhesions)
    partagees = adhesions["code_commune"].isin(
        adhesions.loc[(adhesions["part"] < ENTIERE) & ~recouvertes, "code_commune"]
    )
    problemes = []
    if recouvertes.any():
        nombre, detail = _name_holders(adhesions[recouvertes], communes)
        problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                "cpts.csv",
                f"{count(nombre, 'commune')} dans plusieurs CPTS : {detail}.",
                "Vérifier le partage ; la population n'est comptée qu'une fois dans la couverture.",
            )
        )
    if partagees.any():
        nombre, detail = _name_holders(adhesions[partagees], communes)
        accord = "s" if nombre > 1 else ""
        problemes.append(
            Probleme(
                Severite.INFORMATION,
                "cpts.csv",
                f"{count(nombre, 'commune')} prise{accord} en partie : {detail}.",
                f"Rien à faire : chacune compte par part dans chaque CPTS et, dans les totaux, {PAR_SOMME}.",
            )
        )
    return problemes


def _name_holders(adhesions: pd.DataFrame, communes: gpd.GeoDataFrame) -> tuple[int, str]:
    """Count the communes of some memberships, and name the CPTS of the first ones, with their shares."""
    noms = communes["nom"]
    par_commune = adhesions.sort_values("cpts_id").groupby("code_commune")
    detail = enumerate_first(
        f"{code} {noms[code]} ({', '.join(map(_name_share, siennes['cpts_id'], siennes['part']))})"
        for code, siennes in par_commune
    )
    return par_commune.ngroups, detail


def _name_share(cpts_id: str, part: float) -> str:
    return cpts_id if part >= ENTIERE else f"{cpts_id} pour {write_share(part)}"


def check_gaps(atlas: Atlas) -> list[Probleme]:
    """Name the CPTS whose computed figures are far from the announced ones, where these are exact."""
    noms = atlas.fiches["nom"]
    problemes = []
    for indicateur in atlas.registre.announced():
        unite = f"{indicateur.noms[-1]} {'dessinées' if indicateur.feminin else 'dessinés'}"
        calcules = values_by_cpts(atlas, indicateur)["valeur"]
        loin = {
            cpts_id: ecart
            for cpts_id, ecart in gaps(atlas, atlas.registre[indicateur.annonce], calcules).items()
            if abs(ecart.ecart_pct or 0) > MAX_ECART_PCT
        }
        problemes += [
            Probleme(
                Severite.A_VERIFIER,
                "cpts.csv",
                f"{noms[cpts_id]} : {write_whole(ecart.calcule or 0)} {unite}, "
                f"{write_whole(ecart.annonce or 0)} publiés (écart de {write_whole(ecart.ecart_pct or 0, signe='+')} %).",
                "Comparer le périmètre à la table officielle des communes de cette CPTS.",
            )
            for cpts_id, ecart in loin.items()
        ]
    return problemes


def check_parts(
    parties: pd.DataFrame,
    communes: gpd.GeoDataFrame,
    noms: pd.Series,
) -> list[Probleme]:
    """Name the communes of the parts that are detached from the main one."""
    return [
        Probleme(
            Severite.A_VERIFIER,
            "cpts.csv",
            f"{noms[partie['cpts_id']]} : une partie est détachée du territoire principal : "
            f"{_name_communes(partie['codes_communes'], communes)}.",
            "Vérifier que ces communes sont bien de cette CPTS et qu'aucune ne manque entre elles.",
        )
        for partie in parties[parties["partie"] > 1].to_dict("records")
    ]


def check_enclaves(
    enclaves: pd.DataFrame,
    communes: gpd.GeoDataFrame,
    noms: pd.Series,
) -> list[Probleme]:
    """Name the communes that a territory surrounds without holding them."""
    return [
        Probleme(
            Severite.A_VERIFIER,
            "cpts.csv",
            f"{noms[str(cpts_id)]} entoure sans les comprendre : {_name_communes(codes, communes)}.",
            "Vérifier que ces communes ne sont pas un oubli.",
        )
        for cpts_id, codes in enclaves.groupby("cpts_id")["code_commune"].agg(list).items()
    ]


def check_departements(
    adhesions: pd.DataFrame,
    fiches: pd.DataFrame,
    communes: gpd.GeoDataFrame,
) -> list[Probleme]:
    """Name the CPTS drawn in a department that their row does not list."""
    codes = adhesions["code_commune"].map(communes["code_departement"])
    paires = adhesions[["cpts_id"]].assign(code=codes).drop_duplicates()
    cites = fiches["departements"].to_dict()
    problemes = []
    for cpts_id, presents in paires.groupby("cpts_id")["code"].agg(set).items():
        oublies = sorted(presents - set(cites[cpts_id]))
        if oublies:
            problemes.append(
                Probleme(
                    Severite.A_VERIFIER,
                    "cpts_fiches.csv",
                    f"{fiches['nom'][str(cpts_id)]} a des communes dans un département que sa fiche ne "
                    f"cite pas : {', '.join(oublies)}.",
                    "Ajouter ce département à la fiche, ou corriger le périmètre.",
                ),
            )
    return problemes


def check_completude(
    completude: pd.DataFrame,
    complets: frozenset[str],
) -> list[Probleme]:
    """Name the departments declared complete that have a CPTS without a perimeter.

    Parameters
    ----------
    completude
        The table as read.
    complets
        As returned by :func:`geo.regles.completude.departements_complets`.
    """
    declares = completude.loc[completude["complet"] == "oui", "code_departement"]
    return [
        Probleme(
            Severite.A_VERIFIER,
            "completude.csv",
            f"le département {code} est déclaré complet, mais une de ses CPTS n'a pas de périmètre ; "
            "ses communes hors périmètre restent indéterminées.",
            "Déclarer le département incomplet, ou dessiner cette CPTS.",
        )
        for code in declares
        if code not in complets
    ]


def check_blanks(fiches: pd.DataFrame, faits: pd.DataFrame) -> list[Probleme]:
    """Count what is not known: perimeters, announced populations, shares, dates."""
    remede_chiffre = "Ajouter le chiffre et sa source s'il a été publié."
    problemes = [
        _blank(
            "perimetres.csv",
            "sans périmètre connu",
            # An abandoned project will have none.
            fiches[~fiches["dessinee"] & (fiches["statut"] != STATUT_ABANDONNE)],
            "Ajouter leur périmètre à perimetres.csv quand il est connu.",
        ),
        _blank(
            "cpts_fiches.csv",
            "sans date publiée",
            fiches[fiches["date_max"].isna()],
            "Ajouter la date.",
        ),
    ]
    for indicateur, libelle in (
        ("population_annoncee", "sans population publiée"),
        ("part_sans_medecin_traitant", "sans part publiée de patients sans médecin traitant"),
    ):
        renseignees = faits.loc[faits["indicateur"] == indicateur, "cpts_id"]
        absentes = fiches[~fiches.index.isin(renseignees)]
        problemes.append(_blank("cpts_faits.csv", libelle, absentes, remede_chiffre))
    return [probleme for probleme in problemes if probleme is not None]


def _blank(fichier: str, libelle: str, absentes: pd.DataFrame, remede: str) -> Probleme | None:
    if absentes.empty:
        return None
    return Probleme(
        Severite.INFORMATION,
        fichier,
        f"{count(len(absentes), 'CPTS', 'CPTS')} {libelle} : {enumerate_first(absentes['nom'])}.",
        remede,
    )


def _name_communes(codes: Iterable[str], communes: gpd.GeoDataFrame) -> str:
    noms = communes["nom"]
    return enumerate_first((f"{code} {noms[code]}" for code in codes), maximum=10)
