"""The player of a launch event: one HTML text that needs nothing else, on screen and on a USB key."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import Any

from rendu.carte.palette import browser_colours
from rendu.mots.francais import SYNTHETIQUE
from rendu.mots.provenance import TITRE
from rendu.scripts import STATIC, as_read, player_scripts, source_hash
from rendu.supports.codes_qr import make_qr_svg
from rendu.supports.modele import Diapositive

# What would end a script, or a line of it, inside JSON.
_ECHAPPEMENTS: dict[str, str | int | None] = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}

_ICONES = {
    "precedente": "M15 5l-7 7 7 7",
    "suivante": "M9 5l7 7-7 7",
    "bouton-orateur": "M3 4h18v12H3zM12 16v4M8 20h8",
    "bouton-ecran": "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
}

_PAGE = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{regle}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{titre}</title>
<style>{style}</style>
</head>
<body>
<main id="lecteur" tabindex="-1" aria-label="{titre}">
<p id="avertissement"{sans_avertissement}>{avertissement}</p>
<article id="diapositive" aria-roledescription="diapositive">
<div id="texte">
<h1 id="titre"></h1>
<p id="indicatif" class="marque" hidden></p>
<div id="corps"><p id="chiffre"></p><p id="phrase"></p><ul id="lignes"></ul></div>
</div>
<div id="scene">
<div id="carte" role="img"></div>
<ul id="legende"></ul>
<figure id="graphique"></figure>
<div id="codes"></div>
</div>
</article>
<p id="bloquee" role="alert" hidden>Le navigateur a bloqué la fenêtre de l'orateur : autorisez cette page à en ouvrir, puis appuyez de nouveau sur P.</p>
<footer>
<p id="source"></p>
<p id="date">{date}</p>
<div id="commandes">
{precedente}
<span id="position"></span>
{suivante}
{orateur}
{ecran}
</div>
<button type="button" id="bouton-origines" aria-expanded="false" aria-controls="origines" title="{question} (D)" hidden>{question}</button>
<section id="origines" aria-label="{question}" tabindex="-1" hidden></section>
</footer>
<div id="noir" hidden></div>
</main>
<p id="annonce" class="hors-ecran" aria-live="polite"></p>
<div id="etalon" class="hors-ecran" aria-hidden="true"></div>
<noscript>Ce diaporama demande JavaScript.</noscript>
<script type="application/json" id="donnees">{donnees}</script>
<script>{leaflet}</script>
<script>{script}</script>
</body>
</html>
"""


def make_lecteur(
    titre: str,
    diapositives: Sequence[Diapositive],
    cartes: Mapping[str, Any],
    *,
    leaflet_js: str,
    leaflet_css: str,
    date: str,
    fiches: Sequence[tuple[str, str]],
    synthetique: bool,
) -> str:
    """Write the player as one HTML text: script, style, Leaflet and data, and no address to fetch.

    Parameters
    ----------
    titre
        Of the event, in plain text.
    diapositives
        The slides, at least one.
    cartes
        As returned by :func:`rendu.supports.lecteur_cartes.make_cartes`.
    leaflet_js, leaflet_css
        The text of Leaflet's two files, as ``ui.demarrage`` fetches them.
    date
        The day of the event in words, or its dates; empty where none is published.
    fiches
        Names of CPTS, each with the public address of its sheet: the last slide shows them as QR codes.
    synthetique
        Whether the CPTS are made up: every slide says so.

    Returns
    -------
    str
        The page. Its policy lets it run its own scripts only, and fetch nothing.
    """
    style = (
        _font_face() + as_read(leaflet_css) + as_read(_read("lecteur.css") + _read("orateur.css"))
    )
    leaflet, script = player_scripts(leaflet_js)
    return _PAGE.format(
        titre=escape(titre),
        date=escape(date),
        regle=_policy([leaflet, script], style),
        style=style,
        avertissement=SYNTHETIQUE if synthetique else "",
        sans_avertissement="" if synthetique else " hidden",
        precedente=_button("precedente", "Précédente", "←"),
        suivante=_button("suivante", "Suivante", "→"),
        question=TITRE,
        orateur=_button("bouton-orateur", "Fenêtre de l'orateur", "P", ecrit="Orateur"),
        ecran=_button("bouton-ecran", "Plein écran", "F"),
        donnees=to_script_json(
            {
                "diapositives": [asdict(diapositive) for diapositive in diapositives],
                "cartes": cartes,
                "couleurs": browser_colours(),
                "codes": [
                    {"nom": nom, "adresse": adresse, "image": _image(make_qr_svg(adresse))}
                    for nom, adresse in fiches
                ],
            }
        ),
        leaflet=leaflet,
        script=script,
    )


def to_script_json(contenu: Any) -> str:
    r"""Write JSON that stays data inside a script element, whatever its texts hold.

    >>> to_script_json("</script><b>")
    '"\\u003c/script\\u003e\\u003cb\\u003e"'
    """
    texte = json.dumps(contenu, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return texte.translate(str.maketrans(_ECHAPPEMENTS))


@lru_cache(maxsize=1)
def _font_face() -> str:
    """Carry the font of the application along: the slides were looked at with its widths."""
    police = files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf"
    octets = base64.b64encode(police.read_bytes()).decode()
    return (
        "/* Source Sans 3, © Adobe, SIL Open Font License 1.1. */\n"
        '@font-face{font-family:"Source Sans 3";font-weight:200 900;'
        f"src:url(data:font/ttf;base64,{octets}) format('truetype')}}\n"
    )


def _read(nom: str) -> str:
    return (STATIC / nom).read_text(encoding="utf-8")


def _policy(scripts: Sequence[str], style: str) -> str:
    """Allow the texts of the page itself, and no request at all."""
    empreintes = " ".join(source_hash(script) for script in scripts)
    return f"default-src 'none'; script-src {empreintes}; style-src {source_hash(style)}; img-src data:; font-src data:"


def _button(identifiant: str, libelle: str, touche: str, ecrit: str = "") -> str:
    nom = escape(libelle)
    mot = f"<span>{escape(ecrit)}</span>" if ecrit else ""
    return (
        f'<button type="button" id="{identifiant}" aria-label="{nom}" title="{nom} ({touche})">'
        f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_ICONES[identifiant]}"/></svg>{mot}</button>'
    )


def _image(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
