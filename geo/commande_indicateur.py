"""Command line: ``python -m geo indicateur check`` and ``import``."""

from __future__ import annotations

import json
from math import ceil, floor, inf
from pathlib import Path  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from geo.base.temps import today
from geo.chargement import load
from geo.commande import Commande, Groupe
from geo.commande_import import Auteur, Into, Note, check_into, put_in_use, refuse_read_only
from geo.erreurs import DonneesInvalides, count, sort_problemes
from geo.importation.environnement import is_read_only
from geo.importation.service import read_bytes
from geo.importation.tables import SourceImport, digest_files
from geo.importation.titres import LIBELLES
from geo.importation.versions import open_depot
from geo.indicateurs.registre import CATEGORIE, STOCK
from geo.indicateurs.unites import read_unite
from geo.lecture.departements import load_departements
from geo.officiels.catalogue import AUCUN
from geo.officiels.choix import Choix, check_choix
from geo.officiels.ecriture import describe, describe_how
from geo.officiels.examen import examine
from geo.officiels.groupes import FRANCE
from geo.officiels.service import prepare
from geo.officiels.sortie import to_json
from geo.officiels.valeurs import SEUIL, SEUIL_MIN
from geo.terminal import BLOQUE, OK, say, say_refusal, show_progress
from geo.texte import count_decimals, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geo.atlas import Atlas
    from geo.erreurs import Probleme
    from geo.officiels.agregation import Chiffre
    from geo.officiels.examen import Examen
    from geo.officiels.indicateur import IndicateurOfficiel

app = typer.Typer(
    cls=Groupe,
    no_args_is_help=True,
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    help="Lit un fichier officiel par commune (DREES, INSEE, Assurance Maladie…) et l'agrège.",
)


Fichiers = Annotated[
    list[Path],
    typer.Argument(metavar="FICHIER", help="Tel que publié : CSV, XLSX ou ODS."),
]
Feuilles = Annotated[
    list[str] | None,
    typer.Option("--feuille", metavar="NOM", help="Feuille à lire. Peut être répétée."),
]
Colonne = Annotated[
    str, typer.Option("--colonne", metavar="COLONNE", help="Titre ou lettre de la colonne à lire.")
]
Agreger = Annotated[
    str,
    typer.Option(
        "--agreger",
        metavar="COMMENT",
        help="somme, « moyenne pondérée par COLONNE », « rapport NUM/DEN » ou aucun.",
    ),
]
Libelle = Annotated[str, typer.Option("--libelle", metavar="TEXTE", help="Nom de l'indicateur.")]
Unite = Annotated[str, typer.Option("--unite", metavar="UNITÉ", help="Par exemple % ou habitants.")]
Nature = Annotated[
    str, typer.Option("--nature", metavar="NATURE", help="stock, taux ou categorie.")
]
Base = Annotated[
    str,
    typer.Option("--base", metavar="TEXTE", help="La part de qui : population, 17 ans et plus…"),
]
Millesime = Annotated[
    str, typer.Option("--millesime", metavar="ANNÉE", help="Si le fichier ne la dit pas.")
]
Origine = Annotated[str, typer.Option("--source", metavar="TEXTE", help="Qui a publié ce fichier.")]
Seuil = Annotated[
    int | None,
    typer.Option(
        "--seuil",
        metavar="N",
        min=SEUIL_MIN,
        help=f"Sous combien d'unités un effectif est secret : par défaut {SEUIL}, dans un fichier qui en cache.",
    ),
]
Territoires = Annotated[
    list[str] | None,
    typer.Option(
        "--territoire",
        metavar="CLÉ",
        help="Territoire à montrer, par exemple cpts:cpts-luxeuil. Peut être répétée.",
    ),
]
_EPILOGUE = (
    "Un fichier connu (data/catalogue.toml) se reconnaît à ses colonnes ; pour tout autre, --colonne et "
    "--agreger disent ce qu'il faut lire."
)


@app.command(
    "check",
    cls=Commande,
    options_metavar="[OPTIONS]",
    help="Dit ce qu'un fichier contient, ce qui y manque et ce qu'il donne par territoire ; ne change rien.",
    epilog=_EPILOGUE,
)
def check_command(
    fichiers: Fichiers,
    *,
    feuille: Feuilles = None,
    colonne: Colonne = "",
    agreger: Agreger = AUCUN,
    libelle: Libelle = "",
    unite: Unite = "",
    nature: Nature = "",
    base: Base = "",
    millesime: Millesime = "",
    source: Origine = "",
    seuil: Seuil = None,
    territoire: Territoires = None,
    en_json: Annotated[
        bool,
        typer.Option("--json", metavar="", help="Écrire en JSON : variables, remarques, agregats."),
    ] = False,
) -> int:
    """Examine official files; change nothing."""
    choix = _choose(
        Choix(
            feuilles=tuple(feuille or ()),
            colonne=colonne,
            libelle=libelle,
            unite=unite,
            nature=nature,
            agreger=agreger,
            base=base,
            millesime=millesime,
            source=source,
            seuil=seuil,
        )
    )
    with show_progress() as step:
        step("Lecture des données en service")
        atlas = load(open_depot().actuel())
        examens, problemes = _examine(fichiers, atlas, choix, step)
    if en_json:
        remarques = sort_problemes([*problemes, *(r for e in examens for r in e.remarques)])
        say(json.dumps(to_json(examens, remarques), ensure_ascii=False, indent=1))
    else:
        for examen in examens:
            say(*_describe(examen, atlas, territoire or ()))
        say_refusal(problemes)
    return BLOQUE if problemes else OK


@app.command(
    "import",
    cls=Commande,
    hidden=is_read_only(),
    options_metavar="[OPTIONS]",
    help="Importe des fichiers officiels : vérifiés, écrits à part, puis mis en service d'un seul coup.",
    epilog=_EPILOGUE,
)
def import_command(
    fichiers: Fichiers,
    *,
    into: Into = None,
    feuille: Feuilles = None,
    colonne: Colonne = "",
    agreger: Agreger = AUCUN,
    libelle: Libelle = "",
    unite: Unite = "",
    nature: Nature = "",
    base: Base = "",
    millesime: Millesime = "",
    source: Origine = "",
    seuil: Seuil = None,
    auteur: Auteur = "",
    note: Note = "",
) -> int:
    """Check official files, then put in use what they say."""
    refuse_read_only()
    check_into(into)
    choix = _choose(
        Choix(
            feuilles=tuple(feuille or ()),
            colonne=colonne,
            libelle=libelle,
            unite=unite,
            nature=nature,
            agreger=agreger,
            base=base,
            millesime=millesime,
            source=source,
            seuil=seuil,
        )
    )
    depot = open_depot()
    with show_progress() as step:
        depot.clean()
        step("Lecture des données en service")
        depuis = depot.actuel()
        atlas = load(depuis)
        examens, problemes = _examine(fichiers, atlas, choix, step)
        if problemes:
            raise DonneesInvalides(sort_problemes(problemes))
        noms = ", ".join(examen.fichier for examen in examens)
        origine = SourceImport(noms, auteur, note, today(), digest_files(fichiers))
        step("Écriture à part, contrôle des données nouvelles")
        pret = prepare(depot, examens, origine, depuis=depuis, atlas=atlas)
    for examen in examens:
        say(*_describe(examen, atlas, ()))
    say("", "Indicateurs apportés", *(f"  {ligne}" for ligne in describe(pret.ecrits)))
    try:
        say("", put_in_use(depot, pret, into, depuis))
    finally:
        depot.discard(pret.dossier)
    return OK


def _choose(choix: Choix) -> Choix:
    try:
        check_choix(choix)
    except ValueError as erreur:
        raise typer.BadParameter(str(erreur)) from erreur
    return choix


def _examine(
    fichiers: Sequence[Path], atlas: Atlas, choix: Choix, step: Callable[[str], None]
) -> tuple[list[Examen], list[Probleme]]:
    examens: list[Examen] = []
    problemes: list[Probleme] = []
    contenus: list[tuple[str, bytes]] = []
    for chemin in fichiers:
        try:
            contenus.append((chemin.name, read_bytes(chemin)))
        except DonneesInvalides as erreur:
            problemes += erreur.problemes
    for rang, (nom, contenu) in enumerate(contenus):
        step(f"Lecture de {nom}")
        voisins = [*contenus[:rang], *contenus[rang + 1 :]]
        try:
            examens.append(examine(nom, contenu, atlas, choix, voisins=voisins))
        except DonneesInvalides as erreur:
            problemes += erreur.problemes
    return examens, problemes


def _describe(examen: Examen, atlas: Atlas, territoires: Sequence[str]) -> Iterator[str]:
    reconnu = " ; ".join(examen.reconnu) or "source non dite (--source)"
    yield f"{examen.fichier} : {reconnu}."
    yield "\nColonnes"
    for colonne in examen.colonnes:
        feuille = f"feuille « {colonne.feuille} », " if colonne.feuille else ""
        unite = f" ({colonne.unite})" if colonne.unite else ""
        role = LIBELLES.get(colonne.role, colonne.role)
        yield f"  {feuille}« {colonne.titre} »{unite} : {role}"
    for indicateur in examen.indicateurs:
        yield ""
        yield from _describe_indicateur(indicateur, atlas, territoires)
    if examen.remarques:
        yield "\nRemarques"
    for remarque in examen.remarques:
        yield f"  [{remarque.severite}] {remarque.message}\n      → {remarque.remede}"


def _describe_indicateur(
    indicateur: IndicateurOfficiel, atlas: Atlas, territoires: Sequence[str]
) -> Iterator[str]:
    annee = indicateur.millesime or "année non dite"
    unite = f", en {indicateur.unite}" if indicateur.unite else ""
    yield f"{indicateur.libelle} ({annee}{unite})"
    lignes = count(indicateur.communes, "ligne avec une valeur", "lignes avec une valeur")
    yield (
        f"  {lignes}, {write_whole(indicateur.manquantes)} sans, "
        f"{write_whole(indicateur.secretes)} sous secret statistique"
    )
    yield f"  {describe_how(indicateur)}"
    yield "  premières valeurs, comme dans le fichier : " + " ; ".join(
        f"{place} {texte}" for place, texte in indicateur.premieres
    )
    if indicateur.nature == CATEGORIE:
        return
    choisis = [cle for cle in territoires if cle in indicateur.chiffres]
    for cle in choisis if territoires else _large(indicateur, atlas):
        yield f"  {_name(cle, atlas)} : {_write(indicateur, indicateur.chiffres[cle])}"
    for cle in territoires:
        if cle not in indicateur.chiffres:
            yield f"  {cle} : le fichier ne le couvre pas"
    source = " ; ".join(filter(None, (indicateur.source, indicateur.licence)))
    yield f"  Source : {source or 'non dite'}, {annee}."


def _large(indicateur: IndicateurOfficiel, atlas: Atlas) -> list[str]:
    """Return France, and the regions and departments that the atlas has in its study area."""
    siens = sorted(set(atlas.communes.loc[atlas.communes["etude"], "code_departement"]))
    connus = load_departements()
    regions = dict.fromkeys(connus[code].code_region for code in siens if code in connus)
    cles = [FRANCE, *(f"region:{code}" for code in regions), *(f"departement:{c}" for c in siens)]
    return [cle for cle in cles if cle in indicateur.chiffres]


def _name(cle: str, atlas: Atlas) -> str:
    niveau, _, code = cle.partition(":")
    connus = load_departements()
    match niveau:
        case "departement" if code in connus:
            return f"{code} {connus[code].nom}"
        case "region":
            return next((d.nom_region for d in connus.values() if d.code_region == code), cle)
        case "cpts" if code in atlas.fiches.index:
            return str(atlas.fiches.loc[code, "nom"])
        case "epci":
            siennes = atlas.communes.loc[atlas.communes["siren_epci"] == code, "nom_epci"]
            return str(siennes.iloc[0]) if len(siennes) else cle
    return "France" if cle == FRANCE else cle


def _write(indicateur: IndicateurOfficiel, chiffre: Chiffre | None) -> str:
    """Write a figure with what it rests on."""
    if chiffre is None:
        return "non agrégeable"
    stock, pour_cent = indicateur.nature == STOCK, read_unite(indicateur.unite).en_pct
    decimales = indicateur.decimales if stock else 1 if pour_cent else 3
    unite = " %" if pour_cent else ""
    reserves = []
    if chiffre.valeur is not None:
        if stock:
            decimales = count_decimals(chiffre.valeur, decimales)
        partiel = chiffre.manquantes or (chiffre.part_pct or 100) < 99.995  # noqa: PLR2004
        minimum = stock and partiel and not indicateur.is_solde
        texte = ("au moins " if minimum else "") + _number(chiffre.valeur, decimales) + unite
    elif chiffre.bornes:
        texte = _between(chiffre.bornes, decimales) + unite
        # Communes that the file has not would add to a count.
        reserves += ["pour les seules communes du fichier"] if stock else []
    else:
        texte = "secret" if chiffre.secretes else "inconnu"
    if chiffre.intervalle:
        reserves.append(f"intervalle à 95 % : {_between(chiffre.intervalle, decimales)} %")
    if chiffre.secretes:
        reserves.append(count(chiffre.secretes, "valeur secrète", "valeurs secrètes"))
    if chiffre.manquantes:
        reserves.append(count(chiffre.manquantes, "valeur manquante", "valeurs manquantes"))
    if chiffre.part_pct is not None and chiffre.part_pct < 99.95:  # noqa: PLR2004
        reserves.append(f"sur {_number(chiffre.part_pct, 1)} % des habitants")
    if chiffre.indicatif:
        reserves.append("périmètre indicatif")
    return texte + (f" ({' ; '.join(reserves)})" if reserves else "")


def _between(bornes: tuple[float, float], decimales: int) -> str:
    """Write two bounds, rounded away from each other: what lies between them stays there.

    >>> _between((7.12, 7.98), 1), _between((121.0, inf), 0)
    ('entre 7,1 et 8,0', 'au moins 121')
    """
    pas = 10**decimales
    bas, haut = (round(borne * pas, 6) for borne in bornes)
    if haut == inf:
        return f"au moins {_number(floor(bas) / pas, decimales)}"
    return f"entre {_number(floor(bas) / pas, decimales)} et {_number(ceil(haut) / pas, decimales)}"


def _number(valeur: float, decimales: int) -> str:
    """Write a number as French does.

    >>> _number(-0.25, 2), _number(3.8107, 3)
    ('−0,25', '3,811')
    """
    if not decimales:
        return write_whole(valeur)
    entiere, _, reste = f"{valeur:.{decimales}f}".partition(".")
    signe = "−" if entiere.startswith("-") else ""
    return f"{signe}{write_whole(abs(int(entiere)))},{reste}"
