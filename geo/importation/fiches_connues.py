"""The table against the CPTS that are already known: whose sheet is whose, what is lost, what overlaps."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from geo.erreurs import Severite, count, enumerate_first
from geo.importation.anomalie import SANS_LIGNE, Anomalie, Genre
from geo.importation.partage import find_overlapped
from geo.importation.rapprochement import clean_name, match_fiches, name_words
from geo.lecture.cpts import STATUT_ABANDONNE
from geo.perimetre import ENTIERE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pandas as pd

    from geo.atlas import Atlas
    from geo.importation.adhesion import Adhesion
    from geo.importation.choix import Choix


class Remplacement(NamedTuple):
    """What an import takes the place of.

    Attributes
    ----------
    nommees
        Known CPTS that the table names: their communes of `parles` are replaced.
    absentes
        Known CPTS of complete departments that it does not: they lose their communes there.
    retirees
        Known CPTS that are taken out, with all their communes.
    parles, complets
        Departments that the table speaks of, and those of them that it covers completely.
    """

    nommees: frozenset[str]
    absentes: tuple[str, ...]
    retirees: frozenset[str]
    parles: frozenset[str]
    complets: frozenset[str]

    def kept(self, atlas: Atlas) -> pd.DataFrame:
        """Return the memberships that stay, as in :attr:`geo.atlas.Atlas.adhesions`."""
        adhesions = atlas.adhesions
        cpts = adhesions["cpts_id"]
        departements = adhesions["code_commune"].map(atlas.communes["code_departement"])
        perdues = (
            cpts.isin(sorted(self.retirees))
            | (cpts.isin(sorted(self.nommees)) & departements.isin(sorted(self.parles)))
            | (cpts.isin(self.absentes) & departements.isin(sorted(self.complets)))
        )
        return adhesions[~perdues]


def identify(noms: Iterable[str], atlas: Atlas, choix: Choix) -> dict[str, str]:
    """Return the known sheet of each name, or a new identifier made of its words."""
    fiches = atlas.fiches
    par_nom = {clean_name(nom): str(cpts_id) for cpts_id, nom in fiches["nom"].items()}
    identifiants = {}
    pris = set(fiches.index)
    rangs: defaultdict[str, int] = defaultdict(lambda: 1)
    for nom in noms:
        choisie = choix.fiches.get(nom)
        connue = choisie if choisie in fiches.index else par_nom.get(nom)
        if connue is None:
            mots = "-".join(name_words(nom)).encode("ascii", "ignore").decode()
            base = connue = "cpts-" + (mots.strip("-") or "importee")
            while connue in pris:
                rangs[base] += 1
                connue = f"{base}-{rangs[base]}"
            pris.add(connue)
        identifiants[nom] = connue
    return identifiants


def find_unnamed(cpts: pd.DataFrame, atlas: Atlas) -> tuple[str, ...]:
    """Return the known CPTS that the table does not name; an abandoned one is not expected there."""
    fiches = atlas.fiches
    attendues = fiches.index[(fiches["statut"] != STATUT_ABANDONNE) | fiches["dessinee"]]
    return tuple(sorted(attendues.difference(cpts["cpts_id"].to_list())))


def make_remplacement(
    cpts: pd.DataFrame,
    adhesions: pd.DataFrame,
    nommes: frozenset[str],
    atlas: Atlas,
    choix: Choix,
) -> Remplacement:
    """Say what an import takes the place of.

    Parameters
    ----------
    cpts, adhesions
        As in :class:`geo.importation.diagnostic.Diagnostic`.
    nommes
        Departments that the rows of the table name, with or without a commune of today.
    atlas, choix
        The data in use, and what the planner decided.
    """
    touchees = set(atlas.cpts_dans(choix.complets)) if choix.complets else set()
    return Remplacement(
        nommees=frozenset(cpts.loc[cpts["connue"], "cpts_id"]),
        absentes=tuple(
            i for i in find_unnamed(cpts, atlas) if i in touchees and i not in choix.retirees
        ),
        retirees=choix.retirees,
        parles=nommes | set(atlas.communes.loc[adhesions["code_commune"], "code_departement"]),
        complets=choix.complets,
    )


def propose_fiches(
    cpts: pd.DataFrame, adhesions: pd.DataFrame, retirables: Collection[str], atlas: Atlas
) -> tuple[dict[str, str], dict[str, str]]:
    """Propose the known sheet of each CPTS that has none: by its name, then by its communes.

    By its communes: most of those of the sheet, where each is the one that shares the most with the
    other.

    Returns
    -------
    tuple
        ``cpts_id`` by name kept, twice.
    """
    par_nom = match_fiches(cpts.index, atlas.fiches)
    neuves = set(cpts.index[~cpts["connue"]]).difference(par_nom)
    restantes = set(retirables).difference(par_nom.values())
    communs = (
        adhesions[adhesions["nom_cpts"].isin(neuves)]
        .merge(atlas.adhesions[atlas.adhesions["cpts_id"].isin(restantes)], on="code_commune")
        .groupby(["nom_cpts", "cpts_id"])
        .size()
        .rename("communes")
        .reset_index()
        .sort_values(["communes", "nom_cpts", "cpts_id"], ascending=[False, True, True])
    )
    premieres = communs[~communs.duplicated("nom_cpts") & ~communs.duplicated("cpts_id")]
    effectifs = atlas.adhesions.groupby("cpts_id").size()
    moities = premieres[
        2 * premieres["communes"] >= effectifs.reindex(premieres["cpts_id"]).to_numpy()
    ]
    return par_nom, dict(zip(moities["nom_cpts"], moities["cpts_id"], strict=True))


def tell_proposed(
    proposees: Mapping[str, str], adhesions: pd.DataFrame, atlas: Atlas, choix: Choix
) -> list[Anomalie]:
    """Tell the names that are nearly that of a known sheet."""
    premieres = adhesions.groupby("nom_cpts")["ligne"].min()
    noms_fiches = atlas.fiches["nom"].to_dict()
    return [
        Anomalie(
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


def check_shared(cpts: pd.DataFrame, adhesions: pd.DataFrame, atlas: Atlas) -> list[Anomalie]:
    """Refuse several names for one sheet."""
    premieres = adhesions.groupby("nom_cpts")["ligne"].min()
    noms_fiches = atlas.fiches["nom"].to_dict()
    anomalies = []
    partagees = cpts[cpts["cpts_id"].duplicated(keep=False)]
    for cpts_id, siens in partagees.groupby("cpts_id").groups.items():
        anomalies.append(
            Anomalie(
                int(premieres[siens[0]]),
                "cpts",
                str(siens[0]),
                Severite.BLOQUANT,
                f"Plusieurs noms sont rattachés à la fiche « {noms_fiches[cpts_id]} » : "
                f"{enumerate_first(f'« {nom} »' for nom in siens)}.",
                "Réunir ces noms, ou n'en rattacher qu'un.",
                "fiche_partagee",
            )
        )
    return anomalies


def check_overlaps(
    lues: Collection[Adhesion],
    adhesions: pd.DataFrame,
    gardees: pd.DataFrame,
    cpts: pd.DataFrame,
    atlas: Atlas,
) -> list[Anomalie]:
    """Name the communes that several CPTS claim: of the table, and of those that it leaves in place.

    Those that they split, by shares that make the whole at most, are not claimed twice; but of a commune that the
    table splits, what stays of another CPTS is told: nothing says that it is the rest.

    Parameters
    ----------
    lues
        Memberships of the table, as they come.
    adhesions
        The same, as in :class:`geo.importation.diagnostic.Diagnostic`.
    gardees
        Memberships that stay.
    cpts, atlas
        The CPTS of the table, the data in use.
    """
    noms_communes = atlas.communes["nom"].to_dict()
    noms_fiches = atlas.fiches["nom"].to_dict()
    par_commune: defaultdict[str, set[str]] = defaultdict(set)
    for adhesion in lues:
        par_commune[adhesion.code_commune].add(adhesion.nom_cpts)
    entre_elles, en_tout = find_overlapped(adhesions), find_overlapped(adhesions, gardees)
    cites = {
        code: enumerate_first(f"« {nom} »" for nom in sorted(par_commune[code]))
        for code in entre_elles
    }
    # A row that gives the commune to several CPTS says so once.
    dedans = dict.fromkeys(
        Anomalie(
            adhesion.ligne,
            "code_commune",
            adhesion.valeur,
            Severite.A_VERIFIER,
            f"{adhesion.code_commune} {noms_communes[adhesion.code_commune]} est dans "
            f"plusieurs CPTS : {cites[adhesion.code_commune]}.",
            "Vérifier le partage ; sa population n'est comptée qu'une fois dans la couverture.",
            "plusieurs_cpts",
        )
        for adhesion in lues
        if adhesion.code_commune in cites
    )
    en_place: defaultdict[str, list[str]] = defaultdict(list)
    partagees = set(adhesions.loc[adhesions["part"] < ENTIERE, "code_commune"])
    siennes = gardees[gardees["code_commune"].isin((en_tout & par_commune.keys()) | partagees)]
    for code, cpts_id in zip(siennes["code_commune"], siennes["cpts_id"], strict=True):
        en_place[code].append(cpts_id)
    identifiants = cpts["cpts_id"].to_dict()
    paires: defaultdict[tuple[str, str], list[Adhesion]] = defaultdict(list)
    for adhesion in lues:
        for cpts_id in en_place.get(adhesion.code_commune, ()):
            if identifiants[adhesion.nom_cpts] != cpts_id:
                paires[adhesion.nom_cpts, cpts_id].append(adhesion)
    dehors = []
    for (nom, cpts_id), siens in paires.items():
        codes = sorted({adhesion.code_commune for adhesion in siens})
        dehors.append(
            Anomalie(
                siens[0].ligne,
                "cpts",
                nom,
                Severite.A_VERIFIER,
                f"« {nom} » partage {count(len(codes), 'commune')} avec « {noms_fiches[cpts_id]} », "
                f"que la table ne nomme pas et qui garde son périmètre : {enumerate_first(codes)}.",
                "Rattacher le nom à cette fiche si c'est la même CPTS ; ou déclarer complets les "
                "départements couverts en entier.",
                "recouvre_une_connue",
            )
        )
    return [*dedans, *dehors]


def check_changes(
    cpts: pd.DataFrame, adhesions: pd.DataFrame, gardees: pd.DataFrame, atlas: Atlas
) -> list[Anomalie]:
    """Tell the known CPTS that lose communes, and those that keep some that the table cannot name."""
    avant = atlas.adhesions.groupby("cpts_id")["code_commune"].agg(set).to_dict()
    restent = gardees.groupby("cpts_id")["code_commune"].agg(set).to_dict()
    siennes = adhesions[adhesions["nom_cpts"].isin(cpts.index[cpts["connue"]])]
    nouvelles = siennes.groupby("nom_cpts")["code_commune"].agg(set).to_dict()
    premieres = siennes.groupby("nom_cpts")["ligne"].min()
    populations = atlas.communes["population"]
    anomalies = []
    for nom, cpts_id in cpts.loc[cpts["connue"], "cpts_id"].items():
        connues = avant.get(cpts_id, set())
        garde = restent.get(cpts_id, set()) - nouvelles[nom]
        perdues = connues - nouvelles[nom] - garde
        if garde:
            departements = sorted({atlas.communes["code_departement"][code] for code in garde})
            anomalies.append(
                Anomalie(
                    int(premieres[nom]),
                    "cpts",
                    str(nom),
                    Severite.A_VERIFIER,
                    f"« {nom} » garde {count(len(garde), 'commune')} du département "
                    f"{enumerate_first(departements)}, dont la table ne dit rien : "
                    f"{enumerate_first(sorted(garde))}.",
                    "Rien à faire si elles en sont toujours ; sinon ajouter ce département à la table, "
                    "ou le déclarer complet.",
                    "communes_gardees",
                )
            )
        if perdues:
            apres = len(nouvelles[nom] | garde)
            habitants = int(populations.loc[sorted(perdues)].sum())
            anomalies.append(
                Anomalie(
                    int(premieres[nom]),
                    "cpts",
                    str(nom),
                    Severite.A_VERIFIER,
                    f"« {nom} » perd {count(len(perdues), 'commune')} ({count(habitants, 'habitant')}) : "
                    f"{len(connues)} avant, {apres} après ; {enumerate_first(sorted(perdues))}.",
                    "Rien à faire si la table est juste ; sinon compléter ses lignes.",
                    "communes_perdues",
                )
            )
    return anomalies


def check_complets(remplacement: Remplacement, atlas: Atlas) -> list[Anomalie]:
    """Refuse a complete department that the table does not speak of; tell the CPTS that lose theirs."""
    noms_fiches = atlas.fiches["nom"].to_dict()
    anomalies = []
    for code in sorted(remplacement.complets):
        if code not in atlas.departements.index:
            message = (
                f"Le département {code}, déclaré complet, n'est pas dans les données chargées."
            )
            remede = "Choisir parmi : " + ", ".join(atlas.departements.index) + "."
            genre: Genre = "departement_inconnu"
        elif code in remplacement.parles:
            continue
        else:
            message = (
                f"Le département {code} est déclaré complet, et la table n'en a aucune commune."
            )
            remede = (
                "Ne pas le déclarer complet, ou ajouter ses communes à la table, sans nom de CPTS si "
                "aucune ne les couvre."
            )
            genre = "departement_absent"
        anomalies.append(
            Anomalie(SANS_LIGNE, "departement", code, Severite.BLOQUANT, message, remede, genre)
        )
    for cpts_id in remplacement.absentes:
        nom = noms_fiches[cpts_id]
        dessinee = cpts_id in atlas.territoires.index
        perd = "y perd son périmètre" if dessinee else "y reste sans périmètre"
        anomalies.append(
            Anomalie(
                SANS_LIGNE,
                "cpts",
                nom,
                Severite.A_VERIFIER,
                f"« {nom} » touche un département déclaré complet, et la table ne la nomme "
                f"pas : elle {perd}, et sa fiche reste.",
                "La rattacher à un nom de la table si c'est la même ; retirer sa fiche si elle n'existe "
                "plus. D'ici là, aucune commune du département n'est dite zone blanche.",
                "cpts_absente",
            )
        )
    return anomalies


def check_choix(
    choix: Choix, cpts: pd.DataFrame, noms: Collection[str], atlas: Atlas
) -> list[Anomalie]:
    """Tell the decisions that bear on nothing, or on two things at once.

    Parameters
    ----------
    choix
        What the planner decided.
    cpts
        The CPTS of the table.
    noms
        Names of the file.
    atlas
        The data in use.
    """
    connues = atlas.fiches["nom"].to_dict()
    nommees = set(cpts["cpts_id"])
    anomalies = [
        _about_choice(
            cpts_id,
            Severite.BLOQUANT,
            f"La fiche « {cpts_id} », à rattacher ou à retirer, n'est pas connue.",
            "Donner l'identifiant d'une fiche connue (colonne cpts_id de cpts_fiches.csv).",
            "fiche_inconnue",
        )
        for cpts_id in sorted({*choix.fiches.values(), *choix.retirees}.difference(connues))
    ]
    anomalies += [
        _about_choice(
            nom,
            Severite.A_VERIFIER,
            f"« {nom} », à réunir ou à rattacher, n'est pas un nom de la table.",
            "Écrire le nom comme dans la table.",
            "nom_inconnu",
        )
        for nom in sorted({*choix.noms, *choix.fiches}.difference(noms, cpts.index))
    ]
    for cpts_id in sorted(choix.retirees.intersection(connues)):
        if cpts_id in nommees:
            grave = Severite.BLOQUANT
            message = f"La fiche « {connues[cpts_id]} » est à retirer, et la table la nomme."
            remede = "Ne pas la retirer, ou ôter ses lignes de la table."
        else:
            grave = Severite.INFORMATION
            message = f"La fiche « {connues[cpts_id]} », son périmètre et ses faits sont retirés."
            remede = "Rien à faire ; les versions d'avant les gardent."
        anomalies.append(_about_choice(connues[cpts_id], grave, message, remede, "retiree"))
    return anomalies


def _about_choice(
    valeur: str, severite: Severite, message: str, remede: str, genre: Genre
) -> Anomalie:
    return Anomalie(SANS_LIGNE, "cpts", valeur, severite, message, remede, genre)
