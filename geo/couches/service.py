"""The steps of the import of a layer: laid on the communes, given by a threshold, checked, prepared as a table is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from geo.couches.attribution import HABITANTS, MAIRIE, Attribution, Regle, attribute
from geo.couches.decoupage import FICHIER, read_elsewhere, write_decoupage
from geo.couches.fine import read_fine
from geo.couches.lecture import read_couche
from geo.couches.parts import BATI, measure_parts, unite_by_name
from geo.erreurs import (
    DonneesInvalides,
    Probleme,
    Severite,
    count,
    enumerate_first,
    is_blocking,
    sort_problemes,
)
from geo.importation.choix import Choix
from geo.importation.diagnostic import diagnose
from geo.importation.dossier import Nature, make_tables
from geo.importation.etapes import read_statut
from geo.importation.rapprochement import group_names
from geo.importation.service import Verification, write_beside
from geo.importation.tables import make_source_id
from geo.lecture.communes import M2_PER_KM2
from geo.lecture.cpts import STATUT_ABANDONNE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from geo.atlas import Atlas
    from geo.couches.lecture import CoucheLue, Demande
    from geo.importation.service import ImportPrepare
    from geo.importation.tables import SourceImport
    from geo.importation.versions import Depot

COUCHE = Nature("Couche importée", "la couche importée", "la contient")
# A polygon of which more lies outside the communes that are known is cut by what the data hold, not by its drawing.
_DEHORS_PCT = 10.0


@dataclass(frozen=True)
class Pose:
    """A layer laid on the communes.

    Attributes
    ----------
    couche
        As it was read.
    cpts
        Outline of each CPTS by its name in the layer, EPSG:2154.
    parts
        As :func:`geo.couches.parts.measure_parts` returns them.
    remarques
        What the reading and the laying had to tell, the worst first.
    """

    couche: CoucheLue
    cpts: gpd.GeoSeries
    parts: pd.DataFrame
    remarques: tuple[Probleme, ...]


@dataclass(frozen=True)
class Decoupage:
    """What a layer gives by a rule."""

    pose: Pose
    regle: Regle
    attribution: Attribution


def read(fichiers: Sequence[tuple[str, bytes]], demande: Demande, atlas: Atlas) -> CoucheLue:
    """Read a layer beside the communes of an atlas: see :func:`geo.couches.lecture.read_couche`."""
    return read_couche(fichiers, demande, atlas.communes)


def read_finer(
    fichiers: Sequence[tuple[str, bytes]], atlas: Atlas
) -> tuple[gpd.GeoDataFrame, tuple[Probleme, ...]]:
    """Read a layer that says where people live: see :func:`geo.couches.fine.read_fine`."""
    return read_fine(fichiers, atlas.communes)


def keep_names(couche: CoucheLue, noms: Mapping[str, str]) -> CoucheLue:
    """Return a layer under the names that are kept of its CPTS: polygons of one name are one CPTS.

    Parameters
    ----------
    couche
        As read.
    noms
        See :attr:`geo.importation.choix.Choix.noms`.
    """
    choix = Choix(noms=noms)
    polygones = couche.polygones
    gardes = pd.Series([choix.name_kept(nom) for nom in polygones["cpts"]], polygones.index, "str")
    return replace(couche, polygones=polygones.assign(cpts=gardes))


def list_near_names(couche: CoucheLue) -> list[tuple[str, ...]]:
    """Return the names of a layer that may be of one CPTS: see :func:`geo.importation.rapprochement.group_names`."""
    return group_names(sorted(set(couche.polygones["cpts"]) - {""}))


def lay(couche: CoucheLue, atlas: Atlas, fine: gpd.GeoDataFrame | None = None) -> Pose:
    """Lay a layer on the communes. The CPTS whose project is abandoned are left aside, and told.

    Parameters
    ----------
    couche
        As :func:`keep_names` returns it.
    atlas
        The data in use.
    fine
        See :func:`geo.couches.parts.measure_parts`.

    Raises
    ------
    DonneesInvalides
        If its reading blocks, or if it touches none of the communes.
    """
    if is_blocking(couche.remarques):
        raise DonneesInvalides(couche.remarques)
    abandonnees = _find_abandoned(couche)
    vivantes = couche.polygones[~couche.polygones["cpts"].isin(abandonnees)]
    cpts = unite_by_name(vivantes)
    parts = measure_parts(cpts, atlas.communes, fine)
    if parts.empty:
        raise DonneesInvalides([_away(couche.nom)])
    remarques = (
        *couche.remarques,
        *_tell_abandoned(couche.nom, abandonnees),
        *_tell_apart(couche),
        *_tell_outside(couche.nom, cpts, parts),
    )
    return Pose(couche, cpts, parts, sort_problemes(remarques))


def split(pose: Pose, regle: Regle) -> Decoupage:
    """Give the communes to the CPTS: see :func:`geo.couches.attribution.attribute`."""
    return Decoupage(pose, regle, attribute(pose.parts, regle))


def check_couche(
    lue: TableLue, remarques: Sequence[Probleme], atlas: Atlas, choix: Choix
) -> Verification:
    """Say all that is wrong with the memberships that a layer gives.

    Parameters
    ----------
    lue, remarques
        As :func:`make_table` and :func:`tell` return them.
    atlas, choix
        The data in use, and what the planner has decided.

    Raises
    ------
    DonneesInvalides
        As :func:`geo.importation.diagnostic.diagnose`.
    """
    nom, table, estimation = lue
    diagnostic = diagnose(table, atlas, choix, nom, estimation=estimation)
    return Verification(nom, (), atlas, choix, table, diagnostic, tuple(remarques), ((0, nom),))


class TableLue(NamedTuple):
    """The memberships of a layer as a table of memberships.

    Attributes
    ----------
    nom
        Of the file.
    table
        As :func:`geo.importation.depliage.unfold` returns one, with ``part``; ``ligne`` is the number of the
        first polygon of the CPTS.
    estimation
        By what shares are estimated.
    """

    nom: str
    table: pd.DataFrame
    estimation: str


def make_table(decoupage: Decoupage, atlas: Atlas) -> TableLue:
    """Return the memberships of a layer as a table of memberships."""
    adhesions, couche = decoupage.attribution.adhesions, decoupage.pose.couche
    premiers = couche.polygones.drop_duplicates("cpts").set_index("cpts")
    dits = premiers.loc[adhesions["cpts"], ["ligne", "statut", "date"]]
    table = pd.DataFrame(
        {
            "ligne": dits["ligne"].to_numpy(),
            "code_commune": adhesions["code_commune"],
            "commune": atlas.communes.loc[adhesions["code_commune"], "nom"].to_numpy(),
            "departement": "",
            "cpts": adhesions["cpts"],
            "statut": dits["statut"].to_numpy(),
            "date": dits["date"].to_numpy(),
            "part": adhesions["part"],
        }
    )
    return TableLue(couche.nom, table, _tell_estimation(decoupage))


def prepare_couche(
    depot: Depot,
    decoupage: Decoupage,
    verification: Verification,
    source: SourceImport,
    *,
    depuis: Path,
    definition: str,
    step: Callable[[str], None],
    call: Callable[..., Any] = lambda fonction, *arguments: fonction(*arguments),
) -> ImportPrepare:
    """Write an import aside with what was decided, as :func:`geo.importation.service.prepare` does of a table.

    Parameters
    ----------
    decoupage
        What the layer gives.
    verification
        As :func:`check_couche` returns it of that; nothing in it blocks.
    depot, source, depuis, definition, step, call
        As for :func:`geo.importation.service.prepare`.

    Raises
    ------
    DonneesInvalides, ImportRefuse
        As :func:`geo.importation.service.prepare`.
    """
    atlas, choix, diagnostic = verification.atlas, verification.choix, verification.diagnostic
    source_id = make_source_id(source, list(atlas.sources.index))
    gardes = {nom: choix.name_kept(nom) for nom in decoupage.pose.cpts.index}
    cpts_ids = {
        nom: str(diagnostic.cpts.loc[garde, "cpts_id"])
        for nom, garde in gardes.items()
        if garde in diagnostic.cpts.index
    }
    decide = write_decoupage(
        decoupage.attribution,
        decoupage.regle,
        cpts_ids,
        source_id,
        gardees=read_elsewhere(depuis, decoupage.pose.parts),
    )

    make = partial(make_tables, nature=COUCHE)

    def make_all() -> dict[str, bytes]:
        tables = call(make, atlas, depuis, diagnostic, choix, source)
        return {**tables, FICHIER: decide}

    return write_beside(
        depot,
        atlas,
        make_all,
        source,
        depuis=depuis,
        definition=definition,
        step=step,
        call=call,
    )


def _tell_estimation(decoupage: Decoupage) -> str:
    if decoupage.regle.compter == MAIRIE:
        return "à la main"
    if decoupage.regle.compter == HABITANTS and (decoupage.pose.parts["methode"] == BATI).any():
        return "par une couche plus fine, à défaut par la surface"
    return "par la surface"


def _find_abandoned(couche: CoucheLue) -> list[str]:
    """Return the CPTS of which the layer says, of their first polygon, that the project is abandoned."""
    premiers = couche.polygones.drop_duplicates("cpts")
    abandonnes = [read_statut(texte) == STATUT_ABANDONNE for texte in premiers["statut"]]
    return sorted(premiers.loc[abandonnes, "cpts"])


def _tell_abandoned(nom: str, abandonnees: Sequence[str]) -> list[Probleme]:
    if not abandonnees:
        return []
    return [
        Probleme(
            Severite.A_VERIFIER,
            nom,
            f"{count(len(abandonnees), 'CPTS', 'CPTS')} au projet abandonné, laissées de côté : "
            f"{enumerate_first(f'« {cpts} »' for cpts in abandonnees)}.",
            "Rien à faire si elles le sont : leurs polygones ne prennent de communes à personne. Sinon, corriger leur étape.",
            identifiant="polygones_abandonnes",
        )
    ]


def _away(nom: str) -> Probleme:
    return Probleme(
        Severite.BLOQUANT,
        nom,
        "aucun polygone ne touche une commune connue de l'atlas.",
        "Vérifier que la couche est bien de ce territoire, et sa projection.",
        identifiant="couche_ailleurs",
    )


def _tell_apart(couche: CoucheLue) -> list[Probleme]:
    """Tell the CPTS whose polygons do not say the same stage or date: the first is read."""
    polygones, dits = couche.polygones, []
    for nom, siens in polygones[polygones["cpts"].duplicated(keep=False)].groupby("cpts"):
        for colonne, quoi in (("statut", "étapes"), ("date", "dates")):
            valeurs = list(dict.fromkeys(siens[colonne]))
            if len(valeurs) > 1 and nom:
                cites = enumerate_first(f"« {valeur} »" if valeur else "rien" for valeur in valeurs)
                dits.append(
                    Probleme(
                        Severite.A_VERIFIER,
                        couche.nom,
                        f"« {nom} » : ses polygones disent plusieurs {quoi} : {cites}.",
                        "La première est lue ; corriger la couche si ce n'est pas la bonne.",
                        identifiant="polygones_discordants",
                    )
                )
    return dits


def _tell_outside(nom: str, cpts: gpd.GeoSeries, parts: pd.DataFrame) -> list[Probleme]:
    """Tell the polygons that lie outside the communes, in part or whole."""
    aires = pd.Series(cpts.area.to_numpy() / M2_PER_KM2, index=cpts.index)
    dedans = parts.groupby("cpts")["surface_km2"].sum().reindex(cpts.index).fillna(0.0)
    dehors_pct = 100 * (1 - dedans / aires.where(aires > 0, np.nan))
    seules = [str(n) for n in dedans.index[dedans == 0]]
    coupees = [
        f"« {cpts} » ({round(pct)} % de sa surface)"
        for cpts, pct in dehors_pct[(dehors_pct > _DEHORS_PCT) & (dedans > 0)].items()
    ]
    dits = []
    if seules:
        dits.append(
            Probleme(
                Severite.INFORMATION,
                nom,
                f"{count(len(seules), 'CPTS', 'CPTS')} hors des communes connues de l'atlas, non "
                f"{'lue' if len(seules) == 1 else 'lues'} : {enumerate_first(seules)}.",
                "Rien à faire si la couche couvre plus que ce territoire.",
                identifiant="polygones_ailleurs",
            )
        )
    if coupees:
        dits.append(
            Probleme(
                Severite.A_VERIFIER,
                nom,
                f"{count(len(coupees), 'CPTS', 'CPTS')} en partie hors des communes connues de l'atlas : "
                f"{enumerate_first(coupees)}.",
                "Ce qui est au-delà n'est pas compté.",
                identifiant="polygones_coupes",
            )
        )
    return dits


def tell(decoupage: Decoupage) -> tuple[Probleme, ...]:
    """Return what there is to say of a layer and of what it gives, the worst first."""
    return sort_problemes([*decoupage.pose.remarques, *_tell_empty(decoupage)])


def _tell_empty(decoupage: Decoupage) -> list[Probleme]:
    """Tell the polygons that get no commune, though they touch some."""
    touchees = set(decoupage.pose.parts["cpts"])
    vides = sorted(touchees.difference(decoupage.attribution.adhesions["cpts"]))
    if not vides:
        return []
    return [
        Probleme(
            Severite.A_VERIFIER,
            decoupage.pose.couche.nom,
            f"{count(len(vides), 'CPTS', 'CPTS')} sans aucune commune : "
            f"{enumerate_first(f'« {vide} »' for vide in vides)}.",
            "Baisser le seuil, ou décider à la main des communes qu'elles touchent ; sinon elles ne seront pas lues.",
            identifiant="polygone_sans_commune",
        )
    ]
