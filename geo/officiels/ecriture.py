"""Turn examined official files into the files of a data folder: a declaration and a table an indicator."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.cellules import Valeurs
from geo.erreurs import DonneesInvalides, Probleme, Severite
from geo.importation.rapprochement import clean_name
from geo.importation.tables import append_rows, make_source_id, read_table, write_table
from geo.indicateurs.agregation import Termes, add_up
from geo.indicateurs.registre import (
    CATEGORIE,
    MOYENNE,
    PAR_COMMUNE,
    PAR_DEPARTEMENT,
    RAPPORT,
    SOMME,
)
from geo.indicateurs.unites import POUR_CENT
from geo.lecture.officiels import CLE, DOSSIER, write_cells
from geo.officiels.annees import ANNEE_MIN, last_annee, read_millesime
from geo.officiels.choix import find_text_fault
from geo.officiels.noms import choose_identifiant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from geo.atlas import Atlas
    from geo.importation.tables import SourceImport
    from geo.indicateurs.series import Identite
    from geo.officiels.examen import Examen
    from geo.officiels.indicateur import IndicateurOfficiel, Lignes

# After every indicator that is shipped.
_ORDRE = 300
# Enough to know which one a problem is about.
_LIBELLE_MAX = 120
_PARTOUT = ["carte", "panneau", "fiche", "comparaison", "barres", "rangs", "tableau", "couche"]
_SANS_TOTAL = ["carte", "comparaison"]


@dataclass(frozen=True, slots=True)
class Ecrit:
    """An indicator as it will be in the data: its identifier, and whether it takes the place of another import."""

    identifiant: str
    indicateur: IndicateurOfficiel
    remplace: bool


def make_tables(
    examens: Sequence[Examen], atlas: Atlas, base: Path, source: SourceImport
) -> tuple[dict[str, bytes], list[Ecrit]]:
    """Write the files that an import changes.

    Parameters
    ----------
    examens
        As :func:`geo.officiels.examen.examine` returns them.
    atlas, base
        The data in use, and their folder.
    source
        Who imports what.

    Returns
    -------
    tuple
        By name of file, ``officiels/<identifiant>.toml`` and ``.csv`` for each indicator, and ``sources.csv``;
        and what was written. A zoning is written as the shares of inhabitants that were made of it.

    Raises
    ------
    DonneesInvalides
        If an indicator has no vintage or no source, if two files say the same of the same year, or if
        there is nothing to keep.
    """
    retenus = kept(examens)
    if problemes := find_unsaid(retenus):
        raise DonneesInvalides(problemes)
    sources = read_table(base, "sources")
    ids: dict[tuple[str, str], str] = {}
    lignes: list[dict[str, str]] = []
    tables: dict[str, bytes] = {}
    ecrits: list[Ecrit] = []
    for rang, indicateur in enumerate(retenus):
        origine = (indicateur.fichier, indicateur.source)
        if origine not in ids:
            ids[origine] = make_source_id(source, [*sources["source_id"], *ids.values()])
            lignes.append(_source_row(indicateur, source, ids[origine]))
        nom = choose_identifiant(
            indicateur.serie,
            indicateur.millesime,
            indicateur.identite,
            registre=atlas.registre,
            pris=[ecrit.identifiant for ecrit in ecrits],
        )
        declaration = _declare(indicateur, nom, ids[origine], _ORDRE + rang)
        tables[f"{DOSSIER}/{nom}.toml"] = "".join(_toml(declaration)).encode("utf-8", "replace")
        tables[f"{DOSSIER}/{nom}.csv"] = _write_rows(indicateur, nom)
        ecrits.append(Ecrit(nom, indicateur, nom in atlas.registre.indicateurs))
    tables["sources.csv"] = write_table(append_rows(sources, lignes))
    return tables, ecrits


def kept(examens: Iterable[Examen]) -> list[IndicateurOfficiel]:
    """List the indicators that an import keeps: all but the words of a zoning."""
    return [
        indicateur
        for examen in examens
        for indicateur in examen.indicateurs
        if indicateur.nature != CATEGORIE
    ]


def find_unsaid(indicateurs: Sequence[IndicateurOfficiel]) -> list[Probleme]:
    """Return what keeps indicators from being imported: what nothing says, or says badly, of one; a double."""
    problemes = []
    vus: dict[tuple[Identite, str], IndicateurOfficiel] = {}
    for indicateur in indicateurs:
        fautes = list(_find_faults(indicateur))
        cle = (indicateur.identite, indicateur.millesime)
        if cle in vus:
            deja = f"déjà donné pour {indicateur.millesime} par {vus[cle].fichier}"
            fautes.append((deja, "N'importer que l'un des deux.", ""))
        vus[cle] = indicateur
        nom = indicateur.libelle[:_LIBELLE_MAX]
        problemes += [
            Probleme(
                Severite.BLOQUANT, indicateur.fichier, f"« {nom} » : {message}.", remede, choix
            )
            for message, remede, choix in fautes
        ]
    if not indicateurs:
        problemes.append(
            Probleme(
                Severite.BLOQUANT, DOSSIER, "aucun indicateur à garder.", "Choisir une colonne."
            )
        )
    return problemes


def _find_faults(indicateur: IndicateurOfficiel) -> Iterator[tuple[str, str, str]]:
    """List what nothing says of an indicator, or says badly: with the remedy, and the choice that it is."""
    annee = indicateur.millesime
    if not annee:
        yield "rien ne dit de quelle année il est", "Le dire : --millesime ANNÉE.", "millesime"
    elif not read_millesime(annee):
        faute = f"« {annee} » n'est pas une année de {ANNEE_MIN} à {last_annee()}"
        yield faute, "La corriger : --millesime ANNÉE.", "millesime"
    if not indicateur.source:
        yield "rien ne dit qui l'a publié", "Le dire : --source TEXTE.", "source"
    if not indicateur.unite:
        yield "rien ne dit son unité", "La dire : --unite UNITÉ.", "unite"
    for quoi, remede, choix in (
        ("son nom", "Le dire : --libelle TEXTE.", "libelle"),
        ("son unité", "La corriger : --unite UNITÉ.", "unite"),
        ("sa base", "La corriger : --base TEXTE.", "base"),
        ("sa source", "La corriger : --source TEXTE.", "source"),
    ):
        if texte_faux := find_text_fault(choix, getattr(indicateur, choix)):
            yield f"{quoi} {texte_faux[0]}", remede, choix


def _declare(
    indicateur: IndicateurOfficiel, nom: str, source_id: str, ordre: int
) -> dict[str, Any]:
    calcul = _computation(indicateur, nom)
    return {
        "ordre": ordre,
        "libelle": f"{indicateur.libelle} ({{millesime}})",
        "nom": indicateur.libelle,
        "unite": clean_name(indicateur.unite),
        "abrege": clean_name(indicateur.abrege or indicateur.unite),
        "decimales": indicateur.decimales,
        "signe": indicateur.is_solde,
        "nature": indicateur.nature,
        "theme": indicateur.theme,
        "millesime": indicateur.millesime,
        "sources": [source_id],
        "ecrans": _PARTOUT if calcul["methode"] in (SOMME, RAPPORT, MOYENNE) else _SANS_TOTAL,
        "serie": indicateur.serie,
        "base": clean_name(indicateur.base),
        "colonnes": [
            clean_name(" + ".join(noms))
            for noms in (indicateur.colonnes, indicateur.denominateur or indicateur.poids)
            if noms
        ],
        "licence": clean_name(indicateur.licence),
        "sens": indicateur.sens,
        "definition": clean_name(indicateur.definition),
        "seuil_alerte": indicateur.seuil_alerte,
        "calcul": calcul,
    }


def _computation(indicateur: IndicateurOfficiel, nom: str) -> dict[str, Any]:
    termes = indicateur.lignes.termes
    if indicateur.agregats is None:
        publie = any(indicateur.chiffres.values())
        return {"methode": PAR_DEPARTEMENT if publie else PAR_COMMUNE, "variable": nom}
    match termes.methode:
        case "somme":
            return {"methode": SOMME, "variable": nom}
        case "moyenne":
            return {"methode": MOYENNE, "variable": nom, "poids": f"{nom}_poids"}
    return {
        "methode": RAPPORT,
        "numerateur": nom,
        "denominateur": f"{nom}_denominateur",
        "facteur": termes.facteur,
        "exact": not termes.part and termes.facteur == POUR_CENT,
    }


def _toml(declaration: dict[str, Any]) -> Iterator[str]:
    """Write a declaration: strings, numbers and lists of TOML are those of JSON."""
    for cle, valeur in declaration.items():
        if isinstance(valeur, dict):
            yield f"\n[{cle}]\n"
            yield from _toml(valeur)
        elif valeur not in ("", None):
            yield f"{cle} = {json.dumps(valeur, ensure_ascii=False)}\n"


def _source_row(
    indicateur: IndicateurOfficiel, source: SourceImport, source_id: str
) -> dict[str, str]:
    producteur, _, titre = indicateur.source.partition(", ")
    note = clean_name(source.note)
    licence = f", {indicateur.licence}" if indicateur.licence else ""
    morceaux = [
        f"{clean_name(titre or producteur)} ({indicateur.millesime}{licence})",
        f"fichier {clean_name(indicateur.fichier)}",
        note,
    ]
    return {
        "source_id": source_id,
        "titre": ", ".join(filter(None, morceaux)),
        "producteur": clean_name(producteur),
    }


def _write_rows(indicateur: IndicateurOfficiel, nom: str) -> bytes:
    places, termes = _one_row_a_place(indicateur.lignes)
    colonnes = {nom: termes.valeurs}
    if termes.poids is not None:
        suffixe = "_poids" if termes.methode == MOYENNE else "_denominateur"
        colonnes[nom + suffixe] = termes.poids
    table = pd.DataFrame(
        {CLE: places} | {titre: write_cells(valeurs) for titre, valeurs in colonnes.items()}
    )
    return write_table(table)


def _one_row_a_place(lignes: Lignes) -> tuple[list[str], Termes]:
    """Add up the rows that are of one place: counts are summed, means weighted; one that is not known leaves the sum unknown."""
    places, termes = pd.Index(lignes.places), lignes.termes
    rangs, trouves = pd.factorize(places)
    uniques = [str(place) for place in trouves]
    garde = [rang for rang, place in enumerate(uniques) if place]
    if len(uniques) == len(places):
        return [uniques[rang] for rang in garde], termes.take(garde)
    nombre = len(uniques)
    premieres = np.unique(rangs, return_index=True)[1]
    multiples = np.bincount(rangs, minlength=nombre) > 1

    def merge(cellules: Valeurs, somme: Termes) -> Valeurs:
        agregat = add_up(somme, rangs, nombre)
        sues = agregat.manquantes == 0
        seules = cellules.take(premieres)
        return Valeurs(
            np.where(multiples, np.where(sues, agregat.bas, np.nan), seules.bas),
            np.where(multiples, np.where(sues, agregat.haut, np.nan), seules.haut),
            np.where(multiples, (agregat.secretes > 0) & sues, seules.secrets),
        )

    valeurs, poids = termes.valeurs, termes.poids
    moyenne = termes.methode == MOYENNE
    fondues = Termes(
        termes.methode,
        merge(valeurs, termes if moyenne else Termes(SOMME, valeurs)),
        None if poids is None else merge(poids, Termes(SOMME, poids)),
        termes.facteur,
        termes.part,
    )
    return [uniques[rang] for rang in garde], fondues.take(garde)


def describe(ecrits: Iterable[Ecrit]) -> list[str]:
    """Say in a line what each indicator is, as the summary of an import does."""
    return [
        f"{ecrit.indicateur.libelle} ({ecrit.indicateur.millesime})"
        + (" : remplace l'import précédent" if ecrit.remplace else "")
        for ecrit in ecrits
    ]


def describe_how(indicateur: IndicateurOfficiel) -> str:
    """Say in a line how an indicator is brought to a territory, and whose share it is."""
    poids, bas = (" + ".join(noms) for noms in (indicateur.poids, indicateur.denominateur))
    base = f" ; base : {indicateur.base}" if indicateur.base else ""
    if poids and indicateur.agregats is not None:
        return f"moyenne pondérée par « {poids} »{base}"
    if bas and indicateur.agregats is not None:
        return f"rapport de « {' + '.join(indicateur.colonnes)} » à « {bas} »{base}"
    if indicateur.agregats is not None and indicateur.agregation == RAPPORT:
        return "habitants des communes qui en sont, rapportés à tous ceux de l'atlas"
    if indicateur.agregats is not None:
        return f"somme des communes{base}"
    publies = any(indicateur.chiffres.values())
    return ("chiffres publiés, repris tels quels" if publies else "non agrégeable") + base
