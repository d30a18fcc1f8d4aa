"""Read a page in Chromium, through what its server sends to it: every word, folded or not, and every cell of a table.

A table and a chart are painted on a canvas, and what is in a tab that is not looked at is not in the document: the
messages that the browser receives have all of it, as it is shown.
"""

import html
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pandas as pd
import pyarrow as pa
from playwright.sync_api import BrowserContext, Error, Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.audit.enonce import Contexte, Enonce

ATTENTE_MS = 60_000
_CALME_MS = 300
_BALISES = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
_MISE_EN_FORME = re.compile(
    r":[a-z]+-(?:badge|background)\[([^\]]*)\]|:(?:red|green|blue|gray|grey|orange)\[([^\]]*)\]"
)
_LIEN = re.compile(r"(?<!\\)\[([^\]]*?)(?<!\\)\]\([^)]*\)")
_ICONE = re.compile(r":material/\w+:")
_GRAS = re.compile(r"(?<!\\)[*_`]+")
_ECHAPPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain(markdown: str) -> str:
    r"""Read Markdown as it is shown.

    >>> plain(r"**3** CPTS\, [le lien](https://a.fr/b) :gray-badge[indicatif] 10 \%")
    '3 CPTS, le lien indicatif 10 %'
    """
    texte = _ICONE.sub("", markdown)
    texte = _MISE_EN_FORME.sub(lambda m: m[1] or m[2] or "", texte)
    texte = _LIEN.sub(r"\1", texte)
    texte = _GRAS.sub("", texte)
    return _ECHAPPE.sub(r"\1", texte).replace("\u2060", "").strip()


def without_tags(source: str) -> str:
    """Read HTML without its marks, one line a block."""
    return html.unescape(_BALISES.sub("\n", source))


class PageLue:
    """A page of the application, opened once, and what its server has told of it."""

    def __init__(self, navigateur: BrowserContext, adresse: str, contexte: Contexte) -> None:
        self.contexte = contexte
        self.page: Page = navigateur.new_page()
        self.page.set_default_timeout(ATTENTE_MS)
        self.recus: list[ForwardMsg] = []
        self.page.on("websocket", self._ecouter)
        self.page.goto(adresse)
        self.wait()
        self._boutons = self.page.locator("[data-testid=stDownloadButton] button")
        self._n_fichiers = self._count_files()

    def _ecouter(self, ws: WebSocket) -> None:
        ws.on("framereceived", self._noter)

    def _noter(self, trame: bytes | str) -> None:
        if isinstance(trame, bytes):
            self.recus.append(ForwardMsg.FromString(trame))

    def wait(self) -> None:
        """Wait until the script has run, and nothing more comes."""
        for _ in range(ATTENTE_MS // _CALME_MS):
            avant = len(self.recus)
            self.page.wait_for_timeout(_CALME_MS)
            if len(self.recus) == avant and self._finished():
                return
        raise TimeoutError(f"La page ne finit pas : {self.contexte.lieu}.")

    def _count_files(self) -> int:
        """Count the files that the browser was told of."""
        dits = {
            recu.delta.new_element.download_button.id
            for recu in self.recus
            if recu.delta.new_element.HasField("download_button")
        }
        return len(dits)

    def _finished(self) -> bool:
        genres = [m.WhichOneof("type") for m in self.recus]
        debuts = [rang for rang, genre in enumerate(genres) if genre == "new_session"]
        fins = [rang for rang, genre in enumerate(genres) if genre == "script_finished"]
        return bool(debuts and fins and fins[-1] > debuts[-1])

    def open_popovers(self) -> None:
        """Open what the server only tells once it is asked."""
        for bouton in self.page.locator("[data-testid=stPopover] button").all():
            try:
                bouton.evaluate("b => b.click()")
                self.wait()
                self.page.keyboard.press("Escape")
            except Error:
                continue
        self.wait()

    def download(self, sauf: Collection[str]) -> Iterator[tuple[str, Path]]:
        """Click each button of a file: its name, and where it has been put.

        Parameters
        ----------
        sauf
            The suffixes of the files that are left.
        """
        # None is left without a word; what a popover offers goes with it.
        expect(self._boutons).to_have_count(self._n_fichiers, timeout=ATTENTE_MS)
        for bouton in self._boutons.all():
            if (
                f".{(bouton.inner_text() or bouton.text_content() or '').split()[-1].lower()}"
                in sauf
            ):
                continue
            with self.page.expect_download() as attendu:
                bouton.evaluate("b => b.click()")
            recu = attendu.value
            yield recu.suggested_filename, Path(recu.path())

    def read(self) -> Iterator[Enonce]:
        """Tell every sentence and every cell of the page."""
        elements: dict[tuple[int, ...], Any] = {}
        for recu in self.recus:
            if recu.WhichOneof("type") == "delta":
                elements[tuple(recu.metadata.delta_path)] = recu.delta
        titres: dict[tuple[int, ...], str] = {}
        titre = ""
        for place in sorted(elements):
            delta = elements[place]
            genre = delta.WhichOneof("type")
            if genre == "add_block":
                titres[place] = _block_title(delta.add_block)
                if titres[place]:
                    yield Enonce(self.contexte, titre, titres[place])
                continue
            if genre != "new_element":
                continue
            nom = delta.new_element.WhichOneof("type")
            contenu = getattr(delta.new_element, nom)
            au_dessus = [titres.get(place[:n], "") for n in range(1, len(place))]
            sous = " > ".join(filter(None, [titre, *au_dessus]))
            if nom == "heading":
                titre = plain(contenu.body)
                yield Enonce(self.contexte, " > ".join(filter(None, au_dessus)), titre)
            elif nom == "markdown" and re.match(r"#+ ", contenu.body):
                titre = plain(contenu.body.lstrip("# "))
                yield Enonce(self.contexte, "", titre)
            else:
                lit = _LECTEURS.get(nom)
                for enonce in lit(contenu) if lit else ():
                    dessous = " > ".join(filter(None, [sous, enonce.sous]))
                    yield replace(enonce, contexte=self.contexte, sous=dessous)
        yield from self._read_map()

    def _read_map(self) -> Iterator[Enonce]:
        """Tell the legend of the map, and what it says of each CPTS that is pointed at."""
        for cadre in self.page.frames:
            if "streamlit_folium" not in cadre.url:
                continue
            for texte in cadre.locator(".leaflet-control").all_inner_texts():
                for ligne in texte.splitlines():
                    if ligne.strip():
                        yield Enonce(self.contexte, "carte", ligne.strip(), genre="carte")

    def close(self) -> None:
        self.page.close()


_VIDE = Contexte("")


def _say(texte: str, genre: str = "texte") -> Iterator[Enonce]:
    for ligne in texte.splitlines():
        dit = plain(re.sub(r"^\s*(?:- |#+ )", "", ligne))
        if dit:
            yield Enonce(_VIDE, "", dit, genre=genre)


def _block_title(bloc: Any) -> str:
    genre = bloc.WhichOneof("type")
    if genre in ("popover", "expandable", "tab"):
        return plain(getattr(bloc, genre).label)
    return ""


def _read_markdown(contenu: Any) -> Iterator[Enonce]:
    yield from _say(without_tags(contenu.body) if contenu.allow_html else contenu.body)
    yield from _say(contenu.help)


def _read_metric(contenu: Any) -> Iterator[Enonce]:
    ligne = (("titre", plain(contenu.label)), ("reserve", plain(contenu.delta)))
    for quoi, texte in (("valeur", contenu.body), ("reserve", contenu.delta)):
        if texte:
            yield Enonce(
                _VIDE, "", plain(texte), colonne=f"{plain(contenu.label)} ({quoi})", ligne=ligne
            )
    yield from _say(contenu.help)


def _read_html(contenu: Any) -> Iterator[Enonce]:
    yield from read_html(contenu.body)


def read_html(source: str) -> Iterator[Enonce]:
    """Tell the words of HTML; of a table, each cell with its row, a line of the cell at a time."""
    arbre = lxml.html.fromstring(f"<div>{source}</div>")
    # The same table as cards, for a phone.
    for cartes in arbre.find_class("fiches"):
        cartes.drop_tree()
    for inutile in arbre.xpath("//script|//style|//button"):
        inutile.drop_tree()
    for table in arbre.xpath("//table"):
        tetes = [" ".join(t.text_content().split()) for t in table.xpath("./thead/tr/*")]
        noms = [_first_line(t) or "Indicateur" for t in table.xpath("./thead/tr/*")] or tetes
        for rangee in table.xpath("./tbody/tr"):
            cases = [[" ".join(t.split()) for t in c.itertext() if t.strip()] for c in rangee]
            ligne = tuple(zip(noms, (" ".join(c) for c in cases), strict=False))
            for rang, case in enumerate(cases):
                if rang < len(noms):
                    for texte, genre in _lines(case):
                        yield Enonce(_VIDE, "", texte, noms[rang], ligne, genre)
        table.drop_tree()
    yield from _say(without_tags(lxml.html.tostring(arbre, encoding="unicode")))


def _first_line(element: Any) -> str:
    return next((" ".join(t.split()) for t in element.itertext() if t.strip()), "")


# What is set under a value: its difference to the reference.
_DESSOUS = re.compile(r"(?:env\.[\s\xa0])?[+−]?\d|écart|pas d'écart")


def _lines(morceaux: list[str]) -> Iterator[tuple[str, str]]:
    """Tell what a cell says, then what is set under it: a difference."""
    fin = next((r for r, m in enumerate(morceaux) if r and _DESSOUS.match(m)), len(morceaux))
    if fin:
        yield " ".join(morceaux[:fin]), "tableau"
    yield from ((m, "difference") for m in morceaux[fin:])


def read_slides(source: str) -> Iterator[Enonce]:
    """Tell the slides of a player: what each shows, and what is said of it."""
    m = re.search(r'<script type="application/json" id="donnees">(.*?)</script>', source, re.DOTALL)
    if not m:
        return
    for d in json.loads(m[1])["diapositives"]:
        sous = d["titre"]
        textes = [f"{d['chiffre']} {d['phrase']}".strip(), *d["lignes"], d["parlee"]]
        graphique = d.get("graphique") or {}
        textes += [f"{nom} : {_cell(v, '')}" for nom, v in graphique.get("series", [])]
        textes += [t for t in _strings(d.get("origines") or []) if t]
        for texte in textes:
            for ligne in texte.splitlines():
                yield Enonce(_VIDE, sous, ligne, genre="diapositive")


def _read_alert(contenu: Any) -> Iterator[Enonce]:
    yield from _say(contenu.body)


def read_frame(
    table: pd.DataFrame, genre: str = "tableau", formats: dict[str, str] | None = None
) -> Iterator[Enonce]:
    """Tell each cell of a table with its row."""
    noms = [str(nom) for nom in table.columns]
    for _, rangee in table.iterrows():
        textes = [
            _cell(v, (formats or {}).get(nom, "")) for nom, v in zip(noms, rangee, strict=True)
        ]
        ligne = tuple(zip(noms, textes, strict=True))
        for nom, texte, valeur in zip(noms, textes, rangee, strict=True):
            if texte:
                brut = (
                    None
                    if isinstance(valeur, bool | str) or not _is_number(valeur)
                    else float(valeur)
                )
                yield Enonce(_VIDE, "", texte, nom, ligne, genre, brut)


def _is_number(valeur: Any) -> bool:
    try:
        float(valeur)
    except (TypeError, ValueError):
        return False
    return True


def _cell(valeur: Any, _format: str) -> str:
    if isinstance(valeur, list | tuple) or (
        hasattr(valeur, "tolist") and not pd.api.types.is_scalar(valeur)
    ):
        return ", ".join(map(str, valeur))
    if valeur is None or pd.isna(valeur):
        return ""
    if isinstance(valeur, float):
        return repr(round(valeur, 6)).removesuffix(".0").replace(".", ",")
    return str(valeur)


def _read_table(contenu: Any) -> Iterator[Enonce]:
    # A table that does not scroll writes Markdown.
    markdown = contenu.DESCRIPTOR.name == "Table"
    table = pa.ipc.open_stream(contenu.arrow_data.data).read_pandas()
    if contenu.arrow_data.HasField("styler") and contenu.arrow_data.styler.display_values:
        vus = pa.ipc.open_stream(contenu.arrow_data.styler.display_values).read_pandas()
        vus.columns = table.columns
        table = vus
    ordre = list(getattr(contenu, "column_order", [])) or list(table.columns)
    montrees = [nom for nom in ordre if nom in table.columns]
    cachees = {}
    if getattr(contenu, "columns", ""):
        cachees = {nom: c for nom, c in json.loads(contenu.columns).items() if isinstance(c, dict)}
    montrees = [nom for nom in montrees if not cachees.get(nom, {}).get("hidden")]
    titres = {nom: cachees.get(nom, {}).get("label") or nom for nom in montrees}
    table = table[montrees].rename(columns=titres)
    yield from read_frame(
        table.map(lambda v: plain(v) if isinstance(v, str) else v) if markdown else table
    )
    for reglage in cachees.values():
        yield from _say(reglage.get("help") or "")


def _read_chart(contenu: Any) -> Iterator[Enonce]:
    donnees = [contenu.data.data] if contenu.HasField("data") else []
    donnees += [jeu.data.data for jeu in contenu.datasets]
    for octets in donnees:
        if octets:
            yield from read_frame(pa.ipc.open_stream(octets).read_pandas(), "graphique")
    spec = json.loads(contenu.spec)
    for jeu in spec.get("datasets", {}).values():
        yield from read_frame(pd.DataFrame(jeu), "graphique")
    yield from _say(contenu.alt, "graphique")


def _strings(contenu: Any) -> Iterator[str]:
    """List every text of a JSON value."""
    if isinstance(contenu, dict):
        for valeur in contenu.values():
            yield from _strings(valeur)
    elif isinstance(contenu, list):
        for valeur in contenu:
            yield from _strings(valeur)
    elif isinstance(contenu, str):
        yield contenu


def _read_iframe(contenu: Any) -> Iterator[Enonce]:
    yield from read_slides(contenu.srcdoc)


_LECTEURS = {
    "markdown": _read_markdown,
    "html": _read_html,
    "metric": _read_metric,
    "alert": _read_alert,
    "dataframe": _read_table,
    "table": _read_table,
    "vega_lite_chart": _read_chart,
    "iframe": _read_iframe,
}
