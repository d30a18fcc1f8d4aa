"""Say of a table of memberships what it holds, what is wrong with it and how to mend it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.cpts import STATUT_ABANDONNE, STATUT_INCONNU
from geo.erreurs import Severite, count, enumerate_first
from geo.importation.codes import Referentiel
from geo.importation.etapes import read_date, read_statut
from geo.importation.rapprochement import (
    NOMS_RETENUS,
    clean_name,
    group_names,
    match_fiches,
    name_words,
)
from geo.texte import sort_key, split_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from geo.atlas import Atlas

COLONNES_ANOMALIES = ("ligne", "colonne", "valeur", "severite", "message", "remede", "genre")
# What tables write, instead of a name, of a commune that no CPTS covers.
_AUCUNE_CPTS = frozenset(
    sort_key(texte)
    for texte in (
        "aucune", "aucun", "aucune CPTS", "néant", "sans", "sans CPTS", "hors CPTS", "pas de CPTS",
        "non", "non couverte", "non couvert", "zone blanche", "-", "NC", "N/A", "NA", "0",
    )
)  # fmt: skip
_RANGS = {severite: rang for rang, severite in enumerate(Severite)}


@dataclass(frozen=True)
class Choix:
    """What the planner decided; nothing of it is ever guessed.

    Attributes
    ----------
    absorbees_acceptees
        Whether absorbed codes are replaced by their successors.
    noms
        Name to keep, by name of the file.
    fiches
        ``cpts_id`` of the known sheet, by name kept.
    complets
        Departments that the table covers completely.
    retirees
        ``cpts_id`` of known sheets to take out: those CPTS no longer are.
    """

    absorbees_acceptees: bool = False
    noms: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fiches: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    complets: frozenset[str] = frozenset()
    retirees: frozenset[str] = frozenset()

    def name_kept(self, nom: str) -> str:
        """Return the name under which a name of the file is kept."""
        propre = clean_name(nom)
        return clean_name(self.noms.get(nom, self.noms.get(propre, propre)))


@dataclass(frozen=True)
class Diagnostic:
    """What a table holds and what is wrong with it. The frames are read-only by convention.

    Attributes
    ----------
    anomalies
        ``ligne`` (of the file), ``colonne`` (one of the roles), ``valeur`` (the cell), ``severite``
        (value of :class:`geo.erreurs.Severite`), ``message``, ``remede``, ``genre``: the worst
        first, then by line.
    adhesions
        ``nom_cpts`` (kept), ``code_commune`` (of today), ``ligne`` (the first that says so): one row
        per pair, sorted.
    cpts
        Indexed by name kept, sorted: ``cpts_id``, ``statut`` (of ``statuts.csv``, ``inconnu`` where
        the table does not say), ``statut_mot_source`` and ``date`` (ISO, day or month; both missing
        where there is none), ``communes``, ``population``, ``connue`` (whether a sheet exists).
    absorptions
        ``code_commune``, ``ancien_nom`` (missing where not published), ``successeur``,
        ``nom_successeur``, ``population`` (of the successor): one row per absorbed code.
    noms_proches
        Names of the file that differ only by article, case, accents, dashes.
    fiches_proposees
        ``cpts_id`` of the known sheet that may be the same CPTS, by name kept.
    absentes
        Known CPTS of the departments declared complete that the table does not name: they lose their
        perimeter, and keep their sheet.
    retirables
        Known CPTS that the table does not name, taken out or not: they may be matched by hand to a
        name of the table, or taken out.
    codes
        Commune found for each line of the file, by ``ligne``; missing where there is none.
    """

    anomalies: pd.DataFrame
    adhesions: pd.DataFrame
    cpts: pd.DataFrame
    absorptions: pd.DataFrame
    noms_proches: list[tuple[str, ...]]
    fiches_proposees: dict[str, str]
    absentes: tuple[str, ...]
    retirables: tuple[str, ...]
    codes: pd.Series

    @property
    def bloquant(self) -> bool:
        """Whether something must be mended before the table can be put in use."""
        return bool((self.anomalies["severite"] == Severite.BLOQUANT.value).any())


class _Anomalie(NamedTuple):
    ligne: int
    colonne: str
    valeur: str
    severite: Severite
    message: str
    remede: str
    genre: str


class _Adhesion(NamedTuple):
    nom_cpts: str
    code_commune: str
    ligne: int
    valeur: str


def diagnose(table: pd.DataFrame, atlas: Atlas, choix: Choix, nom_fichier: str) -> Diagnostic:
    """Check a table of memberships against the communes and the CPTS that are known.

    Parameters
    ----------
    table
        ``ligne`` (line of the file) and ``code_commune``, ``commune``, ``departement``, ``cpts``,
        ``statut``, ``date``: texts, empty where the table says nothing. The order of the rows does
        not matter.
    atlas
        The data in use.
    choix
        What the planner decided.
    nom_fichier
        Name of the file, for the messages.
    """
    lignes = table.assign(ligne=table["ligne"].astype("int64")).sort_values("ligne", kind="stable")
    anomalies: list[_Anomalie] = []
    referentiel = Referentiel(atlas, absorbees_acceptees=choix.absorbees_acceptees)
    codes, absorbees, lues = _read_rows(lignes, referentiel, choix, anomalies)
    adhesions = _unite(lues, anomalies)
    if not lues:
        premiere = int(lignes["ligne"].min()) if len(lignes) else 1
        anomalies.append(
            _Anomalie(
                premiere,
                "cpts",
                "",
                Severite.BLOQUANT,
                f"Aucune ligne de « {nom_fichier} » ne rattache une commune à une CPTS.",
                "Vérifier le choix des colonnes, ou corriger les lignes signalées.",
                "vide",
            )
        )
    noms_proches = group_names(
        clean_name(nom) for nom in lignes["cpts"].unique() if not _names_none(nom)
    )
    anomalies += _near_names(lignes, noms_proches, choix)
    cpts = _list_cpts(lignes, adhesions, atlas, choix, anomalies)
    retirables = _find_unnamed(cpts, atlas)
    absentes = _find_missing(retirables, atlas, choix)
    anomalies += _check_overlaps(lues, atlas, {*cpts["cpts_id"], *absentes, *choix.retirees})
    anomalies += _check_complets(lignes, atlas, choix, absentes)
    anomalies += _check_retirees(lignes, atlas, choix, cpts)
    proposees = match_fiches(cpts.index, atlas.fiches)
    anomalies += _proposed(proposees, adhesions, atlas, choix)
    return Diagnostic(
        anomalies=_to_frame(anomalies),
        adhesions=adhesions,
        cpts=cpts,
        absorptions=_list_absorptions(absorbees, referentiel),
        noms_proches=noms_proches,
        fiches_proposees=proposees,
        absentes=absentes,
        retirables=retirables,
        codes=pd.Series(codes, index=pd.Index(lignes["ligne"], name="ligne"), dtype="str"),
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
        The same rows and columns. What could not be repaired stays as it was.
    """
    trouves = table["ligne"].astype("int64").map(diagnostic.codes)
    noms = [nom if _names_none(nom) else choix.name_kept(nom) for nom in table["cpts"]]
    return table.assign(code_commune=trouves.fillna(table["code_commune"]).astype("str"), cpts=noms)


@lru_cache(maxsize=NOMS_RETENUS)
def _names_none(nom: str) -> bool:
    return not clean_name(nom) or (not split_words(nom)) or sort_key(nom) in _AUCUNE_CPTS


def _read_rows(
    lignes: pd.DataFrame, referentiel: Referentiel, choix: Choix, anomalies: list[_Anomalie]
) -> tuple[list[str | None], list[str], list[_Adhesion]]:
    """Read every row: the commune of each, the absorbed codes, the memberships as they come."""
    codes: list[str | None] = []
    absorbees: list[str] = []
    adhesions = []
    for ligne, texte, commune, departement, nom in zip(
        *(lignes[c] for c in ("ligne", "code_commune", "commune", "departement", "cpts")),
        strict=True,
    ):
        if _names_none(nom):
            codes.append(None)
            anomalies.append(_without_cpts(ligne, nom))
            continue
        lecture = referentiel.read(texte, commune, departement)
        valeurs = {"code_commune": texte, "commune": commune, "departement": departement}
        anomalies += [
            _Anomalie(
                ligne, r.colonne, valeurs[r.colonne], r.severite, r.message, r.remede, r.genre
            )
            for r in lecture.remarques
        ]
        codes.append(lecture.code)
        if lecture.absorbee is not None:
            absorbees.append(lecture.absorbee)
        if lecture.code is not None:
            adhesions.append(_Adhesion(choix.name_kept(nom), lecture.code, ligne, texte))
    return codes, absorbees, adhesions


def _without_cpts(ligne: int, nom: str) -> _Anomalie:
    if clean_name(nom):
        return _Anomalie(
            ligne,
            "cpts",
            nom,
            Severite.INFORMATION,
            f"« {nom} » : la commune n'est dans aucune CPTS, ligne laissée de côté.",
            "Rien à faire.",
            "sans_cpts",
        )
    return _Anomalie(
        ligne,
        "cpts",
        "",
        Severite.A_VERIFIER,
        "Le nom de la CPTS manque : ligne laissée de côté.",
        "Rien à faire si la commune n'est dans aucune CPTS ; sinon écrire le nom (une cellule "
        "fusionnée ne le donne qu'à sa première ligne).",
        "cpts_manquante",
    )


def _unite(lues: list[_Adhesion], anomalies: list[_Anomalie]) -> pd.DataFrame:
    """Keep each commune once per CPTS, and say where it came again or is in several."""
    premieres: dict[tuple[str, str], _Adhesion] = {}
    for adhesion in lues:
        cle = (adhesion.nom_cpts, adhesion.code_commune)
        premiere = premieres.setdefault(cle, adhesion)
        if premiere is not adhesion:
            anomalies.append(
                _Anomalie(
                    adhesion.ligne,
                    "code_commune",
                    adhesion.valeur,
                    Severite.INFORMATION,
                    f"{adhesion.code_commune} est déjà dans « {adhesion.nom_cpts} » "
                    f"(ligne {premiere.ligne}) : comptée une fois.",
                    "Rien à faire.",
                    "doublon",
                )
            )
    cles = sorted(premieres)
    return pd.DataFrame(
        {
            "nom_cpts": pd.Series([nom for nom, _ in cles], dtype="str"),
            "code_commune": pd.Series([code for _, code in cles], dtype="str"),
            "ligne": pd.Series([premieres[cle].ligne for cle in cles], dtype="int64"),
        }
    )


def _near_names(
    lignes: pd.DataFrame, groupes: list[tuple[str, ...]], choix: Choix
) -> list[_Anomalie]:
    """Propose to unite the near names that are not united yet."""
    premieres = _first_lines(lignes)
    proches = []
    for groupe in groupes:
        if len({choix.name_kept(nom) for nom in groupe}) == 1:
            continue
        noms = " ; ".join(f"« {nom} »" for nom in groupe)
        proches += [
            _Anomalie(
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


def _first_lines(lignes: pd.DataFrame) -> dict[str, int]:
    premieres: dict[str, int] = {}
    for nom, ligne in zip(lignes["cpts"], lignes["ligne"], strict=True):
        premieres.setdefault(clean_name(nom), int(ligne))
    return premieres


def _list_cpts(
    lignes: pd.DataFrame,
    adhesions: pd.DataFrame,
    atlas: Atlas,
    choix: Choix,
    anomalies: list[_Anomalie],
) -> pd.DataFrame:
    """Return one row per CPTS that has a commune, with its sheet, its stage and its date."""
    noms = sorted(adhesions["nom_cpts"].unique())
    identifiants = _identify(noms, atlas, choix)
    noms_fiches = atlas.fiches["nom"].to_dict()
    par_id = defaultdict(list)
    for nom in noms:
        par_id[identifiants[nom]].append(nom)
    premieres = adhesions.groupby("nom_cpts")["ligne"].min()
    for cpts_id, siens in par_id.items():
        if len(siens) > 1:
            cites = " ; ".join(f"« {nom} »" for nom in siens)
            anomalies.append(
                _Anomalie(
                    int(premieres[siens[0]]),
                    "cpts",
                    siens[0],
                    Severite.BLOQUANT,
                    f"Plusieurs noms sont rattachés à la fiche « {noms_fiches[cpts_id]} » : "
                    f"{cites}.",
                    "Réunir ces noms, ou n'en rattacher qu'un.",
                    "fiche_partagee",
                )
            )
    gardes = lignes.assign(nom_cpts=[choix.name_kept(nom) for nom in lignes["cpts"]])
    gardes = gardes[gardes["nom_cpts"].isin(noms)]
    statuts = _read_statuts(gardes, atlas, anomalies)
    dates = _read_dates(gardes, anomalies)
    population = adhesions["code_commune"].map(atlas.communes["population"])
    index = pd.Index(noms, name="nom_cpts", dtype="str")
    cpts = pd.DataFrame(
        {
            "cpts_id": pd.Series([identifiants[nom] for nom in noms], index=index, dtype="str"),
            "statut": pd.Series(
                [statuts.get(nom, (STATUT_INCONNU, None))[0] for nom in noms], index, dtype="str"
            ),
            "statut_mot_source": pd.Series(
                [statuts.get(nom, (STATUT_INCONNU, None))[1] for nom in noms], index, dtype="str"
            ),
            "date": pd.Series([dates.get(nom) for nom in noms], index=index, dtype="str"),
            "communes": adhesions.groupby("nom_cpts").size().reindex(index).astype("int64"),
            "population": population.groupby(adhesions["nom_cpts"])
            .sum()
            .reindex(index)
            .astype("int64"),
            "connue": [identifiants[nom] in atlas.fiches.index for nom in noms],
        },
        index=index,
    )
    actuels = cpts["cpts_id"].map(atlas.fiches["statut"])
    changees = cpts[
        cpts["connue"] & (cpts["statut"] != STATUT_INCONNU) & (cpts["statut"] != actuels)
    ]
    libelles = atlas.statuts["libelle"]
    anomalies += [
        _Anomalie(
            int(premieres[nom]),
            "statut",
            str(mot),
            Severite.INFORMATION,
            f"« {nom} » passe de « {libelles[actuels[nom]]} » à « {libelles[statut]} ».",
            "Rien à faire si l'étape de la table est la bonne.",
            "etape_changee",
        )
        for nom, statut, mot in zip(
            changees.index, changees["statut"], changees["statut_mot_source"], strict=True
        )
    ]
    abandonnees = cpts[actuels == STATUT_ABANDONNE]
    anomalies += [
        _Anomalie(
            int(premieres[nom]),
            "cpts",
            str(nom),
            Severite.A_VERIFIER,
            f"La fiche de « {nom} » dit le projet abandonné, et la table lui donne des communes.",
            "Vérifier qu'il a repris, et donner son étape dans la table ; sinon ôter ses lignes.",
            "cpts_abandonnee",
        )
        for nom in abandonnees.index[abandonnees["statut"].isin([STATUT_INCONNU, STATUT_ABANDONNE])]
    ]
    return cpts


def _identify(noms: Iterable[str], atlas: Atlas, choix: Choix) -> dict[str, str]:
    """Return the known sheet of each name, or a new identifier made of its words."""
    fiches = atlas.fiches
    par_nom = {clean_name(nom): str(cpts_id) for cpts_id, nom in fiches["nom"].items()}
    identifiants = {}
    pris = set(fiches.index)
    for nom in noms:
        choisie = choix.fiches.get(nom)
        connue = choisie if choisie in fiches.index else par_nom.get(nom)
        if connue is None:
            mots = "-".join(name_words(nom)).encode("ascii", "ignore").decode()
            base = "cpts-" + (mots.strip("-") or "importee")
            connue, rang = base, 2
            while connue in pris:
                connue, rang = f"{base}-{rang}", rang + 1
            pris.add(connue)
        identifiants[nom] = connue
    return identifiants


def _first_uses(lignes: pd.DataFrame, colonne: str) -> list[tuple[str, str, int]]:
    """Return each CPTS and filled cell of a column with the first line that says so."""
    remplies = lignes[lignes[colonne].str.strip() != ""]
    premieres = remplies.drop_duplicates(["nom_cpts", colonne])
    return list(zip(*(premieres[c] for c in ("nom_cpts", colonne, "ligne")), strict=True))


def _read_statuts(
    lignes: pd.DataFrame, atlas: Atlas, anomalies: list[_Anomalie]
) -> dict[str, tuple[str, str]]:
    """Return the stage of each CPTS and the words that say it."""
    lus: defaultdict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for nom, mot, ligne in _first_uses(lignes, "statut"):
        statut = read_statut(mot)
        if statut is None or (statut != STATUT_INCONNU and statut not in atlas.statuts.index):
            anomalies.append(
                _Anomalie(
                    ligne,
                    "statut",
                    mot,
                    Severite.A_VERIFIER,
                    f"« {nom} » : l'étape « {mot} » n'est pas connue ; elle est dite non publiée.",
                    f"Écrire l'une des étapes : {', '.join(atlas.statuts['libelle'])}.",
                    "statut_inconnu",
                )
            )
        elif statut != STATUT_INCONNU:
            lus[nom][statut] = min(lus[nom].get(statut, (ligne, mot)), (ligne, mot))
    retenus = {}
    for nom, siens in lus.items():
        if len(siens) == 1:
            [(statut, (_, mot))] = siens.items()
            retenus[nom] = (statut, clean_name(mot))
            continue
        ligne, mot = max(siens.values())
        cites = " ; ".join(f"« {m} » (ligne {rang})" for rang, m in sorted(siens.values()))
        anomalies.append(
            _Anomalie(
                ligne,
                "statut",
                mot,
                Severite.A_VERIFIER,
                f"« {nom} » a plusieurs étapes : {cites} ; elle est dite non publiée.",
                "N'en garder qu'une pour toutes les lignes de la CPTS.",
                "statuts_multiples",
            )
        )
    return retenus


def _read_dates(lignes: pd.DataFrame, anomalies: list[_Anomalie]) -> dict[str, str]:
    """Return the date of each CPTS, ISO."""
    lues: defaultdict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for nom, texte, ligne in _first_uses(lignes, "date"):
        date = read_date(texte)
        if date is None:
            anomalies.append(
                _Anomalie(
                    ligne,
                    "date",
                    texte,
                    Severite.A_VERIFIER,
                    f"« {nom} » : la date « {texte} » ne se lit pas, ou est antérieure aux CPTS ; "
                    "elle est laissée de côté.",
                    "Écrire la date 14/09/2022, 2022-09-14 ou septembre 2022.",
                    "date_illisible",
                )
            )
            continue
        lues[nom][date.texte] = min(lues[nom].get(date.texte, (ligne, texte)), (ligne, texte))
    retenues = {}
    for nom, siennes in lues.items():
        if len(siennes) == 1:
            [retenues[nom]] = siennes
            continue
        ligne, texte = max(siennes.values())
        cites = " ; ".join(f"« {t} » (ligne {rang})" for rang, t in sorted(siennes.values()))
        anomalies.append(
            _Anomalie(
                ligne,
                "date",
                texte,
                Severite.A_VERIFIER,
                f"« {nom} » a plusieurs dates : {cites} ; aucune n'est retenue.",
                "N'en garder qu'une pour toutes les lignes de la CPTS.",
                "dates_multiples",
            )
        )
    return retenues


def _find_unnamed(cpts: pd.DataFrame, atlas: Atlas) -> tuple[str, ...]:
    """Return the known CPTS that the table does not name; an abandoned one is not expected there."""
    fiches = atlas.fiches
    attendues = fiches.index[(fiches["statut"] != STATUT_ABANDONNE) | fiches["dessinee"]]
    return tuple(sorted(attendues.difference(cpts["cpts_id"].to_list())))


def _find_missing(retirables: Iterable[str], atlas: Atlas, choix: Choix) -> tuple[str, ...]:
    """Return those of the complete departments that stay."""
    touchees = set(atlas.cpts_dans(choix.complets)) if choix.complets else set()
    return tuple(i for i in retirables if i in touchees and i not in choix.retirees)


def _check_overlaps(
    lues: list[_Adhesion], atlas: Atlas, remplacees: Collection[str]
) -> list[_Anomalie]:
    """Name the communes in several CPTS: of the table, and of those that it leaves in place."""
    noms_communes = atlas.communes["nom"].to_dict()
    noms_fiches = atlas.fiches["nom"].to_dict()
    par_commune: defaultdict[str, set[str]] = defaultdict(set)
    for adhesion in lues:
        par_commune[adhesion.code_commune].add(adhesion.nom_cpts)
    dedans = [
        _Anomalie(
            adhesion.ligne,
            "code_commune",
            adhesion.valeur,
            Severite.A_VERIFIER,
            f"{adhesion.code_commune} {noms_communes[adhesion.code_commune]} est dans "
            "plusieurs CPTS : "
            f"{' ; '.join(f'« {nom} »' for nom in sorted(par_commune[adhesion.code_commune]))}.",
            "Vérifier le partage ; sa population n'est comptée qu'une fois dans la couverture.",
            "plusieurs_cpts",
        )
        for adhesion in lues
        if len(par_commune[adhesion.code_commune]) > 1
    ]
    laissees = atlas.adhesions[
        ~atlas.adhesions["cpts_id"].isin(remplacees)
        & atlas.adhesions["code_commune"].isin(par_commune)
    ]
    en_place: defaultdict[str, list[str]] = defaultdict(list)
    for code, cpts_id in zip(laissees["code_commune"], laissees["cpts_id"], strict=True):
        en_place[code].append(cpts_id)
    paires: defaultdict[tuple[str, str], list[_Adhesion]] = defaultdict(list)
    for adhesion in lues:
        for cpts_id in en_place.get(adhesion.code_commune, ()):
            paires[adhesion.nom_cpts, cpts_id].append(adhesion)
    dehors = []
    for (nom, cpts_id), siennes in paires.items():
        codes = sorted({adhesion.code_commune for adhesion in siennes})
        autre = noms_fiches[cpts_id]
        dehors.append(
            _Anomalie(
                siennes[0].ligne,
                "cpts",
                nom,
                Severite.A_VERIFIER,
                f"« {nom} » partage {count(len(codes), 'commune')} avec « {autre} », que la table ne "
                f"nomme pas et qui garde son périmètre : {enumerate_first(codes)}.",
                "Rattacher le nom à cette fiche si c'est la même CPTS, ou déclarer complets les "
                "départements que la table couvre en entier.",
                "recouvre_une_connue",
            )
        )
    return dedans + dehors


def _check_complets(
    lignes: pd.DataFrame, atlas: Atlas, choix: Choix, absentes: Collection[str]
) -> list[_Anomalie]:
    ligne = int(lignes["ligne"].min()) if len(lignes) else 1
    noms_fiches = atlas.fiches["nom"].to_dict()
    inconnus = sorted(choix.complets - set(atlas.departements.index))
    anomalies = [
        _Anomalie(
            ligne,
            "departement",
            code,
            Severite.BLOQUANT,
            f"Le département {code}, déclaré complet, n'est pas dans les données chargées.",
            "Choisir parmi : " + ", ".join(atlas.departements.index) + ".",
            "departement_inconnu",
        )
        for code in inconnus
    ]
    for cpts_id in absentes:
        nom = noms_fiches[cpts_id]
        dessinee = cpts_id in atlas.territoires.index
        perd = "perd son périmètre" if dessinee else "reste sans périmètre"
        anomalies.append(
            _Anomalie(
                ligne,
                "cpts",
                nom,
                Severite.A_VERIFIER,
                f"« {nom} » touche un département déclaré complet, et la table ne la nomme "
                f"pas : elle {perd}, et sa fiche reste.",
                "La rattacher à un nom de la table si c'est la même CPTS, retirer sa fiche si elle "
                "n'existe plus. Tant qu'une CPTS connue y est sans périmètre, aucune commune du "
                "département n'est dite zone blanche.",
                "cpts_absente",
            )
        )
    return anomalies


def _check_retirees(
    lignes: pd.DataFrame, atlas: Atlas, choix: Choix, cpts: pd.DataFrame
) -> list[_Anomalie]:
    premieres = _first_lines(lignes)
    noms = atlas.fiches["nom"].to_dict()
    nommees = {cpts_id: str(nom) for nom, cpts_id in cpts["cpts_id"].items()}
    anomalies = []
    for cpts_id in sorted(choix.retirees):
        if cpts_id not in noms:
            grave, message, remede = (
                Severite.BLOQUANT,
                f"La fiche « {cpts_id} », à retirer, n'est pas connue.",
                "Donner l'identifiant d'une fiche connue (colonne cpts_id de cpts_fiches.csv).",
            )
        elif cpts_id in nommees:
            grave, message, remede = (
                Severite.BLOQUANT,
                f"La fiche « {noms[cpts_id]} » est à retirer, et la table la nomme.",
                "Ne pas la retirer, ou ôter ses lignes de la table.",
            )
        else:
            grave, message, remede = (
                Severite.INFORMATION,
                f"La fiche « {noms[cpts_id]} », son périmètre et ses faits sont retirés.",
                "Rien à faire ; les versions d'avant les gardent.",
            )
        ligne = premieres.get(nommees.get(cpts_id, ""), min(premieres.values(), default=1))
        anomalies.append(
            _Anomalie(ligne, "cpts", noms.get(cpts_id, cpts_id), grave, message, remede, "retiree")
        )
    return anomalies


def _proposed(
    proposees: Mapping[str, str], adhesions: pd.DataFrame, atlas: Atlas, choix: Choix
) -> list[_Anomalie]:
    premieres = adhesions.groupby("nom_cpts")["ligne"].min()
    noms_fiches = atlas.fiches["nom"].to_dict()
    return [
        _Anomalie(
            int(premieres[nom]),
            "cpts",
            nom,
            Severite.A_VERIFIER,
            f"« {nom} » est peut-être « {noms_fiches[cpts_id]} », déjà connue.",
            "La rattacher à cette fiche si c'est la même ; sinon une fiche nouvelle est faite.",
            "fiche_proche",
        )
        for nom, cpts_id in proposees.items()
        if nom not in choix.fiches
    ]


def _list_absorptions(absorbees: Iterable[str], referentiel: Referentiel) -> pd.DataFrame:
    codes = sorted(set(absorbees))
    successeurs = [referentiel.successeurs[code] for code in codes]
    return pd.DataFrame(
        {
            "code_commune": pd.Series(codes, dtype="str"),
            "ancien_nom": pd.Series(
                [referentiel.anciens_noms.get(code) for code in codes], dtype="str"
            ),
            "successeur": pd.Series(successeurs, dtype="str"),
            "nom_successeur": pd.Series(
                [referentiel.noms[code] for code in successeurs], dtype="str"
            ),
            "population": pd.Series(
                [referentiel.populations[code] for code in successeurs], dtype="int64"
            ),
        }
    )


def _to_frame(anomalies: Iterable[_Anomalie]) -> pd.DataFrame:
    lignes = sorted(
        anomalies, key=lambda a: (_RANGS[a.severite], a.ligne, a.colonne, a.genre, a.message)
    )
    table = pd.DataFrame(lignes, columns=list(COLONNES_ANOMALIES))
    table["severite"] = [anomalie.severite.value for anomalie in lignes]
    return table.astype({nom: "int64" if nom == "ligne" else "str" for nom in COLONNES_ANOMALIES})
