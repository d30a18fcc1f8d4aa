"""Turn a diagnosed table into the tables of a data folder, ready to be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.importation.etapes import DateLue
from geo.importation.rapprochement import clean_name
from geo.importation.tables import append_rows, make_source_id, read_table, write_table
from geo.lecture.cpts import STATUT_INCONNU
from geo.perimetre import DOCUMENTE, ENTIERE, HYPOTHESE, POUR, write_part_pct
from geo.texte import write_share

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


class Nature(NamedTuple):
    """How an import is spoken of in the data that it makes.

    Attributes
    ----------
    titre
        Begins the title of its source.
    nom, verbe
        What names a commune, and how.
    """

    titre: str
    nom: str
    verbe: str


TABLE = Nature("Table importée", "la table importée", "la nomme")


def make_tables(
    atlas: Atlas,
    base: Path,
    diagnostic: Diagnostic,
    choix: Choix,
    source: SourceImport,
    *,
    nature: Nature = TABLE,
) -> dict[str, bytes]:
    """Write the tables that an import changes.

    Parameters
    ----------
    atlas, base
        The data in use, and their folder.
    diagnostic, choix
        As returned by and given to :func:`geo.importation.diagnostic.diagnose`, with the same atlas.
    source
        Where the memberships come from.
    nature
        What they come from.

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
    lues = read_tables(base)
    adhesions = list_adhesions(diagnostic, atlas)
    source_id = make_source_id(source, list(lues["sources"]["source_id"]))
    touchees = {*diagnostic.cpts["cpts_id"], *diagnostic.absentes, *choix.retirees}
    tables = {
        "cpts": replace_cpts(lues["cpts"], touchees, adhesions),
        "perimetres": replace_cpts(
            lues["perimetres"],
            touchees,
            write_perimetres(
                adhesions.assign(
                    justification=[
                        _reason(*adhesion, fichier=clean_name(source.nom_fichier), nature=nature)
                        for adhesion in zip(
                            *(adhesions[c] for c in ("gardee", "confiance", "part", "estimation")),
                            strict=True,
                        )
                    ],
                    **{POUR: source_id},
                ),
                atlas,
            ),
        ),
        "cpts_fiches": _fiches(
            drop_cpts(lues["cpts_fiches"], choix.retirees),
            adhesions,
            atlas,
            diagnostic,
            Origines(atlas, source, source_id),
        ),
        "completude": declare_complets(
            lues["completude"],
            find_changed_departements(adhesions, touchees, atlas),
            choix.complets,
            source,
        ),
        "sources": append_rows(lues["sources"], [make_source_row(source, source_id, nature.titre)]),
    }
    return write_tables(tables, lues, choix.retirees)


def read_tables(base: Path) -> dict[str, pd.DataFrame]:
    """Read the tables of a folder that a new version may change, as the texts they hold."""
    lues = {
        nom: read_table(base, nom)
        for nom in (
            "cpts", "perimetres", "cpts_fiches", "cpts_faits", "completude", "sources", "statuts",
        )
    }  # fmt: skip
    # A folder made before these columns lacks them.
    return lues | {
        nom: lues[nom].assign(**{colonne: lues[nom].get(colonne, "")})
        for nom, colonne in (("perimetres", POUR), ("cpts", "part_pct"))
    }


def write_tables(
    tables: Mapping[str, pd.DataFrame], lues: Mapping[str, pd.DataFrame], retirees: Collection[str]
) -> dict[str, bytes]:
    """Write tables by name of file, with those that they bring along.

    Parameters
    ----------
    tables
        By name, ``cpts_fiches`` among them.
    lues
        As :func:`read_tables` returns them.
    retirees
        ``cpts_id`` of the sheets taken out: their facts go too.
    """
    ecrites = dict(tables)
    if retirees:
        ecrites["cpts_faits"] = drop_cpts(lues["cpts_faits"], retirees)
    statuts = lues["statuts"]
    utiles = set(ecrites["cpts_fiches"]["statut"])
    if STATUT_INCONNU in utiles - set(statuts["statut"]):
        ecrites["statuts"] = append_rows(statuts, [_LIGNE_INCONNU])
    return {f"{nom}.csv": write_table(table) for nom, table in ecrites.items()}


def list_adhesions(diagnostic: Diagnostic, atlas: Atlas) -> pd.DataFrame:
    """Return all memberships, after the import, of the CPTS that it touches, sorted.

    Parameters
    ----------
    diagnostic, atlas
        As for :func:`make_tables`.

    Returns
    -------
    DataFrame
        ``cpts_id``, ``code_commune``, ``confiance``, ``part``, ``part_pct`` (as ``cpts.csv`` writes it),
        ``estimation`` (see :attr:`geo.importation.diagnostic.Diagnostic.adhesions`), ``gardee`` (whether it
        is one of the data in use).
    """
    entieres = diagnostic.adhesions["entiere"]
    nouvelles = pd.DataFrame(
        {
            "cpts_id": diagnostic.adhesions["nom_cpts"].map(diagnostic.cpts["cpts_id"]),
            "code_commune": diagnostic.adhesions["code_commune"],
            "confiance": entieres.map({True: CONFIANCE, False: CONFIANCE_PARTIELLE}),
            "part": diagnostic.adhesions["part"],
            "estimation": diagnostic.adhesions["estimation"],
            "gardee": False,
        }
    )
    gardees = diagnostic.remplacement.kept(atlas)
    touchees = {*nouvelles["cpts_id"], *diagnostic.absentes}
    gardees = gardees[gardees["cpts_id"].isin(touchees)].assign(gardee=True, estimation="")
    toutes = pd.concat([nouvelles, gardees]).sort_values(
        ["cpts_id", "code_commune"], ignore_index=True
    )
    return toutes.assign(part_pct=toutes["part"].map(write_part_pct).astype("str"))


def drop_cpts(table: pd.DataFrame, cpts_ids: Collection[str]) -> pd.DataFrame:
    """Return the rows of a table that speak of no CPTS among some."""
    return table[~table["cpts_id"].isin(cpts_ids)]


def replace_cpts(
    table: pd.DataFrame, cpts_ids: Collection[str], nouvelles: pd.DataFrame
) -> pd.DataFrame:
    """Return a table with other rows for some CPTS."""
    return append_rows(drop_cpts(table, cpts_ids), nouvelles)


def write_perimetres(adhesions: pd.DataFrame, atlas: Atlas) -> pd.DataFrame:
    """Return the rows of ``perimetres.csv`` that say why communes are of a CPTS.

    Parameters
    ----------
    adhesions
        ``cpts_id``, ``code_commune``, ``confiance``, ``justification`` and the column of sources.
    atlas
        Where the communes are.
    """
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
            "justification": adhesions["justification"],
            POUR: adhesions[POUR],
        }
    )


def _reason(
    gardee: bool, confiance: str, part: float, estimation: str, *, fichier: str, nature: Nature
) -> str:
    partage = "" if part >= ENTIERE else f", pour {write_share(part)} de ses habitants"
    if partage and estimation:
        partage += f" (part estimée {estimation})"
    if gardee:
        return f"gardée{partage} : {nature.nom} « {fichier} » ne dit rien de son département"
    if confiance == CONFIANCE:
        return f"{nature.nom} « {fichier} » {nature.verbe}{partage}"
    return f"{nature.nom} « {fichier} » ne nomme qu'une partie de ses arrondissements"


def _fiches(
    fiches: pd.DataFrame,
    adhesions: pd.DataFrame,
    atlas: Atlas,
    diagnostic: Diagnostic,
    origines: Origines,
) -> pd.DataFrame:
    lieux, deja = list_places(adhesions, atlas), list_places(atlas.adhesions, atlas)
    connues = diagnostic.cpts[diagnostic.cpts["connue"]].set_index("cpts_id")
    membres = set(zip(adhesions["cpts_id"], adhesions["code_commune"], strict=True))
    lignes: list[dict[Hashable, str]] = []
    for ligne in fiches.to_dict("records"):
        cpts_id = ligne["cpts_id"]
        if cpts_id in connues.index:
            placee = place_fiche(ligne, deja.get(cpts_id, ([], "")), lieux[cpts_id], membres)
            lignes.append(_updated(placee, connues.loc[cpts_id], origines))
        elif cpts_id in deja and cpts_id not in lieux and cpts_id in diagnostic.absentes:
            perte = f"périmètre ôté par l'import du {origines.source.date:%d/%m/%Y}, qui ne la nomme pas"
            lignes.append({**ligne, "note": join_notes(ligne["note"], perte)})
        else:
            lignes.append(ligne)
    nouvelles = [
        {
            "cpts_id": cpts["cpts_id"],
            "nom": nom,
            "departements": "|".join(lieux[cpts["cpts_id"]][0]),
            "code_commune_repere": lieux[cpts["cpts_id"]][1],
            "source_id": origines.source_id,
            **write_stage(cpts),
        }
        for nom, cpts in diagnostic.cpts[~diagnostic.cpts["connue"]].iterrows()
    ]
    gardees = pd.DataFrame(lignes, columns=fiches.columns, dtype="str")
    return append_rows(gardees, nouvelles)


def list_places(adhesions: pd.DataFrame, atlas: Atlas) -> dict[str, tuple[list[str], str]]:
    """Return of each CPTS that has communes its departments, the most populous first, and its greatest commune.

    Of a commune that is split, its share counts.
    """
    table = adhesions.join(atlas.communes[["code_departement", "population"]], on="code_commune")
    table["population"] *= table["part"]
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


def write_stage(cpts: pd.Series) -> dict[str, str]:
    """Return the cells of a sheet that speak of its stage.

    Parameters
    ----------
    cpts
        ``statut``, ``statut_mot_source`` and ``date``, as in :attr:`geo.importation.diagnostic.Diagnostic.cpts`.
    """
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


class Origines(NamedTuple):
    """What a sheet that follows the table says of where its facts come from."""

    atlas: Atlas
    source: SourceImport
    source_id: str


def join_notes(*notes: str) -> str:
    """Join the notes of a sheet, those that say something."""
    return " ; ".join(filter(None, notes))


def place_fiche(
    ligne: Mapping[Hashable, str],
    avant: tuple[list[str], str],
    apres: tuple[list[str], str],
    membres: Collection[tuple[str, str]],
) -> dict[Hashable, str]:
    """Return a known sheet with the departments and the landmark that its perimeter leaves it.

    What it does not say of a perimeter that was there already, it goes on not saying.

    Parameters
    ----------
    ligne
        A row of ``cpts_fiches.csv``.
    avant, apres
        Its places, as :func:`list_places` returns them.
    membres
        Pairs of a ``cpts_id`` and a ``code_commune`` of the new perimeters.
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
    ligne: Mapping[Hashable, str], cpts: pd.Series, origines: Origines
) -> dict[Hashable, str]:
    """Return a known sheet: its facts stay, its stage and date follow the table where that says more."""
    meme_etape = cpts["statut"] == ligne["statut"]
    date_apprise = pd.notna(cpts["date"]) and ligne["date_precision"] == "inconnue"
    if cpts["statut"] == STATUT_INCONNU or (meme_etape and not date_apprise):
        return dict(ligne)
    return restage_fiche(ligne, cpts, origines)


def restage_fiche(
    ligne: Mapping[Hashable, str], cpts: pd.Series, origines: Origines
) -> dict[Hashable, str]:
    """Return a sheet at another stage; what it was is kept in its note.

    Parameters
    ----------
    ligne
        A row of ``cpts_fiches.csv``.
    cpts
        As for :func:`write_stage`.
    origines
        Who says so.
    """
    meme_etape = cpts["statut"] == ligne["statut"]
    titres, libelles = origines.atlas.sources["titre"], origines.atlas.statuts["libelle"]
    jours = " à ".join(dict.fromkeys(filter(None, (ligne["date_min"], ligne["date_max"]))))
    quand = f", {jours}" if jours else ""
    passe = "" if meme_etape else f"auparavant : {libelles[ligne['statut']]}{quand}"
    origine = f"autres faits : {titres[ligne['source_id']]}"
    note = join_notes(ligne["note"], passe, origine)
    return dict(ligne) | write_stage(cpts) | {"source_id": origines.source_id, "note": note}


def declare_complets(
    completude: pd.DataFrame,
    changes: frozenset[str],
    complets: frozenset[str],
    source: SourceImport,
) -> pd.DataFrame:
    """Declare the departments that an import covers, and no longer those that it changes unsaid.

    Parameters
    ----------
    completude
        The table as read.
    changes
        Departments where a commune comes or goes.
    complets
        Departments that the planner says complete.
    source
        Who says so, and when.
    """
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


def find_changed_departements(
    adhesions: pd.DataFrame, touchees: Collection[str], atlas: Atlas
) -> frozenset[str]:
    """Return the departments that gain or lose a commune, or a share of one, in some CPTS.

    Parameters
    ----------
    adhesions
        Their memberships after the import: ``cpts_id``, ``code_commune``, ``part``.
    touchees
        These CPTS.
    atlas
        The data in use.
    """
    siennes = atlas.adhesions[atlas.adhesions["cpts_id"].isin(touchees)]
    avant, apres = (
        set(zip(table["cpts_id"], table["code_commune"], table["part"], strict=True))
        for table in (siennes, adhesions)
    )
    codes = sorted({code for _, code, _ in avant ^ apres})
    return frozenset(atlas.communes.loc[codes, "code_departement"])


def make_source_row(source: SourceImport, source_id: str, nature: str) -> dict[str, str]:
    """Return the row of ``sources.csv`` of an import; `nature` says in French what of."""
    note = clean_name(source.note)
    titre = f"{nature} « {clean_name(source.nom_fichier)} »"
    return {
        "source_id": source_id,
        "titre": f"{titre} : {note}" if note else titre,
        "producteur": clean_name(source.auteur) or _AUTEUR_INCONNU,
        "date": source.date.isoformat(),
    }
