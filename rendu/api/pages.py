"""The API as pages: where to begin, and its documentation. No script, no address elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from rendu.api.adresses import CHEMIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MODELE = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{titre}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 60rem; margin: 0 auto; padding: 1rem; font-family: "Source Sans", Arial, sans-serif; line-height: 1.5; }}
h2 {{ margin-top: 2.5rem; }}
code {{ overflow-wrap: anywhere; }}
.tableau {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid GrayText; }}
li {{ padding: 0.25rem 0; }}
</style>
</head>
<body>
<main>
{corps}
</main>
</body>
</html>
"""

# The types of JSON, in French.
_GENRES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "boolean": "oui ou non",
    "array": "liste",
    "object": "objet",
}


def write_landing(accueil: Mapping[str, Any], racine: str) -> bytes:
    """Write the landing page, and how a geographic information system and a spreadsheet read what is there."""
    api = f"{racine}{CHEMIN}"
    liens = "\n".join(
        f'<li><a href="{escape(lien["href"])}">{escape(lien["title"])}</a></li>'
        for lien in accueil["links"]
        if lien["rel"] not in ("self", "alternate")
    )
    corps = f"""<h1>{escape(accueil["title"])}</h1>
<p>{escape(accueil["description"])} <a href="{escape(racine)}/">L'atlas</a> les montre.</p>
<ul>
{liens}
</ul>
<h2>Dans QGIS</h2>
<p>« Couche », « Ajouter une couche », « WFS / OGC API – Features » : une nouvelle connexion, version
« OGC API – Features », à l'adresse <code>{escape(api)}</code>. Les couches territoires, communes et zones y sont.</p>
<h2>Dans un tableur</h2>
<p>« Données », « À partir du web » : <code>{escape(api)}/cpts?f=csv</code>.</p>
"""
    return _page(accueil["title"], corps)


def write_doc(document: Mapping[str, Any], racine: str) -> bytes:
    """Write the documentation, from the OpenAPI document alone."""
    info = document["info"]
    sections = [
        f"<h1>{escape(info['title'])}</h1>",
        f"<p>{escape(info['description'])}</p>",
        f'<p><a href="{escape(racine)}{CHEMIN}">Adresses</a> · <a href="{escape(racine)}{CHEMIN}/openapi.json">OpenAPI</a></p>',
    ]
    for tag in document["tags"]:
        sections.append(f"<h2>{escape(tag['name'])}</h2><p>{escape(tag['description'])}</p>")
        for chemin, operations in document["paths"].items():
            operation = operations["get"]
            if tag["name"] in operation["tags"]:
                sections.append(_operation(document, chemin, operation))
    return _page(info["title"], "\n".join(sections))


def _operation(document: Mapping[str, Any], chemin: str, operation: Mapping[str, Any]) -> str:
    parametres = [_resolve(document, p) for p in operation["parameters"]]
    reponse = operation["responses"]["200"]["content"]
    lignes = [(p["name"], _values(p["schema"]), p["description"]) for p in parametres]
    texte = [
        f"<h3><code>{escape(chemin)}</code></h3>",
        f"<p>{escape(operation['summary'])}. {escape(operation.get('description', ''))}</p>",
        f"<p>Formats : {escape(', '.join(reponse))}.</p>",
        _table("Paramètres", ("Paramètre", "Valeurs", "Sens"), lignes),
    ]
    if champs := _fields(document, reponse):
        texte.append(_table("Champs", ("Champ", "Type", "Sens"), champs))
    return "\n".join(texte)


def _fields(document: Mapping[str, Any], reponse: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """List the fields of a row, where the answer in JSON has rows; a layer has those of its resource."""
    schema = _resolve(document, reponse.get("application/json", {}).get("schema", {}))
    elements = schema.get("properties", {}).get("elements")
    if elements is None:
        return []
    ligne = _resolve(document, elements["items"])
    return [
        (nom, _values(champ), champ["description"]) for nom, champ in ligne["properties"].items()
    ]


def _resolve(document: Mapping[str, Any], objet: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in objet:
        return objet
    vise: Any = document
    for morceau in objet["$ref"].removeprefix("#/").split("/"):
        vise = vise[morceau]
    return dict(vise)


def _values(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(schema["enum"])
    return _GENRES[schema["type"]]


def _table(titre: str, tetes: Iterable[str], lignes: Iterable[Iterable[str]]) -> str:
    haut = "".join(f'<th scope="col">{escape(tete)}</th>' for tete in tetes)
    corps = "\n".join(
        f"<tr>{''.join(f'<td>{escape(case)}</td>' for case in ligne)}</tr>" for ligne in lignes
    )
    return (
        f'<div class="tableau" role="region" tabindex="0" aria-label="{escape(titre)}"><table>'
        f"<thead><tr>{haut}</tr></thead><tbody>{corps}</tbody></table></div>"
    )


def _page(titre: str, corps: str) -> bytes:
    return _MODELE.format(titre=escape(titre), corps=corps).encode()
