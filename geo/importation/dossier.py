"""Turn a diagnosed table into the tables of a data folder, ready to be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.importation.etapes import DateLue
from geo.importation.rapprochement import clean_name
from geo.importation.tables import append_rows, make_source_id, read_table, write_table
from geo.lecture.cpts import STATUT_INCONNU
from geo.perimetre import DOCUMENTE, HYPOTHESE, POUR

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping
    from pathlib import Path

    from geo.atlas import Atlas
    from geo.importation.diagnostic import Choix, Diagnostic
    from geo.importation.tables import SourceImport

# The table is official and names the communes: see the schema of perimetres.csv. Of a city of which
# it names some arrondissements only, the rest is supposed.
CONFIANCE = DOCUMENTE
CONFIANCE_PARTIELLE = HYPOTHESE
_AUTEUR_INCONNU = "auteur non précisé"
# A folder of data may list only the stages that it uses.
_LIGNE_INCONNU = {
    "statut": STATUT_INCONNU,
    "libelle": "étape non publiée",
    "ordre": "0",
    "compte_en_fonctionnement": "non",
    "compte_avec_projets": "non",
    "compte_avec_lettres": "non",
    "definition": "l'existence est publiée, pas l'étape",
}


def make_tables(
    atlas: Atlas, base: Path, diagnostic: Diagnostic, choix: Choix, source: SourceImport
) -> dict[str, bytes]:
    """Write the tables that an import changes.

    Parameters
    ----------
    atlas, base
        The data in use, and their folder.
    diagnostic, choix
        As returned by and given to :func:`geo.importation.diagnostic.diagnose`, with the same atlas.
    source
        Where the table comes from.

    Returns
    -------
    dict
        By name of file, UTF-8 with commas: ``cpts.csv``, ``perimetres.csv``, ``cpts_fiches.csv``,
        ``completude.csv``, ``sources.csv``; ``cpts_faits.csv`` where sheets are taken out; and
        ``statuts.csv`` where it lacks the stage ``inconnu`` that a new sheet needs.

    Raises
    ------
    ValueError
        If something blocks: such a table is never put in use.
    """
    if diagnostic.bloquant:
        message = "a table with a blocking problem cannot be put in use"
        raise ValueError(message)
    lues = {
        nom: read_table(base, nom)
        for nom in (
            "cpts", "perimetres", "cpts_fiches", "cpts_faits", "completude", "sources", "statuts",
        )
    }  # fmt: skip
    adhesions = list_adhesions(diagnostic, atlas)
    source_id = make_source_id(source, list(lues["sources"]["source_id"]))
    touchees = {*diagnostic.cpts["cpts_id"], *diagnostic.absentes, *choix.retirees}
    tables = {
        "cpts": _replace(lues["cpts"], touchees, adhesions),
        "perimetres": _replace(
            # A folder made before this column lacks it.
            lues["perimetres"].assign(**{POUR: lues["perimetres"].get(POUR, "")}),
            touchees,
            _perimetres(adhesions, atlas, source, source_id),
        ),
        "cpts_fiches": _fiches(
            _without(lues["cpts_fiches"], choix.retirees),
            adhesions,
            atlas,
            diagnostic,
            _Origines(atlas, source, source_id),
        ),
        "completude": _completude(
            lues["completude"],
            _changed_departements(adhesions, touchees, atlas),
            choix.complets,
            source,
        ),
        "sources": append_rows(lues["sources"], [_source_row(source, source_id)]),
    }
    if choix.retirees:
        tables["cpts_faits"] = _without(lues["cpts_faits"], choix.retirees)
    statuts = lues["statuts"]
    utiles = set(tables["cpts_fiches"]["statut"])
    if STATUT_INCONNU in utiles - set(statuts["statut"]):
        tables["statuts"] = append_rows(statuts, [_LIGNE_INCONNU])
    return {f"{nom}.csv": write_table(table) for nom, table in tables.items()}


def list_adhesions(diagnostic: Diagnostic, atlas: Atlas) -> pd.DataFrame:
    """Return all memberships, after the import, of the CPTS that it touches, sorted.

    Parameters
    ----------
    diagnostic, atlas
        As for :func:`make_tables`.

    Returns
    -------
    DataFrame
        ``cpts_id``, ``code_commune``, ``confiance``, ``gardee`` (whether it is one of the data in use).
    """
    entieres = diagnostic.adhesions["entiere"]
    nouvelles = pd.DataFrame(
        {
            "cpts_id": diagnostic.adhesions["nom_cpts"].map(diagnostic.cpts["cpts_id"]),
            "code_commune": diagnostic.adhesions["code_commune"],
            "confiance": entieres.map({True: CONFIANCE, False: CONFIANCE_PARTIELLE}),
            "gardee": False,
        }
    )
    gardees = diagnostic.remplacement.kept(atlas)[["cpts_id", "code_commune", "confiance"]]
    touchees = {*nouvelles["cpts_id"], *diagnostic.absentes}
    gardees = gardees[gardees["cpts_id"].isin(touchees)].assign(gardee=True)
    return pd.concat([nouvelles, gardees]).sort_values(
        ["cpts_id", "code_commune"], ignore_index=True
    )


def _without(table: pd.DataFrame, cpts_ids: Collection[str]) -> pd.DataFrame:
    return table[~table["cpts_id"].isin(cpts_ids)]


def _replace(table: pd.DataFrame, cpts_ids: set[str], nouvelles: pd.DataFrame) -> pd.DataFrame:
    return append_rows(_without(table, cpts_ids), nouvelles)


def _perimetres(
    adhesions: pd.DataFrame, atlas: Atlas, source: SourceImport, source_id: str
) -> pd.DataFrame:
    communes = atlas.communes.loc[adhesions["code_commune"], ["nom", "population"]]
    annees = atlas.millesimes
    return pd.DataFrame(
        {
            "cpts_id": adhesions["cpts_id"],
            "type_unite": "commune",
            "code_unite": adhesions["code_commune"],
            "nom_unite": communes["nom"].to_numpy(),
            f"communes_{annees.communes}": "1",
            f"population_{annees.population}": communes["population"].astype("str").to_numpy(),
            "confiance": adhesions["confiance"],
            "justification": [
                _reason(gardee, confiance, clean_name(source.nom_fichier))
                for gardee, confiance in zip(
                    adhesions["gardee"], adhesions["confiance"], strict=True
                )
            ],
            POUR: source_id,
        }
    )


def _reason(gardee: bool, confiance: str, fichier: str) -> str:
    if gardee:
        return f"gardée : la table importée « {fichier} » ne dit rien de son département"
    if confiance == CONFIANCE:
        return f"la table importée « {fichier} » la nomme"
    return f"la table importée « {fichier} » ne nomme qu'une partie de ses arrondissements"


def _fiches(
    fiches: pd.DataFrame,
    adhesions: pd.DataFrame,
    atlas: Atlas,
    diagnostic: Diagnostic,
    origines: _Origines,
) -> pd.DataFrame:
    lieux, deja = _places(adhesions, atlas), _places(atlas.adhesions, atlas)
    connues = diagnostic.cpts[diagnostic.cpts["connue"]].set_index("cpts_id")
    membres = set(zip(adhesions["cpts_id"], adhesions["code_commune"], strict=True))
    lignes: list[dict[Hashable, str]] = []
    for ligne in fiches.to_dict("records"):
        cpts_id = ligne["cpts_id"]
        if cpts_id in connues.index:
            placee = _placed(ligne, deja.get(cpts_id, ([], "")), lieux[cpts_id], membres)
            lignes.append(_updated(placee, connues.loc[cpts_id], origines))
        elif cpts_id in deja and cpts_id not in lieux and cpts_id in diagnostic.absentes:
            perte = f"périmètre ôté par l'import du {origines.source.date:%d/%m/%Y}, qui ne la nomme pas"
            lignes.append({**ligne, "note": _join(ligne["note"], perte)})
        else:
            lignes.append(ligne)
    nouvelles = [
        {
            "cpts_id": cpts["cpts_id"],
            "nom": nom,
            "departements": "|".join(lieux[cpts["cpts_id"]][0]),
            "code_commune_repere": lieux[cpts["cpts_id"]][1],
            "source_id": origines.source_id,
            **_stage(cpts),
        }
        for nom, cpts in diagnostic.cpts[~diagnostic.cpts["connue"]].iterrows()
    ]
    gardees = pd.DataFrame(lignes, columns=fiches.columns, dtype="str")
    return append_rows(gardees, nouvelles)


def _places(adhesions: pd.DataFrame, atlas: Atlas) -> dict[str, tuple[list[str], str]]:
    """Return of each CPTS its departments, the most populous first, and its greatest commune."""
    table = adhesions.join(atlas.communes[["code_departement", "population"]], on="code_commune")
    poids = table.groupby(["cpts_id", "code_departement"])["population"].sum().reset_index()
    poids = poids.sort_values(["population", "code_departement"], ascending=[False, True])
    lieux: dict[str, tuple[list[str], str]] = {}
    grandes = table.sort_values(["population", "code_commune"], ascending=[False, True])
    grandes = grandes.drop_duplicates("cpts_id")
    for cpts_id, code in zip(grandes["cpts_id"], grandes["code_commune"], strict=True):
        lieux[cpts_id] = ([], code)
    for cpts_id, code in zip(poids["cpts_id"], poids["code_departement"], strict=True):
        lieux[cpts_id][0].append(code)
    return lieux


def _stage(cpts: pd.Series) -> dict[str, str]:
    """Return the cells of a sheet that speak of its stage."""
    mot = cpts["statut_mot_source"]
    stage = {
        "statut": cpts["statut"],
        "statut_mot_source": "" if pd.isna(mot) else mot,
        "date_min": "",
        "date_max": "",
        "date_precision": "inconnue",
    }
    if pd.notna(cpts["date"]):
        date = DateLue(cpts["date"])
        premier, dernier = date.bornes
        stage |= {
            "date_min": premier.isoformat(),
            "date_max": dernier.isoformat(),
            "date_precision": date.precision,
        }
    return stage


class _Origines(NamedTuple):
    """What a sheet that follows the table says of where its facts come from."""

    atlas: Atlas
    source: SourceImport
    source_id: str


def _join(*notes: str) -> str:
    return " ; ".join(filter(None, notes))


def _placed(
    ligne: Mapping[Hashable, str],
    avant: tuple[list[str], str],
    apres: tuple[list[str], str],
    membres: Collection[tuple[str, str]],
) -> dict[Hashable, str]:
    """Return a known sheet with the departments and the landmark that its perimeter leaves it.

    What it does not say of a perimeter that was there already, it goes on not saying.
    """
    quittes = set(avant[0]).difference(apres[0])
    cites = [code for code in ligne["departements"].split("|") if code not in quittes]
    ajoutes = [code for code in apres[0] if code not in avant[0] and code not in cites]
    repere = ligne["code_commune_repere"]
    return {
        **ligne,
        "departements": "|".join([*cites, *ajoutes]),
        "code_commune_repere": repere if (ligne["cpts_id"], repere) in membres else apres[1],
    }


def _updated(
    ligne: Mapping[Hashable, str], cpts: pd.Series, origines: _Origines
) -> dict[Hashable, str]:
    """Return a known sheet: its facts stay, its stage and date follow the table where that says more."""
    fiche = dict(ligne)
    meme_etape = cpts["statut"] == ligne["statut"]
    date_apprise = pd.notna(cpts["date"]) and ligne["date_precision"] == "inconnue"
    if cpts["statut"] == STATUT_INCONNU or (meme_etape and not date_apprise):
        return fiche
    titres, libelles = origines.atlas.sources["titre"], origines.atlas.statuts["libelle"]
    jours = " à ".join(dict.fromkeys(filter(None, (ligne["date_min"], ligne["date_max"]))))
    quand = f", {jours}" if jours else ""
    passe = "" if meme_etape else f"auparavant : {libelles[ligne['statut']]}{quand}"
    origine = f"autres faits : {titres[ligne['source_id']]}"
    note = _join(ligne["note"], passe, origine)
    return fiche | _stage(cpts) | {"source_id": origines.source_id, "note": note}


def _completude(
    completude: pd.DataFrame,
    changes: frozenset[str],
    complets: frozenset[str],
    source: SourceImport,
) -> pd.DataFrame:
    """Declare the departments that the table covers, and no longer those that it changes unsaid."""
    quand = f"import du {source.date:%d/%m/%Y}"
    table = completude.set_index("code_departement", drop=False)
    dits = (table["complet"] == "oui").to_numpy()
    perdus = table.index.isin(sorted(changes - complets)) & dits
    table.loc[perdus, "complet"] = "non"
    table.loc[perdus, "note"] = f"{quand} : des communes y ont changé sans qu'il soit dit complet"
    declares = table.index.isin(sorted(complets))
    note = f"déclaré complet lors de l'{quand}, par {clean_name(source.auteur) or _AUTEUR_INCONNU}"
    table.loc[declares, "complet"] = "oui"
    table.loc[declares, "note"] = note
    absents = sorted(complets - set(table.index))
    return append_rows(
        table.reset_index(drop=True),
        [{"code_departement": code, "complet": "oui", "note": note} for code in absents],
    )


def _changed_departements(
    adhesions: pd.DataFrame, touchees: set[str], atlas: Atlas
) -> frozenset[str]:
    """Return the departments that gain or lose a commune in some CPTS."""
    siennes = atlas.adhesions[atlas.adhesions["cpts_id"].isin(touchees)]
    avant, apres = (
        set(zip(table["cpts_id"], table["code_commune"], strict=True))
        for table in (siennes, adhesions)
    )
    codes = sorted({code for _, code in avant ^ apres})
    return frozenset(atlas.communes.loc[codes, "code_departement"])


def _source_row(source: SourceImport, source_id: str) -> dict[str, str]:
    note = clean_name(source.note)
    titre = f"Table importée « {clean_name(source.nom_fichier)} »"
    return {
        "source_id": source_id,
        "titre": f"{titre} : {note}" if note else titre,
        "producteur": clean_name(source.auteur) or _AUTEUR_INCONNU,
        "date": source.date.isoformat(),
    }
