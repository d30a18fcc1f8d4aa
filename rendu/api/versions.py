"""The versions of the data, and their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.libelles import SYNTHETIQUE
from geo.rangees import iterate_rows
from rendu.api.modele import Ouverte, Page, Rangee, plain
from rendu.api.tables import BOOLEEN, ENTIER, TEXTE, Champ

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.atlas import Atlas


def champs_versions(_atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the fields of the versions."""
    return (
        Champ("numero", ENTIER, "numéro de la version ; 0 désigne les données d'origine"),
        Champ("date", TEXTE, "quand elle a été importée"),
        Champ("actuelle", BOOLEEN, "est en usage"),
        Champ("cpts", ENTIER, "CPTS dessinées"),
        Champ("communes", ENTIER, "communes d'au moins une CPTS"),
        Champ("auteur", TEXTE, "qui l'a importée ; null pour qui n'est pas connecté"),
        Champ("note", TEXTE, "ce qu'il en a dit ; null pour qui n'est pas connecté"),
        Champ("fichier", TEXTE, "fichier importé ; null pour qui n'est pas connecté"),
        Champ("empreinte", TEXTE, "SHA-256 de ce fichier ; null pour qui n'est pas connecté"),
    )


def open_versions(page: Page) -> Ouverte:
    """Filter the versions."""
    par_numero = {version.numero: version for version in page.versions}

    def describe(numeros: Sequence[Any]) -> list[Rangee]:
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
                "empreinte": v.empreinte if page.compte else None,
            }
            for v in map(par_numero.__getitem__, numeros)
        ]

    return Ouverte(list(par_numero), describe)


def champs_sources(_atlas: Atlas) -> tuple[Champ, ...]:
    """Describe the fields of the sources."""
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


def tell_sources(atlas: Atlas, ids: Iterable[str]) -> list[Rangee]:
    """Say some sources, each once; one that the table does not have is left out."""
    connues = [i for i in dict.fromkeys(ids) if i in atlas.sources.index]
    return [
        {
            "source_id": source.Index,
            "titre": source.titre,
            "producteur": source.producteur,
            "date": plain(source.date),
            "url": plain(source.url),
        }
        for source in iterate_rows(atlas.sources.loc[connues])
    ]


def open_sources(page: Page) -> Ouverte:
    """Filter the sources."""
    return Ouverte(
        list(page.atlas.sources.index), lambda ids: tell_sources(page.atlas, map(str, ids))
    )


def list_avis(atlas: Atlas) -> tuple[str, ...]:
    """List what every answer has to be read with."""
    return (SYNTHETIQUE,) if atlas.synthetique else ()
