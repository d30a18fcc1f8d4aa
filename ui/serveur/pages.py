"""The one list of the pages, and what is answered in the place of one.

Where none has the address that is asked for, Streamlit would answer with its own page, which then says in English that
there is none.
"""

import re
import unicodedata
from html import escape
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

ABSENT = "Il n'y a rien à cette adresse."
EMBED = "embed"
EMBED_DE_STREAMLIT = "true"
# What is below them is no page: what this application answers, and files and what a page fetches, of Streamlit.
NOTRES = ("api", "atelier-donnees", "couches", "metriques", "pret", "sante")
_AUTRES = frozenset(
    (*NOTRES, "_stcore", "app", "auth", "component", "media", "oauth2callback", "static")
)
# What a redirection copies of the parameters of an address: a proxy holds the headers of an answer in a buffer.
_REQUETE_MAX = 2048
_MODELE = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{titre} · Atlas des CPTS</title>
<style>:root {{ color-scheme: light dark; }} body {{ max-width: 40rem; margin: 10vh auto; padding: 0 1rem;
font-family: "Source Sans", Arial, sans-serif; line-height: 1.5; }} li {{ padding: 0.4rem 0; }}</style>
</head>
<body>
<main>
<h1>{titre}</h1>
<p>{texte}</p>
{suite}
</main>
</body>
</html>
"""


class Page(NamedTuple):
    """A page: its path from the root, by which it is known, and its title."""

    chemin: str
    titre: str

    @property
    def adresse(self) -> str:
        """Its address below that of the server, as Streamlit makes it.

        >>> Page("pages/fiche.py", "Fiche").adresse, Page("app.py", "Carte").adresse
        ('fiche', '')
        """
        chemin = PurePosixPath(self.chemin)
        return chemin.stem if chemin.parent.name else ""


COMPTE = "pages/compte.py"
# In the order of the navigation; the page of the account is there where a server has some.
PAGES = (
    Page("app.py", "Carte"),
    Page("pages/fiche.py", "Fiche"),
    Page("pages/zones_blanches.py", "Zones blanches"),
    Page("pages/comparer.py", "Comparer"),
    Page("pages/atelier.py", "Atelier"),
    Page("pages/deploiement.py", "Déploiement"),
    Page("pages/presentation.py", "Présentation"),
    Page("pages/donnees.py", "Données"),
    Page(COMPTE, "Compte"),
    Page("pages/mentions.py", "Accessibilité et mentions"),
)


# Where one writes: a page that another site frames could have its visitor click there unawares.
_SANS_CADRE = frozenset(("atelier", "compte", "donnees"))
_ADRESSES = frozenset(page.adresse for page in PAGES)


def is_page(chemin: str, base: str = "") -> bool:
    """Tell whether an address is a page's.

    >>> is_page("/fiche"), is_page("/"), is_page("/media/x"), is_page("/atlas", "/atlas")
    (True, True, False, True)
    """
    return chemin == base or chemin.removeprefix("/") in _ADRESSES


def may_be_framed(chemin: str, requete: str) -> bool:
    """Tell whether a page is asked for as a part of another site's: ``?embed=1``.

    >>> may_be_framed("/fiche", "cpts=a&embed=1"), may_be_framed("/fiche", "cpts=a")
    (True, False)
    >>> may_be_framed("/donnees", "embed=1"), may_be_framed("/static/x.js", "embed=1")
    (False, False)
    """
    demandes = parse_qs(requete).get(EMBED, [])
    voulu = bool(demandes) and demandes[-1].lower() in ("1", EMBED_DE_STREAMLIT)
    return voulu and is_page(chemin) and chemin.removeprefix("/") not in _SANS_CADRE


def answer_embed(chemin: str, base: str, requete: str) -> Response | None:
    """Lead ``embed=1`` to Streamlit's own word for it, which its page keeps from one page to the next."""
    lus = parse_qsl(requete, keep_blank_values=True)
    if (EMBED, "1") not in lus or not may_be_framed(chemin, requete):
        return None
    gardes = lus if len(requete) <= _REQUETE_MAX else []
    autres = [(nom, valeur) for nom, valeur in gardes if nom != EMBED]
    suite = urlencode([*autres, (EMBED, EMBED_DE_STREAMLIT)])
    return RedirectResponse(f"{base}{chemin}?{suite}", 307, {"cache-control": "no-store"})


def answer_absent(chemin: str, base: str, requete: str) -> Response | None:
    """Answer for an address that is no page's: lead to the page that is meant, or list the pages.

    Parameters
    ----------
    chemin
        The path asked for, without the base path.
    base
        The base path of the server, empty or with its slash.
    requete
        The parameters of the address, kept on the way unless they are too long.

    Returns
    -------
    Response or None
        Nothing where a page, or something else than a page, is asked for.
    """
    nom = chemin.removeprefix("/")
    if is_page(chemin, base) or not _may_be_page(nom):
        return None
    vise = _fold(nom)
    for page in PAGES:
        if vise in (page.adresse, _fold(page.titre)):
            suite = f"?{requete}" if 0 < len(requete) <= _REQUETE_MAX else ""
            return RedirectResponse(
                f"{base}/{page.adresse}{suite}", 307, {"cache-control": "no-store"}
            )
    liens = "\n".join(
        f'<li><a href="{escape(base)}/{page.adresse}">{escape(page.titre)}</a></li>'
        for page in PAGES
    )
    texte = f"L'atlas des CPTS n'a pas de page à l'adresse « {chemin} ». Voici les siennes :"
    return _write(404, "Page introuvable", texte, f"<ul>\n{liens}\n</ul>")


def answer_no_login(statut: int, texte: str, retour: str) -> Response:
    """Say why nobody is logged in, with the way back.

    Parameters
    ----------
    statut
        Of the answer.
    texte
        What happened, and what to do.
    retour
        The address that the way back leads to.
    """
    lien = f'<p><a href="{escape(retour)}">Revenir à l\'atlas</a></p>'
    return _write(statut, "Connexion", texte, lien)


def _write(statut: int, titre: str, texte: str, suite: str) -> Response:
    """Return a page of few words; what follows its text is HTML already."""
    page = _MODELE.format(titre=titre, texte=escape(texte, quote=False), suite=suite)
    return HTMLResponse(page, statut, {"cache-control": "no-store"})


def _may_be_page(nom: str) -> bool:
    morceaux = nom.split("/")
    return morceaux[0] not in {"", *_AUTRES} and "." not in morceaux[-1]


def _fold(texte: str) -> str:
    """Leave out case, accents, and what stands between words.

    >>> _fold("Zones-Blanches/"), _fold("Déploiement")
    ('zones_blanches', 'deploiement')
    """
    lettres = (c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c))
    return re.sub(r"[\s_-]+", "_", "".join(lettres).casefold().strip("/ "))
