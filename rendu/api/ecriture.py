"""A table of the API as JSON, GeoJSON or CSV."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.export import to_csv
from rendu.api.contours import write_geometries
from rendu.api.tables import TEXTES
from rendu.api.versions import list_avis, tell_sources
from rendu.mots.faits import source_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.atlas import Atlas
    from rendu.api.tables import Table

_Liens = list[dict[str, Any]]


def to_json(contenu: Any) -> bytes:
    """Write as JSON, without what JSON does not know (infinity, not a number)."""
    return json.dumps(contenu, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(
        "utf-8", "replace"
    )


def write_json(atlas: Atlas, table: Table, titre: str, liens: _Liens) -> bytes:
    """Write a page of rows with its sources, and what it has to be read with."""
    return to_json(
        {
            "titre": titre,
            "total": table.total,
            "nombre": len(table.lignes),
            "avis": [*list_avis(atlas), *table.avis],
            "elements": table.lignes,
            "sources": tell_sources(atlas, table.sources),
            "links": liens,
        }
    )


def write_row(atlas: Atlas, table: Table, liens: _Liens) -> bytes:
    """Write one row, with its sources."""
    return to_json(
        {
            **table.lignes[0],
            "avis": [*list_avis(atlas), *table.avis],
            "sources_detail": tell_sources(atlas, table.sources),
            "links": liens,
        }
    )


def write_geojson(atlas: Atlas, table: Table, liens: _Liens) -> bytes:
    """Write a page of rows as a FeatureCollection, with the members that OGC API – Features wants."""
    contours = table.contours
    bords = None if contours is None or contours.isna().all() else contours.total_bounds.tolist()
    # What is said of the whole comes first: a reader that stops early has it.
    tete = {
        "type": "FeatureCollection",
        "numberMatched": table.total,
        "numberReturned": len(table.lignes),
        "timeStamp": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **({"bbox": [round(bord, 6) for bord in bords]} if bords else {}),
        "avis": [*list_avis(atlas), *table.avis],
        "sources": tell_sources(atlas, table.sources),
        "links": liens,
    }
    return b'%s,"features":[%s]}' % (to_json(tete)[:-1], ",".join(_features(table)).encode())


def write_feature(atlas: Atlas, table: Table, liens: _Liens) -> bytes:
    """Write one row as a Feature."""
    objet = next(iter(_features(table)))
    suite = {
        "avis": [*list_avis(atlas), *table.avis],
        "sources": tell_sources(atlas, table.sources),
        "links": liens,
    }
    return b"%s,%s" % (objet[:-1].encode(), to_json(suite)[1:])


def write_csv(atlas: Atlas, table: Table) -> bytes:
    """Write rows as CSV that opens in French Excel; their sources are said by their titles."""
    connues = atlas.sources.index
    lignes = [
        {
            champ.nom: _cite(atlas, [s for s in ligne[champ.nom] if s in connues])
            if champ.nom == "sources"
            else ligne[champ.nom]
            for champ in table.champs
        }
        for ligne in table.lignes
    ]
    noms = [champ.nom for champ in table.champs]
    return to_csv(pd.DataFrame(lignes, columns=noms, dtype=object))


def _cite(atlas: Atlas, source_ids: Sequence[str]) -> str:
    return " ; ".join(source_plain(atlas, source_id) for source_id in source_ids)


def _features(table: Table) -> Iterable[str]:
    """Write each row as a Feature; lists are texts with commas, as geographic information systems want them."""
    listes = {champ.nom for champ in table.champs if champ.genre == TEXTES}
    formes = [] if table.contours is None else write_geometries(table.contours.to_numpy())
    for ligne, forme in zip(table.lignes, formes or ["null"] * len(table.lignes), strict=True):
        proprietes = {
            nom: ", ".join(valeur) if nom in listes else valeur for nom, valeur in ligne.items()
        }
        debut = to_json({"type": "Feature", "id": str(ligne[table.cle])}).decode()[:-1]
        yield f'{debut},"geometry":{forme},"properties":{to_json(proprietes).decode()}}}'
