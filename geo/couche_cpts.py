"""The drawn CPTS as a layer of the official layer's shape, for a geographic information system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo.erreurs import count
from geo.export import to_csv
from geo.export_couches import Champ, to_geojson, to_gpkg, to_shapefile
from geo.indicateurs.annonces import ENVIRON
from geo.lecture.tables import split_list
from geo.libelles import CONFIANCES, CONFIANCES_COURTES, PAR_PART, SYNTHETIQUE
from geo.perimetre import ENTIERE, POUR, are_indicatives, count_inhabitants, write_part_pct
from geo.rangees import iterate_rows
from geo.regles.controles import SOURCE_CONTOURS
from geo.regles.couverture import COLONNES_DEFINITIONS, DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.atlas import Atlas

NOM_COUCHE = "territoires_cpts"
COMMUNES_CSV = "communes.csv"
_TABLE_NOTICE = "lisez_moi"
_LONGUEUR_MOIS = len("2022-09")


def list_champs(atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the columns of :func:`make_couche`, in their order.

    Their names are those that :mod:`geo.importation.titres` guesses a role from, so that the layer reads back.
    """
    annees = atlas.millesimes
    return (
        Champ("cpts_id", "CPTS_ID", "identifiant de la CPTS, propre à cet atlas et stable"),
        Champ("nom_cpts", "NOM_CPTS", "nom de la CPTS"),
        Champ("statut", "STATUT", "étape de la CPTS : son code (voir ÉTAPES)"),
        Champ("statut_libelle", "STATUT_LIB", "étape de la CPTS, en toutes lettres"),
        Champ(
            "statut_mot_source",
            "STATUT_MOT",
            "ce que dit la source de cette étape, dans ses mots ; vide si elle n'en a pas : l'étape est la lecture qu'en fait "
            "l'atlas",
        ),
        Champ(
            "date_etape",
            "DATE_ETAPE",
            "date de ce que dit l'étape, telle qu'elle est connue : au jour (AAAA-MM-JJ) ou au mois (AAAA-MM) ; "
            "vide si elle n'est pas publiée, ou si l'on sait seulement avant quand",
        ),
        Champ("date_min", "DATE_MIN", "premier jour possible de ce que dit l'étape"),
        Champ("date_max", "DATE_MAX", "dernier jour possible de ce que dit l'étape"),
        Champ(
            "date_precision",
            "DATE_PREC",
            "comment la date est connue : jour, mois, avant (la CPTS y était au plus tard le dernier jour possible) ou inconnue",
        ),
        Champ("departements", "DEP", "codes des départements que la CPTS touche, le principal d'abord"),
        Champ("nb_communes", "NB_COM", "nombre de communes du périmètre, partagées comprises"),
        Champ(
            "nb_partagees",
            "NB_PARTAG",
            "parmi elles, nombre de communes partagées, dont la CPTS n'a qu'une part",
        ),
        Champ(
            "population",
            "POPULATION",
            f"habitants du périmètre : somme des populations de référence {annees.population} de ses communes, "
            "une commune partagée comptant par la part de ses habitants qu'a la CPTS",
        ),
        Champ(
            "surface_km2",
            "SURF_KM2",
            "surface du périmètre, en km², une commune partagée comptant par cette même part : moins que la surface du "
            "contour, où elle est entière",
        ),
        Champ(
            "qualificatif",
            "QUALIF",
            "ce que valent population et surface : « environ » où une part du périmètre est une hypothèse, ou une commune "
            "partagée ; vide : tel quel",
        ),
        Champ("producteur", "PRODUCTEUR", "qui produit ce dont elles sont calculées"),
        Champ("millesime", "MILLESIME", "année des populations de référence"),
        Champ("confiance", "CONFIANCE", "comment le périmètre est connu : son code (voir CONFIANCE)"),
        Champ("confiance_libelle", "CONF_LIB", "comment le périmètre est connu, en toutes lettres"),
        Champ(
            "indicatif",
            "INDICATIF",
            "oui si une part du périmètre repose sur une hypothèse, non sinon",
        ),
        Champ("sources", "SOURCES", "titres des sources de l'étape et du périmètre"),
        Champ("codes_insee", "", "codes INSEE des communes du périmètre, partagées comprises"),
        Champ(
            "parts_pct",
            "",
            "code INSEE de chaque commune partagée et part de ses habitants qu'a la CPTS, estimée, en % (21231=43.5)",
        ),
    )  # fmt: skip


def make_couche(atlas: Atlas) -> gpd.GeoDataFrame:
    """Lay the drawn CPTS out as a layer.

    Parameters
    ----------
    atlas
        The atlas.

    Returns
    -------
    GeoDataFrame
        One row per drawn CPTS, by ``cpts_id``, EPSG:2154; the outlines are those of its communes, dissolved, neither
        simplified nor rounded. The columns are those of :func:`list_champs`: see :func:`describe_cpts`.
    """
    territoires = atlas.territoires
    return gpd.GeoDataFrame(
        describe_cpts(atlas, territoires.index).assign(
            population=territoires["population"].to_numpy()
        ),
        geometry=territoires.geometry.to_numpy(),
        crs=territoires.crs,
    )


def describe_cpts(atlas: Atlas, cpts_ids: pd.Index) -> pd.DataFrame:
    """Say what is known of some CPTS, drawn or not.

    Parameters
    ----------
    atlas
        The atlas.
    cpts_ids
        Which.

    Returns
    -------
    DataFrame
        One row each, in their order, with the columns of :func:`list_champs`: ``date_min`` and ``date_max`` are days,
        ``departements`` and ``codes_insee`` tuples of codes, ``parts_pct`` tuples of codes with a share,
        ``indicatif`` oui or non, the other ones texts, or numbers (inhabitants, km² with two decimals). What is not
        published, or rests on a perimeter that is not known, is missing.
    """
    territoires = atlas.territoires.reindex(cpts_ids)
    fiches = atlas.fiches.loc[cpts_ids]
    titres = _cite_titles(atlas, cpts_ids)
    perimetres = [atlas.perimetre(str(cpts_id)) for cpts_id in cpts_ids]
    return pd.DataFrame(
        {
            "cpts_id": cpts_ids.to_numpy(),
            "nom_cpts": fiches["nom"].to_numpy(),
            "statut": fiches["statut"].to_numpy(),
            "statut_libelle": fiches["statut_libelle"].to_numpy(),
            "statut_mot_source": fiches["statut_mot_source"].to_numpy(),
            "date_etape": pd.array(
                [
                    _write_date(date, precision)
                    for date, precision in zip(
                        fiches["date_max"], fiches["date_precision"], strict=True
                    )
                ],
                dtype="str",
            ),
            "date_min": pd.to_datetime(fiches["date_min"]).to_numpy(),
            "date_max": pd.to_datetime(fiches["date_max"]).to_numpy(),
            "date_precision": fiches["date_precision"].to_numpy(),
            "departements": fiches["departements"].to_numpy(),
            "nb_communes": [len(perimetre.codes_communes) for perimetre in perimetres],
            "nb_partagees": [len(perimetre.parts) for perimetre in perimetres],
            "population": territoires["population"].to_numpy(),
            "surface_km2": territoires["surface_km2"].round(2).to_numpy(),
            "qualificatif": [
                ENVIRON if perimetre.indicatif or perimetre.parts else ""
                for perimetre in perimetres
            ],
            "producteur": ", ".join(
                atlas.sources["producteur"].reindex(_list_ground(atlas)).dropna()
            ),
            "millesime": atlas.millesimes.population,
            "confiance": fiches["confiance"].to_numpy(),
            "confiance_libelle": fiches["confiance"].map(CONFIANCES_COURTES).to_numpy(),
            "indicatif": are_indicatives(fiches["confiance"])
            .map({True: "oui", False: "non"})
            .to_numpy(),
            "sources": [titres[str(cpts_id)] for cpts_id in cpts_ids],
            "codes_insee": [perimetre.codes_communes for perimetre in perimetres],
            "parts_pct": [
                tuple(
                    f"{code}={write_part_pct(part)}"
                    for code, part in sorted(perimetre.parts.items())
                )
                for perimetre in perimetres
            ],
        }
    )


def write_geojson(atlas: Atlas) -> bytes:
    """Write the layer as GeoJSON; what is to be known of it is its member ``description``."""
    lignes = [*_write_notice(atlas), "", "CHAMPS", *_describe_fields(atlas)]
    return to_geojson(make_couche(atlas), "\n".join(lignes))


def write_gpkg(atlas: Atlas) -> bytes:
    """Write the layer as a GeoPackage, with a table of what is to be known of it and one of its sources."""
    lignes = [*_write_notice(atlas), *_describe_fields(atlas)]
    notice = pd.DataFrame({"Texte": [ligne for ligne in lignes if ligne]}, dtype="str")
    return to_gpkg(
        {NOM_COUCHE: make_couche(atlas)},
        atlas.sources.loc[_list_sources(atlas)],
        {_TABLE_NOTICE: notice},
    )


def write_shapefile(atlas: Atlas) -> bytes:
    """Write the layer as a zipped shapefile, with what is to be known of it and its communes as a table."""
    notice = [
        *_write_notice(atlas),
        (
            f"Les communes de chaque CPTS sont dans {COMMUNES_CSV} : population est celle de la commune entière, part_pct la part "
            "de ses habitants qu'a la CPTS, en % (vide : la commune entière), habitants_comptes ceux de cette part."
        ),
    ]
    communes = {COMMUNES_CSV: to_csv(_list_communes(atlas))}
    return to_shapefile(make_couche(atlas), NOM_COUCHE, list_champs(atlas), notice, communes)


# By the end of the file's name.
FORMATS: dict[str, Callable[[Atlas], bytes]] = {
    "geojson": write_geojson,
    "gpkg": write_gpkg,
    "zip": write_shapefile,
}


def _write_date(date: object, precision: str) -> str | None:
    """Write a date as far as it is known, so that an import reads it back; a bound alone is none.

    >>> [_write_date("2022-09-30", precision) for precision in ("jour", "mois", "avant")]
    ['2022-09-30', '2022-09', None]
    """
    if not isinstance(date, str) or precision not in {"jour", "mois"}:
        return None
    return date if precision == "jour" else date[:_LONGUEUR_MOIS]


def cite_sources(atlas: Atlas, cpts_ids: pd.Index) -> dict[str, list[str]]:
    """List the sources of the stage and of the perimeter of each of some CPTS, each once."""
    etapes = atlas.fiches.loc[cpts_ids, "source_id"]
    citees = {str(cpts_id): [source_id] for cpts_id, source_id in etapes.items()}
    unites = atlas.perimetres
    for cpts_id, siennes in zip(unites["cpts_id"], split_list(unites[POUR]), strict=True):
        citees.get(cpts_id, []).extend(siennes)
    return {cpts_id: list(dict.fromkeys(ids)) for cpts_id, ids in citees.items()}


def _cite_titles(atlas: Atlas, cpts_ids: pd.Index) -> dict[str, str]:
    titres = atlas.sources["titre"]
    return {
        cpts_id: " ; ".join(titres[i] for i in ids if i in titres.index)
        for cpts_id, ids in cite_sources(atlas, cpts_ids).items()
    }


def _list_sources(atlas: Atlas) -> list[str]:
    """List the sources of the ground, then those of the CPTS, each once."""
    citees = [i for ids in cite_sources(atlas, atlas.territoires.index).values() for i in ids]
    tous = dict.fromkeys([*_list_ground(atlas), *citees])
    return [source_id for source_id in tous if source_id in atlas.sources.index]


def _list_ground(atlas: Atlas) -> list[str]:
    """List the sources of the communes, then that of their outlines."""
    return [atlas.millesimes.source, SOURCE_CONTOURS]


def _list_communes(atlas: Atlas) -> pd.DataFrame:
    adhesions = atlas.adhesions
    populations = adhesions["code_commune"].map(atlas.communes["population"])
    return pd.DataFrame(
        {
            "cpts_id": adhesions["cpts_id"],
            "nom_cpts": adhesions["cpts_id"].map(atlas.fiches["nom"]),
            "code_commune": adhesions["code_commune"],
            "nom_commune": adhesions["code_commune"].map(atlas.communes["nom"]),
            "population": populations,
            "part_pct": adhesions["part"].map(write_part_pct).astype("str"),
            "habitants_comptes": count_inhabitants(populations * adhesions["part"]),
            "confiance": adhesions["confiance"],
        }
    )


def _describe_fields(atlas: Atlas) -> Iterator[str]:
    for champ in list_champs(atlas):
        yield f"{champ.nom} : {champ.sens}"


def _write_notice(atlas: Atlas) -> Iterator[str]:
    """Say what the layer is, of when, how far it is to be believed, and where it comes from."""
    dessinees = atlas.fiches["dessinee"]
    annees = atlas.millesimes
    yield "TERRITOIRES DES CPTS"
    if atlas.synthetique:
        yield SYNTHETIQUE
    yield (
        f"{dessinees.sum()} CPTS dont le périmètre est connu, une ligne chacune. Sans périmètre connu, donc absentes de la "
        f"couche : {(~dessinees).sum()}."
    )
    yield "Contours : la réunion des communes de chaque CPTS, sans simplification."
    codes = atlas.adhesions["code_commune"]
    if partagees := codes[codes.duplicated()].nunique():
        yield (
            f"Des contours se recouvrent : {count(partagees, 'commune')} de plusieurs CPTS, entière dans le contour de chacune."
        )
    if partielles := codes[atlas.adhesions["part"] < ENTIERE].nunique():
        yield PAR_PART
        yield (
            f"Ici, {count(partielles, 'commune partagée', 'communes partagées')}, "
            f"{'entières' if partielles > 1 else 'entière'} dans le contour de chacune de ses CPTS : la surface de ces contours "
            "est plus grande que surface_km2, et un import de cette couche y retrouve la commune entière, sans les parts."
        )
    yield (
        f"Date des données : communes du code officiel géographique {annees.communes}, populations de référence "
        f"{annees.population} ; l'étape de chaque CPTS est celle que dit sa source."
    )
    yield from ("", "CONFIANCE")
    yield (
        "Un périmètre indicatif est une reconstitution : aucune source ne l'a publié, il ne vaut pas zonage. "
        "Une CPTS a la confiance la plus faible de ses communes."
    )
    for code, libelle in CONFIANCES.items():
        yield f"{code} : {libelle}"
    yield from ("", "ÉTAPES")
    for code, libelle, definition in zip(
        atlas.statuts.index, atlas.statuts["libelle"], atlas.statuts["definition"], strict=True
    ):
        yield f"{code} : {libelle}" + (f" ({definition})" if isinstance(definition, str) else "")
    yield from ("", "DÉFINITIONS DE « COUVERT »")
    for definition, libelle in DEFINITIONS.items():
        comptees = atlas.statuts.index[atlas.statuts[COLONNES_DEFINITIONS[definition]] == "oui"]
        yield f"{libelle} : {', '.join(comptees)}"
    yield from ("", "SOURCES")
    for source in iterate_rows(atlas.sources.loc[_list_sources(atlas)]):
        yield _cite(source.titre, source.producteur, source.date, source.url)
    yield ""


def _cite(titre: str, producteur: str, date: object, url: object) -> str:
    """Write a source on a line; its date may be partial or missing.

    >>> _cite("Populations", "INSEE", "2026-01", None)
    '« Populations », INSEE, 01/2026'
    """
    ecrite = "/".join(reversed(date.split("-"))) if isinstance(date, str) else "date non publiée"
    return f"« {titre} », {producteur}, {ecrite}" + (f", {url}" if isinstance(url, str) else "")
