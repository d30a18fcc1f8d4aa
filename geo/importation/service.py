"""The steps of an import, as the page and the command line both take them.

Read, check, prepare (written aside, loaded, compared), then publish: until the last, nothing that
is in use has changed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from filecmp import cmp
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.base.actions import IMPORT
from geo.chargement import fingerprint, load
from geo.erreurs import (
    DonneesInvalides,
    Probleme,
    Severite,
    enumerate_first,
    is_blocking,
    sort_problemes,
)
from geo.importation.changement import compare
from geo.importation.colonnes import (
    column_letters,
    correct,
    extract,
    guess_all,
    missing,
    reshape,
    titles,
    unread,
)
from geo.importation.constats import list_unread, tell_reading
from geo.importation.correspondance import FORMES
from geo.importation.depliage import unfold
from geo.importation.depot import ImportRefuse, Meta
from geo.importation.diagnostic import diagnose
from geo.importation.dossier import make_tables
from geo.importation.feuille import refuse
from geo.importation.formes import is_dated
from geo.importation.lecture import read_feuilles
from geo.importation.lignes import repeat_names
from geo.importation.limites import CELLULES_MAX, LIGNES_MAX, TAILLE_MAX_OCTETS
from geo.importation.rangees import read_rangees
from geo.importation.titres import ROLES
from geo.lecture.communes import find_communes
from geo.systeme import tell_cause
from geo.texte import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from geo.atlas import Atlas
    from geo.importation.changement import Changement
    from geo.importation.correspondance import Correspondance
    from geo.importation.depot import Depot, Version
    from geo.importation.diagnostic import Choix, Diagnostic
    from geo.importation.lecture import Feuille
    from geo.importation.rangees import Rangees
    from geo.importation.tables import SourceImport

# Files are read as one table, and weigh no more than one: a region has eight departments.
FICHIERS_MAX = 20
# As the page and the command line state them, beside those of one file.
LIMITES_ENSEMBLE: dict[str, int] = {
    "fichiers lus ensemble": FICHIERS_MAX,
    "lignes, tous fichiers réunis": LIGNES_MAX,
    "cellules, tous fichiers réunis": CELLULES_MAX,
}

# How the messages of a diagnosis point to another row.
_LIGNE_CITEE = re.compile(r"\(ligne (\d+)\)")


@dataclass(frozen=True)
class Fichier:
    """A file as it was read, and where its columns are: guessed, or corrected by hand.

    Attributes
    ----------
    nom
        Name of the file, no folder.
    feuilles
        Every sheet of it.
    correspondance
        The sheet to read, and where its columns are.
    autres
        The same of the other sheets that are read with it as one table.
    forme_demandee
        Shape that the planner asked for, empty where the sheets tell it.
    """

    nom: str
    feuilles: tuple[Feuille, ...]
    correspondance: Correspondance
    autres: tuple[Correspondance, ...] = ()
    forme_demandee: str = ""

    # Every row is looked at: once, however often it is asked.
    @cached_property
    def rangees(self) -> list[Rangees]:
        """Return the rows of each sheet to read."""
        return [read_rangees(self.feuilles[lue.feuille], lue) for _, lue in self.lectures()]

    @cached_property
    def remarques(self) -> list[Probleme]:
        """Return what its reading had to suppose, and the columns that were not found."""
        lues = [self.correspondance, *self.autres]
        remarques = [
            remarque
            for (nom, lue), rangees in zip(self.lectures(), self.rangees, strict=True)
            for remarque in (
                *self.feuilles[lue.feuille].remarques,
                *missing(lue, nom),
                *tell_reading(nom, self.feuilles[lue.feuille], lue, rangees),
            )
        ]
        remarques += self._questions()
        # What every sheet has is told once, of the file.
        du_fichier = [replace(remarque, fichier=self.nom) for remarque in remarques]
        fois = Counter(du_fichier)
        dites = [
            commune if fois[commune] == len(lues) else remarque
            for remarque, commune in zip(remarques, du_fichier, strict=True)
        ]
        return list(dict.fromkeys([*dites, *unread(self.feuilles, lues, self.nom)]))

    def _questions(self) -> list[Probleme]:
        """Question the sheets that are read together though their names date them, and the shape that was not got."""
        noms = [self.feuilles[lue.feuille].nom for _, lue in self.lectures()]
        questions = []
        if len(set(noms)) > 1 and any(is_dated(nom) for nom in noms):
            questions.append(
                Probleme(
                    Severite.A_VERIFIER,
                    self.nom,
                    f"des feuilles que leur nom date sont lues comme une seule table : {enumerate_first(noms)}.",
                    "Si une seule vaut, la laisser seule dans le classeur, ou masquer les autres.",
                    identifiant="feuilles_datees",
                )
            )
        if self.forme_demandee and any(
            lue.forme != self.forme_demandee for _, lue in self.lectures()
        ):
            questions.append(
                Probleme(
                    Severite.BLOQUANT,
                    self.nom,
                    f"la table ne peut pas être lue comme {FORMES[self.forme_demandee]}.",
                    "Choisir une autre forme, ou laisser l'import la reconnaître.",
                    identifiant="forme_impossible",
                )
            )
        return questions

    def lectures(self) -> list[tuple[str, Correspondance]]:
        """Return each sheet to read, with the name that messages give it."""
        if not self.autres:
            return [(self.nom, self.correspondance)]
        return [
            (f"{self.nom}{self._part(lue)}", lue) for lue in (self.correspondance, *self.autres)
        ]

    def _part(self, lue: Correspondance) -> str:
        """Name the sheet, and the columns of a table that has another one beside it."""
        nom = self.feuilles[lue.feuille].nom
        feuille = f", feuille « {nom} »" if nom else ""
        if lue.plage is None:
            return feuille
        debut, fin = lue.plage
        return f"{feuille}, colonnes {column_letters(debut)} à {column_letters(fin - 1)}"

    @property
    def lignes(self) -> int:
        """Return how many rows are read, titles and blanks among them."""
        return sum(len(self.feuilles[lue.feuille].lignes) for _, lue in self.lectures())

    @property
    def cellules(self) -> int:
        """Return how many cells it holds, in all its sheets."""
        return sum(len(feuille.lignes) * feuille.largeur for feuille in self.feuilles)

    @property
    def titres(self) -> dict[str, str]:
        """Return the name of the column of each role that was found; of the CPTS, there may be several."""
        noms, lue = titles(self.feuilles, self.correspondance), self.correspondance
        trouves = {role: noms[colonne] for role, colonne in lue.colonnes.items()}
        if lue.cpts:
            trouves["cpts"] = enumerate_first(noms[colonne] for colonne in lue.cpts)
        return trouves

    def accounts(self) -> list[tuple[str, str | None]]:
        """Return every column of what is read by its title, with its role: ``None`` where it is not read."""
        comptes: list[tuple[str, str | None]] = []
        for _, lue in self.lectures():
            feuille, rang = self.feuilles[lue.feuille], lue.ligne_titres
            roles = {colonne: role for role, colonne in lue.colonnes.items()}
            roles |= dict.fromkeys(lue.cpts, "cpts") | dict.fromkeys(lue.communes, "code_commune")
            lues = sorted({*roles, *list_unread(feuille, lue)})
            comptes += [
                ((rang and feuille.lignes[rang - 1][c]) or column_letters(c), roles.get(c))
                for c in lues
            ]
        return comptes

    def without_hidden(self) -> Fichier:
        """Return the file as it shows, its columns guessed again: see :meth:`geo.importation.feuille.Feuille.without_hidden`."""
        return guess_file(self.nom, [feuille.without_hidden() for feuille in self.feuilles])

    @property
    def hides(self) -> bool:
        """Whether what is read hides or strikes something out."""
        return any(self.feuilles[lue.feuille].apparence for _, lue in self.lectures())

    def with_forme(self, forme: str) -> Fichier:
        """Return the file read in a shape that the planner asks for: see :func:`geo.importation.colonnes.reshape`."""
        lues = [reshape(self.feuilles, lue, forme) for _, lue in self.lectures()]
        return replace(self, correspondance=lues[0], autres=tuple(lues[1:]), forme_demandee=forme)

    def with_columns(self, voulues: Mapping[str, str]) -> Fichier:
        """Return the file with columns named by hand: see :func:`geo.importation.colonnes.correct`."""
        correspondance, *autres = (
            correct(self.feuilles, lue, voulues, nom) for nom, lue in self.lectures()
        )
        return replace(self, correspondance=correspondance, autres=tuple(autres))

    def with_correspondance(self, voulue: Correspondance) -> Fichier:
        """Return the file with the columns of its sheet corrected; the other sheets follow.

        Parameters
        ----------
        voulue
            Of the same sheet as before.

        Raises
        ------
        DonneesInvalides
            If another sheet has no column of the title that was chosen.
        """
        if voulue.forme != self.correspondance.forme:
            suivies = [reshape(self.feuilles, lue, voulue.forme) for lue in self.autres]
            return replace(self, correspondance=voulue, autres=tuple(suivies))
        avant = self.correspondance.colonnes
        rang = voulue.ligne_titres
        titres = self.feuilles[voulue.feuille].lignes[rang - 1] if rang else ()
        changees = {
            role: colonne
            for role in ROLES
            if (colonne := voulue.colonnes.get(role)) != avant.get(role)
        }
        noms = {
            role: "" if colonne is None else (titres and titres[colonne]) or column_letters(colonne)
            for role, colonne in changees.items()
        }
        autres = tuple(correct(self.feuilles, lue, noms, self.nom) for lue in self.autres)
        return replace(self, correspondance=voulue, autres=autres)


@dataclass(frozen=True)
class Verification:
    """What is known of one or several tables, taken as one; or of a layer of polygons, once it is one.

    Attributes
    ----------
    nom
        Names of the files.
    fichiers
        Tables as they were read; none of a layer.
    atlas
        The data in use, that it was checked against.
    choix
        What the planner had decided.
    table
        As returned by :func:`geo.importation.depliage.unfold`. With several files, the rows of
        each are numbered after those of the file before; :meth:`place` tells them apart.
    diagnostic
        Of that table.
    remarques
        What the reading had to suppose, the worst first.
    debuts
        After which row the rows of each file are numbered, and its name.
    """

    nom: str
    fichiers: tuple[Fichier, ...]
    atlas: Atlas
    choix: Choix
    table: pd.DataFrame
    diagnostic: Diagnostic
    remarques: tuple[Probleme, ...]
    debuts: tuple[tuple[int, str], ...]

    @property
    def bloquant(self) -> bool:
        """Whether something must be mended before it can be put in use."""
        return self.diagnostic.bloquant or is_blocking(self.remarques)

    @property
    def lignes(self) -> int:
        """Return how many rows of the files say something; one may give several memberships."""
        return self.table["ligne"].nunique()

    @property
    def anomalies(self) -> pd.DataFrame:
        """Return those of the diagnosis, with ``fichier`` and the row of this file as ``ligne``."""
        anomalies = self.diagnostic.anomalies
        places = [self.place(ligne) for ligne in anomalies["ligne"]]
        placees = anomalies.assign(ligne=[ligne for _, ligne in places])
        # The name of a file may be no text: pandas would refuse to keep it as one.
        placees.insert(0, "fichier", pd.Series([nom for nom, _ in places], dtype="object"))
        if len(self.debuts) > 1:
            placees["message"] = placees["message"].str.replace(
                _LIGNE_CITEE, self._cite, regex=True
            )
        return placees

    def _cite(self, ligne_citee: re.Match[str]) -> str:
        nom, ligne = self.place(int(ligne_citee[1]))
        return f"({nom}, ligne {ligne})"

    def place(self, ligne: int) -> tuple[str, int]:
        """Return the file, and the row of this file, behind a row of the table; 0 is in none.

        >>> deux = Verification("a.csv, b.csv", (), *[None] * 4, (), ((0, "a.csv"), (10, "b.csv")))
        >>> deux.place(10), deux.place(12)
        (('a.csv', 10), ('b.csv', 2))
        """
        if not ligne:
            return self.nom, 0
        debut, nom = self.debuts[bisect_right(self.debuts, ligne - 1, key=lambda d: d[0]) - 1]
        return nom, ligne - debut


@dataclass(frozen=True)
class ImportPrepare:
    """An import written aside and found good, that one step puts in use.

    Attributes
    ----------
    dossier
        Folder to publish or to discard.
    apres
        The atlas that it makes.
    changement
        What that changes.
    meta
        What will be remembered of it.
    """

    dossier: Path
    apres: Atlas
    changement: Changement
    meta: Meta


def read_path(chemin: Path) -> Fichier:
    """Read a file of the disk: see :func:`read_file`.

    Raises
    ------
    DonneesInvalides
        If it cannot be opened, or as :func:`read_file`.
    """
    return read_file(chemin.name, read_bytes(chemin))


def read_bytes(chemin: Path, maximum: int = TAILLE_MAX_OCTETS) -> bytes:
    """Return the bytes of a file of the disk, up to one more than the limit.

    Parameters
    ----------
    chemin
        Where it is.
    maximum
        The limit, in bytes.

    Raises
    ------
    DonneesInvalides
        If it cannot be opened.
    """
    try:
        # Neither a device nor a huge file is read to find out that it is one.
        if not chemin.is_file():
            raise _unopened(chemin.name, "le fichier n'existe pas, ou n'est pas un fichier.")
        with chemin.open("rb") as fichier:
            return fichier.read(maximum + 1)
    except (OSError, ValueError) as erreur:
        # A name with a null character is no name.
        cause = tell_cause(erreur) if isinstance(erreur, OSError) else "son nom n'en est pas un"
        raise _unopened(chemin.name, f"le fichier ne peut pas être ouvert ({cause}).") from erreur


def read_file(nom: str, contenu: bytes) -> Fichier:
    """Read a file, and guess its columns and which of its sheets are one table.

    Raises
    ------
    DonneesInvalides
        If it is no table, or passes a limit.
    """
    return guess_file(nom, read_feuilles(nom, contenu))


def guess_file(nom: str, feuilles: Sequence[Feuille]) -> Fichier:
    """Guess the columns of sheets that were read, and which of them are one table."""
    lues = tuple(feuilles)
    correspondance, *autres = guess_all(lues)
    return Fichier(nom, lues, correspondance, tuple(autres))


def check_limits(fichiers: int, lignes: int = 0, cellules: int = 0) -> None:
    """Refuse what passes :data:`LIMITES_ENSEMBLE`.

    Parameters
    ----------
    fichiers, lignes, cellules
        How many are read as one table, or were so far.

    Raises
    ------
    DonneesInvalides
        With the first limit that is passed.
    """
    for (quoi, maximum), compte in zip(
        LIMITES_ENSEMBLE.items(), (fichiers, lignes, cellules), strict=True
    ):
        if compte > maximum:
            raise refuse(
                "table",
                f"plus que la limite de {quoi} ({write_whole(maximum)}).",
                "Réunir les fichiers, et n'y garder que les communes et les colonnes à lire.",
            )


def check(fichiers: Sequence[Fichier], atlas: Atlas, choix: Choix) -> Verification:
    """Say all that is wrong with the tables of some files, taken as one table.

    Parameters
    ----------
    fichiers
        At least one.
    atlas
        The data in use.
    choix
        What the planner has decided.

    Raises
    ------
    DonneesInvalides
        With the problems of every file, if one of them cannot be read as a membership table; or
        if together they pass a limit.
    """
    check_limits(
        len(fichiers),
        sum(fichier.lignes for fichier in fichiers),
        sum(fichier.cellules for fichier in fichiers),
    )
    morceaux: list[pd.DataFrame] = []
    debuts: list[tuple[int, str]] = []
    fautes: list[Probleme] = []
    debut = 0
    for fichier in fichiers:
        if is_blocking(fichier.remarques):
            fautes += fichier.remarques
            continue
        for (nom, lue), rangees in zip(fichier.lectures(), fichier.rangees, strict=True):
            try:
                morceau = extract(fichier.feuilles, lue, nom, rangees)
            except DonneesInvalides as erreur:
                fautes += erreur.problemes
                continue
            if choix.repeter_cpts:
                # Of this sheet alone: its first rows have nothing to do with the last ones of another.
                morceau = repeat_names(morceau)
            morceaux.append(morceau.assign(ligne=morceau["ligne"] + debut))
            debuts.append((debut, nom))
            debut += len(fichier.feuilles[lue.feuille].lignes)
    if fautes:
        raise DonneesInvalides(fautes)
    nom = ", ".join(fichier.nom for fichier in fichiers)
    table, dites = unfold(pd.concat(morceaux, ignore_index=True), atlas)
    remarques = sort_problemes(r for fichier in fichiers for r in fichier.remarques)
    diagnostic = diagnose(table, atlas, choix, nom, dites)
    return Verification(
        nom, tuple(fichiers), atlas, choix, table, diagnostic, remarques, tuple(debuts)
    )


def prepare(
    depot: Depot,
    verification: Verification,
    source: SourceImport,
    *,
    depuis: Path,
    definition: str,
    step: Callable[[str], None],
    call: Callable[..., Any] = lambda fonction, *arguments: fonction(*arguments),
) -> ImportPrepare:
    """Write an import aside, load it as the application would, and compare it with what is in use.

    Parameters
    ----------
    depot
        Where versions are kept.
    verification
        As returned by :func:`check`; nothing in it blocks.
    source
        Who imports what.
    depuis
        Folder that the atlas of the verification was read from.
    definition
        Which CPTS count as covering, for the comparison.
    step
        Told in French what begins.
    call
        Calls what takes long: here, or where the server's own time is spared.

    Raises
    ------
    DonneesInvalides
        If the import makes a folder that the application would refuse; it is then removed.
    ImportRefuse
        If it could not be written, or if the data in use are no longer those of the verification.
    """
    atlas, choix = verification.atlas, verification.choix
    return write_beside(
        depot,
        atlas,
        lambda: call(make_tables, atlas, depuis, verification.diagnostic, choix, source),
        source,
        depuis=depuis,
        definition=definition,
        step=step,
        call=call,
    )


def write_beside(
    depot: Depot,
    atlas: Atlas,
    make: Callable[[], Mapping[str, bytes]],
    source: SourceImport,
    *,
    depuis: Path,
    definition: str,
    step: Callable[[str], None],
    call: Callable[..., Any],
    action: str = IMPORT,
) -> ImportPrepare:
    """Write tables aside with the rest of a folder, load it, and compare it with what is in use.

    Parameters
    ----------
    depot, source, depuis, definition, step, call
        As for :func:`prepare`.
    atlas
        The data in use, as they were when the tables were decided.
    make
        Makes the tables, by name of file.
    action
        What it is for the trace.

    Raises
    ------
    DonneesInvalides, ImportRefuse
        As :func:`prepare`.
    """
    step("Écriture à part")
    if fingerprint(depuis) != atlas.empreinte:
        raise ImportRefuse(
            "Les données en usage ont changé entre-temps : la vérification avait été faite sur les "
            "précédentes. Relancer la vérification."
        )
    tables = make()
    dossier = depot.prepare(tables, depuis)
    try:
        step("Contrôle des données nouvelles, comparaison")
        apres, changement = call(load_beside, dossier, depuis, atlas, definition)
    except BaseException:
        depot.discard(dossier)
        raise
    meta = Meta(
        auteur=source.auteur,
        note=source.note,
        fichier=source.nom_fichier,
        cpts=int(apres.adhesions["cpts_id"].nunique()),
        communes=int(apres.adhesions["code_commune"].nunique()),
        empreinte=source.empreinte,
        identifiant=source.identifiant,
        action=action,
    )
    return ImportPrepare(dossier, apres, changement, meta)


def load_beside(
    dossier: Path, depuis: Path, avant: Atlas, definition: str
) -> tuple[Atlas, Changement]:
    """Load a folder of data, and compare it with the data in use.

    Parameters
    ----------
    dossier
        The folder.
    depuis
        That of the data in use: where both have the same communes, these are not read again.
    avant
        The data in use.
    definition
        Which CPTS count as covering.

    Raises
    ------
    DonneesInvalides
        If the folder cannot be used.
    """
    meme = cmp(find_communes(dossier), find_communes(depuis), shallow=False)
    apres = load(dossier, sol=avant if meme else None)
    return apres, compare(avant, apres, definition)


def publish(depot: Depot, prepare: ImportPrepare) -> Version:
    """Put a prepared import in use: see :meth:`geo.importation.versions.Depot.publish`."""
    return depot.publish(prepare.dossier, prepare.meta)


def _unopened(nom: str, message: str) -> DonneesInvalides:
    remede = "Vérifier le nom du fichier et les droits d'accès."
    return DonneesInvalides(
        [Probleme(Severite.BLOQUANT, nom, message, remede, identifiant="fichier_illisible")]
    )
