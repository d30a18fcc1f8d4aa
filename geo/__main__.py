"""Command line: ``python -m geo check | import | versions | restore | indicateur | couche | wfs``.

Exit status: 0 when nothing blocks, 1 when something does, 2 for wrong usage.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import pandas as pd
import typer
from typer.exceptions import TyperException

from geo.chargement import load
from geo.commande import Commande, Groupe, explain_usage
from geo.commande_couche import couche_command
from geo.commande_import import Auteur, Into, Note, check_into, put_in_use, refuse_read_only
from geo.commande_indicateur import app as indicateur_app
from geo.commande_wfs import add_wfs
from geo.erreurs import DonneesInvalides, Probleme, Severite, count, enumerate_first
from geo.importation.choix import Choix
from geo.importation.codes import CODES, INSEE, POSTAUX
from geo.importation.correspondance import FORMES
from geo.importation.depliage import tell_first
from geo.importation.environnement import is_read_only
from geo.importation.groupes import group, name_lines
from geo.importation.limites import LIMITES
from geo.importation.service import (
    LIMITES_ENSEMBLE,
    Fichier,
    ImportPrepare,
    Verification,
    check,
    prepare,
    read_path,
)
from geo.importation.sortie import to_json
from geo.importation.tables import SourceImport
from geo.importation.titres import LIBELLES, ROLES
from geo.importation.versions import Depot, ImportRefuse, open_depot
from geo.regles.comptes import name_share
from geo.regles.couverture import DEFINITIONS
from geo.terminal import BLOQUE, INTERROMPU, MAUVAIS_USAGE, OK, say, say_refusal, show_progress
from geo.texte import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geo.atlas import Atlas
    from geo.importation.codes import Codes as CodesDits
    from geo.importation.diagnostic import Diagnostic
    from geo.importation.groupes import Cause

DEFINITION = "fonctionnement"
# A terminal that scrolls for minutes says nothing.
_DITES_MAX = 200

_LIMITES = " ; ".join(
    f"{quoi} : {maximum}" for quoi, maximum in (LIMITES | LIMITES_ENSEMBLE).items()
)

app = typer.Typer(
    cls=Groupe,
    add_completion=False,
    no_args_is_help=True,
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    help="Vérifie et importe la table officielle des communes de chaque CPTS, garde les versions.",
    epilog="État de sortie : 0 si rien ne bloque, 1 sinon, 2 pour une mauvaise commande. "
    "CPTS_DATA_DIR : données ; CPTS_VAR_DIR : versions ; CPTS_LECTURE_SEULE=1 ferme l'import. "
    f"Limites d'un fichier — {_LIMITES}.",
)

app.add_typer(indicateur_app, name="indicateur")
add_wfs(app)

Fichiers = Annotated[
    list[Path],
    typer.Argument(
        metavar="FICHIER",
        help="Table des communes et de leur CPTS : CSV, XLSX ou ODS. Plusieurs fichiers sont lus "
        "comme une seule table.",
    ),
]
Complets = Annotated[
    str,
    typer.Option(
        "--complet",
        metavar="CODES",
        help="Départements que la table couvre en entier, par exemple 70,25.",
    ),
]
Absorbees = Annotated[
    bool,
    typer.Option(
        "--accepter-absorbees",
        metavar="",
        help="Remplacer les communes absorbées par celles qui leur ont succédé.",
    ),
]
Repeter = Annotated[
    bool,
    typer.Option(
        "--repeter-cpts",
        metavar="",
        help="Donner aux lignes sans nom de CPTS celui de la ligne du dessus.",
    ),
]
Etape = Annotated[
    str,
    typer.Option(
        "--etape",
        metavar="STATUT",
        help="Étape des CPTS dont la table ne dit rien, par exemple aci_signe ; sans elle, ces CPTS ne "
        "comptent dans aucune couverture.",
    ),
]
Codes = Annotated[
    str,
    typer.Option(
        "--codes",
        metavar="|".join(CODES),
        help="Ce que sont les codes de commune, là où la table ne le dit pas : codes INSEE ou codes "
        "postaux.",
    ),
]
Colonnes = Annotated[
    list[str] | None,
    typer.Option(
        "--colonne",
        metavar="DONNÉE=COLONNE",
        help="Corriger une colonne mal reconnue, par son titre ou sa lettre : "
        f"--colonne cpts=C. Données : {', '.join(ROLES)}. Peut être répétée.",
    ),
]
Forme = Annotated[
    str,
    typer.Option(
        "--forme",
        metavar="FORME",
        help="Lire la table dans cette forme, au lieu de celle qui est reconnue : "
        f"{' ; '.join(f'{forme} ({quoi})' for forme, quoi in FORMES.items())}.",
    ),
]
SansMasques = Annotated[
    bool,
    typer.Option(
        "--sans-masques",
        metavar="",
        help="Laisser de côté les lignes et les colonnes masquées du classeur, et ce qui y est barré.",
    ),
]
Objet = Annotated[
    bool,
    typer.Option("--json", metavar="", help="Écrire un seul objet JSON : voir docs/remarques.md."),
]
Noms = Annotated[
    list[str] | None,
    typer.Option(
        "--nom",
        metavar="NOM=NOM GARDÉ",
        help="Réunir deux noms d'une même CPTS. Peut être répétée.",
    ),
]
Fiches = Annotated[
    list[str] | None,
    typer.Option(
        "--fiche",
        metavar="NOM=CPTS_ID",
        help="Rattacher une CPTS de la table à une fiche connue. Peut être répétée.",
    ),
]
Retirees = Annotated[
    list[str] | None,
    typer.Option(
        "--retirer",
        metavar="CPTS_ID",
        help="Retirer la fiche connue d'une CPTS qui n'existe plus. Peut être répétée.",
    ),
]


def _read_choix(
    complet: str,
    *,
    noms: list[str] | None,
    fiches: list[str] | None,
    retirees: list[str] | None,
    etape: str,
    absorbees_acceptees: bool,
    repeter_cpts: bool,
    codes: str,
) -> Choix:
    """Gather what the options of a command choose."""
    return Choix(
        absorbees_acceptees=absorbees_acceptees,
        noms=_pairs("--nom", noms),
        fiches=_pairs("--fiche", fiches),
        complets=frozenset(code.strip().upper() for code in complet.split(",") if code.strip()),
        retirees=frozenset(retirees or ()),
        repeter_cpts=repeter_cpts,
        statut_defaut=etape or None,
        codes=_read_codes(codes),
    )


def _read_codes(texte: str) -> CodesDits:
    if texte not in ("", *CODES):
        raise typer.BadParameter(f"--codes attend {INSEE} ou {POSTAUX} : {texte}.")
    return next((codes for codes in CODES if codes == texte), "")


@app.command(
    "check",
    cls=Commande,
    options_metavar="[OPTIONS]",
    help="Vérifie une table sans rien changer, et liste ce qui est à corriger.",
)
def check_command(
    fichiers: Fichiers,
    *,
    complet: Complets = "",
    accepter_absorbees: Absorbees = False,
    forme: Forme = "",
    sans_masques: SansMasques = False,
    colonne: Colonnes = None,
    nom: Noms = None,
    fiche: Fiches = None,
    retirer: Retirees = None,
    repeter_cpts: Repeter = False,
    etape: Etape = "",
    objet: Objet = False,
    codes: Codes = "",
) -> int:
    """Check tables; change nothing."""
    demande = _Demande(fichiers, _pairs("--colonne", colonne), forme, sans_masques)
    choix = _read_choix(
        complet,
        noms=nom,
        fiches=fiche,
        retirees=retirer,
        etape=etape,
        absorbees_acceptees=accepter_absorbees,
        repeter_cpts=repeter_cpts,
        codes=codes,
    )
    with show_progress() as step:
        _, atlas = _load_current(open_depot(), step)
        if objet:
            dit = _check_as_json(atlas, demande, choix, step)
            say(json.dumps(dit, ensure_ascii=False, indent=2))
            return BLOQUE if dit["bloquant"] else OK
        verification = _check(atlas, demande, choix, step)
    say(*_describe_verification(verification))
    return BLOQUE if verification.diagnostic.bloquant else OK


@app.command(
    "import",
    cls=Commande,
    hidden=is_read_only(),
    options_metavar="[OPTIONS]",
    help="Importe une table : vérifiée, écrite à part, puis mise en service d'un seul coup.",
)
def import_command(
    fichiers: Fichiers,
    *,
    into: Into = None,
    complet: Complets = "",
    accepter_absorbees: Absorbees = False,
    forme: Forme = "",
    sans_masques: SansMasques = False,
    colonne: Colonnes = None,
    nom: Noms = None,
    fiche: Fiches = None,
    retirer: Retirees = None,
    repeter_cpts: Repeter = False,
    etape: Etape = "",
    codes: Codes = "",
    auteur: Auteur = "",
    note: Note = "",
) -> int:
    """Check tables, then put in use what they make."""
    refuse_read_only()
    check_into(into)
    demande = _Demande(fichiers, _pairs("--colonne", colonne), forme, sans_masques)
    choix = _read_choix(
        complet,
        noms=nom,
        fiches=fiche,
        retirees=retirer,
        etape=etape,
        absorbees_acceptees=accepter_absorbees,
        repeter_cpts=repeter_cpts,
        codes=codes,
    )
    depot = open_depot()
    with show_progress() as step:
        depot.clean()
        depuis, atlas = _load_current(depot, step)
        verification = _check(atlas, demande, choix, step)
        source = SourceImport(verification.nom, auteur, note, dt.datetime.now().astimezone().date())
        pret = None
        if not verification.diagnostic.bloquant:
            pret = prepare(
                depot, verification, source, depuis=depuis, definition=DEFINITION, step=step
            )
    say(*_describe_verification(verification))
    if pret is None:
        say("", "Import refusé : rien n'a changé.")
        return BLOQUE
    say("", *_describe_changement(pret, atlas))
    try:
        say("", put_in_use(depot, pret, into, depuis))
    finally:
        depot.discard(pret.dossier)
    return OK


@app.command("versions", cls=Commande, help="Liste les versions gardées, la plus récente d'abord.")
def versions_command() -> int:
    """List what can be restored."""
    depot = open_depot()
    gardees = depot.versions()
    for version in gardees:
        say(
            f"{'→' if version.actuelle else ' '} {version.numero}  {version.date:%d/%m/%Y %H:%M}  "
            f"{version.fichier}  {version.cpts} CPTS, {count(version.communes, 'commune')}"
            + "".join(f"  {texte}" for texte in (version.auteur, version.note) if texte)
        )
    origine = not any(version.actuelle for version in gardees)
    say(f"{'→' if origine else ' '} 0  données d'origine ({depot.base})")
    depot.actuel()
    return OK


@app.command(
    "restore",
    cls=Commande,
    hidden=is_read_only(),
    help="Remet une version en service, d'un seul coup.",
)
def restore_command(
    numero: Annotated[
        int,
        typer.Argument(metavar="N", help="Numéro de la version ; 0 pour les données d'origine."),
    ],
) -> int:
    """Put a version in use again."""
    refuse_read_only()
    depot = open_depot()
    depot.restore(numero)
    say(f"Version {numero} en service." if numero else "Données d'origine en service.")
    return OK


app.command(
    "couche",
    cls=Commande,
    options_metavar="[OPTIONS]",
    help="Écrit les territoires des CPTS comme une couche pour un SIG : GeoJSON, GeoPackage ou shapefile.",
)(couche_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status; what a user can mend is said in French."""
    for flux in (sys.stdout, sys.stderr):
        # A terminal that lacks a character, or a name of file that is no text, stops nothing.
        flux.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return int(app(arguments, prog_name="python -m geo", standalone_mode=False) or OK)
    except DonneesInvalides as erreur:
        say_refusal(erreur.problemes)
        return BLOQUE
    except ImportRefuse as erreur:
        say(str(erreur), erreur=True)
        return BLOQUE
    except TyperException as erreur:
        say(explain_usage(erreur), erreur=True)
        return MAUVAIS_USAGE
    except (typer.Abort, KeyboardInterrupt):
        say("Interrompu.", erreur=True)
        return INTERROMPU


def _load_current(depot: Depot, step: Callable[[str], None]) -> tuple[Path, Atlas]:
    step("Lecture des données en service")
    dossier = depot.actuel()
    return dossier, load(dossier)


def _pairs(option: str, textes: Sequence[str] | None) -> dict[str, str]:
    """Read the « left=right » of an option that may be repeated."""
    paires = [texte.partition("=") for texte in textes or ()]
    fautives = [gauche for gauche, egal, _ in paires if not (gauche.strip() and egal)]
    if fautives:
        raise typer.BadParameter(
            f"{option} attend deux textes séparés par « = » : {enumerate_first(fautives)}."
        )
    return {gauche.strip(): droite.strip() for gauche, _, droite in paires}


class _Demande(NamedTuple):
    """What a command asks to read, and how."""

    chemins: Sequence[Path]
    colonnes: Mapping[str, str]
    forme: str
    sans_masques: bool


def _check(
    atlas: Atlas, demande: _Demande, choix: Choix, step: Callable[[str], None]
) -> Verification:
    inconnus = sorted(choix.complets - set(atlas.departements.index))
    if inconnus:
        raise typer.BadParameter(
            f"Département inconnu ici : {enumerate_first(inconnus)}. Les codes se séparent par des virgules."
        )
    if choix.statut_defaut not in (None, *atlas.statuts.index):
        raise typer.BadParameter(
            f"Étape inconnue : {choix.statut_defaut}. Choisir parmi : {', '.join(atlas.statuts.index)}."
        )
    fichiers, problemes = _read(demande, step)
    if problemes:
        raise DonneesInvalides(problemes)
    step("Vérification")
    return check(fichiers, atlas, choix)


def _read(demande: _Demande, step: Callable[[str], None]) -> tuple[list[Fichier], list[Probleme]]:
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


def _check_as_json(
    atlas: Atlas, demande: _Demande, choix: Choix, step: Callable[[str], None]
) -> dict[str, Any]:
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
    diagnostic, groupes = verification.diagnostic, group(verification.anomalies)
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
    for severite in Severite:
        causes = [c for groupe in groupes if groupe.severite is severite for c in groupe.causes]
        remarques = [r for r in verification.remarques if r.severite is severite]
        if not causes and not remarques:
            continue
        yield f"\n{severite.value.capitalize()} ({len(causes) + len(remarques)})"
        for remarque in remarques:
            yield f"  {remarque.fichier} : {remarque.message}\n      → {remarque.remede}"
        for cause in causes[:_DITES_MAX]:
            yield f"  {_place(cause)} : {cause.message}\n      → {cause.remede}"
        if len(causes) > _DITES_MAX:
            yield f"  … et {count(len(causes) - _DITES_MAX, 'autre')} : la page « Données » les donne toutes à télécharger."
    proposees = list(_propose(diagnostic, verification.choix))
    yield from proposees[:_DITES_MAX]
    if len(proposees) > _DITES_MAX:
        yield f"\n… et {count(len(proposees) - _DITES_MAX, 'autre proposition', 'autres propositions')}."


def _propose(diagnostic: Diagnostic, choix: Choix) -> Iterator[str]:
    """Name the options that would settle what is open, quoted for a shell."""
    if len(diagnostic.absorptions) and not choix.absorbees_acceptees:
        yield "\nPour accepter tous les remplacements : --accepter-absorbees"
    if diagnostic.sans_cpts and not choix.repeter_cpts:
        yield (
            f"\nSans nom de CPTS : {count(diagnostic.sans_cpts, 'ligne')}. Pour répéter celui de la ligne du "
            "dessus : --repeter-cpts"
        )
    couverts = sorted(set(diagnostic.couverts) - choix.complets)
    if couverts:
        yield (
            f"\nToutes leurs communes sont dans la table : {count(len(couverts), 'département')}. Si toutes leurs "
            f"CPTS y sont aussi, pour les déclarer couverts en entier : --complet {','.join(couverts)}"
        )
    if diagnostic.sans_statut and choix.statut_defaut is None:
        yield (
            f"\nSans étape : {diagnostic.sans_statut} CPTS : le périmètre en est dessiné, et ne compte dans aucune couverture. Pour "
            "leur en donner une : --etape aci_signe"
        )
    for garde, *autres in diagnostic.noms_proches:
        if len({choix.name_kept(nom) for nom in (garde, *autres)}) > 1:
            noms = " ; ".join(f"« {nom} »" for nom in (garde, *autres))
            options = " ".join(f"--nom {quote(f'{nom}={garde}')}" for nom in autres)
            yield f"\nNoms proches, gardés distincts : {noms}. Pour les réunir : {options}"
    for nom, cpts_id in diagnostic.fiches_proposees.items():
        if nom not in choix.fiches:
            option = f"--fiche {quote(f'{nom}={cpts_id}')}"
            yield f"\nPeut-être déjà connue : « {nom} ». Pour la rattacher : {option}"
    for cpts_id in diagnostic.absentes:
        yield f"\nConnue, absente de la table : {cpts_id}. Pour retirer sa fiche : --retirer {quote(cpts_id)}"


def _describe_changement(pret: ImportPrepare, avant: Atlas) -> Iterator[str]:
    changement = pret.changement
    yield "Ce qui change"
    for titre, cpts, atlas in (
        ("CPTS gagnées", changement.cpts_gagnees, pret.apres),
        ("CPTS perdues", changement.cpts_perdues, avant),
        ("fiches retirées", changement.fiches_retirees, avant),
    ):
        noms = atlas.fiches["nom"].reindex(list(cpts)).fillna("")
        yield f"  {titre} : {len(noms)}" + (f" ({enumerate_first(noms, 10)})" if len(noms) else "")
    communes = changement.communes
    genres = communes["genre"].value_counts()
    yield (
        f"  communes : {genres.get('entree', 0)} entrent dans une CPTS, {genres.get('sortie', 0)} en "
        f"sortent, {genres.get('deplacee', 0)} en changent"
    )
    yield f"  habitants concernés : {write_whole(changement.population_concernee)}"
    for departement, parts in _coverage_changes(changement.couverture):
        yield f"  couverture, département {departement} : {parts}"
    yield f"  (périmètres indicatifs compris, CPTS {DEFINITIONS[DEFINITION]})"


def _coverage_changes(couverture: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Give the departments whose coverage changes, with both figures."""
    mesure = name_share("population", indicatifs=True)
    for departement, ligne in couverture.iterrows():
        avant, apres = (_share(ligne[f"{mesure}_{quand}"]) for quand in ("avant", "apres"))
        if avant != apres:
            yield str(departement), f"{avant} → {apres}"


def _share(part_pct: float | None) -> str:
    return "–" if pd.isna(part_pct) else f"{part_pct:.1f} %".replace(".", ",")


def _place(cause: Cause) -> str:
    """Say where to look: a problem of the whole table has neither row nor column."""
    colonne = LIBELLES.get(cause.colonne, cause.colonne)
    lieu = ", ".join(filter(None, (cause.fichier, name_lines(cause.lignes), colonne)))
    return lieu + (f" « {cause.valeur} »" if cause.valeur else "")


if __name__ == "__main__":
    sys.exit(main())
