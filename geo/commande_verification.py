"""What ``check`` and ``import`` ask to check, tables or a layer of polygons: checked, told, ready to be prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from geo.commande_couches import check_layer, find_couche, read_asked
from geo.commande_couches_dites import describe_couche
from geo.commande_remarques import describe_remarques
from geo.couches.service import prepare_couche
from geo.couches.sortie import couche_to_json
from geo.erreurs import DonneesInvalides, count, enumerate_first
from geo.importation.correspondance import FORMES
from geo.importation.depliage import tell_first
from geo.importation.service import check, prepare, read_path
from geo.importation.sortie import to_json
from geo.importation.titres import LIBELLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from geo.atlas import Atlas
    from geo.commande_couches import OptionsCouche
    from geo.erreurs import Probleme
    from geo.importation.choix import Choix
    from geo.importation.service import Fichier, ImportPrepare, Verification


class Demande(NamedTuple):
    """What a command asks to read, and how.

    Attributes
    ----------
    chemins
        Tables, or one layer.
    colonnes
        Titles by role.
    forme, sans_masques
        How a table is to be read.
    options
        Of a layer.
    """

    chemins: Sequence[Path]
    colonnes: Mapping[str, str]
    forme: str
    sans_masques: bool
    options: OptionsCouche

    def find_couche(self, choix: Choix) -> list[tuple[str, bytes]] | None:
        """Return the layer that is asked: see :func:`geo.commande_couches.find_couche`."""
        return find_couche(
            self.chemins,
            self.options,
            {
                "--forme": self.forme,
                "--sans-masques": self.sans_masques,
                "--repeter-cpts": choix.repeter_cpts,
                "--codes": choix.codes,
                "--accepter-absorbees": choix.absorbees_acceptees,
            },
        )


class Verifiee(NamedTuple):
    """What was checked, how it is told and how it is prepared."""

    verification: Verification
    describe: Callable[[], Iterator[str]]
    prepare: Callable[..., ImportPrepare]


def check_asked(
    atlas: Atlas, dossier: Path, demande: Demande, choix: Choix, step: Callable[[str], None]
) -> Verifiee:
    """Check what a command asks for.

    Parameters
    ----------
    atlas, dossier
        The data in use, and where they are.
    demande, choix
        What the command says.
    step
        Told in French what begins.

    Raises
    ------
    DonneesInvalides
        If it cannot be read, or is neither a table nor a layer.
    """
    _check_choix(choix, atlas)
    contenus = demande.find_couche(choix)
    if contenus is not None:
        lue = read_asked(contenus, demande.options, demande.colonnes, atlas, step)
        verifiee = check_layer(lue, demande.options, choix, atlas, dossier, step=step)
        decoupage, verification = verifiee.decoupage, verifiee.verification
        return Verifiee(
            verification,
            lambda: describe_couche(verifiee),
            lambda depot, source, **suite: prepare_couche(
                depot, decoupage, verification, source, **suite
            ),
        )
    fichiers, problemes = _read(demande, step)
    if problemes:
        raise DonneesInvalides(problemes)
    step("Vérification")
    verification = check(fichiers, atlas, choix)
    return Verifiee(
        verification,
        lambda: _describe_verification(verification),
        lambda depot, source, **suite: prepare(depot, verification, source, **suite),
    )


def _check_choix(choix: Choix, atlas: Atlas) -> None:
    inconnus = sorted(choix.complets - set(atlas.departements.index))
    if inconnus:
        raise typer.BadParameter(
            f"Département inconnu ici : {enumerate_first(inconnus)}. Les codes se séparent par des virgules."
        )
    if choix.statut_defaut not in (None, *atlas.statuts.index):
        raise typer.BadParameter(
            f"Étape inconnue : {choix.statut_defaut}. Choisir parmi : {', '.join(atlas.statuts.index)}."
        )


def _read(demande: Demande, step: Callable[[str], None]) -> tuple[list[Fichier], list[Probleme]]:
    """Read files as asked; what stops some of them is told with the others read."""
    if demande.forme and demande.forme not in FORMES:
        raise typer.BadParameter(
            f"Forme inconnue : {demande.forme}. Choisir parmi : {', '.join(FORMES)}."
        )
    step("Lecture de la table")
    fichiers: list[Fichier] = []
    problemes: list[Probleme] = []
    for chemin in demande.chemins:
        try:
            lu = read_path(chemin)
            lu = lu.without_hidden() if demande.sans_masques else lu
            forme = lu.with_forme(demande.forme) if demande.forme else lu
            fichiers.append(forme.with_columns(demande.colonnes))
        except DonneesInvalides as erreur:
            problemes += erreur.problemes
    return fichiers, problemes


def check_as_json(
    atlas: Atlas, dossier: Path, demande: Demande, choix: Choix, step: Callable[[str], None]
) -> dict[str, Any]:
    """Say all that is known of what a command asks to check, as one object for programs.

    Parameters
    ----------
    atlas, dossier, demande, choix, step
        As for :func:`check_asked`.
    """
    _check_choix(choix, atlas)
    lue = None
    try:
        contenus = demande.find_couche(choix)
        if contenus is not None:
            lue = read_asked(contenus, demande.options, demande.colonnes, atlas, step)
            verifiee = check_layer(lue, demande.options, choix, atlas, dossier, step=step)
            return couche_to_json(lue, verifiee.decoupage, verifiee.verification)
    except DonneesInvalides as erreur:
        return couche_to_json(lue, None, None, erreur.problemes)
    fichiers, problemes = _read(demande, step)
    verification = None
    if not problemes:
        try:
            verification = check(fichiers, atlas, choix)
        except DonneesInvalides as erreur:
            problemes = list(erreur.problemes)
    return to_json(fichiers, problemes, verification)


def _describe_verification(verification: Verification) -> Iterator[str]:
    """Give what was understood, then every problem, the worst first, with its place and remedy."""
    diagnostic = verification.diagnostic
    communes = diagnostic.adhesions["code_commune"].nunique()
    yield (
        f"{verification.nom} : {count(verification.lignes, 'ligne')}, "
        f"{len(diagnostic.cpts)} CPTS, {count(communes, 'commune')}."
    )
    for fichier in verification.fichiers:
        reconnues = ", ".join(
            f"{LIBELLES[role]} ← {titre}" for role, titre in fichier.titres.items()
        )
        yield f"{fichier.nom}, colonnes reconnues : {reconnues}."
    premieres = tell_first(verification.table, verification.atlas.communes["nom"].to_dict())
    yield f"Premières lignes lues : {' ; '.join(premieres)}."
    yield from describe_remarques(verification)
