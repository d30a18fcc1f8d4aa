"""Command line: ``python -m geo check | import | versions | restore | indicateur | couche | wfs | base``.

Exit status: 0 when nothing blocks, 1 when something does, 2 for wrong usage.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from typer.exceptions import TyperException

from geo.base.erreurs import BaseIndisponible, find_silence
from geo.base.temps import tell_time, today
from geo.chargement import load
from geo.commande import Commande, Groupe, explain_usage
from geo.commande_base import app as base_app
from geo.commande_couche import couche_command
from geo.commande_couches import (
    Compter,
    Decisions,
    Epsg,
    Fine,
    NomCouche,
    Seuil,
    read_options,
)
from geo.commande_import import (
    LIGNE_DE_COMMANDE,
    Auteur,
    Into,
    Note,
    check_into,
    find_user,
    put_in_use,
    read_pairs,
    refuse_read_only,
)
from geo.commande_indicateur import app as indicateur_app
from geo.commande_sauvegarde import add_sauvegarde
from geo.commande_verification import Demande, check_as_json, check_asked
from geo.commande_wfs import add_wfs
from geo.couches.limites import LIMITES_COUCHES
from geo.erreurs import DonneesInvalides, count, enumerate_first
from geo.importation.choix import Choix
from geo.importation.codes import CODES, INSEE, POSTAUX
from geo.importation.correspondance import FORMES
from geo.importation.environnement import command_name, is_read_only
from geo.importation.limites import LIMITES
from geo.importation.service import (
    LIMITES_ENSEMBLE,
    ImportPrepare,
)
from geo.importation.tables import SourceImport, digest_files
from geo.importation.titres import ROLES
from geo.importation.versions import Depot, ImportRefuse, open_depot
from geo.regles.comptes import name_share
from geo.regles.couverture import DEFINITIONS
from geo.terminal import BLOQUE, INTERROMPU, MAUVAIS_USAGE, OK, say, say_refusal, show_progress
from geo.texte import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geo.atlas import Atlas
    from geo.importation.codes import Codes as CodesDits

DEFINITION = "fonctionnement"
# A terminal that scrolls for minutes says nothing.
_DITES_MAX = 200

_LIMITES = " ; ".join(
    f"{quoi} : {maximum}" for quoi, maximum in (LIMITES | LIMITES_ENSEMBLE).items()
)

_LIMITES_COUCHES = " ; ".join(f"{quoi} : {maximum}" for quoi, maximum in LIMITES_COUCHES.items())

app = typer.Typer(
    cls=Groupe,
    add_completion=False,
    no_args_is_help=True,
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    help="Vérifie et importe la table, ou la couche, officielle des CPTS, garde les versions.",
    epilog="État de sortie : 0 si rien ne bloque, 1 sinon, 2 pour une mauvaise commande. "
    "CPTS_DATA_DIR : données ; CPTS_VAR_DIR : versions ; CPTS_BASE_URL : base PostgreSQL ; CPTS_LECTURE_SEULE=1 ferme l'import. "
    f"Limites d'un fichier — {_LIMITES}. D'une couche de polygones — {_LIMITES_COUCHES}.",
)

app.add_typer(indicateur_app, name="indicateur")
app.add_typer(base_app, name="base")
add_wfs(app)
add_sauvegarde(app)

Fichiers = Annotated[
    list[Path],
    typer.Argument(
        metavar="FICHIER",
        help="Table des communes et de leur CPTS : CSV, XLSX ou ODS ; plusieurs fichiers sont lus "
        "comme une seule table. Ou couche de polygones : GeoJSON, TopoJSON, GeoPackage, FlatGeobuf, GeoParquet, "
        "KML, KMZ, shapefile (ses fichiers ensemble, ou en ZIP).",
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
        noms=read_pairs("--nom", noms),
        fiches=read_pairs("--fiche", fiches),
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
    help="Vérifie une table, ou une couche de polygones, sans rien changer, et liste ce qui est à corriger.",
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
    couche: NomCouche = "",
    epsg: Epsg = None,
    seuil: Seuil = None,
    compter: Compter = "",
    fine: Fine = None,
    decision: Decisions = None,
) -> int:
    """Check tables; change nothing."""
    options = read_options(couche, epsg, seuil, compter=compter, fine=fine, decisions=decision)
    demande = Demande(fichiers, read_pairs("--colonne", colonne), forme, sans_masques, options)
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
        dossier, atlas = _load_current(open_depot(), step)
        if objet:
            dit = check_as_json(atlas, dossier, demande, choix, step)
            say(json.dumps(dit, ensure_ascii=False, indent=2))
            return BLOQUE if dit["bloquant"] else OK
        verifiee = check_asked(atlas, dossier, demande, choix, step)
    say(*verifiee.describe())
    return BLOQUE if verifiee.verification.bloquant else OK


@app.command(
    "import",
    cls=Commande,
    hidden=is_read_only(),
    options_metavar="[OPTIONS]",
    help="Importe une table, ou une couche de polygones : vérifiée, écrite à part, puis mise en service d'un seul coup.",
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
    couche: NomCouche = "",
    epsg: Epsg = None,
    seuil: Seuil = None,
    compter: Compter = "",
    fine: Fine = None,
    decision: Decisions = None,
    auteur: Auteur = "",
    note: Note = "",
) -> int:
    """Check tables, then put in use what they make."""
    refuse_read_only()
    check_into(into)
    options = read_options(couche, epsg, seuil, compter=compter, fine=fine, decisions=decision)
    demande = Demande(fichiers, read_pairs("--colonne", colonne), forme, sans_masques, options)
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
        dossier, atlas = _load_current(depot, step)
        verifiee = check_asked(atlas, dossier, demande, choix, step)
        verification = verifiee.verification
        source = SourceImport(
            verification.nom,
            auteur,
            note,
            today(),
            digest_files(fichiers),
        )
        pret = None
        if not verification.bloquant:
            pret = verifiee.prepare(depot, source, depuis=dossier, definition=DEFINITION, step=step)
    say(*verifiee.describe())
    if pret is None:
        say("", "Import refusé : rien n'a changé.")
        return BLOQUE
    say("", *_describe_changement(pret, atlas))
    try:
        say("", put_in_use(depot, pret, into, dossier))
    finally:
        depot.discard(pret.dossier)
    return OK


@app.command(
    "versions",
    cls=Commande,
    help="Liste les versions gardées, la plus récente d'abord ; dates à l'heure de Paris.",
)
def versions_command() -> int:
    """List what can be restored."""
    depot = open_depot()
    gardees = depot.versions()
    for version in gardees:
        say(
            f"{'→' if version.actuelle else ' '} {version.numero}  {tell_time(version.date)}  "
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
    depot.restore(numero, auteur=find_user(), identifiant=LIGNE_DE_COMMANDE)
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
        return int(app(arguments, prog_name=command_name(), standalone_mode=False) or OK)
    except (DonneesInvalides, ImportRefuse, BaseIndisponible) as erreur:
        if silence := find_silence(erreur):
            # Whoever has this terminal runs the server.
            say(silence.administrateur, erreur=True)
        elif isinstance(erreur, DonneesInvalides):
            say_refusal(erreur.problemes)
        else:
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
    yield f"  (périmètres établis et indicatifs, CPTS {DEFINITIONS[DEFINITION]})"


def _coverage_changes(couverture: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Give the departments whose coverage changes, with both figures."""
    mesure = name_share("population", indicatifs=True)
    for departement, ligne in couverture.iterrows():
        avant, apres = (_share(ligne[f"{mesure}_{quand}"]) for quand in ("avant", "apres"))
        if avant != apres:
            yield str(departement), f"{avant} → {apres}"


def _share(part_pct: float | None) -> str:
    return "–" if pd.isna(part_pct) else f"{part_pct:.1f} %".replace(".", ",")


if __name__ == "__main__":
    sys.exit(main())
