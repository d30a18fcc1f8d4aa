"""The resources of the API: which rows each has, what their fields are, and where their figures come from.

Every figure is one that a screen shows, from the very function that the screen calls.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from geo.couche_cpts import cite_sources, describe_cpts, list_champs
from geo.export import plain_value
from geo.indicateurs.mesures import (
    NON_PUBLIE,
    PERIMETRE_INCONNU,
    SANS_OBJET,
    Mesure,
    evaluate,
    measure,
)
from geo.indicateurs.registre import PAR_COMMUNE, PAR_DEPARTEMENT
from geo.indicateurs.territoire import CPTS, list_choices, make_list, parse_territoire
from geo.lecture.variables import BAS, HAUT
from geo.libelles import PAR_PART, SYNTHETIQUE
from geo.perimetre import count_inhabitants
from geo.rangees import iterate_rows
from geo.regles.completude import study_departements
from geo.regles.comptes import QUOI
from geo.regles.couverture import (
    DEFINITIONS,
    INDETERMINEE,
    NON_COUVERTE,
    Couverture,
    count_blanches,
    find_etats,
    measure_couverture,
    split_couverture,
)
from geo.regles.zones import (
    INTERVALLE_BAS,
    INTERVALLE_HAUT,
    PART,
    find_zones,
    zone_indicators,
)
from rendu.api.contours import communes_outlines, cpts_outlines, dissolve_outlines
from rendu.api.parametres import COMMUNE, GENRE_DU_NIVEAU, NIVEAUX, ParametresInvalides
from rendu.api.refus import Faute
from rendu.api.tables import BOOLEEN, ENTIER, NOMBRE, TEXTE, TEXTES, Champ
from rendu.mots.comparaison import GENRES, RAISONS
from rendu.mots.couverture import coverage_sentence
from rendu.mots.faits import fact_sources, ground_sources
from rendu.mots.francais import CONFIANCES_COURTES, QUALIFICATIFS_SEULS
from rendu.mots.indicateurs import ENVIRON, file_bounds, file_number
from rendu.mots.mesures import tell_mesure
from rendu.mots.zones import zone_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import geopandas as gpd

    from geo.atlas import Atlas
    from geo.importation.versions import Version
    from geo.indicateurs.registre import Indicateur
    from geo.indicateurs.territoire import Territoire
    from rendu.api.parametres import Demande

_Ligne = dict[str, Any]
PAGE = ("limit", "offset")
_SANS_PERIMETRE_ETABLI = "aucun_perimetre"
_DITS = {
    _SANS_PERIMETRE_ETABLI: "inconnu : aucun périmètre qui compte n'est dessiné",
}
_LECTURE_DES_ZONES = (
    "Une zone blanche n'est dite que dans un département dont toutes les CPTS sont connues et dessinées ; "
    "« sans périmètre connu » ne veut pas dire non couvert."
)
_QUALIFICATIF = Champ(
    "qualificatif",
    TEXTE,
    "ce que vaut le nombre : exactement, environ, au moins, plus de, près de, moins de, incertain ; vide sans nombre",
)
_RAISON = Champ("raison", TEXTE, "pourquoi il n'y a pas de nombre : un code ; vide où il y en a un")
_SOURCES = Champ(
    "sources", TEXTES, "identifiants des sources (voir « sources » de la réponse, ou /sources)"
)


class Page(NamedTuple):
    """What is asked of a resource: its parameters, and what its address names."""

    atlas: Atlas
    demande: Demande
    indicateur: Indicateur | None = None
    versions: Sequence[Version] = ()
    compte: bool = False


@dataclass(frozen=True, eq=False)
class Ouverte:
    """A resource as a request filters it.

    Attributes
    ----------
    cles
        Of every row, in order.
    describe
        Says the rows of some of them.
    outlines
        Their outlines in degrees, missing where none is known; ``None`` where the resource has none.
    sources
        The ``source_id`` of what some of them say.
    avis
        What they have to be read with.
    """

    cles: list[Any]
    describe: Callable[[Sequence[Any]], list[_Ligne]]
    outlines: Callable[[Sequence[Any]], gpd.GeoSeries] | None = None
    sources: Callable[[Sequence[Any]], Iterable[str]] = lambda _: ()
    avis: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Ressource:
    """A resource.

    Attributes
    ----------
    nom
        Its name in addresses.
    titre, sens
        Its title, and what it holds, in French.
    cle
        The field that identifies a row; empty where none does.
    champs
        Its fields.
    parametres
        What it is filtered by.
    ouvrir
        Filters it.
    """

    nom: str
    titre: str
    sens: str
    cle: str
    champs: Callable[[Atlas], tuple[Champ, ...]]
    parametres: tuple[str, ...]
    ouvrir: Callable[[Page], Ouverte] = field(repr=False)
    geometrie: bool = False


def find_niveaux(indicateur: Indicateur) -> tuple[str, ...]:
    """List the levels at which an indicator may have values, as the parameter ``niveau`` names them."""
    if not indicateur.de_communes:
        return (CPTS,)
    if indicateur.methode == PAR_COMMUNE:
        return (COMMUNE,)
    return NIVEAUX[3:] if indicateur.methode == PAR_DEPARTEMENT else NIVEAUX


def tell_reason(raison: str) -> str:
    """Say why there is no number, from its code; empty where there is one."""
    return (RAISONS | _DITS).get(raison, "")


# CPTS


def _champs_cpts(atlas: Atlas) -> tuple[Champ, ...]:
    genres = {
        "nb_communes": ENTIER,
        "nb_partagees": ENTIER,
        "population": ENTIER,
        "surface_km2": NOMBRE,
        "indicatif": BOOLEEN,
    } | dict.fromkeys(("departements", "codes_insee", "parts_pct", "sources"), TEXTES)
    siens = tuple(
        _SOURCES
        if champ.nom == "sources"
        else Champ(champ.nom, genres.get(champ.nom, TEXTE), champ.sens)
        for champ in list_champs(atlas)
    )
    return (
        *siens,
        _QUALIFICATIF,
        Champ("millesime", TEXTE, "année des populations de référence"),
        Champ("dessinee", BOOLEEN, "un périmètre est connu"),
        _RAISON,
        Champ("fiche", TEXTE, "adresse de sa fiche dans l'atlas"),
    )


def _open_cpts(page: Page) -> Ouverte:
    return _cpts(page, list(page.atlas.cpts_dans(page.demande.dep)))


def _open_territoires(page: Page) -> Ouverte:
    """Keep the drawn ones, of the time that is asked for: a stage whose date is not published is of any."""
    atlas, quand = page.atlas, page.demande.datetime
    cles = [i for i in atlas.cpts_dans(page.demande.dep) if i in atlas.territoires.index]
    if quand:
        fiches = atlas.fiches
        cles = [
            i
            for i in cles
            if _overlaps(fiches.at[i, "date_min"], fiches.at[i, "date_max"], *quand)  # noqa: PD008
        ]
    return _cpts(page, cles)


def _overlaps(debut: object, fin: object, depuis: dt.date | None, jusque: dt.date | None) -> bool:
    """Tell whether a time that may be open meets another; nothing is known of what has no date."""
    premier = dt.date.fromisoformat(debut) if isinstance(debut, str) else None
    dernier = dt.date.fromisoformat(fin) if isinstance(fin, str) else None
    return not (
        (depuis and dernier and dernier < depuis) or (jusque and premier and premier > jusque)
    )


def _cpts(page: Page, cles: list[Any]) -> Ouverte:
    atlas = page.atlas

    def describe(ids: Sequence[Any]) -> list[_Ligne]:
        index = pd.Index(ids, dtype=atlas.fiches.index.dtype)
        table, citees = describe_cpts(atlas, index), cite_sources(atlas, index)
        lignes = []
        for ligne in table.to_dict("records"):
            cpts_id = str(ligne["cpts_id"])
            perimetre = atlas.perimetre(cpts_id)
            estimee = perimetre.indicatif or perimetre.parts
            dessinee = perimetre.dessine
            lignes.append(
                {
                    **{str(nom): _plain(valeur) for nom, valeur in ligne.items()},
                    "population": int(ligne["population"]) if dessinee else None,
                    "nb_communes": int(ligne["nb_communes"]) if dessinee else None,
                    "nb_partagees": int(ligne["nb_partagees"]) if dessinee else None,
                    "indicatif": perimetre.indicatif if dessinee else None,
                    "sources": citees[cpts_id],
                    "qualificatif": QUALIFICATIFS_SEULS[ENVIRON if estimee else "egal"]
                    if dessinee
                    else "",
                    "millesime": atlas.millesimes.population,
                    "dessinee": dessinee,
                    "raison": "" if dessinee else PERIMETRE_INCONNU,
                    "fiche": f"fiche?cpts={cpts_id}",
                }
            )
        return lignes

    return Ouverte(
        cles,
        describe,
        lambda ids: cpts_outlines(atlas).reindex(list(ids)),
        lambda ids: [*ground_sources(atlas), *fact_sources(atlas, ids)],
        (PAR_PART,) if any(atlas.perimetre(str(i)).parts for i in cles) else (),
    )


# Communes and memberships


def _champs_communes(atlas: Atlas) -> tuple[Champ, ...]:
    annees = atlas.millesimes
    return (
        Champ("code_commune", TEXTE, f"code INSEE (code officiel géographique {annees.communes})"),
        Champ("nom", TEXTE, "nom"),
        Champ("code_departement", TEXTE, "code du département"),
        Champ("siren_epci", TEXTE, "SIREN de l'intercommunalité ; vide sans elle"),
        Champ("nom_epci", TEXTE, "nom de l'intercommunalité"),
        Champ("population", ENTIER, f"population de référence {annees.population}"),
        Champ("surface_km2", NOMBRE, "surface, en km²"),
        Champ(
            "etude", BOOLEEN, "est de la zone d'étude ; les autres ne sont là que pour leur CPTS"
        ),
        Champ(
            "etat",
            TEXTE,
            "couverte, non_couverte ou indeterminee, pour « couvert » et « indicatifs » de la demande ; vide hors de la zone d'étude",
        ),
        Champ("definition", TEXTE, "ce que « couvert » y veut dire"),
        Champ("cpts", TEXTES, "identifiants des CPTS dont elle est membre, en tout ou en partie"),
        Champ("millesime", TEXTE, "année de la population"),
        _SOURCES,
    )


def _open_communes(page: Page) -> Ouverte:
    atlas, demande = page.atlas, page.demande
    communes = atlas.communes
    if demande.dep:
        communes = communes[communes["code_departement"].isin(demande.dep)]

    def describe(codes: Sequence[Any]) -> list[_Ligne]:
        etats = find_etats(atlas, demande.couvert, indicatifs=demande.indicatifs)
        siennes = atlas.adhesions[atlas.adhesions["code_commune"].isin(list(codes))]
        cpts = siennes.groupby("code_commune")["cpts_id"].agg(list).to_dict()
        sources = list(ground_sources(atlas))
        return [
            {
                "code_commune": commune.Index,
                "nom": commune.nom,
                "code_departement": commune.code_departement,
                "siren_epci": _plain(commune.siren_epci) or None,
                "nom_epci": _plain(commune.nom_epci) or None,
                "population": int(commune.population),
                "surface_km2": round(float(commune.surface_km2), 2),
                "etude": bool(commune.etude),
                "etat": str(etats[commune.Index]) if commune.etude else None,
                "definition": DEFINITIONS[demande.couvert],
                "cpts": cpts.get(commune.Index, []),
                "millesime": atlas.millesimes.population,
                "sources": sources,
            }
            for commune in iterate_rows(
                pd.DataFrame(atlas.communes.drop(columns="geometry").loc[list(codes)])
            )
        ]

    return Ouverte(
        list(communes.index.sort_values()),
        describe,
        lambda codes: communes_outlines(atlas).loc[list(codes)],
        lambda codes: [
            *ground_sources(atlas),
            *fact_sources(
                atlas,
                atlas.adhesions.loc[
                    atlas.adhesions["code_commune"].isin(list(codes)), "cpts_id"
                ].unique(),
            ),
        ],
    )


def _champs_adhesions(atlas: Atlas) -> tuple[Champ, ...]:
    annee = atlas.millesimes.population
    return (
        Champ("cpts_id", TEXTE, "identifiant de la CPTS"),
        Champ("nom_cpts", TEXTE, "son nom"),
        Champ("code_commune", TEXTE, "code INSEE de la commune"),
        Champ("nom_commune", TEXTE, "son nom"),
        Champ("code_departement", TEXTE, "son département"),
        Champ(
            "part_pct",
            NOMBRE,
            "part de ses habitants qu'a la CPTS, en % ; 100 : la commune entière",
        ),
        Champ("confiance", TEXTE, "comment l'adhésion est connue : documente, deduit ou hypothese"),
        Champ("confiance_libelle", TEXTE, "la même, en français : documenté, déduit, indicatif"),
        Champ("population", ENTIER, f"habitants de la commune entière ({annee})"),
        Champ("habitants_comptes", ENTIER, "ceux de la part de la CPTS"),
        _SOURCES,
    )


def _open_adhesions(page: Page) -> Ouverte:
    atlas, demande = page.atlas, page.demande
    table = atlas.adhesions.assign(
        **{
            nom: atlas.adhesions["code_commune"].map(atlas.communes[colonne])
            for nom, colonne in (
                ("nom_commune", "nom"),
                ("code_departement", "code_departement"),
                ("population", "population"),
            )
        }
    )
    if demande.dep:
        table = table[table["code_departement"].isin(demande.dep)]
    if not demande.indicatifs:
        table = table[table["confiance"] != "hypothese"]

    def describe(rangs: Sequence[Any]) -> list[_Ligne]:
        siennes = table.loc[list(rangs)]
        citees = cite_sources(atlas, pd.Index(siennes["cpts_id"].unique()))
        return [
            {
                "cpts_id": a.cpts_id,
                "nom_cpts": str(atlas.fiches["nom"][a.cpts_id]),
                "code_commune": a.code_commune,
                "nom_commune": a.nom_commune,
                "code_departement": a.code_departement,
                "part_pct": round(float(a.part) * 100, 2),
                "confiance": a.confiance,
                "confiance_libelle": CONFIANCES_COURTES[a.confiance],
                "population": int(a.population),
                "habitants_comptes": int(count_inhabitants(a.population * a.part)),
                "sources": citees[a.cpts_id],
            }
            for a in iterate_rows(siennes)
        ]

    return Ouverte(
        list(table.index),
        describe,
        sources=lambda rangs: [
            *ground_sources(atlas),
            *fact_sources(atlas, table.loc[list(rangs), "cpts_id"].unique()),
        ],
        avis=(PAR_PART,) if (table["part"] < 1).any() else (),
    )


# Indicators


def _champs_indicateurs(_atlas: Atlas) -> tuple[Champ, ...]:
    return (
        Champ("identifiant", TEXTE, "son nom dans les adresses"),
        Champ("libelle", TEXTE, "son nom en français"),
        Champ("definition", TEXTE, "ce qu'il est ; vide où rien ne le dit"),
        Champ("nature", TEXTE, "stock, taux, ecart ou categorie"),
        Champ("methode", TEXTE, "comment il est calculé, ou « publie »"),
        Champ("theme", TEXTE, "de quoi il parle"),
        Champ("unite", TEXTE, "ce que comptent ses nombres"),
        Champ("base", TEXTE, "de qui est la part ou la moyenne"),
        Champ(
            "sens",
            TEXTE,
            "haut : plus, c'est mieux ; bas : moins, c'est mieux ; vide : ni l'un ni l'autre",
        ),
        Champ("seuil_alerte", NOMBRE, "repère au-delà duquel une commune mérite un regard"),
        Champ("millesime", TEXTE, "année ; d'un chiffre publié, elle est avec sa source"),
        Champ("licence", TEXTE, "licence du fichier officiel, où il la dit"),
        Champ("niveaux", TEXTES, "niveaux auxquels il a des valeurs (paramètre niveau)"),
        _SOURCES,
    )


def _open_indicateurs(page: Page) -> Ouverte:
    registre = page.atlas.registre

    def describe(ids: Sequence[Any]) -> list[_Ligne]:
        return [
            {
                "identifiant": i.identifiant,
                "libelle": i.libelle,
                "definition": i.definition,
                "nature": i.nature,
                "methode": i.methode,
                "theme": i.theme,
                "unite": i.unite,
                "base": i.base,
                "sens": i.sens,
                "seuil_alerte": i.seuil_alerte,
                "millesime": i.millesime,
                "licence": i.licence,
                "niveaux": list(find_niveaux(i)),
                "sources": list(i.sources),
            }
            for i in map(registre.__getitem__, ids)
        ]

    return Ouverte(
        [i.identifiant for i in registre],
        describe,
        sources=lambda ids: [s for i in ids for s in registre[i].sources],
    )


def _champs_mesures(_atlas: Atlas) -> tuple[Champ, ...]:
    return (
        Champ("indicateur", TEXTE, "identifiant de l'indicateur"),
        Champ("libelle", TEXTE, "son nom, et de qui est la part où cela change d'une source à l'autre"),
        Champ("territoire", TEXTE, "le territoire, comme les adresses de l'atlas le nomment"),
        Champ("genre", TEXTE, "CPTS, Commune, Intercommunalité, Département, Région, Liste de communes ou France"),
        Champ("code", TEXTE, "code du territoire dans son genre"),
        Champ("nom", TEXTE, "nom du territoire"),
        Champ("valeur", NOMBRE, "le nombre, arrondi comme à l'écran ; null où il n'y en a pas (voir raison)"),
        Champ("unite", TEXTE, "ce qu'il compte"),
        _QUALIFICATIF,
        Champ("base", TEXTE, "de qui est la part ou la moyenne"),
        Champ("texte", TEXTE, "le chiffre en toutes lettres, ou pourquoi il n'y en a pas"),
        _RAISON,
        Champ("au_moins", NOMBRE, "d'une valeur tue (secret statistique), le moins qu'elle peut être"),
        Champ("au_plus", NOMBRE, "le plus qu'elle peut être"),
        Champ("intervalle_bas", NOMBRE, "d'une part, bas de son intervalle à 95 %"),
        Champ("intervalle_haut", NOMBRE, "haut de cet intervalle"),
        Champ("part_habitants_pct", NOMBRE, "part des habitants sur laquelle repose le chiffre, en %"),
        Champ("perimetre", TEXTE, "comment est connu le périmètre dont il dépend"),
        Champ("date", TEXTE, "millésime, ou date de la source"),
        _SOURCES,
    )  # fmt: skip


def _open_valeurs(page: Page) -> Ouverte:
    """Give one indicator of every territory of a level."""
    demande, indicateur = page.demande, page.indicateur
    if indicateur is None:
        raise ValueError(page)
    if demande.niveau not in find_niveaux(indicateur):
        permis = ", ".join(find_niveaux(indicateur))
        dit = f"« {indicateur.identifiant} » n'a pas de valeurs au niveau « {demande.niveau} »."
        raise ParametresInvalides([Faute("niveau", dit, f"Niveaux de cet indicateur : {permis}.")])
    adresses = _list_territoires(page)
    if not indicateur.par_base:
        return _mesures(page, [(adresse, 0) for adresse in adresses], _evaluate(page, indicateur))
    # Whose share it is differs by source: a territory may have several rows.
    dire = _evaluate(page, indicateur)
    return _mesures(
        page,
        [(adresse, rang) for adresse in adresses for rang in range(len(dire(adresse)[1]))],
        dire,
    )


_Lue = tuple["Territoire", "Sequence[Mesure]"]


def _evaluate(page: Page, indicateur: Indicateur) -> Callable[[str], _Lue]:
    atlas, demande = page.atlas, page.demande

    def dire(adresse: str) -> _Lue:
        genre, _, code = adresse.partition(":")
        territoire = (
            make_list(atlas, [code], str(atlas.communes["nom"][code]))
            if genre == "communes"
            else parse_territoire(atlas, adresse)
        )
        mesures = evaluate(
            atlas, indicateur, territoire, demande.couvert, indicatifs=demande.indicatifs
        )
        raison = NON_PUBLIE if territoire.genre == CPTS else SANS_OBJET
        return territoire, mesures or [
            Mesure(indicateur.identifiant, territoire.adresse, raison=raison)
        ]

    return dire


def _list_territoires(page: Page) -> list[str]:
    """List the territories of a level, as addresses name them, of the chosen departments."""
    atlas, demande = page.atlas, page.demande
    if demande.niveau == COMMUNE:
        communes = atlas.communes[atlas.communes["etude"]]
        if demande.dep:
            communes = communes[communes["code_departement"].isin(demande.dep)]
        return [f"communes:{code}" for code in communes.index.sort_values()]
    choix = list_choices(atlas)
    choix = choix[choix["genre"] == GENRE_DU_NIVEAU.get(demande.niveau, demande.niveau)]
    if demande.dep:
        voulus = set(demande.dep)
        choix = choix[[not voulus.isdisjoint(siens) for siens in choix["departements"]]]
    return [str(adresse) for adresse in choix.index]


def _open_mesures(page: Page) -> Ouverte:
    """Give what a comparison says of some territories."""
    atlas, demande = page.atlas, page.demande
    if not demande.territoire:
        remede = "Écrire par exemple territoire=cpts:cpts-luxeuil,dep:70."
        raise ParametresInvalides([Faute("territoire", "« territoire » manque.", remede)])
    lues: dict[str, _Lue] = {}
    for adresse in demande.territoire:
        territoire = parse_territoire(atlas, adresse)
        lues[adresse] = (
            territoire,
            measure(atlas, territoire, demande.couvert, indicatifs=demande.indicatifs),
        )
    return _mesures(
        page,
        [(adresse, rang) for adresse, lue in lues.items() for rang in range(len(lue[1]))],
        lues.__getitem__,
    )


def _mesures(page: Page, cles: list[Any], dire: Callable[[str], _Lue]) -> Ouverte:
    lignes: dict[Any, _Ligne] = {}

    def describe(voulues: Sequence[Any]) -> list[_Ligne]:
        for cle in voulues:
            if cle not in lignes:
                territoire, mesures = dire(cle[0])
                lignes[cle] = _tell(page, territoire, mesures[cle[1]])
        return [lignes[cle] for cle in voulues]

    return Ouverte(
        cles,
        describe,
        sources=lambda voulues: [
            *(s for ligne in describe(voulues) for s in ligne["sources"]),
            *ground_sources(page.atlas),
        ],
    )


def _tell(page: Page, territoire: Territoire, mesure: Mesure) -> _Ligne:
    dite = tell_mesure(page.atlas, territoire, mesure, indicatifs=page.demande.indicatifs)
    return {
        "indicateur": mesure.indicateur,
        "libelle": dite.libelle,
        "territoire": territoire.adresse,
        "genre": "Commune" if page.demande.niveau == COMMUNE else GENRES[territoire.genre],
        "code": territoire.code,
        "nom": territoire.nom,
        "valeur": dite.valeur,
        "unite": dite.unite,
        "qualificatif": dite.qualificatif,
        "base": dite.base,
        "texte": dite.texte,
        "raison": mesure.raison or "",
        "au_moins": dite.bornes[0],
        "au_plus": dite.bornes[1],
        "intervalle_bas": dite.intervalle[0],
        "intervalle_haut": dite.intervalle[1],
        "part_habitants_pct": None if mesure.part_pct is None else round(mesure.part_pct, 1),
        "perimetre": dite.perimetre,
        "date": dite.date,
        "sources": list(dite.sources),
    }


# Coverage


def _champs_couverture(atlas: Atlas) -> tuple[Champ, ...]:
    annee = atlas.millesimes.population
    noms = {"population": f"habitants ({annee})", "communes": "communes"}
    comptes = [
        champ
        for quoi in QUOI
        for champ in (
            Champ(quoi, ENTIER, f"{noms[quoi]} en tout"),
            Champ(f"{quoi}_couverts_etablis", ENTIER, f"{noms[quoi]} couverts par un périmètre établi : un minimum, sauf « exactement »"),
            Champ(f"{quoi}_couverts_avec_indicatifs", ENTIER, f"{noms[quoi]} couverts, périmètres indicatifs compris"),
            Champ(f"{quoi}_en_zone_blanche", ENTIER, f"{noms[quoi]} en zone blanche ; null : la liste des CPTS est incomplète, on ne sait pas"),
            Champ(f"{quoi}_sans_perimetre_connu", ENTIER, f"{noms[quoi]} sans périmètre connu : ne veut pas dire non couverts"),
            Champ(f"part_{quoi}_etablie_pct", NOMBRE, f"part des {noms[quoi]} couverts par un périmètre établi, en %"),
            Champ(f"part_{quoi}_avec_indicatifs_pct", NOMBRE, "la même, périmètres indicatifs compris"),
        )
    ]  # fmt: skip
    return (
        Champ("code_departement", TEXTE, "code du département ; null pour l'ensemble des départements choisis"),
        Champ("nom", TEXTE, "nom du département, ou « Ensemble »"),
        Champ("definition", TEXTE, "ce que « couvert » veut dire : son code"),
        Champ("definition_libelle", TEXTE, "le même, en toutes lettres"),
        Champ("texte", TEXTE, "la couverture en une phrase, celle de l'écran"),
        Champ("qualificatif", TEXTE, "ce que valent les couverts : exactement, au moins ou inconnu"),
        *comptes,
        Champ("cpts_comptees", ENTIER, "CPTS qui comptent à cette définition"),
        Champ("cpts_sans_perimetre", ENTIER, "celles d'entre elles dont le périmètre n'est pas connu"),
        Champ("complet", BOOLEEN, "toutes les CPTS y sont connues et dessinées"),
        _RAISON,
        Champ("millesime", TEXTE, "année de la population"),
        _SOURCES,
    )  # fmt: skip


def _open_couverture(page: Page) -> Ouverte:
    atlas, demande = page.atlas, page.demande
    etude = study_departements(atlas)
    choisis = tuple(code for code in demande.dep if code in etude)
    if demande.dep and len(choisis) < len(demande.dep):
        dehors = ", ".join(sorted(set(demande.dep) - set(etude)))
        dit = f"Hors de la zone d'étude, rien ne se dit de la couverture : {dehors}."
        raise ParametresInvalides([Faute("dep", dit, f"Départements : {', '.join(etude)}.")])

    def describe(codes: Sequence[Any]) -> list[_Ligne]:
        ensemble = measure_couverture(atlas, choisis, demande.couvert)
        par_departement = split_couverture(atlas, ensemble)
        noms = atlas.departements["nom"]
        return [
            {
                "code_departement": code or None,
                "nom": str(noms[code]) if code else "Ensemble",
                **_cover(atlas, par_departement[code] if code else ensemble),
            }
            for code in codes
        ]

    return Ouverte(
        ["", *(choisis or etude)],
        describe,
        sources=lambda _: [
            *ground_sources(atlas),
            *fact_sources(atlas, atlas.cpts_dans(choisis)),
        ],
        avis=(PAR_PART,) if (atlas.adhesions["part"] < 1).any() else (),
    )


def _cover(atlas: Atlas, couverture: Couverture) -> _Ligne:
    """Write a coverage; a minimum of nobody is not known, rather than none."""
    certaine = couverture.exacte or couverture.pleine
    dites = {
        indicatifs: certaine or couverture.couverts(indicatifs=indicatifs).communes > 0
        for indicatifs in (False, True)
    }
    comptes: _Ligne = {}
    for quoi in QUOI:
        blanches = count_blanches(couverture.par_departement, quoi)
        parts = {i: couverture.part_pct(quoi, indicatifs=i) for i in (False, True)}
        comptes[quoi] = getattr(couverture.total, quoi)
        for indicatifs, suffixe in ((False, "etablis"), (True, "avec_indicatifs")):
            nombre = getattr(couverture.couverts(indicatifs=indicatifs), quoi)
            comptes[f"{quoi}_couverts_{suffixe}"] = nombre if dites[indicatifs] else None
        comptes[f"{quoi}_en_zone_blanche"] = None if blanches.isna().any() else int(blanches.sum())
        comptes[f"{quoi}_sans_perimetre_connu"] = getattr(
            couverture.compte(INDETERMINEE, indicatifs=True), quoi
        )
        for indicatifs, suffixe in ((False, "etablie"), (True, "avec_indicatifs")):
            part = parts[indicatifs] if dites[indicatifs] else None
            comptes[f"part_{quoi}_{suffixe}_pct"] = None if part is None else round(part, 1)
    return {
        "definition": couverture.definition,
        "definition_libelle": couverture.libelle,
        "texte": coverage_sentence(couverture).replace("**", ""),
        "qualificatif": QUALIFICATIFS_SEULS["egal"]
        if certaine
        else "au moins"
        if dites[False]
        else "inconnu",
        **comptes,
        "cpts_comptees": couverture.n_cpts,
        "cpts_sans_perimetre": couverture.n_cpts_sans_perimetre,
        "complet": couverture.complete,
        "raison": "" if dites[False] else _SANS_PERIMETRE_ETABLI,
        "millesime": atlas.millesimes.population,
        "sources": list(ground_sources(atlas)),
    }


# Gaps


def _champs_zones(atlas: Atlas) -> tuple[Champ, ...]:
    officiels = [
        champ
        for i in zone_indicators(atlas)
        for champ in (
            Champ(i.identifiant, NOMBRE, f"{i.libelle}, en {i.unite} ({i.millesime}) ; null : tu ou inconnu"),
            Champ(f"{i.identifiant}_au_moins", NOMBRE, "le moins qu'il peut être, où la valeur ne le dit pas"),
            Champ(f"{i.identifiant}_au_plus", NOMBRE, "le plus qu'il peut être"),
            *((Champ(f"{i.identifiant}_intervalle_bas", NOMBRE, "bas de son intervalle à 95 %"), Champ(f"{i.identifiant}_intervalle_haut", NOMBRE, "haut de cet intervalle")) if i.is_part else ()),
            Champ(f"{i.identifiant}_part_pct", NOMBRE, "part des habitants sur laquelle il repose, en %"),
        )
    ]  # fmt: skip
    return (
        Champ("zone", TEXTE, "code INSEE de sa commune la plus peuplée"),
        Champ("nom", TEXTE, "son nom à l'écran"),
        Champ("etat", TEXTE, f"{NON_COUVERTE} (zone blanche) ou {INDETERMINEE} (sans périmètre connu)"),
        Champ("definition", TEXTE, "ce que « couvert » veut dire : son code"),
        Champ("communes", ENTIER, "nombre de communes"),
        Champ("population", ENTIER, f"habitants ({atlas.millesimes.population})"),
        Champ("surface_km2", NOMBRE, "surface, en km²"),
        Champ("densite", NOMBRE, "habitants par km²"),
        Champ("departements", TEXTES, "codes des départements qu'elle touche"),
        Champ("intercommunalites", ENTIER, "nombre d'intercommunalités"),
        Champ("continue_dehors", BOOLEEN, "va au-delà des départements choisis : ces chiffres sont ceux d'une partie"),
        Champ("codes_insee", TEXTES, "codes INSEE de ses communes"),
        *officiels,
        Champ("millesime", TEXTE, "année de la population"),
        _SOURCES,
    )  # fmt: skip


def _open_zones(page: Page) -> Ouverte:
    atlas, demande = page.atlas, page.demande
    etats = find_etats(atlas, demande.couvert, indicatifs=demande.indicatifs)
    zones = find_zones(atlas, etats, demande.dep)
    indicateurs = zone_indicators(atlas)
    sources = [*ground_sources(atlas), *(s for i in indicateurs for s in i.sources)]

    def describe(cles: Sequence[Any]) -> list[_Ligne]:
        membres = zones.membres[zones.membres.isin(list(cles))]
        codes = membres.groupby(membres).groups
        return [
            {
                "zone": str(zone["zone"]),
                "nom": zone_name(zone["etat"], zone["nom"], indicatifs=demande.indicatifs),
                "etat": zone["etat"],
                "definition": demande.couvert,
                "communes": int(zone["communes"]),
                "population": int(zone["population"]),
                "surface_km2": round(float(zone["surface_km2"]), 1),
                "densite": round(float(zone["densite"]), 1),
                "departements": list(zone["departements"]),
                "intercommunalites": int(zone["n_epci"]),
                "continue_dehors": bool(zone["continue_dehors"]),
                "codes_insee": [str(code) for code in codes[zone["zone"]]],
                **_officiels(indicateurs, zone),
                "millesime": atlas.millesimes.population,
                "sources": list(dict.fromkeys(sources)),
            }
            for zone in zones.table.loc[list(cles)].reset_index().to_dict("records")
        ]

    def outlines(cles: Sequence[Any]) -> gpd.GeoSeries:
        membres = zones.membres[zones.membres.isin(list(cles))]
        return dissolve_outlines(atlas, membres).reindex(list(cles))

    return Ouverte(
        list(zones.table.index),
        describe,
        outlines,
        lambda _: [*sources, *fact_sources(atlas, atlas.cpts_dans(demande.dep))],
        (_LECTURE_DES_ZONES,),
    )


def _officiels(indicateurs: Sequence[Indicateur], zone: Mapping[Any, Any]) -> _Ligne:
    """Give each official figure as the page's file does: its bounds where the value does not say it."""
    valeurs: _Ligne = {}
    for indicateur in indicateurs:
        nom = indicateur.identifiant
        bas, haut = float(zone[nom + BAS]), float(zone[nom + HAUT])
        bornes = (None, None) if bas == haut else file_bounds(indicateur, bas, haut)
        part = _plain(zone[nom + PART])
        valeurs |= {
            nom: file_number(indicateur, float(zone[nom])),
            f"{nom}_au_moins": bornes[0],
            f"{nom}_au_plus": bornes[1],
            **_interval(indicateur, zone),
            f"{nom}_part_pct": None if part is None else round(float(part), 1),
        }
    return valeurs


def _interval(indicateur: Indicateur, zone: Mapping[Any, Any]) -> _Ligne:
    """Give the interval of a share; nothing of what has none."""
    if not indicateur.is_part:
        return {}
    nom = indicateur.identifiant
    bas, haut = file_bounds(
        indicateur, float(zone[nom + INTERVALLE_BAS]), float(zone[nom + INTERVALLE_HAUT])
    )
    return {f"{nom}_intervalle_bas": bas, f"{nom}_intervalle_haut": haut}


# Versions and sources


def _champs_versions(_atlas: Atlas) -> tuple[Champ, ...]:
    return (
        Champ("numero", ENTIER, "numéro de la version ; 0 désigne les données d'origine"),
        Champ("date", TEXTE, "quand elle a été importée"),
        Champ("actuelle", BOOLEEN, "est en usage"),
        Champ("cpts", ENTIER, "CPTS dessinées"),
        Champ("communes", ENTIER, "communes d'au moins une CPTS"),
        Champ("auteur", TEXTE, "qui l'a importée ; null pour qui n'est pas connecté"),
        Champ("note", TEXTE, "ce qu'il en a dit ; null pour qui n'est pas connecté"),
        Champ("fichier", TEXTE, "fichier importé ; null pour qui n'est pas connecté"),
    )


def _open_versions(page: Page) -> Ouverte:
    par_numero = {version.numero: version for version in page.versions}

    def describe(numeros: Sequence[Any]) -> list[_Ligne]:
        return [
            {
                "numero": v.numero,
                "date": v.date.isoformat(timespec="seconds"),
                "actuelle": v.actuelle,
                "cpts": v.cpts,
                "communes": v.communes,
                "auteur": v.auteur if page.compte else None,
                "note": v.note if page.compte else None,
                "fichier": v.fichier if page.compte else None,
            }
            for v in map(par_numero.__getitem__, numeros)
        ]

    return Ouverte(list(par_numero), describe)


def _champs_sources(_atlas: Atlas) -> tuple[Champ, ...]:
    return (
        Champ("source_id", TEXTE, "son identifiant"),
        Champ("titre", TEXTE, "son titre"),
        Champ("producteur", TEXTE, "qui l'a publiée"),
        Champ(
            "date",
            TEXTE,
            "sa date : au jour, au mois ou à l'année ; null si elle n'est pas publiée",
        ),
        Champ("url", TEXTE, "son adresse"),
    )


def tell_sources(atlas: Atlas, ids: Iterable[str]) -> list[_Ligne]:
    """Say some sources, each once; one that the table does not have is left out."""
    connues = [i for i in dict.fromkeys(ids) if i in atlas.sources.index]
    return [
        {
            "source_id": source.Index,
            "titre": source.titre,
            "producteur": source.producteur,
            "date": _plain(source.date),
            "url": _plain(source.url),
        }
        for source in iterate_rows(atlas.sources.loc[connues])
    ]


def _open_sources(page: Page) -> Ouverte:
    return Ouverte(
        list(page.atlas.sources.index), lambda ids: tell_sources(page.atlas, map(str, ids))
    )


def _plain(valeur: Any) -> Any:
    """Return a value as JSON has it: a list, a day as text, ``None`` where nothing is known."""
    if isinstance(valeur, tuple | list):
        return list(valeur)
    simple = plain_value(valeur)
    return simple.isoformat() if isinstance(simple, dt.date) else simple


def list_avis(atlas: Atlas) -> tuple[str, ...]:
    """List what every answer has to be read with."""
    return (SYNTHETIQUE,) if atlas.synthetique else ()


TERRITOIRES = Ressource(
    "territoires",
    "Territoires des CPTS",
    "Les CPTS dont le périmètre est connu, avec leur contour : la réunion de leurs communes, sans simplification. "
    "datetime porte sur la date de ce que dit l'étape.",
    "cpts_id",
    _champs_cpts,
    ("dep", "bbox", "datetime", *PAGE),
    _open_territoires,
    geometrie=True,
)
COMMUNES = Ressource(
    "communes",
    "Communes",
    "Les communes, leur état (couverte, non_couverte, indeterminee) et leur contour.",
    "code_commune",
    _champs_communes,
    ("dep", "couvert", "indicatifs", "bbox", "datetime", *PAGE),
    _open_communes,
    geometrie=True,
)
ZONES = Ressource(
    "zones",
    "Zones blanches et communes sans périmètre connu",
    "Les groupes de communes voisines dans un même état, comme la page « Zones blanches » les montre.",
    "zone",
    _champs_zones,
    ("dep", "couvert", "indicatifs", "bbox", "datetime", *PAGE),
    _open_zones,
    geometrie=True,
)
VALEURS = Ressource(
    "valeurs",
    "Valeurs d'un indicateur",
    "Un indicateur pour tous les territoires d'un niveau, comme la fiche et « Comparer » le disent.",
    "",
    _champs_mesures,
    ("niveau", "dep", "couvert", "indicatifs", *PAGE),
    _open_valeurs,
)
# Those of OGC API – Features.
COLLECTIONS = {ressource.nom: ressource for ressource in (TERRITOIRES, COMMUNES, ZONES)}
RESSOURCES = {
    ressource.nom: ressource
    for ressource in (
        Ressource(
            "cpts",
            "CPTS",
            "Toutes les CPTS connues, dessinées ou non.",
            "cpts_id",
            _champs_cpts,
            ("dep", "bbox", *PAGE),
            _open_cpts,
            geometrie=True,
        ),
        COMMUNES,
        Ressource(
            "adhesions",
            "Adhésions",
            "Quelle commune est de quelle CPTS, pour quelle part, et comment on le sait.",
            "",
            _champs_adhesions,
            ("dep", "indicatifs", *PAGE),
            _open_adhesions,
        ),
        Ressource(
            "indicateurs",
            "Indicateurs",
            "Ce que l'atlas mesure : définition, unité, millésime, sources.",
            "identifiant",
            _champs_indicateurs,
            PAGE,
            _open_indicateurs,
        ),
        Ressource(
            "mesures",
            "Mesures d'un à quatre territoires",
            "Tous les indicateurs de « Comparer » pour les territoires donnés.",
            "",
            _champs_mesures,
            ("territoire", "couvert", "indicatifs", *PAGE),
            _open_mesures,
        ),
        Ressource(
            "couverture",
            "Couverture",
            "La part couverte, par département et pour l'ensemble : les deux minima, et ce qu'ils ne disent pas.",
            "",
            _champs_couverture,
            ("dep", "couvert", *PAGE),
            _open_couverture,
        ),
        ZONES,
        Ressource(
            "versions",
            "Versions des données",
            "Les imports gardés. Leur auteur et leur fichier ne sont dits qu'à un compte.",
            "numero",
            _champs_versions,
            PAGE,
            _open_versions,
        ),
        Ressource(
            "sources",
            "Sources",
            "Les sources de tous les chiffres.",
            "source_id",
            _champs_sources,
            PAGE,
            _open_sources,
        ),
    )
}
