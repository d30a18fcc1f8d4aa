"""Command line: layers of polygons, by ``python -m geo check`` and ``import``."""

from __future__ import annotations

from pathlib import Path  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from geo.commande_import import read_pairs
from geo.couches.attribution import (
    AUCUNE,
    CHACUNE,
    COMPTES,
    HABITANTS,
    MAIRIE,
    PARTAGEE,
    SEUIL_PCT,
    Regle,
    attribute,
    count_changed,
    name_whole,
    whole_to,
)
from geo.couches.decisions import tell_idle, tell_recalled
from geo.couches.decoupage import recall_decisions
from geo.couches.fine import read_fine
from geo.couches.lecture import Demande, looks_like_couche
from geo.couches.limites import TAILLE_COUCHE_MAX_OCTETS
from geo.couches.service import (
    Decoupage,
    check_couche,
    keep_names,
    lay,
    make_table,
    read,
    split,
    tell,
)
from geo.erreurs import DonneesInvalides, enumerate_first, sort_problemes
from geo.importation.service import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import geopandas as gpd

    from geo.atlas import Atlas
    from geo.couches.lecture import CoucheLue
    from geo.erreurs import Probleme
    from geo.importation.choix import Choix
    from geo.importation.service import Verification

# Between them, less or more would be the border of a drawing.
_SEUIL_MIN_PCT, _SEUIL_MAX_PCT = 5, 95
_PANNEAU = "Couches de polygones"

NomCouche = Annotated[
    str,
    typer.Option(
        "--couche",
        metavar="NOM",
        rich_help_panel=_PANNEAU,
        help="Couche à lire, dans un fichier qui en a plusieurs.",
    ),
]
Epsg = Annotated[
    int | None,
    typer.Option(
        "--epsg",
        metavar="CODE",
        rich_help_panel=_PANNEAU,
        help="Projection de la couche, par exemple 2154, là où elle ne la dit pas ou la dit mal.",
    ),
]
Seuil = Annotated[
    float | None,
    typer.Option(
        "--seuil",
        metavar="POURCENTAGE",
        rich_help_panel=_PANNEAU,
        help="Part d'une commune à partir de laquelle elle est de la CPTS, de "
        f"{_SEUIL_MIN_PCT} à {_SEUIL_MAX_PCT} ; {SEUIL_PCT} sans cette option.",
    ),
]
Compter = Annotated[
    str,
    typer.Option(
        "--compter",
        metavar="|".join(COMPTES),
        rich_help_panel=_PANNEAU,
        help="Par quoi une part se mesure : les habitants (par défaut), la surface, ou la mairie seule.",
    ),
]
Fine = Annotated[
    Path | None,
    typer.Option(
        "--fine",
        metavar="FICHIER",
        rich_help_panel=_PANNEAU,
        help="Couche qui dit où sont les habitants : bâti, IRIS, carreaux de 200 m.",
    ),
]
Decisions = Annotated[
    list[str] | None,
    typer.Option(
        "--decision",
        metavar="CODE=DÉCISION",
        rich_help_panel=_PANNEAU,
        help="Décider d'une commune : 21231=partagee (selon les parts), 21231=chacune (entière dans chacune), "
        "21231=aucune, ou « 21231=entiere:CPTS Nord ». Peut être répétée.",
    ),
]


class OptionsCouche(NamedTuple):
    """What the options of a command say of a layer; empty or ``None`` where they say nothing."""

    couche: str
    epsg: int | None
    seuil: float | None
    compter: str
    fine: Path | None
    decisions: Mapping[str, str]

    def given(self) -> list[str]:
        """Return the options that were given, as they are written."""
        noms = ("--couche", "--epsg", "--seuil", "--compter", "--fine", "--decision")
        return [nom for nom, valeur in zip(noms, self, strict=True) if valeur not in ("", None, {})]


class CoucheVerifiee(NamedTuple):
    """A layer that was checked.

    Attributes
    ----------
    decoupage
        What it gives.
    verification
        Of that.
    epsg_dit
        Whether the planner said its projection.
    changees
        How many communes the threshold does not give as the default one does.
    """

    decoupage: Decoupage
    verification: Verification
    epsg_dit: bool
    changees: int


def read_options(
    couche: str,
    epsg: int | None,
    seuil: float | None,
    *,
    compter: str,
    fine: Path | None,
    decisions: Sequence[str] | None,
) -> OptionsCouche:
    """Gather what the options of a command say of a layer; refuse what means nothing.

    Parameters
    ----------
    couche, epsg, seuil, compter, fine, decisions
        As they were given.
    """
    if seuil is not None and not _SEUIL_MIN_PCT <= seuil <= _SEUIL_MAX_PCT:
        raise typer.BadParameter(
            f"--seuil attend un pourcentage de {_SEUIL_MIN_PCT} à {_SEUIL_MAX_PCT} : {seuil:g}."
        )
    if compter not in ("", *COMPTES):
        raise typer.BadParameter(f"--compter attend {', '.join(COMPTES)} : {compter}.")
    if fine is not None and compter not in ("", HABITANTS):
        raise typer.BadParameter(
            f"--fine place les habitants : elle ne sert pas avec --compter {compter}."
        )
    if seuil is not None and compter == MAIRIE:
        raise typer.BadParameter("--seuil ne sert pas avec --compter mairie, tout ou rien.")
    lues = _read_decisions(decisions)
    partagees = [code for code, decision in lues.items() if decision == PARTAGEE]
    if partagees and compter == MAIRIE:
        raise typer.BadParameter(
            f"--decision …={PARTAGEE} ne sert pas avec --compter {MAIRIE}, tout ou rien : {enumerate_first(partagees)}."
        )
    return OptionsCouche(couche, epsg, seuil, compter, fine, lues)


def _read_decisions(textes: Sequence[str] | None) -> dict[str, str]:
    lues = read_pairs("--decision", textes)
    fautives = [
        f"{code}={decision}"
        for code, decision in lues.items()
        if decision not in (PARTAGEE, CHACUNE, AUCUNE) and not name_whole(decision)
    ]
    if fautives:
        raise typer.BadParameter(
            f"--decision attend {PARTAGEE}, {CHACUNE}, {AUCUNE} ou « {whole_to('NOM')} » : "
            f"{enumerate_first(fautives)}."
        )
    codes = [texte.partition("=")[0].strip() for texte in textes or ()]
    doubles = sorted({code for code in codes if codes.count(code) > 1})
    if doubles:
        raise typer.BadParameter(
            f"--decision dit plusieurs fois ce que devient une commune : {enumerate_first(doubles)}."
        )
    return {code.upper(): decision for code, decision in lues.items()}


def find_couche(
    chemins: Sequence[Path], options: OptionsCouche, propres_aux_tables: Mapping[str, object]
) -> list[tuple[str, bytes]] | None:
    """Return the names and bytes of a layer; ``None`` where the files are tables.

    Parameters
    ----------
    chemins
        The files of a command.
    options
        What it says of a layer: its name settles that it is one.
    propres_aux_tables
        What it says that only a table has a use for, by option.

    Raises
    ------
    DonneesInvalides
        If one cannot be opened beside a layer.
    """
    lus: list[tuple[str, bytes]] = []
    illisibles: list[Probleme] = []
    for chemin in chemins:
        try:
            lus.append((chemin.name, read_bytes(chemin, TAILLE_COUCHE_MAX_OCTETS)))
        except DonneesInvalides as erreur:
            illisibles += erreur.problemes
    couches = [nom for nom, contenu in lus if looks_like_couche(nom, contenu)]
    if not couches and not options.couche:
        if donnees := options.given():
            if illisibles:
                raise DonneesInvalides(illisibles)
            raise typer.BadParameter(
                f"{', '.join(donnees)} : pour une couche de polygones seulement, et "
                f"{enumerate_first(f'« {nom} »' for nom, _ in lus)} n'en est pas une."
            )
        return None
    if illisibles:
        raise DonneesInvalides(illisibles)
    tables = [nom for nom, _ in lus if nom not in couches]
    if couches and tables:
        raise typer.BadParameter(
            f"Couches de polygones ({enumerate_first(couches)}) et tables ({enumerate_first(tables)}) ne "
            "s'importent pas ensemble : donner les unes, puis les autres."
        )
    if donnees := [option for option, valeur in propres_aux_tables.items() if valeur]:
        raise typer.BadParameter(
            f"{', '.join(donnees)} : pour une table seulement, et {enumerate_first(f'« {n} »' for n, _ in lus)} "
            "est une couche de polygones."
        )
    return lus


def read_asked(
    contenus: Sequence[tuple[str, bytes]],
    options: OptionsCouche,
    colonnes: Mapping[str, str],
    atlas: Atlas,
    step: Callable[[str], None],
) -> CoucheLue:
    """Read the layer that a command asks for.

    Parameters
    ----------
    contenus, options
        As :func:`find_couche` and :func:`read_options` return them.
    colonnes
        Titles of attributes by role.
    atlas
        The data in use.
    step
        Told in French what begins.

    Raises
    ------
    DonneesInvalides
        As :func:`geo.couches.lecture.read_couche`.
    """
    step("Lecture de la couche")
    return read(contenus, Demande(options.couche, options.epsg, colonnes), atlas)


def check_layer(
    couche: CoucheLue,
    options: OptionsCouche,
    choix: Choix,
    atlas: Atlas,
    dossier: Path,
    *,
    step: Callable[[str], None],
) -> CoucheVerifiee:
    """Lay a layer on the communes, give them as asked, and say all that is wrong with that.

    Parameters
    ----------
    couche, options, atlas, step
        As for :func:`read_asked`.
    choix
        What the planner has decided of its CPTS.
    dossier
        Folder of the data in use: what was decided there is taken up where it holds.

    Raises
    ------
    DonneesInvalides
        If a reading blocks, or the layer touches no commune.
    """
    fine, siennes = _read_fine(options, atlas, step)
    step("Pose de la couche sur les communes")
    pose = lay(keep_names(couche, choix.noms), atlas, fine)
    compter = options.compter or HABITANTS
    seuil = SEUIL_PCT if options.seuil is None else options.seuil
    reprises = recall_decisions(dossier, pose.parts, compter)
    reprises = {c: d for c, d in reprises.items() if c not in options.decisions}
    decisions = {**reprises, **options.decisions}
    decoupage = split(pose, Regle(seuil, compter, decisions))
    usuelle = attribute(pose.parts, Regle(SEUIL_PCT, compter, decisions))
    step("Vérification")
    remarques = sort_problemes(
        [
            *tell(decoupage),
            *siennes,
            *tell_recalled(couche.nom, reprises),
            *tell_idle(decoupage, atlas.communes.index),
        ]
    )
    verification = check_couche(make_table(decoupage, atlas), remarques, atlas, choix)
    return CoucheVerifiee(
        decoupage,
        verification,
        options.epsg is not None,
        count_changed(usuelle, decoupage.attribution),
    )


def _read_fine(
    options: OptionsCouche, atlas: Atlas, step: Callable[[str], None]
) -> tuple[gpd.GeoDataFrame | None, Sequence[Probleme]]:
    if options.fine is None:
        return None, ()
    step("Lecture de la couche fine")
    contenu = read_bytes(options.fine, TAILLE_COUCHE_MAX_OCTETS)
    return read_fine([(options.fine.name, contenu)], atlas.communes)
