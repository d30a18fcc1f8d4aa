"""The steps of an import of official files, as the page and the command line both take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.base.actions import INDICATEUR
from geo.chargement import fingerprint, load_indicateurs
from geo.importation.versions import ImportRefuse, Meta
from geo.officiels.ecriture import describe, make_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from geo.atlas import Atlas
    from geo.importation.tables import SourceImport
    from geo.importation.versions import Depot, Version
    from geo.officiels.ecriture import Ecrit
    from geo.officiels.examen import Examen


@dataclass(frozen=True)
class ImportOfficiel:
    """An import written aside and found good, that one step puts in use.

    Attributes
    ----------
    dossier
        Folder to publish or to discard.
    apres
        The atlas that it makes.
    ecrits
        The indicators that it brings.
    meta
        What will be remembered of it.
    """

    dossier: Path
    apres: Atlas
    ecrits: tuple[Ecrit, ...]
    meta: Meta


def prepare(
    depot: Depot,
    examens: Sequence[Examen],
    source: SourceImport,
    *,
    depuis: Path,
    atlas: Atlas,
    call: Callable[..., Any] = lambda fonction, *arguments: fonction(*arguments),
) -> ImportOfficiel:
    """Write an import aside, and load it as the application would.

    Parameters
    ----------
    depot
        Where versions are kept.
    examens
        As :func:`geo.officiels.examen.examine` returns them.
    source
        Who imports what.
    depuis, atlas
        The data in use that they were examined with.
    call
        Calls what takes long: here, or where the server's own time is spared.

    Raises
    ------
    DonneesInvalides
        As :func:`geo.officiels.ecriture.make_tables`; or if the import makes a folder that the
        application would refuse: it is then removed.
    ImportRefuse
        If it could not be written, or if the data in use are no longer those of the examination.
    """
    if fingerprint(depuis) != atlas.empreinte:
        raise ImportRefuse(
            "Les données en usage ont changé entre-temps : ces fichiers avaient été lus avec les "
            "précédentes. Recommencer."
        )
    tables, ecrits = make_tables(examens, atlas, depuis, source)
    dossier = depot.prepare(tables, depuis)
    try:
        apres = call(load_indicateurs, dossier, atlas)
    except BaseException:
        depot.discard(dossier)
        raise
    meta = Meta(
        auteur=source.auteur,
        note=source.note or " ; ".join(describe(ecrits)),
        fichier=source.nom_fichier,
        cpts=int(apres.adhesions["cpts_id"].nunique()),
        communes=int(apres.adhesions["code_commune"].nunique()),
        empreinte=source.empreinte,
        identifiant=source.identifiant,
        action=INDICATEUR,
    )
    return ImportOfficiel(dossier, apres, tuple(ecrits), meta)


def publish(depot: Depot, pret: ImportOfficiel) -> Version:
    """Put a prepared import in use: see :meth:`geo.importation.versions.Depot.publish`."""
    return depot.publish(pret.dossier, pret.meta)
