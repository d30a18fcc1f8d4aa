"""French wording of numbers, dates, shares and confidence; escaping of labels that come from files."""

import re
import string
from collections.abc import Iterable
from datetime import date
from math import floor, isnan

from babel.dates import format_date
from babel.numbers import format_decimal

from geo import libelles

NON_PUBLIE = "non publié"
NON_PUBLIEE = "non publiée"
# That of a part, such as those over 17, may be.
POPULATION_NON_PUBLIEE = "population totale non publiée"
POURCENT = "\xa0%"

QUALIFICATIFS = {
    "egal": "{}",
    "environ": "environ {}",
    "plus_de": "plus de {}",
    "pres_de": "près de {}",
    "moins_de": "moins de {}",
}

# How a qualifier reads apart from its number, in a file where a number stays one: nothing, where its source says none.
QUALIFICATIFS_SEULS = {
    "egal": "",
    "environ": "environ",
    "plus_de": "plus de",
    "pres_de": "près de",
    "moins_de": "moins de",
}
# Where figures stand in columns, there is little room.
QUALIFICATIFS_COURTS = QUALIFICATIFS | {"environ": "env.\xa0{}"}

BASES = {
    "population": "de la population",
    "plus_de_17_ans": "des plus de 17 ans",
    "17_ans_et_plus": "des 17 ans et plus",
    "70_ans_et_plus": "des 70 ans et plus",
}

# The files that leave say these too, from the command line as from the screen.
CONFIANCES = libelles.CONFIANCES
CONFIANCES_COURTES = libelles.CONFIANCES_COURTES
SYNTHETIQUE = libelles.SYNTHETIQUE

PERIMETRE_INCONNU = "sans périmètre connu"
# Of a commune: it may be in the perimeter of a CPTS whose stage does not count.
AUCUN_QUI_COMPTE = f"{PERIMETRE_INCONNU} qui compte"
# Of a commune that an indicative perimeter alone covers, where those are hidden: neither covered nor without a perimeter.
DANS_MASQUE = "dans un périmètre indicatif masqué"
MASQUE = "indicatif, masqué"
# Of what is counted over an unknown perimeter, in the cell of a table.
INCONNU = "inconnu"
PARTIE_ETABLIE = "partie établie seulement"
# « Indicatif » alone is what the indicative perimeters add; of both together, a heading and a sentence say this.
ETABLIS_ET_INDICATIFS = "établis et indicatifs"
AVEC_INDICATIFS = "avec les périmètres indicatifs"
# A share of everybody.
_TOUT_PCT = 100

_PONCTUATION = re.compile(f"([{re.escape(string.punctuation)}])")
# What Streamlit makes of plain text once its escapes are gone: links of addresses, emoji and icons of words between
# colons, arrows and dashes of signs. A word joiner, which takes no room, keeps each from being seen.
_TRANSFORMES = re.compile(
    r"(?<=http:)(?=//)|(?<=https:)(?=//)|(?<=www)(?=\.)|(?<=@)(?=[-\w])"
    r"|(?<=:)(?=[-+\w/]+:)|(?<=[<>~-])(?=[->=])",
    re.IGNORECASE,
)
_JOINT = "\N{WORD JOINER}"
# Every blank but those that hold a number together.
_BLANCS = re.compile(r"[^\S\xa0\u202f]+")


def nombre(valeur: float, decimales: int = 0, *, fixes: bool = False) -> str:
    """Write a number the French way; its decimals as they are needed or, `fixes`, all of them.

    >>> nombre(43727), nombre(8.5, 1), nombre(10.0, 1), nombre(10.0, 1, fixes=True)
    ('43\u202f727', '8,5', '10', '10,0')
    """
    motif = "#,##0" + ("." + ("0" if fixes else "#") * decimales if decimales else "")
    # Rounded here as everywhere: the writer has a rule of its own for halves.
    return str(format_decimal(round(valeur, decimales) + 0, format=motif, locale="fr_FR"))


def pourcentage(
    part_pct: float, decimales: int = 1, *, au_moins: bool = False, fixes: bool = False
) -> str:
    r"""Write a share given in percent: one of somebody never reads as none, nor one of less than all as all.

    Parameters
    ----------
    part_pct
        The share.
    decimales, fixes
        As for :func:`nombre`.
    au_moins
        Whether it is only the least that the share may be.

    Examples
    --------
    >>> pourcentage(8.5), pourcentage(0.009), pourcentage(99.97), pourcentage(0)
    ('8,5\xa0%', 'moins de 0,1\xa0%', 'plus de 99,9\xa0%', '0\xa0%')
    >>> pourcentage(8.5, au_moins=True), pourcentage(0.009, au_moins=True), pourcentage(99.97, au_moins=True)
    ('au moins 8,5\xa0%', 'plus de 0\xa0%', 'plus de 99,9\xa0%')
    """
    arrondie = round(part_pct, decimales)
    return _write_share(part_pct, arrondie, decimales, au_moins=au_moins, fixes=fixes)


def _write_share(
    part_pct: float, arrondie: float, decimales: int, *, au_moins: bool = False, fixes: bool = False
) -> str:
    pas = 10**-decimales
    if not arrondie and part_pct > 0:
        return (
            f"plus de 0{POURCENT}" if au_moins else f"moins de {nombre(pas, decimales)}{POURCENT}"
        )
    if part_pct < _TOUT_PCT == arrondie:
        return f"plus de {nombre(_TOUT_PCT - pas, decimales)}{POURCENT}"
    return f"{'au moins ' if au_moins else ''}{nombre(arrondie, decimales, fixes=fixes)}{POURCENT}"


def pourcentages(parts_pct: Iterable[float], decimales: int = 1) -> list[str]:
    r"""Write the parts of a whole so that they sum to it as they are written: those that lose most are rounded up.

    A part that is not known, as it is of nobody, is left blank.

    >>> pourcentages([33.34, 33.34, 33.32]), pourcentages([99.991, 0.009])
    (['33,4\xa0%', '33,3\xa0%', '33,3\xa0%'], ['plus de 99,9\xa0%', 'moins de 0,1\xa0%'])
    >>> pourcentages([40.04, float("nan")])
    ['40\xa0%', '']
    """
    pas, parts = 10**decimales, list(parts_pct)
    voulues = {rang: part * pas for rang, part in enumerate(parts) if not isnan(part)}
    # What binary fractions lack of a whole number is not lost.
    basses = {rang: floor(round(voulue, 6)) for rang, voulue in voulues.items()}
    reste = round(sum(voulues.values())) - sum(basses.values())
    for rang in sorted(voulues, key=lambda rang: basses[rang] - voulues[rang])[:reste]:
        basses[rang] += 1
    return [
        _write_share(part, basses[rang] / pas, decimales) if rang in basses else ""
        for rang, part in enumerate(parts)
    ]


def ecart(part_pct: float) -> str:
    r"""Write a signed gap given in percent.

    >>> ecart(-1.14), ecart(3), ecart(0.01), ecart(0)
    ('−1,1\xa0%', '+3\xa0%', 'moins de 0,1\xa0%', '0\xa0%')
    """
    arrondi = round(part_pct, 1)
    if not arrondi:
        return pourcentage(abs(part_pct))
    return f"{'+' if arrondi > 0 else '−'}{pourcentage(abs(arrondi))}"


def count_noun(compte: float, singulier: str, pluriel: str | None = None) -> str:
    """Write a count with its noun, which agrees in number.

    >>> count_noun(1, "commune"), count_noun(3685, "commune"), count_noun(0, "commune")
    ('1 commune', '3\u202f685 communes', '0 commune')
    """
    return f"{nombre(compte)} {agree(compte, singulier, pluriel)}"


def agree(compte: float, singulier: str, pluriel: str | None = None) -> str:
    """Write a noun, a verb or a participle without its count.

    >>> agree(1, "commune"), agree(2, "commune"), agree(0, "est", "sont")
    ('commune', 'communes', 'est')
    """
    return singulier if abs(compte) < 2 else pluriel or f"{singulier}s"  # noqa: PLR2004 - a French plural


def qualify(
    valeur: float, qualificatif: str, unite: str = "", decimales: int = 1, *, court: bool = False
) -> str:
    r"""Write a published figure with the qualifier its source gives, as short as a table wants it or in full.

    >>> qualify(10, "pres_de", "\xa0%"), qualify(100, "environ"), qualify(100, "environ", court=True)
    ('près de 10\xa0%', 'environ 100', 'env.\xa0100')
    """
    mots = QUALIFICATIFS_COURTS if court else QUALIFICATIFS
    return mots[qualificatif].format(nombre(valeur, decimales) + unite)


def jour(valeur: date) -> str:
    """Write a date in full.

    >>> jour(date(2022, 5, 6)), jour(date(2022, 9, 1))
    ('6 mai 2022', '1er septembre 2022')
    """
    texte = str(format_date(valeur, "d MMMM y", locale="fr_FR"))
    return re.sub(r"^1 ", "1er ", texte)


def date_partielle(texte: str | None) -> str:
    """Write a date that may lack its day or its month; a blank reads « date non publiée ».

    >>> date_partielle("2022-05-06"), date_partielle("2024-02"), date_partielle("2026"), date_partielle(None)
    ('6 mai 2022', 'février 2024', '2026', 'date non publiée')
    """
    if not texte:
        return "date non publiée"
    morceaux = [int(morceau) for morceau in texte.split("-")]
    if len(morceaux) == 1:
        return texte
    if len(morceaux) == 2:  # noqa: PLR2004 - year and month
        return str(format_date(date(morceaux[0], morceaux[1], 1), "MMMM y", locale="fr_FR"))
    return jour(date(*morceaux))


def date_etape(date_max: str | None, precision: str) -> str:
    """Write the date of a stage with the precision its source allows.

    Parameters
    ----------
    date_max
        The latest day it can be, ISO 8601; missing when nothing is published.
    precision
        ``jour``, ``mois``, ``avant`` or ``inconnue``.

    >>> date_etape("2021-09-16", "avant"), date_etape("2022-09-30", "mois")
    ('avant le 16 septembre 2021', 'septembre 2022')
    >>> date_etape(None, "inconnue")
    'date non publiée'
    """
    if precision == "inconnue" or not isinstance(date_max, str):
        return date_partielle(None)
    if precision == "mois":
        return date_partielle(date_max[:7])
    texte = date_partielle(date_max)
    return f"avant le {texte}" if precision == "avant" else texte


def date_courte(date_max: str | None, precision: str) -> str:
    """Write the date of a stage as short as a table wants it; blank where none is published.

    Parameters
    ----------
    date_max, precision
        As in :func:`date_etape`.

    >>> date_courte("2022-05-06", "jour"), date_courte("2022-09-30", "mois")
    ('06/05/2022', '09/2022')
    >>> date_courte("2021-09-16", "avant"), date_courte(None, "inconnue")
    ('avant le 16/09/2021', '')
    """
    if precision == "inconnue" or not isinstance(date_max, str):
        return ""
    annee, mois, numero = date_max.split("-")
    if precision == "mois":
        return f"{mois}/{annee}"
    return f"{'avant le ' if precision == 'avant' else ''}{numero}/{mois}/{annee}"


def lieu(commune: str) -> str:
    """Say where: the article of a name joins the preposition.

    >>> lieu("Le Creusot"), lieu("Les Rousses"), lieu("La Charité-sur-Loire"), lieu("Vesoul")
    ('au Creusot', 'aux Rousses', 'à La Charité-sur-Loire', 'à Vesoul')
    """
    for article, preposition in (("Le ", "au "), ("Les ", "aux ")):
        if commune.startswith(article):
            return preposition + commune.removeprefix(article)
    return f"à {commune}"


def capitale(texte: str) -> str:
    """Begin a sentence, and leave the rest as it is.

    >>> capitale("première CPTS du Doubs")
    'Première CPTS du Doubs'
    """
    return texte[:1].upper() + texte[1:]


def decapitale(texte: str) -> str:
    """Take a label into a sentence.

    >>> decapitale("Sans médecin traitant")
    'sans médecin traitant'
    """
    return texte[:1].lower() + texte[1:]


def join_words(termes: Iterable[str], *, liaison: str = "et") -> str:
    """Join terms as in a French sentence.

    >>> join_words(["Doubs", "Jura", "Nièvre"])
    'Doubs, Jura et Nièvre'
    """
    *debut, fin = [*termes] or [""]
    return f"{', '.join(debut)} {liaison} {fin}" if debut else fin


def clean(texte: str) -> str:
    r"""Bring a label that comes from a file to one line; its French spaces stay.

    >>> clean(" Pays\n d'Héricourt"), clean("12\xa0%")
    ("Pays d'Héricourt", '12\xa0%')
    """
    return _BLANCS.sub(" ", texte).strip(" ")


def escape_markdown(libelle: str) -> str:
    r"""Make a label safe inside Streamlit's Markdown: it is shown as text, whatever it holds.

    >>> escape_markdown("<img src=x>")
    '\\<img src\\=x\\>'
    >>> escape_markdown(" 4\u202f654\n habitants")
    '4\u202f654 habitants'
    >>> escape_markdown("www.exemple.fr").replace(_JOINT, "*")
    'www*\\.exemple\\.fr'
    """
    texte = _TRANSFORMES.sub(_JOINT, _BLANCS.sub(" ", libelle).strip())
    return _PONCTUATION.sub(r"\\\1", texte)
