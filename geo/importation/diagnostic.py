"""Say of a table of memberships what it holds, what is wrong with it and how to mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.erreurs import Severite, enumerate_first
from geo.importation.anomalie import SANS_LIGNE, Anomalie, to_frame
from geo.importation.choix import Choix
from geo.importation.codes import Referentiel
from geo.importation.contenus import begins_as_cpts
from geo.importation.etapes import DateLue
from geo.importation.etapes_cpts import read_dates, read_statuts
from geo.importation.feuille import over_limit
from geo.importation.fiches_connues import (
    Remplacement,
    check_changes,
    check_choix,
    check_complets,
    check_overlaps,
    check_shared,
    find_unnamed,
    identify,
    make_remplacement,
    propose_fiches,
    tell_proposed,
)
from geo.importation.lignes import count_blanks, names_none, read_rows, unite
from geo.importation.limites import NOM_MAX, NOMS_MAX
from geo.importation.partage import tell_parts
from geo.importation.places import ARRONDISSEMENTS
from geo.importation.rapprochement import clean_name, group_names
from geo.lecture.cpts import STATUT_ABANDONNE, STATUT_INCONNU
from geo.perimetre import ENTIERE
from geo.texte import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.atlas import Atlas
    from geo.recherche.repertoire import Repertoire

__all__ = ["Choix", "Diagnostic", "corrected_table", "diagnose"]


# Words of a remark that stands in the place of a name, or beside it.
_DOUTE = re.compile(
    r"\b(refus\w*|voir|ex|pressenti\w*|rattacher|en projet|en attente|puis|ou|jusqu|sauf|meme|cf|idem|comme|partagee?s?|"
    r"ligne [0-9]+|limitrophe|sollicitee?|prevue?|a partir|supra|confirmer|etude|discussion)\b"
)


@dataclass(frozen=True)
class Diagnostic:
    """What a table holds and what is wrong with it. The frames are read-only by convention.

    Attributes
    ----------
    anomalies
        ``ligne`` (of the file; 0 for what is not in it), ``colonne`` (one of the roles), ``valeur``
        (the cell), ``severite`` (value of :class:`geo.erreurs.Severite`), ``message``, ``remede``,
        ``genre``, ``sujet`` (what those of one cause are listed by): the worst first, then by line.
    adhesions
        ``nom_cpts`` (kept), ``code_commune`` (of today), ``ligne`` (the first that says so),
        ``entiere`` (false for a city of which only some arrondissements are named, or a commune of
        which a part is), ``part`` (share of the inhabitants of the commune, 1 where it is whole),
        ``estimation`` (by what the share is estimated, empty where it is given): one row per pair, sorted.
    cpts
        Indexed by name kept, sorted: ``cpts_id``, ``statut`` (of ``statuts.csv``, ``inconnu`` where
        the table does not say), ``statut_mot_source`` and ``date`` (ISO, day or month; both missing
        where there is none), ``communes``, ``population``, ``connue`` (whether a sheet exists).
    absorptions
        ``code_commune``, ``ancien_nom`` (missing where not published), ``successeur``,
        ``nom_successeur``, ``population`` (of the successor): one row per absorbed code.
    noms_proches
        Names of the file that differ only by article, case, accents, dashes or one letter.
    fiches_proposees
        ``cpts_id`` of the known sheet that may be the same CPTS, by name kept.
    retirables
        Known CPTS that the table does not name, taken out or not: they may be matched by hand to a
        name of the table, or taken out.
    remplacement
        What of the data in use the import takes the place of.
    sans_cpts
        Rows without the name of a CPTS, before any is repeated.
    sans_statut
        CPTS of which neither table nor sheet tells a stage: they count in no coverage.
    codes
        Commune found for each row of the table, by its index; missing where there is none.
    couverts
        Departments of the study area of which the table names every commune, with or without a CPTS,
        and how many of these it puts in none: they may be declared complete. Whatever the choices.
    """

    anomalies: pd.DataFrame
    adhesions: pd.DataFrame
    cpts: pd.DataFrame
    absorptions: pd.DataFrame
    noms_proches: list[tuple[str, ...]]
    fiches_proposees: dict[str, str]
    retirables: tuple[str, ...]
    remplacement: Remplacement
    sans_cpts: int
    sans_statut: int
    codes: pd.Series
    couverts: dict[str, int]

    @property
    def bloquant(self) -> bool:
        """Whether something must be mended before the table can be put in use."""
        return bool((self.anomalies["severite"] == Severite.BLOQUANT.value).any())

    @property
    def absentes(self) -> tuple[str, ...]:
        """Known CPTS of the complete departments that the table does not name, and that stay."""
        return self.remplacement.absentes


def diagnose(
    table: pd.DataFrame,
    atlas: Atlas,
    choix: Choix,
    nom_fichier: str,
    dites: Iterable[Anomalie] = (),
    *,
    estimation: str = "",
) -> Diagnostic:
    """Check a table of memberships against the communes and the CPTS that are known.

    Parameters
    ----------
    table
        ``ligne`` (line of the file) and ``code_commune``, ``commune``, ``departement``, ``cpts``,
        ``statut``, ``date``: texts, empty where the table says nothing. ``part``, where it is there: the
        share of the inhabitants of the commune that each row gives (above 0, up to 1; missing is 1).
        The order of the rows does not matter; names to repeat are repeated already.
    atlas
        The data in use.
    choix
        What the planner decided.
    nom_fichier
        Name of the file, for the messages.
    dites
        What its reading had to tell of its rows: see :func:`geo.importation.depliage.unfold`.
    estimation
        By what the shares of the table are estimated, if they are.

    Raises
    ------
    DonneesInvalides
        If it has more names than a limit.
    """
    lignes = _in_order(table)
    if lignes["cpts"].nunique() > NOMS_MAX:
        raise over_limit(nom_fichier, "plus de noms de CPTS différents que la limite", NOMS_MAX)
    sans_cpts = count_blanks(lignes)
    anomalies = list(dites)
    referentiel = Referentiel(
        atlas, absorbees_acceptees=choix.absorbees_acceptees, codes=choix.codes
    )
    lues = read_rows(lignes, referentiel, choix, anomalies)
    adhesions = unite(lues.adhesions, anomalies, estimation)
    partagees = frozenset(adhesions.loc[adhesions["part"] < ENTIERE, "code_commune"])
    anomalies += [dite for code, dite in lues.partielles if code not in partagees]
    anomalies += tell_parts(adhesions, atlas.communes["nom"].to_dict())
    if not lues.adhesions:
        anomalies.append(_empty(nom_fichier))
    premieres = _first_lines(lignes)
    noms_proches = group_names(
        nom for nom in premieres if len(nom) <= NOM_MAX and not names_none(nom)
    )
    anomalies += _near_names(premieres, noms_proches, choix)
    cpts, sans_statut = _list_cpts(lignes, adhesions, atlas, choix, anomalies)
    anomalies += _doubtful_names(premieres, cpts, choix)
    retirables = find_unnamed(cpts, atlas)
    remplacement = make_remplacement(cpts, adhesions, lues.departements, atlas, choix)
    gardees = remplacement.kept(atlas)
    par_nom, par_communes = propose_fiches(cpts, adhesions, retirables, atlas)
    anomalies += tell_proposed(par_nom, adhesions, atlas, choix)
    anomalies += check_shared(cpts, adhesions, atlas)
    anomalies += check_overlaps(lues.adhesions, adhesions, gardees, cpts, atlas)
    anomalies += check_changes(cpts, adhesions, gardees, atlas)
    anomalies += check_complets(remplacement, atlas)
    anomalies += check_choix(choix, cpts, premieres, atlas)
    return Diagnostic(
        anomalies=to_frame(anomalies),
        adhesions=adhesions,
        cpts=cpts,
        absorptions=_list_absorptions(lues.absorbees, referentiel.repertoire),
        noms_proches=noms_proches,
        fiches_proposees=par_nom | par_communes,
        retirables=retirables,
        remplacement=remplacement,
        sans_cpts=sans_cpts,
        sans_statut=sans_statut,
        codes=pd.Series(lues.codes, index=lignes.index, dtype="str"),
        couverts=_find_covered(lues.citees, adhesions, atlas),
    )


def corrected_table(table: pd.DataFrame, diagnostic: Diagnostic, choix: Choix) -> pd.DataFrame:
    """Return the table with the codes repaired and the names united as decided.

    Parameters
    ----------
    table, diagnostic, choix
        As given to and returned by :func:`diagnose`.

    Returns
    -------
    DataFrame
        The same rows and columns. What could not be repaired stays as it was, and so do the codes
        of arrondissements: that of the whole city would say more.
    """
    trouves = diagnostic.codes.reindex(table.index)
    trouves = trouves.mask(table["code_commune"].str.replace(" ", "").isin(list(ARRONDISSEMENTS)))
    noms = [nom if names_none(nom) else choix.name_kept(nom) for nom in table["cpts"]]
    return table.assign(code_commune=trouves.fillna(table["code_commune"]).astype("str"), cpts=noms)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    # Of a name beyond the limit nothing is read but that it is.
    return table.assign(
        ligne=table["ligne"].astype("int64"),
        cpts=table["cpts"].str.slice(stop=NOM_MAX + 1),
        part=table["part"].fillna(ENTIERE) if "part" in table else ENTIERE,
    ).sort_values("ligne", kind="stable")


def _near_names(
    premieres: dict[str, int], groupes: list[tuple[str, ...]], choix: Choix
) -> list[Anomalie]:
    """Propose to unite the near names that are not united yet."""
    proches = []
    for groupe in groupes:
        if len({choix.name_kept(nom) for nom in groupe}) == 1:
            continue
        noms = enumerate_first(f"« {nom} »" for nom in groupe)
        proches += [
            Anomalie(
                premieres[nom],
                "cpts",
                nom,
                Severite.A_VERIFIER,
                f"Ces noms sont peut-être ceux d'une seule CPTS : {noms}.",
                "Les réunir s'il s'agit de la même ; sinon ne rien faire, elles restent distinctes.",
                "noms_proches",
            )
            for nom in groupe
        ]
    return proches


def _doubtful_names(premieres: dict[str, int], cpts: pd.DataFrame, choix: Choix) -> list[Anomalie]:
    """Question the names that would make a CPTS and read as a remark, or unlike all others."""
    noms = [nom for nom in premieres if choix.name_kept(nom) in cpts.index]
    nouvelles = set(cpts.index[~cpts["connue"]])
    avec_le_mot = sum(map(begins_as_cpts, noms))
    douteux = [
        nom
        for nom in noms
        if choix.name_kept(nom) in nouvelles
        and (
            _DOUTE.search(" ".join(split_words(nom)))
            or "?" in nom
            or (2 * avec_le_mot > len(noms) and not begins_as_cpts(nom))
        )
    ]
    return [
        Anomalie(
            premieres[nom],
            "cpts",
            nom,
            Severite.A_VERIFIER,
            f"« {nom} » se lit comme une remarque, ou autrement que les autres noms : ce serait une CPTS nouvelle.",
            "Si c'est une remarque, n'écrire que le nom de la CPTS, ou vider la cellule ; rien à faire si c'est un nom.",
            "nom_douteux",
        )
        for nom in douteux
    ]


def _find_covered(citees: frozenset[str], adhesions: pd.DataFrame, atlas: Atlas) -> dict[str, int]:
    etude = atlas.communes[atlas.communes["etude"]]
    entiers = pd.Series(etude.index.isin(citees)).groupby(etude["code_departement"].array).all()
    seules = etude.loc[~etude.index.isin(adhesions["code_commune"].to_list()), "code_departement"]
    sans_cpts = seules.value_counts()
    return {str(code): int(sans_cpts.get(code, 0)) for code in entiers.index[entiers]}


def _first_lines(lignes: pd.DataFrame) -> dict[str, int]:
    premieres: dict[str, int] = {}
    for nom, ligne in zip(lignes["cpts"], lignes["ligne"], strict=True):
        premieres.setdefault(clean_name(nom), int(ligne))
    return premieres


def _empty(nom_fichier: str) -> Anomalie:
    return Anomalie(
        SANS_LIGNE,
        "cpts",
        "",
        Severite.BLOQUANT,
        f"Aucune ligne de « {nom_fichier} » ne rattache une commune à une CPTS.",
        "Vérifier le choix des colonnes, ou corriger les lignes signalées.",
        "vide",
    )


def _list_cpts(
    lignes: pd.DataFrame,
    adhesions: pd.DataFrame,
    atlas: Atlas,
    choix: Choix,
    anomalies: list[Anomalie],
) -> tuple[pd.DataFrame, int]:
    """Return one row per CPTS that has a commune, and how many have no stage but the chosen one."""
    noms = sorted(adhesions["nom_cpts"].unique())
    identifiants = identify(noms, atlas, choix)
    gardes = lignes.assign(nom_cpts=[choix.name_kept(nom) for nom in lignes["cpts"]])
    gardes = gardes[gardes["nom_cpts"].isin(noms)]
    lus = read_statuts(gardes, atlas, anomalies)
    index = pd.Index(noms, name="nom_cpts", dtype="str")
    groupes = adhesions.assign(
        population=adhesions["part"]
        * atlas.communes["population"].reindex(adhesions["code_commune"]).to_numpy()
    ).groupby("nom_cpts")["population"]
    cpts = pd.DataFrame(
        {
            "cpts_id": pd.Series([identifiants[nom] for nom in noms], index=index, dtype="str"),
            "statut": pd.Series(
                [lus[nom][0] if nom in lus else STATUT_INCONNU for nom in noms], index, dtype="str"
            ),
            "statut_mot_source": pd.Series(
                [lus[nom][1] if nom in lus else None for nom in noms], index, dtype="str"
            ),
            "date": pd.Series(index.map(read_dates(gardes, anomalies)), index, dtype="str"),
            "communes": groupes.size().reindex(index).astype("int64"),
            "population": groupes.sum().round().reindex(index).astype("int64"),
        },
        index=index,
    )
    cpts["connue"] = cpts["cpts_id"].isin(atlas.fiches.index)
    anomalies += _compare_stages(cpts, adhesions, atlas)
    actuels = cpts["cpts_id"].map(atlas.fiches["statut"]).fillna(STATUT_INCONNU)
    muettes = (cpts["statut"] == STATUT_INCONNU) & (actuels == STATUT_INCONNU)
    if choix.statut_defaut is not None:
        cpts.loc[muettes, "statut"] = choix.statut_defaut
    return cpts, int(muettes.sum())


def _compare_stages(cpts: pd.DataFrame, adhesions: pd.DataFrame, atlas: Atlas) -> list[Anomalie]:
    """Tell the known CPTS whose stage or date is not that of the table."""
    premieres = adhesions.groupby("nom_cpts")["ligne"].min()
    libelles = atlas.statuts["libelle"]
    anomalies = []
    for nom, lue in cpts[cpts["connue"]].iterrows():
        fiche, ligne = atlas.fiches.loc[lue["cpts_id"]], int(premieres[str(nom)])
        change = lue["statut"] not in (STATUT_INCONNU, fiche["statut"])
        if change:
            anomalies.append(
                Anomalie(
                    ligne,
                    "statut",
                    str(lue["statut_mot_source"]),
                    Severite.INFORMATION,
                    f"« {nom} » passe de « {libelles[fiche['statut']]} » à « {libelles[lue['statut']]} ».",
                    "Rien à faire si l'étape de la table est la bonne.",
                    "etape_changee",
                )
            )
        if fiche["statut"] == STATUT_ABANDONNE and not change:
            anomalies.append(
                Anomalie(
                    ligne,
                    "cpts",
                    str(nom),
                    Severite.A_VERIFIER,
                    f"La fiche de « {nom} » dit le projet abandonné, et la table lui donne des communes.",
                    "Vérifier qu'il a repris, et donner son étape dans la table ; sinon ôter ses lignes.",
                    "cpts_abandonnee",
                )
            )
        if not change and _is_left_aside(lue, fiche):
            anomalies.append(
                Anomalie(
                    ligne,
                    "date",
                    str(lue["date"]),
                    Severite.A_VERIFIER,
                    f"« {nom} » : la date {lue['date']} n'est pas reprise, celle de la fiche reste.",
                    "Rien à faire si la fiche est juste ; sinon donner aussi dans la table l'étape que "
                    "cette date date.",
                    "date_autre",
                )
            )
    return anomalies


def _is_left_aside(lue: pd.Series, fiche: pd.Series) -> bool:
    """Tell whether the date of the table says something that the sheet does not take."""
    if pd.isna(lue["date"]):
        return False
    if fiche["date_precision"] == "inconnue":
        return bool(lue["statut"] == STATUT_INCONNU)
    premier, dernier = DateLue(str(lue["date"])).bornes
    trop_tot = pd.notna(fiche["date_min"]) and dernier.isoformat() < fiche["date_min"]
    return bool(trop_tot or premier.isoformat() > fiche["date_max"])


def _list_absorptions(absorbees: Iterable[str], repertoire: Repertoire) -> pd.DataFrame:
    codes = sorted(set(absorbees))
    successeurs = [repertoire.successeurs[code] for code in codes]
    return pd.DataFrame(
        {
            "code_commune": pd.Series(codes, dtype="str"),
            "ancien_nom": pd.Series(
                [repertoire.anciens_noms.get(code) for code in codes], dtype="str"
            ),
            "successeur": pd.Series(successeurs, dtype="str"),
            "nom_successeur": pd.Series(
                [repertoire.noms[code] for code in successeurs], dtype="str"
            ),
            "population": pd.Series(
                [repertoire.populations[code] for code in successeurs], dtype="int64"
            ),
        }
    )
