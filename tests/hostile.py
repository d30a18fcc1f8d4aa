"""Text that is code for something: put in every column of the data that holds text, and in a table to import.

Each payload is text for the atlas, and is shown as it is. Those that call do so to :data:`HOTE`, which no machine has.
"""

import csv
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from xlsxwriter import Workbook

from tests.conftest import DATA

HOTE = "piege.test"

# Each with what would take it for something else than text.
PAYLOADS = {
    "<script>alert(1)</script>": "HTML: a script",
    "</script><script>alert(1)</script>": "HTML: the end of the script that holds the data",
    f"<img src=https://{HOTE}/i onerror=alert(1)>": "HTML: an image of elsewhere, and its failure",
    f"<svg onload=alert(1)><use href='//{HOTE}/s'/></svg>": "SVG in HTML",
    f"<iframe src=//{HOTE}/f srcdoc='<b>x</b>'></iframe>": "HTML: a frame",
    f"<a href='https://{HOTE}/a'>clic</a>": "HTML: a link",
    "<a href=javascript:alert(1)>clic</a>": "HTML: a link that is a script",
    f"<form action=//{HOTE}/q><button>ok</button></form>": "HTML: a form",
    f"<meta http-equiv=refresh content='0;url=//{HOTE}'>": "HTML: another page",
    f"<link rel=stylesheet href=//{HOTE}/c>": "HTML: a style sheet",
    f"<style>body{{background:url(//{HOTE}/b)}}</style>": "CSS",
    "\"><img src=x onerror='alert(1)'>": "the end of a quoted attribute",
    "' onmouseover='alert(1)": "the end of an attribute in single quotes",
    "<details open ontoggle=alert(1)>": "HTML: an event without a click",
    "<b>gras</b> <!-- caché -->": "HTML: bold and a comment",
    "&lt;b&gt; &#60;i&#62; &amp;": "HTML: entities, to be shown as they are written",
    "]]><x>&e;</x>": "XML: the end of a CDATA section, an entity",
    f"<!DOCTYPE x [<!ENTITY e SYSTEM 'http://{HOTE}/e'>]>": "XML: an outside entity",
    "`${alert(1)}`": "JavaScript: a template literal",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7}": "templates of Jinja, JSP and Ruby",
    "'; alert(1); //": "JavaScript: the end of a string",
    "\\u003cimg src=x onerror=alert(1)\\u003e": "JavaScript: an escaped tag",
    "**gras** _italique_ ~~barré~~ `code`": "Markdown: styles",
    f"[clic](https://{HOTE}/m)": "Markdown: a link",
    "[clic](javascript:alert(1))": "Markdown: a link that is a script",
    f"![image](https://{HOTE}/m.png)": "Markdown: an image",
    f"<https://{HOTE}/auto>": "Markdown: a link between angle brackets",
    "# titre": "Markdown: a heading",
    "- liste": "Markdown: a list",
    "> citation": "Markdown: a quotation",
    "1. rang [^1] a \\* b": "Markdown: a numbered list, a note, an escape",
    f"www.{HOTE}": "GitHub's Markdown: an address without its scheme",
    f"https://{HOTE}/nu": "GitHub's Markdown: an address",
    f"contact@{HOTE}": "GitHub's Markdown: an address of mail",
    "$x^2$ $$\\frac{1}{2}$$ \\(y\\)": "LaTeX",
    ":red[rouge] :blue-background[bleu]": "Streamlit: colours",
    ":orange-badge[insigne] :small[petit]": "Streamlit: a badge",
    ":material/skull: :streamlit:": "Streamlit: icons",
    ":skull: :+1:": "Streamlit: emoji",
    "a -> b <- c -- d >= e <= f ~= g": "Streamlit: arrows, dashes, signs",
    '#read("/etc/passwd") #link("x")': "typst: a function",
    "*gras* _x_ = titre @renvoi <label>": "typst: styles, a reference, a label",
    "=1+1": "a formula",
    f'=HYPERLINK("http://{HOTE}";"clic")': "a formula that is a link",
    "=cmd|' /C calc'!A0": "a formula that runs a program",
    "+33 3 84 75 00 00": "a formula that is a telephone number",
    "-2+3": "a formula that begins with a minus",
    "@SUM(1)": "a formula of another spreadsheet",
    "CPTS \u202exuerutov\u202c du Doubs": "bidi: an override",
    "CPTS \u2066isolée du Jura": "bidi: an isolate that is not ended",
    "\ufeffCPTS\u200b invisible\u2060": "characters that take no room",
    "日本 😀 עברית العربية": "scripts the fonts lack, right to left",
    "e\u0301\u0302\u0303\u0304\u0305\u0306": "a pile of accents",
    "100 % de %s %d {0} {nom}": "formats of Python",
    "../../etc/passwd": "a path",
    "javascript:alert(1)": "an address that is a script",
    f"data:text/html,<script src=//{HOTE}></script>": "an address that is a page",
    "None NaN null": "what stands for nothing elsewhere",
    "Communauté très longue " * 8: "a very long name",
    "x" * 190: "a very long word",
}

# Those that Markdown transforms wherever they stand in a text, together in one name.
MELANGE = (
    f"CPTS <img src=x onerror=alert(1)> `${{alert(1)}}` [clic](//{HOTE}/m) www.{HOTE} https://{HOTE}/n contact@{HOTE} "
    ":skull: :material/skull: :red[r] $x^2$ **g** a -> b <- c -- d >= e"
)
# What a visitor meets first is named so: a CPTS, its perimeter, department, stage, source and statistic.
_MELES = {
    "cpts_fiches": "cpts-luxeuil",
    "perimetres": "cpts-luxeuil",
    "departements": "70",
    "completude": "70",
    "jalons": "70",
    "statuts": "aci_signe",
    "sources": "cp-haute-saone-2022",
    "statistiques_indicateurs": "part_sans_medecin_traitant",
}

_LISTES = {"priorites", "partenaires"}
_UNIQUES = {"departements": {"nom"}, "cpts_fiches": {"nom"}, "statuts": {"libelle"}}
# Names of areas, the same wherever an area is written: by the column of its code.
_PAR_CODE = {
    ("departements", "nom_region"): "code_region",
    ("perimetres", "nom_unite"): "code_unite",
}
TEXTES = {
    "departements": ("nom", "nom_region"),
    "communes_absorbees": ("nom",),
    "completude": ("note",),
    "cpts_fiches": ("nom", "statut_mot_source", "priorites", "partenaires", "note"),
    "perimetres": ("nom_unite", "justification"),
    "jalons": ("note",),
    "aci": ("note",),
    "sources": ("titre", "producteur"),
    "statuts": ("libelle", "definition"),
    "statistiques_bases": ("libelle",),
    "statistiques_indicateurs": ("libelle",),
}


def write_hostile_data(dossier: Path) -> Path:
    """Copy the shipped data with a payload for every text; a number follows where two may not be equal."""
    dossier.mkdir(exist_ok=True)
    suite = cycle(PAYLOADS)
    for chemin in DATA.glob("*.csv"):
        with chemin.open(encoding="utf-8", newline="") as fichier:
            lecteur = csv.DictReader(fichier)
            colonnes, rangees = list(lecteur.fieldnames or ()), list(lecteur)
        for colonne in TEXTES.get(chemin.stem, ()):
            _fill(chemin.stem, colonne, rangees, suite)
        with (dossier / chemin.name).open("w", encoding="utf-8", newline="") as fichier:
            table = csv.DictWriter(fichier, colonnes)
            table.writeheader()
            table.writerows(rangees)
    communes = json.loads((DATA / "communes.geojson").read_text(encoding="utf-8"))
    epci: dict[str, str] = {}
    for commune in communes["features"]:
        proprietes = commune["properties"]
        proprietes["nom"] = next(suite)
        if proprietes["nom_epci"]:
            proprietes["nom_epci"] = epci.setdefault(proprietes["siren_epci"], next(suite))
    (dossier / "communes.geojson").write_text(json.dumps(communes), encoding="utf-8")
    return dossier


def _fill(table: str, colonne: str, rangees: list[dict[str, str]], suite: Iterator[str]) -> None:
    noms: dict[str, str] = {}
    for rang, rangee in enumerate(rangees):
        texte = MELANGE if _MELES.get(table) in rangee.values() else next(suite)
        if colonne in _LISTES:
            termes = (texte, next(suite), next(suite))
            rangee[colonne] = "|".join(terme.replace("|", "") for terme in termes)
        elif colonne in _UNIQUES.get(table, ()):
            rangee[colonne] = f"{texte} {rang}"
        elif (table, colonne) in _PAR_CODE:
            rangee[colonne] = noms.setdefault(rangee[_PAR_CODE[table, colonne]], texte)
        else:
            rangee[colonne] = texte


def hostile_rows() -> list[list[str]]:
    """Return a table to import: a payload for the CPTS of each pair of communes of a department."""
    communes = json.loads((DATA / "communes.geojson").read_text(encoding="utf-8"))["features"]
    codes = [c["properties"]["code_commune"] for c in communes]
    codes = [code for code in codes if code.startswith("70")]
    noms = list(PAYLOADS)
    titres = ["Code commune", "Nom de la CPTS", "<img src=x onerror=alert(1)>"]
    return [titres] + [
        [code, noms[rang // 2 % len(noms)], noms[rang % len(noms)]]
        for rang, code in enumerate(codes)
    ]


def write_hostile_csv(chemin: Path) -> Path:
    """Write :func:`hostile_rows` as CSV."""
    with chemin.open("w", encoding="utf-8", newline="") as fichier:
        csv.writer(fichier, delimiter=";").writerows(hostile_rows())
    return chemin


def write_hostile_xlsx(chemin: Path) -> Path:
    """Write :func:`hostile_rows` as a workbook whose cells are all text, in a sheet of a hostile name."""
    with Workbook(chemin) as classeur:
        feuille = classeur.add_worksheet("<b>#x `${1}`")
        for i, rangee in enumerate(hostile_rows()):
            for j, texte in enumerate(rangee):
                feuille.write_string(i, j, texte)
    return chemin
