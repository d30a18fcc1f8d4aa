"""Command line: ``python -m geo base``."""

from __future__ import annotations

import typer

from geo.base.erreurs import BaseIndisponible, BaseNonPreparee
from geo.commande import Commande, Groupe
from geo.importation.environnement import BASE_URL, base_url, depot_dir
from geo.terminal import BLOQUE, OK, say

app = typer.Typer(
    cls=Groupe,
    no_args_is_help=True,
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    help="Prépare la base PostgreSQL que plusieurs serveurs partagent, ou dit son état.",
    epilog=f"{BASE_URL}=postgresql://compte:mot_de_passe@serveur:5432/base la nomme ; sans elle, les données sont gardées "
    "dans des fichiers, qui se préparent d'eux-mêmes.",
)

_FICHIERS = (
    f"Les données sont gardées dans des fichiers ({{dossier}}) : il n'y a rien à préparer. {BASE_URL} nomme une base "
    "PostgreSQL."
)


@app.command(
    "preparer",
    cls=Commande,
    options_metavar="",
    help="Crée les tables, ou les met à jour ; ne change rien où elles le sont. À lancer avant le premier démarrage et à "
    "chaque mise à jour.",
)
def _prepare_command() -> int:
    if not base_url():
        say(_FICHIERS.format(dossier=depot_dir()))
        return OK
    from geo.base.connexion import open_base  # noqa: PLC0415 - other commands need none of it
    from geo.base.preparation import prepare_base  # noqa: PLC0415

    avant, apres = prepare_base(open_base())
    if avant == apres:
        say(f"Les tables sont à jour ({apres}).")
    else:
        say(f"Tables préparées : {avant or 'aucune'} → {apres}.")
    return OK


@app.command(
    "etat", cls=Commande, options_metavar="", help="Dit si la base répond et ce qu'elle contient."
)
def _state_command() -> int:
    if not base_url():
        say(_FICHIERS.format(dossier=depot_dir()))
        return OK
    from geo.base.connexion import open_base  # noqa: PLC0415
    from geo.base.postgres import MoteurPostgres, read_revision  # noqa: PLC0415
    from geo.base.schema import REVISION  # noqa: PLC0415
    from geo.base.trace import count_actes  # noqa: PLC0415
    from geo.importation.depot import ORIGINE  # noqa: PLC0415
    from geo.importation.depot_partage import read_etat  # noqa: PLC0415

    base = open_base()
    assert isinstance(base.moteur, MoteurPostgres)  # noqa: S101 - there is an address
    # The password shows as ***.
    say(f"Base : {base.moteur.url}")
    try:
        with base.read(tables=False) as connexion:
            revision = read_revision(connexion)
            if revision != REVISION:
                say(
                    f"Tables : {revision or 'aucune'} ; cette version de l'application attend {REVISION}.",
                    str(BaseNonPreparee(plus_recente=revision > REVISION)),
                    erreur=True,
                )
                return BLOQUE
            etat = read_etat(connexion)
        actes = count_actes(base)
    except BaseIndisponible as erreur:
        say(erreur.administrateur, erreur=True)
        return BLOQUE
    say(
        f"Tables : à jour ({revision}).",
        f"Version en usage : {etat.numero or ORIGINE} ; versions gardées : {len(etat.versions)}.",
        f"Actes dans la trace : {actes}.",
    )
    return OK
